/* frame.h: a C function while it is being written.

   What is owned at a point of the text is a stack of C names; a failure there drops them, down to the
   innermost handler (a loop, or the function itself). */
#ifndef LY_FRAME_H
#define LY_FRAME_H

#include "codegen/emit.h"

/* Where failures and Break, Continue go from inside a loop. */
typedef struct handler {
    const char *failed;      /* label, or NULL: the function returns */
    const char *broken, *continued; /* labels; NULL: not a loop that they leave */
    uint32_t owned;          /* how much is owned outside */
    bool failed_used, broken_used, continued_used;
    struct handler *outer;
} handler;

/* The cell of a matched argument, for what is constructed next: a C variable, LY_FAILED where others hold
   the argument. */
typedef struct kept_cell {
    const char *name, *drop; /* drop: how it stands among what is owned */
    uint32_t count;          /* of arguments */
    uint32_t branches;       /* where it was kept */
} kept_cell;
enum { MOST_CELLS = 8 };

typedef struct frame {
    emitter *e;
    function *f;
    ly_text *out;
    int indent;
    uint32_t temps, labels;
    uint32_t owned_count, owned_capacity;
    const char **owned;
    handler *handler;
    bool rule;               /* a pending Return ends here */
    bool held;               /* parameters may be unevaluated: a use gives a value, the parameter stays */
    bool lazy;               /* a tail call may be given back unevaluated: the evaluator goes on */
    bool around_used;        /* a call of itself inside a constructor became a jump, too */
    bool again_used;         /* a call of itself became a jump to the function's beginning */
    uint32_t branches;       /* conditional blocks around: what is moved in one may not be moved */
    uint32_t epoch;          /* grows with everything that may have changed what symbols mean */
    uint32_t refreshes;      /* uses of locals that may evaluate */
    definition *definition;  /* of the function, where it is a definition's */
    arity *arity;
    const char *const *parameters;
    const char *next;        /* label of the rule behind this one, for conditions inside its right side */
    uint32_t arguments;      /* how much is owned when that label is reached */
    bool next_used;
    kept_cell cells[MOST_CELLS];
    uint32_t cell_count;
    const char *total;       /* the sum or product that the loop being written adds to */
    const char *rows;        /* the iterator of the table whose rows are being written, or NULL */
    name_table names;
    kernel *kernel;          /* of the loop being written, and what its points of resumption need: */
    const char *reloads[LY_MOST_POINTS]; /* statements that restore what is in scope */
    uint32_t reload_count;
    uint32_t points[LY_MOST_POINTS], point_count;
    size_t cases;            /* where in the text the cases go that jump there */
    int cases_indent;
} frame;

/* A value as C text. */
typedef struct operand {
    const char *text;
    bool owned;              /* on the frame's stack, or a moved local: whoever uses it consumes it */
    bool constant;
    const char *made;        /* borrowed from this variable, which is on the stack, or NULL */
} operand;

typedef enum place { INTO, DISCARD, RETURN } place; /* where a value goes */

