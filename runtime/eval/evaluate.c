/* evaluate.c: the standard evaluation procedure.

   evaluate_loop owns the expression that it works on. Each round evaluates head and arguments as the
   attributes say, splices sequences, flattens, threads and sorts, then asks up values, down values
   and the built-in, in this order; what one of them gives is the next round's expression. The loop
   ends when nothing applies: then the expression is marked as evaluated.

   The mark is a stamp. It holds while no symbol of the expression's filter changed later in this
   context; it is not set where a condition, test or built-in looked outside (cx->looked grew).

   Sources: Wolfram Language Documentation, "The Standard Evaluation Sequence"; Withoff,
   "Mathematica Internals" (1992). */
#include "eval/evaluate.h"

#include <stdlib.h>

#include "eval/eval.h"
#include "eval/module.h"
#include "foreign/foreign.h"
#include "match/match.h"

/* ---- marks ------------------------------------------------------------------------------------ */

static inline uint64_t symbol_bit(ly_value symbol)
{
    return symbol == LY_SYM(List) ? 0 : (uint64_t)1 << (ly_symbol_of(symbol)->hash & 63);
}

static bool still_valid(ly_context *cx, uint64_t *stamp, uint64_t filter, bool may_write)
{
    const uint64_t *changed = cx->definitions.changed;
    for (uint64_t f = filter; f; f &= f - 1)
        if (changed[__builtin_ctzll(f)] > *stamp) return false;
    if (may_write) *stamp = cx->definitions.last_change;
    return true;
}

static inline bool is_evaluated(ly_context *cx, ly_expr *e)
{
    if (e->stamp == 0) return false;
    if (e->stamp >= cx->definitions.last_change) return true;
    return still_valid(cx, &e->stamp, e->filter, e->o.count > 0);
}

/* The symbols inside v as filter bits; false if they are not known without a walk. */
static inline bool filter_of(ly_value v, uint64_t *filter)
{
    if (!ly_is_object(v)) return true;
    if (ly_is_symbol(v)) {
        *filter |= symbol_bit(v);
        return true;
    }
    switch ((ly_kind)ly_object_of(v)->kind) {
    case LY_KIND_EXPR:
        if (!ly_expr_of(v)->stamp) return false;
        *filter |= ly_expr_of(v)->filter;
        return true;
    case LY_KIND_ASSOCIATION:
        if (!ly_association_of(v)->stamp) return false;
        *filter |= ly_association_of(v)->filter;
        return true;
    default: return true;
    }
}

void ly_mark_evaluated(ly_context *cx, ly_value v)
{
    ly_expr *e;
    uint64_t filter = 0;
    if (!ly_is_expr(v)) return;
    e = ly_expr_of(v);
    if (e->o.count <= 0 || !filter_of(e->head, &filter)) return;
    for (uint32_t i = 0; i < e->count; i++)
        if (!filter_of(e->args[i], &filter)) return;
    e->filter = filter;
    e->stamp = filter ? ly_stamp_now() : LY_INERT;
    cx->definitions.marked |= filter;
}

/* A symbol whose value may change without the symbol changing: its own value has a condition, or is a
   variable of the system. */
static inline bool is_conditional(ly_context *cx, ly_value symbol)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    const ly_builtin *row = ly_symbol_of(symbol)->builtin;
    return (d && (d->value || d->rules[LY_OWN_VALUES])) || (row && row->effects & LY_VALUE);
}

/* Since when item is known to be evaluated, 0: it is not known; its symbols are added to *filter. */
static uint64_t stamp_of(ly_context *cx, ly_value item, uint64_t *filter)
{
    if (ly_is_symbol(item)) {
        if (item == LY_SYM(Nothing) || is_conditional(cx, item)) return 0;
        *filter |= symbol_bit(item);
        return ly_stamp_now();
    }
    if (ly_is_expr(item)) {
        if (ly_expr_of(item)->head == LY_SYM(Sequence) || ly_expr_of(item)->head == LY_SYM(Splice)) return 0;
        *filter |= ly_expr_of(item)->filter;
        return ly_expr_of(item)->stamp;
    }
    if (ly_is_association(item)) {
        *filter |= ly_association_of(item)->filter;
        return ly_association_of(item)->stamp;
    }
    return LY_INERT;
}

void ly_keep_mark(ly_context *cx, ly_expr *e, uint64_t stamp, uint64_t filter, ly_value item)
{
    uint64_t item_stamp;
    if (!stamp || e->head != LY_SYM(List)) return;
    item_stamp = stamp_of(cx, item, &filter);
    if (!item_stamp) return;
    e->filter = filter;
    e->stamp = item_stamp < stamp ? item_stamp : stamp;
    cx->definitions.marked |= filter;
}

void ly_keep_association_mark(ly_context *cx, ly_association *a, uint64_t stamp, uint64_t filter, ly_value key,
                              ly_value value)
{
    uint64_t key_stamp, value_stamp;
    if (!stamp) return;
    key_stamp = stamp_of(cx, key, &filter);
    value_stamp = stamp_of(cx, value, &filter);
    if (!key_stamp || !value_stamp) return;
    if (key_stamp < stamp) stamp = key_stamp;
    a->filter = filter;
    a->stamp = value_stamp < stamp ? value_stamp : stamp;
    cx->definitions.marked |= filter;
}

bool ly_is_stale(ly_context *cx, ly_value v)
{
    if (ly_is_symbol(v)) return is_conditional(cx, v);
    switch ((ly_kind)ly_object_of(v)->kind) {
    case LY_KIND_EXPR: return !is_evaluated(cx, ly_expr_of(v));
    case LY_KIND_ASSOCIATION: {
        ly_association *a = ly_association_of(v);
        return a->stamp == 0 || (a->stamp < cx->definitions.last_change &&
                                 !still_valid(cx, &a->stamp, a->filter, a->o.count > 0));
    }
    default: return false;
    }
}

/* ---- symbols ---------------------------------------------------------------------------------- */

