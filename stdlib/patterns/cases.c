/* cases.c: parts that match: Cases, FirstCase, Count, DeleteCases. */
#include "patterns.h"

/* A number of parts: Infinity, or a count not below 0. */
static bool read_limit(ly_value v, size_t *limit)
{
    if (ly_is_plus_infinity(v) || v == LY_SYM(All)) {
        *limit = SIZE_MAX;
        return true;
    }
    if (!ly_is_int(v) || ly_int_of(v) < 0) return false;
    *limit = (size_t)ly_int_of(v);
    return true;
}

typedef struct gathering {
    ly_form form;
    ly_builder *items; /* NULL: they are only counted */
    size_t count, limit;
} gathering;

/* One part: 0 goes on, 1 ends (the limit is reached), -1 an error is pending. */
static int gather(ly_context *cx, gathering *g, ly_value part)
{
    ly_value given = LY_FAILED;
    int answer = ly_form_match(cx, &g->form, part, g->items ? &given : NULL);
    if (answer <= 0) return answer;
    if (g->items && !ly_builder_add(cx, g->items, given)) return -1;
    return ++g->count >= g->limit;
}

/* LY_FAILED without an error pending ends the walk. */
static ly_value visit_gather(ly_context *cx, ly_walk *walk, ly_value part)
{
    if (!gather(cx, walk->data, part)) return part;
    ly_release(cx, part);
    return LY_FAILED;
}

/* Gathers parts of e at the levels; false: an error is pending. */
static bool gather_levels(ly_context *cx, gathering *g, ly_value e, ly_levels levels, bool heads)
{
    if (g->limit == 0) return true;
    if (levels.from == 1 && levels.to == 1 && !heads && ly_is_expr(e)) {
        const ly_expr *x = ly_expr_of(e);
        for (uint32_t i = 0; i < x->count; i++) {
            int answer = gather(cx, g, x->args[i]);
            if (answer) return answer > 0;
            if (ly_poll(cx)) return false;
        }
        return true;
    }
    ly_walk walk = {.levels = levels, .heads = heads, .visit = visit_gather, .data = g};
    ly_value result = ly_walk_take(cx, &walk, ly_retain(e));
    ly_release(cx, result);
    return result || cx->pending.kind == LY_PENDING_NONE;
}

MESSAGE(Cases, innf, "Non-negative integer or Infinity expected at position `1` in `2`.")
MESSAGE(DeleteCases, innf, "Non-negative integer or Infinity expected at position `1` in `2`.")

BUILTIN(Cases, cases, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "Cases[list, form] gives the elements that match form; Cases[list, form -> e] gives e for each; "
        "Cases[expr, form, levels, n] looks at the levels, for n at most.")
static ly_value cases(ly_context *cx, ly_expr *call)
{
    size_t count = ly_arguments_before_options(call, 2);
    ly_levels levels;
    ly_builder items = ly_builder_new();
    gathering g = {.items = &items, .limit = SIZE_MAX};
    if (!ly_levels_argument(cx, call, 2, count, (ly_levels){1, 1}, &levels)) return LY_UNEVALUATED;
    if (count > 3 && !read_limit(call->args[3], &g.limit))
        return ly_message_call(cx, call, "innf", 2, LY_INT(4), ly_from_object(call));
    bool heads = ly_heads_option(cx, call, count, false);
    if (!ly_form_start(cx, &g.form, call->args[1], true)) return LY_FAILED;
    bool done = gather_levels(cx, &g, call->args[0], levels, heads);
    ly_form_end(cx, &g.form);
    if (done) return ly_builder_finish(cx, &items, LY_SYM(List));
    ly_builder_drop(cx, &items);
    return LY_FAILED;
}

BUILTIN(Count, count_cases, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "Count[list, form] gives the number of elements that match form; Count[expr, form, levels] at levels.")
static ly_value count_cases(ly_context *cx, ly_expr *call)
{
    size_t count = ly_arguments_before_options(call, 2);
    ly_levels levels;
    gathering g = {.limit = SIZE_MAX};
    if (!ly_levels_argument(cx, call, 2, count, (ly_levels){1, 1}, &levels)) return LY_UNEVALUATED;
    bool heads = ly_heads_option(cx, call, count, false);
    if (!ly_form_start(cx, &g.form, call->args[1], false)) return LY_FAILED;
    bool done = gather_levels(cx, &g, call->args[0], levels, heads);
    ly_form_end(cx, &g.form);
    return done ? ly_integer_from_u64(cx, g.count) : LY_FAILED;
}

BUILTIN(FirstCase, first_case, 2, -1, LY_HOLD_REST | LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "FirstCase[expr, form] gives the first element that matches form; FirstCase[expr, form, default, "
        "levels] looks at levels, and gives default where there is none.")
