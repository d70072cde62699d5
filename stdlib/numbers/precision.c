/* precision.c: Precision, Accuracy, and setting them. */
#include <math.h>

#include "numeric.h"

/* ---- Precision and Accuracy ------------------------------------------------------------------------ */

typedef double measure(ly_value number);

/* Lowers *result to the least measure of the numbers in v; *machine: one of these is a machine
   number. */
static void lower(ly_context *cx, ly_value v, measure *of, bool *machine, double *result)
{
    if (ly_stack_low(cx)) {
        ly_deeper(cx, lower, LY_AS_WORD(cx), v, LY_AS_WORD(of), LY_AS_WORD(machine), LY_AS_WORD(result));
        return;
    }
    if (ly_is_number(v)) {
        if (ly_is_real(ly_real_part(v)) || ly_is_real(ly_imaginary_part(v))) *machine = true;
        *result = fmin(*result, of(v));
        return;
    }
    if (ly_is_packed(v) && ly_packed_of(v)->type == LY_PACKED_INT64) return;
    if (ly_is_expr(v) || ly_is_packed(v) || ly_is_association(v)) {
        for (size_t i = 0, n = ly_length(v); i < n; i++) {
            ly_value x = ly_element(cx, v, i);
            lower(cx, x, of, machine, result);
            ly_release(cx, x);
        }
    }
}

static double least(ly_context *cx, ly_value v, measure *of, bool *machine)
{
    double result = HUGE_VAL;
    lower(cx, v, of, machine, &result);
    return result;
}

BUILTIN(Precision, precision_builtin, 1, 1, LY_PROTECTED, LY_PACKED, "Precision[x] gives the effective number of digits of precision in the number x.")
static ly_value precision_builtin(ly_context *cx, ly_expr *call)
{
    bool machine = false;
    double p = least(cx, call->args[0], ly_precision_of, &machine);
    if (p == HUGE_VAL) return ly_infinity(cx, 1);
    if (machine && p >= LY_MACHINE_PRECISION) return LY_SYM(MachinePrecision);
    return ly_real(cx, p);
}

BUILTIN(Accuracy, accuracy_builtin, 1, 1, LY_PROTECTED, LY_PACKED, "Accuracy[x] gives the effective number of digits to the right of the decimal point in the number x.")
static ly_value accuracy_builtin(ly_context *cx, ly_expr *call)
{
    bool machine = false;
    double a = least(cx, call->args[0], ly_accuracy_of, &machine);
    return a == HUGE_VAL ? ly_infinity(cx, 1) : ly_real(cx, a);
}

/* ---- SetPrecision and SetAccuracy ------------------------------------------------------------------- */

typedef struct target {
    double digits;
    bool accuracy;
} target;

/* The exact value of an inexact number. */
static ly_value exact_value(ly_context *cx, ly_value v)
{
    mpq_t q;
    if (ly_is_real(v)) {
        mpq_init(q);
        mpq_set_d(q, ly_real_of(v));
        return ly_rational_take_mpq(cx, q);
    }
    if (ly_is_bigreal(v)) {
        mpq_init(q);
        mpfr_get_q(q, ly_bigreal_of(v)->f);
        return ly_rational_take_mpq(cx, q);
    }
    return ly_retain(v);
}

static ly_value set_number(ly_context *cx, ly_value v, const target *t)
{
    if (ly_is_complex(v)) {
        ly_value re = set_number(cx, ly_complex_of(v)->re, t);
        return ly_complex_take(cx, re, set_number(cx, ly_complex_of(v)->im, t));
    }
    if (t->digits == HUGE_VAL) return exact_value(cx, v);
    if (!t->accuracy) {
        if (t->digits == LY_MACHINE_PRECISION) return ly_n(cx, v, LY_MACHINE_PRECISION);
        if (v == LY_INT(0)) return v;
        return ly_bigreal_from(cx, v, t->digits);
    }
    if (ly_is_zero(v)) {
        mpfr_t f;
        mpfr_init2(f, 64);
        mpfr_set_zero(f, 1);
        return ly_bigreal_with_accuracy_take(cx, f, t->digits);
    }
    double precision = t->digits + ly_log10_abs(v);
    if (!(precision > 0)) {
        mpfr_t f;
        mpfr_init2(f, 64);
        mpfr_set_zero(f, 1);
        return ly_bigreal_with_accuracy_take(cx, f, t->digits);
    }
    return ly_bigreal_from(cx, v, precision);
}

