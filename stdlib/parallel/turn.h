/* turn.h: a lock for evaluations: who waits for it gives its worker away, and who has it may take it
   again. */
#ifndef LY_TURN_H
#define LY_TURN_H

#include "eval/context.h"
#include "sched/channel.h"

typedef struct ly_turn {
    ly_channel *gate;            /* holds one word while somebody has the turn */
    const ly_context *owner;     /* who; read by others too */
    uint32_t depth;              /* how often */
} ly_turn;

bool ly_turn_start(ly_turn *turn); /* false: no memory */
void ly_turn_end(ly_turn *turn);
/* False: an error is pending (time-out, cancellation, deadlock), the turn was not taken. */
bool ly_turn_take(ly_context *cx, ly_turn *turn, const char *what);
void ly_turn_give(ly_context *cx, ly_turn *turn);

#endif
