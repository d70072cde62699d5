/* elements.c: running elements, alone or with help.

   The caller begins by itself: in a context of a task that shares its heap, so nothing of its data
   needs preparing. When what is left would take longer than calling for help does, the data is lent
   (value/lend.h), and helpers are asked for: tasks that take pieces of what is left, in ascending
   order, as the caller goes on doing. A helper that begins asks for the next, until there are as many
   as workers; one whose element waits for something asks for another in its place. */
#include "stdlib/parallel/elements.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "eval/eval.h"
#include "eval/limits.h"
#include "eval/messages.h"
#include "eval/modules.h"
#include "eval/session.h"
#include "eval/snapshot.h"
#include "foreign/stream.h"
#include "match/match.h"
#include "memory/memory.h"
#include "sched/loop.h"
#include "sched/scheduler.h"
#include "stdlib/parallel/job.h"
#include "value/lend.h"

enum {
    PIECE_NS = 8000,      /* what a piece should take: the clock is read once for each */
    ALONE_NS = 5000,      /* so long the caller measures before it calls for help */
    HELP_NS = 100000,     /* what is left must take longer than this; */
    START_NS = 600000,    /* or this, if there are no workers yet */
    GROWTH = 8,           /* of a piece over the last, at most */
    PATH_BYTES = 128,
};

/* What an element printed, kept until those below it have ended. */
typedef struct output {
    int64_t index;
    ly_text text;
    struct output *next;
} output;

typedef struct crew crew;
typedef struct helper helper;

/* A call under way; in the caller's frame. */
typedef struct run {
    const ly_each *elements;
    ly_context *caller;
    ly_snapshot *snapshot;
    uint64_t seed, call;        /* of random numbers */
    const char *path;           /* of the elements, up to their number */
    bool lent;
    bool pure;                  /* they only compute, so never wait */
    double cost;                /* nanoseconds an element, as measured last; 0: not known */
    uint64_t shown;             /* clock when progress was shown last; 0: it is not to be */
    bool drawn;                 /* there is a line to be wiped out */
    uint32_t workers;           /* known from open_crew on */
    crew *crew;                 /* NULL: the caller is alone */
    ly_cancel *cancel;          /* of all helpers */

    ly_atomic(int64_t) next;    /* element that nobody has taken */
    ly_loop_stop stop;
    ly_lock lock;               /* of what follows */
    helper *helpers;            /* under way */
    output *outputs;
    int64_t failed_at;          /* lowest element that failed, or INT64_MAX */
    ly_value failure;
    ly_pending_kind ended;      /* why all stop, or LY_PENDING_NONE */
    ly_value ended_tag;
} run;

/* What outlives the call, as long as tasks refer to it that have not begun. */
struct crew {
    _Atomic uint32_t references;
    ly_lock lock;
    run *run;                   /* NULL: over */
    uint32_t active, waiting;   /* helpers, the caller included; those whose element waits */
    uint32_t spare;             /* helpers that have not begun */
    ly_waiter *over;            /* of the caller, who waits for all to end, */
    bool closing;               /* … which nothing else ends: it was claimed in advance */
};

/* Who runs elements: the caller, or a task. In its frame. */
struct helper {
    run *run;
    ly_context *cx;
    ly_cancel *token;           /* NULL: none */
    ly_atomic(int64_t) index;   /* element that runs */
    ly_text text;               /* that it printed */
    bool waits;                 /* it has waited for something */
    bool on_caller;             /* it runs on the caller's stack */
    bool in_order;              /* nobody else runs elements */
    helper *next, *previous;
    ly_task_identity identity;
    int64_t numbered;           /* the element whose number stands in the path */
    char path[PATH_BYTES], *digits, *last_digit;
};

/* ---- output ------------------------------------------------------------------------------------- */

static void collect(ly_context *cx, const char *bytes, size_t count)
{
    helper *h = cx->write_data;
    if (h->run->elements->silent) return;
    ly_text_add(&h->text, bytes, count);
}

static const helper *helper_of(const ly_context *cx) { return cx->write == collect ? cx->write_data : NULL; }

ly_context *ly_elements_home(ly_context *cx)
{
    const helper *h;
    while ((h = helper_of(cx))) cx = h->run->caller;
    return cx;
}

