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
    double precision; /* in decimal digits, as Precision gives it; where f is zero: -accuracy */
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
/* zero of any kind: 0, 0., a big zero, a complex of these */
bool ly_is_zero(ly_value v);
/* Gives back what GMP and MPFR hold for a dying number (not the parts of a complex one). */
void ly_number_clear(ly_object *object);

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
/* Numerator and denominator of an integer or rational. */
ly_value ly_rational_numerator(ly_context *cx, ly_value v);
ly_value ly_rational_denominator(ly_context *cx, ly_value v);
/* Parts of a number, borrowed; the imaginary part of a real number is 0. */
ly_value ly_real_part(ly_value v);
ly_value ly_imaginary_part(ly_value v);
/* Digits in a base from 2 to 36, no sign; the count of digits is given. */
ly_value ly_integer_from_digits(ly_context *cx, const char *digits, size_t count, int base);
/* A decimal literal such as "1.25", "3.", ".5", with an optional binary or decimal exponent applied
   by the reader: a machine real where digits are at most 17 and precision < 0, else a big real with
   that precision (or accuracy, for the `` mark); the precision LY_MACHINE_PRECISION (the mark ` with
   nothing behind it) makes a machine real of any digits. exponent: multiply by base^exponent.
   (real_text.c) */
ly_value ly_real_from_text(ly_context *cx, const char *digits, size_t count, int base,
                           double precision, bool is_accuracy, int64_t exponent);

/* ---- reading (number.c) */
/* v is an integer within int64_t */
bool ly_to_int64(ly_value v, int64_t *out);
/* v is a number without imaginary part; overflow gives an infinity */
bool ly_to_double(ly_value v, double *out);
/* v is an integer; initialises z */
void ly_init_mpz(mpz_t z, ly_value v);
/* v is an integer or rational; initialises q */
void ly_init_mpq(mpq_t q, ly_value v);
int ly_sign(ly_value real_number);

/* ---- precision (bigreal.c): significance arithmetic, as the Wolfram Language does it */
#define LY_MACHINE_PRECISION 15.954589770191003
#define LY_MAX_PRECISION 1e8 /* digits; more is cut to this */
/* Bits of significand for a precision: a multiple of 64, with guard bits. */
long ly_bits_for(double precision);
/* Precision and accuracy in digits: infinite for exact numbers, LY_MACHINE_PRECISION for machine
   numbers. For complex numbers, of the number as a whole. */
double ly_precision_of(ly_value v);
double ly_accuracy_of(ly_value v);
/* log10 |v| of a real number; -HUGE_VAL for zero */
double ly_log10_abs(ly_value v);
double ly_log10_mpfr(const mpfr_t f);
/* A real number (exact, machine or big) as a big real of this precision. */
ly_value ly_bigreal_from(ly_context *cx, ly_value v, double precision);
/* Initialises f with so many bits (at least) and sets it to a real number. */
void ly_init_mpfr(mpfr_t f, ly_value v, long bits);
/* Widens MPFR's exponent range for this thread; before computing with MPFR. */
void ly_mpfr_begin(void);
/* Clears f. The number f, whose absolute error is 10^-accuracy; a zero where nothing is certain. */
ly_value ly_bigreal_with_accuracy_take(ly_context *cx, mpfr_t f, double accuracy);
/* The arithmetic of real numbers of which at least one is big; machine numbers count as big ones. */
ly_value ly_bigreal_add(ly_context *cx, ly_value a, ly_value b, bool subtract);
ly_value ly_bigreal_multiply(ly_context *cx, ly_value a, ly_value b);
ly_value ly_bigreal_divide(ly_context *cx, ly_value a, ly_value b);
ly_value ly_bigreal_power(ly_context *cx, ly_value base, ly_value integer_exponent);

/* ---- arithmetic on numbers of any kind (arithmetic.c). A result that would be too large is
   Overflow[] (General::ovfl was given); an operand that is no number comes back as the result. So
   sums and products of Overflow[] are Overflow[]. LY_FAILED only for lack of memory. */
