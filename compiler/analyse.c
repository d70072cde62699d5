/* analyse.c: which locals live where.

   needs   functions lowered
   leaves  each read of a local that is the last one marked so (it moves the value, which may then be
           updated in place); variables that may be read before they have a value marked as escaping
           (they need symbols); definitions that make tail calls marked

   Liveness goes backwards over the tree: from what is live after a node to what is live before it. */
#include <string.h>

#include "compiler/program.h"

typedef struct loop {
    const unsigned char *after, *again; /* live where Break and Continue go */
    struct loop *outer;
} loop;

typedef struct analysis {
    program *p;
    uint32_t count;
    loop *loops;
    const unsigned char *floor; /* live where a handler around goes on: what a call throws, or a Break
                                   from afar, gets there from anywhere. NULL: nowhere */
    bool mark;   /* the last pass over this node: marks are set */
} analysis;

static unsigned char *copy(analysis *a, const unsigned char *live)
{
    unsigned char *c = program_alloc(a->p, a->count + 1);
    memcpy(c, live, a->count);
    return c;
}

static void join(analysis *a, unsigned char *into, const unsigned char *from)
{
    for (uint32_t i = 0; i < a->count; i++) into[i] |= from[i];
}

static void walk(analysis *a, node *n, unsigned char *live);

static void walk_all(analysis *a, node *n, uint32_t first, unsigned char *live)
{
    for (uint32_t i = n->count; i-- > first;)
        if (n->kids[i]) walk(a, n->kids[i], live);
}

/* Evaluating it may leave for a handler around. A local may hold what is evaluated only here. */
static bool may_leave(const node *n)
{
    if (n->op == OP_CONSTANT) return false;
    if (n->op != OP_PRIMITIVE && n->op != OP_LIST && n->op != OP_QUOTE) return true;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i] && may_leave(n->kids[i])) return true;
    return false;
}

/* The local gets a value: what it held before is dead, but where a handler reads it. */
static void kill(analysis *a, const node *value, const local *v, unsigned char *live)
{
    live[v->index] = a->floor && value && may_leave(value) ? a->floor[v->index] : 0;
}

static void use_all(node *n, unsigned char *live)
{
    for (uint32_t i = 0; i < n->use_count; i++) live[n->uses[i]->index] = 1;
}

/* A body that runs any number of times: round(data) walks it once, from what is live at its end to what
   is live at its beginning. live: after the loop on entry, before it on return. */
static void walk_loop(analysis *a, unsigned char *live, void (*round)(analysis *, node *, unsigned char *),
                      node *n)
{
    bool mark = a->mark;
    unsigned char *after = copy(a, live), *again = copy(a, live);
    const unsigned char *floor = a->floor;
    loop l = {after, again, a->loops};
    a->loops = &l;
    a->mark = false;
    for (int i = 0; i < 3; i++) {
        unsigned char *now = copy(a, again), *here = copy(a, again);
        if (floor) join(a, here, floor);
        a->floor = a->p->far_breaks ? here : floor;
        a->mark = mark && i == 2;
        round(a, n, now);
        if (i < 2) join(a, again, now);
    }
    a->mark = mark;
    a->floor = floor;
    a->loops = l.outer;
    memcpy(live, again, a->count);
}

static void round_while(analysis *a, node *n, unsigned char *live)
{
    /* live: before the next test, or before the step of For */
    if (n->kids[2]) walk(a, n->kids[2], live);
    if (n->kids[1]) walk(a, n->kids[1], live);
    join(a, live, a->loops->after);
    walk(a, n->kids[0], live);
}

static void round_do(analysis *a, node *n, unsigned char *live)
{
    walk(a, n->kids[0], live);
    if (n->local) live[n->local->index] = 0;
}

static void round_over(analysis *a, node *n, unsigned char *live)
{
    walk(a, n->kids[n->count - 1], live);
    live[n->local->index] = 0;
    if (n->local2) live[n->local2->index] = 0;
}

static void round_fold(analysis *a, node *n, unsigned char *live)
{
    live[n->local->index] = 0; /* assigned at the end of the round */
    walk(a, n->kids[2], live);
    if (n->local2) live[n->local2->index] = 0;
}

