/* pool.h: a limit of tasks that run at once, as a value. */
#ifndef LY_POOL_OBJECT_H
#define LY_POOL_OBJECT_H

#include "sched/pool.h"
#include "value/value.h"

/* The pool (borrowed) of a ThreadPool; NULL: v is none. */
ly_pool *ly_thread_pool(ly_value v);

#endif
