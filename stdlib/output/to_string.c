/* to_string.c: ToString, and the wrappers that say in which form something is to be written. */
#include "stdlib/output/output.h"

#include "text/print.h"

ly_value output_string(ly_context *cx, ly_text *text)
{
    return ly_text_string(cx, text);
}

/* Boxes as text: lists of rows in braces, everything else with its head. */
static void add_boxes(ly_context *cx, ly_text *text, ly_value box, bool row)
{
    if (!ly_is_expr(box) || ly_stack_low(cx)) {
        ly_print_input_form(cx, text, box);
        return;
    }
    const ly_expr *x = ly_expr_of(box);
    bool braces = row && x->head == LY_SYM(List);
    if (!braces) ly_print_input_form(cx, text, x->head);
    ly_text_putc(text, braces ? '{' : '[');
    for (size_t i = 0; i < x->count; i++) {
        if (i) ly_text_puts(text, ", ");
        add_boxes(cx, text, x->args[i], x->head == LY_SYM(RowBox));
    }
    ly_text_putc(text, braces ? '}' : ']');
}

/* The boxes of e in TraditionalForm, between the characters that mark boxes in a string. */
static ly_value traditional_string(ly_context *cx, ly_value e)
{
    ly_text text = {0};
    ly_value boxes = ly_call2(cx, LY_SYM(MakeBoxes), ly_retain(e), LY_SYM(TraditionalForm));
    if (ly_failed(boxes)) return LY_FAILED;
    ly_text_puts(&text, "\xef\x9f\x81\xef\x9f\x89\xef\x9f\x88" "FormBox[");
    add_boxes(cx, &text, boxes, false);
    ly_text_puts(&text, ", TraditionalForm]\xef\x9f\x80");
    ly_release(cx, boxes);
    return output_string(cx, &text);
}

ly_value output_to_string(ly_context *cx, ly_value e, ly_value form)
{
    ly_text text = {0};
    if (form == LY_SYM(OutputForm) && ly_is_expr(e) && ly_expr_of(e)->count == 1) {
        /* TraditionalForm[e], InputForm[TraditionalForm[e]] */
        ly_value inside = ly_has_head(e, LY_SYM(InputForm)) ? ly_expr_of(e)->args[0] : e;
        if (ly_has_shape(inside, LY_SYM(TraditionalForm), 1))
            return traditional_string(cx, ly_expr_of(inside)->args[0]);
    }
    if (form == LY_SYM(OutputForm) || form == LY_SYM(StandardForm) || form == LY_SYM(Automatic)) {
        if (ly_is_string(e)) return ly_retain(e);
        ly_print_output_form(cx, &text, e);
    } else if (form == LY_SYM(InputForm)) {
        ly_print_input_form(cx, &text, e);
    } else if (form == LY_SYM(FullForm)) {
        ly_print_full_form(cx, &text, e);
    } else if (form == LY_SYM(CForm)) {
        ly_print_code(cx, &text, e, false);
    } else if (form == LY_SYM(FortranForm)) {
        ly_print_code(cx, &text, e, true);
    } else if (form == LY_SYM(TraditionalForm)) {
        return traditional_string(cx, e);
    } else if (form == LY_SYM(TeXForm)) {
        ly_print_tex(cx, &text, e);
    } else {
        return LY_UNEVALUATED;
    }
    return output_string(cx, &text);
}

/* The digits of a machine integer, as all forms of output write it that nobody changed. */
static ly_value digits_of(ly_context *cx, int64_t n)
{
    char room[24], *at = room + sizeof room;
    uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;
    do *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (n < 0) *--at = '-';
    return ly_string_new(cx, at, (size_t)(room + sizeof room - at));
}

MESSAGE(ToString, fmtval, "`1` is not a valid format type.")

BUILTIN(ToString, to_string, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED | LY_PACKED,
        "ToString[expr] gives the text of expr in OutputForm; ToString[expr, form] in another form.")
