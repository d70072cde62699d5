/* part_assign.c: parts changed in place.

   The way down takes each part out of its place before it goes on into it, so that what only this
   value holds stays unique and is changed where it stands; what others hold too is copied, one level
   at a time. A number 0 stands in the place meanwhile; nothing is evaluated before the part is back. */
#include "lists.h"

typedef struct assignment {
    ly_value symbol, target, call; /* for messages: Set, the whole target before, what was asked */
    bool failed;                   /* a message was given, nothing (more) was assigned */
} assignment;

static ly_value assign(ly_context *cx, assignment *a, ly_value v, size_t n, const ly_value *specs, ly_value value);

static ly_value refuse(ly_context *cx, assignment *a, const char *tag, ly_value v, ly_value spec)
{
    if (!a->failed) {
        if (strcmp(tag, "partd") == 0) ly_message(cx, a->symbol, tag, 1, a->call);
        else ly_message(cx, a->symbol, tag, 2, spec, v);
    }
    a->failed = true;
    return v;
}

typedef struct again {
    assignment *a;
    ly_value v, value, result;
    size_t n;
    const ly_value *specs;
} again;

static void *assign_again(ly_context *cx, void *argument)
{
    again *g = argument;
    g->result = assign(cx, g->a, g->v, g->n, g->specs, g->value);
    return g;
}

/* Element i (from 0) of the expression v. Consumes v. */
static ly_value assign_element(ly_context *cx, assignment *a, ly_value v, size_t i, size_t n,
                               const ly_value *specs, ly_value value)
{
    uint64_t stamp = ly_expr_of(v)->stamp, filter = ly_expr_of(v)->filter;
    ly_expr *e = ly_expr_own_take(cx, v);
    if (!e) return LY_FAILED;
    ly_value part = e->args[i];
    if (n == 0) {
        e->args[i] = ly_retain(value);
        ly_release(cx, part);
        ly_keep_mark(cx, e, stamp, filter, value);
        return ly_from_object(e);
    }
    e->args[i] = LY_INT(0);
    part = assign(cx, a, part, n, specs, value);
    if (ly_failed(part)) {
        ly_release(cx, ly_from_object(e));
        return LY_FAILED;
    }
    e->args[i] = part;
    ly_keep_mark(cx, e, stamp, filter, part);
    return ly_from_object(e);
}

/* The value of key in the association v. Consumes v. */
static ly_value assign_key(ly_context *cx, assignment *a, ly_value v, ly_value key, size_t n,
                           const ly_value *specs, ly_value value)
{
    if (n == 0) return ly_association_set_take(cx, v, ly_retain(key), ly_retain(value), false);
    ly_value part = ly_association_find(ly_association_of(v), key);
    if (!part) return refuse(cx, a, "partw", v, key);
    part = ly_retain(part);
    v = ly_association_set_take(cx, v, ly_retain(key), LY_INT(0), false);
    if (ly_failed(v)) {
        ly_release(cx, part);
        return v;
    }
    part = assign(cx, a, part, n, specs, value);
    if (ly_failed(part)) {
        ly_release(cx, v);
        return part;
    }
    return ly_association_set_take(cx, v, ly_retain(key), part, false);
}

/* A packed element is replaced where it stands, if the value is a number of the array's type. */
static bool assign_packed(ly_value v, size_t i, size_t n, ly_value value)
{
    ly_packed *p = ly_packed_of(v);
    if (n > 0 || p->rank != 1 || !ly_is_unique(v)) return false;
    if (p->type == LY_PACKED_INT64 && ly_is_int(value)) ((int64_t *)p->data)[i] = ly_int_of(value);
    else if (p->type == LY_PACKED_REAL && ly_is_real(value)) ((double *)p->data)[i] = ly_real_of(value);
    else return false;
    p->hash = 0;
    return true;
}

/* One element by index or key. Consumes v. */
static ly_value assign_one(ly_context *cx, assignment *a, ly_value v, ly_value spec, size_t n,
                           const ly_value *specs, ly_value value)
{
    if (!ly_is_int(spec)) {
        ly_value key = ly_is_string(spec) ? spec : ly_expr_of(spec)->args[0];
        if (!ly_is_association(v)) return refuse(cx, a, ly_is_atom(v) ? "partd" : "partw", v, spec);
        return assign_key(cx, a, v, key, n, specs, value);
    }
    if (ly_is_atom(v)) return refuse(cx, a, "partd", v, spec);
    int64_t i = ly_int_of(spec), length = (int64_t)ly_length(v);
    if (i == 0 && n == 0 && ly_is_expr(v)) {
        ly_expr *e = ly_expr_own_take(cx, v);
        if (!e) return LY_FAILED;
        ly_release(cx, e->head);
        e->head = ly_retain(value);
        return ly_from_object(e);
    }
    if (i < 0) i += length + 1;
    if (i < 1 || i > length) return refuse(cx, a, "partw", v, spec);
    if (ly_is_association(v)) {
        ly_value key = ly_retain(ly_association_entry(ly_association_of(v), (size_t)(i - 1))->key);
        v = assign_key(cx, a, v, key, n, specs, value);
        ly_release(cx, key);
        return v;
    }
    if (ly_is_packed(v)) {
        if (assign_packed(v, (size_t)(i - 1), n, value)) return v;
        v = ly_unpack_take(cx, v);
        if (ly_failed(v)) return v;
    }
    return assign_element(cx, a, v, (size_t)(i - 1), n, specs, value);
}

