/* scoping.c: Module, Block and With.

   Module and With put something else in the place of their variables, all through the body, held
   parts included; Block gives symbols other values while its body is evaluated. */
#include "eval/eval.h"
#include "eval/cycles.h"
#include "eval/scoping.h"
#include "match/match.h"

/* The variables of a scoping construct: names, and what stands after = or :=. */
typedef struct variables {
    size_t count;
    ly_value *names;   /* borrowed symbols */
    ly_value *values;  /* borrowed right sides, unevaluated; LY_FAILED: none */
    bool *delayed;     /* x := value: not evaluated */
    ly_value held;     /* owned: the list that the rest points into */
} variables;

static void variables_free(ly_context *cx, variables *v)
{
    ly_buffer_free(cx, v->names);
    ly_release(cx, v->held);
}

/* Reads the first argument of call. Evaluate pierces its hold. 1 good, 0 a message was given, -1
   failed. */
static int variables_read(ly_context *cx, ly_expr *call, bool values_required, variables *v)
{
    ly_value list = ly_retain(call->args[0]);
    ly_expr *items;
    *v = (variables){0};
    if (ly_is_expr(list) && !ly_has_head(list, LY_SYM(List))) {
        if (ly_has_head(list, LY_SYM(Evaluate))) list = ly_evaluate_take(cx, list);
        if (ly_failed(list)) return -1;
    }
    v->held = list;
    if (ly_is_packed(list) || !ly_has_head(list, LY_SYM(List))) {
        ly_message_call(cx, call, "lvlist", 1, list);
        variables_free(cx, v);
        return 0;
    }
    items = ly_expr_of(list);
    v->names = ly_buffer_alloc(cx, (items->count + 1) * (2 * sizeof(ly_value) + sizeof(bool)));
    if (!v->names) {
        variables_free(cx, v);
        return -1;
    }
    v->values = v->names + items->count + 1;
    v->delayed = (bool *)(v->values + items->count + 1);
    v->count = items->count;
    for (uint32_t i = 0; i < items->count; i++) {
        ly_value item = items->args[i];
        bool set = ly_has_shape(item, LY_SYM(Set), 2);
        v->delayed[i] = ly_has_shape(item, LY_SYM(SetDelayed), 2);
        v->names[i] = set || v->delayed[i] ? ly_expr_of(item)->args[0] : item;
        v->values[i] = set || v->delayed[i] ? ly_expr_of(item)->args[1] : LY_FAILED;
        if (!ly_is_symbol(v->names[i])) {
            if (set || v->delayed[i]) ly_message_call(cx, call, "lvset", 3, list, item, v->names[i]);
            else ly_message_call(cx, call, "lvsym", 2, list, item);
            variables_free(cx, v);
            return 0;
        }
        for (uint32_t k = 0; k < i; k++) {
            if (v->names[k] == v->names[i] && !values_required) {
                ly_message_call(cx, call, "dup", 2, v->names[i], list);
                variables_free(cx, v);
                return 0;
            }
        }
        if (values_required && !v->values[i]) {
            ly_message_call(cx, call, "lvws", 2, v->names[i], list);
            variables_free(cx, v);
            return 0;
        }
    }
    return 1;
}

/* The initial value of variable i, to be evaluated (owned). It moves out of a call that nobody else
   holds, so that what the value is made of may be updated in place. */
static ly_value initial_value(ly_expr *call, variables *v, size_t i)
{
    ly_expr *items = ly_expr_of(v->held), *set = ly_expr_of(items->args[i]);
    /* held is counted in the call too; a call with a condition may stay as it is */
    if (ly_count_of(&call->o) != 1 || v->held != call->args[0] || ly_count_of(&items->o) != 2 ||
        ly_count_of(&set->o) != 1 ||
        ly_has_shape(call->args[1], LY_SYM(Condition), 2))
        return ly_retain(v->values[i]);
    ly_value value = set->args[1];
    set->args[1] = LY_INT(0);
    ly_expr_touch(set);
    ly_expr_touch(items);
    return value;
}

/* body's value under a condition: rhs of Condition[rhs, test] where test holds. */
static ly_value evaluate_body_take(ly_context *cx, ly_value body)
{
    if (ly_has_shape(body, LY_SYM(Condition), 2)) {
        ly_expr *c = ly_expr_of(body);
        int holds = ly_test(cx, c->args[1]);
        ly_value result = holds < 0 ? LY_FAILED : holds ? ly_evaluate(cx, c->args[0]) : LY_UNEVALUATED;
        ly_release(cx, body);
        return result;
    }
    return ly_evaluate_take(cx, body);
}

/* ---- Module ----------------------------------------------------------------------------------- */

