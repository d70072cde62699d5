/* print_full.c: FullForm: heads and arguments, nothing else. */
#include "text/print.h"

#include "eval/eval.h"

struct again {
    ly_printer *printer;
    ly_value e;
};

static void *print_again(ly_context *cx, void *argument)
{
    struct again *again = argument;
    (void)cx;
    ly_print_full(again->printer, again->e);
    return argument;
}

static void print_rule(ly_printer *printer, const ly_entry *entry)
{
    ly_print_puts(printer, entry->delayed ? "RuleDelayed[" : "Rule[");
    ly_print_full(printer, entry->key);
    ly_print_puts(printer, ", ");
    ly_print_full(printer, entry->value);
    ly_print_puts(printer, "]");
}

void ly_print_full(ly_printer *printer, ly_value e)
{
    if (printer->failed) return;
    if (ly_is_string(e)) {
        ly_print_string_quoted(printer, e);
    } else if (ly_is_association(e)) {
        const ly_entry *entry;
        bool first = true;
        ly_print_puts(printer, "Association[");
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(e), &at));) {
            if (!first) ly_print_puts(printer, ", ");
            first = false;
            print_rule(printer, entry);
        }
        ly_print_puts(printer, "]");
    } else if (ly_is_packed(e)) {
        size_t count = ly_length(e);
        ly_print_puts(printer, "List[");
        for (size_t i = 0; i < count && !printer->failed; i++) {
            ly_value element = ly_element(printer->cx, e, i);
            if (ly_failed(element)) {
                printer->failed = true;
                break;
            }
            if (i) ly_print_puts(printer, ", ");
            ly_print_full(printer, element);
            ly_release(printer->cx, element);
        }
        ly_print_puts(printer, "]");
    } else if (!ly_is_expr(e)) {
        ly_print(printer, e, LY_BIND_NOTHING);
    } else {
        if (ly_stack_low(printer->cx)) {
            struct again again = {printer, e};
            if (!ly_on_new_stack(printer->cx, print_again, &again)) printer->failed = true;
            return;
        }
        const ly_expr *x = ly_expr_of(e);
        ly_print_full(printer, x->head);
        ly_print_puts(printer, "[");
        for (size_t i = 0; i < x->count && !printer->failed; i++) {
            if (i) ly_print_puts(printer, ", ");
            ly_print_full(printer, x->args[i]);
        }
        ly_print_puts(printer, "]");
    }
}
