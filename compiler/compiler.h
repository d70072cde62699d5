/* compiler.h: what the command line may ask of the compiler.

   build.c     the pipeline: the passes in their order
   jit_tiers.c the same program compiled into this process, for `lyra run` (codegen/) */
#ifndef LY_COMPILER_H
#define LY_COMPILER_H

#include <stdbool.h>
#include <stddef.h>

#include "eval/context.h"
#include "text/text.h"

#define LYRA_VERSION "0.1.0"

/* ---- build.c: `lyra build` */

typedef enum ly_emit {
    LY_EMIT_PROGRAM, /* an executable */
    LY_EMIT_C,       /* its C text (to the output file, or standard output where there is none) */
    LY_EMIT_OBJECT,  /* an object file with the entry point lyra_module, for a C program to link */
} ly_emit;

typedef struct ly_compile_options {
    const char *const *sources; /* files, in the order in which they run; "-": standard input */
    size_t source_count;
    const char *output;         /* NULL: the first source without its extension (+ ".o") */
    ly_emit emit;
    int optimise;               /* 0 … 3, as -O; -1: 2 */
    bool debug;                 /* -g: debugging information, #line of the Lyra source */
    bool verbose;               /* -v: the passes and the commands, on standard error */
    const char *const *folders; /* -I: where Get and Needs look */
    size_t folder_count;
    const char *const *libraries; /* -l: further libraries to link */
    size_t library_count;
    const char *cc;             /* --cc; NULL: $CC, else gcc, cc or clang, whichever there is */
    const char *dump;           /* --dump=PASS: print what the pass leaves, and stop behind it */
    const char *module;         /* --module=NAME: the module's name in C, for others to link; no main.
                                   NULL: lyra_module in an object file, else the program's own */
    const char *program;        /* argv[0] of lyra: the library and its headers are found from it */
    const char *report;         /* --report: how each part was compiled; "" as text to standard error, else
                                   the file, a page if it ends in .html; NULL: none */
    bool tiers;                 /* `lyra run`: functions pass on to their other form (abi.h) */
    bool progress;              /* standard error is a terminal: say what takes long */
} ly_compile_options;

/* Compiles a program; no statement of it is evaluated. What is wrong goes to standard error.
   Gives the exit status: 0; 1 the program has errors; 2 the options or files are wrong; 3 the C
   compiler failed. */
int ly_compile_program(const ly_compile_options *options);
/* The names that --dump takes, ended by NULL; and a line on each. */
extern const char *const ly_pass_names[];
extern const char *const ly_pass_notes[];

/* ---- `lyra run` */

typedef enum ly_jit_status {
    LY_JIT_RAN,      /* the program ran to its end; or stopped early, as LY_PENDING_EXIT or an
                        uncaught error that is still pending in cx says */
    LY_JIT_REFUSED,  /* nothing ran: it can't be compiled here; interpret it */
    LY_JIT_SYNTAX,   /* nothing ran: the source has syntax errors, printed to standard error */
} ly_jit_status;

typedef enum ly_jit_mode {
    LY_JIT_FULL,     /* by libtcc, and by the C compiler while the program runs */
    LY_JIT_TCC,      /* by libtcc alone */
    LY_JIT_OFF       /* interpreted */
} ly_jit_mode;
typedef struct ly_jit_options {
    ly_jit_mode mode;
    bool log;        /* what is compiled when, by what, how long it takes: on standard error */
} ly_jit_options;

/* Compiles the program of one source into this process and runs it in cx. folders as above. */
ly_jit_status ly_jit_run(ly_context *cx, const ly_source *source, const char *const *folders,
                         size_t folder_count, const ly_jit_options *options);
/* Nothing is compiled any more, and no compiler runs: the process ends. */
void ly_jit_end(void);

#endif
