/* pool.c: ThreadPool, a limit of tasks that run at once over the one set of workers. */
#include "stdlib/parallel/pool.h"

#include <math.h>

#include "eval/eval.h"
#include "foreign/foreign.h"
#include "sched/scheduler.h"
#include "stdlib/parallel/future.h"
#include "stdlib/parallel/job.h"
#include "stdlib/parallel/map.h"

static void print(ly_context *cx, ly_foreign *self, ly_text *to)
{
    uint32_t limit = ly_pool_limit(self->data);
    ly_text_printf(to, "ThreadPool[<%u worker%s>]", limit, limit == 1 ? "" : "s");
}
static void drop(ly_context *cx, ly_foreign *self) { ly_pool_release(self->data); }

static ly_value method_submit(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    ly_task *task;
    ly_expr *call;
    if (ly_pool_is_shut(self->data)) return ly_raise_failure(cx, "PoolShutdown", "The pool was shut down.");
    call = ly_expr_new(cx, args[0], n - 1);
    if (!call) return LY_FAILED;
    for (size_t i = 1; i < n; i++) call->args[i - 1] = ly_retain(args[i]);
    task = ly_job_submit(cx, self->data, ly_from_object(call));
    return task ? ly_future_take(cx, task) : LY_FAILED;
}
static ly_value method_map(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    ly_grain grain = {0};
    ly_value reach, result;
    if (ly_pool_is_shut(self->data)) return ly_raise_failure(cx, "PoolShutdown", "The pool was shut down.");
    if (ly_is_atom(args[1])) return ly_retain(args[1]);
    reach = ly_make2(cx, LY_SYM(List), ly_retain(args[0]), ly_retain(args[1]));
    result = ly_parallel_map(cx, self->data, args[0], args[1], (ly_levels){1, 1}, reach, &grain);
    ly_release(cx, reach);
    return result;
}
static ly_value method_workers(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return LY_INT(ly_pool_limit(self->data));
}
static ly_value method_stats(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    return ly_pool_statistics(cx, self->data);
}
static ly_value method_shutdown(ly_context *cx, ly_foreign *self, size_t n, const ly_value *args)
{
    ly_pool_shut(self->data);
    return LY_SYM(Null);
}

static const ly_method methods[] = {
    {"submit", 1, -1, method_submit, "pool.submit(f, a, …): a future of f[a, …]"},
    {"parallelMap", 2, 2, method_map, "pool.parallelMap(f, list): f of each element, as ParallelMap, by the pool's tasks"},
    {"workers", 0, 0, method_workers, "pool.workers(): how many tasks run at once"},
    {"stats", 0, 0, method_stats, "pool.stats(): what it and the workers have done, as an association"},
    {"shutdown", 0, 0, method_shutdown, "pool.shutdown(): takes no further tasks; those submitted run on"},
    {NULL, 0, 0, NULL, NULL},
};
static const ly_foreign_type type = {
    .name = "ThreadPool", .methods = methods, .print = print, .drop = drop, .crosses_threads = true};

ly_pool *ly_thread_pool(ly_value v) { return ly_foreign_data(v, &type); }

BUILTIN(ThreadPool, thread_pool, 0, 1, 0, LY_EFFECTS | LY_EVALUATED,
        "ThreadPool[n] is a pool that runs at most n tasks at once; ThreadPool[], as many as there are workers.")
static ly_value thread_pool(ly_context *cx, ly_expr *call)
{
    double size = ly_scheduler_workers();
    ly_pool *pool;
    if (call->count && (!ly_to_double(call->args[0], &size) || !(rint(size) >= 1) || size > 1e6))
        return ly_message_call(cx, call, "size", 1, call->args[0]);
    pool = ly_pool_new((uint32_t)rint(size));
    return pool ? ly_foreign_new(cx, &type, pool) : ly_raise_memory(cx);
}
MESSAGE(ThreadPool, size, "Number of workers `1` is not a positive machine-sized number.")