static ly_value to_string(ly_context *cx, ly_expr *call)
{
    ly_value form = LY_SYM(OutputForm);
    if (call->count > 1 && !ly_has_head(call->args[1], LY_SYM(Rule)) && !ly_has_head(call->args[1], LY_SYM(List)))
        form = call->args[1];
    if (call->count == 1 && ly_is_int(call->args[0]) && !ly_definition_of(cx, LY_SYM(Integer)))
        return digits_of(cx, ly_int_of(call->args[0]));
    if (call->count == 1) {
        ly_value message = output_failure_message(cx, call->args[0]);
        if (!ly_failed(message) || cx->pending.kind != LY_PENDING_NONE) return message;
    }
    ly_value string = output_to_string(cx, call->args[0], form);
    if (string == LY_UNEVALUATED) {
        ly_value wrapped = ly_is_symbol(form) ? ly_make1(cx, form, ly_retain(call->args[0])) : LY_FAILED;
        if (ly_failed(wrapped)) return ly_message_call(cx, call, "fmtval", 1, form);
        string = output_to_string(cx, wrapped, LY_SYM(OutputForm));
        ly_release(cx, wrapped);
    }
    return string;
}

/* ---- wrappers --------------------------------------------------------------------------------- */

BUILTIN($BoxForms, box_forms, 0, 0, 0, LY_VALUE, "$BoxForms is the list of forms that boxes are made in.")
static ly_value box_forms(ly_context *cx, ly_expr *call)
{
    (void)call;
    return ly_make2(cx, LY_SYM(List), LY_SYM(StandardForm), LY_SYM(TraditionalForm));
}

BUILTIN_SYMBOL(InputForm, LY_PROTECTED, "InputForm[expr] is written as one would type it in.")
BUILTIN_SYMBOL(OutputForm, LY_PROTECTED, "OutputForm[expr] is written in two dimensions, as mathematics is.")
BUILTIN_SYMBOL(FullForm, LY_PROTECTED, "FullForm[expr] is written with all its heads, without operators.")
BUILTIN_SYMBOL(StandardForm, LY_PROTECTED, "StandardForm[expr] is written in the standard form.")
BUILTIN_SYMBOL(TraditionalForm, LY_PROTECTED, "TraditionalForm[expr] is written as in mathematical texts.")
BUILTIN_SYMBOL(TeXForm, LY_PROTECTED, "TeXForm[expr] is written as TeX.")
BUILTIN_SYMBOL(CForm, LY_PROTECTED, "CForm[expr] is written as C.")
BUILTIN_SYMBOL(FortranForm, LY_PROTECTED, "FortranForm[expr] is written as Fortran.")
BUILTIN_SYMBOL(MathMLForm, LY_PROTECTED, "MathMLForm[expr] is written as MathML.")
BUILTIN_SYMBOL(TreeForm, LY_PROTECTED, "TreeForm[expr] shows expr as a tree.")
BUILTIN_SYMBOL(DisplayForm, LY_PROTECTED, "DisplayForm[boxes] shows boxes.")
BUILTIN_SYMBOL(HoldForm, LY_HOLD_ALL | LY_PROTECTED,
               "HoldForm[expr] is written as expr, which it keeps unevaluated.")
BUILTIN_SYMBOL(Defer, LY_HOLD_ALL | LY_PROTECTED,
               "Defer[expr] keeps expr unevaluated, and is read back as expr.")
BUILTIN_SYMBOL(StringForm, LY_PROTECTED,
               "StringForm[\"text\", a, b, …] is written as text with `1`, `2`, … replaced by a, b, ….")
