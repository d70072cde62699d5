/* words.c: words, sentences, and counts of characters; lines broken at words. */
#include <stdlib.h>
#include <utf8proc.h>

#include "stdlib/strings/strings.h"

static bool letter_or_digit(uint32_t c)
{
    if (c < 128) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
    return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_ME)
           || (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO);
}

/* Finds the next word at or behind *at: letters and digits, with apostrophes, hyphens, points and
   commas between them. */
static bool next_word(const ly_string *s, size_t *at, size_t *from, size_t *to)
{
    const char *end = s->data + s->bytes, *p = s->data + *at;
    while (p < end) {
        const char *start = p;
        if (!letter_or_digit(ly_utf8_next(&p, end))) continue;
        const char *last = p;
        while (p < end) {
            uint32_t c = ly_utf8_next(&p, end);
            if (letter_or_digit(c)) {
                last = p;
                continue;
            }
            bool inside = c == '\'' || c == 0x2019 || c == '-' || c == '.' || c == ',' || c == '_';
            const char *next = p;
            if (!inside || next >= end) break;
            uint32_t after = ly_utf8_next(&next, end);
            bool numeric = last[-1] >= '0' && last[-1] <= '9' && after >= '0' && after <= '9';
            if (!letter_or_digit(after) || (c == ',' && !numeric)) break;
        }
        *from = (size_t)(start - s->data);
        *to = *at = (size_t)(last - s->data);
        return true;
    }
    return false;
}

static bool count_limit(ly_expr *call, size_t *limit)
{
    *limit = SIZE_MAX;
    return call->count < 2 || string_limit(call->args[1], limit);
}

static ly_value words_of(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    size_t limit = *(size_t *)data, at = 0, from, to;
    ly_builder items = ly_builder_new();
    while (ly_builder_count(&items) < limit && next_word(ly_string_of(string), &at, &from, &to))
        if (!ly_builder_add(cx, &items, string_bytes(cx, string, from, to))) return LY_FAILED;
    return ly_builder_finish(cx, &items, LY_SYM(List));
}
BUILTIN(TextWords, string_words, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "TextWords[\"string\"] gives a list of the words; TextWords[\"string\", n] the first n.")
static ly_value string_words(ly_context *cx, ly_expr *call)
{
    size_t limit;
    if (!count_limit(call, &limit)) return LY_UNEVALUATED;
    return string_thread(cx, call, words_of, &limit);
}

static ly_value word_count(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    int64_t count = 0;
    size_t at = 0, from, to;
    while (next_word(ly_string_of(string), &at, &from, &to)) count++;
    return LY_INT(count);
}
BUILTIN(WordCount, string_word_count, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "WordCount[\"string\"] gives the number of words.")
static ly_value string_word_count(ly_context *cx, ly_expr *call)
{
    return string_thread(cx, call, word_count, NULL);
}

/* ---- sentences ------------------------------------------------------------------------------- */

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* A point behind these ends no sentence. */
static bool abbreviation(const char *text, size_t count)
{
    static const char *const known[] = {"Mr", "Mrs", "Ms",  "Dr",  "Prof", "St",  "Jr",
                                        "Sr", "vs",  "etc", "No",  "Fig",  "Inc", "Ltd",
                                        "Co", "Gen", "Col", "Rev", "Hon"};
    if (count == 1 && ((text[0] >= 'A' && text[0] <= 'Z') || (text[0] >= 'a' && text[0] <= 'z')))
        return true;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i]) == count && memcmp(known[i], text, count) == 0) return true;
    return false;
}

