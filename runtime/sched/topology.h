/* topology.h: the machine as the scheduler sees it: nodes of memory, cores, how far apart they are.

   Read through hwloc, which is loaded when it is first asked for; HWLOC_SYNTHETIC and HWLOC_XMLFILE
   put another machine in the place of this one, for tests. */
#ifndef LY_TOPOLOGY_H
#define LY_TOPOLOGY_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "sched/rings.h"

typedef struct ly_topology ly_topology;

/* Where a worker runs. */
typedef struct ly_place {
    uint32_t node; /* of memory: its number for the system */
    uint32_t unit; /* the processing unit it is meant for, its index in the topology */
} ly_place;

/* What the process may use of the machine. NULL: no hwloc, or no memory. */
ly_topology *ly_topology_load(void);
void ly_topology_free(ly_topology *topology);
uint32_t ly_topology_nodes(const ly_topology *topology); /* that have processing units, at least 1 */
uint32_t ly_topology_units(const ly_topology *topology);
/* The number for the system of node i, from 0, and how many units it has. */
uint32_t ly_topology_node(const ly_topology *topology, uint32_t i, uint32_t *units);
/* Where worker `index` runs: workers are dealt to the nodes in proportion to their units, in a node to
   one core after the other, so that the first workers lie on as many nodes and cores as there are. */
ly_place ly_topology_place(const ly_topology *topology, uint32_t index);
/* Within a node: levels between a unit and what it shares with the other, 0 the same unit, 1 the same
   core, growing outwards. Beyond it: larger than any of these, growing with the latency that the
   system gives for the two nodes, else with the levels. */
uint32_t ly_topology_distance(const ly_topology *topology, uint32_t unit, uint32_t other);
/* The units as they are seen from one, by distance; lives as long as the topology. NULL: no memory. */
const ly_rings *ly_topology_rings(const ly_topology *topology, uint32_t unit);
/* The unit that the calling thread runs on now; LY_NO_UNIT: unknown, or another machine than this. */
uint32_t ly_topology_here(const ly_topology *topology);
enum { LY_NO_UNIT = UINT32_MAX };
/* The calling thread runs on the node's units alone from now on. False: the system refused. */
bool ly_topology_bind(const ly_topology *topology, uint32_t node);

/* ---- the scheduler's placement by topology (placement.h) */

/* Puts workers on nodes and orders their victims, if that makes a difference; else does nothing,
   without loading hwloc. */
void ly_topology_use(void);
/* It does: the machine has several nodes of memory, or a node on which the CPUs that the process may
   use (so many by number) don't share their last cache. Two sibling threads alone are no reason, since
   hwloc takes milliseconds. `root` stands before /sys in the tests; "" is the real one. */
bool ly_topology_matters(const char *root, const cpu_set_t *allowed, size_t size);
/* The topology in use, or NULL. */
const ly_topology *ly_topology_now(void);

#endif
