// relacy_atomics.hpp: runtime/sched/atomics.h for Relacy, and the search for memory orders that
// nobody needs.
//
// Every place in the code under test where an order stronger than relaxed stands is a site, and is
// found by running the tests once. Then each site is weakened by one step, and the tests must fail:
//
//     seq_cst → acquire (a load), release (a store), acq_rel (both)
//     acq_rel → acquire, and → release
//     acquire, release → relaxed
#ifndef LY_RELACY_ATOMICS_HPP
#define LY_RELACY_ATOMICS_HPP

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <iostream>
#include <vector>

#include <relacy/relacy.hpp>

namespace ly_verify {

enum access { LOAD, STORE, BOTH };

// Sites stand in a table of their own, since Relacy takes over operator new.
enum { SITES_MOST = 500 };
struct site;
struct site_table {
    site *all[SITES_MOST];
    int count;
};
inline site_table &sites()
{
    static site_table table;
    return table;
}

struct site {
    const char *file;
    int line;
    const char *text;
    rl::memory_order order;
    rl::memory_order weaker[2];
    int ways;

    site(const char *path, int line, const char *text, rl::memory_order order, access kind)
        : file(path), line(line), text(text), order(order), weaker(), ways(0)
    {
        if (strrchr(path, '/'))
            file = strrchr(path, '/') + 1;
        switch (order) {
        case rl::mo_relaxed: break;
        case rl::mo_seq_cst:
            weaker[ways++] = kind == LOAD    ? rl::mo_acquire
                             : kind == STORE ? rl::mo_release : rl::mo_acq_rel;
            break;
        case rl::mo_acq_rel:
            weaker[ways++] = rl::mo_acquire;
            weaker[ways++] = rl::mo_release;
            break;
        default: weaker[ways++] = rl::mo_relaxed; break;
        }
        site_table &table = sites();
        if (table.count == SITES_MOST)
            abort();
        table.all[table.count++] = this;
    }
};

struct weakening {
    const site *where;
    int way;
};
inline weakening &weakened()
{
    static weakening now = {nullptr, 0};
    return now;
}

inline rl::memory_order order_at(const site *s)
{
    return weakened().where == s ? s->weaker[weakened().way] : s->order;
}

} // namespace ly_verify

#define LY_SITE(text, order, kind) \
    ([]() -> rl::memory_order { \
        static ly_verify::site here(__FILE__, __LINE__, text, rl::mo_##order, ly_verify::kind); \
        return ly_verify::order_at(&here); \
    }())

// The same for code that names the orders as C11 does (memory_order_acquire, a value here).
#define LY_SITE_OF(text, order, kind) \
    ([]() -> rl::memory_order { \
        static ly_verify::site here(__FILE__, __LINE__, text, order, ly_verify::kind); \
        return ly_verify::order_at(&here); \
    }())

#define ly_atomic(T) rl::atomic<T>
#define ly_load(p, order) ((p)->load(LY_SITE("load " #p, order, LOAD), $))
#define ly_store(p, value, order) ((p)->store(value, LY_SITE("store " #p, order, STORE), $))
#define ly_exchange(p, value, order) ((p)->exchange(value, LY_SITE("exchange " #p, order, BOTH), $))
#define ly_fetch_add(p, value, order) ((p)->fetch_add(value, LY_SITE("add " #p, order, BOTH), $))
#define ly_fetch_or(p, value, order) ((p)->fetch_or(value, LY_SITE("or " #p, order, BOTH), $))
#define ly_fetch_and(p, value, order) ((p)->fetch_and(value, LY_SITE("and " #p, order, BOTH), $))
#define ly_compare_exchange(p, expected, value, order) \
    ((p)->compare_exchange_strong(*(expected), value, LY_SITE("compare " #p, order, BOTH), $, \
                                  rl::mo_relaxed, $))

#define ly_plain(T) rl::var<T>
#define ly_get(p) ((*(p))($).load())
#define ly_set(p, value) ((*(p))($).store(value))

static inline void ly_pause()
{
    rl::yield(1, $);
}
static inline void ly_relax(unsigned)
{
    rl::yield(1, $);
}

typedef rl::mutex ly_mutex;
#define ly_mutex_init(m) ((void)(m))
#define ly_mutex_destroy(m) ((void)(m))
#define ly_mutex_lock(m) ((m)->lock($))
#define ly_mutex_unlock(m) ((m)->unlock($))

namespace ly_verify {

// A test: how it is run, so often; true if it passes. Says nothing unless `loud`.
// Sleeps until it is woken, once; a lost wake-up is a deadlock, which Relacy reports.
struct sleeper {
    rl::mutex mutex;
    rl::condition_variable condition;
    bool woken;
    void arm() { woken = false; }
    void wake()
    {
        mutex.lock($);
        woken = true;
        condition.notify_one($);
        mutex.unlock($);
    }
    void sleep()
    {
        mutex.lock($);
        while (!woken)
            condition.wait(mutex, $);
        mutex.unlock($);
    }
    bool is_woken()
    {
        mutex.lock($);
        bool is = woken;
        mutex.unlock($);
        return is;
    }
};

struct test {
    const char *name;
    bool (*run)(unsigned long iterations, bool loud);
};

template <typename suite>
bool simulate(unsigned long iterations, bool loud)
{
    std::ostream nowhere(nullptr), &out = loud ? std::cout : nowhere;
    rl::test_params params;
    params.iteration_count = iterations;
    params.output_stream = &out;
    params.progress_stream = &out;
    params.execution_depth_limit = 20000;
    params.search_type = rl::sched_random;
    params.collect_history = params.output_history = loud;
    return rl::simulate<suite>(params);
}

// An order that Relacy cannot see missing, and why.
struct exemption {
    const char *text;
    const char *reason;
};

// All tests as they are, then each weakening. Gives an exit status.
inline int verify(const char *what, const std::vector<test> &tests,
                  unsigned long iterations, unsigned long weak_iterations,
                  const std::vector<exemption> &exempt = {})
{
    for (const test &t : tests) {
        if (!t.run(iterations, false)) {
            printf("not ok %s: %s\n", what, t.name);
            t.run(iterations, true);
            return 1;
        }
        printf("ok %s: %s, %lu interleavings\n", what, t.name, iterations);
        fflush(stdout);
    }
    int unseen = 0, seen = 0;
    int count = sites().count;
    for (int i = 0; i < count; i++) {
        const site *s = sites().all[i];
        for (int way = 0; way < s->ways; way++) {
            weakened() = {s, way};
            bool caught = false;
            for (size_t k = 0; k < tests.size() && !caught; k++)
                caught = !tests[k].run(weak_iterations, false);
            weakened() = {nullptr, 0};
            const char *reason = nullptr;
            for (const exemption &e : exempt)
                if (!caught && !strcmp(e.text, s->text))
                    reason = e.reason;
            caught ? seen++ : reason ? 0 : unseen++;
            printf("%s %s: %s:%d %s, %s instead of %s, is %s%s\n", caught || reason ? "ok" : "not ok",
                   what, s->file, s->line, s->text, rl::format(s->weaker[way]), rl::format(s->order),
                   caught ? "found" : reason ? "not seen by Relacy: " : "not found",
                   reason ? reason : "");
            fflush(stdout);
        }
    }
    return unseen != 0 || seen == 0;
}

} // namespace ly_verify

#endif
