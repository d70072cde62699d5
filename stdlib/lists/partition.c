/* partition.c: lists cut into pieces and put into other shapes: Partition, TakeList, ArrayReshape,
   Transpose. */
#include "lists.h"

MESSAGE(Partition, pdep, "Depth `1` requested in object with dimensions `2`.")

/* ---- Partition -------------------------------------------------------------------------------- */

typedef struct cut {
    int64_t n, d, left, right;
    bool ragged;   /* nothing is padded */
    bool up_to;    /* UpTo[n] */
    ly_value pad;  /* LY_FAILED: the list itself, cyclically */
} cut;

static ly_value cut_element(const ly_expr *e, const cut *c, int64_t i)
{
    int64_t s = e->count;
    if (i >= 0 && i < s) return e->args[i];
    if (c->ragged) return LY_FAILED;
    if (!c->pad) return s ? e->args[(i % s + s) % s] : LY_FAILED;
    if (ly_has_head(c->pad, LY_SYM(List)) && ly_expr_of(c->pad)->count > 0) {
        int64_t m = ly_expr_of(c->pad)->count, at = i;
        return ly_expr_of(c->pad)->args[(at % m + m) % m];
    }
    return c->pad;
}

static ly_value cut_list(ly_context *cx, ly_value v, const cut *c)
{
    ly_value list = ly_elements(cx, v);
    if (ly_failed(list)) return list;
    const ly_expr *e = ly_expr_of(list);
    ly_value head = ly_is_expr(v) ? ly_expr_of(v)->head : LY_SYM(List);
    int64_t s = e->count, start = 1 - c->left, room = s - c->right - start;
    int64_t blocks = room < 0 ? 0 : room / c->d + 1;
    if (s == 0 && c->n > 0 && (c->ragged || !c->pad)) blocks = 0;
    double numbers = (double)blocks * (double)(c->ragged && c->n > s ? s : c->n);
    ly_expr *result = ly_memory_can(cx, numbers > 1e17 ? SIZE_MAX / 2 : (size_t)(numbers + (double)blocks) * 8)
                          ? ly_expr_new(cx, head, (size_t)blocks)
                          : NULL;
    for (int64_t j = 0; result && j < blocks; j++) {
        int64_t from = start + j * c->d, to = from + c->n;
        if (c->ragged) {
            if (from < 0) from = 0;
            if (to > s) to = s;
            if (to < from) to = from;
        }
        ly_expr *block = ly_memory_can(cx, (size_t)(to - from) * 8) ? ly_expr_new(cx, head, (size_t)(to - from)) : NULL;
        for (int64_t i = from; block && i < to; i++) block->args[i - from] = ly_retain(cut_element(e, c, i));
        if (!block || ly_poll(cx)) {
            if (block) ly_release(cx, ly_from_object(block));
            ly_release(cx, ly_from_object(result));
            result = NULL;
            break;
        }
        result->args[j] = ly_from_object(block);
    }
    ly_release(cx, list);
    return result ? ly_from_object(result) : LY_FAILED;
}

/* {rows of arrays} -> the array, `depth` deep, of the lists of corresponding elements */
static ly_value gather_rows(ly_context *cx, size_t n, const ly_value *rows, size_t depth)
{
    if (depth == 0) {
        ly_expr *e = ly_expr_new(cx, LY_SYM(List), n);
        if (!e) return LY_FAILED;
        for (size_t i = 0; i < n; i++) e->args[i] = ly_retain(rows[i]);
        return ly_from_object(e);
    }
    size_t width = SIZE_MAX;
    for (size_t i = 0; i < n; i++)
        if (ly_length(rows[i]) < width) width = ly_length(rows[i]);
    if (n == 0) width = 0;
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), width);
    ly_value *column = ly_buffer_alloc(cx, (n + 1) * sizeof *column), whole = result ? ly_from_object(result) : LY_FAILED;
    for (size_t j = 0; result && column && j < width; j++) {
        for (size_t i = 0; i < n; i++) column[i] = ly_expr_of(rows[i])->args[j];
        ly_value item = gather_rows(cx, n, column, depth - 1);
        if (ly_failed(item)) {
            ly_release(cx, whole);
            whole = LY_FAILED;
            break;
        }
        result->args[j] = item;
    }
    if (!column) {
        ly_release(cx, whole);
        return LY_FAILED;
    }
    ly_buffer_free(cx, column);
    return whole;
}

