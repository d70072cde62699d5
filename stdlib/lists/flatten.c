/* flatten.c: Flatten, FlattenAt, Partition, ArrayReshape, Split. */
#include "lists.h"

#include <stdlib.h>

/* ---- Flatten ---------------------------------------------------------------------------------- */

static bool opens(ly_value v, ly_value head)
{
    if (ly_is_packed(v)) return head == LY_SYM(List);
    return ly_is_expr(v) && (ly_expr_of(v)->head == head || ly_same(ly_expr_of(v)->head, head));
}

/* Whether the elements of v's elements fit the memory: those may be one list many times. */
static bool can_open(ly_context *cx, ly_value v, ly_value head)
{
    if (!ly_is_expr(v)) return true;
    const ly_expr *e = ly_expr_of(v);
    double items = 0;
    for (size_t i = 0; i < e->count; i++) items += opens(e->args[i], head) ? (double)ly_length(e->args[i]) : 1;
    items *= sizeof(ly_value);
    return ly_memory_can(cx, items > 9e18 ? SIZE_MAX / 2 : (size_t)items);
}

typedef struct opened {
    ly_value v; /* borrowed or owned */
    size_t next;
    bool owned;
} opened;

/* The elements of v with inner expressions of the head opened, `levels` deep. With a stack of its
   own, so that lists may nest as deep as they like. */
static ly_value flatten(ly_context *cx, ly_value v, int64_t levels, ly_value inner_head, ly_value head)
{
    size_t count = 1, capacity = 32;
    if (levels > 0 && !can_open(cx, v, inner_head)) return LY_FAILED;
    opened *stack = ly_buffer_alloc(cx, capacity * sizeof *stack);
    ly_builder items = ly_builder_new();
    if (!stack) return LY_FAILED;
    stack[0] = (opened){v, 0, false};
    while (count > 0) {
        opened *top = &stack[count - 1];
        if (top->next == ly_length(top->v)) {
            if (top->owned) ly_release(cx, top->v);
            count--;
            continue;
        }
        ly_value item = ly_element(cx, top->v, top->next++);
        if (ly_failed(item)) goto failed;
        if ((int64_t)count <= levels && opens(item, inner_head)) {
            if (count == capacity) {
                opened *more = ly_buffer_realloc(cx, stack, 2 * capacity * sizeof *stack);
                if (!more) {
                    ly_release(cx, item);
                    goto failed;
                }
                stack = more;
                capacity *= 2;
            }
            stack[count++] = (opened){item, 0, true};
        } else if (!ly_builder_add(cx, &items, item)) {
            goto failed;
        }
        if (ly_poll(cx)) goto failed;
    }
    ly_buffer_free(cx, stack);
    return ly_builder_finish(cx, &items, head);
failed:
    while (count > 0)
        if (stack[--count].owned) ly_release(cx, stack[count].v);
    ly_buffer_free(cx, stack);
    ly_builder_drop(cx, &items);
    return LY_FAILED;
}

/* Flatten[list, {{l1, l2, …}, …}]: the levels named together become one level; ragged lists are
   taken as far as they go. The result is made by sorting all elements by their new position. */
static bool collect(ly_context *cx, ly_value v, ly_value head, size_t level, size_t depth, size_t *path, ly_builder *items,
                    size_t **paths, size_t *capacity)
{
    if (level == depth) {
        size_t n = ly_builder_count(items);
        if ((n + 1) * depth > *capacity) {
            size_t more = (*capacity ? 2 * *capacity : 64) + depth;
            size_t *grown = ly_buffer_realloc(cx, *paths, more * sizeof *grown);
            if (!grown) return false;
            *paths = grown;
            *capacity = more;
        }
        memcpy(*paths + n * depth, path, depth * sizeof *path);
        return ly_builder_add(cx, items, ly_retain(v));
    }
    if (!opens(v, head)) return true;
    for (size_t i = 0; i < ly_length(v); i++) {
        ly_value item = ly_element(cx, v, i);
        path[level] = i;
        bool good = !ly_failed(item) && collect(cx, item, head, level + 1, depth, path, items, paths, capacity);
        ly_release(cx, item);
        if (!good) return false;
    }
    return true;
}

