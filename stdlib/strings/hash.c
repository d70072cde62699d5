/* hash.c: hash codes: Hash, FileHash. Checksums are here; message digests come from libnettle,
   loaded on first use (its table of hashes is a stable interface: name, sizes, three functions). */
#include <dlfcn.h>
#include <stdlib.h>

#include "stdlib/files/files.h"
#include "stdlib/strings/strings.h"
#include "text/text.h"

MESSAGE(Hash, nolib, "The library `1`, which computes `2`, is not on this machine.")

typedef struct nettle_hash {
    const char *name;
    unsigned context_size, digest_size, block_size;
    void (*init)(void *state);
    void (*update)(void *state, size_t count, const uint8_t *data);
    void (*digest)(void *state, size_t count, uint8_t *digest);
} nettle_hash;

enum { DIGEST_MAX = 64 };

/* ---- digests --------------------------------------------------------------------------------- */

static const char *library_name(const char *type)
{
    static const char *const names[][2] = {{"MD2", "md2"},
                                           {"MD4", "md4"},
                                           {"MD5", "md5"},
                                           {"RIPEMD160", "ripemd160"},
                                           {"SHA", "sha1"},
                                           {"SHA1", "sha1"},
                                           {"SHA224", "sha224"},
                                           {"SHA256", "sha256"},
                                           {"SHA384", "sha384"},
                                           {"SHA512", "sha512"},
                                           {"SHA3-224", "sha3_224"},
                                           {"SHA3-256", "sha3_256"},
                                           {"SHA3-384", "sha3_384"},
                                           {"SHA3-512", "sha3_512"},
                                           {"SHA256SHA256", "sha256"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], type) == 0) return names[i][1];
    return NULL;
}

static const nettle_hash *find_digest(const char *name)
{
    void *library =
        dlopen("libnettle.so.8", RTLD_LAZY | RTLD_LOCAL); /* stays loaded: counted by dlopen */
    if (!library) return NULL;
    const nettle_hash *const *(*hashes)(void) =
        (const nettle_hash *const *(*)(void))dlsym(library, "nettle_get_hashes");
    if (!hashes) return NULL;
    for (const nettle_hash *const *h = hashes(); *h; h++)
        if (strcmp((*h)->name, name) == 0) return *h;
    return NULL;
}

