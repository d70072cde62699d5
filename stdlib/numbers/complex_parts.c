/* complex_parts.c: Re, Im, ReIm, Abs, Arg, AbsArg, Sign, Conjugate, and RealAbs, RealSign. */
#include <math.h>

#include "interval.h"
#include "numeric.h"

#define NUMERIC (LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED)

/* x is certainly real: a real number, or a numeric expression with a real value. */
static bool is_real_quantity(ly_context *cx, ly_value x)
{
    bool certain;
    if (ly_is_number(x)) return !ly_is_complex(x);
    return ly_is_numeric(cx, x) && ly_numeric_sign(cx, x, &certain) != 2;
}

/* ---- Re and Im ---------------------------------------------------------------------------------- */

/* Real and imaginary part of an expression where they are known; false where not. Owned. */
static bool parts_of(ly_context *cx, ly_value z, ly_value *re, ly_value *im)
{
    if (ly_stack_low(cx)) return (bool)(uint8_t)ly_deeper(cx, parts_of, LY_AS_WORD(cx), z, LY_AS_WORD(re), LY_AS_WORD(im));
    if (ly_is_number(z)) {
        *re = ly_retain(ly_real_part(z));
        *im = ly_retain(ly_imaginary_part(z));
        return true;
    }
    if (is_real_quantity(cx, z) || ly_has_shape(z, LY_SYM(Re), 1) || ly_has_shape(z, LY_SYM(Im), 1) ||
        ly_has_shape(z, LY_SYM(Abs), 1) || ly_has_shape(z, LY_SYM(Arg), 1)) {
        *re = ly_retain(z);
        *im = LY_INT(0);
        return true;
    }
    /* E^(a + b I) with numeric real a and b */
    if (ly_has_shape(z, LY_SYM(Power), 2) && ly_expr_of(z)->args[0] == LY_SYM(E) && ly_is_numeric(cx, z)) {
        ly_value a, b;
        if (!parts_of(cx, ly_expr_of(z)->args[1], &a, &b)) return false;
        ly_value pair[2] = {a, b};
        *re = ly_formula(cx, "E^#1 Cos[#2]", 2, pair);
        *im = ly_formula(cx, "E^#1 Sin[#2]", 2, pair);
        ly_release(cx, a);
        ly_release(cx, b);
        return true;
    }
    /* (-1)^r */
    if (ly_has_shape(z, LY_SYM(Power), 2) && ly_expr_of(z)->args[0] == LY_INT(-1) &&
        ly_is_rational(ly_expr_of(z)->args[1])) {
        *re = ly_formula(cx, "Cos[Pi #]", 1, &ly_expr_of(z)->args[1]);
        *im = ly_formula(cx, "Sin[Pi #]", 1, &ly_expr_of(z)->args[1]);
        return true;
    }
    if (ly_has_head(z, LY_SYM(Plus))) {
        ly_expr *e = ly_expr_of(z);
        ly_builder res = ly_builder_new(), ims = ly_builder_new();
        for (size_t i = 0; i < e->count; i++) {
            ly_value a, b;
            if (!parts_of(cx, e->args[i], &a, &b)) {
                ly_builder_drop(cx, &res);
                ly_builder_drop(cx, &ims);
                return false;
            }
            ly_builder_add(cx, &res, a);
            ly_builder_add(cx, &ims, b);
        }
        *re = ly_evaluate_take(cx, ly_builder_finish(cx, &res, LY_SYM(Plus)));
        *im = ly_evaluate_take(cx, ly_builder_finish(cx, &ims, LY_SYM(Plus)));
        return true;
    }
    if (ly_has_head(z, LY_SYM(Times)) && ly_expr_of(z)->count > 1) {
        ly_value a = LY_INT(1), b = LY_INT(0), c, d;
        ly_expr *e = ly_expr_of(z);
        for (size_t i = 0; i < e->count; i++) {
            if (!parts_of(cx, e->args[i], &c, &d)) {
                ly_release(cx, a);
                ly_release(cx, b);
                return false;
            }
            ly_value four[4] = {a, b, c, d};
            ly_value next = ly_formula(cx, "#1 #3 - #2 #4", 4, four), other = ly_formula(cx, "#1 #4 + #2 #3", 4, four);
            for (int k = 0; k < 4; k++) ly_release(cx, four[k]);
            a = next;
            b = other;
            if (ly_failed(a) || ly_failed(b)) break;
        }
        *re = a;
        *im = b;
        return true;
    }
    return false;
}

