/* integrate.c: Integrate.

   Sums and constant factors are taken apart; then come the tables of integrals.lyra, rational
   functions by partial fractions, substitutions whose derivative stands in the integrand, and
   integration by parts. What none of these solves stays. */
#include "algebra.h"

#include "eval/library.h"

#define TABLE "System`Integrals`"
#define VARIABLE ly_library_symbol_named(cx, TABLE, "x")

/* Answers: the antiderivative (owned), LY_UNEVALUATED, or LY_FAILED. Everything is in terms of x. */
static ly_value antiderivative(ly_context *cx, ly_value e, int depth);

static bool is_free(ly_context *cx, ly_value e)
{
    return ly_is_free_of(cx, e, VARIABLE);
}

/* Pattern variables of the table stand for what is free of x: its rules don't say so, so their values
   are checked by what comes out: the derivative must be the integrand. */
static ly_value by_table(ly_context *cx, ly_value e) { return ly_library_ask(cx, TABLE, "table", 1, &e); }

/* e = a x + b: a (owned), LY_FAILED otherwise (nothing pending). */
static ly_value slope(ly_context *cx, ly_value e)
{
    size_t count;
    ly_value *c = ly_coefficients(cx, e, VARIABLE, &count), a = LY_FAILED;
    if (!c) return LY_FAILED;
    if (count == 2) a = ly_retain(c[1]);
    ly_coefficients_free(cx, c, count);
    return a;
}

static ly_value by_function(ly_context *cx, ly_value e)
{
    if (!ly_is_expr(e) || ly_expr_of(e)->count != 1 || !ly_is_symbol(ly_expr_of(e)->head)) return LY_UNEVALUATED;
    ly_value u = ly_arg(ly_expr_of(e), 0), f = ly_library_ask(cx, TABLE, "primitive", 1, &e);
    if (f == LY_UNEVALUATED || !f) return f;
    ly_value a = slope(cx, u);
    if (!a) {
        ly_release(cx, f);
        return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    }
    f = ly_quotient_take(cx, f, a);
    return f ? ly_expand_take(cx, f) : f;
}

static ly_value of_sum(ly_context *cx, ly_value e, int depth)
{
    ly_value sum = LY_INT(0);
    for (size_t i = 0; i < ly_operands(e, LY_SYM(Plus)); i++) {
        ly_value part = antiderivative(cx, ly_operand(e, LY_SYM(Plus), i), depth);
        if (part == LY_UNEVALUATED || !part) {
            ly_release(cx, sum);
            return part;
        }
        sum = ly_sum_take(cx, sum, part);
        if (!sum) return LY_FAILED;
    }
    return sum;
}

/* (a x + b)^n */
static ly_value of_linear_power(ly_context *cx, ly_value e)
{
    ly_value b = ly_base_of(e), n = ly_exponent_of(e);
    if (!is_free(cx, n) || b == VARIABLE) return LY_UNEVALUATED;
    ly_value a = slope(cx, b);
    if (!a) return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    if (n == LY_INT(-1)) return ly_quotient_take(cx, ly_call1(cx, LY_SYM(Log), ly_retain(b)), a);
    ly_value next = ly_sum_take(cx, ly_retain(n), LY_INT(1));
    return ly_quotient_take(cx, ly_raised_take(cx, ly_retain(b), ly_retain(next)), ly_product_take(cx, next, a));
}

