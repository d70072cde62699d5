/* span.c: sequence specifications (of Take, Drop …) and spans, as ranges of elements. */
#include "lists.h"

static int64_t from_end(int64_t i, size_t length) { return i < 0 ? (int64_t)length + 1 + i : i; }

/* Positions first … last (from 1, negative from the end) by step. */
static int between(int64_t first, int64_t last, int64_t step, size_t length, ly_range *range)
{
    int64_t n = (int64_t)length, i = from_end(first, length), j = from_end(last, length);
    if (step == 0) return LY_RANGE_OUT;
    range->step = step;
    range->count = 0;
    range->start = 0;
    if (step > 0 ? j < i : j > i) { /* empty where it stands between neighbours */
        bool between_neighbours = step > 0 ? j == i - 1 && i >= 1 && i <= n + 1
                                           : j == i + 1 && i >= 0 && i <= n;
        return between_neighbours ? LY_RANGE_OK : LY_RANGE_OUT;
    }
    if (i < 1 || i > n || j < 1 || j > n) return LY_RANGE_OUT;
    range->start = (size_t)(i - 1);
    range->count = (size_t)((j - i) / step + 1);
    return LY_RANGE_OK;
}

static bool small_int(ly_value v, int64_t *out)
{
    if (!ly_is_int(v)) return false;
    *out = ly_int_of(v);
    return *out > INT64_MIN / 4 && *out < INT64_MAX / 4;
}

/* n or UpTo[n] as a position; All as the last one */
static bool position(ly_value v, size_t length, int64_t *out)
{
    if (small_int(v, out)) return true;
    if (ly_has_shape(v, LY_SYM(UpTo), 1)) {
        ly_value most = ly_expr_of(v)->args[0];
        if (ly_is_plus_infinity(most)) {
            *out = (int64_t)length;
            return true;
        }
        if (!small_int(most, out) || *out < 0) return false;
        if (*out > (int64_t)length) *out = (int64_t)length;
        return true;
    }
    return false;
}

int ly_sequence_range(ly_value spec, size_t length, ly_range *range, ly_value *first, ly_value *last)
{
    int64_t i, j, step = 1;
    *range = (ly_range){0, length, 1};
    if (spec == LY_SYM(All)) return LY_RANGE_OK;
    if (spec == LY_SYM(None)) {
        range->count = 0;
        return LY_RANGE_OK;
    }
    if (position(spec, length, &i)) {
        *first = LY_INT(i < 0 ? i : 1);
        *last = LY_INT(i < 0 ? -1 : i);
        if (i > (int64_t)length || -i > (int64_t)length) return LY_RANGE_OUT;
        range->start = i < 0 ? length - (size_t)-i : 0;
        range->count = (size_t)(i < 0 ? -i : i);
        return LY_RANGE_OK;
    }
    if (ly_has_head(spec, LY_SYM(Span))) return ly_span_range(spec, length, range, first, last);
    if (!ly_has_head(spec, LY_SYM(List))) return LY_RANGE_BAD;
    const ly_expr *e = ly_expr_of(spec);
    if (e->count < 1 || e->count > 3 || !position(e->args[0], length, &i)) return LY_RANGE_BAD;
    *first = *last = e->args[0];
    j = i;
    if (e->count == 1) {
        if (i == 0) return LY_RANGE_OUT;
    } else {
        *last = e->args[1];
        if (e->args[1] == LY_SYM(All)) j = step < 0 ? 1 : -1;
        else if (!position(e->args[1], length, &j)) return LY_RANGE_BAD;
        if (e->count == 3 && !small_int(e->args[2], &step)) return LY_RANGE_BAD;
    }
    if (i == 0) return LY_RANGE_OUT;
    return between(i, j, step, length, range);
}

int ly_span_range(ly_value span, size_t length, ly_range *range, ly_value *first, ly_value *last)
{
    int64_t i, j, step = 1;
    if (!ly_has_head(span, LY_SYM(Span))) return LY_RANGE_BAD;
    const ly_expr *e = ly_expr_of(span);
    if (e->count < 2 || e->count > 3) return LY_RANGE_BAD;
    if (e->count == 3 && e->args[2] != LY_SYM(All) && !small_int(e->args[2], &step)) return LY_RANGE_BAD;
    *first = e->args[0];
    *last = e->args[1];
    if (e->args[0] == LY_SYM(All)) i = step < 0 ? (int64_t)length : 1;
    else if (!position(e->args[0], length, &i)) return LY_RANGE_BAD;
    if (e->args[1] == LY_SYM(All)) j = step < 0 ? 1 : (int64_t)length;
    else if (!position(e->args[1], length, &j)) return LY_RANGE_BAD;
    if (step == 0) return LY_RANGE_BAD;
    if (length == 0 && e->args[1] == LY_SYM(All) && (i == 1 || i == 0)) {
        *range = (ly_range){0, 0, step};
        return LY_RANGE_OK;
    }
    if (i == 0) return LY_RANGE_OUT;
    return between(i, j, step, length, range);
}
