/* statistics.c: statistics of lists of numbers; of matrices, column by column. */
#include "numeric.h"
#include "stdlib/statistics/distributions.h"

/* A list of lists of one length, not empty. */
static bool is_matrix(ly_context *cx, ly_value v)
{
    if (ly_is_packed(v)) return ly_packed_of(v)->rank == 2;
    if (!ly_has_head(v, LY_SYM(List)) || ly_expr_of(v)->count == 0) return false;
    size_t width = 0;
    for (size_t i = 0; i < ly_expr_of(v)->count; i++) {
        ly_value row = ly_expr_of(v)->args[i];
        if (!ly_is_list(row)) return false;
        if (i == 0) width = ly_length(row);
        if (ly_length(row) != width) return false;
    }
    return width > 0;
}

static bool is_vector(ly_value v)
{
    if (!ly_is_list(v)) return false;
    if (ly_is_packed(v)) return ly_packed_of(v)->rank == 1;
    for (size_t i = 0; i < ly_expr_of(v)->count; i++)
        if (ly_is_list(ly_expr_of(v)->args[i])) return false;
    return true;
}

/* The formula for a list of at least `least` elements; column by column for a matrix. */
static ly_value statistic(ly_context *cx, ly_expr *call, const char *formula, size_t least)
{
    ly_value v = call->args[0];
    if (ly_is_association(v)) {
        ly_value values = ly_call1(cx, LY_SYM(Values), ly_retain(v));
        if (ly_failed(values)) return values;
        ly_expr *again = ly_expr_new(cx, call->head, call->count);
        again->args[0] = values;
        for (size_t i = 1; i < call->count; i++) again->args[i] = ly_retain(call->args[i]);
        return ly_from_object(again);
    }
    if (ly_is_expr(v) && !ly_is_list(v)) return ly_of_distribution(cx, call);
    if (!ly_is_list(v) || ly_length(v) < least) return LY_UNEVALUATED;
    if (is_vector(v)) return ly_formula(cx, formula, call->count, call->args);
    if (!is_matrix(cx, v)) return LY_UNEVALUATED;
    ly_value columns = ly_call1(cx, LY_SYM(Transpose), ly_retain(v));
    if (ly_failed(columns) || !ly_is_list(columns)) {
        ly_release(cx, columns);
        return ly_failed(columns) ? columns : LY_UNEVALUATED;
    }
    ly_builder out = ly_builder_new();
    for (size_t i = 0, n = ly_length(columns); i < n; i++) {
        ly_expr *one = ly_expr_new(cx, call->head, call->count);
        one->args[0] = ly_element(cx, columns, i);
        for (size_t k = 1; k < call->count; k++) one->args[k] = ly_retain(call->args[k]);
        if (!ly_builder_add(cx, &out, ly_from_object(one))) {
            ly_release(cx, columns);
            return LY_FAILED;
        }
    }
    ly_release(cx, columns);
    return ly_builder_finish(cx, &out, LY_SYM(List));
}

#define BUILTIN_STATISTIC(Name, function, most, least, formula, documentation)   \
    BUILTIN(Name, function, 1, most, LY_PROTECTED, LY_PURE, documentation)       \
    static ly_value function(ly_context *cx, ly_expr *call) { return statistic(cx, call, formula, least); }

BUILTIN(Mean, mean, 1, 1, LY_PROTECTED, LY_PACKED, "Mean[data] gives the mean estimate of the elements in data.")
static ly_value mean(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_association(v) || (ly_is_expr(v) && !ly_is_list(v))) return statistic(cx, call, "0", 1);
    if (!ly_is_list(v) || ly_length(v) == 0) return LY_UNEVALUATED;
    return ly_formula(cx, "Total[#]/Length[#]", 1, &v);
}

