/* element.c: elements of matrices, and matrices read from and written to lists. */
#include "matrices.h"

ly_value ly_element_times(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_number(a) && ly_is_number(b)) return ly_multiply(cx, a, b);
    if (a == LY_INT(0) || b == LY_INT(0)) return LY_INT(0);
    if (a == LY_INT(1)) return ly_retain(b);
    if (b == LY_INT(1)) return ly_retain(a);
    return ly_call2(cx, LY_SYM(Times), ly_retain(a), ly_retain(b));
}

ly_value ly_element_plus(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_number(a) && ly_is_number(b)) return ly_add(cx, a, b);
    if (a == LY_INT(0)) return ly_retain(b);
    if (b == LY_INT(0)) return ly_retain(a);
    return ly_call2(cx, LY_SYM(Plus), ly_retain(a), ly_retain(b));
}

ly_value ly_element_minus(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_number(a) && ly_is_number(b)) return ly_subtract(cx, a, b);
    if (b == LY_INT(0)) return ly_retain(a);
    return ly_call2(cx, LY_SYM(Subtract), ly_retain(a), ly_retain(b));
}

ly_value ly_element_over(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_number(a) && ly_is_number(b) && !ly_element_is_zero(b)) return ly_divide(cx, a, b);
    if (a == LY_INT(0)) return LY_INT(0);
    return ly_call2(cx, LY_SYM(Divide), ly_retain(a), ly_retain(b));
}

bool ly_element_is_zero(ly_value v)
{
    if (ly_is_int(v)) return v == LY_INT(0);
    if (ly_is_real(v)) return ly_real_of(v) == 0;
    if (ly_is_complex(v)) return ly_element_is_zero(ly_complex_of(v)->re) && ly_element_is_zero(ly_complex_of(v)->im);
    return ly_is_bigreal(v) && mpfr_zero_p(ly_bigreal_of(v)->f);
}

bool ly_matrix_new(ly_context *cx, ly_matrix *m, size_t rows, size_t columns)
{
    double total = (double)rows * (double)columns;
    *m = (ly_matrix){rows, columns, NULL, true, false};
    if (!ly_memory_can(cx, total > 1e17 ? SIZE_MAX / 2 : (rows * columns + 1) * sizeof(ly_value))) return false;
    m->items = ly_buffer_alloc(cx, (rows * columns + 1) * sizeof *m->items);
    if (!m->items) return false;
    for (size_t i = 0; i < rows * columns; i++) m->items[i] = LY_INT(0);
    return true;
}

void ly_matrix_free(ly_context *cx, ly_matrix *m)
{
    for (size_t i = 0; m->items && i < m->rows * m->columns; i++) ly_release(cx, m->items[i]);
    ly_buffer_free(cx, m->items);
    m->items = NULL;
}

int ly_matrix_read(ly_context *cx, ly_value v, ly_matrix *m)
{
    size_t dims[3];
    if (!ly_is_list(v) || ly_dimensions(v, 3, dims) < 2) return 0;
    if (!ly_matrix_new(cx, m, dims[0], dims[1])) return -1;
    for (size_t r = 0; r < m->rows; r++) {
        ly_value row = ly_element(cx, v, r);
        for (size_t c = 0; c < m->columns && !ly_failed(row); c++) {
            ly_value item = ly_element(cx, row, c);
            *ly_matrix_at(m, r, c) = item;
            if (!ly_is_number(item)) m->numeric = false;
            else if (!ly_is_exact(item)) m->inexact = true;
        }
        ly_release(cx, row);
        if (ly_failed(row)) {
            ly_matrix_free(cx, m);
            return -1;
        }
    }
    return 1;
}

ly_value ly_matrix_list_take(ly_context *cx, ly_matrix *m)
{
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), m->rows);
    for (size_t r = 0; list && r < m->rows; r++) {
        ly_expr *row = ly_expr_new(cx, LY_SYM(List), m->columns);
        if (!row) {
            ly_release(cx, ly_from_object(list));
            list = NULL;
            break;
        }
        for (size_t c = 0; c < m->columns; c++) row->args[c] = ly_retain(*ly_matrix_at(m, r, c));
        list->args[r] = ly_from_object(row);
    }
    ly_matrix_free(cx, m);
    return list ? ly_from_object(list) : LY_FAILED;
}
