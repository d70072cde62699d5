/* deadlock.c: what it means that everybody sleeps.

   When the last thread goes to sleep, no timer runs, nothing is queued and nobody outside can wake
   anybody, those that wait wait for each other. One is told: main, as it has the say over what its tasks
   wait for. Where main itself waits for the elements of a call, which read its frames, an element is told
   instead, the lowest that waits; if it ends its wait by an error, that ends the call as every error does.
   If it doesn't help the others, everybody sleeps again, and the next is told.

   Who waits is noted, in order, when the first is told, so that a hundred thousand are told in a time
   that grows with their number; a note holds as long as the fiber is in the same wait. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory/memory.h"
#include "sched/scheduler.h"
#include "sched/timer.h"

enum { REPORTED = 20, FEW = 64 };

/* Somebody who waits. */
typedef struct note {
    ly_fiber *fiber;
    uint64_t wait; /* its number among the fiber's waits */
} note;

typedef struct notes {
    note *note;
    size_t count, room;
} notes;

/* All under the lock `idle`. */
static char *report;          /* of the last deadlock */
static note few[FEW];         /* where there is no memory for more */
static notes waiting = {few, 0, FEW};
static size_t told;           /* of them; those that follow come next */

/* ---- the world outside ------------------------------------------------------------------------ */

void ly_scheduler_closed_world(bool closed)
{
    atomic_store_explicit(&ly_scheduler_state.closed_world, closed, memory_order_release);
}

void ly_outside_enter(void)
{
    atomic_fetch_add_explicit(&ly_scheduler_state.outside, 1, memory_order_seq_cst);
}

void ly_outside_leave(void)
{
    ly_scheduler *s = &ly_scheduler_state;
    atomic_fetch_sub_explicit(&s->outside, 1, memory_order_seq_cst);
    ly_lock_take(&s->idle);
    if (s->awake == 0) ly_quiescent();
    else ly_lock_give(&s->idle);
}

/* ---- who waits -------------------------------------------------------------------------------- */

/* The number of the task or the element that the fiber runs, as in messages ("1.2"); "": main. */
static const char *path_of(const ly_fiber *fiber)
{
    if (fiber->cx) return fiber->cx->task_path;
    return fiber->task && fiber->task->name ? fiber->task->name : "";
}

/* By their numbers; those without a path by their task's. */
static int by_path(const void *a, const void *b)
{
    const ly_fiber *x = ((const note *)a)->fiber, *y = ((const note *)b)->fiber;
    const char *p = path_of(x), *q = path_of(y);
    while (*p && *q) {
        char *p_end, *q_end;
        unsigned long long m = strtoull(p, &p_end, 10), n = strtoull(q, &q_end, 10);
        if (m != n) return m < n ? -1 : 1;
        if (p_end == p || q_end == q) break;
        p = p_end + (*p_end == '.');
        q = q_end + (*q_end == '.');
    }
    if (*p || *q) return *p ? 1 : -1;
    if (x->task && y->task && x->task->number != y->task->number)
        return x->task->number < y->task->number ? -1 : 1;
    return 0;
}

static void count_waiting(ly_fiber *fiber, void *count)
{
    if (fiber->waiter) ++*(size_t *)count;
}

static void note_waiting(ly_fiber *fiber, void *unused)
{
    if (fiber->waiter && waiting.count < waiting.room)
        waiting.note[waiting.count++] = (note){fiber, fiber->waits_begun};
}

/* All that wait, in order. */
static void note_all(void)
{
    size_t count = 1;
    ly_fibers_visit(count_waiting, &count);
    if (count > waiting.room) {
        note *more = ly_malloc(count * sizeof *more);
        if (more) {
            if (waiting.note != few) ly_free(waiting.note);
            waiting.note = more;
            waiting.room = count;
        }
    }
    waiting.count = told = 0;
    for (ly_worker *worker = ly_scheduler_state.sleepers; worker; worker = worker->next_sleeper)
        note_waiting(&worker->loop, NULL);
    ly_fibers_visit(note_waiting, NULL);
    qsort(waiting.note, waiting.count, sizeof *waiting.note, by_path);
}

