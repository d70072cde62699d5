/* text_string.c: TextString: expressions as a reader, not a programmer, wants to see them.

   Exact numbers that are not integers appear as decimals, reals always with digits behind the point,
   associations and lists in braces, missing things as nothing. */
#include "stdlib/output/output.h"

#include <math.h>

#include "text/print.h"

static bool add_real(ly_text *out, double x)
{
    char digits[32];
    int exponent;
    if (isnan(x) || isinf(x)) {
        ly_text_puts(out, isnan(x) ? "Indeterminate" : x < 0 ? "-\xe2\x88\x9e" : "\xe2\x88\x9e");
        return true;
    }
    if (x == 0) {
        ly_text_puts(out, "0.0");
        return true;
    }
    ly_real_digits(x, 6, digits, &exponent);
    int count = (int)strlen(digits);
    if (x < 0) ly_text_putc(out, '-');
    if (exponent < -5 || exponent > 5) {
        ly_text_printf(out, "%c.%s\xc3\x97" "10^%d", digits[0], count > 1 ? digits + 1 : "0", exponent);
    } else if (exponent < 0) {
        ly_text_printf(out, "0.%.*s%s", -exponent - 1, "00000", digits);
    } else if (count <= exponent + 1) {
        ly_text_printf(out, "%s%.*s.%s", digits, exponent + 1 - count, "00000", exponent < 5 ? "0" : "");
    } else {
        ly_text_printf(out, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
    }
    return true;
}

static bool add_number(ly_context *cx, ly_text *out, ly_value number)
{
    double x;
    if (ly_is_complex(number)) {
        ly_value im = ly_complex_of(number)->im;
        bool negative = ly_sign(im) < 0;
        if (!add_number(cx, out, ly_complex_of(number)->re)) return false;
        ly_text_puts(out, negative ? " - " : " + ");
        if (!ly_to_double(im, &x)) return false;
        add_real(out, fabs(x));
        ly_text_putc(out, 'i');
        return true;
    }
    if (ly_is_rational(number) && ly_to_double(number, &x)) return add_real(out, x);
    if (ly_is_real(number)) return add_real(out, ly_real_of(number));
    ly_print_number(cx, out, number, false);
    return true;
}

static bool add_items(ly_context *cx, ly_text *out, ly_value list)
{
    size_t count = ly_length(list);
    ly_text_putc(out, '{');
    for (size_t i = 0; i < count; i++) {
        ly_value item = ly_element(cx, list, i);
        if (i) ly_text_puts(out, ", ");
        bool good = !ly_failed(item) && output_text_string(cx, out, item);
        ly_release(cx, item);
        if (!good) return false;
    }
    ly_text_putc(out, '}');
    return true;
}

struct again {
    ly_text *out;
    ly_value e;
    bool good;
};

static void *add_again(ly_context *cx, void *argument)
{
    struct again *again = argument;
    again->good = output_text_string(cx, again->out, again->e);
    return again;
}

bool output_text_string(ly_context *cx, ly_text *out, ly_value e)
{
    if (ly_stack_low(cx)) {
        struct again again = {out, e, false};
        return ly_on_new_stack(cx, add_again, &again) && again.good;
    }
    if (ly_is_string(e)) {
        ly_text_add(out, ly_string_of(e)->data, ly_string_of(e)->bytes);
        return true;
    }
    if (ly_poll(cx)) return false;
    if (ly_is_number(e)) return add_number(cx, out, e);
    if (ly_is_list(e)) return add_items(cx, out, e);
    if (ly_is_association(e)) {
        const ly_entry *entry;
        bool first = true;
        ly_text_puts(out, "<|");
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(e), &at));) {
            if (!first) ly_text_puts(out, ", ");
            first = false;
            if (!output_text_string(cx, out, entry->key)) return false;
            ly_text_puts(out, " -> ");
            if (!output_text_string(cx, out, entry->value)) return false;
        }
        ly_text_puts(out, "|>");
        return true;
    }
    if (ly_is_expr(e)) {
        const ly_expr *x = ly_expr_of(e);
        if (x->head == LY_SYM(Missing)) return true;
        if (x->head == LY_SYM(DirectedInfinity) && x->count <= 1) {
            ly_text_puts(out, x->count == 1 && x->args[0] == LY_INT(-1) ? "-\xe2\x88\x9e" : "\xe2\x88\x9e");
            return true;
        }
        if (x->head == LY_SYM(HoldForm) || x->head == LY_SYM(Row) || x->head == LY_SYM(StringForm)) {
            ly_print_output_form(cx, out, e);
            return !out->failed;
        }
        /* a numeric quantity is shown by its value */
        int numeric = ly_test_call1(cx, LY_SYM(NumericQ), e);
        if (numeric < 0) return false;
        if (numeric) {
            ly_value value = ly_call1(cx, LY_SYM(N), ly_retain(e));
            if (ly_failed(value)) return false;
            bool number = ly_is_number(value);
            if (number) add_number(cx, out, value);
            ly_release(cx, value);
            if (number) return true;
        }
    }
    ly_print_output_form(cx, out, e);
    return !out->failed;
}

BUILTIN(TextString, text_string, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED | LY_PACKED,
        "TextString[expr] gives expr as text to be read by people.")
static ly_value text_string(ly_context *cx, ly_expr *call)
{
    ly_text out = {0};
    if (output_text_string(cx, &out, call->args[0])) return output_string(cx, &out);
    ly_text_free(&out);
    return ly_text_failure(cx);
}
