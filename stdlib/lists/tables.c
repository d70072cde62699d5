/* tables.c: what evaluates an expression for each value of iterators: Table, Do, Sum, Product. */
#include "lists.h"

#include "eval/total.h"

/* Break[] and Return[v] that reach a loop end it: true, with what the loop gives in *result. */
static bool loop_left(ly_context *cx, ly_value *result)
{
    ly_pending pending = cx->pending;
    if (pending.kind == LY_PENDING_BREAK) {
        ly_pending_drop(cx, ly_pending_take(cx));
        *result = LY_SYM(Null);
        return true;
    }
    if (pending.kind == LY_PENDING_RETURN && (ly_failed(pending.tag) || pending.tag == LY_SYM(Do))) {
        pending = ly_pending_take(cx);
        *result = pending.value ? ly_retain(pending.value) : LY_SYM(Null);
        ly_pending_drop(cx, pending);
        return true;
    }
    return false;
}

static bool loop_continued(ly_context *cx)
{
    if (cx->pending.kind != LY_PENDING_CONTINUE) return false;
    ly_pending_drop(cx, ly_pending_take(cx));
    return true;
}

/* ---- Do --------------------------------------------------------------------------------------- */

/* 1 done, 0 no iterator (message given), -1 failed */
static int do_level(ly_context *cx, ly_expr *call, size_t position);

typedef struct do_again {
    ly_expr *call;
    size_t position;
    int outcome;
} do_again;

static void *do_on_new_stack(ly_context *cx, void *argument)
{
    do_again *a = argument;
    a->outcome = do_level(cx, a->call, a->position);
    return a;
}

static int do_level(ly_context *cx, ly_expr *call, size_t position)
{
    ly_iterator it;
    if (ly_stack_low(cx)) {
        do_again a = {call, position, -1};
        return ly_on_new_stack(cx, do_on_new_stack, &a) ? a.outcome : -1;
    }
    int outcome = ly_iterator_start(cx, &it, call, position, false);
    if (outcome != 1) return outcome;
    bool innermost = position + 1 == call->count;
    for (size_t k = 0; (k < it.count || it.count == SIZE_MAX) && outcome == 1; k++) {
        if (ly_poll(cx) || !ly_iterator_set(cx, &it, k)) {
            outcome = -1;
        } else if (innermost) {
            ly_value v = ly_evaluate(cx, call->args[0]);
            ly_release(cx, v);
            if (ly_failed(v) && !loop_continued(cx)) outcome = -1;
        } else {
            outcome = do_level(cx, call, position + 1);
        }
    }
    ly_iterator_end(cx, &it);
    return outcome;
}

BUILTIN(Do, list_do, 2, -1, LY_HOLD_ALL | LY_PROTECTED, LY_PURE,
        "Do[expr, n] evaluates expr n times; Do[expr, {i, a, b, d}] for each value of i.")
static ly_value list_do(ly_context *cx, ly_expr *call)
{
    ly_value left;
    int outcome = do_level(cx, call, 1);
    if (outcome == 0) return LY_UNEVALUATED;
    if (outcome < 0) return loop_left(cx, &left) ? left : LY_FAILED;
    return LY_SYM(Null);
}

/* ---- Table ------------------------------------------------------------------------------------ */

/* The list for the iterators from `position` on; LY_UNEVALUATED: no iterator. */
static ly_value table_level(ly_context *cx, ly_expr *call, size_t position);

typedef struct table_again {
    ly_expr *call;
    size_t position;
    ly_value result;
} table_again;

static void *table_on_new_stack(ly_context *cx, void *argument)
{
    table_again *a = argument;
    a->result = table_level(cx, a->call, a->position);
    return a;
}

/* Whether a table of `outer` rows of what the inner iterators ask for can be had at all. Inner
   counts are known in advance where they are plain numbers. */
static bool can_hold(ly_context *cx, ly_expr *call, size_t position, size_t outer)
{
    double total = (double)outer;
    for (size_t i = position + 1; i < call->count; i++) {
        ly_value spec = call->args[i];
        ly_value bound = ly_has_head(spec, LY_SYM(List)) && ly_expr_of(spec)->count >= 1 &&
                                 ly_expr_of(spec)->count <= 2
                             ? ly_expr_of(spec)->args[ly_expr_of(spec)->count - 1]
                             : spec;
        if (ly_has_shape(bound, LY_SYM(Power), 2) && ly_is_int(ly_expr_of(bound)->args[0]) &&
            ly_is_int(ly_expr_of(bound)->args[1])) {
            int64_t base = ly_int_of(ly_expr_of(bound)->args[0]), exponent = ly_int_of(ly_expr_of(bound)->args[1]);
            if (base > 1 && exponent > 0 && exponent < 64) {
                double power = 1;
                for (int64_t k = 0; k < exponent; k++) power *= (double)base;
                total *= power;
            }
        } else if (ly_is_int(bound) && ly_int_of(bound) > 0) {
            total *= (double)ly_int_of(bound);
        }
    }
    total *= sizeof(ly_value);
    return ly_memory_can(cx, total > 9e18 ? SIZE_MAX / 2 : (size_t)total);
}

