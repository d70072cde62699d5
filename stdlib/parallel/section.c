/* section.c: CriticalSection, and the locks that evaluations take.

   A lock of CriticalSection is a symbol, the same in main and all its tasks; whatever value it has
   plays no part. Its record lives while somebody has it or waits for it. */
#include <math.h>
#include <stdlib.h>

#include "eval/eval.h"
#include "sched/lock.h"
#include "stdlib/control/control.h"
#include "stdlib/parallel/job.h"
#include "stdlib/parallel/turn.h"

/* ---- turns ------------------------------------------------------------------------------------- */

bool ly_turn_start(ly_turn *turn)
{
    *turn = (ly_turn){.gate = ly_channel_new(1, NULL, NULL)};
    return turn->gate != NULL;
}

void ly_turn_end(ly_turn *turn) { ly_channel_free(turn->gate); }

bool ly_turn_take(ly_context *cx, ly_turn *turn, const char *what)
{
    ly_channel_status status;
    /* only this context writes itself there, so what it reads of itself is true */
    if (__atomic_load_n(&turn->owner, __ATOMIC_RELAXED) == cx) {
        turn->depth++;
        return true;
    }
    status = ly_channel_try_send(turn->gate, 1);
    while (status != LY_CHANNEL_DONE) {
        ly_wait_begins(cx);
        status = ly_poll(cx) ? LY_CHANNEL_CANCELLED
                             : ly_channel_send(turn->gate, 1, ly_wait_deadline(cx, HUGE_VAL));
        ly_wait_ends(cx);
        if (status == LY_CHANNEL_DONE) break;
        if (cx->pending.kind) return false;
        if (status == LY_CHANNEL_MEMORY) {
            ly_raise_memory(cx);
            return false;
        }
        if (ly_failed(ly_wait_ended(cx, status == LY_CHANNEL_TIMEOUT    ? LY_WAKE_TIMEOUT
                                        : status == LY_CHANNEL_DEADLOCK ? LY_WAKE_DEADLOCK
                                                                        : LY_WAKE_CANCELLED, what)))
            return false;
    }
    __atomic_store_n(&turn->owner, cx, __ATOMIC_RELAXED);
    turn->depth = 1;
    return true;
}

void ly_turn_give(ly_context *cx, ly_turn *turn)
{
    uint64_t word;
    if (--turn->depth) return;
    __atomic_store_n(&turn->owner, NULL, __ATOMIC_RELAXED);
    ly_channel_try_receive(turn->gate, &word);
}

/* ---- locks by name ------------------------------------------------------------------------------ */

typedef struct named_turn {
    ly_turn turn;
    const ly_context *home;
    ly_value symbol;
    uint32_t users;
    struct named_turn *next;
} named_turn;

static ly_lock naming; /* of the list, and `users` */
static named_turn *named;

static named_turn *turn_of(ly_context *cx, ly_value symbol)
{
    const ly_context *home = ly_home_context(cx);
    named_turn *t;
    ly_lock_take(&naming);
    for (t = named; t && (t->symbol != symbol || t->home != home); t = t->next) {}
    if (!t && (t = ly_calloc(1, sizeof *t))) {
        if (ly_turn_start(&t->turn)) {
            t->home = home;
            t->symbol = symbol;
            t->next = named;
            named = t;
        } else {
            ly_free(t);
            t = NULL;
        }
    }
    if (t) t->users++;
    ly_lock_give(&naming);
    if (!t) ly_raise_memory(cx);
    return t;
}

static void leave(named_turn *t)
{
    named_turn **link;
    bool last;
    ly_lock_take(&naming);
    last = --t->users == 0;
    if (last) {
        for (link = &named; *link != t; link = &(*link)->next) {}
        *link = t->next;
    }
    ly_lock_give(&naming);
    if (!last) return;
    ly_turn_end(&t->turn);
    ly_free(t);
}

static int by_word(const void *a, const void *b)
{
    ly_value x = *(const ly_value *)a, y = *(const ly_value *)b;
    return (x > y) - (x < y);
}

/* Takes the locks from the first on, evaluates, and gives them back. Everybody takes them in the same
   order, so no two wait for each other. */
static ly_value within(ly_context *cx, size_t n, const ly_value *symbols, ly_value body)
{
    named_turn *t;
    ly_value v = LY_FAILED;
    if (!n) return ly_evaluate(cx, body);
    t = turn_of(cx, symbols[0]);
    if (!t) return LY_FAILED;
    if (ly_turn_take(cx, &t->turn, "CriticalSection")) {
        v = within(cx, n - 1, symbols + 1, body);
        ly_turn_give(cx, &t->turn);
    }
    leave(t);
    return v;
}

enum { LOCKS = 16 };

BUILTIN(CriticalSection, critical_section, 2, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "CriticalSection[{lock, …}, expr] evaluates expr while no other task has one of the locks, which are\n"
        "symbols; they are given back on every way out.")
static ly_value critical_section(ly_context *cx, ly_expr *call)
{
    ly_value locks = call->args[0], symbols[LOCKS];
    const ly_value *items = &call->args[0];
    size_t n = 1;
    if (ly_has_head(locks, LY_SYM(List)) && !ly_is_packed(locks)) {
        items = ly_expr_of(locks)->args;
        n = ly_expr_of(locks)->count;
    }
    if (n > LOCKS) return ly_message_call(cx, call, "locks", 1, locks);
    for (size_t i = 0; i < n; i++) {
        if (!ly_is_symbol(items[i])) return ly_message_call(cx, call, "locks", 1, locks);
        symbols[i] = items[i];
    }
    qsort(symbols, n, sizeof *symbols, by_word);
    return within(cx, n, symbols, ly_body_of(call->args[1]));
}
MESSAGE(CriticalSection, locks, "`1` is not a symbol, or a list of at most 16 symbols.")
