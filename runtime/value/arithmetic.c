/* arithmetic.c: sum, difference, product, quotient and integer power of numbers of any kind.

   Each operation goes down the tower: complex, then big reals, then machine reals, then exact
   numbers. A machine real makes the result one, big reals included; only where a machine number
   cannot hold the result does it become a big real of machine precision, as in Wolfram. Where it is too
   small it loses bits, down to zero, without a message: machine arithmetic is the processor's. GMP is
   called only after the size of its result was bounded. */
#include <math.h>

#include "eval/eval.h"
#include "value/number.h"

ly_value ly_overflow(ly_context *cx)
{
    ly_message(cx, LY_SYM(General), "ovfl", 0);
    return ly_make0(cx, LY_SYM(Overflow));
}

/* True if an integer of so many bits may be computed; else *out is Overflow[], or LY_FAILED where
   the memory (GMP's scratch included) can't be had. */
static bool bits_can(ly_context *cx, double bits, ly_value *out)
{
    if (bits < 1 << 16) return true;
    if (bits > LY_MAX_BITS) {
        *out = ly_overflow(cx);
        return false;
    }
    if (ly_memory_can(cx, (size_t)(bits / 8 * 6))) return true;
    *out = LY_FAILED;
    return false;
}

static double bits_of(ly_value v)
{
    if (ly_is_int(v)) return 63;
    if (ly_is_rational(v))
        return (double)mpz_sizeinbase(mpq_numref(ly_rational_of(v)->q), 2) +
               (double)mpz_sizeinbase(mpq_denref(ly_rational_of(v)->q), 2);
    return (double)mpz_sizeinbase(ly_bigint_of(v)->z, 2);
}

typedef enum tower { EXACT, MACHINE, BIG, COMPLEX, NO_NUMBER } tower;

static tower level(ly_value v)
{
    if (ly_is_int(v)) return EXACT;
    if (ly_is_real_word(v)) return MACHINE;
    if (!ly_is_pointer(v)) return NO_NUMBER;
    switch (ly_object_of(v)->kind) {
    case LY_KIND_BIGINT:
    case LY_KIND_RATIONAL: return EXACT;
    case LY_KIND_REAL: return MACHINE;
    case LY_KIND_BIGREAL: return BIG;
    case LY_KIND_COMPLEX: return COMPLEX;
    default: return NO_NUMBER;
    }
}

/* What the pair is computed as; MACHINE where either is a machine number and both fit one. */
static tower common(ly_value a, ly_value b, double *x, double *y)
{
    tower la = level(a), lb = level(b);
    if (la == NO_NUMBER || lb == NO_NUMBER) return NO_NUMBER;
    if (la == COMPLEX || lb == COMPLEX) return COMPLEX;
    if (la == MACHINE || lb == MACHINE) {
        ly_to_double(a, x);
        ly_to_double(b, y);
        return isfinite(*x) && isfinite(*y) ? MACHINE : BIG;
    }
    return la == BIG || lb == BIG ? BIG : EXACT;
}

static ly_value no_number(ly_value a, ly_value b)
{
    return ly_retain(ly_is_number(a) ? b : a);
}

/* ---- exact operands --------------------------------------------------------------------------- */

