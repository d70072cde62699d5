/* moving.c: functions of neighbours: MovingAverage, MovingMedian, MovingMap, BlockMap. */
#include "lists.h"

/* f of each `width` elements, `step` apart: an owned List. */
static ly_value windows(ly_context *cx, ly_value f, ly_value v, size_t width, size_t step)
{
    size_t n = ly_length(v), count = n < width ? 0 : (n - width) / step + 1;
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), count);
    for (size_t i = 0; list && i < count; i++) {
        ly_value window = ly_slice(cx, v, i * step, width, 1);
        ly_value item = ly_failed(window) ? window : ly_call1(cx, f, window);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(list));
            return LY_FAILED;
        }
        list->args[i] = item;
    }
    return list ? ly_from_object(list) : LY_FAILED;
}

/* f of each n neighbours, n the second argument. */
static ly_value moving(ly_context *cx, ly_expr *call, ly_value f)
{
    ly_value v = call->args[0], n = call->args[1];
    if (!ly_is_list(v) || !ly_is_int(n) || ly_int_of(n) < 1 || ly_int_of(n) > (int64_t)ly_length(v)) return LY_UNEVALUATED;
    return windows(cx, f, v, (size_t)ly_int_of(n), 1);
}

BUILTIN(MovingAverage, list_moving_average, 2, 2, LY_PROTECTED, LY_PURE,
        "MovingAverage[list, n] gives the means of n neighbours; MovingAverage[list, {w1, …}] with weights.")
static ly_value list_moving_average(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], weights = call->args[1];
    if (!ly_has_head(weights, LY_SYM(List))) return moving(cx, call, LY_SYM(Mean));
    size_t n = ly_length(weights);
    if (!ly_is_list(v) || n == 0 || n > ly_length(v)) return LY_UNEVALUATED;
    ly_value whole = ly_call1(cx, LY_SYM(Total), ly_retain(weights));
    ly_expr *list = ly_failed(whole) ? NULL : ly_expr_new(cx, LY_SYM(List), ly_length(v) - n + 1);
    for (size_t i = 0; list && i < list->count; i++) {
        ly_value window = ly_slice(cx, v, i, n, 1);
        if (ly_failed(window)) {
            ly_release(cx, ly_from_object(list));
            list = NULL;
            break;
        }
        list->args[i] = ly_make2(cx, LY_SYM(Divide), ly_make2(cx, LY_SYM(Dot), ly_retain(weights), window), ly_retain(whole));
    }
    ly_release(cx, whole);
    return list ? ly_from_object(list) : LY_FAILED;
}

BUILTIN(MovingMedian, list_moving_median, 2, 2, LY_PROTECTED, LY_PURE, "MovingMedian[list, n] gives the medians of n neighbours.")
static ly_value list_moving_median(ly_context *cx, ly_expr *call) { return moving(cx, call, LY_SYM(Median)); }

BUILTIN(MovingMap, list_moving_map, 3, 4, LY_PROTECTED, LY_PURE,
        "MovingMap[f, list, n] applies f to each element together with the n elements before it.")
static ly_value list_moving_map(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[1], n = call->args[2];
    if (ly_has_shape(n, LY_SYM(List), 1)) n = ly_expr_of(n)->args[0];
    if (!ly_is_list(v) || !ly_is_int(n) || ly_int_of(n) < 0 || ly_int_of(n) > INT32_MAX) return LY_UNEVALUATED;
    if (call->count == 4) { /* elements before the first one: padding, or None */
        ly_value pad = call->args[3];
        size_t before = (size_t)ly_int_of(n), count = ly_length(v);
        if (pad == LY_SYM(None)) {
            ly_expr *list = ly_expr_new(cx, LY_SYM(List), count);
            for (size_t i = 0; list && i < count; i++) {
                size_t width = i < before ? i : before;
                list->args[i] = ly_make1(cx, call->args[0], ly_slice(cx, v, i - width, width + 1, 1));
            }
            return list ? ly_from_object(list) : LY_FAILED;
        }
        if (pad == LY_SYM(Fixed)) pad = ly_string_from(cx, "Fixed");
        else pad = ly_retain(pad);
        ly_value padded = ly_unpack_take(cx, ly_call3(cx, LY_SYM(PadLeft), ly_retain(v), LY_INT((int64_t)(count + before)), pad));
        ly_value result = ly_failed(padded) ? padded : windows(cx, call->args[0], padded, before + 1, 1);
        ly_release(cx, padded);
        return result;
    }
    if (ly_int_of(n) >= (int64_t)ly_length(v)) return LY_UNEVALUATED;
    return windows(cx, call->args[0], v, (size_t)ly_int_of(n) + 1, 1);
}

BUILTIN(BlockMap, list_block_map, 3, 4, LY_PROTECTED, LY_PURE,
        "BlockMap[f, list, n] applies f to sublists of length n; BlockMap[f, list, n, d] with offset d.")
static ly_value list_block_map(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[1], n = call->args[2], d = call->args[call->count - 1];
    if (ly_has_head(n, LY_SYM(List))) { /* blocks of arrays */
        ly_value blocks = call->count == 4 ? ly_make3(cx, LY_SYM(Partition), ly_retain(v), ly_retain(n), ly_retain(d))
                                           : ly_make2(cx, LY_SYM(Partition), ly_retain(v), ly_retain(n));
        return ly_make3(cx, LY_SYM(Map), ly_retain(call->args[0]), blocks,
                        ly_make1(cx, LY_SYM(List), LY_INT((int64_t)ly_length(n))));
    }
    if (ly_is_atom(v) || !ly_is_int(n) || ly_int_of(n) < 1 || !ly_is_int(d) || ly_int_of(d) < 1) return LY_UNEVALUATED;
    return windows(cx, call->args[0], v, (size_t)ly_int_of(n), (size_t)ly_int_of(d));
}
