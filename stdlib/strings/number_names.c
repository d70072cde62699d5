/* number_names.c: numbers in words: IntegerName, in English and German. */
#include "stdlib/strings/strings.h"

#include <stdlib.h>

MESSAGE(IntegerName, nolang, "`1` is not a known language or form of IntegerName.")

static const char *const english_small[] = {
    "zero",     "one",     "two",     "three",     "four",     "five",    "six",
    "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const english_tens[] = {"",      "",      "twenty",  "thirty", "forty",
                                           "fifty", "sixty", "seventy", "eighty", "ninety"};
static const char *const english_groups[] = {"",
                                             "thousand",
                                             "million",
                                             "billion",
                                             "trillion",
                                             "quadrillion",
                                             "quintillion",
                                             "sextillion",
                                             "septillion",
                                             "octillion",
                                             "nonillion",
                                             "decillion",
                                             "undecillion",
                                             "duodecillion",
                                             "tredecillion",
                                             "quattuordecillion",
                                             "quindecillion",
                                             "sexdecillion",
                                             "septendecillion",
                                             "octodecillion",
                                             "novemdecillion",
                                             "vigintillion"};
enum { GROUPS = sizeof english_groups / sizeof *english_groups };

/* The groups of three digits of |n|, least first; 0: too large. */
static int groups_of(ly_value n, int groups[GROUPS])
{
    mpz_t z;
    ly_init_mpz(z, n);
    mpz_abs(z, z);
    int count = 0;
    do {
        if (count == GROUPS) {
            count = 0;
            break;
        }
        groups[count++] = (int)mpz_fdiv_q_ui(z, z, 1000);
    } while (mpz_sgn(z));
    mpz_clear(z);
    return count;
}

/* ---- English --------------------------------------------------------------------------------- */

static void english_hundreds(ly_text *text, int n, const char *hyphen)
{
    if (n >= 100) {
        ly_text_printf(text, "%s hundred", english_small[n / 100]);
        n %= 100;
        if (n == 0) return;
        ly_text_putc(text, ' ');
    }
    if (n < 20) {
        ly_text_puts(text, english_small[n]);
        return;
    }
    ly_text_puts(text, english_tens[n / 10]);
    if (n % 10) ly_text_printf(text, "%s%s", hyphen, english_small[n % 10]);
}

/* words: 1,234 as one thousand, two hundred …; else the groups in digits: 1 thousand 234 */
static void english(ly_text *text, const int *groups, int count, bool words, const char *hyphen)
{
    bool first = true;
    for (int i = count - 1; i >= 0; i--) {
        if (groups[i] == 0 && count > 1) continue;
        if (!first) ly_text_puts(text, words ? ", " : " ");
        if (words || count == 1)
            english_hundreds(text, groups[i], hyphen);
        else
            ly_text_printf(text, "%d", groups[i]);
        if (i) ly_text_printf(text, " %s", english_groups[i]);
        first = false;
    }
}

/* The last word as an ordinal: one → first, twenty → twentieth, thousand → thousandth. */
static void make_english_ordinal(ly_text *text)
{
    static const char *const odd[][2] = {
        {"one", "first"},    {"two", "second"}, {"three", "third"},   {"five", "fifth"},
        {"eight", "eighth"}, {"nine", "ninth"}, {"twelve", "twelfth"}};
    size_t at = text->count;
    while (at && text->data[at - 1] >= 'a' && text->data[at - 1] <= 'z') at--;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        if (strcmp(text->data + at, odd[i][0]) == 0) {
            text->count = at;
            ly_text_puts(text, odd[i][1]);
            return;
        }
    if (text->count && text->data[text->count - 1] == 'y') {
        text->count--;
        ly_text_puts(text, "ieth");
    } else {
        ly_text_puts(text, "th");
    }
}

/* ---- German: parts of a word with soft hyphens between --------------------------------------- */

#define SOFT "\u00ad"

static void german_part(ly_text *text, size_t start, const char *part)
{
    if (text->count > start) ly_text_puts(text, SOFT);
    ly_text_puts(text, part);
}

/* 1 … 999; one: how a final 1 is said (eins, ein, eine) */
static void german_hundreds(ly_text *text, size_t start, int n, const char *one)
{
    static const char *const small[] = {"null",     "ein",      "zwei",     "drei",     "vier",
                                        "fünf",     "sechs",    "sieben",   "acht",     "neun",
                                        "zehn",     "elf",      "zwölf",    "dreizehn", "vierzehn",
                                        "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"};
    static const char *const tens[] = {"",        "",        "zwanzig", "dreißig", "vierzig",
                                       "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"};
    if (n >= 100) {
        german_part(text, start, small[n / 100]);
        german_part(text, start, "hundert");
        n %= 100;
    }
    if (n >= 20) {
        if (n % 10) {
            german_part(text, start, small[n % 10]);
            german_part(text, start, "und");
        }
        german_part(text, start, tens[n / 10]);
    } else if (n == 1) {
        german_part(text, start, one);
    } else if (n) {
        german_part(text, start, small[n]);
    }
}

