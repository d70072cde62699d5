/* predicates.c: questions about numbers: what kind they are, their sign and parity. */
#include "interval.h"

#define BUILTIN_QUESTION(Name, function, test, documentation)                              \
    BUILTIN(Name, function, 1, 1, LY_PROTECTED, LY_PURE, documentation)            \
    static ly_value function(ly_context *cx, ly_expr *call)                        \
    {                                                                              \
        ly_value v = call->args[0];                                                \
        (void)v;                                                                   \
        return ly_bool(test);                                                      \
    }

BUILTIN_QUESTION(NumberQ, number_q, ly_is_number(v), "NumberQ[expr] gives True if expr is a number, and False otherwise.")
BUILTIN_QUESTION(IntegerQ, integer_q, ly_is_integer(v), "IntegerQ[expr] gives True if expr is an integer, and False otherwise.")
BUILTIN_QUESTION(NumericQ, numeric_q, ly_is_numeric(cx, v), "NumericQ[expr] gives True if expr is a numeric quantity, and False otherwise.")
BUILTIN_QUESTION(ExactNumberQ, exact_number_q, ly_is_number(v) && ly_is_exact(v),
         "ExactNumberQ[expr] returns True if expr is an exact real or complex number, and returns False otherwise.")
BUILTIN_QUESTION(InexactNumberQ, inexact_number_q, ly_is_inexact(v),
         "InexactNumberQ[expr] returns True if expr is an inexact real or complex number, and returns False otherwise.")
BUILTIN_QUESTION(MachineNumberQ, machine_number_q,
         ly_is_real(v) || (ly_is_complex(v) && ly_is_real(ly_complex_of(v)->re) && ly_is_real(ly_complex_of(v)->im)),
         "MachineNumberQ[expr] returns True if expr is a machine-precision number, and returns False otherwise.")
BUILTIN_QUESTION(RealValuedNumberQ, real_valued_number_q,
         ly_is_real_number(v) || ly_has_shape(v, LY_SYM(Overflow), 0) || ly_has_shape(v, LY_SYM(Underflow), 0),
         "RealValuedNumberQ[expr] gives True if expr is a number that is real.")

static bool is_even(ly_value v)
{
    if (ly_is_int(v)) return !(ly_int_of(v) & 1);
    return ly_is_kind(v, LY_KIND_BIGINT) && mpz_even_p(ly_bigint_of(v)->z);
}
BUILTIN_QUESTION(EvenQ, even_q, ly_is_integer(v) && is_even(v), "EvenQ[expr] gives True if expr is an even integer, and False otherwise.")
BUILTIN_QUESTION(OddQ, odd_q, ly_is_integer(v) && !is_even(v), "OddQ[expr] gives True if expr is an odd integer, and False otherwise.")

static ly_value sign_question(ly_context *cx, ly_value v, bool negative, bool zero, bool positive)
{
    bool certain;
    ly_value direction;
    int sign;
    if (ly_is_interval(v)) {
        /* all of it on one side */
        ly_value low, high;
        if (!ly_interval_ends(v, &low, &high)) return LY_UNEVALUATED;
        ly_value a = sign_question(cx, low, negative, zero, positive), b = sign_question(cx, high, negative, zero, positive);
        if (a == b) return a;
        /* an end at 0 excludes what is strict */
        if (!zero && (low == LY_INT(0) || high == LY_INT(0))) return LY_SYM(False);
        return LY_UNEVALUATED;
    }
    if (ly_is_infinity(v, &direction)) {
        if (ly_failed(direction) || !ly_is_real_number(direction)) return LY_SYM(False);
        sign = ly_sign(direction);
    } else {
        if (ly_is_complex(v)) return LY_SYM(False);
        if (!ly_is_numeric(cx, v)) return LY_UNEVALUATED;
        sign = ly_numeric_sign(cx, v, &certain);
        if (sign == 2) return LY_SYM(False);
    }
    return ly_bool(sign < 0 ? negative : sign > 0 ? positive : zero);
}

#define BUILTIN_SIGN_QUESTION(Name, function, negative, zero, positive, documentation)           \
    BUILTIN(Name, function, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE, documentation)    \
    static ly_value function(ly_context *cx, ly_expr *call)                              \
    {                                                                                    \
        return sign_question(cx, call->args[0], negative, zero, positive);               \
    }

BUILTIN_SIGN_QUESTION(Positive, positive_builtin, false, false, true, "Positive[x] gives True if x is a positive number.")
BUILTIN_SIGN_QUESTION(Negative, negative_builtin, true, false, false, "Negative[x] gives True if x is a negative number.")
BUILTIN_SIGN_QUESTION(NonNegative, non_negative, false, true, true, "NonNegative[x] gives True if x is a non-negative number.")
BUILTIN_SIGN_QUESTION(NonPositive, non_positive, true, true, false, "NonPositive[x] gives True if x is a non-positive number.")

BUILTIN(RealValuedNumericQ, real_valued_numeric_q, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "RealValuedNumericQ[x] gives True if x is a numeric quantity with a real value.")
static ly_value real_valued_numeric_q(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_number(v)) return ly_bool(!ly_is_complex(v));
    if (!ly_is_numeric(cx, v)) return LY_SYM(False);
    ly_value n = ly_call1(cx, LY_SYM(N), ly_retain(v));
    if (ly_failed(n)) return n;
    bool real = ly_is_real_number(n);
    ly_release(cx, n);
    return ly_bool(real);
}