static ly_value add_exact(ly_context *cx, ly_value a, ly_value b, bool subtract)
{
    ly_value refused;
    if (ly_is_int(a) && ly_is_int(b)) {
        int64_t x = ly_int_of(a), y = ly_int_of(b);
        return ly_integer(cx, subtract ? x - y : x + y);
    }
    if (!bits_can(cx, bits_of(a) + bits_of(b) + 1, &refused)) return refused;
    if (ly_is_integer(a) && ly_is_integer(b)) {
        /* two short operands were done above; what is long is read where it stands */
        mpz_t z;
        mpz_init2(z, (mp_bitcnt_t)(bits_of(a) > bits_of(b) ? bits_of(a) : bits_of(b)) + 1);
        if (ly_is_int(b)) {
            int64_t y = ly_int_of(b);
            uint64_t size = (uint64_t)(y < 0 ? -y : y);
            if ((y < 0) != subtract) mpz_sub_ui(z, ly_bigint_of(a)->z, size);
            else mpz_add_ui(z, ly_bigint_of(a)->z, size);
        } else if (ly_is_int(a)) {
            int64_t x = ly_int_of(a);
            if (subtract) mpz_neg(z, ly_bigint_of(b)->z);
            else mpz_set(z, ly_bigint_of(b)->z);
            if (x < 0) mpz_sub_ui(z, z, (uint64_t)-x);
            else mpz_add_ui(z, z, (uint64_t)x);
        } else if (subtract) mpz_sub(z, ly_bigint_of(a)->z, ly_bigint_of(b)->z);
        else mpz_add(z, ly_bigint_of(a)->z, ly_bigint_of(b)->z);
        return ly_integer_take_mpz(cx, z);
    }
    mpq_t p, q;
    ly_init_mpq(p, a);
    ly_init_mpq(q, b);
    if (subtract) mpq_sub(p, p, q);
    else mpq_add(p, p, q);
    mpq_clear(q);
    return ly_rational_take_mpq(cx, p);
}

static ly_value multiply_exact(ly_context *cx, ly_value a, ly_value b)
{
    ly_value refused;
    if (a == LY_INT(0) || b == LY_INT(0)) return LY_INT(0);
    if (a == LY_INT(1)) return ly_retain(b);
    if (b == LY_INT(1)) return ly_retain(a);
    if (!bits_can(cx, bits_of(a) + bits_of(b), &refused)) return refused;
    if (ly_is_integer(a) && ly_is_integer(b)) {
        mpz_t z;
        if (ly_is_int(a)) {
            ly_value swap = a;
            a = b;
            b = swap;
        }
        if (ly_is_int(b)) {
            if (ly_is_int(a)) {
                mpz_init_set_si(z, ly_int_of(a));
                mpz_mul_si(z, z, ly_int_of(b));
            } else {
                mpz_init2(z, (mp_bitcnt_t)bits_of(a) + GMP_NUMB_BITS);
                mpz_mul_si(z, ly_bigint_of(a)->z, ly_int_of(b));
            }
        } else {
            mpz_init(z);
            mpz_mul(z, ly_bigint_of(a)->z, ly_bigint_of(b)->z);
        }
        return ly_integer_take_mpz(cx, z);
    }
    mpq_t p, q;
    ly_init_mpq(p, a);
    ly_init_mpq(q, b);
    mpq_mul(p, p, q);
    mpq_clear(q);
    return ly_rational_take_mpq(cx, p);
}

static ly_value divide_exact(ly_context *cx, ly_value a, ly_value b)
{
    ly_value refused;
    if (b == LY_INT(1)) return ly_retain(a);
    if (ly_is_integer(a) && ly_is_integer(b)) return ly_rational_new(cx, a, b);
    if (!bits_can(cx, bits_of(a) + bits_of(b), &refused)) return refused;
    mpq_t p, q;
    ly_init_mpq(p, a);
    ly_init_mpq(q, b);
    mpq_div(p, p, q);
    mpq_clear(q);
    return ly_rational_take_mpq(cx, p);
}

/* ---- the four operations ---------------------------------------------------------------------- */

static ly_value add_or_subtract(ly_context *cx, ly_value a, ly_value b, bool subtract)
{
    double x, y;
    switch (common(a, b, &x, &y)) {
    case EXACT: return add_exact(cx, a, b, subtract);
    case MACHINE: {
        double d = subtract ? x - y : x + y;
        if (isfinite(d)) return ly_real(cx, d);
    } /* fall through */
    case BIG:
        if (b == LY_INT(0)) return ly_retain(a);
        if (a == LY_INT(0) && !subtract) return ly_retain(b);
        return ly_bigreal_add(cx, a, b, subtract);
    case COMPLEX: return ly_complex_add(cx, a, b, subtract);
    default: return no_number(a, b);
    }
}

ly_value ly_add(ly_context *cx, ly_value a, ly_value b) { return add_or_subtract(cx, a, b, false); }
ly_value ly_subtract(ly_context *cx, ly_value a, ly_value b)
{
    return add_or_subtract(cx, a, b, true);
}

