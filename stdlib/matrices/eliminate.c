/* eliminate.c: Gauss-Jordan elimination, and what it answers: Det, Inverse, LinearSolve, RowReduce,
   MatrixRank, NullSpace.

   Exact elements stay exact; among inexact ones the largest of a column is the pivot. Elements that
   are no numbers are brought together after each step, so that zeros show. */
#include "matrices.h"

#include <math.h>

MESSAGE(General, matsq, "Argument `1` at position `2` is not a non-empty square matrix.")
MESSAGE(General, matrix, "Argument `1` at position `2` is not a non-empty rectangular matrix.")
MESSAGE(Inverse, sing, "Matrix `1` is singular.")
MESSAGE(LinearSolve, nosol, "Linear equation encountered that has no solution.")
MESSAGE(LinearSolve, lslc, "Coefficient matrix and target vector(s) or matrix do not have the same dimensions.")

/* Size of a number, for the choice of pivots. */
static double magnitude(ly_value v)
{
    double re = 0, im = 0;
    if (ly_is_complex(v)) {
        ly_to_double(ly_complex_of(v)->re, &re);
        ly_to_double(ly_complex_of(v)->im, &im);
        return hypot(re, im);
    }
    return ly_is_number(v) && ly_to_double(v, &re) ? fabs(re) : ly_is_number(v) ? 0 : 1;
}

static ly_value tidy_take(ly_context *cx, ly_value v)
{
    if (ly_failed(v) || ly_is_number(v) || ly_is_symbol(v)) return v;
    return ly_call1(cx, LY_SYM(Together), v);
}

static bool replace(ly_context *cx, ly_value *slot, ly_value v)
{
    if (ly_failed(v)) return false;
    ly_release(cx, *slot);
    *slot = v;
    return true;
}

bool ly_matrix_reduce(ly_context *cx, ly_matrix *m, size_t columns, size_t *rank, size_t *pivots, ly_value *determinant)
{
    size_t row = 0;
    ly_value product = LY_INT(1);
    double largest = 0;
    for (size_t i = 0; m->inexact && i < m->rows * m->columns; i++) largest = fmax(largest, magnitude(m->items[i]));
    for (size_t c = 0; c < columns && row < m->rows; c++) {
        size_t best = SIZE_MAX;
        double size = 0;
        for (size_t r = row; r < m->rows; r++) {
            ly_value v = *ly_matrix_at(m, r, c);
            if (ly_element_is_zero(v)) continue;
            if (m->inexact && m->numeric) {
                if (magnitude(v) > size && magnitude(v) > largest * 1e-15 * (double)m->rows) {
                    best = r;
                    size = magnitude(v);
                }
            } else if (best == SIZE_MAX || (ly_is_number(v) && !ly_is_number(*ly_matrix_at(m, best, c)))) {
                best = r;
            }
        }
        if (best == SIZE_MAX) continue;
        if (best != row) {
            for (size_t k = 0; k < m->columns; k++) {
                ly_value other = *ly_matrix_at(m, row, k);
                *ly_matrix_at(m, row, k) = *ly_matrix_at(m, best, k);
                *ly_matrix_at(m, best, k) = other;
            }
            if (determinant && !replace(cx, &product, ly_element_times(cx, product, LY_INT(-1)))) goto failed;
        }
        ly_value pivot = ly_retain(*ly_matrix_at(m, row, c));
        if (determinant && !replace(cx, &product, ly_element_times(cx, product, pivot))) {
            ly_release(cx, pivot);
            goto failed;
        }
        bool good = !ly_poll(cx);
        for (size_t k = c; k < m->columns && good; k++)
            good = replace(cx, ly_matrix_at(m, row, k), tidy_take(cx, ly_element_over(cx, *ly_matrix_at(m, row, k), pivot)));
        ly_release(cx, pivot);
        if (!good) goto failed;
        for (size_t r = 0; r < m->rows; r++) {
            if (r == row || ly_element_is_zero(*ly_matrix_at(m, r, c))) continue;
            ly_value factor = ly_retain(*ly_matrix_at(m, r, c));
            for (size_t k = c; k < m->columns && good; k++) {
                ly_value part = ly_element_times(cx, factor, *ly_matrix_at(m, row, k));
                ly_value rest = ly_failed(part) ? part : ly_element_minus(cx, *ly_matrix_at(m, r, k), part);
                ly_release(cx, part);
                good = replace(cx, ly_matrix_at(m, r, k), tidy_take(cx, rest));
            }
            ly_release(cx, factor);
            if (!good) goto failed;
            if (m->inexact && m->numeric) replace(cx, ly_matrix_at(m, r, c), LY_INT(0));
        }
        if (pivots) pivots[row] = c;
        row++;
    }
    if (rank) *rank = row;
    if (determinant) {
        if (row < m->rows && !replace(cx, &product, m->inexact ? ly_real(cx, 0) : LY_INT(0))) goto failed;
        *determinant = product;
    }
    return true;
failed:
    ly_release(cx, product);
    return false;
}

