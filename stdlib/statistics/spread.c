/* spread.c: how data vary: Variance, StandardDeviation, moments, Covariance, Correlation; Standardize,
   Rescale; moving averages. */
#include "statistics.h"

MESSAGE(General, shlen, "The argument `1` should have at least two elements.")

/* Data with at least `least` elements, owned; LY_UNEVALUATED otherwise. */
static ly_value enough(ly_context *cx, ly_expr *call, size_t at, size_t least)
{
    ly_value data = ly_data(cx, call, at);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    if (ly_length(data) >= least) return data;
    if (least > 1) ly_message_call(cx, call, "shlen", 1, data);
    ly_release(cx, data);
    return LY_UNEVALUATED;
}

/* Mean of the r-th powers of the list; releases it. */
static ly_value mean_power_take(ly_context *cx, ly_value list, ly_value r)
{
    ly_value powers = ly_failed(list) ? list : ly_call2(cx, LY_SYM(Power), list, ly_retain(r));
    ly_value mean = ly_failed(powers) ? powers : ly_mean(cx, powers);
    ly_release(cx, powers);
    return mean;
}

static ly_value variance(ly_context *cx, ly_value data)
{
    ly_value deviations = ly_deviations(cx, data);
    if (ly_failed(deviations)) return deviations;
    ly_value other = ly_all_numbers(data) && !ly_is_table(data) ? ly_retain(deviations)
                                                               : LY_FAILED;
    bool complex_numbers = false;
    for (size_t i = 0; other && i < ly_expr_of(data)->count; i++) complex_numbers |= ly_is_complex(ly_expr_of(data)->args[i]);
    if (!other || complex_numbers) {
        ly_release(cx, other);
        other = ly_call1(cx, LY_SYM(Conjugate), ly_retain(deviations));
        if (ly_failed(other)) {
            ly_release(cx, deviations);
            return other;
        }
    }
    ly_value squares = ly_call2(cx, LY_SYM(Times), deviations, other);
    ly_value sum = ly_failed(squares) ? squares : ly_total(cx, squares);
    ly_release(cx, squares);
    return ly_over_take(cx, sum, LY_INT((int64_t)ly_length(data) - 1));
}

BUILTIN(Variance, statistics_variance, 1, 1, LY_PROTECTED, LY_PURE, "Variance[list] gives the unbiased variance of the elements.")
static ly_value statistics_variance(ly_context *cx, ly_expr *call)
{
    ly_value data = enough(cx, call, 0, 2);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    ly_value result = ly_is_table(data) ? ly_by_columns(cx, call, data) : variance(cx, data);
    ly_release(cx, data);
    return result;
}

BUILTIN(StandardDeviation, statistics_standard_deviation, 1, 1, LY_PROTECTED, LY_PURE,
        "StandardDeviation[list] gives the square root of the variance.")
static ly_value statistics_standard_deviation(ly_context *cx, ly_expr *call)
{
    ly_value data = enough(cx, call, 0, 2);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    ly_value result = ly_is_table(data) ? ly_by_columns(cx, call, data) : variance(cx, data);
    bool by_columns = ly_is_table(data);
    ly_release(cx, data);
    return by_columns || ly_failed(result) ? result : ly_make1(cx, LY_SYM(Sqrt), result);
}

/* ---- moments ---------------------------------------------------------------------------------- */

BUILTIN(Moment, statistics_moment, 2, 2, LY_PROTECTED, LY_PURE, "Moment[list, r] gives the mean of the r-th powers.")
static ly_value statistics_moment(ly_context *cx, ly_expr *call)
{
    ly_value data = enough(cx, call, 0, 1);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    return mean_power_take(cx, data, call->args[1]);
}

BUILTIN(CentralMoment, statistics_central_moment, 2, 2, LY_PROTECTED, LY_PURE,
        "CentralMoment[list, r] gives the mean of the r-th powers of the deviations from the mean.")
static ly_value statistics_central_moment(ly_context *cx, ly_expr *call)
{
    ly_value data = enough(cx, call, 0, 1);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    ly_value result = ly_is_table(data) ? ly_by_columns(cx, call, data)
                                        : mean_power_take(cx, ly_deviations(cx, data), call->args[1]);
    ly_release(cx, data);
    return result;
}

