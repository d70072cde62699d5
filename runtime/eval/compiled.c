/* compiled.c: what generated C calls: the slow sides of its primitives, and the evaluator as it needs
   it. abi.h describes each function. */
#include <math.h>
#include <stdlib.h>

#include "abi.h"
#include "eval/compiled.h"
#include "eval/cycles.h"
#include "eval/eval.h"
#include "eval/scoping.h"
#include "match/match.h"

/* ---- calls ------------------------------------------------------------------------------------ */

ly_value ly_call_slowly(ly_context *cx, ly_value symbol, uint32_t count, const ly_value *arguments)
{
    /* the caller counted this evaluation already */
    ly_value v;
    cx->depth--;
    v = ly_make(cx, symbol, count, arguments);
    if (!ly_failed(v)) v = ly_apply_take(cx, v);
    cx->depth++;
    return v;
}

ly_value ly_call_by_rules(ly_context *cx, ly_value symbol, uint32_t count, const ly_value *arguments)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    ly_value call = ly_make(cx, symbol, count, arguments), v = LY_UNEVALUATED;
    if (ly_failed(call)) return call;
    if (d && d->rules[LY_DOWN_VALUES]) v = ly_rules_apply(cx, d->rules[LY_DOWN_VALUES], call);
    if (v == LY_UNEVALUATED) {
        cx->looked++;
        return call;
    }
    ly_release(cx, call);
    cx->depth--;
    if (!ly_failed(v)) v = ly_evaluate_take(cx, v);
    cx->depth++;
    return ly_failed(v) ? ly_leave(cx) : v;
}

ly_value ly_apply(ly_context *cx, uint32_t depth, ly_value f, uint32_t n, const ly_value *arguments)
{
    ly_value v = ly_make(cx, f, n, arguments);
    if (ly_failed(v)) return v;
    cx->depth += depth - 1;
    v = ly_apply_take(cx, v);
    cx->depth -= depth - 1;
    return v;
}

/* Endless rewriting through the evaluator is counted as if it had not come here in between. */
static void carry_steps(ly_context *cx)
{
    cx->carried_steps = cx->iterations;
    cx->carried_depth = cx->depth;
}

ly_value ly_tail_call_slowly(ly_context *cx, ly_value symbol, uint32_t count, const ly_value *arguments)
{
    carry_steps(cx);
    ly_value v = ly_call_slowly(cx, symbol, count, arguments);
    cx->carried_steps = 0;
    return v;
}

ly_value ly_tail_apply(ly_context *cx, ly_value f, uint32_t n, const ly_value *arguments)
{
    carry_steps(cx);
    ly_value v = ly_apply(cx, 0, f, n, arguments);
    cx->carried_steps = 0;
    return v;
}

ly_value ly_tail_evaluate_filled(ly_context *cx, ly_value template_, size_t n, const ly_value *symbols,
                                 const ly_value *values)
{
    carry_steps(cx);
    ly_value v = ly_evaluate_filled(cx, 0, template_, n, symbols, values);
    cx->carried_steps = 0;
    return v;
}

ly_value ly_prepared(ly_context *cx, ly_value head, uint32_t n, const ly_value *arguments)
{
    return cx->prepared = ly_make(cx, head, n, arguments);
}

ly_value ly_unmatched(ly_context *cx, ly_value symbol, bool looked, uint32_t count,
                      const ly_value *arguments)
{
    ly_value e = ly_make(cx, symbol, count, arguments);
    if (ly_failed(e)) return e;
    if (looked) {
        cx->looked++;
        cx->unsettled = true;
    } else {
        ly_mark_evaluated(cx, e);
    }
    return e;
}

static bool is_plain(ly_context *cx, ly_value head)
{
    const ly_definition *d = ly_definition_of(cx, head);
    if (ly_symbol_of(head)->builtin) return false;
    return !d || (!d->value && !d->attributes && !d->rules[LY_OWN_VALUES] && !d->rules[LY_DOWN_VALUES]);
}

ly_value ly_construct(ly_context *cx, ly_value head, uint32_t n, const ly_value *arguments)
{
    bool plain = is_plain(cx, head);
    for (uint32_t i = 0; i < n && plain; i++) plain = !ly_is_odd(arguments[i]);
    if (!plain) return ly_apply(cx, 1, head, n, arguments);
    ly_value e = ly_make(cx, head, n, arguments);
    if (!ly_failed(e)) ly_mark_evaluated(cx, e);
    return e;
}

