/* matcher.h: what the parts of the matcher share: its state, marks, and continuations. */
#ifndef LY_MATCHER_H
#define LY_MATCHER_H

#include "match/pattern.h"

/* Answers of the matching functions: 1 matched, 0 not, -1 an error is pending, and: */
#define LY_STALE (-2) /* attributes changed since the pattern was compiled */

typedef struct ly_matcher {
    ly_context *cx;
    const ly_pattern *pattern;
    ly_binding *bindings;
    uint32_t *trail;      /* variables in the order in which they were bound */
    uint32_t trail_count;
    uint32_t kept_count, kept_capacity;
    ly_value *kept;       /* owned values that bindings and frames borrow from */
    ly_value kept_first[8];
} ly_matcher;

/* What comes after a match: run is called with bindings set; its answer is the match's. Frames live
   on the C stack, each followed by what it needs. */
typedef struct ly_next {
    int (*run)(ly_matcher *m, const struct ly_next *next);
} ly_next;

typedef struct ly_mark {
    uint32_t trail, kept;
} ly_mark;
static inline ly_mark ly_mark_of(const ly_matcher *m)
{
    return (ly_mark){m->trail_count, m->kept_count};
}
/* Unbinds what was bound since, and releases what was kept since. */
static inline void ly_undo(ly_matcher *m, ly_mark mark)
{
    while (m->trail_count > mark.trail) m->bindings[m->trail[--m->trail_count]].state = LY_UNBOUND;
    while (m->kept_count > mark.kept) ly_release(m->cx, m->kept[--m->kept_count]);
}
/* Keeps v (consumed) until an undo before here. False: an error is pending. */
bool ly_keep(ly_matcher *m, ly_value v);

/* ---- matcher.c */
int ly_match_node(ly_matcher *m, const ly_node *node, ly_value subject, const ly_next *next);
int ly_match_plain(ly_matcher *m, const ly_node *node, ly_value subject);
/* Whether there is a way to match; its bindings stay. */
int ly_match_once(ly_matcher *m, const ly_node *node, ly_value subject);
bool ly_head_is(ly_context *cx, ly_value v, ly_value head);
/* Binds, or compares with what is bound: 1 or 0. */
int ly_bind_one(ly_matcher *m, uint32_t variable, ly_value value);
int ly_bind_slice(ly_matcher *m, uint32_t variable, const ly_value *items, uint32_t count);
int ly_match_condition(ly_matcher *m, const ly_node *node);
int ly_match_test(ly_matcher *m, const ly_node *node, ly_value subject);

/* ---- sequence.c: rows of arguments */

/* The args of node from `child` on against the items, in order. */
int ly_match_row(ly_matcher *m, const ly_node *node, uint32_t child, const ly_value *items,
                 uint32_t count, const ly_next *next);
/* One node against several items, side by side. */
int ly_match_slice(ly_matcher *m, const ly_node *node, const ly_value *items, uint32_t count,
                   const ly_next *next);
/* Optional arguments left out, but for the last that is not: that one against the subject. */
int ly_match_with_defaults(ly_matcher *m, const ly_node *node, ly_value subject, const ly_next *next);
/* An item against a node whose elements match by themselves. */
int ly_match_element(ly_matcher *m, const ly_node *node, ly_value item);
/* Longer sequences are tried first. */
bool ly_prefers_long(const ly_node *node);

/* ---- flat.c: Flat and Orderless */
int ly_match_flat_row(ly_matcher *m, const ly_node *node, uint32_t child, const ly_value *items,
                      uint32_t count, const ly_next *next);
/* rest, where not NULL: not all items need match; those left over are stored there (borrowed, valid
   while next runs). */
typedef struct ly_rest {
    const ly_value *items;
    uint32_t count;
} ly_rest;
int ly_match_any_order(ly_matcher *m, const ly_node *node, const ly_value *items, uint32_t count,
                       ly_rest *rest, const ly_next *next);

#endif
