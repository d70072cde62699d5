/* Circuit breakers: their three states, and many threads at once. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "sched/breaker.h"

static void pause_ms(long n)
{
    nanosleep(&(struct timespec){.tv_nsec = n * 1000000}, NULL);
}

static bool call(ly_breaker *b, bool succeeds)
{
    uint64_t ticket;
    if (!ly_breaker_begin(b, &ticket))
        return false;
    ly_breaker_end(b, ticket, succeeds);
    return true;
}

static void opens_after_failures_in_a_row(void **state)
{
    ly_breaker b;
    ly_breaker_start(&b, 3, 200000000);
    for (int i = 0; i < 10; i++) {
        assert_true(call(&b, false));
        assert_true(call(&b, false));
        assert_true(call(&b, true)); /* starts the count again */
    }
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_CLOSED);
    for (int i = 0; i < 3; i++)
        assert_true(call(&b, false));
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_OPEN);
    assert_false(call(&b, true));
    pause_ms(220);
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_HALF_OPEN);
    assert_true(call(&b, false)); /* one failure is enough now */
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_OPEN);
    pause_ms(220);
    assert_true(call(&b, true));
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_CLOSED);
    assert_true(call(&b, false));
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_CLOSED);
}

static void one_trial_at_a_time(void **state)
{
    ly_breaker b;
    uint64_t trial, other;
    ly_breaker_start(&b, 1, 200000000);
    call(&b, false);
    pause_ms(220);
    assert_true(ly_breaker_begin(&b, &trial));
    assert_false(ly_breaker_begin(&b, &other));
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_HALF_OPEN);
    ly_breaker_abandon(&b, trial);
    assert_true(ly_breaker_begin(&b, &trial)); /* the next is the trial */
    pause_ms(220);
    assert_true(ly_breaker_begin(&b, &other)); /* the first was given up */
    ly_breaker_end(&b, trial, true);           /* and is too late */
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_HALF_OPEN);
    ly_breaker_end(&b, other, true);
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_CLOSED);
}

static void late_reports_do_not_count(void **state)
{
    ly_breaker b;
    uint64_t early[5], ticket;
    ly_breaker_start(&b, 2, 1000000000000);
    for (int i = 0; i < 5; i++)
        assert_true(ly_breaker_begin(&b, &early[i]));
    ly_breaker_end(&b, early[0], false);
    ly_breaker_end(&b, early[1], false);
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_OPEN);
    ly_breaker_end(&b, early[2], true);
    assert_false(ly_breaker_begin(&b, &ticket));
    ly_breaker_reset(&b);
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_CLOSED);
    ly_breaker_end(&b, early[3], false);
    ly_breaker_end(&b, early[4], false);
    assert_int_equal(ly_breaker_state_now(&b), LY_BREAKER_CLOSED);
}

static ly_breaker shared;
static _Atomic int inside, most_inside, calls;

/* The service is down; each trial is alone in it. */
static void *knock(void *argument)
{
    for (int i = 0; i < 2000; i++) {
        uint64_t ticket;
        if (!ly_breaker_begin(&shared, &ticket))
            continue;
        int now = atomic_fetch_add(&inside, 1) + 1, most = atomic_load(&most_inside);
        while (now > most && !atomic_compare_exchange_weak(&most_inside, &most, now)) {
        }
        atomic_fetch_add(&calls, 1);
        atomic_fetch_sub(&inside, 1);
        ly_breaker_end(&shared, ticket, false);
    }
    return NULL;
}

static void many_threads(void **state)
{
    pthread_t threads[8];
    ly_breaker_start(&shared, 5, 3000000000);
    for (int i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, knock, NULL);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    /* five failures, and at most one call more of each thread that had begun by then */
    assert_in_range(calls, 5, 5 + 8);
    assert_in_range(most_inside, 1, 8);
    assert_int_equal(ly_breaker_state_now(&shared), LY_BREAKER_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_after_failures_in_a_row),
        cmocka_unit_test(one_trial_at_a_time),
        cmocka_unit_test(late_reports_do_not_count),
        cmocka_unit_test(many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
