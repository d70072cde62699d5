/* module.h: compiled definitions, as the evaluator and the matcher see them. */
#ifndef LY_MODULE_H
#define LY_MODULE_H

#include "eval/context.h"

/* The definition of a symbol with compiled rules (LY_FLAG_COMPILED) is about to change, or one that
   compiled code takes for what it is (LY_FLAG_RELIED_ON). */
void ly_module_symbol_changes(ly_context *cx, ly_value symbol);
/* Answers the call by compiled code, where the symbol's rules are exactly those that were compiled:
   a value that needs no further evaluation. LY_UNEVALUATED: they are not. */
ly_value ly_module_call(ly_context *cx, ly_value symbol, ly_expr *call);
/* f[items] by f's compiled entry, without an expression: LY_UNEVALUATED where f has none, or where it
   takes the evaluator to know what the call means; else the items are consumed. */
ly_value ly_module_apply(ly_context *cx, ly_value f, uint32_t count, const ly_value *items);
/* Evaluates the file that the program names so, where it was compiled in: *value is its last value, or
   LY_FAILED. False: it was not compiled in. */
bool ly_module_get_file(ly_context *cx, const char *name, ly_value *value);
struct ly_module;
/* Runs the statements of a module in a context without a session: Null, or LY_FAILED at the first
   error. */
ly_value ly_module_start(ly_context *cx, const struct ly_module *module);
/* What a snapshot keeps of them: modules attached, and which symbols have entries. Counted; `old` is
   given again where it still says what is so. NULL: there are none (or no memory). */
typedef struct ly_modules_seen ly_modules_seen;
ly_modules_seen *ly_modules_see(const ly_context *cx, ly_modules_seen *old);
bool ly_modules_still(const ly_context *cx, const ly_modules_seen *seen);
void ly_modules_unsee(ly_modules_seen *seen);
/* A task's context has the modules that the snapshot saw; what is exact is found out anew. */
void ly_modules_follow(ly_context *cx, const ly_modules_seen *seen);
void ly_modules_forget_exact(ly_context *cx);
/* Ends what the context keeps about modules. */
void ly_modules_end(ly_context *cx);

#endif
