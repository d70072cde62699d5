/* scheduler.c: starting and ending: threads, members, the child of a fork, the end of a program. */
#include "sched/scheduler.h"
#include "sched/topology.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory/memory.h"
#include "sched/placement.h"
#include "sched/timer.h"

ly_scheduler ly_scheduler_state;

enum { OFF, STARTING, RUNNING };
enum { THREAD_STACK = 512 << 10, THREAD_STACK_SANITIZED = 4 << 20 };

/* This thread's member. Read in functions that are never inlined alone: its address must not be kept
   across a switch of fibers. */
static __thread ly_worker *here __attribute__((tls_model("initial-exec")));
static pthread_key_t guest_key; /* its destructor retires the guest of a thread that ends */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static const ly_placement *placement;
static _Atomic uint32_t placement_changes;
static void (*log_line)(const char *line);

/* ---- log -------------------------------------------------------------------------------------- */

void ly_scheduler_on_log(void (*log)(const char *line)) { log_line = log; }

void ly_scheduler_log(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (log_line) log_line(line);
    else fprintf(stderr, "lyra: %s\n", line);
}

static __attribute__((noreturn)) void fatal(const char *why)
{
    fprintf(stderr, "lyra: %s\n", why);
    _exit(70);
}

/* ---- members ---------------------------------------------------------------------------------- */

static void begin_hook(ly_worker *worker)
{
    const ly_worker_hooks *hooks = __atomic_load_n(&ly_worker_hooks_now, __ATOMIC_ACQUIRE);
    if (hooks && hooks->begin) hooks->begin(worker);
}

static void stopped_hook(bool forked)
{
    const ly_worker_hooks *hooks = __atomic_load_n(&ly_worker_hooks_now, __ATOMIC_ACQUIRE);
    if (hooks && hooks->stopped) hooks->stopped(forked);
}

static ly_worker *new_record(uint32_t index)
{
    ly_worker *worker = aligned_alloc(LY_CACHE_LINE, sizeof *worker);
    if (!worker) return NULL;
    memset(worker, 0, sizeof *worker);
    if (!ly_run_queue_start(&worker->queue)) {
        ly_free(worker);
        return NULL;
    }
    worker->index = index;
    worker->random = 0x9e3779b97f4a7c15 * (index + 2);
    atomic_store_explicit(&worker->current, &worker->loop, memory_order_relaxed);
    worker->loop.home = worker;
    worker->loop.poll = &worker->loop.own_poll;
    return worker;
}

ly_worker *ly_member_new(uint32_t index)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_worker *worker = NULL;
    uint32_t members;
    ly_lock_take(&s->growing);
    members = atomic_load_explicit(&s->members, memory_order_relaxed);
    for (uint32_t i = 0; index == LY_GUEST && i < members; i++) {
        ly_worker *old = atomic_load_explicit(&s->member[i], memory_order_relaxed);
        if (atomic_load_explicit(&old->retired, memory_order_acquire)) {
            worker = old;
            atomic_store_explicit(&worker->retired, false, memory_order_relaxed);
            break;
        }
    }
    if (!worker && members < LY_MEMBERS_MOST && (worker = new_record(index))) {
        worker->slot = members;
        atomic_store_explicit(&s->member[members], worker, memory_order_release);
        atomic_store_explicit(&s->members, members + 1, memory_order_release);
    }
    ly_lock_give(&s->growing);
    if (!worker) return NULL;
    ly_lock_take(&s->idle);
    s->awake++;
    ly_lock_give(&s->idle);
    begin_hook(worker);
    return worker;
}

void ly_member_retire(ly_worker *worker)
{
    ly_scheduler *s = &ly_scheduler_state;
    const ly_worker_hooks *hooks = __atomic_load_n(&ly_worker_hooks_now, __ATOMIC_ACQUIRE);
    ly_runnable *runnable;
    if (hooks && hooks->end) hooks->end(worker);
    worker->heap = NULL; /* it is the thread's */
    while ((runnable = ly_run_queue_take(&worker->queue))) {
        ly_global_put(runnable);
        ly_park_wake_one();
    }
    ly_fibers_give(worker, 0);
    ly_lock_take(&s->idle);
    s->awake--;
    if (s->awake == 0) ly_quiescent();
    else ly_lock_give(&s->idle);
    atomic_store_explicit(&worker->retired, true, memory_order_release);
}

