/* soak.c: everything at once, for as long as one likes: tasks in trees, pools, pipelines, markets,
   receivers that choose, parallel loops with elements that wait, time-outs, cancellation at random
   moments, circuit breakers.

       soak SECONDS [SEED]

   Directors, tasks themselves, play scenes one after the other; each scene checks every value that it
   made. At the end nothing may be left: as many references and values as at the start. Nothing
   finished for a minute is a hang. Prints a line for each kind of scene; status 1 if anything was
   wrong. */
#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "relay.h"
#include "sched/breaker.h"
#include "sched/cancel.h"
#include "sched/channel.h"
#include "sched/loop.h"
#include "sched/pool.h"
#include "sched/scheduler.h"
#include "sched/task.h"

enum { DIRECTORS = 6, PARTIES_MOST = 12, HANG_SECONDS = 60 };

static uint64_t ends_at;
static _Atomic uint64_t wrong;

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint64_t below(uint64_t *random, uint64_t n)
{
    return random_next(random) % n;
}

static uint64_t soon(uint64_t *random)
{
    return ly_clock_ns() + below(random, 200000);
}

static bool check(bool condition, const char *what, uint64_t found, uint64_t expected)
{
    if (!condition && atomic_fetch_add(&wrong, 1) < 20)
        fprintf(stderr, "soak: %s: %" PRIu64 ", not %" PRIu64 "\n", what, found, expected);
    return condition;
}

static ly_task *start(uint64_t (*run)(ly_task *, void *), void *argument, ly_cancel *cancel, ly_pool *pool)
{
    ly_task *task = ly_task_new(&(ly_task_options){
        .run = run, .argument = argument, .cancel = cancel, .pool = pool});
    if (!task) {
        fprintf(stderr, "soak: no memory for a task\n");
        exit(2);
    }
    ly_task_submit(task);
    return task;
}

/* Waits for the task and lets go of it. */
static uint64_t result_of(ly_task *task)
{
    uint32_t reason = ly_task_await(task, 0);
    check(reason == LY_WAKE_READY, "waiting for a task", reason, LY_WAKE_READY);
    uint64_t result = task->result;
    ly_task_release(task);
    return result;
}

static uint64_t some_capacity(uint64_t *random)
{
    static const uint64_t capacities[] = {0, 1, 2, 7, 100, LY_CHANNEL_UNBOUNDED};
    return capacities[below(random, sizeof capacities / sizeof *capacities)];
}

/* ---- a tree of tasks --------------------------------------------------------------------------- */

static uint64_t fibonacci(ly_task *task, void *argument)
{
    uint64_t n = (uint64_t)(uintptr_t)argument;
    if (n < 2)
        return n;
    ly_task *left = start(fibonacci, (void *)(uintptr_t)(n - 1), NULL, NULL);
    uint64_t right = fibonacci(task, (void *)(uintptr_t)(n - 2));
    return result_of(left) + right;
}

static void tree(uint64_t *random)
{
    static const uint64_t expected[] = {0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377};
    uint64_t n = below(random, 15);
    uint64_t found = result_of(start(fibonacci, (void *)(uintptr_t)n, NULL, NULL));
    check(found == expected[n], "tree", found, expected[n]);
}

/* ---- a pipeline -------------------------------------------------------------------------------- */

static uint64_t feed(ly_task *task, void *argument)
{
    ly_channel *ch = argument;
    for (uint64_t i = 0; i < 500; i++)
        ly_channel_send(ch, i, 0);
    ly_channel_close(ch);
    return 0;
}

static uint64_t any_capacity(void *random)
{
    return some_capacity(random);
}

static void pipeline(uint64_t *random)
{
    ly_channel *channels[PARTIES_MOST + 1];
    ly_task *tasks[PARTIES_MOST + 1];
    stage stages[PARTIES_MOST];
    uint64_t n = 1 + below(random, PARTIES_MOST), word, count = 0;
    relay_open(channels, stages, n, any_capacity, random);
    for (uint64_t i = 0; i < n; i++) tasks[i] = start(pass_on, &stages[i], NULL, NULL);
    tasks[n] = start(feed, channels[0], NULL, NULL);
    while (ly_channel_receive(channels[n], &word, 0) == LY_CHANNEL_DONE) {
        check(word == count + n, "pipeline", word, count + n);
        count++;
    }
    check(count == 500, "values through a pipeline", count, 500);
    for (uint64_t i = 0; i <= n; i++)
        result_of(tasks[i]);
    relay_free(channels, n);
}

