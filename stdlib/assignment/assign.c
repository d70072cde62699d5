/* assign.c: what an assignment means.

   The left side decides: a symbol gets a value; a list is taken apart; x[[…]] and association[key]
   change a value in place; a head with an ASSIGNMENT row has its own meaning; anything else becomes a
   rule of the symbol at the bottom of its heads. Head and arguments of a left side are evaluated
   (held ones not), but no definition is applied to it. */
#include "stdlib/assignment/assignment.h"

#include "eval/scoping.h"
#include "match/match.h"

extern const ly_assignment *const __start_ly_assignments[], *const __stop_ly_assignments[];

static ly_assignment_function *special(ly_value head)
{
    const char *name;
    if (!ly_is_symbol(head) || !ly_symbol_of(head)->builtin) return NULL;
    name = ly_symbol_name(head);
    for (const ly_assignment *const *row = __start_ly_assignments; row < __stop_ly_assignments; row++)
        if (strcmp((*row)->head, name) == 0) return (*row)->function;
    return NULL;
}

static ly_value leading_symbol(ly_value v)
{
    while (ly_is_expr(v)) v = ly_expr_of(v)->head;
    return ly_is_symbol(v) ? v : LY_FAILED;
}

bool ly_may_assign(ly_context *cx, ly_value who, ly_value symbol, ly_value lhs)
{
    uint32_t attributes = ly_attributes(cx, symbol);
    if (attributes & LY_LOCKED) {
        if (symbol == lhs) ly_message(cx, who, "wrsym", 1, symbol);
        else ly_message(cx, who, "write", 2, symbol, lhs);
        return false;
    }
    if (!(attributes & LY_PROTECTED)) return true;
    if (symbol == lhs) ly_message(cx, who, "wrsym", 1, symbol);
    else ly_message(cx, who, "write", 2, symbol, lhs);
    return false;
}

/* ---- symbols */

void ly_variable_set(ly_context *cx, ly_value symbol)
{
    ly_definition *d;
    int64_t n = -1;
    if (symbol != LY_SYM($RecursionLimit) && symbol != LY_SYM($IterationLimit)) return;
    d = ly_definition_of(cx, symbol);
    if (d && d->value && ly_is_int(d->value)) n = ly_int_of(d->value);
    else if (!d || !d->value) n = symbol == LY_SYM($RecursionLimit) ? 1024 : 4096;
    if (symbol == LY_SYM($RecursionLimit))
        cx->recursion_limit = n < 0 ? UINT32_MAX : n < 20 ? 20 : n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
    else
        cx->iteration_limit = n < 0 ? UINT64_MAX : n < 20 ? 20 : (uint64_t)n;
}

static ly_value recursion_limit_value(ly_context *cx, ly_expr *call)
{
    return cx->recursion_limit == UINT32_MAX
               ? ly_make1(cx, LY_SYM(DirectedInfinity), LY_INT(1))
               : LY_INT(cx->recursion_limit);
}
static ly_value iteration_limit_value(ly_context *cx, ly_expr *call)
{
    return cx->iteration_limit == UINT64_MAX
               ? ly_make1(cx, LY_SYM(DirectedInfinity), LY_INT(1))
               : ly_integer(cx, (int64_t)cx->iteration_limit);
}
BUILTIN($RecursionLimit, recursion_limit_value, 0, 0, 0, LY_VALUE | LY_EFFECTS,
        "$RecursionLimit is the greatest depth of evaluation.")
BUILTIN($IterationLimit, iteration_limit_value, 0, 0, 0, LY_VALUE | LY_EFFECTS,
        "$IterationLimit is how often rules are applied to get one value.")

static bool is_infinity(ly_value v)
{
    return v == LY_SYM(Infinity) ||
           (ly_has_shape(v, LY_SYM(DirectedInfinity), 1) && ly_expr_of(v)->args[0] == LY_INT(1));
}

