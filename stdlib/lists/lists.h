/* lists.h: what the built-ins on lists share.

   A *structure* is anything with elements: an expression with any head, a packed array, an
   association. Arguments are borrowed, results owned, `_take` consumes. */
#ifndef LY_LISTS_H
#define LY_LISTS_H

#include "eval/eval.h"
#include "match/match.h"
#include "value/value.h"

#define CALL_VALUE(call) ly_from_object(call)

/* ---- structure.c: looking at structures ------------------------------------------------------- */

/* The elements as an expression: v itself, a packed array unpacked, the List of an association's
   values. v is no atom. LY_FAILED: no memory. */
ly_value ly_elements(ly_context *cx, ly_value v);
/* Elements start, start + step, … (count of them, from 0; all within v), under v's head; an
   association keeps its keys. */
ly_value ly_slice(ly_context *cx, ly_value v, size_t start, size_t count, int64_t step);
/* The elements with these indices (from 0), likewise. */
ly_value ly_pick(ly_context *cx, ly_value v, size_t n, const size_t *indices);
/* v with its elements replaced by those of `values`, an expression of the same length that is
   consumed: under v's head, or with v's keys. */
ly_value ly_with_elements_take(ly_context *cx, ly_value v, ly_value values);
/* A new List of machine integers or values */
ly_value ly_list_of_ints(ly_context *cx, size_t n, const int64_t *items);
/* Depth of v: 1 for atoms. */
int64_t ly_depth(ly_context *cx, ly_value v, bool heads);
/* The dimensions of v as a full array under one head, at most `most` of them; how many. */
size_t ly_dimensions(ly_value v, size_t most, size_t *dims);
/* "Nonatomic expression expected at position `1` in `2`."; LY_UNEVALUATED */
ly_value ly_message_normal(ly_context *cx, ly_expr *call, int64_t position);
/* List (of any representation) expected at a position; LY_UNEVALUATED */
ly_value ly_message_list(ly_context *cx, ly_expr *call, int64_t position);
/* v is a rule, delayed or not */
static inline bool ly_is_rule(ly_value v)
{
    return ly_has_shape(v, LY_SYM(Rule), 2) || ly_has_shape(v, LY_SYM(RuleDelayed), 2);
}
static inline bool ly_is_plus_infinity(ly_value v)
{
    return v == LY_SYM(Infinity) ||
           (ly_has_shape(v, LY_SYM(DirectedInfinity), 1) && ly_expr_of(v)->args[0] == LY_INT(1));
}

/* ---- span.c: sequence specifications ---------------------------------------------------------- */

typedef struct ly_range {
    size_t start, count; /* first element (from 0) and how many */
    int64_t step;
} ly_range;
enum {
    LY_RANGE_BAD,  /* no sequence specification at all */
    LY_RANGE_OUT,  /* beyond the elements that there are: first and last tell what was asked for */
    LY_RANGE_OK,
};
/* n, -n, UpTo[n], {n}, {m, n}, {m, n, s}, All, None for a structure of `length` elements. first and
   last are for the message. */
int ly_sequence_range(ly_value spec, size_t length, ly_range *range, ly_value *first, ly_value *last);
/* i ;; j ;; s */
int ly_span_range(ly_value span, size_t length, ly_range *range, ly_value *first, ly_value *last);

/* ---- levels.c: level specifications and what walks them --------------------------------------- */

typedef struct ly_levels {
    int64_t from, to; /* negative: counted by depth, as -n is what has depth n */
} ly_levels;
#define LY_LEVEL_INFINITY INT64_MAX
bool ly_level_spec(ly_value spec, ly_levels *levels);

/* A walk over the parts of an expression at the levels given, inner parts first. `visit` is given
   each (owned, with its own parts visited already) and gives what stands in its place (owned), or
   LY_FAILED. `path` (with keep_path) is the position: indices, or Key[k]. */
typedef struct ly_walk {
    ly_levels levels;
    bool heads;      /* visit heads, too */
    bool keep_path;
    ly_value (*visit)(ly_context *cx, struct ly_walk *walk, ly_value part);
    void *data;
    ly_value *path;  /* owned items */
    size_t path_count, path_capacity;
} ly_walk;
/* Consumes e. */
ly_value ly_walk_take(ly_context *cx, ly_walk *walk, ly_value e);
/* The position as a List, owned. */
ly_value ly_walk_path(ly_context *cx, const ly_walk *walk);
/* Heads -> True among the arguments from `from` on. */
bool ly_heads_option(ly_context *cx, ly_expr *call, size_t from, bool fallback);