static ly_value table_level(ly_context *cx, ly_expr *call, size_t position)
{
    ly_iterator it;
    if (ly_stack_low(cx)) {
        table_again a = {call, position, LY_FAILED};
        return ly_on_new_stack(cx, table_on_new_stack, &a) ? a.result : LY_FAILED;
    }
    int outcome = ly_iterator_start(cx, &it, call, position, false);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    if (it.count == SIZE_MAX) {
        ly_iterator_end(cx, &it);
        return ly_message_call(cx, call, "iterb", 1, call->args[position]);
    }
    ly_expr *list = can_hold(cx, call, position, it.count) ? ly_expr_new(cx, LY_SYM(List), it.count) : NULL;
    ly_value result = list ? ly_from_object(list) : LY_FAILED;
    bool innermost = position + 1 == call->count;
    for (size_t k = 0; list && k < it.count; k++) {
        ly_value v = LY_FAILED;
        if (!ly_poll(cx) && ly_iterator_set(cx, &it, k))
            v = innermost ? ly_evaluate(cx, call->args[0]) : table_level(cx, call, position + 1);
        if (ly_failed(v) || v == LY_UNEVALUATED) {
            ly_release(cx, result);
            result = v;
            break;
        }
        list->args[k] = v;
    }
    ly_iterator_end(cx, &it);
    return result;
}

BUILTIN(Table, list_table, 2, -1, LY_HOLD_ALL | LY_PROTECTED, LY_ANY_COUNT,
        "Table[expr, n] gives a list of n values of expr; Table[expr, {i, a, b, d}] one for each i.\n"
        "Further iterators make nested lists.")
static ly_value list_table(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) return ly_message(cx, LY_SYM(Table), "argmu", 2, LY_SYM(Table), LY_INT(1));
    if (call->count == 1) return ly_evaluate(cx, call->args[0]);
    return table_level(cx, call, 1);
}

/* ---- Sum and Product over values -------------------------------------------------------------- */

/* 1, 0 (no iterator), -1 (failed) */
static int accumulate_level(ly_context *cx, ly_expr *call, size_t position, ly_total *a)
{
    ly_iterator it;
    if (ly_stack_low(cx)) return ly_failed(ly_raise_memory(cx)) ? -1 : 0;
    int outcome = ly_iterator_start(cx, &it, call, position, true);
    if (outcome != 1) return outcome;
    if (it.count == SIZE_MAX) {
        ly_iterator_end(cx, &it);
        return 0;
    }
    bool innermost = position + 1 == call->count;
    for (size_t k = 0; k < it.count && outcome == 1; k++) {
        if (ly_poll(cx) || !ly_iterator_set(cx, &it, k)) {
            outcome = -1;
        } else if (innermost) {
            ly_value v = ly_evaluate(cx, call->args[0]);
            if (ly_failed(v) || !ly_total_add(cx, a, v)) outcome = -1;
        } else {
            outcome = accumulate_level(cx, call, position + 1, a);
        }
    }
    ly_iterator_end(cx, &it);
    return outcome;
}

/* head[f for all values of the iterators]; LY_UNEVALUATED where one is no iterator over numbers. */
static ly_value accumulated(ly_context *cx, ly_expr *call, ly_value head)
{
    ly_total a;
    ly_total_start(&a, head);
    int outcome = accumulate_level(cx, call, 1, &a);
    if (outcome == 1) return ly_total_expression(cx, &a);
    ly_total_drop(cx, &a);
    return outcome ? LY_FAILED : LY_UNEVALUATED;
}

/* Options change nothing but Regularization, which asks for another kind of sum. */
static bool is_option(ly_value v)
{
    if (ly_has_head(v, LY_SYM(List)) && ly_expr_of(v)->count > 0) v = ly_expr_of(v)->args[0];
    if (!ly_is_rule(v)) return false;
    ly_value name = ly_expr_of(v)->args[0];
    return name == LY_SYM(Method) || name == LY_SYM(Assumptions) || name == LY_SYM(GenerateConditions) ||
           name == LY_SYM(VerifyConvergence) ||
           (name == LY_SYM(Regularization) && ly_expr_of(v)->args[1] == LY_SYM(None));
}

static ly_value sum_or_product(ly_context *cx, ly_expr *call, bool product)
{
    size_t count = call->count;
    while (count > 1 && is_option(call->args[count - 1])) count--;
    if (count < call->count) {
        ly_expr *plain = ly_expr_new(cx, call->head, count);
        for (size_t i = 0; i < count; i++) plain->args[i] = ly_retain(call->args[i]);
        return ly_from_object(plain);
    }
    ly_value result = accumulated(cx, call, product ? LY_SYM(Times) : LY_SYM(Plus));
    return result == LY_UNEVALUATED ? ly_sum_closed(cx, call, product) : result;
}

BUILTIN(Sum, list_sum, 2, -1, LY_HOLD_ALL | LY_PROTECTED | LY_READ_PROTECTED, LY_PURE,
        "Sum[f, {i, a, b, d}] gives the sum of f over the values of i.")
static ly_value list_sum(ly_context *cx, ly_expr *call)
{
    return sum_or_product(cx, call, false);
}

BUILTIN(Product, list_product, 2, -1, LY_HOLD_ALL | LY_PROTECTED | LY_READ_PROTECTED, LY_PURE,
        "Product[f, {i, a, b, d}] gives the product of f over the values of i.")
static ly_value list_product(ly_context *cx, ly_expr *call)
{
    return sum_or_product(cx, call, true);
}
