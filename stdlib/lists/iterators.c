/* iterators.c: {n}, {i, n}, {i, a, b}, {i, a, b, d} and {i, list}, and their local variables.

   A variable is local as in Block: its definitions are set aside and come back at the end, on every
   way out. Steps of machine numbers are counted in advance; other bounds (exact, symbolic) through
   Floor[(b - a)/d], so that {i, a, a + 3} has four values. */
#include "lists.h"

#include <math.h>

MESSAGE(General, iterb, "Iterator `1` does not have appropriate bounds.")
MESSAGE(General, itform, "Argument `1` at position `2` does not have the correct form for an iterator.")
MESSAGE(General, itraw, "Raw object `1` cannot be used as an iterator.")

/* ---- the variable ----------------------------------------------------------------------------- */

static void set_aside(ly_context *cx, ly_iterator *it)
{
    if (!it->symbol) return;
    ly_definition *d = ly_definition_edit(cx, it->symbol);
    it->saved.value = d->value;
    it->saved.rules = d->rules[LY_OWN_VALUES];
    it->saved.flags = d->flags;
    d->value = LY_FAILED;
    d->rules[LY_OWN_VALUES] = NULL;
    it->bound = true;
}

static void put_back(ly_context *cx, ly_iterator *it)
{
    if (!it->bound) return;
    it->bound = false;
    ly_definition *d = ly_definition_edit(cx, it->symbol);
    ly_value value = d->value;
    ly_rules *rules = d->rules[LY_OWN_VALUES];
    d->value = it->saved.value;
    d->rules[LY_OWN_VALUES] = it->saved.rules;
    d->flags = (d->flags & ~(uint32_t)LY_DEFINITION_DELAYED) | (it->saved.flags & LY_DEFINITION_DELAYED);
    ly_release(cx, value);
    if (rules) ly_rules_free(cx, rules);
}

/* ---- bounds ----------------------------------------------------------------------------------- */

/* The number of steps from a to b by d, and one more, of reals: a whole number of steps but for
   rounding counts as whole. */
static double count_reals(double a, double b, double d)
{
    double steps = (b - a) / d, nearest = round(steps);
    if (fabs(steps - nearest) <= 8 * 2.220446049250313e-16 * fmax(1, fabs(steps))) steps = nearest;
    return floor(steps) + 1;
}

static bool set_count(ly_iterator *it, double count)
{
    if (isnan(count)) return false;
    it->count = count <= 0 ? 0 : count >= 4e18 ? SIZE_MAX : (size_t)count;
    return true;
}

/* Values a, a + d, … up to b; takes the three. 1, 0 (no numbers of steps), -1 (failed). */
static int set_bounds(ly_context *cx, ly_iterator *it, ly_value a, ly_value b, ly_value d)
{
    double x, y, z;
    int outcome = 0;
    if (ly_is_int(a) && ly_is_int(b) && ly_is_int(d)) {
        int64_t from = ly_int_of(a), to = ly_int_of(b), by = ly_int_of(d);
        it->kind = LY_ITERATE_INTS;
        it->first = from;
        it->step = by;
        if (by == 0) return 0;
        if (by > 0 ? from > to : from < to) it->count = 0;
        else it->count = (uint64_t)(by > 0 ? to - from : from - to) / (uint64_t)(by > 0 ? by : -by) + 1;
        return 1;
    }
    if (ly_is_int(a) && ly_is_int(d) && ly_is_real(b)) { /* {i, 2.5}: integers up to it */
        it->kind = LY_ITERATE_INTS;
        it->first = ly_int_of(a);
        it->step = ly_int_of(d);
        if (it->step == 0) goto done;
        outcome = set_count(it, floor((ly_real_of(b) - (double)it->first) / (double)it->step) + 1);
        goto done;
    }
    bool machine = ly_is_real(a) || ly_is_real(b) || ly_is_real(d);
    if (machine && ly_is_real_number(a) && ly_is_real_number(b) && ly_is_real_number(d) &&
        (ly_is_real(a) || ly_is_real(d)) && ly_to_double(a, &x) && ly_to_double(b, &y) && ly_to_double(d, &z)) {
        if (z == 0 || !set_count(it, count_reals(x, y, z))) goto done;
        it->kind = LY_ITERATE_REALS;
        it->real_first = x;
        it->real_step = z;
        outcome = 1;
        goto done;
    }
    if (ly_is_number(d) && !ly_is_real(d) && d == LY_INT(0)) goto done;
    if (ly_is_plus_infinity(b) && ly_is_real_number(a) && ly_is_real_number(d)) {
        it->count = ly_sign(d) > 0 ? SIZE_MAX : 0;
        outcome = 1;
    } else {
        ly_value difference = ly_call2(cx, LY_SYM(Plus), ly_retain(b),
                                       ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_retain(a)));
        ly_value steps = ly_failed(difference) ? difference
                         : d == LY_INT(1) ? difference
                                          : ly_call2(cx, LY_SYM(Divide), difference, ly_retain(d));
        ly_value floor_of = ly_failed(steps) ? steps : ly_call1(cx, LY_SYM(Floor), steps);
        if (ly_failed(floor_of)) outcome = -1;
        else if (ly_is_int(floor_of)) {
            int64_t n = ly_int_of(floor_of);
            it->count = n < 0 ? 0 : (size_t)n + 1;
            outcome = 1;
        } else if (ly_is_integer(floor_of)) {
            it->count = ly_sign(floor_of) < 0 ? 0 : SIZE_MAX;
            outcome = 1;
        }
        ly_release(cx, floor_of);
    }
    if (outcome == 1) {
        if (ly_is_int(a) && ly_is_int(d)) {
            it->kind = LY_ITERATE_INTS;
            it->first = ly_int_of(a);
            it->step = ly_int_of(d);
        } else {
            it->kind = LY_ITERATE_VALUES;
            it->start = ly_retain(a);
            it->by = ly_retain(d);
        }
    }