static void walk(analysis *a, node *n, unsigned char *live)
{
    unsigned char *other;
    switch (n->op) {
    case OP_LOCAL:
        if (a->mark) n->last = !live[n->local->index] && !n->local->escapes;
        live[n->local->index] = 1;
        return;
    case OP_IF:
        other = copy(a, live);
        if (n->kids[2]) walk(a, n->kids[2], other);
        if (n->kids[3]) {
            unsigned char *neither = copy(a, live);
            walk(a, n->kids[3], neither);
            join(a, other, neither);
        }
        use_all(n, other);
        walk(a, n->kids[1], live);
        join(a, live, other);
        walk(a, n->kids[0], live);
        return;
    case OP_AND:
    case OP_OR:
        other = copy(a, live);
        for (uint32_t i = n->count; i-- > 0;) {
            join(a, live, other);
            use_all(n, live);
            walk(a, n->kids[i], live);
        }
        return;
    case OP_APPLY_VALUE:
        other = copy(a, live);
        use_all(n, other);
        walk_all(a, n, 1, live);
        join(a, live, other);
        walk(a, n->kids[0], live);
        return;
    case OP_SWITCH:
        other = copy(a, live);
        use_all(n, other);
        for (uint32_t i = n->count; i-- > 1; i--) {
            unsigned char *value = copy(a, live);
            walk(a, n->kids[i], value);
            join(a, other, value);
            walk(a, n->kids[i - 1], other);
        }
        memcpy(live, other, a->count);
        walk(a, n->kids[0], live);
        return;
    case OP_LET:
        walk(a, n->kids[1], live);
        live[n->local->index] = 0;
        if (n->kids[0]) walk(a, n->kids[0], live);
        return;
    case OP_BLOCK:
        walk(a, n->kids[0], live);
        walk_all(a, n, 1, live);
        return;
    case OP_CONDITION: /* where it does not hold, the next rule wants the arguments whole */
        walk(a, n->kids[0], live);
        memset(live, 1, a->count);
        walk(a, n->kids[1], live);
        return;
    case OP_CATCH: {
        const unsigned char *floor = a->floor;
        unsigned char *here = copy(a, live);
        if (floor) join(a, here, floor);
        a->floor = here;
        walk(a, n->kids[0], live);
        join(a, live, here);
        a->floor = floor;
        walk_all(a, n, 1, live);
        return;
    }
    case OP_GUARD: {
        const unsigned char *floor = a->floor;
        if (n->kids[1]) {
            /* the alternative may begin wherever the body fails, and behind it */
            other = copy(a, live);
            walk(a, n->kids[1], other);
            if (n->local) other[n->local->index] = 0;
            join(a, live, other);
            unsigned char *here = copy(a, live);
            if (floor) join(a, here, floor);
            a->floor = here;
            walk(a, n->kids[0], live);
            join(a, live, here);
            a->floor = floor;
        } else {
            walk(a, n->kids[0], live);
        }
        use_all(n, live);
        walk_all(a, n, 2, live);
        return;
    }
    case OP_SET_LOCAL:
        kill(a, n->kids[0], n->local, live);
        walk(a, n->kids[0], live);
        return;
    case OP_STEP:
    case OP_UPDATE:
    case OP_SET_PART:
    case OP_STEP_PART:
        if (n->local) live[n->local->index] = 1;
        use_all(n, live);
        walk_all(a, n, 0, live);
        return;
    case OP_SET_LIST: /* nothing is assigned where the shapes differ */
        other = copy(a, live);
        walk_all(a, n, 1, live);
        join(a, live, other);
        use_all(n, live);
        walk(a, n->kids[0], live);
        return;
    case OP_ASSIGN: { /* the value comes first, then the parts of the left side, then its head */
        uint32_t value = n->count - 1;
        use_all(n, live);
        walk(a, n->kids[0], live);
        for (uint32_t i = value; i-- > 1;) walk(a, n->kids[i], live);
        if (n->kids[value]) walk(a, n->kids[value], live);
        return;
    }
    case OP_WHILE: walk_loop(a, live, round_while, n); return;
    case OP_DO:
    case OP_TABLE:
    case OP_TOTAL:
        use_all(n, live);
        walk_loop(a, live, round_do, n);
        walk_all(a, n, 1, live);
        return;
    case OP_MAP:
    case OP_SCAN:
    case OP_SELECT:
        use_all(n, live);
        walk_loop(a, live, round_over, n);
        walk(a, n->kids[0], live);
        return;
    case OP_FOLD:
    case OP_NEST:
        use_all(n, live);
        live[n->local->index] = 1;
        walk_loop(a, live, round_fold, n);
        live[n->local->index] = 0;
        walk(a, n->kids[1], live);
        walk(a, n->kids[0], live);
        return;
    case OP_BREAK: memcpy(live, a->loops->after, a->count); return;
    case OP_CONTINUE: memcpy(live, a->loops->again, a->count); return;
    default:
        use_all(n, live);
        walk_all(a, n, 0, live);
    }
}

/* ---- variables that may be read before they have a value */

static void need(local *v, const unsigned char *set)
{
    if (v->unset && !set[v->index]) v->escapes = true;
}

