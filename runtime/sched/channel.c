/* channel.c: see channel.h; the words stand in a queue (channel_queue.h), those who wait in two lists
   under the channel's lock.

   Nobody waits whom the queue could serve. To wait, a receiver takes the lock, says so in
   `receivers_waiting`, looks at the queue once more, joins the list and lets go of the lock; a sender
   that finds the word set after its push takes the lock and hands what is in the queue to the list's
   first, and so on. Likewise with the roles exchanged. The fence argument is in channel_queue.h.

   Claims. Who waits has a one-shot waiter; it may stand in the lists of several channels
   (ly_channel_receive_any), and time-outs and cancellation may claim it too. It is claimed before a
   word is taken from the queue for it, so no word is ever without an owner; if a passing receiver was
   quicker, the claimed one is told to try again, and stands first in the list then. Claims are made
   under the lock of a list in which the waiter stands, and whoever leaves by another reason takes
   itself out of the list under that lock, so a waiter's frame outlives all who look at it.

   The lock is held for a few instructions, never while a fiber is switched or resumed. */
#include "sched/channel.h"

#include "sched/atomics.h"
#include "sched/channel_queue.h"
#include "sched/wait.h"

#ifndef LY_RELACY
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "memory/memory.h"
#endif

#ifndef LY_RELACY
#define ly_waiter_for(waiter, name) ((waiter)->what = (name))
#else
#define ly_waiter_for(waiter, name) ((void)0)
#endif

/* What a waiter was told. */
enum { TOLD_DONE, TOLD_CLOSED, TOLD_MEMORY, TOLD_RETRY };

/* Somebody's place in a list; in the frame of who waits. */
typedef struct waiting {
    struct waiting *next, *previous;
    bool listed;
    uint32_t which; /* its index among the channels of one wait */
    ly_waiter *waiter;
    ly_plain(uint64_t) word; /* to send; or received */
    ly_plain(int) told;
} waiting;

typedef struct {
    waiting *first, *last;
} waiting_list;

struct ly_channel {
    ly_atomic(queue *) current;
    ly_atomic(uint32_t) receivers_waiting, senders_waiting;
    ly_atomic(uint32_t) receiver_patience, sender_patience; /* see linger */
    ly_atomic(uint32_t) receiver_interval, sender_interval;
    ly_atomic(uint32_t) turn;                               /* where receive_any starts */
    uint64_t capacity;
    void (*drop)(uint64_t word, void *argument);
    void *argument;

    _Alignas(64) ly_mutex lock;
    waiting_list receivers, senders;
};

/* ---- queues ----------------------------------------------------------------------------------- */

#ifndef LY_RELACY
enum { SLOTS_AT_FIRST = 16, MAPPED_BYTES = 1 << 17 };
#else
enum { SLOTS_AT_FIRST = 2 }; /* so that it grows */
#endif

#ifndef LY_RELACY
static ly_atomic(uint64_t) *slots_new(size_t bytes)
{
    if (bytes < MAPPED_BYTES)
        return ly_calloc(1, bytes ? bytes : 1);
    void *slots = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return slots == MAP_FAILED ? NULL : slots;
}

static void slots_free(ly_atomic(uint64_t) *slots, size_t bytes)
{
    if (bytes < MAPPED_BYTES)
        ly_free(slots);
    else
        munmap(slots, bytes);
}

/* The values have moved on. Others may still read here (what they read is refused later), so the
   addresses stay, but the memory need not. */
static void slots_forget(ly_atomic(uint64_t) *slots, size_t bytes)
{
    if (bytes >= MAPPED_BYTES)
        madvise(slots, bytes, MADV_DONTNEED);
}

static queue *queue_allocate(void)
{
    queue *q = aligned_alloc(_Alignof(queue), sizeof(queue));
    return q ? memset(q, 0, sizeof(queue)) : NULL;
}
#define queue_deallocate ly_free

static ly_channel *channel_allocate(void)
{
    ly_channel *ch = aligned_alloc(_Alignof(ly_channel), sizeof(ly_channel));
    return ch ? memset(ch, 0, sizeof(ly_channel)) : NULL;
}
#define channel_deallocate ly_free

static waiting *places_new(size_t count)
{
    return ly_calloc(count, sizeof(waiting));
}
#define places_free ly_free
#endif

