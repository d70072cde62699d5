/* alarm.c: a heap of moments, and the thread that sleeps until the earliest.

   The thread has a computing thread's CPU at once when it wakes, as those that sleep most are given it
   first; its timer slack is taken away, so that moments are met within some ten microseconds. It takes no
   signals, which are the program's matter, so it works inside a program that embeds Lyra. */
#include "eval/alarm.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "memory/memory.h"

enum { BEAT_NS = 10000000 };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { THREAD_STACK = 4 << 20 };
#else
enum { THREAD_STACK = 512 << 10 };
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all that follows */
static pthread_cond_t changed, rung;
static pthread_t thread;
static bool running, stopping;
static ly_alarm **heap; /* from 1: a binary heap by `at` */
static size_t count, room;
static _Atomic size_t of_process;
static _Atomic bool beating;
static bool (*_Atomic beat_now)(void);
static __thread bool is_alarm_thread;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* ---- the heap: the lock is held ----------------------------------------------------------------- */

static void place(ly_alarm *alarm, size_t i)
{
    heap[i] = alarm;
    alarm->place = i;
}

static void sift_up(ly_alarm *alarm, size_t i)
{
    while (i > 1 && heap[i / 2]->at > alarm->at) {
        place(heap[i / 2], i);
        i /= 2;
    }
    place(alarm, i);
}

static void sift_down(ly_alarm *alarm, size_t i)
{
    for (;;) {
        size_t child = 2 * i;
        if (child > count) break;
        if (child < count && heap[child + 1]->at < heap[child]->at) child++;
        if (heap[child]->at >= alarm->at) break;
        place(heap[child], i);
        i = child;
    }
    place(alarm, i);
}

static void take_out(ly_alarm *alarm)
{
    size_t i = alarm->place;
    ly_alarm *last = heap[count--];
    alarm->place = 0;
    if (alarm->of_process) atomic_fetch_sub_explicit(&of_process, 1, memory_order_seq_cst);
    if (last == alarm) return;
    if (i > 1 && heap[i / 2]->at > last->at) sift_up(last, i);
    else sift_down(last, i);
}

/* There is room. */
static void put_in(ly_alarm *alarm)
{
    sift_up(alarm, ++count);
    if (alarm->of_process) atomic_fetch_add_explicit(&of_process, 1, memory_order_seq_cst);
}

static bool make_room(void)
{
    size_t more = room ? 2 * room : 64;
    ly_alarm **larger;
    if (count + 2 <= room) return true;
    larger = ly_remalloc(heap, more * sizeof *larger);
    if (!larger) return false;
    heap = larger;
    room = more;
    return true;
}

/* ---- the thread --------------------------------------------------------------------------------- */

void ly_alarm_over(ly_alarm *alarm) { take_out(alarm); }

void ly_alarm_again(ly_alarm *alarm, uint64_t at)
{
    alarm->at = at;
    sift_down(alarm, alarm->place);
}

void ly_alarm_unlocked(ly_alarm *alarm, void (*act)(void *), void *argument, bool released)
{
    if (!released) alarm->ringing = true;
    pthread_mutex_unlock(&lock);
    act(argument);
    pthread_mutex_lock(&lock);
    if (released) return;
    alarm->ringing = false;
    pthread_cond_broadcast(&rung);
}

/* Among ordinary threads a short slice makes the kernel's deadline for this one come before those of
   threads that compute (Linux 6.12 and later; harmless before). Among real-time ones, which go on until
   they wait, it stands one above those that started it. */
static void ask_to_come_first(void)
{
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {.size = 48, .policy = SCHED_OTHER, .runtime = 100000};
    struct sched_param real_time;
    int policy = sched_getscheduler(0);
    if (policy == SCHED_OTHER) {
        attributes.nice = getpriority(PRIO_PROCESS, 0);
        syscall(SYS_sched_setattr, 0, &attributes, 0);
    } else if ((policy == SCHED_FIFO || policy == SCHED_RR) && sched_getparam(0, &real_time) == 0) {
        real_time.sched_priority++; /* refused where it is the highest, or beyond what may be asked for */
        sched_setscheduler(0, policy, &real_time);
    }
}

