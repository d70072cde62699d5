/* modules.h: ends (and starts) of the records that modules keep in the context. */
#ifndef LY_MODULES_H
#define LY_MODULES_H

#include "eval/context.h"

bool ly_names_start(ly_context *cx); /* names.c; false: no memory */
void ly_names_end(ly_context *cx);
void ly_library_end(ly_context *cx); /* library.c */
void ly_names_forget(ly_context *cx); /* the values that were seen of $Context and $ContextPath */
/* Random numbers go on as the seed, a call and an element say (stdlib/numbers). */
void ly_random_key(ly_context *cx, uint64_t seed, uint64_t call, uint64_t element);
/* The key of the next call of a parallel function. False: no memory, pending. */
bool ly_random_next_key(ly_context *cx, uint64_t *seed, uint64_t *call);
/* These keep nothing until they are first used. */
void ly_random_end(ly_context *cx);  /* stdlib/numbers: random numbers */
void ly_streams_end(ly_context *cx); /* foreign/stream.c */
void ly_streams_flush(ly_context *cx); /* writes what open streams hold: the program ends */
void ly_session_end(ly_context *cx); /* session.c */
void ly_string_patterns_end(ly_context *cx); /* stdlib/strings/pattern.c */

#endif