/* Reads argument `at` as a square matrix: 1; 0: message given; -1: failed. */
static int square(ly_context *cx, ly_expr *call, size_t at, ly_matrix *m)
{
    int outcome = ly_matrix_read(cx, call->args[at], m);
    if (outcome == 1 && (m->rows != m->columns || m->rows == 0)) {
        ly_matrix_free(cx, m);
        outcome = 0;
    }
    if (outcome == 0 && (ly_is_list(call->args[at])))
        ly_message_call(cx, call, "matsq", 2, call->args[at], LY_INT((int64_t)at + 1));
    return outcome;
}

/* ---- Det -------------------------------------------------------------------------------------- */

/* The determinant of the rows from `row` on and the columns not yet used, by expansion; for elements
   that are no numbers. */
static ly_value expansion(ly_context *cx, const ly_matrix *m, size_t row, bool *used)
{
    if (row == m->rows) return LY_INT(1);
    ly_builder terms = ly_builder_new();
    int64_t sign = 1;
    for (size_t c = 0; c < m->columns; c++) {
        if (used[c]) continue;
        ly_value v = *ly_matrix_at(m, row, c);
        if (v != LY_INT(0)) {
            used[c] = true;
            ly_value minor = expansion(cx, m, row + 1, used);
            used[c] = false;
            ly_value term = ly_failed(minor) ? minor
                                             : ly_call3(cx, LY_SYM(Times), LY_INT(sign), ly_retain(v), minor);
            if (ly_failed(term) || !ly_builder_add(cx, &terms, term)) {
                ly_builder_drop(cx, &terms);
                return LY_FAILED;
            }
        }
        sign = -sign;
    }
    return ly_call1(cx, LY_SYM(Expand), ly_builder_finish(cx, &terms, LY_SYM(Plus)));
}

static ly_value determinant(ly_context *cx, ly_matrix *m)
{
    ly_value result = LY_FAILED;
    if (!m->numeric && m->rows <= 8) {
        bool used[8] = {false};
        return expansion(cx, m, 0, used);
    }
    if (!ly_matrix_reduce(cx, m, m->columns, NULL, NULL, &result)) return LY_FAILED;
    return m->numeric ? result : ly_call1(cx, LY_SYM(Together), result);
}

BUILTIN(Det, matrix_det, 1, 2, LY_PROTECTED, LY_PURE, "Det[m] gives the determinant of the square matrix m.")
static ly_value matrix_det(ly_context *cx, ly_expr *call)
{
    ly_matrix m;
    int outcome = square(cx, call, 0, &m);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    ly_value result = determinant(cx, &m);
    ly_matrix_free(cx, &m);
    return result;
}

/* ---- Inverse ---------------------------------------------------------------------------------- */

/* The adjugate over the determinant, for elements that are no numbers. */
static ly_value symbolic_inverse(ly_context *cx, ly_expr *call, ly_matrix *m)
{
    ly_value whole = determinant(cx, m);
    if (ly_failed(whole)) return whole;
    if (ly_element_is_zero(whole)) {
        ly_release(cx, whole);
        return ly_message_call(cx, call, "sing", 1, call->args[0]);
    }
    ly_matrix result, minor;
    if (!ly_matrix_new(cx, &result, m->rows, m->columns)) {
        ly_release(cx, whole);
        return LY_FAILED;
    }
    for (size_t r = 0; r < m->rows; r++) {
        for (size_t c = 0; c < m->columns; c++) {
            if (!ly_matrix_new(cx, &minor, m->rows - 1, m->columns - 1)) goto failed;
            minor.numeric = false;
            for (size_t i = 0; i + 1 < m->rows; i++)
                for (size_t j = 0; j + 1 < m->columns; j++)
                    *ly_matrix_at(&minor, i, j) = ly_retain(*ly_matrix_at(m, i + (i >= c), j + (j >= r)));
            ly_value d = determinant(cx, &minor);
            ly_matrix_free(cx, &minor);
            ly_value part = ly_failed(d) ? d : ly_element_over(cx, d, whole);
            ly_release(cx, d);
            ly_value turned = ly_failed(part) ? part : ly_element_times(cx, part, LY_INT((r + c) % 2 ? -1 : 1));
            ly_release(cx, part);
            if (ly_failed(turned)) goto failed;
            *ly_matrix_at(&result, r, c) = turned;
        }
    }
    ly_release(cx, whole);
    return ly_matrix_list_take(cx, &result);
failed:
    ly_release(cx, whole);
    ly_matrix_free(cx, &result);
    return LY_FAILED;
}

