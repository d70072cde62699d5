/* limits.c: TimeConstrained and MemoryConstrained.

   One watchdog thread for the process, started by the first deadline, sets the poll word of the
   contexts whose deadline has passed; evaluation notices at its next poll. No signals, so it works
   inside a program that embeds Lyra. Where no thread is to be had every poll looks at the clock. */
#include "eval/limits.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "eval/eval.h"
#include "eval/guard.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all that follows */
static pthread_cond_t changed;
static bool running;
static ly_deadline **watched; /* from 1: a binary heap by `due` */
static size_t count, room;

double ly_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- the heap: the lock is held ------------------------------------------------------------------- */

static void place(ly_deadline *deadline, size_t i)
{
    watched[i] = deadline;
    deadline->place = i;
}

static void sift_up(ly_deadline *deadline, size_t i)
{
    while (i > 1 && watched[i / 2]->due > deadline->due) {
        place(watched[i / 2], i);
        i /= 2;
    }
    place(deadline, i);
}

static void sift_down(ly_deadline *deadline, size_t i)
{
    for (;;) {
        size_t child = 2 * i;
        if (child > count) break;
        if (child < count && watched[child + 1]->due < watched[child]->due) child++;
        if (watched[child]->due >= deadline->due) break;
        place(watched[child], i);
        i = child;
    }
    place(deadline, i);
}

static void take_out(ly_deadline *deadline)
{
    size_t i = deadline->place;
    ly_deadline *last = watched[count--];
    deadline->place = 0;
    if (last == deadline) return;
    if (i > 1 && watched[i / 2]->due > last->due) sift_up(last, i);
    else sift_down(last, i);
}

/* False: no memory. */
static bool put_in(ly_deadline *deadline)
{
    if (count + 2 > room) {
        size_t more = room ? 2 * room : 64;
        ly_deadline **larger = ly_remalloc(watched, more * sizeof *larger);
        if (!larger) return false;
        watched = larger;
        room = more;
    }
    sift_up(deadline, ++count);
    return true;
}

/* ---- the thread ----------------------------------------------------------------------------------- */

static void *watch(void *unused)
{
    pthread_mutex_lock(&lock);
    for (;;) {
        double now = ly_now();
        while (count && watched[1]->due <= now) {
            ly_deadline *first = watched[1];
            __atomic_fetch_or(&first->cx->poll, LY_POLL_TIMEOUT, __ATOMIC_RELAXED);
            first->due = now + 0.05; /* again, should the poll have come in a cleanup */
            sift_down(first, 1);
        }
        if (!count) {
            pthread_cond_wait(&changed, &lock);
        } else {
            double until = watched[1]->due < now + 3600 ? watched[1]->due : now + 3600;
            struct timespec t;
            t.tv_sec = (time_t)until;
            t.tv_nsec = (long)((until - (double)t.tv_sec) * 1e9);
            pthread_cond_timedwait(&changed, &lock, &t);
        }
    }
    return unused;
}

static void before_fork(void) { pthread_mutex_lock(&lock); }
static void after_fork(void) { pthread_mutex_unlock(&lock); }

/* The child has no such thread until the next deadline begins. */
static void child_of_fork(void)
{
    running = false;
    pthread_mutex_unlock(&lock);
}

static void prepare(void) { pthread_atfork(before_fork, after_fork, child_of_fork); }

/* The lock is held. False: there is no thread to be had. */
static bool start(void)
{
    pthread_condattr_t attributes;
    pthread_attr_t detached;
    pthread_t thread;
    sigset_t all, old;
    if (running) return true;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    sigfillset(&all); /* signals are the program's matter */
    pthread_sigmask(SIG_SETMASK, &all, &old);
    running = pthread_create(&thread, &detached, watch, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&detached);
    return running;
}

/* ---- deadlines ------------------------------------------------------------------------------------ */

/* The deadline, its `at` set, is the context's innermost from now on. */
static void enter(ly_context *cx, ly_deadline *deadline, ly_deadline *outer)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    deadline->due = deadline->at;
    deadline->outer = outer;
    deadline->cx = cx;
    deadline->place = 0;
    cx->deadline = deadline;
    pthread_once(&once, prepare);
    pthread_mutex_lock(&lock);
    deadline->unwatched = !start() || !put_in(deadline);
    if (deadline->place == 1) pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    /* nobody to watch: we look at the clock ourselves */
    if (deadline->unwatched) __atomic_fetch_or(&cx->poll, LY_POLL_TIMEOUT, __ATOMIC_RELAXED);
}

static void leave(ly_deadline *deadline)
{
    pthread_mutex_lock(&lock);
    if (deadline->place) take_out(deadline);
    pthread_mutex_unlock(&lock);
}

void ly_deadline_begin(ly_context *cx, ly_deadline *deadline, double seconds)
{
    static uint64_t serial;
    deadline->at = ly_now() + seconds;
    deadline->serial = __atomic_add_fetch(&serial, 1, __ATOMIC_RELAXED) & (uint64_t)LY_INT_MAX;
    enter(cx, deadline, cx->deadline);
}

bool ly_deadline_end(ly_context *cx, ly_deadline *deadline)
{
    cx->deadline = deadline->outer;
    leave(deadline);
    if (cx->pending.kind == LY_PENDING_TIMEOUT && cx->pending.tag == LY_INT(deadline->serial)) {
        ly_pending_drop(cx, ly_pending_take(cx));
        return true;
    }
    return false;
}

