/* simulate.c: the scheduler's model, calibrated and checked on this machine, then asked about others.

     simulate [SECONDS [SEED]]     default: at most 45 seconds of measuring, seed 1

   Measured in turn, round by round:

     - the costs (calibrate.c) by small programs on one and two workers,
     - other programs, of other sizes, on 1, 2, 4, … workers, as many as the machine has: for each the
       wall time and the CPU time, and just before and after it what the machine gives to as many
       independent serial threads.

   Then the model predicts what the second kind took, from what the first kind cost alone. On one
   worker CPU time is compared. On several the wall time, multiplied by the part of the machine that
   was granted beside it: so neither cores that share something nor other programs count as the
   scheduler's. Where less than 4/5 was granted the machine is disturbed: then it is measured with
   priority over other programs, if the system permits that, for tens of milliseconds at a time with
   pauses as long. Rounds are repeated while there is time, and the quieter half is taken. If the
   machine never was quiet, the CPU time of all workers is compared, and the table says so.

   A prediction more than a tenth off is a failure. */
#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calibrate.h"
#include "kernels.h"
#include "model.h"
#include "sched/scheduler.h"
#include "sched/statistics.h"

enum { ROUNDS_LEAST = 7, ROUNDS_MOST = 40, COUNTS_MOST = 7, REST_NS = 50000 };
static const double TOLERANCE = 0.10, QUIET = 0.80;

/* none of which was used for calibrating */
static workload predicted[] = {
    {.name = "fib(36), serial below 16", .shape = FIBONACCI, .size = 36, .cutoff = 16},
    {.name = "fib(33), a spawn at every call", .shape = FIBONACCI, .size = 33},
    {.name = "tree search, geometric", .shape = GEOMETRIC, .size = 8, .seed = 19},
    {.name = "tree search, binomial", .shape = BINOMIAL, .size = 1200, .seed = 42},
    {.name = "n-queens 13", .shape = QUEENS, .size = 13},
    {.name = "triangular loop", .shape = TRIANGLE, .size = 3000},
    {.name = "loop, skewed costs", .shape = SKEWED, .size = 8000, .seed = 5},
    /* so short that waking and stealing count; what takes less than 0.1 ms is predicted up to 8 %
       too short, since the model steals more of the small tasks at the end than really happens */
    {.name = "short loop", .shape = EVEN, .size = 48, .times = 50},
    {.name = "short tree search", .shape = GEOMETRIC, .size = 5, .seed = 11, .times = 50},
    {.name = "fib(25), a spawn at every call", .shape = FIBONACCI, .size = 25, .times = 50},
};
enum { PREDICTED = sizeof predicted / sizeof *predicted };

/* ---- measuring ------------------------------------------------------------------------------- */

typedef struct measured {
    samples wall, cpu, granted; /* ns; part of the workers */
    samples steals;             /* by idle workers and leapfrogging ones */
    int64_t value;
} measured;
static measured runs[PREDICTED][COUNTS_MOST];
static int worker_counts[COUNTS_MOST], counts;
static samples alone;

/* Before all that others do, or like them: every thread there is. False: not permitted. */
static bool prioritise(bool on)
{
    struct sched_param priority = {.sched_priority = on ? 1 : 0};
    DIR *threads = opendir("/proc/self/task");
    struct dirent *thread;
    bool done = threads != NULL;
    while (threads && (thread = readdir(threads)))
        if (thread->d_name[0] != '.')
            done &= sched_setscheduler(atoi(thread->d_name), on ? SCHED_FIFO : SCHED_OTHER, &priority) == 0;
    if (threads) closedir(threads);
    return done;
}

/* What follows comes first, until the others get their turn. */
static bool disturbed, prioritised;
static double turn;
static void turn_begins(void)
{
    if (disturbed && prioritise(true)) prioritised = true;
    turn = wall_ns();
}
static void turn_ends(void)
{
    if (!prioritised) return;
    prioritise(false);
    usleep((useconds_t)((wall_ns() - turn) / 1e3));
}

