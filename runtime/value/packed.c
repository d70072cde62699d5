/* packed.c: packed arrays, lists of machine numbers of one type and a rectangular shape. */
#include "memory/memory.h"
#include "value/value.h"

static size_t element_size(ly_element_type type) { return type == LY_PACKED_COMPLEX ? 16 : 8; }

ly_value ly_packed_new(ly_context *cx, ly_element_type type, size_t rank, const size_t *dims)
{
    size_t total = 1, bytes;
    for (size_t i = 0; i < rank; i++)
        if (__builtin_mul_overflow(total, dims[i], &total)) total = SIZE_MAX / 2;
    if (__builtin_mul_overflow(total, element_size(type), &bytes)) bytes = SIZE_MAX / 2;
    if (!ly_memory_can(cx, bytes)) return LY_FAILED;
    void *data = ly_buffer_alloc(cx, bytes ? bytes : 8);
    if (!data) return LY_FAILED;
    ly_packed *p = ly_alloc(cx, LY_KIND_PACKED, sizeof *p);
    p->hash = 0;
    p->type = type;
    p->rank = (uint8_t)rank;
    p->total = total;
    memset(p->dims, 0, sizeof p->dims);
    memcpy(p->dims, dims, rank * sizeof *dims);
    p->data = data;
    return ly_from_object(p);
}
