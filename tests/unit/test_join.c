/* Fork-join, parallel loops and reductions: each on 1, 2, 4 and 8 workers. */
#include <setjmp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sched/join.h"
#include "sched/loop.h"
#include "sched/scheduler.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { FIB = 18, FIB_VALUE = 2584, DEEP = 100000, TIMES = 30, ELEMENTS = 20000 };
#else
enum { FIB = 27, FIB_VALUE = 196418, DEEP = 1000000, TIMES = 300, ELEMENTS = 1000000 };
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

/* ---- spawning and joining --------------------------------------------------------------------- */

LY_TASK_1(int64_t, fibonacci, int64_t, n)
{
    if (n < 2) return n;
    fibonacci_spawn(&join, n - 1);
    int64_t other = fibonacci(join, n - 2);
    return other + fibonacci_join(&join);
}

static int64_t fibonacci_here(int64_t n)
{
    ly_deque *deque = ly_join_enter();
    int64_t value;
    assert_non_null(deque);
    value = fibonacci(ly_join_here(deque), n);
    ly_join_leave(deque);
    return value;
}

static void recursion(void **state)
{
    for (int i = 0; i < 5; i++) assert_int_equal(fibonacci_here(FIB), FIB_VALUE);
}

LY_TASK_2(int64_t, twice, int64_t, n, int *, ran)
{
    __atomic_fetch_add(ran, 1, __ATOMIC_RELAXED);
    return 2 * n;
}

/* Many more tasks than a deque has slots: those without one run at their spawn. */
static void more_tasks_than_slots(void **state)
{
    ly_deque *deque = ly_join_enter();
    ly_join join = ly_join_here(deque);
    int ran = 0;
    for (int64_t i = 0; i < DEEP; i++) twice_spawn(&join, i, &ran);
    for (int64_t i = DEEP; i-- > 0;) assert_int_equal(twice_join(&join), 2 * i);
    assert_int_equal(ran, DEEP);
    /* and everything is as before */
    assert_int_equal(fibonacci(join, 15), 610);
    assert_ptr_equal(join.head, ly_join_here(deque).head);
    ly_join_leave(deque);
}

/* Spawned deep inside tasks that found no slot themselves. */
LY_TASK_1(int64_t, comb, int64_t, depth)
{
    int64_t sum = 1;
    if (depth == 0) return 1;
    for (int i = 0; i < 40; i++) comb_spawn(&join, i == 0 ? depth - 1 : 0);
    for (int i = 0; i < 40; i++) sum += comb_join(&join);
    return sum;
}
static void combs(void **state)
{
    ly_deque *deque = ly_join_enter();
    for (int i = 0; i < 5; i++) assert_int_equal(comb(ly_join_here(deque), 600), 600 * 40 + 1);
    ly_join_leave(deque);
}

/* A tree whose shape nobody can foresee, its size known from a serial walk. */
static uint64_t mixed(uint64_t x)
{
    x ^= x >> 30, x *= 0xBF58476D1CE4E5B9, x ^= x >> 27, x *= 0x94D049BB133111EB;
    return x ^ x >> 31;
}
static int children_of(uint64_t seed, int depth) { return depth > 40 ? 0 : (int)(mixed(seed) % 100 < 32) * 3 + (depth < 6) * 2; }
static int64_t walk(uint64_t seed, int depth)
{
    int64_t size = 1;
    for (int i = 0; i < children_of(seed, depth); i++) size += walk(mixed(seed + (uint64_t)i), depth + 1);
    return size;
}
LY_TASK_2(int64_t, walk_tree, uint64_t, seed, int, depth)
{
    int children = children_of(seed, depth);
    int64_t size = 1;
    for (int i = 0; i < children; i++) walk_tree_spawn(&join, mixed(seed + (uint64_t)i), depth + 1);
    for (int i = 0; i < children; i++) size += walk_tree_join(&join);
    return size;
}
static void unbalanced_trees(void **state)
{
    ly_deque *deque = ly_join_enter();
    for (uint64_t seed = 0; seed < TIMES / 10; seed++)
        assert_int_equal(walk_tree(ly_join_here(deque), seed, 0), walk(seed, 0));
    ly_join_leave(deque);
}

/* As deep as it gets on a thread's stack, wherever it runs: what is spawned at the top is as deep as
   what goes on here. */
