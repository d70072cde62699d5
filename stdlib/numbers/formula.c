/* formula.c: values of formulas that are written as program text.

   Tables of exact values (Cos[Pi/5] and its kin) read better as text than as calls of constructors. A
   formula's text is read when it is used; its symbols are those of System`,
   other names those of a context that programs don't see. */
#include "eval/library.h"
#include "numbers.h"

/* e with Slot[i] replaced by items[i - 1]; consumes e. */
static ly_value fill_take(ly_context *cx, ly_value e, size_t n, const ly_value *items)
{
    if (!ly_is_expr(e)) return e;
    int64_t i;
    if (ly_has_shape(e, LY_SYM(Slot), 1) && ly_to_int64(ly_expr_of(e)->args[0], &i) && i >= 1 && (size_t)i <= n) {
        ly_release(cx, e);
        return ly_retain(items[i - 1]);
    }
    ly_expr *own = ly_expr_own_take(cx, e);
    if (!own) return LY_FAILED;
    for (size_t k = 0; k < own->count; k++) {
        ly_value a = own->args[k];
        own->args[k] = LY_INT(0);
        own->args[k] = fill_take(cx, a, n, items);
    }
    own->head = fill_take(cx, own->head, n, items);
    ly_expr_touch(own);
    return ly_from_object(own);
}

ly_value ly_formula(ly_context *cx, const char *text, size_t n, const ly_value *items)
{
    ly_value input = ly_library_read(cx, text);
    if (ly_failed(input)) return LY_FAILED;
    return ly_evaluate_take(cx, fill_take(cx, input, n, items));
}
