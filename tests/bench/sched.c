/* sched: what the parallel runtime costs, from C. Medians of several runs.
 
     build/tests/bench/sched [workers]

   switch         yielding from one fiber to another and back, half of it
   submit, await  of an empty task, from main and from a task
   wake           a sleeping worker: from submit until the task runs
   time-out       how late a wait of 2 ms ends, while every worker computes
   idle           CPU time of the pool while nothing happens, and with one task a millisecond */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "sched/pool.h"
#include "sched/scheduler.h"
#include "sched/timer.h"

enum { RUNS = 7 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
static void print(const char *what, double *values, size_t n, const char *unit)
{
    qsort(values, n, sizeof *values, by_value);
    printf("%-28s %8.1f %s (best %.1f)\n", what, values[n / 2], unit, values[0]);
}

static ly_task *submit(uint64_t (*run)(ly_task *, void *), void *argument, ly_pool *pool)
{
    ly_task *task = ly_task_new(&(ly_task_options){.run = run, .argument = argument, .pool = pool});
    ly_task_submit(task);
    return task;
}
static uint64_t await(ly_task *task)
{
    uint64_t result;
    ly_task_await(task, 0);
    result = task->result;
    ly_task_release(task);
    return result;
}

static uint64_t nothing(ly_task *task, void *argument) { return 1; }

static double submit_await(long n)
{
    uint64_t start = ly_clock_ns();
    for (long i = 0; i < n; i++) await(submit(nothing, NULL, NULL));
    return (double)(ly_clock_ns() - start) / (double)n;
}

static uint64_t submit_await_inside(ly_task *task, void *out)
{
    double *values = out;
    for (int i = 0; i < RUNS; i++) values[i] = submit_await(200000);
    return 0;
}

/* two fibers on one worker wake each other in turn */
typedef struct pair {
    ly_waiter *waiting;
    long left;
} pair;

static uint64_t ping(ly_task *task, void *argument)
{
    pair *p = argument;
    while (p->left-- > 0) {
        ly_waiter mine, *other = p->waiting;
        ly_waiter_arm(&mine);
        p->waiting = &mine;
        if (other && ly_waiter_claim(other, LY_WAKE_READY)) ly_waiter_resume(other);
        ly_waiter_wait(&mine, 0);
    }
    if (p->waiting && ly_waiter_claim(p->waiting, LY_WAKE_READY)) ly_waiter_resume(p->waiting);
    return 0;
}

static uint64_t switches(ly_task *task, void *out)
{
    double *values = out;
    for (int i = 0; i < RUNS; i++) {
        pair p = {NULL, 400000};
        uint64_t start = ly_clock_ns();
        ly_task *a = submit(ping, &p, NULL), *b = submit(ping, &p, NULL);
        await(a);
        await(b);
        values[i] = (double)(ly_clock_ns() - start) / 400000;
    }
    return 0;
}

static uint64_t note_time(ly_task *task, void *argument) { return ly_clock_ns(); }

static uint64_t compute(ly_task *task, void *argument)
{
    ly_fiber *fiber = ly_fiber_here();
    while (!*(volatile int *)argument)
        if (ly_fiber_poll_bits(fiber) & LY_POLL_YIELD) {
            ly_fiber_poll_clear(fiber, LY_POLL_YIELD);
            ly_yield();
        }
    return 0;
}

static double cpu_seconds(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

static void sleep_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

int main(int argc, char **argv)
{
    double values[2000], cpu;
    ly_task *tasks[64];
    volatile int stop = 0;
    uint64_t start;
    int n = 0;
    ly_scheduler_start(argc > 1 ? (uint32_t)atoi(argv[1]) : 0);

    for (int i = 0; i < RUNS; i++) values[i] = submit_await(200000);
    print("submit, await from main", values, RUNS, "ns");
    await(submit(submit_await_inside, values, NULL));
    print("submit, await in a task", values, RUNS, "ns");
    ly_scheduler_resize(1);
    await(submit(submit_await_inside, values, NULL));
    print("        on one worker", values, RUNS, "ns");
    await(submit(switches, values, NULL));
    print("wake and switch, fibers", values, RUNS, "ns");
    ly_scheduler_resize(argc > 1 ? (uint32_t)atoi(argv[1]) : 0);

    for (n = 0; n < 200; n++) {
        ly_task *task;
        sleep_ms(2);
        start = ly_clock_ns();
        task = submit(note_time, NULL, NULL);
        while (!ly_task_done(task)) ly_pause();
        values[n] = (double)(task->result - start) / 1000;
        ly_task_release(task);
    }
    print("wake of a sleeping worker", values, 200, "us");

    sleep_ms(100);
    cpu = cpu_seconds();
    sleep_ms(3000);
    printf("idle                         %8.3f %% of a CPU\n", (cpu_seconds() - cpu) / 3 * 100);
    cpu = cpu_seconds();
    start = ly_clock_ns();
    for (n = 0; ly_clock_ns() - start < 3000000000; n++) {
        ly_task_release(submit(nothing, NULL, NULL));
        sleep_ms(1);
    }
    printf("a task a millisecond         %8.2f %% of a CPU (%d tasks, the clock's sleep included)\n",
           (cpu_seconds() - cpu) / (double)(ly_clock_ns() - start) * 1e11, n);
    cpu = cpu_seconds();
    start = ly_clock_ns();
    for (n = 0; ly_clock_ns() - start < 2000000000; n++) sleep_ms(1);
    printf("        the sleep alone      %8.2f %% of a CPU\n",
           (cpu_seconds() - cpu) / (double)(ly_clock_ns() - start) * 1e11);

    for (n = 0; n < (int)ly_scheduler_workers() * 2; n++) tasks[n] = submit(compute, (void *)&stop, NULL);
    for (int i = 0; i < 200; i++) {
        uint64_t at = ly_clock_ns() + 2000000;
        ly_sleep_until(at);
        values[i] = (double)(ly_clock_ns() - at) / 1000;
    }
    stop = 1;
    for (int i = 0; i < n; i++) await(tasks[i]);
    print("time-out, all compute", values, 200, "us");
    ly_scheduler_finish();
    ly_scheduler_stop();
    return 0;
}