/* The symbols of an evaluated part as filter bits; false: not known, or a part that the evaluator must
   look at. */
static inline bool part_filter(ly_value v, uint64_t *filter)
{
    if (!ly_is_object(v)) return true;
    if (ly_is_symbol(v)) {
        if (ly_flags(&ly_symbol_of(v)->o) & LY_FLAG_HAS_UP) return false;
        *filter |= (uint64_t)1 << (ly_symbol_of(v)->hash & 63);
        return true;
    }
    if (ly_object_of(v)->kind == LY_KIND_EXPR) {
        *filter |= ly_expr_of(v)->filter;
        return ly_expr_of(v)->stamp && !ly_is_odd(v);
    }
    return ly_object_of(v)->kind != LY_KIND_ASSOCIATION;
}

/* In the cell, where there is one. */
static inline ly_expr *marked(ly_context *cx, ly_value cell, ly_value head, uint32_t n, uint64_t filter)
{
    ly_expr *e = ly_expr_of(cell);
    if (!cell) {
        e = ly_alloc(cx, LY_KIND_EXPR, sizeof *e + n * sizeof e->args[0]);
        e->count = n;
    }
    e->hash = 0;
    e->filter = filter;
    e->stamp = ly_mark_now(cx, filter);
    e->head = head;
    cx->definitions.marked |= filter;
    return e;
}

static inline bool builds(ly_context *cx, ly_value head, uint64_t *filter)
{
    const ly_symbol *s = ly_symbol_of(head);
    *filter = (uint64_t)1 << (s->hash & 63);
    return !s->builtin && !(ly_flags(&s->o) & LY_FLAG_TEMPORARY) && !ly_definition_of(cx, head);
}

ly_value ly_construct1_in(ly_context *cx, ly_value cell, ly_value head, ly_value a)
{
    uint64_t filter;
    if (!builds(cx, head, &filter) || !part_filter(a, &filter)) {
        ly_drop_cell(cx, cell);
        return ly_construct(cx, head, 1, &a);
    }
    ly_expr *e = marked(cx, cell, head, 1, filter);
    e->args[0] = a;
    return ly_from_object(e);
}

ly_value ly_construct2_in(ly_context *cx, ly_value cell, ly_value head, ly_value a, ly_value b)
{
    uint64_t filter;
    if (!builds(cx, head, &filter) || !part_filter(a, &filter) || !part_filter(b, &filter)) {
        ly_drop_cell(cx, cell);
        return ly_construct(cx, head, 2, (ly_value[]){a, b});
    }
    ly_expr *e = marked(cx, cell, head, 2, filter);
    e->args[0] = a;
    e->args[1] = b;
    return ly_from_object(e);
}

ly_value ly_construct1(ly_context *cx, ly_value head, ly_value a) { return ly_construct1_in(cx, LY_FAILED, head, a); }

ly_value ly_construct2(ly_context *cx, ly_value head, ly_value a, ly_value b)
{
    return ly_construct2_in(cx, LY_FAILED, head, a, b);
}

/* A run of the chain that constructs alike, around v, whose filter is known: what is asked of the head and
   the first argument is asked once. Gives the outermost of the run; *around: what is around it. */
static ly_value close_run(ly_context *cx, ly_expr *e, ly_value v, uint64_t filter, ly_value *rest)
{
    uint64_t stamp = ly_mark_now(cx, filter);
    ly_value head = e->head, first = e->args[0];
    uint32_t last = e->count - 1;
    cx->definitions.marked |= filter;
    for (;;) {
        ly_value around = e->args[last];
        ly_expr *next = ly_expr_of(around);
        e->args[last] = v;
        e->filter = filter;
        e->stamp = stamp;
        cx->depth--;
        v = ly_from_object(e);
        if (!around || next->head != head || next->count != last + 1 || (last && next->args[0] != first)) {
            *rest = around;
            return v;
        }
        e = next;
    }
}

