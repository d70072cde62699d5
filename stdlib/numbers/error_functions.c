/* error_functions.c: Erf and its kin, exponential and trigonometric integrals, Fresnel integrals,
   Lambert's W, elliptic integrals, Bessel and Airy functions. */
#include <acb.h>
#include <math.h>
#include <stdlib.h>

#include "special.h"

#define NUMERIC (LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED)
#define NUMERIC_READ (NUMERIC | LY_READ_PROTECTED)

/* A function of one argument: exact values at 0 and ±Infinity, parity, and Arb's name. */
typedef struct single {
    const char *at_zero, *at_infinity, *at_minus_infinity; /* NULL: none known */
    int parity;
    const char *ball;
    ly_ball_shape shape;
} single;

static ly_value single_value(ly_context *cx, ly_expr *call, const single *f)
{
    ly_value z = call->args[0], direction;
    if (z == LY_INT(0) && f->at_zero) return ly_formula(cx, f->at_zero, 0, NULL);
    if (z == LY_SYM(Indeterminate)) return z;
    if (ly_is_infinity(z, &direction)) {
        if (direction == LY_INT(1) && f->at_infinity) return ly_formula(cx, f->at_infinity, 0, NULL);
        if (direction == LY_INT(-1) && f->at_minus_infinity) return ly_formula(cx, f->at_minus_infinity, 0, NULL);
        return LY_UNEVALUATED;
    }
    if (ly_is_inexact(z)) {
        if (ly_is_real(z) && ly_is_zero(z) && f->at_zero) {
            ly_value v = ly_formula(cx, f->at_zero, 0, NULL);
            if (ly_failed(v) || !ly_is_number(v)) return v;
            ly_value n = ly_n(cx, v, LY_MACHINE_PRECISION);
            ly_release(cx, v);
            return n;
        }
        return f->ball ? ly_special(cx, call, f->ball, f->shape) : LY_UNEVALUATED;
    }
    if (f->parity && ly_is_negative_form(z)) {
        ly_value positive = ly_negated_form(cx, z);
        if (ly_failed(positive)) return positive;
        if (!ly_is_negative_form(positive)) {
            ly_value mirrored = ly_make1(cx, call->head, positive);
            return f->parity > 0 ? mirrored : ly_make2(cx, LY_SYM(Times), LY_INT(-1), mirrored);
        }
        ly_release(cx, positive);
    }
    return LY_UNEVALUATED;
}

#define BUILTIN_SINGLE(Name, function, zero, infinity, minus_infinity, parity, ball, shape, documentation) \
    BUILTIN(Name, function, 1, 1, NUMERIC_READ, LY_PURE, documentation)                                    \
    static ly_value function(ly_context *cx, ly_expr *call)                                                \
    {                                                                                                      \
        static const single f = {zero, infinity, minus_infinity, parity, ball, shape};                     \
        return single_value(cx, call, &f);                                                                 \
    }

BUILTIN_SINGLE(Erfi, erfi, "0", "Infinity", "-Infinity", -1, "acb_hypgeom_erfi", LY_BALL_PLAIN, "Erfi[z] gives the imaginary error function erf(i z)/i.")
BUILTIN_SINGLE(Erfc, erfc_builtin, "1", "0", "2", 0, "acb_hypgeom_erfc", LY_BALL_PLAIN, "Erfc[z] gives the complementary error function erfc(z).")
BUILTIN_SINGLE(SinIntegral, sin_integral, "0", "Pi/2", "-Pi/2", -1, "acb_hypgeom_si", LY_BALL_PLAIN, "SinIntegral[z] gives the sine integral function Si(z).")
BUILTIN_SINGLE(CosIntegral, cos_integral, "-Infinity", "0", "I Pi", 0, "acb_hypgeom_ci", LY_BALL_PLAIN, "CosIntegral[z] gives the cosine integral function Ci(z).")
BUILTIN_SINGLE(SinhIntegral, sinh_integral, "0", "Infinity", "-Infinity", -1, "acb_hypgeom_shi", LY_BALL_PLAIN, "SinhIntegral[z] gives the hyperbolic sine integral function Shi(z).")
BUILTIN_SINGLE(CoshIntegral, cosh_integral, "-Infinity", "Infinity", "Infinity", 0, "acb_hypgeom_chi", LY_BALL_PLAIN, "CoshIntegral[z] gives the hyperbolic cosine integral Chi(z).")
BUILTIN_SINGLE(ExpIntegralEi, exp_integral_ei, "-Infinity", "Infinity", "0", 0, "acb_hypgeom_ei", LY_BALL_PLAIN, "ExpIntegralEi[z] gives the exponential integral function Ei(z).")
BUILTIN_SINGLE(LogIntegral, log_integral, "0", "Infinity", NULL, 0, "acb_hypgeom_li", LY_BALL_FLAG, "LogIntegral[z] is the logarithmic integral function li(z).")
BUILTIN_SINGLE(EllipticK, elliptic_k, "Pi/2", "0", NULL, 0, "acb_elliptic_k", LY_BALL_PLAIN, "EllipticK[m] gives the complete elliptic integral of the first kind K(m).")