/* Re or Im of a sum: what is known comes out, the rest stays inside. */
static ly_value part(ly_context *cx, ly_expr *call, bool imaginary)
{
    ly_value z = call->args[0], re, im, direction;
    if (parts_of(cx, z, &re, &im)) {
        ly_release(cx, imaginary ? re : im);
        ly_value wanted = imaginary ? im : re;
        /* where nothing was gained */
        if (ly_same(wanted, ly_from_object(call))) {
            ly_release(cx, wanted);
            return LY_UNEVALUATED;
        }
        return wanted;
    }
    if (ly_is_infinity(z, &direction)) {
        if (ly_failed(direction)) return LY_SYM(Indeterminate);
        ly_value d = ly_call1(cx, call->head, ly_retain(direction));
        if (ly_failed(d)) return d;
        return d == LY_INT(0) ? d : ly_make1(cx, LY_SYM(DirectedInfinity), d);
    }
    if (z == LY_SYM(Indeterminate)) return z;
    ly_value head = call->head;
    if (ly_has_head(z, LY_SYM(Plus))) {
        ly_expr *e = ly_expr_of(z);
        ly_builder known = ly_builder_new(), rest = ly_builder_new();
        for (size_t i = 0; i < e->count; i++) {
            ly_term term = ly_term_of(&e->args[i]);
            if (parts_of(cx, e->args[i], &re, &im)) {
                ly_release(cx, imaginary ? re : im);
                if (!ly_builder_add(cx, &known, imaginary ? im : re)) return LY_FAILED;
            } else if (term.number != LY_INT(1)) {
                /* a number in front of a term comes out */
                if (!ly_builder_add(cx, &known, ly_make1(cx, head, ly_retain(e->args[i])))) return LY_FAILED;
            } else if (!ly_builder_add(cx, &rest, ly_retain(e->args[i]))) {
                return LY_FAILED;
            }
        }
        if (ly_builder_count(&known)) {
            ly_value inside = ly_evaluate_take(cx, ly_builder_finish(cx, &rest, LY_SYM(Plus)));
            if (ly_failed(inside)) {
                ly_builder_drop(cx, &known);
                return inside;
            }
            if (inside != LY_INT(0) && !ly_builder_add(cx, &known, ly_make1(cx, head, inside))) return LY_FAILED;
            return ly_builder_finish(cx, &known, LY_SYM(Plus));
        }
        ly_builder_drop(cx, &rest);
        ly_builder_drop(cx, &known);
        return LY_UNEVALUATED;
    }
    if (ly_has_head(z, LY_SYM(Times)) && ly_expr_of(z)->count > 1) {
        /* real numeric factors come out; I turns the one into the other */
        ly_expr *e = ly_expr_of(z);
        ly_builder outside = ly_builder_new(), rest = ly_builder_new();
        bool turned = false;
        for (size_t i = 0; i < e->count; i++) {
            ly_value f = e->args[i];
            if (is_real_quantity(cx, f)) {
                if (!ly_builder_add(cx, &outside, ly_retain(f))) return LY_FAILED;
            } else if (ly_is_complex(f) && ly_complex_of(f)->re == LY_INT(0) && !turned) {
                turned = true;
                if (!ly_builder_add(cx, &outside, ly_retain(ly_complex_of(f)->im))) return LY_FAILED;
            } else if (!ly_builder_add(cx, &rest, ly_retain(f))) {
                return LY_FAILED;
            }
        }
        if (!ly_builder_count(&outside)) {
            ly_builder_drop(cx, &rest);
            return LY_UNEVALUATED;
        }
        ly_value inside = ly_evaluate_take(cx, ly_builder_finish(cx, &rest, LY_SYM(Times)));
        if (ly_failed(inside)) {
            ly_builder_drop(cx, &outside);
            return inside;
        }
        ly_value symbol = turned ? imaginary ? LY_SYM(Re) : LY_SYM(Im) : head;
        if (turned && !imaginary && !ly_builder_add(cx, &outside, LY_INT(-1))) return LY_FAILED;
        if (!ly_builder_add(cx, &outside, ly_make1(cx, symbol, inside))) return LY_FAILED;
        return ly_builder_finish(cx, &outside, LY_SYM(Times));
    }
    if (ly_has_shape(z, LY_SYM(Conjugate), 1)) {
        ly_value inner = ly_make1(cx, head, ly_retain(ly_expr_of(z)->args[0]));
        return imaginary ? ly_make2(cx, LY_SYM(Times), LY_INT(-1), inner) : inner;
    }
    return LY_UNEVALUATED;
}