int64_t ly_kernel_id(ly_context *cx)
{
    const helper *h = helper_of(cx);
    if (h && h->run->elements->kernels) return ly_load(&h->index, relaxed) + 1;
    return cx->attached ? 1 : 0;
}

static void keep_output(helper *h, int64_t index)
{
    run *r = h->run;
    output *o;
    if (h->text.data[h->text.count - 1] != '\n') ly_text_putc(&h->text, '\n');
    if (h->in_order) {
        ly_write(r->caller, h->text.data, h->text.count);
        h->text.count = 0;
        return;
    }
    o = ly_malloc_must(sizeof *o);
    o->index = index;
    o->text = h->text;
    h->text = (ly_text){0};
    ly_lock_take(&r->lock);
    o->next = r->outputs;
    r->outputs = o;
    ly_lock_give(&r->lock);
}

static int by_index(const void *a, const void *b)
{
    int64_t x = (*(output *const *)a)->index, y = (*(output *const *)b)->index;
    return x < y ? -1 : x > y;
}

/* What was printed by the elements up to the one that failed, in order. */
static void emit_outputs(run *r)
{
    size_t count = 0, i = 0;
    output **all;
    for (output *o = r->outputs; o; o = o->next) count++;
    if (!count) return;
    all = ly_malloc_must(count * sizeof *all);
    for (output *o = r->outputs; o; o = o->next) all[i++] = o;
    qsort(all, count, sizeof *all, by_index);
    for (i = 0; i < count; i++) {
        if (all[i]->index <= r->failed_at) ly_write(r->caller, all[i]->text.data, all[i]->text.count);
        ly_text_free(&all[i]->text);
        ly_free(all[i]);
    }
    ly_free(all);
}

/* A line that shows how many elements were begun, written over and over by the caller. */
static void show_progress(run *r, uint64_t now)
{
    enum { EVERY_NS = 100000000 };
    int64_t count = (int64_t)r->elements->count, done = ly_load(&r->next, relaxed);
    if (!r->shown || now - r->shown < EVERY_NS) return;
    r->shown = now;
    r->drawn = true;
    if (done > count) done = count;
    fprintf(stderr, "\r%lld of %lld (%d %%)\033[K", (long long)done, (long long)count, (int)(100.0 * (double)done / (double)count));
    fflush(stderr);
}

/* What this call shows, no call inside it does: one line on a terminal. */
static void begin_progress(run *r)
{
    ly_session *session = r->caller->session;
    ly_progress wanted = r->elements->progress;
    if (wanted == LY_PROGRESS_HIDDEN || (session && session->progress_shown)) return;
    if (wanted == LY_PROGRESS_DEFAULT && !(session && session->progress)) return;
    if (!isatty(STDERR_FILENO)) return;
    r->shown = ly_clock_ns();
    if (session) session->progress_shown = true;
}

static void end_progress(run *r)
{
    if (r->drawn) fprintf(stderr, "\r\033[K");
    if (r->shown && r->caller->session) r->caller->session->progress_shown = false;
}

/* ---- failures ----------------------------------------------------------------------------------- */

/* Element i gave the failure (consumed). */
static void fail(helper *h, int64_t i, ly_value failure)
{
    run *r = h->run;
    ly_lock_take(&r->lock);
    if (i < r->failed_at) {
        ly_value other = r->failure;
        r->failed_at = i;
        r->failure = failure;
        failure = other;
        /* sequentially consistent: a helper writes its element's number, then looks where to stop */
        ly_loop_stop_at(&r->stop, i);
        ly_fetch_add(&r->stop.at, 0, seq_cst);
        for (helper *other_helper = r->helpers; other_helper; other_helper = other_helper->next)
            if (other_helper->token && ly_load(&other_helper->index, relaxed) > i) ly_cancel_now(other_helper->token);
    }
    ly_lock_give(&r->lock);
    ly_release(h->cx, failure);
}

/* All stop: the caller's work is to end. */
static void end_all(run *r, ly_pending_kind why, ly_value tag)
{
    ly_lock_take(&r->lock);
    if (r->ended == LY_PENDING_NONE) {
        r->ended = why;
        r->ended_tag = tag;
    }
    ly_loop_stop_at(&r->stop, INT64_MIN);
    if (r->cancel) ly_cancel_now(r->cancel);
    ly_lock_give(&r->lock);
}

