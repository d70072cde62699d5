/* series_terms.c: truncated power series and their arithmetic.

   Exponents are multiples of 1/den; every operation keeps track of the order up to which its result
   is known. Functions are composed by their Taylor series about the constant term. */
#include "series.h"

#define MOST_TERMS 4000

void ly_series_free(ly_context *cx, ly_series *s)
{
    for (int64_t i = 0; s->items && i < s->order - s->low; i++) ly_release(cx, s->items[i]);
    ly_buffer_free(cx, s->items);
    *s = (ly_series){.den = 1};
}

static bool fail(ly_expansion *x)
{
    x->failed = true;
    return false;
}

static bool make_zero(ly_expansion *x, ly_series *s, int64_t low, int64_t order, int64_t den)
{
    if (order < low) low = order;
    *s = (ly_series){.den = den};
    if (order - low > MOST_TERMS) return fail(x);
    ly_value *items = ly_buffer_alloc(x->cx, (size_t)(order - low + 1) * sizeof *items);
    if (!items) return false;
    for (int64_t i = 0; i < order - low; i++) items[i] = LY_INT(0);
    *s = (ly_series){low, order, den, items};
    return true;
}

static ly_value simple_take(ly_context *cx, ly_value v)
{
    if (!v || !ly_is_expr(v)) return v;
    return ly_expand_take(cx, v);
}

/* s with exponents in units of 1/(den * factor). */
static bool rescale(ly_expansion *x, ly_series *s, int64_t den)
{
    int64_t factor = den / s->den;
    ly_series t;
    if (factor == 1) return true;
    if (!make_zero(x, &t, s->low * factor, s->order * factor, den)) return false;
    for (int64_t i = 0; i < s->order - s->low; i++) t.items[i * factor] = ly_retain(s->items[i]);
    ly_series_free(x->cx, s);
    *s = t;
    return true;
}

static bool same_den(ly_expansion *x, ly_series *a, ly_series *b)
{
    int64_t m = a->den, n = b->den;
    while (n) {
        int64_t rest = m % n;
        m = n;
        n = rest;
    }
    int64_t den = a->den / m * b->den;
    if (den > 60) return fail(x);
    return rescale(x, a, den) && rescale(x, b, den);
}

static bool is_zero(ly_value v) { return v == LY_INT(0); }

bool ly_series_trim(ly_context *cx, ly_series *s)
{
    int64_t n = 0, count = s->order - s->low;
    while (n < count && is_zero(s->items[n])) n++;
    if (n) {
        memmove(s->items, s->items + n, (size_t)(count - n) * sizeof *s->items);
        s->low += n;
    }
    return n < count;
}

static bool add(ly_expansion *x, ly_series *a, ly_series *b, ly_series *sum)
{
    if (!same_den(x, a, b)) return false;
    int64_t low = a->low < b->low ? a->low : b->low, order = a->order < b->order ? a->order : b->order;
    if (!make_zero(x, sum, low, order, a->den)) return false;
    for (int64_t k = sum->low; k < order; k++) {
        ly_value u = k >= a->low ? ly_retain(a->items[k - a->low]) : LY_INT(0);
        ly_value v = k >= b->low ? ly_retain(b->items[k - b->low]) : LY_INT(0);
        ly_value w = simple_take(x->cx, ly_sum_take(x->cx, u, v));
        if (!w) {
            ly_series_free(x->cx, sum);
            return false;
        }
        sum->items[k - sum->low] = w;
    }
    return true;
}

static bool multiply(ly_expansion *x, ly_series *a, ly_series *b, ly_series *product)
{
    ly_context *cx = x->cx;
    if (!same_den(x, a, b)) return false;
    ly_series_trim(cx, a);
    ly_series_trim(cx, b);
    int64_t order = a->order + b->low < b->order + a->low ? a->order + b->low : b->order + a->low;
    if (!make_zero(x, product, a->low + b->low, order, a->den)) return false;
    for (int64_t k = 0; k < order - product->low; k++) {
        ly_value sum = LY_INT(0);
        for (int64_t i = 0; i <= k && sum; i++) {
            if (i >= a->order - a->low || k - i >= b->order - b->low) continue;
            if (is_zero(a->items[i]) || is_zero(b->items[k - i])) continue;
            sum = ly_sum_take(cx, sum, ly_product_take(cx, ly_retain(a->items[i]), ly_retain(b->items[k - i])));
        }
        sum = simple_take(cx, sum);
        if (!sum || ly_poll(cx)) {
            ly_release(cx, sum);
            ly_series_free(cx, product);
            return false;
        }
        product->items[k] = sum;
    }
    return true;
}