/* An empty queue with at least `slots` slots, a power of two. */
static queue *queue_new(uint64_t slots, uint64_t capacity, bool stamped)
{
    if (slots > SIZE_MAX / 32)
        return NULL;
    queue *q = queue_allocate();
    if (!q)
        return NULL;
    q->stamped = stamped;
    q->mask = slots - 1;
    ly_set(&q->limit, capacity < slots ? capacity : slots);
    q->bytes = (size_t)(slots << stamped) * sizeof(uint64_t);
    q->slots = slots_new(q->bytes);
    if (!q->slots) {
        queue_deallocate(q);
        return NULL;
    }
    return q;
}

/* Goes on in a queue with `slots` slots. The lock is held. */
static bool move_to(ly_channel *ch, uint64_t slots, bool stamped)
{
    queue *old = ly_load(&ch->current, relaxed);
    queue *next = queue_new(slots, ch->capacity, stamped);
    if (!next)
        return false;
    ly_store(&next->producer, ly_load(&old->producer, relaxed), relaxed);
    next->older = old;
    queue_move(old, next);
    ly_store(&ch->current, next, release);
    slots_forget(old->slots, old->bytes);
    return true;
}

/* Sends with the lock held. A ring's producer is the caller, or waits (its send is done for it). */
static int push_locked(ly_channel *ch, uint64_t word)
{
    for (;;) {
        queue *q = ly_load(&ch->current, relaxed);
        queue_outcome outcome = queue_push(q, word);
        if (outcome != QUEUE_FULL || ly_get(&q->limit) == ch->capacity)
            return outcome;
        if (!move_to(ch, 2 * (q->mask + 1), q->stamped))
            return -1;
    }
}

/* ---- those who wait ---------------------------------------------------------------------------- */

static void list_append(waiting_list *list, waiting *w, bool first)
{
    w->listed = true;
    w->next = first ? list->first : NULL;
    w->previous = first ? NULL : list->last;
    *(w->next ? &w->next->previous : &list->last) = w;
    *(w->previous ? &w->previous->next : &list->first) = w;
}

static void list_remove(waiting_list *list, waiting *w)
{
    *(w->next ? &w->next->previous : &list->last) = w->previous;
    *(w->previous ? &w->previous->next : &list->first) = w->next;
    w->listed = false;
}

/* Takes the first one whom nobody else claimed out of the list. */
static waiting *claim_first(waiting_list *list)
{
    for (waiting *w; (w = list->first);) {
        list_remove(list, w);
        /* the frame of one whom somebody else claimed is still there: it needs our lock to leave */
        if (ly_waiter_claim(w->waiter, LY_WAKE_READY))
            return w;
    }
    return NULL;
}

/* Says what a claimed one shall hear, and puts it with those to resume after the lock. */
static void tell(waiting *w, int told, waiting_list *woken)
{
    ly_set(&w->told, told);
    w->waiter->which = w->which;
    list_append(woken, w, false);
}

static bool queue_ready(queue *q)
{
    uint64_t tail = ly_load(&q->tail, seq_cst);
    return tail & CLOSED || queue_count(tail) > queue_count(ly_load(&q->head, relaxed));
}

static bool queue_has_room(ly_channel *ch)
{
    queue *q = ly_load(&ch->current, relaxed);
    uint64_t tail = ly_load(&q->tail, relaxed);
    return tail & CLOSED || queue_room(q, queue_count(tail)) == QUEUE_DONE ||
           ly_get(&q->limit) < ch->capacity;
}

/* Serves those who wait, as long as there is something for them. The lock is held. */
static void settle(ly_channel *ch, waiting_list *woken)
{
    for (bool progress = true; progress;) {
        progress = false;
        while (ch->receivers.first && queue_ready(ly_load(&ch->current, relaxed))) {
            waiting *w = claim_first(&ch->receivers);
            if (!w)
                break;
            uint64_t word = 0;
            queue_outcome outcome = queue_pop(ly_load(&ch->current, relaxed), &word);
            ly_set(&w->word, word);
            tell(w, outcome == QUEUE_DONE ? TOLD_DONE
                    : outcome == QUEUE_CLOSED ? TOLD_CLOSED : TOLD_RETRY, woken);
        }
        while (ch->senders.first && queue_has_room(ch)) {
            waiting *w = claim_first(&ch->senders);
            if (!w)
                break;
            int outcome = push_locked(ch, ly_get(&w->word));
            tell(w, outcome == QUEUE_DONE ? TOLD_DONE : outcome == QUEUE_CLOSED ? TOLD_CLOSED
                    : outcome < 0 ? TOLD_MEMORY : TOLD_RETRY, woken);
            progress = true;
        }
    }
}