/* The same by a failure that no element gave (consumed). */
static void end_by(run *r, ly_value failure)
{
    ly_value other;
    ly_lock_take(&r->lock);
    other = r->failure;
    r->failure = failure;
    r->failed_at = -1;
    ly_lock_give(&r->lock);
    ly_release(r->caller, other);
    end_all(r, LY_PENDING_NONE, LY_FAILED);
}

/* ---- an element --------------------------------------------------------------------------------- */

static void number(helper *h, int64_t i)
{
    char digits[24], *at = digits + sizeof digits, *to = h->digits;
    uint64_t n = (uint64_t)i + 1;
    h->identity.element = n;
    if (n % 10 && i == h->numbered + 1) { /* most often the last digit alone differs */
        h->numbered = i;
        h->last_digit[0]++;
        return;
    }
    h->numbered = i;
    do *--at = (char)('0' + n % 10);
    while (n /= 10);
    while (at < digits + sizeof digits) *to++ = *at++;
    *to = 0;
    h->last_digit = to - 1;
}

/* False: this helper has nothing more to do. */
static bool run_element(helper *h, int64_t i)
{
    run *r = h->run;
    ly_context *cx = h->cx;
    bool failed;
    ly_value v = r->elements->evaluate(cx, r->elements, (size_t)i);
    if (h->waits) {
        h->waits = false;
        if (r->crew) {
            ly_lock_take(&r->crew->lock);
            r->crew->waiting--;
            ly_lock_give(&r->crew->lock);
        }
    }
    if (ly_failed(v)) {
        if (cx->pending.kind == LY_PENDING_TIMEOUT) {
            ly_pending pending = ly_pending_take(cx);
            end_all(r, LY_PENDING_TIMEOUT, pending.tag);
            return false;
        }
        if (cx->pending.kind == LY_PENDING_ABORT) {
            if (__atomic_load_n(&r->caller->poll, __ATOMIC_RELAXED) & LY_POLL_ABORT || (h->in_order && ly_cancelled(h->token))) {
                end_all(r, LY_PENDING_ABORT, LY_FAILED);
                return false;
            }
            if (ly_cancelled(h->token)) return false;
        }
        v = ly_task_settle(cx, v, &failed);
        if (h->text.count) keep_output(h, i);
        if (failed) {
            fail(h, i, ly_context_pass_take(cx, v, r->lent));
            return true;
        }
    } else if (h->text.count) {
        keep_output(h, i);
    }
    v = ly_context_pass_take(cx, v, r->lent);
    if (r->elements->results) r->elements->results[i] = v;
    else ly_release(cx, v);
    return true;
}

/* Elements lo … hi − 1; false: this helper stops. */
static bool run_piece(helper *h, int64_t lo, int64_t hi)
{
    for (int64_t i = lo; i < hi; i++) {
        if (h->in_order) ly_store(&h->index, i, relaxed);
        else ly_exchange(&h->index, i, seq_cst);
        if (ly_loop_stopped(&h->run->stop, i) || (h->token && ly_cancelled(h->token))) return false;
        number(h, i);
        ly_context_begin(h->cx, &h->identity);
        if (!run_element(h, i)) return false;
    }
    return true;
}

/* ---- helpers ------------------------------------------------------------------------------------ */

static void recruit(run *r);

static bool is_stopped(run *r) { return ly_load(&r->stop.at, relaxed) != INT64_MAX; }

/* The element that runs waits: another helper may be wanted. */
static void waits(void *argument)
{
    helper *h = argument;
    run *r = h->run;
    crew *c = r->crew;
    bool wanted;
    if (!c || h->waits) return;
    h->waits = true;
    ly_lock_take(&c->lock);
    c->waiting++;
    wanted = c->active - c->waiting + c->spare < r->workers;
    ly_lock_give(&c->lock);
    if (wanted) recruit(r);
}

