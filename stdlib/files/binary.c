/* binary.c: bytes of streams as numbers and characters: BinaryRead, BinaryReadList, BinaryWrite. */
#include "stdlib/files/files.h"

#include <math.h>
#include <stdlib.h>

MESSAGE(BinaryRead, format, "`1` is not a recognized binary format.")
MESSAGE(BinaryReadList, format, "`1` is not a recognized binary format.")
MESSAGE(BinaryWrite, format, "`1` is not a recognized binary format.")
MESSAGE(BinaryWrite, nocoerce, "`1` cannot be coerced to the specified format.")

typedef enum kind {
    BYTES_UNSIGNED,
    BYTES_SIGNED,
    BYTES_REAL,
    BYTES_COMPLEX,
    BYTES_CHARACTER,
    BYTES_STRING
} kind;
typedef struct binary_type {
    const char *name;
    kind kind;
    int size; /* bytes */
} binary_type;

static const binary_type types[] = {{"Byte", BYTES_UNSIGNED, 1},
                                    {"Character8", BYTES_CHARACTER, 1},
                                    {"Character16", BYTES_CHARACTER, 2},
                                    {"Character32", BYTES_CHARACTER, 4},
                                    {"Complex64", BYTES_COMPLEX, 8},
                                    {"Complex128", BYTES_COMPLEX, 16},
                                    {"Complex256", BYTES_COMPLEX, 32},
                                    {"Integer8", BYTES_SIGNED, 1},
                                    {"Integer16", BYTES_SIGNED, 2},
                                    {"Integer24", BYTES_SIGNED, 3},
                                    {"Integer32", BYTES_SIGNED, 4},
                                    {"Integer64", BYTES_SIGNED, 8},
                                    {"Integer128", BYTES_SIGNED, 16},
                                    {"Real32", BYTES_REAL, 4},
                                    {"Real64", BYTES_REAL, 8},
                                    {"Real128", BYTES_REAL, 16},
                                    {"TerminatedString", BYTES_STRING, 0},
                                    {"UnsignedInteger8", BYTES_UNSIGNED, 1},
                                    {"UnsignedInteger16", BYTES_UNSIGNED, 2},
                                    {"UnsignedInteger24", BYTES_UNSIGNED, 3},
                                    {"UnsignedInteger32", BYTES_UNSIGNED, 4},
                                    {"UnsignedInteger64", BYTES_UNSIGNED, 8},
                                    {"UnsignedInteger128", BYTES_UNSIGNED, 16}};

static const binary_type *type_named(ly_value v)
{
    if (v == LY_SYM(Byte)) return &types[0];
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (ly_string_is(v, types[i].name)) return &types[i];
    return NULL;
}

static bool big_endian(ly_context *cx, ly_expr *call, size_t from)
{
    ly_value v = ly_option(cx, call, from, "ByteOrdering", LY_INT(-1));
    ly_release(cx, v);
    return v == LY_INT(1);
}

/* ---- bytes (least significant first) into values --------------------------------------------- */

static ly_value integer_of(ly_context *cx, const unsigned char *bytes, int size, bool is_signed)
{
    mpz_t z;
    mpz_init(z);
    mpz_import(z, (size_t)size, -1, 1, 0, 0, bytes);
    if (is_signed && bytes[size - 1] & 0x80) {
        mpz_t wrap;
        mpz_init(wrap);
        mpz_setbit(wrap, (mp_bitcnt_t)size * 8);
        mpz_sub(z, z, wrap);
        mpz_clear(wrap);
    }
    return ly_integer_take_mpz(cx, z);
}

/* The quadruple of IEEE 754: 1 bit sign, 15 exponent, 112 fraction. */
static ly_value quadruple(ly_context *cx, const unsigned char *bytes, double *special)
{
    bool negative = bytes[15] & 0x80, zero = true;
    int exponent = (bytes[15] & 0x7f) << 8 | bytes[14];
    for (int i = 0; i < 14; i++) zero &= bytes[i] == 0;
    *special = 0;
    if (exponent == 0x7fff) {
        *special = zero ? (negative ? -INFINITY : INFINITY) : NAN;
        return LY_FAILED;
    }
    if (exponent == 0 && zero) return ly_real(cx, negative ? -0.0 : 0.0);
    mpz_t fraction;
    mpz_init(fraction);
    mpz_import(fraction, 14, -1, 1, 0, 0, bytes);
    if (exponent) mpz_setbit(fraction, 112);
    mpfr_t f;
    mpfr_init2(f, 113 + 32);
    mpfr_set_z_2exp(f, fraction, (exponent ? exponent : 1) - 16383 - 112, MPFR_RNDN);
    if (negative) mpfr_neg(f, f, MPFR_RNDN);
    mpz_clear(fraction);
    return ly_bigreal_take_mpfr(cx, f, 33);
}

