/* totals.c: numbers made from lists of them: Total, Accumulate, Differences, Ratios, MinMax,
   BinCounts, Commonest … */
#include "lists.h"

#include <math.h>

#include "match/match.h"
#include "memory/memory.h"
#include "value/number.h"

/* ---- Total ------------------------------------------------------------------------------------ */

/* Plus of the elements of e; numbers are added at once. */
static ly_value sum(ly_context *cx, const ly_expr *e)
{
    for (size_t i = 0; i < e->count; i++) {
        if (ly_is_number(e->args[i])) continue;
        ly_expr *plus = ly_expr_new(cx, LY_SYM(Plus), e->count);
        if (!plus) return LY_FAILED;
        for (size_t k = 0; k < e->count; k++) plus->args[k] = ly_retain(e->args[k]);
        return ly_evaluate_take(cx, ly_from_object(plus));
    }
    return e->count ? ly_fold_numbers(cx, e->args, e->count, false) : LY_INT(0);
}

/* The sum of all numbers of a packed array, or of its slice: rows within rows, as lists of lists are
   added up. False: it is no machine number. */
static bool total_integers(const int64_t *x, size_t n, int64_t *sum)
{
    int64_t total = 0;
    bool over = false;
    for (size_t i = 0; i < n; i++) over |= __builtin_add_overflow(total, x[i], &total);
    *sum = total;
    return !over && ly_int_fits(total);
}
static bool total_reals(ly_context *cx, const double *x, size_t total, size_t rank, const size_t *dims, double *sum)
{
    if (rank > 1) {
        double *rows = ly_buffer_alloc(cx, dims[0] * sizeof *rows);
        bool fine = rows;
        for (size_t i = 0; fine && i < dims[0]; i++)
            fine = total_reals(cx, x + i * (total / dims[0]), total / dims[0], rank - 1, dims + 1, &rows[i]);
        if (fine) *sum = ly_sum_by_halves(rows, dims[0]);
        ly_buffer_free(cx, rows);
        if (!fine) return false;
    } else *sum = ly_sum_by_halves(x, total);
    return isfinite(*sum);
}

/* LY_UNEVALUATED where it is not a machine number, or parts of it might not be. */
static ly_value total_packed(ly_context *cx, const ly_packed *p)
{
    int64_t integer;
    double real;
    if (p->total == 0) return LY_UNEVALUATED;
    if (p->type == LY_PACKED_INT64 && total_integers(p->data, p->total, &integer)) return LY_INT(integer);
    if (p->type == LY_PACKED_REAL && total_reals(cx, p->data, p->total, p->rank, p->dims, &real)) return ly_real(cx, real);
    return LY_UNEVALUATED;
}

/* All elements `levels` deep added up. */
static ly_value total_levels(ly_context *cx, ly_value v, int64_t levels)
{
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    if (ly_is_packed(v) && levels >= ly_packed_of(v)->rank) {
        ly_value sum = total_packed(cx, ly_packed_of(v));
        if (sum != LY_UNEVALUATED) return sum;
    }
    ly_value list = ly_elements(cx, v);
    if (ly_failed(list)) return list;
    if (levels > 1) {
        bool deeper = false;
        for (size_t i = 0; i < ly_expr_of(list)->count && !deeper; i++) deeper = ly_is_list(ly_expr_of(list)->args[i]);
        ly_expr *own = deeper ? ly_expr_own_take(cx, list) : ly_expr_of(list);
        if (!own) return LY_FAILED;
        list = ly_from_object(own);
        for (size_t i = 0; deeper && i < own->count; i++) {
            if (!ly_is_list(own->args[i])) continue;
            ly_value inner = total_levels(cx, own->args[i], levels == INT64_MAX ? levels : levels - 1);
            if (ly_failed(inner)) {
                ly_release(cx, list);
                return inner;
            }
            ly_release(cx, own->args[i]);
            own->args[i] = inner;
        }
    }
    ly_value result = sum(cx, ly_expr_of(list));
    ly_release(cx, list);
    return result;
}

