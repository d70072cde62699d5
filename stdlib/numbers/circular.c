/* circular.c: Sin, Cos, Tan, Cot, Sec, Csc.

   Exact values at multiples of Pi/12 and Pi/10; other rational multiples of Pi are brought into
   [0, Pi/4]; negative arguments and multiples of Pi/2 in a sum come out; imaginary arguments give
   hyperbolic functions; inverse functions cancel. */
#include <math.h>

#include "interval.h"
#include "numeric.h"

/* ---- arguments ---------------------------------------------------------------------------------- */

ly_value ly_turns(ly_context *cx, ly_value v)
{
    if (v == LY_SYM(Pi)) return LY_INT(1);
    if (v == LY_SYM(Degree)) return ly_rational_new(cx, LY_INT(1), LY_INT(180));
    if (!ly_has_shape(v, LY_SYM(Times), 2)) return LY_FAILED;
    ly_value r = ly_expr_of(v)->args[0], unit = ly_expr_of(v)->args[1];
    if (!ly_is_integer(r) && !ly_is_rational(r)) return LY_FAILED;
    if (unit == LY_SYM(Pi)) return ly_retain(r);
    if (unit == LY_SYM(Degree)) return ly_divide(cx, r, LY_INT(180));
    return LY_FAILED;
}

ly_value ly_without_i(ly_context *cx, ly_value v)
{
    if (ly_is_complex(v) && ly_is_exact(v) && ly_complex_of(v)->re == LY_INT(0))
        return ly_retain(ly_complex_of(v)->im);
    if (!ly_has_head(v, LY_SYM(Times)) || ly_expr_of(v)->count < 2) return LY_FAILED;
    ly_value c = ly_expr_of(v)->args[0];
    if (!ly_is_complex(c) || ly_complex_of(c)->re != LY_INT(0)) return LY_FAILED;
    ly_value minus_i = ly_complex_take(cx, LY_INT(0), LY_INT(-1));
    return ly_times_take(cx, minus_i, ly_retain(v));
}

typedef enum circular { SIN, COS, TAN, COT, SEC, CSC } circular;

typedef struct function_row {
    const char *name, *co, *hyperbolic;
    int parity;            /* 1 even, -1 odd */
    const char *imaginary; /* f[I x], # for x */
} function_row;

static const function_row rows[] = {
    [SIN] = {"Sin", "Cos", "Sinh", -1, "I Sinh[#]"},
    [COS] = {"Cos", "Sin", "Cosh", 1, "Cosh[#]"},
    [TAN] = {"Tan", "Cot", "Tanh", -1, "I Tanh[#]"},
    [COT] = {"Cot", "Tan", "Coth", -1, "-I Coth[#]"},
    [SEC] = {"Sec", "Csc", "Sech", 1, "Sech[#]"},
    [CSC] = {"Csc", "Sec", "Csch", -1, "-I Csch[#]"},
};

static ly_value symbol_of(const char *name) { return ly_intern("System`", name); }

/* ---- exact values ------------------------------------------------------------------------------- */

/* for k Pi/60, k from 0 to 30: where there is an exact value */
typedef struct exact_row {
    int k;
    const char *values[6];
} exact_row;

static const exact_row exact[] = {
    {0, {"0", "1", "0", "ComplexInfinity", "1", "ComplexInfinity"}},
    {5, {"(-1 + Sqrt[3])/(2 Sqrt[2])", "(1 + Sqrt[3])/(2 Sqrt[2])", "2 - Sqrt[3]", "2 + Sqrt[3]",
         "Sqrt[2] (-1 + Sqrt[3])", "Sqrt[2] (1 + Sqrt[3])"}},
    {6, {"(-1 + Sqrt[5])/4", "Sqrt[5/8 + Sqrt[5]/8]", "Sqrt[1 - 2/Sqrt[5]]", "Sqrt[5 + 2 Sqrt[5]]",
         "Sqrt[2 - 2/Sqrt[5]]", "1 + Sqrt[5]"}},
    {10, {"1/2", "Sqrt[3]/2", "1/Sqrt[3]", "Sqrt[3]", "2/Sqrt[3]", "2"}},
    {12, {"Sqrt[5/8 - Sqrt[5]/8]", "(1 + Sqrt[5])/4", "Sqrt[5 - 2 Sqrt[5]]", "Sqrt[1 + 2/Sqrt[5]]",
          "-1 + Sqrt[5]", "Sqrt[2 + 2/Sqrt[5]]"}},
    {15, {"1/Sqrt[2]", "1/Sqrt[2]", "1", "1", "Sqrt[2]", "Sqrt[2]"}},
};

