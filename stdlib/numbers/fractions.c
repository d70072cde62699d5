/* fractions.c: Numerator and Denominator, Rationalize, continued fractions. */
#include <math.h>
#include <stdlib.h>

#include "numeric.h"

static bool is_exact_real(ly_value v) { return ly_is_integer(v) || ly_is_rational(v); }

/* ---- Numerator and Denominator --------------------------------------------------------------------- */

/* A factor belongs below where its exponent is negative by its form. */
static bool is_below(ly_value factor)
{
    return ly_has_shape(factor, LY_SYM(Power), 2) && ly_is_negative_form(ly_expr_of(factor)->args[1]);
}

/* lcm of the denominators of a complex rational; of any other exact number its denominator */
static ly_value denominator_of_number(ly_context *cx, ly_value v)
{
    if (!ly_is_exact(v)) return LY_INT(1);
    if (!ly_is_complex(v)) return ly_rational_denominator(cx, v);
    return ly_call2(cx, LY_SYM(LCM), ly_rational_denominator(cx, ly_complex_of(v)->re),
                    ly_rational_denominator(cx, ly_complex_of(v)->im));
}

static ly_value part_of_factor(ly_context *cx, ly_value f, bool below)
{
    if (ly_is_number(f)) {
        ly_value d = denominator_of_number(cx, f);
        if (below || ly_failed(d)) return d;
        return ly_times_take(cx, ly_retain(f), d);
    }
    if (is_below(f)) {
        if (ly_is_rational(ly_expr_of(f)->args[0])) {
            ly_value turned = ly_power_take(cx, ly_divide(cx, LY_INT(1), ly_expr_of(f)->args[0]),
                                            ly_negated_form(cx, ly_expr_of(f)->args[1]));
            if (ly_failed(turned) || is_below(turned)) return turned;
            ly_value r = part_of_factor(cx, turned, below);
            ly_release(cx, turned);
            return r;
        }
        if (!below) return LY_INT(1);
        return ly_power_take(cx, ly_retain(ly_expr_of(f)->args[0]), ly_negated_form(cx, ly_expr_of(f)->args[1]));
    }
    /* (a/b)^r, rational */
    if (ly_has_shape(f, LY_SYM(Power), 2) && ly_is_rational(ly_expr_of(f)->args[0]) &&
        ly_is_number(ly_expr_of(f)->args[1])) {
        ly_value base = ly_expr_of(f)->args[0];
        return ly_power_take(cx, below ? ly_rational_denominator(cx, base) : ly_rational_numerator(cx, base),
                             ly_retain(ly_expr_of(f)->args[1]));
    }
    /* E^(a - b) is E^a over E^b */
    if (ly_has_shape(f, LY_SYM(Power), 2) && ly_has_head(ly_expr_of(f)->args[1], LY_SYM(Plus))) {
        ly_expr *sum = ly_expr_of(ly_expr_of(f)->args[1]);
        ly_builder chosen = ly_builder_new();
        for (size_t i = 0; i < sum->count; i++) {
            bool negative = ly_is_negative_form(sum->args[i]);
            if (negative != below) continue;
            if (!ly_builder_add(cx, &chosen, negative ? ly_negated_form(cx, sum->args[i]) : ly_retain(sum->args[i]))) return LY_FAILED;
        }
        ly_value exponent = ly_evaluate_take(cx, ly_builder_finish(cx, &chosen, LY_SYM(Plus)));
        return ly_power_take(cx, ly_retain(ly_expr_of(f)->args[0]), exponent);
    }
    return below ? LY_INT(1) : ly_retain(f);
}

static ly_value side_of(ly_context *cx, ly_value v, bool below)
{
    if (!ly_has_head(v, LY_SYM(Times))) return part_of_factor(cx, v, below);
    ly_expr *e = ly_expr_of(v), *out = ly_expr_new(cx, LY_SYM(Times), e->count);
    if (!out) return LY_FAILED;
    for (size_t i = 0; i < e->count; i++) {
        ly_value f = part_of_factor(cx, e->args[i], below);
        if (ly_failed(f)) {
            ly_release(cx, ly_from_object(out));
            return f;
        }
        out->args[i] = f;
    }
    return ly_evaluate_take(cx, ly_from_object(out));
}