static void lock(ly_channel *ch)
{
    ly_mutex_lock(&ch->lock);
}

/* Lets go of the lock, then resumes those who were told something. */
static void unlock(ly_channel *ch, waiting_list *woken)
{
    uint32_t receivers = ch->receivers.first != NULL, senders = ch->senders.first != NULL;
    if (ly_load(&ch->receivers_waiting, relaxed) != receivers)
        ly_store(&ch->receivers_waiting, receivers, relaxed);
    if (ly_load(&ch->senders_waiting, relaxed) != senders)
        ly_store(&ch->senders_waiting, senders, relaxed);
    ly_mutex_unlock(&ch->lock);
    if (!woken)
        return;
    for (waiting *w = woken->first, *next; w; w = next) {
        next = w->next;
        w->listed = false;
        ly_waiter_resume(w->waiter); /* its frame may be gone now */
    }
}

/* Takes those out of the lists who still stand there. */
static void leave(ly_channel *const *channels, waiting *places, size_t count, bool receiving)
{
    for (size_t i = 0; i < count; i++) {
        lock(channels[i]);
        if (places[i].listed)
            list_remove(receiving ? &channels[i]->receivers : &channels[i]->senders, &places[i]);
        unlock(channels[i], NULL);
    }
}

static ly_channel_status status_of_reason(uint32_t reason)
{
    return reason == LY_WAKE_TIMEOUT ? LY_CHANNEL_TIMEOUT
           : reason == LY_WAKE_CANCELLED ? LY_CHANNEL_CANCELLED
           : reason == LY_WAKE_DEADLOCK ? LY_CHANNEL_DEADLOCK : LY_CHANNEL_MEMORY;
}

/* Somebody waits, and there may be something for them. */
static __attribute__((noinline)) void serve(ly_channel *ch)
{
    waiting_list woken = {NULL, NULL};
    lock(ch);
    settle(ch, &woken);
    unlock(ch, &woken);
}

/* ---- lingering ---------------------------------------------------------------------------------

   Before it waits in a list, a sender or receiver stays a moment, if the other side may be running
   on another processor: that is much cheaper than to be resumed. The pauses between its looks leave
   the cache lines to the other side, which meanwhile gets a batch of values through. How long it
   stays in all grows while that helps and shrinks while it doesn't. The time between two looks grows
   while values stream, so that a batch is worth the transfer of the lines; where they come one by
   one it is short. */

enum {
    PATIENCE_LEAST = 1, PATIENCE_FIRST = 8, PATIENCE_MOST = 32, /* in times of PAUSES_LEAST */
    PAUSES_LEAST = 48, PAUSES_MOST = 768,
    FEW = 4, STREAM = 16, BATCH = 256, /* values */
};

/* Room for so many, as far as is known. */
static uint64_t room_in(queue *q)
{
    uint64_t tail = ly_load(&q->tail, relaxed);
    if (queue_room(q, queue_count(tail)) != QUEUE_DONE)
        return 0;
    return ly_get(&q->limit) - (queue_count(tail) - ly_load(&q->head_seen, relaxed));
}

/* So many values; the end counts as one. */
static uint64_t values_in(queue *q)
{
    return queue_ready(q) ? queue_length(q) + 1 : 0;
}

static bool linger(ly_channel *ch, ly_atomic(uint32_t) *patience, ly_atomic(uint32_t) *interval,
                   uint64_t (*ready)(queue *))
{
#ifndef LY_RELACY
    if (!ly_waiter_may_linger())
        return false;
    uint32_t rounds = ly_load(patience, relaxed), pauses = ly_load(interval, relaxed);
    if (!rounds)
        rounds = PATIENCE_FIRST;
    if (!pauses)
        pauses = PAUSES_LEAST;
    for (uint32_t spent = 0; spent < rounds * PAUSES_LEAST; spent += pauses) {
        for (uint32_t i = 0; i < pauses; i++)
            ly_pause();
        uint64_t count = ready(ly_load(&ch->current, acquire));
        if (count) {
            if (rounds < PATIENCE_MOST)
                ly_store(patience, rounds + 1, relaxed);
            if (count <= FEW && pauses > PAUSES_LEAST)
                ly_store(interval, PAUSES_LEAST, relaxed);
            else if (count >= STREAM && count < BATCH && pauses < PAUSES_MOST)
                ly_store(interval, 2 * pauses, relaxed);
            return true;
        }
    }
    if (pauses > PAUSES_LEAST)
        ly_store(interval, pauses / 2, relaxed);
    if (rounds > PATIENCE_LEAST)
        ly_store(patience, rounds / 2, relaxed);
#endif
    return false;
}