static void report_all(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return;
    for (size_t i = 0; i < waiting.count && i < REPORTED; i++) {
        const ly_fiber *fiber = waiting.note[i].fiber;
        const char *path = path_of(fiber), *what = fiber->waiter->what;
        if (*path) fprintf(stream, "task %s", path);
        else if (fiber->task) fprintf(stream, "task #%llu", (unsigned long long)fiber->task->number);
        else fprintf(stream, fiber->home ? "main" : "fork-join work");
        fprintf(stream, " waits in %s\n", what ? what : "wait");
    }
    if (waiting.count > REPORTED) fprintf(stream, "%zu more tasks wait\n", waiting.count - REPORTED);
    fclose(stream);
    ly_free(report);
    report = text;
}

char *ly_deadlock_report(void)
{
    ly_scheduler *s = &ly_scheduler_state;
    char *copy;
    ly_lock_take(&s->idle);
    copy = report ? ly_strdup(report) : NULL;
    ly_lock_give(&s->idle);
    return copy;
}

/* ---- who is told ------------------------------------------------------------------------------ */

static const ly_cancel *root_of(const ly_cancel *token)
{
    while (token && token->parent) token = token->parent;
    return token;
}

/* The next of those noted that still waits, works under the root, and could be claimed. */
static ly_waiter *tell_next(const ly_cancel *root)
{
    while (told < waiting.count) {
        const note *n = &waiting.note[told++];
        ly_fiber *fiber = n->fiber;
        if (fiber->waiter && fiber->waits_begun == n->wait && fiber->scope && !fiber->waits_for &&
            root_of(fiber->scope->token) == root && ly_waiter_claim(fiber->waiter, LY_WAKE_DEADLOCK))
            return fiber->waiter;
    }
    return NULL;
}

/* Everybody sleeps, so the waiters stay where they are, and so does the tree of tokens. */
static ly_waiter *tell_one(ly_scheduler *s)
{
    ly_fiber *main = NULL;
    const ly_cancel *root;
    ly_waiter *waiter;
    for (ly_worker *worker = s->sleepers; worker && !main; worker = worker->next_sleeper)
        if (worker->loop.waiter) main = &worker->loop;
    if (!main) return NULL;
    root = root_of(main->scope ? main->scope->token : main->waits_for);
    if (root && (waiter = tell_next(root))) return waiter;
    note_all();
    report_all();
    if (root && (waiter = tell_next(root))) return waiter;
    return ly_waiter_claim(main->waiter, LY_WAKE_DEADLOCK) ? main->waiter : NULL;
}

static void claim_cancelled(ly_fiber *fiber, void *list)
{
    ly_fiber **first = list;
    if (!fiber->task || !fiber->waiter || !ly_waiter_claim(fiber->waiter, LY_WAKE_CANCELLED)) return;
    fiber->next = *first;
    *first = fiber;
}

void ly_quiescent(void)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_fiber *cancelled = NULL;
    ly_waiter *waiter = NULL;
    bool closed = atomic_load_explicit(&s->closed_world, memory_order_acquire);
    if (s->awake != 0 || atomic_load_explicit(&s->outside, memory_order_seq_cst) != 0 ||
        ly_timers_pending() != 0 || ly_park_work_pending() || (!s->finishing && !closed)) {
        ly_lock_give(&s->idle);
        return;
    }
    if (s->finishing) {
        ly_fibers_visit(claim_cancelled, &cancelled);
        if (cancelled) {
            /* what they wait for on their way out nobody will give them either */
            atomic_store_explicit(&s->ending, true, memory_order_release);
        } else if (s->finisher && ly_waiter_claim(s->finisher, LY_WAKE_READY)) {
            waiter = s->finisher;
        }
    } else {
        waiter = tell_one(s);
    }
    ly_lock_give(&s->idle);
    if (waiter) ly_waiter_resume(waiter);
    while (cancelled) {
        ly_fiber *next = cancelled->next;
        ly_waiter_resume(cancelled->waiter);
        cancelled = next;
    }
}

void ly_deadlocks_end(bool forked)
{
    if (!forked) {
        ly_free(report);
        if (waiting.note != few) ly_free(waiting.note);
    }
    report = NULL;
    waiting = (notes){few, 0, FEW};
    told = 0;
}