static ly_value first_case(ly_context *cx, ly_expr *call)
{
    size_t count = ly_arguments_before_options(call, 2);
    ly_levels levels = {1, 1};
    ly_builder items = ly_builder_new();
    gathering g = {.items = &items, .limit = 1};
    if (count > 3) {
        ly_value spec = ly_evaluate(cx, call->args[3]);
        if (ly_failed(spec)) return spec;
        bool good = ly_level_spec(spec, &levels);
        ly_release(cx, spec);
        if (!good) return ly_message_call(cx, call, "level", 1, call->args[3]);
    }
    bool heads = ly_heads_option(cx, call, count, false);
    ly_value form = ly_evaluate(cx, call->args[1]);
    if (ly_failed(form)) return form;
    bool done = ly_form_start(cx, &g.form, form, true);
    if (done) {
        done = gather_levels(cx, &g, call->args[0], levels, heads);
        ly_form_end(cx, &g.form);
    }
    ly_release(cx, form);
    if (!done) {
        ly_builder_drop(cx, &items);
        return LY_FAILED;
    }
    if (g.count) {
        ly_value list = ly_builder_finish(cx, &items, LY_SYM(List));
        ly_value first = ly_retain(ly_arg(ly_expr_of(list), 0));
        ly_release(cx, list);
        return first;
    }
    if (count > 2) return ly_retain(call->args[2]);
    return ly_make1(cx, LY_SYM(Missing), ly_string_from(cx, "NotFound"));
}

/* ---- DeleteCases ------------------------------------------------------------------------------ */

/* What is deleted becomes this mark; a second walk takes the marks out. */
#define DELETED LY_SYM($Deleted)
BUILTIN_SYMBOL($Deleted, LY_PROTECTED | LY_LOCKED, "$Deleted marks a part that is being deleted.")

static ly_value visit_delete(ly_context *cx, ly_walk *walk, ly_value part)
{
    gathering *g = walk->data;
    if (g->count >= g->limit) return part;
    int answer = ly_form_match(cx, &g->form, part, NULL);
    if (!answer) return part;
    ly_release(cx, part);
    if (answer < 0) return LY_FAILED;
    g->count++;
    return DELETED;
}

static ly_value visit_sweep(ly_context *cx, ly_walk *walk, ly_value part)
{
    if (ly_is_association(part)) {
        ly_value source = ly_retain(part);
        const ly_entry *entry;
        for (uint32_t at = 0; part && (entry = ly_association_next(ly_association_of(source), &at));)
            if (entry->value == DELETED) part = ly_association_remove_take(cx, part, entry->key);
        ly_release(cx, source);
        return part;
    }
    if (!ly_is_expr(part)) return part;
    const ly_expr *e = ly_expr_of(part);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < e->count; i++) kept += e->args[i] != DELETED;
    if (kept == e->count) return part;
    ly_expr *result = ly_expr_new(cx, e->head, kept);
    kept = 0;
    for (uint32_t i = 0; result && i < e->count; i++)
        if (e->args[i] != DELETED) result->args[kept++] = ly_retain(e->args[i]);
    ly_release(cx, part);
    return ly_from_object(result);
}

BUILTIN(DeleteCases, delete_cases, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "DeleteCases[list, form] leaves out the elements that match form; DeleteCases[expr, form, levels, "
        "n] at the levels, n at most.")
static ly_value delete_cases(ly_context *cx, ly_expr *call)
{
    size_t count = ly_arguments_before_options(call, 2);
    ly_levels levels;
    gathering g = {.limit = SIZE_MAX};
    if (!ly_levels_argument(cx, call, 2, count, (ly_levels){1, 1}, &levels)) return LY_UNEVALUATED;
    if (count > 3 && !read_limit(call->args[3], &g.limit))
        return ly_message_call(cx, call, "innf", 2, LY_INT(4), ly_from_object(call));
    bool heads = ly_heads_option(cx, call, count, false);
    if (!ly_form_start(cx, &g.form, call->args[1], false)) return LY_FAILED;
    ly_walk walk = {.levels = levels, .heads = heads, .visit = visit_delete, .data = &g};
    ly_value result = ly_walk_take(cx, &walk, ly_retain(call->args[0]));
    ly_form_end(cx, &g.form);
    if (!result) return LY_FAILED;
    if (!g.count) {
        ly_release(cx, result);
        return ly_retain(call->args[0]);
    }
    if (result == DELETED) return ly_make0(cx, LY_SYM(Sequence));
    int64_t to = levels.to < 0 || levels.from < 0 ? LY_LEVEL_INFINITY : levels.to;
    ly_walk sweep = {.levels = {0, to}, .heads = heads, .visit = visit_sweep};
    return ly_walk_take(cx, &sweep, result);
}
