/* pure.c: which expressions over data become loops on unboxed numbers: Table, Sum, Product.

   needs   types inferred, kernels found
   leaves  node.pure on the outermost expressions that have such a form

   A pure loop has no effects, so that nobody can tell when it is done again: its C function computes the
   whole, and on any trouble (an overflow, a part out of range, other types than guessed) it is refused as
   a whole and the generic code does all of it, messages included. Trouble with a number is noted and
   asked for once, at the end: rounds have no branches for it. */
#include "compiler/kernels.h"
#include "eval/eval.h"

static const type none = {TYPE_NONE, 0}, integer = {TYPE_INT, 0}, real = {TYPE_REAL, 0}, mixed = {TYPE_MIXED, 0};

static bool is_none(type t) { return t.base == TYPE_NONE; }

bool is_pure_number(const node *n) { return n->op == OP_TOTAL; }

bool is_stream(const node *n) { return n->op == OP_TABLE; }

type check_element(search *s, node *n) { return refuse_typed(s, n, "an array made on the way"); }

/* A variable that the expression binds itself: nobody else sees it. */
static bool bind(search *s, const node *n, local *v, type t)
{
    kernel_variable *x = kernel_local(s->k, v);
    if (!x) x = add_variable(s, v, NULL, t, false);
    else if (x->type.base != t.base) return refuse_typed(s, n, "a variable of different types"), false;
    x->bound = x->assigned = true;
    return true;
}

static bool check_bounds(search *s, node *n)
{
    for (uint32_t i = 1; i < n->count; i++) {
        type t = check_typed(s, n->kids[i]);
        if (is_none(t)) return false;
        if (!is_scalar(t, TYPE_INT)) return refuse_typed(s, n, "a bound that is no machine integer"), false;
    }
    return !n->local || bind(s, n, n->local, integer);
}

/* Empty sums are an exact 0. */
static type check_total(search *s, node *n)
{
    if (!check_bounds(s, n)) return none;
    node *body = n->kids[0];
    if (body->op == OP_TOTAL && body->inner) return body->type = check_total(s, body);
    type t = check_typed(s, body);
    if (is_none(t)) return none;
    if (is_scalar(t, TYPE_INT)) return integer;
    if (is_scalar(t, TYPE_REAL) || is_scalar(t, TYPE_MIXED)) return mixed;
    return refuse_typed(s, n, "terms that are no machine numbers");
}

type check_pure_number(search *s, node *n)
{
    if (s->loops > 0 || n->op != OP_TOTAL) return refuse_typed(s, n, "an expression without a typed form");
    return check_total(s, n);
}

static type check_array(search *s, node *n)
{
    enum { MOST = 3 };
    if (n->op != OP_TABLE) return refuse_typed(s, n, "an array without a typed form");
    if (!check_bounds(s, n)) return none;
    node *body = n->kids[0];
    type t = is_stream(body) ? body->type = check_array(s, body) : check_typed(s, body);
    if (is_none(t)) return none;
    if (t.base == TYPE_MIXED) t = real;
    if ((t.base != TYPE_INT && t.base != TYPE_REAL) || t.rank == MOST)
        return refuse_typed(s, n, "elements that are no machine numbers");
    return (type){t.base, (uint8_t)(t.rank + 1)};
}

/* ---- the search */

static bool try_pure(search *s, node *n)
{
    pure *u = program_alloc(s->p, sizeof *u);
    u->root = u->k.root = n;
    s->k = &u->k;
    u->type = n->op == OP_TOTAL ? check_pure_number(s, n) : check_array(s, n);
    if (u->type.base == TYPE_MIXED) u->type = real;
    u->sum = n->op == OP_TOTAL;
    n->pure = u;
    return !is_none(u->type);
}

static void look(search *s, node *n)
{
    if (!n || (n->kernel && !n->kernel->why)) return;
    if ((n->op == OP_TABLE || n->op == OP_TOTAL) && try_pure(s, n)) return;
    for (uint32_t i = 0; i < n->count; i++) look(s, n->kids[i]);
}

void find_pure_loops(program *p)
{
    search s = {.p = p};
    for (definition *d = p->definitions; d; d = d->next)
        for (uint32_t i = 0; i < d->rule_count; i++)
            if (d->rules[i]->function) look(&s, d->rules[i]->function->body);
    for (uint32_t i = 0; i < p->statement_count; i++)
        if (p->statements[i]->function) look(&s, p->statements[i]->function->body);
}
