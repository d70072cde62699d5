/* sequences.c: runs of elements that match a pattern for a list: SequenceCases, SequencePosition,
   SequenceCount, SequenceReplace, SequenceSplit. At each place the longest run is taken. */
#include "patterns.h"

#include "match/pattern.h"

/* The form, with the lengths that its pattern can have. */
typedef struct run_form {
    ly_form form;
    size_t least, most;
} run_form;

static void run_lengths(const ly_pattern *pattern, size_t *least, size_t *most)
{
    const ly_node *node = pattern->root;
    while (node->kind == LY_NODE_VARIABLE || node->kind == LY_NODE_CONDITION) node = node->args[0];
    *least = 0;
    *most = SIZE_MAX;
    if (node->kind == LY_NODE_EXPR && node->value == LY_SYM(List)) {
        *least = node->rest_least[0];
        if (node->rest_most[0] != LY_MANY) *most = node->rest_most[0];
    } else if (node->kind == LY_NODE_LITERAL) {
        *least = *most = ly_length(node->value);
    }
}

static bool run_form_start(ly_context *cx, run_form *f, ly_value v)
{
    if (ly_is_rule(v)) {
        ly_pattern *pattern = ly_pattern_of(cx, ly_arg(ly_expr_of(v), 0));
        if (!pattern) return false;
        run_lengths(pattern, &f->least, &f->most);
    }
    if (!ly_form_start(cx, &f->form, v, true)) return false;
    if (f->form.pattern) run_lengths(f->form.pattern, &f->least, &f->most);
    if (f->least == 0) f->least = 1;
    return true;
}

/* The longest run that begins at `from`, not longer than `most`: 1, its length and what it gives,
   0, or -1. */
static int longest_run(ly_context *cx, const run_form *f, const ly_expr *list, size_t from,
                       size_t most, size_t *length, ly_value *given)
{
    size_t left = list->count - from;
    if (most > left) most = left;
    if (most > f->most) most = f->most;
    for (size_t n = most; n >= f->least && n > 0; n--) {
        ly_expr *run = ly_expr_new(cx, LY_SYM(List), n);
        if (!run) return -1;
        for (size_t i = 0; i < n; i++) run->args[i] = ly_retain(list->args[from + i]);
        int answer = ly_form_match(cx, &f->form, ly_from_object(run), given);
        ly_release(cx, ly_from_object(run));
        *length = n;
        if (answer) return answer;
        if (ly_poll(cx)) return -1;
    }
    return 0;
}

enum { OVERLAPS_NONE, OVERLAPS_SOME, OVERLAPS_ALL };

static int overlaps(ly_context *cx, ly_expr *call, size_t from, bool fallback)
{
    ly_value v = ly_option(cx, call, from, "Overlaps", ly_bool(fallback));
    ly_release(cx, v);
    return v == LY_SYM(All) ? OVERLAPS_ALL : v == LY_SYM(True) ? OVERLAPS_SOME : OVERLAPS_NONE;
}

typedef bool run_found(ly_context *cx, void *data, size_t from, size_t length, ly_value given);

/* Calls found (given owned by it, where asked for) for the runs, `limit` of them at most. */
static bool each_run(ly_context *cx, ly_value list, ly_value form, int overlap, size_t limit,
                     bool give, run_found *found, void *data)
{
    run_form f;
    const ly_expr *e = ly_expr_of(list);
    if (!run_form_start(cx, &f, form)) return false;
    int answer = 0;
    size_t count = 0;
    for (size_t i = 0; i < e->count && count < limit && answer >= 0;) {
        size_t step = 1, most = SIZE_MAX, length;
        ly_value given = LY_FAILED;
        while (most && count < limit) {
            answer = longest_run(cx, &f, e, i, most, &length, give ? &given : NULL);
            if (answer != 1) break;
            if (!found(cx, data, i, length, given)) answer = -1;
            count++;
            if (answer < 0) break;
            if (overlap == OVERLAPS_NONE) step = length;
            most = overlap == OVERLAPS_ALL ? length - 1 : 0;
        }
        i += step;
    }
    ly_form_end(cx, &f.form);
    return answer >= 0;
}

/* The list of a call's first argument, unpacked (owned), or LY_FAILED with the message given. */
static ly_value list_argument(ly_context *cx, ly_expr *call)
{
    if (!ly_is_list(call->args[0])) {
        ly_message_list(cx, call, 1);
        return LY_FAILED;
    }
    return ly_unpack(cx, call->args[0]);
}

static size_t limit_argument(const ly_expr *call, size_t count)
{
    return count > 2 && ly_is_int(call->args[2]) && ly_int_of(call->args[2]) >= 0
               ? (size_t)ly_int_of(call->args[2]) : SIZE_MAX;
}

/* ---- the built-ins ---------------------------------------------------------------------------- */

static bool add_given(ly_context *cx, void *data, size_t from, size_t length, ly_value given)
{
    return ly_builder_add(cx, data, given);
}

static bool add_place(ly_context *cx, void *data, size_t from, size_t length, ly_value given)
{
    return ly_builder_add(cx, data, ly_make2(cx, LY_SYM(List), LY_INT(from + 1), LY_INT(from + length)));
}

static bool add_one(ly_context *cx, void *data, size_t from, size_t length, ly_value given)
{
    ++*(size_t *)data;
    return true;
}

