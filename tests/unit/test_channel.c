/* Channels between threads: every value is received once, in the order in which its producer sent
   it, whoever blocks, gives up, closes or chooses among channels meanwhile. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "sched/channel.h"

static uint64_t clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t in_microseconds(uint64_t n)
{
    return clock_ns() + 1000 * n;
}

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* ---- one thread ------------------------------------------------------------------------------- */

static void capacities_are_kept(void **state)
{
    static const uint64_t capacities[] = {1, 2, 3, 16, 17, 100, 1024, 5000};
    for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
        uint64_t n = capacities[i], word;
        ly_channel *ch = ly_channel_new(n, NULL, NULL);
        assert_int_equal(ly_channel_capacity(ch), n);
        for (uint64_t lap = 0; lap < 3; lap++) {
            for (uint64_t k = 0; k < n; k++) {
                assert_int_equal(ly_channel_length(ch), k);
                assert_int_equal(ly_channel_try_send(ch, 1000 * lap + k), LY_CHANNEL_DONE);
            }
            assert_int_equal(ly_channel_try_send(ch, 7), LY_CHANNEL_AGAIN);
            assert_int_equal(ly_channel_send(ch, 7, in_microseconds(100)), LY_CHANNEL_TIMEOUT);
            for (uint64_t k = 0; k < n; k++) {
                assert_int_equal(ly_channel_try_receive(ch, &word), LY_CHANNEL_DONE);
                assert_int_equal(word, 1000 * lap + k);
            }
            assert_int_equal(ly_channel_try_receive(ch, &word), LY_CHANNEL_AGAIN);
            assert_int_equal(ly_channel_receive(ch, &word, in_microseconds(100)), LY_CHANNEL_TIMEOUT);
        }
        ly_channel_free(ch);
    }
}

static void unbounded_grows(void **state)
{
    enum { N = 200000 };
    ly_channel *ch = ly_channel_new(LY_CHANNEL_UNBOUNDED, NULL, NULL);
    uint64_t word, sent = 0, received = 0;
    for (uint64_t chunk = 1; sent < N; chunk += 100) {
        for (uint64_t k = 0; k < chunk; k++)
            assert_int_equal(ly_channel_send(ch, sent++, 0), LY_CHANNEL_DONE);
        for (uint64_t k = 0; k < chunk / 2; k++) {
            assert_int_equal(ly_channel_receive(ch, &word, 0), LY_CHANNEL_DONE);
            assert_int_equal(word, received++);
        }
        assert_int_equal(ly_channel_length(ch), sent - received);
    }
    while (ly_channel_try_receive(ch, &word) == LY_CHANNEL_DONE)
        assert_int_equal(word, received++);
    assert_int_equal(received, sent);
    ly_channel_free(ch);
}

static void closing(void **state)
{
    for (uint64_t capacity = 0; capacity < 4; capacity++) {
        uint64_t word;
        ly_channel *ch = ly_channel_new(capacity, NULL, NULL);
        for (uint64_t k = 0; k < capacity; k++)
            ly_channel_send(ch, k, 0);
        assert_false(ly_channel_closed(ch));
        assert_true(ly_channel_close(ch));
        assert_false(ly_channel_close(ch));
        assert_true(ly_channel_closed(ch));
        assert_int_equal(ly_channel_send(ch, 1, 0), LY_CHANNEL_CLOSED);
        assert_int_equal(ly_channel_try_send(ch, 1), LY_CHANNEL_CLOSED);
        for (uint64_t k = 0; k < capacity; k++) {
            assert_int_equal(ly_channel_receive(ch, &word, 0), LY_CHANNEL_DONE);
            assert_int_equal(word, k);
        }
        assert_int_equal(ly_channel_receive(ch, &word, 0), LY_CHANNEL_CLOSED);
        assert_int_equal(ly_channel_try_receive(ch, &word), LY_CHANNEL_CLOSED);
        ly_channel_free(ch);
    }
}

static void count_dropped(uint64_t word, void *argument)
{
    *(uint64_t *)argument += word;
}

static void the_rest_is_dropped(void **state)
{
    uint64_t sum = 0, word;
    ly_channel *ch = ly_channel_new(LY_CHANNEL_UNBOUNDED, count_dropped, &sum);
    for (uint64_t k = 1; k <= 100; k++)
        ly_channel_send(ch, k, 0);
    for (uint64_t k = 1; k <= 40; k++)
        ly_channel_receive(ch, &word, 0);
    ly_channel_close(ch);
    ly_channel_free(ch);
    assert_int_equal(sum, 100 * 101 / 2 - 40 * 41 / 2);
}

