/* flow.c: sequence, choice and repetition. */
#include "eval/eval.h"
#include "eval/guard.h"
#include "match/match.h"

/* ---- Label and Goto: a Goto travels as a pending error to the nearest sequence that has its label */

BUILTIN(Label, label, 1, 1, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS, "Label[tag] is where Goto[tag] goes on.")
static ly_value label(ly_context *cx, ly_expr *call) { return LY_SYM(Null); }

BUILTIN(Goto, go_to, 1, 1, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS,
        "Goto[tag] goes on at Label[tag] in a sequence a; b; … around it.")
static ly_value go_to(ly_context *cx, ly_expr *call)
{
    return ly_raise(cx, LY_PENDING_GOTO, ly_retain(call->args[0]), LY_FAILED);
}
MESSAGE(Goto, nolabel, "Label `1` not found.")

bool ly_has_labels(const ly_expr *sequence)
{
    for (size_t i = 0; i < sequence->count; i++)
        if (ly_has_shape(sequence->args[i], LY_SYM(Label), 1)) return true;
    return false;
}

static ly_value with_labels(ly_context *cx, ly_expr *call)
{
    ly_value v = LY_SYM(Null);
    for (size_t i = 0; i < call->count;) {
        ly_release(cx, v);
        v = ly_evaluate(cx, call->args[i]);
        i++;
        if (!ly_failed(v)) continue;
        if (cx->pending.kind != LY_PENDING_GOTO) return LY_FAILED;
        size_t at = 0;
        while (at < call->count && !(ly_has_shape(call->args[at], LY_SYM(Label), 1) &&
                                     ly_same(ly_expr_of(call->args[at])->args[0], cx->pending.value)))
            at++;
        if (at == call->count) return LY_FAILED;
        ly_pending_drop(cx, ly_pending_take(cx));
        if (ly_poll(cx)) return LY_FAILED;
        v = LY_SYM(Null);
        i = at + 1;
    }
    return v;
}

BUILTIN(CompoundExpression, compound, 0, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "a; b; c evaluates a, b, c in turn and gives the last value.")
static ly_value compound(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) return LY_SYM(Null);
    if (ly_has_labels(call)) return with_labels(cx, call);
    for (uint32_t i = 0; i + 1 < call->count; i++) {
        ly_value v = ly_evaluate(cx, call->args[i]);
        if (ly_failed(v)) return LY_FAILED;
        ly_release(cx, v);
    }
    return ly_retain(call->args[call->count - 1]); /* the evaluator goes on with it */
}

BUILTIN(If, if_, 2, 4, LY_HOLD_REST | LY_PROTECTED, LY_PURE,
        "If[condition, t, f] gives t if condition is True, f if it is False.\n"
        "If[condition, t, f, u] gives u if it is neither.")
static ly_value if_(ly_context *cx, ly_expr *call)
{
    ly_value test = call->args[0];
    if (test == LY_SYM(True)) return ly_retain(call->args[1]);
    if (test == LY_SYM(False)) return call->count > 2 ? ly_retain(call->args[2]) : LY_SYM(Null);
    return call->count > 3 ? ly_retain(call->args[3]) : LY_UNEVALUATED;
}

BUILTIN(Which, which, 0, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "Which[test1, value1, test2, value2, …] gives the value of the first test that is True.")
static ly_value which(ly_context *cx, ly_expr *call)
{
    if (call->count % 2) return ly_message_call(cx, call, "argct", 2, call->head, LY_INT(call->count));
    for (uint32_t i = 0; i < call->count; i += 2) {
        ly_value test = ly_evaluate(cx, call->args[i]);
        if (ly_failed(test)) return LY_FAILED;
        if (test == LY_SYM(True)) return ly_retain(call->args[i + 1]);
        if (test != LY_SYM(False)) {
            /* undecided: what is left of the call, its first test evaluated */
            ly_expr *rest;
            if (i == 0 && test == call->args[0]) {
                ly_release(cx, test);
                return LY_UNEVALUATED;
            }
            rest = ly_expr_new(cx, call->head, call->count - i);
            if (!rest) {
                ly_release(cx, test);
                return LY_FAILED;
            }
            rest->args[0] = test;
            for (uint32_t k = i + 1; k < call->count; k++) rest->args[k - i] = ly_retain(call->args[k]);
            return ly_from_object(rest);
        }
        ly_release(cx, test);
    }
    return LY_SYM(Null);
}
MESSAGE(Which, argct, "`1` called with `2` arguments; an even number of arguments is expected.")

