/* map.c: functions applied to parts: Map, Apply, Scan, MapIndexed, MapAt, MapThread. */
#include "lists.h"

MESSAGE(MapThread, mptd, "Object `1` at position {2, `2`} in `3` has only `4` of required `5` dimensions.")
MESSAGE(MapThread, mptc, "Incompatible dimensions of objects at positions {2, `1`} and {2, `2`} of `3`; dimensions are `4` and `5`.")

/* The level specification in argument 2 (from 0), if it is there; false: message given. */
static bool levels_of(ly_context *cx, ly_expr *call, size_t count, ly_levels fallback, ly_levels *levels)
{
    *levels = fallback;
    if (count < 3) return true;
    if (ly_level_spec(call->args[2], levels)) return true;
    ly_message_call(cx, call, "level", 1, call->args[2]);
    return false;
}

static bool is_level_one(ly_levels levels) { return levels.from == 1 && levels.to == 1; }

/* ---- Map -------------------------------------------------------------------------------------- */

static ly_value visit_map(ly_context *cx, ly_walk *walk, ly_value part)
{
    return ly_make1(cx, *(ly_value *)walk->data, part);
}

/* f applied to each element of a list or association, evaluated at once. Consumes v. */
static ly_value map_values_take(ly_context *cx, ly_value f, ly_value v)
{
    if (ly_is_association(v)) {
        ly_association *a = ly_association_of(v);
        ly_value result = ly_association_new(cx, a->count);
        const ly_entry *entry;
        for (uint32_t at = 0; !ly_failed(result) && (entry = ly_association_next(a, &at));) {
            ly_value value = ly_call1(cx, f, ly_retain(entry->value));
            if (ly_failed(value)) {
                ly_release(cx, result);
                result = LY_FAILED;
            } else {
                result = ly_association_set_take(cx, result, ly_retain(entry->key), value, false);
            }
        }
        ly_release(cx, v);
        return result;
    }
    v = ly_unpack_take(cx, v);
    if (ly_failed(v)) return v;
    /* elements move into their calls where nobody else holds the list */
    ly_expr *e = ly_expr_own_take(cx, v);
    if (!e) return LY_FAILED;
    for (size_t i = 0; i < e->count; i++) {
        ly_value item = e->args[i];
        e->args[i] = LY_INT(0);
        item = ly_poll(cx) ? (ly_release(cx, item), LY_FAILED) : ly_call1(cx, f, item);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(e));
            return LY_FAILED;
        }
        e->args[i] = item;
    }
    return ly_from_object(e);
}

BUILTIN(Map, list_map, 2, 4, LY_PROTECTED, LY_OPERATOR | LY_PACKED,
        "Map[f, expr] or f /@ expr applies f to each element on the first level of expr.\n"
        "Map[f, expr, levelspec] applies f to the parts that levelspec names.")
static ly_value list_map(ly_context *cx, ly_expr *call)
{
    ly_levels levels;
    size_t count = ly_option_start(call, 2);
    if (!levels_of(cx, call, count, (ly_levels){1, 1}, &levels)) return LY_UNEVALUATED;
    bool heads = count < call->count && ly_heads_option(cx, call, count, false);
    ly_value v = call->args[1];
    if (ly_is_atom(v) && levels.from > 0) return ly_retain(v);
    v = ly_take_arg(call, 1);
    if (is_level_one(levels) && !heads && (ly_is_list(v) || ly_is_association(v)))
        return map_values_take(cx, call->args[0], v);
    ly_walk walk = {.levels = levels, .heads = heads, .visit = visit_map, .data = &call->args[0]};
    return ly_walk_take(cx, &walk, v);
}

BUILTIN(MapAll, list_map_all, 2, 3, LY_PROTECTED, LY_OPERATOR,
        "MapAll[f, expr] or f //@ expr applies f to every subexpression of expr.")
static ly_value list_map_all(ly_context *cx, ly_expr *call)
{
    bool heads = call->count == 3 && ly_heads_option(cx, call, 2, false);
    ly_walk walk = {.levels = {0, LY_LEVEL_INFINITY}, .heads = heads, .visit = visit_map, .data = &call->args[0]};
    return ly_walk_take(cx, &walk, ly_take_arg(call, 1));
}

