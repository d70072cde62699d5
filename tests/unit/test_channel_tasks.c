/* Channels between tasks: blocked ones in great number, cancelled ones, and ones that take turns with
   the program's own thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../soak/relay.h"
#include "sched/cancel.h"
#include "sched/channel.h"
#include "sched/pool.h"
#include "sched/scheduler.h"
#include "sched/task.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { BLOCKED = 2000, ROUNDS = 20, EACH = 300 };
#else
enum { BLOCKED = 100000, ROUNDS = 100, EACH = 3000 };
#endif

static uint64_t receive_one(ly_task *task, void *argument)
{
    uint64_t word = 0;
    ly_channel_status status = ly_channel_receive(argument, &word, 0);
    return status == LY_CHANNEL_DONE ? word : UINT64_MAX;
}

/* As many receivers as there are values, all blocked, in a pool of two. */
static void blocked_receivers(void **state)
{
    ly_pool *pool = ly_pool_new(2);
    ly_channel *ch = ly_channel_new(0, NULL, NULL);
    ly_task **tasks = calloc(BLOCKED, sizeof *tasks);
    uint64_t sum = 0;
    for (int i = 0; i < BLOCKED; i++) {
        tasks[i] = ly_task_new(&(ly_task_options){.run = receive_one, .argument = ch, .pool = pool});
        assert_non_null(tasks[i]);
        ly_task_submit(tasks[i]);
    }
    for (uint64_t i = 0; i < BLOCKED; i++)
        assert_int_equal(ly_channel_send(ch, i, 0), LY_CHANNEL_DONE);
    for (int i = 0; i < BLOCKED; i++) {
        assert_int_equal(ly_task_await(tasks[i], 0), LY_WAKE_READY);
        sum += tasks[i]->result;
        ly_task_release(tasks[i]);
    }
    assert_int_equal(sum, (uint64_t)BLOCKED * (BLOCKED - 1) / 2);
    free(tasks);
    ly_channel_free(ch);
    ly_pool_release(pool);
}

/* Senders that all are blocked, and hear that the channel was closed. */
static uint64_t send_one(ly_task *task, void *argument)
{
    return ly_channel_send(argument, 1, 0);
}

static void closed_under_blocked_senders(void **state)
{
    enum { N = 1000 };
    ly_channel *ch = ly_channel_new(3, NULL, NULL);
    ly_task *tasks[N];
    uint64_t statuses[LY_CHANNEL_MEMORY + 1] = {0};
    for (int i = 0; i < N; i++) {
        tasks[i] = ly_task_new(&(ly_task_options){.run = send_one, .argument = ch});
        ly_task_submit(tasks[i]);
    }
    while (ly_channel_length(ch) < 3)
        ly_sleep_until(ly_clock_ns() + 100000);
    ly_channel_close(ch);
    for (int i = 0; i < N; i++) {
        ly_task_await(tasks[i], 0);
        statuses[tasks[i]->result]++;
        ly_task_release(tasks[i]);
    }
    assert_int_equal(statuses[LY_CHANNEL_DONE], 3);
    assert_int_equal(statuses[LY_CHANNEL_CLOSED], N - 3);
    ly_channel_free(ch);
}

/* ---- cancelled while they wait: no value is lost or received twice ---------------------------- */

typedef struct {
    ly_channel *ch, *other;
    _Atomic uint64_t sent, received, sum_sent, sum_received;
} exchange;

static uint64_t sends(ly_task *task, void *argument)
{
    exchange *x = argument;
    for (uint64_t i = 1; i <= EACH; i++) {
        ly_channel *ch = i % 3 ? x->ch : x->other;
        ly_channel_status status = ly_channel_send(ch, i, i % 5 ? 0 : ly_clock_ns() + 20000);
        if (status == LY_CHANNEL_DONE) {
            atomic_fetch_add(&x->sent, 1);
            atomic_fetch_add(&x->sum_sent, i);
        } else if (status != LY_CHANNEL_TIMEOUT) {
            return status;
        }
    }
    return LY_CHANNEL_DONE;
}

