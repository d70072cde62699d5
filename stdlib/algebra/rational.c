/* rational.c: Together, Cancel, Factor, Numerator, Denominator. */
#include "stdlib/numbers/child.h"
#include "fraction.h"

typedef bool refine_fraction(ly_fraction *f);

/* e as one fraction, its factors refined. */
static ly_value as_fraction(ly_context *cx, ly_value e, refine_fraction *refine)
{
    ly_ring ring;
    ly_value result = LY_FAILED;
    if (!ly_is_expr(e)) return ly_retain(e);
    ly_ring_new(cx, &ring, LY_FAILED, true);
    if (ly_ring_gather(&ring, e) && ly_ring_start(&ring)) {
        ly_fraction f;
        ly_fraction_start(&ring, &f);
        if (ly_fraction_read(&f, e)) {
            if (!refine) ly_fraction_place_sign(&f);
            if (!refine || refine(&f)) result = ly_fraction_write(&f);
        } else if (cx->pending.kind == LY_PENDING_NONE) {
            result = ly_retain(e); /* a denominator is zero */
        }
        ly_fraction_end(&f);
    }
    ly_ring_free(&ring);
    return result;
}

static ly_value together_one(ly_context *cx, ly_value e, void *data)
{
    return as_fraction(cx, e, NULL);
}

ly_value ly_together(ly_context *cx, ly_value e) { return as_fraction(cx, e, NULL); }
ly_value ly_factor(ly_context *cx, ly_value e) { return as_fraction(cx, e, ly_fraction_factor); }

BUILTIN(Together, together, 1, -1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "Together[expr] puts the terms of a sum over a common denominator and cancels.")
static ly_value together(ly_context *cx, ly_expr *call)
{
    return ly_thread_algebraic(cx, call->args[0], together_one, NULL);
}

static ly_value cancel_one(ly_context *cx, ly_value e, void *data)
{
    if (ly_is_power(e)) return ly_retain(e);
    if (!ly_is_plus(e)) return as_fraction(cx, e, NULL);
    const ly_expr *x = ly_expr_of(e);
    ly_expr *sum = ly_expr_new(cx, LY_SYM(Plus), x->count);
    if (!sum) return LY_FAILED;
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value item = cancel_one(cx, x->args[i], data);
        if (!item) {
            ly_release(cx, ly_from_object(sum));
            return LY_FAILED;
        }
        sum->args[i] = item;
    }
    return ly_evaluate_take(cx, ly_from_object(sum));
}

BUILTIN(Cancel, cancel, 1, -1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "Cancel[expr] cancels common factors of numerators and denominators.")
static ly_value cancel(ly_context *cx, ly_expr *call)
{
    return ly_thread_algebraic(cx, call->args[0], cancel_one, NULL);
}

/* Factoring it may take longer than making a process does. */
static bool is_long(ly_value e, int depth)
{
    if (!ly_is_expr(e)) return ly_is_integer(e) && !ly_is_int(e) && mpz_sizeinbase(ly_bigint_of(e)->z, 2) > 1000;
    if (depth > 8) return true;
    const ly_expr *x = ly_expr_of(e);
    if (x->count > 50) return true;
    if (ly_is_power(e) && ly_is_int(x->args[1]) && (ly_int_of(x->args[1]) > 50 || ly_int_of(x->args[1]) < -50))
        return true;
    for (uint32_t i = 0; i < x->count; i++)
        if (is_long(x->args[i], depth + 1)) return true;
    return false;
}

static ly_value factored(ly_context *cx, const void *data)
{
    return as_fraction(cx, *(const ly_value *)data, ly_fraction_factor);
}

static ly_value factor_one(ly_context *cx, ly_value e, void *data)
{
    return is_long(e, 0) && ly_flint_load(cx) ? ly_in_child(cx, factored, &e) : factored(cx, &e);
}

BUILTIN(Factor, factor, 1, -1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "Factor[poly] factors a polynomial over the integers.")
static ly_value factor(ly_context *cx, ly_expr *call)
{
    if (call->count > 1) return LY_UNEVALUATED;
    return ly_thread_algebraic(cx, call->args[0], factor_one, NULL);
}

static ly_value square_free_one(ly_context *cx, ly_value e, void *data)
{
    return as_fraction(cx, e, ly_fraction_square_free);
}

BUILTIN(FactorSquareFree, factor_square_free, 1, -1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "FactorSquareFree[poly] writes a polynomial as a product of powers of square-free factors.")
static ly_value factor_square_free(ly_context *cx, ly_expr *call)
{
    if (call->count > 1) return LY_UNEVALUATED;
    return ly_thread_algebraic(cx, call->args[0], square_free_one, NULL);
}

