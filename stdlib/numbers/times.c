/* times.c: Times, and the products that other built-ins make.

   Arguments come flat and sorted. Numbers are multiplied, powers of equal bases joined (x x^a is
   x^(1 + a)), rational powers of rational numbers go to radicals.c, an integer base with a symbolic
   exponent takes up its powers in the number (2 2^a is 2^(1 + a)). -1 times one sum is distributed. */
#include <stdlib.h>

#include "factor_list.h"
#include "interval.h"

static bool is_exact_real(ly_value v) { return ly_is_integer(v) || ly_is_rational(v); }

/* ---- infinities ------------------------------------------------------------------------------- */

/* A product with DirectedInfinity[…] among its factors. */
static ly_value multiply_infinities(ly_context *cx, ly_expr *call)
{
    ly_value directions = LY_INT(1), direction;
    bool complex = false, zero = false;
    size_t others = 0;
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = call->args[i];
        if (v == LY_SYM(Indeterminate)) {
            ly_release(cx, directions);
            return v;
        }
        if (ly_is_infinity(v, &direction)) {
            if (ly_failed(direction)) complex = true;
            else directions = ly_times_take(cx, directions, ly_retain(direction));
        } else if (ly_is_number(v) || ly_is_numeric(cx, v)) {
            if (ly_is_number(v) && ly_is_zero(v)) zero = true;
            else directions = ly_times_take(cx, directions, ly_retain(v));
        } else {
            others++;
        }
        if (ly_failed(directions)) return directions;
    }
    if (zero) {
        ly_release(cx, directions);
        ly_value whole = ly_retain(ly_from_object(call));
        return ly_indeterminate_take(cx, LY_SYM(Infinity), whole);
    }
    if (complex) {
        ly_release(cx, directions);
        return ly_infinity(cx, 0);
    }
    ly_value infinity = ly_call1(cx, LY_SYM(DirectedInfinity), directions);
    if (others == 0 || ly_failed(infinity)) return infinity;
    if (others + 1 == call->count) {
        for (size_t i = 0; i < call->count; i++)
            if (ly_same(call->args[i], infinity)) {
                ly_release(cx, infinity);
                return LY_UNEVALUATED;
            }
    }
    ly_builder product = ly_builder_new();
    bool fine = ly_builder_add(cx, &product, infinity);
    for (size_t i = 0; i < call->count && fine; i++) {
        ly_value v = call->args[i];
        if (!ly_is_infinity(v, &direction) && !ly_is_numeric(cx, v))
            fine = ly_builder_add(cx, &product, ly_retain(v));
    }
    return fine ? ly_builder_finish(cx, &product, LY_SYM(Times)) : LY_FAILED;
}

/* ---- joining powers --------------------------------------------------------------------------- */

static bool add_factor(ly_context *cx, factors *f, ly_value v)
{
    ly_value base = v, exponent = LY_INT(1);
    if (ly_has_shape(v, LY_SYM(Power), 2)) {
        base = ly_expr_of(v)->args[0];
        exponent = ly_expr_of(v)->args[1];
    }
    uint32_t hash = ly_hash(base);
    for (size_t i = 0; i < f->count; i++) {
        factor *g = &f->items[i];
        if (g->hash != hash || !ly_same(g->base, base)) continue;
        g->exponent = ly_plus_take(cx, g->exponent, ly_retain(exponent));
        g->joined++;
        f->changed = true;
        return !ly_failed(g->exponent);
    }
    f->items[f->count++] = (factor){base, ly_retain(exponent), hash, 1, v};
    return true;
}

/* Rational powers of rational numbers, all together. True: fine; *number and f may have changed, and
   *extra (owned, LY_FAILED for none) is a product of powers to be put in. */
