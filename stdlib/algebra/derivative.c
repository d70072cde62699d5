/* derivative.c: derivatives: D, Derivative.

   Sums, products and powers by their rules, calls by the chain rule; the partial derivatives of the
   functions that are known stand in derivatives.lyra, of others they are Derivative[…][f]. */
#include "series.h"

#include "eval/library.h"

/* The known partial derivative of f[args…], LY_UNEVALUATED if there is none. */
static ly_value known_partial(ly_context *cx, const ly_expr *call, uint32_t argument)
{
    ly_value arguments[] = {ly_from_object(call), LY_INT(argument)};
    if (!ly_is_symbol(call->head)) return LY_UNEVALUATED;
    return ly_library_ask(cx, "System`Derivatives`", "partial", 2, arguments);
}

/* Derivative[0, …, 1, …][f][args…]; of Derivative[n…][f][args…], n one higher. */
static ly_value formal_partial(ly_context *cx, const ly_expr *call, uint32_t argument)
{
    ly_value f = call->head;
    const ly_expr *orders = NULL;
    if (ly_is_expr(f) && ly_expr_of(f)->count == 1 && ly_has_head(ly_expr_of(f)->head, LY_SYM(Derivative)) &&
        ly_expr_of(ly_expr_of(f)->head)->count == call->count) {
        orders = ly_expr_of(ly_expr_of(f)->head);
        f = ly_arg(ly_expr_of(f), 0);
    }
    ly_expr *n = ly_expr_new(cx, LY_SYM(Derivative), call->count);
    if (!n) return LY_FAILED;
    for (uint32_t i = 0; i < call->count; i++) {
        ly_value k = orders ? ly_retain(orders->args[i]) : LY_INT(0);
        n->args[i] = i + 1 == argument ? ly_sum_take(cx, k, LY_INT(1)) : k;
    }
    ly_value inner = ly_make1(cx, ly_from_object(n), ly_retain(f));
    ly_release(cx, ly_from_object(n));
    ly_expr *e = ly_expr_new(cx, inner, call->count);
    ly_release(cx, inner);
    if (!e) return LY_FAILED;
    for (uint32_t i = 0; i < call->count; i++) e->args[i] = ly_retain(call->args[i]);
    return ly_evaluate_take(cx, ly_from_object(e));
}

/* ---- the rules -------------------------------------------------------------------------------- */

static ly_value of_parts(ly_context *cx, const ly_expr *e, ly_value x)
{
    ly_expr *copy = ly_expr_new(cx, e->head, e->count);
    if (!copy) return LY_FAILED;
    for (uint32_t i = 0; i < e->count; i++) {
        ly_value d = ly_derivative(cx, e->args[i], x);
        if (!d) {
            ly_release(cx, ly_from_object(copy));
            return LY_FAILED;
        }
        copy->args[i] = d;
    }
    return ly_evaluate_take(cx, ly_from_object(copy));
}

static ly_value of_product(ly_context *cx, const ly_expr *e, ly_value x)
{
    ly_builder sum = ly_builder_new();
    for (uint32_t i = 0; i < e->count; i++) {
        if (ly_is_free_of(cx, e->args[i], x)) continue;
        ly_value d = ly_derivative(cx, e->args[i], x);
        ly_expr *product = d ? ly_expr_new(cx, LY_SYM(Times), e->count) : NULL;
        if (!product) {
            ly_release(cx, d);
            ly_builder_drop(cx, &sum);
            return LY_FAILED;
        }
        for (uint32_t j = 0; j < e->count; j++) product->args[j] = i == j ? d : ly_retain(e->args[j]);
        if (!ly_builder_add(cx, &sum, ly_from_object(product))) return LY_FAILED;
    }
    ly_value result = ly_builder_finish(cx, &sum, LY_SYM(Plus));
    return result ? ly_evaluate_take(cx, result) : LY_FAILED;
}

static ly_value of_power(ly_context *cx, ly_value e, ly_value x)
{
    ly_value b = ly_base_of(e), n = ly_exponent_of(e);
    bool base = !ly_is_free_of(cx, b, x), exponent = !ly_is_free_of(cx, n, x);
    ly_value by_base = LY_INT(0), by_exponent = LY_INT(0);
    if (base && !exponent) { /* n b^(n - 1) b' */
        ly_value power = ly_raised_take(cx, ly_retain(b), ly_sum_take(cx, ly_retain(n), LY_INT(-1)));
        return ly_product_take(cx, ly_product_take(cx, ly_retain(n), power), ly_derivative(cx, b, x));
    }
    if (base) /* n b'/b */
        by_base = ly_product_take(cx, ly_retain(n), ly_quotient_take(cx, ly_derivative(cx, b, x), ly_retain(b)));
    if (exponent)
        by_exponent = ly_product_take(cx, ly_call1(cx, LY_SYM(Log), ly_retain(b)), ly_derivative(cx, n, x));
    return ly_product_take(cx, ly_retain(e), ly_sum_take(cx, by_base, by_exponent));
}