BUILTIN(Erf, erf_builtin, 1, 2, NUMERIC_READ, LY_PURE, "Erf[z] gives the error function erf(z).\nErf[z0, z1] gives the generalized error function erf(z1) - erf(z0).")
static ly_value erf_builtin(ly_context *cx, ly_expr *call)
{
    static const single f = {"0", "1", "-1", -1, "acb_hypgeom_erf", LY_BALL_PLAIN};
    if (call->count == 1) return single_value(cx, call, &f);
    double precision;
    if (call->args[0] == LY_INT(0)) return ly_make1(cx, call->head, ly_retain(call->args[1]));
    if (call->args[1] == LY_INT(0)) return ly_formula(cx, "-Erf[#]", 1, call->args);
    if (ly_any_inexact(call->args, 2, &precision)) return ly_formula(cx, "Erf[#2] - Erf[#1]", 2, call->args);
    return LY_UNEVALUATED;
}

/* Newton's method on erf, from a rational start (Giles, 2012); |y| < 1. */
static double inverse_erf(double y)
{
    double w = -log((1 - y) * (1 + y)), x;
    if (w < 5) {
        w -= 2.5;
        x = 2.81022636e-08;
        x = 3.43273939e-07 + x * w;
        x = -3.5233877e-06 + x * w;
        x = -4.39150654e-06 + x * w;
        x = 0.00021858087 + x * w;
        x = -0.00125372503 + x * w;
        x = -0.00417768164 + x * w;
        x = 0.246640727 + x * w;
        x = 1.50140941 + x * w;
    } else {
        w = sqrt(w) - 3;
        x = -0.000200214257;
        x = 0.000100950558 + x * w;
        x = 0.00134934322 + x * w;
        x = -0.00367342844 + x * w;
        x = 0.00573950773 + x * w;
        x = -0.0076224613 + x * w;
        x = 0.00943887047 + x * w;
        x = 1.00167406 + x * w;
        x = 2.83297682 + x * w;
    }
    x *= y;
    return x;
}

/* erf(x) = y (or erfc(x) = y) to the bits of f, by Newton. */
static ly_value solve_erf(ly_context *cx, ly_value y, bool complement, double precision)
{
    double start;
    ly_to_double(y, &start);
    mpfr_t x, t, s, goal;
    long bits = (precision == LY_MACHINE_PRECISION ? 64 : ly_bits_for(precision)) + 32;
    ly_mpfr_begin();
    mpfr_inits2(bits, x, t, s, goal, (mpfr_ptr)0);
    mpfr_clear(goal);
    ly_init_mpfr(goal, y, bits);
    double guess = complement ? inverse_erf(1 - start) : inverse_erf(start);
    if (complement && start < 1e-5) guess = sqrt(-log(start * sqrt(M_PI)));
    if (complement && start > 2 - 1e-5) guess = -sqrt(-log((2 - start) * sqrt(M_PI)));
    mpfr_set_d(x, guess, MPFR_RNDN);
    for (int i = 0; i < 60; i++) {
        if (complement) mpfr_erfc(t, x, MPFR_RNDN);
        else mpfr_erf(t, x, MPFR_RNDN);
        mpfr_sub(t, t, goal, MPFR_RNDN);
        if (complement) mpfr_neg(t, t, MPFR_RNDN);
        /* divided by 2/Sqrt[Pi] E^(-x^2) */
        mpfr_sqr(s, x, MPFR_RNDN);
        mpfr_exp(s, s, MPFR_RNDN);
        mpfr_mul(t, t, s, MPFR_RNDN);
        mpfr_const_pi(s, MPFR_RNDN);
        mpfr_sqrt(s, s, MPFR_RNDN);
        mpfr_div_2ui(s, s, 1, MPFR_RNDN);
        mpfr_mul(t, t, s, MPFR_RNDN);
        mpfr_sub(x, x, t, MPFR_RNDN);
        if (mpfr_zero_p(t) || mpfr_zero_p(x) || mpfr_get_exp(t) < mpfr_get_exp(x) - bits + 8) break;
    }
    ly_value r;
    if (precision == LY_MACHINE_PRECISION) {
        r = ly_real(cx, mpfr_get_d(x, MPFR_RNDN));
        mpfr_clears(x, t, s, goal, (mpfr_ptr)0);
        return r;
    }
    mpfr_clears(t, s, goal, (mpfr_ptr)0);
    return ly_bigreal_take_mpfr(cx, x, precision);
}

