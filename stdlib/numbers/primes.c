/* primes.c: primes and the factorization of integers.

   Factors are found by trial division, then by Pollard's rho in Brent's form, with perfect powers
   taken out first; what that does not split in a while goes to FLINT.

   Sources: Brent, "An improved Monte Carlo factorization algorithm" (1980); Deléglise and Rivat's
   method is not needed here: PrimePi sieves, or counts by Lucy Hedgehog's recurrence. */
#include <math.h>
#include <stdlib.h>

#include "child.h"
#include "factor.h"
#include "numeric.h"

#define LISTED (LY_LISTABLE | LY_PROTECTED)

bool ly_is_prime(const mpz_t n)
{
    mpz_t z;
    bool prime;
    mpz_init(z);
    mpz_abs(z, n);
    prime = mpz_cmp_ui(z, 2) >= 0 && mpz_probab_prime_p(z, 25) > 0;
    mpz_clear(z);
    return prime;
}

/* ---- factorization ------------------------------------------------------------------------------ */

static bool add_prime(ly_context *cx, ly_factorization *f, const mpz_t p, unsigned long exponent)
{
    for (size_t i = 0; i < f->count; i++)
        if (mpz_cmp(f->items[i].prime, p) == 0) {
            f->items[i].exponent += exponent;
            return true;
        }
    if (f->count == f->capacity) {
        size_t capacity = f->capacity ? 2 * f->capacity : 8;
        ly_prime_power *more = ly_remalloc(f->items, capacity * sizeof *more);
        if (!more) {
            ly_raise_memory(cx);
            return false;
        }
        f->items = more;
        f->capacity = capacity;
    }
    mpz_init_set(f->items[f->count].prime, p);
    f->items[f->count++].exponent = exponent;
    return true;
}

void ly_factorization_clear(ly_factorization *f)
{
    for (size_t i = 0; i < f->count; i++) mpz_clear(f->items[i].prime);
    ly_free(f->items);
    *f = (ly_factorization){0};
}

/* A proper divisor of the composite n in d; false where the budget ran out. *stop: interrupted. */
static bool rho(ly_context *cx, const mpz_t n, mpz_t d, long budget, bool *stop)
{
    mpz_t x, y, q, saved, t;
    bool found = false;
    mpz_inits(x, y, q, saved, t, NULL);
    for (unsigned long c = 1; c < 20 && !found && budget > 0 && !*stop; c++) {
        mpz_set_ui(y, 2);
        mpz_set_ui(q, 1);
        mpz_set_ui(d, 1);
        for (long r = 1; mpz_cmp_ui(d, 1) == 0 && budget > 0; r *= 2) {
            mpz_set(x, y);
            for (long i = 0; i < r; i++) {
                mpz_mul(y, y, y);
                mpz_add_ui(y, y, c);
                mpz_mod(y, y, n);
            }
            for (long k = 0; k < r && mpz_cmp_ui(d, 1) == 0; k += 128) {
                mpz_set(saved, y);
                long steps = r - k < 128 ? r - k : 128;
                for (long i = 0; i < steps; i++) {
                    mpz_mul(y, y, y);
                    mpz_add_ui(y, y, c);
                    mpz_mod(y, y, n);
                    mpz_sub(t, x, y);
                    mpz_mul(q, q, t);
                    mpz_mod(q, q, n);
                }
                mpz_gcd(d, q, n);
                budget -= steps;
                if (ly_poll(cx)) {
                    *stop = true;
                    budget = 0;
                }
            }
        }
        if (mpz_cmp(d, n) == 0) {
            do {
                mpz_mul(saved, saved, saved);
                mpz_add_ui(saved, saved, c);
                mpz_mod(saved, saved, n);
                mpz_sub(t, x, saved);
                mpz_gcd(d, t, n);
            } while (mpz_cmp_ui(d, 1) == 0);
        }
        found = mpz_cmp_ui(d, 1) > 0 && mpz_cmp(d, n) < 0;
    }
    mpz_clears(x, y, q, saved, t, NULL);
    return found;
}