static ly_value substituted(ly_context *cx, ly_value e, ly_value symbol, ly_value value)
{
    ly_value v = ly_substitute_symbols(cx, e, 1, &symbol, &value);
    return v ? ly_evaluate_take(cx, v) : v;
}

/* Integrate[f, t] and Integrate[f, {t, a, b}] (Leibniz). */
static ly_value of_integral(ly_context *cx, const ly_expr *e, ly_value x)
{
    ly_value f = e->args[0], spec = e->args[1];
    if (ly_same(spec, x)) return ly_retain(f);
    ly_value t = ly_has_shape(spec, LY_SYM(List), 3) ? ly_arg(ly_expr_of(spec), 0) : spec;
    if (!ly_is_symbol(t) || t == x) return LY_UNEVALUATED;
    ly_value inner = ly_derivative(cx, f, x);
    ly_value result = inner == LY_INT(0) ? inner
                      : inner ? ly_call2(cx, LY_SYM(Integrate), inner, ly_retain(spec)) : LY_FAILED;
    if (t == spec) return result;
    for (int end = 1; end <= 2 && result; end++) {
        ly_value bound = ly_arg(ly_expr_of(spec), end);
        ly_value d = ly_derivative(cx, bound, x);
        ly_value term = ly_product_take(cx, substituted(cx, f, t, bound), d);
        result = end == 1 ? ly_difference_take(cx, result, term) : ly_sum_take(cx, result, term);
    }
    return result;
}

/* Piecewise[{{v, c}, …}, d]: the values; the edges stay open. */
static ly_value of_piecewise(ly_context *cx, const ly_expr *e, ly_value x)
{
    if (!ly_has_head(e->args[0], LY_SYM(List))) return LY_UNEVALUATED;
    const ly_expr *cases = ly_expr_of(e->args[0]);
    for (uint32_t i = 0; i < cases->count; i++)
        if (!ly_has_shape(cases->args[i], LY_SYM(List), 2)) return LY_UNEVALUATED;
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), cases->count);
    if (!list) return LY_FAILED;
    for (uint32_t i = 0; i < cases->count; i++) {
        const ly_expr *c = ly_expr_of(cases->args[i]);
        ly_value d = ly_derivative(cx, c->args[0], x);
        if (!d) {
            ly_release(cx, ly_from_object(list));
            return LY_FAILED;
        }
        ly_value condition = ly_retain(c->args[1]);
        if (ly_has_shape(condition, LY_SYM(LessEqual), 2) || ly_has_shape(condition, LY_SYM(GreaterEqual), 2)) {
            const ly_expr *open = ly_expr_of(condition);
            ly_value strict = ly_make2(cx, open->head == LY_SYM(LessEqual) ? LY_SYM(Less) : LY_SYM(Greater),
                                       ly_retain(open->args[0]), ly_retain(open->args[1]));
            ly_release(cx, condition);
            condition = strict;
        }
        list->args[i] = ly_make2(cx, LY_SYM(List), d, condition);
    }
    ly_value other = cases->count > 1 ? LY_SYM(Indeterminate)
                     : e->count > 1 ? ly_derivative(cx, e->args[1], x) : LY_INT(0);
    if (!other) {
        ly_release(cx, ly_from_object(list));
        return LY_FAILED;
    }
    return ly_call2(cx, LY_SYM(Piecewise), ly_from_object(list), other);
}

/* SeriesData[t, t0, {…}, low, order, den]: by t the powers sink by one, else the coefficients are
   differentiated. */
