/* construct.c: lists made from descriptions: Range, Array, ConstantArray, IdentityMatrix,
   DiagonalMatrix, Subdivide … */
#include "lists.h"

#include <math.h>

MESSAGE(General, range, "Range specification in `1` does not have appropriate bounds.")

/* ---- Range ------------------------------------------------------------------------------------ */

/* Shorter lists are as quick unpacked, whatever is done with them. */
enum { LEAST_PACKED = 32 };

/* LY_UNEVALUATED: not one of machine integers, or too short. */
static ly_value packed_range(ly_context *cx, const ly_iterator *it)
{
    int64_t last;
    if (it->kind != LY_ITERATE_INTS || it->count < LEAST_PACKED ||
        __builtin_mul_overflow((int64_t)(it->count - 1), it->step, &last) ||
        __builtin_add_overflow(it->first, last, &last) || !ly_int_fits(last))
        return LY_UNEVALUATED;
    ly_value array = ly_packed_new(cx, LY_PACKED_INT64, 1, &it->count);
    for (size_t k = 0; !ly_failed(array) && k < it->count; k++)
        ly_packed_ints(array)[k] = it->first + (int64_t)k * it->step;
    return array;
}

static ly_value range_of(ly_context *cx, ly_expr *call)
{
    ly_iterator it;
    ly_value first = call->count > 1 ? call->args[0] : LY_INT(1), last = call->args[call->count > 1];
    int outcome = ly_iterator_over(cx, &it, first, last, call->count == 3 ? call->args[2] : LY_INT(1));
    if (outcome < 0) return LY_FAILED;
    if (outcome == 0 || it.count == SIZE_MAX) {
        if (outcome == 1) ly_iterator_end(cx, &it);
        return ly_message_call(cx, call, "range", 1, CALL_VALUE(call));
    }
    ly_value packed = packed_range(cx, &it);
    if (packed != LY_UNEVALUATED) {
        ly_iterator_end(cx, &it);
        return packed;
    }
    ly_expr *list = ly_memory_can(cx, it.count > SIZE_MAX / 16 ? SIZE_MAX / 2 : it.count * 8)
                        ? ly_expr_new(cx, LY_SYM(List), it.count)
                        : NULL;
    ly_value result = list ? ly_from_object(list) : LY_FAILED;
    for (size_t k = 0; list && k < it.count; k++) {
        ly_value v = it.kind == LY_ITERATE_INTS && it.step == 1 ? ly_integer(cx, it.first + (int64_t)k)
                                                                : ly_iterator_value(cx, &it, k);
        if (ly_failed(v) || (k % 4096 == 0 && ly_poll(cx))) {
            ly_release(cx, v);
            ly_release(cx, result);
            result = LY_FAILED;
            break;
        }
        list->args[k] = v;
    }
    ly_iterator_end(cx, &it);
    return !ly_failed(result) && it.count >= LEAST_PACKED ? ly_pack_take(cx, result) : result;
}

BUILTIN(Range, list_range, 1, 3, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "Range[n] gives {1, 2, …, n}; Range[a, b] and Range[a, b, d] go from a to b in steps of d.")
static ly_value list_range(ly_context *cx, ly_expr *call) { return range_of(cx, call); }

/* ---- Array ------------------------------------------------------------------------------------ */

typedef struct array {
    ly_value f, head;
    size_t n;
    size_t dims[32];
    ly_value origins[32];  /* borrowed */
    ly_value steps[32];    /* LY_FAILED: 1; owned */
    ly_value indices[32];  /* owned: the indices so far */
} array;

