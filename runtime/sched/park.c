/* park.c: who looks for work, who sleeps, and who wakes whom.

   As Go and Tokio do it. Few search at a time; a searcher that finds work wakes another, if it was
   the last one searching, so that a burst of work wakes as many as it needs, one after the other.
   Who makes work visible wakes somebody only if nobody searches and somebody sleeps.

   No wake-up is lost: whoever puts work in a queue does so with a sequentially consistent store and
   reads `searching` and `sleeping` afterwards; whoever goes to sleep writes these first, in the same
   order, and looks at all queues once more. One of the two sees the other.

   A wake costs several microseconds on both sides. Where tasks are awaited as soon as they are
   submitted their owner takes them before anybody else can, so after some wakes that found nothing
   one in 2, 4, 8 … wakes is tried only, until one finds something; meanwhile the beat (timer.c) looks
   every 10 ms whether what was put somewhere still lies there.

   Lock order: `idle` comes last. */
#include "sched/scheduler.h"
#include "sched/timer.h"

static const uint64_t PARK_NS = 2000000000;
enum { VAIN_FREE = 3, VAIN_MOST = 13 }; /* wakes in vain: so many are free, so many are counted */

/* One worker for each guest that waits stands aside. */
bool ly_park_barred(const ly_worker *worker)
{
    const ly_scheduler *s = &ly_scheduler_state;
    return worker->index != LY_GUEST &&
           (uint64_t)worker->index + atomic_load_explicit(&s->guests, memory_order_seq_cst) >=
               atomic_load_explicit(&s->count, memory_order_relaxed);
}

bool ly_park_search_begins(ly_worker *worker)
{
    ly_scheduler *s = &ly_scheduler_state;
    if (worker->searching) return true;
    if (ly_park_barred(worker)) return false;
    /* half of the workers are enough to find what there is */
    if (2 * atomic_load_explicit(&s->searching, memory_order_relaxed) >
        atomic_load_explicit(&s->count, memory_order_relaxed))
        return false;
    /* relaxed, here and wherever it grows: who doesn't see it wakes one too many */
    atomic_fetch_add_explicit(&s->searching, 1, memory_order_relaxed);
    worker->searching = true;
    return true;
}

void ly_park_search_ends(ly_worker *worker, bool found)
{
    ly_scheduler *s = &ly_scheduler_state;
    if (!worker->searching) return;
    worker->searching = worker->woken = false;
    if (found && atomic_load_explicit(&s->vain, memory_order_relaxed))
        atomic_store_explicit(&s->vain, 0, memory_order_relaxed);
    /* whoever made work visible meanwhile has relied on us: sequentially consistent, then the look */
    if (atomic_fetch_sub_explicit(&s->searching, 1, memory_order_seq_cst) == 1 && found &&
        ly_park_work_pending())
        ly_park_wake_one();
}

/* Takes a sleeper off the list; `idle` is held. */
static void take_off(ly_worker *worker)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_worker **link = &s->sleepers;
    if (!worker->sleeping) return;
    while (*link != worker) link = &(*link)->next_sleeper;
    *link = worker->next_sleeper;
    worker->sleeping = false;
    s->awake++;
    /* relaxed: who doesn't see it finds the list empty */
    if (!worker->aside) atomic_fetch_sub_explicit(&s->sleeping, 1, memory_order_relaxed);
}

/* The number of guests that wait, or of workers, has changed: `sleeping` counts those alone that may
   be woken. `idle` is held. */
static void recount(void)
{
    ly_scheduler *s = &ly_scheduler_state;
    for (ly_worker *worker = s->sleepers; worker; worker = worker->next_sleeper) {
        bool aside = ly_park_barred(worker);
        if (aside == worker->aside) continue;
        worker->aside = aside;
        if (aside) atomic_fetch_sub_explicit(&s->sleeping, 1, memory_order_seq_cst);
        else atomic_fetch_add_explicit(&s->sleeping, 1, memory_order_seq_cst);
    }
}

