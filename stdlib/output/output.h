/* output.h: what the built-ins that write things share. */
#ifndef LY_OUTPUT_H
#define LY_OUTPUT_H

#include "eval/context.h"
#include "eval/eval.h"
#include "text/text.h"
#include "value/value.h"

/* The text as a string, or LY_FAILED with the error pending where it is marked failed; frees it. */
ly_value output_string(ly_context *cx, ly_text *text);
/* e as ToString[e, form] writes it; LY_UNEVALUATED: no form that text can be made in. */
ly_value output_to_string(ly_context *cx, ly_value e, ly_value form);
/* The text of a template ("Hi `name`, <* 1 + 1 *>") filled from slots: a list, an association or
   LY_FAILED for none. */
ly_value output_fill_template(ly_context *cx, ly_value text, ly_value slots);
/* e as TextString writes it. */
bool output_text_string(ly_context *cx, ly_text *text, ly_value e);

/* A failure in the middle of text shows its message: that, owned, or LY_FAILED (nothing pending) where
   v is no failure, or has none. */
ly_value output_failure_message(ly_context *cx, ly_value v);

#endif
