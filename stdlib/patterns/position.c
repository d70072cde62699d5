/* position.c: where parts match: Position, FirstPosition. */
#include "patterns.h"

typedef struct finding {
    ly_form form;
    ly_builder items;
    size_t count, limit;
} finding;

/* LY_FAILED without an error pending ends the walk. */
static ly_value visit(ly_context *cx, ly_walk *walk, ly_value part)
{
    finding *f = walk->data;
    int answer = ly_form_match(cx, &f->form, part, NULL);
    if (!answer) return part;
    if (answer > 0) {
        ly_value path = ly_walk_path(cx, walk);
        if (path && ly_builder_add(cx, &f->items, path) && ++f->count < f->limit) return part;
    }
    ly_release(cx, part);
    return LY_FAILED;
}

/* The positions as a list; LY_FAILED: an error is pending. */
static ly_value positions(ly_context *cx, ly_value e, ly_value form, ly_levels levels, bool heads,
                          size_t limit)
{
    finding f = {.items = ly_builder_new(), .limit = limit};
    if (limit == 0) return ly_make0(cx, LY_SYM(List));
    if (!ly_form_start(cx, &f.form, form, false)) return LY_FAILED;
    ly_walk walk = {.levels = levels, .heads = heads, .keep_path = true, .visit = visit, .data = &f};
    ly_value result = ly_walk_take(cx, &walk, ly_retain(e));
    ly_form_end(cx, &f.form);
    ly_release(cx, result);
    if (result || cx->pending.kind == LY_PENDING_NONE)
        return ly_builder_finish(cx, &f.items, LY_SYM(List));
    ly_builder_drop(cx, &f.items);
    return LY_FAILED;
}

MESSAGE(Position, innf, "Non-negative integer or Infinity expected at position `1` in `2`.")

BUILTIN(Position, position, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "Position[expr, form] gives the positions of the parts that match form; Position[expr, form, "
        "levels, n] looks at the levels, for n at most.")
static ly_value position(ly_context *cx, ly_expr *call)
{
    size_t count = ly_arguments_before_options(call, 2), limit = SIZE_MAX;
    ly_levels levels;
    if (!ly_levels_argument(cx, call, 2, count, (ly_levels){0, LY_LEVEL_INFINITY}, &levels))
        return LY_UNEVALUATED;
    if (count > 3) {
        ly_value n = call->args[3];
        if (ly_is_int(n) && ly_int_of(n) >= 0) limit = (size_t)ly_int_of(n);
        else if (!ly_is_plus_infinity(n))
            return ly_message_call(cx, call, "innf", 2, LY_INT(4), ly_from_object(call));
    }
    bool heads = ly_heads_option(cx, call, count, true);
    return positions(cx, call->args[0], call->args[1], levels, heads, limit);
}

BUILTIN(FirstPosition, first_position, 2, -1, LY_HOLD_REST | LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "FirstPosition[expr, form] gives the position of the first part that matches form; "
        "FirstPosition[expr, form, default, levels] at levels, and default where there is none.")
static ly_value first_position(ly_context *cx, ly_expr *call)
{
    size_t count = ly_arguments_before_options(call, 2);
    ly_levels levels = {0, LY_LEVEL_INFINITY};
    if (count > 3) {
        ly_value spec = ly_evaluate(cx, call->args[3]);
        if (ly_failed(spec)) return spec;
        bool good = ly_level_spec(spec, &levels);
        ly_release(cx, spec);
        if (!good) return ly_message_call(cx, call, "level", 1, call->args[3]);
    }
    bool heads = ly_heads_option(cx, call, count, true);
    ly_value form = ly_evaluate(cx, call->args[1]);
    if (ly_failed(form)) return form;
    ly_value found = positions(cx, call->args[0], form, levels, heads, 1);
    ly_release(cx, form);
    if (ly_failed(found)) return found;
    ly_value result;
    if (ly_expr_of(found)->count) result = ly_retain(ly_arg(ly_expr_of(found), 0));
    else if (count > 2) result = ly_retain(call->args[2]);
    else result = ly_make1(cx, LY_SYM(Missing), ly_string_from(cx, "NotFound"));
    ly_release(cx, found);
    return result;
}
