/* conditional.c: expressions that hold under a condition, and assumptions. */
#include "stdlib/numbers/numbers.h"

BUILTIN(ConditionalExpression, conditional_expression, 2, 2, LY_PROTECTED, LY_PURE,
        "ConditionalExpression[e, condition] is e where the condition holds, and Undefined elsewhere.")
static ly_value conditional_expression(ly_context *cx, ly_expr *call)
{
    ly_value e = call->args[0], condition = call->args[1];
    if (condition == LY_SYM(True)) return ly_retain(e);
    if (condition == LY_SYM(False) || e == LY_SYM(Undefined)) return LY_SYM(Undefined);
    if (ly_has_shape(e, LY_SYM(ConditionalExpression), 2))
        return ly_make2(cx, LY_SYM(ConditionalExpression), ly_retain(ly_expr_of(e)->args[0]),
                        ly_make2(cx, LY_SYM(And), ly_retain(ly_expr_of(e)->args[1]), ly_retain(condition)));
    return LY_UNEVALUATED;
}

BUILTIN(Assuming, assuming, 2, 2, LY_HOLD_REST | LY_PROTECTED, LY_EFFECTS,
        "Assuming[condition, e] evaluates e with the condition added to $Assumptions.")
static ly_value assuming(ly_context *cx, ly_expr *call)
{
    ly_value now = ly_evaluate(cx, LY_SYM($Assumptions));
    if (ly_failed(now)) return now;
    ly_value given = call->args[0];
    if (ly_has_head(given, LY_SYM(List)))
        given = ly_make(cx, LY_SYM(And), 0, NULL);
    else
        given = ly_retain(given);
    if (ly_has_head(call->args[0], LY_SYM(List)))
        for (size_t i = 0; i < ly_expr_of(call->args[0])->count; i++)
            given = ly_expr_append_take(cx, given, ly_retain(ly_expr_of(call->args[0])->args[i]));
    ly_value both = now == LY_SYM(True) ? given : ly_make2(cx, LY_SYM(And), now, given);
    both = ly_evaluate_take(cx, both);
    if (ly_failed(both)) return both;
    ly_value set = ly_make2(cx, LY_SYM(Set), LY_SYM($Assumptions), both);
    return ly_make2(cx, LY_SYM(Block), ly_make1(cx, LY_SYM(List), set), ly_retain(call->args[1]));
}

BUILTIN(PossibleZeroQ, possible_zero_q, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "PossibleZeroQ[e] tells whether e seems to be zero.")
static ly_value possible_zero_q(ly_context *cx, ly_expr *call)
{
    ly_value e = call->args[0];
    if (ly_is_number(e)) return ly_bool(ly_numbers_equal(e, LY_INT(0)));
    if (ly_is_numeric(cx, e)) {
        int zero = ly_numeric_is_zero(cx, e);
        if (zero >= 0) return ly_bool(zero);
        /* it can't be told from zero */
        return LY_SYM(True);
    }
    if (!ly_is_expr(e)) return LY_SYM(False);
    ly_value simple = ly_call1(cx, LY_SYM(Together), ly_retain(e));
    if (!ly_failed(simple) && simple != LY_INT(0)) simple = ly_call1(cx, LY_SYM(Expand), simple);
    if (!ly_failed(simple) && simple != LY_INT(0)) simple = ly_call1(cx, LY_SYM(Simplify), simple);
    if (ly_failed(simple)) return simple;
    bool zero = ly_is_number(simple) && ly_numbers_equal(simple, LY_INT(0));
    ly_release(cx, simple);
    return ly_bool(zero);
}
