/* thread.c: functions of several lists: Thread, Outer, Inner, Distribute, Tuples over heads. */
#include "lists.h"

MESSAGE(Inner, incom, "Length `1` of dimension `2` in `3` is incommensurate with length `4` of dimension 1 in `5`.")
MESSAGE(Outer, heads, "Heads `1` and `2` at positions `3` and `4` are expected to be the same.")

/* ---- Thread ----------------------------------------------------------------------------------- */

static bool has_this_head(ly_value v, ly_value head)
{
    if (ly_is_packed(v)) return head == LY_SYM(List);
    if (ly_is_association(v)) return head == LY_SYM(Association);
    return ly_is_expr(v) && ly_same(ly_expr_of(v)->head, head);
}

BUILTIN(Thread, list_thread, 1, 3, LY_PROTECTED, LY_PURE,
        "Thread[f[{a, b}, c]] gives {f[a, c], f[b, c]}; Thread[f[args], h] threads over heads h;\n"
        "Thread[f[args], h, n] over the arguments that n names.")
static ly_value list_thread(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], head = call->count > 1 ? call->args[1] : LY_SYM(List), first = 0, last = 0;
    if (!ly_is_expr(v)) return ly_retain(v);
    const ly_expr *e = ly_expr_of(v);
    ly_range range = {0, e->count, 1};
    if (call->count == 3 && ly_sequence_range(call->args[2], e->count, &range, &first, &last) != LY_RANGE_OK)
        return LY_UNEVALUATED;
    bool any = false;
    size_t length = 0;
    ly_value model = LY_FAILED;
    for (size_t i = 0; i < e->count; i++) {
        bool in_range = i >= range.start && i < range.start + range.count;
        if (!in_range || !has_this_head(e->args[i], head)) continue;
        if (any && ly_length(e->args[i]) != length) {
            ly_message_call(cx, call, "tdlen", 1, v);
            return ly_retain(v);
        }
        if (!any) model = e->args[i];
        any = true;
        length = ly_length(e->args[i]);
    }
    if (!any) return ly_retain(v);
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), length);
    if (!result) return LY_FAILED;
    for (size_t k = 0; k < length; k++) {
        ly_expr *item = ly_expr_new(cx, e->head, e->count);
        if (!item) {
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        for (size_t i = 0; i < e->count; i++) {
            bool in_range = i >= range.start && i < range.start + range.count;
            item->args[i] = in_range && has_this_head(e->args[i], head) ? ly_element(cx, e->args[i], k)
                                                                        : ly_retain(e->args[i]);
        }
        result->args[k] = ly_from_object(item);
    }
    return ly_with_elements_take(cx, model, ly_from_object(result));
}

/* ---- Outer ------------------------------------------------------------------------------------ */

typedef struct outer {
    ly_value f, head;
    size_t n;
    const ly_value *lists;
    int64_t *levels;  /* of each list to go through; INT64_MAX: all */
    ly_value *chosen; /* borrowed: the elements so far */
} outer;

static ly_value outer_from(ly_context *cx, outer *o, size_t list, ly_value v, int64_t level);

typedef struct outer_again {
    outer *o;
    size_t list;
    ly_value v, result;
    int64_t level;
} outer_again;

static void *outer_on_new_stack(ly_context *cx, void *argument)
{
    outer_again *a = argument;
    a->result = outer_from(cx, a->o, a->list, a->v, a->level);
    return a;
}

static ly_value outer_from(ly_context *cx, outer *o, size_t list, ly_value v, int64_t level)
{
    if (ly_stack_low(cx)) {
        outer_again a = {o, list, v, LY_FAILED, level};
        return ly_on_new_stack(cx, outer_on_new_stack, &a) ? a.result : LY_FAILED;
    }
    if (level > 0 && has_this_head(v, o->head)) {
        size_t n = ly_length(v);
        if (ly_poll(cx)) return LY_FAILED;
        ly_expr *result = ly_expr_new(cx, LY_SYM(List), n);
        if (!result) return LY_FAILED;
        for (size_t i = 0; i < n; i++) {
            ly_value element = ly_element(cx, v, i);
            ly_value item = ly_failed(element) ? element
                                               : outer_from(cx, o, list, element, level == INT64_MAX ? level : level - 1);
            ly_release(cx, element);
            if (ly_failed(item)) {
                ly_release(cx, ly_from_object(result));
                return item;
            }
            result->args[i] = item;
        }
        return ly_with_elements_take(cx, v, ly_from_object(result));
    }
    o->chosen[list] = v;
    if (list + 1 < o->n) return outer_from(cx, o, list + 1, o->lists[list + 1], o->levels[list + 1]);
    ly_expr *item = ly_expr_new(cx, o->f, o->n);
    if (!item) return LY_FAILED;
    for (size_t i = 0; i < o->n; i++) item->args[i] = ly_retain(o->chosen[i]);
    if (o->head == LY_SYM(List)) return ly_evaluate_take(cx, ly_from_object(item));
    return ly_from_object(item);
}

