/* sort.c: sorting, by canonical order or an ordering function.

   One stable merge sort of values with their indices. An ordering function p leaves a pair as it is
   unless p gives False or -1; so equal elements under a strict order such as Less change places,
   as they do in the Wolfram Language. */
#include "lists.h"

#include <math.h>
#include <stdlib.h>

typedef struct keyed {
    ly_value key;  /* borrowed */
    size_t index;
} keyed;

typedef enum order_kind { order_ints, order_reals, order_canonical, order_function, order_down } order_kind;

typedef struct sorting {
    ly_context *cx;
    order_kind kind;
    ly_value function;
    bool failed;
} sorting;

/* a before b in the list: must they change places? */
static bool out_of_order(sorting *s, const keyed *a, const keyed *b)
{
    switch (s->kind) {
    case order_ints: return (int64_t)a->key > (int64_t)b->key;
    case order_reals: return ly_real_of(a->key) > ly_real_of(b->key);
    case order_canonical: return ly_compare(a->key, b->key) > 0;
    case order_down: return ly_compare(a->key, b->key) < 0;
    case order_function: break;
    }
    if (s->failed) return false;
    ly_value v = ly_call2(s->cx, s->function, ly_retain(a->key), ly_retain(b->key));
    ly_release(s->cx, v);
    if (ly_failed(v)) s->failed = true;
    return v == LY_SYM(False) || v == LY_INT(-1);
}

/* What is compared some steps from here is on its way from memory: in both runs it stands in order. (A
   function that did nothing else would be taken for one without effect.) */
enum { AHEAD = 6 };
#define FETCH(at, end)                                                          \
    if ((at) + AHEAD < (end) && ly_is_pointer((at)[AHEAD].key)) __builtin_prefetch(ly_object_of((at)[AHEAD].key))

static void merge_sort(sorting *s, keyed *items, size_t n, keyed *scratch)
{
    if (n < 2 || s->failed) return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    merge_sort(s, items, half, scratch);
    merge_sort(s, items + half, n - half, scratch);
    if (s->kind != order_function && !out_of_order(s, &items[half - 1], &items[half])) return;
    memcpy(scratch, items, half * sizeof *items);
    while (i < half && j < n) {
        if (out_of_order(s, &scratch[i], &items[j])) {
            FETCH(&items[j], items + n);
            items[k++] = items[j++];
        } else {
            FETCH(&scratch[i], scratch + half);
            items[k++] = scratch[i++];
        }
    }
    while (i < half) items[k++] = scratch[i++];
}

static order_kind kind_of(size_t n, const ly_value *items)
{
    size_t ints = 0, reals = 0;
    for (size_t i = 0; i < n; i++) {
        ints += ly_is_int(items[i]);
        reals += ly_is_real(items[i]) && !isnan(ly_real_of(items[i]));
        if (ints <= i && reals <= i) return order_canonical;
    }
    return ints == n ? order_ints : order_reals;
}

static bool sort_keyed(ly_context *cx, size_t n, keyed *items, order_kind kind, ly_value order)
{
    if (n < 2) return true;
    keyed *scratch = ly_buffer_alloc(cx, (n / 2 + 1) * sizeof *scratch);
    if (!scratch) return false;
    sorting s = {cx, kind, order, false};
    merge_sort(&s, items, n, scratch);
    ly_buffer_free(cx, scratch);
    return !s.failed;
}

bool ly_sort_indices(ly_context *cx, size_t n, const ly_value *items, size_t *indices, ly_value order)
{
    keyed *pairs = ly_buffer_alloc(cx, (n + 1) * sizeof *pairs);
    if (!pairs) return false;
    for (size_t i = 0; i < n; i++) pairs[i] = (keyed){items[i], i};
    bool good = sort_keyed(cx, n, pairs, order ? order_function : kind_of(n, items), order);
    for (size_t i = 0; i < n; i++) indices[i] = pairs[i].index;
    ly_buffer_free(cx, pairs);
    return good;
}

