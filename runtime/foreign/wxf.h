/* wxf.h: expressions as bytes (the WXF format), for files and for other processes. */
#ifndef LY_WXF_H
#define LY_WXF_H

#include "eval/context.h"
#include "value/value.h"

/* Adds v to text, without the format's "8:" in front. False: v holds what has no written form (a
   foreign object), or an error is pending. */
bool ly_wxf_put(ly_context *cx, ly_text *text, ly_value v);
/* Reads what ly_wxf_put wrote, owned; LY_FAILED: the bytes are something else, or an error is pending. */
ly_value ly_wxf_get(ly_context *cx, const void *bytes, size_t count);

#endif