/* ---- sending ----------------------------------------------------------------------------------- */

/* Makes the caller the ring's producer if it has none yet; else gives the channel a stamped queue. */
static __attribute__((noinline)) bool admit_producer(ly_channel *ch, uintptr_t self)
{
    bool fine = true;
    lock(ch);
    queue *q = ly_load(&ch->current, relaxed);
    if (!q->stamped) {
        uintptr_t producer = ly_load(&q->producer, relaxed);
        if (!producer)
            ly_store(&q->producer, self, relaxed);
        else if (producer != self)
            fine = move_to(ch, q->mask + 1, true);
    }
    unlock(ch, NULL);
    return fine;
}

/* Sends, but for waiting: DONE, AGAIN, CLOSED or MEMORY. */
static inline ly_channel_status send_now(ly_channel *ch, uint64_t word)
{
    for (;;) {
        queue *q = ly_load(&ch->current, acquire);
        if (!q->stamped) {
            uintptr_t self = ly_waiter_self();
            if (ly_load(&q->producer, relaxed) != self) {
                if (!admit_producer(ch, self))
                    return LY_CHANNEL_MEMORY;
                continue;
            }
        }
        switch (queue_push(q, word)) {
        case QUEUE_DONE:
            if (ly_load(&ch->receivers_waiting, seq_cst))
                serve(ch);
            return LY_CHANNEL_DONE;
        case QUEUE_CLOSED: return LY_CHANNEL_CLOSED;
        case QUEUE_MOVED: /* who moves it holds the lock */
            lock(ch);
            unlock(ch, NULL);
            continue;
        default: return LY_CHANNEL_AGAIN;
        }
    }
}

/* Sends, and waits for room if `deadline` isn't NULL. */
static __attribute__((noinline)) ly_channel_status send_slowly(ly_channel *ch, uint64_t word,
                                                               const uint64_t *deadline)
{
    for (bool again = false;; again = true) {
        waiting place;
        ly_waiter waiter;
        waiting_list woken = {NULL, NULL};
        lock(ch);
        ly_store(&ch->senders_waiting, 1, seq_cst);
        int outcome = push_locked(ch, word);
        waiting *receiver;
        if (outcome == QUEUE_FULL && !ch->capacity && (receiver = claim_first(&ch->receivers))) {
            ly_set(&receiver->word, word);
            tell(receiver, TOLD_DONE, &woken);
            outcome = QUEUE_DONE;
        }
        if (outcome != QUEUE_FULL || !deadline) {
            settle(ch, &woken);
            unlock(ch, &woken);
            return outcome == QUEUE_DONE ? LY_CHANNEL_DONE
                   : outcome == QUEUE_FULL ? LY_CHANNEL_AGAIN
                   : outcome == QUEUE_CLOSED ? LY_CHANNEL_CLOSED : LY_CHANNEL_MEMORY;
        }
        ly_waiter_arm(&waiter);
        ly_waiter_for(&waiter, "Send");
        place.waiter = &waiter;
        place.which = 0;
        ly_set(&place.word, word);
        list_append(&ch->senders, &place, again);
        unlock(ch, NULL);
        uint32_t reason = ly_waiter_wait(&waiter, *deadline);
        if (reason != LY_WAKE_READY) {
            ly_channel *channels[] = {ch};
            leave(channels, &place, 1, false);
            return status_of_reason(reason);
        }
        switch (ly_get(&place.told)) {
        case TOLD_DONE: return LY_CHANNEL_DONE;
        case TOLD_CLOSED: return LY_CHANNEL_CLOSED;
        case TOLD_MEMORY: return LY_CHANNEL_MEMORY;
        default: break;
        }
    }
}

/* Is there no room for certain, without looking at the lists? */
static bool surely_full(ly_channel *ch)
{
    return ch->capacity && ly_get(&ly_load(&ch->current, acquire)->limit) == ch->capacity;
}

ly_channel_status ly_channel_try_send(ly_channel *ch, uint64_t word)
{
    ly_channel_status status = send_now(ch, word);
    return status != LY_CHANNEL_AGAIN || surely_full(ch) ? status : send_slowly(ch, word, NULL);
}

