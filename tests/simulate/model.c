/* model.c: the simulation's workers, fibers and their steps. */
#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sched/deque.h"
#include "sched/rings.h"

/* as in the scheduler: join.c, worker.c, loop.c */
enum {
    LEAPFROG_ROUNDS = 200,
    SEARCH_NS = 5000,
    PIECE_NS = 6000,
    ALONE_NS = 20000,
    FEW = 64,
    GROWTH = 8,
};
enum { SLOTS = 16384 - 4, FIBERS_MOST = 4096 };

static const double NEVER = 1e300;

typedef enum phase { ENTER, SPAWN, JOIN, RANGE, JOIN_RANGES } phase;

typedef struct frame {
    call call;
    phase phase;
    uint32_t children, next;   /* trees; `next` of loops: spawned */
    bool may_split, first;     /* loops */
    int64_t size;              /* … of a piece */
    double from;
    ly_slot *stolen;           /* what it runs was stolen from there, or NULL */
    ly_slot *joining;          /* its task that was stolen and that it waits for, or NULL */
    uint32_t rounds;           /* … so often already */
} frame;

typedef struct fiber {
    ly_deque deque;            /* first: the thief in a slot's state is a fiber */
    frame *frames;
    uint32_t depth, room, node, place, user; /* user: the last worker, by index */
    bool home, resumed;
    struct fiber *next_free;
} __attribute__((aligned(64))) fiber;

typedef enum activity { RUNS, LOOKS_AROUND, SEARCHES, PARKS, SLEEPS } activity;

typedef struct worker {
    uint32_t index, node;
    double clock, end_of_search, since;
    activity does;
    bool searching, sleeping;
    uint64_t random;
    fiber *fiber, *spare;
    fiber **queue;             /* that can go on: the newest last */
    uint32_t queued, queue_room;
    uint64_t taken_from_queue; /* its `top` */
    uint64_t seen[WORKERS_MOST];
} worker;

typedef struct model {
    const machine *machine;
    const costs *costs;
    const workload *workload;
    worker workers[WORKERS_MOST];
    uint32_t searching, sleeper_count;
    worker *sleepers[WORKERS_MOST];
    double horizon;            /* nobody else does anything before */
    fiber *table[FIBERS_MOST], *unused;
    uint32_t places, free_places[FIBERS_MOST], free_place_count;
    fiber *all[FIBERS_MOST];
    uint32_t made;
    fiber *home;
    bool home_waits;
    double *before;            /* loops: ns of the elements before i */
    outcome outcome;
} model;

static void *room(void *memory, size_t size)
{
    memory = realloc(memory, size);
    if (!memory) abort();
    return memory;
}

/* ---- costs ----------------------------------------------------------------------------------- */

static double line_between(const model *m, uint32_t a, uint32_t b)
{
    return m->costs->line * (a == b ? 1 : m->costs->far_line);
}
static void spend(model *m, worker *w, double ns)
{
    w->clock += ns;
    m->outcome.awake += ns;
}

/* ---- fibers ---------------------------------------------------------------------------------- */

/* With a place in the table, as record_take. */
static fiber *fiber_take(model *m)
{
    fiber *f = m->unused;
    if (f) {
        m->unused = f->next_free;
    } else {
        if (m->made == FIBERS_MOST) abort();
        f = aligned_alloc(64, sizeof *f);
        if (!f) abort();
        memset(f, 0, sizeof *f);
        ly_slot *slots = calloc(SLOTS, sizeof *slots); /* pages come when they are used */
        if (!slots) abort();
        ly_deque_start(&f->deque, slots, SLOTS);
        m->all[m->made++] = f;
    }
    f->place = m->free_place_count ? m->free_places[--m->free_place_count] : m->places++;
    m->table[f->place] = f;
    return f;
}

/* The worker runs it from now on. */
static void is_used(fiber *f, const worker *w)
{
    f->node = w->node;
    f->user = w->index;
}

static void fiber_put(model *m, worker *w, fiber *f)
{
    if (!w->spare) {
        w->spare = f;
        return;
    }
    m->table[f->place] = NULL;
    m->free_places[m->free_place_count++] = f->place;
    f->next_free = m->unused;
    m->unused = f;
}

