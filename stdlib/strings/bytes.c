/* bytes.c: byte arrays made, and turned into text and back. */
#include "stdlib/strings/strings.h"

MESSAGE(ByteArray, batd,
        "The argument at position `1` in `2` should be a list of integers between 0 and 255 or a "
        "base 64 string.")
MESSAGE(ByteArrayToString, barray, "`1` is not a ByteArray object or {}.")
MESSAGE(BaseEncode, encoding, "`1` is not a supported encoding.")
MESSAGE(BaseDecode, encoding, "`1` is not a supported encoding.")

/* The bytes that base 64 text stands for, blanks left out; false: it is not valid. */
static bool decode_base64(ly_text *out, const char *text, size_t count)
{
    uint32_t group = 0;
    int bits = 0;
    size_t padding = 0;
    for (size_t i = 0; i < count; i++) {
        char c = text[i];
        int digit;
        if (c >= 'A' && c <= 'Z')
            digit = c - 'A';
        else if (c >= 'a' && c <= 'z')
            digit = c - 'a' + 26;
        else if (c >= '0' && c <= '9')
            digit = c - '0' + 52;
        else if (c == '+' || c == '-')
            digit = 62;
        else if (c == '/' || c == '_')
            digit = 63;
        else if (c == '=') {
            padding++;
            continue;
        } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
            continue;
        else
            return false;
        if (padding) return false;
        group = group << 6 | (uint32_t)digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            ly_text_putc(out, (char)(group >> bits));
        }
    }
    return padding <= 2 && bits < 6;
}

static ly_value bytes_of_list(ly_context *cx, ly_value list)
{
    size_t n = ly_length(list);
    ly_value bytes = ly_bytes_new(cx, NULL, n);
    for (size_t i = 0; i < n && !ly_failed(bytes); i++) {
        ly_value item = ly_element(cx, list, i);
        if (!ly_is_int(item) || ly_int_of(item) < 0 || ly_int_of(item) > 255) {
            ly_release(cx, item);
            ly_release(cx, bytes);
            return LY_UNEVALUATED;
        }
        ly_bytes_of(bytes)->data[i] = (unsigned char)ly_int_of(item);
    }
    return bytes;
}

static ly_value base64_bytes(ly_context *cx, ly_value string)
{
    ly_text out = {0};
    if (!decode_base64(&out, ly_string_of(string)->data, ly_string_of(string)->bytes)) {
        ly_text_free(&out);
        return LY_UNEVALUATED;
    }
    ly_value bytes = ly_bytes_new(cx, out.data, out.count);
    ly_text_free(&out);
    return bytes;
}

BUILTIN(ByteArray, bytes_array, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED | LY_PACKED,
        "ByteArray[{b1, b2, …}] is an array of bytes; ByteArray[\"string\"] from base 64.")
static ly_value bytes_array(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], bytes = LY_UNEVALUATED;
    if (ly_is_bytes(v)) return ly_retain(v);
    if (ly_is_string(v)) bytes = base64_bytes(cx, v);
    if (ly_is_list(v)) bytes = bytes_of_list(cx, v);
    if (bytes == LY_UNEVALUATED)
        return ly_message_call(cx, call, "batd", 2, LY_INT(1), ly_from_object(call));
    return bytes;
}

BUILTIN(ByteArrayQ, bytes_array_q, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "ByteArrayQ[expr] gives True if expr is a ByteArray.")
static ly_value bytes_array_q(ly_context *cx, ly_expr *call)
{
    return ly_bool(ly_is_bytes(call->args[0]));
}

BUILTIN(StringToByteArray, bytes_from_string, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
    "StringToByteArray[\"string\"] gives the bytes of the string in UTF-8, or in another encoding.")
static ly_value bytes_from_string(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    const ly_string *s = ly_string_of(call->args[0]);
    if (call->count == 2 && !ly_string_is(call->args[1], "UTF8")
        && !ly_string_is(call->args[1], "UTF-8")) {
        ly_value codes = ly_call2(cx, LY_SYM(ToCharacterCode), ly_retain(call->args[0]),
                                  ly_retain(call->args[1]));
        ly_value bytes = ly_is_list(codes)  ? bytes_of_list(cx, codes)
                         : ly_failed(codes) ? LY_FAILED
                                            : LY_UNEVALUATED;
        ly_release(cx, codes);
        return bytes;
    }
    return ly_bytes_new(cx, s->data, s->bytes);
}

