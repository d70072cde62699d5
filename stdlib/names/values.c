/* values.c: the rules of a symbol as lists: OwnValues, DownValues and their kin, read and assigned. */
#include "match/match.h"
#include "stdlib/names/names.h"

/* The symbol of DownValues[f], or LY_FAILED: pending, or a message was given. */
static ly_value symbol_of_call(ly_context *cx, ly_expr *call)
{
    ly_value argument = call->args[0], opened = LY_FAILED;
    if (ly_has_shape(argument, LY_SYM(Evaluate), 1)) {
        argument = opened = ly_evaluate(cx, argument);
        if (ly_failed(opened)) return LY_FAILED;
    }
    ly_value symbol = ly_symbol_argument(cx, argument);
    if (ly_failed(symbol)) {
        if (ly_is_string(argument)) ly_message_call(cx, call, "notfound", 1, argument);
        else ly_message_call(cx, call, "sym", 2, argument, LY_INT(1));
    }
    ly_release(cx, opened);
    return symbol;
}

static ly_value values(ly_context *cx, ly_expr *call, ly_rule_list list)
{
    ly_value symbol = symbol_of_call(cx, call);
    if (ly_failed(symbol)) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    return ly_rules_as_list(cx, symbol, list);
}

/* One of the rules that are assigned: HoldPattern[lhs] :> rhs, lhs -> rhs. */
static bool enter_rule(ly_context *cx, ly_value symbol, ly_rule_list list, ly_value rule)
{
    if (!ly_has_shape(rule, LY_SYM(Rule), 2) && !ly_has_shape(rule, LY_SYM(RuleDelayed), 2)) return false;
    ly_value lhs = ly_expr_of(rule)->args[0], rhs = ly_expr_of(rule)->args[1];
    bool delayed = ly_expr_of(rule)->head == LY_SYM(RuleDelayed);
    if (ly_has_shape(lhs, LY_SYM(HoldPattern), 1)) lhs = ly_expr_of(lhs)->args[0];
    ly_definition *d = ly_definition_edit(cx, symbol);
    if (list == LY_N_VALUES && ly_has_shape(lhs, LY_SYM(N), 2)) {
        /* N[x, MachinePrecision] is kept as N[x] */
        ly_value precision = ly_expr_of(lhs)->args[1];
        if (precision == LY_SYM(MachinePrecision) ||
            (ly_has_shape(precision, LY_SYM(List), 2) &&
             ly_expr_of(precision)->args[0] == LY_SYM(MachinePrecision))) {
            ly_value plain = ly_make1(cx, LY_SYM(N), ly_retain(ly_expr_of(lhs)->args[0]));
            if (!d->rules[list]) d->rules[list] = ly_rules_new(cx);
            ly_rules_append(cx, d->rules[list], plain, rhs, delayed);
            ly_release(cx, plain);
            return true;
        }
    }
    if (list == LY_OWN_VALUES && lhs == symbol) {
        ly_set_own_value_take(cx, symbol, ly_retain(rhs), delayed);
        return true;
    }
    if (list == LY_UP_VALUES) ly_flag_set(&ly_symbol_of(symbol)->o, LY_FLAG_HAS_UP);
    if (!d->rules[list]) d->rules[list] = ly_rules_new(cx);
    ly_rules_append(cx, d->rules[list], lhs, rhs, delayed);
    return true;
}

/* DownValues[f] = rules; DownValues[f] =. */
static ly_value assign_values(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed,
                              ly_rule_list list)
{
    if (lhs->count != 1) return LY_UNEVALUATED;
    ly_value symbol = symbol_of_call(cx, lhs);
    if (ly_failed(symbol)) return cx->pending.kind ? LY_FAILED : LY_SYM($Failed);
    /* DownValues[f] := {…} takes the rules as they are written */
    ly_value rules = ly_failed(rhs) ? ly_make0(cx, LY_SYM(List))
                   : delayed && !ly_has_head(rhs, LY_SYM(List)) ? ly_evaluate(cx, rhs) : ly_retain(rhs);
    if (ly_failed(rules)) return LY_FAILED;
    if (ly_attributes(cx, symbol) & (LY_PROTECTED | LY_LOCKED)) {
        ly_message_call(cx, lhs, "wrsym", 1, symbol);
        ly_release(cx, rules);
        return LY_SYM($Failed);
    }
    bool is_list = ly_has_head(rules, LY_SYM(List));
    size_t count = is_list ? ly_expr_of(rules)->count : 1;
    for (size_t i = 0; i < count; i++) {
        ly_value rule = is_list ? ly_expr_of(rules)->args[i] : rules;
        if (!ly_has_shape(rule, LY_SYM(Rule), 2) && !ly_has_shape(rule, LY_SYM(RuleDelayed), 2)) {
            ly_message_call(cx, lhs, "vrule", 2, lhs->head, rule);
            ly_release(cx, rules);
            return LY_SYM($Failed);
        }
    }
    ly_definition *d = ly_definition_edit(cx, symbol);
    ly_rules *old = d->rules[list];
    d->rules[list] = NULL;
    if (list == LY_OWN_VALUES) {
        ly_value value = d->value;
        d->value = LY_FAILED;
        ly_release(cx, value);
    }
    if (old) ly_rules_free(cx, old);
    for (size_t i = 0; i < count; i++)
        enter_rule(cx, symbol, list, is_list ? ly_expr_of(rules)->args[i] : rules);
    if (cx->pending.kind == LY_PENDING_NONE) return rules;
    ly_release(cx, rules); /* no memory for them */
    return LY_FAILED;
}
MESSAGE(General, vrule, "Cannot set `1` to `2`; a list of rules is expected.")

