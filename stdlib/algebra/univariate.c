/* univariate.c: polynomials in one variable with expressions as coefficients: division, and what
   builds on it. Coefficients that are no numbers are kept as single fractions. */
#include "univariate.h"

void ly_univariate_free(ly_context *cx, ly_univariate *p)
{
    for (size_t i = 0; i < p->count; i++) ly_release(cx, p->items[i]);
    ly_buffer_free(cx, p->items);
    *p = (ly_univariate){0};
}

static bool make_zeros(ly_context *cx, ly_univariate *p, size_t count)
{
    p->items = ly_buffer_alloc(cx, (count + 1) * sizeof *p->items);
    p->count = p->items ? count : 0;
    for (size_t i = 0; i < p->count; i++) p->items[i] = LY_INT(0);
    return p->items;
}

static bool is_zero(ly_value v)
{
    return v == LY_INT(0) || (ly_is_real(v) && ly_real_of(v) == 0);
}

static void trim(ly_context *cx, ly_univariate *p)
{
    while (p->count && is_zero(p->items[p->count - 1])) ly_release(cx, p->items[--p->count]);
}

static ly_value simple_take(ly_context *cx, ly_value v)
{
    if (!v || !ly_is_expr(v)) return v;
    ly_value t = ly_together(cx, v);
    ly_release(cx, v);
    return t;
}

bool ly_univariate_read(ly_context *cx, ly_univariate *p, ly_value e, ly_value x)
{
    *p = (ly_univariate){0};
    p->items = ly_coefficients(cx, e, x, &p->count);
    if (!p->items) return false;
    trim(cx, p);
    return true;
}

bool ly_univariate_copy(ly_context *cx, ly_univariate *to, const ly_univariate *from)
{
    if (!make_zeros(cx, to, from->count)) return false;
    for (size_t i = 0; i < from->count; i++) to->items[i] = ly_retain(from->items[i]);
    return true;
}

ly_value ly_univariate_write(ly_context *cx, const ly_univariate *p, ly_value x)
{
    ly_expr *sum = ly_expr_new(cx, LY_SYM(Plus), p->count);
    if (!sum) return LY_FAILED;
    for (size_t i = 0; i < p->count; i++)
        sum->args[i] = ly_make2(cx, LY_SYM(Times), ly_retain(p->items[i]),
                                ly_make2(cx, LY_SYM(Power), ly_retain(x), LY_INT(i)));
    return ly_evaluate_take(cx, ly_from_object(sum));
}

bool ly_univariate_divide(ly_context *cx, const ly_univariate *a, const ly_univariate *b,
                          ly_univariate *q, ly_univariate *r)
{
    *q = (ly_univariate){0};
    if (!ly_univariate_copy(cx, r, a)) return false;
    if (a->count < b->count) return true;
    if (!make_zeros(cx, q, a->count - b->count + 1)) {
        ly_univariate_free(cx, r);
        return false;
    }
    bool done = true;
    for (size_t i = q->count; i-- > 0 && done;) {
        size_t top = i + b->count - 1;
        if (ly_poll(cx)) done = false;
        ly_value c = simple_take(cx, ly_quotient_take(cx, ly_retain(r->items[top]), ly_retain(b->items[b->count - 1])));
        done = done && c;
        if (!done) {
            ly_release(cx, c);
            break;
        }
        q->items[i] = c;
        ly_release(cx, r->items[top]);
        r->items[top] = LY_INT(0);
        for (size_t j = 0; j + 1 < b->count && done && !is_zero(c); j++) {
            ly_value product = ly_product_take(cx, ly_retain(c), ly_retain(b->items[j]));
            ly_value old = r->items[i + j];
            r->items[i + j] = LY_INT(0);
            ly_value next = simple_take(cx, ly_difference_take(cx, old, product));
            done = next;
            if (next) r->items[i + j] = next;
        }
    }
    trim(cx, q);
    trim(cx, r);
    if (!done) {
        ly_univariate_free(cx, q);
        ly_univariate_free(cx, r);
    }
    return done;
}

