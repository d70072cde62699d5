/* definitions.h: what symbols mean in one context.

   A context reaches definitions through pages of pointers: an immutable base, borrowed, and private
   pages made on first write. Reading is two loads; writing copies the page, then the definition. */
#ifndef LY_DEFINITIONS_H
#define LY_DEFINITIONS_H

#include "value/value.h"

/* ---- attributes ------------------------------------------------------------------------------- */
enum {
    LY_HOLD_FIRST = 1 << 0,
    LY_HOLD_REST = 1 << 1,
    LY_HOLD_ALL = LY_HOLD_FIRST | LY_HOLD_REST,
    LY_HOLD_ALL_COMPLETE = 1 << 2,
    LY_FLAT = 1 << 3,
    LY_ORDERLESS = 1 << 4,
    LY_ONE_IDENTITY = 1 << 5,
    LY_LISTABLE = 1 << 6,
    LY_SEQUENCE_HOLD = 1 << 7,
    LY_NUMERIC_FUNCTION = 1 << 8,
    LY_PROTECTED = 1 << 9,
    LY_LOCKED = 1 << 10,
    LY_READ_PROTECTED = 1 << 11,
    LY_CONSTANT = 1 << 12,
    LY_N_HOLD_FIRST = 1 << 13,
    LY_N_HOLD_REST = 1 << 14,
    LY_N_HOLD_ALL = LY_N_HOLD_FIRST | LY_N_HOLD_REST,
    LY_STUB = 1 << 15,
    LY_TEMPORARY_ATTRIBUTE = 1 << 16,
};

/* ---- built-ins: rows of the .def tables in stdlib/ --------------------------------------------- */

/* Answers a call whose arguments are evaluated as the attributes say. Gives the value (owned; it is
   evaluated further unless it is known to be), LY_UNEVALUATED, or LY_FAILED. The call is borrowed;
   where it is unique, ly_take_arg moves arguments out of it. */
typedef ly_value ly_builtin_function(ly_context *cx, ly_expr *call);

enum {
    LY_PURE = 0,
    LY_EFFECTS = 1 << 0,       /* reads or changes anything outside its arguments */
    LY_OPERATOR = 1 << 1,      /* F[a][b] means F[a, b]  (Map, Apply …) */
    LY_OPERATOR_LAST = 1 << 2, /* F[a][b] means F[b, a]  (Select, MemberQ …) */
    LY_PACKED = 1 << 3,        /* accepts packed arrays; otherwise it is given lists */
    LY_VALUE = 1 << 4,         /* a variable: the function gives its value, the call has no arguments */
    LY_ANY_COUNT = 1 << 5,     /* wrong numbers of arguments are the function's own matter: no message */
    LY_EVALUATED = 1 << 6,     /* its answers need no further evaluation */
    LY_UPDATES = 1 << 7,       /* changes an argument that nobody else holds in place, so that
                                  x = F[x, …] may move x's value into the call */
    LY_BY_RULES = 1 << 8,      /* written in Lyra: the row is that of a ly_library_symbol (library.h) */
    LY_NAMES = 1 << 9,         /* may mean any symbol, by its name or by asking for all of them */
    LY_RECEIVES = 1 << 10,      /* gives values that other tasks made: they may call any function */
    LY_ASSIGNS = 1 << 11,      /* changes what its first argument, held, stands for */
};

struct ly_builtin {
    const char *name;
    ly_builtin_function *function; /* NULL: a name with attributes and documentation alone */
    int16_t least, most;           /* numbers of arguments; most -1: any */
    uint32_t attributes;
    uint32_t effects;              /* LY_EFFECTS … */
    const char *documentation;     /* first line: usage */
    ly_builtin_function *sub_function; /* answers F[a…][b…], or NULL */
};

/* ---- rules and definitions -------------------------------------------------------------------- */

typedef struct ly_rules ly_rules; /* an ordered, compiled set of rules: match/match.h */

typedef enum ly_rule_list {
    LY_OWN_VALUES,
    LY_DOWN_VALUES,
    LY_SUB_VALUES,
    LY_UP_VALUES,
    LY_N_VALUES,
    LY_DEFAULT_VALUES,
    LY_FORMAT_VALUES,
    LY_MESSAGES,   /* rules MessageName[f, "tag"] -> text */
    LY_RULE_LISTS
} ly_rule_list;

