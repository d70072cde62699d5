/* worker.c: the loop of a worker, and how fibers come to it and leave it. */
#include "sched/placement.h"
#include "sched/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sched/scheduler.h"

enum {
    FAIR_TURNS = 61,     /* so often the oldest task comes first, wherever it stands (as in Go) */
    GLOBAL_BATCH = 16,
    REMEMBERED = 64,     /* victims whose oldest task a search remembers */
    SEARCH_PAUSES = 16,  /* between two rounds of a search: less than a microsecond */
    SEARCH_NS = 5000,    /* a trickle of tasks must not keep a thread searching; who was asked for
                            fork-join work needs some of it to answer */
};

/* NULL, or join.c's */
const ly_worker_hooks *ly_worker_hooks_now;

void ly_worker_hooks_set(const ly_worker_hooks *hooks)
{
    __atomic_store_n(&ly_worker_hooks_now, hooks, __ATOMIC_RELEASE);
}

void ly_worker_announce(void) { ly_park_wake_one(); }

/* ---- queues ----------------------------------------------------------------------------------- */

size_t ly_global_size(void)
{
    return atomic_load_explicit(&ly_scheduler_state.global_size, memory_order_seq_cst);
}

void ly_global_put(ly_runnable *runnable)
{
    ly_scheduler *s = &ly_scheduler_state;
    *ly_runnable_next(runnable) = NULL;
    ly_lock_take(&s->global_lock);
    if (s->global_last) *ly_runnable_next(s->global_last) = runnable;
    else s->global_first = runnable;
    s->global_last = runnable;
    /* sequentially consistent, before the caller looks at who sleeps (park.c) */
    atomic_fetch_add_explicit(&s->global_size, 1, memory_order_seq_cst);
    ly_lock_give(&s->global_lock);
}

/* Before all others: the worker took it, and must not run it. */
static void global_put_back(ly_runnable *runnable)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_lock_take(&s->global_lock);
    *ly_runnable_next(runnable) = s->global_first;
    if (!s->global_first) s->global_last = runnable;
    s->global_first = runnable;
    atomic_fetch_add_explicit(&s->global_size, 1, memory_order_seq_cst);
    ly_lock_give(&s->global_lock);
    ly_park_wake_one();
}

/* One of those who compute gives way; another one each time. */
static void preempt_one(void)
{
    static _Atomic uint32_t turn;
    ly_scheduler *s = &ly_scheduler_state;
    uint32_t members = atomic_load_explicit(&s->members, memory_order_acquire);
    uint32_t start = atomic_fetch_add_explicit(&turn, 1, memory_order_relaxed) % members;
    for (uint32_t i = 0; i < members; i++) {
        uint32_t slot = start + i < members ? start + i : start + i - members;
        ly_worker *worker = atomic_load_explicit(&s->member[slot], memory_order_acquire);
        ly_fiber *fiber = worker ? atomic_load_explicit(&worker->current, memory_order_acquire) : NULL;
        if (!fiber || fiber->home) continue;
        atomic_store_explicit(&worker->attention, true, memory_order_relaxed);
        ly_fiber_poll_set(fiber, LY_POLL_YIELD);
        return;
    }
}

void ly_worker_enqueue_urgent(ly_runnable *runnable)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_runnable **place;
    ly_lock_take(&s->global_lock);
    place = s->urgent_last ? ly_runnable_next(s->urgent_last) : &s->global_first;
    *ly_runnable_next(runnable) = *place;
    if (!*place) s->global_last = runnable;
    *place = runnable;
    s->urgent_last = runnable;
    atomic_store_explicit(&s->urgent, true, memory_order_relaxed);
    atomic_fetch_add_explicit(&s->global_size, 1, memory_order_seq_cst);
    ly_lock_give(&s->global_lock);
    ly_park_wake_one();
    if (!atomic_load_explicit(&s->searching, memory_order_relaxed)) preempt_one();
}

