/* program.h: a program on its way from source text to C.

   build.c     the pipeline
   read.c      files → statements, with the files that they name
   collect.c   statements → definitions
   lower.c     right sides and statements → trees of nodes      (lower_forms.c: the table of forms)
   analyse.c   which locals live where, and where each is used last
   dump.c      what each pass leaves, as text

   Everything here lives in the arena of its program and is freed with it, values included. */
#ifndef LY_PROGRAM_H
#define LY_PROGRAM_H

#include <stdarg.h>
#include <stdio.h>

#include "compiler/compiler.h"
#include "eval/context.h"
#include "text/text.h"
#include "value/value.h"

typedef struct program program;
typedef struct node node;
typedef struct function function;

/* ---- types: what a value most likely is, and what C holds it in where that is certain -------------- */

typedef enum type_base {
    TYPE_NONE,   /* nothing known */
    TYPE_INT,    /* machine integer: int64_t */
    TYPE_REAL,   /* machine real: double */
    TYPE_MIXED,  /* a variable that is a real, or at times a small exact integer: double and a flag */
    TYPE_RATIO,  /* quotient of two machine integers, on its way into a real or an integer */
    TYPE_BOOL,   /* True or False: bool */
    TYPE_ANY     /* anything: a word */
} type_base;

typedef struct type {
    uint8_t base;
    uint8_t rank; /* above 0: a packed array of them */
} type;

/* A symbol of the program that holds a value of its own. */
typedef struct global {
    ly_value symbol;
    type type;       /* what is most likely assigned to it */
    type wanted;     /* what its uses ask for, where nothing else is known */
    bool guessed;    /* its type is no more than that */
    struct global *next;
} global;

/* What passes found out of a symbol. */
typedef struct symbol_facts {
    ly_value symbol;
    global *global;
    bool visible;          /* the program mentions it where nothing binds it */
} symbol_facts;

/* ---- locals: variables of patterns, Module, With, iterators and pure functions ----------------- */

typedef enum local_kind { LOCAL_PARAMETER, LOCAL_VARIABLE, LOCAL_ITERATOR, LOCAL_SLOT } local_kind;

typedef struct local {
    ly_value symbol;    /* LY_FAILED for slots */
    ly_value shown;     /* what its own symbol is named after: the symbol, renamed as substitution does */
    uint32_t group;     /* of those that one substitution puts in: a rule's variables, a scope's; 0: none */
    const char *name;   /* in C */
    const char *serial; /* in C: the number of its own symbol, where that is asked for */
    uint32_t mark;      /* of its beginning in the text, + 1 */
    local_kind kind;
    bool assigned;      /* some node assigns it after its first value */
    bool quoted;        /* held code shows its value: it must stay as it was given */
    bool escapes;       /* it needs a symbol at run time: code that we did not lower mentions it */
    bool shows;         /* an iterator that something undecided may show: its symbol then has its value */
    bool unset;         /* begins without a value */
    bool parameter;     /* argument of the C function */
    bool sequence;      /* stands for several arguments: its value is Sequence[…] */
    uint32_t branches;  /* while it is written: conditional blocks around its beginning */
    uint32_t fresh;     /* while it is written: the epoch in which its value was known to be evaluated */
    bool borrowed;      /* while it is written: the variable does not own its value */
    const char *standing; /* while it is written: a symbol in C that stands for it just now, or NULL */
    const char *range;  /* while it is written: the iterator's range in C */
    uint32_t index;     /* in function.locals */
    type type;          /* what it most likely holds */
    type wanted;        /* what its uses ask for, where nothing else is known */
    bool guessed;       /* its type is no more than that */
    bool counts;        /* while loops are looked for: it is part of an index or of a bound */
} local;

/* ---- nodes: the lowered form ------------------------------------------------------------------- */

