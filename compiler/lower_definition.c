/* lower_definition.c: definitions inside code: f[x_] := … in a Module, or in a function.

   The evaluator enters the rule, as always; then the rule gets its right side as C. What that has from
   the code around, variables' symbols and the values of parameters, stands in the rule's right side, where
   the evaluator put it; the body takes it from there, so that the rule alone is enough: it may outlive the
   Module, be copied, be one of many that one statement entered. */
#include <string.h>

#include "compiler/lower.h"
#include "eval/eval.h"

/* Where the symbol stands in e, by arguments alone, not inside of lists (they may be packed). */
static bool find_path(ly_value e, ly_value symbol, captured *c)
{
    enum { DEEPEST = sizeof c->path / sizeof *c->path };
    if (e == symbol) return true;
    if (!ly_is_expr(e) || ly_has_head(e, LY_SYM(List)) || c->depth == DEEPEST) return false;
    const ly_expr *x = ly_expr_of(e);
    for (int i = -1; i < (int)x->count; i++) {
        c->path[c->depth++] = i;
        if (find_path(i < 0 ? x->head : x->args[i], symbol, c)) return true;
        c->depth--;
    }
    return false;
}

static bool is_variable_of(const rule *r, ly_value symbol)
{
    for (uint32_t i = 0; i < r->variable_count; i++)
        if (r->variables[i].symbol == symbol) return true;
    return false;
}

/* The locals that the right side mentions; false: one of them can't be taken from there. */
static bool find_captured(program *p, rule *r, ly_value e, const scope *s)
{
    if (ly_is_symbol(e)) {
        local *v = find_local(s, e);
        if (!v || v->kind == LOCAL_ITERATOR || is_variable_of(r, e)) return true;
        for (uint32_t i = 0; i < r->captured_count; i++)
            if (r->captured[i]->local == v) return true;
        captured *c = program_alloc(p, sizeof *c);
        c->local = v;
        if (v->sequence || v->kind == LOCAL_SLOT || !find_path(r->rhs, e, c)) return false;
        program_add(p, r->captured, r->captured_count, r->captured_capacity, c);
        return true;
    }
    if (!ly_is_expr(e)) return true;
    const ly_expr *x = ly_expr_of(e);
    if (!find_captured(p, r, x->head, s)) return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (!find_captured(p, r, x->args[i], s)) return false;
    return true;
}

/* The pattern's variables come in the same order whatever is put in, and whatever its symbols mean. */
static bool keeps_order(lowering *l, ly_value e, const scope *s)
{
    if (ly_is_symbol(e)) return !find_local(s, e);
    if (!ly_is_expr(e)) return !ly_is_association(e);
    const ly_expr *x = ly_expr_of(e);
    if (!ly_is_symbol(x->head)) return false;
    const definition *d = definition_of(l->p, x->head);
    if (d ? d->attributes || d->attributes_unknown : ly_attributes(l->p->cx, x->head) & (LY_ORDERLESS | LY_FLAT))
        return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (!keeps_order(l, x->args[i], s)) return false;
    return !find_local(s, x->head);
}

node *lower_set_delayed(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 2) return NULL;
    rule *r = inner_rule(l->p, e, l->place);
    if (!r) return NULL;
    ly_value symbol = r->definition->symbol;
    const local *f = find_local(a.scope, symbol);
    if (f ? f->kind != LOCAL_VARIABLE : ly_symbol_of(symbol)->builtin != NULL) return NULL;
    if (strcmp(ly_symbol_of(symbol)->context, "System`") == 0) return NULL;
    for (uint32_t i = 0; i < ly_expr_of(r->call)->count; i++)
        if (!keeps_order(l, ly_expr_of(r->call)->args[i], a.scope)) return NULL;
    for (uint32_t i = 0; i < r->variable_count; i++)
        if (!ly_is_symbol(r->variables[i].symbol) || find_local(a.scope, r->variables[i].symbol)) return NULL;
    if (!find_captured(l->p, r, r->rhs, a.scope)) return NULL;
    lower_rule(l->p, r, a.scope, l->groups);
    if (!r->function) return NULL;
    node *n = node_new(l, OP_DEFINE, e, 0);
    n->value = e;
    n->depth = a.depth;
    n->rule = r;
    note_uses(l, n, e, a.scope);
    r->index = l->p->rule_count++;
    program_add(l->p, l->p->inner_rules, l->p->inner_rule_count, l->p->inner_rule_capacity, r);
    n->index = r->index;
    return n;
}
