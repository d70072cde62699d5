/* kernels.h: what the passes share that look for typed forms: of loops (kernels.c), of expressions over
   data (pure.c) and of definitions (clones.c). */
#ifndef LY_KERNELS_H
#define LY_KERNELS_H

#include "compiler/program.h"

typedef struct search {
    program *p;
    kernel *k;
    bool parallel;   /* each element is a task: scopes in it are its own */
    uint32_t loops;  /* that Break and Continue may leave */
    uint32_t conditions, nested; /* around the statement: branches, and loops inside of the root */
    bool elements;   /* arrays stand for their elements: arithmetic on whole arrays */
    bool reals;      /* what is only guessed is taken for reals */
    bool guessed;    /* a guess was made on the way */
    uint32_t rank;   /* of those arrays; 0: not known yet */
    typed_clone *clone; /* whose code it is, or NULL */
} search;

/* ---- kernel_expressions.c */
/* The type of an expression without effects if it has a typed form, else TYPE_NONE and the kernel says
   why. Leaves node.type and node.typed. */
type check_typed(search *s, node *n);
/* The same where arrays stand for their elements: of the operation alone. */
type check_plain(search *s, node *n);
type refuse_typed(search *s, const node *n, const char *why);
kernel_variable *add_variable(search *s, local *v, global *g, type t, bool outer);
/* That of a node which names one. */
kernel_variable *variable_of(search *s, node *n);

/* An index: a machine integer. */
bool check_index(search *s, node *n);
/* The type of a sum or product of two. */
type sum_type(search *s, const node *n, type a, type b);
/* Switch of a machine integer over integers and _. */
bool check_forms(search *s, node *n);
bool has_c_type(type t);

/* ---- kernels.c */
bool check_statement(search *s, node *n);
/* Of the beginning of a scope: its variable. */
bool check_let(search *s, node *n);
bool refuse(search *s, const node *n, const char *why);

/* ---- pure.c */
type check_pure_number(search *s, node *n);
type check_element(search *s, node *n);

#endif