static bool german(ly_text *text, const int *groups, int count)
{
    static const char *const names[][2] = {{"Million", "Millionen"},
                                           {"Milliarde", "Milliarden"},
                                           {"Billion", "Billionen"},
                                           {"Billiarde", "Billiarden"}};
    if (count > 6) return false;
    if (count == 1 && groups[0] == 0) return ly_text_puts(text, "null"), true;
    for (int i = count - 1; i >= 2; i--) {
        if (groups[i] == 0) continue;
        if (text->count) ly_text_putc(text, ' ');
        german_hundreds(text, text->count, groups[i], "eine");
        ly_text_printf(text, " %s", names[i - 2][groups[i] != 1]);
    }
    if ((count > 1 && groups[1]) || groups[0]) {
        if (text->count) ly_text_putc(text, ' ');
        size_t start = text->count;
        if (count > 1 && groups[1]) {
            german_hundreds(text, start, groups[1], "ein");
            german_part(text, start, "tausend");
        }
        german_hundreds(text, start, groups[0], "eins");
    }
    return true;
}

static void make_german_ordinal(ly_text *text, int last)
{
    static const struct {
        int n;
        const char *cardinal, *ordinal;
    } odd[] = {
        {1, "eins", "erste"}, {3, "drei", "dritte"}, {7, "sieben", "siebte"}, {8, "acht", "achte"}};
    int n = last % 100;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        if (n == odd[i].n) {
            text->count -= strlen(odd[i].cardinal);
            ly_text_puts(text, odd[i].ordinal);
            return;
        }
    ly_text_puts(text, n >= 1 && n < 20 ? "te" : "ste");
}

/* ---- IntegerName ----------------------------------------------------------------------------- */

typedef struct naming {
    bool german, ordinal, words;
} naming;

static bool read_form(ly_value v, naming *how, int depth)
{
    if (ly_has_head(v, LY_SYM(List))) {
        if (depth > 8) return false;
        for (size_t i = 0; i < ly_expr_of(v)->count; i++)
            if (!read_form(ly_expr_of(v)->args[i], how, depth + 1)) return false;
        return true;
    }
    if (ly_string_is(v, "English")) return true;
    if (ly_string_is(v, "German")) return how->german = true;
    if (ly_string_is(v, "Ordinal")) return how->ordinal = how->words = true;
    if (ly_string_is(v, "Words") || ly_string_is(v, "Cardinal")) return how->words = true;
    return false;
}

BUILTIN(IntegerName, string_integer_name, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "IntegerName[n] gives the English name of an integer; IntegerName[n, \"Words\"], "
        "\"Ordinal\", \"German\" or "
        "{language, form} others.")
static ly_value string_integer_name(ly_context *cx, ly_expr *call)
{
    naming how = {0};
    int groups[GROUPS], count;
    if (ly_has_head(call->args[0], LY_SYM(List))) { /* threads over numbers, not over the form */
        ly_builder names = ly_builder_new();
        for (size_t i = 0; i < ly_expr_of(call->args[0])->count; i++) {
            ly_value items[2] = {ly_retain(ly_expr_of(call->args[0])->args[i])};
            if (call->count == 2) items[1] = ly_retain(call->args[1]);
            ly_value name = ly_call(cx, call->head, call->count, items);
            if (ly_failed(name) || !ly_builder_add(cx, &names, name)) {
                ly_builder_drop(cx, &names);
                return LY_FAILED;
            }
        }
        return ly_builder_finish(cx, &names, LY_SYM(List));
    }
    if (!ly_is_integer(call->args[0])) return LY_UNEVALUATED;
    if (call->count == 2 && !read_form(call->args[1], &how, 0))
        return ly_message_call(cx, call, "nolang", 1, call->args[1]);
    if (!(count = groups_of(call->args[0], groups))) return LY_UNEVALUATED;
    ly_text text = {0}, number = {0};
    bool ok = true;
    if (how.german)
        ok = german(&number, groups, count);
    else
        english(&number, groups, count, how.words, how.ordinal ? "-" : "‐");
    if (ok && how.ordinal) {
        if (how.german)
            make_german_ordinal(&number, groups[0]);
        else
            make_english_ordinal(&number);
    }
    if (ok && ly_sign(call->args[0]) < 0) ly_text_puts(&text, how.german ? "minus " : "negative ");
    if (ok) ly_text_add(&text, number.data, number.count);
    ly_text_free(&number);
    if (ok) return ly_text_string(cx, &text);
    ly_text_free(&text);
    return LY_UNEVALUATED;
}
