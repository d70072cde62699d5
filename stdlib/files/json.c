/* json.c: JSON read and written (RFC 8259). A reader of our own, since numbers must stay exact
   (integers of any size; 1e-3 is 1/1000, 1.5e3 a real) and objects keep the order of their keys. */
#include "stdlib/files/files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct parser {
    ly_context *cx;
    const char *p, *end;
    bool as_rules;
} parser;

static ly_value parse_value(parser *s);

static void skip_blanks(parser *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
        s->p++;
}

static bool take(parser *s, char c)
{
    skip_blanks(s);
    if (s->p >= s->end || *s->p != c) return false;
    s->p++;
    return true;
}

static int hex4(parser *s)
{
    int value = 0;
    if (s->end - s->p < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char c = *s->p++;
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* The quote was taken. */
static ly_value parse_string(parser *s)
{
    ly_text text = {0};
    while (s->p < s->end && *s->p != '"') {
        if (*s->p != '\\') {
            const char *from = s->p;
            while (s->p < s->end && *s->p != '"' && *s->p != '\\') s->p++;
            ly_text_add(&text, from, (size_t)(s->p - from));
            continue;
        }
        if (++s->p >= s->end) break;
        static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
        char c = *s->p++;
        const char *at = memchr(letters, c, sizeof letters - 1);
        if (at) {
            ly_text_putc(&text, meant[at - letters]);
            continue;
        }
        int code = c == 'u' ? hex4(s) : -1;
        if (code >= 0xd800 && code < 0xdc00 && s->end - s->p >= 6 && s->p[0] == '\\'
            && s->p[1] == 'u') {
            s->p += 2;
            int low = hex4(s);
            code = low >= 0xdc00 && low < 0xe000
                       ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
                       : -1;
        }
        if (code < 0 || (code >= 0xd800 && code < 0xe000)) {
            ly_text_free(&text);
            return LY_FAILED;
        }
        ly_text_code_point(&text, (uint32_t)code);
    }
    if (s->p >= s->end) {
        ly_text_free(&text);
        return LY_FAILED;
    }
    s->p++;
    return ly_text_string(s->cx, &text);
}

static ly_value parse_number(parser *s)
{
    const char *from = s->p;
    bool negative = *s->p == '-', point = false;
    if (negative) s->p++;
    const char *digits = s->p;
    while (s->p < s->end
           && ((*s->p >= '0' && *s->p <= '9') || (*s->p == '.' && !point && s->p > digits))) {
        point |= *s->p == '.';
        s->p++;
    }
    size_t count = (size_t)(s->p - digits);
    int64_t exponent = 0;
    bool exponential = false;
    if (count == 0) return s->p = from, LY_FAILED;
    if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
        exponential = true;
        s->p++;
        bool down = s->p < s->end && *s->p == '-';
        if (s->p < s->end && (*s->p == '-' || *s->p == '+')) s->p++;
        if (s->p >= s->end || *s->p < '0' || *s->p > '9') return LY_FAILED;
        for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++)
            if (exponent < 100000) exponent = exponent * 10 + (*s->p - '0');
        if (down) exponent = -exponent;
    }
    ly_value number = point ? ly_real_from_text(s->cx, digits, count, 10, -1, false, exponent)
                            : ly_integer_from_digits(s->cx, digits, count, 10);
    if (!point && exponential && !ly_failed(number)) {
        ly_value scale = ly_power_integer(s->cx, LY_INT(10), LY_INT(exponent)), mantissa = number;
        number = ly_failed(scale) ? scale : ly_multiply(s->cx, mantissa, scale);
        ly_release(s->cx, scale);
        ly_release(s->cx, mantissa);
    }
    if (negative && !ly_failed(number)) {
        ly_value positive = number;
        number = ly_negate(s->cx, positive);
        ly_release(s->cx, positive);
    }
    return number;
}

static ly_value parse_array(parser *s)
{
    ly_builder items = ly_builder_new();
    if (take(s, ']')) return ly_builder_finish(s->cx, &items, LY_SYM(List));
    do {
        ly_value item = parse_value(s);
        if (ly_failed(item) || !ly_builder_add(s->cx, &items, item)) {
            ly_builder_drop(s->cx, &items);
            return LY_FAILED;
        }
    } while (take(s, ','));
    if (take(s, ']')) return ly_builder_finish(s->cx, &items, LY_SYM(List));
    ly_builder_drop(s->cx, &items);
    return LY_FAILED;
}

