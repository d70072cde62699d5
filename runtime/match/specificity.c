/* specificity.c: which of two patterns is the more special one, and which rules are the same.

   Rules are kept so that the special come before the general; where neither is, by entry. Only the
   forms are compared: tests and conditions are not understood, but a pattern with one is more
   special than the same without. */
#include "match/matcher.h"

#include "eval/eval.h"

/* ---- subsumption ------------------------------------------------------------------------------ */

static const ly_node *strip(const ly_node *node)
{
    while (node->kind == LY_NODE_VARIABLE || node->kind == LY_NODE_LONGEST ||
           node->kind == LY_NODE_SHORTEST)
        node = node->args[0];
    return node;
}

static bool head_of_is(ly_context *cx, const ly_node *node, ly_value head)
{
    switch (node->kind) {
    case LY_NODE_LITERAL: return ly_head_is(cx, node->value, head);
    case LY_NODE_BLANK:
    case LY_NODE_SEQUENCE: return node->value && ly_same(node->value, head);
    case LY_NODE_EXPR: return node->value && ly_same(node->value, head);
    case LY_NODE_REPEATED:
    case LY_NODE_TEST:
    case LY_NODE_CONDITION: return head_of_is(cx, strip(node->args[0]), head);
    case LY_NODE_ALTERNATIVES:
        for (uint32_t i = 0; i < node->count; i++)
            if (!head_of_is(cx, strip(node->args[i]), head)) return false;
        return node->count > 0;
    default: return false;
    }
}

/* Arguments of general from g on against those of specific from s on. */
static bool subsumes_args(ly_context *cx, const ly_node *general, uint32_t g, const ly_node *specific,
                          uint32_t s)
{
    if (g == general->count) return s == specific->count;
    const ly_node *one = general->args[g];
    if (one->single)
        return s < specific->count && specific->args[s]->single &&
               ly_subsumes(cx, one, specific->args[s]) &&
               subsumes_args(cx, general, g + 1, specific, s + 1);
    /* a sequence takes as few as it can, then more */
    uint32_t taken_least = 0;
    for (;; s++) {
        if (taken_least >= one->least && subsumes_args(cx, general, g + 1, specific, s)) return true;
        if (s == specific->count || !ly_subsumes(cx, one, specific->args[s])) return false;
        taken_least += specific->args[s]->least;
    }
}

typedef struct subsumes_call {
    const ly_node *general, *specific;
    bool result;
} subsumes_call;

static void *subsumes_again(ly_context *cx, void *argument)
{
    subsumes_call *call = argument;
    call->result = ly_subsumes(cx, call->general, call->specific);
    return call;
}

/* A literal expression seen as a node with literal arguments, so that it can be compared. */
static bool subsumes_literal(ly_context *cx, const ly_node *general, ly_value literal)
{
    if (!ly_is_expr(literal) || !general->value) return false;
    const ly_expr *e = ly_expr_of(literal);
    if (!ly_same(e->head, general->value)) return false;
    if (e->count < general->rest_least[0] || e->count > general->rest_most[0] || e->count > 64)
        return false;
    ly_node nodes[e->count + 1], *args[e->count + 1];
    memset(nodes, 0, sizeof nodes);
    for (uint32_t i = 0; i < e->count; i++) {
        nodes[i].kind = LY_NODE_LITERAL;
        nodes[i].value = e->args[i];
        nodes[i].single = true;
        nodes[i].least = nodes[i].most = 1;
        args[i] = &nodes[i];
    }
    ly_node whole = {.kind = LY_NODE_EXPR, .value = e->head, .count = e->count, .args = args};
    return subsumes_args(cx, general, 0, &whole, 0);
}

bool ly_subsumes(ly_context *cx, const ly_node *general, const ly_node *specific)
{
    if (ly_stack_low(cx)) {
        subsumes_call call = {general, specific, false};
        ly_on_new_stack(cx, subsumes_again, &call);
        return call.result;
    }
    const ly_node *g = strip(general), *s = strip(specific);
    if (s->kind == LY_NODE_ALTERNATIVES && s->count) {
        for (uint32_t i = 0; i < s->count; i++)
            if (!ly_subsumes(cx, g, s->args[i])) return false;
        return true;
    }
    if ((s->kind == LY_NODE_CONDITION || s->kind == LY_NODE_TEST) &&
        !(g->kind == s->kind && ly_same(g->value, s->value)))
        return ly_subsumes(cx, g, s->args[0]);
    switch (g->kind) {
    case LY_NODE_BLANK:
        if (s->kind == LY_NODE_OPTIONAL) return ly_subsumes(cx, g, s->args[0]);
        return s->single && (!g->value || head_of_is(cx, s, g->value));
    case LY_NODE_SEQUENCE:
        return s->least >= g->least && (!g->value || head_of_is(cx, s, g->value));
    case LY_NODE_LITERAL: return s->kind == LY_NODE_LITERAL && ly_same(g->value, s->value);
    case LY_NODE_EXPR:
        if (s->kind == LY_NODE_LITERAL) return subsumes_literal(cx, g, s->value);
        if (s->kind != LY_NODE_EXPR) return false;
        if (g->value ? !s->value || !ly_same(g->value, s->value)
                     : !s->value && !ly_subsumes(cx, g->head, s->head))
            return false;
        return subsumes_args(cx, g, 0, s, 0);
    case LY_NODE_ALTERNATIVES:
        for (uint32_t i = 0; i < g->count; i++)
            if (ly_subsumes(cx, g->args[i], s)) return true;
        return false;
    case LY_NODE_CONDITION:
    case LY_NODE_TEST:
        return s->kind == g->kind && ly_same(g->value, s->value) &&
               ly_subsumes(cx, g->args[0], s->args[0]);
    case LY_NODE_OPTIONAL:
        if (s->kind == LY_NODE_OPTIONAL) return ly_subsumes(cx, g->args[0], s->args[0]);
        return ly_subsumes(cx, g->args[0], s);
    case LY_NODE_REPEATED:
        if (s->kind == LY_NODE_REPEATED)
            return g->low <= s->low && g->high >= s->high && ly_subsumes(cx, g->args[0], s->args[0]);
        return s->single && ly_subsumes(cx, g->args[0], s);
    case LY_NODE_OPTIONS: return s->kind == LY_NODE_OPTIONS;
    default: return false;
    }
}

