/* update.c: x = F[x, …] for an F that updates in place.

   The other arguments are evaluated first, then the value moves out of x's slot into the call, and the
   answer into the slot, with no evaluation in between: so the value is nobody else's, and F changes it
   where it stands. The same for a function of the program whose rule gives such an F: u = h[u, i] with
   h[a_, k_] := a <> f[k]. */
#include "eval/evaluate.h"

#include "eval/eval.h"
#include "eval/marks.h"
#include "match/match.h"

/* For x = F[…, x, …] with an F that updates in place: the other arguments are evaluated first, then
   the value moves out of x's slot into the call, and the answer into the slot, with no evaluation in
   between. Gives the value of the assignment, or Set[x, F[…]] with the arguments evaluated where the
   call takes another turn, or LY_UNEVALUATED (nothing evaluated yet). */
ly_value ly_update_in_place(ly_context *cx, ly_expr *set)
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
    old = LY_FAILED; /* in its place among the others: those before it may change it */
    call = ly_expr_new(cx, f->head, f->count);
    for (uint32_t i = 0; i < f->count; i++) {
        ly_value v = i == at ? ly_symbol_value(cx, x) : ly_evaluate(cx, f->args[i]);
        if (i == at && v) old = ly_retain(v);
        if (ly_failed(v)) {
            ly_release(cx, ly_from_object(call));
            ly_release(cx, old);
            return LY_FAILED;
        }
        if (ly_look_at(v, f->head) & (LY_SEEN_SEQUENCE | LY_SEEN_UNEVALUATED | LY_SEEN_UP | LY_SEEN_SAME_HEAD | LY_SEEN_NOTHING |
                                   (row->attributes & LY_LISTABLE ? LY_SEEN_LIST | LY_SEEN_ASSOCIATION : 0) |
                                   (row->effects & LY_PACKED ? 0 : LY_SEEN_PACKED)))
            plain = false;
        call->args[i] = v;
    }
    d = ly_definition_of(cx, x);
    if (!plain || !d || d->value != old || d->flags & LY_DEFINITION_DELAYED) {
        ly_release(cx, old);
        /* what its arguments turned out to be is the evaluator's; they are not evaluated again */
        r = ly_apply_take(cx, ly_from_object(call));
        if (ly_failed(r)) return LY_FAILED;
        return ly_make2(cx, LY_SYM(Set), ly_retain(x), r);
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
        /* the call is its own value */
        cx->unsettled = true;
        ly_set_own_value_take(cx, x, ly_retain(ly_from_object(call)), false);
        return ly_from_object(call);
    }
    ly_release(cx, ly_from_object(call));
    if (!(row->effects & LY_EVALUATED)) {
        r = ly_evaluate_take(cx, r);
        if (ly_failed(r)) return LY_FAILED;
    }
    ly_set_own_value_take(cx, x, ly_retain(r), false);
    return r;
}

/* The arguments of e but that at `at`, which is `old`, evaluated, as a call (owned); LY_FAILED. *plain:
   none of them is anything that evaluation treats otherwise than as a value. */
static ly_value evaluated_call(ly_context *cx, const ly_expr *e, uint32_t at, ly_value old, bool *plain)
{
    ly_expr *call = ly_expr_new(cx, e->head, e->count);
    for (uint32_t i = 0; i < e->count; i++) {
        ly_value v = ly_evaluate(cx, e->args[i]);
        if (ly_failed(v)) {
            ly_release(cx, ly_from_object(call));
            return LY_FAILED;
        }
        call->args[i] = v;
        if (i == at && v != old) *plain = false; /* an argument before it changed the variable */
        if (ly_look_at(v, e->head) & (LY_SEEN_SEQUENCE | LY_SEEN_UNEVALUATED | LY_SEEN_UP)) *plain = false;
    }
    return ly_from_object(call);
}

/* Where e has the item as an argument, once; UINT32_MAX: it has not. */
static uint32_t place_of(const ly_expr *e, ly_value item)
{
    uint32_t at = UINT32_MAX;
    if (e->count > LY_SMALL) return at;
    for (uint32_t i = 0; i < e->count; i++) {
        if (e->args[i] != item) continue;
        if (at != UINT32_MAX) return UINT32_MAX;
        at = i;
    }
    return at;
}

/* The rules of a symbol of the program whose arguments are evaluated and left as they are, or NULL. */
static ly_rules *plain_rules(ly_context *cx, ly_value head)
{
    const ly_definition *d;
    if (!ly_is_symbol(head) || ly_symbol_of(head)->builtin || ly_flags(&ly_symbol_of(head)->o) & LY_FLAG_COMPILED)
        return NULL;
    d = ly_definition_of(cx, head);
    if (!d || d->value || d->rules[LY_OWN_VALUES] ||
        d->attributes & ~(LY_PROTECTED | LY_READ_PROTECTED | LY_LOCKED))
        return NULL;
    return d->rules[LY_DOWN_VALUES];
}

static bool updates(ly_value v)
{
    if (!ly_is_expr(v) || !ly_is_symbol(ly_expr_of(v)->head)) return false;
    const ly_builtin *row = ly_symbol_of(ly_expr_of(v)->head)->builtin;
    return row && row->effects & LY_UPDATES;
}

/* symbol = r, consumed; an assignment that needs more than that is given back as Set[symbol, r]. */
static ly_value assigned(ly_context *cx, ly_value symbol, ly_value r)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    if (ly_failed(r)) return r;
    if ((d && (d->attributes & (LY_PROTECTED | LY_LOCKED) || d->rules[LY_OWN_VALUES])) ||
        ly_look_at(r, LY_SYM(Set)) & (LY_SEEN_SEQUENCE | LY_SEEN_UNEVALUATED | LY_SEEN_UP))
        return ly_make2(cx, LY_SYM(Set), ly_retain(symbol), r);
    ly_set_own_value_take(cx, symbol, ly_retain(r), false);
    return r;
}

