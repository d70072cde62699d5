/* infinity.c: DirectedInfinity[z], ComplexInfinity = DirectedInfinity[], Indeterminate.

   Infinity is DirectedInfinity[1]. A direction that is a number is kept as z/Abs[z]. */
#include "numbers.h"

MESSAGE(Infinity, indet, "Indeterminate expression `1` encountered.")
MESSAGE(Power, indet, "Indeterminate expression `1` encountered.")
MESSAGE(Power, infy, "Infinite expression `1` encountered.")

BUILTIN_SYMBOL(Indeterminate, LY_PROTECTED,
               "Indeterminate stands for a quantity whose magnitude cannot be determined.")

bool ly_is_infinity(ly_value v, ly_value *direction)
{
    if (!ly_has_head(v, LY_SYM(DirectedInfinity)) || ly_expr_of(v)->count > 1) return false;
    *direction = ly_expr_of(v)->count ? ly_expr_of(v)->args[0] : LY_FAILED;
    return true;
}

ly_value ly_infinity(ly_context *cx, int sign)
{
    if (sign == 0) return ly_make0(cx, LY_SYM(DirectedInfinity));
    return ly_make1(cx, LY_SYM(DirectedInfinity), LY_INT(sign));
}

static ly_value report_take(ly_context *cx, ly_value symbol, const char *tag, ly_value expression)
{
    ly_value held = ly_make1(cx, LY_SYM(HoldForm), expression);
    ly_message(cx, symbol, tag, 1, held);
    ly_release(cx, held);
    return LY_FAILED;
}

ly_value ly_indeterminate_take(ly_context *cx, ly_value symbol, ly_value expression)
{
    report_take(cx, symbol, "indet", expression);
    return LY_SYM(Indeterminate);
}

ly_value ly_infinite_take(ly_context *cx, ly_value expression)
{
    report_take(cx, LY_SYM(Power), "infy", expression);
    return ly_infinity(cx, 0);
}

BUILTIN(Infinity, infinity_value, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Infinity is a symbol that represents a positive infinite quantity.")
static ly_value infinity_value(ly_context *cx, ly_expr *call) { return ly_infinity(cx, 1); }

BUILTIN(ComplexInfinity, complex_infinity_value, 0, 0, LY_PROTECTED, LY_VALUE,
        "ComplexInfinity represents a quantity with infinite magnitude, but undetermined phase.")
static ly_value complex_infinity_value(ly_context *cx, ly_expr *call) { return ly_infinity(cx, 0); }

BUILTIN(DirectedInfinity, directed_infinity, 0, 1, LY_LISTABLE | LY_PROTECTED | LY_READ_PROTECTED,
        LY_PURE,
        "DirectedInfinity[] represents an infinite quantity whose direction is unknown.\n"
        "DirectedInfinity[z] represents an infinite quantity that is a positive real multiple of z.")
static ly_value directed_infinity(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) return LY_UNEVALUATED;
    ly_value z = ly_arg(call, 0), direction;
    if (z == LY_INT(1) || z == LY_INT(-1)) return LY_UNEVALUATED;
    if (z == LY_SYM(Indeterminate)) return ly_infinity(cx, 0);
    if (ly_is_infinity(z, &direction)) return ly_retain(z);
    if (ly_is_number(z)) {
        if (ly_is_zero(z)) return ly_infinity(cx, 0);
        if (!ly_is_complex(z)) return ly_infinity(cx, ly_sign(z));
        if (ly_complex_of(z)->re == LY_INT(0)) {
            int sign = ly_sign(ly_complex_of(z)->im);
            ly_value unit = ly_complex_take(cx, LY_INT(0), LY_INT(sign));
            if (ly_same(unit, z)) {
                ly_release(cx, unit);
                return LY_UNEVALUATED;
            }
            return ly_make1(cx, LY_SYM(DirectedInfinity), unit);
        }
        ly_value size = ly_call1(cx, LY_SYM(Abs), ly_retain(z));
        if (ly_failed(size)) return size;
        if (size == LY_INT(1) || (ly_is_inexact(size) && ly_numbers_equal(size, LY_INT(1)))) {
            ly_release(cx, size);
            return LY_UNEVALUATED;
        }
        ly_value unit = ly_times_take(cx, ly_retain(z), ly_power_take(cx, size, LY_INT(-1)));
        if (ly_failed(unit)) return unit;
        return ly_make1(cx, LY_SYM(DirectedInfinity), unit);
    }
    /* a real numeric direction is its sign */
    if (ly_is_numeric(cx, z)) {
        bool certain;
        int sign = ly_numeric_sign(cx, z, &certain);
        if (sign == 1 || sign == -1) return ly_infinity(cx, sign);
        ly_value size = ly_call1(cx, LY_SYM(Abs), ly_retain(z));
        if (ly_failed(size)) return size;
        if (size == LY_INT(1) || ly_has_head(size, LY_SYM(Abs)) || ly_has_head(z, LY_SYM(Times))) {
            ly_release(cx, size);
        } else {
            ly_value unit = ly_times_take(cx, ly_retain(z), ly_power_take(cx, size, LY_INT(-1)));
            return ly_failed(unit) ? unit : ly_make1(cx, LY_SYM(DirectedInfinity), unit);
        }
    }
    /* a positive numeric factor of a product does not matter */
    if (ly_has_head(z, LY_SYM(Times)) && ly_expr_of(z)->count >= 2 &&
        ly_is_real_number(ly_expr_of(z)->args[0])) {
        ly_value number = ly_expr_of(z)->args[0];
        int sign = ly_sign(number);
        if (sign != 0 && number != LY_INT(sign)) {
            ly_value unit = ly_times_take(cx, ly_times_take(cx, LY_INT(sign), ly_retain(z)),
                                          ly_power_take(cx, ly_retain(number), LY_INT(-1)));
            if (ly_failed(unit)) return unit;
            return ly_make1(cx, LY_SYM(DirectedInfinity), unit);
        }
    }
    return LY_UNEVALUATED;
}
