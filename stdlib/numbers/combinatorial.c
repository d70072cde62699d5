/* combinatorial.c: factorials, binomials and the integer sequences around them. */
#include <math.h>
#include <stdlib.h>

#include "child.h"
#include "numeric.h"

#define NUMERIC (LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED)
#define LISTED (LY_LISTABLE | LY_PROTECTED)

/* bits of n! */
static double factorial_bits(double n)
{
    int sign; /* lgamma would write it where all threads do */
    return n < 2 ? 1 : lgamma_r(n + 1, &sign) / M_LN2;
}

/* n within unsigned long where the result of so many bits may be computed */
static bool size_can(ly_context *cx, double bits, ly_value *refused)
{
    if (bits > LY_MAX_BITS) {
        *refused = ly_overflow(cx);
        return false;
    }
    if (bits < 1e6 || ly_memory_can(cx, (size_t)(bits / 2))) return true;
    *refused = LY_FAILED;
    return false;
}

/* ---- products by primes: between two multiplications an interruption is noticed ------------------- */

/* The product of the numbers from first up to last, halves by halves, in z; false: interrupted. */
static bool multiply_all(ly_context *cx, mpz_t z, const unsigned long *first, const unsigned long *last)
{
    mpz_t right;
    bool fine;
    if (last - first <= 16) {
        mpz_set_ui(z, 1);
        for (; first < last; first++) mpz_mul_ui(z, z, *first);
        return true;
    }
    const unsigned long *middle = first + (last - first) / 2;
    mpz_init(right);
    fine = multiply_all(cx, z, first, middle) && multiply_all(cx, right, middle, last) && !ly_poll(cx);
    if (fine) mpz_mul(z, z, right);
    mpz_clear(right);
    return fine;
}

/* The exponent of the prime p in n!. */
static unsigned long exponent_in_factorial(unsigned long n, unsigned long p)
{
    unsigned long sum = 0;
    while (n /= p) sum += n;
    return sum;
}

/* n!/(k! (n - k)!), or n! where k is n + 1: for each bit of the exponents, from the highest, the square
   of what there is times the product of the primes whose exponent has that bit. n < 2^32. False:
   pending. */
static bool by_primes(ly_context *cx, mpz_t z, unsigned long n, unsigned long k)
{
    size_t count = 0, room = n < 100 ? 30 : (size_t)(1.26 * (double)n / log((double)n)) + 8, chosen;
    unsigned char *composite = ly_calloc(n + 1, 1);
    unsigned long *primes = composite ? ly_malloc(room * sizeof *primes) : NULL;
    unsigned long *exponents = primes ? ly_malloc(room * sizeof *exponents) : NULL;
    unsigned long *those = exponents ? ly_malloc(room * sizeof *those) : NULL, all = 0;
    bool fine = those != NULL;
    mpz_t part;
    if (!fine) ly_raise_memory(cx);
    for (unsigned long p = 2; fine && p <= n; p++) {
        if (composite[p]) continue;
        for (unsigned long m = p * p; m <= n; m += p) composite[m] = 1;
        if ((count & 1023) == 0 && ly_poll(cx)) fine = false;
        unsigned long e = exponent_in_factorial(n, p);
        if (k <= n) e -= exponent_in_factorial(k, p) + exponent_in_factorial(n - k, p);
        if (!e) continue;
        primes[count] = p;
        exponents[count++] = e;
        all |= e;
    }
    mpz_init(part);
    mpz_set_ui(z, 1);
    for (int bit = all ? 63 - __builtin_clzl(all) : -1; fine && bit >= 0; bit--) {
        chosen = 0;
        for (size_t i = 0; i < count; i++)
            if (exponents[i] >> bit & 1) those[chosen++] = primes[i];
        mpz_mul(z, z, z);
        fine = !ly_poll(cx) && multiply_all(cx, part, those, those + chosen);
        if (fine) mpz_mul(z, z, part);
        fine = fine && !ly_poll(cx);
    }
    mpz_clear(part);
    ly_free(those);
    ly_free(exponents);
    ly_free(primes);
    ly_free(composite);
    return fine;
}

/* Below, GMP's own functions take a few milliseconds. */
enum { LARGE = 100000 };

static ly_value exact_factorial(ly_context *cx, ly_value n)
{
    int64_t k;
    ly_value refused;
    if (ly_sign(n) < 0) return ly_infinity(cx, 0);
    if (!ly_to_int64(n, &k)) return ly_overflow(cx);
    if (!size_can(cx, factorial_bits((double)k), &refused)) return refused;
    mpz_t z;
    mpz_init(z);
    if (k < LARGE || k > 500000000) {
        mpz_fac_ui(z, (unsigned long)k);
    } else if (!by_primes(cx, z, (unsigned long)k, (unsigned long)k + 1)) {
        mpz_clear(z);
        return LY_FAILED;
    }
    return ly_integer_take_mpz(cx, z);
}