static ly_value parse_object(parser *s)
{
    ly_builder rules = ly_builder_new();
    ly_value object = s->as_rules ? LY_FAILED : ly_association_new(s->cx, 0);
    if (take(s, '}')) return s->as_rules ? ly_builder_finish(s->cx, &rules, LY_SYM(List)) : object;
    do {
        ly_value key = take(s, '"') ? parse_string(s) : LY_FAILED;
        ly_value value = !ly_failed(key) && take(s, ':') ? parse_value(s) : LY_FAILED;
        if (ly_failed(value)) {
            ly_release(s->cx, key);
            goto bad;
        }
        if (!s->as_rules)
            object = ly_association_set_take(s->cx, object, key, value, false);
        else if (!ly_builder_add(s->cx, &rules, ly_make2(s->cx, LY_SYM(Rule), key, value)))
            return LY_FAILED;
        if (!s->as_rules && ly_failed(object)) return LY_FAILED;
    } while (take(s, ','));
    if (take(s, '}')) return s->as_rules ? ly_builder_finish(s->cx, &rules, LY_SYM(List)) : object;
bad:
    ly_builder_drop(s->cx, &rules);
    ly_release(s->cx, object);
    return LY_FAILED;
}

static void *parse_deeper(ly_context *cx, void *argument)
{
    parser *s = argument;
    (void)cx;
    ly_value v = parse_value(s);
    return (void *)(uintptr_t)v;
}

static ly_value parse_value(parser *s)
{
    if (ly_stack_low(s->cx)) return (ly_value)(uintptr_t)ly_on_new_stack(s->cx, parse_deeper, s);
    skip_blanks(s);
    if (s->p >= s->end || ly_poll(s->cx)) return LY_FAILED;
    static const struct {
        const char *text;
        size_t count;
    } words[] = {{"true", 4}, {"false", 5}, {"null", 4}};
    for (int i = 0; i < 3; i++)
        if ((size_t)(s->end - s->p) >= words[i].count
            && memcmp(s->p, words[i].text, words[i].count) == 0) {
            s->p += words[i].count;
            return i == 0 ? LY_SYM(True) : i == 1 ? LY_SYM(False) : LY_SYM(Null);
        }
    switch (*s->p) {
    case '"':
        s->p++;
        return parse_string(s);
    case '[':
        s->p++;
        return parse_array(s);
    case '{':
        s->p++;
        return parse_object(s);
    default:
        return parse_number(s);
    }
}

ly_value json_read(ly_context *cx, const char *text, size_t count, bool as_rules)
{
    parser s = {cx, text, text + count, as_rules};
    if (count >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) s.p += 3;
    ly_value v = parse_value(&s);
    skip_blanks(&s);
    if (!ly_failed(v) && s.p < s.end) {
        ly_release(cx, v);
        return LY_FAILED;
    }
    return v;
}

/* ---- writing --------------------------------------------------------------------------------- */

typedef struct printer {
    ly_context *cx;
    ly_text *text;
    bool compact;
    ly_value *culprit;
} printer;

static bool print_value(printer *p, ly_value v, int depth);

static void print_string(ly_text *text, ly_value v)
{
    const ly_string *s = ly_string_of(v);
    ly_text_putc(text, '"');
    for (size_t i = 0; i < s->bytes; i++) {
        unsigned char c = (unsigned char)s->data[i];
        switch (c) {
        case '"':
            ly_text_puts(text, "\\\"");
            break;
        case '\\':
            ly_text_puts(text, "\\\\");
            break;
        case '\n':
            ly_text_puts(text, "\\n");
            break;
        case '\r':
            ly_text_puts(text, "\\r");
            break;
        case '\t':
            ly_text_puts(text, "\\t");
            break;
        case '\b':
            ly_text_puts(text, "\\b");
            break;
        case '\f':
            ly_text_puts(text, "\\f");
            break;
        default:
            if (c < 32)
                ly_text_printf(text, "\\u%04x", c);
            else
                ly_text_putc(text, (char)c);
        }
    }
    ly_text_putc(text, '"');
}

