/* options.c: Options, SetOptions, OptionValue, FilterRules.

   The options of a symbol are a list of rules in its definition, or, until they are changed, those
   that default_options.def gives a built-in. Option names are compared by name: symbols of any
   context and strings mean the same. */
#include "eval/library.h"
#include "match/match.h"
#include "stdlib/names/names.h"
#include "text/text.h"

bool ly_same_option(ly_value a, ly_value b)
{
    if (a == b) return true;
    if (!(ly_is_symbol(a) || ly_is_string(a)) || !(ly_is_symbol(b) || ly_is_string(b))) return ly_same(a, b);
    const char *x = ly_is_symbol(a) ? ly_symbol_name(a) : ly_string_of(a)->data;
    const char *y = ly_is_symbol(b) ? ly_symbol_name(b) : ly_string_of(b)->data;
    return !strcmp(x, y);
}

static bool is_rule(ly_value v)
{
    return ly_has_shape(v, LY_SYM(Rule), 2) || ly_has_shape(v, LY_SYM(RuleDelayed), 2);
}

static ly_value rule_name(ly_value rule) { return ly_expr_of(rule)->args[0]; }

/* ---- defaults of built-ins -------------------------------------------------------------------- */

/* The text of the default options of a System` symbol, or NULL. */
static const char *default_text(ly_value symbol)
{
#define OPTIONS(name, options)                                                                     \
    if (symbol == name) return options;
#include "stdlib/names/default_options.def"
#undef OPTIONS
    return NULL;
}

static ly_value default_options(ly_context *cx, ly_value symbol)
{
    const char *text = default_text(symbol);
    const ly_builtin *row = ly_symbol_of(symbol)->builtin;
    ly_value list;
    if (row && row->effects & LY_BY_RULES) {
        const ly_definition *d = ly_library_definition(cx, symbol);
        if (d && d->options) return ly_retain(d->options);
    }
    if (!text) return ly_make0(cx, LY_SYM(List));
    list = ly_library_read(cx, text);
    return ly_failed(list) ? ly_make0(cx, LY_SYM(List)) : list;
}

BUILTIN($Assumptions, assumptions, 0, 0, 0, LY_VALUE | LY_EFFECTS,
        "$Assumptions is what Simplify, Integrate and others take for true.")
static ly_value assumptions(ly_context *cx, ly_expr *call) { return LY_SYM(True); }

ly_value ly_options_of(ly_context *cx, ly_value symbol)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    return d && d->options ? ly_retain(d->options) : default_options(cx, symbol);
}

/* ---- rules among expressions ------------------------------------------------------------------ */

/* Adds the rules of v (a rule, an association, lists of these) to list. False: v holds something
   else; memory: pending. */
static bool add_rules(ly_context *cx, ly_builder *list, ly_value v, int depth)
{
    if (is_rule(v)) return ly_builder_add(cx, list, ly_retain(v));
    if (ly_is_association(v)) {
        uint32_t at = 0;
        const ly_entry *entry;
        while ((entry = ly_association_next(ly_association_of(v), &at)))
            if (!ly_builder_add(cx, list, ly_entry_rule(cx, entry))) return false;
        return true;
    }
    if (!ly_has_head(v, LY_SYM(List)) || depth > 32) return false;
    for (size_t i = 0; i < ly_expr_of(v)->count; i++)
        if (!add_rules(cx, list, ly_expr_of(v)->args[i], depth + 1)) return false;
    return true;
}

/* The rules of v as one list (owned), or LY_FAILED. */
static ly_value flat_rules(ly_context *cx, ly_value v)
{
    ly_builder list = ly_builder_new();
    if (add_rules(cx, &list, v, 0)) return ly_builder_finish(cx, &list, LY_SYM(List));
    ly_builder_drop(cx, &list);
    return LY_FAILED;
}

/* The rule for an option name in a list of rules, borrowed, or LY_FAILED. */
static ly_value find_rule(ly_value list, ly_value name)
{
    const ly_expr *rules = ly_expr_of(list);
    for (size_t i = 0; i < rules->count; i++)
        if (is_rule(rules->args[i]) && ly_same_option(rule_name(rules->args[i]), name)) return rules->args[i];
    return LY_FAILED;
}

/* ---- Options, SetOptions ---------------------------------------------------------------------- */

