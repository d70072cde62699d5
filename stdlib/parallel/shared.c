/* shared.c: SetSharedVariable, SetSharedFunction, UnsetShared.

   What is shared lives in a cell, a foreign object that the symbol's definition holds, so that main and
   all its tasks see one. The definition has a rule that asks the cell, and a flag. A built-in that
   assigns (LY_ASSIGNS) finds the flag; then it is the cell's turn: the value moves into the definition,
   the built-in does its work there as ever, and what stands there afterwards moves back. So every
   operation (x++, AppendTo, x[[i]] = v, f[k] = v) is atomic. */
#include "eval/eval.h"
#include "foreign/foreign.h"
#include "match/match.h"
#include "stdlib/parallel/turn.h"
#include "value/copy.h"

typedef struct cell {
    ly_turn turn;
    bool function; /* value is the list of down values */
    ly_value value; /* shared; LY_FAILED: none. Of whoever has the turn */
} cell;

static void drop(ly_context *cx, ly_foreign *self)
{
    cell *c = self->data;
    ly_release(cx, c->value);
    ly_turn_end(&c->turn);
    ly_free(c);
}
static const ly_foreign_type type = {.name = "SharedDefinition", .drop = drop, .crosses_threads = true};

static cell *cell_of(ly_value v) { return ly_foreign_data(v, &type); }

/* The cell in the definition of a shared symbol, held; LY_FAILED: it is none. */
static ly_value cell_in(ly_context *cx, ly_value symbol)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    static const ly_rule_list lists[] = {LY_OWN_VALUES, LY_DOWN_VALUES};
    if (!d || !(d->flags & LY_DEFINITION_SHARED)) return LY_FAILED;
    for (int i = 0; i < 2; i++) {
        const ly_rules *rules = d->rules[lists[i]];
        if (!rules || !ly_rules_count(rules)) continue;
        ly_value rhs = ly_rules_at(rules, 0)->rhs;
        if (ly_is_expr(rhs) && ly_expr_of(rhs)->count && cell_of(ly_expr_of(rhs)->args[0]))
            return ly_retain(ly_expr_of(rhs)->args[0]);
    }
    return LY_FAILED;
}

/* ---- in and out of the definition; with the turn ------------------------------------------------ */

/* The definition is an ordinary one with the cell's contents; *asks is its rule. */
static bool move_in(ly_context *cx, ly_value symbol, cell *c, ly_rules **asks)
{
    ly_rule_list list = c->function ? LY_DOWN_VALUES : LY_OWN_VALUES;
    ly_definition *d = ly_definition_edit(cx, symbol);
    *asks = d->rules[list];
    d->rules[list] = NULL;
    d->flags &= ~(uint32_t)LY_DEFINITION_SHARED;
    if (!c->function) {
        d->value = c->value;
        c->value = LY_FAILED;
        if (ly_is_object(d->value) && __atomic_load_n(&ly_object_of(d->value)->count, __ATOMIC_ACQUIRE) == -1)
            ly_object_of(d->value)->count = 1; /* nobody else has it: it can be changed in place */
        return true;
    }
    const ly_expr *rules = ly_expr_of(c->value);
    for (uint32_t i = 0; i < rules->count; i++) {
        const ly_expr *rule = ly_expr_of(rules->args[i]);
        ly_value lhs = rule->args[0];
        if (ly_has_shape(lhs, LY_SYM(HoldPattern), 1)) lhs = ly_expr_of(lhs)->args[0];
        ly_add_rule(cx, symbol, LY_DOWN_VALUES, lhs, rule->args[1], true);
        if (cx->pending.kind) return false;
    }
    return true;
}