/* Gives General::ovfl; Overflow[]. */
ly_value ly_overflow(ly_context *cx);
/* An integer of more bits than this is an overflow. */
#define LY_MAX_BITS ((double)((uint64_t)1 << 32))
ly_value ly_add(ly_context *cx, ly_value a, ly_value b);
ly_value ly_subtract(ly_context *cx, ly_value a, ly_value b);
ly_value ly_multiply(ly_context *cx, ly_value a, ly_value b);
/* The same; both operands are consumed, and a large integer that nobody else holds becomes the result. */
ly_value ly_add_take(ly_context *cx, ly_value a, ly_value b);
ly_value ly_subtract_take(ly_context *cx, ly_value a, ly_value b);
ly_value ly_multiply_take(ly_context *cx, ly_value a, ly_value b);
ly_value ly_negate(ly_context *cx, ly_value a);
/* a/b; b not zero */
ly_value ly_divide(ly_context *cx, ly_value a, ly_value b);
/* Sum or product of n > 0 numbers, by halves: the order of operations that decides the last bit, the
   first half the larger one. */
ly_value ly_fold_numbers(ly_context *cx, const ly_value *items, size_t n, bool product);
/* The same of machine numbers; 0 of none. */
double ly_sum_by_halves(const double *x, size_t n);
/* x^n, 0 < |n| < 65536 */
double ly_machine_power(double x, int64_t n);
/* base^exponent for an integer exponent; base not 0 where exponent < 0 */
ly_value ly_power_integer(ly_context *cx, ly_value base, ly_value exponent);
/* quotient rounded down, and modulus with the sign of b, of integers; b not 0 */
ly_value ly_quotient(ly_context *cx, ly_value a, ly_value b);
ly_value ly_modulus(ly_context *cx, ly_value a, ly_value b);
/* < 0, 0, > 0 for numbers without imaginary part, by exact comparison of values; NaN is unordered: 2
   (compare_numbers.c) */
int ly_compare_numbers(ly_value a, ly_value b);
/* Equal as values: 1 == 1., by Equal's tolerance for reals */
bool ly_numbers_equal(ly_value a, ly_value b);
/* The complex operations (complex.c): a or b is complex, both are numbers. */
ly_value ly_complex_add(ly_context *cx, ly_value a, ly_value b, bool subtract);
ly_value ly_complex_multiply(ly_context *cx, ly_value a, ly_value b);
ly_value ly_complex_divide(ly_context *cx, ly_value a, ly_value b);
ly_value ly_complex_power(ly_context *cx, ly_value base, ly_value integer_exponent);

/* ---- the hot path: two machine numbers, in line; anything else by the functions above.

   A tagged integer is 2n + 1, so a + b - 1 is the tagged sum and overflows when the sum leaves 63
   bits; likewise 2x * y + 1 is the tagged product. A real result that no word holds (and infinities)
   take the long way. */
static inline ly_value ly_plus2(ly_context *cx, ly_value a, ly_value b)
{
    int64_t r;
    if (a & b & 1) {
        if (!__builtin_add_overflow((int64_t)a, (int64_t)(b - 1), &r)) return (ly_value)r;
    } else if (ly_is_real_word(a) && ly_is_real_word(b)) {
        ly_value v = ly_real_word(ly_real_of(a) + ly_real_of(b));
        if (v) return v;
    }
    return ly_add(cx, a, b);
}
static inline ly_value ly_minus2(ly_context *cx, ly_value a, ly_value b)
{
    int64_t r;
    if (a & b & 1) {
        if (!__builtin_sub_overflow((int64_t)a, (int64_t)(b - 1), &r)) return (ly_value)r;
    } else if (ly_is_real_word(a) && ly_is_real_word(b)) {
        ly_value v = ly_real_word(ly_real_of(a) - ly_real_of(b));
        if (v) return v;
    }
    return ly_subtract(cx, a, b);
}
static inline ly_value ly_times2(ly_context *cx, ly_value a, ly_value b)
{
    int64_t r;
    if (a & b & 1) {
        if (!__builtin_mul_overflow((int64_t)(a - 1), ly_int_of(b), &r)) return (ly_value)(r + 1);
    } else if (ly_is_real_word(a) && ly_is_real_word(b)) {
        ly_value v = ly_real_word(ly_real_of(a) * ly_real_of(b));
        if (v) return v;
    }
    return ly_multiply(cx, a, b);
}
/* As ly_compare_numbers. */
static inline int ly_compare2(ly_value a, ly_value b)
{
    if (a & b & 1) return ((int64_t)a > (int64_t)b) - ((int64_t)a < (int64_t)b);
    return ly_compare_numbers(a, b);
}

#endif