BUILTIN(Re, real_part, 1, 1, NUMERIC, LY_PURE, "Re[z] gives the real part of the complex number z.")
static ly_value real_part(ly_context *cx, ly_expr *call) { return part(cx, call, false); }

BUILTIN(Im, imaginary_part, 1, 1, NUMERIC, LY_PURE, "Im[z] gives the imaginary part of the complex number z.")
static ly_value imaginary_part(ly_context *cx, ly_expr *call) { return part(cx, call, true); }

BUILTIN(ReIm, re_im, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE, "ReIm[z] gives the list {Re[z], Im[z]} of the number z.")
static ly_value re_im(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[0];
    return ly_make2(cx, LY_SYM(List), ly_make1(cx, LY_SYM(Re), ly_retain(z)), ly_make1(cx, LY_SYM(Im), ly_retain(z)));
}

BUILTIN(AbsArg, abs_arg, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE, "AbsArg[z] gives the list {Abs[z], Arg[z]} of the number z.")
static ly_value abs_arg(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[0];
    return ly_make2(cx, LY_SYM(List), ly_make1(cx, LY_SYM(Abs), ly_retain(z)), ly_make1(cx, LY_SYM(Arg), ly_retain(z)));
}

/* ---- Abs ---------------------------------------------------------------------------------------- */

static ly_value abs_number(ly_context *cx, ly_value z)
{
    if (!ly_is_complex(z)) return ly_sign(z) < 0 || (ly_is_real(z) && ly_real_of(z) == 0) ? ly_is_zero(z) ? ly_retain(z) : ly_negate(cx, z) : ly_retain(z);
    ly_value re = ly_complex_of(z)->re, im = ly_complex_of(z)->im;
    if (ly_is_real(re) && ly_is_real(im)) {
        double d = hypot(ly_real_of(re), ly_real_of(im));
        if (isfinite(d)) return ly_real(cx, d);
    }
    ly_value parts[2] = {re, im};
    return ly_formula(cx, "Sqrt[#1^2 + #2^2]", 2, parts);
}

