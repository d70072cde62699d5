/* lower_fork.c: futures of calls that are awaited in the same body: to clones, calls that others may make. */
#include "compiler/lower.h"
#include "eval/eval.h"

/* Future[f[…]] of a definition: beside it the call itself. */
node *lower_future(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 1 || !ly_is_expr(x->args[0]) || !ly_is_symbol(ly_expr_of(x->args[0])->head)) return NULL;
    const definition *d = definition_of(l->p, ly_expr_of(x->args[0])->head);
    if (!d || d->attributes || d->attributes_unknown) return NULL;
    node *n = lower_template(l, e, a), *call = lower(l, x->args[0], inside(inside(a)));
    if (call->op == OP_CALL) n->plain = call;
    n->forks = n->plain != NULL;
    return n;
}

/* Await[v] of a variable: beside it the variable, which a clone has for the future's value. */
node *lower_await(lowering *l, ly_value e, const ly_expr *x, at a)
{
    local *v = x->count == 1 && ly_is_symbol(x->args[0]) ? find_local(a.scope, x->args[0]) : NULL;
    if (!v || v->sequence) return NULL;
    node *n = node_new(l, OP_APPLY, e, 1);
    n->value = x->head;
    n->depth = a.depth;
    n->tail = a.tail;
    n->steps = a.steps;
    n->kids[0] = lower(l, x->args[0], inside(a));
    n->plain = node_new(l, OP_LOCAL, x->args[0], 0);
    n->plain->local = v;
    n->forks = true;
    return n;
}