/* (p x + q)/(a x^2 + b x + c): a logarithm and an arc tangent. */
static ly_value of_quadratic(ly_context *cx, ly_value n, ly_value d)
{
    size_t dn, dd;
    ly_value *num = ly_coefficients(cx, n, VARIABLE, &dn), result = LY_UNEVALUATED;
    ly_value *den = num ? ly_coefficients(cx, d, VARIABLE, &dd) : NULL;
    if (num && den && dn <= 2 && dd == 3) {
        ly_value items[6] = {dn > 1 ? num[1] : LY_INT(0), num[0], den[2], den[1], den[0], VARIABLE};
        ly_value disc = ly_formula(cx, "4*#3*#5 - #4^2", 6, items);
        bool positive = disc && ly_is_number(disc) && ly_is_real_number(disc) && ly_sign(disc) > 0;
        bool number = disc && ly_is_number(disc);
        ly_release(cx, disc);
        if (!disc) result = LY_FAILED;
        else if (positive)
            result = ly_formula(cx, "(#2 - #1*#4/(2*#3))*2/Sqrt[4*#3*#5 - #4^2]*"
                                    "ArcTan[Together[(2*#3*#6 + #4)/Sqrt[4*#3*#5 - #4^2]]] + #1/(2*#3)*Log[#5 + #4*#6 + #3*#6^2]", 6, items);
        else if (number)
            result = ly_formula(cx, "(#2 - #1*#4/(2*#3))*-2/Sqrt[#4^2 - 4*#3*#5]*"
                                    "ArcTanh[Together[(2*#3*#6 + #4)/Sqrt[#4^2 - 4*#3*#5]]] + #1/(2*#3)*Log[#5 + #4*#6 + #3*#6^2]", 6, items);
    }
    ly_coefficients_free(cx, num, dn);
    if (den) ly_coefficients_free(cx, den, dd);
    return result;
}

static ly_value of_rational(ly_context *cx, ly_value e, int depth)
{
    ly_value t = ly_together(cx, e);
    ly_value n = t ? ly_numerator(cx, t) : LY_FAILED, d = n ? ly_denominator(cx, t) : LY_FAILED, x = VARIABLE;
    ly_value result = LY_UNEVALUATED;
    if (!d) result = LY_FAILED;
    else if (ly_is_polynomial(cx, n, 1, &x) && ly_is_polynomial(cx, d, 1, &x) && !is_free(cx, d)) {
        ly_value parts = ly_call2(cx, LY_SYM(Apart), ly_retain(t), x);
        if (!parts) result = LY_FAILED;
        else if (ly_is_plus(parts) && !ly_same(parts, e)) result = of_sum(cx, parts, depth + 1);
        else result = of_quadratic(cx, n, d);
        ly_release(cx, parts);
    }
    ly_release(cx, t);
    ly_release(cx, n);
    ly_release(cx, d);
    return result;
}

/* ---- substitution ------------------------------------------------------------------------------ */

/* e = f(u) u': the antiderivative by way of u. */
static ly_value by_kernel(ly_context *cx, ly_value e, ly_value u, int depth)
{
    if (u == VARIABLE || is_free(cx, u) || ly_same(u, e)) return LY_UNEVALUATED;
    ly_value du = ly_derivative(cx, u, VARIABLE);
    if (!du || du == LY_INT(0)) return du ? LY_UNEVALUATED : LY_FAILED;
    ly_value ratio = ly_quotient_take(cx, ly_retain(e), du);
    if (ratio) {
        ly_value c = ly_call1(cx, LY_SYM(Cancel), ratio);
        ratio = c;
    }
    ly_value t = ly_library_symbol_named(cx, TABLE, "u");
    ly_value in_u = ratio ? ly_call2(cx, LY_SYM(ReplaceAll), ratio, ly_make2(cx, LY_SYM(Rule), ly_retain(u), t)) : LY_FAILED;
    if (!in_u) return LY_FAILED;
    ly_value result = LY_UNEVALUATED;
    if (is_free(cx, in_u)) {
        ly_value renamed = ly_call2(cx, LY_SYM(ReplaceAll), in_u, ly_make2(cx, LY_SYM(Rule), t, VARIABLE));
        in_u = LY_FAILED;
        ly_value f = renamed ? antiderivative(cx, renamed, depth + 1) : LY_FAILED;
        ly_release(cx, renamed);
        result = f && f != LY_UNEVALUATED
                     ? ly_call2(cx, LY_SYM(ReplaceAll), f, ly_make2(cx, LY_SYM(Rule), VARIABLE, ly_retain(u))) : f;
    }
    ly_release(cx, in_u);
    return result;
}

