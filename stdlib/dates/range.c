/* range.c: dates added, counted, compared, listed. */
#include "stdlib/dates/dates.h"

#include <math.h>

/* ---- adding ---------------------------------------------------------------------------------- */

/* Adds n days, {n, "Unit"}, Quantity[n, "Units"] or a list of such; false: it is none. */
static bool add_offset(ly_context *cx, date *d, ly_value v)
{
    if (ly_stack_low(cx)) return (bool)(uint8_t)ly_deeper(cx, add_offset, LY_AS_WORD(cx), LY_AS_WORD(d), v);
    double n;
    if (ly_is_number(v)) return ly_to_double(v, &n) && date_add(d, n, "Day");
    if ((ly_has_shape(v, LY_SYM(List), 2) || ly_has_shape(v, LY_SYM(Quantity), 2))
        && ly_is_string(ly_expr_of(v)->args[1]) && ly_to_double(ly_expr_of(v)->args[0], &n))
        return date_add(d, n, ly_string_of(ly_expr_of(v)->args[1])->data);
    if (!ly_has_head(v, LY_SYM(List))) return false;
    for (size_t i = 0; i < ly_expr_of(v)->count; i++)
        if (!add_offset(cx, d, ly_expr_of(v)->args[i])) return false;
    return true;
}

/* The date in the form that it was given in. */
static ly_value like(ly_context *cx, const date *d, ly_value original)
{
    if (d->object || ly_is_string(original)) return date_object(cx, d);
    int count = d->grain < GRAIN_DAY ? 3 : (int)d->grain;
    if (d->second != 0 || d->hour != 0 || d->minute != 0) count = 6;
    return date_list(cx, d, count, false);
}

BUILTIN(DatePlus, date_plus, 1, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "DatePlus[date, n] gives the date n days later; DatePlus[date, {n, \"unit\"}] n units; a "
        "list of such, all.")
static ly_value date_plus(ly_context *cx, ly_expr *call)
{
    date d = date_now();
    ly_value offset = call->args[call->count - 1];
    if (call->count == 2 && date_read(cx, call->args[0], &d) != 1) return LY_UNEVALUATED;
    if (!add_offset(cx, &d, offset)) return LY_UNEVALUATED;
    if (d.object && d.grain < GRAIN_DAY) d.grain = GRAIN_DAY;
    return like(cx, &d, call->count == 2 ? call->args[0] : LY_SYM(Null));
}

