/* modify.c: parts taken out or replaced by position: Delete, ReplacePart. */
#include "lists.h"

#include <stdlib.h>

#include "match/match.h"

MESSAGE(Delete, psl, "Position specification `1` in `2` is not a machine-sized integer or a list of machine-sized integers.")

/* ---- Delete ----------------------------------------------------------------------------------- */

typedef struct deletion {
    ly_value where; /* index or key within the part */
    bool missing;
} deletion;

/* Consumes part. */
static ly_value delete_here(ly_context *cx, void *data, ly_value part)
{
    deletion *d = data;
    d->missing = true;
    if (ly_is_association(part)) {
        ly_value key = d->where;
        if (ly_has_shape(key, LY_SYM(Key), 1)) key = ly_expr_of(key)->args[0];
        else if (ly_is_int(key)) {
            int64_t at = ly_int_of(key), n = (int64_t)ly_length(part);
            if (at < 0) at += n + 1;
            if (at < 1 || at > n) return part;
            key = ly_association_entry(ly_association_of(part), (size_t)(at - 1))->key;
        }
        if (!ly_association_find(ly_association_of(part), key)) return part;
        d->missing = false;
        ly_retain(key);
        part = ly_association_remove_take(cx, part, key);
        ly_release(cx, key);
        return part;
    }
    if (ly_is_atom(part) || !ly_is_int(d->where)) return part;
    int64_t at = ly_int_of(d->where), n = (int64_t)ly_length(part);
    if (at == 0) { /* the head: what is left is a sequence */
        d->missing = false;
        ly_value shape = ly_make0(cx, LY_SYM(Sequence));
        part = ly_with_elements_take(cx, shape, part);
        ly_release(cx, shape);
        return part;
    }
    if (at < 0) at += n + 1;
    if (at < 1 || at > n) return part;
    part = ly_unpack_take(cx, part);
    ly_expr *e = ly_failed(part) ? NULL : ly_expr_own_take(cx, part);
    if (!e) return LY_FAILED;
    d->missing = false;
    ly_release(cx, e->args[at - 1]);
    memmove(e->args + at - 1, e->args + at, (size_t)(n - at) * sizeof *e->args);
    e->count--;
    return ly_from_object(e);
}

/* Consumes v. */
static ly_value delete_at(ly_context *cx, ly_value v, ly_value position, bool *done)
{
    const ly_value *path = &position;
    size_t n = 1;
    if (ly_has_head(position, LY_SYM(List))) {
        path = ly_expr_of(position)->args;
        n = ly_expr_of(position)->count;
    }
    *done = false;
    if (n == 0) return v;
    deletion d = {path[n - 1], false};
    v = ly_part_change_take(cx, v, n - 1, path, delete_here, &d, done);
    *done = *done && !d.missing;
    return v;
}

static int by_position_descending(const void *a, const void *b)
{
    return ly_compare(*(const ly_value *)b, *(const ly_value *)a);
}

/* Positions {i} of v, all at the first level, removed in one go. False: one is out of range. */
static bool delete_many(ly_context *cx, ly_value v, const ly_expr *positions, ly_value *result)
{
    size_t n = ly_length(v), kept = 0;
    bool *gone = ly_buffer_alloc(cx, n + 1);
    size_t *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
    bool good = true;
    *result = LY_FAILED;
    if (gone && indices) {
        memset(gone, 0, n + 1);
        for (size_t i = 0; i < positions->count && good; i++) {
            int64_t at = ly_int_of(ly_expr_of(positions->args[i])->args[0]);
            if (at < 0) at += (int64_t)n + 1;
            good = at >= 1 && at <= (int64_t)n;
            if (good) gone[at - 1] = true;
        }
        for (size_t i = 0; i < n; i++)
            if (!gone[i]) indices[kept++] = i;
        if (good) *result = ly_pick(cx, v, kept, indices);
    }
    ly_buffer_free(cx, gone);
    ly_buffer_free(cx, indices);
    return good;
}

static bool is_position(ly_value v)
{
    if (!ly_has_head(v, LY_SYM(List))) return ly_is_int(v) || ly_is_string(v) || ly_has_shape(v, LY_SYM(Key), 1);
    for (size_t i = 0; i < ly_expr_of(v)->count; i++) {
        ly_value item = ly_expr_of(v)->args[i];
        if (!ly_is_int(item) && !ly_is_string(item) && !ly_has_shape(item, LY_SYM(Key), 1)) return false;
    }
    return true;
}