void ly_park_recount(void)
{
    ly_lock_take(&ly_scheduler_state.idle);
    recount();
    ly_lock_give(&ly_scheduler_state.idle);
}

void ly_park_wake_one(void)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_worker *worker, *self;
    if (atomic_load_explicit(&s->searching, memory_order_seq_cst) != 0) return;
    if (atomic_load_explicit(&s->sleeping, memory_order_seq_cst) == 0) {
        /* all are at work: those who compute must give way now and then */
        ly_timer_beats();
        return;
    }
    ly_lock_take(&s->idle);
    if (atomic_load_explicit(&s->searching, memory_order_relaxed) != 0) {
        ly_lock_give(&s->idle);
        return;
    }
    worker = s->sleepers;
    while (worker && worker->aside) worker = worker->next_sleeper;
    if (worker) {
        take_off(worker);
        /* it searches from now on, so nobody else is woken meanwhile */
        worker->searching = worker->woken = true;
        atomic_fetch_add_explicit(&s->searching, 1, memory_order_relaxed);
    }
    ly_lock_give(&s->idle);
    if (!worker) {
        ly_timer_beats();
        return;
    }
    self = ly_worker_here_if();
    if (self) ly_count(&self->counts.wakes, 1);
    ly_unpark(&worker->parker);
}

/* The caller's worker has put something in its own queue. */
void ly_park_wake_for(ly_worker *worker)
{
    uint32_t vain = atomic_load_explicit(&ly_scheduler_state.vain, memory_order_relaxed);
    if (vain > VAIN_FREE) {
        if (++worker->unannounced < 1u << (vain - VAIN_FREE)) {
            ly_timer_beats();
            return;
        }
        worker->unannounced = 0;
    }
    ly_park_wake_one();
}

/* The guest's waiter was resumed. Counted as awake at once, so that nobody takes this for the end. */
void ly_park_wake_guest(ly_worker *worker)
{
    ly_scheduler *s = &ly_scheduler_state;
    ly_lock_take(&s->idle);
    take_off(worker);
    ly_lock_give(&s->idle);
    ly_unpark(&worker->parker);
}

/* Anything to do that this worker could find? */
bool ly_park_work_pending(void)
{
    ly_scheduler *s = &ly_scheduler_state;
    const ly_worker_hooks *hooks = __atomic_load_n(&ly_worker_hooks_now, __ATOMIC_ACQUIRE);
    uint32_t members = atomic_load_explicit(&s->members, memory_order_acquire);
    if (ly_global_size()) return true;
    for (uint32_t i = 0; i < members; i++) {
        ly_worker *other = atomic_load_explicit(&s->member[i], memory_order_acquire);
        if (other && ly_run_queue_size(&other->queue)) return true;
    }
    return hooks && hooks->pending && hooks->pending();
}

