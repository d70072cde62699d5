/* gamma.c: Gamma and its family, Beta, Zeta, polylogarithms. */
#include <math.h>
#include <stdlib.h>

#include "special.h"

#define NUMERIC (LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED)
#define NUMERIC_READ (NUMERIC | LY_READ_PROTECTED)

static bool is_half_integer(ly_value v)
{
    return ly_is_rational(v) && mpz_cmp_ui(mpq_denref(ly_rational_of(v)->q), 2) == 0;
}

static bool is_nonpositive_integer(ly_value v)
{
    if (ly_is_real(v)) return ly_real_of(v) <= 0 && ly_real_of(v) == rint(ly_real_of(v));
    return ly_is_integer(v) && ly_sign(v) <= 0;
}

/* ---- Gamma ------------------------------------------------------------------------------------------- */

static ly_value gamma_of(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[0], direction;
    int64_t n;
    if (is_nonpositive_integer(z)) return ly_infinity(cx, 0);
    if (ly_is_integer(z)) {
        ly_value before = ly_subtract(cx, z, LY_INT(1));
        return ly_call1(cx, LY_SYM(Factorial), before);
    }
    if (is_half_integer(z)) {
        ly_value twice = ly_multiply(cx, z, LY_INT(2));
        if (ly_to_int64(twice, &n) && llabs(n) < 2000000) {
            /* Gamma[n/2] is (n - 2)!! Sqrt[Pi]/2^((n - 1)/2) */
            ly_value parts[1] = {LY_INT(n)};
            return ly_formula(cx, "(# - 2)!! Sqrt[Pi]/2^((# - 1)/2)", 1, parts);
        }
        ly_release(cx, twice);
    }
    if (ly_is_real(z)) {
        double d = ly_real_of(z);
        if (d > 170 || d < -170) {
            /* beyond a double: by logarithms where even those overflow */
            if (d > 1e15) return ly_overflow(cx);
        }
        if (d == rint(d) && d > 0 && d < 171) {
            mpz_t f;
            mpz_init(f);
            mpz_fac_ui(f, (unsigned long)d - 1);
            double r = mpz_get_d(f);
            mpfr_t x;
            mpfr_init2(x, 53);
            mpfr_set_z(x, f, MPFR_RNDN);
            r = mpfr_get_d(x, MPFR_RNDN);
            mpfr_clear(x);
            mpz_clear(f);
            return ly_real(cx, r);
        }
    }
    if (ly_is_infinity(z, &direction))
        return direction == LY_INT(1) ? ly_infinity(cx, 1) : ly_failed(direction) ? ly_infinity(cx, 0) : LY_SYM(Indeterminate);
    return ly_special(cx, call, "acb_gamma", LY_BALL_PLAIN);
}

BUILTIN(Gamma, gamma_builtin, 1, 3, NUMERIC_READ, LY_PURE, "Gamma[z] is the Euler gamma function.\nGamma[a, z] is the incomplete gamma function.")
static ly_value gamma_builtin(ly_context *cx, ly_expr *call)
{
    if (call->count == 1) return gamma_of(cx, call);
    ly_value a = call->args[0], z = call->args[1], direction;
    if (call->count == 3) {
        if (z == LY_INT(0) && ly_is_number(a)) return ly_formula(cx, "Gamma[#1] - Gamma[#1, #3]", 3, call->args);
        double precision;
        if (ly_any_inexact(call->args, 3, &precision)) return ly_formula(cx, "Gamma[#1, #2] - Gamma[#1, #3]", 3, call->args);
        return LY_UNEVALUATED;
    }
    if (z == LY_INT(0) && ly_is_real_number(a))
        return ly_sign(a) > 0 ? ly_make1(cx, LY_SYM(Gamma), ly_retain(a)) : ly_infinity(cx, 0);
    if (ly_is_infinity(z, &direction) && direction == LY_INT(1)) return LY_INT(0);
    if (a == LY_INT(1)) return ly_formula(cx, "E^(-#)", 1, &z);
    return ly_special(cx, call, "acb_hypgeom_gamma_upper", LY_BALL_FLAG);
}

