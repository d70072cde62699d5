/* pure.c: which expressions over data become loops on unboxed numbers: Table, Sum, Map, Fold, arithmetic
   on arrays …

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

static bool is_array(type t) { return t.rank > 0 && (t.base == TYPE_INT || t.base == TYPE_REAL || t.base == TYPE_MIXED); }

static bool is_call(const node *n, ly_value symbol, uint32_t count)
{
    return n->op == OP_APPLY && n->value == symbol && n->count == count;
}

static bool is_range(const node *n) { return n->op == OP_APPLY && n->value == LY_SYM(Range) && n->count >= 1 && n->count <= 3; }

static bool is_listable(const node *n)
{
    if (n->op == OP_APPLY)
        return typed_function_of(n->value, n->count) && n->value != LY_SYM(Min) && n->value != LY_SYM(Max);
    if (n->op != OP_PRIMITIVE) return false;
    switch (n->primitive) {
    case PRIMITIVE_plus:
    case PRIMITIVE_subtract:
    case PRIMITIVE_times:
    case PRIMITIVE_divide:
    case PRIMITIVE_power:
    case PRIMITIVE_mod:
    case PRIMITIVE_quotient: return true;
    /* of more operands: in which order reals are added is decided by what they are */
    default: return false;
    }
}

bool is_stream(const node *n)
{
    switch (n->op) {
    case OP_LOCAL: return is_array(n->local->type);
    case OP_SYMBOL: return n->global && is_array(n->global->type);
    case OP_TABLE:
    case OP_MAP: return true;
    default: break;
    }
    if (is_range(n)) return true;
    for (uint32_t i = 0; is_listable(n) && i < n->count; i++)
        if (is_stream(n->kids[i])) return true;
    return false;
}

bool is_pure_number(const node *n)
{
    switch (n->op) {
    case OP_TOTAL:
    case OP_FOLD:
    case OP_NEST: return true;
    case OP_PRIMITIVE: return n->primitive == PRIMITIVE_length && n->kids[0]->op == OP_SELECT;
    default: return is_call(n, LY_SYM(Total), 1) && is_stream(n->kids[0]);
    }
}

bool has_loop(const node *n)
{
    if (is_pure_number(n)) return true;
    switch (n->op) {
    case OP_TABLE:
    case OP_MAP:
    case OP_SELECT:
    case OP_DO:
    case OP_WHILE: return true;
    default: break;
    }
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i] && has_loop(n->kids[i])) return true;
    return n->plain && has_loop(n->plain);
}

