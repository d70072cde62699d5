/* all_match.c: do the elements match: AllMatch, AnyMatch, NoneMatch, AllSameBy. */
#include "eval/eval.h"
#include "match/match.h"

/* The elements at a level (1 unless given) as a list, owned. */
static ly_value elements(ly_context *cx, ly_expr *call)
{
    ly_value level = ly_make1(cx, LY_SYM(List), call->count == 3 ? ly_retain(call->args[2]) : LY_INT(1));
    if (call->count == 3 && ly_has_head(call->args[2], LY_SYM(List))) {
        ly_release(cx, level);
        level = ly_retain(call->args[2]);
    }
    return ly_call2(cx, LY_SYM(Level), ly_retain(call->args[0]), level);
}

/* Goes through the elements until one matches (or does not), as `until` says. 1: there is such a one. */
static ly_value look(ly_context *cx, ly_expr *call, bool until, ly_value found, ly_value otherwise)
{
    if (call->count == 1) return LY_UNEVALUATED;
    ly_value list = elements(cx, call), result = otherwise;
    if (ly_failed(list)) return list;
    if (!ly_is_list(list)) {
        ly_release(cx, list);
        return LY_UNEVALUATED;
    }
    for (size_t i = 0; i < ly_length(list); i++) {
        ly_value item = ly_element(cx, list, i);
        int matched = ly_failed(item) || ly_poll(cx) ? -1 : ly_matches(cx, call->args[1], item);
        ly_release(cx, item);
        if (matched < 0) result = LY_FAILED;
        else if ((matched == 1) == until) result = found;
        else continue;
        break;
    }
    ly_release(cx, list);
    return result;
}

BUILTIN(AllMatch, all_match, 1, 3, LY_PROTECTED, LY_EFFECTS | LY_OPERATOR_LAST,
        "AllMatch[e, pattern] tells whether all elements match; AllMatch[e, pattern, n] those at level n.")
static ly_value all_match(ly_context *cx, ly_expr *call)
{
    return look(cx, call, false, LY_SYM(False), LY_SYM(True));
}

BUILTIN(AnyMatch, any_match, 1, 3, LY_PROTECTED, LY_EFFECTS | LY_OPERATOR_LAST,
        "AnyMatch[e, pattern] tells whether any element matches.")
static ly_value any_match(ly_context *cx, ly_expr *call)
{
    return look(cx, call, true, LY_SYM(True), LY_SYM(False));
}

BUILTIN(NoneMatch, none_match, 1, 3, LY_PROTECTED, LY_EFFECTS | LY_OPERATOR_LAST,
        "NoneMatch[e, pattern] tells whether no element matches.")
static ly_value none_match(ly_context *cx, ly_expr *call)
{
    return look(cx, call, true, LY_SYM(False), LY_SYM(True));
}

BUILTIN(AllSameBy, all_same_by, 1, 2, LY_PROTECTED, LY_EFFECTS | LY_OPERATOR_LAST,
        "AllSameBy[list, f] tells whether f gives the same for all elements.")
static ly_value all_same_by(ly_context *cx, ly_expr *call)
{
    if (call->count == 1) return LY_UNEVALUATED;
    ly_value list = call->args[0], first = LY_FAILED;
    if (ly_is_atom(list)) return LY_UNEVALUATED;
    bool same = true;
    for (size_t i = 0; same && i < ly_length(list); i++) {
        ly_value value = ly_poll(cx) ? LY_FAILED : ly_call1(cx, call->args[1], ly_element(cx, list, i));
        if (ly_failed(value)) {
            ly_release(cx, first);
            return LY_FAILED;
        }
        if (i == 0) {
            first = value;
            continue;
        }
        same = ly_same(first, value);
        ly_release(cx, value);
    }
    ly_release(cx, first);
    return ly_bool(same);
}
