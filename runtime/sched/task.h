/* task.h: tasks, which are also their futures.

   A task is a function that runs on a fiber, and a 64-bit result that others can wait for. References
   are counted; the scheduler holds one from ly_task_submit until the task has ended, so a future may
   be dropped at any time. What the result is, and what is to be released with it, is the owner's
   matter (`drop`). */
#ifndef LY_TASK_H
#define LY_TASK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sched/cancel.h"
#include "sched/fiber.h"
#include "sched/wait.h"

typedef struct ly_pool ly_pool;

typedef enum ly_task_state {
    LY_TASK_NEW,       /* not submitted */
    LY_TASK_QUEUED,
    LY_TASK_RUNNING,   /* has begun; may be suspended */
    LY_TASK_DONE,      /* result is there; it may stand for a failure (ly_task_fail) */
    LY_TASK_CANCELLED, /* cancelled before it began: never ran */
    LY_TASK_LOST,      /* its worker's thread ended, no memory for its stack, or another process's */
} ly_task_state;

typedef struct ly_task_options {
    /* Runs the task; its value becomes the result. */
    uint64_t (*run)(ly_task *task, void *argument);
    void *argument;
    /* Called once, when the last reference goes (by whichever thread): releases argument and result
       as the state says. May be NULL. */
    void (*drop)(ly_task *task);
    /* Called once, by whichever thread ends it, when its state is final; short. May be NULL. */
    void (*ended)(ly_task *task);
    ly_pool *pool;      /* whose limit it counts for; NULL: no limit */
    ly_cancel *cancel;  /* its token (a reference is taken); NULL: it can't be cancelled once it runs */
    const char *name;   /* for reports, not copied; may be NULL */
} ly_task_options;

struct ly_task {
    _Atomic uint32_t references;
    _Atomic uint32_t state;         /* ly_task_state */
    _Atomic uintptr_t waiters;      /* ly_wait_node list | LY_TASK_LOCK | LY_TASK_ENDED */
    ly_task *next;                  /* in the queue that it stands in */
    uint64_t result;
    uint64_t (*run)(ly_task *, void *);
    void *argument;
    void (*drop)(ly_task *);
    void (*ended)(ly_task *);
    ly_pool *pool;                  /* holds a reference */
    ly_cancel *cancel;              /* likewise */
    const char *name;
    uint64_t number;                /* in order of submission, per thread that submits */
    uint32_t generation;            /* of the scheduler that it belongs to */
    _Atomic bool refused;           /* cancelled before it began */
    bool failed;                    /* ly_task_fail */
};
enum { LY_TASK_LOCK = 1, LY_TASK_ENDED = 2 };

/* A task that nothing runs yet; owned. NULL: no memory. */
ly_task *ly_task_new(const ly_task_options *options);
/* Lets it run. On a worker it goes to the worker's own queue, which it takes the newest from; others
   steal the oldest. Elsewhere to the guest's queue of this thread. Starts the scheduler. */
void ly_task_submit(ly_task *task);
ly_task *ly_task_retain(ly_task *task);
void ly_task_release(ly_task *task);

/* Waits until the task has ended: LY_WAKE_READY, or why not. A task that still stands at the end of
   the caller's own queue runs at once, on the caller's thread. */
uint32_t ly_task_await(ly_task *task, uint64_t deadline_ns);
/* Waits until one of n tasks has ended; *which says which. */
uint32_t ly_task_await_any(size_t n, ly_task *const *tasks, uint64_t deadline_ns, size_t *which);
static inline ly_task_state ly_task_state_of(ly_task *task)
{
    return (ly_task_state)atomic_load_explicit(&task->state, memory_order_acquire);
}
static inline bool ly_task_done(ly_task *task) { return ly_task_state_of(task) >= LY_TASK_DONE; }
/* Cancels its token; if it has not begun it never will. */
void ly_task_cancel(ly_task *task);
/* Calls function(task, argument) once it has ended, on whichever thread ends it, or at once. Short:
   it delays whoever ended the task. False: no memory. */
bool ly_task_then(ly_task *task, void (*function)(ly_task *task, void *argument), void *argument);
/* The running task's result stands for a failure (counted, and shown by ly_task_failed). */
void ly_task_fail(ly_task *task);
static inline bool ly_task_failed(ly_task *task) { return task->failed; }
/* The task that the caller runs in; NULL in main. */
ly_task *ly_task_here(void);

/* ---- for those who wait for several: true if the node was put in the task's queue, false if the
   task has ended already. The waiter of the node is claimed with LY_WAKE_READY, its `which` set. */
bool ly_task_watch(ly_task *task, ly_wait_node *node);
/* Takes the node out, if it is still there. Afterwards nobody refers to it. */
void ly_task_unwatch(ly_task *task, ly_wait_node *node);

/* ---- for worker.c: it has ended; whoever waits is resumed. One of them may be returned, to be
   switched to at once, if want_next. Its pool's slot, if it had one, and the scheduler's reference
   go. */
ly_fiber *ly_task_end(ly_task *task, ly_task_state state, bool had_slot, bool want_next);

#endif
