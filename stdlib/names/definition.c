/* definition.c: definitions as text, and what is known of a symbol: Definition, FullDefinition,
   Information (?name), Save. */
#include <stdio.h>
#include <stdlib.h>

#include "eval/attribute.h"
#include "match/match.h"
#include "stdlib/names/names.h"
#include "text/text.h"

/* Definitions of one symbol are apart by a line with a blank, as the Wolfram Language has it. */
static void separate(ly_text *text)
{
    if (text->count) ly_text_puts(text, "\n \n");
}

/* lhs = rhs, lhs := rhs; tag before it for up values. */
static void add_assignment(ly_context *cx, ly_text *text, ly_value tag, ly_value lhs, ly_value rhs,
                           bool delayed)
{
    separate(text);
    if (!ly_failed(tag)) {
        ly_write_symbol_name(cx, text, tag);
        ly_text_puts(text, " /: ");
    }
    ly_print_input_form(cx, text, lhs);
    ly_text_puts(text, delayed ? " := " : " = ");
    ly_print_input_form(cx, text, rhs);
}

static void add_rules(ly_context *cx, ly_text *text, ly_value symbol, ly_rule_list list)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    if (!d || !d->rules[list]) return;
    for (size_t i = 0; i < ly_rules_count(d->rules[list]); i++) {
        const ly_rule *rule = ly_rules_at(d->rules[list], i);
        add_assignment(cx, text, list == LY_UP_VALUES ? symbol : LY_FAILED, rule->lhs, rule->rhs,
                       rule->delayed);
    }
}

/* Everything that the program said about one symbol. */
static void add_definition(ly_context *cx, ly_text *text, ly_value symbol)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    uint32_t attributes = ly_attributes(cx, symbol);
    if (attributes) {
        separate(text);
        ly_text_puts(text, "Attributes[");
        ly_write_symbol_name(cx, text, symbol);
        ly_text_puts(text, "] = ");
        ly_value list = ly_attributes_list(cx, attributes);
        ly_print_input_form(cx, text, list);
        ly_release(cx, list);
    }
    if (!d || attributes & LY_READ_PROTECTED) return;
    if (d->value)
        add_assignment(cx, text, LY_FAILED, symbol, d->value, d->flags & LY_DEFINITION_DELAYED);
    static const ly_rule_list order[] = {LY_OWN_VALUES, LY_DOWN_VALUES, LY_SUB_VALUES, LY_UP_VALUES,
                                         LY_N_VALUES, LY_FORMAT_VALUES, LY_DEFAULT_VALUES};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) add_rules(cx, text, symbol, order[i]);
    if (d->options) {
        separate(text);
        ly_text_puts(text, "Options[");
        ly_write_symbol_name(cx, text, symbol);
        ly_text_puts(text, "] = ");
        ly_print_input_form(cx, text, d->options);
    }
}

/* ---- FullDefinition: the symbols that a definition mentions, and theirs ------------------------- */

/* Appends the symbols of v that are not yet in list and have a definition outside System`. */
static void collect(ly_context *cx, ly_builder *list, ly_value v, int depth)
{
    if (ly_is_symbol(v)) {
        if (!strcmp(ly_symbol_of(v)->context, "System`") || !ly_definition_of(cx, v)) return;
        for (size_t i = 0; i < ly_builder_count(list); i++)
            if (list->expr->args[i] == v) return;
        ly_builder_add(cx, list, ly_retain(v));
        return;
    }
    if (!ly_is_expr(v) || depth > 2000) return;
    collect(cx, list, ly_expr_of(v)->head, depth + 1);
    for (size_t i = 0; i < ly_expr_of(v)->count; i++) collect(cx, list, ly_expr_of(v)->args[i], depth + 1);
}

static void collect_from_definition(ly_context *cx, ly_builder *list, ly_value symbol)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    if (!d || d->attributes & LY_READ_PROTECTED) return;
    collect(cx, list, d->value, 0);
    for (int i = 0; i < LY_RULE_LISTS; i++) {
        const ly_rules *rules = d->rules[i];
        for (size_t j = 0; rules && i != LY_MESSAGES && j < ly_rules_count(rules); j++) {
            collect(cx, list, ly_rules_at(rules, j)->lhs, 0);
            collect(cx, list, ly_rules_at(rules, j)->rhs, 0);
        }
    }
}

void ly_write_definition(ly_context *cx, ly_text *text, ly_value symbol, bool full)
{
    if (!full) {
        add_definition(cx, text, symbol);
        return;
    }
    ly_builder symbols = ly_builder_new();
    if (!ly_builder_add(cx, &symbols, ly_retain(symbol))) return;
    for (size_t i = 0; i < ly_builder_count(&symbols); i++) {
        ly_value s = symbols.expr->args[i];
        collect_from_definition(cx, &symbols, s);
        add_definition(cx, text, s);
    }
    ly_builder_drop(cx, &symbols);
}

BUILTIN_SYMBOL(Definition, LY_HOLD_ALL | LY_PROTECTED,
        "Definition[f] prints as the definitions of f.")
BUILTIN_SYMBOL(FullDefinition, LY_HOLD_ALL | LY_PROTECTED,
        "FullDefinition[f] prints as the definitions of f and of all that they depend on.")

/* ---- Information ------------------------------------------------------------------------------ */

