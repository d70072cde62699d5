/* constants.c: the mathematical constants, exact until N or inexact company gives them digits. */
#include <math.h>

#include "numeric.h"

#define BUILTIN_CONSTANT(Name, documentation) \
    BUILTIN_SYMBOL(Name, LY_CONSTANT | LY_PROTECTED | LY_READ_PROTECTED, documentation)

BUILTIN_CONSTANT(Pi, "Pi is the number pi, with numerical value about 3.14159.")
BUILTIN_CONSTANT(E, "E is the exponential constant e (base of natural logarithms), about 2.71828.")
BUILTIN_CONSTANT(Degree, "Degree gives the number of radians in one degree.")
BUILTIN_CONSTANT(EulerGamma, "EulerGamma is Euler's constant, with numerical value about 0.577216.")
BUILTIN_CONSTANT(GoldenRatio, "GoldenRatio is the golden ratio, with numerical value about 1.61803.")
BUILTIN_CONSTANT(GoldenAngle, "GoldenAngle is the golden angle (3 - Sqrt[5]) Pi, about 137.5 degrees.")
BUILTIN_CONSTANT(Catalan, "Catalan is Catalan's constant, with numerical value about 0.915966.")
BUILTIN_CONSTANT(Khinchin, "Khinchin is Khinchin's constant, with numerical value about 2.68545.")
BUILTIN_CONSTANT(Glaisher, "Glaisher is Glaisher's constant, with numerical value about 1.28243.")

BUILTIN(I, imaginary_unit, 0, 0, LY_LOCKED | LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "I represents the imaginary unit Sqrt[-1].")
static ly_value imaginary_unit(ly_context *cx, ly_expr *call)
{
    return ly_complex_take(cx, LY_INT(0), LY_INT(1));
}

BUILTIN_SYMBOL(MachinePrecision, LY_CONSTANT | LY_PROTECTED,
               "MachinePrecision is a symbol used to indicate machine-number precision.")

BUILTIN(Complex, complex_head, 2, 2, LY_PROTECTED, LY_PURE,
        "Complex is the head used for complex numbers.")
static ly_value complex_head(ly_context *cx, ly_expr *call)
{
    ly_value re = call->args[0], im = call->args[1];
    if (ly_is_real_number(re) && ly_is_real_number(im))
        return ly_complex_take(cx, ly_retain(re), ly_retain(im));
    return LY_UNEVALUATED;
}

BUILTIN(Rational, rational_head, 2, 2, LY_PROTECTED, LY_PURE,
        "Rational is the head used for rational numbers.")
static ly_value rational_head(ly_context *cx, ly_expr *call)
{
    ly_value n = call->args[0], d = call->args[1];
    if (!ly_is_integer(n) || !ly_is_integer(d)) return LY_UNEVALUATED;
    if (d == LY_INT(0)) return ly_call2(cx, LY_SYM(Divide), ly_retain(n), d);
    return ly_rational_new(cx, n, d);
}

static void golden_ratio(mpfr_t f)
{
    mpfr_sqrt_ui(f, 5, MPFR_RNDN);
    mpfr_add_ui(f, f, 1, MPFR_RNDN);
    mpfr_div_2ui(f, f, 1, MPFR_RNDN);
}

ly_value ly_constant_value(ly_context *cx, ly_value symbol, double precision)
{
    static const struct {
        const char *name;
        double value;
    } machine[] = {{"Pi", 3.141592653589793},
                   {"E", 2.718281828459045},
                   {"Degree", 0.017453292519943295},
                   {"EulerGamma", 0.5772156649015329},
                   {"GoldenRatio", 1.618033988749895},
                   {"GoldenAngle", 2.3999632297286535},
                   {"Catalan", 0.915965594177219},
                   {"Khinchin", 2.6854520010653062},
                   {"Glaisher", 1.2824271291006226},
                   {"MachinePrecision", LY_MACHINE_PRECISION}};
    const char *name = ly_symbol_of(symbol)->name;
    if (!name || ly_symbol_of(symbol)->builtin == NULL) return LY_UNEVALUATED;
    if (precision == LY_MACHINE_PRECISION) {
        for (size_t i = 0; i < sizeof machine / sizeof *machine; i++)
            if (strcmp(machine[i].name, name) == 0) return ly_real(cx, machine[i].value);
        return LY_UNEVALUATED;
    }
    mpfr_t f;
    ly_mpfr_begin();
    if (precision > LY_MAX_PRECISION) precision = LY_MAX_PRECISION;
    long bits = ly_bits_for(precision) + 64;
    if (bits > 1 << 20 && !ly_memory_can(cx, (size_t)bits)) return LY_FAILED;
    mpfr_init2(f, bits);
    if (symbol == LY_SYM(Pi)) {
        mpfr_const_pi(f, MPFR_RNDN);
    } else if (symbol == LY_SYM(E)) {
        mpfr_set_ui(f, 1, MPFR_RNDN);
        mpfr_exp(f, f, MPFR_RNDN);
    } else if (symbol == LY_SYM(Degree)) {
        mpfr_const_pi(f, MPFR_RNDN);
        mpfr_div_ui(f, f, 180, MPFR_RNDN);
    } else if (symbol == LY_SYM(EulerGamma)) {
        mpfr_const_euler(f, MPFR_RNDN);
    } else if (symbol == LY_SYM(Catalan)) {
        mpfr_const_catalan(f, MPFR_RNDN);
    } else if (symbol == LY_SYM(GoldenRatio)) {
        golden_ratio(f);
    } else if (symbol == LY_SYM(GoldenAngle)) {
        mpfr_t pi;
        mpfr_sqrt_ui(f, 5, MPFR_RNDN);
        mpfr_ui_sub(f, 3, f, MPFR_RNDN);
        mpfr_init2(pi, bits);
        mpfr_const_pi(pi, MPFR_RNDN);
        mpfr_mul(f, f, pi, MPFR_RNDN);
        mpfr_clear(pi);
    } else {
        mpfr_clear(f);
        if (symbol == LY_SYM(Khinchin)) return ly_arb_constant(cx, "arb_const_khinchin", precision);
        if (symbol == LY_SYM(Glaisher)) return ly_arb_constant(cx, "arb_const_glaisher", precision);
        if (symbol == LY_SYM(MachinePrecision)) return ly_real(cx, LY_MACHINE_PRECISION);
        return LY_UNEVALUATED;
    }
    return ly_bigreal_take_mpfr(cx, f, precision);
}
