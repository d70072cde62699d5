/* rounding.c: Floor, Ceiling, Round, IntegerPart, FractionalPart, and their forms with a unit; Chop. */
#include <math.h>

#include "interval.h"
#include "numeric.h"

#define NUMERIC (LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED)

typedef enum direction { DOWN, UP, NEAREST, TOWARDS_ZERO } direction;

/* A real number rounded to an integer. */
static ly_value round_number(ly_context *cx, ly_value x, direction d)
{
    mpz_t z;
    if (ly_is_integer(x)) return ly_retain(x);
    if (ly_is_real(x)) {
        double v = ly_real_of(x);
        v = d == DOWN ? floor(v) : d == UP ? ceil(v) : d == NEAREST ? rint(v) : trunc(v);
        if (fabs(v) < 4e18) return ly_integer(cx, (int64_t)v);
        if (!isfinite(v)) return LY_UNEVALUATED;
        mpz_init_set_d(z, v);
        return ly_integer_take_mpz(cx, z);
    }
    if (ly_is_bigreal(x)) {
        mpfr_srcptr f = ly_bigreal_of(x)->f;
        if (mpfr_get_exp(f) > (mpfr_exp_t)LY_MAX_BITS) return ly_overflow(cx);
        mpz_init(z);
        mpfr_get_z(z, f, d == DOWN ? MPFR_RNDD : d == UP ? MPFR_RNDU : d == NEAREST ? MPFR_RNDN : MPFR_RNDZ);
        return ly_integer_take_mpz(cx, z);
    }
    mpq_srcptr q = ly_rational_of(x)->q;
    mpz_init(z);
    switch (d) {
    case DOWN: mpz_fdiv_q(z, mpq_numref(q), mpq_denref(q)); break;
    case UP: mpz_cdiv_q(z, mpq_numref(q), mpq_denref(q)); break;
    case TOWARDS_ZERO: mpz_tdiv_q(z, mpq_numref(q), mpq_denref(q)); break;
    case NEAREST: {
        /* floor(x + 1/2), to even on a tie */
        mpz_t twice, rest;
        mpz_inits(twice, rest, NULL);
        mpz_mul_2exp(twice, mpq_numref(q), 1);
        mpz_add(twice, twice, mpq_denref(q));
        mpz_mul_2exp(rest, mpq_denref(q), 1);
        bool tie = mpz_divisible_p(twice, rest);
        mpz_fdiv_q(z, twice, rest);
        if (tie && mpz_odd_p(z)) mpz_sub_ui(z, z, 1);
        mpz_clears(twice, rest, NULL);
    }
    }
    return ly_integer_take_mpz(cx, z);
}

/* An exact numeric expression rounded by a value that is certain. */
static ly_value round_numeric(ly_context *cx, ly_value x, direction d)
{
    double size = 0;
    if (!ly_numeric_double(cx, x, &size)) return LY_UNEVALUATED;
    double digits = 20 + (isfinite(size) && size != 0 ? fmax(0, log10(fabs(size))) : 0);
    if (!isfinite(size)) digits = 400;
    for (int attempt = 0; attempt < 4; attempt++, digits *= 2) {
        ly_value n = ly_numeric_value(cx, x, digits);
        if (ly_failed(n)) return n;
        if (!ly_is_bigreal(n)) {
            ly_value r = ly_is_real_number(n) ? round_number(cx, n, d) : LY_UNEVALUATED;
            ly_release(cx, n);
            return r;
        }
        double accuracy = ly_accuracy_of(n);
        ly_value r = round_number(cx, n, d);
        /* certain if x ± error rounds alike: the distance to the next jump is larger than the error */
        ly_value twice = d == NEAREST ? ly_multiply(cx, n, LY_INT(2)) : ly_retain(n);
        ly_value near = round_number(cx, twice, NEAREST);
        ly_value distance = ly_failed(near) ? near : ly_subtract(cx, twice, near);
        double gap = ly_failed(distance) || !ly_is_number(distance) ? 0 : ly_log10_abs(distance);
        bool risky = !(gap > -accuracy + 2);
        if (risky && d == NEAREST) {
            /* near an integer is no risk, near a half is */
            ly_value odd = ly_modulus(cx, near, LY_INT(2));
            risky = odd != LY_INT(0);
        }
        ly_release(cx, twice);
        ly_release(cx, near);
        ly_release(cx, distance);
        ly_release(cx, n);
        if (!risky) return r;
        if (attempt == 3) return r; /* equal to the integer as far as 300 digits can tell */
        ly_release(cx, r);
    }
    return LY_UNEVALUATED;
}

