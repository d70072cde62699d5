/* date.c: dates as values: DateObject, TimeObject, DateList, DateString, AbsoluteTime and what else
   turns one form of a date into another. */
#include "stdlib/dates/dates.h"

#include <math.h>

/* The date of the first argument; now where there is none. 1, 0, -1 as date_read. */
static int date_argument(ly_context *cx, ly_expr *call, size_t options, date *d)
{
    if (options == 0) {
        *d = date_now();
        return 1;
    }
    return date_read(cx, call->args[0], d);
}

MESSAGE(DateObject, zone, "The time zone `1` is not a number of hours.")

/* 1: the TimeZone option gives a number of hours; 0: it is not given; -1: it is something else
 * (message). */
static int zone_option(ly_context *cx, ly_expr *call, size_t from, double *zone)
{
    ly_value v = ly_option(cx, call, from, "TimeZone", LY_SYM(Automatic));
    int given = ly_to_double(v, zone)                              ? 1
                : v == LY_SYM(Automatic) || v == LY_SYM($TimeZone) ? 0
                                                                   : -1;
    if (given < 0) ly_message(cx, LY_SYM(DateObject), "zone", 1, v);
    ly_release(cx, v);
    return given;
}

/* ---- DateObject ------------------------------------------------------------------------------ */

static ly_value object_property(ly_context *cx, ly_expr *call);
BUILTIN_SUB(DateObject, date_object_call, object_property, 0, -1, LY_PROTECTED | LY_READ_PROTECTED,
    LY_EFFECTS | LY_EVALUATED,
    "DateObject[{y, m, d, …}] is a date; DateObject[date, \"granularity\"] a year, month, day …; "
    "DateObject[] is now.")
static ly_value date_object_call(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 0);
    date d;
    if (options > 2) return LY_UNEVALUATED; /* {…}, grain, calendar, zone: it is one already */
    int status = date_argument(cx, call, options, &d);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    grain g = d.grain;
    if (options == 2 && !date_grain_named(call->args[1], &g)) return LY_UNEVALUATED;
    int zoned = zone_option(cx, call, options, &d.zone);
    if (zoned < 0) return LY_UNEVALUATED;
    d.zoned |= zoned;
    d.grain = g;
    ly_value object = date_object(cx, &d);
    if (options == 2 && options == call->count && ly_is_expr(object)
        && ly_expr_of(object)->count == 2 && ly_same(object, ly_from_object(call))) {
        ly_release(cx, object);
        return LY_UNEVALUATED;
    }
    return object;
}

static ly_value object_property(ly_context *cx, ly_expr *call)
{
    date d;
    if (call->count != 1 || date_read(cx, call->head, &d) != 1) return LY_UNEVALUATED;
    return date_value(cx, &d, call->args[0]);
}

