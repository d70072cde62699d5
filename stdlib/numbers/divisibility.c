/* divisibility.c: Mod, Quotient, GCD, LCM and arithmetic modulo an integer. */
#include <math.h>

#include "factor.h"
#include "numeric.h"

#define NUMERIC (LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED)
#define LISTED (LY_LISTABLE | LY_PROTECTED)

static bool is_gaussian(ly_value v)
{
    return ly_is_integer(v) || (ly_is_complex(v) && ly_is_integer(ly_complex_of(v)->re) &&
                                ly_is_integer(ly_complex_of(v)->im));
}

/* ---- Mod and Quotient --------------------------------------------------------------------------- */

/* Gaussian integers: the quotient's parts are rounded to the nearest. */
static ly_value gaussian_quotient(ly_context *cx, ly_value m, ly_value n)
{
    ly_value q = ly_divide(cx, m, n);
    return ly_call1(cx, LY_SYM(Round), q);
}

/* Floor[(m - d)/n] of numbers or exact numeric quantities; LY_UNEVALUATED where it is not known. */
static ly_value floored(ly_context *cx, ly_value m, ly_value n, ly_value d)
{
    if (ly_is_complex(m) || ly_is_complex(n)) {
        if (!ly_is_number(m) || !ly_is_number(n)) return LY_UNEVALUATED;
        ly_value shifted = ly_subtract(cx, m, d);
        ly_value q = gaussian_quotient(cx, shifted, n);
        ly_release(cx, shifted);
        return q;
    }
    if (ly_is_integer(m) && ly_is_integer(n) && ly_is_integer(d)) {
        ly_value shifted = ly_subtract(cx, m, d), q = ly_quotient(cx, shifted, n);
        ly_release(cx, shifted);
        return q;
    }
    ly_value parts[3] = {m, n, d};
    ly_value q = ly_formula(cx, "Floor[(#1 - #3)/#2]", 3, parts);
    if (ly_failed(q) || ly_is_number(q)) return q;
    ly_release(cx, q);
    return LY_UNEVALUATED;
}

MESSAGE(Mod, indet, "Indeterminate expression `1` encountered.")
MESSAGE(Quotient, infy, "Infinite expression `1` encountered.")
MESSAGE(Quotient, indet, "Indeterminate expression `1` encountered.")
MESSAGE(QuotientRemainder, divz, "The argument 0 in `1` should be nonzero.")

BUILTIN(Mod, mod, 2, 3, NUMERIC, LY_PURE,
        "Mod[m, n] gives the remainder on division of m by n.\nMod[m, n, d] uses an offset d.")
static ly_value mod(ly_context *cx, ly_expr *call)
{
    ly_value m = call->args[0], n = call->args[1], d = call->count > 2 ? call->args[2] : LY_INT(0), direction;
    if (ly_is_int(m) && ly_is_int(n) && n != LY_INT(0) && d == LY_INT(0)) return ly_modulus(cx, m, n);
    if (ly_is_number(n) && ly_is_zero(n))
        return ly_indeterminate_take(cx, LY_SYM(Mod), ly_retain(ly_from_object(call)));
    if (ly_is_infinity(m, &direction)) return LY_SYM(Indeterminate);
    if (ly_is_infinity(n, &direction)) {
        if (direction == LY_INT(1) && ly_is_numeric(cx, m)) return ly_retain(m);
        return LY_UNEVALUATED;
    }
    if (ly_is_real(m) && ly_is_real_number(n) && d == LY_INT(0)) {
        double x = ly_real_of(m), y, r;
        if (ly_to_double(n, &y) && isfinite(y)) {
            r = fmod(x, y);
            if (r != 0 && (r < 0) != (y < 0)) r += y;
            return ly_real(cx, r == 0 ? 0 : r);
        }
    }
    if (!ly_is_numeric(cx, m) || !ly_is_numeric(cx, n) || !ly_is_numeric(cx, d)) return LY_UNEVALUATED;
    ly_value q = floored(cx, m, n, d);
    if (ly_failed(q) || q == LY_UNEVALUATED) return q;
    ly_value product = ly_times_take(cx, q, ly_retain(n));
    return ly_plus_take(cx, ly_retain(m), ly_minus_take(cx, product));
}

