/* print.c: Print, Echo and what belongs to them: text on standard output. */
#include "stdlib/output/output.h"

/* Writes the text and a line feed; frees it. False: an error is pending. */
static bool write_line(ly_context *cx, ly_text *text)
{
    ly_text_putc(text, '\n');
    bool good = !text->failed;
    if (good) ly_write(cx, text->data, text->count);
    else ly_text_failure(cx);
    ly_text_free(text);
    return good;
}

ly_value output_failure_message(ly_context *cx, ly_value v)
{
    ly_value message;
    if (!ly_has_shape(v, LY_SYM(Failure), 2) || !ly_is_association(ly_expr_of(v)->args[1])) return LY_FAILED;
    message = ly_call1(cx, v, ly_string_from(cx, "Message"));
    if (ly_is_string(message)) return message;
    ly_release(cx, message);
    return LY_FAILED;
}

BUILTIN(Print, print_items, 0, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED | LY_PACKED,
        "Print[a, b, …] prints a, b, … side by side, as a line; among others a failure shows its message.")
static ly_value print_items(ly_context *cx, ly_expr *call)
{
    ly_text text = {0};
    for (uint32_t i = 0; i < call->count; i++) {
        ly_value message = call->count > 1 ? output_failure_message(cx, call->args[i]) : LY_FAILED;
        if (ly_failed(message) && cx->pending.kind != LY_PENDING_NONE) {
            ly_text_free(&text);
            return LY_FAILED;
        }
        ly_print_text(cx, &text, ly_failed(message) ? call->args[i] : message);
        ly_release(cx, message);
    }
    return write_line(cx, &text) ? LY_SYM(Null) : LY_FAILED;
}

BUILTIN(PrintTemporary, print_temporary, 0, -1, LY_PROTECTED | LY_READ_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "PrintTemporary[expr] prints expr.")
static ly_value print_temporary(ly_context *cx, ly_expr *call) { return print_items(cx, call); }

/* >> label value */
static bool echo(ly_context *cx, ly_value label, ly_value value)
{
    ly_text text = {0};
    ly_text_puts(&text, ">> ");
    if (!ly_failed(label) && !ly_string_is(label, "")) {
        ly_print_text(cx, &text, label);
        ly_text_putc(&text, ' ');
    }
    ly_print_text(cx, &text, value);
    return write_line(cx, &text);
}

BUILTIN(Echo, echo_value, 1, 3, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED | LY_PACKED,
        "Echo[expr] prints expr and gives it; Echo[expr, label] with a label; Echo[expr, label, f] prints f[expr].")
static ly_value echo_value(ly_context *cx, ly_expr *call)
{
    ly_value shown = ly_retain(call->args[0]);
    if (call->count == 3) shown = ly_call1(cx, call->args[2], shown);
    if (ly_failed(shown)) return LY_FAILED;
    bool good = echo(cx, call->count > 1 ? call->args[1] : LY_FAILED, shown);
    ly_release(cx, shown);
    return good ? ly_retain(call->args[0]) : LY_FAILED;
}

BUILTIN(EchoEvaluation, echo_evaluation, 1, 2, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "EchoEvaluation[expr] prints expr before and after it is evaluated, and gives its value.")
static ly_value echo_evaluation(ly_context *cx, ly_expr *call)
{
    ly_value label = call->count > 1 ? call->args[1] : LY_FAILED;
    ly_text text = {0};
    ly_text_puts(&text, ">> ");
    if (!ly_failed(label)) {
        ly_print_text(cx, &text, label);
        ly_text_putc(&text, ' ');
    }
    ly_print_text(cx, &text, call->args[0]);
    if (!write_line(cx, &text)) return LY_FAILED;
    ly_value value = ly_evaluate(cx, call->args[0]);
    if (ly_failed(value)) return LY_FAILED;
    ly_text_puts(&text, "<< ");
    if (!ly_failed(label)) {
        ly_print_text(cx, &text, label);
        ly_text_putc(&text, ' ');
    }
    ly_print_text(cx, &text, value);
    if (write_line(cx, &text)) return value;
    ly_release(cx, value);
    return LY_FAILED;
}

/* EchoFunction[f][x], EchoFunction[label, f][x] */
BUILTIN_SUB(EchoFunction, echo_function, echo_function_value, 0, 2, LY_PROTECTED, LY_EFFECTS,
            "EchoFunction[f][x] prints f[x] and gives x; EchoFunction[label, f] with a label.")
static ly_value echo_function(ly_context *cx, ly_expr *call) { return LY_UNEVALUATED; }

static ly_value echo_function_value(ly_context *cx, ly_expr *call)
{
    const ly_expr *function = ly_expr_of(call->head);
    if (!ly_is_symbol(function->head) || call->count != 1 || function->count > 2) return LY_UNEVALUATED;
    ly_value shown = ly_retain(call->args[0]);
    if (function->count > 0) shown = ly_call1(cx, function->args[function->count - 1], shown);
    if (ly_failed(shown)) return LY_FAILED;
    bool good = echo(cx, function->count == 2 ? function->args[0] : LY_FAILED, shown);
    ly_release(cx, shown);
    return good ? ly_retain(call->args[0]) : LY_FAILED;
}

/* EchoLabel[label][x] */
BUILTIN_SUB(EchoLabel, echo_label, echo_label_value, 1, 1, LY_PROTECTED, LY_EFFECTS,
            "EchoLabel[label][x] prints x with a label and gives it.")
static ly_value echo_label(ly_context *cx, ly_expr *call) { return LY_UNEVALUATED; }

static ly_value echo_label_value(ly_context *cx, ly_expr *call)
{
    const ly_expr *function = ly_expr_of(call->head);
    if (!ly_is_symbol(function->head) || call->count != 1 || function->count != 1) return LY_UNEVALUATED;
    return echo(cx, function->args[0], call->args[0]) ? ly_retain(call->args[0]) : LY_FAILED;
}