bool ly_univariate_multiply(ly_context *cx, const ly_univariate *a, const ly_univariate *b, ly_univariate *p)
{
    *p = (ly_univariate){0};
    if (!a->count || !b->count) return make_zeros(cx, p, 0);
    if (!make_zeros(cx, p, a->count + b->count - 1)) return false;
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++) {
            ly_value product = ly_product_take(cx, ly_retain(a->items[i]), ly_retain(b->items[j]));
            ly_value old = p->items[i + j];
            p->items[i + j] = LY_INT(0);
            ly_value sum = ly_sum_take(cx, old, product);
            if (!sum) {
                ly_univariate_free(cx, p);
                return false;
            }
            p->items[i + j] = sum;
        }
    for (size_t i = 0; i < p->count; i++) {
        ly_value v = p->items[i];
        p->items[i] = LY_INT(0);
        if (!(v = simple_take(cx, v))) {
            ly_univariate_free(cx, p);
            return false;
        }
        p->items[i] = v;
    }
    trim(cx, p);
    return true;
}

bool ly_univariate_subtract(ly_context *cx, const ly_univariate *a, const ly_univariate *b, ly_univariate *p)
{
    size_t n = a->count > b->count ? a->count : b->count;
    if (!make_zeros(cx, p, n)) return false;
    for (size_t i = 0; i < n; i++) {
        ly_value x = i < a->count ? ly_retain(a->items[i]) : LY_INT(0);
        ly_value y = i < b->count ? ly_retain(b->items[i]) : LY_INT(0);
        ly_value d = simple_take(cx, ly_difference_take(cx, x, y));
        if (!d) {
            ly_univariate_free(cx, p);
            return false;
        }
        p->items[i] = d;
    }
    trim(cx, p);
    return true;
}

static bool scale(ly_context *cx, ly_univariate *p, ly_value divisor)
{
    for (size_t i = 0; i < p->count; i++) {
        ly_value v = p->items[i];
        p->items[i] = LY_INT(0);
        v = simple_take(cx, ly_quotient_take(cx, v, ly_retain(divisor)));
        if (!v) return false;
        p->items[i] = v;
    }
    return true;
}

/* x - q y */
static bool step(ly_context *cx, const ly_univariate *x, const ly_univariate *q, const ly_univariate *y,
                 ly_univariate *result)
{
    ly_univariate product;
    if (!ly_univariate_multiply(cx, q, y, &product)) return false;
    bool done = ly_univariate_subtract(cx, x, &product, result);
    ly_univariate_free(cx, &product);
    return done;
}

bool ly_univariate_extended_gcd(ly_context *cx, const ly_univariate *a, const ly_univariate *b,
                                ly_univariate *g, ly_univariate *s, ly_univariate *t)
{
    ly_univariate r0 = {0}, r1 = {0}, s0 = {0}, s1 = {0}, t0 = {0}, t1 = {0};
    bool done = ly_univariate_copy(cx, &r0, a) && ly_univariate_copy(cx, &r1, b) && make_zeros(cx, &s0, 1) &&
                make_zeros(cx, &s1, 0) && make_zeros(cx, &t0, 0) && make_zeros(cx, &t1, 1);
    if (done) s0.items[0] = t1.items[0] = LY_INT(1);
    while (done && r1.count) {
        ly_univariate q, r, s2 = {0}, t2 = {0};
        done = ly_univariate_divide(cx, &r0, &r1, &q, &r);
        if (!done) break;
        done = step(cx, &s0, &q, &s1, &s2) && step(cx, &t0, &q, &t1, &t2);
        ly_univariate_free(cx, &q);
        ly_univariate_free(cx, &r0);
        ly_univariate_free(cx, &s0);
        ly_univariate_free(cx, &t0);
        r0 = r1;
        r1 = r;
        s0 = s1;
        s1 = s2;
        t0 = t1;
        t1 = t2;
    }
    if (done && r0.count) {
        ly_value lead = ly_retain(r0.items[r0.count - 1]);
        done = scale(cx, &r0, lead) && scale(cx, &s0, lead) && scale(cx, &t0, lead);
        ly_release(cx, lead);
    }
    ly_univariate_free(cx, &r1);
    ly_univariate_free(cx, &s1);
    ly_univariate_free(cx, &t1);
    *g = r0;
    *s = s0;
    *t = t0;
    if (!done) {
        ly_univariate_free(cx, g);
        ly_univariate_free(cx, s);
        ly_univariate_free(cx, t);
    }
    return done;
}

