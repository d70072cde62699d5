/* logarithm.c: Log, Log2, Log10. */
#include <math.h>

#include "interval.h"
#include "numeric.h"

static double complex log_slope(double complex z) { return 1 / z; }
static double complex clog2(double complex z) { return clog(z) / M_LN2; }
static double complex clog10_(double complex z) { return clog(z) / M_LN10; }

static const ly_numeric_function natural = {log, 0, HUGE_VAL, clog, mpfr_log, "acb_log", log_slope};
static const ly_numeric_function binary = {log2, 0, HUGE_VAL, clog2, mpfr_log2, NULL, log_slope};
static const ly_numeric_function decimal = {log10, 0, HUGE_VAL, clog10_, mpfr_log10, NULL, log_slope};

/* Log of an exact number that is not positive and above 1. */
static ly_value log_number(ly_context *cx, ly_value x)
{
    if (x == LY_INT(1)) return LY_INT(0);
    if (x == LY_INT(0)) return ly_infinity(cx, -1);
    if (!ly_is_complex(x)) {
        if (ly_sign(x) < 0) {
            ly_value size = ly_negate(cx, x), parts[1] = {size};
            ly_value r = ly_formula(cx, "I Pi + Log[#]", 1, parts);
            ly_release(cx, size);
            return r;
        }
        if (ly_compare_numbers(x, LY_INT(1)) < 0) {
            ly_value inverse = ly_divide(cx, LY_INT(1), x);
            return ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_make1(cx, LY_SYM(Log), inverse));
        }
        return LY_UNEVALUATED;
    }
    if (ly_complex_of(x)->re != LY_INT(0)) return LY_UNEVALUATED;
    ly_value im = ly_complex_of(x)->im;
    ly_value size = ly_sign(im) < 0 ? ly_negate(cx, im) : ly_retain(im);
    ly_value r = ly_formula(cx, ly_sign(im) < 0 ? "-I Pi/2 + Log[#]" : "I Pi/2 + Log[#]", 1, &size);
    ly_release(cx, size);
    return r;
}

/* Log[E^z]: z brought to the strip of the principal value, where z is a number. */
static ly_value log_of_exponential(ly_context *cx, ly_value z)
{
    bool certain;
    if (ly_numeric_sign(cx, z, &certain) != 2) return ly_retain(z);
    if (!ly_is_numeric(cx, z)) return LY_UNEVALUATED;
    ly_value n = ly_numeric_value(cx, z, LY_MACHINE_PRECISION);
    double im;
    if (ly_failed(n)) return n;
    bool fine = ly_is_number(n) && ly_to_double(ly_imaginary_part(n), &im);
    ly_release(cx, n);
    if (!fine || fabs(im) > 1e15) return LY_UNEVALUATED;
    double turns = ceil((im - M_PI) / (2 * M_PI) - 1e-12);
    if (turns == 0) return ly_retain(z);
    ly_value parts[2] = {z, ly_integer(cx, (int64_t)turns)};
    return ly_formula(cx, "#1 - 2 I Pi #2", 2, parts);
}

static ly_value log_expression(ly_context *cx, ly_value x)
{
    if (x == LY_SYM(E)) return LY_INT(1);
    if (ly_has_shape(x, LY_SYM(Power), 2)) {
        ly_value base = ly_expr_of(x)->args[0], exponent = ly_expr_of(x)->args[1];
        if (base == LY_SYM(E)) return log_of_exponential(cx, exponent);
        bool certain;
        if (ly_is_number(exponent) && !ly_is_complex(exponent) && ly_is_numeric(cx, base) &&
            ly_numeric_sign(cx, base, &certain) == 1) {
            ly_value parts[2] = {base, exponent};
            return ly_formula(cx, "#2 Log[#1]", 2, parts);
        }
        return LY_UNEVALUATED;
    }
    /* -E, and other negative numeric products */
    if (ly_has_head(x, LY_SYM(Times)) && ly_is_number(ly_expr_of(x)->args[0]) && ly_is_numeric(cx, x)) {
        bool certain;
        if (ly_numeric_sign(cx, x, &certain) == -1) {
            ly_value size = ly_minus_take(cx, ly_retain(x));
            if (ly_failed(size)) return size;
            ly_value r = ly_formula(cx, "I Pi + Log[#]", 1, &size);
            ly_release(cx, size);
            return r;
        }
    }
    return LY_UNEVALUATED;
}

