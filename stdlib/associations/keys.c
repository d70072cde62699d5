/* keys.c: associations by their keys: Lookup, KeyExistsQ, KeyTake, KeyDrop, KeySelect, KeySort,
   KeyMap … */
#include "associations.h"

#include "match/match.h"

MESSAGE(AssociationThread, idim, "`1` and `2` must have the same length.")
MESSAGE(AssociationThread, lgth, "`1` and `2` must have the same length.")

/* ---- Lookup ----------------------------------------------------------------------------------- */

/* The value of key in the association, or the default (held), or Missing. */
static ly_value look_up(ly_context *cx, ly_value v, ly_value key, ly_value fallback)
{
    if (ly_has_shape(key, LY_SYM(Key), 1)) key = ly_expr_of(key)->args[0];
    ly_value found = ly_association_find(ly_association_of(v), key);
    if (found) return ly_retain(found);
    return fallback ? ly_evaluate(cx, fallback) : ly_key_absent(cx, key);
}

static ly_value look_up_keys(ly_context *cx, ly_value v, ly_value keys, ly_value fallback)
{
    if (!ly_has_head(keys, LY_SYM(List))) return look_up(cx, v, keys, fallback);
    const ly_expr *e = ly_expr_of(keys);
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), e->count);
    if (!result) return LY_FAILED;
    for (size_t i = 0; i < e->count; i++) {
        ly_value item = look_up(cx, v, e->args[i], fallback);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        result->args[i] = item;
    }
    return ly_from_object(result);
}

BUILTIN(Lookup, key_lookup, 2, 3, LY_HOLD_ALL_COMPLETE | LY_PROTECTED, LY_OPERATOR_LAST,
        "Lookup[assoc, key] gives the value of key, Lookup[assoc, {key1, …}] several;\n"
        "Lookup[assoc, key, default] gives default where the key is absent.")
static ly_value key_lookup(ly_context *cx, ly_expr *call)
{
    ly_value v = ly_evaluate(cx, call->args[0]), keys = ly_failed(v) ? v : ly_evaluate(cx, call->args[1]);
    ly_value fallback = call->count == 3 ? call->args[2] : LY_FAILED, result = LY_FAILED;
    if (ly_failed(keys)) {
        ly_release(cx, v);
        return LY_FAILED;
    }
    keys = ly_unpack_take(cx, keys);
    bool many = ly_has_head(v, LY_SYM(List)) && ly_expr_of(v)->count > 0;
    for (size_t i = 0; many && i < ly_expr_of(v)->count; i++)
        many = ly_is_association(ly_expr_of(v)->args[i]) ||
               (ly_has_head(ly_expr_of(v)->args[i], LY_SYM(List)) && !ly_is_rule(ly_expr_of(v)->args[i]));
    size_t n = many ? ly_expr_of(v)->count : 1;
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), n);
    for (size_t i = 0; list && i < n; i++) {
        ly_value one = ly_as_association(cx, many ? ly_expr_of(v)->args[i] : v), item = one;
        if (!ly_failed(one) && one != LY_UNEVALUATED) {
            item = look_up_keys(cx, one, keys, fallback);
            ly_release(cx, one);
        }
        if (ly_failed(item) || item == LY_UNEVALUATED) {
            if (item == LY_UNEVALUATED) result = ly_message_invrl(cx, call, many ? ly_expr_of(v)->args[i] : v);
            ly_release(cx, ly_from_object(list));
            list = NULL;
            break;
        }
        list->args[i] = item;
    }
    if (list) {
        result = many ? ly_from_object(list) : ly_retain(list->args[0]);
        if (!many) ly_release(cx, ly_from_object(list));
    }
    ly_release(cx, v);
    ly_release(cx, keys);
    return result;
}

/* ---- tests of keys ---------------------------------------------------------------------------- */

BUILTIN(KeyExistsQ, key_exists_q, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "KeyExistsQ[assoc, key] gives True if key is a key of assoc.")
static ly_value key_exists_q(ly_context *cx, ly_expr *call)
{
    ly_value v = ly_as_association(cx, call->args[0]);
    if (ly_failed(v)) return v;
    if (v == LY_UNEVALUATED) return LY_SYM(False);
    ly_value key = call->args[1];
    if (ly_has_shape(key, LY_SYM(Key), 1)) key = ly_expr_of(key)->args[0];
    bool found = ly_association_find(ly_association_of(v), key) != LY_FAILED;
    ly_release(cx, v);
    return ly_bool(found);
}