typedef enum op {
    /* values */
    OP_CONSTANT,  /* value: an expression that evaluates to itself */
    OP_LOCAL,     /* local: its value */
    OP_SYMBOL,    /* value: a symbol, evaluated */
    OP_TEMPLATE,  /* value: an expression with the locals (uses) put in, then evaluated */
    OP_QUOTE,     /* the same, not evaluated: Function, and other forms that hold for ever */
    OP_LIST,      /* {kids} */
    /* calls */
    OP_CALL,      /* definition: a definition of the program, called directly */
    OP_APPLY,     /* value: a symbol without hold attributes, applied to evaluated kids */
    OP_APPLY_VALUE, /* kids[0] applied to the others; source where it turns out to hold them */
    OP_PRIMITIVE, /* primitive: an operation of the ABI on the kids */
    /* control */
    OP_IF,        /* kids: test, then, else or NULL, undecided or NULL; where the test stays undecided,
                     source from argument index on, its value in the place of that argument */
    OP_SWITCH,    /* kids: subject, then form, value, form, value … */
    OP_AND, OP_OR, OP_NOT,
    OP_SEQUENCE,  /* kids in order, value of the last */
    OP_WHILE,     /* kids: test, body, step (For), */
    OP_DO,        /* kids: body, then the iterator's bounds (from, to, step; or one: count or list);
                     local: iterator, or NULL */
    OP_TABLE,     /* the same, collecting */
    OP_TOTAL,     /* the same, adding up (Sum) or multiplying (value: Plus or Times) */
    OP_BREAK, OP_CONTINUE,
    /* assignments */
    OP_LET,       /* local = kids[0], then kids[1]: scope of Module, With, slots */
    OP_BLOCK,     /* kids: body, then initial values or NULL; value: the list of the symbols */
    OP_CONDITION, /* kids: value, test: where it is not True, the rule does not apply */
    OP_CATCH,     /* kids: body, then form and function or NULL */
    OP_GUARD,     /* value: a built-in that watches over its body (eval/guard.h); kids: body, alternative
                     or NULL, then what begin asks for; local: what the alternative is given, or NULL;
                     post: begin may refuse, and the evaluator has the call; index: 1, its second
                     argument evaluated */
    OP_SET_LOCAL, /* local = kids[0] */
    OP_SET_SYMBOL,/* value: symbol = kids[0] */
    OP_STEP,      /* local (or symbol value) += kids[0]; post: gives the old value */
    OP_SET_PART,  /* local[[kids[1…]]] = kids[0] */
    OP_STEP_PART, /* local[[kids[1…]]] += kids[0]; post: gives the old value */
    OP_SET_LIST,  /* {targets} = kids[0]; kids[1…]: assignments of the items, whose value is a local */
    OP_UPDATE,    /* value[target, kids[0]] for AppendTo and its kin: local, or the symbol in kids[1] */
    OP_ASSIGN,    /* value[kids[0][kids[1…]], last kid]: Set, AddTo … of f[x], Increment without the last */
    /* loops over data */
    OP_MAP,       /* kids: list, body; local: element */
    OP_SCAN,
    OP_SELECT,
    OP_FOLD,      /* kids: start, list, body; local: state, local2: element */
    OP_NEST,      /* kids: start, count, body; local: state */
    /* in parallel */
    OP_PARALLEL,  /* source: the call, as the evaluator does it; plain: what it computes, as OP_TABLE or OP_MAP,
                     for its typed form alone; value: Plus or Times, which combines that, or LY_FAILED */
    /* definitions */
    OP_DEFINE,    /* value: the statement; index: its rule; rule: of a definition inside code, whose uses are
                     put into the statement first; NULL at top level */
    OP_GET,       /* unit: a file compiled in; kids[0]: the call it stands for */
    OP_REST,      /* text that must be read at run time */
    OP_COUNT
} op;

typedef enum primitive {
#define PRIMITIVE(name, symbol, count, kind) PRIMITIVE_##name,
#include "compiler/primitives.def"
#undef PRIMITIVE
    PRIMITIVE_COUNT
} primitive;

typedef struct primitive_row {
    const char *name;    /* ly_NAME, ly_NAME_take, ly_test_NAME in abi.h */
    const char *symbol;
    int count;           /* of operands */
    char kind;           /* 'a' arithmetic, 't' a test that gives True or False, 'p' other */
} primitive_row;
extern const primitive_row primitives[];

