/* fiber.h: fibers, stacks on which tasks run and can be suspended.

   A fiber's control block lies at the top of its stack, so that a blocked task touches one or two
   pages. Stacks come from slabs of lazily committed address space, kept out of huge pages; their
   memory is never unmapped before the scheduler stops, so a pointer to a fiber stays good to read.
   There is no guard page per stack: evaluator and runtime check what is left (memory/stack.c) and
   go on in a segment of the context, for which the fiber is what a thread's stack is for main. C
   that runs on a fiber has LY_FIBER_STACK bytes less a page or two.

   A fiber may go on on another thread than it was suspended on. So nothing that belongs to a thread
   is kept across a call that may switch: not ly_worker_here(), not the address of errno (the value
   of errno is saved and restored), not cx->heap. */
#ifndef LY_FIBER_H
#define LY_FIBER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sched/lock.h"

typedef struct ly_fiber ly_fiber;
typedef struct ly_worker ly_worker;
typedef struct ly_task ly_task;
typedef struct ly_waiter ly_waiter;
typedef struct ly_cancel ly_cancel;
typedef struct ly_context ly_context;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LY_FIBER_STACK = 1 << 20 };
#else
enum { LY_FIBER_STACK = 256 << 10 };
#endif
enum { LY_DEEP_STACK = 8 << 20 };

struct ly_fiber {
    void *sp;               /* while it is suspended: its stack pointer, registers saved above */
    char *stack;            /* lowest address */
    size_t stack_size;
    ly_task *task;          /* that it runs; NULL: a thread's own stack */
    ly_worker *home;        /* whose own stack it is: goes on there alone; NULL: anywhere */
    ly_context *cx;         /* attached (ly_fiber_attach), or NULL */
    ly_waiter *waiter;      /* what it waits for, while it does */
    uint64_t deadline;      /* … until; 0: for ever */
    uint64_t waits_begun;
    ly_cancel *waits_for;   /* it waits for the end of all that runs under this token, and must not go on
                               before: they are told of a deadlock in its place; or NULL */
    struct ly_cancel_scope *scope; /* innermost token in force, or NULL */
    void (*work)(void *);   /* what it runs instead of a task: stolen fork-join work */
    void *argument;
    void *join;             /* fork-join work of this stack (join.c) */
    char *floor;            /* stack limit for contexts attached here; NULL: that of the whole stack */
    void (*on_wait)(void *);/* called before it waits for anything, or NULL … */
    void *waits;            /* … with this */
    struct ly_fiber *next;  /* on a list of free ones, or in a queue */
    ly_lock poll_lock;      /* of poll: others set bits in it */
    volatile uint32_t *poll;/* what runs here reads it: the context's, or own_poll */
    volatile uint32_t own_poll;
    int error;              /* errno, while it is suspended */
#if defined(__SANITIZE_ADDRESS__)
    void *fake_stack;
    const void *bottom;     /* of the stack that it was suspended on: its own, or a segment */
    size_t size;
#endif
#if defined(__SANITIZE_THREAD__)
    void *tsan;
#endif
};

/* The fiber that runs the caller; on a thread that isn't known to the scheduler a new guest's. */
ly_fiber *ly_fiber_here(void);
/* From now on the context runs on this fiber, on whichever worker that is: its heap is the worker's,
   its stack limit the fiber's, bits for the task are set in its poll word. Until ly_fiber_detach,
   on the same fiber. */
void ly_fiber_attach(ly_context *cx);
void ly_fiber_detach(void);
/* With nothing attached: a cancellation that was meant for what ran here, in a scope that was left, is
   forgotten. */
void ly_fiber_poll_drop(ly_fiber *fiber);
/* The same for a context that works on behalf of `outer`, on the stack and the fiber where that runs
   (attached or not): its heap and its stack limit are outer's. */
void ly_fiber_attach_within(ly_context *cx, const ly_context *outer);
/* The context that was attached to this fiber before, and had been charged so much memory. */
void ly_fiber_attach_again(ly_context *cx, int64_t charged);
/* The bits that stand in the word that the fiber's work polls. By that work. */
static inline uint32_t ly_fiber_poll_bits(const ly_fiber *fiber)
{
    return __atomic_load_n(fiber->poll, __ATOMIC_RELAXED);
}
/* Takes bits out. */
static inline void ly_fiber_poll_clear(ly_fiber *fiber, uint32_t bits)
{
    __atomic_fetch_and(fiber->poll, ~bits, __ATOMIC_RELAXED);
}
/* Sets bits (LY_POLL_…) in the word that the fiber's work polls. From any thread. */
void ly_fiber_poll_set(ly_fiber *fiber, uint32_t bits);

/* ---- for worker.c */

/* A fiber that will call entry(fiber) when it is first switched to, on a stack of its own; entry
   never returns. NULL: no memory. */
ly_fiber *ly_fiber_new(ly_worker *worker, void (*entry)(ly_fiber *fiber));
/* One with as much stack as a thread has (less where address space is short), and a guard page below, for C that recurses and doesn't
   check (fork-join). NULL: there are as many as there may be. */
ly_fiber *ly_fiber_new_deep(ly_worker *worker, void (*entry)(ly_fiber *fiber));
/* The fiber is idle: it waits in its entry's loop for another task. */
void ly_fiber_put(ly_worker *worker, ly_fiber *fiber);
/* Leaves `from`, the caller's, for `to`; returns when somebody switches back to `from`. */
void ly_fiber_switch(ly_fiber *from, ly_fiber *to);
/* Makes `fiber` stand for the calling thread's own stack. */
void ly_fiber_of_thread(ly_fiber *fiber, ly_worker *worker);
/* Calls visit for every fiber that has a stack. */
void ly_fibers_visit(void (*visit)(ly_fiber *fiber, void *argument), void *argument);
/* All stacks given back; nothing may run on one. `forked`: in the child of a fork, without locks. */
void ly_fibers_end(bool forked);

#endif