/* Log[b, x] of exact rational numbers that are powers of one number. */
static ly_value rational_logarithm(ly_context *cx, ly_value b, ly_value x)
{
    if ((!ly_is_integer(b) && !ly_is_rational(b)) || (!ly_is_integer(x) && !ly_is_rational(x)))
        return LY_UNEVALUATED;
    if (ly_sign(b) <= 0 || ly_sign(x) <= 0 || b == LY_INT(1) || x == LY_INT(1)) return LY_UNEVALUATED;
    double ratio = ly_log10_abs(x) / ly_log10_abs(b);
    for (int d = 1; d <= 12; d++) {
        double n = rint(ratio * d);
        if (fabs(ratio * d - n) > 1e-9 * fmax(1, fabs(n)) || fabs(n) > 1e6) continue;
        ly_value left = ly_power_integer(cx, b, LY_INT((int64_t)n)), right = ly_power_integer(cx, x, LY_INT(d));
        bool same = !ly_failed(left) && !ly_failed(right) && ly_same(left, right);
        ly_release(cx, left);
        ly_release(cx, right);
        if (same) return ly_rational_new(cx, LY_INT((int64_t)n), LY_INT(d));
    }
    return LY_UNEVALUATED;
}

static ly_value log_base(ly_context *cx, ly_value b, ly_value x)
{
    ly_value r = rational_logarithm(cx, b, x);
    if (r != LY_UNEVALUATED) return r;
    /* the powers of 2 and 10 come out exactly */
    if (ly_is_real(x) && ly_sign(x) > 0) {
        if (b == LY_INT(2)) return ly_apply_numeric(cx, &binary, x);
        if (b == LY_INT(10)) return ly_apply_numeric(cx, &decimal, x);
    }
    ly_value parts[2] = {b, x};
    return ly_formula(cx, "Log[#2]/Log[#1]", 2, parts);
}

BUILTIN(Log, logarithm, 1, 2, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,
        "Log[z] gives the natural logarithm of z (logarithm to base e).\n"
        "Log[b, z] gives the logarithm to base b.")
static ly_value logarithm(ly_context *cx, ly_expr *call)
{
    ly_value direction;
    if (call->count == 2) return log_base(cx, call->args[0], call->args[1]);
    ly_value x = call->args[0];
    if (ly_is_inexact(x)) {
        if (ly_is_zero(x)) return ly_indeterminate_take(cx, LY_SYM(Infinity), ly_retain(ly_from_object(call)));
        return ly_apply_numeric(cx, &natural, x);
    }
    if (ly_is_number(x)) return log_number(cx, x);
    if (x == LY_SYM(Indeterminate)) return x;
    if (ly_is_interval(x)) return ly_interval_apply(cx, call->head, x);
    if (ly_is_infinity(x, &direction)) return ly_infinity(cx, 1);
    return log_expression(cx, x);
}

BUILTIN(Log2, logarithm_2, 1, 1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,
        "Log2[x] gives the base-2 logarithm of x.")
static ly_value logarithm_2(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0];
    if (ly_is_real(x) && !ly_is_zero(x)) return ly_apply_numeric(cx, &binary, x);
    return ly_make2(cx, LY_SYM(Log), LY_INT(2), ly_retain(x));
}

BUILTIN(Log10, logarithm_10, 1, 1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,
        "Log10[x] gives the base-10 logarithm of x.")
static ly_value logarithm_10(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0];
    if (ly_is_real(x) && !ly_is_zero(x)) return ly_apply_numeric(cx, &decimal, x);
    return ly_make2(cx, LY_SYM(Log), LY_INT(10), ly_retain(x));
}
