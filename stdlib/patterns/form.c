/* form.c: a pattern, or a rule with a pattern, applied to one expression after the other. */
#include "patterns.h"

bool ly_form_start(ly_context *cx, ly_form *form, ly_value v, bool rules_too)
{
    *form = (ly_form){NULL, NULL};
    if (rules_too && ly_is_rule(v)) {
        form->rules = ly_rules_of(cx, v);
        if (form->rules) ly_rules_retain(form->rules);
        return form->rules;
    }
    form->pattern = ly_pattern_of(cx, v);
    if (form->pattern) ly_pattern_retain(form->pattern);
    return form->pattern;
}

void ly_form_end(ly_context *cx, ly_form *form)
{
    if (form->pattern) ly_pattern_release(cx, form->pattern);
    if (form->rules) ly_rules_free(cx, form->rules);
}

int ly_form_match(ly_context *cx, const ly_form *form, ly_value e, ly_value *given)
{
    if (form->pattern) {
        int answer = ly_match_pattern(cx, form->pattern, e);
        if (answer == 1 && given) *given = ly_retain(e);
        return answer;
    }
    ly_value result = ly_rules_apply(cx, form->rules, e);
    if (result == LY_UNEVALUATED) return 0;
    if (!result) return -1;
    if (given) *given = result;
    else ly_release(cx, result);
    return 1;
}

size_t ly_arguments_before_options(const ly_expr *call, size_t least)
{
    return call->count > least ? ly_option_start(call, least) : call->count;
}

MESSAGE(General, level, "Level specification `1` is not of the form n, {n}, or {m, n}.")

bool ly_levels_argument(ly_context *cx, ly_expr *call, size_t position, size_t count,
                        ly_levels fallback, ly_levels *levels)
{
    *levels = fallback;
    if (position >= count) return true;
    if (ly_level_spec(call->args[position], levels)) return true;
    ly_message_call(cx, call, "level", 1, call->args[position]);
    return false;
}