static ly_value inverse_error(ly_context *cx, ly_expr *call, bool complement)
{
    ly_value y = call->args[call->count - 1];
    if (call->count == 2) return LY_UNEVALUATED;
    if (ly_is_number(y) && !ly_is_complex(y)) {
        int64_t n;
        double d;
        if (ly_to_int64(y, &n)) {
            if (!complement && llabs(n) <= 1) return n == 0 ? LY_INT(0) : ly_infinity(cx, n > 0 ? 1 : -1);
            if (complement && n >= 0 && n <= 2) return n == 1 ? LY_INT(0) : ly_infinity(cx, n == 0 ? 1 : -1);
            return LY_UNEVALUATED;
        }
        if (ly_is_inexact(y) && ly_to_double(y, &d)) {
            if (complement ? d == 0 || d == 2 : fabs(d) == 1) return ly_infinity(cx, complement ? (d == 0 ? 1 : -1) : d > 0 ? 1 : -1);
            if (complement ? d > 0 && d < 2 : fabs(d) < 1) {
                if (complement ? d == 1 : d == 0) return ly_real(cx, 0);
                return solve_erf(cx, y, complement, ly_is_real(y) ? LY_MACHINE_PRECISION : ly_precision_of(y));
            }
        }
    }
    if (!complement && !ly_is_inexact(y) && ly_is_negative_form(y))
        return ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_make1(cx, call->head, ly_negated_form(cx, y)));
    return LY_UNEVALUATED;
}

BUILTIN(InverseErf, inverse_erf_builtin, 1, 2, NUMERIC_READ, LY_PURE, "InverseErf[s] gives the inverse error function obtained as the solution for z in s = erf(z).")
static ly_value inverse_erf_builtin(ly_context *cx, ly_expr *call) { return inverse_error(cx, call, false); }

BUILTIN(InverseErfc, inverse_erfc, 1, 1, NUMERIC_READ, LY_PURE, "InverseErfc[s] gives the inverse complementary error function obtained as the solution for z in s = erfc(z).")
static ly_value inverse_erfc(ly_context *cx, ly_expr *call) { return inverse_error(cx, call, true); }

BUILTIN(ExpIntegralE, exp_integral_e, 2, 2, NUMERIC_READ, LY_PURE, "ExpIntegralE[n, z] gives the exponential integral function E_n(z).")
static ly_value exp_integral_e(ly_context *cx, ly_expr *call)
{
    ly_value n = call->args[0], z = call->args[1], direction;
    if (z == LY_INT(0) && ly_is_real_number(n)) {
        if (ly_compare_numbers(n, LY_INT(1)) > 0) return ly_formula(cx, "1/(# - 1)", 1, &n);
        return ly_infinity(cx, 0);
    }
    if (n == LY_INT(0)) return ly_formula(cx, "1/(E^# #)", 1, &z);
    if (ly_is_infinity(z, &direction) && direction == LY_INT(1)) return LY_INT(0);
    return ly_special(cx, call, "acb_hypgeom_expint", LY_BALL_PLAIN);
}

/* ---- Fresnel integrals and Airy functions: Arb gives several values at once ------------------------------ */

typedef struct choice {
    const void *function;
    int which;
} choice;

static void call_fresnel(void *out, const void *const *in, long bits, const void *data)
{
    const choice *c = data;
    union {
        const void *object;
        void (*f)(acb_ptr, acb_ptr, const acb_t, int, slong);
    } u;
    u.object = c->function;
    if (c->which == 0) u.f(out, NULL, in[0], 1, bits);
    else u.f(NULL, out, in[0], 1, bits);
}

