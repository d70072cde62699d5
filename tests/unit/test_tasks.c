/* Tasks, waiting, pools, cancellation, timers: each on 1, 2, 4 and 8 workers. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "memory/memory.h"
#include "sched/pool.h"
#include "sched/scheduler.h"
#include "sched/timer.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { MANY = 400, FIB = 12, FIB_VALUE = 144 };
#else
enum { MANY = 20000, FIB = 20, FIB_VALUE = 6765 };
#endif

static uint32_t workers;

static int start(void **state)
{
    assert_true(ly_scheduler_start(workers));
    return 0;
}
static int stop(void **state)
{
    ly_scheduler_finish();
    ly_scheduler_stop();
    return 0;
}

static ly_task *submit(uint64_t (*run)(ly_task *, void *), void *argument, ly_pool *pool, ly_cancel *cancel)
{
    ly_task *task = ly_task_new(&(ly_task_options){
        .run = run, .argument = argument, .pool = pool, .cancel = cancel, .name = "test"});
    assert_non_null(task);
    ly_task_submit(task);
    return task;
}

static uint64_t await(ly_task *task)
{
    uint64_t result;
    assert_int_equal(ly_task_await(task, 0), LY_WAKE_READY);
    assert_int_equal(ly_task_state_of(task), LY_TASK_DONE);
    result = task->result;
    ly_task_release(task);
    return result;
}

static uint64_t double_it(ly_task *task, void *argument) { return 2 * (uint64_t)(uintptr_t)argument; }

static void results_come_back(void **state)
{
    ly_task **tasks = malloc(MANY * sizeof *tasks);
    for (uintptr_t i = 0; i < MANY; i++) tasks[i] = submit(double_it, (void *)i, NULL, NULL);
    for (uintptr_t i = 0; i < MANY; i++) assert_int_equal(await(tasks[i]), 2 * i);
    for (uintptr_t i = 0; i < MANY; i++)
        assert_int_equal(await(submit(double_it, (void *)i, NULL, NULL)), 2 * i);
    free(tasks);
}

/* every call a task that waits for its own */
static uint64_t fib(ly_task *task, void *argument)
{
    uintptr_t n = (uintptr_t)argument;
    ly_task *a, *b;
    uint64_t sum;
    if (n < 2) return n;
    a = submit(fib, (void *)(n - 1), NULL, NULL);
    b = submit(fib, (void *)(n - 2), NULL, NULL);
    sum = await(a);
    return sum + await(b);
}

static void tasks_wait_for_tasks(void **state)
{
    assert_int_equal(await(submit(fib, (void *)(uintptr_t)FIB, NULL, NULL)), FIB_VALUE);
}

/* a gate that tasks wait at */
typedef struct gate {
    ly_lock lock;
    ly_wait_node *waiting;
    bool open;
    _Atomic uint32_t inside, most, at_gate;
} gate;

static bool pass(gate *g, uint64_t deadline, uint32_t *reason)
{
    ly_waiter w;
    ly_waiter_arm(&w);
    w.what = "gate";
    ly_lock_take(&g->lock);
    if (g->open) {
        ly_lock_give(&g->lock);
        return true;
    }
    w.node.next = g->waiting;
    w.node.previous = NULL;
    if (g->waiting) g->waiting->previous = &w.node;
    g->waiting = &w.node;
    atomic_fetch_add(&g->at_gate, 1);
    ly_lock_give(&g->lock);
    *reason = ly_waiter_wait(&w, deadline);
    if (*reason == LY_WAKE_READY) return true;
    ly_lock_take(&g->lock);
    if (w.node.previous) w.node.previous->next = w.node.next;
    else if (g->waiting == &w.node) g->waiting = w.node.next;
    if (w.node.next) w.node.next->previous = w.node.previous;
    ly_lock_give(&g->lock);
    return false;
}