BUILTIN(GammaRegularized, gamma_regularized, 2, 3, NUMERIC_READ, LY_PURE, "GammaRegularized[a, z] is the regularized incomplete gamma function Q(a,z).")
static ly_value gamma_regularized(ly_context *cx, ly_expr *call)
{
    ly_value a = call->args[0], z = call->args[1], direction;
    if (call->count == 3) {
        double precision;
        if (z == LY_INT(0) || ly_any_inexact(call->args, 3, &precision))
            return ly_formula(cx, "GammaRegularized[#1, #2] - GammaRegularized[#1, #3]", 3, call->args);
        return LY_UNEVALUATED;
    }
    if (z == LY_INT(0) && ly_is_real_number(a) && ly_sign(a) > 0) return LY_INT(1);
    if (ly_is_infinity(z, &direction) && direction == LY_INT(1)) return LY_INT(0);
    if (ly_is_integer(a) && ly_sign(a) <= 0) return LY_INT(0);
    if (a == LY_INT(1)) return ly_formula(cx, "E^(-#)", 1, &z);
    return ly_special(cx, call, "acb_hypgeom_gamma_upper", LY_BALL_REGULARIZED);
}

BUILTIN(LogGamma, log_gamma, 1, 1, NUMERIC_READ, LY_PURE, "LogGamma[z] gives the logarithm of the gamma function log Gamma(z).")
static ly_value log_gamma(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[0], direction;
    if (is_nonpositive_integer(z)) return ly_infinity(cx, 1);
    if (ly_is_integer(z) || is_half_integer(z)) {
        if (ly_sign(z) > 0) return ly_formula(cx, "Log[Gamma[#]]", 1, &z);
        return LY_UNEVALUATED;
    }
    if (ly_is_infinity(z, &direction) && direction == LY_INT(1)) return ly_infinity(cx, 1);
    return ly_special(cx, call, "acb_lgamma", LY_BALL_PLAIN);
}

BUILTIN(PolyGamma, poly_gamma, 1, 2, NUMERIC_READ, LY_PURE, "PolyGamma[z] gives the digamma function.\nPolyGamma[n, z] gives the nth derivative of the digamma function.")
static ly_value poly_gamma(ly_context *cx, ly_expr *call)
{
    if (call->count == 1) return ly_make2(cx, LY_SYM(PolyGamma), LY_INT(0), ly_retain(call->args[0]));
    ly_value n = call->args[0], z = call->args[1], direction;
    int64_t k;
    if (ly_is_infinity(z, &direction) && direction == LY_INT(1)) return n == LY_INT(0) ? ly_infinity(cx, 1) : LY_INT(0);
    if (!ly_to_int64(n, &k) || k < 0) {
        return n == LY_INT(-1) ? ly_make1(cx, LY_SYM(LogGamma), ly_retain(z)) : ly_special(cx, call, "acb_polygamma", LY_BALL_PLAIN);
    }
    if (is_nonpositive_integer(z)) return ly_infinity(cx, 0);
    int64_t m;
    if (ly_to_int64(z, &m) && m > 0 && m < 100000) {
        if (k == 0) return ly_formula(cx, "-EulerGamma + HarmonicNumber[# - 1]", 1, &z);
        if (k % 2 == 0) return LY_UNEVALUATED;
        return ly_formula(cx, "Expand[(-1)^(#1 + 1) #1! (Zeta[#1 + 1] - HarmonicNumber[#2 - 1, #1 + 1])]", 2, call->args);
    }
    if (is_half_integer(z) && ly_sign(z) > 0 && ly_log10_abs(z) < 3) {
        ly_value whole = ly_subtract(cx, z, ly_rational_new(cx, LY_INT(1), LY_INT(2))), parts[2] = {n, whole};
        ly_value r = LY_UNEVALUATED;
        if (k == 0) r = ly_formula(cx, "-EulerGamma - 2 Log[2] + 2 (HarmonicNumber[2 #2] - HarmonicNumber[#2]/2)", 2, parts);
        else if (whole == LY_INT(0) && k % 2) r = ly_formula(cx, "(-1)^(#1 + 1) #1! (2^(#1 + 1) - 1) Zeta[#1 + 1]", 2, parts);
        ly_release(cx, whole);
        return r;
    }
    if (k == 0) {
        ly_value only[1] = {z};
        return ly_special_of(cx, 1, only, "acb_digamma", LY_BALL_PLAIN);
    }
    return ly_special(cx, call, "acb_polygamma", LY_BALL_PLAIN);
}