static ly_value array_level(ly_context *cx, array *a, size_t level)
{
    if (level == a->n) {
        ly_expr *e = ly_expr_new(cx, a->f, a->n);
        for (size_t i = 0; i < a->n; i++) e->args[i] = ly_retain(a->indices[i]);
        return ly_evaluate_take(cx, ly_from_object(e));
    }
    ly_expr *list = ly_memory_can(cx, a->dims[level] * 8) ? ly_expr_new(cx, a->head, a->dims[level]) : NULL;
    if (!list) return LY_FAILED;
    for (size_t k = 0; k < a->dims[level]; k++) {
        ly_value index;
        if (a->steps[level])
            index = ly_call2(cx, LY_SYM(Plus), ly_retain(a->origins[level]),
                             ly_make2(cx, LY_SYM(Times), LY_INT((int64_t)k), ly_retain(a->steps[level])));
        else if (ly_is_int(a->origins[level])) index = ly_integer(cx, ly_int_of(a->origins[level]) + (int64_t)k);
        else index = ly_call2(cx, LY_SYM(Plus), ly_retain(a->origins[level]), LY_INT((int64_t)k));
        a->indices[level] = index;
        ly_value item = ly_failed(index) || ly_poll(cx) ? LY_FAILED : array_level(cx, a, level + 1);
        ly_release(cx, index);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(list));
            return LY_FAILED;
        }
        list->args[k] = item;
    }
    return ly_from_object(list);
}

BUILTIN(Array, list_array, 2, 4, LY_PROTECTED, LY_PURE,
        "Array[f, n] gives {f[1], …, f[n]}; Array[f, {n1, n2, …}] nested lists; Array[f, n, r] begins with index r,\n"
        "Array[f, n, {a, b}] takes n indices from a to b; Array[f, dims, origin, h] uses the head h.")
static ly_value list_array(ly_context *cx, ly_expr *call)
{
    array a = {.f = call->args[0], .head = call->count == 4 ? call->args[3] : LY_SYM(List), .n = 1};
    const ly_value *dims = &call->args[1];
    if (ly_has_head(call->args[1], LY_SYM(List))) {
        a.n = ly_expr_of(call->args[1])->count;
        dims = ly_expr_of(call->args[1])->args;
    }
    if (a.n > 32) return LY_UNEVALUATED;
    double total = 1;
    for (size_t i = 0; i < a.n; i++) {
        if (!ly_is_int(dims[i]) || ly_int_of(dims[i]) < 0)
            return ly_message_call(cx, call, "ilsnn", 2, LY_INT(2), CALL_VALUE(call));
        a.dims[i] = (size_t)ly_int_of(dims[i]);
        a.origins[i] = LY_INT(1);
        total *= (double)a.dims[i];
    }
    if (!ly_memory_can(cx, total > 1e17 ? SIZE_MAX / 2 : (size_t)total * 8)) return LY_FAILED;
    if (call->count > 2) {
        ly_value origin = call->args[2];
        bool listed = ly_has_head(origin, LY_SYM(List));
        bool pair_of_one = listed && a.n == 1 && ly_expr_of(origin)->count == 2;
        for (size_t i = 0; i < a.n; i++) {
            ly_value o = pair_of_one || !listed ? origin : i < ly_expr_of(origin)->count ? ly_expr_of(origin)->args[i] : LY_FAILED;
            if (!o) {
                for (size_t k = 0; k < i; k++) ly_release(cx, a.steps[k]);
                return LY_UNEVALUATED;
            }
            if (ly_has_shape(o, LY_SYM(List), 2)) { /* {first, last} */
                ly_value first = ly_expr_of(o)->args[0], last = ly_expr_of(o)->args[1];
                a.origins[i] = first;
                ly_value span = ly_call2(cx, LY_SYM(Subtract), ly_retain(last), ly_retain(first));
                if (!ly_failed(span) && a.dims[i] > 1)
                    span = ly_call2(cx, LY_SYM(Divide), span, LY_INT((int64_t)a.dims[i] - 1));
                if (ly_failed(span)) {
                    for (size_t k = 0; k < i; k++) ly_release(cx, a.steps[k]);
                    return LY_FAILED;
                }
                a.steps[i] = span;
            } else {
                a.origins[i] = o;
            }
        }
    }
    ly_value result = array_level(cx, &a, 0);
    for (size_t i = 0; i < a.n; i++) ly_release(cx, a.steps[i]);
    return result;
}

