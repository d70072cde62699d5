/* numbers.h: what the files of stdlib/numbers offer each other, grouped by file.

   Ownership as everywhere: arguments are borrowed, results owned, _take consumes. */
#ifndef LY_NUMBERS_H
#define LY_NUMBERS_H

#include "eval/eval.h"
#include "value/number.h"

/* ---- infinity.c: DirectedInfinity, ComplexInfinity, Indeterminate ------------------------------ */

/* v is DirectedInfinity[…]: its direction (borrowed) in *direction, LY_FAILED for ComplexInfinity */
bool ly_is_infinity(ly_value v, ly_value *direction);
ly_value ly_infinity(ly_context *cx, int sign); /* sign 0: ComplexInfinity */
/* symbol::indet for an expression (consumed); Indeterminate */
ly_value ly_indeterminate_take(ly_context *cx, ly_value symbol, ly_value expression);
/* Power::infy for an expression (consumed); ComplexInfinity */
ly_value ly_infinite_take(ly_context *cx, ly_value expression);

/* ---- plus.c, times.c, power.c ------------------------------------------------------------------ */

/* A term of a sum: number * factors; a factor of one is the value itself. */
typedef struct ly_term {
    ly_value number;         /* borrowed; 1 where the term has none */
    const ly_value *factors; /* borrowed, the product without its number */
    size_t count;
} ly_term;
/* Reads a term from *v; the factors may point to v itself, which must stay where it is. */
ly_term ly_term_of(const ly_value *v);
/* a + b, a b, a^b, a - b, a/b of any expressions, evaluated. Arguments consumed. */
ly_value ly_plus_take(ly_context *cx, ly_value a, ly_value b);
ly_value ly_times_take(ly_context *cx, ly_value a, ly_value b);
ly_value ly_power_take(ly_context *cx, ly_value a, ly_value b);
/* -a: evaluated. */
ly_value ly_minus_take(ly_context *cx, ly_value a);
/* True where v is, or begins with, a negative number: what f[-x] -> -f[x] recognises. */
bool ly_is_negative_form(ly_value v);
/* -v for such a v, evaluated */
ly_value ly_negated_form(ly_context *cx, ly_value v);

/* ---- packed_arithmetic.c ----------------------------------------------------------------------- */

/* a op b ('+', '*', '^') where one at least is a packed array and the other one of its shape, or a
   machine number; LY_UNEVALUATED where it can't be done in machine numbers. */
ly_value ly_packed_arithmetic(ly_context *cx, char operation, ly_value a, ly_value b);
/* The same over all arguments of a call. */
ly_value ly_packed_fold(ly_context *cx, char operation, ly_expr *call);

/* ---- formula.c --------------------------------------------------------------------------------- */

/* The value of a formula written as program text; #1, #2 … are the n items (borrowed). */
ly_value ly_formula(ly_context *cx, const char *text, size_t n, const ly_value *items);

/* ---- turns.c: arguments of circular functions ---------------------------------------------------- */

/* v is r Pi (or r Degree) for a rational r: r owned, else LY_FAILED. */
ly_value ly_turns(ly_context *cx, ly_value v);
/* v is I times something: that (owned), else LY_FAILED. */
ly_value ly_without_i(ly_context *cx, ly_value v);

/* ---- radicals.c: products of rational powers of rational numbers ------------------------------- */

/* number * (product of bases[i]^exponents[i]), all rational, in canonical form; LY_UNEVALUATED where
   that is what is there already (sorted bases). */
ly_value ly_radicals(ly_context *cx, ly_value number, size_t n, const ly_value *bases,
                     const ly_value *exponents);

/* ---- numeric.c: numeric values of exact expressions -------------------------------------------- */

/* NumericQ */
bool ly_is_numeric(ly_context *cx, ly_value v);
/* An inexact number among the n items; *precision the lowest precision of these. */
bool ly_any_inexact(const ly_value *items, size_t n, double *precision);
bool ly_is_inexact(ly_value v);
/* N[v, precision] (LY_MACHINE_PRECISION for machine numbers). */
ly_value ly_n(ly_context *cx, ly_value v, double precision);
/* The numeric value of v as a machine number, without messages: true if v is a real number, or a
   numeric expression whose value is real. */
bool ly_numeric_double(ly_context *cx, ly_value v, double *out);
/* Sign of a real numeric expression, certified: -1, 0 (exactly zero, or too close to tell), 1; 2
   where v is no real numeric quantity. *certain: false when 0 was not proved. */
int ly_numeric_sign(ly_context *cx, ly_value v, bool *certain);
/* Whether a numeric v is zero: 1, 0; -1 unknown. */
int ly_numeric_is_zero(ly_context *cx, ly_value v);
/* An exact numeric v as a number of this precision; LY_UNEVALUATED if it isn't one. */
ly_value ly_numeric_value(ly_context *cx, ly_value v, double precision);

#endif
