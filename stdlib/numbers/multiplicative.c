/* multiplicative.c: functions of an integer's prime factors: Divisors, EulerPhi, MoebiusMu … */
#include <math.h>
#include <stdlib.h>

#include "factor.h"

#define LISTED (LY_LISTABLE | LY_PROTECTED)

/* The factors of the integer argument, its absolute value; false: unevaluated (*result tells). */
static bool factors_of(ly_context *cx, ly_value v, ly_factorization *f, ly_value *result)
{
    *result = LY_UNEVALUATED;
    if (!ly_is_integer(v) || v == LY_INT(0)) return false;
    mpz_t n;
    ly_init_mpz(n, v);
    bool fine = ly_factorize(cx, n, f);
    mpz_clear(n);
    if (!fine) *result = LY_FAILED;
    return fine;
}

static int compare_integers(const void *a, const void *b)
{
    return ly_compare_numbers(*(const ly_value *)a, *(const ly_value *)b);
}

/* All divisors, ascending; count of them in *count. */
static ly_value divisors_list(ly_context *cx, const ly_factorization *f)
{
    double total = 1;
    for (size_t i = 0; i < f->count; i++) total *= (double)f->items[i].exponent + 1;
    if (total > 1e8) return ly_overflow(cx);
    double bits = 0;
    for (size_t i = 0; i < f->count; i++)
        bits += (double)f->items[i].exponent * (double)mpz_sizeinbase(f->items[i].prime, 2);
    if (bits > 60 && !ly_memory_can(cx, (size_t)fmin(total * (bits / 16 + 32), 1e18))) return LY_FAILED;
    ly_expr *out = ly_expr_new(cx, LY_SYM(List), (size_t)total);
    if (!out) return LY_FAILED;
    size_t count = 1;
    out->args[0] = LY_INT(1);
    for (size_t i = 0; i < f->count; i++) {
        mpz_t copy;
        mpz_init_set(copy, f->items[i].prime);
        ly_value p = ly_integer_take_mpz(cx, copy);
        size_t before = count;
        for (unsigned long e = 0; e < f->items[i].exponent; e++)
            for (size_t k = 0; k < before; k++, count++) {
                ly_value d = (count & 63) == 0 && ly_poll(cx) ? LY_FAILED : ly_multiply(cx, out->args[count - before], p);
                if (ly_failed(d)) {
                    ly_release(cx, p);
                    ly_release(cx, ly_from_object(out));
                    return LY_FAILED;
                }
                out->args[count] = d;
            }
        ly_release(cx, p);
    }
    qsort(out->args, count, sizeof *out->args, compare_integers);
    return ly_from_object(out);
}

BUILTIN(Divisors, divisors, 1, -1, LISTED, LY_PURE, "Divisors[n] gives a list of the integers that divide n.")
static ly_value divisors(ly_context *cx, ly_expr *call)
{
    ly_factorization f;
    ly_value result;
    if (!factors_of(cx, call->args[0], &f, &result)) return result;
    result = divisors_list(cx, &f);
    ly_factorization_clear(&f);
    return ly_failed(result) ? result : ly_pack_take(cx, result);
}

BUILTIN(DivisorSigma, divisor_sigma, 2, -1, LY_LISTABLE | LY_PROTECTED | LY_READ_PROTECTED, LY_PURE, "DivisorSigma[k, n] gives the divisor function sigma_k(n).")
static ly_value divisor_sigma(ly_context *cx, ly_expr *call)
{
    ly_factorization f;
    ly_value result, k = call->args[0];
    if (!factors_of(cx, call->args[1], &f, &result)) return result;
    if (ly_sign(call->args[1]) < 0) {
        ly_factorization_clear(&f);
        return ly_make2(cx, call->head, ly_retain(k), ly_negate(cx, call->args[1]));
    }
    result = divisors_list(cx, &f);
    if (ly_is_integer(k) && ly_has_head(result, LY_SYM(List))) {
        ly_value sum = LY_INT(0), list = result;
        for (size_t i = 0; i < ly_length(list) && !ly_failed(sum); i++) {
            ly_value p = ly_power_integer(cx, ly_expr_of(list)->args[i], k), next = ly_failed(p) ? p : ly_add(cx, sum, p);
            ly_release(cx, p);
            ly_release(cx, sum);
            sum = next;
        }
        ly_release(cx, list);
        result = sum;
    } else if (ly_has_head(result, LY_SYM(List))) {
        ly_expr *powers = ly_expr_new(cx, LY_SYM(Plus), ly_length(result));
        for (size_t i = 0; powers && i < ly_length(result); i++)
            powers->args[i] = ly_make2(cx, LY_SYM(Power), ly_retain(ly_expr_of(result)->args[i]), ly_retain(k));
        ly_release(cx, result);
        result = powers ? ly_from_object(powers) : LY_FAILED;
    }
    ly_factorization_clear(&f);
    return result;
}

