/* wxf.c: expressions as bytes, for programs: BinarySerialize and BinaryDeserialize (the WXF format),
   Compress and Uncompress (WXF, zlib, base 64). zlib is loaded on first use. */
#include <dlfcn.h>
#include <stdlib.h>

#include "foreign/wxf.h"
#include "stdlib/files/files.h"

MESSAGE(BinaryDeserialize, invalid, "The bytes are not a serialized expression.")
MESSAGE(Uncompress, corrupt, "The argument `1` is not a valid string of compressed data.")
MESSAGE(General, nolib, "The library `1` is not on this machine.")

static ly_value deserialize(ly_context *cx, const unsigned char *bytes, size_t count)
{
    if (count < 3 || bytes[0] != '8' || bytes[1] != ':') return LY_FAILED;
    return ly_wxf_get(cx, bytes + 2, count - 2);
}

BUILTIN(BinarySerialize, wxf_serialize, 1, -1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "BinarySerialize[expr] gives the bytes of expr in the WXF format.")
static ly_value wxf_serialize(ly_context *cx, ly_expr *call)
{
    ly_text out = {0};
    ly_text_puts(&out, "8:");
    bool ok = ly_wxf_put(cx, &out, call->args[0]);
    ly_value bytes = ok && !out.failed  ? ly_bytes_new(cx, out.data, out.count)
                     : cx->pending.kind ? LY_FAILED
                                        : LY_SYM($Failed);
    ly_text_free(&out);
    return bytes;
}

BUILTIN(BinaryDeserialize, wxf_deserialize, 1, 2, LY_PROTECTED, LY_NAMES,
        "BinaryDeserialize[bytes] gives the expression that BinarySerialize wrote.")
static ly_value wxf_deserialize(ly_context *cx, ly_expr *call)
{
    if (!ly_is_bytes(call->args[0])) return LY_UNEVALUATED;
    const ly_bytes *bytes = ly_bytes_of(call->args[0]);
    ly_value v = deserialize(cx, bytes->data, bytes->count);
    if (ly_failed(v) && !cx->pending.kind) {
        ly_message_call(cx, call, "invalid", 0);
        return LY_SYM($Failed);
    }
    return call->count == 2 && !ly_failed(v) ? ly_make1(cx, call->args[1], v) : v;
}

/* ---- Compress, Uncompress -------------------------------------------------------------------- */

typedef int compress_function(unsigned char *to, unsigned long *to_count, const unsigned char *from,
                              unsigned long count);

static compress_function *zlib(ly_context *cx, const char *name)
{
    void *library = dlopen("libz.so.1", RTLD_LAZY | RTLD_LOCAL);
    compress_function *function = library ? (compress_function *)dlsym(library, name) : NULL;
    if (function) return function;
    ly_value missing = ly_string_from(cx, "libz.so.1");
    ly_message(cx, LY_SYM(General), "nolib", 1, missing);
    ly_release(cx, missing);
    return NULL;
}

/* "1:" and base 64 of: 8 bytes of length, least first, and the compressed bytes. */
BUILTIN(Compress, wxf_compress, 1, -1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "Compress[expr] gives expr as a short string, which Uncompress reads.")
static ly_value wxf_compress(ly_context *cx, ly_expr *call)
{
    compress_function *function = zlib(cx, "compress");
    if (!function) return LY_SYM($Failed);
    ly_text plain = {0}, out = {0};
    ly_text_puts(&plain, "8:");
    if (!ly_wxf_put(cx, &plain, call->args[0]) || plain.failed) {
        ly_text_free(&plain);
        return cx->pending.kind ? LY_FAILED : LY_SYM($Failed);
    }
    unsigned long count = plain.count + plain.count / 1000 + 64;
    unsigned char *packed = ly_malloc(count + 8);
    for (int i = 0; packed && i < 8; i++)
        packed[i] = (unsigned char)((uint64_t)plain.count >> 8 * i);
    ly_value result = LY_FAILED;
    if (packed && function(packed + 8, &count, (unsigned char *)plain.data, plain.count) == 0) {
        ly_text_puts(&out, "1:");
        ly_write_base64(&out, packed, count + 8);
        result = ly_text_string(cx, &out);
    }
    ly_free(packed);
    ly_text_free(&plain);
    return ly_failed(result) && !cx->pending.kind ? ly_raise_memory(cx) : result;
}

BUILTIN(Uncompress, wxf_uncompress, 1, 2, LY_PROTECTED, LY_NAMES,
        "Uncompress[\"string\"] gives the expression that Compress packed.")
static ly_value wxf_uncompress(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    const ly_string *s = ly_string_of(call->args[0]);
    compress_function *function = zlib(cx, "uncompress");
    if (!function) return LY_SYM($Failed);
    ly_value v = LY_FAILED;
    if (s->bytes > 2 && s->data[0] == '1' && s->data[1] == ':') {
        ly_value bytes =
            ly_call1(cx, LY_SYM(BaseDecode), ly_string_new(cx, s->data + 2, s->bytes - 2));
        if (ly_is_bytes(bytes) && ly_bytes_of(bytes)->count > 8) {
            const ly_bytes *b = ly_bytes_of(bytes);
            uint64_t size = 0;
            for (int i = 0; i < 8; i++) size |= (uint64_t)b->data[i] << 8 * i;
            unsigned long count = size;
            /* zlib packs at most about 1032 to 1 */
            unsigned char *plain = size / 1100 <= b->count ? ly_malloc(size + 1) : NULL;
            if (plain && function(plain, &count, b->data + 8, b->count - 8) == 0)
                v = deserialize(cx, plain, count);
            ly_free(plain);
        }
        ly_release(cx, bytes);
    }
    if (ly_failed(v) && !cx->pending.kind) {
        ly_message_call(cx, call, "corrupt", 1, call->args[0]);
        return LY_SYM($Failed);
    }
    return call->count == 2 && !ly_failed(v) ? ly_make1(cx, call->args[1], v) : v;
}