LY_TASK_1(int64_t, descend, int64_t, depth)
{
    volatile char room[200];
    room[0] = 1;
    if (depth == 0) return 0;
    twice_spawn(&join, depth, &(int){0});
    int64_t below = descend(join, depth - 1);
    return below + room[0] + (twice_join(&join) - 2 * depth);
}
static void deep_recursion(void **state)
{
    ly_deque *deque = ly_join_enter();
    for (int i = 0; i < 5; i++) {
        ly_join join = ly_join_here(deque);
        for (int k = 0; k < 4; k++) descend_spawn(&join, 6000);
        ly_sleep_until(ly_clock_ns() + 1000000);
        for (int k = 0; k < 4; k++) assert_int_equal(descend_join(&join), 6000);
    }
    ly_join_leave(deque);
}

LY_TASK_0(int, nothing) { return 7; }
LY_TASK_3(double, three, double, a, int, b, char, c) { return a + b + c; }
LY_TASK_4(int64_t, four, int64_t, a, int64_t, b, int64_t, c, int64_t, d) { return a + 2 * b + 3 * c + 4 * d; }
static void any_number_of_arguments(void **state)
{
    ly_deque *deque = ly_join_enter();
    ly_join join = ly_join_here(deque);
    for (int i = 0; i < TIMES; i++) {
        nothing_spawn(&join);
        three_spawn(&join, 0.5, 2, 3);
        four_spawn(&join, 1, 2, 3, 4);
        assert_int_equal(four_join(&join), 30);
        assert_true(three_join(&join) == 5.5);
        assert_int_equal(nothing_join(&join), 7);
    }
    ly_join_leave(deque);
}

/* ---- tasks that block ------------------------------------------------------------------------- */

LY_TASK_1(int64_t, sleeper, int64_t, n)
{
    if (n < 2) {
        ly_sleep_until(ly_clock_ns() + 200000);
        return n;
    }
    sleeper_spawn(&join, n - 1);
    int64_t other = sleeper(join, n - 2);
    return other + sleeper_join(&join);
}

static uint64_t sleeping_task(ly_task *task, void *argument)
{
    ly_deque *deque = ly_join_enter();
    int64_t value = sleeper(ly_join_here(deque), 7);
    ly_join_leave(deque);
    return (uint64_t)value;
}

/* A task that suspends inside fork-join work, on whatever fiber it runs. */
static void blocking_inside(void **state)
{
    ly_task *tasks[8];
    for (int i = 0; i < 8; i++) {
        tasks[i] = ly_task_new(&(ly_task_options){.run = sleeping_task, .name = "sleeping"});
        ly_task_submit(tasks[i]);
    }
    assert_int_equal(sleeping_task(NULL, NULL), 13);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(ly_task_await(tasks[i], 0), LY_WAKE_READY);
        assert_int_equal(tasks[i]->result, 13);
        ly_task_release(tasks[i]);
    }
}

static uint64_t fibonacci_task(ly_task *task, void *argument)
{
    return (uint64_t)fibonacci_here((int64_t)(intptr_t)argument);
}

LY_TASK_1(int64_t, awaiter, int64_t, n)
{
    int64_t value;
    if (n == 0) {
        ly_task *task = ly_task_new(&(ly_task_options){.run = fibonacci_task, .argument = (void *)10});
        ly_task_submit(task);
        if (ly_task_await(task, 0) != LY_WAKE_READY) abort();
        value = (int64_t)task->result;
        ly_task_release(task);
        return value;
    }
    awaiter_spawn(&join, n - 1);
    value = awaiter(join, n - 1);
    return value + awaiter_join(&join);
}

/* Fork-join work that waits for tasks that do fork-join work. */
static void awaiting_inside(void **state)
{
    ly_deque *deque = ly_join_enter();
    for (int i = 0; i < TIMES / 10; i++) assert_int_equal(awaiter(ly_join_here(deque), 5), 32 * 55);
    ly_join_leave(deque);
}

/* Cancelling a task doesn't end its joins: they refer to its stack. Each leaf stays until the token is
   cancelled, and a little longer. */