/* One that stands for the earliest of the other context's. */
void ly_deadlines_follow(ly_context *cx, const ly_context *outer)
{
    const ly_deadline *earliest = outer->deadline;
    ly_deadline *own;
    if (!earliest) return;
    for (const ly_deadline *d = earliest->outer; d; d = d->outer)
        if (d->at < earliest->at) earliest = d;
    own = ly_calloc(1, sizeof *own); /* small: never fails */
    own->at = earliest->at;
    own->serial = earliest->serial;
    enter(cx, own, outer->deadline);
}

void ly_deadlines_leave(ly_context *cx)
{
    ly_deadline *own = cx->deadline;
    if (!own) return;
    cx->deadline = NULL;
    leave(own);
    ly_free(own);
}

bool ly_deadline_passed(ly_context *cx)
{
    double now = ly_now();
    const ly_deadline *passed = NULL;
    for (const ly_deadline *d = cx->deadline; d; d = d->outer)
        if (d->at <= now) passed = d;
    if (!passed) {
        for (const ly_deadline *d = cx->deadline; d; d = d->outer)
            if (d->unwatched) __atomic_fetch_or(&cx->poll, LY_POLL_TIMEOUT, __ATOMIC_RELAXED);
        return false;
    }
    ly_raise(cx, LY_PENDING_TIMEOUT, LY_FAILED, LY_INT(passed->serial));
    return true;
}

/* ---- the built-ins */

/* F[expr, limit, failexpr]; tag: of the message that the limit is none. */
static ly_value limited(ly_context *cx, ly_expr *call, const char *tag)
{
    ly_value limit = ly_evaluate(cx, call->args[1]), v;
    ly_guard_result result;
    if (ly_failed(limit)) return LY_FAILED;
    v = ly_guarded_body(cx, call->head, 1, &limit, call->args[0], &result);
    if (v == LY_UNEVALUATED) ly_message(cx, call->head, tag, 1, limit);
    ly_release(cx, limit);
    if (result == LY_GUARD_DONE) return v;
    return call->count == 3 ? ly_retain(call->args[2]) : LY_SYM($Aborted);
}

BUILTIN(TimeConstrained, time_constrained, 2, 3, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "TimeConstrained[expr, t] evaluates expr for at most t seconds, then gives $Aborted.\n"
        "TimeConstrained[expr, t, failexpr] gives failexpr then.")
static ly_value time_constrained(ly_context *cx, ly_expr *call)
{
    return limited(cx, call, "timc");
}

static bool is_infinite(ly_value v)
{
    return v == LY_SYM(Infinity) ||
           (ly_has_shape(v, LY_SYM(DirectedInfinity), 1) && ly_expr_of(v)->args[0] == LY_INT(1));
}

typedef struct time_limit {
    bool none;            /* so much time that nobody looks at the clock */
    ly_deadline deadline;
} time_limit;

/* Of the number of seconds. */
GUARD(TimeConstrained, time_begin, time_end)
static bool time_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    time_limit *limit = LY_GUARD_FRAME(time_limit, guard);
    double seconds = 1e300;
    (void)n;
    if (!is_infinite(arguments[0]) && (!ly_to_double(arguments[0], &seconds) || !(seconds > 0))) return false;
    limit->none = seconds > 1e9;
    if (!limit->none) ly_deadline_begin(cx, &limit->deadline, seconds);
    return true;
}

static ly_guard_result time_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    time_limit *limit = LY_GUARD_FRAME(time_limit, guard);
    if (limit->none || !ly_deadline_end(cx, &limit->deadline)) return LY_GUARD_DONE;
    ly_release(cx, *value);
    return LY_GUARD_ALTERNATIVE;
}

MESSAGE(TimeConstrained, timc, "Number of seconds `1` is not a positive machine-sized number or Infinity.")

BUILTIN(MemoryConstrained, memory_constrained, 2, 3, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "MemoryConstrained[expr, b] evaluates expr in at most b bytes more memory, else gives $Aborted.\n"
        "MemoryConstrained[expr, b, failexpr] gives failexpr then.")
static ly_value memory_constrained(ly_context *cx, ly_expr *call)
{
    return limited(cx, call, "nlimi");
}

/* Of the number of bytes. The frame: the limit outside. */
GUARD(MemoryConstrained, memory_begin, memory_end)
static bool memory_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    int64_t *limit = LY_GUARD_FRAME(int64_t, guard), least = ly_memory_charged(cx);
    double bytes = 1e300;
    (void)n;
    if (!is_infinite(arguments[0]) && (!ly_to_double(arguments[0], &bytes) || !(bytes > 0))) return false;
    *limit = cx->memory_limit;
    if (bytes < 9e18 && (double)least + bytes < (double)*limit) cx->memory_limit = least + (int64_t)bytes;
    cx->memory_tolerated = 0; /* it was for another limit */
    return true;
}

static ly_guard_result memory_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    int64_t limit = *LY_GUARD_FRAME(int64_t, guard);
    bool exceeded = cx->memory_limit < limit && ly_failed(*value) && cx->pending.kind == LY_PENDING_MEMORY;
    if (exceeded) ly_pending_drop(cx, ly_pending_take(cx));
    cx->memory_limit = limit;
    cx->memory_tolerated = 0;
    return exceeded ? LY_GUARD_ALTERNATIVE : LY_GUARD_DONE;
}

MESSAGE(MemoryConstrained, nlimi, "Number of bytes `1` is not a positive machine-sized number or Infinity.")