static frame *push(fiber *f, const call *c, phase phase)
{
    frame *t;
    if (f->depth == f->room) {
        f->room = f->room ? 2 * f->room : 64;
        f->frames = room(f->frames, f->room * sizeof *f->frames);
    }
    t = &f->frames[f->depth++];
    *t = (frame){.call = *c, .phase = phase};
    return t;
}

/* ---- parking (park.c) ------------------------------------------------------------------------ */

static void take_off(model *m, worker *w)
{
    uint32_t i = 0;
    if (!w->sleeping) return;
    while (m->sleepers[i] != w) i++;
    memmove(m->sleepers + i, m->sleepers + i + 1, (m->sleeper_count - i - 1) * sizeof *m->sleepers);
    m->sleeper_count--;
    w->sleeping = false;
}

static void wake(model *m, worker *by, worker *w)
{
    take_off(m, w);
    w->does = LOOKS_AROUND;
    w->clock = by->clock + m->costs->wake;
    if (w->clock < m->horizon) m->horizon = w->clock;
    spend(m, by, m->costs->wake_call);
    m->outcome.wakes++;
}

static void wake_one(model *m, worker *by)
{
    worker *w;
    if (m->searching || !m->sleeper_count) return;
    w = m->sleepers[m->sleeper_count - 1];
    w->searching = true;
    m->searching++;
    wake(m, by, w);
}

static bool search_begins(model *m, worker *w)
{
    if (w->searching) return true;
    if (2 * m->searching > m->machine->workers) return false;
    m->searching++;
    return w->searching = true;
}

static void search_ends(model *m, worker *w)
{
    if (!w->searching) return;
    w->searching = false;
    if (--m->searching == 0) wake_one(m, w);
}

static bool pending(const model *m)
{
    for (uint32_t i = 0; i < m->machine->workers; i++)
        if (m->workers[i].queued) return true;
    for (uint32_t i = 0; i < m->places; i++)
        if (m->table[i] && ly_deque_has_public(&m->table[i]->deque)) return true;
    return false;
}

static void park(model *m, worker *w)
{
    bool leaves = w->index == 0 && m->home->resumed;
    if (w->searching) {
        w->searching = false;
        m->searching--;
    }
    if (leaves || pending(m)) {
        if (!leaves) {
            w->searching = true;
            m->searching++;
        }
        w->does = LOOKS_AROUND;
        spend(m, w, m->costs->line);
        return;
    }
    m->sleepers[m->sleeper_count++] = w;
    w->sleeping = true;
    w->does = SLEEPS;
    w->clock = NEVER;
    m->outcome.parks++;
}

/* ---- spawning and joining (join.c) ----------------------------------------------------------- */

static void offer(model *m, worker *w, fiber *f, uint32_t head)
{
    spend(m, w, m->costs->line);
    if (ly_deque_offer(&f->deque, head, false)) wake_one(m, w);
}

static void spawn(model *m, worker *w, fiber *f, const call *c)
{
    ly_deque *d = &f->deque;
    ly_slot *slot = d->head;
    bool ordinary = (uintptr_t)slot < ly_load(&d->limit, relaxed);
    _Static_assert(sizeof *c <= sizeof slot->data, "a call fits in a slot");
    if (slot == d->slots + SLOTS) {
        fprintf(stderr, "simulate: a deque overflows, which the model doesn't have\n");
        abort();
    }
    memcpy(slot->data, c, sizeof *c);
    d->head = slot + 1;
    spend(m, w, m->costs->spawn_join);
    if (!ordinary) offer(m, w, f, ly_deque_index(d, slot) + 1);
}

/* The youngest task: runs here, or it was stolen. */
static void join_youngest(model *m, worker *w, fiber *f, frame *t)
{
    ly_deque *d = &f->deque;
    ly_slot *slot = --d->head;
    uint32_t index = ly_deque_index(d, slot);
    if ((uintptr_t)slot < ly_load(&d->bound, relaxed)) {
        if (index >= d->split) {
            offer(m, w, f, index);
        } else {
            spend(m, w, m->costs->line);
            if (!ly_deque_reclaim(d, index)) {
                d->head = slot + 1;
                t->joining = slot;
                t->rounds = 0;
                return;
            }
        }
    }
    push(f, (const call *)slot->data, is_loop(m->workload->shape) ? RANGE : ENTER);
}

