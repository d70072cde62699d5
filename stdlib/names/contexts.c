/* contexts.c: $Context and $ContextPath moved by Begin, BeginPackage and their ends. */
#include "eval/library.h"
#include "stdlib/names/names.h"

static ly_value value_of(ly_context *cx, ly_value variable)
{
    const ly_definition *d = ly_definition_of(cx, variable);
    return d && d->value ? ly_retain(d->value) : LY_FAILED;
}

static bool is_context(ly_value v)
{
    if (!ly_is_string(v)) return false;
    const ly_string *s = ly_string_of(v);
    return s->bytes > 1 && s->data[s->bytes - 1] == '`';
}

/* "`a`" is a` below the current context. Owned. */
static ly_value absolute_context(ly_context *cx, ly_value name)
{
    const ly_string *s = ly_string_of(name);
    if (s->data[0] != '`') return ly_retain(name);
    ly_text text = {0};
    ly_text_puts(&text, ly_current_context(cx));
    ly_text_add(&text, s->data + 1, s->bytes - 1);
    return ly_text_string(cx, &text);
}

BUILTIN(Begin, begin, 1, 1, LY_PROTECTED, LY_EFFECTS,
        "Begin[\"context`\"] makes context` the current context.")
static ly_value begin(ly_context *cx, ly_expr *call)
{
    if (!is_context(call->args[0])) return ly_message_call(cx, call, "cxt", 1, call->args[0]);
    ly_value context = absolute_context(cx, call->args[0]);
    if (ly_failed(context)) return LY_FAILED;
    if (!ly_save_context(cx, value_of(cx, LY_SYM($Context)), LY_FAILED)) {
        ly_release(cx, context);
        return LY_FAILED;
    }
    ly_set_own_value_take(cx, LY_SYM($Context), ly_retain(context), false);
    return context;
}

BUILTIN(End, end, 0, 0, LY_PROTECTED, LY_EFFECTS,
        "End[] gives the current context back to what it was before the last Begin.")
static ly_value end(ly_context *cx, ly_expr *call)
{
    ly_value now = value_of(cx, LY_SYM($Context)), context, path;
    if (!ly_restore_context(cx, false, &context, &path)) {
        ly_message_call(cx, call, "noctx", 0);
        return now;
    }
    ly_set_own_value_take(cx, LY_SYM($Context), context, false);
    return now;
}

BUILTIN(BeginPackage, begin_package, 1, 2, LY_PROTECTED, LY_EFFECTS,
        "BeginPackage[\"context`\"] makes context` and System` the only contexts that names are looked "
        "for in; BeginPackage[\"context`\", {\"need1`\", …}] after loading what is needed.")
static ly_value begin_package(ly_context *cx, ly_expr *call)
{
    if (!is_context(call->args[0])) return ly_message_call(cx, call, "cxt", 1, call->args[0]);
    if (call->count == 2 && ly_is_list(call->args[1])) {
        const ly_expr *needed = ly_expr_of(call->args[1]);
        for (size_t i = 0; i < needed->count; i++)
            if (!is_context(needed->args[i])) return ly_message_call(cx, call, "cxt", 1, needed->args[i]);
    } else if (call->count == 2 && !is_context(call->args[1]))
        return ly_message_call(cx, call, "cxt", 1, call->args[1]);
    ly_value context = absolute_context(cx, call->args[0]);
    if (ly_failed(context)) return LY_FAILED;
    if (!ly_save_context(cx, value_of(cx, LY_SYM($Context)), value_of(cx, LY_SYM($ContextPath)))) {
        ly_release(cx, context);
        return LY_FAILED;
    }
    ly_set_own_value_take(cx, LY_SYM($Context), ly_retain(context), false);
    ly_builder path = ly_builder_new();
    bool ok = ly_builder_add(cx, &path, ly_retain(context));
    size_t count = call->count < 2 ? 0 : ly_is_list(call->args[1]) ? ly_length(call->args[1]) : 1;
    for (size_t i = 0; ok && i < count; i++) {
        ly_value needed = ly_is_list(call->args[1]) ? ly_expr_of(call->args[1])->args[i] : call->args[1];
        ly_value r = ly_call1(cx, LY_SYM(Needs), ly_retain(needed));
        ok = !ly_failed(r) && ly_builder_add(cx, &path, ly_retain(needed));
        ly_release(cx, r);
    }
    ok = ok && ly_builder_add(cx, &path, ly_string_from(cx, "System`"));
    ly_value list = ok ? ly_builder_finish(cx, &path, LY_SYM(List)) : LY_FAILED;
    if (ly_failed(list)) {
        ly_builder_drop(cx, &path);
        ly_release(cx, context);
        return LY_FAILED;
    }
    ly_set_own_value_take(cx, LY_SYM($ContextPath), list, false);
    return context;
}

