/* try.c: ParallelTry, the first of several that succeeds. */
#include <math.h>

#include "eval/eval.h"
#include "sched/scheduler.h"
#include "stdlib/lists/lists.h"
#include "stdlib/parallel/future.h"
#include "stdlib/parallel/job.h"

enum { AT_ONCE = 64 };

/* Values of f[list[[i]]] other than $Failed, as they come, until there are `wanted`. */
static ly_value try_all(ly_context *cx, ly_value f, ly_value list, size_t wanted)
{
    ly_task *tasks[AT_ONCE];
    size_t running = 0, next = 0, n = ly_length(list), most = 2 * (size_t)ly_scheduler_workers();
    ly_builder found = ly_builder_new();
    bool failed = false;
    if (most > AT_ONCE) most = AT_ONCE;
    while (!failed && ly_builder_count(&found) < wanted && (running || next < n)) {
        size_t which = 0;
        uint32_t reason;
        ly_value v;
        while (running < most && next < n && !failed) {
            ly_value element = ly_element(cx, list, next++);
            ly_task *task = ly_failed(element) ? NULL : ly_job_submit(cx, NULL, ly_make1(cx, f, element));
            if (task) tasks[running++] = task;
            else failed = true;
        }
        if (failed) break;
        if (ly_poll(cx)) {
            failed = true;
            break;
        }
        ly_wait_begins(cx);
        reason = ly_poll(cx) ? (uint32_t)LY_WAKE_CANCELLED
                             : ly_task_await_any(running, tasks, ly_wait_deadline(cx, HUGE_VAL), &which);
        ly_wait_ends(cx);
        if (reason != LY_WAKE_READY || cx->pending.kind) {
            if (!cx->pending.kind) ly_wait_ended(cx, reason, "ParallelTry");
            failed = true;
            break;
        }
        v = ly_job_outcome(cx, tasks[which]);
        ly_job_release(cx, tasks[which]);
        tasks[which] = tasks[--running];
        if (ly_failed(v)) {
            /* one that fails is one that did not succeed */
            if (cx->pending.kind != LY_PENDING_FAILURE) failed = true;
            else ly_pending_drop(cx, ly_pending_take(cx));
        } else if (v == LY_SYM($Failed)) {
            ly_release(cx, v);
        } else if (!ly_builder_add(cx, &found, v)) {
            failed = true;
        }
    }
    while (running) ly_job_abandon(cx, tasks[--running]);
    if (failed) {
        ly_builder_drop(cx, &found);
        return LY_FAILED;
    }
    return ly_builder_finish(cx, &found, LY_SYM(List));
}

BUILTIN(ParallelTry, parallel_try, 2, 3, LY_PROTECTED, LY_EFFECTS,
        "ParallelTry[f, {a1, a2, …}] evaluates f[ai] in parallel and gives the first value that is not $Failed.\n"
        "ParallelTry[f, {a1, …}, k] gives a list of the first k.")
static ly_value parallel_try(ly_context *cx, ly_expr *call)
{
    ly_value list = call->args[1], found, v;
    int64_t wanted = 1;
    if (ly_is_atom(list)) return ly_message_normal(cx, call, 2);
    if (call->count == 3) {
        if (!ly_is_int(call->args[2]) || ly_int_of(call->args[2]) < 0)
            return ly_message_call(cx, call, "intnm", 2, LY_INT(3), ly_from_object(call));
        wanted = ly_int_of(call->args[2]);
    }
    found = try_all(cx, call->args[0], list, (size_t)wanted);
    if (ly_failed(found) || call->count == 3) return found;
    v = ly_length(found) ? ly_element(cx, found, 0) : LY_SYM($Failed);
    ly_release(cx, found);
    return v;
}