done:
    ly_release(cx, a);
    ly_release(cx, b);
    ly_release(cx, d);
    return outcome;
}

static int no_iterator(ly_context *cx, ly_expr *call, const char *tag, ly_value spec, size_t position, bool quiet)
{
    if (!quiet) {
        if (strcmp(tag, "itform") == 0) ly_message_call(cx, call, tag, 2, spec, LY_INT((int64_t)position + 1));
        else ly_message_call(cx, call, tag, 1, spec);
    }
    return 0;
}

int ly_iterator_over(ly_context *cx, ly_iterator *it, ly_value a, ly_value b, ly_value d)
{
    *it = (ly_iterator){.symbol = LY_FAILED, .start = LY_FAILED, .by = LY_FAILED, .list = LY_FAILED};
    return set_bounds(cx, it, ly_retain(a), ly_retain(b), ly_retain(d));
}

int ly_iterator_start(ly_context *cx, ly_iterator *it, ly_expr *call, size_t position, bool quiet)
{
    ly_value spec = call->args[position], values[3] = {LY_FAILED, LY_FAILED, LY_FAILED};
    size_t bounds = 0, from = 0;
    int outcome;
    *it = (ly_iterator){.symbol = LY_FAILED, .start = LY_FAILED, .by = LY_FAILED, .list = LY_FAILED};
    if (!ly_has_head(spec, LY_SYM(List))) {
        values[0] = ly_evaluate(cx, spec);
        if (ly_failed(values[0])) return -1;
        bounds = 1;
        if (ly_has_head(values[0], LY_SYM(List)) || ly_is_string(values[0])) {
            ly_release(cx, values[0]);
            return no_iterator(cx, call, "itform", spec, position, quiet);
        }
    } else {
        const ly_expr *e = ly_expr_of(spec);
        if (e->count < 1 || e->count > 4) return no_iterator(cx, call, "itform", spec, position, quiet);
        from = e->count == 1 ? 0 : 1;
        if (from) {
            ly_value symbol = e->args[0];
            if (ly_has_shape(symbol, LY_SYM(HoldPattern), 1)) symbol = ly_expr_of(symbol)->args[0];
            if (!ly_is_symbol(symbol))
                return ly_is_atom(symbol) ? no_iterator(cx, call, "itraw", symbol, position, quiet)
                                          : no_iterator(cx, call, "itform", spec, position, quiet);
            if (ly_attributes(cx, symbol) & LY_PROTECTED)
                return no_iterator(cx, call, "itform", spec, position, quiet);
            it->symbol = symbol;
        }
        for (size_t i = from; i < e->count; i++) {
            values[bounds] = ly_evaluate(cx, e->args[i]);
            if (ly_failed(values[bounds++])) {
                for (size_t k = 0; k + 1 < bounds; k++) ly_release(cx, values[k]);
                return -1;
            }
        }
    }
    if (bounds == 1 && ly_is_list(values[0]) && it->symbol) {
        it->kind = LY_ITERATE_LIST;
        it->list = values[0];
        it->count = ly_length(values[0]);
        outcome = 1;
    } else if (bounds == 1) {
        outcome = set_bounds(cx, it, LY_INT(1), values[0], LY_INT(1));
    } else {
        outcome = set_bounds(cx, it, values[0], values[1], bounds == 3 ? values[2] : LY_INT(1));
    }
    if (outcome == 0) return no_iterator(cx, call, "iterb", spec, position, quiet);
    if (outcome == 1) set_aside(cx, it);
    return outcome;
}

ly_value ly_iterator_value(ly_context *cx, const ly_iterator *it, size_t k)
{
    switch (it->kind) {
    case LY_ITERATE_INTS: {
        int64_t offset, value;
        if (!__builtin_mul_overflow((int64_t)k, it->step, &offset) &&
            !__builtin_add_overflow(it->first, offset, &value))
            return ly_integer(cx, value);
        return ly_call2(cx, LY_SYM(Plus), LY_INT(it->first),
                        ly_make2(cx, LY_SYM(Times), ly_integer(cx, (int64_t)k), LY_INT(it->step)));
    }
    case LY_ITERATE_REALS:
        return ly_real(cx, it->real_first + (double)k * it->real_step);
    case LY_ITERATE_LIST:
        return ly_element(cx, it->list, k);
    default:
        if (k == 0) return ly_retain(it->start);
        return ly_call2(cx, LY_SYM(Plus), ly_retain(it->start),
                        ly_make2(cx, LY_SYM(Times), ly_integer(cx, (int64_t)k), ly_retain(it->by)));
    }
}

bool ly_iterator_set(ly_context *cx, ly_iterator *it, size_t k)
{
    if (!it->symbol) return true;
    ly_value value = ly_iterator_value(cx, it, k);
    if (ly_failed(value)) return false;
    ly_set_own_value_take(cx, it->symbol, value, false);
    return true;
}

void ly_iterator_end(ly_context *cx, ly_iterator *it)
{
    put_back(cx, it);
    ly_release(cx, it->start);
    ly_release(cx, it->by);
    ly_release(cx, it->list);
}