static ly_value cut_array(ly_context *cx, ly_value v, size_t levels, const cut *cuts)
{
    ly_value blocks = cut_list(cx, v, &cuts[0]);
    if (levels == 1 || ly_failed(blocks)) return blocks;
    ly_expr *e = ly_expr_own_take(cx, blocks);
    if (!e) return LY_FAILED;
    for (size_t b = 0; b < e->count; b++) {
        ly_expr *rows = ly_expr_own_take(cx, e->args[b]);
        e->args[b] = LY_INT(0);
        bool good = rows != NULL;
        for (size_t r = 0; good && r < rows->count; r++) {
            ly_value row = cut_array(cx, rows->args[r], levels - 1, cuts + 1);
            good = !ly_failed(row);
            if (!good) break;
            ly_release(cx, rows->args[r]);
            rows->args[r] = row;
        }
        ly_value gathered = good ? gather_rows(cx, rows->count, rows->args, levels - 1) : LY_FAILED;
        if (rows) ly_release(cx, ly_from_object(rows));
        if (ly_failed(gathered)) {
            ly_release(cx, ly_from_object(e));
            return LY_FAILED;
        }
        e->args[b] = gathered;
    }
    return ly_from_object(e);
}

/* Item i of a specification that is one for all levels or a list of one a level. */
static ly_value level_item(ly_value spec, size_t i)
{
    if (!ly_has_head(spec, LY_SYM(List))) return spec;
    return i < ly_expr_of(spec)->count ? ly_expr_of(spec)->args[i] : LY_FAILED;
}

/* Positions 1 … n, or -1 … -n, inside a block. */
static bool alignment(ly_value v, int64_t n, int64_t *out)
{
    if (!ly_is_int(v)) return false;
    int64_t k = ly_int_of(v);
    if (k == 0 || k > n || -k > n) return false;
    *out = k < 0 ? n + 1 + k : k;
    return true;
}

BUILTIN(Partition, list_partition, 2, 6, LY_PROTECTED, LY_PURE,
        "Partition[list, n] cuts list into sublists of length n; Partition[list, n, d] with offset d;\n"
        "Partition[list, n, d, {kL, kR}, x] aligns the ends and pads with x.")
static ly_value list_partition(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], size = call->args[1];
    cut cuts[16];
    size_t levels = ly_has_head(size, LY_SYM(List)) ? ly_expr_of(size)->count : 1, dims[16];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (levels == 0 || levels > 16 || ly_is_association(v)) return LY_UNEVALUATED;
    for (size_t i = 0; i < levels; i++) {
        cut *c = &cuts[i];
        ly_value n = level_item(size, i);
        *c = (cut){.left = 1, .pad = LY_FAILED};
        if (ly_has_shape(n, LY_SYM(UpTo), 1)) {
            c->up_to = c->ragged = true;
            n = ly_expr_of(n)->args[0];
        }
        if (!n || !ly_is_int(n) || ly_int_of(n) < (call->count > 2 ? 0 : 1) || ly_int_of(n) > INT32_MAX)
            return ly_message_call(cx, call, "ilsmp", 2, LY_INT(2), CALL_VALUE(call));
        c->n = c->d = ly_int_of(n);
        c->right = c->up_to ? 1 : c->n;
        if (call->count > 2) {
            ly_value d = level_item(call->args[2], i);
            if (!d || !ly_is_int(d) || ly_int_of(d) < 1 || ly_int_of(d) > INT32_MAX)
                return ly_message_call(cx, call, "ilsmp", 2, LY_INT(3), CALL_VALUE(call));
            c->d = ly_int_of(d);
        }
        if (call->count > 3) {
            ly_value k = call->args[3], left = k, right = k;
            if (ly_has_shape(k, LY_SYM(List), 2)) {
                left = ly_expr_of(k)->args[0];
                right = ly_expr_of(k)->args[1];
                if (ly_has_head(left, LY_SYM(List)) || ly_has_head(right, LY_SYM(List))) {
                    left = level_item(left, i);
                    right = level_item(right, i);
                }
            }
            if (k != LY_SYM(Automatic) && (!alignment(left, c->n, &c->left) || !alignment(right, c->n, &c->right)))
                return LY_UNEVALUATED;
        }
        if (call->count > 4) {
            c->pad = call->args[4];
            if (ly_has_shape(c->pad, LY_SYM(List), 0)) {
                c->ragged = true;
                c->pad = LY_FAILED;
            }
        }
    }
    if (levels > 1 && ly_dimensions(v, 16, dims) < levels) {
        ly_value shape = ly_call1(cx, LY_SYM(Dimensions), ly_retain(v));
        if (ly_failed(shape)) return shape;
        ly_message_call(cx, call, "pdep", 2, LY_INT((int64_t)levels), shape);
        ly_release(cx, shape);
        return LY_UNEVALUATED;
    }
    ly_value result = cut_array(cx, v, levels, cuts);
    if (call->count < 6 || ly_failed(result)) return result;
    return ly_call3(cx, LY_SYM(Apply), ly_retain(call->args[5]), result, ly_make1(cx, LY_SYM(List), LY_INT(1)));
}