static void *sleep_and_ring(void *unused)
{
    uint64_t next_beat = 0; /* 0: none */
    is_alarm_thread = true;
    prctl(PR_SET_TIMERSLACK, 1UL);
    ask_to_come_first();
    pthread_setname_np(pthread_self(), "lyra-alarms");
    pthread_mutex_lock(&lock);
    while (!stopping) {
        uint64_t now, first = UINT64_MAX;
        if (!atomic_load_explicit(&beating, memory_order_relaxed)) next_beat = 0;
        else if (!next_beat) next_beat = now_ns() + BEAT_NS;
        if (count) first = heap[1]->at;
        if (next_beat && next_beat < first) first = next_beat;
        if (first == UINT64_MAX) {
            pthread_cond_wait(&changed, &lock);
            continue;
        }
        now = now_ns();
        if (first > now) {
            struct timespec t = {(time_t)(first / 1000000000), (long)(first % 1000000000)};
            pthread_cond_timedwait(&changed, &lock, &t);
            continue;
        }
        while (count && heap[1]->at <= now) {
            ly_alarm *alarm = heap[1];
            alarm->ring(alarm);
        }
        if (next_beat && next_beat <= now) {
            next_beat = now + BEAT_NS;
            pthread_mutex_unlock(&lock);
            if (!atomic_load_explicit(&beat_now, memory_order_relaxed)())
                atomic_store_explicit(&beating, false, memory_order_seq_cst);
            pthread_mutex_lock(&lock);
        }
    }
    pthread_mutex_unlock(&lock);
    return unused;
}

/* ---- the child of a fork ------------------------------------------------------------------------ */

static void before_fork(void) { pthread_mutex_lock(&lock); }
static void after_fork(void) { pthread_mutex_unlock(&lock); }

/* The child has no such thread until the next alarm, and what other threads waited for never comes. */
static void child_of_fork(void)
{
    size_t kept = 0, all = count;
    running = false;
    atomic_store_explicit(&beating, false, memory_order_relaxed);
    count = 0;
    for (size_t i = 1; i <= all; i++) {
        ly_alarm *alarm = heap[i];
        if (alarm->of_process) alarm->place = 0;
        else heap[++kept] = alarm;
    }
    atomic_store_explicit(&of_process, 0, memory_order_relaxed);
    for (size_t i = 1; i <= kept; i++) sift_up(heap[i], ++count);
    pthread_mutex_unlock(&lock);
}

static void prepare(void) { pthread_atfork(before_fork, after_fork, child_of_fork); }

/* The lock is held. */
static bool start_thread(void)
{
    pthread_condattr_t by_clock;
    pthread_attr_t small;
    sigset_t all, old;
    if (running) return true;
    pthread_condattr_init(&by_clock);
    pthread_condattr_setclock(&by_clock, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &by_clock);
    pthread_cond_init(&rung, &by_clock);
    pthread_condattr_destroy(&by_clock);
    stopping = false;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, THREAD_STACK);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    running = pthread_create(&thread, &small, sleep_and_ring, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&small);
    return running;
}

/* ---- for everybody ------------------------------------------------------------------------------ */

bool ly_alarm_start(ly_alarm *alarm, uint64_t at, void (*ring)(ly_alarm *alarm))
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    bool started, earliest;
    pthread_once(&once, prepare);
    alarm->at = at;
    alarm->ring = ring;
    alarm->place = 0;
    alarm->ringing = false;
    pthread_mutex_lock(&lock);
    started = start_thread() && make_room();
    if (started) put_in(alarm);
    earliest = alarm->place == 1;
    pthread_mutex_unlock(&lock);
    if (earliest) pthread_cond_signal(&changed);
    return started;
}

bool ly_alarm_stop(ly_alarm *alarm)
{
    bool was_in;
    pthread_mutex_lock(&lock);
    was_in = alarm->place != 0;
    if (was_in) take_out(alarm);
    while (alarm->ringing) pthread_cond_wait(&rung, &lock);
    pthread_mutex_unlock(&lock);
    return was_in;
}

size_t ly_alarms_of_process(void) { return atomic_load_explicit(&of_process, memory_order_seq_cst); }

/* The thread itself, which may hold the lock, sees the flag when it comes back to its loop. */
void ly_alarms_beat(bool (*beat)(void))
{
    if (atomic_load_explicit(&beating, memory_order_relaxed)) return;
    atomic_store_explicit(&beat_now, beat, memory_order_relaxed);
    if (atomic_exchange_explicit(&beating, true, memory_order_seq_cst)) return;
    if (is_alarm_thread) return;
    pthread_mutex_lock(&lock);
    if (start_thread()) pthread_cond_signal(&changed);
    else atomic_store_explicit(&beating, false, memory_order_relaxed);
    pthread_mutex_unlock(&lock);
}

void ly_alarms_end(void)
{
    bool ends;
    pthread_mutex_lock(&lock);
    atomic_store_explicit(&beating, false, memory_order_relaxed);
    ends = running && !count;
    if (ends) {
        stopping = true;
        pthread_cond_signal(&changed);
    }
    pthread_mutex_unlock(&lock);
    if (!ends) return;
    pthread_join(thread, NULL);
    pthread_cond_destroy(&changed);
    pthread_cond_destroy(&rung);
    ly_free(heap);
    heap = NULL;
    room = 0;
    running = false;
}
