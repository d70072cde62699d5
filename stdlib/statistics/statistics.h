/* statistics.h: what the built-ins on data share. */
#ifndef LY_STATISTICS_H
#define LY_STATISTICS_H

#include "stdlib/lists/lists.h"

/* The data of argument `at` as a List, owned: a list, or the values of an association.
   LY_UNEVALUATED: neither. */
ly_value ly_data(ly_context *cx, ly_expr *call, size_t at);
/* Whether the data are a matrix: then functions work on its columns. */
bool ly_is_table(ly_value data);
/* f of each column (other arguments of the call follow): an unevaluated List. */
ly_value ly_by_columns(ly_context *cx, ly_expr *call, ly_value data);
/* All elements are numbers. */
bool ly_all_numbers(ly_value data);
/* Total, mean, and the list of elements less the mean, each owned. LY_FAILED: an error is pending */
ly_value ly_total(ly_context *cx, ly_value data);
ly_value ly_mean(ly_context *cx, ly_value data);
ly_value ly_deviations(ly_context *cx, ly_value data);
/* a/n */
ly_value ly_over_take(ly_context *cx, ly_value a, ly_value n);
/* The elements in numerical order, owned; LY_UNEVALUATED: some are no real numbers. */
ly_value ly_sorted(ly_context *cx, ly_value data);

#endif