/* ---- a market: senders and receivers that give up, choose, are cancelled, or find it closed ---- */

typedef struct {
    ly_channel *channels[3];
    _Atomic uint64_t sent, received, sum_sent, sum_received, seed;
} market;

static void dropped(uint64_t word, void *argument)
{
    market *m = argument;
    atomic_fetch_add(&m->received, 1);
    atomic_fetch_add(&m->sum_received, word);
}

static uint64_t sells(ly_task *task, void *argument)
{
    market *m = argument;
    uint64_t random = atomic_fetch_add(&m->seed, 977) | 1;
    for (uint64_t i = 0; i < 400; i++) {
        uint64_t word = below(&random, 1000);
        ly_channel *ch = m->channels[below(&random, 3)];
        ly_channel_status status = below(&random, 4) ? ly_channel_send(ch, word, below(&random, 3) ? 0 : soon(&random))
                                                     : ly_channel_try_send(ch, word);
        if (status == LY_CHANNEL_DONE) {
            atomic_fetch_add(&m->sent, 1);
            atomic_fetch_add(&m->sum_sent, word);
        } else if (status != LY_CHANNEL_TIMEOUT && status != LY_CHANNEL_AGAIN) {
            break;
        }
    }
    return 0;
}

static uint64_t buys(ly_task *task, void *argument)
{
    market *m = argument;
    uint64_t random = atomic_fetch_add(&m->seed, 977) | 1;
    for (;;) {
        uint64_t word, way = below(&random, 4), deadline = below(&random, 3) ? 0 : soon(&random);
        size_t which = below(&random, 3);
        ly_channel_status status =
            way == 0   ? ly_channel_try_receive(m->channels[which], &word)
            : way == 1 ? ly_channel_receive(m->channels[which], &word, deadline)
                       : ly_channel_receive_any(m->channels, 3, &which, &word, deadline);
        if (status == LY_CHANNEL_DONE)
            dropped(word, m);
        else if (status == LY_CHANNEL_AGAIN)
            ly_yield();
        else if (status != LY_CHANNEL_TIMEOUT)
            break;
    }
    return 0;
}

static void trade(uint64_t *random)
{
    market m = {.seed = random_next(random)};
    ly_task *tasks[PARTIES_MOST];
    ly_cancel *all = ly_cancel_new(NULL), *tokens[PARTIES_MOST];
    uint64_t n = 2 + below(random, PARTIES_MOST - 1);
    bool close = below(random, 2);
    for (int i = 0; i < 3; i++)
        m.channels[i] = ly_channel_new(some_capacity(random), dropped, &m);
    for (uint64_t i = 0; i < n; i++) {
        tokens[i] = ly_cancel_new(all);
        tasks[i] = start(i % 2 ? sells : buys, &m, tokens[i], NULL);
    }
    ly_sleep_until(ly_clock_ns() + below(random, 2000000));
    for (uint64_t i = 0; i < n; i++) {
        if (below(random, 3) == 0)
            ly_cancel_now(tokens[i]);
        if (below(random, 4) == 0)
            ly_sleep_until(soon(random));
    }
    /* the rest hear of the end in one of two ways */
    if (close) {
        for (int i = 0; i < 3; i++)
            ly_channel_close(m.channels[i]);
    } else {
        ly_cancel_now(all);
    }
    for (uint64_t i = 0; i < n; i++) {
        result_of(tasks[i]);
        ly_cancel_release(tokens[i]);
    }
    ly_cancel_release(all);
    for (int i = 0; i < 3; i++)
        ly_channel_free(m.channels[i]);
    check(m.sent == m.received, "values in a market", m.received, m.sent);
    check(m.sum_sent == m.sum_received, "their sum", m.sum_received, m.sum_sent);
}

/* ---- a pool keeps its limit, and tasks that wait free their place ------------------------------ */

typedef struct {
    ly_channel *gate;
    _Atomic uint64_t inside, most;
} pooled;

static uint64_t works_in_pool(ly_task *task, void *argument)
{
    pooled *p = argument;
    uint64_t word = 0, now = atomic_fetch_add(&p->inside, 1) + 1, most = atomic_load(&p->most);
    while (now > most && !atomic_compare_exchange_weak(&p->most, &most, now)) {
    }
    atomic_fetch_sub(&p->inside, 1);
    ly_channel_receive(p->gate, &word, 0);
    return word;
}