/* The sums at levels from … to: those above `from` stay lists. */
static ly_value total_below(ly_context *cx, ly_value v, int64_t from, int64_t to)
{
    if (ly_is_atom(v)) return ly_retain(v);
    if (from <= 1) return total_levels(cx, v, to);
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    ly_value list = ly_elements(cx, v);
    ly_expr *e = ly_failed(list) ? NULL : ly_expr_own_take(cx, list);
    for (size_t i = 0; e && i < e->count; i++) {
        ly_value inner = total_below(cx, e->args[i], from - 1, to == INT64_MAX ? to : to - 1);
        if (ly_failed(inner)) {
            ly_release(cx, ly_from_object(e));
            return inner;
        }
        ly_release(cx, e->args[i]);
        e->args[i] = inner;
    }
    return e ? ly_from_object(e) : LY_FAILED;
}

BUILTIN(Total, list_total, 1, 3, LY_PROTECTED, LY_PURE | LY_PACKED,
        "Total[list] gives the sum of the elements; Total[list, n] down to level n, Total[list, {n}] at level n.")
static ly_value list_total(ly_context *cx, ly_expr *call)
{
    ly_levels levels = {1, 1};
    size_t count = ly_option_start(call, 1);
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    if (count > 1 && !ly_level_spec(call->args[1], &levels)) return ly_message_call(cx, call, "level", 1, call->args[1]);
    if (levels.from < 0 || levels.to < 0) {
        int64_t depth = ly_depth(cx, call->args[0], false);
        if (depth < 0) return LY_FAILED;
        if (levels.from < 0) levels.from = depth - 1 + levels.from + 1;
        if (levels.to < 0) levels.to = depth - 1 + levels.to + 1;
    }
    return total_below(cx, call->args[0], levels.from, levels.to);
}

/* ---- Accumulate, Differences, Ratios ---------------------------------------------------------- */

BUILTIN(Accumulate, list_accumulate, 1, 1, LY_PROTECTED, LY_PURE,
        "Accumulate[list] gives the list of the sums of its first elements.")
static ly_value list_accumulate(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    ly_value list = ly_elements(cx, v);
    ly_expr *e = ly_failed(list) ? NULL : ly_expr_own_take(cx, list);
    for (size_t i = 1; e && i < e->count; i++) {
        ly_value next = ly_is_number(e->args[i - 1]) && ly_is_number(e->args[i])
                            ? ly_add(cx, e->args[i - 1], e->args[i])
                            : ly_call2(cx, LY_SYM(Plus), ly_retain(e->args[i - 1]), ly_retain(e->args[i]));
        if (ly_failed(next)) {
            ly_release(cx, ly_from_object(e));
            return next;
        }
        ly_release(cx, e->args[i]);
        e->args[i] = next;
    }
    return e ? ly_with_elements_take(cx, v, ly_from_object(e)) : LY_FAILED;
}

/* The list of f(element i + s, element i) for an operation of two arguments. */
static ly_value neighbours(ly_context *cx, ly_value list, size_t s, ly_value operation)
{
    const ly_expr *e = ly_expr_of(list);
    size_t n = e->count > s ? e->count - s : 0;
    ly_expr *result = ly_expr_new(cx, e->head, n);
    for (size_t i = 0; result && i < n; i++) {
        ly_value a = e->args[i + s], b = e->args[i];
        ly_value item = operation == LY_SYM(Subtract) && ly_is_number(a) && ly_is_number(b)
                            ? ly_subtract(cx, a, b)
                            : ly_call2(cx, operation, ly_retain(a), ly_retain(b));
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        result->args[i] = item;
    }
    return result ? ly_from_object(result) : LY_FAILED;
}