struct node {
    op op;
    primitive primitive;
    ly_value value;       /* borrowed from the program */
    ly_value source;      /* the expression that this is the lowered form of */
    local *local, *local2;
    struct definition *definition;
    uint32_t count;
    node **kids;
    uint32_t use_count;   /* OP_TEMPLATE, OP_QUOTE, OP_PARALLEL and where something stays undecided: locals inside
                             value, or inside source */
    local **uses;
    uint32_t index;       /* rule, unit */
    struct rule *rule;
    bool last;            /* OP_LOCAL: nothing reads the local after this */
    const char *updated;  /* OP_CALL, while it is written: the symbol, in C, that is one of the arguments
                             and gets the value; or NULL */
    bool post;
    bool inner;           /* OP_TOTAL, OP_TABLE: an iterator within the one of the node around it */
    bool tail;            /* its value is the function's */
    uint32_t steps;       /* of rewriting from the rule to this tail call */
    uint32_t depth;       /* evaluations that this one is nested in, from the function's body on */
    type type;            /* of its value, most likely */
    global *global;       /* OP_SYMBOL, OP_SET_SYMBOL and steps of symbols */
    node *plain;          /* OP_TEMPLATE, OP_PARALLEL: the same in other nodes, for kernels alone; or NULL */
    bool forks;           /* Future, Await: plain is what a clone has in its place */
    uint32_t resume;      /* in a kernel: the point where the generic code goes on before this statement */
    uint32_t resume_head; /* of a loop: the point before its next round */
    uint32_t range;       /* in a kernel: number of the iterator */
    bool leaves;          /* in a kernel: a statement without a typed form, done by the generic loop */
    bool contained;         /* in a kernel: an index that its array has, where the iterators' ranges are right */
    const struct typed_function *typed; /* in a kernel: how a built-in is called */
    bool proven;          /* while it is written: an integer that the loop around it has found not to overflow */
    bool within;          /* … an index that is within its array in all rounds */
    bool small;           /* … an integer that a double holds exactly, with bits to spare */
    struct typed_clone *clone;  /* OP_CALL, in a kernel or a clone: the C function that answers */
    struct kernel *kernel; /* of a loop: its typed form, or why it has none; NULL: inside of one */
    struct pure *pure;    /* of an expression over data: its typed form; NULL: none */
};

/* ---- kernels: loops over machine numbers, in unboxed C beside the generic loop ------------------- */

typedef struct kernel_variable {
    local *local;         /* or */
    global *global;
    type type;
    bool outer;           /* it lives outside of the kernel */
    bool needed;          /* and its value on entry may be read */
    bool assigned;
    bool forked;          /* in a clone: by a future, whose value it is once that is awaited */
    bool bound;           /* by an expression, inside of it: nobody else sees it */
    bool moves;           /* an array: assigned as a whole */
    bool scoped;          /* while it is written: the iterator of a loop around */
    const char *reach;    /* … the largest magnitude that it has in that loop, a double in C; or NULL */
    const char *name;     /* in C */
    const char *low, *high; /* in C: where its range is known on entry */
    uint32_t slot;        /* in the array of words that goes in and out */
} kernel_variable;

/* A built-in on machine numbers: a row of typed_functions.def. */
typedef struct typed_function {
    const char *name, *arguments;
    char result;
    const char *text;
} typed_function;

enum { LY_MOST_POINTS = 1024 }; /* of resumption, in one kernel */

typedef struct kernel {
    const char *name;     /* of the C function */
    node *root;
    uint32_t variable_count, variable_capacity;
    kernel_variable **variables;
    uint32_t range_count; /* iterators: the root's is the first */
    uint32_t resume_count;
    uint32_t tier;        /* its number among the functions that exist twice */
    uint32_t clone_count, clone_capacity;
    struct typed_clone **clones; /* called in it */
    uint32_t need;        /* evaluations that those calls nest, but for recursion */
    ly_value obstacle;    /* why there is none: the expression that has no typed form, or LY_FAILED */
    const char *why;
} kernel;

/* ---- pure loops: expressions over data that have no effects, in unboxed C -------------------------- */

