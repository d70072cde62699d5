/* copy.h: values on their way from one context to another: copied, shared, or let go. */
#ifndef LY_COPY_H
#define LY_COPY_H

#include "value/value.h"

typedef struct ly_met_table {
    struct ly_met *slots;
    size_t mask, count;
} ly_met_table;

typedef struct ly_word_stack {
    ly_value *words;
    size_t count, capacity;
} ly_word_stack;

/* The object was not in the table, and is from now on; *failed: no memory. */
bool ly_meet(ly_met_table *table, const ly_object *object, bool *failed);
void ly_met_end(ly_met_table *table);
bool ly_words_push(ly_word_stack *stack, ly_value word); /* false: no memory */

/* Zero it, set the first five, and end it with ly_copier_end (objects stay the caller's). */
typedef struct ly_copier {
    ly_context *to;                                /* whose heap the copies come from */
    bool base;                                     /* copies are immortal and listed; else counted */
    void (*mention)(void *data, ly_value symbol);  /* each symbol met, or NULL */
    void (*foreign)(void *data, ly_value object);  /* each foreign object met: it is not copied */
    void *data;
    uint32_t hidden_count;                         /* symbols that are not mentioned: variables */
    const ly_value *hidden;
    ly_word_stack objects;                         /* the copies (base) */
    ly_met_table met;
    ly_word_stack todo;
    bool failed;                                   /* no memory: the copy is not whole */
} ly_copier;

/* A copy of v: of everything but symbols, foreign objects and constants of generated code (base), or
   of what v borrows from a base alone (else; the rest is retained). Several calls of one copier share
   what they copy. */
ly_value ly_copy(ly_copier *copier, ly_value v);
/* v and all plain objects in it become immortal and the copier's, as if it had copied them. */
void ly_copier_own(ly_copier *copier, ly_value v);
void ly_copier_end(ly_copier *copier);
/* Frees copies of a base: each object alone, not what it holds. */
void ly_free_copies(ly_context *heap, size_t count, const ly_value *objects);

/* v (consumed), marked as counted atomically with all that it holds, so that other threads may hold
   it too; what it borrowed from a base is copied. Stops at what is shared already. LY_FAILED: no
   memory, pending. */
ly_value ly_share_take(ly_context *cx, ly_value v);
/* The same for what goes to a context that sees other definitions: nothing in it counts as evaluated. */
ly_value ly_hand_over_take(ly_context *cx, ly_value v);
/* v (consumed), which is all that is left of what its context made, let go to another one: what it
   borrowed from a base is copied, marks that depend on the filter bits in `stale` are dropped. */
ly_value ly_part_from_take(ly_context *cx, ly_value v, uint64_t stale);

#endif
