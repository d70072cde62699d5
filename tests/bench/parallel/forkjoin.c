/* forkjoin.c: fork-join through the C API, over serial C in the same run.

   forkjoin [ROUNDS [WORKERS]]    default: 9 rounds, as many workers as there may be */
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "report.h"
#include "sched/loop.h"
#include "sched/scheduler.h"
#include "serial.h"
#include "spawned.h"

enum { FIBONACCI = 36, QUEENS = 12, TRIANGLE = 20000 };
static double triangle[TRIANGLE];

/* ---- the parallel programs -------------------------------------------------------------------- */

LY_TASK_1(int64_t, fibonacci, int64_t, n)
{
    if (n < 2) return n;
    fibonacci_spawn(&join, n - 1);
    int64_t other = fibonacci(join, n - 2);
    return other + fibonacci_join(&join);
}

TREE_SEARCH(tree, tree_children)

static void triangle_body(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    double *out = state;
    (void)worker;
    for (int64_t i = lo; i < hi; i++) out[i] = triangle_element(i);
}

static void empty_body(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    (void)state, (void)lo, (void)hi, (void)worker;
}

/* ---- what is measured ------------------------------------------------------------------------- */

typedef enum program { FIBONACCI_36, QUEENS_12, TREE_GEO, TREE_BIN, TRIANGLE_LOOP } program;

static int64_t run_serial(program p)
{
    node root;
    switch (p) {
    case FIBONACCI_36: return serial_fibonacci(FIBONACCI);
    case QUEENS_12: return serial_queens(QUEENS, 0, 0, 0);
    case TREE_GEO: root = tree_root(TREE_GEOMETRIC); return serial_tree(TREE_GEOMETRIC, &root);
    case TREE_BIN: root = tree_root(TREE_BINOMIAL); return serial_tree(TREE_BINOMIAL, &root);
    case TRIANGLE_LOOP: serial_triangle(triangle, TRIANGLE); break;
    }
    return 0;
}

static int64_t run_parallel(program p)
{
    ly_deque *deque = ly_join_enter();
    ly_join here = ly_join_here(deque);
    node root;
    int64_t value = 0;
    switch (p) {
    case FIBONACCI_36: value = fibonacci(here, FIBONACCI); break;
    case QUEENS_12: value = queens(here, QUEENS, 0, 0, 0); break;
    case TREE_GEO:
        root = tree_root(TREE_GEOMETRIC);
        value = search_tree(here, TREE_GEOMETRIC, &root, -1);
        break;
    case TREE_BIN:
        root = tree_root(TREE_BINOMIAL);
        value = search_tree(here, TREE_BINOMIAL, &root, -1);
        break;
    case TRIANGLE_LOOP: ly_parallel_for(0, TRIANGLE, triangle_body, triangle, NULL); break;
    }
    ly_join_leave(deque);
    return value;
}

static int64_t right_value(program p)
{
    switch (p) {
    case FIBONACCI_36: return 14930352;
    case QUEENS_12: return 14200;
    case TREE_GEO: return NODES_GEOMETRIC;
    case TREE_BIN: return NODES_BINOMIAL;
    default: return 0;
    }
}

/* A program that is over soon runs several times for one measurement. */
static int times_of(program p) { return p == QUEENS_12 ? 10 : 1; }

static double timed(int64_t (*run)(program), program p, double *cpu)
{
    double begun = seconds(), cpu_begun = cpu_seconds();
    for (int i = 0; i < times_of(p); i++) {
        int64_t value = run(p);
        if (value != right_value(p)) {
            fprintf(stderr, "forkjoin: program %d gave %lld\n", (int)p, (long long)value);
            exit(1);
        }
    }
    *cpu = (cpu_seconds() - cpu_begun) / times_of(p);
    return (seconds() - begun) / times_of(p);
}

/* Several copies of the serial program, each on a thread: what the machine can give. */
static void *serial_copy(void *p)
{
    for (int i = 0; i < times_of(*(program *)p); i++) (void)!run_serial(*(program *)p);
    return NULL;
}
static double copies(program p, int count)
{
    pthread_t thread[64];
    double begun = seconds();
    for (int i = 0; i < count; i++) pthread_create(&thread[i], NULL, serial_copy, &p);
    for (int i = 0; i < count; i++) pthread_join(thread[i], NULL);
    return (seconds() - begun) / times_of(p);
}