BUILTIN(Factorial, factorial, 1, 1, NUMERIC | LY_READ_PROTECTED, LY_PURE, "n! gives the factorial of n.")
static ly_value factorial(ly_context *cx, ly_expr *call)
{
    ly_value n = call->args[0], direction;
    if (ly_is_integer(n)) return exact_factorial(cx, n);
    if (ly_is_infinity(n, &direction)) return direction == LY_INT(1) ? ly_infinity(cx, 1) : LY_SYM(Indeterminate);
    if (ly_is_number(n)) {
        ly_value next = ly_add(cx, n, LY_INT(1));
        /* a half-integer's value, or a number */
        if (ly_is_inexact(n) || (ly_is_rational(n) && mpz_cmp_ui(mpq_denref(ly_rational_of(n)->q), 2) == 0))
            return ly_call1(cx, LY_SYM(Gamma), next);
        ly_release(cx, next);
    }
    return LY_UNEVALUATED;
}

BUILTIN(Factorial2, double_factorial, 1, 1, NUMERIC, LY_PURE, "n!! gives the double factorial of n.")
static ly_value double_factorial(ly_context *cx, ly_expr *call)
{
    ly_value n = call->args[0], refused, direction;
    int64_t k;
    if (ly_is_infinity(n, &direction)) return direction == LY_INT(1) ? ly_infinity(cx, 1) : LY_UNEVALUATED;
    if (ly_is_inexact(n))
        return ly_formula(cx, "2^(#/2 + (1 - Cos[Pi #])/4) Pi^((Cos[Pi #] - 1)/4) Gamma[1 + #/2]", 1, &n);
    if (!ly_is_integer(n)) return LY_UNEVALUATED;
    if (!ly_to_int64(n, &k)) return ly_sign(n) > 0 ? ly_overflow(cx) : LY_UNEVALUATED;
    if (k < 0) {
        if (k % 2 == 0) return ly_infinity(cx, 0);
        /* (-n)!! is (-1)^((n - 1)/2)/(n - 2)!! */
        int64_t m = -k - 2;
        ly_value below = m <= 0 ? LY_INT(1) : ly_call1(cx, LY_SYM(Factorial2), LY_INT(m));
        ly_value sign = LY_INT(((-k - 1) / 2) % 2 ? -1 : 1), r = ly_is_number(below) ? ly_divide(cx, sign, below) : LY_UNEVALUATED;
        ly_release(cx, below);
        return r;
    }
    if (!size_can(cx, factorial_bits((double)k) / 2 + 64, &refused)) return refused;
    mpz_t z;
    mpz_init(z);
    mpz_2fac_ui(z, (unsigned long)k);
    return ly_integer_take_mpz(cx, z);
}

BUILTIN(Subfactorial, subfactorial, 1, 1, NUMERIC, LY_PURE, "Subfactorial[n] gives the number of permutations of n objects that leave no object fixed.")
static ly_value subfactorial(ly_context *cx, ly_expr *call)
{
    int64_t n;
    ly_value v = call->args[0], refused;
    if (ly_is_inexact(v)) return ly_formula(cx, "Re[Gamma[# + 1, -1.]/E]", 1, &v);
    if (!ly_to_int64(v, &n) || n < 0) return LY_UNEVALUATED;
    if (!size_can(cx, factorial_bits((double)n), &refused)) return refused;
    mpz_t z;
    mpz_init_set_ui(z, 1);
    for (int64_t k = 1; k <= n; k++) {
        if ((k & 255) == 0 && ly_poll(cx)) {
            mpz_clear(z);
            return LY_FAILED;
        }
        mpz_mul_ui(z, z, (unsigned long)k);
        if (k & 1) mpz_sub_ui(z, z, 1);
        else mpz_add_ui(z, z, 1);
    }
    return ly_integer_take_mpz(cx, z);
}

/* ---- Binomial ------------------------------------------------------------------------------------------ */

/* n (n - 1) … (n - k + 1)/k! for a small integer k >= 0 */
static ly_value falling_quotient(ly_context *cx, ly_value n, int64_t k)
{
    ly_builder product = ly_builder_new();
    for (int64_t i = 0; i < k; i++)
        if (!ly_builder_add(cx, &product, ly_plus_take(cx, ly_retain(n), LY_INT(-i)))) return LY_FAILED;
    ly_value all = ly_builder_finish(cx, &product, LY_SYM(Times));
    ly_value below = ly_call1(cx, LY_SYM(Factorial), LY_INT(k));
    return ly_make2(cx, LY_SYM(Times), ly_make2(cx, LY_SYM(Power), below, LY_INT(-1)), all);
}