/* Trig -> True: Tan is Sin over Cos … */
static ly_value by_trigonometry(ly_context *cx, ly_value v, bool below)
{
    static const char *const rows[][3] = {{"Tan", "Sin", "Cos"}, {"Cot", "Cos", "Sin"}, {"Sec", NULL, "Cos"}, {"Csc", NULL, "Sin"},
                                          {"Tanh", "Sinh", "Cosh"}, {"Coth", "Cosh", "Sinh"}, {"Sech", NULL, "Cosh"}, {"Csch", NULL, "Sinh"}};
    if (ly_is_expr(v) && ly_expr_of(v)->count == 1)
        for (size_t i = 0; i < 8; i++)
            if (ly_expr_of(v)->head == ly_intern("System`", rows[i][0])) {
                const char *name = rows[i][below ? 2 : 1];
                return name ? ly_make1(cx, ly_intern("System`", name), ly_retain(ly_expr_of(v)->args[0])) : LY_INT(1);
            }
    if (ly_has_shape(v, LY_SYM(Power), 2) && ly_is_integer(ly_expr_of(v)->args[1])) {
        bool turned = ly_sign(ly_expr_of(v)->args[1]) < 0;
        ly_value base = by_trigonometry(cx, ly_expr_of(v)->args[0], below != turned);
        return ly_power_take(cx, base, turned ? ly_negate(cx, ly_expr_of(v)->args[1]) : ly_retain(ly_expr_of(v)->args[1]));
    }
    return side_of(cx, v, below);
}

static ly_value fraction_side(ly_context *cx, ly_expr *call, bool below)
{
    ly_value trig = ly_option(cx, call, 1, "Trig", LY_SYM(False));
    bool by_trig = trig == LY_SYM(True);
    ly_release(cx, trig);
    return by_trig ? by_trigonometry(cx, call->args[0], below) : side_of(cx, call->args[0], below);
}

BUILTIN(Numerator, numerator, 1, -1, LY_LISTABLE | LY_PROTECTED, LY_PURE, "Numerator[expr] gives the numerator of expr.")
static ly_value numerator(ly_context *cx, ly_expr *call) { return fraction_side(cx, call, false); }

BUILTIN(Denominator, denominator, 1, -1, LY_LISTABLE | LY_PROTECTED, LY_PURE, "Denominator[expr] gives the denominator of expr.")
static ly_value denominator(ly_context *cx, ly_expr *call) { return fraction_side(cx, call, true); }

BUILTIN(NumeratorDenominator, numerator_denominator, 1, -1, LY_PROTECTED, LY_PURE, "NumeratorDenominator[expr] gives the list {Numerator[expr], Denominator[expr]}.")
static ly_value numerator_denominator(ly_context *cx, ly_expr *call)
{
    ly_value n = fraction_side(cx, call, false);
    if (ly_failed(n)) return n;
    ly_value d = fraction_side(cx, call, true);
    if (ly_failed(d)) {
        ly_release(cx, n);
        return d;
    }
    return ly_make2(cx, LY_SYM(List), n, d);
}

/* ---- Rationalize ------------------------------------------------------------------------------------- */

/* The simplest rational in [low, high], by the Stern–Brocot path; 0 <= low <= high. */
static void simplest_between(const mpq_t low, const mpq_t high, mpq_t out)
{
    mpz_t whole, r;
    mpz_inits(whole, r, NULL);
    mpz_cdiv_q(whole, mpq_numref(low), mpq_denref(low));
    mpq_t w;
    mpq_init(w);
    mpq_set_z(w, whole);
    if (mpq_cmp(w, high) <= 0) {
        mpq_set(out, w);
    } else {
        mpq_t a, b, inner;
        mpq_inits(a, b, inner, NULL);
        mpz_sub_ui(whole, whole, 1);
        mpq_set_z(w, whole);
        mpq_sub(a, low, w);
        mpq_sub(b, high, w);
        mpq_inv(a, a);
        mpq_inv(b, b);
        simplest_between(b, a, inner);
        mpq_inv(inner, inner);
        mpq_add(out, inner, w);
        mpq_clears(a, b, inner, NULL);
    }
    mpq_clear(w);
    mpz_clears(whole, r, NULL);
}