BUILTIN(Quotient, quotient, 2, 3, NUMERIC, LY_PURE,
        "Quotient[m, n] gives the integer quotient of m and n.\nQuotient[m, n, d] uses an offset d.")
static ly_value quotient(ly_context *cx, ly_expr *call)
{
    ly_value m = call->args[0], n = call->args[1], d = call->count > 2 ? call->args[2] : LY_INT(0), direction;
    if (ly_is_int(m) && ly_is_int(n) && n != LY_INT(0) && d == LY_INT(0)) return ly_quotient(cx, m, n);
    if (ly_is_number(n) && ly_is_zero(n)) {
        ly_value whole = ly_retain(ly_from_object(call));
        if (ly_is_number(m) && ly_is_number(d) && ly_same(m, d))
            return ly_indeterminate_take(cx, LY_SYM(Quotient), whole);
        ly_value held = ly_make1(cx, LY_SYM(HoldForm), whole);
        ly_message_call(cx, call, "infy", 1, held);
        ly_release(cx, held);
        return ly_infinity(cx, 0);
    }
    if (ly_is_infinity(n, &direction) && !ly_failed(direction) && ly_is_numeric(cx, m)) return LY_INT(0);
    if (!ly_is_numeric(cx, m) || !ly_is_numeric(cx, n) || !ly_is_numeric(cx, d)) return LY_UNEVALUATED;
    return floored(cx, m, n, d);
}

BUILTIN(QuotientRemainder, quotient_remainder, 2, 2, LISTED, LY_PURE,
        "QuotientRemainder[m, n] gives a list of the quotient and remainder from division of m by n.")
static ly_value quotient_remainder(ly_context *cx, ly_expr *call)
{
    ly_value m = call->args[0], n = call->args[1];
    if (ly_is_number(n) && ly_is_zero(n)) {
        ly_value held = ly_make1(cx, LY_SYM(HoldForm), ly_retain(ly_from_object(call)));
        ly_message_call(cx, call, "divz", 1, held);
        ly_release(cx, held);
        return LY_UNEVALUATED;
    }
    if (!ly_is_numeric(cx, m) || !ly_is_numeric(cx, n)) return LY_UNEVALUATED;
    return ly_make2(cx, LY_SYM(List), ly_make2(cx, LY_SYM(Quotient), ly_retain(m), ly_retain(n)),
                    ly_make2(cx, LY_SYM(Mod), ly_retain(m), ly_retain(n)));
}

BUILTIN(Divisible, divisible, 2, 2, LISTED | LY_READ_PROTECTED, LY_PURE, "Divisible[n, m] yields True if n is divisible by m.")
static ly_value divisible(ly_context *cx, ly_expr *call)
{
    ly_value n = call->args[0], m = call->args[1];
    if (!ly_is_number(n) || !ly_is_number(m) || !ly_is_exact(n) || !ly_is_exact(m)) {
        if (ly_is_inexact(n) || ly_is_inexact(m) || !ly_is_numeric(cx, n) || !ly_is_numeric(cx, m)) return LY_UNEVALUATED;
        ly_value q = ly_times_take(cx, ly_retain(n), ly_power_take(cx, ly_retain(m), LY_INT(-1)));
        bool whole = ly_is_integer(q);
        ly_release(cx, q);
        return ly_bool(whole);
    }
    if (ly_is_zero(m)) return LY_UNEVALUATED;
    ly_value q = ly_divide(cx, n, m);
    bool whole = is_gaussian(q);
    ly_release(cx, q);
    return ly_bool(whole);
}

/* ---- GCD and LCM --------------------------------------------------------------------------------- */