static ly_value assign(ly_context *cx, assignment *a, ly_value v, size_t n, const ly_value *specs, ly_value value)
{
    if (ly_stack_low(cx)) {
        again g = {a, v, value, LY_FAILED, n, specs};
        if (ly_on_new_stack(cx, assign_again, &g)) return g.result;
        ly_release(cx, v);
        return LY_FAILED;
    }
    if (n == 0) {
        ly_release(cx, v);
        return ly_retain(value);
    }
    ly_value spec = specs[0], first = LY_INT(1), last = LY_INT(-1);
    if (ly_is_int(spec) || ly_is_string(spec) || ly_has_shape(spec, LY_SYM(Key), 1))
        return assign_one(cx, a, v, spec, n - 1, specs + 1, value);
    if (ly_is_atom(v)) return refuse(cx, a, "partd", v, spec);
    size_t length = ly_length(v), count;
    ly_range range = {0, length, 1};
    ly_value list = LY_FAILED; /* of positions, owned */
    if (ly_has_head(spec, LY_SYM(Span))) {
        int outcome = ly_span_range(spec, length, &range, &first, &last);
        if (outcome == LY_RANGE_OUT) {
            if (!a->failed) ly_message(cx, a->symbol, "take", 3, first, last, v);
            a->failed = true;
            return v;
        }
        if (outcome == LY_RANGE_BAD) return refuse(cx, a, "partw", v, spec);
        count = range.count;
    } else if (ly_is_list(spec)) {
        list = ly_unpack(cx, spec);
        if (ly_failed(list)) {
            ly_release(cx, v);
            return list;
        }
        count = ly_length(list);
    } else if (spec == LY_SYM(All)) {
        count = length;
    } else {
        if (!a->failed) ly_message(cx, a->symbol, "pkspec1", 1, spec);
        a->failed = true;
        return v;
    }
    /* a list of as many values is given out one by one, anything else to all */
    bool each = ly_is_list(value) && ly_length(value) == count;
    for (size_t i = 0; i < count && !ly_failed(v) && !a->failed; i++) {
        ly_value where = list ? ly_expr_of(list)->args[i]
                              : LY_INT((int64_t)range.start + 1 + (int64_t)i * range.step);
        ly_value item = each ? ly_element(cx, value, i) : ly_retain(value);
        if (!ly_is_int(where) && !ly_is_string(where) && !ly_has_shape(where, LY_SYM(Key), 1))
            v = refuse(cx, a, "partw", v, where);
        else
            v = assign_one(cx, a, v, where, n - 1, specs + 1, item);
        ly_release(cx, item);
    }
    ly_release(cx, list);
    return v;
}

ly_value ly_part_assign_take(ly_context *cx, ly_value target, size_t n, const ly_value *specs, ly_value value,
                             ly_value symbol, ly_value call, bool *assigned)
{
    assignment a = {symbol, target, call, false};
    target = assign(cx, &a, target, n, specs, value);
    *assigned = !a.failed && !ly_failed(target);
    return target;
}

ly_value ly_keys_assign_take(ly_context *cx, ly_value target, size_t n, const ly_value *keys, ly_value value,
                             bool *assigned)
{
    *assigned = false;
    if (!ly_is_association(target) || n == 0 || ly_stack_low(cx)) return target;
    if (n == 1) {
        target = ly_association_set_take(cx, target, ly_retain(keys[0]), ly_retain(value), false);
        *assigned = !ly_failed(target);
        return target;
    }
    ly_value part = ly_association_find(ly_association_of(target), keys[0]);
    if (!part || !ly_is_association(part)) return target;
    part = ly_retain(part);
    target = ly_association_set_take(cx, target, ly_retain(keys[0]), LY_INT(0), false);
    if (!ly_failed(target)) part = ly_keys_assign_take(cx, part, n - 1, keys + 1, value, assigned);
    if (ly_failed(target) || ly_failed(part)) {
        ly_release(cx, part);
        ly_release(cx, target);
        return LY_FAILED;
    }
    return ly_association_set_take(cx, target, ly_retain(keys[0]), part, false);
}

/* ---- one part changed by a function ----------------------------------------------------------- */

typedef struct changing {
    ly_value v, result;
    size_t n;
    const ly_value *position;
    ly_part_change *change;
    void *data;
    bool *changed;
} changing;