static uint64_t receives(ly_task *task, void *argument)
{
    exchange *x = argument;
    ly_channel *both[] = {x->ch, x->other};
    for (uint64_t i = 1;; i++) {
        uint64_t word;
        size_t which;
        ly_channel_status status =
            i % 2 ? ly_channel_receive_any(both, 2, &which, &word, 0)
                  : ly_channel_receive(both[i / 2 % 2], &word, ly_clock_ns() + 20000);
        if (status == LY_CHANNEL_DONE) {
            atomic_fetch_add(&x->received, 1);
            atomic_fetch_add(&x->sum_received, word);
        } else if (status != LY_CHANNEL_TIMEOUT) {
            return status;
        }
    }
}

static void count_rest(uint64_t word, void *argument)
{
    exchange *x = argument;
    atomic_fetch_add(&x->received, 1);
    atomic_fetch_add(&x->sum_received, word);
}

static void cancelled(void **state)
{
    static const uint64_t capacities[] = {0, 1, 4, LY_CHANNEL_UNBOUNDED};
    enum { PARTIES = 8 };
    for (int round = 0; round < ROUNDS; round++) {
        exchange x = {NULL};
        ly_task *tasks[PARTIES];
        ly_cancel *tokens[PARTIES];
        x.ch = ly_channel_new(capacities[round % 4], count_rest, &x);
        x.other = ly_channel_new(capacities[round / 4 % 4], count_rest, &x);
        for (int i = 0; i < PARTIES; i++) {
            tokens[i] = ly_cancel_new(NULL);
            tasks[i] = ly_task_new(&(ly_task_options){
                .run = i % 2 ? sends : receives, .argument = &x, .cancel = tokens[i]});
            ly_task_submit(tasks[i]);
        }
        for (int i = 0; i < PARTIES; i++) {
            ly_sleep_until(ly_clock_ns() + (uint64_t)(round * 7919 % 97) * 1000);
            ly_cancel_now(tokens[(i + round) % PARTIES]);
        }
        for (int i = 0; i < PARTIES; i++) {
            ly_task_await(tasks[i], 0);
            ly_task_release(tasks[i]);
            ly_cancel_release(tokens[i]);
        }
        ly_channel_free(x.ch);
        ly_channel_free(x.other);
        assert_int_equal(x.sent, x.received);
        assert_int_equal(x.sum_sent, x.sum_received);
    }
}

/* ---- a chain: each task passes on what it gets ------------------------------------------------ */

static uint64_t the_capacity(void *capacity)
{
    return *(uint64_t *)capacity;
}

static void chain(void **state)
{
    enum { STAGES = 50 };
    for (uint64_t capacity = 0; capacity < 3; capacity++) {
        ly_channel *channels[STAGES + 1];
        stage stages[STAGES];
        ly_task *tasks[STAGES];
        uint64_t word, sent = 0, received = 0;
        relay_open(channels, stages, STAGES, the_capacity, &capacity);
        for (int i = 0; i < STAGES; i++) {
            tasks[i] = ly_task_new(&(ly_task_options){.run = pass_on, .argument = &stages[i]});
            ly_task_submit(tasks[i]);
        }
        while (received < EACH) {
            if (sent < EACH && ly_channel_send(channels[0], sent, ly_clock_ns() + 1000000) == LY_CHANNEL_DONE)
                if (++sent == EACH)
                    ly_channel_close(channels[0]);
            while (ly_channel_try_receive(channels[STAGES], &word) == LY_CHANNEL_DONE ||
                   (sent == EACH && received < EACH &&
                    ly_channel_receive(channels[STAGES], &word, 0) == LY_CHANNEL_DONE))
                assert_int_equal(word, received++ + STAGES);
        }
        assert_int_equal(ly_channel_receive(channels[STAGES], &word, 0), LY_CHANNEL_CLOSED);
        for (int i = 0; i < STAGES; i++) {
            ly_task_await(tasks[i], 0);
            ly_task_release(tasks[i]);
        }
        relay_free(channels, STAGES);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocked_receivers),
        cmocka_unit_test(closed_under_blocked_senders),
        cmocka_unit_test(cancelled),
        cmocka_unit_test(chain),
    };
    ly_scheduler_start(2);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ly_scheduler_finish();
    ly_scheduler_stop();
    return failed;
}