bool ly_sort_values(ly_context *cx, size_t n, ly_value *items, ly_value order)
{
    keyed *pairs = ly_buffer_alloc(cx, (n + 1) * sizeof *pairs);
    if (!pairs) return false;
    for (size_t i = 0; i < n; i++) pairs[i] = (keyed){items[i], i};
    bool good = sort_keyed(cx, n, pairs, order ? order_function : kind_of(n, items), order);
    for (size_t i = 0; i < n; i++) items[i] = pairs[i].key;
    ly_buffer_free(cx, pairs);
    return good;
}

/* The indices of v's elements in the order of their keys (an expression, borrowed; NULL: the elements
   themselves); with ties, elements with equal keys in canonical order. NULL: failed. */
static size_t *sorted_indices(ly_context *cx, ly_value v, const ly_expr *keys, ly_value order, bool ties)
{
    ly_value list = ly_elements(cx, v);
    if (ly_failed(list)) return NULL;
    size_t n = ly_expr_of(list)->count;
    const ly_value *values = ly_expr_of(list)->args, *by = keys ? keys->args : values;
    size_t *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
    bool good = indices != NULL;
    if (good && keys && ties) { /* by element first; the sort by key is stable */
        size_t *first = ly_buffer_alloc(cx, (n + 1) * sizeof *first);
        keyed *pairs = ly_buffer_alloc(cx, (n + 1) * sizeof *pairs);
        good = first && pairs && ly_sort_indices(cx, n, values, first, LY_FAILED);
        for (size_t i = 0; good && i < n; i++) pairs[i] = (keyed){by[first[i]], first[i]};
        good = good && sort_keyed(cx, n, pairs, order ? order_function : kind_of(n, by), order);
        for (size_t i = 0; good && i < n; i++) indices[i] = pairs[i].index;
        ly_buffer_free(cx, first);
        ly_buffer_free(cx, pairs);
    } else if (good) {
        good = ly_sort_indices(cx, n, by, indices, order);
    }
    ly_release(cx, list);
    if (good) return indices;
    ly_buffer_free(cx, indices);
    return NULL;
}

/* f of each element of v: an owned List. With a list of functions, lists of their values. */
static ly_value keys_of(ly_context *cx, ly_value v, ly_value f)
{
    ly_value list = ly_elements(cx, v);
    if (ly_failed(list)) return list;
    const ly_expr *e = ly_expr_of(list);
    ly_expr *keys = ly_expr_new(cx, LY_SYM(List), e->count);
    ly_value result = keys ? ly_from_object(keys) : LY_FAILED;
    for (size_t i = 0; keys && i < e->count; i++) {
        ly_value key;
        if (ly_has_head(f, LY_SYM(List))) {
            const ly_expr *fs = ly_expr_of(f);
            ly_expr *row = ly_expr_new(cx, LY_SYM(List), fs->count);
            for (size_t k = 0; row && k < fs->count; k++) row->args[k] = ly_make1(cx, fs->args[k], ly_retain(e->args[i]));
            key = row ? ly_evaluate_take(cx, ly_from_object(row)) : LY_FAILED;
        } else {
            key = ly_call1(cx, f, ly_retain(e->args[i]));
        }
        if (ly_failed(key)) {
            ly_release(cx, result);
            result = LY_FAILED;
            break;
        }
        keys->args[i] = key;
    }
    ly_release(cx, list);
    return result;
}

static void turn_around(size_t n, size_t *indices)
{
    for (size_t i = 0, j = n; i + 1 < j; i++) {
        size_t other = indices[--j];
        indices[j] = indices[i];
        indices[i] = other;
    }
}

static ly_value sort_call(ly_context *cx, ly_expr *call, bool reverse)
{
    ly_value v = call->args[0], order = call->count == 2 ? call->args[1] : LY_FAILED;
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (ly_is_expr(v) && !reverse) {
        ly_expr *e = ly_expr_own_take(cx, ly_take_arg(call, 0));
        if (!e) return LY_FAILED;
        if (ly_sort_values(cx, e->count, e->args, order)) return ly_from_object(e);
        ly_release(cx, ly_from_object(e));
        return LY_FAILED;
    }
    size_t *indices = sorted_indices(cx, v, NULL, order, false);
    if (!indices) return LY_FAILED;
    if (reverse) turn_around(ly_length(v), indices);
    ly_value result = ly_pick(cx, v, ly_length(v), indices);
    ly_buffer_free(cx, indices);
    return result;
}