/* {p1, e1, p2, e2, …} of an integer (a value) by FLINT's fmpz_factor, through its own types;
   LY_UNEVALUATED: it is not there. */
static ly_value factors_by_flint(ly_context *cx, const void *data)
{
    /* fmpz_factor_t: sign, primes, exponents, allocated, count */
    struct {
        int sign;
        long *primes;
        unsigned long *exponents;
        long allocated, count;
    } factors;
    void (*init)(void *) = ly_arb_symbol("fmpz_factor_init");
    void (*clear)(void *) = ly_arb_symbol("fmpz_factor_clear");
    void (*factor)(void *, const long *) = ly_arb_symbol("fmpz_factor");
    void (*set)(long *, const mpz_t) = ly_arb_symbol("fmpz_set_mpz");
    void (*get)(mpz_t, const long *) = ly_arb_symbol("fmpz_get_mpz");
    void (*drop)(long *) = ly_arb_symbol("fmpz_clear");
    if (!init || !clear || !factor || !set || !get) return LY_UNEVALUATED;
    long z = 0;
    mpz_t n;
    ly_init_mpz(n, *(const ly_value *)data);
    set(&z, n);
    mpz_clear(n);
    init(&factors);
    factor(&factors, &z);
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), 2 * (size_t)factors.count);
    for (long i = 0; list && i < factors.count; i++) {
        mpz_t p;
        mpz_init(p);
        get(p, &factors.primes[i]);
        list->args[2 * i] = ly_integer_take_mpz(cx, p);
        list->args[2 * i + 1] = LY_INT((int64_t)factors.exponents[i]);
    }
    clear(&factors);
    if (drop) drop(&z);
    return list ? ly_from_object(list) : LY_FAILED;
}

/* 0: there is no FLINT; -1: pending. */
static int factor_by_flint(ly_context *cx, const mpz_t n, ly_factorization *f, unsigned long exponent)
{
    enum { QUICK_BITS = 120 }; /* up to so many it takes milliseconds */
    mpz_t copy;
    mpz_init_set(copy, n);
    ly_value v = ly_integer_take_mpz(cx, copy);
    ly_value list = mpz_sizeinbase(n, 2) <= QUICK_BITS || !ly_arb_symbol("fmpz_factor")
                        ? factors_by_flint(cx, &v) : ly_in_child(cx, factors_by_flint, &v);
    ly_release(cx, v);
    if (ly_failed(list)) return -1;
    if (list == LY_UNEVALUATED) return 0;
    bool fine = true;
    for (size_t i = 0; i + 1 < ly_length(list) && fine; i += 2) {
        mpz_t p;
        ly_init_mpz(p, ly_expr_of(list)->args[i]);
        fine = add_prime(cx, f, p, (unsigned long)ly_int_of(ly_expr_of(list)->args[i + 1]) * exponent);
        mpz_clear(p);
    }
    ly_release(cx, list);
    return fine ? 1 : -1;
}

static bool split(ly_context *cx, const mpz_t n, unsigned long exponent, ly_factorization *f)
{
    if (mpz_cmp_ui(n, 1) == 0) return true;
    if (ly_is_prime(n)) return add_prime(cx, f, n, exponent);
    mpz_t d, rest;
    bool fine, stop = false;
    mpz_inits(d, rest, NULL);
    if (mpz_perfect_power_p(n)) {
        for (unsigned long k = mpz_sizeinbase(n, 2); k >= 2; k--)
            if (mpz_root(d, n, k)) {
                fine = split(cx, d, exponent * k, f);
                mpz_clears(d, rest, NULL);
                return fine;
            }
    }
    if (rho(cx, n, d, 1 << 18, &stop)) {
        mpz_divexact(rest, n, d);
        fine = split(cx, d, exponent, f) && split(cx, rest, exponent, f);
    } else if (stop) {
        fine = false;
    } else {
        int answer = factor_by_flint(cx, n, f, exponent);
        fine = answer ? answer > 0 : add_prime(cx, f, n, exponent);
    }
    mpz_clears(d, rest, NULL);
    return fine;
}

