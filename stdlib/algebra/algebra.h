/* algebra.h: what the files of stdlib/algebra offer each other, grouped by file.

   Ownership as everywhere: arguments are borrowed, results owned, _take consumes. */
#ifndef LY_ALGEBRA_H
#define LY_ALGEBRA_H

#include "eval/eval.h"
#include "match/match.h"
#include "stdlib/algebra/flint.h"
#include "stdlib/lists/lists.h"
#include "value/number.h"

/* ---- term.c: sums, products, powers; all evaluated ---------------------------------------------- */
ly_value ly_sum_take(ly_context *cx, ly_value a, ly_value b);
ly_value ly_difference_take(ly_context *cx, ly_value a, ly_value b);
ly_value ly_product_take(ly_context *cx, ly_value a, ly_value b);
ly_value ly_quotient_take(ly_context *cx, ly_value a, ly_value b);
ly_value ly_raised_take(ly_context *cx, ly_value a, ly_value b);
/* No part of e is the same as x (or matches it). */
bool ly_is_free_of(ly_context *cx, ly_value e, ly_value x);
/* e is Plus[…], Times[…], Power[b, n] */
static inline bool ly_is_plus(ly_value e) { return ly_has_head(e, LY_SYM(Plus)); }
static inline bool ly_is_times(ly_value e) { return ly_has_head(e, LY_SYM(Times)); }
static inline bool ly_is_power(ly_value e) { return ly_has_shape(e, LY_SYM(Power), 2); }
static inline ly_value ly_base_of(ly_value e) { return ly_is_power(e) ? ly_arg(ly_expr_of(e), 0) : e; }
static inline ly_value ly_exponent_of(ly_value e) { return ly_is_power(e) ? ly_arg(ly_expr_of(e), 1) : LY_INT(1); }
/* Number of items that v has under a head (1: v itself), and item i, borrowed. */
static inline size_t ly_operands(ly_value v, ly_value head) { return ly_has_head(v, head) ? ly_expr_of(v)->count : 1; }
static inline ly_value ly_operand(ly_value v, ly_value head, size_t i)
{
    return ly_has_head(v, head) ? ly_arg(ly_expr_of(v), i) : v;
}
/* Applies f to the parts of lists, equations, inequalities and logical expressions that e is made
   of, and to e where it is none of these. */
typedef ly_value ly_algebraic(ly_context *cx, ly_value e, void *data);
ly_value ly_thread_algebraic(ly_context *cx, ly_value e, ly_algebraic *f, void *data);

/* ---- ring.c: polynomials over the rationals in the generators of an expression ------------------ */

typedef struct ly_ring {
    ly_context *cx;
    ly_value *generators;  /* owned, in canonical order */
    size_t count, capacity;
    ly_value index;        /* owned: association of generators to their numbers */
    ly_value within;       /* borrowed: what is free of it (of all, if a List) stays whole; LY_FAILED: nothing */
    bool rational;         /* negative powers are denominators, not generators */
    bool started;          /* flint is initialised */
    fmpq_mpoly_ctx_t flint;
} ly_ring;

/* Gathers the generators of e; then ly_ring_start. False: an error is pending. */
void ly_ring_new(ly_context *cx, ly_ring *ring, ly_value within, bool rational);
bool ly_ring_gather(ly_ring *ring, ly_value e);
bool ly_ring_start(ly_ring *ring);
void ly_ring_free(ly_ring *ring);
/* e as a polynomial (initialised by the caller); not for rational rings' denominators. False: an
   error is pending, or it would be too large (memory is pending then). */
bool ly_ring_read(ly_ring *ring, fmpq_mpoly_t p, ly_value e);
/* The number of the generator, or -1. */
long ly_ring_find(const ly_ring *ring, ly_value generator);
/* The polynomial as a sum, evaluated. */
ly_value ly_ring_write(ly_ring *ring, const fmpq_mpoly_t p);
/* The products that are the polynomial's terms, evaluated one by one, in lexicographic order. */
ly_value ly_rational_of_fmpq(ly_context *cx, const fmpq_t q);
void ly_fmpq_of(fmpq_t q, ly_value rational);
bool ly_ring_multiply(ly_ring *ring, fmpq_mpoly_t p, const fmpq_mpoly_t a, const fmpq_mpoly_t b);
bool ly_ring_power(ly_ring *ring, fmpq_mpoly_t p, const fmpq_mpoly_t a, unsigned long n);

/* ---- expand.c */
/* Products and powers of sums written out; those free of `within` stay (LY_FAILED: none do). */
ly_value ly_expand(ly_context *cx, ly_value e, ly_value within);
ly_value ly_expand_take(ly_context *cx, ly_value e);

/* ---- coefficients.c: an expression as a polynomial in some of its parts */
typedef struct ly_collected {
    size_t count, capacity;  /* of terms */
    size_t width;            /* number of variables */
    ly_value *exponents;     /* owned; count rows of width */
    ly_value *coefficients;  /* owned */
} ly_collected;
/* The terms of e (expanded in the variables), those of the same powers put together. */
bool ly_collect_terms(ly_context *cx, ly_collected *c, ly_value e, size_t n, const ly_value *variables);
void ly_collected_free(ly_context *cx, ly_collected *c);
/* Sum of coefficients times powers, each coefficient under the head h (LY_FAILED: none). */
ly_value ly_collect(ly_context *cx, ly_value e, size_t n, const ly_value *variables, ly_value h);
bool ly_is_polynomial(ly_context *cx, ly_value e, size_t n, const ly_value *variables);
/* The variables of e as a sorted List. */
ly_value ly_variables(ly_context *cx, ly_value e);
/* e is a polynomial in x: the coefficients of x^0, x^1, … (owned; free with ly_release each and
   ly_buffer_free), and how many; NULL: it is none (nothing pending), or an error is pending. */
ly_value *ly_coefficients(ly_context *cx, ly_value e, ly_value x, size_t *count);
void ly_coefficients_free(ly_context *cx, ly_value *items, size_t count);

/* ---- rational.c */
ly_value ly_together(ly_context *cx, ly_value e);
ly_value ly_factor(ly_context *cx, ly_value e);
ly_value ly_numerator(ly_context *cx, ly_value e);
ly_value ly_denominator(ly_context *cx, ly_value e);

/* ---- derivative.c */
/* The derivative of e with respect to x. */
ly_value ly_derivative(ly_context *cx, ly_value e, ly_value x);

/* ---- of stdlib/numbers */
/* A formula's text with items[i] for its slot i + 1, evaluated. */
ly_value ly_formula(ly_context *cx, const char *text, size_t n, const ly_value *items);

#endif
