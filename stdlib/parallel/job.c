/* job.c: an evaluation as a task, and its outcome as a value.

   What is handed over on the way in (the expression) is shared with the submitter, what comes back
   moves: nothing of it is held by the context that made it. Lines that a task prints leave it whole,
   through the context of the program. */
#include "stdlib/parallel/job.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eval/eval.h"
#include "eval/limits.h"
#include "eval/modules.h"
#include "eval/session.h"
#include "eval/snapshot.h"
#include "foreign/stream.h"
#include "sched/scheduler.h"
#include "stdlib/control/control.h"
#include "stdlib/parallel/elements.h"
#include "value/copy.h"


enum { PATH_BYTES = 64, CONTEXTS_KEPT = 64 };

typedef enum outcome {
    NOT_YET,
    GAVE_VALUE, /* value */
    FAILED,     /* value: the failure to be raised */
} outcome;

struct ly_job {
    ly_snapshot *snapshot;   /* until the task begins */
    ly_value expression;     /* likewise */
    ly_session_file *file;   /* likewise: where it was submitted */
    ly_context *home;        /* whose output its lines go to */
    ly_task_identity identity;
    char path[PATH_BYTES];
    char *long_path;         /* where path is too short */
    uint64_t submitted;      /* tasks of its own */
    ly_text line;            /* printed, but not whole yet */
    ly_value value;
    ly_lock lock;            /* of what follows, once it has ended */
    bool shared;             /* the outcome may be asked for by several contexts */
    bool marked;             /* … and is counted for that */
    bool unwanted;           /* whether it fails concerns nobody any more; under the complaints' lock */
    char *complaint;         /* a failure in words, for the log should nobody await it: */
    struct ly_job *next, *previous; /* those that have one */
    outcome outcome;
};

/* ---- contexts of tasks --------------------------------------------------------------------------

   A thread keeps a few for the tasks that it begins next. A task may end on another thread than it
   began on: its context is kept there. */

static _Thread_local ly_context *kept[CONTEXTS_KEPT];
static _Thread_local uint32_t kept_count;
static pthread_key_t thread_ends;
static pthread_once_t thread_ends_once = PTHREAD_ONCE_INIT;

static void drop_kept(void *unused)
{
    while (kept_count) ly_context_free(kept[--kept_count]);
}

static void make_thread_ends(void) { pthread_key_create(&thread_ends, drop_kept); }

__attribute__((noinline)) ly_context *ly_task_context_take(void)
{
    if (kept_count) return kept[--kept_count];
    return ly_context_for_tasks();
}

__attribute__((noinline)) void ly_task_context_put(ly_context *cx)
{
    if (kept_count == CONTEXTS_KEPT) {
        ly_context_free(cx);
        return;
    }
    if (!kept_count) {
        pthread_once(&thread_ends_once, make_thread_ends);
        pthread_setspecific(thread_ends, kept); /* anything but NULL */
    }
    kept[kept_count++] = cx;
}

/* ---- output ------------------------------------------------------------------------------------- */

static void write_lines(ly_context *cx, const char *bytes, size_t count)
{
    ly_job *job = cx->write_data;
    size_t whole = count;
    while (whole && bytes[whole - 1] != '\n') whole--;
    if (whole) {
        if (job->line.count) {
            ly_text_add(&job->line, bytes, whole);
            ly_write(job->home, job->line.data, job->line.count);
            job->line.count = 0;
        } else {
            ly_write(job->home, bytes, whole);
        }
    }
    if (count > whole) ly_text_add(&job->line, bytes + whole, count - whole);
}

static ly_job *job_of_context(ly_context *cx)
{
    return cx->write == write_lines ? cx->write_data : NULL;
}

ly_context *ly_home_context(ly_context *cx)
{
    cx = ly_elements_home(cx);
    ly_job *job = job_of_context(cx);
    return job ? job->home : cx;
}

/* ---- the task ----------------------------------------------------------------------------------- */

static bool is_cancelled(ly_context *cx)
{
    return ly_cancelled(ly_cancel_here()) || ly_scheduler_ending() ||
           __atomic_load_n(&ly_home_context(cx)->tasks_ending, __ATOMIC_RELAXED);
}

