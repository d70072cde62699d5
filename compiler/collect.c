/* collect.c: statements → definitions.

   needs   statements
   leaves  for each symbol that the program defines: its rules (those of statements at top level), in
           order of application; its attributes; whether anything else in the program may change it

   A definition is *direct* when its rules, as the program states them, are all there is to know: then
   calls of it become calls of C functions. The order is found with the same function that orders rules
   at run time. */
#include <string.h>

#include "compiler/program.h"
#include "eval/eval.h"
#include "eval/attribute.h"
#include "match/match.h"
#include "match/pattern.h"

/* ---- definitions by symbol */

static definition **find(const program *p, ly_value symbol)
{
    uint32_t i = ly_hash(symbol) & (p->table_size - 1);
    while (p->table[i] && p->table[i]->symbol != symbol) i = (i + 1) & (p->table_size - 1);
    return &p->table[i];
}

definition *definition_of(const program *p, ly_value symbol)
{
    return p->table_size ? *find(p, symbol) : NULL;
}

static definition *definition_make(program *p, ly_value symbol)
{
    if (p->definition_count * 2 >= p->table_size) {
        definition **old = p->table;
        uint32_t size = p->table_size;
        p->table_size = size ? size * 2 : 64;
        p->table = program_alloc(p, p->table_size * sizeof *p->table);
        for (uint32_t i = 0; i < size; i++)
            if (old[i]) *find(p, old[i]->symbol) = old[i];
    }
    definition **slot = find(p, symbol);
    if (*slot) return *slot;
    definition *d = program_alloc(p, sizeof *d);
    d->symbol = symbol;
    d->entry = UINT32_MAX;
    *slot = d;
    *p->last_definition = d;
    p->last_definition = &d->next;
    p->definition_count++;
    return d;
}

/* ---- left sides */

bool is_pattern_head(ly_value head) { return ly_is_pattern_head(head); }

static bool has_pattern(ly_value e)
{
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (is_pattern_head(x->head) || has_pattern(x->head)) return true;
    for (uint32_t i = 0; i < x->count; i++)
        if (has_pattern(x->args[i])) return true;
    return false;
}

bool is_sequence_pattern(ly_value e)
{
    if (ly_has_shape(e, LY_SYM(Pattern), 2) && ly_is_symbol(ly_expr_of(e)->args[0])) e = ly_expr_of(e)->args[1];
    if (!ly_has_head(e, LY_SYM(BlankSequence)) && !ly_has_head(e, LY_SYM(BlankNullSequence))) return false;
    const ly_expr *x = ly_expr_of(e);
    return x->count == 0 || (x->count == 1 && ly_is_symbol(x->args[0]));
}

static bool is_native(const program *p, ly_value e, int depth);

/* At most one of them stands for several. */
static bool are_native(const program *p, const ly_expr *x, int depth)
{
    uint32_t sequences = 0;
    for (uint32_t i = 0; i < x->count; i++) {
        if (is_sequence_pattern(x->args[i])) sequences++;
        else if (!is_native(p, x->args[i], depth)) return false;
    }
    return sequences < 2;
}

/* Names and tests are in it. */
static bool has_names(ly_value e)
{
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Pattern) || x->head == LY_SYM(PatternTest) || has_names(x->head)) return true;
    for (uint32_t i = 0; i < x->count; i++)
        if (has_names(x->args[i])) return true;
    return false;
}

/* _ or _h, perhaps named: what may stand as the head of a pattern. */
static bool is_blank(ly_value e)
{
    if (ly_has_shape(e, LY_SYM(Pattern), 2) && ly_is_symbol(ly_expr_of(e)->args[0])) e = ly_expr_of(e)->args[1];
    const ly_expr *x = ly_is_expr(e) ? ly_expr_of(e) : NULL;
    return x && x->head == LY_SYM(Blank) && (x->count == 0 || (x->count == 1 && ly_is_symbol(x->args[0])));
}

/* The pattern is one that generated C tests by itself: literals, blanks with and without heads, names,
   tests, and expressions of fixed length with such parts. depth: 0 for an argument of the call. */