static uint64_t steals_so_far(void)
{
    ly_statistics s = ly_statistics_sum();
    return s.join_steals + s.leapfrogs;
}

/* The means of so many runs as the workload wants, each from rest. */
static void run(const workload *w, measured *to)
{
    int times = w->times ? w->times : 1;
    uint64_t steals = steals_so_far();
    double all_wall = 0, all_cpu = 0;
    for (int i = 0; i < times; i++) {
        double wall, cpu, rest = w->times ? wall_ns() + REST_NS : 0;
        int64_t value;
        while (wall_ns() < rest) {} /* the other workers go to sleep */
        wall = wall_ns(), cpu = process_ns();
        value = kernel_parallel(w);
        all_cpu += process_ns() - cpu, all_wall += wall_ns() - wall;
        if (value != to->value) {
            fprintf(stderr, "simulate: %s gave %lld\n", w->name, (long long)value);
            exit(2);
        }
    }
    sample_add(&to->wall, all_wall / times);
    sample_add(&to->cpu, all_cpu / times);
    sample_add(&to->steals, (double)(steals_so_far() - steals) / times);
}

static void measure(const workload *w, int workers, measured *to)
{
    double probe = to->wall.count ? sample_quantile(&to->wall, 0) : 1e7, before, after;
    if (probe > 3e7) probe = 3e7;
    if (probe < 5e6) probe = 5e6;
    ly_scheduler_resize((uint32_t)workers);
    turn_begins();
    before = workers > 1 ? granted(workers, probe, &alone) : 1;
    run(w, to);
    after = workers > 1 ? granted(workers, probe, &alone) : 1;
    turn_ends();
    sample_add(&to->granted, (before + after) / 2 / workers);
}

/* True: as quiet as it should be. */
static bool is_quiet(const measured *m) { return sample_quantile(&m->granted, 0.75) >= QUIET; }

/* Without priority: whether there is need for it. */
static bool others_run(int most)
{
    samples s = {.count = 0};
    for (int i = 0; i < 5; i++) (void)granted(1, 2e6, &alone);
    for (int i = 0; i < 5; i++) sample_add(&s, granted(most, 2e7, &alone) / most);
    return sample_median(&s) < QUIET;
}

static void measure_all(calibration *c, double seconds)
{
    double end = wall_ns() + 1e9 * seconds;
    bool quiet = true;
    int round = 0;
    for (int p = 0; p < PREDICTED; p++) {
        int64_t value = kernel_serial(&predicted[p]);
        for (int n = 0; n < counts; n++) runs[p][n].value = value;
    }
    disturbed = others_run(worker_counts[counts - 1]);
    do {
        disturbed |= !quiet;
        turn_begins();
        for (int i = 0; i < 3; i++) (void)granted(1, 2e6, &alone);
        calibrate(c);
        turn_ends();
        quiet = true;
        for (int p = 0; p < PREDICTED; p++)
            for (int n = 0; n < counts; n++) {
                measured *m = &runs[p][n];
                if (round >= ROUNDS_LEAST && is_quiet(m)) continue;
                measure(&predicted[p], worker_counts[n], m);
                quiet = quiet && is_quiet(m);
            }
        round++;
    } while (round < ROUNDS_MOST && (round < ROUNDS_LEAST || !quiet) &&
             (round < 3 || wall_ns() < end));
    printf("%d rounds of measuring%s\n\n", round,
           prioritised ? ", on a busy machine, with priority over others"
           : disturbed ? ", on a busy machine" : "");
}

/* Of the quieter half of the rounds. */
static double undisturbed(const measured *m)
{
    double least = sample_median(&m->granted);
    samples s = {.count = 0};
    for (int i = 0; i < m->wall.count; i++)
        if (m->granted.value[i] >= least) sample_add(&s, m->wall.value[i] * m->granted.value[i]);
    return sample_median(&s);
}