static int assign_symbol(ly_context *cx, ly_value who, ly_value symbol, ly_value rhs, bool delayed)
{
    if (!ly_may_assign(cx, who, symbol, symbol)) return 0;
    if (symbol == LY_SYM($RecursionLimit) || symbol == LY_SYM($IterationLimit)) {
        if (!is_infinity(rhs) && !(ly_is_int(rhs) && ly_int_of(rhs) >= 20)) {
            ly_message(cx, symbol, "limset", 2, symbol, rhs);
            return 0;
        }
    }
    if (delayed && ly_has_shape(rhs, LY_SYM(Condition), 2))
        ly_add_rule(cx, symbol, LY_OWN_VALUES, symbol, rhs, true);
    else
        ly_set_own_value_take(cx, symbol, ly_retain(rhs), delayed);
    ly_variable_set(cx, symbol);
    return cx->pending.kind == LY_PENDING_NONE ? 1 : -1;
}
MESSAGE($RecursionLimit, limset, "Cannot set `1` to `2`; value must be Infinity or an integer at least 20.")
MESSAGE($IterationLimit, limset, "Cannot set `1` to `2`; value must be Infinity or an integer at least 20.")

/* ---- lists */

static int assign_list(ly_context *cx, ly_value who, ly_value lhs, ly_value rhs, bool delayed)
{
    ly_value value = delayed ? ly_evaluate(cx, rhs) : ly_retain(rhs);
    int done = 1;
    if (ly_failed(value)) return -1;
    if (!ly_is_list(value) || ly_length(value) != ly_length(lhs)) {
        ly_message(cx, who, "shape", 2, lhs, value);
        ly_release(cx, value);
        return 0;
    }
    for (size_t i = 0; i < ly_length(lhs) && done > 0; i++) {
        ly_value item = ly_element(cx, value, i);
        done = ly_failed(item) ? -1 : ly_assign(cx, who, ly_expr_of(lhs)->args[i], item, false);
        ly_release(cx, item);
    }
    ly_release(cx, value);
    return done;
}
MESSAGE(Set, shape, "Lists `1` and `2` are not the same shape.")
MESSAGE(SetDelayed, shape, "Lists `1` and `2` are not the same shape.")

/* ---- parts: x[[i, j]] = v and association[key] = v, in place */

static int assign_part(ly_context *cx, ly_value who, ly_value lhs, ly_value rhs, bool delayed)
{
    ly_expr *call = ly_expr_of(lhs);
    ly_value base = call->args[0], target, shown, specs = LY_FAILED, value;
    bool assigned = false;
    size_t keys = 0;
    ly_builder before = ly_builder_new();
    int done = -1;
    /* the specifications and the value are evaluated before the target is taken out of its slot */
    for (uint32_t i = 1; i < call->count; i++) {
        ly_value spec = ly_evaluate(cx, call->args[i]);
        if (ly_failed(spec) || !ly_builder_add(cx, &before, spec)) {
            ly_builder_drop(cx, &before);
            return -1;
        }
    }
    specs = ly_splice_take(cx, ly_builder_finish(cx, &before, LY_SYM(List)));
    value = delayed ? ly_evaluate(cx, rhs) : ly_retain(rhs);
    if (ly_failed(value)) goto end;
    /* base["key"]["key2"][[…]] */
    while (ly_is_expr(base) && !ly_is_symbol(base)) {
        base = ly_expr_of(base)->head;
        keys++;
    }
    if (keys) {
        /* the part of an association's value: read, change, assign back */
        ly_value inner = ly_evaluate(cx, call->args[0]);
        if (ly_failed(inner)) goto end;
        inner = ly_part_assign_take(cx, inner, ly_expr_of(specs)->count, ly_expr_of(specs)->args, value,
                                    who, lhs, &assigned);
        if (ly_failed(inner)) goto end;
        done = assigned ? ly_assign(cx, who, call->args[0], inner, false) : 0;
        ly_release(cx, inner);
        goto end;
    }
    if (!ly_is_symbol(base)) {
        ly_message(cx, who, "setps", 1, base);
        done = 0;
        goto end;
    }
    if (!ly_may_assign(cx, who, base, lhs)) {
        done = 0;
        goto end;
    }
    target = ly_take_own_value(cx, base);
    if (ly_is_symbol(target)) {
        /* x = y; x[[1]] = v changes y's value as x sees it: x gets a copy */
        ly_value copy = ly_evaluate(cx, target);
        ly_set_own_value_take(cx, base, target, false);
        if (ly_failed(copy)) goto end;
        target = copy;
    }
    if (!target) {
        ly_message(cx, who, "noval", 1, base);
        done = 0;
        goto end;
    }
    shown = lhs;
    target = ly_part_assign_take(cx, target, ly_expr_of(specs)->count, ly_expr_of(specs)->args, value,
                                 who, shown, &assigned);
    if (ly_failed(target)) goto end;
    ly_set_own_value_take(cx, base, target, false);
    done = assigned;
end:
    ly_release(cx, value);
    ly_release(cx, specs);
    return done;
}
MESSAGE(General, setps, "`1` in the part assignment is not a symbol.")

