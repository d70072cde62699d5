/* abi.h: what generated C sees of the runtime. The only header that it includes.

   Everything generated is in one dialect of C, so that gcc, clang and libtcc compile the same
   program: no thread-local variables, atomics, _Complex or __int128; contexts are passed explicitly;
   only words and pointers cross calls. Where compilers differ, a macro here picks what each has.

   Ownership, beyond value.h: a compiled definition consumes its arguments. Functions here borrow,
   unless they are named …_take. */
#ifndef LY_ABI_H
#define LY_ABI_H

#include "eval/context.h"
#include "value/value.h"

/* ---- constants: immortal objects in static data, symbol slots patched when the module is loaded */

#define LY_WORD(object) ((ly_value)(uintptr_t)&(object))
#define LY_EXPR_CONSTANT(n) \
    struct { ly_object o; uint32_t count, hash; uint64_t stamp, filter; ly_value head, args[n]; }
#define LY_EXPR_HEADER(n, h) {0, LY_KIND_EXPR, 0, 0}, n, 0, 0, 0, h
#define LY_STRING_CONSTANT(n) \
    struct { ly_object o; uint32_t hash; bool ascii; size_t bytes, length; char data[n]; }
#define LY_STRING_HEADER(ascii, bytes, length) {0, LY_KIND_STRING, 0, 0}, 0, ascii, bytes, length

/* ---- a module: what one build made ------------------------------------------------------------ */

typedef struct ly_module_symbol {
    ly_value *slot;
    const char *context, *name;
} ly_module_symbol;

typedef struct ly_module_patch {
    ly_value *where;      /* a part of a constant */
    const ly_value *from; /* the slot whose word belongs there */
} ly_module_patch;

/* A number that has no word: 'i' digits of an integer, 'q' "n/d", 'r' the bits of a machine real in
   hexadecimal, 'b' "digits precision" of a big real (digits in MPFR's base 16), 'c' complex of the
   two slots given before this one. */
typedef struct ly_module_number {
    ly_value *slot;
    char kind;
    const char *text;
} ly_module_number;

/* A rule of the program, which the statement that defines it enters. */
typedef struct ly_module_rule {
    uint32_t entry;                    /* of module.entries */
    const ly_value *symbol;
    ly_value lhs, rhs;                 /* constants: what the definition holds if it is this rule */
    ly_value (*body)(ly_context *cx, const ly_value *variables);
} ly_module_rule;

/* A symbol whose definition was compiled whole: call answers while the symbol's rules are exactly
   these, in this order. */
typedef struct ly_module_entry {
    const ly_value *symbol;
    ly_value (*call)(ly_context *cx, const ly_value *arguments);
    uint32_t arity;
    uint32_t attributes;
    uint32_t rule_count;
    const uint32_t *rules;             /* indices of module.rules, in order of application */
} ly_module_entry;

typedef struct ly_module_statement {
    ly_value (*run)(ly_context *cx);
    uint32_t file, line, column;
    uint32_t symbols, numbers, patches, constants; /* how many of each are needed from here on */
} ly_module_statement;

/* What of a module is loaded, for all contexts of the process; under the lock of module.c. */
typedef struct ly_module_state {
    uint32_t symbols, numbers, patches, constants;
    bool attached;
} ly_module_state;

typedef struct ly_module {
    const char *name;
    const char *const *files;
    const ly_module_symbol *symbols;
    const ly_module_number *numbers;
    const ly_module_patch *patches;
    const ly_value *constants;         /* all immortal expressions and strings, inner ones first */
    const ly_module_rule *rules;
    const ly_module_entry *entries;
    const ly_module_statement *statements;
    const uint32_t (*units)[2];        /* statements of each file compiled in: first, behind the last */
    uint32_t main_units;               /* of them were given to the build; the rest are read by Get */
    uint32_t symbol_count, number_count, patch_count, constant_count, rule_count, entry_count,
        statement_count;
    uint32_t *base;                    /* of this module's entries among those of all modules */
    ly_module_state *state;
} ly_module;

/* ---- module.c ---------------------------------------------------------------------------------- */

/* Makes the module known to the context; statements load their symbols and constants as they run. */
bool ly_module_attach(ly_context *cx, const ly_module *module);
/* Runs the statements of the files that the build was given, each settled as the session does. */
void ly_module_run(ly_context *cx, const ly_module *module);
/* Evaluates a definition that the program makes (a constant), and attaches the compiled rule where
   the definition came out as it stands in the program. */
ly_value ly_module_define(ly_context *cx, const ly_module *module, uint32_t rule, ly_value input);
/* Reads text at run time and evaluates its inputs: what the build could not read. */
ly_value ly_module_read(ly_context *cx, const char *file, const char *text, size_t count);

ly_value ly_evaluate(ly_context *cx, ly_value e);

/* A built executable: the session's main. */
int ly_session_main(int count, char **arguments, void (*program)(ly_context *cx));

#endif