/* The fewest digits that read back as the same number, with a point. */
static void print_double(ly_text *text, double d)
{
    char digits[40];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, d);
        if (strtod(digits, NULL) == d) break;
    }
    char *e = strchr(digits, 'e');
    size_t count = e ? (size_t)(e - digits) : strlen(digits);
    ly_text_add(text, digits, count);
    if (!memchr(digits, '.', count)) ly_text_puts(text, ".0");
    if (e) ly_text_printf(text, "e%d", atoi(e + 1));
}

static void new_line(printer *p, int depth)
{
    if (p->compact) return;
    ly_text_putc(p->text, '\n');
    for (int i = 0; i < depth; i++) ly_text_putc(p->text, '\t');
}

static bool refuse(printer *p, ly_value v)
{
    if (ly_failed(*p->culprit)) *p->culprit = v;
    return false;
}

static bool print_entry(printer *p, ly_value key, ly_value value, int depth, bool first)
{
    if (!ly_is_string(key)) return refuse(p, key);
    if (!first) ly_text_putc(p->text, ',');
    new_line(p, depth + 1);
    print_string(p->text, key);
    ly_text_putc(p->text, ':');
    return print_value(p, value, depth + 1);
}

static bool is_rule(ly_value v)
{
    return ly_has_shape(v, LY_SYM(Rule), 2) || ly_has_shape(v, LY_SYM(RuleDelayed), 2);
}

static bool print_list(printer *p, ly_value v, int depth)
{
    size_t n = ly_length(v);
    bool object = n > 0 && ly_is_expr(v);
    for (size_t i = 0; object && i < n; i++) object = is_rule(ly_expr_of(v)->args[i]);
    if (n == 0) return ly_text_puts(p->text, "[]"), true;
    ly_text_putc(p->text, object ? '{' : '[');
    for (size_t i = 0; i < n; i++) {
        bool ok;
        if (object) {
            ly_expr *rule = ly_expr_of(ly_expr_of(v)->args[i]);
            ok = print_entry(p, rule->args[0], rule->args[1], depth, i == 0);
        } else {
            if (i) ly_text_putc(p->text, ',');
            new_line(p, depth + 1);
            ly_value item = ly_element(p->cx, v, i);
            ok = print_value(p, item, depth + 1);
            ly_release(p->cx, item);
        }
        if (!ok || p->text->failed) return false;
    }
    new_line(p, depth);
    ly_text_putc(p->text, object ? '}' : ']');
    return true;
}

static bool print_association(printer *p, ly_value v, int depth)
{
    const ly_entry *entry;
    bool first = true;
    ly_text_putc(p->text, '{');
    for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at)); first = false)
        if (!print_entry(p, entry->key, entry->value, depth, first)) return false;
    if (!first) new_line(p, depth);
    ly_text_putc(p->text, '}');
    return true;
}

typedef struct deeper {
    printer *p;
    ly_value v;
    int depth;
} deeper;
static void *print_deeper(ly_context *cx, void *argument)
{
    deeper *d = argument;
    (void)cx;
    return print_value(d->p, d->v, d->depth) ? d : NULL;
}

static bool print_value(printer *p, ly_value v, int depth)
{
    if (ly_stack_low(p->cx)) {
        deeper d = {p, v, depth};
        return ly_on_new_stack(p->cx, print_deeper, &d) != NULL;
    }
    double d;
    if (ly_is_string(v)) return print_string(p->text, v), true;
    if (v == LY_SYM(True)) return ly_text_puts(p->text, "true"), true;
    if (v == LY_SYM(False)) return ly_text_puts(p->text, "false"), true;
    if (v == LY_SYM(Null)) return ly_text_puts(p->text, "null"), true;
    if (ly_is_integer(v)) {
        mpz_t z;
        ly_init_mpz(z, v);
        char *digits = mpz_get_str(NULL, 10, z);
        ly_text_puts(p->text, digits);
        ly_free(digits);
        mpz_clear(z);
        return true;
    }
    if (ly_is_real_number(v) && ly_to_double(v, &d) && isfinite(d))
        return print_double(p->text, d), true;
    if (ly_is_list(v)) return print_list(p, v, depth);
    if (ly_is_association(v)) return print_association(p, v, depth);
    return refuse(p, v);
}

bool json_write(ly_context *cx, ly_text *text, ly_value v, bool compact, ly_value *culprit)
{
    printer p = {cx, text, compact, culprit};
    *culprit = LY_FAILED;
    return print_value(&p, v, 0);
}
