/* univariate.h: polynomials in one variable whose coefficients are expressions. */
#ifndef LY_UNIVARIATE_H
#define LY_UNIVARIATE_H

#include "algebra.h"

/* items[i]: the coefficient of x^i (owned); the last is not zero. count 0: the zero polynomial. */
typedef struct ly_univariate {
    ly_value *items;
    size_t count;
} ly_univariate;

/* e as a polynomial in x; false: it is none (nothing pending), or an error is pending. */
bool ly_univariate_read(ly_context *cx, ly_univariate *p, ly_value e, ly_value x);
void ly_univariate_free(ly_context *cx, ly_univariate *p);
ly_value ly_univariate_write(ly_context *cx, const ly_univariate *p, ly_value x);
bool ly_univariate_copy(ly_context *cx, ly_univariate *to, const ly_univariate *from);
/* a = q b + r; b is not zero. False: an error is pending. */
bool ly_univariate_divide(ly_context *cx, const ly_univariate *a, const ly_univariate *b,
                          ly_univariate *q, ly_univariate *r);
bool ly_univariate_multiply(ly_context *cx, const ly_univariate *a, const ly_univariate *b, ly_univariate *p);
bool ly_univariate_subtract(ly_context *cx, const ly_univariate *a, const ly_univariate *b, ly_univariate *p);
/* s a + t b = g, the monic greatest common divisor. */
bool ly_univariate_extended_gcd(ly_context *cx, const ly_univariate *a, const ly_univariate *b,
                                ly_univariate *g, ly_univariate *s, ly_univariate *t);

#endif
