/* part.c: Part, for all that has parts: by index, span, list of these, All, and by key. */
#include "sparse.h"

MESSAGE(General, pkspec1, "The expression `1` cannot be used as a part specification.")

typedef struct taking {
    ly_value symbol, call; /* of messages; symbol LY_FAILED: none are given */
} taking;

static ly_value part(ly_context *cx, const taking *t, ly_value v, size_t n, const ly_value *specs);

static ly_value no_part(ly_context *cx, const taking *t, ly_value spec, ly_value v)
{
    if (t->symbol) ly_message(cx, t->symbol, "partw", 2, spec, v);
    return LY_UNEVALUATED;
}

static ly_value too_deep(ly_context *cx, const taking *t)
{
    if (t->symbol) ly_message(cx, t->symbol, "partd", 1, t->call);
    return LY_UNEVALUATED;
}

static ly_value no_spec(ly_context *cx, const taking *t, ly_value spec)
{
    if (t->symbol) ly_message(cx, t->symbol, "pkspec1", 1, spec);
    return LY_UNEVALUATED;
}

static bool is_key(ly_value spec) { return ly_is_string(spec) || ly_has_shape(spec, LY_SYM(Key), 1); }

static ly_value missing(ly_context *cx, ly_value key)
{
    return ly_make2(cx, LY_SYM(Missing), ly_string_from(cx, "KeyAbsent"), ly_retain(key));
}

typedef struct again {
    const taking *t;
    ly_value v;
    size_t n;
    const ly_value *specs;
    ly_value result;
} again;

static void *part_again(ly_context *cx, void *argument)
{
    again *a = argument;
    a->result = part(cx, a->t, a->v, a->n, a->specs);
    return a;
}

/* One element or the head; LY_UNEVALUATED (message given) where there is none. */
static ly_value one(ly_context *cx, const taking *t, ly_value v, ly_value spec)
{
    if (ly_is_int(spec)) {
        int64_t i = ly_int_of(spec);
        if (i == 0) return ly_head(cx, v);
        if (ly_is_kind(v, LY_KIND_BYTES)) {
            const ly_bytes *bytes = ly_bytes_of(v);
            if (i < 0) i += (int64_t)bytes->count + 1;
            if (i < 1 || i > (int64_t)bytes->count) return no_part(cx, t, spec, v);
            return LY_INT(bytes->data[i - 1]);
        }
        if (ly_is_atom(v)) return too_deep(cx, t);
        int64_t length = (int64_t)ly_length(v);
        if (i < 0) i += length + 1;
        if (i < 1 || i > length) return no_part(cx, t, spec, v);
        return ly_element(cx, v, (size_t)(i - 1));
    }
    /* a key */
    ly_value key = ly_is_string(spec) ? spec : ly_expr_of(spec)->args[0];
    if (ly_is_association(v)) {
        ly_value found = ly_association_find(ly_association_of(v), key);
        return found ? ly_retain(found) : missing(cx, key);
    }
    if (ly_is_atom(v)) return too_deep(cx, t);
    return no_part(cx, t, spec, v);
}

/* The elements with these positions, the rest of the specifications applied to each. */
static ly_value some(ly_context *cx, const taking *t, ly_value v, ly_range range, size_t n, const ly_value *specs)
{
    ly_value taken = ly_slice(cx, v, range.start, range.count, range.step);
    if (ly_failed(taken) || n == 0) return taken;
    ly_value elements = ly_elements(cx, taken);
    ly_expr *result = ly_failed(elements) ? NULL : ly_expr_new(cx, LY_SYM(List), range.count);
    ly_value failure = result ? LY_INT(0) : LY_FAILED;
    for (size_t i = 0; i < range.count && failure == LY_INT(0); i++) {
        ly_value item = part(cx, t, ly_expr_of(elements)->args[i], n, specs);
        if (ly_failed(item) || item == LY_UNEVALUATED) failure = item;
        else result->args[i] = item;
    }
    ly_release(cx, elements);
    if (failure != LY_INT(0)) {
        if (result) ly_release(cx, ly_from_object(result));
        ly_release(cx, taken);
        return failure;
    }
    ly_value whole = ly_with_elements_take(cx, taken, ly_from_object(result));
    ly_release(cx, taken);
    return whole;
}

