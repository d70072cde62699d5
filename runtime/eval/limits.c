/* limits.c: TimeConstrained and MemoryConstrained.

   One watchdog thread for the process, started by the first deadline, sets the poll word of the
   contexts whose deadline has passed; evaluation notices at its next poll. No signals, so it works
   inside a program that embeds Lyra. */
#include "eval/limits.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "eval/eval.h"

typedef struct watched {
    ly_context *cx;
    double at;
    struct watched *next;
} watched;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the list */
static pthread_cond_t changed;
static bool running;
static watched *watching;

double ly_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void *watch(void *unused)
{
    pthread_mutex_lock(&lock);
    for (;;) {
        double now = ly_now(), first = now + 3600;
        for (watched *w = watching; w; w = w->next) {
            if (w->at <= now) {
                __atomic_fetch_or(&w->cx->poll, LY_POLL_TIMEOUT, __ATOMIC_RELAXED);
                w->at = now + 0.05; /* again, should the poll have come in a cleanup */
            }
            if (w->at < first) first = w->at;
        }
        if (!watching) {
            pthread_cond_wait(&changed, &lock);
        } else {
            struct timespec t;
            t.tv_sec = (time_t)first;
            t.tv_nsec = (long)((first - (double)t.tv_sec) * 1e9);
            pthread_cond_timedwait(&changed, &lock, &t);
        }
    }
    return unused;
}

/* (Re)enters the context with its earliest deadline, or takes it out. */
static void watch_context(ly_context *cx)
{
    double at = 0;
    watched **link, *w;
    for (ly_deadline *d = cx->deadline; d; d = d->outer)
        if (at == 0 || d->at < at) at = d->at;
    pthread_mutex_lock(&lock);
    for (link = &watching; *link && (*link)->cx != cx; link = &(*link)->next) {}
    if (at == 0) {
        if ((w = *link)) {
            *link = w->next;
            ly_free(w);
        }
    } else {
        if (!*link && (w = ly_calloc(1, sizeof *w))) {
            w->cx = cx;
            *link = w;
        }
        if (*link) (*link)->at = at;
        if (!running) {
            pthread_condattr_t attributes;
            pthread_t thread;
            pthread_condattr_init(&attributes);
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
            pthread_cond_init(&changed, &attributes);
            running = pthread_create(&thread, NULL, watch, NULL) == 0;
            if (running) pthread_detach(thread);
        } else {
            pthread_cond_signal(&changed);
        }
    }
    pthread_mutex_unlock(&lock);
}

void ly_deadline_begin(ly_context *cx, ly_deadline *deadline, double seconds)
{
    static uint64_t serial;
    deadline->at = ly_now() + seconds;
    deadline->serial = __atomic_add_fetch(&serial, 1, __ATOMIC_RELAXED) & (uint64_t)LY_INT_MAX;
    deadline->outer = cx->deadline;
    cx->deadline = deadline;
    watch_context(cx);
}

bool ly_deadline_end(ly_context *cx, ly_deadline *deadline)
{
    cx->deadline = deadline->outer;
    watch_context(cx);
    if (cx->pending.kind == LY_PENDING_TIMEOUT && cx->pending.tag == LY_INT(deadline->serial)) {
        ly_pending_drop(cx, ly_pending_take(cx));
        return true;
    }
    return false;
}

void ly_deadlines_follow(ly_context *cx, const ly_context *outer)
{
    cx->deadline = outer->deadline;
    if (cx->deadline) watch_context(cx);
}

void ly_deadlines_leave(ly_context *cx)
{
    if (!cx->deadline) return;
    cx->deadline = NULL;
    watch_context(cx);
}

bool ly_deadline_passed(ly_context *cx)
{
    double now = ly_now();
    const ly_deadline *passed = NULL;
    for (const ly_deadline *d = cx->deadline; d; d = d->outer)
        if (d->at <= now) passed = d;
    if (!passed) return false;
    ly_raise(cx, LY_PENDING_TIMEOUT, LY_FAILED, LY_INT(passed->serial));
    return true;
}

/* ---- the built-ins */

BUILTIN(TimeConstrained, time_constrained, 2, 3, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "TimeConstrained[expr, t] evaluates expr for at most t seconds, then gives $Aborted.\n"
        "TimeConstrained[expr, t, failexpr] gives failexpr then.")
static ly_value time_constrained(ly_context *cx, ly_expr *call)
{
    ly_value limit = ly_evaluate(cx, call->args[1]), result;
    double seconds;
    ly_deadline deadline;
    if (ly_failed(limit)) return LY_FAILED;
    if (limit == LY_SYM(Infinity) || (ly_has_shape(limit, LY_SYM(DirectedInfinity), 1) &&
                                      ly_expr_of(limit)->args[0] == LY_INT(1))) {
        ly_release(cx, limit);
        return ly_evaluate(cx, call->args[0]);
    }
    if (!ly_to_double(limit, &seconds) || !(seconds > 0)) {
        ly_message(cx, call->head, "timc", 1, limit);
        ly_release(cx, limit);
        return LY_UNEVALUATED;
    }
    ly_release(cx, limit);
    if (seconds > 1e9) return ly_evaluate(cx, call->args[0]);
    ly_deadline_begin(cx, &deadline, seconds);
    result = ly_evaluate(cx, call->args[0]);
    if (ly_deadline_end(cx, &deadline))
        return call->count == 3 ? ly_retain(call->args[2]) : LY_SYM($Aborted);
    return result;
}
MESSAGE(TimeConstrained, timc, "Number of seconds `1` is not a positive machine-sized number or Infinity.")

BUILTIN(MemoryConstrained, memory_constrained, 2, 3, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "MemoryConstrained[expr, b] evaluates expr in at most b bytes more memory, else gives $Aborted.\n"
        "MemoryConstrained[expr, b, failexpr] gives failexpr then.")
static ly_value memory_constrained(ly_context *cx, ly_expr *call)
{
    ly_value amount = ly_evaluate(cx, call->args[1]), result;
    int64_t limit = cx->memory_limit, least = ly_memory_charged(cx);
    double bytes;
    if (ly_failed(amount)) return LY_FAILED;
    if (amount == LY_SYM(Infinity) || (ly_has_shape(amount, LY_SYM(DirectedInfinity), 1) &&
                                       ly_expr_of(amount)->args[0] == LY_INT(1)))
        bytes = 1e300;
    else if (!ly_to_double(amount, &bytes) || !(bytes > 0)) {
        ly_message(cx, call->head, "nlimi", 1, amount);
        ly_release(cx, amount);
        return LY_UNEVALUATED;
    }
    ly_release(cx, amount);
    if (bytes < 9e18 && (double)least + bytes < (double)limit) cx->memory_limit = least + (int64_t)bytes;
    result = ly_evaluate(cx, call->args[0]);
    if (cx->memory_limit < limit && ly_failed(result) && cx->pending.kind == LY_PENDING_MEMORY) {
        ly_pending_drop(cx, ly_pending_take(cx));
        result = call->count == 3 ? ly_retain(call->args[2]) : LY_SYM($Aborted);
    }
    cx->memory_limit = limit;
    return result;
}
MESSAGE(MemoryConstrained, nlimi, "Number of bytes `1` is not a positive machine-sized number or Infinity.")