BUILTIN(ByteArrayToString, bytes_to_string, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "ByteArrayToString[bytes] gives the text whose UTF-8 the bytes are.")
static ly_value bytes_to_string(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_has_shape(v, LY_SYM(List), 0)) return ly_string_new(cx, "", 0);
    if (!ly_is_bytes(v)) return ly_message_call(cx, call, "barray", 1, v);
    const ly_bytes *bytes = ly_bytes_of(v);
    if (call->count == 2 && !ly_string_is(call->args[1], "UTF8")
        && !ly_string_is(call->args[1], "UTF-8")) {
        ly_text text = {0};
        for (size_t i = 0; i < bytes->count; i++) ly_text_code_point(&text, bytes->data[i]);
        return ly_text_string(cx, &text);
    }
    return ly_string_new(cx, (const char *)bytes->data, bytes->count);
}

/* ---- BaseEncode, BaseDecode ------------------------------------------------------------------ */

static bool hexadecimal(ly_expr *call, uint32_t at, bool *known)
{
    ly_value v = call->count > at ? call->args[at] : LY_FAILED;
    bool hex = !ly_failed(v) && ly_string_is(v, "Base16");
    *known = ly_failed(v) || hex || ly_string_is(v, "Base64") || ly_string_is(v, "Base64URL");
    return hex;
}

BUILTIN(BaseEncode, bytes_base_encode, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "BaseEncode[bytes] gives the bytes as base 64 text; BaseEncode[bytes, \"Base16\"] as "
        "hexadecimal digits.")
static ly_value bytes_base_encode(ly_context *cx, ly_expr *call)
{
    bool known, hex = hexadecimal(call, 1, &known);
    if (!ly_is_bytes(call->args[0])) return LY_UNEVALUATED;
    if (!known) return ly_message_call(cx, call, "encoding", 1, call->args[1]);
    const ly_bytes *bytes = ly_bytes_of(call->args[0]);
    ly_text text = {0};
    if (hex)
        for (size_t i = 0; i < bytes->count; i++) ly_text_printf(&text, "%02X", bytes->data[i]);
    else
        ly_write_base64(&text, bytes->data, bytes->count);
    if (call->count == 2 && ly_string_is(call->args[1], "Base64URL")) {
        for (size_t i = 0; i < text.count; i++)
            text.data[i] = text.data[i] == '+' ? '-' : text.data[i] == '/' ? '_' : text.data[i];
        while (text.count && text.data[text.count - 1] == '=') text.count--;
    }
    return ly_text_string(cx, &text);
}

BUILTIN(BaseDecode, bytes_base_decode, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "BaseDecode[\"string\"] gives the bytes that base 64 text stands for.")
static ly_value bytes_base_decode(ly_context *cx, ly_expr *call)
{
    bool known, hex = hexadecimal(call, 1, &known);
    if (!ly_is_string(call->args[0])) return LY_UNEVALUATED;
    if (!known) return ly_message_call(cx, call, "encoding", 1, call->args[1]);
    if (!hex) return base64_bytes(cx, call->args[0]);
    const ly_string *s = ly_string_of(call->args[0]);
    ly_value bytes = ly_bytes_new(cx, NULL, s->bytes / 2);
    for (size_t i = 0; i < s->bytes / 2 * 2 && !ly_failed(bytes); i++) {
        char c = s->data[i];
        int digit = c >= '0' && c <= '9'                 ? c - '0'
                    : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                         : -1;
        if (digit < 0) {
            ly_release(cx, bytes);
            return LY_UNEVALUATED;
        }
        unsigned char *byte = &ly_bytes_of(bytes)->data[i / 2];
        *byte = (unsigned char)(i % 2 ? *byte << 4 | digit : digit);
    }
    return bytes;
}
