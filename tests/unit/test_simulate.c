/* test_simulate.c: the scheduler's model (tests/simulate) where the answer is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "../simulate/model.h"

static const costs nothing = {.far_line = 1, .far_memory = 1};
static const costs usual = {.spawn_join = 2, .line = 60, .steal = 300, .pauses = 400, .switched = 30,
                            .wake = 5000, .wake_call = 1500, .piece = 40, .far_line = 3, .far_memory = 1.8};

static const workload bushy = {.shape = GEOMETRIC, .size = 7, .seed = 19, .node = 120};
static const workload narrow = {.shape = BINOMIAL, .size = 200, .seed = 3, .node = 120};
static const workload fibonacci = {.shape = FIBONACCI, .size = 20, .node = 5};
static const workload queens = {.shape = QUEENS, .size = 8, .node = 20};
static const workload triangle = {.shape = TRIANGLE, .size = 3000, .node = 5};
static const workload even = {.shape = EVEN, .size = 6400, .node = 5};
static const workload skewed = {.shape = SKEWED, .size = 3000, .seed = 5, .node = 5};
static const workload *const all[] = {&bushy, &narrow, &fibonacci, &queens, &triangle, &even, &skewed};
enum { ALL = sizeof all / sizeof *all };

static machine cores(uint32_t count)
{
    machine m = {.workers = count, .nodes = 1};
    return m;
}
static outcome on(uint32_t count, const costs *costs, const workload *w)
{
    machine m = cores(count);
    return simulate(&m, costs, w, 1);
}
#define assert_near(a, b, part) assert_true(fabs((a) - (b)) <= (part) * fabs(b))

/* The number of solutions and of calls that are known from elsewhere. */
static void divides_right(void **state)
{
    assert_int_equal(fibonacci_calls(20), 21891);
    assert_int_equal(workload_count(&fibonacci).nodes, 21891);
    assert_int_equal(workload_count(&fibonacci).spawns, 10945);
    assert_int_equal(workload_count(&queens).nodes, 2057);
}

static void one_worker_is_serial(void **state)
{
    for (int i = 0; i < ALL; i++) {
        census c = workload_count(all[i]);
        outcome o = on(1, &nothing, all[i]);
        assert_near(o.time, c.work, 1e-9);
        assert_int_equal(o.steals + o.leapfrogs + o.suspended, 0);
        /* and each spawn costs what a spawn costs */
        if (!is_loop(all[i]->shape))
            assert_near(on(1, &usual, all[i]).time, c.work + 2 * (double)c.spawns + usual.line * 2, 0.001);
    }
}

static void everything_runs_once(void **state)
{
    static const uint32_t counts[] = {1, 2, 3, 8, 64};
    for (int i = 0; i < ALL; i++)
        for (int n = 0; n < 5; n++) {
            census c = workload_count(all[i]);
            outcome o = on(counts[n], &usual, all[i]);
            assert_int_equal(o.nodes, c.nodes);
            /* never faster than the workers together, nor busier than the work and its pieces */
            assert_true(o.time * counts[n] >= c.work * (1 - 1e-9));
            assert_true(o.busy >= c.work * (1 - 1e-9) && o.awake >= o.busy);
        }
}

static void independent_elements_scale(void **state)
{
    costs free = nothing;
    free.pauses = 20; /* time must pass somewhere */
    for (uint32_t n = 2; n <= 32; n *= 2)
        assert_near(on(1, &free, &even).time / on(n, &free, &even).time, (double)n, 0.05);
}

/* fib: the longest chain of calls that wait for each other has as many as n. Loops: the longest
   element. */
static void no_faster_than_the_longest_path(void **state)
{
    workload chain = {.shape = FIBONACCI, .size = 12, .node = 1e6}, longest = skewed;
    outcome o = on(64, &usual, &chain);
    assert_true(o.time >= 12e6);
    /* Brent's bound for greedy workers; half of them search at most */
    assert_true(o.time <= 12e6 + (double)workload_count(&chain).nodes * 1e6 / 32);
    longest.node = 500; /* 20,000 iterations: 10 ms */
    longest.size = 128;
    assert_true(on(64, &usual, &longest).time >= 10e6);
}

static void who_comes_too_late_gains_nothing(void **state)
{
    costs slow = usual;
    slow.wake = 1e15;
    for (int i = 0; i < ALL; i++) {
        double more = on(2, &slow, all[i]).time - on(1, &slow, all[i]).time;
        assert_true(more >= 0 && more <= slow.wake_call + slow.line); /* somebody was woken, in vain */
    }
    /* a thief that has taken a task and is slow with it is waited for */
    slow = usual;
    slow.steal = 1e7;
    assert_true(on(2, &slow, &fibonacci).time > 1e7);
}

static void same_seed_same_events(void **state)
{
    machine m = cores(16);
    for (int i = 0; i < ALL; i++) {
        outcome a = simulate(&m, &usual, all[i], 7), b = simulate(&m, &usual, all[i], 7);
        assert_memory_equal(&a, &b, sizeof a);
    }
}

/* Near victims come first: with nodes of several workers more is stolen within than by chance. */
static void nodes(void **state)
{
    machine m;
    outcome o;
    assert_true(machine_read(&m, 16, 2));
    assert_int_equal(m.nodes, 2);
    for (uint32_t i = 0; i < 16; i++) assert_int_equal(m.node[i] < 2, 1);
    o = simulate(&m, &usual, &bushy, 1);
    assert_true(o.steals + o.leapfrogs > 0);
    assert_true((double)o.near_steals > 0.5 * (double)o.steals);
    assert_false(machine_read(&m, 6, 4));
    /* a worker a node: nothing is near */
    assert_true(machine_read(&m, 8, 8));
    o = simulate(&m, &usual, &bushy, 1);
    assert_int_equal(o.near_steals + o.near_leapfrogs, 0);
    assert_true(o.steals > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divides_right),
        cmocka_unit_test(one_worker_is_serial),
        cmocka_unit_test(everything_runs_once),
        cmocka_unit_test(independent_elements_scale),
        cmocka_unit_test(no_faster_than_the_longest_path),
        cmocka_unit_test(who_comes_too_late_gains_nothing),
        cmocka_unit_test(same_seed_same_events),
        cmocka_unit_test(nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
