/* marks.h: what is known to be evaluated already.

   The mark of an expression or association is a stamp from one counter of the process; it holds while
   no symbol of the expression's filter changed later in this context (marks.c keeps it through
   updates in place). */
#ifndef LY_MARKS_H
#define LY_MARKS_H

#include "eval/eval.h"

static inline uint64_t ly_filter_bit(ly_value symbol)
{
    return symbol == LY_SYM(List) ? 0 : (uint64_t)1 << (ly_symbol_of(symbol)->hash & 63);
}

static inline bool ly_mark_holds(ly_context *cx, uint64_t *stamp, uint64_t filter, bool may_write)
{
    const uint64_t *changed = cx->definitions.changed;
    for (uint64_t f = filter; f; f &= f - 1)
        if (changed[__builtin_ctzll(f)] > *stamp) return false;
    if (may_write) *stamp = cx->definitions.last_change;
    return true;
}

static inline bool ly_is_evaluated(ly_context *cx, ly_expr *e)
{
#ifdef LY_NO_MARKS /* for make check-marks: everything is evaluated again, and must give the same */
    return false;
#endif
    if (e->stamp == 0) return false;
    if (e->stamp >= cx->definitions.last_change) return true;
    return ly_mark_holds(cx, &e->stamp, e->filter, ly_count_of(&e->o) > 0);
}

/* The symbols inside v as filter bits; false if they are not known without a walk. */
static inline bool ly_filter_of(ly_value v, uint64_t *filter)
{
    if (!ly_is_object(v)) return true;
    if (ly_is_symbol(v)) {
        *filter |= ly_filter_bit(v);
        return true;
    }
    switch ((ly_kind)ly_object_of(v)->kind) {
    case LY_KIND_EXPR:
        if (!ly_expr_of(v)->stamp) return false;
        *filter |= ly_expr_of(v)->filter;
        return true;
    case LY_KIND_ASSOCIATION:
        if (!ly_association_of(v)->stamp) return false;
        *filter |= ly_association_of(v)->filter;
        return true;
    default: return true;
    }
}

/* A symbol whose value may change without the symbol changing: its own value has a condition, or is a
   variable of the system. */
static inline bool ly_is_conditional(ly_context *cx, ly_value symbol)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    const ly_builtin *row = ly_symbol_of(symbol)->builtin;
    return (d && (d->value || d->rules[LY_OWN_VALUES])) || (row && row->effects & LY_VALUE);
}

#endif
