/* lower_parallel.c: ParallelTable, ParallelSum, ParallelMap and their kin with the body written out.

   The call stays what it was, and beside it stands what it computes, as a Table or Map (node.plain): if
   that has a typed form, its rounds are shared out as native code, and where that refuses, the call
   follows as if nothing had happened. Locals are read at the call's beginning, so those that the call
   shows get symbols there and then. */
#include "compiler/lower.h"
#include "eval/eval.h"

static ly_value part(ly_value e, uint32_t i) { return ly_retain(ly_expr_of(e)->args[i]); }

/* ---- what the typed form may do */

static bool is_bound(const local *v, uint32_t from) { return v && v->index >= from; }

/* Nothing in n does more than read locals from outside (those before the index `from`) and symbols. */
static bool only_reads(const node *n, uint32_t from)
{
    switch (n->op) {
    case OP_SET_LOCAL:
    case OP_STEP:
    case OP_SET_PART:
    case OP_STEP_PART:
        if (!is_bound(n->local, from)) return false;
        break;
    case OP_CONSTANT:
    case OP_LOCAL:
    case OP_SYMBOL:
    case OP_CALL:
    case OP_APPLY:
    case OP_PRIMITIVE:
    case OP_IF:
    case OP_AND:
    case OP_OR:
    case OP_NOT:
    case OP_SEQUENCE:
    case OP_WHILE:
    case OP_DO:
    case OP_TABLE:
    case OP_TOTAL:
    case OP_BREAK:
    case OP_CONTINUE:
    case OP_LET:
    case OP_MAP:
    case OP_SELECT:
    case OP_FOLD:
    case OP_NEST: break;
    default: return false;
    }
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i] && !only_reads(n->kids[i], from)) return false;
    return true;
}

/* ---- the two together */

/* The call e with its plain form; combine: Plus, Times, or LY_FAILED. */
static node *beside(lowering *l, ly_value e, at a, node *typed, uint32_t from, ly_value combine)
{
    if (!only_reads(typed, from)) return NULL;
    node *n = node_new(l, OP_PARALLEL, e, 0);
    n->value = combine;
    n->plain = typed;
    n->depth = a.depth;
    note_weak_uses(l, n, e, a.scope);
    return n;
}

static node *beside_table(lowering *l, ly_value e, at a, ly_value plain, ly_value combine)
{
    uint32_t from = l->f->local_count;
    node *typed = lower(l, program_keep(l->p, plain), inside(a));
    return typed->op == OP_TABLE ? beside(l, e, a, typed, from, combine) : NULL;
}

/* Rules behind are options, and anything but {i, …} is no plain iterator. */
static bool has_plain_iterators(const ly_expr *x)
{
    if (x->count < 2) return false;
    for (uint32_t i = 1; i < x->count; i++)
        if (!ly_has_head(x->args[i], LY_SYM(List)) || ly_expr_of(x->args[i])->count < 2) return false;
    return true;
}

/* head[body, iterators from `from` on …] */
static ly_value over(lowering *l, ly_value head, ly_value body, const ly_expr *x, uint32_t from)
{
    ly_expr *made = ly_expr_new(l->p->cx, head, 1 + x->count - from);
    made->args[0] = body;
    for (uint32_t i = from; i < x->count; i++) made->args[1 + i - from] = ly_retain(x->args[i]);
    return ly_from_object(made);
}

node *lower_parallel_table(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (!has_plain_iterators(x)) return NULL;
    return beside_table(l, e, a, over(l, LY_SYM(Table), part(e, 0), x, 1), LY_FAILED);
}

/* Its terms are those of the first iterator; the others are sums inside. */
node *lower_parallel_sum(lowering *l, ly_value e, const ly_expr *x, at a)
{
    bool sum = x->head == LY_SYM(ParallelSum);
    if (!has_plain_iterators(x)) return NULL;
    ly_value term = x->count == 2 ? part(e, 0) : over(l, sum ? LY_SYM(Sum) : LY_SYM(Product), part(e, 0), x, 2);
    ly_value plain = ly_make2(l->p->cx, LY_SYM(Table), term, part(e, 1));
    return beside_table(l, e, a, plain, sum ? LY_SYM(Plus) : LY_SYM(Times));
}

/* ---- over data */

/* f[x] written out as a function of one variable: f itself, or around the symbol of a definition. */
static ly_value function_of(lowering *l, ly_value f)
{
    if (ly_has_head(f, LY_SYM(Function))) return f;
    if (!ly_is_symbol(f) || (!definition_of(l->p, f) && !ly_symbol_of(f)->builtin)) return LY_FAILED;
    ly_value x = ly_intern("Lyra`Locals`", "x");
    return program_keep(l->p, ly_make2(l->p->cx, LY_SYM(Function), x, ly_make1(l->p->cx, f, x)));
}

/* The data is computed once, into a local of its own. */
node *lower_parallel_map(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 2 || find_local(a.scope, x->args[0])) return NULL;
    ly_value f = function_of(l, x->args[0]);
    if (!f) return NULL;
    uint32_t from = l->f->local_count;
    ly_value data = ly_intern("Lyra`Locals`", program_text(l->p, "data%u", from));
    node *let = node_new(l, OP_LET, e, 2);
    let->local = local_new(l, data, LOCAL_PARAMETER);
    let->kids[0] = lower(l, x->args[1], inside(a));
    at within = inside(a);
    scope *inner = program_alloc(l->p, sizeof *inner);
    *inner = (scope){data, let->local, a.scope};
    within.scope = inner;
    node *typed = lower(l, program_keep(l->p, ly_make2(l->p->cx, LY_SYM(Map), ly_retain(f), data)), within);
    if (typed->op != OP_MAP) return NULL;
    ly_value call = program_keep(l->p, ly_make2(l->p->cx, x->head, part(e, 0), data));
    let->kids[1] = beside(l, call, within, typed, from, LY_FAILED);
    return let->kids[1] ? let : NULL;
}

/* f[1], …, f[n] */
node *lower_parallel_array(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 2 || ly_has_head(x->args[1], LY_SYM(List)) ||
        ly_has_head(x->args[1], LY_SYM(Rule)) || ly_has_head(x->args[1], LY_SYM(RuleDelayed)))
        return NULL;
    if (find_local(a.scope, x->args[0])) return NULL;
    ly_value f = function_of(l, x->args[0]), i = ly_intern("Lyra`Locals`", program_text(l->p, "index%u", l->f->local_count));
    if (!f) return NULL;
    ly_value body = ly_function_body(l->p->cx, f, 1, &i);
    if (body == LY_UNEVALUATED || ly_failed(body)) return NULL;
    ly_value plain = ly_make2(l->p->cx, LY_SYM(Table), body, ly_make2(l->p->cx, LY_SYM(List), i, part(e, 1)));
    return beside_table(l, e, a, plain, LY_FAILED);
}
