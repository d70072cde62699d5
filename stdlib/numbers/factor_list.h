/* factor_list.h: the factors of a product, powers of equal bases joined (times.c). */
#ifndef LY_FACTOR_LIST_H
#define LY_FACTOR_LIST_H

#include "numbers.h"

typedef struct factor {
    ly_value base;     /* borrowed */
    ly_value exponent; /* owned */
    uint32_t hash;     /* of the base */
    uint32_t joined;   /* how many arguments it stands for */
    ly_value whole;    /* borrowed: the argument itself, while joined is 1 */
} factor;

typedef struct factors {
    factor *items;
    size_t count;
    bool changed;
} factors;

/* circular_products.c: where functions of one angle meet, *result is the whole product (owned), else
   LY_FAILED with nothing pending. False: failed. */
bool ly_join_circular(ly_context *cx, factors *f, ly_value number, ly_value *result);
/* 1/Sin[x]^n is Csc[x]^n …; LY_UNEVALUATED for anything else. */
ly_value ly_circular_power(ly_context *cx, ly_value base, ly_value exponent);

/* numeric_roots.c: the same for equal roots of positive numeric quantities. */
bool ly_join_numeric_roots(ly_context *cx, factors *f, ly_value number, ly_value *result);

#endif
