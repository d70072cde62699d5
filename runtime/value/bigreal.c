/* bigreal.c: reals of arbitrary precision, by significance arithmetic.

   A big real x of precision p stands for an interval of radius |x| 10^-p; its accuracy is
   a = p - log10|x|. A sum's absolute errors add, a product's relative errors add, exact operands
   contribute none. Where nothing is certain about a result (its precision would not be positive) it
   is a zero that knows its accuracy. The significand has guard bits beyond the precision, rounded up
   to a multiple of 64, so that chains of operations don't lose digits to rounding. */
#include <math.h>

#include "eval/eval.h"
#include "value/number.h"

#define BITS_PER_DIGIT 3.3219280948873623
#define GUARD_BITS 29

long ly_bits_for(double precision)
{
    if (!(precision > 0)) precision = 0;
    if (precision > LY_MAX_PRECISION) precision = LY_MAX_PRECISION;
    return ((long)ceil(precision * BITS_PER_DIGIT) + GUARD_BITS + 63) / 64 * 64;
}

void ly_mpfr_begin(void)
{
    mpfr_set_emax(mpfr_get_emax_max());
    mpfr_set_emin(mpfr_get_emin_min());
}

double ly_log10_mpfr(const mpfr_t f)
{
    if (mpfr_zero_p(f)) return -HUGE_VAL;
    long exponent;
    double m = mpfr_get_d_2exp(&exponent, f, MPFR_RNDN);
    return log10(fabs(m)) + exponent * 0.30102999566398119521;
}

static double log10_mpz(const mpz_t z)
{
    long exponent;
    double m = mpz_get_d_2exp(&exponent, z);
    return m == 0 ? -HUGE_VAL : log10(fabs(m)) + exponent * 0.30102999566398119521;
}

double ly_log10_abs(ly_value v)
{
    if (ly_is_int(v)) return v == LY_INT(0) ? -HUGE_VAL : log10(fabs((double)ly_int_of(v)));
    if (ly_is_real(v)) return log10(fabs(ly_real_of(v)));
    switch (ly_object_of(v)->kind) {
    case LY_KIND_BIGINT: return log10_mpz(ly_bigint_of(v)->z);
    case LY_KIND_RATIONAL:
        return log10_mpz(mpq_numref(ly_rational_of(v)->q)) -
               log10_mpz(mpq_denref(ly_rational_of(v)->q));
    case LY_KIND_BIGREAL: return ly_log10_mpfr(ly_bigreal_of(v)->f);
    default: return 0;
    }
}

/* log10(10^a + 10^b) */
static double log10_sum(double a, double b)
{
    double high = fmax(a, b), low = fmin(a, b);
    if (low == -HUGE_VAL || high == HUGE_VAL) return high;
    return high + log10(1 + pow(10, low - high));
}

double ly_precision_of(ly_value v)
{
    if (ly_is_real(v)) return LY_MACHINE_PRECISION;
    if (ly_is_bigreal(v)) {
        if (mpfr_zero_p(ly_bigreal_of(v)->f)) return 0;
        return ly_bigreal_of(v)->precision;
    }
    if (ly_is_complex(v)) {
        ly_value re = ly_complex_of(v)->re, im = ly_complex_of(v)->im;
        if (ly_is_real(re) || ly_is_real(im)) return LY_MACHINE_PRECISION;
        if (ly_is_exact(v)) return HUGE_VAL;
        /* relative to the magnitude of the whole */
        double error = log10_sum(-2 * ly_accuracy_of(re), -2 * ly_accuracy_of(im)) / 2;
        return log10_sum(2 * ly_log10_abs(re), 2 * ly_log10_abs(im)) / 2 - error;
    }
    return HUGE_VAL;
}

