/* inverse_circular.c: ArcSin, ArcCos, ArcTan (of one and two arguments), ArcCot, ArcSec, ArcCsc, and
   the inverse hyperbolic functions.

   An exact argument is recognised as a tabulated value of the function itself: the angle's multiple
   of Pi/60 is guessed from its machine value and then verified. */
#include <math.h>

#include "interval.h"
#include "numeric.h"

typedef enum inverse {
    ARC_SIN, ARC_COS, ARC_TAN, ARC_COT, ARC_SEC, ARC_CSC,
    ARC_SINH, ARC_COSH, ARC_TANH, ARC_COTH, ARC_SECH, ARC_CSCH
} inverse;

/* ---- numeric values ----------------------------------------------------------------------------- */

/* On the cuts of the real axis: continuous as in the Wolfram Language. */
static double complex below(double complex z) { return conj(z); }
static double complex casin_(double complex z)
{
    return cimag(z) == 0 && creal(z) > 1 ? casin(below(creal(z))) : casin(z);
}
static double complex cacos_(double complex z)
{
    return cimag(z) == 0 && creal(z) > 1 ? cacos(below(creal(z))) : cacos(z);
}
static double complex catanh_(double complex z)
{
    return cimag(z) == 0 && creal(z) > 1 ? catanh(below(creal(z))) : catanh(z);
}
static double acot_real(double x) { return x == 0 ? M_PI_2 : atan(1 / x); }
static double asec_real(double x) { return acos(1 / x); }
static double acsc_real(double x) { return asin(1 / x); }
static double acoth_real(double x) { return atanh(1 / x); }
static double asech_real(double x) { return acosh(1 / x); }
static double acsch_real(double x) { return asinh(1 / x); }
static double complex cacot(double complex z) { return catan(1 / z); }
static double complex casec(double complex z) { return cimag(z) == 0 ? cacos_(1 / creal(z)) : cacos(1 / z); }
static double complex cacsc(double complex z) { return cimag(z) == 0 ? casin_(1 / creal(z)) : casin(1 / z); }
static double complex cacoth(double complex z) { return cimag(z) == 0 ? catanh_(1 / creal(z)) : catanh(1 / z); }
static double complex casech(double complex z) { return cimag(z) == 0 ? cacosh(1 / creal(z)) : cacosh(1 / z); }
static double complex cacsch(double complex z) { return casinh(1 / z); }

static double complex slope_sin(double complex z) { return 1 / csqrt(1 - z * z); }
static double complex slope_tan(double complex z) { return 1 / (1 + z * z); }
static double complex slope_sec(double complex z) { return 1 / (z * csqrt(z * z - 1)); }
static double complex slope_sinh(double complex z) { return 1 / csqrt(1 + z * z); }
static double complex slope_tanh(double complex z) { return 1 / (1 - z * z); }
static double complex slope_csch(double complex z) { return 1 / (z * csqrt(z * z + 1)); }

/* Functions of 1/x at any precision. */
static int reciprocal(mpfr_t y, const mpfr_t x, int (*f)(mpfr_t, const mpfr_t, mpfr_rnd_t))
{
    mpfr_t t;
    mpfr_init2(t, mpfr_get_prec(x) + 16);
    mpfr_ui_div(t, 1, x, MPFR_RNDN);
    f(y, t, MPFR_RNDN);
    mpfr_clear(t);
    return 0;
}
#define RECIPROCAL(name, f) \
    static int name(mpfr_t y, const mpfr_t x, mpfr_rnd_t r) { (void)r; return reciprocal(y, x, f); }
RECIPROCAL(big_acot, mpfr_atan)
RECIPROCAL(big_asec, mpfr_acos)
RECIPROCAL(big_acsc, mpfr_asin)
RECIPROCAL(big_acoth, mpfr_atanh)
RECIPROCAL(big_asech, mpfr_acosh)
RECIPROCAL(big_acsch, mpfr_asinh)

