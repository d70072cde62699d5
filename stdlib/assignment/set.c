/* set.c: Set, SetDelayed and their kin, Clear, and the updating operators. */
#include "match/match.h"
#include "stdlib/assignment/assignment.h"

static ly_value evaluated_rhs(ly_context *cx, ly_value rhs)
{
    /* x = Unevaluated[e] stores e as it is */
    return ly_has_shape(rhs, LY_SYM(Unevaluated), 1) ? ly_retain(ly_expr_of(rhs)->args[0])
                                                     : ly_retain(rhs);
}

BUILTIN(Set, set, 2, -1, LY_HOLD_FIRST | LY_SEQUENCE_HOLD | LY_PROTECTED,
        LY_EFFECTS | LY_ASSIGNS | LY_PACKED | LY_EVALUATED,
        "lhs = rhs evaluates rhs and assigns it to lhs.")
static ly_value set(ly_context *cx, ly_expr *call)
{
    ly_value rhs;
    int done;
    if (call->count == 2) {
        rhs = evaluated_rhs(cx, call->args[1]);
    } else {
        rhs = ly_make(cx, LY_SYM(Sequence), 0, NULL);
        for (uint32_t i = 1; i < call->count && rhs; i++)
            rhs = ly_expr_append_take(cx, rhs, ly_retain(call->args[i]));
        if (ly_failed(rhs)) return LY_FAILED;
    }
    done = ly_assign(cx, LY_SYM(Set), call->args[0], rhs, false);
    if (done >= 0) return rhs;
    ly_release(cx, rhs);
    return LY_FAILED;
}

BUILTIN(SetDelayed, set_delayed, 2, -1, LY_HOLD_ALL | LY_SEQUENCE_HOLD | LY_PROTECTED,
        LY_EFFECTS | LY_ASSIGNS,
        "lhs := rhs assigns rhs, unevaluated, to lhs; it is evaluated each time lhs is used.")
static ly_value set_delayed(ly_context *cx, ly_expr *call)
{
    int done = ly_assign(cx, LY_SYM(SetDelayed), call->args[0], call->args[1], true);
    return done < 0 ? LY_FAILED : done ? LY_SYM(Null) : LY_SYM($Failed);
}

BUILTIN(UpSet, up_set, 2, 2, LY_HOLD_FIRST | LY_SEQUENCE_HOLD | LY_PROTECTED, LY_EFFECTS,
        "f[g[x]] ^= rhs assigns rhs as a rule of g.")
static ly_value up_set(ly_context *cx, ly_expr *call)
{
    int done = ly_assign_up(cx, LY_SYM(UpSet), LY_FAILED, call->args[0], call->args[1], false);
    return done < 0 ? LY_FAILED : ly_retain(call->args[1]);
}

BUILTIN(UpSetDelayed, up_set_delayed, 2, 2, LY_HOLD_ALL | LY_SEQUENCE_HOLD | LY_PROTECTED, LY_EFFECTS,
        "f[g[x]] ^:= rhs assigns rhs, unevaluated, as a rule of g.")
static ly_value up_set_delayed(ly_context *cx, ly_expr *call)
{
    int done = ly_assign_up(cx, LY_SYM(UpSetDelayed), LY_FAILED, call->args[0], call->args[1], true);
    return done < 0 ? LY_FAILED : done ? LY_SYM(Null) : LY_SYM($Failed);
}

static ly_value tag_assign(ly_context *cx, ly_expr *call, bool delayed)
{
    ly_value tag = call->args[0], rhs;
    int done;
    if (!ly_is_symbol(tag)) return ly_message_call(cx, call, "sym", 2, tag, LY_INT(1));
    rhs = delayed ? ly_retain(call->args[2]) : ly_evaluate(cx, call->args[2]);
    if (ly_failed(rhs)) return LY_FAILED;
    done = ly_assign_up(cx, call->head, tag, call->args[1], rhs, delayed);
    if (done < 0) {
        ly_release(cx, rhs);
        return LY_FAILED;
    }
    if (!delayed) return rhs;
    ly_release(cx, rhs);
    return done ? LY_SYM(Null) : LY_SYM($Failed);
}