ly_value ly_close_around(ly_context *cx, ly_value around, ly_value v)
{
    while (around) {
        ly_expr *e = ly_expr_of(around);
        uint64_t filter;
        if (!ly_failed(v) && builds(cx, e->head, &filter) && part_filter(v, &filter) &&
            (e->count == 1 || part_filter(e->args[0], &filter))) {
            v = close_run(cx, e, v, filter, &around);
            continue;
        }
        ly_value next = e->args[e->count - 1];
        cx->depth--;
        if (ly_failed(v)) {
            e->args[e->count - 1] = LY_INT(0);
            ly_release(cx, around);
        } else {
            ly_value arguments[2] = {e->args[0], v}, head = e->head;
            uint32_t n = e->count;
            arguments[n - 1] = v;
            ly_dealloc(cx, &e->o);
            v = ly_construct(cx, head, n, arguments);
        }
        around = next;
    }
    return v;
}

bool ly_holds(ly_context *cx, ly_value f)
{
    if (ly_is_symbol(f))
        return (ly_attributes(cx, f) & (LY_HOLD_ALL | LY_HOLD_ALL_COMPLETE | LY_SEQUENCE_HOLD)) != 0;
    return ly_has_head(f, LY_SYM(Function)) && ly_expr_of(f)->count > 2;
}

ly_value ly_too_many_steps(ly_context *cx)
{
    ly_message(cx, LY_SYM($IterationLimit), "itlim", 1, ly_integer(cx, (int64_t)cx->iteration_limit));
    return ly_raise(cx, LY_PENDING_RECURSION,
                    ly_make1(cx, LY_SYM(TerminatedEvaluation), ly_string_from(cx, "IterationLimit")),
                    LY_FAILED);
}

/* ---- errors ----------------------------------------------------------------------------------- */

ly_value ly_drop1(ly_context *cx, ly_value a)
{
    ly_release(cx, a);
    return LY_FAILED;
}
ly_value ly_drop2(ly_context *cx, ly_value a, ly_value b)
{
    ly_release(cx, a);
    return ly_drop1(cx, b);
}
ly_value ly_drop3(ly_context *cx, ly_value a, ly_value b, ly_value c)
{
    ly_release(cx, a);
    return ly_drop2(cx, b, c);
}
ly_value ly_drop4(ly_context *cx, ly_value a, ly_value b, ly_value c, ly_value d)
{
    ly_release(cx, a);
    return ly_drop3(cx, b, c, d);
}

static ly_value take_return(ly_context *cx)
{
    if (cx->pending.kind != LY_PENDING_RETURN || cx->pending.tag) return LY_FAILED;
    return ly_pending_take(cx).value;
}

ly_value ly_leave(ly_context *cx) { return take_return(cx); }
ly_value ly_leave1(ly_context *cx, ly_value a)
{
    ly_drop1(cx, a);
    return take_return(cx);
}
ly_value ly_leave2(ly_context *cx, ly_value a, ly_value b)
{
    ly_drop2(cx, a, b);
    return take_return(cx);
}
ly_value ly_leave3(ly_context *cx, ly_value a, ly_value b, ly_value c)
{
    ly_drop3(cx, a, b, c);
    return take_return(cx);
}
ly_value ly_leave4(ly_context *cx, ly_value a, ly_value b, ly_value c, ly_value d)
{
    ly_drop4(cx, a, b, c, d);
    return take_return(cx);
}

ly_value ly_returned(ly_context *cx, ly_value symbol)
{
    if (cx->pending.kind != LY_PENDING_RETURN || cx->pending.tag != symbol) return LY_FAILED;
    ly_pending pending = ly_pending_take(cx);
    ly_release(cx, pending.tag);
    return pending.value;
}

int ly_loop_caught(ly_context *cx)
{
    int how = cx->pending.kind == LY_PENDING_BREAK ? 1 : cx->pending.kind == LY_PENDING_CONTINUE ? 2 : 0;
    if (how) ly_pending_drop(cx, ly_pending_take(cx));
    return how;
}

ly_value ly_loop_left(ly_context *cx) { return take_return(cx); }

/* ---- expressions with locals put in ------------------------------------------------------------- */

ly_value ly_fill(ly_context *cx, ly_value template_, size_t n, const ly_value *symbols,
                 const ly_value *values)
{
    return n ? ly_substitute_symbols(cx, template_, n, symbols, values) : ly_retain(template_);
}

ly_value ly_evaluate_filled(ly_context *cx, uint32_t depth, ly_value template_, size_t n,
                            const ly_value *symbols, const ly_value *values)
{
    ly_value e = ly_fill(cx, template_, n, symbols, values);
    if (ly_failed(e)) return e;
    cx->depth += depth - 1;
    e = ly_evaluate_take(cx, e);
    cx->depth -= depth - 1;
    return e;
}