BUILTIN(Delete, list_delete, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "Delete[expr, n] deletes the element at position n; {i, j, …} names a part of a part, {{i1, …}, …} several.")
static ly_value list_delete(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], where = call->args[1];
    bool done = true, flat = true;
    bool many = ly_has_head(where, LY_SYM(List));
    if (many && ly_expr_of(where)->count == 0) return ly_retain(v);
    for (size_t i = 0; many && i < ly_expr_of(where)->count; i++) {
        ly_value one = ly_expr_of(where)->args[i];
        many = ly_has_head(one, LY_SYM(List)) && is_position(one);
        flat = flat && many && ly_expr_of(one)->count == 1 && ly_is_int(ly_expr_of(one)->args[0]) &&
               ly_expr_of(one)->args[0] != LY_INT(0);
    }
    if (!many && !is_position(where)) return ly_message_call(cx, call, "psl", 2, where, CALL_VALUE(call));
    if (!many) {
        v = delete_at(cx, ly_retain(v), where, &done);
        if (!done && !ly_failed(v)) {
            ly_value list = ly_has_head(where, LY_SYM(List)) ? ly_retain(where) : ly_make1(cx, LY_SYM(List), ly_retain(where));
            ly_release(cx, v);
            ly_message_call(cx, call, "partw", 2, list, call->args[0]);
            ly_release(cx, list);
            return LY_UNEVALUATED;
        }
        return v;
    }
    if (flat && !ly_is_atom(v)) {
        ly_value result;
        if (delete_many(cx, v, ly_expr_of(where), &result)) return result;
        return ly_message_call(cx, call, "partw", 2, where, v);
    }
    /* negative indices counted from the front, then from the last position on, each once */
    ly_expr *sorted = ly_expr_own_take(cx, ly_retain(where));
    if (!sorted) return LY_FAILED;
    for (size_t i = 0; i < sorted->count; i++) {
        const ly_expr *position = ly_expr_of(sorted->args[i]);
        for (size_t k = 0; k < position->count; k++) {
            if (!ly_is_int(position->args[k]) || ly_int_of(position->args[k]) >= 0) continue;
            ly_value part = ly_part(cx, v, k, position->args, LY_FAILED, LY_FAILED);
            if (ly_failed(part) || part == LY_UNEVALUATED) break;
            int64_t at = ly_int_of(position->args[k]) + (int64_t)ly_length(part) + 1;
            ly_release(cx, part);
            sorted->args[i] = ly_expr_set_take(cx, sorted->args[i], k, LY_INT(at));
            position = ly_expr_of(sorted->args[i]);
        }
    }
    qsort(sorted->args, sorted->count, sizeof *sorted->args, by_position_descending);
    /* canonical order puts shorter positions first; a part goes before what it stands in */
    v = ly_retain(v);
    for (size_t i = 0; i < sorted->count && done && !ly_failed(v); i++) {
        if (i > 0 && ly_same(sorted->args[i], sorted->args[i - 1])) continue;
        v = delete_at(cx, v, sorted->args[i], &done);
    }
    ly_release(cx, ly_from_object(sorted));
    if (ly_failed(v) || done) return v;
    ly_release(cx, v);
    return ly_message_call(cx, call, "partw", 2, where, call->args[0]);
}

/* ---- ReplacePart ------------------------------------------------------------------------------ */

/* Left sides are positions (i, {i, j}, {{i}, {j, k}}), or patterns that positions match. */
typedef struct replacing {
    const ly_value *rules;
    size_t count;
} replacing;

static bool is_plain_position(ly_value lhs)
{
    if (is_position(lhs)) return true;
    if (!ly_has_head(lhs, LY_SYM(List)) || ly_expr_of(lhs)->count == 0) return false;
    for (size_t i = 0; i < ly_expr_of(lhs)->count; i++)
        if (!ly_has_head(ly_expr_of(lhs)->args[i], LY_SYM(List)) || !is_position(ly_expr_of(lhs)->args[i])) return false;
    return true;
}

static ly_value replace_with(ly_context *cx, void *value, ly_value part)
{
    ly_release(cx, part);
    return ly_retain(*(ly_value *)value);
}

