/* deque.h: the deque of fork-join work, split into a private and a public part.

       slots    0        tail          split                head          capacity
                | stolen  |   public    |     private        |     free     |
                            → thieves                      ← owner

   The owner pushes and pops at the head; below the split, thieves take from the tail. While the
   owner stays above the split it uses no fence and no atomic read-modify-write: one comparison with
   one word, which is all it does for the thieves' sake. The split moves when somebody asks for it:
   a thief that finds nothing overwrites the two words that the owner compares with, so that its next
   push or pop takes the long way and sees to it.

       bound    pops at or above it are private: &slots[split]; UINT64_MAX: look first
       limit    pushes below it are ordinary: &slots[capacity]; 0: look first

   Both are only hints in one direction: set to their extremes they send the owner the long way,
   where it knows better. `ends` holds tail and split in one word that both sides change by
   compare-and-exchange, so who took the last task is never in doubt; its upper half is a generation
   that grows whenever the fiber ends a stolen task, so that nobody takes from it, thinking that it
   still works on what was stolen from them (leapfrogging: join.c).

   A deque belongs to the fiber whose stack its tasks refer to. Its memory is recycled but not given
   back (type-stable): a thief may look at a deque at any time.

   Source: van Dijk and van de Pol, Lace: Non-blocking Split Deque for Work-Stealing (2014); the
   single word for both ends and the generation are ours, as is doing without fences.
   Checked by tests/verify with each order weakened in turn. */
#ifndef LY_DEQUE_H
#define LY_DEQUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sched/atomics.h"

enum { LY_SLOT_BYTES = 64 }; /* a line of the cache */

/* ---- a task's slot ---------------------------------------------------------------------------- */

/* state, two low bits. A slot that isn't in use is fresh, so that pushing needn't write it. */
enum {
    LY_SLOT_FRESH = 0,   /* nobody has taken it */
    LY_SLOT_DONE = 1,    /* ended, its result in the slot */
    LY_SLOT_STOLEN = 2,  /* taken: | thief's deque / 16: 44 | floor: 16 | 2: 4 bits | */
    LY_SLOT_AWAITED = 3, /* taken, and the owner suspended: | address of the waiter | 3: 2 bits | */
};

typedef struct ly_deque ly_deque;
typedef struct ly_slot ly_slot;

#ifndef LY_RELACY
typedef struct ly_join {
    ly_deque *deque;
    ly_slot *head;
} ly_join;

/* A function, and its arguments, which the result replaces. */
enum { LY_SLOT_WORDS = 6 };
struct ly_slot {
    void (*run)(ly_slot *slot, ly_join join);
    ly_atomic(uint64_t) state;
    uint64_t data[LY_SLOT_WORDS];
};
_Static_assert(sizeof(ly_slot) == LY_SLOT_BYTES, "a slot is one line of the cache");
#endif

struct ly_deque {
    /* read by the owner all the time, by thieves when they find nothing; written on demand */
    ly_atomic(uint64_t) bound, limit;
    ly_slot *slots;
    uint32_t capacity;
    uint32_t padding_of_line[9];
    /* the thieves' line */
    ly_atomic(uint64_t) ends;     /* | generation: 32 | split: 16 | tail: 16 | */
    uint64_t padding_of_thieves[7];
    /* the owner's line */
    ly_slot *head;                /* one past the youngest task */
    uint32_t split;               /* from here on private; the owner's copy */
    struct ly_overflow *overflow; /* join.c: tasks that found no slot, the youngest first */
    struct ly_overflow *joined;   /* the last of them that was joined */
    uint64_t padding_of_owner[4];
};
#ifndef LY_RELACY
_Static_assert(sizeof(ly_deque) == 3 * LY_SLOT_BYTES && sizeof(ly_deque) % LY_SLOT_BYTES == 0 &&
                   offsetof(ly_deque, ends) == LY_SLOT_BYTES &&
                   offsetof(ly_deque, head) == 2 * LY_SLOT_BYTES,
               "who writes what is on a line of its own");
#endif

enum { LY_DEQUE_LARGEST = (1 << 16) - 1 };

static inline uint32_t ly_ends_tail(uint64_t ends) { return (uint32_t)(ends & 0xFFFF); }
static inline uint32_t ly_ends_split(uint64_t ends) { return (uint32_t)(ends >> 16 & 0xFFFF); }
static inline uint64_t ly_ends_with(uint64_t ends, uint32_t tail, uint32_t split)
{
    return (ends >> 32 << 32) | (uint64_t)split << 16 | tail;
}

static inline uint32_t ly_deque_index(const ly_deque *d, const ly_slot *slot)
{
    return (uint32_t)(slot - d->slots);
}

