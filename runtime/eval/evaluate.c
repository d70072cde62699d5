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
#include "eval/marks.h"
#include "eval/module.h"
#include "eval/trace.h"
#include "foreign/foreign.h"
#include "match/match.h"

/* ---- symbols ---------------------------------------------------------------------------------- */

static ly_value value_of_symbol(ly_context *cx, ly_value symbol)
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
            } else if (ly_is_evaluated(cx, ly_expr_of(v))) {
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

ly_value ly_symbol_value(ly_context *cx, ly_value symbol)
{
    if (__builtin_expect(cx->trace != NULL, 0)) return ly_trace_symbol(cx, symbol, value_of_symbol);
    return value_of_symbol(cx, symbol);
}

/* ---- arguments -------------------------------------------------------------------------------- */

static ly_value evaluate_loop(ly_context *cx, ly_value current);
static ly_value loop_from(ly_context *cx, ly_value current, bool prepared);

/* Evaluates the arguments of *e that the attributes do not hold; adds to *seen. False: failed (*e
   stays owned by the caller, or is LY_FAILED). */
static bool evaluate_arguments(ly_context *cx, ly_value *e, uint32_t attributes, unsigned *seen)
{
    uint32_t count = ly_expr_of(*e)->count;
    ly_value head = ly_expr_of(*e)->head;
    for (uint32_t i = 0; i < count; i++) {
        ly_expr *x = ly_expr_of(*e);
        ly_value a = x->args[i], v;
        if (__builtin_expect(cx->trace != NULL, 0) && !(ly_is_expr(a) || ly_is_symbol(a)))
            ly_trace_part(cx, a);
        if (!ly_is_object(a)) continue;
        if (attributes & (LY_HOLD_ALL | LY_HOLD_ALL_COMPLETE)) {
            bool held = attributes & LY_HOLD_ALL_COMPLETE ||
                        (i == 0 ? attributes & LY_HOLD_FIRST : attributes & LY_HOLD_REST);
            if (held) {
                if (attributes & LY_HOLD_ALL_COMPLETE) continue;
                if (!ly_has_head(a, LY_SYM(Evaluate))) {
                    *seen |= ly_look_at(a, head);
                    continue;
                }
            }
        }
        if (ly_is_symbol(a)) {
            v = ly_symbol_value(cx, a);
        } else if (ly_object_of(a)->kind == LY_KIND_EXPR) {
            if (ly_is_evaluated(cx, ly_expr_of(a))) {
                *seen |= ly_look_at(a, head);
                continue;
            }
            if (ly_count_of(&x->o) == 1) {
                /* nobody else sees x: the argument moves, so that it may be updated in place */
                x->args[i] = LY_INT(0);
                v = evaluate_loop(cx, a);
                x->args[i] = v ? v : LY_INT(0);
                ly_expr_touch(x);
                if (ly_failed(v)) return false;
                *seen |= ly_look_at(v, head);
                if (ly_is_symbol(v) && ly_is_conditional(cx, v)) *seen |= LY_SEEN_CONDITIONAL;
                continue;
            }
            v = evaluate_loop(cx, ly_retain(a));
        } else if (ly_object_of(a)->kind == LY_KIND_ASSOCIATION) {
            v = ly_evaluate(cx, a);
        } else {
            *seen |= ly_look_at(a, head);
            continue;
        }
        if (ly_failed(v)) return false;
        *seen |= ly_look_at(v, head);
        if (ly_is_symbol(v) && ly_is_conditional(cx, v)) *seen |= LY_SEEN_CONDITIONAL;
        if (v == a) {
            ly_release(cx, v);
        } else {
            x = ly_own_call(cx, e);
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

/* ---- definitions ------------------------------------------------------------------------------ */

static ly_value apply_up_values(ly_context *cx, ly_value e)
{
    ly_expr *x = ly_expr_of(e);
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value symbol = ly_leading_symbol(x->args[i]);
        ly_definition *d;
        if (!symbol || !(ly_flags(&ly_symbol_of(symbol)->o) & LY_FLAG_HAS_UP)) continue;
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

ly_value (*ly_assign_shared)(ly_context *cx, const ly_builtin *row, ly_expr *call);

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
    if (seen & LY_SEEN_PACKED && !(row->effects & LY_PACKED)) {
        x = ly_own_call(cx, e);
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
        if (__builtin_expect(row->effects & LY_ASSIGNS, 0) && __atomic_load_n(&ly_assign_shared, __ATOMIC_ACQUIRE))
            r = ly_assign_shared(cx, row, x);
        else r = row->function(cx, x);
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
    if (seen & LY_SEEN_UP) {
        r = apply_up_values(cx, *e);
        *by_rule = true;
        if (r != LY_UNEVALUATED) return r;
        *by_rule = false;
    }
    if (ly_is_symbol(head)) {
        const ly_builtin *row = ly_symbol_of(head)->builtin;
        if (d && d->rules[LY_DOWN_VALUES]) {
            if (ly_flags(&ly_symbol_of(head)->o) & LY_FLAG_COMPILED && !(seen & LY_SEEN_UNEVALUATED) && !cx->trace) {
                r = ly_module_call(cx, head, ly_expr_of(*e));
                *finished = true;
                if (r != LY_UNEVALUATED) return r;
                *finished = false;
            }
            r = ly_rules_apply(cx, d->rules[LY_DOWN_VALUES], *e);
            *by_rule = r != LY_UNEVALUATED;
            if (*by_rule) return r;
        }
        r = row ? apply_builtin(cx, row, e, seen) : LY_UNEVALUATED;
        *by_rule = r != LY_UNEVALUATED && row->effects & LY_BY_RULES;
        return r;
    }
    if (ly_is_expr(head)) {
        ly_value symbol = ly_leading_symbol(head);
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
            if (row && row->sub_function) {
                r = row->sub_function(cx, ly_expr_of(*e));
                *by_rule = r != LY_UNEVALUATED && row->effects & LY_BY_RULES;
                return r;
            }
        }
        return LY_UNEVALUATED;
    }
    if (ly_is_association(head)) return ly_association_call(cx, ly_expr_of(*e));
    return LY_UNEVALUATED;
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
            head = ly_symbol_value(cx, head);
            if (ly_failed(head)) return false;
        } else {
            if (__builtin_expect(cx->trace != NULL, 0) && cx->trace->count) ly_trace_part(cx, head);
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
        x = ly_own_call(cx, e);
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
        (seen & LY_SEEN_SEQUENCE && !(attributes & (LY_SEQUENCE_HOLD | LY_HOLD_ALL_COMPLETE)) &&
         !ly_splice_arguments(cx, &e, LY_FAILED, true)) ||
        (attributes & LY_FLAT && !ly_flatten_arguments(cx, &e)) ||
        (attributes & LY_ORDERLESS && !ly_sort_arguments(cx, &e))) {
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

/* The heads whose rules one evaluation went through, each once: Return[value, head] ends it. */
typedef struct ruled_heads {
    ly_value last;
    uint32_t count, capacity;
    ly_value first[2], *more;
} ruled_heads;

static bool is_ruled_head(const ruled_heads *heads, ly_value head)
{
    for (uint32_t i = 0; i < heads->count; i++)
        if ((i < 2 ? heads->first[i] : heads->more[i - 2]) == head) return true;
    return false;
}

static void add_ruled_head(ruled_heads *heads, ly_value head)
{
    if (is_ruled_head(heads, head)) return;
    if (heads->count < 2) {
        heads->first[heads->count++] = head;
        return;
    }
    if (heads->count - 2 == heads->capacity) {
        uint32_t capacity = heads->capacity ? 2 * heads->capacity : 8;
        ly_value *more = ly_remalloc(heads->more, capacity * sizeof *more);
        if (!more) return;
        heads->more = more;
        heads->capacity = capacity;
    }
    heads->more[heads->count++ - 2] = head;
}

/* prepared: the arguments of current are evaluated already, in the first round. */
static ly_value loop_from(ly_context *cx, ly_value current, bool prepared)
{
    uint64_t iterations = 0;
    bool entered = false;
    ruled_heads ruled = {.last = LY_FAILED};
    const bool traced = cx->trace != NULL;
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
            ly_value v = entered ? value_of_symbol(cx, current) : ly_symbol_value(cx, current);
            if (entered && !ly_failed(v)) ly_trace_now(cx, v);
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
        if (!prepared && ly_is_evaluated(cx, e)) break;
        if (__builtin_expect(traced, 0)) {
            if (entered) ly_trace_now(cx, current);
            else ly_trace_enter(cx, current);
            entered = true;
            if (!ly_is_expr(e->head) && !ly_is_symbol(e->head)) ly_trace_part(cx, e->head);
        }

        if (!evaluate_head(cx, &current, &d, &attributes)) goto failed;
        head = ly_expr_of(current)->head;
        if (head == LY_SYM(Set) && !prepared && !traced) {
            r = ly_update_in_place(cx, ly_expr_of(current));
            if (r == LY_UNEVALUATED) r = ly_update_by_rules(cx, ly_expr_of(current));
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
            for (uint32_t i = 0; i < e->count; i++) seen |= ly_look_at(e->args[i], head);
            prepared = false;
        } else if (!evaluate_arguments(cx, &current, attributes, &seen)) {
            goto failed;
        }
        if (__builtin_expect(entered, 0)) ly_trace_arguments(cx, current);
        if (ly_is_symbol(head)) d = ly_definition_of(cx, head); /* they may have defined it */
        looked = cx->looked; /* what the arguments looked at, their own marks say */
        if (attributes & LY_HOLD_ALL_COMPLETE) seen = 0;
        if (seen) {
            if (seen & LY_SEEN_SEQUENCE && !(attributes & LY_SEQUENCE_HOLD)) {
                if (!ly_splice_arguments(cx, &current, LY_FAILED, true)) goto failed;
            }
            if (seen & LY_SEEN_NOTHING && head == LY_SYM(List) && !ly_drop_nothing(cx, &current)) goto failed;
        }
        original = LY_FAILED;
        if (seen & LY_SEEN_UNEVALUATED) {
            /* stripped for the definitions, kept where none applies */
            ly_expr *x;
            original = ly_retain(current);
            x = ly_own_call(cx, &current);
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
            if (attributes & LY_FLAT && seen & (LY_SEEN_SAME_HEAD | LY_SEEN_SEQUENCE) && !ly_flatten_arguments(cx, &current))
                goto failed_original;
            if (attributes & LY_LISTABLE && seen & (LY_SEEN_LIST | LY_SEEN_ASSOCIATION | LY_SEEN_SEQUENCE)) {
                const ly_builtin *row = ly_is_symbol(head) ? ly_symbol_of(head)->builtin : NULL;
                int threaded;
                if (seen & LY_SEEN_PACKED && row && row->effects & LY_PACKED &&
                    !(d && (d->rules[LY_DOWN_VALUES])) && !(seen & LY_SEEN_UP)) {
                    r = apply_builtin(cx, row, &current, seen);
                    if (ly_failed(r)) goto failed_original;
                    if (r != LY_UNEVALUATED) goto replaced;
                }
                threaded = ly_thread_listable(cx, &current);
                if (threaded < 0) goto failed_original;
                if (threaded) {
                    ly_release(cx, original);
                    continue;
                }
            }
            if (attributes & LY_ORDERLESS && !ly_sort_arguments(cx, &current)) goto failed_original;
        }

        /* definitions */
        if (__builtin_expect(entered, 0)) {
            ly_trace_now(cx, current);
            ly_trace_apply(cx, current);
        }
        cx->prepared = LY_FAILED;
        r = apply_definitions(cx, &current, d, seen, &by_rule, &finished);
        prepared = by_rule && r == cx->prepared;
        if (__builtin_expect(entered, 0) && !ly_failed(r)) ly_trace_result(cx, r);
        if (by_rule && ruled.last != head) {
            add_ruled_head(&ruled, ly_is_symbol(head) ? head : ly_leading_symbol(head));
            ruled.last = head;
        }
        if (__builtin_expect(ly_polled(cx) & LY_POLL_MESSAGE, 0) && !ly_failed(r) && ly_poll(cx)) {
            /* a message that the answer gave was ended by an error */
            if (r != LY_UNEVALUATED) ly_release(cx, r);
            r = LY_FAILED;
        }
        if (ly_failed(r)) goto failed_original;
        if (r == LY_UNEVALUATED) {
            if (original) {
                ly_release(cx, current);
                current = original;
            }
            if (looked == cx->looked && !(seen & LY_SEEN_CONDITIONAL)) ly_mark_evaluated(cx, current);
            else cx->unsettled = true;
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
            if (entered) ly_trace_leave(cx);
            ly_free(ruled.more);
            return limit_reached(cx, current, "Iteration");
        }
        continue;
    failed_original:
        ly_release(cx, original);
        goto failed;
    }
    cx->depth--;
    if (__builtin_expect(entered, 0)) ly_trace_leave(cx);
    if (ruled.more) ly_free(ruled.more);
    return current;
failed:
    cx->depth--;
    if (__builtin_expect(entered, 0)) ly_trace_leave(cx);
    ly_release(cx, current);
    bool returns = cx->pending.kind == LY_PENDING_RETURN && ruled.last &&
                   (!cx->pending.tag || is_ruled_head(&ruled, cx->pending.tag));
    ly_free(ruled.more);
    return returns ? take_return(cx) : LY_FAILED;
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
                     ly_mark_holds(cx, &a->stamp, a->filter, ly_count_of(&a->o) > 0)))
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
        known = known && ly_filter_of(value, &filter) && ly_filter_of(entry->key, &filter) &&
                !(ly_is_symbol(value) && ly_is_conditional(cx, value));
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
    if (known && ly_count_of(&a->o) > 0) {
        a->filter = filter;
        a->stamp = filter ? ly_mark_now(cx, filter) : LY_INERT;
        cx->definitions.marked |= filter;
    }
    return out;
}

ly_value ly_evaluate(ly_context *cx, ly_value v)
{
    if (!ly_is_object(v)) return v;
    if (ly_is_symbol(v)) return ly_symbol_value(cx, v);
    switch ((ly_kind)ly_object_of(v)->kind) {
    case LY_KIND_EXPR:
        if (ly_is_evaluated(cx, ly_expr_of(v))) return ly_retain(v);
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
    ly_value v = ly_module_apply(cx, f, 1, &a);
    return v != LY_UNEVALUATED ? v : evaluate_loop(cx, ly_make1(cx, f, a));
}

ly_value ly_call2(ly_context *cx, ly_value f, ly_value a, ly_value b)
{
    ly_value items[] = {a, b}, v = ly_module_apply(cx, f, 2, items);
    return v != LY_UNEVALUATED ? v : evaluate_loop(cx, ly_make2(cx, f, a, b));
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
