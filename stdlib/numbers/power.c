/* power.c: Power with its automatic simplifications, Sqrt, Exp, and differences and quotients.

   Power of numbers first (power_numbers.c), then what is known about the base's form: powers of
   products and of powers are opened where that is correct for every complex value of the symbols. */
#include <math.h>

#include "factor_list.h"
#include "interval.h"
#include "numeric.h"

static bool is_exact_real(ly_value v) { return ly_is_integer(v) || ly_is_rational(v); }

/* v is a numeric expression, certainly positive */
static bool is_positive_numeric(ly_context *cx, ly_value v)
{
    bool certain;
    if (ly_is_number(v)) return !ly_is_complex(v) && ly_sign(v) > 0;
    return ly_is_numeric(cx, v) && ly_numeric_sign(cx, v, &certain) == 1;
}

/* ---- infinities ------------------------------------------------------------------------------- */

static ly_value power_infinity(ly_context *cx, ly_expr *call, ly_value base, ly_value exponent)
{
    ly_value direction, other;
    bool certain;
    ly_value whole = ly_from_object(call);
    if (ly_is_infinity(exponent, &direction)) {
        if (base == LY_INT(1) || base == LY_INT(-1) || ly_failed(direction))
            return ly_indeterminate_take(cx, LY_SYM(Infinity), ly_retain(whole));
        int towards = ly_is_number(direction) && !ly_is_complex(direction) ? ly_sign(direction) : 0;
        if (towards == 0) return LY_UNEVALUATED;
        if (ly_is_infinity(base, &other)) {
            if (towards < 0) return LY_INT(0);
            return ly_infinity(cx, other == LY_INT(1) && 0 ? 1 : 0);
        }
        if (!ly_is_numeric(cx, base)) return LY_UNEVALUATED;
        ly_value size = ly_call1(cx, LY_SYM(Abs), ly_retain(base));
        if (ly_failed(size)) return size;
        ly_value excess = ly_plus_take(cx, size, LY_INT(-1));
        if (ly_failed(excess)) return excess;
        int beyond = ly_numeric_sign(cx, excess, &certain);
        ly_release(cx, excess);
        if (beyond == 0 && certain) return LY_SYM(Indeterminate);
        if (beyond != 1 && beyond != -1) return LY_UNEVALUATED;
        if (beyond * towards < 0) {
            if (ly_is_number(base) && ly_is_zero(base))
                return ly_infinity(cx, 0);
            return LY_INT(0);
        }
        int sign = ly_numeric_sign(cx, base, &certain);
        if (sign == 0) return towards > 0 ? LY_INT(0) : ly_infinity(cx, 0);
        if (towards < 0 && beyond < 0) return ly_infinity(cx, sign == 1 ? 1 : 0);
        return ly_infinity(cx, sign == 1 ? 1 : 0);
    }
    ly_is_infinity(base, &direction);
    if (exponent == LY_INT(0))
        return ly_indeterminate_take(cx, LY_SYM(Power), ly_retain(whole));
    if (!ly_is_numeric(cx, exponent)) return LY_UNEVALUATED;
    int sign = ly_numeric_sign(cx, exponent, &certain);
    if (sign == 2) {
        ly_value re = ly_call1(cx, LY_SYM(Re), ly_retain(exponent));
        if (ly_failed(re)) return re;
        sign = ly_numeric_sign(cx, re, &certain);
        ly_release(cx, re);
        if (sign == -1) return LY_INT(0);
        return sign == 1 ? ly_infinity(cx, 0) : LY_SYM(Indeterminate);
    }
    if (sign == -1) return LY_INT(0);
    if (ly_failed(direction)) return ly_infinity(cx, 0);
    ly_value turned = ly_power_take(cx, ly_retain(direction), ly_retain(exponent));
    if (ly_failed(turned)) return turned;
    return ly_make1(cx, LY_SYM(DirectedInfinity), turned);
}

/* ---- powers of E and of numbers with symbolic exponents ----------------------------------------- */

/* e is r * I * Pi for a rational r (owned in *r). */
static bool is_imaginary_pi(ly_context *cx, ly_value e, ly_value *r)
{
    if (!ly_has_shape(e, LY_SYM(Times), 2) || ly_expr_of(e)->args[1] != LY_SYM(Pi)) return false;
    ly_value c = ly_expr_of(e)->args[0];
    if (!ly_is_complex(c) || ly_complex_of(c)->re != LY_INT(0)) return false;
    if (!is_exact_real(ly_complex_of(c)->im)) return false;
    *r = ly_retain(ly_complex_of(c)->im);
    return true;
}

