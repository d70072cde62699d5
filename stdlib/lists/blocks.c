/* blocks.c: arrays put into larger ones: ArrayFlatten, ArrayPad, CenterArray; parts of a list changed
   together: SubsetMap; kernels moved over a list: ListConvolve, ListCorrelate. */
#include "lists.h"

MESSAGE(CenterArray, dims, "`1` is not a list of positive integers.")

/* ---- ArrayFlatten ----------------------------------------------------------------------------- */

/* Rows and columns of the blocks: a matrix says its own, a single value takes what its row and column
   of blocks need. */
BUILTIN(ArrayFlatten, list_array_flatten, 1, 2, LY_PROTECTED, LY_PURE,
        "ArrayFlatten[{{m11, m12, …}, …}] puts a matrix of matrices together; single values fill blocks.")
static ly_value list_array_flatten(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    size_t dims[3], block[3];
    if (call->count == 2 && call->args[1] == LY_INT(1))
        return ly_make2(cx, LY_SYM(Flatten), ly_retain(v), LY_INT(1));
    if (call->count == 2 && call->args[1] != LY_INT(2)) return LY_UNEVALUATED;
    if (!ly_has_head(v, LY_SYM(List)) || ly_dimensions(v, 2, dims) < 2) return LY_UNEVALUATED;
    size_t m = dims[0], n = dims[1];
    size_t *heights = ly_buffer_alloc(cx, (m + 1) * sizeof *heights), *widths = ly_buffer_alloc(cx, (n + 1) * sizeof *widths);
    ly_value result = LY_FAILED;
    if (!heights || !widths) goto done;
    memset(heights, 0, (m + 1) * sizeof *heights);
    memset(widths, 0, (n + 1) * sizeof *widths);
    for (size_t r = 0; r < m; r++) {
        for (size_t c = 0; c < n; c++) {
            ly_value row = ly_element(cx, v, r), part = ly_element(cx, row, c);
            size_t rank = ly_is_list(part) ? ly_dimensions(part, 2, block) : 0;
            ly_release(cx, row);
            ly_release(cx, part);
            if (rank == 0) continue;
            if (rank == 1 || (heights[r] && heights[r] != block[0]) || (widths[c] && widths[c] != block[1])) {
                result = LY_UNEVALUATED;
                goto done;
            }
            heights[r] = block[0];
            widths[c] = block[1];
        }
    }
    size_t rows = 0;
    for (size_t r = 0; r < m; r++) rows += heights[r] = heights[r] ? heights[r] : 1;
    for (size_t c = 0; c < n; c++) widths[c] = widths[c] ? widths[c] : 1;
    ly_builder out = ly_builder_new();
    bool good = true;
    for (size_t r = 0; r < m && good; r++) {
        for (size_t i = 0; i < heights[r] && good; i++) {
            ly_builder line = ly_builder_new();
            for (size_t c = 0; c < n && good; c++) {
                ly_value row = ly_element(cx, v, r), part = ly_element(cx, row, c);
                ly_value source = ly_is_list(part) ? ly_element(cx, part, i) : LY_FAILED;
                for (size_t k = 0; k < widths[c] && good; k++)
                    good = ly_builder_add(cx, &line, source ? ly_element(cx, source, k) : ly_retain(part));
                ly_release(cx, source);
                ly_release(cx, row);
                ly_release(cx, part);
            }
            good = good && ly_builder_add(cx, &out, ly_builder_finish(cx, &line, LY_SYM(List)));
        }
    }
    if (good) result = ly_builder_finish(cx, &out, LY_SYM(List));
    else ly_builder_drop(cx, &out);
done:
    ly_buffer_free(cx, heights);
    ly_buffer_free(cx, widths);
    return result;
}

/* ---- ArrayPad, CenterArray -------------------------------------------------------------------- */

/* PadRight[v, dims, fill, margins] */
static ly_value padded(ly_context *cx, ly_value v, size_t n, const int64_t *dims, const int64_t *margins, ly_value fill)
{
    ly_expr *call = ly_expr_new(cx, LY_SYM(PadRight), 4);
    call->args[0] = ly_retain(v);
    call->args[1] = ly_list_of_ints(cx, n, dims);
    call->args[2] = ly_retain(fill);
    call->args[3] = ly_list_of_ints(cx, n, margins);
    return ly_from_object(call);
}

BUILTIN(ArrayPad, list_array_pad, 2, 3, LY_PROTECTED, LY_PURE,
        "ArrayPad[array, m] adds m zeros on every side; ArrayPad[array, {m, n}] m before and n behind;\n"
        "ArrayPad[array, {{m1, n1}, {m2, n2}, …}, x] at levels, with x.")