/* cx begins to work for the run on this fiber. `within`: on the caller's own stack. */
static bool helper_begin(helper *h, run *r, ly_cancel *token, bool within)
{
    size_t length = strlen(r->path);
    h->run = r;
    h->cx = ly_task_context_take();
    if (!h->cx) return false;
    h->token = token;
    ly_store(&h->index, -1, relaxed);
    memcpy(h->path, r->path, length + 1);
    h->digits = h->path + length;
    h->numbered = -2;
    h->identity = (ly_task_identity){.path = h->path, .seed = r->seed, .call = r->call};
    if (within) ly_fiber_attach_within(h->cx, r->caller);
    else ly_fiber_attach(h->cx);
    h->cx->write = collect;
    h->cx->write_data = h;
    h->cx->catching = 1;
    ly_context_attach(h->cx, ly_snapshot_retain(r->snapshot), &h->identity);
    ly_streams_borrow(h->cx, r->caller);
    ly_session_join(h->cx, r->caller, ly_session_file_retain(r->caller));
    ly_deadlines_follow(h->cx, r->caller);
    h->cx->messages->beyond = r->caller->messages;
    return true;
}

static void helper_end(helper *h)
{
    h->cx->messages->beyond = NULL;
    ly_deadlines_leave(h->cx);
    ly_streams_give_back(h->cx);
    ly_session_part(h->cx);
    h->cx->catching = 0;
    if (h->run->lent) ly_match_forget(h->cx, true); /* it remembers patterns by their address */
    ly_context_detach(h->cx);
    ly_fiber_detach();
    ly_task_context_put(h->cx);
    ly_text_free(&h->text);
}

/* Those that are told when an element below theirs fails. */
static void enter_helpers(helper *h)
{
    run *r = h->run;
    ly_lock_take(&r->lock);
    h->next = r->helpers;
    if (h->next) h->next->previous = h;
    r->helpers = h;
    ly_lock_give(&r->lock);
}

static void leave_helpers(helper *h)
{
    run *r = h->run;
    ly_lock_take(&r->lock);
    if (h->previous) h->previous->next = h->next;
    else r->helpers = h->next;
    if (h->next) h->next->previous = h->previous;
    ly_lock_give(&r->lock);
}

/* Takes pieces of what is left until nothing is. */
static void take_pieces(helper *h)
{
    run *r = h->run;
    const int64_t count = (int64_t)r->elements->count, chunk = (int64_t)r->elements->chunk;
    double cost = r->cost;
    int64_t size = cost > 0 ? (int64_t)(PIECE_NS / cost) : 1;
    uint64_t begun = ly_clock_ns();
    for (;;) {
        int64_t left = count - ly_load(&r->next, relaxed), lo, fits;
        uint64_t now;
        if (left > 0 && size > left / (2 * r->workers)) size = left / (2 * r->workers);
        if (size < 1) size = 1;
        if (chunk) size = chunk;
        if (!r->pure) size = 1; /* one that waits keeps no other from running */
        if (h->on_caller) show_progress(r, begun);
        lo = ly_fetch_add(&r->next, size, relaxed);
        if (lo >= count || !run_piece(h, lo, lo + size < count ? lo + size : count)) return;
        now = ly_clock_ns();
        fits = now > begun ? (int64_t)((double)size * PIECE_NS / (double)(now - begun)) : size * GROWTH;
        size = fits > size * GROWTH ? size * GROWTH : fits;
        begun = now;
    }
}

static void crew_release(crew *c)
{
    if (atomic_fetch_sub_explicit(&c->references, 1, memory_order_acq_rel) == 1) ly_free(c);
}

static void drop(ly_task *task) { crew_release(task->argument); }

static uint64_t help(ly_task *task, void *argument)
{
    crew *c = argument;
    helper h = {0};
    ly_waiter *over;
    ly_fiber *fiber;
    bool wanted = false;
    run *r;
    ly_lock_take(&c->lock);
    c->spare--;
    r = c->run;
    if (r) wanted = ++c->active < r->workers;
    ly_lock_give(&c->lock);
    if (!r) return 0;
    if (wanted) recruit(r);
    fiber = ly_fiber_here();
    if (!helper_begin(&h, r, task->cancel, false)) {
        end_all(r, LY_PENDING_MEMORY, LY_FAILED);
    } else {
        fiber->waits = &h;
        fiber->on_wait = waits;
        enter_helpers(&h);
        take_pieces(&h);
        leave_helpers(&h);
        fiber->on_wait = NULL;
        helper_end(&h);
    }
    ly_lock_take(&c->lock);
    if (h.waits) c->waiting--;
    over = --c->active ? NULL : c->over;
    if (over && !c->closing && !ly_waiter_claim(over, LY_WAKE_READY)) over = NULL;
    ly_lock_give(&c->lock);
    if (over) ly_waiter_resume(over);
    return 0;
}

