// relacy_parking.cpp: runtime/sched/park.c itself under Relacy, with each memory order weakened in turn.
// Around it stands as much of a scheduler as it needs: one queue of tasks, counted as the global queue
// counts them. Every task waits until all have started, so each needs a worker that is awake; a lost
// wake-up is a deadlock.
#define LY_RELACY 1
#include "sched/atomics.h"

#define memory_order_relaxed rl::mo_relaxed
#define memory_order_acquire rl::mo_acquire
#define memory_order_release rl::mo_release
#define memory_order_acq_rel rl::mo_acq_rel
#define memory_order_seq_cst rl::mo_seq_cst
#define atomic_load_explicit(p, order) ((p)->load(LY_SITE_OF("load " #p, order, LOAD), $))
#define atomic_store_explicit(p, v, order) ((p)->store(v, LY_SITE_OF("store " #p, order, STORE), $))
#define atomic_exchange_explicit(p, v, order) \
    ((p)->exchange(v, LY_SITE_OF("exchange " #p, order, BOTH), $))
#define atomic_fetch_add_explicit(p, v, order) \
    ((p)->fetch_add(v, LY_SITE_OF("add " #p, order, BOTH), $))
#define atomic_fetch_sub_explicit(p, v, order) \
    ((p)->fetch_sub(v, LY_SITE_OF("subtract " #p, order, BOTH), $))
#define atomic_compare_exchange_strong_explicit(p, expected, v, order, failure) \
    ((p)->compare_exchange_strong(*(expected), v, LY_SITE_OF("compare " #p, order, BOTH), $, failure, $))

// ---- scheduler.h and timer.h, as far as park.c uses them

#define LY_SCHEDULER_H
#define LY_TIMER_H
enum { LY_WAITER_RESUMED = 16, LY_MEMBERS_MOST = 1 };
static const uint32_t LY_GUEST = UINT32_MAX;

typedef rl::mutex ly_lock;
static void ly_lock_take(ly_lock *lock) { lock->lock($); }
static void ly_lock_give(ly_lock *lock) { lock->unlock($); }

struct ly_parker {
    rl::atomic<uint32_t> word;
    rl::mutex mutex;
    rl::condition_variable condition;
};
struct ly_worker {
    uint32_t index;
    bool aside, participates, searching, sleeping, woken;
    uint32_t unannounced;
    struct { uint64_t wakes, parks; } counts;
    ly_parker parker;
    ly_worker *next_sleeper;
    int queue;
    struct ly_heap *heap;
};
struct ly_waiter { rl::atomic<uint32_t> state; };
struct ly_worker_hooks { bool (*pending)(); };
static const ly_worker_hooks *ly_worker_hooks_now;
struct ly_scheduler {
    rl::atomic<uint32_t> count, guests, vain, searching, sleeping, members;
    rl::atomic<ly_worker *> member[LY_MEMBERS_MOST];
    rl::atomic<bool> stopping;
    ly_lock idle;
    ly_worker *sleepers;
    uint32_t awake;
    rl::atomic<uint32_t> global_size;
};
static ly_scheduler *scheduler;
#define ly_scheduler_state (*scheduler)
static size_t ly_global_size()
{
    return ly_load(&scheduler->global_size, seq_cst); // as in worker.c
}
static size_t ly_run_queue_size(int *) { return 0; }
static void ly_count(uint64_t *, int) {}
static void ly_timer_beats() {}
static void ly_heap_idle(struct ly_heap *) {}
static void ly_scheduler_follow() {}
static void ly_quiescent() { ly_lock_give(&scheduler->idle); }
static ly_worker *ly_worker_here_if() { return nullptr; }
static uint64_t ly_clock_ns() { return 0; }
void ly_unpark(ly_parker *parker);
void ly_park_wake_one(void);
bool ly_park_work_pending(void);
bool ly_park(ly_parker *parker, uint64_t deadline_ns);

static ly_parker *parker_of(rl::atomic<uint32_t> *word) { return (ly_parker *)word; }
static void ly_futex_wait(rl::atomic<uint32_t> *word, uint32_t expected, uint64_t)
{
    ly_parker *parker = parker_of(word);
    parker->mutex.lock($);
    if (word->load(rl::mo_relaxed, $) == expected)
        parker->condition.wait(parker->mutex, $);
    parker->mutex.unlock($);
}
static void ly_futex_wake(rl::atomic<uint32_t> *word, int)
{
    ly_parker *parker = parker_of(word);
    parker->mutex.lock($);
    parker->condition.notify_all($);
    parker->mutex.unlock($);
}

#include "sched/park.c"

// ---- the tests

template <typename derived, int workers, bool throttled = false>
struct awake : rl::test_suite<derived, workers + 1> {
    ly_scheduler s;
    ly_worker worker[workers];
    int started;
    bool ended;
    rl::mutex mutex;
    rl::condition_variable all_started;
    rl::atomic<uint32_t> over;

    void before()
    {
        scheduler = &s;
        // so few may search that the others go to sleep without having searched
        s.count.store(throttled ? 1 : workers, rl::mo_relaxed, $);
        for (rl::atomic<uint32_t> *word : {&s.guests, &s.vain, &s.searching, &s.sleeping, &s.members, &s.global_size, &over})
            word->store(0, rl::mo_relaxed, $);
        s.stopping.store(false, rl::mo_relaxed, $);
        s.sleepers = nullptr;
        s.awake = workers;
        started = 0;
        for (int i = 0; i < workers; i++) {
            worker[i].heap = nullptr;
            worker[i].index = throttled ? 0 : i;
            worker[i].aside = worker[i].participates = false;
            worker[i].searching = worker[i].sleeping = worker[i].woken = false;
            worker[i].unannounced = 0;
            worker[i].parker.word.store(0, rl::mo_relaxed, $);
        }
    }
    void submit()
    {
        ly_fetch_add(&s.global_size, 1u, seq_cst); // as in worker.c
        ly_park_wake_one();
    }
    bool take()
    {
        uint32_t size = s.global_size.load(rl::mo_relaxed, $);
        while (size)
            if (s.global_size.compare_exchange_strong(size, size - 1, rl::mo_seq_cst, $))
                return true;
        return false;
    }
    void run_task()
    {
        mutex.lock($);
        bool first = ++started == 1;
        mutex.unlock($);
        if (first && workers > 1)
            submit(); // the first one submits the last
        mutex.lock($);
        if (started == workers) {
            all_started.notify_all($);
            if (!over.exchange(1, rl::mo_seq_cst, $)) {
                s.stopping.store(true, rl::mo_seq_cst, $);
                for (int i = 0; i < workers; i++)
                    ly_unpark(&worker[i].parker);
            }
        }
        while (started < workers)
            all_started.wait(mutex, $);
        mutex.unlock($);
    }
    void thread(unsigned i)
    {
        if (i == workers) {
            for (int n = 0; n < (workers > 1 ? workers - 1 : 1); n++)
                submit();
            return;
        }
        ly_worker *me = &worker[i];
        while (!over.load(rl::mo_seq_cst, $)) {
            bool got = take();
            if (!got && ly_park_search_begins(me))
                got = take();
            if (got) {
                ly_park_search_ends(me, true);
                run_task();
            } else {
                ly_park_worker(me, nullptr);
            }
        }
    }
    void after()
    {
        RL_ASSERT(started == workers);
        RL_ASSERT(s.sleepers == nullptr && s.sleeping.load(rl::mo_relaxed, $) == 0);
    }
};
struct two_workers : awake<two_workers, 2> {};
struct three_workers : awake<three_workers, 3> {};
struct throttled : awake<throttled, 2, true> {};
struct throttled_three : awake<throttled_three, 3, true> {};

// A token brings along what was written before it was put.
struct token : rl::test_suite<token, 2> {
    ly_parker there, back;
    rl::var<int> message;
    void before()
    {
        there.word.store(0, rl::mo_relaxed, $);
        back.word.store(0, rl::mo_relaxed, $);
    }
    void thread(unsigned i)
    {
        for (int n = 0; n < 2; n++) {
            if (i == 0) {
                message($) = n;
                ly_unpark(&there);
                ly_park(&back, 0);
            } else {
                ly_park(&there, 0);
                RL_ASSERT(message($).load() == n);
                ly_unpark(&back);
            }
        }
    }
};

int main(int argc, char **argv)
{
    unsigned long iterations = argc > 1 ? strtoul(argv[1], nullptr, 10) : 20000;
    std::vector<ly_verify::test> tests = {
        {"a token", ly_verify::simulate<token>},
        {"two workers", ly_verify::simulate<two_workers>},
        {"two workers, one may search", ly_verify::simulate<throttled>},
        {"three workers", ly_verify::simulate<three_workers>},
        {"three workers, one may search", ly_verify::simulate<throttled_three>},
    };
    std::vector<ly_verify::exemption> exempt = {
        {"load &s->guests", "no guests come and go in these tests"},
        {"load &s->members", "these tests have the global queue alone"},
        {"load &s->stopping", "who stops the workers puts a token for each, too"},
    };
    return ly_verify::verify("parking", tests, iterations,
                             argc > 2 ? strtoul(argv[2], nullptr, 10) : 4 * iterations, exempt);
}