typedef enum pure_kind {
    PURE_ARRAY,           /* elements, at positions 0 … */
    PURE_SUM,             /* made of partial ones, in order: Sum, Product */
    PURE_TOTAL,           /* elements, added up by halves: Total */
    PURE_NUMBER,          /* computed in one go: Fold, Nest … */
    PURE_SELECTION        /* elements, some of them: Select */
} pure_kind;

typedef struct pure {
    const char *name;     /* of the C function */
    node *root;
    kernel k;             /* the variables that it takes from outside, in the order of k.variables, and its own */
    pure_kind kind;
    type type;            /* of its value, or of the elements */
    uint32_t rank;        /* of the elements' array; 0: there is none */
    bool reals;           /* what is only guessed is taken for reals */
    struct pure *other;   /* the same with other guesses; or NULL */
    bool parallel;        /* by all who have nothing to do */
    ly_value combine;     /* of a parallel one: Plus or Times between the elements, or LY_FAILED */
} pure;

/* ---- clones: definitions as C functions of machine numbers, for one tuple of argument types ------ */

/* A rule in a clone: its code once more, with variables of its own. */
typedef struct clone_rule {
    struct rule *rule;
    node *body, *condition;
    uint32_t local_count;
    local **locals;
    local **parameters;   /* by argument; NULL: the rule has no variable for it */
} clone_rule;

typedef struct typed_clone {
    struct definition *definition;
    uint32_t index;       /* of the arity */
    uint32_t argument_count;
    type *arguments;
    type result;
    uint32_t rule_count;
    clone_rule *rules;    /* those that may apply to such arguments, in order */
    bool settled, fits;   /* whether it has a typed form is known, and what is known */
    bool deep;            /* recursive, or it calls what is: counts levels */
    bool again;           /* a self tail call loops */
    bool passes;          /* the steps of rewriting go on from its caller, or in what it calls */
    bool loops;           /* it has loops */
    bool forks;           /* it takes futures: called by the generic code and by itself alone */
    bool scopes;          /* it, or what it calls, counts Module's scopes */
    kernel k;             /* its variables, and what it calls */
    const char *name;     /* in C, when it is written */
    struct typed_clone *next;
} typed_clone;

/* ---- functions: one C function each ------------------------------------------------------------ */

struct function {
    const char *name;       /* in C */
    uint32_t local_count, local_capacity;
    local **locals;
    uint32_t parameter_count;
    node *body;
    node *condition;        /* of a rule: /; or NULL */
    bool inner_condition;   /* the body has a condition inside its scopes: OP_CONDITION */
    struct rule *rule;      /* or NULL: a statement */
};

/* ---- definitions ------------------------------------------------------------------------------- */

/* A variable of a rule's pattern, in the order in which the matcher numbers them. */
typedef struct rule_variable {
    ly_value symbol;
    local *local;
    bool sequence;          /* x__, x___: stands for any number of arguments */
} rule_variable;

typedef struct rule {
    ly_value statement;     /* SetDelayed[lhs, rhs] as it stands */
    ly_value lhs, rhs;      /* as ly_add_rule gets them */
    bool delayed;
    struct definition *definition;
    function *function;     /* NULL: not lowered, the evaluator does it */
    bool by_matcher;        /* its pattern is left to the matcher */
    int32_t arity;          /* of its left side; -1: any number */
    bool asks;              /* conditions or tests decide whether it applies */
    uint32_t variable_count;
    rule_variable *variables;
    ly_value call;          /* the left side without its condition */
    ly_value condition;     /* of the left side, or LY_FAILED */
    uint32_t index;         /* of the module's rules */
    uint32_t deepest;       /* evaluations that its right side nests in itself */
    uint32_t place;         /* statement */
    const char *note;       /* why it was not lowered */
    uint32_t captured_count, captured_capacity;
    struct captured **captured; /* of a definition inside code: what its right side has from around */
    const char *name;       /* of the body in C, where it stands inside code */
} rule;

/* A local of the code around a definition: its value stands in the right side of the rule that the definition
   enters, and the body takes it from there. */
