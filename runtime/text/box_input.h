/* box_input.h: boxes in programs. */
#ifndef LY_BOX_INPUT_H
#define LY_BOX_INPUT_H

#include "text/lexer.h"
#include "text/text.h"

/* What boxes mean as input, not evaluated (owned). LY_FAILED with nothing pending: their text has a
   syntax error. */
ly_value ly_from_boxes(ly_context *cx, ly_value box);
/* RowBox[…], SqrtBox[…] … */
bool ly_is_box(ly_value v);
/* Reads boxes from behind "\(" to behind "\)" (owned); expression reads what stands behind "\*".
   LY_FAILED: an error was noted, or is pending. */
ly_value ly_read_boxes(ly_context *cx, ly_lexer *lexer, ly_value (*expression)(void *data), void *data);

#endif