/* E^(r I Pi): a number where r is a multiple of 1/2, else r brought into (-1, 1]. */
static ly_value power_unit_circle(ly_context *cx, ly_value r)
{
    if (ly_is_integer(r)) {
        ly_value odd = ly_modulus(cx, r, LY_INT(2));
        return odd == LY_INT(0) ? LY_INT(1) : LY_INT(-1);
    }
    ly_value twice = ly_multiply(cx, r, LY_INT(2));
    if (ly_is_integer(twice)) {
        ly_value m = ly_modulus(cx, twice, LY_INT(4));
        ly_release(cx, twice);
        return ly_complex_take(cx, LY_INT(0), m == LY_INT(1) ? LY_INT(1) : LY_INT(-1));
    }
    ly_release(cx, twice);
    if (ly_compare_numbers(r, LY_INT(-1)) > 0 && ly_compare_numbers(r, LY_INT(1)) <= 0)
        return LY_UNEVALUATED;
    /* r - 2 Ceiling[(r - 1)/2] */
    mpq_t q;
    mpz_t k;
    ly_init_mpq(q, r);
    mpz_init(k);
    mpz_sub(mpq_numref(q), mpq_numref(q), mpq_denref(q));
    mpz_t d;
    mpz_init(d);
    mpz_mul_2exp(d, mpq_denref(q), 1);
    mpz_cdiv_q(k, mpq_numref(q), d);
    mpz_clear(d);
    mpq_clear(q);
    mpz_mul_2exp(k, k, 1);
    ly_value turns = ly_integer_take_mpz(cx, k);
    ly_value rest = ly_subtract(cx, r, turns);
    ly_release(cx, turns);
    ly_value exponent = ly_make2(cx, LY_SYM(Times), ly_complex_take(cx, LY_INT(0), rest),
                                 LY_SYM(Pi));
    return ly_make2(cx, LY_SYM(Power), LY_SYM(E), exponent);
}

/* E^(… + Log[x] + …), E^(a Log[x]): the logarithms come out. */
static ly_value power_of_e(ly_context *cx, ly_value exponent)
{
    ly_value r;
    if (ly_has_shape(exponent, LY_SYM(Log), 1)) return ly_retain(ly_expr_of(exponent)->args[0]);
    if (is_imaginary_pi(cx, exponent, &r)) {
        ly_value result = power_unit_circle(cx, r);
        ly_release(cx, r);
        return result;
    }
    if (ly_has_head(exponent, LY_SYM(Times))) {
        ly_expr *e = ly_expr_of(exponent);
        size_t at = e->count;
        for (size_t i = 0; i < e->count; i++)
            if (ly_has_shape(e->args[i], LY_SYM(Log), 1)) {
                if (at < e->count) return LY_UNEVALUATED;
                at = i;
            }
        if (at == e->count) return LY_UNEVALUATED;
        ly_builder rest = ly_builder_new();
        for (size_t i = 0; i < e->count; i++)
            if (i != at && !ly_builder_add(cx, &rest, ly_retain(e->args[i]))) return LY_FAILED;
        ly_value power = ly_builder_finish(cx, &rest, LY_SYM(Times));
        if (ly_failed(power)) return power;
        return ly_make2(cx, LY_SYM(Power), ly_retain(ly_expr_of(e->args[at])->args[0]), power);
    }
    if (ly_has_head(exponent, LY_SYM(Plus))) {
        ly_expr *e = ly_expr_of(exponent);
        ly_builder outside = ly_builder_new(), inside = ly_builder_new();
        bool numeric = ly_is_numeric(cx, exponent);
        for (size_t i = 0; i < e->count; i++) {
            ly_value term = e->args[i];
            bool out = ly_has_shape(term, LY_SYM(Log), 1);
            if (!out && ly_has_shape(term, LY_SYM(Times), 2))
                out = ly_has_shape(ly_expr_of(term)->args[1], LY_SYM(Log), 1) &&
                      ly_is_number(ly_expr_of(term)->args[0]);
            ly_value turn = out || !numeric ? LY_FAILED : ly_without_i(cx, term), r = turn ? ly_turns(cx, turn) : LY_FAILED;
            if (r) {
                /* multiples of I Pi/2 are numbers */
                ly_value twice = ly_multiply(cx, r, LY_INT(2));
                out = ly_is_integer(twice);
                ly_release(cx, twice);
            }
            ly_release(cx, turn);
            ly_release(cx, r);
            ly_value factor = ly_retain(term);
            if (out) factor = ly_make2(cx, LY_SYM(Power), LY_SYM(E), factor);
            if (!ly_builder_add(cx, out ? &outside : &inside, factor)) {
                ly_builder_drop(cx, &outside);
                ly_builder_drop(cx, &inside);
                return LY_FAILED;
            }
        }
        if (ly_builder_count(&outside) == 0) {
            ly_builder_drop(cx, &inside);
            return LY_UNEVALUATED;
        }
        ly_value rest = ly_builder_finish(cx, &inside, LY_SYM(Plus));
        if (!ly_failed(rest)) rest = ly_make2(cx, LY_SYM(Power), LY_SYM(E), rest);
        if (ly_failed(rest) || !ly_builder_add(cx, &outside, rest)) {
            ly_builder_drop(cx, &outside);
            return LY_FAILED;
        }
        return ly_builder_finish(cx, &outside, LY_SYM(Times));
    }
    return LY_UNEVALUATED;
}

