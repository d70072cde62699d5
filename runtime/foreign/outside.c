/* outside.c: waiting for what is outside the process, and for one's turn to call an object.

   A task that waits sleeps for an eighth of the time that it has waited already, then looks again: the
   answer is seen at most that much late, no thread blocks, and no other one is needed to watch. */
#include <poll.h>

#include "eval/eval.h"
#include "eval/session.h"
#include "foreign/kind.h"
#include "sched/scheduler.h"
#include "sched/wait.h"

enum { SPIN_NS = 30000, SLEEP_LEAST_NS = 20000, SLEEP_MOST_NS = 5000000, SLICE_MS = 10 };

/* The program's own thread waits in the kernel: Ctrl-C interrupts poll, and nobody else needs it. */
static bool may_block(const ly_context *cx) { return !*cx->task_path && !ly_scheduler_running(); }

bool ly_outside_wait_more(ly_context *cx, ly_outside_wait *wait, int fd, short events)
{
    struct pollfd ready = {fd, events, 0};
    uint64_t now = ly_clock_ns(), waited, sleep;
    uint32_t reason;
    if (!wait->begun) wait->begun = now;
    waited = now - wait->begun;
    if (ly_poll(cx)) return false;
    if (may_block(cx)) {
        if (waited > SPIN_NS) ly_session_flush(cx); /* it may take long */
        poll(&ready, 1, SLICE_MS);
        return !ly_poll(cx);
    }
    if (fd >= 0 && poll(&ready, 1, 0) > 0) return true;
    if (waited < SPIN_NS) return true;
    sleep = waited / 8;
    if (sleep < SLEEP_LEAST_NS) sleep = SLEEP_LEAST_NS;
    if (sleep > SLEEP_MOST_NS) sleep = SLEEP_MOST_NS;
    if (!*cx->task_path) {
        ly_session_flush(cx);
        ly_guest_wait_begins(cx);
    }
    reason = ly_sleep_until(now + sleep);
    if (cx->waits_on) ly_guest_wait_ends(cx);
    if (reason == LY_WAKE_NO_TIMER) poll(&ready, 1, 1);
    if (ly_poll(cx)) return false;
    if (reason != LY_WAKE_CANCELLED) return true;
    ly_raise(cx, LY_PENDING_ABORT, LY_FAILED, LY_FAILED);
    return false;
}

bool ly_call_turn_take(ly_context *cx, ly_call_turn *turn)
{
    ly_outside_wait wait = {0};
    for (;;) {
        bool taken;
        ly_lock_take(&turn->lock);
        taken = !turn->owner || turn->owner == cx;
        if (taken) {
            turn->owner = cx;
            turn->depth++;
        }
        ly_lock_give(&turn->lock);
        if (taken) return true;
        if (!ly_outside_wait_more(cx, &wait, -1, 0)) return false;
    }
}

void ly_call_turn_give(ly_call_turn *turn)
{
    ly_lock_take(&turn->lock);
    if (--turn->depth == 0) turn->owner = NULL;
    ly_lock_give(&turn->lock);
}
