/* test_topology.c: where workers are placed, on machines of one to eight nodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "sched/topology.h"

static ly_topology *machine(const char *description)
{
    ly_topology *t;
    setenv("HWLOC_SYNTHETIC", description, 1);
    t = ly_topology_load();
    assert_non_null(t);
    return t;
}

/* so many nodes, each with cores of so many threads */
static void deals_evenly(void **state)
{
    static const struct {
        const char *description;
        uint32_t nodes, units;
    } machines[] = {
        {"numa:1 core:2 pu:1", 1, 2},          {"numa:2 core:4 pu:2", 2, 16},
        {"pack:2 numa:2 core:4 pu:1", 4, 16},  {"pack:4 numa:2 l3:2 core:4 pu:1", 8, 64},
        {"numa:8 core:1 pu:2", 8, 16},
    };
    for (size_t m = 0; m < sizeof machines / sizeof *machines; m++) {
        ly_topology *t = machine(machines[m].description);
        uint32_t on[16] = {0}, seen[64] = {0};
        assert_int_equal(ly_topology_nodes(t), machines[m].nodes);
        assert_int_equal(ly_topology_units(t), machines[m].units);
        for (uint32_t i = 0; i < machines[m].units; i++) {
            ly_place place = ly_topology_place(t, i);
            on[place.node]++;
            seen[place.unit]++;
            /* at every point the nodes differ by one worker at most */
            for (uint32_t a = 0; a < machines[m].nodes; a++)
                for (uint32_t b = 0; b < machines[m].nodes; b++) assert_true(on[a] <= on[b] + 1);
        }
        for (uint32_t u = 0; u < machines[m].units; u++) assert_int_equal(seen[u], 1);
        /* more workers than units begin again */
        assert_int_equal(ly_topology_place(t, machines[m].units).unit, ly_topology_place(t, 0).unit);
        assert_true(ly_topology_bind(t, ly_topology_place(t, 0).node));
        ly_topology_free(t);
    }
}

static void cores_before_threads(void **state)
{
    ly_topology *t = machine("numa:2 core:4 pu:2");
    /* the first eight workers have a core each: no two at distance 1 */
    for (uint32_t i = 0; i < 8; i++)
        for (uint32_t k = 0; k < i; k++)
            assert_true(ly_topology_distance(t, ly_topology_place(t, i).unit, ly_topology_place(t, k).unit) > 1);
    ly_topology_free(t);
}

static void uneven_nodes(void **state)
{
    ly_topology *t = machine("numa:3 core:5 pu:1");
    uint32_t units;
    assert_int_equal(ly_topology_node(t, 2, &units), 2);
    assert_int_equal(units, 5);
    ly_topology_free(t);
}

static void distances_grow_outwards(void **state)
{
    ly_topology *t = machine("pack:2 numa:2 l3:1 core:2 pu:2");
    /* units in order: 0 1 | 2 3 cores of node 0, 4 … 7 node 1, 8 … 15 the second package */
    assert_int_equal(ly_topology_distance(t, 0, 0), 0);
    assert_true(ly_topology_distance(t, 0, 1) < ly_topology_distance(t, 0, 2));
    assert_true(ly_topology_distance(t, 0, 2) < ly_topology_distance(t, 0, 4));
    assert_true(ly_topology_distance(t, 0, 4) < ly_topology_distance(t, 0, 8));
    assert_int_equal(ly_topology_distance(t, 5, 9), ly_topology_distance(t, 9, 5));
    ly_topology_free(t);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(deals_evenly),
        cmocka_unit_test(cores_before_threads),
        cmocka_unit_test(uneven_nodes),
        cmocka_unit_test(distances_grow_outwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
