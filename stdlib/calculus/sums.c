/* sums.c: what Sum and Product ask sums.lyra for: closed forms where bounds are symbols or Infinity. */
#include "eval/library.h"
#include "stdlib/lists/lists.h"
#include "stdlib/numbers/numbers.h"

MESSAGE(Sum, div, "Sum does not converge.")

/* name[f, v, a, b] of sums.lyra: LY_UNEVALUATED where there is no closed form. */
static ly_value ask(ly_context *cx, const char *name, size_t n, const ly_value *arguments)
{
    ly_value answer = ly_library_ask(cx, "System`Sums`", name, n, arguments);
    return answer == LY_SYM($Failed) ? LY_UNEVALUATED : answer;
}

/* The summand with the index without a value. */
static ly_value summand(ly_context *cx, ly_value f, ly_value v)
{
    ly_expr *block = ly_expr_new(cx, LY_SYM(Block), 2);
    block->args[0] = ly_make1(cx, LY_SYM(List), ly_retain(v));
    block->args[1] = ly_retain(f);
    return ly_evaluate_take(cx, ly_from_object(block));
}

/* One iterator {v, a, b}, {v, b}, or v alone: the closed form of f, owned; LY_UNEVALUATED: none. */
static ly_value closed(ly_context *cx, ly_expr *call, ly_value f, ly_value iterator, bool product)
{
    ly_value v = iterator, arguments[4] = {LY_FAILED, LY_FAILED, LY_INT(1), LY_FAILED}, answer = LY_UNEVALUATED;
    if (ly_has_head(iterator, LY_SYM(List))) {
        const ly_expr *e = ly_expr_of(iterator);
        if (e->count < 2 || e->count > 3) return LY_UNEVALUATED;
        v = e->args[0];
        if (e->count == 3) arguments[2] = ly_evaluate(cx, e->args[1]);
        arguments[3] = ly_failed(arguments[2]) ? LY_FAILED : ly_evaluate(cx, e->args[e->count - 1]);
        if (ly_failed(arguments[3])) {
            ly_release(cx, arguments[2]);
            return LY_FAILED;
        }
    } else if (ly_is_symbol(v)) { /* indefinite: from 0 (or 1) to v - 1 */
        arguments[2] = product ? LY_INT(1) : LY_INT(0);
        arguments[3] = ly_make2(cx, LY_SYM(Plus), LY_INT(-1), ly_retain(v));
    }
    arguments[1] = v;
    if (!ly_is_symbol(v) || ly_is_list(arguments[3]) || !arguments[3]) goto done;
    arguments[0] = summand(cx, f, v);
    if (ly_failed(arguments[0])) {
        answer = LY_FAILED;
        goto done;
    }
    {
        /* the index has no value while the rules work on it */
        ly_value held = ly_is_plus_infinity(arguments[3]) ? LY_FAILED : ly_evaluate(cx, arguments[3]);
        if (held) {
            ly_release(cx, arguments[3]);
            arguments[3] = held;
        }
    }
    if (ly_is_plus_infinity(arguments[3])) {
        if (ly_is_int(arguments[2])) answer = ask(cx, product ? "productToInfinity" : "toInfinity", 3, arguments);
        ly_value diverges = ly_library_symbol_named(cx, "System`Sums`", "diverges");
        if (!ly_failed(answer) && answer != LY_UNEVALUATED) {
            ly_value free_of = ly_call2(cx, LY_SYM(FreeQ), ly_retain(answer), diverges);
            bool good = free_of == LY_SYM(True);
            ly_release(cx, free_of);
            if (!good) {
                ly_release(cx, answer);
                answer = ly_message_call(cx, call, "div", 0);
            }
        }
    } else {
        answer = ask(cx, product ? "product" : "sum", 4, arguments);
    }
done:
    ly_release(cx, arguments[0]);
    ly_release(cx, arguments[2]);
    ly_release(cx, arguments[3]);
    return answer;
}

ly_value ly_sum_closed(ly_context *cx, ly_expr *call, bool product)
{
    if (call->count < 2) return LY_UNEVALUATED;
    if (call->count == 2) return closed(cx, call, call->args[0], call->args[1], product);
    /* several iterators: the innermost, which stands last, first */
    ly_value inner = closed(cx, call, call->args[0], call->args[call->count - 1], product);
    if (ly_failed(inner) || inner == LY_UNEVALUATED) return inner;
    ly_expr *outer = ly_expr_new(cx, call->head, call->count - 1);
    outer->args[0] = inner;
    for (size_t i = 1; i + 1 < call->count; i++) outer->args[i] = ly_retain(call->args[i]);
    return ly_from_object(outer);
}