static ly_value of_series(ly_context *cx, const ly_expr *e, ly_value x)
{
    const ly_expr *items = ly_expr_of(e->args[2]);
    int64_t low = ly_int_of(e->args[3]), order = ly_int_of(e->args[4]), den = ly_int_of(e->args[5]);
    bool own = ly_same(e->args[0], x);
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), items->count);
    for (uint32_t i = 0; list && i < items->count; i++) {
        ly_value d = own ? ly_product_take(cx, ly_rational_new(cx, LY_INT(low + i), LY_INT(den)), ly_retain(items->args[i]))
                         : ly_derivative(cx, items->args[i], x);
        if (!d) {
            ly_release(cx, ly_from_object(list));
            return LY_FAILED;
        }
        list->args[i] = d;
    }
    if (!list) return LY_FAILED;
    ly_expr *data = ly_expr_new(cx, LY_SYM(SeriesData), 6);
    int64_t sinks = own ? den : 0;
    uint32_t zeros = 0;
    while (zeros < list->count && list->args[zeros] == LY_INT(0)) zeros++;
    ly_expr *rest = ly_expr_new(cx, LY_SYM(List), list->count - zeros);
    for (uint32_t i = zeros; rest && i < list->count; i++) rest->args[i - zeros] = ly_retain(list->args[i]);
    ly_release(cx, ly_from_object(list));
    data->args[0] = ly_retain(e->args[0]);
    data->args[1] = ly_retain(e->args[1]);
    data->args[2] = ly_from_object(rest);
    data->args[3] = LY_INT(low + zeros - sinks);
    data->args[4] = LY_INT(order - sinks);
    data->args[5] = LY_INT(den);
    return ly_from_object(data);
}

static ly_value of_call(ly_context *cx, const ly_expr *e, ly_value x)
{
    ly_value sum = LY_INT(0);
    for (uint32_t i = 0; i < e->count && sum; i++) {
        if (ly_is_free_of(cx, e->args[i], x)) continue;
        ly_value d = ly_derivative(cx, e->args[i], x);
        ly_value partial = d == LY_INT(0) ? LY_INT(0) : known_partial(cx, e, i + 1);
        if (partial == LY_UNEVALUATED) partial = formal_partial(cx, e, i + 1);
        sum = ly_sum_take(cx, sum, ly_product_take(cx, d, partial));
    }
    return sum;
}

typedef struct derivative_call {
    ly_value e, x, result;
} derivative_call;

static void *derivative_again(ly_context *cx, void *argument)
{
    derivative_call *call = argument;
    call->result = ly_derivative(cx, call->e, call->x);
    return call;
}

ly_value ly_derivative(ly_context *cx, ly_value e, ly_value x)
{
    if (ly_same(e, x)) return LY_INT(1);
    if (ly_is_packed(e)) return ly_product_take(cx, LY_INT(0), ly_retain(e));
    if (!ly_is_expr(e)) return LY_INT(0);
    if (ly_stack_low(cx)) {
        derivative_call call = {e, x, LY_FAILED};
        ly_on_new_stack(cx, derivative_again, &call);
        return call.result;
    }
    if (ly_poll(cx)) return LY_FAILED;
    const ly_expr *expr = ly_expr_of(e);
    ly_value h = expr->head, result = LY_UNEVALUATED;
    if (h == LY_SYM(List) || h == LY_SYM(Equal)) return of_parts(cx, expr, x);
    if (ly_is_free_of(cx, e, x)) return LY_INT(0);
    if (h == LY_SYM(Plus)) return of_parts(cx, expr, x);
    if (h == LY_SYM(Times)) return of_product(cx, expr, x);
    if (ly_is_power(e)) return of_power(cx, e, x);
    if (h == LY_SYM(Integrate) && expr->count == 2) result = of_integral(cx, expr, x);
    if (h == LY_SYM(Piecewise) && expr->count >= 1) result = of_piecewise(cx, expr, x);
    if (ly_is_series(e)) return of_series(cx, expr, x);
    return result == LY_UNEVALUATED ? of_call(cx, expr, x) : result;
}

/* ---- D ---------------------------------------------------------------------------------------- */

static bool is_variable(ly_value x)
{
    if (ly_is_symbol(x)) return !(ly_symbol_of(x)->builtin && ly_symbol_of(x)->builtin->attributes & LY_CONSTANT);
    if (!ly_is_expr(x)) return false;
    ly_value h = ly_expr_of(x)->head;
    return h != LY_SYM(Plus) && h != LY_SYM(Times) && h != LY_SYM(Power) && h != LY_SYM(List);
}

