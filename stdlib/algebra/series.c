/* series.c: Series, SeriesData, SeriesCoefficient, O. */
#include "series.h"

/* SeriesData[x, x0, {…}, low, order, den], up to the power given; consumes the series. */
static ly_value write_series(ly_expansion *x, ly_series *s, int64_t last_power)
{
    ly_context *cx = x->cx;
    int64_t order = last_power * s->den + 1;
    if (s->order > order) {
        /* what lies beyond the order wanted */
        int64_t keep = order - s->low;
        if (keep < 0) keep = 0;
        for (int64_t i = keep; i < s->order - s->low; i++) ly_release(cx, s->items[i]);
        s->order = s->low + keep;
        if (keep == 0) s->low = s->order = order;
    }
    ly_series_trim(cx, s);
    int64_t count = s->order - s->low, last = count;
    while (last > 0 && s->items[last - 1] == LY_INT(0)) last--;
    /* exponents in lowest terms */
    int64_t step = s->den;
    for (int64_t i = 0; i <= last && step > 1; i++) {
        int64_t k = i < last ? s->low + i : s->order, a = step, b = k < 0 ? -k : k;
        if (i < last && s->items[i] == LY_INT(0)) continue;
        while (b) {
            int64_t rest = a % b;
            a = b;
            b = rest;
        }
        step = a;
    }
    int64_t terms = last ? (last - 1) / step + 1 : 0;
    ly_expr *items = ly_expr_new(cx, LY_SYM(List), (size_t)terms);
    ly_expr *data = items ? ly_expr_new(cx, LY_SYM(SeriesData), 6) : NULL;
    if (data) {
        for (int64_t i = 0; i < terms; i++) items->args[i] = ly_retain(s->items[i * step]);
        data->args[0] = ly_retain(x->x);
        data->args[1] = ly_retain(x->x0);
        data->args[2] = ly_from_object(items);
        data->args[3] = LY_INT((terms ? s->low : s->order) / step);
        data->args[4] = LY_INT(s->order / step);
        data->args[5] = LY_INT(s->den / step);
    }
    ly_series_free(cx, s);
    return data ? ly_from_object(data) : LY_FAILED;
}

/* The series of e up to and with t^n; LY_UNEVALUATED where there is none. */
static ly_value series_to(ly_context *cx, ly_value e, ly_value variable, ly_value x0, int64_t n)
{
    for (int64_t extra = 1; extra <= 33; extra *= 2) {
        ly_expansion x = {.cx = cx, .x = variable, .x0 = x0, .order = n + extra};
        ly_series s;
        if (!ly_series_of(&x, e, &s)) {
            if (!x.failed) return LY_FAILED;
            if (cx->pending.kind != LY_PENDING_NONE) return LY_FAILED;
            return LY_UNEVALUATED;
        }
        if (s.order >= n * s.den + 1 || extra > 16) return write_series(&x, &s, n);
        ly_series_free(cx, &s);
    }
    return LY_UNEVALUATED;
}

/* Sums and products with series among them are series again: rules of SeriesData say so. */
static void install_arithmetic(ly_context *cx)
{
    ly_definition *d = ly_definition_of(cx, LY_SYM(SeriesData));
    if (d && d->rules[LY_UP_VALUES]) return;
    static const char *const rules[] = {
        "{HoldPattern[Plus[$a___, $s_SeriesData, $b___]], $SeriesSum[$s, Plus, $a, $s, $b]}",
        "{HoldPattern[Times[$a___, $s_SeriesData, $b___]], $SeriesSum[$s, Times, $a, $s, $b]}",
        "{HoldPattern[Power[$s_SeriesData, $n_]], $SeriesSum[$s, Power, $s, $n]}",
        "{HoldPattern[Power[E, $s_SeriesData]], $SeriesSum[$s, Power, E, $s]}",
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        ly_value pair = ly_formula(cx, rules[i], 0, NULL);
        if (ly_has_shape(pair, LY_SYM(List), 2))
            ly_add_rule(cx, LY_SYM(SeriesData), LY_UP_VALUES, ly_arg(ly_expr_of(ly_arg(ly_expr_of(pair), 0)), 0),
                        ly_arg(ly_expr_of(pair), 1), true);
        ly_release(cx, pair);
    }
    ly_flag_set(&ly_symbol_of(LY_SYM(SeriesData))->o, LY_FLAG_HAS_UP);
}

BUILTIN(SeriesData, series_data, 0, -1, LY_PROTECTED, LY_ANY_COUNT,
        "SeriesData[x, x0, {a0, a1, …}, nmin, nmax, den] is a power series in x about x0.")
static ly_value series_data(ly_context *cx, ly_expr *call)
{
    install_arithmetic(cx);
    return LY_UNEVALUATED;
}

BUILTIN($SeriesSum, series_sum, 2, -1, LY_HOLD_ALL | LY_PROTECTED, LY_PURE,
        "$SeriesSum[s, f, args…] is f[args…] as a series in the variable of s.")
static ly_value series_sum(ly_context *cx, ly_expr *call)
{
    if (!ly_is_series(call->args[0])) return LY_UNEVALUATED;
    const ly_expr *data = ly_expr_of(call->args[0]);
    int64_t order = ly_is_int(data->args[4]) && ly_is_int(data->args[5]) && ly_int_of(data->args[5]) > 0
                        ? (ly_int_of(data->args[4]) + ly_int_of(data->args[5]) - 1) / ly_int_of(data->args[5]) : 0;
    int64_t low = ly_is_int(data->args[3]) ? ly_int_of(data->args[3]) : 0;
    ly_expr *e = ly_expr_new(cx, call->args[1], call->count - 2);
    for (uint32_t i = 2; i < call->count; i++) e->args[i - 2] = ly_retain(call->args[i]);
    ly_expansion x = {.cx = cx, .x = data->args[0], .x0 = data->args[1], .order = order + (low < 0 ? -low : low) + 8};
    ly_series s;
    ly_value result;
    if (ly_series_of(&x, ly_from_object(e), &s)) result = write_series(&x, &s, INT32_MAX);
    else result = x.failed && cx->pending.kind == LY_PENDING_NONE
                      ? ly_make1(cx, LY_SYM(HoldForm), ly_retain(ly_from_object(e))) : LY_FAILED;
    ly_release(cx, ly_from_object(e));
    return result;
}

