/* worker.h: workers, the threads that run tasks.

   A worker takes the newest of its own tasks, else the oldest of the global queue, else it steals the
   oldest of another's, else it parks. Any other thread that submits or waits becomes a *guest*: a
   worker of the same kind that works only while it waits, and in whose favour one of the workers
   stands aside meanwhile; so the program's main thread runs what it waits for, and no more threads
   run than there should.

   Each worker has a loop, on its thread's own stack; tasks run on fibers. Whoever leaves a worker
   (waits, yields, ends) switches to the next fiber directly, or to the loop. What must not happen
   before its registers are saved, such as telling others that it can be resumed, is done by whoever
   arrives (worker.c, arrived). */
#ifndef LY_WORKER_H
#define LY_WORKER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "eval/context.h"
#include "sched/fiber.h"
#include "sched/lock.h"
#include "sched/pool.h"
#include "sched/rings.h"
#include "sched/run_queue.h"
#include "sched/statistics.h"
#include "sched/task.h"
#include "sched/wait.h"

enum { LY_MEMBERS_MOST = 1024 }; /* workers and guests */

struct ly_worker {
    /* its own: nobody else looks here but for `current`, `turns` and `attention` */
    ly_fiber *_Atomic current;      /* that runs now; &loop: none */
    _Atomic bool attention;         /* its loop has something to look after: go there */
    _Atomic uint64_t turns;         /* grows with every switch to a fiber */
    ly_heap *heap;
    ly_fiber *left;                 /* who was here before, and why it left, for who arrives */
    int left_why;
    uint32_t index;                 /* of a worker, from 0; guests: LY_GUEST */
    uint32_t slot;                  /* among the members */
    uint64_t random;
    ly_fiber *free_fibers;
    ly_fiber *free_deep;            /* one, or NULL */
    uint32_t free_fiber_count;
    uint32_t free_task_count;
    ly_task *free_tasks;
    uint64_t submitted;             /* numbers tasks */
    bool searching;                 /* counted among the searchers */
    bool woken;                     /* for work, and has found none so far */
    uint32_t unannounced;           /* put in its queue since it last woke somebody for that */
    bool participates;              /* a guest that waits */
    uint64_t busy_since;            /* clock; 0: idle */
    void *join;                     /* fork-join record of this thread (join.c) */
    ly_fiber loop;                  /* the thread's own stack */

    ly_run_queue queue __attribute__((aligned(LY_CACHE_LINE)));
    ly_worker_counts counts __attribute__((aligned(LY_CACHE_LINE)));

    /* others' business too: under the lock of park.c */
    ly_parker parker __attribute__((aligned(LY_CACHE_LINE)));
    bool sleeping;                  /* on the list of sleepers */
    bool aside;                     /* and not to be woken for work */
    ly_worker *next_sleeper;
    uint64_t turns_seen;            /* by the last beat */
    _Atomic uint32_t unit;          /* where it was when it last searched (rings.h) */
    const ly_rings *rings;          /* the others' units as seen from there; NULL: one ring */
    uint32_t placement_seen;        /* change of the placement that the thread follows */
    _Atomic bool retired;           /* a guest whose thread has ended: the record waits for another */
};

enum { LY_GUEST = UINT32_MAX };

/* This thread's worker; made a guest where it is none yet. Not to be kept across a call that may
   switch fibers. */
ly_worker *ly_worker_here(void);
/* The same, but NULL where the thread is unknown. */
ly_worker *ly_worker_here_if(void);

/* ---- a context whose evaluation waits on a thread's own stack, not in a task */

/* Around a wait: LY_POLL_ABORT in the context's poll word (ly_context_interrupt) ends it with
   LY_WAKE_CANCELLED; where its deputy waits, in the deputy's. Nothing in a task. */
void ly_guest_wait_begins(ly_context *cx);
void ly_guest_wait_ends(ly_context *cx);

/* ---- fork-join's part in the search for work (join.c) */

