/* job.h: an evaluation as a task, and its outcome as a value.

   A job takes its expression and a snapshot of what that can reach out of the context that submits
   it, evaluates in a context of its own, and keeps the outcome until it is asked for. */
#ifndef LY_JOB_H
#define LY_JOB_H

#include "eval/context.h"
#include "foreign/foreign.h"
#include "sched/task.h"

typedef struct ly_job ly_job;

/* Submits expression (consumed) as a task of the pool (NULL: of none): its task, owned. NULL: an error is
   pending. */
ly_task *ly_job_submit(ly_context *cx, ly_pool *pool, ly_value expression);
/* The value that the task gave (owned), its error raised, or $TimedOut after `seconds` (HUGE_VAL: never).
   Waits, and gives the worker to others meanwhile. LY_FAILED also when this context's own work is to
   end (time-out, abort, cancellation). */
ly_value ly_job_await(ly_context *cx, ly_task *task, double seconds);
/* As ly_job_await for a task that has ended. */
ly_value ly_job_outcome(ly_context *cx, ly_task *task);
/* The outcome may be asked for by several contexts from now on. */
void ly_job_share(ly_context *cx, ly_task *task);
/* The context lets go of a task: of the outcome too, if nobody else holds it. */
void ly_job_release(ly_context *cx, ly_task *task);
/* The same of a task whose outcome is not wanted any more: it is cancelled, and no failure of it logged. */
void ly_job_abandon(ly_context *cx, ly_task *task);

/* ---- waiting, for whatever built-in waits */

/* Around the wait itself: Ctrl-C ends it also outside tasks. */
void ly_wait_begins(ly_context *cx);
void ly_wait_ends(ly_context *cx);
/* The moment (of ly_clock_ns) when a wait of so many seconds (HUGE_VAL: no limit) ends, or earlier
   the one when a deadline of this context passes; 0: never. */
uint64_t ly_wait_deadline(ly_context *cx, double seconds);
/* Waits so long: Null, or LY_FAILED when this context's own work is to end. */
ly_value ly_wait_seconds(ly_context *cx, double seconds);
/* What a wait that ended otherwise than by what was waited for means: LY_FAILED with the error
   pending, or $TimedOut. `what` names the wait in the report of a deadlock. */
ly_value ly_wait_ended(ly_context *cx, ly_wake reason, const char *what);

/* ---- contexts of tasks, kept for the next one */

ly_context *ly_task_context_take(void); /* NULL: no memory */
void ly_task_context_put(ly_context *cx);
/* The outcome of an evaluation that is a task: v, or the failure that whoever asks for it gets (*failed). */
ly_value ly_task_settle(ly_context *cx, ly_value v, bool *failed);
/* The context whose output this one's lines go to: of the program, or the embedding one. */
ly_context *ly_home_context(ly_context *cx);
/* Tasks are about to be submitted from here: the end of the program waits for them. */
void ly_tasks_follow(ly_context *cx);

#endif
