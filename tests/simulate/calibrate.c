/* calibrate.c: the costs of the model, measured with one and two workers. */
#include "calibrate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../bench/parallel/serial.h"
#include "kernels.h"
#include "sched/join.h"
#include "sched/loop.h"
#include "sched/scheduler.h"
#include "sched/task.h"

/* ---- samples --------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *values, int count, double part)
{
    double *sorted = malloc((size_t)(count + 1) * sizeof *sorted), result = 0;
    if (!sorted) abort();
    memcpy(sorted, values, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, compare);
    if (count) result = sorted[(int)(part * (count - 1) + 0.5)];
    free(sorted);
    return result;
}

void sample_add(samples *s, double value)
{
    if (s->count < SAMPLES_MOST) s->value[s->count++] = value;
}
double sample_quantile(const samples *s, double part) { return quantile(s->value, s->count, part); }
double sample_median(const samples *s) { return sample_quantile(s, 0.5); }

static double clock_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}
double wall_ns(void) { return clock_of(CLOCK_MONOTONIC); }
double process_ns(void) { return clock_of(CLOCK_PROCESS_CPUTIME_ID); }
double thread_ns(void) { return clock_of(CLOCK_THREAD_CPUTIME_ID); }

/* ---- one worker: calls, spawns, nodes, iterations -------------------------------------------- */

/* Small, of other shape and size than what is predicted. */
static const workload small_fibonacci = {.shape = FIBONACCI, .size = 28};
static const workload small_geometric = {.shape = GEOMETRIC, .size = 6, .seed = 7};
static const workload small_binomial = {.shape = BINOMIAL, .size = 150, .seed = 3};
static const workload small_queens = {.shape = QUEENS, .size = 11};

/* The median CPU time of some runs on one worker. */
static double run_time(const workload *w, bool parallel)
{
    samples s = {.count = 0};
    for (int i = 0; i < 3; i++) {
        double begun = thread_ns();
        (void)(parallel ? kernel_parallel(w) : kernel_serial(w));
        sample_add(&s, thread_ns() - begun);
    }
    return sample_median(&s);
}

static double node_time(const workload *w, double spawn_join)
{
    census c = workload_count(w);
    return (run_time(w, true) - (double)c.spawns * spawn_join) / (double)c.nodes;
}

static void nothing(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    (void)state, (void)lo, (void)hi, (void)worker;
}

static uint64_t yields(ly_task *task, void *argument)
{
    double begun = thread_ns();
    (void)task;
    for (int i = 0; i < 2000; i++) ly_yield();
    *(double *)argument = (thread_ns() - begun) / 2000;
    return 0;
}

static void one_worker(calibration *c)
{
    enum { PIECES = 20000 };
    census fibonacci = workload_count(&small_fibonacci);
    double serial, spawn_join, begun, yield = 0;
    ly_loop_options single = {.chunk = 1};
    volatile double sum = 0;
    ly_scheduler_resize(1);
    serial = run_time(&small_fibonacci, false);
    spawn_join = (run_time(&small_fibonacci, true) - serial) / (double)fibonacci.spawns;
    sample_add(&c->call, serial / (double)fibonacci.nodes);
    sample_add(&c->spawn_join, spawn_join);
    sample_add(&c->geometric, node_time(&small_geometric, spawn_join));
    sample_add(&c->binomial, node_time(&small_binomial, spawn_join));
    sample_add(&c->queens, node_time(&small_queens, spawn_join));

    begun = thread_ns();
    for (int i = 0; i < 20; i++) sum += triangle_element(5000);
    sample_add(&c->iteration, (thread_ns() - begun) / 20 / 5000);

    begun = thread_ns();
    for (int i = 0; i < 200; i++) {
        for (int k = 0; k < 16; k++) ly_pause();
        (void)ly_clock_ns();
    }
    sample_add(&c->pauses, (thread_ns() - begun) / 200);

    begun = thread_ns();
    ly_parallel_for(0, PIECES, nothing, NULL, &single);
    double piece = (thread_ns() - begun) / PIECES;
    begun = thread_ns();
    for (int i = 0; i < 1000; i++) (void)ly_clock_ns();
    sample_add(&c->piece, piece + (thread_ns() - begun) / 1000);

    ly_task *task = ly_task_new(&(ly_task_options){.run = yields, .argument = &yield});
    ly_task_submit(task);
    ly_task_await(task, 0);
    ly_task_release(task);
    sample_add(&c->yield, yield);
}

/* ---- two threads: a line of the cache -------------------------------------------------------- */

enum { TRIPS = 20, BATCHES = 100 };
static _Atomic int ball __attribute__((aligned(64)));

static void *other_player(void *argument)
{
    for (int i = 0; i < TRIPS * BATCHES; i++) {
        while (atomic_load_explicit(&ball, memory_order_acquire) != 1) ly_pause();
        atomic_store_explicit(&ball, 0, memory_order_release);
    }
    return argument;
}