ly_channel_status ly_channel_send(ly_channel *ch, uint64_t word, uint64_t deadline)
{
    ly_channel_status status = send_now(ch, word);
    if (status != LY_CHANNEL_AGAIN)
        return status;
    if (surely_full(ch) && linger(ch, &ch->sender_patience, &ch->sender_interval, room_in)) {
        status = send_now(ch, word);
        if (status != LY_CHANNEL_AGAIN)
            return status;
    }
    return send_slowly(ch, word, &deadline);
}

/* ---- receiving --------------------------------------------------------------------------------- */

/* Receives, but for waiting: DONE, AGAIN or CLOSED. */
static inline ly_channel_status receive_now(ly_channel *ch, uint64_t *word)
{
    for (;;) {
        switch (queue_pop(ly_load(&ch->current, acquire), word)) {
        case QUEUE_DONE:
            if (ly_load(&ch->senders_waiting, seq_cst))
                serve(ch);
            return LY_CHANNEL_DONE;
        case QUEUE_CLOSED: return LY_CHANNEL_CLOSED;
        case QUEUE_MOVED:
            lock(ch);
            unlock(ch, NULL);
            continue;
        default: return LY_CHANNEL_AGAIN;
        }
    }
}

/* Is there something for a receiver? The lock is held. */
static bool at_hand(ly_channel *ch)
{
    return queue_ready(ly_load(&ch->current, relaxed)) || (!ch->capacity && ch->senders.first);
}

/* Receives with the lock held, in a rendezvous from a sender that waits. */
static ly_channel_status take_locked(ly_channel *ch, uint64_t *word, waiting_list *woken)
{
    waiting *sender;
    switch (queue_pop(ly_load(&ch->current, relaxed), word)) {
    case QUEUE_DONE: settle(ch, woken); return LY_CHANNEL_DONE;
    case QUEUE_CLOSED: return LY_CHANNEL_CLOSED;
    default: break;
    }
    if (ch->capacity || !(sender = claim_first(&ch->senders)))
        return LY_CHANNEL_AGAIN;
    *word = ly_get(&sender->word);
    tell(sender, TOLD_DONE, woken);
    return LY_CHANNEL_DONE;
}

static ly_channel_status take(ly_channel *ch, uint64_t *word)
{
    waiting_list woken = {NULL, NULL};
    lock(ch);
    ly_channel_status status = take_locked(ch, word, &woken);
    unlock(ch, &woken);
    return status;
}

/* Waits in all of the channels' lists until one of them has something; places: one for each. AGAIN
   if what was there had gone meanwhile. `again` is set if this is not the first attempt. */
static ly_channel_status wait_once(ly_channel *const *channels, waiting *places, size_t count,
                                   size_t start, size_t *which, uint64_t *word, uint64_t deadline,
                                   bool again)
{
    ly_waiter waiter;
    waiting_list woken = {NULL, NULL};
    ly_waiter_arm(&waiter);
    ly_waiter_for(&waiter, count == 1 ? "Receive" : "ReceiveAny");
    for (size_t i = 0; i < count; i++)
        places[i].listed = false;
    for (size_t i = 0; i < count; i++) {
        size_t at = start + i < count ? start + i : start + i - count;
        ly_channel *ch = channels[at];
        waiting *place = &places[at];
        place->waiter = &waiter;
        place->which = (uint32_t)at;
        lock(ch);
        ly_store(&ch->receivers_waiting, 1, seq_cst);
        if (!at_hand(ch)) {
            list_append(&ch->receivers, place, again);
            unlock(ch, NULL);
        } else if (ly_waiter_claim(&waiter, LY_WAKE_READY)) {
            /* nobody else gives us something now, so we may take something */
            ly_channel_status status = take_locked(ch, word, &woken);
            unlock(ch, &woken);
            leave(channels, places, count, true);
            *which = at;
            return status;
        } else {
            unlock(ch, NULL); /* claimed by another channel, or cancelled: whoever it is resumes us */
            break;
        }
    }
    uint32_t reason = ly_waiter_wait(&waiter, deadline);
    if (reason != LY_WAKE_READY || count > 1)
        leave(channels, places, count, true);
    if (reason != LY_WAKE_READY)
        return status_of_reason(reason);
    *which = waiter.which;
    *word = ly_get(&places[waiter.which].word);
    int told = ly_get(&places[waiter.which].told);
    return told == TOLD_DONE ? LY_CHANNEL_DONE
           : told == TOLD_CLOSED ? LY_CHANNEL_CLOSED : LY_CHANNEL_AGAIN;
}