static ly_value symbol_value(ly_context *cx, ly_value symbol)
{
    ly_definition *d = ly_definition_of(cx, symbol);
    const ly_builtin *builtin;
    if (d) {
        ly_value v = d->value;
        if (v) {
            if (!ly_is_object(v)) return v;
            if (ly_is_symbol(v)) {
                if (v == symbol) return ly_retain(v);
            } else if (!ly_is_expr(v)) {
                if (!ly_is_association(v)) return ly_retain(v);
            } else if (is_evaluated(cx, ly_expr_of(v))) {
                return ly_retain(v);
            }
            return ly_evaluate(cx, v);
        }
        if (d->rules[LY_OWN_VALUES]) {
            ly_value r = ly_rules_apply(cx, d->rules[LY_OWN_VALUES], symbol);
            if (r == LY_FAILED) return r;
            if (r != LY_UNEVALUATED) return ly_evaluate_take(cx, r);
        }
    }
    builtin = ly_symbol_of(symbol)->builtin;
    if (builtin && builtin->effects & LY_VALUE) {
        cx->looked++;
        return builtin->function(cx, NULL);
    }
    return ly_retain(symbol);
}

/* ---- arguments -------------------------------------------------------------------------------- */

/* what was seen among the arguments */
enum {
    SEEN_SEQUENCE = 1,
    SEEN_UNEVALUATED = 2,
    SEEN_LIST = 4,
    SEEN_SAME_HEAD = 8,
    SEEN_NOTHING = 16,
    SEEN_UP = 32,
    SEEN_PACKED = 64,
    SEEN_ASSOCIATION = 128,
    SEEN_CONDITIONAL = 256, /* a symbol that may have another value next time */
};

/* The symbol at the bottom of a chain of heads: f of f[x][y]; LY_FAILED if there is none. */
static inline ly_value leading_symbol(ly_value v)
{
    while (ly_is_expr(v)) v = ly_expr_of(v)->head;
    return ly_is_symbol(v) ? v : LY_FAILED;
}

static inline unsigned look_at(ly_value v, ly_value head)
{
    if (!ly_is_object(v)) return 0;
    if (ly_is_symbol(v)) {
        unsigned seen = ly_symbol_of(v)->o.flags & LY_FLAG_HAS_UP ? SEEN_UP : 0;
        return v == LY_SYM(Nothing) ? seen | SEEN_NOTHING : seen;
    }
    if (ly_object_of(v)->kind == LY_KIND_EXPR) {
        ly_value h = ly_expr_of(v)->head;
        unsigned seen = 0;
        if (!ly_is_symbol(h)) {
            if (h == head) seen |= SEEN_SAME_HEAD;
            h = leading_symbol(h);
            return h && ly_symbol_of(h)->o.flags & LY_FLAG_HAS_UP ? seen | SEEN_UP : seen;
        }
        if (h == LY_SYM(List)) seen |= SEEN_LIST;
        else if (h == LY_SYM(Sequence)) seen |= SEEN_SEQUENCE;
        else if (h == LY_SYM(Unevaluated)) seen |= SEEN_UNEVALUATED;
        else if (h == LY_SYM(Splice)) seen |= SEEN_SEQUENCE;
        if (h == head) seen |= SEEN_SAME_HEAD;
        if (ly_symbol_of(h)->o.flags & LY_FLAG_HAS_UP) seen |= SEEN_UP;
        return seen;
    }
    if (ly_object_of(v)->kind == LY_KIND_PACKED) return SEEN_LIST | SEEN_PACKED;
    if (ly_object_of(v)->kind == LY_KIND_ASSOCIATION) return SEEN_ASSOCIATION;
    return 0;
}

static ly_value evaluate_loop(ly_context *cx, ly_value current);
static ly_value loop_from(ly_context *cx, ly_value current, bool prepared);

/* *e made the caller's own, cached facts dropped. */
static inline ly_expr *own(ly_context *cx, ly_value *e)
{
    ly_expr *mine = ly_expr_own_take(cx, *e);
    *e = ly_from_object(mine);
    return mine;
}

/* Evaluates the arguments of *e that the attributes do not hold; adds to *seen. False: failed (*e
   stays owned by the caller, or is LY_FAILED). */
static bool evaluate_arguments(ly_context *cx, ly_value *e, uint32_t attributes, unsigned *seen)
{
    uint32_t count = ly_expr_of(*e)->count;
    ly_value head = ly_expr_of(*e)->head;
    for (uint32_t i = 0; i < count; i++) {
        ly_expr *x = ly_expr_of(*e);
        ly_value a = x->args[i], v;
        if (!ly_is_object(a)) continue;
        if (attributes & (LY_HOLD_ALL | LY_HOLD_ALL_COMPLETE)) {
            bool held = attributes & LY_HOLD_ALL_COMPLETE ||
                        (i == 0 ? attributes & LY_HOLD_FIRST : attributes & LY_HOLD_REST);
            if (held) {
                if (attributes & LY_HOLD_ALL_COMPLETE) continue;
                if (!ly_has_head(a, LY_SYM(Evaluate))) {
                    *seen |= look_at(a, head);
                    continue;
                }
            }
        }
        if (ly_is_symbol(a)) {
            v = symbol_value(cx, a);
        } else if (ly_object_of(a)->kind == LY_KIND_EXPR) {
            if (is_evaluated(cx, ly_expr_of(a))) {
                *seen |= look_at(a, head);
                continue;
            }
            if (x->o.count == 1) {
                /* nobody else sees x: the argument moves, so that it may be updated in place */
                x->args[i] = LY_INT(0);
                v = evaluate_loop(cx, a);
                x->args[i] = v ? v : LY_INT(0);
                ly_expr_touch(x);
                if (ly_failed(v)) return false;
                *seen |= look_at(v, head);
                if (ly_is_symbol(v) && is_conditional(cx, v)) *seen |= SEEN_CONDITIONAL;
                continue;
            }
            v = evaluate_loop(cx, ly_retain(a));
        } else if (ly_object_of(a)->kind == LY_KIND_ASSOCIATION) {
            v = ly_evaluate(cx, a);
        } else {
            *seen |= look_at(a, head);
            continue;
        }
        if (ly_failed(v)) return false;
        *seen |= look_at(v, head);
        if (ly_is_symbol(v) && is_conditional(cx, v)) *seen |= SEEN_CONDITIONAL;
        if (v == a) {
            ly_release(cx, v);
        } else {
            x = own(cx, e);
            if (!x) {
                ly_release(cx, v);
                return false;
            }
            ly_release(cx, x->args[i]);
            x->args[i] = v;
        }
    }
    return true;
}

