/* guard.h: built-ins that evaluate an expression under a watch: Quiet, Check, TimeConstrained, Reap ….

   Such a built-in is a row GUARD(Head, begin, end) beside its function. begin sets the watch up, the body
   is evaluated, end takes the watch down, on every way out. The evaluator does so in ly_guarded;
   compiled code has the body in C between ly_guard_begin and ly_guard_end. */
#ifndef LY_GUARD_H
#define LY_GUARD_H

#include "eval/context.h"

typedef struct ly_guard ly_guard;

/* What end says of the body's value. */
typedef enum ly_guard_result {
    LY_GUARD_DONE,        /* *value is the construct's value; LY_FAILED: what is pending goes on */
    LY_GUARD_ALTERNATIVE, /* *value is released: the construct's alternative takes its place */
    LY_GUARD_HANDLE       /* the same, of a handler whose argument is *value */
} ly_guard_result;

/* arguments (borrowed, until the end): what the built-in asks for, evaluated. False: they are not what it
   takes; nothing is pending, and the call stays with the evaluator. */
typedef bool ly_guard_begin_function(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments);
/* *value: owned, what the body gave; LY_FAILED: an error is pending. */
typedef ly_guard_result ly_guard_end_function(ly_context *cx, ly_guard *guard, ly_value *value);

typedef struct ly_guard_row {
    const ly_symbol *head;
    ly_guard_begin_function *begin;
    ly_guard_end_function *end;
} ly_guard_row;

/* A construct in force, in the frame of whoever evaluates its body. */
struct ly_guard {
    const ly_guard_row *row;
    uint64_t frame[12]; /* the built-in's own: LY_GUARD_FRAME */
};

#define GUARD(Head, begin, end)                                                                       \
    static ly_guard_begin_function begin;                                                             \
    static ly_guard_end_function end;                                                                 \
    extern ly_symbol ly_symbol_##Head __attribute__((visibility("hidden")));                          \
    static const ly_guard_row ly_guard_row_##Head = {&ly_symbol_##Head, begin, end};                  \
    static const ly_guard_row *const ly_guard_pointer_##Head                                          \
        __attribute__((section("ly_guards"), used)) = &ly_guard_row_##Head;
/* The frame as a struct of the built-in's. */
#define LY_GUARD_FRAME(type, guard)                                                                   \
    (__extension__({                                                                                  \
        _Static_assert(sizeof(type) <= sizeof(guard)->frame, "the frame of a guard is too small");    \
        (type *)(void *)(guard)->frame;                                                               \
    }))

/* ---- guard.c */

bool ly_guard_begin(ly_context *cx, ly_guard *guard, ly_value head, uint32_t n, const ly_value *arguments);
ly_guard_result ly_guard_end(ly_context *cx, ly_guard *guard, ly_value *value);
/* The end on a way out that leaves the construct for a place around it, as Break does. */
void ly_guard_leave(ly_context *cx, ly_guard *guard);
/* The whole of it, by the evaluator: the value of body (borrowed) or that of `alternative`
   (borrowed; LY_FAILED: none is asked for). LY_UNEVALUATED: begin refused. */
ly_value ly_guarded(ly_context *cx, ly_value head, uint32_t n, const ly_value *arguments, ly_value body,
                    ly_value alternative);
/* The same; *result says whether the value is a handler's argument. */
ly_value ly_guarded_body(ly_context *cx, ly_value head, uint32_t n, const ly_value *arguments, ly_value body,
                         ly_guard_result *result);

#endif
