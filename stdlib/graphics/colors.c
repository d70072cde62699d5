/* colors.c: what colors are made of; colors.lyra has their names. */
#include "eval/eval.h"

BUILTIN_SYMBOL(RGBColor, LY_PROTECTED, "RGBColor[…] is a color of red, green and blue parts.")
BUILTIN_SYMBOL(GrayLevel, LY_PROTECTED, "GrayLevel[…] is a shade of gray.")
BUILTIN_SYMBOL(Hue, LY_PROTECTED, "Hue[…] is a color by its hue.")
BUILTIN_SYMBOL(CMYKColor, LY_PROTECTED, "CMYKColor[…] is a color for printing.")