static ly_value neighbours_call(ly_context *cx, ly_expr *call, ly_value operation)
{
    int64_t times = 1, step = 1;
    ly_value v = call->args[0];
    if (!ly_has_head(v, LY_SYM(List))) return LY_UNEVALUATED;
    if (call->count > 1) {
        if (ly_has_head(call->args[1], LY_SYM(List))) { /* {n1, n2, …}: level by level */
            const ly_expr *levels = ly_expr_of(call->args[1]);
            size_t dims[16];
            if (levels->count == 0 || !ly_is_int(levels->args[0]) || ly_dimensions(v, 16, dims) < levels->count)
                return LY_UNEVALUATED;
            ly_value result = ly_call2(cx, call->head, ly_retain(v), ly_retain(levels->args[0]));
            if (levels->count == 1 || ly_failed(result)) return result;
            ly_value rest = ly_slice(cx, call->args[1], 1, levels->count - 1, 1);
            result = ly_unpack_take(cx, result);
            ly_expr *e = ly_is_expr(result) ? ly_expr_own_take(cx, result) : NULL;
            for (size_t i = 0; e && i < e->count; i++) {
                ly_value inner = ly_call2(cx, call->head, e->args[i], ly_retain(rest));
                e->args[i] = ly_failed(inner) ? LY_INT(0) : inner;
                if (ly_failed(inner)) {
                    ly_release(cx, ly_from_object(e));
                    e = NULL;
                }
            }
            ly_release(cx, rest);
            return e ? ly_from_object(e) : LY_FAILED;
        }
        if (!ly_is_int(call->args[1]) || ly_int_of(call->args[1]) < 0) return LY_UNEVALUATED;
        times = ly_int_of(call->args[1]);
    }
    if (call->count > 2) {
        if (!ly_is_int(call->args[2]) || ly_int_of(call->args[2]) < 1) return LY_UNEVALUATED;
        step = ly_int_of(call->args[2]);
    }
    v = ly_retain(v);
    for (int64_t i = 0; i < times && !ly_failed(v) && ly_expr_of(v)->count > 0; i++) {
        ly_value next = neighbours(cx, v, (size_t)step, operation);
        ly_release(cx, v);
        v = next;
    }
    return v;
}

BUILTIN(Differences, list_differences, 1, 3, LY_PROTECTED, LY_PURE,
        "Differences[list] gives the differences of neighbours; Differences[list, n] the n-th ones.")
static ly_value list_differences(ly_context *cx, ly_expr *call) { return neighbours_call(cx, call, LY_SYM(Subtract)); }

BUILTIN(Ratios, list_ratios, 1, 3, LY_PROTECTED, LY_PURE,
        "Ratios[list] gives the ratios of neighbours; Ratios[list, n] the n-th ones.")
static ly_value list_ratios(ly_context *cx, ly_expr *call) { return neighbours_call(cx, call, LY_SYM(Divide)); }

/* ---- extremes --------------------------------------------------------------------------------- */

BUILTIN(MinMax, list_min_max, 1, 2, LY_PROTECTED, LY_PURE,
        "MinMax[list] gives {Min[list], Max[list]}; MinMax[list, d] widens it by d.")
static ly_value list_min_max(ly_context *cx, ly_expr *call)
{
    ly_value min = ly_call1(cx, LY_SYM(Min), ly_retain(call->args[0]));
    ly_value max = ly_failed(min) ? min : ly_call1(cx, LY_SYM(Max), ly_retain(call->args[0]));
    if (ly_failed(max)) {
        ly_release(cx, min);
        return LY_FAILED;
    }
    if (call->count == 1) return ly_make2(cx, LY_SYM(List), min, max);
    ly_value d = call->args[1], below = d, above = d, scaled = LY_FAILED;
    if (ly_has_shape(d, LY_SYM(List), 2)) {
        below = ly_expr_of(d)->args[0];
        above = ly_expr_of(d)->args[1];
    } else if (ly_has_shape(d, LY_SYM(Scaled), 1)) {
        scaled = ly_call2(cx, LY_SYM(Times), ly_retain(ly_expr_of(d)->args[0]),
                          ly_make2(cx, LY_SYM(Subtract), ly_retain(max), ly_retain(min)));
        if (ly_failed(scaled)) {
            ly_release(cx, min);
            ly_release(cx, max);
            return LY_FAILED;
        }
        below = above = scaled;
    }
    ly_value low = ly_make2(cx, LY_SYM(Subtract), min, ly_retain(below));
    ly_value high = ly_make2(cx, LY_SYM(Plus), max, ly_retain(above));
    ly_release(cx, scaled);
    return ly_make2(cx, LY_SYM(List), low, high);
}

