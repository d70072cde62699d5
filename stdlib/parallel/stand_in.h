/* stand_in.h: what stands in for a context where others compute for it.

   Compiled code over unboxed numbers reads its context (the polled word, how much stack is left, limits)
   and writes a few words of it. What several threads compute for one context at a time has therefore a
   copy for each of them, which nothing is evaluated in. What ends the context's work is passed on to the
   copies while they are in use. */
#ifndef LY_STAND_IN_H
#define LY_STAND_IN_H

#include "eval/alarm.h"
#include "eval/context.h"
#include "sched/lock.h"

typedef struct ly_stand_in {
    ly_context cx;
    struct ly_stand_in *next, *previous;
} ly_stand_in;

/* A context that others compute for. In the frame of whoever runs it, which waits for all of them. */
typedef struct ly_stood_for {
    ly_context *cx;
    ly_context pattern; /* what copies are made of */
    ly_lock lock;       /* of what follows */
    ly_stand_in *all;
    uint32_t ended;     /* bits of the polled word: the work is over */
    ly_alarm alarm;
} ly_stood_for;

void ly_stood_for_begin(ly_stood_for *s, ly_context *cx);
/* When nobody computes for it any more. */
void ly_stood_for_end(ly_stood_for *s);
/* All that compute for it are to end. */
void ly_stood_for_stop(ly_stood_for *s);

/* On the fiber that computes, which does not wait meanwhile. */
void ly_stand_in_begin(ly_stand_in *copy, ly_stood_for *s);
void ly_stand_in_end(ly_stand_in *copy, ly_stood_for *s);

#endif
