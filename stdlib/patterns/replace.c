/* replace.c: rules applied: Replace, ReplaceAll, ReplaceRepeated, ReplaceList, Dispatch. */
#include "patterns.h"

#include "match/graph.h"

MESSAGE(General, reps,
        "`1` is neither a list of replacement rules nor a valid dispatch table, and so cannot be used "
        "for replacing.")
MESSAGE(ReplaceRepeated, rrlim, "Exiting after `1` scanned `2` times.")

BUILTIN_SYMBOL(Dispatch, LY_PROTECTED, "Dispatch[rules] stands for the rules, prepared for fast replacement.")

/* A list of lists of rules: each gives a result of its own. */
static bool is_list_of_lists(ly_value rules)
{
    if (!ly_has_head(rules, LY_SYM(List))) return false;
    const ly_expr *e = ly_expr_of(rules);
    for (uint32_t i = 0; i < e->count; i++)
        if (!ly_has_head(e->args[i], LY_SYM(List))) return false;
    return e->count > 0;
}

static ly_value bad_rules(ly_context *cx, ly_expr *call, ly_value rules)
{
    ly_value list = ly_is_list(rules) ? ly_retain(rules) : ly_make1(cx, LY_SYM(List), ly_retain(rules));
    ly_message_call(cx, call, "reps", 1, list);
    ly_release(cx, list);
    return LY_UNEVALUATED;
}

/* What a built-in makes of e with one set of rules; given e itself (owned) where nothing applies. */
typedef ly_value replacing(ly_context *cx, ly_expr *call, ly_value e, ly_rules *rules);

static ly_value with_rules(ly_context *cx, ly_expr *call, ly_value e, ly_value rules, replacing *replace)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, with_rules, LY_AS_WORD(cx), LY_AS_WORD(call), e, rules, LY_AS_WORD(replace));
    if (is_list_of_lists(rules)) {
        const ly_expr *lists = ly_expr_of(rules);
        ly_expr *result = ly_expr_new(cx, LY_SYM(List), lists->count);
        if (!result) return LY_FAILED;
        for (uint32_t i = 0; i < lists->count; i++) {
            ly_value item = with_rules(cx, call, e, lists->args[i], replace);
            if (ly_failed(item) || item == LY_UNEVALUATED) {
                ly_release(cx, ly_from_object(result));
                return item;
            }
            result->args[i] = item;
        }
        return ly_from_object(result);
    }
    ly_rules *set = ly_rules_of(cx, rules);
    if (!set) return cx->pending.kind == LY_PENDING_NONE ? bad_rules(cx, call, rules) : LY_FAILED;
    ly_rules_retain(set);
    ly_value result = replace(cx, call, e, set);
    ly_rules_free(cx, set);
    return result;
}

/* ---- ReplaceAll ------------------------------------------------------------------------------- */

static ly_value replace_all_with(ly_context *cx, ly_expr *call, ly_value e, ly_rules *rules)
{
    ly_value result = ly_replace_all(cx, e, rules);
    return result == LY_UNEVALUATED ? ly_retain(e) : result;
}

BUILTIN(ReplaceAll, replace_all, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "expr /. rules applies the rules to each part of expr, from the outside, where they first match.")
static ly_value replace_all(ly_context *cx, ly_expr *call)
{
    return with_rules(cx, call, call->args[0], call->args[1], replace_all_with);
}

/* ---- ReplaceRepeated -------------------------------------------------------------------------- */

static ly_value replace_repeated_with(ly_context *cx, ly_expr *call, ly_value e, ly_rules *rules)
{
    ly_value limit = call->count > 2 ? ly_option(cx, call, 2, "MaxIterations", LY_INT(65536)) : LY_INT(65536);
    if (ly_failed(limit)) return limit;
    int64_t most = ly_is_int(limit) ? ly_int_of(limit) : INT64_MAX;
    int64_t rounds;
    bool ended;
    ly_value current = ly_graph_repeat(cx, rules, e, most, &rounds, &ended);
    if (ly_failed(current) || ended) goto done;
    if (current == LY_UNEVALUATED) current = ly_retain(e);
    for (int64_t i = rounds; i < most; i++) {
        ly_value next = ly_replace_all(cx, current, rules);
        if (next == LY_UNEVALUATED) goto done;
        if (next) next = ly_evaluate_take(cx, next);
        if (ly_failed(next) || ly_same(next, current)) {
            ly_release(cx, current);
            current = next;
            goto done;
        }
        ly_release(cx, current);
        current = next;
    }
    ly_message_call(cx, call, "rrlim", 2, e, limit);
done:
    ly_release(cx, limit);
    return current;
}

BUILTIN(ReplaceRepeated, replace_repeated, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "expr //. rules applies the rules to the parts of expr until nothing changes any more.")
static ly_value replace_repeated(ly_context *cx, ly_expr *call)
{
    return with_rules(cx, call, call->args[0], call->args[1], replace_repeated_with);
}