BUILTIN_STATISTIC(Variance, variance, 1, 2, "If[FreeQ[N[#], Complex], If[VectorQ[#, NumericQ], Total[(# - Mean[#])^2], Total[(# - Mean[#]) Conjugate[# - Mean[#]]]], Total[(# - Mean[#]) Conjugate[# - Mean[#]]]]/(Length[#] - 1)",
                  "Variance[data] gives the variance estimate of the elements in data.")
BUILTIN_STATISTIC(StandardDeviation, standard_deviation, 1, 2, "Sqrt[Variance[#]]", "StandardDeviation[data] gives the standard deviation estimate of the elements in data.")
BUILTIN_STATISTIC(GeometricMean, geometric_mean, 1, 1, "(Times @@ #)^(1/Length[#])", "GeometricMean[data] gives the geometric mean of the values in data.")
BUILTIN_STATISTIC(HarmonicMean, harmonic_mean, 1, 1, "If[MemberQ[#, x_ /; x == 0], 0, Length[#]/Total[1/#]]", "HarmonicMean[data] gives the harmonic mean of the values in data.")
BUILTIN_STATISTIC(RootMeanSquare, root_mean_square, 1, 1, "Sqrt[Total[#^2]/Length[#]]", "RootMeanSquare[data] gives the root mean square of the values in data.")
BUILTIN_STATISTIC(MeanDeviation, mean_deviation, 1, 1, "Total[Abs[# - Mean[#]]]/Length[#]", "MeanDeviation[data] gives the mean absolute deviation from the mean of the elements in data.")
BUILTIN_STATISTIC(MedianDeviation, median_deviation, 1, 1, "Median[Abs[# - Median[#]]]", "MedianDeviation[data] gives the median absolute deviation from the median of the elements in data.")
BUILTIN_STATISTIC(CentralMoment, central_moment, 2, 1, "Total[(#1 - Mean[#1])^#2]/Length[#1]", "CentralMoment[data, r] gives the order r central moment of data.")
BUILTIN_STATISTIC(Moment, moment, 2, 1, "Total[#1^#2]/Length[#1]", "Moment[data, r] gives the order r moment of data.")
BUILTIN_STATISTIC(Skewness, skewness, 1, 1, "CentralMoment[#, 3]/CentralMoment[#, 2]^(3/2)", "Skewness[data] gives the coefficient of skewness estimate for the elements in data.")
BUILTIN_STATISTIC(Kurtosis, kurtosis, 1, 1, "CentralMoment[#, 4]/CentralMoment[#, 2]^2", "Kurtosis[data] gives the coefficient of kurtosis estimate for the elements in data.")
BUILTIN_STATISTIC(FactorialMoment, factorial_moment, 2, 1, "If[#2 === 0, 1, Total[Map[Function[x, Product[x - i, {i, 0, #2 - 1}]], #1]]/Length[#1]]", "FactorialMoment[data, r] gives the order r factorial moment of data.")
BUILTIN_STATISTIC(Standardize, standardize, 1, 2, "(# - Mean[#])/StandardDeviation[#]", "Standardize[data] shifts and rescales the elements of data to have zero mean and unit sample variance.")

/* ---- order statistics ---------------------------------------------------------------------------------- */

/* The list sorted by value (exact numeric expressions too); LY_UNEVALUATED where an element is not real. */
static ly_value sorted(ly_context *cx, ly_value v)
{
    bool certain;
    size_t n = ly_length(v);
    for (size_t i = 0; i < n; i++) {
        ly_value x = ly_element(cx, v, i), direction;
        bool real = ly_is_infinity(x, &direction) || ly_numeric_sign(cx, x, &certain) != 2;
        ly_release(cx, x);
        if (!real) return LY_UNEVALUATED;
    }
    ly_value r = ly_formula(cx, "SortBy[#, {N}]", 1, &v);
    if (ly_failed(r) || ly_is_list(r)) return r;
    ly_release(cx, r);
    return LY_UNEVALUATED;
}

MESSAGE(Median, rectn, "Rectangular array of real numbers is expected at position 1 in `1`.")