static void open_gate(gate *g)
{
    ly_wait_node *claimed = NULL;
    ly_lock_take(&g->lock);
    g->open = true;
    for (ly_wait_node *node = g->waiting, *next; node; node = next) {
        next = node->next;
        if (!ly_waiter_claim(node->waiter, LY_WAKE_READY)) continue;
        /* taken out, so that those who gave up unlink among themselves */
        if (node->previous) node->previous->next = next;
        else g->waiting = next;
        if (next) next->previous = node->previous;
        node->next = claimed;
        claimed = node;
    }
    ly_lock_give(&g->lock);
    while (claimed) {
        ly_wait_node *next = claimed->next;
        ly_waiter_resume(claimed->waiter);
        claimed = next;
    }
}

static _Atomic uint32_t numbers;

/* as long as this isn't inlined its caller can't keep the address of another thread's errno */
static __attribute__((noinline)) int *error_here(void)
{
    __asm__ volatile("");
    return &errno;
}

static uint64_t through_gate(ly_task *task, void *argument)
{
    uint32_t reason = 0;
    int mine = 1000 + (int)atomic_fetch_add(&numbers, 1);
    *error_here() = mine;
    if (!pass(argument, 0, &reason)) return 1000 + reason;
    return *error_here() == mine;
}

static void blocked_tasks_free_their_workers(void **state)
{
    gate g = {0};
    ly_pool *pool = ly_pool_new(2);
    ly_task **tasks = malloc(MANY * sizeof *tasks);
    for (int i = 0; i < MANY; i++) tasks[i] = submit(through_gate, &g, i % 2 ? pool : NULL, NULL);
    while (atomic_load(&g.at_gate) < MANY) usleep(1000);
    while (ly_pool_count(pool).running) usleep(1000); /* the last are on their way */
    open_gate(&g);
    for (int i = 0; i < MANY; i++) assert_int_equal(await(tasks[i]), 1);
    assert_int_equal(ly_pool_count(pool).executed, MANY / 2);
    ly_pool_release(pool);
    free(tasks);
}

static uint64_t count_inside(ly_task *task, void *argument)
{
    gate *g = argument;
    uint32_t now = atomic_fetch_add(&g->inside, 1) + 1, most = atomic_load(&g->most);
    while (now > most && !atomic_compare_exchange_weak(&g->most, &most, now)) {}
    for (int i = 0; i < 50; i++) ly_pause();
    atomic_fetch_sub(&g->inside, 1);
    ly_yield();
    ly_sleep_until(ly_clock_ns() + 1000);
    return 7;
}

static void pools_limit(void **state)
{
    gate g = {0};
    ly_pool *pool = ly_pool_new(1);
    ly_task *tasks[200];
    for (int i = 0; i < 200; i++) tasks[i] = submit(count_inside, &g, pool, NULL);
    for (int i = 0; i < 200; i++) assert_int_equal(await(tasks[i]), 7);
    assert_int_equal(atomic_load(&g.most), 1);
    assert_int_equal(ly_pool_count(pool).running, 0);
    ly_pool_shut(pool);
    tasks[0] = submit(count_inside, &g, pool, NULL);
    assert_int_equal(ly_task_state_of(tasks[0]), LY_TASK_CANCELLED);
    ly_task_release(tasks[0]);
    ly_pool_release(pool);
}

static void waits_time_out(void **state)
{
    gate g = {0};
    uint32_t reason;
    uint64_t before = ly_clock_ns();
    ly_task *task;
    assert_false(pass(&g, before + 20000000, &reason));
    assert_int_equal(reason, LY_WAKE_TIMEOUT);
    assert_true(ly_clock_ns() - before >= 20000000);
    task = submit(through_gate, &g, NULL, NULL);
    assert_int_equal(ly_task_await(task, ly_clock_ns() + 10000000), LY_WAKE_TIMEOUT);
    open_gate(&g);
    assert_int_equal(await(task), 1);
    assert_int_equal(ly_timers_pending(), 0);
}

