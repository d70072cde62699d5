/* kernels.c: which loops become kernels: C over unboxed numbers and packed arrays.

   needs   types inferred, clones found
   leaves  node.kernel on the outermost loops that have a typed form; node.resume on their statements

   A kernel is a second form of a loop, beside the generic one. Its variables are those of the loop, held
   unboxed; on entry their types are asked for, and where they are others the generic loop goes round
   once and asks again. Inside, every operation either stays within the types or leaves the kernel before
   its statement has had an effect, and the generic loop goes on with that very statement. So a statement
   of a kernel computes without effects and ends with at most one assignment. */
#include <string.h>

#include "compiler/kernels.h"
#include "eval/eval.h"

static const type none = {TYPE_NONE, 0}, integer = {TYPE_INT, 0}, real = {TYPE_REAL, 0};

static bool same(type a, type b) { return a.base == b.base && a.rank == b.rank; }
static bool is_none(type t) { return t.base == TYPE_NONE; }

/* ---- statements */

/* A value of type t can be kept in a variable of type to. */
static bool keeps(type to, type t, const node *value)
{
    if (same(to, t)) return true;
    if (is_scalar(to, TYPE_INT) && is_scalar(t, TYPE_RATIO)) return true;
    if (!is_scalar(to, TYPE_MIXED)) return false;
    return is_scalar(t, TYPE_REAL) || (is_scalar(t, TYPE_INT) && value->op == OP_CONSTANT);
}

static void number_resume(search *s, node *n) { n->resume = ++s->k->resume_count; }

static node *array_node(node *n)
{
    return (n->op == OP_LOCAL || n->op == OP_SYMBOL) && (n->local ? n->local->type : n->global ? n->global->type : none).rank
               ? n : NULL;
}

/* b = a of whole arrays: b gets its own copy. */
static bool check_copy(search *s, node *n)
{
    kernel_variable *from = variable_of(s, n->kids[0]), *to = from ? variable_of(s, n) : NULL;
    if (!to) return false;
    if (!same(from->type, to->type)) return refuse(s, n, "a variable that gets values of different types");
    to->assigned = to->moves = true;
    n->kids[0]->type = from->type;
    return true;
}

static bool check_set(search *s, node *n)
{
    if (array_node(n->kids[0])) return check_copy(s, n);
    type t = check_typed(s, n->kids[0]);
    if (is_none(t)) return false;
    kernel_variable *x = variable_of(s, n);
    if (!x) return false;
    if (x->forked) return refuse(s, n, "a variable of a future gets other values");
    x->assigned = true;
    if (!keeps(x->type, t, n->kids[0])) return refuse(s, n, "a variable that gets values of different types");
    return true;
}

static bool check_step(search *s, node *n)
{
    type t = check_typed(s, n->kids[0]);
    if (is_none(t)) return false;
    kernel_variable *x = variable_of(s, n);
    if (!x) return false;
    if (x->forked) return refuse(s, n, "a variable of a future gets other values");
    x->assigned = true;
    type now = sum_type(s, n, x->type, t);
    if (is_none(now)) return false;
    return keeps(x->type, now, n) || refuse(s, n, "a variable that gets values of different types");
}

/* A value of type t becomes an element of x, or goes into one. */
static bool check_set_element(search *s, node *n, kernel_variable *x, type t)
{
    if (x->type.rank != n->count - 1) return refuse(s, n, "a part that is no machine number");
    for (uint32_t i = 1; i < n->count; i++)
        if (!check_index(s, n->kids[i])) return false;
    x->assigned = true;
    if (n->op == OP_STEP_PART) t = sum_type(s, n, (type){x->type.base, 0}, t);
    if (is_none(t)) return false;
    if (t.base == TYPE_MIXED) t = real;
    if (t.base == TYPE_RATIO) t = integer;
    return t.base == x->type.base || refuse(s, n, "an array that gets values of different types");
}

static bool check_set_part(search *s, node *n)
{
    type t = check_typed(s, n->kids[0]);
    if (is_none(t)) return false;
    kernel_variable *x = variable_of(s, n);
    if (!x) return false;
    if (x->forked) return refuse(s, n, "a variable of a future gets other values");
    return check_set_element(s, n, x, t);
}

/* Somewhere in n the variable is read. */
static bool reads(search *s, const node *n, const kernel_variable *x)
{
    if (kernel_variable_of(s->k, n) == x) return true;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i] && reads(s, n->kids[i], x)) return true;
    return false;
}

