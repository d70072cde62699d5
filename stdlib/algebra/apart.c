/* apart.c: partial fractions.

   With D the product of the coprime powers p^e, the part of N/D over p^e is N (D/p^e)^-1 mod p^e,
   whose digits in base p are the numerators over the powers of p. */
#include "fraction.h"
#include "univariate.h"

/* A numerator over p^exponent: its content taken out, the sign kept. */
static ly_value over(ly_context *cx, const ly_univariate *numerator, ly_value p, long exponent, ly_value x)
{
    ly_value n = ly_univariate_write(cx, numerator, x);
    if (!n) return LY_FAILED;
    if (ly_is_plus(n)) {
        ly_value t = ly_together(cx, n);
        ly_release(cx, n);
        n = t;
        /* -(1 + x)/2: the sign belongs to the sum */
        if (n && ly_is_times(n) && ly_expr_of(n)->count == 2 && ly_is_plus(ly_arg(ly_expr_of(n), 1))) {
            ly_value c = ly_arg(ly_expr_of(n), 0);
            if (ly_is_number(c) && ly_is_real_number(c) && ly_sign(c) < 0) {
                ly_value positive = ly_product_take(cx, LY_INT(-1), ly_retain(c));
                ly_value sum = ly_expand_take(cx, ly_product_take(cx, LY_INT(-1), ly_retain(ly_arg(ly_expr_of(n), 1))));
                ly_release(cx, n);
                n = ly_product_take(cx, positive, sum);
            }
        }
    }
    return ly_product_take(cx, n, ly_raised_take(cx, ly_retain(p), LY_INT(-exponent)));
}

/* The parts of n/(rest p^e) that belong to p^e. */
static ly_value part_of(ly_context *cx, const ly_univariate *n, const ly_univariate *rest, ly_value p,
                        long e, ly_value x)
{
    ly_univariate base = {0}, power = {0}, g = {0}, s = {0}, t = {0}, product = {0}, q = {0}, a = {0};
    ly_value expanded = ly_expand_take(cx, ly_raised_take(cx, ly_retain(p), LY_INT(e)));
    ly_value sum = LY_FAILED;
    if (expanded && ly_univariate_read(cx, &base, p, x) && ly_univariate_read(cx, &power, expanded, x) &&
        ly_univariate_extended_gcd(cx, rest, &power, &g, &s, &t) && ly_univariate_multiply(cx, n, &s, &product) &&
        ly_univariate_divide(cx, &product, &power, &q, &a)) {
        sum = LY_INT(0);
        for (long k = 0; k < e && sum && a.count; k++) {
            ly_univariate next, digit;
            if (!ly_univariate_divide(cx, &a, &base, &next, &digit)) {
                ly_release(cx, sum);
                sum = LY_FAILED;
                break;
            }
            if (digit.count) sum = ly_sum_take(cx, sum, over(cx, &digit, p, e - k, x));
            ly_univariate_free(cx, &digit);
            ly_univariate_free(cx, &a);
            a = next;
        }
    }
    ly_release(cx, expanded);
    ly_univariate_free(cx, &base);
    ly_univariate_free(cx, &power);
    ly_univariate_free(cx, &g);
    ly_univariate_free(cx, &s);
    ly_univariate_free(cx, &t);
    ly_univariate_free(cx, &product);
    ly_univariate_free(cx, &q);
    ly_univariate_free(cx, &a);
    return sum;
}

/* p with a positive leading coefficient in x; *negated tells that the sign changed. */
static ly_value lead_positive(ly_context *cx, ly_value p, ly_value x, bool *negated)
{
    ly_univariate u;
    *negated = false;
    if (!p || !ly_univariate_read(cx, &u, p, x)) return p;
    ly_value lead = u.count ? u.items[u.count - 1] : LY_INT(1);
    ly_value number = ly_operand(lead, LY_SYM(Times), 0);
    *negated = ly_is_number(number) && ly_is_real_number(number) && ly_sign(number) < 0;
    ly_univariate_free(cx, &u);
    return *negated ? ly_expand_take(cx, ly_product_take(cx, LY_INT(-1), p)) : p;
}

