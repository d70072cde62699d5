/* colors.c: names of colors and of directives, which stand for expressions of graphics. */
#include "eval/eval.h"
#include "text/text.h"

/* The value is written as a program would write it. */
static ly_value read_value(ly_context *cx, const char *text)
{
    ly_source source = {"color", text, strlen(text)};
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_value value = LY_FAILED;
    if (!reader) return ly_raise_memory(cx);
    if (ly_read(reader, &value, NULL) != LY_READ_INPUT) value = LY_SYM($Failed);
    ly_reader_free(reader);
    return value;
}

#define NAMED(name, text)                                                                          \
    static ly_value value_of_##name(ly_context *cx, ly_expr *call) { return read_value(cx, text); }

BUILTIN(Red, value_of_Red, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Red is RGBColor[1, 0, 0].")
NAMED(Red, "RGBColor[1, 0, 0]")

BUILTIN(Green, value_of_Green, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Green is RGBColor[0, 1, 0].")
NAMED(Green, "RGBColor[0, 1, 0]")

BUILTIN(Blue, value_of_Blue, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Blue is RGBColor[0, 0, 1].")
NAMED(Blue, "RGBColor[0, 0, 1]")

BUILTIN(Black, value_of_Black, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Black is GrayLevel[0].")
NAMED(Black, "GrayLevel[0]")

BUILTIN(White, value_of_White, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "White is GrayLevel[1].")
NAMED(White, "GrayLevel[1]")

BUILTIN(Gray, value_of_Gray, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Gray is GrayLevel[0.5].")
NAMED(Gray, "GrayLevel[0.5]")

BUILTIN(Cyan, value_of_Cyan, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Cyan is RGBColor[0, 1, 1].")
NAMED(Cyan, "RGBColor[0, 1, 1]")

BUILTIN(Magenta, value_of_Magenta, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Magenta is RGBColor[1, 0, 1].")
NAMED(Magenta, "RGBColor[1, 0, 1]")

BUILTIN(Yellow, value_of_Yellow, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Yellow is RGBColor[1, 1, 0].")
NAMED(Yellow, "RGBColor[1, 1, 0]")

BUILTIN(Brown, value_of_Brown, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Brown is RGBColor[0.6, 0.4, 0.2].")
NAMED(Brown, "RGBColor[0.6, 0.4, 0.2]")

BUILTIN(Orange, value_of_Orange, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Orange is RGBColor[1, 0.5, 0].")
NAMED(Orange, "RGBColor[1, 0.5, 0]")

BUILTIN(Pink, value_of_Pink, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Pink is RGBColor[1, 0.5, 0.5].")
NAMED(Pink, "RGBColor[1, 0.5, 0.5]")

BUILTIN(Purple, value_of_Purple, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Purple is RGBColor[0.5, 0, 0.5].")
NAMED(Purple, "RGBColor[0.5, 0, 0.5]")

BUILTIN(LightRed, value_of_LightRed, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "LightRed is RGBColor[1, 0.85, 0.85].")
NAMED(LightRed, "RGBColor[1, 0.85, 0.85]")

BUILTIN(LightGreen, value_of_LightGreen, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "LightGreen is RGBColor[0.88, 1, 0.88].")
NAMED(LightGreen, "RGBColor[0.88, 1, 0.88]")

BUILTIN(LightBlue, value_of_LightBlue, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "LightBlue is RGBColor[0.87, 0.94, 1].")
NAMED(LightBlue, "RGBColor[0.87, 0.94, 1]")

BUILTIN(LightGray, value_of_LightGray, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "LightGray is GrayLevel[0.85].")
NAMED(LightGray, "GrayLevel[0.85]")

BUILTIN(LightCyan, value_of_LightCyan, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "LightCyan is RGBColor[0.9, 1., 1.].")
NAMED(LightCyan, "RGBColor[0.9, 1., 1.]")

BUILTIN(LightMagenta, value_of_LightMagenta, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "LightMagenta is RGBColor[1., 0.9, 1.].")
NAMED(LightMagenta, "RGBColor[1., 0.9, 1.]")

BUILTIN(LightYellow, value_of_LightYellow, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "LightYellow is RGBColor[1, 1, 0.85].")
NAMED(LightYellow, "RGBColor[1, 1, 0.85]")

BUILTIN(LightBrown, value_of_LightBrown, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "LightBrown is RGBColor[0.94, 0.91, 0.88].")
NAMED(LightBrown, "RGBColor[0.94, 0.91, 0.88]")

BUILTIN(LightOrange, value_of_LightOrange, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "LightOrange is RGBColor[1, 0.9, 0.8].")
NAMED(LightOrange, "RGBColor[1, 0.9, 0.8]")

BUILTIN(LightPink, value_of_LightPink, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "LightPink is RGBColor[1., 0.925, 0.925].")
NAMED(LightPink, "RGBColor[1., 0.925, 0.925]")

BUILTIN(LightPurple, value_of_LightPurple, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "LightPurple is RGBColor[0.94, 0.88, 0.94].")
NAMED(LightPurple, "RGBColor[0.94, 0.88, 0.94]")

BUILTIN(Thin, value_of_Thin, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Thin is Thickness[Tiny].")
NAMED(Thin, "Thickness[Tiny]")

BUILTIN(Thick, value_of_Thick, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Thick is Thickness[Large].")
NAMED(Thick, "Thickness[Large]")

BUILTIN(Dashed, value_of_Dashed, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Dashed is Dashing[{Small, Small}].")
NAMED(Dashed, "Dashing[{Small, Small}]")

BUILTIN(Dotted, value_of_Dotted, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "Dotted is Dashing[{0, Small}].")
NAMED(Dotted, "Dashing[{0, Small}]")

BUILTIN(DotDashed, value_of_DotDashed, 0, 0, LY_PROTECTED | LY_READ_PROTECTED, LY_VALUE,
        "DotDashed is Dashing[{0, Small, Small, Small}].")
NAMED(DotDashed, "Dashing[{0, Small, Small, Small}]")

BUILTIN_SYMBOL(RGBColor, LY_PROTECTED, "RGBColor[…] is a color of red, green and blue parts.")
BUILTIN_SYMBOL(GrayLevel, LY_PROTECTED, "GrayLevel[…] is a shade of gray.")
BUILTIN_SYMBOL(Hue, LY_PROTECTED, "Hue[…] is a color by its hue.")
BUILTIN_SYMBOL(CMYKColor, LY_PROTECTED, "CMYKColor[…] is a color for printing.")