static void cancelling_ends_waits(void **state)
{
    gate g = {0};
    ly_cancel *parent = ly_cancel_new(NULL), *child = ly_cancel_new(parent);
    ly_task *tasks[20];
    for (int i = 0; i < 20; i++) tasks[i] = submit(through_gate, &g, NULL, i % 2 ? child : parent);
    while (atomic_load(&g.at_gate) < 20) usleep(500);
    ly_cancel_now(child);
    for (int i = 1; i < 20; i += 2) assert_int_equal(await(tasks[i]), 1000 + LY_WAKE_CANCELLED);
    for (int i = 0; i < 20; i += 2) assert_false(ly_task_done(tasks[i]));
    ly_cancel_now(parent);
    for (int i = 0; i < 20; i += 2) assert_int_equal(await(tasks[i]), 1000 + LY_WAKE_CANCELLED);
    /* below a cancelled token nothing begins */
    ly_cancel_release(child);
    child = ly_cancel_new(parent);
    tasks[0] = submit(through_gate, &g, NULL, child);
    assert_int_equal(ly_task_await(tasks[0], 0), LY_WAKE_READY);
    assert_int_equal(ly_task_state_of(tasks[0]), LY_TASK_CANCELLED);
    ly_task_release(tasks[0]);
    ly_cancel_release(child);
    ly_cancel_release(parent);
}

static uint64_t spin_until_told(ly_task *task, void *argument)
{
    atomic_store((_Atomic bool *)argument, true);
    while (!(ly_fiber_poll_bits(ly_fiber_here()) & LY_POLL_CANCEL)) ly_yield();
    return 5;
}

static void cancelling_reaches_computations(void **state)
{
    ly_cancel *token = ly_cancel_new(NULL);
    ly_timer timer;
    _Atomic bool begun = false; /* one that is cancelled before that never runs */
    ly_task *task = submit(spin_until_told, &begun, NULL, token);
    while (!atomic_load(&begun)) usleep(100);
    assert_true(ly_timer_start_cancel(&timer, ly_clock_ns() + 5000000, token));
    assert_int_equal(await(task), 5);
    assert_false(ly_timer_stop(&timer));
    ly_cancel_release(token);
}

static void any_of_several(void **state)
{
    gate gates[10] = {0};
    ly_task *tasks[10];
    size_t which = 99;
    for (int i = 0; i < 10; i++) tasks[i] = submit(through_gate, &gates[i], NULL, NULL);
    assert_int_equal(ly_task_await_any(10, tasks, ly_clock_ns() + 1000000, &which), LY_WAKE_TIMEOUT);
    while (!atomic_load(&gates[6].at_gate)) usleep(100);
    open_gate(&gates[6]);
    assert_int_equal(ly_task_await_any(10, tasks, 0, &which), LY_WAKE_READY);
    assert_int_equal(which, 6);
    for (int i = 0; i < 10; i++) {
        open_gate(&gates[i]);
        assert_int_equal(await(tasks[i]), 1);
    }
}

static void note_then(ly_task *task, void *argument) { atomic_fetch_add((_Atomic int *)argument, 1); }

static void then_is_called_once(void **state)
{
    gate g = {0};
    _Atomic int calls = 0;
    ly_task *task = submit(through_gate, &g, NULL, NULL);
    assert_true(ly_task_then(task, note_then, &calls));
    assert_int_equal(atomic_load(&calls), 0);
    open_gate(&g);
    assert_int_equal(await(ly_task_retain(task)), 1);
    while (atomic_load(&calls) != 1) usleep(100);
    assert_true(ly_task_then(task, note_then, &calls));
    assert_int_equal(atomic_load(&calls), 2);
    ly_task_release(task);
}

/* ---- the end: dropped tasks run on; blocked ones are cancelled */

static _Atomic int ended_by_cancel, ran;

static uint64_t wait_for_ever(ly_task *task, void *argument)
{
    uint32_t reason = 0;
    gate *g = argument;
    if (!pass(g, 0, &reason) && reason == LY_WAKE_CANCELLED) atomic_fetch_add(&ended_by_cancel, 1);
    return 0;
}
static uint64_t sleep_a_little(ly_task *task, void *argument)
{
    ly_sleep_until(ly_clock_ns() + 20000000);
    atomic_fetch_add(&ran, 1);
    return 0;
}

