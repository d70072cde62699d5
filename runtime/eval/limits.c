/* limits.c: TimeConstrained and MemoryConstrained.

   An alarm sets the poll word of the context whose deadline has passed; evaluation notices at its next
   poll. Where no thread is to be had for alarms every poll looks at the clock. */
#include "eval/limits.h"

#include <stddef.h>
#include <time.h>

#include "eval/eval.h"
#include "eval/guard.h"

double ly_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- deadlines ------------------------------------------------------------------------------------ */

static void passed(ly_alarm *alarm)
{
    enum { AGAIN_NS = 50000000 }; /* should the poll come in a cleanup */
    ly_deadline *deadline = (ly_deadline *)((char *)alarm - offsetof(ly_deadline, alarm));
    __atomic_fetch_or(&deadline->cx->poll, LY_POLL_TIMEOUT, __ATOMIC_RELAXED);
    ly_alarm_again(alarm, alarm->at + AGAIN_NS);
}

/* The deadline, its `at` set, is the context's innermost from now on. */
static void enter(ly_context *cx, ly_deadline *deadline, ly_deadline *outer)
{
    deadline->outer = outer;
    deadline->cx = cx;
    deadline->alarm.of_process = false;
    cx->deadline = deadline;
    deadline->unwatched = !ly_alarm_start(&deadline->alarm, (uint64_t)(deadline->at * 1e9), passed);
    /* nobody to watch: we look at the clock ourselves */
    if (deadline->unwatched) __atomic_fetch_or(&cx->poll, LY_POLL_TIMEOUT, __ATOMIC_RELAXED);
}

static void leave(ly_deadline *deadline) { ly_alarm_stop(&deadline->alarm); }

void ly_deadline_begin(ly_context *cx, ly_deadline *deadline, double seconds)
{
    static uint64_t serial;
    deadline->at = ly_now() + seconds;
    deadline->serial = __atomic_add_fetch(&serial, 1, __ATOMIC_RELAXED) & (uint64_t)LY_INT_MAX;
    enter(cx, deadline, cx->deadline);
}

bool ly_deadline_end(ly_context *cx, ly_deadline *deadline)
{
    cx->deadline = deadline->outer;
    leave(deadline);
    if (cx->pending.kind == LY_PENDING_TIMEOUT && cx->pending.tag == LY_INT(deadline->serial)) {
        ly_pending_drop(cx, ly_pending_take(cx));
        return true;
    }
    return false;
}

/* One that stands for the earliest of the other context's. */
void ly_deadlines_follow(ly_context *cx, const ly_context *outer)
{
    const ly_deadline *earliest = outer->deadline;
    ly_deadline *own;
    if (!earliest) return;
    for (const ly_deadline *d = earliest->outer; d; d = d->outer)
        if (d->at < earliest->at) earliest = d;
    own = ly_calloc(1, sizeof *own); /* small: never fails */
    own->at = earliest->at;
    own->serial = earliest->serial;
    enter(cx, own, outer->deadline);
}

void ly_deadlines_leave(ly_context *cx)
{
    ly_deadline *own = cx->deadline;
    if (!own) return;
    cx->deadline = NULL;
    leave(own);
    ly_free(own);
}

bool ly_deadline_passed(ly_context *cx)
{
    double now = ly_now();
    const ly_deadline *passed = NULL;
    for (const ly_deadline *d = cx->deadline; d; d = d->outer)
        if (d->at <= now) passed = d;
    if (!passed) {
        for (const ly_deadline *d = cx->deadline; d; d = d->outer)
            if (d->unwatched) __atomic_fetch_or(&cx->poll, LY_POLL_TIMEOUT, __ATOMIC_RELAXED);
        return false;
    }
    ly_raise(cx, LY_PENDING_TIMEOUT, LY_FAILED, LY_INT(passed->serial));
    return true;
}

/* ---- the built-ins */

