/* stand_in.c: copies of a context for those who compute for it, and how they are told to end. */
#include "stdlib/parallel/stand_in.h"

#include <stddef.h>
#include <string.h>

#include "memory/memory.h"
#include "sched/fiber.h"

enum {
    LOOK_NS = 10000000, /* how often somebody looks whether the context's work is to end */
    ENDING = LY_POLL_ABORT | LY_POLL_TIMEOUT | LY_POLL_CANCEL,
};

/* Under the lock. */
static void pass_on(ly_stood_for *s, uint32_t bits)
{
    s->ended |= bits;
    for (ly_stand_in *copy = s->all; copy; copy = copy->next)
        __atomic_fetch_or(&copy->cx.poll, s->ended, __ATOMIC_RELAXED);
}

static void look(ly_alarm *alarm)
{
    ly_stood_for *s = (ly_stood_for *)(void *)((char *)alarm - offsetof(ly_stood_for, alarm));
    uint32_t bits = ly_polled(s->cx) & ENDING;
    if (bits) {
        ly_lock_take(&s->lock);
        pass_on(s, bits);
        ly_lock_give(&s->lock);
    }
    ly_alarm_again(alarm, ly_clock_ns() + LOOK_NS);
}

void ly_stood_for_begin(ly_stood_for *s, ly_context *cx)
{
    memset(s, 0, sizeof *s);
    s->cx = cx;
    s->pattern = *cx;
    s->pattern.poll = 0;
    s->pattern.on_poll = NULL;
    s->pattern.deputy = NULL;
    /* without a thread for alarms elements that run elsewhere end by themselves */
    ly_alarm_start(&s->alarm, ly_clock_ns() + LOOK_NS, look);
}

void ly_stood_for_end(ly_stood_for *s) { ly_alarm_stop(&s->alarm); }

void ly_stood_for_stop(ly_stood_for *s)
{
    ly_lock_take(&s->lock);
    pass_on(s, LY_POLL_CANCEL);
    ly_lock_give(&s->lock);
}

void ly_stand_in_begin(ly_stand_in *copy, ly_stood_for *s)
{
    ly_fiber *fiber = ly_fiber_here();
    copy->cx = s->pattern;
    copy->previous = NULL;
    if (fiber->task || fiber->work) ly_stacks_enter_on(&copy->cx, fiber->stack);
    else ly_stacks_enter(&copy->cx);
    ly_lock_take(&s->lock);
    copy->cx.poll = s->ended;
    copy->next = s->all;
    if (copy->next) copy->next->previous = copy;
    s->all = copy;
    ly_lock_give(&s->lock);
}

void ly_stand_in_end(ly_stand_in *copy, ly_stood_for *s)
{
    ly_lock_take(&s->lock);
    if (copy->previous) copy->previous->next = copy->next;
    else s->all = copy->next;
    if (copy->next) copy->next->previous = copy->previous;
    ly_lock_give(&s->lock);
}
