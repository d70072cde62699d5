/* stats.c: what a pool and the workers have done so far, as an association. */
#include "eval/eval.h"
#include "sched/scheduler.h"
#include "sched/statistics.h"
#include "stdlib/parallel/pool.h"

static ly_value put_take(ly_context *cx, ly_value to, const char *key, ly_value v)
{
    if (ly_failed(to) || ly_failed(v)) {
        ly_release(cx, to);
        ly_release(cx, v);
        return LY_FAILED;
    }
    return ly_association_set_take(cx, to, ly_string_from(cx, key), v, false);
}

static ly_value put_count_take(ly_context *cx, ly_value to, const char *key, uint64_t n)
{
    return put_take(cx, to, key, ly_integer_from_u64(cx, n));
}

/* In percent of all attempts; 100 where there were none. */
static ly_value efficiency(ly_context *cx, const ly_statistics *s)
{
    uint64_t all = s->steals + s->failed_steals;
    return ly_real(cx, all ? 100.0 * (double)s->steals / (double)all : 100.0);
}

/* What is counted for one worker and for all of them alike. */
static ly_value put_work_take(ly_context *cx, ly_value to, const ly_statistics *s)
{
    to = put_count_take(cx, to, "workSteals", s->steals);
    to = put_count_take(cx, to, "failedSteals", s->failed_steals);
    to = put_take(cx, to, "workStealEfficiency", efficiency(cx, s));
    to = put_take(cx, to, "totalExecutionTime", ly_real(cx, (double)s->busy_ns * 1e-9));
    return put_take(cx, to, "averageExecutionTime",
                    ly_real(cx, s->executed ? (double)s->busy_ns * 1e-9 / (double)s->executed : 0.0));
}

static ly_value each_worker(ly_context *cx)
{
    ly_builder list = ly_builder_new();
    ly_statistics s;
    for (uint32_t i = 0; ly_statistics_of(i, &s); i++) {
        ly_value one = put_count_take(cx, ly_association_new(cx, 8), "worker", i);
        one = put_count_take(cx, one, "tasksExecuted", s.executed);
        one = put_count_take(cx, one, "tasksFailed", s.failed);
        one = put_work_take(cx, one, &s);
        one = put_count_take(cx, one, "queueSize", s.queued);
        if (ly_failed(one) || !ly_builder_add(cx, &list, one)) {
            ly_release(cx, ly_builder_finish(cx, &list, LY_SYM(List)));
            return LY_FAILED;
        }
    }
    return ly_builder_finish(cx, &list, LY_SYM(List));
}

static ly_value queue_sizes(ly_context *cx)
{
    ly_builder list = ly_builder_new();
    ly_statistics s;
    for (uint32_t i = 0; ly_statistics_of(i, &s); i++)
        if (!ly_builder_add(cx, &list, ly_integer_from_u64(cx, s.queued))) break;
    return ly_builder_finish(cx, &list, LY_SYM(List));
}

ly_value ly_pool_statistics(ly_context *cx, ly_pool *pool)
{
    ly_pool_counts counts = ly_pool_count(pool);
    ly_statistics all = ly_statistics_sum();
    uint64_t ended = counts.executed + counts.cancelled;
    uint64_t unfinished = counts.submitted > ended ? counts.submitted - ended : 0;
    ly_value result = put_count_take(cx, ly_association_new(cx, 16), "tasksSubmitted", counts.submitted);
    result = put_count_take(cx, result, "tasksExecuted", counts.executed);
    result = put_count_take(cx, result, "tasksFailed", counts.failed);
    result = put_count_take(cx, result, "tasksCancelled", counts.cancelled);
    result = put_count_take(cx, result, "tasksUnfinished", unfinished);
    result = put_count_take(cx, result, "running", counts.running);
    result = put_count_take(cx, result, "queued", counts.queued);
    result = put_work_take(cx, result, &all);
    result = put_count_take(cx, result, "globalQueueSize", all.global);
    result = put_take(cx, result, "queueSizes", queue_sizes(cx));
    return put_take(cx, result, "workers", each_worker(cx));
}
