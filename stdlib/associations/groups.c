/* groups.c: associations made of other data: GroupBy, Merge, PositionIndex, KeyUnion and kin;
   AssociateTo and KeyDropFrom, which change the value of a variable. */
#include "associations.h"

MESSAGE(Merge, list1, "The argument `1` is not a valid list of Associations or rules or lists of rules.")

/* ---- GroupBy ---------------------------------------------------------------------------------- */

/* Indices of the elements of list by f of each: an association of keys and, in `groups`, which group
   each element is in. */
typedef struct grouping {
    ly_value keys;   /* a List, owned: the distinct keys in order of appearance */
    size_t *of;      /* group of each element */
    size_t *sizes;
    size_t count;
} grouping;

static void grouping_free(ly_context *cx, grouping *g)
{
    ly_release(cx, g->keys);
    ly_buffer_free(cx, g->of);
    ly_buffer_free(cx, g->sizes);
}

static bool group(ly_context *cx, ly_value list, ly_value f, grouping *g)
{
    size_t n = ly_expr_of(list)->count;
    *g = (grouping){LY_FAILED, ly_buffer_alloc(cx, (n + 1) * sizeof *g->of),
                    ly_buffer_alloc(cx, (n + 1) * sizeof *g->sizes), 0};
    ly_expr *keys = ly_expr_new(cx, LY_SYM(List), n);
    g->keys = keys ? ly_from_object(keys) : LY_FAILED;
    ly_value_set set = {0};
    bool good = g->of && g->sizes && keys;
    for (size_t i = 0; i < n && good; i++) {
        bool fresh;
        ly_value key = ly_call1(cx, f, ly_retain(ly_expr_of(list)->args[i]));
        good = !ly_failed(key);
        if (!good) break;
        size_t at = ly_value_set_enter(cx, &set, key, &fresh);
        good = at != SIZE_MAX;
        if (fresh && good) {
            keys->args[g->count++] = key;
            g->sizes[at] = 0;
        } else {
            ly_release(cx, key);
        }
        if (good) {
            g->of[i] = at;
            g->sizes[at]++;
        }
    }
    ly_value_set_free(cx, &set);
    if (!good) grouping_free(cx, g);
    return good;
}

/* v grouped by the functions one after the other; `reduce` is applied to the innermost groups. */
static ly_value group_by(ly_context *cx, ly_value v, size_t n, const ly_value *functions, ly_value reduce)
{
    ly_value f = functions[0], g = LY_FAILED;
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    if (ly_has_shape(f, LY_SYM(Rule), 2)) { /* f -> g: grouped by f, then g of each */
        g = ly_expr_of(f)->args[1];
        f = ly_expr_of(f)->args[0];
    }
    ly_value list = ly_elements(cx, v);
    grouping groups;
    if (ly_failed(list) || !group(cx, list, f, &groups)) {
        ly_release(cx, list);
        return LY_FAILED;
    }
    size_t total = ly_expr_of(list)->count, at = 0;
    size_t *indices = ly_buffer_alloc(cx, (total + 1) * sizeof *indices);
    size_t *next = ly_buffer_alloc(cx, (groups.count + 1) * sizeof *next);
    ly_value result = indices && next ? ly_association_new(cx, groups.count) : LY_FAILED;
    if (!ly_failed(result)) {
        for (size_t i = 0; i < groups.count; i++) {
            next[i] = at;
            at += groups.sizes[i];
        }
        for (size_t i = 0; i < total; i++) indices[next[groups.of[i]]++] = i;
    }
    for (size_t i = 0, from = 0; i < groups.count && !ly_failed(result); i++) {
        ly_value members = ly_pick(cx, v, groups.sizes[i], indices + from);
        from += groups.sizes[i];
        if (g && !ly_failed(members)) members = ly_call2(cx, LY_SYM(Map), ly_retain(g), members);
        if (!ly_failed(members) && n > 1) {
            ly_value inner = group_by(cx, members, n - 1, functions + 1, reduce);
            ly_release(cx, members);
            members = inner;
        } else if (!ly_failed(members) && reduce) {
            members = ly_call1(cx, reduce, members);
        }
        if (ly_failed(members)) {
            ly_release(cx, result);
            result = LY_FAILED;
            break;
        }
        result = ly_association_set_take(cx, result, ly_retain(ly_expr_of(groups.keys)->args[i]), members, false);
    }
    ly_buffer_free(cx, indices);
    ly_buffer_free(cx, next);
    grouping_free(cx, &groups);
    ly_release(cx, list);
    return result;
}

