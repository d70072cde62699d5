/* products.c: Dot, MatrixPower, Tr, Cross, KroneckerProduct, Normalize, ConjugateTranspose,
   matrices by formula. */
#include "matrices.h"

MESSAGE(Dot, dotsh, "Tensors `1` and `2` have incompatible shapes.")
MESSAGE(Cross, nonn1, "The arguments are expected to be vectors of equal length, and the number of arguments is expected to be 1 less than their length.")

/* ---- Dot -------------------------------------------------------------------------------------- */

/* The sum of a[k] b[k] over the last level of the vector a and the first of b, of any shape. */
static ly_value contract(ly_context *cx, const ly_expr *a, const ly_expr *b)
{
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    bool rows = b->count > 0;
    for (size_t k = 0; k < b->count && rows; k++) rows = ly_is_list(b->args[k]);
    if (!rows) {
        ly_value sum = LY_INT(0);
        ly_builder others = ly_builder_new(); /* terms that are no numbers: added up in one go */
        for (size_t k = 0; k < a->count; k++) {
            ly_value term = ly_element_times(cx, a->args[k], b->args[k]), next;
            if (ly_failed(term)) goto failed;
            if (!ly_is_number(term)) {
                if (!ly_builder_add(cx, &others, term)) goto failed;
                continue;
            }
            next = ly_add(cx, sum, term);
            ly_release(cx, term);
            if (ly_failed(next)) goto failed;
            ly_release(cx, sum);
            sum = next;
        }
        if (ly_builder_count(&others) == 0) return sum;
        if (sum != LY_INT(0) && !ly_builder_add(cx, &others, sum)) return LY_FAILED;
        return ly_evaluate_take(cx, ly_builder_finish(cx, &others, LY_SYM(Plus)));
    failed:
        ly_release(cx, sum);
        ly_builder_drop(cx, &others);
        return LY_FAILED;
    }
    size_t width = ly_length(b->args[0]);
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), width), *column = result ? ly_expr_new(cx, LY_SYM(List), b->count) : NULL;
    bool good = column != NULL;
    for (size_t j = 0; j < width && good; j++) {
        for (size_t k = 0; k < b->count; k++) {
            ly_release(cx, column->args[k]);
            column->args[k] = ly_element(cx, b->args[k], j);
        }
        ly_value item = ly_poll(cx) ? LY_FAILED : contract(cx, a, column);
        good = !ly_failed(item);
        if (good) result->args[j] = item;
    }
    if (column) ly_release(cx, ly_from_object(column));
    if (good) return ly_from_object(result);
    if (result) ly_release(cx, ly_from_object(result));
    return LY_FAILED;
}

static ly_value dot_lists(ly_context *cx, ly_value a, size_t rank, ly_value b)
{
    ly_value x = ly_elements(cx, a);
    if (ly_failed(x)) return x;
    ly_value result = LY_FAILED;
    if (rank == 1) {
        ly_value y = ly_elements(cx, b);
        if (!ly_failed(y)) result = contract(cx, ly_expr_of(x), ly_expr_of(y));
        ly_release(cx, y);
    } else {
        const ly_expr *e = ly_expr_of(x);
        ly_expr *rows = ly_expr_new(cx, LY_SYM(List), e->count);
        result = rows ? ly_from_object(rows) : LY_FAILED;
        for (size_t i = 0; rows && i < e->count; i++) {
            ly_value row = dot_lists(cx, e->args[i], rank - 1, b);
            if (ly_failed(row)) {
                ly_release(cx, result);
                result = LY_FAILED;
                break;
            }
            rows->args[i] = row;
        }
    }
    ly_release(cx, x);
    return result;
}

/* The list as one packed array, where it can be; owned. */
static ly_value packed_rows(ly_context *cx, ly_value v)
{
    if (!ly_has_head(v, LY_SYM(List)) || ly_expr_of(v)->count == 0) return ly_retain(v);
    const ly_expr *e = ly_expr_of(v);
    if (!ly_is_list(e->args[0])) return ly_pack_take(cx, ly_retain(v));
    ly_expr *rows = ly_expr_new(cx, LY_SYM(List), e->count);
    if (!rows) return LY_FAILED;
    for (size_t i = 0; i < e->count; i++) {
        ly_value row = ly_pack_take(cx, ly_retain(e->args[i]));
        if (ly_failed(row)) {
            ly_release(cx, ly_from_object(rows));
            return LY_FAILED;
        }
        rows->args[i] = row;
    }
    return ly_pack_take(cx, ly_from_object(rows));
}

