/* Queues and parking: in which order tasks run, that nothing is lost where a queue overflows, that idle
   workers use no CPU, and that their number follows what the process may use. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "sched/scheduler.h"
#include "sched/task.h"

enum { N = 200, MANY = 50000 };

static uint32_t order[N];
static _Atomic uint32_t ran, ready;
static _Atomic bool gate;

static int start_one(void **state)
{
    atomic_store(&ran, 0);
    atomic_store(&ready, 0);
    atomic_store(&gate, false);
    assert_true(ly_scheduler_start(1));
    return 0;
}
static int stop(void **state)
{
    ly_scheduler_finish();
    ly_scheduler_stop();
    return 0;
}

static ly_task *submit(uint64_t (*run)(ly_task *, void *), uintptr_t argument)
{
    ly_task *task = ly_task_new(&(ly_task_options){.run = run, .argument = (void *)argument, .name = "test"});
    assert_non_null(task);
    ly_task_submit(task);
    return task;
}

static uint64_t notes(ly_task *task, void *argument)
{
    order[atomic_load(&ran)] = (uint32_t)(uintptr_t)argument; /* by the one worker, before it says so */
    atomic_fetch_add(&ran, 1);
    return 0;
}

/* Keeps the one worker busy: nothing else begins meanwhile. */
static uint64_t holds_the_worker(ly_task *task, void *argument)
{
    atomic_store(&ready, 1);
    while (!atomic_load(&gate)) usleep(100);
    return 0;
}

/* Ends without main waiting for it as a task: a thread that waits takes part in the work. */
static void until(uint32_t count)
{
    for (int i = 0; i < 200000 && atomic_load(&ran) < count; i++) usleep(100);
    assert_int_equal(atomic_load(&ran), count);
}

static void from_outside_the_oldest_first(void **state)
{
    ly_task *tasks[N], *holder = submit(holds_the_worker, 0);
    while (!atomic_load(&ready)) usleep(100);
    for (uint32_t i = 0; i < N; i++) tasks[i] = submit(notes, i);
    assert_int_equal(atomic_load(&ran), 0);
    atomic_store(&gate, true);
    until(N);
    for (uint32_t i = 0; i < N; i++) assert_int_equal(order[i], i);
    for (uint32_t i = 0; i < N; i++) ly_task_release(tasks[i]);
    ly_task_release(holder);
}

static uint64_t submits(ly_task *task, void *argument)
{
    for (uint32_t i = 0; i < N; i++) ly_task_release(submit(notes, i));
    return 0;
}

/* … and one in 61 turns the oldest, so that none starves. */
static void a_worker_s_own_the_newest_first(void **state)
{
    ly_task *task = submit(submits, 0);
    uint32_t newest = N, oldest = 0;
    until(N);
    for (uint32_t i = 0; i < N; i++) {
        if (order[i] == newest - 1) newest--;
        else assert_int_equal(order[i], oldest++);
    }
    assert_in_range(oldest, 1, N / 61 + 1);
    ly_task_release(task);
}

static uint64_t counts(ly_task *task, void *argument)
{
    atomic_fetch_add(&ran, 1);
    return 0;
}

static uint64_t submits_many(ly_task *task, void *argument)
{
    for (uint32_t i = 0; i < MANY; i++) ly_task_release(submit(counts, i));
    return 0;
}

static void more_than_a_queue_holds(void **state)
{
    ly_task *task = submit(submits_many, 0);
    for (uint32_t i = 0; i < MANY; i++) ly_task_release(submit(counts, i));
    until(2 * MANY);
    ly_task_release(task);
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Of half a second, less than a hundredth; the bar of `make bench-parallel` is lower. */
static void idle_workers_sleep(void **state)
{
    double least = 1;
    ly_scheduler_resize(4);
    for (uint32_t i = 0; i < N; i++) ly_task_release(submit(counts, i));
    until(N);
    usleep(50000);
    for (int i = 0; i < 5 && least > 0.005; i++) {
        double before = cpu_seconds(), used;
        usleep(500000);
        used = cpu_seconds() - before;
        if (used < least) least = used;
    }
    assert_true(least < 0.005);
}

static bool workers_become(uint32_t count)
{
    for (int i = 0; i < 1500 && ly_scheduler_workers() != count; i++) usleep(10000);
    return ly_scheduler_workers() == count;
}

static void the_number_follows_the_affinity(void **state)
{
    cpu_set_t all, one;
    CPU_ZERO(&one);
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &all)) {
            CPU_SET(i, &one);
            break;
        }
    unsetenv("LYRA_WORKERS");
    ly_scheduler_resize(0);
    uint32_t before = ly_scheduler_workers();
    assert_int_equal(sched_setaffinity(getpid(), sizeof one, &one), 0);
    bool fewer = workers_become(1);
    ly_task_release(submit(counts, 0));
    until(1);
    assert_int_equal(sched_setaffinity(getpid(), sizeof all, &all), 0);
    assert_true(fewer);
    assert_true(workers_become(before));
    ly_task_release(submit(counts, 0));
    until(2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(from_outside_the_oldest_first, start_one, stop),
        cmocka_unit_test_setup_teardown(a_worker_s_own_the_newest_first, start_one, stop),
        cmocka_unit_test_setup_teardown(more_than_a_queue_holds, start_one, stop),
        cmocka_unit_test_setup_teardown(idle_workers_sleep, start_one, stop),
        cmocka_unit_test_setup_teardown(the_number_follows_the_affinity, start_one, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
