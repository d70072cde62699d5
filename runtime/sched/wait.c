/* wait.c: suspending and resuming, for fibers and threads. */
#include "sched/wait.h"

#include <sched.h>
#include <stddef.h>

#include "sched/scheduler.h"
#include "sched/timer.h"

void ly_waiter_arm(ly_waiter *waiter)
{
    atomic_store_explicit(&waiter->state, LY_WAKE_NONE, memory_order_relaxed);
    waiter->fiber = ly_fiber_here();
    waiter->what = NULL;
    waiter->hook = NULL;
    waiter->node.waiter = waiter;
    waiter->node.which = 0;
    waiter->node.next = waiter->node.previous = NULL;
    waiter->which = 0;
    waiter->word = 0;
}

void ly_waiter_arm_hook(ly_waiter *waiter, void (*hook)(ly_waiter *))
{
    atomic_store_explicit(&waiter->state, LY_WAKE_NONE, memory_order_relaxed);
    waiter->fiber = NULL;
    waiter->what = NULL;
    waiter->hook = hook;
    waiter->node.waiter = waiter;
    waiter->node.which = 0;
    waiter->node.next = waiter->node.previous = NULL;
}

/* The one who waits is a thread that works meanwhile, or sleeps. */
static void resume_thread(ly_waiter *waiter, ly_worker *home)
{
    if (home == ly_worker_here_if()) {
        /* it is this thread that will look, and nobody else writes to a claimed waiter */
        uint32_t state = atomic_load_explicit(&waiter->state, memory_order_relaxed);
        atomic_store_explicit(&waiter->state, state | LY_WAITER_RESUMED, memory_order_relaxed);
        atomic_store_explicit(&home->attention, true, memory_order_relaxed);
        return;
    }
    /* sequentially consistent: the thread writes that it sleeps and reads this, we the other way
       round. The waiter may be gone from here on; records of workers stay. */
    atomic_fetch_or_explicit(&waiter->state, LY_WAITER_RESUMED, memory_order_seq_cst);
    atomic_store_explicit(&home->attention, true, memory_order_seq_cst);
    ly_fiber_poll_set(atomic_load_explicit(&home->current, memory_order_acquire), LY_POLL_YIELD);
    ly_park_wake_guest(home);
}

/* A fiber's waiter was resumed in the given state. If the fiber has not left yet, whoever arrives
   after it makes it run; if its pool has no slot for it, whoever leaves one. */
static ly_fiber *resumed(ly_fiber *fiber, uint32_t state)
{
    if (!(state & LY_WAITER_SUSPENDED)) return NULL;
    if (fiber->task && fiber->task->pool &&
        !ly_pool_enter(fiber->task->pool, ly_runnable_fiber(fiber), true))
        return NULL;
    return fiber;
}

ly_fiber *ly_waiter_resume_next(ly_waiter *waiter)
{
    ly_fiber *fiber = waiter->fiber;
    ly_worker *home;
    if (!fiber) {
        waiter->hook(waiter);
        return NULL;
    }
    home = fiber->home;
    if (home) {
        bool here = home == ly_worker_here_if();
        resume_thread(waiter, home);
        return here ? fiber : NULL;
    }
    /* release: it sees what was handed over; acquire: we see its stack */
    return resumed(fiber, atomic_fetch_or_explicit(&waiter->state, LY_WAITER_RESUMED,
                                                   memory_order_acq_rel));
}

bool ly_waiter_finish(ly_waiter *waiter, uint32_t reason, ly_fiber **next)
{
    uint32_t state;
    ly_fiber *fiber = waiter->fiber;
    if (!fiber || fiber->home) {
        if (!ly_waiter_claim(waiter, reason)) return false;
        *next = ly_waiter_resume_next(waiter);
        return true;
    }
    state = atomic_load_explicit(&waiter->state, memory_order_relaxed);
    do {
        if (state & LY_WAITER_REASON) return false;
    } while (!atomic_compare_exchange_weak_explicit(&waiter->state, &state,
                                                    state | reason | LY_WAITER_RESUMED,
                                                    memory_order_acq_rel, memory_order_relaxed));
    *next = resumed(fiber, state);
    return true;
}

void ly_waiter_resume(ly_waiter *waiter)
{
    ly_fiber *fiber = ly_waiter_resume_next(waiter);
    if (fiber && !fiber->home) ly_worker_enqueue_admitted(ly_runnable_fiber(fiber));
}

void ly_waiter_resume_late(ly_waiter *waiter)
{
    ly_fiber *fiber = ly_waiter_resume_next(waiter);
    if (fiber && !fiber->home) ly_worker_enqueue_urgent(ly_runnable_fiber(fiber));
}

/* ---- the token's part: who waits is told of a cancellation */