BUILTIN(Switch, switch_, 1, -1, LY_HOLD_REST | LY_PROTECTED, LY_EFFECTS,
        "Switch[expr, form1, value1, form2, value2, …] gives the value whose form expr matches first.")
static ly_value switch_(ly_context *cx, ly_expr *call)
{
    if (call->count % 2 == 0 || call->count == 1) {
        if (call->count == 1) return LY_UNEVALUATED;
        return ly_message_call(cx, call, "argct", 2, call->head, LY_INT(call->count));
    }
    for (uint32_t i = 1; i < call->count; i += 2) {
        ly_value form = ly_evaluate(cx, call->args[i]);
        ly_pattern *pattern;
        ly_bindings bindings = {0};
        int matched;
        if (ly_failed(form)) return LY_FAILED;
        pattern = ly_pattern_of(cx, form);
        if (!pattern) {
            ly_release(cx, form);
            return LY_FAILED;
        }
        ly_pattern_retain(pattern);
        matched = ly_match(cx, pattern, call->args[0], &bindings);
        if (matched == 1) {
            ly_value value = ly_substitute(cx, call->args[i + 1], pattern, &bindings);
            ly_bindings_free(cx, &bindings);
            ly_pattern_release(cx, pattern);
            ly_release(cx, form);
            return value;
        }
        ly_pattern_release(cx, pattern);
        ly_release(cx, form);
        if (matched < 0) return LY_FAILED;
    }
    return LY_UNEVALUATED;
}
MESSAGE(Switch, argct, "`1` called with `2` arguments. `1` must be called with an odd number of arguments.")

/* Break, Continue and Return inside a loop: 1 goes on, 0 ends the loop, -1 leaves it failing. */
static int after_body(ly_context *cx)
{
    if (cx->pending.kind == LY_PENDING_CONTINUE || cx->pending.kind == LY_PENDING_BREAK) {
        bool next = cx->pending.kind == LY_PENDING_CONTINUE;
        ly_pending_drop(cx, ly_pending_take(cx));
        return next;
    }
    return -1;
}

BUILTIN(While, while_, 1, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "While[test, body] evaluates test, then body, again and again until test is not True.")
static ly_value while_(ly_context *cx, ly_expr *call)
{
    for (;;) {
        int go = ly_test(cx, call->args[0]);
        if (ly_poll(cx)) return LY_FAILED;
        if (go == 0) return LY_SYM(Null);
        if (go < 0) {
            go = after_body(cx);
            if (go < 0) return ly_take_return(cx);
            if (!go) return LY_SYM(Null);
        }
        if (call->count == 2) {
            ly_value v = ly_evaluate(cx, call->args[1]);
            if (ly_failed(v)) {
                go = after_body(cx);
                if (go < 0) return ly_take_return(cx);
                if (!go) return LY_SYM(Null);
            } else {
                ly_release(cx, v);
            }
        }
    }
}

BUILTIN(For, for_, 3, 4, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "For[start, test, step, body] evaluates start, then body and step as long as test is True.")
static ly_value for_(ly_context *cx, ly_expr *call)
{
    ly_value v = ly_evaluate(cx, call->args[0]);
    if (ly_failed(v)) return LY_FAILED;
    ly_release(cx, v);
    for (;;) {
        int go = ly_test(cx, call->args[1]);
        if (ly_poll(cx)) return LY_FAILED;
        if (go < 0) return ly_take_return(cx);
        if (go == 0) return LY_SYM(Null);
        if (call->count == 4) {
            v = ly_evaluate(cx, call->args[3]);
            if (ly_failed(v)) {
                go = after_body(cx);
                if (go < 0) return ly_take_return(cx);
                if (!go) return LY_SYM(Null);
            } else {
                ly_release(cx, v);
            }
        }
        v = ly_evaluate(cx, call->args[2]);
        if (ly_failed(v)) {
            go = after_body(cx);
            if (go < 0) return ly_take_return(cx);
            if (!go) return LY_SYM(Null);
        } else {
            ly_release(cx, v);
        }
    }
}

/* ---- leaving early ---------------------------------------------------------------------------- */

