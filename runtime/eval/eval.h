/* eval.h: the evaluator, as the rest of the runtime and the built-ins see it. */
#ifndef LY_EVAL_H
#define LY_EVAL_H

#include "eval/context.h"
#include "eval/definitions.h"
#include "value/number.h"
#include "value/value.h"

/* ---- evaluate.c ------------------------------------------------------------------------------- */

/* The value of e by the standard evaluation procedure. */
ly_value ly_evaluate(ly_context *cx, ly_value e);
ly_value ly_evaluate_take(ly_context *cx, ly_value e);
/* Evaluates f[a], f[a, b] …; the arguments are consumed, the head borrowed. */
ly_value ly_call1(ly_context *cx, ly_value f, ly_value a);
ly_value ly_call2(ly_context *cx, ly_value f, ly_value a, ly_value b);
ly_value ly_call3(ly_context *cx, ly_value f, ly_value a, ly_value b, ly_value c);
/* Evaluates f[items…], items consumed. */
ly_value ly_call(ly_context *cx, ly_value f, size_t n, const ly_value *items);
/* The value of a call whose arguments are evaluated already (or held, as its attributes say). Consumes
   it. */
ly_value ly_apply_take(ly_context *cx, ly_value call);
ly_value ly_update_symbol(ly_context *cx, ly_value symbol, ly_value head, uint32_t at, uint32_t n,
                          const ly_value *values);
/* Evaluates test and says whether it is True: 1, 0 for anything else, -1 when it failed. */
int ly_test(ly_context *cx, ly_value test);
/* Evaluates f[a] (a borrowed) and says whether it is True, as ly_test. */
int ly_test_call1(ly_context *cx, ly_value f, ly_value a);
int ly_test_call2(ly_context *cx, ly_value f, ly_value a, ly_value b);
/* Argument i of a call, owned: moved out (Null left behind) where the call is unique. A built-in
   that then stays unevaluated must put it back. */
static inline ly_value ly_take_arg(ly_expr *call, size_t i)
{
    ly_value v = call->args[i];
    if (ly_count_of(&call->o) != 1) return ly_retain(v);
    call->args[i] = LY_INT(0);
    return v;
}
/* For loops whose body failed: the value of a Return without a second argument that is pending, else
   LY_FAILED. */
/* A throw that is pending, if this frame takes it: its value, or function[value, tag] where there is a
   function; else LY_FAILED. */
ly_value ly_catch_taken(ly_context *cx, const ly_catch *frame, ly_value function);
/* Would this frame take the throw that is pending? -1: an error. */
int ly_catch_takes(ly_context *cx, const ly_catch *frame);
static inline ly_value ly_take_return(ly_context *cx)
{
    ly_pending pending;
    if (cx->pending.kind != LY_PENDING_RETURN || cx->pending.tag) return LY_FAILED;
    pending = ly_pending_take(cx);
    return pending.value;
}
/* Head and arguments of e evaluated, spliced, flattened and sorted as the head's attributes say, but
   no definition applied: what an assignment does to its left side. Consumes e. */
ly_value ly_evaluate_parts_take(ly_context *cx, ly_value e);
/* e is known to be evaluated: marks it, if nothing outside its symbols was looked at. */
void ly_mark_evaluated(ly_context *cx, ly_value e);
/* v, which was evaluated once, may have another value by now. */
bool ly_is_stale(ly_context *cx, ly_value v);
/* head[args] with the sequences among the arguments spliced in. Consumes e. */
ly_value ly_splice_take(ly_context *cx, ly_value e);
/* Applies Function[…] (or any pure function value) to n arguments: the body with them put in, not
   yet evaluated. Borrows. */
ly_value ly_function_body(ly_context *cx, ly_value function, size_t n, const ly_value *args);

/* ---- messages.c ------------------------------------------------------------------------------- */

/* Gives message symbol::tag (General's text where the symbol has none) with n arguments, borrowed;
   always LY_UNEVALUATED, so that a built-in says `return ly_message(…)`. */
ly_value ly_message(ly_context *cx, ly_value symbol, const char *tag, size_t n, ...);
/* The same for the head of the call that is being answered. */
#define ly_message_call(cx, call, tag, n, ...) \
    ly_message(cx, (call)->head, tag, n, ##__VA_ARGS__)
/* The texts stand in MESSAGE rows (definitions.h) beside the code that gives them; those of General
   in messages.c. */

/* ---- parts (stdlib/lists/part_assign.c): what Set does to `x[[…]] = v` and `assoc[k] = v` */

/* target with the part at specs (evaluated: indices, keys, spans, lists, All) made into value, in
   place where nobody else holds it. Consumes target, borrows the rest. Where there is no such part
   a message is given for `symbol` (Set), *assigned is false and target comes back as it was; `call`
   is quoted as Part[x, …]. LY_FAILED: no memory, target is gone. */
ly_value ly_part_assign_take(ly_context *cx, ly_value target, size_t n, const ly_value *specs,
                             ly_value value, ly_value symbol, ly_value call, bool *assigned);
/* target[key1][key2]… = value for a target that is an association, and associations inside it; in
   place likewise. *assigned is false (no message) where it is no association. */
ly_value ly_keys_assign_take(ly_context *cx, ly_value target, size_t n, const ly_value *keys,
                             ly_value value, bool *assigned);

/* ---- options (options.c) ---------------------------------------------------------------------- */

/* The value (owned) of an option of a built-in's call: among the rules in its arguments from
   `from` on, else the default given (borrowed). Names match by name, in any context; strings serve. */
ly_value ly_option(ly_context *cx, const ly_expr *call, size_t from, const char *name, ly_value fallback);
/* Number of arguments before the options (trailing rules and lists of rules), at least `least`. */
size_t ly_option_start(const ly_expr *call, size_t least);

/* ---- names.c: symbols as programs write them -------------------------------------------------- */

/* The symbol that a name, with or without context, means now ($Context, $ContextPath); made in
   $Context if it is new. */
ly_value ly_symbol_named(ly_context *cx, const char *name, size_t count);
/* The same for a name that may not exist: LY_FAILED, nothing pending. */
ly_value ly_lookup_name(ly_context *cx, const char *name, size_t count);
/* How the symbol is written now: without context where that finds it. Added to text. */
void ly_write_symbol_name(ly_context *cx, ly_text *text, ly_value symbol);

/* ---- sequences (stdlib/control/flow.c) */

/* One of the arguments is Label[…]: the sequence may be gone through in another order. */
bool ly_has_labels(const ly_expr *sequence);

/* ---- output */
void ly_write(ly_context *cx, const char *bytes, size_t count);
void ly_write_string(ly_context *cx, const char *c_string);

#endif
