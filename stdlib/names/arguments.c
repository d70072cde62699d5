/* arguments.c: SyntaxInformation: what is said of a function's arguments. */
#include "eval/library.h"
#include "stdlib/names/names.h"

/* {_, _, _., …} of the numbers of arguments that a built-in takes. */
static ly_value arguments_pattern(ly_context *cx, const ly_builtin *row)
{
    ly_builder items = ly_builder_new();
    bool good = true;
    for (int i = 0; good && (i < row->least || i < row->most); i++) {
        ly_value blank = ly_make0(cx, LY_SYM(Blank));
        good = ly_builder_add(cx, &items, i < row->least ? blank : ly_make1(cx, LY_SYM(Optional), blank));
    }
    if (good && row->most < 0) good = ly_builder_add(cx, &items, ly_make0(cx, LY_SYM(BlankNullSequence)));
    if (good) return ly_builder_finish(cx, &items, LY_SYM(List));
    ly_builder_drop(cx, &items);
    return LY_FAILED;
}

BUILTIN(SyntaxInformation, syntax_information, 1, 1, LY_PROTECTED, LY_EFFECTS,
        "SyntaxInformation[f] tells what arguments f takes, as {\"ArgumentsPattern\" -> {_, _.}}.")
static ly_value syntax_information(ly_context *cx, ly_expr *call)
{
    const ly_builtin *row = ly_is_symbol(call->args[0]) ? ly_symbol_of(call->args[0])->builtin : NULL;
    if (!row || !row->function || row->effects & (LY_VALUE | LY_ANY_COUNT)) return ly_make0(cx, LY_SYM(List));
    ly_value pattern = arguments_pattern(cx, row);
    if (ly_failed(pattern)) return LY_FAILED;
    return ly_make1(cx, LY_SYM(List), ly_make2(cx, LY_SYM(Rule), ly_string_from(cx, "ArgumentsPattern"), pattern));
}

/* What a program says is a rule of SyntaxInformation; what a file of the library says is in its rows. */
ASSIGNMENT(SyntaxInformation, set_syntax_information)
static ly_value set_syntax_information(ly_context *cx, ly_expr *lhs, ly_value rhs, bool delayed)
{
    if (lhs->count != 1 || !ly_is_symbol(lhs->args[0]) || ly_failed(rhs)) return LY_UNEVALUATED;
    if (!ly_library_entering(cx))
        ly_add_rule(cx, LY_SYM(SyntaxInformation), LY_DOWN_VALUES, ly_from_object(lhs), rhs, delayed);
    if (cx->pending.kind != LY_PENDING_NONE) return LY_FAILED;
    return delayed ? LY_SYM(Null) : ly_retain(rhs);
}