static bool is_compiled(ly_value head)
{
    return ly_is_symbol(head) && !ly_symbol_of(head)->builtin && ly_flags(&ly_symbol_of(head)->o) & LY_FLAG_COMPILED;
}

/* symbol = call of a compiled definition, which takes the symbol's value out where it updates it last. */
static ly_value update_by_compiled(ly_context *cx, ly_value symbol, ly_value call)
{
    ly_value outer = cx->updating, r;
    uint32_t depth = cx->updating_depth;
    cx->updating = symbol;
    cx->updating_depth = cx->depth + 1;
    r = ly_evaluate(cx, call);
    cx->updating = outer;
    cx->updating_depth = depth;
    return assigned(cx, symbol, r);
}

enum { MOST_STEPS = 100 }; /* rules that lead from h[u, …] to the update */

ly_value ly_update_by_rules(ly_context *cx, ly_expr *set)
{
    if (set->count != 2 || !ly_is_symbol(set->args[0]) || !ly_is_expr(set->args[1])) return LY_UNEVALUATED;
    ly_value symbol = set->args[0], call, r;
    const ly_definition *d = ly_definition_of(cx, symbol);
    uint32_t at = place_of(ly_expr_of(set->args[1]), symbol);
    bool plain = true;
    if (at == UINT32_MAX || !d || !d->value || !ly_is_object(d->value) || ly_is_symbol(d->value) ||
        d->flags & LY_DEFINITION_DELAYED || d->attributes & (LY_PROTECTED | LY_LOCKED) ||
        ly_flags(&ly_symbol_of(symbol)->o) & LY_FLAG_HAS_UP || ly_is_stale(cx, d->value))
        return LY_UNEVALUATED;
    const ly_definition *of_set = ly_definition_of(cx, LY_SYM(Set));
    if (is_compiled(ly_expr_of(set->args[1])->head) && !(of_set && of_set->rules[LY_DOWN_VALUES]))
        return update_by_compiled(cx, symbol, set->args[1]);
    if (!plain_rules(cx, ly_expr_of(set->args[1])->head)) return LY_UNEVALUATED;
    ly_value old = ly_retain(d->value);
    d = of_set;
    call = d && d->rules[LY_DOWN_VALUES] ? LY_UNEVALUATED
                                         : evaluated_call(cx, ly_expr_of(set->args[1]), at, old, &plain);
    if (call == LY_UNEVALUATED || ly_failed(call)) {
        ly_release(cx, old);
        return call;
    }
    if (!plain) {
        ly_release(cx, old);
        return ly_make2(cx, LY_SYM(Set), ly_retain(symbol), call);
    }
    for (int step = 0;; step++) {
        ly_rules *rules = plain_rules(cx, ly_expr_of(call)->head);
        r = rules ? ly_rules_apply(cx, rules, call) : LY_UNEVALUATED;
        if (ly_failed(r)) break;
        if (r == LY_UNEVALUATED) { /* no rule applies: it is its own value */
            r = ly_retain(call);
            break;
        }
        ly_release(cx, call);
        call = r;
        if (ly_poll(cx)) {
            r = LY_FAILED;
            break;
        }
        at = ly_is_expr(r) ? place_of(ly_expr_of(r), old) : UINT32_MAX;
        if (at == UINT32_MAX || step == MOST_STEPS || !(updates(r) || plain_rules(cx, ly_expr_of(r)->head))) {
            r = LY_UNEVALUATED;
            break;
        }
        r = evaluated_call(cx, ly_expr_of(call), at, old, &plain);
        if (ly_failed(r)) break;
        ly_release(cx, call);
        call = r;
        if (plain && !updates(call)) continue;
        d = ly_definition_of(cx, symbol);
        r = LY_UNEVALUATED;
        if (plain && d && d->value == old) {
            ly_expr *e = ly_expr_of(call);
            ly_value values[LY_SMALL], head = e->head;
            uint32_t n = e->count;
            for (uint32_t i = 0; i < n; i++) values[i] = i == at ? LY_INT(0) : ly_retain(e->args[i]);
            ly_release(cx, call);
            ly_release(cx, old);
            r = ly_update_symbol(cx, symbol, head, at, n, values);
            if (r != LY_UNEVALUATED) return ly_failed(r) ? ly_take_return(cx) : r;
            values[at] = ly_retain(d->value);
            call = ly_make(cx, head, n, values);
            old = LY_FAILED;
        }
        break;
    }
    /* it is no update: the value of the call is assigned */
    ly_release(cx, old);
    if (r == LY_UNEVALUATED) r = ly_evaluate_take(cx, call);
    else ly_release(cx, call);
    return assigned(cx, symbol, ly_failed(r) ? ly_take_return(cx) : r);
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
        if (ly_look_at(i == at ? d->value : values[i], head) &
            (LY_SEEN_SEQUENCE | LY_SEEN_UNEVALUATED | LY_SEEN_UP | LY_SEEN_SAME_HEAD | LY_SEEN_NOTHING |
             (row->attributes & LY_LISTABLE ? LY_SEEN_LIST | LY_SEEN_ASSOCIATION : 0) |
             (row->effects & LY_PACKED ? 0 : LY_SEEN_PACKED)))
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
            cx->unsettled = true;
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
