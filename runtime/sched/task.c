/* task.c: tasks, from submission to the moment when those who wait are told. */
#include "sched/task.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "memory/memory.h"
#include "sched/pool.h"
#include "sched/scheduler.h"

enum { FREE_TASKS = 256 }; /* most that a worker keeps */

/* ---- memory ----------------------------------------------------------------------------------- */

static ly_task *task_memory(ly_worker *worker)
{
#ifndef LY_SANITIZE
    ly_task *task = worker->free_tasks;
    if (task) {
        worker->free_tasks = task->next;
        worker->free_task_count--;
        return task;
    }
#endif
    return ly_malloc(sizeof(ly_task));
}

static void free_task(ly_task *task)
{
#ifndef LY_SANITIZE
    ly_worker *worker = ly_worker_here_if();
    if (worker && worker->free_task_count < FREE_TASKS) {
        task->next = worker->free_tasks;
        worker->free_tasks = task;
        worker->free_task_count++;
        return;
    }
#endif
    ly_free(task);
}

ly_task *ly_task_new(const ly_task_options *options)
{
    ly_task *task = task_memory(ly_worker_here());
    if (!task) return NULL;
    atomic_init(&task->references, 1);
    atomic_init(&task->state, LY_TASK_NEW);
    atomic_init(&task->waiters, 0);
    atomic_init(&task->refused, false);
    task->next = NULL;
    task->result = 0;
    task->run = options->run;
    task->argument = options->argument;
    task->drop = options->drop;
    task->ended = options->ended;
    task->pool = options->pool ? ly_pool_retain(options->pool) : NULL;
    task->cancel = ly_cancel_retain(options->cancel);
    task->name = options->name;
    task->number = 0;
    task->generation = 0;
    task->failed = false;
    return task;
}

ly_task *ly_task_retain(ly_task *task)
{
    atomic_fetch_add_explicit(&task->references, 1, memory_order_relaxed);
    return task;
}

void ly_task_release(ly_task *task)
{
    /* the only reference: nobody else can be counting */
    if (atomic_load_explicit(&task->references, memory_order_acquire) != 1 &&
        atomic_fetch_sub_explicit(&task->references, 1, memory_order_acq_rel) != 1)
        return;
    if (task->drop) task->drop(task);
    ly_cancel_release(task->cancel);
    if (task->pool) ly_pool_release(task->pool);
    free_task(task);
}

/* ---- running ---------------------------------------------------------------------------------- */

void ly_task_submit(ly_task *task)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_worker *worker;
    if (__builtin_expect(!ly_scheduler_running(), 0)) ly_scheduler_start(0);
    worker = ly_worker_here();
    /* nobody else has it yet */
    atomic_store_explicit(&task->references,
                          atomic_load_explicit(&task->references, memory_order_relaxed) + 1,
                          memory_order_relaxed);
    atomic_store_explicit(&task->state, LY_TASK_QUEUED, memory_order_relaxed);
    task->generation = atomic_load_explicit(&s->generation, memory_order_relaxed);
    task->number = ++worker->submitted;
    ly_count(&worker->counts.submitted, 1);
    if (task->pool) {
        ly_pool_note(task->pool, LY_POOL_SUBMITTED);
        if (ly_pool_is_shut(task->pool)) {
            ly_task_end(task, LY_TASK_CANCELLED, false, false);
            return;
        }
        if (!ly_pool_enter(task->pool, ly_runnable_task(task), false)) return;
    }
    ly_worker_enqueue_admitted(ly_runnable_task(task));
}

ly_task *ly_task_here(void)
{
    ly_worker *worker = ly_worker_here_if();
    return worker ? worker->current->task : NULL;
}

void ly_task_fail(ly_task *task) { task->failed = true; }

void ly_task_cancel(ly_task *task)
{
    atomic_store_explicit(&task->refused, true, memory_order_release);
    if (task->cancel) ly_cancel_now(task->cancel);
}