static int compare_primes(const void *a, const void *b)
{
    return mpz_cmp(((const ly_prime_power *)a)->prime, ((const ly_prime_power *)b)->prime);
}

bool ly_factorize(ly_context *cx, const mpz_t n, ly_factorization *f)
{
    mpz_t rest, p;
    bool fine = true;
    *f = (ly_factorization){0};
    mpz_init(rest);
    mpz_abs(rest, n);
    mpz_init(p);
    for (unsigned long d = 2; d < 2000 && fine; d += d == 2 ? 1 : 2) {
        if (mpz_cmp_ui(rest, d * d) < 0) break;
        if (!mpz_divisible_ui_p(rest, d)) continue;
        mpz_set_ui(p, d);
        fine = add_prime(cx, f, p, mpz_remove(rest, rest, p));
    }
    fine = fine && split(cx, rest, 1, f);
    mpz_clears(rest, p, NULL);
    if (!fine) {
        ly_factorization_clear(f);
        return false;
    }
    if (f->count) qsort(f->items, f->count, sizeof *f->items, compare_primes);
    return true;
}

void ly_euler_phi(const ly_factorization *f, mpz_t phi)
{
    mpz_t t;
    mpz_init(t);
    mpz_set_ui(phi, 1);
    for (size_t i = 0; i < f->count; i++) {
        mpz_pow_ui(t, f->items[i].prime, f->items[i].exponent - 1);
        mpz_mul(phi, phi, t);
        mpz_sub_ui(t, f->items[i].prime, 1);
        mpz_mul(phi, phi, t);
    }
    mpz_clear(t);
}

/* ---- Gaussian integers --------------------------------------------------------------------------- */

static ly_value gaussian(ly_context *cx, const mpz_t re, const mpz_t im)
{
    mpz_t a, b;
    mpz_init_set(a, re);
    mpz_init_set(b, im);
    ly_value first = ly_integer_take_mpz(cx, a);
    return ly_complex_take(cx, first, ly_integer_take_mpz(cx, b));
}

/* p = a^2 + b^2 for a prime p = 1 modulo 4, a > b, by Cornacchia. */
static void two_squares(const mpz_t p, mpz_t a, mpz_t b)
{
    mpz_t e, r, t;
    mpz_inits(e, r, t, NULL);
    mpz_sub_ui(e, p, 1);
    mpz_tdiv_q_2exp(e, e, 2);
    /* a square root of -1 */
    for (unsigned long g = 2;; g++) {
        mpz_set_ui(t, g);
        mpz_powm(r, t, e, p);
        mpz_mul(t, r, r);
        mpz_add_ui(t, t, 1);
        if (mpz_divisible_p(t, p)) break;
    }
    mpz_set(a, p);
    mpz_set(b, r);
    for (;;) {
        mpz_mul(t, b, b);
        if (mpz_cmp(t, p) <= 0) break;
        mpz_mod(t, a, b);
        mpz_set(a, b);
        mpz_set(b, t);
    }
    mpz_set(r, b);
    mpz_mul(t, b, b);
    mpz_sub(t, p, t);
    mpz_sqrt(a, t);
    mpz_set(b, r);
    if (mpz_cmp(a, b) < 0) mpz_swap(a, b);
    mpz_clears(e, r, t, NULL);
}