static ly_value apart_in(ly_context *cx, ly_value e, ly_value x)
{
    ly_ring ring;
    ly_value result = LY_FAILED;
    ly_ring_new(cx, &ring, LY_FAILED, true);
    if (!ly_ring_gather(&ring, e) || !ly_ring_start(&ring)) goto done;
    ly_fraction f;
    ly_fraction_start(&ring, &f);
    if (ly_fraction_read(&f, e) && ly_fraction_factor(&f)) {
        /* what is free of x goes to the front; the rest is n over the product of p^e */
        ly_value front = ly_rational_of_fmpq(cx, f.constant), n = LY_INT(1);
        ly_value factors[64];
        long exponents[64];
        size_t count = 0;
        for (size_t i = 0; i < f.count && front && n; i++) {
            ly_value p = ly_ring_write(&ring, &f.factors[i]);
            long k = f.exponents[i];
            if (!p || count == 64) {
                ly_release(cx, p);
                ly_release(cx, front);
                front = LY_FAILED;
            } else if (ly_is_free_of(cx, p, x)) {
                front = ly_product_take(cx, front, ly_raised_take(cx, p, LY_INT(k)));
            } else if (k > 0) {
                n = ly_product_take(cx, n, ly_raised_take(cx, p, LY_INT(k)));
            } else {
                bool negated;
                factors[count] = lead_positive(cx, p, x, &negated);
                exponents[count] = -k;
                if (negated && k % 2) front = ly_product_take(cx, LY_INT(-1), front);
                count++;
            }
        }
        ly_univariate numerator = {0}, whole = {0}, rest = {0}, q = {0}, r = {0};
        ly_value d = LY_INT(1);
        if (front && n) {
            n = ly_expand_take(cx, ly_product_take(cx, n, ly_retain(front)));
            for (size_t i = 0; i < count && d; i++)
                d = ly_product_take(cx, d, ly_raised_take(cx, ly_retain(factors[i]), LY_INT(exponents[i])));
            d = ly_expand_take(cx, d);
        }
        if (front && n && d && ly_univariate_read(cx, &numerator, n, x) && ly_univariate_read(cx, &whole, d, x) &&
            ly_univariate_divide(cx, &numerator, &whole, &q, &r)) {
            result = ly_univariate_write(cx, &q, x);
            for (size_t i = 0; i < count && result; i++) {
                ly_value others = LY_INT(1);
                for (size_t j = 0; j < count && others; j++)
                    if (j != i)
                        others = ly_product_take(cx, others, ly_raised_take(cx, ly_retain(factors[j]), LY_INT(exponents[j])));
                others = ly_expand_take(cx, others);
                bool read = others && ly_univariate_read(cx, &rest, others, x);
                ly_value part = read ? part_of(cx, &r, &rest, factors[i], exponents[i], x) : LY_FAILED;
                ly_univariate_free(cx, &rest);
                ly_release(cx, others);
                result = ly_sum_take(cx, result, part);
            }
        } else if (cx->pending.kind == LY_PENDING_NONE) {
            result = ly_retain(e);
        }
        ly_univariate_free(cx, &numerator);
        ly_univariate_free(cx, &whole);
        ly_univariate_free(cx, &q);
        ly_univariate_free(cx, &r);
        for (size_t i = 0; i < count; i++) ly_release(cx, factors[i]);
        ly_release(cx, front);
        ly_release(cx, n);
        ly_release(cx, d);
    } else if (cx->pending.kind == LY_PENDING_NONE) {
        result = ly_retain(e);
    }
    ly_fraction_end(&f);
done:
    ly_ring_free(&ring);
    return result;
}

static ly_value apart_one(ly_context *cx, ly_value e, void *data)
{
    ly_value x = *(ly_value *)data;
    if (!ly_is_expr(e)) return ly_retain(e);
    if (x) return ly_is_free_of(cx, e, x) ? ly_retain(e) : apart_in(cx, e, x);
    ly_value t = ly_together(cx, e);
    ly_value d = t ? ly_denominator(cx, t) : LY_FAILED;
    ly_value list = d ? ly_variables(cx, d) : LY_FAILED;
    ly_release(cx, d);
    ly_value result = LY_FAILED;
    if (list && ly_length(list) == 0) result = ly_expand(cx, t, LY_FAILED);
    else if (list) result = apart_in(cx, t, ly_arg(ly_expr_of(list), 0));
    ly_release(cx, t);
    ly_release(cx, list);
    return result;
}

BUILTIN(Apart, apart, 1, -1, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "Apart[expr] writes a rational expression as a sum of terms with minimal denominators; Apart[expr, "
        "x] with respect to x.")
static ly_value apart(ly_context *cx, ly_expr *call)
{
    ly_value x = call->count > 1 ? call->args[1] : LY_FAILED;
    if (call->count > 2 || (x && ly_is_rule(x))) return LY_UNEVALUATED;
    return ly_thread_algebraic(cx, call->args[0], apart_one, &x);
}
