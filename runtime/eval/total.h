/* total.h: a sum or a product while its terms come one by one. */
#ifndef LY_TOTAL_H
#define LY_TOTAL_H

#include "value/value.h"

typedef struct ly_total {
    ly_value head;      /* Plus or Times */
    ly_value number;    /* of the numbers so far, owned */
    ly_builder others;  /* terms that are no numbers */
    bool refused;       /* in generated C: a bound was no number, nothing more is added */
} ly_total;

void ly_total_start(ly_total *total, ly_value head);
/* Consumes v. False: failed. */
bool ly_total_add(ly_context *cx, ly_total *total, ly_value v);
/* What the terms make together: a number, or head[…], not evaluated. Empties *total. */
ly_value ly_total_expression(ly_context *cx, ly_total *total);
/* The same, evaluated. */
ly_value ly_total_finish(ly_context *cx, ly_total *total);
void ly_total_drop(ly_context *cx, ly_total *total);

#endif
