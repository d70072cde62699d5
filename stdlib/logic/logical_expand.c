/* logical_expand.c: LogicalExpand: And distributed over Or, until an Or of Ands of literals is left.

   The expression becomes a list of terms, each a list of literals in canonical order. A term that
   contains another is dropped (absorption), one with a literal and its opposite is False. */
#include "stdlib/logic/logic.h"

#define MOST_TERMS 4096

typedef struct expansion {
    ly_value terms; /* List of Lists of literals; owned */
    bool other;     /* too large: left as it is */
} expansion;

static bool is_opposite(ly_value a, ly_value b)
{
    return (ly_has_shape(a, LY_SYM(Not), 1) && ly_same(ly_expr_of(a)->args[0], b)) ||
           (ly_has_shape(b, LY_SYM(Not), 1) && ly_same(ly_expr_of(b)->args[0], a));
}

/* a and b (sorted lists of literals) as one term; LY_UNEVALUATED where it is False. */
static ly_value conjoin(ly_context *cx, ly_value a, ly_value b)
{
    const ly_expr *x = ly_expr_of(a), *y = ly_expr_of(b);
    ly_builder out = ly_builder_new();
    for (size_t i = 0, j = 0; i < x->count || j < y->count;) {
        ly_value next;
        int order = i == x->count ? 1 : j == y->count ? -1 : ly_compare(x->args[i], y->args[j]);
        if (order <= 0) next = x->args[i++];
        else next = y->args[j++];
        if (order == 0) j++;
        for (size_t k = 0; k < ly_builder_count(&out); k++) {
            if (!is_opposite(out.expr->args[k], next)) continue;
            ly_builder_drop(cx, &out);
            return LY_UNEVALUATED;
        }
        if (!ly_builder_add(cx, &out, ly_retain(next))) return LY_FAILED;
    }
    return ly_builder_finish(cx, &out, LY_SYM(List));
}

/* Every literal of a is in b. */
static bool within(ly_value a, ly_value b)
{
    const ly_expr *x = ly_expr_of(a), *y = ly_expr_of(b);
    for (size_t i = 0; i < x->count; i++) {
        bool found = false;
        for (size_t j = 0; j < y->count && !found; j++) found = ly_same(x->args[i], y->args[j]);
        if (!found) return false;
    }
    return true;
}

/* terms without those that others absorb. Consumes terms. */
static ly_value absorb_take(ly_context *cx, ly_value terms)
{
    const ly_expr *x = ly_expr_of(terms);
    ly_builder out = ly_builder_new();
    for (size_t i = 0; i < x->count; i++) {
        bool absorbed = false;
        for (size_t j = 0; j < x->count && !absorbed; j++) {
            if (i == j || !within(x->args[j], x->args[i])) continue;
            absorbed = !within(x->args[i], x->args[j]) || j < i;
        }
        if (!absorbed && !ly_builder_add(cx, &out, ly_retain(x->args[i]))) return LY_FAILED;
    }
    ly_release(cx, terms);
    return ly_builder_finish(cx, &out, LY_SYM(List));
}

static expansion expand(ly_context *cx, ly_value e, bool negate);

struct again {
    ly_value e;
    bool negate;
    expansion result;
};

static void *expand_again(ly_context *cx, void *argument)
{
    struct again *again = argument;
    again->result = expand(cx, again->e, again->negate);
    return again;
}

static expansion join_or(ly_context *cx, expansion a, expansion b)
{
    ly_builder out = ly_builder_new();
    for (int side = 0; side < 2; side++) {
        const ly_expr *x = ly_expr_of(side ? b.terms : a.terms);
        for (size_t i = 0; i < x->count; i++)
            if (!ly_builder_add(cx, &out, ly_retain(x->args[i]))) return (expansion){LY_FAILED, false};
    }
    ly_value terms = ly_builder_finish(cx, &out, LY_SYM(List));
    return (expansion){absorb_take(cx, terms), false};
}

static expansion join_and(ly_context *cx, expansion a, expansion b)
{
    const ly_expr *x = ly_expr_of(a.terms), *y = ly_expr_of(b.terms);
    ly_builder out = ly_builder_new();
    if (x->count && y->count > MOST_TERMS / x->count) return (expansion){LY_FAILED, true};
    for (size_t i = 0; i < x->count; i++) {
        for (size_t j = 0; j < y->count; j++) {
            ly_value term = conjoin(cx, x->args[i], y->args[j]);
            if (term == LY_UNEVALUATED) continue;
            if (ly_failed(term) || !ly_builder_add(cx, &out, term)) {
                ly_builder_drop(cx, &out);
                return (expansion){LY_FAILED, false};
            }
        }
    }
    return (expansion){absorb_take(cx, ly_builder_finish(cx, &out, LY_SYM(List))), false};
}

/* The parts joined by And or Or, each negated where negate says so. */
static expansion expand_parts(ly_context *cx, size_t n, const ly_value *parts, const bool *negate, bool conjunction)
{
    ly_value empty = ly_make0(cx, LY_SYM(List));
    expansion whole = {conjunction ? ly_make1(cx, LY_SYM(List), empty) : empty, false};
    for (size_t i = 0; i < n; i++) {
        expansion part = expand(cx, parts[i], negate[i]);
        expansion next = part;
        if (!ly_failed(part.terms)) next = conjunction ? join_and(cx, whole, part) : join_or(cx, whole, part);
        ly_release(cx, whole.terms);
        if (!ly_failed(part.terms)) ly_release(cx, part.terms);
        whole = next;
        if (ly_failed(whole.terms)) return whole;
    }
    return whole;
}