/* A variable that the expression binds itself: nobody else sees it. */
static bool bind(search *s, const node *n, local *v, type t)
{
    kernel_variable *x = kernel_local(s->k, v);
    if (!x) x = add_variable(s, v, NULL, t, false);
    else if (x->bound) x->type = t;
    else return refuse_typed(s, n, "a variable of different types"), false;
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

/* ---- streams: what gives its elements one by one */

static type element_of(search *s, node *n);

/* Called where arrays stand for their elements. */
type check_element(search *s, node *n)
{
    type t;
    switch (n->op) {
    case OP_LOCAL:
    case OP_SYMBOL: {
        kernel_variable *x = variable_of(s, n);
        if (!x) return none;
        if (x->type.rank == 0) return refuse_typed(s, n, "an array of several types");
        if (s->rank == 0) s->rank = x->type.rank;
        if (s->rank != x->type.rank) return refuse_typed(s, n, "arrays of different shapes");
        return (type){x->type.base, 0};
    }
    case OP_TABLE:
    case OP_MAP: break;
    case OP_APPLY:
        if (is_range(n)) break; /* fall through */
    default:
        for (uint32_t i = 0; i < n->count; i++)
            if (!is_stream(n->kids[i]) && has_loop(n->kids[i])) return refuse_typed(s, n, "a loop inside of arithmetic on arrays");
        return check_plain(s, n);
    }
    if (s->rank == 0) s->rank = 1;
    if (s->rank != 1) return refuse_typed(s, n, "arrays of different shapes");
    bool elements = s->elements;
    s->elements = false;
    if (n->op == OP_APPLY) {
        t = integer;
        for (uint32_t i = 0; i < n->count && !is_none(t); i++) {
            t = check_typed(s, n->kids[i]);
            if (!is_none(t) && !is_scalar(t, TYPE_INT)) t = refuse_typed(s, n, "a Range of other than machine integers");
        }
    } else if (n->op == OP_TABLE) {
        t = is_stream(n->kids[0]) ? refuse_typed(s, n, "rows of a table, one by one")
          : check_bounds(s, n)    ? check_typed(s, n->kids[0]) : none;
    } else {
        t = element_of(s, n->kids[0]);
        if (!is_none(t)) t = bind(s, n, n->local, t) ? check_typed(s, n->kids[1]) : none;
    }
    s->elements = elements;
    if (t.base == TYPE_MIXED) t = real;
    if (is_none(t) || (t.rank == 0 && (t.base == TYPE_INT || t.base == TYPE_REAL))) return t;
    return refuse_typed(s, n, "elements that are no machine numbers");
}

/* The type of the elements of a list that is run through; its rows are none. */
static type element_of(search *s, node *n)
{
    bool elements = s->elements;
    uint32_t rank = s->rank;
    if (!is_stream(n)) return refuse_typed(s, n, "a list that is no packed array");
    s->elements = true;
    s->rank = 1;
    type t = check_typed(s, n);
    s->elements = elements;
    s->rank = rank;
    if (t.base == TYPE_MIXED) t = real;
    if (is_none(t) || is_scalar(t, TYPE_INT) || is_scalar(t, TYPE_REAL)) return t;
    return refuse_typed(s, n, "elements that are no machine numbers");
}

/* Fold, Nest: the state has one type throughout. */
static type check_fold(search *s, node *n)
{
    type state = check_typed(s, n->kids[0]);
    if (is_none(state)) return none;
    if (!is_scalar(state, TYPE_INT) && !is_scalar(state, TYPE_REAL)) return refuse_typed(s, n, "a state that is no machine number");
    if (n->op == OP_FOLD) {
        type element = element_of(s, n->kids[1]);
        if (is_none(element) || !bind(s, n, n->local2, element)) return none;
    } else {
        type count = check_typed(s, n->kids[1]);
        if (is_none(count)) return none;
        if (!is_scalar(count, TYPE_INT)) return refuse_typed(s, n, "a count that is no machine integer");
    }
    if (!bind(s, n, n->local, state)) return none;
    type next = check_typed(s, n->kids[2]);
    if (is_none(next)) return none;
    if (is_scalar(state, TYPE_INT) && n->kids[0]->op == OP_CONSTANT && is_scalar(next, TYPE_REAL)) {
        /* it begins as an exact number and becomes a real */
        state = kernel_local(s->k, n->local)->type = mixed;
        next = check_typed(s, n->kids[2]);
        return is_scalar(next, TYPE_REAL) || is_scalar(next, TYPE_MIXED) ? mixed : refuse_typed(s, n, "a state of different types");
    }
    if (next.base == TYPE_MIXED) next = real;
    if (next.base == TYPE_RATIO) next = integer;
    return next.base == state.base ? state : refuse_typed(s, n, "a state of different types");
}

static type check_selection(search *s, node *n)
{
    type t = element_of(s, n->kids[0]);
    if (is_none(t) || !bind(s, n, n->local, t)) return none;
    type test = check_typed(s, n->kids[1]);
    if (is_none(test)) return none;
    return is_scalar(test, TYPE_BOOL) ? t : refuse_typed(s, n, "a test that is not True or False");
}

type check_pure_number(search *s, node *n)
{
    type t;
    switch (n->op) {
    case OP_TOTAL: return check_total(s, n);
    case OP_FOLD:
    case OP_NEST: return check_fold(s, n);
    case OP_PRIMITIVE: return is_none(check_selection(s, n->kids[0])) ? none : integer;
    default:
        t = element_of(s, n->kids[0]);
        return is_scalar(t, TYPE_REAL) ? mixed : t;
    }
}

/* ---- whole arrays */

static type check_array(search *s, node *n)
{
    enum { MOST = 3 };
    if (n->op != OP_TABLE) {
        s->elements = true;
        s->rank = 0;
        type t = check_typed(s, n);
        s->elements = false;
        if (is_none(t)) return none;
        if (t.base == TYPE_MIXED) t = real;
        if (t.base != TYPE_INT && t.base != TYPE_REAL) return refuse_typed(s, n, "elements that are no machine numbers");
        return (type){t.base, (uint8_t)s->rank};
    }
    if (!check_bounds(s, n)) return none;
    node *body = n->kids[0];
    type t = body->op == OP_TABLE ? body->type = check_array(s, body) : check_typed(s, body);
    if (is_none(t)) return none;
    if (t.base == TYPE_MIXED) t = real;
    if ((t.base != TYPE_INT && t.base != TYPE_REAL) || t.rank == MOST)
        return refuse_typed(s, n, "elements that are no machine numbers");
    return (type){t.base, (uint8_t)(t.rank + 1)};
}

/* ---- the search */

/* Names alone, and what the built-in does as fast. */
static bool is_worthwhile(const node *n)
{
    if (is_pure_number(n)) return n->op != OP_APPLY || (n->kids[0]->op != OP_LOCAL && n->kids[0]->op != OP_SYMBOL);
    if (n->op == OP_SELECT) return true;
    return is_stream(n) && n->op != OP_LOCAL && n->op != OP_SYMBOL && !is_range(n);
}

static void mark_counting(const node *n)
{
    if (n->op == OP_LOCAL) n->local->counts = true;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i]) mark_counting(n->kids[i]);
}

