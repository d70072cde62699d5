/* pattern.h: what a pattern is made of, for the files of this folder and for the compiler.

   A pattern expression is compiled once into nodes, its variables numbered in the order in which
   they first occur. Nodes live in the pattern's arena and borrow their values from the pattern's
   source, which the pattern holds.

   Matching is by continuations: a node that can match in several ways calls what comes after it
   for each of them. A node is *plain* where it can match in one way at most: then no continuation
   is needed and nothing is allocated; most nodes of most programs are plain.

   What Flat, Orderless and OneIdentity mean to a node is fixed when it is compiled; matching checks
   that the head's attributes are still the same, and compiles again where they are not. */
#ifndef LY_PATTERN_H
#define LY_PATTERN_H

#include "eval/context.h"
#include "match/match.h"
#include "value/value.h"

/* ---- arena.c: memory of nodes, freed all at once */
typedef struct ly_arena {
    struct ly_arena_block *blocks;
    char *next, *end;
} ly_arena;
void *ly_arena_alloc(ly_context *cx, ly_arena *arena, size_t size); /* zeroed; NULL: pending */
void ly_arena_free(ly_context *cx, ly_arena *arena);

/* ---- nodes (pattern.c) */
typedef enum ly_node_kind {
    LY_NODE_LITERAL,      /* the same expression as value */
    LY_NODE_BLANK,        /* _ or _value */
    LY_NODE_SEQUENCE,     /* __ or ___ (least 1 or 0), all of head value if there is one */
    LY_NODE_VARIABLE,     /* variable : args[0] */
    LY_NODE_EXPR,         /* head and args */
    LY_NODE_ALTERNATIVES, /* args[0] | args[1] | … */
    LY_NODE_CONDITION,    /* args[0] /; test */
    LY_NODE_TEST,         /* args[0] ? value */
    LY_NODE_OPTIONAL,     /* args[0] : value; LY_FAILED: the default of owner */
    LY_NODE_REPEATED,     /* args[0].., from low to high times */
    LY_NODE_EXCEPT,       /* not args[0], but args[1] where there is one */
    LY_NODE_LONGEST,      /* args[0], trying long sequences first */
    LY_NODE_SHORTEST,     /* args[0], trying short sequences first */
    LY_NODE_OPTIONS,      /* OptionsPattern: rules, bound to variable; value: whose options */
    LY_NODE_GROUP,        /* PatternSequence[args…] */
    LY_NODE_ANY_ORDER,    /* OrderlessPatternSequence[args…] */
    LY_NODE_KEYS,         /* KeyValuePattern[args…] */
} ly_node_kind;

#define LY_MANY UINT32_MAX

typedef struct ly_template ly_template;

typedef struct ly_node {
    uint8_t kind;
    bool single;        /* always one element, and matched as one */
    bool plain;         /* at most one way to match */
    bool has_variables;
    bool elementwise;   /* a sequence that matches if each element does by itself */
    bool groups;        /* inside Flat: may stand for several elements together */
    bool defaults;      /* EXPR: all args but one at most are optional */
    bool exact_head;    /* EXPR under Verbatim[head]: attributes play no part */
    uint32_t variable;
    uint32_t attributes;   /* EXPR: LY_FLAT, LY_ORDERLESS, LY_ONE_IDENTITY of the head */
    uint32_t least, most;  /* numbers of elements that it stands for */
    uint32_t low, high;    /* REPEATED: how often */
    uint32_t count;        /* of args */
    uint32_t position, arity; /* OPTIONAL: which argument of how many */
    ly_value value;        /* EXPR: the head where it is literal, else LY_FAILED */
    ly_value owner;        /* OPTIONAL, OPTIONS: head of the expression that it stands in */
    struct ly_node *head;  /* EXPR: pattern of the head, or NULL */
    ly_template *test;     /* CONDITION */
    struct ly_node **args;
    uint32_t *rest_least, *rest_most; /* elements that args[i], args[i + 1] … stand for; count + 1 */
    /* where order does not count: the args that are no literals, in the order in which they are
       tried, and what they stand for from each on; order_count + 1 */
    uint32_t *order, *order_least, *order_most;
    uint32_t order_count;
} ly_node;

struct ly_pattern {
    uint32_t references;
    uint32_t variable_count;
    uint32_t options;      /* number of the variable of the first OptionsPattern, or LY_MANY */
    ly_value options_owner;
    bool evaluates;        /* matching may evaluate: tests, conditions, defaults */
    bool frozen;           /* of a base: read by many threads, neither counted nor compiled again */
    ly_node *root;
    ly_value *variables;   /* symbols; OptionsPattern[…] for what it matches */
    bool *sequences;       /* the variable may stand for a sequence */
    ly_value source;       /* owned: the pattern as it was given */
    ly_value *kept;        /* owned: values that compilation made */
    uint32_t kept_count, kept_capacity;
    uint32_t variable_capacity;
    ly_arena arena;
};

