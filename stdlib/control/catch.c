/* catch.c: Throw and Catch, TryCatch and Raise. */
#include "eval/eval.h"
#include "eval/guard.h"
#include "text/text.h"
#include "match/match.h"
#include "stdlib/control/control.h"

/* ---- Throw and Catch -------------------------------------------------------------------------- */

BUILTIN(Throw, throw_, 1, 3, LY_PROTECTED, LY_EFFECTS,
        "Throw[value] gives value to the nearest enclosing Catch.\n"
        "Throw[value, tag] gives it to the nearest Catch[expr, form] whose form matches tag.")
static ly_value throw_(ly_context *cx, ly_expr *call)
{
    ly_value value = ly_retain(call->args[0]);
    if (call->count == 3) {
        /* what is thrown to the top is f[value, tag] */
        value = ly_make2(cx, LY_SYM(Throw), value, ly_retain(call->args[2]));
    }
    return ly_raise(cx, LY_PENDING_THROW, value, call->count > 1 ? ly_retain(call->args[1]) : LY_FAILED);
}

BUILTIN(Catch, catch_, 1, 3, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Catch[expr] gives the argument of the first Throw in the evaluation of expr, or its value.\n"
        "Catch[expr, form] takes throws whose tag matches form; Catch[expr, form, f] gives f[value, tag].")
static ly_value catch_(ly_context *cx, ly_expr *call)
{
    ly_catch frame = {call->count > 1 ? call->args[1] : LY_FAILED, cx->catches};
    ly_value v;
    cx->catches = &frame;
    v = ly_evaluate(cx, call->args[0]);
    cx->catches = frame.outer;
    return ly_failed(v) ? ly_catch_taken(cx, &frame, call->count == 3 ? call->args[2] : LY_FAILED) : v;
}

/* ---- blocks and handlers ---------------------------------------------------------------------- */

ly_value ly_body_of(ly_value body)
{
    /* braces around one sequence of statements are a block */
    if (ly_has_shape(body, LY_SYM(List), 1) &&
        ly_has_head(ly_expr_of(body)->args[0], LY_SYM(CompoundExpression)))
        return ly_expr_of(body)->args[0];
    return body;
}

ly_value ly_call_handler_take(ly_context *cx, ly_value handler, ly_value argument)
{
    ly_value f, body, result;
    if (ly_is_expr(handler) && ly_expr_of(handler)->count == 2 &&
        (ly_expr_of(handler)->head == LY_SYM(Rule) || ly_expr_of(handler)->head == LY_SYM(RuleDelayed)) &&
        ly_is_symbol(ly_expr_of(handler)->args[0])) {
        ly_value name = ly_expr_of(handler)->args[0];
        body = ly_substitute_symbols(cx, ly_body_of(ly_expr_of(handler)->args[1]), 1, &name, &argument);
        ly_release(cx, argument);
        return ly_failed(body) ? body : ly_evaluate_take(cx, body);
    }
    if (ly_has_head(handler, LY_SYM(Function))) {
        /* the body of a handler may be a block */
        ly_expr *function = ly_expr_of(handler);
        uint32_t at = function->count == 1 ? 0 : 1;
        if (function->count >= 1 && ly_body_of(function->args[at]) != function->args[at]) {
            f = ly_expr_set_take(cx, ly_retain(handler), at, ly_retain(ly_body_of(function->args[at])));
            if (ly_failed(f)) {
                ly_release(cx, argument);
                return f;
            }
            result = ly_call1(cx, f, argument);
            ly_release(cx, f);
            return result;
        }
    }
    f = ly_evaluate(cx, handler);
    if (ly_failed(f)) {
        ly_release(cx, argument);
        return LY_FAILED;
    }
    result = ly_call1(cx, f, argument);
    ly_release(cx, f);
    return result;
}

/* ---- TryCatch and Raise ----------------------------------------------------------------------- */

ly_value ly_failure_new(ly_context *cx, const char *kind, const char *message)
{
    ly_value data = ly_association_set_take(cx, ly_association_new(cx, 2), ly_string_from(cx, "Message"),
                                            ly_string_from(cx, message), false);
    return ly_make2(cx, LY_SYM(Failure), ly_string_from(cx, kind), data);
}

