/* attributes.c: Attributes and what changes them. */
#include <stdlib.h>
#include <string.h>

#include "eval/attribute.h"
#include "stdlib/names/names.h"

/* Evaluate[…] inside a held argument. Owned; LY_FAILED: pending. */
static ly_value opened(ly_context *cx, ly_value argument)
{
    return ly_has_shape(argument, LY_SYM(Evaluate), 1) ? ly_evaluate(cx, argument) : ly_retain(argument);
}

BUILTIN(Attributes, attributes, 1, 1, LY_HOLD_ALL | LY_LISTABLE | LY_PROTECTED, LY_EFFECTS,
        "Attributes[symbol] gives the list of the symbol's attributes; it may be assigned to.")
static ly_value attributes(ly_context *cx, ly_expr *call)
{
    ly_value argument = opened(cx, call->args[0]);
    if (ly_failed(argument)) return LY_FAILED;
    ly_value symbol = ly_symbol_argument(cx, argument), result;
    if (!ly_failed(symbol)) result = ly_attributes_list(cx, ly_attributes(cx, symbol));
    else if (ly_is_string(argument)) result = ly_message_call(cx, call, "notfound", 1, argument);
    else result = ly_message_call(cx, call, "ssle", 2, ly_from_object(call), LY_INT(1));
    ly_release(cx, argument);
    return result;
}

/* The bits of an attribute or a list of attributes. False after a message. */
static bool bits_of(ly_context *cx, ly_value who, ly_value v, uint32_t *bits)
{
    if (ly_stack_low(cx)) return (bool)(uint8_t)ly_deeper(cx, bits_of, LY_AS_WORD(cx), who, v, LY_AS_WORD(bits));
    if (ly_has_head(v, LY_SYM(List))) {
        for (size_t i = 0; i < ly_expr_of(v)->count; i++)
            if (!bits_of(cx, who, ly_expr_of(v)->args[i], bits)) return false;
        return true;
    }
    uint32_t bit = ly_attribute_bit(v);
    if (ly_is_string(v)) {
        ly_value symbol = ly_lookup_name(cx, ly_string_of(v)->data, ly_string_of(v)->bytes);
        bit = ly_failed(symbol) ? 0 : ly_attribute_bit(symbol);
    }
    if (!bit) {
        ly_message(cx, who, "attnf", 1, v);
        return false;
    }
    *bits |= bit;
    return true;
}
MESSAGE(General, attnf, "`1` is not a known attribute.")

typedef enum change { SET, CLEAR, REPLACE } change;

/* False: pending. */
static bool change_attributes(ly_context *cx, ly_value who, ly_value target, uint32_t bits, change how)
{
    if (ly_stack_low(cx))
        return (bool)(uint8_t)ly_deeper(cx, change_attributes, LY_AS_WORD(cx), who, target, bits, (uint64_t)how);
    if (ly_has_head(target, LY_SYM(List))) {
        for (size_t i = 0; i < ly_expr_of(target)->count; i++)
            if (!change_attributes(cx, who, ly_expr_of(target)->args[i], bits, how)) return false;
        return true;
    }
    if (ly_has_shape(target, LY_SYM(Evaluate), 1)) {
        ly_value inner = ly_evaluate(cx, target);
        bool ok = !ly_failed(inner) && change_attributes(cx, who, inner, bits, how);
        ly_release(cx, inner);
        return ok;
    }
    ly_value symbol = ly_symbol_argument(cx, target);
    if (ly_failed(symbol) && ly_is_string(target) && ly_string_of(target)->bytes)
        symbol = ly_symbol_named(cx, ly_string_of(target)->data, ly_string_of(target)->bytes);
    if (ly_failed(symbol)) {
        ly_message(cx, who, "sym", 2, target, LY_INT(1));
        return true;
    }
    uint32_t now = ly_attributes(cx, symbol);
    if (now & LY_LOCKED) {
        ly_message(cx, who, "locked", 1, symbol);
        return true;
    }
    ly_set_attributes(cx, symbol, how == SET ? now | bits : how == CLEAR ? now & ~bits : bits);
    return true;
}

static ly_value change_call(ly_context *cx, ly_expr *call, change how)
{
    uint32_t bits = 0;
    if (!bits_of(cx, call->head, call->args[1], &bits)) return LY_SYM(Null);
    return change_attributes(cx, call->head, call->args[0], bits, how) ? LY_SYM(Null) : LY_FAILED;
}

BUILTIN(SetAttributes, set_attributes, 2, 2, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS,
        "SetAttributes[s, attribute] adds an attribute, or a list of them, to those of s.")
static ly_value set_attributes(ly_context *cx, ly_expr *call) { return change_call(cx, call, SET); }

BUILTIN(ClearAttributes, clear_attributes, 2, 2, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS,
        "ClearAttributes[s, attribute] takes an attribute, or a list of them, from those of s.")
