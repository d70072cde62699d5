/* csv.c: tables as text with separators: CSV (RFC 4180) and TSV. */
#include "stdlib/files/files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "text/text.h"

/* ---- reading --------------------------------------------------------------------------------- */

/* A field without quotes as a number or truth value, else as the text that it is. */
static ly_value field_value(ly_context *cx, const char *text, size_t count)
{
    if (count == 0) return ly_make1(cx, LY_SYM(Missing), ly_string_from(cx, "NotAvailable"));
    if (count == 4 && (memcmp(text, "true", 4) == 0 || memcmp(text, "True", 4) == 0))
        return LY_SYM(True);
    if (count == 5 && (memcmp(text, "false", 5) == 0 || memcmp(text, "False", 5) == 0))
        return LY_SYM(False);
    size_t i = 0;
    bool negative = text[0] == '-', point = false, digits = false;
    if (text[0] == '-' || text[0] == '+') i = 1;
    size_t from = i;
    for (; i < count; i++) {
        if (text[i] >= '0' && text[i] <= '9')
            digits = true;
        else if (text[i] == '.' && !point)
            point = true;
        else
            break;
    }
    size_t to = i;
    int64_t exponent = 0;
    bool exponential = false;
    if (digits && i + 1 < count && (text[i] == 'e' || text[i] == 'E')) {
        size_t k = i + 1;
        bool down = text[k] == '-';
        if (text[k] == '-' || text[k] == '+') k++;
        size_t first = k;
        for (; k < count && text[k] >= '0' && text[k] <= '9'; k++)
            if (exponent < 100000) exponent = exponent * 10 + (text[k] - '0');
        if (k > first) exponential = true, i = k;
        if (down) exponent = -exponent;
    }
    if (!digits || i != count) return ly_string_new(cx, text, count);
    ly_value number = point || exponential
                          ? ly_real_from_text(cx, text + from, to - from, 10, -1, false, exponent)
                          : ly_integer_from_digits(cx, text + from, to - from, 10);
    if (negative && !ly_failed(number)) {
        ly_value positive = number;
        number = ly_negate(cx, positive);
        ly_release(cx, positive);
    }
    return number;
}

/* Reads one field at *p; *end_of_row says what came after it. */
static ly_value read_field(ly_context *cx, const char **p, const char *end, char separator,
                           bool *end_of_row)
{
    ly_value value;
    if (*p < end && **p == '"') {
        ly_text text = {0};
        for (++*p; *p < end; ++*p) {
            if (**p == '"') {
                if (*p + 1 < end && (*p)[1] == '"')
                    ++*p;
                else
                    break;
            }
            ly_text_putc(&text, **p);
        }
        if (*p < end) ++*p;
        while (*p < end && **p != separator && **p != '\n' && **p != '\r')
            ly_text_putc(&text, *(*p)++);
        value = ly_text_string(cx, &text);
    } else {
        const char *from = *p;
        while (*p < end && **p != separator && **p != '\n' && **p != '\r') ++*p;
        value = field_value(cx, from, (size_t)(*p - from));
    }
    *end_of_row = *p >= end || **p != separator;
    if (*p < end && **p == separator) {
        ++*p;
    } else if (*p < end) {
        if (**p == '\r' && *p + 1 < end && (*p)[1] == '\n') ++*p;
        ++*p;
    }
    return value;
}

ly_value csv_read(ly_context *cx, const char *text, size_t count, char separator)
{
    const char *p = text, *end = text + count;
    ly_builder rows = ly_builder_new(), row = ly_builder_new();
    if (count >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) p += 3;
    while (p < end) {
        bool end_of_row;
        ly_value field;
        do {
            field = ly_poll(cx) ? LY_FAILED : read_field(cx, &p, end, separator, &end_of_row);
            if (ly_failed(field) || !ly_builder_add(cx, &row, field)) goto failed;
        } while (!end_of_row);
        field = ly_builder_finish(cx, &row, LY_SYM(List));
        if (ly_failed(field) || !ly_builder_add(cx, &rows, field)) goto failed;
    }
    return ly_builder_finish(cx, &rows, LY_SYM(List));
failed:
    ly_builder_drop(cx, &row);
    ly_builder_drop(cx, &rows);
    return LY_FAILED;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void write_quoted(ly_text *text, const char *bytes, size_t count, char separator)
{
    bool quotes = separator == ',' || memchr(bytes, '"', count) || memchr(bytes, '\n', count)
                  || memchr(bytes, separator, count);
    if (!quotes) {
        ly_text_add(text, bytes, count);
        return;
    }
    ly_text_putc(text, '"');
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == '"') ly_text_putc(text, '"');
        ly_text_putc(text, bytes[i]);
    }
    ly_text_putc(text, '"');
}

static void write_field(ly_context *cx, ly_text *text, ly_value v, char separator)
{
    int64_t integer;
    if (ly_is_string(v)) {
        write_quoted(text, ly_string_of(v)->data, ly_string_of(v)->bytes, separator);
    } else if (v == LY_SYM(True) || v == LY_SYM(False)) {
        ly_text_puts(text, v == LY_SYM(True) ? "true" : "false");
    } else if (ly_to_int64(v, &integer)) {
        ly_text_printf(text, "%lld", (long long)integer);
    } else if (ly_is_real(v)) {
        char digits[40];
        for (int precision = 15; precision <= 17; precision++) {
            snprintf(digits, sizeof digits, "%.*g", precision, ly_real_of(v));
            if (strtod(digits, NULL) == ly_real_of(v)) break;
        }
        ly_text_puts(text, digits);
        if (!strpbrk(digits, ".en")) ly_text_putc(text, '.');
    } else if (ly_has_head(v, LY_SYM(Missing)) || v == LY_SYM(Null)) {
        /* nothing */
    } else {
        ly_text plain = {0};
        if (ly_is_expr(v) && ly_expr_of(v)->head != LY_SYM(List)
            && ly_is_symbol(ly_expr_of(v)->head)) {
            ly_text_printf(&plain, "-%s-", ly_symbol_name(ly_expr_of(v)->head));
        } else {
            ly_print_result(cx, &plain, v);
        }
        write_quoted(text, plain.data ? plain.data : "", plain.count, separator);
        if (plain.failed) text->failed = true;
        ly_text_free(&plain);
    }
}

bool csv_write(ly_context *cx, ly_text *text, ly_value v, char separator)
{
    if (!ly_is_list(v)) {
        write_field(cx, text, v, separator);
        ly_text_putc(text, '\n');
        return !text->failed;
    }
    for (size_t i = 0; i < ly_length(v); i++) {
        ly_value row = ly_element(cx, v, i);
        size_t n = ly_is_list(row) ? ly_length(row) : 1;
        for (size_t k = 0; k < n; k++) {
            ly_value field = ly_is_list(row) ? ly_element(cx, row, k) : ly_retain(row);
            if (k) ly_text_putc(text, separator);
            write_field(cx, text, field, separator);
            ly_release(cx, field);
        }
        ly_text_putc(text, '\n');
        ly_release(cx, row);
        if (text->failed || ly_poll(cx)) return false;
    }
    return true;
}
