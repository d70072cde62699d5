/* fraction.h: rational functions as products of powers of polynomials. */
#ifndef LY_FRACTION_H
#define LY_FRACTION_H

#include "algebra.h"

/* constant * product of factors[i]^exponents[i]; the factors are primitive over the integers, their
   leading coefficients positive, none of them constant; those with negative exponents are coprime to
   those with positive ones, and to each other. */
typedef struct ly_fraction {
    ly_ring *ring;
    fmpq_t constant;
    size_t count, capacity;
    fmpq_mpoly_struct *factors;
    long *exponents;
} ly_fraction;

void ly_fraction_start(ly_ring *ring, ly_fraction *f); /* 1 */
void ly_fraction_end(ly_fraction *f);
/* f times p^exponent; p is left as it was. Powers of generators are split off denominators. */
bool ly_fraction_multiply(ly_fraction *f, const fmpq_mpoly_t p, long exponent);
/* Reads an expression: sums are put over one denominator. */
bool ly_fraction_read(ly_fraction *f, ly_value e);
/* Numerator and denominator written out (initialised by the caller). */
bool ly_fraction_numerator(ly_fraction *f, fmpq_mpoly_t p);
bool ly_fraction_denominator(ly_fraction *f, fmpq_mpoly_t p);
void ly_fraction_place_sign(ly_fraction *f);
ly_value ly_fraction_write(ly_fraction *f);
/* Every factor replaced by its irreducible factors. */
bool ly_fraction_factor(ly_fraction *f);
bool ly_fraction_square_free(ly_fraction *f);

#endif
