/* append.c: elements added: Append, Prepend, AppendTo, PrependTo, Join, Insert, Catenate. */
#include "lists.h"

#include <stdlib.h>

MESSAGE(General, invrp, "The argument `1` is not a rule, a list of rules or an association.")
MESSAGE(Insert, ins, "Cannot insert at position `1` in `2`.")

/* ---- one element at an end -------------------------------------------------------------------- */

/* The stamp that e, known evaluated at `stamp` with `filter`, has with one more element. */
static void keep_stamp(ly_value v, uint64_t stamp, uint64_t filter, ly_value item)
{
    ly_expr *e = ly_expr_of(v);
    if (!stamp || ly_is_symbol(item)) return;
    if (ly_is_expr(item)) {
        const ly_expr *x = ly_expr_of(item);
        if (!x->stamp) return;
        if (x->stamp < stamp) stamp = x->stamp;
        filter |= x->filter;
    } else if (ly_is_association(item)) {
        return;
    }
    e->stamp = stamp;
    e->filter = filter;
}

/* Consumes v and item. */
static ly_value append_take(ly_context *cx, ly_value v, ly_value item)
{
    v = ly_unpack_take(cx, v);
    if (ly_failed(v)) {
        ly_release(cx, item);
        return v;
    }
    uint64_t stamp = ly_expr_of(v)->stamp, filter = ly_expr_of(v)->filter;
    ly_retain(item);
    v = ly_expr_append_take(cx, v, item);
    if (!ly_failed(v)) keep_stamp(v, stamp, filter, item);
    ly_release(cx, item);
    return v;
}

/* Consumes v and item. */
static ly_value prepend_take(ly_context *cx, ly_value v, ly_value item)
{
    v = append_take(cx, v, item);
    if (ly_failed(v)) return v;
    ly_expr *e = ly_expr_of(v);
    memmove(e->args + 1, e->args, (e->count - 1) * sizeof *e->args);
    e->args[0] = item;
    return v;
}

/* The argument of call that is an association with the rules of item (one, a list, an association) at
   an end; LY_UNEVALUATED: it has none. In place where nobody else holds it. */
static ly_value add_rules(ly_context *cx, ly_expr *call, ly_value item, bool at_front)
{
    ly_value added = ly_association_from(cx, &item, 1);
    if (ly_failed(added)) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    ly_value v = ly_take_arg(call, 0), base = at_front ? added : v, more = at_front ? v : added;
    const ly_entry *entry;
    if (!at_front) /* what is added goes last, even if its key was there */
        for (uint32_t at = 0; !ly_failed(base) && (entry = ly_association_next(ly_association_of(more), &at));)
            base = ly_association_remove_take(cx, base, entry->key);
    for (uint32_t at = 0; !ly_failed(base) && (entry = ly_association_next(ly_association_of(more), &at));) {
        if (at_front && ly_association_find(ly_association_of(base), entry->key)) continue;
        base = ly_association_set_take(cx, base, ly_retain(entry->key), ly_retain(entry->value), entry->delayed);
    }
    ly_release(cx, more);
    return base;
}

static ly_value add_element(ly_context *cx, ly_expr *call, bool at_front)
{
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    if (ly_is_association(call->args[0])) {
        ly_value v = add_rules(cx, call, call->args[1], at_front);
        return v == LY_UNEVALUATED ? ly_message_call(cx, call, "invrp", 1, call->args[1]) : v;
    }
    ly_value v = ly_take_arg(call, 0), item = ly_take_arg(call, 1);
    return at_front ? prepend_take(cx, v, item) : append_take(cx, v, item);
}

BUILTIN(Append, list_append, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED | LY_UPDATES,
        "Append[expr, elem] gives expr with elem appended.")
static ly_value list_append(ly_context *cx, ly_expr *call) { return add_element(cx, call, false); }

BUILTIN(Prepend, list_prepend, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED | LY_UPDATES,
        "Prepend[expr, elem] gives expr with elem prepended.")