static void call_airy(void *out, const void *const *in, long bits, const void *data)
{
    const choice *c = data;
    union {
        const void *object;
        void (*f)(acb_ptr, acb_ptr, acb_ptr, acb_ptr, const acb_t, slong);
    } u;
    u.object = c->function;
    acb_ptr slots[4] = {NULL, NULL, NULL, NULL};
    slots[c->which] = out;
    u.f(slots[0], slots[1], slots[2], slots[3], in[0], bits);
}

static ly_value chosen(ly_context *cx, ly_value z, const char *name, ly_arb_body *body, int which)
{
    choice c = {ly_arb_symbol(name), which};
    double precision;
    if (!c.function || !ly_any_inexact(&z, 1, &precision)) return LY_UNEVALUATED;
    return ly_arb_with(cx, body, &c, 1, &z, precision);
}

static ly_value fresnel(ly_context *cx, ly_expr *call, int which)
{
    static const single f = {"0", "1/2", "-1/2", -1, NULL, LY_BALL_PLAIN};
    if (ly_is_inexact(call->args[0]) && !ly_is_zero(call->args[0]))
        return chosen(cx, call->args[0], "acb_hypgeom_fresnel", call_fresnel, which);
    return single_value(cx, call, &f);
}

BUILTIN(FresnelS, fresnel_s, 1, 1, NUMERIC_READ, LY_PURE, "FresnelS[z] gives the Fresnel integral S(z).")
static ly_value fresnel_s(ly_context *cx, ly_expr *call) { return fresnel(cx, call, 0); }

BUILTIN(FresnelC, fresnel_c, 1, 1, NUMERIC_READ, LY_PURE, "FresnelC[z] gives the Fresnel integral C(z).")
static ly_value fresnel_c(ly_context *cx, ly_expr *call) { return fresnel(cx, call, 1); }

static ly_value airy(ly_context *cx, ly_expr *call, int which)
{
    static const single values[] = {{"1/(3^(2/3) Gamma[2/3])", "0", "0", 0, NULL, LY_BALL_PLAIN},
                                    {"-1/(3^(1/3) Gamma[1/3])", "0", NULL, 0, NULL, LY_BALL_PLAIN},
                                    {"1/(3^(1/6) Gamma[2/3])", "Infinity", "0", 0, NULL, LY_BALL_PLAIN},
                                    {"3^(1/6)/Gamma[1/3]", "Infinity", NULL, 0, NULL, LY_BALL_PLAIN}};
    if (ly_is_inexact(call->args[0])) return chosen(cx, call->args[0], "acb_hypgeom_airy", call_airy, which);
    return single_value(cx, call, &values[which]);
}

BUILTIN(AiryAi, airy_ai, 1, 1, NUMERIC_READ, LY_PURE, "AiryAi[z] gives the Airy function Ai(z).")
static ly_value airy_ai(ly_context *cx, ly_expr *call) { return airy(cx, call, 0); }

BUILTIN(AiryAiPrime, airy_ai_prime, 1, 1, NUMERIC_READ, LY_PURE, "AiryAiPrime[z] gives the derivative of the Airy function Ai'(z).")
static ly_value airy_ai_prime(ly_context *cx, ly_expr *call) { return airy(cx, call, 1); }

BUILTIN(AiryBi, airy_bi, 1, 1, NUMERIC_READ, LY_PURE, "AiryBi[z] gives the Airy function Bi(z).")
static ly_value airy_bi(ly_context *cx, ly_expr *call) { return airy(cx, call, 2); }

BUILTIN(AiryBiPrime, airy_bi_prime, 1, 1, NUMERIC_READ, LY_PURE, "AiryBiPrime[z] gives the derivative of the Airy function Bi'(z).")
static ly_value airy_bi_prime(ly_context *cx, ly_expr *call) { return airy(cx, call, 3); }

/* ---- Lambert's W ------------------------------------------------------------------------------------------- */

static void call_lambert(void *out, const void *const *in, long bits, const void *data)
{
    const choice *c = data;
    union {
        const void *object;
        void (*f)(acb_t, const acb_t, const fmpz_t, int, slong);
    } u;
    fmpz_t k = {c->which};
    u.object = c->function;
    u.f(out, in[0], k, 0, bits);
}