/* The associate in the first quadrant: 0 <= arg < Pi/2. Consumes v. */
static ly_value first_quadrant(ly_context *cx, ly_value v)
{
    ly_value i = ly_complex_take(cx, LY_INT(0), LY_INT(1));
    for (int turn = 0; turn < 4; turn++) {
        int re = ly_sign(ly_real_part(v)), im = ly_sign(ly_imaginary_part(v));
        if ((re > 0 && im >= 0) || (re == 0 && im == 0)) break;
        ly_value next = ly_multiply(cx, v, i);
        ly_release(cx, v);
        v = next;
    }
    ly_release(cx, i);
    return v;
}

static ly_value gaussian_gcd(ly_context *cx, ly_value a, ly_value b)
{
    ly_value x = ly_retain(a), y = ly_retain(b);
    while (!ly_is_zero(y)) {
        ly_value q = gaussian_quotient(cx, x, y);
        ly_value p = ly_multiply(cx, q, y), r = ly_subtract(cx, x, p);
        ly_release(cx, q);
        ly_release(cx, p);
        ly_release(cx, x);
        x = y;
        y = r;
    }
    return first_quadrant(cx, x);
}

static bool is_rational_number(ly_value v) { return ly_is_integer(v) || ly_is_rational(v); }

static ly_value gcd_of(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_int(a) && ly_is_int(b)) {
        int64_t x = ly_int_of(a), y = ly_int_of(b);
        uint64_t u = (uint64_t)(x < 0 ? -x : x), v = (uint64_t)(y < 0 ? -y : y);
        while (v) {
            uint64_t t = u % v;
            u = v;
            v = t;
        }
        return ly_integer_from_u64(cx, u);
    }
    if (ly_is_complex(a) || ly_is_complex(b)) return gaussian_gcd(cx, a, b);
    mpq_t p, q;
    ly_init_mpq(p, a);
    ly_init_mpq(q, b);
    /* gcd of numerators over lcm of denominators */
    mpz_gcd(mpq_numref(p), mpq_numref(p), mpq_numref(q));
    mpz_lcm(mpq_denref(p), mpq_denref(p), mpq_denref(q));
    mpq_clear(q);
    return ly_rational_take_mpq(cx, p);
}

static ly_value lcm_of(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_zero(a) || ly_is_zero(b)) return LY_INT(0);
    ly_value g = gcd_of(cx, a, b), p = ly_multiply(cx, a, b);
    ly_value l = ly_failed(p) ? p : ly_divide(cx, p, g);
    ly_release(cx, g);
    ly_release(cx, p);
    if (ly_failed(l)) return l;
    if (ly_is_complex(l)) return first_quadrant(cx, l);
    if (ly_is_number(l) && ly_sign(l) < 0) {
        ly_value positive = ly_negate(cx, l);
        ly_release(cx, l);
        return positive;
    }
    return l;
}

static ly_value combine(ly_context *cx, ly_expr *call, ly_value (*two)(ly_context *, ly_value, ly_value))
{
    size_t known = 0;
    ly_value result = LY_FAILED;
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = call->args[i];
        if (!is_rational_number(v) && !is_gaussian(v)) continue;
        if (known++ == 0) {
            result = two(cx, v, v);
        } else {
            ly_value next = two(cx, result, v);
            ly_release(cx, result);
            result = next;
        }
        if (ly_failed(result)) return result;
    }
    if (known == call->count) return result;
    if (known <= 1) {
        ly_release(cx, result);
        return LY_UNEVALUATED;
    }
    ly_builder rest = ly_builder_new();
    bool fine = ly_builder_add(cx, &rest, result);
    for (size_t i = 0; i < call->count && fine; i++)
        if (!is_rational_number(call->args[i]) && !is_gaussian(call->args[i]))
            fine = ly_builder_add(cx, &rest, ly_retain(call->args[i]));
    return fine ? ly_builder_finish(cx, &rest, call->head) : LY_FAILED;
}

BUILTIN(GCD, gcd, 0, -1, LY_FLAT | LY_LISTABLE | LY_ONE_IDENTITY | LY_ORDERLESS | LY_PROTECTED, LY_PURE,
        "GCD[n1, n2, ...] gives the greatest common divisor of the ni.")