static ly_value list_prepend(ly_context *cx, ly_expr *call) { return add_element(cx, call, true); }

/* ---- to the value of a variable --------------------------------------------------------------- */

/* The same for v, the association that was taken out of target's slot; consumes v. */
static ly_value add_rules_to(ly_context *cx, ly_expr *call, ly_value target, ly_value v, bool at_front)
{
    ly_expr *adding = ly_expr_new(cx, at_front ? LY_SYM(Prepend) : LY_SYM(Append), 2);
    adding->args[0] = v;
    adding->args[1] = ly_retain(call->args[1]);
    ly_value changed = add_rules(cx, adding, call->args[1], at_front);
    bool good = changed != LY_UNEVALUATED && !ly_failed(changed);
    if (good) {
        ly_set_own_value_take(cx, target, ly_retain(changed), false);
    } else { /* refused: what was taken out goes back */
        ly_value back = ly_is_association(adding->args[0]) ? ly_retain(adding->args[0]) : ly_association_new(cx, 0);
        if (back) ly_set_own_value_take(cx, target, back, false);
        if (changed == LY_UNEVALUATED)
            ly_message(cx, at_front ? LY_SYM(Prepend) : LY_SYM(Append), "invrp", 1, call->args[1]);
    }
    ly_release(cx, ly_from_object(adding));
    return changed;
}

static ly_value add_to(ly_context *cx, ly_expr *call, bool at_front)
{
    ly_value target = call->args[0], item = call->args[1];
    if (ly_is_symbol(target) && !(ly_attributes(cx, target) & LY_PROTECTED)) {
        ly_value v = ly_take_own_value(cx, target);
        if (!ly_failed(v)) {
            if (ly_is_expr(v) || ly_is_packed(v)) {
                ly_value changed = at_front ? prepend_take(cx, v, ly_retain(item)) : append_take(cx, v, ly_retain(item));
                if (ly_failed(changed)) {
                    ly_set_own_value_take(cx, target, ly_make0(cx, LY_SYM(List)), false);
                    return LY_FAILED;
                }
                ly_set_own_value_take(cx, target, changed, false);
                return ly_retain(changed);
            }
            if (ly_is_association(v)) return add_rules_to(cx, call, target, v, at_front);
            ly_set_own_value_take(cx, target, v, false);
        }
    } else if (ly_is_atom(target) || ly_has_head(target, LY_SYM(List))) {
        return ly_message_call(cx, call, "rvalue", 1, target);
    }
    /* what has no plain value: its value, and an ordinary assignment */
    ly_value v = ly_evaluate(cx, target);
    if (ly_failed(v)) return v;
    if (ly_same(v, target)) {
        ly_release(cx, v);
        return ly_message_call(cx, call, "rvalue", 1, target);
    }
    if (ly_is_atom(v)) {
        ly_release(cx, v);
        return ly_message_normal(cx, call, 1);
    }
    ly_value changed = ly_call2(cx, at_front ? LY_SYM(Prepend) : LY_SYM(Append), v, ly_retain(item));
    if (ly_failed(changed)) return changed;
    return ly_call2(cx, LY_SYM(Set), ly_retain(target), changed);
}

BUILTIN(AppendTo, list_append_to, 2, 2, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS | LY_ASSIGNS | LY_EVALUATED,
        "AppendTo[x, elem] appends elem to the value of x, and gives the new value.")
static ly_value list_append_to(ly_context *cx, ly_expr *call) { return add_to(cx, call, false); }

BUILTIN(PrependTo, list_prepend_to, 2, 2, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS | LY_ASSIGNS | LY_EVALUATED,
        "PrependTo[x, elem] prepends elem to the value of x, and gives the new value.")
static ly_value list_prepend_to(ly_context *cx, ly_expr *call) { return add_to(cx, call, true); }

/* ---- Join ------------------------------------------------------------------------------------- */