/* A real of 4, 8 or 16 bytes; LY_FAILED with *special set for infinities and NaN. */
static ly_value real_of(ly_context *cx, const unsigned char *bytes, int size, double *special)
{
    *special = 0;
    if (size == 16) return quadruple(cx, bytes, special);
    double d;
    if (size == 4) {
        float f;
        memcpy(&f, bytes, 4);
        d = f;
    } else {
        memcpy(&d, bytes, 8);
    }
    if (isfinite(d)) return ly_real(cx, d);
    *special = d;
    return LY_FAILED;
}

static ly_value infinity(ly_context *cx, ly_value direction)
{
    return ly_make1(cx, LY_SYM(DirectedInfinity), direction);
}

static ly_value real_value(ly_context *cx, const unsigned char *bytes, int size)
{
    double special;
    ly_value v = real_of(cx, bytes, size, &special);
    if (special == 0) return v;
    return isnan(special) ? LY_SYM(Indeterminate) : infinity(cx, LY_INT(special > 0 ? 1 : -1));
}

static ly_value complex_value(ly_context *cx, const unsigned char *bytes, int size)
{
    double special_re, special_im;
    ly_value re = real_of(cx, bytes, size / 2, &special_re),
             im = real_of(cx, bytes + size / 2, size / 2, &special_im);
    if (special_re == 0 && special_im == 0) return ly_complex_take(cx, re, im);
    ly_release(cx, re);
    ly_release(cx, im);
    if (isnan(special_re) || isnan(special_im) || (special_re != 0 && special_im != 0))
        return LY_SYM(Indeterminate);
    if (special_re != 0) return infinity(cx, LY_INT(special_re > 0 ? 1 : -1));
    return infinity(cx, ly_complex_take(cx, LY_INT(0), LY_INT(special_im > 0 ? 1 : -1)));
}

static ly_value read_one(ly_context *cx, ly_stream *stream, const binary_type *type, bool big)
{
    if (type->kind == BYTES_STRING) {
        ly_text text = {0};
        int c;
        while ((c = ly_stream_get(stream)) > 0) ly_text_code_point(&text, (uint32_t)c);
        if (c == 0) return ly_text_string(cx, &text);
        ly_text_free(&text);
        return LY_SYM(EndOfFile);
    }
    unsigned char bytes[32];
    for (int i = 0; i < type->size; i++) {
        int c = ly_stream_get(stream);
        if (c < 0) return LY_SYM(EndOfFile);
        bytes[i] = (unsigned char)c;
    }
    int unit = type->kind == BYTES_COMPLEX ? type->size / 2 : type->size;
    for (int from = 0; big && from < type->size; from += unit)
        for (int i = 0; i < unit / 2; i++) {
            unsigned char swap = bytes[from + i];
            bytes[from + i] = bytes[from + unit - 1 - i];
            bytes[from + unit - 1 - i] = swap;
        }
    switch (type->kind) {
    case BYTES_REAL:
        return real_value(cx, bytes, type->size);
    case BYTES_COMPLEX:
        return complex_value(cx, bytes, type->size);
    case BYTES_CHARACTER: {
        uint32_t code = 0;
        for (int i = 0; i < type->size; i++) code |= (uint32_t)bytes[i] << 8 * i;
        ly_text text = {0};
        ly_text_code_point(&text, code <= 0x10ffff ? code : 0xfffd);
        return ly_text_string(cx, &text);
    }
    default:
        return integer_of(cx, bytes, type->size, type->kind == BYTES_SIGNED);
    }
}