static bool constant(ly_expansion *x, ly_value c, ly_series *s)
{
    int64_t order = x->order > 0 ? x->order : 1;
    if (!make_zero(x, s, 0, order, 1)) return false;
    s->items[0] = ly_retain(c);
    return true;
}

/* sum of coefficients[k] u^k, k < count, for u without constant term (low > 0). */
static bool compose(ly_expansion *x, const ly_value *coefficients, int64_t count, ly_series *u, ly_series *result)
{
    ly_series power, next, term, sum;
    ly_context *cx = x->cx;
    if (!make_zero(x, result, 0, u->order, u->den)) return false;
    if (result->order > 0) result->items[0] = ly_retain(coefficients[0]);
    if (!make_zero(x, &power, 0, u->order, u->den)) return false;
    if (power.order > 0) power.items[0] = LY_INT(1);
    bool done = true;
    for (int64_t k = 1; k < count && done; k++) {
        done = multiply(x, &power, u, &next);
        if (!done) break;
        ly_series_free(cx, &power);
        power = next;
        if (power.low >= result->order) break;
        if (is_zero(coefficients[k])) continue;
        done = make_zero(x, &term, power.low, power.order, power.den);
        for (int64_t i = 0; done && i < power.order - power.low; i++)
            term.items[i] = ly_product_take(cx, ly_retain(coefficients[k]), ly_retain(power.items[i]));
        done = done && add(x, result, &term, &sum);
        ly_series_free(cx, &term);
        if (!done) break;
        ly_series_free(cx, result);
        *result = sum;
    }
    ly_series_free(cx, &power);
    if (!done) ly_series_free(cx, result);
    return done;
}

/* s^n: c^n t^(n low) (1 + u)^n by the binomial series. */
static bool raise_series(ly_expansion *x, ly_series *s, ly_value n, ly_series *result)
{
    ly_context *cx = x->cx;
    if (!ly_series_trim(cx, s)) {
        if (ly_is_int(n) && ly_int_of(n) > 0)
            return make_zero(x, result, s->order * ly_int_of(n), s->order * ly_int_of(n), s->den);
        return fail(x);
    }
    int64_t p = 1, q = 1;
    if (ly_is_int(n)) p = ly_int_of(n);
    else if (ly_is_rational(n) && mpz_fits_slong_p(mpq_numref(ly_rational_of(n)->q)) &&
             mpz_fits_slong_p(mpq_denref(ly_rational_of(n)->q))) {
        p = mpz_get_si(mpq_numref(ly_rational_of(n)->q));
        q = mpz_get_si(mpq_denref(ly_rational_of(n)->q));
    } else if (s->low != 0) {
        return fail(x);
    }
    if (q > 12 || p > 1000 || p < -1000) return fail(x);
    int64_t count = s->order - s->low;
    ly_series u, one_plus;
    if (!make_zero(x, &u, 0, count, s->den)) return false;
    bool done = true;
    for (int64_t i = 1; i < count && done; i++) {
        ly_value v = ly_quotient_take(cx, ly_retain(s->items[i]), ly_retain(s->items[0]));
        done = v;
        if (v) u.items[i] = simple_take(cx, v);
    }
    ly_value *binomials = ly_buffer_alloc(cx, (size_t)(count + 1) * sizeof *binomials);
    done = done && binomials;
    int64_t made = 0;
    for (ly_value b = LY_INT(1); done && made < count; made++) {
        binomials[made] = b;
        if (made + 1 == count) {
            made++;
            break;
        }
        b = ly_product_take(cx, ly_retain(b), ly_quotient_take(cx, ly_difference_take(cx, ly_retain(n), LY_INT(made)), LY_INT(made + 1)));
        done = b;
    }
    done = done && compose(x, binomials, count, &u, &one_plus);
    for (int64_t i = 0; i < made; i++) ly_release(cx, binomials[i]);
    ly_buffer_free(cx, binomials);
    ly_series_free(cx, &u);
    if (!done) return false;
    ly_value factor = ly_raised_take(cx, ly_retain(s->items[0]), ly_retain(n));
    if (s->low * p % q) done = rescale(x, &one_plus, one_plus.den * q);
    int64_t shift = s->low * p % q ? s->low * p : s->low * p / q;
    if (done && factor) {
        *result = one_plus;
        result->low += shift;
        result->order += shift;
        for (int64_t i = 0; i < result->order - result->low && done; i++) {
            ly_value v = result->items[i];
            result->items[i] = LY_INT(0);
            v = simple_take(cx, ly_product_take(cx, v, ly_retain(factor)));
            done = v;
            if (v) result->items[i] = v;
        }
        if (!done) ly_series_free(cx, result);
    } else {
        ly_series_free(cx, &one_plus);
        done = false;
    }
    ly_release(cx, factor);
    return done;
}

