/* context.h: the context, all the state an evaluation has.

   Passed to every function; any number of contexts live in one process, each used by one thread at
   a time. Nothing of the runtime is global but the interner of symbols. */
#ifndef LY_CONTEXT_H
#define LY_CONTEXT_H

#include <pthread.h>

#include "eval/definitions.h"
#include "memory/memory.h"
#include "value/value.h"

/* ---- what is pending while LY_FAILED travels -------------------------------------------------- */

typedef enum ly_pending_kind {
    LY_PENDING_NONE,
    LY_PENDING_THROW,     /* value, tag (LY_FAILED: none) */
    LY_PENDING_RETURN,    /* value, tag: head that returns (LY_FAILED: the nearest) */
    LY_PENDING_BREAK,
    LY_PENDING_CONTINUE,
    LY_PENDING_ABORT,
    LY_PENDING_TIMEOUT,   /* tag: serial number of the TimeConstrained that ran out */
    LY_PENDING_MEMORY,    /* no memory, or MemoryConstrained's limit */
    LY_PENDING_RECURSION, /* $RecursionLimit, inside TryCatch or a task */
    LY_PENDING_FAILURE,   /* value: a Failure[…] that was raised */
    LY_PENDING_EXIT,      /* Exit[n]: value is n */
    LY_PENDING_GOTO,      /* Goto[tag]: value is the tag */
} ly_pending_kind;

typedef struct ly_pending {
    ly_pending_kind kind;
    ly_value value, tag; /* owned */
} ly_pending;

/* ---- the poll word: set from outside, read at every evaluation and back edge */
enum {
    LY_POLL_ABORT = 1,   /* Ctrl-C */
    LY_POLL_TIMEOUT = 2, /* the nearest deadline has passed */
    LY_POLL_MEMORY = 4,  /* the heap crossed its limit */
    LY_POLL_CANCEL = 8,  /* the task was cancelled */
    LY_POLL_YIELD = 16,  /* for on_poll: the task's turn is over */
    LY_POLL_GAVE_UP = 128, /* a clone did (abi.h): set and taken by this thread alone, nothing between */
    LY_POLL_MESSAGE = 64, /* the text of a message ended in an error (messages.c) */
};

typedef struct ly_stream ly_stream;

/* A Catch in force, innermost first: who would take a throw. Lives in the frame of Catch. */
typedef struct ly_catch {
    ly_value form; /* borrowed; LY_FAILED: throws without tag */
    struct ly_catch *outer;
} ly_catch;

struct ly_context {
    ly_heap *heap; /* first: see memory.h. Another one after a call in which the context may have
                      changed threads */

    volatile uint32_t poll;    /* LY_POLL_…; others set bits in it: read by ly_polled */
    void (*on_poll)(ly_context *cx, uint32_t bits); /* whoever runs tasks; NULL: nobody */
    struct ly_context *volatile deputy; /* evaluates in its place now: told of interrupts too; or NULL */
    char *stack_limit;         /* lowest address that evaluation may use before it changes segment */
    struct ly_stacks *stacks;  /* segments (stack.c) */
    ly_pending pending;
    ly_heap *own_heap;         /* NULL: a task's context, which uses that of the thread */
    int64_t memory_before;     /* charged before it ran on this heap, less what that had used then */
    int64_t memory_limit;      /* of what is charged; crossing it makes memory pending at the next poll */
    int64_t memory_tolerated;  /* over the limit so far, but enough of it on the free lists */
    bool reporting;            /* that memory ran out: small requests go on (reserve.c) */
    struct ly_context *next, *previous; /* all of the process, under reserve.c's lock */