/* b^(… Log[x]/Log[b] …) is x^(…). */
static ly_value power_of_logarithm(ly_context *cx, ly_value base, ly_value exponent)
{
    if (!ly_has_head(exponent, LY_SYM(Times))) return LY_UNEVALUATED;
    ly_expr *e = ly_expr_of(exponent);
    size_t below = e->count, above = e->count;
    for (size_t i = 0; i < e->count; i++) {
        ly_value f = e->args[i];
        if (ly_has_shape(f, LY_SYM(Log), 1)) above = i;
        if (ly_has_shape(f, LY_SYM(Power), 2) && ly_expr_of(f)->args[1] == LY_INT(-1) &&
            ly_has_shape(ly_expr_of(f)->args[0], LY_SYM(Log), 1) &&
            ly_same(ly_expr_of(ly_expr_of(f)->args[0])->args[0], base))
            below = i;
    }
    if (below == e->count || above == e->count) return LY_UNEVALUATED;
    ly_builder rest = ly_builder_new();
    for (size_t i = 0; i < e->count; i++)
        if (i != below && i != above && !ly_builder_add(cx, &rest, ly_retain(e->args[i]))) return LY_FAILED;
    ly_value power = ly_builder_finish(cx, &rest, LY_SYM(Times));
    if (ly_failed(power)) return power;
    return ly_make2(cx, LY_SYM(Power), ly_retain(ly_expr_of(e->args[above])->args[0]), power);
}

/* ---- powers of products and powers ------------------------------------------------------------- */

/* c = a^d b with b free of d-th powers (by small primes); c > 0 */
static void take_root(mpz_t c, unsigned long d, mpz_t a, mpz_t b)
{
    mpz_t p, rest, root;
    mpz_set_ui(a, 1);
    mpz_set_ui(b, 1);
    mpz_init(p);
    mpz_init_set(rest, c);
    mpz_init(root);
    for (unsigned long q = 2; q < 2000 && mpz_cmp_ui(rest, 1) > 0; q++) {
        if (!mpz_divisible_ui_p(rest, q)) continue;
        mpz_set_ui(p, q);
        mp_bitcnt_t k = mpz_remove(rest, rest, p);
        mpz_ui_pow_ui(p, q, k / d);
        mpz_mul(a, a, p);
        mpz_ui_pow_ui(p, q, k % d);
        mpz_mul(b, b, p);
    }
    if (mpz_root(root, rest, d)) mpz_mul(a, a, root);
    else mpz_mul(b, b, rest);
    mpz_clears(p, rest, root, NULL);
}

/* (c z)^(n/d), z numeric and positive: the d-th powers in c come out, the rest stays: Sqrt[8 Pi] is
   2 Sqrt[2 Pi]. */
