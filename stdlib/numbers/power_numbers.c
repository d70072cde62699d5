/* power_numbers.c: powers of numbers: integer powers, radicals, and inexact powers. */
#include <math.h>

#include "numeric.h"

static bool is_exact_real(ly_value v) { return ly_is_integer(v) || ly_is_rational(v); }

bool ly_to_complex(ly_value v, double complex *out)
{
    double re, im;
    if (!ly_is_number(v) || !ly_to_double(ly_real_part(v), &re) ||
        !ly_to_double(ly_imaginary_part(v), &im))
        return false;
    *out = re + im * _Complex_I;
    return isfinite(re) && isfinite(im);
}

ly_value ly_machine_complex(ly_context *cx, double complex z)
{
    return ly_complex_take(cx, ly_real(cx, creal(z)), ly_real(cx, cimag(z)));
}

static double lowest_precision(ly_value a, ly_value b)
{
    return fmin(ly_precision_of(a), ly_precision_of(b));
}

static bool is_machine(ly_value v)
{
    return ly_is_real(ly_real_part(v)) || ly_is_real(ly_imaginary_part(v));
}

/* ---- the exponential ---------------------------------------------------------------------------- */

ly_value ly_exponential(ly_context *cx, ly_value x)
{
    if (ly_is_real(x)) {
        double d = exp(ly_real_of(x));
        if (isfinite(d) && d != 0) return ly_real(cx, d);
    }
    if (is_machine(x)) {
        double complex z;
        if (ly_is_complex(x) && ly_to_complex(x, &z)) {
            z = cexp(z);
            if (isfinite(creal(z)) && isfinite(cimag(z))) return ly_machine_complex(cx, z);
        }
    }
    if (!ly_is_complex(x)) {
        /* an absolute error of the argument is a relative one of the value */
        mpfr_t f;
        ly_mpfr_begin();
        double precision = fmin(ly_accuracy_of(x), LY_MAX_PRECISION);
        if (ly_is_real(x)) precision = LY_MACHINE_PRECISION;
        ly_init_mpfr(f, x, ly_bits_for(fmax(precision, 1)) + (long)fmax(0, ly_log10_abs(x) * 3.4) + 32);
        mpfr_exp(f, f, MPFR_RNDN);
        if (mpfr_zero_p(f) && !ly_is_zero(x)) {
            mpfr_clear(f);
            ly_message(cx, LY_SYM(General), "unfl", 0);
            return ly_make0(cx, LY_SYM(Underflow));
        }
        return ly_bigreal_take_mpfr(cx, f, precision);
    }
    double precision = fmin(ly_accuracy_of(ly_complex_of(x)->re), ly_accuracy_of(ly_complex_of(x)->im));
    return ly_arb_call(cx, "acb_exp", 1, &x, precision);
}

/* ---- inexact powers ----------------------------------------------------------------------------- */

static bool is_integer_valued(ly_value v)
{
    return ly_is_integer(v) || (ly_is_real(v) && ly_real_of(v) == rint(ly_real_of(v)));
}

static ly_value machine_power(ly_context *cx, ly_value base, ly_value exponent)
{
    double x, y, d;
    if (!ly_is_complex(base) && !ly_is_complex(exponent)) {
        ly_to_double(base, &x);
        ly_to_double(exponent, &y);
        bool half = ly_is_rational(exponent) && fabs(y) == 0.5;
        if (x >= 0 || is_integer_valued(exponent)) {
            if (half) d = y > 0 ? sqrt(x) : 1 / sqrt(x);
            else d = pow(x, y);
            if (isfinite(d) && (d != 0 || x == 0)) return ly_real(cx, d);
            return LY_UNEVALUATED;
        }
        if (half) {
            d = sqrt(-x);
            return ly_machine_complex(cx, (y > 0 ? d : -1 / d) * _Complex_I);
        }
        d = pow(-x, y);
        if (!isfinite(d) || d == 0) return LY_UNEVALUATED;
        return ly_machine_complex(cx, d * cos(M_PI * y) + d * sin(M_PI * y) * _Complex_I);
    }
    double complex z, w;
    if (!ly_to_complex(base, &z) || !ly_to_complex(exponent, &w)) return LY_UNEVALUATED;
    if (ly_is_rational(exponent) && creal(w) == 0.5) z = csqrt(z);
    else z = cpow(z, w);
    if (!isfinite(creal(z)) || !isfinite(cimag(z))) return LY_UNEVALUATED;
    return ly_machine_complex(cx, z);
}

