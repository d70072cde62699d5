/* letters.c: letters and their case: ToUpperCase, Capitalize …, and the predicates of characters.
 */
#include <stdlib.h>
#include <utf8proc.h>

#include "stdlib/strings/strings.h"

MESSAGE(Capitalize, scheme, "Value `1` is not a known capitalization scheme.")

/* ---- case ------------------------------------------------------------------------------------ */

static uint32_t upper(uint32_t c)
{
    if (c < 128) return c >= 'a' && c <= 'z' ? c - 32 : c;
    return c == 0xdf ? c : (uint32_t)utf8proc_toupper((utf8proc_int32_t)c); /* no capital sharp s */
}
static uint32_t lower(uint32_t c)
{
    if (c < 128) return c >= 'A' && c <= 'Z' ? c + 32 : c;
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
}

/* The string with its first `most` characters mapped. */
static ly_value map_case(ly_context *cx, ly_value string, uint32_t (*map)(uint32_t), size_t most)
{
    const ly_string *s = ly_string_of(string);
    const char *p = s->data, *end = s->data + s->bytes;
    ly_text text = {0};
    for (size_t i = 0; i < most && p < end; i++)
        ly_text_code_point(&text, map(ly_utf8_next(&p, end)));
    ly_text_add(&text, p, (size_t)(end - p));
    return ly_text_string(cx, &text);
}

static ly_value case_call(ly_context *cx, ly_expr *call, uint32_t (*map)(uint32_t), size_t most)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    return map_case(cx, call->args[0], map, most);
}

BUILTIN(ToUpperCase, string_to_upper, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "ToUpperCase[\"string\"] gives the string with all letters in upper case.")
static ly_value string_to_upper(ly_context *cx, ly_expr *call)
{
    return case_call(cx, call, upper, SIZE_MAX);
}
BUILTIN(ToLowerCase, string_to_lower, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "ToLowerCase[\"string\"] gives the string with all letters in lower case.")
static ly_value string_to_lower(ly_context *cx, ly_expr *call)
{
    return case_call(cx, call, lower, SIZE_MAX);
}
BUILTIN(Decapitalize, string_decapitalize, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "Decapitalize[\"string\"] gives the string with its first letter in lower case.")
static ly_value string_decapitalize(ly_context *cx, ly_expr *call)
{
    return case_call(cx, call, lower, 1);
}