static ly_value power_numeric_product(ly_context *cx, ly_value base, ly_value exponent)
{
    ly_value c = ly_expr_of(base)->args[0];
    if (!is_exact_real(c) || !ly_is_rational(exponent)) return LY_UNEVALUATED;
    mpq_t e, q;
    ly_init_mpq(e, exponent);
    ly_value result = LY_UNEVALUATED;
    if (mpz_cmp_ui(mpq_denref(e), 1000) < 0) {
        unsigned long d = mpz_get_ui(mpq_denref(e));
        mpq_t outside, inside;
        mpq_inits(outside, inside, NULL);
        ly_init_mpq(q, c);
        take_root(mpq_numref(q), d, mpq_numref(outside), mpq_numref(inside));
        take_root(mpq_denref(q), d, mpq_denref(outside), mpq_denref(inside));
        mpq_clear(q);
        if (mpq_cmp_ui(outside, 1, 1) != 0) {
            mpz_t n;
            mpz_init_set(n, mpq_numref(e));
            ly_value front = ly_make2(cx, LY_SYM(Power), ly_rational_take_mpq(cx, outside),
                                      ly_integer_take_mpz(cx, n));
            ly_expr *rest = ly_expr_own_take(cx, ly_retain(base));
            ly_release(cx, rest->args[0]);
            rest->args[0] = ly_rational_take_mpq(cx, inside);
            ly_expr_touch(rest);
            result = ly_make2(cx, LY_SYM(Times), front,
                              ly_make2(cx, LY_SYM(Power), ly_from_object(rest), ly_retain(exponent)));
        } else {
            mpq_clears(outside, inside, NULL);
        }
    }
    mpq_clear(e);
    return result;
}

static ly_value power_of_product(ly_context *cx, ly_value base, ly_value exponent)
{
    ly_expr *e = ly_expr_of(base);
    if (ly_is_integer(exponent)) {
        ly_expr *out = ly_expr_new(cx, LY_SYM(Times), e->count);
        if (!out) return LY_FAILED;
        for (size_t i = 0; i < e->count; i++)
            out->args[i] = ly_make2(cx, LY_SYM(Power), ly_retain(e->args[i]), ly_retain(exponent));
        return ly_from_object(out);
    }
    /* positive numeric factors come out, a negative number's size too; but where all is numeric and
       positive the product stays */
    size_t positive = 0;
    bool all_numeric = true;
    for (size_t i = 0; i < e->count; i++) {
        positive += is_positive_numeric(cx, e->args[i]);
        all_numeric = all_numeric && ly_is_numeric(cx, e->args[i]);
    }
    if (positive == e->count && ly_is_number(exponent)) {
        return ly_is_number(e->args[0]) ? power_numeric_product(cx, base, exponent) : LY_UNEVALUATED;
    }
    ly_value number = e->args[0];
    bool negative = ly_is_number(number) && !ly_is_complex(number) && ly_sign(number) < 0 &&
                    number != LY_INT(-1);
    if (positive == 0 && !negative) return LY_UNEVALUATED;
    ly_builder outside = ly_builder_new(), inside = ly_builder_new();
    bool fine = true;
    if (negative) {
        fine = ly_builder_add(cx, &outside, ly_negate(cx, number)) &&
               ly_builder_add(cx, &inside, LY_INT(-1));
    }
    for (size_t i = negative; i < e->count && fine; i++) {
        ly_value f = ly_retain(e->args[i]);
        fine = ly_builder_add(cx, is_positive_numeric(cx, f) ? &outside : &inside, f);
    }
    if (!fine) {
        ly_builder_drop(cx, &outside);
        ly_builder_drop(cx, &inside);
        return LY_FAILED;
    }
    ly_value front = ly_builder_finish(cx, &outside, LY_SYM(Times));
    ly_value rest = ly_builder_finish(cx, &inside, LY_SYM(Times));
    return ly_make2(cx, LY_SYM(Times), ly_make2(cx, LY_SYM(Power), front, ly_retain(exponent)),
                    ly_make2(cx, LY_SYM(Power), rest, ly_retain(exponent)));
}

/* (x^p)^q is x^(p q) for integer q, for -1 < p <= 1, and for positive x with real p. */
static ly_value power_of_power(ly_context *cx, ly_value base, ly_value q)
{
    ly_value x = ly_expr_of(base)->args[0], p = ly_expr_of(base)->args[1];
    bool join = ly_is_integer(q);
    if (!join && ly_is_number(p) && !ly_is_complex(p))
        join = ly_compare_numbers(p, LY_INT(-1)) > 0 && ly_compare_numbers(p, LY_INT(1)) <= 0;
    if (!join && is_positive_numeric(cx, x) && ly_is_numeric(cx, p)) {
        bool certain;
        int sign = ly_numeric_sign(cx, p, &certain);
        join = sign != 2;
    }
    if (!join) return LY_UNEVALUATED;
    ly_value product = ly_times_take(cx, ly_retain(p), ly_retain(q));
    if (ly_failed(product)) return product;
    return ly_make2(cx, LY_SYM(Power), ly_retain(x), product);
}