/* F[expr, limit, failexpr]; tag: of the message that the limit is none. */
static ly_value limited(ly_context *cx, ly_expr *call, const char *tag)
{
    ly_value limit = ly_evaluate(cx, call->args[1]), v;
    ly_guard_result result;
    if (ly_failed(limit)) return LY_FAILED;
    v = ly_guarded_body(cx, call->head, 1, &limit, call->args[0], &result);
    if (v == LY_UNEVALUATED) ly_message(cx, call->head, tag, 1, limit);
    ly_release(cx, limit);
    if (result == LY_GUARD_DONE) return v;
    return call->count == 3 ? ly_evaluate(cx, call->args[2]) : LY_SYM($Aborted);
}

BUILTIN(TimeConstrained, time_constrained, 2, 3, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "TimeConstrained[expr, t] evaluates expr for at most t seconds, then gives $Aborted.\n"
        "TimeConstrained[expr, t, failexpr] gives failexpr then.")
static ly_value time_constrained(ly_context *cx, ly_expr *call)
{
    return limited(cx, call, "timc");
}

static bool is_infinite(ly_value v)
{
    return v == LY_SYM(Infinity) ||
           (ly_has_shape(v, LY_SYM(DirectedInfinity), 1) && ly_expr_of(v)->args[0] == LY_INT(1));
}

typedef struct time_limit {
    bool none;            /* so much time that nobody looks at the clock */
    ly_deadline deadline;
} time_limit;

/* Of the number of seconds. */
GUARD(TimeConstrained, time_begin, time_end)
static bool time_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    time_limit *limit = LY_GUARD_FRAME(time_limit, guard);
    double seconds = 1e300;
    (void)n;
    if (!is_infinite(arguments[0]) && (!ly_to_double(arguments[0], &seconds) || !(seconds > 0))) return false;
    limit->none = seconds > 1e9;
    if (!limit->none) ly_deadline_begin(cx, &limit->deadline, seconds);
    return true;
}

static ly_guard_result time_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    time_limit *limit = LY_GUARD_FRAME(time_limit, guard);
    if (limit->none || !ly_deadline_end(cx, &limit->deadline)) return LY_GUARD_DONE;
    ly_release(cx, *value);
    return LY_GUARD_ALTERNATIVE;
}

MESSAGE(TimeConstrained, timc, "Number of seconds `1` is not a positive machine-sized number or Infinity.")

BUILTIN(MemoryConstrained, memory_constrained, 2, 3, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "MemoryConstrained[expr, b] evaluates expr in at most b bytes more memory, else gives $Aborted.\n"
        "MemoryConstrained[expr, b, failexpr] gives failexpr then.")
static ly_value memory_constrained(ly_context *cx, ly_expr *call)
{
    return limited(cx, call, "nlimi");
}

/* Of the number of bytes. The frame: the limit outside. */
GUARD(MemoryConstrained, memory_begin, memory_end)
static bool memory_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    int64_t *limit = LY_GUARD_FRAME(int64_t, guard), least = ly_memory_charged(cx);
    double bytes = 1e300;
    (void)n;
    if (!is_infinite(arguments[0]) && (!ly_to_double(arguments[0], &bytes) || !(bytes > 0))) return false;
    *limit = cx->memory_limit;
    if (bytes < 9e18 && (double)least + bytes < (double)*limit) cx->memory_limit = least + (int64_t)bytes;
    cx->memory_tolerated = 0; /* it was for another limit */
    return true;
}

static ly_guard_result memory_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    int64_t limit = *LY_GUARD_FRAME(int64_t, guard);
    bool exceeded = cx->memory_limit < limit && ly_failed(*value) && cx->pending.kind == LY_PENDING_MEMORY;
    if (exceeded) ly_pending_drop(cx, ly_pending_take(cx));
    cx->memory_limit = limit;
    cx->memory_tolerated = 0;
    return exceeded ? LY_GUARD_ALTERNATIVE : LY_GUARD_DONE;
}

MESSAGE(MemoryConstrained, nlimi, "Number of bytes `1` is not a positive machine-sized number or Infinity.")
