/* model.h: a discrete-event simulation of the scheduler.

   Workers with clocks of their own; the one whose clock is behind does its next step. What a step
   does is what the scheduler does:

     deques       deque.h itself: the model's workers push, pop, ask, steal, leapfrog by its code
     victims      as victims.c: one table, from a random place on, the own node first, then the others
     search       as worker.c: own queue, others' queues, others' deques; five microseconds of rounds
     parking      as park.c: half of the workers search at most; the last searcher that finds wakes
                  another; who offers wakes one if nobody searches; the newest sleeper first
     joins        as join.c: leapfrogging, then the fiber suspends, and who ends the task takes it on
     loops        as loop.c: pieces of six microseconds; the upper half is spawned when asked for
     placement    as topology.c (machine.c)

   What a step takes comes from `costs` and the workload. Not in the model: the system's own scheduling,
   the bandwidth of memory, waiting for a line that many want at once, the beat of the timers. A
   simulation is a function of its arguments: the same seed gives the same events. */
#ifndef MODEL_H
#define MODEL_H

#include "costs.h"
#include "machine.h"
#include "workload.h"

typedef struct outcome {
    double time;         /* ns, until main goes on */
    double busy;         /* ns of all workers together, with work of the program */
    double awake;        /* … and searching or waiting awake: CPU time */
    uint64_t steals, near_steals, leapfrogs, near_leapfrogs, suspended, parks, wakes, rounds, events;
    int64_t nodes;       /* calls, or elements, that were run: all of them */
} outcome;

/* Aborts where the model doesn't reach: a deque that overflows. */
outcome simulate(const machine *machine, const costs *costs, const workload *workload, uint64_t seed);

#endif
