/* runs.c: elements left out or named by what they are: DeleteAdjacentDuplicates, DeleteMissing,
   DeleteElements, UniqueElements, Subsequences, PositionLargest, ArrayComponents; PowerRange. */
#include "lists.h"

#include <math.h>

/* ---- left out --------------------------------------------------------------------------------- */

BUILTIN(DeleteAdjacentDuplicates, list_delete_adjacent_duplicates, 1, 2, LY_PROTECTED, LY_PURE,
        "DeleteAdjacentDuplicates[list] keeps the first of each run of identical elements; a second argument tests sameness.")
static ly_value list_delete_adjacent_duplicates(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    size_t n = ly_length(v), kept = 0, *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
    ly_value list = ly_elements(cx, v), result = LY_FAILED;
    bool good = indices && !ly_failed(list);
    for (size_t i = 0; i < n && good; i++) {
        int same = 0;
        if (i > 0)
            same = call->count == 2 ? ly_test_call2(cx, call->args[1], ly_expr_of(list)->args[i - 1], ly_expr_of(list)->args[i])
                                    : ly_same(ly_expr_of(list)->args[i - 1], ly_expr_of(list)->args[i]);
        good = same >= 0;
        if (!same) indices[kept++] = i;
    }
    if (good) result = ly_pick(cx, v, kept, indices);
    ly_buffer_free(cx, indices);
    ly_release(cx, list);
    return result;
}

BUILTIN(DeleteMissing, list_delete_missing, 1, 3, LY_PROTECTED, LY_PURE,
        "DeleteMissing[list] leaves out the elements with head Missing; DeleteMissing[list, level] down to a level.")
static ly_value list_delete_missing(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return LY_UNEVALUATED;
    if (call->count > 1) {
        ly_value pattern = ly_make1(cx, LY_SYM(Blank), LY_SYM(Missing));
        return ly_make3(cx, LY_SYM(DeleteCases), ly_retain(v), pattern, ly_retain(call->args[1]));
    }
    size_t n = ly_length(v), kept = 0, *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
    if (!indices) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        ly_value item = ly_element(cx, v, i);
        if (!ly_has_head(item, LY_SYM(Missing))) indices[kept++] = i;
        ly_release(cx, item);
    }
    ly_value result = ly_pick(cx, v, kept, indices);
    ly_buffer_free(cx, indices);
    return result;
}

BUILTIN(DeleteElements, list_delete_elements, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "DeleteElements[list, {e1, …}] leaves out all elements that are one of these;\n"
        "DeleteElements[list, n -> {e1, …}] at most n of each, {n1, …} -> {e1, …} its own number of each.")
static ly_value list_delete_elements(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], gone = call->args[1], numbers = LY_FAILED;
    if (ly_has_shape(gone, LY_SYM(Rule), 2)) {
        numbers = ly_expr_of(gone)->args[0];
        gone = ly_expr_of(gone)->args[1];
    }
    if (ly_is_atom(v) || !ly_has_head(gone, LY_SYM(List))) return LY_UNEVALUATED;
    const ly_expr *e = ly_expr_of(gone);
    ly_value_set set = {0};
    int64_t *left = ly_buffer_alloc(cx, ((size_t)e->count + 1) * sizeof *left);
    size_t n = ly_length(v), kept = 0, *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
    ly_value list = ly_elements(cx, v), result = LY_FAILED;
    bool good = left && indices && !ly_failed(list);
    for (size_t i = 0; i < e->count && good; i++) {
        bool fresh;
        ly_value number = numbers && ly_has_head(numbers, LY_SYM(List)) ? (i < ly_expr_of(numbers)->count ? ly_expr_of(numbers)->args[i] : LY_INT(0)) : numbers;
        size_t at = ly_value_set_enter(cx, &set, e->args[i], &fresh);
        good = at != SIZE_MAX;
        if (good) left[at] = (fresh ? 0 : left[at]) + (number && ly_is_int(number) ? ly_int_of(number) : INT32_MAX);
    }
    for (size_t i = 0; i < n && good; i++) {
        size_t at = ly_value_set_find(&set, ly_expr_of(list)->args[i]);
        if (at != SIZE_MAX && left[at] > 0) left[at]--;
        else indices[kept++] = i;
    }
    if (good) result = ly_pick(cx, v, kept, indices);
    ly_value_set_free(cx, &set);
    ly_buffer_free(cx, left);
    ly_buffer_free(cx, indices);
    ly_release(cx, list);
    return result;
}

BUILTIN(UniqueElements, list_unique_elements, 1, 2, LY_PROTECTED, LY_PURE,
        "UniqueElements[{list1, list2, …}] gives for each list the distinct elements that no other one has.")