static const ly_numeric_function numeric[] = {
    [ARC_SIN] = {asin, -1, 1, casin_, mpfr_asin, "acb_asin", slope_sin},
    [ARC_COS] = {acos, -1, 1, cacos_, mpfr_acos, "acb_acos", slope_sin},
    [ARC_TAN] = {atan, -HUGE_VAL, HUGE_VAL, catan, mpfr_atan, "acb_atan", slope_tan},
    [ARC_COT] = {acot_real, -HUGE_VAL, HUGE_VAL, cacot, big_acot, NULL, slope_tan},
    [ARC_SEC] = {NULL, 1, HUGE_VAL, casec, big_asec, NULL, slope_sec},
    [ARC_CSC] = {NULL, 1, HUGE_VAL, cacsc, big_acsc, NULL, slope_sec},
    [ARC_SINH] = {asinh, -HUGE_VAL, HUGE_VAL, casinh, mpfr_asinh, "acb_asinh", slope_sinh},
    [ARC_COSH] = {acosh, 1, HUGE_VAL, cacosh, mpfr_acosh, "acb_acosh", slope_sec},
    [ARC_TANH] = {atanh, -1, 1, catanh_, mpfr_atanh, "acb_atanh", slope_tanh},
    [ARC_COTH] = {acoth_real, 1, HUGE_VAL, cacoth, big_acoth, NULL, slope_tanh},
    [ARC_SECH] = {asech_real, 0, 1, casech, big_asech, NULL, slope_sec},
    [ARC_CSCH] = {acsch_real, -HUGE_VAL, HUGE_VAL, cacsch, big_acsch, NULL, slope_csch},
};

static const struct row {
    const char *direct; /* what it inverts */
    bool odd;
    const char *at_zero, *at_infinity, *imaginary; /* values; f[I x] with # for x */
    const char *reciprocal_of; /* f[z] is that of 1/z, for numbers beyond MPFR's reach */
} rows[] = {
    [ARC_SIN] = {"Sin", true, "0", "DirectedInfinity[-I]", "I ArcSinh[#]", NULL},
    [ARC_COS] = {"Cos", false, "Pi/2", "DirectedInfinity[I]", NULL, NULL},
    [ARC_TAN] = {"Tan", true, "0", "Pi/2", "I ArcTanh[#]", NULL},
    [ARC_COT] = {"Cot", true, "Pi/2", "0", "-I ArcCoth[#]", "ArcTan"},
    [ARC_SEC] = {"Sec", false, "ComplexInfinity", "Pi/2", NULL, "ArcCos"},
    [ARC_CSC] = {"Csc", true, "ComplexInfinity", "0", "-I ArcCsch[#]", "ArcSin"},
    [ARC_SINH] = {"Sinh", true, "0", "Infinity", "I ArcSin[#]", NULL},
    [ARC_COSH] = {"Cosh", false, "I Pi/2", "Infinity", NULL, NULL},
    [ARC_TANH] = {"Tanh", true, "0", "-I Pi/2", "I ArcTan[#]", NULL},
    [ARC_COTH] = {"Coth", true, "I Pi/2", "0", "-I ArcCot[#]", "ArcTanh"},
    [ARC_SECH] = {"Sech", false, "Infinity", "I Pi/2", NULL, "ArcCosh"},
    [ARC_CSCH] = {"Csch", true, "ComplexInfinity", "0", "-I ArcCsc[#]", "ArcSinh"},
};

/* ---- exact values ------------------------------------------------------------------------------- */

