/* control.h: bodies, handlers and failures, for the built-ins that take them. */
#ifndef LY_CONTROL_H
#define LY_CONTROL_H

#include "eval/eval.h"

/* {a; b; c} where a body is expected is the block a; b; c: the body itself (borrowed). */
ly_value ly_body_of(ly_value body);
/* Calls a handler (held): a function, or name -> body. Consumes argument. */
ly_value ly_call_handler_take(ly_context *cx, ly_value handler, ly_value argument);
/* Failure["kind", <|"Message" -> message|>] */
ly_value ly_failure_new(ly_context *cx, const char *kind, const char *message);
/* The failure that the pending error is for a handler, the error taken out; LY_FAILED (still pending)
   if it is none that handlers get. */
ly_value ly_pending_failure(ly_context *cx);

#endif