/* what reads and what assigns one list of rules */
#define VALUES(Name, function, list)                                                               \
    static ly_value function(ly_context *cx, ly_expr *call) { return values(cx, call, list); }     \
    ASSIGNMENT(Name, assign_##function)                                                            \
    static ly_value assign_##function(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed)    \
    {                                                                                              \
        return assign_values(cx, lhs, rhs, delayed, list);                                         \
    }

BUILTIN(OwnValues, own_values, 1, 1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "OwnValues[x] gives the rule that x = … or x := … entered.")
VALUES(OwnValues, own_values, LY_OWN_VALUES)

BUILTIN(DownValues, down_values, 1, 1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "DownValues[f] gives the rules for f[…].")
VALUES(DownValues, down_values, LY_DOWN_VALUES)

BUILTIN(SubValues, sub_values, 1, 1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "SubValues[f] gives the rules for f[…][…] and deeper.")
VALUES(SubValues, sub_values, LY_SUB_VALUES)

BUILTIN(UpValues, up_values, 1, 1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "UpValues[f] gives the rules for g[…, f[…], …] that belong to f.")
VALUES(UpValues, up_values, LY_UP_VALUES)

/* N[x] stands in the list as N[x, {MachinePrecision, MachinePrecision}]. */
BUILTIN(NValues, n_values, 1, 1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "NValues[f] gives the rules for N[f[…]].")
static ly_value n_values(ly_context *cx, ly_expr *call)
{
    ly_value list = values(cx, call, LY_N_VALUES);
    if (!ly_has_head(list, LY_SYM(List))) return list;
    ly_builder shown = ly_builder_new();
    for (size_t i = 0; i < ly_expr_of(list)->count; i++) {
        ly_value rule = ly_retain(ly_expr_of(list)->args[i]);
        ly_value lhs = ly_expr_of(ly_expr_of(rule)->args[0])->args[0];
        if (ly_has_shape(lhs, LY_SYM(N), 1)) {
            ly_value machine = ly_make2(cx, LY_SYM(List), LY_SYM(MachinePrecision), LY_SYM(MachinePrecision));
            ly_value full = ly_make2(cx, LY_SYM(N), ly_retain(ly_expr_of(lhs)->args[0]), machine);
            rule = ly_expr_set_take(cx, rule, 0, ly_make1(cx, LY_SYM(HoldPattern), full));
        }
        if (!ly_builder_add(cx, &shown, rule)) {
            ly_release(cx, list);
            return LY_FAILED;
        }
    }
    ly_release(cx, list);
    return ly_builder_finish(cx, &shown, LY_SYM(List));
}
ASSIGNMENT(NValues, assign_n_values)
static ly_value assign_n_values(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed)
{
    return assign_values(cx, lhs, rhs, delayed, LY_N_VALUES);
}

BUILTIN(FormatValues, format_values, 1, 1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "FormatValues[f] gives the rules for Format[f[…]].")
VALUES(FormatValues, format_values, LY_FORMAT_VALUES)

BUILTIN(Messages, messages, 1, 1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "Messages[f] gives the texts of messages f::tag that were set.")
VALUES(Messages, messages, LY_MESSAGES)

/* Default[Plus] and Default[Times] are built in. */
BUILTIN(DefaultValues, default_values, 1, 1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "DefaultValues[f] gives the rules for Default[f, …].")
static ly_value default_values(ly_context *cx, ly_expr *call)
{
    ly_value symbol = symbol_of_call(cx, call);
    if (ly_failed(symbol)) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    const ly_definition *d = ly_definition_of(cx, symbol);
    bool plus = symbol == LY_SYM(Plus);
    if ((d && d->rules[LY_DEFAULT_VALUES]) || (!plus && symbol != LY_SYM(Times)))
        return ly_rules_as_list(cx, symbol, LY_DEFAULT_VALUES);
    ly_value lhs = ly_make1(cx, LY_SYM(HoldPattern), ly_make1(cx, LY_SYM(Default), symbol));
    return ly_make1(cx, LY_SYM(List), ly_make2(cx, LY_SYM(RuleDelayed), lhs, LY_INT(plus ? 0 : 1)));
}
ASSIGNMENT(DefaultValues, assign_default_values)
static ly_value assign_default_values(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed)
{
    return assign_values(cx, lhs, rhs, delayed, LY_DEFAULT_VALUES);
}