    /* evaluation (evaluate.c) */
    uint32_t depth;            /* nested evaluations */
    uint32_t recursion_limit;  /* UINT32_MAX: Infinity */
    uint64_t iteration_limit;
    uint64_t looked;           /* grows when a rule or built-in looked outside its expression */
    bool unsettled;            /* some value was left that is asked again when it is read: a message was
                                  given for it, or a condition did not hold */
    uint32_t catching;         /* enclosing TryCatch or task */
    ly_catch *catches;
    uint32_t enclosing;        /* enclosing Enclose */
    uint32_t protecting;       /* enclosing ly_protect_begin */
    bool abort_waits;          /* for the outermost of them to end */
    struct ly_reap *reaping;   /* innermost Reap */
    struct ly_trace *trace;    /* what watches the evaluation (trace.h), or NULL */
    ly_value current;          /* borrowed: the call being evaluated, for messages */
    struct ly_deadline *deadline; /* innermost time-out in force (limits.h) */

    /* definitions (definitions.c) */
    ly_definitions definitions;

    struct ly_captures *captures; /* for snapshots taken of this context (snapshot.c); NULL: none yet */
    struct ly_snapshot *attached; /* what a task's context sees; NULL in main */
    uint32_t owed;             /* references to it that are to be given back */

    /* compiled programs (module.c) */
    struct ly_modules *modules;
    unsigned char *exact;      /* for each compiled symbol: 1 if its rules are those compiled */
    struct ly_trial *trials;   /* for each: how its typed form fared (abi.h) */
    bool up_values;            /* some symbol has, or had, up values */
    bool overridden;           /* something that compiled code relies on was redefined */
    uint64_t iterations;       /* of the rewriting that compiled tail calls stand for */
    uint64_t carried_steps;    /* of a tail call that goes through the evaluator, for the compiled */
    uint32_t carried_depth;    /* definition that is entered next at this depth */
    ly_value updating;         /* a symbol that gets the value of the compiled call that was made at */
    uint32_t updating_depth;   /* this depth, the symbol's old value being one of its arguments */
    ly_value prepared;      /* borrowed: what a compiled rule gave just now, its arguments evaluated already */
    ly_value undecided;        /* owned: the value of a test that was neither True nor False */

    /* messages (messages.c) */
    struct ly_messages *messages;

    /* names (names.c): $Context, $ContextPath */
    struct ly_names *names;

    /* scoping, random numbers, streams: each module keeps its own record */
    struct ly_scoping *scoping;
    struct ly_random *random;
    struct ly_streams *streams;
    struct ly_match_cache *match_cache;
    struct ly_string_patterns *string_patterns; /* compiled ones (stdlib/strings/pattern.c) */
    struct ly_library *library;  /* files of the library that were entered (library.c) */
    struct ly_session *session;  /* arguments, In and Out */
    const struct ly_session *program;    /* in a task: the session of the program, or NULL */
    struct ly_session_file *reading;     /* innermost of the files being read, or NULL */

    /* output */
    void (*write)(ly_context *cx, const char *bytes, size_t count); /* standard output */
    void *write_data;
    pthread_mutex_t output_lock; /* held while write runs: tasks write through the context that they
                                    come from, from other threads */
    struct ly_temporary *temporaries; /* living ones */
    uint64_t temporary_serial; /* $ModuleNumber */
    const char *task_path;     /* of the task, for names of temporaries; "" in the main program */
    uint64_t tasks_submitted;  /* by this context, now */
    void (*interrupted)(ly_context *cx); /* LY_POLL_ABORT was set: ends a wait; NULL: never waited */
    void *volatile waits_on;   /* the thread's record (sched) while this context waits, outside tasks */
    volatile uint32_t interrupting; /* somebody looks at its deputies: none may go meanwhile */
    uint64_t tasks_running;    /* that write here, under a lock of whoever runs them; without session alone */
    void *tasks_awaited;       /* who waits for their end, under the same lock */
    bool tasks_ending;         /* what waits in them is cancelled */
    void (*end_tasks)(ly_context *cx); /* NULL, or waits for them; called when the program has ended,
                                  before the context goes */
    void (*end_objects)(ly_context *cx); /* NULL, or lets go of what objects hold that hold each other;
                                  set by any task, called when the context goes */
};

