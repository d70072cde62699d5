/* query.c: Query[op1, op2, …][data], and Dataset, which asks its data by the same operators.

   An operator that names or chooses parts (a key, a position, All, Select[…] …) is applied on the way
   down, and the next ones to the parts that it leaves; any other function is applied on the way up,
   to what the next operators made of the parts. */
#include "associations.h"

static bool chooses(ly_value op)
{
    if (!ly_is_expr(op) || !ly_is_symbol(ly_expr_of(op)->head)) return false;
    const ly_value heads[] = {LY_SYM(Select), LY_SYM(SelectFirst), LY_SYM(KeySelect), LY_SYM(SortBy), LY_SYM(KeySortBy),
                              LY_SYM(MaximalBy), LY_SYM(MinimalBy), LY_SYM(TakeLargestBy), LY_SYM(TakeSmallestBy),
                              LY_SYM(DeleteDuplicatesBy), LY_SYM(GroupBy), LY_SYM(KeyTake), LY_SYM(KeyDrop)};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (ly_expr_of(op)->head == heads[i]) return true;
    return false;
}

/* SortBy["a"] asks for SortBy[Key["a"]]. */
static ly_value with_keys(ly_context *cx, ly_value op)
{
    ly_value head = ly_expr_of(op)->head;
    if (head == LY_SYM(KeyTake) || head == LY_SYM(KeyDrop)) return ly_retain(op);
    const ly_expr *e = ly_expr_of(op);
    ly_expr *result = ly_expr_new(cx, head, e->count);
    for (size_t i = 0; result && i < e->count; i++)
        result->args[i] = ly_is_string(e->args[i]) ? ly_make1(cx, LY_SYM(Key), ly_retain(e->args[i])) : ly_retain(e->args[i]);
    return result ? ly_from_object(result) : LY_FAILED;
}

static ly_value query(ly_context *cx, ly_value data, size_t n, const ly_value *ops);

/* The other operators on each part of data; consumes data. */
static ly_value each_take(ly_context *cx, ly_value data, size_t n, const ly_value *ops)
{
    if (n == 0 || ly_failed(data) || (!ly_is_list(data) && !ly_is_association(data))) return data;
    ly_value list = ly_elements(cx, data);
    ly_expr *result = ly_failed(list) ? NULL : ly_expr_new(cx, LY_SYM(List), ly_length(list));
    for (size_t i = 0; result && i < result->count; i++) {
        ly_value item = query(cx, ly_expr_of(list)->args[i], n, ops);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(result));
            result = NULL;
            break;
        }
        result->args[i] = item;
    }
    ly_release(cx, list);
    ly_value whole = result ? ly_with_elements_take(cx, data, ly_from_object(result)) : LY_FAILED;
    ly_release(cx, data);
    return whole;
}