/* Marks the variables that are part of bounds and indices: those are integers. What an earlier form has
   left on the nodes goes. */
static void look_at_counts(node *n)
{
    n->proven = n->within = n->small = false;
    bool iterates = n->op == OP_TABLE || n->op == OP_TOTAL, whole = false;
    uint32_t first = iterates || n->op == OP_NEST || (n->op == OP_APPLY && n->value == LY_SYM(Part)) ? 1 : UINT32_MAX;
    if (n->op == OP_PRIMITIVE) {
        if (n->primitive == PRIMITIVE_part) first = 1;
        whole = n->primitive == PRIMITIVE_mod || n->primitive == PRIMITIVE_quotient || n->primitive == PRIMITIVE_even ||
                n->primitive == PRIMITIVE_odd;
    }
    if (is_range(n) || whole) first = 0;
    for (uint32_t i = 0; i < n->count; i++) {
        if (!n->kids[i]) continue;
        if (i >= first && !(n->op == OP_NEST && i > 1)) mark_counting(n->kids[i]);
        look_at_counts(n->kids[i]);
    }
}

static bool try_form(search *s, pure *u)
{
    node *n = u->root;
    u->k = (kernel){.root = n};
    s->k = &u->k;
    s->elements = false;
    s->rank = 0;
    s->reals = u->reals;
    if (n->op == OP_SELECT) {
        u->kind = PURE_SELECTION;
        u->type = check_selection(s, n);
    } else if (is_pure_number(n)) {
        u->type = check_pure_number(s, n);
        u->kind = n->op == OP_TOTAL ? PURE_SUM : n->op == OP_APPLY ? PURE_TOTAL : PURE_NUMBER;
    } else {
        u->kind = PURE_ARRAY;
        u->type = check_array(s, n);
    }
    s->reals = false;
    if (u->type.base == TYPE_MIXED) u->type = real;
    if (u->kind == PURE_TOTAL || u->kind == PURE_SELECTION) u->rank = 1;
    else u->rank = u->type.rank;
    return !is_none(u->type);
}

void settle_pure_loop(program *p, pure *u)
{
    search s = {.p = p, .parallel = u->parallel};
    look_at_counts(u->root);
    try_form(&s, u);
}

static bool try_pure(search *s, node *n)
{
    pure *u = program_alloc(s->p, sizeof *u), *other;
    u->root = n;
    n->pure = u;
    s->guessed = false;
    look_at_counts(n);
    bool fine = try_form(s, u);
    if (!s->guessed) return fine;
    other = program_alloc(s->p, sizeof *other);
    other->root = n;
    other->reals = true;
    if (!try_form(s, other)) return fine;
    if (fine) u->other = other;
    else n->pure = other;
    return true;
}

/* A parallel call, by what it computes. */
static bool try_parallel(search *s, node *n)
{
    pure *u;
    s->parallel = true;
    bool fits = try_pure(s, n->plain);
    s->parallel = false;
    if (!fits) return false;
    u = n->plain->pure;
    if (u->kind != PURE_ARRAY || (u->rank != 1 && (n->value || n->plain->op != OP_TABLE))) return false;
    for (pure *other = u; other; other = other->other) {
        other->parallel = true;
        other->combine = n->value;
    }
    n->pure = u;
    return true;
}

static void look(search *s, node *n)
{
    if (!n || (n->kernel && !n->kernel->why)) return;
    if (is_worthwhile(n) && try_pure(s, n)) return;
    if (n->op == OP_PARALLEL && try_parallel(s, n)) return;
    for (uint32_t i = 0; i < n->count; i++) look(s, n->kids[i]);
}

void find_pure_loops(program *p)
{
    search s = {.p = p};
    for (definition *d = p->definitions; d; d = d->next)
        for (uint32_t i = 0; i < d->rule_count; i++)
            if (d->rules[i]->function) look(&s, d->rules[i]->function->body);
    for (uint32_t i = 0; i < p->inner_rule_count; i++) look(&s, p->inner_rules[i]->function->body);
    for (uint32_t i = 0; i < p->statement_count; i++)
        if (p->statements[i]->function) look(&s, p->statements[i]->function->body);
}