/* What is pending when the evaluation of a task fails, as the failure that whoever awaits it gets. */
static ly_value failure_take(ly_context *cx)
{
    ly_value failure = ly_pending_failure(cx);
    ly_pending pending;
    if (!ly_failed(failure)) return failure;
    pending = ly_pending_take(cx);
    switch (pending.kind) {
    case LY_PENDING_ABORT:
        failure = is_cancelled(cx)
                      ? ly_failure_new(cx, "Cancelled", "The task was cancelled.")
                      : ly_failure_new(cx, "Aborted", "The evaluation was aborted.");
        break;
    case LY_PENDING_MEMORY:
        failure = ly_failure_new(cx, "MemoryLimit", "The evaluation needed more memory than there is.");
        break;
    case LY_PENDING_EXIT:
        failure = ly_failure_new(cx, "Exit", "Exit was called in a task: only the program itself can end.");
        break;
    default: failure = ly_failure_new(cx, "Control", "Break, Continue, Return or Goto without a construct to leave.");
    }
    ly_pending_drop(cx, pending);
    return failure;
}

ly_value ly_task_settle(ly_context *cx, ly_value v, bool *failed)
{
    if (ly_failed(v) && cx->pending.kind == LY_PENDING_RETURN && !cx->pending.tag) {
        /* Return at the top of a task gives its value */
        ly_pending pending = ly_pending_take(cx);
        v = pending.value;
    }
    *failed = ly_failed(v);
    if (*failed) v = failure_take(cx);
    return v;
}

static const char *path_of(const ly_job *job) { return job->long_path ? job->long_path : job->path; }

/* ---- failures that nobody awaits

   A failure waits in a list until its task is awaited. It goes to the log when the task is dropped, or
   when the program ends. */

static ly_lock complaining; /* of the list */
static ly_job *complaints;

static void complain(ly_context *cx, ly_job *job, ly_value failure)
{
    ly_text text = {0};
    if (is_cancelled(cx)) return;
    ly_describe_failure(cx, &text, failure);
    char *complaint = text.data ? ly_strndup(text.data, text.count) : NULL;
    ly_text_free(&text);
    ly_lock_take(&complaining);
    if (complaint && !job->unwanted) {
        job->complaint = complaint;
        job->next = complaints;
        if (complaints) complaints->previous = job;
        complaints = job;
        complaint = NULL;
    }
    ly_lock_give(&complaining);
    ly_free(complaint);
}

/* Takes the complaint out, to be freed; NULL: there is none, or it was logged. */
static char *take_complaint(ly_job *job)
{
    char *complaint;
    ly_lock_take(&complaining);
    complaint = job->complaint;
    job->complaint = NULL;
    if (complaint) {
        if (job->next) job->next->previous = job->previous;
        if (job->previous) job->previous->next = job->next;
        else complaints = job->next;
        job->next = job->previous = NULL;
    }
    ly_lock_give(&complaining);
    return complaint;
}

static void log_complaint(ly_job *job)
{
    char *complaint = take_complaint(job);
    if (complaint) ly_scheduler_log("task %s failed, and nobody awaited it: %s", path_of(job), complaint);
    ly_free(complaint);
}

/* The oldest first; nothing else uses them any more. */
static void log_complaints(void)
{
    ly_job *job = complaints;
    while (job && job->next) job = job->next;
    while (job) {
        ly_job *newer = job->previous;
        log_complaint(job);
        job = newer;
    }
}

static uint64_t run(ly_task *task, void *argument)
{
    ly_job *job = argument;
    ly_context *cx = ly_task_context_take();
    ly_value v = job->expression;
    bool failed;
    if (!cx) return 0; /* NOT_YET: there was no memory */
    ly_fiber_attach(cx);
    ly_context_attach(cx, job->snapshot, &job->identity);
    job->snapshot = NULL;
    job->expression = LY_FAILED;
    cx->write = write_lines;
    cx->write_data = job;
    cx->catching = 1;
    ly_streams_borrow(cx, job->home);
    ly_session_join(cx, job->home, job->file);
    job->file = NULL;
    v = ly_task_settle(cx, ly_evaluate_take(cx, v), &failed);
    if (job->line.count) { /* the last line had no end */
        ly_text_putc(&job->line, '\n');
        ly_write(job->home, job->line.data, job->line.count);
    }
    ly_text_free(&job->line);
    if (failed) complain(cx, job, v);
    ly_streams_give_back(cx);
    ly_session_part(cx);
    cx->catching = 0;
    job->value = ly_context_finish_take(cx, v);
    job->outcome = failed ? FAILED : GAVE_VALUE;
    if (failed) ly_task_fail(task);
    ly_fiber_detach();
    ly_task_context_put(cx);
    return 1;
}