ly_value ly_fill_holding(ly_context *cx, ly_value head, ly_value template_, size_t n, const ly_value *symbols,
                         const ly_value *values)
{
    const ly_expr *x = ly_expr_of(template_);
    ly_expr *e = ly_expr_new(cx, head, x->count);
    if (!e) return LY_FAILED;
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value v = ly_fill(cx, x->args[i], n, symbols, values);
        if (ly_failed(v)) {
            ly_release(cx, ly_from_object(e));
            return LY_FAILED;
        }
        e->args[i] = v;
    }
    return ly_from_object(e);
}

ly_value ly_evaluate_holding(ly_context *cx, uint32_t depth, ly_value head, ly_value template_, size_t n,
                             const ly_value *symbols, const ly_value *values)
{
    ly_value e = ly_fill_holding(cx, head, template_, n, symbols, values);
    if (ly_failed(e)) return e;
    cx->depth += depth - 1;
    e = ly_evaluate_take(cx, e);
    cx->depth -= depth - 1;
    return e;
}

/* prepared: the head holds what is not given. */
static ly_value evaluate_given(ly_context *cx, ly_value template_, uint32_t from, uint32_t count,
                               const ly_value *given, size_t n, const ly_value *symbols, const ly_value *values,
                               bool prepared)
{
    const ly_expr *x = ly_expr_of(template_);
    ly_expr *e = ly_expr_new(cx, x->head, x->count - from);
    bool failed = !e;
    for (uint32_t i = 0; i < count; i++)
        if (!e) ly_release(cx, given[i]);
    for (uint32_t i = from; e && i < x->count; i++) {
        uint32_t k = i - from;
        ly_value v = k < count && given[k] ? given[k] : ly_fill(cx, x->args[i], n, symbols, values);
        failed |= ly_failed(v);
        e->args[k] = v ? v : LY_INT(0);
    }
    if (failed) {
        if (e) ly_release(cx, ly_from_object(e));
        return LY_FAILED;
    }
    if (prepared) return ly_apply_take(cx, ly_from_object(e));
    return ly_evaluate_take(cx, ly_from_object(e));
}

ly_value ly_evaluate_given(ly_context *cx, ly_value template_, uint32_t from, uint32_t count,
                           const ly_value *given, size_t n, const ly_value *symbols, const ly_value *values)
{
    return evaluate_given(cx, template_, from, count, given, n, symbols, values, false);
}

ly_value ly_undecided(ly_context *cx, ly_value template_, uint32_t from, size_t n,
                      const ly_value *symbols, const ly_value *values)
{
    ly_value test = cx->undecided;
    cx->undecided = LY_FAILED;
    const ly_builtin *row = ly_symbol_of(ly_expr_of(template_)->head)->builtin;
    bool holds_rest = from == 0 && row && row->attributes & LY_HOLD_REST;
    return evaluate_given(cx, template_, from, 1, &test, n, symbols, values, holds_rest);
}

int ly_test_value_take(ly_context *cx, ly_value v)
{
    if (v == LY_SYM(True)) return LY_TRUE;
    if (v == LY_SYM(False)) return LY_FALSE;
    if (ly_failed(v)) return -1;
    ly_release(cx, cx->undecided);
    cx->undecided = v;
    return LY_UNDECIDED;
}

/* ---- lists ------------------------------------------------------------------------------------ */

/* The items with those of sequences in their place; consumed. */
static ly_value spliced_list(ly_context *cx, size_t n, const ly_value *items)
{
    ly_builder builder = ly_builder_new();
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        if (good && ly_has_head(items[i], LY_SYM(Sequence))) {
            const ly_expr *e = ly_expr_of(items[i]);
            for (uint32_t k = 0; good && k < e->count; k++)
                good = ly_builder_add(cx, &builder, ly_retain(e->args[k]));
            ly_release(cx, items[i]);
        } else if (good) {
            good = ly_builder_add(cx, &builder, items[i]);
        } else {
            ly_release(cx, items[i]);
        }
    }
    if (good) return ly_builder_finish(cx, &builder, LY_SYM(List));
    ly_builder_drop(cx, &builder);
    return LY_FAILED;
}