/* The end of the sentence that begins at `from`: behind its stops and closing quotes. */
static size_t sentence_end(const ly_string *s, size_t from)
{
    for (size_t i = from; i < s->bytes; i++) {
        char c = s->data[i];
        if (c != '.' && c != '!' && c != '?') continue;
        size_t stop = i;
        bool strong = c != '.';
        while (i + 1 < s->bytes
               && (s->data[i + 1] == '.' || s->data[i + 1] == '!' || s->data[i + 1] == '?'))
            strong |= s->data[++i] != '.';
        size_t points = i - stop + 1;
        while (i + 1 < s->bytes
               && (s->data[i + 1] == '"' || s->data[i + 1] == '\'' || s->data[i + 1] == ')'))
            i++;
        if (i + 1 >= s->bytes) return s->bytes;
        if (!is_space(s->data[i + 1])) continue;
        if (!strong) {
            size_t word = stop;
            while (word > from && !is_space(s->data[word - 1]) && s->data[word - 1] != '.') word--;
            size_t whole = word;
            while (whole > from && !is_space(s->data[whole - 1])) whole--;
            size_t next = i + 1;
            while (next < s->bytes && is_space(s->data[next])) next++;
            bool capital = next < s->bytes && s->data[next] >= 'A' && s->data[next] <= 'Z';
            if (points > 1 && !capital) continue;
            if (points > 1) {
                continue;
            }
            if (abbreviation(s->data + word, stop - word)) {
                /* U.S.A. may end a sentence; a.m. and initials do not */
                bool initials = whole < word && s->data[word] >= 'A' && s->data[word] <= 'Z';
                if (!initials) continue;
                if (!capital) continue;
            }
        }
        return i + 1;
    }
    return s->bytes;
}

static ly_value sentences_of(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    const ly_string *s = ly_string_of(string);
    size_t limit = *(size_t *)data, at = 0;
    ly_builder items = ly_builder_new();
    for (;;) {
        while (at < s->bytes && is_space(s->data[at])) at++;
        if (at >= s->bytes || ly_builder_count(&items) >= limit) break;
        size_t end = sentence_end(s, at), to = end;
        while (to > at && is_space(s->data[to - 1])) to--;
        if (!ly_builder_add(cx, &items, string_bytes(cx, string, at, to))) return LY_FAILED;
        at = end;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}
BUILTIN(TextSentences, string_sentences, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "TextSentences[\"string\"] gives a list of the sentences; TextSentences[\"string\", n] the "
        "first n.")
static ly_value string_sentences(ly_context *cx, ly_expr *call)
{
    size_t limit;
    if (!count_limit(call, &limit)) return LY_UNEVALUATED;
    return string_thread(cx, call, sentences_of, &limit);
}

/* ---- counts ---------------------------------------------------------------------------------- */

typedef struct counting {
    size_t size;
    bool letters;
} counting;

/* Most frequent first; of equally frequent ones single characters in reverse order of their first
   appearance, longer pieces in that order. */
static ly_value by_count(ly_context *cx, ly_value counts, bool reverse)
{
    size_t n = ly_association_of(counts)->count;
    size_t *order = ly_buffer_alloc(cx, (n + 1) * sizeof *order);
    ly_value sorted = order ? ly_association_new(cx, n) : LY_FAILED;
    int64_t most = 0;
    if (ly_failed(sorted)) {
        ly_buffer_free(cx, order);
        return LY_FAILED;
    }
    for (size_t i = 0; i < n; i++) {
        order[i] = reverse ? n - 1 - i : i;
        int64_t count = ly_int_of(ly_association_entry(ly_association_of(counts), i)->value);
        if (count > most) most = count;
    }
    /* stable merge sort by count, descending */
    size_t *other = ly_buffer_alloc(cx, (n + 1) * sizeof *other);
    if (!other) {
        ly_buffer_free(cx, order);
        ly_release(cx, sorted);
        return LY_FAILED;
    }
#define COUNT(i) ly_int_of(ly_association_entry(ly_association_of(counts), i)->value)
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t from = 0; from < n; from += 2 * width) {
            size_t middle = from + width < n ? from + width : n,
                   end = middle + width < n ? middle + width : n;
            for (size_t a = from, b = middle, k = from; k < end; k++)
                other[k] = a < middle && (b >= end || COUNT(order[a]) >= COUNT(order[b]))
                               ? order[a++]
                               : order[b++];
        }
        size_t *spare = order;
        order = other;
        other = spare;
    }
#undef COUNT
    for (size_t i = 0; i < n && !ly_failed(sorted); i++) {
        const ly_entry *entry = ly_association_entry(ly_association_of(counts), order[i]);
        sorted = ly_association_set_take(cx, sorted, ly_retain(entry->key), ly_retain(entry->value),
                                         false);
    }
    ly_buffer_free(cx, order);
    ly_buffer_free(cx, other);
    return sorted;
}

