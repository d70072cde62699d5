/* options.c: the options among the arguments of a built-in's call.

   An option is name -> value or name :> value, by itself or in a list. The name may be a symbol of
   any context, or a string. The first one given counts. */
#include "eval/eval.h"

static bool is_option_rule(ly_value v)
{
    if (!ly_is_expr(v)) return false;
    const ly_expr *e = ly_expr_of(v);
    return e->count == 2 && (e->head == LY_SYM(Rule) || e->head == LY_SYM(RuleDelayed)) &&
           (ly_is_symbol(e->args[0]) || ly_is_string(e->args[0]));
}

/* A rule, or a list of nothing but rules (or of such lists). */
static bool is_option(ly_value v, int depth)
{
    if (is_option_rule(v)) return true;
    if (!ly_has_head(v, LY_SYM(List)) || depth > 8) return false;
    const ly_expr *list = ly_expr_of(v);
    for (size_t i = 0; i < list->count; i++)
        if (!is_option(list->args[i], depth + 1)) return false;
    return true;
}

static bool has_name(ly_value option, const char *name)
{
    if (ly_is_string(option)) return ly_string_is(option, name);
    return !strcmp(ly_symbol_name(option), name);
}

/* The value, borrowed, or LY_FAILED. */
static ly_value find(ly_value v, const char *name, int depth)
{
    if (is_option_rule(v))
        return has_name(ly_expr_of(v)->args[0], name) ? ly_expr_of(v)->args[1] : LY_FAILED;
    if (!ly_has_head(v, LY_SYM(List)) || depth > 8) return LY_FAILED;
    const ly_expr *list = ly_expr_of(v);
    ly_value found = LY_FAILED;
    for (size_t i = 0; ly_failed(found) && i < list->count; i++)
        found = find(list->args[i], name, depth + 1);
    return found;
}

ly_value ly_option(ly_context *cx, const ly_expr *call, size_t from, const char *name, ly_value fallback)
{
    for (size_t i = from; i < call->count; i++) {
        ly_value found = find(call->args[i], name, 0);
        if (!ly_failed(found)) return ly_retain(found);
    }
    return ly_retain(fallback);
}

size_t ly_option_start(const ly_expr *call, size_t least)
{
    size_t start = call->count;
    while (start > least && is_option(call->args[start - 1], 0)) start--;
    return start;
}