/* An object of a type or a list of types; LY_UNEVALUATED: unknown type, the message was given. */
static ly_value read_type(ly_context *cx, ly_expr *call, ly_stream *stream, ly_value type, bool big)
{
    if (ly_has_head(type, LY_SYM(List))) {
        ly_builder items = ly_builder_new();
        for (size_t i = 0; i < ly_expr_of(type)->count; i++) {
            ly_value item = read_type(cx, call, stream, ly_expr_of(type)->args[i], big);
            if (ly_failed(item) || item == LY_UNEVALUATED) {
                ly_builder_drop(cx, &items);
                return item;
            }
            if (!ly_builder_add(cx, &items, item)) return LY_FAILED;
        }
        return ly_builder_finish(cx, &items, LY_SYM(List));
    }
    const binary_type *known = type_named(type);
    return known ? read_one(cx, stream, known, big) : ly_message_call(cx, call, "format", 1, type);
}

BUILTIN(BinaryRead, file_binary_read, 1, -1, LY_PROTECTED, LY_EFFECTS,
        "BinaryRead[stream] reads one byte; BinaryRead[stream, type] an object such as "
        "\"Integer32\", \"Real64\".")
static ly_value file_binary_read(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 1);
    bool opened;
    ly_stream *stream = file_input(cx, call, call->args[0], &opened);
    if (!stream) return LY_UNEVALUATED;
    return read_type(cx, call, stream, options > 1 ? call->args[1] : LY_SYM(Byte),
                     big_endian(cx, call, options));
}

BUILTIN(BinaryReadList, file_binary_read_list, 1, -1, LY_PROTECTED, LY_EFFECTS,
        "BinaryReadList[\"file\"] reads all bytes of a file; BinaryReadList[\"file\", type, n] n "
        "objects of a type.")
static ly_value file_binary_read_list(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 1), limit = SIZE_MAX;
    if (options > 2) {
        if (!ly_is_int(call->args[2]) || ly_int_of(call->args[2]) < 0)
            return ly_message_call(cx, call, "intnm", 2, ly_from_object(call), LY_INT(3));
        limit = (size_t)ly_int_of(call->args[2]);
    }
    bool opened, big = big_endian(cx, call, options);
    ly_stream *stream = file_input(cx, call, call->args[0], &opened);
    if (!stream) return ly_is_string(call->args[0]) ? LY_SYM($Failed) : LY_UNEVALUATED;
    ly_value type = options > 1 ? call->args[1] : LY_SYM(Byte), item = LY_SYM(Null);
    ly_builder items = ly_builder_new();
    while (ly_builder_count(&items) < limit && ly_stream_peek(stream) >= 0) {
        item = ly_poll(cx) ? LY_FAILED : read_type(cx, call, stream, type, big);
        if (ly_failed(item) || item == LY_UNEVALUATED || item == LY_SYM(EndOfFile)) break;
        if (!ly_builder_add(cx, &items, item)) {
            item = LY_FAILED;
            break;
        }
    }
    if (opened) ly_stream_close(cx, stream);
    if (!ly_failed(item) && item != LY_UNEVALUATED)
        return ly_builder_finish(cx, &items, LY_SYM(List));
    ly_builder_drop(cx, &items);
    return item;
}

/* ---- values into bytes ----------------------------------------------------------------------- */

