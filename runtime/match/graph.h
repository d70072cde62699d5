/* graph.h: rules applied again and again to expressions without a meaning of their own. */
#ifndef LY_GRAPH_H
#define LY_GRAPH_H

#include "match/match.h"

/* e //. rules, for `most` rounds at most: what the rounds made of e gave (owned), their number in *rounds;
   *ended: the last one changed nothing. Not ended, with fewer than `most`: the evaluator must go on from
   there. LY_UNEVALUATED: no round was made, since something has a meaning. LY_FAILED: an error is pending. */
ly_value ly_graph_repeat(ly_context *cx, ly_rules *rules, ly_value e, int64_t most, int64_t *rounds, bool *ended);

#endif
