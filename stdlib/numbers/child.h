/* child.h: computations of libraries that can't be interrupted, in a child process that can be ended. */
#ifndef LY_CHILD_H
#define LY_CHILD_H

#include "eval/context.h"

typedef ly_value ly_child_function(ly_context *cx, const void *data);

/* function(cx, data), evaluated in a copy of the process; ended as soon as this evaluation is to end.
   Its result holds numbers, strings, expressions and symbols that were there before. Where there can
   be no child, or it ends otherwise, the function is called here. What it prints, assigns or opens is
   lost: it must do none of that. */
ly_value ly_in_child(ly_context *cx, ly_child_function *function, const void *data);

#endif