/* association[key1][key2] = v: 1 done, 0 it is no association (nothing said), -1 failed */
static int assign_keys(ly_context *cx, ly_value who, ly_value lhs, ly_value rhs, bool delayed)
{
    enum { DEEPEST = 32 };
    ly_value keys[DEEPEST], base = lhs, target, value;
    size_t n = 0, evaluated = 0;
    bool assigned = false;
    ly_definition *d;
    int done = -1;
    while (ly_is_expr(base)) {
        if (ly_expr_of(base)->count != 1 || n == DEEPEST) return 0;
        keys[n++] = ly_expr_of(base)->args[0];
        base = ly_expr_of(base)->head;
    }
    if (!ly_is_symbol(base)) return 0;
    d = ly_definition_of(cx, base);
    if (!d || !d->value || !ly_is_association(d->value)) return 0;
    for (size_t i = 0; i < n / 2; i++) {
        ly_value swap = keys[i];
        keys[i] = keys[n - 1 - i];
        keys[n - 1 - i] = swap;
    }
    value = delayed ? ly_evaluate(cx, rhs) : ly_retain(rhs);
    if (ly_failed(value)) return -1;
    for (; evaluated < n; evaluated++) {
        keys[evaluated] = ly_evaluate(cx, keys[evaluated]);
        if (ly_failed(keys[evaluated])) goto end;
    }
    if (!ly_may_assign(cx, who, base, lhs)) {
        done = 1; /* refused, with its message */
        goto end;
    }
    target = ly_take_own_value(cx, base);
    if (!target) {
        done = 0;
        goto end;
    }
    target = ly_keys_assign_take(cx, target, n, keys, value, &assigned);
    if (ly_failed(target)) goto end;
    ly_set_own_value_take(cx, base, target, false);
    done = assigned;
end:
    for (size_t i = 0; i < evaluated; i++) ly_release(cx, keys[i]);
    ly_release(cx, value);
    return done;
}

/* ---- rules */

/* The left side as a rule holds it, its tag's call evaluated inside Condition and HoldPattern. *core:
   the call itself, borrowed from the result. */
static ly_value pattern_of(ly_context *cx, ly_value lhs, ly_value *core)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, pattern_of, LY_AS_WORD(cx), lhs, LY_AS_WORD(core));
    if (ly_has_shape(lhs, LY_SYM(Condition), 2)) {
        ly_value inner = pattern_of(cx, ly_expr_of(lhs)->args[0], core);
        if (ly_failed(inner)) return inner;
        return ly_make2(cx, LY_SYM(Condition), inner, ly_retain(ly_expr_of(lhs)->args[1]));
    }
    if (ly_has_shape(lhs, LY_SYM(HoldPattern), 1)) {
        *core = ly_expr_of(lhs)->args[0];
        return ly_retain(*core);
    }
    *core = ly_is_expr(lhs) ? ly_evaluate_parts_take(cx, ly_retain(lhs)) : ly_retain(lhs);
    return *core;
}

/* Where the symbol stands in lhs: as its (leading) head, or in an argument. */
static bool stands_in_argument(ly_value core, ly_value tag)
{
    for (uint32_t i = 0; ly_is_expr(core) && i < ly_expr_of(core)->count; i++) {
        ly_value a = ly_expr_of(core)->args[i];
        /* patterns whose head or inner pattern is the tag: _tag, x_tag, x : tag[…] */
        if (ly_has_shape(a, LY_SYM(Pattern), 2)) a = ly_expr_of(a)->args[1];
        if (ly_is_expr(a) && ly_expr_of(a)->count == 1 &&
            (ly_expr_of(a)->head == LY_SYM(Blank) || ly_expr_of(a)->head == LY_SYM(BlankSequence) ||
             ly_expr_of(a)->head == LY_SYM(BlankNullSequence)))
            a = ly_expr_of(a)->args[0];
        if (ly_has_head(a, LY_SYM(HoldPattern)) && ly_expr_of(a)->count == 1) a = ly_expr_of(a)->args[0];
        if (ly_has_head(a, LY_SYM(PatternTest)) || ly_has_head(a, LY_SYM(Condition))) {
            if (stands_in_argument(a, tag)) return true;
        }
        if (leading_symbol(a) == tag) return true;
    }
    return false;
}

