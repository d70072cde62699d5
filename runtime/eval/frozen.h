/* frozen.h: definitions of a base. */
#ifndef LY_FROZEN_H
#define LY_FROZEN_H

#include <pthread.h>

#include "eval/context.h"
#include "value/copy.h"

/* Where the definitions of a family of contexts (a main program, its tasks, theirs) live. Whoever makes
   or frees one holds the lock; readers need none. */
typedef struct ly_base {
    int64_t references;    /* atomic */
    pthread_mutex_t lock;  /* recursive: dropping a foreign object may drop a snapshot */
    ly_context *heap;      /* a context used for its heap alone */
    size_t objects;        /* living; under the lock */
} ly_base;

/* A definition as it stood. */
typedef struct ly_frozen {
    ly_definition definition; /* first: contexts read it in place; owner is no context */
    int32_t references;       /* atomic: pages, and the context whose definition it copies */
    bool lends;               /* what it gives may hold objects of the base */
    size_t bytes;             /* about */
    size_t object_count;
    ly_value *objects;        /* the copies that it is made of */
    uint32_t mention_count;
    ly_value *mentions;       /* symbols in it, but for variables of patterns */
    uint32_t held_count;
    ly_value *held;           /* temporaries and foreign objects in it, counted */
} ly_frozen;

ly_base *ly_base_new(void);
ly_base *ly_base_retain(ly_base *base);
void ly_base_release(ly_base *base);

/* A copy of a definition of cx. NULL: no memory. One reference is the caller's. */
ly_frozen *ly_freeze(ly_context *cx, ly_base *base, const ly_definition *definition);
ly_frozen *ly_frozen_retain(ly_frozen *frozen);
void ly_frozen_release(ly_base *base, ly_frozen *frozen);
/* A definition that is a word: it reaches nothing, and copying it needs no lock. */
bool ly_is_leaf(const ly_definition *definition);
/* Whether a definition stands in a base (then it is a ly_frozen's). */
bool ly_is_frozen(const ly_definition *definition);

#endif
