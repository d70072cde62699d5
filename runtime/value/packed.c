/* packed.c: packed arrays, lists of machine numbers of one type and a rectangular shape. */
#include "memory/memory.h"
#include "value/number.h"

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

/* ---- packing ---------------------------------------------------------------------------------- */

/* What an element would be in a packed array: a type, or -1. */
static int type_of(ly_value v)
{
    if (ly_is_int(v)) return LY_PACKED_INT64;
    if (ly_is_real(v)) return LY_PACKED_REAL;
    if (ly_is_complex(v) && ly_is_real(ly_complex_of(v)->re) && ly_is_real(ly_complex_of(v)->im))
        return LY_PACKED_COMPLEX;
    return -1;
}

static ly_value pack_numbers(ly_context *cx, const ly_expr *e, ly_element_type type)
{
    size_t n = e->count;
    ly_value result = ly_packed_new(cx, type, 1, &n);
    if (ly_failed(result)) return result;
    void *data = ly_packed_of(result)->data;
    for (size_t i = 0; i < n; i++) {
        if (type == LY_PACKED_INT64) {
            ((int64_t *)data)[i] = ly_int_of(e->args[i]);
        } else if (type == LY_PACKED_REAL) {
            ((double *)data)[i] = ly_real_of(e->args[i]);
        } else {
            ((double *)data)[2 * i] = ly_real_of(ly_complex_of(e->args[i])->re);
            ((double *)data)[2 * i + 1] = ly_real_of(ly_complex_of(e->args[i])->im);
        }
    }
    return result;
}

static ly_value pack_rows(ly_context *cx, const ly_expr *e)
{
    const ly_packed *first = ly_packed_of(e->args[0]);
    size_t dims[LY_MAX_RANK], width = first->total * (first->type == LY_PACKED_COMPLEX ? 16 : 8);
    dims[0] = e->count;
    memcpy(dims + 1, first->dims, first->rank * sizeof *dims);
    ly_value result = ly_packed_new(cx, (ly_element_type)first->type, first->rank + 1u, dims);
    if (ly_failed(result)) return result;
    for (size_t i = 0; i < e->count; i++)
        memcpy((char *)ly_packed_of(result)->data + i * width, ly_packed_of(e->args[i])->data, width);
    return result;
}

ly_value ly_pack_take(ly_context *cx, ly_value list)
{
    if (!ly_has_head(list, LY_SYM(List)) || ly_expr_of(list)->count == 0) return list;
    const ly_expr *e = ly_expr_of(list);
    int type = type_of(e->args[0]);
    ly_value result;
    if (type >= 0) {
        for (size_t i = 1; i < e->count; i++)
            if (type_of(e->args[i]) != type) return list;
        result = pack_numbers(cx, e, (ly_element_type)type);
    } else {
        if (!ly_is_packed(e->args[0]) || ly_packed_of(e->args[0])->rank >= LY_MAX_RANK) return list;
        const ly_packed *first = ly_packed_of(e->args[0]);
        for (size_t i = 1; i < e->count; i++) {
            if (!ly_is_packed(e->args[i])) return list;
            const ly_packed *p = ly_packed_of(e->args[i]);
            if (p->type != first->type || p->rank != first->rank ||
                memcmp(p->dims, first->dims, p->rank * sizeof *p->dims) != 0)
                return list;
        }
        result = pack_rows(cx, e);
    }
    ly_release(cx, list);
    return result;
}