/* Splices arguments with the given heads (and Splice, where it applies) into *e. */
static bool splice(ly_context *cx, ly_value *e, ly_value same_head, bool sequences)
{
    ly_expr *x = ly_expr_of(*e);
    ly_builder items = ly_builder_new();
    ly_value head = ly_retain(x->head);
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value a = x->args[i];
        ly_value h = ly_is_expr(a) ? ly_expr_of(a)->head : LY_FAILED;
        bool open = h && ((same_head && h == same_head) || (sequences && h == LY_SYM(Sequence)));
        if (!open && sequences && h == LY_SYM(Splice) && ly_expr_of(a)->count >= 1 &&
            ly_has_head(ly_expr_of(a)->args[0], LY_SYM(List))) {
            bool fits = head == LY_SYM(List);
            if (ly_expr_of(a)->count == 2) {
                int m = ly_matches(cx, ly_expr_of(a)->args[1], head);
                if (m < 0) goto failed;
                fits = m;
            }
            if (fits) {
                ly_expr *inner = ly_expr_of(ly_expr_of(a)->args[0]);
                for (uint32_t k = 0; k < inner->count; k++)
                    if (!ly_builder_add(cx, &items, ly_retain(inner->args[k]))) goto failed;
                continue;
            }
        }
        if (open) {
            ly_expr *inner = ly_expr_of(a);
            for (uint32_t k = 0; k < inner->count; k++)
                if (!ly_builder_add(cx, &items, ly_retain(inner->args[k]))) goto failed;
        } else if (!ly_builder_add(cx, &items, ly_retain(a))) {
            goto failed;
        }
    }
    ly_release(cx, *e);
    *e = ly_builder_finish(cx, &items, head);
    ly_release(cx, head);
    return !ly_failed(*e);
failed:
    ly_builder_drop(cx, &items);
    ly_release(cx, head);
    return false;
}

ly_value ly_splice_take(ly_context *cx, ly_value e)
{
    bool found = false;
    if (!ly_is_expr(e)) return e;
    for (uint32_t i = 0; i < ly_expr_of(e)->count && !found; i++)
        found = look_at(ly_expr_of(e)->args[i], LY_FAILED) & SEEN_SEQUENCE;
    if (found && !splice(cx, &e, LY_FAILED, true)) {
        ly_release(cx, e);
        return LY_FAILED;
    }
    return e;
}

/* Flattens nested calls of the head at every level. */
static bool flatten(ly_context *cx, ly_value *e)
{
    ly_value head = ly_expr_of(*e)->head;
    for (;;) {
        bool nested = false;
        for (uint32_t i = 0; i < ly_expr_of(*e)->count && !nested; i++)
            nested = ly_has_head(ly_expr_of(*e)->args[i], head);
        if (!nested) return true;
        if (!splice(cx, e, head, false)) return false;
    }
}

static bool drop_nothing(ly_context *cx, ly_value *e)
{
    ly_expr *x = own(cx, e);
    uint32_t to = 0;
    if (!x) return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (x->args[i] != LY_SYM(Nothing)) x->args[to++] = x->args[i];
    x->count = to;
    return true;
}

/* Merge sort, stable; scratch holds half of them. */
static void merge_sort(ly_value *items, size_t n, ly_value *scratch)
{
    size_t half = n / 2, i, j, k;
    if (n < 9) {
        for (i = 1; i < n; i++) {
            ly_value v = items[i];
            for (j = i; j > 0 && ly_compare(items[j - 1], v) > 0; j--) items[j] = items[j - 1];
            items[j] = v;
        }
        return;
    }
    merge_sort(items, half, scratch);
    merge_sort(items + half, n - half, scratch);
    if (ly_compare(items[half - 1], items[half]) <= 0) return;
    memcpy(scratch, items, half * sizeof *items);
    for (i = 0, j = half, k = 0; i < half;)
        items[k++] = j < n && ly_compare(scratch[i], items[j]) > 0 ? items[j++] : scratch[i++];
}

/* Numbers of a sum or product stand in front, in the order in which they were given: it is the order
   in which they are added up. False: failed; *first is what comes after them. */
static bool numbers_first(ly_context *cx, ly_value *e, uint32_t *first)
{
    ly_expr *x = ly_expr_of(*e);
    uint32_t i, n = 0;
    while (n < x->count && ly_is_number(x->args[n])) n++;
    *first = n;
    for (i = n; i < x->count; i++) {
        if (!ly_is_number(x->args[i])) continue;
        if (!(x = own(cx, e))) return false;
        ly_value v = x->args[i];
        memmove(&x->args[n + 1], &x->args[n], (i - n) * sizeof *x->args);
        x->args[n++] = v;
        *first = n;
    }
    return true;
}

static bool sort_arguments(ly_context *cx, ly_value *e)
{
    uint32_t i, first = 0;
    ly_value head = ly_expr_of(*e)->head;
    if ((head == LY_SYM(Plus) || head == LY_SYM(Times)) && !numbers_first(cx, e, &first)) return false;
    ly_expr *x = ly_expr_of(*e);
    ly_value *scratch;
    for (i = first + 1; i < x->count && ly_compare(x->args[i - 1], x->args[i]) <= 0; i++) {}
    if (i >= x->count) return true;
    x = own(cx, e);
    if (!x) return false;
    if (x->count < 9) {
        merge_sort(x->args + first, x->count - first, NULL);
        return true;
    }
    scratch = ly_buffer_alloc(cx, (x->count / 2 + 1) * sizeof *scratch);
    if (!scratch) return false;
    merge_sort(x->args + first, x->count - first, scratch);
    ly_buffer_free(cx, scratch);
    return true;
}

