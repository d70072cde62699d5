/* pieces.c: functions of pieces: UnitStep, KroneckerDelta, Clip, Rescale, waves … */
#include <math.h>

#include "numeric.h"

#define NUMERIC (LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_PROTECTED)

/* Sign of a real quantity or infinity; 2 unknown. */
static int sign_of(ly_context *cx, ly_value v)
{
    ly_value direction;
    bool certain;
    if (ly_is_infinity(v, &direction))
        return !ly_failed(direction) && ly_is_real_number(direction) ? ly_sign(direction) : 2;
    return ly_numeric_sign(cx, v, &certain);
}

/* ---- steps and deltas -------------------------------------------------------------------------------- */

/* One negative argument gives 0; those that are positive (or zero, where that counts) drop out. */
static ly_value step(ly_context *cx, ly_expr *call, bool zero_counts)
{
    ly_builder rest = ly_builder_new();
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = call->args[i];
        int sign = sign_of(cx, v);
        if (sign == -1) {
            ly_builder_drop(cx, &rest);
            return LY_INT(0);
        }
        if (sign == 1 || (sign == 0 && zero_counts)) continue;
        bool known = false;
        for (size_t k = 0; k < ly_builder_count(&rest); k++) known |= ly_same(rest.expr->args[k], v);
        if (!known && !ly_builder_add(cx, &rest, ly_retain(v))) return LY_FAILED;
    }
    size_t n = ly_builder_count(&rest);
    if (n == 0) return LY_INT(1);
    if (n == call->count) {
        ly_builder_drop(cx, &rest);
        return LY_UNEVALUATED;
    }
    return ly_builder_finish(cx, &rest, call->head);
}

BUILTIN(UnitStep, unit_step, 0, -1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_ORDERLESS | LY_PROTECTED, LY_PURE, "UnitStep[x] represents the unit step function, equal to 0 for x < 0 and 1 for x >= 0.")
static ly_value unit_step(ly_context *cx, ly_expr *call) { return step(cx, call, true); }

BUILTIN(HeavisideTheta, heaviside_theta, 0, -1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_ORDERLESS | LY_PROTECTED, LY_PURE, "HeavisideTheta[x] represents the Heaviside theta function, equal to 0 for x < 0 and 1 for x > 0.")
static ly_value heaviside_theta(ly_context *cx, ly_expr *call) { return step(cx, call, false); }

BUILTIN(DiracDelta, dirac_delta, 0, -1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_ORDERLESS | LY_PROTECTED, LY_PURE, "DiracDelta[x] represents the Dirac delta function.")
static ly_value dirac_delta(ly_context *cx, ly_expr *call)
{
    for (size_t i = 0; i < call->count; i++) {
        int sign = sign_of(cx, call->args[i]);
        if (sign == 1 || sign == -1) return LY_INT(0);
    }
    return LY_UNEVALUATED;
}

BUILTIN(DiscreteDelta, discrete_delta, 0, -1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_ORDERLESS | LY_PROTECTED, LY_PURE, "DiscreteDelta[n1, n2, ...] gives the discrete delta function, equal to 1 if all the ni are zero, and 0 otherwise.")
static ly_value discrete_delta(ly_context *cx, ly_expr *call)
{
    bool all = true;
    for (size_t i = 0; i < call->count; i++) {
        ly_value v = call->args[i];
        if (ly_is_number(v) && ly_is_zero(v)) continue;
        if (ly_is_number(v)) return LY_INT(0);
        int sign = sign_of(cx, v);
        if (sign == 1 || sign == -1) return LY_INT(0);
        all = all && sign == 0;
    }
    return all ? LY_INT(1) : LY_UNEVALUATED;
}

BUILTIN(KroneckerDelta, kronecker_delta, 0, -1, LY_LISTABLE | LY_NUMERIC_FUNCTION | LY_ORDERLESS | LY_PROTECTED, LY_PURE, "KroneckerDelta[n1, n2, ...] gives the Kronecker delta, equal to 1 if all the ni are equal, and 0 otherwise.")
static ly_value kronecker_delta(ly_context *cx, ly_expr *call)
{
    ly_value zero = LY_INT(0);
    bool all = true;
    for (size_t i = 0; i < call->count; i++) {
        ly_value a = call->args[i], b = i + 1 < call->count ? call->args[i + 1] : call->count == 1 ? zero : LY_FAILED;
        if (!b) break;
        if (ly_same(a, b)) continue;
        ly_value equal = ly_call2(cx, LY_SYM(Equal), ly_retain(a), ly_retain(b));
        if (ly_failed(equal)) return equal;
        bool no = equal == LY_SYM(False), yes = equal == LY_SYM(True);
        ly_release(cx, equal);
        if (no) return LY_INT(0);
        all = all && yes;
    }
    return all ? LY_INT(1) : LY_UNEVALUATED;
}