/* ---- constant arrays and matrices ------------------------------------------------------------- */

static ly_value constant(ly_context *cx, ly_value c, size_t n, const ly_value *dims)
{
    if (n == 0) return ly_retain(c);
    size_t count = (size_t)ly_int_of(dims[0]);
    ly_value item = constant(cx, c, n - 1, dims + 1);
    ly_expr *list = ly_failed(item) ? NULL : ly_expr_new(cx, LY_SYM(List), count);
    for (size_t i = 0; list && i < count; i++) list->args[i] = ly_retain(item);
    ly_release(cx, item);
    return list ? ly_from_object(list) : LY_FAILED;
}

/* More numbers than this are not packed: the rows of a list can be one and the same. */
enum { MOST_PACKED = 1 << 27 };

/* An array of machine numbers, packed; LY_UNEVALUATED where c is none, or the shape none of a packed one. */
static ly_value packed_constant(ly_context *cx, ly_value c, size_t n, const ly_value *dims)
{
    size_t sizes[LY_MAX_RANK];
    double numbers = 1;
    if ((!ly_is_int(c) && !ly_is_real(c)) || n == 0 || n > LY_MAX_RANK) return LY_UNEVALUATED;
    for (size_t i = 0; i < n; i++) numbers *= (double)(sizes[i] = (size_t)ly_int_of(dims[i]));
    if (numbers < 1 || numbers > MOST_PACKED) return LY_UNEVALUATED;
    ly_value array = ly_packed_new(cx, ly_is_int(c) ? LY_PACKED_INT64 : LY_PACKED_REAL, n, sizes);
    if (ly_failed(array)) return array;
    size_t total = ly_packed_of(array)->total;
    if (ly_is_int(c))
        for (size_t i = 0; i < total; i++) ly_packed_ints(array)[i] = ly_int_of(c);
    else
        for (size_t i = 0; i < total; i++) ly_packed_reals(array)[i] = ly_real_of(c);
    return array;
}

BUILTIN(ConstantArray, list_constant_array, 2, 2, LY_PROTECTED, LY_PURE,
        "ConstantArray[c, n] gives a list of n elements c; ConstantArray[c, {n1, n2, …}] an array of them.")
static ly_value list_constant_array(ly_context *cx, ly_expr *call)
{
    const ly_value *dims = &call->args[1];
    size_t n = 1;
    double total = 1;
    if (ly_has_head(call->args[1], LY_SYM(List))) {
        n = ly_expr_of(call->args[1])->count;
        dims = ly_expr_of(call->args[1])->args;
    }
    if (n > 1000) return LY_UNEVALUATED;
    for (size_t i = 0; i < n; i++) {
        if (!ly_is_int(dims[i]) || ly_int_of(dims[i]) < 0)
            return ly_message_call(cx, call, "ilsnn", 2, LY_INT(2), CALL_VALUE(call));
        if ((double)ly_int_of(dims[i]) > total) total = (double)ly_int_of(dims[i]); /* rows are shared */
    }
    if (!ly_memory_can(cx, total > 1e17 ? SIZE_MAX / 2 : (size_t)total * 8)) return LY_FAILED;
    ly_value packed = packed_constant(cx, call->args[0], n, dims);
    return packed == LY_UNEVALUATED ? constant(cx, call->args[0], n, dims) : packed;
}

static ly_value matrix(ly_context *cx, size_t rows, size_t columns)
{
    if (!ly_memory_can(cx, (double)rows * (double)columns > 1e17 ? SIZE_MAX / 2 : rows * columns * 8)) return LY_FAILED;
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), rows);
    for (size_t i = 0; list && i < rows; i++) {
        ly_expr *row = ly_expr_new(cx, LY_SYM(List), columns);
        if (!row) {
            ly_release(cx, ly_from_object(list));
            return LY_FAILED;
        }
        list->args[i] = ly_from_object(row);
    }
    return list ? ly_from_object(list) : LY_FAILED;
}

