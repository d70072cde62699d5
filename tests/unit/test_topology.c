/* test_topology.c: where workers are placed and in which order they look at each other, on machines of
   one to eight nodes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* ---- rings ---------------------------------------------------------------------------------------- */

/* The size of each ring, outwards, from every unit; the first `near` are on its node. */
static void rings_of_machines(void **state)
{
    static const struct {
        const char *description;
        uint32_t near, sizes[8];
    } machines[] = {
        /* one node, in which all are alike but the unit itself, which stands in the innermost */
        {"numa:1 core:4 pu:1", 2, {1, 3}},
        /* sibling threads, then cores */
        {"numa:1 core:4 pu:2", 2, {2, 6}},
        /* shared caches between core and node */
        {"numa:1 l3:2 core:2 pu:2", 3, {2, 2, 4}},
        {"numa:2 l3:2 l2:2 core:2 pu:1", 4, {1, 1, 2, 4, 8}},
        /* nodes in packages, in groups of packages */
        {"pack:2 numa:2 core:2 pu:2", 2, {2, 2, 4, 8}},
        {"group:2 pack:2 numa:2 l3:2 core:2 pu:2", 3, {2, 2, 4, 8, 16, 32}},
        {"numa:8 core:1 pu:2", 1, {2, 14}},
    };
    for (size_t m = 0; m < sizeof machines / sizeof *machines; m++) {
        ly_topology *t = machine(machines[m].description);
        for (uint32_t u = 0; u < ly_topology_units(t); u++) {
            const ly_rings *r = ly_topology_rings(t, u);
            uint32_t sizes[8] = {0};
            assert_non_null(r);
            assert_ptr_equal(r, ly_topology_rings(t, u));
            assert_int_equal(r->units, ly_topology_units(t));
            assert_int_equal(r->near, machines[m].near);
            for (uint32_t k = 0; k < r->units; k++) sizes[ly_ring_of(r, k)]++;
            assert_memory_equal(sizes, machines[m].sizes, sizeof sizes);
            /* what is not of this machine is far away */
            assert_int_equal(ly_ring_of(r, r->units), r->count - 1);
        }
        ly_topology_free(t);
    }
    assert_int_equal(ly_ring_of(NULL, 7), 0);
    assert_true(ly_ring_is_near(NULL, 0));
}

/* Four nodes in a ring, each with a core of two threads, as a machine says it whose nodes 0 and 2, 1
   and 3 are neighbours. */
static void latencies_order_nodes(void **state)
{
    static const unsigned latency[4][4] = {
        {10, 30, 16, 20}, {30, 10, 20, 16}, {16, 20, 10, 30}, {20, 16, 30, 10}};
    static const uint32_t ring[4][4] = {{0, 3, 1, 2}, {3, 0, 2, 1}, {1, 2, 0, 3}, {2, 1, 3, 0}};
    char name[] = "/tmp/topology-XXXXXX";
    FILE *file = fdopen(mkstemp(name), "w");
    ly_topology *t;
    assert_non_null(file);
#define SETS(cpus, nodes)                                                                          \
    "cpuset=\"" cpus "\" complete_cpuset=\"" cpus "\" nodeset=\"" nodes "\" complete_nodeset=\"" nodes "\""
    fprintf(file, "<topology version=\"2.0\">\n<object type=\"Machine\" os_index=\"0\" gp_index=\"1\" "
                  "allowed_cpuset=\"0xff\" allowed_nodeset=\"0xf\" " SETS("0xff", "0xf") ">\n");
    for (unsigned n = 0, id = 2; n < 4; n++) {
        unsigned both = 3u << 2 * n, bit = 1u << n;
        fprintf(file, "<object type=\"Package\" gp_index=\"%u\" " SETS("0x%x", "0x%x") ">\n", id++, both, both,
                bit, bit);
        fprintf(file, "<object type=\"NUMANode\" os_index=\"%u\" gp_index=\"%u\" local_memory=\"4096\" " SETS(
                          "0x%x", "0x%x") "/>\n", n, id++, both, both, bit, bit);
        fprintf(file, "<object type=\"Core\" gp_index=\"%u\" " SETS("0x%x", "0x%x") ">\n", id++, both, both, bit,
                bit);
        for (unsigned k = 2 * n; k < 2 * n + 2; k++)
            fprintf(file, "<object type=\"PU\" os_index=\"%u\" gp_index=\"%u\" " SETS("0x%x", "0x%x") "/>\n", k,
                    id++, 1u << k, 1u << k, bit, bit);
        fprintf(file, "</object></object>\n");
    }
    fprintf(file, "</object>\n<distances2 type=\"NUMANode\" nbobjs=\"4\" kind=\"5\" name=\"NUMALatency\" "
                  "indexing=\"os\">\n<indexes length=\"8\">0 1 2 3 </indexes>\n<u64values length=\"48\">");
    for (int i = 0; i < 16; i++) fprintf(file, "%u ", latency[i / 4][i % 4]);
    fprintf(file, "</u64values>\n</distances2>\n</topology>\n");
    fclose(file);
    unsetenv("HWLOC_SYNTHETIC");
    setenv("HWLOC_XMLFILE", name, 1);
    t = ly_topology_load();
    unsetenv("HWLOC_XMLFILE");
    unlink(name);
    assert_non_null(t);
    assert_int_equal(ly_topology_nodes(t), 4);
    assert_int_equal(ly_topology_units(t), 8);
    for (uint32_t a = 0; a < 8; a++) {
        const ly_rings *r = ly_topology_rings(t, a);
        assert_int_equal(r->count, 4);
        assert_int_equal(r->near, 1);
        for (uint32_t b = 0; b < 8; b++) assert_int_equal(ly_ring_of(r, b), ring[a / 2][b / 2]);
    }
    ly_topology_free(t);
}