/* ---- the owner -------------------------------------------------------------------------------- */

/* Pops at or above it are private. None is while there are tasks that found no slot: they are the
   youngest, and their addresses, beyond the last slot, stand for nothing. */
static inline uint64_t ly_deque_bound(const ly_deque *d)
{
    return d->overflow ? UINT64_MAX : (uint64_t)(uintptr_t)(d->slots + d->split);
}

/* Something is public: the owner's two words as they should be. A request that comes at the same time
   may be lost, wholly or in part: then its thief finds what is public, or asks again. */
static inline void ly_deque_answer(ly_deque *d)
{
    ly_store(&d->bound, ly_deque_bound(d), relaxed);
    ly_store(&d->limit, (uint64_t)(uintptr_t)(d->slots + d->capacity), relaxed);
}

/* Nothing is public, and nothing private: the next push looks, and makes its task public at once. */
static inline void ly_deque_expect_demand(ly_deque *d)
{
    ly_store(&d->bound, ly_deque_bound(d), relaxed);
    ly_store(&d->limit, (uint64_t)0, relaxed);
}

/* Once, when its memory is new: thieves may look at it ever after. */
static inline void ly_deque_start(ly_deque *d, ly_slot *slots, uint32_t capacity)
{
    d->slots = d->head = slots;
    d->split = 0;
    d->capacity = capacity;
    ly_store(&d->ends, (uint64_t)0, relaxed);
    ly_deque_expect_demand(d);
}

/* Makes private tasks below head (an index) public: the older half of them, or all. False: there
   are none; then demand is expected. Answers whoever asked. */
static inline bool ly_deque_offer(ly_deque *d, uint32_t head, bool all)
{
    uint64_t ends = ly_load(&d->ends, relaxed);
    if (head <= d->split) {
        ly_deque_expect_demand(d);
        return false;
    }
    uint32_t split = all ? head : d->split + (head - d->split + 1) / 2;
    while (ly_ends_tail(ends) < ly_ends_split(ends))
        /* release: what was written into the slots goes with them */
        if (ly_compare_exchange(&d->ends, &ends, ly_ends_with(ends, ly_ends_tail(ends), split),
                                release))
            goto offered;
    /* All that was public is stolen, and no thief changes the ends now. The split may have come
       down since, past tasks that were stolen and joined. */
    ly_store(&d->ends, ly_ends_with(ends, d->split, split), release);
offered:
    d->split = split;
    ly_deque_answer(d);
    return true;
}

/* The youngest task, which isn't private, is to be run by the owner after all: takes it back, and
   the younger half of what is public along with it. False: it is stolen, as is all below it. */
static inline bool ly_deque_reclaim(ly_deque *d, uint32_t index)
{
    uint64_t ends = ly_load(&d->ends, relaxed);
    for (;;) {
        uint32_t tail = ly_ends_tail(ends);
        if (tail > index) {
            /* its slot is in use as long as it is stolen: what is pushed meanwhile comes after it */
            d->split = index + 1;
            ly_deque_expect_demand(d);
            return false;
        }
        uint32_t split = tail + (index - tail) / 2;
        /* relaxed: the slots it takes back were written by the owner itself */
        if (ly_compare_exchange(&d->ends, &ends, ly_ends_with(ends, tail, split), relaxed)) {
            d->split = split;
            /* With nothing left in public the limit stays as it is: 0 if somebody has asked. */
            if (tail < split) ly_deque_answer(d);
            else ly_store(&d->bound, ly_deque_bound(d), relaxed);
            return true;
        }
    }
}

/* The stolen task, the owner's youngest, has been joined: its slot is free. */
static inline void ly_deque_joined(ly_deque *d, uint32_t index)
{
    ly_store(&d->slots[index].state, (uint64_t)LY_SLOT_FRESH, relaxed);
    d->split = index;
    ly_deque_expect_demand(d);
}

/* The fiber has ended a stolen task: what is stolen from it from now on has another origin. */
static inline void ly_deque_end_run(ly_deque *d)
{
    ly_fetch_add(&d->ends, (uint64_t)1 << 32, relaxed);
}

/* ---- thieves ---------------------------------------------------------------------------------- */

typedef enum ly_steal { LY_STEAL_TOOK, LY_STEAL_EMPTY, LY_STEAL_LOST, LY_STEAL_FOREIGN } ly_steal;