BUILTIN(Beta, beta, 2, 4, NUMERIC_READ, LY_PURE, "Beta[a, b] gives the Euler beta function.\nBeta[z, a, b] gives the incomplete beta function.")
static ly_value beta(ly_context *cx, ly_expr *call)
{
    double precision;
    if (call->count == 2) {
        ly_value a = call->args[0], b = call->args[1];
        bool simple = (ly_is_integer(a) || is_half_integer(a)) && (ly_is_integer(b) || is_half_integer(b));
        int64_t whole;
        /* (b - 1)!/(a (a + 1) … (a + b - 1)), also where the Gamma functions have poles */
        if (ly_to_int64(b, &whole) && whole > 0 && whole < 1000 && is_nonpositive_integer(a) && ly_is_integer(a)) {
            ly_value sum = ly_add(cx, a, b);
            bool finite = ly_sign(sum) <= 0;
            ly_release(cx, sum);
            return finite ? ly_formula(cx, "(#2 - 1)!/Pochhammer[#1, #2]", 2, call->args) : ly_infinity(cx, 0);
        }
        if (ly_to_int64(a, &whole) && whole > 0 && whole < 1000 && is_nonpositive_integer(b) && ly_is_integer(b))
            return ly_make2(cx, call->head, ly_retain(b), ly_retain(a));
        if (simple || (ly_is_number(a) && ly_is_number(b) && ly_any_inexact(call->args, 2, &precision))) {
            if (ly_is_real_number(a) && ly_is_real_number(b) && (ly_sign(a) <= 0 || ly_sign(b) <= 0) && simple) {
                if (is_nonpositive_integer(a) || is_nonpositive_integer(b)) return ly_infinity(cx, 0);
            }
            return ly_formula(cx, "Gamma[#1] Gamma[#2]/Gamma[#1 + #2]", 2, call->args);
        }
        int64_t n;
        if (ly_to_int64(b, &n) && n > 0 && n < 50 && !ly_is_number(a)) return ly_formula(cx, "(#2 - 1)!/Pochhammer[#1, #2]", 2, call->args);
        if (ly_to_int64(a, &n) && n > 0 && n < 50 && !ly_is_number(b)) return ly_formula(cx, "(#1 - 1)!/Pochhammer[#2, #1]", 2, call->args);
        return LY_UNEVALUATED;
    }
    if (call->count == 4) {
        if (ly_any_inexact(call->args, 4, &precision)) return ly_formula(cx, "Beta[#2, #3, #4] - Beta[#1, #3, #4]", 4, call->args);
        return LY_UNEVALUATED;
    }
    ly_value z = call->args[0];
    if (z == LY_INT(0) && ly_is_real_number(call->args[1]) && ly_sign(call->args[1]) > 0) return LY_INT(0);
    if (z == LY_INT(1)) return ly_make2(cx, LY_SYM(Beta), ly_retain(call->args[1]), ly_retain(call->args[2]));
    ly_value order[3] = {call->args[1], call->args[2], z};
    return ly_special_of(cx, 3, order, "acb_hypgeom_beta_lower", LY_BALL_FLAG);
}

BUILTIN(BetaRegularized, beta_regularized, 3, 4, NUMERIC_READ, LY_PURE, "BetaRegularized[z, a, b] gives the regularized incomplete beta function.")
static ly_value beta_regularized(ly_context *cx, ly_expr *call)
{
    if (call->count == 4) return ly_formula(cx, "BetaRegularized[#2, #3, #4] - BetaRegularized[#1, #3, #4]", 4, call->args);
    if (call->args[0] == LY_INT(0)) return LY_INT(0);
    if (call->args[0] == LY_INT(1)) return LY_INT(1);
    ly_value order[3] = {call->args[1], call->args[2], call->args[0]};
    return ly_special_of(cx, 3, order, "acb_hypgeom_beta_lower", LY_BALL_REGULARIZED);
}

BUILTIN(BarnesG, barnes_g, 1, 1, NUMERIC_READ, LY_PURE, "BarnesG[z] gives the Barnes G-function G(z).")
static ly_value barnes_g(ly_context *cx, ly_expr *call)
{
    int64_t n;
    if (ly_to_int64(call->args[0], &n) && n < 300) {
        ly_value product = LY_INT(1), factorial = LY_INT(1);
        if (n <= 0) return LY_INT(0);
        for (int64_t k = 1; k < n - 1; k++) {
            factorial = ly_times_take(cx, factorial, LY_INT(k));
            product = ly_times_take(cx, product, ly_retain(factorial));
        }
        ly_release(cx, factorial);
        return product;
    }
    return ly_special(cx, call, "acb_barnes_g", LY_BALL_PLAIN);
}

BUILTIN(LogBarnesG, log_barnes_g, 1, 1, NUMERIC_READ, LY_PURE, "LogBarnesG[z] gives the logarithm of the Barnes G-function.")
static ly_value log_barnes_g(ly_context *cx, ly_expr *call)
{
    if (ly_is_integer(call->args[0])) {
        if (ly_sign(call->args[0]) <= 0) return ly_infinity(cx, -1);
        return ly_formula(cx, "Log[BarnesG[#]]", 1, call->args);
    }
    return ly_special(cx, call, "acb_log_barnes_g", LY_BALL_PLAIN);
}

