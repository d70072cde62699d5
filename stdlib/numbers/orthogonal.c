/* orthogonal.c: orthogonal polynomials: Legendre, Chebyshev, Hermite, Laguerre, Gegenbauer, Jacobi.

   For a degree that is a machine integer, the explicit sum of powers; inexact arguments, and degrees
   that are no integers, go to Arb. */
#include <stdlib.h>

#include "special.h"

#define NUMERIC (LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED | LY_READ_PROTECTED)

enum { most_degree = 1000 };

/* sum of coefficients[k] x^k, k from 0 to n; consumes the coefficients. together: over their common
   denominator. */
static ly_value polynomial(ly_context *cx, ly_value x, int64_t n, ly_value *coefficients, bool together)
{
    ly_value denominator = LY_INT(1);
    for (int64_t k = 0; together && k <= n && !ly_failed(denominator); k++)
        denominator = ly_call2(cx, LY_SYM(LCM), denominator, ly_rational_denominator(cx, coefficients[k]));
    ly_builder terms = ly_builder_new();
    bool fine = !ly_failed(denominator);
    for (int64_t k = 0; k <= n; k++) {
        ly_value c = coefficients[k];
        if (fine && c != LY_INT(0)) {
            ly_value scaled = ly_times_take(cx, ly_retain(c), ly_retain(denominator));
            ly_value term = k == 0 ? scaled : ly_make2(cx, LY_SYM(Times), scaled, ly_make2(cx, LY_SYM(Power), ly_retain(x), LY_INT(k)));
            fine = ly_builder_add(cx, &terms, term);
        }
        ly_release(cx, c);
    }
    if (!fine) {
        ly_builder_drop(cx, &terms);
        ly_release(cx, denominator);
        return LY_FAILED;
    }
    ly_value sum = ly_evaluate_take(cx, ly_builder_finish(cx, &terms, LY_SYM(Plus)));
    return ly_times_take(cx, sum, ly_power_take(cx, denominator, LY_INT(-1)));
}

/* The coefficients of a formula in #1 = n, #2 = k (and #3 = m): of x^(n - 2 k), or of x^k. */
static ly_value by_formula(ly_context *cx, ly_value x, int64_t n, ly_value m, const char *formula, bool steps_of_two, bool together)
{
    ly_value *c = ly_calloc((size_t)n + 1, sizeof *c);
    if (!c) return ly_raise_memory(cx);
    for (int64_t k = 0; k <= n; k++) c[k] = LY_INT(0);
    for (int64_t k = 0; steps_of_two ? 2 * k <= n : k <= n; k++) {
        ly_value parts[3] = {LY_INT(n), LY_INT(k), m}, value = ly_formula(cx, formula, 3, parts);
        if (ly_failed(value) || ly_poll(cx)) {
            for (int64_t i = 0; i <= n; i++) ly_release(cx, c[i]);
            ly_free(c);
            return LY_FAILED;
        }
        c[steps_of_two ? n - 2 * k : k] = value;
    }
    ly_value r = polynomial(cx, x, n, c, together);
    ly_free(c);
    return r;
}

static bool degree_of(ly_value v, int64_t *n) { return ly_to_int64(v, n) && *n >= 0 && *n <= most_degree; }

BUILTIN(ChebyshevT, chebyshev_t, 2, 2, NUMERIC, LY_PURE, "ChebyshevT[n, x] gives the Chebyshev polynomial of the first kind T_n(x).")
static ly_value chebyshev_t(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[1];
    int64_t n;
    ly_value r = ly_special(cx, call, "acb_hypgeom_chebyshev_t", LY_BALL_PLAIN);
    if (r != LY_UNEVALUATED) return r;
    if (ly_to_int64(call->args[0], &n) && llabs(n) <= most_degree) {
        n = llabs(n);
        if (n == 0) return LY_INT(1);
        return by_formula(cx, x, n, LY_INT(0), "#1/2 (-1)^#2 (#1 - #2 - 1)!/(#2! (#1 - 2 #2)!) 2^(#1 - 2 #2)", true, false);
    }
    if (ly_is_rational(call->args[0]) && ly_is_number(x)) return ly_formula(cx, "Cos[#1 ArcCos[#2]]", 2, call->args);
    return LY_UNEVALUATED;
}

