/* plus.c: Plus, and the sums that other built-ins make.

   Arguments come flat and sorted. Numbers are added up, like terms collected (2x + 3x, by a hash of
   the term without its number), infinities absorb what is finite. A sum that holds an inexact number
   makes the exact numeric terms beside it inexact: 1. + Pi. */
#include <math.h>
#include <stdlib.h>

#include "interval.h"

ly_term ly_term_of(const ly_value *v)
{
    if (ly_has_head(*v, LY_SYM(Times))) {
        const ly_expr *e = ly_expr_of(*v);
        if (e->count >= 2 && ly_is_number(e->args[0]))
            return (ly_term){e->args[0], e->args + 1, e->count - 1};
        return (ly_term){LY_INT(1), e->args, e->count};
    }
    return (ly_term){LY_INT(1), v, 1};
}

static uint32_t term_hash(const ly_term *term)
{
    uint32_t h = 17;
    for (size_t i = 0; i < term->count; i++) h = (h ^ ly_hash(term->factors[i])) * 0x9e3779b1u;
    return h;
}

static bool same_factors(const ly_term *a, const ly_term *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!ly_same(a->factors[i], b->factors[i])) return false;
    return true;
}

/* number * factors; the number is consumed */
static ly_value term_take(ly_context *cx, ly_value number, const ly_term *term)
{
    bool one = number == LY_INT(1);
    if (one && term->count == 1) return ly_retain(term->factors[0]);
    ly_expr *e = ly_expr_new(cx, LY_SYM(Times), term->count + !one);
    if (!e) {
        ly_release(cx, number);
        return LY_FAILED;
    }
    if (!one) e->args[0] = number;
    for (size_t i = 0; i < term->count; i++) e->args[i + !one] = ly_retain(term->factors[i]);
    return ly_from_object(e);
}

/* ---- infinities ------------------------------------------------------------------------------- */

static ly_value add_infinities(ly_context *cx, ly_expr *call)
{
    ly_value direction, kept = LY_FAILED, first = LY_FAILED;
    size_t infinities = 0, others = 0;
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = call->args[i];
        if (v == LY_SYM(Indeterminate)) return v;
        if (!ly_is_infinity(v, &direction)) {
            if (!ly_is_numeric(cx, v)) others++;
            continue;
        }
        if (infinities++ == 0) {
            kept = v;
            first = direction;
        } else if (ly_failed(first) || ly_failed(direction) || !ly_same(first, direction)) {
            ly_value pair = ly_make2(cx, LY_SYM(Plus), ly_retain(kept), ly_retain(v));
            return ly_indeterminate_take(cx, LY_SYM(Infinity), pair);
        }
    }
    if (infinities == 0) return LY_SYM(Indeterminate);
    if (others == 0 || ly_failed(first)) return ly_retain(kept);
    if (infinities == 1 && others + 1 == call->count) return LY_UNEVALUATED;
    ly_builder sum = ly_builder_new();
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = call->args[i];
        if (v != kept && (ly_is_infinity(v, &direction) || ly_is_numeric(cx, v))) continue;
        if (!ly_builder_add(cx, &sum, ly_retain(v))) return LY_FAILED;
    }
    return ly_builder_finish(cx, &sum, LY_SYM(Plus));
}

/* ---- collecting like terms -------------------------------------------------------------------- */

typedef struct group {
    ly_term term;
    ly_value number; /* owned */
    uint32_t hash;
    bool merged;
} group;

typedef struct collection {
    group *groups;
    size_t count;
    uint32_t *index; /* group number + 1; NULL while there are few */
    size_t mask;
    bool changed;
} collection;

static group *find_group(collection *c, const ly_term *term, uint32_t hash)
{
    if (!c->index) {
        for (size_t i = 0; i < c->count; i++)
            if (c->groups[i].hash == hash && same_factors(&c->groups[i].term, term))
                return &c->groups[i];
        return NULL;
    }
    for (size_t slot = hash & c->mask; c->index[slot]; slot = (slot + 1) & c->mask) {
        group *g = &c->groups[c->index[slot] - 1];
        if (g->hash == hash && same_factors(&g->term, term)) return g;
    }
    return NULL;
}

static bool add_term(ly_context *cx, collection *c, const ly_value *v)
{
    ly_term term = ly_term_of(v);
    uint32_t hash = term_hash(&term);
    group *g = find_group(c, &term, hash);
    if (g) {
        ly_value sum = ly_plus2(cx, g->number, term.number);
        ly_release(cx, g->number);
        g->number = sum;
        g->merged = c->changed = true;
        return !ly_failed(sum);
    }
    if (c->index) {
        size_t slot = hash & c->mask;
        while (c->index[slot]) slot = (slot + 1) & c->mask;
        c->index[slot] = (uint32_t)c->count + 1;
    }
    c->groups[c->count++] = (group){term, ly_retain(term.number), hash, false};
    return true;
}

