/* channel.c: messages a second through a channel between tasks, as channel.go does it.
   Arguments: producers, consumers, capacity, messages, workers. Prints millions a second. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sched/channel.h"
#include "sched/lock.h"
#include "sched/scheduler.h"
#include "sched/task.h"

static ly_channel *channel;
static uint64_t each;

static uint64_t produce(ly_task *task, void *argument)
{
    for (uint64_t i = 0; i < each; i++)
        ly_channel_send(channel, i, 0);
    return 0;
}

static uint64_t consume(ly_task *task, void *argument)
{
    uint64_t word, sum = 0;
    while (ly_channel_receive(channel, &word, 0) == LY_CHANNEL_DONE)
        sum += word;
    return sum;
}

int main(int argc, char **argv)
{
    uint64_t n[5], sum = 0;
    enum { MOST = 64 };
    ly_task *producers[MOST], *consumers[MOST];
    for (int i = 0; i < 5; i++)
        n[i] = argc > i + 1 ? strtoull(argv[i + 1], NULL, 10) : 1;
    if (n[0] > MOST || n[1] > MOST || !n[0] || !ly_scheduler_start((uint32_t)n[4]))
        return 2;
    each = n[3] / n[0];
    channel = ly_channel_new(n[2], NULL, NULL);
    uint64_t start = ly_clock_ns();
    for (uint64_t i = 0; i < n[0]; i++)
        ly_task_submit(producers[i] = ly_task_new(&(ly_task_options){.run = produce}));
    for (uint64_t i = 0; i < n[1]; i++)
        ly_task_submit(consumers[i] = ly_task_new(&(ly_task_options){.run = consume}));
    for (uint64_t i = 0; i < n[0]; i++)
        ly_task_await(producers[i], 0);
    ly_channel_close(channel);
    for (uint64_t i = 0; i < n[1]; i++) {
        ly_task_await(consumers[i], 0);
        sum += consumers[i]->result;
    }
    double seconds = (double)(ly_clock_ns() - start) / 1e9;
    if (sum != n[0] * (each * (each - 1) / 2)) {
        fprintf(stderr, "channel.c: wrong sum\n");
        return 1;
    }
    printf("%.3f\n", (double)(n[0] * each) / seconds / 1e6);
    return 0;
}
