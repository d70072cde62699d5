/* operators.h: what the reader knows of an operator beyond text.h. */
#ifndef LY_OPERATORS_H
#define LY_OPERATORS_H

#include "text/text.h"

/* What reading an operator does, where it is not just Head[operands…]. */
typedef enum ly_read_action {
    LY_READ_PLAIN,
    LY_READ_COMPOUND,     /* a; b; — Null where an operand is missing */
    LY_READ_FILE,         /* << name, a >> name: what follows may be a bare file name */
    LY_READ_SET,          /* a = b, and a = . with a space between */
    LY_READ_TAG,          /* f /: a = b, := b, =. */
    LY_READ_POSTFIX_CALL, /* x // f */
    LY_READ_PREFIX_CALL,  /* f @ x */
    LY_READ_TILDE,        /* a ~f~ b */
    LY_READ_COLON,        /* x : pattern, pattern : default */
    LY_READ_SPAN,         /* a ;; b ;; c, every operand optional */
    LY_READ_PLUS,         /* a + b - c: one Plus */
    LY_READ_TIMES,        /* a * b c: one Times */
    LY_READ_DIVIDE,       /* Times[a, Power[b, -1]] */
    LY_READ_MINUS,        /* Times[-1, a], or a negative number */
    LY_READ_DERIVATIVE,   /* f'' is Derivative[2][f] */
    LY_READ_MESSAGE,      /* a::b: b is a string however it is written */
    LY_READ_INTEGRAL,     /* the operand ends in a differential */
    LY_READ_ARROW,        /* the character is Rule, its name RightArrow */
} ly_read_action;

typedef struct ly_operator_row {
    ly_operator operator;
    int binding;
    ly_read_action action;
    ly_value head; /* System` symbol */
} ly_operator_row;

/* The operators that one spelling may stand for. */
typedef struct ly_spelling {
    const char *text;
    size_t length;
    const ly_operator_row *prefix, *infix, *postfix;
} ly_spelling;

/* The longest spelling that text begins with, or NULL. */
const ly_spelling *ly_spelling_at(const char *text, size_t count);
const ly_operator_row *ly_operator_row_of(ly_value head, ly_operator_kind kind);

#endif
