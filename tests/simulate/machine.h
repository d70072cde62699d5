/* machine.h: the machine that a simulation runs on: where its workers are. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stdint.h>

enum { WORKERS_MOST = 64 };

typedef struct machine {
    uint32_t workers, nodes;
    uint32_t node[WORKERS_MOST]; /* of each worker */
    uint8_t ring[WORKERS_MOST][WORKERS_MOST]; /* of a victim as a thief sees it (sched/rings.h) */
} machine;

/* A worker on each core of so many nodes, placed by the scheduler's own topology.c, which reads a
   synthetic description by hwloc. False: no hwloc, or the cores can't be dealt to the nodes. */
bool machine_read(machine *machine, uint32_t cores, uint32_t nodes);
/* So many workers on the real machine. */
machine machine_here(uint32_t workers);

#endif