BUILTIN(IdentityMatrix, list_identity_matrix, 1, 2, LY_PROTECTED, LY_PURE,
        "IdentityMatrix[n] gives the n by n identity matrix; IdentityMatrix[{m, n}] an m by n one.")
static ly_value list_identity_matrix(ly_context *cx, ly_expr *call)
{
    ly_value spec = call->args[0], m = spec, n = spec;
    if (ly_has_shape(spec, LY_SYM(List), 2)) {
        m = ly_expr_of(spec)->args[0];
        n = ly_expr_of(spec)->args[1];
    }
    if (!ly_is_int(m) || !ly_is_int(n) || ly_int_of(m) < 1 || ly_int_of(n) < 1)
        return ly_message_call(cx, call, "intpm", 2, CALL_VALUE(call), LY_INT(1));
    ly_value result = matrix(cx, (size_t)ly_int_of(m), (size_t)ly_int_of(n));
    for (int64_t i = 0; !ly_failed(result) && i < ly_int_of(m) && i < ly_int_of(n); i++)
        ly_expr_of(ly_expr_of(result)->args[i])->args[i] = LY_INT(1);
    return result;
}

BUILTIN(DiagonalMatrix, list_diagonal_matrix, 1, 3, LY_PROTECTED, LY_PURE,
        "DiagonalMatrix[list] gives a matrix with list on its diagonal; DiagonalMatrix[list, k] on the k-th one.")
static ly_value list_diagonal_matrix(ly_context *cx, ly_expr *call)
{
    if (!ly_has_head(call->args[0], LY_SYM(List))) return ly_message_list(cx, call, 1);
    const ly_expr *e = ly_expr_of(call->args[0]);
    int64_t k = 0, n = e->count, size;
    if (call->count > 1) {
        if (!ly_is_int(call->args[1])) return LY_UNEVALUATED;
        k = ly_int_of(call->args[1]);
    }
    if (k > INT32_MAX || k < -INT32_MAX) return LY_UNEVALUATED;
    size = n + (k < 0 ? -k : k);
    int64_t rows = size, columns = size;
    if (call->count == 3) {
        ly_value dims = call->args[2];
        if (ly_is_int(dims)) rows = columns = ly_int_of(dims);
        else if (ly_has_shape(dims, LY_SYM(List), 2) && ly_is_int(ly_expr_of(dims)->args[0]) && ly_is_int(ly_expr_of(dims)->args[1])) {
            rows = ly_int_of(ly_expr_of(dims)->args[0]);
            columns = ly_int_of(ly_expr_of(dims)->args[1]);
        } else return LY_UNEVALUATED;
        if (rows < 0 || columns < 0) return LY_UNEVALUATED;
    }
    ly_value result = matrix(cx, (size_t)rows, (size_t)columns);
    for (int64_t i = 0; !ly_failed(result) && i < n; i++) {
        int64_t r = k < 0 ? i - k : i, c = k < 0 ? i : i + k;
        if (r < rows && c < columns) ly_expr_of(ly_expr_of(result)->args[r])->args[c] = ly_retain(e->args[i]);
    }
    return result;
}

BUILTIN(Diagonal, list_diagonal, 1, 2, LY_PROTECTED, LY_PURE,
        "Diagonal[m] gives the elements on the diagonal of m; Diagonal[m, k] on the k-th one.")