static ly_value gcd(ly_context *cx, ly_expr *call)
{
    return call->count == 0 ? LY_INT(0) : combine(cx, call, gcd_of);
}

MESSAGE(LCM, argm, "LCM called with 0 arguments; 1 or more arguments are expected.")

BUILTIN(LCM, lcm, 0, -1, LY_FLAT | LY_LISTABLE | LY_ONE_IDENTITY | LY_ORDERLESS | LY_PROTECTED, LY_PURE,
        "LCM[n1, n2, ...] gives the least common multiple of the ni.")
static ly_value lcm(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) return ly_message_call(cx, call, "argm", 0);
    return combine(cx, call, lcm_of);
}

BUILTIN(ExtendedGCD, extended_gcd, 1, -1, LISTED, LY_PURE,
        "ExtendedGCD[n1, n2, ...] gives the extended greatest common divisor of the integers ni.")
static ly_value extended_gcd(ly_context *cx, ly_expr *call)
{
    size_t n = call->count;
    for (size_t i = 0; i < n; i++)
        if (!ly_is_integer(call->args[i])) return LY_UNEVALUATED;
    ly_expr *factors = ly_expr_new(cx, LY_SYM(List), n);
    if (!factors) return LY_FAILED;
    mpz_t g, x, s, t;
    mpz_inits(s, t, NULL);
    ly_init_mpz(g, call->args[0]);
    factors->args[0] = LY_INT(mpz_sgn(g) < 0 ? -1 : 1);
    if (mpz_sgn(g) == 0) factors->args[0] = LY_INT(0);
    mpz_abs(g, g);
    for (size_t i = 1; i < n; i++) {
        ly_init_mpz(x, call->args[i]);
        mpz_gcdext(g, s, t, g, x);
        mpz_clear(x);
        mpz_t copy;
        mpz_init_set(copy, t);
        factors->args[i] = ly_integer_take_mpz(cx, copy);
        mpz_init_set(copy, s);
        ly_value scale = ly_integer_take_mpz(cx, copy);
        for (size_t k = 0; k < i; k++) {
            ly_value next = ly_multiply(cx, factors->args[k], scale);
            ly_release(cx, factors->args[k]);
            factors->args[k] = next;
        }
        ly_release(cx, scale);
    }
    mpz_clears(s, t, NULL);
    return ly_make2(cx, LY_SYM(List), ly_integer_take_mpz(cx, g), ly_from_object(factors));
}

BUILTIN(CoprimeQ, coprime_q, 0, -1, LISTED, LY_PURE, "CoprimeQ[n1, n2] yields True if n1 and n2 are relatively prime.")
static ly_value coprime_q(ly_context *cx, ly_expr *call)
{
    if (call->count < 1) return LY_SYM(False);
    for (size_t i = 0; i < call->count; i++)
        if (!is_gaussian(call->args[i])) return LY_SYM(False);
    for (size_t i = 0; i < call->count; i++)
        for (size_t j = i + 1; j < call->count; j++) {
            ly_value g = gcd_of(cx, call->args[i], call->args[j]);
            bool one = g == LY_INT(1);
            ly_release(cx, g);
            if (!one) return LY_SYM(False);
        }
    if (call->count == 1) return ly_bool(call->args[0] == LY_INT(1) || call->args[0] == LY_INT(-1));
    return LY_SYM(True);
}

/* ---- modulo m ------------------------------------------------------------------------------------ */

MESSAGE(PowerMod, ninv, "`1` is not invertible modulo `2`.")
MESSAGE(PowerMod, root, "The equation x^`1` = `2` (mod `3`) has no integer solutions.")
MESSAGE(ModularInverse, ninv, "`1` is not invertible modulo `2`.")

