/* special.c: special functions of one or more arguments, their numeric values by Arb.

   Each function's exact values stand in its built-in; numbers are handed to Arb when one of them is
   inexact, and the result has the lowest precision among the arguments. */
#include "special.h"

#include <acb.h>
#include <math.h>

typedef struct call_shape {
    const void *function;
    size_t count;
    ly_ball_shape shape;
} call_shape;

static void call_shaped(void *out, const void *const *in, long bits, const void *data)
{
    union {
        const void *object;
        void (*f1)(acb_t, const acb_t, slong);
        void (*f2)(acb_t, const acb_t, const acb_t, slong);
        void (*f3)(acb_t, const acb_t, const acb_t, const acb_t, slong);
        void (*f4)(acb_t, const acb_t, const acb_t, const acb_t, const acb_t, slong);
        void (*g1)(acb_t, const acb_t, int, slong);
        void (*g2)(acb_t, const acb_t, const acb_t, int, slong);
        void (*g3)(acb_t, const acb_t, const acb_t, const acb_t, int, slong);
        void (*g4)(acb_t, const acb_t, const acb_t, const acb_t, const acb_t, int, slong);
    } f;
    const call_shape *c = data;
    int flag = c->shape == LY_BALL_REGULARIZED;
    f.object = c->function;
    if (c->shape == LY_BALL_PLAIN) {
        if (c->count == 1) f.f1(out, in[0], bits);
        else if (c->count == 2) f.f2(out, in[0], in[1], bits);
        else if (c->count == 3) f.f3(out, in[0], in[1], in[2], bits);
        else f.f4(out, in[0], in[1], in[2], in[3], bits);
    } else {
        if (c->count == 1) f.g1(out, in[0], flag, bits);
        else if (c->count == 2) f.g2(out, in[0], in[1], flag, bits);
        else if (c->count == 3) f.g3(out, in[0], in[1], in[2], flag, bits);
        else f.g4(out, in[0], in[1], in[2], in[3], flag, bits);
    }
}

ly_value ly_special_of(ly_context *cx, size_t n, const ly_value *args, const char *name, ly_ball_shape shape)
{
    double precision;
    ly_value numbers[4];
    if (n > 4 || !ly_any_inexact(args, n, &precision)) return LY_UNEVALUATED;
    double lowest = precision;
    for (size_t i = 0; i < n; i++) {
        if (ly_is_number(args[i])) {
            numbers[i] = ly_retain(args[i]);
            if (precision != LY_MACHINE_PRECISION && !ly_is_exact(args[i])) lowest = fmin(lowest, ly_precision_of(args[i]));
        } else {
            numbers[i] = ly_is_numeric(cx, args[i]) ? ly_numeric_value(cx, args[i], precision) : LY_UNEVALUATED;
            if (ly_failed(numbers[i]) || !ly_is_number(numbers[i])) {
                ly_value r = ly_failed(numbers[i]) ? LY_FAILED : LY_UNEVALUATED;
                for (size_t k = 0; k < i; k++) ly_release(cx, numbers[k]);
                return r;
            }
        }
    }
    call_shape c = {ly_arb_symbol(name), n, shape};
    ly_value result = LY_UNEVALUATED;
    if (c.function && lowest > 0) result = ly_arb_with(cx, call_shaped, &c, n, numbers, precision == LY_MACHINE_PRECISION ? precision : lowest);
    for (size_t i = 0; i < n; i++) ly_release(cx, numbers[i]);
    return result;
}

ly_value ly_special(ly_context *cx, ly_expr *call, const char *name, ly_ball_shape shape)
{
    return ly_special_of(cx, call->count, call->args, name, shape);
}
