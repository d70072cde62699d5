/* data.c: data as lists: their sums, means, deviations and order. */
#include "statistics.h"

ly_value ly_data(ly_context *cx, ly_expr *call, size_t at)
{
    ly_value v = call->args[at];
    if (!ly_is_list(v) && !ly_is_association(v)) return LY_UNEVALUATED;
    return ly_elements(cx, v);
}

bool ly_is_table(ly_value data)
{
    size_t dims[2];
    return ly_dimensions(data, 2, dims) == 2 && dims[0] > 0;
}

ly_value ly_by_columns(ly_context *cx, ly_expr *call, ly_value data)
{
    ly_value columns = ly_call1(cx, LY_SYM(Transpose), ly_retain(data));
    if (ly_failed(columns)) return columns;
    columns = ly_unpack_take(cx, columns);
    ly_expr *list = ly_failed(columns) ? NULL : ly_expr_new(cx, LY_SYM(List), ly_length(columns));
    for (size_t i = 0; list && i < list->count; i++) {
        ly_expr *one = ly_expr_new(cx, call->head, call->count);
        one->args[0] = ly_retain(ly_expr_of(columns)->args[i]);
        for (size_t k = 1; k < call->count; k++) one->args[k] = ly_retain(call->args[k]);
        list->args[i] = ly_from_object(one);
    }
    ly_release(cx, columns);
    return list ? ly_from_object(list) : LY_FAILED;
}

bool ly_all_numbers(ly_value data)
{
    for (size_t i = 0; i < ly_expr_of(data)->count; i++)
        if (!ly_is_number(ly_expr_of(data)->args[i])) return false;
    return true;
}

ly_value ly_total(ly_context *cx, ly_value data) { return ly_call1(cx, LY_SYM(Total), ly_retain(data)); }

ly_value ly_over_take(ly_context *cx, ly_value a, ly_value n)
{
    ly_value result;
    if (ly_failed(a) || ly_failed(n)) {
        ly_release(cx, a);
        ly_release(cx, n);
        return LY_FAILED;
    }
    if (!ly_is_number(a) || !ly_is_number(n) || n == LY_INT(0)) return ly_call2(cx, LY_SYM(Divide), a, n);
    result = ly_divide(cx, a, n);
    ly_release(cx, a);
    ly_release(cx, n);
    return result;
}

ly_value ly_mean(ly_context *cx, ly_value data)
{
    return ly_over_take(cx, ly_total(cx, data), LY_INT((int64_t)ly_length(data)));
}

ly_value ly_deviations(ly_context *cx, ly_value data)
{
    ly_value mean = ly_mean(cx, data);
    return ly_failed(mean) ? mean : ly_call2(cx, LY_SYM(Subtract), ly_retain(data), mean);
}

ly_value ly_sorted(ly_context *cx, ly_value data)
{
    for (size_t i = 0; i < ly_expr_of(data)->count; i++) {
        if (ly_is_real_number(ly_expr_of(data)->args[i])) continue;
        ly_value size = ly_call1(cx, LY_SYM(N), ly_retain(ly_expr_of(data)->args[i]));
        bool is_real = ly_is_real_number(size);
        ly_release(cx, size);
        if (ly_failed(size)) return LY_FAILED;
        if (!is_real) return LY_UNEVALUATED;
    }
    return ly_call1(cx, LY_SYM(NumericalSort), ly_retain(data));
}
