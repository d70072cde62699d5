/* packed_arithmetic.c: sums, products and powers of packed arrays, element by element.

   Both operands are brought to the wider of their types. Integers that overflow, and reals that leave
   the machine's range, make the whole operation unevaluated: the evaluator then threads it over the
   elements, where it continues exactly. */
#include <math.h>

#include "numeric.h"

/* A side of the operation: an array, or one number for all elements. */
typedef struct side {
    const ly_packed *array; /* NULL: a number */
    ly_element_type type;
    int64_t integer;
    double re, im;
} side;

static bool side_of(ly_value v, side *s)
{
    double complex z;
    *s = (side){0};
    if (ly_is_packed(v)) {
        s->array = ly_packed_of(v);
        s->type = s->array->type;
        return true;
    }
    if (ly_is_int(v)) {
        s->type = LY_PACKED_INT64;
        s->integer = ly_int_of(v);
        s->re = (double)s->integer;
        return true;
    }
    if (ly_is_real(v)) {
        s->type = LY_PACKED_REAL;
        s->re = ly_real_of(v);
        return true;
    }
    if (ly_is_complex(v) && ly_is_real(ly_complex_of(v)->re) && ly_to_complex(v, &z)) {
        s->type = LY_PACKED_COMPLEX;
        s->re = creal(z);
        s->im = cimag(z);
        return true;
    }
    return false;
}

static inline int64_t integer_at(const side *s, size_t i)
{
    return s->array ? ((const int64_t *)s->array->data)[i] : s->integer;
}
static inline double real_at(const side *s, size_t i)
{
    if (!s->array) return s->re;
    return s->type == LY_PACKED_INT64 ? (double)((const int64_t *)s->array->data)[i]
                                      : ((const double *)s->array->data)[i];
}
static inline double complex complex_at(const side *s, size_t i)
{
    if (!s->array) return s->re + s->im * _Complex_I;
    if (s->type == LY_PACKED_COMPLEX) {
        const double *d = (const double *)s->array->data + 2 * i;
        return d[0] + d[1] * _Complex_I;
    }
    return real_at(s, i);
}

static bool integers(char operation, int64_t *to, size_t n, const side *a, const side *b)
{
    for (size_t i = 0; i < n; i++) {
        int64_t x = integer_at(a, i), y = integer_at(b, i), r;
        if (operation == '+' ? __builtin_add_overflow(x, y, &r) : __builtin_mul_overflow(x, y, &r))
            return false;
        if (!ly_int_fits(r)) return false;
        to[i] = r;
    }
    return true;
}

static bool integer_powers(int64_t *to, size_t n, const side *a, int64_t exponent)
{
    for (size_t i = 0; i < n; i++) {
        int64_t result = 1, factor = integer_at(a, i);
        for (int64_t left = exponent; left;) {
            if (left & 1 && __builtin_mul_overflow(result, factor, &result)) return false;
            left >>= 1;
            if (left && __builtin_mul_overflow(factor, factor, &factor)) return false;
        }
        if (!ly_int_fits(result)) return false;
        to[i] = result;
    }
    return true;
}

/* Elements as doubles, converted where they are integers: strips of them stay in the first cache. */
enum { STRIP = 512 };

static const double *strip_of(const side *s, size_t from, size_t n, double *room)
{
    if (s->array && s->type == LY_PACKED_REAL) return (const double *)s->array->data + from;
    for (size_t i = 0; i < n; i++) room[i] = s->array ? (double)((const int64_t *)s->array->data)[from + i] : s->re;
    return room;
}

static void power_strip(double *to, size_t n, const double *x, const double *y, const side *exponent)
{
    int64_t power = exponent->type == LY_PACKED_INT64 ? exponent->integer : 0;
    for (size_t i = 0; i < n; i++)
        to[i] = power == 2 ? x[i] * x[i] : power ? ly_machine_power(x[i], power) : pow(x[i], y[i]);
}

/* The exponents of infinities and of what is no number, carried into the sign. */
static inline uint64_t noted(double x)
{
    union { double d; uint64_t u; } bits = {x};
    return (bits.u & INT64_MAX) + 0x0010000000000000;
}

/* Without dependencies between the rounds: they become vectors. */
static uint64_t sum_strip(double *restrict to, size_t n, const double *x, const double *y)
{
    uint64_t bad = 0;
    for (size_t i = 0; i < n; i++) {
        double r = x[i] + y[i];
        bad |= noted(r);
        to[i] = r;
    }
    return bad;
}

static uint64_t product_strip(double *restrict to, size_t n, const double *x, const double *y)
{
    uint64_t bad = 0;
    for (size_t i = 0; i < n; i++) {
        double r = x[i] * y[i];
        bad |= noted(r);
        to[i] = r;
    }
    return bad;
}

