/* clock.c: time that passes: Timing, AbsoluteTiming, Pause, SessionTime, TimeUsed, AbsoluteTime. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "eval/context.h"
#include "eval/eval.h"
#include "eval/guard.h"
#include "eval/session.h"
#include "sched/scheduler.h"
#include "stdlib/parallel/job.h"

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The frame: when it began. */
static bool timed_begin(ly_guard *guard, clockid_t clock)
{
    *LY_GUARD_FRAME(double, guard) = seconds(clock);
    return true;
}

static ly_guard_result timed_end(ly_context *cx, ly_guard *guard, ly_value *value, clockid_t clock)
{
    if (!ly_failed(*value))
        *value = ly_make2(cx, LY_SYM(List), ly_real(cx, seconds(clock) - *LY_GUARD_FRAME(double, guard)), *value);
    return LY_GUARD_DONE;
}

BUILTIN(Timing, clock_timing, 1, 1, LY_HOLD_ALL | LY_SEQUENCE_HOLD | LY_PROTECTED,
        LY_EFFECTS | LY_EVALUATED,
        "Timing[expr] evaluates expr and gives {seconds of processor time, value}.")
static ly_value clock_timing(ly_context *cx, ly_expr *call)
{
    return ly_guarded(cx, LY_SYM(Timing), 0, NULL, call->args[0], LY_FAILED);
}
GUARD(Timing, timing_begin, timing_end)
static bool timing_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    (void)cx, (void)n, (void)arguments;
    return timed_begin(guard, CLOCK_PROCESS_CPUTIME_ID);
}
static ly_guard_result timing_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    return timed_end(cx, guard, value, CLOCK_PROCESS_CPUTIME_ID);
}

BUILTIN(AbsoluteTiming, clock_absolute_timing, 1, 1, LY_HOLD_ALL | LY_SEQUENCE_HOLD | LY_PROTECTED,
        LY_EFFECTS | LY_EVALUATED,
        "AbsoluteTiming[expr] evaluates expr and gives {seconds by the clock, value}.")
static ly_value clock_absolute_timing(ly_context *cx, ly_expr *call)
{
    return ly_guarded(cx, LY_SYM(AbsoluteTiming), 0, NULL, call->args[0], LY_FAILED);
}
GUARD(AbsoluteTiming, absolute_timing_begin, absolute_timing_end)
static bool absolute_timing_begin(ly_context *cx, ly_guard *guard, uint32_t n, const ly_value *arguments)
{
    (void)cx, (void)n, (void)arguments;
    return timed_begin(guard, CLOCK_MONOTONIC);
}
static ly_guard_result absolute_timing_end(ly_context *cx, ly_guard *guard, ly_value *value)
{
    return timed_end(cx, guard, value, CLOCK_MONOTONIC);
}

/* RepeatedTiming[expr]: the mean of runs over about a second. */
BUILTIN(RepeatedTiming, clock_repeated_timing, 1, 2, LY_HOLD_FIRST | LY_PROTECTED,
    LY_EFFECTS | LY_EVALUATED,
    "RepeatedTiming[expr] evaluates expr repeatedly for a second and gives {mean seconds, value}.")
static ly_value clock_repeated_timing(ly_context *cx, ly_expr *call)
{
    double limit = 1, begin = seconds(CLOCK_MONOTONIC), passed;
    if (call->count == 2 && (!ly_to_double(call->args[1], &limit) || limit < 0))
        return LY_UNEVALUATED;
    ly_value value = LY_SYM(Null);
    int64_t runs = 0;
    do {
        ly_release(cx, value);
        value = ly_evaluate(cx, call->args[0]);
        if (ly_failed(value)) return value;
        runs++;
        passed = seconds(CLOCK_MONOTONIC) - begin;
    } while (passed < limit);
    return ly_make2(cx, LY_SYM(List), ly_real(cx, passed / (double)runs), value);
}

BUILTIN(Pause, clock_pause, 1, 1, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "Pause[n] waits for n seconds.")
static ly_value clock_pause(ly_context *cx, ly_expr *call)
{
    double wait;
    if (!ly_to_double(call->args[0], &wait) || !(wait >= 0))
        return ly_message_call(cx, call, "numnm", 2, LY_INT(1), ly_from_object(call));
    ly_session_flush(cx);
    double end = seconds(CLOCK_MONOTONIC) + (wait < 1e9 ? wait : 1e9);
    for (bool fine = true;;) {
        if (ly_poll(cx)) return LY_FAILED;
        double left = end - seconds(CLOCK_MONOTONIC);
        if (left <= 0) return LY_SYM(Null);
        if (fine && ly_scheduler_running()) { /* there are tasks, which go on meanwhile */
            if (ly_failed(ly_wait_seconds(cx, left))) return LY_FAILED;
            fine = seconds(CLOCK_MONOTONIC) >= end; /* else there is no thread for timers */
            continue;
        }
        double due = (double)ly_wait_deadline(cx, left) * 1e-9 - seconds(CLOCK_MONOTONIC);
        if (due < left) left = due > 0 ? due : 0;
        if (left > 0.05)
            left = 0.05; /* a signal that arrives between poll and sleep is seen soon */
        struct timespec pause = {0, (long)(left * 1e9)};
        nanosleep(&pause, NULL);
    }
}
MESSAGE(Pause, numnm, "Non-negative machine-sized number expected at position `1` in `2`.")

/* Seconds since the process began, from the kernel's record of it. */
static double process_age(void)
{
    static const int field = 22; /* of /proc/self/stat: start, in ticks since boot */
    FILE *file = fopen("/proc/self/stat", "re");
    char text[1024];
    if (!file) return seconds(CLOCK_PROCESS_CPUTIME_ID);
    size_t count = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[count] = 0;
    char *p = strrchr(text, ')');
    for (int i = 2; p && i < field; i++) p = strchr(p + 1, ' ');
    if (!p) return seconds(CLOCK_PROCESS_CPUTIME_ID);
    return seconds(CLOCK_BOOTTIME) - strtod(p, NULL) / (double)sysconf(_SC_CLK_TCK);
}
BUILTIN(SessionTime, clock_session_time, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "SessionTime[] gives the seconds since the program began.")
static ly_value clock_session_time(ly_context *cx, ly_expr *call)
{
    return ly_real(cx, process_age());
}
BUILTIN(TimeUsed, clock_time_used, 0, 0, LY_PROTECTED, LY_EFFECTS | LY_EVALUATED,
        "TimeUsed[] gives the seconds of processor time used.")
static ly_value clock_time_used(ly_context *cx, ly_expr *call)
{
    return ly_real(cx, seconds(CLOCK_PROCESS_CPUTIME_ID));
}
