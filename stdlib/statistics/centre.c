/* centre.c: where data lie: means of all kinds, Median, Quantile, Quartiles. */
#include "statistics.h"

#include <math.h>

MESSAGE(General, rectn, "Rectangular array of numbers is expected at position `1` in `2`.")
MESSAGE(General, rectt, "Rectangular array expected at position `1` in `2`.")

/* The checked data of a call: a List with elements, owned. LY_UNEVALUATED otherwise. */
static ly_value some_data(ly_context *cx, ly_expr *call)
{
    ly_value data = ly_data(cx, call, 0);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    if (ly_length(data) > 0) return data;
    ly_release(cx, data);
    return ly_message_call(cx, call, "rectt", 2, LY_INT(1), CALL_VALUE(call));
}

BUILTIN(Mean, statistics_mean, 1, 2, LY_PROTECTED, LY_PURE, "Mean[list] gives the mean of the elements.")
static ly_value statistics_mean(ly_context *cx, ly_expr *call)
{
    ly_value data = call->count == 1 ? some_data(cx, call) : LY_UNEVALUATED;
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    ly_value mean = ly_mean(cx, data);
    ly_release(cx, data);
    return mean;
}

/* g of a list of values made from the data element by element */
BUILTIN(GeometricMean, statistics_geometric_mean, 1, 1, LY_PROTECTED, LY_PURE, "GeometricMean[list] gives the geometric mean.")
static ly_value statistics_geometric_mean(ly_context *cx, ly_expr *call)
{
    ly_value data = some_data(cx, call);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    if (ly_is_table(data)) {
        ly_value result = ly_by_columns(cx, call, data);
        ly_release(cx, data);
        return result;
    }
    ly_value n = LY_INT((int64_t)ly_length(data));
    ly_value product = ly_make2(cx, LY_SYM(Apply), LY_SYM(Times), data);
    return ly_make2(cx, LY_SYM(Power), product, ly_make2(cx, LY_SYM(Power), n, LY_INT(-1)));
}

BUILTIN(HarmonicMean, statistics_harmonic_mean, 1, 1, LY_PROTECTED, LY_PURE, "HarmonicMean[list] gives the harmonic mean.")
static ly_value statistics_harmonic_mean(ly_context *cx, ly_expr *call)
{
    ly_value data = some_data(cx, call);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    ly_value n = LY_INT((int64_t)ly_length(data));
    ly_value sum = ly_make1(cx, LY_SYM(Total), ly_make2(cx, LY_SYM(Power), data, LY_INT(-1)));
    return ly_make2(cx, LY_SYM(Divide), n, sum);
}

BUILTIN(RootMeanSquare, statistics_root_mean_square, 1, 1, LY_PROTECTED, LY_PURE,
        "RootMeanSquare[list] gives the square root of the mean of the squares.")
static ly_value statistics_root_mean_square(ly_context *cx, ly_expr *call)
{
    ly_value data = some_data(cx, call);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    ly_value squares = ly_call2(cx, LY_SYM(Power), data, LY_INT(2));
    ly_value mean = ly_failed(squares) ? squares : ly_mean(cx, squares);
    ly_release(cx, squares);
    return ly_failed(mean) ? mean : ly_make1(cx, LY_SYM(Sqrt), mean);
}

BUILTIN(TrimmedMean, statistics_trimmed_mean, 1, 2, LY_PROTECTED, LY_PURE,
        "TrimmedMean[list, f] gives the mean without a fraction f of the smallest and of the largest elements;\n"
        "TrimmedMean[list, {f1, f2}] without f1 of the smallest and f2 of the largest.")
static ly_value statistics_trimmed_mean(ly_context *cx, ly_expr *call)
{
    double low = 0.05, high = 0.05;
    if (call->count == 2) {
        ly_value f = call->args[1];
        if (ly_has_shape(f, LY_SYM(List), 2)) {
            if (!ly_to_double(ly_expr_of(f)->args[0], &low) || !ly_to_double(ly_expr_of(f)->args[1], &high)) return LY_UNEVALUATED;
        } else if (ly_is_real_number(f) && ly_to_double(f, &low)) {
            high = low;
        } else {
            return LY_UNEVALUATED;
        }
    }
    if (!(low >= 0 && high >= 0 && low + high < 1)) return LY_UNEVALUATED;
    ly_value data = some_data(cx, call);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    if (ly_is_table(data)) {
        ly_value result = ly_by_columns(cx, call, data);
        ly_release(cx, data);
        return result;
    }
    size_t n = ly_length(data), first = (size_t)floor(low * (double)n), last = (size_t)floor(high * (double)n);
    ly_value sorted = ly_sorted(cx, data);
    ly_release(cx, data);
    if (ly_failed(sorted) || sorted == LY_UNEVALUATED) return sorted;
    ly_value kept = ly_slice(cx, sorted, first, n - first - last, 1);
    ly_value mean = ly_failed(kept) ? kept : ly_mean(cx, kept);
    ly_release(cx, sorted);
    ly_release(cx, kept);
    return mean;
}

