/* loop.h: parallel loops and reductions over ranges of integers.

   A loop runs on the caller's fiber, in order, in pieces that take a few microseconds; whenever
   somebody is out of work, half of what is left is spawned (lazy binary splitting), so there is no
   chunk size to guess, and loops whose elements differ in cost balance. A loop so short that waking
   another worker costs more than it saves stays where it is.

   A reduction folds blocks of consecutive elements and combines them in a tree. Blocks and tree
   depend on the number of elements alone: the same bits on any number of workers, in any order of
   events.

   Source: Tzannes, Caragea, Barua and Vishkin, Lazy Binary-Splitting (2010). */
#ifndef LY_LOOP_H
#define LY_LOOP_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

#include "sched/atomics.h"

typedef struct ly_worker ly_worker;

/* Runs elements lo … hi − 1, on the worker that runs the caller now: not to be kept across what may
   suspend. A compiled body is such a function. */
typedef void ly_loop_body(void *state, int64_t lo, int64_t hi, ly_worker *worker);

/* Where a loop stops: elements at or above `at` need not be run any more, those below will. A body
   that fails at an element calls ly_loop_stop_at and returns; so when the loop has ended `at` is the
   lowest element that failed, whatever the order of events, or INT64_MAX. INT64_MIN: all stop. */
typedef struct ly_loop_stop {
    ly_atomic(int64_t) at;
} ly_loop_stop;

static inline void ly_loop_stop_start(ly_loop_stop *stop) { ly_store(&stop->at, INT64_MAX, relaxed); }
static inline void ly_loop_stop_at(ly_loop_stop *stop, int64_t index)
{
    int64_t at = ly_load(&stop->at, relaxed);
    /* relaxed: it only says what need not be done; results are read after the joins */
    while (index < at && !ly_compare_exchange(&stop->at, &at, index, relaxed)) {
    }
}
/* A body with many elements asks before each. */
static inline bool ly_loop_stopped(ly_loop_stop *stop, int64_t index)
{
    return index >= ly_load(&stop->at, relaxed);
}

/* What an element of a loop cost when it ran last, kept by the caller from one run to the next (for
   each function that it maps, say): with it even the first element is not started before it is known
   whether help is worth calling for. Zeroed: not known. */
typedef struct ly_loop_cost {
    ly_atomic(uint32_t) picoseconds_16; /* an element, in units of 16 ps, at least 1 */
} ly_loop_cost;

typedef struct ly_loop_options {
    int64_t chunk;      /* elements that body gets in a call, all but the last; 0: what suits */
    ly_loop_stop *stop; /* or NULL */
    ly_loop_cost *cost; /* or NULL */
} ly_loop_options;

/* options: NULL for none. Returns when all elements were run, or those below where it stopped. */
void ly_parallel_for(int64_t lo, int64_t hi, ly_loop_body *body, void *state,
                     const ly_loop_options *options);

enum { LY_ACCUMULATOR_MOST = 1024 };

typedef struct ly_reduction {
    void *state;
    size_t size;   /* of an accumulator: at most LY_ACCUMULATOR_MOST */
    /* The elements lo … hi − 1 folded, from the left, into an accumulator that holds nothing yet.
       False: failed (it has called ly_loop_stop_at), the accumulator holds nothing. */
    bool (*fold)(void *state, int64_t lo, int64_t hi, void *accumulator, ly_worker *worker);
    /* left := left with right, which holds nothing afterwards. False: failed, neither holds
       anything. `at` is the first element of right. */
    bool (*combine)(void *state, void *left, void *right, int64_t at, ly_worker *worker);
    /* Lets go of an accumulator whose neighbour failed. NULL: nothing to do. */
    void (*drop)(void *state, void *accumulator, ly_worker *worker);
    int64_t block; /* elements folded in one call; 0: by the number of elements */
    ly_loop_stop *stop;
    ly_loop_cost *cost;
} ly_reduction;

/* False: there is no result, because something failed (or lo >= hi). */
bool ly_parallel_reduce(int64_t lo, int64_t hi, const ly_reduction *reduction, void *accumulator);

#endif
