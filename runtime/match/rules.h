/* rules.h: what a set of rules is made of, for the files of this folder. */
#ifndef LY_RULES_H
#define LY_RULES_H

#include <stdlib.h>

#include "match/matcher.h"

/* A rule with what was compiled of it; counted, since conditions may redefine what applies. */
typedef struct ly_record {
    ly_rule rule;          /* first: ly_rules_at gives it */
    uint32_t references;
    uint32_t hash;         /* literal: of the left side; else ly_rule_hash */
    uint64_t serial;       /* by entry */
    ly_template *body, *test; /* test: NULL where there is none */
    ly_value made;         /* owned: expressions that body and test borrow from */
    ly_arena arena;        /* of body and test */
    ly_value subject;      /* literal: what it applies to; borrowed from the left side */
    bool literal;          /* stands in the table of literals; has no pattern, body or test */
    bool scoped;           /* body is Module, With or Block around RuleCondition */
    bool frozen;           /* of a base: not counted */
} ly_record;

typedef struct ly_slot {
    uint32_t hash, number; /* number of the literal + 1; 0: free */
} ly_slot;

typedef struct ly_tree ly_tree;

struct ly_rules {
    uint32_t references;
    uint32_t version, literal_version; /* grow with every change of patterns, of literals */
    bool by_entry;         /* the order is that of entry (rule lists) */
    bool conditioned_literals; /* literal left sides stand among the patterns */
    bool listed;           /* literals stand in canonical order */
    bool unfit;            /* for graph.c */
    bool frozen;           /* of a base: complete, read by many threads, not counted */
    uint8_t depths;        /* bits: literals that are atoms, flat, deep */
    uint64_t serial;
    ly_record **patterns;  /* in order of application */
    uint32_t pattern_count, pattern_capacity;
    ly_record **literals;
    uint32_t literal_count, literal_capacity;
    ly_slot *index;
    uint32_t index_mask;
    ly_tree *tree;         /* over patterns; NULL until it is needed */
};

/* ---- tree.c: the decision tree over the pattern rules of a set */
#define LY_TREE_LEAST 6 /* with so few rules, trying all is faster */
/* Numbers, in order, of the pattern rules that may match; NULL: all (count is theirs then). */
const uint32_t *ly_tree_leaf(ly_context *cx, ly_rules *rules, ly_value subject, uint32_t *count);
/* The tree made now, where the set is large enough for one. False: no memory. */
bool ly_tree_build(ly_context *cx, ly_rules *rules);
void ly_tree_free(ly_context *cx, ly_rules *rules);

#endif
