/* snapshot.h: what a task sees: the definitions that its expression can reach, as they stood.

   A snapshot is a *base*: pages of definitions that are copies, immutable and complete (decision trees
   built, patterns compiled, lists marked), read by any number of contexts at once. Nothing in it is
   counted per use: its objects are immortal (count 0, LY_FLAG_BASE) until the last page that holds the
   definition goes; then they are freed one by one. The context that it was taken of keeps its own
   definitions as they are, plainly counted, and goes on updating them in place.

   Taking one costs what changed. Each private definition remembers its copy (ly_definition.frozen)
   until it is edited; the copy remembers which symbols it mentions. A definition whose closure was
   found whole at the context's present epoch says so (`captured`), so that a submit whose expression
   mentions such symbols alone gives the current snapshot out again. The epoch moves on when a captured
   definition is edited, or a new one made.

   A task's context reads the snapshot's pages directly. What it assigns goes to private pages and
   copies, which are dropped when it detaches: a base below, an overlay above.

   What leaves: values are handed over by ly_context_finish_take (a result, which moves) or
   ly_share_take (value/copy.h: anything that goes on being held here too); both copy what is borrowed
   from a base. Marks of evaluation: those that depend on what a task assigned are dropped on leaving;
   the others carry the stamp of the snapshot, so that later changes in main are newer. */
#ifndef LY_SNAPSHOT_H
#define LY_SNAPSHOT_H

#include "eval/context.h"

typedef struct ly_snapshot ly_snapshot;

/* What an evaluation of the expression (borrowed) can reach, now. Owned; NULL: no memory, pending. */
ly_snapshot *ly_snapshot_take(ly_context *cx, ly_value expression);
/* From any thread. */
ly_snapshot *ly_snapshot_retain(ly_snapshot *snapshot);
void ly_snapshot_release(ly_snapshot *snapshot);
/* The context lets go of what it keeps for the next snapshot. */
void ly_snapshot_forget(ly_context *cx);

/* How a task is known: `path` ("" in main; "3.1": the first task of the third of main's; borrowed until
   the context detaches) goes into the names of its temporaries, the rest keys its random numbers, so
   that both are the same on any number of workers. */
typedef struct ly_task_identity {
    const char *path;
    uint64_t seed, call, element;
} ly_task_identity;

/* A context for tasks: it has no session and writes nowhere until that is set. Used for one task after
   the other; ended by ly_context_free. NULL: no memory. */
ly_context *ly_context_for_tasks(void);
/* The context evaluates on the snapshot. Consumes one reference to it. */
void ly_context_attach(ly_context *cx, ly_snapshot *snapshot, const ly_task_identity *task);
/* The task has ended: what it assigned is dropped. The snapshot stays at hand for the next task. */
void ly_context_detach(ly_context *cx);
/* The same with the task's result (consumed; LY_FAILED is handed through), which becomes the caller's to
   give to another context: nothing of it is held here any more. */
ly_value ly_context_finish_take(ly_context *cx, ly_value result);
/* The same between two tasks on one snapshot; the second begins as ly_context_begin says. Costs little
   where the first assigned nothing. `lent`: the result may hold what was lent (value/lend.h). */
ly_value ly_context_pass_take(ly_context *cx, ly_value result, bool lent);
/* Another task on the snapshot that the context is attached to. */
void ly_context_begin(ly_context *cx, const ly_task_identity *task);
/* Nothing to do for a while: lets go of the last snapshot. */
void ly_context_idle(ly_context *cx);
/* The snapshot that the context is attached to, borrowed, or NULL. */
ly_snapshot *ly_context_snapshot(const ly_context *cx);

/* LY_EFFECTS … of all built-ins that an evaluation of the expression can reach, after a snapshot was taken
   for it. */
uint32_t ly_snapshot_effects(ly_context *cx, ly_value expression);

/* ---- for definitions.c */

/* A definition (private; NULL: one that is being made) is about to change; symbol: of that name, or
   LY_FAILED. */
void ly_snapshot_outdated(ly_context *cx, ly_value symbol, ly_definition *definition);
/* What the snapshot has outside its pages: the definition of a temporary, or what the library says of a
   symbol (eval/library.h); or NULL. */
ly_definition *ly_snapshot_other(const ly_snapshot *snapshot, ly_value symbol);
/* The context holds a temporary that others see too until it lets go of it. */
void ly_snapshot_keep_temporary(ly_context *cx, ly_value symbol);
void ly_snapshot_drop_temporaries(ly_context *cx);
void ly_captures_end(ly_context *cx);

/* ---- how much was done, for tests: copies of definitions, objects copied, pages made, symbols looked at */
typedef struct ly_snapshot_work {
    uint64_t definitions, objects, pages, symbols;
} ly_snapshot_work;
ly_snapshot_work ly_snapshot_work_of(const ly_context *cx);
/* Objects that live in bases that this context's snapshots share. */
size_t ly_snapshot_living(const ly_context *cx);

#endif