/* f[{a, b}, c] -> {f[a, c], f[b, c]}: 1 threaded (*e replaced), 0 not (lengths differ), -1 failed. */
static int thread_lists(ly_context *cx, ly_value *e)
{
    ly_expr *x = ly_expr_of(*e), *out;
    size_t length = 0;
    bool any = false;
    for (uint32_t i = 0; i < x->count; i++) {
        if (!ly_is_list(x->args[i])) continue;
        if (any && ly_length(x->args[i]) != length) {
            ly_message(cx, LY_SYM(Thread), "tdlen", 1, *e);
            return 0;
        }
        length = ly_length(x->args[i]);
        any = true;
    }
    out = ly_expr_new(cx, LY_SYM(List), length);
    if (!out) return -1;
    for (size_t k = 0; k < length; k++) {
        ly_expr *item = ly_expr_new(cx, x->head, x->count);
        for (uint32_t i = 0; i < x->count; i++)
            item->args[i] = ly_is_list(x->args[i]) ? ly_element(cx, x->args[i], k) : ly_retain(x->args[i]);
        out->args[k] = ly_from_object(item);
    }
    ly_release(cx, *e);
    *e = ly_from_object(out);
    return 1;
}

/* The same over the values of an association (the first one among the arguments decides the keys). */
static int thread_association(ly_context *cx, ly_value *e)
{
    ly_expr *x = ly_expr_of(*e);
    ly_association *keys = NULL;
    ly_value out;
    const ly_entry *entry;
    for (uint32_t i = 0; i < x->count; i++) {
        if (!ly_is_association(x->args[i])) continue;
        if (!keys) keys = ly_association_of(x->args[i]);
        else if (keys->count != ly_association_of(x->args[i])->count) return 0;
    }
    for (uint32_t at = 0; (entry = ly_association_next(keys, &at));)
        for (uint32_t i = 0; i < x->count; i++)
            if (ly_is_association(x->args[i]) &&
                !ly_association_find(ly_association_of(x->args[i]), entry->key))
                return 0;
    out = ly_association_new(cx, keys->count);
    for (uint32_t at = 0; out && (entry = ly_association_next(keys, &at));) {
        ly_expr *item = ly_expr_new(cx, x->head, x->count);
        for (uint32_t i = 0; i < x->count; i++)
            item->args[i] =
                ly_retain(ly_is_association(x->args[i])
                              ? ly_association_find(ly_association_of(x->args[i]), entry->key)
                              : x->args[i]);
        out = ly_association_set_take(cx, out, ly_retain(entry->key), ly_from_object(item), false);
    }
    if (!out) return -1;
    ly_release(cx, *e);
    *e = out;
    return 1;
}

/* ---- definitions ------------------------------------------------------------------------------ */

static ly_value apply_up_values(ly_context *cx, ly_value e)
{
    ly_expr *x = ly_expr_of(e);
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value symbol = leading_symbol(x->args[i]);
        ly_definition *d;
        if (!symbol || !(ly_symbol_of(symbol)->o.flags & LY_FLAG_HAS_UP)) continue;
        d = ly_definition_of(cx, symbol);
        if (d && d->rules[LY_UP_VALUES]) {
            ly_value r = ly_rules_apply(cx, d->rules[LY_UP_VALUES], e);
            if (r != LY_UNEVALUATED) return r;
        }
    }
    return LY_UNEVALUATED;
}

/* Wrong number of arguments: the message that says how many are expected. */
static ly_value wrong_count(ly_context *cx, const ly_builtin *row, ly_expr *call)
{
    ly_value n = LY_INT(call->count), least = LY_INT(row->least), most = LY_INT(row->most);
    bool one = call->count == 1;
    if (row->most < 0)
        return ly_message(cx, call->head, one ? "argmu" : "argm", 3, call->head, n, least);
    if (row->least == row->most) {
        if (row->least == 1) return ly_message(cx, call->head, "argx", 2, call->head, n);
        return one ? ly_message(cx, call->head, "argr", 2, call->head, least)
                   : ly_message(cx, call->head, "argrx", 3, call->head, n, least);
    }
    if (row->most == row->least + 1)
        return one ? ly_message(cx, call->head, "argtu", 3, call->head, least, most)
                   : ly_message(cx, call->head, "argt", 4, call->head, n, least, most);
    return one ? ly_message(cx, call->head, "argbu", 3, call->head, least, most)
               : ly_message(cx, call->head, "argb", 4, call->head, n, least, most);
}

static ly_value take_return(ly_context *cx)
{
    ly_pending pending = ly_pending_take(cx);
    ly_release(cx, pending.tag);
    return pending.value;
}

static ly_value apply_builtin(ly_context *cx, const ly_builtin *row, ly_value *e, unsigned seen)
{
    ly_expr *x = ly_expr_of(*e);
    ly_value r;
    if (!row->function || row->effects & LY_VALUE) return LY_UNEVALUATED;
    if ((x->count < (uint32_t)row->least || (row->most >= 0 && x->count > (uint32_t)row->most)) &&
        !(row->effects & LY_ANY_COUNT)) {
        if (row->effects & (LY_OPERATOR | LY_OPERATOR_LAST) && x->count == 1) return LY_UNEVALUATED;
        return wrong_count(cx, row, x);
    }
    if (seen & SEEN_PACKED && !(row->effects & LY_PACKED)) {
        x = own(cx, e);
        if (!x) return LY_FAILED;
        for (uint32_t i = 0; i < x->count; i++) {
            ly_value plain = ly_unpack_take(cx, x->args[i]);
            x->args[i] = plain ? plain : LY_INT(0);
            if (ly_failed(plain)) return LY_FAILED;
        }
    }
    if (row->effects & LY_EFFECTS) cx->looked++;
    {
        ly_value outer = cx->current;
        cx->current = *e;
        r = row->function(cx, x);
        cx->current = outer;
    }
    if (ly_failed(r) && cx->pending.kind == LY_PENDING_RETURN && cx->pending.tag == x->head)
        r = take_return(cx); /* Return[value, head] */
    return r;
}