static bool is_native(const program *p, ly_value e, int depth)
{
    if (!ly_is_expr(e)) return !ly_is_object(e) || ly_is_symbol(e) || !ly_is_association(e);
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Blank)) return x->count == 0 || (x->count == 1 && ly_is_symbol(x->args[0]));
    if (x->head == LY_SYM(Pattern))
        return x->count == 2 && ly_is_symbol(x->args[0]) && is_native(p, x->args[1], depth);
    if (x->head == LY_SYM(PatternTest))
        return x->count == 2 && ly_is_symbol(x->args[1]) && is_native(p, x->args[0], depth);
    if (x->head == LY_SYM(HoldPattern)) return x->count == 1 && is_native(p, x->args[0], depth);
    if (x->head == LY_SYM(Alternatives)) {
        for (uint32_t i = 0; i < x->count; i++)
            if (has_names(x->args[i]) || !is_native(p, x->args[i], depth + 1)) return false;
        return x->count > 0;
    }
    if (is_pattern_head(x->head)) return false;
    if (!has_pattern(e)) return true;
    /* what is inside may be packed, or an association */
    if (is_blank(x->head)) return depth == 0 && are_native(p, x, depth + 1);
    if (!ly_is_symbol(x->head)) return false;
    if (x->head == LY_SYM(List) && depth > 0) return false; /* its rows may be packed */
    const definition *d = definition_of(p, x->head);
    uint32_t attributes = d ? d->attributes : ly_attributes(p->cx, x->head);
    if (attributes & (LY_FLAT | LY_ORDERLESS | LY_ONE_IDENTITY) || (d && d->attributes_unknown)) return false;
    return are_native(p, x, depth + 1);
}

/* Some part of the pattern may stand for any number of arguments. */
static bool is_variadic(ly_value e)
{
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Pattern) && x->count == 2) return is_variadic(x->args[1]);
    if (x->head == LY_SYM(PatternTest) && x->count == 2) return is_variadic(x->args[0]);
    if (x->head == LY_SYM(HoldPattern) && x->count == 1) return is_variadic(x->args[0]);
    if (x->head == LY_SYM(Alternatives) || x->head == LY_SYM(Condition) || x->head == LY_SYM(Except)) {
        for (uint32_t i = 0; i < x->count; i++)
            if (is_variadic(x->args[i])) return true;
        return false;
    }
    return is_pattern_head(x->head) && x->head != LY_SYM(Blank) && x->head != LY_SYM(Verbatim);
}

/* A variable that stands for a sequence of arguments somewhere inside. */
static bool is_sequence_variable(ly_value e, ly_value symbol)
{
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Pattern) && x->count == 2 && x->args[0] == symbol)
        return is_variadic(x->args[1]);
    for (uint32_t i = 0; i < x->count; i++)
        if (is_sequence_variable(x->args[i], symbol)) return true;
    return is_sequence_variable(x->head, symbol);
}

/* ---- statements */

static bool is_plain_constant(ly_value e)
{
    if (!ly_is_object(e)) return true;
    if (ly_is_symbol(e))
        return e == LY_SYM(True) || e == LY_SYM(False) || e == LY_SYM(Null);
    if (ly_has_head(e, LY_SYM(List))) {
        for (uint32_t i = 0; i < ly_expr_of(e)->count; i++)
            if (!is_plain_constant(ly_expr_of(e)->args[i])) return false;
        return true;
    }
    return !ly_is_expr(e) && !ly_is_association(e);
}

static bool is_system(ly_value symbol)
{
    return strcmp(ly_symbol_of(symbol)->context, "System`") == 0;
}

/* A built-in that is written in Lyra: its rules are compiled as a program's are. */
static bool is_built_in_by_rules(ly_value symbol)
{
    const ly_builtin *row = ly_symbol_of(symbol)->builtin;
    return row && row->effects & LY_BY_RULES;
}

/* f of f[…], f[…][…], and of the wrappers of left sides; LY_FAILED: no symbol. */
static ly_value leading_symbol(ly_value lhs)
{
    while (ly_is_expr(lhs)) {
        const ly_expr *x = ly_expr_of(lhs);
        if ((x->head == LY_SYM(Condition) || x->head == LY_SYM(HoldPattern) ||
             x->head == LY_SYM(Part) || x->head == LY_SYM(Attributes) || x->head == LY_SYM(DownValues) ||
             x->head == LY_SYM(Options) || x->head == LY_SYM(OwnValues) || x->head == LY_SYM(SubValues) ||
             x->head == LY_SYM(UpValues)) && x->count)
            lhs = x->args[0];
        else
            lhs = x->head;
    }
    return ly_is_symbol(lhs) ? lhs : LY_FAILED;
}

