/* channel.h: channels of 64-bit words, between tasks and threads.

   A channel holds up to `capacity` words: 0 makes every send wait for its receiver (a rendezvous),
   LY_CHANNEL_UNBOUNDED makes none wait. Words arrive in the order in which one producer sent them.
   Any number may send and receive. Sending and receiving take no lock unless somebody has to wait.

   A deadline is in nanoseconds of CLOCK_MONOTONIC; 0 is none. A word that was sent successfully is
   received once, or goes to the channel's drop function when the channel is freed; one whose send
   did not give LY_CHANNEL_DONE is still the caller's. Whoever uses a channel keeps it alive. */
#ifndef LY_SCHED_CHANNEL_H
#define LY_SCHED_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ly_channel ly_channel;

#define LY_CHANNEL_UNBOUNDED UINT64_MAX

typedef enum {
    LY_CHANNEL_DONE,      /* sent, or received */
    LY_CHANNEL_AGAIN,     /* try_send: no room; try_receive: nothing there */
    LY_CHANNEL_CLOSED,    /* send: refused; receive: nothing is left, and nothing will come */
    LY_CHANNEL_TIMEOUT,   /* the deadline passed */
    LY_CHANNEL_CANCELLED, /* the task that waited was cancelled */
    LY_CHANNEL_DEADLOCK,  /* nobody is left who could have ended the wait */
    LY_CHANNEL_MEMORY,    /* no memory for more values; nothing was sent */
} ly_channel_status;

/* NULL without memory. drop (or NULL) gets each word that is left when the channel is freed. */
ly_channel *ly_channel_new(uint64_t capacity, void (*drop)(uint64_t word, void *argument),
                           void *argument);
void ly_channel_free(ly_channel *);

ly_channel_status ly_channel_send(ly_channel *, uint64_t word, uint64_t deadline);
ly_channel_status ly_channel_receive(ly_channel *, uint64_t *word, uint64_t deadline);
ly_channel_status ly_channel_try_send(ly_channel *, uint64_t word);
ly_channel_status ly_channel_try_receive(ly_channel *, uint64_t *word);

/* Receives from the first of several channels that has something; *which is its index. A closed
   channel with nothing left counts as having something: LY_CHANNEL_CLOSED. One channel may stand
   there twice. */
ly_channel_status ly_channel_receive_any(ly_channel *const *, size_t count, size_t *which,
                                         uint64_t *word, uint64_t deadline);

/* Refuses further sends, and those that wait for room; what is in the channel can still be received.
   False if it was closed already. */
bool ly_channel_close(ly_channel *);

bool ly_channel_closed(ly_channel *);
uint64_t ly_channel_length(ly_channel *); /* words in it; those that wait for room don't count */
uint64_t ly_channel_capacity(ly_channel *);

#endif
