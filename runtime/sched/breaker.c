/* breaker.c: see breaker.h. Source: Nygard, Release It! (2007), chapter 5. */
#include "sched/breaker.h"

void ly_breaker_start(ly_breaker *breaker, uint64_t threshold, uint64_t open_ns)
{
    *breaker = (ly_breaker){.threshold = threshold ? threshold : 1, .open_ns = open_ns};
}

/* The clock after `from` ns more; far away if that can't be told. */
static uint64_t after(uint64_t now, uint64_t ns)
{
    return ns > UINT64_MAX - now ? UINT64_MAX : now + ns;
}

/* The functions below hold the lock. */

static void open_up(ly_breaker *breaker)
{
    breaker->opened = true;
    breaker->trying = false;
    breaker->failures = 0;
    breaker->until = after(ly_clock_ns(), breaker->open_ns);
    breaker->epoch++;
}

static void close_again(ly_breaker *breaker)
{
    breaker->opened = breaker->trying = false;
    breaker->failures = 0;
    breaker->epoch++;
}

bool ly_breaker_begin(ly_breaker *breaker, uint64_t *ticket)
{
    bool allowed = true;
    ly_lock_take(&breaker->lock);
    if (breaker->opened) {
        uint64_t now = ly_clock_ns();
        allowed = now >= breaker->until;
        if (allowed) {
            breaker->trying = true;
            breaker->until = after(now, breaker->open_ns);
            breaker->epoch++;
        }
    }
    *ticket = breaker->epoch;
    ly_lock_give(&breaker->lock);
    return allowed;
}

void ly_breaker_end(ly_breaker *breaker, uint64_t ticket, bool succeeded)
{
    ly_lock_take(&breaker->lock);
    if (ticket == breaker->epoch) {
        if (breaker->trying)
            succeeded ? close_again(breaker) : open_up(breaker);
        else if (succeeded)
            breaker->failures = 0;
        else if (++breaker->failures >= breaker->threshold)
            open_up(breaker);
    }
    ly_lock_give(&breaker->lock);
}

void ly_breaker_abandon(ly_breaker *breaker, uint64_t ticket)
{
    ly_lock_take(&breaker->lock);
    if (ticket == breaker->epoch && breaker->trying) {
        /* the next call is the trial */
        breaker->trying = false;
        breaker->until = 0;
        breaker->epoch++;
    }
    ly_lock_give(&breaker->lock);
}

ly_breaker_state ly_breaker_state_now(ly_breaker *breaker)
{
    ly_breaker_state state = LY_BREAKER_CLOSED;
    ly_lock_take(&breaker->lock);
    if (breaker->opened)
        state = breaker->trying || ly_clock_ns() >= breaker->until ? LY_BREAKER_HALF_OPEN
                                                                   : LY_BREAKER_OPEN;
    ly_lock_give(&breaker->lock);
    return state;
}

void ly_breaker_reset(ly_breaker *breaker)
{
    ly_lock_take(&breaker->lock);
    close_again(breaker);
    ly_lock_give(&breaker->lock);
}