static bool reals(char operation, double *to, size_t n, const side *a, const side *b)
{
    double left[STRIP], right[STRIP];
    const double *x = strip_of(a, 0, n < STRIP ? n : STRIP, left), *y = strip_of(b, 0, n < STRIP ? n : STRIP, right);
    uint64_t bad = 0;
    for (size_t from = 0; from < n; from += STRIP, to += STRIP) {
        size_t m = n - from < STRIP ? n - from : STRIP;
        if (a->array) x = strip_of(a, from, m, left);
        if (b->array) y = strip_of(b, from, m, right);
        if (operation == '+') bad |= sum_strip(to, m, x, y);
        else if (operation == '*') bad |= product_strip(to, m, x, y);
        else {
            power_strip(to, m, x, y, b);
            for (size_t i = 0; i < m; i++) bad |= noted(to[i]);
        }
    }
    return !(bad >> 63);
}

static bool complexes(char operation, double *to, size_t n, const side *a, const side *b)
{
    double check = 0;
    for (size_t i = 0; i < n; i++) {
        double complex x = complex_at(a, i), y = complex_at(b, i);
        double re, im;
        if (operation == '+') {
            re = creal(x) + creal(y);
            im = cimag(x) + cimag(y);
        } else {
            re = creal(x) * creal(y) - cimag(x) * cimag(y);
            im = creal(x) * cimag(y) + cimag(x) * creal(y);
        }
        to[2 * i] = re;
        to[2 * i + 1] = im;
        check += re * 0 + im * 0;
    }
    return check == 0;
}

ly_value ly_packed_arithmetic(ly_context *cx, char operation, ly_value a, ly_value b)
{
    side x, y;
    if (!side_of(a, &x) || !side_of(b, &y)) return LY_UNEVALUATED;
    const ly_packed *shape = x.array ? x.array : y.array;
    if (!shape) return LY_UNEVALUATED;
    if (x.array && y.array) {
        if (x.array->rank != y.array->rank) return LY_UNEVALUATED;
        for (size_t i = 0; i < x.array->rank; i++)
            if (x.array->dims[i] != y.array->dims[i]) return LY_UNEVALUATED;
    }
    ly_element_type type = x.type > y.type ? x.type : y.type;
    int64_t exponent = -1;
    if (operation == '^') {
        /* powers: integers to a fixed exponent, reals to an integer one or with positive bases */
        if (y.array || type == LY_PACKED_COMPLEX || !x.array) return LY_UNEVALUATED;
        if (y.type == LY_PACKED_INT64) {
            exponent = y.integer;
            if (exponent <= 0) return LY_UNEVALUATED;
            type = x.type;
        } else {
            for (size_t i = 0; i < shape->total; i++)
                if (!(real_at(&x, i) > 0)) return LY_UNEVALUATED;
        }
    }
    ly_value out = ly_packed_new(cx, type, shape->rank, shape->dims);
    if (ly_failed(out)) return out;
    size_t n = shape->total;
    bool fine;
    if (type == LY_PACKED_INT64 && operation == '^')
        fine = integer_powers(ly_packed_ints(out), n, &x, exponent);
    else if (type == LY_PACKED_INT64)
        fine = integers(operation, ly_packed_ints(out), n, &x, &y);
    else if (type == LY_PACKED_REAL)
        fine = reals(operation, ly_packed_reals(out), n, &x, &y);
    else
        fine = complexes(operation, ly_packed_of(out)->data, n, &x, &y);
    if (fine) return out;
    ly_release(cx, out);
    return LY_UNEVALUATED;
}

static ly_value pair(ly_context *cx, char operation, ly_value a, ly_value b)
{
    if (!ly_is_number(a) || !ly_is_number(b)) return ly_packed_arithmetic(cx, operation, a, b);
    return operation == '+' ? ly_plus2(cx, a, b) : ly_times2(cx, a, b);
}

/* By halves, as numbers are. */
static ly_value fold(ly_context *cx, char operation, const ly_value *items, size_t n)
{
    if (n == 1) return ly_retain(items[0]);
    size_t half = (n + 1) / 2;
    ly_value a = fold(cx, operation, items, half);
    if (a == LY_UNEVALUATED || ly_failed(a)) return a;
    ly_value b = fold(cx, operation, items + half, n - half);
    ly_value r = b == LY_UNEVALUATED || ly_failed(b) ? b : pair(cx, operation, a, b);
    ly_release(cx, a);
    if (b != LY_UNEVALUATED) ly_release(cx, b);
    return r;
}

ly_value ly_packed_fold(ly_context *cx, char operation, ly_expr *call) { return fold(cx, operation, call->args, call->count); }
