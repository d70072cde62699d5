/* foreign.h: the one interface behind which everything lives that is not a plain value.

   A foreign object is a value with identity: a stream, later a pool, a channel, a future. The
   evaluator knows only this table. */
#ifndef LY_FOREIGN_H
#define LY_FOREIGN_H

#include "eval/context.h"
#include "value/value.h"

typedef struct ly_foreign ly_foreign;

typedef struct ly_method {
    const char *name;
    int least, most; /* arguments; most -1: any */
    /* self and args are borrowed; gives an owned value, LY_UNEVALUATED or LY_FAILED */
    ly_value (*call)(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args);
    const char *documentation;
} ly_method;

typedef struct ly_foreign_type {
    const char *name;                                             /* "Stream" */
    const ly_method *methods;                                     /* ended by a row of NULLs */
    void (*print)(ly_context *cx, ly_foreign *self, ly_text *to); /* NULL: Name[<serial>] */
    void (*drop)(ly_context *cx, ly_foreign *self);               /* the last reference went */
    void (*mark_shared)(ly_context *cx, ly_foreign *self);        /* values inside; NULL: none */
    bool crosses_threads;
    bool isolated; /* each object lives in a child process (isolated.h) */
    /* where it isn't NULL, calls any of the methods instead of method->call */
    ly_value (*invoke)(ly_context *cx, ly_foreign *self, const ly_method *method, size_t n,
                       const ly_value *args);
} ly_foreign_type;

struct ly_foreign {
    ly_object o;
    const ly_foreign_type *type;
    uint64_t serial; /* identity, for printing, order and hash */
    void *data;
};

static inline ly_foreign *ly_foreign_of(ly_value v) { return (ly_foreign *)(uintptr_t)v; }
static inline bool ly_is_foreign(ly_value v) { return ly_is_kind(v, LY_KIND_FOREIGN); }
ly_value ly_foreign_new(ly_context *cx, const ly_foreign_type *type, void *data);
/* The data of an object of this type, or NULL. */
void *ly_foreign_data(ly_value v, const ly_foreign_type *type);
/* As its type prints itself; added to text. */
void ly_foreign_print(ly_context *cx, ly_value v, ly_text *to);
/* Is object (anything) one that has this method? */
bool ly_has_method(ly_context *cx, ly_value object, const char *method);
/* object.method(args): what MethodCall evaluates to. */
ly_value ly_method_call(ly_context *cx, ly_value object, const char *method, size_t n,
                        const ly_value *args);

#endif
