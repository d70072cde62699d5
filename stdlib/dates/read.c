/* read.c: dates as programs write them, and as values. */
#include "stdlib/dates/dates.h"

#include <ctype.h>
#include <math.h>
#include <strings.h>

/* ---- names ----------------------------------------------------------------------------------- */

static const char *const grain_names[] = {
    [GRAIN_YEAR] = "Year", [GRAIN_MONTH] = "Month",    [GRAIN_DAY] = "Day",
    [GRAIN_HOUR] = "Hour", [GRAIN_MINUTE] = "Minute",  [GRAIN_INSTANT] = "Instant",
    [GRAIN_WEEK] = "Week", [GRAIN_QUARTER] = "Quarter"};

bool date_grain_named(ly_value v, grain *g)
{
    for (int i = GRAIN_YEAR; i <= GRAIN_QUARTER; i++)
        if (ly_string_is(v, grain_names[i])) {
            *g = (grain)i;
            return true;
        }
    if (!ly_string_is(v, "Second")) return false;
    *g = GRAIN_INSTANT;
    return true;
}

const char *date_grain_name(grain g) { return grain_names[g]; }

ly_value date_day_symbol(int weekday) { return ly_intern("System`", date_day_names[weekday - 1]); }
BUILTIN_SYMBOL(Monday, LY_PROTECTED, "Monday is a day of the week.")
BUILTIN_SYMBOL(Tuesday, LY_PROTECTED, "Tuesday is a day of the week.")
BUILTIN_SYMBOL(Wednesday, LY_PROTECTED, "Wednesday is a day of the week.")
BUILTIN_SYMBOL(Thursday, LY_PROTECTED, "Thursday is a day of the week.")
BUILTIN_SYMBOL(Friday, LY_PROTECTED, "Friday is a day of the week.")
BUILTIN_SYMBOL(Saturday, LY_PROTECTED, "Saturday is a day of the week.")
BUILTIN_SYMBOL(Sunday, LY_PROTECTED, "Sunday is a day of the week.")

int date_day_type(ly_value v)
{
    for (int i = 0; i < 7; i++)
        if (v == date_day_symbol(i + 1) || ly_string_is(v, date_day_names[i])) return i + 1;
    if (ly_string_is(v, "Weekday") || ly_string_is(v, "BusinessDay")) return 8;
    if (ly_string_is(v, "Weekend")) return 9;
    if (v == LY_SYM(All) || ly_string_is(v, "Day")) return 0;
    return -1;
}

bool date_day_matches(const date *d, int type)
{
    int day = date_weekday(d);
    return type == 0 || day == type || (type == 8 && day <= 5) || (type == 9 && day > 5);
}

/* ---- texts ----------------------------------------------------------------------------------- */

typedef struct scanner {
    const char *p, *end;
} scanner;

static bool number(scanner *s, int64_t *n, int most)
{
    const char *from = s->p;
    *n = 0;
    while (s->p < s->end && isdigit((unsigned char)*s->p) && s->p - from < most)
        *n = *n * 10 + (*s->p++ - '0');
    return s->p > from;
}

static void separators(scanner *s)
{
    while (s->p < s->end && strchr(" ,/-.:", *s->p)) s->p++;
}

/* The number (from 1) of the name that begins here: whole or its first three letters; 0: none. */
static int name_at(scanner *s, const char *const *names, int count)
{
    size_t length = 0;
    while (s->p + length < s->end && isalpha((unsigned char)s->p[length])) length++;
    for (int i = 0; length >= 3 && i < count; i++)
        if (strncasecmp(names[i], s->p, length) == 0
            && (length == 3 || length == strlen(names[i]))) {
            s->p += length;
            return i + 1;
        }
    return 0;
}

