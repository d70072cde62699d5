/* loop.c: parallel loops and reductions.

   A range of a loop runs piece by piece. Before each piece it looks whether its deque is asked for
   work (the limit is 0: nothing public is left, or a thief came in vain) and spawns the upper half of
   what is left if so; what was spawned is joined at the end, nearest first, and mostly runs in place.
   The size of a piece adapts to what the last one took.

   Help is called for at once where the whole is known, or likely, to take long; else the loop first
   runs alone for as long as it would take to wake somebody. */
#include <assert.h>

#include "sched/join.h"
#include "sched/lock.h"
#include "sched/loop.h"
#include "sched/worker.h"

enum {
    PIECE_NS = 6000,      /* what a piece should take: the clock is read once for each */
    ALONE_NS = 20000,     /* a loop that takes less than this gains nothing by help */
    FEW = 64,             /* elements of unknown cost that are too few to try the first one alone */
    GROWTH = 8,           /* of a piece over the last, at most */
    BLOCKS = 512,         /* of a reduction, about */
};

/* ---- what is known about the cost ------------------------------------------------------------- */

static void learn(ly_loop_cost *cost, uint64_t nanoseconds, int64_t elements)
{
    uint64_t each;
    if (!cost || elements <= 0) return;
    each = nanoseconds * 1000 / 16 / (uint64_t)elements;
    if (each < 1) each = 1;
    if (each > UINT32_MAX) each = UINT32_MAX;
    ly_store(&cost->picoseconds_16, (uint32_t)each, relaxed);
}

/* Whether to call for help before anything has run. */
static bool begins_eagerly(ly_loop_cost *cost, int64_t elements)
{
    uint64_t each = cost ? ly_load(&cost->picoseconds_16, relaxed) : 0;
    if (each == 0) return elements <= FEW;
    return (double)each * 0.016 * (double)elements >= (double)ALONE_NS;
}

/* ---- loops ------------------------------------------------------------------------------------ */

typedef struct loop {
    ly_loop_body *body;
    void *state;
    int64_t lo, chunk;
    ly_loop_stop *stop;
    ly_loop_cost *cost;
} loop;

/* `from`: when it began, if it runs alone so far; 0: it may split. */
LY_TASK_4(int, range, loop *, l, int64_t, lo, int64_t, hi, uint64_t, from)
{
    int64_t size = l->chunk ? l->chunk : 1, first = lo;
    int spawned = 0;
    uint64_t begun = l->chunk && !from ? 0 : ly_clock_ns();
    while (lo < hi) {
        int64_t end, left = hi - lo;
        if (l->stop) {
            int64_t stop = ly_load(&l->stop->at, relaxed);
            if (stop < hi) hi = stop;
            if (lo >= hi) break;
            left = hi - lo;
        }
        if (!from && left > (l->chunk ? l->chunk : 1) && !ly_spawn_is_ordinary(&join)) {
            int64_t middle = lo + left / 2;
            if (l->chunk) middle = lo + (left / l->chunk + 1) / 2 * l->chunk;
            if (middle < hi) {
                range_spawn(&join, l, middle, hi, 0);
                spawned++;
                hi = middle;
                continue;
            }
        }
        end = left <= size ? hi : lo + size;
        l->body(l->state, lo, end, ly_worker_here());
        if (begun) {
            uint64_t now = ly_clock_ns(), took = now - begun;
            if (from && now - from >= ALONE_NS) from = 0;
            /* at the end of a loop that ran alone so far, and after its first element: is help worth
               while? */
            else if (from && lo == first &&
                     (double)took / (double)(end - lo) * (double)(hi - end) >= ALONE_NS)
                from = 0;
            if (!l->chunk) {
                uint64_t fits = took ? (uint64_t)(end - lo) * PIECE_NS / took : (uint64_t)size * GROWTH;
                size = fits > (uint64_t)size * GROWTH ? size * GROWTH : fits < 1 ? 1 : (int64_t)fits;
            }
            if (end == hi || lo == first) learn(l->cost, took, end - lo);
            begun = now;
        }
        lo = end;
    }
    while (spawned-- > 0) range_join(&join);
    return 0;
}

/* There is no memory for a deque. */
static void run_without_deque(loop *l, int64_t lo, int64_t hi)
{
    while (lo < hi && !(l->stop && ly_loop_stopped(l->stop, lo))) {
        int64_t end = l->chunk && hi - lo > l->chunk ? lo + l->chunk : hi;
        l->body(l->state, lo, end, ly_worker_here());
        lo = end;
    }
}