BUILTIN(Sort, list_sort, 1, 2, LY_PROTECTED, LY_UPDATES,
        "Sort[list] sorts the elements into canonical order; Sort[list, p] by the ordering function p.")
static ly_value list_sort(ly_context *cx, ly_expr *call) { return sort_call(cx, call, false); }

BUILTIN(ReverseSort, list_reverse_sort, 1, 2, LY_PROTECTED, LY_PURE,
        "ReverseSort[list] sorts the elements into reverse canonical order.")
static ly_value list_reverse_sort(ly_context *cx, ly_expr *call) { return sort_call(cx, call, true); }

static ly_value sort_by_call(ly_context *cx, ly_expr *call, bool reverse)
{
    ly_value v = call->args[0], f = call->args[1];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    ly_value keys = keys_of(cx, v, f);
    if (ly_failed(keys)) return keys;
    bool ties = !ly_has_head(f, LY_SYM(List)) && !ly_is_association(v);
    size_t *indices = sorted_indices(cx, v, ly_expr_of(keys), call->count == 3 ? call->args[2] : LY_FAILED, ties);
    ly_release(cx, keys);
    if (!indices) return LY_FAILED;
    if (reverse) turn_around(ly_length(v), indices);
    ly_value result = ly_pick(cx, v, ly_length(v), indices);
    ly_buffer_free(cx, indices);
    return result;
}

BUILTIN(SortBy, list_sort_by, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "SortBy[list, f] sorts by the values of f; SortBy[list, {f1, f2, …}] breaks ties by the next one.")
static ly_value list_sort_by(ly_context *cx, ly_expr *call) { return sort_by_call(cx, call, false); }

BUILTIN(ReverseSortBy, list_reverse_sort_by, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "ReverseSortBy[list, f] sorts by the values of f in reverse order.")
static ly_value list_reverse_sort_by(ly_context *cx, ly_expr *call) { return sort_by_call(cx, call, true); }

/* ---- Ordering --------------------------------------------------------------------------------- */

/* The positions (from 1) that `spec` (n, -n, All) names of the n indices; consumes indices. */
static ly_value positions_take(ly_context *cx, ly_expr *call, ly_value spec, size_t n, size_t *indices)
{
    int64_t start = 0, count = (int64_t)n;
    bool from_end = false, up_to = spec && ly_has_shape(spec, LY_SYM(UpTo), 1);
    if (up_to) spec = ly_expr_of(spec)->args[0];
    if (spec && ly_is_int(spec)) {
        int64_t wanted = ly_int_of(spec);
        from_end = wanted < 0;
        if (from_end) wanted = -wanted;
        if (wanted > count && !up_to) {
            ly_buffer_free(cx, indices);
            return LY_UNEVALUATED;
        }
        if (wanted < count) count = wanted;
        if (from_end) start = (int64_t)n - count;
    } else if (spec && spec != LY_SYM(All)) {
        ly_buffer_free(cx, indices);
        return LY_UNEVALUATED;
    }
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), (size_t)count);
    for (int64_t i = 0; result && i < count; i++) result->args[i] = LY_INT((int64_t)indices[start + i] + 1);
    ly_buffer_free(cx, indices);
    return result ? ly_from_object(result) : LY_FAILED;
}

BUILTIN(Ordering, list_ordering, 1, 3, LY_PROTECTED, LY_PURE,
        "Ordering[list] gives the positions at which the elements of Sort[list] stand in list;\n"
        "Ordering[list, n] the first n, Ordering[list, -n] the last n; Ordering[list, n, p] under p.")
static ly_value list_ordering(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    size_t n = ly_length(v);
    size_t *indices = sorted_indices(cx, v, NULL, call->count == 3 ? call->args[2] : LY_FAILED, false);
    if (!indices) return LY_FAILED;
    return positions_take(cx, call, call->count > 1 ? call->args[1] : LY_FAILED, n, indices);
}

BUILTIN(OrderingBy, list_ordering_by, 2, 4, LY_PROTECTED, LY_OPERATOR_LAST,
        "OrderingBy[list, f] gives the positions at which the elements of SortBy[list, f] stand in list.")
