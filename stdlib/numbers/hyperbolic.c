/* hyperbolic.c: Sinh, Cosh, Tanh, Coth, Sech, Csch. */
#include <math.h>

#include "interval.h"
#include "numeric.h"

typedef enum hyperbolic { SINH, COSH, TANH, COTH, SECH, CSCH } hyperbolic;

static double coth_real(double x) { return 1 / tanh(x); }
static double sech_real(double x) { return 1 / cosh(x); }
static double csch_real(double x) { return 1 / sinh(x); }
static double complex ccoth(double complex z) { return 1 / ctanh(z); }
static double complex csech(double complex z) { return 1 / ccosh(z); }
static double complex ccsch(double complex z) { return 1 / csinh(z); }
static double complex tanh_slope(double complex z) { return 1 / (ccosh(z) * ccosh(z)); }
static double complex coth_slope(double complex z) { return 1 / (csinh(z) * csinh(z)); }
static double complex sech_slope(double complex z) { return ctanh(z) / ccosh(z); }
static double complex csch_slope(double complex z) { return 1 / (csinh(z) * ctanh(z)); }

#define ALL -HUGE_VAL, HUGE_VAL
static const ly_numeric_function numeric[] = {
    [SINH] = {sinh, ALL, csinh, mpfr_sinh, "acb_sinh", ccosh},
    [COSH] = {cosh, ALL, ccosh, mpfr_cosh, "acb_cosh", csinh},
    [TANH] = {tanh, ALL, ctanh, mpfr_tanh, "acb_tanh", tanh_slope},
    [COTH] = {coth_real, ALL, ccoth, mpfr_coth, "acb_coth", coth_slope},
    [SECH] = {sech_real, ALL, csech, mpfr_sech, "acb_sech", sech_slope},
    [CSCH] = {csch_real, ALL, ccsch, mpfr_csch, "acb_csch", csch_slope},
};

static const struct {
    int parity;
    const char *at_zero, *at_infinity, *imaginary;
    const char *inverses[6]; /* of ArcSinh, ArcCosh, ArcTanh, ArcCoth, ArcSech, ArcCsch */
} rows[] = {
    [SINH] = {-1, "0", "Infinity", "I Sin[#]",
              {"#", "Sqrt[(-1 + #)/(1 + #)] (1 + #)", "#/Sqrt[1 - #^2]", "1/(Sqrt[1 - 1/#^2] #)",
               "(Sqrt[(1 - #)/(1 + #)] (1 + #))/#", "1/#"}},
    [COSH] = {1, "1", "Infinity", "Cos[#]",
              {"Sqrt[1 + #^2]", "#", "1/Sqrt[1 - #^2]", "1/Sqrt[1 - 1/#^2]", "1/#", "Sqrt[1 + 1/#^2]"}},
    [TANH] = {-1, "0", "1", "I Tan[#]",
              {"#/Sqrt[1 + #^2]", "(Sqrt[(-1 + #)/(1 + #)] (1 + #))/#", "#", "1/#",
               "Sqrt[(1 - #)/(1 + #)] (1 + #)", "1/(Sqrt[1 + 1/#^2] #)"}},
    [COTH] = {-1, "ComplexInfinity", "1", "-I Cot[#]",
              {"Sqrt[1 + #^2]/#", "#/(Sqrt[(-1 + #)/(1 + #)] (1 + #))", "1/#", "#",
               "1/(Sqrt[(1 - #)/(1 + #)] (1 + #))", "Sqrt[1 + 1/#^2] #"}},
    [SECH] = {1, "1", "0", "Sec[#]",
              {"1/Sqrt[1 + #^2]", "1/#", "Sqrt[1 - #^2]", "Sqrt[1 - 1/#^2]", "#", "1/Sqrt[1 + 1/#^2]"}},
    [CSCH] = {-1, "ComplexInfinity", "0", "-I Csc[#]",
              {"1/#", "1/(Sqrt[(-1 + #)/(1 + #)] (1 + #))", "Sqrt[1 - #^2]/#", "Sqrt[1 - 1/#^2] #",
               "#/(Sqrt[(1 - #)/(1 + #)] (1 + #))", "#"}},
};

static ly_value cancel_inverse(ly_context *cx, hyperbolic f, ly_value x)
{
    static const char *const names[] = {"ArcSinh", "ArcCosh", "ArcTanh", "ArcCoth", "ArcSech", "ArcCsch"};
    if (!ly_is_expr(x) || !ly_is_symbol(ly_expr_of(x)->head) || ly_expr_of(x)->count != 1) return LY_UNEVALUATED;
    const ly_builtin *row = ly_symbol_of(ly_expr_of(x)->head)->builtin;
    for (size_t i = 0; row && i < 6; i++)
        if (strcmp(row->name, names[i]) == 0) return ly_formula(cx, rows[f].inverses[i], 1, ly_expr_of(x)->args);
    return LY_UNEVALUATED;
}