static bool join_radicals(ly_context *cx, factors *f, ly_value *number, ly_value *extra)
{
    enum { most = 32 };
    ly_value bases[most], exponents[most];
    size_t count = 0;
    bool joined = false;
    if (!is_exact_real(*number) && !(ly_is_complex(*number) && ly_is_exact(*number))) return true;
    for (size_t i = 0; i < f->count && count < most - 1; i++) {
        factor *g = &f->items[i];
        if (!is_exact_real(g->base) || !is_exact_real(g->exponent)) continue;
        bases[count] = g->base;
        exponents[count++] = g->exponent;
        joined |= g->joined > 1;
    }
    if (count == 0) return true;
    /* a purely imaginary number beside a power of -1 is (-1)^(1/2) */
    ly_value half = LY_FAILED, front = *number, rotated = LY_FAILED;
    if (ly_is_complex(front)) {
        bool sign = false;
        for (size_t i = 0; i < count; i++)
            sign |= ly_sign(bases[i]) < 0;
        if (ly_complex_of(front)->re == LY_INT(0)) {
            rotated = front;
            front = ly_complex_of(front)->im;
            if (sign) {
                half = ly_rational_new(cx, LY_INT(1), LY_INT(2));
                bases[count] = LY_INT(-1);
                exponents[count++] = half;
                rotated = LY_FAILED;
                joined = true;
            }
        } else if (joined || count > 1) {
            rotated = *number;
            front = LY_INT(1);
        } else {
            return true;
        }
    }
    ly_value r = ly_radicals(cx, front, count, bases, exponents);
    if (r == LY_UNEVALUATED && joined) {
        /* the operands were joined: what stands for them is their product */
        ly_builder product = ly_builder_new();
        bool fine = ly_builder_add(cx, &product, ly_retain(front));
        for (size_t i = 0; i < count && fine; i++)
            fine = ly_builder_add(cx, &product, ly_make2(cx, LY_SYM(Power), ly_retain(bases[i]), ly_retain(exponents[i])));
        r = fine ? ly_builder_finish(cx, &product, LY_SYM(Times)) : LY_FAILED;
    }
    ly_release(cx, half);
    if (ly_failed(r)) return false;
    if (r == LY_UNEVALUATED) return true;
    f->changed = true;
    size_t to = 0;
    for (size_t i = 0; i < f->count; i++) {
        factor *g = &f->items[i];
        if (is_exact_real(g->base) && is_exact_real(g->exponent)) ly_release(cx, g->exponent);
        else f->items[to++] = *g;
    }
    f->count = to;
    /* number: the first factor of the result, and what had been set aside */
    ly_expr *product = ly_expr_own_take(cx, r) ;
    ly_value first = product->args[0], next;
    product->args[0] = LY_INT(1);
    if (rotated && ly_complex_of(rotated)->re == LY_INT(0)) {
        ly_value i = ly_complex_take(cx, LY_INT(0), LY_INT(1));
        next = ly_multiply(cx, first, i);
        ly_release(cx, i);
    } else {
        next = rotated ? ly_multiply(cx, first, rotated) : ly_retain(first);
    }
    ly_release(cx, first);
    ly_release(cx, *number);
    *number = next;
    *extra = ly_from_object(product);
    return !ly_failed(next);
}

/* 2 2^a: an integer base with a symbolic exponent takes its powers out of the number. */
static bool absorb_number(ly_context *cx, factors *f, ly_value *number)
{
    for (size_t i = 0; i < f->count; i++) {
        factor *g = &f->items[i];
        if (*number == LY_INT(1) || !is_exact_real(*number)) return true;
        if (!ly_is_int(g->base) || ly_is_number(g->exponent)) continue;
        int64_t n = ly_int_of(g->base);
        if (n < 2) continue;
        long k;
        mpq_t q;
        mpz_t z;
        unsigned long root = (unsigned long)n, power = 1;
        mpz_init_set_ui(z, root);
        if (mpz_perfect_power_p(z)) {
            mpz_t r;
            mpz_init(r);
            for (unsigned long e = 62; e >= 2; e--)
                if (mpz_root(r, z, e)) {
                    root = mpz_get_ui(r);
                    power = e;
                    break;
                }
            mpz_clear(r);
        }
        mpz_set_ui(z, root);
        ly_init_mpq(q, *number);
        k = (long)mpz_remove(mpq_numref(q), mpq_numref(q), z);
        if (k == 0) k = -(long)mpz_remove(mpq_denref(q), mpq_denref(q), z);
        mpz_clear(z);
        if (k == 0) {
            mpq_clear(q);
            continue;
        }
        ly_release(cx, *number);
        *number = ly_rational_take_mpq(cx, q);
        if (power > 1) {
            g->base = LY_INT(root);
            g->hash = ly_hash(g->base);
            g->exponent = ly_times_take(cx, LY_INT(power), g->exponent);
        }
        g->exponent = ly_plus_take(cx, LY_INT(k), g->exponent);
        g->joined++;
        f->changed = true;
        if (ly_failed(g->exponent)) return false;
    }
    return true;
}

