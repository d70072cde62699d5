/* series.h: truncated power series. */
#ifndef LY_SERIES_H
#define LY_SERIES_H

#include "algebra.h"

/* Sum of items[i] t^((low + i)/den) for low + i < order, and O(t^(order/den)), where t = x - x0, or
   1/x for x0 = Infinity (then t > 0). items has order - low values, owned. */
typedef struct ly_series {
    int64_t low, order, den;
    ly_value *items;
} ly_series;

/* What a series is in. */
typedef struct ly_expansion {
    ly_context *cx;
    ly_value x, x0;
    int64_t order;   /* terms up to t^(order - 1) are wanted, counted in whole powers */
    bool failed;     /* there is no such series (as opposed to an error) */
} ly_expansion;

void ly_series_free(ly_context *cx, ly_series *s);
/* e as a series; false: failed is set, or an error is pending. */
bool ly_series_of(ly_expansion *x, ly_value e, ly_series *s);
/* Leading zeros dropped; false where nothing is left but the error term. */
bool ly_series_trim(ly_context *cx, ly_series *s);
/* SeriesData[…] with parts that make sense. */
bool ly_is_series(ly_value v);
/* SeriesData[…] as a sum, its error term dropped. */
ly_value ly_series_normal(ly_context *cx, ly_value data);
/* SeriesData[…] with parts that make sense. */
bool ly_is_series(ly_value v);
/* SeriesData[…] as a sum, its error term dropped. */
ly_value ly_series_normal(ly_context *cx, ly_value data);

#endif
