/* emit_frame.c: lines, names and ownership of a C function that is being written. */
#include <stdarg.h>
#include <string.h>

#include "codegen/frame.h"

static void begin_line(frame *f)
{
    for (int i = 0; i < f->indent; i++) ly_text_puts(f->out, "    ");
}

static void add_formatted(frame *f, const char *format, va_list arguments)
{
    char room[512];
    va_list again;
    va_copy(again, arguments);
    int n = vsnprintf(room, sizeof room, format, arguments);
    if (n < (int)sizeof room) {
        ly_text_add(f->out, room, (size_t)n);
    } else {
        char *text = program_alloc(f->e->p, (size_t)n + 1);
        vsnprintf(text, (size_t)n + 1, format, again);
        ly_text_add(f->out, text, (size_t)n);
    }
    va_end(again);
}

void line(frame *f, const char *format, ...)
{
    va_list arguments;
    begin_line(f);
    va_start(arguments, format);
    add_formatted(f, format, arguments);
    va_end(arguments);
    ly_text_putc(f->out, '\n');
}

void open_block(frame *f, const char *format, ...)
{
    va_list arguments;
    begin_line(f);
    va_start(arguments, format);
    add_formatted(f, format, arguments);
    va_end(arguments);
    ly_text_puts(f->out, " {\n");
    f->indent++;
}

void open_plain_block(frame *f)
{
    line(f, "{");
    f->indent++;
}

void close_block(frame *f)
{
    f->indent--;
    line(f, "}");
}

const char *temp_name(frame *f, const char *stem)
{
    return program_text(f->e->p, "%s%u", stem, ++f->temps);
}

const char *local_name(frame *f, const char *lyra_name)
{
    /* names of the function are kept apart from each other and from those of the file */
    name_table file = f->e->used;
    f->e->used = f->names;
    const char *name = emit_identifier(f->e, "", lyra_name);
    f->names = f->e->used;
    f->e->used = file;
    return name_is_taken(f->e, name) ? program_text(f->e->p, "%s_", name) : name;
}

void own(frame *f, const char *name)
{
    if (f->owned_count == f->owned_capacity) {
        f->owned_capacity = f->owned_capacity ? f->owned_capacity * 2 : 32;
        const char **larger = program_alloc(f->e->p, f->owned_capacity * sizeof *larger);
        if (f->owned_count) memcpy(larger, f->owned, f->owned_count * sizeof *larger);
        f->owned = larger;
    }
    f->owned[f->owned_count++] = name;
}

void disown(frame *f, const char *name)
{
    for (uint32_t i = f->owned_count; i-- > 0;) {
        if (strcmp(f->owned[i], name) != 0) continue;
        memmove(f->owned + i, f->owned + i + 1, (f->owned_count - i - 1) * sizeof *f->owned);
        f->owned_count--;
        return;
    }
}

bool is_owned(const frame *f, const char *name)
{
    for (uint32_t i = 0; i < f->owned_count; i++)
        if (strcmp(f->owned[i], name) == 0) return true;
    return false;
}

/* The end of the scope of a symbol-carrying variable takes more than a release. */
static bool is_variable(const char *name) { return name[0] == '*'; }

static void release_one(frame *f, const char *name)
{
    if (is_variable(name)) line(f, "%s;", name + 1);
    else line(f, "ly_release(cx, %s);", name);
}

void release_owned(frame *f, uint32_t from, const char *except)
{
    for (uint32_t i = f->owned_count; i-- > from;)
        if (!except || strcmp(f->owned[i], except) != 0) release_one(f, f->owned[i]);
}

void fail_now(frame *f)
{
    uint32_t from = f->handler ? f->handler->owned : 0;
    if (f->handler) {
        release_owned(f, from, NULL);
        line(f, "goto %s;", f->handler->failed);
        f->handler->failed_used = true;
        return;
    }
    const char *names[4];
    uint32_t count = 0;
    for (uint32_t i = f->owned_count; i-- > from;) {
        if (count == 4 || is_variable(f->owned[i])) release_one(f, f->owned[i]);
        else names[count++] = f->owned[i];
    }
    const char *verb = f->rule ? "ly_leave" : "ly_drop";
    if (count == 0) line(f, f->rule ? "return ly_leave(cx);" : "return LY_FAILED;");
    if (count == 1) line(f, "return %s1(cx, %s);", verb, names[0]);
    if (count == 2) line(f, "return %s2(cx, %s, %s);", verb, names[0], names[1]);
    if (count == 3) line(f, "return %s3(cx, %s, %s, %s);", verb, names[0], names[1], names[2]);
    if (count == 4)
        line(f, "return %s4(cx, %s, %s, %s, %s);", verb, names[0], names[1], names[2], names[3]);
}

void fail_if(frame *f, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *condition = program_format(f->e->p, format, arguments);
    va_end(arguments);
    uint32_t from = f->handler ? f->handler->owned : 0;
    bool simple = !f->handler && f->owned_count - from <= 4;
    for (uint32_t i = from; i < f->owned_count; i++) simple = simple && !is_variable(f->owned[i]);
    if (f->handler && f->owned_count == from) simple = true;
    if (simple) {
        line(f, "if (%s)", condition);
        f->indent++;
        fail_now(f);
        f->indent--;
    } else {
        open_block(f, "if (%s)", condition);
        fail_now(f);
        close_block(f);
    }
}
