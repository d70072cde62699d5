/* modules.h: ends (and starts) of the records that modules keep in the context. */
#ifndef LY_MODULES_H
#define LY_MODULES_H

#include "eval/context.h"

void ly_names_start(ly_context *cx); /* names.c */
void ly_names_end(ly_context *cx);
void ly_library_end(ly_context *cx); /* library.c */
/* These keep nothing until they are first used. */
void ly_random_end(ly_context *cx);  /* stdlib/numbers: random numbers */
void ly_streams_end(ly_context *cx); /* foreign/stream.c */
void ly_session_end(ly_context *cx); /* session.c */
void ly_string_patterns_end(ly_context *cx); /* stdlib/strings/pattern.c */

#endif
