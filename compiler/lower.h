/* lower.h: what the files of the lowering share. */
#ifndef LY_LOWER_H
#define LY_LOWER_H

#include "compiler/program.h"

/* A local that the expression being lowered may mention. */
typedef struct scope {
    ly_value symbol;
    local *local;
    const struct scope *outer;
} scope;

typedef struct lowering {
    program *p;
    function *f;
    uint32_t loops;    /* enclosing loops that Break and Continue may leave in C */
} lowering;

/* Where an expression stands: the locals it sees, the evaluations that it is nested in, and whether
   its value is the function's, after so many steps of rewriting. */
typedef struct at {
    const scope *scope;
    uint32_t depth;
    bool tail;
    uint32_t steps;
} at;

static inline at inside(at a) { return (at){a.scope, a.depth + 1, false, 0}; }
static inline at next(at a) { return (at){a.scope, a.depth, a.tail, a.steps + 1}; }
static inline at with_scope(at a, const scope *s) { return (at){s, a.depth, a.tail, a.steps}; }

/* ---- lower.c */
node *lower(lowering *l, ly_value e, at a);
node *node_new(lowering *l, op op, ly_value source, uint32_t kids);
local *local_new(lowering *l, ly_value symbol, local_kind kind);
local *find_local(const scope *s, ly_value symbol);
/* The evaluator does it, with the values of the locals put in. */
node *lower_template(lowering *l, ly_value e, at a);
/* Records which locals an expression mentions that stays an expression; those that are assigned need
   symbols then. */
void note_uses(lowering *l, node *n, ly_value e, const scope *s);
/* The same where this is needed only if a test stays undecided: variables get symbols there and then. */
void note_weak_uses(lowering *l, node *n, ly_value e, const scope *s);
/* e mentions this symbol anywhere. */
bool mentions(ly_value e, ly_value symbol);

/* ---- lower_forms.c */
typedef node *lower_form(lowering *l, ly_value e, const ly_expr *x, at a);
/* The function that lowers calls of a symbol of its own, or NULL. */
lower_form *form_of(ly_value head);

/* ---- lower_loops.c */
lower_form lower_while, lower_for, lower_do, lower_table, lower_map, lower_scan, lower_select,
    lower_fold, lower_nest;

#endif