static ly_value list_unique_elements(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!ly_has_head(v, LY_SYM(List))) return LY_UNEVALUATED;
    const ly_expr *lists = ly_expr_of(v);
    for (size_t i = 0; i < lists->count; i++)
        if (!ly_has_head(lists->args[i], LY_SYM(List))) return LY_UNEVALUATED;
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), lists->count);
    bool good = result != NULL;
    for (size_t i = 0; i < lists->count && good; i++) {
        const ly_expr *own = ly_expr_of(lists->args[i]);
        ly_builder kept = ly_builder_new();
        for (size_t k = 0; k < own->count && good; k++) {
            int found = 0;
            /* in its own list before, or anywhere in another */
            for (size_t j = 0; j < lists->count && !found; j++) {
                const ly_expr *other = ly_expr_of(lists->args[j]);
                size_t count = j == i ? k : other->count;
                for (size_t m = 0; m < count && !found; m++)
                    found = call->count == 2 ? ly_test_call2(cx, call->args[1], other->args[m], own->args[k])
                                             : ly_same(other->args[m], own->args[k]);
            }
            good = found >= 0 && (found || ly_builder_add(cx, &kept, ly_retain(own->args[k])));
        }
        if (good) result->args[i] = ly_builder_finish(cx, &kept, LY_SYM(List));
        else ly_builder_drop(cx, &kept);
    }
    if (good) return ly_from_object(result);
    if (result) ly_release(cx, ly_from_object(result));
    return LY_FAILED;
}

/* ---- Subsequences ----------------------------------------------------------------------------- */

BUILTIN(Subsequences, list_subsequences, 1, 3, LY_PROTECTED, LY_PURE,
        "Subsequences[list] gives all stretches of list, Subsequences[list, n] those of at most n elements,\n"
        "Subsequences[list, {n}] of n, Subsequences[list, {m, n}] of m to n.")
static ly_value list_subsequences(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_atom(v) || call->count == 3) return LY_UNEVALUATED;
    int64_t n = (int64_t)ly_length(v), from = 0, to = n;
    if (call->count == 2) {
        ly_value spec = call->args[1];
        if (ly_is_int(spec)) to = ly_int_of(spec);
        else if (ly_has_shape(spec, LY_SYM(List), 1) && ly_is_int(ly_expr_of(spec)->args[0])) from = to = ly_int_of(ly_expr_of(spec)->args[0]);
        else if (ly_has_shape(spec, LY_SYM(List), 2) && ly_is_int(ly_expr_of(spec)->args[0]) && ly_is_int(ly_expr_of(spec)->args[1])) {
            from = ly_int_of(ly_expr_of(spec)->args[0]);
            to = ly_int_of(ly_expr_of(spec)->args[1]);
        } else if (spec != LY_SYM(All)) return LY_UNEVALUATED;
    }
    if (to > n) to = n;
    double total = (double)n * (double)n * (double)n / 6;
    if (!ly_memory_can(cx, total > 1e17 ? SIZE_MAX / 2 : from == to ? 0 : (size_t)total * 8)) return LY_FAILED;
    ly_builder out = ly_builder_new();
    for (int64_t width = from < 0 ? 0 : from; width <= to; width++) {
        for (int64_t at = 0; at + width <= n; at++) {
            if (width == 0 && at > 0) break;
            ly_value piece = ly_slice(cx, v, (size_t)at, (size_t)width, 1);
            if (ly_failed(piece) || ly_poll(cx) || !ly_builder_add(cx, &out, piece)) {
                ly_builder_drop(cx, &out);
                return LY_FAILED;
            }
        }
    }
    return ly_builder_finish(cx, &out, LY_SYM(List));
}

/* ---- by order --------------------------------------------------------------------------------- */

