/* strips.c: parallel loops whose body is native code over unboxed numbers.

   A compiled program gives a C function that computes a range of elements (abi.h, ly_pure_loop). The
   caller begins by itself; when what is left is worth it, the loop of runtime/sched splits it lazily,
   and everybody writes into the one array of results, whose pages are thereby placed where they are
   written. The function has no effects, so whatever it cannot do (a type, an overflow, a result that is
   not finite) ends the whole attempt, and the ordinary function begins from the start.

   A sum or product of reals is combined in the tree of tree.h. Since the left part of a node has a power
   of two of elements, any aligned block of a power of two of them is a subtree: blocks are combined
   where they are computed, and their size shows in nothing.

   The caller polls between its strips; whoever else computes a strip does so for a copy of the caller's
   context (stand_in.h), by which it learns that all is to end. */
#include <math.h>

#include "abi.h"
#include "eval/eval.h"
#include "eval/modules.h"
#include "eval/session.h"
#include "memory/memory.h"
#include "sched/fiber.h"
#include "sched/loop.h"
#include "sched/scheduler.h"
#include "stdlib/parallel/stand_in.h"

enum {
    STRIP_NS = 8000,      /* what a strip should take while the caller is alone */
    ALONE_NS = 5000,      /* as in elements.c: so long the caller measures before it calls for help; */
    HELP_NS = 100000,     /* what is left must take longer than this, */
    START_NS = 600000,    /* or this, if there are no workers yet */
    GROWTH = 8,
    BLOCK_MOST = 1024,    /* elements of a sum that are combined where they are computed */
    BLOCKS = 1024,        /* of a sum, about, where it has fewer elements than would fill blocks */
};

typedef struct strips {
    ly_context *cx;
    const ly_fiber *fiber;      /* of the caller */
    ly_pure_loop *loop;
    const ly_value *captured;
    bool reals;
    char form;                  /* 'l' list, '+' sum, '*' product */
    int64_t count, block;       /* elements; of a unit: 1 for lists */
    void *out;                  /* of a list: the whole of it; else a number for each unit */
    ly_loop_stop stop;
    ly_stood_for others;        /* who compute strips on other fibers than the caller's */
} strips;

static void stop_all(strips *s)
{
    ly_loop_stop_at(&s->stop, INT64_MIN);
    if (s->others.cx) ly_stood_for_stop(&s->others);
}

/* Elements lo … hi − 1 into out, where element 0 is at its beginning. False: all stop. cx: the caller's, or
   a copy of it, in which what stands in the polled word ends the work. */
static bool compute(strips *s, ly_context *cx, int64_t lo, int64_t hi, void *out)
{
    bool own = cx == s->cx;
    for (;;) {
        if (ly_polled(cx) && (!own || ly_poll(cx))) break;
        if (s->loop(cx, s->captured, lo, hi, out) == 0) return true;
        if (!own || !ly_polled(cx)) break; /* else it may have been that */
    }
    stop_all(s);
    return false;
}

/* ---- sums and products -------------------------------------------------------------------------- */

static int64_t left_part(int64_t n)
{
    int64_t half = 1;
    while (half * 2 < n) half *= 2;
    return half;
}

/* The tree of tree.h. */
static double combine_reals(const double *items, int64_t n, bool product)
{
    if (n == 1) return items[0];
    if (n == 2) return product ? items[0] * items[1] : items[0] + items[1];
    int64_t half = left_part(n);
    double a = combine_reals(items, half, product), b = combine_reals(items + half, n - half, product);
    return product ? a * b : a + b;
}

/* Exact numbers may be combined in any order. False: no machine integer. */
static bool combine_ints(const int64_t *items, int64_t n, bool product, int64_t *to)
{
    int64_t result = items[0];
    for (int64_t i = 1; i < n; i++)
        if (product ? __builtin_mul_overflow(result, items[i], &result) : __builtin_add_overflow(result, items[i], &result))
            return false;
    *to = result;
    return true;
}

/* False: its value is not one that the typed form may give. */
static bool combine(strips *s, void *items, int64_t n, void *to)
{
    if (!s->reals) return combine_ints(items, n, s->form == '*', to);
    double result = combine_reals(items, n, s->form == '*');
    *(double *)to = result;
    return isfinite(result);
}

static bool compute_block(strips *s, ly_context *cx, int64_t unit)
{
    double items[BLOCK_MOST];
    int64_t lo = unit * s->block, n = s->count - lo < s->block ? s->count - lo : s->block;
    if (!compute(s, cx, lo, lo + n, (void *)((uintptr_t)items - 8 * (uintptr_t)lo))) return false;
    if (combine(s, items, n, (int64_t *)s->out + unit)) return true;
    stop_all(s);
    return false;
}

/* ---- the loop ----------------------------------------------------------------------------------- */

/* Units lo … hi − 1. */
static bool run_units(strips *s, ly_context *cx, int64_t lo, int64_t hi)
{
    if (s->form == 'l') return compute(s, cx, lo, hi, s->out);
    for (int64_t i = lo; i < hi; i++)
        if (ly_loop_stopped(&s->stop, i) || !compute_block(s, cx, i)) return false;
    return true;
}

