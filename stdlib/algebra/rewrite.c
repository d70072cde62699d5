/* rewrite.c: other forms of polynomials: HornerForm, FromCoefficientRules; Dt. */
#include "algebra.h"

/* ---- HornerForm, FromCoefficientRules ----------------------------------------------------------- */

static ly_value horner(ly_context *cx, ly_value e, size_t n, const ly_value *variables)
{
    size_t count;
    if (n == 0 || !ly_is_polynomial(cx, e, 1, variables)) return ly_retain(e);
    ly_value *c = ly_coefficients(cx, e, variables[0], &count);
    if (!c) return cx->pending.kind == LY_PENDING_NONE ? ly_retain(e) : LY_FAILED;
    ly_value sum = LY_INT(0);
    for (size_t i = count; i-- > 0 && sum;) {
        ly_value inner = horner(cx, c[i], n - 1, variables + 1);
        sum = ly_sum_take(cx, inner, ly_product_take(cx, ly_retain(variables[0]), sum));
    }
    ly_coefficients_free(cx, c, count);
    return sum;
}

BUILTIN(HornerForm, horner_form, 1, 2, LY_PROTECTED, LY_PURE,
        "HornerForm[poly, x] writes a polynomial by nested multiplications.")
static ly_value horner_form(ly_context *cx, ly_expr *call)
{
    ly_value list = call->count > 1 ? ly_is_list(call->args[1]) ? ly_unpack(cx, call->args[1])
                                                                : ly_make1(cx, LY_SYM(List), ly_retain(call->args[1]))
                                    : ly_variables(cx, call->args[0]);
    if (!list) return LY_FAILED;
    ly_value n = ly_call1(cx, LY_SYM(Numerator), ly_retain(call->args[0]));
    ly_value d = ly_call1(cx, LY_SYM(Denominator), ly_retain(call->args[0]));
    ly_value top = n ? horner(cx, n, ly_length(list), ly_expr_of(list)->args) : LY_FAILED;
    ly_value below = d ? horner(cx, d, ly_length(list), ly_expr_of(list)->args) : LY_FAILED;
    ly_release(cx, n);
    ly_release(cx, d);
    ly_release(cx, list);
    return ly_quotient_take(cx, top, below);
}

BUILTIN(FromCoefficientRules, from_coefficient_rules, 2, 2, LY_PROTECTED, LY_PURE,
        "FromCoefficientRules[rules, {x, y, …}] gives the polynomial with these exponents and coefficients.")
static ly_value from_coefficient_rules(ly_context *cx, ly_expr *call)
{
    if (!ly_has_head(call->args[0], LY_SYM(List))) return LY_UNEVALUATED;
    const ly_expr *rules = ly_expr_of(call->args[0]);
    size_t n = ly_operands(call->args[1], LY_SYM(List));
    for (uint32_t i = 0; i < rules->count; i++)
        if (!ly_is_rule(rules->args[i]) || !ly_is_list(ly_arg(ly_expr_of(rules->args[i]), 0)) ||
            ly_length(ly_arg(ly_expr_of(rules->args[i]), 0)) != n)
            return LY_UNEVALUATED;
    ly_expr *sum = ly_expr_new(cx, LY_SYM(Plus), rules->count);
    for (uint32_t i = 0; sum && i < rules->count; i++) {
        const ly_expr *rule = ly_expr_of(rules->args[i]);
        ly_expr *term = ly_expr_new(cx, LY_SYM(Times), n + 1);
        if (!term) break;
        term->args[0] = ly_retain(rule->args[1]);
        for (size_t j = 0; j < n; j++)
            term->args[j + 1] = ly_make2(cx, LY_SYM(Power), ly_retain(ly_operand(call->args[1], LY_SYM(List), j)),
                                         ly_element(cx, rule->args[0], j));
        sum->args[i] = ly_from_object(term);
    }
    return sum ? ly_from_object(sum) : LY_FAILED;
}

/* ---- Dt --------------------------------------------------------------------------------------- */

/* The total derivative: every symbol that is no constant depends on x; without x, differentials. */
static ly_value total(ly_context *cx, ly_value e, ly_value x)
{
    if (x && ly_same(e, x)) return LY_INT(1);
    if (!ly_is_expr(e) && !ly_is_symbol(e)) return LY_INT(0);
    ly_value list = ly_variables(cx, e), sum = LY_INT(0);
    if (!list) return LY_FAILED;
    ly_release(cx, list);
    /* the symbols that occur */
    list = ly_call2(cx, LY_SYM(Union), ly_call3(cx, LY_SYM(Cases), ly_make1(cx, LY_SYM(List), ly_retain(e)),
                    ly_make1(cx, LY_SYM(Blank), LY_SYM(Symbol)), LY_SYM(Infinity)), ly_make0(cx, LY_SYM(List)));
    for (size_t i = 0; list && sum && i < ly_length(list); i++) {
        ly_value v = ly_arg(ly_expr_of(list), i);
        if (ly_attributes(cx, v) & LY_CONSTANT) continue;
        ly_value partial = ly_derivative(cx, e, v), d;
        if (x && ly_same(v, x)) d = LY_INT(1);
        else d = x ? ly_make2(cx, LY_SYM(Dt), ly_retain(v), ly_retain(x)) : ly_make1(cx, LY_SYM(Dt), ly_retain(v));
        sum = ly_sum_take(cx, sum, ly_product_take(cx, partial, d));
    }
    ly_release(cx, list);
    return list ? sum : LY_FAILED;
}

BUILTIN(Dt, total_derivative, 1, -1, LY_PROTECTED, LY_PURE,
        "Dt[f, x] gives the total derivative of f by x, Dt[f] the total differential.")
static ly_value total_derivative(ly_context *cx, ly_expr *call)
{
    ly_value e = call->args[0];
    if (call->count > 2) return LY_UNEVALUATED;
    if (call->count == 1) {
        if (ly_is_symbol(e) && !(ly_attributes(cx, e) & LY_CONSTANT)) return LY_UNEVALUATED;
        return total(cx, e, LY_FAILED);
    }
    ly_value x = call->args[1];
    int64_t times = 1;
    if (ly_has_shape(x, LY_SYM(List), 2) && ly_is_int(ly_arg(ly_expr_of(x), 1))) {
        times = ly_int_of(ly_arg(ly_expr_of(x), 1));
        x = ly_arg(ly_expr_of(x), 0);
    }
    if (!ly_is_symbol(x) || times < 1) return LY_UNEVALUATED;
    if (ly_is_symbol(e) && e != x && !(ly_attributes(cx, e) & LY_CONSTANT)) return LY_UNEVALUATED;
    ly_value current = ly_retain(e);
    for (int64_t i = 0; i < times && current && current != LY_INT(0); i++) {
        ly_value next = total(cx, current, x);
        ly_release(cx, current);
        current = next;
    }
    return current;
}
