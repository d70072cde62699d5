/* atomics.h: the atomic operations of the lock-free algorithms, written so that the same text is
   compiled in two ways.

   In the runtime they are C11's. With LY_RELACY defined (tests/verify), as C++, each goes to Relacy,
   which explores interleavings and every reordering that the memory model permits; each place where
   an order stronger than relaxed stands is then a site that the test can weaken, so that it proves
   that the order is needed, and that the test would see it missing.

   ly_atomic(T)                        the type of a field
   ly_load(p, order)                   order: relaxed, acquire, release, acq_rel, seq_cst
   ly_store(p, value, order)
   ly_exchange(p, value, order)
   ly_fetch_add/or/and(p, value, order)
   ly_compare_exchange(p, expected, value, order)
                                       strong; a failure is a relaxed load into *expected
   ly_plain(T), ly_get(p), ly_set(p, value)
                                       a field that is no atomic: Relacy looks for races on it
   ly_pause()                          in a loop that waits for another thread
   ly_relax(rounds)                    the same, which lets other threads run when it takes long
   ly_mutex, ly_mutex_init, _destroy, _lock, _unlock
                                       for paths that block anyway */
#ifndef LY_SCHED_ATOMICS_H
#define LY_SCHED_ATOMICS_H

#ifdef LY_RELACY
#include "relacy_atomics.hpp"
#else

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define ly_atomic(T) _Atomic(T)
#define ly_load(p, order) atomic_load_explicit(p, memory_order_##order)
#define ly_store(p, value, order) atomic_store_explicit(p, value, memory_order_##order)
#define ly_exchange(p, value, order) atomic_exchange_explicit(p, value, memory_order_##order)
#define ly_fetch_add(p, value, order) atomic_fetch_add_explicit(p, value, memory_order_##order)
#define ly_fetch_or(p, value, order) atomic_fetch_or_explicit(p, value, memory_order_##order)
#define ly_fetch_and(p, value, order) atomic_fetch_and_explicit(p, value, memory_order_##order)
#define ly_compare_exchange(p, expected, value, order) \
    atomic_compare_exchange_strong_explicit(p, expected, value, memory_order_##order, \
                                            memory_order_relaxed)
#define ly_plain(T) T
#define ly_get(p) (*(p))
#define ly_set(p, value) (*(p) = (value))

static inline void ly_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#else
    atomic_signal_fence(memory_order_seq_cst);
#endif
}

static inline void ly_relax(unsigned rounds)
{
    if (rounds < 100)
        ly_pause();
    else
        sched_yield();
}

typedef pthread_mutex_t ly_mutex;
#define ly_mutex_init(m) pthread_mutex_init(m, NULL)
#define ly_mutex_destroy(m) pthread_mutex_destroy(m)
#define ly_mutex_lock(m) pthread_mutex_lock(m)
#define ly_mutex_unlock(m) pthread_mutex_unlock(m)

#endif
#endif
