/* curry.c: functions that take their arguments in several calls: Curry. */
#include "eval/context.h"
#include "eval/eval.h"

enum { CURRIED = 64 };

/* The arguments of F[…][…][…] from the first call on; the innermost F[…]; NULL: too many. */
static const ly_expr *collect(const ly_expr *call, ly_value *arguments, size_t *count)
{
    const ly_expr *calls[CURRIED];
    size_t depth = 0;
    *count = 0;
    while (ly_is_expr(call->head)) {
        if (depth == CURRIED) return NULL;
        calls[depth++] = call;
        call = ly_expr_of(call->head);
    }
    while (depth-- > 0)
        for (uint32_t i = 0; i < calls[depth]->count; i++) {
            if (*count == CURRIED) return NULL;
            arguments[(*count)++] = calls[depth]->args[i];
        }
    return call;
}

static ly_value curry_call(ly_context *cx, ly_expr *call);
BUILTIN_SUB(Curry, curry_plain, curry_call, 1, 2, LY_PROTECTED, LY_PURE,
            "Curry[f][x][y] is f[y, x]; Curry[f, n] takes n arguments in order, Curry[f, {i1, …}] "
            "in the given one.")
static ly_value curry_plain(ly_context *cx, ly_expr *call) { return LY_UNEVALUATED; }

static ly_value curry_call(ly_context *cx, ly_expr *call)
{
    ly_value arguments[CURRIED];
    size_t given, n = 2;
    const ly_expr *curry = collect(call, arguments, &given);
    if (!curry || curry->count < 1 || curry->count > 2) return LY_UNEVALUATED;
    ly_value order = curry->count == 2 ? curry->args[1] : LY_FAILED;
    if (!ly_failed(order)) {
        if (ly_is_int(order) && ly_int_of(order) >= 0 && ly_int_of(order) <= CURRIED)
            n = (size_t)ly_int_of(order);
        else if (ly_is_list(order) && ly_length(order) <= CURRIED)
            n = ly_length(order);
        else
            return LY_UNEVALUATED;
    }
    if (given < n) return LY_UNEVALUATED;
    ly_value items[CURRIED];
    for (size_t i = 0; i < n; i++) {
        int64_t at = ly_failed(order) ? (int64_t)(n - i) : (int64_t)i + 1;
        if (!ly_failed(order) && ly_is_list(order)) {
            ly_value place = ly_element(cx, order, i);
            at = ly_is_int(place) ? ly_int_of(place) : 0;
            ly_release(cx, place);
        }
        if (at < 1 || at > (int64_t)n) {
            while (i-- > 0) ly_release(cx, items[i]);
            return LY_UNEVALUATED;
        }
        items[i] = ly_retain(arguments[at - 1]);
    }
    ly_value result = ly_make(cx, curry->args[0], n, items);
    if (given == n) return result;
    for (size_t i = n; i < given; i++) items[i - n] = ly_retain(arguments[i]);
    ly_value outer = ly_make(cx, result, given - n, items);
    ly_release(cx, result);
    return outer;
}