/* ---- Apply ------------------------------------------------------------------------------------ */

static ly_value with_head_take(ly_context *cx, ly_value part, ly_value head)
{
    if (ly_is_atom(part)) return part;
    if (!ly_is_expr(part)) {
        ly_value list = ly_elements(cx, part);
        ly_release(cx, part);
        if (ly_failed(list)) return list;
        part = list;
    }
    ly_expr *e = ly_expr_own_take(cx, part);
    if (!e) return LY_FAILED;
    ly_release(cx, e->head);
    e->head = ly_retain(head);
    return ly_from_object(e);
}

static ly_value visit_apply(ly_context *cx, ly_walk *walk, ly_value part)
{
    return with_head_take(cx, part, *(ly_value *)walk->data);
}

BUILTIN(Apply, list_apply, 2, 4, LY_PROTECTED, LY_OPERATOR,
        "Apply[f, expr] or f @@ expr replaces the head of expr by f.\n"
        "Apply[f, expr, levelspec] replaces heads at levels; f @@@ expr at level 1.")
static ly_value list_apply(ly_context *cx, ly_expr *call)
{
    ly_levels levels;
    size_t count = ly_option_start(call, 2);
    if (!levels_of(cx, call, count, (ly_levels){0, 0}, &levels)) return LY_UNEVALUATED;
    bool heads = count < call->count && ly_heads_option(cx, call, count, false);
    if (count == 2 && !heads) return with_head_take(cx, ly_take_arg(call, 1), call->args[0]);
    ly_walk walk = {.levels = levels, .heads = heads, .visit = visit_apply, .data = &call->args[0]};
    return ly_walk_take(cx, &walk, ly_take_arg(call, 1));
}

BUILTIN(MapApply, list_map_apply, 2, 2, LY_PROTECTED, LY_OPERATOR,
        "MapApply[f, expr] or f @@@ expr replaces the heads of the elements of expr by f.")
static ly_value list_map_apply(ly_context *cx, ly_expr *call)
{
    ly_walk walk = {.levels = {1, 1}, .visit = visit_apply, .data = &call->args[0]};
    return ly_walk_take(cx, &walk, ly_take_arg(call, 1));
}

/* ---- Scan ------------------------------------------------------------------------------------- */

static ly_value visit_scan(ly_context *cx, ly_walk *walk, ly_value part)
{
    ly_value v = ly_call1(cx, *(ly_value *)walk->data, ly_retain(part));
    if (ly_failed(v)) {
        ly_release(cx, part);
        return LY_FAILED;
    }
    ly_release(cx, v);
    return part;
}

BUILTIN(Scan, list_scan, 2, 4, LY_PROTECTED, LY_OPERATOR,
        "Scan[f, expr] evaluates f applied to each element of expr in turn.\n"
        "Scan[f, expr, levelspec] to the parts that levelspec names.")
static ly_value list_scan(ly_context *cx, ly_expr *call)
{
    ly_levels levels;
    size_t count = ly_option_start(call, 2);
    if (!levels_of(cx, call, count, (ly_levels){1, 1}, &levels)) return LY_UNEVALUATED;
    bool heads = count < call->count && ly_heads_option(cx, call, count, false);
    ly_walk walk = {.levels = levels, .heads = heads, .visit = visit_scan, .data = &call->args[0]};
    ly_value v = ly_walk_take(cx, &walk, ly_retain(call->args[1]));
    if (ly_failed(v)) {
        if (cx->pending.kind != LY_PENDING_RETURN || !ly_failed(cx->pending.tag)) return LY_FAILED;
        ly_pending pending = ly_pending_take(cx); /* Return[v] ends a Scan with v */
        ly_value result = pending.value ? ly_retain(pending.value) : LY_SYM(Null);
        ly_pending_drop(cx, pending);
        return result;
    }
    ly_release(cx, v);
    return LY_SYM(Null);
}

/* ---- MapIndexed ------------------------------------------------------------------------------- */

static ly_value visit_indexed(ly_context *cx, ly_walk *walk, ly_value part)
{
    ly_value path = ly_walk_path(cx, walk);
    if (ly_failed(path)) {
        ly_release(cx, part);
        return LY_FAILED;
    }
    return ly_make2(cx, *(ly_value *)walk->data, part, path);
}

