/* to_string.c: ToString, and the wrappers that say in which form something is to be written. */
#include "stdlib/output/output.h"

#include "text/print.h"

ly_value output_string(ly_context *cx, ly_text *text)
{
    if (text->failed) {
        ly_text_free(text);
        return cx->pending.kind == LY_PENDING_NONE ? ly_raise_memory(cx) : LY_FAILED;
    }
    return ly_text_string(cx, text);
}

ly_value output_to_string(ly_context *cx, ly_value e, ly_value form)
{
    ly_text text = {0};
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
    } else if (form == LY_SYM(TeXForm)) {
        ly_print_tex(cx, &text, e);
    } else {
        return LY_UNEVALUATED;
    }
    return output_string(cx, &text);
}

MESSAGE(ToString, fmtval, "`1` is not a valid format type.")

BUILTIN(ToString, to_string, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED | LY_PACKED,
        "ToString[expr] gives the text of expr in OutputForm; ToString[expr, form] in another form.")
static ly_value to_string(ly_context *cx, ly_expr *call)
{
    ly_value form = LY_SYM(OutputForm);
    if (call->count > 1 && !ly_has_head(call->args[1], LY_SYM(Rule)) && !ly_has_head(call->args[1], LY_SYM(List)))
        form = call->args[1];
    ly_value string = output_to_string(cx, call->args[0], form);
    if (string == LY_UNEVALUATED) {
        ly_value wrapped = ly_is_symbol(form) && form != LY_SYM(TraditionalForm)
                               ? ly_make1(cx, form, ly_retain(call->args[0]))
                               : LY_FAILED;
        if (ly_failed(wrapped)) return ly_message_call(cx, call, "fmtval", 1, form);
        string = output_to_string(cx, wrapped, LY_SYM(OutputForm));
        ly_release(cx, wrapped);
    }
    return string;
}

/* ---- wrappers --------------------------------------------------------------------------------- */

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