static ly_value binomial_integers(ly_context *cx, ly_value n, ly_value k)
{
    mpz_t z, top;
    int64_t m;
    ly_value refused;
    /* the smaller of k and n - k counts, where n >= 0 */
    if (ly_sign(n) >= 0) {
        if (ly_sign(k) < 0 || ly_compare_numbers(k, n) > 0) return LY_INT(0);
        ly_value other = ly_subtract(cx, n, k);
        bool smaller = ly_compare_numbers(other, k) < 0;
        ly_value least = smaller ? other : k;
        bool fits = ly_to_int64(least, &m);
        ly_release(cx, other);
        if (!fits) return ly_overflow(cx);
    } else if (ly_sign(k) < 0) {
        /* Binomial[n, k] = (-1)^(n - k) Binomial[-k - 1, n - k] */
        ly_value difference = ly_subtract(cx, n, k);
        if (ly_sign(difference) < 0) {
            ly_release(cx, difference);
            return LY_INT(0);
        }
        ly_value flipped = ly_subtract(cx, LY_INT(-1), k), r = binomial_integers(cx, flipped, difference);
        ly_value odd = ly_modulus(cx, difference, LY_INT(2));
        ly_release(cx, flipped);
        ly_release(cx, difference);
        if (odd == LY_INT(1) && ly_is_number(r)) {
            ly_value negative = ly_negate(cx, r);
            ly_release(cx, r);
            return negative;
        }
        return r;
    } else if (!ly_to_int64(k, &m)) {
        return ly_overflow(cx);
    }
    double size = ly_log10_abs(n) * 3.32192809 + 1;
    if (!size_can(cx, m * fmax(1, size - log2((double)(m > 0 ? m : 1)) + 1.5), &refused)) return refused;
    ly_init_mpz(top, n);
    mpz_init(z);
    bool fine = true;
    if (mpz_cmp_ui(top, LARGE) < 0 || mpz_cmp_ui(top, 500000000) > 0 || (double)m < mpz_get_d(top) / 100)
        mpz_bin_ui(z, top, (unsigned long)m);
    else
        fine = by_primes(cx, z, mpz_get_ui(top), (unsigned long)m);
    mpz_clear(top);
    if (!fine) {
        mpz_clear(z);
        return LY_FAILED;
    }
    return ly_integer_take_mpz(cx, z);
}

BUILTIN(Binomial, binomial, 2, 2, NUMERIC, LY_PURE, "Binomial[n, m] gives the binomial coefficient.")
static ly_value binomial(ly_context *cx, ly_expr *call)
{
    ly_value n = call->args[0], k = call->args[1];
    int64_t m;
    if (ly_is_integer(n) && ly_is_integer(k)) return binomial_integers(cx, n, k);
    if (ly_same(n, k)) return ly_is_inexact(n) ? ly_real(cx, 1) : LY_INT(1);
    if (ly_to_int64(k, &m)) {
        if (m == 0) return LY_INT(1);
        if (m < 0 && !ly_is_number(n)) return LY_INT(0);
        if (m == 1) return ly_retain(n);
        if (m > 0 && m <= 10 && !ly_is_number(n)) return falling_quotient(cx, n, m);
        if (m > 0 && m < 100000 && (ly_is_rational(n) || (ly_is_complex(n) && ly_is_exact(n)))) return falling_quotient(cx, n, m);
    }
    if (ly_is_integer(n) && !ly_is_inexact(k) && !ly_is_number(k)) {
        /* Binomial[n, n - j] for a small j */
        ly_value j = ly_plus_take(cx, ly_retain(n), ly_minus_take(cx, ly_retain(k)));
        ly_release(cx, j);
    } else if (!ly_is_number(n) && !ly_is_number(k)) {
        ly_value j = ly_plus_take(cx, ly_retain(n), ly_minus_take(cx, ly_retain(k)));
        if (ly_to_int64(j, &m) && m >= 0 && m <= 10) return ly_make2(cx, call->head, ly_retain(n), j);
        ly_release(cx, j);
    }
    double precision;
    if (ly_any_inexact(call->args, 2, &precision) && ly_is_number(n) && ly_is_number(k))
        return ly_formula(cx, "Gamma[#1 + 1]/(Gamma[#2 + 1] Gamma[#1 - #2 + 1])", 2, call->args);
    if (ly_is_rational(n) && ly_is_rational(k) && mpz_cmp_ui(mpq_denref(ly_rational_of(n)->q), 2) == 0 &&
        mpz_cmp_ui(mpq_denref(ly_rational_of(k)->q), 2) == 0)
        return ly_formula(cx, "Gamma[#1 + 1]/(Gamma[#2 + 1] Gamma[#1 - #2 + 1])", 2, call->args);
    return LY_UNEVALUATED;
}

