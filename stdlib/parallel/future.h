/* future.h: a task of the scheduler as a value. */
#ifndef LY_FUTURE_H
#define LY_FUTURE_H

#include "sched/task.h"
#include "value/value.h"

/* The future of a task; the reference to it is consumed. */
ly_value ly_future_take(ly_context *cx, ly_task *task);
/* The task (borrowed) of a future; NULL: v is none. */
ly_task *ly_future_task(ly_value v);

#endif