static ly_value list_ordering_by(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    ly_value keys = keys_of(cx, v, call->args[1]);
    if (ly_failed(keys)) return keys;
    size_t *indices = sorted_indices(cx, v, ly_expr_of(keys), call->count == 4 ? call->args[3] : LY_FAILED, true);
    ly_release(cx, keys);
    if (!indices) return LY_FAILED;
    return positions_take(cx, call, call->count > 2 ? call->args[2] : LY_FAILED, ly_length(v), indices);
}

BUILTIN(Order, list_order, 2, 2, LY_PROTECTED, LY_OPERATOR | LY_PACKED,
        "Order[a, b] gives 1 if a comes before b in canonical order, -1 if after, 0 if they are the same.")
static ly_value list_order(ly_context *cx, ly_expr *call)
{
    int order = ly_compare(call->args[0], call->args[1]);
    return LY_INT(order < 0 ? 1 : order > 0 ? -1 : 0);
}

BUILTIN(OrderedQ, list_ordered_q, 1, 2, LY_PROTECTED, LY_PURE,
        "OrderedQ[list] gives True if the elements are in canonical order; OrderedQ[list, p] under p.")
static ly_value list_ordered_q(ly_context *cx, ly_expr *call)
{
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    ly_value list = ly_elements(cx, call->args[0]), result = LY_SYM(True);
    if (ly_failed(list)) return list;
    const ly_expr *e = ly_expr_of(list);
    sorting s = {cx, call->count == 2 ? order_function : order_canonical, call->count == 2 ? call->args[1] : LY_FAILED, false};
    for (size_t i = 1; i < e->count && result == LY_SYM(True); i++) {
        keyed a = {e->args[i - 1], 0}, b = {e->args[i], 0};
        if (out_of_order(&s, &a, &b)) result = LY_SYM(False);
        if (s.failed) result = LY_FAILED;
    }
    ly_release(cx, list);
    return result;
}

/* ---- the largest and the smallest ------------------------------------------------------------- */

MESSAGE(General, insuff, "Cannot take `1` elements from a list of length `2`.")

/* What is compared by size: the number that v is or stands for. Owned. */
static ly_value size_of(ly_context *cx, ly_value v)
{
    if (ly_is_number(v)) return ly_retain(v);
    return ly_call1(cx, LY_SYM(N), ly_retain(v));
}

/* Indices by size of the keys, smallest (or largest) first, stable. NULL: failed, or *numeric false */
static size_t *by_size(ly_context *cx, const ly_expr *keys, bool largest, bool *numeric)
{
    size_t n = keys->count;
    keyed *pairs = ly_buffer_alloc(cx, (n + 1) * sizeof *pairs), *scratch = ly_buffer_alloc(cx, (n + 1) * sizeof *scratch);
    size_t *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices), have = 0;
    bool good = pairs && scratch && indices;
    *numeric = true;
    for (; good && have < n; have++) {
        ly_value size = size_of(cx, keys->args[have]);
        if (ly_failed(size)) good = false;
        else pairs[have] = (keyed){size, have};
    }
    if (good) {
        sorting s = {cx, largest ? order_down : order_canonical, LY_FAILED, false};
        merge_sort(&s, pairs, n, scratch);
        for (size_t i = 0; i < n; i++) indices[i] = pairs[i].index;
    }
    for (size_t i = 0; pairs && i < have; i++) ly_release(cx, pairs[i].key);
    ly_buffer_free(cx, pairs);
    ly_buffer_free(cx, scratch);
    if (good) return indices;
    ly_buffer_free(cx, indices);
    return NULL;
}

/* What stands for no value is left out, unless the option ExcludedForms says otherwise. */
static bool excludes_missing(const ly_expr *call)
{
    return call->count < 3 || !ly_is_rule(call->args[2]) || !ly_has_shape(ly_expr_of(call->args[2])->args[1], LY_SYM(List), 0);
}

static ly_value without_missing(ly_context *cx, ly_value v)
{
    size_t n = ly_length(v), kept = 0, *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
    if (!indices) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        ly_value item = ly_element(cx, v, i);
        bool is_missing = ly_has_head(item, LY_SYM(Missing)) || item == LY_SYM(None) || item == LY_SYM(Null) ||
                          item == LY_SYM(Indeterminate);
        ly_release(cx, item);
        if (!is_missing) indices[kept++] = i;
    }
    ly_value result = ly_pick(cx, v, kept, indices);
    ly_buffer_free(cx, indices);
    return result;
}

