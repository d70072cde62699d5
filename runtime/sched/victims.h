/* victims.h: what join.c and victims.c want from each other. */
#ifndef LY_VICTIMS_H
#define LY_VICTIMS_H

#include "sched/deque.h"

/* There are public tasks now: somebody may be woken (victims.c). */
void ly_join_announce(ly_deque *deque);
/* Runs the task that was stolen, on the fiber whose deque this is (join.c). */
void ly_join_run_stolen(ly_deque *deque, ly_slot *slot);

#endif