/* A new context with the built-ins; NULL: no memory. */
ly_context *ly_context_new(void);
void ly_context_free(ly_context *cx);
/* Ends what it evaluates, or waits for, by an abort. From any thread or signal handler. */
void ly_context_interrupt(ly_context *cx);
/* The same for what it evaluates alone: sets LY_POLL_ABORT in its word and its deputies'. */
void ly_context_abort(ly_context *cx);
/* The context has no deputy any more, and nobody looks at it: home is the first of the deputies' line. */
void ly_deputy_ends(ly_context *cx, ly_context *home);
/* One for tasks, which uses the heap of the thread that runs it: ly_heap_here(). */
ly_context *ly_context_on_thread(void);

/* ---- errors (pending.c) */

/* Sets what is pending and gives LY_FAILED, so that `return ly_raise(…)` reads well. value and tag
   are consumed; LY_FAILED for none. */
ly_value ly_raise(ly_context *cx, ly_pending_kind kind, ly_value value, ly_value tag);
/* Failure["kind", <|"Message" -> text|>] raised */
ly_value ly_raise_failure(ly_context *cx, const char *kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* No memory (or over MemoryConstrained's limit). */
ly_value ly_raise_memory(ly_context *cx);
/* Takes what is pending out, for a cleanup that must evaluate; put it back with ly_pending_restore. */
ly_pending ly_pending_take(ly_context *cx);
void ly_pending_restore(ly_context *cx, ly_pending pending);
void ly_pending_drop(ly_context *cx, ly_pending pending);

/* Between the two, which nest, an abort from outside waits. */
static inline void ly_protect_begin(ly_context *cx) { cx->protecting++; }
void ly_protect_end(ly_context *cx);

/* ---- polling (pending.c) */

/* The bits that others, and we, have set. */
static inline uint32_t ly_polled(const ly_context *cx)
{
#ifdef __TINYC__
    return cx->poll; /* it has no atomics; a volatile read of a word is one */
#else
    return __atomic_load_n(&cx->poll, __ATOMIC_RELAXED);
#endif
}
ly_value ly_poll_slow(ly_context *cx);
/* True: something outside wants this evaluation to end; the error is pending. Loops call it. */
static inline bool ly_poll(ly_context *cx)
{
    return __builtin_expect(ly_polled(cx) != 0, 0) && ly_failed(ly_poll_slow(cx));
}

/* The definition of a symbol, borrowed, or NULL where nothing was defined in this context. */
static inline ly_definition *ly_definition_of(ly_context *cx, ly_value symbol)
{
    const ly_symbol *record = ly_symbol_of(symbol);
    uint32_t page = record->id / LY_PAGE_SIZE;
    if (__builtin_expect(ly_flags(&record->o) & LY_FLAG_TEMPORARY, 0))
        return ly_temporary_definition(cx, symbol);
    if (page >= cx->definitions.page_count || !cx->definitions.pages[page]) return NULL;
    return cx->definitions.pages[page]->entries[record->id % LY_PAGE_SIZE];
}

/* The mark of what is found to be evaluated now, over symbols of this filter. In a task it is of the
   snapshot unless the task itself changed such a symbol. */
static inline uint64_t ly_mark_now(const ly_context *cx, uint64_t filter)
{
    const ly_definitions *all = &cx->definitions;
    uint64_t stamp = all->last_change;
    if (__builtin_expect(all->task, 0) && !(filter & all->assigned)) stamp = all->start;
    return stamp ? stamp : 1;
}

/* ---- stack checks: every function that recurses over data of unknown depth begins with
       if (ly_stack_low(cx)) return … ly_on_new_stack(cx, the same, again) */
static inline bool ly_stack_low(const ly_context *cx)
{
    return __builtin_expect((char *)__builtin_frame_address(0) < cx->stack_limit, 0);
}

#endif
