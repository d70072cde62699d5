/* patterns.h: what the built-ins on patterns share. */
#ifndef LY_PATTERNS_H
#define LY_PATTERNS_H

#include "eval/eval.h"
#include "match/match.h"
#include "stdlib/lists/lists.h"

/* ---- form.c: the second argument of Cases and its kin: a pattern, or a rule with one */
typedef struct ly_form {
    ly_pattern *pattern; /* owned; NULL where it is a rule */
    ly_rules *rules;     /* owned */
} ly_form;
/* rules_too: a rule stands for what it gives. False: an error is pending. */
bool ly_form_start(ly_context *cx, ly_form *form, ly_value v, bool rules_too);
void ly_form_end(ly_context *cx, ly_form *form);
/* 1 and, where given is not NULL, what the form gives for e (owned), 0, or -1. */
int ly_form_match(ly_context *cx, const ly_form *form, ly_value e, ly_value *given);

/* Number of arguments before options of the call, which are then looked up. */
size_t ly_arguments_before_options(const ly_expr *call, size_t least);
/* The level specification at an argument, or the fallback where there is none. False: it is none
   (the message was given). */
bool ly_levels_argument(ly_context *cx, ly_expr *call, size_t position, size_t count,
                        ly_levels fallback, ly_levels *levels);

#endif
