/* array.c: ParallelArray. */
#include "eval/eval.h"
#include "stdlib/lists/lists.h"
#include "stdlib/parallel/elements.h"
#include "stdlib/parallel/grain.h"

typedef struct array {
    ly_value f;
    int64_t origin;
    ly_value dims, origins; /* of the inner levels; LY_FAILED: there are none */
} array;

static ly_value row(ly_context *cx, const ly_each *each, size_t i)
{
    const array *a = each->data;
    ly_value index = ly_integer(cx, a->origin + (int64_t)i), f;
    if (!a->dims) return ly_call1(cx, a->f, index);
    f = ly_make1(cx, LY_SYM(Function),
                 ly_make2(cx, a->f, index, ly_make1(cx, LY_SYM(SlotSequence), LY_INT(1))));
    return ly_call3(cx, LY_SYM(Array), f, ly_retain(a->dims), ly_retain(a->origins));
}

static ly_value rest_of(ly_context *cx, ly_value list)
{
    ly_expr *e = ly_expr_of(list), *rest = ly_expr_new(cx, LY_SYM(List), e->count - 1);
    for (uint32_t i = 1; rest && i < e->count; i++) rest->args[i - 1] = ly_retain(e->args[i]);
    return rest ? ly_from_object(rest) : LY_FAILED;
}

static bool all_ints(ly_value list, int64_t least)
{
    if (!ly_has_head(list, LY_SYM(List)) || !ly_expr_of(list)->count) return false;
    for (uint32_t i = 0; i < ly_expr_of(list)->count; i++)
        if (!ly_is_int(ly_arg(ly_expr_of(list), i)) || ly_int_of(ly_arg(ly_expr_of(list), i)) < least) return false;
    return true;
}

BUILTIN(ParallelArray, parallel_array, 2, -1, LY_PROTECTED, LY_EFFECTS,
        "ParallelArray[f, n] gives {f[1], …, f[n]}, found in parallel; ParallelArray[f, {n1, n2, …}, {r1, …}] nested\n"
        "lists, indices from r1, ….")
static ly_value parallel_array(ly_context *cx, ly_expr *call)
{
    size_t count = ly_option_start(call, 2);
    ly_value dims, origins, result = LY_FAILED, values[3];
    ly_grain grain;
    array a = {call->args[0], 1, LY_FAILED, LY_FAILED};
    ly_expr *results;
    if (!ly_grain_options(cx, call, count, 0, &grain)) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    dims = ly_has_head(call->args[1], LY_SYM(List)) ? ly_retain(call->args[1])
                                                     : ly_make1(cx, LY_SYM(List), ly_retain(call->args[1]));
    origins = count >= 3 ? ly_has_head(call->args[2], LY_SYM(List)) ? ly_retain(call->args[2])
                                                                      : ly_make1(cx, LY_SYM(List), ly_retain(call->args[2]))
                         : LY_FAILED;
    if (count > 3 || !all_ints(dims, 0) ||
        (origins && (!all_ints(origins, INT64_MIN) || ly_length(origins) != ly_length(dims)))) {
        /* ranges, other heads, and what is wrong: as Array does it, or says it */
        ly_expr *plain = ly_expr_new(cx, LY_SYM(Array), count);
        for (size_t i = 0; i < count; i++) plain->args[i] = ly_retain(call->args[i]);
        ly_release(cx, dims);
        ly_release(cx, origins);
        return ly_from_object(plain);
    }
    if (!origins) {
        ly_expr *ones = ly_expr_new(cx, LY_SYM(List), ly_length(dims));
        for (size_t i = 0; i < ly_length(dims); i++) ones->args[i] = LY_INT(1);
        origins = ly_from_object(ones);
    }
    a.origin = ly_int_of(ly_arg(ly_expr_of(origins), 0));
    if (ly_length(dims) > 1) {
        a.dims = rest_of(cx, dims);
        a.origins = rest_of(cx, origins);
    }
    results = ly_expr_new(cx, LY_SYM(List), (size_t)ly_int_of(ly_arg(ly_expr_of(dims), 0)));
    values[0] = a.f;
    values[1] = a.dims ? a.dims : LY_INT(0);
    values[2] = a.origins ? a.origins : LY_INT(0);
    if (results) {
        ly_each each = {.count = results->count, .evaluate = row, .data = &a, .expression = ly_from_object(call),
                        .value_count = 3, .values = values, .results = results->args, .chunk = grain.chunk};
        result = ly_from_object(results);
        if (!ly_each_run(cx, &each)) {
            ly_release(cx, result);
            result = LY_FAILED;
        }
    }
    ly_release(cx, a.dims);
    ly_release(cx, a.origins);
    ly_release(cx, dims);
    ly_release(cx, origins);
    return result;
}
