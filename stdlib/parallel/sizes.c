/* sizes.c: how many workers, how large the pieces: what a program may ask and need not. */
#include <math.h>

#include "eval/eval.h"
#include "sched/lock.h"
#include "sched/scheduler.h"
#include "stdlib/lists/lists.h"
#include "stdlib/parallel/elements.h"

BUILTIN(ThreadCount, thread_count, 0, 0, 0, LY_EFFECTS | LY_EVALUATED,
        "ThreadCount[] gives how many tasks can run at the same time.")
static ly_value thread_count(ly_context *cx, ly_expr *call) { return LY_INT(ly_scheduler_workers()); }

BUILTIN(OptimalWorkerCount, optimal_worker_count, 0, 0, 0, LY_EFFECTS | LY_EVALUATED,
        "OptimalWorkerCount[] gives the size of a pool for tasks that compute.")
static ly_value optimal_worker_count(ly_context *cx, ly_expr *call) { return LY_INT(ly_scheduler_workers()); }

/* The divisor of `length` that is nearest to `wanted`, by ratio, or UpTo[wanted] where none lies within a
   factor of 8. */
static ly_value chunk_near(ly_context *cx, int64_t length, double wanted)
{
    int64_t best = 0;
    double best_ratio = 8;
    if (length <= 0) return LY_INT(1);
    if (wanted < 1) wanted = 1;
    for (int64_t small = 1; small <= length / small; small++) {
        if (length % small) continue;
        for (int k = 0; k < 2; k++) {
            int64_t divisor = k ? length / small : small;
            double ratio = (double)divisor > wanted ? (double)divisor / wanted : wanted / (double)divisor;
            if (ratio > best_ratio || (ratio == best_ratio && best)) continue;
            best = divisor;
            best_ratio = ratio;
        }
    }
    if (best) return ly_integer(cx, best);
    return ly_make1(cx, LY_SYM(UpTo), ly_integer(cx, (int64_t)llrint(wanted)));
}

BUILTIN(CalculateOptimalChunkSize, calculate_optimal_chunk_size, 2, 2, 0, LY_PURE,
        "CalculateOptimalChunkSize[length, n] gives a size of pieces for n workers: a divisor of length where one is\n"
        "near length/(4 n), else UpTo[k].")
static ly_value calculate_optimal_chunk_size(ly_context *cx, ly_expr *call)
{
    if (!ly_is_int(call->args[0]) || ly_int_of(call->args[0]) < 0)
        return ly_message_call(cx, call, "intnm", 2, LY_INT(1), ly_from_object(call));
    if (!ly_is_int(call->args[1]) || ly_int_of(call->args[1]) < 1)
        return ly_message_call(cx, call, "intpm", 2, ly_from_object(call), LY_INT(2));
    return chunk_near(cx, ly_int_of(call->args[0]), (double)ly_int_of(call->args[0]) / (4.0 * (double)ly_int_of(call->args[1])));
}

typedef struct probe {
    ly_value f, list;
} probe;
static ly_value try_one(ly_context *cx, const ly_each *each, size_t i)
{
    const probe *p = each->data;
    ly_value element = ly_element(cx, p->list, i);
    return ly_failed(element) ? element : ly_call1(cx, p->f, element);
}

BUILTIN(OptimalChunkSize, optimal_chunk_size, 2, 2, 0, LY_EFFECTS,
        "OptimalChunkSize[list, f] gives a size of pieces for f on the elements of list, from what a few of them cost.")
static ly_value optimal_chunk_size(ly_context *cx, ly_expr *call)
{
    enum { FEW = 4 };
    const double piece_ns = 100000;
    ly_value list = call->args[0], values[2] = {call->args[1], list};
    probe p = {call->args[1], list};
    double wanted, even, each_ns;
    size_t n;
    uint64_t begun;
    if (ly_is_atom(list)) return ly_message_normal(cx, call, 1);
    n = ly_length(list);
    if (!n) return LY_INT(1);
    ly_each each = {.count = n < FEW ? n : FEW, .evaluate = try_one, .data = &p, .expression = ly_from_object(call),
                    .value_count = 2, .values = values, .silent = true};
    begun = ly_clock_ns();
    if (!ly_each_run(cx, &each)) {
        /* an error is for whoever maps f in earnest */
        if (cx->pending.kind != LY_PENDING_FAILURE) return LY_FAILED;
        ly_pending_drop(cx, ly_pending_take(cx));
    }
    each_ns = (double)(ly_clock_ns() - begun) / (double)each.count + 1;
    even = (double)n / (4.0 * ly_scheduler_workers());
    wanted = piece_ns / each_ns;
    return chunk_near(cx, (int64_t)n, wanted < even ? wanted : even);
}