BUILTIN(TagSet, tag_set, 3, 3, LY_HOLD_ALL | LY_SEQUENCE_HOLD | LY_PROTECTED, LY_EFFECTS,
        "g /: lhs = rhs assigns rhs to lhs as a rule of g.")
static ly_value tag_set(ly_context *cx, ly_expr *call) { return tag_assign(cx, call, false); }

BUILTIN(TagSetDelayed, tag_set_delayed, 3, 3, LY_HOLD_ALL | LY_SEQUENCE_HOLD | LY_PROTECTED, LY_EFFECTS,
        "g /: lhs := rhs assigns rhs, unevaluated, to lhs as a rule of g.")
static ly_value tag_set_delayed(ly_context *cx, ly_expr *call) { return tag_assign(cx, call, true); }

BUILTIN(Unset, unset, 1, 1, LY_HOLD_FIRST | LY_LISTABLE | LY_PROTECTED, LY_EFFECTS | LY_ASSIGNS,
        "lhs =. removes the assignment to lhs.")
static ly_value unset(ly_context *cx, ly_expr *call)
{
    int done = ly_unassign(cx, LY_SYM(Unset), call->args[0]);
    return done < 0 ? LY_FAILED : done ? LY_SYM(Null) : LY_SYM($Failed);
}

BUILTIN(TagUnset, tag_unset, 2, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "g /: lhs =. removes the rule of g for lhs.")
static ly_value tag_unset(ly_context *cx, ly_expr *call)
{
    ly_value lhs;
    bool found = false;
    if (!ly_is_symbol(call->args[0])) return ly_message_call(cx, call, "sym", 2, call->args[0], LY_INT(1));
    if (!ly_is_expr(call->args[1])) return ly_unassign(cx, LY_SYM(TagUnset), call->args[1]) < 0 ? LY_FAILED : LY_SYM(Null);
    lhs = ly_evaluate_parts_take(cx, ly_retain(call->args[1]));
    if (ly_failed(lhs)) return LY_FAILED;
    found = ly_remove_rule(cx, call->args[0], LY_UP_VALUES, lhs) ||
            ly_remove_rule(cx, call->args[0], LY_DOWN_VALUES, lhs) ||
            ly_remove_rule(cx, call->args[0], LY_SUB_VALUES, lhs);
    if (!found) ly_message_call(cx, call, "norep", 2, lhs, call->args[0]);
    ly_release(cx, lhs);
    return found ? LY_SYM(Null) : LY_SYM($Failed);
}

/* ---- Clear ------------------------------------------------------------------------------------ */

/* name matches pattern with * (any characters) and @ (any lower-case letters) */
static bool name_matches(const char *pattern, const char *name)
{
    if (!*pattern) return !*name;
    if (*pattern == '*')
        return name_matches(pattern + 1, name) || (*name && name_matches(pattern, name + 1));
    if (*pattern == '@')
        return *name && !(*name >= 'A' && *name <= 'Z') &&
               (name_matches(pattern + 1, name + 1) || name_matches(pattern, name + 1));
    return *pattern == *name && name_matches(pattern + 1, name + 1);
}

typedef struct clearing {
    ly_context *cx;
    ly_value who;
    const char *pattern;
    bool all, found;
} clearing;

static void clear_one(ly_context *cx, ly_value who, ly_value symbol, bool all)
{
    uint32_t attributes = ly_attributes(cx, symbol);
    if (attributes & LY_LOCKED) ly_message(cx, who, "locked", 1, symbol);
    else if (attributes & LY_PROTECTED) ly_message(cx, who, "wrsym", 1, symbol);
    else ly_clear_symbol(cx, symbol, all);
}

static void clear_matching(void *data, ly_symbol *symbol)
{
    clearing *c = data;
    ly_value v = ly_from_symbol(symbol);
    if (!ly_definition_of(c->cx, v) || ly_attributes(c->cx, v) & (LY_PROTECTED | LY_LOCKED)) return;
    if (strchr(c->pattern, '`')) {
        size_t n = strlen(symbol->context);
        if (strncmp(c->pattern, symbol->context, n) != 0 || !name_matches(c->pattern + n, symbol->name)) return;
    } else if (!name_matches(c->pattern, symbol->name)) {
        return;
    }
    c->found = true;
    ly_clear_symbol(c->cx, v, c->all);
}

