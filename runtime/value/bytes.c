/* bytes.c: byte arrays, the atoms that ByteArray["base 64"] stands for. Immutable, not counted by
   element: the bytes follow the header. */
#include "memory/memory.h"
#include "value/value.h"

ly_value ly_bytes_new(ly_context *cx, const void *bytes, size_t count)
{
    ly_bytes *array = ly_alloc(cx, LY_KIND_BYTES, sizeof(ly_bytes) + count);
    if (!array) return LY_FAILED;
    array->count = count;
    if (bytes && count) memcpy(array->data, bytes, count);
    return ly_from_object(array);
}

void ly_write_base64(ly_text *text, const unsigned char *bytes, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        size_t left = count - i;
        uint32_t group = (uint32_t)bytes[i] << 16;
        if (left > 1) group |= (uint32_t)bytes[i + 1] << 8;
        if (left > 2) group |= bytes[i + 2];
        char four[4] = {digits[group >> 18], digits[group >> 12 & 63],
                        left > 1 ? digits[group >> 6 & 63] : '=', left > 2 ? digits[group & 63] : '='};
        ly_text_add(text, four, 4);
    }
}