static rule *rule_new(program *p, definition *d, ly_value statement, ly_value lhs, ly_value rhs, bool delayed,
                      uint32_t place)
{
    rule *r = program_alloc(p, sizeof *r);
    r->statement = statement;
    r->lhs = lhs;
    r->rhs = rhs;
    r->delayed = delayed;
    r->definition = d;
    r->place = place;
    r->call = lhs;
    while (ly_has_shape(r->call, LY_SYM(Condition), 2) || ly_has_shape(r->call, LY_SYM(HoldPattern), 1)) {
        const ly_expr *x = ly_expr_of(r->call);
        if (x->head == LY_SYM(Condition)) {
            if (r->condition) r->note = "several conditions";
            r->condition = x->args[1];
        }
        r->call = x->args[0];
    }
    return r;
}

/* A definition at top level. False: it is none that is compiled. */
static bool collect_definition(program *p, ly_value e, uint32_t place)
{
    bool delayed = ly_has_shape(e, LY_SYM(SetDelayed), 2);
    if (!delayed && !ly_has_shape(e, LY_SYM(Set), 2)) return false;
    ly_value lhs = ly_expr_of(e)->args[0], rhs = ly_expr_of(e)->args[1], call = lhs;
    while (ly_has_shape(call, LY_SYM(Condition), 2) || ly_has_shape(call, LY_SYM(HoldPattern), 1))
        call = ly_expr_of(call)->args[0];
    if (!ly_is_expr(call) || !ly_is_symbol(ly_expr_of(call)->head)) return false;
    bool built_in = is_built_in_by_rules(ly_expr_of(call)->head);
    if (is_system(ly_expr_of(call)->head) && !built_in) return false;
    definition *d = definition_make(p, ly_expr_of(call)->head);
    if (built_in) {
        /* where none of these rules applies, the library's may */
        d->attributes_unknown = true;
        d->built_in = true;
    }
    if (!delayed && !is_plain_constant(rhs)) {
        d->changed = true;
        return true;
    }
    rule *r = rule_new(p, d, e, lhs, rhs, delayed, place);
    program_add(p, d->rules, d->rule_count, d->rule_capacity, r);
    return true;
}

/* SetAttributes[f, HoldAll], SetAttributes[{f, g}, {HoldAll, …}] with nothing computed. */
static bool collect_attributes(program *p, ly_value e)
{
    if (!ly_has_shape(e, LY_SYM(SetAttributes), 2)) return false;
    ly_value symbols = ly_expr_of(e)->args[0], names = ly_expr_of(e)->args[1];
    uint32_t bits = 0;
    bool known = true;
    size_t count = ly_has_head(names, LY_SYM(List)) ? ly_length(names) : 1;
    for (size_t i = 0; i < count; i++) {
        ly_value name = ly_has_head(names, LY_SYM(List)) ? ly_expr_of(names)->args[i] : names;
        uint32_t bit = ly_is_symbol(name) ? ly_attribute_bit(name) : 0;
        known = known && bit;
        bits |= bit;
    }
    count = ly_has_head(symbols, LY_SYM(List)) ? ly_length(symbols) : 1;
    for (size_t i = 0; i < count; i++) {
        ly_value symbol = ly_has_head(symbols, LY_SYM(List)) ? ly_expr_of(symbols)->args[i] : symbols;
        if (!ly_is_symbol(symbol)) continue;
        definition *d = definition_make(p, symbol);
        d->attributes |= bits;
        if (!known || is_system(symbol)) d->attributes_unknown = true;
    }
    return true;
}

/* Return[value, f] ends the calls of f that are under way: the evaluator keeps account of them. A head
   that is computed may be any. */
static void collect_return(program *p, const ly_expr *x)
{
    if (x->head == LY_SYM(Return) && x->count > 1) {
        if (!ly_is_symbol(x->args[1])) p->returns_anywhere = true;
        else if (!is_system(x->args[1])) definition_make(p, x->args[1])->returned_from = true;
    }
    for (uint32_t i = 0; i < x->count; i++)
        if (x->args[i] == LY_SYM(Return)) p->returns_anywhere = true;
}

/* The left side of an assignment: a symbol, several of them, a part of one's value, or a call. */
static void collect_target(program *p, ly_value target)
{
    if (ly_has_head(target, LY_SYM(List))) {
        for (uint32_t i = 0; i < ly_expr_of(target)->count; i++) collect_target(p, ly_expr_of(target)->args[i]);
        return;
    }
    if (ly_has_head(target, LY_SYM(Part)) && ly_expr_of(target)->count) {
        collect_target(p, ly_expr_of(target)->args[0]);
        return;
    }
    ly_value symbol = leading_symbol(target);
    if (!symbol) return;
    if (target == symbol) definition_make(p, symbol)->valued = true;
    else definition_make(p, symbol)->changed = true;
}