BUILTIN(Unitize, unitize, 1, 2, LY_LISTABLE | LY_PROTECTED, LY_PURE, "Unitize[x] gives 0 when x is zero, and 1 when x has any other numerical value.")
static ly_value unitize(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (!ly_is_numeric(cx, v)) return LY_UNEVALUATED;
    if (call->count == 2) {
        ly_value below = ly_formula(cx, "Abs[#1] < Abs[#2]", 2, call->args);
        bool small = below == LY_SYM(True), known = small || below == LY_SYM(False);
        ly_release(cx, below);
        return known ? LY_INT(!small) : LY_UNEVALUATED;
    }
    if (ly_is_number(v)) return LY_INT(!ly_is_zero(v));
    int zero = ly_numeric_is_zero(cx, v);
    return zero < 0 ? LY_UNEVALUATED : LY_INT(!zero);
}

BUILTIN(Ramp, ramp, 1, 1, NUMERIC, LY_PURE, "Ramp[x] gives x if x >= 0 and 0 otherwise.")
static ly_value ramp(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0];
    int sign = sign_of(cx, x);
    if (sign == 2) return LY_UNEVALUATED;
    if (sign >= 0) return ly_retain(x);
    return ly_is_real(x) ? ly_real(cx, 0) : LY_INT(0);
}

/* ---- boxes and waves -------------------------------------------------------------------------------------- */

/* The value of a formula where the argument is a real numeric quantity. */
static ly_value of_real(ly_context *cx, ly_expr *call, const char *formula)
{
    ly_value x = call->args[0];
    bool certain;
    if (!ly_is_numeric(cx, x) || ly_numeric_sign(cx, x, &certain) == 2) return LY_UNEVALUATED;
    ly_value r = ly_formula(cx, formula, call->count, call->args);
    if (!ly_has_head(r, LY_SYM(HoldForm))) return r;
    ly_release(cx, r); /* the formula says that it has no value there */
    return LY_UNEVALUATED;
}

#define BUILTIN_OF_REAL(Name, function, formula, documentation)        \
    BUILTIN(Name, function, 1, 1, NUMERIC, LY_PURE, documentation)     \
    static ly_value function(ly_context *cx, ly_expr *call) { return of_real(cx, call, formula); }

BUILTIN_OF_REAL(UnitBox, unit_box, "If[Abs[#] <= 1/2, 1, 0]", "UnitBox[x] represents the unit box function, equal to 1 for |x| <= 1/2 and 0 otherwise.")
BUILTIN_OF_REAL(UnitTriangle, unit_triangle, "If[Abs[#] <= 1, 1 - Abs[#], 0]", "UnitTriangle[x] represents the unit triangle function on the interval |x| <= 1.")
BUILTIN_OF_REAL(HeavisidePi, heaviside_pi, "If[Abs[#] < 1/2, 1, If[Abs[#] > 1/2, 0, HoldForm[#]]]", "HeavisidePi[x] represents the box distribution, equal to 1 for |x| < 1/2 and 0 for |x| > 1/2.")
BUILTIN_OF_REAL(HeavisideLambda, heaviside_lambda, "If[Abs[#] <= 1, 1 - Abs[#], 0]", "HeavisideLambda[x] represents the triangle distribution which is nonzero for |x| < 1.")
BUILTIN_OF_REAL(SquareWave, square_wave, "If[Mod[#, 1] < 1/2, 1, -1]", "SquareWave[x] gives a square wave that alternates between +1 and -1 with unit period.")
BUILTIN_OF_REAL(TriangleWave, triangle_wave, "1 - 4 Abs[1/2 - Mod[# + 1/4, 1]]", "TriangleWave[x] gives a triangle wave that varies between -1 and +1 with unit period.")

BUILTIN(SawtoothWave, sawtooth_wave, 1, 1, NUMERIC, LY_PURE, "SawtoothWave[x] gives a sawtooth wave that varies from 0 to 1 with unit period.")
static ly_value sawtooth_wave(ly_context *cx, ly_expr *call) { return of_real(cx, call, "Mod[#, 1]"); }

