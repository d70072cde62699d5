/* kernels.c: what programs for the Wolfram Language say to their kernels.

   A kernel is a worker. All are there from the start, know every definition, and need no licence, so
   most of this has nothing to do; it answers as programs expect. */
#include "eval/eval.h"
#include "sched/scheduler.h"
#include "stdlib/parallel/elements.h"

static ly_value kernel_object(ly_context *cx, int64_t number)
{
    return ly_make2(cx, LY_SYM(KernelObject), LY_INT(number), ly_string_from(cx, "local"));
}

static ly_value kernel_objects(ly_context *cx)
{
    uint32_t n = ly_scheduler_workers();
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), n);
    for (uint32_t i = 0; list && i < n; i++) list->args[i] = kernel_object(cx, i + 1);
    return list ? ly_from_object(list) : LY_FAILED;
}

BUILTIN_SYMBOL(KernelObject, LY_PROTECTED, "KernelObject[n, name] is a worker.")

BUILTIN($KernelID, kernel_id, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$KernelID is 0 in the program itself, and positive in its tasks.")
static ly_value kernel_id(ly_context *cx, ly_expr *call) { return LY_INT(ly_kernel_id(cx)); }

BUILTIN($KernelCount, kernel_count, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_VALUE,
        "$KernelCount is the number of kernels, which are the workers.")
static ly_value kernel_count(ly_context *cx, ly_expr *call) { return LY_INT(ly_scheduler_workers()); }

BUILTIN(Kernels, kernels, 0, 0, LY_PROTECTED, LY_EFFECTS, "Kernels[] gives the list of all kernels.")
static ly_value kernels(ly_context *cx, ly_expr *call) { return kernel_objects(cx); }

BUILTIN(LaunchKernels, launch_kernels, 0, -1, LY_PROTECTED, LY_EFFECTS,
        "LaunchKernels[] gives the list of all kernels, which run already.")
static ly_value launch_kernels(ly_context *cx, ly_expr *call) { return kernel_objects(cx); }

BUILTIN(CloseKernels, close_kernels, 0, 1, LY_PROTECTED, LY_EFFECTS,
        "CloseKernels[] gives the list of all kernels. Workers without work cost nothing and stay.")
static ly_value close_kernels(ly_context *cx, ly_expr *call) { return kernel_objects(cx); }

BUILTIN(DistributeDefinitions, distribute_definitions, 0, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "DistributeDefinitions[s, …] does nothing: tasks see all definitions as they stand.")
static ly_value distribute_definitions(ly_context *cx, ly_expr *call) { return ly_make0(cx, LY_SYM(List)); }

BUILTIN(ParallelNeeds, parallel_needs, 1, 2, LY_PROTECTED, LY_EFFECTS,
        "ParallelNeeds[\"context`\"] is Needs[\"context`\"]: tasks see what it defines.")
static ly_value parallel_needs(ly_context *cx, ly_expr *call)
{
    ly_expr *needs = ly_expr_new(cx, LY_SYM(Needs), call->count);
    ly_value v;
    for (size_t i = 0; i < call->count; i++) needs->args[i] = ly_retain(call->args[i]);
    v = ly_evaluate_take(cx, ly_from_object(needs));
    if (ly_failed(v)) return LY_FAILED;
    ly_release(cx, v);
    return LY_SYM(Null);
}

/* ---- ParallelEvaluate --------------------------------------------------------------------------- */

static ly_value evaluate(ly_context *cx, const ly_each *each, size_t i)
{
    return ly_evaluate(cx, *(const ly_value *)each->data);
}

BUILTIN(ParallelEvaluate, parallel_evaluate, 1, -1, LY_HOLD_FIRST | LY_PROTECTED, LY_EFFECTS,
        "ParallelEvaluate[expr] evaluates expr in a task for each kernel and gives the list of values.\n"
        "ParallelEvaluate[expr, kernel] for one kernel, ParallelEvaluate[expr, {kernel, …}] for several.")
static ly_value parallel_evaluate(ly_context *cx, ly_expr *call)
{
    size_t count = ly_option_start(call, 1);
    bool one = count == 2 && !ly_has_head(call->args[1], LY_SYM(List));
    size_t n = count == 1 ? ly_scheduler_workers() : one ? 1 : ly_length(call->args[1]);
    ly_value body = call->args[0];
    ly_expr *results;
    if (count > 2) return ly_message_call(cx, call, "nonopt", 3, call->args[count - 1], LY_INT(2), ly_from_object(call));
    for (size_t i = 0; count == 2 && i < n; i++) {
        ly_value kernel = one ? call->args[1] : ly_arg(ly_expr_of(call->args[1]), i);
        if (!ly_has_head(kernel, LY_SYM(KernelObject)) && !ly_is_int(kernel))
            return ly_message_call(cx, call, "kernel", 1, kernel);
    }
    results = ly_expr_new(cx, LY_SYM(List), n);
    if (!results) return LY_FAILED;
    ly_each each = {.count = n, .evaluate = evaluate, .data = &body, .expression = body, .value_count = 1,
                    .values = &body, .results = results->args, .chunk = 1, .kernels = true};
    if (!ly_each_run(cx, &each)) {
        ly_release(cx, ly_from_object(results));
        return LY_FAILED;
    }
    if (one) {
        ly_value v = ly_retain(results->args[0]);
        ly_release(cx, ly_from_object(results));
        return v;
    }
    return ly_from_object(results);
}
MESSAGE(ParallelEvaluate, kernel, "`1` is not a kernel.")