/* Takes the first of the elements in order of size; `by` is a function, or LY_FAILED. */
static ly_value take_sized(ly_context *cx, ly_expr *call, ly_value by, ly_value wanted, bool largest)
{
    ly_value v = call->args[0];
    bool numeric, up_to = ly_has_shape(wanted, LY_SYM(UpTo), 1);
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (up_to) wanted = ly_expr_of(wanted)->args[0];
    if (!ly_is_int(wanted) || ly_int_of(wanted) < 0) return LY_UNEVALUATED;
    ly_value kept = LY_FAILED;
    if (by == LY_FAILED && (excludes_missing(call))) {
        kept = without_missing(cx, v);
        if (ly_failed(kept)) return kept;
        v = kept;
    }
    size_t n = ly_length(v), count = (size_t)ly_int_of(wanted);
    if (count > n && !up_to) ly_release(cx, kept);
    if (count > n && !up_to) return ly_message_call(cx, call, "insuff", 2, wanted, LY_INT((int64_t)n));
    if (count > n) count = n;
    ly_value keys = by ? keys_of(cx, v, by) : ly_elements(cx, v);
    size_t *indices = ly_failed(keys) ? NULL : by_size(cx, ly_expr_of(keys), largest, &numeric);
    ly_release(cx, keys);
    ly_value result = indices ? ly_pick(cx, v, count, indices) : LY_FAILED;
    ly_buffer_free(cx, indices);
    ly_release(cx, kept);
    return result;
}

BUILTIN(TakeLargest, list_take_largest, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "TakeLargest[list, n] gives the n largest elements, largest first.")
static ly_value list_take_largest(ly_context *cx, ly_expr *call)
{
    return take_sized(cx, call, LY_FAILED, call->args[1], true);
}
BUILTIN(TakeSmallest, list_take_smallest, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "TakeSmallest[list, n] gives the n smallest elements, smallest first.")
static ly_value list_take_smallest(ly_context *cx, ly_expr *call)
{
    return take_sized(cx, call, LY_FAILED, call->args[1], false);
}

/* F[f, n][list] */
static ly_value sized_by_operator(ly_context *cx, ly_expr *call)
{
    const ly_expr *inner = ly_expr_of(call->head);
    if (!ly_is_symbol(inner->head) || inner->count != 2 || call->count != 1) return LY_UNEVALUATED;
    return ly_make3(cx, inner->head, ly_retain(call->args[0]), ly_retain(inner->args[0]), ly_retain(inner->args[1]));
}
BUILTIN_SUB(TakeLargestBy, list_take_largest_by, sized_by_operator, 2, 3, LY_PROTECTED, LY_PURE,
            "TakeLargestBy[list, f, n] gives the n elements with the largest f.")
static ly_value list_take_largest_by(ly_context *cx, ly_expr *call)
{
    return call->count == 3 ? take_sized(cx, call, call->args[1], call->args[2], true) : LY_UNEVALUATED;
}
BUILTIN_SUB(TakeSmallestBy, list_take_smallest_by, sized_by_operator, 2, 3, LY_PROTECTED, LY_PURE,
            "TakeSmallestBy[list, f, n] gives the n elements with the smallest f.")
static ly_value list_take_smallest_by(ly_context *cx, ly_expr *call)
{
    return call->count == 3 ? take_sized(cx, call, call->args[1], call->args[2], false) : LY_UNEVALUATED;
}

