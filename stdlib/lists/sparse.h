/* sparse.h: sparse arrays, as the other built-ins see them. */
#ifndef LY_SPARSE_H
#define LY_SPARSE_H

#include "stdlib/lists/lists.h"

/* v is a SparseArray in its own form. */
bool ly_is_sparse(ly_value v);
/* The list of lists that it stands for, owned; LY_UNEVALUATED: its form is broken. */
ly_value ly_sparse_normal(ly_context *cx, ly_value v);

#endif
