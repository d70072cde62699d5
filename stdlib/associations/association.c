/* association.c: Association[…], its parts by key, Keys, Values, Normal. */
#include "associations.h"

#include "stdlib/lists/sparse.h"

#include "stdlib/algebra/series.h"

MESSAGE(General, invrl, "The argument `1` is not a valid Association or a list of rules.")

ly_value ly_message_invrl(ly_context *cx, ly_expr *call, ly_value v)
{
    return ly_message_call(cx, call, "invrl", 1, v);
}

ly_value ly_key_absent(ly_context *cx, ly_value key)
{
    return ly_make2(cx, LY_SYM(Missing), ly_string_from(cx, "KeyAbsent"), ly_retain(key));
}

ly_value ly_as_association(ly_context *cx, ly_value v)
{
    if (ly_is_association(v)) return ly_retain(v);
    if (!ly_is_rule(v) && !ly_has_head(v, LY_SYM(List))) return LY_UNEVALUATED;
    ly_value result = ly_association_from(cx, &v, 1);
    if (ly_failed(result)) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    return result;
}

/* ---- making ----------------------------------------------------------------------------------- */

BUILTIN(Association, association_new, 0, -1, LY_HOLD_ALL_COMPLETE | LY_PROTECTED, LY_ANY_COUNT,
        "Association[key1 -> value1, …] or <|key1 -> value1, …|> is an association of keys and values.")
static ly_value association_new(ly_context *cx, ly_expr *call)
{
    /* what is held is evaluated here: a rule's value, but no delayed one */
    ly_expr *rules = ly_expr_new(cx, LY_SYM(List), call->count);
    bool spliced = false;
    if (!rules) return LY_FAILED;
    for (size_t i = 0; i < call->count; i++) {
        ly_value rule = ly_evaluate(cx, call->args[i]);
        if (ly_failed(rule)) {
            ly_release(cx, ly_from_object(rules));
            return LY_FAILED;
        }
        rules->args[i] = rule;
        spliced |= rule == LY_SYM(Nothing) || ly_has_head(rule, LY_SYM(Sequence)) || ly_has_head(rule, LY_SYM(Splice));
    }
    ly_value list = ly_from_object(rules);
    if (spliced) {
        list = ly_evaluate_take(cx, list);
        if (ly_failed(list)) return list;
    }
    const ly_expr *e = ly_expr_of(list);
    ly_value result = ly_association_from(cx, e->args, e->count);
    if (ly_failed(result) && !cx->pending.kind) { /* no association */
        result = LY_UNEVALUATED;
    }
    ly_release(cx, list);
    return result;
}

BUILTIN(AssociationQ, association_q, 1, 1, LY_PROTECTED, LY_PACKED,
        "AssociationQ[expr] gives True if expr is an association.")
static ly_value association_q(ly_context *cx, ly_expr *call) { return ly_bool(ly_is_association(call->args[0])); }

/* Key[k][assoc] */
static ly_value key_call(ly_context *cx, ly_expr *call)
{
    const ly_expr *key = ly_expr_of(call->head);
    if (!ly_is_symbol(key->head) || call->count != 1) return LY_UNEVALUATED;
    ly_value v = ly_as_association(cx, call->args[0]);
    if (ly_failed(v) || v == LY_UNEVALUATED) return v;
    for (size_t i = 0; i < key->count; i++) {
        ly_value found = ly_is_association(v) ? ly_association_find(ly_association_of(v), key->args[i]) : LY_FAILED;
        ly_value next = found ? ly_retain(found) : ly_key_absent(cx, key->args[i]);
        ly_release(cx, v);
        v = next;
        if (!found) break;
    }
    return v;
}
BUILTIN_SUB(Key, key_itself, key_call, 1, -1, LY_PROTECTED, LY_PURE,
            "Key[k] stands for a key in positions; Key[k][assoc] gives the value of k.")
static ly_value key_itself(ly_context *cx, ly_expr *call) { return LY_UNEVALUATED; }

BUILTIN_SYMBOL(Missing, LY_PROTECTED | LY_READ_PROTECTED, "Missing[\"reason\", …] represents data that are missing.")

BUILTIN(MissingQ, missing_q, 1, 1, LY_PROTECTED, LY_PACKED, "MissingQ[expr] gives True if expr has the head Missing.")
static ly_value missing_q(ly_context *cx, ly_expr *call) { return ly_bool(ly_has_head(call->args[0], LY_SYM(Missing))); }

