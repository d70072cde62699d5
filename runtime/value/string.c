/* string.c: strings, and growing texts.

   A string is valid UTF-8 with its length in code points; where all are ASCII, an index is an
   offset. Surrogates and other bad bytes never get in: they are read as Latin-1. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "eval/context.h"
#include "memory/memory.h"
#include "value/value.h"

/* Length in bytes of the well-formed sequence at p, 0 if there is none. */
static size_t sequence_length(const unsigned char *p, const unsigned char *end)
{
    size_t n = *p < 0x80 ? 1 : *p >= 0xc2 && *p < 0xe0 ? 2 : (*p & 0xf0) == 0xe0 ? 3 : *p >= 0xf0 && *p < 0xf5 ? 4 : 0;
    if (n == 0 || (size_t)(end - p) < n) return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    if (n == 3 && ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f))) return 0;
    if (n == 4 && ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))) return 0;
    return n;
}

static bool all_ascii(const char *bytes, size_t count)
{
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t w;
        memcpy(&w, bytes + i, 8);
        if (w & 0x8080808080808080u) return false;
    }
    for (; i < count; i++)
        if (bytes[i] & 0x80) return false;
    return true;
}

static ly_string *allocate(ly_context *cx, size_t bytes, size_t capacity)
{
    ly_string *s = ly_alloc(cx, LY_KIND_STRING, sizeof *s + capacity + 1);
    if (s) {
        s->hash = 0;
        s->bytes = bytes;
    }
    return s;
}

/* From bytes that are known to be UTF-8. */
static ly_value from_valid(ly_context *cx, const char *bytes, size_t count)
{
    ly_string *s = allocate(cx, count, count);
    if (!s) return LY_FAILED;
    memcpy(s->data, bytes, count);
    s->data[count] = 0;
    s->ascii = all_ascii(bytes, count);
    s->length = count;
    if (!s->ascii) {
        s->length = 0;
        for (size_t i = 0; i < count; i++) s->length += (bytes[i] & 0xc0) != 0x80;
    }
    return ly_from_object(s);
}

ly_value ly_string_new(ly_context *cx, const char *bytes, size_t count)
{
    const unsigned char *p = (const unsigned char *)bytes, *end = p + count;
    ly_text text = {0};
    if (all_ascii(bytes, count)) return from_valid(cx, bytes, count);
    while (p < end) {
        size_t n = sequence_length(p, end);
        if (n == 0) break;
        p += n;
    }
    if (p == end) return from_valid(cx, bytes, count);
    ly_text_add(&text, bytes, (size_t)(p - (const unsigned char *)bytes));
    while (p < end) {
        size_t n = sequence_length(p, end);
        if (n) ly_text_add(&text, (const char *)p, n);
        else ly_text_code_point(&text, *p);
        p += n ? n : 1;
    }
    return ly_text_string(cx, &text);
}

ly_value ly_string_from(ly_context *cx, const char *c_string)
{
    return ly_string_new(cx, c_string, strlen(c_string));
}

ly_value ly_string_append_take(ly_context *cx, ly_value a, const char *bytes, size_t count)
{
    ly_string *s = ly_string_of(a);
    size_t total = s->bytes + count;
    bool ascii = all_ascii(bytes, count);
    size_t length = count;
    if (!ascii) {
        length = 0;
        for (size_t i = 0; i < count; i++) length += (bytes[i] & 0xc0) != 0x80;
    }
    if (!ly_is_unique(a)) {
        ly_string *copy = allocate(cx, s->bytes, total + total / 8);
        if (copy) {
            memcpy(copy->data, s->data, s->bytes);
            copy->ascii = s->ascii;
            copy->length = s->length;
        }
        ly_release(cx, a);
        s = copy;
    } else if (ly_object_capacity(&s->o) < sizeof *s + total + 1) {
        ly_string *grown = ly_realloc(cx, &s->o, sizeof *s + total + total / 2 + 1);
        if (!grown) ly_release(cx, a);
        s = grown;
    }
    if (!s) return LY_FAILED;
    memcpy(s->data + s->bytes, bytes, count);
    s->data[total] = 0;
    s->bytes = total;
    s->hash = 0;
    s->ascii = s->ascii && ascii;
    s->length += length;
    return ly_from_object(s);
}