/* a.b; LY_UNEVALUATED: no lists, or incompatible (message given) */
static ly_value dot(ly_context *cx, ly_expr *call, ly_value a, ly_value b)
{
    size_t dims_a[32], dims_b[32];
    if (!ly_is_list(a) || !ly_is_list(b)) return LY_UNEVALUATED;
    size_t rank_a = ly_dimensions(a, 32, dims_a), rank_b = ly_dimensions(b, 32, dims_b);
    if (rank_a == 0 || rank_b == 0) return LY_UNEVALUATED;
    if (dims_a[rank_a - 1] != dims_b[0]) return ly_message_call(cx, call, "dotsh", 2, a, b);
    ly_value x = packed_rows(cx, a), y = ly_failed(x) ? x : packed_rows(cx, b);
    ly_value product = ly_failed(y) ? LY_FAILED : ly_dot_numbers(cx, x, y);
    ly_release(cx, x);
    ly_release(cx, y);
    return product == LY_UNEVALUATED ? dot_lists(cx, a, rank_a, b) : product;
}

BUILTIN(Dot, matrix_dot, 0, -1, LY_FLAT | LY_ONE_IDENTITY | LY_PROTECTED, LY_PACKED,
        "a.b.c or Dot[a, b, c] gives products of vectors, matrices and tensors.")
static ly_value matrix_dot(ly_context *cx, ly_expr *call)
{
    if (call->count == 1) return ly_retain(call->args[0]);
    if (call->count == 0) return LY_UNEVALUATED;
    ly_builder left = ly_builder_new();
    bool changed = false;
    for (size_t i = 0; i < call->count; i++) {
        size_t have = ly_builder_count(&left);
        ly_value product = have ? dot(cx, call, left.expr->args[have - 1], call->args[i]) : LY_UNEVALUATED;
        if (ly_failed(product)) {
            ly_builder_drop(cx, &left);
            return LY_FAILED;
        }
        if (product == LY_UNEVALUATED) {
            if (!ly_builder_add(cx, &left, ly_retain(call->args[i]))) return LY_FAILED;
        } else {
            changed = true;
            ly_release(cx, left.expr->args[have - 1]);
            left.expr->args[have - 1] = product;
        }
    }
    if (!changed) {
        ly_builder_drop(cx, &left);
        return LY_UNEVALUATED;
    }
    return ly_builder_finish(cx, &left, LY_SYM(Dot));
}

/* ---- powers ----------------------------------------------------------------------------------- */


BUILTIN(MatrixPower, matrix_power, 2, 3, LY_PROTECTED, LY_PURE,
        "MatrixPower[m, n] gives the n-th power of the square matrix m; MatrixPower[m, n, v] applies it to v.")
static ly_value matrix_power(ly_context *cx, ly_expr *call)
{
    size_t dims[3];
    ly_value m = call->args[0], n = call->args[1];
    if (!ly_is_list(m) || ly_dimensions(m, 3, dims) < 2 || dims[0] != dims[1])
        return ly_is_list(m) ? ly_message_call(cx, call, "matsq", 2, m, LY_INT(1)) : LY_UNEVALUATED;
    if (!ly_is_int(n)) return LY_UNEVALUATED;
    int64_t power = ly_int_of(n);
    ly_value base = power < 0 ? ly_call1(cx, LY_SYM(Inverse), ly_retain(m)) : ly_retain(m);
    if (ly_failed(base) || ly_has_head(base, LY_SYM(Inverse))) {
        ly_release(cx, base);
        return ly_failed(base) ? base : LY_UNEVALUATED;
    }
    if (power < 0) power = -power;
    ly_value result = ly_call1(cx, LY_SYM(IdentityMatrix), LY_INT((int64_t)dims[0]));
    bool empty = true;
    while (power > 0 && !ly_failed(result) && !ly_failed(base)) {
        if (power & 1) {
            ly_value next = empty ? ly_retain(base) : dot(cx, call, result, base);
            empty = false;
            ly_release(cx, result);
            result = next;
        }
        power >>= 1;
        if (power > 0) {
            ly_value next = dot(cx, call, base, base);
            ly_release(cx, base);
            base = next;
        }
    }
    ly_release(cx, base);
    if (ly_failed(base)) {
        ly_release(cx, result);
        return LY_FAILED;
    }
    if (call->count == 3 && !ly_failed(result)) return ly_make2(cx, LY_SYM(Dot), result, ly_retain(call->args[2]));
    return result;
}