/* {{unit, 1}, {1 + I, k}, …}: primes in the first quadrant. */
static ly_value factor_gaussian(ly_context *cx, ly_value z)
{
    mpz_t re, im, norm, t, a, b;
    ly_init_mpz(re, ly_real_part(z));
    ly_init_mpz(im, ly_imaginary_part(z));
    mpz_inits(norm, t, a, b, NULL);
    mpz_mul(norm, re, re);
    mpz_addmul(norm, im, im);
    ly_factorization f;
    ly_value result = LY_FAILED, rest = ly_retain(z);
    if (ly_factorize(cx, norm, &f)) {
        ly_builder out = ly_builder_new();
        bool fine = true;
        for (size_t i = 0; i < f.count && fine; i++) {
            mpz_ptr p = f.items[i].prime;
            ly_value candidates[2];
            int count = 1;
            if (mpz_cmp_ui(p, 2) == 0) {
                candidates[0] = ly_complex_take(cx, LY_INT(1), LY_INT(1));
            } else if (mpz_fdiv_ui(p, 4) == 3) {
                mpz_set(t, p);
                mpz_t copy;
                mpz_init_set(copy, p);
                candidates[0] = ly_integer_take_mpz(cx, copy);
            } else {
                two_squares(p, a, b);
                candidates[0] = gaussian(cx, b, a);
                candidates[1] = gaussian(cx, a, b);
                count = 2;
            }
            for (int k = 0; k < count; k++) {
                int64_t times = 0;
                for (;;) {
                    ly_value q = ly_divide(cx, rest, candidates[k]);
                    bool whole = ly_is_integer(q) || (ly_is_complex(q) && ly_is_integer(ly_complex_of(q)->re) && ly_is_integer(ly_complex_of(q)->im));
                    if (!whole) {
                        ly_release(cx, q);
                        break;
                    }
                    ly_release(cx, rest);
                    rest = q;
                    times++;
                }
                if (times) fine = fine && ly_builder_add(cx, &out, ly_make2(cx, LY_SYM(List), candidates[k], LY_INT(times)));
                else ly_release(cx, candidates[k]);
            }
        }
        ly_factorization_clear(&f);
        ly_builder all = ly_builder_new();
        if (fine && (rest != LY_INT(1) || ly_builder_count(&out) == 0))
            fine = ly_builder_add(cx, &all, ly_make2(cx, LY_SYM(List), ly_retain(rest), LY_INT(1)));
        for (size_t i = 0; fine && i < ly_builder_count(&out); i++)
            fine = ly_builder_add(cx, &all, ly_retain(out.expr->args[i]));
        ly_builder_drop(cx, &out);
        result = fine ? ly_builder_finish(cx, &all, LY_SYM(List)) : LY_FAILED;
    }
    ly_release(cx, rest);
    mpz_clears(re, im, norm, t, a, b, NULL);
    return result;
}

/* ---- FactorInteger -------------------------------------------------------------------------------- */

static bool add_factors(ly_context *cx, ly_builder *out, const ly_factorization *f, int sign)
{
    for (size_t i = 0; i < f->count; i++) {
        mpz_t p;
        mpz_init_set(p, f->items[i].prime);
        ly_value pair = ly_make2(cx, LY_SYM(List), ly_integer_take_mpz(cx, p),
                                 LY_INT(sign * (int64_t)f->items[i].exponent));
        if (!ly_builder_add(cx, out, pair)) return false;
    }
    return true;
}

/* At most k factors: the largest primes, and the product of the others. */
static ly_value partial_factors(ly_context *cx, const mpz_t n, size_t k)
{
    ly_factorization f;
    if (!ly_factorize(cx, n, &f)) return LY_FAILED;
    ly_builder out = ly_builder_new();
    size_t first = f.count > k ? f.count - k + 1 : 0;
    mpz_t rest, t;
    mpz_init_set_ui(rest, 1);
    mpz_init(t);
    for (size_t i = 0; i < first; i++) {
        mpz_pow_ui(t, f.items[i].prime, f.items[i].exponent);
        mpz_mul(rest, rest, t);
    }
    mpz_clear(t);
    ly_factorization shown = {f.items + first, f.count - first, 0};
    add_factors(cx, &out, &shown, 1);
    if (first) ly_builder_add(cx, &out, ly_make2(cx, LY_SYM(List), ly_integer_take_mpz(cx, rest), LY_INT(1)));
    else mpz_clear(rest);
    ly_factorization_clear(&f);
    ly_value list = ly_builder_finish(cx, &out, LY_SYM(List));
    return ly_failed(list) ? list : ly_call1(cx, LY_SYM(Sort), list);
}