ly_value ly_multiply(ly_context *cx, ly_value a, ly_value b)
{
    double x, y;
    switch (common(a, b, &x, &y)) {
    case EXACT: return multiply_exact(cx, a, b);
    case MACHINE: {
        double d = x * y;
        if (isfinite(d)) return ly_real(cx, d);
    } /* fall through */
    case BIG: return ly_bigreal_multiply(cx, a, b);
    case COMPLEX: return ly_complex_multiply(cx, a, b);
    default: return no_number(a, b);
    }
}

/* ---- in place ----------------------------------------------------------------------------------- */

enum { IN_PLACE_LIMBS = 100000 }; /* larger ones are asked for first */

/* An integer of GMP's that nobody else holds. */
static bool is_ours(ly_value v) { return ly_is_kind(v, LY_KIND_BIGINT) && ly_is_unique(v); }

static bool is_moderate(ly_value v)
{
    return ly_is_int(v) || (ly_is_kind(v, LY_KIND_BIGINT) && mpz_size(ly_bigint_of(v)->z) < IN_PLACE_LIMBS);
}

/* The result in the box, which is the caller's; `other` goes, unless it is the box. */
static ly_value settle(ly_context *cx, ly_value box, ly_value other)
{
    mpz_ptr z = ly_bigint_of(box)->z;
    if (other != box) ly_release(cx, other);
    if (mpz_size(z) > 1) return box;
    ly_value small = mpz_fits_slong_p(z) && ly_int_fits(mpz_get_si(z)) ? LY_INT(mpz_get_si(z)) : box;
    if (small != box) ly_release(cx, box);
    return small;
}

static ly_value add_take(ly_context *cx, ly_value a, ly_value b, bool subtract)
{
    ly_value box = is_ours(a) ? a : b, v;
    if (is_ours(box) && is_moderate(a) && is_moderate(b)) {
        mpz_ptr z = ly_bigint_of(box)->z;
        ly_value other = box == a ? b : a;
        if (ly_is_int(other)) {
            int64_t n = ly_int_of(other);
            if ((n < 0) != subtract) mpz_sub_ui(z, z, (uint64_t)(n < 0 ? -n : n));
            else mpz_add_ui(z, z, (uint64_t)(n < 0 ? -n : n));
            if (box == b && subtract) mpz_neg(z, z);
        } else if (subtract) {
            mpz_sub(z, ly_bigint_of(a)->z, ly_bigint_of(b)->z);
        } else {
            mpz_add(z, ly_bigint_of(a)->z, ly_bigint_of(b)->z);
        }
        return settle(cx, box, other);
    }
    v = add_or_subtract(cx, a, b, subtract);
    ly_release(cx, a);
    ly_release(cx, b);
    return v;
}

ly_value ly_add_take(ly_context *cx, ly_value a, ly_value b) { return add_take(cx, a, b, false); }
ly_value ly_subtract_take(ly_context *cx, ly_value a, ly_value b) { return add_take(cx, a, b, true); }

ly_value ly_multiply_take(ly_context *cx, ly_value a, ly_value b)
{
    ly_value box = is_ours(a) ? a : b, other = box == a ? b : a, v;
    if (is_ours(box) && is_moderate(box) && ly_is_int(other) && other != LY_INT(0)) {
        mpz_mul_si(ly_bigint_of(box)->z, ly_bigint_of(box)->z, ly_int_of(other));
        return settle(cx, box, other);
    }
    v = ly_multiply(cx, a, b);
    ly_release(cx, a);
    ly_release(cx, b);
    return v;
}

/* ---- the rest of the four operations ------------------------------------------------------------ */

