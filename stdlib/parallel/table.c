/* table.c: ParallelTable, ParallelDo, ParallelSum, ParallelProduct.

   Each value of the first iterator is an element; the other iterators run inside it. Sums and products
   are combined in a tree over the elements, so that sums of reals are the same bits always. */
#include "eval/modules.h"
#include "stdlib/lists/lists.h"
#include "stdlib/parallel/elements.h"
#include "stdlib/parallel/grain.h"
#include "stdlib/parallel/tree.h"

typedef struct iteration {
    const ly_iterator *iterator;
    ly_value body;
} iteration;

static ly_value iterate(ly_context *cx, const ly_each *each, size_t i)
{
    const iteration *t = each->data;
    if (t->iterator->symbol) {
        ly_value value = ly_iterator_value(cx, t->iterator, i);
        if (ly_failed(value)) return LY_FAILED;
        ly_set_own_value_take(cx, t->iterator->symbol, value, false);
    }
    return ly_evaluate(cx, t->body);
}

/* The call with another head, without the arguments from `end` on, and without the first iterator. */
static ly_value plain_call(ly_context *cx, ly_expr *call, ly_value head, size_t end, bool inner)
{
    ly_expr *plain = ly_expr_new(cx, head, inner ? end - 1 : end);
    if (!plain) return LY_FAILED;
    for (size_t i = 0, k = 0; i < end; i++)
        if (!inner || i != 1) plain->args[k++] = ly_retain(call->args[i]);
    return ly_from_object(plain);
}

/* Trailing rules are options; iterators are no rules. */
static size_t iterators_end(const ly_expr *call) { return ly_option_start(call, 1); }

/* The values for all elements as a List (Null for ParallelDo); LY_UNEVALUATED: no iterator. */
static ly_value table(ly_context *cx, ly_expr *call, ly_value plain_head, bool values, bool quiet)
{
    size_t end = iterators_end(call);
    ly_iterator it;
    ly_grain grain;
    ly_expr *results = NULL;
    iteration t = {&it, LY_FAILED};
    ly_value lent[4], expression;
    bool ran;
    int outcome = ly_iterator_start(cx, &it, call, 1, quiet);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    if (it.count == SIZE_MAX) {
        ly_iterator_end(cx, &it);
        return quiet ? LY_UNEVALUATED : ly_message_call(cx, call, "iterb", 1, call->args[1]);
    }
    if (!ly_grain_options(cx, call, end, it.count, &grain)) {
        ly_iterator_end(cx, &it);
        return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    }
    t.body = end == 2 ? ly_retain(call->args[0]) : plain_call(cx, call, plain_head, end, true);
    expression = ly_make3(cx, LY_SYM(List), ly_retain(t.body), it.list ? ly_retain(it.list) : LY_INT(0),
                          it.symbol ? it.symbol : LY_INT(0));
    if (values) results = ly_expr_new(cx, LY_SYM(List), it.count);
    lent[0] = t.body;
    lent[1] = it.list ? it.list : LY_INT(0);
    lent[2] = it.start ? it.start : LY_INT(0);
    lent[3] = it.by ? it.by : LY_INT(0);
    ly_each each = {.count = it.count, .evaluate = iterate, .data = &t, .expression = expression, .value_count = 4,
                    .values = lent, .results = results ? results->args : NULL, .chunk = grain.chunk, .progress = grain.progress};
    ran = !ly_failed(t.body) && (results || !values) && ly_each_run(cx, &each);
    ly_release(cx, expression);
    ly_release(cx, t.body);
    ly_iterator_end(cx, &it);
    if (ran) return values ? ly_from_object(results) : LY_SYM(Null);
    if (results) ly_release(cx, ly_from_object(results));
    return LY_FAILED;
}

BUILTIN(ParallelTable, parallel_table, 1, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "ParallelTable[expr, {i, a, b, d}, …] gives the list of values of expr, found in parallel.")
static ly_value parallel_table(ly_context *cx, ly_expr *call)
{
    if (iterators_end(call) == 1) return ly_evaluate(cx, call->args[0]);
    return table(cx, call, LY_SYM(Table), true, false);
}

BUILTIN(ParallelDo, parallel_do, 2, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "ParallelDo[expr, {i, a, b, d}, …] evaluates expr for each i, in parallel.")
static ly_value parallel_do(ly_context *cx, ly_expr *call)
{
    if (iterators_end(call) == 1) return LY_UNEVALUATED;
    return table(cx, call, LY_SYM(Do), false, false);
}

static ly_value accumulate(ly_context *cx, ly_expr *call, ly_value plain, ly_value head)
{
    ly_value list;
    if (iterators_end(call) == 1) return LY_UNEVALUATED;
    list = table(cx, call, plain, true, true);
    /* closed forms are found as one */
    if (list == LY_UNEVALUATED) return cx->pending.kind ? LY_FAILED : plain_call(cx, call, plain, iterators_end(call), false);
    return ly_failed(list) ? list : ly_tree_take(cx, head, list);
}

BUILTIN(ParallelSum, parallel_sum, 2, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "ParallelSum[expr, {i, a, b, d}, …] gives the sum of expr over i, its terms found in parallel.")
static ly_value parallel_sum(ly_context *cx, ly_expr *call)
{
    return accumulate(cx, call, LY_SYM(Sum), LY_SYM(Plus));
}

BUILTIN(ParallelProduct, parallel_product, 2, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "ParallelProduct[expr, {i, a, b, d}, …] gives the product of expr over i, its factors found in parallel.")
static ly_value parallel_product(ly_context *cx, ly_expr *call)
{
    return accumulate(cx, call, LY_SYM(Product), LY_SYM(Times));
}