/* The least x with x^r = a^s modulo m, by search in small moduli; LY_UNEVALUATED where there is none. */
static ly_value modular_root(ly_context *cx, ly_value a, ly_value exponent, ly_value m)
{
    int64_t modulus, root;
    ly_value n = ly_rational_numerator(cx, exponent), d = ly_rational_denominator(cx, exponent);
    ly_value target = ly_call3(cx, LY_SYM(PowerMod), ly_retain(a), ly_retain(n), ly_retain(m));
    ly_release(cx, n);
    ly_value result = LY_UNEVALUATED;
    if (ly_is_integer(target) && ly_to_int64(m, &modulus) && ly_to_int64(d, &root) && modulus > 0 &&
        modulus < 20000000) {
        mpz_t x, r, goal, mz;
        ly_init_mpz(goal, target);
        ly_init_mpz(mz, m);
        mpz_inits(x, r, NULL);
        for (int64_t i = 0; i < modulus; i++) {
            if ((i & 4095) == 0 && ly_poll(cx)) {
                result = LY_FAILED;
                break;
            }
            mpz_set_si(x, i);
            mpz_powm_ui(r, x, (unsigned long)root, mz);
            if (mpz_cmp(r, goal) == 0) {
                result = LY_INT(i);
                break;
            }
        }
        mpz_clears(x, r, goal, mz, NULL);
    }
    ly_release(cx, d);
    ly_release(cx, target);
    return result;
}

BUILTIN(PowerMod, power_mod, 3, 3, LISTED, LY_PURE,
        "PowerMod[a, b, m] gives a^b mod m.\nPowerMod[a, -1, m] finds the modular inverse of a modulo m.")
static ly_value power_mod(ly_context *cx, ly_expr *call)
{
    ly_value a = call->args[0], b = call->args[1], m = call->args[2];
    if (!ly_is_integer(m) || m == LY_INT(0)) return LY_UNEVALUATED;
    if (ly_is_rational(b) && ly_is_integer(a)) return modular_root(cx, a, b, m);
    if (is_gaussian(a) && ly_is_complex(a) && ly_is_int(b) && ly_int_of(b) >= 0) {
        ly_value p = ly_power_integer(cx, a, b);
        return ly_failed(p) ? p : ly_call2(cx, LY_SYM(Mod), p, ly_retain(m));
    }
    if (!ly_is_integer(a) || !ly_is_integer(b)) return LY_UNEVALUATED;
    mpz_t x, e, n;
    ly_init_mpz(x, a);
    ly_init_mpz(e, b);
    ly_init_mpz(n, m);
    mpz_abs(n, n);
    ly_value result;
    if (mpz_sgn(e) < 0 && !mpz_invert(x, x, n)) {
        mpz_clears(x, e, n, NULL);
        return ly_message_call(cx, call, "ninv", 2, a, m);
    }
    mpz_abs(e, e);
    mpz_powm(x, x, e, n);
    if (ly_sign(m) < 0 && mpz_sgn(x) != 0) mpz_sub(x, x, n);
    result = ly_integer_take_mpz(cx, x);
    mpz_clears(e, n, NULL);
    return result;
}

BUILTIN(ModularInverse, modular_inverse, 2, 2, LISTED, LY_PURE,
        "ModularInverse[k, n] gives the modular inverse of k modulo n.")
static ly_value modular_inverse(ly_context *cx, ly_expr *call)
{
    ly_value k = call->args[0], n = call->args[1];
    if (!ly_is_integer(k) || !ly_is_integer(n) || n == LY_INT(0)) return LY_UNEVALUATED;
    mpz_t x, m;
    ly_init_mpz(x, k);
    ly_init_mpz(m, n);
    bool fine = mpz_cmpabs_ui(m, 1) == 0 || mpz_invert(x, x, m);
    if (!fine) {
        mpz_clears(x, m, NULL);
        return ly_message_call(cx, call, "ninv", 2, k, n);
    }
    if (mpz_cmpabs_ui(m, 1) == 0) mpz_set_ui(x, 0);
    if (mpz_sgn(m) < 0 && mpz_sgn(x) != 0) mpz_add(x, x, m);
    mpz_clear(m);
    return ly_integer_take_mpz(cx, x);
}

