/* compiled_kernels.c: what typed loops of generated C take from the context on entry, and give back. */
#include <math.h>

#include "abi.h"
#include "eval/compiled.h"

/* The dimensions of a nested list, as its first elements say. */
static bool first_dimensions(ly_value v, uint32_t rank, size_t *dims)
{
    if (ly_is_packed(v)) {
        const ly_packed *p = ly_packed_of(v);
        if (p->rank != rank) return false;
        for (uint32_t i = 0; i < rank; i++) dims[i] = p->dims[i];
        return true;
    }
    if (!ly_has_head(v, LY_SYM(List)) || ly_expr_of(v)->count == 0) return false;
    dims[0] = ly_expr_of(v)->count;
    return rank == 1 || first_dimensions(ly_expr_of(v)->args[0], rank - 1, dims + 1);
}

/* The elements one after the other; false: there are others, or rows of other lengths. */
static bool copy_elements(ly_value v, int type, uint32_t rank, const size_t *dims, int64_t **to)
{
    if (ly_is_packed(v)) {
        const ly_packed *p = ly_packed_of(v);
        if (p->type != type || p->rank != rank || memcmp(p->dims, dims, rank * sizeof *dims) != 0) return false;
        memcpy(*to, p->data, p->total * sizeof **to);
        *to += p->total;
        return true;
    }
    if (!ly_has_head(v, LY_SYM(List)) || ly_expr_of(v)->count != dims[0]) return false;
    const ly_expr *e = ly_expr_of(v);
    for (uint32_t i = 0; i < e->count; i++) {
        ly_value item = e->args[i];
        if (rank > 1) {
            if (!copy_elements(item, type, rank - 1, dims + 1, to)) return false;
        } else if (type == LY_PACKED_INT64) {
            if (!ly_is_int(item)) return false;
            *(*to)++ = ly_int_of(item);
        } else {
            if (!ly_is_real(item)) return false;
            double real = ly_real_of(item);
            memcpy((*to)++, &real, sizeof real);
        }
    }
    return true;
}

static void pack(ly_context *cx, ly_value *v, int type, uint32_t rank)
{
    size_t dims[8];
    if (rank > 8 || !first_dimensions(*v, rank, dims)) return;
    ly_value packed = ly_packed_new(cx, (ly_element_type)type, rank, dims);
    if (ly_failed(packed)) {
        ly_pending_drop(cx, ly_pending_take(cx));
        return;
    }
    int64_t *to = (int64_t *)(void *)ly_packed_of(packed)->data;
    bool whole = copy_elements(*v, type, rank, dims, &to);
    ly_release(cx, whole ? *v : packed);
    if (whole) *v = packed;
}

bool ly_kernel_array(ly_context *cx, ly_value *v, int type, uint32_t rank, bool written)
{
    if (ly_has_head(*v, LY_SYM(List))) pack(cx, v, type, rank);
    if (!ly_is_packed(*v)) return false;
    ly_packed *p = ly_packed_of(*v);
    if (p->type != type || p->rank != rank) return false;
    if (!written) return true;
    if (ly_count_of(&p->o) != 1) {
        ly_value copy = ly_packed_new(cx, (ly_element_type)p->type, p->rank, p->dims);
        if (ly_failed(copy)) {
            ly_pending_drop(cx, ly_pending_take(cx));
            return false;
        }
        memcpy(ly_packed_of(copy)->data, p->data, p->total * sizeof(int64_t));
        ly_release(cx, *v);
        *v = copy;
        p = ly_packed_of(copy);
    }
    p->hash = 0;
    return true;
}