/* ---- Commonest -------------------------------------------------------------------------------- */

BUILTIN(Commonest, list_commonest, 1, 2, LY_PROTECTED, LY_PURE,
        "Commonest[list] gives the elements that occur most often; Commonest[list, n] the n commonest ones.")
static ly_value list_commonest(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!ly_has_head(v, LY_SYM(List))) return LY_UNEVALUATED;
    ly_value list = ly_elements(cx, v);
    if (ly_failed(list)) return list;
    const ly_expr *e = ly_expr_of(list);
    ly_value_set set = {0};
    int64_t *counts = ly_buffer_alloc(cx, ((size_t)e->count + 1) * sizeof *counts), most = 0;
    bool good = counts != NULL;
    for (size_t i = 0; i < e->count && good; i++) {
        bool fresh;
        size_t at = ly_value_set_enter(cx, &set, e->args[i], &fresh);
        good = at != SIZE_MAX;
        if (!good) break;
        counts[at] = fresh ? 1 : counts[at] + 1;
        if (counts[at] > most) most = counts[at];
    }
    ly_builder items = ly_builder_new();
    if (good && call->count == 1) {
        for (size_t i = 0; i < set.count && good; i++)
            if (counts[i] == most) good = ly_builder_add(cx, &items, ly_retain(set.values[i]));
    } else if (good) {
        ly_value wanted = call->args[1];
        if (ly_has_shape(wanted, LY_SYM(UpTo), 1)) wanted = ly_expr_of(wanted)->args[0];
        int64_t left = ly_is_int(wanted) ? ly_int_of(wanted) : 0;
        /* by falling count, earlier elements first; what was chosen keeps the list's order */
        bool *chosen = ly_buffer_alloc(cx, set.count + 1);
        good = chosen != NULL;
        if (good) memset(chosen, 0, set.count + 1);
        for (int64_t c = most; c > 0 && left > 0 && good; c--)
            for (size_t i = 0; i < set.count && left > 0; i++)
                if (counts[i] == c) {
                    chosen[i] = true;
                    left--;
                }
        for (int64_t c = most; c > 0 && good; c--)
            for (size_t i = 0; i < set.count && good; i++)
                if (chosen[i] && counts[i] == c) good = ly_builder_add(cx, &items, ly_retain(set.values[i]));
        ly_buffer_free(cx, chosen);
    }
    ly_value result = good ? ly_builder_finish(cx, &items, LY_SYM(List)) : LY_FAILED;
    if (!good) ly_builder_drop(cx, &items);
    ly_value_set_free(cx, &set);
    ly_buffer_free(cx, counts);
    ly_release(cx, list);
    return result;
}

/* ---- bins ------------------------------------------------------------------------------------- */

typedef struct bins {
    double from, step;
    const ly_expr *edges; /* {{b1, b2, …}}; NULL: from and step */
    size_t count;
} bins;