/* Elementwise over lists of e, the derivatives by each of the variables. */
static ly_value by_vector(ly_context *cx, ly_value e, const ly_expr *variables)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, by_vector, LY_AS_WORD(cx), e, LY_AS_WORD(variables));
    if (ly_is_list(e)) {
        ly_value list = ly_unpack(cx, e);
        if (!list) return list;
        ly_expr *copy = ly_expr_new(cx, LY_SYM(List), ly_expr_of(list)->count);
        for (uint32_t i = 0; copy && i < copy->count; i++) {
            ly_value d = by_vector(cx, ly_expr_of(list)->args[i], variables);
            if (!d) {
                ly_release(cx, ly_from_object(copy));
                copy = NULL;
                break;
            }
            copy->args[i] = d;
        }
        ly_release(cx, list);
        return ly_from_object(copy);
    }
    ly_expr *copy = ly_expr_new(cx, LY_SYM(List), variables->count);
    for (uint32_t i = 0; copy && i < variables->count; i++) {
        ly_value d = ly_derivative(cx, e, variables->args[i]);
        if (!d) {
            ly_release(cx, ly_from_object(copy));
            return LY_FAILED;
        }
        copy->args[i] = d;
    }
    return ly_from_object(copy);
}

/* D by one specification: x, {x, n}, {{x, y}}, {{x, y}, n}. Consumes e; LY_UNEVALUATED: it is none. */
static ly_value by_specification(ly_context *cx, ly_value e, ly_value spec, ly_expr *call)
{
    ly_value x = spec;
    int64_t times = 1;
    bool vector = false;
    if (ly_has_head(spec, LY_SYM(List))) {
        const ly_expr *s = ly_expr_of(spec);
        if (s->count < 1 || s->count > 2) goto bad;
        x = s->args[0];
        vector = ly_has_head(x, LY_SYM(List));
        if (s->count == 1 && !vector) goto bad;
        if (s->count == 2) {
            if (!ly_is_int(s->args[1]) || ly_int_of(s->args[1]) < 0) {
                ly_release(cx, e);
                return LY_UNEVALUATED;
            }
            times = ly_int_of(s->args[1]);
        }
    }
    if (!vector && !is_variable(x)) goto bad;
    for (int64_t i = 0; i < times && e; i++) {
        ly_value d = vector ? by_vector(cx, e, ly_expr_of(x)) : ly_derivative(cx, e, x);
        ly_release(cx, e);
        e = d;
        if (e == LY_INT(0) || ly_poll(cx)) break;
    }
    return e;
bad:
    ly_release(cx, e);
    return ly_message_call(cx, call, "ivar", 1, x);
}

BUILTIN(D, derivative_by, 1, -1, LY_PROTECTED | LY_READ_PROTECTED, LY_PURE,
        "D[f, x] gives the derivative of f by x, D[f, {x, n}] the n-th, D[f, x, y, …] the mixed one, "
        "D[f, {{x, y, …}}] the vector of them.")
static ly_value derivative_by(ly_context *cx, ly_expr *call)
{
    size_t count = ly_option_start(call, 1);
    ly_value e = ly_retain(call->args[0]);
    for (size_t i = 1; i < count && e && e != LY_UNEVALUATED; i++)
        e = by_specification(cx, e, call->args[i], call);
    return e;
}

/* ---- Derivative ------------------------------------------------------------------------------- */

/* Orders as machine integers; false if one is none. */
static bool read_orders(const ly_expr *head, int64_t *orders)
{
    for (uint32_t i = 0; i < head->count; i++) {
        if (!ly_is_int(head->args[i]) || ly_int_of(head->args[i]) < 0 || ly_int_of(head->args[i]) > 1000) return false;
        orders[i] = ly_int_of(head->args[i]);
    }
    return true;
}

static ly_value differentiated(ly_context *cx, ly_value e, uint32_t n, const ly_value *variables,
                               const int64_t *orders)
{
    for (uint32_t i = 0; i < n; i++)
        for (int64_t k = 0; k < orders[i] && e; k++) {
            ly_value d = ly_derivative(cx, e, variables[i]);
            ly_release(cx, e);
            e = d;
        }
    return e;
}

