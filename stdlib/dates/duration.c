/* duration.c: lengths of time: Microseconds, Milliseconds, Seconds, Minutes, Hours.

   A duration stays as it is written, Minutes[5]; whoever takes one reads it with ly_duration. A
   plain number is seconds. */
#include "stdlib/dates/duration.h"

#include <math.h>

#define UNIT(Name, one)                                                                     \
    BUILTIN_SYMBOL(Name, 0, #Name "[n] is a length of time: n " one ", where a duration is expected.")
UNIT(Microseconds, "microseconds")
UNIT(Milliseconds, "milliseconds")
UNIT(Seconds, "seconds")
UNIT(Minutes, "minutes")
UNIT(Hours, "hours")

static double unit_seconds(const char *name)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"Microseconds", 1e-6}, {"Milliseconds", 1e-3}, {"Seconds", 1},
                 {"Minutes", 60},        {"Hours", 3600},        {"Days", 86400}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (!strcmp(units[i].name, name)) return units[i].seconds;
    return 0;
}

bool ly_duration(ly_value v, double *seconds)
{
    double unit = 1;
    if (ly_is_expr(v) && !ly_is_packed(v)) {
        const ly_expr *e = ly_expr_of(v);
        if (e->head == LY_SYM(Quantity) && e->count == 2 && ly_is_string(e->args[1])) {
            unit = unit_seconds(ly_string_of(e->args[1])->data);
            v = e->args[0];
        } else if (ly_is_symbol(e->head) && e->count == 1 && e->head != LY_SYM(DirectedInfinity)) {
            unit = unit_seconds(ly_symbol_name(e->head));
            v = e->args[0];
        }
    }
    if (v == LY_SYM(Infinity) || (ly_has_shape(v, LY_SYM(DirectedInfinity), 1) &&
                                  ly_expr_of(v)->args[0] == LY_INT(1)))
        *seconds = HUGE_VAL;
    else if (!ly_to_double(v, seconds))
        return false;
    *seconds *= unit;
    return unit > 0 && *seconds >= 0;
}
