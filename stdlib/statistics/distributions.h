/* distributions.h: what other files ask about probability distributions. */
#ifndef LY_DISTRIBUTIONS_H
#define LY_DISTRIBUTIONS_H

#include "eval/eval.h"

/* Mean[d], Variance[d], Quantile[d, q] … for a call whose first argument is a distribution that is
   known (distributions.def); LY_UNEVALUATED for any other. */
ly_value ly_of_distribution(ly_context *cx, ly_expr *call);

#endif