/* 2^a 3^a is 6^a. */
static bool join_integer_bases(ly_context *cx, factors *f)
{
    for (size_t i = 0; i < f->count; i++) {
        factor *g = &f->items[i];
        if (!ly_is_integer(g->base) || ly_sign(g->base) < 0 || ly_is_number(g->exponent)) continue;
        for (size_t j = i + 1; j < f->count; j++) {
            factor *h = &f->items[j];
            if (!ly_is_integer(h->base) || ly_sign(h->base) < 0 || !ly_same(g->exponent, h->exponent))
                continue;
            ly_value base = ly_multiply(cx, g->base, h->base);
            if (ly_failed(base) || !ly_is_int(base)) {
                ly_release(cx, base);
                continue;
            }
            g->base = base; /* a machine integer: nothing to own */
            g->hash = ly_hash(base);
            g->joined++;
            ly_release(cx, h->exponent);
            f->items[j--] = f->items[--f->count];
            f->changed = true;
        }
    }
    return true;
}

/* ---- Times ------------------------------------------------------------------------------------ */

/* -1/q for an integer q */
static bool is_minus_one_over(ly_value v)
{
    return ly_is_rational(v) && mpz_cmp_si(mpq_numref(ly_rational_of(v)->q), -1) == 0;
}

/* -(a + b) is -a - b, -(a + b)/q is (-a - b)/q */
static ly_value distribute(ly_context *cx, ly_value number, ly_value sum)
{
    ly_expr *e = ly_expr_of(sum), *out = ly_expr_new(cx, LY_SYM(Plus), e->count);
    if (!out) return LY_FAILED;
    for (size_t i = 0; i < e->count; i++)
        out->args[i] = ly_make2(cx, LY_SYM(Times), ly_retain(number), ly_retain(e->args[i]));
    return ly_from_object(out);
}

static ly_value factor_value(ly_context *cx, const factor *g)
{
    if (g->joined == 1) return ly_retain(g->whole);
    if (g->exponent == LY_INT(1)) return ly_retain(g->base);
    return ly_make2(cx, LY_SYM(Power), ly_retain(g->base), ly_retain(g->exponent));
}

static ly_value finish_product(ly_context *cx, factors *f, ly_value number, ly_value extra)
{
    ly_builder product = ly_builder_new();
    bool fine = true;
    if (number != LY_INT(1)) fine = ly_builder_add(cx, &product, ly_retain(number));
    if (extra)
        for (size_t i = 1; i < ly_expr_of(extra)->count && fine; i++)
            fine = ly_builder_add(cx, &product, ly_retain(ly_expr_of(extra)->args[i]));
    for (size_t i = 0; i < f->count && fine; i++) {
        if (f->items[i].joined > 1 && f->items[i].exponent == LY_INT(0)) continue;
        ly_value v = factor_value(cx, &f->items[i]);
        fine = ly_builder_add(cx, &product, v);
    }
    if (!fine) {
        ly_builder_drop(cx, &product);
        return LY_FAILED;
    }
    size_t n = ly_builder_count(&product);
    if (n == 0) return LY_INT(1);
    ly_value result = ly_builder_finish(cx, &product, LY_SYM(Times));
    if (n > 1 || ly_failed(result)) return result;
    ly_value only = ly_retain(ly_expr_of(result)->args[0]);
    ly_release(cx, result);
    return only;
}

static ly_value multiply(ly_context *cx, ly_expr *call)
{
    enum { few = 12 };
    factor room[few];
    factors f = {room, 0, false};
    ly_value number = LY_INT(1), result = LY_FAILED, extra = LY_FAILED;
    ly_value few_values[few], *values = few_values; /* the numbers, owned */
    size_t numbers = 0, n = call->count;
    double precision;
    bool inexact = ly_any_inexact(call->args, n, &precision);
    if (n > few) {
        f.items = ly_malloc(n * sizeof *f.items);
        values = ly_malloc(n * sizeof *values);
        if (!f.items || !values) {
            ly_free(f.items);
            ly_free(values);
            return ly_raise_memory(cx);
        }
    }

    for (size_t i = 0; i < n; i++) {
        ly_value v = call->args[i], converted = LY_FAILED;
        if (inexact && !ly_is_number(v) && ly_is_numeric(cx, v)) {
            converted = ly_numeric_value(cx, v, precision);
            if (ly_failed(converted)) goto out;
            if (converted == LY_UNEVALUATED) converted = LY_FAILED;
            else v = converted;
        }
        if (ly_is_number(v)) {
            values[numbers++] = converted ? converted : ly_retain(v);
        } else {
            ly_release(cx, converted);
            if (!add_factor(cx, &f, call->args[i])) goto out;
        }
    }
    if (numbers) {
        number = ly_fold_numbers(cx, values, numbers, true);
        if (ly_failed(number)) goto out;
    }
    if (!ly_is_number(number) || ly_is_zero(number)) { /* Overflow[], or zero */
        result = ly_retain(number);
        goto out;
    }
    if (!ly_join_circular(cx, &f, number, &result)) goto out;
    if (!result && !inexact && !ly_join_numeric_roots(cx, &f, number, &result)) goto out;
    if (result) goto out;
    if (!join_radicals(cx, &f, &number, &extra) || !join_integer_bases(cx, &f) ||
        !absorb_number(cx, &f, &number))
        goto out;
    if (f.count == 1 && !extra && f.items[0].joined == 1 && ly_has_head(f.items[0].whole, LY_SYM(Plus)) &&
        (number == LY_INT(-1) || is_minus_one_over(number))) {
        result = distribute(cx, LY_INT(-1), f.items[0].whole);
        if (number != LY_INT(-1) && !ly_failed(result))
            result = ly_make2(cx, LY_SYM(Times), ly_negate(cx, number), result);
        goto out;
    }
    if (!f.changed && !extra && numbers + f.count == n &&
        (numbers == 0 || (numbers == 1 && number != LY_INT(1) && f.count > 0 && ly_is_number(call->args[0]))))
        result = LY_UNEVALUATED;
    else
        result = finish_product(cx, &f, number, extra);
out:
    for (size_t i = 0; i < f.count; i++) ly_release(cx, f.items[i].exponent);
    if (f.items != room) ly_free(f.items);
    ly_release(cx, number);
    for (size_t i = 0; i < numbers; i++) ly_release(cx, values[i]);
    if (values != few_values) ly_free(values);
    ly_release(cx, extra);
    return result;
}

