/* statistics.c: the workers' counters, summed. */
#include "sched/statistics.h"

#include <stddef.h>

#include "sched/scheduler.h"

/* What thieves, the owner and whoever wakes it write must not share a line. */
_Static_assert(offsetof(ly_run_queue, top) - offsetof(ly_run_queue, bottom) >= LY_CACHE_LINE,
               "thieves and owner write on lines of their own");
_Static_assert(offsetof(ly_worker, queue) % LY_CACHE_LINE == 0 &&
                   offsetof(ly_worker, counts) % LY_CACHE_LINE == 0 &&
                   offsetof(ly_worker, parker) % LY_CACHE_LINE == 0,
               "the parts of a worker begin on cache lines");
_Static_assert(offsetof(ly_worker, counts) >= offsetof(ly_worker, queue) + sizeof(ly_run_queue) &&
                   offsetof(ly_worker, parker) >=
                       offsetof(ly_worker, counts) + sizeof(ly_worker_counts),
               "the counters have their lines alone");
_Static_assert(sizeof(ly_worker) % LY_CACHE_LINE == 0, "workers don't share a line");
_Static_assert(offsetof(ly_scheduler, searching) % LY_CACHE_LINE == 0 &&
                   offsetof(ly_scheduler, idle) - offsetof(ly_scheduler, searching) >= LY_CACHE_LINE,
               "what every submit reads shares no line with the lock of the sleepers");

static void add(ly_statistics *sum, ly_worker *worker)
{
    ly_worker_counts *counts = &worker->counts;
#define ADD(field) sum->field += atomic_load_explicit(&counts->field, memory_order_relaxed)
    ADD(submitted);
    ADD(executed);
    ADD(failed);
    ADD(switches);
    ADD(steals);
    ADD(failed_steals);
    ADD(near_steals);
    ADD(parks);
    ADD(wakes);
    ADD(preempted);
    ADD(busy_ns);
    ADD(join_steals);
    ADD(near_join_steals);
    ADD(leapfrogs);
    ADD(joined);
    ADD(failed_join_steals);
#undef ADD
    sum->queued += (uint64_t)ly_run_queue_size(&worker->queue);
}

ly_statistics ly_statistics_sum(void)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_statistics sum = {0};
    uint32_t members = atomic_load_explicit(&s->members, memory_order_acquire);
    for (uint32_t i = 0; i < members; i++) {
        ly_worker *worker = atomic_load_explicit(&s->member[i], memory_order_acquire);
        if (worker) add(&sum, worker);
    }
    sum.workers = ly_scheduler_workers();
    sum.global = ly_global_size();
    sum.queued += sum.global;
    return sum;
}

bool ly_statistics_of(uint32_t index, ly_statistics *out)
{
    ly_scheduler *s = &ly_scheduler_state;
    uint32_t members = atomic_load_explicit(&s->members, memory_order_acquire);
    *out = (ly_statistics){0};
    for (uint32_t i = 0; i < members; i++) {
        ly_worker *worker = atomic_load_explicit(&s->member[i], memory_order_acquire);
        if (worker && worker->index == index) {
            out->workers = 1;
            add(out, worker);
            return true;
        }
    }
    return false;
}