/* ---- Tr --------------------------------------------------------------------------------------- */

BUILTIN(Tr, matrix_trace, 1, 3, LY_PROTECTED, LY_PURE,
        "Tr[m] gives the sum of the diagonal elements of m; Tr[m, f] gives f of them.")
static ly_value matrix_trace(ly_context *cx, ly_expr *call)
{
    size_t dims[32];
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return ly_retain(v);
    if (!ly_is_list(v)) return LY_UNEVALUATED;
    size_t rank = ly_dimensions(v, 32, dims), n = SIZE_MAX;
    for (size_t i = 0; i < rank; i++)
        if (dims[i] < n) n = dims[i];
    ly_expr *e = ly_expr_new(cx, call->count > 1 ? call->args[1] : LY_SYM(Plus), n);
    for (size_t i = 0; e && i < n; i++) {
        ly_value item = ly_retain(v);
        for (size_t k = 0; k < rank && !ly_failed(item); k++) {
            ly_value inner = ly_element(cx, item, i);
            ly_release(cx, item);
            item = inner;
        }
        e->args[i] = item;
    }
    return e ? ly_from_object(e) : LY_FAILED;
}

/* ---- Cross ------------------------------------------------------------------------------------ */

static ly_value minor2(ly_context *cx, ly_value a, ly_value b, ly_value c, ly_value d)
{
    ly_value p = ly_element_times(cx, a, d), q = ly_failed(p) ? p : ly_element_times(cx, b, c);
    ly_value result = ly_failed(q) ? q : ly_element_minus(cx, p, q);
    ly_release(cx, p);
    ly_release(cx, q);
    return result;
}

BUILTIN(Cross, matrix_cross, 1, -1, LY_PROTECTED, LY_PURE, "Cross[a, b] gives the vector product of a and b.")
static ly_value matrix_cross(ly_context *cx, ly_expr *call)
{
    for (size_t i = 0; i < call->count; i++) {
        if (!ly_has_head(call->args[i], LY_SYM(List))) return LY_UNEVALUATED;
        if (ly_length(call->args[i]) != call->count + 1) return ly_message_call(cx, call, "nonn1", 0);
    }
    if (call->count == 1) {
        const ly_expr *a = ly_expr_of(call->args[0]);
        ly_value turned = ly_element_times(cx, LY_INT(-1), a->args[1]);
        return ly_failed(turned) ? turned : ly_make2(cx, LY_SYM(List), turned, ly_retain(a->args[0]));
    }
    if (call->count == 2) {
        const ly_expr *a = ly_expr_of(call->args[0]), *b = ly_expr_of(call->args[1]);
        ly_expr *result = ly_expr_new(cx, LY_SYM(List), 3);
        for (int i = 0; i < 3; i++) {
            int j = (i + 1) % 3, k = (i + 2) % 3;
            ly_value item = minor2(cx, a->args[j], a->args[k], b->args[j], b->args[k]);
            if (ly_failed(item)) {
                ly_release(cx, ly_from_object(result));
                return LY_FAILED;
            }
            result->args[i] = item;
        }
        return ly_from_object(result);
    }
    /* in more dimensions: signed minors of the rows */
    size_t n = call->count + 1;
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), n);
    for (size_t c = 0; c < n; c++) {
        ly_expr *rows = ly_expr_new(cx, LY_SYM(List), call->count);
        for (size_t r = 0; r < call->count; r++) {
            ly_expr *row = ly_expr_new(cx, LY_SYM(List), n - 1);
            for (size_t k = 0; k + 1 < n; k++) row->args[k] = ly_retain(ly_expr_of(call->args[r])->args[k + (k >= c)]);
            rows->args[r] = ly_from_object(row);
        }
        ly_value d = ly_call1(cx, LY_SYM(Det), ly_from_object(rows));
        ly_value item = ly_failed(d) ? d : ly_element_times(cx, LY_INT((n - 1 + c) % 2 ? -1 : 1), d);
        ly_release(cx, d);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        result->args[c] = item;
    }
    return ly_from_object(result);
}

/* ---- vectors and conjugates --------------------------------------------------------------------- */

BUILTIN(Normalize, matrix_normalize, 1, 2, LY_PROTECTED, LY_PURE,
        "Normalize[v] gives v divided by its norm; Normalize[v, f] by f[v].")