static ly_value round_to_integer(ly_context *cx, ly_expr *call, direction d)
{
    ly_value x = call->args[0], infinite;
    if (ly_is_complex(x)) {
        ly_value re = round_number(cx, ly_complex_of(x)->re, d), im = round_number(cx, ly_complex_of(x)->im, d);
        return ly_complex_take(cx, re, im);
    }
    if (ly_is_number(x)) return round_number(cx, x, d);
    if (ly_is_infinity(x, &infinite)) return ly_retain(x);
    if (ly_is_interval(x)) return ly_interval_apply(cx, call->head, x);
    if (x == LY_SYM(Indeterminate)) return x;
    if (ly_is_numeric(cx, x)) {
        ly_value r = round_numeric(cx, x, d);
        if (r != LY_UNEVALUATED) return r;
        ly_value n = ly_numeric_value(cx, x, LY_MACHINE_PRECISION);
        if (ly_failed(n)) return n;
        if (ly_is_complex(n)) r = ly_make1(cx, call->head, ly_retain(n));
        ly_release(cx, n);
        return r;
    }
    /* f[f[x]] of any two of these is the inner one; integer terms come out of sums */
    if (ly_is_expr(x) && ly_expr_of(x)->count == 1) {
        ly_value h = ly_expr_of(x)->head;
        if (h == LY_SYM(Floor) || h == LY_SYM(Ceiling) || h == LY_SYM(Round) || h == LY_SYM(IntegerPart)) return ly_retain(x);
    }
    if (ly_has_head(x, LY_SYM(Plus)) && ly_is_integer(ly_expr_of(x)->args[0]) && d != TOWARDS_ZERO && d != NEAREST) {
        ly_value n = ly_expr_of(x)->args[0];
        ly_value rest = ly_plus_take(cx, ly_retain(x), ly_negate(cx, n));
        return ly_failed(rest) ? rest : ly_make2(cx, LY_SYM(Plus), ly_retain(n), ly_make1(cx, call->head, rest));
    }
    if (ly_is_negative_form(x) && !ly_has_head(x, LY_SYM(Plus))) {
        ly_value positive = ly_negated_form(cx, x);
        if (ly_failed(positive)) return positive;
        ly_value head = d == DOWN ? LY_SYM(Ceiling) : d == UP ? LY_SYM(Floor) : call->head;
        return ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_make1(cx, head, positive));
    }
    return LY_UNEVALUATED;
}

/* f[x, a] is a f[x/a] */
static ly_value round_to_unit(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0], a = call->args[1];
    ly_value direction;
    if (ly_is_number(a) && ly_is_zero(a)) return LY_SYM(Indeterminate);
    if (ly_is_infinity(x, &direction) && ly_is_numeric(cx, a)) return ly_retain(x);
    if (!ly_is_numeric(cx, x) || !ly_is_numeric(cx, a)) return LY_UNEVALUATED;
    ly_value quotient = ly_times_take(cx, ly_retain(x), ly_power_take(cx, ly_retain(a), LY_INT(-1)));
    if (ly_failed(quotient)) return quotient;
    ly_value n = ly_call1(cx, call->head, quotient);
    return ly_times_take(cx, n, ly_retain(a));
}

#define BUILTIN_ROUNDING(Name, function, d, documentation)                                              \
    BUILTIN(Name, function, 1, 2, NUMERIC, LY_PURE, documentation)                              \
    static ly_value function(ly_context *cx, ly_expr *call)                                     \
    {                                                                                           \
        return call->count == 2 ? round_to_unit(cx, call) : round_to_integer(cx, call, d);      \
    }

BUILTIN_ROUNDING(Floor, floor_builtin, DOWN, "Floor[x] gives the greatest integer less than or equal to x.\n"
         "Floor[x, a] gives the greatest multiple of a less than or equal to x.")
BUILTIN_ROUNDING(Ceiling, ceiling_builtin, UP, "Ceiling[x] gives the smallest integer greater than or equal to x.\n"
         "Ceiling[x, a] gives the smallest multiple of a greater than or equal to x.")