/* x is exact and real: the angle k Pi/60 whose f it is (times I for hyperbolic ones). */
static ly_value tabulated(ly_context *cx, inverse f, ly_value x)
{
    double d, angle;
    const char *direct = rows[f].direct;
    bool imaginary = false;
    if (!ly_numeric_double(cx, x, &d) || !isfinite(d)) return LY_UNEVALUATED;
    switch (f) {
    case ARC_SIN: angle = asin(d); break;
    case ARC_COS: angle = acos(d); break;
    case ARC_TAN: angle = atan(d); break;
    case ARC_COT: angle = acot_real(d); break;
    case ARC_SEC: angle = acos(1 / d); break;
    case ARC_CSC: angle = asin(1 / d); break;
    case ARC_COSH: angle = acos(d); imaginary = true; direct = "Cos"; break;
    case ARC_SECH: angle = acos(1 / d); imaginary = true; direct = "Sec"; break;
    default: return LY_UNEVALUATED;
    }
    if (isnan(angle)) return LY_UNEVALUATED;
    double k = rint(angle / M_PI * 60);
    if (fabs(angle / M_PI * 60 - k) > 1e-9) return LY_UNEVALUATED;
    ly_value turn = ly_times_take(cx, ly_rational_new(cx, LY_INT((int64_t)k), LY_INT(60)), LY_SYM(Pi));
    if (ly_failed(turn)) return turn;
    ly_value value = ly_call1(cx, ly_intern("System`", direct), ly_retain(turn));
    bool same = false;
    if (!ly_failed(value) && !(ly_is_expr(value) && ly_expr_of(value)->head == ly_intern("System`", direct))) {
        same = ly_same(value, x);
        if (!same) {
            ly_value difference = ly_plus_take(cx, ly_retain(value), ly_minus_take(cx, ly_retain(x)));
            if (ly_is_number(difference)) same = difference == LY_INT(0);
            else if (!ly_failed(difference)) same = ly_numeric_is_zero(cx, difference) == 1;
            ly_release(cx, difference);
        }
    }
    ly_release(cx, value);
    if (!same) {
        ly_release(cx, turn);
        return LY_UNEVALUATED;
    }
    return imaginary ? ly_times_take(cx, ly_complex_take(cx, LY_INT(0), LY_INT(1)), turn) : turn;
}

/* f[g[x]] for a numeric x and the g that f inverts: ±x + k Pi with the value that f gives. */
static ly_value unwind(ly_context *cx, inverse f, ly_value x)
{
    double inner, value;
    if (f >= ARC_SINH || !ly_is_expr(x) || ly_expr_of(x)->count != 1 ||
        ly_expr_of(x)->head != ly_intern("System`", rows[f].direct))
        return LY_UNEVALUATED;
    ly_value a = ly_expr_of(x)->args[0];
    if (!ly_numeric_double(cx, a, &inner) || fabs(inner) > 1e9) return LY_UNEVALUATED;
    ly_value n = ly_numeric_value(cx, x, LY_MACHINE_PRECISION);
    if (ly_failed(n)) return n;
    ly_value v = ly_is_number(n) ? ly_apply_numeric(cx, &numeric[f], n) : LY_UNEVALUATED;
    ly_release(cx, n);
    if (ly_failed(v) || v == LY_UNEVALUATED) return v;
    bool fine = ly_to_double(v, &value);
    ly_release(cx, v);
    if (!fine) return LY_UNEVALUATED;
    for (int sign = 1; sign >= -1; sign -= 2) {
        double k = rint((value - sign * inner) / M_PI);
        if (fabs(value - sign * inner - k * M_PI) > 1e-6) continue;
        ly_value parts[3] = {a, LY_INT(sign), LY_INT((int64_t)k)};
        return ly_formula(cx, "#2 #1 + #3 Pi", 3, parts);
    }
    return LY_UNEVALUATED;
}