/* 1, 0, -1: any key matches the pattern; 2: no association */
static int any_key_matches(ly_context *cx, ly_value argument, ly_value pattern)
{
    ly_value v = ly_as_association(cx, argument);
    if (ly_failed(v)) return -1;
    if (v == LY_UNEVALUATED) return 2;
    const ly_entry *entry;
    int outcome = 0;
    for (uint32_t at = 0; outcome == 0 && (entry = ly_association_next(ly_association_of(v), &at));)
        outcome = ly_matches(cx, pattern, entry->key);
    ly_release(cx, v);
    return outcome;
}

BUILTIN(KeyMemberQ, key_member_q, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "KeyMemberQ[assoc, patt] gives True if a key of assoc matches patt.")
static ly_value key_member_q(ly_context *cx, ly_expr *call)
{
    int outcome = any_key_matches(cx, call->args[0], call->args[1]);
    return outcome < 0 ? LY_FAILED : outcome == 2 ? ly_message_invrl(cx, call, call->args[0]) : ly_bool(outcome);
}

BUILTIN(KeyFreeQ, key_free_q, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "KeyFreeQ[assoc, patt] gives True if no key of assoc matches patt.")
static ly_value key_free_q(ly_context *cx, ly_expr *call)
{
    int outcome = any_key_matches(cx, call->args[0], call->args[1]);
    return outcome < 0 ? LY_FAILED : outcome == 2 ? ly_message_invrl(cx, call, call->args[0]) : ly_bool(!outcome);
}

/* ---- entries by key --------------------------------------------------------------------------- */

/* Applies `one` to an association, or to each in a list of associations. */
static ly_value over(ly_context *cx, ly_expr *call, size_t position,
                     ly_value (*one)(ly_context *cx, ly_expr *call, ly_value association))
{
    ly_value v = call->args[position];
    bool many = ly_has_head(v, LY_SYM(List)) && ly_expr_of(v)->count > 0 && !ly_is_rule(ly_expr_of(v)->args[0]);
    size_t n = many ? ly_expr_of(v)->count : 1;
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), n);
    if (!list) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        ly_value a = ly_as_association(cx, many ? ly_expr_of(v)->args[i] : v), item = a;
        if (!ly_failed(a) && a != LY_UNEVALUATED) {
            item = one(cx, call, a);
            ly_release(cx, a);
        }
        if (ly_failed(item) || item == LY_UNEVALUATED) {
            ly_release(cx, ly_from_object(list));
            return ly_failed(item) ? item : ly_message_invrl(cx, call, v);
        }
        list->args[i] = item;
    }
    if (many) return ly_from_object(list);
    ly_value result = ly_retain(list->args[0]);
    ly_release(cx, ly_from_object(list));
    return result;
}

static ly_value plain_key(ly_value key) { return ly_has_shape(key, LY_SYM(Key), 1) ? ly_expr_of(key)->args[0] : key; }

static ly_value take_keys(ly_context *cx, ly_expr *call, ly_value v)
{
    ly_value keys = call->args[1];
    size_t n = ly_has_head(keys, LY_SYM(List)) ? ly_expr_of(keys)->count : 1;
    const ly_value *each = ly_has_head(keys, LY_SYM(List)) ? ly_expr_of(keys)->args : &keys;
    ly_value result = ly_association_new(cx, n);
    for (size_t i = 0; i < n && !ly_failed(result); i++) {
        ly_value key = plain_key(each[i]), found = ly_association_find(ly_association_of(v), key);
        if (found) result = ly_association_set_take(cx, result, ly_retain(key), ly_retain(found), false);
    }
    return result;
}
BUILTIN(KeyTake, key_take, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "KeyTake[assoc, {key1, …}] gives the entries with these keys.")
static ly_value key_take(ly_context *cx, ly_expr *call) { return over(cx, call, 0, take_keys); }

static ly_value drop_keys(ly_context *cx, ly_expr *call, ly_value v)
{
    ly_value keys = call->args[1], result = ly_retain(v);
    size_t n = ly_has_head(keys, LY_SYM(List)) ? ly_expr_of(keys)->count : 1;
    const ly_value *each = ly_has_head(keys, LY_SYM(List)) ? ly_expr_of(keys)->args : &keys;
    for (size_t i = 0; i < n && !ly_failed(result); i++)
        result = ly_association_remove_take(cx, result, plain_key(each[i]));
    return result;
}
BUILTIN(KeyDrop, key_drop, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "KeyDrop[assoc, {key1, …}] gives assoc without the entries with these keys.")
static ly_value key_drop(ly_context *cx, ly_expr *call) { return over(cx, call, 0, drop_keys); }