/* ---- emit_frame.c */
void line(frame *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
void open_block(frame *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
void open_plain_block(frame *f);
void close_block(frame *f);
const char *temp_name(frame *f, const char *stem);
/* A C name for a local, not used otherwise in the function. */
const char *local_name(frame *f, const char *lyra_name);
void own(frame *f, const char *name);
/* It is consumed, or zeroed: no longer dropped on failure. */
void disown(frame *f, const char *name);
bool is_owned(const frame *f, const char *name);
/* Statements that drop all but `except` (or nothing) of what is owned, from the height on. */
void release_owned(frame *f, uint32_t from, const char *except);
/* What is written now may change what symbols mean: locals are looked at again before their next use. */
static inline void disturb(frame *f) { f->epoch++; }
/* if (condition) <fail>; */
void fail_if(frame *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
void fail_now(frame *f);

/* ---- emit_operand.c */
/* Formatted, in the arena. */
const char *text(frame *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* ly_value t = expression, checked, owned. */
operand computed(frame *f, const char *stem, const char *expression);
operand emit_local(frame *f, node *n, bool owned);
/* Values of kids in order; owned: each on the stack, or a constant. */
void emit_operands(frame *f, uint32_t count, node **kids, operand *operands, bool owned);
/* After its use, where that borrowed it: what was owned for it is released. */
void drop_operand(frame *f, const operand *o);
/* Their texts, with commas, for what consumes them next; (ly_value[]){items}. */
const char *consumed(frame *f, uint32_t count, const operand *operands);
const char *array_of(frame *f, uint32_t count, const char *items);
/* A symbol of its own for a variable that is one of C, as a C expression; value is consumed. */
const char *variable_text(frame *f, local *v, const char *value);
/* The value of a local in this frame: its name. */
const char *local_text(frame *f, local *v);
/* The arguments "n, symbols, values" of ly_fill and its kin for the locals in uses; variables that it
   makes for them are on the stack, down to the height before it. */
const char *filling(frame *f, node *n);
void drop_made(frame *f, uint32_t from);
/* ---- emit_call.c */
operand emit_primitive(frame *f, node *n);
operand emit_call(frame *f, node *n);
operand emit_apply(frame *f, node *n);
operand emit_apply_value(frame *f, node *n);
operand emit_template(frame *f, node *n);
/* Calls in the place of the function's value. False: nothing special about this one. */
bool emit_lazy_return(frame *f, node *n);
bool emit_tail_inside_constructor(frame *f, node *n);
bool emit_update_last(frame *f, node *n);
void emit_tail_call(frame *f, node *n);

/* ---- emit_reuse.c */
/* A kept cell for an expression of so many arguments, the caller's from here on; NULL: none. */
const char *emit_cell(frame *f, uint32_t count);

/* ---- emit_choice.c */
/* An int expression: LY_TRUE, LY_FALSE or LY_UNDECIDED; failures have gone their way. */
const char *emit_test(frame *f, node *n);
void emit_if(frame *f, node *n, place place, const char *to);
void emit_switch(frame *f, node *n, place place, const char *to);

/* ---- emit_node.c */
operand emit_value(frame *f, node *n);
/* The same, owned by the text that uses it next, which consumes it: no longer on the stack. */
const char *emit_owned(frame *f, node *n);
void emit_discard(frame *f, node *n);
void emit_return(frame *f, node *n);
void emit_into(frame *f, node *n, const char *variable);
/* n (NULL: Null) computed into its place. */
void emit_placed(frame *f, node *n, place place, const char *to);

/* ---- emit_assign.c; used: the value is wanted */
operand emit_updating(frame *f, node *n, int at, const char *symbol);
operand emit_set_local(frame *f, node *n, bool used);
operand emit_step(frame *f, node *n, bool used);
operand emit_set_part(frame *f, node *n);
operand emit_step_part(frame *f, node *n);
operand emit_set_list(frame *f, node *n);
operand emit_update(frame *f, node *n, bool used);
operand emit_assign(frame *f, node *n);
int updated_argument(const node *n);
/* n assigns the symbol what a function of the program makes of its value. */
void mark_updating(const node *n, const char *symbol);
/* The built-in that a node calls, if it is one that updates its argument in place; else LY_FAILED. */
ly_value updating_head(const node *call);

/* ---- emit_loop.c */
void emit_while(frame *f, node *n, const char *variable);
void emit_do(frame *f, node *n, const char *variable);
void emit_over(frame *f, node *n, const char *variable);
void emit_fold(frame *f, node *n, const char *variable);
void emit_total(frame *f, node *n, const char *variable);

/* ---- emit_parallel.c */
void emit_parallel(frame *f, node *n, const char *variable);
/* In the entry of its typed form: made = the value, by all who have nothing to do. */
void emit_parallel_run(frame *f, const pure *u);

/* ---- emit_scope.c: what is left on every way out */
void emit_let(frame *f, node *n, place place, const char *to);
void emit_block(frame *f, node *n, place place, const char *to);
void emit_catch(frame *f, node *n, const char *variable);
void emit_guard(frame *f, node *n, const char *variable);
void emit_condition_inside(frame *f, node *n, place place, const char *to);
/* Failures in what is written next go to a label, put by end_handler where it is used. */
void begin_handler(frame *f, handler *h, bool loop);
void put_label(frame *f, const char *name);

/* ---- emit_kernel.c: the typed form of a loop */
bool has_kernel(const node *n);
void begin_kernel(frame *f, node *n);
/* At the head of a round: the kernel makes as many as it can. iterator: of the loop, or NULL. */
void enter_kernel(frame *f, node *n, const char *iterator, handler *h);
void end_kernel(frame *f);
/* Where the generic code goes on after the kernel left there. */
void put_resume(frame *f, uint32_t point);
/* What is in scope from here on, and has its value from the kernel there. */
void push_reload(frame *f, const char *statement);
void push_local(frame *f, const local *v, const char *name);

/* ---- emit_pure.c: the typed form of an expression over data */
bool has_pure_loop(const node *n);
/* Tries it, and puts the generic code behind for where it is refused. */
void emit_pure_loop(frame *f, node *n, const char *variable);

/* ---- emit_clone.c: at the entry of a definition's function: its clones answer where they can */
void emit_attempts(frame *f, definition *d, arity *a);

/* ---- emit_pattern.c: patterns as C conditions */
/* The condition under which the C expression path matches a pattern without variables. */
const char *emit_form_test(frame *f, ly_value pattern, const char *path);

#endif