BUILTIN(Abs, absolute, 1, 1, NUMERIC | LY_READ_PROTECTED, LY_PURE, "Abs[z] gives the absolute value of the real or complex number z.")
static ly_value absolute(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[0], direction;
    bool certain;
    if (ly_is_number(z)) return abs_number(cx, z);
    if (z == LY_SYM(Indeterminate)) return z;
    if (ly_is_interval(z)) return ly_interval_apply(cx, call->head, z);
    if (ly_is_infinity(z, &direction)) return ly_infinity(cx, 1);
    if (ly_is_numeric(cx, z)) {
        int sign = ly_numeric_sign(cx, z, &certain);
        if (sign == 1) return ly_retain(z);
        if (sign == -1) return ly_minus_take(cx, ly_retain(z));
        if (sign == 0) return LY_INT(0);
        ly_value re, im;
        if (!ly_has_head(z, LY_SYM(Times)) && parts_of(cx, z, &re, &im)) {
            ly_value parts[2] = {re, im};
            ly_value r = LY_UNEVALUATED;
            if (ly_has_shape(z, LY_SYM(Power), 2) && ly_expr_of(z)->args[0] == LY_SYM(E)) {
                ly_release(cx, re);
                ly_release(cx, im);
                parts[0] = ly_expr_of(z)->args[1];
                return ly_formula(cx, "E^Re[#1]", 1, parts);
            }
            if (ly_has_shape(z, LY_SYM(Power), 2)) r = LY_INT(1);
            else r = ly_formula(cx, "Sqrt[#1^2 + #2^2]", 2, parts);
            ly_release(cx, re);
            ly_release(cx, im);
            return r;
        }
    }
    if (ly_has_shape(z, LY_SYM(Abs), 1)) return ly_retain(z);
    if (ly_has_shape(z, LY_SYM(Conjugate), 1)) return ly_make1(cx, LY_SYM(Abs), ly_retain(ly_expr_of(z)->args[0]));
    if (ly_has_head(z, LY_SYM(Times)) && ly_expr_of(z)->count > 1) {
        /* numeric factors come out */
        ly_expr *e = ly_expr_of(z);
        ly_builder outside = ly_builder_new(), rest = ly_builder_new();
        for (size_t i = 0; i < e->count; i++) {
            ly_value f = ly_retain(e->args[i]);
            bool numeric = ly_is_numeric(cx, f);
            if (numeric) f = ly_make1(cx, LY_SYM(Abs), f);
            if (!ly_builder_add(cx, numeric ? &outside : &rest, f)) return LY_FAILED;
        }
        if (!ly_builder_count(&outside)) {
            ly_builder_drop(cx, &rest);
            return LY_UNEVALUATED;
        }
        if (ly_builder_count(&rest)) {
            ly_value inside = ly_evaluate_take(cx, ly_builder_finish(cx, &rest, LY_SYM(Times)));
            if (ly_failed(inside) || !ly_builder_add(cx, &outside, ly_make1(cx, LY_SYM(Abs), inside))) return LY_FAILED;
        }
        return ly_builder_finish(cx, &outside, LY_SYM(Times));
    }
    if (ly_has_shape(z, LY_SYM(Power), 2)) {
        ly_value base = ly_expr_of(z)->args[0], exponent = ly_expr_of(z)->args[1];
        if (is_real_quantity(cx, exponent) && !ly_is_numeric(cx, base))
            return ly_make2(cx, LY_SYM(Power), ly_make1(cx, LY_SYM(Abs), ly_retain(base)), ly_retain(exponent));
        if (is_real_quantity(cx, base) && ly_numeric_sign(cx, base, &certain) == 1)
            return ly_make2(cx, LY_SYM(Power), ly_retain(base), ly_make1(cx, LY_SYM(Re), ly_retain(exponent)));
    }
    if (ly_has_head(z, LY_SYM(Plus)) && ly_is_negative_form(z)) {
        ly_value positive = ly_negated_form(cx, z);
        if (ly_failed(positive)) return positive;
        if (!ly_is_negative_form(positive)) return ly_make1(cx, LY_SYM(Abs), positive);
        ly_release(cx, positive);
    }
    return LY_UNEVALUATED;
}

BUILTIN(RealAbs, real_abs, 1, 1, NUMERIC | LY_READ_PROTECTED, LY_PURE, "RealAbs[x] gives the absolute value of the real number x.")
static ly_value real_abs(ly_context *cx, ly_expr *call)
{
    bool certain;
    int sign = ly_numeric_sign(cx, call->args[0], &certain);
    if (sign == 2) return LY_UNEVALUATED;
    return sign < 0 ? ly_minus_take(cx, ly_retain(call->args[0])) : ly_retain(call->args[0]);
}

BUILTIN(RealSign, real_sign, 1, 1, NUMERIC | LY_READ_PROTECTED, LY_PURE, "RealSign[x] gives -1, 0, or 1 depending on whether x is negative, zero, or positive.")
static ly_value real_sign(ly_context *cx, ly_expr *call)
{
    bool certain;
    int sign = ly_numeric_sign(cx, call->args[0], &certain);
    return sign == 2 ? LY_UNEVALUATED : LY_INT(sign);
}

/* ---- Sign, Arg, Conjugate ------------------------------------------------------------------------ */

BUILTIN(Sign, sign_builtin, 1, 1, NUMERIC | LY_READ_PROTECTED, LY_PURE,
        "Sign[x] gives -1, 0 or 1 depending on whether x is negative, zero, or positive.")
