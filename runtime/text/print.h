/* print.h: expressions as text, inside: what the printing modules share.

   print.c             the forms, and what each begins with
   print_expression.c  operators, calls, lists: everything but arithmetic
   print_operators.c   how the heads with an operator are written
   print_arithmetic.c  sums, products, powers, fractions
   print_number.c      digits of numbers
   print_full.c        FullForm
   print_number_form.c NumberForm and its kin
   print_code.c        CForm, FortranForm
   print_tex.c         TeXForm
   print_layout.c      tables, columns, rows, StringForm
   box.c               text in two dimensions

   Every form is written into a box: the line forms use its base line alone. */
#ifndef LY_PRINT_H
#define LY_PRINT_H

#include "text/text.h"
#include "value/number.h"

/* ---- box.c: a growing row of text with rows above and below its base line ---------------------- */

typedef struct ly_box_row {
    ly_text text;
    size_t width; /* columns written so far */
} ly_box_row;

/* Zero it to begin. Things are added at the right end, at column `width`. */
typedef struct ly_box {
    ly_text line;               /* the base line */
    size_t width;               /* columns used by any row */
    ly_box_row *above, *below;  /* [0] is next to the base line */
    size_t above_count, below_count;
} ly_box;

void ly_box_add(ly_box *box, const char *bytes, size_t count);
void ly_box_puts(ly_box *box, const char *c_string);
/* Adds the rows of part to the right end, its base line raised by so many rows. Frees part. */
void ly_box_append(ly_box *box, ly_box *part, long raised);
/* Adds a fraction, its bar on the base line. Frees both. */
void ly_box_fraction(ly_box *box, ly_box *numerator, ly_box *denominator);
/* Blanks up to a column. */
void ly_box_pad(ly_box *box, size_t width);
/* The rows, separated by line feeds, added to text; frees the box. */
void ly_box_write(ly_box *box, ly_text *text);
void ly_box_free(ly_box *box);
static inline size_t ly_box_height(const ly_box *box) { return box->above_count + 1 + box->below_count; }
/* A text of several lines as a box, its first line the base line. */
void ly_box_lines(ly_box *box, const char *bytes, size_t count);
/* part put below box, flush left; the base line stays where it is. Frees part. */
void ly_box_stack(ly_box *box, ly_box *part, size_t column, size_t gap);
size_t ly_columns(const char *bytes, size_t count);

/* ---- the printer ------------------------------------------------------------------------------ */

typedef enum ly_form {
    LY_FORM_INPUT,  /* InputForm */
    LY_FORM_RESULT, /* InputForm, strings without quotes */
    LY_FORM_OUTPUT, /* OutputForm: two dimensions */
    LY_FORM_FULL,
} ly_form;

typedef struct ly_printer {
    ly_context *cx;
    ly_box *box;
    ly_form form;
    bool formats;     /* the program's rules for Format hold: in every form but those that are read back */
    bool flat;        /* OutputForm on one line, as in exponents */
    uint32_t nesting; /* of boxes in boxes; deep ones go on flat */
    const struct ly_number_style *style; /* how numbers are set (print_number_form.c), or NULL */
    bool failed;      /* an error is pending: the rest is not printed */
} ly_printer;

/* What an expression's written form binds like; higher is tighter. */
enum {
    LY_BIND_NOTHING = 0,
    LY_BIND_FUNCTION = 90,
    LY_BIND_RULE = 120,
    LY_BIND_OPTIONAL = 140,
    LY_BIND_PATTERN = 150,
    LY_BIND_SPAN = 305,
    LY_BIND_PLUS = 310,
    LY_BIND_TIMES = 400,
    LY_BIND_POWER = 590,
    LY_BIND_CALL = 670,
    LY_BIND_BLANK = 730,
    LY_BIND_ATOM = 1000,
};

/* print_expression.c */
/* Prints e, in parentheses where it binds less than least. */
void ly_print(ly_printer *printer, ly_value e, int least);
void ly_print_items(ly_printer *printer, size_t n, const ly_value *items, const char *separator);
int ly_binding(const ly_printer *printer, ly_value e);
static inline void ly_print_puts(ly_printer *printer, const char *text) { ly_box_puts(printer->box, text); }
void ly_print_string_quoted(ly_printer *printer, ly_value string);
/* Prints e into a box of its own, with this printer's form. */
void ly_print_part(ly_printer *printer, ly_box *part, ly_value e, int least);

/* print_operators.c: how a head is written as an operator, and whether with blanks; NULL: it isn't */
const ly_operator *ly_written_operator(ly_value head, ly_form form, bool *blanks);

/* print_arithmetic.c */
void ly_print_plus(ly_printer *printer, const ly_expr *e);
void ly_print_times(ly_printer *printer, const ly_expr *e);
void ly_print_power(ly_printer *printer, ly_value base, ly_value exponent);
int ly_power_binding(const ly_printer *printer, ly_value exponent);
int ly_number_binding(ly_value number);

/* print_number.c */
void ly_print_digits(ly_printer *printer, ly_value number);
/* The decimal digits (no trailing zeros, at least one) of |x|, correctly rounded to count digits, and
   its exponent: d.ddd × 10^exponent. count 0: the fewest that read back as x. */
void ly_real_digits(double x, int count, char *digits, int *exponent);
/* The same of a big real; digits to be freed. count 0: all that its bits say. */
char *ly_bigreal_digits(ly_value number, size_t count, long *exponent);

/* print_full.c */
void ly_print_full(ly_printer *printer, ly_value e);

/* print_code.c: e as C writes it, or Fortran */
void ly_print_code(ly_context *cx, ly_text *text, ly_value e, bool fortran);

/* print_tex.c */
void ly_print_tex(ly_context *cx, ly_text *text, ly_value e);

/* print_number_form.c: true if e is a number form that this can write in two dimensions */
bool ly_print_number_form(ly_printer *printer, const ly_expr *e);
/* An integer or real in printer's style. */
void ly_print_styled_digits(ly_printer *printer, ly_value number);

/* print_layout.c: true if e is a form that has a layout of its own in OutputForm */
bool ly_print_layout(ly_printer *printer, const ly_expr *e);
void ly_print_string_form(ly_printer *printer, const char *text, size_t count, size_t n, const ly_value *args);

#endif