BUILTIN(FactorInteger, factor_integer, 1, -1, LISTED, LY_PURE,
        "FactorInteger[n] gives a list of the prime factors of the integer n, together with their exponents.")
static ly_value factor_integer(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    size_t options = ly_option_start(call, 1);
    ly_value asked = ly_option(cx, call, options, "GaussianIntegers", LY_SYM(False));
    bool by_gaussians = asked == LY_SYM(True);
    ly_release(cx, asked);
    if (ly_is_complex(v) && ly_is_exact(v)) {
        if (!ly_is_integer(ly_complex_of(v)->re) || !ly_is_integer(ly_complex_of(v)->im)) return LY_UNEVALUATED;
        by_gaussians = true;
    }
    if (by_gaussians && !ly_is_rational(v) && (ly_is_integer(v) || ly_is_complex(v)) && v != LY_INT(0))
        return factor_gaussian(cx, v);
    if (!ly_is_integer(v) && !ly_is_rational(v)) return LY_UNEVALUATED;
    if (v == LY_INT(0) || v == LY_INT(1))
        return ly_make1(cx, LY_SYM(List), ly_make2(cx, LY_SYM(List), v, LY_INT(1)));
    mpq_t q;
    ly_init_mpq(q, v);
    int64_t k;
    if (options > 1 && ly_to_int64(call->args[1], &k) && k > 0 && ly_is_integer(v) && ly_sign(v) > 0) {
        ly_value r = partial_factors(cx, mpq_numref(q), (size_t)k);
        mpq_clear(q);
        return r;
    }
    ly_factorization above, below;
    ly_builder out = ly_builder_new();
    bool fine = ly_factorize(cx, mpq_numref(q), &above);
    if (fine) {
        fine = ly_factorize(cx, mpq_denref(q), &below);
        if (fine && mpq_sgn(q) < 0) fine = ly_builder_add(cx, &out, ly_make2(cx, LY_SYM(List), LY_INT(-1), LY_INT(1)));
        fine = fine && add_factors(cx, &out, &above, 1) && add_factors(cx, &out, &below, -1);
        ly_factorization_clear(&above);
        if (fine) ly_factorization_clear(&below);
    }
    bool rational = mpz_cmp_ui(mpq_denref(q), 1) != 0;
    mpq_clear(q);
    if (!fine) {
        ly_builder_drop(cx, &out);
        return LY_FAILED;
    }
    ly_value list = ly_builder_finish(cx, &out, LY_SYM(List));
    return rational && !ly_failed(list) ? ly_call1(cx, LY_SYM(Sort), list) : list;
}

/* ---- predicates ----------------------------------------------------------------------------------- */

static bool gaussian_prime(ly_context *cx, ly_value v)
{
    mpz_t a, b;
    bool prime;
    ly_init_mpz(a, ly_real_part(v));
    ly_init_mpz(b, ly_imaginary_part(v));
    if (mpz_sgn(a) == 0 || mpz_sgn(b) == 0) {
        mpz_add(a, a, b);
        mpz_abs(a, a);
        prime = mpz_fdiv_ui(a, 4) == 3 && ly_is_prime(a);
    } else {
        mpz_mul(a, a, a);
        mpz_addmul(a, b, b);
        prime = ly_is_prime(a);
    }
    mpz_clears(a, b, NULL);
    return prime;
}

