/* Two contexts in one process, each on its own thread, at once; and one that changes threads. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lyra.h"

/* ThreadSanitizer keeps a shadow of the stack, which very deep recursion makes too large */
#if defined(__SANITIZE_THREAD__)
#define DEPTH "500"
#else
#define DEPTH "20000"
#endif

static const char program[] =
    "fib[0] = 0; fib[1] = 1; fib[n_] := fib[n - 1] + fib[n - 2]\n"
    "words = Table[Symbol[\"name\" <> ToString[i]], {i, 200}]\n"
    "Do[Module[{t = i}, t + 1], {i, 2000}]\n"
    "a = <||>; Do[a[ToString[i]] = i, {i, 500}]\n"
    "r[0] = 0; r[n_] := 1 + r[n - 1]\n"
    "Block[{$RecursionLimit = Infinity}, r[" DEPTH "]] + fib[16] + Length[a] + Length[words]";

static void *run(void *out)
{
    lyra_context *cx;
    lyra_value v;
    int64_t *answer = out;
    *answer = -1;
    if (lyra_open(&cx) != LYRA_OK) return NULL;
    if (lyra_evaluate(cx, program, strlen(program), &v) == LYRA_OK) {
        lyra_get_integer(v, answer);
        lyra_release(cx, v);
    }
    lyra_close(cx);
    return NULL;
}

static void contexts_run_at_once(void **state)
{
    pthread_t threads[2];
    int64_t answers[2];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 2; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, run, &answers[i]), 0);
        for (int i = 0; i < 2; i++) {
            pthread_join(threads[i], NULL);
            assert_int_equal(answers[i], atoi(DEPTH) + 987 + 500 + 200);
        }
    }
}

static void *recurse(void *cx)
{
    lyra_value v;
    const char *text = "Block[{$RecursionLimit = Infinity}, r[" DEPTH "]]";
    if (lyra_evaluate(cx, text, strlen(text), &v) != LYRA_OK) return NULL;
    char *shown = lyra_text(cx, v);
    lyra_release(cx, v);
    return shown;
}

static void a_context_changes_threads(void **state)
{
    lyra_context *cx;
    const char *rules = "r[0] = 0; r[n_] := 1 + r[n - 1]";
    assert_int_equal(lyra_open(&cx), LYRA_OK);
    assert_int_equal(lyra_evaluate(cx, rules, strlen(rules), NULL), LYRA_OK);
    char *shown[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, recurse, cx), 0);
        pthread_join(thread, (void **)&shown[i]);
    }
    for (int i = 0; i < 2; i++) {
        assert_string_equal(shown[i], DEPTH);
        free(shown[i]);
    }
    lyra_close(cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contexts_run_at_once),
        cmocka_unit_test(a_context_changes_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