static ly_value sign_builtin(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[0], direction;
    bool certain;
    if (ly_is_infinity(z, &direction))
        return ly_failed(direction) ? LY_SYM(Indeterminate) : ly_make1(cx, LY_SYM(Sign), ly_retain(direction));
    if (z == LY_SYM(Indeterminate)) return z;
    int sign = ly_numeric_sign(cx, z, &certain);
    if (sign != 2) return LY_INT(sign);
    if (ly_is_complex(z)) {
        ly_value r = ly_formula(cx, "#/Abs[#]", 1, &z);
        return r;
    }
    if (ly_is_numeric(cx, z)) {
        ly_value size = ly_call1(cx, LY_SYM(Abs), ly_retain(z));
        if (ly_failed(size)) return size;
        bool known = !ly_has_head(size, LY_SYM(Abs));
        if (known) return ly_times_take(cx, ly_retain(z), ly_power_take(cx, size, LY_INT(-1)));
        ly_release(cx, size);
        return LY_UNEVALUATED;
    }
    if (ly_has_shape(z, LY_SYM(Sign), 1)) return ly_retain(z);
    if (ly_has_shape(z, LY_SYM(Abs), 1)) return LY_UNEVALUATED;
    if (ly_has_head(z, LY_SYM(Times)) && ly_expr_of(z)->count > 1) {
        ly_expr *e = ly_expr_of(z);
        ly_builder outside = ly_builder_new(), rest = ly_builder_new();
        for (size_t i = 0; i < e->count; i++) {
            ly_value f = ly_retain(e->args[i]);
            bool numeric = ly_is_numeric(cx, f);
            if (numeric) f = ly_make1(cx, LY_SYM(Sign), f);
            if (!ly_builder_add(cx, numeric ? &outside : &rest, f)) return LY_FAILED;
        }
        if (!ly_builder_count(&outside)) {
            ly_builder_drop(cx, &rest);
            return LY_UNEVALUATED;
        }
        if (ly_builder_count(&rest)) {
            ly_value inside = ly_evaluate_take(cx, ly_builder_finish(cx, &rest, LY_SYM(Times)));
            if (ly_failed(inside) || !ly_builder_add(cx, &outside, ly_make1(cx, LY_SYM(Sign), inside))) return LY_FAILED;
        }
        return ly_builder_finish(cx, &outside, LY_SYM(Times));
    }
    return LY_UNEVALUATED;
}

BUILTIN(Arg, argument, 1, 1, NUMERIC, LY_PURE, "Arg[z] gives the argument of the complex number z.")
static ly_value argument(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[0], direction, re, im;
    bool certain;
    if (ly_is_infinity(z, &direction)) {
        if (ly_failed(direction)) return ly_formula(cx, "Interval[{-Pi, Pi}]", 0, NULL);
        return ly_make1(cx, LY_SYM(Arg), ly_retain(direction));
    }
    if (z == LY_SYM(Indeterminate)) return z;
    if (ly_is_complex(z)) {
        ly_value parts[2] = {ly_complex_of(z)->re, ly_complex_of(z)->im};
        return ly_call2(cx, LY_SYM(ArcTan), ly_retain(parts[0]), ly_retain(parts[1]));
    }
    int sign = ly_numeric_sign(cx, z, &certain);
    if (sign != 2) {
        return sign < 0 ? LY_SYM(Pi) : LY_INT(0);
    }
    if (ly_is_numeric(cx, z) && parts_of(cx, z, &re, &im)) {
        /* E^(I r): the exponent itself, brought into (-Pi, Pi] */
        ly_value angle = LY_FAILED;
        if (ly_has_shape(z, LY_SYM(Power), 2) && ly_expr_of(z)->args[0] == LY_SYM(E))
            angle = ly_call1(cx, LY_SYM(Im), ly_retain(ly_expr_of(z)->args[1]));
        else if (ly_has_shape(z, LY_SYM(Power), 2) && ly_expr_of(z)->args[0] == LY_INT(-1))
            angle = ly_times_take(cx, ly_retain(ly_expr_of(z)->args[1]), LY_SYM(Pi));
        double d;
        if (angle && ly_numeric_double(cx, angle, &d) && fabs(d) < 1e15) {
            ly_release(cx, re);
            ly_release(cx, im);
            ly_value parts[2] = {angle, ly_integer(cx, (int64_t)ceil((d - M_PI) / (2 * M_PI) - 1e-12))};
            ly_value r = ly_formula(cx, "#1 - 2 Pi #2", 2, parts);
            ly_release(cx, angle);
            return r;
        }
        ly_release(cx, angle);
        return ly_call2(cx, LY_SYM(ArcTan), re, im);
    }
    if (ly_has_head(z, LY_SYM(Times)) && ly_expr_of(z)->count > 1 && ly_is_number(ly_expr_of(z)->args[0])) {
        /* a positive factor does not matter */
        ly_value c = ly_expr_of(z)->args[0];
        if (!ly_is_complex(c) && c != LY_INT(-1)) {
            ly_value size = ly_sign(c) < 0 ? ly_negate(cx, c) : ly_retain(c);
            ly_value rest = ly_times_take(cx, ly_retain(z), ly_power_take(cx, size, LY_INT(-1)));
            return ly_failed(rest) ? rest : ly_make1(cx, LY_SYM(Arg), rest);
        }
    }
    return LY_UNEVALUATED;
}

