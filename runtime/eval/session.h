/* session.h: a sequence of inputs evaluated in one context, with a standard output.

   What `lyra eval`, `lyra run`, the prompt and built executables share: arguments, the files being
   read, buffered output, what becomes of an error that nothing took, the exit status. A context that
   is embedded elsewhere has no session (cx->session is NULL); every reader of it allows for that. */
#ifndef LY_SESSION_H
#define LY_SESSION_H

#include <stdatomic.h>

#include "eval/context.h"
#include "text/text.h"

typedef struct ly_session_file {
    _Atomic uint32_t references;   /* a task reads the file that it was submitted from */
    struct ly_session_file *outer; /* the file that reads this one; owned */
    char path[];
} ly_session_file;

typedef struct ly_session {
    ly_value arguments;         /* $ScriptCommandLine: a list of strings */
    char **command_line;        /* of the process, for $CommandLine; borrowed from main */
    int command_line_count;
    char **folders;             /* of -I: where Get and Needs look, in order */
    size_t folder_count;
    char *output;               /* not yet written */
    size_t output_count;
    bool lines;                 /* write at every line end: standard output is a terminal */
    int output_error;           /* errno of the write that failed, 0: none */
    uint32_t lost_writes;       /* since then */
    bool ended;                 /* Exit, or an error that ends the program */
    int status;                 /* of the process */
    volatile int interrupted;   /* Ctrl-C arrived */
    bool survives_interrupt;    /* the prompt: Ctrl-C ends an input, not the session */
    uint64_t line;              /* $Line */
    bool progress;              /* long parallel work shows how far it is */
    bool progress_shown;        /* it does now */
} ly_session;

/* Gives the context a session that writes to standard output. arguments[0 … count-1] are what the
   program sees as $ScriptCommandLine. False: no memory. */
bool ly_session_start(ly_context *cx, int count, char **arguments);
/* Writes what is buffered; gives the exit status. */
int ly_session_finish(ly_context *cx);
/* Frees the session; ly_context_free calls it. */
void ly_session_end(ly_context *cx);
/* Signals as a program wants them: Ctrl-C unwinds this context, a closed pipe is an error. */
void ly_session_catch_signals(ly_context *cx);
/* Writes buffered output; called before input is read and before another process writes. */
void ly_session_flush(ly_context *cx);
/* A folder of -I. */
bool ly_session_add_folder(ly_context *cx, const char *folder);

/* The file being read from now on; leave gives the one before it back. */
bool ly_session_enter_file(ly_context *cx, const char *path);
void ly_session_leave_file(ly_context *cx);
/* The innermost file, for a task: a reference, or NULL. */
ly_session_file *ly_session_file_retain(const ly_context *cx);
void ly_session_file_release(ly_session_file *file);
/* A task's context belongs to the program `home` and reads the file (owned; or NULL), till it leaves. */
void ly_session_join(ly_context *cx, const ly_context *home, ly_session_file *file);
void ly_session_part(ly_context *cx);
/* The session that arguments and folders come from, or NULL. */
const ly_session *ly_session_of_program(const ly_context *cx);
/* Its path, or NULL. */
const char *ly_session_file_now(const ly_context *cx);

/* A whole file ("-": standard input) in memory of malloc. False: errno says why. */
bool ly_session_read_file(const char *path, char **text, size_t *count);

/* What becomes of the value of one input: a value stays; an uncaught Throw, Abort, Break or limit
   becomes its message and the value it has at top level; a raised failure or Exit ends the session.
   file, line and column say where the input stands. False: the session ended; *value is released. */
bool ly_session_settle(ly_context *cx, ly_value *value, const char *file, uint32_t line,
                       uint32_t column);

/* "Kind: message" of Failure["Kind", <|"Message" -> …|>], or the failure as it prints; added to text. */
void ly_describe_failure(ly_context *cx, ly_text *text, ly_value failure);

/* Evaluates all inputs of a source, one after the other. Nothing is evaluated where the source has a
   syntax error: diagnostics go to standard error, the status becomes 1. With print_last the value of
   the last input is written, as `lyra eval` writes it. */
void ly_session_run(ly_context *cx, const ly_source *source, bool print_last);
/* Evaluates one input (consumed); false: the session ended. */
bool ly_session_evaluate(ly_context *cx, ly_value input, const ly_source *source, size_t offset,
                         ly_value *result);

/* A built executable: main hands over its arguments and the program, which runs its statements,
   each followed by ly_session_settle, and stops where that says false. Gives the exit status. */
int ly_session_main(int count, char **arguments, void (*program)(ly_context *cx));

/* In[line] := input, Out[line] = value; the prompt keeps them. Borrows both. */
void ly_session_record(ly_context *cx, uint64_t line, ly_value input, ly_value value);

#endif