static ly_value list_diagonal(ly_context *cx, ly_expr *call)
{
    if (!ly_has_head(call->args[0], LY_SYM(List))) return LY_UNEVALUATED;
    const ly_expr *e = ly_expr_of(call->args[0]);
    int64_t k = 0;
    if (call->count == 2) {
        if (!ly_is_int(call->args[1])) return LY_UNEVALUATED;
        k = ly_int_of(call->args[1]);
    }
    ly_builder items = ly_builder_new();
    for (int64_t i = 0; i < (int64_t)e->count; i++) {
        int64_t c = i + k;
        if (!ly_is_list(e->args[i]) || c < 0 || c >= (int64_t)ly_length(e->args[i])) continue;
        ly_value item = ly_element(cx, e->args[i], (size_t)c);
        if (ly_failed(item) || !ly_builder_add(cx, &items, item)) return LY_FAILED;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

BUILTIN(UnitVector, list_unit_vector, 1, 2, LY_PROTECTED, LY_PURE,
        "UnitVector[k] gives the k-th unit vector of two dimensions, UnitVector[n, k] of n.")
static ly_value list_unit_vector(ly_context *cx, ly_expr *call)
{
    ly_value n = call->count == 2 ? call->args[0] : LY_INT(2), k = call->args[call->count - 1];
    if (!ly_is_int(n) || !ly_is_int(k) || ly_int_of(k) < 1 || ly_int_of(k) > ly_int_of(n)) return LY_UNEVALUATED;
    ly_expr *e = ly_memory_can(cx, (size_t)ly_int_of(n) * 8) ? ly_expr_new(cx, LY_SYM(List), (size_t)ly_int_of(n)) : NULL;
    if (!e) return LY_FAILED;
    e->args[ly_int_of(k) - 1] = LY_INT(1);
    return ly_from_object(e);
}

BUILTIN(Subdivide, list_subdivide, 1, 3, LY_PROTECTED, LY_PURE,
        "Subdivide[n] divides 0 to 1 into n parts; Subdivide[x, n] 0 to x; Subdivide[a, b, n] a to b.")
static ly_value list_subdivide(ly_context *cx, ly_expr *call)
{
    ly_value n = call->args[call->count - 1];
    ly_value a = call->count == 3 ? call->args[0] : LY_INT(0), b = call->count == 1 ? LY_INT(1) : call->args[call->count - 2];
    if (!ly_is_int(n) || ly_int_of(n) < 1)
        return ly_message_call(cx, call, "intpm", 2, CALL_VALUE(call), LY_INT((int64_t)call->count));
    int64_t parts = ly_int_of(n);
    ly_expr *list = ly_memory_can(cx, (size_t)parts * 8) ? ly_expr_new(cx, LY_SYM(List), (size_t)parts + 1) : NULL;
    if (!list) return LY_FAILED;
    double x, y;
    bool machine = (ly_is_real(a) || ly_is_real(b)) && ly_to_double(a, &x) && ly_to_double(b, &y);
    ly_value span = ly_call2(cx, LY_SYM(Subtract), ly_retain(b), ly_retain(a));
    for (int64_t k = 0; k <= parts; k++) {
        ly_value item;
        if (ly_failed(span)) item = LY_FAILED;
        else if (machine) item = k == parts ? ly_real(cx, y) : ly_real(cx, x + (double)k * ((y - x) / (double)parts));
        else if (ly_is_number(a) && ly_is_number(span)) {
            ly_value product = ly_multiply(cx, span, LY_INT(k)), quotient = ly_failed(product) ? product : ly_divide(cx, product, n);
            item = ly_failed(quotient) ? quotient : ly_add(cx, a, quotient);
            ly_release(cx, product);
            ly_release(cx, quotient);
        } else {
            item = ly_call2(cx, LY_SYM(Plus), ly_retain(a),
                            ly_make2(cx, LY_SYM(Times), ly_call2(cx, LY_SYM(Divide), LY_INT(k), n), ly_retain(span)));
        }
        if (ly_failed(item)) {
            ly_release(cx, span);
            ly_release(cx, ly_from_object(list));
            return LY_FAILED;
        }
        list->args[k] = item;
    }
    ly_release(cx, span);
    return ly_from_object(list);
}
