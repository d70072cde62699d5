/* logic.c: And, Or, Not and their kin, and what turns truth into numbers.

   And and Or hold their arguments and evaluate them from the left until the answer is known; what
   stays is flat and without True and False. */
#include "numbers.h"

#define HELD_LOGIC (LY_FLAT | LY_HOLD_ALL | LY_ONE_IDENTITY | LY_PROTECTED)

/* unit: the value that drops out; its opposite decides. */
static ly_value connect(ly_context *cx, ly_expr *call, bool unit)
{
    ly_builder rest = ly_builder_new();
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = ly_evaluate(cx, call->args[i]);
        if (ly_failed(v)) {
            ly_builder_drop(cx, &rest);
            return v;
        }
        if (v == ly_bool(unit)) continue;
        if (v == ly_bool(!unit)) {
            ly_builder_drop(cx, &rest);
            return v;
        }
        if (!ly_builder_add(cx, &rest, v)) return LY_FAILED;
    }
    size_t n = ly_builder_count(&rest);
    if (n == 0) return ly_bool(unit);
    if (n == 1) {
        ly_value only = ly_retain(rest.expr->args[0]);
        ly_builder_drop(cx, &rest);
        return only;
    }
    bool same = n == call->count;
    for (size_t i = 0; i < n && same; i++) same = ly_same(rest.expr->args[i], call->args[i]);
    if (same) {
        ly_builder_drop(cx, &rest);
        return LY_UNEVALUATED;
    }
    return ly_builder_finish(cx, &rest, call->head);
}

BUILTIN(And, and_builtin, 0, -1, HELD_LOGIC, LY_PURE,
        "e1 && e2 && ... evaluates its arguments in order, giving False if any of them are False, and "
        "True if they are all True.")
static ly_value and_builtin(ly_context *cx, ly_expr *call) { return connect(cx, call, true); }

BUILTIN(Or, or_builtin, 0, -1, HELD_LOGIC, LY_PURE,
        "e1 || e2 || ... evaluates its arguments in order, giving True if any of them are True, and "
        "False if they are all False.")
static ly_value or_builtin(ly_context *cx, ly_expr *call) { return connect(cx, call, false); }

static ly_value opposite_relation(ly_value head)
{
    static const char *const pairs[][2] = {
        {"Equal", "Unequal"}, {"Unequal", "Equal"}, {"Less", "GreaterEqual"},
        {"LessEqual", "Greater"}, {"Greater", "LessEqual"}, {"GreaterEqual", "Less"},
        {"Element", "NotElement"}, {"NotElement", "Element"},
    };
    if (!ly_is_symbol(head) || !ly_symbol_of(head)->builtin) return LY_FAILED;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strcmp(ly_symbol_of(head)->builtin->name, pairs[i][0]) == 0)
            return ly_intern("System`", pairs[i][1]);
    return LY_FAILED;
}

BUILTIN(Not, not_builtin, 1, 1, LY_PROTECTED, LY_PURE,
        "!expr is the logical Not function. It gives False if expr is True, and True if it is False.")
static ly_value not_builtin(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (v == LY_SYM(True)) return LY_SYM(False);
    if (v == LY_SYM(False)) return LY_SYM(True);
    if (!ly_is_expr(v)) return LY_UNEVALUATED;
    ly_expr *e = ly_expr_of(v);
    if (ly_has_shape(v, LY_SYM(Not), 1)) return ly_retain(e->args[0]);
    if (e->count == 2) {
        ly_value opposite = opposite_relation(e->head);
        if (!ly_failed(opposite))
            return ly_make2(cx, opposite, ly_retain(e->args[0]), ly_retain(e->args[1]));
    }
    return LY_UNEVALUATED;
}

BUILTIN(Nand, nand_builtin, 0, -1, LY_HOLD_ALL | LY_PROTECTED, LY_PURE,
        "Nand[e1, e2, ...] is the logical NAND function.")
static ly_value nand_builtin(ly_context *cx, ly_expr *call)
{
    ly_value both = connect(cx, call, true);
    if (ly_failed(both)) return both;
    if (both == LY_SYM(True) || both == LY_SYM(False)) return ly_bool(both == LY_SYM(False));
    if (both == LY_UNEVALUATED) return both;
    if (ly_has_head(both, call->head)) return both;
    return ly_make1(cx, LY_SYM(Not), both);
}

BUILTIN(Nor, nor_builtin, 0, -1, LY_HOLD_ALL | LY_PROTECTED, LY_PURE,
        "Nor[e1, e2, ...] is the logical NOR function.")
static ly_value nor_builtin(ly_context *cx, ly_expr *call)
{
    ly_value either = connect(cx, call, false);
    if (ly_failed(either)) return either;
    if (either == LY_SYM(True) || either == LY_SYM(False)) return ly_bool(either == LY_SYM(False));
    if (either == LY_UNEVALUATED) return either;
    if (ly_has_head(either, call->head)) return either;
    return ly_make1(cx, LY_SYM(Not), either);
}

