/* complex.c: arithmetic of complex numbers of any two parts.

   Machine parts are computed in doubles (division by Smith's method, as C libraries do it), the
   rest part by part by the arithmetic of real numbers. */
#include <math.h>

#include "eval/eval.h"
#include "value/number.h"

static bool machine_parts(ly_value v, double *re, double *im)
{
    ly_value r = ly_real_part(v), i = ly_imaginary_part(v);
    return ly_to_double(r, re) && ly_to_double(i, im) && isfinite(*re) && isfinite(*im);
}

/* Either number has a machine part, and both fit machine numbers. */
static bool as_machine(ly_value a, ly_value b, double *ar, double *ai, double *br, double *bi)
{
    bool machine = ly_is_real(ly_real_part(a)) || ly_is_real(ly_imaginary_part(a)) ||
                   ly_is_real(ly_real_part(b)) || ly_is_real(ly_imaginary_part(b));
    return machine && machine_parts(a, ar, ai) && machine_parts(b, br, bi);
}

static ly_value from_parts(ly_context *cx, ly_value re, ly_value im)
{
    /* a part may be Overflow[] */
    if (!ly_is_number(re) || !ly_is_number(im)) {
        ly_value bad = ly_is_number(re) ? im : re;
        ly_release(cx, bad == re ? im : re);
        return bad;
    }
    return ly_complex_take(cx, re, im);
}

ly_value ly_complex_add(ly_context *cx, ly_value a, ly_value b, bool subtract)
{
    ly_value (*operation)(ly_context *, ly_value, ly_value) = subtract ? ly_subtract : ly_add;
    ly_value re = operation(cx, ly_real_part(a), ly_real_part(b));
    if (ly_failed(re)) return re;
    ly_value im = operation(cx, ly_imaginary_part(a), ly_imaginary_part(b));
    if (ly_failed(im)) {
        ly_release(cx, re);
        return im;
    }
    return from_parts(cx, re, im);
}

/* a b ± c d, of real numbers */
static ly_value two_products(ly_context *cx, ly_value a, ly_value b, ly_value c, ly_value d,
                             bool subtract)
{
    ly_value p = ly_multiply(cx, a, b);
    if (ly_failed(p)) return p;
    ly_value q = ly_multiply(cx, c, d);
    ly_value r = ly_failed(q) ? q : subtract ? ly_subtract(cx, p, q) : ly_add(cx, p, q);
    ly_release(cx, p);
    ly_release(cx, q);
    return r;
}

ly_value ly_complex_multiply(ly_context *cx, ly_value a, ly_value b)
{
    double ar, ai, br, bi;
    if (as_machine(a, b, &ar, &ai, &br, &bi)) {
        double re = ar * br - ai * bi, im = ar * bi + ai * br;
        if (isfinite(re) && isfinite(im)) return ly_complex_take(cx, ly_real(cx, re), ly_real(cx, im));
    }
    ly_value are = ly_real_part(a), aim = ly_imaginary_part(a);
    ly_value bre = ly_real_part(b), bim = ly_imaginary_part(b);
    ly_value re = two_products(cx, are, bre, aim, bim, true);
    if (ly_failed(re)) return re;
    ly_value im = two_products(cx, are, bim, aim, bre, false);
    if (ly_failed(im)) {
        ly_release(cx, re);
        return im;
    }
    return from_parts(cx, re, im);
}

static ly_value machine_quotient(ly_context *cx, double ar, double ai, double br, double bi)
{
    double re, im;
    if (fabs(br) >= fabs(bi)) {
        double r = bi / br, d = br + bi * r;
        re = (ar + ai * r) / d;
        im = (ai - ar * r) / d;
    } else {
        double r = br / bi, d = br * r + bi;
        re = (ar * r + ai) / d;
        im = (ai * r - ar) / d;
    }
    if (!isfinite(re) || !isfinite(im)) return LY_UNEVALUATED;
    return ly_complex_take(cx, ly_real(cx, re), ly_real(cx, im));
}

