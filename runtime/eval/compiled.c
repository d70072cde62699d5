/* compiled.c: what generated C calls: the slow sides of its primitives, and the evaluator as it needs
   it. abi.h describes each function. */
#include <math.h>
#include <stdlib.h>

#include "abi.h"
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

ly_value ly_apply(ly_context *cx, uint32_t depth, ly_value f, uint32_t n, const ly_value *arguments)
{
    ly_value v = ly_make(cx, f, n, arguments);
    if (ly_failed(v)) return v;
    cx->depth += depth - 1;
    v = ly_apply_take(cx, v);
    cx->depth -= depth - 1;
    return v;
}

static ly_value apply1(ly_context *cx, ly_value f, ly_value a) { return ly_apply_take(cx, ly_make1(cx, f, a)); }
static ly_value apply2(ly_context *cx, ly_value f, ly_value a, ly_value b)
{
    return ly_apply_take(cx, ly_make2(cx, f, a, b));
}

ly_value ly_unmatched(ly_context *cx, ly_value symbol, bool looked, uint32_t count,
                      const ly_value *arguments)
{
    ly_value e = ly_make(cx, symbol, count, arguments);
    if (ly_failed(e)) return e;
    if (looked) cx->looked++;
    else ly_mark_evaluated(cx, e);
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
        if (ly_symbol_of(v)->o.flags & LY_FLAG_HAS_UP) return false;
        *filter |= (uint64_t)1 << (ly_symbol_of(v)->hash & 63);
        return true;
    }
    if (ly_object_of(v)->kind == LY_KIND_EXPR) {
        *filter |= ly_expr_of(v)->filter;
        return ly_expr_of(v)->stamp && !ly_is_odd(v);
    }
    return ly_object_of(v)->kind != LY_KIND_ASSOCIATION;
}

static inline ly_expr *marked(ly_context *cx, ly_value head, uint32_t n, uint64_t filter)
{
    ly_expr *e = ly_alloc(cx, LY_KIND_EXPR, sizeof *e + n * sizeof e->args[0]);
    e->count = n;
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
    return !s->builtin && !(s->o.flags & LY_FLAG_TEMPORARY) && !ly_definition_of(cx, head);
}

ly_value ly_construct1(ly_context *cx, ly_value head, ly_value a)
{
    uint64_t filter;
    if (!builds(cx, head, &filter) || !part_filter(a, &filter)) return ly_construct(cx, head, 1, &a);
    ly_expr *e = marked(cx, head, 1, filter);
    e->args[0] = a;
    return ly_from_object(e);
}

ly_value ly_construct2(ly_context *cx, ly_value head, ly_value a, ly_value b)
{
    uint64_t filter;
    if (!builds(cx, head, &filter) || !part_filter(a, &filter) || !part_filter(b, &filter))
        return ly_construct(cx, head, 2, (ly_value[]){a, b});
    ly_expr *e = marked(cx, head, 2, filter);
    e->args[0] = a;
    e->args[1] = b;
    return ly_from_object(e);
}

