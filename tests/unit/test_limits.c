/* Limits of time: very many at once, and where no thread can be had to watch them. */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "eval/eval.h"
#include "eval/limits.h"

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
static bool refusing;

/* In place of the system's. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*function)(void *),
                   void *argument)
{
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&create = dlsym(RTLD_NEXT, "pthread_create");
    return refusing ? EAGAIN : create(thread, attributes, function, argument);
}

static bool poll_until(ly_context *cx, double at)
{
    while (ly_now() < at)
        if (ly_poll(cx)) return true;
    return false;
}

/* The first test: no thread is there yet. */
static void ends_without_a_thread(void **state)
{
    ly_context *cx = ly_context_new();
    ly_deadline outer, inner;
    double begin = ly_now();
    refusing = true;
    ly_deadline_begin(cx, &outer, 0.1);
    ly_deadline_begin(cx, &inner, 30);
    assert_true(poll_until(cx, begin + 20));
    assert_true(ly_now() >= begin + 0.1);
    assert_false(ly_deadline_end(cx, &inner));
    assert_true(ly_deadline_end(cx, &outer));
    assert_false(ly_poll(cx));
    /* one that doesn't pass */
    ly_deadline_begin(cx, &outer, 30);
    assert_false(poll_until(cx, ly_now() + 0.05));
    assert_false(ly_deadline_end(cx, &outer));
    refusing = false;
    ly_deadline_begin(cx, &outer, 0.1);
    assert_true(poll_until(cx, ly_now() + 20));
    assert_true(ly_deadline_end(cx, &outer));
    ly_context_free(cx);
}
#endif

enum { MANY = 20000 };

/* Every tenth passes; the others are ended before, in an order of their own. */
static void very_many(void **state)
{
    ly_context *contexts = calloc(MANY, sizeof *contexts);
    ly_deadline *deadlines = calloc(MANY, sizeof *deadlines);
    double begin = ly_now(), took;
    for (size_t i = 0; i < MANY; i++)
        ly_deadline_begin(&contexts[i], &deadlines[i], i % 10 ? 1000 + (double)(i * 7919 % MANY) : 0.2);
    for (size_t k = 0; k < MANY; k++) {
        size_t i = k * 7919 % MANY;
        if (i % 10 && i % 3) assert_false(ly_deadline_end(&contexts[i], &deadlines[i]));
    }
    took = ly_now() - begin;
    /* a list would take 10^8 steps and more */
    assert_true(took < 5);
    while (ly_now() < begin + 10) {
        size_t told = 0;
        struct timespec pause = {0, 10000000};
        for (size_t i = 0; i < MANY; i += 10) told += ly_polled(&contexts[i]) == LY_POLL_TIMEOUT;
        if (told == MANY / 10) break;
        nanosleep(&pause, NULL);
    }
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(ly_polled(&contexts[i]), i % 10 ? 0 : LY_POLL_TIMEOUT);
        if (!(i % 10 && i % 3)) ly_deadline_end(&contexts[i], &deadlines[i]);
    }
    free(contexts);
    free(deadlines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test(ends_without_a_thread),
#endif
        cmocka_unit_test(very_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