/* The r-th central moment over the second one to the power p/2. */
static ly_value shape(ly_context *cx, ly_expr *call, int64_t r)
{
    ly_value data = enough(cx, call, 0, 1);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    if (ly_is_table(data)) {
        ly_value columns = ly_by_columns(cx, call, data);
        ly_release(cx, data);
        return columns;
    }
    ly_value top = mean_power_take(cx, ly_deviations(cx, data), LY_INT(r));
    ly_value second = ly_failed(top) ? top : mean_power_take(cx, ly_deviations(cx, data), LY_INT(2));
    ly_release(cx, data);
    if (ly_failed(second)) {
        ly_release(cx, top);
        return LY_FAILED;
    }
    return ly_make2(cx, LY_SYM(Divide), top, ly_make2(cx, LY_SYM(Power), second, ly_rational_new(cx, LY_INT(r), LY_INT(2))));
}

BUILTIN(Skewness, statistics_skewness, 1, 1, LY_PROTECTED, LY_PURE, "Skewness[list] gives the skewness of the data.")
static ly_value statistics_skewness(ly_context *cx, ly_expr *call) { return shape(cx, call, 3); }
BUILTIN(Kurtosis, statistics_kurtosis, 1, 1, LY_PROTECTED, LY_PURE, "Kurtosis[list] gives the kurtosis of the data.")
static ly_value statistics_kurtosis(ly_context *cx, ly_expr *call) { return shape(cx, call, 4); }

BUILTIN(MeanDeviation, statistics_mean_deviation, 1, 1, LY_PROTECTED, LY_PURE,
        "MeanDeviation[list] gives the mean absolute deviation from the mean.")
static ly_value statistics_mean_deviation(ly_context *cx, ly_expr *call)
{
    ly_value data = enough(cx, call, 0, 1);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    ly_value deviations = ly_deviations(cx, data);
    ly_release(cx, data);
    return ly_failed(deviations) ? deviations : ly_make1(cx, LY_SYM(Mean), ly_make1(cx, LY_SYM(Abs), deviations));
}

BUILTIN(MedianDeviation, statistics_median_deviation, 1, 1, LY_PROTECTED, LY_PURE,
        "MedianDeviation[list] gives the median absolute deviation from the median.")
static ly_value statistics_median_deviation(ly_context *cx, ly_expr *call)
{
    ly_value data = enough(cx, call, 0, 1);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    ly_value median = ly_call1(cx, LY_SYM(Median), ly_retain(data));
    if (ly_failed(median) || ly_has_head(median, LY_SYM(Median))) {
        ly_release(cx, data);
        ly_release(cx, median);
        return ly_failed(median) ? median : LY_UNEVALUATED;
    }
    return ly_make1(cx, LY_SYM(Median), ly_make1(cx, LY_SYM(Abs), ly_make2(cx, LY_SYM(Subtract), data, median)));
}

/* ---- two sets of data ------------------------------------------------------------------------- */

static ly_value covariance(ly_context *cx, ly_value a, ly_value b)
{
    ly_value x = ly_deviations(cx, a), y = ly_failed(x) ? x : ly_deviations(cx, b);
    if (ly_failed(y)) {
        ly_release(cx, x);
        return LY_FAILED;
    }
    ly_value sum = ly_call2(cx, LY_SYM(Dot), x, ly_make1(cx, LY_SYM(Conjugate), y));
    return ly_over_take(cx, sum, LY_INT((int64_t)ly_length(a) - 1));
}

static ly_value correlation(ly_context *cx, ly_value a, ly_value b)
{
    ly_value top = covariance(cx, a, b), x = ly_failed(top) ? top : variance(cx, a), y = ly_failed(x) ? x : variance(cx, b);
    if (ly_failed(y)) {
        ly_release(cx, top);
        ly_release(cx, x);
        return LY_FAILED;
    }
    ly_value scale = ly_call2(cx, LY_SYM(Times), ly_make1(cx, LY_SYM(Sqrt), x), ly_make1(cx, LY_SYM(Sqrt), y));
    return ly_over_take(cx, top, scale);
}

