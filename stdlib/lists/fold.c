/* fold.c: functions applied again and again: Fold, Nest, FixedPoint and their lists. */
#include "lists.h"

/* ---- Fold ------------------------------------------------------------------------------------- */

/* The operand list as an expression whose elements are folded over: an owned reference. */
static ly_value operands(ly_context *cx, ly_expr *call, size_t position)
{
    if (ly_is_atom(call->args[position])) {
        ly_message_normal(cx, call, (int64_t)position + 1);
        return LY_UNEVALUATED;
    }
    return ly_elements(cx, call->args[position]);
}

/* Folds over e from element `from`; the accumulator is consumed. With steps, each value is added to
   it (the first one, too). */
static ly_value fold_take(ly_context *cx, ly_value f, ly_value accumulator, const ly_expr *e, size_t from,
                          ly_builder *steps)
{
    if (steps && !ly_builder_add(cx, steps, ly_retain(accumulator))) {
        ly_release(cx, accumulator);
        return LY_FAILED;
    }
    for (size_t i = from; i < e->count; i++) {
        accumulator = ly_call2(cx, f, accumulator, ly_retain(e->args[i]));
        if (ly_failed(accumulator)) return LY_FAILED;
        if (steps && !ly_builder_add(cx, steps, ly_retain(accumulator))) {
            ly_release(cx, accumulator);
            return LY_FAILED;
        }
    }
    return accumulator;
}

static ly_value fold(ly_context *cx, ly_expr *call, bool listing)
{
    size_t where = call->count - 1, from = 0;
    ly_value list = operands(cx, call, where), accumulator;
    if (ly_failed(list) || list == LY_UNEVALUATED) return list;
    const ly_expr *e = ly_expr_of(list);
    if (call->count == 3) {
        accumulator = ly_retain(call->args[1]);
    } else if (e->count > 0) {
        accumulator = ly_retain(e->args[0]);
        from = 1;
    } else { /* nothing to fold */
        ly_release(cx, list);
        return listing ? ly_make0(cx, LY_SYM(List)) : LY_UNEVALUATED;
    }
    ly_builder steps = ly_builder_new();
    ly_value result = fold_take(cx, call->args[0], accumulator, e, from, listing ? &steps : NULL);
    if (listing) {
        ly_value head = ly_is_expr(call->args[where]) ? e->head : LY_SYM(List);
        if (ly_failed(result)) ly_builder_drop(cx, &steps);
        else {
            ly_release(cx, result);
            result = ly_builder_finish(cx, &steps, head);
        }
    }
    ly_release(cx, list);
    return result;
}

/* Fold[f][x, list], Fold[f][list] */
static ly_value fold_operator(ly_context *cx, ly_expr *call)
{
    const ly_expr *inner = ly_expr_of(call->head);
    if (!ly_is_symbol(inner->head) || inner->count != 1) return LY_UNEVALUATED;
    if (call->count == 2)
        return ly_make3(cx, inner->head, ly_retain(inner->args[0]), ly_retain(call->args[0]), ly_retain(call->args[1]));
    if (call->count == 1) return ly_make2(cx, inner->head, ly_retain(inner->args[0]), ly_retain(call->args[0]));
    return LY_UNEVALUATED;
}

BUILTIN_SUB(Fold, list_fold, fold_operator, 2, 3, LY_PROTECTED, LY_OPERATOR,
            "Fold[f, x, {a, b, …}] gives f[… f[f[x, a], b] …]; Fold[f, {a, b, …}] begins with a.")
static ly_value list_fold(ly_context *cx, ly_expr *call) { return fold(cx, call, false); }

BUILTIN_SUB(FoldList, list_fold_list, fold_operator, 2, 3, LY_PROTECTED, LY_OPERATOR,
            "FoldList[f, x, {a, b, …}] gives {x, f[x, a], f[f[x, a], b], …}.")
static ly_value list_fold_list(ly_context *cx, ly_expr *call) { return fold(cx, call, true); }