typedef struct group_order {
    const size_t *paths, *levels;
    size_t depth, from, to;
} group_order;

static int by_group(const void *x, const void *y, void *data)
{
    const group_order *o = data;
    size_t i = *(const size_t *)x, j = *(const size_t *)y;
    for (size_t k = o->from; k < o->to; k++) {
        size_t a = o->paths[i * o->depth + o->levels[k]], b = o->paths[j * o->depth + o->levels[k]];
        if (a != b) return a < b ? -1 : 1;
    }
    return i < j ? -1 : i > j;
}

/* Builds the level `group` from the items numbered in `which`, which agree in all groups before. */
static ly_value build(ly_context *cx, ly_value head, const ly_builder *items, const size_t *paths, size_t depth, size_t groups,
                      const size_t *group_start, const size_t *levels, size_t group, size_t n, size_t *which)
{
    if (group == groups) return ly_retain(items->expr->args[which[0]]);
    size_t from = group_start[group], to = group_start[group + 1];
    group_order order = {paths, levels, depth, from, to};
    qsort_r(which, n, sizeof *which, by_group, &order); /* runs with equal keys form one element */
    ly_builder out = ly_builder_new();
    for (size_t i = 0; i < n;) {
        size_t j = i + 1;
        for (; j < n; j++) {
            bool same = true;
            for (size_t k = from; k < to && same; k++)
                same = paths[which[i] * depth + levels[k]] == paths[which[j] * depth + levels[k]];
            if (!same) break;
        }
        ly_value item = build(cx, head, items, paths, depth, groups, group_start, levels, group + 1, j - i, which + i);
        if (ly_failed(item) || !ly_builder_add(cx, &out, item)) {
            ly_builder_drop(cx, &out);
            return LY_FAILED;
        }
        i = j;
    }
    return ly_builder_finish(cx, &out, head);
}

static ly_value flatten_groups(ly_context *cx, ly_value v, const ly_expr *spec)
{
    size_t levels[32], group_start[33], named = 0, groups = 0, depth = 0;
    bool seen[32] = {false}, together = true; /* {2, 1} stands for {{2, 1}} */
    for (size_t g = 0; g < spec->count; g++) together = together && ly_is_int(spec->args[g]);
    for (size_t g = 0; g < spec->count && g < 32; g++) {
        ly_value group = spec->args[g];
        if (!together || g == 0) group_start[groups++] = named;
        size_t n = ly_has_head(group, LY_SYM(List)) ? ly_expr_of(group)->count : 1;
        for (size_t i = 0; i < n; i++) {
            ly_value level = ly_has_head(group, LY_SYM(List)) ? ly_expr_of(group)->args[i] : group;
            if (!ly_is_int(level) || ly_int_of(level) < 1 || ly_int_of(level) > 31) return LY_UNEVALUATED;
            size_t l = (size_t)ly_int_of(level) - 1;
            if (seen[l]) return LY_UNEVALUATED;
            seen[l] = true;
            levels[named++] = l;
            if (l + 1 > depth) depth = l + 1;
        }
    }
    for (size_t l = 0; l < depth; l++) { /* levels not named follow, each by itself */
        if (seen[l]) continue;
        group_start[groups++] = named;
        levels[named++] = l;
    }
    group_start[groups] = named;
    ly_value head = ly_is_packed(v) ? LY_SYM(List) : ly_expr_of(v)->head;
    if (depth > (size_t)(ly_depth(cx, v, false) - 1)) return LY_UNEVALUATED;
    size_t path[32], *paths = NULL, capacity = 0;
    ly_builder items = ly_builder_new();
    ly_value result = LY_FAILED;
    if (collect(cx, v, head, 0, depth, path, &items, &paths, &capacity)) {
        size_t n = ly_builder_count(&items);
        size_t *which = ly_buffer_alloc(cx, (n + 1) * sizeof *which);
        if (which) {
            for (size_t i = 0; i < n; i++) which[i] = i;
            result = n ? build(cx, head, &items, paths, depth, groups, group_start, levels, 0, n, which)
                       : ly_make0(cx, head);
        }
        ly_buffer_free(cx, which);
    }
    ly_builder_drop(cx, &items);
    ly_buffer_free(cx, paths);
    return result;
}