typedef struct captured {
    local *local;           /* of the body */
    uint32_t depth;
    int path[16];           /* to a place of it in the right side: arguments' numbers; -1: the head */
} captured;

/* The rules of a definition for one number of arguments: one C function. */
typedef struct arity {
    uint32_t count;         /* of arguments */
    bool any;               /* any number of them: the function takes an array */
    const char *name;       /* of the C function */
} arity;

typedef struct definition {
    ly_value symbol;
    const char *name;
    uint32_t attributes;
    bool attributes_unknown;
    bool built_in;                     /* a System` function written in Lyra */
    bool valued;            /* the program assigns the symbol itself */
    bool changed;           /* the program changes its rules otherwise than by statements at top level */
    bool returned_from;     /* Return[value, symbol] is somewhere */
    bool direct;            /* all its rules are known and lowered, and take fixed numbers of arguments */
    uint32_t deepest;       /* of its rules */
    bool has_tail_call;     /* its functions count the steps of rewriting */
    bool any;               /* a rule takes a sequence: one C function for any number of arguments */
    uint32_t arity_count, arity_capacity;
    arity **arities;
    uint32_t rule_count, rule_capacity;
    rule **rules;           /* in order of entry; after collect, of application */
    uint32_t entry;         /* index of the module's entries */
    type result;            /* what its rules most likely give */
    const char *note;       /* why not direct */
    struct definition *next;
} definition;

/* ---- files and statements ---------------------------------------------------------------------- */

typedef struct unit {
    const char *path;
    char *text;
    size_t count;
    uint32_t first, last;   /* statements, when all are read */
    uint32_t statement_count, statement_capacity;
    struct statement **statements;
} unit;

/* Where something stands in the text of the program. */
typedef struct position {
    uint32_t unit, line, column; /* lines and columns from 1 */
} position;

/* A name in Get or Needs, and the file compiled in for it. */
typedef struct get {
    const char *from, *name;
    uint32_t unit;
} get;

typedef struct statement {
    ly_value input;
    uint32_t unit;
    uint32_t line, column;
    size_t begin, end;      /* in the unit's text */
    bool rest;              /* the text from begin on is read at run time */
    function *function;
} statement;

struct program {
    const ly_compile_options *options;
    ly_context *cx;         /* of the reader: names are found in it, nothing is evaluated in it */
    struct block *arena;
    const char *name;       /* of the module */
    uint32_t unit_count, unit_capacity;
    unit **units;
    uint32_t get_count, get_capacity;
    get **gets;
    uint32_t main_units;    /* given by the user; those behind them are named in Get and Needs */
    uint32_t statement_count, statement_capacity;
    statement **statements;
    definition *definitions, **last_definition;
    uint32_t table_size;    /* of definitions by symbol: a power of two */
    definition **table;
    uint32_t definition_count, rule_count, entry_count;
    uint32_t inner_rule_count, inner_rule_capacity;
    rule **inner_rules;     /* of definitions inside code; they stand behind those of definitions */
    uint32_t value_count, value_capacity;
    ly_value *values;       /* all values kept, released at the end */
    bool open_world;        /* the program makes symbols from strings: iterators are visible */
    bool returns_anywhere;  /* Return with a head that is computed */
    bool far_breaks;        /* a Break or Continue may leave a loop from a function called in it */
    global *globals;
    bool visible_known;
    uint32_t facts_count, facts_size; /* by symbol: a power of two */
    symbol_facts **facts;
    uint32_t kernel_count;
    struct places *places;  /* of expressions, where a report is asked for; or NULL */
    uint32_t tier_count;    /* functions of the C text that exist twice (options->tiers) */
    typed_clone *clones, **last_clone;
    uint32_t clone_count;
    bool failed;
    int status;
};