/* ---- predictions, compared ------------------------------------------------------------------- */

/* What happens in a short program hangs on where a look just falls: the mean of several, as it was
   measured, of machines whose wake-ups differ by up to a tenth. */
static outcome predict(const workload *w, int workers, const costs *k, uint64_t seed)
{
    enum { HALF = 10 };
    machine here = machine_here((uint32_t)workers);
    outcome sum;
    if (!w->times) return simulate(&here, k, w, seed);
    memset(&sum, 0, sizeof sum);
    for (int i = -HALF; i <= HALF; i++) {
        costs varied = *k;
        outcome o;
        varied.wake *= 1 + 0.1 * i / HALF;
        o = simulate(&here, &varied, w, seed + (uint64_t)(i + HALF));
        sum.time += o.time / (2 * HALF + 1);
        sum.awake += o.awake / (2 * HALF + 1);
        sum.steals += o.steals + o.leapfrogs;
    }
    sum.steals = (sum.steals + HALF) / (2 * HALF + 1);
    return sum;
}

typedef enum verdict { FAILED, PASSED, SKIPPED } verdict;

static verdict compare(const workload *w, const measured *m, int workers, const costs *k, uint64_t seed)
{
    outcome o = predict(w, workers, k, seed);
    bool by_cpu = workers == 1 || !is_quiet(m);
    double real = by_cpu ? sample_median(&m->cpu) : undisturbed(m);
    double error = (by_cpu ? o.awake : o.time) / real - 1;
    bool pass = error <= TOLERANCE && error >= -TOLERANCE;
    if (by_cpu && workers > 1 && w->times) {
        printf("  %-32s %7d   %9.3f  %9s             not compared: disturbed, and too short for CPU time\n",
               w->name, workers, o.time / 1e6, "");
        return SKIPPED;
    }
    printf("  %-32s %7d   %9.3f  %9.3f   %+5.1f %%  %-4s  %s", w->name, workers,
           (by_cpu ? o.awake : o.time) / 1e6, real / 1e6, 100 * error, pass ? "pass" : "FAIL",
           workers == 1 ? "CPU time" : by_cpu ? "CPU time: disturbed" : "wall");
    if (workers > 1)
        printf(", %.2f of the machine granted, %.3f ms as it was; steals: %.0f, %.0f",
               sample_median(&m->granted), sample_median(&m->wall) / 1e6,
               (double)(o.steals + o.leapfrogs), sample_median(&m->steals));
    printf("\n");
    return pass ? PASSED : FAILED;
}

static void show_costs(const calibration *c, const costs *k)
{
    printf("Costs, measured on 1 and 2 workers (ns)\n"
           "  call %.2f; spawn and join %.2f; node of geometric search %.1f, of binomial %.1f, of queens "
           "%.2f;\n  iteration %.2f; line %.0f; steal %.0f; round of a search %.0f; switch %.0f; "
           "wake %.0f, waking %.0f; piece %.0f;\n  from a spawn to the "
           "task's beginning on another worker: %.0f if that searches, %.0f if it sleeps\n"
           "Assumed, of machines of several nodes\n"
           "  lines and steals between nodes take %.1f times as long, memory of another node %.1f times\n\n",
           sample_median(&c->call), k->spawn_join, sample_median(&c->geometric),
           sample_median(&c->binomial), sample_median(&c->queens), sample_median(&c->iteration), k->line,
           k->steal, k->pauses, k->switched, k->wake, k->wake_call, k->piece,
           sample_median(&c->steal), sample_median(&c->wake), k->far_line, k->far_memory);
}

/* ---- other machines -------------------------------------------------------------------------- */