static uint32_t crc32_of(const unsigned char *data, size_t count)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < count; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static uint32_t adler32_of(const unsigned char *data, size_t count)
{
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < count; i++) {
        a = (a + data[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

/* The digest's bytes; 0: the type is not known, -1: its library is missing (message given). */
static int digest_of(ly_context *cx, const char *type, const unsigned char *data, size_t count,
                     unsigned char digest[DIGEST_MAX])
{
    bool adler = strcmp(type, "Adler32") == 0;
    if (adler || strcmp(type, "CRC32") == 0) {
        uint32_t sum = adler ? adler32_of(data, count) : crc32_of(data, count);
        for (int i = 0; i < 4; i++) digest[i] = (unsigned char)(sum >> (24 - 8 * i));
        return 4;
    }
    const char *name = library_name(type);
    if (!name) return 0;
    const nettle_hash *hash = find_digest(name);
    void *state = hash ? ly_malloc(hash->context_size) : NULL;
    if (!state || hash->digest_size > DIGEST_MAX) {
        ly_value library = ly_string_from(cx, "libnettle.so.8"), what = ly_string_from(cx, type);
        ly_message(cx, LY_SYM(Hash), "nolib", 2, library, what);
        ly_release(cx, library);
        ly_release(cx, what);
        ly_free(state);
        return -1;
    }
    int rounds = strcmp(type, "SHA256SHA256") == 0 ? 2 : 1;
    for (int i = 0; i < rounds; i++) {
        hash->init(state);
        hash->update(state, i ? hash->digest_size : count, i ? digest : data);
        hash->digest(state, hash->digest_size, digest);
    }
    ly_free(state);
    return (int)hash->digest_size;
}

/* ---- the result in the form asked for -------------------------------------------------------- */

static ly_value formatted(ly_context *cx, const unsigned char *digest, int count, ly_value format)
{
    ly_text text = {0};
    if (format == LY_SYM(Automatic) || ly_string_is(format, "Integer")
        || ly_string_is(format, "DecimalString") || ly_string_is(format, "Base36String")) {
        mpz_t z;
        mpz_init(z);
        mpz_import(z, (size_t)count, 1, 1, 0, 0, digest);
        if (!ly_string_is(format, "DecimalString") && !ly_string_is(format, "Base36String"))
            return ly_integer_take_mpz(cx, z);
        int base = ly_string_is(format, "Base36String") ? 36 : 10;
        char *digits = mpz_get_str(NULL, base, z);
        mpz_set_ui(z, 0);
        mpz_setbit(z, (mp_bitcnt_t)count * 8);
        mpz_sub_ui(z, z, 1);
        size_t width = mpz_sizeinbase(z, base), given = strlen(digits);
        char *widest = mpz_get_str(NULL, base, z);
        width = strlen(widest);
        for (; given < width; width--) ly_text_putc(&text, '0');
        ly_text_puts(&text, digits);
        ly_free(widest);
        ly_free(digits);
        mpz_clear(z);
        return ly_text_string(cx, &text);
    }
    if (ly_string_is(format, "HexString") || ly_string_is(format, "HexStringLittleEndian")) {
        bool little = ly_string_is(format, "HexStringLittleEndian");
        for (int i = 0; i < count; i++)
            ly_text_printf(&text, "%02x", digest[little ? count - 1 - i : i]);
        return ly_text_string(cx, &text);
    }
    if (ly_string_is(format, "Base64Encoding") || ly_string_is(format, "Base64String")) {
        ly_write_base64(&text, digest, (size_t)count);
        return ly_text_string(cx, &text);
    }
    if (ly_string_is(format, "ByteArray")) return ly_bytes_new(cx, digest, (size_t)count);
    return LY_UNEVALUATED;
}

/* FNV-1a over FullForm: the same expression has the same hash in every run. False: an error is pending. */
static bool expression_hash(ly_context *cx, ly_value v, uint64_t *hash)
{
    ly_text text = {0};
    ly_print_full_form(cx, &text, v);
    uint64_t h = 0xcbf29ce484222325;
    for (size_t i = 0; i < text.count; i++) h = (h ^ (unsigned char)text.data[i]) * 0x100000001b3;
    *hash = h & INT64_MAX;
    bool good = !text.failed;
    if (!good) ly_text_failure(cx);
    ly_text_free(&text);
    return good;
}

BUILTIN(Hash, string_hash, 1, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "Hash[expr] gives an integer hash code; Hash[expr, \"MD5\"] a digest: CRC32, Adler32, MD4, "
        "MD5, SHA, "
        "SHA256, SHA384, SHA512, SHA3-256 …; a third argument its form, such as \"HexString\".")
static ly_value string_hash(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], format = call->count == 3 ? call->args[2] : LY_SYM(Automatic);
    unsigned char digest[DIGEST_MAX];
    if (call->count == 1 || ly_string_is(call->args[1], "Expression")) {
        uint64_t h;
        if (!expression_hash(cx, v, &h)) return LY_FAILED;
        for (int i = 0; i < 8; i++) digest[i] = (unsigned char)(h >> (56 - 8 * i));
        return formatted(cx, digest, 8, format);
    }
    if (!ly_is_string(call->args[1])) return LY_UNEVALUATED;
    int count;
    const char *type = ly_string_of(call->args[1])->data;
    if (ly_is_bytes(v)) {
        count = digest_of(cx, type, ly_bytes_of(v)->data, ly_bytes_of(v)->count, digest);
    } else if (ly_is_string(v)) {
        count = digest_of(cx, type, (const unsigned char *)ly_string_of(v)->data,
                          ly_string_of(v)->bytes, digest);
    } else {
        ly_text text = {0};
        ly_print_full_form(cx, &text, v);
        count = digest_of(cx, type, (const unsigned char *)(text.data ? text.data : ""), text.count,
                          digest);
        bool good = !text.failed;
        ly_text_free(&text);
        if (!good) return ly_text_failure(cx);
    }
    if (count > 0) return formatted(cx, digest, count, format);
    return count < 0 ? LY_SYM($Failed) : LY_UNEVALUATED;
}

BUILTIN(FileHash, string_file_hash, 1, 3, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "FileHash[\"file\"] gives the MD5 hash of a file; FileHash[\"file\", \"type\"] another.")
static ly_value string_file_hash(ly_context *cx, ly_expr *call)
{
    char *path = file_path(call->args[0]);
    if (!path) return ly_message_call(cx, call, "fstr", 1, call->args[0]);
    size_t count;
    char *text = file_contents(path, &count);
    ly_free(path);
    if (!text) {
        ly_message_call(cx, call, "noopen", 1, call->args[0]);
        return LY_SYM($Failed);
    }
    unsigned char digest[DIGEST_MAX];
    const char *type =
        call->count > 1 && ly_is_string(call->args[1]) ? ly_string_of(call->args[1])->data : "MD5";
    int size = digest_of(cx, type, (unsigned char *)text, count, digest);
    ly_free(text);
    if (size <= 0) return size < 0 ? LY_SYM($Failed) : LY_UNEVALUATED;
    return formatted(cx, digest, size, call->count == 3 ? call->args[2] : LY_SYM(Automatic));
}