/* ---- functions -------------------------------------------------------------------------------- */

/* f(c + u) by f's derivatives at c. derivative: f[$t] and so on in terms of $t. */
static bool taylor(ly_expansion *x, ly_value function, ly_series *s, ly_series *result)
{
    ly_context *cx = x->cx;
    ly_value t = ly_intern("System`", "$t");
    ly_series u;
    if (s->low < 0 && ly_series_trim(cx, s) && s->low < 0) return fail(x);
    if (s->order <= 0) return fail(x);
    ly_value c = s->low <= 0 ? ly_retain(s->items[-s->low]) : LY_INT(0);
    if (!make_zero(x, &u, 1, s->order, s->den)) return false;
    for (int64_t k = 1; k < s->order; k++)
        if (k >= s->low) u.items[k - u.low] = ly_retain(s->items[k - s->low]);
    bool empty = !ly_series_trim(cx, &u);
    int64_t count = empty ? 1 : (s->order + u.low - 1) / u.low;
    ly_value *coefficients = ly_buffer_alloc(cx, (size_t)(count + 1) * sizeof *coefficients);
    ly_value f = ly_retain(function), factorial = LY_INT(1);
    int64_t made = 0;
    bool done = coefficients;
    for (; done && made < count; made++) {
        ly_value at = ly_evaluate_take(cx, ly_make1(cx, LY_SYM(Quiet), ly_make2(cx, LY_SYM(ReplaceAll), ly_retain(f),
                                            ly_make2(cx, LY_SYM(Rule), t, ly_retain(c)))));
        done = at;
        if (!done) break;
        if (!ly_is_free_of(cx, at, LY_SYM(DirectedInfinity)) || !ly_is_free_of(cx, at, LY_SYM(Indeterminate))) {
            ly_release(cx, at);
            x->failed = true;
            done = false;
            break;
        }
        coefficients[made] = ly_quotient_take(cx, at, ly_retain(factorial));
        done = coefficients[made];
        if (!done) break;
        if (made + 1 < count) {
            ly_value d = ly_derivative(cx, f, t);
            ly_release(cx, f);
            f = d;
            factorial = ly_product_take(cx, factorial, LY_INT(made + 1));
            done = f && factorial;
        }
    }
    done = done && compose(x, coefficients, count, &u, result);
    for (int64_t i = 0; i < made; i++) ly_release(cx, coefficients[i]);
    ly_buffer_free(cx, coefficients);
    ly_release(cx, f);
    ly_release(cx, c);
    ly_release(cx, factorial);
    ly_series_free(cx, &u);
    return done;
}

/* What has poles is written by what has none. */
static const struct {
    const char *symbol, *formula;
} quotients[] = {
    {"Tan", "Sin[#1]*Inactive[Power][Cos[#1], -1]"}, {"Cot", "Cos[#1]*Inactive[Power][Sin[#1], -1]"},
    {"Sec", "Inactive[Power][Cos[#1], -1]"}, {"Csc", "Inactive[Power][Sin[#1], -1]"},
    {"Tanh", "Sinh[#1]*Inactive[Power][Cosh[#1], -1]"}, {"Coth", "Cosh[#1]*Inactive[Power][Sinh[#1], -1]"},
    {"Sech", "Inactive[Power][Cosh[#1], -1]"}, {"Csch", "Inactive[Power][Sinh[#1], -1]"},
};