static const circular cofunction[] = {COS, SIN, COT, TAN, CSC, SEC};

/* The value text for k Pi/60, 0 <= k <= 30; NULL where there is none. */
static const char *exact_value(circular f, long k)
{
    circular which = f;
    if (k > 15) {
        k = 30 - k;
        which = cofunction[f];
    }
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        if (exact[i].k == k) return exact[i].values[which];
    return NULL;
}

/* f[r Pi]; r is brought into [0, 1/2]. LY_UNEVALUATED where that is what stands there. */
static ly_value at_turns(ly_context *cx, circular f, ly_value r)
{
    mpq_t q, half, one;
    bool negative = false, moved = false;
    circular which = f;
    ly_init_mpq(q, r);
    mpq_inits(half, one, NULL);
    mpq_set_ui(half, 1, 2);
    mpq_set_ui(one, 1, 1);
    if (mpq_sgn(q) < 0) {
        mpq_neg(q, q);
        if (rows[f].parity < 0) negative = !negative;
        moved = true;
    }
    /* modulo 2: f(x + Pi) is ± f(x) */
    mpz_t turns, rest;
    mpz_inits(turns, rest, NULL);
    mpz_fdiv_qr(turns, rest, mpq_numref(q), mpq_denref(q));
    if (mpz_sgn(turns) > 0) {
        moved = true;
        mpz_set(mpq_numref(q), rest);
        mpq_canonicalize(q);
        if (mpz_odd_p(turns) && f != TAN && f != COT) negative = !negative;
    }
    mpz_clears(turns, rest, NULL);
    if (mpq_cmp(q, half) > 0) {
        moved = true;
        mpq_sub(q, one, q);
        if (f == COS || f == SEC || f == TAN || f == COT) negative = !negative;
    }
    ly_value result = LY_UNEVALUATED;
    const char *text = NULL;
    if (mpz_cmp_ui(mpq_denref(q), 60) <= 0 && 60 % mpz_get_ui(mpq_denref(q)) == 0)
        text = exact_value(f, (long)(mpz_get_ui(mpq_numref(q)) * (60 / mpz_get_ui(mpq_denref(q)))));
    if (text) {
        result = ly_formula(cx, text, 0, NULL);
    } else {
        mpq_div_2exp(one, half, 1);
        if (mpq_cmp(q, one) > 0) {
            mpq_sub(q, half, q);
            which = cofunction[f];
            moved = true;
        }
        if (moved) {
            mpq_t copy;
            mpq_init(copy);
            mpq_set(copy, q);
            ly_value angle = ly_times_take(cx, ly_rational_take_mpq(cx, copy), LY_SYM(Pi));
            if (!ly_failed(angle)) result = ly_make1(cx, symbol_of(rows[which].name), angle);
            else result = angle;
        }
    }
    mpq_clear(q);
    mpq_clears(half, one, NULL);
    ly_value direction;
    if (negative && result != LY_UNEVALUATED && !ly_failed(result) && !ly_is_infinity(result, &direction))
        result = ly_make2(cx, LY_SYM(Times), LY_INT(-1), result);
    return result;
}

/* ---- sums with multiples of Pi/2 ---------------------------------------------------------------- */