/* Serial, parallel and the ceiling, in turn; the row is how many times faster it is. On a machine that
   does other things, too, the CPU time says what the parallel program costs beyond the serial one. */
static void measure(program p, const char *name, int rounds, int workers, double bar)
{
    double serial[ROUNDS_MOST], parallel[ROUNDS_MOST], ceiling[ROUNDS_MOST], more[ROUNDS_MOST];
    char what[128], details[256];
    double s, t, c, cpu, serial_cpu;
    (void)timed(run_parallel, p, &cpu);
    for (int i = 0; i < rounds; i++) {
        serial[i] = timed(run_serial, p, &serial_cpu);
        parallel[i] = timed(run_parallel, p, &cpu);
        more[i] = cpu / serial_cpu;
        /* the triangle's copies would write one array: harmless, they write the same */
        ceiling[i] = workers > 1 && workers <= 64 ? copies(p, workers) : serial[i];
    }
    s = median(serial, rounds), t = median(parallel, rounds), c = median(ceiling, rounds);
    snprintf(what, sizeof what, "%s, %d workers: times faster than serial C", name, workers);
    snprintf(details, sizeof details,
             "serial %.1f ms, parallel %.1f ms; %d serial copies at once: %.2f, of which this is %.0f %%; "
             "CPU time: %.2f of serial's",
             s * 1e3, t * 1e3, workers, workers * s / c, 100 * c / (workers * t), median(more, rounds));
    row_at_least(what, s / t, workers == 2 ? bar : 0, details);
}

static void one_worker(int rounds)
{
    double serial[ROUNDS_MOST], spawned[ROUNDS_MOST], alone[ROUNDS_MOST];
    char details[256];
    double s, t, cpu;
    ly_scheduler_resize(1);
    (void)timed(run_parallel, FIBONACCI_36, &cpu);
    for (int i = 0; i < rounds; i++) {
        serial[i] = timed(run_serial, FIBONACCI_36, &cpu);
        spawned[i] = timed(run_parallel, FIBONACCI_36, &cpu);
        alone[i] = spawned[i] / serial[i];
    }
    s = median(serial, rounds), t = median(spawned, rounds);
    snprintf(details, sizeof details, "C %.1f ms, spawning %.1f ms; the rounds' own ratios: %.2f", s * 1e3,
             t * 1e3, median(alone, rounds));
    row_at_most("fib(36), a spawn at every call, 1 worker: times plain C", t / s, 1.6, details);
}

/* A loop that is too short to be worth any help costs next to nothing. */
static void tiny_loops(int rounds)
{
    enum { TIMES = 10000 };
    ly_loop_cost cost = {0};
    ly_loop_options options = {.cost = &cost};
    double took[ROUNDS_MOST];
    for (int r = 0; r < rounds; r++) {
        double begun = seconds();
        for (int i = 0; i < TIMES; i++) ly_parallel_for(0, 100, empty_body, NULL, &options);
        took[r] = (seconds() - begun) / TIMES;
    }
    row_at_most("parallel loop of 100 elements that do nothing: microseconds", 1e6 * median(took, rounds),
                1, "its cost known from the time before");
}

int main(int count, char **arguments)
{
    int rounds = count > 1 ? atoi(arguments[1]) : 9;
    int workers = count > 2 ? atoi(arguments[2]) : 0;
    if (rounds < 1) rounds = 1;
    if (rounds > ROUNDS_MOST) rounds = ROUNDS_MOST;
    ly_scheduler_start((uint32_t)workers);
    if (!workers) workers = (int)ly_scheduler_workers();
    one_worker(rounds);
    ly_scheduler_resize((uint32_t)workers);
    tiny_loops(rounds);
    measure(QUEENS_12, "n-queens 12", rounds, workers, 1.85);
    measure(TREE_GEO, "unbalanced tree search T1", rounds, workers, 1.85);
    measure(TREE_BIN, "unbalanced tree search T3", rounds, workers, 1.85);
    measure(TRIANGLE_LOOP, "triangular loop", rounds, workers, 1.9);
    measure(FIBONACCI_36, "fib(36)", rounds, workers, 0);
    ly_scheduler_stop();
    return 0;
}