BUILTIN(Median, median, 1, 1, LY_PROTECTED, LY_PURE, "Median[data] gives the median estimate of the elements in data.")
static ly_value median(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!is_vector(v)) return statistic(cx, call, "0", 1);
    if (ly_length(v) == 0) return LY_UNEVALUATED;
    ly_value s = sorted(cx, v);
    if (ly_failed(s)) return s;
    if (s == LY_UNEVALUATED) return ly_message_call(cx, call, "rectn", 1, ly_from_object(call));
    size_t n = ly_length(s);
    ly_value high = ly_element(cx, s, n / 2);
    if (n % 2 == 0) {
        ly_value pair[2] = {ly_element(cx, s, n / 2 - 1), high};
        ly_value middle = ly_formula(cx, "(#1 + #2)/2", 2, pair);
        ly_release(cx, pair[0]);
        ly_release(cx, high);
        high = middle;
    }
    ly_release(cx, s);
    return high;
}

/* The q-th quantile of a sorted list with parameters {{a, b}, {c, d}}: with x = a + (n + b) q, the
   element at Floor[x] where x is whole, else c + d FractionalPart[x] of the way from there to the next. */
static ly_value quantile_of(ly_context *cx, ly_value list, ly_value q, ly_value parameters)
{
    int64_t n = (int64_t)ly_length(list), at;
    ly_value parts[3] = {LY_INT(n), q, parameters};
    ly_value x = ly_formula(cx, "#3[[1, 1]] + (#1 + #3[[1, 2]]) #2", 3, parts);
    if (ly_failed(x)) return x;
    ly_value whole = ly_call1(cx, LY_SYM(Floor), ly_retain(x));
    if (ly_failed(whole) || !ly_to_int64(whole, &at)) {
        ly_release(cx, x);
        ly_release(cx, whole);
        return ly_failed(whole) ? whole : LY_UNEVALUATED;
    }
    ly_value rest = ly_plus_take(cx, x, ly_minus_take(cx, whole));
    if (ly_failed(rest)) return rest;
    int64_t low = at < 1 ? 1 : at > n ? n : at, high = at + 1 < 1 ? 1 : at + 1 > n ? n : at + 1;
    ly_value first = ly_element(cx, list, (size_t)low - 1);
    if ((ly_is_number(rest) && ly_is_zero(rest)) || low == high) {
        ly_release(cx, rest);
        return first;
    }
    ly_value four[4] = {first, ly_element(cx, list, (size_t)high - 1), rest, parameters};
    ly_value r = ly_formula(cx, "If[#4[[2]] === {1, 0}, #2, #1 + (#4[[2, 1]] + #4[[2, 2]] #3) (#2 - #1)]", 4, four);
    ly_release(cx, first);
    ly_release(cx, four[1]);
    ly_release(cx, rest);
    return r;
}

static ly_value quantiles(ly_context *cx, ly_value v, ly_value q, ly_value parameters)
{
    if (ly_is_list(q)) {
        ly_builder out = ly_builder_new();
        for (size_t i = 0, n = ly_length(q); i < n; i++) {
            ly_value one = ly_element(cx, q, i), r = quantiles(cx, v, one, parameters);
            ly_release(cx, one);
            if (r == LY_UNEVALUATED || ly_failed(r)) {
                ly_builder_drop(cx, &out);
                return r;
            }
            if (!ly_builder_add(cx, &out, r)) return LY_FAILED;
        }
        return ly_builder_finish(cx, &out, LY_SYM(List));
    }
    double d;
    if (!ly_numeric_double(cx, q, &d) || d < 0 || d > 1) return LY_UNEVALUATED;
    return quantile_of(cx, v, q, parameters);
}