/* Equal arguments cancel, True negates. */
static ly_value exclusive_or(ly_context *cx, ly_expr *call, bool negated)
{
    ly_builder rest = ly_builder_new();
    bool odd = negated;
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = call->args[i];
        if (v == LY_SYM(False)) continue;
        if (v == LY_SYM(True)) {
            odd = !odd;
            continue;
        }
        size_t n = ly_builder_count(&rest), k;
        for (k = 0; k < n && !ly_same(rest.expr->args[k], v); k++) {}
        if (k < n) {
            ly_release(cx, rest.expr->args[k]);
            for (; k + 1 < n; k++) rest.expr->args[k] = rest.expr->args[k + 1];
            rest.expr->count--;
        } else if (!ly_builder_add(cx, &rest, ly_retain(v))) {
            return LY_FAILED;
        }
    }
    size_t n = ly_builder_count(&rest);
    if (n == 0) {
        ly_builder_drop(cx, &rest);
        return ly_bool(odd);
    }
    if (n == call->count && odd == negated && n > 1) {
        ly_builder_drop(cx, &rest);
        return LY_UNEVALUATED;
    }
    if (n == 1) {
        ly_value only = ly_retain(rest.expr->args[0]);
        ly_builder_drop(cx, &rest);
        return odd ? ly_make1(cx, LY_SYM(Not), only) : only;
    }
    return ly_builder_finish(cx, &rest, odd ? LY_SYM(Xnor) : LY_SYM(Xor));
}

BUILTIN(Xor, xor_builtin, 0, -1, LY_FLAT | LY_ONE_IDENTITY | LY_ORDERLESS | LY_PROTECTED, LY_PURE,
        "Xor[e1, e2, ...] is the logical XOR (exclusive OR) function.")
static ly_value xor_builtin(ly_context *cx, ly_expr *call) { return exclusive_or(cx, call, false); }

BUILTIN(Xnor, xnor_builtin, 0, -1, LY_ORDERLESS | LY_PROTECTED, LY_PURE,
        "Xnor[e1, e2, ...] is the logical XNOR (not XOR) function.")
static ly_value xnor_builtin(ly_context *cx, ly_expr *call) { return exclusive_or(cx, call, true); }

BUILTIN(Implies, implies, 2, 2, LY_PROTECTED, LY_PURE,
        "Implies[p, q] represents the logical implication p => q.")
static ly_value implies(ly_context *cx, ly_expr *call)
{
    ly_value p = call->args[0], q = call->args[1];
    if (p == LY_SYM(False) || q == LY_SYM(True)) return LY_SYM(True);
    if (p == LY_SYM(True)) return ly_retain(q);
    if (q == LY_SYM(False)) return ly_make1(cx, LY_SYM(Not), ly_retain(p));
    if (ly_same(p, q)) return LY_SYM(True);
    return LY_UNEVALUATED;
}

BUILTIN(Equivalent, equivalent, 0, -1, LY_ORDERLESS | LY_PROTECTED, LY_PURE,
        "Equivalent[e1, e2, ...] represents the logical equivalence e1 <=> e2 <=> ....")
static ly_value equivalent(ly_context *cx, ly_expr *call)
{
    bool yes = false, no = false, double_seen = false;
    ly_builder rest = ly_builder_new();
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = call->args[i];
        if (v == LY_SYM(True)) yes = true;
        else if (v == LY_SYM(False)) no = true;
        else {
            bool known = false;
            for (size_t k = 0; k < ly_builder_count(&rest); k++) known |= ly_same(rest.expr->args[k], v);
            double_seen |= known;
            if (!known && !ly_builder_add(cx, &rest, ly_retain(v))) return LY_FAILED;
        }
    }
    size_t n = ly_builder_count(&rest);
    if ((yes && no) || n == 0 || (n == 1 && !yes && !no)) {
        ly_builder_drop(cx, &rest);
        return ly_bool(!(yes && no));
    }
    if (!yes && !no && !double_seen) {
        ly_builder_drop(cx, &rest);
        return LY_UNEVALUATED;
    }
    if (yes) return ly_builder_finish(cx, &rest, LY_SYM(And));
    if (!no) return ly_builder_finish(cx, &rest, LY_SYM(Equivalent));
    for (size_t k = 0; k < n; k++) rest.expr->args[k] = ly_make1(cx, LY_SYM(Not), rest.expr->args[k]);
    return ly_builder_finish(cx, &rest, LY_SYM(And));
}

BUILTIN(Boole, boole, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "Boole[expr] yields 1 if expr is True and 0 if it is False.")
static ly_value boole(ly_context *cx, ly_expr *call)
{
    if (call->args[0] == LY_SYM(True)) return LY_INT(1);
    if (call->args[0] == LY_SYM(False)) return LY_INT(0);
    return LY_UNEVALUATED;
}

BUILTIN(BooleanQ, boolean_q, 1, 1, LY_PROTECTED, LY_PURE,
        "BooleanQ[expr] returns True if expr is either True or False.")
static ly_value boolean_q(ly_context *cx, ly_expr *call)
{
    return ly_bool(call->args[0] == LY_SYM(True) || call->args[0] == LY_SYM(False));
}

BUILTIN(TrueQ, true_q, 1, 1, LY_PROTECTED, LY_PURE, "TrueQ[expr] yields True if expr is True, and yields False otherwise.")
static ly_value true_q(ly_context *cx, ly_expr *call) { return ly_bool(call->args[0] == LY_SYM(True)); }