BUILTIN(Outer, list_outer, 1, -1, LY_PROTECTED, LY_PURE,
        "Outer[f, list1, list2, …] gives f of all combinations of elements, nested as the lists are;\n"
        "Outer[f, list1, …, n] takes elements at level n as units.")
static ly_value list_outer(ly_context *cx, ly_expr *call)
{
    size_t n = call->count, lists = 0;
    if (n == 1) return ly_make0(cx, call->args[0]);
    while (1 + lists < n && !ly_is_atom(call->args[1 + lists])) lists++;
    if (lists == 0) return ly_message_normal(cx, call, 2);
    for (size_t i = 1 + lists; i < n; i++)
        if (!(ly_is_int(call->args[i]) && ly_int_of(call->args[i]) >= 0) && !ly_is_plus_infinity(call->args[i]))
            return ly_message_normal(cx, call, (int64_t)i + 1);
    ly_value head = ly_head(cx, call->args[1]);
    for (size_t i = 1; i < lists; i++) {
        ly_value other = ly_head(cx, call->args[1 + i]);
        bool same = ly_same(head, other);
        if (!same) ly_message_call(cx, call, "heads", 4, other, head, LY_INT((int64_t)i + 2), LY_INT(2));
        ly_release(cx, other);
        if (!same) {
            ly_release(cx, head);
            return LY_UNEVALUATED;
        }
    }
    outer o = {call->args[0], head, lists, call->args + 1, NULL, NULL};
    o.levels = ly_buffer_alloc(cx, lists * sizeof *o.levels);
    o.chosen = ly_buffer_alloc(cx, lists * sizeof *o.chosen);
    ly_value result = LY_FAILED;
    if (o.levels && o.chosen) {
        size_t given = n - 1 - lists;
        for (size_t i = 0; i < lists; i++) {
            ly_value level = given == 0 ? LY_FAILED : call->args[1 + lists + (i < given ? i : given - 1)];
            o.levels[i] = level && ly_is_int(level) ? ly_int_of(level) : INT64_MAX;
        }
        double total = 1; /* what will be made, if the lists are flat */
        for (size_t i = 0; i < lists; i++) total *= (double)ly_length(call->args[1 + i]);
        if (total < 1e6 || ly_memory_can(cx, total > 1e17 ? SIZE_MAX / 2 : (size_t)total * 8))
            result = outer_from(cx, &o, 0, call->args[1], o.levels[0]);
    }
    ly_buffer_free(cx, o.levels);
    ly_buffer_free(cx, o.chosen);
    ly_release(cx, head);
    return result;
}

/* ---- Inner ------------------------------------------------------------------------------------ */

typedef struct inner {
    ly_value f, g;
    int64_t depth; /* of the first array, less one: the level contracted lies below */
} inner;

/* g of the f[a_k, b_k], for a row of the first and one of the second */
static ly_value inner_rows(ly_context *cx, const inner *in, ly_value a, ly_value b);

static ly_value inner_row(ly_context *cx, const inner *in, ly_value a, size_t n, ly_value *columns)
{
    ly_expr *sum = ly_expr_new(cx, in->g, n);
    if (!sum) return LY_FAILED;
    for (size_t k = 0; k < n; k++) sum->args[k] = ly_make2(cx, in->f, ly_element(cx, a, k), ly_retain(columns[k]));
    return ly_from_object(sum);
}

/* a is a vector; b a list of n scalars or of n arrays (then the result has their shape) */
static ly_value inner_vector(ly_context *cx, const inner *in, ly_value a, size_t n, ly_value *columns)
{
    bool deeper = n > 0;
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    for (size_t k = 0; deeper && k < n; k++)
        deeper = ly_is_list(columns[k]) && ly_length(columns[k]) == ly_length(columns[0]);
    if (!deeper) return inner_row(cx, in, a, n, columns);
    size_t width = ly_length(columns[0]);
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), width);
    ly_value *row = ly_buffer_alloc(cx, (n + 1) * sizeof *row), whole = result ? ly_from_object(result) : LY_FAILED;
    for (size_t j = 0; result && row && j < width; j++) {
        for (size_t k = 0; k < n; k++) row[k] = ly_element(cx, columns[k], j);
        ly_value item = inner_vector(cx, in, a, n, row);
        for (size_t k = 0; k < n; k++) ly_release(cx, row[k]);
        if (ly_failed(item)) {
            ly_release(cx, whole);
            whole = LY_FAILED;
            break;
        }
        result->args[j] = item;
    }
    if (!row) {
        ly_release(cx, whole);
        return LY_FAILED;
    }
    ly_buffer_free(cx, row);
    return whole;
}