/* GroupBy[f, reduce][list] */
static ly_value group_by_operator(ly_context *cx, ly_expr *call)
{
    const ly_expr *inner = ly_expr_of(call->head);
    if (!ly_is_symbol(inner->head) || inner->count != 2 || call->count != 1) return LY_UNEVALUATED;
    return ly_make3(cx, inner->head, ly_retain(call->args[0]), ly_retain(inner->args[0]), ly_retain(inner->args[1]));
}

BUILTIN_SUB(GroupBy, association_group_by, group_by_operator, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
            "GroupBy[list, f] gives an association of the values of f and the elements that have them;\n"
            "GroupBy[list, f -> g] collects g of the elements; GroupBy[list, f, r] reduces the groups by r.")
static ly_value association_group_by(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], f = call->args[1], reduce = call->count == 3 ? call->args[2] : LY_FAILED;
    if (ly_is_atom(v)) return LY_UNEVALUATED;
    if (ly_has_shape(f, LY_SYM(List), 0)) return reduce ? ly_make1(cx, reduce, ly_retain(v)) : ly_retain(v);
    if (ly_has_head(f, LY_SYM(List)))
        return group_by(cx, v, ly_expr_of(f)->count, ly_expr_of(f)->args, reduce);
    if (ly_is_string(f)) { /* GroupBy["key"] on a list of associations */
        ly_value key = ly_make1(cx, LY_SYM(Key), ly_retain(f));
        ly_value result = group_by(cx, v, 1, &key, reduce);
        ly_release(cx, key);
        return result;
    }
    return group_by(cx, v, 1, &f, reduce);
}

BUILTIN(PositionIndex, association_position_index, 1, 1, LY_PROTECTED, LY_PURE,
        "PositionIndex[list] gives an association of the distinct elements and their positions.")
static ly_value association_position_index(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return LY_UNEVALUATED;
    ly_value list = ly_elements(cx, v), identity = LY_SYM(Identity);
    grouping groups;
    if (ly_failed(list) || !group(cx, list, identity, &groups)) {
        ly_release(cx, list);
        return LY_FAILED;
    }
    size_t n = ly_expr_of(list)->count;
    ly_value result = ly_association_new(cx, groups.count);
    ly_value *lists = ly_buffer_alloc(cx, (groups.count + 1) * sizeof *lists);
    if (lists && !ly_failed(result)) {
        for (size_t i = 0; i < groups.count; i++) {
            ly_expr *positions = ly_expr_new(cx, LY_SYM(List), groups.sizes[i]);
            lists[i] = positions ? ly_from_object(positions) : LY_FAILED;
            groups.sizes[i] = 0;
        }
        for (size_t i = 0; i < n; i++) {
            size_t at = groups.of[i];
            ly_value where = ly_is_association(v)
                                 ? ly_retain(ly_association_entry(ly_association_of(v), i)->key)
                                 : LY_INT((int64_t)i + 1);
            if (lists[at]) ly_expr_of(lists[at])->args[groups.sizes[at]++] = where;
        }
        for (size_t i = 0; i < groups.count; i++) {
            if (ly_failed(result) || !lists[i]) {
                ly_release(cx, result);
                result = LY_FAILED;
                ly_release(cx, lists[i]);
                continue;
            }
            result = ly_association_set_take(cx, result, ly_retain(ly_expr_of(groups.keys)->args[i]), lists[i], false);
        }
    }
    ly_buffer_free(cx, lists);
    grouping_free(cx, &groups);
    ly_release(cx, list);
    return result;
}

/* ---- Merge ------------------------------------------------------------------------------------ */

BUILTIN(Merge, association_merge, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "Merge[{assoc1, assoc2, …}, f] gives an association of all keys and f of the list of their values.")
static ly_value association_merge(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_association(v)) return ly_message_call(cx, call, "list1", 1, v);
    if (!ly_has_head(v, LY_SYM(List))) return ly_message_call(cx, call, "list1", 1, v);
    const ly_expr *list = ly_expr_of(v);
    ly_value merged = ly_association_new(cx, 8);
    for (size_t i = 0; i < list->count && !ly_failed(merged); i++) {
        ly_value one = ly_as_association(cx, list->args[i]);
        const ly_entry *entry;
        if (ly_failed(one) || one == LY_UNEVALUATED) {
            ly_release(cx, merged);
            return ly_failed(one) ? one : ly_message_call(cx, call, "list1", 1, list->args[i]);
        }
        for (uint32_t at = 0; !ly_failed(merged) && (entry = ly_association_next(ly_association_of(one), &at));) {
            ly_value values = ly_association_find(ly_association_of(merged), entry->key);
            if (values) { /* taken out of its place, so that it grows in place */
                ly_retain(values);
                merged = ly_association_set_take(cx, merged, ly_retain(entry->key), LY_INT(0), false);
                values = ly_expr_append_take(cx, values, ly_retain(entry->value));
            } else {
                values = ly_make1(cx, LY_SYM(List), ly_retain(entry->value));
            }
            if (ly_failed(values) || ly_failed(merged)) {
                ly_release(cx, values);
                ly_release(cx, merged);
                merged = LY_FAILED;
            } else {
                merged = ly_association_set_take(cx, merged, ly_retain(entry->key), values, false);
            }
        }
        ly_release(cx, one);
    }
    if (ly_failed(merged)) return merged;
    return ly_call2(cx, LY_SYM(Map), ly_retain(call->args[1]), merged);
}

