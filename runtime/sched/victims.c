/* victims.c: the deques there are, for the fibers that use them and the thieves that look at them.

   A fiber has a deque from the first parallel loop (or other fork-join region) that it enters until
   it leaves the last; a thread's own stack keeps it. A worker keeps one at hand for what it steals.
   All that are in use stand in one table; thieves look first at those that were last used nearest to
   them (rings.h). A deque of a suspended fiber stays there.

   Deques are mapped, first touched by their user, and never given back while the scheduler lives,
   since a thief may look at one that it found in the table at any time after. */
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "memory/memory.h"
#include "sched/join.h"
#include "sched/lock.h"
#include "sched/scheduler.h"
#include "sched/victims.h"
#include "sched/worker.h"

enum {
    TABLE = 4096,        /* deques beyond that are used, but nothing is stolen from them */
    LARGE = 64,          /* so many have SLOTS_LARGE slots: 1 MiB of address space */
    SLOTS_LARGE = 16384 - 4,
    SLOTS_SMALL = 512 - 4,
    NOWHERE = TABLE,
};

typedef struct record {
    ly_deque deque;      /* first: a deque's address is its record's */
    struct record *next; /* on the list of free ones */
    ly_slot *taken;      /* by search, for work */
    uint32_t place;      /* in the table, or NOWHERE */
    uint32_t depth;      /* of regions */
    _Atomic uint32_t unit; /* where it was used last (rings.h) */
    bool large, participates;
} record __attribute__((aligned(LY_CACHE_LINE)));

static struct {
    ly_lock lock;        /* of all but the table's contents */
    record *free[2];     /* small, large */
    uint32_t count;      /* of deques made */
    uint32_t free_places[TABLE], free_place_count;
    _Atomic uint32_t places; /* that were ever used */
    _Atomic(ly_deque *) table[TABLE];
} victims;

static const ly_worker_hooks hooks;

/* ---- deques come and go ----------------------------------------------------------------------- */

static record *record_new(bool large)
{
    uint32_t slots = large ? SLOTS_LARGE : SLOTS_SMALL;
    size_t size = sizeof(record) + slots * sizeof(ly_slot);
    record *r = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (r == MAP_FAILED) return NULL;
    madvise(r, size, MADV_NOHUGEPAGE);
    ly_deque_start(&r->deque, (ly_slot *)(r + 1), slots);
    r->large = large;
    return r;
}

/* A deque that stands in the table; NULL: no memory. */
static record *record_take(void)
{
    record *r;
    ly_lock_take(&victims.lock);
    if (victims.count == 0) ly_worker_hooks_set(&hooks);
    if ((r = victims.free[1])) victims.free[1] = r->next;
    else if (victims.count >= LARGE && (r = victims.free[0])) victims.free[0] = r->next;
    if (!r && ((victims.count < LARGE && (r = record_new(true))) || (r = record_new(false))))
        victims.count++;
    if (r) {
        uint32_t places = atomic_load_explicit(&victims.places, memory_order_relaxed);
        r->place = victims.free_place_count ? victims.free_places[--victims.free_place_count]
                   : places < TABLE         ? places
                                            : NOWHERE;
        if (r->place != NOWHERE) /* release: the deque as it was made */
            atomic_store_explicit(&victims.table[r->place], &r->deque, memory_order_release);
        if (r->place == places && places < TABLE)
            atomic_store_explicit(&victims.places, places + 1, memory_order_release);
    }
    ly_lock_give(&victims.lock);
    return r;
}

static void record_give(record *r)
{
    ly_free(r->deque.joined);
    r->deque.joined = NULL;
    ly_lock_take(&victims.lock);
    if (r->place != NOWHERE) {
        atomic_store_explicit(&victims.table[r->place], NULL, memory_order_relaxed);
        victims.free_places[victims.free_place_count++] = r->place;
    }
    r->next = victims.free[r->large];
    victims.free[r->large] = r;
    ly_lock_give(&victims.lock);
}

/* It is used here from now on. */
static void is_here(record *r, ly_worker *worker)
{
    uint32_t unit = atomic_load_explicit(&worker->unit, memory_order_relaxed);
    atomic_store_explicit(&r->unit, unit, memory_order_relaxed);
}

/* The worker's own, else another. */
static record *record_here(ly_worker *worker)
{
    record *r = worker->join;
    if (r) worker->join = NULL;
    else r = record_take();
    if (r) is_here(r, worker);
    return r;
}

