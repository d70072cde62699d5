/* messages.c: the built-ins that give, catch and silence messages. */
#include "eval/messages.h"

#include "eval/eval.h"
#include "eval/guard.h"

/* ---- names ------------------------------------------------------------------------------------ */

BUILTIN(MessageName, message_name, 2, 3, LY_HOLD_FIRST | LY_READ_PROTECTED | LY_PROTECTED, LY_EFFECTS,
        "symbol::tag is the name of a message; its value is the message's text.")
static ly_value message_name(ly_context *cx, ly_expr *call)
{
    ly_value text;
    if (!ly_is_symbol(call->args[0]) || !ly_is_string(call->args[1])) return LY_UNEVALUATED;
    text = ly_message_text_of(cx, call->args[0], ly_string_of(call->args[1])->data);
    return text ? text : LY_UNEVALUATED;
}

ASSIGNMENT(MessageName, assign_message)
static ly_value assign_message(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed)
{
    ly_value tag, name;
    if (lhs->count < 2 || !ly_is_symbol(lhs->args[0])) return LY_UNEVALUATED;
    tag = ly_evaluate(cx, lhs->args[1]);
    if (ly_failed(tag)) return LY_FAILED;
    name = ly_make2(cx, LY_SYM(MessageName), ly_retain(lhs->args[0]), tag);
    if (rhs) ly_add_rule(cx, lhs->args[0], LY_MESSAGES, name, rhs, delayed);
    else ly_remove_rule(cx, lhs->args[0], LY_MESSAGES, name);
    ly_release(cx, name);
    if (cx->pending.kind != LY_PENDING_NONE) return LY_FAILED; /* no memory for it */
    return ly_retain(rhs ? rhs : LY_SYM(Null));
}

BUILTIN(Message, message, 1, -1, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS,
        "Message[symbol::tag, e1, e2, …] gives the message, with e1, e2, … put in.")
static ly_value message(ly_context *cx, ly_expr *call)
{
    ly_value name = call->args[0];
    if (!ly_has_head(name, LY_SYM(MessageName)) || ly_expr_of(name)->count < 2 ||
        !ly_is_symbol(ly_expr_of(name)->args[0]) || !ly_is_string(ly_expr_of(name)->args[1]))
        return ly_message_call(cx, call, "name", 1, name);
    ly_message_give(cx, ly_expr_of(name)->args[0], ly_expr_of(name)->args[1], call->count - 1, call->args + 1);
    return LY_SYM(Null);
}
MESSAGE(Message, name, "Message name `1` is not of the form symbol::name or symbol::name::language.")

/* ---- Check and Quiet -------------------------------------------------------------------------- */

BUILTIN(Check, check, 2, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Check[expr, failexpr] gives failexpr if messages were given while expr was evaluated.\n"
        "Check[expr, failexpr, f::tag, …] minds these messages alone.")
static ly_value check(ly_context *cx, ly_expr *call)
{
    ly_value names = LY_FAILED, v;
    if (call->count == 2) return ly_guarded(cx, LY_SYM(Check), 0, NULL, call->args[0], call->args[1]);
    /* Check[expr, failexpr, {names}] */
    if (call->count == 3 && ly_has_head(call->args[2], LY_SYM(List)))
        return ly_guarded(cx, LY_SYM(Check), 1, &call->args[2], call->args[0], call->args[1]);
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), call->count - 2);
    if (!list) return LY_FAILED;
    for (uint32_t i = 2; i < call->count; i++) list->args[i - 2] = ly_retain(call->args[i]);
    names = ly_from_object(list);
    v = ly_guarded(cx, LY_SYM(Check), 1, &names, call->args[0], call->args[1]);
    ly_release(cx, names);
    return v;
}