/* The positions of the extreme elements; of the n most extreme values with a number. */
static ly_value extreme_positions(ly_context *cx, ly_expr *call, bool largest)
{
    ly_value v = call->args[0];
    if (!ly_has_head(v, LY_SYM(List)) || ly_length(v) == 0) return LY_UNEVALUATED;
    int64_t wanted = -1;
    if (call->count == 2 && call->args[1] != LY_SYM(Automatic)) {
        ly_value n = call->args[1];
        if (ly_has_shape(n, LY_SYM(UpTo), 1)) n = ly_expr_of(n)->args[0];
        if (!ly_is_int(n) || ly_int_of(n) < 0) return LY_UNEVALUATED;
        wanted = ly_int_of(n);
    }
    ly_value sizes = ly_unpack_take(cx, ly_call1(cx, LY_SYM(N), ly_retain(v)));
    if (ly_failed(sizes) || !ly_has_shape(sizes, LY_SYM(List), ly_length(v))) {
        ly_release(cx, sizes);
        return ly_failed(sizes) ? sizes : LY_UNEVALUATED;
    }
    const ly_expr *e = ly_expr_of(sizes);
    size_t n = e->count, *order = ly_buffer_alloc(cx, (n + 1) * sizeof *order);
    ly_builder groups = ly_builder_new(), group = ly_builder_new();
    bool good = order && ly_sort_indices(cx, n, e->args, order, LY_FAILED);
    for (size_t i = 0; i < n && good && (wanted < 0 || (int64_t)ly_builder_count(&groups) < wanted); i++) {
        size_t at = largest ? order[n - 1 - i] : order[i];
        if (i > 0) {
            size_t before = largest ? order[n - i] : order[i - 1];
            if (ly_compare(e->args[at], e->args[before]) != 0) {
                good = ly_builder_add(cx, &groups, ly_builder_finish(cx, &group, LY_SYM(List)));
                if (wanted < 0 || (int64_t)ly_builder_count(&groups) == wanted) break;
            }
        }
        good = good && ly_builder_add(cx, &group, LY_INT((int64_t)at + 1));
    }
    if (good && ly_builder_count(&group) > 0) good = ly_builder_add(cx, &groups, ly_builder_finish(cx, &group, LY_SYM(List)));
    ly_buffer_free(cx, order);
    ly_release(cx, sizes);
    if (!good) {
        ly_builder_drop(cx, &group);
        ly_builder_drop(cx, &groups);
        return LY_FAILED;
    }
    ly_value result = ly_builder_finish(cx, &groups, LY_SYM(List));
    if (wanted >= 0) return result;
    ly_value first = ly_call1(cx, LY_SYM(Sort), ly_retain(ly_expr_of(result)->args[0]));
    ly_release(cx, result);
    return first;
}

BUILTIN(PositionLargest, list_position_largest, 1, 2, LY_PROTECTED, LY_PURE,
        "PositionLargest[list] gives the positions of the largest element, PositionLargest[list, n] of the n largest values.")
static ly_value list_position_largest(ly_context *cx, ly_expr *call) { return extreme_positions(cx, call, true); }
BUILTIN(PositionSmallest, list_position_smallest, 1, 2, LY_PROTECTED, LY_PURE,
        "PositionSmallest[list] gives the positions of the smallest element, PositionSmallest[list, n] of the n smallest values.")
static ly_value list_position_smallest(ly_context *cx, ly_expr *call) { return extreme_positions(cx, call, false); }

/* Element by element, a shorter list before a longer one that begins with it. */
static int lexicographic(ly_value a, ly_value b)
{
    if (!ly_is_expr(a) || !ly_is_expr(b)) return ly_compare(a, b);
    const ly_expr *x = ly_expr_of(a), *y = ly_expr_of(b);
    for (size_t i = 0; i < x->count && i < y->count; i++) {
        int order = ly_compare(x->args[i], y->args[i]);
        if (order) return order;
    }
    return (x->count > y->count) - (x->count < y->count);
}

BUILTIN(LexicographicOrder, list_lexicographic_order, 2, 3, LY_PROTECTED, LY_PURE,
        "LexicographicOrder[a, b] gives 1, 0 or -1 as a comes before b, is the same, or comes after, element by element.")
static ly_value list_lexicographic_order(ly_context *cx, ly_expr *call)
{
    if (call->count == 3 && call->args[2] != LY_SYM(Order)) return LY_UNEVALUATED;
    int order = lexicographic(call->args[0], call->args[1]);
    return LY_INT(order < 0 ? 1 : order > 0 ? -1 : 0);
}

BUILTIN(LexicographicSort, list_lexicographic_sort, 1, 2, LY_PROTECTED, LY_PURE,
        "LexicographicSort[list] sorts by LexicographicOrder.")
static ly_value list_lexicographic_sort(ly_context *cx, ly_expr *call)
{
    if (call->count == 2 && call->args[1] != LY_SYM(Order)) return LY_UNEVALUATED;
    return ly_make2(cx, LY_SYM(Sort), ly_retain(call->args[0]), LY_SYM(LexicographicOrder));
}

BUILTIN(NumericalOrder, list_numerical_order, 2, 2, LY_PROTECTED, LY_PURE,
        "NumericalOrder[a, b] gives 1, 0 or -1 as a is smaller than b, the same, or larger; others by canonical order.")
static ly_value list_numerical_order(ly_context *cx, ly_expr *call)
{
    ly_value a = ly_call1(cx, LY_SYM(N), ly_retain(call->args[0])), b = ly_failed(a) ? a : ly_call1(cx, LY_SYM(N), ly_retain(call->args[1]));
    if (ly_failed(b)) {
        ly_release(cx, a);
        return LY_FAILED;
    }
    int order = ly_is_real_number(a) && ly_is_real_number(b) ? ly_compare_numbers(a, b) : 0;
    if (order == 0) order = ly_compare(call->args[0], call->args[1]);
    ly_release(cx, a);
    ly_release(cx, b);
    return LY_INT(order < 0 ? 1 : order > 0 ? -1 : 0);
}