void ly_parallel_for(int64_t lo, int64_t hi, ly_loop_body *body, void *state,
                     const ly_loop_options *options)
{
    loop l = {.body = body, .state = state, .lo = lo};
    ly_deque *deque;
    if (options) {
        l.chunk = options->chunk > 0 ? options->chunk : 0;
        l.stop = options->stop;
        l.cost = options->cost;
    }
    if (lo >= hi) return;
    if (hi - lo == 1) {
        body(state, lo, hi, ly_worker_here());
        return;
    }
    deque = ly_join_enter();
    if (!deque) {
        run_without_deque(&l, lo, hi);
        return;
    }
    range(ly_join_here(deque), &l, lo, hi, begins_eagerly(l.cost, hi - lo) ? 0 : ly_clock_ns());
    ly_join_leave(deque);
}

/* ---- reductions ------------------------------------------------------------------------------- */

typedef struct reduction {
    const ly_reduction *r;
    int64_t lo, hi, block;
    uint64_t alone_since; /* the caller's alone: when it began; 0: nodes are spawned */
    bool without_deque;   /* no memory for one: alone to the end */
} reduction;

static bool reduce_block(reduction *run, int64_t number, void *accumulator)
{
    const ly_reduction *r = run->r;
    int64_t lo = run->lo + number * run->block;
    int64_t hi = run->hi - lo > run->block ? lo + run->block : run->hi;
    bool folded;
    if (r->stop && ly_loop_stopped(r->stop, lo)) return false;
    folded = r->fold(r->state, lo, hi, accumulator, ly_worker_here());
    if (run->alone_since) {
        uint64_t now = ly_clock_ns(), took = now - run->alone_since;
        double rest = (double)took / (double)(hi - run->lo) * (double)(run->hi - hi);
        if (number == 0) learn(r->cost, took, hi - lo);
        if (!run->without_deque && (took >= ALONE_NS || (number == 0 && rest >= ALONE_NS)))
            run->alone_since = 0;
    }
    return folded;
}

/* The blocks first … first + count − 1. A node's left part has a power of two of them, which depends
   on nothing but their number. */
LY_TASK_4(int, reduce, reduction *, run, int64_t, first, int64_t, count, void *, accumulator)
{
    const ly_reduction *r = run->r;
    int64_t half = 1, middle;
    bool left, right;
    void *other;
    if (count == 1) return reduce_block(run, first, accumulator);
    while (half * 2 < count) half *= 2;
    other = __builtin_alloca_with_align(r->size, 8 * LY_SLOT_BYTES);
    if (run->alone_since) {
        left = reduce(join, run, first, half, accumulator);
        right = reduce(join, run, first + half, count - half, other);
    } else {
        reduce_spawn(&join, run, first + half, count - half, other);
        left = reduce(join, run, first, half, accumulator);
        right = reduce_join(&join);
    }
    middle = run->lo + (first + half) * run->block;
    if (left && right) return r->combine(r->state, accumulator, other, middle, ly_worker_here());
    if (r->drop && (left || right))
        r->drop(r->state, left ? accumulator : other, ly_worker_here());
    return false;
}

bool ly_parallel_reduce(int64_t lo, int64_t hi, const ly_reduction *r, void *accumulator)
{
    reduction run = {.r = r, .lo = lo, .hi = hi, .block = r->block};
    int64_t blocks;
    ly_deque *deque;
    bool result;
    assert(r->size <= LY_ACCUMULATOR_MOST);
    if (lo >= hi) return false;
    if (run.block <= 0) run.block = (hi - lo + BLOCKS - 1) / BLOCKS;
    blocks = (hi - lo - 1) / run.block + 1;
    if (blocks == 1) return r->fold(r->state, lo, hi, accumulator, ly_worker_here());
    deque = ly_join_enter();
    run.without_deque = !deque;
    if (!deque || !begins_eagerly(r->cost, hi - lo)) run.alone_since = ly_clock_ns();
    if (!deque) return reduce((ly_join){NULL, NULL}, &run, 0, blocks, accumulator);
    result = reduce(ly_join_here(deque), &run, 0, blocks, accumulator);
    ly_join_leave(deque);
    return result;
}