static void pool(uint64_t *random)
{
    enum { N = 60 };
    pooled p = {.gate = ly_channel_new(some_capacity(random), NULL, NULL)};
    uint64_t limit = 1 + below(random, 4), sum = 0;
    ly_pool *pool = ly_pool_new((uint32_t)limit);
    ly_task *tasks[N];
    for (int i = 0; i < N; i++)
        tasks[i] = start(works_in_pool, &p, NULL, pool);
    for (uint64_t i = 0; i < N; i++)
        ly_channel_send(p.gate, i, 0);
    for (int i = 0; i < N; i++)
        sum += result_of(tasks[i]);
    check(sum == N * (N - 1) / 2, "sum in a pool", sum, N * (N - 1) / 2);
    check(p.most <= limit, "tasks at once in a pool", p.most, limit);
    ly_pool_release(pool);
    ly_channel_free(p.gate);
}

/* ---- sleepers that are cancelled, or not ------------------------------------------------------- */

static uint64_t sleeps(ly_task *task, void *argument)
{
    return ly_sleep_until(ly_clock_ns() + (uint64_t)(uintptr_t)argument);
}

static void naps(uint64_t *random)
{
    enum { N = 20 };
    ly_task *tasks[N];
    ly_cancel *tokens[N];
    bool cancelled[N];
    for (int i = 0; i < N; i++) {
        cancelled[i] = below(random, 2);
        tokens[i] = ly_cancel_new(NULL);
        /* those who are cancelled would sleep for an hour */
        uint64_t ns = cancelled[i] ? 3600000000000 : below(random, 1000000);
        tasks[i] = start(sleeps, (void *)(uintptr_t)ns, tokens[i], NULL);
    }
    ly_sleep_until(soon(random));
    for (int i = 0; i < N; i++)
        if (cancelled[i])
            ly_cancel_now(tokens[i]);
    for (int i = 0; i < N; i++) {
        ly_task_await(tasks[i], 0);
        bool early = ly_task_state_of(tasks[i]) == LY_TASK_CANCELLED;
        uint64_t reason = tasks[i]->result;
        ly_task_release(tasks[i]);
        if (cancelled[i])
            check(early || reason == LY_WAKE_CANCELLED, "a cancelled sleeper", reason, LY_WAKE_CANCELLED);
        else
            check(reason == LY_WAKE_TIMEOUT, "a sleeper", reason, LY_WAKE_TIMEOUT);
        ly_cancel_release(tokens[i]);
    }
}

/* ---- a parallel loop, some of whose elements wait ---------------------------------------------- */

enum { ELEMENTS = 3000, EVERY = 97 };
typedef struct {
    ly_channel *tickets;
    uint64_t seed;
    _Atomic uint64_t squares, tickets_taken;
    uint8_t done[ELEMENTS];
} loop;

static void elements(void *state, int64_t lo, int64_t hi, ly_worker *worker)
{
    loop *l = state;
    for (int64_t i = lo; i < hi; i++) {
        uint64_t word;
        if (i % EVERY == 0 && ly_channel_receive(l->tickets, &word, 0) == LY_CHANNEL_DONE)
            atomic_fetch_add(&l->tickets_taken, word);
        atomic_fetch_add_explicit(&l->squares, (uint64_t)(i * i), memory_order_relaxed);
        l->done[i]++;
    }
}

static uint64_t sells_tickets(ly_task *task, void *argument)
{
    loop *l = argument;
    for (int i = 0; i < ELEMENTS; i += EVERY) {
        if (below(&l->seed, 8) == 0)
            ly_sleep_until(soon(&l->seed));
        ly_channel_send(l->tickets, 3, 0);
    }
    return 0;
}

static void loops(uint64_t *random)
{
    loop *l = calloc(1, sizeof *l);
    uint64_t n = 1 + below(random, ELEMENTS), tickets = (n + EVERY - 1) / EVERY, every_one = 0;
    l->tickets = ly_channel_new(some_capacity(random), NULL, NULL);
    l->seed = random_next(random) | 1;
    ly_task *seller = start(sells_tickets, l, NULL, NULL);
    ly_parallel_for(0, (int64_t)n, elements, l, NULL);
    ly_channel_close(l->tickets);
    result_of(seller);
    for (uint64_t i = 0; i < n; i++)
        every_one += l->done[i] == 1;
    check(every_one == n, "elements of a loop", every_one, n);
    check(l->squares == (n - 1) * n * (2 * n - 1) / 6, "their squares", l->squares, n);
    check(l->tickets_taken == 3 * tickets, "what they waited for", l->tickets_taken, 3 * tickets);
    ly_channel_free(l->tickets);
    free(l);
}

