/* breaker.h: circuit breakers, which keep a program from calling what fails anyway.

   Closed: calls go through; `threshold` failures one after the other open it. Open: calls are refused
   at once, for `open_ns`. Half open, after that: one call at a time goes through as a trial; if it
   succeeds the breaker closes, if it fails it opens for another `open_ns`. A trial whose caller never
   reports back is given up after `open_ns`, and the next call becomes the trial.

   From any thread. A call is bracketed by ly_breaker_begin, which gives a ticket, and
   ly_breaker_end. What a call reports that began before the breaker last changed its state tells
   nothing about now, and is not counted. */
#ifndef LY_BREAKER_H
#define LY_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include "sched/lock.h"

typedef enum ly_breaker_state {
    LY_BREAKER_CLOSED,
    LY_BREAKER_OPEN,
    LY_BREAKER_HALF_OPEN,
} ly_breaker_state;

typedef struct ly_breaker {
    uint64_t threshold, open_ns;
    /* under the lock */
    ly_lock lock;
    bool opened;        /* open or half open */
    bool trying;        /* a trial is under way */
    uint64_t failures;  /* one after the other */
    uint64_t until;     /* clock: opened until then; trying: the trial is given up then */
    uint64_t epoch;     /* grows with every change of state */
} ly_breaker;

/* threshold: at least 1. Nothing is to be freed. */
void ly_breaker_start(ly_breaker *breaker, uint64_t threshold, uint64_t open_ns);
/* May a call be made now? Then *ticket is for ly_breaker_end. */
bool ly_breaker_begin(ly_breaker *breaker, uint64_t *ticket);
void ly_breaker_end(ly_breaker *breaker, uint64_t ticket, bool succeeded);
/* The call was given up (cancelled), which says nothing about what was called. */
void ly_breaker_abandon(ly_breaker *breaker, uint64_t ticket);
ly_breaker_state ly_breaker_state_now(ly_breaker *breaker);
/* Closed, as if nothing had failed. */
void ly_breaker_reset(ly_breaker *breaker);

#endif