/* f gives {out, next}; the outs are listed. */
static ly_value fold_pairs(ly_context *cx, ly_expr *call, bool listing)
{
    ly_value g = call->count == 4 ? call->args[3] : LY_FAILED;
    size_t where = call->count >= 3 ? 2 : 1, from = 0;
    ly_value list = operands(cx, call, where), state, last = LY_FAILED;
    if (ly_failed(list) || list == LY_UNEVALUATED) return list;
    const ly_expr *e = ly_expr_of(list);
    ly_builder outs = ly_builder_new();
    if (call->count >= 3) {
        state = ly_retain(call->args[1]);
    } else {
        if (e->count == 0) {
            ly_release(cx, list);
            return LY_UNEVALUATED;
        }
        state = ly_retain(e->args[0]);
        from = 1;
    }
    for (size_t i = from; i < e->count; i++) {
        ly_value pair = ly_call2(cx, call->args[0], state, ly_retain(e->args[i]));
        state = LY_FAILED;
        pair = ly_failed(pair) ? pair : ly_unpack_take(cx, pair);
        if (ly_failed(pair)) goto failed;
        if (!ly_has_shape(pair, LY_SYM(List), 2)) {
            ly_message_call(cx, call, "pair", 1, pair);
            ly_release(cx, pair);
            ly_release(cx, last);
            ly_release(cx, list);
            ly_builder_drop(cx, &outs);
            return LY_UNEVALUATED;
        }
        ly_value out;
        if (g) out = ly_call1(cx, g, ly_retain(pair));
        else out = ly_retain(ly_expr_of(pair)->args[0]);
        state = ly_retain(ly_expr_of(pair)->args[1]);
        ly_release(cx, pair);
        if (ly_failed(out)) goto failed;
        ly_release(cx, last);
        last = out;
        if (listing && !ly_builder_add(cx, &outs, ly_retain(out))) goto failed;
    }
    ly_release(cx, list);
    if (listing) {
        ly_release(cx, state);
        ly_release(cx, last);
        return ly_builder_finish(cx, &outs, LY_SYM(List));
    }
    if (last) ly_release(cx, state);
    return last ? last : state;
failed:
    ly_builder_drop(cx, &outs);
    ly_release(cx, list);
    ly_release(cx, state);
    ly_release(cx, last);
    return LY_FAILED;
}

MESSAGE(General, pair, "`1` is not a list of two elements.")

BUILTIN(FoldPair, list_fold_pair, 2, 4, LY_PROTECTED, LY_PURE,
        "FoldPair[f, y, list] gives the last x of the pairs {x, y} that f[y, element] gives.")
static ly_value list_fold_pair(ly_context *cx, ly_expr *call) { return fold_pairs(cx, call, false); }

BUILTIN(FoldPairList, list_fold_pair_list, 2, 4, LY_PROTECTED, LY_PURE,
        "FoldPairList[f, y, list] gives the first elements x of the pairs {x, y} that f[y, element] gives.")
static ly_value list_fold_pair_list(ly_context *cx, ly_expr *call) { return fold_pairs(cx, call, true); }

BUILTIN(SequenceFold, list_sequence_fold, 3, 3, LY_PROTECTED, LY_PURE,
        "SequenceFold[f, {x1, …, xn}, {a1, a2, …}] folds f over n earlier values and the next element.")
BUILTIN(SequenceFoldList, list_sequence_fold_list, 3, 3, LY_PROTECTED, LY_PURE,
        "SequenceFoldList[f, {x1, …, xn}, {a1, a2, …}] gives the values that SequenceFold goes through.")

static ly_value sequence_fold(ly_context *cx, ly_expr *call, bool listing)
{
    if (!ly_has_head(call->args[1], LY_SYM(List)) || !ly_has_head(call->args[2], LY_SYM(List)))
        return LY_UNEVALUATED;
    const ly_expr *start = ly_expr_of(call->args[1]), *e = ly_expr_of(call->args[2]);
    ly_builder values = ly_builder_new();
    for (size_t i = 0; i < start->count; i++)
        if (!ly_builder_add(cx, &values, ly_retain(start->args[i]))) return LY_FAILED;
    for (size_t i = 0; i < e->count; i++) {
        ly_expr *next = ly_expr_new(cx, call->args[0], start->count + 1);
        if (!next) goto failed;
        for (size_t k = 0; k < start->count; k++) next->args[k] = ly_retain(values.expr->args[i + k]);
        next->args[start->count] = ly_retain(e->args[i]);
        ly_value v = ly_evaluate_take(cx, ly_from_object(next));
        if (ly_failed(v) || !ly_builder_add(cx, &values, v)) goto failed;
    }
    if (listing) return ly_builder_finish(cx, &values, LY_SYM(List));
    if (ly_builder_count(&values) == 0) return LY_UNEVALUATED;
    ly_value last = ly_retain(values.expr->args[values.expr->count - 1]);
    ly_builder_drop(cx, &values);
    return last;
failed:
    ly_builder_drop(cx, &values);
    return LY_FAILED;
}

static ly_value list_sequence_fold(ly_context *cx, ly_expr *call) { return sequence_fold(cx, call, false); }
static ly_value list_sequence_fold_list(ly_context *cx, ly_expr *call) { return sequence_fold(cx, call, true); }

/* ---- Nest ------------------------------------------------------------------------------------- */