static void any_of_several(void **state)
{
    enum { N = 12 };
    ly_channel *channels[N];
    uint64_t word, seen[N] = {0};
    size_t which;
    for (size_t i = 0; i < N; i++)
        channels[i] = ly_channel_new(i % 3 ? 4 : LY_CHANNEL_UNBOUNDED, NULL, NULL);
    assert_int_equal(ly_channel_receive_any(channels, N, &which, &word, in_microseconds(100)),
                     LY_CHANNEL_TIMEOUT);
    for (size_t i = 0; i < N; i++)
        for (uint64_t k = 0; k < 4; k++)
            ly_channel_send(channels[i], 100 * i + k, 0);
    for (int k = 0; k < 4 * N; k++) {
        assert_int_equal(ly_channel_receive_any(channels, N, &which, &word, 0), LY_CHANNEL_DONE);
        assert_int_equal(word, 100 * which + seen[which]++);
    }
    ly_channel_close(channels[5]);
    assert_int_equal(ly_channel_receive_any(channels, N, &which, &word, 0), LY_CHANNEL_CLOSED);
    assert_int_equal(which, 5);
    for (size_t i = 0; i < N; i++)
        ly_channel_free(channels[i]);
}

/* ---- stress ------------------------------------------------------------------------------------ */

enum { CHANNELS_MOST = 4, PRODUCERS_MOST = 6 };

/* What several producers and consumers do to some channels. A value is producer << 32 | number. */
typedef struct {
    ly_channel *channels[CHANNELS_MOST];
    size_t channel_count;
    uint64_t each;        /* values a producer sends */
    bool impatient;       /* both sides give up now and then, and try again or otherwise */
    bool any;             /* consumers use receive_any */
    uint64_t close_after; /* somebody closes all channels after so many microseconds; 0: nobody */
    _Atomic uint64_t sent[PRODUCERS_MOST][CHANNELS_MOST];
} market;

typedef struct {
    market *m;
    uint64_t index;
    uint64_t received[PRODUCERS_MOST][CHANNELS_MOST]; /* counts */
    uint64_t sum;
} party;

static void *produce(void *argument)
{
    party *p = argument;
    market *m = p->m;
    uint64_t random = 88172645463325252u + p->index;
    for (uint64_t k = 0; k < m->each; k++) {
        size_t at = random_next(&random) % m->channel_count;
        uint64_t word = p->index << 32 | k;
        ly_channel_status status;
        do {
            unsigned way = m->impatient ? random_next(&random) % 8 : 3;
            status = way == 0   ? ly_channel_try_send(m->channels[at], word)
                     : way == 1 ? ly_channel_send(m->channels[at], word, in_microseconds(random % 50))
                                : ly_channel_send(m->channels[at], word, 0);
        } while (status == LY_CHANNEL_AGAIN || status == LY_CHANNEL_TIMEOUT);
        if (status == LY_CHANNEL_CLOSED)
            return NULL;
        assert_int_equal(status, LY_CHANNEL_DONE);
        atomic_fetch_add(&m->sent[p->index][at], 1);
        p->sum += word;
    }
    return NULL;
}

static void *consume(void *argument)
{
    party *p = argument;
    market *m = p->m;
    uint64_t random = 362436069 + 7919 * p->index;
    int64_t last[PRODUCERS_MOST][CHANNELS_MOST];
    memset(last, -1, sizeof last);
    ly_channel *open[CHANNELS_MOST];
    size_t index[CHANNELS_MOST], count = m->channel_count;
    for (size_t i = 0; i < count; i++) {
        open[i] = m->channels[i];
        index[i] = i;
    }
    while (count) {
        size_t at = 0;
        uint64_t word;
        unsigned way = m->impatient ? random_next(&random) % 8 : 3;
        uint64_t deadline = way == 1 ? in_microseconds(random % 50) : 0;
        ly_channel_status status;
        if (m->any) {
            status = ly_channel_receive_any(open, count, &at, &word, deadline);
        } else {
            at = random_next(&random) % count;
            status = way == 0 ? ly_channel_try_receive(open[at], &word)
                              : ly_channel_receive(open[at], &word, deadline);
        }
        if (status == LY_CHANNEL_AGAIN || status == LY_CHANNEL_TIMEOUT)
            continue;
        if (status == LY_CHANNEL_CLOSED) {
            count--;
            open[at] = open[count];
            index[at] = index[count];
            continue;
        }
        assert_int_equal(status, LY_CHANNEL_DONE);
        uint64_t producer = word >> 32;
        int64_t number = (int64_t)(word & UINT32_MAX);
        assert_true(number > last[producer][index[at]]);
        last[producer][index[at]] = number;
        p->received[producer][index[at]]++;
        p->sum += word;
    }
    return NULL;
}