/* {u, v} = {v, u} of whole arrays: each is on both sides once. */
static bool check_permutation(search *s, node *n)
{
    node *values = n->kids[0];
    for (uint32_t i = 0; i < values->count; i++) {
        kernel_variable *to = variable_of(s, n->kids[i + 1]), *from = variable_of(s, values->kids[i]);
        if (!to || !from) return false;
        uint32_t found = 0;
        for (uint32_t j = 0; j < values->count; j++) {
            if (n->kids[j + 1]->op != OP_SET_LOCAL && n->kids[j + 1]->op != OP_SET_SYMBOL)
                return refuse(s, n, "an array beside a part");
            if (!array_node(values->kids[j])) return refuse(s, n, "arrays beside numbers");
            found += variable_of(s, values->kids[j]) == to;
        }
        if (found != 1 || !same(to->type, from->type)) return refuse(s, n, "whole arrays that are no permutation");
        to->assigned = to->moves = true;
        values->kids[i]->type = from->type;
    }
    return true;
}

/* {x, a[[i]], …} = {y, z, …}: all values and places first, then the assignments. */
static bool check_set_list(search *s, node *n)
{
    node *values = n->kids[0];
    uint32_t count = n->count - 1;
    if (values->op != OP_LIST || values->count != count) return refuse(s, n, "a list of values that is not written out");
    for (uint32_t i = 0; i < count; i++)
        if (array_node(values->kids[i])) return check_permutation(s, n);
    for (uint32_t i = 0; i < count; i++) {
        node *set = n->kids[i + 1], *value = values->kids[i];
        type t = check_typed(s, value);
        if (is_none(t)) return false;
        kernel_variable *x = variable_of(s, set);
        if (!x) return false;
        x->assigned = true;
        if (set->op == OP_SET_PART) {
            if (!check_set_element(s, set, x, t)) return false;
        } else if (!keeps(x->type, t, value)) {
            return refuse(s, n, "a variable that gets values of different types");
        }
        for (uint32_t j = 0; j < i; j++)
            for (uint32_t k = 1; k < set->count; k++)
                if (reads(s, set->kids[k], kernel_variable_of(s->k, n->kids[j + 1])))
                    return refuse(s, n, "a place that depends on what is assigned before it");
    }
    return true;
}

static bool check_do(search *s, node *n, bool root)
{
    n->range = s->k->range_count++;
    for (uint32_t i = 1; i < n->count && !root; i++) {
        /* with a step of 1, {i, …, Sqrt[n]} goes to the integer below */
        bool last = i == (n->count == 2 ? 1u : 2u) && n->count < 4 && n->local;
        if (!check_index(s, last && is_integer_root(n->kids[i]) ? n->kids[i]->kids[0] : n->kids[i])) return false;
    }
    if (n->local) {
        if (!is_scalar(n->local->type, TYPE_INT)) return refuse(s, n, "an iterator that is no machine integer");
        add_variable(s, n->local, NULL, n->local->type, false);
    }
    s->loops++;
    bool fine = check_statement(s, n->kids[0]);
    s->loops--;
    return fine;
}

static bool check_while(search *s, node *n)
{
    if (n->kids[2] && !check_statement(s, n->kids[2])) return false;
    if (is_none(check_typed(s, n->kids[0]))) return false;
    if (n->kids[0]->type.base != TYPE_BOOL) return refuse(s, n, "a test that is not True or False");
    s->loops++;
    bool fine = !n->kids[1] || check_statement(s, n->kids[1]);
    s->loops--;
    return fine;
}

bool check_let(search *s, node *n)
{
    number_resume(s, n);
    if (n->kids[0] && is_none(check_typed(s, n->kids[0]))) return false;
    if (n->local->escapes) return refuse(s, n, "other code may see this variable");
    if (!has_c_type(n->local->type) || n->local->type.rank)
        return refuse(s, n, "no machine type is known for this variable");
    add_variable(s, n->local, NULL, n->local->type, false)->assigned = true;
    if (n->kids[0] && !keeps(n->local->type, n->kids[0]->type, n->kids[0]))
        return refuse(s, n, "a variable that gets values of different types");
    return true;
}