static double line_time(void)
{
    pthread_t thread;
    samples trips = {.count = 0};
    atomic_store(&ball, 0);
    if (pthread_create(&thread, NULL, other_player, NULL)) abort();
    for (int b = 0; b < BATCHES; b++) {
        double begun = wall_ns();
        for (int i = 0; i < TRIPS; i++) {
            atomic_store_explicit(&ball, 1, memory_order_release);
            while (atomic_load_explicit(&ball, memory_order_acquire) != 0) ly_pause();
        }
        sample_add(&trips, (wall_ns() - begun) / TRIPS / 2);
    }
    pthread_join(thread, NULL);
    return sample_quantile(&trips, 0.25);
}

/* ---- two workers: stealing and waking -------------------------------------------------------- */

static void spin(double ns)
{
    double end = wall_ns() + ns;
    while (wall_ns() < end) {}
}

typedef struct stamp {
    _Atomic uint64_t begun;
    pthread_t thread;
    double runs;
} stamp;

LY_TASK_1(int, stamped, stamp *, s)
{
    s->thread = pthread_self();
    atomic_store_explicit(&s->begun, ly_clock_ns(), memory_order_release);
    spin(s->runs);
    return 0;
}

/* From a spawn to the beginning of its task on the other worker, which has searched or slept before.
   False: it wasn't stolen, or not in time. */
static bool steal_latency(ly_deque *deque, bool asleep, double *latency, double *spawning)
{
    ly_join join = ly_join_here(deque);
    stamp s = {.runs = 3000};
    if (asleep) spin(100000);
    uint64_t before = ly_clock_ns(), after;
    stamped_spawn(&join, &s);
    after = ly_clock_ns();
    if (asleep)
        while (!atomic_load_explicit(&s.begun, memory_order_acquire) && ly_clock_ns() < after + 2000000) {}
    else spin(3000);
    stamped_join(&join);
    *spawning = (double)(after - before);
    *latency = (double)s.begun - (double)before;
    return !pthread_equal(s.thread, pthread_self());
}

static void two_workers(calibration *c)
{
    samples steal = {.count = 0}, wake = {.count = 0}, call = {.count = 0};
    ly_deque *deque;
    double latency, spawning;
    ly_scheduler_resize(2);
    sample_add(&c->line, line_time());
    deque = ly_join_enter();
    if (!deque) abort();
    for (int i = 0; i < SAMPLES_MOST; i++)
        if (steal_latency(deque, false, &latency, &spawning)) sample_add(&steal, latency);
    for (int i = 0; i < 40; i++)
        if (steal_latency(deque, true, &latency, &spawning)) {
            sample_add(&wake, latency);
            sample_add(&call, spawning);
        }
    ly_join_leave(deque);
    if (steal.count) sample_add(&c->steal, sample_median(&steal));
    if (wake.count) {
        sample_add(&c->wake, sample_median(&wake));
        sample_add(&c->wake_call, sample_median(&call));
    }
}

void calibrate(calibration *c)
{
    one_worker(c);
    two_workers(c);
}

/* ---- what comes of it ------------------------------------------------------------------------ */

static double at_least(double value, double least) { return value > least ? value : least; }

costs calibrated_costs(const calibration *c)
{
    costs k = {.far_line = 3, .far_memory = 1.8};
    k.spawn_join = at_least(sample_median(&c->spawn_join), 0);
    k.line = sample_median(&c->line);
    k.pauses = sample_median(&c->pauses);
    k.switched = sample_median(&c->yield) / 2;
    k.piece = sample_median(&c->piece);
    /* in the model, too, half a round passes on average before the thief looks */
    k.steal = at_least(sample_median(&c->steal) - 2 * k.line - (k.pauses + k.line) / 2, 0);
    k.wake_call = at_least(sample_median(&c->wake_call) - k.spawn_join - k.line, 0);
    k.wake = at_least(sample_median(&c->wake) - 2 * k.line - k.steal, 0);
    return k;
}

double calibrated_node(const calibration *c, shape shape)
{
    switch (shape) {
    case FIBONACCI: return sample_median(&c->call);
    case GEOMETRIC: return sample_median(&c->geometric);
    case BINOMIAL: return sample_median(&c->binomial);
    case QUEENS: return sample_median(&c->queens);
    default: return sample_median(&c->iteration);
    }
}

/* ---- what the machine gives ------------------------------------------------------------------ */

typedef struct copy {
    pthread_t thread;
    double begin, end;
    double units, cpu;
} copy;

static void *serial_copy(void *argument)
{
    copy *c = argument;
    double begun, value = 0;
    while (wall_ns() < c->begin) ly_pause();
    begun = thread_ns();
    while (wall_ns() < c->end) {
        value += triangle_element(300);
        c->units++;
    }
    c->cpu = thread_ns() - begun;
    if (value < 0) abort();
    return NULL;
}

double granted(int threads, double ns, samples *alone)
{
    copy copies[64];
    double begin = wall_ns() + 100000, units = 0;
    if (threads > 64) threads = 64;
    for (int i = 0; i < threads; i++) {
        copies[i] = (copy){.begin = begin, .end = begin + ns};
        if (pthread_create(&copies[i].thread, NULL, serial_copy, &copies[i])) abort();
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(copies[i].thread, NULL);
        units += copies[i].units;
    }
    if (threads == 1 && copies[0].cpu > 0) sample_add(alone, copies[0].units / copies[0].cpu);
    return units / ns / sample_median(alone);
}