BUILTIN_SYMBOL(SequenceForm, LY_PROTECTED, "SequenceForm[a, b, …] is written as a, b, … side by side.")
BUILTIN_SYMBOL(Row, LY_PROTECTED, "Row[{a, b, …}] is written as a, b, … side by side; Row[list, s] with s between.")
BUILTIN_SYMBOL(Column, LY_PROTECTED, "Column[{a, b, …}] is written as a, b, … one below the other.")
BUILTIN_SYMBOL(ColumnForm, LY_PROTECTED, "ColumnForm[{a, b, …}] is written as a, b, … one below the other.")
BUILTIN_SYMBOL(Grid, LY_PROTECTED, "Grid[{{a, …}, …}] is written as a table.")
BUILTIN_SYMBOL(TableForm, LY_PROTECTED, "TableForm[list] is written as a table.")
BUILTIN_SYMBOL(MatrixForm, LY_PROTECTED, "MatrixForm[list] is written as a matrix.")
BUILTIN_SYMBOL(Style, LY_PROTECTED, "Style[expr, options…] is shown in a style.")
BUILTIN_SYMBOL(Framed, LY_PROTECTED, "Framed[expr] is shown in a frame.")
BUILTIN_SYMBOL(Spacer, LY_PROTECTED, "Spacer[w] is shown as empty space.")
BUILTIN_SYMBOL(Subscript, LY_N_HOLD_REST | LY_READ_PROTECTED, "Subscript[x, i] is written as x with i lowered.")
BUILTIN_SYMBOL(Superscript, LY_N_HOLD_REST | LY_READ_PROTECTED, "Superscript[x, i] is written as x with i raised.")
BUILTIN_SYMBOL(PrecedenceForm, LY_PROTECTED, "PrecedenceForm[expr, p] is put in parentheses as an operator of precedence p.")
BUILTIN_SYMBOL(Infix, LY_PROTECTED, "Infix[f[a, b], \"op\"] is written as a op b.")
BUILTIN_SYMBOL(Prefix, LY_PROTECTED, "Prefix[f[a]] is written as f @ a.")
BUILTIN_SYMBOL(Postfix, LY_PROTECTED, "Postfix[f[a]] is written as a // f.")
BUILTIN_SYMBOL(Format, LY_PROTECTED, "Format[expr] := … says how expr is written; Format[expr, form] for one form.")
BUILTIN_SYMBOL(NumberForm, LY_N_HOLD_REST | LY_PROTECTED,
               "NumberForm[x, n] is written with n digits; NumberForm[x, {n, f}] with f behind the point.")
BUILTIN_SYMBOL(ScientificForm, LY_N_HOLD_REST | LY_PROTECTED, "ScientificForm[x, n] is written as d.ddd 10^n.")
BUILTIN_SYMBOL(EngineeringForm, LY_N_HOLD_REST | LY_PROTECTED,
               "EngineeringForm[x] is written with an exponent that is a multiple of 3.")
BUILTIN_SYMBOL(PaddedForm, LY_N_HOLD_REST | LY_PROTECTED, "PaddedForm[x, n] leaves room for n digits.")
BUILTIN_SYMBOL(AccountingForm, LY_N_HOLD_REST | LY_PROTECTED,
               "AccountingForm[x] is written without exponent, negative numbers in parentheses.")
BUILTIN_SYMBOL(DecimalForm, LY_N_HOLD_REST | LY_PROTECTED, "DecimalForm[x, n] is written without exponent.")
BUILTIN_SYMBOL(PercentForm, LY_N_HOLD_REST | LY_PROTECTED, "PercentForm[x] is written as a percentage.")
BUILTIN_SYMBOL(BaseForm, LY_N_HOLD_REST | LY_PROTECTED, "BaseForm[x, b] is written in base b.")
BUILTIN_SYMBOL(Skeleton, 0, "Skeleton[n] stands for n elements left out.")
BUILTIN_SYMBOL(StringSkeleton, LY_PROTECTED, "StringSkeleton[n] stands for n characters left out.")
BUILTIN_SYMBOL(TableHeadings, LY_PROTECTED, "TableHeadings is an option of TableForm.")
BUILTIN_SYMBOL(TableSpacing, LY_PROTECTED, "TableSpacing is an option of TableForm.")
BUILTIN_SYMBOL(TableAlignments, LY_PROTECTED, "TableAlignments is an option of TableForm.")