BUILTIN(Quantile, quantile, 2, 3, LY_PROTECTED, LY_PURE, "Quantile[data, p] gives the estimate of the pth quantile of data.")
static ly_value quantile(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!is_vector(v)) return statistic(cx, call, "0", 1);
    if (ly_length(v) == 0) return LY_UNEVALUATED;
    ly_value s = sorted(cx, v);
    if (ly_failed(s) || s == LY_UNEVALUATED) return s;
    ly_value parameters = call->count == 3 ? ly_retain(call->args[2]) : ly_formula(cx, "{{0, 0}, {1, 0}}", 0, NULL);
    ly_value r = quantiles(cx, s, call->args[1], parameters);
    ly_release(cx, parameters);
    ly_release(cx, s);
    return r;
}

/* Quantiles with the parameters {{1/2, 0}, {0, 1}} unless the call gives others. */
static ly_value parametric(ly_context *cx, ly_expr *call, const char *formula)
{
    if (call->count == 2 || !is_vector(call->args[0])) return statistic(cx, call, formula, 1);
    if (ly_length(call->args[0]) == 0) return LY_UNEVALUATED;
    ly_value parts[2] = {call->args[0], ly_formula(cx, "{{1/2, 0}, {0, 1}}", 0, NULL)};
    ly_value r = ly_formula(cx, formula, 2, parts);
    ly_release(cx, parts[1]);
    return r;
}

#define BUILTIN_PARAMETRIC(Name, function, formula, documentation)         \
    BUILTIN(Name, function, 1, 2, LY_PROTECTED, LY_PURE, documentation)    \
    static ly_value function(ly_context *cx, ly_expr *call) { return parametric(cx, call, formula); }

BUILTIN_PARAMETRIC(Quartiles, quartiles, "Quantile[#1, {1/4, 1/2, 3/4}, #2]", "Quartiles[data] gives a list of the 1/4, 1/2 and 3/4 quantiles of the elements in data.")
BUILTIN_PARAMETRIC(InterquartileRange, interquartile_range, "Subtract @@ Quantile[#1, {3/4, 1/4}, #2]", "InterquartileRange[data] gives the difference between the upper and lower quartiles for the elements in data.")
BUILTIN_PARAMETRIC(QuartileDeviation, quartile_deviation, "InterquartileRange[#1, #2]/2", "QuartileDeviation[data] gives the quartile deviation of the elements in data.")

/* The formula for the data in order (#1) of which #2 to #3 are not among the extremes that the call
   names. */
static ly_value without_extremes(ly_context *cx, ly_expr *call, const char *formula)
{
    ly_value v = call->args[0], low = LY_FAILED, high = LY_FAILED;
    double a = 0.05, b = 0.05;
    if (!is_vector(v)) return statistic(cx, call, "0", 1);
    if (call->count == 2) {
        low = high = call->args[1];
        if (ly_has_shape(low, LY_SYM(List), 2)) {
            high = ly_expr_of(low)->args[1];
            low = ly_expr_of(low)->args[0];
        }
        if (!ly_numeric_double(cx, low, &a) || !ly_numeric_double(cx, high, &b)) return LY_UNEVALUATED;
    }
    size_t n = ly_length(v);
    if (n == 0 || a < 0 || b < 0 || a + b >= 1) return LY_UNEVALUATED;
    ly_value s = sorted(cx, v);
    if (ly_failed(s) || s == LY_UNEVALUATED) return s;
    size_t from = (size_t)(a * (double)n + 1e-9), to = n - (size_t)(b * (double)n + 1e-9);
    ly_value parts[3] = {s, LY_INT((int64_t)from + 1), LY_INT((int64_t)to)};
    ly_value r = ly_formula(cx, formula, 3, parts);
    ly_release(cx, s);
    return r;
}

BUILTIN(TrimmedMean, trimmed_mean, 1, 2, LY_PROTECTED, LY_PURE, "TrimmedMean[data, f] gives the mean of the elements in data after dropping a fraction f of the smallest and largest elements.")
static ly_value trimmed_mean(ly_context *cx, ly_expr *call)
{
    return without_extremes(cx, call, "Mean[#1[[#2 ;; #3]]]");
}

