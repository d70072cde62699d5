/* lower_scope.c: Module, With, Block and Catch: what begins at their beginning and ends on every way
   out. */
#include "compiler/lower.h"

/* ---- scoping */

typedef struct variable {
    ly_value symbol, value; /* value LY_FAILED: none */
} variable;

/* The variables of a scoping construct; false: not in a shape that is compiled. */
static bool read_variables(ly_value list, at a, bool values_required, uint32_t *count, variable *variables,
                           uint32_t most)
{
    if (!ly_has_head(list, LY_SYM(List))) return false;
    const ly_expr *x = ly_expr_of(list);
    if (x->count > most) return false;
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value item = x->args[i];
        bool set = ly_has_shape(item, LY_SYM(Set), 2);
        variable v = {set ? ly_expr_of(item)->args[0] : item, set ? ly_expr_of(item)->args[1] : LY_FAILED};
        if (!ly_is_symbol(v.symbol) || (values_required && !set)) return false;
        const local *outer = find_local(a.scope, v.symbol);
        if (outer && outer->kind == LOCAL_PARAMETER) return false;
        for (uint32_t k = 0; k < i; k++)
            if (variables[k].symbol == v.symbol) return false;
        variables[i] = v;
    }
    *count = x->count;
    return true;
}

enum { MOST_VARIABLES = 64 };

/* A variable's own symbol is named after y$ where something was put in behind it: see match/substitute.c.
   Each substitution around that puts something into the body adds its $. */
static ly_value shown_symbol(lowering *l, ly_value symbol, const ly_expr *construct, const scope *outer)
{
    uint64_t seen = 0;
    const char *name = ly_symbol_name(symbol);
    for (const scope *s = outer; s; s = s->outer) {
        uint32_t group = s->local->group;
        if (!group || group > 60 || seen & (uint64_t)1 << group) continue;
        bool of_rule = s->local->parameter; /* which looks at the initial values, too */
        if (find_local(outer, s->symbol) != s->local) continue;
        if (!mentions(construct->args[1], s->symbol) && !(of_rule && mentions(construct->args[0], s->symbol)))
            continue;
        seen |= (uint64_t)1 << group;
        name = program_text(l->p, "%s$", name);
    }
    if (!seen) return symbol;
    return program_keep(l->p, ly_intern(ly_symbol_of(symbol)->context, name));
}

static node *lower_scope(lowering *l, ly_value e, const ly_expr *x, at a, bool module)
{
    variable variables[MOST_VARIABLES];
    uint32_t count;
    if (x->count != 2 || !read_variables(x->args[0], a, !module, &count, variables, MOST_VARIABLES))
        return NULL;
    if (ly_has_head(x->args[1], LY_SYM(Condition)) && !a.decides) return NULL;
    node *first = NULL, **link = &first;
    const scope *s = a.scope;
    uint32_t group = ++l->groups;
    for (uint32_t i = 0; i < count; i++) {
        node *n = node_new(l, OP_LET, e, 2);
        /* the initial value is evaluated outside the construct */
        if (variables[i].value) n->kids[0] = lower(l, variables[i].value, inside(a));
        n->local = local_new(l, variables[i].symbol, module ? LOCAL_VARIABLE : LOCAL_PARAMETER);
        n->local->unset = !variables[i].value;
        n->local->group = group;
        n->local->shown = shown_symbol(l, variables[i].symbol, x, a.scope);
        scope *inner = program_alloc(l->p, sizeof *inner);
        *inner = (scope){variables[i].symbol, n->local, s};
        s = inner;
        *link = n;
        link = &n->kids[1];
    }
    at body = inside(a);
    body.scope = s;
    body.decides = a.decides;
    *link = lower(l, x->args[1], body);
    return first;
}

node *lower_module(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return lower_scope(l, e, x, a, true);
}

node *lower_with(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return lower_scope(l, e, x, a, false);
}

/* The values are computed in C; the symbols are the runtime's, and get their old values back. */
node *lower_block(lowering *l, ly_value e, const ly_expr *x, at a)
{
    variable variables[MOST_VARIABLES];
    uint32_t count;
    if (x->count != 2 || !read_variables(x->args[0], a, false, &count, variables, MOST_VARIABLES)) return NULL;
    if (ly_has_head(x->args[1], LY_SYM(Condition)) && !a.decides) return NULL;
    ly_expr *symbols = ly_expr_new(l->p->cx, LY_SYM(List), count);
    if (!symbols) return NULL;
    for (uint32_t i = 0; i < count; i++) symbols->args[i] = ly_retain(variables[i].symbol);
    ly_value list = program_keep(l->p, ly_from_object(symbols));
    for (uint32_t i = 0; i < count; i++) {
        const ly_symbol *s = ly_symbol_of(variables[i].symbol);
        if (find_local(a.scope, variables[i].symbol) || s->builtin) return NULL;
    }
    node *n = node_new(l, OP_BLOCK, e, count + 1);
    n->value = list;
    for (uint32_t i = 0; i < count; i++)
        if (variables[i].value) n->kids[1 + i] = lower(l, variables[i].value, inside(a));
    at body = inside(a);
    body.decides = a.decides;
    n->kids[0] = lower(l, x->args[1], body);
    return n;
}

/* ---- Catch */

node *lower_catch(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 1 || x->count > 3) return NULL;
    node *n = node_new(l, OP_CATCH, e, x->count);
    n->depth = a.depth;
    for (uint32_t i = 1; i < x->count; i++) n->kids[i] = lower(l, x->args[i], inside(a));
    n->kids[0] = lower(l, x->args[0], inside(a));
    return n;
}
