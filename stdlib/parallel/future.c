/* future.c: futures: Future, ParallelSubmit, Await, WaitAll, WaitNext, FutureQ.

   A future is a task of the scheduler as a value. Dropping it cancels nothing. */
#include "stdlib/parallel/future.h"

#include <math.h>

#include "eval/eval.h"
#include "match/match.h"
#include "stdlib/control/control.h"
#include "stdlib/dates/duration.h"
#include "stdlib/parallel/job.h"

static void print(ly_context *cx, ly_foreign *self, ly_text *to)
{
    ly_task *task = self->data;
    static const char *const states[] = {"new", "queued", "running", "done", "cancelled", "lost"};
    ly_text_printf(to, "Future[<%s>]", ly_task_failed(task) ? "failed" : states[ly_task_state_of(task)]);
}

static void drop(ly_context *cx, ly_foreign *self) { ly_job_release(cx, self->data); }
static void mark_shared(ly_context *cx, ly_foreign *self) { ly_job_share(cx, self->data); }

static ly_value method_get(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    double seconds = HUGE_VAL;
    if (n && !ly_duration(args[0], &seconds)) return ly_message(cx, LY_SYM(Await), "dur", 1, args[0]);
    return ly_job_await(cx, self->data, seconds);
}
static ly_value method_done(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return ly_bool(ly_task_done(self->data));
}
static ly_value method_cancel(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    bool late = ly_task_done(self->data);
    ly_task_cancel(self->data);
    return ly_bool(!late);
}
static ly_value method_then(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    /* the continuation is a task that awaits this one: a blocked fiber costs little */
    ly_value waits = ly_make1(cx, LY_SYM(Await), ly_retain(ly_from_object(self)));
    ly_task *task = ly_job_submit(cx, NULL, ly_make1(cx, args[0], waits));
    return task ? ly_future_take(cx, task) : LY_FAILED;
}

static const ly_method methods[] = {
    {"get", 0, 1, method_get, "future.get(): its value, or its error raised; future.get(d): $TimedOut after d"},
    {"done", 0, 0, method_done, "future.done(): True once it has ended"},
    {"cancel", 0, 0, method_cancel, "future.cancel(): cancels the task; False if it had ended"},
    {"then", 1, 1, method_then, "future.then(f): a future of f applied to its value"},
    {NULL, 0, 0, NULL, NULL},
};
static const ly_foreign_type type = {
    .name = "Future", .methods = methods, .print = print, .drop = drop, .mark_shared = mark_shared,
    .crosses_threads = true};

ly_value ly_future_take(ly_context *cx, ly_task *task) { return ly_foreign_new(cx, &type, task); }
ly_task *ly_future_task(ly_value v) { return ly_foreign_data(v, &type); }

BUILTIN(Future, future, 1, 1, LY_HOLD_ALL, LY_EFFECTS | LY_EVALUATED,
        "Future[expr] evaluates expr as a task and gives a future of its value at once.")
static ly_value future(ly_context *cx, ly_expr *call)
{
    ly_task *task = ly_job_submit(cx, NULL, ly_retain(ly_body_of(call->args[0])));
    return task ? ly_future_take(cx, task) : LY_FAILED;
}

BUILTIN(ParallelSubmit, parallel_submit, 1, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "ParallelSubmit[expr] evaluates expr as a task and gives its future.\n"
        "ParallelSubmit[{i, …}, expr] puts the values that i, … have now in their place first.")
static ly_value parallel_submit(ly_context *cx, ly_expr *call)
{
    ly_value expression;
    ly_task *task;
    if (call->count == 1) {
        expression = ly_retain(ly_body_of(call->args[0]));
    } else {
        const ly_expr *names;
        ly_value values;
        if (!ly_has_head(call->args[0], LY_SYM(List)) || ly_is_packed(call->args[0]))
            return ly_message_call(cx, call, "vars", 1, call->args[0]);
        names = ly_expr_of(call->args[0]);
        for (uint32_t i = 0; i < names->count; i++)
            if (!ly_is_symbol(names->args[i])) return ly_message_call(cx, call, "vars", 1, call->args[0]);
        values = ly_evaluate(cx, call->args[0]);
        if (ly_failed(values)) return LY_FAILED;
        if (!ly_has_shape(values, LY_SYM(List), names->count)) {
            ly_release(cx, values);
            return ly_message_call(cx, call, "vars", 1, call->args[0]);
        }
        values = ly_unpack_take(cx, values);
        if (ly_failed(values)) return LY_FAILED;
        expression = ly_substitute_symbols(cx, ly_body_of(call->args[1]), names->count, names->args,
                                           ly_expr_of(values)->args);
        ly_release(cx, values);
        if (ly_failed(expression)) return LY_FAILED;
    }
    task = ly_job_submit(cx, NULL, expression);
    return task ? ly_future_take(cx, task) : LY_FAILED;
}
MESSAGE(ParallelSubmit, vars, "List of symbols expected in place of `1`.")

BUILTIN(FutureQ, future_q, 1, 1, 0, LY_PURE, "FutureQ[expr] is True for a future.")
static ly_value future_q(ly_context *cx, ly_expr *call) { return ly_bool(ly_future_task(call->args[0]) != NULL); }

