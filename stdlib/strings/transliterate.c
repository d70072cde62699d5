/* transliterate.c: Greek, Cyrillic, kana, Hangul and accented letters in plain Latin ones.

   The text is decomposed first (NFD), so that accents stand apart: a rough breathing is an h, the
   others go. Letters that become two keep the case of their neighbours. */
#include <stdlib.h>
#include <utf8proc.h>

#include "stdlib/strings/strings.h"

typedef struct letter {
    uint32_t code;
    const char *latin;
} letter;

static const letter letters[] = {
    /* Greek */
    {0x3b1, "a"},
    {0x3b2, "b"},
    {0x3b3, "g"},
    {0x3b4, "d"},
    {0x3b5, "e"},
    {0x3b6, "z"},
    {0x3b7, "e"},
    {0x3b8, "th"},
    {0x3b9, "i"},
    {0x3ba, "k"},
    {0x3bb, "l"},
    {0x3bc, "m"},
    {0x3bd, "n"},
    {0x3be, "x"},
    {0x3bf, "o"},
    {0x3c0, "p"},
    {0x3c1, "r"},
    {0x3c2, "s"},
    {0x3c3, "s"},
    {0x3c4, "t"},
    {0x3c5, "y"},
    {0x3c6, "ph"},
    {0x3c7, "ch"},
    {0x3c8, "ps"},
    {0x3c9, "o"},
    /* Cyrillic */
    {0x430, "a"},
    {0x431, "b"},
    {0x432, "v"},
    {0x433, "g"},
    {0x434, "d"},
    {0x435, "e"},
    {0x436, "z"},
    {0x437, "z"},
    {0x438, "i"},
    {0x43a, "k"},
    {0x43b, "l"},
    {0x43c, "m"},
    {0x43d, "n"},
    {0x43e, "o"},
    {0x43f, "p"},
    {0x440, "r"},
    {0x441, "s"},
    {0x442, "t"},
    {0x443, "u"},
    {0x444, "f"},
    {0x445, "h"},
    {0x446, "c"},
    {0x447, "c"},
    {0x448, "s"},
    {0x449, "s"},
    {0x44a, "\""},
    {0x44b, "y"},
    {0x44c, "'"},
    {0x44d, "e"},
    {0x44e, "u"},
    {0x44f, "a"},
    {0x452, "d"},
    {0x454, "e"},
    {0x455, "z"},
    {0x456, "i"},
    {0x458, "j"},
    {0x459, "l"},
    {0x45a, "n"},
    {0x45b, "c"},
    {0x45f, "d"},
    {0x491, "g"},
    /* Latin letters that do not decompose */
    {0xdf, "ss"},
    {0xe6, "ae"},
    {0xf0, "d"},
    {0xf8, "o"},
    {0xfe, "th"},
    {0x111, "d"},
    {0x127, "h"},
    {0x131, "i"},
    {0x142, "l"},
    {0x153, "oe"},
    {0x14b, "ng"},
    {0x2018, "'"},
    {0x2019, "'"},
    {0x201c, "\""},
    {0x201d, "\""},
    {0x2013, "-"},
    {0x2014, "-"},
    {0x2026, "..."},
};

static const char *latin_of(uint32_t code)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].code == code) return letters[i].latin;
    return NULL;
}

/* Hiragana from U+3041 on; a space: the small form of the next one. */
static const char *const kana[] = {
    "a",   "a",  "i",  "i",  "u",   "u",  "e",    "e",   "o",   "o",  "ka",  "ga", "ki",  "gi",
    "ku",  "gu", "ke", "ge", "ko",  "go", "sa",   "za",  "shi", "ji", "su",  "zu", "se",  "ze",
    "so",  "zo", "ta", "da", "chi", "ji", "~tsu", "tsu", "zu",  "te", "de",  "to", "do",  "na",
    "ni",  "nu", "ne", "no", "ha",  "ba", "pa",   "hi",  "bi",  "pi", "fu",  "bu", "pu",  "he",
    "be",  "pe", "ho", "bo", "po",  "ma", "mi",   "mu",  "me",  "mo", "~ya", "ya", "~yu", "yu",
    "~yo", "yo", "ra", "ri", "ru",  "re", "ro",   "wa",  "wa",  "wi", "we",  "wo", "n",   "vu"};
enum { KANA = sizeof kana / sizeof *kana };

/* The number of a kana, katakana folded into hiragana; -1: none. */
static int kana_number(uint32_t c)
{
    if (c >= 0x30a1 && c <= 0x30f4) c -= 0x60;
    return c >= 0x3041 && c < 0x3041 + KANA ? (int)(c - 0x3041) : -1;
}

static void add_kana(ly_text *out, int k, int next)
{
    const char *now = kana[k], *after = next >= 0 ? kana[next] : "";
    if (strcmp(now, "~tsu") == 0) { /* doubles the next consonant; tch for ch */
        if (*after && *after != '~') ly_text_putc(out, strncmp(after, "ch", 2) == 0 ? 't' : *after);
        return;
    }
    if (*now == '~') { /* kya, but sha, cha, ja */
        size_t count = out->count;
        if (count && out->data[count - 1] == 'i') {
            out->count--;
            bool soft = count >= 3 && (out->data[count - 2] == 'h' || out->data[count - 2] == 'j');
            soft |= count >= 2 && out->data[count - 2] == 'j';
            ly_text_puts(out, now + (soft ? 2 : 1));
            return;
        }
        now++;
    }
    ly_text_puts(out, now);
    if (strcmp(now, "n") == 0 && *after && strchr("aiueoy", *after)) ly_text_putc(out, '\'');
}

