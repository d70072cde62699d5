/* relay.h: a task that passes on what it gets, one more each time, until its channel is closed; chains
   of them stand in the soak and in the tests of channels. */
#ifndef RELAY_H
#define RELAY_H

#include "sched/channel.h"
#include "sched/task.h"

typedef struct stage {
    ly_channel *from, *to;
} stage;

static inline uint64_t pass_on(ly_task *task, void *argument)
{
    stage *s = argument;
    uint64_t word;
    (void)task;
    while (ly_channel_receive(s->from, &word, 0) == LY_CHANNEL_DONE)
        ly_channel_send(s->to, word + 1, 0);
    ly_channel_close(s->to);
    return 0;
}

/* Channels with a stage between each and the next: count stages, count + 1 channels. */
static inline void relay_open(ly_channel **channels, stage *stages, uint64_t count, uint64_t (*capacity)(void *),
                              void *argument)
{
    for (uint64_t i = 0; i <= count; i++) channels[i] = ly_channel_new(capacity(argument), NULL, NULL);
    for (uint64_t i = 0; i < count; i++) stages[i] = (stage){channels[i], channels[i + 1]};
}

static inline void relay_free(ly_channel **channels, uint64_t count)
{
    for (uint64_t i = 0; i <= count; i++) ly_channel_free(channels[i]);
}

#endif