/* Whatever else in an expression may define or change symbols when it is evaluated. */
static void collect_changes(program *p, ly_value e)
{
    if (!ly_is_expr(e)) {
        if (e == LY_SYM(ToExpression) || e == LY_SYM(Symbol) || e == LY_SYM(Get) || e == LY_SYM(Needs))
            p->open_world = true;
        return;
    }
    const ly_expr *x = ly_expr_of(e);
    collect_return(p, x);
    if (ly_is_symbol(x->head) && is_system(x->head) && x->count) {
        const char *name = ly_symbol_name(x->head);
        if (strcmp(name, "Set") == 0 || strcmp(name, "SetDelayed") == 0 || strcmp(name, "UpSet") == 0 ||
            strcmp(name, "UpSetDelayed") == 0 || strcmp(name, "TagSet") == 0 ||
            strcmp(name, "TagSetDelayed") == 0 || strcmp(name, "Unset") == 0 ||
            strcmp(name, "TagUnset") == 0)
            collect_target(p, x->args[0]);
        if (strcmp(name, "SetAttributes") == 0 || strcmp(name, "ClearAttributes") == 0 ||
            strcmp(name, "Unprotect") == 0 || strcmp(name, "ClearAll") == 0 || strcmp(name, "Remove") == 0 ||
            strcmp(name, "Clear") == 0 || strcmp(name, "Block") == 0 || strcmp(name, "SetOptions") == 0 ||
            (strcmp(name, "Set") == 0 && ly_has_head(x->args[0], LY_SYM(Attributes)))) {
            bool attributes = strstr(name, "Attributes") || strcmp(name, "Unprotect") == 0 || strcmp(name, "Set") == 0;
            const ly_expr *list = ly_has_head(x->args[0], LY_SYM(List)) ? ly_expr_of(x->args[0]) : x;
            uint32_t last = list == x && name[0] != 'C' && name[0] != 'R' && name[0] != 'U' ? 1 : list->count;
            for (uint32_t i = 0; i < last; i++) {
                ly_value symbol = leading_symbol(list->args[i]);
                if (ly_has_head(list->args[i], LY_SYM(Set)) || ly_has_head(list->args[i], LY_SYM(SetDelayed)))
                    symbol = leading_symbol(ly_expr_of(list->args[i])->args[0]);
                if (!symbol) continue;
                definition *d = definition_make(p, symbol);
                if (attributes) d->attributes_unknown = true;
                if (strcmp(name, "Block") == 0) d->valued = true;
            }
        }
    }
    collect_changes(p, x->head);
    for (uint32_t i = 0; i < x->count; i++) collect_changes(p, x->args[i]);
}

static void collect_statement(program *p, ly_value e, uint32_t place)
{
    if (ly_has_head(e, LY_SYM(CompoundExpression))) {
        for (uint32_t i = 0; i < ly_expr_of(e)->count; i++)
            collect_statement(p, ly_expr_of(e)->args[i], place);
        return;
    }
    if (collect_definition(p, e, place)) {
        collect_changes(p, ly_expr_of(e)->args[1]);
        return;
    }
    if (collect_attributes(p, e)) return;
    collect_changes(p, e);
}

/* ---- what is known when all statements were seen */

/* Arithmetic of numbers and constants alone: it has one value, whatever the program does. */
static bool is_arithmetic(const program *p, ly_value e)
{
    if (!ly_is_expr(e)) return ly_is_number(e) || ((e == LY_SYM(Pi) || e == LY_SYM(E)) && !definition_of(p, e));
    const ly_expr *x = ly_expr_of(e);
    if (x->head != LY_SYM(Plus) && x->head != LY_SYM(Times) && x->head != LY_SYM(Power)) return false;
    if (definition_of(p, x->head)) return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (!is_arithmetic(p, x->args[i])) return false;
    return x->count > 0;
}

static bool has_power_above(ly_value e, int64_t most)
{
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Power) && (x->count != 2 || !ly_is_int(x->args[1]) || ly_int_of(x->args[1]) > most ||
                                     ly_int_of(x->args[1]) < -most))
        return true;
    for (uint32_t i = 0; i < x->count; i++)
        if (has_power_above(x->args[i], most)) return true;
    return false;
}

