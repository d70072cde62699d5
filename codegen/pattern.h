/* pattern.h: what a pattern asks of arguments, and what it binds, as C text. */
#ifndef LY_PATTERN_TEXT_H
#define LY_PATTERN_TEXT_H

#include "codegen/frame.h"

typedef struct binding {
    local *local;
    const char *path;      /* C expression of the part that it stands for */
    uint32_t argument;
    bool whole;            /* the argument itself */
    bool sequence;         /* path makes an expression Sequence[…] of several parts */
} binding;

enum { MOST_BINDINGS = 64 }; /* rules with more are the matcher's (collect.c) */

typedef struct matching {
    frame *f;
    rule *r;               /* NULL: a pattern without variables */
    ly_text condition;     /* C tests, joined by && */
    uint32_t count;
    binding bindings[MOST_BINDINGS];
    uint32_t test_count;
    struct { const char *path; ly_value test; } tests[MOST_BINDINGS];
    int known;             /* the argument of the call that a switch has compared already, or -1 */
} matching;

/* Adds what the pattern asks of the value of the C expression path. */
void match_part(matching *m, ly_value pattern, const char *path, uint32_t argument, bool whole);
/* The same for all arguments of a rule's left side: their C expressions, or, where the rule takes any
   number of them, `count` and `arguments` of the C function. */
void match_call(matching *m, const char *const *paths, bool any);
/* The rule takes an argument that must be this machine integer; LY_FAILED: none. */
ly_value integer_asked(const rule *r, uint32_t argument);

/* ---- emit_definition.c */
/* The code of n mentions the local. */
bool code_mentions(const node *n, const local *v);

/* ---- emit_reuse.c */
/* The variables of an argument that the pattern takes apart get their values, and the argument goes. False:
   nothing was written, since its pattern is of another kind. */
bool emit_open(matching *m, uint32_t argument);

#endif