size_t ly_string_offset(const ly_string *s, size_t index)
{
    size_t i = 0;
    if (s->ascii || index == 0) return index;
    if (index >= s->length) return s->bytes;
    while (index > 0) {
        i++;
        if ((s->data[i] & 0xc0) != 0x80) index--;
    }
    return i;
}

bool ly_string_is(ly_value v, const char *c_string)
{
    return ly_is_string(v) && ly_string_of(v)->bytes == strlen(c_string) &&
           memcmp(ly_string_of(v)->data, c_string, ly_string_of(v)->bytes) == 0;
}

uint32_t ly_utf8_next(const char **p, const char *end)
{
    const unsigned char *q = (const unsigned char *)*p;
    size_t n = sequence_length(q, (const unsigned char *)end);
    uint32_t c;
    *p += n ? n : 1;
    switch (n) {
    case 2: return (uint32_t)(q[0] & 0x1f) << 6 | (q[1] & 0x3f);
    case 3: return (uint32_t)(q[0] & 0x0f) << 12 | (uint32_t)(q[1] & 0x3f) << 6 | (q[2] & 0x3f);
    case 4:
        c = (uint32_t)(q[0] & 0x07) << 18 | (uint32_t)(q[1] & 0x3f) << 12;
        return c | (uint32_t)(q[2] & 0x3f) << 6 | (q[3] & 0x3f);
    default: return q[0];
    }
}

/* ---- growing texts */

static bool reserve(ly_text *text, size_t more)
{
    size_t capacity;
    char *data;
    if (text->failed) return false;
    if (text->capacity - text->count > more) return true;
    capacity = text->capacity + text->capacity / 2 + more + 64;
    data = more > SIZE_MAX / 4 ? NULL : ly_remalloc(text->data, capacity);
    if (!data) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void ly_text_add(ly_text *text, const char *bytes, size_t count)
{
    if (!reserve(text, count)) return;
    if (count) memcpy(text->data + text->count, bytes, count);
    text->count += count;
    text->data[text->count] = 0;
}

void ly_text_puts(ly_text *text, const char *c_string) { ly_text_add(text, c_string, strlen(c_string)); }

void ly_text_putc(ly_text *text, char c) { ly_text_add(text, &c, 1); }

void ly_text_printf(ly_text *text, const char *format, ...)
{
    va_list arguments, again;
    int n;
    va_start(arguments, format);
    va_copy(again, arguments);
    n = vsnprintf(NULL, 0, format, arguments);
    if (n >= 0 && reserve(text, (size_t)n + 1)) {
        vsnprintf(text->data + text->count, (size_t)n + 1, format, again);
        text->count += (size_t)n;
    }
    va_end(again);
    va_end(arguments);
}

void ly_text_code_point(ly_text *text, uint32_t c)
{
    char b[4];
    if (c >= 0xd800 && c < 0xe000) c = 0xfffd;
    if (c < 0x80) {
        ly_text_putc(text, (char)c);
    } else if (c < 0x800) {
        b[0] = (char)(0xc0 | c >> 6);
        b[1] = (char)(0x80 | (c & 0x3f));
        ly_text_add(text, b, 2);
    } else if (c < 0x10000) {
        b[0] = (char)(0xe0 | c >> 12);
        b[1] = (char)(0x80 | (c >> 6 & 0x3f));
        b[2] = (char)(0x80 | (c & 0x3f));
        ly_text_add(text, b, 3);
    } else {
        b[0] = (char)(0xf0 | (c >> 18 & 7));
        b[1] = (char)(0x80 | (c >> 12 & 0x3f));
        b[2] = (char)(0x80 | (c >> 6 & 0x3f));
        b[3] = (char)(0x80 | (c & 0x3f));
        ly_text_add(text, b, 4);
    }
}

void ly_text_free(ly_text *text)
{
    ly_free(text->data);
    *text = (ly_text){0};
}

ly_value ly_text_failure(ly_context *cx)
{
    return cx->pending.kind == LY_PENDING_NONE ? ly_raise_memory(cx) : LY_FAILED;
}

ly_value ly_text_string(ly_context *cx, ly_text *text)
{
    ly_value v = text->failed ? ly_text_failure(cx)
                              : ly_string_new(cx, text->data ? text->data : "", text->count);
    ly_text_free(text);
    return v;
}