/* Of the list of names, if there is one. */
GUARD(Check, check_begin, check_end)
static bool check_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    ly_message_frame *frame = LY_GUARD_FRAME(ly_message_frame, guard);
    *frame = (ly_message_frame){true, n == 0, n ? arguments[0] : LY_FAILED, LY_FAILED, false, NULL};
    ly_message_frame_begin(cx, frame);
    return true;
}

static ly_guard_result check_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    ly_message_frame *frame = LY_GUARD_FRAME(ly_message_frame, guard);
    ly_message_frame_end(cx, frame);
    if (ly_failed(*value) || !frame->hit) return LY_GUARD_DONE;
    ly_release(cx, *value);
    return LY_GUARD_ALTERNATIVE;
}

BUILTIN(Quiet, quiet, 1, 3, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Quiet[expr] evaluates expr without printing messages; Quiet[expr, f::tag] without this one;\n"
        "Quiet[expr, off, on] silences off, but not on.")
static ly_value quiet(ly_context *cx, ly_expr *call)
{
    return ly_guarded(cx, LY_SYM(Quiet), call->count - 1, call->args + 1, call->args[0], LY_FAILED);
}

GUARD(Quiet, quiet_begin, quiet_end)
static bool quiet_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *names)
{
    ly_message_frame *frame = LY_GUARD_FRAME(ly_message_frame, guard);
    *frame = (ly_message_frame){false, true, LY_FAILED, LY_FAILED, false, NULL};
    if (n >= 1 && names[0] != LY_SYM(All)) {
        frame->all = false;
        frame->names = names[0] == LY_SYM(None) ? LY_FAILED : names[0];
    }
    if (n == 2) {
        if (names[1] == LY_SYM(All)) frame->all = false, frame->names = LY_FAILED;
        else if (names[1] != LY_SYM(None)) frame->except = names[1];
    }
    ly_message_frame_begin(cx, frame);
    return true;
}

static ly_guard_result quiet_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    (void)value;
    ly_message_frame_end(cx, LY_GUARD_FRAME(ly_message_frame, guard));
    return LY_GUARD_DONE;
}

/* ---- On and Off ------------------------------------------------------------------------------- */

static ly_value switch_messages(ly_context *cx, ly_expr *call, ly_expr *names, bool off)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, switch_messages, LY_AS_WORD(cx), LY_AS_WORD(call), LY_AS_WORD(names), off);
    ly_messages *m = cx->messages;
    if (!m->off) m->off = ly_association_new(cx, 4);
    for (uint32_t i = 0; i < names->count; i++) {
        ly_value name = names->args[i];
        if (ly_has_head(name, LY_SYM(List))) {
            ly_value r = switch_messages(cx, call, ly_expr_of(name), off);
            if (r != LY_SYM(Null)) return r;
        } else if (ly_has_shape(name, LY_SYM(MessageName), 2)) {
            m->off = off ? ly_association_set_take(cx, m->off, ly_retain(name), LY_SYM(True), false)
                         : ly_association_remove_take(cx, m->off, name);
            if (ly_failed(m->off)) return LY_FAILED;
        } else if (!ly_is_symbol(name) && !ly_is_string(name)) {
            return ly_message(cx, LY_SYM(Message), "name", 1, name);
        }
    }
    return LY_SYM(Null);
}

BUILTIN(Off, off, 0, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS, "Off[f::tag, …] switches messages off.")
static ly_value off(ly_context *cx, ly_expr *call) { return switch_messages(cx, call, call, true); }

BUILTIN(On, on, 0, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS, "On[f::tag, …] switches messages on again.")
static ly_value on(ly_context *cx, ly_expr *call) { return switch_messages(cx, call, call, false); }

static ly_value message_list(ly_context *cx, ly_expr *call)
{
    return cx->messages->list ? ly_retain(cx->messages->list) : ly_make0(cx, LY_SYM(List));
}
BUILTIN($MessageList, message_list, 0, 0, 0, LY_VALUE | LY_EFFECTS,
        "$MessageList is the list of the messages given so far while the input is evaluated.")