static ly_value list_array_pad(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], spec = call->args[1];
    size_t shape[16], n;
    int64_t dims[16], margins[16];
    if (!ly_has_head(v, LY_SYM(List))) return LY_UNEVALUATED;
    n = ly_dimensions(v, 16, shape);
    for (size_t i = 0; i < n; i++) {
        ly_value one = spec, before, behind;
        if (ly_has_head(spec, LY_SYM(List)) && ly_expr_of(spec)->count > 0 && ly_has_head(ly_expr_of(spec)->args[0], LY_SYM(List)))
            one = i < ly_expr_of(spec)->count ? ly_expr_of(spec)->args[i] : LY_INT(0);
        before = behind = one;
        if (ly_has_shape(one, LY_SYM(List), 2)) {
            before = ly_expr_of(one)->args[0];
            behind = ly_expr_of(one)->args[1];
        } else if (ly_has_shape(one, LY_SYM(List), 1)) {
            before = behind = ly_expr_of(one)->args[0];
        }
        if (!ly_is_int(before) || !ly_is_int(behind)) return LY_UNEVALUATED;
        margins[i] = ly_int_of(before);
        dims[i] = (int64_t)shape[i] + ly_int_of(before) + ly_int_of(behind);
        if (margins[i] > INT32_MAX || dims[i] < 0 || dims[i] > INT32_MAX) return LY_UNEVALUATED;
    }
    return padded(cx, v, n, dims, margins, call->count == 3 ? call->args[2] : LY_INT(0));
}

BUILTIN(CenterArray, list_center_array, 1, 3, LY_PROTECTED, LY_PURE,
        "CenterArray[a, n] puts a into the middle of n zeros; CenterArray[a, {n1, n2, …}, x] of an array of x.")
static ly_value list_center_array(ly_context *cx, ly_expr *call)
{
    ly_value v = call->count == 1 ? LY_INT(1) : call->args[0], spec = call->args[call->count == 1 ? 0 : 1];
    int64_t dims[16], margins[16];
    size_t shape[16], n = 1, rank;
    if (ly_is_int(spec)) dims[0] = ly_int_of(spec);
    else if (ly_has_head(spec, LY_SYM(List)) && ly_expr_of(spec)->count >= 1 && ly_expr_of(spec)->count <= 16) {
        n = ly_expr_of(spec)->count;
        for (size_t i = 0; i < n; i++) {
            if (!ly_is_int(ly_expr_of(spec)->args[i])) return LY_UNEVALUATED;
            dims[i] = ly_int_of(ly_expr_of(spec)->args[i]);
        }
    } else return LY_UNEVALUATED;
    v = ly_retain(v);
    rank = ly_is_list(v) ? ly_dimensions(v, 16, shape) : 0;
    for (; rank < n; rank++) { /* fewer levels than asked for: one element at each of the outer ones */
        memmove(shape + 1, shape, rank * sizeof *shape);
        shape[0] = 1;
        v = ly_make1(cx, LY_SYM(List), v);
    }
    for (size_t i = 0; i < n; i++) {
        if (dims[i] < 1 || dims[i] > INT32_MAX) {
            ly_release(cx, v);
            return LY_UNEVALUATED;
        }
        int64_t room = dims[i] - (int64_t)shape[i];
        margins[i] = room >= 0 ? room / 2 : -((1 - room) / 2);
    }
    ly_value result = padded(cx, v, n, dims, margins, call->count == 3 ? call->args[2] : LY_INT(0));
    ly_release(cx, v);
    return result;
}

/* ---- SubsetMap -------------------------------------------------------------------------------- */

static ly_value put_here(ly_context *cx, void *value, ly_value part)
{
    ly_release(cx, part);
    return ly_retain(*(ly_value *)value);
}

/* SubsetMap[f, pos][list] */
static ly_value subset_map_operator(ly_context *cx, ly_expr *call)
{
    const ly_expr *inner = ly_expr_of(call->head);
    if (!ly_is_symbol(inner->head) || inner->count != 2 || call->count != 1) return LY_UNEVALUATED;
    return ly_make3(cx, inner->head, ly_retain(inner->args[0]), ly_retain(call->args[0]), ly_retain(inner->args[1]));
}

BUILTIN_SUB(SubsetMap, list_subset_map, subset_map_operator, 3, 3, LY_PROTECTED, LY_ANY_COUNT,
            "SubsetMap[f, list, {i, j, …}] replaces the elements at these positions by f of the list of them.")
