/* number.h: exact and inexact numbers, and the arithmetic on them.

   Machine integers and reals live in the word (value.h); the rest are objects: integers and
   rationals of GMP, reals of MPFR with their precision, complex numbers of any two of these.
   Numbers are canonical: a result that fits a smaller representation is in it. Nothing here
   evaluates, and nothing aborts: the size of a result is bounded before GMP is called. */
#ifndef LY_NUMBER_H
#define LY_NUMBER_H

#include <gmp.h>
#include <mpfr.h>

#include "value.h"

typedef struct ly_bigint {
    ly_object o;
    mpz_t z;
} ly_bigint;
typedef struct ly_rational {
    ly_object o;
    mpq_t q;
} ly_rational;
typedef struct ly_bigreal {
    ly_object o;
    double precision; /* in decimal digits, as Precision gives it; below 0: zero of accuracy -precision */
    mpfr_t f;         /* with guard bits */
} ly_bigreal;
typedef struct ly_complex {
    ly_object o;
    ly_value re, im;
} ly_complex;

static inline ly_bigint *ly_bigint_of(ly_value v) { return (ly_bigint *)(uintptr_t)v; }
static inline ly_rational *ly_rational_of(ly_value v) { return (ly_rational *)(uintptr_t)v; }
static inline ly_bigreal *ly_bigreal_of(ly_value v) { return (ly_bigreal *)(uintptr_t)v; }
static inline ly_complex *ly_complex_of(ly_value v) { return (ly_complex *)(uintptr_t)v; }

static inline bool ly_is_integer(ly_value v) { return ly_is_int(v) || ly_is_kind(v, LY_KIND_BIGINT); }
static inline bool ly_is_rational(ly_value v) { return ly_is_kind(v, LY_KIND_RATIONAL); }
static inline bool ly_is_bigreal(ly_value v) { return ly_is_kind(v, LY_KIND_BIGREAL); }
static inline bool ly_is_complex(ly_value v) { return ly_is_kind(v, LY_KIND_COMPLEX); }
/* Integer, Rational, Real or Complex: what NumberQ accepts */
bool ly_is_number(ly_value v);
/* a number without imaginary part */
bool ly_is_real_number(ly_value v);
/* an integer, rational, or complex of these */
bool ly_is_exact(ly_value v);

/* ---- making (number.c) */
ly_value ly_integer_boxed(ly_context *cx, int64_t n);
static inline ly_value ly_integer(ly_context *cx, int64_t n)
{
    return ly_int_fits(n) ? LY_INT(n) : ly_integer_boxed(cx, n);
}
ly_value ly_integer_from_u64(ly_context *cx, uint64_t n);
/* Clears z. */
ly_value ly_integer_take_mpz(ly_context *cx, mpz_t z);
/* Canonicalises and clears q; an integer where the denominator is 1. Denominator not 0. */
ly_value ly_rational_take_mpq(ly_context *cx, mpq_t q);
/* n/d, reduced; d not 0. Borrows integers n and d. */
ly_value ly_rational_new(ly_context *cx, ly_value n, ly_value d);
/* Consumes re and im; gives re where im is exact 0. */
ly_value ly_complex_take(ly_context *cx, ly_value re, ly_value im);
/* Clears f. precision in decimal digits. */
ly_value ly_bigreal_take_mpfr(ly_context *cx, mpfr_t f, double precision);
/* Digits in a base from 2 to 36, no sign; the count of digits is given. */
ly_value ly_integer_from_digits(ly_context *cx, const char *digits, size_t count, int base);
/* A decimal literal such as "1.25", "3.", ".5", with an optional binary or decimal exponent applied
   by the reader: a machine real where digits are at most 17 and precision < 0, else a big real with
   that precision (or accuracy, for the `` mark). exponent: multiply by base^exponent. */
ly_value ly_real_from_text(ly_context *cx, const char *digits, size_t count, int base,
                           double precision, bool is_accuracy, int64_t exponent);

/* ---- reading (number.c) */
/* v is an integer within int64_t */
bool ly_to_int64(ly_value v, int64_t *out);
/* v is a number without imaginary part; overflow gives an infinity */
bool ly_to_double(ly_value v, double *out);
/* v is an integer; initialises z */
void ly_init_mpz(mpz_t z, ly_value v);
int ly_sign(ly_value real_number);

/* ---- arithmetic on numbers of any kind (arithmetic.c); LY_FAILED with the error pending when the
   result would be too large (General::ovfl was given) */
ly_value ly_add(ly_context *cx, ly_value a, ly_value b);
ly_value ly_subtract(ly_context *cx, ly_value a, ly_value b);
ly_value ly_multiply(ly_context *cx, ly_value a, ly_value b);
ly_value ly_negate(ly_context *cx, ly_value a);
/* a/b; b not zero */
ly_value ly_divide(ly_context *cx, ly_value a, ly_value b);
/* base^exponent for an integer exponent; base not 0 where exponent < 0 */
ly_value ly_power_integer(ly_context *cx, ly_value base, ly_value exponent);
/* < 0, 0, > 0 for numbers without imaginary part, by exact comparison of values; NaN is unordered: 2 */
int ly_compare_numbers(ly_value a, ly_value b);
/* quotient rounded down, and modulus with the sign of b, of integers; b not 0 */
ly_value ly_quotient(ly_context *cx, ly_value a, ly_value b);
ly_value ly_modulus(ly_context *cx, ly_value a, ly_value b);
/* Equal as values: 1 == 1., by Equal's tolerance for reals */
bool ly_numbers_equal(ly_value a, ly_value b);

#endif
