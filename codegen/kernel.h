/* kernel.h: a kernel's C function while it is being written. */
#ifndef LY_KERNEL_H
#define LY_KERNEL_H

#include "codegen/frame.h"

typedef struct kernel_loop {
    uint32_t range;              /* UINT32_MAX: none (While) */
    const char *continued, *broken; /* labels */
    bool continued_used, broken_used;
    struct kernel_loop *outer;
} kernel_loop;

/* An unboxed value as C text. */
typedef struct unboxed {
    const char *text;            /* a name or a literal, or, for a real, any expression without effects */
    type type;
    bool finite;                 /* known to be, where it is real */
    bool small;                  /* an integer, below LY_SMALL_REAL */
    const char *exact;           /* TYPE_MIXED: the flag */
    const char *under;           /* TYPE_RATIO: the denominator; text the numerator */
    bool constant;
    double value;                /* of a constant */
    double most;                 /* an integer: its absolute value is at most this; 0: not known */
} unboxed;

/* What was written of an expression before the loop that it stands in: a source of elements, or a number
   that is the same in every round. */
typedef struct prepared {
    const node *n;
    const char *at, *by, *count;
    unboxed value;
    struct prepared *outer;
} prepared;

enum { LY_MOST_BRANCHES = 16, LY_MOST_WORDS = 4 }; /* of a clone's branches under way; of arguments of one */

typedef struct kernel_text {
    frame f;
    kernel *k;
    uint32_t resume;             /* where to go on if the operation being written leaves the types */
    bool *exits;                 /* used, by number */
    kernel_loop *loop;
    bool pure;                   /* a pure loop's: it is refused as a whole */
    bool parallel;               /* … run by others than its context's: they only look whether somebody polls */
    prepared *prepared;          /* innermost first */
    bool asking;                 /* for numbers of rounds alone: nothing is proven */
    bool plain;                  /* integers that are known not to overflow are being added or multiplied */
    const char *position;        /* of the elements that are being computed */
    bool ranged;                 /* iterators and fixed variables are known to be at most… */
    double most;                 /* … this, and indices made of them to be within their arrays */
    uint32_t leaves;             /* checks written */
    uint32_t strips;             /* loops written whose rounds may be undone */
    const char *redo;            /* label where such rounds are undone, or NULL */
    const char *wide;            /* gets bits above the lower 32 where an element read is not small, or NULL */
    const char *noted;           /* where trouble with numbers is noted and asked for later; or NULL */
    typed_clone *clone;          /* whose code is being written, or NULL */
    const char *const *parameters; /* its, in C */
    bool forked;                 /* of the clone's two forms the one with branches that others may take */
    uint32_t branch_count;       /* under way: names, and where their values go */
    struct { const char *branch; const kernel_variable *value; } branches[LY_MOST_BRANCHES];
} kernel_text;

/* ---- emit_ranges.c */
/* The rounds, for entries where the ranges of integers are known, and for others. */
void emit_ranged(kernel_text *t, void (*rounds)(kernel_text *));

/* ---- emit_strip.c */
/* At the head of the rounds of an iterator: many of them at once, where what they assign can be undone. */
void emit_strip(kernel_text *t, node *n, const char *by);

/* ---- emit_kernel.c */
void emit_statement(kernel_text *t, node *n);

/* ---- emit_typed.c: expressions */
unboxed emit_unboxed(kernel_text *t, node *n);
/* The value as a double, an int64_t or a bool, whatever it is. */
/* Case i of a Switch opens; behind the last one. */
void open_switch_case(kernel_text *t, const node *n, uint32_t i, const char *subject);
void close_switch(kernel_text *t, const node *n);
/* Floor[Sqrt[n]] of an integer */
unboxed emit_root_below(kernel_text *t, node *n);
/* A value kept in a C variable of its own. */
unboxed temporary(kernel_text *t, type kind, const char *expression, bool finite);
const char *as_real(kernel_text *t, unboxed v, bool finite);
const char *as_int(kernel_text *t, unboxed v);
/* A C condition; what it needs before it is written. */
const char *emit_condition(kernel_text *t, node *n);
unboxed emit_pair(kernel_text *t, char operation, unboxed a, unboxed b);
/* if (condition) leave; */
void leave_if(kernel_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for what may be asked later: the value is computed in any case, and does no harm. */
void note_if(kernel_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The element of a packed array as an lvalue, its indices checked. */
const char *emit_element(kernel_text *t, const kernel_variable *x, uint32_t count, node **specs);

/* ---- emit_pure.c: loops over data inside of an expression */
unboxed emit_pure_number(kernel_text *t, node *n);
/* An array, an iterator or a Map: one that arithmetic on arrays is made of. */
bool is_source(const node *n);
/* n is the element of an array, or was computed before the loop. */
bool emit_prepared(kernel_text *t, node *n, unboxed *v);

/* ---- emit_proof.c: what is asked before a loop, for all of its rounds */
/* The loop over the values at + p*by of x, p from … to-1, whose rounds compute the body. A bound of the
   body's magnitude, or NULL. */
const char *prove_rounds(kernel_text *t, node *body, kernel_variable *x, const char *at, const char *by, const char *from,
                         const char *to);

/* ---- emit_kernel.c */
/* The beginning of a scope. */
void emit_typed_let(kernel_text *t, node *n);
void declare_firsts(kernel_text *t, const node *n);
const char *typed_variable_name(kernel_text *t, const kernel_variable *x);

/* ---- emit_fork.c: futures in clones */
/* A clone that takes futures has a form with branches. */
bool has_branches(const typed_clone *c);
/* A variable of a future: its branch begins. In the form without branches it is computed at once. */
void emit_fork(kernel_text *t, node *n);
/* All branches under way end here; their variables have their values. */
void join_branches(kernel_text *t);
bool awaits(const node *n);
/* if (condition) leave; while branches are under way. */
void leave_branches(kernel_text *t, const char *condition);
/* The function that a branch runs. */
void write_branch(emitter *e, const typed_clone *c);

/* ---- emit_clone.c */
/* What it returns where it gives up. */
const char *clone_nothing(const typed_clone *c);
/* Its C function's; written on first use. */
const char *clone_name(emitter *e, typed_clone *c);
const char *clone_argument(kernel_text *t, const typed_clone *c, uint32_t i, node *n);
/* The call as an expression, which may stand for none; and its value, checked. */
const char *clone_call(kernel_text *t, node *n);
unboxed emit_clone_call(kernel_text *t, node *n);
void emit_clone_guards(frame *f, const kernel *k, const char *refused);
void emit_levels(frame *f, const kernel *k);
bool clones_count_scopes(const kernel *k);

#endif