LY_TASK_2(int64_t, stayer, ly_cancel *, token, int64_t, n)
{
    if (n < 2) {
        while (!ly_cancelled(token)) ly_sleep_until(ly_clock_ns() + 100000);
        ly_sleep_until(ly_clock_ns() + 100000);
        return n;
    }
    stayer_spawn(&join, token, n - 1);
    int64_t other = stayer(join, token, n - 2);
    return other + stayer_join(&join);
}
static uint64_t cancelled_task(ly_task *task, void *argument)
{
    ly_deque *deque = ly_join_enter();
    uint64_t value = (uint64_t)stayer(ly_join_here(deque), argument, 7);
    ly_join_leave(deque);
    return value + 1000 * (uint64_t)ly_cancelled(ly_cancel_here());
}
static void joins_outlast_cancellation(void **state)
{
    for (int i = 0; i < 10; i++) {
        ly_cancel *cancel = ly_cancel_new(NULL);
        ly_task *task = ly_task_new(
            &(ly_task_options){.run = cancelled_task, .argument = cancel, .cancel = cancel});
        ly_task_submit(task);
        ly_sleep_until(ly_clock_ns() + 300000);
        ly_cancel_now(cancel);
        assert_int_equal(ly_task_await(task, 0), LY_WAKE_READY);
        if (ly_task_state_of(task) == LY_TASK_DONE) assert_int_equal(task->result, 1013);
        ly_task_release(task);
        ly_cancel_release(cancel);
    }
}