static bool time_at(scanner *s, date *d)
{
    if (!number(s, &d->hour, 2)) return false;
    d->grain = GRAIN_HOUR;
    if (s->p < s->end && *s->p == ':') {
        s->p++;
        if (!number(s, &d->minute, 2)) return false;
        d->grain = GRAIN_MINUTE;
    }
    if (s->p < s->end && *s->p == ':') {
        int64_t whole;
        s->p++;
        if (!number(s, &whole, 2)) return false;
        d->second = (double)whole;
        d->exact = true;
        if (s->p < s->end && *s->p == '.') {
            double scale = 0.1;
            for (s->p++; s->p < s->end && isdigit((unsigned char)*s->p); s->p++, scale /= 10)
                d->second += scale * (*s->p - '0');
            d->exact = false;
        }
        d->grain = GRAIN_INSTANT;
    }
    if (s->p < s->end && *s->p == ' ') s->p++;
    if (s->end - s->p >= 2 && (s->p[1] | 32) == 'm'
        && ((s->p[0] | 32) == 'a' || (s->p[0] | 32) == 'p')) {
        d->hour = d->hour % 12 + ((s->p[0] | 32) == 'p' ? 12 : 0);
        s->p += 2;
    }
    if (s->p < s->end && *s->p == 'Z') s->p++;
    return d->hour < 25 && d->minute < 60 && d->second < 61;
}

bool date_read_text(const char *text, size_t count, date *d)
{
    scanner s = {text, text + count};
    *d = (date){.year = 1, .month = 1, .day = 1, .grain = GRAIN_DAY, .exact = true};
    while (s.p < s.end && isspace((unsigned char)*s.p)) s.p++;
    if (name_at(&s, date_day_names, 7)) separators(&s);
    const char *first = s.p;
    int64_t n;
    int month = name_at(&s, date_month_names, 12);
    if (month) { /* June 6, 1991 */
        d->month = month;
        separators(&s);
        if (!number(&s, &n, 4)) return false;
        if (n > 31) {
            d->year = n;
            d->grain = GRAIN_MONTH;
        } else {
            d->day = n;
            while (s.p < s.end && isalpha((unsigned char)*s.p)) s.p++;
            separators(&s);
            if (!number(&s, &d->year, 4)) return false;
        }
    } else {
        if (!number(&s, &n, 4)) return false;
        if (s.p - first == 4) { /* 1991-06-06 */
            d->year = n;
            d->grain = GRAIN_YEAR;
            if (s.p < s.end && (*s.p == '-' || *s.p == '/' || *s.p == '.')) {
                s.p++;
                if (!number(&s, &d->month, 2)) return false;
                d->grain = GRAIN_MONTH;
                if (s.p < s.end && (*s.p == '-' || *s.p == '/' || *s.p == '.')) {
                    s.p++;
                    if (!number(&s, &d->day, 2)) return false;
                    d->grain = GRAIN_DAY;
                }
            }
        } else {
            while (s.p < s.end && isalpha((unsigned char)*s.p) && s.p - first < 4) s.p++; /* 4th */
            char mark = s.p < s.end ? *s.p : 0;
            separators(&s);
            if ((month = name_at(&s, date_month_names, 12))) { /* 6 June 1991 */
                d->day = n;
                d->month = month;
            } else if (mark == '/') { /* 6/30/1991 */
                d->month = n;
                if (!number(&s, &d->day, 2)) return false;
            } else {
                d->day = n;
                if (!number(&s, &d->month, 2)) return false;
            }
            separators(&s);
            const char *from = s.p;
            if (!number(&s, &d->year, 4)) return false;
            if (s.p - from == 2) d->year += d->year < 70 ? 2000 : 1900;
        }
    }
    if (s.p < s.end && (*s.p == 'T' || *s.p == ' ')) {
        while (s.p < s.end && (*s.p == 'T' || *s.p == ' ')) s.p++;
        if (s.p < s.end && !time_at(&s, d)) return false;
    }
    while (s.p < s.end && isspace((unsigned char)*s.p)) s.p++;
    return s.p == s.end && d->month >= 1 && d->month <= 12 && d->day >= 1 && d->day <= 31;
}

