/* program.c: the memory of a program that is being compiled. */
#include "compiler/program.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1 << 16 };

typedef struct block {
    struct block *next;
    size_t used, size;
    _Alignas(16) char bytes[];
} block;

void *program_alloc(program *p, size_t size)
{
    size = (size + 15) & ~(size_t)15;
    if (!p->arena || p->arena->used + size > p->arena->size) {
        size_t room = size > BLOCK ? size : BLOCK;
        block *b = ly_calloc(1, sizeof *b + room);
        if (!b) {
            fputs("lyra: out of memory\n", stderr);
            exit(70);
        }
        b->size = room;
        b->next = p->arena;
        p->arena = b;
    }
    void *bytes = p->arena->bytes + p->arena->used;
    p->arena->used += size;
    return bytes;
}

char *program_format(program *p, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int count = vsnprintf(NULL, 0, format, arguments);
    char *text = program_alloc(p, (size_t)count + 1);
    vsnprintf(text, (size_t)count + 1, format, again);
    va_end(again);
    return text;
}

char *program_text(program *p, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = program_format(p, format, arguments);
    va_end(arguments);
    return text;
}

static symbol_facts **facts_slot(const program *p, ly_value symbol)
{
    uint32_t i = ly_hash(symbol) & (p->facts_size - 1);
    while (p->facts[i] && p->facts[i]->symbol != symbol) i = (i + 1) & (p->facts_size - 1);
    return &p->facts[i];
}

symbol_facts *facts_of(program *p, ly_value symbol)
{
    if (p->facts_count * 2 >= p->facts_size) {
        symbol_facts **old = p->facts;
        uint32_t size = p->facts_size;
        p->facts_size = size ? size * 2 : 64;
        p->facts = program_alloc(p, p->facts_size * sizeof *p->facts);
        for (uint32_t i = 0; i < size; i++)
            if (old[i]) *facts_slot(p, old[i]->symbol) = old[i];
    }
    symbol_facts **slot = facts_slot(p, symbol);
    if (*slot) return *slot;
    *slot = program_alloc(p, sizeof **slot);
    (*slot)->symbol = symbol;
    p->facts_count++;
    return *slot;
}

void *program_grow(program *p, void *array, uint32_t count, uint32_t *capacity)
{
    if (count < *capacity) return array;
    *capacity = *capacity ? *capacity * 2 : 8;
    void **larger = program_alloc(p, *capacity * sizeof *larger);
    if (count) memcpy(larger, array, count * sizeof *larger);
    return larger;
}

ly_value program_keep(program *p, ly_value v)
{
    if (p->value_count == p->value_capacity) {
        p->value_capacity = p->value_capacity ? p->value_capacity * 2 : 64;
        ly_value *larger = program_alloc(p, p->value_capacity * sizeof *larger);
        if (p->value_count) memcpy(larger, p->values, p->value_count * sizeof *larger);
        p->values = larger;
    }
    return p->values[p->value_count++] = v;
}

/* What is evaluated here (Begin, BeginPackage …) says nothing: it is said when the program runs. */
static void write_nothing(ly_context *cx, const char *bytes, size_t count)
{
    (void)cx, (void)bytes, (void)count;
}

program *program_new(const ly_compile_options *options, ly_context *cx)
{
    program *p = ly_calloc(1, sizeof *p);
    if (!p) return NULL;
    p->options = options;
    p->cx = cx;
    cx->write = write_nothing;
    p->last_definition = &p->definitions;
    p->last_clone = &p->clones;
    return p;
}

void program_free(program *p)
{
    for (uint32_t i = 0; i < p->value_count; i++) ly_release(p->cx, p->values[i]);
    for (uint32_t i = 0; i < p->unit_count; i++) ly_free(p->units[i]->text);
    for (block *b = p->arena; b;) {
        block *next = b->next;
        ly_free(b);
        b = next;
    }
    ly_free(p);
}
