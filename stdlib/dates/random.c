/* random.c: dates and times at random, and the Julian calendar: RandomDate, RandomTime,
   CalendarConvert. */
#include <math.h>

#include "stdlib/dates/dates.h"

/* A real number from low to high; false: failed. */
static bool random_between(ly_context *cx, double low, double high, double *x)
{
    ly_value range = ly_make2(cx, LY_SYM(List), ly_real(cx, low), ly_real(cx, high));
    ly_value v = ly_call1(cx, LY_SYM(RandomReal), range);
    bool ok = !ly_failed(v) && ly_to_double(v, x);
    ly_release(cx, v);
    return ok;
}

/* ---- RandomDate --------------------------------------------------------------------------------
 */

/* {date1, date2} or a span; false: neither. */
static bool date_bounds_of(ly_context *cx, ly_value v, double *low, double *high)
{
    date a, b;
    if (ly_has_shape(v, LY_SYM(List), 2) && date_read(cx, ly_expr_of(v)->args[0], &a) == 1
        && date_read(cx, ly_expr_of(v)->args[1], &b) == 1
        && !ly_is_number(ly_expr_of(v)->args[0])) {
        *low = date_seconds(&a);
        *high = date_seconds(&b);
    } else if (!ly_is_number(v) && date_read(cx, v, &a) == 1) {
        b = date_end(&a);
        a = date_begin(&a);
        *low = date_seconds(&a);
        *high = date_seconds(&b);
    } else {
        return false;
    }
    if (*low > *high) {
        double swap = *low;
        *low = *high;
        *high = swap;
    }
    return true;
}

/* A time of day in seconds: the beginning of what a TimeObject says, and its end. */
static bool time_bounds_of(ly_context *cx, ly_value v, double *begin, double *end)
{
    static const double weights[] = {3600, 60, 1};
    ly_value list = ly_has_head(v, LY_SYM(TimeObject)) && ly_expr_of(v)->count
                        ? ly_expr_of(v)->args[0]
                        : LY_FAILED;
    size_t n = !ly_failed(list) && ly_is_list(list) ? ly_length(list) : 0;
    if (n < 1 || n > 3) return false;
    *begin = 0;
    for (size_t i = 0; i < n; i++) {
        ly_value part = ly_element(cx, list, i);
        double x;
        bool ok = ly_to_double(part, &x);
        ly_release(cx, part);
        if (!ok) return false;
        *begin += x * weights[i];
    }
    *end = *begin + (n == 3 ? 0 : weights[n - 1]);
    return true;
}

static ly_value random_one(ly_context *cx, bool time, double low, double high)
{
    double x;
    if (!random_between(cx, low, high, &x)) return LY_FAILED;
    if (!time) {
        date d = date_from_seconds(x, false);
        return date_object(cx, &d);
    }
    if (x >= 86400) x = 86399.999;
    int64_t hour = (int64_t)(x / 3600), minute = (int64_t)((x - (double)hour * 3600) / 60);
    ly_value parts[3] = {LY_INT(hour), LY_INT(minute),
                         ly_real(cx, x - (double)hour * 3600 - (double)minute * 60)};
    return ly_make2(cx, LY_SYM(TimeObject), ly_make(cx, LY_SYM(List), 3, parts),
                    ly_string_from(cx, "Instant"));
}

static ly_value random_call(ly_context *cx, ly_expr *call, bool time)
{
    double low = 0, high = 86400, begin;
    size_t bounds = call->count && !ly_is_integer(call->args[0]) ? 1 : 0;
    if (!time) {
        date now = date_now();
        now.grain = GRAIN_YEAR;
        date from = date_begin(&now), to = date_end(&now);
        low = date_seconds(&from);
        high = date_seconds(&to);
        if (bounds && !date_bounds_of(cx, call->args[0], &low, &high)) return LY_UNEVALUATED;
    } else if (bounds) {
        ly_value v = call->args[0];
        if (ly_has_shape(v, LY_SYM(List),
                         2)) { /* from the end of the earlier to the beginning of the later */
            double end;
            if (!time_bounds_of(cx, ly_expr_of(v)->args[0], &begin, &end)
                || !time_bounds_of(cx, ly_expr_of(v)->args[1], &low, &high))
                return LY_UNEVALUATED;
            if (begin <= low)
                high = low, low = end;
            else
                low = high, high = begin;
            if (high < low) high = low;
        } else if (!time_bounds_of(cx, v, &low, &high)) {
            return LY_UNEVALUATED;
        }
    }
    if (call->count == bounds) return random_one(cx, time, low, high);
    if (!ly_is_int(call->args[bounds]) || ly_int_of(call->args[bounds]) < 0) return LY_UNEVALUATED;
    ly_builder items = ly_builder_new();
    for (int64_t left = ly_int_of(call->args[bounds]); left > 0; left--) {
        ly_value item = ly_poll(cx) ? LY_FAILED : random_one(cx, time, low, high);
        if (ly_failed(item) || !ly_builder_add(cx, &items, item)) {
            ly_builder_drop(cx, &items);
            return LY_FAILED;
        }
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

BUILTIN(RandomDate, date_random, 0, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "RandomDate[] gives a date of this year at random; RandomDate[{d1, d2}, n] n of them "
        "between two dates.")
static ly_value date_random(ly_context *cx, ly_expr *call) { return random_call(cx, call, false); }
BUILTIN(RandomTime, date_random_time, 0, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "RandomTime[] gives a time of day at random; RandomTime[{t1, t2}, n] n of them between two "
        "times.")
static ly_value date_random_time(ly_context *cx, ly_expr *call)
{
    return random_call(cx, call, true);
}

/* ---- CalendarConvert ---------------------------------------------------------------------------
 */

/* The Julian calendar's date of a day number (Meeus, Astronomical Algorithms, chapter 7). */
static void julian_of_day_number(int64_t number, int64_t *year, int64_t *month, int64_t *day)
{
    int64_t c = number + 2440588 + 32082; /* days since 1 March 4801 BC */
    int64_t d = (4 * c + 3) / 1461, e = c - 1461 * d / 4, m = (5 * e + 2) / 153;
    *day = e - (153 * m + 2) / 5 + 1;
    *month = m + 3 - 12 * (m / 10);
    *year = d - 4800 + m / 10;
    if (*year <= 0) --*year;
}

BUILTIN(CalendarConvert, date_calendar_convert, 2, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "CalendarConvert[date, \"Julian\"] gives a day in the Julian calendar.")
static ly_value date_calendar_convert(ly_context *cx, ly_expr *call)
{
    date d;
    ly_value v = call->args[0];
    if (!ly_has_head(v, LY_SYM(DateObject)) || date_read(cx, v, &d) != 1 || d.grain != GRAIN_DAY)
        return LY_UNEVALUATED;
    grain g;
    if (ly_expr_of(v)->count != 2 || !date_grain_named(ly_expr_of(v)->args[1], &g))
        return LY_UNEVALUATED;
    if (ly_string_is(call->args[1], "Gregorian")) return ly_retain(v);
    if (!ly_string_is(call->args[1], "Julian") || date_days(&d) < -2472632) return LY_UNEVALUATED;
    int64_t year, month, day;
    julian_of_day_number(date_days(&d), &year, &month, &day);
    ly_value parts[3] = {LY_INT(year), LY_INT(month), LY_INT(day)};
    return ly_make3(cx, LY_SYM(DateObject), ly_make(cx, LY_SYM(List), 3, parts),
                    ly_string_from(cx, "Day"), ly_string_from(cx, "Julian"));
}