static void *change_again(ly_context *cx, void *argument)
{
    changing *c = argument;
    c->result = ly_part_change_take(cx, c->v, c->n, c->position, c->change, c->data, c->changed);
    return c;
}

ly_value ly_part_change_take(ly_context *cx, ly_value v, size_t n, const ly_value *position,
                             ly_part_change *change, void *data, bool *changed)
{
    *changed = false;
    if (ly_stack_low(cx)) {
        changing c = {v, LY_FAILED, n, position, change, data, changed};
        if (ly_on_new_stack(cx, change_again, &c)) return c.result;
        ly_release(cx, v);
        return LY_FAILED;
    }
    if (n == 0) {
        *changed = true;
        return change(cx, data, v);
    }
    ly_value spec = position[0], part, key = LY_FAILED;
    int64_t i = 0;
    if (ly_is_atom(v)) return v;
    if (ly_is_int(spec)) {
        int64_t length = (int64_t)ly_length(v);
        i = ly_int_of(spec);
        if (i < 0) i += length + 1;
        if (i < 0 || i > length || (i == 0 && ly_int_of(spec) < 0)) return v;
    }
    if (ly_is_association(v)) {
        const ly_association *a = ly_association_of(v);
        if (ly_is_int(spec)) {
            if (i == 0) return v;
            key = ly_association_entry(a, (size_t)(i - 1))->key;
        } else if (ly_has_shape(spec, LY_SYM(Key), 1)) {
            key = ly_expr_of(spec)->args[0];
        } else if (ly_is_string(spec)) {
            key = spec;
        } else {
            return v;
        }
        part = ly_association_find(a, key);
        if (!part) return v;
        ly_retain(key);
        ly_retain(part);
        v = ly_association_set_take(cx, v, ly_retain(key), LY_INT(0), false);
        if (ly_failed(v)) {
            ly_release(cx, key);
            ly_release(cx, part);
            return v;
        }
        part = ly_part_change_take(cx, part, n - 1, position + 1, change, data, changed);
        if (ly_failed(part)) {
            ly_release(cx, key);
            ly_release(cx, v);
            return LY_FAILED;
        }
        return ly_association_set_take(cx, v, key, part, false);
    }
    if (!ly_is_int(spec)) return v;
    v = ly_unpack_take(cx, v);
    ly_expr *e = ly_failed(v) ? NULL : ly_expr_own_take(cx, v);
    if (!e) return LY_FAILED;
    ly_value *slot = i == 0 ? &e->head : &e->args[i - 1];
    part = *slot;
    *slot = i == 0 ? LY_SYM(List) : LY_INT(0);
    part = ly_part_change_take(cx, part, n - 1, position + 1, change, data, changed);
    if (ly_failed(part)) {
        ly_release(cx, ly_from_object(e));
        return LY_FAILED;
    }
    *slot = part;
    return ly_from_object(e);
}

/* Position `at` stands for several. Consumes v. */
static ly_value change_several(ly_context *cx, ly_value v, size_t n, const ly_value *position, size_t at,
                               ly_part_change *change, void *data, bool *changed)
{
    ly_value inner = ly_part(cx, v, at, position, LY_FAILED, LY_FAILED), first, last;
    ly_range range = {0, 0, 1};
    *changed = false;
    if (inner == LY_UNEVALUATED) return v;
    if (ly_failed(inner) || ly_is_atom(inner)) {
        ly_release(cx, inner);
        return v;
    }
    size_t length = ly_length(inner);
    ly_release(cx, inner);
    if (position[at] == LY_SYM(All)) range.count = length;
    else if (ly_has_head(position[at], LY_SYM(Span)) &&
             ly_span_range(position[at], length, &range, &first, &last) != LY_RANGE_OK)
        return v;
    size_t count = ly_is_list(position[at]) ? ly_length(position[at]) : range.count;
    ly_value *own = ly_buffer_alloc(cx, (n + 1) * sizeof *own);
    if (!own) {
        ly_release(cx, v);
        return LY_FAILED;
    }
    memcpy(own, position, n * sizeof *own);
    *changed = true;
    for (size_t i = 0; i < count && *changed && !ly_failed(v); i++) {
        own[at] = ly_has_head(position[at], LY_SYM(List))
                      ? ly_expr_of(position[at])->args[i]
                      : LY_INT((int64_t)range.start + 1 + (int64_t)i * range.step);
        v = ly_parts_change_take(cx, v, n, own, change, data, changed);
    }
    ly_buffer_free(cx, own);
    return v;
}

ly_value ly_parts_change_take(ly_context *cx, ly_value v, size_t n, const ly_value *position,
                              ly_part_change *change, void *data, bool *changed)
{
    for (size_t i = 0; i < n; i++)
        if (position[i] == LY_SYM(All) || ly_has_head(position[i], LY_SYM(Span)) ||
            ly_has_head(position[i], LY_SYM(List)))
            return change_several(cx, v, n, position, i, change, data, changed);
    return ly_part_change_take(cx, v, n, position, change, data, changed);
}