static void push_stolen(model *m, fiber *f, ly_slot *slot)
{
    ly_slot_sign(&slot->state, &f->deque, ly_deque_index(&f->deque, f->deque.head));
    push(f, (const call *)slot->data, is_loop(m->workload->shape) ? RANGE : ENTER)->stolen = slot;
}

static void resume(model *m, worker *w, fiber *f)
{
    if (f->home) {
        f->resumed = true;
        if (m->workers[0].does == SLEEPS) wake(m, w, &m->workers[0]);
        return;
    }
    if (w->queued == w->queue_room) {
        w->queue_room = w->queue_room ? 2 * w->queue_room : 16;
        w->queue = room(w->queue, w->queue_room * sizeof *w->queue);
    }
    w->queue[w->queued++] = f;
    wake_one(m, w);
}

static void leave_fiber(model *m, worker *w)
{
    spend(m, w, m->costs->switched);
    w->fiber = NULL;
    w->does = LOOKS_AROUND;
}

/* A round of waiting for a stolen task. */
static void wait_round(model *m, worker *w, fiber *f, frame *t)
{
    ly_slot *slot = t->joining;
    uint64_t state = ly_slot_state(&slot->state);
    uint32_t taken;
    if (state == LY_SLOT_DONE) {
        f->deque.head = slot;
        ly_deque_joined(&f->deque, ly_deque_index(&f->deque, slot));
        t->joining = NULL;
        spend(m, w, m->costs->line);
        return;
    }
    if (t->rounds++ < LEAPFROG_ROUNDS) {
        if (state != LY_SLOT_FRESH) {
            fiber *thief = (fiber *)ly_slot_thief(state);
            if (ly_deque_steal_from_run(&thief->deque, ly_slot_floor(state), &slot->state, state,
                                        &taken) == LY_STEAL_TOOK) {
                m->outcome.leapfrogs++;
                if (thief->node == w->node) m->outcome.near_leapfrogs++;
                spend(m, w, line_between(m, thief->node, w->node));
                t->rounds = 0;
                push_stolen(m, f, &thief->deque.slots[taken]); /* t may have moved */
                return;
            }
        }
        spend(m, w, m->costs->pauses / 16);
        return;
    }
    if (!ly_slot_await(&slot->state, f)) return;
    m->outcome.suspended++;
    if (f->home) m->home_waits = true;
    leave_fiber(m, w);
}

/* The youngest call has ended. */
static void end_call(model *m, worker *w, fiber *f)
{
    frame t = f->frames[--f->depth];
    if (t.stolen) {
        ly_deque_end_run(&f->deque);
        fiber *waiter = ly_slot_end(&t.stolen->state);
        spend(m, w, m->costs->line);
        if (waiter) resume(m, w, waiter);
    }
    if (f->depth) return;
    if (f->home) return; /* simulate() sees it */
    leave_fiber(m, w);
    fiber_put(m, w, f);
}

/* ---- what calls do --------------------------------------------------------------------------- */

static void work(model *m, worker *w, double ns)
{
    m->outcome.busy += ns;
    spend(m, w, ns);
}

/* A piece of a loop, or a split (loop.c, range). */
static void range_step(model *m, worker *w, fiber *f, frame *t)
{
    ly_deque *d = &f->deque;
    int64_t left = t->call.hi - t->call.lo, end;
    double took;
    if (!t->size) {
        t->size = 1;
        t->first = true;
        t->from = (double)t->call.from; /* not 0: when it began, alone so far */
        t->may_split = t->from == 0;
    }
    if (left <= 0) {
        t->phase = JOIN_RANGES;
        return;
    }
    if (t->may_split && left > 1 && (uintptr_t)d->head >= ly_load(&d->limit, relaxed)) {
        call upper = {.lo = t->call.lo + left / 2, .hi = t->call.hi, .from = 0};
        t->call.hi = upper.lo;
        t->next++;
        spawn(m, w, f, &upper);
        return;
    }
    end = left <= t->size ? t->call.hi : t->call.lo + t->size;
    took = m->before[end] - m->before[t->call.lo];
    if (w->node != m->workers[0].node)
        took *= 1 + m->workload->memory_share * (m->costs->far_memory - 1);
    took += m->costs->piece;
    m->outcome.nodes += end - t->call.lo;
    work(m, w, took);
    if (!t->may_split &&
        (w->clock - t->from >= ALONE_NS ||
         (t->first && took / (double)(end - t->call.lo) * (double)(t->call.hi - end) >= ALONE_NS)))
        t->may_split = true;
    int64_t fits = took > 0 ? (int64_t)((double)(end - t->call.lo) * PIECE_NS / took) : t->size * GROWTH;
    t->size = fits > t->size * GROWTH ? t->size * GROWTH : fits < 1 ? 1 : fits;
    t->first = false;
    t->call.lo = end;
}

