/* codes.c: characters and their codes: ToCharacterCode, FromCharacterCode, CharacterRange. */
#include "stdlib/strings/strings.h"

MESSAGE(FromCharacterCode, notunicode,
        "A character code, which should be a non-negative integer less "
        "than 1114112, is expected at position `2` in `1`.")
MESSAGE(FromCharacterCode, intnm,
        "Non-negative machine-sized integer expected at position `2` in `1`.")
MESSAGE(General, charcode, "The character encoding `1` is not supported.")
MESSAGE(CharacterRange, argtype,
        "Arguments `1` and `2` are not both strings of length 1 or both non-negative integers.")

typedef enum encoding {
    CODE_UNICODE,
    CODE_UTF8,
    CODE_LATIN1,
    CODE_ASCII,
    CODE_UTF16,
    CODE_UNKNOWN
} encoding;

static encoding encoding_named(ly_value v)
{
    static const struct {
        const char *name;
        encoding code;
    } names[] = {{"Unicode", CODE_UNICODE},  {"UTF8", CODE_UTF8},
                 {"UTF-8", CODE_UTF8},       {"ISO8859-1", CODE_LATIN1},
                 {"ISOLatin1", CODE_LATIN1}, {"WindowsANSI", CODE_LATIN1},
                 {"ASCII", CODE_ASCII},      {"PrintableASCII", CODE_ASCII},
                 {"UTF-16", CODE_UTF16},     {"UTF16", CODE_UTF16}};
    if (v == LY_SYM(None) || v == LY_SYM(Automatic)) return CODE_UNICODE;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ly_string_is(v, names[i].name)) return names[i].code;
    return CODE_UNKNOWN;
}

static ly_value codes_of(ly_context *cx, ly_value string, encoding code)
{
    const ly_string *s = ly_string_of(string);
    const char *p = s->data, *end = s->data + s->bytes;
    if (code == CODE_UTF8 || s->length == 0) {
        ly_expr *list = ly_expr_new(cx, LY_SYM(List), s->bytes);
        if (!list) return LY_FAILED;
        for (size_t i = 0; i < s->bytes; i++) list->args[i] = LY_INT((unsigned char)s->data[i]);
        return ly_pack_take(cx, ly_from_object(list));
    }
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), s->length);
    if (!list) return LY_FAILED;
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = ly_utf8_next(&p, end);
        bool outside = (code == CODE_LATIN1 && c > 255) || (code == CODE_ASCII && c > 127);
        list->args[i] = outside ? LY_SYM(None) : LY_INT(c);
    }
    return ly_from_object(list);
}

BUILTIN(ToCharacterCode, string_to_codes, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "ToCharacterCode[\"string\"] gives a list of the codes of the characters; "
        "ToCharacterCode[\"string\", \"encoding\"] in an encoding.")
static ly_value string_to_codes(ly_context *cx, ly_expr *call)
{
    encoding code = call->count == 2 ? encoding_named(call->args[1]) : CODE_UNICODE;
    if (code == CODE_UNKNOWN) return ly_message_call(cx, call, "charcode", 1, call->args[1]);
    ly_value v = call->args[0];
    if (ly_is_string(v)) return codes_of(cx, v, code);
    if (!string_list(v))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    ly_builder lists = ly_builder_new();
    for (size_t i = 0; i < ly_expr_of(v)->count; i++) {
        ly_value codes = codes_of(cx, ly_expr_of(v)->args[i], code);
        if (ly_failed(codes) || !ly_builder_add(cx, &lists, codes)) {
            ly_builder_drop(cx, &lists);
            return LY_FAILED;
        }
    }
    return ly_builder_finish(cx, &lists, LY_SYM(List));
}

/* Adds the characters of a code or a list of codes; false: one is no code. */
static bool add_code(ly_text *text, ly_value v, encoding code)
{
    if (!ly_is_int(v)) return false;
    int64_t c = ly_int_of(v);
    if (c < 0 || c > 0x10ffff || (code == CODE_UTF8 && c > 255)) return false;
    if (code == CODE_UTF8)
        ly_text_putc(text, (char)c);
    else
        ly_text_code_point(text, (uint32_t)c);
    return true;
}

