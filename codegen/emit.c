/* emit.c: a lowered program → the text of one C file.

   needs   functions with their nodes, locals analysed
   leaves  C text: symbols, constants, prototypes, definitions, statements, tables, entry point

   The parts are written into texts of their own and put together at the end, since most of them grow
   while functions are written. */
#include "codegen/emit.h"

#include <stdlib.h>
#include <string.h>


/* Another program links the module: it has no main. */
static bool is_linked(const program *p)
{
    return p->options->emit == LY_EMIT_OBJECT || p->options->module;
}

const char *emit_module_name(const program *p)
{
    return p->options->module ? p->options->module : "lyra_module";
}

static void emit_statement(emitter *e, uint32_t index)
{
    program *p = e->p;
    statement *s = p->statements[index];
    const char *name = program_text(p, "statement_%u", index + 1);
    if (s->rest) {
        ly_text_printf(&e->functions, "\nstatic ly_value %s(ly_context *cx)\n{\n"
                       "    static const char text[] =\n        ", name);
        const char *text = p->units[s->unit]->text + s->begin;
        size_t left = s->end - s->begin;
        while (left) {
            const char *line_end = memchr(text, '\n', left);
            size_t n = line_end ? (size_t)(line_end + 1 - text) : left;
            if (n > 1000) n = 1000;
            emit_string_literal(&e->functions, text, n);
            text += n;
            left -= n;
            if (left) ly_text_puts(&e->functions, "\n        ");
        }
        ly_text_printf(&e->functions, ";\n    return ly_module_read(cx, \"%s\", text, sizeof text - 1);\n}\n",
                       p->units[s->unit]->path);
    } else {
        ly_text_puts(&e->functions, "\n/* ");
        emit_comment_text(e, &e->functions, s->input);
        ly_text_printf(&e->functions, " */\n");
        if (p->options->debug)
            ly_text_printf(&e->functions, "#line %u \"%s\"\n", s->line, p->units[s->unit]->path);
        emit_function(e, s->function, name);
    }
    ly_text_printf(&e->statement_rows, "    {%s, %u, %u, %u, %u, %u, %u, %u},\n", name, s->unit, s->line,
                   s->column, e->symbol_count, e->number_count, e->patch_count, e->constant_count);
}

const char *emit_tier(emitter *e, const char *name, const char *type, const char *parameters)
{
    if (!e->p->options->tiers) return "";
    ly_text_printf(&e->tiers, "    %s,\n", name);
    return program_text(e->p, "    LY_NEXT_TIER(%u, %s, (%s));\n", e->tier_count++, type, parameters);
}

static void put(ly_text *to, const ly_text *part)
{
    if (part->count) ly_text_add(to, part->data, part->count);
}

/* Where the number of a variable's own symbol was asked for, its beginning says so. */
static void put_functions(emitter *e, ly_text *to)
{
    const char *text = e->functions.data, *end = text ? text + e->functions.count : NULL;
    while (text < end) {
        const char *mark = memchr(text, MARK, (size_t)(end - text));
        ly_text_add(to, text, (size_t)((mark ? mark : end) - text));
        if (!mark) return;
        const local *v = e->marks[strtoul(mark + 1, NULL, 10)];
        if (v->serial) ly_text_printf(to, "uint64_t %s = ", v->serial);
        text = (const char *)memchr(mark + 1, MARK, (size_t)(end - mark - 1)) + 1;
    }
}

static void table(ly_text *c, const char *type, const char *name, const ly_text *rows)
{
    ly_text_printf(c, "\nstatic const %s %s[] = {\n", type, name);
    put(c, rows);
    ly_text_puts(c, "};\n");
}

