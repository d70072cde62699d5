/* calendar.c: arithmetic of the proleptic Gregorian calendar. The years are …, -2, -1, 1, 2, …

   Source of the day number formulas: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
#include "stdlib/dates/dates.h"

#include <math.h>
#include <time.h>

#define SECONDS_OF_1900 (-2208988800.0) /* 1 Jan 1900, since 1970 */

static int64_t astronomical(int64_t year) { return year < 0 ? year + 1 : year; }
static int64_t historical(int64_t year) { return year <= 0 ? year - 1 : year; }
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

int64_t date_day_number(int64_t year, int64_t month, int64_t day)
{
    int64_t y = astronomical(year) - (month <= 2);
    int64_t era = floor_div(y, 400), of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void date_of_day_number(int64_t number, int64_t *year, int64_t *month, int64_t *day)
{
    number += 719468;
    int64_t era = floor_div(number, 146097), of_era = number - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m + (m < 10 ? 3 : -9);
    *year = historical(y + era * 400 + (*month <= 2));
}

bool date_leap_year(int64_t year)
{
    int64_t y = astronomical(year);
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

int date_month_length(int64_t year, int64_t month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && date_leap_year(year) ? 29 : lengths[month - 1];
}

void date_normalize(date *d)
{
    int64_t months = d->month - 1, years = floor_div(months, 12);
    d->year = historical(astronomical(d->year) + years);
    d->month = months - years * 12 + 1;
    double minutes = floor(d->second / 60);
    d->second -= minutes * 60;
    d->minute += (int64_t)minutes;
    int64_t hours = floor_div(d->minute, 60);
    d->minute -= hours * 60;
    d->hour += hours;
    int64_t days = floor_div(d->hour, 24);
    d->hour -= days * 24;
    date_of_day_number(date_day_number(d->year, d->month, 1) + d->day - 1 + days, &d->year,
                       &d->month, &d->day);
}

int64_t date_days(const date *d) { return date_day_number(d->year, d->month, d->day); }

int date_weekday(const date *d)
{
    int64_t days = date_days(d) + 3; /* 1 Jan 1970 was a Thursday */
    return (int)(days - floor_div(days, 7) * 7) + 1;
}

int date_day_of_year(const date *d)
{
    return (int)(date_days(d) - date_day_number(d->year, 1, 1)) + 1;
}

void date_iso_week(const date *d, int64_t *year, int *week)
{
    /* the week belongs to the year of its Thursday */
    int64_t thursday = date_days(d) + 4 - date_weekday(d), month, day;
    date_of_day_number(thursday, year, &month, &day);
    *week = (int)((thursday - date_day_number(*year, 1, 1)) / 7) + 1;
}

double date_seconds(const date *d)
{
    return (double)date_days(d) * 86400 + (double)(d->hour * 3600 + d->minute * 60) + d->second
           - SECONDS_OF_1900;
}

date date_from_seconds(double seconds, bool exact)
{
    date d = {.exact = exact, .grain = GRAIN_INSTANT};
    if (!(fabs(seconds) < 1e15)) seconds = 0;
    double days = floor((seconds + SECONDS_OF_1900) / 86400),
           rest = seconds + SECONDS_OF_1900 - days * 86400;
    date_of_day_number((int64_t)days, &d.year, &d.month, &d.day);
    d.hour = (int64_t)(rest / 3600);
    rest -= (double)d.hour * 3600;
    d.minute = (int64_t)(rest / 60);
    d.second = rest - (double)d.minute * 60;
    date_normalize(&d);
    return d;
}

/* Months later, on the same day or the last of a shorter month. */
static void add_months(date *d, int64_t months)
{
    int64_t day = d->day;
    d->day = 1;
    d->month += months;
    date_normalize(d);
    int length = date_month_length(d->year, d->month);
    d->day = day > length ? length : day;
}

bool date_add(date *d, double n, const char *unit)
{
    char name[24];
    size_t count = strlen(unit);
    if (count == 0 || count >= sizeof name || !(fabs(n) < 1e12)) return false;
    memcpy(name, unit, count + 1);
    if (name[count - 1] == 's') name[count - 1] = 0;
    if (strcmp(name, "Year") == 0)
        add_months(d, (int64_t)(n * 12));
    else if (strcmp(name, "Quarter") == 0)
        add_months(d, (int64_t)(n * 3));
    else if (strcmp(name, "Month") == 0)
        add_months(d, (int64_t)n);
    else if (strcmp(name, "Week") == 0)
        d->day += (int64_t)(n * 7);
    else if (strcmp(name, "Day") == 0) {
        double whole = floor(n);
        d->day += (int64_t)whole;
        d->second += (n - whole) * 86400;
    } else if (strcmp(name, "Hour") == 0)
        d->second += n * 3600;
    else if (strcmp(name, "Minute") == 0)
        d->second += n * 60;
    else if (strcmp(name, "Second") == 0)
        d->second += n;
    else if (strcmp(name, "Weekday") == 0 || strcmp(name, "BusinessDay") == 0) {
        int64_t left = (int64_t)fabs(n), step = n < 0 ? -1 : 1;
        if (left > 1000000) return false;
        for (; left > 0; left -= date_weekday(d) <= 5) {
            d->day += step;
            date_normalize(d);
        }
    } else
        return false;
    date_normalize(d);
    return true;
}

int date_compare(const date *a, const date *b)
{
    date x = date_begin(a), y = date_begin(b);
    double s = date_seconds(&x) - (a->zoned ? a->zone * 3600 : 0),
           t = date_seconds(&y) - (b->zoned ? b->zone * 3600 : 0);
    return s < t ? -1 : s > t;
}

date date_begin(const date *d)
{
    date b = *d;
    if (d->grain == GRAIN_WEEK) b.day -= date_weekday(d) - 1;
    if (d->grain == GRAIN_QUARTER) b.month = (b.month - 1) / 3 * 3 + 1;
    if (d->grain == GRAIN_YEAR) b.month = 1;
    if (d->grain <= GRAIN_MONTH || d->grain == GRAIN_QUARTER) b.day = 1;
    if (d->grain <= GRAIN_DAY || d->grain >= GRAIN_WEEK) b.hour = 0;
    if (d->grain <= GRAIN_HOUR || d->grain >= GRAIN_WEEK) b.minute = 0;
    if (d->grain != GRAIN_INSTANT) b.second = 0;
    date_normalize(&b);
    b.grain = GRAIN_INSTANT;
    return b;
}

date date_end(const date *d)
{
    static const char *const units[] = {
        [GRAIN_YEAR] = "Year", [GRAIN_MONTH] = "Month",    [GRAIN_DAY] = "Day",
        [GRAIN_HOUR] = "Hour", [GRAIN_MINUTE] = "Minute",  [GRAIN_INSTANT] = "Second",
        [GRAIN_WEEK] = "Week", [GRAIN_QUARTER] = "Quarter"};
    date e = date_begin(d);
    if (d->grain != GRAIN_INSTANT) date_add(&e, 1, units[d->grain]);
    return e;
}

date date_now(void)
{
    struct timespec now;
    struct tm local;
    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &local);
    date d =
        date_from_seconds((double)now.tv_sec + (double)local.tm_gmtoff - SECONDS_OF_1900, false);
    d.second += 1e-9 * (double)now.tv_nsec;
    d.zoned = true;
    d.zone = (double)local.tm_gmtoff / 3600;
    return d;
}