ly_value ly_complex_divide(ly_context *cx, ly_value a, ly_value b)
{
    double ar, ai, br, bi;
    if (as_machine(a, b, &ar, &ai, &br, &bi)) {
        ly_value quotient = machine_quotient(cx, ar, ai, br, bi);
        if (quotient != LY_UNEVALUATED) return quotient;
    }
    ly_value are = ly_real_part(a), aim = ly_imaginary_part(a);
    ly_value bre = ly_real_part(b), bim = ly_imaginary_part(b);
    if (bim == LY_INT(0)) {
        ly_value re = ly_divide(cx, are, bre);
        if (ly_failed(re)) return re;
        ly_value im = ly_divide(cx, aim, bre);
        if (ly_failed(im)) {
            ly_release(cx, re);
            return im;
        }
        return from_parts(cx, re, im);
    }
    /* a conj(b) / |b|^2 */
    ly_value norm = two_products(cx, bre, bre, bim, bim, false);
    if (ly_failed(norm)) return norm;
    ly_value re = two_products(cx, are, bre, aim, bim, false);
    ly_value im = ly_failed(re) ? re : two_products(cx, aim, bre, are, bim, true);
    ly_value q = LY_FAILED, r = LY_FAILED;
    if (!ly_failed(im) && !ly_is_zero(norm)) {
        q = ly_divide(cx, re, norm);
        r = ly_failed(q) ? q : ly_divide(cx, im, norm);
    } else if (!ly_failed(im)) {
        q = ly_overflow(cx);
        r = LY_INT(0);
    }
    ly_release(cx, re);
    ly_release(cx, im);
    ly_release(cx, norm);
    if (ly_failed(r)) {
        ly_release(cx, q);
        return r;
    }
    return from_parts(cx, q, r);
}

/* (b I)^n, exact */
static ly_value imaginary_power(ly_context *cx, ly_value base, int64_t n)
{
    ly_value size = ly_power_integer(cx, ly_imaginary_part(base), LY_INT(n));
    if (!ly_is_number(size)) return size;
    if (n & 2) {
        ly_value negative = ly_negate(cx, size);
        ly_release(cx, size);
        size = negative;
    }
    return n & 1 ? ly_complex_take(cx, LY_INT(0), size) : size;
}

/* By squaring: Gaussian integers stay exact, and machine numbers come out as repeated products do. */
ly_value ly_complex_power(ly_context *cx, ly_value base, ly_value exponent)
{
    if (!ly_is_int(exponent)) return ly_overflow(cx);
    int64_t n = ly_int_of(exponent);
    uint64_t left = (uint64_t)(n < 0 ? -n : n);
    double ar, ai;
    if (left > 1 << 20 && as_machine(base, base, &ar, &ai, &ar, &ai)) {
        double size = exp(log(hypot(ar, ai)) * (double)n), angle = atan2(ai, ar) * (double)n;
        if (isfinite(size))
            return ly_complex_take(cx, ly_real(cx, size * cos(angle)), ly_real(cx, size * sin(angle)));
        return ly_overflow(cx);
    }
    if (ly_is_exact(base)) {
        if (ly_real_part(base) == LY_INT(0)) return imaginary_power(cx, base, n);
        /* numerators or denominators grow at least by the square root of 2 each time */
        if ((double)left / 2 > LY_MAX_BITS) return ly_overflow(cx);
    }
    ly_value result = LY_INT(1), factor = ly_retain(base);
    for (;;) {
        if (left & 1) {
            ly_value next = ly_multiply(cx, result, factor);
            ly_release(cx, result);
            result = next;
            if (ly_failed(result) || !ly_is_number(result)) break;
        }
        left >>= 1;
        if (!left) break;
        ly_value square = ly_multiply(cx, factor, factor);
        ly_release(cx, factor);
        factor = square;
        if (ly_failed(factor) || !ly_is_number(factor)) {
            ly_release(cx, result);
            return factor;
        }
    }
    ly_release(cx, factor);
    if (n < 0 && !ly_failed(result) && ly_is_number(result)) {
        ly_value inverse = ly_is_zero(result) ? ly_overflow(cx) : ly_divide(cx, LY_INT(1), result);
        ly_release(cx, result);
        result = inverse;
    }
    return result;
}
