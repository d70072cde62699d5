/* expand.c: products and powers of sums written out: Expand, ExpandAll, Distribute's kin. */
#include "algebra.h"

/* Something is there to be written out. */
static bool needs_expansion(ly_context *cx, ly_value e)
{
    if (ly_stack_low(cx)) return (bool)(uint8_t)ly_deeper(cx, needs_expansion, LY_AS_WORD(cx), e);
    if (ly_is_plus(e) || ly_is_times(e)) {
        const ly_expr *x = ly_expr_of(e);
        bool times = ly_is_times(e);
        for (uint32_t i = 0; i < x->count; i++)
            if ((times && ly_is_plus(x->args[i])) || needs_expansion(cx, x->args[i])) return true;
        return false;
    }
    if (!ly_is_power(e)) return false;
    ly_value n = ly_exponent_of(e), b = ly_base_of(e);
    if (!ly_is_int(n) || ly_int_of(n) < 2) return false;
    return ly_is_plus(b) || (!ly_is_symbol(b) && needs_expansion(cx, b));
}

ly_value ly_expand(ly_context *cx, ly_value e, ly_value within)
{
    if (ly_stack_low(cx)) return ly_retain(e);
    if (!needs_expansion(cx, e)) return ly_retain(e);
    ly_ring ring;
    ly_value result = LY_FAILED;
    ly_ring_new(cx, &ring, within, false);
    if (ly_ring_gather(&ring, e) && ly_ring_start(&ring)) {
        fmpq_mpoly_t p;
        fmpq_mpoly_init(p, ring.flint);
        if (ly_ring_read(&ring, p, e)) result = ly_ring_write(&ring, p);
        fmpq_mpoly_clear(p, ring.flint);
    }
    ly_ring_free(&ring);
    /* a relation between generators may have made a product of sums again */
    if (result && needs_expansion(cx, result) && !ly_same(result, e)) {
        ly_value again = ly_expand(cx, result, within);
        ly_release(cx, result);
        return again;
    }
    return result;
}

ly_value ly_expand_take(ly_context *cx, ly_value e)
{
    if (!e) return e;
    ly_value result = ly_expand(cx, e, LY_FAILED);
    ly_release(cx, e);
    return result;
}

static ly_value expand_one(ly_context *cx, ly_value e, void *data)
{
    return ly_expand(cx, e, *(ly_value *)data);
}

BUILTIN(Expand, expand, 1, -1, LY_PROTECTED, LY_PURE,
        "Expand[expr] writes out products and positive integer powers of sums; Expand[expr, x] leaves "
        "what is free of x.")
static ly_value expand(ly_context *cx, ly_expr *call)
{
    size_t count = call->count > 1 ? ly_option_start(call, 1) : 1;
    ly_value within = count > 1 ? call->args[1] : LY_FAILED;
    if (call->count > count) {
        ly_value trig = ly_option(cx, call, count, "Trig", LY_SYM(False));
        ly_value modulus = ly_option(cx, call, count, "Modulus", LY_INT(0));
        bool plain = trig != LY_SYM(True) && modulus == LY_INT(0);
        if (modulus && modulus != LY_INT(0) && trig != LY_SYM(True)) {
            ly_value e = ly_thread_algebraic(cx, call->args[0], expand_one, &within);
            ly_release(cx, trig);
            return e ? ly_call2(cx, LY_SYM(PolynomialMod), e, modulus) : LY_FAILED;
        }
        ly_release(cx, modulus);
        if (!plain) {
            ly_value e = ly_call1(cx, LY_SYM(TrigExpand), ly_retain(call->args[0]));
            ly_release(cx, trig);
            if (ly_failed(e) || ly_has_head(e, LY_SYM(TrigExpand))) {
                ly_release(cx, e);
                return e ? LY_UNEVALUATED : LY_FAILED;
            }
            return ly_expand_take(cx, e);
        }
        ly_release(cx, trig);
    }
    return ly_thread_algebraic(cx, call->args[0], expand_one, &within);
}

/* ---- ExpandAll -------------------------------------------------------------------------------- */

static ly_value expand_all_of(ly_context *cx, ly_value e);

static void *expand_all_again(ly_context *cx, void *argument)
{
    ly_value *e = argument;
    *e = expand_all_of(cx, *e);
    return e;
}

static ly_value expand_all_of(ly_context *cx, ly_value e)
{
    if (!ly_is_expr(e)) return ly_retain(e);
    if (ly_stack_low(cx)) {
        ly_value v = e;
        return ly_on_new_stack(cx, expand_all_again, &v) ? v : LY_FAILED;
    }
    const ly_expr *x = ly_expr_of(e);
    ly_value head = expand_all_of(cx, x->head);
    if (!head) return LY_FAILED;
    ly_expr *copy = ly_expr_new(cx, head, x->count);
    ly_release(cx, head);
    if (!copy) return LY_FAILED;
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value item = expand_all_of(cx, x->args[i]);
        if (!item) {
            ly_release(cx, ly_from_object(copy));
            return LY_FAILED;
        }
        copy->args[i] = item;
    }
    ly_value result = ly_evaluate_take(cx, ly_from_object(copy));
    if (!result) return result;
    if (ly_is_power(result) && ly_is_int(ly_exponent_of(result)) && ly_int_of(ly_exponent_of(result)) < -1 &&
        ly_is_plus(ly_base_of(result))) {
        ly_value n = LY_INT(-ly_int_of(ly_exponent_of(result)));
        ly_value power = ly_make2(cx, LY_SYM(Power), ly_retain(ly_base_of(result)), n);
        ly_release(cx, result);
        return ly_raised_take(cx, ly_expand_take(cx, power), LY_INT(-1));
    }
    return ly_expand_take(cx, result);
}

BUILTIN(ExpandAll, expand_all, 1, -1, LY_PROTECTED, LY_PURE,
        "ExpandAll[expr] expands all parts of expr, denominators too.")
static ly_value expand_all(ly_context *cx, ly_expr *call)
{
    if (call->count > 1) return LY_UNEVALUATED;
    return expand_all_of(cx, call->args[0]);
}
