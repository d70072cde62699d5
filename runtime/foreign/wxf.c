/* wxf.c: expressions as bytes, in the WXF format. See wxf.h. */
#include "foreign/wxf.h"

#include "eval/eval.h"
#include "text/text.h"

/* ---- writing --------------------------------------------------------------------------------- */

static void put_count(ly_text *out, uint64_t n)
{
    for (; n >= 128; n >>= 7) ly_text_putc(out, (char)(n | 128));
    ly_text_putc(out, (char)n);
}

static void put_text(ly_text *out, char type, const char *bytes, size_t count)
{
    ly_text_putc(out, type);
    put_count(out, count);
    ly_text_add(out, bytes, count);
}

static void put_little(ly_text *out, char type, uint64_t bits, int size)
{
    ly_text_putc(out, type);
    for (int i = 0; i < size; i++) ly_text_putc(out, (char)(bits >> 8 * i));
}

static void put_symbol(ly_text *out, ly_value symbol)
{
    ly_text name = {0};
    const char *context = ly_symbol_of(symbol)->context;
    if (context && strcmp(context, "System`") != 0) ly_text_puts(&name, context);
    ly_text_puts(&name, ly_symbol_name(symbol));
    put_text(out, 's', name.data ? name.data : "", name.count);
    ly_text_free(&name);
}

typedef struct putting {
    ly_text *out;
    ly_value v;
} putting;
static void *put_deeper(ly_context *cx, void *argument)
{
    putting *p = argument;
    return ly_wxf_put(cx, p->out, p->v) ? p : NULL;
}

static void put_head(ly_text *out, const char *symbol, size_t count)
{
    ly_text_putc(out, 'f');
    put_count(out, count);
    put_text(out, 's', symbol, strlen(symbol));
}

static bool put_integer(ly_text *out, ly_value v)
{
    if (ly_is_int(v)) {
        int64_t n = ly_int_of(v);
        if (n >= INT8_MIN && n <= INT8_MAX)
            put_little(out, 'C', (uint64_t)n, 1);
        else if (n >= INT16_MIN && n <= INT16_MAX)
            put_little(out, 'j', (uint64_t)n, 2);
        else if (n >= INT32_MIN && n <= INT32_MAX)
            put_little(out, 'i', (uint64_t)n, 4);
        else
            put_little(out, 'L', (uint64_t)n, 8);
        return true;
    }
    int64_t n;
    if (ly_to_int64(v, &n)) return put_little(out, 'L', (uint64_t)n, 8), true;
    mpz_t z;
    ly_init_mpz(z, v);
    char *digits = mpz_get_str(NULL, 10, z);
    put_text(out, 'I', digits, strlen(digits));
    ly_free(digits);
    mpz_clear(z);
    return true;
}

bool ly_wxf_put(ly_context *cx, ly_text *out, ly_value v)
{
    if (ly_stack_low(cx)) {
        putting p = {out, v};
        return ly_on_new_stack(cx, put_deeper, &p) != NULL;
    }
    if (out->failed || ly_poll(cx)) return false;
    if (ly_is_integer(v)) return put_integer(out, v);
    if (ly_is_real(v)) {
        double d = ly_real_of(v);
        uint64_t bits;
        memcpy(&bits, &d, 8);
        return put_little(out, 'r', bits, 8), true;
    }
    if (ly_is_string(v))
        return put_text(out, 'S', ly_string_of(v)->data, ly_string_of(v)->bytes), true;
    if (ly_is_bytes(v))
        return put_text(out, 'B', (const char *)ly_bytes_of(v)->data, ly_bytes_of(v)->count), true;
    if (ly_is_symbol(v)) return put_symbol(out, v), true;
    if (ly_is_bigreal(v)) {
        ly_text digits = {0};
        ly_print_number(cx, &digits, v, true);
        put_text(out, 'R', digits.data ? digits.data : "", digits.count);
        ly_text_free(&digits);
        return true;
    }
    if (ly_is_rational(v)) {
        put_head(out, "Rational", 2);
        mpz_t z;
        mpz_init_set(z, mpq_numref(ly_rational_of(v)->q));
        ly_value n = ly_integer_take_mpz(cx, z);
        mpz_init_set(z, mpq_denref(ly_rational_of(v)->q));
        ly_value d = ly_integer_take_mpz(cx, z);
        put_integer(out, n);
        put_integer(out, d);
        ly_release(cx, n);
        ly_release(cx, d);
        return true;
    }
    if (ly_is_complex(v)) {
        put_head(out, "Complex", 2);
        return ly_wxf_put(cx, out, ly_complex_of(v)->re)
               && ly_wxf_put(cx, out, ly_complex_of(v)->im);
    }
    if (ly_is_association(v)) {
        const ly_entry *entry;
        ly_text_putc(out, 'A');
        put_count(out, ly_association_of(v)->count);
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));) {
            ly_text_putc(out, entry->delayed ? ':' : '-');
            if (!ly_wxf_put(cx, out, entry->key) || !ly_wxf_put(cx, out, entry->value))
                return false;
        }
        return true;
    }
    if (ly_is_packed(v)) {
        ly_value list = ly_unpack(cx, v);
        bool ok = !ly_failed(list) && ly_wxf_put(cx, out, list);
        ly_release(cx, list);
        return ok;
    }
    if (!ly_is_expr(v)) return false; /* a foreign object has no written form */
    const ly_expr *e = ly_expr_of(v);
    ly_text_putc(out, 'f');
    put_count(out, e->count);
    if (!ly_wxf_put(cx, out, e->head)) return false;
    for (uint32_t i = 0; i < e->count; i++)
        if (!ly_wxf_put(cx, out, e->args[i])) return false;
    return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct reader {
    ly_context *cx;
    const unsigned char *p, *end;
} reader;

