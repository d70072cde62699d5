/* syntax.c: text as programs: ToExpression, MakeExpression, SyntaxQ, SyntaxLength, Precedence. */
#include "stdlib/names/names.h"
#include "text/box_input.h"
#include "text/text.h"

/* Tells about a syntax error as ToExpression does. */
static void report(ly_context *cx, ly_value who, const ly_source *source, const ly_diagnostics *diagnostics,
                   bool incomplete)
{
    if (incomplete) {
        ly_message(cx, who, "sntxi", 0);
        return;
    }
    size_t offset = diagnostics->count ? diagnostics->items[0].offset : 0;
    size_t end = offset;
    while (end < source->count && source->text[end] != '\n' && end - offset < 60) end++;
    while (end < source->count && ((unsigned char)source->text[end] & 0xc0) == 0x80) end++;
    ly_value rest = ly_string_new(cx, source->text + offset, end - offset);
    ly_message(cx, who, "sntx", 1, rest);
    ly_release(cx, rest);
}
MESSAGE(General, sntxi, "Incomplete expression; more input is needed.")
MESSAGE(General, sntx, "Invalid syntax in or before \"`1`\".")

/* The value of the last input of text, each under head where there is one. $Failed after a syntax
   error, with its message; nothing is evaluated then. */
static ly_value evaluate_text(ly_context *cx, ly_value who, ly_value text, ly_value head)
{
    const ly_string *string = ly_string_of(text);
    ly_source source = {"ToExpression", string->data, string->bytes};
    ly_diagnostics diagnostics = {0};
    ly_value value = LY_SYM(Null), input;
    if (!ly_check_syntax(cx, &source, &diagnostics)) {
        ly_reader *reader = ly_reader_new(cx, &source);
        ly_read_status status;
        while (reader && (status = ly_read(reader, &input, NULL)) == LY_READ_INPUT) ly_release(cx, input);
        report(cx, who, &source, &diagnostics, reader && status == LY_READ_INCOMPLETE);
        ly_reader_free(reader);
        ly_diagnostics_free(&diagnostics);
        return LY_SYM($Failed);
    }
    ly_reader *reader = ly_reader_new(cx, &source);
    while (reader && !ly_failed(value) && ly_read(reader, &input, NULL) == LY_READ_INPUT) {
        ly_release(cx, value);
        value = ly_failed(head) ? ly_evaluate_take(cx, input)
                                : ly_evaluate_take(cx, ly_make1(cx, head, input));
    }
    ly_reader_free(reader);
    return value;
}

BUILTIN(ToExpression, to_expression, 1, 3, LY_LISTABLE | LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "ToExpression[\"text\"] reads text as input and evaluates it; ToExpression[\"text\", form, head] "
        "wraps head around it first.")
static ly_value to_expression(ly_context *cx, ly_expr *call)
{
    ly_value text = call->args[0];
    ly_value head = call->count == 3 ? call->args[2] : LY_FAILED;
    if (ly_is_box(text)) {
        ly_value value = ly_from_boxes(cx, text);
        if (ly_failed(value)) {
            if (cx->pending.kind) return LY_FAILED;
            ly_message_call(cx, call, "notstrbox", 1, text);
            return LY_SYM($Failed);
        }
        return ly_failed(head) ? value : ly_make1(cx, head, value);
    }
    if (!ly_is_expr(text) && !ly_is_string(text))
        return ly_failed(head) ? ly_retain(text) : ly_make1(cx, head, ly_retain(text));
    if (!ly_is_string(text)) {
        ly_message_call(cx, call, "notstrbox", 1, text);
        return LY_SYM($Failed);
    }
    return evaluate_text(cx, call->head, text, head);
}
MESSAGE(ToExpression, notstrbox, "`1` is not a string or a box. ToExpression can only interpret strings or boxes as Wolfram Language input.")

BUILTIN(MakeExpression, make_expression, 1, 2, LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "MakeExpression[\"text\"] gives HoldComplete[what text reads as].")
static ly_value make_expression(ly_context *cx, ly_expr *call)
{
    if (ly_is_box(call->args[0])) {
        ly_value value = ly_from_boxes(cx, call->args[0]);
        return ly_failed(value) ? (cx->pending.kind ? LY_FAILED : LY_UNEVALUATED)
                                : ly_make1(cx, LY_SYM(HoldComplete), value);
    }
    if (!ly_is_string(call->args[0])) return LY_UNEVALUATED;
    return evaluate_text(cx, call->head, call->args[0], LY_SYM(HoldComplete));
}

BUILTIN(SyntaxQ, syntax_q, 1, 2, LY_PROTECTED, LY_EFFECTS,
        "SyntaxQ[\"text\"] tells whether text is the text of an expression.")
static ly_value syntax_q(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    const ly_string *string = ly_string_of(call->args[0]);
    ly_source source = {"SyntaxQ", string->data, string->bytes};
    return ly_bool(ly_check_syntax(cx, &source, NULL));
}

BUILTIN(SyntaxLength, syntax_length, 1, 1, LY_PROTECTED, LY_EFFECTS,
        "SyntaxLength[\"text\"] is how many characters of text may begin an expression; more than there "
        "are where it is incomplete.")
static ly_value syntax_length(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    const ly_string *string = ly_string_of(call->args[0]);
    ly_source source = {"SyntaxLength", string->data, string->bytes};
    ly_diagnostics diagnostics = {0};
    size_t length = string->length;
    if (!ly_check_syntax(cx, &source, &diagnostics) && diagnostics.count) {
        size_t offset = diagnostics.items[0].offset, characters = 0;
        for (size_t i = 0; i < offset && i < string->bytes; i++)
            characters += ((unsigned char)string->data[i] & 0xc0) != 0x80;
        length = offset >= string->bytes ? string->length + 1 : characters;
    }
    ly_diagnostics_free(&diagnostics);
    return ly_integer(cx, (int64_t)length);
}

BUILTIN(Precedence, precedence, 1, 2, LY_PROTECTED, LY_PURE,
        "Precedence[symbol] tells how tightly the symbol's operator binds.")
static ly_value precedence(ly_context *cx, ly_expr *call)
{
    ly_value symbol = ly_symbol_argument(cx, call->args[0]);
    if (ly_failed(symbol)) return LY_UNEVALUATED;
    const ly_operator *operator = ly_operator_of_head(symbol);
    return ly_real(cx, operator ? operator->precedence : 670);
}
