/* interval.h: arithmetic of Interval[{a, b}, …]. */
#ifndef LY_INTERVAL_H
#define LY_INTERVAL_H

#include "numbers.h"

static inline bool ly_is_interval(ly_value v) { return ly_has_head(v, LY_SYM(Interval)); }
/* f[interval] of a function of one argument; LY_UNEVALUATED where it is not known how. */
ly_value ly_interval_apply(ly_context *cx, ly_value head, ly_value interval);
/* Sum or product ('+', '*') of a call in which an interval stands. */
ly_value ly_interval_fold(ly_context *cx, ly_expr *call, char operation);
ly_value ly_interval_power(ly_context *cx, ly_value base, ly_value exponent);
/* The ends of an interval as a whole, borrowed; false where it has none. A number is its own ends. */
bool ly_interval_ends(ly_value v, ly_value *low, ly_value *high);
/* Sign of a - b for real quantities and infinities: -1, 0, 1; 2 unknown; 3 no real quantity.
   (comparison.c) */
int ly_order_of(ly_context *cx, ly_value a, ly_value b);

#endif