static ly_value nest(ly_context *cx, ly_expr *call, bool listing)
{
    if (!ly_is_int(call->args[2]) || ly_int_of(call->args[2]) < 0)
        return ly_message_call(cx, call, "intnm", 2, CALL_VALUE(call), LY_INT(3));
    int64_t n = ly_int_of(call->args[2]);
    if (listing && !ly_memory_can(cx, n > INT64_MAX / 16 ? SIZE_MAX / 2 : (size_t)n * sizeof(ly_value)))
        return LY_FAILED;
    ly_value v = ly_retain(call->args[1]);
    ly_builder steps = ly_builder_new();
    if (listing && !ly_builder_add(cx, &steps, ly_retain(v))) goto failed;
    for (int64_t i = 0; i < n; i++) {
        v = ly_call1(cx, call->args[0], v);
        if (ly_failed(v)) goto failed;
        if (listing && !ly_builder_add(cx, &steps, ly_retain(v))) goto failed;
    }
    if (!listing) return v;
    ly_release(cx, v);
    return ly_builder_finish(cx, &steps, LY_SYM(List));
failed:
    ly_builder_drop(cx, &steps);
    ly_release(cx, v);
    return LY_FAILED;
}

BUILTIN(Nest, list_nest, 3, 3, LY_PROTECTED, LY_PURE, "Nest[f, x, n] gives f applied n times to x.")
static ly_value list_nest(ly_context *cx, ly_expr *call) { return nest(cx, call, false); }

BUILTIN(NestList, list_nest_list, 3, 3, LY_PROTECTED, LY_PURE,
        "NestList[f, x, n] gives the results of applying f to x 0 to n times.")
static ly_value list_nest_list(ly_context *cx, ly_expr *call) { return nest(cx, call, true); }

/* ---- NestWhile -------------------------------------------------------------------------------- */

/* The test is given the last `window` results; -1 failed. */
static int test_window(ly_context *cx, ly_value test, const ly_builder *values, size_t window)
{
    ly_expr *call = ly_expr_new(cx, test, window);
    if (!call) return -1;
    for (size_t i = 0; i < window; i++)
        call->args[i] = ly_retain(values->expr->args[values->expr->count - window + i]);
    ly_value v = ly_evaluate_take(cx, ly_from_object(call));
    ly_release(cx, v);
    return ly_failed(v) ? -1 : v == LY_SYM(True);
}

/* Forgets all but the last `keep` values. */
static void forget(ly_context *cx, ly_builder *values, size_t keep)
{
    ly_expr *e = values->expr;
    size_t drop = e->count - keep;
    for (size_t i = 0; i < drop; i++) ly_release(cx, e->args[i]);
    memmove(e->args, e->args + drop, keep * sizeof *e->args);
    e->count = (uint32_t)keep;
}

static ly_value nest_while(ly_context *cx, ly_expr *call, bool listing)
{
    ly_value f = call->args[0], test = call->args[2];
    int64_t least = 1, most = 1, steps = INT64_MAX, more = 0;
    if (call->count >= 4) {
        ly_value m = call->args[3];
        if (ly_is_int(m) && ly_int_of(m) >= 0) {
            least = most = ly_int_of(m);
        } else if (m == LY_SYM(All)) {
            least = 1;
            most = INT64_MAX;
        } else if (ly_has_shape(m, LY_SYM(List), 2) && ly_is_int(ly_expr_of(m)->args[0])) {
            least = ly_int_of(ly_expr_of(m)->args[0]);
            if (ly_is_int(ly_expr_of(m)->args[1])) most = ly_int_of(ly_expr_of(m)->args[1]);
            else if (ly_is_plus_infinity(ly_expr_of(m)->args[1])) most = INT64_MAX;
            else return LY_UNEVALUATED;
            if (least < 0 || most < least) return LY_UNEVALUATED;
        } else {
            return ly_message_call(cx, call, "innf", 2, LY_INT(4), CALL_VALUE(call));
        }
    }
    if (call->count >= 5) {
        if (ly_is_int(call->args[4]) && ly_int_of(call->args[4]) >= 0) steps = ly_int_of(call->args[4]);
        else if (!ly_is_plus_infinity(call->args[4]))
            return ly_message_call(cx, call, "innf", 2, LY_INT(5), CALL_VALUE(call));
    }
    if (call->count == 6) {
        if (!ly_is_int(call->args[5])) return LY_UNEVALUATED;
        more = ly_int_of(call->args[5]);
    }
    size_t keep = most == INT64_MAX ? SIZE_MAX : (size_t)(most > 1 ? most : 1) + (more < 0 ? (size_t)-more : 0);
    ly_builder values = ly_builder_new();
    if (!ly_builder_add(cx, &values, ly_retain(call->args[1]))) return LY_FAILED;
    int64_t done = 0;
    for (; done < steps; done++) {
        size_t have = ly_builder_count(&values);
        if ((int64_t)have >= least) {
            size_t window = (int64_t)have > most ? (size_t)most : have;
            int go_on = test_window(cx, test, &values, window);
            if (go_on < 0) goto failed;
            if (!go_on) break;
        }
        ly_value v = ly_call1(cx, f, ly_retain(values.expr->args[have - 1]));
        if (ly_failed(v) || !ly_builder_add(cx, &values, v)) goto failed;
        if (!listing && keep < SIZE_MAX / 4 && ly_builder_count(&values) > 2 * keep + 16) forget(cx, &values, keep);
    }
    for (; more > 0; more--) {
        ly_value v = ly_call1(cx, f, ly_retain(values.expr->args[values.expr->count - 1]));
        if (ly_failed(v) || !ly_builder_add(cx, &values, v)) goto failed;
    }
    size_t have = ly_builder_count(&values), dropped = more < 0 ? (size_t)-more : 0;
    if (dropped >= have) dropped = have - 1;
    if (!listing) {
        ly_value v = ly_retain(values.expr->args[have - 1 - dropped]);
        ly_builder_drop(cx, &values);
        return v;
    }
    while (dropped-- > 0) ly_release(cx, values.expr->args[--values.expr->count]);
    return ly_builder_finish(cx, &values, LY_SYM(List));
failed:
    ly_builder_drop(cx, &values);
    return LY_FAILED;
}

