/* piecewise.c: Piecewise: values under conditions, the first that holds. */
#include "eval/eval.h"

/* The condition of a piece, evaluated (LY_FAILED: pending). False: it is no piece. */
static bool piece_of(ly_context *cx, ly_value pair, ly_value *condition)
{
    if (!ly_has_shape(pair, LY_SYM(List), 2)) return false;
    *condition = ly_evaluate(cx, ly_expr_of(pair)->args[1]);
    return true;
}

/* Adds {value, condition}; joined with the piece before it where that has the same value. */
static ly_value add_piece_take(ly_context *cx, ly_value pieces, ly_value value, ly_value condition)
{
    size_t n = ly_expr_of(pieces)->count;
    ly_value last = n ? ly_expr_of(pieces)->args[n - 1] : LY_FAILED;
    if (last && ly_same(ly_expr_of(last)->args[0], value)) {
        if (ly_same(ly_expr_of(last)->args[1], condition)) {
            ly_release(cx, value);
            ly_release(cx, condition);
            return pieces;
        }
        ly_value either = ly_call2(cx, LY_SYM(Or), ly_retain(ly_expr_of(last)->args[1]), condition);
        if (ly_failed(either)) {
            ly_release(cx, pieces);
            ly_release(cx, value);
            return LY_FAILED;
        }
        return ly_expr_set_take(cx, pieces, n - 1, ly_make2(cx, LY_SYM(List), value, either));
    }
    return ly_expr_append_take(cx, pieces, ly_make2(cx, LY_SYM(List), value, condition));
}

BUILTIN(Piecewise, piecewise, 1, 2, LY_HOLD_ALL | LY_PROTECTED, LY_PURE,
        "Piecewise[{{v1, c1}, {v2, c2}, …}, v] is the v of the first condition that holds, else the default v.")
static ly_value piecewise(ly_context *cx, ly_expr *call)
{
    ly_value list = call->args[0], given = LY_FAILED;
    if (!ly_has_head(list, LY_SYM(List))) {
        given = list = ly_evaluate(cx, list);
        if (ly_failed(list)) return LY_FAILED;
        if (!ly_has_head(list, LY_SYM(List))) {
            ly_release(cx, given);
            return LY_UNEVALUATED;
        }
    }
    ly_value pieces = ly_make0(cx, LY_SYM(List)), result = LY_UNEVALUATED, rest = LY_FAILED;
    for (size_t i = 0; i < ly_expr_of(list)->count && ly_failed(rest); i++) {
        ly_value condition, value;
        if (!piece_of(cx, ly_expr_of(list)->args[i], &condition)) goto end;
        if (ly_failed(condition)) {
            result = LY_FAILED;
            goto end;
        }
        if (condition == LY_SYM(False)) continue;
        value = ly_evaluate(cx, ly_expr_of(ly_expr_of(list)->args[i])->args[0]);
        if (ly_failed(value)) {
            ly_release(cx, condition);
            result = LY_FAILED;
            goto end;
        }
        if (condition == LY_SYM(True)) {
            rest = value;
            break;
        }
        pieces = add_piece_take(cx, pieces, value, condition);
        if (ly_failed(pieces)) {
            result = LY_FAILED;
            goto end;
        }
    }
    if (ly_failed(rest)) rest = call->count == 2 ? ly_evaluate(cx, call->args[1]) : LY_INT(0);
    if (ly_failed(rest)) {
        result = LY_FAILED;
        goto end;
    }
    if (ly_expr_of(pieces)->count == 0) {
        result = rest;
        goto end;
    }
    result = ly_make2(cx, LY_SYM(Piecewise), pieces, rest);
    pieces = LY_FAILED;
    if (ly_same(result, ly_from_object(call))) {
        ly_release(cx, result);
        result = LY_UNEVALUATED;
    }
end:
    ly_release(cx, pieces);
    ly_release(cx, given);
    return result;
}
