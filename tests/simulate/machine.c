/* machine.c: synthetic machines, read as the scheduler reads real ones. */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>

#include "sched/topology.h"

static void place(machine *m, const ly_topology *t, uint32_t workers)
{
    m->workers = workers;
    m->nodes = ly_topology_nodes(t);
    for (uint32_t i = 0; i < workers; i++) {
        ly_place place = ly_topology_place(t, i);
        const ly_rings *rings = ly_topology_rings(t, place.unit);
        m->node[i] = place.node;
        for (uint32_t k = 0; k < workers; k++)
            m->ring[i][k] = (uint8_t)ly_ring_of(rings, ly_topology_place(t, k).unit);
    }
}

machine machine_here(uint32_t workers)
{
    machine m = {.workers = workers, .nodes = 1};
    ly_topology *t = ly_topology_load();
    if (t) place(&m, t, workers);
    ly_topology_free(t);
    return m;
}

bool machine_read(machine *m, uint32_t cores, uint32_t nodes)
{
    char description[64];
    ly_topology *t;
    bool right;
    if (cores < 1 || cores > WORKERS_MOST || nodes < 1 || cores % nodes) return false;
    snprintf(description, sizeof description, "numa:%u core:%u pu:1", nodes, cores / nodes);
    setenv("HWLOC_SYNTHETIC", description, 1);
    t = ly_topology_load();
    unsetenv("HWLOC_SYNTHETIC");
    if (!t) return false;
    place(m, t, cores);
    right = ly_topology_units(t) == cores && m->nodes == nodes;
    ly_topology_free(t);
    return right;
}