/* ---- named by number -------------------------------------------------------------------------- */

/* v with its parts at `level` replaced by the number of their class; 0 stays 0. */
static ly_value components(ly_context *cx, ly_value v, int64_t level, ly_value_set *set)
{
    if (level > 0 && ly_has_head(v, LY_SYM(List))) {
        const ly_expr *e = ly_expr_of(v);
        if (ly_stack_low(cx)) return ly_raise_memory(cx);
        ly_expr *list = ly_expr_new(cx, LY_SYM(List), e->count);
        for (size_t i = 0; list && i < e->count; i++) {
            ly_value item = components(cx, e->args[i], level - 1, set);
            if (ly_failed(item)) {
                ly_release(cx, ly_from_object(list));
                return LY_FAILED;
            }
            list->args[i] = item;
        }
        return list ? ly_from_object(list) : LY_FAILED;
    }
    if (v == LY_INT(0)) return v;
    bool fresh;
    size_t at = ly_value_set_enter(cx, set, v, &fresh);
    return at == SIZE_MAX ? LY_FAILED : LY_INT((int64_t)at + 1);
}

BUILTIN(ArrayComponents, list_array_components, 1, 2, LY_PROTECTED, LY_PURE,
        "ArrayComponents[array] replaces identical elements by the same number; ArrayComponents[array, n] at level n.")
static ly_value list_array_components(ly_context *cx, ly_expr *call)
{
    size_t dims[32];
    ly_value v = call->args[0];
    if (!ly_has_head(v, LY_SYM(List))) return LY_UNEVALUATED;
    int64_t level = (int64_t)ly_dimensions(v, 32, dims);
    if (call->count == 2) {
        if (!ly_is_int(call->args[1]) || ly_int_of(call->args[1]) < 1) return LY_UNEVALUATED;
        level = ly_int_of(call->args[1]);
    }
    ly_value_set set = {0};
    ly_value result = components(cx, v, level, &set);
    ly_value_set_free(cx, &set);
    return result;
}

BUILTIN(Indexed, list_indexed, 2, 2, LY_N_HOLD_REST | LY_PROTECTED, LY_PURE,
        "Indexed[expr, i] or Indexed[expr, {i, j, …}] gives a part of expr once expr is a list.")
static ly_value list_indexed(ly_context *cx, ly_expr *call)
{
    ly_value index = call->args[1];
    if (!ly_has_head(call->args[0], LY_SYM(List))) return LY_UNEVALUATED;
    bool listed = ly_has_head(index, LY_SYM(List));
    size_t n = listed ? ly_expr_of(index)->count : 1;
    const ly_value *specs = listed ? ly_expr_of(index)->args : &index;
    for (size_t i = 0; i < n; i++)
        if (!ly_is_int(specs[i])) return LY_UNEVALUATED;
    return ly_part(cx, call->args[0], n, specs, LY_FAILED, LY_FAILED);
}

/* ---- PowerRange ------------------------------------------------------------------------------- */

MESSAGE(PowerRange, factor, "Factor cannot be 1.")

BUILTIN(PowerRange, list_power_range, 2, 3, LY_PROTECTED, LY_PURE,
        "PowerRange[a, b] gives {a, 10 a, 100 a, …} up to b; PowerRange[a, b, r] with factor r.")
static ly_value list_power_range(ly_context *cx, ly_expr *call)
{
    double a, b, r;
    ly_value factor = call->count == 3 ? call->args[2] : LY_INT(10);
    if (!ly_is_real_number(call->args[0]) || !ly_is_real_number(call->args[1]) || !ly_is_real_number(factor)) return LY_UNEVALUATED;
    if (!ly_to_double(call->args[0], &a) || !ly_to_double(call->args[1], &b) || !ly_to_double(factor, &r)) return LY_UNEVALUATED;
    if (r == 1) return ly_message_call(cx, call, "factor", 0);
    if (a == 0 || b == 0 || (a < 0) != (b < 0) || !(r > 0)) return ly_message_call(cx, call, "range", 1, CALL_VALUE(call));
    ly_builder values = ly_builder_new();
    ly_value v = ly_retain(call->args[0]);
    bool grows = (r > 1) == (a > 0);
    while (!ly_failed(v)) {
        int order = ly_compare_numbers(v, call->args[1]);
        if (order == 2 || (grows ? order > 0 : order < 0) || ly_builder_count(&values) > 100000) break;
        if (!ly_builder_add(cx, &values, ly_retain(v))) break;
        ly_value next = ly_multiply(cx, v, factor);
        ly_release(cx, v);
        v = next;
    }
    if (ly_failed(v)) {
        ly_builder_drop(cx, &values);
        return LY_FAILED;
    }
    ly_release(cx, v);
    return ly_builder_finish(cx, &values, LY_SYM(List));
}
