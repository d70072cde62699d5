/* list.c: one view of everything that has elements: expressions, packed arrays, associations. */
#include "value/value.h"

#include "eval/context.h"
#include "value/number.h"

bool ly_is_atom(ly_value v)
{
    return !ly_is_expr(v) && !ly_is_packed(v) && !ly_is_association(v);
}

size_t ly_length(ly_value v)
{
    if (ly_is_expr(v)) return ly_expr_of(v)->count;
    if (ly_is_packed(v)) return ly_packed_of(v)->dims[0];
    if (ly_is_association(v)) return ly_association_of(v)->count;
    return 0;
}

static ly_value packed_number(ly_context *cx, const ly_packed *p, size_t i)
{
    switch ((ly_element_type)p->type) {
    case LY_PACKED_INT64: return LY_INT(((const int64_t *)p->data)[i]);
    case LY_PACKED_REAL: return ly_real(cx, ((const double *)p->data)[i]);
    default: {
        const double *pair = (const double *)p->data + 2 * i;
        return ly_complex_take(cx, ly_real(cx, pair[0]), ly_real(cx, pair[1]));
    }
    }
}

ly_value ly_element(ly_context *cx, ly_value v, size_t i)
{
    if (ly_is_expr(v)) return ly_retain(ly_expr_of(v)->args[i]);
    if (ly_is_association(v)) return ly_retain(ly_association_entry(ly_association_of(v), i)->value);
    if (ly_packed_of(v)->rank == 1) return packed_number(cx, ly_packed_of(v), i);
    {
        const ly_packed *p = ly_packed_of(v);
        size_t row = p->total / p->dims[0], width = p->type == LY_PACKED_COMPLEX ? 16 : 8;
        ly_value part = ly_packed_new(cx, (ly_element_type)p->type, p->rank - 1u, p->dims + 1);
        if (part)
            memcpy(ly_packed_of(part)->data, (const char *)p->data + i * row * width, row * width);
        return part;
    }
}

ly_value ly_head(ly_context *cx, ly_value v)
{
    if (ly_is_int(v)) return LY_SYM(Integer);
    if (ly_is_real_word(v)) return LY_SYM(Real);
    if (ly_is_symbol(v)) return LY_SYM(Symbol);
    switch ((ly_kind)ly_object_of(v)->kind) {
    case LY_KIND_EXPR: return ly_retain(ly_expr_of(v)->head);
    case LY_KIND_STRING: return LY_SYM(String);
    case LY_KIND_BIGINT: return LY_SYM(Integer);
    case LY_KIND_RATIONAL: return LY_SYM(Rational);
    case LY_KIND_REAL:
    case LY_KIND_BIGREAL: return LY_SYM(Real);
    case LY_KIND_COMPLEX: return LY_SYM(Complex);
    case LY_KIND_PACKED: return LY_SYM(List);
    case LY_KIND_ASSOCIATION: return LY_SYM(Association);
    case LY_KIND_BYTES: return LY_SYM(ByteArray);
    default: return ly_foreign_head(v);
    }
}

ly_value ly_unpack(ly_context *cx, ly_value v)
{
    size_t n;
    ly_expr *e;
    if (!ly_is_packed(v)) return ly_retain(v);
    n = ly_length(v);
    e = ly_expr_new(cx, LY_SYM(List), n);
    if (!e) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        ly_value item = ly_element(cx, v, i);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(e));
            return LY_FAILED;
        }
        e->args[i] = item;
    }
    return ly_from_object(e);
}

ly_value ly_unpack_take(ly_context *cx, ly_value v)
{
    ly_value result;
    if (!ly_is_packed(v)) return v;
    result = ly_unpack(cx, v);
    ly_release(cx, v);
    return result;
}
