/* pool.h: pools, limits of how many tasks run at once over the one set of workers.

   A task of a pool takes a slot when it begins to run, gives it back when it waits or ends, and needs
   one again to go on. Tasks without a slot stand in the pool's queue, first in first out, those that
   go on before those that begin. A pool whose limit no number of workers can exceed keeps no account.
   A submitted task keeps its pool alive. */
#ifndef LY_POOL_H
#define LY_POOL_H

#include "sched/run_queue.h"
#include "sched/task.h"

typedef struct ly_pool_counts {
    uint64_t submitted, executed, failed, cancelled;
    uint64_t running; /* now; slots taken, where the pool keeps account */
    uint64_t queued;  /* for a slot */
} ly_pool_counts;

/* At most `limit` tasks running at once (0: no limit). NULL: no memory. */
ly_pool *ly_pool_new(uint32_t limit);
ly_pool *ly_pool_retain(ly_pool *pool);
void ly_pool_release(ly_pool *pool);
uint32_t ly_pool_limit(const ly_pool *pool);
/* Tasks submitted from now on are refused (ly_task_submit ends them as cancelled). */
void ly_pool_shut(ly_pool *pool);
bool ly_pool_is_shut(ly_pool *pool);
ly_pool_counts ly_pool_count(ly_pool *pool);

/* ---- for task.c and worker.c */

enum { LY_POOL_SUBMITTED, LY_POOL_EXECUTED, LY_POOL_FAILED, LY_POOL_CANCELLED, LY_POOL_COUNTS };
void ly_pool_note(ly_pool *pool, int what);
/* True: it has a slot and may be queued to run; false: it waits in the pool's queue, before all that
   have not begun if it goes on after a wait. */
bool ly_pool_enter(ly_pool *pool, ly_runnable *runnable, bool goes_on);
/* Gives a slot back; who gets it is returned, to be queued, or NULL. */
ly_runnable *ly_pool_leave(ly_pool *pool);

#endif
