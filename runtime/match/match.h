/* match.h: patterns, rules, and matching.

   pattern.c     a pattern expression compiled into nodes, its variables numbered
   matcher.c     the backtracking matcher over the nodes
   substitute.c  right sides with variables put in
   rules.c       ordered sets of rules: specificity, decision tree, application
   replace.c     rules applied to the parts of an expression
   graph.c       … again and again, where only they give it a meaning (graph.h) */
#ifndef LY_MATCH_H
#define LY_MATCH_H

#include "eval/context.h"
#include "value/copy.h"
#include "value/value.h"

/* ---- pattern.c */
typedef struct ly_pattern ly_pattern;
/* The compiled pattern, borrowed, from a cache keyed by the expression: as long as no other pattern
   is asked for it stays; ly_pattern_retain keeps it longer. */
ly_pattern *ly_pattern_of(ly_context *cx, ly_value pattern);
ly_pattern *ly_pattern_retain(ly_pattern *pattern);
void ly_pattern_release(ly_context *cx, ly_pattern *pattern);
size_t ly_pattern_variables(const ly_pattern *pattern); /* how many */
ly_value ly_pattern_variable(const ly_pattern *pattern, size_t i); /* the symbol, borrowed */
/* No pattern objects inside: matching is ly_same (up to Flat and Orderless, which evaluation did). */
bool ly_pattern_is_literal(const ly_pattern *pattern);

/* ---- matcher.c */
/* What the variables stand for after a match: one owned value each; a sequence variable holds
   Sequence[…] . */
typedef struct ly_bindings {
    size_t count;
    ly_value *values;
} ly_bindings;
/* 1 matched (bindings set; free them with ly_bindings_free), 0 not, -1 an error is pending. */
int ly_match(ly_context *cx, ly_pattern *pattern, ly_value subject, ly_bindings *bindings);
/* The same without bindings: MatchQ. */
int ly_matches(ly_context *cx, ly_value pattern, ly_value subject);
/* The same for a compiled pattern. */
int ly_match_pattern(ly_context *cx, ly_pattern *pattern, ly_value subject);
/* The same where some of the elements of a Flat expression may match by themselves, as rules do. */
int ly_match_part(ly_context *cx, ly_pattern *pattern, ly_value subject);
/* Calls found for every way to match, until it returns false. -1: an error is pending. */
int ly_match_each(ly_context *cx, ly_pattern *pattern, ly_value subject,
                  bool (*found)(ly_context *cx, void *data, const ly_bindings *bindings), void *data);
void ly_bindings_free(ly_context *cx, ly_bindings *bindings);
/* The value (owned) that Default values give for argument `position` of `arity` of the symbol's
   calls; LY_UNEVALUATED: there is none. */
ly_value ly_default_value(ly_context *cx, ly_value symbol, size_t position, size_t arity);

/* ---- substitute.c */
/* template with the pattern's variables replaced by what they stand for; sequences are spliced into
   the argument lists that they stand in; scoping constructs (Function, Module, With, Block) whose own
   variables clash are renamed as the Wolfram Language does. Not evaluated. */
ly_value ly_substitute(ly_context *cx, ly_value template_, const ly_pattern *pattern,
                       const ly_bindings *bindings);
/* template with symbols[i] replaced by values[i] (borrowed), as With does. */
ly_value ly_substitute_symbols(ly_context *cx, ly_value template_, size_t n, const ly_value *symbols,
                               const ly_value *values);

/* ---- rules.c: what a symbol's definition holds, and what ReplaceAll is given */
typedef struct ly_rule {
    ly_value lhs, rhs;      /* owned */
    ly_pattern *pattern;    /* owned; compiled; NULL where lhs is literal */
    bool delayed;
    /* compiled body or NULL: the value of the right side for the variables in the order of
       ly_pattern_variable, borrowed, the right side behind them; LY_UNEVALUATED when the rule's condition does not hold */
    ly_value (*body)(ly_context *cx, const ly_value *variables);
    uint32_t deepest;       /* evaluations that body nests in itself */
    const struct ly_module_rule *compiled; /* the rule of a program that this is, or NULL */
} ly_rule;

ly_rules *ly_rules_new(ly_context *cx);
ly_rules *ly_rules_copy(ly_context *cx, const ly_rules *rules);
/* A copy for a base, complete, to be read by any number of threads: its values are the copier's, the
   rest is of `heap`, whose definitions say what attributes the heads have. NULL: no memory. */
ly_rules *ly_rules_freeze(ly_context *heap, const ly_rules *rules, ly_copier *copier);
/* Frees such a copy, but for the copier's values, which must still be there. */
void ly_rules_thaw(ly_context *heap, ly_rules *rules);
/* What the rules give may hold objects that are the rules' own. */
bool ly_rules_lend(const ly_rules *rules);
/* Sets are counted, so that one in use outlives its definition: free gives a reference back. */
ly_rules *ly_rules_retain(ly_rules *rules);
void ly_rules_free(ly_context *cx, ly_rules *rules);
size_t ly_rules_count(const ly_rules *rules);
const ly_rule *ly_rules_at(const ly_rules *rules, size_t i); /* in order of application */
/* Enters a rule by specificity (ties by entry); one with the same left side is replaced. Borrows. */
void ly_rules_add(ly_context *cx, ly_rules *rules, ly_value lhs, ly_value rhs, bool delayed);
/* Enters it last, whatever its specificity (rule lists of ReplaceAll, Options, DownValues[f] = …). */
void ly_rules_append(ly_context *cx, ly_rules *rules, ly_value lhs, ly_value rhs, bool delayed);
/* Calls visit for every counted reference that the set holds; false if others hold the set too. */
bool ly_rules_each_reference(const ly_rules *rules, void (*visit)(void *data, ly_value v), void *data);
bool ly_rules_remove(ly_context *cx, ly_rules *rules, ly_value lhs);
/* The rule with these sides (up to names of variables), or NULL; its body may be set. */
ly_rule *ly_rules_find(ly_context *cx, ly_rules *rules, ly_value lhs, ly_value rhs);
/* The first rule that applies: its right side put in (not evaluated), or what its compiled body
   gave. LY_UNEVALUATED: none applies. LY_FAILED: an error is pending. Grows cx->looked when a
   condition or test was evaluated. */
ly_value ly_rules_apply(ly_context *cx, ly_rules *rules, ly_value subject);
/* Calls found with the result (owned by it) of every way in which a rule applies, in order, until
   it returns false. False: an error is pending. */
bool ly_rules_each(ly_context *cx, ly_rules *rules, ly_value subject,
                   bool (*found)(ly_context *cx, void *data, ly_value result), void *data);

/* The rules that a rule, list of rules, association or Dispatch stands for, cached like patterns;
   NULL if it is none of these. Borrowed until the next call; ly_rules_retain keeps it longer. */
ly_rules *ly_rules_of(ly_context *cx, ly_value rules);

/* ---- replace.c */
/* e /. rules: LY_UNEVALUATED where nothing matched. */
ly_value ly_replace_all(ly_context *cx, ly_value e, ly_rules *rules);

/* The caches let go of what counts its references, or (a context leaves its snapshot) of all. */
void ly_match_forget(ly_context *cx, bool all);
/* Ends the caches of a context. */
void ly_match_end(ly_context *cx);

#endif
