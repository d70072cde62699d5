/* run_queue.h: a worker's own tasks. The owner puts and takes at one end, the newest first, without a
   lock; thieves take the oldest, one at a time.

   Source: Chase and Lev, Dynamic Circular Work-Stealing Deque (2005); orders after Lê, Pop, Cohen and
   Zappa Nardelli, Correct and Efficient Work-Stealing for Weak Memory Models (2013), with the fences
   put on the operations. */
#ifndef LY_RUN_QUEUE_H
#define LY_RUN_QUEUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "memory/memory.h"
#include "sched/statistics.h"

/* What can run: a task that has not begun, or a fiber that goes on, which its low bit says. */
typedef struct ly_runnable ly_runnable;

typedef struct ly_run_ring {
    int64_t mask;
    struct ly_run_ring *older; /* thieves may still read it: freed with the queue */
    _Atomic(ly_runnable *) tasks[];
} ly_run_ring;

typedef struct ly_run_queue {
    _Atomic int64_t bottom __attribute__((aligned(LY_CACHE_LINE))); /* next free place: the owner's */
    int64_t top_seen;                /* the owner's last look at top, never ahead of it */
    _Atomic(ly_run_ring *) ring;
    _Atomic int64_t top __attribute__((aligned(LY_CACHE_LINE)));    /* oldest task: the thieves' */
} ly_run_queue;

static inline ly_run_ring *ly_run_ring_new(int64_t size)
{
    ly_run_ring *ring = ly_calloc(1, sizeof *ring + (size_t)size * sizeof ring->tasks[0]);
    if (ring) ring->mask = size - 1;
    return ring;
}

static inline bool ly_run_queue_start(ly_run_queue *queue)
{
    ly_run_ring *ring = ly_run_ring_new(256);
    atomic_store_explicit(&queue->ring, ring, memory_order_relaxed);
    return ring != NULL;
}

static inline void ly_run_queue_end(ly_run_queue *queue)
{
    ly_run_ring *ring = atomic_load_explicit(&queue->ring, memory_order_relaxed);
    while (ring) {
        ly_run_ring *older = ring->older;
        ly_free(ring);
        ring = older;
    }
    atomic_store_explicit(&queue->ring, NULL, memory_order_relaxed);
}

static inline int64_t ly_run_queue_size(ly_run_queue *queue)
{
    int64_t bottom = atomic_load_explicit(&queue->bottom, memory_order_seq_cst);
    int64_t top = atomic_load_explicit(&queue->top, memory_order_seq_cst);
    return bottom > top ? bottom - top : 0;
}

/* By the owner. False: no memory for a larger ring, the task is not in. */
static inline bool ly_run_queue_put(ly_run_queue *queue, ly_runnable *task)
{
    int64_t bottom = atomic_load_explicit(&queue->bottom, memory_order_relaxed);
    ly_run_ring *ring = atomic_load_explicit(&queue->ring, memory_order_relaxed);
    if (__builtin_expect(bottom - queue->top_seen > ring->mask, 0)) {
        int64_t top = queue->top_seen = atomic_load_explicit(&queue->top, memory_order_acquire);
        if (bottom - top > ring->mask) {
            ly_run_ring *larger = ly_run_ring_new(2 * (ring->mask + 1));
            if (!larger) return false;
            larger->older = ring;
            for (int64_t i = top; i < bottom; i++)
                atomic_store_explicit(
                    &larger->tasks[i & larger->mask],
                    atomic_load_explicit(&ring->tasks[i & ring->mask], memory_order_relaxed),
                    memory_order_relaxed);
            atomic_store_explicit(&queue->ring, larger, memory_order_release);
            ring = larger;
        }
    }
    atomic_store_explicit(&ring->tasks[bottom & ring->mask], task, memory_order_relaxed);
    /* release: a thief that sees the new bottom sees the task; sequentially consistent: the owner's
       look at who sleeps comes after it (see park.c) */
    atomic_store_explicit(&queue->bottom, bottom + 1, memory_order_seq_cst);
    return true;
}

/* The newest, by the owner; NULL: none. */
static inline ly_runnable *ly_run_queue_take(ly_run_queue *queue)
{
    int64_t bottom = atomic_load_explicit(&queue->bottom, memory_order_relaxed) - 1, top;
    ly_run_ring *ring;
    ly_runnable *task;
    if (bottom < queue->top_seen) {
        /* top never falls: what the owner saw says that nothing is left */
        return NULL;
    }
    if (bottom == queue->top_seen) {
        /* one at most, and whoever moves top has it: as a thief would take it, bottom stays */
        int64_t expected = bottom;
        ring = atomic_load_explicit(&queue->ring, memory_order_relaxed);
        queue->top_seen = bottom + 1;
        return atomic_compare_exchange_strong_explicit(&queue->top, &expected, bottom + 1,
                                                       memory_order_seq_cst, memory_order_relaxed)
                   ? atomic_load_explicit(&ring->tasks[bottom & ring->mask], memory_order_relaxed)
                   : NULL;
    }
    ring = atomic_load_explicit(&queue->ring, memory_order_relaxed);
    /* the thieves must see the lower bottom before top is read: one order for both */
    atomic_store_explicit(&queue->bottom, bottom, memory_order_seq_cst);
    top = queue->top_seen = atomic_load_explicit(&queue->top, memory_order_seq_cst);
    if (top > bottom) {
        atomic_store_explicit(&queue->bottom, bottom + 1, memory_order_relaxed);
        return NULL;
    }
    task = atomic_load_explicit(&ring->tasks[bottom & ring->mask], memory_order_relaxed);
    if (top == bottom) {
        /* the last one: thieves may be after it too */
        int64_t expected = top;
        if (!atomic_compare_exchange_strong_explicit(&queue->top, &expected, top + 1,
                                                     memory_order_seq_cst, memory_order_relaxed))
            task = NULL;
        queue->top_seen = top + 1;
        atomic_store_explicit(&queue->bottom, bottom + 1, memory_order_relaxed);
    }
    return task;
}

/* The newest if it is this one, by the owner. */
static inline bool ly_run_queue_take_this(ly_run_queue *queue, ly_runnable *task)
{
    int64_t bottom = atomic_load_explicit(&queue->bottom, memory_order_relaxed);
    ly_run_ring *ring = atomic_load_explicit(&queue->ring, memory_order_relaxed);
    if (bottom <= queue->top_seen ||
        atomic_load_explicit(&ring->tasks[(bottom - 1) & ring->mask], memory_order_relaxed) != task)
        return false;
    return ly_run_queue_take(queue) != NULL;
}

/* The oldest, by anybody. NULL: none; *lost is set if another was faster. */
static inline ly_runnable *ly_run_queue_steal(ly_run_queue *queue, bool *lost)
{
    int64_t top = atomic_load_explicit(&queue->top, memory_order_seq_cst);
    int64_t bottom = atomic_load_explicit(&queue->bottom, memory_order_seq_cst);
    ly_run_ring *ring;
    ly_runnable *task;
    if (top >= bottom) return NULL;
    ring = atomic_load_explicit(&queue->ring, memory_order_acquire);
    task = atomic_load_explicit(&ring->tasks[top & ring->mask], memory_order_relaxed);
    if (!atomic_compare_exchange_strong_explicit(&queue->top, &top, top + 1, memory_order_seq_cst,
                                                 memory_order_relaxed)) {
        *lost = true;
        return NULL;
    }
    return task;
}

#endif