/* ---- the built-ins ---------------------------------------------------------------------------- */

enum { QUOTIENT, REMAINDER, BOTH };

MESSAGE(General, polydz, "Division by a zero polynomial.")

static ly_value divided(ly_context *cx, ly_expr *call, int what)
{
    ly_univariate a, b, q, r;
    ly_value x = call->args[2], result = LY_FAILED;
    if (call->count > 3) return LY_UNEVALUATED;
    if (!ly_univariate_read(cx, &a, call->args[0], x))
        return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    if (!ly_univariate_read(cx, &b, call->args[1], x)) {
        ly_univariate_free(cx, &a);
        return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    }
    if (!b.count) {
        ly_message_call(cx, call, "polydz", 0);
        result = LY_UNEVALUATED;
    } else if (ly_univariate_divide(cx, &a, &b, &q, &r)) {
        ly_value quotient = what != REMAINDER ? ly_univariate_write(cx, &q, x) : LY_INT(0);
        ly_value remainder = what != QUOTIENT ? ly_univariate_write(cx, &r, x) : LY_INT(0);
        if (what == BOTH && quotient && remainder) result = ly_make2(cx, LY_SYM(List), quotient, remainder);
        else if (what == BOTH) result = LY_FAILED;
        else result = what == QUOTIENT ? quotient : remainder;
        ly_univariate_free(cx, &q);
        ly_univariate_free(cx, &r);
    }
    ly_univariate_free(cx, &a);
    ly_univariate_free(cx, &b);
    return result;
}

BUILTIN(PolynomialQuotient, polynomial_quotient, 3, -1, LY_PROTECTED, LY_PURE,
        "PolynomialQuotient[p, q, x] gives the quotient of polynomials in x.")
static ly_value polynomial_quotient(ly_context *cx, ly_expr *call) { return divided(cx, call, QUOTIENT); }

BUILTIN(PolynomialRemainder, polynomial_remainder, 3, -1, LY_PROTECTED, LY_PURE,
        "PolynomialRemainder[p, q, x] gives the remainder of polynomials in x.")
static ly_value polynomial_remainder(ly_context *cx, ly_expr *call) { return divided(cx, call, REMAINDER); }

BUILTIN(PolynomialQuotientRemainder, polynomial_quotient_remainder, 3, -1, LY_PROTECTED, LY_PURE,
        "PolynomialQuotientRemainder[p, q, x] gives quotient and remainder of polynomials in x.")
static ly_value polynomial_quotient_remainder(ly_context *cx, ly_expr *call) { return divided(cx, call, BOTH); }

BUILTIN(PolynomialExtendedGCD, polynomial_extended_gcd, 3, -1, LY_PROTECTED, LY_PURE,
        "PolynomialExtendedGCD[p, q, x] gives {g, {s, t}} with s p + t q = g, their greatest common divisor.")
static ly_value polynomial_extended_gcd(ly_context *cx, ly_expr *call)
{
    ly_univariate a = {0}, b = {0}, g, s, t;
    ly_value x = call->args[2], result = LY_UNEVALUATED;
    if (call->count > 3) return result;
    if (ly_univariate_read(cx, &a, call->args[0], x) && ly_univariate_read(cx, &b, call->args[1], x)) {
        result = LY_FAILED;
        if (ly_univariate_extended_gcd(cx, &a, &b, &g, &s, &t)) {
            ly_value u = ly_univariate_write(cx, &s, x), v = ly_univariate_write(cx, &t, x);
            ly_value w = ly_univariate_write(cx, &g, x);
            if (u && v && w) result = ly_make2(cx, LY_SYM(List), w, ly_make2(cx, LY_SYM(List), u, v));
            ly_univariate_free(cx, &g);
            ly_univariate_free(cx, &s);
            ly_univariate_free(cx, &t);
        }
    } else if (cx->pending.kind != LY_PENDING_NONE) {
        result = LY_FAILED;
    }
    ly_univariate_free(cx, &a);
    ly_univariate_free(cx, &b);
    return result;
}

/* ---- Resultant, Discriminant, PolynomialMod ----------------------------------------------------- */