BUILTIN(MapIndexed, list_map_indexed, 2, 4, LY_PROTECTED, LY_OPERATOR,
        "MapIndexed[f, expr] applies f to each element and its position {i}.\n"
        "MapIndexed[f, expr, levelspec] to the parts that levelspec names.")
static ly_value list_map_indexed(ly_context *cx, ly_expr *call)
{
    ly_levels levels;
    size_t count = ly_option_start(call, 2);
    if (!levels_of(cx, call, count, (ly_levels){1, 1}, &levels)) return LY_UNEVALUATED;
    bool heads = count < call->count && ly_heads_option(cx, call, count, false);
    ly_walk walk = {.levels = levels, .heads = heads, .keep_path = true, .visit = visit_indexed,
                    .data = &call->args[0]};
    return ly_walk_take(cx, &walk, ly_take_arg(call, 1));
}

/* ---- MapAt ------------------------------------------------------------------------------------ */

static ly_value apply_at(ly_context *cx, void *f, ly_value part) { return ly_make1(cx, *(ly_value *)f, part); }

/* Consumes v. */
static ly_value map_at(ly_context *cx, ly_value f, ly_value v, size_t n, const ly_value *position, bool *found)
{
    return ly_parts_change_take(cx, v, n, position, apply_at, &f, found);
}

/* MapAt[f, pos][expr] */
static ly_value list_map_at_operator(ly_context *cx, ly_expr *call)
{
    const ly_expr *inner = ly_expr_of(call->head);
    if (!ly_is_symbol(inner->head) || inner->count != 2 || call->count != 1) return LY_UNEVALUATED;
    return ly_make3(cx, inner->head, ly_retain(inner->args[0]), ly_retain(call->args[0]), ly_retain(inner->args[1]));
}

BUILTIN_SUB(MapAt, list_map_at, list_map_at_operator, 3, 3, LY_PROTECTED, LY_ANY_COUNT,
        "MapAt[f, expr, n] applies f to the element at position n; {i, j, …} names a part of a part,\n"
        "{{i1, j1, …}, …} several parts.")
static ly_value list_map_at(ly_context *cx, ly_expr *call)
{
    if (call->count != 3) {
        if (call->count == 2) return LY_UNEVALUATED;
        return ly_message_call(cx, call, "argrx", 3, call->head, LY_INT(call->count), LY_INT(3));
    }
    ly_value f = call->args[0], v = ly_retain(call->args[1]), where = call->args[2];
    bool found = true;
    bool many = ly_has_head(where, LY_SYM(List)) && ly_expr_of(where)->count > 0;
    for (size_t i = 0; many && i < ly_expr_of(where)->count; i++)
        many = ly_has_head(ly_expr_of(where)->args[i], LY_SYM(List));
    if (many) {
        const ly_expr *list = ly_expr_of(where);
        for (size_t i = 0; i < list->count && !ly_failed(v) && found; i++) {
            const ly_expr *position = ly_expr_of(list->args[i]);
            v = map_at(cx, f, v, position->count, position->args, &found);
            if (!found) where = list->args[i];
        }
    } else if (ly_has_head(where, LY_SYM(List)) && ly_expr_of(where)->count == 0) {
        return v;
    } else if (ly_has_head(where, LY_SYM(List))) {
        v = map_at(cx, f, v, ly_expr_of(where)->count, ly_expr_of(where)->args, &found);
    } else {
        v = map_at(cx, f, v, 1, &where, &found);
    }
    if (ly_failed(v) || found) return v;
    ly_release(cx, v);
    if (!ly_has_head(where, LY_SYM(List))) {
        ly_value list = ly_make1(cx, LY_SYM(List), ly_retain(where));
        ly_message_call(cx, call, "partw", 2, list, call->args[1]);
        ly_release(cx, list);
        return LY_UNEVALUATED;
    }
    return ly_message_call(cx, call, "partw", 2, where, call->args[1]);
}

/* ---- MapThread -------------------------------------------------------------------------------- */