typedef struct ly_worker_hooks {
    /* Looks for fork-join work to take; true: work(argument) is to run on a fiber of its own. */
    bool (*search)(ly_worker *worker, void (**work)(void *), void **argument);
    /* There is something that search could find; called before a worker parks. */
    bool (*pending)(void);
    /* A worker's or guest's record begins and ends. */
    void (*begin)(ly_worker *worker);
    void (*end)(ly_worker *worker);
    /* The scheduler has stopped; or this is the child of a fork, which has the calling thread alone. */
    void (*stopped)(bool forked);
} ly_worker_hooks;
/* Before or after the scheduler has started; the record must live on. */
void ly_worker_hooks_set(const ly_worker_hooks *hooks);
/* New work lies where a thief can find it: wakes one that sleeps, if nobody searches already. The
   work must be visible by a sequentially consistent store, or a fence, before. */
void ly_worker_announce(void);

/* ---- for the rest of this folder */

enum {
    LY_LEFT_NOTHING,
    LY_LEFT_WAITING,
    LY_LEFT_FOR_TASK, /* waits, for the task that begins now; its waiter says that it has left */
    LY_LEFT_YIELDING,
    LY_LEFT_ENDED,
};

static inline ly_runnable *ly_runnable_task(ly_task *task) { return (ly_runnable *)task; }
static inline ly_runnable *ly_runnable_fiber(ly_fiber *fiber)
{
    return (ly_runnable *)((uintptr_t)fiber | 1);
}
static inline ly_fiber *ly_fiber_of_runnable(ly_runnable *runnable)
{
    return (uintptr_t)runnable & 1 ? (ly_fiber *)((uintptr_t)runnable & ~(uintptr_t)1) : NULL;
}
static inline ly_task *ly_task_of_runnable(ly_runnable *runnable)
{
    ly_fiber *fiber = ly_fiber_of_runnable(runnable);
    return fiber ? fiber->task : (ly_task *)runnable;
}
static inline ly_runnable **ly_runnable_next(ly_runnable *runnable)
{
    ly_fiber *fiber = ly_fiber_of_runnable(runnable);
    return (ly_runnable **)(fiber ? (void *)&fiber->next : (void *)&((ly_task *)runnable)->next);
}

extern const ly_worker_hooks *ly_worker_hooks_now;
/* The heap of the worker, made when it is first needed. */
ly_heap *ly_worker_heap(ly_worker *worker);
/* It can run: queued on this worker, or globally where the thread is none; somebody is woken. */
void ly_worker_enqueue(ly_runnable *runnable);
/* The same after its pool has let it in. */
void ly_worker_enqueue_admitted(ly_runnable *runnable);
void ly_global_put(ly_runnable *runnable);
/* Before all that is queued, for what has waited until now: somebody who computes gives way at once. */
void ly_worker_enqueue_urgent(ly_runnable *runnable);
ly_runnable *ly_global_take(ly_worker *worker);
size_t ly_global_size(void);
/* The running fiber leaves for `next` (NULL: whatever comes), and returns when it goes on. */
void ly_worker_leave(ly_fiber *fiber, int why, ly_fiber *next);
/* A fiber for a task that has not begun; NULL: no memory, the task was ended as lost. */
ly_fiber *ly_worker_begin(ly_worker *worker, ly_task *task);
ly_fiber *ly_worker_next(ly_worker *worker);
/* A guest (or any thread) works until the waiter was resumed; begins with `first` if not NULL. */
void ly_worker_work_until(ly_worker *worker, ly_waiter *waiter, ly_fiber *first);
void ly_worker_on_poll(ly_context *cx, uint32_t bits);
void ly_worker_main(ly_worker *worker);
bool ly_worker_beat(void);
uint32_t ly_waiter_wait_with(ly_waiter *waiter, uint64_t deadline_ns, ly_task *first); /* wait.c */
/* The lowest address of the stack, on a fiber of the scheduler's; else NULL. */
char *ly_fiber_bottom(void);
void ly_fibers_give(ly_worker *worker, uint32_t leave);
#if defined(__SANITIZE_ADDRESS__)
void ly_fiber_arrived_asan(ly_fiber *fiber);
#endif

/* park.c */
void ly_park_search_ends(ly_worker *worker, bool found);
bool ly_park_search_begins(ly_worker *worker);
void ly_park_worker(ly_worker *worker, ly_waiter *until);
void ly_park_wake_one(void);
void ly_park_wake_for(ly_worker *worker);
void ly_park_wake_guest(ly_worker *worker);
void ly_park_recount(void); /* after another number of workers */
void ly_park_leaves(ly_worker *worker);
void ly_park_joins(ly_worker *worker);
bool ly_park_work_pending(void);
bool ly_park_barred(const ly_worker *worker);

#endif