/* f[x + r Pi]: r is brought into (-1/4, 1/4] by multiples of 1/2, where it lies outside of [-1/4, 1/4]. */
static ly_value shift(ly_context *cx, circular f, ly_value sum)
{
    ly_expr *e = ly_expr_of(sum);
    for (size_t i = 0; i < e->count; i++) {
        ly_value r = ly_turns(cx, e->args[i]);
        if (ly_failed(r)) continue;
        mpq_t q, quarter;
        mpz_t k, t;
        ly_init_mpq(q, r);
        ly_release(cx, r);
        mpq_init(quarter);
        mpq_set_ui(quarter, 1, 4);
        mpz_inits(k, t, NULL);
        mpq_t size;
        mpq_init(size);
        mpq_abs(size, q);
        bool small = mpq_cmp(size, quarter) <= 0;
        /* k is the ceiling of 2 r - 1/2: of (4 n - d)/(2 d) */
        mpz_mul_2exp(k, mpq_numref(q), 2);
        mpz_sub(k, k, mpq_denref(q));
        mpz_mul_2exp(t, mpq_denref(q), 1);
        mpz_cdiv_q(k, k, t);
        long turns = (long)mpz_fdiv_ui(k, 4);
        mpq_set_z(size, k);
        mpq_div_2exp(size, size, 1);
        mpq_sub(size, q, size);
        mpq_clears(q, quarter, NULL);
        mpz_clears(k, t, NULL);
        if (small) {
            mpq_clear(size);
            return LY_UNEVALUATED;
        }
        ly_builder rest = ly_builder_new();
        bool fine = true;
        for (size_t m = 0; m < e->count && fine; m++)
            if (m != i) fine = ly_builder_add(cx, &rest, ly_retain(e->args[m]));
        ly_value left = ly_make2(cx, LY_SYM(Times), ly_rational_take_mpq(cx, size), LY_SYM(Pi));
        fine = fine && ly_builder_add(cx, &rest, left);
        ly_value x = fine ? ly_builder_finish(cx, &rest, LY_SYM(Plus)) : LY_FAILED;
        if (ly_failed(x)) return x;
        bool negative = false;
        circular which = turns & 1 ? cofunction[f] : f;
        switch (f) {
        case SIN:
        case CSC: negative = turns >= 2; break;
        case COS:
        case SEC: negative = turns == 1 || turns == 2; break;
        case TAN:
        case COT: negative = turns & 1; break;
        }
        ly_value shifted = ly_make1(cx, symbol_of(rows[which].name), x);
        return negative ? ly_make2(cx, LY_SYM(Times), LY_INT(-1), shifted) : shifted;
    }
    return LY_UNEVALUATED;
}

/* ---- inverse functions inside ------------------------------------------------------------------- */

static const struct {
    const char *inverse;
    const char *values[6];
} inverses[] = {
    {"ArcSin", {"#", "Sqrt[1 - #^2]", "#/Sqrt[1 - #^2]", "Sqrt[1 - #^2]/#", "1/Sqrt[1 - #^2]", "1/#"}},
    {"ArcCos", {"Sqrt[1 - #^2]", "#", "Sqrt[1 - #^2]/#", "#/Sqrt[1 - #^2]", "1/#", "1/Sqrt[1 - #^2]"}},
    {"ArcTan", {"#/Sqrt[1 + #^2]", "1/Sqrt[1 + #^2]", "#", "1/#", "Sqrt[1 + #^2]", "Sqrt[1 + #^2]/#"}},
    {"ArcCot", {"1/(Sqrt[1 + 1/#^2] #)", "1/Sqrt[1 + 1/#^2]", "1/#", "#", "Sqrt[1 + 1/#^2]", "Sqrt[1 + 1/#^2] #"}},
    {"ArcSec", {"Sqrt[1 - 1/#^2]", "1/#", "Sqrt[1 - 1/#^2] #", "1/(Sqrt[1 - 1/#^2] #)", "#", "1/Sqrt[1 - 1/#^2]"}},
    {"ArcCsc", {"1/#", "Sqrt[1 - 1/#^2]", "1/(Sqrt[1 - 1/#^2] #)", "Sqrt[1 - 1/#^2] #", "1/Sqrt[1 - 1/#^2]", "#"}},
};

