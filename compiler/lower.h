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
    uint32_t groups;   /* of locals, so far */
    uint32_t place;    /* the statement */
} lowering;

/* Where an expression stands: the locals it sees, the evaluations that it is nested in, and whether
   its value is the function's, after so many steps of rewriting. */
typedef struct at {
    const scope *scope;
    uint32_t depth;
    bool tail;
    uint32_t steps;
    bool decides;      /* a condition here decides whether the rule applies */
} at;

static inline at inside(at a) { return (at){a.scope, a.depth + 1, false, 0, false}; }
static inline at next(at a) { return (at){a.scope, a.depth, a.tail, a.steps + 1, false}; }

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

/* An argument is a variable that stands for a sequence. */
bool has_sequence_argument(const ly_expr *x, const scope *s);
node *lower_constant(lowering *l, ly_value v);
/* Evaluates to itself, whatever the program does. */
bool is_constant(lowering *l, ly_value e);

/* The function of a rule; r->note says why there is none. around: the locals that its sides may mention. */
void lower_rule(program *p, rule *r, const scope *around, uint32_t groups);

/* ---- lower_definition.c: definitions inside code */
node *lower_set_delayed(lowering *l, ly_value e, const ly_expr *x, at a);

/* ---- lower_forms.c */
typedef node *lower_form(lowering *l, ly_value e, const ly_expr *x, at a);
/* The function that lowers calls of a symbol of its own, or NULL. */
lower_form *form_of(ly_value head);

/* ---- lower_choice.c */
lower_form lower_if, lower_which, lower_switch, lower_and, lower_or, lower_not;

/* ---- lower_scope.c */
lower_form lower_module, lower_with, lower_block, lower_catch;

/* ---- lower_guard.c: bodies under a watch */
lower_form lower_try_catch, lower_check, lower_quiet, lower_check_abort, lower_limited, lower_timeout_after, lower_reap,
    lower_watched, lower_enclose, lower_with_resource;

/* ---- lower_assign.c */
lower_form lower_set, lower_increment, lower_decrement, lower_pre_increment, lower_pre_decrement,
    lower_add_to, lower_subtract_from, lower_times_by, lower_append_to;

/* ---- lower_loops.c */
lower_form lower_while, lower_for, lower_do, lower_table, lower_sum, lower_map, lower_scan, lower_select,
    lower_fold, lower_nest;

/* ---- lower_fork.c */
lower_form lower_future, lower_await;

/* ---- lower_parallel.c */
lower_form lower_parallel_table, lower_parallel_sum, lower_parallel_map, lower_parallel_array;

/* ---- lower_loops.c */
/* The body of a pure function with symbols of ours in the place of its parameters, which become locals
   that a sees; LY_FAILED: not a function of that many arguments that can be taken apart so. */
ly_value open_function(lowering *l, ly_value function, uint32_t count, const char *const *names, local **locals, at *a);
/* The body where Break and Continue leave no loop of C. */
node *lower_function_body(lowering *l, ly_value body, at a);

#endif
