/* scoping.h: symbols that have another meaning for a while. */
#ifndef LY_SCOPING_H
#define LY_SCOPING_H

#include "eval/context.h"

/* The symbol loses its definition (not its attributes) until ly_block_end gives it back. Iterators
   (Do, Table …) use these for their variables. */
void ly_block_begin(ly_context *cx, ly_value symbol, ly_definition *saved);
void ly_block_end(ly_context *cx, ly_value symbol, ly_definition *saved);
/* The value of a variable that the evaluator itself reads ($RecursionLimit, $IterationLimit) was set
   or given back: the evaluator's copy follows. Other symbols: nothing. */
void ly_variable_set(ly_context *cx, ly_value symbol);

#endif
