/* special.h: special functions by Arb: how they are called. */
#ifndef LY_SPECIAL_H
#define LY_SPECIAL_H

#include "numeric.h"

/* What Arb's function takes beside its complex arguments, in order. */
typedef enum ly_ball_shape {
    LY_BALL_PLAIN,       /* (out, arguments…, bits) */
    LY_BALL_FLAG,        /* (out, arguments…, 0, bits) */
    LY_BALL_REGULARIZED, /* (out, arguments…, 1, bits) */
} ly_ball_shape;

/* The value for number arguments of which one at least is inexact; LY_UNEVALUATED otherwise, or where
   there is none. Up to 4 arguments. */
ly_value ly_special(ly_context *cx, ly_expr *call, const char *name, ly_ball_shape shape);
/* The same with arguments given. */
ly_value ly_special_of(ly_context *cx, size_t n, const ly_value *args, const char *name, ly_ball_shape shape);

#endif