bool date_read_as(ly_value text, ly_value elements, date *d)
{
    if (!ly_is_string(text) || !ly_has_head(elements, LY_SYM(List))) return false;
    scanner s = {ly_string_of(text)->data, ly_string_of(text)->data + ly_string_of(text)->bytes};
    *d = (date){.year = 1900, .month = 1, .day = 1, .grain = GRAIN_DAY};
    bool afternoon = false;
    for (size_t i = 0; i < ly_expr_of(elements)->count; i++) {
        ly_value e = ly_expr_of(elements)->args[i];
        int64_t n;
        if (!ly_is_string(e)) return false;
        const char *name = ly_string_of(e)->data;
        bool known = strncmp(name, "Year", 4) == 0 || strncmp(name, "Month", 5) == 0
                     || strncmp(name, "Day", 3) == 0 || strncmp(name, "Hour", 4) == 0
                     || strncmp(name, "Minute", 6) == 0 || strncmp(name, "Second", 6) == 0
                     || strncmp(name, "AMPM", 4) == 0;
        if (!known) { /* a separator */
            size_t count = ly_string_of(e)->bytes;
            if ((size_t)(s.end - s.p) < count || memcmp(s.p, name, count) != 0) return false;
            s.p += count;
            continue;
        }
        while (s.p < s.end && !isalnum((unsigned char)*s.p)) s.p++;
        if (strncmp(name, "MonthName", 9) == 0) {
            if (!(d->month = name_at(&s, date_month_names, 12))) return false;
        } else if (strncmp(name, "DayName", 7) == 0) {
            if (!name_at(&s, date_day_names, 7)) return false;
        } else if (strncmp(name, "AMPM", 4) == 0) {
            if (s.end - s.p < 2) return false;
            afternoon = (s.p[0] | 32) == 'p';
            s.p += 2;
        } else {
            if (!number(&s, &n, name[0] == 'Y' && strcmp(name, "YearShort") != 0 ? 4 : 2))
                return false;
            if (strcmp(name, "YearShort") == 0)
                d->year = n + (n < 70 ? 2000 : 1900);
            else if (name[0] == 'Y')
                d->year = n;
            else if (name[0] == 'M' && name[1] == 'o')
                d->month = n;
            else if (name[0] == 'D')
                d->day = n;
            else if (name[0] == 'H')
                d->hour = n, d->grain = GRAIN_INSTANT;
            else if (name[0] == 'M')
                d->minute = n, d->grain = GRAIN_INSTANT;
            else
                d->second = (double)n, d->grain = GRAIN_INSTANT;
        }
    }
    if (afternoon && d->hour < 12) d->hour += 12;
    date_normalize(d);
    return true;
}

/* ---- lists, DateObject ----------------------------------------------------------------------- */

static bool read_list(ly_context *cx, ly_value v, date *d)
{
    size_t n = ly_length(v);
    double items[6] = {1900, 1, 1, 0, 0, 0};
    if (n < 1 || n > 6) return false;
    bool exact = true;
    for (size_t i = 0; i < n; i++) {
        ly_value item = ly_element(cx, v, i);
        bool ok = ly_to_double(item, &items[i]) && fabs(items[i]) < 1e9;
        exact = exact && ly_is_integer(item);
        ly_release(cx, item);
        if (!ok) return false;
    }
    double day = floor(items[2]), hour = floor(items[3]), minute = floor(items[4]);
    *d = (date){(int64_t)items[0],
                (int64_t)items[1],
                (int64_t)day,
                (int64_t)hour,
                (int64_t)minute,
                items[5] + (items[4] - minute) * 60 + (items[3] - hour) * 3600
                    + (items[2] - day) * 86400,
                exact,
                (grain)n,
                false,
                false,
                0};
    if (d->year == 0) d->year = -1;
    date_normalize(d);
    return true;
}