ly_value ly_negate(ly_context *cx, ly_value a)
{
    if (ly_is_int(a)) return ly_integer(cx, -ly_int_of(a));
    if (ly_is_real(a)) return ly_real(cx, -ly_real_of(a));
    if (ly_is_bigreal(a)) {
        mpfr_t f;
        mpfr_init2(f, mpfr_get_prec(ly_bigreal_of(a)->f));
        mpfr_neg(f, ly_bigreal_of(a)->f, MPFR_RNDN);
        return ly_bigreal_take_mpfr(cx, f, ly_bigreal_of(a)->precision * (mpfr_zero_p(f) ? -1 : 1));
    }
    if (ly_is_complex(a))
        return ly_complex_take(cx, ly_negate(cx, ly_complex_of(a)->re),
                               ly_negate(cx, ly_complex_of(a)->im));
    return ly_multiply(cx, LY_INT(-1), a);
}

ly_value ly_divide(ly_context *cx, ly_value a, ly_value b)
{
    double x, y;
    switch (common(a, b, &x, &y)) {
    case EXACT: return divide_exact(cx, a, b);
    case MACHINE: {
        double d = x / y;
        if (isfinite(d)) return ly_real(cx, d);
    } /* fall through */
    case BIG: return ly_bigreal_divide(cx, a, b);
    case COMPLEX: return ly_complex_divide(cx, a, b);
    default: return no_number(a, b);
    }
}

ly_value ly_fold_numbers(ly_context *cx, const ly_value *items, size_t n, bool product)
{
    if (n == 1) return ly_retain(items[0]);
    if (n == 2) return product ? ly_times2(cx, items[0], items[1]) : ly_plus2(cx, items[0], items[1]);
    size_t half = (n + 1) / 2;
    ly_value a = ly_fold_numbers(cx, items, half, product);
    if (ly_failed(a)) return a;
    ly_value b = ly_fold_numbers(cx, items + half, n - half, product);
    ly_value r = ly_failed(b) ? b : product ? ly_times2(cx, a, b) : ly_plus2(cx, a, b);
    ly_release(cx, a);
    ly_release(cx, b);
    return r;
}

double ly_sum_by_halves(const double *x, size_t n)
{
    switch (n) {
#define T1(x) (x)[0]
#define T2(x) (T1(x) + T1((x) + 1))
#define T3(x) (T2(x) + T1((x) + 2))
#define T4(x) (T2(x) + T2((x) + 2))
#define T5(x) (T3(x) + T2((x) + 3))
#define T6(x) (T3(x) + T3((x) + 3))
#define T7(x) (T4(x) + T3((x) + 4))
#define T8(x) (T4(x) + T4((x) + 4))
    case 0: return 0;
    case 1: return T1(x);
    case 2: return T2(x);
    case 3: return T3(x);
    case 4: return T4(x);
    case 5: return T5(x);
    case 6: return T6(x);
    case 7: return T7(x);
    case 8: return T8(x);
    case 9: return T5(x) + T4(x + 5);
    case 10: return T5(x) + T5(x + 5);
    case 11: return T6(x) + T5(x + 6);
    case 12: return T6(x) + T6(x + 6);
    case 13: return T7(x) + T6(x + 7);
    case 14: return T7(x) + T7(x + 7);
    case 15: return T8(x) + T7(x + 8);
    case 16: return T8(x) + T8(x + 8);
    default: return ly_sum_by_halves(x, (n + 1) / 2) + ly_sum_by_halves(x + (n + 1) / 2, n / 2);
    }
}

/* x^n by squaring, as the Wolfram Language rounds it: powers of two of the exponent come last. */
static double power_by_squaring(double x, uint64_t n)
{
    int twos = 0;
    double result = 1, square = x;
    for (; !(n & 1); n >>= 1) twos++;
    for (;; square *= square) {
        if (n & 1) result *= square;
        if (!(n >>= 1)) break;
    }
    while (twos--) result *= result;
    return result;
}

double ly_machine_power(double x, int64_t n)
{
    double d = n > 0 ? power_by_squaring(x, (uint64_t)n) : 1 / power_by_squaring(x, -(uint64_t)n);
    /* on the way it may leave the range where the whole does not */
    return (isfinite(d) && d != 0) || n == 2 || n == 3 ? d : pow(x, (double)n);
}

/* ---- integer powers --------------------------------------------------------------------------- */