BUILTIN(TakeList, list_take_list, 2, 2, LY_PROTECTED, LY_PURE,
        "TakeList[list, {n1, n2, …}] takes n1 elements, then n2 of the rest, and so on.")
static ly_value list_take_list(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], first = LY_INT(0), last = LY_INT(0);
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (!ly_has_head(call->args[1], LY_SYM(List))) return ly_message_list(cx, call, 2);
    const ly_expr *sizes = ly_expr_of(call->args[1]);
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), sizes->count);
    if (!result) return LY_FAILED;
    size_t from = 0, to = ly_length(v);
    for (size_t i = 0; i < sizes->count; i++) {
        ly_range range;
        if (ly_sequence_range(sizes->args[i], to - from, &range, &first, &last) != LY_RANGE_OK || range.step != 1) {
            ly_release(cx, ly_from_object(result));
            return ly_message_call(cx, call, "take", 3, first, last, v);
        }
        ly_value piece = ly_slice(cx, v, from + range.start, range.count, 1);
        if (ly_failed(piece)) {
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        result->args[i] = piece;
        if (range.start == 0) from += range.count;
        else to -= range.count;
    }
    return ly_from_object(result);
}

/* ---- ArrayReshape ----------------------------------------------------------------------------- */

static ly_value reshape(ly_context *cx, const ly_expr *from, size_t *next, size_t n, const size_t *dims, ly_value pad)
{
    ly_expr *e = ly_expr_new(cx, LY_SYM(List), dims[0]);
    if (!e) return LY_FAILED;
    for (size_t i = 0; i < dims[0]; i++) {
        ly_value item;
        if (n > 1) item = reshape(cx, from, next, n - 1, dims + 1, pad);
        else {
            size_t at = (*next)++;
            if (at < from->count) item = ly_retain(from->args[at]);
            else if (ly_has_head(pad, LY_SYM(List)) && ly_expr_of(pad)->count > 0)
                item = ly_retain(ly_expr_of(pad)->args[(at - from->count) % ly_expr_of(pad)->count]);
            else item = ly_retain(pad);
        }
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(e));
            return LY_FAILED;
        }
        e->args[i] = item;
    }
    return ly_from_object(e);
}

BUILTIN(ArrayReshape, list_array_reshape, 2, 3, LY_PROTECTED, LY_PURE,
        "ArrayReshape[list, dims] arranges the elements of list into an array, padded with 0 or a third argument.")
static ly_value list_array_reshape(ly_context *cx, ly_expr *call)
{
    size_t dims[32], n = 0, next = 0;
    double total = 1;
    ly_value shape = call->args[1];
    if (!ly_has_head(call->args[0], LY_SYM(List))) return LY_UNEVALUATED;
    if (ly_is_int(shape) && ly_int_of(shape) >= 0) dims[n++] = (size_t)ly_int_of(shape);
    else if (ly_has_head(shape, LY_SYM(List)) && ly_expr_of(shape)->count >= 1 && ly_expr_of(shape)->count <= 32) {
        for (; n < ly_expr_of(shape)->count; n++) {
            ly_value d = ly_expr_of(shape)->args[n];
            if (!ly_is_int(d) || ly_int_of(d) < 0) return LY_UNEVALUATED;
            dims[n] = (size_t)ly_int_of(d);
        }
    } else return LY_UNEVALUATED;
    for (size_t i = 0; i < n; i++) total *= (double)dims[i];
    if (!ly_memory_can(cx, total > 1e17 ? SIZE_MAX / 2 : (size_t)total * 8)) return LY_FAILED;
    ly_value flat = ly_call1(cx, LY_SYM(Flatten), ly_retain(call->args[0]));
    if (ly_failed(flat)) return flat;
    flat = ly_unpack_take(cx, flat);
    ly_value result = ly_failed(flat) ? flat
                                      : reshape(cx, ly_expr_of(flat), &next, n, dims,
                                                call->count == 3 ? call->args[2] : LY_INT(0));
    ly_release(cx, flat);
    return result;
}

/* ---- Transpose -------------------------------------------------------------------------------- */

MESSAGE(Transpose, nmtx, "The first two levels of `1` cannot be transposed.")
MESSAGE(Transpose, perm, "`1` is not a permutation.")
MESSAGE(Transpose, newdims, "Unequal dimensions in transposition of diagonals.")

/* The element of the array v at the indices; borrowed (rows are no packed arrays here). */
static ly_value at(ly_value v, size_t rank, const size_t *indices)
{
    for (size_t i = 0; i < rank; i++) v = ly_expr_of(v)->args[indices[i]];
    return v;
}

