/* alphabet.c: alphabets, and letters by their number. */
#include <utf8proc.h>

#include "stdlib/strings/strings.h"

#define LATIN "abcdefghijklmnopqrstuvwxyz"

static const struct {
    const char *name, *letters;
} alphabets[] = {
    {"English", LATIN},
    {"en", LATIN},
    {"Latin", LATIN},
    {"French", LATIN},
    {"Italian", "abcdefghilmnopqrstuvz"},
    {"German", LATIN},
    {"Dutch", LATIN},
    {"Portuguese", LATIN},
    {"Indonesian", LATIN},
    {"Malay", LATIN},
    {"Spanish", "abcdefghijklmnñopqrstuvwxyz"},
    {"Swedish", LATIN "åäö"},
    {"Finnish", LATIN "åäö"},
    {"Danish", LATIN "æøå"},
    {"Norwegian", LATIN "æøå"},
    {"Polish", "aąbcćdeęfghijklłmnńoóprsśtuwyzźż"},
    {"Czech", "aábcčdďeéěfghiíjklmnňoópqrřsštťuúůvwxyýzž"},
    {"Turkish", "abcçdefgğhıijklmnoöprsştuüvyz"},
    {"Esperanto", "abcĉdefgĝhĥijĵklmnoprsŝtuŭvz"},
    {"Icelandic", "aábdðeéfghiíjklmnoóprstuúvxyýþæö"},
    {"Greek", "αβγδεζηθικλμνξοπρστυφχψω"},
    {"Russian", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"},
    {"Cyrillic", "абвгдежзийклмнопрстуфхцчшщъыьэюя"},
    {"Ukrainian", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"},
    {"Bulgarian", "абвгдежзийклмнопрстуфхцчшщъьюя"},
    {"Serbian", "абвгдђежзијклљмнњопрстћуфхцчџш"},
    {"Hebrew", "אבגדהוזחטיכלמנסעפצקרשת"},
    {"Arabic", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"},
    {"Hiragana", "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらり"
                 "るれろわをん"},
    {"Armenian", "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ"},
    {"Georgian", "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"},
};

static const char *alphabet_named(ly_value v)
{
    for (size_t i = 0; i < sizeof alphabets / sizeof *alphabets; i++)
        if (ly_string_is(v, alphabets[i].name)) return alphabets[i].letters;
    return NULL;
}

BUILTIN(Alphabet, string_alphabet, 0, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "Alphabet[] gives the letters a … z; Alphabet[\"language\"] those of a language.")
static ly_value string_alphabet(ly_context *cx, ly_expr *call)
{
    const char *letters = call->count ? alphabet_named(call->args[0]) : LATIN;
    if (!letters) return LY_UNEVALUATED;
    ly_builder items = ly_builder_new();
    for (const char *p = letters, *end = p + strlen(p); p < end;) {
        const char *from = p;
        ly_utf8_next(&p, end);
        if (!ly_builder_add(cx, &items, ly_string_new(cx, from, (size_t)(p - from))))
            return LY_FAILED;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

static int64_t letter_number(const char *letters, uint32_t c)
{
    uint32_t small = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    if (small == 0x3c2) small = 0x3c3; /* final sigma */
    int64_t number = 1;
    for (const char *p = letters, *end = p + strlen(p); p < end; number++)
        if (ly_utf8_next(&p, end) == small) return number;
    return 0;
}

BUILTIN(LetterNumber, string_letter_number, 1, 2, LY_LISTABLE | LY_PROTECTED, LY_PURE | LY_EVALUATED,
    "LetterNumber[\"c\"] gives the position of a letter in the alphabet, 0 for other characters; "
    "LetterNumber[\"string\"] a list of them.")
static ly_value string_letter_number(ly_context *cx, ly_expr *call)
{
    const char *letters = call->count == 2 ? alphabet_named(call->args[1]) : LATIN;
    if (!ly_is_string(call->args[0]) || !letters) return LY_UNEVALUATED;
    const ly_string *s = ly_string_of(call->args[0]);
    const char *p = s->data, *end = s->data + s->bytes;
    if (s->length == 1) return LY_INT(letter_number(letters, ly_utf8_next(&p, end)));
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), s->length);
    if (!list) return LY_FAILED;
    for (size_t i = 0; i < s->length; i++)
        list->args[i] = LY_INT(letter_number(letters, ly_utf8_next(&p, end)));
    return ly_from_object(list);
}

BUILTIN(FromLetterNumber, string_from_letter_number, 1, 2, LY_LISTABLE | LY_PROTECTED,
    LY_PURE | LY_EVALUATED,
    "FromLetterNumber[n] gives the n-th letter of the alphabet; negative n counts from its end.")
static ly_value string_from_letter_number(ly_context *cx, ly_expr *call)
{
    const char *letters = call->count == 2 ? alphabet_named(call->args[1]) : LATIN;
    if (!ly_is_integer(call->args[0]) || !letters) return LY_UNEVALUATED;
    int64_t n, count = 0;
    if (!ly_to_int64(call->args[0], &n)) n = 0;
    const char *end = letters + strlen(letters);
    for (const char *p = letters; p < end; count++) ly_utf8_next(&p, end);
    if (n < 0) n += count + 1;
    if (n < 1 || n > count) return ly_string_new(cx, " ", 1);
    const char *p = letters, *from = p;
    while (n-- > 0) from = p, ly_utf8_next(&p, end);
    return ly_string_new(cx, from, (size_t)(p - from));
}

/* Names of the ASCII characters, as \[Name] has them; letters and digits by rule. */
static const char *const ascii_names[] = {[9] = "RawTab",
                                          [10] = "NewLine",
                                          [13] = "RawReturn",
                                          [27] = "RawEscape",
                                          [32] = "RawSpace",
                                          ['!'] = "RawExclamation",
                                          ['"'] = "RawDoubleQuote",
                                          ['#'] = "RawNumberSign",
                                          ['$'] = "RawDollar",
                                          ['%'] = "RawPercent",
                                          ['&'] = "RawAmpersand",
                                          ['\''] = "RawQuote",
                                          ['('] = "RawLeftParenthesis",
                                          [')'] = "RawRightParenthesis",
                                          ['*'] = "RawStar",
                                          ['+'] = "RawPlus",
                                          [','] = "RawComma",
                                          ['-'] = "RawDash",
                                          ['.'] = "RawDot",
                                          ['/'] = "RawSlash",
                                          [':'] = "RawColon",
                                          [';'] = "RawSemicolon",
                                          ['<'] = "RawLess",
                                          ['='] = "RawEqual",
                                          ['>'] = "RawGreater",
                                          ['?'] = "RawQuestion",
                                          ['@'] = "RawAt",
                                          ['['] = "RawLeftBracket",
                                          ['\\'] = "RawBackslash",
                                          [']'] = "RawRightBracket",
                                          ['^'] = "RawWedge",
                                          ['_'] = "RawUnderscore",
                                          ['`'] = "RawBackquote",
                                          ['{'] = "RawLeftBrace",
                                          ['|'] = "RawVerticalBar",
                                          ['}'] = "RawRightBrace",
                                          ['~'] = "RawTilde"};

static ly_value character_name(ly_context *cx, uint32_t c)
{
    static const char *const digits[] = {"Zero", "One", "Two",   "Three", "Four",
                                         "Five", "Six", "Seven", "Eight", "Nine"};
    ly_text text = {0};
    if (c >= 'a' && c <= 'z')
        ly_text_printf(&text, "LatinSmallLetter%c", (char)c - 32);
    else if (c >= 'A' && c <= 'Z')
        ly_text_printf(&text, "LatinCapitalLetter%c", (char)c);
    else if (c >= '0' && c <= '9')
        ly_text_printf(&text, "Digit%s", digits[c - '0']);
    else if (c < sizeof ascii_names / sizeof *ascii_names && ascii_names[c])
        ly_text_puts(&text, ascii_names[c]);
    else
        return LY_UNEVALUATED;
    return ly_text_string(cx, &text);
}

BUILTIN(CharacterName, string_character_name, 1, 1, LY_LISTABLE | LY_PROTECTED,
        LY_PURE | LY_EVALUATED,
        "CharacterName[\"c\"] gives the name of a character; a code serves too; a longer string "
        "gives a list.")
static ly_value string_character_name(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_int(v) && ly_int_of(v) >= 0 && ly_int_of(v) <= 0x10ffff)
        return character_name(cx, (uint32_t)ly_int_of(v));
    if (!ly_is_string(v)) return LY_UNEVALUATED;
    const ly_string *s = ly_string_of(v);
    const char *p = s->data, *end = s->data + s->bytes;
    if (s->length == 1) return character_name(cx, ly_utf8_next(&p, end));
    ly_builder items = ly_builder_new();
    while (p < end) {
        ly_value name = character_name(cx, ly_utf8_next(&p, end));
        if (name == LY_UNEVALUATED) {
            ly_builder_drop(cx, &items);
            return name;
        }
        if (!ly_builder_add(cx, &items, name)) return LY_FAILED;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}