/* ---- Median and quantiles --------------------------------------------------------------------- */

BUILTIN(Median, statistics_median, 1, 1, LY_PROTECTED, LY_PURE, "Median[list] gives the middle one of the sorted elements.")
static ly_value statistics_median(ly_context *cx, ly_expr *call)
{
    ly_value data = some_data(cx, call);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    if (ly_is_table(data)) {
        ly_value result = ly_by_columns(cx, call, data);
        ly_release(cx, data);
        return result;
    }
    ly_value sorted = ly_sorted(cx, data);
    ly_release(cx, data);
    if (sorted == LY_UNEVALUATED) return ly_message_call(cx, call, "rectn", 2, LY_INT(1), CALL_VALUE(call));
    if (ly_failed(sorted)) return sorted;
    const ly_expr *e = ly_expr_of(sorted);
    size_t n = e->count;
    ly_value result;
    if (n % 2) {
        result = ly_retain(e->args[n / 2]);
    } else {
        ly_value sum = ly_call2(cx, LY_SYM(Plus), ly_retain(e->args[n / 2 - 1]), ly_retain(e->args[n / 2]));
        result = ly_over_take(cx, sum, LY_INT(2));
    }
    ly_release(cx, sorted);
    return result;
}

/* The q-th quantile of sorted data with the parameters {{a, b}, {c, d}}: the element at position
   a + (n + b) q, and c + d times its fraction of the way to the next. */
static ly_value quantile(ly_context *cx, const ly_expr *sorted, ly_value q, const ly_value *parameters)
{
    int64_t n = sorted->count, low;
    ly_value shifted = ly_call2(cx, LY_SYM(Plus), LY_INT(n), ly_retain(parameters[1]));
    ly_value scaled = ly_failed(shifted) ? shifted : ly_call2(cx, LY_SYM(Times), shifted, ly_retain(q));
    ly_value at = ly_failed(scaled) ? scaled : ly_call2(cx, LY_SYM(Plus), ly_retain(parameters[0]), scaled);
    if (ly_failed(at)) return at;
    double place;
    if (!ly_is_real_number(at) || !ly_to_double(at, &place) || isnan(place)) {
        ly_release(cx, at);
        return LY_UNEVALUATED;
    }
    if (place < 1) place = 1, low = 1;
    else if (place > (double)n) place = (double)n, low = n;
    else low = (int64_t)floor(place);
    bool whole = place == (double)low;
    ly_value a = sorted->args[low - 1], b = sorted->args[(whole ? low : low + 1) - 1];
    if (whole && parameters[2] != LY_INT(1)) b = a;
    if (a == b) {
        ly_release(cx, at);
        return ly_retain(a);
    }
    ly_value fraction = ly_call1(cx, LY_SYM(FractionalPart), at);
    ly_value part = ly_failed(fraction) ? fraction : ly_call2(cx, LY_SYM(Times), ly_retain(parameters[3]), fraction);
    ly_value weight = ly_failed(part) ? part : ly_call2(cx, LY_SYM(Plus), ly_retain(parameters[2]), part);
    ly_value step = ly_failed(weight) ? weight : ly_call2(cx, LY_SYM(Subtract), ly_retain(b), ly_retain(a));
    if (ly_failed(step)) {
        ly_release(cx, weight);
        return step;
    }
    if (weight == LY_INT(1)) {
        ly_release(cx, step);
        return ly_retain(b);
    }
    return ly_call2(cx, LY_SYM(Plus), ly_retain(a), ly_make2(cx, LY_SYM(Times), weight, step));
}