BUILTIN(Flatten, list_flatten, 1, 3, LY_PROTECTED, LY_PURE,
        "Flatten[list] opens all inner lists; Flatten[list, n] n levels of them; Flatten[expr, n, h] inner\n"
        "expressions with head h; Flatten[list, {{s11, s12, …}, …}] puts levels together.")
static ly_value list_flatten(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    int64_t levels = INT64_MAX;
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (ly_is_association(v)) {
        if (call->count > 1) return LY_UNEVALUATED;
        ly_value list = ly_elements(cx, v);
        ly_value result = ly_failed(list) ? list : flatten(cx, list, levels, LY_SYM(List), LY_SYM(List));
        ly_release(cx, list);
        return result;
    }
    if (call->count > 1) {
        ly_value level = call->args[1];
        if (ly_is_int(level) && ly_int_of(level) >= 0) levels = ly_int_of(level);
        else if (ly_has_head(level, LY_SYM(List)) && ly_expr_of(level)->count > 0) {
            ly_value result = flatten_groups(cx, v, ly_expr_of(level));
            if (result != LY_UNEVALUATED) return result;
            return ly_message_call(cx, call, "flpi", 1, level);
        } else if (!ly_is_plus_infinity(level)) return ly_message_call(cx, call, "flpi", 1, level);
    }
    ly_value head = ly_expr_of(v)->head;
    return flatten(cx, v, levels, call->count == 3 ? call->args[2] : head, head);
}

MESSAGE(Flatten, flpi, "Levels to be flattened together in `1` should be lists of positive integers.")

static ly_value open_here(ly_context *cx, void *data, ly_value part)
{
    if (ly_is_atom(part)) return part;
    ly_value shape = ly_make0(cx, LY_SYM(Sequence));
    ly_value opened = ly_with_elements_take(cx, shape, ly_elements(cx, part));
    ly_release(cx, shape);
    ly_release(cx, part);
    return opened;
}

BUILTIN(FlattenAt, list_flatten_at, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "FlattenAt[list, n] opens the list that is element n; {i, j, …} and {{i1, …}, …} name other positions.")
static ly_value list_flatten_at(ly_context *cx, ly_expr *call)
{
    ly_value v = ly_retain(call->args[0]), where = call->args[1];
    bool done = true;
    if (ly_is_association(v) || where == LY_INT(0)) {
        ly_release(cx, v);
        return LY_UNEVALUATED;
    }
    bool many = ly_has_head(where, LY_SYM(List)) && ly_expr_of(where)->count > 0 &&
                ly_has_head(ly_expr_of(where)->args[0], LY_SYM(List));
    size_t n = many ? ly_expr_of(where)->count : 1;
    for (size_t i = 0; i < n && done && !ly_failed(v); i++) {
        ly_value position = many ? ly_expr_of(where)->args[i] : where;
        bool listed = ly_has_head(position, LY_SYM(List));
        v = ly_part_change_take(cx, v, listed ? ly_expr_of(position)->count : 1,
                                listed ? ly_expr_of(position)->args : &position, open_here, NULL, &done);
    }
    if (ly_failed(v) || done) return v;
    ly_release(cx, v);
    return ly_message_call(cx, call, "partw", 2, where, call->args[0]);
}

/* ---- Split ------------------------------------------------------------------------------------ */

