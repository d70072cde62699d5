/* compiled_kernels.c: what typed loops of generated C take from the context on entry, and give back. */
#include <math.h>

#include "abi.h"
#include "eval/compiled.h"

bool ly_kernel_array(ly_context *cx, ly_value *v, int type, uint32_t rank, bool written)
{
    if (ly_has_head(*v, LY_SYM(List))) {
        if (rank > 1) {
            /* rows first: only then is the whole one array */
            ly_expr *e = ly_expr_of(*v);
            for (uint32_t i = 0; i < e->count; i++)
                if (!ly_is_packed(e->args[i])) return false;
        }
        *v = ly_pack_take(cx, *v);
    }
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

ly_value ly_kernel_symbol(ly_context *cx, ly_value symbol, bool written)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    if (!d || !d->value || d->rules[LY_OWN_VALUES] || ly_symbol_of(symbol)->builtin) return LY_FAILED;
    if (written && d->attributes & (LY_PROTECTED | LY_LOCKED)) return LY_FAILED;
    if (written && ly_is_packed(d->value)) return ly_take_own_value(cx, symbol);
    return ly_retain(d->value);
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