static ly_value join_associations(ly_context *cx, ly_expr *call, size_t n)
{
    ly_value result = ly_take_arg(call, 0);
    const ly_entry *entry;
    for (size_t i = 1; i < n; i++) {
        const ly_association *a = ly_association_of(call->args[i]);
        for (uint32_t at = 0; !ly_failed(result) && (entry = ly_association_next(a, &at));)
            result = ly_association_set_take(cx, result, ly_retain(entry->key), ly_retain(entry->value), entry->delayed);
    }
    return result;
}

/* The n values joined at level 1; all have elements and the same head. */
static ly_value join(ly_context *cx, size_t n, const ly_value *values, ly_value head)
{
    size_t total = 0, to = 0;
    for (size_t i = 0; i < n; i++) total += ly_length(values[i]);
    ly_expr *result = ly_expr_new(cx, head, total);
    if (!result) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        size_t length = ly_length(values[i]);
        for (size_t k = 0; k < length; k++) {
            ly_value item = ly_element(cx, values[i], k);
            if (ly_failed(item)) {
                ly_release(cx, ly_from_object(result));
                return item;
            }
            result->args[to++] = item;
        }
    }
    return ly_from_object(result);
}

/* Joined at a level below the first; what is too short or no list at a place gives its elements as
   far as they go. */
static ly_value join_deeper(ly_context *cx, size_t n, const ly_value *values, int64_t level)
{
    if (level <= 1) return join(cx, n, values, LY_SYM(List));
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    size_t length = 0;
    for (size_t i = 0; i < n; i++)
        if (ly_length(values[i]) > length) length = ly_length(values[i]);
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), length);
    ly_value *row = ly_buffer_alloc(cx, (n + 1) * sizeof *row), whole = result ? ly_from_object(result) : LY_FAILED;
    for (size_t k = 0; result && row && k < length; k++) {
        size_t have = 0;
        for (size_t i = 0; i < n; i++) {
            if (k >= ly_length(values[i])) continue;
            row[have] = ly_element(cx, values[i], k);
            if (ly_is_atom(row[have])) row[have] = ly_make1(cx, LY_SYM(List), row[have]);
            have++;
        }
        ly_value item = join_deeper(cx, have, row, level - 1);
        for (size_t i = 0; i < have; i++) ly_release(cx, row[i]);
        if (ly_failed(item)) {
            ly_release(cx, whole);
            whole = LY_FAILED;
            break;
        }
        result->args[k] = item;
    }
    if (!row) {
        ly_release(cx, whole);
        return LY_FAILED;
    }
    ly_buffer_free(cx, row);
    return whole;
}

BUILTIN(Join, list_join, 0, -1, LY_FLAT | LY_ONE_IDENTITY | LY_PROTECTED, LY_UPDATES,
        "Join[list1, list2, …] concatenates lists, or other expressions with one head;\n"
        "Join[list1, list2, …, n] at level n.")