/* The simplest rational within delta of x > 0. */
static void nearest_simple(const mpq_t x, const mpq_t delta, mpq_t out)
{
    mpq_t low, high;
    mpq_inits(low, high, NULL);
    mpq_sub(low, x, delta);
    mpq_add(high, x, delta);
    if (mpq_sgn(low) <= 0) mpq_set_ui(out, 0, 1);
    else simplest_between(low, high, out);
    mpq_clears(low, high, NULL);
}

/* The first convergent p/q that is x to machine precision, if p q is at most 10^12: then it is more
   likely what was meant than a coincidence. False where there is none. */
static bool close_convergent(const mpq_t x, mpq_t out)
{
    mpz_t a, n, d, t, p0, q0, p1, q1;
    mpz_inits(a, t, NULL);
    mpz_init_set(n, mpq_numref(x));
    mpz_init_set(d, mpq_denref(x));
    mpz_init_set_ui(p0, 0);
    mpz_init_set_ui(q0, 1);
    mpz_init_set_ui(p1, 1);
    mpz_init_set_ui(q1, 0);
    bool found = false;
    mpq_t difference, bound;
    mpq_inits(difference, bound, NULL);
    mpq_div_2exp(bound, x, 52);
    while (mpz_sgn(d) != 0 && !found) {
        mpz_fdiv_qr(a, t, n, d);
        mpz_set(n, d);
        mpz_set(d, t);
        mpz_mul(t, a, p1);
        mpz_add(t, t, p0);
        mpz_set(p0, p1);
        mpz_set(p1, t);
        mpz_mul(t, a, q1);
        mpz_add(t, t, q0);
        mpz_set(q0, q1);
        mpz_set(q1, t);
        mpz_set(mpq_numref(out), p1);
        mpz_set(mpq_denref(out), q1);
        mpq_canonicalize(out);
        mpq_sub(difference, out, x);
        mpq_abs(difference, difference);
        found = mpq_cmp(difference, bound) <= 0;
    }
    if (found) {
        mpz_mul(t, mpq_numref(out), mpq_denref(out));
        found = mpz_cmp_d(t, 1e12) <= 0;
    }
    mpq_clears(difference, bound, NULL);
    mpz_clears(a, n, d, t, p0, q0, p1, q1, NULL);
    return found;
}