BUILTIN(ChebyshevU, chebyshev_u, 2, 2, NUMERIC, LY_PURE, "ChebyshevU[n, x] gives the Chebyshev polynomial of the second kind U_n(x).")
static ly_value chebyshev_u(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[1];
    int64_t n;
    ly_value r = ly_special(cx, call, "acb_hypgeom_chebyshev_u", LY_BALL_PLAIN);
    if (r != LY_UNEVALUATED) return r;
    if (ly_to_int64(call->args[0], &n) && llabs(n) <= most_degree) {
        if (n == -1) return LY_INT(0);
        if (n < -1) return ly_minus_take(cx, ly_call2(cx, call->head, LY_INT(-n - 2), ly_retain(x)));
        return by_formula(cx, x, n, LY_INT(0), "(-1)^#2 Binomial[#1 - #2, #2] 2^(#1 - 2 #2)", true, false);
    }
    if (ly_is_rational(call->args[0]) && ly_is_number(x)) {
        if (x == LY_INT(1)) return ly_formula(cx, "#1 + 1", 1, call->args);
        if (x == LY_INT(-1)) return ly_infinity(cx, 0);
        return ly_formula(cx, "Sin[(#1 + 1) ArcCos[#2]]/Sqrt[1 - #2^2]", 2, call->args);
    }
    return LY_UNEVALUATED;
}

BUILTIN(HermiteH, hermite_h, 2, 2, NUMERIC, LY_PURE, "HermiteH[n, x] gives the Hermite polynomial H_n(x).")
static ly_value hermite_h(ly_context *cx, ly_expr *call)
{
    int64_t n;
    ly_value r = ly_special(cx, call, "acb_hypgeom_hermite_h", LY_BALL_PLAIN);
    if (r != LY_UNEVALUATED) return r;
    if (!degree_of(call->args[0], &n)) return LY_UNEVALUATED;
    return by_formula(cx, call->args[1], n, LY_INT(0), "(-1)^#2 #1!/(#2! (#1 - 2 #2)!) 2^(#1 - 2 #2)", true, false);
}

BUILTIN(LaguerreL, laguerre_l, 2, 3, NUMERIC, LY_PURE, "LaguerreL[n, x] gives the Laguerre polynomial L_n(x).\nLaguerreL[n, a, x] gives the generalized Laguerre polynomial.")
static ly_value laguerre_l(ly_context *cx, ly_expr *call)
{
    int64_t n;
    ly_value x = call->args[call->count - 1], a = call->count == 3 ? call->args[1] : LY_INT(0);
    ly_value order[3] = {call->args[0], a, x};
    ly_value r = ly_special_of(cx, 3, order, "acb_hypgeom_laguerre_l", LY_BALL_PLAIN);
    if (r != LY_UNEVALUATED) return r;
    if (!degree_of(call->args[0], &n)) return LY_UNEVALUATED;
    if (!ly_is_number(a)) {
        if (n > 20) return LY_UNEVALUATED;
        return ly_formula(cx, "Sum[(-1)^Numbers`k Pochhammer[#2 + Numbers`k + 1, #1 - Numbers`k]/((#1 - Numbers`k)! Numbers`k!) #3^Numbers`k, {Numbers`k, 0, #1}]", 3, order);
    }
    return by_formula(cx, x, n, a, "(-1)^#2 Binomial[#1 + #3, #1 - #2]/#2!", false, !ly_is_inexact(a));
}

/* Arb's Legendre functions take a type beside their arguments. */
static ly_value legendre(ly_context *cx, const ly_value *args, const char *name)
{
    return ly_special_of(cx, 3, args, name, LY_BALL_FLAG);
}

BUILTIN(LegendreP, legendre_p, 2, 3, NUMERIC, LY_PURE, "LegendreP[n, x] gives the Legendre polynomial P_n(x).\nLegendreP[n, m, x] gives the associated Legendre polynomial.")
static ly_value legendre_p(ly_context *cx, ly_expr *call)
{
    int64_t n, m;
    ly_value x = call->args[call->count - 1];
    ly_value order[3] = {call->args[0], call->count == 3 ? call->args[1] : LY_INT(0), x};
    ly_value r = legendre(cx, order, "acb_hypgeom_legendre_p");
    if (r != LY_UNEVALUATED) return r;
    if (ly_to_int64(call->args[0], &n) && n < 0 && call->count == 2) return ly_make2(cx, call->head, LY_INT(-n - 1), ly_retain(x));
    if (!degree_of(call->args[0], &n)) return LY_UNEVALUATED;
    if (call->count == 3) {
        if (!ly_to_int64(order[1], &m)) return LY_UNEVALUATED;
        if (m == 0) return ly_make2(cx, call->head, LY_INT(n), ly_retain(x));
        if (m < 0 || m > n) return m > n ? LY_INT(0) : LY_UNEVALUATED;
        ly_value four[3] = {LY_INT(n), LY_INT(m), x};
        return ly_formula(cx, "(-1)^#2 (1 - #3^2)^(#2/2) (D[LegendreP[#1, Numbers`t], {Numbers`t, #2}] /. Numbers`t -> #3)", 3, four);
    }
    return by_formula(cx, x, n, LY_INT(0), "2^(-#1) (-1)^#2 Binomial[#1, #2] Binomial[2 #1 - 2 #2, #1]", true, true);
}

