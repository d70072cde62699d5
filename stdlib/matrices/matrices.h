/* matrices.h: matrices as rows of values, and arithmetic on their elements.

   Elements are any expressions: numbers are combined at once, the rest by the evaluator. */
#ifndef LY_MATRICES_H
#define LY_MATRICES_H

#include "stdlib/lists/lists.h"

/* ---- element.c */
/* a b, a + b, a - b, a/b of elements; LY_FAILED: an error is pending */
ly_value ly_element_times(ly_context *cx, ly_value a, ly_value b);
ly_value ly_element_plus(ly_context *cx, ly_value a, ly_value b);
ly_value ly_element_minus(ly_context *cx, ly_value a, ly_value b);
ly_value ly_element_over(ly_context *cx, ly_value a, ly_value b);
bool ly_element_is_zero(ly_value v);

typedef struct ly_matrix {
    size_t rows, columns;
    ly_value *items; /* owned values, row by row */
    bool numeric;    /* all are numbers */
    bool inexact;    /* numbers, one of them at least inexact */
} ly_matrix;
/* Reads a list of lists of one length: 1; 0: it is none; -1: failed. */
int ly_matrix_read(ly_context *cx, ly_value v, ly_matrix *m);
/* rows by columns, all 0. False: failed. */
bool ly_matrix_new(ly_context *cx, ly_matrix *m, size_t rows, size_t columns);
void ly_matrix_free(ly_context *cx, ly_matrix *m);
/* As a list of lists; the matrix is freed. */
ly_value ly_matrix_list_take(ly_context *cx, ly_matrix *m);
static inline ly_value *ly_matrix_at(const ly_matrix *m, size_t r, size_t c) { return &m->items[r * m->columns + c]; }

/* ---- eliminate.c */
/* Brings m to reduced row echelon form in its first `columns` columns. rank: rows that are not zero;
   pivots: their columns (room for m->rows). *sign: of the exchanges; *product: of the pivots, owned.
   Either may be NULL. False: failed. */
bool ly_matrix_reduce(ly_context *cx, ly_matrix *m, size_t columns, size_t *rank, size_t *pivots, ly_value *determinant);

/* ---- dot_numbers.c */
/* a.b of packed vectors and matrices; LY_UNEVALUATED: they are others, or the result leaves machine numbers. */
ly_value ly_dot_numbers(ly_context *cx, ly_value a, ly_value b);

#endif