ly_value ly_list(ly_context *cx, size_t n, const ly_value *items)
{
    bool sequences = false;
    for (size_t i = 0; i < n; i++) sequences |= ly_has_head(items[i], LY_SYM(Sequence));
    ly_value e = sequences ? spliced_list(cx, n, items) : ly_make(cx, LY_SYM(List), n, items);
    if (ly_failed(e)) return e;
    const ly_expr *list = ly_expr_of(e);
    for (uint32_t i = 0; i < list->count; i++)
        if (list->args[i] == LY_SYM(Nothing) || ly_is_odd(list->args[i])) return ly_evaluate_take(cx, e);
    ly_mark_evaluated(cx, e);
    return e;
}

bool ly_list_parts(ly_context *cx, ly_value list, uint32_t n, ly_value *items)
{
    if (!ly_is_list(list) || ly_length(list) != n) return false;
    for (uint32_t i = 0; i < n; i++) items[i] = ly_element(cx, list, i);
    return true;
}

void ly_refuse_shape(ly_context *cx, ly_value value, ly_value targets, size_t n, const ly_value *symbols,
                     const ly_value *values)
{
    ly_value shown = ly_fill(cx, targets, n, symbols, values);
    if (shown) ly_message(cx, LY_SYM(Set), "shape", 2, shown, value);
    ly_release(cx, shown);
}

ly_value ly_sequence(ly_context *cx, uint32_t n, const ly_value *items)
{
    ly_expr *e = ly_expr_new(cx, LY_SYM(Sequence), n);
    for (uint32_t i = 0; e && i < n; i++) e->args[i] = ly_retain(items[i]);
    return e ? ly_from_object(e) : LY_FAILED;
}

bool ly_heads_are(ly_context *cx, uint32_t n, const ly_value *items, ly_value head)
{
    for (uint32_t i = 0; i < n; i++)
        if (!ly_head_is(cx, items[i], head)) return false;
    return true;
}

int ly_matches_take(ly_context *cx, ly_value form, ly_value v)
{
    int matched = ly_matches(cx, form, v);
    ly_release(cx, form);
    return matched;
}

/* ---- variables -------------------------------------------------------------------------------- */

ly_value ly_assign_symbol(ly_context *cx, ly_value symbol, ly_value value)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    const ly_builtin *builtin = ly_symbol_of(symbol)->builtin;
    if (builtin || (d && (d->attributes & (LY_PROTECTED | LY_LOCKED) || d->rules[LY_OWN_VALUES])) ||
        ly_is_odd(value))
        return apply2(cx, LY_SYM(Set), ly_retain(symbol), value);
    ly_set_own_value_take(cx, symbol, ly_retain(value), false);
    return value;
}

ly_value ly_assign_update(ly_context *cx, ly_value symbol, ly_value head, uint32_t at, uint32_t n,
                          const ly_value *values)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    ly_value own[LY_SMALL], v = LY_UNEVALUATED;
    for (uint32_t i = 0; i < n && n <= LY_SMALL; i++) own[i] = values[i];
    if (d && d->value == values[at] && n <= LY_SMALL && ly_is_object(d->value)) {
        own[at] = LY_INT(0);
        ly_release(cx, values[at]); /* the symbol holds it */
        v = ly_update_symbol(cx, symbol, head, at, n, own);
        if (v != LY_UNEVALUATED) return v;
        own[at] = ly_retain(ly_definition_of(cx, symbol)->value);
    }
    v = ly_apply(cx, 1, head, n, n <= LY_SMALL ? own : values);
    return ly_failed(v) ? v : ly_assign_symbol(cx, symbol, v);
}

ly_value ly_update_last(ly_context *cx, ly_value head, uint32_t n, const ly_value *values)
{
    ly_value symbol = cx->updating, own[LY_SMALL], v;
    const ly_definition *d = ly_definition_of(cx, symbol);
    uint32_t at = n, same = 0;
    for (uint32_t i = 0; d && d->value && i < n && n <= LY_SMALL; i++) {
        own[i] = values[i];
        if (values[i] != d->value) continue;
        at = i;
        same++;
    }
    /* the symbol holds it, and this call: nobody else */
    if (same != 1 || !ly_is_object(d->value) || ly_count_of(ly_object_of(d->value)) != 2)
        return ly_apply(cx, 0, head, n, values);
    ly_release(cx, own[at]);
    own[at] = LY_INT(0);
    cx->updating = LY_FAILED;
    v = ly_update_symbol(cx, symbol, head, at, n, own);
    if (v != LY_UNEVALUATED) return v;
    own[at] = ly_retain(ly_definition_of(cx, symbol)->value);
    return ly_apply(cx, 0, head, n, own);
}

