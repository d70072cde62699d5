/* marks.c: setting the mark "evaluated already", and keeping it through updates in place.

   A mark says: evaluating this again gives the same. So it is set where an evaluation looked at
   nothing but the symbols of the filter, and an element that is put into a marked list must itself be
   known to be evaluated, or the list loses its mark. */
#include "eval/marks.h"

void ly_mark_evaluated(ly_context *cx, ly_value v)
{
    ly_expr *e;
    uint64_t filter = 0;
    if (!ly_is_expr(v)) return;
    e = ly_expr_of(v);
    if (ly_count_of(&e->o) <= 0 || !ly_filter_of(e->head, &filter)) return;
    for (uint32_t i = 0; i < e->count; i++)
        if (!ly_filter_of(e->args[i], &filter)) return;
    e->filter = filter;
    e->stamp = filter ? ly_mark_now(cx, filter) : LY_INERT;
    cx->definitions.marked |= filter;
}

/* Since when item is known to be evaluated, 0: it is not known; its symbols are added to *filter. */
static uint64_t stamp_of(ly_context *cx, ly_value item, uint64_t *filter)
{
    if (ly_is_symbol(item)) {
        if (item == LY_SYM(Nothing) || ly_is_conditional(cx, item)) return 0;
        *filter |= ly_filter_bit(item);
        return ly_mark_now(cx, *filter);
    }
    if (ly_is_expr(item)) {
        if (ly_expr_of(item)->head == LY_SYM(Sequence) || ly_expr_of(item)->head == LY_SYM(Splice)) return 0;
        *filter |= ly_expr_of(item)->filter;
        return ly_expr_of(item)->stamp;
    }
    if (ly_is_association(item)) {
        *filter |= ly_association_of(item)->filter;
        return ly_association_of(item)->stamp;
    }
    return LY_INERT;
}

void ly_keep_mark(ly_context *cx, ly_expr *e, uint64_t stamp, uint64_t filter, ly_value item)
{
    uint64_t item_stamp;
    if (!stamp || e->head != LY_SYM(List)) return;
    item_stamp = stamp_of(cx, item, &filter);
    if (!item_stamp) return;
    e->filter = filter;
    e->stamp = item_stamp < stamp ? item_stamp : stamp;
    cx->definitions.marked |= filter;
}

void ly_keep_association_mark(ly_context *cx, ly_association *a, uint64_t stamp, uint64_t filter, ly_value key,
                              ly_value value)
{
    uint64_t key_stamp, value_stamp;
    if (!stamp) return;
    key_stamp = stamp_of(cx, key, &filter);
    value_stamp = stamp_of(cx, value, &filter);
    if (!key_stamp || !value_stamp) return;
    if (key_stamp < stamp) stamp = key_stamp;
    a->filter = filter;
    a->stamp = value_stamp < stamp ? value_stamp : stamp;
    cx->definitions.marked |= filter;
}

bool ly_is_stale(ly_context *cx, ly_value v)
{
    if (ly_is_symbol(v)) return ly_is_conditional(cx, v);
    switch ((ly_kind)ly_object_of(v)->kind) {
    case LY_KIND_EXPR: return !ly_is_evaluated(cx, ly_expr_of(v));
    case LY_KIND_ASSOCIATION: {
        ly_association *a = ly_association_of(v);
        return a->stamp == 0 || (a->stamp < cx->definitions.last_change &&
                                 !ly_mark_holds(cx, &a->stamp, a->filter, ly_count_of(&a->o) > 0));
    }
    default: return false;
    }
}