static void the_end_cancels_what_is_blocked(void **state)
{
    gate g = {0};
    ended_by_cancel = ran = 0;
    for (int i = 0; i < 50; i++) ly_task_release(submit(wait_for_ever, &g, NULL, NULL));
    for (int i = 0; i < 10; i++) ly_task_release(submit(sleep_a_little, &g, NULL, NULL));
    ly_scheduler_finish();
    assert_int_equal(ran, 10);
    assert_int_equal(ended_by_cancel, 50);
    assert_null(g.waiting);
}

static void deadlocks_are_found(void **state)
{
    gate g = {0};
    uint32_t reason = 0;
    char *report;
    ly_task *task = submit(through_gate, &g, NULL, NULL);
    ly_scheduler_closed_world(true);
    assert_int_equal(ly_task_await(task, 0), LY_WAKE_DEADLOCK);
    report = ly_deadlock_report();
    assert_non_null(report);
    assert_non_null(strstr(report, "main waits in Await"));
    assert_non_null(strstr(report, "waits in gate"));
    ly_free(report);
    /* one with a time-out is none */
    assert_false(pass(&g, ly_clock_ns() + 5000000, &reason));
    assert_int_equal(reason, LY_WAKE_TIMEOUT);
    ly_scheduler_closed_world(false);
    open_gate(&g);
    assert_int_equal(await(task), 1);
}

/* ---- other threads submit and wait */

static void *outsider(void *argument)
{
    uint64_t sum = 0;
    for (uintptr_t i = 0; i < MANY / 10; i++) sum += await(submit(double_it, (void *)i, NULL, NULL));
    return (void *)(uintptr_t)(sum == (uint64_t)(MANY / 10) * (MANY / 10 - 1));
}

static void threads_of_the_program_take_part(void **state)
{
    pthread_t threads[4];
    void *right;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, outsider, NULL), 0);
        for (int i = 0; i < 4; i++) {
            pthread_join(threads[i], &right);
            assert_non_null(right);
        }
    }
}

static void the_number_of_workers_changes(void **state)
{
    ly_task *tasks[64];
    for (uint32_t n = 1; n <= 6; n++) {
        ly_scheduler_resize(n % 3 + 1);
        assert_int_equal(ly_scheduler_workers(), n % 3 + 1);
        for (uintptr_t i = 0; i < 64; i++) tasks[i] = submit(double_it, (void *)i, NULL, NULL);
        for (uintptr_t i = 0; i < 64; i++) assert_int_equal(await(tasks[i]), 2 * i);
    }
    ly_scheduler_resize(workers);
}

static void statistics_add_up(void **state)
{
    ly_statistics before = ly_statistics_sum(), after;
    for (uintptr_t i = 0; i < 100; i++) await(submit(double_it, (void *)i, NULL, NULL));
    after = ly_statistics_sum();
    assert_int_equal(after.submitted - before.submitted, 100);
    assert_int_equal(after.executed - before.executed, 100);
    assert_int_equal(after.queued, 0);
}

int main(void)
{
    static const uint32_t sizes[] = {1, 2, 4, 8};
    int failed = 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(results_come_back, start, stop),
        cmocka_unit_test_setup_teardown(tasks_wait_for_tasks, start, stop),
        cmocka_unit_test_setup_teardown(blocked_tasks_free_their_workers, start, stop),
        cmocka_unit_test_setup_teardown(pools_limit, start, stop),
        cmocka_unit_test_setup_teardown(waits_time_out, start, stop),
        cmocka_unit_test_setup_teardown(cancelling_ends_waits, start, stop),
        cmocka_unit_test_setup_teardown(cancelling_reaches_computations, start, stop),
        cmocka_unit_test_setup_teardown(any_of_several, start, stop),
        cmocka_unit_test_setup_teardown(then_is_called_once, start, stop),
        cmocka_unit_test_setup_teardown(the_end_cancels_what_is_blocked, start, stop),
        cmocka_unit_test_setup_teardown(deadlocks_are_found, start, stop),
        cmocka_unit_test_setup_teardown(threads_of_the_program_take_part, start, stop),
        cmocka_unit_test_setup_teardown(the_number_of_workers_changes, start, stop),
        cmocka_unit_test_setup_teardown(statistics_add_up, start, stop),
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        workers = sizes[i];
        failed += cmocka_run_group_tests(tests, NULL, NULL);
    }
    return failed;
}
