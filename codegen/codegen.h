/* codegen.h: a lowered program → C text, and what compiles it.

   emit.c            the module: its parts in their order
   emit_constants.c  symbols, constants, numbers as static data
   emit_definition.c decision trees, rules
   emit_frame.c      lines, names and ownership of one C function
   emit_node.c       nodes in their places (emit_operand.c, _call, _choice, _scope, _assign, _loop)
   emit_pattern.c    patterns as C conditions
   cc.c              the C compiler's driver
   place.c           its results, put where they belong
   jit.h             what compiles the program while it runs */
#ifndef LY_CODEGEN_H
#define LY_CODEGEN_H

#include <limits.h>

#include "compiler/program.h"

/* ---- emit.c */
void emit_program(program *p, ly_text *c);

/* ---- cc.c */
/* Compiles and links as the options say; gives the exit status of ly_compile_program. */
int compile_c(const ly_compile_options *options, const char *name, const char *text, size_t count);
/* The C compiler: the one named, or $CC, gcc, cc or clang, whichever there is; NULL: none. */
const char *c_compiler(const char *named);
/* Where a program of this name stands on PATH. */
bool find_on_path(const char *name, char full[PATH_MAX]);

/* ---- jit_tiers.c */
struct ly_module;
/* The program's C text compiled into this process, ready to be attached to a context, and compiled better
   while it runs, as the options say. NULL: it could not be. */
const struct ly_module *jit_program(const program *p, const ly_text *c, const ly_jit_options *options);

/* ---- build.c: the passes behind reading. False: stopped by --dump, or by an error (p->status) */
bool compile_to_c(program *p, ly_text *c);

#endif