static ly_value from_codes(ly_context *cx, ly_expr *call, ly_value codes, encoding code)
{
    ly_text text = {0};
    bool ok = ly_is_int(codes) && add_code(&text, codes, code);
    if (ly_has_head(codes, LY_SYM(List))) {
        ok = true;
        for (size_t i = 0; ok && i < ly_expr_of(codes)->count; i++)
            ok = add_code(&text, ly_expr_of(codes)->args[i], code);
    } else if (ly_is_packed(codes) && ly_packed_of(codes)->rank == 1
               && ly_packed_of(codes)->type == LY_PACKED_INT64) {
        ok = true;
        for (size_t i = 0; ok && i < ly_packed_of(codes)->total; i++)
            ok = add_code(&text, LY_INT(ly_packed_ints(codes)[i]), code);
    }
    if (ok) return ly_text_string(cx, &text);
    ly_text_free(&text);
    return ly_message_call(cx, call, "notunicode", 2, ly_from_object(call), LY_INT(1));
}

BUILTIN(FromCharacterCode, string_from_codes, 1, 2, LY_PROTECTED,
        LY_PURE | LY_EVALUATED | LY_PACKED,
        "FromCharacterCode[n] gives the character with code n; FromCharacterCode[{n1, n2, …}] the "
        "string of these; a list of lists gives a list of strings.")
static ly_value string_from_codes(ly_context *cx, ly_expr *call)
{
    encoding code = call->count == 2 ? encoding_named(call->args[1]) : CODE_UNICODE;
    if (code == CODE_UNKNOWN) return ly_message_call(cx, call, "charcode", 1, call->args[1]);
    ly_value v = call->args[0];
    bool nested =
        (ly_has_head(v, LY_SYM(List)) && ly_expr_of(v)->count && ly_is_list(ly_expr_of(v)->args[0]))
        || (ly_is_packed(v) && ly_packed_of(v)->rank > 1);
    if (!nested) return from_codes(cx, call, v, code);
    ly_builder strings = ly_builder_new();
    for (size_t i = 0; i < ly_length(v); i++) {
        ly_value row = ly_element(cx, v, i);
        ly_value string = ly_failed(row) ? row : from_codes(cx, call, row, code);
        ly_release(cx, row);
        if (ly_failed(string) || string == LY_UNEVALUATED) {
            ly_builder_drop(cx, &strings);
            return string;
        }
        if (!ly_builder_add(cx, &strings, string)) return LY_FAILED;
    }
    return ly_builder_finish(cx, &strings, LY_SYM(List));
}

/* The code that an end of a range means; false: neither. */
static bool end_code(ly_value v, bool *text, int64_t *code)
{
    *text = ly_is_string(v);
    if (*text) {
        const ly_string *s = ly_string_of(v);
        const char *p = s->data;
        if (s->length != 1) return false;
        *code = ly_utf8_next(&p, s->data + s->bytes);
        return true;
    }
    if (!ly_is_int(v)) return false;
    *code = ly_int_of(v);
    return *code >= 0 && *code <= 0x10ffff;
}

BUILTIN(CharacterRange, string_range, 2, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "CharacterRange[\"a\", \"z\"] gives a list of the characters from a to z; numbers stand "
        "for the "
        "characters with these codes.")
static ly_value string_range(ly_context *cx, ly_expr *call)
{
    bool a_text, b_text;
    int64_t a, b;
    if (!end_code(call->args[0], &a_text, &a) || !end_code(call->args[1], &b_text, &b)
        || a_text != b_text)
        return ly_message_call(cx, call, "argtype", 2, call->args[0], call->args[1]);
    ly_builder items = ly_builder_new();
    for (int64_t c = a; c <= b; c++) {
        ly_text text = {0};
        ly_text_code_point(&text, (uint32_t)c);
        if (!ly_builder_add(cx, &items, ly_text_string(cx, &text))) return LY_FAILED;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}