BUILTIN(Await, await, 1, 2, 0, LY_EFFECTS | LY_EVALUATED,
        "Await[future] waits for the value of a task, or raises its error.\n"
        "Await[future, d] gives $TimedOut when that takes longer than the duration d.")
static ly_value await(ly_context *cx, ly_expr *call)
{
    ly_task *task = ly_future_task(call->args[0]);
    double seconds = HUGE_VAL;
    if (!task) return ly_message_call(cx, call, "future", 1, call->args[0]);
    if (call->count == 2 && !ly_duration(call->args[1], &seconds))
        return ly_message_call(cx, call, "dur", 1, call->args[1]);
    return ly_job_await(cx, task, seconds);
}
MESSAGE(Await, future, "`1` is not a future.")
MESSAGE(Await, dur, "`1` is not a duration: a non-negative number of seconds, or Seconds[n], Minutes[n], ….")

/* v with the values of the futures in it in their place. Borrows v. */
static ly_value all_values(ly_context *cx, ly_value v);
typedef struct { ly_value v; } pieces;
static void *all_values_again(ly_context *cx, void *argument)
{
    return (void *)(uintptr_t)all_values(cx, ((pieces *)argument)->v);
}
static ly_value all_values(ly_context *cx, ly_value v)
{
    ly_task *task = ly_future_task(v);
    if (ly_stack_low(cx)) return (ly_value)(uintptr_t)ly_on_new_stack(cx, all_values_again, &(pieces){v});
    if (task) return ly_job_await(cx, task, HUGE_VAL);
    if (ly_is_association(v)) {
        ly_value result = ly_retain(v);
        const ly_entry *entry;
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));) {
            ly_value value = all_values(cx, entry->value);
            if (ly_failed(value)) {
                ly_release(cx, result);
                return LY_FAILED;
            }
            result = ly_association_set_take(cx, result, ly_retain(entry->key), value, entry->delayed);
            if (ly_failed(result)) return LY_FAILED;
        }
        return result;
    }
    if (!ly_is_expr(v) || ly_is_packed(v)) return ly_retain(v);
    ly_expr *whole = ly_expr_of(v), *result = ly_expr_new(cx, whole->head, whole->count);
    if (!result) return LY_FAILED;
    for (uint32_t i = 0; i < whole->count; i++) {
        result->args[i] = all_values(cx, whole->args[i]);
        if (!ly_failed(result->args[i])) continue;
        result->args[i] = LY_INT(0);
        ly_release(cx, ly_from_object(result));
        return LY_FAILED;
    }
    return ly_from_object(result);
}

BUILTIN(WaitAll, wait_all, 1, 1, 0, LY_EFFECTS,
        "WaitAll[expr] waits for all futures in expr and gives it with their values in their place.")
static ly_value wait_all(ly_context *cx, ly_expr *call) { return all_values(cx, call->args[0]); }

BUILTIN(WaitNext, wait_next, 1, 2, 0, LY_EFFECTS | LY_EVALUATED,
        "WaitNext[{future, …}] waits for the first to end: {value, future, the other futures}.")
static ly_value wait_next(ly_context *cx, ly_expr *call)
{
    double seconds = HUGE_VAL;
    ly_value list = call->args[0], value, rest, items[3];
    ly_task **tasks;
    size_t n, which = 0;
    uint32_t reason;
    if (call->count == 2 && !ly_duration(call->args[1], &seconds))
        return ly_message(cx, LY_SYM(Await), "dur", 1, call->args[1]);
    if (ly_is_packed(list) || !ly_has_head(list, LY_SYM(List)) || !ly_expr_of(list)->count)
        return ly_message_call(cx, call, "futures", 1, list);
    n = ly_expr_of(list)->count;
    tasks = ly_buffer_alloc(cx, n * sizeof *tasks);
    if (!tasks) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        tasks[i] = ly_future_task(ly_expr_of(list)->args[i]);
        if (tasks[i]) continue;
        ly_buffer_free(cx, tasks);
        return ly_message_call(cx, call, "futures", 1, list);
    }
    ly_wait_begins(cx);
    reason = ly_poll(cx) ? (uint32_t)LY_WAKE_CANCELLED
                         : ly_task_await_any(n, tasks, ly_wait_deadline(cx, seconds), &which);
    ly_wait_ends(cx);
    value = cx->pending.kind ? LY_FAILED
            : reason == LY_WAKE_READY ? ly_job_outcome(cx, tasks[which])
                                      : ly_wait_ended(cx, reason, "WaitNext");
    ly_buffer_free(cx, tasks);
    if (ly_failed(value) || reason != LY_WAKE_READY) return value;
    ly_expr *others = ly_expr_new(cx, LY_SYM(List), n - 1);
    if (!others) {
        ly_release(cx, value);
        return LY_FAILED;
    }
    for (size_t i = 0, k = 0; i < n; i++)
        if (i != which) others->args[k++] = ly_retain(ly_expr_of(list)->args[i]);
    rest = ly_from_object(others);
    items[0] = value, items[1] = ly_retain(ly_expr_of(list)->args[which]), items[2] = rest;
    return ly_make(cx, LY_SYM(List), 3, items);
}
MESSAGE(WaitNext, futures, "List of one or more futures expected in place of `1`.")
