/* symbols.c: symbols and their names: Symbol, SymbolName, Unique, Names, NameQ, Remove. */
#include <stdlib.h>

#include "stdlib/names/names.h"

ly_value ly_symbol_argument(ly_context *cx, ly_value argument)
{
    if (ly_is_symbol(argument)) return argument;
    if (ly_is_string(argument))
        return ly_lookup_name(cx, ly_string_of(argument)->data, ly_string_of(argument)->bytes);
    if (ly_has_shape(argument, LY_SYM(HoldPattern), 1) || ly_has_shape(argument, LY_SYM(Unevaluated), 1))
        return ly_symbol_argument(cx, ly_expr_of(argument)->args[0]);
    return LY_FAILED;
}

bool ly_name_matches(const char *pattern, const char *name)
{
    /* the last * or @ may take one character more: no other choice need be tried again */
    const char *star = NULL, *after = NULL;
    for (;;) {
        if (*pattern == '*' || (*pattern == '@' && *name && !(*name >= 'A' && *name <= 'Z'))) {
            star = pattern;
            after = *pattern == '*' ? name : name + 1;
            name = after;
            pattern++;
        } else if (*pattern && *pattern == *name) {
            pattern++;
            name++;
        } else if (!*pattern && !*name) {
            return true;
        } else if (star && *after && (*star == '*' || !(*after >= 'A' && *after <= 'Z'))) {
            name = ++after;
            pattern = star + 1;
        } else
            return false;
    }
}

/* ---- Symbol, SymbolName ----------------------------------------------------------------------- */

/* letters, digits, $ and everything outside ASCII; contexts between backquotes */
static bool is_name(const char *name, size_t count)
{
    bool first = true;
    if (count == 0 || name[count - 1] == '`') return false;
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)name[i];
        if (c == '`') {
            if (first && i > 0) return false;
            first = true;
            continue;
        }
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '$' || c >= 0x80;
        if (!letter && (first || !(c >= '0' && c <= '9'))) return false;
        first = false;
    }
    return true;
}

BUILTIN(Symbol, symbol, 1, 1, LY_LOCKED | LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "Symbol[\"name\"] is the symbol of that name.")
static ly_value symbol(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    const ly_string *name = ly_string_of(call->args[0]);
    if (!is_name(name->data, name->bytes)) return ly_message_call(cx, call, "symname", 1, call->args[0]);
    return ly_symbol_named(cx, name->data, name->bytes);
}
MESSAGE(Symbol, symname, "The string \"`1`\" cannot be used for a symbol name. A symbol name must start with a letter followed by letters and numbers.")

BUILTIN(SymbolName, symbol_name, 1, 1, LY_PROTECTED, LY_EFFECTS,
        "SymbolName[symbol] is the name of a symbol, without its context.")
static ly_value symbol_name(ly_context *cx, ly_expr *call)
{
    if (!ly_is_symbol(call->args[0])) return ly_message_call(cx, call, "sym", 2, call->args[0], LY_INT(1));
    return ly_string_from(cx, ly_symbol_name(call->args[0]));
}

/* ---- Unique ----------------------------------------------------------------------------------- */

/* A new symbol named after v: x$12 for a symbol x, abc12 for a string. */
static ly_value unique_of(ly_context *cx, ly_expr *call, ly_value v)
{
    if (ly_is_symbol(v)) return ly_temporary_symbol(cx, v);
    if (ly_is_string(v) && is_name(ly_string_of(v)->data, ly_string_of(v)->bytes)) {
        ly_text name = {0};
        ly_value made;
        size_t base = ly_string_of(v)->bytes;
        ly_text_add(&name, ly_string_of(v)->data, base);
        do {
            name.count = base;
            ly_text_printf(&name, "%llu", (unsigned long long)cx->temporary_serial++);
            made = ly_lookup_name(cx, name.data, name.count);
        } while (!ly_failed(made));
        made = ly_symbol_named(cx, name.data, name.count);
        ly_text_free(&name);
        return made;
    }
    ly_message_call(cx, call, "usym", 1, v);
    return LY_FAILED;
}