BUILTIN(Multinomial, multinomial, 0, -1, NUMERIC | LY_ORDERLESS, LY_PURE, "Multinomial[n1, n2, ...] gives the multinomial coefficient (n1 + n2 + ...)!/(n1! n2! ...).")
static ly_value multinomial(ly_context *cx, ly_expr *call)
{
    bool whole = true;
    if (call->count <= 1) return LY_INT(1);
    for (size_t i = 0; i < call->count; i++) whole = whole && ly_is_integer(call->args[i]);
    if (!whole) {
        bool numbers = true;
        size_t others = 0;
        for (size_t i = 0; i < call->count; i++) others += !ly_is_number(call->args[i]);
        if (others == 1 && call->count > 2) {
            /* one symbol beside integers: by binomials, smallest first */
            ly_value sum = ly_retain(call->args[call->count - 1]), product = LY_INT(1);
            for (size_t i = 0; i + 1 < call->count && !ly_failed(product); i++) {
                sum = ly_plus_take(cx, sum, ly_retain(call->args[i]));
                product = ly_times_take(cx, product, ly_call2(cx, LY_SYM(Binomial), ly_retain(sum), ly_retain(call->args[i])));
            }
            ly_release(cx, sum);
            return product;
        }
        for (size_t i = 0; i < call->count; i++) numbers = numbers && ly_is_number(call->args[i]);
        if (call->count == 2 && !numbers) return ly_make2(cx, LY_SYM(Binomial), ly_plus_take(cx, ly_retain(call->args[0]), ly_retain(call->args[1])), ly_retain(call->args[1]));
        if (!numbers) return LY_UNEVALUATED;
    }
    ly_value sum = ly_retain(call->args[0]), product = LY_INT(1);
    for (size_t i = 1; i < call->count && !ly_failed(product); i++) {
        sum = ly_plus_take(cx, sum, ly_retain(call->args[i]));
        product = ly_times_take(cx, product, ly_call2(cx, LY_SYM(Binomial), ly_retain(sum), ly_retain(call->args[i])));
    }
    ly_release(cx, sum);
    return product;
}

/* ---- rising and falling powers --------------------------------------------------------------------------- */

BUILTIN(Pochhammer, pochhammer, 2, 2, NUMERIC | LY_READ_PROTECTED, LY_PURE, "Pochhammer[a, n] gives the Pochhammer symbol.")
static ly_value pochhammer(ly_context *cx, ly_expr *call)
{
    ly_value a = call->args[0], n = call->args[1];
    int64_t k;
    if (ly_to_int64(n, &k) && k > -100000 && k < 1000000 && (ly_is_number(a) || (k >= -20 && k <= 20))) {
        if (k == 0) return LY_INT(1);
        ly_value product = LY_INT(1);
        for (int64_t i = 0; i < llabs(k) && !ly_failed(product); i++) {
            ly_value factor = ly_plus_take(cx, ly_retain(a), LY_INT(k > 0 ? i : -1 - i));
            product = ly_times_take(cx, product, factor);
            if ((i & 255) == 255 && ly_poll(cx)) {
                ly_release(cx, product);
                return LY_FAILED;
            }
        }
        return k > 0 ? product : ly_power_take(cx, product, LY_INT(-1));
    }
    double precision;
    if (ly_is_number(a) && ly_is_number(n)) {
        if (ly_any_inexact(call->args, 2, &precision)) return ly_formula(cx, "Gamma[#1 + #2]/Gamma[#1]", 2, call->args);
        if (ly_is_rational(n)) return ly_formula(cx, "Gamma[#1 + #2]/Gamma[#1]", 2, call->args);
    }
    if (ly_is_integer(a) && ly_sign(a) > 0 && a == LY_INT(1)) return ly_formula(cx, "Gamma[1 + #2]", 2, call->args);
    return LY_UNEVALUATED;
}

BUILTIN(FactorialPower, factorial_power, 2, 3, NUMERIC, LY_PURE, "FactorialPower[x, n] gives the factorial power x (x - 1) ... (x - n + 1).")
static ly_value factorial_power(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0], n = call->args[1], h = call->count == 3 ? call->args[2] : LY_INT(1);
    int64_t k;
    if (ly_to_int64(n, &k) && k > -100000 && k < 1000000 && (ly_is_number(x) || k == 0 || k == 1)) {
        ly_value product = LY_INT(1);
        for (int64_t i = 0; i < llabs(k) && !ly_failed(product); i++) {
            ly_value step = ly_times_take(cx, LY_INT(k > 0 ? -i : i + 1), ly_retain(h));
            product = ly_times_take(cx, product, ly_plus_take(cx, ly_retain(x), step));
        }
        return k >= 0 ? product : ly_power_take(cx, product, LY_INT(-1));
    }
    double precision;
    if (call->count == 2 && ly_is_number(x) && ly_is_number(n) && ly_any_inexact(call->args, 2, &precision))
        return ly_formula(cx, "Gamma[#1 + 1]/Gamma[#1 - #2 + 1]", 2, call->args);
    return LY_UNEVALUATED;
}

/* ---- Fibonacci, LucasL --------------------------------------------------------------------------------------- */

/* The n-th polynomial of p(n) = x p(n - 1) + p(n - 2), by coefficients where x is symbolic. */
static ly_value recurrence(ly_context *cx, int64_t n, ly_value x, ly_value first, ly_value second)
{
    ly_value a = ly_retain(first), b = ly_retain(second);
    for (int64_t i = 0; i < n && !ly_failed(b); i++) {
        ly_value three[3] = {a, b, x};
        ly_value next = ly_is_number(x) ? ly_plus_take(cx, ly_times_take(cx, ly_retain(x), ly_retain(b)), ly_retain(a))
                                        : ly_formula(cx, "Expand[#3 #2 + #1]", 3, three);
        ly_release(cx, a);
        a = b;
        b = next;
    }
    ly_release(cx, b);
    return a;
}

typedef struct long_fibonacci {
    int64_t k;
    bool lucas;
} long_fibonacci;