typedef struct ly_definition {
    const ly_context *owner;         /* the context whose own it is; others copy before they write */
    uint32_t attributes;
    uint32_t flags;                  /* LY_DEFINITION_… */
    ly_value value;                  /* x = value: owned, or LY_FAILED; own values with patterns or
                                        conditions, and x := …, stand in rules[LY_OWN_VALUES] */
    ly_rules *rules[LY_RULE_LISTS];  /* owned; NULL: none */
    ly_value options;                /* list of rules, or LY_FAILED */
    struct ly_frozen *frozen;        /* a copy of it as it is now, in a base; NULL: none (snapshot.h) */
    uint64_t captured;               /* when all that it reaches was last found in the current snapshot */
} ly_definition;

/* A temporary of Module or Unique: counted, with its definition inline. */
typedef struct ly_temporary {
    ly_symbol symbol;
    ly_value base;     /* the symbol it was named after */
    uint64_t serial;
    struct ly_temporary *previous, *next; /* the context's living temporaries */
    ly_definition definition;
} ly_temporary;
/* Releases what a temporary holds, before its memory goes. */
void ly_temporary_drop(ly_context *cx, ly_temporary *temporary);
/* Releases what a definition holds. */
void ly_definition_drop(ly_context *cx, ly_definition *definition);

enum {
    LY_DEFINITION_REMOVED = 1,       /* Remove[x] */
    LY_DEFINITION_DELAYED = 2,       /* value was set by := */
    LY_DEFINITION_SHARED = 4,        /* its value or down values live where all tasks see them */
};

#define LY_PAGE_SIZE 64
typedef struct ly_definition_page {
    const ly_context *owner;
    ly_definition *entries[LY_PAGE_SIZE]; /* NULL: as the built-in's row says */
} ly_definition_page;

typedef struct ly_definitions {
    ly_definition_page **pages; /* by id / LY_PAGE_SIZE; NULL: nothing defined */
    uint32_t page_count;
    bool borrowed;              /* pages is the snapshot's array */
    bool task;                  /* on a snapshot: stamps of changes are this context's own affair */
    uint64_t last_change;       /* stamp of the newest change of any symbol */
    uint64_t changed[64];       /* … of any symbol of this filter bit */
    uint64_t marked;            /* filter bits of what was marked evaluated since they last changed */
    uint64_t start;             /* last_change when the task began */
    uint64_t assigned;          /* filter bits of what the task changed since */
    struct ly_foreign_temporary *temporaries; /* this task's definitions of other contexts' temporaries */
} ly_definitions;

/* A definition of a context's own for a temporary that another context made. */
typedef struct ly_foreign_temporary {
    ly_value symbol; /* held */
    struct ly_foreign_temporary *next;
    ly_definition definition;
} ly_foreign_temporary;

/* Answers a call of a built-in that assigns in the stead of row->function: whoever has made a symbol
   shared sets it. NULL: none is. */
extern ly_value (*ly_assign_shared)(ly_context *cx, const ly_builtin *row, ly_expr *call);

/* The definition of a temporary symbol, or NULL (never for this context's own). */
ly_definition *ly_temporary_definition(ly_context *cx, ly_value symbol);
/* The same for one that another context made: what this task, or its snapshot, says of it. */
ly_definition *ly_foreign_temporary_definition(ly_context *cx, ly_value symbol);
/* The temporary loses its context (and must have no definition any more). */
void ly_temporary_disown(ly_context *cx, ly_temporary *temporary);
/* It is about to be seen by other threads. */
void ly_temporary_share(ly_context *cx, ly_value symbol);
/* A symbol's definition (see ly_definition_of in context.h) to be changed: private to this context, made if need be; counts as a change. */
ly_definition *ly_definition_edit(ly_context *cx, ly_value symbol);
/* `with` takes the place of the symbol's definition, which is given back (owned, as `with` is taken). */
ly_definition *ly_definition_exchange(ly_context *cx, ly_value symbol, ly_definition *with);
/* Attributes, from the definition or the built-in's row. */
uint32_t ly_attributes(ly_context *cx, ly_value symbol);
void ly_set_attributes(ly_context *cx, ly_value symbol, uint32_t attributes);
/* The symbol changed: what was marked evaluated and contains it is evaluated again. */
void ly_symbol_changed(ly_context *cx, ly_value symbol);
/* symbol = value (delayed: symbol := value). Consumes value. */
void ly_set_own_value_take(ly_context *cx, ly_value symbol, ly_value value, bool delayed);
/* Takes the symbol's value out of its slot, to be updated in place and put back with
   ly_set_own_value_take; LY_FAILED (nothing pending) if it has no plain value. Nothing is evaluated
   in between. */
