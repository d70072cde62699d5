/* rewrite.c: forms that a set of identities leads to: TrigExpand, TrigReduce, TrigToExp, ExpToTrig,
   PowerExpand; HornerForm, FromCoefficientRules. */
#include "algebra.h"

static const char trig_expand_rules[] =
    "{Tan[x_Plus | x:(_Integer _)] :> Sin[x]/Cos[x], Cot[x_Plus | x:(_Integer _)] :> Cos[x]/Sin[x], "
    "Sec[x_Plus | x:(_Integer _)] :> 1/Cos[x], Csc[x_Plus | x:(_Integer _)] :> 1/Sin[x], "
    "Tanh[x_Plus | x:(_Integer _)] :> Sinh[x]/Cosh[x], Coth[x_Plus | x:(_Integer _)] :> Cosh[x]/Sinh[x], "
    "Sin[x_ + y_] :> Sin[x] Cos[y] + Cos[x] Sin[y], Cos[x_ + y_] :> Cos[x] Cos[y] - Sin[x] Sin[y], "
    "Sinh[x_ + y_] :> Sinh[x] Cosh[y] + Cosh[x] Sinh[y], Cosh[x_ + y_] :> Cosh[x] Cosh[y] + Sinh[x] Sinh[y], "
    "Sin[n_Integer x_] :> Sin[(n - 1) x] Cos[x] + Cos[(n - 1) x] Sin[x] /; 1 < n < 100, "
    "Cos[n_Integer x_] :> Cos[(n - 1) x] Cos[x] - Sin[(n - 1) x] Sin[x] /; 1 < n < 100, "
    "Sinh[n_Integer x_] :> Sinh[(n - 1) x] Cosh[x] + Cosh[(n - 1) x] Sinh[x] /; 1 < n < 100, "
    "Cosh[n_Integer x_] :> Cosh[(n - 1) x] Cosh[x] + Sinh[(n - 1) x] Sinh[x] /; 1 < n < 100}";

static const char trig_reduce_rules[] =
    "{Sin[x_] Sin[y_] :> Cos[x - y]/2 - Cos[x + y]/2, Cos[x_] Cos[y_] :> Cos[x - y]/2 + Cos[x + y]/2, "
    "Sin[x_] Cos[y_] :> Sin[x + y]/2 + Sin[x - y]/2, "
    "Sinh[x_] Sinh[y_] :> Cosh[x + y]/2 - Cosh[x - y]/2, Cosh[x_] Cosh[y_] :> Cosh[x - y]/2 + Cosh[x + y]/2, "
    "Sinh[x_] Cosh[y_] :> Sinh[x + y]/2 + Sinh[x - y]/2, "
    "Sin[x_]^n_Integer :> Sin[x]^(n - 2) (1 - Cos[2 x])/2 /; n > 1, Cos[x_]^n_Integer :> Cos[x]^(n - 2) (1 + Cos[2 x])/2 /; n > 1, "
    "Sinh[x_]^n_Integer :> Sinh[x]^(n - 2) (Cosh[2 x] - 1)/2 /; n > 1, Cosh[x_]^n_Integer :> Cosh[x]^(n - 2) (Cosh[2 x] + 1)/2 /; n > 1}";

static const char trig_to_exp_rules[] =
    "{Sin[x_] :> I E^(-I x)/2 - I E^(I x)/2, Cos[x_] :> E^(-I x)/2 + E^(I x)/2, "
    "Tan[x_] :> I (E^(-I x) - E^(I x))/(E^(-I x) + E^(I x)), Cot[x_] :> -I (E^(-I x) + E^(I x))/(E^(-I x) - E^(I x)), "
    "Sec[x_] :> 2/(E^(-I x) + E^(I x)), Csc[x_] :> -2 I/(E^(-I x) - E^(I x)), "
    "Sinh[x_] :> -E^-x/2 + E^x/2, Cosh[x_] :> E^-x/2 + E^x/2, Tanh[x_] :> (E^x - E^-x)/(E^-x + E^x), "
    "Coth[x_] :> (E^-x + E^x)/(E^x - E^-x), Sech[x_] :> 2/(E^-x + E^x), Csch[x_] :> 2/(E^x - E^-x), "
    "ArcSin[x_] :> -I Log[I x + Sqrt[1 - x^2]], ArcCos[x_] :> Pi/2 + I Log[I x + Sqrt[1 - x^2]], "
    "ArcTan[x_] :> I Log[1 - I x]/2 - I Log[1 + I x]/2, ArcSinh[x_] :> Log[x + Sqrt[1 + x^2]], "
    "ArcCosh[x_] :> Log[x + Sqrt[-1 + x] Sqrt[1 + x]], ArcTanh[x_] :> -Log[1 - x]/2 + Log[1 + x]/2}";