/* f[1 + 1] = v defines f[2]: the arguments of a left side are evaluated, unless they are held. */
static void evaluate_arguments(program *p, rule *r)
{
    enum { LARGEST = 64 }; /* of exponents: a power is not computed here that nobody may ask for */
    const ly_expr *call = ly_expr_of(r->call);
    ly_value evaluated = LY_FAILED;
    if (r->lhs != r->call) return; /* with a condition, or HoldPattern, which holds */
    for (uint32_t i = 0; i < call->count; i++) {
        ly_value argument = call->args[i];
        if (!ly_is_expr(argument) || !is_arithmetic(p, argument) || has_power_above(argument, LARGEST)) continue;
        ly_value v = ly_evaluate(p->cx, argument);
        if (ly_failed(v)) continue;
        evaluated = ly_expr_set_take(p->cx, evaluated ? evaluated : ly_retain(r->call), i, v);
    }
    if (!evaluated) return;
    r->lhs = r->call = program_keep(p, evaluated);
}

static void find_variables(program *p, rule *r)
{
    ly_pattern *pattern = ly_pattern_of(p->cx, r->lhs);
    size_t count = pattern ? ly_pattern_variables(pattern) : 0;
    if (!pattern) p->failed = true; /* no memory */
    r->variable_count = (uint32_t)count;
    r->variables = program_alloc(p, (count + 1) * sizeof *r->variables);
    for (size_t i = 0; i < count; i++) {
        r->variables[i].symbol = ly_pattern_variable(pattern, i);
        r->variables[i].sequence = is_sequence_variable(r->lhs, r->variables[i].symbol);
    }
}

/* How often a pattern gives this name. */
static uint32_t times_named(ly_value e, ly_value symbol)
{
    if (!ly_is_expr(e)) return 0;
    const ly_expr *x = ly_expr_of(e);
    uint32_t n = times_named(x->head, symbol);
    if (x->head == LY_SYM(Pattern) && x->count == 2 && x->args[0] == symbol) n++;
    for (uint32_t i = 0; i < x->count; i++) n += times_named(x->args[i], symbol);
    return n;
}

static uint32_t tests_in(ly_value e)
{
    if (!ly_is_expr(e)) return 0;
    const ly_expr *x = ly_expr_of(e);
    uint32_t n = x->head == LY_SYM(PatternTest);
    for (uint32_t i = 0; i < x->count; i++) n += tests_in(x->args[i]);
    return n;
}

static void find_arity(program *p, definition *d, rule *r)
{
    enum { MOST = 60 }; /* of names and tests, in generated C */
    const ly_expr *x = ly_expr_of(r->call);
    r->arity = (int32_t)x->count;
    for (uint32_t i = 0; i < x->count; i++)
        if (is_variadic(x->args[i]) && !ly_has_head(x->args[i], LY_SYM(Alternatives))) r->arity = -1;
    uint32_t tests = tests_in(r->call);
    r->by_matcher = !are_native(p, x, 0) || r->variable_count > MOST || tests > MOST;
    r->asks = tests > 0;
    for (uint32_t i = 0; i < r->variable_count; i++)
        if (r->variables[i].sequence && times_named(r->call, r->variables[i].symbol) > 1) r->by_matcher = true;
    if (r->arity < 0 && !r->by_matcher) d->any = true;
    if (r->arity < 0) return;
    for (uint32_t i = 0; i < d->arity_count; i++)
        if (d->arities[i]->count == x->count) return;
    arity *a = program_alloc(p, sizeof *a);
    a->count = x->count;
    program_add(p, d->arities, d->arity_count, d->arity_capacity, a);
}

/* A rule for any number of arguments: one function for all of them. */
static void join_arities(program *p, definition *d)
{
    if (!d->any) return;
    arity *a = program_alloc(p, sizeof *a);
    a->any = true;
    d->arity_count = 0;
    program_add(p, d->arities, d->arity_count, d->arity_capacity, a);
    for (uint32_t i = 0; i < d->rule_count; i++) {
        const ly_expr *x = ly_expr_of(d->rules[i]->call);
        for (uint32_t k = 0; k < x->count; k++) {
            ly_value e = x->args[k];
            while (ly_has_shape(e, LY_SYM(PatternTest), 2) || ly_has_shape(e, LY_SYM(Pattern), 2))
                e = ly_expr_of(e)->args[ly_expr_of(e)->head == LY_SYM(Pattern)];
            /* a list among the arguments may be packed */
            if (ly_has_head(e, LY_SYM(List)) && has_pattern(e)) d->rules[i]->by_matcher = true;
        }
    }
}