/* ---- Replace ---------------------------------------------------------------------------------- */

static ly_value visit(ly_context *cx, ly_walk *walk, ly_value part)
{
    ly_value result = ly_rules_apply(cx, walk->data, part);
    if (result == LY_UNEVALUATED) return part;
    ly_release(cx, part);
    return result;
}

static ly_value replace_with(ly_context *cx, ly_expr *call, ly_value e, ly_rules *rules)
{
    size_t count = ly_arguments_before_options(call, 2);
    if (count < 3) {
        ly_value result = ly_rules_apply(cx, rules, e);
        return result == LY_UNEVALUATED ? ly_retain(e) : result;
    }
    ly_levels levels;
    if (!ly_levels_argument(cx, call, 2, count, (ly_levels){0, 0}, &levels)) return LY_UNEVALUATED;
    ly_walk walk = {.levels = levels, .heads = ly_heads_option(cx, call, count, false),
                    .visit = visit, .data = rules};
    return ly_walk_take(cx, &walk, ly_retain(e));
}

BUILTIN(Replace, replace, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "Replace[expr, rules] applies the rules to expr as a whole, Replace[expr, rules, levels] to its "
        "parts at the levels.")
static ly_value replace(ly_context *cx, ly_expr *call)
{
    return with_rules(cx, call, call->args[0], call->args[1], replace_with);
}

/* ---- ReplaceList ------------------------------------------------------------------------------ */

typedef struct listing {
    ly_builder items;
    size_t count, limit;
} listing;

static bool list_result(ly_context *cx, void *data, ly_value result)
{
    listing *l = data;
    return ly_builder_add(cx, &l->items, result) && ++l->count < l->limit;
}

static ly_value replace_list_with(ly_context *cx, ly_expr *call, ly_value e, ly_rules *rules)
{
    listing l = {.items = ly_builder_new(), .limit = SIZE_MAX};
    if (call->count > 2) {
        if (ly_is_int(call->args[2]) && ly_int_of(call->args[2]) >= 0) l.limit = (size_t)ly_int_of(call->args[2]);
        else if (!ly_is_plus_infinity(call->args[2])) return LY_UNEVALUATED;
    }
    if (l.limit && !ly_rules_each(cx, rules, e, list_result, &l)) {
        ly_builder_drop(cx, &l.items);
        return LY_FAILED;
    }
    return ly_builder_finish(cx, &l.items, LY_SYM(List));
}

BUILTIN(ReplaceList, replace_list, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "ReplaceList[expr, rules] gives what the rules make of expr in all ways that they match it.")
static ly_value replace_list(ly_context *cx, ly_expr *call)
{
    return with_rules(cx, call, call->args[0], call->args[1], replace_list_with);
}

/* ---- ReplaceAt -------------------------------------------------------------------------------- */

static ly_value change_part(ly_context *cx, void *data, ly_value part)
{
    ly_value result = ly_rules_apply(cx, data, part);
    if (result == LY_UNEVALUATED) return part;
    ly_release(cx, part);
    return result;
}

static ly_value replace_at_take(ly_context *cx, ly_value e, ly_value position, ly_rules *rules)
{
    bool changed = false;
    ly_value path = ly_is_list(position) ? ly_unpack(cx, position)
                                         : ly_make1(cx, LY_SYM(List), ly_retain(position));
    if (!path) {
        ly_release(cx, e);
        return LY_FAILED;
    }
    const ly_expr *p = ly_expr_of(path);
    ly_value result = ly_part_change_take(cx, e, p->count, p->args, change_part, rules, &changed);
    ly_release(cx, path);
    return result;
}

static bool is_list_of_positions(ly_value v)
{
    if (ly_is_packed(v)) return ly_packed_of(v)->rank == 2;
    if (!ly_has_head(v, LY_SYM(List)) || !ly_expr_of(v)->count) return false;
    return ly_is_list(ly_arg(ly_expr_of(v), 0));
}

static ly_value replace_at_with(ly_context *cx, ly_expr *call, ly_value e, ly_rules *rules)
{
    ly_value positions = call->args[2], result = ly_retain(e);
    if (!is_list_of_positions(positions)) return replace_at_take(cx, result, positions, rules);
    for (size_t i = 0; result && i < ly_length(positions); i++) {
        ly_value position = ly_element(cx, positions, i);
        result = replace_at_take(cx, result, position, rules);
        ly_release(cx, position);
    }
    return result;
}

BUILTIN(ReplaceAt, replace_at, 3, 3, LY_PROTECTED, LY_PURE,
        "ReplaceAt[expr, rules, position] applies the rules to the part at the position, or at each of a "
        "list of positions.")
static ly_value replace_at(ly_context *cx, ly_expr *call)
{
    return with_rules(cx, call, call->args[0], call->args[1], replace_at_with);
}
