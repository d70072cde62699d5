/* rings.h: in which order thieves look at their victims.

   Seen from one processing unit of the machine, all others stand in rings: those that share its core,
   a cache, its node of memory, then the other nodes, by their distance. A thief looks at all victims
   of a ring, in random order, before any of the next. Where nothing is known of the machine, or it is
   all the same, there is one ring.

   A tour is one such search over numbered places (members of the scheduler, deques in their table):

       ly_tour tour = ly_tour_start(random, count);
       while (ly_tour_next(&tour, &place)) {
           …                                      who is there? nobody: continue
           if (!ly_tour_turn(&tour, ring)) continue;   of another ring: its turn comes, or has been
           …                                      try to steal
       }

   A tour goes round the places once for each ring that occurs. Used by worker.c for tasks, by
   victims.c for fork-join work, and by the simulation. */
#ifndef LY_RINGS_H
#define LY_RINGS_H

#include <stdbool.h>
#include <stdint.h>

/* Read only once it is made (topology.c). */
typedef struct ly_rings {
    uint32_t units;
    uint8_t count, near; /* rings; the first so many are on the same node of memory */
    uint8_t of[];        /* the ring that each unit is in: 0 is the unit itself and what is nearest */
} ly_rings;

/* rings: NULL where nothing is known. A unit of a machine that has changed since: the last ring. */
static inline uint32_t ly_ring_of(const ly_rings *rings, uint32_t unit)
{
    if (!rings) return 0;
    return unit < rings->units ? rings->of[unit] : rings->count - 1u;
}
static inline bool ly_ring_is_near(const ly_rings *rings, uint32_t ring)
{
    return !rings || ring < rings->near;
}

enum { LY_NO_RING = UINT32_MAX };

typedef struct ly_tour {
    uint32_t count, mask, half; /* places; the power of two that covers them, less 1; half its bits */
    uint32_t factor, other, offset, left;
    uint32_t ring, next_ring;
} ly_tour;

static inline ly_tour ly_tour_start(uint64_t random, uint32_t count)
{
    uint32_t bits = count > 1 ? 32 - (uint32_t)__builtin_clz(count - 1) : 0;
    uint32_t mask = (uint32_t)(((uint64_t)1 << bits) - 1);
    random *= 0x9E3779B97F4A7C15u;
    random ^= random >> 29;
    return (ly_tour){.count = count,
                     .mask = mask,
                     .half = (bits + 1) / 2,
                     .factor = (uint32_t)(random >> 32) | 1,
                     .other = (uint32_t)(random >> 48) | 1,
                     .offset = (uint32_t)(random >> 16),
                     .left = count ? mask + 1 : 0,
                     .next_ring = LY_NO_RING};
}

/* A permutation of 0 … mask, another for each random number: each step can be undone. A mere stride
   would not do, since neighbours in the table are often neighbours in the machine. */
static inline uint32_t ly_tour_place(const ly_tour *t, uint32_t i)
{
    i = (i * t->factor + t->offset) & t->mask;
    i ^= i >> t->half;
    i = (i * t->other + (t->offset >> 16)) & t->mask;
    i ^= i >> t->half;
    return i * t->other & t->mask;
}

/* False: all rings have had their turn. */
static inline bool ly_tour_next(ly_tour *t, uint32_t *place)
{
    for (;;) {
        while (t->left) {
            *place = ly_tour_place(t, --t->left);
            if (*place < t->count) return true;
        }
        if (t->next_ring == LY_NO_RING) return false;
        t->ring = t->next_ring;
        t->next_ring = LY_NO_RING;
        t->left = t->mask + 1;
    }
}

static inline bool ly_tour_turn(ly_tour *t, uint32_t ring)
{
    if (ring > t->ring && ring < t->next_ring) t->next_ring = ring;
    return ring == t->ring;
}

#endif
