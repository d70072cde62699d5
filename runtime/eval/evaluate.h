/* evaluate.h: what the evaluator's own files share. */
#ifndef LY_EVALUATE_H
#define LY_EVALUATE_H

#include "eval/attribute.h"
#include "eval/context.h"

/* ---- function.c */
/* Applies a Function expression to the arguments of call: the body with them put in (owned, not
   evaluated), or LY_UNEVALUATED with a message. */
ly_value ly_apply_function(ly_context *cx, ly_value function, ly_expr *call);
/* Attributes of Function[params, body, attributes]. */
uint32_t ly_function_attributes(ly_context *cx, ly_value function);

#endif