BUILTIN(Hyperfactorial, hyperfactorial, 1, 1, NUMERIC_READ, LY_PURE, "Hyperfactorial[n] gives the hyperfactorial function H(n).")
static ly_value hyperfactorial(ly_context *cx, ly_expr *call)
{
    int64_t n;
    if (ly_to_int64(call->args[0], &n)) {
        if (n < 0) {
            int64_t m = -n - 1;
            ly_value r = m < 2000 ? ly_call1(cx, call->head, LY_INT(m)) : LY_UNEVALUATED;
            return (m * (m + 1) / 2) % 2 && ly_is_number(r) ? ly_minus_take(cx, r) : r;
        }
        if (n > 5000) return LY_UNEVALUATED;
        ly_value product = LY_INT(1);
        for (int64_t k = 2; k <= n && !ly_failed(product); k++)
            product = ly_times_take(cx, product, ly_power_integer(cx, LY_INT(k), LY_INT(k)));
        return product;
    }
    if (ly_is_inexact(call->args[0]) && !ly_is_complex(call->args[0]))
        return ly_formula(cx, "Gamma[# + 1]^#/BarnesG[# + 1]", 1, call->args);
    return LY_UNEVALUATED;
}

/* ---- Zeta ---------------------------------------------------------------------------------------------- */

BUILTIN(Zeta, zeta, 1, 2, NUMERIC_READ, LY_PURE, "Zeta[s] gives the Riemann zeta function.\nZeta[s, a] gives the generalized Riemann zeta function.")
static ly_value zeta(ly_context *cx, ly_expr *call)
{
    ly_value s = call->args[0], direction;
    int64_t n, a;
    if (call->count == 2) {
        if (call->args[1] == LY_INT(1)) return ly_make1(cx, LY_SYM(Zeta), ly_retain(s));
        if (ly_to_int64(call->args[1], &a) && ly_to_int64(s, &n)) {
            if (n == 1) return ly_infinity(cx, 0);
            if (n <= 0) return ly_formula(cx, "-BernoulliB[1 - #1, #2]/(1 - #1)", 2, call->args);
            if (a > 0 && a < 10000) return ly_formula(cx, "Zeta[#1] - HarmonicNumber[#2 - 1, #1]", 2, call->args);
        }
        if (ly_to_int64(s, &n) && n <= 0 && n > -200 && !ly_is_inexact(call->args[1])) return ly_formula(cx, "-BernoulliB[1 - #1, #2]/(1 - #1)", 2, call->args);
        if (ly_to_int64(s, &n) && n > 1 && call->args[1] && is_half_integer(call->args[1]) && ly_sign(call->args[1]) > 0 && ly_log10_abs(call->args[1]) < 0)
            return ly_formula(cx, "(2^# - 1) Zeta[#]", 1, &s);
        return ly_special(cx, call, "acb_hurwitz_zeta", LY_BALL_PLAIN);
    }
    if (ly_is_infinity(s, &direction)) return direction == LY_INT(1) ? LY_INT(1) : LY_SYM(Indeterminate);
    if (ly_to_int64(s, &n)) {
        if (n == 1) return ly_infinity(cx, 0);
        if (n == 0) return ly_rational_new(cx, LY_INT(-1), LY_INT(2));
        if (n < 0 && n > -2000) return n % 2 == 0 ? LY_INT(0) : ly_formula(cx, "-BernoulliB[1 - #]/(1 - #)", 1, &s);
        if (n % 2 == 0 && n < 2000) return ly_formula(cx, "Abs[BernoulliB[#]] 2^(# - 1) Pi^#/#!", 1, &s);
        return LY_UNEVALUATED;
    }
    if (ly_is_real(s) && ly_real_of(s) == 1) return ly_infinity(cx, 0);
    return ly_special(cx, call, "acb_zeta", LY_BALL_PLAIN);
}

BUILTIN(HurwitzZeta, hurwitz_zeta, 2, 2, NUMERIC_READ, LY_PURE, "HurwitzZeta[s, a] gives the Hurwitz zeta function.")
static ly_value hurwitz_zeta(ly_context *cx, ly_expr *call)
{
    ly_value s = call->args[0], a = call->args[1];
    int64_t n;
    if (a == LY_INT(1)) return ly_make1(cx, LY_SYM(Zeta), ly_retain(s));
    if (s == LY_INT(1)) return ly_infinity(cx, 0);
    if (is_nonpositive_integer(a) && ly_is_real_number(s) && ly_sign(s) > 0) return ly_infinity(cx, 0);
    if (s == LY_INT(0)) return ly_formula(cx, "1/2 - #2", 2, call->args);
    if (ly_to_int64(s, &n) && ly_is_exact(a) && ly_is_number(a)) return ly_make2(cx, LY_SYM(Zeta), ly_retain(s), ly_retain(a));
    return ly_special(cx, call, "acb_hurwitz_zeta", LY_BALL_PLAIN);
}

