/* degrees.c: angles as degrees, minutes and seconds: DMSString. */
#include <math.h>

#include "stdlib/strings/strings.h"

/* An angle in seconds; exact: a whole number of seconds that was given exactly. */
typedef struct angle {
    double seconds;
    bool exact;
} angle;

static bool read_number(ly_context *cx, ly_value v, angle *a)
{
    double degrees;
    if (!ly_is_real_number(v) || !ly_to_double(v, &degrees) || !(fabs(degrees) < 1e9)) return false;
    a->seconds = degrees * 3600;
    a->exact = false;
    if (ly_is_exact(v)) {
        ly_value seconds = ly_multiply(cx, v, LY_INT(3600));
        a->exact = ly_is_integer(seconds);
        ly_to_double(seconds, &a->seconds);
        ly_release(cx, seconds);
    }
    return true;
}

/* {degrees, minutes, seconds} */
static bool read_parts(ly_context *cx, ly_value list, angle *a)
{
    static const double weights[] = {3600, 60, 1};
    a->seconds = 0;
    a->exact = true;
    for (size_t i = 0; i < 3; i++) {
        ly_value part = ly_element(cx, list, i);
        double x = 0;
        bool ok = ly_is_real_number(part) && ly_to_double(part, &x) && fabs(x) < 1e9;
        a->exact = a->exact && ly_is_integer(part);
        a->seconds += x * weights[i];
        ly_release(cx, part);
        if (!ok) return false;
    }
    return true;
}

/* 30°15'50.4"N, of which only the degrees must be there */
static bool read_text(ly_value text, angle *a)
{
    static const char *const marks[] = {"°", "'", "\""};
    static const double weights[] = {3600, 60, 1};
    const ly_string *s = ly_string_of(text);
    const char *p = s->data;
    size_t parts = 0;
    *a = (angle){0, true};
    while (*p == ' ' || *p == '-' || *p == '+') p++;
    for (; parts < 3; parts++) {
        double number = 0, scale = 1;
        const char *from = p;
        while (*p >= '0' && *p <= '9') number = number * 10 + (*p++ - '0');
        if (p > from && *p == '.') {
            a->exact = false;
            for (p++; *p >= '0' && *p <= '9';) number += (scale /= 10) * (*p++ - '0');
        }
        if (p == from) break;
        size_t count = strlen(marks[parts]);
        if (strncmp(p, marks[parts], count) != 0) return false;
        p += count;
        a->seconds += number * weights[parts];
        while (*p == ' ') p++;
    }
    if (*p && strchr("NSEWnsew", *p)) p++;
    return parts > 0 && *p == 0;
}

static void add_angle(ly_text *text, angle a, int decimals)
{
    double scale = pow(10, decimals), total = nearbyint(fabs(a.seconds) * scale);
    double degrees = floor(total / (3600 * scale)), rest = total - degrees * 3600 * scale;
    double minutes = floor(rest / (60 * scale)), seconds = (rest - minutes * 60 * scale) / scale;
    ly_text_printf(text, "%.0f°%.0f'", degrees, minutes);
    if (a.exact)
        ly_text_printf(text, "%.0f\"", seconds);
    else
        ly_text_printf(text, decimals ? "%.*f\"" : "%.*f.\"", decimals, seconds);
}

BUILTIN(DMSString, string_dms, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DMSString[x] gives an angle in degrees, minutes and seconds; DMSString[{lat, lon}] a "
        "place; a second "
        "argument is the number of decimals of the seconds.")
static ly_value string_dms(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    int decimals = 3;
    if (call->count == 2) {
        if (!ly_is_int(call->args[1]) || ly_int_of(call->args[1]) < 0
            || ly_int_of(call->args[1]) > 9)
            return LY_UNEVALUATED;
        decimals = (int)ly_int_of(call->args[1]);
    }
    ly_text text = {0};
    angle a, b;
    if (ly_is_list(v) && ly_length(v) == 2) {
        ly_value x = ly_element(cx, v, 0), y = ly_element(cx, v, 1);
        bool ok = read_number(cx, x, &a) && read_number(cx, y, &b);
        ly_release(cx, x);
        ly_release(cx, y);
        if (!ok) return LY_UNEVALUATED;
        add_angle(&text, a, decimals);
        ly_text_puts(&text, a.seconds < 0 ? "S  " : "N  ");
        add_angle(&text, b, decimals);
        ly_text_puts(&text, b.seconds < 0 ? "W" : "E");
        return ly_text_string(cx, &text);
    }
    bool ok = ly_is_list(v)     ? ly_length(v) == 3 && read_parts(cx, v, &a)
              : ly_is_string(v) ? read_text(v, &a)
                                : read_number(cx, v, &a);
    if (!ok) return LY_UNEVALUATED;
    add_angle(&text, a, decimals);
    return ly_text_string(cx, &text);
}
