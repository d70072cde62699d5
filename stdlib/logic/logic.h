/* logic.h: propositional logic: truth tables of expressions, and normal forms.

   truth_table.c    variables of an expression, its values for every assignment, and what asks for them
   normal_form.c    minimal sums of products, and the other forms that are made from them
   logical_expand.c LogicalExpand

   A table over n variables has 2^n rows; row r gives the first variable its highest bit, so that
   the last row makes all of them true. */
#ifndef LY_LOGIC_H
#define LY_LOGIC_H

#include "eval/context.h"
#include "eval/eval.h"
#include "value/value.h"

#define LOGIC_MOST_VARIABLES 18

typedef struct truth_table {
    size_t count;              /* of variables */
    const ly_value *variables; /* borrowed */
    size_t rows, words;
    uint64_t *bits;            /* row r is bit r % 64 of word r / 64 */
} truth_table;

static inline bool truth_at(const truth_table *table, size_t row)
{
    return table->bits[row / 64] >> (row % 64) & 1;
}

typedef enum truth_status {
    TRUTH_OK,
    TRUTH_OTHER,  /* too many variables, or others than those given */
    TRUTH_FAILED, /* an error is pending */
} truth_status;

/* The variables of e in canonical order: a list, owned. */
ly_value logic_variables(ly_context *cx, ly_value e);
/* The table of e over the variables (a List, borrowed as long as the table lives). */
truth_status truth_table_of(ly_context *cx, truth_table *table, ly_value e, ly_value variables);
void truth_table_free(truth_table *table);
/* How many of n arguments are to be true, as BooleanCountingFunction says it; false: not valid. */
bool logic_counts(ly_value specification, size_t n, bool *allowed);

/* A table in a form ("DNF", "CNF", "NAND" …), owned; LY_UNEVALUATED: no such form. */
ly_value logic_form(ly_context *cx, const truth_table *table, const char *form);

#endif