/* Fills the result level by level: result index k is index where[k] … of the source. */
static ly_value transposed(ly_context *cx, ly_value v, size_t rank, const size_t *target, size_t new_rank,
                           const size_t *new_dims, size_t level, size_t *source)
{
    if (level == new_rank) return ly_retain(at(v, rank, source));
    ly_expr *e = ly_expr_new(cx, LY_SYM(List), new_dims[level]);
    if (!e) return LY_FAILED;
    for (size_t i = 0; i < new_dims[level]; i++) {
        for (size_t k = 0; k < rank; k++)
            if (target[k] == level) source[k] = i;
        ly_value item = transposed(cx, v, rank, target, new_rank, new_dims, level + 1, source);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(e));
            return LY_FAILED;
        }
        e->args[i] = item;
    }
    return ly_from_object(e);
}

/* v without packed arrays inside, as deep as its dimensions go. */
static ly_value unpacked(ly_context *cx, ly_value v, size_t rank)
{
    v = ly_unpack(cx, v);
    if (rank <= 1 || ly_failed(v)) return v;
    bool packed = false;
    for (size_t i = 0; i < ly_expr_of(v)->count && !packed; i++) packed = !ly_is_expr(ly_expr_of(v)->args[i]) || rank > 2;
    if (!packed) return v;
    ly_expr *e = ly_expr_own_take(cx, v);
    for (size_t i = 0; e && i < e->count; i++) {
        ly_value item = unpacked(cx, e->args[i], rank - 1);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(e));
            return LY_FAILED;
        }
        ly_release(cx, e->args[i]);
        e->args[i] = item;
    }
    return e ? ly_from_object(e) : LY_FAILED;
}

BUILTIN(Transpose, list_transpose, 1, 2, LY_PROTECTED, LY_PURE,
        "Transpose[list] exchanges the first two levels; Transpose[list, {n1, n2, …}] puts level k at level nk.")
static ly_value list_transpose(ly_context *cx, ly_expr *call)
{
    size_t dims[32], target[32], new_dims[32], source[32] = {0};
    ly_value v = call->args[0];
    if (!ly_has_head(v, LY_SYM(List))) return ly_is_association(v) ? LY_UNEVALUATED : ly_message_call(cx, call, "nmtx", 1, v);
    size_t rank = ly_dimensions(v, 32, dims), used = 2, new_rank = 0;
    if (call->count == 2) {
        ly_value spec = call->args[1];
        if (ly_has_shape(spec, LY_SYM(TwoWayRule), 2)) {
            ly_value a = ly_expr_of(spec)->args[0], b = ly_expr_of(spec)->args[1];
            if (!ly_is_int(a) || !ly_is_int(b) || ly_int_of(a) < 1 || ly_int_of(b) < 1 ||
                ly_int_of(a) > (int64_t)rank || ly_int_of(b) > (int64_t)rank)
                return ly_message_call(cx, call, "perm", 1, spec);
            used = rank;
            for (size_t k = 0; k < used; k++) target[k] = k;
            target[ly_int_of(a) - 1] = (size_t)ly_int_of(b) - 1;
            target[ly_int_of(b) - 1] = (size_t)ly_int_of(a) - 1;
        } else {
            if (!ly_has_head(spec, LY_SYM(List)) || ly_expr_of(spec)->count > 32) return ly_message_call(cx, call, "perm", 1, spec);
            used = ly_expr_of(spec)->count;
            for (size_t k = 0; k < used; k++) {
                ly_value t = ly_expr_of(spec)->args[k];
                if (!ly_is_int(t) || ly_int_of(t) < 1 || ly_int_of(t) > (int64_t)used)
                    return ly_message_call(cx, call, "perm", 1, spec);
                target[k] = (size_t)ly_int_of(t) - 1;
            }
        }
    } else {
        target[0] = 1;
        target[1] = 0;
    }
    if (rank < used) {
        if (rank == 1 && call->count == 1) return ly_retain(v);
        return ly_message_call(cx, call, "nmtx", 1, v);
    }
    for (size_t k = 0; k < used; k++) {
        if (target[k] + 1 > new_rank) new_rank = target[k] + 1;
    }
    for (size_t l = 0; l < new_rank; l++) {
        bool given = false;
        for (size_t k = 0; k < used; k++) {
            if (target[k] != l) continue;
            if (given && new_dims[l] != dims[k]) return ly_message_call(cx, call, "newdims", 0);
            new_dims[l] = dims[k];
            given = true;
        }
        if (!given) return ly_message_call(cx, call, "perm", 1, call->args[1]);
    }
    /* rows may be one list many times: not so those of the result */
    double bytes = sizeof(ly_value);
    for (size_t l = 0; l < new_rank; l++) bytes *= (double)new_dims[l];
    if (!ly_memory_can(cx, bytes > 9e18 ? SIZE_MAX / 2 : (size_t)bytes)) return LY_FAILED;
    ly_value plain = unpacked(cx, v, used);
    if (ly_failed(plain)) return plain;
    ly_value result = transposed(cx, plain, used, target, new_rank, new_dims, 0, source);
    ly_release(cx, plain);
    return result;
}
