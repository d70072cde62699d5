/* timer.h: deadlines of tasks and waits: alarms (eval/alarm.h) that end a wait, or cancel.

   A timer lives where its owner wants it, and is out of everybody's sight when ly_timer_stop has
   returned. */
#ifndef LY_TIMER_H
#define LY_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eval/alarm.h"
#include "sched/cancel.h"
#include "sched/wait.h"

typedef struct ly_timer {
    ly_alarm alarm;         /* at ly_clock_ns() */
    ly_waiter *waiter;      /* one of: claims this with LY_WAKE_TIMEOUT, */
    ly_cancel *cancel;      /* cancels this (a reference is held while the timer runs), */
    void (*fire)(struct ly_timer *); /* calls this on the alarms' thread: short, waits for nothing */
} ly_timer;

/* One of the three; `at` in ly_clock_ns(). False: no memory or no thread, nothing started. */
bool ly_timer_start_waiter(ly_timer *timer, uint64_t at, ly_waiter *waiter);
bool ly_timer_start_cancel(ly_timer *timer, uint64_t at, ly_cancel *token);
bool ly_timer_start(ly_timer *timer, uint64_t at, void (*fire)(ly_timer *timer));
/* True if it had not gone off yet. */
bool ly_timer_stop(ly_timer *timer);
/* Timers that have not gone off. */
size_t ly_timers_pending(void);

/* ---- for park.c: beats (ly_worker_beat), every 10 ms until it says that none is needed */
void ly_timer_beats(void);
void ly_timers_end(void);

#endif