/* `keep`: what stands in the definition is the cell's from now on. */
static void move_out(ly_context *cx, ly_value symbol, cell *c, ly_rules *asks, bool keep)
{
    ly_rule_list list = c->function ? LY_DOWN_VALUES : LY_OWN_VALUES;
    ly_pending pending = ly_pending_take(cx);
    ly_value contents = LY_FAILED;
    ly_definition *d;
    if (c->function && keep) contents = ly_rules_as_list(cx, symbol, LY_DOWN_VALUES);
    d = ly_definition_edit(cx, symbol);
    if (!c->function) {
        contents = d->value;
        d->value = LY_FAILED;
        d->flags &= ~(uint32_t)LY_DEFINITION_DELAYED;
    }
    if (d->rules[list]) ly_rules_free(cx, d->rules[list]);
    d->rules[list] = asks;
    d->flags |= LY_DEFINITION_SHARED;
    if (contents) contents = ly_hand_over_take(cx, contents);
    if (contents || !c->function) {
        ly_release(cx, c->value);
        c->value = contents;
    }
    if (cx->pending.kind == LY_PENDING_NONE) ly_pending_restore(cx, pending);
    else ly_pending_drop(cx, pending); /* no memory: that is worse */
}

/* ---- assignments -------------------------------------------------------------------------------- */

/* The next shared symbol that an assignment to the place changes; LY_FAILED: none. */
static ly_value shared_symbol(ly_context *cx, ly_value place)
{
    while (ly_is_expr(place) && !ly_is_packed(place)) {
        const ly_expr *e = ly_expr_of(place);
        if (e->head == LY_SYM(List)) {
            for (uint32_t i = 0; i < e->count; i++) {
                ly_value found = ly_is_symbol(e->args[i]) ? shared_symbol(cx, e->args[i]) : LY_FAILED;
                if (found) return found;
            }
            return LY_FAILED;
        }
        place = e->head == LY_SYM(Part) || e->head == LY_SYM(Condition) || e->head == LY_SYM(HoldPattern)
                    ? (e->count ? e->args[0] : LY_FAILED)
                    : e->head;
    }
    if (!place || !ly_is_symbol(place)) return LY_FAILED;
    const ly_definition *d = ly_definition_of(cx, place);
    return d && d->flags & LY_DEFINITION_SHARED ? place : LY_FAILED;
}

static ly_value assign(ly_context *cx, const ly_builtin *row, ly_expr *call)
{
    ly_value symbol = call->count ? shared_symbol(cx, call->args[0]) : LY_FAILED, object, v = LY_FAILED;
    ly_rules *asks;
    cell *c;
    if (!symbol) return row->function(cx, call);
    object = cell_in(cx, symbol);
    if (!object) return row->function(cx, call);
    c = cell_of(object);
    ly_retain(symbol);
    if (ly_turn_take(cx, &c->turn, "the turn to assign")) {
        bool moved = move_in(cx, symbol, c, &asks);
        if (moved) v = assign(cx, row, call);
        move_out(cx, symbol, c, asks, moved);
        ly_turn_give(cx, &c->turn);
    }
    ly_release(cx, symbol);
    ly_release(cx, object);
    return v;
}

/* ---- asking -------------------------------------------------------------------------------------- */

BUILTIN(SharedValue, shared_value, 2, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "SharedValue[cell, x] is the value of the shared variable x.")
static ly_value shared_value(ly_context *cx, ly_expr *call)
{
    cell *c = cell_of(call->args[0]);
    ly_value v;
    if (!c) return LY_UNEVALUATED;
    if (!ly_turn_take(cx, &c->turn, "a shared variable")) return LY_FAILED;
    v = ly_retain(c->value);
    ly_turn_give(cx, &c->turn);
    return v ? ly_evaluate_take(cx, v) : ly_retain(call->args[1]);
}

BUILTIN(SharedCall, shared_call, 2, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "SharedCall[cell, f[…]] is the value of the call of the shared function f.")
static ly_value shared_call(ly_context *cx, ly_expr *call)
{
    cell *c = cell_of(call->args[0]);
    ly_value v = LY_FAILED, symbol;
    ly_rules *asks;
    if (!c || !ly_is_expr(call->args[1])) return LY_UNEVALUATED;
    symbol = ly_expr_of(call->args[1])->head;
    if (!ly_turn_take(cx, &c->turn, "a shared function")) return LY_FAILED;
    bool moved = move_in(cx, symbol, c, &asks);
    if (moved) v = ly_evaluate(cx, call->args[1]);
    move_out(cx, symbol, c, asks, moved);
    ly_turn_give(cx, &c->turn);
    return v;
}

/* ---- sharing ------------------------------------------------------------------------------------- */

