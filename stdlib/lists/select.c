/* select.c: elements by a test: Select, SelectFirst, Pick, AllTrue and kin. */
#include "lists.h"

MESSAGE(Pick, incomp, "Expressions `1` and `2` have incompatible shapes.")

/* The elements (at most `most`) for which the test's truth is `wanted`. */
static ly_value select_elements(ly_context *cx, ly_value v, ly_value test, int64_t most, bool wanted)
{
    size_t n = ly_length(v), kept = 0;
    ly_value list = ly_elements(cx, v), result = LY_FAILED;
    size_t *indices = ly_failed(list) ? NULL : ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
    bool failed = !indices;
    int64_t found = 0; /* elements that pass; those beyond `most` are neither selected nor discarded */
    for (size_t i = 0; i < n && !failed && (!wanted || found < most); i++) {
        int outcome = found < most ? ly_test_call1(cx, test, ly_expr_of(list)->args[i]) : 0;
        found += outcome == 1;
        if (outcome < 0) failed = true;
        else if (outcome == (int)wanted) indices[kept++] = i;
    }
    if (!failed) result = kept == n ? ly_retain(v) : ly_pick(cx, v, kept, indices);
    ly_release(cx, list);
    ly_buffer_free(cx, indices);
    return result;
}

static ly_value select_call(ly_context *cx, ly_expr *call, bool wanted)
{
    int64_t most = INT64_MAX;
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    if (call->count == 3) {
        if (ly_is_int(call->args[2]) && ly_int_of(call->args[2]) >= 0) most = ly_int_of(call->args[2]);
        else if (ly_has_shape(call->args[2], LY_SYM(UpTo), 1) && ly_is_int(ly_expr_of(call->args[2])->args[0]))
            most = ly_int_of(ly_expr_of(call->args[2])->args[0]);
        else if (!ly_is_plus_infinity(call->args[2]))
            return ly_message_call(cx, call, "innf", 2, LY_INT(3), CALL_VALUE(call));
    }
    return select_elements(cx, call->args[0], call->args[1], most, wanted);
}

BUILTIN(Select, list_select, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "Select[list, test] gives the elements for which test gives True; Select[list, test, n] the first n.")
static ly_value list_select(ly_context *cx, ly_expr *call) { return select_call(cx, call, true); }

BUILTIN(Discard, list_discard, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "Discard[list, test] gives the elements for which test does not give True.")
static ly_value list_discard(ly_context *cx, ly_expr *call) { return select_call(cx, call, false); }

BUILTIN(SelectFirst, list_select_first, 2, 3, LY_HOLD_REST | LY_PROTECTED, LY_OPERATOR_LAST,
        "SelectFirst[list, test] gives the first element for which test gives True;\n"
        "SelectFirst[list, test, default] the default if there is none.")
static ly_value list_select_first(ly_context *cx, ly_expr *call)
{
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    ly_value test = ly_evaluate(cx, call->args[1]), list = ly_failed(test) ? test : ly_elements(cx, call->args[0]);
    ly_value found = LY_UNEVALUATED;
    if (ly_failed(list)) found = LY_FAILED;
    for (size_t i = 0; found == LY_UNEVALUATED && i < ly_expr_of(list)->count; i++) {
        int outcome = ly_test_call1(cx, test, ly_expr_of(list)->args[i]);
        if (outcome < 0) found = LY_FAILED;
        else if (outcome) found = ly_retain(ly_expr_of(list)->args[i]);
    }
    ly_release(cx, list);
    ly_release(cx, test);
    if (found != LY_UNEVALUATED) return found;
    if (call->count == 3) return ly_evaluate(cx, call->args[2]);
    return ly_make1(cx, LY_SYM(Missing), ly_string_from(cx, "NotFound"));
}

/* ---- Pick ------------------------------------------------------------------------------------- */

/* The parts of v whose counterpart in chosen matches; LY_UNEVALUATED: shapes differ (message given).
   *is_picked: chosen itself matched. */