/* ---- keys of several -------------------------------------------------------------------------- */

/* The operands: a list of associations, owned; LY_UNEVALUATED if it is none. */
static ly_value several(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!ly_has_head(v, LY_SYM(List)) || ly_expr_of(v)->count == 0) return LY_UNEVALUATED;
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), ly_expr_of(v)->count);
    if (!list) return LY_FAILED;
    for (size_t i = 0; i < list->count; i++) {
        ly_value one = ly_as_association(cx, ly_expr_of(v)->args[i]);
        if (ly_failed(one) || one == LY_UNEVALUATED) {
            ly_release(cx, ly_from_object(list));
            return one;
        }
        list->args[i] = one;
    }
    return ly_from_object(list);
}

BUILTIN(KeyUnion, key_union, 1, 2, LY_PROTECTED, LY_PURE,
        "KeyUnion[{assoc1, …}] gives each association the keys of all, Missing where it has none;\n"
        "KeyUnion[assocs, f] gives f[key] there.")
static ly_value key_union(ly_context *cx, ly_expr *call)
{
    ly_value list = several(cx, call), all;
    if (ly_failed(list) || list == LY_UNEVALUATED) return list;
    const ly_entry *entry;
    all = ly_association_new(cx, 8);
    for (size_t i = 0; i < ly_expr_of(list)->count; i++)
        for (uint32_t at = 0; !ly_failed(all) && (entry = ly_association_next(ly_association_of(ly_expr_of(list)->args[i]), &at));)
            all = ly_association_set_take(cx, all, ly_retain(entry->key), LY_INT(0), false);
    ly_expr *result = ly_failed(all) ? NULL : ly_expr_own_take(cx, list);
    for (size_t i = 0; result && i < result->count; i++) {
        ly_value one = ly_association_new(cx, ly_length(all));
        for (uint32_t at = 0; !ly_failed(one) && (entry = ly_association_next(ly_association_of(all), &at));) {
            ly_value found = ly_association_find(ly_association_of(result->args[i]), entry->key);
            ly_value value = found ? ly_retain(found)
                             : call->count == 2 ? ly_call1(cx, call->args[1], ly_retain(entry->key))
                                                : ly_key_absent(cx, entry->key);
            if (ly_failed(value)) {
                ly_release(cx, one);
                one = LY_FAILED;
            } else {
                one = ly_association_set_take(cx, one, ly_retain(entry->key), value, false);
            }
        }
        if (ly_failed(one)) {
            ly_release(cx, ly_from_object(result));
            result = NULL;
            break;
        }
        ly_release(cx, result->args[i]);
        result->args[i] = one;
    }
    ly_release(cx, all);
    return result ? ly_from_object(result) : LY_FAILED;
}

/* Entries of the associations whose key is in all of them. */
BUILTIN(KeyIntersection, key_intersection, 1, 1, LY_PROTECTED, LY_PURE,
        "KeyIntersection[{assoc1, …}] gives each association with the keys that all have.")
static ly_value key_intersection(ly_context *cx, ly_expr *call)
{
    ly_value list = several(cx, call);
    if (ly_failed(list) || list == LY_UNEVALUATED) return list;
    const ly_expr *e = ly_expr_of(list);
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), e->count);
    for (size_t i = 0; result && i < e->count; i++) {
        ly_value one = ly_association_new(cx, 8);
        const ly_entry *entry;
        for (uint32_t at = 0; !ly_failed(one) && (entry = ly_association_next(ly_association_of(e->args[0]), &at));) {
            bool everywhere = true;
            for (size_t k = 0; k < e->count && everywhere; k++)
                everywhere = ly_association_find(ly_association_of(e->args[k]), entry->key) != LY_FAILED;
            if (everywhere)
                one = ly_association_set_take(cx, one, ly_retain(entry->key),
                                              ly_retain(ly_association_find(ly_association_of(e->args[i]), entry->key)), false);
        }
        if (ly_failed(one)) {
            ly_release(cx, ly_from_object(result));
            result = NULL;
            break;
        }
        result->args[i] = one;
    }
    ly_release(cx, list);
    return result ? ly_from_object(result) : LY_FAILED;
}