/* All elements whose f is extreme. */
static ly_value extreme_by(ly_context *cx, ly_expr *call, bool largest)
{
    if (call->count == 3) {
        if (!ly_is_int(call->args[2]) && !ly_has_head(call->args[2], LY_SYM(UpTo))) return LY_UNEVALUATED;
        ly_value v = call->args[0];
        if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
        size_t n = ly_length(v), count = n;
        ly_value wanted = call->args[2];
        if (ly_has_shape(wanted, LY_SYM(UpTo), 1)) wanted = ly_expr_of(wanted)->args[0];
        if (ly_is_int(wanted) && ly_int_of(wanted) >= 0 && ly_int_of(wanted) < (int64_t)n) count = (size_t)ly_int_of(wanted);
        ly_value keys = keys_of(cx, v, call->args[1]);
        if (ly_failed(keys)) return keys;
        size_t *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
        keyed *pairs = ly_buffer_alloc(cx, (n + 1) * sizeof *pairs);
        ly_value result = LY_FAILED;
        if (indices && pairs) {
            for (size_t i = 0; i < n; i++) pairs[i] = (keyed){ly_expr_of(keys)->args[i], i};
            if (sort_keyed(cx, n, pairs, largest ? order_down : order_canonical, LY_FAILED)) {
                for (size_t i = 0; i < n; i++) indices[i] = pairs[i].index;
                result = ly_pick(cx, v, count, indices);
            }
        }
        ly_buffer_free(cx, indices);
        ly_buffer_free(cx, pairs);
        ly_release(cx, keys);
        return result;
    }
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    size_t n = ly_length(v), kept = 0;
    ly_value keys = keys_of(cx, v, call->args[1]), best = LY_FAILED, result = LY_FAILED;
    if (ly_failed(keys)) return keys;
    size_t *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
    for (size_t i = 0; indices && i < n; i++) {
        ly_value key = ly_expr_of(keys)->args[i];
        int order = i == 0 ? 1 : ly_compare(key, best);
        if (i > 0 && !largest) order = -order;
        if (order > 0) {
            best = key;
            kept = 0;
        }
        if (order >= 0) indices[kept++] = i;
    }
    if (indices) result = ly_pick(cx, v, kept, indices);
    ly_buffer_free(cx, indices);
    ly_release(cx, keys);
    return result;
}

BUILTIN(MaximalBy, list_maximal_by, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "MaximalBy[list, f] gives the elements for which f is largest.")
static ly_value list_maximal_by(ly_context *cx, ly_expr *call) { return extreme_by(cx, call, true); }
BUILTIN(MinimalBy, list_minimal_by, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "MinimalBy[list, f] gives the elements for which f is smallest.")
static ly_value list_minimal_by(ly_context *cx, ly_expr *call) { return extreme_by(cx, call, false); }

static ly_value ranked(ly_context *cx, ly_expr *call, bool largest)
{
    ly_value v = call->args[0];
    bool numeric;
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (!ly_is_int(call->args[1])) return LY_UNEVALUATED;
    int64_t n = (int64_t)ly_length(v), rank = ly_int_of(call->args[1]);
    if (rank < 0) rank = n + 1 + rank;
    if (rank < 1 || rank > n) return LY_UNEVALUATED;
    ly_value list = ly_elements(cx, v);
    size_t *indices = ly_failed(list) ? NULL : by_size(cx, ly_expr_of(list), largest, &numeric);
    ly_value result = indices ? ly_retain(ly_expr_of(list)->args[indices[rank - 1]]) : LY_FAILED;
    ly_buffer_free(cx, indices);
    ly_release(cx, list);
    return result;
}
BUILTIN(RankedMax, list_ranked_max, 2, 2, LY_PROTECTED, LY_PURE, "RankedMax[list, n] gives the n-th largest element.")
static ly_value list_ranked_max(ly_context *cx, ly_expr *call) { return ranked(cx, call, true); }
BUILTIN(RankedMin, list_ranked_min, 2, 2, LY_PROTECTED, LY_PURE, "RankedMin[list, n] gives the n-th smallest element.")
static ly_value list_ranked_min(ly_context *cx, ly_expr *call) { return ranked(cx, call, false); }

BUILTIN(NumericalSort, list_numerical_sort, 1, 2, LY_PROTECTED, LY_PURE,
        "NumericalSort[list] sorts by numerical value.")
static ly_value list_numerical_sort(ly_context *cx, ly_expr *call)
{
    bool numeric;
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    ly_value list = ly_elements(cx, v);
    size_t *indices = ly_failed(list) ? NULL : by_size(cx, ly_expr_of(list), false, &numeric);
    ly_value result = indices ? ly_pick(cx, v, ly_length(v), indices) : LY_FAILED;
    ly_buffer_free(cx, indices);
    ly_release(cx, list);
    return result;
}