/* ---- part.c ----------------------------------------------------------------------------------- */

/* v[[specs…]]; LY_UNEVALUATED where there is no such part (the message given for `symbol`, quoting
   `call`, unless symbol is LY_FAILED). */
ly_value ly_part(ly_context *cx, ly_value v, size_t n, const ly_value *specs, ly_value symbol,
                 ly_value call);

/* ---- part_assign.c ---------------------------------------------------------------------------- */

/* Applies change to the part at the position (indices and keys) of v, in place where nobody else
   holds it. Consumes v. `change` consumes the part; where it gives LY_UNEVALUATED, or the position
   does not exist, v comes back as it was and *changed is false. */
typedef ly_value ly_part_change(ly_context *cx, void *data, ly_value part);
ly_value ly_part_change_take(ly_context *cx, ly_value v, size_t n, const ly_value *position,
                             ly_part_change *change, void *data, bool *changed);

/* The same at all positions that All, spans and lists of indices among `position` stand for. */
ly_value ly_parts_change_take(ly_context *cx, ly_value v, size_t n, const ly_value *position,
                              ly_part_change *change, void *data, bool *changed);

/* ---- iterators.c ------------------------------------------------------------------------------ */

typedef struct ly_iterator {
    ly_value symbol;     /* borrowed; LY_FAILED: {n} */
    size_t count;        /* number of values; SIZE_MAX: for ever */
    enum { LY_ITERATE_INTS, LY_ITERATE_REALS, LY_ITERATE_LIST, LY_ITERATE_VALUES } kind;
    int64_t first, step; /* of integers */
    double real_first, real_step;
    ly_value start, by;  /* of values; owned, or LY_FAILED */
    ly_value list;       /* owned, or LY_FAILED */
    bool bound;          /* the symbol's own definitions are set aside in `saved` */
    struct { ly_value value; ly_rules *rules; uint32_t flags; } saved;
} ly_iterator;
/* Reads {n}, {i, n}, {i, a, b}, {i, a, b, d}, {i, list}, or n alone, evaluating the bounds, and sets
   the symbol's definitions aside. 1; 0: no iterator (a message of the call's head is given, unless
   quiet); -1: an error is pending. After 1 ly_iterator_end must follow. */
int ly_iterator_start(ly_context *cx, ly_iterator *it, ly_expr *call, size_t position, bool quiet);
/* The values a, a + d, … up to b, without a variable; 1, 0 or -1 likewise, never a message. */
int ly_iterator_over(ly_context *cx, ly_iterator *it, ly_value a, ly_value b, ly_value d);
/* The k-th value (from 0), owned; the symbol is given it. LY_FAILED: an error is pending. */
bool ly_iterator_set(ly_context *cx, ly_iterator *it, size_t k);
ly_value ly_iterator_value(ly_context *cx, const ly_iterator *it, size_t k);
void ly_iterator_end(ly_context *cx, ly_iterator *it);

/* ---- stdlib/calculus/sums.c: the closed form of a Sum or Product; LY_UNEVALUATED: none is known */
ly_value ly_sum_closed(ly_context *cx, ly_expr *call, bool product);

/* ---- sort.c ----------------------------------------------------------------------------------- */

/* Sorts n values (borrowed words) stably: canonically where order is LY_FAILED, else by the ordering
   function. False: an error is pending; the items are a permutation of what they were. */
bool ly_sort_values(ly_context *cx, size_t n, ly_value *items, ly_value order);
/* The permutation (from 0) that sorts the values; false: an error is pending. */
bool ly_sort_indices(ly_context *cx, size_t n, const ly_value *items, size_t *indices, ly_value order);

/* ---- sets.c: tables of distinct values -------------------------------------------------------- */

typedef struct ly_value_set {
    ly_value *values; /* borrowed, in order of entry */
    uint32_t *hashes, *slots;
    size_t count, capacity, mask;
} ly_value_set;
/* The number of v among the values; SIZE_MAX: no memory (pending). *fresh: it was entered now. */
size_t ly_value_set_enter(ly_context *cx, ly_value_set *set, ly_value v, bool *fresh);
/* SIZE_MAX: not there */
size_t ly_value_set_find(const ly_value_set *set, ly_value v);
void ly_value_set_free(ly_context *cx, ly_value_set *set);

#endif