/* F[a][b] of operator forms: F[a, b] or F[b, a]; LY_UNEVALUATED if it is none. */
static ly_value operator_form(ly_context *cx, ly_expr *x)
{
    ly_expr *inner = ly_expr_of(x->head);
    const ly_builtin *row = ly_is_symbol(inner->head) ? ly_symbol_of(inner->head)->builtin : NULL;
    if (!row || !(row->effects & (LY_OPERATOR | LY_OPERATOR_LAST)) || inner->count != 1 || x->count != 1)
        return LY_UNEVALUATED;
    if (row->effects & LY_OPERATOR)
        return ly_make2(cx, inner->head, ly_retain(inner->args[0]), ly_retain(x->args[0]));
    return ly_make2(cx, inner->head, ly_retain(x->args[0]), ly_retain(inner->args[0]));
}

/* Asks definitions for the call *e; its answer, LY_UNEVALUATED, or LY_FAILED. *by_rule: a rule of the
   program gave it, so that a Return in it ends here. *finished: it needs no further evaluation. */
static ly_value apply_definitions(ly_context *cx, ly_value *e, ly_definition *d, unsigned seen,
                                  bool *by_rule, bool *finished)
{
    ly_value head = ly_expr_of(*e)->head, r;
    if (seen & SEEN_UP) {
        r = apply_up_values(cx, *e);
        *by_rule = true;
        if (r != LY_UNEVALUATED) return r;
        *by_rule = false;
    }
    if (ly_is_symbol(head)) {
        const ly_builtin *row = ly_symbol_of(head)->builtin;
        if (d && d->rules[LY_DOWN_VALUES]) {
            if (ly_symbol_of(head)->o.flags & LY_FLAG_COMPILED && !(seen & SEEN_UNEVALUATED)) {
                r = ly_module_call(cx, head, ly_expr_of(*e));
                *finished = true;
                if (r != LY_UNEVALUATED) return r;
                *finished = false;
            }
            r = ly_rules_apply(cx, d->rules[LY_DOWN_VALUES], *e);
            *by_rule = r != LY_UNEVALUATED;
            if (*by_rule) return r;
        }
        return row ? apply_builtin(cx, row, e, seen) : LY_UNEVALUATED;
    }
    if (ly_is_expr(head)) {
        ly_value symbol = leading_symbol(head);
        if (ly_has_head(head, LY_SYM(Function)))
            return ly_apply_function(cx, head, ly_expr_of(*e));
        if (symbol) {
            ly_definition *s = ly_definition_of(cx, symbol);
            const ly_builtin *row = ly_symbol_of(symbol)->builtin;
            if (s && s->rules[LY_SUB_VALUES]) {
                r = ly_rules_apply(cx, s->rules[LY_SUB_VALUES], *e);
                *by_rule = r != LY_UNEVALUATED;
                if (*by_rule) return r;
            }
            r = operator_form(cx, ly_expr_of(*e));
            if (r != LY_UNEVALUATED) return r;
            if (row && row->sub_function) return row->sub_function(cx, ly_expr_of(*e));
        }
        return LY_UNEVALUATED;
    }
    if (ly_is_association(head)) return ly_association_call(cx, ly_expr_of(*e));
    return LY_UNEVALUATED;
}

/* ---- x = F[x, …] ------------------------------------------------------------------------------- */

/* For x = F[…, x, …] with an F that updates in place: the other arguments are evaluated first, then
   the value moves out of x's slot into the call, and the answer into the slot, with no evaluation in
   between. Gives the value of the assignment, or Set[x, F[…]] with the arguments evaluated where the
   call takes another turn, or LY_UNEVALUATED (nothing evaluated yet). */
static ly_value update_in_place(ly_context *cx, ly_expr *set)
{
    ly_value x, old, r;
    ly_expr *f, *call;
    const ly_builtin *row;
    ly_definition *d;
    uint32_t at = UINT32_MAX;
    bool plain = true;
    if (set->count != 2 || !ly_is_symbol(set->args[0]) || !ly_is_expr(set->args[1])) return LY_UNEVALUATED;
    x = set->args[0];
    f = ly_expr_of(set->args[1]);
    row = ly_is_symbol(f->head) ? ly_symbol_of(f->head)->builtin : NULL;
    if (!row || !(row->effects & LY_UPDATES) || f->count > LY_SMALL || f->count < (uint32_t)row->least ||
        (row->most >= 0 && f->count > (uint32_t)row->most))
        return LY_UNEVALUATED;
    for (uint32_t i = 0; i < f->count; i++) {
        if (f->args[i] != x) continue;
        if (at != UINT32_MAX) return LY_UNEVALUATED;
        at = i;
    }
    d = at == UINT32_MAX ? NULL : ly_definition_of(cx, f->head);
    if (at == UINT32_MAX || (d && (d->rules[LY_DOWN_VALUES] || d->value || d->rules[LY_OWN_VALUES])))
        return LY_UNEVALUATED;
    d = ly_definition_of(cx, x);
    if (!d || !d->value || d->flags & LY_DEFINITION_DELAYED || d->attributes & (LY_PROTECTED | LY_LOCKED))
        return LY_UNEVALUATED;
    d = ly_definition_of(cx, LY_SYM(Set));
    if (d && d->rules[LY_DOWN_VALUES]) return LY_UNEVALUATED;
    old = symbol_value(cx, x);
    if (ly_failed(old)) return LY_FAILED;
    call = ly_expr_new(cx, f->head, f->count);
    for (uint32_t i = 0; i < f->count; i++) {
        ly_value v = i == at ? ly_retain(old) : ly_evaluate(cx, f->args[i]);
        if (ly_failed(v)) {
            ly_release(cx, ly_from_object(call));
            ly_release(cx, old);
            return LY_FAILED;
        }
        if (look_at(v, f->head) & (SEEN_SEQUENCE | SEEN_UNEVALUATED | SEEN_UP | SEEN_SAME_HEAD | SEEN_NOTHING |
                                   (row->attributes & LY_LISTABLE ? SEEN_LIST | SEEN_ASSOCIATION : 0) |
                                   (row->effects & LY_PACKED ? 0 : SEEN_PACKED)))
            plain = false;
        call->args[i] = v;
    }
    d = ly_definition_of(cx, x);
    if (!plain || !d || d->value != old || d->flags & LY_DEFINITION_DELAYED) {
        ly_release(cx, old);
        return ly_make2(cx, LY_SYM(Set), ly_retain(x), ly_from_object(call));
    }
    ly_release(cx, ly_take_own_value(cx, x));
    ly_release(cx, old);
    if (row->effects & LY_EFFECTS) cx->looked++;
    r = row->function(cx, call);
    if (ly_failed(r) || r == LY_UNEVALUATED) {
        /* refused: what was taken out goes back */
        ly_set_own_value_take(cx, x, ly_retain(call->args[at]), false);
        if (ly_failed(r)) {
            ly_release(cx, ly_from_object(call));
            return LY_FAILED;
        }
        return ly_make2(cx, LY_SYM(Set), ly_retain(x), ly_from_object(call));
    }
    ly_release(cx, ly_from_object(call));
    if (!(row->effects & LY_EVALUATED)) {
        r = ly_evaluate_take(cx, r);
        if (ly_failed(r)) return LY_FAILED;
    }
    ly_set_own_value_take(cx, x, ly_retain(r), false);
    return r;
}