BUILTIN(ChineseRemainder, chinese_remainder, 2, 3, LY_PROTECTED, LY_PURE,
        "ChineseRemainder[{r1, r2, ...}, {m1, m2, ...}] gives the smallest x with x mod mi = ri.")
static ly_value chinese_remainder(ly_context *cx, ly_expr *call)
{
    ly_value rs = call->args[0], ms = call->args[1];
    if (!ly_is_list(rs) || !ly_is_list(ms) || ly_length(rs) != ly_length(ms)) return LY_UNEVALUATED;
    mpz_t x, modulus, r, m, g, t;
    mpz_init_set_ui(x, 0);
    mpz_init_set_ui(modulus, 1);
    mpz_inits(g, t, NULL);
    bool fine = true;
    for (size_t i = 0, n = ly_length(rs); i < n && fine; i++) {
        ly_value rv = ly_element(cx, rs, i), mv = ly_element(cx, ms, i);
        fine = ly_is_integer(rv) && ly_is_integer(mv) && mv != LY_INT(0);
        if (fine) {
            ly_init_mpz(r, rv);
            ly_init_mpz(m, mv);
            mpz_abs(m, m);
            /* x + modulus t = r (mod m) */
            mpz_sub(r, r, x);
            mpz_gcd(g, modulus, m);
            fine = mpz_divisible_p(r, g);
            if (fine) {
                mpz_divexact(r, r, g);
                mpz_divexact(m, m, g);
                mpz_divexact(t, modulus, g);
                if (mpz_cmp_ui(m, 1) == 0) mpz_set_ui(t, 0);
                else mpz_invert(t, t, m);
                mpz_mul(t, t, r);
                mpz_fdiv_r(t, t, m);
                mpz_addmul(x, modulus, t);
                mpz_mul(modulus, modulus, m);
            }
            mpz_clears(r, m, NULL);
        }
        ly_release(cx, rv);
        ly_release(cx, mv);
    }
    mpz_fdiv_r(x, x, modulus);
    ly_value result = LY_UNEVALUATED;
    if (fine && call->count == 3) {
        if (ly_is_integer(call->args[2])) {
            /* the smallest x >= d */
            mpz_t d;
            ly_init_mpz(d, call->args[2]);
            mpz_sub(x, x, d);
            mpz_fdiv_r(x, x, modulus);
            mpz_add(x, x, d);
            mpz_clear(d);
        } else {
            fine = false;
        }
    }
    mpz_clears(modulus, g, t, NULL);
    if (fine) return ly_integer_take_mpz(cx, x);
    mpz_clear(x);
    return result;
}

static ly_value symbol_of(ly_context *cx, ly_expr *call)
{
    ly_value a = call->args[0], n = call->args[1];
    if (!ly_is_integer(a) || !ly_is_integer(n)) return LY_UNEVALUATED;
    mpz_t x, y;
    ly_init_mpz(x, a);
    ly_init_mpz(y, n);
    int symbol = mpz_kronecker(x, y);
    mpz_clears(x, y, NULL);
    return LY_INT(symbol);
}

BUILTIN(JacobiSymbol, jacobi_symbol, 2, 2, LISTED, LY_PURE, "JacobiSymbol[n, m] gives the Jacobi symbol (n/m).")
static ly_value jacobi_symbol(ly_context *cx, ly_expr *call) { return symbol_of(cx, call); }

BUILTIN(KroneckerSymbol, kronecker_symbol, 2, 2, LISTED, LY_PURE, "KroneckerSymbol[n, m] gives the Kronecker symbol (n/m).")
static ly_value kronecker_symbol(ly_context *cx, ly_expr *call) { return symbol_of(cx, call); }