bool ly_kernel_copy(ly_context *cx, ly_value *to, ly_value from)
{
    const ly_packed *p = ly_packed_of(from);
    ly_packed *q = ly_packed_of(*to);
    if (memcmp(q->dims, p->dims, p->rank * sizeof p->dims[0]) != 0) {
        ly_value copy = ly_packed_new(cx, (ly_element_type)p->type, p->rank, p->dims);
        if (ly_failed(copy)) {
            ly_pending_drop(cx, ly_pending_take(cx));
            return false;
        }
        ly_release(cx, *to);
        *to = copy;
        q = ly_packed_of(copy);
    }
    memcpy(q->data, p->data, p->total * sizeof(int64_t));
    q->hash = 0;
    return true;
}

ly_value ly_kernel_symbol(ly_context *cx, ly_value symbol, bool written)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    if (!d || !d->value || d->rules[LY_OWN_VALUES] || ly_symbol_of(symbol)->builtin) return LY_FAILED;
    if (written && d->attributes & (LY_PROTECTED | LY_LOCKED)) return LY_FAILED;
    if (written && ly_is_packed(d->value)) return ly_take_own_value(cx, symbol);
    return ly_retain(d->value);
}

ly_value ly_kernel_symbol_array(ly_context *cx, ly_value symbol, int type, uint32_t rank, bool written)
{
    ly_value v = ly_kernel_symbol(cx, symbol, written);
    if (!v || !ly_has_head(v, LY_SYM(List))) return v;
    /* the symbol keeps what the list became */
    ly_value list = v;
    pack(cx, &v, type, rank);
    if (v != list) ly_set_own_value_take(cx, symbol, ly_retain(v), false);
    if (!written || v == list) return v;
    ly_release(cx, v);
    return ly_take_own_value(cx, symbol);
}

bool ly_kernel_may_assign(ly_context *cx, ly_value symbol)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    if (ly_symbol_of(symbol)->builtin) return false;
    return !d || (!d->rules[LY_OWN_VALUES] && !(d->attributes & (LY_PROTECTED | LY_LOCKED)));
}

void ly_kernel_symbol_take(ly_context *cx, ly_value symbol, ly_value value)
{
    ly_set_own_value_take(cx, symbol, value, false);
}

/* ---- powers, with the bits that the evaluator gives ------------------------------------------- */

bool ly_int_power(int64_t base, int64_t exponent, int64_t *to)
{
    int64_t result = 1;
    if (exponent < 0 || (base == 0 && exponent == 0)) return false;
    for (;;) {
        if (exponent & 1 && __builtin_mul_overflow(result, base, &result)) return false;
        if (!(exponent >>= 1)) break;
        if (__builtin_mul_overflow(base, base, &base)) return false;
    }
    *to = result;
    return true;
}

int64_t ly_product_modulus_large(int64_t a, int64_t b, int64_t c, int64_t m)
{
    __int128 rest = ((__int128)a * b + c) % m;
    return (int64_t)(rest < 0 ? rest + m : rest);
}

double ly_real_modulus(double x, double y)
{
    double r = fmod(x, y);
    if (r != 0 && (r < 0) != (y < 0)) r += y;
    return r == 0 ? 0 : r;
}

bool ly_real_power_int(double base, int64_t exponent, double *to)
{
    if (exponent == 0 || exponent >= 65536 || exponent <= -65536) return false;
    *to = ly_machine_power(base, exponent);
    return isfinite(*to) && *to != 0;
}

bool ly_real_power(double base, double exponent, double *to)
{
    if (!(base > 0) || exponent == rint(exponent)) return false;
    *to = pow(base, exponent);
    return isfinite(*to) && *to != 0;
}

/* ---- clones */

bool ly_goes_on(ly_context *cx)
{
    if (ly_polled(cx) != LY_POLL_YIELD) return false;
    return !ly_failed(ly_poll_slow(cx));
}

int ly_give_up(ly_context *cx)
{
    __atomic_or_fetch(&cx->poll, LY_POLL_GAVE_UP, __ATOMIC_RELAXED);
    return 0;
}

bool ly_gave_up_slow(ly_context *cx)
{
    __atomic_and_fetch(&cx->poll, ~(uint32_t)LY_POLL_GAVE_UP, __ATOMIC_RELAXED);
    return true;
}