/* The failure that the pending error is for a handler, the error taken out; LY_FAILED (still pending)
   if it is none that handlers get. */
ly_value ly_pending_failure(ly_context *cx)
{
    ly_pending pending = cx->pending;
    ly_value failure;
    switch (pending.kind) {
    case LY_PENDING_FAILURE:
        cx->pending.value = LY_FAILED;
        failure = pending.value;
        break;
    case LY_PENDING_MEMORY:
        failure = ly_failure_new(cx, "MemoryLimit", "The evaluation needed more memory than there is.");
        break;
    case LY_PENDING_RECURSION: {
        const char *which = "RecursionLimit";
        if (ly_is_expr(pending.value) && ly_expr_of(pending.value)->count == 1 &&
            ly_is_string(ly_expr_of(pending.value)->args[0]))
            which = ly_string_of(ly_expr_of(pending.value)->args[0])->data;
        failure = ly_failure_new(cx, which,
                                 strcmp(which, "IterationLimit") == 0 ? "$IterationLimit was exceeded."
                                                                      : "$RecursionLimit was exceeded.");
        break;
    }
    case LY_PENDING_THROW: {
        ly_expr *f;
        ly_value data;
        for (const ly_catch *c = cx->catches; c; c = c->outer) {
            int taken = ly_catch_takes(cx, c);
            if (taken) return LY_FAILED; /* a Catch outside wants it (or failed) */
        }
        pending = cx->pending;
        failure = ly_failure_new(cx, "UncaughtThrow", "A Throw was not caught.");
        f = ly_expr_of(failure);
        data = f->args[1];
        data = ly_association_set_take(cx, data, ly_string_from(cx, "Value"), ly_retain(pending.value), false);
        if (data && pending.tag)
            data = ly_association_set_take(cx, data, ly_string_from(cx, "Tag"), ly_retain(pending.tag), false);
        f->args[1] = data ? data : LY_INT(0);
        break;
    }
    default: return LY_FAILED;
    }
    ly_pending_drop(cx, ly_pending_take(cx));
    return failure;
}

BUILTIN(TryCatch, try_catch, 2, 2, LY_HOLD_ALL, LY_EFFECTS | LY_EVALUATED,
        "TryCatch[expr, handler] gives the value of expr, or the handler's when an error is raised.\n"
        "The handler is a function of the failure, or name -> body.")
static ly_value try_catch(ly_context *cx, ly_expr *call)
{
    ly_guard_result result;
    ly_value v = ly_guarded_body(cx, LY_SYM(TryCatch), 0, NULL, ly_body_of(call->args[0]), &result);
    return result == LY_GUARD_HANDLE ? ly_call_handler_take(cx, call->args[1], v) : v;
}

GUARD(TryCatch, try_begin, try_end)
static bool try_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    (void)guard, (void)n, (void)arguments;
    cx->catching++;
    return true;
}

static ly_guard_result try_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    (void)guard;
    cx->catching--;
    if (!ly_failed(*value)) return LY_GUARD_DONE;
    *value = ly_pending_failure(cx);
    return ly_failed(*value) ? LY_GUARD_DONE : LY_GUARD_HANDLE;
}

BUILTIN(Raise, raise_, 1, 2, 0, LY_EFFECTS,
        "Raise[tag, message] raises an error for TryCatch; Raise[failure] raises a Failure[…].")
static ly_value raise_(ly_context *cx, ly_expr *call)
{
    ly_value failure;
    if (call->count == 1) {
        failure = ly_has_head(call->args[0], LY_SYM(Failure))
                      ? ly_retain(call->args[0])
                      : ly_failure_new(cx, "Error", ly_is_string(call->args[0])
                                                        ? ly_string_of(call->args[0])->data
                                                        : "An error was raised.");
    } else {
        ly_value data = ly_association_set_take(cx, ly_association_new(cx, 1), ly_string_from(cx, "Message"),
                                                ly_retain(call->args[1]), false);
        failure = ly_make2(cx, LY_SYM(Failure), ly_retain(call->args[0]), data);
    }
    return ly_raise(cx, LY_PENDING_FAILURE, failure, LY_FAILED);
}

