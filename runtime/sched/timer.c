/* timer.c: a heap of deadlines, and the thread that sleeps until the earliest.

   The thread has a computing worker's CPU at once when it wakes, as those that sleep most are given
   it first; its timer slack is taken away, so that deadlines are met within some ten microseconds. */
#include "sched/timer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory/memory.h"
#include "sched/scheduler.h"

enum { BEAT_NS = 10000000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all that follows */
static pthread_cond_t changed, fired;
static pthread_t thread;
static bool running, stopping;
static ly_timer **heap; /* from 1: a binary heap by `at` */
static size_t count, room;
static _Atomic size_t pending;
static _Atomic bool beating;
static __thread bool is_timer_thread;

/* ---- the heap --------------------------------------------------------------------------------- */

static void place(ly_timer *timer, size_t i)
{
    heap[i] = timer;
    timer->place = i;
}

static void sift_up(ly_timer *timer, size_t i)
{
    while (i > 1 && heap[i / 2]->at > timer->at) {
        place(heap[i / 2], i);
        i /= 2;
    }
    place(timer, i);
}

static void sift_down(ly_timer *timer, size_t i)
{
    for (;;) {
        size_t child = 2 * i;
        if (child > count) break;
        if (child < count && heap[child + 1]->at < heap[child]->at) child++;
        if (heap[child]->at >= timer->at) break;
        place(heap[child], i);
        i = child;
    }
    place(timer, i);
}

static void take_out(ly_timer *timer)
{
    size_t i = timer->place;
    ly_timer *last = heap[count--];
    timer->place = 0;
    atomic_store_explicit(&pending, count, memory_order_seq_cst);
    if (last == timer) return;
    if (i > 1 && heap[i / 2]->at > last->at) sift_up(last, i);
    else sift_down(last, i);
}

/* ---- the thread ------------------------------------------------------------------------------- */

/* The lock is held, and given back while something is called. */
static void fire(ly_timer *timer)
{
    ly_waiter *waiter = timer->waiter;
    ly_cancel *token = timer->cancel;
    /* while this is under way somebody may be woken: no deadlock */
    ly_outside_enter();
    take_out(timer);
    timer->fired = true;
    if (waiter) {
        /* under the lock: whoever waits takes the timer out before the waiter goes */
        if (ly_waiter_claim(waiter, LY_WAKE_TIMEOUT)) ly_waiter_resume(waiter);
        ly_outside_leave();
        return;
    }
    if (token) {
        pthread_mutex_unlock(&lock); /* the timer may be gone from here on; its reference is ours */
        ly_cancel_now(token);
        ly_cancel_release(token);
        ly_outside_leave();
        pthread_mutex_lock(&lock);
        return;
    }
    timer->firing = true;
    pthread_mutex_unlock(&lock);
    timer->fire(timer);
    ly_outside_leave();
    pthread_mutex_lock(&lock);
    timer->firing = false;
    pthread_cond_broadcast(&fired);
}

/* A short slice makes the kernel's deadline for this thread come before those of threads that
   compute (Linux 6.12 and later; harmless before). */
static void ask_for_short_slices(void)
{
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {.size = 48, .policy = 0 /* SCHED_OTHER */, .runtime = 100000};
    attributes.nice = getpriority(PRIO_PROCESS, 0);
    syscall(SYS_sched_setattr, 0, &attributes, 0);
}

static void *sleep_and_fire(void *unused)
{
    uint64_t next_beat = 0; /* 0: none */
    is_timer_thread = true;
    prctl(PR_SET_TIMERSLACK, 1UL);
    ask_for_short_slices();
    pthread_setname_np(pthread_self(), "lyra-timers");
    pthread_mutex_lock(&lock);
    while (!stopping) {
        uint64_t now, first = UINT64_MAX;
        if (!atomic_load_explicit(&beating, memory_order_relaxed)) next_beat = 0;
        else if (!next_beat) next_beat = ly_clock_ns() + BEAT_NS;
        if (count) first = heap[1]->at;
        if (next_beat && next_beat < first) first = next_beat;
        if (first == UINT64_MAX) {
            pthread_cond_wait(&changed, &lock);
            continue;
        }
        now = ly_clock_ns();
        if (first > now) {
            struct timespec t = {(time_t)(first / 1000000000), (long)(first % 1000000000)};
            pthread_cond_timedwait(&changed, &lock, &t);
            continue;
        }
        while (count && heap[1]->at <= now) fire(heap[1]);
        if (next_beat && next_beat <= now) {
            next_beat = now + BEAT_NS;
            pthread_mutex_unlock(&lock);
            if (!ly_worker_beat()) atomic_store_explicit(&beating, false, memory_order_seq_cst);
            pthread_mutex_lock(&lock);
        }
    }
    pthread_mutex_unlock(&lock);
    return unused;
}

/* The lock is held. */
static bool start_thread(void)
{
    pthread_condattr_t attributes;
    if (running) return true;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_cond_init(&fired, &attributes);
    pthread_condattr_destroy(&attributes);
    stopping = false;
    running = ly_thread_start(&thread, sleep_and_fire, NULL);
    return running;
}

static bool start(ly_timer *timer, uint64_t at)
{
    bool earliest;
    timer->at = at;
    timer->firing = timer->fired = false;
    timer->place = 0;
    pthread_mutex_lock(&lock);
    if (!start_thread()) {
        pthread_mutex_unlock(&lock);
        return false;
    }
    if (count + 2 > room) {
        size_t more = room ? 2 * room : 64;
        ly_timer **larger = ly_remalloc(heap, more * sizeof *larger);
        if (!larger) {
            pthread_mutex_unlock(&lock);
            return false;
        }
        heap = larger;
        room = more;
    }
    sift_up(timer, ++count);
    atomic_store_explicit(&pending, count, memory_order_seq_cst);
    earliest = timer->place == 1;
    pthread_mutex_unlock(&lock);
    if (earliest) pthread_cond_signal(&changed);
    return true;
}

bool ly_timer_start_waiter(ly_timer *timer, uint64_t at, ly_waiter *waiter)
{
    timer->waiter = waiter;
    timer->cancel = NULL;
    return start(timer, at);
}

bool ly_timer_start_cancel(ly_timer *timer, uint64_t at, ly_cancel *token)
{
    timer->waiter = NULL;
    timer->cancel = ly_cancel_retain(token);
    if (start(timer, at)) return true;
    ly_cancel_release(token);
    return false;
}

bool ly_timer_start(ly_timer *timer, uint64_t at, void (*fire)(ly_timer *timer))
{
    timer->waiter = NULL;
    timer->cancel = NULL;
    timer->fire = fire;
    return start(timer, at);
}

bool ly_timer_stop(ly_timer *timer)
{
    bool was_in;
    pthread_mutex_lock(&lock);
    was_in = timer->place != 0;
    if (was_in) take_out(timer);
    while (timer->firing) pthread_cond_wait(&fired, &lock);
    pthread_mutex_unlock(&lock);
    if (was_in) ly_cancel_release(timer->cancel);
    return was_in;
}

size_t ly_timers_pending(void) { return atomic_load_explicit(&pending, memory_order_seq_cst); }

/* Called often: one load where beats are on. The thread itself, which may hold the lock, sees the flag
   when it comes back to its loop. */
void ly_timer_beats(void)
{
    if (atomic_load_explicit(&beating, memory_order_relaxed) ||
        atomic_exchange_explicit(&beating, true, memory_order_seq_cst) || is_timer_thread)
        return;
    pthread_mutex_lock(&lock);
    if (start_thread()) pthread_cond_signal(&changed);
    else atomic_store_explicit(&beating, false, memory_order_relaxed);
    pthread_mutex_unlock(&lock);
}

void ly_timers_end(bool forked)
{
    if (forked) {
        pthread_mutex_init(&lock, NULL);
    } else if (running) {
        pthread_mutex_lock(&lock);
        stopping = true;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
        pthread_join(thread, NULL);
        pthread_cond_destroy(&changed);
        pthread_cond_destroy(&fired);
        ly_free(heap);
    }
    heap = NULL;
    count = room = 0;
    pending = 0;
    running = false;
    beating = false;
}