/* f::usage as the program set it, or the documentation of a built-in. */
static void add_usage(ly_context *cx, ly_text *text, ly_value symbol)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    const ly_rules *messages = d ? d->rules[LY_MESSAGES] : NULL;
    for (size_t i = 0; messages && i < ly_rules_count(messages); i++) {
        const ly_rule *rule = ly_rules_at(messages, i);
        if (ly_has_head(rule->lhs, LY_SYM(MessageName)) && ly_expr_of(rule->lhs)->count >= 2 &&
            ly_string_is(ly_expr_of(rule->lhs)->args[1], "usage")) {
            ly_print_text(cx, text, rule->rhs);
            return;
        }
    }
    const ly_builtin *row = ly_symbol_of(symbol)->builtin;
    if (row && row->documentation) ly_text_puts(text, row->documentation);
}

/* False: an error is pending. */
static bool print_information(ly_context *cx, ly_value symbol, bool detailed)
{
    ly_text text = {0}, definition = {0};
    add_usage(cx, &text, symbol);
    bool system = !strcmp(ly_symbol_of(symbol)->context, "System`");
    if (!text.count) {
        ly_text_puts(&text, ly_symbol_of(symbol)->context);
        ly_text_puts(&text, ly_symbol_name(symbol));
    }
    if (detailed || !system) add_definition(cx, &definition, symbol);
    if (definition.count) {
        ly_text_puts(&text, "\n\n");
        ly_text_add(&text, definition.data, definition.count);
    }
    ly_text_putc(&text, '\n');
    bool good = !text.failed && !definition.failed;
    if (good) ly_write(cx, text.data, text.count);
    else ly_text_failure(cx);
    ly_text_free(&definition);
    ly_text_free(&text);
    return good;
}

BUILTIN(Information, information, 1, -1, LY_HOLD_ALL | LY_PROTECTED | LY_READ_PROTECTED, LY_EFFECTS | LY_NAMES,
        "?name or Information[name] prints what is known of a symbol; ?form* the names that match.")
static ly_value information(ly_context *cx, ly_expr *call)
{
    bool detailed = true;
    for (size_t i = 1; i < call->count; i++)
        if (ly_has_shape(call->args[i], LY_SYM(Rule), 2) &&
            ly_expr_of(call->args[i])->args[0] == LY_SYM(LongForm))
            detailed = ly_expr_of(call->args[i])->args[1] != LY_SYM(False);
    ly_value target = call->args[0];
    if (ly_is_string(target) && strpbrk(ly_string_of(target)->data, "*@")) {
        ly_value found = ly_call1(cx, LY_SYM(Names), ly_retain(target));
        if (ly_failed(found)) return found;
        bool good = true;
        if (ly_length(found) == 1) {
            ly_value name = ly_element(cx, found, 0);
            ly_value symbol = ly_symbol_argument(cx, name);
            if (!ly_failed(symbol)) good = print_information(cx, symbol, detailed);
            ly_release(cx, name);
        } else if (ly_length(found) == 0) {
            ly_message_call(cx, call, "nomatch", 1, target);
        } else {
            ly_text text = {0};
            for (size_t i = 0; i < ly_length(found); i++) {
                ly_value name = ly_element(cx, found, i);
                ly_print_text(cx, &text, name);
                ly_text_putc(&text, '\n');
                ly_release(cx, name);
            }
            good = !text.failed;
            if (good) ly_write(cx, text.data, text.count);
            else ly_text_failure(cx);
            ly_text_free(&text);
        }
        ly_release(cx, found);
        return good ? LY_SYM(Null) : LY_FAILED;
    }
    ly_value symbol = ly_symbol_argument(cx, target);
    if (ly_failed(symbol)) {
        ly_message_call(cx, call, "notfound", 1, target);
        return LY_SYM(Null);
    }
    return print_information(cx, symbol, detailed) ? LY_SYM(Null) : LY_FAILED;
}
MESSAGE(Information, nomatch, "No symbol matching `1` found.")

/* ---- Save ------------------------------------------------------------------------------------- */

BUILTIN(Save, save, 2, 2, LY_HOLD_REST | LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "Save[\"file\", f] appends the definitions of f, and of all that they depend on, to a file.")
static ly_value save(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0])) return ly_message_call(cx, call, "fstr", 1, call->args[0]);
    ly_text text = {0};
    bool many = ly_has_head(call->args[1], LY_SYM(List));
    for (size_t i = 0; i < (many ? ly_expr_of(call->args[1])->count : 1); i++) {
        ly_value symbol = ly_symbol_argument(cx, many ? ly_expr_of(call->args[1])->args[i] : call->args[1]);
        if (!ly_failed(symbol)) ly_write_definition(cx, &text, symbol, true);
    }
    if (text.failed) {
        ly_text_free(&text);
        return ly_text_failure(cx);
    }
    FILE *file = fopen(ly_string_of(call->args[0])->data, "a");
    bool ok = file && (!text.count || fwrite(text.data, 1, text.count, file) == text.count);
    ok = file && fputc('\n', file) != EOF && ok;
    if (file) ok = fclose(file) == 0 && ok;
    ly_text_free(&text);
    if (ok) return LY_SYM(Null);
    ly_message_call(cx, call, "noopen", 1, call->args[0]);
    return LY_SYM($Failed);
}