/* Tries the parts of e as kernels, the outer ones first. */
static ly_value by_substitution(ly_context *cx, ly_value whole, ly_value e, int depth)
{
    if (!ly_is_expr(e) || is_free(cx, e) || ly_stack_low(cx)) return LY_UNEVALUATED;
    const ly_expr *x = ly_expr_of(e);
    ly_value result = LY_UNEVALUATED;
    if (!ly_is_times(e)) result = by_kernel(cx, whole, e, depth);
    if (ly_is_power(e) && result == LY_UNEVALUATED && ly_is_int(ly_exponent_of(e)) && ly_base_of(e) == VARIABLE &&
        ly_int_of(ly_exponent_of(e)) < 0)
        return result;
    for (uint32_t i = 0; i < x->count && result == LY_UNEVALUATED; i++)
        result = by_substitution(cx, whole, x->args[i], depth);
    return result;
}

/* ---- parts ------------------------------------------------------------------------------------ */

static bool is_inverse_function(ly_value f)
{
    if (ly_is_power(f)) f = ly_base_of(f);
    if (!ly_is_expr(f) || ly_expr_of(f)->count != 1) return false;
    ly_value h = ly_expr_of(f)->head;
    return h == LY_SYM(Log) || h == LY_SYM(ArcSin) || h == LY_SYM(ArcCos) || h == LY_SYM(ArcTan) ||
           h == LY_SYM(ArcCot) || h == LY_SYM(ArcSinh) || h == LY_SYM(ArcTanh);
}

/* polynomial * rest: the polynomial is differentiated, unless rest has a simpler derivative. */
static ly_value by_parts(ly_context *cx, ly_value e, int depth)
{
    ly_value polynomial = LY_INT(1), rest = LY_INT(1), x = VARIABLE;
    size_t others = 0;
    for (size_t i = 0; i < ly_operands(e, LY_SYM(Times)); i++) {
        ly_value f = ly_operand(e, LY_SYM(Times), i);
        if (ly_is_polynomial(cx, f, 1, &x)) polynomial = ly_product_take(cx, polynomial, ly_retain(f));
        else {
            rest = ly_product_take(cx, rest, ly_retain(f));
            others++;
        }
        if (!polynomial || !rest) return LY_FAILED;
    }
    ly_value u = polynomial, v = rest, result = LY_UNEVALUATED;
    if (others != 1 || (is_free(cx, polynomial) && !is_inverse_function(rest))) goto done;
    if (is_inverse_function(rest)) {
        u = rest;
        v = polynomial;
    }
    ly_value integral = antiderivative(cx, v, depth + 1);
    if (integral == LY_UNEVALUATED || !integral) {
        result = integral;
        goto done;
    }
    ly_value du = ly_derivative(cx, u, x);
    ly_value product = ly_product_take(cx, du, ly_retain(integral));
    if (product && ly_is_expr(product)) {
        ly_value c = ly_call1(cx, LY_SYM(Cancel), product);
        product = c;
    }
    ly_value second = product ? antiderivative(cx, product, depth + 1) : LY_FAILED;
    ly_release(cx, product);
    if (second == LY_UNEVALUATED || !second) {
        ly_release(cx, integral);
        result = second;
        goto done;
    }
    result = ly_difference_take(cx, ly_product_take(cx, ly_retain(u), integral), second);
    if (result && ly_is_power(v) && ly_base_of(v) == LY_SYM(E)) { /* E^x (…) */
        ly_value inside = ly_quotient_take(cx, result, ly_retain(v));
        inside = ly_expand_take(cx, inside);
        ly_value t = inside ? ly_together(cx, inside) : LY_FAILED;
        ly_release(cx, inside);
        result = ly_product_take(cx, ly_retain(v), t);
    }
done:
    ly_release(cx, polynomial);
    ly_release(cx, rest);
    return result;
}

/* ---- all methods ------------------------------------------------------------------------------- */