/* What every failure has, and the keys of this one, sorted. */
static ly_value failure_properties(ly_context *cx, const ly_association *data)
{
    static const char *const always[] = {"HeldMessageTemplate", "Message", "MessageName", "MessageTemplate",
                                         "StyledMessage", "Tag"};
    ly_builder names = ly_builder_new();
    const ly_entry *entry;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (!ly_builder_add(cx, &names, ly_string_from(cx, always[i]))) return LY_FAILED;
    for (uint32_t at = 0; (entry = ly_association_next(data, &at));)
        if (!ly_builder_add(cx, &names, ly_retain(entry->key))) return LY_FAILED;
    return ly_call1(cx, LY_SYM(Union), ly_builder_finish(cx, &names, LY_SYM(List)));
}

static ly_value entry_named(ly_context *cx, const ly_association *data, const char *name)
{
    ly_value key = ly_string_from(cx, name), v = ly_association_find(data, key);
    ly_release(cx, key);
    return v;
}

/* The template of the message, filled with its parameters; or that there was a failure. */
static ly_value failure_message(ly_context *cx, ly_value tag, const ly_association *data)
{
    ly_value template = entry_named(cx, data, "MessageTemplate");
    ly_value parameters = entry_named(cx, data, "MessageParameters");
    if (template && parameters)
        return ly_call2(cx, LY_SYM(TemplateApply), ly_retain(template), ly_retain(parameters));
    if (template) return ly_retain(template);
    ly_text text = {0};
    ly_text_puts(&text, "A failure of type \"");
    ly_print_text(cx, &text, tag);
    ly_text_puts(&text, "\" occurred.");
    return ly_text_string(cx, &text);
}

BUILTIN_SUB(Failure, failure_plain, failure_property, 0, -1, LY_PROTECTED, LY_ANY_COUNT,
            "Failure[\"kind\", <|\"Message\" -> text, …|>] is a failure; failure[\"Message\"] gives a property.")
static ly_value failure_plain(ly_context *cx, ly_expr *call) { return LY_UNEVALUATED; }
static ly_value failure_property(ly_context *cx, ly_expr *call)
{
    ly_expr *failure = ly_expr_of(call->head);
    ly_value v;
    if (failure->head != LY_SYM(Failure) || failure->count < 2 || !ly_is_association(failure->args[1]) ||
        call->count != 1)
        return LY_UNEVALUATED;
    const ly_association *data = ly_association_of(failure->args[1]);
    if (ly_string_is(call->args[0], "Tag")) return ly_retain(failure->args[0]);
    if (ly_string_is(call->args[0], "Properties")) return failure_properties(cx, data);
    v = ly_association_find(data, call->args[0]);
    if (v) return ly_retain(v);
    if (ly_string_is(call->args[0], "Message")) return failure_message(cx, failure->args[0], data);
    return ly_make2(cx, LY_SYM(Missing), ly_string_from(cx, "NotAvailable"), ly_retain(call->args[0]));
}

BUILTIN_SUB(Success, success_plain, success_property, 0, -1, LY_PROTECTED, LY_ANY_COUNT,
            "Success[\"kind\", <|key -> value, …|>] is a success; success[key] gives a property.")
static ly_value success_plain(ly_context *cx, ly_expr *call) { return LY_UNEVALUATED; }
static ly_value success_property(ly_context *cx, ly_expr *call)
{
    ly_expr *success = ly_expr_of(call->head);
    if (success->head != LY_SYM(Success) || success->count < 2 || !ly_is_association(success->args[1]) ||
        call->count != 1)
        return LY_UNEVALUATED;
    ly_value v = ly_association_find(ly_association_of(success->args[1]), call->args[0]);
    if (v) return ly_retain(v);
    if (ly_string_is(call->args[0], "Properties")) return ly_call1(cx, LY_SYM(Keys), ly_retain(success->args[1]));
    return ly_make2(cx, LY_SYM(Missing), ly_string_from(cx, "KeyAbsent"), ly_retain(call->args[0]));
}

BUILTIN(FailureQ, failure_q, 1, 1, LY_PROTECTED, LY_PURE,
        "FailureQ[expr] is True for Failure[…], $Failed and $Aborted.")
static ly_value failure_q(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    return ly_bool(ly_has_head(v, LY_SYM(Failure)) || v == LY_SYM($Failed) || v == LY_SYM($Aborted));
}
