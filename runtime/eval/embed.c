/* embed.c: the public header (lyra.h): a context as a C program sees it.

   An embedded context has no session; what the header promises to remember (output, the last error,
   the exit status) stands in a record that write_data points to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eval/eval.h"
#include "eval/module.h"
#include "eval/messages.h"
#include "lyra.h"
#include "text/text.h"

typedef struct embedding {
    void (*write)(void *data, const char *bytes, size_t count);
    void *data;
    char *error;
    int exit_status;
} embedding;

static void write_output(ly_context *cx, const char *bytes, size_t count);

/* A method of a kind is called with the context of whoever calls it, which may be a task's: then there
   is no record. */
static embedding *embedding_of(const lyra_context *cx)
{
    return cx->write == write_output ? cx->write_data : NULL;
}

static void write_output(ly_context *cx, const char *bytes, size_t count)
{
    embedding *e = embedding_of(cx);
    if (e->write) e->write(e->data, bytes, count);
    else fwrite(bytes, 1, count, stdout);
}

lyra_status lyra_open(lyra_context **out)
{
    embedding *e = calloc(1, sizeof *e);
    ly_context *cx = e ? ly_context_new() : NULL;
    *out = cx;
    if (!cx) {
        ly_free(e);
        return LYRA_MEMORY;
    }
    cx->write = write_output;
    cx->write_data = e;
    return LYRA_OK;
}

void lyra_close(lyra_context *cx)
{
    embedding *e = embedding_of(cx);
    if (cx->end_tasks) cx->end_tasks(cx);
    ly_context_free(cx);
    ly_free(e->error);
    ly_free(e);
}

void lyra_on_output(lyra_context *cx, void (*write)(void *data, const char *bytes, size_t count),
                    void *data)
{
    embedding *e = embedding_of(cx);
    if (!e) return;
    e->write = write;
    e->data = data;
}

void lyra_interrupt(lyra_context *cx)
{
    ly_context_interrupt(cx);
}

const char *lyra_error(const lyra_context *cx)
{
    const embedding *e = embedding_of(cx);
    return e && e->error ? e->error : "";
}

int lyra_exit_status(const lyra_context *cx)
{
    return embedding_of(cx) ? embedding_of(cx)->exit_status : 0;
}

/* ---- evaluation ------------------------------------------------------------------------------- */

static void forget_error(lyra_context *cx)
{
    embedding *e = embedding_of(cx);
    if (!e) return;
    ly_free(e->error);
    e->error = NULL;
}

/* Every call may come on another thread, so on another stack; but a method's, which is part of an
   evaluation. */
static void enter(lyra_context *cx)
{
    if (!cx->depth) {
        ly_stacks_enter(cx);
        ly_messages_new_input(cx);
    }
    forget_error(cx);
}

/* prefix, then the value as it prints, as the last error */
static void note_error(lyra_context *cx, const char *prefix, ly_value value)
{
    ly_text text = {0};
    if (!embedding_of(cx)) return;
    ly_text_puts(&text, prefix);
    if (!ly_failed(value)) ly_print_text(cx, &text, value);
    forget_error(cx);
    if (text.failed) {
        /* a Format rule of the program may have failed */
        ly_pending_drop(cx, ly_pending_take(cx));
        ly_text_free(&text);
        text = (ly_text){0};
        ly_text_puts(&text, prefix);
        if (!ly_failed(value)) ly_print_input_form(cx, &text, value);
    }
    if (text.failed) ly_text_free(&text);
    else embedding_of(cx)->error = text.data;
}

/* What is pending as a status; nothing is pending then. */
static lyra_status settle(lyra_context *cx)
{
    ly_pending pending = ly_pending_take(cx);
    lyra_status status = LYRA_ABORTED;
    int64_t exit_status = 0;
    switch (pending.kind) {
    case LY_PENDING_THROW:
        note_error(cx, "uncaught Throw of ", pending.value);
        status = LYRA_ERROR;
        break;
    case LY_PENDING_FAILURE:
        note_error(cx, "", pending.value);
        status = LYRA_ERROR;
        break;
    case LY_PENDING_MEMORY:
        note_error(cx, "no memory", LY_FAILED);
        status = LYRA_MEMORY;
        break;
    case LY_PENDING_EXIT:
        ly_to_int64(pending.value, &exit_status);
        if (embedding_of(cx)) embedding_of(cx)->exit_status = (int)(exit_status & 0xff);
        status = LYRA_EXIT;
        break;
    case LY_PENDING_GOTO:
    case LY_PENDING_RETURN:
    case LY_PENDING_BREAK:
    case LY_PENDING_CONTINUE:
        note_error(cx, "Return, Break or Continue outside of anything that it ends", LY_FAILED);
        status = LYRA_ERROR;
        break;
    default:
        note_error(cx, "aborted", LY_FAILED);
        break;
    }
    ly_pending_drop(cx, pending);
    return status;
}