static bool get_count(reader *r, uint64_t *n)
{
    *n = 0;
    for (int shift = 0; shift < 63; shift += 7) {
        if (r->p >= r->end) return false;
        unsigned char byte = *r->p++;
        *n |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) return true;
    }
    return false;
}

static bool get_text(reader *r, const char **text, size_t *count)
{
    uint64_t n;
    if (!get_count(r, &n) || n > (uint64_t)(r->end - r->p)) return false;
    *text = (const char *)r->p;
    *count = (size_t)n;
    r->p += n;
    return true;
}

static ly_value get(reader *r);
static void *get_deeper(ly_context *cx, void *argument) { return (void *)(uintptr_t)get(argument); }

static ly_value get_little(reader *r, int size, bool real)
{
    if (r->end - r->p < size) return LY_FAILED;
    uint64_t bits = 0;
    for (int i = 0; i < size; i++) bits |= (uint64_t)*r->p++ << 8 * i;
    if (real) {
        double d;
        memcpy(&d, &bits, 8);
        return ly_real(r->cx, d);
    }
    if (size < 8 && bits >> (8 * size - 1)) bits |= UINT64_MAX << 8 * size;
    return ly_integer(r->cx, (int64_t)bits);
}

static ly_value get_function(reader *r)
{
    uint64_t n;
    if (!get_count(r, &n) || n > (uint64_t)(r->end - r->p)) return LY_FAILED;
    ly_value head = get(r);
    if (ly_failed(head)) return head;
    ly_builder items = ly_builder_new();
    for (uint64_t i = 0; i < n; i++) {
        ly_value item = get(r);
        if (ly_failed(item) || !ly_builder_add(r->cx, &items, item)) {
            ly_builder_drop(r->cx, &items);
            ly_release(r->cx, head);
            return LY_FAILED;
        }
    }
    ly_value e = ly_builder_finish(r->cx, &items, head);
    ly_release(r->cx, head);
    return e;
}

static ly_value get_association(reader *r)
{
    uint64_t n;
    if (!get_count(r, &n) || n > (uint64_t)(r->end - r->p)) return LY_FAILED;
    ly_value a = ly_association_new(r->cx, (size_t)n);
    for (uint64_t i = 0; i < n && !ly_failed(a); i++) {
        char kind = r->p < r->end ? (char)*r->p++ : 0;
        ly_value key = kind == '-' || kind == ':' ? get(r) : LY_FAILED,
                 value = ly_failed(key) ? key : get(r);
        if (ly_failed(value)) {
            ly_release(r->cx, key);
            ly_release(r->cx, a);
            return LY_FAILED;
        }
        a = ly_association_set_take(r->cx, a, key, value, kind == ':');
    }
    return a;
}

static ly_value get_symbol(reader *r)
{
    const char *text;
    size_t count;
    if (!get_text(r, &text, &count) || count == 0) return LY_FAILED;
    size_t split = count;
    while (split > 0 && text[split - 1] != '`') split--;
    if (split == count) return LY_FAILED;
    if (split == 0) return ly_intern_bytes("System`", text, count);
    char *context = ly_strndup(text, split);
    ly_value symbol = ly_intern_bytes(context, text + split, count - split);
    ly_free(context);
    return symbol;
}

static ly_value get(reader *r)
{
    if (ly_stack_low(r->cx)) return (ly_value)(uintptr_t)ly_on_new_stack(r->cx, get_deeper, r);
    if (r->p >= r->end || ly_poll(r->cx)) return LY_FAILED;
    const char *text;
    size_t count;
    switch (*r->p++) {
    case 'C':
        return get_little(r, 1, false);
    case 'j':
        return get_little(r, 2, false);
    case 'i':
        return get_little(r, 4, false);
    case 'L':
        return get_little(r, 8, false);
    case 'r':
        return get_little(r, 8, true);
    case 'S':
        return get_text(r, &text, &count) ? ly_string_new(r->cx, text, count) : LY_FAILED;
    case 'B':
        return get_text(r, &text, &count) ? ly_bytes_new(r->cx, text, count) : LY_FAILED;
    case 's':
        return get_symbol(r);
    case 'f':
        return get_function(r);
    case 'A':
        return get_association(r);
    case 'I': {
        if (!get_text(r, &text, &count)) return LY_FAILED;
        bool negative = count && text[0] == '-';
        for (size_t i = negative; i < count; i++)
            if (text[i] < '0' || text[i] > '9') return LY_FAILED;
        ly_value n = ly_integer_from_digits(r->cx, text + negative, count - negative, 10),
                 result = n;
        if (negative && !ly_failed(n)) {
            result = ly_negate(r->cx, n);
            ly_release(r->cx, n);
        }
        return result;
    }
    case 'R': {
        if (!get_text(r, &text, &count)) return LY_FAILED;
        return ly_call1(r->cx, LY_SYM(ToExpression), ly_string_new(r->cx, text, count));
    }
    default:
        return LY_FAILED;
    }
}

ly_value ly_wxf_get(ly_context *cx, const void *bytes, size_t count)
{
    reader r = {cx, bytes, (const unsigned char *)bytes + count};
    ly_value v = get(&r);
    if (ly_failed(v) || r.p == r.end) return v;
    ly_release(cx, v);
    return LY_FAILED;
}
