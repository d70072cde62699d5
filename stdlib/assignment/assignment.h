/* assignment.h: what the assignment built-ins share. */
#ifndef LY_ASSIGNMENT_H
#define LY_ASSIGNMENT_H

#include "eval/eval.h"

/* Makes the assignment lhs = rhs (lhs := rhs where delayed), messages under the name of `who`. lhs is
   as it was written, rhs as it shall be stored. 1 done, 0 refused with a message, -1 failed. */
int ly_assign(ly_context *cx, ly_value who, ly_value lhs, ly_value rhs, bool delayed);
/* The same as a rule of `tag` (TagSet) or of the symbols of its arguments (UpSet: tag LY_FAILED). */
int ly_assign_up(ly_context *cx, ly_value who, ly_value tag, ly_value lhs, ly_value rhs, bool delayed);
/* lhs =. */
int ly_unassign(ly_context *cx, ly_value who, ly_value lhs);
/* May the symbol be assigned to? Gives the message if not. */
bool ly_may_assign(ly_context *cx, ly_value who, ly_value symbol, ly_value lhs);

#endif