static ly_value big_power(ly_context *cx, ly_value base, ly_value exponent)
{
    ly_mpfr_begin();
    if (!ly_is_complex(base) && !ly_is_complex(exponent) &&
        (ly_sign(base) > 0 || (ly_sign(base) == 0 && ly_sign(exponent) > 0))) {
        double log_base = fabs(ly_log10_abs(base)) * 2.302585092994046;
        /* relative error: |y| rel(x) + |log x| abs(y) */
        double error = pow(10, -ly_precision_of(base) + ly_log10_abs(exponent));
        if (log_base > 0 && isfinite(log_base)) error += log_base * pow(10, -ly_accuracy_of(exponent));
        double precision = error > 0 ? -log10(error) : lowest_precision(base, exponent);
        if (ly_sign(base) == 0) precision = ly_precision_of(exponent);
        precision = fmin(precision, LY_MAX_PRECISION);
        mpfr_t x, y;
        long bits = ly_bits_for(fmax(precision, 1)) + 64;
        ly_init_mpfr(x, base, bits);
        ly_init_mpfr(y, exponent, bits + (long)fmax(0, ly_log10_abs(exponent) * 3.4));
        if (ly_is_rational(exponent) && mpfr_cmp_d(y, 0.5) == 0) mpfr_sqrt(x, x, MPFR_RNDN);
        else mpfr_pow(x, x, y, MPFR_RNDN);
        mpfr_clear(y);
        if (mpfr_zero_p(x) && !ly_is_zero(base)) {
            mpfr_clear(x);
            ly_message(cx, LY_SYM(General), "unfl", 0);
            return ly_make0(cx, LY_SYM(Underflow));
        }
        return ly_bigreal_take_mpfr(cx, x, precision);
    }
    ly_value args[2] = {base, exponent};
    double precision = lowest_precision(base, exponent);
    if (!(precision > 0)) return LY_UNEVALUATED;
    return ly_arb_call(cx, "acb_pow", 2, args, precision);
}

static ly_value inexact_power(ly_context *cx, ly_value base, ly_value exponent)
{
    if (is_machine(base) || is_machine(exponent)) {
        ly_value r = machine_power(cx, base, exponent);
        if (r != LY_UNEVALUATED) return r;
    }
    return big_power(cx, base, exponent);
}

/* ---- exact powers ------------------------------------------------------------------------------- */

/* Sqrt of a Gaussian rational that is a square; LY_UNEVALUATED where it is none. */
static ly_value gaussian_root(ly_context *cx, ly_value z)
{
    ly_value re = ly_complex_of(z)->re, im = ly_complex_of(z)->im;
    mpq_t a, b, norm, r;
    ly_value result = LY_UNEVALUATED;
    ly_init_mpq(a, re);
    ly_init_mpq(b, im);
    mpq_inits(norm, r, NULL);
    mpq_mul(norm, a, a);
    mpq_mul(r, b, b);
    mpq_add(norm, norm, r);
    if (mpz_perfect_square_p(mpq_numref(norm)) && mpz_perfect_square_p(mpq_denref(norm))) {
        mpz_sqrt(mpq_numref(norm), mpq_numref(norm));
        mpz_sqrt(mpq_denref(norm), mpq_denref(norm));
        /* x^2 = (|z| + a)/2, y = b/(2 x) */
        mpq_add(r, norm, a);
        mpq_div_2exp(r, r, 1);
        if (mpq_sgn(r) > 0 && mpz_perfect_square_p(mpq_numref(r)) && mpz_perfect_square_p(mpq_denref(r))) {
            mpz_sqrt(mpq_numref(r), mpq_numref(r));
            mpz_sqrt(mpq_denref(r), mpq_denref(r));
            mpq_div(b, b, r);
            mpq_div_2exp(b, b, 1);
            mpq_t x, y;
            mpq_inits(x, y, NULL);
            mpq_set(x, r);
            mpq_set(y, b);
            ly_value first = ly_rational_take_mpq(cx, x);
            result = ly_complex_take(cx, first, ly_rational_take_mpq(cx, y));
        }
    }
    mpq_clears(a, b, norm, r, NULL);
    return result;
}

