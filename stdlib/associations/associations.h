/* associations.h: what the built-ins on associations share. */
#ifndef LY_ASSOCIATIONS_H
#define LY_ASSOCIATIONS_H

#include "stdlib/lists/lists.h"

/* An association, a rule, or a list of rules as an association, owned; LY_UNEVALUATED: none of them. */
ly_value ly_as_association(ly_context *cx, ly_value v);
/* "The argument `1` is not a valid Association or a list of rules."; LY_UNEVALUATED */
ly_value ly_message_invrl(ly_context *cx, ly_expr *call, ly_value v);
/* Missing["KeyAbsent", key] */
ly_value ly_key_absent(ly_context *cx, ly_value key);

#endif