static ly_value of_pairs(ly_context *cx, ly_expr *call, ly_value (*measure)(ly_context *, ly_value, ly_value))
{
    ly_value a = enough(cx, call, 0, 2), result = LY_UNEVALUATED;
    if (ly_failed(a) || a == LY_UNEVALUATED) return a;
    if (call->count == 2) {
        ly_value b = enough(cx, call, 1, 2);
        if (!ly_failed(b) && b != LY_UNEVALUATED) {
            if (ly_length(a) == ly_length(b) && !ly_is_table(a) && !ly_is_table(b)) result = measure(cx, a, b);
            ly_release(cx, b);
        } else {
            result = b;
        }
    } else if (ly_is_table(a)) { /* the matrix for all pairs of columns */
        ly_value columns = ly_unpack_take(cx, ly_call1(cx, LY_SYM(Transpose), ly_retain(a)));
        size_t n = ly_failed(columns) ? 0 : ly_length(columns);
        ly_expr *rows = ly_failed(columns) ? NULL : ly_expr_new(cx, LY_SYM(List), n);
        result = rows ? ly_from_object(rows) : LY_FAILED;
        for (size_t i = 0; rows && i < n; i++) {
            ly_expr *row = ly_expr_new(cx, LY_SYM(List), n);
            rows->args[i] = ly_from_object(row);
            for (size_t j = 0; j < n && rows; j++) {
                ly_value x = ly_elements(cx, ly_expr_of(columns)->args[i]), y = ly_elements(cx, ly_expr_of(columns)->args[j]);
                ly_value item = measure(cx, x, y);
                ly_release(cx, x);
                ly_release(cx, y);
                if (ly_failed(item)) {
                    ly_release(cx, result);
                    result = LY_FAILED;
                    rows = NULL;
                    break;
                }
                row->args[j] = item;
            }
        }
        ly_release(cx, columns);
    }
    ly_release(cx, a);
    return result;
}

BUILTIN(Covariance, statistics_covariance, 1, 2, LY_PROTECTED, LY_PURE,
        "Covariance[a, b] gives the covariance of two lists, Covariance[m] the matrix of those of the columns.")
static ly_value statistics_covariance(ly_context *cx, ly_expr *call) { return of_pairs(cx, call, covariance); }
BUILTIN(Correlation, statistics_correlation, 1, 2, LY_PROTECTED, LY_PURE,
        "Correlation[a, b] gives the correlation of two lists, Correlation[m] the matrix of those of the columns.")
static ly_value statistics_correlation(ly_context *cx, ly_expr *call) { return of_pairs(cx, call, correlation); }

/* ---- other scales ----------------------------------------------------------------------------- */

BUILTIN(Standardize, statistics_standardize, 1, 3, LY_PROTECTED, LY_PURE,
        "Standardize[list] shifts and scales to mean 0 and variance 1; Standardize[list, f1, f2] by f1 and f2 of it.")
static ly_value statistics_standardize(ly_context *cx, ly_expr *call)
{
    ly_value data = enough(cx, call, 0, 1);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    if (ly_is_table(data)) {
        ly_value columns = ly_by_columns(cx, call, data);
        ly_release(cx, data);
        return ly_failed(columns) ? columns : ly_make1(cx, LY_SYM(Transpose), columns);
    }
    ly_value centre = ly_make1(cx, call->count > 1 ? call->args[1] : LY_SYM(Mean), ly_retain(data));
    ly_value scale = call->count > 2    ? ly_make1(cx, call->args[2], ly_retain(data))
                     : call->count == 2 ? LY_INT(1)
                                        : ly_make1(cx, LY_SYM(StandardDeviation), ly_retain(data));
    return ly_make2(cx, LY_SYM(Divide), ly_make2(cx, LY_SYM(Subtract), data, centre), scale);
}

BUILTIN(Rescale, statistics_rescale, 1, 3, LY_PROTECTED, LY_PURE,
        "Rescale[x, {min, max}] gives x rescaled to run from 0 to 1; Rescale[x, {a, b}, {c, d}] from c to d;\n"
        "Rescale[list] each element over the whole range of the list.")