/* The oldest; some more go to the worker's own queue, so that its next come without the lock. */
ly_runnable *ly_global_take(ly_worker *worker)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_runnable *taken[GLOBAL_BATCH];
    size_t size, batch, n = 0;
    if (atomic_load_explicit(&s->global_size, memory_order_relaxed) == 0) return NULL;
    ly_lock_take(&s->global_lock);
    size = atomic_load_explicit(&s->global_size, memory_order_relaxed);
    batch = size / (atomic_load_explicit(&s->count, memory_order_relaxed) + 1) + 1;
    if (batch > GLOBAL_BATCH) batch = GLOBAL_BATCH;
    while (n < batch && s->global_first) {
        ly_runnable *runnable = s->global_first;
        s->global_first = *ly_runnable_next(runnable);
        taken[n++] = runnable;
        if (runnable == s->urgent_last) {
            s->urgent_last = NULL;
            atomic_store_explicit(&s->urgent, false, memory_order_relaxed);
            break; /* what computes must not come before what stands in the worker's own queue */
        }
    }
    if (!s->global_first) s->global_last = NULL;
    atomic_fetch_sub_explicit(&s->global_size, n, memory_order_seq_cst);
    ly_lock_give(&s->global_lock);
    for (size_t i = n; i-- > 1;)
        if (!ly_run_queue_put(&worker->queue, taken[i])) ly_global_put(taken[i]);
    return n ? taken[0] : NULL;
}

void ly_worker_enqueue_admitted(ly_runnable *runnable)
{
    ly_worker *worker = ly_worker_here_if();
    if (worker && ly_run_queue_put(&worker->queue, runnable)) {
        ly_park_wake_for(worker);
    } else {
        ly_global_put(runnable);
        ly_park_wake_one();
    }
}

void ly_worker_enqueue(ly_runnable *runnable)
{
    ly_task *task = ly_task_of_runnable(runnable);
    if (!task || !task->pool || ly_pool_enter(task->pool, runnable, ly_fiber_of_runnable(runnable)))
        ly_worker_enqueue_admitted(runnable);
}

/* ---- switching -------------------------------------------------------------------------------- */

/* By whoever arrives, first of all: the one who left has its registers saved now. */
static void arrived(void)
{
    ly_worker *worker = ly_worker_here();
    ly_fiber *left = worker->left;
    ly_task *task = left->task;
    ly_runnable *runnable;
    uint32_t state;
    switch (worker->left_why) {
    case LY_LEFT_WAITING:
        if (task && task->pool && (runnable = ly_pool_leave(task->pool)))
            ly_worker_enqueue_admitted(runnable);
        /* release: who resumes it sees its stack; acquire: we see what was handed over */
        state = atomic_fetch_or_explicit(&left->waiter->state, LY_WAITER_SUSPENDED, memory_order_acq_rel);
        if (state & LY_WAITER_RESUMED) ly_worker_enqueue(ly_runnable_fiber(left));
        break;
    case LY_LEFT_FOR_TASK:
        if (task && task->pool && (runnable = ly_pool_leave(task->pool)))
            ly_worker_enqueue_admitted(runnable);
        break;
    case LY_LEFT_YIELDING:
        if (task && task->pool) {
            if ((runnable = ly_pool_leave(task->pool))) ly_worker_enqueue_admitted(runnable);
            if (!ly_pool_enter(task->pool, ly_runnable_fiber(left), false)) break;
        }
        ly_global_put(ly_runnable_fiber(left));
        ly_park_wake_one();
        break;
    case LY_LEFT_ENDED:
        ly_fiber_put(worker, left);
        break;
    default:
        break;
    }
}

/* `next` goes on on this worker. */
static void make_current(ly_worker *worker, ly_fiber *next)
{
    atomic_store_explicit(&worker->current, next, memory_order_release);
    if (next->home) return;
    if (worker->index == LY_GUEST) {
        /* Who ends the guest's wait sets `attention`, then tells the current fiber to give way; if it
           found the one before this, we find what it set. */
        atomic_thread_fence(memory_order_seq_cst);
        if (atomic_load_explicit(&worker->attention, memory_order_seq_cst)) ly_fiber_poll_set(next, LY_POLL_YIELD);
    }
    ly_count(&worker->turns, 1);
    if (next->cx) ly_heap_enter(next->cx, ly_worker_heap(worker));
}