static ly_value pick(ly_context *cx, ly_expr *call, ly_value v, ly_value chosen, ly_value pattern, int *is_picked)
{
    *is_picked = 0;
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    int matched = pattern == LY_SYM(True) ? chosen == LY_SYM(True) : ly_matches(cx, pattern, chosen);
    if (matched < 0) return LY_FAILED;
    if (matched) {
        *is_picked = 1;
        return ly_retain(v);
    }
    if (ly_is_atom(chosen)) return ly_make0(cx, LY_SYM(Sequence));
    if (ly_is_atom(v) || ly_length(v) != ly_length(chosen))
        return ly_message_call(cx, call, "incomp", 2, call->args[0], call->args[1]);
    size_t n = ly_length(v);
    ly_value list = ly_elements(cx, v), choices = ly_elements(cx, chosen), result = LY_FAILED;
    ly_builder items = ly_builder_new();
    bool keyed = ly_is_association(v);
    if (ly_failed(list) || ly_failed(choices)) goto done;
    result = keyed ? ly_association_new(cx, n) : LY_INT(0);
    for (size_t i = 0; i < n && !ly_failed(result); i++) {
        int picked;
        ly_value item = pick(cx, call, ly_expr_of(list)->args[i], ly_expr_of(choices)->args[i], pattern, &picked);
        if (ly_failed(item) || item == LY_UNEVALUATED) {
            if (keyed) ly_release(cx, result);
            result = item;
            ly_builder_drop(cx, &items);
            goto done;
        }
        if (!picked && ly_has_shape(item, LY_SYM(Sequence), 0)) ly_release(cx, item);
        else if (keyed)
            result = ly_association_set_take(cx, result, ly_retain(ly_association_entry(ly_association_of(v), i)->key),
                                             item, false);
        else if (!ly_builder_add(cx, &items, item)) result = LY_FAILED;
    }
    if (!keyed && !ly_failed(result))
        result = ly_builder_finish(cx, &items, ly_is_packed(v) ? LY_SYM(List) : ly_expr_of(v)->head);
done:
    ly_release(cx, list);
    ly_release(cx, choices);
    return result;
}

BUILTIN(Pick, list_pick, 2, 3, LY_PROTECTED, LY_PURE,
        "Pick[list, sel] gives the elements of list whose counterpart in sel is True;\n"
        "Pick[list, sel, patt] those whose counterpart matches patt.")
static ly_value list_pick(ly_context *cx, ly_expr *call)
{
    int picked;
    return pick(cx, call, call->args[0], call->args[1], call->count == 3 ? call->args[2] : LY_SYM(True), &picked);
}

/* ---- truth of all, any, none ------------------------------------------------------------------ */

typedef struct asking {
    ly_value test;
    ly_value ends;     /* the answer that settles it: True or False */
    bool settled;
    ly_builder others; /* answers that are neither */
} asking;

static bool ask(ly_context *cx, asking *a, ly_value part)
{
    ly_value v = ly_call1(cx, a->test, ly_retain(part));
    if (ly_failed(v)) return false;
    if (v == a->ends) a->settled = true;
    else if (v != LY_SYM(True) && v != LY_SYM(False)) return ly_builder_add(cx, &a->others, v);
    return true;
}

static ly_value visit_ask(ly_context *cx, ly_walk *walk, ly_value part)
{
    asking *a = walk->data;
    if (!a->settled && !ask(cx, a, part)) {
        ly_release(cx, part);
        return LY_FAILED;
    }
    return part;
}

/* head[test of every part], settled by the first answer `ends`; then the answer is `settled`. */
static ly_value ask_all(ly_context *cx, ly_expr *call, ly_value head, ly_value ends, ly_value settled, ly_value none)
{
    asking a = {call->args[1], ends, false, ly_builder_new()};
    ly_value v = call->args[0];
    bool failed = false;
    if (call->count == 3) { /* the parts at one level */
        ly_walk walk = {.visit = visit_ask, .data = &a};
        if (!ly_is_int(call->args[2])) return LY_UNEVALUATED;
        walk.levels.from = walk.levels.to = ly_int_of(call->args[2]);
        ly_value walked = ly_walk_take(cx, &walk, ly_retain(v));
        failed = ly_failed(walked);
        ly_release(cx, walked);
    } else {
        ly_value list = ly_is_atom(v) ? ly_make0(cx, LY_SYM(List)) : ly_elements(cx, v); /* an atom has none */
        failed = ly_failed(list);
        for (size_t i = 0; !failed && !a.settled && i < ly_expr_of(list)->count; i++)
            failed = !ask(cx, &a, ly_expr_of(list)->args[i]);
        ly_release(cx, list);
    }
    if (failed || a.settled) {
        ly_builder_drop(cx, &a.others);
        return failed ? LY_FAILED : settled;
    }
    if (ly_builder_count(&a.others) == 0) return none;
    return ly_builder_finish(cx, &a.others, head);
}

BUILTIN(AllTrue, list_all_true, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "AllTrue[list, test] gives True if test gives True for all elements of list.")
static ly_value list_all_true(ly_context *cx, ly_expr *call)
{
    return ask_all(cx, call, LY_SYM(And), LY_SYM(False), LY_SYM(False), LY_SYM(True));
}

BUILTIN(AnyTrue, list_any_true, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "AnyTrue[list, test] gives True if test gives True for any element of list.")
static ly_value list_any_true(ly_context *cx, ly_expr *call)
{
    return ask_all(cx, call, LY_SYM(Or), LY_SYM(True), LY_SYM(True), LY_SYM(False));
}

BUILTIN(NoneTrue, list_none_true, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "NoneTrue[list, test] gives True if test gives True for no element of list.")
static ly_value list_none_true(ly_context *cx, ly_expr *call)
{
    return ask_all(cx, call, LY_SYM(Nor), LY_SYM(True), LY_SYM(False), LY_SYM(True));
}
