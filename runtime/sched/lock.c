/* lock.c: the slow paths of lock.h, and the kernel's futex. */
#include "sched/lock.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void ly_futex_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline_ns)
{
    struct timespec t = {(time_t)(deadline_ns / 1000000000), (long)(deadline_ns % 1000000000)};
    int saved = errno;
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, expected, deadline_ns ? &t : NULL, NULL,
            FUTEX_BITSET_MATCH_ANY);
    errno = saved;
}

void ly_futex_wake(_Atomic uint32_t *word, int threads)
{
    int saved = errno;
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, threads, NULL, NULL, 0);
    errno = saved;
}

uint64_t ly_clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void ly_lock_wait(ly_lock *lock)
{
    for (int spin = 0; spin < 64; spin++) {
        uint32_t is_free = 0;
        if (atomic_load_explicit(&lock->word, memory_order_relaxed) == 0 &&
            atomic_compare_exchange_strong_explicit(&lock->word, &is_free, 1, memory_order_acquire,
                                                    memory_order_relaxed))
            return;
        ly_pause();
    }
    /* 2 stays until the lock is given back, so that whoever sleeps is woken */
    while (atomic_exchange_explicit(&lock->word, 2, memory_order_acquire) != 0)
        ly_futex_wait(&lock->word, 2, 0);
}

void ly_lock_wake(ly_lock *lock) { ly_futex_wake(&lock->word, 1); }
