/* lend.h: values that other threads read for a while.

   The plain objects of a context's values become immortal and borrowed, as those of a base are
   (eval/snapshot.h): whoever evaluates with them counts nothing, and what leaves a task is a copy of
   them. When all have stopped, their counts come back. Meanwhile the owner's own evaluation rests.

   Beside sharing (value/copy.h), which is for ever and makes every later count atomic, and copying,
   which costs an allocation for each object: lending visits each object twice. */
#ifndef LY_LEND_H
#define LY_LEND_H

#include "value/copy.h"

typedef struct ly_loan {
    struct ly_lent *objects;
    size_t count, capacity;
    ly_word_stack todo;
} ly_loan;

/* Zero it to begin. Adds v (borrowed) and all that it holds. False: no memory, pending; what was added
   before stays lent. */
bool ly_lend(ly_context *cx, ly_loan *loan, ly_value v);
/* Everything is as it was before. On the thread that lent. */
void ly_loan_end(ly_loan *loan);

#endif
