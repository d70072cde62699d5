/* number.c: numbers as objects: making them in canonical form, and reading them.

   Every number has one representation: an integer within 63 bits is in its word, a rational has a
   denominator above 1, a complex number's imaginary part is never exact 0. Integers and rationals
   own GMP numbers, big reals MPFR ones; `ly_number_clear` gives these back when the object dies. */
#include "value/number.h"

#include <math.h>
#include <stdlib.h>

#include "eval/context.h"

bool ly_is_number(ly_value v)
{
    if (ly_is_int(v) || ly_is_real_word(v)) return true;
    if (!ly_is_pointer(v)) return false;
    switch (ly_object_of(v)->kind) {
    case LY_KIND_BIGINT:
    case LY_KIND_RATIONAL:
    case LY_KIND_REAL:
    case LY_KIND_BIGREAL:
    case LY_KIND_COMPLEX: return true;
    default: return false;
    }
}

bool ly_is_real_number(ly_value v) { return ly_is_number(v) && !ly_is_complex(v); }

bool ly_is_exact(ly_value v)
{
    if (ly_is_complex(v))
        return ly_is_exact(ly_complex_of(v)->re) && ly_is_exact(ly_complex_of(v)->im);
    return ly_is_integer(v) || ly_is_rational(v);
}

bool ly_is_zero(ly_value v)
{
    if (v == LY_INT(0)) return true;
    if (ly_is_real_word(v)) return ly_real_of(v) == 0;
    if (ly_is_bigreal(v)) return mpfr_zero_p(ly_bigreal_of(v)->f);
    if (ly_is_complex(v)) return ly_is_zero(ly_complex_of(v)->re) && ly_is_zero(ly_complex_of(v)->im);
    return false;
}

void ly_number_clear(ly_object *object)
{
    switch (object->kind) {
    case LY_KIND_BIGINT: mpz_clear(((ly_bigint *)object)->z); break;
    case LY_KIND_RATIONAL: mpq_clear(((ly_rational *)object)->q); break;
    case LY_KIND_BIGREAL: mpfr_clear(((ly_bigreal *)object)->f); break;
    default: break;
    }
}

/* ---- making ----------------------------------------------------------------------------------- */

ly_value ly_real_boxed(ly_context *cx, double d)
{
    ly_real_box *box = ly_alloc(cx, LY_KIND_REAL, sizeof *box);
    box->value = d;
    return ly_from_object(box);
}

ly_value ly_integer_boxed(ly_context *cx, int64_t n)
{
    ly_bigint *box = ly_alloc(cx, LY_KIND_BIGINT, sizeof *box);
    mpz_init_set_si(box->z, n);
    return ly_from_object(box);
}

ly_value ly_integer_from_u64(ly_context *cx, uint64_t n)
{
    if (n <= (uint64_t)LY_INT_MAX) return LY_INT(n);
    ly_bigint *box = ly_alloc(cx, LY_KIND_BIGINT, sizeof *box);
    mpz_init_set_ui(box->z, n);
    return ly_from_object(box);
}

ly_value ly_integer_take_mpz(ly_context *cx, mpz_t z)
{
    if (mpz_fits_slong_p(z)) {
        int64_t n = mpz_get_si(z);
        if (ly_int_fits(n)) {
            mpz_clear(z);
            return LY_INT(n);
        }
    }
    ly_bigint *box = ly_alloc(cx, LY_KIND_BIGINT, sizeof *box);
    /* an mpz_t may be moved: it holds no pointer to itself */
    memcpy(box->z, z, sizeof box->z);
    return ly_from_object(box);
}

ly_value ly_rational_take_mpq(ly_context *cx, mpq_t q)
{
    mpq_canonicalize(q);
    if (mpz_cmp_ui(mpq_denref(q), 1) == 0) {
        mpz_t z;
        memcpy(z, mpq_numref(q), sizeof z);
        mpz_clear(mpq_denref(q));
        return ly_integer_take_mpz(cx, z);
    }
    ly_rational *box = ly_alloc(cx, LY_KIND_RATIONAL, sizeof *box);
    memcpy(box->q, q, sizeof box->q);
    return ly_from_object(box);
}

ly_value ly_rational_new(ly_context *cx, ly_value n, ly_value d)
{
    if (ly_is_int(n) && ly_is_int(d) && ly_int_of(n) % ly_int_of(d) == 0)
        return ly_integer(cx, ly_int_of(n) / ly_int_of(d));
    mpq_t q;
    ly_init_mpz(mpq_numref(q), n);
    ly_init_mpz(mpq_denref(q), d);
    return ly_rational_take_mpq(cx, q);
}

ly_value ly_rational_numerator(ly_context *cx, ly_value v)
{
    if (!ly_is_rational(v)) return ly_retain(v);
    mpz_t z;
    mpz_init_set(z, mpq_numref(ly_rational_of(v)->q));
    return ly_integer_take_mpz(cx, z);
}

ly_value ly_rational_denominator(ly_context *cx, ly_value v)
{
    if (!ly_is_rational(v)) return LY_INT(1);
    mpz_t z;
    mpz_init_set(z, mpq_denref(ly_rational_of(v)->q));
    return ly_integer_take_mpz(cx, z);
}

