/* reduce.c: ParallelReduce, ParallelCombine, and the tree that values are combined in.

   The left part of a node has the largest power of two of elements that is smaller than all of them:
   the shape follows from their number. ParallelReduce folds blocks of consecutive elements, whose size
   follows from the number of elements too, and combines the blocks' values round by round. */
#include "eval/eval.h"
#include "stdlib/lists/lists.h"
#include "stdlib/parallel/elements.h"
#include "stdlib/parallel/grain.h"
#include "stdlib/parallel/tree.h"

enum { BLOCKS = 512, PIECES = 64 };

/* ---- in one context ----------------------------------------------------------------------------- */

static size_t left_part(size_t n)
{
    size_t half = 1;
    while (half * 2 < n) half *= 2;
    return half;
}

static double real_tree(const ly_value *items, size_t n, bool product)
{
    size_t half;
    double a, b;
    if (n == 1) return ly_real_of(items[0]);
    half = left_part(n);
    a = real_tree(items, half, product);
    b = real_tree(items + half, n - half, product);
    return product ? a * b : a + b;
}

/* As deep as the logarithm of n. */
static ly_value value_tree(ly_context *cx, ly_value f, const ly_value *items, size_t n)
{
    size_t half;
    ly_value a, b;
    if (n == 1) return ly_retain(items[0]);
    if (ly_poll(cx)) return LY_FAILED;
    half = left_part(n);
    a = value_tree(cx, f, items, half);
    if (ly_failed(a)) return a;
    b = value_tree(cx, f, items + half, n - half);
    if (ly_failed(b)) {
        ly_release(cx, a);
        return b;
    }
    return ly_call2(cx, f, a, b);
}

/* Exact numbers may be combined in any order. */
static bool all_are(const ly_value *items, size_t n, bool (*is)(ly_value))
{
    for (size_t i = 0; i < n; i++)
        if (!is(items[i])) return false;
    return true;
}
static bool is_exact(ly_value v) { return ly_is_int(v) || ly_is_kind(v, LY_KIND_BIGINT) || ly_is_kind(v, LY_KIND_RATIONAL); }

ly_value ly_tree_take(ly_context *cx, ly_value f, ly_value list)
{
    ly_expr *e;
    ly_value result;
    bool arithmetic = f == LY_SYM(Plus) || f == LY_SYM(Times);
    list = ly_unpack_take(cx, list);
    if (ly_failed(list)) return list;
    e = ly_expr_of(list);
    if (e->count == 0 || (arithmetic && all_are(e->args, e->count, is_exact))) {
        ly_expr *call = ly_expr_own_take(cx, list);
        if (!call) return LY_FAILED;
        ly_release(cx, call->head);
        call->head = ly_retain(f);
        ly_expr_touch(call);
        return ly_evaluate_take(cx, ly_from_object(call));
    }
    if (arithmetic && all_are(e->args, e->count, ly_is_real)) result = ly_real(cx, real_tree(e->args, e->count, f == LY_SYM(Times)));
    else result = value_tree(cx, f, e->args, e->count);
    ly_release(cx, list);
    return result;
}

/* ---- ParallelReduce ----------------------------------------------------------------------------- */

typedef struct blocks {
    ly_value f, list;
    size_t count, size; /* elements, and of a block */
} blocks;

/* Elements i size … of the list, folded from the left. */
static ly_value fold_block(ly_context *cx, const ly_each *each, size_t i)
{
    const blocks *b = each->data;
    size_t at = i * b->size, end = b->count - at > b->size ? at + b->size : b->count;
    ly_value v = ly_element(cx, b->list, at);
    while (!ly_failed(v) && ++at < end) {
        ly_value next;
        if (ly_poll(cx)) {
            ly_release(cx, v);
            return LY_FAILED;
        }
        next = ly_element(cx, b->list, at);
        if (ly_failed(next)) {
            ly_release(cx, v);
            return LY_FAILED;
        }
        v = ly_call2(cx, b->f, v, next);
    }
    return v;
}

/* f between blocks of `size` elements each: the List of their values. Borrows. */
static ly_value fold_blocks(ly_context *cx, ly_value f, ly_value list, size_t size, size_t chunk)
{
    size_t n = ly_length(list);
    blocks b = {f, list, n, size};
    ly_expr *results = ly_expr_new(cx, LY_SYM(List), (n + size - 1) / size);
    ly_value expression, values[2] = {f, list};
    bool ran;
    if (!results) return LY_FAILED;
    expression = ly_make2(cx, LY_SYM(List), ly_retain(f), ly_retain(list));
    ly_each each = {.count = results->count, .evaluate = fold_block, .data = &b, .expression = expression,
                    .value_count = 2, .values = values, .results = results->args, .chunk = chunk};
    ran = ly_each_run(cx, &each);
    ly_release(cx, expression);
    if (ran) return ly_from_object(results);
    ly_release(cx, ly_from_object(results));
    return LY_FAILED;
}

