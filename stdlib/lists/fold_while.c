/* fold_while.c: folding as long as a test holds: FoldWhile, FoldWhileList. */
#include "eval/context.h"
#include "eval/eval.h"

/* How the test is given results, and what is left out or added at the end. */
typedef struct folding {
    ly_value f, test, items; /* borrowed */
    ly_value first;          /* owned */
    size_t at;               /* the first element of items to fold in */
    int64_t supplied;        /* results that the test sees; 0: all so far */
    int64_t extra;           /* steps more, or results fewer */
} folding;

/* F[f, x, list, test, m, n] or F[f, list, test, m, n]; false: neither. */
static bool read_folding(ly_context *cx, ly_expr *call, folding *fold)
{
    *fold = (folding){.f = call->args[0], .supplied = 1};
    size_t next;
    if (call->count >= 4 && ly_is_list(call->args[2])) {
        fold->first = ly_retain(call->args[1]);
        fold->items = call->args[2];
        next = 3;
    } else if (call->count >= 3 && ly_is_list(call->args[1]) && ly_length(call->args[1])) {
        fold->items = call->args[1];
        fold->first = ly_element(cx, fold->items, 0);
        fold->at = 1;
        next = 2;
    } else {
        return false;
    }
    fold->test = call->args[next++];
    bool ok = true;
    if (next < call->count) {
        ly_value m = call->args[next++];
        if (m == LY_SYM(All))
            fold->supplied = 0;
        else
            ok = ly_to_int64(m, &fold->supplied) && fold->supplied >= 1;
    }
    if (ok && next < call->count) ok = ly_to_int64(call->args[next++], &fold->extra);
    return ok && next == call->count;
}

/* All results, as many as the test allows; LY_FAILED: failed. */
static ly_value results_of(ly_context *cx, folding *fold)
{
    ly_value results = ly_make1(cx, LY_SYM(List), fold->first);
    fold->first = LY_FAILED;
    size_t n = ly_length(fold->items);
    for (bool more = true; more && !ly_failed(results);) {
        size_t have = ly_expr_of(results)->count,
               show = fold->supplied ? (size_t)fold->supplied : have;
        int holds = 1;
        if (have >= show) {
            ly_expr *call = ly_expr_new(cx, fold->test, show);
            if (!call) break;
            for (size_t i = 0; i < show; i++)
                call->args[i] = ly_retain(ly_expr_of(results)->args[have - show + i]);
            holds = ly_test(cx, ly_from_object(call));
            ly_release(cx, ly_from_object(call));
        }
        int64_t steps = holds > 0 ? 1 : fold->extra > 0 ? fold->extra : 0;
        more = holds > 0;
        for (; holds >= 0 && steps > 0 && !ly_failed(results); steps--) {
            if (fold->at >= n) {
                more = false;
                break;
            }
            ly_value last = ly_retain(ly_expr_of(results)->args[ly_expr_of(results)->count - 1]);
            ly_value next = ly_call2(cx, fold->f, last, ly_element(cx, fold->items, fold->at++));
            if (ly_failed(next))
                holds = -1;
            else
                results = ly_expr_append_take(cx, results, next);
        }
        if (holds < 0 || ly_poll(cx)) {
            ly_release(cx, results);
            return LY_FAILED;
        }
    }
    return results;
}

static ly_value fold_while(ly_context *cx, ly_expr *call, bool list)
{
    folding fold;
    if (!read_folding(cx, call, &fold)) {
        ly_release(cx, fold.first);
        return LY_UNEVALUATED;
    }
    ly_value results = results_of(cx, &fold);
    if (ly_failed(results)) return cx->pending.kind ? LY_FAILED : ly_raise_memory(cx);
    size_t count = ly_expr_of(results)->count, drop = fold.extra < 0 ? (size_t)-fold.extra : 0;
    ly_value result;
    if (!list) {
        result =
            drop >= count ? LY_UNEVALUATED : ly_retain(ly_expr_of(results)->args[count - 1 - drop]);
    } else {
        size_t kept = drop >= count ? 0 : count - drop;
        ly_expr *some = ly_expr_new(cx, LY_SYM(List), kept);
        for (size_t i = 0; some && i < kept; i++)
            some->args[i] = ly_retain(ly_expr_of(results)->args[i]);
        result = some ? ly_from_object(some) : LY_FAILED;
    }
    ly_release(cx, results);
    return result;
}

static ly_value operator_of(ly_context *cx, ly_expr *call)
{
    ly_expr *inner = ly_expr_of(call->head);
    if (inner->count != 2 || call->count != 1 || !ly_is_symbol(inner->head)) return LY_UNEVALUATED;
    return ly_make3(cx, inner->head, ly_retain(inner->args[0]), ly_retain(call->args[0]),
                    ly_retain(inner->args[1]));
}

BUILTIN_SUB(FoldWhile, list_fold_while, fold_while_operator, 2, 6, LY_PROTECTED, LY_PURE,
            "FoldWhile[f, x, list, test] folds while the test of the last result gives True, and "
            "gives the last "
            "result; a fifth argument is how many results the test is given, a sixth how many "
            "steps to add.")
static ly_value list_fold_while(ly_context *cx, ly_expr *call)
{
    return fold_while(cx, call, false);
}
static ly_value fold_while_operator(ly_context *cx, ly_expr *call) { return operator_of(cx, call); }
BUILTIN_SUB(FoldWhileList, list_fold_while_list, fold_while_list_operator, 2, 6, LY_PROTECTED,
            LY_PURE, "FoldWhileList[f, x, list, test] gives all results of FoldWhile.")
static ly_value list_fold_while_list(ly_context *cx, ly_expr *call)
{
    return fold_while(cx, call, true);
}
static ly_value fold_while_list_operator(ly_context *cx, ly_expr *call)
{
    return operator_of(cx, call);
}