static ly_value clear_attributes(ly_context *cx, ly_expr *call) { return change_call(cx, call, CLEAR); }

ASSIGNMENT(Attributes, assign_attributes)
static ly_value assign_attributes(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed)
{
    if (lhs->count != 1) return LY_UNEVALUATED;
    uint32_t bits = 0;
    ly_value value = ly_failed(rhs) ? ly_make0(cx, LY_SYM(List))
                   : delayed ? ly_evaluate(cx, rhs) : ly_retain(rhs);
    if (ly_failed(value)) return LY_FAILED;
    if (!bits_of(cx, LY_SYM(Attributes), value, &bits)) {
        ly_release(cx, value);
        return LY_SYM($Failed);
    }
    if (change_attributes(cx, LY_SYM(Attributes), lhs->args[0], bits, REPLACE)) return value;
    ly_release(cx, value);
    return LY_FAILED;
}

/* ---- Protect, Unprotect ----------------------------------------------------------------------- */

typedef struct protection {
    ly_context *cx;
    ly_expr *call;
    bool protect, failed;
    const char *context, *name; /* patterns */
    ly_builder changed;         /* names of the symbols that were changed */
} protection;

static void protect_symbol(protection *p, ly_value symbol)
{
    ly_context *cx = p->cx;
    uint32_t now = ly_attributes(cx, symbol);
    if (now & LY_LOCKED) {
        ly_message_call(cx, p->call, "locked", 1, symbol);
        return;
    }
    if (!!(now & LY_PROTECTED) == p->protect) return;
    ly_set_attributes(cx, symbol, now ^ LY_PROTECTED);
    ly_text name = {0};
    ly_write_symbol_name(cx, &name, symbol);
    ly_value string = ly_text_string(cx, &name);
    p->failed |= ly_failed(string) || !ly_builder_add(cx, &p->changed, string);
}

static void protect_matching(void *data, ly_symbol *record)
{
    protection *p = data;
    ly_value symbol = ly_from_symbol(record);
    if (p->context ? !ly_name_matches(p->context, record->context)
                   : strcmp(record->context, ly_current_context(p->cx)))
        return;
    if (ly_name_matches(p->name, record->name) && !(ly_attributes(p->cx, symbol) & LY_LOCKED))
        protect_symbol(p, symbol);
}

static void protect_item(protection *p, ly_value item)
{
    ly_context *cx = p->cx;
    if (ly_stack_low(cx)) {
        ly_deeper(cx, protect_item, LY_AS_WORD(p), item);
        return;
    }
    if (ly_is_symbol(item)) {
        protect_symbol(p, item);
    } else if (ly_is_string(item) && strpbrk(ly_string_of(item)->data, "*@")) {
        const char *form = ly_string_of(item)->data, *mark = strrchr(form, '`');
        char *context = mark ? ly_strndup(form, (size_t)(mark - form) + 1) : NULL;
        p->context = context;
        p->name = mark ? mark + 1 : form;
        ly_each_symbol(protect_matching, p);
        ly_free(context);
    } else if (ly_is_string(item)) {
        ly_value symbol = ly_symbol_argument(cx, item);
        if (ly_failed(symbol)) ly_message_call(cx, p->call, "notfound", 1, item);
        else protect_symbol(p, symbol);
    } else if (ly_has_head(item, LY_SYM(List))) {
        for (size_t i = 0; !p->failed && i < ly_expr_of(item)->count; i++)
            protect_item(p, ly_expr_of(item)->args[i]);
    } else if (ly_has_shape(item, LY_SYM(Evaluate), 1)) {
        ly_value value = ly_evaluate(cx, item);
        if (ly_failed(value)) p->failed = true;
        else protect_item(p, value);
        ly_release(cx, value);
    } else
        ly_message_call(cx, p->call, "ssym", 1, item);
}

static ly_value protect_items(ly_context *cx, ly_expr *call, bool protect)
{
    protection p = {.cx = cx, .call = call, .protect = protect, .changed = ly_builder_new()};
    for (size_t i = 0; !p.failed && i < call->count; i++) protect_item(&p, call->args[i]);
    if (!p.failed) return ly_builder_finish(cx, &p.changed, LY_SYM(List));
    ly_builder_drop(cx, &p.changed);
    return LY_FAILED;
}

BUILTIN(Protect, protect, 1, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "Protect[s1, s2, …] makes symbols Protected, and gives the names of those that were not.")
static ly_value protect(ly_context *cx, ly_expr *call) { return protect_items(cx, call, true); }

BUILTIN(Unprotect, unprotect, 1, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "Unprotect[s1, s2, …] takes Protected from symbols, and gives the names of those that had it.")
static ly_value unprotect(ly_context *cx, ly_expr *call) { return protect_items(cx, call, false); }