static bool check_typed_statement(search *s, node *n)
{
    bool fine;
    switch (n->op) {
    case OP_CONSTANT: return true;
    case OP_SEQUENCE:
        for (uint32_t i = 0; i < n->count; i++)
            if (!check_statement(s, n->kids[i])) return false;
        return true;
    case OP_SET_LOCAL:
    case OP_SET_SYMBOL: number_resume(s, n); return check_set(s, n);
    case OP_STEP: number_resume(s, n); return check_step(s, n);
    case OP_SET_PART:
    case OP_STEP_PART: number_resume(s, n); return check_set_part(s, n);
    case OP_SET_LIST: number_resume(s, n); return check_set_list(s, n);
    case OP_IF:
        number_resume(s, n);
        if (is_none(check_typed(s, n->kids[0]))) return false;
        if (n->kids[0]->type.base != TYPE_BOOL) return refuse(s, n, "a test that is not True or False");
        for (uint32_t i = 1; i <= 2; i++) {
            if (!n->kids[i]) continue;
            s->conditions++;
            fine = check_statement(s, n->kids[i]);
            s->conditions--;
            if (!fine) return false;
        }
        return true;
    case OP_SWITCH:
        number_resume(s, n);
        if (!check_forms(s, n)) return false;
        for (uint32_t i = 2; i < n->count; i += 2) {
            s->conditions++;
            fine = check_statement(s, n->kids[i]);
            s->conditions--;
            if (!fine) return false;
        }
        return true;
    case OP_LET:
        return check_let(s, n) && check_statement(s, n->kids[1]);
    case OP_DO:
        number_resume(s, n);
        n->resume_head = ++s->k->resume_count;
        s->nested++;
        fine = check_do(s, n, false);
        s->nested--;
        return fine;
    case OP_WHILE:
        number_resume(s, n);
        n->resume_head = ++s->k->resume_count;
        s->nested++;
        fine = check_while(s, n);
        s->nested--;
        return fine;
    case OP_BREAK:
    case OP_CONTINUE: return s->loops > 0 || refuse(s, n, "a Break or Continue of a loop outside");
    case OP_TEMPLATE:
        if (!n->plain) return refuse(s, n, "left to the evaluator");
        number_resume(s, n);
        return check_statement(s, n->plain);
    default: return refuse(s, n, "a statement without a typed form");
    }
}

static void forget_points(node *n)
{
    n->resume = n->resume_head = 0;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i]) forget_points(n->kids[i]);
    if (n->plain) forget_points(n->plain);
}

/* What has no typed form and stands behind a condition is done by the generic loop, which then finishes
   that round: the kernel leaves there. In an inner loop it would leave too much undone. */
bool check_statement(search *s, node *n)
{
    kernel *k = s->k;
    uint32_t variables = k->variable_count, ranges = k->range_count, loops = s->loops;
    n->leaves = false;
    if (check_typed_statement(s, n)) return true;
    if (!s->conditions || s->nested || s->clone || has_loop(n)) return false;
    k->why = NULL;
    k->obstacle = LY_FAILED;
    k->variable_count = variables;
    k->range_count = ranges;
    s->loops = loops;
    forget_points(n);
    number_resume(s, n);
    n->leaves = true;
    return true;
}

/* ---- the search */

static bool try_kernel(search *s, node *n)
{
    kernel *k = program_alloc(s->p, sizeof *k);
    k->root = n;
    s->k = k;
    s->loops = s->conditions = s->nested = 0;
    n->resume = 0;
    n->resume_head = ++k->resume_count;
    bool fine = n->op == OP_DO ? check_do(s, n, true) : check_while(s, n);
    if (fine && (k->resume_count >= LY_MOST_POINTS || k->variable_count >= LY_MOST_POINTS / 4))
        fine = refuse(s, n, "too large");
    if (fine) find_needed(s->p, k);
    n->kernel = k;
    if (fine) s->p->kernel_count++;
    return fine;
}

static void look(search *s, node *n)
{
    if (!n) return;
    if ((n->op == OP_DO || n->op == OP_WHILE) && try_kernel(s, n)) return;
    for (uint32_t i = 0; i < n->count; i++) look(s, n->kids[i]);
}

void find_kernels(program *p)
{
    search s = {.p = p};
    for (definition *d = p->definitions; d; d = d->next)
        for (uint32_t i = 0; i < d->rule_count; i++)
            if (d->rules[i]->function) look(&s, d->rules[i]->function->body);
    for (uint32_t i = 0; i < p->inner_rule_count; i++) look(&s, p->inner_rules[i]->function->body);
    for (uint32_t i = 0; i < p->statement_count; i++)
        if (p->statements[i]->function) look(&s, p->statements[i]->function->body);
}