void ly_worker_leave(ly_fiber *fiber, int why, ly_fiber *next)
{
    ly_worker *worker = ly_worker_here();
    worker->left = fiber;
    worker->left_why = why;
    if (fiber->cx && !fiber->home) ly_heap_leave(fiber->cx);
    make_current(worker, next);
    ly_fiber_switch(fiber, next);
    arrived();
}

static void fiber_main(ly_fiber *fiber);

/* A fiber for a task that begins. */
static ly_fiber *fiber_for(ly_worker *worker, ly_task *task)
{
    ly_fiber *fiber = ly_fiber_new(worker, fiber_main);
    if (!fiber) return NULL;
    fiber->task = task;
    fiber->scope = NULL;
    return fiber;
}

/* False: it was cancelled before it could begin. */
static bool may_begin(ly_task *task)
{
    if (atomic_load_explicit(&task->refused, memory_order_acquire) || ly_cancelled(task->cancel)) {
        ly_task_end(task, LY_TASK_CANCELLED, true, false);
        return false;
    }
    atomic_store_explicit(&task->state, LY_TASK_RUNNING, memory_order_relaxed);
    return true;
}

ly_fiber *ly_worker_begin(ly_worker *worker, ly_task *task)
{
    ly_fiber *fiber;
    if (!may_begin(task)) return NULL;
    fiber = fiber_for(worker, task);
    if (!fiber) {
        ly_scheduler_log("no memory for the stack of a task");
        ly_task_end(task, LY_TASK_LOST, true, false);
    }
    return fiber;
}

/* The worker's newest, if nothing wants the loop. */
static ly_runnable *pick(ly_worker *worker)
{
    if (atomic_load_explicit(&worker->attention, memory_order_relaxed)) return NULL;
    if (atomic_load_explicit(&ly_scheduler_state.urgent, memory_order_relaxed)) return NULL;
    if (atomic_load_explicit(&worker->turns, memory_order_relaxed) % FAIR_TURNS == 0) return NULL;
    if (ly_park_barred(worker)) return NULL;
    return ly_run_queue_take(&worker->queue);
}

static ly_fiber *fiber_of(ly_worker *worker, ly_runnable *runnable)
{
    ly_fiber *fiber = ly_fiber_of_runnable(runnable);
    return fiber ? fiber : ly_worker_begin(worker, (ly_task *)runnable);
}

/* Where a fiber goes that has no more to do for now. */
ly_fiber *ly_worker_next(ly_worker *worker)
{
    ly_runnable *runnable = pick(worker);
    ly_fiber *fiber = runnable ? fiber_of(worker, runnable) : NULL;
    return fiber ? fiber : &worker->loop;
}

static void run_task(ly_fiber *fiber, ly_task *task)
{
    ly_cancel_scope scope;
    if (task->cancel) {
        ly_cancel_enter(&scope, task->cancel);
        task->result = task->run(task, task->argument);
        ly_cancel_leave(&scope);
    } else {
        task->result = task->run(task, task->argument);
    }
    if (fiber->cx) ly_fiber_detach();
    __atomic_store_n(&fiber->own_poll, 0, __ATOMIC_RELAXED);
}

/* What ran here has called fork and has come to its end in the child as well, where neither its
   worker nor anybody who awaits it exists. */
static __attribute__((noreturn, cold)) void returned_in_child(const ly_task *task)
{
    fprintf(stderr,
            "lyra: a task%s%s called fork and returned in the child process; "
            "there it must end by _exit or exec\n",
            task && task->name ? " " : "", task && task->name ? task->name : "");
    _exit(70);
}