/* f[x + r I Pi] is a circular function of I times it. */
static bool has_imaginary_turn(ly_context *cx, ly_value sum)
{
    for (size_t i = 0; i < ly_expr_of(sum)->count; i++) {
        ly_value part = ly_without_i(cx, ly_expr_of(sum)->args[i]);
        if (ly_failed(part)) continue;
        ly_value r = ly_turns(cx, part);
        ly_release(cx, part);
        if (ly_failed(r)) continue;
        ly_release(cx, r);
        return true;
    }
    return false;
}

static ly_value hyperbolic_function(ly_context *cx, ly_expr *call, hyperbolic f)
{
    ly_value x = call->args[0], direction, r;
    if (x == LY_INT(0)) return ly_formula(cx, rows[f].at_zero, 0, NULL);
    if (ly_is_inexact(x)) {
        if (ly_is_zero(x) && (f == COTH || f == CSCH)) return ly_infinity(cx, 0);
        if (ly_is_real(x) && (f == SECH || f == CSCH) && fabs(ly_real_of(x)) > 700) {
            double e = 2 * exp(-fabs(ly_real_of(x)));
            if (e > 0) return ly_real(cx, f == CSCH && ly_real_of(x) < 0 ? -e : e);
        }
        return ly_apply_numeric(cx, &numeric[f], x);
    }
    if (x == LY_SYM(Indeterminate)) return x;
    if (ly_is_interval(x)) return ly_interval_apply(cx, call->head, x);
    if (ly_is_infinity(x, &direction)) {
        if (direction == LY_INT(1)) return ly_formula(cx, rows[f].at_infinity, 0, NULL);
        if (direction == LY_INT(-1)) {
            r = ly_formula(cx, rows[f].at_infinity, 0, NULL);
            return rows[f].parity > 0 ? r : ly_minus_take(cx, r);
        }
        return LY_SYM(Indeterminate);
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
    if (ly_has_head(x, LY_SYM(Plus)) && has_imaginary_turn(cx, x)) {
        /* -I (x + r I Pi), multiplied out */
        ly_expr *e = ly_expr_of(x), *out = ly_expr_new(cx, LY_SYM(Plus), e->count);
        if (!out) return LY_FAILED;
        for (size_t i = 0; i < e->count; i++)
            out->args[i] = ly_make2(cx, LY_SYM(Times), ly_complex_take(cx, LY_INT(0), LY_INT(-1)), ly_retain(e->args[i]));
        ly_value turn = ly_evaluate_take(cx, ly_from_object(out));
        if (ly_failed(turn)) return turn;
        static const char *const formulas[] = {"I Sin[#]", "Cos[#]", "I Tan[#]", "-I Cot[#]", "Sec[#]", "-I Csc[#]"};
        r = ly_formula(cx, formulas[f], 1, &turn);
        ly_release(cx, turn);
        return r;
    }
    if (ly_has_shape(x, LY_SYM(Log), 1)) {
        static const char *const logs[] = {"(-1 + #^2)/(2 #)", "(1 + #^2)/(2 #)", "(-1 + #^2)/(1 + #^2)",
                                           "(1 + #^2)/(-1 + #^2)", "(2 #)/(1 + #^2)", "(2 #)/(-1 + #^2)"};
        return ly_formula(cx, logs[f], 1, ly_expr_of(x)->args);
    }
    return cancel_inverse(cx, f, x);
}

#define BUILTIN_HYPERBOLIC(Name, function, which, documentation)                                         \
    BUILTIN(Name, function, 1, 1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,     \
            documentation)                                                                       \
    static ly_value function(ly_context *cx, ly_expr *call) { return hyperbolic_function(cx, call, which); }

BUILTIN_HYPERBOLIC(Sinh, hyperbolic_sine, SINH, "Sinh[z] gives the hyperbolic sine of z.")
BUILTIN_HYPERBOLIC(Cosh, hyperbolic_cosine, COSH, "Cosh[z] gives the hyperbolic cosine of z.")
BUILTIN_HYPERBOLIC(Tanh, hyperbolic_tangent, TANH, "Tanh[z] gives the hyperbolic tangent of z.")
BUILTIN_HYPERBOLIC(Coth, hyperbolic_cotangent, COTH, "Coth[z] gives the hyperbolic cotangent of z.")
BUILTIN_HYPERBOLIC(Sech, hyperbolic_secant, SECH, "Sech[z] gives the hyperbolic secant of z.")
BUILTIN_HYPERBOLIC(Csch, hyperbolic_cosecant, CSCH, "Csch[z] gives the hyperbolic cosecant of z.")