/* A thread that was a guest ends. */
static void guest_ends(void *record)
{
    here = NULL;
    ly_member_retire(record);
}

static void child_of_fork(void);

static void start_process(void)
{
    pthread_key_create(&guest_key, guest_ends);
    pthread_atfork(NULL, NULL, child_of_fork);
    ly_stacks_bottom = ly_fiber_bottom;
}

__attribute__((noinline)) ly_worker *ly_worker_here_if(void)
{
    __asm__ volatile("");
    return here;
}

static __attribute__((noinline)) ly_worker *become_guest(void)
{
    ly_worker *worker;
    pthread_once(&once, start_process);
    worker = ly_member_new(LY_GUEST);
    if (!worker) fatal("no memory for another thread, or more than a thousand");
    ly_fiber_of_thread(&worker->loop, worker);
    atomic_store_explicit(&worker->current, &worker->loop, memory_order_relaxed);
    here = worker;
    pthread_setspecific(guest_key, worker);
    return worker;
}

__attribute__((noinline)) ly_worker *ly_worker_here(void)
{
    __asm__ volatile("");
    return here ? here : become_guest();
}

ly_heap *ly_worker_heap(ly_worker *worker)
{
    if (!worker->heap) {
        worker->heap = ly_heap_here();
        if (!worker->heap) fatal("no memory for the heap of a worker");
    }
    return worker->heap;
}

/* ---- threads ---------------------------------------------------------------------------------- */

bool ly_thread_start(pthread_t *thread, void *(*function)(void *), void *argument)
{
    pthread_attr_t attributes;
    sigset_t all, old;
    bool started;
    pthread_attr_init(&attributes);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    pthread_attr_setstacksize(&attributes, THREAD_STACK_SANITIZED);
#else
    pthread_attr_setstacksize(&attributes, THREAD_STACK);
#endif
    /* signals are the program's matter; those of faults come to whoever causes them */
    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);
    sigdelset(&all, SIGFPE);
    sigdelset(&all, SIGILL);
    sigdelset(&all, SIGABRT);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    started = pthread_create(thread, &attributes, function, argument) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}

static void *worker_thread(void *record);

/* The thread of a worker ends while it works: a task has called pthread_exit, or somebody has cancelled
   the thread. The task is lost, nothing else; another thread takes its place. */
static void thread_ended(void *record)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_worker *worker = record;
    ly_fiber *fiber = atomic_load_explicit(&worker->current, memory_order_relaxed);
    ly_task *task = fiber->task;
    ly_scheduler_log("the thread of worker %u has ended%s%s; another takes its place", worker->index,
                     task ? " in task " : "", task ? task->name ? task->name : "(no name)" : "");
    atomic_store_explicit(&worker->current, &worker->loop, memory_order_release);
    if (task) {
        while (fiber->scope) ly_cancel_leave(fiber->scope);
        fiber->task = NULL;
        fiber->cx = NULL;
        fiber->poll = &fiber->own_poll;
        ly_task_end(task, LY_TASK_LOST, true, false);
    }
    /* the stack that it stood on is given up */
    here = NULL;
    worker->heap = NULL;
    pthread_detach(pthread_self());
    if (!ly_thread_start(&s->thread[worker->index], worker_thread, worker))
        ly_scheduler_log("no thread for worker %u", worker->index);
}

static void *worker_thread(void *record)
{
    ly_worker *worker = record;
    char name[16];
    here = worker;
    snprintf(name, sizeof name, "lyra-%u", worker->index);
    pthread_setname_np(pthread_self(), name);
    ly_fiber_of_thread(&worker->loop, worker);
    pthread_cleanup_push(thread_ended, worker);
    ly_worker_main(worker);
    pthread_cleanup_pop(0);
    ly_fibers_give(worker, 0);
    here = NULL;
    worker->heap = NULL;
    return NULL;
}

/* So many workers may run; threads are made as needed, and never taken away: those that are too many
   stand aside. */