/* On each fiber, for ever. */
static void fiber_main(ly_fiber *fiber)
{
    const _Atomic uint32_t *generation = &ly_scheduler_state.generation;
#if defined(__SANITIZE_ADDRESS__)
    ly_fiber_arrived_asan(fiber);
#endif
    arrived();
    for (;;) {
        ly_fiber *next = NULL;
        ly_worker *worker;
        uint32_t begun = atomic_load_explicit(generation, memory_order_relaxed);
        if (fiber->work) {
            fiber->work(fiber->argument);
            if (atomic_load_explicit(generation, memory_order_relaxed) != begun)
                returned_in_child(NULL);
            fiber->work = NULL;
            /* no task begins here: it could block, and there are few deep stacks */
            ly_worker_leave(fiber, LY_LEFT_ENDED, &ly_worker_here()->loop);
            continue;
        }
        run_task(fiber, fiber->task);
        if (atomic_load_explicit(generation, memory_order_relaxed) != begun)
            returned_in_child(fiber->task);
        next = ly_task_end(fiber->task, LY_TASK_DONE, true, true);
        fiber->task = NULL;
        worker = ly_worker_here();
        if (!next) {
            ly_runnable *runnable = pick(worker);
            if (runnable && !ly_fiber_of_runnable(runnable)) {
                /* a task that begins can do so right here */
                if (may_begin((ly_task *)runnable)) {
                    fiber->task = (ly_task *)runnable;
                    ly_count(&worker->turns, 1);
                    continue;
                }
            } else if (runnable) {
                next = ly_fiber_of_runnable(runnable);
            }
        }
        ly_worker_leave(fiber, LY_LEFT_ENDED, next ? next : &worker->loop);
    }
}

/* ---- the search for work ---------------------------------------------------------------------- */

static uint64_t next_random(ly_worker *worker)
{
    uint64_t x = worker->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return worker->random = x;
}

/* One tour of all victims, ring by ring. A queue's only task is left to its owner until it has
   stood there for a tour: who submits and awaits at once shall not lose it to a thief. */
static ly_runnable *steal(ly_worker *worker, int64_t *seen)
{
    ly_scheduler *s = &ly_scheduler_state;
    uint32_t members = atomic_load_explicit(&s->members, memory_order_acquire), slot;
    ly_tour tour = ly_tour_start(next_random(worker), members);
    while (ly_tour_next(&tour, &slot)) {
        ly_worker *victim = atomic_load_explicit(&s->member[slot], memory_order_acquire);
        ly_runnable *runnable;
        int64_t top, size;
        bool lost = false;
        if (!victim || victim == worker) continue;
        size = ly_run_queue_size(&victim->queue);
        if (size == 0) continue;
        if (!ly_tour_turn(&tour, ly_ring_of(worker->rings, atomic_load_explicit(
                                                               &victim->unit, memory_order_relaxed))))
            continue;
        if (size == 1 && slot < REMEMBERED) {
            top = atomic_load_explicit(&victim->queue.top, memory_order_relaxed);
            if (seen[slot] != top + 1) {
                seen[slot] = top + 1;
                continue;
            }
        }
        runnable = ly_run_queue_steal(&victim->queue, &lost);
        if (runnable) {
            ly_count(&worker->counts.steals, 1);
            if (ly_ring_is_near(worker->rings, tour.ring)) ly_count(&worker->counts.near_steals, 1);
            return runnable;
        }
        ly_count(&worker->counts.failed_steals, 1);
    }
    return NULL;
}

static ly_fiber *search_joins(ly_worker *worker)
{
    const ly_worker_hooks *hooks = __atomic_load_n(&ly_worker_hooks_now, __ATOMIC_ACQUIRE);
    void (*work)(void *);
    void *argument;
    ly_fiber *fiber;
    if (!hooks || !hooks->search) return NULL;
    /* the stack first: work that was taken must run */
    fiber = ly_fiber_new_deep(worker, fiber_main);
    if (!fiber) return NULL;
    fiber->task = NULL;
    fiber->scope = NULL;
    if (!hooks->search(worker, &work, &argument)) {
        ly_fiber_put(worker, fiber);
        return NULL;
    }
    fiber->work = work;
    fiber->argument = argument;
    return fiber;
}

static ly_fiber *found(ly_worker *worker, ly_runnable *runnable)
{
    return runnable ? fiber_of(worker, runnable) : NULL;
}

/* What to run next; NULL: nothing was found, or the worker must stand aside. *again: something was
   found that came to nothing. */
