/* literal.c: what numbers and strings in a program stand for. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "text/lexer.h"
#include "value/number.h"

/* ---- numbers: [base^^]digits[.digits][`[precision]|``accuracy][*^exponent] ---------------------- */

#define MACHINE_PRECISION 15.954589770191003

static bool all_zero(const char *digits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (digits[i] != '0' && digits[i] != '.') return false;
    return true;
}

/* n * base^exponent, exactly. Consumes n. */
static ly_value scale_take(ly_context *cx, ly_value n, int base, int64_t exponent)
{
    if (exponent == 0 || n == LY_INT(0)) return n;
    ly_value power = ly_power_integer(cx, LY_INT(base), LY_INT(exponent < 0 ? -exponent : exponent));
    ly_value result = ly_failed(power) ? LY_FAILED
                    : exponent > 0 ? ly_multiply(cx, n, power)
                    : ly_divide(cx, n, power);
    ly_release(cx, power);
    ly_release(cx, n);
    return result;
}

/* A decimal number with a bare precision mark is a machine number however many digits it has. */
static ly_value machine_literal(ly_context *cx, const char *digits, size_t count, int64_t exponent)
{
    char *buffer = ly_malloc(count + 32);
    if (!buffer) return ly_raise_memory(cx);
    memcpy(buffer, digits, count);
    snprintf(buffer + count, 32, "e%lld", (long long)exponent);
    double value = strtod(buffer, NULL);
    ly_free(buffer);
    if (isfinite(value) && (value != 0 || all_zero(digits, count))) return ly_real(cx, value);
    return ly_real_from_text(cx, digits, count, 10, MACHINE_PRECISION, false, exponent);
}

ly_value ly_number_literal(ly_context *cx, const char *text, size_t count)
{
    const char *end = text + count, *at = text, *digits = text;
    int base = 10;
    while (at < end && *at >= '0' && *at <= '9') at++;
    if (at + 1 < end && at[0] == '^' && at[1] == '^') {
        base = at - text > 2 ? 99 : atoi(text);
        digits = at += 2;
    }
    bool point = false;
    while (at < end && *at != '`' && *at != '*') point |= *at++ == '.';
    size_t digit_count = (size_t)(at - digits);
    bool marked = at < end && *at == '`', accuracy = false, bare = false;
    double precision = -1;
    if (marked) {
        accuracy = ++at < end && *at == '`';
        if (accuracy) at++;
        char buffer[64];
        size_t length = 0;
        while (at < end && *at != '*') {
            if (length < sizeof buffer - 1) buffer[length++] = *at;
            at++;
        }
        buffer[length] = 0;
        bare = length == 0;
        if (!bare) precision = strtod(buffer, NULL);
    }
    int64_t exponent = 0;
    if (at + 2 < end && at[0] == '*' && at[1] == '^') {
        at += 2;
        bool negative = *at == '-';
        if (*at == '-' || *at == '+') at++;
        for (; at < end; at++)
            if (exponent < (int64_t)1 << 50) exponent = exponent * 10 + (*at - '0');
        if (negative) exponent = -exponent;
    }
    if (!point && !marked) {
        int64_t small = 0;
        if (base == 10 && digit_count <= 18) {
            for (size_t i = 0; i < digit_count; i++) small = small * 10 + (digits[i] - '0');
            return scale_take(cx, LY_INT(small), 10, exponent);
        }
        ly_value n = ly_integer_from_digits(cx, digits, digit_count, base);
        return ly_failed(n) ? n : scale_take(cx, n, base, exponent);
    }
    if (bare && base == 10) return machine_literal(cx, digits, digit_count, exponent);
    return ly_real_from_text(cx, digits, digit_count, base, precision, accuracy, exponent);
}

/* ---- strings ---------------------------------------------------------------------------------- */

