/* lock.h: a lock in one word, for sections of a few instructions.

   Uncontended it is one compare-and-swap and one exchange; whoever finds it taken sleeps in the kernel
   after a short spin. Zeroed memory is a free lock. Not fair, not recursive; never held across a
   switch of fibers.

   Source: Drepper, Futexes Are Tricky (2011), the second mutex. */
#ifndef LY_LOCK_H
#define LY_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

#include "sched/atomics.h"

typedef struct ly_lock {
    _Atomic uint32_t word; /* 0: free, 1: taken, 2: taken, and somebody may sleep */
} ly_lock;

void ly_lock_wait(ly_lock *lock);  /* the slow paths, lock.c */
void ly_lock_wake(ly_lock *lock);

static inline void ly_lock_take(ly_lock *lock)
{
    uint32_t is_free = 0;
    /* acquire: what the last holder wrote is seen */
    if (__builtin_expect(!atomic_compare_exchange_strong_explicit(
            &lock->word, &is_free, 1, memory_order_acquire, memory_order_relaxed), 0))
        ly_lock_wait(lock);
}
static inline void ly_lock_give(ly_lock *lock)
{
    /* release: what was written under the lock is seen by the next holder */
    if (__builtin_expect(atomic_exchange_explicit(&lock->word, 0, memory_order_release) == 2, 0))
        ly_lock_wake(lock);
}

/* ---- waiting in the kernel (futex), for locks and for threads without work */

/* Sleeps while *word is expected, at most until deadline_ns of the monotonic clock (0: no limit). */
void ly_futex_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline_ns);
void ly_futex_wake(_Atomic uint32_t *word, int threads);

uint64_t ly_clock_ns(void); /* the monotonic clock */

#endif
