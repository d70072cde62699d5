/* elements.h: an evaluation for each of many elements, each a task of its own.

   What the Parallel… functions are made of. Each element evaluates in a context that sees the
   definitions as they stood at the call; what it assigns is gone when it ends, and what it prints and
   the messages it gives come out whole, in the order of the elements. The error of the lowest element
   that fails is raised; those above it are cancelled or never run, those below run to their end.

   The elements are run where the caller is, in order, as long as that is likely to be as fast; then by
   whoever has nothing to do. An element that waits gives its worker to others. Nothing of this shows in
   results: names of temporaries and random numbers depend on the number of the element alone. */
#ifndef LY_ELEMENTS_H
#define LY_ELEMENTS_H

#include "eval/context.h"
#include "sched/pool.h"

typedef struct ly_each ly_each;

typedef enum ly_progress {
    LY_PROGRESS_DEFAULT, /* shown where the session says so (`lyra run --progress`), for work of the program itself */
    LY_PROGRESS_SHOWN,
    LY_PROGRESS_HIDDEN,
} ly_progress;

struct ly_each {
    size_t count;
    /* The value of element i, in the context of a task. */
    ly_value (*evaluate)(ly_context *cx, const ly_each *elements, size_t i);
    /* The same for elements lo … hi − 1, to results, in the caller's own context: up to one that fails or
       gives a message (cx->messages->any); that one's number, or hi. NULL: evaluate serves. */
    size_t (*evaluate_many)(ly_context *cx, const ly_each *elements, size_t lo, size_t hi);
    const void *data;        /* for evaluate */
    ly_value expression;     /* whose symbols are what they can reach */
    size_t value_count;      /* the caller's values that evaluate reads */
    const ly_value *values;
    ly_value *results;       /* count words, to be filled with owned values; NULL: values are dropped */
    ly_pool *pool;           /* whose limit holds for them; NULL: none */
    size_t chunk;            /* elements that are taken at a time; 0: what suits */
    ly_progress progress;    /* on standard error, where that is a terminal */
    bool silent;             /* what they print is dropped */
    bool kernels;            /* the elements are kernels: $KernelID is the number of the element */
};

/* Runs them all. False: an error is pending in cx; results hold words that are to be released. */
bool ly_each_run(ly_context *cx, const ly_each *elements);
/* $KernelID: 0 in the program, more in its tasks. */
int64_t ly_kernel_id(ly_context *cx);
/* The context of the program, or of the task that asked for the elements. */
ly_context *ly_elements_home(ly_context *cx);

#endif