/* 1; -1: no memory for it, pending. */
static int enter(ly_context *cx, ly_value symbol, ly_rule_list list, ly_value pattern, ly_value rhs,
                 bool delayed)
{
    ly_add_rule(cx, symbol, list, pattern, rhs, delayed);
    return cx->pending.kind == LY_PENDING_NONE ? 1 : -1;
}

int ly_assign(ly_context *cx, ly_value who, ly_value lhs, ly_value rhs, bool delayed)
{
    ly_value pattern, core, tag;
    ly_assignment_function *function;
    int done;
    if (ly_is_symbol(lhs)) return assign_symbol(cx, who, lhs, rhs, delayed);
    if (ly_stack_low(cx)) {
        done = (int)ly_deeper(cx, ly_assign, LY_AS_WORD(cx), who, lhs, rhs, delayed);
        return done == 0 && cx->pending.kind ? -1 : done;
    }
    if (!ly_is_expr(lhs)) {
        ly_message(cx, who, "setraw", 1, lhs);
        return 0;
    }
    if (ly_has_head(lhs, LY_SYM(List))) return assign_list(cx, who, lhs, rhs, delayed);
    if (ly_has_head(lhs, LY_SYM(Part)) && ly_expr_of(lhs)->count >= 1)
        return assign_part(cx, who, lhs, rhs, delayed);
    if (ly_has_head(lhs, LY_SYM(Evaluate)) && ly_expr_of(lhs)->count == 1) {
        ly_value inner = ly_evaluate(cx, ly_expr_of(lhs)->args[0]);
        if (ly_failed(inner)) return -1;
        done = ly_assign(cx, who, inner, rhs, delayed);
        ly_release(cx, inner);
        return done;
    }
    function = special(ly_expr_of(lhs)->head);
    if (function) {
        ly_value r = function(cx, ly_expr_of(lhs), rhs, delayed);
        if (ly_failed(r)) return -1;
        if (r != LY_UNEVALUATED) {
            bool refused = r == LY_SYM($Failed);
            ly_release(cx, r);
            return !refused;
        }
    }
    done = assign_keys(cx, who, lhs, rhs, delayed);
    if (done) return done;
    pattern = pattern_of(cx, lhs, &core);
    if (ly_failed(pattern)) return -1;
    tag = leading_symbol(core);
    done = 0;
    if (!tag) {
        ly_message(cx, who, "setraw", 1, core);
    } else if (ly_may_assign(cx, who, tag, core)) {
        ly_rule_list list = !ly_is_expr(core)                        ? LY_OWN_VALUES
                            : ly_is_symbol(ly_expr_of(core)->head) ? LY_DOWN_VALUES
                                                                   : LY_SUB_VALUES;
        done = enter(cx, tag, list, pattern, rhs, delayed);
    }
    ly_release(cx, pattern);
    return done;
}

int ly_assign_up(ly_context *cx, ly_value who, ly_value tag, ly_value lhs, ly_value rhs, bool delayed)
{
    ly_value core, pattern;
    int done = 0;
    if (tag && ly_is_symbol(lhs)) {
        if (lhs == tag) return assign_symbol(cx, who, lhs, rhs, delayed);
        ly_message(cx, who, "tagnf", 2, tag, lhs);
        return 0;
    }
    if (!ly_is_expr(lhs)) {
        ly_message(cx, who, tag ? "tagnf" : "normal", 2, tag ? tag : LY_INT(1), lhs);
        return 0;
    }
    if (tag && special(ly_expr_of(lhs)->head) && leading_symbol(lhs) != tag) {
        ly_value r = special(ly_expr_of(lhs)->head)(cx, ly_expr_of(lhs), rhs, delayed);
        if (r != LY_UNEVALUATED) {
            ly_release(cx, r);
            return ly_failed(r) ? -1 : 1;
        }
    }
    pattern = pattern_of(cx, lhs, &core);
    if (ly_failed(pattern)) return -1;
    if (tag) {
        if (!ly_is_expr(core)) {
            ly_message(cx, who, "tagnf", 2, tag, lhs);
        } else if (leading_symbol(core) == tag) {
            if (ly_may_assign(cx, who, tag, core)) {
                done = enter(cx, tag, ly_is_symbol(ly_expr_of(core)->head) ? LY_DOWN_VALUES : LY_SUB_VALUES,
                             pattern, rhs, delayed);
            }
        } else if (!stands_in_argument(core, tag)) {
            ly_message(cx, who, "tagnf", 2, tag, core);
        } else if (ly_may_assign(cx, who, tag, core)) {
            done = enter(cx, tag, LY_UP_VALUES, pattern, rhs, delayed);
        }
    } else {
        for (uint32_t i = 0; ly_is_expr(core) && i < ly_expr_of(core)->count; i++) {
            ly_value a = ly_expr_of(core)->args[i], symbol;
            if (ly_has_shape(a, LY_SYM(Pattern), 2)) a = ly_expr_of(a)->args[1];
            if (ly_has_shape(a, LY_SYM(Blank), 1)) a = ly_expr_of(a)->args[0];
            symbol = leading_symbol(a);
            if (!symbol || symbol == LY_SYM(Blank)) continue;
            if (ly_may_assign(cx, who, symbol, core)) {
                done = enter(cx, symbol, LY_UP_VALUES, pattern, rhs, delayed);
                if (done < 0) break;
            }
        }
        if (!done) ly_message(cx, who, "nosym", 1, core);
    }
    ly_release(cx, pattern);
    return done;
}
MESSAGE(General, tagnf, "Tag `1` not found or too deep in `2` for an assigned rule.")
MESSAGE(General, nosym, "`1` does not contain a symbol to attach a rule to.")