BUILTIN(PrimeQ, prime_q, 1, -1, LISTED, LY_PURE, "PrimeQ[n] yields True if n is a prime number, and yields False otherwise.")
static ly_value prime_q(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    ly_value asked = ly_option(cx, call, 1, "GaussianIntegers", LY_SYM(False));
    bool by_gaussians = asked == LY_SYM(True);
    ly_release(cx, asked);
    if (ly_is_complex(v) && ly_is_integer(ly_complex_of(v)->re) && ly_is_integer(ly_complex_of(v)->im))
        return ly_bool(gaussian_prime(cx, v));
    if (!ly_is_integer(v)) return LY_SYM(False);
    if (by_gaussians) return ly_bool(gaussian_prime(cx, v));
    mpz_t n;
    ly_init_mpz(n, v);
    bool prime = ly_is_prime(n);
    mpz_clear(n);
    return ly_bool(prime);
}

BUILTIN(CompositeQ, composite_q, 1, 1, LISTED, LY_PURE, "CompositeQ[n] yields True if n is a composite number, and yields False otherwise.")
static ly_value composite_q(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!ly_is_integer(v)) return LY_SYM(False);
    mpz_t n;
    ly_init_mpz(n, v);
    mpz_abs(n, n);
    bool composite = mpz_cmp_ui(n, 3) > 0 && !ly_is_prime(n);
    mpz_clear(n);
    return ly_bool(composite);
}

BUILTIN(PrimePowerQ, prime_power_q, 1, -1, LISTED, LY_PURE, "PrimePowerQ[expr] yields True if expr is a power of a prime number, and yields False otherwise.")
static ly_value prime_power_q(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!ly_is_integer(v) || ly_is_zero(v)) return LY_SYM(False);
    mpz_t n;
    ly_factorization f;
    ly_init_mpz(n, v);
    bool fine = ly_factorize(cx, n, &f);
    mpz_clear(n);
    if (!fine) return LY_FAILED;
    bool power = f.count == 1;
    ly_factorization_clear(&f);
    return ly_bool(power);
}

BUILTIN(SquareFreeQ, square_free_q, 1, -1, LISTED, LY_PURE, "SquareFreeQ[expr] gives True if expr is a square-free polynomial or number, and False otherwise.")
static ly_value square_free_q(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_rational(v)) {
        ly_value n = ly_rational_numerator(cx, v), d = ly_rational_denominator(cx, v);
        ly_value p = ly_multiply(cx, n, d);
        ly_release(cx, n);
        ly_release(cx, d);
        return ly_call1(cx, call->head, p);
    }
    if (!ly_is_integer(v)) return ly_is_number(v) ? LY_SYM(False) : LY_UNEVALUATED;
    if (ly_is_zero(v)) return LY_SYM(False);
    mpz_t n;
    ly_factorization f;
    ly_init_mpz(n, v);
    bool fine = ly_factorize(cx, n, &f), free_of_squares = true;
    mpz_clear(n);
    if (!fine) return LY_FAILED;
    for (size_t i = 0; i < f.count; i++) free_of_squares &= f.items[i].exponent == 1;
    ly_factorization_clear(&f);
    return ly_bool(free_of_squares);
}

/* The next prime above n >= 2 (up), or the next one of those below it, in n: candidates that a sieve by
   small primes leaves are tested one by one. False: interrupted. */
