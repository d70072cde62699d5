/* confirm.c: Enclose and Confirm.

   Confirm throws a failure to the nearest Enclose (with its tag); both are built on Throw and Catch,
   with a tag that programs cannot write. */
#include "eval/eval.h"
#include "eval/guard.h"
#include "match/match.h"
#include "stdlib/control/control.h"

static ly_value enclosure_tag(ly_context *cx, ly_value tag)
{
    return ly_make1(cx, LY_SYM($EnclosureTag), tag ? ly_retain(tag) : LY_SYM(Automatic));
}

BUILTIN(Enclose, enclose, 1, 3, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "Enclose[expr] gives a Failure when a Confirm in expr fails; Enclose[expr, f] gives f[failure];\n"
        "Enclose[expr, f, tag] minds Confirms with this tag.")
static ly_value enclose(ly_context *cx, ly_expr *call)
{
    ly_value tag = LY_FAILED, v, f;
    ly_guard_result result;
    if (call->count == 3) {
        tag = ly_evaluate(cx, call->args[2]);
        if (ly_failed(tag)) return LY_FAILED;
    }
    v = ly_guarded_body(cx, LY_SYM(Enclose), call->count == 3, &tag, call->args[0], &result);
    ly_release(cx, tag);
    if (result == LY_GUARD_DONE || call->count == 1) return v;
    f = ly_evaluate(cx, call->args[1]);
    if (ly_failed(f)) {
        ly_release(cx, v);
        return LY_FAILED;
    }
    if (ly_is_string(f)) {
        /* a property of the failure */
        ly_value of = ly_make1(cx, v, f);
        ly_release(cx, v);
        return ly_evaluate_take(cx, of);
    }
    v = ly_call1(cx, f, v);
    ly_release(cx, f);
    return v;
}

/* Of the tag, if there is one. The handler's argument is the failure. */
GUARD(Enclose, enclose_begin, enclose_end)
static bool enclose_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    ly_catch *frame = LY_GUARD_FRAME(ly_catch, guard);
    *frame = (ly_catch){enclosure_tag(cx, n ? arguments[0] : LY_FAILED), cx->catches};
    cx->catches = frame;
    cx->enclosing++;
    return true;
}

static ly_guard_result enclose_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    ly_catch *frame = LY_GUARD_FRAME(ly_catch, guard);
    cx->enclosing--;
    cx->catches = frame->outer;
    bool mine = ly_failed(*value) && cx->pending.kind == LY_PENDING_THROW && cx->pending.tag &&
                ly_same(cx->pending.tag, frame->form);
    ly_release(cx, frame->form);
    if (!mine) return LY_GUARD_DONE;
    ly_pending pending = ly_pending_take(cx);
    ly_release(cx, pending.tag);
    *value = pending.value;
    return LY_GUARD_HANDLE;
}

/* Throws the failure of a Confirm…; consumes data. */
static ly_value confirmation_failed(ly_context *cx, ly_expr *call, ly_value tag, const char *type,
                                    ly_value expression, ly_value data)
{
    ly_value failure;
    if (!cx->enclosing) {
        ly_release(cx, data);
        ly_message_call(cx, call, "confirmnotag", 0);
        return ly_retain(expression);
    }
    data = ly_association_set_take(cx, data, ly_string_from(cx, "ConfirmationType"), ly_string_from(cx, type), false);
    data = ly_association_set_take(cx, data, ly_string_from(cx, "Expression"), ly_retain(expression), false);
    if (ly_failed(data)) return LY_FAILED;
    failure = ly_make2(cx, LY_SYM(Failure), ly_string_from(cx, "ConfirmationFailed"), data);
    return ly_raise(cx, LY_PENDING_THROW, failure, enclosure_tag(cx, tag));
}
MESSAGE(Confirm, confirmnotag, "Confirm has no tag or surrounding Enclose.")
MESSAGE(ConfirmBy, confirmnotag, "ConfirmBy has no tag or surrounding Enclose.")
MESSAGE(ConfirmMatch, confirmnotag, "ConfirmMatch has no tag or surrounding Enclose.")
MESSAGE(ConfirmAssert, confirmnotag, "ConfirmAssert has no tag or surrounding Enclose.")

static ly_value information(ly_context *cx, ly_expr *call, size_t at)
{
    ly_value info = call->count > at ? call->args[at] : LY_SYM(Null);
    return ly_association_set_take(cx, ly_association_new(cx, 4), ly_string_from(cx, "Information"),
                                   ly_retain(info), false);
}

BUILTIN(Confirm, confirm, 1, 3, LY_PROTECTED, LY_EFFECTS,
        "Confirm[expr] gives expr, or ends the nearest Enclose if expr is a failure; Confirm[expr, info, tag].")
static ly_value confirm(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    bool fails = ly_has_head(v, LY_SYM(Failure)) || ly_has_head(v, LY_SYM(Missing)) || v == LY_SYM($Failed) ||
                 v == LY_SYM($Aborted) || v == LY_SYM($TimedOut) || v == LY_SYM($Canceled);
    if (!fails) return ly_retain(v);
    return confirmation_failed(cx, call, call->count > 2 ? call->args[2] : LY_FAILED, "Confirm", v,
                               information(cx, call, 1));
}

BUILTIN(ConfirmBy, confirm_by, 2, 4, LY_PROTECTED, LY_EFFECTS,
        "ConfirmBy[expr, f] gives expr if f[expr] is True, else ends the nearest Enclose.")
static ly_value confirm_by(ly_context *cx, ly_expr *call)
{
    int holds = ly_test_call1(cx, call->args[1], call->args[0]);
    if (holds < 0) return LY_FAILED;
    if (holds) return ly_retain(call->args[0]);
    return confirmation_failed(cx, call, call->count > 3 ? call->args[3] : LY_FAILED, "ConfirmBy", call->args[0],
                               ly_association_set_take(cx, information(cx, call, 2), ly_string_from(cx, "Function"),
                                                       ly_retain(call->args[1]), false));
}

BUILTIN(ConfirmMatch, confirm_match, 2, 4, LY_PROTECTED, LY_EFFECTS,
        "ConfirmMatch[expr, form] gives expr if it matches form, else ends the nearest Enclose.")
static ly_value confirm_match(ly_context *cx, ly_expr *call)
{
    int matched = ly_matches(cx, call->args[1], call->args[0]);
    if (matched < 0) return LY_FAILED;
    if (matched) return ly_retain(call->args[0]);
    return confirmation_failed(cx, call, call->count > 3 ? call->args[3] : LY_FAILED, "ConfirmMatch", call->args[0],
                               ly_association_set_take(cx, information(cx, call, 2), ly_string_from(cx, "Pattern"),
                                                       ly_retain(call->args[1]), false));
}

BUILTIN(ConfirmAssert, confirm_assert, 1, 3, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS,
        "ConfirmAssert[test] ends the nearest Enclose if test is not True.")
static ly_value confirm_assert(ly_context *cx, ly_expr *call)
{
    int holds = ly_test(cx, call->args[0]);
    ly_value held, r;
    if (holds < 0) return LY_FAILED;
    if (holds) return LY_SYM(Null);
    held = ly_make1(cx, LY_SYM(HoldForm), ly_retain(call->args[0]));
    r = confirmation_failed(cx, call, call->count > 2 ? call->args[2] : LY_FAILED, "ConfirmAssert", held,
                            information(cx, call, 1));
    ly_release(cx, held);
    return r;
}
