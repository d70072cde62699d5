/* pending.c: errors on their way.

   LY_FAILED travels up as an ordinary result; what it means stands in the context. Whoever must
   evaluate while an error travels (cleanups, Check's second argument) takes it out and puts it back. */
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "eval/eval.h"
#include "eval/limits.h"
#include "eval/messages.h"
#include "match/match.h"

ly_value ly_raise(ly_context *cx, ly_pending_kind kind, ly_value value, ly_value tag)
{
    ly_pending_drop(cx, cx->pending);
    cx->pending = (ly_pending){kind, value, tag};
    return LY_FAILED;
}

ly_value ly_raise_failure(ly_context *cx, const char *kind, const char *format, ...)
{
    va_list arguments;
    char *message = NULL;
    ly_value data;
    va_start(arguments, format);
    if (ly_vasprintf(&message, format, arguments) < 0) message = NULL;
    va_end(arguments);
    data = ly_association_set_take(cx, ly_association_new(cx, 1), ly_string_from(cx, "Message"),
                                   ly_string_from(cx, message ? message : ""), false);
    ly_free(message);
    return ly_raise(cx, LY_PENDING_FAILURE,
                    ly_make2(cx, LY_SYM(Failure), ly_string_from(cx, kind), data), LY_FAILED);
}

ly_value ly_raise_memory(ly_context *cx)
{
    return ly_raise(cx, LY_PENDING_MEMORY, LY_FAILED, LY_FAILED);
}

ly_pending ly_pending_take(ly_context *cx)
{
    ly_pending pending = cx->pending;
    cx->pending = (ly_pending){LY_PENDING_NONE, LY_FAILED, LY_FAILED};
    return pending;
}

void ly_pending_restore(ly_context *cx, ly_pending pending)
{
    ly_pending_drop(cx, cx->pending);
    cx->pending = pending;
}

void ly_pending_drop(ly_context *cx, ly_pending pending)
{
    ly_release(cx, pending.value);
    ly_release(cx, pending.tag);
}

void ly_context_interrupt(ly_context *cx)
{
    void (*interrupted)(ly_context *) = cx->interrupted;
    ly_context_abort(cx);
    if (interrupted) interrupted(cx);
}

void ly_context_abort(ly_context *cx)
{
    ly_context *home = cx;
    __atomic_add_fetch(&home->interrupting, 1, __ATOMIC_SEQ_CST);
    for (; cx; cx = __atomic_load_n(&cx->deputy, __ATOMIC_SEQ_CST)) {
        /* sequentially consistent: whoever is about to wait writes waits_on and reads poll */
        __atomic_fetch_or(&cx->poll, LY_POLL_ABORT, __ATOMIC_SEQ_CST);
        if (cx->protecting) break; /* what its deputies do is part of a cleanup */
    }
    __atomic_sub_fetch(&home->interrupting, 1, __ATOMIC_SEQ_CST);
}

void ly_deputy_ends(ly_context *cx, ly_context *home)
{
    __atomic_store_n(&cx->deputy, NULL, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&home->interrupting, __ATOMIC_SEQ_CST)) sched_yield();
}

void ly_protect_end(ly_context *cx)
{
    if (--cx->protecting == 0 && cx->abort_waits) {
        cx->abort_waits = false;
        __atomic_fetch_or(&cx->poll, LY_POLL_ABORT, __ATOMIC_RELAXED);
    }
}

ly_value ly_poll_slow(ly_context *cx)
{
    uint32_t poll = __atomic_exchange_n(&cx->poll, 0, __ATOMIC_RELAXED);
    if (poll & LY_POLL_YIELD && cx->on_poll) cx->on_poll(cx, poll); /* may change threads */
    if (poll & LY_POLL_ABORT && cx->protecting) {
        cx->abort_waits = true;
        poll &= ~(uint32_t)LY_POLL_ABORT;
    }
    if (poll & (LY_POLL_ABORT | LY_POLL_CANCEL))
        return ly_raise(cx, LY_PENDING_ABORT, LY_FAILED, LY_FAILED);
    if (poll & LY_POLL_TIMEOUT && ly_deadline_passed(cx)) return LY_FAILED;
    if (poll & LY_POLL_MEMORY && !ly_memory_can(cx, 0)) return LY_FAILED;
    if (poll & LY_POLL_MESSAGE && ly_message_failed(cx)) return LY_FAILED;
    return LY_INT(0);
}

/* ---- Catch */

int ly_catch_takes(ly_context *cx, const ly_catch *frame)
{
    ly_value tag = cx->pending.tag;
    ly_pending pending;
    ly_value form;
    int matched;
    if (!frame->form) return !tag;
    if (!tag) return 0;
    pending = ly_pending_take(cx);
    form = ly_evaluate(cx, frame->form);
    matched = ly_failed(form) ? -1 : ly_matches(cx, form, pending.tag);
    ly_release(cx, form);
    if (matched >= 0) ly_pending_restore(cx, pending);
    else ly_pending_drop(cx, pending);
    return matched;
}

ly_value ly_catch_taken(ly_context *cx, const ly_catch *frame, ly_value function)
{
    if (cx->pending.kind != LY_PENDING_THROW || ly_catch_takes(cx, frame) <= 0) return LY_FAILED;
    ly_pending pending = ly_pending_take(cx);
    ly_value v = pending.value;
    if (pending.tag && ly_has_shape(v, LY_SYM(Throw), 2)) {
        ly_value inner = ly_retain(ly_expr_of(v)->args[0]);
        ly_release(cx, v);
        v = inner;
    }
    if (function) return ly_call2(cx, function, v, pending.tag);
    ly_release(cx, pending.tag);
    return ly_evaluate_take(cx, v); /* what it was thrown from may have ended, and its values with it */
}
