/* lyra.h: Lyra in a C program.

   A context is a whole evaluator: definitions, heap, everything. Any number of them live in one
   process; each is used by one thread at a time, and different threads may use different ones at
   once. Nothing here exits or jumps: what goes wrong is a status, and lyra_error says it in words.

   Values belong to the context that made them. A value that a function gives is the caller's, who
   gives it back by lyra_release; arguments stay the caller's.

   Link with: liblyra.a, whole (-Wl,--whole-archive), and the libraries that it uses. */
#ifndef LYRA_H
#define LYRA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ly_context lyra_context;
typedef uint64_t lyra_value; /* 0: none */

typedef enum lyra_status {
    LYRA_OK = 0,
    LYRA_SYNTAX,  /* the text has a syntax error; none of it was evaluated */
    LYRA_ERROR,   /* a raised failure, or a Throw, that nothing took */
    LYRA_ABORTED, /* Abort[], lyra_interrupt, or a limit of time or recursion */
    LYRA_MEMORY,  /* no memory, or over its limit */
    LYRA_EXIT,    /* the program evaluated Exit[n]; lyra_exit_status gives n */
    LYRA_TYPE,    /* the value is of another kind than was asked for */
} lyra_status;

/* ---- contexts */

/* LYRA_OK, or LYRA_MEMORY and *cx NULL. */
lyra_status lyra_open(lyra_context **cx);
/* Frees the context. Its values must have been released, or are gone with it. */
void lyra_close(lyra_context *cx);
/* Where Print and messages write; without it, to standard output. */
void lyra_on_output(lyra_context *cx, void (*write)(void *data, const char *bytes, size_t count),
                    void *data);
/* Ends the evaluation that runs in cx with LYRA_ABORTED. From any thread or signal handler. */
void lyra_interrupt(lyra_context *cx);
/* The last error in words; valid until the next call. "" where there was none. */
const char *lyra_error(const lyra_context *cx);
int lyra_exit_status(const lyra_context *cx);

/* ---- evaluation; result may be NULL */

/* Evaluates the inputs of a text one after the other, up to the first error; gives the last value. */
lyra_status lyra_evaluate(lyra_context *cx, const char *text, size_t count, lyra_value *result);
/* Evaluates function[arguments…]; function is a name ("f", "Global`f", "Total"). */
lyra_status lyra_call(lyra_context *cx, const char *function, size_t count,
                      const lyra_value *arguments, lyra_value *result);

/* ---- compiled programs */

/* What `lyra build --emit=obj` made: the object file defines lyra_module. One for the process; any
   number of contexts may load it. */
typedef struct ly_module lyra_compiled;
extern const lyra_compiled lyra_module;
/* Runs its statements in cx, up to the first error: then cx has its definitions. */
lyra_status lyra_load(lyra_context *cx, const lyra_compiled *module);

/* ---- values */

lyra_value lyra_integer(lyra_context *cx, int64_t n);
lyra_value lyra_real(lyra_context *cx, double x);
/* count bytes of UTF-8; 0 when there is no memory */
lyra_value lyra_string(lyra_context *cx, const char *bytes, size_t count);
/* {items…}; 0 when there is no memory */
lyra_value lyra_list(lyra_context *cx, size_t count, const lyra_value *items);
lyra_value lyra_retain(lyra_value v);
void lyra_release(lyra_context *cx, lyra_value v);

lyra_status lyra_get_integer(lyra_value v, int64_t *out);
lyra_status lyra_get_real(lyra_value v, double *out); /* of any number without imaginary part */
/* The bytes are NUL-terminated, and live as long as v. */
lyra_status lyra_get_string(lyra_value v, const char **bytes, size_t *count);
/* Number of parts of an expression, list or association; 0 for atoms. */
size_t lyra_length(lyra_value v);
/* Part i from 1, or the head for 0. 0 when there is no such part. */
lyra_value lyra_part(lyra_context *cx, lyra_value v, size_t i);
/* v as InputForm writes it, in memory that the caller frees by free(); NULL: no memory. */
char *lyra_text(lyra_context *cx, lyra_value v);

/* ---- kinds of objects, a C program's own

   After lyra_add_kind a program makes an object by Name[arguments…], and calls its methods by
   object.method(arguments…). An object is dropped when the last reference to it goes. Without
   LYRA_THREAD_SAFE one call of an object runs at a time, whoever makes it. */

typedef struct lyra_method {
    const char *name;
    int least, most; /* arguments; most -1: any number */
    /* Gives a value, which goes to the caller, or 0 after lyra_raise. At least 64 KiB of stack. */
    lyra_value (*call)(lyra_context *cx, void *self, size_t count, const lyra_value *arguments);
    const char *documentation;
} lyra_method;

enum {
    LYRA_THREAD_SAFE = 1, /* methods of one object may run at the same time, on several threads */
    /* Each object lives in a process of its own, where open, drop and the methods are called. Its
       crash, or exit, is an error at the call (TryCatch gets a Failure["Crashed", …]) and at all later
       calls of that object; a call that is cancelled or runs out of time ends the process. Arguments
       and results go there as copies, so they hold no objects; cx is a context of that process, and
       what is printed there comes out here. Such a process is a copy of this one as it was when the
       kind was added, with one thread and no files open but the standard ones: add the kind early,
       before threads start that may hold locks. */
    LYRA_ISOLATED = 2,
};

typedef struct lyra_kind {
    const char *name; /* letters and digits */
    /* Makes an object; NULL after lyra_raise. */
    void *(*open)(lyra_context *cx, size_t count, const lyra_value *arguments);
    void (*drop)(void *self);   /* from any thread; may be NULL */
    const lyra_method *methods; /* ended by a row of zeros */
    unsigned flags;             /* LYRA_THREAD_SAFE, LYRA_ISOLATED */
} lyra_kind;

/* The record must stay as it is as long as the process lives; several contexts may add it.
   LYRA_ERROR: another kind has this name, or there is no process for it (lyra_error). */
lyra_status lyra_add_kind(lyra_context *cx, const lyra_kind *kind);
/* What open gave for the object v; NULL: v is none of this kind, or lives in another process. */
void *lyra_get_object(lyra_value v, const lyra_kind *kind);
/* For methods: raises Failure[tag, <|"Message" -> message|>], and gives 0 to be returned. */
lyra_value lyra_raise(lyra_context *cx, const char *tag, const char *message);

#ifdef __cplusplus
}
#endif
#endif