/* The symbol whose options are meant: f, "f", f[…]. */
static ly_value option_symbol(ly_context *cx, ly_value v)
{
    ly_value symbol = ly_symbol_argument(cx, v);
    while (ly_failed(symbol) && ly_is_expr(v)) {
        v = ly_expr_of(v)->head;
        symbol = ly_is_symbol(v) ? v : LY_FAILED;
    }
    return symbol;
}

BUILTIN(Options, options, 1, 2, LY_PROTECTED, LY_EFFECTS,
        "Options[f] gives the options of f with their defaults; Options[f, name] that of one option. "
        "Options[f] = rules declares them.")
static ly_value options(ly_context *cx, ly_expr *call)
{
    ly_value all, target = call->args[0];
    if (ly_is_expr(target) && !ly_has_head(target, LY_SYM(HoldPattern))) {
        /* the options among the arguments of an expression */
        ly_builder own = ly_builder_new();
        for (size_t i = 0; i < ly_expr_of(target)->count; i++)
            if (is_rule(ly_expr_of(target)->args[i]) &&
                !ly_builder_add(cx, &own, ly_retain(ly_expr_of(target)->args[i])))
                return LY_FAILED;
        all = ly_builder_finish(cx, &own, LY_SYM(List));
    } else {
        ly_value symbol = option_symbol(cx, target);
        if (ly_failed(symbol)) {
            if (ly_is_string(target)) return ly_make0(cx, LY_SYM(List));
            return ly_message_call(cx, call, "sym", 2, target, LY_INT(1));
        }
        all = ly_options_of(cx, symbol);
    }
    if (call->count == 1 || ly_failed(all)) return all;
    ly_value wanted = call->args[1];
    bool many = ly_has_head(wanted, LY_SYM(List));
    ly_builder found = ly_builder_new();
    for (size_t i = 0; i < (many ? ly_expr_of(wanted)->count : 1); i++) {
        ly_value name = many ? ly_expr_of(wanted)->args[i] : wanted;
        ly_value rule = find_rule(all, name);
        if (ly_failed(rule)) {
            ly_message_call(cx, call, "optnf", 2, name, target);
            continue;
        }
        if (!ly_builder_add(cx, &found, ly_retain(rule))) {
            ly_release(cx, all);
            return LY_FAILED;
        }
    }
    ly_release(cx, all);
    return ly_builder_finish(cx, &found, LY_SYM(List));
}
MESSAGE(General, optnf, "`1` is not a known option for `2`.")

ASSIGNMENT(Options, assign_options)
static ly_value assign_options(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed)
{
    if (lhs->count != 1) return LY_UNEVALUATED;
    ly_value target = ly_has_shape(lhs->args[0], LY_SYM(Evaluate), 1) ? ly_evaluate(cx, lhs->args[0])
                                                                     : ly_retain(lhs->args[0]);
    if (ly_failed(target)) return LY_FAILED;
    ly_value symbol = option_symbol(cx, target);
    ly_release(cx, target);
    if (ly_failed(symbol)) return LY_UNEVALUATED;
    ly_value value = ly_failed(rhs) ? ly_make0(cx, LY_SYM(List))
                   : delayed ? ly_evaluate(cx, rhs) : ly_retain(rhs);
    if (ly_failed(value)) return LY_FAILED;
    ly_value rules = flat_rules(cx, value);
    if (ly_failed(rules)) {
        if (!cx->pending.kind) ly_message_call(cx, lhs, "options", 1, value);
        ly_release(cx, value);
        return cx->pending.kind ? LY_FAILED : LY_SYM($Failed);
    }
    if (ly_attributes(cx, symbol) & LY_LOCKED) {
        ly_message_call(cx, lhs, "locked", 1, symbol);
        ly_release(cx, rules);
        return value;
    }
    ly_definition *d = ly_definition_edit(cx, symbol);
    ly_value old = d->options;
    d->options = rules;
    ly_release(cx, old);
    return value;
}
MESSAGE(Options, options, "`1` is not a valid list of option rules.")

BUILTIN(SetOptions, set_options, 1, -1, LY_PROTECTED, LY_EFFECTS,
        "SetOptions[f, name -> value, …] gives options of f new defaults.")