static ly_value capitalize_words(ly_context *cx, ly_value string)
{
    const ly_string *s = ly_string_of(string);
    const char *p = s->data, *end = s->data + s->bytes;
    ly_text text = {0};
    bool start = true;
    while (p < end) {
        uint32_t c = ly_utf8_next(&p, end);
        ly_text_code_point(&text, start ? upper(c) : c);
        start = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
    return ly_text_string(cx, &text);
}

BUILTIN(Capitalize, string_capitalize, 1, 2, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "Capitalize[\"string\"] gives the string with its first letter in upper case; "
        "Capitalize[\"string\", \"AllWords\"] that of every word.")
static ly_value string_capitalize(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    if (call->count == 2) {
        if (ly_string_is(call->args[1], "AllWords") || ly_string_is(call->args[1], "TitleCase"))
            return capitalize_words(cx, call->args[0]);
        if (ly_string_is(call->args[1], "FirstWord")) return map_case(cx, call->args[0], upper, 1);
        return ly_message_call(cx, call, "scheme", 1, call->args[1]);
    }
    return map_case(cx, call->args[0], upper, 1);
}

/* ---- predicates ------------------------------------------------------------------------------ */

static bool letter(uint32_t c)
{
    if (c < 128) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
    return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO;
}
static bool digit(uint32_t c) { return c >= '0' && c <= '9'; }
static bool is_upper(uint32_t c)
{
    return c < 128 ? c >= 'A' && c <= 'Z'
                   : utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LU;
}
static bool is_lower(uint32_t c)
{
    return c < 128 ? c >= 'a' && c <= 'z'
                   : utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LL;
}
static bool printable(uint32_t c) { return c >= 32 && c < 127; }

static ly_value all_characters(ly_value v, bool (*test)(uint32_t))
{
    const ly_string *s = ly_string_of(v);
    const char *p = s->data, *end = s->data + s->bytes;
    while (p < end)
        if (!test(ly_utf8_next(&p, end))) return LY_SYM(False);
    return LY_SYM(True);
}

static ly_value character_test(ly_expr *call, bool (*test)(uint32_t))
{
    return ly_is_string(call->args[0]) ? all_characters(call->args[0], test) : LY_SYM(False);
}

BUILTIN(LetterQ, string_letter_q, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "LetterQ[\"string\"] tests whether all characters are letters.")
static ly_value string_letter_q(ly_context *cx, ly_expr *call)
{
    return character_test(call, letter);
}
BUILTIN(DigitQ, string_digit_q, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "DigitQ[\"string\"] tests whether all characters are digits 0 … 9.")
static ly_value string_digit_q(ly_context *cx, ly_expr *call)
{
    return character_test(call, digit);
}
BUILTIN(UpperCaseQ, string_upper_q, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "UpperCaseQ[\"string\"] tests whether all characters are upper-case letters.")
static ly_value string_upper_q(ly_context *cx, ly_expr *call)
{
    return character_test(call, is_upper);
}
BUILTIN(LowerCaseQ, string_lower_q, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "LowerCaseQ[\"string\"] tests whether all characters are lower-case letters.")
static ly_value string_lower_q(ly_context *cx, ly_expr *call)
{
    return character_test(call, is_lower);
}
BUILTIN(PrintableASCIIQ, string_printable_q, 1, 1, LY_LISTABLE | LY_PROTECTED,
        LY_PURE | LY_EVALUATED,
        "PrintableASCIIQ[\"string\"] tests whether all characters are printable ASCII.")
static ly_value string_printable_q(ly_context *cx, ly_expr *call)
{
    return ly_is_string(call->args[0]) ? character_test(call, printable) : LY_UNEVALUATED;
}

BUILTIN(StringQ, string_q, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "StringQ[expr] gives True if expr is a string.")
static ly_value string_q(ly_context *cx, ly_expr *call)
{
    return ly_bool(ly_is_string(call->args[0]));
}

BUILTIN(PalindromeQ, string_palindrome_q, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "PalindromeQ[x] gives True if a string, list or integer is the same read backwards.")
static ly_value string_palindrome_q(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], text = LY_FAILED;
    if (ly_is_integer(v)) {
        text = ly_call1(cx, LY_SYM(ToString), ly_retain(v));
        if (ly_failed(text) || !ly_is_string(text)) return text;
        v = text;
    }
    bool same = true;
    if (ly_is_string(v)) {
        const ly_string *s = ly_string_of(v);
        const char *front = s->data, *back = s->data + s->bytes, *end = back;
        while (same && front < back) {
            const char *last = back - 1;
            while (last > front && ((unsigned char)*last & 0xc0) == 0x80) last--;
            const char *p = last;
            same = ly_utf8_next(&front, end) == ly_utf8_next(&p, end);
            back = last;
        }
    } else if (ly_has_head(v, LY_SYM(List))) {
        for (size_t i = 0, n = ly_expr_of(v)->count; same && i < n / 2; i++)
            same = ly_same(ly_expr_of(v)->args[i], ly_expr_of(v)->args[n - 1 - i]);
    } else {
        same = false;
    }
    ly_release(cx, text);
    return ly_bool(same);
}

/* ---- AlphabeticSort -------------------------------------------------------------------------- */

/* The order of a dictionary: letters whatever their case and accents, then lower case first. */
static int compare_alphabetic(const void *a, const void *b)
{
    const ly_string *s = ly_string_of(*(const ly_value *)a),
                    *t = ly_string_of(*(const ly_value *)b);
    const char *p = s->data, *q = t->data, *p_end = p + s->bytes, *q_end = q + t->bytes;
    int by_case = 0;
    while (p < p_end && q < q_end) {
        uint32_t c = ly_utf8_next(&p, p_end), d = ly_utf8_next(&q, q_end), x = lower(c),
                 y = lower(d);
        if (x != y) {
            bool letters = letter(x) && letter(y);
            if (!letters && letter(x) != letter(y)) return letter(x) ? 1 : -1;
            return x < y ? -1 : 1;
        }
        if (!by_case && c != d) by_case = c == x ? -1 : 1;
    }
    if (p < p_end || q < q_end) return p < p_end ? 1 : -1;
    return by_case;
}

BUILTIN(AlphabeticSort, string_alphabetic_sort, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "AlphabeticSort[{s1, s2, …}] sorts strings as a dictionary does.")
static ly_value string_alphabetic_sort(ly_context *cx, ly_expr *call)
{
    if (!string_list(call->args[0])) return LY_UNEVALUATED;
    ly_expr *sorted = ly_expr_own_take(cx, ly_retain(call->args[0]));
    if (!sorted) return LY_FAILED;
    ly_expr_touch(sorted);
    qsort(sorted->args, sorted->count, sizeof *sorted->args, compare_alphabetic);
    return ly_from_object(sorted);
}