static ly_fiber *find(ly_worker *worker, bool *again)
{
    ly_runnable *runnable = NULL;
    ly_fiber *fiber;
    int64_t seen[REMEMBERED];
    uint64_t end;
    bool lost = false;
    *again = true;
    if (ly_park_barred(worker)) {
        *again = false;
        /* what others would steal only when they have nothing else to do must not wait for that */
        while (ly_run_queue_size(&worker->queue))
            if ((runnable = ly_run_queue_steal(&worker->queue, &lost))) global_put_back(runnable);
        return NULL;
    }
    if (atomic_load_explicit(&ly_scheduler_state.urgent, memory_order_relaxed)) {
        runnable = ly_global_take(worker);
    } else if (atomic_load_explicit(&worker->turns, memory_order_relaxed) % FAIR_TURNS == 0) {
        ly_count(&worker->turns, 1);
        runnable = ly_global_take(worker);
        if (!runnable) runnable = ly_run_queue_steal(&worker->queue, &lost);
    }
    if (!runnable) runnable = ly_run_queue_take(&worker->queue);
    if (!runnable) runnable = ly_global_take(worker);
    if (runnable) {
        ly_park_search_ends(worker, true);
        return found(worker, runnable);
    }
    if (worker->busy_since) {
        ly_count(&worker->counts.busy_ns, ly_clock_ns() - worker->busy_since);
        worker->busy_since = 0;
    }
    if (!ly_park_search_begins(worker)) {
        *again = false;
        return NULL;
    }
    memset(seen, 0, sizeof seen);
    ly_placement_locate(worker);
    end = ly_clock_ns() + SEARCH_NS;
    do {
        fiber = NULL;
        runnable = steal(worker, seen);
        if (!runnable) runnable = ly_global_take(worker);
        if (runnable || (fiber = search_joins(worker))) {
            ly_park_search_ends(worker, true);
            return fiber ? fiber : found(worker, runnable);
        }
        if (atomic_load_explicit(&worker->attention, memory_order_relaxed) ||
            ly_park_barred(worker))
            break;
        for (int i = 0; i < SEARCH_PAUSES; i++) ly_pause();
    } while (ly_clock_ns() < end);
    *again = false;
    return NULL;
}

static void step(ly_worker *worker, ly_waiter *until)
{
    bool again;
    ly_fiber *fiber = find(worker, &again);
    if (fiber) {
        if (!worker->busy_since) worker->busy_since = ly_clock_ns();
        ly_worker_leave(&worker->loop, LY_LEFT_NOTHING, fiber);
    } else if (!again) {
        ly_park_worker(worker, until);
    }
}

void ly_worker_main(ly_worker *worker)
{
    ly_scheduler *s = &ly_scheduler_state;
    while (!atomic_load_explicit(&s->stopping, memory_order_acquire)) {
        atomic_store_explicit(&worker->attention, false, memory_order_relaxed);
        ly_placement_follow(worker);
        step(worker, NULL);
    }
}

/* From any thread or signal handler: no lock is waited for. */
static void interrupted(ly_context *cx)
{
    ly_worker *worker = __atomic_load_n(&cx->waits_on, __ATOMIC_SEQ_CST);
    ly_fiber *fiber;
    uint32_t is_free = 0;
    if (!worker) return;
    atomic_store_explicit(&worker->attention, true, memory_order_seq_cst);
    /* the task that its thread runs meanwhile gives way; if that is just being exchanged, the thread
       looks at `attention` soon */
    fiber = atomic_load_explicit(&worker->current, memory_order_acquire);
    if (!fiber->home && atomic_compare_exchange_strong_explicit(&fiber->poll_lock.word, &is_free, 1,
                                                                memory_order_acquire, memory_order_relaxed)) {
        __atomic_fetch_or(fiber->poll, LY_POLL_YIELD, __ATOMIC_RELAXED);
        ly_lock_give(&fiber->poll_lock);
    }
    ly_unpark(&worker->parker);
}

void ly_guest_wait_begins(ly_context *cx)
{
    ly_worker *worker = ly_worker_here();
    if (worker->current != &worker->loop) return;
    cx->interrupted = interrupted;
    if (!worker->loop.cx) { /* else a deputy of cx waits, whose word it is */
        ly_lock_take(&worker->loop.poll_lock);
        worker->loop.poll = &cx->poll;
        __atomic_fetch_or(&cx->poll, worker->loop.own_poll, __ATOMIC_RELAXED);
        worker->loop.own_poll = 0;
        ly_lock_give(&worker->loop.poll_lock);
    }
    /* sequentially consistent: the poll word is read after it */
    __atomic_store_n(&cx->waits_on, worker, __ATOMIC_SEQ_CST);
}