static void set_count(uint32_t count)
{
    ly_scheduler *s = &ly_scheduler_state;
    uint32_t threads;
    if (count < 1) count = 1;
    if (count > LY_MEMBERS_MOST / 2) count = LY_MEMBERS_MOST / 2;
    atomic_store_explicit(&s->count, count, memory_order_seq_cst);
    for (threads = atomic_load_explicit(&s->threads, memory_order_relaxed); threads < count; threads++) {
        ly_worker *worker = ly_member_new(threads);
        if (!worker || !ly_thread_start(&s->thread[threads], worker_thread, worker)) {
            ly_scheduler_log("only %u of %u worker threads could be started", threads, count);
            break; /* whoever waits runs the work */
        }
    }
    atomic_store_explicit(&s->threads, threads, memory_order_release);
    for (uint32_t i = 0; i < atomic_load_explicit(&s->members, memory_order_acquire); i++)
        atomic_store_explicit(&atomic_load_explicit(&s->member[i], memory_order_relaxed)->attention, true,
                              memory_order_relaxed);
    ly_park_recount();
    /* One looks, even if nothing is queued: fork-join work becomes public when it is asked for, and who
       asked before may have been answered when nobody could come. */
    ly_park_wake_one();
}

bool ly_scheduler_running(void)
{
    return atomic_load_explicit(&ly_scheduler_state.phase, memory_order_acquire) == RUNNING;
}

/* As many as the process may use, or what LYRA_WORKERS says. */
static uint32_t allowed(void)
{
    const char *text = getenv("LYRA_WORKERS");
    long n = text ? strtol(text, NULL, 10) : 0;
    return n >= 1 && n < LY_MEMBERS_MOST / 2 ? (uint32_t)n : ly_cpus_allowed("");
}

uint32_t ly_scheduler_workers(void)
{
    return ly_scheduler_running() ? atomic_load_explicit(&ly_scheduler_state.count, memory_order_relaxed)
                                  : allowed();
}

bool ly_scheduler_start(uint32_t workers)
{
    ly_scheduler *s = &ly_scheduler_state;
    uint32_t phase = OFF;
    pthread_once(&once, start_process);
    if (!atomic_compare_exchange_strong_explicit(&s->phase, &phase, STARTING, memory_order_acq_rel,
                                                 memory_order_acquire)) {
        while (atomic_load_explicit(&s->phase, memory_order_acquire) == STARTING) ly_pause();
        return workers == 0 || workers == ly_scheduler_workers();
    }
    s->automatic = workers == 0;
    atomic_store_explicit(&s->stopping, false, memory_order_relaxed);
    ly_topology_use();
    ly_worker_here(); /* this thread is awake: no worker may think itself the last one */
    set_count(workers ? workers : allowed());
    atomic_store_explicit(&s->phase, RUNNING, memory_order_release);
    return true;
}

static ly_lock resizing;

void ly_scheduler_resize(uint32_t workers)
{
    ly_scheduler *s = &ly_scheduler_state;
    if (!ly_scheduler_running()) {
        ly_scheduler_start(workers);
        return;
    }
    ly_lock_take(&resizing);
    s->automatic = workers == 0;
    set_count(workers ? workers : allowed());
    ly_lock_give(&resizing);
}

void ly_scheduler_follow(void)
{
    static _Atomic uint64_t last;
    ly_scheduler *s = &ly_scheduler_state;
    uint64_t now = ly_clock_ns(), before = atomic_load_explicit(&last, memory_order_relaxed);
    if (!s->automatic || now - before < 1000000000 || !ly_scheduler_running() ||
        !atomic_compare_exchange_strong_explicit(&last, &before, now, memory_order_relaxed,
                                                 memory_order_relaxed))
        return;
    ly_lock_take(&resizing);
    if (s->automatic) {
        uint32_t count = allowed();
        if (count != atomic_load_explicit(&s->count, memory_order_relaxed)) set_count(count);
    }
    if (placement && placement->refresh && placement->refresh())
        atomic_fetch_add_explicit(&placement_changes, 1, memory_order_release);
    ly_lock_give(&resizing);
}

void ly_placement_set(const ly_placement *new_placement)
{
    placement = new_placement;
    atomic_fetch_add_explicit(&placement_changes, 1, memory_order_release);
}