ly_fiber *ly_task_end(ly_task *task, ly_task_state state, bool had_slot, bool want_next)
{
    ly_worker *worker = ly_worker_here();
    uintptr_t waiters = atomic_load_explicit(&task->waiters, memory_order_relaxed);
    ly_pool *pool = task->pool;
    ly_fiber *next = NULL;
    ly_runnable *runnable = NULL;
    ly_count(&worker->counts.executed, 1);
    if (task->failed) ly_count(&worker->counts.failed, 1);
    if (pool) {
        ly_pool_note(pool, state == LY_TASK_CANCELLED ? LY_POOL_CANCELLED : LY_POOL_EXECUTED);
        if (task->failed) ly_pool_note(pool, LY_POOL_FAILED);
        /* before anybody hears of the end, and counts */
        if (had_slot) runnable = ly_pool_leave(pool);
    }
    if (task->cancel) ly_cancel_close(task->cancel);
    /* release: whoever sees the state sees the result */
    atomic_store_explicit(&task->state, state, memory_order_release);
    if (task->ended) task->ended(task);
    for (;;) {
        if (waiters & LY_TASK_LOCK) {
            sched_yield();
            waiters = atomic_load_explicit(&task->waiters, memory_order_relaxed);
        } else if (atomic_compare_exchange_weak_explicit(
                       &task->waiters, &waiters,
                       waiters ? waiters | LY_TASK_LOCK | LY_TASK_ENDED : LY_TASK_ENDED,
                       memory_order_acq_rel, memory_order_relaxed)) {
            break;
        }
    }
    if (waiters) {
        /* while it is locked the nodes of those who lost their patience stay where they are */
        ly_wait_node *claimed = NULL;
        ly_wait_node *first = (ly_wait_node *)waiters;
        if (want_next && !first->next && first->which == 0) {
            /* one waits, as is usual: claimed and resumed in one step */
            if (ly_waiter_finish(first->waiter, LY_WAKE_READY, &next)) first = NULL;
        }
        for (ly_wait_node *node = first, *after; node; node = after) {
            after = node->next;
            if (ly_waiter_claim(node->waiter, LY_WAKE_READY)) {
                node->waiter->which = node->which;
                node->next = claimed;
                claimed = node;
            }
        }
        atomic_store_explicit(&task->waiters, LY_TASK_ENDED, memory_order_release);
        while (claimed) {
            ly_wait_node *after = claimed->next;
            if (want_next && !after) next = ly_waiter_resume_next(claimed->waiter);
            else ly_waiter_resume(claimed->waiter);
            claimed = after;
        }
    }
    if (runnable) ly_worker_enqueue_admitted(runnable);
    ly_task_release(task);
    return next;
}

/* ---- waiting ---------------------------------------------------------------------------------- */

bool ly_task_watch(ly_task *task, ly_wait_node *node)
{
    uintptr_t waiters = atomic_load_explicit(&task->waiters, memory_order_acquire);
    for (;;) {
        if (waiters & LY_TASK_ENDED) return false;
        if (waiters & LY_TASK_LOCK) {
            sched_yield();
            waiters = atomic_load_explicit(&task->waiters, memory_order_acquire);
            continue;
        }
        node->next = (ly_wait_node *)waiters;
        /* release: whoever ends the task sees the node */
        if (atomic_compare_exchange_weak_explicit(&task->waiters, &waiters, (uintptr_t)node,
                                                  memory_order_acq_rel, memory_order_acquire))
            return true;
    }
}

void ly_task_unwatch(ly_task *task, ly_wait_node *node)
{
    uintptr_t waiters = atomic_load_explicit(&task->waiters, memory_order_acquire);
    ly_wait_node *first, **link;
    for (;;) {
        if (waiters & LY_TASK_LOCK) {
            sched_yield();
            waiters = atomic_load_explicit(&task->waiters, memory_order_acquire);
            continue;
        }
        /* whoever ended it is through with the list */
        if (waiters & LY_TASK_ENDED || waiters == 0) return;
        if (atomic_compare_exchange_weak_explicit(&task->waiters, &waiters, waiters | LY_TASK_LOCK,
                                                  memory_order_acq_rel, memory_order_acquire))
            break;
    }
    first = (ly_wait_node *)waiters;
    for (link = &first; *link; link = &(*link)->next) {
        if (*link == node) {
            *link = node->next;
            break;
        }
    }
    atomic_store_explicit(&task->waiters, (uintptr_t)first, memory_order_release);
}

