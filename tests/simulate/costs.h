/* costs.h: what the steps of the scheduler cost, in nanoseconds: the parameters of the model.

   Measured by calibrate.c, but for what concerns several nodes of memory: `far_line` and
   `far_memory` are assumptions, which the output states. */
#ifndef COSTS_H
#define COSTS_H

typedef struct costs {
    double spawn_join;  /* a spawn and the join of its task where nobody interferes */
    double line;        /* a line of the cache comes from another core: a look at a deque, the long way
                           of a spawn or join */
    double steal;       /* from the successful look to the first instruction of what was stolen */
    double pauses;      /* between two rounds of a search */
    double switched;    /* a fiber leaves, another goes on */
    double wake;        /* from waking a worker until it searches */
    double wake_call;   /* what that costs the one who wakes */
    double piece;       /* of a loop, beyond its elements: poll, clock, call */
    double far_line;    /* times `line` and `steal`, between nodes */
    double far_memory;  /* times the memory's part of an element's work, on another node's memory */
} costs;

#endif