BUILTIN(Break, break_, 0, 0, LY_PROTECTED, LY_EFFECTS, "Break[] leaves the nearest Do, For or While.")
static ly_value break_(ly_context *cx, ly_expr *call)
{
    return ly_raise(cx, LY_PENDING_BREAK, LY_FAILED, LY_FAILED);
}

BUILTIN(Continue, continue_, 0, 0, LY_PROTECTED, LY_EFFECTS,
        "Continue[] goes on with the next round of the nearest Do, For or While.")
static ly_value continue_(ly_context *cx, ly_expr *call)
{
    return ly_raise(cx, LY_PENDING_CONTINUE, LY_FAILED, LY_FAILED);
}

BUILTIN(Return, return_, 0, 2, LY_PROTECTED, LY_EFFECTS,
        "Return[expr] gives expr as the value of the function or loop that it stands in.\n"
        "Return[expr, h] gives it as the value of the nearest enclosing h.")
static ly_value return_(ly_context *cx, ly_expr *call)
{
    return ly_raise(cx, LY_PENDING_RETURN, call->count ? ly_retain(call->args[0]) : LY_SYM(Null),
                    call->count == 2 ? ly_retain(call->args[1]) : LY_FAILED);
}

BUILTIN(Abort, abort_, 0, 0, LY_PROTECTED, LY_EFFECTS, "Abort[] ends the evaluation; its value is $Aborted.")
static ly_value abort_(ly_context *cx, ly_expr *call)
{
    return ly_raise(cx, LY_PENDING_ABORT, LY_FAILED, LY_FAILED);
}

BUILTIN(CheckAbort, check_abort, 2, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "CheckAbort[expr, failexpr] gives failexpr if the evaluation of expr is aborted.")
static ly_value check_abort(ly_context *cx, ly_expr *call)
{
    return ly_guarded(cx, LY_SYM(CheckAbort), 0, NULL, call->args[0], call->args[1]);
}

GUARD(CheckAbort, check_abort_begin, check_abort_end)
static bool check_abort_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    (void)cx, (void)guard, (void)n, (void)arguments;
    return true;
}

static ly_guard_result check_abort_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    (void)guard;
    if (!ly_failed(*value) || cx->pending.kind != LY_PENDING_ABORT) return LY_GUARD_DONE;
    ly_pending_drop(cx, ly_pending_take(cx));
    return LY_GUARD_ALTERNATIVE;
}

BUILTIN(Exit, exit_, 0, 1, LY_PROTECTED, LY_EFFECTS, "Exit[] ends the program; Exit[n] with status n.")
static ly_value exit_(ly_context *cx, ly_expr *call)
{
    ly_value status = call->count ? call->args[0] : LY_INT(0);
    if (!ly_is_int(status)) return ly_message_call(cx, call, "intnm", 2, ly_from_object(call), LY_INT(1));
    return ly_raise(cx, LY_PENDING_EXIT, status, LY_FAILED);
}
BUILTIN(Quit, exit_again, 0, 1, LY_PROTECTED, LY_EFFECTS, "Quit[] ends the program, as Exit does.")
static ly_value exit_again(ly_context *cx, ly_expr *call) { return exit_(cx, call); }

BUILTIN(Evaluate, evaluate_, 0, -1, LY_PROTECTED, LY_PURE,
        "Evaluate[expr] is evaluated even where it stands as a held argument.")
static ly_value evaluate_(ly_context *cx, ly_expr *call)
{
    ly_expr *sequence;
    if (call->count == 1) return ly_retain(call->args[0]);
    sequence = ly_expr_new(cx, LY_SYM(Sequence), call->count);
    if (!sequence) return LY_FAILED;
    for (uint32_t i = 0; i < call->count; i++) sequence->args[i] = ly_retain(call->args[i]);
    return ly_from_object(sequence);
}

BUILTIN_SYMBOL(Unevaluated, LY_HOLD_ALL_COMPLETE | LY_PROTECTED,
               "Unevaluated[expr] gives expr to a function without evaluating it.")
BUILTIN_SYMBOL(Hold, LY_HOLD_ALL | LY_PROTECTED, "Hold[expr] keeps expr as it is.")
BUILTIN_SYMBOL(HoldComplete, LY_HOLD_ALL_COMPLETE | LY_PROTECTED,
               "HoldComplete[expr] keeps expr as it is, shielded from all rules of its parts.")