static bool log_series(ly_expansion *x, ly_series *s, ly_series *result)
{
    ly_context *cx = x->cx;
    if (!ly_series_trim(cx, s)) return fail(x);
    /* Log[c t^v (1 + u)] = Log[c] + v Log[t] + Log[1 + u] */
    ly_value t = ly_intern("System`", "$t");
    ly_value scaled = ly_call1(cx, LY_SYM(Log), ly_retain(s->items[0]));
    if (s->low) {
        bool at_infinity = ly_has_head(x->x0, LY_SYM(DirectedInfinity));
        ly_value l = at_infinity ? ly_product_take(cx, LY_INT(-1), ly_call1(cx, LY_SYM(Log), ly_retain(x->x)))
                                 : ly_call1(cx, LY_SYM(Log), ly_difference_take(cx, ly_retain(x->x), ly_retain(x->x0)));
        scaled = ly_sum_take(cx, scaled, ly_product_take(cx, ly_rational_new(cx, LY_INT(s->low), LY_INT(s->den)), l));
    }
    ly_series unit;
    int64_t count = s->order - s->low;
    if (!scaled || !make_zero(x, &unit, 0, count, s->den)) return false;
    bool done = true;
    unit.items[0] = LY_INT(1);
    for (int64_t i = 1; i < count && done; i++) {
        ly_value v = simple_take(cx, ly_quotient_take(cx, ly_retain(s->items[i]), ly_retain(s->items[0])));
        done = v;
        if (v) unit.items[i] = v;
    }
    ly_value f = ly_make1(cx, LY_SYM(Log), t);
    done = done && taylor(x, f, &unit, result);
    ly_release(cx, f);
    ly_series_free(cx, &unit);
    if (done && result->order > 0 && result->low <= 0) {
        ly_value v = result->items[-result->low];
        result->items[-result->low] = LY_INT(0);
        v = ly_sum_take(cx, v, scaled);
        done = v;
        if (v) result->items[-result->low] = v;
    } else {
        ly_release(cx, scaled);
    }
    return done;
}

/* ---- expressions ------------------------------------------------------------------------------ */

static bool variable(ly_expansion *x, ly_series *s)
{
    if (ly_has_head(x->x0, LY_SYM(DirectedInfinity))) { /* x = 1/t, or -1/t */
        if (!make_zero(x, s, -1, x->order > 0 ? x->order : 1, 1)) return false;
        s->items[0] = ly_arg(ly_expr_of(x->x0), 0) == LY_INT(-1) ? LY_INT(-1) : LY_INT(1);
        return true;
    }
    if (!make_zero(x, s, 0, x->order > 2 ? x->order : 2, 1)) return false;
    s->items[0] = ly_retain(x->x0);
    s->items[1] = LY_INT(1);
    return true;
}

bool ly_is_series(ly_value v)
{
    if (!ly_has_shape(v, LY_SYM(SeriesData), 6)) return false;
    const ly_expr *e = ly_expr_of(v);
    if (!ly_has_head(e->args[2], LY_SYM(List)) || !ly_is_int(e->args[3]) || !ly_is_int(e->args[4]) || !ly_is_int(e->args[5]))
        return false;
    int64_t low = ly_int_of(e->args[3]), order = ly_int_of(e->args[4]), den = ly_int_of(e->args[5]);
    return den > 0 && den <= 60 && low > -1000000 && low < 1000000 && order > -1000000 && order < 1000000;
}

static bool read_data(ly_expansion *x, const ly_expr *e, ly_series *s)
{
    if (!ly_is_series(ly_from_object(e)) || !ly_same(e->args[0], x->x) || !ly_same(e->args[1], x->x0)) return fail(x);
    const ly_expr *items = ly_expr_of(e->args[2]);
    if (!make_zero(x, s, ly_int_of(e->args[3]), ly_int_of(e->args[4]), ly_int_of(e->args[5]))) return false;
    for (uint32_t i = 0; i < items->count && i < s->order - s->low; i++) s->items[i] = ly_retain(items->args[i]);
    return true;
}