/* Compiles anew, not from the cache. NULL: an error is pending. */
ly_pattern *ly_pattern_new(ly_context *cx, ly_value source);
/* Compiles the nodes again, since attributes of a head changed. False: an error is pending. */
bool ly_pattern_again(ly_context *cx, ly_pattern *pattern);
/* A pattern compiled anew, its variables numbered as those of another one. NULL: pending. */
ly_pattern *ly_pattern_like(ly_context *cx, const ly_pattern *pattern);
/* Whether a head makes pattern objects (Blank, Pattern …). */
bool ly_is_pattern_head(ly_value head);
/* No pattern objects inside v. */
bool ly_is_literal(ly_context *cx, ly_value v);
#define LY_MATCH_ATTRIBUTES (LY_FLAT | LY_ORDERLESS | LY_ONE_IDENTITY)

/* ---- bindings while matching: borrowed from the subject, or from what the matcher keeps */
typedef enum ly_bound { LY_UNBOUND, LY_BOUND_ONE, LY_BOUND_SEQUENCE } ly_bound;
typedef struct ly_binding {
    ly_value value;        /* LY_BOUND_ONE */
    const ly_value *items; /* LY_BOUND_SEQUENCE */
    uint32_t count;
    uint32_t state;        /* ly_bound */
} ly_binding;

/* ---- templates (substitute.c): an expression in which variables are numbered */
typedef enum ly_template_kind {
    LY_TEMPLATE_VALUE,       /* value: no variables inside */
    LY_TEMPLATE_VARIABLE,    /* the variable's binding */
    LY_TEMPLATE_EXPR,        /* head and args */
    LY_TEMPLATE_ASSOCIATION, /* value: the association; args: keys and values in turn */
} ly_template_kind;
struct ly_template {
    uint8_t kind;
    bool splices;       /* EXPR: a variable is among args, which may stand for a sequence */
    bool holds;         /* EXPR: sequences stay Sequence[…] (SequenceHold) */
    uint32_t variable;
    uint32_t count;
    ly_value value;     /* EXPR: the head where it holds no variable, else LY_FAILED */
    ly_template *head;
    ly_template *args[];
};
/* The template of e over the pattern's variables; its values are borrowed from e. NULL: pending. */
ly_template *ly_template_new(ly_context *cx, ly_arena *arena, const ly_pattern *pattern, ly_value e);
/* What it is filled to may hold objects of the template itself. */
bool ly_template_lends(const ly_template *t);
/* The expression with the bindings put in; an unbound variable is an empty sequence. */
ly_value ly_template_fill(ly_context *cx, const ly_template *t, const ly_binding *bindings);
/* Keeps v as long as the pattern lives; consumes it, gives it back borrowed. */
ly_value ly_pattern_keep(ly_context *cx, ly_pattern *pattern, ly_value v);

/* ---- matching with a condition at the end (matcher.c) */

/* found is called for every match until it gives something else than 0; that is the result: 1, or
   -1 with an error pending. rest: the pattern may match some of the elements of a Flat subject;
   what is left over is then in the arrays before and after of the match. */
typedef struct ly_found {
    int (*call)(ly_context *cx, struct ly_found *found, const ly_binding *bindings);
    void *data;
    /* of a Flat head of which only some elements matched, when whole is false */
    bool whole;
    bool any;                            /* set by call: some of the elements need not be tried */
    ly_value head;                       /* borrowed */
    const ly_value *before, *after;      /* borrowed */
    uint32_t before_count, after_count;
} ly_found;
int ly_match_found(ly_context *cx, ly_pattern *pattern, ly_value subject, bool rest, ly_found *found);

/* ---- specificity.c */

/* Every subject that `specific` matches is also matched by `general`, as far as their forms say. */
bool ly_subsumes(ly_context *cx, const ly_node *general, const ly_node *specific);
/* How many variables occur again after their first place. */
uint32_t ly_repeats(const ly_node *node);
/* The same pattern, up to the names of variables; tests are compared with the names exchanged. */
bool ly_same_rule(ly_context *cx, ly_value lhs, ly_value rhs, ly_value other_lhs, ly_value other_rhs);
/* A hash that is the same for patterns that differ in names of variables alone. */
uint32_t ly_rule_hash(ly_context *cx, ly_value lhs);

#endif