BUILTIN(LegendreQ, legendre_q, 2, 3, NUMERIC, LY_PURE, "LegendreQ[n, z] gives the Legendre function of the second kind Q_n(z).")
static ly_value legendre_q(ly_context *cx, ly_expr *call)
{
    ly_value order[3] = {call->args[0], call->count == 3 ? call->args[1] : LY_INT(0), call->args[call->count - 1]};
    return legendre(cx, order, "acb_hypgeom_legendre_q");
}

BUILTIN(GegenbauerC, gegenbauer_c, 2, 3, NUMERIC, LY_PURE, "GegenbauerC[n, m, x] gives the Gegenbauer polynomial.")
static ly_value gegenbauer_c(ly_context *cx, ly_expr *call)
{
    int64_t n;
    if (call->count == 2) {
        if (!degree_of(call->args[0], &n)) return LY_UNEVALUATED;
        if (n == 0) return ly_infinity(cx, 0);
        return ly_formula(cx, "2/#1 ChebyshevT[#1, #2]", 2, call->args);
    }
    ly_value r = ly_special(cx, call, "acb_hypgeom_gegenbauer_c", LY_BALL_PLAIN);
    if (r != LY_UNEVALUATED) return r;
    if (!degree_of(call->args[0], &n)) return LY_UNEVALUATED;
    return by_formula(cx, call->args[2], n, call->args[1], "(-1)^#2 Pochhammer[#3, #1 - #2]/(#2! (#1 - 2 #2)!) 2^(#1 - 2 #2)", true, false);
}

BUILTIN(JacobiP, jacobi_p, 4, 4, NUMERIC, LY_PURE, "JacobiP[n, a, b, x] gives the Jacobi polynomial.")
static ly_value jacobi_p(ly_context *cx, ly_expr *call)
{
    int64_t n;
    ly_value r = ly_special(cx, call, "acb_hypgeom_jacobi_p", LY_BALL_PLAIN);
    if (r != LY_UNEVALUATED) return r;
    if (!degree_of(call->args[0], &n) || n > 50) return LY_UNEVALUATED;
    ly_value a = call->args[1], b = call->args[2], x = call->args[3];
    if (a == LY_INT(0) && b == LY_INT(0)) return ly_make2(cx, LY_SYM(LegendreP), LY_INT(n), ly_retain(x));
    if (n == 1) return ly_formula(cx, "(#2 - #3 + (2 + #2 + #3) #4)/2", 4, call->args);
    /* in powers of x - 1 */
    ly_builder terms = ly_builder_new();
    for (int64_t k = 0; k <= n; k++) {
        ly_value parts[5] = {LY_INT(n), a, b, x, LY_INT(k)};
        ly_value term = ly_formula(cx, "Pochhammer[#2 + #5 + 1, #1 - #5] Pochhammer[#1 + #2 + #3 + 1, #5]/(#5! (#1 - #5)! 2^#5) If[#5 === 0, 1, (#4 - 1)^#5]", 5, parts);
        if (ly_failed(term) || !ly_builder_add(cx, &terms, term)) return LY_FAILED;
    }
    return ly_builder_finish(cx, &terms, LY_SYM(Plus));
}

/* ---- others of their kind --------------------------------------------------------------------------------- */

BUILTIN(BernsteinBasis, bernstein_basis, 3, 3, NUMERIC, LY_PURE, "BernsteinBasis[d, n, x] represents the nth Bernstein basis function of degree d at x.")
static ly_value bernstein_basis(ly_context *cx, ly_expr *call)
{
    int64_t d, n;
    bool certain;
    ly_value x = call->args[2];
    if (!degree_of(call->args[0], &d) || !degree_of(call->args[1], &n) || n > d) return LY_UNEVALUATED;
    if (!ly_is_numeric(cx, x) || ly_numeric_sign(cx, x, &certain) == 2) return LY_UNEVALUATED;
    return ly_formula(cx, "If[0 <= #3 <= 1, Binomial[#1, #2] If[#2 === 0, 1, #3^#2] If[#1 === #2, 1, (1 - #3)^(#1 - #2)], 0]", 3, call->args);
}