void ly_guest_wait_ends(ly_context *cx)
{
    ly_worker *worker = __atomic_load_n(&cx->waits_on, __ATOMIC_RELAXED);
    if (!worker) return;
    __atomic_store_n(&cx->waits_on, NULL, __ATOMIC_SEQ_CST);
    if (worker->loop.cx) return;
    ly_lock_take(&worker->loop.poll_lock);
    worker->loop.poll = &worker->loop.own_poll;
    ly_lock_give(&worker->loop.poll_lock);
}

/* True: an abort has ended the wait of the thread's own stack. */
static bool is_interrupted(ly_worker *worker, ly_waiter *waiter)
{
    if (!(__atomic_load_n(worker->loop.poll, __ATOMIC_SEQ_CST) & LY_POLL_ABORT) ||
        !ly_waiter_claim(waiter, LY_WAKE_CANCELLED))
        return false;
    atomic_fetch_or_explicit(&waiter->state, LY_WAITER_RESUMED, memory_order_relaxed);
    return true;
}

void ly_worker_work_until(ly_worker *worker, ly_waiter *waiter, ly_fiber *first)
{
    bool joined = false;
    if (first) {
        atomic_store_explicit(&worker->attention, false, memory_order_seq_cst);
        if (atomic_load_explicit(&waiter->state, memory_order_seq_cst) & LY_WAITER_RESUMED) {
            /* the wait ended before the task began: who said so has told nobody but `attention` */
            ly_worker_enqueue_admitted(ly_runnable_fiber(first));
            return;
        }
        ly_worker_leave(&worker->loop, LY_LEFT_NOTHING, first);
        if (atomic_load_explicit(&waiter->state, memory_order_acquire) & LY_WAITER_RESUMED) return;
    }
    for (;;) {
        atomic_store_explicit(&worker->attention, false, memory_order_seq_cst);
        /* acquire: what was handed over with the wake-up is seen */
        if (atomic_load_explicit(&waiter->state, memory_order_seq_cst) & LY_WAITER_RESUMED) break;
        if (is_interrupted(worker, waiter)) break;
        if (!joined) {
            ly_park_joins(worker);
            joined = true;
        }
        step(worker, waiter);
    }
    if (joined) ly_park_leaves(worker);
}

/* ---- turns ------------------------------------------------------------------------------------ */

void ly_yield(void)
{
    ly_worker *worker = ly_worker_here();
    ly_fiber *fiber = worker->current;
    if (!fiber->home) ly_worker_leave(fiber, LY_LEFT_YIELDING, &worker->loop);
}

void ly_worker_on_poll(ly_context *cx, uint32_t bits)
{
    if (bits & LY_POLL_YIELD) {
        ly_count(&ly_worker_here()->counts.preempted, 1);
        ly_yield();
    }
}

/* Every 10 ms while anything is queued, on the timers' thread: who has run since the last beat
   gives way to those that wait. False: nothing is queued, no more beats are needed. */
bool ly_worker_beat(void)
{
    ly_scheduler *s = &ly_scheduler_state;
    uint32_t members = atomic_load_explicit(&s->members, memory_order_acquire);
    size_t global = ly_global_size();
    bool queued = global != 0;
    for (uint32_t i = 0; i < members; i++) {
        ly_worker *worker = atomic_load_explicit(&s->member[i], memory_order_acquire);
        ly_fiber *fiber;
        uint64_t turns;
        bool waits;
        if (!worker) continue;
        turns = atomic_load_explicit(&worker->turns, memory_order_relaxed);
        fiber = atomic_load_explicit(&worker->current, memory_order_acquire);
        waits = global || ly_run_queue_size(&worker->queue);
        if (waits) queued = true;
        if (waits && fiber && !fiber->home && turns == worker->turns_seen)
            ly_fiber_poll_set(fiber, LY_POLL_YIELD);
        worker->turns_seen = turns;
    }
    if (queued) ly_park_wake_one(); /* what was put there in silence (park.c) */
    return queued;
}