static ly_value counts_of(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    const counting *c = data;
    const ly_string *s = ly_string_of(string);
    ly_value counts = ly_association_new(cx, 16);
    for (size_t i = 0; i + c->size <= s->length && !ly_failed(counts); i++) {
        size_t from = ly_string_offset(s, i), to = ly_string_offset(s, i + c->size);
        bool ok = true;
        for (const char *p = s->data + from; c->letters && ok && p < s->data + to;) {
            uint32_t code = ly_utf8_next(&p, s->data + to);
            ok = letter_or_digit(code) && !(code >= '0' && code <= '9');
        }
        if (!ok) continue;
        ly_value key = string_bytes(cx, string, from, to);
        ly_value before = ly_association_find(ly_association_of(counts), key);
        int64_t count = ly_failed(before) ? 0 : ly_int_of(before);
        counts = ly_association_set_take(cx, counts, key, LY_INT(count + 1), false);
    }
    if (ly_failed(counts)) return counts;
    ly_value sorted = by_count(cx, counts, c->size == 1);
    ly_release(cx, counts);
    return sorted;
}

static ly_value count_call(ly_context *cx, ly_expr *call, bool letters)
{
    counting c = {1, letters};
    if (call->count == 2) {
        if (!ly_is_int(call->args[1]) || ly_int_of(call->args[1]) < 1)
            return ly_message_call(cx, call, "arg2", 0);
        c.size = (size_t)ly_int_of(call->args[1]);
    }
    return string_thread(cx, call, counts_of, &c);
}
MESSAGE(LetterCounts, arg2, "Positive integer expected in position 2.")
MESSAGE(CharacterCounts, arg2, "Positive integer expected in position 2.")
BUILTIN(CharacterCounts, string_character_counts, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "CharacterCounts[\"string\"] gives how often each character occurs; with n, runs of n "
        "characters.")
static ly_value string_character_counts(ly_context *cx, ly_expr *call)
{
    return count_call(cx, call, false);
}
BUILTIN(LetterCounts, string_letter_counts, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "LetterCounts[\"string\"] gives how often each letter occurs; with n, runs of n letters.")
static ly_value string_letter_counts(ly_context *cx, ly_expr *call)
{
    return count_call(cx, call, true);
}

/* WordCounts["text", n]: runs of n words as lists; most frequent first, the last seen before
 * others. */