static ly_value cancel_inverse(ly_context *cx, circular f, ly_value x)
{
    if (!ly_is_expr(x) || !ly_is_symbol(ly_expr_of(x)->head) || ly_expr_of(x)->count != 1) return LY_UNEVALUATED;
    const ly_builtin *row = ly_symbol_of(ly_expr_of(x)->head)->builtin;
    if (!row) return LY_UNEVALUATED;
    for (size_t i = 0; i < sizeof inverses / sizeof *inverses; i++)
        if (strcmp(row->name, inverses[i].inverse) == 0)
            return ly_formula(cx, inverses[i].values[f], 1, ly_expr_of(x)->args);
    return LY_UNEVALUATED;
}

/* ---- numeric values ----------------------------------------------------------------------------- */

static double cot_real(double x) { return 1 / tan(x); }
static double sec_real(double x) { return 1 / cos(x); }
static double csc_real(double x) { return 1 / sin(x); }
static double complex ccot(double complex z) { return 1 / ctan(z); }
static double complex csec(double complex z) { return 1 / ccos(z); }
static double complex ccsc(double complex z) { return 1 / csin(z); }
static double complex sin_slope(double complex z) { return ccos(z); }
static double complex cos_slope(double complex z) { return csin(z); }
static double complex tan_slope(double complex z) { return 1 / (ccos(z) * ccos(z)); }
static double complex cot_slope(double complex z) { return 1 / (csin(z) * csin(z)); }
static double complex sec_slope(double complex z) { return ctan(z) / ccos(z); }
static double complex csc_slope(double complex z) { return 1 / (csin(z) * ctan(z)); }

#define ALL -HUGE_VAL, HUGE_VAL
static const ly_numeric_function numeric[] = {
    [SIN] = {sin, ALL, csin, mpfr_sin, "acb_sin", sin_slope},
    [COS] = {cos, ALL, ccos, mpfr_cos, "acb_cos", cos_slope},
    [TAN] = {tan, ALL, ctan, mpfr_tan, "acb_tan", tan_slope},
    [COT] = {cot_real, ALL, ccot, mpfr_cot, "acb_cot", cot_slope},
    [SEC] = {sec_real, ALL, csec, mpfr_sec, "acb_sec", sec_slope},
    [CSC] = {csc_real, ALL, ccsc, mpfr_csc, "acb_csc", csc_slope},
};

/* ---- the built-ins ------------------------------------------------------------------------------ */

static ly_value circular_function(ly_context *cx, ly_expr *call, circular f)
{
    ly_value x = call->args[0], direction, r;
    if (x == LY_INT(0)) return ly_formula(cx, exact_value(f, 0), 0, NULL);
    if (ly_is_inexact(x)) {
        if (ly_is_zero(x) && (f == COT || f == CSC)) return ly_infinity(cx, 0);
        return ly_apply_numeric(cx, &numeric[f], x);
    }
    if (x == LY_SYM(Indeterminate)) return x;
    if (ly_is_interval(x)) return ly_interval_apply(cx, call->head, x);
    if (ly_is_infinity(x, &direction)) {
        if (!ly_failed(direction) && ly_is_real_number(direction))
            return f == SIN || f == COS ? ly_formula(cx, "Interval[{-1, 1}]", 0, NULL)
                   : f == TAN || f == COT ? ly_formula(cx, "Interval[{-Infinity, Infinity}]", 0, NULL)
                                          : ly_formula(cx, "Interval[{-Infinity, -1}, {1, Infinity}]", 0, NULL);
        return LY_SYM(Indeterminate);
    }
    r = ly_turns(cx, x);
    if (!ly_failed(r)) {
        ly_value result = at_turns(cx, f, r);
        ly_release(cx, r);
        return result;
    }
    r = ly_without_i(cx, x);
    if (!ly_failed(r)) {
        ly_value result = ly_formula(cx, rows[f].imaginary, 1, &r);
        ly_release(cx, r);
        return result;
    }
    if (ly_is_negative_form(x)) {
        ly_value positive = ly_negated_form(cx, x);
        if (ly_failed(positive)) return positive;
        if (!ly_is_negative_form(positive)) {
            ly_value mirrored = ly_make1(cx, call->head, positive);
            return rows[f].parity > 0 ? mirrored : ly_make2(cx, LY_SYM(Times), LY_INT(-1), mirrored);
        }
        ly_release(cx, positive);
    }
    if (ly_has_head(x, LY_SYM(Plus))) return shift(cx, f, x);
    return cancel_inverse(cx, f, x);
}