static void run_step(model *m, worker *w)
{
    fiber *f = w->fiber;
    frame *t = &f->frames[f->depth - 1];
    double ns;
    call child;
    if (t->joining) {
        wait_round(m, w, f, t);
        return;
    }
    switch (t->phase) {
    case ENTER:
        t->children = workload_enter(m->workload, &t->call, &ns);
        m->outcome.nodes++;
        work(m, w, ns);
        t->phase = SPAWN;
        break;
    case SPAWN:
        if (t->children == 0) {
            end_call(m, w, f);
            break;
        }
        child = workload_child(m->workload, &t->call, t->next++);
        if (t->next < t->children) {
            spawn(m, w, f, &child);
            break;
        }
        t->next = t->children - 1; /* to be joined */
        t->phase = JOIN;
        push(f, &child, ENTER);
        break;
    case RANGE:
        range_step(m, w, f, t);
        break;
    case JOIN:
    case JOIN_RANGES:
        if (t->next == 0) {
            end_call(m, w, f);
            break;
        }
        t->next--;
        join_youngest(m, w, f, t);
        break;
    }
}

/* ---- the search (worker.c, victims.c) -------------------------------------------------------- */

static void go_on(model *m, worker *w, fiber *f)
{
    search_ends(m, w);
    w->fiber = f;
    w->does = RUNS;
    is_used(f, w);
    spend(m, w, m->costs->switched);
}

static void look_around(model *m, worker *w)
{
    if (w->index == 0 && m->home->resumed) {
        m->home->resumed = m->home_waits = false;
        if (w->searching) {
            w->searching = false;
            m->searching--;
        }
        w->fiber = m->home;
        w->does = RUNS;
        spend(m, w, m->costs->switched);
        if (pending(m)) wake_one(m, w);
        return;
    }
    if (w->queued) {
        go_on(m, w, w->queue[--w->queued]);
        return;
    }
    if (!search_begins(m, w)) {
        w->does = PARKS;
        return;
    }
    memset(w->seen, 0, sizeof w->seen);
    w->end_of_search = w->clock + SEARCH_NS;
    w->does = SEARCHES;
}

static fiber *steal_fiber(model *m, worker *w)
{
    ly_tour tour = ly_tour_start(w->random, m->machine->workers);
    uint32_t i;
    while (ly_tour_next(&tour, &i)) {
        worker *v = &m->workers[i];
        fiber *f;
        if (v == w || !v->queued) continue;
        if (!ly_tour_turn(&tour, m->machine->ring[w->index][i])) continue;
        if (v->queued == 1 && w->seen[v->index] != v->taken_from_queue + 1) {
            w->seen[v->index] = v->taken_from_queue + 1;
            continue;
        }
        f = v->queue[0];
        memmove(v->queue, v->queue + 1, --v->queued * sizeof *v->queue);
        v->taken_from_queue++;
        spend(m, w, line_between(m, w->node, v->node));
        return f;
    }
    return NULL;
}

static bool look(model *m, worker *w)
{
    ly_tour tour = ly_tour_start(w->random, m->places);
    uint32_t place, index;
    while (ly_tour_next(&tour, &place)) {
        fiber *victim = m->table[place];
        bool near;
        if (!victim || victim == w->spare) continue;
        if (!ly_tour_turn(&tour, m->machine->ring[w->index][victim->user])) continue;
        near = victim->node == w->node;
        spend(m, w, line_between(m, w->node, victim->node));
        if (ly_deque_steal(&victim->deque, &index) != LY_STEAL_TOOK) continue;
        fiber *mine = w->spare;
        w->spare = NULL;
        m->outcome.steals++;
        if (near) m->outcome.near_steals++;
        search_ends(m, w);
        spend(m, w, m->costs->steal * (near ? 1 : m->costs->far_line));
        push_stolen(m, mine, &victim->deque.slots[index]);
        w->fiber = mine;
        w->does = RUNS;
        return true;
    }
    return false;
}

