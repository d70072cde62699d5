/* replace.c: rules applied to the parts of an expression, from the top down. */
#include "match/rules.h"

#include "eval/eval.h"

typedef struct replace_call {
    ly_value e, result;
    ly_rules *rules;
} replace_call;

static ly_value replace_parts(ly_context *cx, ly_value v, ly_rules *rules);

static void *replace_again(ly_context *cx, void *argument)
{
    replace_call *call = argument;
    call->result = ly_replace_all(cx, call->e, call->rules);
    return call;
}

ly_value ly_replace_all(ly_context *cx, ly_value e, ly_rules *rules)
{
    if (ly_stack_low(cx)) {
        replace_call call = {e, LY_FAILED, rules};
        ly_on_new_stack(cx, replace_again, &call);
        return call.result;
    }
    if (ly_poll(cx)) return LY_FAILED;
    ly_value result = ly_rules_apply(cx, rules, e);
    return result == LY_UNEVALUATED ? replace_parts(cx, e, rules) : result;
}

/* Values of an association; its keys stay. */
static ly_value replace_values(ly_context *cx, ly_value v, ly_rules *rules)
{
    const ly_entry *entry;
    ly_value result = LY_UNEVALUATED;
    for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));) {
        ly_value item = ly_replace_all(cx, entry->value, rules);
        if (item == LY_UNEVALUATED) continue;
        if (item && result == LY_UNEVALUATED) result = ly_retain(v);
        if (item) result = ly_association_set_take(cx, result, ly_retain(entry->key), item, entry->delayed);
        else if (result != LY_UNEVALUATED) ly_release(cx, result);
        if (!item || !result) return LY_FAILED;
    }
    return result;
}

static ly_value replace_parts(ly_context *cx, ly_value v, ly_rules *rules)
{
    if (ly_is_association(v)) return replace_values(cx, v, rules);
    if (ly_is_packed(v)) {
        ly_value list = ly_unpack(cx, v);
        if (!list) return LY_FAILED;
        ly_value result = replace_parts(cx, list, rules);
        ly_release(cx, list);
        return result && result != LY_UNEVALUATED ? ly_pack_take(cx, result) : result;
    }
    if (!ly_is_expr(v)) return LY_UNEVALUATED;
    const ly_expr *e = ly_expr_of(v);
    ly_value head = ly_replace_all(cx, e->head, rules);
    ly_expr *copy = NULL;
    if (!head) return LY_FAILED;
    if (head != LY_UNEVALUATED) {
        copy = ly_expr_new(cx, head, e->count);
        ly_release(cx, head);
        if (!copy) return LY_FAILED;
        for (uint32_t i = 0; i < e->count; i++) copy->args[i] = ly_retain(e->args[i]);
    }
    for (uint32_t i = 0; i < e->count; i++) {
        ly_value item = ly_replace_all(cx, e->args[i], rules);
        if (item == LY_UNEVALUATED) continue;
        if (item && !copy) {
            copy = ly_expr_new(cx, e->head, e->count);
            if (!copy) {
                ly_release(cx, item);
                return LY_FAILED;
            }
            for (uint32_t j = 0; j < e->count; j++) copy->args[j] = ly_retain(e->args[j]);
        }
        if (!item) {
            if (copy) ly_release(cx, ly_from_object(copy));
            return LY_FAILED;
        }
        ly_release(cx, copy->args[i]);
        copy->args[i] = item;
    }
    return copy ? ly_from_object(copy) : LY_UNEVALUATED;
}