/* The rules in order of application, those that a later one replaces left out. */
static void order_rules(program *p, definition *d)
{
    ly_rules *rules = ly_rules_new(p->cx);
    for (uint32_t i = 0; i < d->rule_count; i++)
        ly_rules_add(p->cx, rules, d->rules[i]->lhs, d->rules[i]->rhs, d->rules[i]->delayed);
    uint32_t count = (uint32_t)ly_rules_count(rules);
    rule **ordered = program_alloc(p, (count + 1) * sizeof *ordered);
    bool all = count == d->rule_count;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = d->rule_count; k-- > 0 && !ordered[i];)
            if (ly_same(d->rules[k]->lhs, ly_rules_at(rules, i)->lhs) &&
                ly_same(d->rules[k]->rhs, ly_rules_at(rules, i)->rhs))
                ordered[i] = d->rules[k];
    for (uint32_t i = 0; i < count; i++) all = all && ordered[i];
    if (all) d->rules = ordered;
    else d->note = "a rule replaces another";
    d->direct = all && count > 0;
    ly_rules_free(p->cx, rules);
}

/* Many rules that no switch over integers tells apart: the matcher has a table for them. */
static bool is_long_chain(const definition *d)
{
    uint32_t others = 0;
    for (uint32_t i = 0; i < d->rule_count; i++) {
        const ly_expr *x = ly_expr_of(d->rules[i]->call);
        others += x->count == 0 || !ly_is_int(x->args[0]) || d->any;
    }
    return others > 64;
}

static void judge(const program *p, definition *d)
{
    if (d->returned_from || p->returns_anywhere) d->note = "Return names it from within";
    if (d->changed) d->note = "the program changes its rules as it runs";
    if (d->valued) d->note = "the symbol is also a variable";
    if (d->attributes || d->attributes_unknown) d->note = "it has attributes";
    if (d->built_in) d->note = "it is a built-in function";
    for (uint32_t i = 0; i < d->rule_count; i++) {
        rule *r = d->rules[i];
        if (r->note) d->note = r->note;
        if (r->by_matcher) d->note = "a pattern needs the matcher";
    }
    if (is_long_chain(d)) d->note = "so many rules are found faster by the matcher";
    if (d->note) d->direct = false;
}

rule *rule_of_statement(program *p, ly_value statement)
{
    if (!ly_has_head(statement, LY_SYM(SetDelayed)) && !ly_has_head(statement, LY_SYM(Set))) return NULL;
    ly_value symbol = leading_symbol(ly_expr_of(statement)->args[0]);
    definition *d = symbol ? definition_of(p, symbol) : NULL;
    for (uint32_t i = 0; d && i < d->rule_count; i++)
        if (d->rules[i]->statement == statement) return d->rules[i];
    return NULL;
}

rule *inner_rule(program *p, ly_value statement, uint32_t place)
{
    const ly_expr *x = ly_expr_of(statement);
    definition *d = program_alloc(p, sizeof *d);
    rule *r = rule_new(p, d, statement, x->args[0], x->args[1], true, place);
    if (!ly_is_expr(r->call) || !ly_is_symbol(ly_expr_of(r->call)->head)) return NULL;
    d->symbol = ly_expr_of(r->call)->head;
    d->name = "";
    find_variables(p, r);
    return r;
}

void collect_definitions(program *p)
{
    for (uint32_t i = 0; i < p->statement_count; i++) {
        if (p->statements[i]->rest) p->open_world = true;
        else collect_statement(p, p->statements[i]->input, i);
    }
    for (definition *d = p->definitions; d; d = d->next) {
        for (uint32_t i = 0; i < d->rule_count; i++) {
            if (!d->attributes && !d->attributes_unknown) evaluate_arguments(p, d->rules[i]);
            find_variables(p, d->rules[i]);
            find_arity(p, d, d->rules[i]);
        }
        join_arities(p, d);
        if (d->rule_count) order_rules(p, d);
        if (d->returned_from && !d->rule_count) p->returns_anywhere = true; /* a variable, perhaps */
    }
    for (definition *d = p->definitions; d; d = d->next) {
        judge(p, d);
        for (uint32_t i = 0; i < d->rule_count; i++) d->rules[i]->index = p->rule_count++;
    }
}