/* Gives v, evaluated, to the caller. Consumes v. */
static lyra_status answer(lyra_context *cx, ly_value v, lyra_value *result)
{
    if (ly_failed(v)) return settle(cx);
    if (result) *result = v;
    else ly_release(cx, v);
    return LYRA_OK;
}

static lyra_status check_syntax(lyra_context *cx, const ly_source *source)
{
    ly_diagnostics diagnostics = {0};
    bool right = ly_check_syntax(cx, source, &diagnostics);
    if (!right && embedding_of(cx)) {
        size_t count;
        FILE *to = open_memstream(&embedding_of(cx)->error, &count);
        if (to) {
            ly_diagnostics_print(&diagnostics, source, to);
            fclose(to);
        }
    }
    ly_diagnostics_free(&diagnostics);
    return right ? LYRA_OK : LYRA_SYNTAX;
}

lyra_status lyra_evaluate(lyra_context *cx, const char *text, size_t count, lyra_value *result)
{
    ly_source source = {.name = "<text>", .text = text, .count = count};
    if (result) *result = LY_FAILED;
    enter(cx);
    if (check_syntax(cx, &source) != LYRA_OK) return LYRA_SYNTAX;
    ly_reader *reader = ly_reader_new(cx, &source);
    if (!reader) return LYRA_MEMORY;
    ly_value input, value = LY_SYM(Null);
    while (!ly_failed(value) && ly_read(reader, &input, NULL) == LY_READ_INPUT) {
        ly_release(cx, value);
        if (!cx->depth) ly_messages_new_input(cx);
        value = ly_evaluate_take(cx, input);
    }
    ly_reader_free(reader);
    return answer(cx, value, result);
}

lyra_status lyra_call(lyra_context *cx, const char *function, size_t count,
                      const lyra_value *arguments, lyra_value *result)
{
    if (result) *result = LY_FAILED;
    enter(cx);
    ly_expr *call = ly_expr_new(cx, ly_symbol_named(cx, function, strlen(function)), count);
    if (!call) return settle(cx);
    for (size_t i = 0; i < count; i++) call->args[i] = ly_retain(arguments[i]);
    return answer(cx, ly_evaluate_take(cx, ly_from_object(call)), result);
}

lyra_status lyra_load(lyra_context *cx, const lyra_compiled *module)
{
    enter(cx);
    return answer(cx, ly_module_start(cx, module), NULL);
}

/* ---- values ----------------------------------------------------------------------------------- */

lyra_value lyra_integer(lyra_context *cx, int64_t n) { return ly_integer(cx, n); }
lyra_value lyra_real(lyra_context *cx, double x) { return ly_real(cx, x); }
lyra_value lyra_retain(lyra_value v) { return ly_retain(v); }
void lyra_release(lyra_context *cx, lyra_value v) { ly_release(cx, v); }
size_t lyra_length(lyra_value v) { return ly_length(v); }

/* v, or 0 with what was pending dropped */
static lyra_value without_error(lyra_context *cx, ly_value v)
{
    if (ly_failed(v)) ly_pending_drop(cx, ly_pending_take(cx));
    return v;
}

lyra_value lyra_string(lyra_context *cx, const char *bytes, size_t count)
{
    return without_error(cx, ly_string_new(cx, bytes, count));
}

lyra_value lyra_list(lyra_context *cx, size_t count, const lyra_value *items)
{
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), count);
    if (!list) return without_error(cx, LY_FAILED);
    for (size_t i = 0; i < count; i++) list->args[i] = ly_retain(items[i]);
    return ly_from_object(list);
}

lyra_status lyra_get_integer(lyra_value v, int64_t *out)
{
    return ly_to_int64(v, out) ? LYRA_OK : LYRA_TYPE;
}

lyra_status lyra_get_real(lyra_value v, double *out)
{
    return ly_to_double(v, out) ? LYRA_OK : LYRA_TYPE;
}

lyra_status lyra_get_string(lyra_value v, const char **bytes, size_t *count)
{
    if (!ly_is_string(v)) return LYRA_TYPE;
    *bytes = ly_string_of(v)->data;
    if (count) *count = ly_string_of(v)->bytes;
    return LYRA_OK;
}

lyra_value lyra_part(lyra_context *cx, lyra_value v, size_t i)
{
    if (i == 0) return ly_head(cx, v);
    return i <= ly_length(v) ? without_error(cx, ly_element(cx, v, i - 1)) : LY_FAILED;
}

char *lyra_text(lyra_context *cx, lyra_value v)
{
    ly_text text = {0};
    char *copy = NULL;
    if (!cx->depth) ly_stacks_enter(cx);
    ly_print_input_form(cx, &text, v);
    /* the caller frees it by free(), which knows nothing of the reserve */
    if (!text.failed && text.data && (copy = malloc(text.count + 1)))
        memcpy(copy, text.data, text.count + 1);
    ly_text_free(&text);
    return copy;
}