/* False: cancelled already. */
static bool scope_begins(ly_fiber *fiber, ly_waiter *waiter)
{
    ly_cancel *token = fiber->scope->token;
    bool cancelled;
    ly_lock_take(&token->lock);
    cancelled = ly_cancelled(token);
    if (!cancelled) fiber->scope->waiter = waiter;
    ly_lock_give(&token->lock);
    return !cancelled;
}

static void scope_ends(ly_fiber *fiber)
{
    ly_cancel *token = fiber->scope->token;
    ly_lock_take(&token->lock);
    fiber->scope->waiter = NULL;
    ly_lock_give(&token->lock);
}

uint32_t ly_waiter_wait_with(ly_waiter *waiter, uint64_t deadline_ns, ly_task *first)
{
    ly_fiber *fiber = waiter->fiber;
    ly_worker *worker;
    ly_timer timer;
    ly_fiber *next = NULL;
    bool scoped = false;
    if (fiber->on_wait) fiber->on_wait(fiber->waits);
    if (first) {
        worker = ly_worker_here();
        next = ly_worker_begin(worker, first);
    }
    if (atomic_load_explicit(&ly_scheduler_state.ending, memory_order_acquire) && !fiber->home &&
        ly_waiter_claim(waiter, LY_WAKE_CANCELLED))
        goto claimed_here;
    if (fiber->scope) {
        scoped = true;
        if (!scope_begins(fiber, waiter)) {
            scoped = false;
            if (ly_waiter_claim(waiter, LY_WAKE_CANCELLED)) goto claimed_here;
        }
    }
    if (deadline_ns && !ly_timer_start_waiter(&timer, deadline_ns, waiter)) {
        deadline_ns = 0;
        if (ly_waiter_claim(waiter, LY_WAKE_NO_TIMER)) {
            if (scoped) scope_ends(fiber);
            goto claimed_here;
        }
    }
    fiber->deadline = deadline_ns;
    fiber->waits_begun++;
    fiber->waiter = waiter;
    worker = ly_worker_here();
    if (fiber->home) {
        ly_worker_work_until(worker, waiter, next);
    } else if (next && !deadline_ns && !fiber->scope) {
        /* What is waited for begins right here, and nothing else can end the wait before it has:
           so it may say now that the fiber has left. */
        atomic_store_explicit(&waiter->state, LY_WAITER_SUSPENDED, memory_order_relaxed);
        ly_worker_leave(fiber, LY_LEFT_FOR_TASK, next);
    } else if (!(atomic_load_explicit(&waiter->state, memory_order_acquire) & LY_WAITER_RESUMED) ||
               next) {
        ly_worker_leave(fiber, LY_LEFT_WAITING, next ? next : ly_worker_next(worker));
    }
    fiber->waiter = NULL;
    if (deadline_ns) ly_timer_stop(&timer);
    if (scoped) scope_ends(fiber);
    return ly_waiter_reason(waiter);

claimed_here:
    /* the work that was to run first must not be forgotten */
    if (next) ly_worker_enqueue_admitted(ly_runnable_fiber(next));
    return ly_waiter_reason(waiter);
}

uint32_t ly_waiter_wait(ly_waiter *waiter, uint64_t deadline_ns)
{
    return ly_waiter_wait_with(waiter, deadline_ns, NULL);
}

uint32_t ly_sleep_until(uint64_t deadline_ns)
{
    ly_waiter waiter;
    ly_waiter_arm(&waiter);
    waiter.what = "Pause";
    return ly_waiter_wait(&waiter, deadline_ns ? deadline_ns : 1);
}

/* ---- who waits -------------------------------------------------------------------------------- */

uintptr_t ly_waiter_self(void)
{
    static _Thread_local char thread;
    ly_worker *worker = ly_worker_here_if();
    ly_fiber *fiber = worker ? worker->current : NULL;
    return fiber && !fiber->home ? (uintptr_t)fiber : (uintptr_t)&thread;
}

/* Threads that the scheduler doesn't know run beside each other where the process has several CPUs. */
static bool several_cpus(void)
{
    static _Atomic int cpus;
    int n = atomic_load_explicit(&cpus, memory_order_relaxed);
    if (n == 0) {
        cpu_set_t set;
        n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 2;
        atomic_store_explicit(&cpus, n, memory_order_relaxed);
    }
    return n > 1;
}

bool ly_waiter_may_linger(void)
{
    ly_worker *worker = ly_worker_here_if();
    if (!worker || !ly_scheduler_running()) return several_cpus();
    return atomic_load_explicit(&ly_scheduler_state.count, memory_order_relaxed) > 1 &&
           ly_run_queue_size(&worker->queue) == 0 && ly_global_size() == 0;
}