/* ---- lists of factors ------------------------------------------------------------------------- */

static ly_value factor_pairs(ly_context *cx, ly_value e, refine_fraction *refine)
{
    ly_ring ring;
    ly_value result = LY_FAILED;
    ly_ring_new(cx, &ring, LY_FAILED, true);
    if (ly_ring_gather(&ring, e) && ly_ring_start(&ring)) {
        ly_fraction f;
        ly_fraction_start(&ring, &f);
        if (ly_fraction_read(&f, e) && refine(&f)) {
            ly_builder list = ly_builder_new();
            bool done = true;
            for (size_t i = 0; i < f.count && done; i++) {
                ly_value p = ly_ring_write(&ring, &f.factors[i]);
                done = p && ly_builder_add(cx, &list, ly_make2(cx, LY_SYM(List), p, LY_INT(f.exponents[i])));
            }
            ly_value pairs = done ? ly_builder_finish(cx, &list, LY_SYM(List)) : LY_FAILED;
            if (!done) ly_builder_drop(cx, &list);
            if (pairs) pairs = ly_call1(cx, LY_SYM(Sort), pairs);
            if (pairs) {
                ly_value first = ly_make2(cx, LY_SYM(List), ly_rational_of_fmpq(cx, f.constant), LY_INT(1));
                result = ly_call2(cx, LY_SYM(Prepend), pairs, first);
            }
        }
        ly_fraction_end(&f);
    }
    ly_ring_free(&ring);
    return result;
}

BUILTIN(FactorList, factor_list, 1, -1, LY_PROTECTED, LY_PURE,
        "FactorList[poly] gives the factors of a polynomial with their exponents.")
static ly_value factor_list(ly_context *cx, ly_expr *call)
{
    return call->count > 1 ? LY_UNEVALUATED : factor_pairs(cx, call->args[0], ly_fraction_factor);
}

BUILTIN(FactorSquareFreeList, factor_square_free_list, 1, -1, LY_PROTECTED, LY_PURE,
        "FactorSquareFreeList[poly] gives the square-free factors of a polynomial with their exponents.")
static ly_value factor_square_free_list(ly_context *cx, ly_expr *call)
{
    return call->count > 1 ? LY_UNEVALUATED : factor_pairs(cx, call->args[0], ly_fraction_square_free);
}

/* The content of a polynomial taken out: one factor, not split further. */
static ly_value factor_terms_one(ly_context *cx, ly_value e, void *data)
{
    ly_ring ring;
    ly_value result = LY_FAILED;
    ly_ring_new(cx, &ring, LY_FAILED, false);
    if (ly_ring_gather(&ring, e) && ly_ring_start(&ring)) {
        fmpq_mpoly_t p;
        fmpq_mpoly_init(p, ring.flint);
        if (ly_ring_read(&ring, p, e) && !fmpq_mpoly_is_zero(p, ring.flint)) {
            ly_value content = ly_rational_of_fmpq(cx, fmpq_mpoly_content_ref(p, ring.flint));
            fmpq_one(fmpq_mpoly_content_ref(p, ring.flint));
            result = ly_product_take(cx, content, ly_ring_write(&ring, p));
        } else if (cx->pending.kind == LY_PENDING_NONE) {
            result = LY_INT(0);
        }
        fmpq_mpoly_clear(p, ring.flint);
    }
    ly_ring_free(&ring);
    return result;
}

BUILTIN(FactorTerms, factor_terms, 1, 2, LY_PROTECTED, LY_PURE,
        "FactorTerms[poly] takes out the overall numerical factor.")
static ly_value factor_terms(ly_context *cx, ly_expr *call)
{
    if (call->count > 1) return LY_UNEVALUATED;
    return ly_thread_algebraic(cx, call->args[0], factor_terms_one, NULL);
}

/* ---- Numerator, Denominator ------------------------------------------------------------------- */

/* A factor of a product: 1 if it belongs to the denominator; *part what stands there (owned). */
static int side_of(ly_context *cx, ly_value e, ly_value *part)
{
    if (ly_is_rational(e)) return 2;
    if (ly_is_complex(e)) return 2;
    if (ly_is_power(e)) {
        ly_value n = ly_exponent_of(e);
        ly_value lead = ly_operand(n, LY_SYM(Times), 0);
        bool negative = (ly_is_number(lead) && ly_is_real_number(lead) && ly_sign(lead) < 0);
        if (ly_is_plus(n)) { /* E^(-a - b): all terms negative */
            negative = true;
            for (size_t i = 0; i < ly_operands(n, LY_SYM(Plus)) && negative; i++) {
                ly_value term = ly_operand(ly_operand(n, LY_SYM(Plus), i), LY_SYM(Times), 0);
                negative = ly_is_number(term) && ly_is_real_number(term) && ly_sign(term) < 0;
            }
        }
        if (negative) {
            ly_value positive = ly_expand_take(cx, ly_product_take(cx, LY_INT(-1), ly_retain(n)));
            *part = ly_raised_take(cx, ly_retain(ly_base_of(e)), positive);
            return 1;
        }
    }
    return 0;
}