/* One more helper, if there is something left to do: its task, owned; or NULL. */
static ly_task *recruit_one(run *r)
{
    crew *c = r->crew;
    ly_cancel *token;
    ly_task *task = NULL;
    if (ly_load(&r->next, relaxed) >= (int64_t)r->elements->count || is_stopped(r)) return NULL;
    token = ly_cancel_new(r->cancel);
    if (!token) return NULL;
    atomic_fetch_add_explicit(&c->references, 1, memory_order_relaxed);
    task = ly_task_new(&(ly_task_options){.run = help, .argument = c, .drop = drop, .pool = r->elements->pool,
                                          .cancel = token});
    ly_cancel_release(token);
    if (!task) {
        crew_release(c);
        return NULL;
    }
    ly_lock_take(&c->lock);
    c->spare++;
    ly_lock_give(&c->lock);
    ly_task_submit(task);
    return task;
}

static void recruit(run *r)
{
    ly_task *task = recruit_one(r);
    if (task) ly_task_release(task);
}

/* ---- the caller --------------------------------------------------------------------------------- */

/* Helpers may come from now on. False: there is no memory for that. */
static bool open_crew(run *r)
{
    crew *c = ly_calloc(1, sizeof *c);
    if (!c) return false;
    r->cancel = ly_cancel_new(ly_cancel_here());
    if (!r->cancel) {
        ly_free(c);
        return false;
    }
    atomic_store_explicit(&c->references, 1, memory_order_relaxed);
    r->workers = ly_scheduler_workers();
    ly_tasks_follow(r->caller); /* helpers that came too late may still be queued */
    c->run = r;
    c->active = r->elements->pool ? 0 : 1;
    r->crew = c;
    return true;
}

/* The caller's own work is to end while it waits: so is that of all others, who read its frame. False:
   not now. */
static bool call_off(run *r, uint32_t reason)
{
    ly_context *cx = r->caller;
    ly_pending pending;
    bool ends = reason == LY_WAKE_TIMEOUT ? ly_deadline_passed(cx) : ly_poll(cx);
    if (!ends && !ly_cancelled(ly_cancel_here())) return false;
    pending = ly_pending_take(cx);
    end_all(r, ends ? pending.kind : LY_PENDING_ABORT, ends ? pending.tag : LY_FAILED);
    return true;
}

/* Waits until no helper is under way: they read our frame. */
static void close_crew(run *r, bool counted)
{
    crew *c = r->crew;
    ly_fiber *fiber = ly_fiber_here();
    uint64_t deadline = ly_wait_deadline(r->caller, HUGE_VAL);
    bool called_off = false;
    ly_lock_take(&c->lock);
    c->run = NULL;
    if (counted) c->active--;
    ly_lock_give(&c->lock);
    for (;;) {
        ly_waiter over;
        uint32_t reason;
        bool wait;
        ly_waiter_arm(&over);
        over.what = "a Parallel call";
        if (called_off) ly_waiter_claim(&over, LY_WAKE_READY);
        ly_lock_take(&c->lock);
        wait = c->active > 0;
        c->over = wait ? &over : NULL;
        c->closing = called_off;
        ly_lock_give(&c->lock);
        if (!wait) break;
        ly_wait_begins(r->caller);
        fiber->waits_for = r->cancel;
        reason = ly_waiter_wait(&over, called_off ? 0 : deadline);
        fiber->waits_for = NULL;
        ly_wait_ends(r->caller);
        if (reason == LY_WAKE_READY) break;
        if (reason == LY_WAKE_NO_TIMER) deadline = 0;
        else called_off = call_off(r, reason);
    }
    crew_release(c);
    ly_cancel_release(r->cancel);
    r->crew = NULL;
}