static ly_value clear_items(ly_context *cx, ly_expr *call, ly_expr *items, bool all)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, clear_items, LY_AS_WORD(cx), LY_AS_WORD(call), LY_AS_WORD(items), all);
    for (uint32_t i = 0; i < items->count; i++) {
        ly_value v = items->args[i];
        if (ly_is_symbol(v)) {
            clear_one(cx, call->head, v, all);
        } else if (ly_is_string(v)) {
            const char *pattern = ly_string_of(v)->data;
            if (strpbrk(pattern, "*@")) {
                clearing c = {cx, call->head, pattern, all, false};
                ly_each_symbol(clear_matching, &c);
            } else {
                ly_value symbol = ly_lookup_name(cx, pattern, strlen(pattern));
                if (symbol) {
                    clear_one(cx, call->head, symbol, all);
                    ly_release(cx, symbol);
                } else {
                    ly_message_call(cx, call, "notfound", 1, v);
                }
            }
        } else if (ly_has_head(v, LY_SYM(List))) {
            ly_value r = clear_items(cx, call, ly_expr_of(v), all);
            if (ly_failed(r)) return r;
        } else if (ly_has_head(v, LY_SYM(Evaluate))) {
            ly_value inner = ly_evaluate(cx, v);
            ly_value list;
            if (ly_failed(inner)) return LY_FAILED;
            list = ly_make1(cx, LY_SYM(List), inner);
            inner = clear_items(cx, call, ly_expr_of(list), all);
            ly_release(cx, list);
            if (ly_failed(inner)) return LY_FAILED;
        } else {
            ly_message_call(cx, call, "ssym", 1, v);
        }
    }
    return LY_SYM(Null);
}

BUILTIN(Clear, clear, 1, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "Clear[s1, s2, …] clears the values and definitions of symbols; \"form*\" stands for names.")
static ly_value clear(ly_context *cx, ly_expr *call) { return clear_items(cx, call, call, false); }

BUILTIN(ClearAll, clear_all, 1, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "ClearAll[s1, s2, …] clears values, definitions, attributes, options and messages of symbols.")
static ly_value clear_all(ly_context *cx, ly_expr *call) { return clear_items(cx, call, call, true); }

/* ---- updating operators ----------------------------------------------------------------------- */

/* The value of a place (symbol with a value, or any other left side), LY_UNEVALUATED with a message
   if it has none. */
static ly_value value_of_place(ly_context *cx, ly_expr *call, ly_value place)
{
    ly_value v;
    if (ly_is_symbol(place)) {
        ly_definition *d = ly_definition_of(cx, place);
        if (!d || (!d->value && !d->rules[LY_OWN_VALUES])) {
            const ly_builtin *row = ly_symbol_of(place)->builtin;
            if (!row || !(row->effects & LY_VALUE)) return ly_message_call(cx, call, "rvalue", 1, place);
        }
    } else if (!ly_is_expr(place)) {
        return ly_message_call(cx, call, "rvalue", 1, place);
    }
    v = ly_evaluate(cx, place);
    if (!ly_failed(v) && ly_is_expr(place) && ly_same(v, place)) {
        ly_release(cx, v);
        return ly_message_call(cx, call, "rvalue", 1, place);
    }
    return v;
}

/* place = op[value of place, operand]; gives the old value or the new one. */
static ly_value update(ly_context *cx, ly_expr *call, ly_value op, ly_value operand, bool give_old)
{
    ly_value place = call->args[0], old = value_of_place(cx, call, place), new;
    int done;
    if (ly_failed(old) || old == LY_UNEVALUATED) return old;
    if (op == LY_SYM(Plus) && ly_is_int(old) && ly_is_int(operand)) new = ly_add(cx, old, operand);
    else new = ly_call2(cx, op, ly_retain(old), ly_retain(operand));
    if (ly_failed(new)) {
        ly_release(cx, old);
        return LY_FAILED;
    }
    done = ly_assign(cx, call->head, place, new, false);
    ly_release(cx, give_old ? new : old);
    if (done < 0) {
        ly_release(cx, give_old ? old : new);
        return LY_FAILED;
    }
    return give_old ? old : new;
}