/* One rule with plain positions. Consumes v; a position that is not there changes nothing. */
static ly_value replace_plain(ly_context *cx, ly_value v, ly_value rule)
{
    ly_value lhs = ly_expr_of(rule)->args[0], rhs = ly_expr_of(rule)->args[1];
    bool many = ly_has_head(lhs, LY_SYM(List)) && ly_expr_of(lhs)->count > 0 && ly_has_head(ly_expr_of(lhs)->args[0], LY_SYM(List));
    size_t n = many ? ly_expr_of(lhs)->count : 1;
    for (size_t i = 0; i < n && !ly_failed(v); i++) {
        ly_value position = many ? ly_expr_of(lhs)->args[i] : lhs;
        bool listed = ly_has_head(position, LY_SYM(List)), done;
        if (listed && ly_expr_of(position)->count == 0) continue;
        v = ly_part_change_take(cx, v, listed ? ly_expr_of(position)->count : 1,
                                listed ? ly_expr_of(position)->args : &position, replace_with, &rhs, &done);
    }
    return v;
}

static ly_value visit_replace(ly_context *cx, ly_walk *walk, ly_value part)
{
    const replacing *r = walk->data;
    if (walk->path_count == 0) return part;
    ly_value path = ly_walk_path(cx, walk);
    if (ly_failed(path)) {
        ly_release(cx, part);
        return path;
    }
    for (size_t i = 0; i < r->count; i++) {
        ly_value rule = r->rules[i], lhs = ly_expr_of(rule)->args[0], subject = path;
        bool strips = !ly_has_head(lhs, LY_SYM(List)); /* i_ stands for {i_} */
        if (strips && walk->path_count == 1) subject = walk->path[0];
        ly_pattern *pattern = ly_pattern_of(cx, lhs);
        if (!pattern) {
            ly_release(cx, path);
            return LY_FAILED;
        }
        ly_pattern_retain(pattern);
        ly_bindings bindings;
        int matched = ly_match(cx, pattern, subject, &bindings);
        ly_value result = LY_UNEVALUATED;
        if (matched == 1) {
            result = ly_substitute(cx, ly_expr_of(rule)->args[1], pattern, &bindings);
            ly_bindings_free(cx, &bindings);
        }
        ly_pattern_release(cx, pattern);
        if (matched < 0 || ly_failed(result)) goto failed;
        if (result != LY_UNEVALUATED) {
            ly_release(cx, path);
            ly_release(cx, part);
            return result;
        }
    }
    ly_release(cx, path);
    return part;
failed:
    ly_release(cx, path);
    ly_release(cx, part);
    return LY_FAILED;
}

BUILTIN(ReplacePart, list_replace_part, 2, 4, LY_PROTECTED, LY_OPERATOR_LAST,
        "ReplacePart[expr, i -> new] replaces the part at position i; {i, j} -> new a part of a part,\n"
        "{{i1, …}, …} -> new several; positions may be patterns.")
static ly_value list_replace_part(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], rules = call->args[1], made = LY_FAILED;
    if (call->count > 2 && !ly_is_rule(call->args[2])) {
        if (call->count == 4 || !is_plain_position(call->args[2]) || ly_has_head(call->args[2], LY_SYM(Key)))
            return LY_UNEVALUATED;
        /* the older form: expr, new, position */
        made = ly_make2(cx, LY_SYM(Rule), ly_retain(call->args[2]), ly_retain(call->args[1]));
        rules = made;
    }
    bool one = ly_is_rule(rules);
    if (!one && !ly_has_head(rules, LY_SYM(List))) return ly_message_call(cx, call, "reps", 1, rules);
    replacing r = {one ? &rules : ly_expr_of(rules)->args, one ? 1 : ly_expr_of(rules)->count};
    bool plain = true;
    for (size_t i = 0; i < r.count; i++) {
        if (!ly_is_rule(r.rules[i])) return ly_message_call(cx, call, "reps", 1, rules);
        plain = plain && is_plain_position(ly_expr_of(r.rules[i])->args[0]);
    }
    v = ly_retain(v);
    if (plain) { /* the first rule for a position counts: so from the last one on */
        for (size_t i = r.count; i-- > 0 && !ly_failed(v);) v = replace_plain(cx, v, r.rules[i]);
    } else {
        bool heads = call->count > 2 && ly_is_rule(call->args[2]) && ly_heads_option(cx, call, 2, false);
        ly_walk walk = {.levels = {1, LY_LEVEL_INFINITY}, .heads = heads, .keep_path = true, .visit = visit_replace, .data = &r};
        v = ly_walk_take(cx, &walk, v);
    }
    ly_release(cx, made);
    return v;
}

MESSAGE(General, reps, "`1` is neither a list of replacement rules nor a valid dispatch table, and so cannot be used for replacing.")