static ly_value inverse_function(ly_context *cx, ly_expr *call, inverse f)
{
    ly_value x = call->args[0], direction, r;
    const struct row *row = &rows[f];
    if (x == LY_SYM(Indeterminate)) return x;
    if (ly_is_interval(x)) return ly_interval_apply(cx, call->head, x);
    if (ly_is_infinity(x, &direction)) {
        if (ly_failed(direction)) {
            if (strcmp(row->at_infinity, "0") == 0) return LY_INT(0);
            if (f == ARC_SIN || f == ARC_COS || f == ARC_SINH || f == ARC_COSH) return ly_infinity(cx, 0);
            return LY_SYM(Indeterminate);
        }
        if (direction == LY_INT(1)) return ly_formula(cx, row->at_infinity, 0, NULL);
        if (direction == LY_INT(-1)) {
            r = ly_formula(cx, row->at_infinity, 0, NULL);
            if (row->odd) return ly_minus_take(cx, r);
            if (f == ARC_COS) return ly_minus_take(cx, r);
            return r;
        }
        return LY_UNEVALUATED;
    }
    if (ly_is_number(x) && ly_is_zero(x)) {
        r = ly_formula(cx, row->at_zero, 0, NULL);
        if (ly_is_exact(x) || ly_failed(r) || ly_is_infinity(r, &direction)) return r;
        ly_value n = ly_n(cx, r, ly_is_real(x) ? LY_MACHINE_PRECISION : fmax(1, ly_accuracy_of(x)));
        ly_release(cx, r);
        return n;
    }
    if (ly_is_inexact(x)) {
        r = LY_UNEVALUATED;
        if ((f == ARC_TANH || f == ARC_COTH) && ly_is_real(x) && fabs(ly_real_of(x)) == 1)
            return ly_infinity(cx, ly_real_of(x) > 0 ? 1 : -1);
        if ((f == ARC_SEC || f == ARC_CSC || f == ARC_COTH) && ly_is_real(x) && ly_real_of(x) <= -1)
            return ly_real(cx, f == ARC_SEC ? asec_real(ly_real_of(x)) : f == ARC_CSC ? acsc_real(ly_real_of(x)) : acoth_real(ly_real_of(x)));
        if ((f == ARC_SEC || f == ARC_CSC) && ly_is_real(x) && ly_real_of(x) >= 1)
            return ly_real(cx, f == ARC_SEC ? asec_real(ly_real_of(x)) : acsc_real(ly_real_of(x)));
        r = ly_apply_numeric(cx, &numeric[f], x);
        if (r == LY_UNEVALUATED && row->reciprocal_of) {
            ly_value inverse = ly_divide(cx, LY_INT(1), x);
            return ly_call1(cx, ly_intern("System`", row->reciprocal_of), inverse);
        }
        return r;
    }
    if (ly_is_number(x) || ly_is_numeric(cx, x)) {
        if ((f == ARC_TANH || f == ARC_COTH) && (x == LY_INT(1) || x == LY_INT(-1)))
            return ly_infinity(cx, x == LY_INT(1) ? 1 : -1);
        if (row->odd && ly_is_negative_form(x) && !ly_has_head(x, LY_SYM(Plus))) {
            ly_value positive = ly_negated_form(cx, x);
            return ly_failed(positive) ? positive
                                       : ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_make1(cx, call->head, positive));
        }
        r = ly_without_i(cx, x);
        if (!ly_failed(r)) {
            ly_value result = row->imaginary ? ly_formula(cx, row->imaginary, 1, &r) : LY_UNEVALUATED;
            ly_release(cx, r);
            return result;
        }
        r = tabulated(cx, f, x);
        if (r != LY_UNEVALUATED) return r;
        return unwind(cx, f, x);
    }
    r = ly_without_i(cx, x);
    if (!ly_failed(r)) {
        ly_value result = row->imaginary ? ly_formula(cx, row->imaginary, 1, &r) : LY_UNEVALUATED;
        ly_release(cx, r);
        return result;
    }
    if (row->odd && ly_is_negative_form(x)) {
        ly_value positive = ly_negated_form(cx, x);
        if (ly_failed(positive)) return positive;
        if (!ly_is_negative_form(positive))
            return ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_make1(cx, call->head, positive));
        ly_release(cx, positive);
    }
    return LY_UNEVALUATED;
}

#define BUILTIN_INVERSE(Name, function, which, documentation)                                              \
    BUILTIN(Name, function, 1, 1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,       \
            documentation)                                                                         \
    static ly_value function(ly_context *cx, ly_expr *call) { return inverse_function(cx, call, which); }