static ly_value runs(ly_context *cx, ly_expr *call, bool overlap, bool give, run_found *found)
{
    size_t count = ly_arguments_before_options(call, 2);
    ly_value list = list_argument(cx, call);
    if (!list) return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    ly_builder items = ly_builder_new();
    bool done = each_run(cx, list, call->args[1], overlaps(cx, call, count, overlap),
                         limit_argument(call, count), give, found, &items);
    ly_release(cx, list);
    if (done) return ly_builder_finish(cx, &items, LY_SYM(List));
    ly_builder_drop(cx, &items);
    return LY_FAILED;
}

BUILTIN(SequenceCases, sequence_cases, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST,
        "SequenceCases[list, form] gives the runs of elements that match form.")
static ly_value sequence_cases(ly_context *cx, ly_expr *call)
{
    return runs(cx, call, false, true, add_given);
}

BUILTIN(SequencePosition, sequence_position, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST,
        "SequencePosition[list, form] gives first and last places of the runs that match form.")
static ly_value sequence_position(ly_context *cx, ly_expr *call)
{
    return runs(cx, call, true, false, add_place);
}

BUILTIN(SequenceCount, sequence_count, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST,
        "SequenceCount[list, form] gives the number of runs that match form.")
static ly_value sequence_count(ly_context *cx, ly_expr *call)
{
    size_t count = ly_arguments_before_options(call, 2), found = 0;
    ly_value list = list_argument(cx, call);
    if (!list) return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    bool done = each_run(cx, list, call->args[1], overlaps(cx, call, count, false),
                         limit_argument(call, count), false, add_one, &found);
    ly_release(cx, list);
    return done ? ly_integer_from_u64(cx, found) : LY_FAILED;
}

/* Pieces between runs, and what stands for the runs. */
typedef struct pieces {
    const ly_expr *list;
    size_t at;         /* first element not yet taken over */
    bool split;        /* pieces are lists */
    bool keep;         /* what is given for a run is taken over */
    ly_builder items;
} pieces;

static bool add_between(ly_context *cx, pieces *p, size_t to)
{
    if (p->split) {
        if (to == p->at) return true;
        ly_expr *piece = ly_expr_new(cx, LY_SYM(List), to - p->at);
        if (!piece) return false;
        for (size_t i = p->at; i < to; i++) piece->args[i - p->at] = ly_retain(p->list->args[i]);
        return ly_builder_add(cx, &p->items, ly_from_object(piece));
    }
    for (size_t i = p->at; i < to; i++)
        if (!ly_builder_add(cx, &p->items, ly_retain(p->list->args[i]))) return false;
    return true;
}

static bool add_run(ly_context *cx, void *data, size_t from, size_t length, ly_value given)
{
    pieces *p = data;
    bool done = add_between(cx, p, from);
    p->at = from + length;
    if (done && p->keep) return ly_builder_add(cx, &p->items, given);
    ly_release(cx, given);
    return done;
}

static ly_value in_pieces(ly_context *cx, ly_expr *call, bool split)
{
    size_t count = ly_arguments_before_options(call, 2);
    bool rule = ly_is_rule(call->args[1]);
    ly_value list = list_argument(cx, call);
    if (!list) return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    pieces p = {.list = ly_expr_of(list), .split = split, .keep = rule, .items = ly_builder_new()};
    bool done = each_run(cx, list, call->args[1], OVERLAPS_NONE, limit_argument(call, count), rule, add_run, &p);
    done = done && add_between(cx, &p, p.list->count);
    ly_release(cx, list);
    if (done) return ly_builder_finish(cx, &p.items, LY_SYM(List));
    ly_builder_drop(cx, &p.items);
    return LY_FAILED;
}

BUILTIN(SequenceReplace, sequence_replace, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "SequenceReplace[list, rules] replaces the runs of elements that match.")
static ly_value sequence_replace(ly_context *cx, ly_expr *call)
{
    if (ly_is_rule(call->args[1])) return in_pieces(cx, call, false);
    if (!ly_has_head(call->args[1], LY_SYM(List))) return LY_UNEVALUATED;
    /* several rules: one after the other at each place; the first that applies counts */
    const ly_expr *rules = ly_expr_of(call->args[1]);
    for (uint32_t i = 0; i < rules->count; i++)
        if (!ly_is_rule(rules->args[i])) return LY_UNEVALUATED;
    ly_value list = list_argument(cx, call);
    if (!list) return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    const ly_expr *e = ly_expr_of(list);
    ly_builder items = ly_builder_new();
    size_t limit = limit_argument(call, call->count), found = 0;
    int answer = 0;
    for (size_t at = 0; at < e->count && answer >= 0;) {
        size_t length = 1;
        ly_value given = LY_FAILED;
        answer = 0;
        for (uint32_t i = 0; i < rules->count && !answer && found < limit; i++) {
            run_form f;
            if (!run_form_start(cx, &f, rules->args[i])) {
                answer = -1;
                break;
            }
            answer = longest_run(cx, &f, e, at, SIZE_MAX, &length, &given);
            ly_form_end(cx, &f.form);
        }
        if (answer < 0) break;
        if (!answer) length = 1;
        found += answer;
        if (!ly_builder_add(cx, &items, answer ? given : ly_retain(e->args[at]))) answer = -1;
        at += length;
    }
    ly_release(cx, list);
    if (answer >= 0) return ly_builder_finish(cx, &items, LY_SYM(List));
    ly_builder_drop(cx, &items);
    return LY_FAILED;
}

BUILTIN(SequenceSplit, sequence_split, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "SequenceSplit[list, form] splits the list at the runs of elements that match form.")
static ly_value sequence_split(ly_context *cx, ly_expr *call)
{
    return in_pieces(cx, call, true);
}