static ly_value one_side(ly_context *cx, ly_value e, bool denominator)
{
    ly_value result = LY_INT(1);
    for (size_t i = 0; i < ly_operands(e, LY_SYM(Times)) && result; i++) {
        ly_value f = ly_operand(e, LY_SYM(Times), i), part = LY_FAILED;
        int side = side_of(cx, f, &part);
        if (side == 2) {
            if (ly_is_rational(f)) {
                mpz_t z;
                mpz_init_set(z, denominator ? mpq_denref(ly_rational_of(f)->q) : mpq_numref(ly_rational_of(f)->q));
                part = ly_integer_take_mpz(cx, z);
            } else {
                ly_value d = LY_INT(1);
                const ly_complex *c = ly_complex_of(f);
                if (ly_is_rational(c->re) || ly_is_rational(c->im)) {
                    ly_value a = one_side(cx, c->re, true), b = one_side(cx, c->im, true);
                    d = ly_call2(cx, LY_SYM(LCM), a, b);
                }
                part = denominator ? d : ly_product_take(cx, ly_retain(f), d);
            }
            result = ly_product_take(cx, result, part);
        } else if ((side == 1) == denominator) {
            result = ly_product_take(cx, result, side ? part : ly_retain(f));
        } else {
            ly_release(cx, part);
        }
    }
    return result;
}

ly_value ly_numerator(ly_context *cx, ly_value e) { return one_side(cx, e, false); }
ly_value ly_denominator(ly_context *cx, ly_value e) { return one_side(cx, e, true); }

/* {number, what remains}; with a variable, what is free of it stands between. */
BUILTIN(FactorTermsList, factor_terms_list, 1, 2, LY_PROTECTED, LY_PURE,
        "FactorTermsList[poly] gives the overall numerical factor and the rest.")
static ly_value factor_terms_list(ly_context *cx, ly_expr *call)
{
    ly_value e = call->args[0];
    if (e == LY_INT(0)) return ly_make2(cx, LY_SYM(List), LY_INT(1), LY_INT(0));
    if (ly_is_number(e)) return ly_make2(cx, LY_SYM(List), ly_retain(e), LY_INT(1));
    ly_value between = LY_FAILED, rest = ly_retain(e);
    if (call->count > 1 && !ly_is_list(call->args[1]) && !ly_is_free_of(cx, e, call->args[1])) {
        ly_value x = call->args[1], factored = ly_factor(cx, e);
        ly_release(cx, rest);
        if (!factored) return LY_FAILED;
        between = rest = LY_INT(1);
        for (size_t i = 0; i < ly_operands(factored, LY_SYM(Times)) && between && rest; i++) {
            ly_value f = ly_operand(factored, LY_SYM(Times), i);
            if (ly_is_free_of(cx, f, x)) between = ly_product_take(cx, between, ly_retain(f));
            else rest = ly_product_take(cx, rest, ly_retain(f));
        }
        ly_release(cx, factored);
        if (!between || !rest) return LY_FAILED;
        between = ly_expand_take(cx, between);
        rest = ly_expand_take(cx, rest);
    }
    ly_value number = LY_INT(1);
    ly_value *parts[2] = {&rest, &between};
    for (int i = 0; i < 2 && number; i++) {
        ly_ring ring;
        ly_value part = *parts[i];
        if (!part || part == LY_INT(1)) continue;
        *parts[i] = LY_FAILED;
        ly_ring_new(cx, &ring, LY_FAILED, false);
        if (ly_ring_gather(&ring, part) && ly_ring_start(&ring)) {
            fmpq_mpoly_t p;
            fmpq_mpoly_init(p, ring.flint);
            if (ly_ring_read(&ring, p, part)) {
                number = ly_product_take(cx, number, ly_rational_of_fmpq(cx, fmpq_mpoly_content_ref(p, ring.flint)));
                fmpq_one(fmpq_mpoly_content_ref(p, ring.flint));
                *parts[i] = ly_ring_write(&ring, p);
            }
            fmpq_mpoly_clear(p, ring.flint);
        }
        ly_ring_free(&ring);
        ly_release(cx, part);
        if (!*parts[i]) return LY_FAILED;
    }
    if (!number) return LY_FAILED;
    if (between && between != LY_INT(1)) return ly_make3(cx, LY_SYM(List), number, between, rest);
    return ly_make2(cx, LY_SYM(List), number, rest);
}