/* ---- Series ----------------------------------------------------------------------------------- */

MESSAGE(Series, sspec, "Series specification `1` is not a list with three elements.")

BUILTIN(Series, series, 2, -1, LY_PROTECTED, LY_PURE,
        "Series[f, {x, x0, n}] gives the power series of f about x0 up to (x - x0)^n.")
static ly_value series(ly_context *cx, ly_expr *call)
{
    size_t count = ly_option_start(call, 1);
    ly_value e = ly_retain(call->args[0]);
    for (size_t i = count - 1; i >= 1; i--) {
        ly_value spec = call->args[i];
        if (!ly_has_shape(spec, LY_SYM(List), 3) || !ly_is_int(ly_arg(ly_expr_of(spec), 2))) {
            ly_release(cx, e);
            return LY_UNEVALUATED;
        }
        ly_value x = ly_arg(ly_expr_of(spec), 0), x0 = ly_arg(ly_expr_of(spec), 1);
        if (ly_is_free_of(cx, e, x)) continue;
        ly_value next = series_to(cx, e, x, x0, ly_int_of(ly_arg(ly_expr_of(spec), 2)));
        ly_release(cx, e);
        if (next == LY_UNEVALUATED || !next) return next;
        e = next;
    }
    return e;
}

BUILTIN(SeriesCoefficient, series_coefficient, 2, -1, LY_PROTECTED, LY_PURE,
        "SeriesCoefficient[f, {x, x0, n}] gives the coefficient of (x - x0)^n in the series of f.")
static ly_value series_coefficient(ly_context *cx, ly_expr *call)
{
    ly_value e = call->args[0], n = call->args[1], data = LY_FAILED;
    if (call->count > 2) return LY_UNEVALUATED;
    if (ly_has_shape(n, LY_SYM(List), 3)) {
        const ly_expr *spec = ly_expr_of(n);
        n = spec->args[2];
        if (!ly_is_int(n)) return LY_UNEVALUATED;
        data = ly_has_head(e, LY_SYM(SeriesData)) ? ly_retain(e) : series_to(cx, e, spec->args[0], spec->args[1], ly_int_of(n));
    } else if (ly_has_head(e, LY_SYM(SeriesData)) && ly_is_int(n)) {
        data = ly_retain(e);
    } else {
        return LY_UNEVALUATED;
    }
    if (data == LY_UNEVALUATED || !data) return data;
    const ly_expr *d = ly_expr_of(data);
    ly_value result = LY_UNEVALUATED;
    if (ly_is_series(data)) {
        int64_t at = ly_int_of(n) * ly_int_of(d->args[5]) - ly_int_of(d->args[3]);
        if (ly_is_int(d->args[4]) && ly_int_of(n) * ly_int_of(d->args[5]) >= ly_int_of(d->args[4])) result = LY_SYM(Indeterminate);
        else result = at >= 0 && (size_t)at < ly_length(d->args[2]) ? ly_retain(ly_arg(ly_expr_of(d->args[2]), (size_t)at)) : LY_INT(0);
    }
    ly_release(cx, data);
    return result;
}

ly_value ly_series_normal(ly_context *cx, ly_value data)
{
    const ly_expr *d = ly_expr_of(data);
    if (!ly_is_series(data)) return ly_retain(data);
    const ly_expr *items = ly_expr_of(d->args[2]);
    ly_expr *sum = ly_expr_new(cx, LY_SYM(Plus), items->count);
    if (!sum) return LY_FAILED;
    bool infinite = ly_has_head(d->args[1], LY_SYM(DirectedInfinity));
    ly_value t = infinite ? ly_raised_take(cx, ly_retain(d->args[0]), LY_INT(-1))
                          : ly_difference_take(cx, ly_retain(d->args[0]), ly_retain(d->args[1]));
    for (uint32_t i = 0; i < items->count; i++) {
        ly_value n = ly_rational_new(cx, LY_INT(ly_int_of(d->args[3]) + i), d->args[5]);
        ly_value c = ly_has_head(items->args[i], LY_SYM(SeriesData)) ? ly_series_normal(cx, items->args[i]) : ly_retain(items->args[i]);
        sum->args[i] = ly_make2(cx, LY_SYM(Times), c, ly_make2(cx, LY_SYM(Power), ly_retain(t), n));
    }
    ly_release(cx, t);
    return ly_evaluate_take(cx, ly_from_object(sum));
}

BUILTIN(O, big_o, 1, 2, LY_PROTECTED, LY_PURE, "O[x]^n stands for terms of order x^n and higher.")
static ly_value big_o(ly_context *cx, ly_expr *call)
{
    ly_expr *data = ly_expr_new(cx, LY_SYM(SeriesData), 6);
    data->args[0] = ly_retain(call->args[0]);
    data->args[1] = call->count > 1 ? ly_retain(call->args[1]) : LY_INT(0);
    data->args[2] = ly_make0(cx, LY_SYM(List));
    data->args[3] = LY_INT(1);
    data->args[4] = LY_INT(1);
    data->args[5] = LY_INT(1);
    return ly_from_object(data);
}