/* Asks the owner to make something public: its next push and pop take the long way. */
static inline void ly_deque_ask(ly_deque *d)
{
    if (ly_load(&d->limit, relaxed) == 0) return; /* asked already, or there is nothing */
    /* In this order, so that an answer in between leaves a bound that asks for another look rather
       than a limit that only pushes see. Relaxed: at worst the request is seen late. */
    ly_store(&d->limit, (uint64_t)0, relaxed);
    ly_store(&d->bound, UINT64_MAX, relaxed);
}

/* There is something to steal. */
static inline bool ly_deque_has_public(ly_deque *d)
{
    uint64_t ends = ly_load(&d->ends, relaxed);
    return ly_ends_tail(ends) < ly_ends_split(ends);
}

static inline ly_steal ly_deque_take(ly_deque *d, uint64_t ends)
{
    /* acquire: the slot as it was offered. Every change since was a read-modify-write, so this reads
       from that release however many came in between. */
    return ly_compare_exchange(&d->ends, &ends, ends + 1, acquire) ? LY_STEAL_TOOK : LY_STEAL_LOST;
}

/* Takes the oldest public task: its index. LOST: another thief was faster. */
static inline ly_steal ly_deque_steal(ly_deque *d, uint32_t *index)
{
    uint64_t ends = ly_load(&d->ends, relaxed);
    if (ly_ends_tail(ends) >= ly_ends_split(ends)) {
        ly_deque_ask(d);
        return LY_STEAL_EMPTY;
    }
    *index = ly_ends_tail(ends);
    return ly_deque_take(d, ends);
}

/* The same from the thief of a task of ours, but only a task that descends from ours: the thief
   runs ours still, and has put the oldest public task above where it began. */
static inline ly_steal ly_deque_steal_from_run(ly_deque *d, uint32_t floor, ly_atomic(uint64_t) *ours,
                                               uint64_t state, uint32_t *index)
{
    /* acquire: who sees tasks that were offered after ours ended sees that it has ended. The other
       way round the generation changes, and taking fails. */
    uint64_t ends = ly_load(&d->ends, acquire);
    if (ly_load(ours, relaxed) != state) return LY_STEAL_FOREIGN;
    if (ly_ends_tail(ends) >= ly_ends_split(ends)) {
        ly_deque_ask(d);
        return LY_STEAL_EMPTY;
    }
    if (ly_ends_tail(ends) < floor) return LY_STEAL_FOREIGN;
    *index = ly_ends_tail(ends);
    return ly_deque_take(d, ends);
}

/* ---- a stolen task, between its owner and its thief ------------------------------------------- */

static inline uint64_t ly_slot_stolen_by(const ly_deque *thief, uint32_t floor)
{
    return (uint64_t)(uintptr_t)thief / 16 << 20 | (uint64_t)floor << 4 | LY_SLOT_STOLEN;
}
static inline ly_deque *ly_slot_thief(uint64_t state)
{
    return (ly_deque *)(uintptr_t)(state >> 20 << 4);
}
static inline uint32_t ly_slot_floor(uint64_t state) { return (uint32_t)(state >> 4 & 0xFFFF); }

/* By the thief that has just taken it. The owner may be waiting already: then it stays so. */
static inline void ly_slot_sign(ly_atomic(uint64_t) *state, const ly_deque *thief, uint32_t floor)
{
    uint64_t fresh = LY_SLOT_FRESH;
    /* release: who leapfrogs sees the thief's deque as it is now, its last run ended */
    (void)ly_compare_exchange(state, &fresh, ly_slot_stolen_by(thief, floor), release);
}

/* By the thief, when the result is in the slot: who is to be woken, or NULL. The slot is the
   owner's from here on. */
static inline void *ly_slot_end(ly_atomic(uint64_t) *state)
{
    /* release: the result; acquire: the waiter */
    uint64_t before = ly_exchange(state, (uint64_t)LY_SLOT_DONE, acq_rel);
    return (before & 3) == LY_SLOT_AWAITED ? (void *)(uintptr_t)(before & ~(uint64_t)3) : (void *)0;
}

/* By the owner: the state now; if it is LY_SLOT_DONE, the result is there. */
static inline uint64_t ly_slot_state(ly_atomic(uint64_t) *state)
{
    /* acquire: the result; or the thief's deque */
    return ly_load(state, acquire);
}

/* By the owner: leaves a waiter. False: no need, the task has ended. */
static inline bool ly_slot_await(ly_atomic(uint64_t) *state, void *waiter)
{
    for (;;) {
        uint64_t before = ly_slot_state(state);
        if (before == LY_SLOT_DONE) return false;
        /* release: the waiter */
        if (ly_compare_exchange(state, &before, (uint64_t)(uintptr_t)waiter | LY_SLOT_AWAITED,
                                release))
            return true;
    }
}

#endif
