/* channel_queue.h: the queue inside a channel, words in the order in which they were sent.

   Two forms. The ring serves one producer: slots are words, the producer writes one and publishes it
   by moving `tail`. The stamped queue serves any number: a producer claims a place by moving `tail`,
   writes its slot, and stamps it (as in Vyukov's bounded queue and crossbeam's ArrayQueue). Both serve
   any number of consumers, which read a slot first and take it by moving `head`: if that succeeds,
   head had not moved, so nobody had overwritten what was read. Hence consumers write no slot at all.

   `head` and `tail` count for ever in steps of STEP; the low bits of a word are marks:

       tail   | number of values sent                    | CLOSED | MOVED |
       head   | number of values taken                   |   0    | MOVED |

   CLOSED stops producers, so that a value is either refused or received. MOVED stops everybody: the
   values go on in another queue (a ring becomes stamped when a second producer appears; a full array
   becomes larger while the channel's capacity permits). Whoever moves it holds the channel's lock.
   A queue that was moved from stays readable until its channel is freed, since others may still be
   looking at it; but nobody can change it any more.

   A full fence a value, no more: the exchange that moves `tail` (`head`) is sequentially consistent,
   and so is the load of the word that tells of waiting receivers (senders) after it. Whoever is about
   to wait stores that word first and then loads `tail` (`head`). In the single order of those four one
   of the two sees the other, so no wake-up is lost. A stamped value whose place is claimed but not yet
   written counts as there: a receiver stays until it is. */
#ifndef LY_SCHED_CHANNEL_QUEUE_H
#define LY_SCHED_CHANNEL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sched/atomics.h"

enum { MOVED = 1, CLOSED = 2, STEP = 4 };

typedef enum {
    QUEUE_DONE,
    QUEUE_EMPTY,
    QUEUE_FULL,
    QUEUE_CLOSED, /* to a producer: refused; to a consumer: nothing is left, and nothing will come */
    QUEUE_MOVED,  /* look again at the channel's queue, once its lock was free */
} queue_outcome;

typedef struct queue queue;

struct queue {
    /* written before it is published */
    bool stamped;
    uint64_t mask;                 /* slots − 1 */
    ly_plain(uint64_t) limit;      /* values that it may hold: at most the slots */
    ly_atomic(uint64_t) *slots;    /* a word each; where stamped, a stamp and a word */
    queue *older;                  /* what it was moved from */
    size_t bytes;                  /* of the slots */
    ly_atomic(uintptr_t) producer; /* of a ring: the only one who sends; 0 before the first */

    _Alignas(128) ly_atomic(uint64_t) tail;
    ly_atomic(uint64_t) head_seen; /* by producers: what head was at least (a count) */

    _Alignas(128) ly_atomic(uint64_t) head;
    ly_atomic(uint64_t) tail_seen; /* by consumers of a ring: what tail was at least (a count) */
};

static inline uint64_t queue_count(uint64_t word)
{
    return word / STEP;
}

/* Is there a place for the value numbered `index`? */
static inline queue_outcome queue_room(queue *q, uint64_t index)
{
    /* acquire, release: the slot's last value was read before head moved past it */
    uint64_t seen = ly_load(&q->head_seen, acquire);
    if ((int64_t)(index - seen) < (int64_t)ly_get(&q->limit))
        return QUEUE_DONE;
    uint64_t head = ly_load(&q->head, seq_cst);
    if (head & MOVED)
        return QUEUE_MOVED;
    if ((int64_t)(index - queue_count(head)) >= (int64_t)ly_get(&q->limit))
        return QUEUE_FULL;
    ly_store(&q->head_seen, queue_count(head), release);
    return QUEUE_DONE;
}

/* Sends a word. Of a ring, only its producer may, or, with the lock held, somebody in the name of
   the producer, who waits. */
