/* tree.h: combining many values into one, in an order that their number alone decides. */
#ifndef LY_TREE_H
#define LY_TREE_H

#include "eval/context.h"

/* f, which is associative, between all elements of a list (consumed): f[] for none. In this context. */
ly_value ly_tree_take(ly_context *cx, ly_value f, ly_value list);

#endif