/* A tour of places in the given rings: every one has its turn once, the inner rings first. Gives
   the first. */
static uint32_t tour_all(uint64_t random, const uint8_t *ring, uint32_t count)
{
    ly_tour tour = ly_tour_start(random, count);
    uint32_t place, seen[256] = {0}, before = 0, first = UINT32_MAX;
    while (ly_tour_next(&tour, &place)) {
        assert_true(place < count);
        if (!ly_tour_turn(&tour, ring[place])) continue;
        assert_true(ring[place] >= before);
        before = ring[place];
        seen[place]++;
        if (first == UINT32_MAX) first = place;
    }
    for (uint32_t i = 0; i < count; i++) assert_int_equal(seen[i], 1);
    return first;
}

static uint64_t mixed(uint64_t x)
{
    x = (x + 1) * 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    return x ^ x >> 27;
}

static void tours_go_ring_by_ring(void **state)
{
    for (uint32_t count = 0; count < 200; count++) {
        uint8_t ring[200];
        for (uint32_t i = 0; i < count; i++) ring[i] = (uint8_t)(mixed(i + 1000 * count) % 6 * (count % 3));
        for (uint64_t random = 0; random < 10; random++) tour_all(mixed(random), ring, count);
    }
}

/* Whichever way a ring lies in the table, all of it come first equally often. */
static void rings_are_random_within(void **state)
{
    enum { COUNT = 48, TIMES = 40000 };
    for (int layout = 0; layout < 3; layout++) {
        uint8_t ring[COUNT];
        uint32_t firsts[COUNT] = {0}, inner = 0;
        for (uint32_t i = 0; i < COUNT; i++) {
            ring[i] = layout == 0 ? i >= COUNT / 4 : layout == 1 ? i % 4 != 0 : mixed(i) % 4 != 0;
            inner += !ring[i];
        }
        for (uint64_t k = 0; k < TIMES; k++) firsts[tour_all(mixed(k), ring, COUNT)]++;
        for (uint32_t i = 0; i < COUNT; i++) {
            if (ring[i]) {
                assert_int_equal(firsts[i], 0);
            } else {
                assert_true(firsts[i] > 0.8 * TIMES / inner);
                assert_true(firsts[i] < 1.2 * TIMES / inner);
            }
        }
    }
}

/* ---- when the machine is worth a look ---------------------------------------------------------------- */

static char root[] = "/tmp/topology-XXXXXX";

static void put(const char *path, const char *line)
{
    char name[512];
    FILE *file;
    snprintf(name, sizeof name, "%s%s", root, path);
    for (char *slash = name + strlen(root) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = 0;
        mkdir(name, 0700);
    }
    file = fopen(name, "w");
    assert_non_null(file);
    fprintf(file, "%s\n", line);
    fclose(file);
}
#define CACHE "/sys/devices/system/cpu/cpu2/cache/"
static bool matters(int first, int last)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int i = first; i <= last; i++) CPU_SET(i, &set);
    return ly_topology_matters(root, &set, sizeof set);
}
static void worth_a_look(void **state)
{
    char command[64];
    assert_non_null(mkdtemp(root));
    assert_false(matters(2, 5)); /* nothing is told */
    put("/sys/devices/system/node/has_memory", "0");
    assert_false(matters(2, 5));
    put(CACHE "index0/level", "1");
    put(CACHE "index0/shared_cpu_list", "2");
    put(CACHE "index1/level", "3");
    put(CACHE "index1/shared_cpu_list", "0-3,16-19");
    put(CACHE "index2/level", "2");
    put(CACHE "index2/shared_cpu_list", "2,18");
    assert_false(matters(2, 3));
    assert_true(matters(2, 4));
    put(CACHE "index1/shared_cpu_list", "0-31");
    assert_false(matters(2, 31));
    assert_true(matters(2, 32));
    put("/sys/devices/system/node/has_memory", "0-1");
    assert_true(matters(2, 3));
    snprintf(command, sizeof command, "rm -r %s", root);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(deals_evenly),
        cmocka_unit_test(cores_before_threads),
        cmocka_unit_test(uneven_nodes),
        cmocka_unit_test(distances_grow_outwards),
        cmocka_unit_test(rings_of_machines),
        cmocka_unit_test(latencies_order_nodes),
        cmocka_unit_test(tours_go_ring_by_ring),
        cmocka_unit_test(rings_are_random_within),
        cmocka_unit_test(worth_a_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