static ly_value fibonacci_number(ly_context *cx, const void *data)
{
    const long_fibonacci *f = data;
    mpz_t z;
    mpz_init(z);
    if (f->lucas) mpz_lucnum_ui(z, (unsigned long)llabs(f->k));
    else mpz_fib_ui(z, (unsigned long)llabs(f->k));
    if (f->k < 0 && (f->lucas ? f->k % 2 != 0 : f->k % 2 == 0)) mpz_neg(z, z);
    return ly_integer_take_mpz(cx, z);
}

static ly_value fibonacci_or_lucas(ly_context *cx, ly_expr *call, bool lucas)
{
    ly_value n = call->args[0], refused;
    int64_t k;
    if (call->count == 2) {
        ly_value x = call->args[1];
        if (!ly_to_int64(n, &k) || llabs(k) > 100000) {
            if (ly_is_number(n) && ly_is_number(x)) {
                double precision;
                if (ly_any_inexact(call->args, 2, &precision))
                    return ly_formula(cx, lucas ? "((#2 + Sqrt[4 + #2^2])/2)^#1 + Cos[Pi #1] ((#2 + Sqrt[4 + #2^2])/2)^-#1" : "(((#2 + Sqrt[4 + #2^2])/2)^#1 - Cos[Pi #1] ((#2 + Sqrt[4 + #2^2])/2)^-#1)/Sqrt[4 + #2^2]", 2, call->args);
            }
            return LY_UNEVALUATED;
        }
        ly_value r = lucas ? recurrence(cx, llabs(k), x, LY_INT(2), x) : recurrence(cx, llabs(k), x, LY_INT(0), LY_INT(1));
        bool negative = k < 0 && (lucas ? k % 2 != 0 : k % 2 == 0);
        return negative ? ly_minus_take(cx, r) : r;
    }
    if (ly_is_integer(n)) {
        if (!ly_to_int64(n, &k)) return ly_overflow(cx);
        if (!size_can(cx, fabs((double)k) * 0.6942419 + 64, &refused)) return refused;
        long_fibonacci f = {k, lucas};
        enum { LONG = 20000000 }; /* from here on it takes tenths of seconds, and GMP looks at nothing */
        return llabs(k) > LONG ? ly_in_child(cx, fibonacci_number, &f) : fibonacci_number(cx, &f);
    }
    if (ly_is_inexact(n))
        return ly_formula(cx, lucas ? "GoldenRatio^# + Cos[Pi #] GoldenRatio^-#" : "(GoldenRatio^# - Cos[Pi #] GoldenRatio^-#)/Sqrt[5]", 1, &n);
    return LY_UNEVALUATED;
}

BUILTIN(Fibonacci, fibonacci, 1, 2, NUMERIC | LY_READ_PROTECTED, LY_PURE, "Fibonacci[n] gives the Fibonacci number F_n.\nFibonacci[n, x] gives the Fibonacci polynomial F_n(x).")
static ly_value fibonacci(ly_context *cx, ly_expr *call) { return fibonacci_or_lucas(cx, call, false); }

BUILTIN(LucasL, lucas_l, 1, 2, NUMERIC | LY_READ_PROTECTED, LY_PURE, "LucasL[n] gives the Lucas number L_n.\nLucasL[n, x] gives the Lucas polynomial L_n(x).")
static ly_value lucas_l(ly_context *cx, ly_expr *call) { return fibonacci_or_lucas(cx, call, true); }

/* ---- CatalanNumber, HarmonicNumber ------------------------------------------------------------------------------ */

BUILTIN(CatalanNumber, catalan_number, 1, 1, NUMERIC, LY_PURE, "CatalanNumber[n] gives the nth Catalan number.")
static ly_value catalan_number(ly_context *cx, ly_expr *call)
{
    ly_value n = call->args[0];
    if (ly_is_integer(n)) {
        if (n == LY_INT(-1)) return LY_INT(-1);
        if (ly_sign(n) < 0) return LY_INT(0);
        return ly_formula(cx, "Binomial[2 #, #]/(# + 1)", 1, &n);
    }
    if (ly_is_real(n) && ly_real_of(n) == rint(ly_real_of(n)) && fabs(ly_real_of(n)) < 1e6) {
        ly_value k = ly_integer(cx, (int64_t)ly_real_of(n)), r = ly_formula(cx, "N[CatalanNumber[#]]", 1, &k);
        ly_release(cx, k);
        return r;
    }
    if (ly_is_inexact(n)) return ly_formula(cx, "4^# Gamma[# + 1/2]/(Sqrt[Pi] Gamma[# + 2])", 1, &n);
    if (ly_is_rational(n) && mpz_cmp_ui(mpq_denref(ly_rational_of(n)->q), 2) == 0)
        return ly_formula(cx, "4^# Gamma[# + 1/2]/(Sqrt[Pi] Gamma[# + 2])", 1, &n);
    return LY_UNEVALUATED;
}