static ly_value list_join(ly_context *cx, ly_expr *call)
{
    size_t n = call->count;
    int64_t level = 1;
    if (n == 0) return ly_make0(cx, LY_SYM(List));
    if (n > 1 && ly_is_int(call->args[n - 1]) && ly_int_of(call->args[n - 1]) > 0)
        level = ly_int_of(call->args[--n]);
    for (size_t i = 0; i < n; i++)
        if (ly_is_atom(call->args[i])) return ly_message_normal(cx, call, (int64_t)i + 1);
    ly_value head = ly_is_association(call->args[0]) ? LY_SYM(Association) : ly_expr_of(call->args[0])->head;
    for (size_t i = 1; i < n; i++) {
        ly_value other = ly_is_association(call->args[i]) ? LY_SYM(Association) : ly_expr_of(call->args[i])->head;
        if (!ly_same(head, other))
            return ly_message_call(cx, call, "heads", 4, head, other, LY_INT(1), LY_INT((int64_t)i + 1));
    }
    if (ly_is_association(call->args[0])) return join_associations(cx, call, n);
    if (n == 1) return ly_retain(call->args[0]);
    if (level > 1) {
        size_t dims[32];
        if (level > 32) return LY_UNEVALUATED;
        for (size_t i = 0; i < n; i++)
            if (ly_dimensions(call->args[i], 32, dims) < 1 || ly_depth(cx, call->args[i], false) - 1 < level) return LY_UNEVALUATED;
        return join_deeper(cx, n, call->args, level);
    }
    if (ly_count_of(&call->o) == 1 && ly_is_unique(call->args[0])) {
        /* nobody else holds the first list: the others are added to it */
        ly_value result = ly_take_arg(call, 0);
        for (size_t i = 1; i < n; i++)
            for (size_t k = 0; result && k < ly_length(call->args[i]); k++)
                result = ly_expr_append_take(cx, result, ly_retain(ly_expr_of(call->args[i])->args[k]));
        return result;
    }
    return join(cx, n, call->args, head);
}

BUILTIN(Catenate, list_catenate, 1, 1, LY_PROTECTED, LY_PURE,
        "Catenate[{list1, list2, …}] joins the lists, or the values of associations, to one list.")
static ly_value list_catenate(ly_context *cx, ly_expr *call)
{
    if (!ly_has_head(call->args[0], LY_SYM(List)) && !ly_is_association(call->args[0]))
        return ly_message_list(cx, call, 1);
    ly_value list = ly_elements(cx, call->args[0]);
    if (ly_failed(list)) return list;
    const ly_expr *e = ly_expr_of(list);
    for (size_t i = 0; i < e->count; i++) {
        if (!ly_is_list(e->args[i]) && !ly_is_association(e->args[i])) {
            ly_release(cx, list);
            return LY_UNEVALUATED;
        }
    }
    ly_value result = join(cx, e->count, e->args, LY_SYM(List));
    ly_release(cx, list);
    return result;
}

/* ---- Insert ----------------------------------------------------------------------------------- */

typedef struct insertion {
    ly_value item;
    int64_t at; /* as given; negative from the end */
} insertion;

/* Consumes part; LY_UNEVALUATED is no outcome that ly_part_change_take expects, so a bad position
   gives the part back and clears `item`. */
static ly_value insert_here(ly_context *cx, void *data, ly_value part)
{
    insertion *in = data;
    int64_t n = (int64_t)ly_length(part), at = in->at < 0 ? in->at + n + 2 : in->at;
    if (ly_is_atom(part) || ly_is_association(part) || at < 1 || at > n + 1) {
        in->item = LY_FAILED;
        return part;
    }
    part = append_take(cx, part, ly_retain(in->item));
    if (ly_failed(part)) return part;
    ly_expr *e = ly_expr_of(part);
    memmove(e->args + at, e->args + at - 1, (size_t)(n - at + 1) * sizeof *e->args);
    e->args[at - 1] = in->item;
    return part;
}

/* Consumes v; position is borrowed: an integer or a list of them. */
static ly_value insert_at(ly_context *cx, ly_value v, ly_value item, ly_value position, bool *done)
{
    const ly_value *path = &position;
    size_t n = 1;
    *done = false;
    if (ly_has_head(position, LY_SYM(List))) {
        path = ly_expr_of(position)->args;
        n = ly_expr_of(position)->count;
    }
    if (n == 0 || !ly_is_int(path[n - 1])) return v;
    insertion in = {item, ly_int_of(path[n - 1])};
    v = ly_part_change_take(cx, v, n - 1, path, insert_here, &in, done);
    *done = *done && in.item == item;
    return v;
}

static int by_position_descending(const void *a, const void *b)
{
    return ly_compare(*(const ly_value *)b, *(const ly_value *)a);
}