BUILTIN(Conjugate, conjugate, 1, 1, NUMERIC | LY_READ_PROTECTED, LY_PURE, "Conjugate[z] gives the complex conjugate of the complex number z.")
static ly_value conjugate(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[0], direction;
    if (ly_is_number(z)) {
        if (!ly_is_complex(z)) return ly_retain(z);
        return ly_complex_take(cx, ly_retain(ly_complex_of(z)->re), ly_negate(cx, ly_complex_of(z)->im));
    }
    if (is_real_quantity(cx, z)) return ly_retain(z);
    if (ly_is_infinity(z, &direction)) {
        if (ly_failed(direction)) return ly_retain(z);
        return ly_make1(cx, LY_SYM(DirectedInfinity), ly_make1(cx, LY_SYM(Conjugate), ly_retain(direction)));
    }
    if (ly_has_shape(z, LY_SYM(Conjugate), 1)) return ly_retain(ly_expr_of(z)->args[0]);
    if (ly_has_shape(z, LY_SYM(Re), 1) || ly_has_shape(z, LY_SYM(Im), 1) || ly_has_shape(z, LY_SYM(Abs), 1) ||
        ly_has_shape(z, LY_SYM(Arg), 1))
        return ly_retain(z);
    bool sum = ly_has_head(z, LY_SYM(Plus)), product = ly_has_head(z, LY_SYM(Times));
    if (sum || product) {
        /* known parts come out */
        ly_expr *e = ly_expr_of(z);
        ly_builder outside = ly_builder_new(), rest = ly_builder_new();
        for (size_t i = 0; i < e->count; i++) {
            ly_value f = ly_retain(e->args[i]);
            bool known = ly_is_numeric(cx, f) || sum;
            if (known) f = ly_make1(cx, LY_SYM(Conjugate), f);
            if (!ly_builder_add(cx, known ? &outside : &rest, f)) return LY_FAILED;
        }
        if (!ly_builder_count(&outside)) {
            ly_builder_drop(cx, &rest);
            return LY_UNEVALUATED;
        }
        if (ly_builder_count(&rest)) {
            ly_value inside = ly_evaluate_take(cx, ly_builder_finish(cx, &rest, e->head));
            if (ly_failed(inside) || !ly_builder_add(cx, &outside, ly_make1(cx, LY_SYM(Conjugate), inside))) return LY_FAILED;
        }
        return ly_builder_finish(cx, &outside, e->head);
    }
    if (ly_has_shape(z, LY_SYM(Power), 2)) {
        ly_value base = ly_expr_of(z)->args[0], exponent = ly_expr_of(z)->args[1];
        bool certain;
        if (ly_is_integer(exponent))
            return ly_make2(cx, LY_SYM(Power), ly_make1(cx, LY_SYM(Conjugate), ly_retain(base)), ly_retain(exponent));
        if (ly_is_numeric(cx, base) && ly_numeric_sign(cx, base, &certain) == 1)
            return ly_make2(cx, LY_SYM(Power), ly_retain(base), ly_make1(cx, LY_SYM(Conjugate), ly_retain(exponent)));
        if (base == LY_INT(-1) && ly_is_rational(exponent))
            return ly_make2(cx, LY_SYM(Power), base, ly_negate(cx, exponent));
    }
    return LY_UNEVALUATED;
}