static ly_value finish_sum(ly_context *cx, collection *c, ly_value number)
{
    ly_builder sum = ly_builder_new();
    bool failed = false;
    if (number != LY_INT(0)) failed = !ly_builder_add(cx, &sum, ly_retain(number));
    for (size_t i = 0; i < c->count && !failed; i++) {
        group *g = &c->groups[i];
        if (g->merged && g->number == LY_INT(0)) continue;
        ly_value term;
        if (g->merged && ly_is_zero(g->number)) term = ly_retain(g->number);
        else term = term_take(cx, ly_retain(g->number), &g->term);
        failed = ly_failed(term) || !ly_builder_add(cx, &sum, term);
    }
    if (failed) {
        ly_builder_drop(cx, &sum);
        return LY_FAILED;
    }
    size_t n = ly_builder_count(&sum);
    if (n == 0) return LY_INT(0);
    ly_value result = ly_builder_finish(cx, &sum, LY_SYM(Plus));
    if (n > 1 || ly_failed(result)) return result;
    ly_value only = ly_retain(ly_expr_of(result)->args[0]);
    ly_release(cx, result);
    return only;
}

static ly_value collect(ly_context *cx, ly_expr *call)
{
    enum { few = 12 };
    group room[few];
    collection c = {room, 0, NULL, 0, false};
    ly_value number = LY_INT(0), result = LY_FAILED;
    ly_value few_values[few], *values = few_values; /* the numbers, owned */
    size_t numbers = 0, n = call->count;
    double precision;
    bool inexact = ly_any_inexact(call->args, n, &precision);

    if (n > few) {
        size_t slots = 16;
        while (slots < 2 * n) slots *= 2;
        c.mask = slots - 1;
        c.groups = ly_malloc(n * sizeof *c.groups);
        c.index = ly_calloc(slots, sizeof *c.index);
        values = ly_malloc(n * sizeof *values);
        if (!values) values = few_values;
        if (!c.groups || !c.index || values == few_values) {
            ly_raise_memory(cx);
            goto out;
        }
    }
    for (size_t i = 0; i < n; i++) {
        ly_value v = call->args[i], converted = LY_FAILED;
        if (inexact && !ly_is_number(v) && ly_is_numeric(cx, v)) {
            converted = ly_numeric_value(cx, v, precision);
            if (ly_failed(converted)) goto out;
            if (converted == LY_UNEVALUATED) converted = LY_FAILED;
            else v = converted;
        }
        if (ly_is_number(v)) {
            values[numbers++] = converted ? converted : ly_retain(v);
        } else {
            ly_release(cx, converted);
            if (!add_term(cx, &c, &call->args[i])) goto out;
        }
    }
    if (numbers) {
        number = ly_fold_numbers(cx, values, numbers, false);
        if (ly_failed(number)) goto out;
    }
    if (!ly_is_number(number)) { /* Overflow[] */
        result = ly_retain(number);
        goto out;
    }
    if (!c.changed && numbers + c.count == n &&
        (numbers == 0 || (numbers == 1 && number != LY_INT(0) && c.count > 0 && ly_is_number(call->args[0]))))
        result = LY_UNEVALUATED;
    else
        result = finish_sum(cx, &c, number);
out:
    for (size_t i = 0; i < c.count; i++) ly_release(cx, c.groups[i].number);
    if (c.groups != room) ly_free(c.groups);
    ly_free(c.index);
    ly_release(cx, number);
    for (size_t i = 0; i < numbers; i++) ly_release(cx, values[i]);
    if (values != few_values) ly_free(values);
    return result;
}

BUILTIN(Plus, plus, 0, -1,
        LY_FLAT | LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_ONE_IDENTITY | LY_ORDERLESS | LY_PROTECTED,
        LY_PACKED, "x + y + z represents a sum of terms.")
static ly_value plus(ly_context *cx, ly_expr *call)
{
    size_t n = call->count, i;
    if (n == 2) {
        ly_value a = call->args[0], b = call->args[1];
        if (ly_is_number(a) && ly_is_number(b)) return ly_plus2(cx, a, b);
        if (ly_is_packed(a) || ly_is_packed(b)) return ly_packed_arithmetic(cx, '+', a, b);
    }
    if (n == 0) return LY_INT(0);
    if (n == 1) return ly_retain(call->args[0]);
    for (i = 0; i < n; i++) {
        ly_value v = call->args[i], direction;
        if (v == LY_SYM(Indeterminate) || ly_is_infinity(v, &direction))
            return add_infinities(cx, call);
        if (ly_has_shape(v, LY_SYM(Overflow), 0)) return ly_retain(v);
        if (ly_is_interval(v)) return ly_interval_fold(cx, call, '+');
        if (ly_is_packed(v)) return ly_packed_fold(cx, '+', call);
    }
    return collect(cx, call);
}

/* ---- for other built-ins ---------------------------------------------------------------------- */

ly_value ly_plus_take(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_failed(a) || ly_failed(b)) {
        ly_release(cx, a);
        ly_release(cx, b);
        return LY_FAILED;
    }
    if (ly_is_number(a) && ly_is_number(b)) {
        ly_value sum = ly_plus2(cx, a, b);
        ly_release(cx, a);
        ly_release(cx, b);
        return sum;
    }
    return ly_call2(cx, LY_SYM(Plus), a, b);
}

BUILTIN(Add, add, 0, -1, LY_LISTABLE, LY_PACKED, "Add[x, y, …] is another name for x + y + ….")
static ly_value add(ly_context *cx, ly_expr *call)
{
    for (size_t i = 0; i < call->count; i++) ly_retain(call->args[i]);
    return ly_make(cx, LY_SYM(Plus), call->count, call->args);
}