static ly_value inner_rows(ly_context *cx, const inner *in, ly_value a, ly_value b)
{
    size_t n = ly_length(a);
    bool deeper = n > 0;
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    ly_value list = ly_elements(cx, a), columns = ly_elements(cx, b), result = LY_FAILED;
    if (ly_failed(list) || ly_failed(columns)) goto done;
    for (size_t i = 0; deeper && i < n; i++) deeper = ly_is_list(ly_expr_of(list)->args[i]);
    if (!deeper) {
        if (n != ly_length(b)) result = LY_UNEVALUATED;
        else result = inner_vector(cx, in, list, n, ly_expr_of(columns)->args);
        goto done;
    }
    ly_expr *rows = ly_expr_new(cx, LY_SYM(List), n);
    result = rows ? ly_from_object(rows) : LY_FAILED;
    for (size_t i = 0; rows && i < n; i++) {
        ly_value item = inner_rows(cx, in, ly_expr_of(list)->args[i], b);
        if (ly_failed(item) || item == LY_UNEVALUATED) {
            ly_release(cx, result);
            result = item;
            break;
        }
        rows->args[i] = item;
    }
done:
    ly_release(cx, list);
    ly_release(cx, columns);
    return result;
}

BUILTIN(Inner, list_inner, 3, 4, LY_PROTECTED, LY_PURE,
        "Inner[f, list1, list2, g] is Dot with f in the place of Times and g in the place of Plus.")
static ly_value list_inner(ly_context *cx, ly_expr *call)
{
    inner in = {call->args[0], call->count == 4 ? call->args[3] : LY_SYM(Plus), 0};
    ly_value a = call->args[1], b = call->args[2];
    if (ly_is_atom(a)) return ly_message_normal(cx, call, 2);
    if (ly_is_atom(b)) return ly_message_normal(cx, call, 3);
    ly_value result = inner_rows(cx, &in, a, b);
    if (result != LY_UNEVALUATED) return result;
    size_t dims[16], rank = ly_dimensions(a, 16, dims);
    return ly_message_call(cx, call, "incom", 5, LY_INT((int64_t)(rank ? dims[rank - 1] : 0)), LY_INT((int64_t)rank), a,
                           LY_INT((int64_t)ly_length(b)), b);
}

/* ---- Distribute ------------------------------------------------------------------------------- */

BUILTIN(Distribute, list_distribute, 1, 5, LY_PROTECTED, LY_PURE,
        "Distribute[f[x1, x2, …]] distributes f over Plus; Distribute[expr, g] over g;\n"
        "Distribute[expr, g, f, gp, fp] gives gp and fp in the places of g and f.")
static ly_value list_distribute(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], g = call->count > 1 ? call->args[1] : LY_SYM(Plus);
    if (!ly_is_expr(v)) return ly_retain(v);
    const ly_expr *e = ly_expr_of(v);
    if (call->count > 2 && !ly_same(e->head, call->args[2])) return ly_retain(v);
    ly_value gp = call->count > 3 ? call->args[3] : g, fp = call->count > 4 ? call->args[4] : e->head;
    double total = 1;
    bool any = false;
    for (size_t i = 0; i < e->count; i++) {
        if (!has_this_head(e->args[i], g)) continue;
        any = true;
        total *= (double)ly_length(e->args[i]);
    }
    if (!any) return ly_retain(v);
    if (total > 1e9 && !ly_memory_can(cx, SIZE_MAX / 2)) return LY_FAILED;
    size_t n = (size_t)total;
    ly_expr *result = ly_expr_new(cx, gp, n);
    if (!result) return LY_FAILED;
    for (size_t k = 0; k < n; k++) {
        ly_expr *item = ly_expr_new(cx, fp, e->count);
        size_t rest = k;
        if (!item || ly_poll(cx)) {
            if (item) ly_release(cx, ly_from_object(item));
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        for (size_t i = e->count; i-- > 0;) {
            if (has_this_head(e->args[i], g)) {
                size_t width = ly_length(e->args[i]);
                item->args[i] = ly_element(cx, e->args[i], rest % width);
                rest /= width;
            } else {
                item->args[i] = ly_retain(e->args[i]);
            }
        }
        result->args[k] = ly_from_object(item);
    }
    return ly_from_object(result);
}