/* Adds v as the type's bytes; false: it is nothing of that type. */
static bool add_one(ly_context *cx, ly_text *out, ly_value v, const binary_type *type, bool big)
{
    unsigned char bytes[32] = {0};
    int unit = type->size;
    double d;
    if (type->kind == BYTES_STRING || (type->kind == BYTES_CHARACTER && ly_is_string(v))
        || (type->size == 1 && ly_is_string(v))) {
        if (!ly_is_string(v)) return false;
        const ly_string *s = ly_string_of(v);
        for (const char *p = s->data, *end = p + s->bytes; p < end;) {
            uint32_t code = ly_utf8_next(&p, end);
            int size = type->size ? type->size : 1;
            for (int i = 0; i < size; i++) {
                int shift = 8 * (big ? size - 1 - i : i);
                ly_text_putc(out, (char)(code >> shift));
            }
        }
        if (type->kind == BYTES_STRING) ly_text_putc(out, 0);
        return true;
    }
    if (type->kind == BYTES_REAL && type->size <= 8) {
        if (!ly_to_double(v, &d)) return false;
        float f = (float)d;
        memcpy(bytes, type->size == 4 ? (void *)&f : (void *)&d, (size_t)type->size);
    } else if (type->kind == BYTES_COMPLEX && type->size <= 16) {
        double re, im = 0;
        ly_value real = ly_is_complex(v) ? ly_complex_of(v)->re : v;
        if (!ly_to_double(real, &re)
            || (ly_is_complex(v) && !ly_to_double(ly_complex_of(v)->im, &im)))
            return false;
        unit = type->size / 2;
        float halves[2] = {(float)re, (float)im};
        double wholes[2] = {re, im};
        memcpy(bytes, type->size == 8 ? (void *)halves : (void *)wholes, (size_t)type->size);
    } else if (type->kind == BYTES_UNSIGNED || type->kind == BYTES_SIGNED) {
        if (!ly_is_integer(v)) return false;
        mpz_t z;
        ly_init_mpz(z, v);
        bool fits = type->kind == BYTES_UNSIGNED
                        ? mpz_sgn(z) >= 0 && mpz_sizeinbase(z, 2) <= (size_t)type->size * 8
                        : mpz_sizeinbase(z, 2) <= (size_t)type->size * 8;
        mpz_fdiv_r_2exp(z, z, (mp_bitcnt_t)type->size * 8); /* two's complement */
        if (fits && mpz_sgn(z)) mpz_export(bytes, NULL, -1, 1, 0, 0, z);
        mpz_clear(z);
        if (!fits) return false;
    } else {
        return false;
    }
    for (int from = 0; from < type->size; from += unit)
        for (int i = 0; i < unit; i++)
            ly_text_putc(out, (char)bytes[from + (big ? unit - 1 - i : i)]);
    return true;
}

static bool add_all(ly_context *cx, ly_text *out, ly_value v, ly_value type, bool big)
{
    bool several = ly_has_head(type, LY_SYM(List)) && ly_expr_of(type)->count;
    const binary_type *known = several ? NULL : type_named(type);
    if (!several && !known) return false;
    if (ly_is_bytes(v)) {
        ly_text_add(out, (const char *)ly_bytes_of(v)->data, ly_bytes_of(v)->count);
        return true;
    }
    if (!ly_is_list(v))
        return add_one(cx, out, v, several ? type_named(ly_expr_of(type)->args[0]) : known, big);
    for (size_t i = 0; i < ly_length(v); i++) {
        ly_value item = ly_element(cx, v, i);
        ly_value this = several ? ly_expr_of(type)->args[i % ly_expr_of(type)->count] : type;
        bool ok = add_all(cx, out, item, this, big);
        ly_release(cx, item);
        if (!ok) return false;
    }
    return true;
}

BUILTIN(BinaryWrite, file_binary_write, 2, -1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "BinaryWrite[channel, b] writes a byte, a list of bytes, a string or a byte array; "
        "BinaryWrite[channel, x, type] x as the bytes of a type.")
static ly_value file_binary_write(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 2);
    ly_value type = options > 2 ? ly_retain(call->args[2]) : ly_string_from(cx, "Byte");
    bool known = type == LY_SYM(Byte) || type_named(type);
    if (ly_has_head(type, LY_SYM(List)) && ly_expr_of(type)->count) {
        known = true;
        for (size_t i = 0; known && i < ly_expr_of(type)->count; i++)
            known = type_named(ly_expr_of(type)->args[i]) != NULL;
    }
    if (!known) {
        ly_message_call(cx, call, "format", 1, type);
        ly_release(cx, type);
        return LY_UNEVALUATED;
    }
    ly_text out = {0};
    bool ok = add_all(cx, &out, call->args[1], type, big_endian(cx, call, options)), opened = false;
    ly_release(cx, type);
    ly_stream *stream = ok ? file_output(cx, call, call->args[0], false, &opened) : NULL;
    if (!ok) ly_message_call(cx, call, "nocoerce", 1, call->args[1]);
    ly_value result = LY_UNEVALUATED;
    if (stream) {
        ok = ly_stream_write(cx, stream, out.data ? out.data : "", out.count);
        if (opened) ok = ly_stream_flush(cx, stream) && ok;
        result = ok ? ly_retain(call->args[0]) : LY_SYM($Failed);
    }
    ly_text_free(&out);
    return result;
}