/* symbol = head[values…] with the symbol's value in the place of values[at], by a built-in that updates
   in place; the other values are evaluated, and consumed. LY_UNEVALUATED: not in this shape, the values
   are still the caller's. */
ly_value ly_update_symbol(ly_context *cx, ly_value symbol, ly_value head, uint32_t at, uint32_t n,
                          const ly_value *values)
{
    const ly_builtin *row = ly_symbol_of(head)->builtin;
    const ly_definition *d = ly_definition_of(cx, head);
    if (!row || n > LY_SMALL || n < (uint32_t)row->least || (row->most >= 0 && n > (uint32_t)row->most) ||
        (d && (d->rules[LY_DOWN_VALUES] || d->value || d->rules[LY_OWN_VALUES])))
        return LY_UNEVALUATED;
    d = ly_definition_of(cx, symbol);
    if (!d || !d->value || d->flags & LY_DEFINITION_DELAYED || d->attributes & (LY_PROTECTED | LY_LOCKED) ||
        (ly_is_object(d->value) && ly_is_stale(cx, d->value)))
        return LY_UNEVALUATED;
    for (uint32_t i = 0; i < n; i++)
        if (look_at(i == at ? d->value : values[i], head) &
            (SEEN_SEQUENCE | SEEN_UNEVALUATED | SEEN_UP | SEEN_SAME_HEAD | SEEN_NOTHING |
             (row->attributes & LY_LISTABLE ? SEEN_LIST | SEEN_ASSOCIATION : 0) |
             (row->effects & LY_PACKED ? 0 : SEEN_PACKED)))
            return LY_UNEVALUATED;
    ly_expr *call = ly_expr_new(cx, head, n);
    for (uint32_t i = 0; i < n; i++) call->args[i] = i == at ? ly_take_own_value(cx, symbol) : values[i];
    if (row->effects & LY_EFFECTS) cx->looked++;
    ly_value outer = cx->current, r;
    cx->current = ly_from_object(call);
    r = row->function(cx, call);
    cx->current = outer;
    if (ly_failed(r) || r == LY_UNEVALUATED) {
        ly_set_own_value_take(cx, symbol, ly_retain(call->args[at]), false);
        if (r == LY_UNEVALUATED) {
            ly_set_own_value_take(cx, symbol, ly_from_object(call), false);
            return ly_retain(ly_from_object(call));
        }
        ly_release(cx, ly_from_object(call));
        return LY_FAILED;
    }
    ly_release(cx, ly_from_object(call));
    if (!(row->effects & LY_EVALUATED)) {
        r = ly_evaluate_take(cx, r);
        if (ly_failed(r)) return LY_FAILED;
    }
    ly_set_own_value_take(cx, symbol, ly_retain(r), false);
    return r;
}

/* ---- the loop --------------------------------------------------------------------------------- */

static void *evaluate_on_new_stack(ly_context *cx, void *value)
{
    return (void *)(uintptr_t)evaluate_loop(cx, (ly_value)(uintptr_t)value);
}

static ly_value limit_reached(ly_context *cx, ly_value current, const char *which)
{
    bool recursion = *which == 'R';
    ly_value symbol = recursion ? LY_SYM($RecursionLimit) : LY_SYM($IterationLimit);
    ly_value limit = recursion ? LY_INT(cx->recursion_limit) : ly_integer(cx, (int64_t)cx->iteration_limit);
    ly_value shown = ly_make1(cx, LY_SYM(HoldForm), ly_retain(current));
    uint32_t room = cx->depth;
    cx->depth = 0; /* printing the message may evaluate */
    /* inside TryCatch it is an error, which the handler gets */
    if (!cx->catching) ly_message(cx, symbol, recursion ? "reclim2" : "itlim", recursion ? 2 : 1, limit, shown);
    cx->depth = room;
    ly_release(cx, shown);
    ly_release(cx, current);
    return ly_raise(cx, LY_PENDING_RECURSION,
                    ly_make1(cx, LY_SYM(TerminatedEvaluation),
                             ly_string_from(cx, recursion ? "RecursionLimit" : "IterationLimit")),
                    LY_FAILED);
}

static ly_value evaluate_association(ly_context *cx, ly_value v);

/* Evaluates the head of *e; *d: the definition of the head, *attributes: what it says about the
   arguments. False: failed. */
