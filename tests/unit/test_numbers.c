/* Numbers: the tagged fast path where it meets GMP, significance arithmetic, comparison by value. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "eval/context.h"
#include "value/number.h"

static int open_context(void **state)
{
    *state = ly_context_new();
    return *state ? 0 : -1;
}

static int close_context(void **state)
{
    ly_context_free(*state);
    return 0;
}

static ly_value integer(ly_context *cx, const char *digits)
{
    return ly_integer_from_digits(cx, digits, strlen(digits), 10);
}

static void overflows_exactly(void **state)
{
    ly_context *cx = *state;
    ly_value most = LY_INT(LY_INT_MAX), least = LY_INT(LY_INT_MIN);
    ly_value sum = ly_plus2(cx, most, LY_INT(1)), expected = integer(cx, "4611686018427387904");
    assert_true(ly_is_kind(sum, LY_KIND_BIGINT));
    assert_int_equal(ly_compare_numbers(sum, expected), 0);
    ly_value back = ly_minus2(cx, sum, LY_INT(1));
    assert_true(back == most);
    ly_value below = ly_minus2(cx, least, LY_INT(1)), square = ly_times2(cx, least, least);
    assert_int_equal(ly_sign(below), -1);
    ly_value root = ly_divide(cx, square, least);
    assert_true(root == least);
    ly_release(cx, sum);
    ly_release(cx, expected);
    ly_release(cx, below);
    ly_release(cx, square);
}

static void products_stay_in_the_word(void **state)
{
    ly_context *cx = *state;
    for (int64_t a = -40; a <= 40; a++)
        for (int64_t b = -40; b <= 40; b++) {
            assert_true(ly_times2(cx, LY_INT(a), LY_INT(b)) == LY_INT(a * b));
            assert_true(ly_plus2(cx, LY_INT(a), LY_INT(b)) == LY_INT(a + b));
        }
}

static void rationals_are_canonical(void **state)
{
    ly_context *cx = *state;
    ly_value half = ly_rational_new(cx, LY_INT(3), LY_INT(6)), whole = ly_add(cx, half, half);
    assert_true(ly_is_rational(half));
    assert_true(whole == LY_INT(1));
    ly_value negative = ly_rational_new(cx, LY_INT(1), LY_INT(-2)), zero = ly_add(cx, half, negative);
    assert_true(zero == LY_INT(0));
    ly_release(cx, half);
    ly_release(cx, negative);
}

static void too_large_is_refused(void **state)
{
    ly_context *cx = *state;
    ly_value huge = ly_integer(cx, (int64_t)1 << 38), power = ly_power_integer(cx, LY_INT(2), huge);
    assert_true(power && !ly_is_number(power)); /* Overflow[] */
    ly_release(cx, power);
    ly_release(cx, huge);
}

static void precision_is_tracked(void **state)
{
    ly_context *cx = *state;
    ly_value two = ly_bigreal_from(cx, LY_INT(2), 30), square = ly_power_integer(cx, two, LY_INT(2));
    assert_true(fabs(ly_precision_of(square) - (30 - log10(2))) < 1e-12);
    ly_value difference = ly_subtract(cx, two, two);
    assert_true(ly_is_zero(difference));
    assert_true(ly_accuracy_of(difference) > 29 && ly_accuracy_of(difference) < 30);
    ly_value machine = ly_add(cx, two, ly_real(cx, 1.5));
    assert_true(ly_is_real(machine));
    ly_release(cx, two);
    ly_release(cx, square);
    ly_release(cx, difference);
}

static void compared_by_value(void **state)
{
    ly_context *cx = *state;
    ly_value third = ly_rational_new(cx, LY_INT(1), LY_INT(3)), d = ly_real(cx, 1.0 / 3);
    assert_int_equal(ly_compare_numbers(third, d), 1); /* the double is a little less */
    assert_true(ly_numbers_equal(third, d));
    ly_value big = integer(cx, "9007199254740993"), near = ly_real(cx, 9007199254740992.0);
    assert_int_equal(ly_compare_numbers(big, near), 1);
    assert_false(ly_numbers_equal(LY_INT(1), LY_INT(2)));
    ly_release(cx, third);
}

static void reads_literals(void **state)
{
    ly_context *cx = *state;
    ly_value a = ly_real_from_text(cx, "1.5", 3, 10, -1, false, 3), b = ly_real_from_text(cx, "1.5", 3, 10, 20, true, 3);
    assert_true(ly_is_real(a) && ly_real_of(a) == 1500);
    assert_true(ly_is_bigreal(b) && fabs(ly_precision_of(b) - 23.17609125905568) < 1e-12);
    ly_value c = ly_real_from_text(cx, "3.14159265358979323846", 22, 10, -1, false, 0);
    assert_true(ly_is_bigreal(c));
    ly_release(cx, b);
    ly_release(cx, c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overflows_exactly),   cmocka_unit_test(products_stay_in_the_word),
        cmocka_unit_test(rationals_are_canonical), cmocka_unit_test(too_large_is_refused),
        cmocka_unit_test(precision_is_tracked), cmocka_unit_test(compared_by_value),
        cmocka_unit_test(reads_literals),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
