/* total.c: sums and products of terms that come one by one. Numbers are added up as they come; the other
   terms are put together by the evaluator in the end. */
#include "eval/total.h"

#include "eval/eval.h"

void ly_total_start(ly_total *total, ly_value head)
{
    *total = (ly_total){.head = head, .number = LY_INT(head == LY_SYM(Times)), .others = ly_builder_new()};
}

bool ly_total_add(ly_context *cx, ly_total *total, ly_value v)
{
    if (ly_is_number(v)) {
        ly_value number = total->head == LY_SYM(Plus) ? ly_add(cx, total->number, v)
                                                      : ly_multiply(cx, total->number, v);
        ly_release(cx, v);
        if (ly_failed(number)) return false;
        ly_release(cx, total->number);
        total->number = number;
        return true;
    }
    if (!ly_builder_add(cx, &total->others, v)) return false;
    if (ly_builder_count(&total->others) < 4096 || !ly_is_list(v)) return true;
    /* lists add up to one list, not to a list of them all */
    ly_value together = ly_evaluate_take(cx, ly_builder_finish(cx, &total->others, total->head));
    return !ly_failed(together) && ly_builder_add(cx, &total->others, together);
}

ly_value ly_total_expression(ly_context *cx, ly_total *total)
{
    ly_value number = total->number;
    total->number = LY_INT(0);
    if (ly_builder_count(&total->others) == 0) {
        ly_builder_drop(cx, &total->others);
        return number;
    }
    if (number != LY_INT(total->head == LY_SYM(Times)) && !ly_builder_add(cx, &total->others, number)) {
        ly_builder_drop(cx, &total->others);
        return LY_FAILED;
    }
    return ly_builder_finish(cx, &total->others, total->head);
}

ly_value ly_total_finish(ly_context *cx, ly_total *total)
{
    ly_value v = ly_total_expression(cx, total);
    return ly_failed(v) ? v : ly_evaluate_take(cx, v);
}

void ly_total_drop(ly_context *cx, ly_total *total)
{
    ly_release(cx, total->number);
    total->number = LY_INT(0);
    ly_builder_drop(cx, &total->others);
}