/* ---- a breaker before a service that fails now and then ---------------------------------------- */

static void breaker(uint64_t *random)
{
    ly_breaker b;
    uint64_t threshold = 1 + below(random, 5), row = 0, ticket;
    ly_breaker_start(&b, threshold, 3600000000000);
    for (int i = 0; i < 200; i++) {
        bool allowed = ly_breaker_begin(&b, &ticket), fine = below(random, 2);
        check(allowed == (row < threshold), "a breaker", row, threshold);
        if (!allowed)
            break;
        ly_breaker_end(&b, ticket, fine);
        row = fine ? 0 : row + 1;
    }
}

/* ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    void (*play)(uint64_t *random);
} scenes[] = {{"trees", tree}, {"pipelines", pipeline}, {"markets", trade},
              {"pools", pool}, {"naps", naps},          {"loops", loops},
              {"breakers", breaker}};
enum { SCENES = sizeof scenes / sizeof *scenes };
static _Atomic uint64_t played[SCENES];

static uint64_t direct(ly_task *task, void *argument)
{
    uint64_t random = (uint64_t)(uintptr_t)argument | 1;
    while (ly_clock_ns() < ends_at) {
        uint64_t which = below(&random, SCENES);
        scenes[which].play(&random);
        atomic_fetch_add(&played[which], 1);
    }
    return 0;
}

static uint64_t all_played(void)
{
    uint64_t sum = 0;
    for (int i = 0; i < SCENES; i++)
        sum += atomic_load(&played[i]);
    return sum;
}

static void *watch(void *argument)
{
    for (uint64_t seen = 0, since = ly_clock_ns();; sleep(1)) {
        if (all_played() != seen) {
            seen = all_played();
            since = ly_clock_ns();
        } else if (ly_clock_ns() - since > HANG_SECONDS * UINT64_C(1000000000)) {
            fprintf(stderr, "soak: hangs: no scene has ended for %d s\n", HANG_SECONDS);
            abort();
        }
    }
    return NULL;
}

static void play_for(uint64_t ns, uint64_t seed)
{
    ly_task *directors[DIRECTORS];
    ends_at = ly_clock_ns() + ns;
    for (uint64_t i = 0; i < DIRECTORS; i++)
        directors[i] = start(direct, (void *)(uintptr_t)(seed * 2654435761u + i * 40503 + 2), NULL, NULL);
    for (int i = 0; i < DIRECTORS; i++)
        result_of(directors[i]);
}

int main(int argc, char **argv)
{
    uint64_t seconds = argc > 1 ? strtoull(argv[1], NULL, 10) : 10;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : ly_clock_ns() % 1000000007;
    pthread_t watcher;
    printf("soak: %" PRIu64 " seconds, seed %" PRIu64 "\n", seconds, seed);
    fflush(stdout);
    pthread_create(&watcher, NULL, watch, NULL);
    /* a tenth to warm up: what is kept for reuse is no leak */
    play_for(seconds * 100000000, seed);
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
    size_t before = mallinfo2().uordblks;
#endif
    uint64_t scenes_before = all_played();
    play_for(seconds * 900000000, seed + 1);
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
    size_t after = mallinfo2().uordblks;
    uint64_t count = all_played() - scenes_before;
    printf("soak: %zu bytes in use after the first tenth, %zu at the end\n", before, after);
    /* less than a byte a scene can't be a leak of the scenes */
    check(after < before + (64 << 10) + count, "bytes in use", after, before);
#endif
    for (int i = 0; i < SCENES; i++)
        printf("soak: %" PRIu64 " %s\n", atomic_load(&played[i]), scenes[i].name);
    ly_scheduler_finish();
    ly_scheduler_stop();
    if (wrong)
        fprintf(stderr, "soak: %" PRIu64 " wrong (seed %" PRIu64 ")\n", atomic_load(&wrong), seed);
    return wrong != 0;
}