BUILTIN(Unique, unique, 0, 2, LY_PROTECTED, LY_EFFECTS,
        "Unique[] is a new symbol; Unique[x] one with a name of the form x$nnn, Unique[\"x\"] xnnn.")
static ly_value unique(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) {
        ly_text name = {0};
        ly_text_printf(&name, "$%llu", (unsigned long long)cx->temporary_serial++);
        ly_value made = ly_symbol_named(cx, name.data, name.count);
        ly_text_free(&name);
        return made;
    }
    ly_value made;
    if (ly_is_list(call->args[0])) {
        ly_builder list = ly_builder_new();
        for (size_t i = 0; i < ly_length(call->args[0]); i++) {
            made = unique_of(cx, call, ly_expr_of(call->args[0])->args[i]);
            if (ly_failed(made) || !ly_builder_add(cx, &list, made)) {
                ly_builder_drop(cx, &list);
                return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
            }
        }
        return ly_builder_finish(cx, &list, LY_SYM(List));
    }
    made = unique_of(cx, call, call->args[0]);
    return ly_failed(made) && !cx->pending.kind ? LY_UNEVALUATED : made;
}
MESSAGE(Unique, usym, "`1` is not a symbol or a valid symbol name.")

/* ---- Names, NameQ ----------------------------------------------------------------------------- */

typedef struct name_search {
    ly_context *cx;
    const char *context; /* pattern of contexts, or NULL: those that names are looked for in */
    const char *name;    /* pattern */
    ly_builder found;    /* strings */
    ly_value symbols;    /* or the symbols themselves, a list, where asked for */
    bool want_symbols, failed;
} name_search;

static bool exists(ly_context *cx, const ly_symbol *record)
{
    return !ly_symbol_removed(cx, ly_from_symbol(record));
}

static void note_name(void *data, ly_symbol *record)
{
    name_search *search = data;
    ly_context *cx = search->cx;
    if (search->failed || !exists(cx, record) || !ly_name_matches(search->name, record->name)) return;
    ly_text text = {0};
    if (search->context) {
        if (!ly_context_shown(search->context, record->context)) return;
        if (!ly_name_matches(search->context, record->context)) return;
        ly_write_symbol_name(cx, &text, ly_from_symbol(record));
    } else {
        bool visible = !strcmp(record->context, ly_current_context(cx));
        const char *context;
        for (size_t i = 0; !visible && (context = ly_context_on_path(cx, i)); i++)
            visible = !strcmp(record->context, context);
        if (!visible) return;
        ly_text_puts(&text, record->name);
    }
    ly_value item = search->want_symbols ? ly_from_symbol(record) : LY_FAILED;
    if (search->want_symbols) ly_text_free(&text);
    else item = ly_text_string(cx, &text);
    search->failed = ly_failed(item) || !ly_builder_add(cx, &search->found, item);
}

/* The names (or symbols) that match a form such as "ctx`*" or "abc@". */
static ly_value search_names(ly_context *cx, const char *form, bool want_symbols)
{
    name_search search = {.cx = cx, .name = form, .want_symbols = want_symbols, .found = ly_builder_new()};
    const char *mark = strrchr(form, '`');
    char *context = NULL;
    if (mark) {
        search.context = context = ly_strndup(form, (size_t)(mark - form) + 1);
        search.name = mark + 1;
    }
    ly_each_symbol(note_name, &search);
    ly_free(context);
    if (search.failed) {
        ly_builder_drop(cx, &search.found);
        return LY_FAILED;
    }
    return ly_builder_finish(cx, &search.found, LY_SYM(List));
}

