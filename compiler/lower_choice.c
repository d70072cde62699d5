/* lower_choice.c: If, Which, Switch and logic. */
#include "compiler/lower.h"

/* ---- choice */

static node *if_node(lowering *l, ly_value e, at a, ly_value test, ly_value yes, ly_value no,
                     ly_value neither, uint32_t index)
{
    node *n = node_new(l, OP_IF, e, 4);
    n->depth = a.depth;
    n->index = index;
    n->kids[0] = lower(l, test, inside(a));
    n->kids[1] = lower(l, yes, next(a));
    n->kids[2] = no ? lower(l, no, next(a)) : NULL;
    n->kids[3] = neither ? lower(l, neither, next(a)) : NULL;
    if (!neither) note_weak_uses(l, n, e, a.scope);
    return n;
}

node *lower_if(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 2 || x->count > 4) return NULL;
    return if_node(l, e, a, x->args[0], x->args[1], x->count > 2 ? x->args[2] : LY_FAILED,
                   x->count > 3 ? x->args[3] : LY_FAILED, 0);
}

/* Which[t1, v1, …] from test i on */
static node *which_from(lowering *l, ly_value e, const ly_expr *x, at a, uint32_t i)
{
    if (x->args[i] == LY_SYM(True)) return lower(l, x->args[i + 1], next(a));
    node *n = node_new(l, OP_IF, e, 4);
    n->depth = a.depth;
    n->index = i;
    n->kids[0] = lower(l, x->args[i], inside(a));
    n->kids[1] = lower(l, x->args[i + 1], next(a));
    n->kids[2] = i + 2 < x->count ? which_from(l, e, x, a, i + 2) : NULL;
    note_weak_uses(l, n, e, a.scope);
    return n;
}

node *lower_which(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count == 0 || x->count % 2 || x->count > 400) return NULL;
    return which_from(l, e, x, a, 0);
}

static node *lower_logic(lowering *l, ly_value e, const ly_expr *x, at a, op op)
{
    if (x->count < 2) return NULL;
    node *n = node_new(l, op, e, x->count);
    n->depth = a.depth;
    for (uint32_t i = 0; i < x->count; i++) n->kids[i] = lower(l, x->args[i], inside(a));
    note_weak_uses(l, n, e, a.scope);
    return n;
}

node *lower_and(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return lower_logic(l, e, x, a, OP_AND);
}

node *lower_or(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return lower_logic(l, e, x, a, OP_OR);
}

node *lower_not(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 1) return NULL;
    node *n = node_new(l, OP_NOT, e, 1);
    n->depth = a.depth;
    n->kids[0] = lower(l, x->args[0], inside(a));
    return n;
}

/* ---- Switch */

/* A form that evaluates to itself: literals, _, _h, _?test, alternatives and lists of them. */
static bool is_inert_form(lowering *l, ly_value e)
{
    const ly_expr *x = ly_is_expr(e) ? ly_expr_of(e) : NULL;
    if (!x || is_constant(l, e)) return is_constant(l, e);
    if (x->head == LY_SYM(Blank)) return x->count == 0 || (x->count == 1 && is_constant(l, x->args[0]));
    if (x->head == LY_SYM(PatternTest))
        return x->count == 2 && is_inert_form(l, x->args[0]) && is_constant(l, x->args[1]);
    if (x->head != LY_SYM(Alternatives) && x->head != LY_SYM(List)) return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (!is_inert_form(l, x->args[i])) return false;
    return x->count > 0;
}

node *lower_switch(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 3 || x->count % 2 == 0 || x->count > 400) return NULL;
    for (uint32_t i = 1; i < x->count; i += 2)
        if (mentions(x->args[i], LY_SYM(Pattern))) return NULL; /* what it binds stands in the value */
    node *n = node_new(l, OP_SWITCH, e, x->count);
    n->depth = a.depth;
    n->kids[0] = lower(l, x->args[0], inside(a));
    for (uint32_t i = 1; i < x->count; i += 2) {
        n->kids[i] = is_inert_form(l, x->args[i]) ? lower_constant(l, x->args[i])
                                                  : lower(l, x->args[i], inside(a));
        n->kids[i + 1] = lower(l, x->args[i + 1], next(a));
    }
    note_weak_uses(l, n, e, a.scope);
    return n;
}