static int read_object(ly_context *cx, ly_value v, date *d)
{
    ly_expr *e = ly_expr_of(v);
    for (uint32_t i = 0; i < e->count; i++)
        if (ly_has_head(e->args[i], LY_SYM(Rule)))
            return 0; /* not evaluated: an option was refused */
    if (e->count < 1 || !ly_is_list(e->args[0]) || !read_list(cx, e->args[0], d)) return 0;
    if (e->count >= 3 && !ly_string_is(e->args[2], "Gregorian")) return 0; /* another calendar */
    d->object = true;
    if (e->count >= 2) date_grain_named(e->args[1], &d->grain);
    if (e->count >= 4) d->zoned = ly_to_double(e->args[3], &d->zone);
    return 1;
}

/* A time of day, today. */
static int read_time(ly_context *cx, ly_value v, date *d)
{
    ly_value list = ly_expr_of(v)->count ? ly_expr_of(v)->args[0] : LY_FAILED;
    double parts[3] = {0};
    if (!ly_is_list(list) || ly_length(list) < 1 || ly_length(list) > 3) return 0;
    for (size_t i = 0; i < ly_length(list); i++) {
        ly_value part = ly_element(cx, list, i);
        bool ok = ly_to_double(part, &parts[i]) && fabs(parts[i]) < 1e9;
        ly_release(cx, part);
        if (!ok) return 0;
    }
    *d = date_now();
    d->hour = (int64_t)parts[0];
    d->minute = (int64_t)parts[1];
    d->second = parts[2];
    d->exact = parts[2] == floor(parts[2]);
    d->grain = GRAIN_INSTANT;
    date_normalize(d);
    return 1;
}

int date_read(ly_context *cx, ly_value v, date *d)
{
    double seconds;
    if (ly_is_string(v))
        return date_read_text(ly_string_of(v)->data, ly_string_of(v)->bytes, d)
                   ? (date_normalize(d), 1)
                   : 0;
    if (ly_is_number(v) && ly_to_double(v, &seconds)) {
        if (!(fabs(seconds) < 1e15)) return 0;
        *d = date_from_seconds(seconds, ly_is_integer(v));
        return 1;
    }
    if (ly_has_head(v, LY_SYM(DateObject))) return read_object(cx, v, d);
    if (ly_has_head(v, LY_SYM(TimeObject))) return read_time(cx, v, d);
    if (ly_has_shape(v, LY_SYM(List), 2) && ly_is_string(ly_expr_of(v)->args[0])) {
        ly_value elements = ly_expr_of(v)->args[1];
        return date_read_as(ly_expr_of(v)->args[0], elements, d);
    }
    if (ly_is_list(v)) return read_list(cx, v, d);
    return 0;
}

/* ---- values ---------------------------------------------------------------------------------- */

ly_value date_list(ly_context *cx, const date *d, int count, bool real)
{
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), (size_t)count);
    const int64_t whole[] = {d->year, d->month, d->day, d->hour, d->minute};
    for (int i = 0; i < count && i < 5; i++) list->args[i] = LY_INT(whole[i]);
    if (count == 6)
        list->args[5] = real || !d->exact || d->second != floor(d->second)
                            ? ly_real(cx, d->second)
                            : LY_INT((int64_t)d->second);
    return ly_from_object(list);
}

ly_value date_object(ly_context *cx, const date *d)
{
    int count = d->grain == GRAIN_WEEK ? 3 : d->grain == GRAIN_QUARTER ? 2 : (int)d->grain;
    ly_value items[4] = {date_list(cx, d, count, false), ly_string_from(cx, grain_names[d->grain])};
    if (d->grain < GRAIN_HOUR || d->grain >= GRAIN_WEEK)
        return ly_make(cx, LY_SYM(DateObject), 2, items);
    items[2] = ly_string_from(cx, "Gregorian");
    items[3] = ly_real(cx, d->zoned ? d->zone : date_now().zone);
    return ly_make(cx, LY_SYM(DateObject), 4, items);
}
