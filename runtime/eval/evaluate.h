/* evaluate.h: what the evaluator's own files share. */
#ifndef LY_EVALUATE_H
#define LY_EVALUATE_H

#include "eval/attribute.h"
#include "eval/context.h"
#include "eval/definitions.h"
#include "eval/eval.h"

/* ---- function.c */
/* Applies a Function expression to the arguments of call: the body with them put in (owned, not
   evaluated), or LY_UNEVALUATED with a message. */
ly_value ly_apply_function(ly_context *cx, ly_value function, ly_expr *call);
/* Attributes of Function[params, body, attributes]. */
uint32_t ly_function_attributes(ly_context *cx, ly_value function);

/* ---- evaluate.c */
/* The value of a symbol. */
ly_value ly_symbol_value(ly_context *cx, ly_value symbol);

/* ---- arguments.c */
/* Splices arguments with the given head (or LY_FAILED), and sequences, into *e. */
bool ly_splice_arguments(ly_context *cx, ly_value *e, ly_value same_head, bool sequences);
bool ly_flatten_arguments(ly_context *cx, ly_value *e);
bool ly_drop_nothing(ly_context *cx, ly_value *e);
bool ly_sort_arguments(ly_context *cx, ly_value *e);

/* ---- thread.c */
/* 1 threaded (*e replaced), 0 not (nothing to thread over, or lengths differ), -1 failed. */
int ly_thread_listable(ly_context *cx, ly_value *e);

/* ---- update.c */
/* The value of the assignment Set[x, F[…]], or Set[x, F[…]] with the arguments evaluated where the call
   takes another turn, or LY_UNEVALUATED: not of this shape, nothing evaluated yet. */
ly_value ly_update_in_place(ly_context *cx, ly_expr *set);
/* The same for Set[x, h[…, x, …]] with an h whose rules may give such a call. */
ly_value ly_update_by_rules(ly_context *cx, ly_expr *set);

/* ---- what was seen among the arguments of a call */
/* what was seen among the arguments */
enum {
    LY_SEEN_SEQUENCE = 1,
    LY_SEEN_UNEVALUATED = 2,
    LY_SEEN_LIST = 4,
    LY_SEEN_SAME_HEAD = 8,
    LY_SEEN_NOTHING = 16,
    LY_SEEN_UP = 32,
    LY_SEEN_PACKED = 64,
    LY_SEEN_ASSOCIATION = 128,
    LY_SEEN_CONDITIONAL = 256, /* a symbol that may have another value next time */
};

/* The symbol at the bottom of a chain of heads: f of f[x][y]; LY_FAILED if there is none. */
static inline ly_value ly_leading_symbol(ly_value v)
{
    while (ly_is_expr(v)) v = ly_expr_of(v)->head;
    return ly_is_symbol(v) ? v : LY_FAILED;
}

static inline unsigned ly_look_at(ly_value v, ly_value head)
{
    if (!ly_is_object(v)) return 0;
    if (ly_is_symbol(v)) {
        unsigned seen = ly_flags(&ly_symbol_of(v)->o) & LY_FLAG_HAS_UP ? LY_SEEN_UP : 0;
        return v == LY_SYM(Nothing) ? seen | LY_SEEN_NOTHING : seen;
    }
    if (ly_object_of(v)->kind == LY_KIND_EXPR) {
        ly_value h = ly_expr_of(v)->head;
        unsigned seen = 0;
        if (!ly_is_symbol(h)) {
            if (h == head) seen |= LY_SEEN_SAME_HEAD;
            h = ly_leading_symbol(h);
            return h && ly_flags(&ly_symbol_of(h)->o) & LY_FLAG_HAS_UP ? seen | LY_SEEN_UP : seen;
        }
        if (h == LY_SYM(List)) seen |= LY_SEEN_LIST;
        else if (h == LY_SYM(Sequence)) seen |= LY_SEEN_SEQUENCE;
        else if (h == LY_SYM(Unevaluated)) seen |= LY_SEEN_UNEVALUATED;
        else if (h == LY_SYM(Splice)) seen |= LY_SEEN_SEQUENCE;
        if (h == head) seen |= LY_SEEN_SAME_HEAD;
        if (ly_flags(&ly_symbol_of(h)->o) & LY_FLAG_HAS_UP) seen |= LY_SEEN_UP;
        return seen;
    }
    if (ly_object_of(v)->kind == LY_KIND_PACKED) return LY_SEEN_LIST | LY_SEEN_PACKED;
    if (ly_object_of(v)->kind == LY_KIND_ASSOCIATION) return LY_SEEN_ASSOCIATION;
    return 0;
}

/* *e made the caller's own, cached facts dropped. */
static inline ly_expr *ly_own_call(ly_context *cx, ly_value *e)
{
    ly_expr *mine = ly_expr_own_take(cx, *e);
    *e = ly_from_object(mine);
    return mine;
}

#endif