#define BUILTIN_CIRCULAR(Name, function, which, documentation)                                           \
    BUILTIN(Name, function, 1, 1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,     \
            documentation)                                                                       \
    static ly_value function(ly_context *cx, ly_expr *call) { return circular_function(cx, call, which); }

BUILTIN_CIRCULAR(Sin, sine, SIN, "Sin[z] gives the sine of z.")
BUILTIN_CIRCULAR(Cos, cosine, COS, "Cos[z] gives the cosine of z.")
BUILTIN_CIRCULAR(Tan, tangent, TAN, "Tan[z] gives the tangent of z.")
BUILTIN_CIRCULAR(Cot, cotangent, COT, "Cot[z] gives the cotangent of z.")
BUILTIN_CIRCULAR(Sec, secant, SEC, "Sec[z] gives the secant of z.")
BUILTIN_CIRCULAR(Csc, cosecant, CSC, "Csc[z] gives the cosecant of z.")

/* ---- their relatives ---------------------------------------------------------------------------- */

BUILTIN(Sinc, sinc, 1, 1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,
        "Sinc[z] gives sin(z)/z.")
static ly_value sinc(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0], direction;
    if (ly_is_number(x) && ly_is_zero(x)) return ly_is_exact(x) ? LY_INT(1) : ly_real(cx, 1);
    if (ly_is_infinity(x, &direction) && !ly_failed(direction)) return LY_INT(0);
    if (ly_is_inexact(x)) return ly_formula(cx, "Sin[#]/#", 1, &x);
    if (ly_is_negative_form(x)) return ly_make1(cx, call->head, ly_negated_form(cx, x));
    ly_value r = ly_turns(cx, x);
    if (ly_failed(r)) return LY_UNEVALUATED;
    ly_release(cx, r);
    ly_value s = ly_call1(cx, LY_SYM(Sin), ly_retain(x));
    if (ly_failed(s) || !ly_has_head(s, LY_SYM(Sin)))
        return ly_failed(s) ? s : ly_times_take(cx, s, ly_power_take(cx, ly_retain(x), LY_INT(-1)));
    ly_release(cx, s);
    return LY_UNEVALUATED;
}

#define BUILTIN_DERIVED(Name, function, formula, documentation)                                          \
    BUILTIN(Name, function, 1, 1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,     \
            documentation)                                                                       \
    static ly_value function(ly_context *cx, ly_expr *call)                                      \
    {                                                                                            \
        return ly_formula(cx, formula, 1, call->args);                                           \
    }

BUILTIN_DERIVED(SinDegrees, sin_degrees, "Sin[# Degree]", "SinDegrees[theta] gives the sine of theta degrees.")
BUILTIN_DERIVED(CosDegrees, cos_degrees, "Cos[# Degree]", "CosDegrees[theta] gives the cosine of theta degrees.")
BUILTIN_DERIVED(TanDegrees, tan_degrees, "Tan[# Degree]", "TanDegrees[theta] gives the tangent of theta degrees.")
BUILTIN_DERIVED(Haversine, haversine, "(1 - Cos[#])/2", "Haversine[z] gives the haversine function hav(z) = (1 - cos(z))/2.")
BUILTIN_DERIVED(InverseHaversine, inverse_haversine, "2 ArcSin[Sqrt[#]]", "InverseHaversine[z] gives the inverse haversine function.")