static ly_value set_all(ly_context *cx, ly_value v, const target *t)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, set_all, LY_AS_WORD(cx), v, LY_AS_WORD(t));
    if (ly_is_number(v)) return set_number(cx, v, t);
    if (ly_is_symbol(v)) {
        if (t->digits == HUGE_VAL || !(ly_attributes(cx, v) & LY_CONSTANT)) return ly_retain(v);
        double digits = t->digits;
        if (t->accuracy) {
            double size;
            if (ly_numeric_double(cx, v, &size) && size > 0) digits += log10(size);
        }
        ly_value c = ly_constant_value(cx, v, digits);
        return c == LY_UNEVALUATED ? ly_retain(v) : c;
    }
    if (ly_is_packed(v)) {
        ly_value plain = ly_unpack(cx, v);
        if (ly_failed(plain)) return plain;
        ly_value r = set_all(cx, plain, t);
        ly_release(cx, plain);
        return r;
    }
    if (!ly_is_expr(v)) return ly_retain(v);
    if (ly_is_numeric(cx, v) && t->digits != HUGE_VAL && !t->accuracy) return ly_numeric_value(cx, v, t->digits);
    ly_expr *e = ly_expr_of(v), *out = ly_expr_new(cx, e->head, e->count);
    if (!out) return LY_FAILED;
    bool is_power = ly_has_shape(v, LY_SYM(Power), 2);
    for (size_t i = 0; i < e->count; i++) {
        ly_value x = is_power && i == 1 && ly_is_exact(e->args[i]) ? ly_retain(e->args[i]) : set_all(cx, e->args[i], t);
        if (ly_failed(x)) {
            ly_release(cx, ly_from_object(out));
            return x;
        }
        out->args[i] = x;
    }
    return ly_evaluate_take(cx, ly_from_object(out));
}

static ly_value set_digits(ly_context *cx, ly_expr *call, bool accuracy)
{
    target t = {0, accuracy};
    ly_value asked = call->args[1], direction;
    if (asked == LY_SYM(MachinePrecision)) t.digits = LY_MACHINE_PRECISION;
    else if (ly_is_infinity(asked, &direction) && direction == LY_INT(1)) t.digits = HUGE_VAL;
    else if (!ly_numeric_double(cx, asked, &t.digits) || !isfinite(t.digits)) return LY_UNEVALUATED;
    if (!accuracy && t.digits <= 0) return LY_UNEVALUATED;
    if (t.digits != HUGE_VAL && t.digits > LY_MAX_PRECISION) {
        ly_message_call(cx, call, "precbd", 1, asked);
        return LY_UNEVALUATED;
    }
    return set_all(cx, call->args[0], &t);
}

BUILTIN(SetPrecision, set_precision, 2, 2, LY_PROTECTED, LY_PACKED, "SetPrecision[expr, p] yields a version of expr in which all numbers have been set to have precision p.")
static ly_value set_precision(ly_context *cx, ly_expr *call) { return set_digits(cx, call, false); }

BUILTIN(SetAccuracy, set_accuracy, 2, 2, LY_PROTECTED, LY_PACKED, "SetAccuracy[expr, a] yields a version of expr in which all numbers have been set to have accuracy a.")
static ly_value set_accuracy(ly_context *cx, ly_expr *call) { return set_digits(cx, call, true); }

/* ---- limits ------------------------------------------------------------------------------------------ */

BUILTIN($MachinePrecision, machine_precision, 0, 0, LY_PROTECTED, LY_VALUE, "$MachinePrecision gives the number of decimal digits of precision used for machine-precision numbers.")
static ly_value machine_precision(ly_context *cx, ly_expr *call) { return ly_real(cx, LY_MACHINE_PRECISION); }

BUILTIN($MachineEpsilon, machine_epsilon, 0, 0, LY_PROTECTED, LY_VALUE, "$MachineEpsilon gives the difference between 1.0 and the next larger number.")
static ly_value machine_epsilon(ly_context *cx, ly_expr *call) { return ly_real(cx, 0x1p-52); }

BUILTIN($MaxMachineNumber, max_machine_number, 0, 0, LY_PROTECTED, LY_VALUE, "$MaxMachineNumber is the largest machine-precision number.")
static ly_value max_machine_number(ly_context *cx, ly_expr *call) { return ly_real(cx, 1.7976931348623157e308); }

BUILTIN($MinMachineNumber, min_machine_number, 0, 0, LY_PROTECTED, LY_VALUE, "$MinMachineNumber is the smallest normalized machine-precision number.")
static ly_value min_machine_number(ly_context *cx, ly_expr *call) { return ly_real(cx, 2.2250738585072014e-308); }

BUILTIN($MaxPrecision, max_precision, 0, 0, 0, LY_VALUE, "$MaxPrecision gives the maximum number of digits of precision to be allowed in arbitrary-precision numbers.")
static ly_value max_precision(ly_context *cx, ly_expr *call) { return ly_infinity(cx, 1); }

BUILTIN($MinPrecision, min_precision, 0, 0, 0, LY_VALUE, "$MinPrecision gives the minimum number of digits of precision to be allowed in arbitrary-precision numbers.")
static ly_value min_precision(ly_context *cx, ly_expr *call) { return LY_INT(0); }

BUILTIN($MaxExtraPrecision, max_extra_precision, 0, 0, 0, LY_VALUE, "$MaxExtraPrecision gives the maximum number of extra digits of precision to be used in functions such as N.")
static ly_value max_extra_precision(ly_context *cx, ly_expr *call) { return ly_real(cx, 50); }