BUILTIN(EulerPhi, euler_phi, 1, 1, LISTED, LY_PURE, "EulerPhi[n] gives the Euler totient function of n.")
static ly_value euler_phi(ly_context *cx, ly_expr *call)
{
    ly_factorization f;
    ly_value result;
    if (call->args[0] == LY_INT(0)) return LY_INT(0);
    if (!factors_of(cx, call->args[0], &f, &result)) return result;
    mpz_t phi;
    mpz_init(phi);
    ly_euler_phi(&f, phi);
    ly_factorization_clear(&f);
    return ly_integer_take_mpz(cx, phi);
}

BUILTIN(CarmichaelLambda, carmichael_lambda, 1, 1, LISTED, LY_PURE, "CarmichaelLambda[n] gives the Carmichael function of n.")
static ly_value carmichael_lambda(ly_context *cx, ly_expr *call)
{
    ly_factorization f;
    ly_value result;
    if (call->args[0] == LY_INT(0)) return LY_INT(0);
    if (!factors_of(cx, call->args[0], &f, &result)) return result;
    mpz_t lambda, t, p;
    mpz_init_set_ui(lambda, 1);
    mpz_inits(t, p, NULL);
    for (size_t i = 0; i < f.count; i++) {
        unsigned long e = f.items[i].exponent;
        mpz_pow_ui(t, f.items[i].prime, e - 1);
        mpz_sub_ui(p, f.items[i].prime, 1);
        mpz_mul(t, t, p);
        if (mpz_cmp_ui(f.items[i].prime, 2) == 0 && e >= 3) mpz_tdiv_q_2exp(t, t, 1);
        mpz_lcm(lambda, lambda, t);
    }
    mpz_clears(t, p, NULL);
    ly_factorization_clear(&f);
    return ly_integer_take_mpz(cx, lambda);
}

/* which: 'm' MoebiusMu, 'l' LiouvilleLambda, 'n' PrimeNu, 'o' PrimeOmega */
static ly_value by_exponents(ly_context *cx, ly_expr *call, char which)
{
    ly_factorization f;
    ly_value result;
    if (which == 'm' && call->args[0] == LY_INT(0)) return LY_INT(0);
    if (!factors_of(cx, call->args[0], &f, &result)) return result;
    int64_t total = 0;
    bool square = false;
    for (size_t i = 0; i < f.count; i++) {
        total += (int64_t)f.items[i].exponent;
        square |= f.items[i].exponent > 1;
    }
    int64_t count = (int64_t)f.count;
    ly_factorization_clear(&f);
    switch (which) {
    case 'm': return LY_INT(square ? 0 : count % 2 ? -1 : 1);
    case 'l': return LY_INT(total % 2 ? -1 : 1);
    case 'n': return LY_INT(count);
    default: return LY_INT(total);
    }
}

BUILTIN(MoebiusMu, moebius_mu, 1, 1, LISTED, LY_PURE, "MoebiusMu[n] gives the Moebius function of n.")
static ly_value moebius_mu(ly_context *cx, ly_expr *call) { return by_exponents(cx, call, 'm'); }

BUILTIN(LiouvilleLambda, liouville_lambda, 1, 1, LISTED, LY_PURE, "LiouvilleLambda[n] gives the Liouville function of n.")
static ly_value liouville_lambda(ly_context *cx, ly_expr *call) { return by_exponents(cx, call, 'l'); }