/* Quantiles of the call's data; qs is one or a list. */
static ly_value quantiles(ly_context *cx, ly_expr *call, ly_value qs, const ly_value *parameters)
{
    ly_value data = some_data(cx, call);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    if (ly_is_table(data)) {
        ly_value result = ly_by_columns(cx, call, data);
        ly_release(cx, data);
        return result;
    }
    ly_value sorted = ly_sorted(cx, data);
    ly_release(cx, data);
    if (ly_failed(sorted) || sorted == LY_UNEVALUATED) return sorted;
    ly_value result;
    if (ly_has_head(qs, LY_SYM(List))) {
        const ly_expr *list = ly_expr_of(qs);
        ly_expr *each = ly_expr_new(cx, LY_SYM(List), list->count);
        result = each ? ly_from_object(each) : LY_FAILED;
        for (size_t i = 0; each && i < list->count; i++) {
            ly_value item = quantile(cx, ly_expr_of(sorted), list->args[i], parameters);
            if (ly_failed(item) || item == LY_UNEVALUATED) {
                ly_release(cx, result);
                result = item;
                break;
            }
            each->args[i] = item;
        }
    } else {
        result = quantile(cx, ly_expr_of(sorted), qs, parameters);
    }
    ly_release(cx, sorted);
    return result;
}

/* {{a, b}, {c, d}}; false: something else */
static bool read_parameters(ly_value v, ly_value *parameters)
{
    if (!ly_has_shape(v, LY_SYM(List), 2)) return false;
    for (size_t i = 0; i < 2; i++) {
        ly_value row = ly_expr_of(v)->args[i];
        if (!ly_has_shape(row, LY_SYM(List), 2)) return false;
        parameters[2 * i] = ly_expr_of(row)->args[0];
        parameters[2 * i + 1] = ly_expr_of(row)->args[1];
    }
    return true;
}

BUILTIN(Quantile, statistics_quantile, 2, 3, LY_PROTECTED, LY_PURE,
        "Quantile[list, q] gives the q-th quantile; Quantile[list, {q1, …}] several;\n"
        "Quantile[list, q, {{a, b}, {c, d}}] by the definition with these parameters.")
static ly_value statistics_quantile(ly_context *cx, ly_expr *call)
{
    ly_value parameters[4] = {LY_INT(0), LY_INT(0), LY_INT(1), LY_INT(0)};
    if (call->count == 3 && !read_parameters(call->args[2], parameters)) return LY_UNEVALUATED;
    return quantiles(cx, call, call->args[1], parameters);
}

/* Quantiles of a quarter, a half, and three quarters; the middle one is the median. */
static ly_value quartiles(ly_context *cx, ly_expr *call)
{
    ly_value half = ly_rational_new(cx, LY_INT(1), LY_INT(2));
    ly_value parameters[4] = {half, LY_INT(0), LY_INT(0), LY_INT(1)};
    if (call->count == 2 && !read_parameters(call->args[1], parameters)) {
        ly_release(cx, half);
        return LY_UNEVALUATED;
    }
    ly_value qs = ly_make3(cx, LY_SYM(List), ly_rational_new(cx, LY_INT(1), LY_INT(4)), ly_retain(half),
                           ly_rational_new(cx, LY_INT(3), LY_INT(4)));
    ly_value result = quantiles(cx, call, qs, parameters);
    ly_release(cx, qs);
    ly_release(cx, half);
    return result;
}

BUILTIN(Quartiles, statistics_quartiles, 1, 2, LY_PROTECTED, LY_PURE, "Quartiles[list] gives the 1/4, 1/2 and 3/4 quantiles.")
static ly_value statistics_quartiles(ly_context *cx, ly_expr *call) { return quartiles(cx, call); }

BUILTIN(InterquartileRange, statistics_interquartile_range, 1, 2, LY_PROTECTED, LY_PURE,
        "InterquartileRange[list] gives the difference of the upper and lower quartiles.")
static ly_value statistics_interquartile_range(ly_context *cx, ly_expr *call)
{
    ly_value three = quartiles(cx, call);
    if (ly_failed(three) || three == LY_UNEVALUATED) return three;
    if (!ly_has_shape(three, LY_SYM(List), 3) || ly_is_list(ly_expr_of(three)->args[0])) return three; /* by columns */
    ly_value result = ly_make2(cx, LY_SYM(Subtract), ly_retain(ly_expr_of(three)->args[2]), ly_retain(ly_expr_of(three)->args[0]));
    ly_release(cx, three);
    return result;
}
