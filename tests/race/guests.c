/* guests.c: threads of the program come and go, each taking part in the work once, while others compute
   without an end, give way at the beats, and the number of workers changes: for the seconds given.

       guests SECONDS

   What a thread leaves behind another takes over at once, with the timers' thread looking on. Prints
   what it did; status 1 if a value was wrong. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sched/cancel.h"
#include "sched/fiber.h"
#include "sched/scheduler.h"
#include "sched/task.h"
#include "sched/wait.h"

enum { SPINNERS = 6, LINES = 4, EACH = 5 };

static _Atomic bool over;
static _Atomic uint64_t wrong, threads_ended, turns;

static ly_task *start(uint64_t (*run)(ly_task *, void *), void *argument, ly_cancel *cancel)
{
    ly_task *task = ly_task_new(&(ly_task_options){.run = run, .argument = argument, .cancel = cancel, .name = "race"});
    if (!task) exit(2);
    ly_task_submit(task);
    return task;
}

static uint64_t await(ly_task *task)
{
    uint64_t result;
    if (ly_task_await(task, 0) != LY_WAKE_READY) atomic_fetch_add(&wrong, 1);
    result = task->result;
    ly_task_release(task);
    return result;
}

/* Computes, and gives way when asked to: there is always one more of these than threads to run them. */
static uint64_t spins(ly_task *task, void *argument)
{
    while (!atomic_load_explicit(&over, memory_order_relaxed)) {
        if (ly_fiber_poll_bits(ly_fiber_here()) & LY_POLL_CANCEL) break;
        for (volatile int i = 0; i < 20000; i++) {}
        atomic_fetch_add_explicit(&turns, 1, memory_order_relaxed);
        ly_yield();
    }
    return 7;
}

static uint64_t adds_one(ly_task *task, void *argument) { return (uint64_t)(uintptr_t)argument + 1; }

static uint64_t naps(ly_task *task, void *argument) { return ly_sleep_until(ly_clock_ns() + 3600000000000); }

/* A thread that the scheduler did not know before, and will not know for long. */
static void *passes_by(void *argument)
{
    uint64_t n = (uint64_t)(uintptr_t)argument;
    ly_task *tasks[EACH];
    ly_cancel *token = ly_cancel_new(NULL);
    ly_task *napping = start(naps, NULL, token);
    for (uint64_t i = 0; i < EACH; i++) tasks[i] = start(adds_one, (void *)(uintptr_t)(n + i), NULL);
    ly_cancel_now(token);
    for (uint64_t i = 0; i < EACH; i++)
        if (await(tasks[i]) != n + i + 1) atomic_fetch_add(&wrong, 1);
    if (ly_task_await(napping, 0) != LY_WAKE_READY) atomic_fetch_add(&wrong, 1);
    ly_task_release(napping);
    ly_cancel_release(token);
    atomic_fetch_add(&threads_ended, 1);
    return NULL;
}

/* One thread after the other. */
static void *line(void *argument)
{
    uint64_t n = (uint64_t)(uintptr_t)argument;
    while (!atomic_load(&over)) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, passes_by, (void *)(uintptr_t)++n)) break;
        pthread_join(thread, NULL);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    unsigned seconds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 2;
    ly_task *spinners[SPINNERS];
    pthread_t lines[LINES];
    uint64_t ends = ly_clock_ns() + seconds * UINT64_C(1000000000);
    if (!ly_scheduler_start(2)) return 2;
    for (int i = 0; i < SPINNERS; i++) spinners[i] = start(spins, NULL, NULL);
    for (uintptr_t i = 0; i < LINES; i++)
        if (pthread_create(&lines[i], NULL, line, (void *)(i * 1000000))) return 2;
    for (uint32_t n = 0; ly_clock_ns() < ends; n++) {
        usleep(20000);
        ly_scheduler_resize(1 + n % 3);
    }
    atomic_store(&over, true);
    for (int i = 0; i < LINES; i++) pthread_join(lines[i], NULL);
    for (int i = 0; i < SPINNERS; i++)
        if (await(spinners[i]) != 7) atomic_fetch_add(&wrong, 1);
    ly_scheduler_finish();
    ly_scheduler_stop();
    fprintf(stderr, "%llu threads came and went, %llu turns\n", (unsigned long long)threads_ended, (unsigned long long)turns);
    if (wrong) printf("%llu wrong\n", (unsigned long long)wrong);
    return wrong || !threads_ended;
}