ly_value ly_close_around(ly_context *cx, ly_value around, ly_value v)
{
    while (around) {
        ly_expr *e = ly_expr_of(around);
        uint64_t filter;
        ly_value next = e->args[e->count - 1];
        cx->depth--;
        if (ly_failed(v)) {
            e->args[e->count - 1] = LY_INT(0);
            ly_release(cx, around);
        } else if (builds(cx, e->head, &filter) && part_filter(v, &filter) &&
                   (e->count == 1 || part_filter(e->args[0], &filter))) {
            e->args[e->count - 1] = v;
            e->filter = filter;
            e->stamp = ly_mark_now(cx, filter);
            cx->definitions.marked |= filter;
            v = around;
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

ly_value ly_evaluate_given(ly_context *cx, ly_value template_, uint32_t from, uint32_t count,
                           const ly_value *given, size_t n, const ly_value *symbols,
                           const ly_value *values)
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
    return ly_evaluate_take(cx, ly_from_object(e));
}

ly_value ly_undecided(ly_context *cx, ly_value template_, uint32_t from, size_t n,
                      const ly_value *symbols, const ly_value *values)
{
    ly_value test = cx->undecided;
    cx->undecided = LY_FAILED;
    return ly_evaluate_given(cx, template_, from, 1, &test, n, symbols, values);
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

ly_value ly_list(ly_context *cx, size_t n, const ly_value *items)
{
    ly_value e = ly_make(cx, LY_SYM(List), n, items);
    if (ly_failed(e)) return e;
    for (size_t i = 0; i < n; i++)
        if (items[i] == LY_SYM(Nothing) || ly_is_odd(items[i])) return ly_evaluate_take(cx, e);
    ly_mark_evaluated(cx, e);
    return e;
}

bool ly_list_parts(ly_context *cx, ly_value list, uint32_t n, ly_value *items, ly_value targets)
{
    if (!ly_is_list(list) || ly_length(list) != n) {
        ly_message(cx, LY_SYM(Set), "shape", 2, targets, list);
        return false;
    }
    for (uint32_t i = 0; i < n; i++) items[i] = ly_element(cx, list, i);
    return true;
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
    ly_value v = ly_update_symbol(cx, symbol, head, at, n, values);
    if (v != LY_UNEVALUATED) return v;
    ly_expr *call = ly_expr_new(cx, head, n);
    v = ly_evaluate(cx, symbol);
    for (uint32_t i = 0; i < n; i++) call->args[i] = i == at ? (v ? v : LY_INT(0)) : values[i];
    if (ly_failed(v)) {
        ly_release(cx, ly_from_object(call));
        return LY_FAILED;
    }
    v = ly_apply_take(cx, ly_from_object(call));
    return ly_failed(v) ? v : ly_assign_symbol(cx, symbol, v);
}

ly_value ly_variable(ly_context *cx, ly_value symbol, ly_value value)
{
    ly_value variable = ly_temporary_symbol(cx, symbol);
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

ly_value ly_local_set_part(ly_context *cx, ly_value *local, uint32_t n, const ly_value *specs,
                           ly_value value, ly_value call)
{
    bool assigned = false;
    ly_value target = *local;
    *local = LY_FAILED;
    target = ly_part_assign_take(cx, target, n, specs, value, LY_SYM(Set), call, &assigned);
    *local = target;
    if (ly_failed(target)) {
        ly_release(cx, value);
        return LY_FAILED;
    }
    return value;
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
    *local = LY_FAILED;
    if (!prepend && ly_has_head(list, LY_SYM(List)) && !ly_is_odd(item) && item != LY_SYM(Nothing)) {
        uint64_t stamp = ly_expr_of(list)->stamp;
        *local = ly_expr_append_take(cx, list, item);
        if (ly_failed(*local)) return false;
        if (stamp == LY_INERT && !ly_is_object(item)) ly_expr_of(*local)->stamp = LY_INERT;
        return true;
    }
    *local = apply2(cx, prepend ? LY_SYM(Prepend) : LY_SYM(Append), list, item);
    return !ly_failed(*local);
}

/* ---- iterators -------------------------------------------------------------------------------- */

bool ly_range_start(ly_context *cx, ly_range *it, uint32_t n, ly_value *bounds, bool only_count)
{
    ly_value from = n > 1 ? bounds[0] : LY_INT(1), to = n > 1 ? bounds[1] : bounds[0];
    ly_value step = n > 2 ? bounds[2] : LY_INT(1);
    *it = (ly_range){0};
    if (n == 1 && !only_count && (ly_is_list(to) || ly_is_association(to))) {
        if (ly_is_association(to)) return false;
        it->list = to;
        it->left = ly_length(to);
        return true;
    }
    if (ly_is_int(from) && ly_is_int(to) && ly_is_int(step) && step != LY_INT(0)) {
        int64_t a = ly_int_of(from), b = ly_int_of(to), s = ly_int_of(step);
        it->integers = true;
        it->at = a;
        it->by = s;
        /* 63-bit numbers: the difference fits 64 bits without sign */
        if (s > 0) it->left = b < a ? 0 : ((uint64_t)b - (uint64_t)a) / (uint64_t)s + 1;
        else it->left = b > a ? 0 : ((uint64_t)a - (uint64_t)b) / (uint64_t)-s + 1;
        return true;
    }
    if (!ly_is_real_number(from) || !ly_is_real_number(to) || !ly_is_real_number(step) || ly_sign(step) == 0)
        return false;
    /* floor((to - from)/step) + 1 rounds, as the built-ins count them */
    ly_value count = ly_subtract(cx, to, from);
    if (!ly_failed(count)) count = apply2(cx, LY_SYM(Divide), count, ly_retain(step));
    if (!ly_failed(count)) count = apply1(cx, LY_SYM(Floor), count);
    if (!ly_failed(count)) count = apply2(cx, LY_SYM(Plus), LY_INT(1), count);
    int64_t left;
    if (ly_failed(count) || !ly_to_int64(count, &left)) {
        ly_release(cx, count);
        return false;
    }
    ly_release(cx, count);
    it->left = left > 0 ? (uint64_t)left : 0;
    it->from = from;
    it->step = step;
    if (n > 1) ly_release(cx, to);
    else ly_release(cx, to);
    return true;
}

ly_value ly_range_next_slow(ly_context *cx, ly_range *it)
{
    if (it->list) return ly_element(cx, it->list, it->index++);
    ly_value offset = ly_multiply(cx, LY_INT((int64_t)it->index++), it->step);
    ly_value v = ly_failed(offset) ? offset : ly_add(cx, it->from, offset);
    ly_release(cx, offset);
    return v;
}

void ly_range_show(ly_context *cx, ly_range *it, ly_value symbol)
{
    ly_definition *saved = ly_malloc(sizeof *saved);
    if (!saved) return;
    it->visible = true;
    it->symbol = symbol;
    it->saved = saved;
    ly_block_begin(cx, symbol, saved);
}

void ly_range_assign(ly_context *cx, ly_range *it, ly_value value)
{
    if (it->visible) ly_set_own_value_take(cx, it->symbol, ly_retain(value), false);
}

void ly_range_end(ly_context *cx, ly_range *it)
{
    if (it->visible) {
        ly_block_end(cx, it->symbol, it->saved);
        ly_free(it->saved);
    }
    ly_release(cx, it->list);
    ly_release(cx, it->from);
    ly_release(cx, it->step);
    *it = (ly_range){0};
}

ly_value ly_table_finish(ly_context *cx, ly_builder *builder)
{
    ly_value list = ly_builder_finish(cx, builder, LY_SYM(List));
    if (ly_failed(list)) return list;
    const ly_expr *e = ly_expr_of(list);
    for (uint32_t i = 0; i < e->count; i++)
        if (e->args[i] == LY_SYM(Nothing) || ly_is_odd(e->args[i])) return ly_evaluate_take(cx, list);
    ly_mark_evaluated(cx, list);
    return list;
}

void ly_release_all(ly_context *cx, uint32_t n, const ly_value *values)
{
    for (uint32_t i = 0; i < n; i++) ly_release(cx, values[i]);
}

/* ---- data ------------------------------------------------------------------------------------- */

bool ly_items_start(ly_context *cx, ly_items *items, ly_value data)
{
    *items = (ly_items){0};
    if (!ly_is_expr(data) && !ly_is_packed(data) && !ly_is_association(data)) return false;
    items->data = data;
    items->count = ly_length(data);
    return true;
}

ly_value ly_items_next(ly_context *cx, ly_items *items)
{
    if (ly_is_expr(items->data)) return ly_retain(ly_expr_of(items->data)->args[items->index++]);
    return ly_element(cx, items->data, items->index++);
}

void ly_items_end(ly_context *cx, ly_items *items)
{
    ly_release(cx, items->data);
    items->data = LY_FAILED;
}

ly_value ly_items_rebuild(ly_context *cx, ly_items *items, ly_builder *builder)
{
    ly_value data = items->data, v;
    items->data = LY_FAILED;
    if (ly_is_association(data)) {
        ly_value values = ly_builder_finish(cx, builder, LY_SYM(List));
        v = ly_association_new(cx, items->count);
        for (size_t i = 0; !ly_failed(values) && v && i < items->count; i++)
            v = ly_association_set_take(cx, v,
                                        ly_retain(ly_association_entry(ly_association_of(data), i)->key),
                                        ly_retain(ly_expr_of(values)->args[i]), false);
        ly_release(cx, values);
    } else {
        ly_value head = ly_is_expr(data) ? ly_expr_of(data)->head : LY_SYM(List);
        v = ly_builder_finish(cx, builder, head);
        if (!ly_failed(v)) v = ly_evaluate_take(cx, v);
    }
    ly_release(cx, data);
    return v;
}

bool ly_items_keep(ly_context *cx, ly_items *items, ly_builder *builder)
{
    ly_value item = ly_is_association(items->data) ? LY_INT((int64_t)items->index - 1)
                                                   : ly_element(cx, items->data, items->index - 1);
    return ly_builder_add(cx, builder, item);
}

ly_value ly_items_kept(ly_context *cx, ly_items *items, ly_builder *builder)
{
    ly_value data = items->data, v;
    if (!ly_is_association(data)) return ly_items_rebuild(cx, items, builder);
    ly_value kept = ly_builder_finish(cx, builder, LY_SYM(List));
    items->data = LY_FAILED;
    v = ly_association_new(cx, 1);
    for (size_t i = 0; !ly_failed(kept) && v && i < ly_expr_of(kept)->count; i++) {
        const ly_entry *entry =
            ly_association_entry(ly_association_of(data), (size_t)ly_int_of(ly_expr_of(kept)->args[i]));
        v = ly_association_set_take(cx, v, ly_retain(entry->key), ly_retain(entry->value), entry->delayed);
    }
    ly_release(cx, kept);
    ly_release(cx, data);
    return v;
}

/* ---- arithmetic ------------------------------------------------------------------------------- */

/* Machine numbers whose result can be had in doubles; NaN: not both are such. */
static bool as_doubles(ly_value a, ly_value b, double *x, double *y)
{
    bool real = ly_is_real(a) || ly_is_real(b);
    if (!real || !(ly_is_real(a) || ly_is_int(a)) || !(ly_is_real(b) || ly_is_int(b))) return false;
    *x = ly_is_int(a) ? (double)ly_int_of(a) : ly_real_of(a);
    *y = ly_is_int(b) ? (double)ly_int_of(b) : ly_real_of(b);
    return true;
}

/* Exact integers small enough that their product can't be too large. */
static bool small_integers(ly_value a, ly_value b)
{
    if (!ly_is_integer(a) || !ly_is_integer(b)) return false;
    return (ly_is_int(a) || mpz_size(ly_bigint_of(a)->z) < 100000) &&
           (ly_is_int(b) || mpz_size(ly_bigint_of(b)->z) < 100000);
}

/* the second operand of a - b and a/b is evaluated by itself */
static ly_value subtract(ly_context *cx, ly_value a, ly_value b)
{
    ly_value minus = apply2(cx, LY_SYM(Times), LY_INT(-1), ly_retain(b));
    return ly_failed(minus) ? minus : apply2(cx, LY_SYM(Plus), ly_retain(a), minus);
}

static ly_value divide(ly_context *cx, ly_value a, ly_value b)
{
    ly_value inverse = apply2(cx, LY_SYM(Power), ly_retain(b), LY_INT(-1));
    return ly_failed(inverse) ? inverse : apply2(cx, LY_SYM(Times), ly_retain(a), inverse);
}

ly_value ly_op_plus_slow(ly_context *cx, ly_value a, ly_value b)
{
    double x, y;
    if (as_doubles(a, b, &x, &y) && isfinite(x + y)) return ly_real(cx, x + y);
    if (small_integers(a, b)) return ly_add(cx, a, b);
    return apply2(cx, LY_SYM(Plus), ly_retain(a), ly_retain(b));
}

ly_value ly_op_subtract_slow(ly_context *cx, ly_value a, ly_value b)
{
    double x, y;
    if (as_doubles(a, b, &x, &y) && isfinite(x - y)) return ly_real(cx, x - y);
    if (small_integers(a, b)) return ly_subtract(cx, a, b);
    return subtract(cx, a, b);
}

ly_value ly_op_times_slow(ly_context *cx, ly_value a, ly_value b)
{
    double x, y;
    if (a != LY_INT(0) && b != LY_INT(0) && as_doubles(a, b, &x, &y) && isfinite(x * y) &&
        (x * y != 0 || x == 0 || y == 0))
        return ly_real(cx, x * y);
    if (small_integers(a, b)) return ly_multiply(cx, a, b);
    return apply2(cx, LY_SYM(Times), ly_retain(a), ly_retain(b));
}

ly_value ly_op_divide_slow(ly_context *cx, ly_value a, ly_value b)
{
    if (small_integers(a, b) && b != LY_INT(0)) return ly_divide(cx, a, b);
    return divide(cx, a, b);
}

ly_value ly_op_power_slow(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_both_ints(a, b) && a != LY_INT(0) && ly_int_of(b) > 0 && ly_int_of(b) < 64) {
        int64_t result = 1, base = ly_int_of(a), n = ly_int_of(b);
        bool overflow = false;
        for (; n-- > 0 && !overflow;) overflow = __builtin_mul_overflow(result, base, &result);
        if (!overflow) return ly_integer(cx, result);
    }
    return apply2(cx, LY_SYM(Power), ly_retain(a), ly_retain(b));
}

ly_value ly_op_mod_slow(ly_context *cx, ly_value a, ly_value b)
{
    if (small_integers(a, b) && b != LY_INT(0)) return ly_modulus(cx, a, b);
    return apply2(cx, LY_SYM(Mod), ly_retain(a), ly_retain(b));
}

ly_value ly_op_quotient_slow(ly_context *cx, ly_value a, ly_value b)
{
    if (small_integers(a, b) && b != LY_INT(0)) return ly_quotient(cx, a, b);
    return apply2(cx, LY_SYM(Quotient), ly_retain(a), ly_retain(b));
}

ly_value ly_op_part_slow(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_is_packed(a) && ly_is_int(b)) {
        int64_t n = ly_int_of(b), length = (int64_t)ly_length(a);
        if (n < 0) n += length + 1;
        if (n > 0 && n <= length) return ly_element(cx, a, (size_t)n - 1);
    }
    return apply2(cx, LY_SYM(Part), ly_retain(a), ly_retain(b));
}

ly_value ly_op_append_slow(ly_context *cx, ly_value a, ly_value b)
{
    return ly_op_append_slow_take(cx, ly_retain(a), ly_retain(b));
}

ly_value ly_op_append_slow_take(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_has_head(a, LY_SYM(List)) && !ly_is_odd(b) && b != LY_SYM(Nothing)) {
        ly_local_append(cx, &a, b, false);
        return a;
    }
    return apply2(cx, LY_SYM(Append), a, b);
}

#define TAKE(name)                                                              \
    ly_value ly_op_##name##_slow_take(ly_context *cx, ly_value a, ly_value b)   \
    {                                                                           \
        ly_value v = ly_op_##name##_slow(cx, a, b);                             \
        ly_release(cx, a);                                                      \
        ly_release(cx, b);                                                      \
        return v;                                                               \
    }
TAKE(plus)
TAKE(subtract)
TAKE(times)
TAKE(divide)
TAKE(power)
TAKE(mod)
TAKE(quotient)
TAKE(part)

ly_value ly_op_sum_take(ly_context *cx, size_t n, const ly_value *items)
{
    ly_value sum = LY_INT(0);
    for (size_t i = 0; i < n; i++)
        if (!ly_both_ints(sum, items[i]) || LY_ADD_OVERFLOWS(sum, items[i] - 1, &sum))
            return ly_apply(cx, 1, LY_SYM(Plus), (uint32_t)n, items);
    return sum;
}

ly_value ly_op_product_take(ly_context *cx, size_t n, const ly_value *items)
{
    ly_value product = LY_INT(1);
    for (size_t i = 0; i < n; i++) {
        if (!ly_both_ints(product, items[i]) ||
            LY_MULTIPLY_OVERFLOWS(product - 1, (int64_t)items[i] >> 1, &product))
            return ly_apply(cx, 1, LY_SYM(Times), (uint32_t)n, items);
        product |= 1;
    }
    return product;
}

ly_value ly_op_length_take(ly_context *cx, size_t n, const ly_value *items)
{
    ly_value v = items[0];
    (void)n;
    if (ly_is_odd(v)) return apply1(cx, LY_SYM(Length), v);
    size_t length = ly_length(v);
    ly_release(cx, v);
    return LY_INT((int64_t)length);
}

/* ---- tests ------------------------------------------------------------------------------------ */

static int decide(ly_context *cx, ly_value head, ly_value a, ly_value b)
{
    return ly_test_value_take(cx, apply2(cx, head, ly_retain(a), ly_retain(b)));
}

#define COMPARE(name, Head, operator)                                           \
    int ly_test_##name##_slow(ly_context *cx, ly_value a, ly_value b)           \
    {                                                                           \
        if (ly_is_real(a) && ly_is_real(b)) {                                   \
            double x = ly_real_of(a), y = ly_real_of(b);                        \
            /* within the tolerance of Equal the built-in decides */            \
            if (fabs(x - y) > 1e-12 * (fabs(x) + fabs(y))) return x operator y; \
        }                                                                       \
        return decide(cx, LY_SYM(Head), a, b);                                  \
    }
COMPARE(less, Less, <)
COMPARE(less_equal, LessEqual, <=)
COMPARE(greater, Greater, >)
COMPARE(greater_equal, GreaterEqual, >=)
COMPARE(equal, Equal, ==)
COMPARE(unequal, Unequal, !=)

int ly_test_even_slow(ly_context *cx, ly_value a, bool odd)
{
    return ly_test_value_take(cx, apply1(cx, odd ? LY_SYM(OddQ) : LY_SYM(EvenQ), ly_retain(a)));
}

int ly_test_not(ly_context *cx, int test)
{
    if (test != LY_UNDECIDED) return !test;
    return ly_test_value_take(cx, apply1(cx, LY_SYM(Not), ly_truth(cx, test)));
}