BUILTIN(Inverse, matrix_inverse, 1, 2, LY_PROTECTED, LY_PURE, "Inverse[m] gives the inverse of the square matrix m.")
static ly_value matrix_inverse(ly_context *cx, ly_expr *call)
{
    ly_matrix m, wide;
    size_t rank, *pivots;
    int outcome = square(cx, call, 0, &m);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    if (!m.numeric && m.rows <= 6) {
        ly_value result = symbolic_inverse(cx, call, &m);
        ly_matrix_free(cx, &m);
        return result;
    }
    size_t n = m.rows;
    pivots = ly_buffer_alloc(cx, (n + 1) * sizeof *pivots);
    if (!pivots || !ly_matrix_new(cx, &wide, n, 2 * n)) {
        ly_buffer_free(cx, pivots);
        ly_matrix_free(cx, &m);
        return LY_FAILED;
    }
    wide.numeric = m.numeric;
    wide.inexact = m.inexact;
    for (size_t r = 0; r < n; r++) {
        for (size_t c = 0; c < n; c++) *ly_matrix_at(&wide, r, c) = ly_retain(*ly_matrix_at(&m, r, c));
        *ly_matrix_at(&wide, r, n + r) = m.inexact ? ly_real(cx, 1) : LY_INT(1);
    }
    ly_value result = LY_FAILED;
    if (ly_matrix_reduce(cx, &wide, n, &rank, pivots, NULL)) {
        if (rank < n) {
            result = ly_message_call(cx, call, "sing", 1, call->args[0]);
        } else {
            for (size_t r = 0; r < n; r++)
                for (size_t c = 0; c < n; c++)
                    if (!replace(cx, ly_matrix_at(&m, r, c), ly_retain(*ly_matrix_at(&wide, r, n + c)))) break;
            result = ly_matrix_list_take(cx, &m);
        }
    }
    ly_matrix_free(cx, &m);
    ly_matrix_free(cx, &wide);
    ly_buffer_free(cx, pivots);
    return result;
}

/* ---- LinearSolve ------------------------------------------------------------------------------ */

BUILTIN(LinearSolve, matrix_linear_solve, 2, 3, LY_PROTECTED, LY_PURE,
        "LinearSolve[m, b] gives an x for which m.x is the vector or matrix b.")
static ly_value matrix_linear_solve(ly_context *cx, ly_expr *call)
{
    ly_matrix m, b, wide;
    bool vector = false;
    int outcome = ly_matrix_read(cx, call->args[0], &m);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    outcome = ly_matrix_read(cx, call->args[1], &b);
    if (outcome == 0 && ly_is_list(call->args[1])) { /* a vector: one column */
        vector = true;
        ly_value list = ly_elements(cx, call->args[1]);
        outcome = ly_failed(list) || !ly_matrix_new(cx, &b, ly_length(call->args[1]), 1) ? -1 : 1;
        for (size_t i = 0; outcome == 1 && i < b.rows; i++) {
            b.items[i] = ly_retain(ly_expr_of(list)->args[i]);
            if (!ly_is_number(b.items[i])) b.numeric = false;
            else if (!ly_is_exact(b.items[i])) b.inexact = true;
        }
        ly_release(cx, list);
    }
    if (outcome != 1) {
        ly_matrix_free(cx, &m);
        return outcome ? LY_FAILED : LY_UNEVALUATED;
    }
    ly_value result = LY_FAILED;
    size_t n = m.columns, k = b.columns, rank, *pivots = ly_buffer_alloc(cx, (m.rows + 1) * sizeof *pivots);
    if (m.rows != b.rows) {
        result = ly_message_call(cx, call, "lslc", 0);
    } else if (pivots && ly_matrix_new(cx, &wide, m.rows, n + k)) {
        wide.numeric = m.numeric && b.numeric;
        wide.inexact = m.inexact || b.inexact;
        for (size_t r = 0; r < m.rows; r++) {
            for (size_t c = 0; c < n; c++) *ly_matrix_at(&wide, r, c) = ly_retain(*ly_matrix_at(&m, r, c));
            for (size_t c = 0; c < k; c++) *ly_matrix_at(&wide, r, n + c) = ly_retain(*ly_matrix_at(&b, r, c));
        }
        ly_matrix solution;
        if (ly_matrix_reduce(cx, &wide, n, &rank, pivots, NULL) && ly_matrix_new(cx, &solution, n, k)) {
            bool solvable = true;
            for (size_t r = rank; r < m.rows; r++)
                for (size_t c = 0; c < k; c++) solvable = solvable && (ly_element_is_zero(*ly_matrix_at(&wide, r, n + c)) || wide.inexact);
            for (size_t r = 0; r < rank; r++)
                for (size_t c = 0; c < k; c++) *ly_matrix_at(&solution, pivots[r], c) = ly_retain(*ly_matrix_at(&wide, r, n + c));
            if (!solvable) {
                ly_matrix_free(cx, &solution);
                result = ly_message_call(cx, call, "nosol", 0);
            } else {
                if (vector) {
                    solution.rows = 1;
                    solution.columns = n;
                }
                result = ly_matrix_list_take(cx, &solution);
                if (vector && !ly_failed(result)) {
                    ly_value row = ly_retain(ly_expr_of(result)->args[0]);
                    ly_release(cx, result);
                    result = row;
                }
            }
        }
        ly_matrix_free(cx, &wide);
    }
    ly_buffer_free(cx, pivots);
    ly_matrix_free(cx, &m);
    ly_matrix_free(cx, &b);
    return result;
}