BUILTIN(ProductLog, product_log, 1, 2, NUMERIC_READ, LY_PURE, "ProductLog[z] gives the principal solution for w in z = w e^w.\nProductLog[k, z] gives the kth solution.")
static ly_value product_log(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[call->count - 1], direction;
    int64_t k = 0;
    if (call->count == 2) {
        if (!ly_to_int64(call->args[0], &k) || llabs(k) > 1000000000) return LY_UNEVALUATED;
        if (k == 0) return ly_make1(cx, call->head, ly_retain(z));
    }
    if (k == 0) {
        if (z == LY_INT(0)) return LY_INT(0);
        if (z == LY_SYM(E)) return LY_INT(1);
        if (ly_is_infinity(z, &direction) && direction == LY_INT(1)) return ly_infinity(cx, 1);
        ly_value special = ly_formula(cx, "-1/E", 0, NULL);
        bool same = ly_same(special, z);
        ly_release(cx, special);
        if (same) return LY_INT(-1);
    }
    if (k == -1 && z == LY_INT(0)) return ly_infinity(cx, -1);
    double precision;
    choice c = {ly_arb_symbol("acb_lambertw"), (int)k};
    if (!c.function || !ly_any_inexact(&z, 1, &precision)) return LY_UNEVALUATED;
    return ly_arb_with(cx, call_lambert, &c, 1, &z, precision);
}

/* ---- Bessel functions ------------------------------------------------------------------------------------------ */

static ly_value bessel(ly_context *cx, ly_expr *call, const char *ball, char kind)
{
    ly_value n = call->args[0], z = call->args[1];
    bool first = kind == 'J' || kind == 'I';
    if (z == LY_INT(0)) {
        if (first) {
            if (n == LY_INT(0)) return LY_INT(1);
            if (ly_is_integer(n) || (ly_is_real_number(n) && ly_sign(n) > 0)) return LY_INT(0);
            return LY_UNEVALUATED;
        }
        if (n == LY_INT(0)) return ly_infinity(cx, kind == 'Y' ? -1 : 1);
        if (ly_is_number(n)) return ly_infinity(cx, 0);
    }
    /* half-integer orders are elementary */
    if (ly_is_rational(n) && !ly_is_inexact(z)) {
        static const struct { char kind; int twice; const char *formula; } half[] = {
            {'J', 1, "Sqrt[2/Pi] Sin[#]/Sqrt[#]"}, {'J', -1, "Sqrt[2/Pi] Cos[#]/Sqrt[#]"},
            {'J', 3, "Sqrt[2/Pi] (-Cos[#] + Sin[#]/#)/Sqrt[#]"}, {'Y', 1, "-Sqrt[2/Pi] Cos[#]/Sqrt[#]"},
            {'Y', -1, "Sqrt[2/Pi] Sin[#]/Sqrt[#]"}, {'I', 1, "Sqrt[2/Pi] Sinh[#]/Sqrt[#]"},
            {'I', -1, "Sqrt[2/Pi] Cosh[#]/Sqrt[#]"}, {'K', 1, "Sqrt[Pi/2]/(E^# Sqrt[#])"}, {'K', -1, "Sqrt[Pi/2]/(E^# Sqrt[#])"}};
        for (size_t i = 0; i < sizeof half / sizeof *half; i++)
            if (half[i].kind == kind) {
                ly_value order = ly_rational_new(cx, LY_INT(half[i].twice), LY_INT(2));
                bool same = ly_same(order, n);
                ly_release(cx, order);
                if (same) return ly_formula(cx, half[i].formula, 1, &z);
            }
    }
    if (ly_is_integer(n) && ly_sign(n) < 0 && !ly_is_inexact(z)) {
        ly_value positive = ly_make2(cx, call->head, ly_negate(cx, n), ly_retain(z));
        ly_value odd = ly_modulus(cx, n, LY_INT(2));
        return odd == LY_INT(1) && (kind == 'J' || kind == 'Y') ? ly_make2(cx, LY_SYM(Times), LY_INT(-1), positive) : positive;
    }
    return ly_special(cx, call, ball, LY_BALL_PLAIN);
}

#define BUILTIN_BESSEL(Name, function, ball, kind, documentation)           \
    BUILTIN(Name, function, 2, 2, NUMERIC_READ, LY_PURE, documentation)     \
    static ly_value function(ly_context *cx, ly_expr *call) { return bessel(cx, call, ball, kind); }