/* ---- the end of the context that they write to

   A program's end is the scheduler's matter (ly_scheduler_finish). A context that is embedded waits for
   its own tasks alone, and cancels them once all of them wait for each other. */

static ly_lock counting; /* of tasks_running, tasks_awaited */

static bool counts_tasks(const ly_context *home) { return !home->session; }

static void ended(ly_task *task)
{
    ly_context *home = ((ly_job *)task->argument)->home;
    ly_waiter *waiter = NULL;
    if (!counts_tasks(home)) return;
    ly_lock_take(&counting);
    if (--home->tasks_running == 0 && (waiter = home->tasks_awaited) && !ly_waiter_claim(waiter, LY_WAKE_READY))
        waiter = NULL;
    ly_lock_give(&counting);
    if (waiter) ly_waiter_resume(waiter); /* the context may be gone now */
}

/* What the tasks of a context are at: how many of them wait, and for how often now. */
typedef struct look {
    ly_context *home;
    uint64_t waiting, waits;
    bool cancel;
    ly_fiber *cancelled;
} look;

static void look_at(ly_fiber *fiber, void *argument)
{
    look *l = argument;
    ly_task *task = fiber->task;
    ly_waiter *waiter = fiber->waiter;
    if (!task || task->run != run || ((ly_job *)task->argument)->home != l->home) return;
    if (!waiter || fiber->deadline || ly_waiter_reason(waiter)) return;
    l->waiting++;
    l->waits += fiber->waits_begun;
    if (l->cancel && ly_waiter_claim(waiter, LY_WAKE_CANCELLED)) {
        fiber->next = l->cancelled;
        l->cancelled = fiber;
    }
}

/* None of them ran between two looks that see all of them waiting in the same waits. */
static void cancel_if_stuck(ly_context *home, look *last)
{
    look now = {.home = home};
    uint64_t running;
    ly_fibers_visit(look_at, &now);
    ly_lock_take(&counting);
    running = home->tasks_running;
    ly_lock_give(&counting);
    if (now.waiting && now.waiting == running && now.waiting == last->waiting && now.waits == last->waits) {
        __atomic_store_n(&home->tasks_ending, true, __ATOMIC_RELAXED);
        now = (look){.home = home, .cancel = true};
        ly_fibers_visit(look_at, &now);
        for (ly_fiber *fiber = now.cancelled, *next; fiber; fiber = next) {
            next = fiber->next;
            ly_waiter_resume(fiber->waiter);
        }
    }
    *last = now;
}

static void end_tasks(ly_context *home)
{
    static const uint64_t LOOK_NS = 10000000;
    look last = {.home = home};
    ly_waiter waiter;
    if (!counts_tasks(home)) {
        ly_scheduler_finish();
        log_complaints();
        return;
    }
    for (;;) {
        ly_waiter_arm(&waiter);
        ly_lock_take(&counting);
        if (!home->tasks_running) break;
        home->tasks_awaited = &waiter;
        ly_lock_give(&counting);
        if (ly_waiter_wait(&waiter, ly_clock_ns() + LOOK_NS) != LY_WAKE_TIMEOUT) return;
        ly_lock_take(&counting);
        home->tasks_awaited = NULL;
        ly_lock_give(&counting);
        cancel_if_stuck(home, &last);
    }
    ly_lock_give(&counting);
}

static _Thread_local ly_context *releasing; /* who lets go of a task here, now */

static void drop(ly_task *task)
{
    ly_job *job = task->argument;
    ly_context *cx = releasing ? releasing : ly_task_context_take();
    if (job->complaint) log_complaint(job);
    if (job->snapshot) ly_snapshot_release(job->snapshot);
    ly_session_file_release(job->file);
    if (cx) {
        ly_release(cx, job->expression);
        ly_release(cx, job->value);
        if (cx != releasing) ly_task_context_put(cx);
    }
    ly_free(job->long_path);
    ly_free(job);
}

__attribute__((noinline)) void ly_job_release(ly_context *cx, ly_task *task)
{
    ly_job *job = task->argument;
    if (ly_task_done(task)) {
        /* What was awaited is counted plainly here, and whoever ran the task may be the last to let go of
           it: the value must be gone by then. */
        ly_value v;
        ly_lock_take(&job->lock);
        v = job->value;
        job->value = LY_FAILED;
        ly_lock_give(&job->lock);
        ly_release(cx, v);
    }
    ly_context *outer = releasing;
    releasing = cx;
    ly_task_release(task);
    releasing = outer;
}