/* ---- RowReduce, MatrixRank, NullSpace --------------------------------------------------------- */

BUILTIN(RowReduce, matrix_row_reduce, 1, 2, LY_PROTECTED, LY_PURE, "RowReduce[m] gives the reduced row echelon form of m.")
static ly_value matrix_row_reduce(ly_context *cx, ly_expr *call)
{
    ly_matrix m;
    int outcome = ly_matrix_read(cx, call->args[0], &m);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    if (ly_matrix_reduce(cx, &m, m.columns, NULL, NULL, NULL)) return ly_matrix_list_take(cx, &m);
    ly_matrix_free(cx, &m);
    return LY_FAILED;
}

BUILTIN(MatrixRank, matrix_rank, 1, 2, LY_PROTECTED, LY_PURE, "MatrixRank[m] gives the rank of the matrix m.")
static ly_value matrix_rank(ly_context *cx, ly_expr *call)
{
    ly_matrix m;
    size_t rank = 0;
    int outcome = ly_matrix_read(cx, call->args[0], &m);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    bool good = ly_matrix_reduce(cx, &m, m.columns, &rank, NULL, NULL);
    ly_matrix_free(cx, &m);
    return good ? LY_INT((int64_t)rank) : LY_FAILED;
}

/* A multiple of the vector without denominators, if all its elements are rational. */
static ly_value clear_denominators(ly_context *cx, ly_expr *vector)
{
    for (size_t i = 0; i < vector->count; i++)
        if (!ly_is_integer(vector->args[i]) && !ly_is_rational(vector->args[i])) return ly_from_object(vector);
    ly_value denominators = ly_call1(cx, LY_SYM(Denominator), ly_retain(ly_from_object(vector)));
    ly_value multiple = ly_failed(denominators) ? denominators : ly_call2(cx, LY_SYM(Apply), LY_SYM(LCM), denominators);
    if (ly_failed(multiple) || !ly_is_integer(multiple)) {
        ly_release(cx, multiple);
        return ly_failed(multiple) ? LY_FAILED : ly_from_object(vector);
    }
    return ly_call2(cx, LY_SYM(Times), multiple, ly_from_object(vector));
}

BUILTIN(NullSpace, matrix_null_space, 1, 2, LY_PROTECTED, LY_PURE,
        "NullSpace[m] gives a list of vectors that span the null space of m.")
static ly_value matrix_null_space(ly_context *cx, ly_expr *call)
{
    ly_matrix m;
    size_t rank = 0;
    int outcome = ly_matrix_read(cx, call->args[0], &m);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    size_t *pivots = ly_buffer_alloc(cx, (m.rows + 1) * sizeof *pivots);
    ly_builder vectors = ly_builder_new();
    bool good = pivots && ly_matrix_reduce(cx, &m, m.columns, &rank, pivots, NULL);
    for (size_t c = m.columns; good && c-- > 0;) {
        bool is_pivot = false;
        for (size_t r = 0; r < rank; r++) is_pivot = is_pivot || pivots[r] == c;
        if (is_pivot) continue;
        ly_expr *vector = ly_expr_new(cx, LY_SYM(List), m.columns);
        good = vector != NULL;
        if (!good) break;
        vector->args[c] = LY_INT(1);
        for (size_t r = 0; r < rank && good; r++) {
            ly_value v = ly_element_times(cx, LY_INT(-1), *ly_matrix_at(&m, r, c));
            good = !ly_failed(v);
            if (good) vector->args[pivots[r]] = v;
        }
        ly_value whole = good ? clear_denominators(cx, vector) : LY_FAILED;
        good = !ly_failed(whole) && ly_builder_add(cx, &vectors, whole);
    }
    ly_buffer_free(cx, pivots);
    ly_matrix_free(cx, &m);
    if (good) return ly_builder_finish(cx, &vectors, LY_SYM(List));
    ly_builder_drop(cx, &vectors);
    return LY_FAILED;
}