program *program_new(const ly_compile_options *options, ly_context *cx);
void program_free(program *p);
void *program_alloc(program *p, size_t size); /* zeroed */
char *program_text(program *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *program_format(program *p, const char *format, va_list arguments);
/* Keeps an owned value until the program is freed, and gives it back. */
ly_value program_keep(program *p, ly_value v);
/* Appends an item to an array of pointers in the arena. */
#define program_add(p, array, count, capacity, item) \
    ((array) = program_grow(p, (void *)(array), count, &(capacity)), (array)[(count)++] = (item))
symbol_facts *facts_of(program *p, ly_value symbol);
void *program_grow(program *p, void *array, uint32_t count, uint32_t *capacity);

/* ---- read.c */
bool read_source(program *p, const ly_source *source);
bool read_program(program *p);

/* ---- collect.c */
void collect_definitions(program *p);
/* x__, x___: an expression that stands for several arguments. */
bool is_sequence_pattern(ly_value e);
/* Blank, Pattern, Alternatives …: what a pattern made of it matches is not itself. */
bool is_pattern_head(ly_value head);
/* What the program says of a symbol, or NULL where it defines nothing of it. */
definition *definition_of(const program *p, ly_value symbol);
rule *rule_of_statement(program *p, ly_value statement);
/* The rule of a definition that stands inside code; its symbol may be a local. */
rule *inner_rule(program *p, ly_value statement, uint32_t place);

/* ---- lower.c */
void lower_program(program *p);
/* Nothing is known of the symbol: most likely it only builds expressions. */
bool is_constructor(const program *p, ly_value symbol);
/* What a call of the symbol gives is an expression that the evaluator goes on with. */
bool goes_on(const program *p, ly_value symbol);
/* A call in the place of the function's value, by the evaluator: it goes on where the function stood. */
bool is_tail_evaluation(const program *p, const node *n);

/* ---- analyse.c */
void analyse_program(program *p);

/* ---- types.c */
void infer_types(program *p);
static inline bool is_scalar(type t, type_base base) { return t.base == base && t.rank == 0; }

/* One round over a clone's code; true: some type has changed. */
bool infer_clone(program *p, typed_clone *c);

/* ---- clones.c */
void find_clones(program *p);
/* The clone of a definition for arguments of these types, made where there is none yet; NULL: there can
   be none. */
typed_clone *clone_for(program *p, definition *d, uint32_t index, uint32_t count, const type *arguments);
/* Finds out whether the new clones have typed forms. */
void settle_clones(program *p);
/* The definitions that the clones of a kernel stand for, in *list; how many. */
uint32_t clone_definitions(program *p, const kernel *k, definition ***list);

/* ---- kernels.c */
void find_kernels(program *p);
kernel_variable *kernel_local(kernel *k, const local *v);
kernel_variable *kernel_global(kernel *k, const global *g);
/* The variable that a node reads or assigns, or NULL. */
static inline kernel_variable *kernel_variable_of(kernel *k, const node *n)
{
    return n->local ? kernel_local(k, n->local) : n->global ? kernel_global(k, n->global) : NULL;
}

/* ---- kernel_liveness.c: marks the variables whose values on entry may be read */
void find_needed(program *p, kernel *k);

/* ---- pure.c */
void find_pure_loops(program *p);
/* Leaves the types of this form on the nodes, which forms with other guesses share. */
void settle_pure_loop(program *p, pure *u);
/* A number made of data in a loop: Sum, Total, Fold … */
bool is_pure_number(const node *n);
/* It gives an array element by element, if its variables are what they are guessed to be. */
bool is_stream(const node *n);
bool has_loop(const node *n);
/* Sqrt[n] of an integer: not a machine number, but comparisons and Floor know what to do with it. */
bool is_integer_root(const node *n);
bool is_floor_of_root(const node *n);
/* Floor or Ceiling of a quotient of integers; a < b < c; the form _ of Switch. */
bool is_rounded_ratio(const node *n);
bool is_chain(const node *n);
bool is_any_form(const node *form);

/* The first row of that name and so many arguments, or NULL. */
const typed_function *typed_function_of(ly_value symbol, uint32_t count);

/* ---- places.c */
void note_places(program *p, uint32_t unit, ly_value e, const ly_span *span);
bool place_of(const program *p, ly_value e, position *at);

/* ---- report.c */
/* As options.report says. False: it could not be written; errno says why. */
bool write_report(program *p);

/* ---- dump.c */
void dump_pass(program *p, const char *pass, FILE *to);

#endif