static ly_value statistics_rescale(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0], range;
    if (call->count == 1) {
        if (!ly_is_list(x)) return LY_UNEVALUATED;
        range = ly_call1(cx, LY_SYM(MinMax), ly_retain(x));
        if (ly_failed(range)) return range;
    } else {
        range = ly_retain(call->args[1]);
    }
    range = ly_unpack_take(cx, range);
    if (!ly_has_shape(range, LY_SYM(List), 2) ||
        (call->count == 3 && !ly_has_shape(call->args[2], LY_SYM(List), 2))) {
        ly_release(cx, range);
        return LY_UNEVALUATED;
    }
    ly_value a = ly_expr_of(range)->args[0], b = ly_expr_of(range)->args[1];
    ly_value width = ly_call2(cx, LY_SYM(Subtract), ly_retain(b), ly_retain(a));
    ly_value offset = ly_failed(width) ? width : ly_call2(cx, LY_SYM(Subtract), ly_retain(x), ly_retain(a));
    ly_release(cx, range);
    if (ly_failed(offset)) {
        ly_release(cx, width);
        return LY_FAILED;
    }
    ly_value part = ly_call2(cx, LY_SYM(Divide), offset, width);
    if (call->count < 3 || ly_failed(part)) return part;
    ly_value c = ly_expr_of(call->args[2])->args[0], d = ly_expr_of(call->args[2])->args[1];
    return ly_make2(cx, LY_SYM(Plus), ly_retain(c),
                    ly_make2(cx, LY_SYM(Times), part, ly_make2(cx, LY_SYM(Subtract), ly_retain(d), ly_retain(c))));
}

/* ---- moving windows --------------------------------------------------------------------------- */

/* f of each n neighbours, as a List */
static ly_value moving(ly_context *cx, ly_expr *call, ly_value f, ly_value data, ly_value n)
{
    if (!ly_is_int(n) || ly_int_of(n) < 1 || ly_int_of(n) > (int64_t)ly_length(data)) return LY_UNEVALUATED;
    size_t width = (size_t)ly_int_of(n), count = ly_length(data) - width + 1;
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), count);
    for (size_t i = 0; list && i < count; i++) {
        ly_value window = ly_slice(cx, data, i, width, 1);
        ly_value item = ly_failed(window) ? window : ly_call1(cx, f, window);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(list));
            return LY_FAILED;
        }
        list->args[i] = item;
    }
    return list ? ly_from_object(list) : LY_FAILED;
}

BUILTIN(MovingAverage, statistics_moving_average, 2, 2, LY_PROTECTED, LY_PURE,
        "MovingAverage[list, n] gives the means of n neighbours; MovingAverage[list, {w1, …}] with weights.")
static ly_value statistics_moving_average(ly_context *cx, ly_expr *call)
{
    ly_value data = enough(cx, call, 0, 1), result;
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    if (ly_has_head(call->args[1], LY_SYM(List))) {
        const ly_expr *weights = ly_expr_of(call->args[1]);
        size_t n = weights->count;
        if (n == 0 || n > ly_length(data)) {
            ly_release(cx, data);
            return LY_UNEVALUATED;
        }
        ly_value whole = ly_total(cx, call->args[1]);
        ly_expr *list = ly_failed(whole) ? NULL : ly_expr_new(cx, LY_SYM(List), ly_length(data) - n + 1);
        result = list ? ly_from_object(list) : LY_FAILED;
        for (size_t i = 0; list && i < list->count; i++) {
            ly_value window = ly_slice(cx, data, i, n, 1);
            list->args[i] = ly_make2(cx, LY_SYM(Divide),
                                     ly_make2(cx, LY_SYM(Total), ly_make2(cx, LY_SYM(Times), ly_retain(call->args[1]), window), LY_INT(1)),
                                     ly_retain(whole));
        }
        ly_release(cx, whole);
    } else {
        result = moving(cx, call, LY_SYM(Mean), data, call->args[1]);
    }
    ly_release(cx, data);
    return result;
}

BUILTIN(MovingMedian, statistics_moving_median, 2, 2, LY_PROTECTED, LY_PURE, "MovingMedian[list, n] gives the medians of n neighbours.")
static ly_value statistics_moving_median(ly_context *cx, ly_expr *call)
{
    ly_value data = enough(cx, call, 0, 1);
    if (ly_failed(data) || data == LY_UNEVALUATED) return data;
    ly_value result = moving(cx, call, LY_SYM(Median), data, call->args[1]);
    ly_release(cx, data);
    return result;
}
