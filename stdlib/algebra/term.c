/* term.c: arithmetic on expressions, and walking the connectives that algebra threads over. */
#include "algebra.h"


static bool both(ly_context *cx, ly_value a, ly_value b)
{
    if (a && b) return true;
    ly_release(cx, a);
    ly_release(cx, b);
    return false;
}

ly_value ly_sum_take(ly_context *cx, ly_value a, ly_value b)
{
    if (!both(cx, a, b)) return LY_FAILED;
    if (a == LY_INT(0)) return b;
    if (b == LY_INT(0)) return a;
    return ly_evaluate_take(cx, ly_make2(cx, LY_SYM(Plus), a, b));
}

ly_value ly_product_take(ly_context *cx, ly_value a, ly_value b)
{
    if (!both(cx, a, b)) return LY_FAILED;
    if (a == LY_INT(1)) return b;
    if (b == LY_INT(1)) return a;
    return ly_evaluate_take(cx, ly_make2(cx, LY_SYM(Times), a, b));
}

ly_value ly_raised_take(ly_context *cx, ly_value a, ly_value b)
{
    if (!both(cx, a, b)) return LY_FAILED;
    if (b == LY_INT(1)) return a;
    return ly_evaluate_take(cx, ly_make2(cx, LY_SYM(Power), a, b));
}

ly_value ly_difference_take(ly_context *cx, ly_value a, ly_value b)
{
    if (!both(cx, a, b)) return LY_FAILED;
    return ly_sum_take(cx, a, ly_product_take(cx, LY_INT(-1), b));
}

ly_value ly_quotient_take(ly_context *cx, ly_value a, ly_value b)
{
    if (!both(cx, a, b)) return LY_FAILED;
    return ly_product_take(cx, a, ly_raised_take(cx, b, LY_INT(-1)));
}

/* ---- freedom ---------------------------------------------------------------------------------- */

typedef struct free_call {
    ly_value e, x;
    bool result;
} free_call;

static bool is_free(ly_context *cx, ly_value e, ly_value x);

static void *free_again(ly_context *cx, void *argument)
{
    free_call *call = argument;
    call->result = is_free(cx, call->e, call->x);
    return call;
}

static bool is_free(ly_context *cx, ly_value e, ly_value x)
{
    if (e == x) return false;
    if (!ly_is_pointer(e)) return !ly_is_pointer(x) ? true : !ly_same(e, x);
    if (!ly_is_symbol(x) && ly_same(e, x)) return false;
    if (!ly_is_expr(e)) return !ly_is_association(e);
    if (ly_stack_low(cx)) {
        free_call call = {e, x, false};
        ly_on_new_stack(cx, free_again, &call);
        return call.result;
    }
    const ly_expr *expr = ly_expr_of(e);
    if (expr->stamp == LY_INERT && ly_is_symbol(x)) return true;
    if (!is_free(cx, expr->head, x)) return false;
    for (uint32_t i = 0; i < expr->count; i++)
        if (!is_free(cx, expr->args[i], x)) return false;
    return true;
}

bool ly_is_free_of(ly_context *cx, ly_value e, ly_value x)
{
    return is_free(cx, e, x);
}

/* ---- threading -------------------------------------------------------------------------------- */

static bool is_connective(ly_value h)
{
    return h == LY_SYM(List) || h == LY_SYM(Equal) || h == LY_SYM(Unequal) || h == LY_SYM(Less) ||
           h == LY_SYM(LessEqual) || h == LY_SYM(Greater) || h == LY_SYM(GreaterEqual) ||
           h == LY_SYM(And) || h == LY_SYM(Or) || h == LY_SYM(Not) || h == LY_SYM(Xor) ||
           h == LY_SYM(Implies) || h == LY_SYM(Rule);
}

ly_value ly_thread_algebraic(ly_context *cx, ly_value e, ly_algebraic *f, void *data)
{
    if (ly_is_packed(e)) return ly_retain(e);
    if (!ly_is_expr(e) || !is_connective(ly_expr_of(e)->head)) return f(cx, e, data);
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    const ly_expr *expr = ly_expr_of(e);
    ly_expr *result = ly_expr_new(cx, expr->head, expr->count);
    if (!result) return LY_FAILED;
    for (uint32_t i = 0; i < expr->count; i++) {
        ly_value item = ly_thread_algebraic(cx, expr->args[i], f, data);
        if (!item) {
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        result->args[i] = item;
    }
    return ly_evaluate_take(cx, ly_from_object(result));
}