BUILTIN(KeyComplement, key_complement, 1, 1, LY_PROTECTED, LY_PURE,
        "KeyComplement[{all, assoc1, …}] gives the entries of all whose key is in none of the others.")
static ly_value key_complement(ly_context *cx, ly_expr *call)
{
    ly_value list = several(cx, call);
    if (ly_failed(list) || list == LY_UNEVALUATED) return list;
    const ly_expr *e = ly_expr_of(list);
    const ly_entry *entry;
    ly_value result = ly_association_new(cx, 8);
    for (uint32_t at = 0; !ly_failed(result) && (entry = ly_association_next(ly_association_of(e->args[0]), &at));) {
        bool anywhere = false;
        for (size_t k = 1; k < e->count && !anywhere; k++)
            anywhere = ly_association_find(ly_association_of(e->args[k]), entry->key) != LY_FAILED;
        if (!anywhere)
            result = ly_association_set_take(cx, result, ly_retain(entry->key), ly_retain(entry->value), entry->delayed);
    }
    ly_release(cx, list);
    return result;
}

/* ---- changes of a variable's value ------------------------------------------------------------ */

/* The value of a variable that holds an association, out of its slot; LY_FAILED: it has none. */
static ly_value take_value(ly_context *cx, ly_value target)
{
    if (!ly_is_symbol(target) || ly_attributes(cx, target) & LY_PROTECTED) return LY_FAILED;
    ly_value v = ly_take_own_value(cx, target);
    if (ly_failed(v) || ly_is_association(v)) return v;
    ly_set_own_value_take(cx, target, v, false);
    return LY_FAILED;
}

BUILTIN(AssociateTo, association_associate_to, 2, 2, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS | LY_ASSIGNS,
        "AssociateTo[a, key -> value] enters a rule, a list of rules or an association into the value of a.")
static ly_value association_associate_to(ly_context *cx, ly_expr *call)
{
    ly_value added = ly_as_association(cx, call->args[1]);
    const ly_entry *entry;
    if (ly_failed(added)) return added;
    if (added == LY_UNEVALUATED) return ly_message_call(cx, call, "invrp", 1, call->args[1]);
    ly_value v = take_value(cx, call->args[0]);
    if (ly_failed(v)) {
        ly_release(cx, added);
        ly_value now = ly_evaluate(cx, call->args[0]);
        if (ly_failed(now)) return now;
        if (!ly_is_association(now)) {
            ly_message_call(cx, call, ly_same(now, call->args[0]) ? "rvalue" : "invak", 1, call->args[0]);
            ly_release(cx, now);
            return LY_UNEVALUATED;
        }
        ly_value joined = ly_call2(cx, LY_SYM(Append), now, ly_retain(call->args[1]));
        return ly_failed(joined) ? joined : ly_call2(cx, LY_SYM(Set), ly_retain(call->args[0]), joined);
    }
    for (uint32_t at = 0; !ly_failed(v) && (entry = ly_association_next(ly_association_of(added), &at));)
        v = ly_association_set_take(cx, v, ly_retain(entry->key), ly_retain(entry->value), entry->delayed);
    ly_release(cx, added);
    if (ly_failed(v)) return v;
    ly_set_own_value_take(cx, call->args[0], v, false);
    return ly_retain(v);
}

MESSAGE(General, invak, "The argument `1` is not a valid Association.")

BUILTIN(KeyDropFrom, association_key_drop_from, 2, 2, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS | LY_ASSIGNS,
        "KeyDropFrom[a, key] removes a key, or a list of keys, from the value of a.")
static ly_value association_key_drop_from(ly_context *cx, ly_expr *call)
{
    ly_value keys = call->args[1], v = take_value(cx, call->args[0]);
    if (ly_failed(v)) {
        ly_value now = ly_evaluate(cx, call->args[0]);
        if (ly_failed(now)) return now;
        if (!ly_is_association(now)) {
            ly_message_call(cx, call, ly_same(now, call->args[0]) ? "rvalue" : "invak", 1, call->args[0]);
            ly_release(cx, now);
            return LY_UNEVALUATED;
        }
        return ly_call2(cx, LY_SYM(KeyDrop), now, ly_retain(keys));
    }
    size_t n = ly_has_head(keys, LY_SYM(List)) ? ly_expr_of(keys)->count : 1;
    for (size_t i = 0; i < n && !ly_failed(v); i++) {
        ly_value key = ly_has_head(keys, LY_SYM(List)) ? ly_expr_of(keys)->args[i] : keys;
        if (ly_has_shape(key, LY_SYM(Key), 1)) key = ly_expr_of(key)->args[0];
        v = ly_association_remove_take(cx, v, key);
    }
    if (ly_failed(v)) return v;
    ly_set_own_value_take(cx, call->args[0], v, false);
    return ly_retain(v);
}