ly_value ly_take_own_value(ly_context *cx, ly_value symbol);
/* Adds the rule lhs -> rhs (delayed: :>) to the list of the symbol; a rule with the same left side
   gives way. lhs is a pattern without HoldPattern; rhs may be Condition[rhs, test] (or Module, With,
   Block around such). Borrows lhs and rhs. */
void ly_add_rule(ly_context *cx, ly_value symbol, ly_rule_list list, ly_value lhs, ly_value rhs,
                 bool delayed);
/* Removes the rule with this left side; false if there is none. */
bool ly_remove_rule(ly_context *cx, ly_value symbol, ly_rule_list list, ly_value lhs);
/* Clear (values) or ClearAll (attributes, options, messages, defaults too). */
void ly_clear_symbol(ly_context *cx, ly_value symbol, bool all);
/* {HoldPattern[lhs] :> rhs, …} */
ly_value ly_rules_as_list(ly_context *cx, ly_value symbol, ly_rule_list list);
void ly_definitions_end(ly_context *cx);

/* A built-in is one row beside its function; the linker gathers the rows into a table, and
   registration, ?Name, attributes, checks of argument counts and purity facts are read from it.

   BUILTIN(Reverse, list_reverse, 1, 2, LY_PROTECTED, LY_PURE,
           "Reverse[list] gives the elements in reverse order.")
   static ly_value list_reverse(ly_context *cx, ly_expr *call) { … }                            */
#define BUILTIN(Name, function, least, most, attributes, effects, documentation)            \
    static ly_builtin_function function;                                                    \
    static const ly_builtin ly_row_##Name = {#Name, function, least, most,                  \
                                             attributes, effects, documentation, NULL};     \
    static const ly_builtin *const ly_row_pointer_##Name                                    \
        __attribute__((section("ly_builtins"), used)) = &ly_row_##Name;
/* The same for a built-in that also answers F[a…][b…]: sub_function is given that whole call. */
#define BUILTIN_SUB(Name, function, sub_function, least, most, attributes, effects, doc)    \
    static ly_builtin_function function, sub_function;                                      \
    static const ly_builtin ly_row_##Name = {#Name, function, least, most,                  \
                                             attributes, effects, doc, sub_function};       \
    static const ly_builtin *const ly_row_pointer_##Name                                    \
        __attribute__((section("ly_builtins"), used)) = &ly_row_##Name;
/* A System` symbol that has attributes and documentation, but no function (List, Rule …). */
#define BUILTIN_SYMBOL(Name, attributes, documentation)                                     \
    static const ly_builtin ly_row_##Name = {#Name, NULL, 0, -1, attributes, LY_PURE,       \
                                             documentation, NULL};                             \
    static const ly_builtin *const ly_row_pointer_##Name                                    \
        __attribute__((section("ly_builtins"), used)) = &ly_row_##Name;
/* Text of a message of a built-in: MESSAGE(Part, partw, "Part `1` of `2` does not exist.") */
typedef struct ly_message_text {
    const char *symbol, *tag, *text;
} ly_message_text;
#define MESSAGE(Symbol, tag, text)                                                          \
    static const ly_message_text ly_message_##Symbol##_##tag = {#Symbol, #tag, text};       \
    static const ly_message_text *const ly_message_pointer_##Symbol##_##tag                 \
        __attribute__((section("ly_messages"), used)) = &ly_message_##Symbol##_##tag;
/* Assignment to a left side with this head (Options[f] = …, DownValues[f] = …, x[[i]] = …): the
   function is given the left side as it was written (nothing evaluated), the right side (evaluated,
   unless delayed; borrowed; LY_FAILED for Unset) and gives what the assignment gives, or LY_UNEVALUATED to have an
   ordinary rule entered. */
typedef ly_value ly_assignment_function(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed);
typedef struct ly_assignment {
    const char *head;
    ly_assignment_function *function;
} ly_assignment;
#define ASSIGNMENT(Head, function)                                                          \
    static ly_assignment_function function;                                                 \
    static const ly_assignment ly_assignment_##Head = {#Head, function};                    \
    static const ly_assignment *const ly_assignment_pointer_##Head                          \
        __attribute__((section("ly_assignments"), used)) = &ly_assignment_##Head;
/* Enters the rows of all built-ins into their symbols' records; once for the process. */
void ly_register_builtins(void);

/* One process-wide counter of stamps. */
uint64_t ly_stamp_next(void);

#endif
