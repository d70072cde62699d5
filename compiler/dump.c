/* dump.c: what each pass leaves, as text for --dump=PASS. */
#include <string.h>

#include "compiler/program.h"
#include "text/text.h"

static void write_value(program *p, ly_value v, FILE *to)
{
    ly_text text = {0};
    ly_print_input_form(p->cx, &text, v);
    fwrite(text.data ? text.data : "", 1, text.count, to);
    ly_text_free(&text);
}

static const char *op_name(const node *n)
{
    static const char *const names[] = {
        "constant", "local", "symbol", "evaluate", "quote", "list", "call", "apply", "apply value",
        "primitive", "if", "switch", "and", "or", "not", "sequence", "while", "do", "table", "total", "break", "continue",
        "let", "block", "condition", "catch", "guard", "set", "set symbol", "step", "set part", "step part", "set list", "update", "assign", "map", "scan",
        "select", "fold", "nest", "parallel", "define", "get", "rest"};
    if (n->op == OP_PRIMITIVE) return primitives[n->primitive].name;
    return names[n->op];
}

static void write_type(type t, FILE *to)
{
    static const char *const names[] = {"nothing", "integer", "real", "real or exact", "quotient", "boolean", "any"};
    fprintf(to, "%s", names[t.base]);
    if (t.rank) fprintf(to, " array of rank %u", t.rank);
}

/* That an expression has a form on unboxed numbers, and its variables; or why it has none. */
static void write_typed_form(program *p, const char *what, const kernel *k, FILE *to)
{
    fprintf(to, k->why ? "   (no %s: %s" : "   (%s", what, k->why);
    for (uint32_t i = 0; i < k->variable_count && !k->why; i++) {
        const kernel_variable *x = k->variables[i];
        ly_value symbol = x->local ? x->local->symbol : x->global->symbol;
        fprintf(to, "%s %s: ", i ? ";" : "", symbol ? ly_symbol_name(symbol) : "#");
        write_type(x->type, to);
        if (x->outer && x->needed) fprintf(to, ", asked for on entry");
        if (x->assigned) fprintf(to, ", assigned");
    }
    if (k->why && !ly_failed(k->obstacle)) {
        fprintf(to, ": ");
        write_value(p, k->obstacle, to);
    }
    fprintf(to, ")");
}

static void write_node(program *p, const node *n, int indent, bool analysed, FILE *to)
{
    fprintf(to, "%*s", indent * 2, "");
    if (!n) {
        fprintf(to, "-\n");
        return;
    }
    fprintf(to, "%s", op_name(n));
    if (n->local) fprintf(to, " %s", n->local->symbol ? ly_symbol_name(n->local->symbol) : "?");
    if (analysed && n->op == OP_LOCAL && n->last) fprintf(to, " (last)");
    if (analysed && n->op == OP_LET) fprintf(to, n->local->escapes ? " (symbol)" : " (C variable)");
    if (n->op == OP_CONSTANT || n->op == OP_SYMBOL || n->op == OP_TEMPLATE || n->op == OP_QUOTE ||
        n->op == OP_APPLY || n->op == OP_GUARD || n->op == OP_SET_SYMBOL || n->op == OP_DEFINE) {
        fprintf(to, " ");
        write_value(p, n->value, to);
    }
    if (n->kernel) write_typed_form(p, "kernel", n->kernel, to);
    if (n->pure) write_typed_form(p, "loop on numbers", &n->pure->k, to);
    if (n->op == OP_CALL) fprintf(to, " %s%s", ly_symbol_name(n->definition->symbol), n->tail ? " (tail)" : "");
    fprintf(to, "\n");
    for (uint32_t i = 0; i < n->count; i++) write_node(p, n->kids[i], indent + 1, analysed, to);
}

static void dump_statements(program *p, FILE *to)
{
    for (uint32_t i = 0; i < p->statement_count; i++) {
        const statement *s = p->statements[i];
        fprintf(to, "%s:%u:%u: ", p->units[s->unit]->path, s->line, s->column);
        if (s->rest) fprintf(to, "(read at run time)");
        else write_value(p, s->input, to);
        fprintf(to, "\n");
    }
}

static void dump_definitions(program *p, FILE *to)
{
    for (definition *d = p->definitions; d; d = d->next) {
        if (!d->rule_count) continue;
        fprintf(to, "%s: %s%s\n", ly_symbol_name(d->symbol), d->direct ? "compiled, called directly" : "through the evaluator: ",
                d->direct ? "" : d->note ? d->note : "a rule was not lowered");
        for (uint32_t i = 0; i < d->rule_count; i++) {
            fprintf(to, "  ");
            write_value(p, d->rules[i]->statement, to);
            fprintf(to, "\n");
        }
    }
}

static void dump_rule(program *p, const rule *r, bool analysed, FILE *to)
{
    write_value(p, r->lhs, to);
    if (!r->function) {
        fprintf(to, "  evaluate: %s\n", r->note ? r->note : "");
        return;
    }
    fprintf(to, "\n");
    if (r->function->condition) {
        fprintf(to, "  condition\n");
        write_node(p, r->function->condition, 2, analysed, to);
    }
    write_node(p, r->function->body, 1, analysed, to);
}

static void dump_lowered(program *p, bool analysed, FILE *to)
{
    for (definition *d = p->definitions; d; d = d->next)
        for (uint32_t i = 0; i < d->rule_count; i++) dump_rule(p, d->rules[i], analysed, to);
    for (uint32_t i = 0; i < p->inner_rule_count; i++) dump_rule(p, p->inner_rules[i], analysed, to);
    for (uint32_t i = 0; i < p->statement_count; i++) {
        const statement *s = p->statements[i];
        fprintf(to, "%s:%u\n", p->units[s->unit]->path, s->line);
        if (s->function) write_node(p, s->function->body, 1, analysed, to);
    }
}

void dump_pass(program *p, const char *pass, FILE *to)
{
    if (strcmp(pass, "read") == 0) dump_statements(p, to);
    else if (strcmp(pass, "definitions") == 0) dump_definitions(p, to);
    else if (strcmp(pass, "lowered") == 0) dump_lowered(p, false, to);
    else if (strcmp(pass, "analysed") == 0 || strcmp(pass, "typed") == 0) dump_lowered(p, true, to);
}