static void count_variables(const ly_node *node, uint64_t *seen, uint32_t *repeats, int depth)
{
    if (!node->has_variables || depth > 64) return;
    if (node->kind == LY_NODE_VARIABLE) {
        uint64_t bit = (uint64_t)1 << (node->variable & 63);
        if (*seen & bit) ++*repeats;
        *seen |= bit;
    }
    if (node->head) count_variables(node->head, seen, repeats, depth + 1);
    for (uint32_t i = 0; i < node->count; i++)
        count_variables(node->args[i], seen, repeats, depth + 1);
}

uint32_t ly_repeats(const ly_node *node)
{
    uint64_t seen = 0;
    uint32_t repeats = 0;
    count_variables(node, &seen, &repeats, 0);
    return repeats;
}

/* ---- the same rule, up to names of variables --------------------------------------------------- */

typedef struct pairs {
    ly_context *cx;
    ly_value a[64], b[64];
    size_t count;
} pairs;

/* a and b are the same when the variables of a are exchanged for those of b. declaring: names in
   Pattern[…] are being paired. */
static bool same_renamed(pairs *p, ly_value a, ly_value b)
{
    if (ly_is_symbol(a) && ly_is_symbol(b)) {
        for (size_t i = 0; i < p->count; i++)
            if (p->a[i] == a || p->b[i] == b) return p->a[i] == a && p->b[i] == b;
        return a == b;
    }
    if (a == b && !p->count && !ly_is_expr(a)) return true; /* a shared part pairs its variables too */
    if (!ly_is_expr(a) || !ly_is_expr(b)) return ly_same(a, b);
    if (ly_stack_low(p->cx)) return ly_same(a, b);
    const ly_expr *x = ly_expr_of(a), *y = ly_expr_of(b);
    if (x->count != y->count || !same_renamed(p, x->head, y->head)) return false;
    if (x->head == LY_SYM(Pattern) && x->count == 2 && ly_is_symbol(x->args[0]) &&
        ly_is_symbol(y->args[0])) {
        bool known = false;
        for (size_t i = 0; i < p->count; i++)
            known |= p->a[i] == x->args[0] || p->b[i] == y->args[0];
        if (!known && p->count < 64) {
            p->a[p->count] = x->args[0];
            p->b[p->count++] = y->args[0];
        }
    }
    for (uint32_t i = 0; i < x->count; i++)
        if (!same_renamed(p, x->args[i], y->args[i])) return false;
    return true;
}

/* The conditions of a right side, wherever it carries them: 0 where it has none. */
static ly_value condition_of(ly_value rhs)
{
    while (ly_is_expr(rhs)) {
        const ly_expr *e = ly_expr_of(rhs);
        if (e->head == LY_SYM(Condition) && e->count == 2) return e->args[1];
        if ((e->head != LY_SYM(Module) && e->head != LY_SYM(With) && e->head != LY_SYM(Block)) ||
            e->count != 2)
            return LY_FAILED;
        rhs = e->args[1];
    }
    return LY_FAILED;
}

static ly_value bare(ly_value lhs)
{
    while (ly_has_shape(lhs, LY_SYM(HoldPattern), 1)) lhs = ly_arg(ly_expr_of(lhs), 0);
    return lhs;
}

bool ly_same_rule(ly_context *cx, ly_value lhs, ly_value rhs, ly_value other_lhs, ly_value other_rhs)
{
    pairs p = {.cx = cx};
    if (!same_renamed(&p, bare(lhs), bare(other_lhs))) return false;
    ly_value a = condition_of(rhs), b = condition_of(other_rhs);
    return a && b ? same_renamed(&p, a, b) : !a && !b;
}

uint32_t ly_rule_hash(ly_context *cx, ly_value lhs)
{
    /* forms near the root suffice; names of variables don't count */
    lhs = bare(lhs);
    if (!ly_is_expr(lhs)) return ly_hash(lhs);
    const ly_expr *e = ly_expr_of(lhs);
    uint32_t hash = (ly_is_symbol(e->head) ? ly_hash(e->head) : 7) * 31 + e->count;
    if (ly_is_pattern_head(e->head)) return hash;
    for (uint32_t i = 0; i < e->count && i < 8; i++) {
        ly_value item = e->args[i];
        uint32_t h = 3;
        if (!ly_is_expr(item)) h = ly_is_association(item) ? 5 : ly_is_symbol(item) ? 9 : ly_hash(item);
        else if (ly_is_symbol(ly_expr_of(item)->head)) h = ly_hash(ly_expr_of(item)->head);
        hash = (hash ^ h) * 16777619;
    }
    return hash;
}