static bool hex_digits(const char *at, const char *end, size_t count, uint32_t *value)
{
    *value = 0;
    if ((size_t)(end - at) < count) return false;
    for (size_t i = 0; i < count; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9' ? c - '0'
                  : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (digit < 0) return false;
        *value = *value * 16 + (uint32_t)digit;
    }
    return true;
}

/* One escape at *p (behind the backslash), added to text. False: there is no such escape. */
static bool add_escape(ly_text *text, const char **p, const char *end)
{
    const char *at = *p;
    uint32_t code_point;
    switch (*at) {
    case 'n': ly_text_putc(text, '\n'); break;
    case 't': ly_text_putc(text, '\t'); break;
    case 'r': ly_text_putc(text, '\r'); break;
    case 'b': ly_text_putc(text, '\b'); break;
    case 'f': ly_text_putc(text, '\f'); break;
    case '"': case '\\': ly_text_putc(text, *at); break;
    case '<': case '>': break; /* "\<…\>" keeps line breaks, as everything does here */
    case ' ': ly_text_putc(text, ' '); break;
    case '\n': break;
    case '\r':
        if (at + 1 < end && at[1] == '\n') at++;
        break;
    /* parts of boxes written in a string, and other punctuation, stay as they are */
    case '!': case '(': case ')': case '*': case '_': case '^': case '/': case '%': case '&':
    case '@': case '`': case '+': case ',': case ';': case '$': case '#': case '\'': case '-':
    case '=': case '?': case '{': case '}': case ']': case '~':
        ly_text_putc(text, '\\');
        ly_text_putc(text, *at);
        break;
    case '[': {
        const char *name = at + 1, *close = memchr(at, ']', (size_t)(end - at));
        code_point = close ? ly_character_named(name, (size_t)(close - name)) : 0;
        if (!code_point) return false;
        ly_text_code_point(text, code_point);
        at = close;
        break;
    }
    case ':': case '.': case '|': {
        size_t digits = *at == ':' ? 4 : *at == '.' ? 2 : 6;
        if (!hex_digits(at + 1, end, digits, &code_point) || code_point > 0x10ffff ||
            (code_point >= 0xd800 && code_point < 0xe000))
            return false;
        ly_text_code_point(text, code_point);
        at += digits;
        break;
    }
    default:
        if (end - at < 3) return false;
        for (int i = 0; i < 3; i++)
            if (at[i] < '0' || at[i] > '7') return false;
        ly_text_code_point(text, (uint32_t)((at[0] - '0') * 64 + (at[1] - '0') * 8 + at[2] - '0'));
        at += 2;
    }
    *p = at + 1;
    return true;
}

ly_value ly_string_literal(ly_context *cx, const char *text, size_t count, size_t offset,
                           ly_diagnostics *diagnostics)
{
    const char *at = text, *end = text + count;
    const char *escape = memchr(at, '\\', count);
    if (!escape) return cx ? ly_string_new(cx, text, count) : LY_INT(1);
    ly_text decoded = {0};
    while (escape) {
        ly_text_add(&decoded, at, (size_t)(escape - at));
        at = escape + 1;
        if (!add_escape(&decoded, &at, end)) {
            const char *close = escape + 2;
            if (escape[1] == '[')
                while (close < end && *close != ']' && close - escape < 60) close++;
            size_t length = (size_t)(close - escape) + (escape[1] == '[' && close < end);
            ly_diagnose(diagnostics, offset + (size_t)(escape - text),
                        offset + (size_t)(escape - text) + length,
                        escape[1] == '[' ? "there is no character %.*s"
                                         : "\"%.*s\" is no escape of a string; write \\\\ for a backslash",
                        (int)length, escape);
            ly_text_free(&decoded);
            return LY_FAILED;
        }
        escape = memchr(at, '\\', (size_t)(end - at));
    }
    ly_text_add(&decoded, at, (size_t)(end - at));
    if (cx) return ly_text_string(cx, &decoded);
    ly_text_free(&decoded);
    return LY_INT(1);
}