ly_value ly_variable(ly_context *cx, ly_value symbol, uint64_t serial, ly_value value)
{
    uint64_t next = cx->temporary_serial;
    cx->temporary_serial = serial;
    ly_value variable = ly_temporary_symbol(cx, symbol);
    cx->temporary_serial = next;
    if (value) ly_temporary_definition(cx, variable)->value = value;
    return variable;
}

void ly_variable_end(ly_context *cx, ly_value variable)
{
    if (!ly_is_symbol(variable)) return;
    const ly_definition *d = ly_temporary_definition(cx, variable);
    bool rules = false;
    for (int k = 0; k < LY_RULE_LISTS; k++) rules |= d->rules[k] != NULL;
    if (rules) ly_end_local_definitions(cx, 1, &variable);
    ly_release(cx, variable);
}

ly_value ly_variable_take(ly_context *cx, ly_value variable)
{
    ly_definition *d = ly_temporary_definition(cx, variable);
    ly_value v = d->value ? d->value : ly_retain(variable);
    d->value = LY_FAILED;
    ly_variable_end(cx, variable);
    return v;
}

/* The place in e of element i, counted from 1 or from the end; -1: there is none. */
static int64_t place_of(size_t length, ly_value i)
{
    int64_t n = ly_int_of(i);
    if (n < 0) n += (int64_t)length + 1;
    return n > 0 && n <= (int64_t)length ? n - 1 : -1;
}

/* v[[specs]] is a part by plain numbers or keys that an assignment finds. */
static bool part_is_there(ly_value v, uint32_t n, const ly_value *specs)
{
    for (uint32_t i = 0; i < n; i++) {
        if (ly_is_association(v) && ly_is_string(specs[i])) {
            if (i + 1 == n) return true;
            v = ly_association_find(ly_association_of(v), specs[i]);
            if (!v) return false;
            continue;
        }
        if (!ly_is_int(specs[i])) return false;
        if (ly_is_packed(v)) return n - i <= ly_packed_of(v)->rank && place_of(ly_length(v), specs[i]) >= 0;
        if (!ly_is_expr(v)) return false;
        int64_t at = place_of(ly_expr_of(v)->count, specs[i]);
        if (at < 0) return false;
        v = ly_expr_of(v)->args[at];
    }
    return true;
}

bool ly_local_set_part(ly_context *cx, ly_value *local, uint32_t n, const ly_value *specs, ly_value value)
{
    bool assigned = false;
    if (!part_is_there(*local, n, specs) || ly_is_odd(value)) return false;
    ly_value target = *local;
    *local = LY_FAILED;
    *local = ly_part_assign_take(cx, target, n, specs, value, LY_SYM(Set), LY_SYM(Null), &assigned);
    return true;
}

/* The number at the indices of a packed array, owned; LY_FAILED (nothing pending): there is none. */
static ly_value packed_number(ly_context *cx, ly_value v, uint32_t n, const ly_value *specs)
{
    const ly_packed *p = ly_packed_of(v);
    size_t at = 0;
    if (p->rank != n || p->type == LY_PACKED_COMPLEX) return LY_FAILED;
    for (uint32_t i = 0; i < n; i++) {
        int64_t place = ly_is_int(specs[i]) ? place_of(p->dims[i], specs[i]) : -1;
        if (place < 0) return LY_FAILED;
        at = at * p->dims[i] + (size_t)place;
    }
    return p->type == LY_PACKED_INT64 ? LY_INT(((const int64_t *)p->data)[at]) : ly_real(cx, ((const double *)p->data)[at]);
}