static ly_value rationalize(ly_context *cx, ly_value v, const mpq_t delta)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, rationalize, LY_AS_WORD(cx), v, LY_AS_WORD(delta));
    if (ly_is_complex(v)) {
        if (ly_is_exact(v) && !delta) return ly_retain(v);
        ly_value re = rationalize(cx, ly_complex_of(v)->re, delta);
        return ly_complex_take(cx, re, rationalize(cx, ly_complex_of(v)->im, delta));
    }
    if (ly_is_number(v)) {
        if (ly_is_integer(v) || (is_exact_real(v) && (!delta || mpq_sgn(delta) == 0))) return ly_retain(v);
        mpq_t x, out;
        bool negative = ly_sign(v) < 0, found = true;
        if (ly_is_zero(v)) return LY_INT(0);
        if (ly_is_real(v)) {
            mpq_init(x);
            mpq_set_d(x, ly_real_of(v));
        } else if (ly_is_bigreal(v)) {
            mpq_init(x);
            mpfr_get_q(x, ly_bigreal_of(v)->f);
        } else {
            ly_init_mpq(x, v);
        }
        mpq_abs(x, x);
        mpq_init(out);
        if (delta && mpq_sgn(delta) > 0) {
            nearest_simple(x, delta, out);
        } else if (delta) {
            /* the simplest number that reads back as the same one */
            mpq_t half;
            mpq_init(half);
            if (ly_is_real(v)) {
                double d = fabs(ly_real_of(v));
                mpq_set_d(half, (nextafter(d, HUGE_VAL) - d) / 2);
            } else if (ly_is_bigreal(v)) {
                mpfr_t r;
                mpfr_init2(r, 64);
                mpfr_set_d(r, -ly_accuracy_of(v), MPFR_RNDN);
                mpfr_exp10(r, r, MPFR_RNDN);
                mpfr_get_q(half, r);
                mpfr_clear(r);
            }
            if (mpq_sgn(half) > 0) nearest_simple(x, half, out);
            else mpq_set(out, x);
            mpq_clear(half);
        } else {
            found = close_convergent(x, out);
        }
        mpq_clear(x);
        if (!found) {
            mpq_clear(out);
            return ly_retain(v);
        }
        if (negative) mpq_neg(out, out);
        return ly_rational_take_mpq(cx, out);
    }
    if (delta && mpq_sgn(delta) > 0 && !ly_is_atom(v) && ly_is_numeric(cx, v)) {
        ly_value n = ly_n(cx, v, LY_MACHINE_PRECISION);
        if (ly_failed(n) || !ly_is_number(n)) return n;
        ly_value r = rationalize(cx, n, delta);
        ly_release(cx, n);
        return r;
    }
    if (delta && mpq_sgn(delta) > 0 && ly_is_symbol(v) && ly_is_numeric(cx, v)) {
        ly_value n = ly_n(cx, v, LY_MACHINE_PRECISION);
        if (ly_failed(n) || !ly_is_number(n)) return n;
        ly_value r = rationalize(cx, n, delta);
        ly_release(cx, n);
        return r;
    }
    if (ly_is_packed(v)) {
        ly_value plain = ly_unpack(cx, v);
        if (ly_failed(plain)) return plain;
        ly_value r = rationalize(cx, plain, delta);
        ly_release(cx, plain);
        return r;
    }
    if (!ly_is_expr(v)) return ly_retain(v);
    ly_expr *e = ly_expr_of(v), *out = ly_expr_new(cx, e->head, e->count);
    if (!out) return LY_FAILED;
    for (size_t i = 0; i < e->count; i++) {
        ly_value x = rationalize(cx, e->args[i], delta);
        if (ly_failed(x)) {
            ly_release(cx, ly_from_object(out));
            return x;
        }
        out->args[i] = x;
    }
    return ly_evaluate_take(cx, ly_from_object(out));
}

BUILTIN(Rationalize, rationalize_builtin, 1, 2, LY_PROTECTED, LY_PACKED, "Rationalize[x] converts an approximate number x to a nearby rational with small denominator.\nRationalize[x, dx] yields the rational number with smallest denominator that lies within dx of x.")
static ly_value rationalize_builtin(ly_context *cx, ly_expr *call)
{
    if (call->count == 1) return rationalize(cx, call->args[0], NULL);
    ly_value asked = call->args[1];
    mpq_t delta;
    double d;
    if (is_exact_real(asked)) {
        ly_init_mpq(delta, asked);
    } else {
        if (!ly_numeric_double(cx, asked, &d) || !isfinite(d)) return LY_UNEVALUATED;
        mpq_init(delta);
        mpq_set_d(delta, d);
    }
    ly_value r = mpq_sgn(delta) < 0 ? LY_UNEVALUATED : rationalize(cx, call->args[0], delta);
    mpq_clear(delta);
    return r;
}

/* ---- continued fractions ------------------------------------------------------------------------------ */

/* One step of the expansion of num/den. False: it has ended. */
static bool next_quotient(mpz_t num, mpz_t den, mpz_t a)
{
    mpz_t r;
    if (mpz_sgn(den) == 0) return false;
    mpz_init(r);
    mpz_fdiv_qr(a, r, num, den);
    mpz_swap(num, den);
    mpz_swap(den, r);
    mpz_clear(r);
    return true;
}

/* Partial quotients of x (towards zero for negative x), at most n of them (n < 0: all). With an error
   (not NULL), those that x - error and x + error share, and the first in any case. */
