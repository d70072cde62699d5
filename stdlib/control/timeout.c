/* timeout.c: TimeoutAfter. */
#include "eval/guard.h"
#include "eval/limits.h"
#include "stdlib/control/control.h"
#include "stdlib/dates/duration.h"

/* The right side, held, of the option with this name among the arguments from the second on: by
   name, in any context, whatever value its symbol has. LY_FAILED: not given. */
static ly_value held_option(const ly_expr *call, const char *name)
{
    for (size_t i = 1; i < call->count; i++) {
        if (!ly_has_shape(call->args[i], LY_SYM(Rule), 2) &&
            !ly_has_shape(call->args[i], LY_SYM(RuleDelayed), 2))
            continue;
        const ly_expr *rule = ly_expr_of(call->args[i]);
        if (ly_is_string(rule->args[0]) ? ly_string_is(rule->args[0], name)
                                        : ly_is_symbol(rule->args[0]) &&
                                              !strcmp(ly_symbol_name(rule->args[0]), name))
            return rule->args[1];
    }
    return LY_FAILED;
}

static ly_value call_on_timeout(ly_context *cx, ly_value handler)
{
    ly_value f, result;
    if (ly_body_of(handler) != handler) return ly_evaluate(cx, ly_body_of(handler));
    if (ly_has_head(handler, LY_SYM(Function))) {
        const ly_expr *function = ly_expr_of(handler);
        uint32_t at = function->count == 1 ? 0 : 1;
        f = function->count && ly_body_of(function->args[at]) != function->args[at]
                ? ly_expr_set_take(cx, ly_retain(handler), at, ly_retain(ly_body_of(function->args[at])))
                : ly_retain(handler);
    } else {
        f = ly_evaluate(cx, handler);
    }
    if (ly_failed(f)) return LY_FAILED;
    result = ly_call(cx, f, 0, NULL);
    ly_release(cx, f);
    return result;
}

BUILTIN(TimeoutAfter, timeout_after, 2, 3, LY_HOLD_ALL, LY_EFFECTS | LY_EVALUATED,
        "TimeoutAfter[expr, timeout -> d, onTimeout -> f] gives the value of expr, or f[] when that takes\n"
        "longer than the duration d; $TimedOut without onTimeout. The work is cancelled then.")
static ly_value timeout_after(ly_context *cx, ly_expr *call)
{
    ly_value option = held_option(call, "timeout"), handler = held_option(call, "onTimeout"), limit, v;
    ly_guard_result result;
    /* a duration may stand in the second place by itself */
    if (!option && !ly_has_head(call->args[1], LY_SYM(Rule))) option = call->args[1];
    if (!option) return ly_message_call(cx, call, "notime", 0);
    limit = ly_evaluate(cx, option);
    if (ly_failed(limit)) return LY_FAILED;
    v = ly_guarded_body(cx, LY_SYM(TimeoutAfter), 1, &limit, ly_body_of(call->args[0]), &result);
    if (v == LY_UNEVALUATED) ly_message_call(cx, call, "dur", 1, limit);
    ly_release(cx, limit);
    if (result == LY_GUARD_DONE) return v;
    return handler ? call_on_timeout(cx, handler) : LY_SYM($TimedOut);
}

typedef struct timeout {
    bool none;            /* so long that nobody looks at the clock */
    ly_deadline deadline;
} timeout;

/* Of the duration. */
GUARD(TimeoutAfter, timeout_begin, timeout_end)
static bool timeout_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    timeout *frame = LY_GUARD_FRAME(timeout, guard);
    double seconds;
    (void)n;
    if (!ly_duration(arguments[0], &seconds)) return false;
    frame->none = seconds > 1e9;
    if (!frame->none) ly_deadline_begin(cx, &frame->deadline, seconds);
    return true;
}

static ly_guard_result timeout_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    timeout *frame = LY_GUARD_FRAME(timeout, guard);
    if (frame->none || !ly_deadline_end(cx, &frame->deadline)) return LY_GUARD_DONE;
    ly_release(cx, *value);
    return LY_GUARD_ALTERNATIVE;
}

MESSAGE(TimeoutAfter, notime, "Option timeout -> duration expected.")
MESSAGE(TimeoutAfter, dur, "`1` is not a duration: a non-negative number of seconds, or Seconds[n], Minutes[n], ….")