double ly_accuracy_of(ly_value v)
{
    if (ly_is_real(v)) {
        double d = ly_real_of(v);
        return d == 0 ? 307.6526555685887 : LY_MACHINE_PRECISION - log10(fabs(d));
    }
    if (ly_is_bigreal(v)) {
        const ly_bigreal *x = ly_bigreal_of(v);
        return mpfr_zero_p(x->f) ? -x->precision : x->precision - ly_log10_mpfr(x->f);
    }
    if (ly_is_complex(v)) {
        ly_value re = ly_complex_of(v)->re, im = ly_complex_of(v)->im;
        if (ly_is_exact(v)) return HUGE_VAL;
        return -log10_sum(-2 * ly_accuracy_of(re), -2 * ly_accuracy_of(im)) / 2;
    }
    return HUGE_VAL;
}

void ly_init_mpfr(mpfr_t f, ly_value v, long bits)
{
    if (bits < MPFR_PREC_MIN) bits = MPFR_PREC_MIN;
    mpfr_init2(f, bits);
    if (ly_is_int(v)) mpfr_set_si(f, ly_int_of(v), MPFR_RNDN);
    else if (ly_is_real(v)) mpfr_set_d(f, ly_real_of(v), MPFR_RNDN);
    else if (ly_is_rational(v)) mpfr_set_q(f, ly_rational_of(v)->q, MPFR_RNDN);
    else if (ly_is_bigreal(v)) mpfr_set(f, ly_bigreal_of(v)->f, MPFR_RNDN);
    else mpfr_set_z(f, ly_bigint_of(v)->z, MPFR_RNDN);
}

/* The limits of exponents, those of Wolfram's $MaxNumber and $MinNumber. */
#define MAX_EXPONENT 4503599627370496

static ly_value finish(ly_context *cx, mpfr_t f, double precision)
{
    if (mpfr_nan_p(f)) {
        mpfr_clear(f);
        return ly_retain(LY_SYM(Indeterminate));
    }
    if (mpfr_inf_p(f) || (!mpfr_zero_p(f) && mpfr_get_exp(f) > MAX_EXPONENT)) {
        mpfr_clear(f);
        return ly_overflow(cx);
    }
    if (!mpfr_zero_p(f) && mpfr_get_exp(f) < -MAX_EXPONENT) {
        mpfr_clear(f);
        ly_message(cx, LY_SYM(General), "unfl", 0);
        return ly_make0(cx, LY_SYM(Underflow));
    }
    if (precision > LY_MAX_PRECISION) precision = LY_MAX_PRECISION;
    ly_bigreal *box = ly_alloc(cx, LY_KIND_BIGREAL, sizeof *box);
    box->precision = precision;
    memcpy(box->f, f, sizeof box->f);
    return ly_from_object(box);
}

ly_value ly_bigreal_take_mpfr(ly_context *cx, mpfr_t f, double precision)
{
    if (!mpfr_regular_p(f)) return finish(cx, f, mpfr_zero_p(f) ? -precision : precision);
    if (!(precision > 0)) return ly_bigreal_with_accuracy_take(cx, f, precision - ly_log10_mpfr(f));
    long bits = ly_bits_for(precision);
    if (mpfr_get_prec(f) != bits) mpfr_prec_round(f, bits, MPFR_RNDN);
    return finish(cx, f, precision);
}

ly_value ly_bigreal_with_accuracy_take(ly_context *cx, mpfr_t f, double accuracy)
{
    if (mpfr_regular_p(f)) {
        double precision = accuracy + ly_log10_mpfr(f);
        if (precision > 0) return ly_bigreal_take_mpfr(cx, f, precision);
        mpfr_set_zero(f, 1);
    }
    if (mpfr_zero_p(f)) mpfr_prec_round(f, 64, MPFR_RNDN);
    return finish(cx, f, -accuracy);
}

ly_value ly_bigreal_from(ly_context *cx, ly_value v, double precision)
{
    mpfr_t f;
    ly_mpfr_begin();
    if (precision > LY_MAX_PRECISION) precision = LY_MAX_PRECISION;
    if (precision > 1e5 && !ly_memory_can(cx, (size_t)precision)) return LY_FAILED;
    ly_init_mpfr(f, v, ly_bits_for(precision));
    if (mpfr_zero_p(f)) return finish(cx, f, -precision);
    return ly_bigreal_take_mpfr(cx, f, precision);
}