static ly_value split(ly_context *cx, ly_expr *call, bool by)
{
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    ly_value list = ly_elements(cx, call->args[0]), before = LY_FAILED;
    if (ly_failed(list)) return list;
    const ly_expr *e = ly_expr_of(list);
    ly_builder runs = ly_builder_new();
    size_t start = 0;
    for (size_t i = 0; i < e->count; i++) {
        int same = 1;
        if (by) {
            ly_value key = ly_call1(cx, call->args[1], ly_retain(e->args[i]));
            if (ly_failed(key)) goto failed;
            same = i == 0 || ly_same(before, key);
            ly_release(cx, before);
            before = key;
        } else if (i > 0) {
            same = call->count == 2 ? ly_test_call2(cx, call->args[1], e->args[i - 1], e->args[i])
                                    : ly_same(e->args[i - 1], e->args[i]);
            if (same < 0) goto failed;
        }
        if (!same) {
            ly_value run = ly_slice(cx, list, start, i - start, 1);
            if (ly_failed(run) || !ly_builder_add(cx, &runs, run)) goto failed;
            start = i;
        }
    }
    if (e->count > 0) {
        ly_value run = ly_slice(cx, list, start, e->count - start, 1);
        if (ly_failed(run) || !ly_builder_add(cx, &runs, run)) goto failed;
    }
    ly_release(cx, before);
    ly_value head = e->head, result = ly_builder_finish(cx, &runs, head);
    ly_release(cx, list);
    return result;
failed:
    ly_builder_drop(cx, &runs);
    ly_release(cx, before);
    ly_release(cx, list);
    return LY_FAILED;
}

BUILTIN(Split, list_split, 1, 2, LY_PROTECTED, LY_PURE,
        "Split[list] gives the runs of identical elements; Split[list, test] of neighbours for which test is True.")
static ly_value list_split(ly_context *cx, ly_expr *call) { return split(cx, call, false); }

/* SplitBy[list, {f1, f2, …}] splits by f1, the runs by f2, and so on. */
static ly_value split_by(ly_context *cx, ly_expr *call, ly_value list, size_t n, const ly_value *functions)
{
    ly_expr *one = ly_expr_new(cx, call->head, 2);
    one->args[0] = ly_retain(list);
    one->args[1] = ly_retain(functions[0]);
    ly_value runs = split(cx, one, true);
    ly_release(cx, ly_from_object(one));
    if (n == 1 || ly_failed(runs) || runs == LY_UNEVALUATED) return runs;
    ly_expr *e = ly_expr_own_take(cx, runs);
    if (!e) return LY_FAILED;
    for (size_t i = 0; i < e->count; i++) {
        ly_value inner = split_by(cx, call, e->args[i], n - 1, functions + 1);
        if (ly_failed(inner)) {
            ly_release(cx, ly_from_object(e));
            return inner;
        }
        ly_release(cx, e->args[i]);
        e->args[i] = inner;
    }
    return ly_from_object(e);
}

BUILTIN(SplitBy, list_split_by, 1, 2, LY_PROTECTED, LY_OPERATOR_LAST | LY_ANY_COUNT,
        "SplitBy[list, f] gives the runs of neighbours with the same f.")
static ly_value list_split_by(ly_context *cx, ly_expr *call)
{
    if (call->count == 1) {
        ly_value identity = LY_SYM(Identity);
        if (ly_is_atom(call->args[0]) || !ly_has_head(call->args[0], LY_SYM(List))) return LY_UNEVALUATED;
        return split_by(cx, call, call->args[0], 1, &identity);
    }
    if (call->count != 2) return LY_UNEVALUATED;
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    ly_value f = call->args[1];
    if (ly_has_head(f, LY_SYM(List)) && ly_expr_of(f)->count > 0 && ly_expr_of(f)->count < 1000)
        return split_by(cx, call, call->args[0], ly_expr_of(f)->count, ly_expr_of(f)->args);
    return split(cx, call, true);
}