BUILTIN(NestWhile, list_nest_while, 3, 6, LY_PROTECTED, LY_PURE,
        "NestWhile[f, x, test] applies f to x until test of the result is not True.\n"
        "NestWhile[f, x, test, m] tests the last m results; a fifth argument limits the steps.")
static ly_value list_nest_while(ly_context *cx, ly_expr *call) { return nest_while(cx, call, false); }

BUILTIN(NestWhileList, list_nest_while_list, 3, 6, LY_PROTECTED, LY_PURE,
        "NestWhileList[f, x, test] gives the results that NestWhile goes through.")
static ly_value list_nest_while_list(ly_context *cx, ly_expr *call) { return nest_while(cx, call, true); }

/* ---- FixedPoint ------------------------------------------------------------------------------- */

static ly_value fixed_point(ly_context *cx, ly_expr *call, bool listing)
{
    int64_t most = INT64_MAX;
    size_t count = ly_option_start(call, 2);
    ly_value same = ly_option(cx, call, count, "SameTest", LY_SYM(SameQ));
    if (count > 2) {
        if (ly_is_int(call->args[2]) && ly_int_of(call->args[2]) >= 0) most = ly_int_of(call->args[2]);
        else if (!ly_is_plus_infinity(call->args[2])) {
            ly_release(cx, same);
            return ly_message_call(cx, call, "innf", 2, LY_INT(3), CALL_VALUE(call));
        }
    }
    ly_value v = ly_retain(call->args[1]);
    ly_builder steps = ly_builder_new();
    if (listing && !ly_builder_add(cx, &steps, ly_retain(v))) goto failed;
    for (int64_t i = 0; i < most; i++) {
        ly_value next = ly_call1(cx, call->args[0], ly_retain(v));
        if (ly_failed(next)) goto failed;
        int equal = same == LY_SYM(SameQ) ? ly_same(v, next) : ly_test_call2(cx, same, v, next);
        ly_release(cx, v);
        v = next;
        if (equal < 0) goto failed;
        if (listing && !ly_builder_add(cx, &steps, ly_retain(v))) goto failed;
        if (equal) break;
    }
    ly_release(cx, same);
    if (!listing) return v;
    ly_release(cx, v);
    return ly_builder_finish(cx, &steps, LY_SYM(List));
failed:
    ly_release(cx, same);
    ly_release(cx, v);
    ly_builder_drop(cx, &steps);
    return LY_FAILED;
}

BUILTIN(FixedPoint, list_fixed_point, 2, -1, LY_PROTECTED, LY_PURE,
        "FixedPoint[f, x] applies f until the result no longer changes; FixedPoint[f, x, n] at most n times.")
static ly_value list_fixed_point(ly_context *cx, ly_expr *call) { return fixed_point(cx, call, false); }

BUILTIN(FixedPointList, list_fixed_point_list, 2, -1, LY_PROTECTED, LY_PURE,
        "FixedPointList[f, x] gives the results that FixedPoint goes through.")
static ly_value list_fixed_point_list(ly_context *cx, ly_expr *call) { return fixed_point(cx, call, true); }