/* Bits in which a result of this many digits is computed; 0 where there is no memory for it. */
static long working_bits(ly_context *cx, double digits)
{
    long bits = ly_bits_for(digits) + 32;
    if (bits > 1 << 22 && !ly_memory_can(cx, (size_t)bits / 2)) return 0;
    return bits;
}

ly_value ly_bigreal_add(ly_context *cx, ly_value a, ly_value b, bool subtract)
{
    ly_mpfr_begin();
    double accuracy = -log10_sum(-ly_accuracy_of(a), -ly_accuracy_of(b));
    double size = fmax(ly_log10_abs(a), ly_log10_abs(b)) + 1;
    mpfr_t x, y;
    long bits = working_bits(cx, size == -HUGE_VAL ? 1 : fmax(1, accuracy + size));
    if (!bits) return LY_FAILED;
    ly_init_mpfr(x, a, bits);
    ly_init_mpfr(y, b, bits);
    if (subtract) mpfr_sub(x, x, y, MPFR_RNDN);
    else mpfr_add(x, x, y, MPFR_RNDN);
    mpfr_clear(y);
    return ly_bigreal_with_accuracy_take(cx, x, accuracy);
}

/* A product or quotient that is zero: its accuracy follows from the factor that is not certain. */
static ly_value zero_product(ly_context *cx, mpfr_t f, ly_value a, ly_value b, bool divide)
{
    double accuracy = ly_is_zero(a) ? ly_accuracy_of(a) : ly_log10_abs(a) == -HUGE_VAL ? 0 : -ly_log10_abs(a);
    double other = ly_is_zero(b) ? ly_accuracy_of(b) : ly_log10_abs(b);
    accuracy += divide ? other : ly_is_zero(b) ? other : -other;
    if (!isfinite(accuracy)) {
        mpfr_clear(f);
        return LY_INT(0);
    }
    return ly_bigreal_with_accuracy_take(cx, f, accuracy);
}

static ly_value multiply_or_divide(ly_context *cx, ly_value a, ly_value b, bool divide)
{
    ly_mpfr_begin();
    double precision = -log10_sum(-ly_precision_of(a), -ly_precision_of(b));
    mpfr_t x, y;
    long bits = working_bits(cx, fmax(precision, 1));
    if (!bits) return LY_FAILED;
    ly_init_mpfr(x, a, bits);
    ly_init_mpfr(y, b, bits);
    if (divide) mpfr_div(x, x, y, MPFR_RNDN);
    else mpfr_mul(x, x, y, MPFR_RNDN);
    mpfr_clear(y);
    if (mpfr_zero_p(x)) return zero_product(cx, x, a, b, divide);
    return ly_bigreal_take_mpfr(cx, x, precision);
}

ly_value ly_bigreal_multiply(ly_context *cx, ly_value a, ly_value b)
{
    if (a == LY_INT(0) || b == LY_INT(0)) return LY_INT(0);
    return multiply_or_divide(cx, a, b, false);
}

ly_value ly_bigreal_divide(ly_context *cx, ly_value a, ly_value b)
{
    if (a == LY_INT(0)) return LY_INT(0);
    return multiply_or_divide(cx, a, b, true);
}

/* The relative error grows by the exponent's size. */
ly_value ly_bigreal_power(ly_context *cx, ly_value base, ly_value exponent)
{
    ly_mpfr_begin();
    double precision = ly_precision_of(base) - fmax(0, ly_log10_abs(exponent));
    mpfr_t x;
    mpz_t n;
    long bits = working_bits(cx, fmax(ly_precision_of(base), 1));
    if (!bits) return LY_FAILED;
    ly_init_mpfr(x, base, bits);
    if (mpfr_zero_p(x)) {
        double accuracy = ly_accuracy_of(base) * fmax(1, ly_is_int(exponent) ? ly_int_of(exponent) : 1);
        return ly_bigreal_with_accuracy_take(cx, x, accuracy);
    }
    ly_init_mpz(n, exponent);
    mpfr_pow_z(x, x, n, MPFR_RNDN);
    mpz_clear(n);
    return ly_bigreal_take_mpfr(cx, x, precision);
}
