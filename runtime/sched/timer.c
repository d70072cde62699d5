/* timer.c: what an alarm does to tasks and those that wait. */
#include "sched/timer.h"

#include <stddef.h>

#include "sched/scheduler.h"

static void cancel(void *token)
{
    ly_cancel_now(token);
    ly_cancel_release(token);
}

static void call(void *argument)
{
    ly_timer *timer = argument;
    timer->fire(timer);
}

/* The alarms are locked. */
static void ring(ly_alarm *alarm)
{
    ly_timer *timer = (ly_timer *)((char *)alarm - offsetof(ly_timer, alarm));
    ly_waiter *waiter = timer->waiter;
    /* while this is under way somebody may be woken: no deadlock */
    ly_outside_enter();
    ly_alarm_over(alarm);
    if (waiter) {
        /* under the lock: whoever waits takes the timer out before the waiter goes */
        if (ly_waiter_claim(waiter, LY_WAKE_TIMEOUT)) ly_waiter_resume_late(waiter);
    } else if (timer->cancel) {
        ly_alarm_unlocked(alarm, cancel, timer->cancel, true); /* its reference is ours */
    } else {
        ly_alarm_unlocked(alarm, call, timer, false);
    }
    ly_outside_leave();
}

static bool start(ly_timer *timer, uint64_t at)
{
    timer->alarm.of_process = true;
    return ly_alarm_start(&timer->alarm, at, ring);
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
    if (!ly_alarm_stop(&timer->alarm)) return false;
    ly_cancel_release(timer->cancel);
    return true;
}

size_t ly_timers_pending(void) { return ly_alarms_of_process(); }
void ly_timer_beats(void) { ly_alarms_beat(ly_worker_beat); }
void ly_timers_end(void) { ly_alarms_end(); }