BUILTIN(Names, names, 0, 1, LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "Names[\"form\"] gives the names of symbols that match a form such as \"List*\" or \"a`*\".")
static ly_value names(ly_context *cx, ly_expr *call)
{
    ly_value forms = call->count ? call->args[0] : LY_FAILED, found;
    if (!forms) {
        found = search_names(cx, "*", false);
    } else if (ly_is_string(forms)) {
        found = search_names(cx, ly_string_of(forms)->data, false);
    } else if (ly_has_head(forms, LY_SYM(List))) {
        found = ly_make0(cx, LY_SYM(List));
        for (size_t i = 0; !ly_failed(found) && i < ly_expr_of(forms)->count; i++) {
            ly_value form = ly_expr_of(forms)->args[i];
            if (!ly_is_string(form)) continue;
            ly_value more = search_names(cx, ly_string_of(form)->data, false);
            found = ly_failed(more) ? more : ly_call2(cx, LY_SYM(Union), found, more);
        }
    } else {
        /* any other string pattern selects from all names */
        ly_value all = search_names(cx, "*", false);
        if (ly_failed(all)) return all;
        ly_value test = ly_make1(cx, LY_SYM(StringMatchQ), ly_retain(forms));
        found = ly_call2(cx, LY_SYM(Select), all, test);
    }
    return ly_failed(found) ? found : ly_call1(cx, LY_SYM(Sort), found);
}

BUILTIN(NameQ, name_q, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "NameQ[\"form\"] tells whether there is a symbol whose name matches.")
static ly_value name_q(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0])) return LY_SYM(False);
    const ly_string *form = ly_string_of(call->args[0]);
    if (!strpbrk(form->data, "*@")) return ly_bool(!ly_failed(ly_lookup_name(cx, form->data, form->bytes)));
    ly_value found = search_names(cx, form->data, true);
    if (ly_failed(found)) return found;
    bool any = ly_length(found) > 0;
    ly_release(cx, found);
    return ly_bool(any);
}

/* ---- Remove ----------------------------------------------------------------------------------- */

static void remove_symbol(ly_context *cx, ly_expr *call, ly_value symbol)
{
    if (ly_attributes(cx, symbol) & (LY_PROTECTED | LY_LOCKED)) {
        ly_message_call(cx, call, "rmptc", 1, symbol);
        return;
    }
    ly_clear_symbol(cx, symbol, true);
    if (!(ly_flags(&ly_symbol_of(symbol)->o) & LY_FLAG_TEMPORARY))
        ly_definition_edit(cx, symbol)->flags |= LY_DEFINITION_REMOVED;
    ly_names_changed(cx);
}

static bool remove_item(ly_context *cx, ly_expr *call, ly_value item)
{
    if (ly_stack_low(cx)) return (bool)(uint8_t)ly_deeper(cx, remove_item, LY_AS_WORD(cx), LY_AS_WORD(call), item);
    if (ly_is_symbol(item)) {
        remove_symbol(cx, call, item);
    } else if (ly_is_string(item)) {
        ly_value found = search_names(cx, ly_string_of(item)->data, true);
        if (ly_failed(found)) return false;
        if (ly_length(found) == 0) ly_message_call(cx, call, "rmnsm", 1, item);
        for (size_t i = 0; i < ly_length(found); i++) {
            ly_value symbol = ly_expr_of(found)->args[i];
            if (!(ly_attributes(cx, symbol) & LY_PROTECTED)) remove_symbol(cx, call, symbol);
        }
        ly_release(cx, found);
    } else if (ly_has_head(item, LY_SYM(List))) {
        for (size_t i = 0; i < ly_expr_of(item)->count; i++)
            if (!remove_item(cx, call, ly_expr_of(item)->args[i])) return false;
    } else if (ly_has_shape(item, LY_SYM(Evaluate), 1)) {
        ly_value value = ly_evaluate(cx, item);
        bool ok = !ly_failed(value) && remove_item(cx, call, value);
        ly_release(cx, value);
        return ok;
    } else
        ly_message_call(cx, call, "ssym", 1, item);
    return true;
}

BUILTIN(Remove, remove_symbols, 1, -1, LY_HOLD_ALL | LY_LOCKED | LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "Remove[s1, s2, …] removes symbols, so that their names are not known any longer; \"form\" "
        "stands for all symbols whose names match.")
static ly_value remove_symbols(ly_context *cx, ly_expr *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (!remove_item(cx, call, call->args[i])) return LY_FAILED;
    return LY_SYM(Null);
}
MESSAGE(Remove, rmnsm, "There are no symbols matching \"`1`\".")
MESSAGE(Remove, rmptc, "Symbol `1` is Protected and cannot be removed.")
