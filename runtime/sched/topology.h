/* topology.h: the machine as the scheduler sees it: nodes of memory, cores, how far apart they are.

   Read through hwloc, which is loaded when it is first asked for; HWLOC_SYNTHETIC and HWLOC_XMLFILE
   put another machine in the place of this one, for tests. */
#ifndef LY_TOPOLOGY_H
#define LY_TOPOLOGY_H

#include <stdbool.h>
#include <stdint.h>

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
/* Levels between a unit and what it shares with another: 0 the same unit, 1 the same core, growing
   outwards. */
uint32_t ly_topology_distance(const ly_topology *topology, uint32_t unit, uint32_t other);
/* The calling thread runs on the node's units alone from now on. False: the system refused. */
bool ly_topology_bind(const ly_topology *topology, uint32_t node);

/* ---- the scheduler's placement by topology (placement.h) */

/* Puts workers on nodes, if the machine has several; does nothing otherwise, without loading hwloc. */
void ly_topology_use(void);
/* The topology in use, or NULL. */
const ly_topology *ly_topology_now(void);

#endif
