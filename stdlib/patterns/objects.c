/* objects.c: the symbols that patterns are written with, and Default. */
#include "patterns.h"

#include "match/match.h"

BUILTIN_SYMBOL(Blank, LY_PROTECTED, "_ stands for any expression, _h for one with head h.")
BUILTIN_SYMBOL(BlankSequence, LY_PROTECTED, "__ stands for one or more expressions, __h for such with head h.")
BUILTIN_SYMBOL(BlankNullSequence, LY_PROTECTED, "___ stands for any number of expressions, ___h for such with head h.")
BUILTIN_SYMBOL(Pattern, LY_HOLD_FIRST | LY_PROTECTED, "x:p stands for what p stands for, with the name x.")
BUILTIN_SYMBOL(Optional, LY_PROTECTED, "p:v stands for p, or for v where the argument is left out; x_. for the head's default.")
BUILTIN_SYMBOL(Repeated, LY_PROTECTED, "p.. stands for one or more expressions that match p.")
BUILTIN_SYMBOL(RepeatedNull, LY_PROTECTED, "p... stands for any number of expressions that match p.")
BUILTIN_SYMBOL(Except, LY_PROTECTED, "Except[c] stands for anything but what matches c; Except[c, p] for what matches p but not c.")
BUILTIN_SYMBOL(Alternatives, LY_PROTECTED, "p1 | p2 | … stands for what any of the patterns stands for.")
BUILTIN_SYMBOL(Condition, LY_HOLD_ALL | LY_PROTECTED, "p /; test stands for p where test gives True.")
BUILTIN_SYMBOL(PatternTest, LY_HOLD_REST | LY_PROTECTED, "p?test stands for p where test gives True when applied to it.")
BUILTIN_SYMBOL(HoldPattern, LY_HOLD_ALL | LY_PROTECTED, "HoldPattern[p] stands for what p stands for; p is not evaluated.")
BUILTIN_SYMBOL(Verbatim, LY_PROTECTED, "Verbatim[e] stands for e itself, even if it is a pattern.")
BUILTIN_SYMBOL(Longest, LY_PROTECTED, "Longest[p] stands for the longest sequence that p can stand for.")
BUILTIN_SYMBOL(Shortest, LY_PROTECTED, "Shortest[p] stands for the shortest sequence that p can stand for.")
BUILTIN_SYMBOL(OptionsPattern, LY_PROTECTED, "OptionsPattern[] stands for a sequence of options, whose values OptionValue gives.")
BUILTIN_SYMBOL(PatternSequence, LY_PROTECTED, "PatternSequence[p1, p2, …] stands for a sequence of arguments.")
BUILTIN_SYMBOL(OrderlessPatternSequence, LY_PROTECTED,
               "OrderlessPatternSequence[p1, p2, …] stands for a sequence of arguments in any order.")
BUILTIN_SYMBOL(KeyValuePattern, LY_PROTECTED,
               "KeyValuePattern[{k1 -> p1, …}] stands for an association or list of rules with such entries.")

BUILTIN(Default, default_of, 1, 3, LY_PROTECTED, LY_EFFECTS,
        "Default[f] gives the value of arguments of f that are left out, Default[f, i] of argument i.")
static ly_value default_of(ly_context *cx, ly_expr *call)
{
    ly_value f = call->args[0];
    if (!ly_is_symbol(f)) return LY_UNEVALUATED;
    size_t n[2] = {0, 0};
    for (uint32_t i = 1; i < call->count; i++) {
        if (!ly_is_int(call->args[i]) || ly_int_of(call->args[i]) < 1) return LY_UNEVALUATED;
        n[i - 1] = (size_t)ly_int_of(call->args[i]);
    }
    ly_value v = ly_default_value(cx, f, n[0], n[1]);
    if (v != LY_UNEVALUATED) return v;
    if (f == LY_SYM(Plus)) return LY_INT(0);
    if (f == LY_SYM(Times)) return LY_INT(1);
    if (f == LY_SYM(Power) && n[0] == 2) return LY_INT(1);
    return LY_UNEVALUATED;
}