/* BinCounts[list], [list, dx], [list, {a, b}], [list, {a, b, dx}], [list, {{b1, b2, …}}] */
static bool bins_of(ly_expr *call, const ly_expr *data, bins *b)
{
    double low = INFINITY, high = -INFINITY, value;
    for (size_t i = 0; i < data->count; i++) {
        if (!ly_to_double(data->args[i], &value)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
    }
    *b = (bins){0, 1, NULL, 0};
    double end;
    ly_value spec = call->count > 1 ? call->args[1] : LY_INT(1);
    if (ly_has_shape(spec, LY_SYM(List), 1) && ly_has_head(ly_expr_of(spec)->args[0], LY_SYM(List))) {
        b->edges = ly_expr_of(ly_expr_of(spec)->args[0]);
        b->count = b->edges->count > 0 ? b->edges->count - 1 : 0;
        return true;
    }
    if (ly_has_head(spec, LY_SYM(List))) {
        const ly_expr *e = ly_expr_of(spec);
        if (e->count < 2 || e->count > 3 || !ly_to_double(e->args[0], &b->from) || !ly_to_double(e->args[1], &end)) return false;
        if (e->count == 3 && !ly_to_double(e->args[2], &b->step)) return false;
        if (!(b->step > 0)) return false;
        double count = ceil((end - b->from) / b->step - 1e-9);
        if (!(count >= 0 && count < 1e8)) return false;
        b->count = (size_t)count;
        return true;
    }
    if (!ly_to_double(spec, &b->step) || !(b->step > 0)) return false;
    if (low > high) return true;
    b->from = floor(low / b->step) * b->step;
    double count = floor((high - b->from) / b->step) + 1;
    if (!(count < 1e8)) return false;
    b->count = (size_t)count;
    return true;
}

/* SIZE_MAX: in none */
static size_t bin_of(const bins *b, ly_value v)
{
    double value, edge;
    if (!ly_to_double(v, &value)) return SIZE_MAX;
    if (b->edges) {
        for (size_t i = 0; i < b->count; i++) {
            if (!ly_to_double(b->edges->args[i], &edge) || value < edge) return SIZE_MAX;
            if (ly_to_double(b->edges->args[i + 1], &edge) && value < edge) return i;
        }
        return SIZE_MAX;
    }
    double at = floor((value - b->from) / b->step);
    return at >= 0 && at < (double)b->count ? (size_t)at : SIZE_MAX;
}

BUILTIN(BinCounts, list_bin_counts, 1, 2, LY_PROTECTED, LY_PURE,
        "BinCounts[list, {a, b, d}] counts the elements in the intervals [a, a + d), … up to b.")
static ly_value list_bin_counts(ly_context *cx, ly_expr *call)
{
    bins b;
    if (!ly_has_head(call->args[0], LY_SYM(List))) return LY_UNEVALUATED;
    const ly_expr *data = ly_expr_of(call->args[0]);
    for (size_t i = 0; i < data->count; i++)
        if (!ly_is_real_number(data->args[i])) return LY_UNEVALUATED;
    if (!bins_of(call, data, &b)) return LY_UNEVALUATED;
    ly_expr *counts = ly_expr_new(cx, LY_SYM(List), b.count);
    for (size_t i = 0; counts && i < data->count; i++) {
        size_t at = bin_of(&b, data->args[i]);
        if (at != SIZE_MAX) counts->args[at] = LY_INT(ly_int_of(counts->args[at]) + 1);
    }
    return counts ? ly_from_object(counts) : LY_FAILED;
}

MESSAGE(BinLists, vectmat, "The first argument is expected to be a unit-compatible vector or a matrix with unit-compatible columns.")

BUILTIN(BinLists, list_bin_lists, 1, 2, LY_PROTECTED, LY_PURE,
        "BinLists[list, {a, b, d}] gives the elements in the intervals [a, a + d), … up to b.")
static ly_value list_bin_lists(ly_context *cx, ly_expr *call)
{
    bins b;
    if (!ly_has_head(call->args[0], LY_SYM(List))) return ly_message_call(cx, call, "vectmat", 0);
    const ly_expr *data = ly_expr_of(call->args[0]);
    for (size_t i = 0; i < data->count; i++)
        if (!ly_is_real_number(data->args[i])) return LY_UNEVALUATED;
    if (!bins_of(call, data, &b)) return LY_UNEVALUATED;
    ly_expr *lists = ly_expr_new(cx, LY_SYM(List), b.count);
    for (size_t i = 0; lists && i < b.count; i++) lists->args[i] = ly_make0(cx, LY_SYM(List));
    for (size_t i = 0; lists && i < data->count; i++) {
        size_t at = bin_of(&b, data->args[i]);
        if (at != SIZE_MAX) lists->args[at] = ly_expr_append_take(cx, lists->args[at], ly_retain(data->args[i]));
    }
    return lists ? ly_from_object(lists) : LY_FAILED;
}
