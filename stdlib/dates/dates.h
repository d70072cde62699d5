/* dates.h: points and spans of time in the proleptic Gregorian calendar.

   calendar.c  day numbers, weeks, arithmetic with units
   read.c      what programs write as dates: lists, seconds since 1900, texts, DateObject
   format.c    DateString's and DateValue's elements */
#ifndef LY_DATES_H
#define LY_DATES_H

#include "eval/context.h"
#include "eval/eval.h"
#include "value/value.h"

/* How fine a date is: the number of elements of its list, and Instant. */
typedef enum grain {
    GRAIN_YEAR = 1,
    GRAIN_MONTH,
    GRAIN_DAY,
    GRAIN_HOUR,
    GRAIN_MINUTE,
    GRAIN_INSTANT,
    GRAIN_WEEK,
    GRAIN_QUARTER
} grain;

typedef struct date {
    int64_t year, month, day, hour, minute; /* in range once date_normalize was called; no year 0 */
    double second;
    bool exact; /* the seconds are a whole number that was written as an integer */
    grain grain;
    bool object; /* came from a DateObject */
    bool zoned;  /* … that has a time zone: */
    double zone; /* in hours */
} date;

/* ---- calendar.c */
int64_t date_day_number(int64_t year, int64_t month, int64_t day); /* days since 1 Jan 1970 */
void date_of_day_number(int64_t number, int64_t *year, int64_t *month, int64_t *day);
void date_normalize(date *d);
int64_t date_days(const date *d); /* day number */
int date_weekday(const date *d);  /* 1 Monday … 7 Sunday */
void date_iso_week(const date *d, int64_t *year, int *week);
int date_day_of_year(const date *d);
bool date_leap_year(int64_t year);
int date_month_length(int64_t year, int64_t month);
double date_seconds(const date *d); /* since the beginning of 1900 */
date date_from_seconds(double seconds, bool exact);
/* Adds n of a unit: "Day", "Weeks" …; false: no such unit. */
bool date_add(date *d, double n, const char *unit);
int date_compare(const date *a, const date *b);
/* The beginning of the span that d is, and of the next one. */
date date_begin(const date *d);
date date_end(const date *d);
date date_now(void);

/* ---- read.c */
/* 1: v is a date; 0: it is none; -1: failed. */
int date_read(ly_context *cx, ly_value v, date *d);
bool date_read_text(const char *text, size_t count, date *d);
bool date_read_as(ly_value text, ly_value elements,
                  date *d); /* {"31/10/91", {"Day", "Month", …}} */
bool date_grain_named(ly_value v, grain *g);
const char *date_grain_name(grain g);
/* {y, m, d, …} with count elements; seconds real where real is set or they are not exact. */
ly_value date_list(ly_context *cx, const date *d, int count, bool real);
/* DateObject[{…}, "grain", …] */
ly_value date_object(ly_context *cx, const date *d);
/* A day as Monday, "Monday", "Weekday", "Weekend" …; -1: none; 8 weekday, 9 weekend, 0 any day */
int date_day_type(ly_value v);
bool date_day_matches(const date *d, int type);
ly_value date_day_symbol(int weekday);

/* ---- format.c */
extern const char *const date_month_names[12];
extern const char *const date_day_names[7]; /* from Monday */
/* Adds an element as DateString shows it; false: no such element. */
bool date_element(ly_text *text, const date *d, const char *name);
/* The value of an element for DateValue; LY_UNEVALUATED: no such element. */
ly_value date_value(ly_context *cx, const date *d, ly_value element);

#endif