bool ly_local_step_part(ly_context *cx, ly_value *local, uint32_t n, const ly_value *specs, char operation,
                        ly_value by, bool old_wanted, ly_value *result)
{
    bool assigned = false;
    ly_value old = *local, new;
    if (!ly_is_number(by) || !part_is_there(*local, n, specs)) return false;
    uint32_t i = 0;
    for (; i < n && ly_is_expr(old); i++) old = ly_expr_of(old)->args[place_of(ly_expr_of(old)->count, specs[i])];
    if (i < n && ly_is_packed(old)) {
        old = packed_number(cx, old, n - i, specs + i);
        if (!old) return false;
    } else {
        if (i < n || !ly_is_number(old)) return false;
        ly_retain(old);
    }
    new = operation == '+' ? ly_op_plus(cx, old, by) : operation == '-' ? ly_op_subtract(cx, old, by)
                                                                        : ly_op_times(cx, old, by);
    if (new) {
        ly_value target = *local;
        *local = LY_FAILED;
        *local = ly_part_assign_take(cx, target, n, specs, new, LY_SYM(Set), LY_SYM(Null), &assigned);
    }
    *result = new && old_wanted ? old : new;
    ly_release(cx, new && old_wanted ? new : old);
    return true;
}

bool ly_symbol_step_part(ly_context *cx, ly_value symbol, uint32_t n, const ly_value *specs, char operation,
                         ly_value by, bool old_wanted, ly_value *result)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    if (!d || !d->value || d->attributes & (LY_PROTECTED | LY_LOCKED) || d->rules[LY_OWN_VALUES] ||
        d->flags & LY_DEFINITION_DELAYED || (!ly_is_packed(d->value) && !ly_has_head(d->value, LY_SYM(List))))
        return false;
    ly_value v = ly_take_own_value(cx, symbol);
    if (ly_failed(v)) return false;
    bool done = ly_local_step_part(cx, &v, n, specs, operation, by, old_wanted, result);
    ly_set_own_value_take(cx, symbol, v, false);
    return done;
}

ly_value ly_symbol_set_part(ly_context *cx, ly_value symbol, uint32_t n, const ly_value *specs,
                            ly_value value)
{
    ly_expr *part = ly_expr_new(cx, LY_SYM(Part), n + 1);
    part->args[0] = ly_retain(symbol);
    for (uint32_t i = 0; i < n; i++) part->args[i + 1] = specs[i];
    return apply2(cx, LY_SYM(Set), ly_from_object(part), value);
}

bool ly_local_append(ly_context *cx, ly_value *local, ly_value item, bool prepend)
{
    ly_value list = *local;
    if (!ly_is_expr(list) && !ly_is_packed(list) && !ly_is_association(list)) return false;
    *local = LY_FAILED;
    if (!prepend && ly_has_head(list, LY_SYM(List)) && !ly_is_odd(item) && item != LY_SYM(Nothing)) {
        uint64_t stamp = ly_expr_of(list)->stamp;
        *local = ly_expr_append_take(cx, list, item);
        if (ly_failed(*local)) return true;
        if (stamp == LY_INERT && !ly_is_object(item)) ly_expr_of(*local)->stamp = LY_INERT;
        return true;
    }
    *local = apply2(cx, prepend ? LY_SYM(Prepend) : LY_SYM(Append), list, item);
    return true;
}

/* ---- symbols with other values for a while ---------------------------------------------------- */

typedef struct block_frame {
    ly_value symbols; /* a constant list */
    ly_definition saved[];
} block_frame;

void *ly_block_enter(ly_context *cx, ly_value symbols, const ly_value *values)
{
    const ly_expr *list = ly_expr_of(symbols);
    block_frame *block = ly_malloc(sizeof *block + (list->count + 1) * sizeof block->saved[0]);
    if (!block) {
        ly_release_all(cx, list->count, values);
        ly_raise_memory(cx);
        return NULL;
    }
    block->symbols = symbols;
    for (uint32_t i = 0; i < list->count; i++) {
        ly_block_begin(cx, list->args[i], &block->saved[i]);
        if (values[i]) ly_set_own_value_take(cx, list->args[i], values[i], false);
    }
    return block;
}

void ly_block_leave(ly_context *cx, void *entered)
{
    block_frame *block = entered;
    const ly_expr *list = ly_expr_of(block->symbols);
    for (uint32_t i = list->count; i-- > 0;) ly_block_end(cx, list->args[i], &block->saved[i]);
    ly_free(block);
}

void ly_catch_begin(ly_context *cx, ly_catch *frame, ly_value form)
{
    *frame = (ly_catch){form, cx->catches};
    cx->catches = frame;
}

void ly_catch_end(ly_context *cx, ly_catch *frame) { cx->catches = frame->outer; }
