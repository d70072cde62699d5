/* placement.h: where workers run.

   A topology may be plugged in before or after the scheduler starts; without one workers run where
   the system puts them, and all victims are equally far. The system moves threads within what they
   are bound to, so a worker looks where it is whenever it begins to search. */
#ifndef LY_PLACEMENT_H
#define LY_PLACEMENT_H

#include <stdint.h>

#include "sched/worker.h"

typedef struct ly_placement {
    /* On the worker's thread when it starts, and after a refresh: pins it, sets its node. */
    void (*pin)(ly_worker *worker);
    /* On the thread of a worker or guest that begins to search: sets its unit and rings. */
    void (*locate)(ly_worker *worker);
    /* Looks at the machine again, now and then: true if workers are to be pinned anew. NULL: never. */
    bool (*refresh)(void);
} ly_placement;

/* NULL: none. The record must live on. */
void ly_placement_set(const ly_placement *placement);
/* On a worker's thread, whenever it looks for work: pins it, if its place has changed. */
void ly_placement_follow(ly_worker *worker);
/* On the thread of a worker or guest that begins to search. */
void ly_placement_locate(ly_worker *worker);

#endif
