/* reader.h: the reader, as reader.c and parser.c share it. */
#ifndef LY_READER_H
#define LY_READER_H

#include "text/lexer.h"
#include "text/text.h"

enum {
    NODE_SYMBOL = 1, /* a bare symbol: x in x:pattern */
    NODE_NUMBER = 2, /* a bare number: 5 in -5 */
    NODE_SPAN = 4,   /* a;;b: another ;; multiplies */
};

/* An expression with its place. */
typedef struct node {
    ly_value value;
    ly_span span;
    unsigned flags;
} node;

struct ly_reader {
    ly_context *cx;
    const ly_source *source;
    ly_lexer lexer;
    ly_token token;
    bool started;      /* token holds the first one */
    bool syntax_only;  /* make no symbols, no expressions */
    bool with_spans;
    bool failed;       /* the input has a syntax error */
    bool at_end;       /* … because the text ended */
    bool after_colon;  /* reading p of x:p, where the next : ends it */
    uint32_t depth;    /* open brackets */
    ly_diagnostics diagnostics;
    node *stack;
    size_t count, capacity;
};

/* ---- parser.c: the expression at the current token; false: failed */
bool ly_parse(ly_reader *r, node *out);

/* ---- reader.c */
void ly_drop_span(ly_span span);
void ly_drop_node(ly_reader *r, node *n);
/* Puts n on the stack (consumed, also where that fails). */
bool ly_push_node(ly_reader *r, node n);
/* Notes that something else should stand at the current token; gives false. */
bool ly_expected(ly_reader *r, const char *what);
/* head[the nodes of the stack from mark on]; takes them off. The head's own place may be given. */
bool ly_make_node(ly_reader *r, ly_value head, const ly_span *head_span, size_t mark, size_t begin,
                  size_t end, node *out);
bool ly_make_node1(ly_reader *r, ly_value head, node a, size_t begin, size_t end, node *out);
bool ly_make_node2(ly_reader *r, ly_value head, node a, node b, size_t begin, size_t end, node *out);

static inline bool fail(ly_reader *r)
{
    r->failed = true;
    if (r->token.kind == LY_TOKEN_END || r->lexer.incomplete) r->at_end = true;
    return false;
}

static inline void advance(ly_reader *r) { ly_lex(&r->lexer, &r->token); }

static inline node leaf(ly_reader *r, ly_value value, size_t begin, size_t end, unsigned flags)
{
    return (node){value, {(uint32_t)begin, (uint32_t)end, 0, NULL}, flags};
}

/* A symbol of System`, as a node that stands nowhere itself. */
static inline node word(ly_reader *r, ly_value value, size_t at) { return leaf(r, value, at, at, 0); }

static inline size_t begin_of(const node *n) { return n->span.begin; }
static inline size_t end_of(const node *n) { return n->span.end; }

/* The current token cannot be part of this input: it is over. */
static inline bool line_over(const ly_reader *r) { return r->token.newline_before && r->depth == 0; }

#endif