static ly_value power_exact(ly_context *cx, ly_value base, ly_value exponent)
{
    ly_value refused;
    if (base == LY_INT(1) || exponent == LY_INT(0)) return LY_INT(1);
    if (exponent == LY_INT(1)) return ly_retain(base);
    bool odd = ly_is_int(exponent) ? ly_int_of(exponent) & 1 : mpz_odd_p(ly_bigint_of(exponent)->z);
    if (base == LY_INT(-1)) return LY_INT(odd ? -1 : 1);
    if (base == LY_INT(0)) return base;
    if (!ly_is_int(exponent)) return ly_overflow(cx);
    int64_t n = ly_int_of(exponent);
    uint64_t times = (uint64_t)(n < 0 ? -n : n);

    if (ly_is_int(base) && n > 0) {
        int64_t result = 1, factor = ly_int_of(base);
        uint64_t left = times;
        for (;;) {
            if (left & 1 && __builtin_mul_overflow(result, factor, &result)) break;
            left >>= 1;
            if (!left) return ly_integer(cx, result);
            if (__builtin_mul_overflow(factor, factor, &factor)) break;
        }
    }
    mpq_t q;
    ly_init_mpq(q, base);
    /* log2 |x|^n is at least (bits - 1) n: so much is certain to be needed */
    double bits = (double)(mpz_sizeinbase(mpq_numref(q), 2) - 1) * (double)times;
    double bits_below = (double)(mpz_sizeinbase(mpq_denref(q), 2) - 1) * (double)times;
    if (!bits_can(cx, bits + 64, &refused) || !bits_can(cx, bits_below + 64, &refused) ||
        !bits_can(cx, ly_log10_abs(base) * 3.3219280948873623 * (double)times, &refused)) {
        mpq_clear(q);
        return refused;
    }
    mpz_pow_ui(mpq_numref(q), mpq_numref(q), times);
    if (mpz_cmp_ui(mpq_denref(q), 1) != 0) mpz_pow_ui(mpq_denref(q), mpq_denref(q), times);
    if (n < 0) mpq_inv(q, q);
    return ly_rational_take_mpq(cx, q);
}

ly_value ly_power_integer(ly_context *cx, ly_value base, ly_value exponent)
{
    switch (level(base)) {
    case EXACT: return power_exact(cx, base, exponent);
    case MACHINE: {
        double n, x = ly_real_of(base);
        ly_to_double(exponent, &n);
        /* doubles beyond 2^53 are all even: an odd exponent's sign is put in by hand */
        bool small = fabs(n) >= 1 && fabs(n) < 65536;
        double d = small ? ly_machine_power(x, (int64_t)n) : pow(x, n);
        if (x < 0 && fabs(n) > 9007199254740992.0)
            d = (ly_is_int(exponent) ? ly_int_of(exponent) & 1
                                     : mpz_odd_p(ly_bigint_of(exponent)->z)) ? -fabs(d) : fabs(d);
        if (isfinite(d)) return ly_real(cx, d);
    } /* fall through */
    case BIG: return ly_bigreal_power(cx, base, exponent);
    case COMPLEX: return ly_complex_power(cx, base, exponent);
    default: return ly_retain(base);
    }
}

/* ---- integer division ------------------------------------------------------------------------- */

ly_value ly_quotient(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_int(a) && ly_is_int(b)) {
        int64_t x = ly_int_of(a), y = ly_int_of(b), q = x / y;
        return ly_integer(cx, q - (x % y != 0 && (x < 0) != (y < 0)));
    }
    mpz_t x, y;
    ly_init_mpz(x, a);
    ly_init_mpz(y, b);
    mpz_fdiv_q(x, x, y);
    mpz_clear(y);
    return ly_integer_take_mpz(cx, x);
}

ly_value ly_modulus(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_int(a) && ly_is_int(b)) {
        int64_t y = ly_int_of(b), r = ly_int_of(a) % y;
        return LY_INT(r != 0 && (r < 0) != (y < 0) ? r + y : r);
    }
    mpz_t x, y;
    ly_init_mpz(x, a);
    ly_init_mpz(y, b);
    mpz_fdiv_r(x, x, y);
    mpz_clear(y);
    return ly_integer_take_mpz(cx, x);
}