BUILTIN(PrimeNu, prime_nu, 1, 1, LISTED, LY_PURE, "PrimeNu[n] gives the number of distinct primes in n.")
static ly_value prime_nu(ly_context *cx, ly_expr *call) { return by_exponents(cx, call, 'n'); }

BUILTIN(PrimeOmega, prime_omega, 1, 1, LISTED, LY_PURE, "PrimeOmega[n] gives the number of prime factors counting multiplicities in n.")
static ly_value prime_omega(ly_context *cx, ly_expr *call) { return by_exponents(cx, call, 'o'); }

BUILTIN(MangoldtLambda, mangoldt_lambda, 1, 1, LISTED, LY_PURE, "MangoldtLambda[n] gives the von Mangoldt function of n.")
static ly_value mangoldt_lambda(ly_context *cx, ly_expr *call)
{
    ly_factorization f;
    ly_value result;
    if (!factors_of(cx, call->args[0], &f, &result)) return result;
    result = LY_INT(0);
    if (f.count == 1) {
        mpz_t p;
        mpz_init_set(p, f.items[0].prime);
        result = ly_make1(cx, LY_SYM(Log), ly_integer_take_mpz(cx, p));
    }
    ly_factorization_clear(&f);
    return result;
}

BUILTIN(PerfectNumberQ, perfect_number_q, 1, 1, LISTED, LY_PURE, "PerfectNumberQ[n] gives True if n is a perfect number, and False otherwise.")
static ly_value perfect_number_q(ly_context *cx, ly_expr *call)
{
    ly_value n = call->args[0];
    if (!ly_is_integer(n) || ly_sign(n) <= 0) return LY_SYM(False);
    ly_value sum = ly_call2(cx, LY_SYM(DivisorSigma), LY_INT(1), ly_retain(n));
    if (ly_failed(sum)) return sum;
    ly_value twice = ly_multiply(cx, n, LY_INT(2));
    bool perfect = ly_same(sum, twice);
    ly_release(cx, sum);
    ly_release(cx, twice);
    return ly_bool(perfect);
}

BUILTIN(DivisorSum, divisor_sum, 2, 3, LY_PROTECTED, LY_PURE, "DivisorSum[n, form] represents the sum of form[i] for all i that divide n.")
static ly_value divisor_sum(ly_context *cx, ly_expr *call)
{
    ly_value list = ly_call1(cx, LY_SYM(Divisors), ly_retain(call->args[0]));
    if (ly_failed(list) || !ly_is_list(list)) {
        ly_release(cx, list);
        return ly_failed(list) ? list : LY_UNEVALUATED;
    }
    ly_value sum = LY_INT(0);
    for (size_t i = 0, n = ly_length(list); i < n && !ly_failed(sum); i++) {
        ly_value d = ly_element(cx, list, i);
        if (call->count == 3) {
            int chosen = ly_test_call1(cx, call->args[2], d);
            if (chosen <= 0) {
                if (chosen < 0) sum = LY_FAILED;
                continue;
            }
        }
        sum = ly_plus_take(cx, sum, ly_call1(cx, call->args[1], d));
    }
    ly_release(cx, list);
    return sum;
}

BUILTIN(MersennePrimeExponentQ, mersenne_prime_exponent_q, 1, 1, LISTED, LY_PURE, "MersennePrimeExponentQ[n] gives True if n is a Mersenne prime exponent, and False otherwise.")
static ly_value mersenne_prime_exponent_q(ly_context *cx, ly_expr *call)
{
    static const int known[] = {2, 3, 5, 7, 13, 17, 19, 31, 61, 89, 107, 127, 521, 607, 1279, 2203, 2281, 3217, 4253,
                                4423, 9689, 9941, 11213, 19937, 21701, 23209, 44497, 86243, 110503, 132049, 216091,
                                756839, 859433, 1257787, 1398269, 2976221, 3021377, 6972593, 13466917, 20996011,
                                24036583, 25964951, 30402457, 32582657, 37156667, 42643801, 43112609, 57885161};
    int64_t n;
    if (!ly_to_int64(call->args[0], &n)) return LY_SYM(False);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i] == n) return LY_SYM(True);
    return LY_SYM(False);
}