BUILTIN(LogisticSigmoid, logistic_sigmoid, 1, 1, NUMERIC, LY_PURE, "LogisticSigmoid[z] gives the logistic sigmoid function.")
static ly_value logistic_sigmoid(ly_context *cx, ly_expr *call)
{
    ly_value z = call->args[0], direction;
    if (z == LY_INT(0)) return ly_rational_new(cx, LY_INT(1), LY_INT(2));
    if (ly_is_infinity(z, &direction)) {
        if (direction == LY_INT(1)) return LY_INT(1);
        if (direction == LY_INT(-1)) return LY_INT(0);
    }
    if (ly_is_inexact(z)) return ly_formula(cx, "1/(1 + E^(-#))", 1, &z);
    return LY_UNEVALUATED;
}

/* ---- Clip and Rescale ---------------------------------------------------------------------------------------- */

BUILTIN(Clip, clip, 1, 3, LY_NUMERIC_FUNCTION | LY_PROTECTED, LY_PURE, "Clip[x] gives x clipped to be between -1 and +1.\nClip[x, {min, max}] gives x for min <= x <= max, min for x < min and max for x > max.")
static ly_value clip(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0], low = LY_INT(-1), high = LY_INT(1), below, above;
    if (call->count > 1) {
        if (!ly_has_shape(call->args[1], LY_SYM(List), 2)) return LY_UNEVALUATED;
        low = ly_expr_of(call->args[1])->args[0];
        high = ly_expr_of(call->args[1])->args[1];
    }
    below = low;
    above = high;
    if (call->count > 2) {
        if (!ly_has_shape(call->args[2], LY_SYM(List), 2)) return LY_UNEVALUATED;
        below = ly_expr_of(call->args[2])->args[0];
        above = ly_expr_of(call->args[2])->args[1];
    }
    if (ly_is_list(x)) {
        ly_builder out = ly_builder_new();
        for (size_t i = 0, n = ly_length(x); i < n; i++) {
            ly_expr *item = ly_expr_new(cx, call->head, call->count);
            for (size_t k = 1; k < call->count; k++) item->args[k] = ly_retain(call->args[k]);
            item->args[0] = ly_element(cx, x, i);
            if (!ly_builder_add(cx, &out, ly_from_object(item))) return LY_FAILED;
        }
        return ly_builder_finish(cx, &out, LY_SYM(List));
    }
    ly_value direction;
    if (!ly_is_numeric(cx, x) && !(ly_is_infinity(x, &direction) && !ly_failed(direction))) return LY_UNEVALUATED;
    ly_value under = ly_call2(cx, LY_SYM(Less), ly_retain(x), ly_retain(low));
    ly_value over = under == LY_SYM(False) ? ly_call2(cx, LY_SYM(Greater), ly_retain(x), ly_retain(high)) : LY_SYM(False);
    ly_value result = LY_UNEVALUATED;
    if (ly_failed(under) || ly_failed(over)) result = LY_FAILED;
    else if (under == LY_SYM(True)) result = ly_retain(below);
    else if (over == LY_SYM(True)) result = ly_retain(above);
    else if (under == LY_SYM(False) && over == LY_SYM(False)) result = ly_retain(x);
    ly_release(cx, under);
    ly_release(cx, over);
    return result;
}

BUILTIN(Rescale, rescale, 1, 3, LY_PROTECTED, LY_PURE, "Rescale[x, {min, max}] gives x rescaled to run from 0 to 1 over the range min to max.")
static ly_value rescale(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0];
    if (call->count == 1) {
        if (!ly_is_list(x) || ly_length(x) == 0) return LY_UNEVALUATED;
        return ly_formula(cx, "If[Min[#] == Max[#], 0 #, (# - Min[#])/(Max[#] - Min[#])]", 1, &x);
    }
    if (!ly_has_shape(call->args[1], LY_SYM(List), 2)) return LY_UNEVALUATED;
    ly_value parts[5] = {x, ly_expr_of(call->args[1])->args[0], ly_expr_of(call->args[1])->args[1]};
    if (call->count == 2) return ly_formula(cx, "(#1 - #2)/(#3 - #2)", 3, parts);
    if (!ly_has_shape(call->args[2], LY_SYM(List), 2)) return LY_UNEVALUATED;
    parts[3] = ly_expr_of(call->args[2])->args[0];
    parts[4] = ly_expr_of(call->args[2])->args[1];
    return ly_formula(cx, "#4 + (#1 - #2) (#5 - #4)/(#3 - #2)", 5, parts);
}