static ly_value select_keys(ly_context *cx, ly_expr *call, ly_value v)
{
    ly_value result = ly_association_new(cx, 4);
    const ly_entry *entry;
    for (uint32_t at = 0; !ly_failed(result) && (entry = ly_association_next(ly_association_of(v), &at));) {
        int wanted = ly_test_call1(cx, call->args[1], entry->key);
        if (wanted < 0) {
            ly_release(cx, result);
            return LY_FAILED;
        }
        if (wanted)
            result = ly_association_set_take(cx, result, ly_retain(entry->key), ly_retain(entry->value), entry->delayed);
    }
    return result;
}
BUILTIN(KeySelect, key_select, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "KeySelect[assoc, test] gives the entries for whose key test gives True.")
static ly_value key_select(ly_context *cx, ly_expr *call) { return over(cx, call, 0, select_keys); }

/* ---- sorted by key ---------------------------------------------------------------------------- */

/* The entries in the order of their keys, or of f[key]. */
static ly_value sort_keys(ly_context *cx, ly_value v, ly_value f, ly_value order)
{
    const ly_association *a = ly_association_of(v);
    const ly_entry *entry;
    size_t n = 0;
    ly_expr *keys = ly_expr_new(cx, LY_SYM(List), a->count);
    size_t *indices = ly_buffer_alloc(cx, ((size_t)a->count + 1) * sizeof *indices);
    bool good = keys && indices;
    for (uint32_t at = 0; good && (entry = ly_association_next(a, &at));) {
        ly_value key = ly_retain(entry->key);
        if (f && ly_has_head(f, LY_SYM(List))) {
            const ly_expr *fs = ly_expr_of(f);
            ly_expr *row = ly_expr_new(cx, LY_SYM(List), fs->count);
            for (size_t k = 0; row && k < fs->count; k++) row->args[k] = ly_make1(cx, fs->args[k], ly_retain(key));
            ly_release(cx, key);
            key = row ? ly_evaluate_take(cx, ly_from_object(row)) : LY_FAILED;
        } else if (f) {
            key = ly_call1(cx, f, key);
        }
        good = !ly_failed(key);
        if (good) keys->args[n++] = key;
    }
    ly_value result = LY_FAILED;
    if (good && ly_sort_indices(cx, n, keys->args, indices, order)) result = ly_pick(cx, v, n, indices);
    if (keys) ly_release(cx, ly_from_object(keys));
    ly_buffer_free(cx, indices);
    return result;
}

static ly_value sort_plain(ly_context *cx, ly_expr *call, ly_value v)
{
    return sort_keys(cx, v, LY_FAILED, call->count == 2 ? call->args[1] : LY_FAILED);
}
BUILTIN(KeySort, key_sort, 1, 2, LY_PROTECTED, LY_PURE, "KeySort[assoc] sorts the entries by their keys.")
static ly_value key_sort(ly_context *cx, ly_expr *call) { return over(cx, call, 0, sort_plain); }

static ly_value sort_by(ly_context *cx, ly_expr *call, ly_value v)
{
    return sort_keys(cx, v, call->args[1], call->count == 3 ? call->args[2] : LY_FAILED);
}
BUILTIN(KeySortBy, key_sort_by, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "KeySortBy[assoc, f] sorts the entries by f of their keys.")
static ly_value key_sort_by(ly_context *cx, ly_expr *call) { return over(cx, call, 0, sort_by); }

/* ---- mapped ----------------------------------------------------------------------------------- */

static ly_value map_keys(ly_context *cx, ly_expr *call, ly_value v)
{
    ly_value result = ly_association_new(cx, ly_length(v));
    const ly_entry *entry;
    for (uint32_t at = 0; !ly_failed(result) && (entry = ly_association_next(ly_association_of(v), &at));) {
        ly_value key = ly_call1(cx, call->args[0], ly_retain(entry->key));
        if (ly_failed(key)) {
            ly_release(cx, result);
            return LY_FAILED;
        }
        result = ly_association_set_take(cx, result, key, ly_retain(entry->value), entry->delayed);
    }
    return result;
}
BUILTIN(KeyMap, key_map, 2, 2, LY_PROTECTED, LY_OPERATOR, "KeyMap[f, assoc] applies f to the keys.")
static ly_value key_map(ly_context *cx, ly_expr *call) { return over(cx, call, 1, map_keys); }