static void search_round(model *m, worker *w)
{
    fiber *f;
    uint64_t x = w->random;
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    w->random = x;
    m->outcome.rounds++;
    if (w->index == 0 && m->home->resumed) {
        w->does = LOOKS_AROUND;
        return;
    }
    if ((f = steal_fiber(m, w))) {
        go_on(m, w, f);
        return;
    }
    if (!w->spare) w->spare = fiber_take(m);
    is_used(w->spare, w);
    if (look(m, w)) return;
    spend(m, w, m->costs->pauses);
    if (w->clock >= w->end_of_search) w->does = PARKS;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void begin(model *m)
{
    const workload *p = m->workload;
    call root = workload_root(p);
    if (is_loop(p->shape)) {
        m->before = room(NULL, ((size_t)p->size + 1) * sizeof *m->before);
        m->before[0] = 0;
        for (int64_t i = 0; i < p->size; i++)
            m->before[i + 1] = m->before[i] + p->node * (double)element_iterations(p, i);
        root.from = p->size <= FEW ? 0 : 1;
    }
    m->home = fiber_take(m);
    m->home->home = true;
    is_used(m->home, &m->workers[0]);
    push(m->home, &root, is_loop(p->shape) ? RANGE : ENTER);
    m->workers[0].fiber = m->home;
    m->workers[0].does = RUNS;
    m->workers[0].clock = 1; /* 0 stands for "may split" in a loop's `from` */
    for (uint32_t i = m->machine->workers; i-- > 1;) {
        m->workers[i].does = SLEEPS;
        m->workers[i].clock = NEVER;
        m->workers[i].sleeping = true;
        m->sleepers[m->sleeper_count++] = &m->workers[i];
    }
}

/* Who is behind; the horizon is the next one's clock. */
static worker *next_worker(model *m)
{
    worker *next = &m->workers[0];
    m->horizon = NEVER;
    for (uint32_t i = 1; i < m->machine->workers; i++) {
        worker *w = &m->workers[i];
        if (w->clock < next->clock) {
            m->horizon = next->clock;
            next = w;
        } else if (w->clock < m->horizon) {
            m->horizon = w->clock;
        }
    }
    return next;
}

outcome simulate(const machine *machine, const costs *costs, const workload *p, uint64_t seed)
{
    model *m = calloc(1, sizeof *m);
    outcome result;
    if (!m) abort();
    m->machine = machine;
    m->costs = costs;
    m->workload = p;
    for (uint32_t i = 0; i < machine->workers; i++) {
        worker *w = &m->workers[i];
        w->index = i;
        w->node = machine->node[i];
        w->random = (seed + i + 1) * 0x9E3779B97F4A7C15u | 1;
    }
    begin(m);
    while (m->home->depth) {
        worker *w = next_worker(m);
        if (w->clock >= NEVER) {
            fprintf(stderr, "simulate: everybody sleeps, and the program has not ended\n");
            abort();
        }
        do {
            m->outcome.events++;
            switch (w->does) {
            case RUNS: run_step(m, w); break;
            case LOOKS_AROUND: look_around(m, w); break;
            case SEARCHES: search_round(m, w); break;
            case PARKS: park(m, w); break;
            case SLEEPS: break;
            }
        } while (w->clock <= m->horizon && m->home->depth && w->does != SLEEPS);
        if (!m->home->depth) m->outcome.time = w->clock - 1;
    }
    result = m->outcome;
    for (uint32_t i = 0; i < machine->workers; i++) free(m->workers[i].queue);
    for (uint32_t i = 0; i < m->made; i++) {
        free(m->all[i]->deque.slots);
        free(m->all[i]->frames);
        free(m->all[i]);
    }
    free(m->before);
    free(m);
    return result;
}
