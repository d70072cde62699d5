/* match.c: does a string match: StringMatchQ, StringContainsQ, StringFreeQ, StringStartsQ,
   StringEndsQ; and StringExpression itself. */
#include "stdlib/strings/strings.h"

typedef struct testing {
    string_pattern *pattern;
    bool negate;
} testing;

static ly_value test_one(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    testing *t = data;
    int answer = string_test(cx, t->pattern, string);
    return answer < 0 ? LY_FAILED : ly_bool((answer == 1) != t->negate);
}

static ly_value test(ly_context *cx, ly_expr *call, unsigned flags, bool negate)
{
    int ignore = string_flag(cx, call, 2, "IgnoreCase");
    if (ignore < 0) return LY_FAILED;
    if (!ly_is_string(call->args[0]) && !string_list(call->args[0]))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    testing t = {
        string_pattern_of(cx, call, call->args[1], flags | (ignore ? STRING_IGNORE_CASE : 0)),
        negate};
    if (!t.pattern) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    ly_value answer = string_thread(cx, call, test_one, &t);
    string_pattern_release(cx, t.pattern);
    return answer;
}

BUILTIN(StringMatchQ, string_match_q, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringMatchQ[\"string\", patt] tests whether the whole string matches the string pattern; "
        "in a "
        "plain string * stands for any characters, @ for any but capital letters.")
static ly_value string_match_q(ly_context *cx, ly_expr *call)
{
    return test(cx, call, STRING_WHOLE | STRING_ABBREVIATED, false);
}
BUILTIN(StringContainsQ, string_contains_q, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringContainsQ[\"string\", patt] tests whether any part of the string matches.")
static ly_value string_contains_q(ly_context *cx, ly_expr *call)
{
    return test(cx, call, 0, false);
}
BUILTIN(StringFreeQ, string_free_q, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringFreeQ[\"string\", patt] tests whether no part of the string matches.")
static ly_value string_free_q(ly_context *cx, ly_expr *call) { return test(cx, call, 0, true); }
BUILTIN(StringStartsQ, string_starts_q, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringStartsQ[\"string\", patt] tests whether the string begins with a match.")
static ly_value string_starts_q(ly_context *cx, ly_expr *call)
{
    return test(cx, call, STRING_AT_START, false);
}
BUILTIN(StringEndsQ, string_ends_q, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringEndsQ[\"string\", patt] tests whether the string ends with a match.")
static ly_value string_ends_q(ly_context *cx, ly_expr *call)
{
    return test(cx, call, STRING_AT_END, false);
}

/* ---- StringExpression ------------------------------------------------------------------------ */

BUILTIN(StringExpression, string_expression, 0, -1, LY_FLAT | LY_ONE_IDENTITY | LY_PROTECTED,
        LY_PURE,
        "s1~~s2~~… or StringExpression[s1, s2, …] is a sequence of strings and patterns; strings "
        "side by side are joined.")
static ly_value string_expression(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) return ly_string_new(cx, "", 0);
    if (call->count == 1 && ly_is_string(call->args[0])) return ly_retain(call->args[0]);
    bool pair = false;
    for (uint32_t i = 1; i < call->count && !pair; i++)
        pair = ly_is_string(call->args[i - 1]) && ly_is_string(call->args[i]);
    if (!pair) return LY_UNEVALUATED;
    ly_builder items = ly_builder_new();
    for (uint32_t i = 0; i < call->count; i++) {
        ly_value item = ly_retain(call->args[i]);
        while (ly_is_string(item) && i + 1 < call->count && ly_is_string(call->args[i + 1])) {
            const ly_string *s = ly_string_of(call->args[++i]);
            item = ly_string_append_take(cx, item, s->data, s->bytes);
        }
        if (ly_failed(item) || !ly_builder_add(cx, &items, item)) {
            ly_builder_drop(cx, &items);
            return LY_FAILED;
        }
    }
    if (ly_builder_count(&items) == 1) {
        ly_value joined = ly_retain(ly_arg(items.expr, 0));
        ly_builder_drop(cx, &items);
        return joined;
    }
    return ly_builder_finish(cx, &items, LY_SYM(StringExpression));
}

BUILTIN_SYMBOL(RegularExpression, LY_PROTECTED,
               "RegularExpression[\"regex\"] is a string pattern given by a regular expression.")
BUILTIN_SYMBOL(DatePattern, LY_PROTECTED,
    "DatePattern[{\"Year\", \"Month\", …}] is a string pattern for dates with these elements.")
BUILTIN_SYMBOL(LetterCharacter, LY_PROTECTED, "LetterCharacter is a string pattern for a letter.")
BUILTIN_SYMBOL(DigitCharacter, LY_PROTECTED,
               "DigitCharacter is a string pattern for a digit 0 … 9.")
BUILTIN_SYMBOL(HexadecimalCharacter, LY_PROTECTED,
               "HexadecimalCharacter is a string pattern for 0 … 9, a … f, A … F.")
BUILTIN_SYMBOL(WordCharacter, LY_PROTECTED,
               "WordCharacter is a string pattern for a letter or digit.")
BUILTIN_SYMBOL(PunctuationCharacter, LY_PROTECTED,
               "PunctuationCharacter is a string pattern for punctuation.")
BUILTIN_SYMBOL(WhitespaceCharacter, LY_PROTECTED,
               "WhitespaceCharacter is a string pattern for one white space character.")
BUILTIN_SYMBOL(Whitespace, LY_PROTECTED,
               "Whitespace is a string pattern for one or more white space characters.")
BUILTIN_SYMBOL(NumberString, LY_PROTECTED,
               "NumberString is a string pattern for the digits of a number.")
BUILTIN_SYMBOL(WordBoundary, LY_PROTECTED,
               "WordBoundary is a string pattern for the boundary of a word.")
BUILTIN_SYMBOL(StartOfString, LY_PROTECTED,
               "StartOfString is a string pattern for the beginning of the string.")
BUILTIN_SYMBOL(EndOfString, LY_PROTECTED,
               "EndOfString is a string pattern for the end of the string.")
BUILTIN_SYMBOL(StartOfLine, LY_PROTECTED,
               "StartOfLine is a string pattern for the beginning of a line.")
BUILTIN_SYMBOL(EndOfLine, LY_PROTECTED, "EndOfLine is a string pattern for the end of a line.")
