/* compare_numbers.c: numbers compared by their values, whatever their kinds.

   `ly_compare_numbers` is exact: it is a total order of the real numbers, so sorting and canonical
   order can rely on it. `ly_numbers_equal` is what Equal means: inexact numbers are equal when they
   differ in their last seven bits at most. */
#include <math.h>

#include "value/number.h"

static int sign_of(int64_t n) { return (n > 0) - (n < 0); }

/* Exact number against a finite double. */
static int compare_exact_double(ly_value a, double d)
{
    if (ly_is_int(a)) {
        int64_t n = ly_int_of(a);
        if (n <= (1LL << 53) && n >= -(1LL << 53)) {
            double x = (double)n;
            return (x > d) - (x < d);
        }
        if (d >= 9.3e18) return -1;
        if (d <= -9.3e18) return 1;
    }
    mpq_t p, q;
    ly_init_mpq(p, a);
    mpq_init(q);
    mpq_set_d(q, d);
    int order = mpq_cmp(p, q);
    mpq_clear(p);
    mpq_clear(q);
    return sign_of(order);
}

static int compare_bigreal(const mpfr_t f, ly_value b)
{
    if (ly_is_int(b)) return sign_of(mpfr_cmp_si(f, ly_int_of(b)));
    if (ly_is_real(b)) return sign_of(mpfr_cmp_d(f, ly_real_of(b)));
    if (ly_is_bigreal(b)) return sign_of(mpfr_cmp(f, ly_bigreal_of(b)->f));
    if (ly_is_rational(b)) return sign_of(mpfr_cmp_q(f, ly_rational_of(b)->q));
    return sign_of(mpfr_cmp_z(f, ly_bigint_of(b)->z));
}

static int compare_exact(ly_value a, ly_value b)
{
    if (ly_is_int(a) && ly_is_int(b)) return ((int64_t)a > (int64_t)b) - ((int64_t)a < (int64_t)b);
    if (ly_is_integer(a) && ly_is_integer(b)) {
        if (ly_is_int(a)) return -sign_of(mpz_cmp_si(ly_bigint_of(b)->z, ly_int_of(a)));
        if (ly_is_int(b)) return sign_of(mpz_cmp_si(ly_bigint_of(a)->z, ly_int_of(b)));
        return sign_of(mpz_cmp(ly_bigint_of(a)->z, ly_bigint_of(b)->z));
    }
    mpq_t p, q;
    ly_init_mpq(p, a);
    ly_init_mpq(q, b);
    int order = mpq_cmp(p, q);
    mpq_clear(p);
    mpq_clear(q);
    return sign_of(order);
}

int ly_compare_numbers(ly_value a, ly_value b)
{
    bool real_a = ly_is_real(a), real_b = ly_is_real(b);
    if ((real_a && isnan(ly_real_of(a))) || (real_b && isnan(ly_real_of(b)))) return 2;
    if (real_a && real_b) {
        double x = ly_real_of(a), y = ly_real_of(b);
        return (x > y) - (x < y);
    }
    if ((real_a && isinf(ly_real_of(a)))) return ly_real_of(a) > 0 ? 1 : -1;
    if ((real_b && isinf(ly_real_of(b)))) return ly_real_of(b) > 0 ? -1 : 1;
    if (ly_is_bigreal(a)) return compare_bigreal(ly_bigreal_of(a)->f, b);
    if (ly_is_bigreal(b)) return -compare_bigreal(ly_bigreal_of(b)->f, a);
    if (real_a) return -compare_exact_double(b, ly_real_of(a));
    if (real_b) return compare_exact_double(a, ly_real_of(b));
    return compare_exact(a, b);
}

/* |x - y| <= tolerance * scale, the scale at least the larger of the two */
static bool doubles_equal(double x, double y, double scale)
{
    if (x == y) return true;
    return fabs(x - y) <= LY_EQUAL_TOLERANCE * fmax(scale, fmax(fabs(x), fabs(y)));
}

static bool reals_equal(ly_value a, ly_value b, double scale)
{
    double x, y;
    if (!ly_is_bigreal(a) && !ly_is_bigreal(b)) {
        if (!ly_is_real(a) && !ly_is_real(b)) return compare_exact(a, b) == 0;
        ly_to_double(a, &x);
        ly_to_double(b, &y);
        if (isinf(x) || isinf(y)) return ly_compare_numbers(a, b) == 0;
        return doubles_equal(x, y, scale);
    }
    if (ly_is_real(a) || ly_is_real(b)) {
        ly_to_double(a, &x);
        ly_to_double(b, &y);
        if (isfinite(x) && isfinite(y) && (x != 0 || y != 0)) return doubles_equal(x, y, scale);
    }
    double accuracy = fmin(ly_accuracy_of(a), ly_accuracy_of(b));
    mpfr_t f, g;
    long bits = ly_bits_for(fmin(1e6, accuracy + fmax(0, fmax(ly_log10_abs(a), ly_log10_abs(b))))) + 64;
    ly_init_mpfr(f, a, bits);
    ly_init_mpfr(g, b, bits);
    mpfr_sub(f, f, g, MPFR_RNDN);
    bool equal = mpfr_zero_p(f);
    if (!equal) {
        long exponent;
        double m = mpfr_get_d_2exp(&exponent, f, MPFR_RNDN);
        /* seven bits more than what is uncertain */
        equal = log10(fabs(m)) + exponent * 0.30102999566398119521 <= -accuracy + 2.107209969647868;
    }
    mpfr_clear(f);
    mpfr_clear(g);
    return equal;
}

bool ly_numbers_equal(ly_value a, ly_value b)
{
    if (!ly_is_complex(a) && !ly_is_complex(b)) return reals_equal(a, b, 0);
    double re = 0, im = 0, re2 = 0, im2 = 0;
    ly_to_double(ly_real_part(a), &re);
    ly_to_double(ly_imaginary_part(a), &im);
    ly_to_double(ly_real_part(b), &re2);
    ly_to_double(ly_imaginary_part(b), &im2);
    double scale = fmax(hypot(re, im), hypot(re2, im2));
    if (!isfinite(scale)) scale = 0;
    return reals_equal(ly_real_part(a), ly_real_part(b), scale) &&
           reals_equal(ly_imaginary_part(a), ly_imaginary_part(b), scale);
}