static void trade(market *m, const uint64_t *capacities, uint64_t producers, uint64_t consumers)
{
    pthread_t threads[2 * PRODUCERS_MOST];
    party *parties = calloc(producers + consumers, sizeof *parties);
    memset(m->sent, 0, sizeof m->sent);
    for (size_t i = 0; i < m->channel_count; i++)
        m->channels[i] = ly_channel_new(capacities[i], NULL, NULL);
    for (uint64_t i = 0; i < producers + consumers; i++) {
        parties[i] = (party){.m = m, .index = i < producers ? i : i - producers};
        pthread_create(&threads[i], NULL, i < producers ? produce : consume, &parties[i]);
    }
    if (m->close_after) {
        nanosleep(&(struct timespec){.tv_nsec = 1000 * (long)m->close_after}, NULL);
        for (size_t i = 0; i < m->channel_count; i++)
            ly_channel_close(m->channels[i]);
    }
    uint64_t sent = 0, received = 0;
    for (uint64_t i = 0; i < producers; i++) {
        pthread_join(threads[i], NULL);
        sent += parties[i].sum;
    }
    for (size_t i = 0; i < m->channel_count; i++)
        ly_channel_close(m->channels[i]);
    for (uint64_t i = producers; i < producers + consumers; i++) {
        pthread_join(threads[i], NULL);
        received += parties[i].sum;
    }
    assert_int_equal(sent, received);
    for (uint64_t p = 0; p < producers; p++) {
        for (size_t c = 0; c < m->channel_count; c++) {
            uint64_t got = 0;
            for (uint64_t i = producers; i < producers + consumers; i++)
                got += parties[i].received[p][c];
            assert_int_equal(got, m->sent[p][c]);
        }
    }
    for (size_t i = 0; i < m->channel_count; i++)
        ly_channel_free(m->channels[i]);
    free(parties);
}

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { FEW = 300, MANY = 3000 };
#else
enum { FEW = 2000, MANY = 30000 };
#endif

static const uint64_t capacities[] = {0, 1, 2, 3, 16, 1000, LY_CHANNEL_UNBOUNDED};

static void many_to_many(void **state)
{
    static const struct { uint64_t producers, consumers; } shapes[] = {{1, 1}, {1, 3}, {3, 1}, {4, 4}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
            market m = {.channel_count = 1, .each = capacities[i] < 3 ? FEW : MANY};
            trade(&m, &capacities[i], shapes[s].producers, shapes[s].consumers);
        }
    }
}

static void giving_up(void **state)
{
    for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
        market m = {.channel_count = 1, .each = FEW, .impatient = true};
        trade(&m, &capacities[i], 4, 4);
        trade(&m, &capacities[i], 1, 1);
    }
}

static void choosing(void **state)
{
    static const uint64_t mixed[] = {0, 1, 16, LY_CHANNEL_UNBOUNDED};
    for (int impatient = 0; impatient < 2; impatient++) {
        market m = {.channel_count = 4, .each = FEW, .impatient = impatient, .any = true};
        trade(&m, mixed, 4, 3);
        m.channel_count = 2;
        trade(&m, mixed, 2, 4);
    }
}

static void closed_in_the_middle(void **state)
{
    for (uint64_t k = 0; k < 40; k++) {
        size_t i = k % (sizeof capacities / sizeof *capacities);
        market m = {.channel_count = 1, .each = UINT32_MAX, .impatient = k % 2, .any = k % 3 == 0,
                    .close_after = 100 + 97 * k};
        trade(&m, &capacities[i], 1 + k % 4, 1 + k / 4 % 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capacities_are_kept), cmocka_unit_test(unbounded_grows),
        cmocka_unit_test(closing),             cmocka_unit_test(the_rest_is_dropped),
        cmocka_unit_test(any_of_several),      cmocka_unit_test(many_to_many),
        cmocka_unit_test(giving_up),           cmocka_unit_test(choosing),
        cmocka_unit_test(closed_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