/* Revised Romanization of a syllable, part by part. */
static void add_hangul(ly_text *out, uint32_t c)
{
    static const char *const first[] = {"g",  "kk", "n", "d",  "tt", "r", "m", "b", "pp", "s",
                                        "ss", "",   "j", "jj", "ch", "k", "t", "p", "h"};
    static const char *const middle[] = {"a",  "ae", "ya", "yae", "eo", "e",  "yeo",
                                         "ye", "o",  "wa", "wae", "oe", "yo", "u",
                                         "wo", "we", "wi", "yu",  "eu", "ui", "i"};
    static const char *const last[] = {"",   "g",  "kk", "gs", "n",  "nj", "nh", "d", "l",  "lg",
                                       "lm", "lb", "ls", "lt", "lp", "lh", "m",  "b", "bs", "s",
                                       "ss", "ng", "j",  "ch", "k",  "t",  "p",  "h"};
    uint32_t s = c - 0xac00;
    ly_text_puts(out, first[s / 588]);
    ly_text_puts(out, middle[s % 588 / 28]);
    ly_text_puts(out, last[s % 28]);
}

static bool is_greek_vowel(uint32_t c)
{
    uint32_t small = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    return small == 0x3b1 || small == 0x3b5 || small == 0x3b7 || small == 0x3bf;
}

/* code in Latin letters, in the case of the letter; before, after: its neighbours */
static void add_letter(ly_text *out, uint32_t code, uint32_t before, uint32_t after, bool rough)
{
    uint32_t small = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
    bool capital = small != code;
    const char *latin = latin_of(small);
    char spelled[8] = "";
    if (!latin) {
        ly_text_code_point(out, code);
        return;
    }
    if (small == 0x3c5 && is_greek_vowel(before)) latin = "u";
    uint32_t next = (uint32_t)utf8proc_tolower((utf8proc_int32_t)after);
    if (small == 0x3b3 && (next == 0x3b3 || next == 0x3ba || next == 0x3be || next == 0x3c7))
        latin = "n";
    if (rough && small == 0x3c1)
        strcpy(spelled, "rh");
    else if (rough)
        spelled[0] = 'h', strcpy(spelled + 1, latin);
    else
        strcpy(spelled, latin);
    bool all = capital && (utf8proc_category((utf8proc_int32_t)after) == UTF8PROC_CATEGORY_LU);
    for (char *p = spelled; *p; p++)
        if (capital && (p == spelled || all) && *p >= 'a' && *p <= 'z') *p -= 32;
    ly_text_puts(out, spelled);
}

static ly_value transliterate(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    const ly_string *s = ly_string_of(string);
    if (s->ascii) return ly_retain(string);
    utf8proc_int32_t *codes = ly_buffer_alloc(cx, (s->length * 4 + 8) * sizeof *codes);
    ly_text out = {0};
    if (!codes) return LY_FAILED;
    size_t count = 0;
    for (const char *p = s->data, *end = p + s->bytes;
         p < end;) { /* decompose all but Hangul and kana */
        uint32_t c = ly_utf8_next(&p, end);
        bool whole = (c >= 0xac00 && c <= 0xd7a3) || kana_number(c) >= 0;
        int boundary = 0;
        utf8proc_ssize_t n = whole ? 1
                                   : utf8proc_decompose_char((utf8proc_int32_t)c, codes + count, 4,
                                                             UTF8PROC_DECOMPOSE, &boundary);
        if (whole || n < 1 || n > 4)
            codes[count++] = (utf8proc_int32_t)c;
        else
            count += (size_t)n;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t c = (uint32_t)codes[i];
        int k = kana_number(c);
        utf8proc_category_t kind = utf8proc_category((utf8proc_int32_t)c);
        if (kind == UTF8PROC_CATEGORY_MN) continue;
        bool rough = false;
        size_t next = i + 1;
        for (; next < count && utf8proc_category(codes[next]) == UTF8PROC_CATEGORY_MN; next++)
            rough |= codes[next] == 0x314;
        uint32_t after = next < count ? (uint32_t)codes[next] : 0;
        if (k >= 0)
            add_kana(&out, k, i + 1 < count ? kana_number((uint32_t)codes[i + 1]) : -1);
        else if (c >= 0xac00 && c <= 0xd7a3)
            add_hangul(&out, c);
        else
            add_letter(&out, c, i ? (uint32_t)codes[i - 1] : 0, after, rough);
    }
    ly_buffer_free(cx, codes);
    return ly_text_string(cx, &out);
}

BUILTIN(Transliterate, string_transliterate, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "Transliterate[\"string\"] writes letters of other scripts and accented ones in plain "
        "Latin letters.")
static ly_value string_transliterate(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]) && !string_list(call->args[0])) return LY_UNEVALUATED;
    return string_thread(cx, call, transliterate, NULL);
}
