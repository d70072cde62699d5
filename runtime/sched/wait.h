/* wait.h: one way to wait, for tasks, channels, timers, cancellation and deadlocks alike.

   A waiter lives in the frame of whoever waits: a fiber (its worker takes other work meanwhile) or a
   thread of the program (which works as a guest meanwhile, see worker.h). It is armed, put where
   those who end the wait find it, and waited for. Any number of parties may try to end the wait; the
   first to claim it wins, writes `word` or `which`, and resumes it. Whoever lost must not touch the
   waiter any more, once it has been taken out of the queue that led to it.

       ly_waiter w;
       ly_waiter_arm(&w);
       lock(queue); if (there is something) { unlock; no wait }   nothing else refers to w: just go on
       link(queue, &w.node); unlock(queue);
       switch (ly_waiter_wait(&w, deadline)) {
       case LY_WAKE_READY: …                              the claimer has taken the node out
       default: lock(queue); unlink(&w.node); unlock(queue);
       }

   Who changes its mind after linking claims the waiter itself; if that fails somebody else has, and
   ly_waiter_wait must be called to take the answer. */
#ifndef LY_WAIT_H
#define LY_WAIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sched/lock.h"

typedef struct ly_waiter ly_waiter;
typedef struct ly_fiber ly_fiber;

typedef enum ly_wake {
    LY_WAKE_NONE,      /* not claimed yet */
    LY_WAKE_READY,     /* what was waited for is there */
    LY_WAKE_TIMEOUT,   /* the deadline has passed */
    LY_WAKE_CANCELLED, /* the task was cancelled */
    LY_WAKE_DEADLOCK,  /* nobody could ever have ended the wait */
    LY_WAKE_NO_TIMER,  /* there is no thread, or no memory, to end it at its deadline */
} ly_wake;

/* A place in a queue of waiters. One that waits in several queues at once (any of some channels) has
   a node for each, and `which` says to the claimer what to put in waiter->which. */
typedef struct ly_wait_node {
    struct ly_wait_node *next, *previous;
    ly_waiter *waiter;
    uint32_t which;
} ly_wait_node;

struct ly_waiter {
    _Atomic uint32_t state;  /* LY_WAKE_… | LY_WAITER_… */
    uint32_t which;          /* of several queues, by the claimer before it resumes */
    uint64_t word;           /* likewise: the value that was handed over */
    ly_fiber *fiber;         /* who waits */
    const char *what;        /* what for, in a report of a deadlock: "Receive"; NULL: just waits */
    ly_wait_node node;       /* for those who wait in one queue */
    void (*hook)(ly_waiter *); /* nobody waits: called by the claimer instead of resuming */
};

enum {
    LY_WAITER_REASON = 7,
    LY_WAITER_SUSPENDED = 8, /* the fiber has left its worker: whoever resumes makes it run again */
    LY_WAITER_RESUMED = 16,
};

/* For whoever runs now. */
void ly_waiter_arm(ly_waiter *waiter);
/* A waiter that nobody waits for: the claimer's ly_waiter_resume calls hook. */
void ly_waiter_arm_hook(ly_waiter *waiter, void (*hook)(ly_waiter *));
/* True for exactly one of all callers. */
static inline bool ly_waiter_claim(ly_waiter *waiter, uint32_t reason)
{
    uint32_t state = atomic_load_explicit(&waiter->state, memory_order_relaxed);
    while (!(state & LY_WAITER_REASON)) {
        /* relaxed: what the claimer wrote before is published by ly_waiter_resume */
        if (atomic_compare_exchange_weak_explicit(&waiter->state, &state, state | reason,
                                                  memory_order_relaxed, memory_order_relaxed))
            return true;
    }
    return false;
}
/* Claims and resumes at once, for waiters that nothing is handed over to. True: it was the winner, and
   *next is what ly_waiter_resume_next would give. */
bool ly_waiter_finish(ly_waiter *waiter, uint32_t reason, ly_fiber **next);
/* By the winner, after it wrote word or which; the waiter may be gone when it returns. */
void ly_waiter_resume(ly_waiter *waiter);
/* The same for one whose deadline has passed: it runs before others that are queued. */
void ly_waiter_resume_late(ly_waiter *waiter);
/* The same, as the last thing a task does before it ends: the fiber that goes on at once instead of
   it is returned, NULL if it was made to run elsewhere. */
ly_fiber *ly_waiter_resume_next(ly_waiter *waiter);
/* Waits until the waiter was claimed and resumed and gives the reason. deadline_ns: of the monotonic
   clock (ly_clock_ns), 0 for none. */
uint32_t ly_waiter_wait(ly_waiter *waiter, uint64_t deadline_ns);
static inline uint32_t ly_waiter_reason(ly_waiter *waiter)
{
    return atomic_load_explicit(&waiter->state, memory_order_relaxed) & LY_WAITER_REASON;
}

/* Who runs now: a fiber, or a thread; never 0, and nobody else's as long as it lives. */
uintptr_t ly_waiter_self(void);
/* Is it worth a microsecond to see whether another processor brings what would be waited for? Not
   where nothing else runs at the same time, or where this worker has something better to do. */
bool ly_waiter_may_linger(void);

/* Lets others run: the fiber goes to the end of the global queue. Nothing on other threads. */
void ly_yield(void);
/* Waits so long; LY_WAKE_TIMEOUT, or LY_WAKE_CANCELLED when the task was cancelled meanwhile. */
uint32_t ly_sleep_until(uint64_t deadline_ns);

/* ---- parking a thread: a token that can be put once, and is waited for by its thread alone */

typedef struct ly_parker {
    _Atomic uint32_t word; /* 0: none, 1: token, UINT32_MAX: the thread waits */
} ly_parker;

/* Takes the token, waiting for it at most until deadline_ns (0: no limit); false: no token came. */
bool ly_park(ly_parker *parker, uint64_t deadline_ns);
void ly_unpark(ly_parker *parker);

#endif
