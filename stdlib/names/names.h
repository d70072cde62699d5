/* names.h: what the built-ins about symbols share. */
#ifndef LY_STDLIB_NAMES_H
#define LY_STDLIB_NAMES_H

#include "eval/eval.h"
#include "eval/names.h"

/* The symbol that an argument stands for: a symbol, its name as a string, HoldPattern[symbol] or
   Evaluate[…] (evaluated here). LY_FAILED: it is none, or pending. */
ly_value ly_symbol_argument(ly_context *cx, ly_value argument);
/* Contexts of the library's own are found only by a form that begins as they do ("System`*"). */
bool ly_context_shown(const char *form, const char *context);
/* name matches pattern, in which * is any characters and @ one or more that are no capitals. */
bool ly_name_matches(const char *pattern, const char *name);
/* The file that Get reads for a name (or for a context a`): in memory of ly_malloc, NULL: there is none,
   or an error is pending. */
char *ly_find_file(ly_context *cx, const char *name);
/* Reads and evaluates the inputs of a file in order; the value of the last one. path was found. */
ly_value ly_get_file(ly_context *cx, const char *path);
/* Options[f]: a list of rules, as it is now. Owned. */
ly_value ly_options_of(ly_context *cx, ly_value symbol);
/* Two option names, symbols or strings, mean the same. */
bool ly_same_option(ly_value a, ly_value b);

#endif
