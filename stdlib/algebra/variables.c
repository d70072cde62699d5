/* variables.c: what an expression is a polynomial in: Variables, PolynomialQ. */
#include "algebra.h"

static bool add_variable(ly_context *cx, ly_builder *list, ly_value v)
{
    return ly_builder_add(cx, list, ly_retain(v));
}

static bool is_numeric(ly_context *cx, ly_value v)
{
    ly_value q = ly_call1(cx, LY_SYM(NumericQ), ly_retain(v));
    ly_release(cx, q);
    return q == LY_SYM(True);
}

static bool gather(ly_context *cx, ly_builder *list, ly_value e);

/* b^(c + d): b^c and b^d; b^(2 c): b^c */
static bool gather_power(ly_context *cx, ly_builder *list, ly_value e)
{
    ly_value b = ly_base_of(e), n = ly_exponent_of(e);
    if (ly_is_integer(n) || ly_is_rational(n)) return gather(cx, list, b);
    if (is_numeric(cx, b)) return true;
    if (ly_is_plus(n)) {
        for (size_t i = 0; i < ly_operands(n, LY_SYM(Plus)); i++) {
            ly_value part = ly_raised_take(cx, ly_retain(b), ly_retain(ly_operand(n, LY_SYM(Plus), i)));
            bool done = part && gather(cx, list, part);
            ly_release(cx, part);
            if (!done) return false;
        }
        return true;
    }
    if (ly_is_times(n) && (ly_is_integer(ly_operand(n, LY_SYM(Times), 0)) ||
                           ly_is_rational(ly_operand(n, LY_SYM(Times), 0)))) {
        ly_value rest = ly_quotient_take(cx, ly_retain(n), ly_retain(ly_operand(n, LY_SYM(Times), 0)));
        ly_value part = ly_raised_take(cx, ly_retain(b), rest);
        bool done = part && add_variable(cx, list, part);
        ly_release(cx, part);
        return done;
    }
    return add_variable(cx, list, e);
}

static bool gather(ly_context *cx, ly_builder *list, ly_value e)
{
    if (ly_stack_low(cx)) return !ly_failed(ly_raise_memory(cx));
    if (ly_is_number(e) || ly_is_string(e) || ly_is_packed(e) || e == LY_SYM(True) || e == LY_SYM(False)) return true;
    if (ly_is_plus(e) || ly_is_times(e) || ly_has_head(e, LY_SYM(List))) {
        const ly_expr *x = ly_expr_of(e);
        for (uint32_t i = 0; i < x->count; i++)
            if (!gather(cx, list, x->args[i])) return false;
        return true;
    }
    if (ly_is_power(e)) return gather_power(cx, list, e);
    if (ly_is_expr(e)) {
        ly_value h = ly_expr_of(e)->head;
        if (h == LY_SYM(Equal) || h == LY_SYM(Unequal) || h == LY_SYM(Less) || h == LY_SYM(LessEqual) ||
            h == LY_SYM(Greater) || h == LY_SYM(GreaterEqual) || h == LY_SYM(And) || h == LY_SYM(Or) ||
            h == LY_SYM(Not) || h == LY_SYM(Rule))
            return true;
    }
    return is_numeric(cx, e) || add_variable(cx, list, e);
}

ly_value ly_variables(ly_context *cx, ly_value e)
{
    ly_builder list = ly_builder_new();
    if (!gather(cx, &list, e)) {
        ly_builder_drop(cx, &list);
        return LY_FAILED;
    }
    ly_value v = ly_builder_finish(cx, &list, LY_SYM(List));
    return v ? ly_call1(cx, LY_SYM(Union), v) : LY_FAILED;
}

BUILTIN(Variables, variables, 1, 1, LY_PROTECTED, LY_PURE,
        "Variables[expr] lists what expr is a polynomial in.")
static ly_value variables(ly_context *cx, ly_expr *call)
{
    return ly_variables(cx, call->args[0]);
}

bool ly_is_polynomial(ly_context *cx, ly_value e, size_t n, const ly_value *variables)
{
    bool is_free = true;
    if (ly_stack_low(cx)) return false;
    for (size_t i = 0; i < n; i++) {
        if (ly_same(e, variables[i])) return true;
        is_free = is_free && ly_is_free_of(cx, e, variables[i]);
    }
    if (is_free) return true;
    if (ly_is_plus(e) || ly_is_times(e)) {
        const ly_expr *x = ly_expr_of(e);
        for (uint32_t i = 0; i < x->count; i++)
            if (!ly_is_polynomial(cx, x->args[i], n, variables)) return false;
        return true;
    }
    if (!ly_is_power(e)) return false;
    ly_value k = ly_exponent_of(e);
    return ly_is_int(k) && ly_int_of(k) >= 0 && ly_is_polynomial(cx, ly_base_of(e), n, variables);
}

BUILTIN(PolynomialQ, polynomial_q, 1, 2, LY_PROTECTED, LY_PURE,
        "PolynomialQ[expr, x] says whether expr is a polynomial in x, PolynomialQ[expr, {x, y, …}] in all.")
static ly_value polynomial_q(ly_context *cx, ly_expr *call)
{
    if (call->count == 1) {
        ly_value list = ly_variables(cx, call->args[0]);
        if (!list) return LY_FAILED;
        bool yes = ly_is_polynomial(cx, call->args[0], ly_length(list), ly_expr_of(list)->args);
        ly_release(cx, list);
        return ly_bool(yes);
    }
    ly_value v = call->args[1];
    if (ly_has_head(v, LY_SYM(List)))
        return ly_bool(ly_is_polynomial(cx, call->args[0], ly_expr_of(v)->count, ly_expr_of(v)->args));
    return ly_bool(ly_is_polynomial(cx, call->args[0], 1, &v));
}