static __attribute__((noinline)) ly_channel_status receive_slowly(ly_channel *ch, uint64_t *word,
                                                                  uint64_t deadline)
{
    ly_channel *channels[] = {ch};
    waiting place;
    size_t which;
    ly_channel_status status;
    for (bool again = false;; again = true) {
        status = wait_once(channels, &place, 1, 0, &which, word, deadline, again);
        if (status != LY_CHANNEL_AGAIN)
            return status;
    }
}

ly_channel_status ly_channel_try_receive(ly_channel *ch, uint64_t *word)
{
    ly_channel_status status = receive_now(ch, word);
    return status != LY_CHANNEL_AGAIN || ch->capacity ? status : take(ch, word);
}

ly_channel_status ly_channel_receive(ly_channel *ch, uint64_t *word, uint64_t deadline)
{
    ly_channel_status status = receive_now(ch, word);
    if (status != LY_CHANNEL_AGAIN)
        return status;
    if (ch->capacity && linger(ch, &ch->receiver_patience, &ch->receiver_interval, values_in)) {
        status = receive_now(ch, word);
        if (status != LY_CHANNEL_AGAIN)
            return status;
    }
    return receive_slowly(ch, word, deadline);
}

ly_channel_status ly_channel_receive_any(ly_channel *const *channels, size_t count, size_t *which,
                                         uint64_t *word, uint64_t deadline)
{
    if (!count)
        return LY_CHANNEL_DEADLOCK;
    /* another one is asked first each time, so that a busy channel doesn't hide the others */
    size_t start = ly_fetch_add(&channels[0]->turn, 1, relaxed) % count;
    waiting few[8], *places = few;
    ly_channel_status status = LY_CHANNEL_AGAIN;
    for (size_t i = 0; i < count && status == LY_CHANNEL_AGAIN; i++) {
        *which = (start + i) % count;
        status = ly_channel_try_receive(channels[*which], word);
    }
    if (status != LY_CHANNEL_AGAIN)
        return status;
    if (count > sizeof few / sizeof *few && !(places = places_new(count)))
        return LY_CHANNEL_MEMORY;
    for (bool again = false; status == LY_CHANNEL_AGAIN; again = true)
        status = wait_once(channels, places, count, start, which, word, deadline, again);
    if (places != few)
        places_free(places);
    return status;
}

/* ---- a channel's life -------------------------------------------------------------------------- */

ly_channel *ly_channel_new(uint64_t capacity, void (*drop)(uint64_t word, void *argument),
                           void *argument)
{
    ly_channel *ch = channel_allocate();
    if (!ch)
        return NULL;
    uint64_t slots = 1;
    while (slots < SLOTS_AT_FIRST && slots < capacity)
        slots *= 2;
    ch->capacity = capacity;
    ch->drop = drop;
    ch->argument = argument;
    ly_mutex_init(&ch->lock);
    /* a rendezvous' queue never holds anything; it only says whether it is closed */
    queue *q = queue_new(slots, capacity, !capacity);
    if (!q) {
        ly_mutex_destroy(&ch->lock);
        channel_deallocate(ch);
        return NULL;
    }
    ly_store(&ch->current, q, relaxed); /* whoever gets the channel gets this with it */
    return ch;
}

void ly_channel_free(ly_channel *ch)
{
    uint64_t word;
    queue *q = ly_load(&ch->current, relaxed); /* nobody else has the channel any more */
    while (ch->drop && queue_pop(q, &word) == QUEUE_DONE)
        ch->drop(word, ch->argument);
    for (queue *older; q; q = older) {
        older = q->older;
        slots_free(q->slots, q->bytes);
        queue_deallocate(q);
    }
    ly_mutex_destroy(&ch->lock);
    channel_deallocate(ch);
}

bool ly_channel_close(ly_channel *ch)
{
    waiting_list woken = {NULL, NULL};
    lock(ch);
    bool closed = queue_close(ly_load(&ch->current, relaxed));
    settle(ch, &woken); /* every sender is refused; receivers get what is left, or hear of the end */
    unlock(ch, &woken);
    return closed;
}

bool ly_channel_closed(ly_channel *ch)
{
    return ly_load(&ly_load(&ch->current, acquire)->tail, acquire) & CLOSED;
}

uint64_t ly_channel_length(ly_channel *ch)
{
    lock(ch); /* so that the values aren't on the move */
    uint64_t length = queue_length(ly_load(&ch->current, relaxed));
    unlock(ch, NULL);
    return length;
}

uint64_t ly_channel_capacity(ly_channel *ch)
{
    return ch->capacity;
}
