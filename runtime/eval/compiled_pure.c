/* compiled_pure.c: pure loops of generated C, strip by strip: whoever polls is answered in between.

   A refusal has had no effect: LY_UNEVALUATED, and the generic code does the whole. */
#include "abi.h"
#include "eval/compiled.h"

enum { STRIP = 4096 };

/* What a loop answered: 1 go on, 0 refused, -1 failed. serial: the last number of a variable before. */
static int answered(ly_context *cx, int answer, uint64_t serial)
{
    if (answer == 0) return 1;
    cx->temporary_serial = serial;
    return answer == LY_KERNEL_FAILED ? -1 : 0;
}

/* Positions 0 … count-1 one strip after the other; width: elements at each. 1: done, 0: refused, -1: failed. */
static int strips(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, int64_t count, int64_t width, void *out)
{
    int64_t strip = width < STRIP ? STRIP / width : 1;
    uint64_t serial = cx->temporary_serial;
    for (int64_t from = 0; from < count; from += strip) {
        int64_t to = count - from > strip ? from + strip : count;
        int done = ly_poll(cx) ? -1 : answered(cx, loop(cx, captured, from, to, out), serial);
        if (done <= 0) return done;
    }
    return 1;
}

static ly_value unfinished(int done) { return done == 0 ? LY_UNEVALUATED : LY_FAILED; }

ly_value ly_pure_array(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, int type, uint32_t rank, bool flat,
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
    if (ly_failed(array)) {
        /* inner ones after the first may be shorter: the generic code finds out */
        ly_pending_drop(cx, ly_pending_take(cx));
        return LY_UNEVALUATED;
    }
    void *data = ly_packed_of(array)->data;
    int done = flat ? strips(cx, loop, captured, dims[0] * width, 1, data) : strips(cx, loop, captured, dims[0], width, data);
    if (done == 1) return array;
    ly_release(cx, array);
    return unfinished(done);
}

ly_value ly_pure_sum(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, bool reals, bool product, int64_t count)
{
    int64_t integer = product;
    double real = product ? 1.0 : -0.0; /* -0. leaves every real that is added to it as it is */
    if (count <= 0) return LY_UNEVALUATED;
    int done = strips(cx, loop, captured, count, 1, reals ? (void *)&real : (void *)&integer);
    if (done <= 0) return unfinished(done);
    return reals ? ly_real(cx, real) : ly_boxed_int(cx, integer);
}

ly_value ly_pure_number(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, bool reals)
{
    int64_t integer = 0;
    double real = 0;
    int done = strips(cx, loop, captured, 1, 1, reals ? (void *)&real : (void *)&integer);
    if (done <= 0) return unfinished(done);
    return reals ? ly_real(cx, real) : ly_boxed_int(cx, integer);
}

static ly_value total_of_integers(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, int64_t count)
{
    int64_t room[STRIP], total = 0;
    uint64_t serial = cx->temporary_serial;
    for (int64_t from = 0; from < count; from += STRIP) {
        int64_t to = count - from > STRIP ? from + STRIP : count;
        int done = ly_poll(cx) ? -1 : answered(cx, loop(cx, captured, from, to, room), serial);
        for (int64_t i = 0; done == 1 && i < to - from; i++)
            if (__builtin_add_overflow(total, room[i], &total)) done = 0;
        if (done <= 0) return unfinished(done);
    }
    return ly_boxed_int(cx, total);
}

ly_value ly_pure_total(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, bool reals, int64_t count)
{
    double room[LY_HALVING_MOST];
    uint64_t serial = cx->temporary_serial;
    ly_halving h;
    if (count <= 0) return LY_UNEVALUATED;
    if (!reals) return total_of_integers(cx, loop, captured, count);
    for (ly_halving_start(&h, count); h.count > 0; ly_halving_add(&h, room)) {
        int done = ly_poll(cx) ? -1 : answered(cx, loop(cx, captured, h.at, h.at + h.count, room), serial);
        if (done <= 0) return unfinished(done);
    }
    return ly_is_finite(h.sum) ? ly_real(cx, h.sum) : LY_UNEVALUATED;
}

ly_value ly_pure_selection(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, bool reals, int64_t count)
{
    if (count <= 0 || (double)count > 1e15) return LY_UNEVALUATED;
    size_t most = (size_t)count;
    ly_element_type type = reals ? LY_PACKED_REAL : LY_PACKED_INT64;
    ly_value all = ly_packed_new(cx, type, 1, &most);
    if (ly_failed(all)) return all;
    ly_selection kept = {ly_packed_of(all)->data, 0};
    int done = strips(cx, loop, captured, count, 1, &kept);
    ly_value made = LY_UNEVALUATED;
    size_t n = (size_t)kept.count;
    if (done == 1 && n == most) return all;
    if (done == 1 && n > 0 && !ly_failed(made = ly_packed_new(cx, type, 1, &n)))
        memcpy(ly_packed_of(made)->data, kept.data, n * sizeof(int64_t));
    ly_release(cx, all);
    return done < 0 ? LY_FAILED : made;
}

/* ---- sums by halves */

void ly_halving_start(ly_halving *h, int64_t count)
{
    *h = (ly_halving){.rest = count > 0 ? count : 0};
    ly_halving_add(h, NULL);
}

void ly_halving_add(ly_halving *h, const double *items)
{
    if (items) {
        double sum = ly_sum_by_halves(items, (size_t)h->count);
        h->at += h->count;
        /* what is complete goes up */
        while (h->depth > 0 && h->half[h->depth - 1].first) {
            h->depth--;
            sum = h->half[h->depth].sum + sum;
        }
        if (h->depth == 0) {
            h->sum = sum;
            h->count = 0;
            return;
        }
        h->half[h->depth - 1].sum = sum;
        h->half[h->depth - 1].first = true;
        h->rest = h->half[h->depth - 1].rest;
    }
    while (h->rest > LY_HALVING_MOST) {
        int64_t second = h->rest / 2;
        h->half[h->depth++] = (ly_half){.rest = second};
        h->rest -= second;
    }
    h->count = h->rest;
}