BUILTIN(Module, module, 2, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Module[{x, y = y0, …}, body] evaluates body with local variables x, y, ….")
static ly_value module(ly_context *cx, ly_expr *call)
{
    variables v;
    int read = variables_read(cx, call, false, &v);
    ly_value *temporaries, body, result = LY_FAILED;
    size_t made;
    if (read <= 0) return read < 0 ? LY_FAILED : LY_UNEVALUATED;
    temporaries = ly_buffer_alloc(cx, (v.count + 1) * sizeof *temporaries);
    if (!temporaries) {
        variables_free(cx, &v);
        return LY_FAILED;
    }
    for (size_t i = 0; i < v.count; i++) temporaries[i] = LY_FAILED;
    for (size_t i = 0; i < v.count; i++) {
        /* initial values are evaluated outside the module, before its variables exist */
        ly_value value = LY_FAILED;
        if (v.values[i]) {
            value = v.delayed[i] ? ly_retain(v.values[i])
                                 : ly_evaluate_take(cx, initial_value(call, &v, i));
            if (ly_failed(value)) goto end;
        }
        temporaries[i] = ly_temporary_symbol(cx, v.names[i]);
        if (value) {
            ly_definition *d = ly_temporary_definition(cx, temporaries[i]);
            d->value = value;
            d->flags = v.delayed[i] ? LY_DEFINITION_DELAYED : 0;
        }
    }
    body = ly_substitute_symbols(cx, call->args[1], v.count, v.names, temporaries);
    if (!ly_failed(body)) result = evaluate_body_take(cx, body);
end:
    for (made = 0; made < v.count && temporaries[made]; made++) {}
    ly_end_local_definitions(cx, made, temporaries);
    for (size_t i = 0; i < v.count; i++) ly_release(cx, temporaries[i]);
    ly_buffer_free(cx, temporaries);
    variables_free(cx, &v);
    return result;
}

/* ---- With ------------------------------------------------------------------------------------- */

BUILTIN(With, with, 2, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "With[{x = x0, y := y0, …}, body] puts the values in the place of x, y, … all through body.")
static ly_value with(ly_context *cx, ly_expr *call)
{
    variables v;
    int read;
    ly_value body, result = LY_FAILED, *values;
    size_t done = 0;
    if (call->count > 2) {
        /* With[{a}, {b}, body] is With[{a}, With[{b}, body]] */
        ly_expr *inner = ly_expr_new(cx, LY_SYM(With), call->count - 1);
        for (uint32_t i = 1; i < call->count; i++) inner->args[i - 1] = ly_retain(call->args[i]);
        return ly_make2(cx, LY_SYM(With), ly_retain(call->args[0]), ly_from_object(inner));
    }
    read = variables_read(cx, call, true, &v);
    if (read <= 0) return read < 0 ? LY_FAILED : LY_UNEVALUATED;
    values = ly_buffer_alloc(cx, (v.count + 1) * sizeof *values);
    if (!values) goto end;
    for (; done < v.count; done++) {
        values[done] = v.delayed[done] ? ly_retain(v.values[done]) : ly_evaluate(cx, v.values[done]);
        if (ly_failed(values[done])) goto end;
    }
    body = ly_substitute_symbols(cx, call->args[1], v.count, v.names, values);
    if (!ly_failed(body)) result = evaluate_body_take(cx, body);
end:
    for (size_t i = 0; i < done; i++) ly_release(cx, values[i]);
    ly_buffer_free(cx, values);
    variables_free(cx, &v);
    return result;
}

/* ---- Block ------------------------------------------------------------------------------------ */

void ly_block_begin(ly_context *cx, ly_value symbol, ly_definition *saved)
{
    ly_definition *d = ly_definition_edit(cx, symbol);
    *saved = *d;
    d->value = LY_FAILED;
    d->options = LY_FAILED;
    d->flags = 0;
    for (int i = 0; i < LY_RULE_LISTS; i++) d->rules[i] = NULL;
}

void ly_block_end(ly_context *cx, ly_value symbol, ly_definition *saved)
{
    ly_definition *d = ly_definition_edit(cx, symbol), inner = *d;
    *d = *saved;
    ly_definition_drop(cx, &inner);
}

BUILTIN(Block, block, 2, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "Block[{x, y = y0, …}, body] evaluates body with other values for x, y, …, then gives the old "
        "ones back.")
static ly_value block(ly_context *cx, ly_expr *call)
{
    variables v;
    int read = variables_read(cx, call, false, &v);
    ly_value result = LY_FAILED, *values = NULL;
    ly_definition *saved = NULL;
    size_t done = 0;
    if (read <= 0) return read < 0 ? LY_FAILED : LY_UNEVALUATED;
    values = ly_buffer_alloc(cx, (v.count + 1) * sizeof *values);
    saved = ly_buffer_alloc(cx, (v.count + 1) * sizeof *saved);
    if (!values || !saved) goto end;
    for (size_t i = 0; i < v.count; i++) {
        if (ly_attributes(cx, v.names[i]) & LY_LOCKED && v.names[i]) {
            ly_message_call(cx, call, "locked", 1, v.names[i]);
            for (size_t k = 0; k < done; k++) ly_release(cx, values[k]);
            done = 0;
            result = LY_UNEVALUATED;
            goto end;
        }
        values[i] = LY_FAILED;
        if (v.values[i]) {
            values[i] = v.delayed[i] ? ly_retain(v.values[i])
                                     : ly_evaluate_take(cx, initial_value(call, &v, i));
            if (ly_failed(values[i])) {
                for (size_t k = 0; k < done; k++) ly_release(cx, values[k]);
                done = 0;
                goto end;
            }
        }
        done = i + 1;
    }
    for (size_t i = 0; i < v.count; i++) {
        ly_block_begin(cx, v.names[i], &saved[i]);
        if (values[i]) ly_set_own_value_take(cx, v.names[i], values[i], v.delayed[i]);
        ly_variable_set(cx, v.names[i]);
    }
    result = evaluate_body_take(cx, ly_retain(call->args[1]));
    /* on every way out: values, throws, aborts */
    for (size_t i = v.count; i-- > 0;) {
        ly_block_end(cx, v.names[i], &saved[i]);
        ly_variable_set(cx, v.names[i]);
    }
end:
    ly_buffer_free(cx, values);
    ly_buffer_free(cx, saved);
    variables_free(cx, &v);
    return result;
}