/* A list of positions or keys. */
static ly_value listed(ly_context *cx, const taking *t, ly_value v, ly_value spec, size_t n, const ly_value *specs)
{
    const ly_expr *list = ly_expr_of(spec);
    bool all_keys = ly_is_association(v);
    for (size_t i = 0; i < list->count; i++) {
        if (!ly_is_int(list->args[i]) && !is_key(list->args[i])) return no_spec(cx, t, spec);
        all_keys = all_keys && is_key(list->args[i]);
    }
    if (ly_is_association(v)) {
        ly_value result = ly_association_new(cx, list->count);
        for (size_t i = 0; i < list->count && !ly_failed(result); i++) {
            ly_value where = list->args[i], key;
            if (ly_is_int(where)) {
                int64_t at = ly_int_of(where), length = (int64_t)ly_length(v);
                if (at < 0) at += length + 1;
                if (at < 1 || at > length) {
                    ly_release(cx, result);
                    return no_part(cx, t, where, v);
                }
                key = ly_association_entry(ly_association_of(v), (size_t)(at - 1))->key;
            } else {
                key = ly_is_string(where) ? where : ly_expr_of(where)->args[0];
            }
            ly_value item = one(cx, t, v, where);
            if (n > 0 && item != LY_UNEVALUATED && !ly_failed(item)) {
                ly_value inner = part(cx, t, item, n, specs);
                ly_release(cx, item);
                item = inner;
            }
            if (item == LY_UNEVALUATED || ly_failed(item)) {
                ly_release(cx, result);
                return item;
            }
            result = ly_association_set_take(cx, result, ly_retain(key), item, false);
        }
        return result;
    }
    ly_value head = ly_is_packed(v) ? LY_SYM(List) : ly_expr_of(v)->head;
    ly_expr *result = ly_expr_new(cx, head, list->count);
    if (!result) return LY_FAILED;
    for (size_t i = 0; i < list->count; i++) {
        ly_value item = one(cx, t, v, list->args[i]);
        if (n > 0 && item != LY_UNEVALUATED && !ly_failed(item)) {
            ly_value inner = part(cx, t, item, n, specs);
            ly_release(cx, item);
            item = inner;
        }
        if (item == LY_UNEVALUATED || ly_failed(item)) {
            ly_release(cx, ly_from_object(result));
            return item;
        }
        result->args[i] = item;
    }
    return ly_from_object(result);
}

static ly_value part(ly_context *cx, const taking *t, ly_value v, size_t n, const ly_value *specs)
{
    if (ly_stack_low(cx)) {
        again a = {t, v, n, specs, LY_FAILED};
        return ly_on_new_stack(cx, part_again, &a) ? a.result : LY_FAILED;
    }
    ly_value here = ly_retain(v);
    for (; n > 0; n--, specs++) {
        ly_value spec = specs[0], next;
        ly_range range;
        ly_value first, last;
        if (ly_is_real(spec) && ly_real_of(spec) == (double)(int64_t)ly_real_of(spec) && ly_real_of(spec) < 1e15 &&
            ly_real_of(spec) > -1e15)
            spec = LY_INT((int64_t)ly_real_of(spec)); /* 2. serves for 2 */
        if (ly_is_int(spec) || is_key(spec)) {
            next = one(cx, t, here, spec);
            ly_release(cx, here);
            if (ly_failed(next) || next == LY_UNEVALUATED) return next;
            here = next;
            continue;
        }
        if (ly_is_atom(here)) {
            next = spec == LY_SYM(All) || ly_has_head(spec, LY_SYM(List)) || ly_has_head(spec, LY_SYM(Span))
                       ? too_deep(cx, t)
                       : no_spec(cx, t, spec);
        } else if (spec == LY_SYM(All)) {
            next = some(cx, t, here, (ly_range){0, ly_length(here), 1}, n - 1, specs + 1);
        } else if (ly_has_head(spec, LY_SYM(Span)) || ly_has_head(spec, LY_SYM(UpTo))) {
            int outcome = ly_has_head(spec, LY_SYM(Span))
                              ? ly_span_range(spec, ly_length(here), &range, &first, &last)
                              : ly_sequence_range(spec, ly_length(here), &range, &first, &last);
            if (outcome == LY_RANGE_OK) {
                next = some(cx, t, here, range, n - 1, specs + 1);
            } else if (outcome == LY_RANGE_OUT) {
                if (first == LY_SYM(All)) first = LY_INT(1);
                if (last == LY_SYM(All)) last = LY_INT(-1);
                if (t->symbol) ly_message(cx, t->symbol, "take", 3, first, last, here);
                next = LY_UNEVALUATED;
            } else {
                next = no_spec(cx, t, spec);
            }
        } else if (ly_has_head(spec, LY_SYM(List))) {
            next = listed(cx, t, here, spec, n - 1, specs + 1);
        } else if (ly_is_packed(spec)) {
            ly_value list = ly_unpack(cx, spec);
            next = ly_failed(list) ? LY_FAILED : listed(cx, t, here, list, n - 1, specs + 1);
            ly_release(cx, list);
        } else {
            next = no_spec(cx, t, spec);
        }
        ly_release(cx, here);
        return next;
    }
    return here;
}