/* A task of another process (before a fork) never ends here. */
static bool is_lost(ly_task *task)
{
    uint32_t state = atomic_load_explicit(&task->state, memory_order_acquire);
    if (state < LY_TASK_QUEUED || state >= LY_TASK_DONE ||
        task->generation == atomic_load_explicit(&ly_scheduler_state.generation, memory_order_relaxed))
        return false;
    atomic_store_explicit(&task->state, LY_TASK_LOST, memory_order_release);
    atomic_store_explicit(&task->waiters, LY_TASK_ENDED, memory_order_release);
    return true;
}

uint32_t ly_task_await(ly_task *task, uint64_t deadline_ns)
{
    ly_waiter waiter;
    ly_worker *worker;
    ly_task *first = NULL;
    uint32_t reason;
    if (ly_task_done(task) || is_lost(task)) return LY_WAKE_READY;
    ly_waiter_arm(&waiter);
    waiter.what = "Await";
    if (!ly_task_watch(task, &waiter.node)) return LY_WAKE_READY;
    worker = ly_worker_here();
    if (ly_run_queue_take_this(&worker->queue, ly_runnable_task(task))) first = task;
    reason = ly_waiter_wait_with(&waiter, deadline_ns, first);
    if (reason != LY_WAKE_READY) ly_task_unwatch(task, &waiter.node);
    return reason;
}

uint32_t ly_task_await_any(size_t n, ly_task *const *tasks, uint64_t deadline_ns, size_t *which)
{
    ly_waiter waiter;
    ly_wait_node few[8], *nodes = few;
    uint32_t reason;
    size_t watched = 0;
    for (size_t i = 0; i < n; i++) {
        if (ly_task_done(tasks[i]) || is_lost(tasks[i])) {
            *which = i;
            return LY_WAKE_READY;
        }
    }
    if (n > sizeof few / sizeof *few) {
        nodes = ly_malloc(n * sizeof *nodes);
        if (!nodes) return LY_WAKE_NONE;
    }
    ly_waiter_arm(&waiter);
    waiter.what = "WaitNext";
    for (; watched < n; watched++) {
        ly_wait_node *node = &nodes[watched];
        node->waiter = &waiter;
        node->which = (uint32_t)watched;
        node->previous = NULL;
        if (!ly_task_watch(tasks[watched], node)) {
            if (ly_waiter_claim(&waiter, LY_WAKE_READY)) {
                for (size_t i = 0; i < watched; i++) ly_task_unwatch(tasks[i], &nodes[i]);
                if (nodes != few) ly_free(nodes);
                *which = watched;
                return LY_WAKE_READY;
            }
            break; /* an earlier one has ended meanwhile */
        }
    }
    reason = ly_waiter_wait(&waiter, deadline_ns);
    for (size_t i = 0; i < watched; i++) ly_task_unwatch(tasks[i], &nodes[i]);
    if (nodes != few) ly_free(nodes);
    if (reason == LY_WAKE_READY) *which = waiter.which;
    return reason;
}

typedef struct then_hook {
    ly_waiter waiter;
    ly_task *task;
    void (*function)(ly_task *, void *);
    void *argument;
} then_hook;

static void run_then(ly_waiter *waiter)
{
    then_hook *hook = (then_hook *)waiter;
    hook->function(hook->task, hook->argument);
    ly_free(hook);
}

bool ly_task_then(ly_task *task, void (*function)(ly_task *task, void *argument), void *argument)
{
    then_hook *hook = ly_malloc(sizeof *hook);
    if (!hook) return false;
    ly_waiter_arm_hook(&hook->waiter, run_then);
    hook->task = task;
    hook->function = function;
    hook->argument = argument;
    if (ly_task_watch(task, &hook->waiter.node)) return true;
    ly_free(hook);
    function(task, argument);
    return true;
}