BUILTIN_SYMBOL(Sequence, LY_PROTECTED, "Sequence[a, b, …] is spliced into the arguments of functions.")
BUILTIN_SYMBOL(Nothing, LY_PROTECTED, "Nothing is removed from the lists that it stands in.")
BUILTIN_SYMBOL(Splice, LY_PROTECTED, "Splice[{a, b, …}] is spliced into the list that it stands in.")
BUILTIN_SYMBOL(Rule, LY_SEQUENCE_HOLD | LY_PROTECTED, "lhs -> rhs is a rule that replaces lhs by rhs.")
BUILTIN_SYMBOL(RuleDelayed, LY_HOLD_REST | LY_SEQUENCE_HOLD | LY_PROTECTED,
               "lhs :> rhs replaces lhs by rhs, which is evaluated when the rule is used.")
BUILTIN_SYMBOL(True, LY_LOCKED | LY_PROTECTED, "True is the Boolean value true.")
BUILTIN_SYMBOL(False, LY_LOCKED | LY_PROTECTED, "False is the Boolean value false.")
BUILTIN_SYMBOL(Null, LY_PROTECTED, "Null is the value of what gives no value.")
BUILTIN_SYMBOL($Aborted, LY_LOCKED | LY_PROTECTED, "$Aborted is the value of an aborted evaluation.")
BUILTIN_SYMBOL($Failed, LY_LOCKED | LY_PROTECTED, "$Failed is the value of what could not be done.")

static bool is_hold(ly_value v)
{
    ly_value h = ly_is_expr(v) ? ly_expr_of(v)->head : LY_FAILED;
    return h == LY_SYM(Hold) || h == LY_SYM(HoldForm) || h == LY_SYM(HoldComplete) || h == LY_SYM(HoldPattern);
}

static void *released_on_new_stack(ly_context *cx, void *v);

/* v with the outermost holds of all its parts taken off. */
static ly_value released(ly_context *cx, ly_value v)
{
    ly_expr *e;
    ly_value out;
    if (!ly_is_expr(v)) return ly_retain(v);
    if (ly_stack_low(cx))
        return (ly_value)(uintptr_t)ly_on_new_stack(cx, released_on_new_stack, (void *)(uintptr_t)v);
    e = ly_expr_of(v);
    if (is_hold(v)) {
        ly_expr *sequence;
        if (e->count == 1) return ly_retain(e->args[0]);
        sequence = ly_expr_new(cx, LY_SYM(Sequence), e->count);
        for (uint32_t i = 0; sequence && i < e->count; i++) sequence->args[i] = ly_retain(e->args[i]);
        return ly_from_object(sequence);
    }
    out = ly_retain(v);
    for (uint32_t i = 0; i < e->count; i++) {
        ly_value part = released(cx, e->args[i]);
        if (ly_failed(part)) {
            ly_release(cx, out);
            return LY_FAILED;
        }
        if (part == e->args[i]) ly_release(cx, part);
        else if (ly_failed(out = ly_expr_set_take(cx, out, i, part))) return LY_FAILED;
    }
    return out;
}

static void *released_on_new_stack(ly_context *cx, void *v)
{
    return (void *)(uintptr_t)released(cx, (ly_value)(uintptr_t)v);
}

BUILTIN(ReleaseHold, release_hold, 1, 1, LY_PROTECTED, LY_PURE,
        "ReleaseHold[expr] takes Hold, HoldForm, HoldPattern and HoldComplete off expr.")
static ly_value release_hold(ly_context *cx, ly_expr *call)
{
    return released(cx, call->args[0]);
}

BUILTIN(Identity, identity, 1, 1, LY_PROTECTED, LY_PACKED, "Identity[expr] gives expr.")
static ly_value identity(ly_context *cx, ly_expr *call) { return ly_take_arg(call, 0); }

BUILTIN(AbortProtect, abort_protect, 1, 1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "AbortProtect[expr] evaluates expr; an abort from outside waits until it is done.")
static ly_value abort_protect(ly_context *cx, ly_expr *call)
{
    return ly_guarded(cx, LY_SYM(AbortProtect), 0, NULL, call->args[0], LY_FAILED);
}

GUARD(AbortProtect, abort_protect_begin, abort_protect_end)
static bool abort_protect_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    (void)guard, (void)n, (void)arguments;
    ly_protect_begin(cx);
    return true;
}

static ly_guard_result abort_protect_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    (void)guard, (void)value;
    ly_protect_end(cx);
    return LY_GUARD_DONE;
}