static ly_value word_counts(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    size_t size = *(size_t *)data, limit = SIZE_MAX;
    ly_value words = words_of(cx, call, string, &limit);
    ly_value counts = ly_failed(words) ? LY_FAILED : ly_association_new(cx, 16);
    for (size_t i = 0; !ly_failed(counts) && i + size <= ly_expr_of(words)->count; i++) {
        ly_value key = ly_retain(ly_expr_of(words)->args[i]);
        if (size > 1) {
            ly_release(cx, key);
            ly_expr *run = ly_expr_new(cx, LY_SYM(List), size);
            for (size_t k = 0; run && k < size; k++)
                run->args[k] = ly_retain(ly_expr_of(words)->args[i + k]);
            key = run ? ly_from_object(run) : LY_FAILED;
            if (ly_failed(key)) break;
        }
        ly_value before = ly_association_find(ly_association_of(counts), key);
        counts = ly_association_set_take(
            cx, counts, key, LY_INT(ly_failed(before) ? 1 : ly_int_of(before) + 1), false);
    }
    ly_release(cx, words);
    if (ly_failed(counts)) return counts;
    ly_value sorted = by_count(cx, counts, true);
    ly_release(cx, counts);
    return sorted;
}
BUILTIN(WordCounts, string_word_counts, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "WordCounts[\"string\"] gives how often each word occurs; with n, runs of n words.")
static ly_value string_word_counts(ly_context *cx, ly_expr *call)
{
    size_t size = 1;
    if (call->count == 2) {
        if (!ly_is_int(call->args[1]) || ly_int_of(call->args[1]) < 1) return LY_UNEVALUATED;
        size = (size_t)ly_int_of(call->args[1]);
    }
    return string_thread(cx, call, word_counts, &size);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* Breaks lines at spaces so that none is longer than width, and longer words anywhere. */
static ly_value break_lines(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    size_t width = *(size_t *)data, used = 0;
    const ly_string *s = ly_string_of(string);
    const char *p = s->data, *end = p + s->bytes;
    ly_text text = {0};
    while (p < end) {
        const char *word = p;
        size_t length = 0;
        while (p < end && *p != ' ' && *p != '\n') ly_utf8_next(&p, end), length++;
        if (used && used + 1 + length > width) {
            ly_text_putc(&text, '\n');
            used = 0;
        } else if (used) {
            ly_text_putc(&text, ' ');
            used++;
        }
        for (const char *c = word; c < p;) {
            const char *from = c;
            ly_utf8_next(&c, p);
            if (used == width) {
                ly_text_putc(&text, '\n');
                used = 0;
            }
            ly_text_add(&text, from, (size_t)(c - from));
            used++;
        }
        if (p < end && *p++ == '\n') {
            ly_text_putc(&text, '\n');
            used = 0;
        }
    }
    return ly_text_string(cx, &text);
}
BUILTIN(InsertLinebreaks, string_break_lines, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "InsertLinebreaks[\"string\"] breaks lines to at most 78 characters; "
        "InsertLinebreaks[\"string\", n] to n.")
static ly_value string_break_lines(ly_context *cx, ly_expr *call)
{
    size_t width = 78;
    if (call->count == 2) {
        if (!ly_is_int(call->args[1]) || ly_int_of(call->args[1]) < 1) return LY_UNEVALUATED;
        width = (size_t)ly_int_of(call->args[1]);
    }
    return string_thread(cx, call, break_lines, &width);
}

/* ---- Snippet --------------------------------------------------------------------------------- */

/* The first lines that are not empty, each cut to 80 characters. */
static ly_value snippet_of(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    const int64_t *range = data;
    const ly_string *s = ly_string_of(string);
    ly_text text = {0};
    int64_t line = 0, lines = 1, taken = 0;
    for (size_t i = 0; i < s->bytes; i++) lines += s->data[i] == '\n';
    int64_t first = range[0] < 0 ? lines + range[0] + 1 : range[0];
    int64_t last = range[1] < 0 ? lines + range[1] + 1 : range[1];
    const char *p = s->data, *end = p + s->bytes;
    while (p < end || (p == end && line == 0)) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        if (!stop) stop = end;
        if (++line >= first && line <= last) {
            if (taken++) ly_text_putc(&text, '\n');
            const char *cut = p;
            for (int k = 0; k < 80 && cut < stop; k++) ly_utf8_next(&cut, stop);
            ly_text_add(&text, p, (size_t)(cut - p));
        }
        p = stop + 1;
    }
    while (text.count && text.data[text.count - 1] == '\n') text.count--;
    return ly_text_string(cx, &text);
}
MESSAGE(Snippet, invcnt, "Content should be string, File, URL, or valid ContentObject.")
BUILTIN(Snippet, string_snippet, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "Snippet[\"string\"] gives the first line; Snippet[\"string\", n] the first n; m;;n lines "
        "m to n.")
static ly_value string_snippet(ly_context *cx, ly_expr *call)
{
    int64_t range[2] = {1, 1};
    if (call->count == 2) {
        ly_value spec = call->args[1];
        if (ly_is_int(spec) && ly_int_of(spec) != 0) {
            range[ly_int_of(spec) < 0 ? 0 : 1] = ly_int_of(spec);
            if (ly_int_of(spec) < 0) range[1] = -1;
        } else if (ly_has_shape(spec, LY_SYM(Span), 2)) {
            ly_value from = ly_expr_of(spec)->args[0], to = ly_expr_of(spec)->args[1];
            range[0] = ly_is_int(from) ? ly_int_of(from) : 1;
            range[1] = ly_is_int(to) ? ly_int_of(to) : -1;
        } else {
            return LY_UNEVALUATED;
        }
    }
    if (!ly_is_string(call->args[0])) {
        ly_message_call(cx, call, "invcnt", 0);
        return LY_SYM($Failed);
    }
    return snippet_of(cx, call, call->args[0], range);
}