static ly_value list_subset_map(ly_context *cx, ly_expr *call)
{
    if (call->count != 3 || ly_is_atom(call->args[1])) return LY_UNEVALUATED;
    ly_value v = call->args[1], spec = call->args[2], where, taken;
    bool listed = ly_has_head(spec, LY_SYM(List)) && ly_expr_of(spec)->count > 0;
    bool positions = listed && ly_has_head(ly_expr_of(spec)->args[0], LY_SYM(List));
    if (positions || !listed || ly_expr_of(spec)->count < 2 ||
        ly_is_int(ly_expr_of(spec)->args[ly_expr_of(spec)->count - 1]) == ly_is_int(ly_expr_of(spec)->args[0])) {
        where = positions ? ly_retain(spec) : LY_FAILED;
        taken = positions ? ly_call2(cx, LY_SYM(Extract), ly_retain(v), ly_retain(spec)) : ly_part(cx, v, 1, &spec, call->head, CALL_VALUE(call));
    } else { /* a path with All or a span */
        where = LY_FAILED;
        taken = ly_part(cx, v, ly_expr_of(spec)->count, ly_expr_of(spec)->args, call->head, CALL_VALUE(call));
    }
    if (ly_failed(taken) || taken == LY_UNEVALUATED) {
        ly_release(cx, where);
        return taken;
    }
    size_t n = ly_is_atom(taken) ? 0 : ly_length(taken);
    ly_value new_parts = ly_unpack_take(cx, ly_call1(cx, call->args[0], taken));
    bool assigned = true;
    if (ly_failed(new_parts) || ly_is_atom(new_parts) || ly_length(new_parts) != n) {
        ly_release(cx, where);
        ly_release(cx, new_parts);
        return ly_failed(new_parts) ? LY_FAILED : LY_UNEVALUATED;
    }
    v = ly_retain(v);
    if (where) {
        for (size_t i = 0; i < n && assigned && !ly_failed(v); i++) {
            const ly_expr *position = ly_expr_of(ly_expr_of(where)->args[i]);
            v = ly_part_change_take(cx, v, position->count, position->args, put_here, &ly_expr_of(new_parts)->args[i], &assigned);
        }
    } else if (listed && !(ly_is_int(ly_expr_of(spec)->args[ly_expr_of(spec)->count - 1]) == ly_is_int(ly_expr_of(spec)->args[0])) &&
               ly_expr_of(spec)->count > 1) {
        v = ly_part_assign_take(cx, v, ly_expr_of(spec)->count, ly_expr_of(spec)->args, new_parts, call->head, CALL_VALUE(call), &assigned);
    } else {
        v = ly_part_assign_take(cx, v, 1, &spec, new_parts, call->head, CALL_VALUE(call), &assigned);
    }
    ly_release(cx, where);
    ly_release(cx, new_parts);
    return v;
}

/* ---- kernels ---------------------------------------------------------------------------------- */

/* Sum over the kernel of kernel[k] list[at + k], nested to the depth of both. */
static ly_value kernel_sum(ly_context *cx, ly_value kernel, ly_value list, size_t rank, const int64_t *at)
{
    ly_expr *sum = ly_expr_new(cx, LY_SYM(Plus), ly_length(kernel));
    for (size_t k = 0; sum && k < sum->count; k++) {
        ly_value weight = ly_element(cx, kernel, k), part = ly_element(cx, list, (size_t)at[0] + k);
        sum->args[k] = rank == 1 ? ly_make2(cx, LY_SYM(Times), ly_retain(weight), ly_retain(part))
                                 : kernel_sum(cx, weight, part, rank - 1, at + 1);
        ly_release(cx, weight);
        ly_release(cx, part);
    }
    return sum ? ly_evaluate_take(cx, ly_from_object(sum)) : LY_FAILED;
}

/* All places of the kernel inside the list, from level `level` on. */
static ly_value slide(ly_context *cx, ly_value kernel, ly_value list, size_t rank, size_t level, const size_t *places, int64_t *at)
{
    if (level == rank) return kernel_sum(cx, kernel, list, rank, at);
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), places[level]);
    for (size_t i = 0; result && i < places[level]; i++) {
        at[level] = (int64_t)i;
        ly_value item = ly_poll(cx) ? LY_FAILED : slide(cx, kernel, list, rank, level + 1, places, at);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        result->args[i] = item;
    }
    return result ? ly_from_object(result) : LY_FAILED;
}