static ly_value map_key_values(ly_context *cx, ly_expr *call, ly_value v)
{
    const ly_association *a = ly_association_of(v);
    const ly_entry *entry;
    size_t i = 0;
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), a->count);
    if (!result) return LY_FAILED;
    for (uint32_t at = 0; (entry = ly_association_next(a, &at));)
        result->args[i++] = ly_make2(cx, call->args[0], ly_retain(entry->key), ly_retain(entry->value));
    return ly_from_object(result);
}
BUILTIN(KeyValueMap, key_value_map, 2, 2, LY_PROTECTED, LY_OPERATOR,
        "KeyValueMap[f, assoc] gives the list of f[key, value].")
static ly_value key_value_map(ly_context *cx, ly_expr *call) { return over(cx, call, 1, map_key_values); }

BUILTIN(AssociationMap, association_map, 2, 2, LY_PROTECTED, LY_OPERATOR,
        "AssociationMap[f, {key1, …}] gives <|key1 -> f[key1], …|>; AssociationMap[f, assoc] applies f to the rules.")
static ly_value association_map(ly_context *cx, ly_expr *call)
{
    ly_value f = call->args[0], v = call->args[1];
    if (ly_is_association(v)) {
        const ly_association *a = ly_association_of(v);
        const ly_entry *entry;
        size_t i = 0;
        ly_expr *result = ly_expr_new(cx, LY_SYM(Association), a->count);
        if (!result) return LY_FAILED;
        for (uint32_t at = 0; (entry = ly_association_next(a, &at));)
            result->args[i++] = ly_make1(cx, f, ly_entry_rule(cx, entry));
        return ly_from_object(result);
    }
    if (!ly_has_head(v, LY_SYM(List))) return ly_message_invrl(cx, call, v);
    const ly_expr *keys = ly_expr_of(v);
    ly_value result = ly_association_new(cx, keys->count);
    for (size_t i = 0; i < keys->count && !ly_failed(result); i++) {
        ly_value value = ly_call1(cx, f, ly_retain(keys->args[i]));
        if (ly_failed(value)) {
            ly_release(cx, result);
            return LY_FAILED;
        }
        result = ly_association_set_take(cx, result, ly_retain(keys->args[i]), value, false);
    }
    return result;
}

BUILTIN(AssociationThread, association_thread, 1, 2, LY_PROTECTED, LY_PURE,
        "AssociationThread[{key1, …}, {value1, …}] gives <|key1 -> value1, …|>.")
static ly_value association_thread(ly_context *cx, ly_expr *call)
{
    ly_value keys = call->args[0], values = call->count == 2 ? call->args[1] : LY_FAILED;
    if (call->count == 1) {
        if (!ly_is_rule(keys)) return LY_UNEVALUATED;
        values = ly_expr_of(keys)->args[1];
        keys = ly_expr_of(keys)->args[0];
    }
    if (ly_is_atom(keys)) return LY_UNEVALUATED;
    if (ly_is_atom(values)) { /* one value for all */
        ly_value list = ly_elements(cx, keys);
        ly_value result = ly_failed(list) ? list : ly_association_new(cx, ly_length(list));
        for (size_t i = 0; !ly_failed(result) && i < ly_length(list); i++)
            result = ly_association_set_take(cx, result, ly_retain(ly_expr_of(list)->args[i]), ly_retain(values), false);
        ly_release(cx, list);
        return result;
    }
    if (ly_length(keys) != ly_length(values)) return ly_message_call(cx, call, "idim", 2, keys, values);
    ly_value list = ly_elements(cx, keys), others = ly_elements(cx, values);
    ly_value result = ly_failed(list) || ly_failed(others) ? LY_FAILED : ly_association_new(cx, ly_length(list));
    for (size_t i = 0; !ly_failed(result) && i < ly_length(list); i++)
        result = ly_association_set_take(cx, result, ly_retain(ly_expr_of(list)->args[i]),
                                         ly_retain(ly_expr_of(others)->args[i]), false);
    ly_release(cx, list);
    ly_release(cx, others);
    return result;
}