static expansion expand(ly_context *cx, ly_value e, bool negate)
{
    if (ly_stack_low(cx)) {
        struct again again = {e, negate, {LY_FAILED, false}};
        ly_on_new_stack(cx, expand_again, &again);
        return again.result;
    }
    ly_value empty = LY_FAILED;
    if (e == LY_SYM(True) || e == LY_SYM(False)) {
        empty = ly_make0(cx, LY_SYM(List));
        return (expansion){(e == LY_SYM(True)) != negate ? ly_make1(cx, LY_SYM(List), empty) : empty, false};
    }
    const ly_expr *x = ly_is_expr(e) ? ly_expr_of(e) : NULL;
    ly_value head = x ? x->head : LY_FAILED;
    bool flags[LY_SMALL];
    if (x && x->count <= LY_SMALL && x->count > 0) {
        size_t n = x->count;
        if (head == LY_SYM(Not) && n == 1) return expand(cx, x->args[0], !negate);
        bool nand = head == LY_SYM(Nand), nor = head == LY_SYM(Nor);
        if (head == LY_SYM(And) || head == LY_SYM(Or) || nand || nor) {
            bool turned = negate != (nand || nor);
            for (size_t i = 0; i < n; i++) flags[i] = turned;
            return expand_parts(cx, n, x->args, flags, (head == LY_SYM(And) || nand) != turned);
        }
        if (head == LY_SYM(Implies) && n == 2) {
            flags[0] = !negate;
            flags[1] = negate;
            return expand_parts(cx, 2, x->args, flags, negate);
        }
        bool xor = head == LY_SYM(Xor) || head == LY_SYM(Xnor), equivalent = head == LY_SYM(Equivalent);
        if (n == 2 && (xor || equivalent)) {
            /* (a && b) || (!a && !b), or (a && !b) || (!a && b) */
            bool differ = (head == LY_SYM(Xor)) != negate;
            bool first[2] = {false, differ}, second[2] = {true, !differ};
            expansion a = expand_parts(cx, 2, x->args, first, true);
            if (ly_failed(a.terms)) return a;
            expansion b = expand_parts(cx, 2, x->args, second, true);
            if (ly_failed(b.terms)) {
                ly_release(cx, a.terms);
                return b;
            }
            expansion both = join_or(cx, a, b);
            ly_release(cx, a.terms);
            ly_release(cx, b.terms);
            return both;
        }
        if (n > 2 && xor) {
            ly_expr *tail = ly_expr_new(cx, LY_SYM(Xor), n - 1);
            for (size_t i = 1; i < n; i++) tail->args[i - 1] = ly_retain(x->args[i]);
            ly_value pair = ly_make2(cx, head, ly_retain(x->args[0]), ly_from_object(tail));
            expansion whole = expand(cx, pair, negate);
            ly_release(cx, pair);
            return whole;
        }
    }
    ly_value literal = ly_retain(e);
    if (negate) literal = ly_evaluate_take(cx, ly_make1(cx, LY_SYM(Not), literal));
    if (ly_failed(literal)) return (expansion){LY_FAILED, false};
    return (expansion){ly_make1(cx, LY_SYM(List), ly_make1(cx, LY_SYM(List), literal)), false};
}

BUILTIN(LogicalExpand, logical_expand, 1, 1, LY_PROTECTED, LY_PURE,
        "LogicalExpand[expr] writes out combinations of And, Or, Not and the like.")
static ly_value logical_expand(ly_context *cx, ly_expr *call)
{
    if (!ly_is_expr(call->args[0])) return ly_retain(call->args[0]);
    expansion whole = expand(cx, call->args[0], false);
    if (ly_failed(whole.terms)) return whole.other ? LY_UNEVALUATED : LY_FAILED;
    const ly_expr *x = ly_expr_of(whole.terms);
    ly_builder out = ly_builder_new();
    for (size_t i = 0; i < x->count; i++) {
        const ly_expr *term = ly_expr_of(x->args[i]);
        ly_value part;
        if (term->count == 0) part = LY_SYM(True);
        else if (term->count == 1) part = ly_retain(term->args[0]);
        else {
            ly_expr *product = ly_expr_new(cx, LY_SYM(And), term->count);
            if (!product) {
                ly_builder_drop(cx, &out);
                ly_release(cx, whole.terms);
                return LY_FAILED;
            }
            for (size_t j = 0; j < term->count; j++) product->args[j] = ly_retain(term->args[j]);
            part = ly_from_object(product);
        }
        if (!ly_builder_add(cx, &out, part)) {
            ly_release(cx, whole.terms);
            return LY_FAILED;
        }
    }
    ly_release(cx, whole.terms);
    ly_value list = ly_call1(cx, LY_SYM(Sort), ly_builder_finish(cx, &out, LY_SYM(List)));
    if (ly_failed(list) || !ly_has_head(list, LY_SYM(List))) return list;
    ly_expr *own = ly_expr_own_take(cx, list);
    if (!own) return LY_FAILED;
    own->head = LY_SYM(Or);
    ly_expr_touch(own);
    return ly_from_object(own);
}
