/* library.h: the built-in functions that are written in Lyra: the .lyra files of stdlib/.

   stdlib/rows.awk finds the public symbols of each file in its declarations and makes their rows
   (build/library_rows.c), so that attributes, numbers of arguments, messages and ?Name are known
   without the file. What the file defines is entered into a context when one of its public symbols is
   first asked for there: by running its compiled module, or, in the first stage of the build, by
   interpreting its text. */
#ifndef LY_LIBRARY_H
#define LY_LIBRARY_H

#include "eval/context.h"

struct ly_module;

typedef struct ly_library_symbol {
    ly_builtin row;      /* first: the symbol's record points to it */
    uint32_t file;       /* of ly_library_files */
} ly_library_symbol;

typedef struct ly_library_file {
    const char *path;    /* as it stands in the tree */
    const char *context; /* of the symbols that are its own: System`Sums` */
    const ly_library_symbol *const *symbols; /* the public ones, and then NULL */
} ly_library_file;

/* What is run for a file: one of the two. */
typedef struct ly_library_body {
    const char *text;               /* the first stage: the program itself */
    const struct ly_module *module; /* the second: compiled */
} ly_library_body;

extern const ly_library_file ly_library_files[];  /* made by stdlib/rows.awk; a path NULL ends them */
extern const ly_library_body ly_library_bodies[]; /* made by make, in the same order */

/* What the file says about a public symbol, entered on first use: borrowed. NULL: an error is pending,
   or the file is only being entered. */
const ly_definition *ly_library_definition(ly_context *cx, ly_value symbol);
/* The functions of the rows. */
ly_value ly_library_call(ly_context *cx, ly_expr *call);     /* f[…]: by the file's rules */
ly_value ly_library_sub_call(ly_context *cx, ly_expr *call); /* f[…][…] */
ly_value ly_library_value(ly_context *cx, ly_value symbol);  /* a variable */

/* For C code beside a .lyra file: name[arguments] of a function of the file's own; LY_UNEVALUATED
   where none of its rules applies. */
ly_value ly_library_ask(ly_context *cx, const char *context, const char *name, size_t n,
                        const ly_value *arguments);
/* The value of a variable of that file: borrowed; LY_FAILED: an error is pending. */
ly_value ly_library_variable(ly_context *cx, const char *context, const char *name);
/* A symbol of that context. */
ly_value ly_library_symbol_named(ly_context *cx, const char *context, const char *name);
/* One expression of program text of the library's own, not evaluated; names that System` does not
   have are those of System`Private`, whatever the program's contexts are. */
ly_value ly_library_read(ly_context *cx, const char *text);
/* The file is being entered: its declarations are known from the rows. */
bool ly_library_entering(const ly_context *cx);
/* The context is one of those where the library keeps its own symbols. */
bool ly_library_owns(const char *context);

/* Rows, as stdlib/rows.awk writes them. */
#define BUILTIN_RULES(Name, file, least, most, attributes, effects, documentation)                 \
    static const ly_library_symbol ly_row_##Name = {                                               \
        {#Name, ly_library_call, least, most, attributes, (effects) | LY_BY_RULES, documentation,  \
         ly_library_sub_call}, file};                                                              \
    static const ly_builtin *const ly_row_pointer_##Name                                           \
        __attribute__((section("ly_builtins"), used)) = &ly_row_##Name.row;
#define BUILTIN_RULES_VALUE(Name, file, attributes, documentation)                                 \
    static ly_value ly_value_##Name(ly_context *cx, ly_expr *call)                                 \
    {                                                                                              \
        return ly_library_value(cx, LY_SYM(Name));                                                 \
    }                                                                                              \
    static const ly_library_symbol ly_row_##Name = {                                               \
        {#Name, ly_value_##Name, 0, 0, attributes, LY_VALUE | LY_BY_RULES, documentation, NULL}, file}; \
    static const ly_builtin *const ly_row_pointer_##Name                                           \
        __attribute__((section("ly_builtins"), used)) = &ly_row_##Name.row;

#endif