static ly_value power_of_zero(ly_context *cx, ly_value base, ly_value exponent)
{
    ly_value whole = ly_make2(cx, LY_SYM(Power), ly_retain(base), ly_retain(exponent));
    ly_value re = ly_real_part(exponent);
    int sign = ly_sign(re);
    if (sign > 0) {
        ly_release(cx, whole);
        return ly_is_exact(base) && !ly_is_exact(exponent) ? LY_INT(0) : ly_retain(base);
    }
    if (sign < 0 && !ly_is_complex(exponent)) return ly_infinite_take(cx, whole);
    if (sign < 0) {
        ly_release(cx, whole);
        return ly_infinity(cx, 0);
    }
    return ly_indeterminate_take(cx, LY_SYM(Power), whole);
}

ly_value ly_power_numbers(ly_context *cx, ly_value base, ly_value exponent)
{
    if (ly_is_zero(base)) return power_of_zero(cx, base, exponent);
    if (ly_is_integer(exponent)) {
        if (exponent == LY_INT(0)) {
            if (ly_is_exact(base)) return LY_INT(1);
            ly_value zero = ly_multiply(cx, base, LY_INT(0)), one = ly_add(cx, zero, LY_INT(1));
            ly_release(cx, zero);
            return one;
        }
        return ly_power_integer(cx, base, exponent);
    }
    if (base == LY_INT(1)) return base;
    if (!ly_is_exact(base) || !ly_is_exact(exponent)) return inexact_power(cx, base, exponent);
    if (!ly_is_rational(exponent)) return LY_UNEVALUATED; /* exact complex exponent */
    if (ly_is_complex(base)) {
        ly_value re = ly_complex_of(base)->re, im = ly_complex_of(base)->im;
        const mpq_t *e = (const mpq_t *)&ly_rational_of(exponent)->q;
        if (mpz_cmp_ui(mpq_denref(*e), 2) == 0) {
            ly_value root = gaussian_root(cx, base);
            if (root != LY_UNEVALUATED) {
                ly_value n = ly_rational_numerator(cx, exponent);
                ly_value r = ly_power_integer(cx, root, n);
                ly_release(cx, root);
                ly_release(cx, n);
                return r;
            }
        }
        if (re != LY_INT(0)) return LY_UNEVALUATED;
        /* (b I)^r is |b|^r (-1)^(±r/2) */
        ly_value two = LY_INT(ly_sign(im) > 0 ? 2 : -2);
        ly_value half = ly_divide(cx, exponent, two);
        ly_value size = ly_sign(im) > 0 ? ly_retain(im) : ly_negate(cx, im);
        return ly_make2(cx, LY_SYM(Times), ly_make2(cx, LY_SYM(Power), size, ly_retain(exponent)),
                        ly_make2(cx, LY_SYM(Power), LY_INT(-1), half));
    }
    if (!is_exact_real(base)) return LY_UNEVALUATED;
    return ly_radicals(cx, LY_INT(1), 1, &base, &exponent);
}
