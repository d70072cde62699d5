/* breaker.c: CircuitBreaker, which refuses calls of what has failed too often. */
#include <math.h>

#include "eval/eval.h"
#include "foreign/foreign.h"
#include "sched/breaker.h"
#include "stdlib/dates/duration.h"

static const char *name_of(ly_breaker *breaker)
{
    static const char *const names[] = {"Closed", "Open", "HalfOpen"};
    return names[ly_breaker_state_now(breaker)];
}

static void print(ly_context *cx, ly_foreign *self, ly_text *to)
{
    static const char *const names[] = {"closed", "open", "half open"};
    ly_text_printf(to, "CircuitBreaker[<%s>]", names[ly_breaker_state_now(self->data)]);
}

static void drop(ly_context *cx, ly_foreign *self) { ly_free(self->data); }

/* What the error that is pending says about what was called: 1 it failed, 0 it went well (it was left
   by a Throw that somebody takes, or the like), -1 nothing. */
static int verdict(ly_context *cx)
{
    switch (cx->pending.kind) {
    case LY_PENDING_FAILURE:
    case LY_PENDING_RECURSION:
    case LY_PENDING_MEMORY:
    case LY_PENDING_TIMEOUT: return 1;
    case LY_PENDING_ABORT:
    case LY_PENDING_EXIT: return -1;
    case LY_PENDING_THROW:
        for (const ly_catch *frame = cx->catches; frame; frame = frame->outer)
            if (ly_catch_takes(cx, frame) != 0) return 0;
        return 1;
    default: return 0;
    }
}

static ly_value method_call(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    ly_breaker *breaker = self->data;
    uint64_t ticket;
    ly_expr *call;
    ly_value v;
    int failed = 0;
    if (!ly_breaker_begin(breaker, &ticket))
        return ly_raise_failure(cx, "CircuitOpen", "The circuit is open: the call was refused.");
    call = ly_expr_new(cx, args[0], n - 1);
    if (!call) {
        ly_breaker_abandon(breaker, ticket);
        return LY_FAILED;
    }
    for (size_t i = 1; i < n; i++) call->args[i - 1] = ly_retain(args[i]);
    v = ly_evaluate_take(cx, ly_from_object(call));
    if (ly_failed(v)) failed = verdict(cx);
    if (failed < 0) ly_breaker_abandon(breaker, ticket);
    else ly_breaker_end(breaker, ticket, failed == 0);
    return v;
}
static ly_value method_state(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return ly_string_from(cx, name_of(self->data));
}
static ly_value method_reset(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    ly_breaker_reset(self->data);
    return LY_SYM(Null);
}

static const ly_method methods[] = {
    {"call", 1, -1, method_call, "breaker.call(f, a, …): f[a, …], or the failure CircuitOpen"},
    {"state", 0, 0, method_state, "breaker.state(): \"Closed\", \"Open\" or \"HalfOpen\""},
    {"reset", 0, 0, method_reset, "breaker.reset(): closed, as if nothing had failed"},
    {NULL, 0, 0, NULL, NULL},
};
static const ly_foreign_type type = {
    .name = "CircuitBreaker", .methods = methods, .print = print, .drop = drop, .crosses_threads = true};

BUILTIN(CircuitBreaker, circuit_breaker, 2, 2, 0, LY_EFFECTS | LY_EVALUATED,
        "CircuitBreaker[n, d] is a breaker: after n failures one after the other it refuses calls by its\n"
        "method call for the duration d; then one call is tried, and decides.")
static ly_value circuit_breaker(ly_context *cx, ly_expr *call)
{
    int64_t threshold;
    double seconds;
    ly_breaker *breaker;
    if (!ly_to_int64(call->args[0], &threshold) || threshold < 1)
        return ly_message_call(cx, call, "threshold", 1, call->args[0]);
    if (!ly_duration(call->args[1], &seconds)) return ly_message_call(cx, call, "dur", 1, call->args[1]);
    breaker = ly_malloc(sizeof *breaker);
    if (!breaker) return ly_raise_memory(cx);
    ly_breaker_start(breaker, (uint64_t)threshold, seconds < 1e9 ? (uint64_t)(seconds * 1e9) : (uint64_t)1000000000000000000);
    return ly_foreign_new(cx, &type, breaker);
}
MESSAGE(CircuitBreaker, threshold, "Number of failures `1` is not a positive machine-sized integer.")
MESSAGE(CircuitBreaker, dur, "`1` is not a duration: a non-negative number of seconds, or Seconds[n], Minutes[n], ….")
