/* numeric.c: which expressions are numeric, and functions of one argument at each precision.

   A machine argument is computed in doubles where the function is real there, else in C's complex
   functions; what overflows a double, and big reals, by MPFR; the rest by Arb. The precision of a
   big result follows from the argument's error and the function's slope. */
#include <math.h>

#include "match/match.h"
#include "numeric.h"

bool ly_is_inexact(ly_value v)
{
    if (ly_is_int(v)) return false;
    if (ly_is_real_word(v)) return true;
    return ly_is_number(v) && !ly_is_exact(v);
}

bool ly_any_inexact(const ly_value *items, size_t n, double *precision)
{
    bool any = false;
    *precision = HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        if (!ly_is_inexact(items[i])) continue;
        double p = ly_is_real(ly_real_part(items[i])) || ly_is_real(ly_imaginary_part(items[i]))
                       ? LY_MACHINE_PRECISION
                       : fmax(1, ly_precision_of(items[i]));
        /* one machine number makes all machine numbers */
        if (p == LY_MACHINE_PRECISION || !any || (*precision != LY_MACHINE_PRECISION && p > *precision))
            *precision = p;
        any = true;
    }
    return any;
}

typedef struct question {
    ly_value v;
    bool answer;
} question;

static void *is_numeric_again(ly_context *cx, void *data)
{
    question *q = data;
    q->answer = ly_is_numeric(cx, q->v);
    return q;
}

/* NumericQ[symbol] = True was said. */
static bool is_declared(ly_context *cx, ly_value symbol)
{
    if (!(ly_flags(&ly_symbol_of(symbol)->o) & LY_FLAG_HAS_UP)) return false;
    const ly_definition *d = ly_definition_of(cx, symbol);
    if (!d || !d->rules[LY_UP_VALUES]) return false;
    for (size_t i = 0; i < ly_rules_count(d->rules[LY_UP_VALUES]); i++) {
        const ly_rule *rule = ly_rules_at(d->rules[LY_UP_VALUES], i);
        if (ly_has_shape(rule->lhs, LY_SYM(NumericQ), 1) && ly_expr_of(rule->lhs)->args[0] == symbol)
            return rule->rhs == LY_SYM(True);
    }
    return false;
}

bool ly_is_numeric(ly_context *cx, ly_value v)
{
    if (ly_is_int(v) || ly_is_real_word(v)) return true;
    if (ly_is_symbol(v)) return ly_attributes(cx, v) & LY_CONSTANT || is_declared(cx, v);
    if (!ly_is_expr(v)) return ly_is_number(v);
    ly_expr *e = ly_expr_of(v);
    if (!ly_is_symbol(e->head) || e->head == LY_SYM(List)) return false;
    if (!(ly_attributes(cx, e->head) & LY_NUMERIC_FUNCTION)) return false;
    if (ly_stack_low(cx)) {
        question q = {v, false};
        return ly_on_new_stack(cx, is_numeric_again, &q) && q.answer;
    }
    for (size_t i = 0; i < e->count; i++)
        if (!ly_is_numeric(cx, e->args[i])) return false;
    return true;
}

/* ---- functions of one argument ------------------------------------------------------------------ */

static ly_value apply_machine(ly_context *cx, const ly_numeric_function *f, ly_value x)
{
    double complex z;
    double d;
    if (!ly_is_complex(x)) {
        ly_to_double(x, &d);
        if (f->real && d >= f->low && d <= f->high) {
            double r = f->real(d);
            if (isfinite(r)) return ly_real(cx, r);
            return LY_UNEVALUATED;
        }
    }
    if (!f->analytic || !ly_to_complex(x, &z)) return LY_UNEVALUATED;
    z = f->analytic(z);
    if (!isfinite(creal(z)) || !isfinite(cimag(z))) return LY_UNEVALUATED;
    return ly_machine_complex(cx, z);
}

/* Digits of f(x), from the error of x: abs(f) = |f'(x)| abs(x). */
static double result_precision(const ly_numeric_function *f, ly_value x, ly_value y)
{
    double complex z;
    double precision = ly_precision_of(x);
    if (!f->slope || !ly_to_complex(x, &z)) return precision;
    double slope = cabs(f->slope(z));
    if (!isfinite(slope) || slope == 0) return precision;
    double re = ly_log10_abs(ly_real_part(y)), im = ly_log10_abs(ly_imaginary_part(y));
    double size = fmax(re, im);
    if (!isfinite(size)) return precision;
    double accuracy = ly_accuracy_of(x);
    return accuracy - log10(slope) + size;
}

/* A function whose argument is reduced by Pi, to as many bits as the argument has before its point:
   beyond TURNS_BITS that takes minutes and gigabytes, and no digit of the value is known. */
enum { TURNS_BITS = 30000000 };
static bool turns(const ly_numeric_function *f)
{
    return f->mpfr == mpfr_sin || f->mpfr == mpfr_cos || f->mpfr == mpfr_tan || f->mpfr == mpfr_cot ||
           f->mpfr == mpfr_sec || f->mpfr == mpfr_csc;
}

static ly_value apply_big(ly_context *cx, const ly_numeric_function *f, ly_value x, double precision)
{
    double d = 0;
    if (!(precision > 0)) precision = 1;
    if (!ly_is_complex(x)) ly_to_double(x, &d);
    if (!ly_is_complex(x) && f->mpfr && d >= f->low && d <= f->high) {
        mpfr_t y;
        long bits = ly_bits_for(precision) + 64;
        ly_mpfr_begin();
        ly_init_mpfr(y, x, ly_is_bigreal(x) ? mpfr_get_prec(ly_bigreal_of(x)->f) + 64 : bits);
        if (mpfr_regular_p(y) && mpfr_get_exp(y) > TURNS_BITS && turns(f)) {
            mpfr_clear(y);
            return LY_UNEVALUATED;
        }
        f->mpfr(y, y, MPFR_RNDN);
        if (mpfr_nan_p(y)) {
            mpfr_clear(y);
            return LY_UNEVALUATED;
        }
        return ly_bigreal_take_mpfr(cx, y, precision);
    }
    if (!f->ball) return LY_UNEVALUATED;
    return ly_arb_call(cx, f->ball, 1, &x, precision);
}

