/* roots.h: the roots of polynomials in one variable. */
#ifndef LY_ROOTS_H
#define LY_ROOTS_H

#include "algebra.h"

/* The roots of a polynomial in x as a List, as often as their multiplicity; LY_UNEVALUATED where it
   is no polynomial in x. *complete: all of them were found. */
ly_value ly_roots(ly_context *cx, ly_value polynomial, ly_value x, bool *complete);

#endif