void ly_park_worker(ly_worker *worker, ly_waiter *until)
{
    ly_scheduler *s = &ly_scheduler_state;
    if (worker->heap) ly_heap_idle(worker->heap);
    if (worker->woken) {
        /* relaxed, and not exact: it says how often to try */
        uint32_t vain = atomic_load_explicit(&s->vain, memory_order_relaxed);
        worker->woken = false;
        if (vain < VAIN_MOST) atomic_store_explicit(&s->vain, vain + 1, memory_order_relaxed);
    }
    ly_lock_take(&s->idle);
    worker->next_sleeper = s->sleepers;
    s->sleepers = worker;
    worker->sleeping = true;
    worker->aside = ly_park_barred(worker);
    s->awake--;
    if (!worker->aside) atomic_fetch_add_explicit(&s->sleeping, 1, memory_order_seq_cst);
    /* still under the lock: whoever wakes it counts it as searching again */
    if (worker->searching) {
        worker->searching = false;
        atomic_fetch_sub_explicit(&s->searching, 1, memory_order_seq_cst);
    }
    ly_lock_give(&s->idle);

    bool leaves =
        atomic_load_explicit(&s->stopping, memory_order_seq_cst) ||
        (until && atomic_load_explicit(&until->state, memory_order_seq_cst) & LY_WAITER_RESUMED);
    if (leaves || (!ly_park_barred(worker) && ly_park_work_pending())) {
        ly_lock_take(&s->idle);
        take_off(worker); /* or somebody woke us already: its token makes the next sleep short */
        /* Whoever made this work visible may have relied on us as the last searcher, and so may
           others whose work we don't take: so we search again, and wake the next when we find. */
        if (!leaves && !worker->searching) {
            worker->searching = true;
            atomic_fetch_add_explicit(&s->searching, 1, memory_order_relaxed);
        }
        ly_lock_give(&s->idle);
        return;
    }
    ly_lock_take(&s->idle);
    if (s->awake == 0) ly_quiescent();
    else ly_lock_give(&s->idle);
    if (until && atomic_load_explicit(&until->state, memory_order_seq_cst) & LY_WAITER_RESUMED) {
        /* the last to go to sleep has found a deadlock, or the end, and that it concerns itself */
        ly_lock_take(&s->idle);
        take_off(worker);
        ly_lock_give(&s->idle);
        return;
    }
    ly_count(&worker->counts.parks, 1);
    /* the time-out is for what nobody announces: another quota, other CPUs */
    if (!ly_park(&worker->parker, ly_clock_ns() + PARK_NS)) ly_scheduler_follow();
    /* woken by an old token, or by time: still on the list */
    ly_lock_take(&s->idle);
    take_off(worker);
    ly_lock_give(&s->idle);
}

/* A guest waits no longer: a worker that stood aside may be needed. */
void ly_park_leaves(ly_worker *worker)
{
    ly_scheduler *s = &ly_scheduler_state;
    if (worker->searching) {
        worker->searching = false;
        atomic_fetch_sub_explicit(&s->searching, 1, memory_order_seq_cst);
    }
    if (worker->participates) {
        worker->participates = false;
        ly_lock_take(&s->idle);
        atomic_fetch_sub_explicit(&s->guests, 1, memory_order_seq_cst);
        recount();
        ly_lock_give(&s->idle);
    }
    if (ly_park_work_pending()) ly_park_wake_one();
}

void ly_park_joins(ly_worker *worker)
{
    ly_scheduler *s = &ly_scheduler_state;
    if (worker->participates || worker->index != LY_GUEST) return;
    worker->participates = true;
    ly_lock_take(&s->idle);
    atomic_fetch_add_explicit(&s->guests, 1, memory_order_seq_cst);
    recount();
    ly_lock_give(&s->idle);
}

/* ---- a thread's token ------------------------------------------------------------------------- */

enum { EMPTY = 0, TOKEN = 1 };
#define WAITS UINT32_MAX

bool ly_park(ly_parker *parker, uint64_t deadline_ns)
{
    /* acquire: what whoever put the token wrote before is seen */
    if (atomic_fetch_sub_explicit(&parker->word, 1, memory_order_acquire) == TOKEN) return true;
    for (;;) {
        uint32_t token = TOKEN;
        ly_futex_wait(&parker->word, WAITS, deadline_ns);
        if (atomic_compare_exchange_strong_explicit(&parker->word, &token, EMPTY,
                                                    memory_order_acquire, memory_order_relaxed))
            return true;
        if (deadline_ns && ly_clock_ns() >= deadline_ns)
            return atomic_exchange_explicit(&parker->word, EMPTY, memory_order_acquire) == TOKEN;
    }
}

void ly_unpark(ly_parker *parker)
{
    if (atomic_exchange_explicit(&parker->word, TOKEN, memory_order_release) == WAITS)
        ly_futex_wake(&parker->word, 1);
}