/* A number computed to `precision` digits cut to those that are certain. */
static ly_value cut_take(ly_context *cx, ly_value v, double precision)
{
    if (ly_is_bigreal(v)) {
        mpfr_t f;
        mpfr_init2(f, mpfr_get_prec(ly_bigreal_of(v)->f));
        mpfr_set(f, ly_bigreal_of(v)->f, MPFR_RNDN);
        ly_release(cx, v);
        return ly_bigreal_take_mpfr(cx, f, precision);
    }
    if (ly_is_complex(v) && !ly_is_exact(v)) {
        ly_value re = cut_take(cx, ly_retain(ly_complex_of(v)->re), precision);
        ly_value im = cut_take(cx, ly_retain(ly_complex_of(v)->im), precision);
        ly_release(cx, v);
        return ly_complex_take(cx, re, im);
    }
    return v;
}

ly_value ly_apply_numeric(ly_context *cx, const ly_numeric_function *f, ly_value x)
{
    bool machine = ly_is_real(ly_real_part(x)) || ly_is_real(ly_imaginary_part(x));
    if (machine) {
        ly_value y = apply_machine(cx, f, x);
        if (y != LY_UNEVALUATED) return y;
        y = apply_big(cx, f, x, LY_MACHINE_PRECISION);
        /* a value that a double holds is a machine number */
        double d;
        if (ly_is_bigreal(y) && ly_to_double(y, &d) && isfinite(d) && d != 0) {
            ly_release(cx, y);
            return ly_real(cx, d);
        }
        return y;
    }
    double precision = fmax(1, ly_precision_of(x));
    ly_value y = apply_big(cx, f, x, precision);
    if (y == LY_UNEVALUATED || ly_failed(y) || !ly_is_number(y)) return y;
    double certain = result_precision(f, x, y);
    if (certain > precision + 0.5) {
        /* the function damps the error: compute more digits */
        ly_release(cx, y);
        y = apply_big(cx, f, x, fmin(certain, LY_MAX_PRECISION));
        if (y == LY_UNEVALUATED || ly_failed(y) || !ly_is_number(y)) return y;
    }
    return certain == precision ? y : cut_take(cx, y, certain);
}

/* ---- signs -------------------------------------------------------------------------------------- */

/* What is positive by its form. */
static bool positive_form(ly_context *cx, ly_value v, int depth)
{
    if (ly_is_number(v)) return !ly_is_complex(v) && ly_sign(v) > 0;
    if (ly_is_symbol(v)) return ly_attributes(cx, v) & LY_CONSTANT;
    if (!ly_is_expr(v) || depth > 20) return false;
    ly_expr *e = ly_expr_of(v);
    if (e->head != LY_SYM(Times) && e->head != LY_SYM(Plus) && !ly_has_shape(v, LY_SYM(Power), 2))
        return false;
    if (e->head == LY_SYM(Power))
        return ly_is_number(e->args[1]) && !ly_is_complex(e->args[1]) &&
               positive_form(cx, e->args[0], depth + 1);
    for (size_t i = 0; i < e->count; i++)
        if (!positive_form(cx, e->args[i], depth + 1)) return false;
    return e->count > 0;
}

int ly_numeric_sign(ly_context *cx, ly_value v, bool *certain)
{
    *certain = true;
    if (ly_is_number(v)) return ly_is_complex(v) ? 2 : ly_sign(v);
    if (!ly_is_numeric(cx, v)) return 2;
    if (positive_form(cx, v, 0)) return 1;
    for (double digits = 20; digits < 200; digits *= 2) {
        ly_value n = ly_numeric_value(cx, v, digits);
        if (ly_failed(n)) {
            ly_pending_drop(cx, ly_pending_take(cx));
            return 2;
        }
        if (!ly_is_number(n)) {
            ly_release(cx, n);
            return 2;
        }
        ly_value re = ly_real_part(n), im = ly_imaginary_part(n);
        int sign = ly_sign(re), other = ly_sign(im);
        ly_release(cx, n);
        if (other != 0) return 2;
        if (sign != 0) return sign;
    }
    *certain = false;
    return 0;
}

bool ly_numeric_double(ly_context *cx, ly_value v, double *out)
{
    if (ly_is_number(v)) return ly_to_double(v, out);
    if (!ly_is_numeric(cx, v)) return false;
    ly_value n = ly_numeric_value(cx, v, LY_MACHINE_PRECISION);
    if (ly_failed(n)) {
        ly_pending_drop(cx, ly_pending_take(cx));
        return false;
    }
    bool fine = ly_is_number(n) && ly_to_double(n, out);
    ly_release(cx, n);
    return fine;
}

int ly_numeric_is_zero(ly_context *cx, ly_value v)
{
    for (double digits = 20; digits < 200; digits *= 2) {
        ly_value n = ly_numeric_value(cx, v, digits);
        if (ly_failed(n)) {
            ly_pending_drop(cx, ly_pending_take(cx));
            return -1;
        }
        if (!ly_is_number(n)) {
            ly_release(cx, n);
            return -1;
        }
        bool zero = ly_is_zero(n), exact = ly_is_exact(n);
        ly_release(cx, n);
        if (!zero) return 0;
        if (exact) return 1;
    }
    /* not told apart from zero in more than a hundred digits */
    return 1;
}