static ly_value query(ly_context *cx, ly_value data, size_t n, const ly_value *ops)
{
    if (n == 0) return ly_retain(data);
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    ly_value op = ops[0], part;
    if (op == LY_SYM(All)) return each_take(cx, ly_retain(data), n - 1, ops + 1);
    if (ly_is_int(op) || ly_is_string(op) || ly_has_shape(op, LY_SYM(Key), 1)) {
        part = ly_part(cx, data, 1, &op, LY_FAILED, LY_FAILED);
        if (part == LY_UNEVALUATED)
            return ly_make2(cx, LY_SYM(Missing), ly_string_from(cx, ly_is_int(op) ? "PartAbsent" : "KeyAbsent"), ly_retain(op));
        if (ly_failed(part)) return part;
        ly_value result = query(cx, part, n - 1, ops + 1);
        ly_release(cx, part);
        return result;
    }
    if (ly_has_head(op, LY_SYM(Span)) || (ly_has_head(op, LY_SYM(List)) && ly_expr_of(op)->count > 0 &&
                                          (ly_is_int(ly_expr_of(op)->args[0]) || ly_is_string(ly_expr_of(op)->args[0])))) {
        part = ly_part(cx, data, 1, &op, LY_SYM(Part), data);
        if (part == LY_UNEVALUATED) return LY_SYM($Failed);
        return each_take(cx, part, n - 1, ops + 1);
    }
    if (chooses(op)) {
        ly_value chooser = with_keys(cx, op);
        part = ly_failed(chooser) ? chooser : ly_call1(cx, chooser, ly_retain(data));
        ly_release(cx, chooser);
        return each_take(cx, part, n - 1, ops + 1);
    }
    part = each_take(cx, ly_retain(data), n - 1, ops + 1);
    if (ly_failed(part)) return part;
    if (ly_has_head(op, LY_SYM(List))) { /* several questions at once */
        ly_expr *answers = ly_expr_new(cx, LY_SYM(List), ly_expr_of(op)->count);
        for (size_t i = 0; answers && i < answers->count; i++) {
            ly_value item = query(cx, part, 1, &ly_expr_of(op)->args[i]);
            if (ly_failed(item)) {
                ly_release(cx, ly_from_object(answers));
                answers = NULL;
                break;
            }
            answers->args[i] = item;
        }
        ly_release(cx, part);
        return answers ? ly_from_object(answers) : LY_FAILED;
    }
    if (ly_is_association(op)) {
        ly_value answers = ly_association_new(cx, ly_length(op));
        const ly_entry *entry;
        for (uint32_t at = 0; !ly_failed(answers) && (entry = ly_association_next(ly_association_of(op), &at));) {
            ly_value item = query(cx, part, 1, &entry->value);
            if (ly_failed(item)) {
                ly_release(cx, answers);
                answers = LY_FAILED;
            } else {
                answers = ly_association_set_take(cx, answers, ly_retain(entry->key), item, false);
            }
        }
        ly_release(cx, part);
        return answers;
    }
    return ly_call1(cx, op, part);
}

static ly_value query_call(ly_context *cx, ly_expr *call)
{
    const ly_expr *operators = ly_expr_of(call->head);
    if (!ly_is_symbol(operators->head) || call->count != 1) return LY_UNEVALUATED;
    ly_value data = call->args[0];
    bool dataset = ly_has_shape(data, LY_SYM(Dataset), 1);
    ly_value result = query(cx, dataset ? ly_expr_of(data)->args[0] : data, operators->count, operators->args);
    if (!dataset || ly_failed(result) || (!ly_is_list(result) && !ly_is_association(result))) return result;
    return ly_make1(cx, LY_SYM(Dataset), result);
}

BUILTIN_SUB(Query, query_itself, query_call, 0, -1, LY_PROTECTED, LY_PURE,
            "Query[op1, op2, …][data] applies operators to successive levels of data.")
static ly_value query_itself(ly_context *cx, ly_expr *call) { return LY_UNEVALUATED; }

/* Dataset[data][op1, …] */
static ly_value dataset_call(ly_context *cx, ly_expr *call)
{
    const ly_expr *dataset = ly_expr_of(call->head);
    if (!ly_is_symbol(dataset->head) || dataset->count != 1) return LY_UNEVALUATED;
    ly_value result = query(cx, dataset->args[0], call->count, call->args);
    if (ly_failed(result) || (!ly_is_list(result) && !ly_is_association(result))) return result;
    return ly_make1(cx, LY_SYM(Dataset), result);
}

BUILTIN_SUB(Dataset, dataset_itself, dataset_call, 1, 1, LY_PROTECTED, LY_PURE,
            "Dataset[data] holds structured data; dataset[op1, op2, …] asks it as Query does.")
static ly_value dataset_itself(ly_context *cx, ly_expr *call)
{
    return ly_has_shape(call->args[0], LY_SYM(Dataset), 1) ? ly_retain(call->args[0]) : LY_UNEVALUATED;
}