/* An element that runs in the caller waits: others must be able to go on. Its data may be in use by now,
   so it is shared for good. */
static void waits_alone(void *argument)
{
    helper *h = argument;
    run *r = h->run;
    if (!r->crew) {
        for (size_t i = 0; i < r->elements->value_count; i++) {
            ly_value v = r->elements->values[i];
            /* what is borrowed from a base all may read as it is */
            bool counted = ly_is_object(v) && ly_count_of(ly_object_of(v)) > 0;
            if (counted && ly_failed(ly_share_take(r->caller, v))) return;
        }
        if (!open_crew(r)) return; /* without memory they stay in this order */
        h->in_order = false;
    }
    waits(argument);
}

/* Worth calling for help: what was done took long enough to tell, and what is left would. */
static bool wants_help(run *r, uint64_t alone_ns, int64_t left)
{
    if (alone_ns < ALONE_NS || r->cost * (double)left < (ly_scheduler_running() ? HELP_NS : START_NS)) return false;
    if (!r->workers) r->workers = ly_scheduler_workers();
    return r->workers > 1;
}

static int64_t next_size(int64_t size, int64_t done, uint64_t took)
{
    int64_t fits = took ? (int64_t)((double)done * PIECE_NS / (double)took) : size * GROWTH;
    return fits > size * GROWTH ? size * GROWTH : fits < 1 ? 1 : fits;
}

/* Elements without effects run in the caller's own context, up to one that fails or gives a message: that
   is run again, as a task. The first element that is left; -1: an error of the caller's is pending. */
static int64_t run_in_place(run *r)
{
    const ly_each *elements = r->elements;
    ly_context *cx = r->caller;
    ly_messages *messages = cx->messages;
    const int64_t count = (int64_t)elements->count;
    uint64_t begun = ly_clock_ns(), piece_begun = begun;
    int64_t i = 0, size = 1;
    bool withheld = messages->withheld, any = messages->any, stop = false;
    messages->withheld = true;
    messages->any = false;
    while (i < count && !stop) {
        int64_t lo = i, hi = i + size < count ? i + size : count;
        uint64_t now;
        if (elements->evaluate_many) {
            i = (int64_t)elements->evaluate_many(cx, elements, (size_t)lo, (size_t)hi);
            stop = i < hi;
        }
        for (; i < hi && !stop; i++) {
            ly_value v = ly_poll(cx) ? LY_FAILED : elements->evaluate(cx, elements, (size_t)i);
            if (ly_failed(v) || messages->any) {
                ly_release(cx, v);
                stop = true;
                break;
            }
            if (elements->results) elements->results[i] = v;
            else ly_release(cx, v);
        }
        now = ly_clock_ns();
        if (r->shown) {
            ly_store(&r->next, i, relaxed);
            show_progress(r, now);
        }
        if (i > lo) r->cost = (double)(now - piece_begun) / (double)(i - lo);
        if (!stop && wants_help(r, now - begun, count - i)) break;
        size = next_size(size, hi - lo, now - piece_begun);
        piece_begun = now;
    }
    messages->withheld = withheld;
    messages->any = any;
    if (cx->pending.kind == LY_PENDING_TIMEOUT || cx->pending.kind == LY_PENDING_ABORT) return -1;
    ly_pending_drop(cx, ly_pending_take(cx));
    return i;
}

/* Nothing that f reaches does anything but compute. */
static bool is_pure(run *r)
{
    enum { NOT = LY_EFFECTS | LY_NAMES | LY_RECEIVES | LY_BY_RULES };
    if (r->elements->kernels || r->caller->attached) return false;
    for (size_t i = 0; i < r->elements->value_count; i++)
        if (ly_snapshot_effects(r->caller, r->elements->values[i]) & NOT) return false;
    return true;
}