/* ---- Power ------------------------------------------------------------------------------------- */

BUILTIN(Power, power, 0, -1,
        LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_ONE_IDENTITY | LY_PROTECTED, LY_PACKED,
        "x^y gives x to the power y.")
static ly_value power(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) return LY_INT(1);
    if (call->count == 1) return ly_retain(call->args[0]);
    if (call->count > 2) {
        /* a^b^c is a^(b^c) */
        size_t n = call->count;
        ly_value right = ly_make2(cx, LY_SYM(Power), ly_retain(call->args[n - 2]), ly_retain(call->args[n - 1]));
        for (size_t i = n - 2; i-- > 0;)
            right = ly_make2(cx, LY_SYM(Power), ly_retain(call->args[i]), right);
        return right;
    }
    ly_value base = call->args[0], exponent = call->args[1], direction, r;
    if (ly_is_number(base) && ly_is_number(exponent)) return ly_power_numbers(cx, base, exponent);
    if (ly_is_packed(base) || ly_is_packed(exponent))
        return ly_packed_arithmetic(cx, '^', base, exponent);
    if (base == LY_SYM(Indeterminate) || exponent == LY_SYM(Indeterminate)) return LY_SYM(Indeterminate);
    if (ly_is_infinity(base, &direction) || ly_is_infinity(exponent, &direction))
        return power_infinity(cx, call, base, exponent);
    if (exponent == LY_INT(1)) return ly_retain(base);
    if (ly_is_interval(base) || ly_is_interval(exponent)) return ly_interval_power(cx, base, exponent);
    if (exponent == LY_INT(0)) return LY_INT(1);
    if (base == LY_INT(1)) return base;
    if (ly_has_shape(base, LY_SYM(Overflow), 0) || ly_has_shape(base, LY_SYM(Underflow), 0)) {
        bool certain;
        int sign = ly_numeric_sign(cx, exponent, &certain);
        bool over = (ly_expr_of(base)->head == LY_SYM(Overflow)) == (sign > 0);
        return sign == 2 ? LY_UNEVALUATED : ly_make0(cx, over ? LY_SYM(Overflow) : LY_SYM(Underflow));
    }
    if (base == LY_INT(0)) {
        bool certain;
        int sign = ly_is_numeric(cx, exponent) ? ly_numeric_sign(cx, exponent, &certain) : 2;
        if (sign == 1) return LY_INT(0);
        if (sign == -1) return ly_infinite_take(cx, ly_retain(ly_from_object(call)));
        return LY_UNEVALUATED;
    }
    double precision;
    if (ly_any_inexact(call->args, 2, &precision)) {
        ly_value other = ly_is_inexact(base) ? exponent : base;
        if (ly_is_numeric(cx, other)) {
            ly_value n = ly_numeric_value(cx, other, precision);
            if (ly_failed(n)) return n;
            if (n != LY_UNEVALUATED && ly_is_number(n)) {
                r = other == exponent ? ly_power_numbers(cx, base, n)
                    : base == LY_SYM(E) ? ly_exponential(cx, exponent)
                                        : ly_power_numbers(cx, n, exponent);
                ly_release(cx, n);
                return r;
            }
        }
    }
    if (base == LY_SYM(E)) {
        r = power_of_e(cx, exponent);
        if (r != LY_UNEVALUATED) return r;
    }
    if (ly_is_int(exponent) && ly_int_of(exponent) < 0) {
        r = ly_circular_power(cx, base, exponent);
        if (r != LY_UNEVALUATED) return r;
    }
    if (ly_has_shape(base, LY_SYM(Power), 2)) {
        r = power_of_power(cx, base, exponent);
        if (r != LY_UNEVALUATED) return r;
    }
    if (ly_has_head(base, LY_SYM(Times)) && ly_expr_of(base)->count > 1) {
        r = power_of_product(cx, base, exponent);
        if (r != LY_UNEVALUATED) return r;
    }
    if (ly_is_number(base)) {
        r = power_of_logarithm(cx, base, exponent);
        if (r != LY_UNEVALUATED) return r;
        /* (1/2)^a is 2^-a */
        if (ly_is_rational(base) && ly_rational_numerator(cx, base) == LY_INT(1))
            return ly_make2(cx, LY_SYM(Power), ly_rational_denominator(cx, base),
                            ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_retain(exponent)));
    }
    return LY_UNEVALUATED;
}

/* ---- for other built-ins ----------------------------------------------------------------------- */

