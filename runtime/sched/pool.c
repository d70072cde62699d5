/* pool.c: slots, and those that wait for one.

   What every task of a pool would write is kept in counters per worker, so that a pool without an
   account costs its tasks nothing that they share. */
#include "sched/pool.h"

#include <stdlib.h>

#include "memory/memory.h"
#include "sched/scheduler.h"

enum { SHARDS = 16 };

typedef struct shard {
    _Atomic uint64_t counts[LY_POOL_COUNTS];
} __attribute__((aligned(LY_CACHE_LINE))) shard;
_Static_assert(sizeof(shard) == LY_CACHE_LINE, "a shard fills its cache line");

typedef struct runnable_list {
    ly_runnable *first, *last;
} runnable_list;

struct ly_pool {
    _Atomic uint32_t references;
    uint32_t limit;            /* as it was asked for; 0: none */
    bool counted;              /* slots are */
    _Atomic bool shut;
    ly_lock lock;              /* of what follows */
    uint32_t running;
    uint64_t queued;
    runnable_list goes_on;     /* tasks that waited for something else before */
    runnable_list begins;      /* tasks that have not begun, or gave way */
    shard shards[SHARDS];
};

ly_pool *ly_pool_new(uint32_t limit)
{
    ly_pool *pool = aligned_alloc(LY_CACHE_LINE, sizeof *pool);
    if (!pool) return NULL;
    *pool = (ly_pool){.references = 1, .limit = limit};
    /* with as many slots as CPUs, workers are scarcer than slots */
    pool->counted = limit != 0 && (limit < ly_cpus_most() || limit < ly_scheduler_workers());
    return pool;
}

ly_pool *ly_pool_retain(ly_pool *pool)
{
    atomic_fetch_add_explicit(&pool->references, 1, memory_order_relaxed);
    return pool;
}

void ly_pool_release(ly_pool *pool)
{
    if (atomic_fetch_sub_explicit(&pool->references, 1, memory_order_acq_rel) == 1) ly_free(pool);
}

uint32_t ly_pool_limit(const ly_pool *pool) { return pool->limit; }
void ly_pool_shut(ly_pool *pool) { atomic_store_explicit(&pool->shut, true, memory_order_release); }
bool ly_pool_is_shut(ly_pool *pool)
{
    return atomic_load_explicit(&pool->shut, memory_order_acquire);
}

/* Guests and workers may share a shard, so this is atomic, but seldom contended. */
void ly_pool_note(ly_pool *pool, int what)
{
    const ly_worker *worker = ly_worker_here_if();
    atomic_fetch_add_explicit(&pool->shards[worker ? worker->slot % SHARDS : 0].counts[what], 1,
                              memory_order_relaxed);
}

ly_pool_counts ly_pool_count(ly_pool *pool)
{
    uint64_t sums[LY_POOL_COUNTS] = {0};
    ly_pool_counts counts;
    for (int i = 0; i < SHARDS; i++)
        for (int what = 0; what < LY_POOL_COUNTS; what++)
            sums[what] += atomic_load_explicit(&pool->shards[i].counts[what], memory_order_relaxed);
    counts.submitted = sums[LY_POOL_SUBMITTED];
    counts.executed = sums[LY_POOL_EXECUTED];
    counts.failed = sums[LY_POOL_FAILED];
    counts.cancelled = sums[LY_POOL_CANCELLED];
    ly_lock_take(&pool->lock);
    counts.running = pool->running;
    counts.queued = pool->queued;
    ly_lock_give(&pool->lock);
    return counts;
}

static void append(runnable_list *list, ly_runnable *runnable)
{
    *ly_runnable_next(runnable) = NULL;
    if (list->last) *ly_runnable_next(list->last) = runnable;
    else list->first = runnable;
    list->last = runnable;
}

static ly_runnable *take_first(runnable_list *list)
{
    ly_runnable *runnable = list->first;
    if (!runnable) return NULL;
    list->first = *ly_runnable_next(runnable);
    if (!list->first) list->last = NULL;
    return runnable;
}

bool ly_pool_enter(ly_pool *pool, ly_runnable *runnable, bool goes_on)
{
    bool enters;
    if (!pool->counted) return true;
    ly_lock_take(&pool->lock);
    enters = pool->running < pool->limit;
    if (enters) {
        pool->running++;
    } else {
        append(goes_on ? &pool->goes_on : &pool->begins, runnable);
        pool->queued++;
    }
    ly_lock_give(&pool->lock);
    return enters;
}

ly_runnable *ly_pool_leave(ly_pool *pool)
{
    ly_runnable *runnable;
    if (!pool->counted) return NULL;
    ly_lock_take(&pool->lock);
    runnable = take_first(&pool->goes_on);
    if (!runnable) runnable = take_first(&pool->begins);
    if (runnable) pool->queued--;
    else pool->running--;
    ly_lock_give(&pool->lock);
    return runnable;
}