void ly_tasks_follow(ly_context *cx)
{
    if (cx == ly_home_context(cx)) cx->end_tasks = end_tasks;
}

void ly_job_abandon(ly_context *cx, ly_task *task)
{
    ly_job *job = task->argument;
    ly_lock_take(&complaining);
    job->unwanted = true;
    ly_lock_give(&complaining);
    ly_free(take_complaint(job));
    ly_task_cancel(task);
    ly_job_release(cx, task);
}

/* "3" for the third task of main, "3.1" for the first of that. */
static bool name_job(ly_context *cx, ly_job *job, uint64_t number)
{
    const char *dot = *cx->task_path ? "." : "";
    int length = snprintf(job->path, PATH_BYTES, "%s%s%llu", cx->task_path, dot, (unsigned long long)number);
    if (length >= PATH_BYTES) {
        job->long_path = ly_malloc((size_t)length + 1);
        if (!job->long_path) return false;
        snprintf(job->long_path, (size_t)length + 1, "%s%s%llu", cx->task_path, dot, (unsigned long long)number);
    }
    job->identity = (ly_task_identity){.path = path_of(job)};
    return ly_random_next_key(cx, &job->identity.seed, &job->identity.call);
}

ly_task *ly_job_submit(ly_context *cx, ly_pool *pool, ly_value expression)
{
    ly_job *job = ly_calloc(1, sizeof *job);
    ly_task *task = NULL;
    ly_cancel *cancel;
    if (!job) goto no_memory;
    job->expression = expression;
    job->home = ly_home_context(cx);
    job->value = LY_FAILED;
    ly_streams_share(cx);
    job->file = ly_session_file_retain(cx);
    if (!name_job(cx, job, ++cx->tasks_submitted)) goto no_memory;
    job->snapshot = ly_snapshot_take(cx, expression);
    if (!job->snapshot) goto failed;
    job->expression = expression = ly_share_take(cx, expression);
    if (ly_failed(expression)) goto failed;
    /* what is cancelled takes the tasks that it submitted with it */
    cancel = ly_cancel_new(ly_cancel_here());
    if (!cancel) goto no_memory;
    task = ly_task_new(&(ly_task_options){.run = run, .argument = job, .drop = drop, .ended = ended,
                                          .pool = pool, .cancel = cancel, .name = path_of(job)});
    ly_cancel_release(cancel);
    if (!task) goto no_memory;
    ly_tasks_follow(cx); /* main submits before any task can */
    if (counts_tasks(job->home)) {
        ly_lock_take(&counting);
        job->home->tasks_running++;
        ly_lock_give(&counting);
    }
    ly_task_submit(task);
    return task;
no_memory:
    ly_raise_memory(cx);
failed:
    ly_release(cx, expression);
    if (job) {
        if (job->snapshot) ly_snapshot_release(job->snapshot);
        ly_session_file_release(job->file);
        ly_free(job->long_path);
        ly_free(job);
    }
    return NULL;
}

/* ---- the outcome ---------------------------------------------------------------------------------- */

void ly_job_share(ly_context *cx, ly_task *task)
{
    ly_job *job = task->argument;
    ly_lock_take(&job->lock);
    job->shared = true;
    if (ly_task_done(task) && job->outcome != NOT_YET && !job->marked) {
        job->value = ly_share_take(cx, job->value);
        job->marked = true;
    }
    ly_lock_give(&job->lock);
}

ly_value ly_job_outcome(ly_context *cx, ly_task *task)
{
    ly_job *job = task->argument;
    ly_value v;
    switch (ly_task_state_of(task)) {
    case LY_TASK_CANCELLED: return ly_raise_failure(cx, "Cancelled", "The task was cancelled.");
    case LY_TASK_LOST: return ly_raise_failure(cx, "TaskLost", "The task was lost: its worker ended.");
    default: break;
    }
    ly_heap_arrived(cx->heap);
    if (job->complaint) ly_free(take_complaint(job));
    ly_lock_take(&job->lock);
    if (job->shared && !job->marked) {
        job->value = ly_share_take(cx, job->value);
        job->marked = true;
    }
    v = ly_retain(job->value);
    ly_lock_give(&job->lock);
    if (job->outcome == NOT_YET) return ly_raise_failure(cx, "MemoryLimit", "There was no memory to run the task.");
    if (ly_failed(v)) return cx->pending.kind ? LY_FAILED : ly_raise_memory(cx);
    return job->outcome == FAILED ? ly_raise(cx, LY_PENDING_FAILURE, v, LY_FAILED) : v;
}

