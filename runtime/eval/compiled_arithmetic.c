/* compiled_arithmetic.c: arithmetic and tests of generated C where the inline parts of abi.h give up. */
#include <math.h>

#include "abi.h"
#include "eval/compiled.h"

/* ---- arithmetic ------------------------------------------------------------------------------- */

/* Machine numbers whose result can be had in doubles; NaN: not both are such. */
static bool as_doubles(ly_value a, ly_value b, double *x, double *y)
{
    bool real = ly_is_real(a) || ly_is_real(b);
    if (!real || !(ly_is_real(a) || ly_is_int(a)) || !(ly_is_real(b) || ly_is_int(b))) return false;
    *x = ly_is_int(a) ? (double)ly_int_of(a) : ly_real_of(a);
    *y = ly_is_int(b) ? (double)ly_int_of(b) : ly_real_of(b);
    return true;
}

/* Exact integers small enough that their product can't be too large. */
static bool small_integers(ly_value a, ly_value b)
{
    if (!ly_is_integer(a) || !ly_is_integer(b)) return false;
    return (ly_is_int(a) || mpz_size(ly_bigint_of(a)->z) < 100000) &&
           (ly_is_int(b) || mpz_size(ly_bigint_of(b)->z) < 100000);
}

/* the second operand of a - b and a/b is evaluated by itself */
static ly_value subtract(ly_context *cx, ly_value a, ly_value b)
{
    ly_value minus = apply2(cx, LY_SYM(Times), LY_INT(-1), ly_retain(b));
    return ly_failed(minus) ? minus : apply2(cx, LY_SYM(Plus), ly_retain(a), minus);
}

static ly_value divide(ly_context *cx, ly_value a, ly_value b)
{
    ly_value inverse = apply2(cx, LY_SYM(Power), ly_retain(b), LY_INT(-1));
    return ly_failed(inverse) ? inverse : apply2(cx, LY_SYM(Times), ly_retain(a), inverse);
}

ly_value ly_op_plus_slow(ly_context *cx, ly_value a, ly_value b)
{
    double x, y;
    if (as_doubles(a, b, &x, &y) && isfinite(x + y)) return ly_real(cx, x + y);
    if (small_integers(a, b)) return ly_add(cx, a, b);
    return apply2(cx, LY_SYM(Plus), ly_retain(a), ly_retain(b));
}

ly_value ly_op_subtract_slow(ly_context *cx, ly_value a, ly_value b)
{
    double x, y;
    if (as_doubles(a, b, &x, &y) && isfinite(x - y)) return ly_real(cx, x - y);
    if (small_integers(a, b)) return ly_subtract(cx, a, b);
    return subtract(cx, a, b);
}

ly_value ly_op_times_slow(ly_context *cx, ly_value a, ly_value b)
{
    double x, y;
    if (a != LY_INT(0) && b != LY_INT(0) && as_doubles(a, b, &x, &y) && isfinite(x * y))
        return ly_real(cx, x * y);
    if (small_integers(a, b)) return ly_multiply(cx, a, b);
    return apply2(cx, LY_SYM(Times), ly_retain(a), ly_retain(b));
}

ly_value ly_op_divide_slow(ly_context *cx, ly_value a, ly_value b)
{
    if (small_integers(a, b) && b != LY_INT(0)) return ly_divide(cx, a, b);
    return divide(cx, a, b);
}

ly_value ly_op_power_slow(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_both_ints(a, b) && a != LY_INT(0) && ly_int_of(b) > 0 && ly_int_of(b) < 64) {
        int64_t result = 1, base = ly_int_of(a), n = ly_int_of(b);
        bool overflow = false;
        for (; n-- > 0 && !overflow;) overflow = __builtin_mul_overflow(result, base, &result);
        if (!overflow) return ly_integer(cx, result);
    }
    return apply2(cx, LY_SYM(Power), ly_retain(a), ly_retain(b));
}

ly_value ly_op_mod_slow(ly_context *cx, ly_value a, ly_value b)
{
    if (small_integers(a, b) && b != LY_INT(0)) return ly_modulus(cx, a, b);
    return apply2(cx, LY_SYM(Mod), ly_retain(a), ly_retain(b));
}

ly_value ly_op_quotient_slow(ly_context *cx, ly_value a, ly_value b)
{
    if (small_integers(a, b) && b != LY_INT(0)) return ly_quotient(cx, a, b);
    return apply2(cx, LY_SYM(Quotient), ly_retain(a), ly_retain(b));
}

ly_value ly_op_part_slow(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_packed(a) && ly_is_int(b)) {
        int64_t n = ly_int_of(b), length = (int64_t)ly_length(a);
        if (n < 0) n += length + 1;
        if (n > 0 && n <= length) return ly_element(cx, a, (size_t)n - 1);
    }
    return apply2(cx, LY_SYM(Part), ly_retain(a), ly_retain(b));
}