static ly_value set_options(ly_context *cx, ly_expr *call)
{
    ly_value symbol = option_symbol(cx, call->args[0]);
    if (ly_failed(symbol)) return LY_UNEVALUATED;
    ly_value all = ly_options_of(cx, symbol);
    ly_builder given = ly_builder_new();
    for (size_t i = 1; i < call->count; i++)
        if (!add_rules(cx, &given, call->args[i], 0)) {
            ly_builder_drop(cx, &given);
            ly_release(cx, all);
            if (cx->pending.kind) return LY_FAILED;
            return ly_message_call(cx, call, "rep", 1, call->args[i]);
        }
    ly_value new = ly_builder_finish(cx, &given, LY_SYM(List));
    if (ly_failed(new) || ly_failed(all)) return LY_FAILED;
    for (size_t i = 0; i < ly_expr_of(new)->count; i++) {
        ly_value rule = ly_expr_of(new)->args[i];
        size_t at = 0;
        while (at < ly_expr_of(all)->count && !ly_same_option(rule_name(ly_expr_of(all)->args[at]), rule_name(rule)))
            at++;
        if (at == ly_expr_of(all)->count) {
            ly_message_call(cx, call, "optnf", 2, rule_name(rule), symbol);
            ly_release(cx, all);
            ly_release(cx, new);
            return LY_UNEVALUATED;
        }
        /* the name stays as it was declared */
        ly_value changed = ly_make2(cx, ly_expr_of(rule)->head, ly_retain(rule_name(ly_expr_of(all)->args[at])),
                                    ly_retain(ly_expr_of(rule)->args[1]));
        all = ly_expr_set_take(cx, all, at, changed);
    }
    ly_release(cx, new);
    ly_definition *d = ly_definition_edit(cx, symbol);
    ly_value old = d->options;
    d->options = ly_retain(all);
    ly_release(cx, old);
    return all;
}
MESSAGE(SetOptions, rep, "`1` is not a valid replacement rule.")

/* rules, and lists of nothing but rules */
static bool is_option(ly_value v, int depth)
{
    if (is_rule(v)) return ly_is_symbol(rule_name(v)) || ly_is_string(rule_name(v));
    if (!ly_has_head(v, LY_SYM(List)) || depth > 100) return false;
    for (size_t i = 0; i < ly_expr_of(v)->count; i++)
        if (!is_option(ly_expr_of(v)->args[i], depth + 1)) return false;
    return true;
}

BUILTIN(OptionQ, option_q, 1, 1, LY_PROTECTED, LY_PURE,
        "OptionQ[e] tells whether e can be an option: a rule, or a list of rules.")
static ly_value option_q(ly_context *cx, ly_expr *call) { return ly_bool(is_option(call->args[0], 0)); }

/* ---- OptionValue ------------------------------------------------------------------------------ */

/* The value of one option: among the rules given, then in the defaults of f (a symbol, a list of
   rules, or a list of these). Owned; LY_FAILED with nothing pending: there is none. */
static ly_value value_in(ly_context *cx, ly_value source, ly_value name)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, value_in, LY_AS_WORD(cx), source, name);
    if (ly_is_symbol(source) || ly_is_string(source)) {
        ly_value symbol = ly_symbol_argument(cx, source);
        ly_value all = ly_failed(symbol) ? LY_FAILED : ly_options_of(cx, symbol);
        if (ly_failed(all)) return LY_FAILED;
        ly_value rule = find_rule(all, name);
        ly_value value = ly_failed(rule) ? rule : ly_retain(ly_expr_of(rule)->args[1]);
        ly_release(cx, all);
        return value;
    }
    if (is_rule(source))
        return ly_same_option(rule_name(source), name) ? ly_retain(ly_expr_of(source)->args[1]) : LY_FAILED;
    if (ly_is_association(source)) {
        uint32_t at = 0;
        const ly_entry *entry;
        while ((entry = ly_association_next(ly_association_of(source), &at)))
            if (ly_same_option(entry->key, name)) return ly_retain(entry->value);
        return LY_FAILED;
    }
    if (ly_has_head(source, LY_SYM(List))) {
        ly_value found = LY_FAILED;
        for (size_t i = 0; ly_failed(found) && i < ly_expr_of(source)->count; i++)
            found = value_in(cx, ly_expr_of(source)->args[i], name);
        return found;
    }
    return ly_is_expr(source) ? value_in(cx, ly_expr_of(source)->head, name) : LY_FAILED;
}