static ly_value eliminated(ly_context *cx, ly_value p, ly_value q, ly_value x)
{
    ly_ring ring;
    ly_value result = LY_FAILED;
    ly_ring_new(cx, &ring, LY_FAILED, false);
    if (ly_ring_gather(&ring, p) && (!q || ly_ring_gather(&ring, q)) && ly_ring_gather(&ring, x) && ly_ring_start(&ring)) {
        fmpq_mpoly_t a, b;
        long at = ly_ring_find(&ring, x);
        fmpq_mpoly_init(a, ring.flint);
        fmpq_mpoly_init(b, ring.flint);
        bool done = at >= 0 && ly_ring_read(&ring, a, p) && (!q || ly_ring_read(&ring, b, q));
        if (done) done = q ? fmpq_mpoly_resultant(a, a, b, at, ring.flint) : fmpq_mpoly_discriminant(a, a, at, ring.flint);
        if (done) result = ly_ring_write(&ring, a);
        else if (cx->pending.kind == LY_PENDING_NONE) result = LY_UNEVALUATED;
        fmpq_mpoly_clear(a, ring.flint);
        fmpq_mpoly_clear(b, ring.flint);
    }
    ly_ring_free(&ring);
    return result;
}

BUILTIN(Resultant, resultant, 3, -1, LY_PROTECTED, LY_PURE,
        "Resultant[p, q, x] gives the resultant of polynomials in x.")
static ly_value resultant(ly_context *cx, ly_expr *call)
{
    if (call->count > 3 || ly_is_number(call->args[2])) return LY_UNEVALUATED;
    return eliminated(cx, call->args[0], call->args[1], call->args[2]);
}

BUILTIN(Discriminant, discriminant, 2, -1, LY_PROTECTED, LY_PURE,
        "Discriminant[p, x] gives the discriminant of a polynomial in x.")
static ly_value discriminant(ly_context *cx, ly_expr *call)
{
    if (call->count > 2 || ly_is_number(call->args[1])) return LY_UNEVALUATED;
    return eliminated(cx, call->args[0], LY_FAILED, call->args[1]);
}

static ly_value reduce_one(ly_context *cx, ly_value e, void *data)
{
    ly_value modulus = *(ly_value *)data, sum;
    ly_value expanded = ly_expand(cx, e, LY_FAILED);
    if (!expanded) return LY_FAILED;
    size_t n = ly_operands(expanded, LY_SYM(Plus));
    ly_expr *terms = ly_expr_new(cx, LY_SYM(Plus), n);
    for (size_t i = 0; terms && i < n; i++) {
        ly_value term = ly_operand(expanded, LY_SYM(Plus), i), c = ly_operand(term, LY_SYM(Times), 0);
        bool number = ly_is_number(c);
        if (!number) c = LY_INT(1);
        if (!ly_is_integer(c)) {
            terms->args[i] = ly_retain(term);
            continue;
        }
        ly_value rest = number ? ly_quotient_take(cx, ly_retain(term), ly_retain(c)) : ly_retain(term);
        if (c == term) rest = LY_INT(1);
        terms->args[i] = ly_make2(cx, LY_SYM(Times), ly_modulus(cx, c, modulus), rest);
    }
    ly_release(cx, expanded);
    sum = terms ? ly_evaluate_take(cx, ly_from_object(terms)) : LY_FAILED;
    return sum;
}

BUILTIN(PolynomialMod, polynomial_mod, 2, -1, LY_PROTECTED, LY_PURE,
        "PolynomialMod[poly, m] reduces the coefficients of a polynomial modulo m.")
static ly_value polynomial_mod(ly_context *cx, ly_expr *call)
{
    ly_value m = call->args[1];
    if (call->count > 2) return LY_UNEVALUATED;
    if (ly_is_integer(m) && m != LY_INT(0)) return ly_thread_algebraic(cx, call->args[0], reduce_one, &m);
    /* modulo a polynomial in one variable: the remainder */
    ly_value list = ly_variables(cx, m);
    if (!list) return LY_FAILED;
    ly_value result = LY_UNEVALUATED;
    if (ly_length(list) == 1)
        result = ly_call3(cx, LY_SYM(PolynomialRemainder), ly_retain(call->args[0]), ly_retain(m),
                          ly_retain(ly_arg(ly_expr_of(list), 0)));
    ly_release(cx, list);
    return result;
}