static void strip(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    strips *s = state;
    (void)worker;
    if (ly_fiber_here() == s->fiber) {
        run_units(s, s->cx, lo, hi);
        return;
    }
    ly_stand_in copy;
    ly_stand_in_begin(&copy, &s->others);
    run_units(s, &copy.cx, lo, hi);
    ly_stand_in_end(&copy, &s->others);
}

static bool worth_help(double nanoseconds)
{
    return nanoseconds >= (ly_scheduler_running() ? HELP_NS : START_NS) && ly_scheduler_workers() > 1;
}

/* Units in order, up to the one from which on help is wanted: that one, or all. *cost: of a unit. */
static int64_t run_alone(strips *s, int64_t units, ly_loop_cost *cost)
{
    uint64_t begun = ly_clock_ns(), strip_begun = begun;
    int64_t size = 1, at = 0;
    while (at < units) {
        int64_t hi = units - at > size ? at + size : units;
        if (!run_units(s, s->cx, at, hi)) return at;
        uint64_t now = ly_clock_ns(), took = now - strip_begun ? now - strip_begun : 1;
        double each = (double)took / (double)(hi - at);
        at = hi;
        if (now - begun >= ALONE_NS && at < units) {
            double picoseconds_16 = each / 0.016 + 1;
            ly_store(&cost->picoseconds_16, picoseconds_16 < UINT32_MAX ? (uint32_t)picoseconds_16 : UINT32_MAX, relaxed);
            if (worth_help(each * (double)(units - at))) return at;
        }
        double fits = STRIP_NS / each;
        size = fits > (double)(size * GROWTH) ? size * GROWTH : fits < 1 ? 1 : (int64_t)fits;
        strip_begun = now;
    }
    return units;
}

/* LY_TRUE: all units are done; LY_FALSE: refused; -1: an error is pending. */
static int run_all(strips *s, int64_t units)
{
    ly_loop_cost cost = {0};
    uint64_t serial = s->cx->temporary_serial;
    ly_loop_stop_start(&s->stop);
    s->fiber = ly_fiber_here();
    int64_t at = run_alone(s, units, &cost);
    if (at < units && !ly_loop_stopped(&s->stop, 0)) {
        ly_loop_options options = {.stop = &s->stop, .cost = &cost};
        ly_stood_for_begin(&s->others, s->cx);
        ly_parallel_for(at, units, strip, s, &options);
        ly_stood_for_end(&s->others);
    }
    s->cx->temporary_serial = serial; /* elements name their temporaries by themselves */
    if (s->cx->pending.kind || ly_poll(s->cx)) return -1;
    return ly_loop_stopped(&s->stop, 0) ? LY_FALSE : LY_TRUE;
}

/* Where there is progress to be shown, the ordinary functions show it. */
static bool shows_progress(const ly_context *cx) { return cx->session && cx->session->progress; }

/* What a call of the ordinary function takes of the numbers that make names and random streams. */
static bool count_call(ly_context *cx)
{
    uint64_t seed, call;
    cx->tasks_submitted++;
    return ly_random_next_key(cx, &seed, &call);
}

ly_value ly_parallel_array(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, int type, uint32_t rank,
                           const int64_t *dims)
{
    size_t sizes[LY_MAX_RANK];
    double total = 1;
    for (uint32_t i = 0; i < rank; i++) {
        if (dims[i] <= 0) return LY_UNEVALUATED;
        sizes[i] = (size_t)dims[i];
        total *= (double)dims[i];
    }
    strips s = {.cx = cx, .loop = loop, .captured = captured, .form = 'l', .count = dims[0], .block = 1};
    /* what no memory holds is refused by the ordinary function */
    if (total > 1e15 || shows_progress(cx)) return LY_UNEVALUATED;
    ly_value list = ly_packed_new(cx, (ly_element_type)type, rank, sizes);
    if (ly_failed(list)) {
        ly_pending_drop(cx, ly_pending_take(cx));
        return LY_UNEVALUATED;
    }
    s.out = ly_packed_of(list)->data;
    int ran = run_all(&s, dims[0]);
    if (ran == LY_TRUE && count_call(cx)) return list;
    ly_release(cx, list);
    return ran == LY_FALSE ? LY_UNEVALUATED : LY_FAILED;
}

ly_value ly_parallel_total(ly_context *cx, ly_pure_loop *loop, const ly_value *captured, bool reals, bool product,
                           int64_t count)
{
    strips s = {.cx = cx, .loop = loop, .captured = captured, .reals = reals, .form = product ? '*' : '+',
                .count = count, .block = 1};
    if (count <= 0 || shows_progress(cx)) return LY_UNEVALUATED;
    while (s.block < BLOCK_MOST && count / s.block > BLOCKS) s.block *= 2;
    int64_t units = (count - 1) / s.block + 1;
    s.out = ly_memory_can(cx, (size_t)units * 8) ? ly_malloc((size_t)units * 8) : NULL;
    if (!s.out) {
        ly_pending_drop(cx, ly_pending_take(cx));
        return LY_UNEVALUATED;
    }
    union { int64_t integer; double real; } total;
    int ran = run_all(&s, units);
    ly_value result = ran < 0 ? LY_FAILED : LY_UNEVALUATED;
    if (ran == LY_TRUE && combine(&s, s.out, units, &total))
        result = !count_call(cx) ? LY_FAILED : reals ? ly_real(cx, total.real) : ly_boxed_int(cx, total.integer);
    ly_free(s.out);
    return result;
}