static ly_value antiderivative(ly_context *cx, ly_value e, int depth)
{
    ly_value x = VARIABLE;
    if (ly_poll(cx)) return LY_FAILED;
    if (is_free(cx, e)) return ly_product_take(cx, ly_retain(e), x);
    if (depth > 12 || ly_stack_low(cx)) return LY_UNEVALUATED;
    if (ly_is_plus(e)) {
        ly_value sum = of_sum(cx, e, depth);
        if (sum != LY_UNEVALUATED) return sum;
    }
    if (ly_is_times(e)) { /* constant factors */
        ly_value constant = LY_INT(1), rest = LY_INT(1);
        for (size_t i = 0; i < ly_operands(e, LY_SYM(Times)) && constant && rest; i++) {
            ly_value f = ly_operand(e, LY_SYM(Times), i);
            if (is_free(cx, f)) constant = ly_product_take(cx, constant, ly_retain(f));
            else rest = ly_product_take(cx, rest, ly_retain(f));
        }
        if (!constant || !rest) return LY_FAILED;
        if (constant != LY_INT(1)) {
            ly_value f = antiderivative(cx, rest, depth);
            ly_release(cx, rest);
            if (f == LY_UNEVALUATED || !f) {
                ly_release(cx, constant);
                return f;
            }
            f = ly_product_take(cx, constant, f);
            return f && ly_is_times(f) && ly_is_number(ly_arg(ly_expr_of(f), 0)) && ly_expr_of(f)->count == 2 &&
                           ly_is_plus(ly_arg(ly_expr_of(f), 1)) ? ly_expand_take(cx, f) : f;
        }
        ly_release(cx, constant);
        ly_release(cx, rest);
    }
    ly_value result = by_table(cx, e);
    if (result && result != LY_UNEVALUATED) {
        /* a name may have stood for something that holds the variable: then the derivative differs */
        ly_value d = ly_derivative(cx, result, x);
        ly_value difference = ly_difference_take(cx, d, ly_retain(e));
        ly_value value = difference ? ly_call2(cx, LY_SYM(ReplaceAll), difference,
            ly_make2(cx, LY_SYM(Rule), x, ly_rational_new(cx, LY_INT(3), LY_INT(7)))) : LY_FAILED;
        ly_value number = value ? ly_call1(cx, LY_SYM(N), value) : LY_FAILED;
        bool wrong = ly_is_number(number) && ly_is_real_number(number) &&
                     (ly_is_int(number) ? number != LY_INT(0) : ly_is_real(number) && (ly_real_of(number) > 1e-6 || ly_real_of(number) < -1e-6));
        ly_release(cx, number);
        if (!number) {
            ly_release(cx, result);
            return LY_FAILED;
        }
        if (!wrong) return result;
        ly_release(cx, result);
        result = LY_UNEVALUATED;
    }
    if (result == LY_UNEVALUATED) result = by_function(cx, e);
    if (result == LY_UNEVALUATED) result = of_linear_power(cx, e);
    if (result == LY_UNEVALUATED) result = by_substitution(cx, e, e, depth);
    if (result == LY_UNEVALUATED) result = of_rational(cx, e, depth);
    if (result == LY_UNEVALUATED) result = by_parts(cx, e, depth);
    if (result == LY_UNEVALUATED) {
        ly_value expanded = ly_expand(cx, e, LY_FAILED);
        if (!expanded) return LY_FAILED;
        if (!ly_same(expanded, e)) result = antiderivative(cx, expanded, depth + 1);
        ly_release(cx, expanded);
    }
    return result;
}

/* ---- Integrate -------------------------------------------------------------------------------- */

static ly_value with_variable(ly_context *cx, ly_value e, ly_value from, ly_value to)
{
    return ly_call2(cx, LY_SYM(ReplaceAll), ly_retain(e), ly_make2(cx, LY_SYM(Rule), ly_retain(from), ly_retain(to)));
}

static ly_value indefinite(ly_context *cx, ly_value e, ly_value x)
{
    ly_value renamed = with_variable(cx, e, x, VARIABLE);
    if (!renamed) return LY_FAILED;
    ly_value f = antiderivative(cx, renamed, 0);
    ly_release(cx, renamed);
    if (f == LY_UNEVALUATED || !f) return f;
    ly_value result = with_variable(cx, f, VARIABLE, x);
    ly_release(cx, f);
    return result;
}

static bool is_infinite(ly_value v)
{
    return ly_has_head(v, LY_SYM(DirectedInfinity)) || v == LY_SYM(ComplexInfinity) || v == LY_SYM(Indeterminate);
}