BUILTIN(Times, times, 0, -1,
        LY_FLAT | LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_ONE_IDENTITY | LY_ORDERLESS | LY_PROTECTED,
        LY_PACKED, "x*y*z, x y z or x y z represents a product of terms.")
static ly_value times(ly_context *cx, ly_expr *call)
{
    size_t n = call->count;
    if (n == 2) {
        ly_value a = call->args[0], b = call->args[1];
        if (ly_is_number(a) && ly_is_number(b)) return ly_times2(cx, a, b);
        if (ly_is_packed(a) || ly_is_packed(b)) return ly_packed_arithmetic(cx, '*', a, b);
    }
    if (n == 0) return LY_INT(1);
    if (n == 1) return ly_retain(call->args[0]);
    for (size_t i = 0; i < n; i++) {
        ly_value v = call->args[i], direction;
        if (v == LY_SYM(Indeterminate) || ly_is_infinity(v, &direction))
            return multiply_infinities(cx, call);
        if (ly_has_shape(v, LY_SYM(Overflow), 0)) return ly_retain(v);
        if (ly_is_interval(v)) return ly_interval_fold(cx, call, '*');
        if (ly_has_shape(v, LY_SYM(Underflow), 0)) return ly_retain(v);
        if (ly_is_packed(v)) return ly_packed_fold(cx, '*', call);
    }
    return multiply(cx, call);
}

/* ---- for other built-ins ---------------------------------------------------------------------- */

ly_value ly_times_take(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_failed(a) || ly_failed(b)) {
        ly_release(cx, a);
        ly_release(cx, b);
        return LY_FAILED;
    }
    if (a == LY_INT(1)) return b;
    if (b == LY_INT(1)) return a;
    if (ly_is_number(a) && ly_is_number(b)) {
        ly_value product = ly_times2(cx, a, b);
        ly_release(cx, a);
        ly_release(cx, b);
        return product;
    }
    return ly_call2(cx, LY_SYM(Times), a, b);
}

ly_value ly_minus_take(ly_context *cx, ly_value a) { return ly_times_take(cx, LY_INT(-1), a); }

bool ly_is_negative_form(ly_value v)
{
    if (ly_is_number(v)) {
        if (!ly_is_complex(v)) return ly_sign(v) < 0;
        int sign = ly_sign(ly_complex_of(v)->re);
        return sign < 0 || (sign == 0 && ly_sign(ly_complex_of(v)->im) < 0);
    }
    if (ly_has_head(v, LY_SYM(Times)) && ly_expr_of(v)->count)
        return ly_is_number(ly_expr_of(v)->args[0]) && ly_is_negative_form(ly_expr_of(v)->args[0]);
    if (ly_has_head(v, LY_SYM(Plus)) && ly_expr_of(v)->count)
        return ly_is_negative_form(ly_expr_of(v)->args[0]);
    return false;
}

ly_value ly_negated_form(ly_context *cx, ly_value v)
{
    if (ly_is_number(v)) return ly_negate(cx, v);
    return ly_minus_take(cx, ly_retain(v));
}