BUILTIN(WinsorizedMean, winsorized_mean, 1, 2, LY_PROTECTED, LY_PURE, "WinsorizedMean[data, f] gives the mean of data with a fraction f of the smallest and largest elements replaced by their neighbors.")
static ly_value winsorized_mean(ly_context *cx, ly_expr *call)
{
    return without_extremes(cx, call, "(Total[#1[[#2 ;; #3]]] + (#2 - 1) #1[[#2]] + (Length[#1] - #3) #1[[#3]])/Length[#1]");
}

BUILTIN(ContraharmonicMean, contraharmonic_mean, 1, 2, LY_PROTECTED, LY_PURE, "ContraharmonicMean[data, p] gives Total[data^p]/Total[data^(p - 1)]; p is 2 unless given.")
static ly_value contraharmonic_mean(ly_context *cx, ly_expr *call)
{
    if (call->count == 1) return statistic(cx, call, "Total[#^2]/Total[#]", 1);
    return ly_is_list(call->args[1]) ? LY_UNEVALUATED : statistic(cx, call, "Total[#1^#2]/Total[#1^(#2 - 1)]", 1);
}

/* ---- two lists -------------------------------------------------------------------------------------------- */

BUILTIN(Covariance, covariance, 1, 2, LY_PROTECTED, LY_PURE, "Covariance[v, w] gives the covariance estimate of the lists v and w.")
static ly_value covariance(ly_context *cx, ly_expr *call)
{
    ly_value a = call->args[0], b = call->count == 2 ? call->args[1] : a;
    if (!ly_is_list(a) || !ly_is_list(b) || ly_length(a) != ly_length(b) || ly_length(a) < 2) return LY_UNEVALUATED;
    ly_value pair[2] = {a, b};
    if (is_vector(a) && is_vector(b)) {
        if (ly_length(a) == 2) return ly_formula(cx, "(#1[[1]] - #1[[2]]) (Conjugate[#2[[1]]] - Conjugate[#2[[2]]])/2", 2, pair);
        return ly_formula(cx, "Total[(#1 - Mean[#1]) Conjugate[#2 - Mean[#2]]]/(Length[#1] - 1)", 2, pair);
    }
    if (!is_matrix(cx, a) || !is_matrix(cx, b)) return LY_UNEVALUATED;
    return ly_formula(cx, "Outer[Covariance, Transpose[#1], Transpose[#2], 1]", 2, pair);
}

BUILTIN(Correlation, correlation, 1, 2, LY_PROTECTED, LY_PURE, "Correlation[v, w] gives the correlation between the lists v and w.")
static ly_value correlation(ly_context *cx, ly_expr *call)
{
    ly_value a = call->args[0], b = call->count == 2 ? call->args[1] : a;
    if (!ly_is_list(a) || !ly_is_list(b) || ly_length(a) != ly_length(b) || ly_length(a) < 2) return LY_UNEVALUATED;
    ly_value pair[2] = {a, b};
    if (is_vector(a) && is_vector(b)) {
        if (call->count == 1) return LY_INT(1);
        ly_value va = ly_call1(cx, LY_SYM(Variance), ly_retain(a)), vb = ly_call1(cx, LY_SYM(Variance), ly_retain(b));
        bool zero = va == LY_INT(0) || vb == LY_INT(0);
        ly_release(cx, va);
        ly_release(cx, vb);
        if (zero) return LY_UNEVALUATED;
        return ly_formula(cx, "Covariance[#1, #2]/(StandardDeviation[#1] StandardDeviation[#2])", 2, pair);
    }
    if (!is_matrix(cx, a) || !is_matrix(cx, b)) return LY_UNEVALUATED;
    return ly_formula(cx, "Outer[If[#1 === #2, 1, Correlation[#1, #2]] &, Transpose[#1], Transpose[#2], 1]", 2, pair);
}