static void record_put(record *r)
{
    ly_worker *worker = ly_worker_here();
    if (worker->join) record_give(r);
    else worker->join = r;
}

/* ---- regions ---------------------------------------------------------------------------------- */

ly_deque *ly_join_enter(void)
{
    ly_fiber *fiber = ly_fiber_here();
    record *r = fiber->join;
    if (!r) {
        r = record_here(ly_worker_here());
        if (!r) return NULL;
        fiber->join = r;
    }
    r->depth++;
    return &r->deque;
}

void ly_join_leave(ly_deque *deque)
{
    record *r = (record *)deque;
    ly_fiber *fiber;
    if (--r->depth > 0) return;
    fiber = ly_fiber_here();
    if (r->participates) {
        r->participates = false;
        ly_park_leaves(fiber->home);
    }
    if (fiber->home) return;
    fiber->join = NULL;
    record_put(r);
}

void ly_join_announce(ly_deque *deque)
{
    record *r = (record *)deque;
    ly_fiber *fiber = ly_fiber_here();
    if (!ly_scheduler_running()) ly_scheduler_start(0);
    if (fiber->home) {
        /* a thread of the program works here: a worker stands aside for it */
        ly_park_joins(fiber->home);
        r->participates = true;
    }
    /* the task that was offered, before the look at who sleeps; the other side: pending */
    atomic_thread_fence(memory_order_seq_cst);
    ly_worker_announce();
}

/* ---- thieves ---------------------------------------------------------------------------------- */

static void work(void *argument)
{
    record *r = argument;
    ly_fiber_here()->join = r;
    r->depth = 1;
    ly_join_run_stolen(&r->deque, r->taken);
    ly_fiber_here()->join = NULL;
    r->depth = 0;
    record_put(r);
}

static bool look(ly_worker *worker, record *mine)
{
    /* acquire: the places below it */
    uint32_t places = atomic_load_explicit(&victims.places, memory_order_acquire), place, index;
    ly_tour tour = ly_tour_start(worker->random, places);
    while (ly_tour_next(&tour, &place)) {
        /* acquire: the deque as it was made */
        ly_deque *deque = atomic_load_explicit(&victims.table[place], memory_order_acquire);
        uint32_t unit;
        if (!deque || deque == &mine->deque) continue;
        unit = atomic_load_explicit(&((record *)deque)->unit, memory_order_relaxed);
        if (!ly_tour_turn(&tour, ly_ring_of(worker->rings, unit))) continue;
        switch (ly_deque_steal(deque, &index)) {
        case LY_STEAL_TOOK:
            mine->taken = &deque->slots[index];
            ly_count(&worker->counts.join_steals, 1);
            if (ly_ring_is_near(worker->rings, tour.ring))
                ly_count(&worker->counts.near_join_steals, 1);
            return true;
        case LY_STEAL_LOST: ly_count(&worker->counts.failed_join_steals, 1); break;
        default: break;
        }
    }
    return false;
}

static bool search(ly_worker *worker, void (**function)(void *), void **argument)
{
    record *mine;
    if (atomic_load_explicit(&victims.places, memory_order_relaxed) == 0) return false;
    if (!worker->join && !(worker->join = record_take())) return false;
    mine = worker->join;
    is_here(mine, worker);
    if (!look(worker, mine)) return false;
    worker->join = NULL;
    *function = work;
    *argument = mine;
    return true;
}

static bool pending(void)
{
    uint32_t places = atomic_load_explicit(&victims.places, memory_order_acquire);
    /* whoever asks has written that it sleeps; the other side: ly_join_announce */
    atomic_thread_fence(memory_order_seq_cst);
    for (uint32_t i = 0; i < places; i++) {
        ly_deque *deque = atomic_load_explicit(&victims.table[i], memory_order_acquire);
        if (deque && ly_deque_has_public(deque)) return true;
    }
    return false;
}

static void end(ly_worker *worker)
{
    if (worker->join) record_give(worker->join);
    if (worker->loop.join) record_give(worker->loop.join);
    worker->join = worker->loop.join = NULL;
}

static void stopped(bool forked)
{
    /* in the child of a fork the other threads are not there any more: what they used is lost */
    for (int large = 0; !forked && large < 2; large++)
        while (victims.free[large]) {
            record *r = victims.free[large];
            victims.free[large] = r->next;
            munmap(r, sizeof(record) + r->deque.capacity * sizeof(ly_slot));
        }
    memset(&victims, 0, sizeof victims);
}

static const ly_worker_hooks hooks = {
    .search = search, .pending = pending, .end = end, .stopped = stopped};
