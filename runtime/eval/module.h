/* module.h: compiled definitions, as the evaluator and the matcher see them. */
#ifndef LY_MODULE_H
#define LY_MODULE_H

#include "eval/context.h"

/* The definition of a symbol with compiled rules (LY_FLAG_COMPILED) is about to change, or one that
   compiled code takes for what it is (LY_FLAG_RELIED_ON). */
void ly_module_symbol_changes(ly_context *cx, ly_value symbol);
/* Answers the call by compiled code, where the symbol's rules are exactly those that were compiled:
   a value that needs no further evaluation. LY_UNEVALUATED: they are not. */
ly_value ly_module_call(ly_context *cx, ly_value symbol, const ly_expr *call);
/* Evaluates the file that the program names so, where it was compiled in: *value is its last value, or
   LY_FAILED. False: it was not compiled in. */
bool ly_module_get_file(ly_context *cx, const char *name, ly_value *value);
struct ly_module;
/* Runs the statements of a module in a context without a session: Null, or LY_FAILED at the first
   error. */
ly_value ly_module_start(ly_context *cx, const struct ly_module *module);
/* Ends what the context keeps about modules. */
void ly_modules_end(ly_context *cx);

#endif