BUILTIN(Increment, increment, 1, 1, LY_HOLD_FIRST | LY_READ_PROTECTED | LY_PROTECTED,
        LY_EFFECTS | LY_ASSIGNS | LY_EVALUATED,
        "x++ adds 1 to x and gives its old value.")
static ly_value increment(ly_context *cx, ly_expr *call) { return update(cx, call, LY_SYM(Plus), LY_INT(1), true); }

BUILTIN(Decrement, decrement, 1, 1, LY_HOLD_FIRST | LY_READ_PROTECTED | LY_PROTECTED,
        LY_EFFECTS | LY_ASSIGNS | LY_EVALUATED,
        "x-- subtracts 1 from x and gives its old value.")
static ly_value decrement(ly_context *cx, ly_expr *call) { return update(cx, call, LY_SYM(Plus), LY_INT(-1), true); }

BUILTIN(PreIncrement, pre_increment, 1, 1, LY_HOLD_FIRST | LY_READ_PROTECTED | LY_PROTECTED,
        LY_EFFECTS | LY_ASSIGNS | LY_EVALUATED,
        "++x adds 1 to x and gives its new value.")
static ly_value pre_increment(ly_context *cx, ly_expr *call) { return update(cx, call, LY_SYM(Plus), LY_INT(1), false); }

BUILTIN(PreDecrement, pre_decrement, 1, 1, LY_HOLD_FIRST | LY_READ_PROTECTED | LY_PROTECTED,
        LY_EFFECTS | LY_ASSIGNS | LY_EVALUATED,
        "--x subtracts 1 from x and gives its new value.")
static ly_value pre_decrement(ly_context *cx, ly_expr *call) { return update(cx, call, LY_SYM(Plus), LY_INT(-1), false); }

BUILTIN(AddTo, add_to, 2, 2, LY_HOLD_FIRST | LY_PROTECTED,
        LY_EFFECTS | LY_ASSIGNS | LY_EVALUATED, "x += dx adds dx to x and gives the new value.")
static ly_value add_to(ly_context *cx, ly_expr *call) { return update(cx, call, LY_SYM(Plus), call->args[1], false); }

BUILTIN(SubtractFrom, subtract_from, 2, 2, LY_HOLD_FIRST | LY_PROTECTED,
        LY_EFFECTS | LY_ASSIGNS | LY_EVALUATED,
        "x -= dx subtracts dx from x and gives the new value.")
static ly_value subtract_from(ly_context *cx, ly_expr *call)
{
    ly_value negative = ly_call2(cx, LY_SYM(Times), LY_INT(-1), ly_retain(call->args[1])), r;
    if (ly_failed(negative)) return LY_FAILED;
    r = update(cx, call, LY_SYM(Plus), negative, false);
    ly_release(cx, negative);
    return r;
}

BUILTIN(TimesBy, times_by, 2, 2, LY_HOLD_FIRST | LY_PROTECTED,
        LY_EFFECTS | LY_ASSIGNS | LY_EVALUATED, "x *= c multiplies x by c and gives the new value.")
static ly_value times_by(ly_context *cx, ly_expr *call) { return update(cx, call, LY_SYM(Times), call->args[1], false); }

BUILTIN(DivideBy, divide_by, 2, 2, LY_HOLD_FIRST | LY_PROTECTED,
        LY_EFFECTS | LY_ASSIGNS | LY_EVALUATED, "x /= c divides x by c and gives the new value.")
static ly_value divide_by(ly_context *cx, ly_expr *call) { return update(cx, call, LY_SYM(Divide), call->args[1], false); }

/* ---- asking ----------------------------------------------------------------------------------- */

BUILTIN(ValueQ, value_q, 1, 1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "ValueQ[expr] is True if a value has been assigned to expr.")
static ly_value value_q(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], value;
    bool changed;
    if (ly_is_symbol(v)) {
        ly_definition *d = ly_definition_of(cx, v);
        return ly_bool(d && (d->value || d->rules[LY_OWN_VALUES]));
    }
    if (!ly_is_expr(v)) return LY_SYM(False);
    value = ly_evaluate(cx, v);
    if (ly_failed(value)) return LY_FAILED;
    changed = !ly_same(value, v);
    ly_release(cx, value);
    return ly_bool(changed);
}