int ly_unassign(ly_context *cx, ly_value who, ly_value lhs)
{
    ly_value pattern, core, tag;
    ly_assignment_function *function;
    int done = 0;
    if (ly_stack_low(cx)) {
        done = (int)ly_deeper(cx, ly_unassign, LY_AS_WORD(cx), who, lhs);
        return done == 0 && cx->pending.kind ? -1 : done;
    }
    if (ly_is_symbol(lhs)) {
        if (!ly_may_assign(cx, who, lhs, lhs)) return 0;
        ly_set_own_value_take(cx, lhs, LY_FAILED, false);
        ly_variable_set(cx, lhs);
        return 1;
    }
    if (ly_has_head(lhs, LY_SYM(List))) {
        for (uint32_t i = 0; i < ly_expr_of(lhs)->count; i++) {
            done = ly_unassign(cx, who, ly_expr_of(lhs)->args[i]);
            if (done < 0) return -1;
        }
        return 1;
    }
    if (!ly_is_expr(lhs)) {
        ly_message(cx, who, "norep", 2, lhs, LY_SYM(Unset));
        return 0;
    }
    function = special(ly_expr_of(lhs)->head);
    if (function) {
        ly_value r = function(cx, ly_expr_of(lhs), LY_FAILED, true);
        if (ly_failed(r)) return -1;
        if (r != LY_UNEVALUATED) {
            ly_release(cx, r);
            return 1;
        }
    }
    /* association[key] =. */
    if (ly_expr_of(lhs)->count == 1 && ly_is_symbol(ly_expr_of(lhs)->head)) {
        ly_definition *d = ly_definition_of(cx, ly_expr_of(lhs)->head);
        if (d && d->value && ly_is_association(d->value)) {
            ly_value key = ly_evaluate(cx, ly_expr_of(lhs)->args[0]), a;
            if (ly_failed(key)) return -1;
            a = ly_take_own_value(cx, ly_expr_of(lhs)->head);
            if (!a) return 0;
            a = ly_association_remove_take(cx, a, key);
            ly_release(cx, key);
            if (ly_failed(a)) return -1;
            ly_set_own_value_take(cx, ly_expr_of(lhs)->head, a, false);
            return 1;
        }
    }
    pattern = pattern_of(cx, lhs, &core);
    if (ly_failed(pattern)) return -1;
    tag = leading_symbol(core);
    if (tag && ly_may_assign(cx, who, tag, core)) {
        ly_rule_list list = !ly_is_expr(core)                        ? LY_OWN_VALUES
                            : ly_is_symbol(ly_expr_of(core)->head) ? LY_DOWN_VALUES
                                                                   : LY_SUB_VALUES;
        done = ly_remove_rule(cx, tag, list, pattern);
        if (!done) ly_message(cx, who, "norep", 2, core, tag);
    }
    ly_release(cx, pattern);
    return done;
}
MESSAGE(Unset, norep, "Assignment on `2` for `1` not found.")
MESSAGE(TagUnset, norep, "Assignment on `2` for `1` not found.")