static ly_value matrix_normalize(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!ly_is_number(v) && !ly_is_list(v)) return LY_UNEVALUATED;
    ly_value norm = ly_call1(cx, call->count == 2 ? call->args[1] : LY_SYM(Norm), ly_retain(v));
    if (ly_failed(norm)) return norm;
    if (ly_element_is_zero(norm)) {
        ly_release(cx, norm);
        return ly_retain(v);
    }
    return ly_make2(cx, LY_SYM(Divide), ly_retain(v), norm);
}

BUILTIN(ConjugateTranspose, matrix_conjugate_transpose, 1, 2, LY_PROTECTED, LY_PURE,
        "ConjugateTranspose[m] gives the transpose of m with complex conjugates.")
static ly_value matrix_conjugate_transpose(ly_context *cx, ly_expr *call)
{
    if (!ly_is_list(call->args[0])) return LY_UNEVALUATED;
    ly_value turned = call->count == 2 ? ly_make2(cx, LY_SYM(Transpose), ly_retain(call->args[0]), ly_retain(call->args[1]))
                                       : ly_make1(cx, LY_SYM(Transpose), ly_retain(call->args[0]));
    return ly_make1(cx, LY_SYM(Conjugate), turned);
}

/* ---- KroneckerProduct, TensorProduct ---------------------------------------------------------- */

BUILTIN(KroneckerProduct, matrix_kronecker, 1, -1, LY_FLAT | LY_PROTECTED, LY_PURE,
        "KroneckerProduct[a, b] gives the matrix of blocks a_ij b.")
static ly_value matrix_kronecker(ly_context *cx, ly_expr *call)
{
    if (call->count == 1) return ly_retain(call->args[0]);
    size_t dims[3];
    for (size_t i = 0; i < call->count; i++)
        if (!ly_is_list(call->args[i]) || ly_dimensions(call->args[i], 3, dims) > 2) return LY_UNEVALUATED;
    ly_value product = ly_retain(call->args[0]);
    for (size_t i = 1; i < call->count; i++) {
        ly_matrix a, b, result;
        int outcome = ly_matrix_read(cx, product, &a);
        if (outcome == 0) { /* vectors: the outer product of rows */
            ly_value flat = ly_call3(cx, LY_SYM(Outer), LY_SYM(Times), product, ly_retain(call->args[i]));
            product = ly_failed(flat) ? flat : ly_call1(cx, LY_SYM(Flatten), flat);
            if (ly_failed(product)) return product;
            continue;
        }
        ly_release(cx, product);
        product = LY_FAILED;
        if (outcome < 0) return LY_FAILED;
        outcome = ly_matrix_read(cx, call->args[i], &b);
        if (outcome != 1) {
            ly_matrix_free(cx, &a);
            return outcome ? LY_FAILED : LY_UNEVALUATED;
        }
        bool good = ly_matrix_new(cx, &result, a.rows * b.rows, a.columns * b.columns);
        for (size_t r = 0; good && r < result.rows; r++) {
            for (size_t c = 0; good && c < result.columns; c++) {
                ly_value item = ly_element_times(cx, *ly_matrix_at(&a, r / b.rows, c / b.columns),
                                                 *ly_matrix_at(&b, r % b.rows, c % b.columns));
                good = !ly_failed(item);
                if (good) *ly_matrix_at(&result, r, c) = item;
            }
        }
        ly_matrix_free(cx, &a);
        ly_matrix_free(cx, &b);
        if (!good) {
            ly_matrix_free(cx, &result);
            return LY_FAILED;
        }
        product = ly_matrix_list_take(cx, &result);
        if (ly_failed(product)) return product;
    }
    return product;
}

BUILTIN(TensorProduct, matrix_tensor_product, 0, -1, LY_FLAT | LY_ONE_IDENTITY | LY_PROTECTED, LY_PURE,
        "TensorProduct[a, b, …] gives the array of all products of elements.")
static ly_value matrix_tensor_product(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) return LY_INT(1);
    if (call->count == 1) return ly_retain(call->args[0]);
    for (size_t i = 0; i < call->count; i++)
        if (!ly_is_list(call->args[i])) return LY_UNEVALUATED;
    ly_expr *outer = ly_expr_new(cx, LY_SYM(Outer), call->count + 1);
    if (!outer) return LY_FAILED;
    outer->args[0] = LY_SYM(Times);
    for (size_t i = 0; i < call->count; i++) outer->args[i + 1] = ly_retain(call->args[i]);
    return ly_from_object(outer);
}
