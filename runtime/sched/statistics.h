/* statistics.h: what workers count, each on cache lines of its own, summed on request. */
#ifndef LY_STATISTICS_H
#define LY_STATISTICS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { LY_CACHE_LINE = 64 };

/* Written by its worker alone, so plain loads and stores (relaxed) are enough. */
typedef struct ly_worker_counts {
    _Atomic uint64_t submitted;     /* tasks from this worker */
    _Atomic uint64_t executed;      /* tasks that ended here, failed ones too */
    _Atomic uint64_t failed;
    _Atomic uint64_t switches;      /* to fibers */
    _Atomic uint64_t steals, failed_steals;
    _Atomic uint64_t near_steals;   /* of them within a NUMA node */
    _Atomic uint64_t parks, wakes;  /* wakes: of others */
    _Atomic uint64_t preempted;     /* turns ended by the beat */
    _Atomic uint64_t busy_ns;       /* with work, up to the last time it ran out of it */
    /* fork-join (join.c): spawned tasks that searching workers took; of them within a NUMA node; that
       a waiting owner took back from its thief; that were waited for. A steal may fail because
       another thief was faster. */
    _Atomic uint64_t join_steals, near_join_steals, leapfrogs, joined, failed_join_steals;
} ly_worker_counts;

typedef struct ly_statistics {
    uint32_t workers;
    uint64_t submitted, executed, failed, switches, steals, failed_steals, near_steals, parks, wakes,
        preempted, busy_ns, join_steals, near_join_steals, leapfrogs, joined,
        failed_join_steals;
    uint64_t queued;  /* tasks in the queues now */
    uint64_t global;  /* of them in the global one */
} ly_statistics;

static inline void ly_count(_Atomic uint64_t *counter, uint64_t by)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + by,
                          memory_order_relaxed);
}

/* Of all workers together; of one (false: there is none of that number). */
ly_statistics ly_statistics_sum(void);
bool ly_statistics_of(uint32_t index, ly_statistics *out);

#endif
