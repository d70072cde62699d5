/* The public header: a context evaluated, called and read from C. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lyra.h"

static lyra_status evaluate(lyra_context *cx, const char *text, lyra_value *result)
{
    return lyra_evaluate(cx, text, strlen(text), result);
}

static int open_context(void **state)
{
    return lyra_open((lyra_context **)state) == LYRA_OK ? 0 : -1;
}

static int close_context(void **state)
{
    lyra_close(*state);
    return 0;
}

static void evaluates_text(void **state)
{
    lyra_context *cx = *state;
    lyra_value v;
    int64_t n;
    assert_int_equal(evaluate(cx, "x = 20\nx + 22", &v), LYRA_OK);
    assert_int_equal(lyra_get_integer(v, &n), LYRA_OK);
    assert_int_equal(n, 42);
    assert_int_equal(lyra_get_string(v, NULL, NULL), LYRA_TYPE);
    lyra_release(cx, v);
}

static void calls_definitions(void **state)
{
    lyra_context *cx = *state;
    lyra_value arguments[2], v;
    double x;
    assert_int_equal(evaluate(cx, "f[a_, b_] := a + 2 b", NULL), LYRA_OK);
    arguments[0] = lyra_integer(cx, 1);
    arguments[1] = lyra_real(cx, 0.5);
    assert_int_equal(lyra_call(cx, "f", 2, arguments, &v), LYRA_OK);
    assert_int_equal(lyra_get_real(v, &x), LYRA_OK);
    assert_true(x == 2.0);
    lyra_release(cx, v);
    lyra_value list = lyra_list(cx, 2, arguments);
    assert_int_equal(lyra_call(cx, "Length", 1, &list, &v), LYRA_OK);
    assert_int_equal(lyra_get_real(v, &x), LYRA_OK);
    assert_true(x == 2.0);
    lyra_release(cx, v);
    lyra_release(cx, list);
    lyra_release(cx, arguments[0]);
    lyra_release(cx, arguments[1]);
}

static void reads_parts(void **state)
{
    lyra_context *cx = *state;
    lyra_value v, part;
    const char *bytes;
    size_t count;
    assert_int_equal(evaluate(cx, "{1, \"two\", g[x]}", &v), LYRA_OK);
    assert_int_equal(lyra_length(v), 3);
    part = lyra_part(cx, v, 2);
    assert_int_equal(lyra_get_string(part, &bytes, &count), LYRA_OK);
    assert_string_equal(bytes, "two");
    assert_int_equal(count, 3);
    lyra_release(cx, part);
    assert_true(lyra_part(cx, v, 4) == 0);
    part = lyra_part(cx, v, 0);
    char *text = lyra_text(cx, part);
    assert_string_equal(text, "List");
    free(text);
    lyra_release(cx, part);
    text = lyra_text(cx, v);
    assert_string_equal(text, "{1, \"two\", g[x]}");
    free(text);
    lyra_release(cx, v);
}

static void errors_are_statuses(void **state)
{
    lyra_context *cx = *state;
    lyra_value v;
    assert_int_equal(evaluate(cx, "y = 1\nf[", &v), LYRA_SYNTAX);
    assert_true(strstr(lyra_error(cx), ":2:") != NULL);
    assert_int_equal(evaluate(cx, "Throw[3]", &v), LYRA_ERROR);
    assert_string_equal(lyra_error(cx), "uncaught Throw of 3");
    assert_int_equal(evaluate(cx, "Raise[\"Bad\", \"no good\"]", &v), LYRA_ERROR);
    assert_true(strstr(lyra_error(cx), "no good") != NULL);
    assert_int_equal(evaluate(cx, "Abort[]", &v), LYRA_ABORTED);
    assert_int_equal(evaluate(cx, "Exit[7]", &v), LYRA_EXIT);
    assert_int_equal(lyra_exit_status(cx), 7);
    lyra_interrupt(cx);
    assert_int_equal(evaluate(cx, "While[True]", NULL), LYRA_ABORTED);
    assert_int_equal(evaluate(cx, "1", NULL), LYRA_OK);
    assert_string_equal(lyra_error(cx), "");
}

static void keep(void *data, const char *bytes, size_t count)
{
    strncat(data, bytes, count);
}

static void output_goes_to_the_caller(void **state)
{
    lyra_context *cx = *state;
    char output[200] = "";
    lyra_on_output(cx, keep, output);
    assert_int_equal(evaluate(cx, "Print[\"a\", 1]; 1/0", NULL), LYRA_OK);
    assert_string_equal(output, "a1\n\n                                 1\nPower::infy: Infinite expression - encountered.\n                                 0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(evaluates_text, open_context, close_context),
        cmocka_unit_test_setup_teardown(calls_definitions, open_context, close_context),
        cmocka_unit_test_setup_teardown(reads_parts, open_context, close_context),
        cmocka_unit_test_setup_teardown(errors_are_statuses, open_context, close_context),
        cmocka_unit_test_setup_teardown(output_goes_to_the_caller, open_context, close_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