static ly_value option_value_of(ly_context *cx, ly_expr *call, ly_value f, ly_value given, ly_value name,
                                ly_value wrapper)
{
    if (ly_stack_low(cx))
        return ly_deeper(cx, option_value_of, LY_AS_WORD(cx), LY_AS_WORD(call), f, given, name, wrapper);
    if (ly_has_head(name, LY_SYM(List))) {
        ly_builder list = ly_builder_new();
        for (size_t i = 0; i < ly_expr_of(name)->count; i++) {
            ly_value value = option_value_of(cx, call, f, given, ly_expr_of(name)->args[i], wrapper);
            if (ly_failed(value) || !ly_builder_add(cx, &list, value)) {
                ly_builder_drop(cx, &list);
                return LY_FAILED;
            }
        }
        return ly_builder_finish(cx, &list, LY_SYM(List));
    }
    ly_value value = ly_failed(given) ? LY_FAILED : value_in(cx, given, name);
    if (ly_failed(value)) value = value_in(cx, f, name);
    if (ly_failed(value)) {
        ly_message_call(cx, call, "optnf", 2, name, f);
        value = ly_retain(name);
    }
    if (!ly_failed(wrapper)) value = ly_make1(cx, wrapper, value);
    return value;
}

BUILTIN(OptionValue, option_value, 1, 4, LY_PROTECTED, LY_EFFECTS,
        "OptionValue[name] on the right of a rule with OptionsPattern[] gives the value of an option; "
        "OptionValue[f, name] its default; OptionValue[f, {rules}, name] among the rules given.")
static ly_value option_value(ly_context *cx, ly_expr *call)
{
    switch (call->count) {
    case 1: return LY_UNEVALUATED;
    case 2: return option_value_of(cx, call, call->args[0], LY_FAILED, call->args[1], LY_FAILED);
    default:
        return option_value_of(cx, call, call->args[0], call->args[1], call->args[2],
                               call->count == 4 ? call->args[3] : LY_FAILED);
    }
}
MESSAGE(OptionValue, optnf, "Option name `1` not found in defaults for `2`.")

/* ---- FilterRules ------------------------------------------------------------------------------ */

/* Does an option name match what is asked for: a name, a rule for it, a pattern, a list of these? */
static int wanted(ly_context *cx, ly_value name, ly_value filter)
{
    if (ly_stack_low(cx)) {
        int found = (int)ly_deeper(cx, wanted, LY_AS_WORD(cx), name, filter);
        return found == 0 && cx->pending.kind ? -1 : found;
    }
    if (is_rule(filter)) filter = rule_name(filter);
    if (ly_has_head(filter, LY_SYM(List))) {
        for (size_t i = 0; i < ly_expr_of(filter)->count; i++) {
            int r = wanted(cx, name, ly_expr_of(filter)->args[i]);
            if (r) return r;
        }
        return 0;
    }
    if (ly_same_option(name, filter)) return 1;
    return ly_is_expr(filter) ? ly_matches(cx, filter, name) : 0;
}

BUILTIN(FilterRules, filter_rules, 2, 2, LY_PROTECTED, LY_PURE,
        "FilterRules[rules, names] gives the rules whose left sides are among names, or match a pattern.")
static ly_value filter_rules(ly_context *cx, ly_expr *call)
{
    ly_value rules = flat_rules(cx, call->args[0]);
    if (ly_failed(rules)) {
        if (cx->pending.kind) return LY_FAILED;
        return ly_message_call(cx, call, "rep", 1, call->args[0]);
    }
    ly_builder kept = ly_builder_new();
    for (size_t i = 0; i < ly_expr_of(rules)->count; i++) {
        ly_value rule = ly_expr_of(rules)->args[i];
        int keep = wanted(cx, rule_name(rule), call->args[1]);
        if (keep < 0 || (keep && !ly_builder_add(cx, &kept, ly_retain(rule)))) {
            ly_builder_drop(cx, &kept);
            ly_release(cx, rules);
            return LY_FAILED;
        }
    }
    ly_release(cx, rules);
    return ly_builder_finish(cx, &kept, LY_SYM(List));
}
MESSAGE(FilterRules, rep, "`1` is not a valid replacement rule.")