/* list with context before all else, and nowhere else. Consumes list. */
static ly_value with_context_take(ly_context *cx, ly_value list, ly_value context)
{
    ly_builder new = ly_builder_new();
    bool ok = ly_builder_add(cx, &new, ly_retain(context));
    for (size_t i = 0; ok && ly_is_list(list) && i < ly_length(list); i++) {
        ly_value item = ly_element(cx, list, i);
        if (ly_same(item, context)) ly_release(cx, item);
        else ok = ly_builder_add(cx, &new, item);
    }
    ly_release(cx, list);
    return ok ? ly_builder_finish(cx, &new, LY_SYM(List)) : LY_FAILED;
}

static bool put_first(ly_context *cx, ly_value variable, ly_value context)
{
    ly_value list = with_context_take(cx, ly_evaluate(cx, variable), context);
    if (ly_failed(list)) return false;
    ly_set_own_value_take(cx, variable, list, false);
    return true;
}

BUILTIN(EndPackage, end_package, 0, 0, LY_PROTECTED, LY_EFFECTS,
        "EndPackage[] gives back the contexts from before BeginPackage, the package's own put first.")
static ly_value end_package(ly_context *cx, ly_expr *call)
{
    ly_value package = value_of(cx, LY_SYM($Context)), context, path;
    if (!ly_restore_context(cx, true, &context, &path)) {
        ly_message_call(cx, call, "noctx", 0);
        ly_release(cx, package);
        return LY_SYM(Null);
    }
    ly_set_own_value_take(cx, LY_SYM($Context), context, false);
    path = with_context_take(cx, path, package);
    bool ok = !ly_failed(path);
    if (ok) ly_set_own_value_take(cx, LY_SYM($ContextPath), path, false);
    ok = ok && put_first(cx, LY_SYM($Packages), package);
    ly_release(cx, package);
    return ok ? LY_SYM(Null) : LY_FAILED;
}
MESSAGE(Begin, cxt, "Invalid context specified at position 1 in Begin[`1`]. A context must consist of valid symbol names separated by and ending with `.")
MESSAGE(BeginPackage, cxt, "Invalid context specified at position 1 in BeginPackage[`1`]. A context must consist of valid symbol names separated by and ending with `.")
MESSAGE(End, noctx, "No previous context defined.")
MESSAGE(EndPackage, noctx, "No previous context defined.")

BUILTIN($Packages, packages, 0, 0, 0, LY_VALUE | LY_EFFECTS,
        "$Packages is the list of the packages that have been loaded.")
static ly_value packages(ly_context *cx, ly_expr *call)
{
    return ly_make2(cx, LY_SYM(List), ly_string_from(cx, "System`"), ly_string_from(cx, "Global`"));
}

/* ---- Context, Contexts ------------------------------------------------------------------------ */

BUILTIN(Context, context_of, 0, 1, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS,
        "Context[] gives the current context; Context[symbol] that of a symbol.")
static ly_value context_of(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) return ly_string_from(cx, ly_current_context(cx));
    ly_value argument = call->args[0];
    if (ly_is_string(argument)) {
        const ly_string *name = ly_string_of(argument);
        ly_value symbol = ly_lookup_name(cx, name->data, name->bytes);
        if (!ly_failed(symbol)) return ly_string_from(cx, ly_symbol_of(symbol)->context);
        return ly_message_call(cx, call, "notfound", 1, argument);
    }
    ly_value symbol = ly_symbol_argument(cx, argument);
    if (!ly_failed(symbol)) return ly_string_from(cx, ly_symbol_of(symbol)->context);
    if (cx->pending.kind) return LY_FAILED;
    return ly_message_call(cx, call, "ssle", 2, ly_from_object(call), LY_INT(1));
}

typedef struct context_search {
    ly_context *cx;
    const char *pattern;
    ly_value found; /* an association used as a set */
} context_search;

bool ly_context_shown(const char *pattern, const char *context)
{
    if (!ly_library_owns(context)) return true;
    size_t root = (size_t)(strchr(context, '`') + 1 - context);
    return pattern && !strncmp(pattern, context, root);
}

static void note_context(void *data, ly_symbol *symbol)
{
    context_search *search = data;
    if (!ly_context_shown(search->pattern, symbol->context)) return;
    if (search->pattern && !ly_name_matches(search->pattern, symbol->context)) return;
    ly_value key = ly_string_from(search->cx, symbol->context);
    search->found =
        ly_association_set_take(search->cx, search->found, key, LY_SYM(True), false);
}

BUILTIN(Contexts, contexts, 0, 1, LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "Contexts[] gives all contexts; Contexts[\"form\"] those whose names match.")
static ly_value contexts(ly_context *cx, ly_expr *call)
{
    if (call->count == 1 && !ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    context_search search = {cx, call->count ? ly_string_of(call->args[0])->data : NULL,
                             ly_association_new(cx, 16)};
    ly_each_symbol(note_context, &search);
    ly_value keys = ly_call1(cx, LY_SYM(Keys), search.found);
    return ly_failed(keys) ? keys : ly_call1(cx, LY_SYM(Sort), keys);
}
MESSAGE(General, ssle, "Symbol, string, or HoldPattern[symbol] expected at position `2` in `1`.")