/* The antiderivative at a bound: by putting it in, else as a limit. */
static ly_value at_bound(ly_context *cx, ly_value f, ly_value x, ly_value bound)
{
    bool infinite = is_infinite(bound);
    if (!infinite) {
        ly_value quiet = ly_make1(cx, LY_SYM(Quiet), ly_make2(cx, LY_SYM(ReplaceAll), ly_retain(f),
                                  ly_make2(cx, LY_SYM(Rule), ly_retain(x), ly_retain(bound))));
        ly_value v = ly_evaluate_take(cx, quiet);
        if (!v || (ly_is_free_of(cx, v, LY_SYM(Indeterminate)) && ly_is_free_of(cx, v, LY_SYM(DirectedInfinity)))) return v;
        ly_release(cx, v);
    }
    ly_value v = ly_call2(cx, LY_SYM(Limit), ly_retain(f), ly_make2(cx, LY_SYM(Rule), ly_retain(x), ly_retain(bound)));
    if (v && ly_has_head(v, LY_SYM(Limit))) {
        ly_release(cx, v);
        return LY_UNEVALUATED;
    }
    return v;
}

static ly_value definite(ly_context *cx, ly_value e, const ly_expr *range)
{
    ly_value x = range->args[0];
    ly_value f = indefinite(cx, e, x);
    if (f == LY_UNEVALUATED || !f) return f;
    ly_value upper = at_bound(cx, f, x, range->args[2]);
    ly_value lower = upper && upper != LY_UNEVALUATED ? at_bound(cx, f, x, range->args[1]) : upper;
    ly_release(cx, f);
    if (!upper || !lower || upper == LY_UNEVALUATED || lower == LY_UNEVALUATED) {
        bool failed = !upper || !lower;
        if (upper != LY_UNEVALUATED) ly_release(cx, upper);
        if (lower != LY_UNEVALUATED && lower != upper) ly_release(cx, lower);
        return failed ? LY_FAILED : LY_UNEVALUATED;
    }
    ly_value result = ly_difference_take(cx, upper, lower);
    if (result && (result == LY_SYM(Indeterminate) || result == LY_SYM(ComplexInfinity))) {
        ly_release(cx, result);
        return LY_UNEVALUATED;
    }
    return result;
}

MESSAGE(Integrate, ilim, "Invalid integration variable or limit(s) in `1`.")

BUILTIN(Integrate, integrate, 2, -1, LY_PROTECTED | LY_READ_PROTECTED, LY_PURE,
        "Integrate[f, x] gives an antiderivative of f; Integrate[f, {x, a, b}] the integral from a to b.")
static ly_value integrate(ly_context *cx, ly_expr *call)
{
    size_t count = ly_option_start(call, 1);
    ly_value e = call->args[0];
    if (count < 2) return LY_UNEVALUATED;
    if (ly_is_list(e)) {
        ly_value list = ly_unpack(cx, e);
        ly_expr *result = list ? ly_expr_new(cx, LY_SYM(List), ly_length(list)) : NULL;
        for (size_t i = 0; result && i < result->count; i++) {
            ly_expr *one = ly_expr_new(cx, LY_SYM(Integrate), call->count);
            one->args[0] = ly_retain(ly_arg(ly_expr_of(list), i));
            for (uint32_t j = 1; j < call->count; j++) one->args[j] = ly_retain(call->args[j]);
            result->args[i] = ly_from_object(one);
        }
        ly_release(cx, list);
        return result ? ly_from_object(result) : LY_FAILED;
    }
    ly_value current = ly_retain(e);
    for (size_t i = count - 1; i >= 1; i--) {
        ly_value spec = call->args[i], next = LY_UNEVALUATED;
        if (ly_has_shape(spec, LY_SYM(List), 3)) {
            ly_value x = ly_arg(ly_expr_of(spec), 0);
            if (ly_is_number(x) || ly_is_string(x)) {
                ly_release(cx, current);
                return ly_message_call(cx, call, "ilim", 1, spec);
            }
            next = definite(cx, current, ly_expr_of(spec));
        } else if (!ly_is_list(spec)) {
            if (ly_is_number(spec) || ly_is_string(spec) || ly_is_plus(spec) || ly_is_times(spec)) {
                ly_release(cx, current);
                return ly_message_call(cx, call, "ilim", 1, spec);
            }
            next = indefinite(cx, current, spec);
        }
        if (next == LY_UNEVALUATED || !next) {
            ly_release(cx, current);
            return next;
        }
        ly_release(cx, current);
        current = next;
    }
    return current;
}
