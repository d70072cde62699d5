/* inactive.c: functions kept from evaluation by name: Inactive, Inactivate, Activate. */
#include "eval/eval.h"
#include "match/match.h"

BUILTIN_SYMBOL(Inactive, LY_HOLD_FIRST | LY_PROTECTED, "Inactive[f] stands for f, but does nothing until Activate.")

typedef struct change {
    ly_context *cx;
    ly_value e, pattern; /* pattern: what symbols are meant, or LY_FAILED for all */
    bool activate;
} change;

static ly_value changed(ly_context *cx, ly_value e, ly_value pattern, bool activate);

static void *changed_deeper(ly_context *cx, void *argument)
{
    change *c = argument;
    return (void *)(uintptr_t)changed(cx, c->e, c->pattern, c->activate);
}

/* 1, 0, -1: does the pattern mean this symbol? */
static int meant(ly_context *cx, ly_value symbol, ly_value pattern)
{
    return ly_failed(pattern) ? 1 : ly_matches(cx, pattern, symbol);
}

/* Inactivate leaves alone what only holds or groups things. */
static bool stays_active(ly_value symbol)
{
    return symbol == LY_SYM(List) || symbol == LY_SYM(Rule) || symbol == LY_SYM(RuleDelayed) ||
           symbol == LY_SYM(Hold) || symbol == LY_SYM(HoldForm) || symbol == LY_SYM(HoldComplete) ||
           symbol == LY_SYM(Association) || symbol == LY_SYM(Inactive) || symbol == LY_SYM(Sequence) ||
           symbol == LY_SYM(Pattern) || symbol == LY_SYM(Blank);
}

static ly_value changed(ly_context *cx, ly_value e, ly_value pattern, bool activate)
{
    if (ly_stack_low(cx)) {
        change c = {cx, e, pattern, activate};
        return (ly_value)(uintptr_t)ly_on_new_stack(cx, changed_deeper, &c);
    }
    if (!ly_is_expr(e)) return ly_retain(e);
    const ly_expr *x = ly_expr_of(e);
    ly_value head = x->head, new_head;
    if (activate && ly_has_shape(head, LY_SYM(Inactive), 1)) {
        int is = meant(cx, ly_expr_of(head)->args[0], pattern);
        if (is < 0) return LY_FAILED;
        new_head = is ? ly_retain(ly_expr_of(head)->args[0]) : ly_retain(head);
    } else if (activate && ly_has_shape(e, LY_SYM(Inactive), 1)) {
        int is = meant(cx, x->args[0], pattern);
        return is < 0 ? LY_FAILED : ly_retain(is ? x->args[0] : e);
    } else if (!activate && ly_is_symbol(head)) {
        int is = stays_active(head) ? 0 : meant(cx, head, pattern);
        if (is < 0) return LY_FAILED;
        new_head = is ? ly_make1(cx, LY_SYM(Inactive), head) : head;
    } else
        new_head = changed(cx, head, pattern, activate);
    if (ly_failed(new_head)) return LY_FAILED;
    ly_expr *new = ly_expr_new(cx, new_head, x->count);
    ly_release(cx, new_head);
    if (!new) return LY_FAILED;
    for (size_t i = 0; i < x->count; i++) {
        ly_value item = changed(cx, x->args[i], pattern, activate);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(new));
            return LY_FAILED;
        }
        new->args[i] = item;
    }
    return ly_from_object(new);
}

BUILTIN(Activate, activate, 1, 2, LY_PROTECTED, LY_PURE,
        "Activate[e] replaces Inactive[f] by f everywhere in e; Activate[e, pattern] where f matches.")
static ly_value activate(ly_context *cx, ly_expr *call)
{
    return changed(cx, call->args[0], call->count == 2 ? call->args[1] : LY_FAILED, true);
}

BUILTIN(Inactivate, inactivate, 1, 2, LY_HOLD_FIRST | LY_PROTECTED, LY_PURE,
        "Inactivate[e] replaces every function f of e by Inactive[f]; Inactivate[e, pattern] those that match.")
static ly_value inactivate(ly_context *cx, ly_expr *call)
{
    return changed(cx, call->args[0], call->count == 2 ? call->args[1] : LY_FAILED, false);
}
