/* values.c: assignments that define something other than a value: N[f[x_]] = …, Default[f] = …,
   Format[f[x_]] = …. Each is a rule of f, in a list of its own. */
#include "stdlib/assignment/assignment.h"

static ly_value leading_symbol(ly_value v)
{
    while (ly_is_expr(v)) v = ly_expr_of(v)->head;
    return ly_is_symbol(v) ? v : LY_FAILED;
}

/* The rule pattern -> rhs in a list of the pattern's symbol; rhs LY_FAILED: it is removed. */
static ly_value enter_rule(ly_context *cx, ly_expr *lhs, ly_value subject, ly_value pattern, ly_rule_list list,
                           ly_value rhs, bool delayed)
{
    ly_value symbol = leading_symbol(subject);
    if (!symbol) {
        ly_message(cx, LY_SYM(Set), "setraw", 1, subject);
        return LY_SYM($Failed);
    }
    if (ly_attributes(cx, symbol) & LY_LOCKED) {
        ly_message(cx, LY_SYM(Set), "write", 2, symbol, ly_from_object(lhs));
        return LY_SYM($Failed);
    }
    if (rhs) ly_add_rule(cx, symbol, list, pattern, rhs, delayed);
    else ly_remove_rule(cx, symbol, list, pattern);
    if (cx->pending.kind != LY_PENDING_NONE) return LY_FAILED; /* no memory for it */
    return ly_retain(rhs && !delayed ? rhs : LY_SYM(Null));
}

static ly_value evaluated_parts(ly_context *cx, ly_value v)
{
    return ly_is_expr(v) && !ly_has_head(v, LY_SYM(HoldPattern)) ? ly_evaluate_parts_take(cx, ly_retain(v))
                                                                  : ly_retain(v);
}

/* N[f[x_]] = …, N[f[x_], {p_, a_}] := …: the pattern is the whole N[…]. */
ASSIGNMENT(N, assign_n)
static ly_value assign_n(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed)
{
    ly_value subject, pattern, result;
    if (lhs->count < 1 || lhs->count > 2) return LY_UNEVALUATED;
    subject = evaluated_parts(cx, lhs->args[0]);
    if (ly_failed(subject)) return LY_FAILED;
    pattern = lhs->count == 1 ? ly_make1(cx, LY_SYM(N), ly_retain(subject))
                              : ly_make2(cx, LY_SYM(N), ly_retain(subject), ly_retain(lhs->args[1]));
    result = enter_rule(cx, lhs, subject, pattern, LY_N_VALUES, rhs, delayed);
    ly_release(cx, pattern);
    ly_release(cx, subject);
    return result;
}

/* Default[f] = v, Default[f, i] = v, Default[f, i, n] = v */
ASSIGNMENT(Default, assign_default)
static ly_value assign_default(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed)
{
    if (lhs->count < 1 || !ly_is_symbol(lhs->args[0])) return LY_UNEVALUATED;
    return enter_rule(cx, lhs, lhs->args[0], ly_from_object(lhs), LY_DEFAULT_VALUES, rhs, delayed);
}

/* NumericQ[s] = True makes a numeric quantity of a symbol: a rule of s, up value NumericQ[s]. */
ASSIGNMENT(NumericQ, assign_numeric)
static ly_value assign_numeric(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed)
{
    ly_value result = LY_UNEVALUATED;
    if (lhs->count != 1) return LY_UNEVALUATED;
    ly_value subject = evaluated_parts(cx, lhs->args[0]);
    if (ly_failed(subject)) return LY_FAILED;
    if (ly_is_symbol(subject) && !ly_symbol_of(subject)->builtin) {
        ly_value pattern = ly_make1(cx, LY_SYM(NumericQ), ly_retain(subject));
        result = enter_rule(cx, lhs, subject, pattern, LY_UP_VALUES, rhs, delayed);
        ly_release(cx, pattern);
    }
    ly_release(cx, subject);
    return result;
}

/* Format[f[x_]] := …, Format[f[x_], form] := …: the pattern is the whole Format[…]. */
ASSIGNMENT(Format, assign_format)
static ly_value assign_format(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed)
{
    ly_value subject, pattern, result;
    if (lhs->count < 1 || lhs->count > 2) return LY_UNEVALUATED;
    subject = evaluated_parts(cx, lhs->args[0]);
    if (ly_failed(subject)) return LY_FAILED;
    pattern = lhs->count == 1 ? ly_make1(cx, LY_SYM(Format), ly_retain(subject))
                              : ly_make2(cx, LY_SYM(Format), ly_retain(subject), ly_retain(lhs->args[1]));
    result = enter_rule(cx, lhs, subject, pattern, LY_FORMAT_VALUES, rhs, delayed);
    ly_release(cx, pattern);
    ly_release(cx, subject);
    return result;
}
