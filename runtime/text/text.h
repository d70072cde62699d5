/* text.h: programs as text: the one reader, and the printed forms. */
#ifndef LY_TEXT_H
#define LY_TEXT_H

#include <stdio.h>

#include "eval/context.h"
#include "value/value.h"

/* ---- source.c: a text and where one is in it */
typedef struct ly_source {
    const char *name; /* as messages give it: a file, "<eval>", "<stdin>" */
    const char *text; /* UTF-8; need not end in NUL */
    size_t count;
} ly_source;
typedef struct ly_place {
    uint32_t line, column; /* from 1; columns count code points */
} ly_place;

/* ---- diagnostics.c */
typedef struct ly_diagnostic {
    size_t offset, end;  /* in the source */
    char *message;       /* what was found, and what was expected */
} ly_diagnostic;
typedef struct ly_diagnostics {
    ly_diagnostic *items;
    size_t count, capacity;
} ly_diagnostics;
void ly_diagnose(ly_diagnostics *diagnostics, size_t offset, size_t end, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void ly_diagnostics_free(ly_diagnostics *diagnostics);
/* file:line:column: error: message, the line, a caret under the place; one after the other. */
void ly_diagnostics_print(const ly_diagnostics *diagnostics, const ly_source *source, FILE *to);
ly_place ly_place_of(const ly_source *source, size_t offset);
/* The same for one offset after the other, none before the last one: what came before it is not read again.
   The mark begins as {0}. */
typedef struct ly_place_mark {
    size_t line_begin;
    uint32_t lines;        /* above it */
} ly_place_mark;
ly_place ly_place_after(const ly_source *source, ly_place_mark *mark, size_t offset);

/* ---- reader.c, parser.c */

/* Where the parts of an expression stand in the source: the tree of places has the shape of the
   expression as it was read. */
typedef struct ly_span {
    uint32_t begin, end;      /* offsets of the whole expression */
    uint32_t count;           /* of parts: head first, then arguments; 0 for atoms and where unknown */
    struct ly_span *parts;
} ly_span;

typedef struct ly_reader ly_reader;
/* Reads the inputs of a source, one after the other. Symbols are found when an input is read (so
   BeginPackage of one input counts for the next). The source must outlive the reader. */
ly_reader *ly_reader_new(ly_context *cx, const ly_source *source);
typedef enum ly_read_status {
    LY_READ_INPUT,      /* one input was read */
    LY_READ_END,        /* there are no more */
    LY_READ_ERROR,      /* a syntax error was noted; reading goes on behind it */
    LY_READ_INCOMPLETE, /* the text ends within an input (the prompt asks for more); also noted */
} ly_read_status;
/* The next input (owned). spans: NULL, or where to store the tree of places (free: ly_span_free).
   Null for an input that ends in `;` is part of it: CompoundExpression[a, Null]. */
ly_read_status ly_read(ly_reader *reader, ly_value *input, ly_span **spans);
const ly_diagnostics *ly_reader_diagnostics(const ly_reader *reader);
size_t ly_reader_offset(const ly_reader *reader);
void ly_reader_free(ly_reader *reader);
void ly_span_free(ly_span *span);
/* Reads text only for its syntax: makes no symbols. True if it has no error. */
bool ly_check_syntax(ly_context *cx, const ly_source *source, ly_diagnostics *diagnostics);

/* ---- operators.c: the one table of operators (operators.def), for reader and printer */
typedef enum ly_operator_kind { LY_INFIX, LY_PREFIX, LY_POSTFIX } ly_operator_kind;
typedef struct ly_operator {
    const char *text;     /* as written: "->" */
    const char *head;     /* "Rule" */
    ly_operator_kind kind;
    int precedence;       /* higher binds tighter, as Precedence[] gives it */
    int grouping;         /* -1 left, 1 right, 0 none, 2 flat: one expression of many arguments */
} ly_operator;
const ly_operator *ly_operator_of_head(ly_value head);

/* ---- printed forms (print.c and its kin) */

/* e as InputForm writes it, on one line. */
void ly_print_input_form(ly_context *cx, ly_text *text, ly_value e);
/* As `lyra eval` writes results: InputForm, strings without quotes and escapes at every level. */
void ly_print_result(ly_context *cx, ly_text *text, ly_value e);
void ly_print_full_form(ly_context *cx, ly_text *text, ly_value e);
/* OutputForm, in two dimensions; lines separated by line feeds. */
void ly_print_output_form(ly_context *cx, ly_text *text, ly_value e);
/* As Print and Echo of a script write e: like ly_print_result, but as the program's rules for Format say.
   Where such a rule fails, here and in every form that asks them, its error stays pending and the text
   is marked as failed: it must not be written. */
void ly_print_text(ly_context *cx, ly_text *text, ly_value e);
/* What Definition[symbol] prints as (stdlib/names/definition.c). */
void ly_write_definition(ly_context *cx, ly_text *text, ly_value symbol, bool full);
/* The digits of a number as InputForm (full: every digit and precision mark) or OutputForm. */
void ly_print_number(ly_context *cx, ly_text *text, ly_value number, bool full);
/* A message: prefix, then the template with `1`, `2`, `` replaced by the arguments in OutputForm, so
   that fractions and powers stand on several lines. Ends without a line feed. */
void ly_print_message(ly_context *cx, ly_text *text, const char *prefix, const char *template,
                      size_t n, const ly_value *args);

#endif