/* sum of 1/k^r for k in [low, high), by halves */
static void harmonic_sum(mpq_t out, unsigned long low, unsigned long high, unsigned long r)
{
    if (high - low <= 8) {
        mpq_t t;
        mpq_init(t);
        mpq_set_ui(out, 0, 1);
        for (unsigned long k = low; k < high; k++) {
            mpz_set_ui(mpq_numref(t), 1);
            mpz_ui_pow_ui(mpq_denref(t), k, r);
            mpq_add(out, out, t);
        }
        mpq_clear(t);
        return;
    }
    mpq_t right;
    mpq_init(right);
    harmonic_sum(out, low, (low + high) / 2, r);
    harmonic_sum(right, (low + high) / 2, high, r);
    mpq_add(out, out, right);
    mpq_clear(right);
}

BUILTIN(HarmonicNumber, harmonic_number, 1, 2, NUMERIC | LY_READ_PROTECTED, LY_PURE, "HarmonicNumber[n] gives the nth harmonic number.\nHarmonicNumber[n, r] gives the harmonic number of order r.")
static ly_value harmonic_number(ly_context *cx, ly_expr *call)
{
    ly_value n = call->args[0], r = call->count == 2 ? call->args[1] : LY_INT(1), direction;
    int64_t k, order;
    double precision;
    if (ly_to_int64(n, &k) && ly_to_int64(r, &order)) {
        if (k < 0) return order == 1 || order > 0 ? ly_infinity(cx, 0) : LY_UNEVALUATED;
        if (order > 0 && order < 10000 && k < 1000000) {
            mpq_t q;
            mpq_init(q);
            harmonic_sum(q, 1, (unsigned long)k + 1, (unsigned long)order);
            return ly_rational_take_mpq(cx, q);
        }
        if (order == 0) return ly_retain(n);
    }
    if (ly_to_int64(r, &order) && order <= 0 && order > -100 && (!ly_is_inexact(n))) {
        /* Faulhaber's sum, a polynomial in n */
        ly_value two[2] = {n, LY_INT(-order)};
        if (order == 0) return ly_retain(n);
        return ly_formula(cx, "Expand[Sum[(-1)^Numbers`k Binomial[#2 + 1, Numbers`k] BernoulliB[Numbers`k] #1^(#2 + 1 - Numbers`k), {Numbers`k, 0, #2}]/(#2 + 1)]", 2, two);
    }
    if (ly_is_infinity(n, &direction) && direction == LY_INT(1)) {
        if (call->count == 1 || r == LY_INT(1)) return ly_infinity(cx, 1);
        return ly_make1(cx, LY_SYM(Zeta), ly_retain(r));
    }
    if (ly_to_int64(n, &k) && k >= 0 && k <= 1000 && !ly_is_inexact(r) && call->count == 2) {
        ly_builder terms = ly_builder_new();
        for (int64_t i = 1; i <= k; i++)
            if (!ly_builder_add(cx, &terms, ly_make2(cx, LY_SYM(Power), LY_INT(i), ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_retain(r))))) return LY_FAILED;
        return ly_builder_finish(cx, &terms, LY_SYM(Plus));
    }
    if (call->count == 2 && r == LY_INT(1)) return ly_make1(cx, call->head, ly_retain(n));
    if (ly_any_inexact(call->args, call->count, &precision) && ly_is_number(n) && ly_is_number(r)) {
        if (call->count == 1) return ly_formula(cx, "PolyGamma[0, # + 1] + EulerGamma", 1, &n);
        return ly_formula(cx, "Zeta[#2] - Zeta[#2, #1 + 1]", 2, call->args);
    }
    return LY_UNEVALUATED;
}

/* ---- Stirling, Bell, Bernoulli, Euler ------------------------------------------------------------------------------ */

/* Row n of the triangle t(n, k) = t(n - 1, k - 1) + c t(n - 1, k), c = k (second kind) or 1 - n (first). */
static ly_value stirling(ly_context *cx, ly_expr *call, bool first)
{
    int64_t n, k;
    if (!ly_to_int64(call->args[0], &n) || !ly_to_int64(call->args[1], &k) || n < 0 || k < 0 || n > 5000) return LY_UNEVALUATED;
    if (k > n) return LY_INT(0);
    mpz_t *row = ly_malloc((size_t)(k + 1) * sizeof *row);
    if (!row) return ly_raise_memory(cx);
    for (int64_t i = 0; i <= k; i++) mpz_init_set_ui(row[i], i == 0);
    bool stopped = false;
    for (int64_t m = 1; m <= n && !stopped; m++) {
        for (int64_t i = m < k ? m : k; i >= 1; i--) {
            if (first) mpz_mul_si(row[i], row[i], 1 - m);
            else mpz_mul_si(row[i], row[i], i);
            mpz_add(row[i], row[i], row[i - 1]);
        }
        if (first) mpz_mul_si(row[0], row[0], 1 - m);
        else mpz_set_ui(row[0], 0);
        stopped = ly_poll(cx);
    }
    mpz_t z;
    mpz_init_set(z, row[k]);
    for (int64_t i = 0; i <= k; i++) mpz_clear(row[i]);
    ly_free(row);
    if (!stopped) return ly_integer_take_mpz(cx, z);
    mpz_clear(z);
    return LY_FAILED;
}

