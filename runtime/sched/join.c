/* join.c: the long ways of spawning and joining.

   Whoever waits for a task that was
   stolen runs tasks of its thief that descend from it, else suspends until the thief has ended it.
   A stolen task runs on the thief's stack, above what that fiber does already: nothing if the fiber
   was idle, else only a wait for an ancestor of the task.

   Where deques come from, and where thieves look: victims.c. */
#include "memory/memory.h"
#include "sched/join.h"
#include "sched/victims.h"
#include "sched/wait.h"
#include "sched/worker.h"

/* Rounds of trying to steal back before the fiber suspends: a few microseconds, in which most thieves
   end, while suspending and being made to run again costs about one. */
enum { LEAPFROG_ROUNDS = 200 };

/* ---- tasks that found no slot ----------------------------------------------------------------- */

/* A task run in place at its spawn; its result waits here for the join. */
struct ly_overflow {
    ly_slot slot;
    struct ly_overflow *older;
};

ly_slot *ly_spawn_place(ly_deque *deque, ly_slot *slot)
{
    struct ly_overflow *overflow;
    if (slot < deque->slots + deque->capacity) return slot;
    overflow = deque->joined;
    deque->joined = NULL;
    if (!overflow) overflow = ly_malloc_must(sizeof *overflow); /* a spawn can't fail */
    overflow->older = deque->overflow;
    deque->overflow = overflow;
    return &overflow->slot;
}

void ly_spawn_placed(ly_deque *deque, ly_slot *slot, ly_slot *place)
{
    deque->head = slot + 1;
    if (place == slot) {
        if (ly_deque_offer(deque, ly_deque_index(deque, slot) + 1, false)) ly_join_announce(deque);
        return;
    }
    if (ly_load(&deque->limit, relaxed) == 0 && ly_deque_offer(deque, deque->capacity, false))
        ly_join_announce(deque);
    ly_store(&deque->bound, ly_deque_bound(deque), relaxed);
    place->run(place, ly_join_here(deque));
}

/* The youngest task was run when it was spawned. */
static ly_slot *join_overflow(ly_deque *deque)
{
    struct ly_overflow *overflow = deque->overflow;
    ly_free(deque->joined);
    deque->joined = overflow;
    deque->overflow = overflow->older;
    /* joins are ordinary again, and whoever asked meanwhile is answered */
    if (!deque->overflow && ly_deque_offer(deque, deque->capacity, false)) ly_join_announce(deque);
    return &overflow->slot;
}

/* ---- what was stolen --------------------------------------------------------------------------------- */

/* Runs the task that was taken from a slot of `victim`, above what the fiber of `deque` does. */
void ly_join_run_stolen(ly_deque *deque, ly_slot *slot)
{
    ly_waiter *waiter;
    const ly_slot *end = deque->slots + deque->capacity; /* the head may be beyond it */
    ly_slot_sign(&slot->state, deque, ly_deque_index(deque, deque->head < end ? deque->head : end));
    slot->run(slot, ly_join_here(deque));
    ly_deque_end_run(deque);
    waiter = ly_slot_end(&slot->state);
    if (waiter) ly_waiter_resume(waiter);
}

/* The owner's youngest task is stolen: until it has ended, helps its thief, then waits. */
static ly_slot *join_stolen(ly_deque *deque, ly_slot *slot)
{
    uint32_t index = ly_deque_index(deque, slot), taken, rounds = 0;
    uint64_t state;
    deque->head = slot + 1; /* its slot is in use */
    ly_count(&ly_worker_here()->counts.joined, 1);
    while ((state = ly_slot_state(&slot->state)) != LY_SLOT_DONE) {
        if (rounds++ < LEAPFROG_ROUNDS) {
            if (state != LY_SLOT_FRESH) {
                ly_deque *thief = ly_slot_thief(state);
                if (ly_deque_steal_from_run(thief, ly_slot_floor(state), &slot->state, state,
                                            &taken) == LY_STEAL_TOOK) {
                    ly_count(&ly_worker_here()->counts.leapfrogs, 1);
                    ly_join_run_stolen(deque, &thief->slots[taken]);
                    rounds = 0;
                    continue;
                }
            }
            ly_pause();
        } else {
            ly_waiter waiter;
            ly_waiter_arm(&waiter);
            /* claimed in advance: nothing but the end of the task may end this wait, since the task
               refers to our stack */
            ly_waiter_claim(&waiter, LY_WAKE_READY);
            if (ly_slot_await(&slot->state, &waiter)) ly_waiter_wait(&waiter, 0);
        }
    }
    deque->head = slot;
    ly_deque_joined(deque, index);
    return slot;
}

ly_slot *ly_join_slow(ly_deque *deque, ly_slot *slot)
{
    uint32_t index = ly_deque_index(deque, slot);
    if (deque->overflow) return join_overflow(deque);
    if (index >= deque->split) {
        /* somebody asked; the task itself is run here in any case */
        if (ly_deque_offer(deque, index, false)) ly_join_announce(deque);
        return NULL;
    }
    return ly_deque_reclaim(deque, index) ? NULL : join_stolen(deque, slot);
}
