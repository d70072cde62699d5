/* trace.h: what the evaluator tells about its steps while something watches (cx->trace). */
#ifndef LY_TRACE_H
#define LY_TRACE_H

#include "eval/eval.h"

typedef struct ly_trace_level ly_trace_level;

/* A watch over an evaluation; lives in the frame of Trace or TraceScan, zeroed but for what it asks. */
typedef struct ly_trace {
    ly_value form;   /* only expressions that match, or what a symbol's rules do; LY_FAILED: all */
    bool by_symbol;  /* form is that symbol */
    /* told each expression as it comes up, and how deep; NULL: chains are collected. False: failed */
    bool (*visit)(ly_context *cx, struct ly_trace *trace, ly_value e, uint32_t depth);
    void *data;      /* visit's */
    ly_value chains; /* what was collected: a list (owned), or LY_FAILED */
    bool failed;     /* visit failed: the error stands in pending */
    bool joins;      /* the next evaluation goes on in the chain of the symbol that it is the value of */
    ly_trace_level *levels;
    size_t count, capacity;
} ly_trace;

/* Watches the evaluation of e (borrowed): its value. */
ly_value ly_trace_evaluate(ly_context *cx, ly_trace *trace, ly_value e);

/* ---- what the evaluator says (cx->trace is set) */
void ly_trace_enter(ly_context *cx, ly_value e);    /* e is going to be evaluated */
void ly_trace_leave(ly_context *cx);
void ly_trace_part(ly_context *cx, ly_value part);  /* a part of it that is its own value */
void ly_trace_arguments(ly_context *cx, ly_value e); /* its arguments were evaluated */
void ly_trace_now(ly_context *cx, ly_value e);       /* it became e */
void ly_trace_apply(ly_context *cx, ly_value e);     /* definitions are asked for e */
void ly_trace_result(ly_context *cx, ly_value r);    /* and gave r, or LY_UNEVALUATED */
/* The value of a symbol, with what it takes. */
ly_value ly_trace_symbol(ly_context *cx, ly_value symbol, ly_value (*value)(ly_context *, ly_value));

#endif
