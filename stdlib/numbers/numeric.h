/* numeric.h: numeric values of functions, and how they are computed at each kind of precision. */
#ifndef LY_NUMERIC_H
#define LY_NUMERIC_H

#include <complex.h>
/* the C header's macro would hide the name I in expressions; _Complex_I says the same */
#undef I

#include "numbers.h"

/* ---- functions of one argument (elementary.c and others give the rows) ------------------------- */

/* An evaluation in Arb of one function: out and in are acb_t, bits the working precision. */
typedef void ly_ball_function(void *out, const void *in, long bits);

typedef struct ly_numeric_function {
    double (*real)(double);                      /* NULL: none */
    double low, high;                            /* where the value is real */
    double complex (*analytic)(double complex);  /* NULL: by Arb */
    int (*mpfr)(mpfr_t, const mpfr_t, mpfr_rnd_t); /* NULL: by Arb */
    const char *ball;                            /* name of Arb's function acb_… (out, in, bits) */
    double complex (*slope)(double complex);     /* the derivative, for precision; NULL: as 1 */
} ly_numeric_function;

/* The value for an inexact number x; LY_UNEVALUATED where it can't be computed. */
ly_value ly_apply_numeric(ly_context *cx, const ly_numeric_function *f, ly_value x);
/* A machine complex number; a real one where keep_complex is false and im is 0. */
ly_value ly_machine_complex(ly_context *cx, double complex z);
/* v, any number, as a C complex. False if it does not fit. */
bool ly_to_complex(ly_value v, double complex *out);

/* ---- power_numbers.c */
ly_value ly_power_numbers(ly_context *cx, ly_value base, ly_value exponent);
/* E^x for an inexact number x */
ly_value ly_exponential(ly_context *cx, ly_value x);

/* ---- arb.c: Arb, loaded on first use */
/* Arb's function of this name (n arguments acb_t, then bits) of numbers, to the given precision:
   exact arguments count as exact. LY_UNEVALUATED where there is no finite value or no library. */
ly_value ly_arb_call(ly_context *cx, const char *name, size_t n, const ly_value *args, double precision);
/* A function that calls Arb in its own way: gets the balls (acb_t array) and the working bits. */
typedef void ly_arb_body(void *out, const void *const *in, long bits, const void *data);
ly_value ly_arb_with(ly_context *cx, ly_arb_body *body, const void *data, size_t n,
                     const ly_value *args, double precision);
/* A constant arb_const_… */
ly_value ly_arb_constant(ly_context *cx, const char *name, double precision);
/* The address of a function of Arb or FLINT, NULL where there is none. */
void *ly_arb_symbol(const char *name);

/* ---- constants.c */
/* Pi, E … to a precision; LY_UNEVALUATED where the symbol is no known constant. */
ly_value ly_constant_value(ly_context *cx, ly_value symbol, double precision);

#endif
