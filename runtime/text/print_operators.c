/* print_operators.c: which heads are written as operators, and with what blanks.

   Spelling, precedence and grouping stand in operators.def, which the reader shares; here is what
   concerns writing alone. Heads that mean something built in and have no ASCII operator are written
   out (Element[x, Integers]), the others between blanks. */
#include "text/print.h"

#include <stdlib.h>

/* Sorted. blanks: 1 on both sides, 0 none. */
static const struct setting {
    const char *head;
    bool blanks;
} settings[] = {
    {"AddTo", 1}, {"Alternatives", 1}, {"And", 1}, {"Apply", 1}, {"Composition", 1},
    {"Condition", 1}, {"Decrement", 0}, {"DivideBy", 1}, {"Dot", 1}, {"Equal", 1},
    {"Factorial", 0}, {"Factorial2", 0}, {"Greater", 1}, {"GreaterEqual", 1}, {"Increment", 0},
    {"Less", 1}, {"LessEqual", 1}, {"Map", 1}, {"MapAll", 1}, {"MapApply", 1},
    {"NonCommutativeMultiply", 0}, {"Not", 0}, {"Or", 1}, {"PatternTest", 0}, {"PreDecrement", 0},
    {"PreIncrement", 0}, {"Repeated", 0}, {"RepeatedNull", 0}, {"ReplaceAll", 1},
    {"ReplaceRepeated", 1}, {"RightComposition", 1}, {"Rule", 1}, {"RuleDelayed", 1}, {"SameQ", 1},
    {"Set", 1}, {"SetDelayed", 1}, {"StringExpression", 0}, {"SubtractFrom", 1},
    {"TimesBy", 1}, {"TwoWayRule", 1}, {"Unequal", 1}, {"UnsameQ", 1}, {"Unset", 1},
    {"UpSet", 1}, {"UpSetDelayed", 1},
};

/* Without an ASCII operator, and not written with the other one. Sorted. */
static const char *const written_out[] = {
    "Because", "Conditioned", "Conjugate", "ConjugateTranspose", "Cross", "CubeRoot",
    "CapitalDifferentialD", "Del", "DifferentialD", "DirectedEdge", "Distributed", "Divisible",
    "Element", "Equivalent", "Exists", "ForAll", "Implies", "Integrate", "Intersection", "Nand",
    "Nor", "NotElement", "NotExists", "PermutationProduct", "RightArrow", "Sqrt", "Square",
    "TensorProduct", "TensorWedge", "Therefore", "Transpose", "UndirectedEdge", "Union",
    "VectorGreater", "VectorGreaterEqual", "VectorLess", "VectorLessEqual", "Xnor", "Xor",
};

static int by_head(const void *name, const void *row)
{
    return strcmp(name, ((const struct setting *)row)->head);
}

const ly_operator *ly_written_operator(ly_value head, ly_form form, bool *blanks)
{
    if (!ly_is_symbol(head)) return NULL;
    const ly_operator *operator = ly_operator_of_head(head);
    if (!operator) return NULL;
    if (head == LY_SYM(StringExpression) && form == LY_FORM_RESULT) return NULL;
    const struct setting *row = bsearch(operator->head, settings, sizeof settings / sizeof *settings,
                                        sizeof *settings, by_head);
    if (row) {
        *blanks = row->blanks;
        return operator;
    }
    if (form == LY_FORM_OUTPUT && head == LY_SYM(StringJoin)) {
        *blanks = false;
        return operator;
    }
    if ((unsigned char)operator->text[0] < 0x80 || operator->kind != LY_INFIX) return NULL;
    for (size_t i = 0; i < sizeof written_out / sizeof *written_out; i++)
        if (!strcmp(written_out[i], operator->head)) return NULL;
    *blanks = true;
    return operator;
}