/* ---- greatest common divisors ----------------------------------------------------------------- */

static ly_value fold_polynomials(ly_context *cx, ly_expr *call, bool least_multiple)
{
    ly_ring ring;
    size_t count = ly_option_start(call, 0);
    if (count < call->count) return LY_UNEVALUATED;
    ly_value result = LY_FAILED;
    ly_ring_new(cx, &ring, LY_FAILED, false);
    bool done = true;
    for (size_t i = 0; i < count && done; i++) done = ly_ring_gather(&ring, call->args[i]);
    if (done && ly_ring_start(&ring)) {
        fmpq_mpoly_t p, q, g;
        fmpq_t content, other;
        fmpq_mpoly_init(p, ring.flint);
        fmpq_mpoly_init(q, ring.flint);
        fmpq_mpoly_init(g, ring.flint);
        fmpq_init(content);
        fmpq_init(other);
        for (size_t i = 0; i < count && done; i++) {
            done = ly_ring_read(&ring, q, call->args[i]);
            if (!done) break;
            if (i == 0) {
                fmpq_mpoly_swap(p, q, ring.flint);
                continue;
            }
            /* the content is that of the integers: gcd of both */
            fmpq_set(content, fmpq_mpoly_content_ref(p, ring.flint));
            fmpq_set(other, fmpq_mpoly_content_ref(q, ring.flint));
            fmpq_gcd(content, content, other);
            done = fmpq_mpoly_gcd(g, p, q, ring.flint);
            if (!done) break;
            if (!fmpq_mpoly_is_zero(g, ring.flint)) {
                fmpq_one(fmpq_mpoly_content_ref(g, ring.flint));
                fmpq_mpoly_scalar_mul_fmpq(g, g, content, ring.flint);
            }
            if (least_multiple && !fmpq_mpoly_is_zero(g, ring.flint)) {
                done = ly_ring_multiply(&ring, p, p, q);
                fmpq_mpoly_divides(p, p, g, ring.flint);
            } else {
                fmpq_mpoly_swap(p, g, ring.flint);
            }
        }
        if (done && fmpq_mpoly_length(p, ring.flint) > 1) {
            ly_value factor = ly_rational_of_fmpq(cx, fmpq_mpoly_content_ref(p, ring.flint));
            fmpq_one(fmpq_mpoly_content_ref(p, ring.flint));
            result = ly_product_take(cx, factor, ly_ring_write(&ring, p));
        } else if (done) {
            result = ly_ring_write(&ring, p);
        }
        fmpq_mpoly_clear(p, ring.flint);
        fmpq_mpoly_clear(q, ring.flint);
        fmpq_mpoly_clear(g, ring.flint);
        fmpq_clear(content);
        fmpq_clear(other);
    }
    ly_ring_free(&ring);
    return result;
}

BUILTIN(PolynomialGCD, polynomial_gcd, 1, -1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "PolynomialGCD[p, q, …] gives the greatest common divisor of polynomials.")
static ly_value polynomial_gcd(ly_context *cx, ly_expr *call)
{
    return fold_polynomials(cx, call, false);
}

BUILTIN(PolynomialLCM, polynomial_lcm, 1, -1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "PolynomialLCM[p, q, …] gives the least common multiple of polynomials.")
static ly_value polynomial_lcm(ly_context *cx, ly_expr *call)
{
    return fold_polynomials(cx, call, true);
}

BUILTIN(IrreduciblePolynomialQ, irreducible_polynomial_q, 1, -1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "IrreduciblePolynomialQ[poly] says whether a polynomial has no factors over the rationals.")
static ly_value irreducible_polynomial_q(ly_context *cx, ly_expr *call)
{
    if (call->count > 1) return LY_UNEVALUATED;
    ly_value pairs = factor_pairs(cx, call->args[0], ly_fraction_factor);
    if (!pairs) return LY_FAILED;
    bool yes = false;
    if (ly_length(pairs) == 2) {
        const ly_expr *pair = ly_expr_of(ly_arg(ly_expr_of(pairs), 1));
        yes = pair->args[1] == LY_INT(1);
    }
    ly_release(cx, pairs);
    return ly_bool(yes);
}