static inline queue_outcome queue_push(queue *q, uint64_t word)
{
    uint64_t tail = ly_load(&q->tail, relaxed);
    for (;;) {
        if (tail & (MOVED | CLOSED))
            return tail & MOVED ? QUEUE_MOVED : QUEUE_CLOSED;
        uint64_t index = queue_count(tail);
        queue_outcome room = queue_room(q, index);
        if (room != QUEUE_DONE)
            return room;
        if (!q->stamped) {
            ly_store(&q->slots[index & q->mask], word, relaxed);
            if (ly_compare_exchange(&q->tail, &tail, tail + STEP, seq_cst))
                return QUEUE_DONE;
        } else if (ly_compare_exchange(&q->tail, &tail, tail + STEP, seq_cst)) {
            ly_atomic(uint64_t) *slot = &q->slots[2 * (index & q->mask)];
            ly_store(slot + 1, word, relaxed);
            ly_store(slot, index + 1, release);
            return QUEUE_DONE;
        }
    }
}

/* Receives a word. */
static inline queue_outcome queue_pop(queue *q, uint64_t *word)
{
    uint64_t head = ly_load(&q->head, relaxed);
    for (unsigned rounds = 0;; rounds++) {
        if (head & MOVED)
            return QUEUE_MOVED;
        uint64_t index = queue_count(head), value;
        ly_atomic(uint64_t) *slot = &q->slots[(index & q->mask) << q->stamped];
        /* acquire: what the producer did before it sent the value. Consumers pass it on to each
           other by tail_seen. */
        bool there = q->stamped ? ly_load(slot, acquire) == index + 1
                                : index < ly_load(&q->tail_seen, acquire);
        if (!there) {
            uint64_t tail = ly_load(&q->tail, acquire);
            if (tail & MOVED)
                return QUEUE_MOVED;
            if (queue_count(tail) <= index)
                return tail & CLOSED ? QUEUE_CLOSED : QUEUE_EMPTY;
            if (q->stamped) { /* claimed and not written yet, or taken meanwhile */
                ly_relax(rounds);
                head = ly_load(&q->head, relaxed);
                continue;
            }
            ly_store(&q->tail_seen, queue_count(tail), release);
        }
        value = ly_load(slot + q->stamped, relaxed);
        if (ly_compare_exchange(&q->head, &head, head + STEP, seq_cst)) {
            *word = value;
            return QUEUE_DONE;
        }
    }
}

/* Stops everybody and copies what is left into `next`, a fresh stamped queue or ring with room for
   it. The lock is held; afterwards the caller publishes `next`. */
static inline void queue_move(queue *q, queue *next)
{
    /* acquire: what producers wrote; and what consumers read before the memory is given back */
    uint64_t tail = ly_fetch_or(&q->tail, MOVED, acquire);
    uint64_t head = ly_fetch_or(&q->head, MOVED, acquire);
    uint64_t count = 0;
    for (uint64_t index = queue_count(head); index < queue_count(tail); index++, count++) {
        ly_atomic(uint64_t) *slot = &q->slots[(index & q->mask) << q->stamped];
        for (unsigned rounds = 0; q->stamped && ly_load(slot, acquire) != index + 1; rounds++)
            ly_relax(rounds);
        uint64_t word = ly_load(slot + q->stamped, relaxed);
        slot = &next->slots[(count & next->mask) << next->stamped];
        ly_store(slot + next->stamped, word, relaxed);
        if (next->stamped)
            ly_store(slot, count + 1, relaxed); /* publishing `next` releases it */
    }
    ly_store(&next->tail, count * STEP + (tail & CLOSED), relaxed);
    ly_store(&next->tail_seen, count, relaxed);
    ly_store(&next->head, 0, relaxed);
    ly_store(&next->head_seen, 0, relaxed);
}

/* Refuses what would be sent from now on; did nobody do so before? Release: who hears of the end
   sees what was done before. */
static inline bool queue_close(queue *q)
{
    return !(ly_fetch_or(&q->tail, CLOSED, release) & CLOSED);
}

/* The number of values in it. */
static inline uint64_t queue_length(queue *q)
{
    uint64_t head = queue_count(ly_load(&q->head, acquire));
    uint64_t tail = queue_count(ly_load(&q->tail, acquire));
    return tail > head ? tail - head : 0;
}

#endif