BUILTIN(StirlingS1, stirling_s1, 2, 2, LISTED, LY_PURE, "StirlingS1[n, m] gives the Stirling number of the first kind.")
static ly_value stirling_s1(ly_context *cx, ly_expr *call) { return stirling(cx, call, true); }

BUILTIN(StirlingS2, stirling_s2, 2, 2, LISTED, LY_PURE, "StirlingS2[n, m] gives the Stirling number of the second kind.")
static ly_value stirling_s2(ly_context *cx, ly_expr *call) { return stirling(cx, call, false); }

BUILTIN(BellB, bell_b, 1, 2, LISTED, LY_PURE, "BellB[n] gives the Bell number B_n.\nBellB[n, x] gives the Bell polynomial B_n(x).")
static ly_value bell_b(ly_context *cx, ly_expr *call)
{
    int64_t n;
    if (!ly_to_int64(call->args[0], &n) || n < 0 || n > 3000) return LY_UNEVALUATED;
    if (call->count == 2) {
        ly_builder terms = ly_builder_new();
        for (int64_t k = 0; k <= n; k++) {
            ly_value s = ly_call2(cx, LY_SYM(StirlingS2), LY_INT(n), LY_INT(k));
            if (!ly_builder_add(cx, &terms, ly_make2(cx, LY_SYM(Times), s, ly_make2(cx, LY_SYM(Power), ly_retain(call->args[1]), LY_INT(k))))) return LY_FAILED;
        }
        return ly_builder_finish(cx, &terms, LY_SYM(Plus));
    }
    /* Bell's triangle */
    mpz_t *row = ly_malloc((size_t)(n + 2) * sizeof *row), last;
    if (!row) return ly_raise_memory(cx);
    for (int64_t i = 0; i <= n + 1; i++) mpz_init(row[i]);
    mpz_set_ui(row[0], 1);
    mpz_init_set_ui(last, 1);
    for (int64_t m = 1; m <= n; m++) {
        mpz_t carry, swap;
        mpz_init_set(carry, last);
        mpz_init(swap);
        for (int64_t i = 0; i <= m; i++) {
            mpz_set(swap, row[i]);
            mpz_set(row[i], carry);
            mpz_add(carry, carry, swap);
        }
        mpz_set(last, row[m]);
        mpz_clears(carry, swap, NULL);
        if (ly_poll(cx)) break;
    }
    mpz_t z;
    mpz_init_set(z, row[0]);
    for (int64_t i = 0; i <= n + 1; i++) mpz_clear(row[i]);
    ly_free(row);
    mpz_clear(last);
    if (!cx->pending.kind) return ly_integer_take_mpz(cx, z);
    mpz_clear(z);
    return LY_FAILED;
}

/* All Bernoulli numbers up to n, by Akiyama and Tanigawa's triangle; the n-th (with B_1 = -1/2). */
static ly_value bernoulli_number(ly_context *cx, int64_t n)
{
    if (n == 1) return ly_rational_new(cx, LY_INT(-1), LY_INT(2));
    if (n > 1 && n % 2) return LY_INT(0);
    mpq_t *a = ly_malloc((size_t)(n + 1) * sizeof *a), t;
    if (!a) return ly_raise_memory(cx);
    mpq_init(t);
    int64_t m;
    for (m = 0; m <= n; m++) {
        mpq_init(a[m]);
        mpq_set_ui(a[m], 1, (unsigned long)m + 1);
        for (int64_t j = m; j >= 1; j--) {
            mpq_sub(t, a[j - 1], a[j]);
            mpz_mul_ui(mpq_numref(t), mpq_numref(t), (unsigned long)j);
            mpq_canonicalize(t);
            mpq_set(a[j - 1], t);
        }
        if (ly_poll(cx)) {
            m++;
            break;
        }
    }
    mpq_set(t, a[0]);
    for (int64_t i = 0; i < m; i++) mpq_clear(a[i]);
    ly_free(a);
    if (!cx->pending.kind) return ly_rational_take_mpq(cx, t);
    mpq_clear(t);
    return LY_FAILED;
}

BUILTIN(BernoulliB, bernoulli_b, 1, 2, LISTED, LY_PURE, "BernoulliB[n] gives the Bernoulli number B_n.\nBernoulliB[n, x] gives the Bernoulli polynomial B_n(x).")
static ly_value bernoulli_b(ly_context *cx, ly_expr *call)
{
    int64_t n;
    if (!ly_to_int64(call->args[0], &n) || n < 0 || n > 2000) return LY_UNEVALUATED;
    if (call->count == 1) return bernoulli_number(cx, n);
    ly_value x = call->args[1];
    ly_builder terms = ly_builder_new();
    for (int64_t k = 0; k <= n; k++) {
        ly_value b = bernoulli_number(cx, k), c = ly_call2(cx, LY_SYM(Binomial), LY_INT(n), LY_INT(k));
        ly_value term = ly_make3(cx, LY_SYM(Times), b, c, n == k ? LY_INT(1) : ly_make2(cx, LY_SYM(Power), ly_retain(x), LY_INT(n - k)));
        if (!ly_builder_add(cx, &terms, term)) return LY_FAILED;
    }
    return ly_builder_finish(cx, &terms, LY_SYM(Plus));
}