static ly_value quotients(ly_context *cx, const mpq_t x, const mpq_t error, int64_t n)
{
    ly_builder out = ly_builder_new();
    mpq_t ends[3]; /* |x|, |x| - error, |x| + error */
    mpz_t a, b;
    bool fine = true, negative = mpq_sgn(x) < 0;
    size_t count = error ? 3 : 1;
    mpz_inits(a, b, NULL);
    for (size_t k = 0; k < count; k++) {
        mpq_init(ends[k]);
        mpq_abs(ends[k], x);
        if (k == 1) mpq_sub(ends[k], ends[k], error);
        if (k == 2) mpq_add(ends[k], ends[k], error);
    }
    for (int64_t i = 0; fine && (n < 0 || i < n); i++) {
        bool certain = true;
        if (!next_quotient(mpq_numref(ends[0]), mpq_denref(ends[0]), a)) break;
        for (size_t k = 1; k < count; k++)
            certain = next_quotient(mpq_numref(ends[k]), mpq_denref(ends[k]), b) && mpz_cmp(a, b) == 0 && certain;
        if (!certain && i > 0) break;
        mpz_t copy;
        mpz_init_set(copy, a);
        if (negative) mpz_neg(copy, copy);
        fine = ly_builder_add(cx, &out, ly_integer_take_mpz(cx, copy));
        if (!certain) break;
    }
    mpz_clears(a, b, NULL);
    for (size_t k = 0; k < count; k++) mpq_clear(ends[k]);
    if (!fine) {
        ly_builder_drop(cx, &out);
        return LY_FAILED;
    }
    return ly_builder_finish(cx, &out, LY_SYM(List));
}

/* (P + Sqrt[D])/Q with Q dividing D - P^2: the periodic expansion. */
static ly_value quadratic_quotients(ly_context *cx, mpz_t p, mpz_t d, mpz_t q)
{
    enum { most = 20000 };
    mpz_t *seen = ly_malloc(2 * most * sizeof *seen), root, a, t;
    ly_builder out = ly_builder_new();
    size_t steps = 0, period = 0;
    bool fine = seen != NULL, closed = false;
    if (!seen) ly_raise_memory(cx);
    mpz_inits(root, a, t, NULL);
    mpz_sqrt(root, d);
    while (fine && !closed && steps < most) {
        for (size_t i = 0; i < steps && !closed; i++)
            if (mpz_cmp(seen[2 * i], p) == 0 && mpz_cmp(seen[2 * i + 1], q) == 0) {
                closed = true;
                period = i;
            }
        if (closed) break;
        mpz_init_set(seen[2 * steps], p);
        mpz_init_set(seen[2 * steps + 1], q);
        steps++;
        /* floor((p + sqrt d)/q) */
        mpz_add(t, p, root);
        if (mpz_sgn(q) < 0) mpz_add_ui(t, t, 1);
        mpz_fdiv_q(a, t, q);
        mpz_t copy;
        mpz_init_set(copy, a);
        fine = ly_builder_add(cx, &out, ly_integer_take_mpz(cx, copy)) && !ly_poll(cx);
        mpz_mul(t, a, q);
        mpz_sub(p, t, p);
        mpz_mul(t, p, p);
        mpz_sub(t, d, t);
        mpz_divexact(q, t, q);
    }
    for (size_t i = 0; i < 2 * steps; i++) mpz_clear(seen[i]);
    ly_free(seen);
    mpz_clears(root, a, t, NULL);
    ly_value result = LY_UNEVALUATED;
    if (!fine) {
        result = LY_FAILED;
    } else if (closed) {
        ly_builder head = ly_builder_new(), tail = ly_builder_new();
        for (size_t i = 0; i < steps; i++)
            if (!ly_builder_add(cx, i < period ? &head : &tail, ly_retain(out.expr->args[i]))) return LY_FAILED;
        if (!ly_builder_add(cx, &head, ly_builder_finish(cx, &tail, LY_SYM(List)))) return LY_FAILED;
        result = ly_builder_finish(cx, &head, LY_SYM(List));
    }
    ly_builder_drop(cx, &out);
    return result;
}