static void *program_thread(void *argument)
{
    for (int i = 0; i < 3; i++)
        if (fibonacci_here(FIB - 2) != *(int64_t *)argument) abort();
    return NULL;
}
static void several_threads_of_the_program(void **state)
{
    pthread_t threads[3];
    int64_t value = FIB == 27 ? 75025 : 987;
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, program_thread, &value);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
}

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) && !defined(LY_EMULATED)
/* The child of a fork has one thread, and starts anew. */
static void in_the_child_of_a_fork(void **state)
{
    int status = 1;
    pid_t child;
    assert_int_equal(fibonacci_here(FIB), FIB_VALUE);
    child = fork();
    if (child == 0) {
        for (int i = 0; i < 3; i++)
            if (fibonacci_here(FIB) != FIB_VALUE) _exit(1);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(fibonacci_here(FIB), FIB_VALUE);
}
#endif

/* ---- loops ------------------------------------------------------------------------------------ */

static void mark(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    unsigned char *marks = state;
    if (lo >= hi) abort();
    for (int64_t i = lo; i < hi; i++) marks[i]++;
}
static void every_element_once(void **state)
{
    static const int64_t lengths[] = {0, 1, 2, 3, 7, 64, 65, 100, 1000, ELEMENTS};
    unsigned char *marks = malloc(ELEMENTS);
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
        for (int64_t chunk = 0; chunk < 20; chunk += 9) {
            memset(marks, 0, ELEMENTS);
            ly_parallel_for(0, lengths[k], mark, marks, &(ly_loop_options){.chunk = chunk});
            for (int64_t i = 0; i < ELEMENTS; i++) assert_int_equal(marks[i], i < lengths[k]);
        }
    free(marks);
}

static void in_chunks(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    if ((lo - 3) % 10 != 0 || (hi != lo + 10 && hi != 1000)) abort();
    __atomic_fetch_add((int *)state, 1, __ATOMIC_RELAXED);
}
static void chunks_as_asked(void **state)
{
    for (int i = 0; i < TIMES; i++) {
        int calls = 0;
        ly_parallel_for(3, 1000, in_chunks, &calls, &(ly_loop_options){.chunk = 10});
        assert_int_equal(calls, 100);
    }
}

static void inner(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    for (int64_t i = lo; i < hi; i++) __atomic_fetch_add((int64_t *)state, i, __ATOMIC_RELAXED);
}
static void outer(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    for (int64_t i = lo; i < hi; i++) ly_parallel_for(0, i, inner, state, NULL);
}
static void loops_nest(void **state)
{
    int64_t sum = 0, right = 0;
    ly_parallel_for(0, 200, outer, &sum, NULL);
    for (int64_t i = 0; i < 200; i++) right += i * (i - 1) / 2;
    assert_int_equal(sum, right);
}

static void sleep_a_little(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    for (int64_t i = lo; i < hi; i++) {
        ly_sleep_until(ly_clock_ns() + 100000);
        __atomic_fetch_add((int64_t *)state, 1, __ATOMIC_RELAXED);
    }
}
static void loops_suspend(void **state)
{
    int64_t count = 0;
    ly_parallel_for(0, 40, sleep_a_little, &count, NULL);
    assert_int_equal(count, 40);
}

/* Elements fail here and there; the lowest wins, all below it ran. */
typedef struct failing {
    ly_loop_stop stop;
    unsigned char ran[5000];
    int64_t fails[3];
} failing;
static void fail_some(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    failing *f = state;
    for (int64_t i = lo; i < hi && !ly_loop_stopped(&f->stop, i); i++) {
        f->ran[i] = 1;
        for (int k = 0; k < 3; k++)
            if (i == f->fails[k]) ly_loop_stop_at(&f->stop, i);
    }
}
static void lowest_failure_wins(void **state)
{
    failing *f = malloc(sizeof *f);
    for (int i = 0; i < TIMES; i++) {
        int64_t lowest = 5000;
        memset(f->ran, 0, sizeof f->ran);
        ly_loop_stop_start(&f->stop);
        for (int k = 0; k < 3; k++) {
            f->fails[k] = (int64_t)(mixed((uint64_t)(3 * i + k)) % 5000);
            if (f->fails[k] < lowest) lowest = f->fails[k];
        }
        ly_parallel_for(0, 5000, fail_some, f, &(ly_loop_options){.stop = &f->stop, .chunk = i % 3});
        assert_int_equal(ly_load(&f->stop.at, relaxed), lowest);
        for (int64_t k = 0; k <= lowest; k++) assert_int_equal(f->ran[k], 1);
    }
    free(f);
}

/* ---- reductions ------------------------------------------------------------------------------- */

static bool add_up(void *state, int64_t lo, int64_t hi, void *accumulator, ly_worker *worker)
{
    double sum = 0;
    for (int64_t i = lo; i < hi; i++) sum += 1.0 / (double)(i + 1);
    *(double *)accumulator = sum;
    return true;
}
static bool add_two(void *state, void *left, void *right, int64_t at, ly_worker *worker)
{
    *(double *)left += *(double *)right;
    return true;
}
static const ly_reduction harmonic = {.size = sizeof(double), .fold = add_up, .combine = add_two};
static double harmonic_alone[2000];
static const int64_t harmonic_lengths[] = {1, 2, 3, 511, 512, 513, 1000, 12345, ELEMENTS};

/* The same bits on any number of workers, and whenever. */
static void same_bits(void **state)
{
    for (size_t k = 0; k < sizeof harmonic_lengths / sizeof *harmonic_lengths; k++)
        for (int i = 0; i < (k < 8 ? TIMES / 10 : 5); i++) {
            double sum = 0;
            assert_true(ly_parallel_reduce(0, harmonic_lengths[k], &harmonic, &sum));
            if (harmonic_alone[k] == 0) harmonic_alone[k] = sum;
            assert_memory_equal(&sum, &harmonic_alone[k], sizeof sum);
        }
    assert_false(ly_parallel_reduce(5, 5, &harmonic, NULL));
}

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) && !defined(LY_EMULATED)
/* Loops and reductions go on without a deque, in chunks and to the same bits. */
static void without_memory(void **state)
{
    int status = 1;
    pid_t child;
    double sum = 0;
    assert_true(ly_parallel_reduce(0, 12345, &harmonic, &sum));
    child = fork();
    if (child == 0) {
        struct rlimit none = {1 << 20, 1 << 20};
        int calls = 0;
        double again = 0;
        (void)ly_worker_here();
        if (setrlimit(RLIMIT_AS, &none) != 0 || ly_join_enter()) _exit(1);
        ly_parallel_for(3, 1000, in_chunks, &calls, &(ly_loop_options){.chunk = 10});
        if (calls != 100 || !ly_parallel_reduce(0, 12345, &harmonic, &again)) _exit(2);
        _exit(memcmp(&sum, &again, sizeof sum) == 0 ? 0 : 3);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}
#endif

/* An operation that doesn't commute, and accumulators that must be let go of: text, in order. */
typedef struct text {
    char *characters;
} text;
static int living;
static int64_t poisoned;
static bool append(void *state, int64_t lo, int64_t hi, void *accumulator, ly_worker *worker)
{
    char *characters = malloc((size_t)(hi - lo) + 1);
    for (int64_t i = lo; i < hi; i++) characters[i - lo] = (char)('a' + mixed((uint64_t)i) % 26);
    characters[hi - lo] = 0;
    if (lo <= poisoned && poisoned < hi) {
        free(characters);
        ly_loop_stop_at(state, poisoned);
        return false;
    }
    ((text *)accumulator)->characters = characters;
    __atomic_fetch_add(&living, 1, __ATOMIC_RELAXED);
    return true;
}
static bool join_texts(void *state, void *left, void *right, int64_t at, ly_worker *worker)
{
    text *l = left, *r = right;
    l->characters = realloc(l->characters, strlen(l->characters) + strlen(r->characters) + 1);
    strcat(l->characters, r->characters);
    free(r->characters);
    __atomic_fetch_sub(&living, 1, __ATOMIC_RELAXED);
    return true;
}
static void drop_text(void *state, void *accumulator, ly_worker *worker)
{
    free(((text *)accumulator)->characters);
    __atomic_fetch_sub(&living, 1, __ATOMIC_RELAXED);
}
static void order_and_ownership(void **state)
{
    for (int i = 0; i < TIMES / 10; i++) {
        ly_loop_stop stop;
        ly_reduction r = {.state = &stop, .size = sizeof(text), .fold = append, .combine = join_texts,
                          .drop = drop_text, .block = 1 + i % 3, .stop = &stop};
        text t;
        ly_loop_stop_start(&stop);
        poisoned = -1;
        assert_true(ly_parallel_reduce(0, 700, &r, &t));
        assert_int_equal(strlen(t.characters), 700);
        for (int64_t k = 0; k < 700; k++)
            assert_int_equal(t.characters[k], 'a' + mixed((uint64_t)k) % 26);
        drop_text(NULL, &t, NULL);
        assert_int_equal(living, 0);
        poisoned = (int64_t)(mixed((uint64_t)i) % 700);
        assert_false(ly_parallel_reduce(0, 700, &r, &t));
        assert_int_equal(ly_load(&stop.at, relaxed), poisoned);
        assert_int_equal(living, 0);
    }
}

/* Steals happen, and are counted. */
static void steals_are_counted(void **state)
{
    ly_statistics before = ly_statistics_sum(), after;
    int64_t count = 0;
    ly_parallel_for(0, 40, sleep_a_little, &count, NULL);
    after = ly_statistics_sum();
    if (workers > 1) assert_true(after.join_steals > before.join_steals);
    /* one node, or unknown: all are near */
    assert_int_equal(after.near_join_steals, after.join_steals);
}

/* A region that began with one worker offers work to those that come later. */
static void more_workers_join(void **state)
{
    uint64_t before, steals = 0;
    if (workers == 1) return;
    for (int i = 0; i < 3; i++) {
        ly_scheduler_resize(1);
        fibonacci_here(FIB);
        ly_scheduler_resize(workers);
        before = ly_statistics_sum().join_steals;
        for (int k = 0; k < 1000 && !steals; k++) {
            fibonacci_here(FIB);
            steals = ly_statistics_sum().join_steals - before;
        }
        assert_true(steals > 0);
        steals = 0;
    }
}

int main(void)
{
    static const uint32_t counts[] = {1, 2, 4, 8};
    int failed = 0;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const struct CMUnitTest tests[] = {
            cmocka_unit_test(recursion),
            cmocka_unit_test(more_tasks_than_slots),
            cmocka_unit_test(combs),
            cmocka_unit_test(unbalanced_trees),
            cmocka_unit_test(deep_recursion),
            cmocka_unit_test(any_number_of_arguments),
            cmocka_unit_test(blocking_inside),
            cmocka_unit_test(awaiting_inside),
            cmocka_unit_test(joins_outlast_cancellation),
            cmocka_unit_test(several_threads_of_the_program),
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) && !defined(LY_EMULATED)
            cmocka_unit_test(in_the_child_of_a_fork),
#endif
            cmocka_unit_test(every_element_once),
            cmocka_unit_test(chunks_as_asked),
            cmocka_unit_test(loops_nest),
            cmocka_unit_test(loops_suspend),
            cmocka_unit_test(lowest_failure_wins),
            cmocka_unit_test(same_bits),
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) && !defined(LY_EMULATED)
            cmocka_unit_test(without_memory),
#endif
            cmocka_unit_test(order_and_ownership),
            cmocka_unit_test(steals_are_counted),
            cmocka_unit_test(more_workers_join),
        };
        workers = counts[i];
        failed += cmocka_run_group_tests(tests, start, stop);
    }
    return failed;
}