/* E_n by the recurrence sum over even k of Binomial[n, k] E_k = 0. */
static ly_value euler_number(ly_context *cx, int64_t n)
{
    if (n % 2) return LY_INT(0);
    size_t count = (size_t)(n / 2) + 1;
    mpz_t *e = ly_malloc(count * sizeof *e), b;
    if (!e) return ly_raise_memory(cx);
    mpz_init(b);
    for (size_t m = 0; m < count; m++) {
        mpz_init_set_ui(e[m], m == 0);
        for (size_t k = 0; k < m; k++) {
            mpz_bin_uiui(b, 2 * m, 2 * k);
            mpz_submul(e[m], b, e[k]);
        }
    }
    mpz_set(b, e[count - 1]);
    for (size_t m = 0; m < count; m++) mpz_clear(e[m]);
    ly_free(e);
    return ly_integer_take_mpz(cx, b);
}

BUILTIN(EulerE, euler_e, 1, 2, LISTED, LY_PURE, "EulerE[n] gives the Euler number E_n.\nEulerE[n, x] gives the Euler polynomial E_n(x).")
static ly_value euler_e(ly_context *cx, ly_expr *call)
{
    int64_t n;
    if (!ly_to_int64(call->args[0], &n) || n < 0 || n > 2000) return LY_UNEVALUATED;
    if (call->count == 1) return euler_number(cx, n);
    ly_value x = call->args[1];
    ly_builder terms = ly_builder_new();
    for (int64_t k = 0; k <= n; k++) {
        ly_value four[4] = {LY_INT(n), LY_INT(k), x, euler_number(cx, k)};
        ly_value term = ly_formula(cx, "Expand[Binomial[#1, #2] #4/2^#2 If[#1 === #2, 1, (#3 - 1/2)^(#1 - #2)]]", 4, four);
        ly_release(cx, four[3]);
        if (ly_failed(term) || !ly_builder_add(cx, &terms, term)) return LY_FAILED;
    }
    return ly_builder_finish(cx, &terms, LY_SYM(Plus));
}

/* ---- partitions ------------------------------------------------------------------------------------------------------- */

BUILTIN(PartitionsP, partitions_p, 1, 1, LISTED, LY_PURE, "PartitionsP[n] gives the number p(n) of unrestricted partitions of the integer n.")
static ly_value partitions_p(ly_context *cx, ly_expr *call)
{
    int64_t n;
    if (ly_is_integer(call->args[0]) && ly_sign(call->args[0]) < 0) return LY_INT(0);
    if (!ly_to_int64(call->args[0], &n) || n > 200000) return LY_UNEVALUATED;
    /* Euler's pentagonal numbers */
    mpz_t *p = ly_malloc((size_t)(n + 1) * sizeof *p);
    if (!p) return ly_raise_memory(cx);
    int64_t m;
    for (m = 0; m <= n; m++) {
        mpz_init_set_ui(p[m], m == 0);
        for (int64_t k = 1; k * (3 * k - 1) / 2 <= m; k++) {
            int64_t i = m - k * (3 * k - 1) / 2, j = m - k * (3 * k + 1) / 2;
            if (k & 1) mpz_add(p[m], p[m], p[i]);
            else mpz_sub(p[m], p[m], p[i]);
            if (j < 0) continue;
            if (k & 1) mpz_add(p[m], p[m], p[j]);
            else mpz_sub(p[m], p[m], p[j]);
        }
        if (ly_poll(cx)) {
            m++;
            break;
        }
    }
    mpz_t z;
    mpz_init_set(z, p[m - 1]);
    for (int64_t i = 0; i < m; i++) mpz_clear(p[i]);
    ly_free(p);
    if (!cx->pending.kind) return ly_integer_take_mpz(cx, z);
    mpz_clear(z);
    return LY_FAILED;
}

BUILTIN(PartitionsQ, partitions_q, 1, 1, LISTED, LY_PURE, "PartitionsQ[n] gives the number q(n) of partitions of the integer n into distinct parts.")
static ly_value partitions_q(ly_context *cx, ly_expr *call)
{
    int64_t n;
    if (ly_is_integer(call->args[0]) && ly_sign(call->args[0]) < 0) return LY_INT(0);
    if (!ly_to_int64(call->args[0], &n) || n > 20000) return LY_UNEVALUATED;
    mpz_t *q = ly_malloc((size_t)(n + 1) * sizeof *q);
    if (!q) return ly_raise_memory(cx);
    for (int64_t i = 0; i <= n; i++) mpz_init_set_ui(q[i], i == 0);
    for (int64_t part = 1; part <= n; part++) {
        for (int64_t i = n; i >= part; i--) mpz_add(q[i], q[i], q[i - part]);
        if (ly_poll(cx)) break;
    }
    mpz_t z;
    mpz_init_set(z, q[n]);
    for (int64_t i = 0; i <= n; i++) mpz_clear(q[i]);
    ly_free(q);
    if (!cx->pending.kind) return ly_integer_take_mpz(cx, z);
    mpz_clear(z);
    return LY_FAILED;
}