/* One dimension, with overhangs: kl and kr as in ListCorrelate. */
static ly_value slide_over(ly_context *cx, ly_expr *call, const ly_expr *kernel, const ly_expr *list, int64_t kl, int64_t kr)
{
    int64_t r = kernel->count, s = list->count;
    ly_value pad = call->count > 3 ? call->args[3] : LY_FAILED;
    ly_value g = call->count > 4 ? call->args[4] : LY_SYM(Times), h = call->count > 5 ? call->args[5] : LY_SYM(Plus);
    if (kl < 0) kl += r + 1;
    if (kr < 0) kr += r + 1;
    int64_t from = 1 - kl, count = s - kr - from + 1;
    if (kl < 1 || kl > r || kr < 1 || kr > r || s == 0) return LY_UNEVALUATED;
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), count > 0 ? (size_t)count : 0);
    for (int64_t i = 0; result && i < count; i++) {
        ly_expr *sum = ly_expr_new(cx, h, (size_t)r);
        for (int64_t k = 0; sum && k < r; k++) {
            int64_t at = from + i + k;
            ly_value part;
            if (at >= 0 && at < s) part = list->args[at];
            else if (!pad) part = list->args[(at % s + s) % s];
            else if (ly_has_head(pad, LY_SYM(List)) && ly_expr_of(pad)->count > 0) {
                int64_t m = ly_expr_of(pad)->count;
                part = ly_expr_of(pad)->args[(at % m + m) % m];
            } else part = pad;
            sum->args[k] = ly_make2(cx, g, ly_retain(kernel->args[k]), ly_retain(part));
        }
        ly_value item = sum ? ly_evaluate_take(cx, ly_from_object(sum)) : LY_FAILED;
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        result->args[i] = item;
    }
    return result ? ly_from_object(result) : LY_FAILED;
}

static ly_value correlate(ly_context *cx, ly_expr *call, ly_value kernel, bool turned)
{
    ly_value list = call->args[1];
    size_t dims[8], wide[8], places[8];
    int64_t at[8] = {0};
    if (!ly_has_head(kernel, LY_SYM(List)) || !ly_has_head(list, LY_SYM(List))) return LY_UNEVALUATED;
    size_t rank = ly_dimensions(kernel, 8, dims);
    if (rank != ly_dimensions(list, 8, wide) || dims[0] == 0) return LY_UNEVALUATED;
    if (call->count > 2) {
        ly_value k = call->args[2], left = k, right = k;
        if (rank != 1) return LY_UNEVALUATED;
        if (ly_has_shape(k, LY_SYM(List), 2)) {
            left = ly_expr_of(k)->args[0];
            right = ly_expr_of(k)->args[1];
        }
        if (!ly_is_int(left) || !ly_is_int(right)) return LY_UNEVALUATED;
        /* a turned kernel has its places counted from the other end */
        return slide_over(cx, call, ly_expr_of(kernel), ly_expr_of(list), turned ? -ly_int_of(left) : ly_int_of(left),
                          turned ? -ly_int_of(right) : ly_int_of(right));
    }
    for (size_t i = 0; i < rank; i++) {
        if (dims[i] > wide[i]) return LY_UNEVALUATED;
        places[i] = wide[i] - dims[i] + 1;
    }
    return slide(cx, kernel, list, rank, 0, places, at);
}

BUILTIN(ListCorrelate, list_correlate, 2, 6, LY_PROTECTED, LY_PURE,
        "ListCorrelate[ker, list] gives the sums of ker times each stretch of list;\n"
        "ListCorrelate[ker, list, {kl, kr}, p, g, h] with overhangs, padding, and other functions.")
static ly_value list_correlate(ly_context *cx, ly_expr *call) { return correlate(cx, call, call->args[0], false); }

BUILTIN(ListConvolve, list_convolve, 2, 6, LY_PROTECTED, LY_PURE,
        "ListConvolve[ker, list] is ListCorrelate with ker reversed.")
static ly_value list_convolve(ly_context *cx, ly_expr *call)
{
    size_t dims[8];
    if (!ly_has_head(call->args[0], LY_SYM(List))) return LY_UNEVALUATED;
    size_t rank = ly_dimensions(call->args[0], 8, dims);
    int64_t levels[8];
    for (size_t i = 0; i < rank; i++) levels[i] = (int64_t)i + 1;
    ly_value kernel = ly_call2(cx, LY_SYM(Reverse), ly_retain(call->args[0]), ly_list_of_ints(cx, rank, levels));
    ly_value result = ly_failed(kernel) ? kernel : correlate(cx, call, kernel, true);
    ly_release(cx, kernel);
    return result;
}