/* The order of k modulo n (coprime), from the factors of EulerPhi[n]. */
static bool order_of(ly_context *cx, const mpz_t k, const mpz_t n, mpz_t order)
{
    ly_factorization f, g;
    if (!ly_factorize(cx, n, &f)) return false;
    mpz_t t;
    mpz_init(t);
    ly_euler_phi(&f, order);
    ly_factorization_clear(&f);
    if (!ly_factorize(cx, order, &g)) {
        mpz_clear(t);
        return false;
    }
    for (size_t i = 0; i < g.count; i++) {
        for (unsigned long e = 0; e < g.items[i].exponent; e++) {
            mpz_divexact(t, order, g.items[i].prime);
            mpz_t r;
            mpz_init(r);
            mpz_powm(r, k, t, n);
            bool one = mpz_cmp_ui(r, 1) == 0;
            mpz_clear(r);
            if (!one) break;
            mpz_set(order, t);
        }
    }
    ly_factorization_clear(&g);
    mpz_clear(t);
    return true;
}

BUILTIN(MultiplicativeOrder, multiplicative_order, 2, 3, LY_PROTECTED, LY_PURE,
        "MultiplicativeOrder[k, n] gives the smallest integer m such that k^m is 1 modulo n.")
static ly_value multiplicative_order(ly_context *cx, ly_expr *call)
{
    ly_value k = call->args[0], n = call->args[1];
    if (!ly_is_integer(k) || !ly_is_integer(n) || n == LY_INT(0)) return LY_UNEVALUATED;
    mpz_t x, m, g;
    ly_init_mpz(x, k);
    ly_init_mpz(m, n);
    mpz_abs(m, m);
    mpz_fdiv_r(x, x, m);
    mpz_init(g);
    mpz_gcd(g, x, m);
    ly_value result = LY_UNEVALUATED;
    if (mpz_cmp_ui(m, 1) == 0) {
        result = LY_INT(1);
    } else if (mpz_cmp_ui(g, 1) == 0 && call->count == 2) {
        mpz_t order;
        mpz_init(order);
        result = order_of(cx, x, m, order) ? ly_integer_take_mpz(cx, order) : LY_FAILED;
    } else if (mpz_cmp_ui(g, 1) == 0 && ly_is_list(call->args[2])) {
        /* the smallest exponent that gives one of the residues */
        mpz_t power, r;
        mpz_init_set_ui(power, 1);
        mpz_init(r);
        mpz_mod(power, power, m);
        for (int64_t e = 0; e < 10000000 && result == LY_UNEVALUATED; e++) {
            if (ly_poll(cx)) {
                result = LY_FAILED;
                break;
            }
            for (size_t i = 0; i < ly_length(call->args[2]); i++) {
                ly_value v = ly_element(cx, call->args[2], i);
                if (ly_is_integer(v)) {
                    mpz_t w;
                    ly_init_mpz(w, v);
                    mpz_fdiv_r(w, w, m);
                    if (mpz_cmp(w, power) == 0) result = LY_INT(e);
                    mpz_clear(w);
                }
                ly_release(cx, v);
                if (result != LY_UNEVALUATED) break;
            }
            mpz_mul(power, power, x);
            mpz_fdiv_r(power, power, m);
            if (mpz_cmp_ui(power, 1) == 0) break;
        }
        mpz_clears(power, r, NULL);
    }
    mpz_clears(x, m, g, NULL);
    return result;
}

/* The least primitive root of n from `start` on; 0 where there is none. */
static bool primitive_root(ly_context *cx, const mpz_t n, const mpz_t start, mpz_t root, bool *exists)
{
    ly_factorization f, g;
    *exists = false;
    if (!ly_factorize(cx, n, &f)) return false;
    /* 1, 2, 4, p^k, 2 p^k */
    size_t odd = 0;
    unsigned long twos = 0;
    for (size_t i = 0; i < f.count; i++) {
        if (mpz_cmp_ui(f.items[i].prime, 2) == 0) twos = f.items[i].exponent;
        else odd++;
    }
    bool cyclic = (odd == 1 && twos <= 1) || (odd == 0 && twos <= 2);
    mpz_t phi, t, r;
    mpz_inits(phi, t, r, NULL);
    ly_euler_phi(&f, phi);
    ly_factorization_clear(&f);
    bool fine = true;
    if (cyclic && (fine = ly_factorize(cx, phi, &g))) {
        mpz_set(root, start);
        if (mpz_sgn(root) <= 0) mpz_set_ui(root, 1);
        for (; mpz_cmp(root, n) < 0; mpz_add_ui(root, root, 1)) {
            mpz_gcd(t, root, n);
            if (mpz_cmp_ui(t, 1) != 0) continue;
            bool is_root = true;
            for (size_t i = 0; i < g.count && is_root; i++) {
                mpz_divexact(t, phi, g.items[i].prime);
                mpz_powm(r, root, t, n);
                is_root = mpz_cmp_ui(r, 1) != 0;
            }
            if (is_root) {
                *exists = true;
                break;
            }
        }
        ly_factorization_clear(&g);
    }
    mpz_clears(phi, t, r, NULL);
    return fine;
}