/* ---- Keys, Values ----------------------------------------------------------------------------- */

/* The key or value of each rule in v, which may be nested; wrapped in `wrap` unless it is LY_FAILED.
   LY_UNEVALUATED: not all are rules. */
static ly_value sides(ly_context *cx, ly_value v, bool keys, ly_value wrap)
{
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    if (ly_is_rule(v)) {
        ly_value side = ly_retain(ly_expr_of(v)->args[keys ? 0 : 1]);
        return wrap ? ly_make1(cx, wrap, side) : side;
    }
    ly_expr *result;
    if (ly_is_association(v)) {
        const ly_association *a = ly_association_of(v);
        const ly_entry *entry;
        size_t i = 0;
        result = ly_expr_new(cx, LY_SYM(List), a->count);
        if (!result) return LY_FAILED;
        for (uint32_t at = 0; (entry = ly_association_next(a, &at));) {
            ly_value side = ly_retain(keys ? entry->key : entry->value);
            result->args[i++] = wrap ? ly_make1(cx, wrap, side) : side;
        }
        return ly_from_object(result);
    }
    if (!ly_has_head(v, LY_SYM(List))) return LY_UNEVALUATED;
    const ly_expr *e = ly_expr_of(v);
    result = ly_expr_new(cx, LY_SYM(List), e->count);
    if (!result) return LY_FAILED;
    for (size_t i = 0; i < e->count; i++) {
        ly_value side = sides(cx, e->args[i], keys, wrap);
        if (ly_failed(side) || side == LY_UNEVALUATED) {
            ly_release(cx, ly_from_object(result));
            return side;
        }
        result->args[i] = side;
    }
    return ly_from_object(result);
}

static ly_value sides_call(ly_context *cx, ly_expr *call, bool keys)
{
    ly_value result = sides(cx, call->args[0], keys, call->count == 2 ? call->args[1] : LY_FAILED);
    return result == LY_UNEVALUATED ? ly_message_invrl(cx, call, call->args[0]) : result;
}

BUILTIN(Keys, association_keys, 1, 2, LY_PROTECTED, LY_PURE,
        "Keys[assoc] gives the keys of an association or list of rules; Keys[assoc, h] wraps each in h.")
static ly_value association_keys(ly_context *cx, ly_expr *call) { return sides_call(cx, call, true); }

BUILTIN(Values, association_values, 1, 2, LY_PROTECTED, LY_PURE,
        "Values[assoc] gives the values of an association or list of rules; Values[assoc, h] wraps each in h.")
static ly_value association_values(ly_context *cx, ly_expr *call) { return sides_call(cx, call, false); }

/* ---- Normal ----------------------------------------------------------------------------------- */

/* v with what stands for lists (at the top, and in lists) written as such: an association as rules,
   a byte array as numbers. */
BUILTIN(Normal, association_normal, 1, 2, LY_PROTECTED, LY_PACKED,
        "Normal[expr] gives an ordinary expression for an association, byte array, sparse array or series.")
static ly_value association_normal(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_association(v)) {
        const ly_association *a = ly_association_of(v);
        const ly_entry *entry;
        size_t i = 0;
        ly_expr *result = ly_expr_new(cx, LY_SYM(List), a->count);
        if (!result) return LY_FAILED;
        for (uint32_t at = 0; (entry = ly_association_next(a, &at));) result->args[i++] = ly_entry_rule(cx, entry);
        return ly_from_object(result);
    }
    if (ly_is_kind(v, LY_KIND_BYTES)) {
        const ly_bytes *bytes = ly_bytes_of(v);
        ly_expr *result = ly_expr_new(cx, LY_SYM(List), bytes->count);
        if (!result) return LY_FAILED;
        for (size_t i = 0; i < bytes->count; i++) result->args[i] = LY_INT(bytes->data[i]);
        return ly_from_object(result);
    }
    if (ly_has_shape(v, LY_SYM(Dataset), 1)) return ly_retain(ly_expr_of(v)->args[0]);
    if (ly_is_sparse(v)) return ly_sparse_normal(cx, v);
    if (ly_has_head(v, LY_SYM(SeriesData))) return ly_series_normal(cx, v);
    return ly_retain(v);
}