/* The exact part of a complex number takes on the other part's inexactness, except an exact zero
   real part beside a big real: Wolfram keeps it. */
ly_value ly_complex_take(ly_context *cx, ly_value re, ly_value im)
{
    if (im == LY_INT(0)) return re;
    bool machine_re = ly_is_real(re), machine_im = ly_is_real(im);
    if (machine_re != machine_im) {
        ly_value *other = machine_re ? &im : &re;
        double d;
        /* what overflows a machine number keeps its own representation */
        if (ly_to_double(*other, &d) && isfinite(d)) {
            ly_release(cx, *other);
            *other = ly_real(cx, d);
        }
    } else if (ly_is_bigreal(re) != ly_is_bigreal(im)) {
        ly_value *exact = ly_is_bigreal(re) ? &im : &re;
        if (*exact != LY_INT(0)) {
            ly_value big = ly_bigreal_from(cx, *exact, ly_precision_of(exact == &im ? re : im));
            ly_release(cx, *exact);
            *exact = big;
        }
    }
    ly_complex *box = ly_alloc(cx, LY_KIND_COMPLEX, sizeof *box);
    box->re = re;
    box->im = im;
    return ly_from_object(box);
}

ly_value ly_real_part(ly_value v) { return ly_is_complex(v) ? ly_complex_of(v)->re : v; }
ly_value ly_imaginary_part(ly_value v) { return ly_is_complex(v) ? ly_complex_of(v)->im : LY_INT(0); }

ly_value ly_integer_from_digits(ly_context *cx, const char *digits, size_t count, int base)
{
    if (count <= 11 || (base == 10 && count <= 18)) {
        int64_t n = 0;
        for (size_t i = 0; i < count; i++) {
            int c = digits[i];
            n = n * base + (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
        }
        return ly_integer(cx, n);
    }
    if (!ly_memory_can(cx, count * 8)) return LY_FAILED;
    char *copy = ly_malloc(count + 1);
    if (!copy) return ly_raise_memory(cx);
    memcpy(copy, digits, count);
    copy[count] = 0;
    mpz_t z;
    mpz_init_set_str(z, copy, base);
    ly_free(copy);
    return ly_integer_take_mpz(cx, z);
}

/* ---- reading ---------------------------------------------------------------------------------- */

bool ly_to_int64(ly_value v, int64_t *out)
{
    if (ly_is_int(v)) {
        *out = ly_int_of(v);
        return true;
    }
    if (!ly_is_kind(v, LY_KIND_BIGINT) || !mpz_fits_slong_p(ly_bigint_of(v)->z)) return false;
    *out = mpz_get_si(ly_bigint_of(v)->z);
    return true;
}

/* mpz_get_d and mpq_get_d truncate; numbers are converted to the nearest double. */
static double nearest_double(const mpq_t q)
{
    mpfr_t f;
    mpfr_init2(f, 53);
    mpfr_set_q(f, q, MPFR_RNDN);
    double d = mpfr_get_d(f, MPFR_RNDN);
    mpfr_clear(f);
    return d;
}

bool ly_to_double(ly_value v, double *out)
{
    if (ly_is_int(v)) {
        *out = (double)ly_int_of(v);
        return true;
    }
    if (ly_is_real_word(v)) {
        *out = ly_real_of(v);
        return true;
    }
    if (!ly_is_pointer(v)) return false;
    switch (ly_object_of(v)->kind) {
    case LY_KIND_REAL: *out = ly_real_of(v); return true;
    case LY_KIND_BIGINT: {
        mpfr_t f;
        mpfr_init2(f, 53);
        mpfr_set_z(f, ly_bigint_of(v)->z, MPFR_RNDN);
        *out = mpfr_get_d(f, MPFR_RNDN);
        mpfr_clear(f);
        return true;
    }
    case LY_KIND_RATIONAL: *out = nearest_double(ly_rational_of(v)->q); return true;
    case LY_KIND_BIGREAL: *out = mpfr_get_d(ly_bigreal_of(v)->f, MPFR_RNDN); return true;
    default: return false;
    }
}

void ly_init_mpz(mpz_t z, ly_value v)
{
    if (ly_is_int(v)) mpz_init_set_si(z, ly_int_of(v));
    else mpz_init_set(z, ly_bigint_of(v)->z);
}

void ly_init_mpq(mpq_t q, ly_value v)
{
    mpq_init(q);
    if (ly_is_int(v)) mpq_set_si(q, ly_int_of(v), 1);
    else if (ly_is_rational(v)) mpq_set(q, ly_rational_of(v)->q);
    else mpq_set_z(q, ly_bigint_of(v)->z);
}

int ly_sign(ly_value v)
{
    if (ly_is_int(v)) return (ly_int_of(v) > 0) - (ly_int_of(v) < 0);
    if (ly_is_real(v)) {
        double d = ly_real_of(v);
        return (d > 0) - (d < 0);
    }
    switch (ly_object_of(v)->kind) {
    case LY_KIND_BIGINT: return mpz_sgn(ly_bigint_of(v)->z);
    case LY_KIND_RATIONAL: return mpq_sgn(ly_rational_of(v)->q);
    case LY_KIND_BIGREAL: return mpfr_sgn(ly_bigreal_of(v)->f);
    default: return 0;
    }
}