BUILTIN_BESSEL(BesselJ, bessel_j, "acb_hypgeom_bessel_j", 'J', "BesselJ[n, z] gives the Bessel function of the first kind J_n(z).")
BUILTIN_BESSEL(BesselY, bessel_y, "acb_hypgeom_bessel_y", 'Y', "BesselY[n, z] gives the Bessel function of the second kind Y_n(z).")
BUILTIN_BESSEL(BesselI, bessel_i, "acb_hypgeom_bessel_i", 'I', "BesselI[n, z] gives the modified Bessel function of the first kind I_n(z).")
BUILTIN_BESSEL(BesselK, bessel_k, "acb_hypgeom_bessel_k", 'K', "BesselK[n, z] gives the modified Bessel function of the second kind K_n(z).")

/* ---- elliptic integrals ------------------------------------------------------------------------------------------- */

BUILTIN(EllipticE, elliptic_e, 1, 2, NUMERIC_READ, LY_PURE, "EllipticE[m] gives the complete elliptic integral E(m).\nEllipticE[phi, m] gives the elliptic integral of the second kind.")
static ly_value elliptic_e(ly_context *cx, ly_expr *call)
{
    ly_value m = call->args[call->count - 1];
    if (call->count == 1) {
        if (m == LY_INT(0)) return ly_formula(cx, "Pi/2", 0, NULL);
        if (m == LY_INT(1)) return LY_INT(1);
        return ly_special(cx, call, "acb_elliptic_e", LY_BALL_PLAIN);
    }
    if (call->args[0] == LY_INT(0)) return LY_INT(0);
    if (m == LY_INT(0)) return ly_retain(call->args[0]);
    ly_value half = ly_formula(cx, "Pi/2", 0, NULL);
    bool complete = ly_same(half, call->args[0]);
    ly_release(cx, half);
    if (complete) return ly_make1(cx, call->head, ly_retain(m));
    return ly_special(cx, call, "acb_elliptic_e_inc", LY_BALL_FLAG);
}

BUILTIN(EllipticF, elliptic_f, 2, 2, NUMERIC_READ, LY_PURE, "EllipticF[phi, m] gives the elliptic integral of the first kind F(phi|m).")
static ly_value elliptic_f(ly_context *cx, ly_expr *call)
{
    ly_value phi = call->args[0], m = call->args[1];
    if (phi == LY_INT(0)) return LY_INT(0);
    if (m == LY_INT(0)) return ly_retain(phi);
    ly_value half = ly_formula(cx, "Pi/2", 0, NULL);
    bool complete = ly_same(half, phi);
    ly_release(cx, half);
    if (complete) return ly_make1(cx, LY_SYM(EllipticK), ly_retain(m));
    if (!ly_is_inexact(phi) && ly_is_negative_form(phi))
        return ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_make2(cx, call->head, ly_negated_form(cx, phi), ly_retain(m)));
    return ly_special(cx, call, "acb_elliptic_f", LY_BALL_FLAG);
}

BUILTIN(EllipticPi, elliptic_pi, 2, 3, NUMERIC_READ, LY_PURE, "EllipticPi[n, m] gives the complete elliptic integral of the third kind.")
static ly_value elliptic_pi(ly_context *cx, ly_expr *call)
{
    if (call->args[0] == LY_INT(0)) {
        if (call->count == 2) return ly_make1(cx, LY_SYM(EllipticK), ly_retain(call->args[1]));
        return ly_make2(cx, LY_SYM(EllipticF), ly_retain(call->args[1]), ly_retain(call->args[2]));
    }
    if (call->count == 2) {
        if (call->args[1] == LY_INT(0)) return ly_formula(cx, "Pi/(2 Sqrt[1 - #])", 1, call->args);
        return ly_special(cx, call, "acb_elliptic_pi", LY_BALL_PLAIN);
    }
    return ly_special(cx, call, "acb_elliptic_pi_inc", LY_BALL_FLAG);
}

BUILTIN(ArithmeticGeometricMean, arithmetic_geometric_mean, 2, 2, NUMERIC_READ | LY_ORDERLESS, LY_PURE, "ArithmeticGeometricMean[a, b] gives the arithmetic-geometric mean of a and b.")
static ly_value arithmetic_geometric_mean(ly_context *cx, ly_expr *call)
{
    ly_value a = call->args[0], b = call->args[1];
    if (a == LY_INT(0) || b == LY_INT(0)) return LY_INT(0);
    if (ly_same(a, b)) return ly_retain(a);
    return ly_special(cx, call, "acb_agm", LY_BALL_PLAIN);
}