BUILTIN(DateObjectQ, date_object_q, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DateObjectQ[expr] tests whether expr is a valid DateObject.")
static ly_value date_object_q(ly_context *cx, ly_expr *call)
{
    date d;
    return ly_bool(ly_has_head(call->args[0], LY_SYM(DateObject))
                   && date_read(cx, call->args[0], &d) == 1);
}

BUILTIN(FromDateString, date_from_string, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "FromDateString[\"string\"] gives the DateObject that a text means.")
static ly_value date_from_string(ly_context *cx, ly_expr *call)
{
    date d;
    if (!ly_is_string(call->args[0])) return LY_UNEVALUATED;
    bool ok = call->count == 2 ? date_read_as(call->args[0], call->args[1], &d)
                               : date_read(cx, call->args[0], &d) == 1;
    return ok ? date_object(cx, &d) : LY_UNEVALUATED;
}

/* ---- TimeObject ------------------------------------------------------------------------------ */

static ly_value time_property(ly_context *cx, ly_expr *call);
BUILTIN_SUB(TimeObject, date_time_object, time_property, 0, -1, LY_PROTECTED | LY_READ_PROTECTED,
            LY_EFFECTS | LY_EVALUATED, "TimeObject[{h, m, s}] is a time of day.")
static ly_value date_time_object(ly_context *cx, ly_expr *call)
{
    static const char *const names[] = {"Hour", "Minute", "Instant"};
    double items[3] = {0};
    size_t n = 3;
    bool exact = false;
    if (call->count == 0) {
        date now = date_now();
        items[0] = (double)now.hour, items[1] = (double)now.minute, items[2] = now.second;
    } else {
        if (call->count != 1 || !ly_is_list(call->args[0])) return LY_UNEVALUATED;
        n = ly_length(call->args[0]);
        if (n < 1 || n > 3) return LY_UNEVALUATED;
        for (size_t i = 0; i < n; i++) {
            ly_value item = ly_element(cx, call->args[0], i);
            bool ok = ly_to_double(item, &items[i]) && fabs(items[i]) < 1e12;
            exact = ly_is_integer(item);
            ly_release(cx, item);
            if (!ok) return LY_UNEVALUATED;
        }
    }
    double seconds = items[0] * 3600 + items[1] * 60 + items[2];
    seconds -= floor(seconds / 86400) * 86400;
    int64_t hour = (int64_t)(seconds / 3600),
            minute = (int64_t)((seconds - (double)hour * 3600) / 60);
    double second = seconds - (double)hour * 3600 - (double)minute * 60;
    ly_value parts[3] = {LY_INT(hour), LY_INT(minute),
                         exact ? LY_INT((int64_t)second) : ly_real(cx, second)};
    return ly_make2(cx, LY_SYM(TimeObject), ly_make(cx, LY_SYM(List), n, parts),
                    ly_string_from(cx, names[n - 1]));
}
static ly_value time_property(ly_context *cx, ly_expr *call)
{
    ly_expr *object = ly_expr_of(call->head);
    if (call->count != 1 || object->count < 2 || !ly_is_list(object->args[0]))
        return LY_UNEVALUATED;
    if (ly_string_is(call->args[0], "Granularity")) return ly_retain(object->args[1]);
    static const char *const names[] = {"Hour", "Minute", "Second"};
    for (size_t i = 0; i < ly_length(object->args[0]) && i < 3; i++)
        if (ly_string_is(call->args[0], names[i])) return ly_element(cx, object->args[0], i);
    return LY_UNEVALUATED;
}

/* ---- numbers and lists ----------------------------------------------------------------------- */

BUILTIN(DateList, date_list_call, 0, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "DateList[date] gives {year, month, day, hour, minute, second}; DateList[] now.")
static ly_value date_list_call(ly_context *cx, ly_expr *call)
{
    date d;
    size_t options = ly_option_start(call, 0);
    int status = options > 1 ? 0 : date_argument(cx, call, options, &d);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    if (d.grain != GRAIN_INSTANT && d.object) d = date_begin(&d);
    return date_list(cx, &d, 6, true);
}

static ly_value seconds_value(ly_context *cx, const date *d, double since)
{
    double seconds = date_seconds(d) - since;
    bool whole = d->exact && seconds == floor(seconds) && fabs(seconds) < 1e15;
    return whole ? ly_integer(cx, (int64_t)seconds) : ly_real(cx, seconds);
}

BUILTIN(AbsoluteTime, date_absolute_time, 0, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
    "AbsoluteTime[] gives the seconds since the beginning of 1900; AbsoluteTime[date] of a date.")
static ly_value date_absolute_time(ly_context *cx, ly_expr *call)
{
    date d;
    size_t options = ly_option_start(call, 0);
    int status = options > 1 ? 0 : date_argument(cx, call, options, &d);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    return seconds_value(cx, &d, 0);
}

BUILTIN(FromAbsoluteTime, date_from_absolute_time, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "FromAbsoluteTime[n] gives the DateObject n seconds after the beginning of 1900.")
static ly_value date_from_absolute_time(ly_context *cx, ly_expr *call)
{
    date d;
    if (!ly_is_number(call->args[0]) || date_read(cx, call->args[0], &d) != 1)
        return LY_UNEVALUATED;
    int zoned = zone_option(cx, call, 1, &d.zone);
    if (zoned < 0) return LY_UNEVALUATED;
    d.zoned = zoned;
    return date_object(cx, &d);
}

#define UNIX_EPOCH 2208988800.0

BUILTIN(UnixTime, date_unix_time, 0, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "UnixTime[] gives the seconds since the beginning of 1970, UTC; UnixTime[date] of a date.")
static ly_value date_unix_time(ly_context *cx, ly_expr *call)
{
    date d;
    size_t options = ly_option_start(call, 0);
    int status = options > 1 ? 0 : date_argument(cx, call, options, &d);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    double zone = d.zoned ? d.zone : date_now().zone;
    return ly_integer(cx, (int64_t)floor(date_seconds(&d) - UNIX_EPOCH - zone * 3600));
}

BUILTIN(FromUnixTime, date_from_unix_time, 1, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "FromUnixTime[n] gives the DateObject n seconds after the beginning of 1970, UTC.")
static ly_value date_from_unix_time(ly_context *cx, ly_expr *call)
{
    double seconds, zone;
    if (!ly_is_number(call->args[0]) || !ly_to_double(call->args[0], &seconds)
        || !(fabs(seconds) < 1e15))
        return LY_UNEVALUATED;
    int zoned = zone_option(cx, call, 1, &zone);
    if (zoned < 0) return LY_UNEVALUATED;
    if (!zoned) zone = date_now().zone;
    date d = date_from_seconds(seconds + UNIX_EPOCH + zone * 3600, ly_is_integer(call->args[0]));
    d.zoned = true;
    d.zone = zone;
    return date_object(cx, &d);
}

#define JULIAN_1900 2415020.5 /* the Julian date of the beginning of 1900 */

BUILTIN(JulianDate, date_julian, 0, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "JulianDate[date] gives the days since noon of 1 January 4713 BC.")
static ly_value date_julian(ly_context *cx, ly_expr *call)
{
    date d;
    int status = date_argument(cx, call, call->count, &d);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    return ly_real(cx, date_seconds(&d) / 86400 + JULIAN_1900);
}

BUILTIN(FromJulianDate, date_from_julian, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "FromJulianDate[n] gives the DateObject of a Julian date.")
static ly_value date_from_julian(ly_context *cx, ly_expr *call)
{
    double days;
    if (!ly_is_number(call->args[0]) || !ly_to_double(call->args[0], &days) || !(fabs(days) < 1e9))
        return LY_UNEVALUATED;
    date d = date_from_seconds((days - JULIAN_1900) * 86400, ly_is_exact(call->args[0]));
    return date_object(cx, &d);
}

/* ---- texts and elements ---------------------------------------------------------------------- */

static ly_value format_date(ly_context *cx, const date *d, ly_value spec)
{
    ly_text text = {0};
    size_t n = ly_has_head(spec, LY_SYM(List)) ? ly_expr_of(spec)->count : 1;
    for (size_t i = 0; i < n; i++) {
        ly_value e = ly_has_head(spec, LY_SYM(List)) ? ly_expr_of(spec)->args[i] : spec;
        if (!ly_is_string(e)) {
            ly_text_free(&text);
            return LY_UNEVALUATED;
        }
        if (!date_element(&text, d, ly_string_of(e)->data))
            ly_text_add(&text, ly_string_of(e)->data, ly_string_of(e)->bytes);
    }
    return ly_text_string(cx, &text);
}

/* How a date is written without being told: as fine as it is. */
static ly_value plain_date(ly_context *cx, const date *d)
{
    ly_text text = {0};
    if (d->object && d->grain == GRAIN_YEAR)
        date_element(&text, d, "Year");
    else if (d->object && d->grain == GRAIN_MONTH) {
        date_element(&text, d, "MonthNameShort");
        ly_text_putc(&text, ' ');
        date_element(&text, d, "Year");
    } else
        date_element(&text, d, d->object && d->grain == GRAIN_DAY ? "DateShort" : "DateTimeShort");
    return ly_text_string(cx, &text);
}

BUILTIN(DateString, date_string, 0, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "DateString[date] writes a date; DateString[date, {elem, …}] with these elements: "
        "\"Year\", \"Month\", "
        "\"DayName\", \"Hour\", … or the form \"ISODate\", \"DateTime\", …")
static ly_value date_string(ly_context *cx, ly_expr *call)
{
    date d;
    size_t options = ly_option_start(call, 0);
    if (options > 2) return LY_UNEVALUATED;
    if (options == 0) {
        d = date_now();
        return plain_date(cx, &d);
    }
    ly_value first = call->args[0];
    if (options == 1
        && (ly_is_string(first)
            || (ly_has_head(first, LY_SYM(List)) && ly_expr_of(first)->count
                && ly_is_string(ly_expr_of(first)->args[0])
                && !ly_has_shape(first, LY_SYM(List), 2)))) {
        d = date_now();
        return format_date(cx, &d, first);
    }
    int status = date_read(cx, first, &d);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    return options == 2 ? format_date(cx, &d, call->args[1]) : plain_date(cx, &d);
}

BUILTIN(DateValue, date_value_call, 1, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "DateValue[date, \"elem\"] gives an element of a date; a list gives several.")
static ly_value date_value_call(ly_context *cx, ly_expr *call)
{
    date d = date_now();
    ly_value spec = call->args[call->count - 1];
    if (call->count == 2) {
        int status = date_read(cx, call->args[0], &d);
        if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    }
    if (!ly_has_head(spec, LY_SYM(List))) return date_value(cx, &d, spec);
    ly_builder items = ly_builder_new();
    for (size_t i = 0; i < ly_expr_of(spec)->count; i++) {
        ly_value item = date_value(cx, &d, ly_expr_of(spec)->args[i]);
        if (item == LY_UNEVALUATED || !ly_builder_add(cx, &items, item)) {
            ly_builder_drop(cx, &items);
            return item == LY_UNEVALUATED ? item : LY_FAILED;
        }
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

BUILTIN(DayName, date_day_name, 0, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED | LY_ANY_COUNT,
        "DayName[date] gives the day of the week.")
static ly_value date_day_name(ly_context *cx, ly_expr *call)
{
    date d;
    if (call->count > 1) return LY_UNEVALUATED;
    int status = date_argument(cx, call, call->count, &d);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    return date_day_symbol(date_weekday(&d));
}

BUILTIN(LeapYearQ, date_leap_year_q, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "LeapYearQ[date] tests whether the year of a date is a leap year.")
static ly_value date_leap_year_q(ly_context *cx, ly_expr *call)
{
    date d;
    int status = date_read(cx, call->args[0], &d);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    return ly_bool(date_leap_year(d.year));
}

BUILTIN(Now, date_now_value, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "Now is the DateObject of this moment.")
static ly_value date_now_value(ly_context *cx, ly_expr *call)
{
    date d = date_now();
    return date_object(cx, &d);
}
BUILTIN(Today, date_today, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "Today is the DateObject of this day.")
static ly_value date_today(ly_context *cx, ly_expr *call)
{
    date d = date_now();
    d.grain = GRAIN_DAY;
    return date_object(cx, &d);
}
BUILTIN($TimeZone, date_time_zone, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$TimeZone is the local time zone, in hours.")
static ly_value date_time_zone(ly_context *cx, ly_expr *call)
{
    return ly_real(cx, date_now().zone);
}

MESSAGE(TimeZoneConvert, zone, "The time zone `1` is not known.")
BUILTIN(TimeZoneConvert, date_zone_convert, 1, 2, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
    "TimeZoneConvert[date, n] gives the same moment in the time zone n hours ahead of Greenwich.")
static ly_value date_zone_convert(ly_context *cx, ly_expr *call)
{
    date d;
    double zone = date_now().zone;
    if (date_read(cx, call->args[0], &d) != 1 || !d.object || d.grain < GRAIN_HOUR
        || d.grain > GRAIN_INSTANT)
        return LY_UNEVALUATED;
    if (call->count == 2 && !ly_to_double(call->args[1], &zone)) return LY_UNEVALUATED;
    if (ly_expr_of(call->args[0])->count >= 4 && !d.zoned) return LY_UNEVALUATED; /* a named zone */
    d.second += (zone - (d.zoned ? d.zone : 0)) * 3600;
    date_normalize(&d);
    d.zoned = true;
    d.zone = zone;
    return date_object(cx, &d);
}