BUILTIN(ParallelReduce, parallel_reduce, 2, -1, LY_PROTECTED, LY_EFFECTS | LY_PACKED,
        "ParallelReduce[f, list] combines the elements of list by f, which is associative, in parallel.\n"
        "ParallelReduce[f, init, list] gives f[init, …] of that, or init for an empty list.")
static ly_value parallel_reduce(ly_context *cx, ly_expr *call)
{
    size_t count = call->count, n, size;
    ly_value f = call->args[0], list, init = count == 3 ? call->args[1] : LY_FAILED, v, only;
    ly_grain grain;
    while (count > 2 && ly_is_rule(call->args[count - 1])) count--; /* a list is data, if it is of rules too */
    if (count > 3) return ly_message_call(cx, call, "nonopt", 3, call->args[count - 1], LY_INT(3), ly_from_object(call));
    list = call->args[count - 1];
    if (ly_is_atom(list)) return ly_message_normal(cx, call, (int64_t)count);
    n = ly_length(list);
    if (!ly_grain_options(cx, call, count, n, &grain)) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    if (!n && init) return ly_retain(init);
    if (!n) return ly_message_call(cx, call, "empty", 0);
    v = ly_retain(list);
    for (size = n > 2 * BLOCKS ? (n + BLOCKS - 1) / BLOCKS : 2; ly_length(v) > 1; size = 2) {
        ly_value next = fold_blocks(cx, f, v, size, grain.chunk);
        ly_release(cx, v);
        if (ly_failed(next)) return next;
        v = next;
    }
    only = ly_element(cx, v, 0);
    ly_release(cx, v);
    v = only;
    return ly_failed(v) || !init ? v : ly_call2(cx, f, ly_retain(init), v);
}
MESSAGE(ParallelReduce, empty, "An empty list has no value without an initial one.")

/* ---- ParallelCombine ---------------------------------------------------------------------------- */

typedef struct cuts {
    ly_value f, whole;
    size_t count, size;
} cuts;

static ly_value apply_to_cut(ly_context *cx, const ly_each *each, size_t i)
{
    const cuts *c = each->data;
    size_t at = i * c->size, n = c->count - at > c->size ? c->size : c->count - at;
    ly_value part = ly_slice(cx, c->whole, at, n, 1);
    return ly_failed(part) ? part : ly_call1(cx, c->f, part);
}

BUILTIN(ParallelCombine, parallel_combine, 2, -1, LY_PROTECTED, LY_EFFECTS | LY_PACKED,
        "ParallelCombine[f, h[e1, e2, …], comb] applies f to pieces h[e1, …], h[…], … in parallel and gives comb of\n"
        "the results; comb is Join if it is not given, or h where h is Flat.")
static ly_value parallel_combine(ly_context *cx, ly_expr *call)
{
    size_t count = ly_option_start(call, 2), n;
    ly_value whole = call->args[1], combine, values[2] = {call->args[0], whole};
    cuts c = {call->args[0], whole, 0, 1};
    ly_expr *results;
    ly_grain grain;
    if (count > 3) return ly_message_call(cx, call, "nonopt", 3, call->args[count - 1], LY_INT(3), ly_from_object(call));
    if (ly_is_atom(whole)) return ly_call1(cx, call->args[0], ly_retain(whole));
    n = c.count = ly_length(whole);
    if (!ly_grain_options(cx, call, count, n, &grain)) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    if (!n) return ly_call1(cx, call->args[0], ly_retain(whole));
    /* pieces show in results: they depend on the number of elements and the options alone */
    c.size = grain.chunk ? grain.chunk : (n + PIECES - 1) / PIECES;
    combine = LY_SYM(Join);
    if (count == 3) {
        combine = call->args[2];
    } else if (ly_is_expr(whole) && ly_is_symbol(ly_expr_of(whole)->head) &&
               ly_attributes(cx, ly_expr_of(whole)->head) & LY_FLAT) {
        combine = ly_expr_of(whole)->head;
    }
    results = ly_expr_new(cx, combine, (n + c.size - 1) / c.size);
    if (!results) return LY_FAILED;
    ly_each each = {.count = results->count, .evaluate = apply_to_cut, .data = &c, .expression = ly_from_object(call),
                    .value_count = 2, .values = values, .results = results->args, .chunk = 1};
    if (ly_each_run(cx, &each)) return ly_from_object(results);
    ly_release(cx, ly_from_object(results));
    return LY_FAILED;
}