static void check(analysis *a, node *n, unsigned char *set)
{
    unsigned char *other;
    if (!n) return;
    switch (n->op) {
    case OP_LOCAL: need(n->local, set); return;
    case OP_IF:
        check(a, n->kids[0], set);
        other = copy(a, set);
        check(a, n->kids[1], set);
        check(a, n->kids[2], other);
        if (n->kids[3]) {
            unsigned char *neither = copy(a, set);
            check(a, n->kids[3], neither);
        }
        for (uint32_t i = 0; i < a->count; i++) set[i] &= other[i];
        return;
    case OP_AND:
    case OP_OR:
        check(a, n->kids[0], set);
        other = copy(a, set);
        for (uint32_t i = 1; i < n->count; i++) check(a, n->kids[i], other);
        return;
    case OP_LET:
        check(a, n->kids[0], set);
        set[n->local->index] = !n->local->unset;
        check(a, n->kids[1], set);
        return;
    case OP_SET_LOCAL:
        check(a, n->kids[0], set);
        set[n->local->index] = 1;
        return;
    case OP_SWITCH:
        check(a, n->kids[0], set);
        for (uint32_t i = 1; i < n->count; i++) {
            other = copy(a, set);
            check(a, n->kids[i], other);
        }
        return;
    case OP_BLOCK:
    case OP_CATCH:
        for (uint32_t i = 1; i < n->count; i++) check(a, n->kids[i], set);
        other = copy(a, set);
        check(a, n->kids[0], other);
        if (n->op == OP_BLOCK) memcpy(set, other, a->count);
        return;
    case OP_GUARD:
        for (uint32_t i = 2; i < n->count; i++) check(a, n->kids[i], set);
        other = copy(a, set);
        check(a, n->kids[0], other);
        if (n->kids[1]) {
            other = copy(a, set);
            if (n->local) other[n->local->index] = 1;
            check(a, n->kids[1], other);
        } else if (!n->post) {
            memcpy(set, other, a->count);
        }
        return;
    case OP_CONDITION:
        check(a, n->kids[1], set);
        check(a, n->kids[0], set);
        return;
    case OP_STEP:
    case OP_UPDATE:
    case OP_SET_PART:
    case OP_STEP_PART:
        for (uint32_t i = 0; i < n->count; i++) check(a, n->kids[i], set);
        if (n->local) need(n->local, set);
        return;
    case OP_SET_LIST:
        /* assigns nothing where the shapes differ */
        check(a, n->kids[0], set);
        for (uint32_t i = 1; i < n->count; i++) {
            const node *k = n->kids[i];
            if (k->op != OP_SET_LOCAL) check(a, n->kids[i], set);
            else if (n->kids[0]->op == OP_LIST && n->kids[0]->count + 1 == n->count) set[k->local->index] = 1;
            else need(k->local, set);
        }
        return;
    case OP_WHILE:
        check(a, n->kids[0], set);
        other = copy(a, set);
        check(a, n->kids[1], other);
        other = copy(a, set); /* a Continue may have come early */
        check(a, n->kids[2], other);
        return;
    case OP_DO:
    case OP_TABLE:
    case OP_TOTAL:
        for (uint32_t i = 1; i < n->count; i++) check(a, n->kids[i], set);
        other = copy(a, set);
        if (n->local) other[n->local->index] = 1;
        check(a, n->kids[0], other);
        return;
    case OP_MAP:
    case OP_SCAN:
    case OP_SELECT:
    case OP_FOLD:
    case OP_NEST:
        for (uint32_t i = 0; i + 1 < n->count; i++) check(a, n->kids[i], set);
        other = copy(a, set);
        check(a, n->kids[n->count - 1], other);
        return;
    default:
        for (uint32_t i = 0; i < n->count; i++) check(a, n->kids[i], set);
    }
}

/* ---- tail calls */

static bool has_tail_call(const program *p, const node *n)
{
    if ((n->op == OP_CALL && n->tail && n->depth == 0) || is_tail_evaluation(p, n)) return true;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i] && has_tail_call(p, n->kids[i])) return true;
    return false;
}

/* How deep the evaluations nest that a node stands for. */
static uint32_t deepest(const node *n)
{
    uint32_t most = n->depth;
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t d = n->kids[i] ? deepest(n->kids[i]) : 0;
        if (d > most) most = d;
    }
    return most;
}

/* ---- functions */

static void analyse_function(program *p, function *f)
{
    analysis a = {.p = p, .count = f->local_count};
    unsigned char *set = program_alloc(p, a.count + 1), *live;
    /* the symbol of an iterator may get its value at any time: then there is no other variable */
    for (uint32_t i = 0; i < f->local_count; i++)
        if (f->locals[i]->kind == LOCAL_ITERATOR && f->locals[i]->assigned) f->locals[i]->escapes = true;
    check(&a, f->body, set);
    a.mark = true;
    live = program_alloc(p, a.count + 1);
    walk(&a, f->body, live);
    if (f->condition) {
        /* where it does not hold, the next rule wants the arguments whole */
        memset(live, 1, a.count);
        walk(&a, f->condition, live);
    }
}

void analyse_program(program *p)
{
    for (definition *d = p->definitions; d; d = d->next)
        for (uint32_t i = 0; i < d->rule_count; i++) {
            if (!d->rules[i]->function) continue;
            analyse_function(p, d->rules[i]->function);
            d->rules[i]->deepest = deepest(d->rules[i]->function->body);
            if (d->rules[i]->deepest > d->deepest) d->deepest = d->rules[i]->deepest;
            if (d->direct && has_tail_call(p, d->rules[i]->function->body)) d->has_tail_call = true;
        }
    for (uint32_t i = 0; i < p->inner_rule_count; i++) {
        analyse_function(p, p->inner_rules[i]->function);
        p->inner_rules[i]->deepest = deepest(p->inner_rules[i]->function->body);
    }
    for (uint32_t i = 0; i < p->statement_count; i++)
        if (p->statements[i]->function) analyse_function(p, p->statements[i]->function);
}