bool ly_series_of(ly_expansion *x, ly_value e, ly_series *s)
{
    ly_context *cx = x->cx;
    *s = (ly_series){.den = 1};
    if (ly_poll(cx)) return false;
    if (ly_stack_low(cx)) return fail(x);
    if (ly_same(e, x->x)) return variable(x, s);
    if (ly_has_head(e, LY_SYM(SeriesData))) return read_data(x, ly_expr_of(e), s);
    if (ly_is_free_of(cx, e, x->x)) return constant(x, e, s);
    if (ly_is_plus(e) || ly_is_times(e)) {
        const ly_expr *expr = ly_expr_of(e);
        bool plus = ly_is_plus(e);
        ly_series a, b, c;
        if (!ly_series_of(x, expr->args[0], &a)) return false;
        for (uint32_t i = 1; i < expr->count; i++) {
            bool done = ly_series_of(x, expr->args[i], &b);
            if (done) done = plus ? add(x, &a, &b, &c) : multiply(x, &a, &b, &c);
            ly_series_free(cx, &a);
            ly_series_free(cx, &b);
            if (!done) return false;
            a = c;
        }
        *s = a;
        return true;
    }
    bool inactive = ly_is_expr(e) && ly_has_shape(ly_expr_of(e)->head, LY_SYM(Inactive), 1) && ly_expr_of(e)->count == 2;
    if (ly_is_power(e) || inactive) {
        ly_value b = ly_arg(ly_expr_of(e), 0), n = ly_arg(ly_expr_of(e), 1);
        ly_series base;
        bool done;
        if (ly_is_free_of(cx, n, x->x)) {
            if (!ly_series_of(x, b, &base)) return false;
            done = raise_series(x, &base, n, s);
            ly_series_free(cx, &base);
            return done;
        }
        /* b^n = E^(n Log[b]) */
        ly_value l = b == LY_SYM(E) ? ly_retain(n) : ly_product_take(cx, ly_retain(n), ly_call1(cx, LY_SYM(Log), ly_retain(b)));
        if (!l) return false;
        done = ly_series_of(x, l, &base);
        ly_release(cx, l);
        if (!done) return false;
        ly_value f = ly_make2(cx, LY_SYM(Power), LY_SYM(E), ly_intern("System`", "$t"));
        done = taylor(x, f, &base, s);
        ly_release(cx, f);
        ly_series_free(cx, &base);
        return done;
    }
    if (!ly_is_expr(e)) return fail(x);
    const ly_expr *call = ly_expr_of(e);
    uint32_t which = call->count;
    for (uint32_t i = 0; i < call->count; i++) {
        if (ly_is_free_of(cx, call->args[i], x->x)) continue;
        if (which != call->count) return fail(x);
        which = i;
    }
    if (which == call->count) return fail(x);
    const char *name = ly_is_symbol(call->head) ? ly_symbol_name(call->head) : "";
    if (!strcmp(name, "Abs") || !strcmp(name, "Sign") || !strcmp(name, "Floor") || !strcmp(name, "Ceiling") ||
        !strcmp(name, "Round") || !strcmp(name, "Piecewise") || !strcmp(name, "Mod") || !strcmp(name, "UnitStep") ||
        !strcmp(name, "List") || !strcmp(name, "Max") || !strcmp(name, "Min") || !strcmp(name, "HeavisideTheta") ||
        !strcmp(name, "If") || !strcmp(name, "Boole") || !strcmp(name, "IntegerPart") || !strcmp(name, "FractionalPart") ||
        !strcmp(name, "DirectedInfinity") || !strcmp(name, "Gamma") || !strcmp(name, "Factorial") || !strcmp(name, "Zeta"))
        return fail(x);
    for (size_t i = 0; i < sizeof quotients / sizeof quotients[0]; i++) {
        if (call->count != 1 || strcmp(quotients[i].symbol, name)) continue;
        ly_value q = ly_formula(cx, quotients[i].formula, 1, call->args);
        bool done = q && ly_series_of(x, q, s);
        ly_release(cx, q);
        return done;
    }
    ly_series inner;
    if (!ly_series_of(x, call->args[which], &inner)) return false;
    bool done;
    if (!strcmp(name, "Log") && call->count == 1) {
        done = log_series(x, &inner, s);
    } else {
        ly_expr *f = ly_expr_new(cx, call->head, call->count);
        for (uint32_t i = 0; i < call->count; i++)
            f->args[i] = i == which ? ly_intern("System`", "$t") : ly_retain(call->args[i]);
        done = taylor(x, ly_from_object(f), &inner, s);
        ly_release(cx, ly_from_object(f));
    }
    ly_series_free(cx, &inner);
    return done;
}