/* ---- waiting -------------------------------------------------------------------------------------- */

/* In a program that Lyra runs nothing but its own tasks, timers and streams can end a wait. */
static void enter_world(const ly_context *cx)
{
    if (cx->session) ly_scheduler_closed_world(true);
}

/* Whom Ctrl-C reaches when cx waits: itself, or the one in whose place it evaluates elements on a
   thread's own stack. NULL: nobody. */
static ly_context *interruptible(ly_context *cx)
{
    if (!*cx->task_path) return cx;
    return ly_fiber_here()->home ? ly_elements_home(cx) : NULL;
}

void ly_wait_begins(ly_context *cx)
{
    ly_context *home = interruptible(cx);
    if (*cx->task_path && __atomic_load_n(&ly_home_context(cx)->tasks_ending, __ATOMIC_RELAXED))
        __atomic_fetch_or(&cx->poll, LY_POLL_CANCEL, __ATOMIC_RELAXED); /* nobody ends it any more */
    if (!home) return;
    enter_world(home);
    ly_session_flush(home); /* it may take long */
    ly_guest_wait_begins(home);
}

void ly_wait_ends(ly_context *cx)
{
    ly_context *home = interruptible(cx);
    if (home && home->waits_on) ly_guest_wait_ends(home);
}

uint64_t ly_wait_deadline(ly_context *cx, double seconds)
{
    double at = seconds < 1e9 ? ly_now() + seconds : HUGE_VAL;
    for (const ly_deadline *d = cx->deadline; d; d = d->outer)
        if (d->at < at) at = d->at;
    return at == HUGE_VAL ? 0 : (uint64_t)(at * 1e9) + 1;
}

ly_value ly_wait_seconds(ly_context *cx, double seconds)
{
    uint32_t reason;
    ly_value ended;
    ly_wait_begins(cx);
    reason = ly_poll(cx) ? (uint32_t)LY_WAKE_CANCELLED : ly_sleep_until(ly_wait_deadline(cx, seconds));
    ly_wait_ends(cx);
    if (cx->pending.kind) return LY_FAILED;
    if (reason == LY_WAKE_NO_TIMER) return LY_SYM(Null); /* the caller looks at the clock */
    ended = ly_wait_ended(cx, reason, "Pause");
    return ly_failed(ended) ? LY_FAILED : LY_SYM(Null);
}

ly_value ly_wait_ended(ly_context *cx, ly_wake reason, const char *what)
{
    char *report;
    const char *end;
    ly_text who = {0};
    switch (reason) {
    case LY_WAKE_TIMEOUT:
        if (ly_deadline_passed(cx)) return LY_FAILED;
        return LY_SYM($TimedOut);
    case LY_WAKE_NO_TIMER:
        return ly_raise_failure(cx, "NoThread", "%s: no thread could be started for time-outs.", what);
    case LY_WAKE_DEADLOCK:
        report = ly_deadlock_report();
        for (const char *line = report; line && *line; line = *end ? end + 1 : end) {
            end = strchrnul(line, '\n');
            ly_text_puts(&who, who.count ? "; " : ": ");
            ly_text_add(&who, line, (size_t)(end - line));
        }
        ly_raise_failure(cx, "Deadlock", "%s waits for what can never come%.*s.", what, (int)who.count,
                         who.data ? who.data : "");
        ly_text_free(&who);
        ly_free(report);
        return LY_FAILED;
    default:
        if (ly_poll(cx)) return LY_FAILED;
        return ly_raise(cx, LY_PENDING_ABORT, LY_FAILED, LY_FAILED);
    }
}

ly_value ly_job_await(ly_context *cx, ly_task *task, double seconds)
{
    uint32_t reason = LY_WAKE_READY;
    if (!ly_task_done(task)) {
        ly_wait_begins(cx);
        reason = ly_poll(cx) ? (uint32_t)LY_WAKE_CANCELLED
                             : ly_task_await(task, ly_wait_deadline(cx, seconds));
        ly_wait_ends(cx);
        if (cx->pending.kind) return LY_FAILED;
    } else if (ly_poll(cx)) {
        return LY_FAILED;
    }
    return reason == LY_WAKE_READY ? ly_job_outcome(cx, task) : ly_wait_ended(cx, reason, "Await");
}