void ly_placement_follow(ly_worker *worker)
{
    uint32_t changes = atomic_load_explicit(&placement_changes, memory_order_acquire);
    if (worker->placement_seen == changes) return;
    worker->placement_seen = changes;
    if (placement && placement->pin) placement->pin(worker);
}

void ly_placement_locate(ly_worker *worker)
{
    if (placement && placement->locate) placement->locate(worker);
}

/* ---- fork ------------------------------------------------------------------------------------- */

/* The child has the calling thread alone: everything is as if nothing had been started. Records and
   stacks of the threads that are gone are left where they are (the caller may stand on one). */
static void child_of_fork(void)
{
    ly_scheduler *s = &ly_scheduler_state;
    uint32_t generation = atomic_load_explicit(&s->generation, memory_order_relaxed);
    bool closed = atomic_load_explicit(&s->closed_world, memory_order_relaxed);
    memset(s, 0, sizeof *s);
    atomic_store_explicit(&s->generation, generation + 1, memory_order_relaxed);
    atomic_store_explicit(&s->closed_world, closed, memory_order_relaxed);
    memset(&resizing, 0, sizeof resizing);
    here = NULL;
    pthread_setspecific(guest_key, NULL);
    stopped_hook(true);
    ly_fibers_end(true);
    ly_deadlocks_end(true);
}

/* ---- the end ---------------------------------------------------------------------------------- */

bool ly_scheduler_ending(void)
{
    return atomic_load_explicit(&ly_scheduler_state.ending, memory_order_acquire);
}

void ly_scheduler_finish(void)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_waiter waiter;
    if (!ly_scheduler_running()) return;
    ly_waiter_arm(&waiter);
    waiter.what = "the end";
    ly_lock_take(&s->idle);
    s->finishing = true;
    s->finisher = &waiter;
    ly_lock_give(&s->idle);
    ly_waiter_wait(&waiter, 0);
    ly_lock_take(&s->idle);
    s->finishing = false;
    s->finisher = NULL;
    ly_lock_give(&s->idle);
    atomic_store_explicit(&s->ending, false, memory_order_relaxed);
}

static void free_record(ly_worker *worker)
{
    while (worker->free_tasks) {
        ly_task *task = worker->free_tasks;
        worker->free_tasks = task->next;
        ly_free(task);
    }
    ly_run_queue_end(&worker->queue);
    ly_free(worker);
}

void ly_scheduler_stop(void)
{
    ly_scheduler *s = &ly_scheduler_state;
    const ly_worker_hooks *hooks = __atomic_load_n(&ly_worker_hooks_now, __ATOMIC_ACQUIRE);
    uint32_t members = atomic_load_explicit(&s->members, memory_order_acquire), threads, generation;
    bool closed = atomic_load_explicit(&s->closed_world, memory_order_relaxed);
    atomic_store_explicit(&s->stopping, true, memory_order_seq_cst);
    threads = atomic_load_explicit(&s->threads, memory_order_acquire);
    for (uint32_t i = 0; i < members; i++) {
        ly_worker *worker = atomic_load_explicit(&s->member[i], memory_order_acquire);
        atomic_store_explicit(&worker->attention, true, memory_order_seq_cst);
        if (worker->index != LY_GUEST) ly_park_wake_guest(worker);
    }
    for (uint32_t i = 0; i < threads; i++) pthread_join(s->thread[i], NULL);
    ly_timers_end();
    for (uint32_t i = 0; i < members; i++) {
        ly_worker *worker = atomic_load_explicit(&s->member[i], memory_order_acquire);
        if (hooks && hooks->end) hooks->end(worker);
        free_record(worker);
    }
    here = NULL;
    pthread_setspecific(guest_key, NULL);
    stopped_hook(false);
    ly_fibers_end(false);
    ly_deadlocks_end(false);
    generation = atomic_load_explicit(&s->generation, memory_order_relaxed);
    memset(s, 0, sizeof *s);
    atomic_store_explicit(&s->generation, generation + 1, memory_order_relaxed);
    atomic_store_explicit(&s->closed_world, closed, memory_order_relaxed);
}