static bool next_prime_from(ly_context *cx, mpz_t n, bool up)
{
    enum { WIDTH = 1 << 14, SMALL = 20000 };
    unsigned char *composite = ly_malloc_must(WIDTH), *small = ly_malloc_must(SMALL);
    mpz_t from, candidate;
    bool found = false, stopped = false;
    memset(small, 0, SMALL);
    for (unsigned long p = 2; p < SMALL; p++)
        for (unsigned long m = p * p; !small[p] && m < SMALL; m += p) small[m] = 1;
    mpz_init_set(from, n);
    mpz_init(candidate);
    while (!found && !stopped) {
        memset(composite, 0, WIDTH);
        /* slot i stands for from + 1 + i, or from - 1 - i */
        for (unsigned long p = 2; p < SMALL; p++) {
            if (small[p]) continue;
            unsigned long rest = mpz_fdiv_ui(from, p);
            for (unsigned long i = up ? p - 1 - rest : (rest + p - 1) % p; i < WIDTH; i += p) composite[i] = 1;
        }
        for (unsigned long i = 0; i < WIDTH && !found && !stopped; i++) {
            if (composite[i]) continue;
            if (up) mpz_add_ui(candidate, from, i + 1);
            else mpz_sub_ui(candidate, from, i + 1);
            found = mpz_probab_prime_p(candidate, 25) > 0;
            stopped = ly_poll(cx);
        }
        if (up) mpz_add_ui(from, from, WIDTH);
        else mpz_sub_ui(from, from, WIDTH);
    }
    if (found) mpz_swap(n, candidate);
    mpz_clears(from, candidate, NULL);
    ly_free(composite);
    ly_free(small);
    return found && !stopped;
}

/* ---- NextPrime, Prime, PrimePi -------------------------------------------------------------------- */

BUILTIN(NextPrime, next_prime, 1, -1, LY_LISTABLE | LY_PROTECTED | LY_READ_PROTECTED, LY_PURE, "NextPrime[x] gives the smallest prime above x.\nNextPrime[x, k] gives the kth-next prime above x.")
static ly_value next_prime(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    int64_t k = 1;
    if (call->count > 1 && !ly_has_head(call->args[1], LY_SYM(Rule)) && !ly_to_int64(call->args[1], &k)) return LY_UNEVALUATED;
    if (!ly_is_integer(v)) {
        if (!ly_is_numeric(cx, v)) return LY_UNEVALUATED;
        v = ly_call1(cx, k < 0 ? LY_SYM(Ceiling) : LY_SYM(Floor), ly_retain(v));
        if (ly_failed(v)) return v;
        if (!ly_is_integer(v)) {
            ly_release(cx, v);
            return LY_UNEVALUATED;
        }
    } else {
        ly_retain(v);
    }
    mpz_t n;
    ly_init_mpz(n, v);
    ly_release(cx, v);
    bool up = k > 0, stopped = false;
    for (int64_t left = up ? k : -k; left > 0 && !stopped; left--) {
        /* primes and their negatives, from n on */
        do {
            if (up) {
                if (mpz_sizeinbase(n, 2) > 64 && mpz_sgn(n) > 0) {
                    stopped = !next_prime_from(cx, n, true);
                    break;
                }
                if (mpz_cmp_si(n, 2) >= 0) {
                    mpz_nextprime(n, n);
                    break;
                }
                mpz_add_ui(n, n, 1);
            } else {
                if (mpz_sizeinbase(n, 2) > 64 && mpz_sgn(n) > 0) {
                    stopped = !next_prime_from(cx, n, false);
                    break;
                }
                mpz_sub_ui(n, n, 1);
            }
            stopped = ly_poll(cx);
        } while (!stopped && !ly_is_prime(n));
    }
    if (stopped) {
        mpz_clear(n);
        return LY_FAILED;
    }
    return ly_integer_take_mpz(cx, n);
}

/* Primes up to n counted by Lucy Hedgehog's recurrence, in O(n^(3/4)); -1: no memory or stopped. */
static int64_t count_primes(ly_context *cx, int64_t n)
{
    if (n < 2) return 0;
    int64_t r = (int64_t)sqrt((double)n);
    while (r * r > n) r--;
    while ((r + 1) * (r + 1) <= n) r++;
    int64_t *low = ly_malloc((size_t)(r + 1) * sizeof *low), *high = ly_malloc((size_t)(r + 1) * sizeof *high), count = -1;
    if (!low || !high) {
        ly_raise_memory(cx);
        goto out;
    }
    for (int64_t i = 1; i <= r; i++) {
        low[i] = i - 1;
        high[i] = n / i - 1;
    }
    for (int64_t p = 2; p <= r; p++) {
        if (low[p] == low[p - 1]) continue;
        if (ly_poll(cx)) goto out;
        int64_t before = low[p - 1], square = p * p, end = r < n / square ? r : n / square;
        for (int64_t i = 1; i <= end; i++) {
            int64_t d = i * p;
            high[i] -= (d <= r ? high[d] : low[n / d]) - before;
        }
        for (int64_t i = r; i >= square; i--) low[i] -= low[i / p] - before;
    }
    count = high[1];
out:
    ly_free(low);
    ly_free(high);
    return count;
}