/* v as a + b Sqrt[d] with rational a, b: owned rationals in q[0], q[1], and the radicand; false if not. */
static bool quadratic(ly_context *cx, ly_value v, mpq_t a, mpq_t b, mpz_t d)
{
    ly_value expanded = ly_call1(cx, LY_SYM(Expand), ly_retain(v));
    bool found = false, fine = true;
    mpq_init(a);
    mpq_init(b);
    mpz_init(d);
    const ly_value *terms = &expanded;
    size_t n = 1;
    if (ly_has_head(expanded, LY_SYM(Plus))) {
        terms = ly_expr_of(expanded)->args;
        n = ly_expr_of(expanded)->count;
    }
    for (size_t i = 0; i < n && fine; i++) {
        if (is_exact_real(terms[i])) {
            mpq_t t;
            ly_init_mpq(t, terms[i]);
            mpq_add(a, a, t);
            mpq_clear(t);
            continue;
        }
        ly_term term = ly_term_of(&terms[i]);
        ly_value f = term.count == 1 ? term.factors[0] : LY_FAILED;
        fine = !found && f && is_exact_real(term.number) && ly_has_shape(f, LY_SYM(Power), 2) &&
               is_exact_real(ly_expr_of(f)->args[0]) && ly_sign(ly_expr_of(f)->args[0]) > 0 &&
               ly_is_rational(ly_expr_of(f)->args[1]);
        if (!fine) break;
        double e;
        ly_to_double(ly_expr_of(f)->args[1], &e);
        fine = fabs(e) == 0.5;
        if (!fine) break;
        mpq_t r;
        ly_init_mpq(r, ly_expr_of(f)->args[0]);
        if (e < 0) mpq_inv(r, r);
        /* Sqrt[n/m] is Sqrt[n m]/m */
        mpq_clear(b);
        ly_init_mpq(b, term.number);
        mpz_mul(d, mpq_numref(r), mpq_denref(r));
        mpz_mul(mpq_denref(b), mpq_denref(b), mpq_denref(r));
        mpq_canonicalize(b);
        mpq_clear(r);
        found = true;
    }
    ly_release(cx, expanded);
    return fine && found;
}

BUILTIN(ContinuedFraction, continued_fraction, 1, 2, LY_LISTABLE | LY_PROTECTED, LY_PURE, "ContinuedFraction[x, n] generates a list of the first n terms in the continued fraction representation of x.")
static ly_value continued_fraction(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0], result;
    int64_t n = -1;
    if (call->count == 2 && (!ly_to_int64(call->args[1], &n) || n < 0)) return LY_UNEVALUATED;
    if (is_exact_real(x)) {
        mpq_t q;
        ly_init_mpq(q, x);
        result = quotients(cx, q, NULL, n);
        mpq_clear(q);
        return result;
    }
    if (ly_is_inexact(x) && !ly_is_complex(x)) {
        mpq_t q, error;
        mpq_inits(q, error, NULL);
        if (ly_is_real(x)) {
            double d = ly_real_of(x);
            mpq_set_d(q, d);
            mpq_set_d(error, fabs(d) * 1e-15);
        } else {
            mpfr_t r;
            mpfr_get_q(q, ly_bigreal_of(x)->f);
            mpfr_init2(r, 64);
            mpfr_set_d(r, -ly_accuracy_of(x), MPFR_RNDN);
            mpfr_exp10(r, r, MPFR_RNDN);
            mpfr_get_q(error, r);
            mpfr_clear(r);
        }
        result = quotients(cx, q, error, n);
        mpq_clears(q, error, NULL);
        return result;
    }
    if (ly_is_complex(x) || !ly_is_numeric(cx, x)) return LY_UNEVALUATED;
    if (n < 0) {
        mpq_t a, b;
        mpz_t d;
        result = LY_UNEVALUATED;
        if (quadratic(cx, x, a, b, d)) {
            /* (P + Sqrt[D])/Q, scaled so that Q divides D - P^2 */
            mpz_t p, q, big, t;
            mpz_inits(p, q, big, t, NULL);
            mpz_mul(q, mpq_denref(a), mpq_denref(b));
            mpz_mul(p, mpq_numref(a), mpq_denref(b));
            mpz_mul(t, mpq_numref(b), mpq_denref(a));
            mpz_mul(big, t, t);
            mpz_mul(big, big, d);
            if (mpz_sgn(t) < 0) {
                mpz_neg(p, p);
                mpz_neg(q, q);
            }
            mpz_mul(t, p, p);
            mpz_sub(t, big, t);
            if (!mpz_divisible_p(t, q)) {
                mpz_t scale;
                mpz_init(scale);
                mpz_abs(scale, q);
                mpz_mul(p, p, scale);
                mpz_mul(big, big, scale);
                mpz_mul(big, big, scale);
                mpz_mul(q, q, scale);
                mpz_clear(scale);
            }
            if (!mpz_perfect_square_p(big)) result = quadratic_quotients(cx, p, big, q);
            mpz_clears(p, q, big, t, NULL);
        }
        mpq_clears(a, b, NULL);
        mpz_clear(d);
        return result;
    }
    for (double digits = 20 + (double)n * 1.2; digits < 1e6; digits *= 2) {
        ly_value v = ly_numeric_value(cx, x, digits);
        if (ly_failed(v)) return v;
        if (!ly_is_real_number(v)) {
            ly_release(cx, v);
            return LY_UNEVALUATED;
        }
        result = ly_call2(cx, LY_SYM(ContinuedFraction), v, LY_INT(n));
        if (ly_failed(result) || (int64_t)ly_length(result) >= n) return result;
        ly_release(cx, result);
    }
    return LY_UNEVALUATED;
}

