/* format.c: the elements of a date as text (DateString) and as values (DateValue). */
#include "stdlib/dates/dates.h"

#include <math.h>
#include <stdio.h>

const char *const date_month_names[12] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
const char *const date_day_names[7] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};

static void put(ly_text *text, const date *d, const char *const *elements)
{
    for (; *elements; elements++)
        if (!date_element(text, d, *elements)) ly_text_puts(text, *elements);
}

typedef struct numeric {
    const char *name;
    int width; /* of the padded form; 0: no such form */
} numeric;

/* Elements that are numbers; their form "…Short" has no padding. */
static bool numeric_element(const date *d, const char *name, int64_t *value, int *width)
{
    static const numeric names[] = {
        {"Year", 4},    {"Month", 2},       {"Day", 2},         {"Hour", 2},
        {"Hour24", 2},  {"Hour12", 2},      {"Minute", 2},      {"Second", 2},
        {"Quarter", 1}, {"Week", 2},        {"ISOWeekDay", 1},  {"ISOYearDay", 3},
        {"ISOYear", 4}, {"ISOWeekYear", 4}, {"Millisecond", 3}, {"DayOfYear", 1}};
    size_t count = strlen(name);
    bool brief = count > 5 && strcmp(name + count - 5, "Short") == 0;
    if (brief) count -= 5;
    int64_t week_year;
    int week;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i].name) != count || memcmp(names[i].name, name, count) != 0) continue;
        *width = brief ? 1 : names[i].width;
        date_iso_week(d, &week_year, &week);
        switch (i) {
        case 0:
            *value = brief ? d->year % 100 : d->year;
            *width = brief ? 2 : 4;
            return true;
        case 1:
            *value = d->month;
            return true;
        case 2:
            *value = d->day;
            return true;
        case 3:
        case 4:
            *value = d->hour;
            return true;
        case 5:
            *value = (d->hour + 11) % 12 + 1;
            return true;
        case 6:
            *value = d->minute;
            return true;
        case 7:
            *value = (int64_t)floor(d->second);
            return true;
        case 8:
            *value = (d->month - 1) / 3 + 1;
            return true;
        case 9:
            *value = week;
            return true;
        case 10:
            *value = date_weekday(d);
            return true;
        case 11:
        case 15:
            *value = date_day_of_year(d);
            return true;
        case 12:
            *value = d->year;
            return true;
        case 13:
            *value = week_year;
            return true;
        default:
            *value = (int64_t)((d->second - floor(d->second)) * 1000);
            return true;
        }
    }
    return false;
}

bool date_element(ly_text *text, const date *d, const char *name)
{
    int64_t value, week_year;
    int width, week;
    if (strcmp(name, "DayOfYear") != 0 && numeric_element(d, name, &value, &width)) {
        ly_text_printf(text, "%0*lld", width, (long long)value);
        return true;
    }
    static const struct {
        const char *name;
        const char *elements[12];
    } forms[] = {
        {"DateTime", {"DayName", " ", "DayShort", " ", "MonthName", " ", "Year", " ", "Time"}},
        {"DateTimeShort",
         {"DayNameShort", " ", "DayShort", " ", "MonthNameShort", " ", "Year", " ", "Time"}},
        {"Date", {"DayName", " ", "DayShort", " ", "MonthName", " ", "Year"}},
        {"DateShort", {"DayNameShort", " ", "DayShort", " ", "MonthNameShort", " ", "Year"}},
        {"Time", {"Hour", ":", "Minute", ":", "Second"}},
        {"ISODate", {"Year", "-", "Month", "-", "Day"}},
        {"ISODateTime",
         {"Year", "-", "Month", "-", "Day", "T", "Hour", ":", "Minute", ":", "Second"}},
        {"ISOOrdinalDate", {"Year", "-", "ISOYearDay"}},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].name, name) == 0) return put(text, d, forms[i].elements), true;
    const char *month = date_month_names[d->month - 1], *day = date_day_names[date_weekday(d) - 1];
    if (strcmp(name, "MonthName") == 0)
        ly_text_puts(text, month);
    else if (strcmp(name, "MonthNameShort") == 0)
        ly_text_add(text, month, 3);
    else if (strcmp(name, "MonthNameInitial") == 0)
        ly_text_add(text, month, 1);
    else if (strcmp(name, "DayName") == 0)
        ly_text_puts(text, day);
    else if (strcmp(name, "DayNameShort") == 0)
        ly_text_add(text, day, 3);
    else if (strcmp(name, "DayNameInitial") == 0)
        ly_text_add(text, day, 1);
    else if (strcmp(name, "AMPM") == 0)
        ly_text_puts(text, d->hour < 12 ? "AM" : "PM");
    else if (strcmp(name, "AMPMLowerCase") == 0)
        ly_text_puts(text, d->hour < 12 ? "am" : "pm");
    else if (strcmp(name, "QuarterName") == 0)
        ly_text_printf(text, "Quarter %d", (int)(d->month - 1) / 3 + 1);
    else if (strcmp(name, "QuarterNameShort") == 0)
        ly_text_printf(text, "Q%d", (int)(d->month - 1) / 3 + 1);
    else if (strcmp(name, "SecondExact") == 0)
        ly_text_printf(text, "%09.6f", d->second);
    else if (strcmp(name, "ISOWeekDate") == 0) {
        date_iso_week(d, &week_year, &week);
        ly_text_printf(text, "%04lld-W%02d-%d", (long long)week_year, week, date_weekday(d));
    } else
        return false;
    return true;
}

ly_value date_value(ly_context *cx, const date *d, ly_value element)
{
    int64_t value;
    int width;
    if (!ly_is_string(element)) return LY_UNEVALUATED;
    const char *name = ly_string_of(element)->data;
    if (strcmp(name, "Granularity") == 0) return ly_string_from(cx, date_grain_name(d->grain));
    if (strcmp(name, "DayName") == 0) return date_day_symbol(date_weekday(d));
    if (strcmp(name, "Second") == 0 && !d->exact) return ly_real(cx, d->second);
    if (strcmp(name, "SecondExact") == 0) return ly_real(cx, d->second);
    if (numeric_element(d, name, &value, &width)) return LY_INT(value);
    ly_text text = {0};
    if (date_element(&text, d, name)) return ly_text_string(cx, &text);
    ly_text_free(&text);
    return LY_UNEVALUATED;
}