ly_value ly_part(ly_context *cx, ly_value v, size_t n, const ly_value *specs, ly_value symbol, ly_value call)
{
    taking t = {symbol, call};
    return part(cx, &t, v, n, specs);
}

BUILTIN(Part, list_part, 1, -1, LY_N_HOLD_REST | LY_PROTECTED | LY_READ_PROTECTED, LY_PACKED,
        "Part[expr, i] or expr[[i]] gives the ith part of expr; expr[[i, j, …]] a part of a part.\n"
        "Parts are named by index, negative index, span, list of indices, All, or key.")
static ly_value list_part(ly_context *cx, ly_expr *call)
{
    if (ly_is_sparse(call->args[0]) && call->count > 1) { /* parts of what it stands for */
        ly_value list = ly_sparse_normal(cx, call->args[0]);
        if (ly_failed(list) || list == LY_UNEVALUATED) return list;
        ly_value taken = ly_part(cx, list, call->count - 1, call->args + 1, LY_SYM(Part), CALL_VALUE(call));
        ly_release(cx, list);
        return ly_failed(taken) || !ly_is_list(taken) ? taken : ly_make1(cx, LY_SYM(SparseArray), taken);
    }
    return ly_part(cx, call->args[0], call->count - 1, call->args + 1, LY_SYM(Part), CALL_VALUE(call));
}

/* ---- Extract ---------------------------------------------------------------------------------- */

/* position is one position ({i, j, …}, i, Key[k]), not a list of positions */
static ly_value extract_one(ly_context *cx, ly_expr *call, ly_value position)
{
    ly_value whole = call->args[0], taken;
    if (ly_has_head(position, LY_SYM(List))) {
        const ly_expr *e = ly_expr_of(position);
        taken = ly_part(cx, whole, e->count, e->args, call->head, CALL_VALUE(call));
    } else {
        taken = ly_part(cx, whole, 1, &position, call->head, CALL_VALUE(call));
    }
    if (call->count == 3 && !ly_failed(taken) && taken != LY_UNEVALUATED)
        return ly_make1(cx, call->args[2], taken);
    return taken;
}

BUILTIN(Extract, list_extract, 2, 3, LY_N_HOLD_REST | LY_PROTECTED, LY_OPERATOR_LAST,
        "Extract[expr, pos] gives the part of expr at the position pos.\n"
        "Extract[expr, {pos1, pos2, …}] gives a list of parts; Extract[expr, pos, h] wraps each in h.")
static ly_value list_extract(ly_context *cx, ly_expr *call)
{
    ly_value positions = call->args[1];
    if (ly_has_head(positions, LY_SYM(List)) && ly_expr_of(positions)->count > 0) {
        const ly_expr *e = ly_expr_of(positions);
        bool many = true;
        for (size_t i = 0; i < e->count; i++) many = many && ly_is_list(e->args[i]);
        if (many) {
            ly_expr *result = ly_expr_new(cx, LY_SYM(List), e->count);
            if (!result) return LY_FAILED;
            for (size_t i = 0; i < e->count; i++) {
                ly_value position = ly_unpack(cx, e->args[i]);
                ly_value item = ly_failed(position) ? position : extract_one(cx, call, position);
                ly_release(cx, position);
                if (ly_failed(item) || item == LY_UNEVALUATED) {
                    ly_release(cx, ly_from_object(result));
                    return item;
                }
                result->args[i] = item;
            }
            return ly_from_object(result);
        }
    } else if (ly_has_head(positions, LY_SYM(List))) {
        return ly_make0(cx, LY_SYM(List));
    }
    return extract_one(cx, call, positions);
}