BUILTIN(PrimePi, prime_pi, 1, -1, LY_LISTABLE | LY_PROTECTED, LY_PURE, "PrimePi[x] gives the number of primes less than or equal to x.")
static ly_value prime_pi(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!ly_is_integer(v)) {
        bool certain;
        if (!ly_is_numeric(cx, v) || ly_numeric_sign(cx, v, &certain) == 2) return LY_UNEVALUATED;
        ly_value n = ly_call1(cx, LY_SYM(Floor), ly_retain(v));
        return ly_is_integer(n) ? ly_call1(cx, call->head, n) : n;
    }
    int64_t n;
    if (ly_sign(v) < 0) return LY_INT(0);
    if (!ly_to_int64(v, &n) || n > 1000000000000) return LY_UNEVALUATED;
    int64_t count = count_primes(cx, n);
    return count < 0 ? LY_FAILED : LY_INT(count);
}

MESSAGE(Prime, intpp, "Positive integer argument expected in `1`.")

BUILTIN(Prime, prime, 1, 1, LISTED, LY_PURE, "Prime[n] gives the nth prime number.")
static ly_value prime(ly_context *cx, ly_expr *call)
{
    int64_t k;
    ly_value v = call->args[0];
    if (ly_is_number(v) && (!ly_is_integer(v) || ly_sign(v) <= 0))
        return ly_message_call(cx, call, "intpp", 1, ly_from_object(call));
    if (!ly_to_int64(v, &k) || k > 30000000000) return LY_UNEVALUATED;
    static const int first[] = {0, 2, 3, 5, 7, 11};
    if (k < 6) return LY_INT(first[k]);
    double x = (double)k, l = log(x), ll = log(l);
    if (k < 200000) {
        /* sieve up to Rosser's bound */
        size_t limit = (size_t)(x * (l + ll)) + 10;
        unsigned char *composite = ly_calloc(limit + 1, 1);
        if (!composite) return ly_raise_memory(cx);
        int64_t seen = 0, answer = 0;
        for (size_t i = 2; i <= limit && !answer; i++) {
            if (composite[i]) continue;
            if (++seen == k) answer = (int64_t)i;
            for (size_t j = i * i; j <= limit; j += i) composite[j] = 1;
        }
        ly_free(composite);
        return LY_INT(answer);
    }
    /* count primes below a guess, then walk */
    int64_t guess = (int64_t)(x * (l + ll - 1 + (ll - 2) / l));
    int64_t count = count_primes(cx, guess);
    if (count < 0) return LY_FAILED;
    mpz_t n;
    mpz_init_set_si(n, guess);
    bool stopped = false;
    if (count < k) {
        for (; count < k && !stopped; count++) {
            mpz_nextprime(n, n);
            if ((count & 255) == 0) stopped = ly_poll(cx);
        }
    } else {
        mpz_add_ui(n, n, 1);
        for (int64_t left = count - k + 1; left > 0 && !stopped;) {
            mpz_sub_ui(n, n, 1);
            if (ly_is_prime(n)) left--;
            stopped = ly_poll(cx);
        }
    }
    if (stopped) {
        mpz_clear(n);
        return LY_FAILED;
    }
    return ly_integer_take_mpz(cx, n);
}