BUILTIN(Gudermannian, gudermannian, 1, 1, NUMERIC, LY_PURE, "Gudermannian[z] gives the Gudermannian function gd(z).")
static ly_value gudermannian(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[0], direction;
    if (z == LY_INT(0) || z == LY_SYM(Undefined)) return ly_retain(z);
    if (ly_is_infinity(z, &direction)) {
        if (direction == LY_INT(1)) return ly_formula(cx, "Pi/2", 0, NULL);
        if (direction == LY_INT(-1)) return ly_formula(cx, "-Pi/2", 0, NULL);
        return LY_UNEVALUATED;
    }
    if (ly_is_inexact(z)) return ly_formula(cx, "2 ArcTan[Tanh[#/2]]", 1, &z);
    ly_value inner = ly_without_i(cx, z);
    if (!ly_failed(inner)) {
        ly_value r = ly_turns(cx, inner), twice = r ? ly_multiply(cx, r, LY_INT(2)) : LY_FAILED, result = LY_UNEVALUATED;
        if (twice && ly_is_integer(twice) && ly_modulus(cx, twice, LY_INT(2)) == LY_INT(1)) {
            ly_value quarter = ly_modulus(cx, twice, LY_INT(4));
            result = ly_make1(cx, LY_SYM(DirectedInfinity), ly_complex_take(cx, LY_INT(0), LY_INT(quarter == LY_INT(1) ? 1 : -1)));
        }
        ly_release(cx, inner);
        ly_release(cx, r);
        ly_release(cx, twice);
        return result;
    }
    if (ly_is_negative_form(z))
        return ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_make1(cx, call->head, ly_negated_form(cx, z)));
    return LY_UNEVALUATED;
}

BUILTIN(InverseGudermannian, inverse_gudermannian, 1, 1, NUMERIC, LY_PURE, "InverseGudermannian[z] gives the inverse Gudermannian function.")
static ly_value inverse_gudermannian(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[0];
    if (z == LY_INT(0)) return z;
    if (ly_is_inexact(z)) return ly_formula(cx, "2 ArcTanh[Tan[#/2]]", 1, &z);
    if (ly_is_negative_form(z))
        return ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_make1(cx, call->head, ly_negated_form(cx, z)));
    return LY_UNEVALUATED;
}

/* ---- hypergeometric functions --------------------------------------------------------------------------------- */

BUILTIN(Hypergeometric2F1, hypergeometric_2f1, 4, 4, NUMERIC, LY_PURE, "Hypergeometric2F1[a, b, c, z] is the hypergeometric function 2F1(a,b;c;z).")
static ly_value hypergeometric_2f1(ly_context *cx, ly_expr *call)
{
    if (call->args[3] == LY_INT(0) || call->args[0] == LY_INT(0) || call->args[1] == LY_INT(0)) return LY_INT(1);
    return ly_special(cx, call, "acb_hypgeom_2f1", LY_BALL_FLAG);
}

BUILTIN(Hypergeometric1F1, hypergeometric_1f1, 3, 3, NUMERIC, LY_PURE, "Hypergeometric1F1[a, b, z] is the Kummer confluent hypergeometric function 1F1(a;b;z).")
static ly_value hypergeometric_1f1(ly_context *cx, ly_expr *call)
{
    if (call->args[2] == LY_INT(0) || call->args[0] == LY_INT(0)) return LY_INT(1);
    if (ly_same(call->args[0], call->args[1]) && !ly_is_inexact(call->args[2])) return ly_formula(cx, "E^#3", 3, call->args);
    return ly_special(cx, call, "acb_hypgeom_m", LY_BALL_FLAG);
}

BUILTIN(HypergeometricU, hypergeometric_u, 3, 3, NUMERIC, LY_PURE, "HypergeometricU[a, b, z] is the confluent hypergeometric function U(a,b,z).")
static ly_value hypergeometric_u(ly_context *cx, ly_expr *call)
{
    if (call->args[0] == LY_INT(0)) return LY_INT(1);
    return ly_special(cx, call, "acb_hypgeom_u", LY_BALL_PLAIN);
}

BUILTIN(Hypergeometric0F1, hypergeometric_0f1, 2, 2, NUMERIC, LY_PURE, "Hypergeometric0F1[a, z] is the confluent hypergeometric function 0F1(;a;z).")
static ly_value hypergeometric_0f1(ly_context *cx, ly_expr *call)
{
    if (call->args[1] == LY_INT(0)) return LY_INT(1);
    return ly_special(cx, call, "acb_hypgeom_0f1", LY_BALL_FLAG);
}

BUILTIN(Hypergeometric0F1Regularized, hypergeometric_0f1_regularized, 2, 2, NUMERIC, LY_PURE, "Hypergeometric0F1Regularized[a, z] is the regularized confluent hypergeometric function 0F1(a;z)/Gamma(a).")
static ly_value hypergeometric_0f1_regularized(ly_context *cx, ly_expr *call)
{
    if (call->args[1] == LY_INT(0)) return ly_formula(cx, "1/Gamma[#]", 1, call->args);
    return ly_special(cx, call, "acb_hypgeom_0f1", LY_BALL_REGULARIZED);
}