/* Runs elements in order. False: help is wanted for the rest. */
static bool run_alone(helper *h)
{
    run *r = h->run;
    const int64_t count = (int64_t)r->elements->count;
    uint64_t begun = ly_clock_ns(), piece_begun = begun;
    int64_t size = 1;
    for (int64_t lo = ly_load(&r->next, relaxed); lo < count; ) {
        int64_t hi = lo + size < count ? lo + size : count;
        uint64_t now;
        ly_store(&r->next, hi, relaxed);
        if (!run_piece(h, lo, hi)) return true;
        if (r->crew) return false; /* one has had to wait: others are at work */
        now = ly_clock_ns();
        show_progress(r, now);
        r->cost = (double)(now - piece_begun) / (double)(hi - lo);
        if (wants_help(r, now - begun, count - hi)) return false;
        if (r->pure) size = next_size(size, hi - lo, now - piece_begun);
        piece_begun = now;
        lo = hi;
    }
    return true;
}

/* The caller as one of those who run elements, on its own stack. */
typedef struct on_stack {
    ly_fiber *fiber;
    ly_context *outer; /* that was attached */
    int64_t charged;   /* to it */
    char *floor;
    void (*on_wait)(void *);
    void *waits;
} on_stack;

static bool caller_begin(helper *h, run *r, on_stack *s, ly_cancel *token, void (*on_wait)(void *))
{
    ly_fiber *fiber = ly_fiber_here();
    *s = (on_stack){fiber, fiber->cx, 0, fiber->floor, fiber->on_wait, fiber->waits};
    if (s->outer) {
        s->charged = ly_memory_charged(s->outer);
        ly_fiber_detach();
    }
    if (!helper_begin(h, r, token, true)) {
        if (s->outer) ly_fiber_attach_again(s->outer, s->charged);
        end_all(r, LY_PENDING_MEMORY, LY_FAILED);
        return false;
    }
    fiber->floor = r->caller->stack_limit;
    fiber->waits = h;
    fiber->on_wait = on_wait;
    __atomic_store_n(&r->caller->deputy, h->cx, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&r->caller->poll, __ATOMIC_SEQ_CST) & LY_POLL_ABORT && !r->caller->protecting)
        __atomic_fetch_or(&h->cx->poll, LY_POLL_ABORT, __ATOMIC_RELAXED);
    /* the bit that said so may have ended an element in the caller's own context, which runs again here */
    if (ly_cancelled(token) || ly_cancelled(ly_cancel_here())) ly_fiber_poll_set(fiber, LY_POLL_CANCEL);
    h->on_caller = true;
    return true;
}

static void caller_end(helper *h, on_stack *s)
{
    ly_fiber *fiber = s->fiber;
    ly_deputy_ends(h->run->caller, ly_elements_home(h->run->caller));
    fiber->on_wait = s->on_wait;
    fiber->waits = s->waits;
    fiber->floor = s->floor;
    helper_end(h);
    ly_fiber_poll_drop(fiber);
    if (s->outer) ly_fiber_attach_again(s->outer, s->charged);
}

/* True: nothing is left for others. */
static bool work_alone(run *r)
{
    helper h = {.in_order = true};
    on_stack s;
    bool done;
    if (!caller_begin(&h, r, &s, ly_cancel_here(), waits_alone)) return true;
    done = run_alone(&h);
    caller_end(&h, &s);
    return done && !r->crew;
}

static void work_together(run *r)
{
    helper h = {0};
    on_stack s;
    ly_cancel_scope scope;
    ly_cancel *token = ly_cancel_new(r->cancel);
    char *floor;
    if (!token) {
        end_all(r, LY_PENDING_MEMORY, LY_FAILED);
    } else {
        recruit(r);
        /* the scope lies within: a token that was cancelled meanwhile is none of the caller's own context */
        if (caller_begin(&h, r, &s, token, waits)) {
            ly_cancel_enter(&scope, token);
            enter_helpers(&h);
            take_pieces(&h);
            leave_helpers(&h);
            ly_cancel_leave(&scope);
            caller_end(&h, &s);
        }
    }
    ly_cancel_release(token);
    floor = ly_fiber_here()->floor;
    ly_fiber_here()->floor = r->caller->stack_limit;
    close_crew(r, true);
    ly_fiber_here()->floor = floor;
}