static const char exp_to_trig_rules[] =
    "{E^(x_. y_Complex) :> Cos[-I x y] + I Sin[-I x y] /; Re[y] == 0, E^x_ :> Cosh[x] + Sinh[x]}";

static const char power_expand_rules[] =
    "{(x_ y_)^a_ :> x^a y^a, (x_^a_)^b_ :> x^(a b), Log[x_ y_] :> Log[x] + Log[y], Log[x_^a_] :> a Log[x], "
    "Sqrt[x_ y_] :> Sqrt[x] Sqrt[y], ArcSin[Sin[x_]] :> x, ArcCos[Cos[x_]] :> x, ArcTan[Tan[x_]] :> x, Abs[x_^2] :> x^2}";

/* e with the rules applied until nothing changes, written out in between where `expands`. */
static ly_value rewritten(ly_context *cx, ly_value e, const char *text, bool expands)
{
    ly_value rules = ly_formula(cx, text, 0, NULL), current = ly_retain(e);
    if (!rules) {
        ly_release(cx, current);
        return LY_FAILED;
    }
    for (int round = 0; round < 200 && current; round++) {
        ly_value next = ly_call2(cx, LY_SYM(ReplaceAll), ly_retain(current), ly_retain(rules));
        if (next && expands) next = ly_expand_take(cx, next);
        bool same = next && ly_same(next, current);
        ly_release(cx, current);
        current = next;
        if (same) break;
    }
    ly_release(cx, rules);
    return current;
}

BUILTIN(TrigExpand, trig_expand, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "TrigExpand[expr] writes functions of sums and multiples of angles by functions of the angles.")
static ly_value trig_expand(ly_context *cx, ly_expr *call)
{
    ly_value e = rewritten(cx, call->args[0], trig_expand_rules, true);
    return e ? ly_expand_take(cx, e) : e;
}

BUILTIN(TrigReduce, trig_reduce, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "TrigReduce[expr] writes products and powers of trigonometric functions as sums.")
static ly_value trig_reduce(ly_context *cx, ly_expr *call)
{
    ly_value e = rewritten(cx, call->args[0], trig_reduce_rules, true);
    if (!e || !ly_is_plus(e)) return e;
    ly_value t = ly_call1(cx, LY_SYM(FactorTerms), ly_retain(e));
    ly_release(cx, e);
    return t;
}

BUILTIN(TrigToExp, trig_to_exp, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "TrigToExp[expr] writes trigonometric functions by exponentials and logarithms.")
static ly_value trig_to_exp(ly_context *cx, ly_expr *call)
{
    return rewritten(cx, call->args[0], trig_to_exp_rules, false);
}

BUILTIN(ExpToTrig, exp_to_trig, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "ExpToTrig[expr] writes exponentials by trigonometric functions.")
static ly_value exp_to_trig(ly_context *cx, ly_expr *call)
{
    return rewritten(cx, call->args[0], exp_to_trig_rules, false);
}

BUILTIN(PowerExpand, power_expand, 1, -1, LY_PROTECTED, LY_PURE,
        "PowerExpand[expr] writes (a b)^c as a^c b^c and (a^b)^c as a^(b c), as if all were positive.")
static ly_value power_expand(ly_context *cx, ly_expr *call)
{
    return call->count > 1 ? LY_UNEVALUATED : rewritten(cx, call->args[0], power_expand_rules, false);
}

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