static bool evaluate_head(ly_context *cx, ly_value *e, ly_definition **d, uint32_t *attributes)
{
    ly_expr *x = ly_expr_of(*e);
    ly_value head = x->head;
    if (ly_is_symbol(head)) {
        *d = ly_definition_of(cx, head);
        if (*d && ((*d)->value || (*d)->rules[LY_OWN_VALUES])) {
            head = symbol_value(cx, head);
            if (ly_failed(head)) return false;
        } else {
            head = LY_FAILED;
        }
    } else if (ly_is_expr(head)) {
        head = ly_evaluate(cx, head);
        if (ly_failed(head)) return false;
    } else {
        head = LY_FAILED;
    }
    if (head && head == x->head) {
        ly_release(cx, head);
    } else if (head) {
        x = own(cx, e);
        if (!x) {
            ly_release(cx, head);
            return false;
        }
        ly_release(cx, x->head);
        x->head = head;
        *d = ly_is_symbol(head) ? ly_definition_of(cx, head) : NULL;
    }
    head = x->head;
    *attributes = 0;
    if (ly_is_symbol(head)) {
        const ly_builtin *row = ly_symbol_of(head)->builtin;
        *attributes = *d ? (*d)->attributes : row ? row->attributes : 0;
    } else if (ly_has_head(head, LY_SYM(Function))) {
        *attributes = ly_function_attributes(cx, head);
    }
    return true;
}

ly_value ly_evaluate_parts_take(ly_context *cx, ly_value e)
{
    ly_definition *d = NULL;
    uint32_t attributes;
    unsigned seen = 0;
    if (!evaluate_head(cx, &e, &d, &attributes) || !evaluate_arguments(cx, &e, attributes, &seen) ||
        (seen & SEEN_SEQUENCE && !(attributes & (LY_SEQUENCE_HOLD | LY_HOLD_ALL_COMPLETE)) &&
         !splice(cx, &e, LY_FAILED, true)) ||
        (attributes & LY_FLAT && !flatten(cx, &e)) ||
        (attributes & LY_ORDERLESS && !sort_arguments(cx, &e))) {
        ly_release(cx, e);
        return LY_FAILED;
    }
    return e;
}

/* Consumes current. */
static ly_value evaluate_loop(ly_context *cx, ly_value current)
{
    if (ly_stack_low(cx)) {
        ly_value r = (ly_value)(uintptr_t)ly_on_new_stack(cx, evaluate_on_new_stack,
                                                          (void *)(uintptr_t)current);
        return r;
    }
    return loop_from(cx, current, false);
}

static void *apply_on_new_stack(ly_context *cx, void *value)
{
    return (void *)(uintptr_t)loop_from(cx, (ly_value)(uintptr_t)value, true);
}

ly_value ly_apply_take(ly_context *cx, ly_value call)
{
    if (ly_stack_low(cx))
        return (ly_value)(uintptr_t)ly_on_new_stack(cx, apply_on_new_stack, (void *)(uintptr_t)call);
    return loop_from(cx, call, true);
}

/* prepared: the arguments of current are evaluated already, in the first round. */
static ly_value loop_from(ly_context *cx, ly_value current, bool prepared)
{
    uint64_t iterations = 0;
    bool ruled = false;
    if (++cx->depth > cx->recursion_limit) {
        cx->depth--;
        return limit_reached(cx, current, "Recursion");
    }
    for (;;) {
        ly_expr *e;
        ly_value head, r;
        ly_definition *d = NULL;
        uint32_t attributes = 0;
        unsigned seen = 0;
        uint64_t looked = cx->looked;
        ly_value original;
        bool by_rule = false, finished = false;

        if (!ly_is_object(current)) break;
        if (ly_is_symbol(current)) {
            ly_value v = symbol_value(cx, current);
            ly_release(cx, current);
            current = v;
            break;
        }
        if (ly_poll(cx)) goto failed;
        if (ly_object_of(current)->kind != LY_KIND_EXPR) {
            if (ly_is_association(current)) {
                r = evaluate_association(cx, current);
                ly_release(cx, current);
                current = r;
            }
            break;
        }
        e = ly_expr_of(current);
        if (!prepared && is_evaluated(cx, e)) break;

        if (!evaluate_head(cx, &current, &d, &attributes)) goto failed;
        head = ly_expr_of(current)->head;
        if (head == LY_SYM(Set) && !prepared) {
            r = update_in_place(cx, ly_expr_of(current));
            if (ly_failed(r)) goto failed;
            if (r != LY_UNEVALUATED) {
                ly_release(cx, current);
                current = r;
                if (!ly_has_head(r, LY_SYM(Set))) break;
            }
        }

        /* arguments */
        if (prepared) {
            e = ly_expr_of(current);
            for (uint32_t i = 0; i < e->count; i++) seen |= look_at(e->args[i], head);
            prepared = false;
        } else if (!evaluate_arguments(cx, &current, attributes, &seen)) {
            goto failed;
        }
        if (ly_is_symbol(head)) d = ly_definition_of(cx, head); /* they may have defined it */
        looked = cx->looked; /* what the arguments looked at, their own marks say */
        if (attributes & LY_HOLD_ALL_COMPLETE) seen = 0;
        if (seen) {
            if (seen & SEEN_SEQUENCE && !(attributes & LY_SEQUENCE_HOLD)) {
                if (!splice(cx, &current, LY_FAILED, true)) goto failed;
            }
            if (seen & SEEN_NOTHING && head == LY_SYM(List) && !drop_nothing(cx, &current)) goto failed;
        }
        original = LY_FAILED;
        if (seen & SEEN_UNEVALUATED) {
            /* stripped for the definitions, kept where none applies */
            ly_expr *x;
            original = ly_retain(current);
            x = own(cx, &current);
            if (!x) goto failed;
            for (uint32_t i = 0; i < x->count; i++) {
                if (ly_has_shape(x->args[i], LY_SYM(Unevaluated), 1)) {
                    ly_value inner = ly_retain(ly_expr_of(x->args[i])->args[0]);
                    ly_release(cx, x->args[i]);
                    x->args[i] = inner;
                }
            }
        }
        if (attributes & (LY_FLAT | LY_LISTABLE | LY_ORDERLESS)) {
            if (attributes & LY_FLAT && seen & (SEEN_SAME_HEAD | SEEN_SEQUENCE) && !flatten(cx, &current))
                goto failed_original;
            if (attributes & LY_LISTABLE && seen & (SEEN_LIST | SEEN_ASSOCIATION | SEEN_SEQUENCE)) {
                const ly_builtin *row = ly_is_symbol(head) ? ly_symbol_of(head)->builtin : NULL;
                int threaded = 0;
                if (seen & SEEN_PACKED && row && row->effects & LY_PACKED &&
                    !(d && (d->rules[LY_DOWN_VALUES])) && !(seen & SEEN_UP)) {
                    r = apply_builtin(cx, row, &current, seen);
                    if (ly_failed(r)) goto failed_original;
                    if (r != LY_UNEVALUATED) goto replaced;
                }
                {
                    bool lists = false, associations = false;
                    for (uint32_t i = 0; i < ly_expr_of(current)->count; i++) {
                        lists |= ly_is_list(ly_expr_of(current)->args[i]);
                        associations |= ly_is_association(ly_expr_of(current)->args[i]);
                    }
                    if (associations) threaded = thread_association(cx, &current);
                    else if (lists) threaded = thread_lists(cx, &current);
                }
                if (threaded < 0) goto failed_original;
                if (threaded) {
                    ly_release(cx, original);
                    continue;
                }
            }
            if (attributes & LY_ORDERLESS && !sort_arguments(cx, &current)) goto failed_original;
        }

        /* definitions */
        r = apply_definitions(cx, &current, d, seen, &by_rule, &finished);
        ruled |= by_rule;
        if (ly_failed(r)) goto failed_original;
        if (r == LY_UNEVALUATED) {
            if (original) {
                ly_release(cx, current);
                current = original;
            }
            if (looked == cx->looked && !(seen & SEEN_CONDITIONAL)) ly_mark_evaluated(cx, current);
            break;
        }
    replaced:
        ly_release(cx, original);
        {
            const ly_builtin *row = ly_is_symbol(ly_expr_of(current)->head)
                                        ? ly_symbol_of(ly_expr_of(current)->head)->builtin
                                        : NULL;
            finished |= !by_rule && row && row->effects & LY_EVALUATED;
            ly_release(cx, current);
            current = r;
            if (finished) break;
        }
        if (++iterations > cx->iteration_limit) {
            cx->depth--;
            return limit_reached(cx, current, "Iteration");
        }
        continue;
    failed_original:
        ly_release(cx, original);
        goto failed;
    }
    cx->depth--;
    return current;
failed:
    cx->depth--;
    ly_release(cx, current);
    if (ruled && cx->pending.kind == LY_PENDING_RETURN && !cx->pending.tag) return take_return(cx);
    return LY_FAILED;
}