/* By tasks of a pool alone. */
static void work_in_pool(run *r)
{
    ly_fiber *fiber = ly_fiber_here();
    while (ly_load(&r->next, relaxed) < (int64_t)r->elements->count && !is_stopped(r)) {
        ly_task *first = recruit_one(r);
        uint32_t reason;
        if (!first) {
            end_all(r, LY_PENDING_MEMORY, LY_FAILED);
            break;
        }
        ly_wait_begins(r->caller);
        fiber->waits_for = r->cancel;
        reason = ly_task_await(first, ly_wait_deadline(r->caller, HUGE_VAL));
        fiber->waits_for = NULL;
        ly_wait_ends(r->caller);
        if (reason != LY_WAKE_READY) {
            ly_pending pending;
            if (!r->caller->pending.kind) ly_wait_ended(r->caller, reason, "a Parallel call");
            pending = ly_pending_take(r->caller);
            if (pending.kind == LY_PENDING_FAILURE) end_by(r, pending.value);
            else if (pending.kind) end_all(r, pending.kind, pending.tag);
        } else if (ly_task_state_of(first) != LY_TASK_DONE) {
            end_all(r, LY_PENDING_FAILURE, LY_FAILED);
        }
        ly_task_release(first);
    }
    close_crew(r, false);
}

/* Lends the values to helpers. False: no memory, pending. */
static bool lend(run *r, ly_loan *loan)
{
    r->lent = true;
    for (size_t i = 0; i < r->elements->value_count; i++)
        if (!ly_lend(r->caller, loan, r->elements->values[i])) return false;
    return true;
}

bool ly_each_run(ly_context *cx, const ly_each *elements)
{
    run r = {.elements = elements, .caller = cx, .failed_at = INT64_MAX, .failure = LY_FAILED, .ended_tag = LY_FAILED};
    char path[PATH_BYTES];
    ly_loan loan = {0};
    int length;
    bool alone = !elements->pool, in_place = false; /* so far, and help is wanted */
    if (ly_poll(cx)) return false;
    if (!elements->count) return true;
    length = snprintf(path, PATH_BYTES - 24, "%s%s%llu.", cx->task_path, *cx->task_path ? "." : "",
                      (unsigned long long)++cx->tasks_submitted);
    if (length >= PATH_BYTES - 24) {
        ly_raise_failure(cx, "NestingLimit", "Tasks are nested too deeply.");
        return false;
    }
    r.path = path;
    if (!ly_random_next_key(cx, &r.seed, &r.call)) return false;
    ly_streams_share(cx);
    r.snapshot = ly_snapshot_take(cx, elements->expression);
    if (!r.snapshot) return false;
    ly_loop_stop_start(&r.stop);
    begin_progress(&r);
    r.pure = is_pure(&r);
    if (alone && r.pure && !cx->attached) {
        int64_t left = run_in_place(&r);
        if (left < 0 || left == (int64_t)elements->count) {
            end_progress(&r);
            ly_snapshot_release(r.snapshot);
            return left >= 0;
        }
        ly_store(&r.next, left, relaxed);
        in_place = r.workers > 1;
    }
    if (!alone || in_place || !work_alone(&r)) {
        if (r.crew) {
            work_together(&r);
        } else if (!lend(&r, &loan)) {
            end_all(&r, LY_PENDING_NONE, LY_FAILED);
        } else if (!open_crew(&r)) {
            end_all(&r, LY_PENDING_MEMORY, LY_FAILED);
        } else if (elements->pool) {
            work_in_pool(&r);
        } else {
            work_together(&r);
        }
        ly_loan_end(&loan);
    }
    /* helpers made many of the results on heaps of their own */
    if (!alone || r.lent) ly_heap_dropped(cx->heap, elements->count * 64);
    ly_snapshot_release(r.snapshot);
    end_progress(&r);
    emit_outputs(&r);
    if (cx->pending.kind) {
        ly_release(cx, r.failure);
        return false;
    }
    if (r.ended != LY_PENDING_NONE) {
        ly_release(cx, r.failure);
        if (r.ended == LY_PENDING_FAILURE)
            ly_raise_failure(cx, "PoolShutdown", "The pool was shut down.");
        else if (!ly_poll(cx)) ly_raise(cx, r.ended, LY_FAILED, r.ended_tag);
        return false;
    }
    if (r.failed_at != INT64_MAX) {
        if (ly_failed(r.failure)) ly_raise_memory(cx);
        else ly_raise(cx, LY_PENDING_FAILURE, r.failure, LY_FAILED);
        return false;
    }
    return true;
}