ly_value ly_op_append_slow(ly_context *cx, ly_value a, ly_value b)
{
    return ly_op_append_slow_take(cx, ly_retain(a), ly_retain(b));
}

ly_value ly_op_append_slow_take(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_has_head(a, LY_SYM(List)) && !ly_is_odd(b) && b != LY_SYM(Nothing)) {
        ly_local_append(cx, &a, b, false);
        return a;
    }
    return apply2(cx, LY_SYM(Append), a, b);
}

#define TAKE(name)                                                              \
    ly_value ly_op_##name##_slow_take(ly_context *cx, ly_value a, ly_value b)   \
    {                                                                           \
        ly_value v = ly_op_##name##_slow(cx, a, b);                             \
        ly_release(cx, a);                                                      \
        ly_release(cx, b);                                                      \
        return v;                                                               \
    }
/* large integers in place */
#define TAKE_INTEGERS(name, function)                                           \
    ly_value ly_op_##name##_slow_take(ly_context *cx, ly_value a, ly_value b)   \
    {                                                                           \
        if (small_integers(a, b)) return function(cx, a, b);                    \
        ly_value v = ly_op_##name##_slow(cx, a, b);                             \
        ly_release(cx, a);                                                      \
        ly_release(cx, b);                                                      \
        return v;                                                               \
    }
TAKE_INTEGERS(plus, ly_add_take)
TAKE_INTEGERS(subtract, ly_subtract_take)
TAKE_INTEGERS(times, ly_multiply_take)
TAKE(divide)
TAKE(power)
TAKE(mod)
TAKE(quotient)
TAKE(part)

/* The items' sum, where some are large. */
static ly_value add_all_take(ly_context *cx, size_t n, const ly_value *items)
{
    bool small = true;
    for (size_t i = 1; i < n; i++) small = small && small_integers(items[i - 1], items[i]);
    if (!small || n < 2) return ly_apply(cx, 1, LY_SYM(Plus), (uint32_t)n, items);
    ly_value sum = items[0];
    for (size_t i = 1; i < n; i++) sum = ly_failed(sum) ? ly_drop1(cx, items[i]) : ly_add_take(cx, sum, items[i]);
    return sum;
}

ly_value ly_op_sum_take(ly_context *cx, size_t n, const ly_value *items)
{
    ly_value sum = LY_INT(0);
    for (size_t i = 0; i < n; i++)
        if (!ly_both_ints(sum, items[i]) || LY_ADD_OVERFLOWS(sum, items[i] - 1, &sum))
            return add_all_take(cx, n, items);
    return sum;
}

ly_value ly_op_product_take(ly_context *cx, size_t n, const ly_value *items)
{
    ly_value product = LY_INT(1);
    for (size_t i = 0; i < n; i++) {
        if (!ly_both_ints(product, items[i]) ||
            LY_MULTIPLY_OVERFLOWS(product - 1, (int64_t)items[i] >> 1, &product))
            return ly_apply(cx, 1, LY_SYM(Times), (uint32_t)n, items);
        product |= 1;
    }
    return product;
}

ly_value ly_op_length_take(ly_context *cx, size_t n, const ly_value *items)
{
    ly_value v = items[0];
    (void)n;
    if (ly_is_odd(v)) return apply1(cx, LY_SYM(Length), v);
    size_t length = ly_length(v);
    ly_release(cx, v);
    return LY_INT((int64_t)length);
}

/* ---- tests ------------------------------------------------------------------------------------ */

static int decide(ly_context *cx, ly_value head, ly_value a, ly_value b)
{
    return ly_test_value_take(cx, apply2(cx, head, ly_retain(a), ly_retain(b)));
}

#define COMPARE(name, Head, operator)                                           \
    int ly_test_##name##_slow(ly_context *cx, ly_value a, ly_value b)           \
    {                                                                           \
        if (ly_is_real(a) && ly_is_real(b)) {                                   \
            double x = ly_real_of(a), y = ly_real_of(b);                        \
            /* within the tolerance of Equal the built-in decides */            \
            if (fabs(x - y) > 1e-12 * (fabs(x) + fabs(y))) return x operator y; \
        }                                                                       \
        return decide(cx, LY_SYM(Head), a, b);                                  \
    }
COMPARE(less, Less, <)
COMPARE(less_equal, LessEqual, <=)
COMPARE(greater, Greater, >)
COMPARE(greater_equal, GreaterEqual, >=)
COMPARE(equal, Equal, ==)
COMPARE(unequal, Unequal, !=)

int ly_test_even_slow(ly_context *cx, ly_value a, bool odd)
{
    return ly_test_value_take(cx, apply1(cx, odd ? LY_SYM(OddQ) : LY_SYM(EvenQ), ly_retain(a)));
}

int ly_test_not(ly_context *cx, int test)
{
    if (test != LY_UNDECIDED) return !test;
    return ly_test_value_take(cx, apply1(cx, LY_SYM(Not), ly_truth(cx, test)));
}
