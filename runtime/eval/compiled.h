/* compiled.h: what the files behind abi.h share. */
#ifndef LY_COMPILED_H
#define LY_COMPILED_H

#include "eval/eval.h"

/* f[a], f[a, b] of evaluated arguments, which are consumed. */
static inline ly_value apply1(ly_context *cx, ly_value f, ly_value a) { return ly_apply_take(cx, ly_make1(cx, f, a)); }
static inline ly_value apply2(ly_context *cx, ly_value f, ly_value a, ly_value b)
{
    return ly_apply_take(cx, ly_make2(cx, f, a, b));
}

#endif