/* The values that are not delayed are evaluated; the association itself where nothing changed. */
static ly_value evaluate_association(ly_context *cx, ly_value v)
{
    ly_association *a = ly_association_of(v);
    const ly_entry *entry;
    ly_value out = LY_FAILED;
    uint64_t filter = 0;
    bool known = true;
    if (a->stamp && (a->stamp >= cx->definitions.last_change ||
                     still_valid(cx, &a->stamp, a->filter, a->o.count > 0)))
        return ly_retain(v);
    for (uint32_t at = 0; (entry = ly_association_next(a, &at));) {
        ly_value value;
        if (entry->delayed) {
            known = false;
            continue;
        }
        value = ly_evaluate(cx, entry->value);
        if (ly_failed(value)) {
            ly_release(cx, out);
            return LY_FAILED;
        }
        known = known && filter_of(value, &filter) && filter_of(entry->key, &filter) &&
                !(ly_is_symbol(value) && is_conditional(cx, value));
        if (value == entry->value) {
            ly_release(cx, value);
            continue;
        }
        if (!out) out = ly_retain(v);
        out = ly_association_set_take(cx, out, ly_retain(entry->key), value, false);
        if (ly_failed(out)) return LY_FAILED;
    }
    if (!out) out = ly_retain(v);
    a = ly_association_of(out);
    if (known && a->o.count > 0) {
        a->filter = filter;
        a->stamp = filter ? ly_stamp_now() : LY_INERT;
        cx->definitions.marked |= filter;
    }
    return out;
}

ly_value ly_evaluate(ly_context *cx, ly_value v)
{
    if (!ly_is_object(v)) return v;
    if (ly_is_symbol(v)) return symbol_value(cx, v);
    switch ((ly_kind)ly_object_of(v)->kind) {
    case LY_KIND_EXPR:
        if (is_evaluated(cx, ly_expr_of(v))) return ly_retain(v);
        return evaluate_loop(cx, ly_retain(v));
    case LY_KIND_ASSOCIATION: return evaluate_loop(cx, ly_retain(v));
    default: return ly_retain(v);
    }
}

ly_value ly_evaluate_take(ly_context *cx, ly_value v)
{
    if (!ly_is_object(v)) return v;
    return evaluate_loop(cx, v);
}

ly_value ly_call1(ly_context *cx, ly_value f, ly_value a)
{
    return evaluate_loop(cx, ly_make1(cx, f, a));
}

ly_value ly_call2(ly_context *cx, ly_value f, ly_value a, ly_value b)
{
    return evaluate_loop(cx, ly_make2(cx, f, a, b));
}

ly_value ly_call3(ly_context *cx, ly_value f, ly_value a, ly_value b, ly_value c)
{
    return evaluate_loop(cx, ly_make3(cx, f, a, b, c));
}

ly_value ly_call(ly_context *cx, ly_value f, size_t n, const ly_value *items)
{
    ly_value e = ly_make(cx, f, n, items);
    return ly_failed(e) ? e : evaluate_loop(cx, e);
}

static int truth_take(ly_context *cx, ly_value v)
{
    ly_release(cx, v);
    return ly_failed(v) ? -1 : v == LY_SYM(True);
}

int ly_test(ly_context *cx, ly_value test) { return truth_take(cx, ly_evaluate(cx, test)); }

int ly_test_call1(ly_context *cx, ly_value f, ly_value a)
{
    return truth_take(cx, ly_call1(cx, f, ly_retain(a)));
}

int ly_test_call2(ly_context *cx, ly_value f, ly_value a, ly_value b)
{
    return truth_take(cx, ly_call2(cx, f, ly_retain(a), ly_retain(b)));
}