BUILTIN_INVERSE(ArcSin, arc_sine, ARC_SIN, "ArcSin[z] gives the arc sine of the complex number z.")
BUILTIN_INVERSE(ArcCos, arc_cosine, ARC_COS, "ArcCos[z] gives the arc cosine of the complex number z.")
BUILTIN_INVERSE(ArcCot, arc_cotangent, ARC_COT, "ArcCot[z] gives the arc cotangent of the complex number z.")
BUILTIN_INVERSE(ArcSec, arc_secant, ARC_SEC, "ArcSec[z] gives the arc secant of the complex number z.")
BUILTIN_INVERSE(ArcCsc, arc_cosecant, ARC_CSC, "ArcCsc[z] gives the arc cosecant of the complex number z.")
BUILTIN_INVERSE(ArcSinh, arc_hyperbolic_sine, ARC_SINH, "ArcSinh[z] gives the inverse hyperbolic sine of z.")
BUILTIN_INVERSE(ArcCosh, arc_hyperbolic_cosine, ARC_COSH, "ArcCosh[z] gives the inverse hyperbolic cosine of z.")
BUILTIN_INVERSE(ArcTanh, arc_hyperbolic_tangent, ARC_TANH, "ArcTanh[z] gives the inverse hyperbolic tangent of z.")
BUILTIN_INVERSE(ArcCoth, arc_hyperbolic_cotangent, ARC_COTH, "ArcCoth[z] gives the inverse hyperbolic cotangent of z.")
BUILTIN_INVERSE(ArcSech, arc_hyperbolic_secant, ARC_SECH, "ArcSech[z] gives the inverse hyperbolic secant of z.")
BUILTIN_INVERSE(ArcCsch, arc_hyperbolic_cosecant, ARC_CSCH, "ArcCsch[z] gives the inverse hyperbolic cosecant of z.")

/* ---- ArcTan ------------------------------------------------------------------------------------- */

MESSAGE(ArcTan, indet, "Indeterminate expression `1` encountered.")

/* The angle of the point (x, y). */
static ly_value angle_of(ly_context *cx, ly_expr *call, ly_value x, ly_value y)
{
    double dx, dy;
    bool certain;
    if (x == LY_INT(0) && y == LY_INT(0))
        return ly_indeterminate_take(cx, call->head, ly_retain(ly_from_object(call)));
    double precision;
    ly_value both[2] = {x, y};
    if (ly_any_inexact(both, 2, &precision) && ly_is_numeric(cx, x) && ly_is_numeric(cx, y)) {
        if (precision == LY_MACHINE_PRECISION && ly_numeric_double(cx, x, &dx) && ly_numeric_double(cx, y, &dy))
            return ly_real(cx, atan2(dy, dx));
        ly_value nx = ly_n(cx, x, precision), ny = ly_n(cx, y, precision);
        if (ly_is_real_number(nx) && ly_is_real_number(ny)) {
            mpfr_t a, b;
            ly_mpfr_begin();
            ly_init_mpfr(a, nx, ly_bits_for(precision) + 32);
            ly_init_mpfr(b, ny, ly_bits_for(precision) + 32);
            mpfr_atan2(a, b, a, MPFR_RNDN);
            mpfr_clear(b);
            ly_release(cx, nx);
            ly_release(cx, ny);
            return ly_bigreal_take_mpfr(cx, a, precision);
        }
        ly_release(cx, nx);
        ly_release(cx, ny);
    }
    int sx = ly_numeric_sign(cx, x, &certain), sy = ly_numeric_sign(cx, y, &certain);
    if (sx == 2 || sy == 2) {
        ly_value direction;
        if (ly_is_infinity(x, &direction) && sy != 2)
            return direction == LY_INT(1) ? LY_INT(0) : direction == LY_INT(-1) ? ly_formula(cx, sy < 0 ? "-Pi" : "Pi", 0, NULL) : LY_UNEVALUATED;
        return LY_UNEVALUATED;
    }
    if (sx == 0) return ly_formula(cx, sy > 0 ? "Pi/2" : sy < 0 ? "-Pi/2" : "Indeterminate", 0, NULL);
    const char *text = sx > 0 ? "ArcTan[#2/#1]" : sy >= 0 ? "Pi + ArcTan[#2/#1]" : "-Pi + ArcTan[#2/#1]";
    return ly_formula(cx, text, 2, both);
}

BUILTIN(ArcTan, arc_tangent, 1, 2, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,
        "ArcTan[z] gives the arc tangent of the complex number z.\n"
        "ArcTan[x, y] gives the arc tangent of y/x, taking into account which quadrant the point (x,y) is in.")
static ly_value arc_tangent(ly_context *cx, ly_expr *call)
{
    if (call->count == 2) return angle_of(cx, call, call->args[0], call->args[1]);
    return inverse_function(cx, call, ARC_TAN);
}