BUILTIN(PrimitiveRoot, primitive_root_builtin, 1, 2, LISTED, LY_PURE, "PrimitiveRoot[n] gives a primitive root of n.")
static ly_value primitive_root_builtin(ly_context *cx, ly_expr *call)
{
    if (!ly_is_integer(call->args[0]) || (call->count == 2 && !ly_is_integer(call->args[1]))) return LY_UNEVALUATED;
    mpz_t n, start, root;
    ly_init_mpz(n, call->args[0]);
    bool exists = false, fine = mpz_cmp_ui(n, 1) > 0;
    if (call->count == 2) ly_init_mpz(start, call->args[1]);
    else mpz_init_set_ui(start, 1);
    mpz_init(root);
    ly_value result = LY_UNEVALUATED;
    if (fine) {
        if (!primitive_root(cx, n, start, root, &exists)) result = LY_FAILED;
        else if (exists) {
            mpz_t copy;
            mpz_init_set(copy, root);
            result = ly_integer_take_mpz(cx, copy);
        }
    }
    mpz_clears(n, start, root, NULL);
    return result;
}

BUILTIN(PrimitiveRootList, primitive_root_list, 1, 1, LISTED, LY_PURE, "PrimitiveRootList[n] gives a list of primitive roots of n.")
static ly_value primitive_root_list(ly_context *cx, ly_expr *call)
{
    int64_t n;
    if (!ly_to_int64(call->args[0], &n) || n < 2 || n > 10000000) return LY_UNEVALUATED;
    mpz_t modulus, start, root;
    bool exists;
    mpz_init_set_si(modulus, n);
    mpz_init_set_ui(start, 1);
    mpz_init(root);
    ly_builder out = ly_builder_new();
    bool fine = true;
    while ((fine = primitive_root(cx, modulus, start, root, &exists)) && exists) {
        fine = !ly_poll(cx) && ly_builder_add(cx, &out, ly_integer(cx, mpz_get_si(root)));
        if (!fine) break;
        mpz_add_ui(start, root, 1);
    }
    mpz_clears(modulus, start, root, NULL);
    if (!fine) {
        ly_builder_drop(cx, &out);
        return LY_FAILED;
    }
    return ly_builder_finish(cx, &out, LY_SYM(List));
}

BUILTIN(IntegerExponent, integer_exponent, 1, 2, LISTED, LY_PURE,
        "IntegerExponent[n, b] gives the highest power of b that divides n.")
static ly_value integer_exponent(ly_context *cx, ly_expr *call)
{
    ly_value n = call->args[0], b = call->count == 2 ? call->args[1] : LY_INT(10);
    if (!ly_is_integer(n) || !ly_is_integer(b) || ly_compare_numbers(b, LY_INT(2)) < 0) return LY_UNEVALUATED;
    if (n == LY_INT(0)) return ly_infinity(cx, 1);
    mpz_t x, y;
    ly_init_mpz(x, n);
    ly_init_mpz(y, b);
    mp_bitcnt_t k = mpz_remove(x, x, y);
    mpz_clears(x, y, NULL);
    return ly_integer_from_u64(cx, k);
}