static void emit_tables(emitter *e, ly_text *c)
{
    program *p = e->p;
    ly_text_puts(c, "\n/* ---- the module, for the runtime ---- */\n");
    if (e->symbol_count) table(c, "ly_module_symbol", "symbols", &e->symbol_rows);
    if (e->number_count) table(c, "ly_module_number", "numbers", &e->number_rows);
    if (e->constant_count) table(c, "ly_value", "constants", &e->constant_rows);
    if (e->rule_count) {
        ly_text_puts(c, "\nstatic ly_module_rule rules[] = {\n");
        put(c, &e->rule_rows);
        ly_text_puts(c, "};\n");
    }
    if (e->patch_count) table(c, "ly_module_patch", "patches", &e->patch_rows);
    if (e->entry_count) table(c, "ly_module_entry", "entries", &e->entry_rows);
    if (p->statement_count) table(c, "ly_module_statement", "statements", &e->statement_rows);
    if (p->get_count) {
        ly_text_puts(c, "\n/* files that the program names, compiled in */\n"
                        "static const ly_module_get gets[] = {\n");
        for (uint32_t i = 0; i < p->get_count; i++) {
            const get *g = p->gets[i];
            ly_text_puts(c, "    {");
            emit_string_literal(c, g->from, strlen(g->from));
            ly_text_puts(c, ", ");
            emit_string_literal(c, g->name, strlen(g->name));
            ly_text_printf(c, ", %u},\n", g->unit);
        }
        ly_text_puts(c, "};\n");
    }
    ly_text_puts(c, "\n/* the statements of each file: the first, and behind the last */\n"
                    "static const uint32_t units[][2] = {");
    for (uint32_t i = 0; i < p->unit_count; i++)
        ly_text_printf(c, "%s{%u, %u}", i ? ", " : "", p->units[i]->first, p->units[i]->last);
    ly_text_puts(c, "};\nstatic const char *const files[] = {");
    for (uint32_t i = 0; i < p->unit_count; i++) {
        if (i) ly_text_puts(c, ", ");
        emit_string_literal(c, p->units[i]->path, strlen(p->units[i]->path));
    }
    ly_text_printf(c, "};\n\nstatic ly_module_state state;\n%sconst ly_module %s = {\n    .name = ",
                   is_linked(p) ? "" : "static ", emit_module_name(p));
    emit_string_literal(c, p->name, strlen(p->name));
    ly_text_printf(c, ",\n    .files = files,\n    .units = units,\n    .main_units = %u,\n    .state = &state,\n",
                   p->main_units);
#define ROWS(count, name)                                                                        \
    if (count) ly_text_printf(c, "    ." name "s = " name "s,\n    ." name "_count = %u,\n", count)
    ROWS(e->symbol_count, "symbol");
    ROWS(e->number_count, "number");
    if (e->patch_count)
        ly_text_printf(c, "    .patches = patches,\n    .patch_count = %u,\n", e->patch_count);
    ROWS(e->constant_count, "constant");
    ROWS(e->rule_count, "rule");
    if (e->entry_count)
        ly_text_printf(c, "    .entries = entries,\n    .entry_count = %u,\n    .base = &first_entry,\n",
                       e->entry_count);
    ROWS(p->statement_count, "statement");
    ROWS(p->get_count, "get");
#undef ROWS
    ly_text_puts(c, "};\n");
    if (p->options->tiers) {
        ly_text_puts(c, "\n#ifndef __TINYC__\nconst void *const lyra_tiers[] = {\n");
        put(c, &e->tiers);
        ly_text_puts(c, "    0};\n#endif\n");
        p->tier_count = e->tier_count;
    }
    if (!is_linked(p))
        ly_text_puts(c, "\nstatic void program(ly_context *cx) { ly_module_run(cx, &lyra_module); }\n\n"
                        "int main(int count, char **arguments)\n{\n"
                        "    return ly_session_main(count, arguments, program);\n}\n");
}

void emit_program(program *p, ly_text *c)
{
    emitter e = {.p = p};
    e.names = name_table_new(p);
    e.used = name_table_new(p);
    emit_definitions(&e);
    for (uint32_t i = 0; i < p->statement_count; i++) emit_statement(&e, i);
    ly_text_printf(c, "/* %s: made by lyra build */\n#include \"abi.h\"\n\n", p->name);
    put(c, &e.symbols);
    if (e.numbers.count) ly_text_putc(c, '\n');
    put(c, &e.numbers);
    ly_text_putc(c, '\n');
    put(c, &e.constants);
    if (e.entry_count)
        ly_text_puts(c, "\n/* where this module's entries begin among those of the process */\n"
                        "static uint32_t first_entry;\n");
    if (e.entry_count) {
        ly_text_puts(c, "enum {");
        for (const definition *d = p->definitions, *first = NULL; d; d = d->next) {
            if (!d->direct) continue;
            ly_text_printf(c, "%s entry_%s", first ? "," : "", d->name);
            first = d;
        }
        ly_text_puts(c, " };\n");
    }
    if (e.clone_temps)
        ly_text_printf(c, "\n/* bytes of stack that a level of recursion takes at most */\nenum { level_size = LY_LEVEL_SIZE(%u) };\n",
                       e.clone_temps);
    ly_text_printf(c, "\n%sconst ly_module %s;\n\n", is_linked(p) ? "extern " : "static ",
                   emit_module_name(p));
    put(c, &e.prototypes);
    put(c, &e.kernels);
    put_functions(&e, c);
    emit_tables(&e, c);
    ly_text *const parts[] = {&e.symbols, &e.symbol_rows, &e.constants, &e.constant_rows, &e.numbers,
                              &e.number_rows, &e.patch_rows, &e.prototypes, &e.kernels, &e.functions,
                              &e.rule_rows, &e.entry_rows, &e.statement_rows, &e.tiers};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) ly_text_free(parts[i]);
}