static bool share(ly_context *cx, ly_value symbol, bool function)
{
    ly_definition *d = ly_definition_of(cx, symbol);
    ly_value contents, object, rhs, lhs;
    cell *c;
    if (d && d->flags & LY_DEFINITION_SHARED) return true;
    contents = function ? ly_rules_as_list(cx, symbol, LY_DOWN_VALUES)
               : d && (d->value || d->rules[LY_OWN_VALUES]) ? ly_evaluate(cx, symbol) : LY_FAILED;
    if (cx->pending.kind) return false;
    if (contents) contents = ly_hand_over_take(cx, contents);
    if (cx->pending.kind) return false;
    c = ly_calloc(1, sizeof *c);
    if (!c || !ly_turn_start(&c->turn)) {
        ly_free(c);
        ly_release(cx, contents);
        ly_raise_memory(cx);
        return false;
    }
    c->function = function;
    c->value = contents;
    object = ly_foreign_new(cx, &type, c);
    ly_clear_symbol(cx, symbol, false);
    if (function) {
        ly_value asked = ly_intern("System`Shared`", "call");
        lhs = ly_make2(cx, LY_SYM(Pattern), ly_retain(asked),
                       ly_make1(cx, symbol, ly_make0(cx, LY_SYM(BlankNullSequence))));
        rhs = ly_make2(cx, LY_SYM(SharedCall), object, ly_retain(asked));
        ly_add_rule(cx, symbol, LY_DOWN_VALUES, lhs, rhs, true);
        ly_release(cx, lhs);
    } else {
        rhs = ly_make2(cx, LY_SYM(SharedValue), object, ly_retain(symbol));
        ly_add_rule(cx, symbol, LY_OWN_VALUES, symbol, rhs, true);
    }
    ly_release(cx, rhs);
    if (cx->pending.kind) return false;
    ly_definition_edit(cx, symbol)->flags |= LY_DEFINITION_SHARED;
    __atomic_store_n(&ly_assign_shared, assign, __ATOMIC_RELEASE);
    return true;
}

static ly_value share_all(ly_context *cx, ly_expr *call, bool function)
{
    for (uint32_t i = 0; i < call->count; i++) {
        if (!ly_is_symbol(call->args[i])) {
            ly_message_call(cx, call, "sym", 2, call->args[i], LY_INT(i + 1));
        } else if (ly_attributes(cx, call->args[i]) & (LY_PROTECTED | LY_LOCKED)) {
            ly_message_call(cx, call, "wrsym", 1, call->args[i]);
        } else if (!share(cx, call->args[i], function)) {
            return LY_FAILED;
        }
    }
    return LY_SYM(Null);
}

BUILTIN(SetSharedVariable, set_shared_variable, 1, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "SetSharedVariable[x, …] makes x one variable for main and all tasks submitted from now on; each\n"
        "operation on it is atomic.")
static ly_value set_shared_variable(ly_context *cx, ly_expr *call) { return share_all(cx, call, false); }

BUILTIN(SetSharedFunction, set_shared_function, 1, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "SetSharedFunction[f, …] makes the definitions of f[…] those of main and all tasks submitted from now\n"
        "on; one task at a time evaluates such a call.")
static ly_value set_shared_function(ly_context *cx, ly_expr *call) { return share_all(cx, call, true); }

BUILTIN(UnsetShared, unset_shared, 1, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "UnsetShared[x, …] makes x an ordinary symbol again, with the value that it has now.")
static ly_value unset_shared(ly_context *cx, ly_expr *call)
{
    for (uint32_t i = 0; i < call->count; i++) {
        ly_value symbol = call->args[i], object = ly_is_symbol(symbol) ? cell_in(cx, symbol) : LY_FAILED;
        ly_rules *asks;
        cell *c;
        if (!object) continue;
        c = cell_of(object);
        if (!ly_turn_take(cx, &c->turn, "a shared variable")) {
            ly_release(cx, object);
            return LY_FAILED;
        }
        ly_value kept = ly_retain(c->value); /* others may go on using it */
        bool moved = move_in(cx, symbol, c, &asks);
        if (!c->function) c->value = kept;
        else ly_release(cx, kept);
        if (asks) ly_rules_free(cx, asks);
        ly_turn_give(cx, &c->turn);
        ly_release(cx, object);
        if (!moved) return LY_FAILED;
    }
    return LY_SYM(Null);
}