ly_value ly_power_take(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_failed(a) || ly_failed(b)) {
        ly_release(cx, a);
        ly_release(cx, b);
        return LY_FAILED;
    }
    return ly_call2(cx, LY_SYM(Power), a, b);
}

/* ---- Sqrt, Exp, Minus, Subtract, Divide --------------------------------------------------------- */

BUILTIN(Sqrt, square_root, 1, 1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,
        "Sqrt[z] gives the square root of z.")
static ly_value square_root(ly_context *cx, ly_expr *call)
{
    return ly_make2(cx, LY_SYM(Power), ly_take_arg(call, 0),
                    ly_rational_new(cx, LY_INT(1), LY_INT(2)));
}

BUILTIN(CubeRoot, cube_root, 1, 1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,
        "CubeRoot[x] gives the real-valued cube root of x.")
static ly_value cube_root(ly_context *cx, ly_expr *call)
{
    return ly_make2(cx, LY_SYM(Surd), ly_take_arg(call, 0), LY_INT(3));
}

BUILTIN(Exp, exponential, 1, 1,
        LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED | LY_READ_PROTECTED, LY_PURE,
        "Exp[z] gives the exponential of z.")
static ly_value exponential(ly_context *cx, ly_expr *call)
{
    return ly_make2(cx, LY_SYM(Power), LY_SYM(E), ly_take_arg(call, 0));
}

BUILTIN(Minus, minus, 1, 1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,
        "-x is the arithmetic negation of x.")
static ly_value minus(ly_context *cx, ly_expr *call)
{
    if (ly_is_number(call->args[0])) return ly_negate(cx, call->args[0]);
    return ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_take_arg(call, 0));
}

BUILTIN(Subtract, subtract, 2, 2, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PACKED,
        "x - y is equivalent to x + (-1 * y).")
static ly_value subtract(ly_context *cx, ly_expr *call)
{
    ly_value a = call->args[0], b = call->args[1];
    if (ly_is_number(a) && ly_is_number(b)) return ly_minus2(cx, a, b);
    if (ly_is_packed(a) || ly_is_packed(b)) {
        ly_value minus = ly_packed_arithmetic(cx, '*', LY_INT(-1), b);
        if (minus == LY_UNEVALUATED && ly_is_number(b)) minus = ly_negate(cx, b);
        if (minus == LY_UNEVALUATED || ly_failed(minus)) return minus;
        ly_value r = ly_packed_arithmetic(cx, '+', a, minus);
        ly_release(cx, minus);
        return r;
    }
    ly_value minus = ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_take_arg(call, 1));
    return ly_make2(cx, LY_SYM(Plus), ly_take_arg(call, 0), minus);
}

BUILTIN(Divide, divide, 2, 2, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE,
        "x/y is equivalent to x y^-1.")
static ly_value divide(ly_context *cx, ly_expr *call)
{
    ly_value a = call->args[0], b = call->args[1];
    if (ly_is_number(a) && ly_is_number(b) && !ly_is_zero(b)) return ly_divide(cx, a, b);
    ly_value inverse = ly_make2(cx, LY_SYM(Power), ly_take_arg(call, 1), LY_INT(-1));
    return ly_make2(cx, LY_SYM(Times), ly_take_arg(call, 0), inverse);
}

MESSAGE(Surd, indet, "Indeterminate expression `1` encountered.")
MESSAGE(Surd, noneg, "Surd is not defined for even roots of negative values.")

BUILTIN(Surd, surd, 2, 2, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED | LY_READ_PROTECTED,
        LY_PURE, "Surd[x, n] gives the real-valued nth root of x.")
static ly_value surd(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0], n = call->args[1];
    int64_t k;
    if (!ly_to_int64(n, &k) || k == 0 || !ly_is_numeric(cx, x)) return LY_UNEVALUATED;
    bool certain;
    int sign = ly_numeric_sign(cx, x, &certain);
    if (sign == 2) return LY_UNEVALUATED;
    if (sign < 0 && k % 2 == 0) {
        ly_message_call(cx, call, "noneg", 0);
        return LY_SYM(Indeterminate);
    }
    ly_value root = ly_rational_new(cx, LY_INT(1), n);
    if (sign >= 0) return ly_make2(cx, LY_SYM(Power), ly_retain(x), root);
    ly_value size = ly_minus_take(cx, ly_retain(x));
    if (ly_failed(size)) {
        ly_release(cx, root);
        return size;
    }
    return ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_make2(cx, LY_SYM(Power), size, root));
}