static ly_value list_insert_operator(ly_context *cx, ly_expr *call)
{
    const ly_expr *inner = ly_expr_of(call->head);
    if (!ly_is_symbol(inner->head) || inner->count != 2 || call->count != 1) return LY_UNEVALUATED;
    return ly_make3(cx, inner->head, ly_retain(call->args[0]), ly_retain(inner->args[0]), ly_retain(inner->args[1]));
}

BUILTIN_SUB(Insert, list_insert, list_insert_operator, 3, 3, LY_PROTECTED, LY_ANY_COUNT,
            "Insert[list, elem, n] inserts elem at position n; {i, j, …} names a position in a part,\n"
            "{{i1, …}, {i2, …}, …} several.")
static ly_value list_insert(ly_context *cx, ly_expr *call)
{
    if (call->count == 2) return LY_UNEVALUATED;
    if (call->count != 3)
        return ly_message_call(cx, call, call->count == 1 ? "argr" : "argrx", call->count == 1 ? 2 : 3, call->head,
                               LY_INT(call->count == 1 ? 3 : call->count), LY_INT(3));
    ly_value v = call->args[0], item = call->args[1], where = call->args[2];
    bool done = true;
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (ly_is_association(v)) { /* a rule at a position among the entries */
        if (!ly_is_rule(item)) return ly_message_call(cx, call, "ins", 2, where, v);
        int64_t n = (int64_t)ly_length(v), at = 0;
        if (ly_is_int(where)) {
            at = ly_int_of(where) < 0 ? ly_int_of(where) + n + 2 : ly_int_of(where);
        } else { /* before the entry of a key */
            ly_value key = ly_has_shape(where, LY_SYM(Key), 1) ? ly_expr_of(where)->args[0] : where;
            for (int64_t i = 0; i < n && !at; i++)
                if (ly_same(ly_association_entry(ly_association_of(v), (size_t)i)->key, key)) at = i + 1;
        }
        if (at < 1 || at > n + 1) return ly_message_call(cx, call, "ins", 2, where, v);
        ly_value head = ly_slice(cx, v, 0, (size_t)at - 1, 1), tail = ly_slice(cx, v, (size_t)at - 1, (size_t)(n - at) + 1, 1);
        ly_value parts[3] = {head, item, tail};
        ly_value result = ly_failed(head) || ly_failed(tail) ? LY_FAILED : ly_association_from(cx, parts, 3);
        ly_release(cx, head);
        ly_release(cx, tail);
        return result;
    }
    bool many = ly_has_head(where, LY_SYM(List)) && ly_expr_of(where)->count > 0;
    for (size_t i = 0; many && i < ly_expr_of(where)->count; i++)
        many = ly_has_head(ly_expr_of(where)->args[i], LY_SYM(List));
    v = ly_retain(v);
    if (!many) {
        v = insert_at(cx, v, item, where, &done);
    } else { /* from the last position on, so that the earlier ones stay what they are */
        ly_value sorted = ly_retain(where);
        ly_expr *list = ly_expr_own_take(cx, sorted);
        if (!list) {
            ly_release(cx, v);
            return LY_FAILED;
        }
        for (size_t i = 0; i < list->count; i++) { /* negative positions counted from the front */
            ly_expr *position = ly_expr_of(list->args[i]);
            if (position->count == 1 && ly_is_int(position->args[0]) && ly_int_of(position->args[0]) < 0) {
                ly_value from_front = LY_INT(ly_int_of(position->args[0]) + (int64_t)ly_length(v) + 2);
                list->args[i] = ly_expr_set_take(cx, list->args[i], 0, from_front);
            }
        }
        qsort(list->args, list->count, sizeof *list->args, by_position_descending);
        for (size_t i = 0; i < list->count && done && !ly_failed(v); i++)
            v = insert_at(cx, v, item, list->args[i], &done);
        ly_release(cx, ly_from_object(list));
    }
    if (ly_failed(v) || done) return v;
    ly_release(cx, v);
    return ly_message_call(cx, call, "ins", 2, where, call->args[0]);
}