BUILTIN(DayPlus, date_day_plus, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DayPlus[date, n] gives the day n days later; DayPlus[date, n, daytype] n days of a type.")
static ly_value date_day_plus(ly_context *cx, ly_expr *call)
{
    date d;
    if (date_read(cx, call->args[0], &d) != 1 || !ly_is_int(call->args[1])) return LY_UNEVALUATED;
    int64_t n = ly_int_of(call->args[1]), step = n < 0 ? -1 : 1;
    int type = call->count == 3 ? date_day_type(call->args[2]) : 0;
    if (type < 0 || n > 10000000 || n < -10000000) return LY_UNEVALUATED;
    d = date_begin(&d);
    if (type == 0) d.day += n;
    for (int64_t left = type ? n * step : 0; left > 0; left -= date_day_matches(&d, type)) {
        d.day += step;
        date_normalize(&d);
        if (ly_poll(cx)) return LY_FAILED;
    }
    date_normalize(&d);
    d.grain = GRAIN_DAY;
    return date_object(cx, &d);
}

/* The next or previous day of a type, or span of a grain. */
static ly_value step_date(ly_context *cx, ly_expr *call, int direction)
{
    date d = date_now();
    grain g = GRAIN_DAY;
    d.grain = GRAIN_DAY;
    if (call->count && date_read(cx, call->args[0], &d) != 1) return LY_UNEVALUATED;
    int type = -1;
    if (call->count == 2 && !date_grain_named(call->args[1], &g)
        && (type = date_day_type(call->args[1])) < 0)
        return LY_UNEVALUATED;
    if (type > 0) {
        date e = direction > 0 ? date_end(&d) : date_begin(&d);
        if (direction < 0) e.day--;
        if (direction > 0 && d.grain != GRAIN_DAY && d.grain < GRAIN_DAY)
            e = date_begin(&d), e.day++;
        date_normalize(&e);
        while (!date_day_matches(&e, type)) {
            e.day += direction;
            date_normalize(&e);
        }
        e.grain = GRAIN_DAY;
        return date_object(cx, &e);
    }
    date e = d;
    e.grain = g;
    e = date_begin(&e);
    if (!date_add(&e, direction, g == GRAIN_INSTANT ? "Second" : date_grain_name(g)))
        return LY_UNEVALUATED;
    e.grain = g;
    e.exact = true;
    return date_object(cx, &e);
}
BUILTIN(NextDate, date_next, 0, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "NextDate[date, Monday] gives the next day of a kind; NextDate[date, \"Month\"] the next "
        "month …")
static ly_value date_next(ly_context *cx, ly_expr *call) { return step_date(cx, call, 1); }
BUILTIN(PreviousDate, date_previous, 0, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "PreviousDate[date, Monday] gives the last day of a kind before date; PreviousDate[date, "
        "\"Month\"] the month before …")
static ly_value date_previous(ly_context *cx, ly_expr *call) { return step_date(cx, call, -1); }

BUILTIN(DayRound, date_day_round, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DayRound[date, daytype] gives the first day of a type on or after date.")
static ly_value date_day_round(ly_context *cx, ly_expr *call)
{
    date d;
    int type = call->count == 2 ? date_day_type(call->args[1]) : 0;
    if (type < 0 || date_read(cx, call->args[0], &d) != 1) return LY_UNEVALUATED;
    d.grain = d.grain > GRAIN_DAY ? GRAIN_DAY : d.grain;
    d = date_begin(&d);
    while (!date_day_matches(&d, type)) {
        d.day++;
        date_normalize(&d);
    }
    d.grain = GRAIN_DAY;
    return date_object(cx, &d);
}

BUILTIN(DayMatchQ, date_day_match_q, 2, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DayMatchQ[date, daytype] tests whether a date is a day of a type.")
static ly_value date_day_match_q(ly_context *cx, ly_expr *call)
{
    date d;
    int type = date_day_type(call->args[1]);
    if (type < 0 || date_read(cx, call->args[0], &d) != 1) return LY_UNEVALUATED;
    return ly_bool(date_day_matches(&d, type));
}

/* ---- counting -------------------------------------------------------------------------------- */

BUILTIN(DayCount, date_day_count, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DayCount[date1, date2] gives the number of days from one date to another; DayCount[date1, "
        "date2, daytype] of a type.")
static ly_value date_day_count(ly_context *cx, ly_expr *call)
{
    date a, b;
    int type = call->count == 3 ? date_day_type(call->args[2]) : 0;
    if (type < 0 || date_read(cx, call->args[0], &a) != 1 || date_read(cx, call->args[1], &b) != 1)
        return LY_UNEVALUATED;
    int64_t from = date_days(&a), to = date_days(&b), step = from <= to ? 1 : -1, count = 0;
    if (type == 0) return LY_INT(to - from);
    for (int64_t at = from; at != to;) {
        at += step;
        a.day += step;
        date_normalize(&a);
        count += date_day_matches(&a, type);
        if (ly_poll(cx)) return LY_FAILED;
    }
    return LY_INT(count);
}

BUILTIN(DateDifference, date_difference, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DateDifference[date1, date2] gives the days from one date to another as a Quantity; a "
        "third argument the unit.")
static ly_value date_difference(ly_context *cx, ly_expr *call)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"Day", 86400}, {"Week", 604800}, {"Hour", 3600}, {"Minute", 60}, {"Second", 1}};
    date a, b;
    if (date_read(cx, call->args[0], &a) != 1 || date_read(cx, call->args[1], &b) != 1)
        return LY_UNEVALUATED;
    size_t unit = 0;
    if (call->count == 3) {
        for (; unit < 5; unit++) {
            ly_text plural = {0};
            ly_text_printf(&plural, "%ss", units[unit].name);
            bool same = ly_string_is(call->args[2], units[unit].name)
                        || ly_string_is(call->args[2], plural.data);
            ly_text_free(&plural);
            if (same) break;
        }
        if (unit == 5) return LY_UNEVALUATED;
    }
    double n = (date_seconds(&b) - date_seconds(&a)) / units[unit].seconds;
    ly_text name = {0};
    ly_text_printf(&name, "%ss", units[unit].name);
    ly_value value = n == floor(n) && fabs(n) < 1e15 ? ly_integer(cx, (int64_t)n) : ly_real(cx, n);
    return ly_make2(cx, LY_SYM(Quantity), value, ly_text_string(cx, &name));
}

/* ---- listing --------------------------------------------------------------------------------- */

BUILTIN(DayRange, date_day_range, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DayRange[date1, date2] gives a list of the days between two dates; DayRange[date1, date2, "
        "daytype] of a type.")
static ly_value date_day_range(ly_context *cx, ly_expr *call)
{
    date a, b;
    int type = call->count == 3 ? date_day_type(call->args[2]) : 0;
    if (type < 0 || date_read(cx, call->args[0], &a) != 1 || date_read(cx, call->args[1], &b) != 1)
        return LY_UNEVALUATED;
    if (date_days(&a) > date_days(&b)) {
        date swap = a;
        a = b;
        b = swap;
    }
    a = date_begin(&a);
    ly_builder items = ly_builder_new();
    for (int64_t left = date_days(&b) - date_days(&a); left >= 0; left--) {
        a.grain = GRAIN_DAY;
        if (date_day_matches(&a, type) && !ly_builder_add(cx, &items, date_object(cx, &a)))
            return LY_FAILED;
        if (ly_poll(cx)) {
            ly_builder_drop(cx, &items);
            return LY_FAILED;
        }
        a.day++;
        date_normalize(&a);
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

BUILTIN(DateRange, date_range, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DateRange[date1, date2] gives the dates from one to another in steps of a day; "
        "DateRange[date1, date2, "
        "\"unit\"] or {n, \"unit\"} in other steps.")
static ly_value date_range(ly_context *cx, ly_expr *call)
{
    date a, b;
    double n = 1;
    const char *unit = "Day";
    if (date_read(cx, call->args[0], &a) != 1 || date_read(cx, call->args[1], &b) != 1)
        return LY_UNEVALUATED;
    if (call->count == 3) {
        ly_value step = call->args[2];
        if (ly_is_string(step)) {
            unit = ly_string_of(step)->data;
        } else if (ly_has_shape(step, LY_SYM(List), 2) && ly_is_string(ly_expr_of(step)->args[1])
                   && ly_to_double(ly_expr_of(step)->args[0], &n)) {
            unit = ly_string_of(ly_expr_of(step)->args[1])->data;
        } else if (!ly_to_double(step, &n)) {
            return LY_UNEVALUATED;
        }
    }
    date probe = a;
    if (n == 0 || !date_add(&probe, n, unit)) return LY_UNEVALUATED;
    ly_builder items = ly_builder_new();
    date at = a;
    for (int64_t i = 1;
         n > 0 ? date_seconds(&at) <= date_seconds(&b) : date_seconds(&at) >= date_seconds(&b);
         i++) {
        ly_value item = a.object ? date_object(cx, &at) : date_list(cx, &at, 6, true);
        if (!ly_builder_add(cx, &items, item) || ly_poll(cx)) {
            ly_builder_drop(cx, &items);
            return LY_FAILED;
        }
        at = a;
        if (!date_add(&at, n * (double)i, unit)) break;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* The earliest and the latest of a list of dates; false: something is no date. */
static bool extremes(ly_context *cx, ly_value list, size_t *least, size_t *most)
{
    date low, high, d;
    if (!ly_has_head(list, LY_SYM(List)) || ly_expr_of(list)->count == 0) return false;
    for (size_t i = 0; i < ly_expr_of(list)->count; i++) {
        ly_value item = ly_expr_of(list)->args[i];
        if (ly_is_number(item) || date_read(cx, item, &d) != 1) return false;
        if (i == 0 || date_compare(&d, &low) < 0) low = d, *least = i;
        if (i == 0 || date_compare(&d, &high) > 0) high = d, *most = i;
    }
    return true;
}

static ly_value extreme(ly_context *cx, ly_expr *call, bool latest)
{
    size_t least, most;
    ly_value list = ly_unpack(cx, call->args[0]);
    ly_value result = LY_UNEVALUATED;
    if (extremes(cx, list, &least, &most))
        result = ly_retain(ly_expr_of(list)->args[latest ? most : least]);
    ly_release(cx, list);
    return result;
}
BUILTIN(MaxDate, date_max, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "MaxDate[{date1, date2, …}] gives the latest date.")
static ly_value date_max(ly_context *cx, ly_expr *call) { return extreme(cx, call, true); }
BUILTIN(MinDate, date_min, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "MinDate[{date1, date2, …}] gives the earliest date.")
static ly_value date_min(ly_context *cx, ly_expr *call) { return extreme(cx, call, false); }

static ly_value bound(ly_context *cx, date d, bool zoned)
{
    d.grain = GRAIN_INSTANT;
    d.exact = false;
    ly_value items[4] = {date_list(cx, &d, 6, true), ly_string_from(cx, "Instant"),
                         ly_string_from(cx, "Gregorian"),
                         zoned ? ly_real(cx, d.zoned ? d.zone : date_now().zone) : LY_SYM(None)};
    return ly_make(cx, LY_SYM(DateObject), 4, items);
}

BUILTIN(DateBounds, date_bounds, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DateBounds[{date1, date2, …}] gives the earliest and the latest date; DateBounds[date] "
        "the bounds of a span.")
static ly_value date_bounds(ly_context *cx, ly_expr *call)
{
    date d;
    size_t least, most;
    if (ly_has_head(call->args[0], LY_SYM(DateObject)) && date_read(cx, call->args[0], &d) == 1) {
        bool zoned = d.grain >= GRAIN_HOUR && d.grain <= GRAIN_INSTANT;
        return ly_make2(cx, LY_SYM(List), bound(cx, date_begin(&d), zoned),
                        bound(cx, date_end(&d), zoned));
    }
    ly_value list = ly_unpack(cx, call->args[0]), result = LY_UNEVALUATED;
    if (extremes(cx, list, &least, &most))
        result = ly_make2(cx, LY_SYM(List), ly_retain(ly_expr_of(list)->args[least]),
                          ly_retain(ly_expr_of(list)->args[most]));
    ly_release(cx, list);
    return result;
}

/* Both arguments as spans; false: they are no DateObjects, or both are moments. */
static bool spans(ly_context *cx, ly_expr *call, double *begin, double *end)
{
    bool moment = true;
    for (int i = 0; i < 2; i++) {
        date d;
        if (!ly_has_head(call->args[i], LY_SYM(DateObject))
            || date_read(cx, call->args[i], &d) != 1)
            return false;
        date from = date_begin(&d), to = date_end(&d);
        begin[i] = date_seconds(&from);
        end[i] = date_seconds(&to);
        moment &= d.grain == GRAIN_INSTANT;
    }
    return !moment;
}
BUILTIN(DateWithinQ, date_within_q, 2, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DateWithinQ[date1, date2] tests whether date2 lies within date1.")
static ly_value date_within_q(ly_context *cx, ly_expr *call)
{
    double begin[2], end[2];
    if (!spans(cx, call, begin, end)) return LY_UNEVALUATED;
    return ly_bool(begin[1] >= begin[0] && end[1] <= end[0] && begin[1] < end[0]);
}
BUILTIN(DateOverlapsQ, date_overlaps_q, 2, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DateOverlapsQ[date1, date2] tests whether two spans have time in common.")
static ly_value date_overlaps_q(ly_context *cx, ly_expr *call)
{
    double begin[2], end[2];
    if (!spans(cx, call, begin, end)) return LY_UNEVALUATED;
    return ly_bool(begin[0] <= end[1] && begin[1] <= end[0]
                   && !(begin[0] == end[1] || begin[1] == end[0]));
}

BUILTIN(MidDate, date_mid, 1, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
    "MidDate[date] gives the middle of a span; MidDate[date, \"granularity\", f] the part f of it.")
static ly_value date_mid(ly_context *cx, ly_expr *call)
{
    date d;
    grain g = GRAIN_INSTANT;
    double part = 0.5;
    if (!ly_has_head(call->args[0], LY_SYM(DateObject)) || date_read(cx, call->args[0], &d) != 1)
        return LY_UNEVALUATED;
    if (call->count > 1 && !date_grain_named(call->args[1], &g)) return LY_UNEVALUATED;
    if (call->count > 2 && !ly_to_double(call->args[2], &part)) return LY_UNEVALUATED;
    date from = date_begin(&d), to = date_end(&d);
    double seconds = date_seconds(&from) + part * (date_seconds(&to) - date_seconds(&from));
    date mid = date_from_seconds(seconds, false);
    mid.grain = g;
    mid.zoned = d.zoned;
    mid.zone = d.zone;
    return date_object(cx, &mid);
}

BUILTIN(DateSelect, date_select, 2, 2, LY_PROTECTED, LY_EFFECTS,
        "DateSelect[{date1, …}, f] gives the dates for which f gives True.")
static ly_value date_select(ly_context *cx, ly_expr *call)
{
    if (!ly_has_head(call->args[0], LY_SYM(List))) return LY_UNEVALUATED;
    return ly_make2(cx, LY_SYM(Select), ly_retain(call->args[0]), ly_retain(call->args[1]));
}