BUILTIN_ROUNDING(Round, round_builtin, NEAREST, "Round[x] gives the integer closest to x.\n"
         "Round[x, a] rounds to the nearest multiple of a.")

BUILTIN(IntegerPart, integer_part, 1, 1, NUMERIC | LY_READ_PROTECTED, LY_PURE, "IntegerPart[x] gives the integer part of x.")
static ly_value integer_part(ly_context *cx, ly_expr *call) { return round_to_integer(cx, call, TOWARDS_ZERO); }

BUILTIN(FractionalPart, fractional_part, 1, 1, NUMERIC | LY_READ_PROTECTED, LY_PURE, "FractionalPart[x] gives the fractional part of x.")
static ly_value fractional_part(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0], direction;
    if (ly_is_infinity(x, &direction)) return ly_formula(cx, ly_same(direction, LY_INT(-1)) ? "Interval[{-1, 0}]" : "Interval[{0, 1}]", 0, NULL);
    if (!ly_is_numeric(cx, x)) {
        if (ly_is_negative_form(x) && !ly_has_head(x, LY_SYM(Plus)))
            return ly_make2(cx, LY_SYM(Times), LY_INT(-1), ly_make1(cx, call->head, ly_negated_form(cx, x)));
        if (ly_has_shape(x, LY_SYM(Floor), 1) || ly_has_shape(x, LY_SYM(Ceiling), 1) || ly_has_shape(x, LY_SYM(Round), 1))
            return LY_INT(0);
        return x == LY_SYM(Indeterminate) ? x : LY_UNEVALUATED;
    }
    ly_value n = ly_call1(cx, LY_SYM(IntegerPart), ly_retain(x));
    if (ly_failed(n)) return n;
    if (!ly_is_number(n)) {
        ly_release(cx, n);
        return LY_UNEVALUATED;
    }
    return ly_plus_take(cx, ly_retain(x), ly_minus_take(cx, n));
}

/* ---- Chop --------------------------------------------------------------------------------------- */

static ly_value chop(ly_context *cx, ly_value v, const double *delta)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, chop, LY_AS_WORD(cx), v, LY_AS_WORD(delta));
    double d;
    if (ly_is_real(v) || ly_is_bigreal(v)) {
        ly_to_double(v, &d);
        return fabs(d) < *delta ? LY_INT(0) : ly_retain(v);
    }
    if (ly_is_complex(v)) {
        ly_value re = chop(cx, ly_complex_of(v)->re, delta), im = chop(cx, ly_complex_of(v)->im, delta);
        if (im == LY_INT(0)) return re;
        if (re == LY_INT(0) && ly_is_real(im)) {
            /* an exact zero beside a machine number would become inexact again */
            ly_value i = ly_complex_take(cx, LY_INT(0), LY_INT(1));
            ly_value product = ly_multiply(cx, i, im);
            ly_release(cx, i);
            ly_release(cx, im);
            return product;
        }
        return ly_complex_take(cx, re, im);
    }
    if (ly_is_packed(v)) {
        if (ly_packed_of(v)->type == LY_PACKED_INT64) return ly_retain(v);
        ly_value plain = ly_unpack(cx, v);
        if (ly_failed(plain)) return plain;
        ly_value r = chop(cx, plain, delta);
        ly_release(cx, plain);
        return ly_failed(r) ? r : ly_pack_take(cx, r);
    }
    if (ly_is_expr(v)) {
        ly_expr *e = ly_expr_of(v), *out = ly_expr_new(cx, e->head, e->count);
        if (!out) return LY_FAILED;
        for (size_t i = 0; i < e->count; i++) {
            ly_value x = chop(cx, e->args[i], delta);
            if (ly_failed(x)) {
                ly_release(cx, ly_from_object(out));
                return x;
            }
            out->args[i] = x;
        }
        return ly_from_object(out);
    }
    return ly_retain(v);
}

BUILTIN(Chop, chop_builtin, 1, 2, LY_PROTECTED, LY_PACKED, "Chop[expr] replaces approximate real numbers in expr that are close to zero by the exact integer 0.")
static ly_value chop_builtin(ly_context *cx, ly_expr *call)
{
    double delta = 1e-10;
    if (call->count == 2 && !ly_numeric_double(cx, call->args[1], &delta)) return LY_UNEVALUATED;
    return chop(cx, call->args[0], &delta);
}