/* Loops: a fifth of an element's time waits for memory on main's node. */
static workload explored[] = {
    {.name = "fib(40), serial below 18", .shape = FIBONACCI, .size = 40, .cutoff = 18},
    {.name = "fib(30), a spawn at every call", .shape = FIBONACCI, .size = 30},
    {.name = "tree search, geometric, 9 deep", .shape = GEOMETRIC, .size = 9, .seed = 19},
    {.name = "tree search, binomial", .shape = BINOMIAL, .size = 2000, .seed = 42},
    {.name = "n-queens 12", .shape = QUEENS, .size = 12},
    {.name = "triangular loop of 12000", .shape = TRIANGLE, .size = 12000, .memory_share = 0.2},
    {.name = "loop of 32000, skewed costs", .shape = SKEWED, .size = 32000, .seed = 5, .memory_share = 0.2},
};

static bool explore(const workload *w, const costs *k, uint64_t seed)
{
    static const uint32_t nodes[] = {1, 2, 4, 8};
    double one = 0;
    printf("  %s\n", w->name);
    for (uint32_t cores = 1; cores <= WORKERS_MOST; cores *= 2) {
        printf("    %5u", cores);
        for (int i = 0; i < 4; i++) {
            machine m;
            outcome o;
            uint64_t steals;
            if (nodes[i] > cores) {
                printf("  %22s", "");
                continue;
            }
            if (!machine_read(&m, cores, nodes[i])) return false;
            o = simulate(&m, k, w, seed);
            if (cores == 1) one = o.time;
            steals = o.steals + o.leapfrogs;
            printf("  %7.2f %5.1f %% ", one / o.time, 100 * one / o.time / cores);
            if (steals)
                printf("%4.0f %%", 100 * (double)(o.near_steals + o.near_leapfrogs) / (double)steals);
            else printf("%6s", "–  ");
        }
        printf("\n");
        fflush(stdout);
    }
    return true;
}

int main(int argc, char **argv)
{
    static calibration c;
    double seconds = argc > 1 ? atof(argv[1]) : 45;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    int passed = 0, failed = 0, skipped = 0, most;
    costs k;
    ly_scheduler_start(0);
    most = (int)ly_scheduler_workers();
    if (most > WORKERS_MOST) most = WORKERS_MOST;
    for (int n = 1; n < most && counts < COUNTS_MOST - 1; n *= 2) worker_counts[counts++] = n;
    worker_counts[counts++] = most;
    measure_all(&c, seconds);
    ly_scheduler_stop();
    k = calibrated_costs(&c);
    for (int p = 0; p < PREDICTED; p++) predicted[p].node = calibrated_node(&c, predicted[p].shape);
    show_costs(&c, &k);

    printf("Predicted and measured, on this machine\n  %-32s %7s   %9s  %9s    error\n", "", "workers",
           "model, ms", "real, ms");
    for (int p = 0; p < PREDICTED; p++)
        for (int n = 0; n < counts; n++) {
            verdict v = compare(&predicted[p], &runs[p][n], worker_counts[n], &k, seed);
            passed += v == PASSED;
            failed += v == FAILED;
            skipped += v == SKIPPED;
        }

    printf("\nSIMULATION, not measured: synthetic machines of 1 to 64 cores on 1, 2, 4 and 8 nodes, seed %llu\n"
           "for each: times faster than one core, efficiency, steals within a node\n"
           "    cores  %-22s  %-22s  %-22s  %s\n", (unsigned long long)seed, "1 node", "2 nodes", "4 nodes",
           "8 nodes");
    for (size_t i = 0; i < sizeof explored / sizeof *explored; i++) {
        explored[i].node = calibrated_node(&c, explored[i].shape);
        if (!explore(&explored[i], &k, seed)) {
            printf("simulate: no hwloc to describe machines with\n");
            failed++;
            break;
        }
    }
    printf("  Loops: a fifth of an element's time waits for memory on main's node.\n");
    if (skipped) printf("%d predictions not compared: others use the machine\n", skipped);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