/* Derivative[n…][f] */
static ly_value derivative_of(ly_context *cx, const ly_expr *head, ly_value f)
{
    int64_t orders[16];
    ly_value variables[16], result = LY_UNEVALUATED;
    uint32_t n = head->count;
    if (n == 0 || n > 16 || !read_orders(head, orders)) return LY_UNEVALUATED;
    int64_t total = 0;
    for (uint32_t i = 0; i < n; i++) total += orders[i];
    if (total == 0) return ly_retain(f);
    if (ly_is_number(f)) return ly_make1(cx, LY_SYM(Function), LY_INT(0));
    if (f == LY_SYM(List)) {
        ly_expr *list = ly_expr_new(cx, LY_SYM(List), n);
        for (uint32_t i = 0; i < n; i++) list->args[i] = LY_INT(total == 1 && orders[i] == 1);
        return ly_make1(cx, LY_SYM(Function), ly_from_object(list));
    }
    if (ly_has_head(f, LY_SYM(Function)) && ly_expr_of(f)->count >= 2 && n <= 16) {
        const ly_expr *function = ly_expr_of(f);
        ly_value parameters = function->args[0];
        size_t names = ly_operands(parameters, LY_SYM(List));
        if (names < n) return LY_UNEVALUATED;
        for (uint32_t i = 0; i < n; i++) variables[i] = ly_operand(parameters, LY_SYM(List), i);
        ly_value body = differentiated(cx, ly_evaluate(cx, function->args[1]), n, variables, orders);
        return body ? ly_make2(cx, LY_SYM(Function), ly_retain(parameters), body) : LY_FAILED;
    }
    if (ly_is_expr(f) && ly_expr_of(f)->count == 1 && ly_has_shape(ly_expr_of(f)->head, LY_SYM(Derivative), n)) {
        /* Derivative[n…][Derivative[m…][g]] */
        const ly_expr *inner = ly_expr_of(ly_expr_of(f)->head);
        ly_expr *sum = ly_expr_new(cx, LY_SYM(Derivative), n);
        for (uint32_t i = 0; i < n; i++)
            sum->args[i] = ly_sum_take(cx, ly_retain(inner->args[i]), ly_retain(head->args[i]));
        result = ly_make1(cx, ly_from_object(sum), ly_retain(ly_arg(ly_expr_of(f), 0)));
        ly_release(cx, ly_from_object(sum));
        return result;
    }
    if (ly_has_shape(f, LY_SYM(Function), 1)) {
        for (uint32_t i = 0; i < n; i++) variables[i] = ly_make1(cx, LY_SYM(Slot), LY_INT(i + 1));
        ly_value body = differentiated(cx, ly_evaluate(cx, ly_arg(ly_expr_of(f), 0)), n, variables, orders);
        for (uint32_t i = 0; i < n; i++) ly_release(cx, variables[i]);
        return body ? ly_make1(cx, LY_SYM(Function), body) : LY_FAILED;
    }
    ly_expr *e = ly_expr_new(cx, f, n);
    for (uint32_t i = 0; i < n; i++) {
        variables[i] = ly_make1(cx, LY_SYM(Slot), LY_INT(i + 1));
        e->args[i] = ly_retain(variables[i]);
    }
    ly_value applied = ly_evaluate(cx, ly_from_object(e));
    bool known = applied && !ly_same(applied, ly_from_object(e));
    if (applied && !known && ly_is_symbol(f))
        for (uint32_t i = 0; i < n && !known; i++)
            if (orders[i]) {
                ly_value p = known_partial(cx, e, i + 1);
                known = p != LY_UNEVALUATED;
                ly_release(cx, p);
            }
    if (!applied) result = LY_FAILED;
    if (known) {
        ly_value body = differentiated(cx, ly_retain(applied), n, variables, orders);
        if (body && !ly_is_free_of(cx, body, LY_SYM(Derivative)) && ly_is_free_of(cx, applied, LY_SYM(Derivative)) &&
            !ly_is_free_of(cx, body, f)) {
            ly_release(cx, body);
        } else {
            result = body ? ly_make1(cx, LY_SYM(Function), body) : LY_FAILED;
        }
    }
    ly_release(cx, applied);
    ly_release(cx, ly_from_object(e));
    for (uint32_t i = 0; i < n; i++) ly_release(cx, variables[i]);
    return result;
}

BUILTIN_SUB(Derivative, derivative_head, derivative_sub, 0, -1, LY_N_HOLD_ALL | LY_PROTECTED, LY_ANY_COUNT,
            "f' is Derivative[1][f]; Derivative[n, m, …][f] is the derivative of f, n times by its first "
            "argument, m times by its second.")
static ly_value derivative_head(ly_context *cx, ly_expr *call)
{
    return LY_UNEVALUATED;
}
static ly_value derivative_sub(ly_context *cx, ly_expr *call)
{
    if (!ly_has_head(call->head, LY_SYM(Derivative)) || call->count != 1) return LY_UNEVALUATED;
    return derivative_of(cx, ly_expr_of(call->head), call->args[0]);
}