BUILTIN(PolyLog, poly_log, 2, 3, NUMERIC_READ, LY_PURE, "PolyLog[n, z] gives the polylogarithm function Li_n(z).")
static ly_value poly_log(ly_context *cx, ly_expr *call)
{
    if (call->count == 3) return LY_UNEVALUATED;
    ly_value n = call->args[0], z = call->args[1];
    int64_t k;
    if (z == LY_INT(0)) return LY_INT(0);
    if (ly_to_int64(n, &k) && !ly_is_inexact(z)) {
        if (k == 1) return ly_formula(cx, "-Log[1 - #]", 1, &z);
        if (k == 0) return ly_formula(cx, "#/(1 - #)", 1, &z);
        if (z == LY_INT(1)) return k > 1 ? ly_make1(cx, LY_SYM(Zeta), n) : ly_infinity(cx, 0);
        if (z == LY_INT(-1) && k > 1) return ly_formula(cx, "-(1 - 2^(1 - #)) Zeta[#]", 1, &n);
        if (k < 0 && k >= -20) {
            /* sum over Stirling numbers, in powers of 1/(1 - z) */
            ly_value parts[2] = {z, LY_INT(-k)};
            return ly_formula(cx, "Factor[Together[Sum[Numbers`k! StirlingS2[#2 + 1, Numbers`k + 1] (#1/(1 - #1))^(Numbers`k + 1), {Numbers`k, 0, #2}]]]", 2, parts);
        }
        if (k == 2 && is_half_integer(z) && ly_same(z, ly_rational_new(cx, LY_INT(1), LY_INT(2)))) return ly_formula(cx, "Pi^2/12 - Log[2]^2/2", 0, NULL);
    }
    if (z == LY_INT(1) && !ly_is_number(n)) return ly_make1(cx, LY_SYM(Zeta), ly_retain(n));
    return ly_special(cx, call, "acb_polylog", LY_BALL_PLAIN);
}

BUILTIN(DirichletEta, dirichlet_eta, 1, 1, NUMERIC_READ, LY_PURE, "DirichletEta[s] gives the Dirichlet eta function.")
static ly_value dirichlet_eta(ly_context *cx, ly_expr *call)
{
    ly_value s = call->args[0];
    if (s == LY_INT(1)) return ly_formula(cx, "Log[2]", 0, NULL);
    if (ly_is_real(s) && ly_real_of(s) == 1) return ly_formula(cx, "Log[2.]", 0, NULL);
    if (ly_is_number(s)) return ly_formula(cx, "(1 - 2^(1 - #)) Zeta[#]", 1, &s);
    return LY_UNEVALUATED;
}

BUILTIN(DirichletLambda, dirichlet_lambda, 1, 1, NUMERIC_READ, LY_PURE, "DirichletLambda[s] gives the Dirichlet lambda function.")
static ly_value dirichlet_lambda(ly_context *cx, ly_expr *call)
{
    ly_value s = call->args[0];
    if (s == LY_INT(1)) return ly_infinity(cx, 0);
    if (ly_is_number(s)) return ly_formula(cx, "(1 - 2^(-#)) Zeta[#]", 1, &s);
    return LY_UNEVALUATED;
}

BUILTIN(DirichletBeta, dirichlet_beta, 1, 1, NUMERIC_READ, LY_PURE, "DirichletBeta[s] gives the Dirichlet beta function.")
static ly_value dirichlet_beta(ly_context *cx, ly_expr *call)
{
    ly_value s = call->args[0];
    int64_t n;
    if (s == LY_INT(2)) return LY_SYM(Catalan);
    if (ly_to_int64(s, &n)) {
        if (n > 0 && n % 2) return ly_formula(cx, "Abs[EulerE[# - 1]] Pi^#/(4^((# + 1)/2) (# - 1)!)", 1, &s);
        if (n <= 0) return ly_formula(cx, "EulerE[-#]/2", 1, &s);
        return LY_UNEVALUATED;
    }
    if (ly_is_inexact(s)) return ly_formula(cx, "4^(-#) (HurwitzZeta[#, 1/4] - HurwitzZeta[#, 3/4])", 1, &s);
    return LY_UNEVALUATED;
}
