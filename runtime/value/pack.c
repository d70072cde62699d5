/* pack.c: lists into packed arrays. */
#include "eval/context.h"
#include "value/number.h"

/* The kind of packed array that v could be an element of; -1: none. */
static int element_type(ly_value v)
{
    if (ly_is_int(v)) return LY_PACKED_INT64;
    if (ly_is_real(v)) return LY_PACKED_REAL;
    if (ly_is_complex(v) && ly_is_real(ly_complex_of(v)->re) && ly_is_real(ly_complex_of(v)->im))
        return LY_PACKED_COMPLEX;
    return -1;
}

static void store(const ly_packed *p, size_t i, ly_value v)
{
    switch ((ly_element_type)p->type) {
    case LY_PACKED_INT64: ((int64_t *)p->data)[i] = ly_int_of(v); break;
    case LY_PACKED_REAL: ((double *)p->data)[i] = ly_real_of(v); break;
    case LY_PACKED_COMPLEX:
        ((double *)p->data)[2 * i] = ly_real_of(ly_complex_of(v)->re);
        ((double *)p->data)[2 * i + 1] = ly_real_of(ly_complex_of(v)->im);
        break;
    }
}

static bool same_shape(const ly_packed *a, ly_value v)
{
    const ly_packed *b = ly_is_packed(v) ? ly_packed_of(v) : NULL;
    return b && a->type == b->type && a->rank == b->rank &&
           memcmp(a->dims, b->dims, a->rank * sizeof a->dims[0]) == 0;
}

static ly_value pack_rows_take(ly_context *cx, ly_value list)
{
    ly_expr *e = ly_expr_of(list);
    const ly_packed *first = ly_packed_of(e->args[0]);
    size_t dims[LY_MAX_RANK], width = first->type == LY_PACKED_COMPLEX ? 16 : 8;
    ly_value out;
    if (first->rank == LY_MAX_RANK) return list;
    for (uint32_t i = 1; i < e->count; i++)
        if (!same_shape(first, e->args[i])) return list;
    dims[0] = e->count;
    memcpy(dims + 1, first->dims, first->rank * sizeof dims[0]);
    out = ly_packed_new(cx, (ly_element_type)first->type, first->rank + 1u, dims);
    for (uint32_t i = 0; out && i < e->count; i++)
        memcpy((char *)ly_packed_of(out)->data + i * first->total * width, ly_packed_of(e->args[i])->data,
               first->total * width);
    ly_release(cx, list);
    return out;
}

ly_value ly_pack_take(ly_context *cx, ly_value list)
{
    ly_expr *e;
    int type;
    size_t dims[1];
    ly_value out;
    if (!ly_has_head(list, LY_SYM(List)) || ly_expr_of(list)->count == 0) return list;
    e = ly_expr_of(list);
    if (ly_is_packed(e->args[0])) return pack_rows_take(cx, list);
    type = element_type(e->args[0]);
    if (type < 0) return list;
    for (uint32_t i = 1; i < e->count; i++)
        if (element_type(e->args[i]) != type) return list;
    dims[0] = e->count;
    out = ly_packed_new(cx, (ly_element_type)type, 1, dims);
    for (uint32_t i = 0; out && i < e->count; i++) store(ly_packed_of(out), i, e->args[i]);
    ly_release(cx, list);
    return out;
}
