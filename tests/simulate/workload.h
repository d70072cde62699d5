/* workload.h: programs that are run for real (kernels.c) and in the model (model.c).

   Of a program the model knows how it divides (which calls a call makes, or how many elements a loop
   has) and what a node or an element costs by itself. The division is computed by the same functions
   that the real program uses, so both do the same spawns and joins. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "../bench/parallel/tree.h"

typedef enum shape {
    FIBONACCI, /* size: n; below `cutoff` serial */
    GEOMETRIC, /* unbalanced tree search; size: how deep it may get, 4 children on average */
    BINOMIAL,  /* … size: children of the root; 8 or none further down */
    QUEENS,    /* size: of the board */
    TRIANGLE,  /* loop; size: elements; element i does i iterations */
    SKEWED,    /* loop; size: elements; most are short, few are long, in no order */
    EVEN,      /* loop; size: elements; all do the same */
} shape;

typedef struct workload {
    const char *name;
    shape shape;
    int size, cutoff, seed;
    int times;   /* that it runs in a measurement, each from rest: 0 for once */
    /* ns: a node, which for Fibonacci is a call; or an iteration of a loop's element */
    double node;
    double memory_share; /* of an element's time, that waits for memory on main's node */
} workload;

static inline bool is_loop(shape s) { return s >= TRIANGLE; }

/* ---- trees ----------------------------------------------------------------------------------- */

typedef union call {
    node node;
    struct {
        int n;
        uint32_t columns, rising, falling;
    };
    struct {
        int64_t lo, hi, from; /* as loop.c has them */
    };
} call;

static inline node searched_root(const workload *w)
{
    node root = {.depth = 0};
    uint32_t words[16] = {0, 0, 0, 0, (uint32_t)w->seed, 0x80000000};
    sha1(words, 20, root.state);
    return root;
}

/* As tree_children, but of any size. */
static inline int searched_children(const workload *w, const node *n)
{
    double drawn = (n->state[4] & 0x7FFFFFFF) / 2147483648.0;
    int children;
    if (w->shape == BINOMIAL) return n->depth == 0 ? w->size : drawn < 0.124 ? 8 : 0;
    if (n->depth >= w->size) return 0;
    children = (int)floor(log(1 - drawn) / log(1 - 1 / 5.0));
    return n->depth == 0 ? 4 : children < MOST_CHILDREN ? children : MOST_CHILDREN;
}

/* ---- loops ----------------------------------------------------------------------------------- */

/* What element i does. */
static inline int64_t element_iterations(const workload *w, int64_t i)
{
    uint64_t x = (uint64_t)i * 0x9E3779B97F4A7C15u + (uint64_t)w->seed;
    x ^= x >> 29, x *= 0xBF58476D1CE4E5B9u, x ^= x >> 32;
    switch (w->shape) {
    case TRIANGLE: return i;
    case SKEWED: return x % 64 == 0 ? 20000 : x % 8 == 0 ? 2000 : 100;
    default: return 1000;
    }
}

/* ---- what the model asks --------------------------------------------------------------------- */

call workload_root(const workload *w);
/* How many calls a call makes: all but the last are spawned, the last is made, then they are joined.
   *work: its own, in nanoseconds. */
uint32_t workload_enter(const workload *w, const call *c, double *work);
call workload_child(const workload *w, const call *c, uint32_t number);
/* Calls of the whole tree, spawns among them, and the time of all with nothing else. */
typedef struct census {
    int64_t nodes, spawns;
    double work;
} census;
census workload_count(const workload *w);
int64_t fibonacci_calls(int n); /* that a serial Fibonacci makes, itself included */

#endif