BUILTIN(FromContinuedFraction, from_continued_fraction, 1, 1, LY_PROTECTED, LY_PURE, "FromContinuedFraction[list] reconstructs a number from the list of its continued fraction terms.")
static ly_value from_continued_fraction(ly_context *cx, ly_expr *call)
{
    ly_value list = call->args[0];
    if (!ly_is_list(list)) return LY_UNEVALUATED;
    size_t n = ly_length(list);
    if (n == 0) return ly_infinity(cx, 1);
    ly_value last = ly_element(cx, list, n - 1), value;
    for (size_t i = 0; i + 1 < n; i++) {
        ly_value x = ly_element(cx, list, i);
        bool nested = ly_is_list(x);
        ly_release(cx, x);
        if (nested) {
            ly_release(cx, last);
            return LY_UNEVALUATED;
        }
    }
    if (ly_is_list(last)) {
        /* x = [b1; b2, …, bk, x]: the positive root of q1 x^2 + (q0 - p1) x - p0 */
        ly_value p0 = LY_INT(0), q0 = LY_INT(1), p1 = LY_INT(1), q1 = LY_INT(0);
        for (size_t i = 0; i < ly_length(last); i++) {
            ly_value a = ly_element(cx, last, i);
            ly_value p = ly_plus_take(cx, ly_times_take(cx, ly_retain(a), ly_retain(p1)), p0);
            ly_value q = ly_plus_take(cx, ly_times_take(cx, a, ly_retain(q1)), q0);
            p0 = p1;
            q0 = q1;
            p1 = p;
            q1 = q;
        }
        /* A + B Sqrt[D] with A = (p1 - q0)/(2 q1), B = 1/(2 q1); then the terms before the period */
        ly_value parts[4] = {p0, q0, p1, q1};
        ly_value d = ly_formula(cx, "(#2 - #3)^2 + 4 #1 #4", 4, parts), whole = ly_formula(cx, "(#3 - #2)/(2 #4)", 4, parts),
                 root = ly_formula(cx, "1/(2 #4)", 4, parts);
        for (int i = 0; i < 4; i++) ly_release(cx, parts[i]);
        ly_release(cx, last);
        for (size_t i = n - 1; i-- > 0 && ly_is_number(root);) {
            ly_value four[4] = {whole, root, d, ly_element(cx, list, i)};
            ly_value next = ly_formula(cx, "#4 + #1/(#1^2 - #2^2 #3)", 4, four), other = ly_formula(cx, "-#2/(#1^2 - #2^2 #3)", 4, four);
            ly_release(cx, four[3]);
            ly_release(cx, whole);
            ly_release(cx, root);
            whole = next;
            root = other;
        }
        ly_value three[3] = {whole, root, d};
        value = ly_formula(cx, "Together[#1 + #2 Sqrt[#3]]", 3, three);
        for (int i = 0; i < 3; i++) ly_release(cx, three[i]);
        return value;
    }
    value = last;
    for (size_t i = n - 1; i-- > 0 && !ly_failed(value);)
        value = ly_plus_take(cx, ly_element(cx, list, i), ly_power_take(cx, value, LY_INT(-1)));
    return value;
}
