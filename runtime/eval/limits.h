/* limits.h: deadlines of TimeConstrained, and limits of MemoryConstrained. */
#ifndef LY_LIMITS_H
#define LY_LIMITS_H

#include "eval/alarm.h"
#include "eval/context.h"

/* A time-out in force. Lives in the frame of whoever set it. */
typedef struct ly_deadline {
    double at;                 /* seconds of the monotonic clock */
    uint64_t serial;
    struct ly_deadline *outer;
    ly_context *cx;            /* who is told, from then on again and again */
    ly_alarm alarm;
    bool unwatched;            /* there is none: every poll looks at the clock */
} ly_deadline;

double ly_now(void); /* seconds of the monotonic clock */
void ly_deadline_begin(ly_context *cx, ly_deadline *deadline, double seconds);
/* Ends it; true if what is pending is this deadline's time-out, which is then taken out. */
bool ly_deadline_end(ly_context *cx, ly_deadline *deadline);
/* The context works on behalf of another: that one's deadlines are its own, until ly_deadlines_leave. */
void ly_deadlines_follow(ly_context *cx, const ly_context *outer);
void ly_deadlines_leave(ly_context *cx);
/* Called at a poll: raises the time-out of the outermost deadline that has passed. */
bool ly_deadline_passed(ly_context *cx);

#endif
