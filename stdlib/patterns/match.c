/* match.c: questions that patterns answer: MatchQ, MemberQ, FreeQ. */
#include "patterns.h"

BUILTIN(MatchQ, match_q, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "MatchQ[expr, form] says whether expr matches the pattern form.")
static ly_value match_q(ly_context *cx, ly_expr *call)
{
    int answer = ly_matches(cx, call->args[1], call->args[0]);
    return answer < 0 ? LY_FAILED : ly_bool(answer);
}

typedef struct search {
    ly_form form;
    bool parts;  /* some of the elements of a Flat expression count, too */
    bool found, failed;
} search;

/* LY_FAILED without an error pending ends the walk. */
static ly_value visit(ly_context *cx, ly_walk *walk, ly_value part)
{
    search *s = walk->data;
    int answer = s->parts ? ly_match_part(cx, s->form.pattern, part)
                          : ly_form_match(cx, &s->form, part, NULL);
    if (!answer) return part;
    if (answer > 0) s->found = true;
    else s->failed = true;
    ly_release(cx, part);
    return LY_FAILED;
}

/* 1: some part matches; 0: none; -1: an error is pending, or (bad) the levels are no levels. */
static int occurs(ly_context *cx, ly_expr *call, ly_levels fallback, bool heads, bool *bad)
{
    size_t count = ly_arguments_before_options(call, 2);
    ly_levels levels;
    *bad = !ly_levels_argument(cx, call, 2, count, fallback, &levels);
    if (*bad) return -1;
    search s = {.parts = heads};
    if (!ly_form_start(cx, &s.form, call->args[1], false)) return -1;
    ly_walk walk = {.levels = levels, .heads = ly_heads_option(cx, call, count, heads),
                    .visit = visit, .data = &s};
    ly_value result = ly_walk_take(cx, &walk, ly_retain(call->args[0]));
    ly_form_end(cx, &s.form);
    if (result) ly_release(cx, result);
    return s.found ? 1 : result ? 0 : -1;
}

BUILTIN(FreeQ, free_q, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "FreeQ[expr, form] says whether no part of expr matches form.")
static ly_value free_q(ly_context *cx, ly_expr *call)
{
    bool bad;
    int answer = occurs(cx, call, (ly_levels){0, LY_LEVEL_INFINITY}, true, &bad);
    if (bad) return LY_UNEVALUATED;
    return answer < 0 ? LY_FAILED : ly_bool(!answer);
}

BUILTIN(MemberQ, member_q, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "MemberQ[list, form] says whether an element of list matches form; MemberQ[list, form, levels] "
        "looks at the levels given.")
static ly_value member_q(ly_context *cx, ly_expr *call)
{
    ly_value list = call->args[0];
    bool bad;
    if (call->count == 2 && ly_is_expr(list)) { /* elements alone: no walk */
        search s;
        int answer = 0;
        if (!ly_form_start(cx, &s.form, call->args[1], false)) return LY_FAILED;
        const ly_expr *e = ly_expr_of(list);
        for (uint32_t i = 0; i < e->count && !answer; i++) {
            answer = ly_form_match(cx, &s.form, e->args[i], NULL);
            if (ly_poll(cx)) answer = -1;
        }
        ly_form_end(cx, &s.form);
        return answer < 0 ? LY_FAILED : ly_bool(answer);
    }
    int answer = occurs(cx, call, (ly_levels){1, 1}, false, &bad);
    if (bad) return LY_UNEVALUATED;
    return answer < 0 ? LY_FAILED : ly_bool(answer);
}
