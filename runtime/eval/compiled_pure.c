/* compiled_pure.c: pure loops of generated C, strip by strip: whoever polls is answered in between.

   A refusal has had no effect: LY_UNEVALUATED, and the generic code does the whole. */
#include "abi.h"
#include "eval/compiled.h"

enum { STRIP = 4096 };

/* Positions 0 … count-1 one strip after the other; width: elements at each. 1: done, 0: refused, -1: failed. */
static int strips(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, int64_t count, int64_t width, void *out)
{
    int64_t strip = width < STRIP ? STRIP / width : 1;
    uint64_t serial = cx->temporary_serial;
    for (int64_t from = 0; from < count; from += strip) {
        int64_t to = count - from > strip ? from + strip : count;
        if (ly_poll(cx)) return -1;
        if (loop(cx, captured, from, to, out) == 0) continue;
        cx->temporary_serial = serial;
        return 0;
    }
    return 1;
}

ly_value ly_pure_array(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, int type, uint32_t rank,
                       const int64_t *dims)
{
    size_t sizes[LY_MAX_RANK];
    int64_t width = 1;
    for (uint32_t i = 0; i < rank; i++) {
        if (dims[i] <= 0) return LY_UNEVALUATED;
        sizes[i] = (size_t)dims[i];
        if (i && __builtin_mul_overflow(width, dims[i], &width)) return LY_UNEVALUATED;
    }
    /* what no memory holds is refused by the generic code */
    if ((double)dims[0] * (double)width > 1e15) return LY_UNEVALUATED;
    ly_value array = ly_packed_new(cx, (ly_element_type)type, rank, sizes);
    if (ly_failed(array)) return array;
    int done = strips(cx, loop, captured, dims[0], width, ly_packed_of(array)->data);
    if (done == 1) return array;
    ly_release(cx, array);
    return done == 0 ? LY_UNEVALUATED : LY_FAILED;
}

ly_value ly_pure_sum(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, bool reals, bool product, int64_t count)
{
    int64_t integer = product;
    double real = product ? 1.0 : -0.0; /* -0. leaves every real that is added to it as it is */
    if (count <= 0) return LY_UNEVALUATED;
    int done = strips(cx, loop, captured, count, 1, reals ? (void *)&real : (void *)&integer);
    if (done <= 0) return done == 0 ? LY_UNEVALUATED : LY_FAILED;
    return reals ? ly_real(cx, real) : ly_boxed_int(cx, integer);
}