/* f[a_i, b_i, …] for the elements of the n values, `levels` deep; LY_UNEVALUATED: message given. */
static ly_value thread_values(ly_context *cx, ly_expr *call, size_t n, const ly_value *values, int64_t levels)
{
    if (levels == 0) {
        ly_expr *e = ly_expr_new(cx, call->args[0], n);
        if (!e) return LY_FAILED;
        for (size_t i = 0; i < n; i++) e->args[i] = ly_retain(values[i]);
        return ly_from_object(e);
    }
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    const ly_association *keys = NULL;
    for (size_t i = 0; i < n; i++) {
        if (!ly_is_list(values[i]) && !ly_is_association(values[i])) {
            int64_t needed = call->count > 2 ? ly_int_of(call->args[2]) : 1;
            return ly_message_call(cx, call, "mptd", 5, values[i], LY_INT((int64_t)i + 1), CALL_VALUE(call),
                                   LY_INT(needed - levels), LY_INT(needed));
        }
        if (ly_is_association(values[i]) && !keys) keys = ly_association_of(values[i]);
        if (ly_length(values[i]) != ly_length(values[0])) {
            ly_value a = ly_make1(cx, LY_SYM(List), LY_INT((int64_t)ly_length(values[0])));
            ly_value b = ly_make1(cx, LY_SYM(List), LY_INT((int64_t)ly_length(values[i])));
            ly_message_call(cx, call, "mptc", 5, LY_INT(1), LY_INT((int64_t)i + 1), CALL_VALUE(call), a, b);
            ly_release(cx, a);
            ly_release(cx, b);
            return LY_UNEVALUATED;
        }
    }
    size_t length = n ? ly_length(values[0]) : 0;
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), length);
    ly_value *row = ly_buffer_alloc(cx, (n + 1) * sizeof *row), result = list ? ly_from_object(list) : LY_FAILED;
    for (size_t k = 0; list && row && k < length; k++) {
        const ly_entry *entry = keys ? ly_association_entry(keys, k) : NULL;
        ly_value item = LY_UNEVALUATED;
        size_t have = 0;
        for (; have < n; have++) {
            if (entry && ly_is_association(values[have])) {
                ly_value found = ly_association_find(ly_association_of(values[have]), entry->key);
                if (!found) break;
                row[have] = ly_retain(found);
            } else {
                row[have] = ly_element(cx, values[have], k);
            }
        }
        if (have == n) item = thread_values(cx, call, n, row, levels - 1);
        for (size_t i = 0; i < have; i++) ly_release(cx, row[i]);
        if (ly_failed(item) || item == LY_UNEVALUATED) {
            ly_release(cx, result);
            result = item;
            break;
        }
        list->args[k] = item;
    }
    if (!row) {
        ly_release(cx, result);
        return LY_FAILED;
    }
    ly_buffer_free(cx, row);
    if (keys && !ly_failed(result) && result != LY_UNEVALUATED) {
        for (size_t i = 0; i < n; i++)
            if (ly_is_association(values[i]) && ly_association_of(values[i]) == keys)
                return ly_with_elements_take(cx, values[i], result);
    }
    return result;
}

BUILTIN(MapThread, list_map_thread, 2, 3, LY_PROTECTED, LY_OPERATOR,
        "MapThread[f, {{a1, a2, …}, {b1, b2, …}, …}] gives {f[a1, b1, …], f[a2, b2, …], …}.\n"
        "MapThread[f, arrays, n] goes n levels deep.")
static ly_value list_map_thread(ly_context *cx, ly_expr *call)
{
    ly_value values = call->args[1];
    int64_t levels = 1;
    if (call->count == 3) {
        if (!ly_is_int(call->args[2]) || ly_int_of(call->args[2]) < 0)
            return ly_message_call(cx, call, "intnn", 2, LY_INT(3), CALL_VALUE(call));
        levels = ly_int_of(call->args[2]);
    }
    if (ly_is_association(values)) {
        ly_value list = ly_elements(cx, values);
        if (ly_failed(list)) return list;
        ly_value result = thread_values(cx, call, ly_expr_of(list)->count, ly_expr_of(list)->args, levels);
        ly_release(cx, list);
        return result;
    }
    if (!ly_has_head(values, LY_SYM(List))) return ly_message_list(cx, call, 2);
    if (ly_expr_of(values)->count == 0) return ly_make0(cx, LY_SYM(List));
    return thread_values(cx, call, ly_expr_of(values)->count, ly_expr_of(values)->args, levels);
}
