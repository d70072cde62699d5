/* pool.h: a limit of tasks that run at once, as a value. */
#ifndef LY_POOL_OBJECT_H
#define LY_POOL_OBJECT_H

#include "sched/pool.h"
#include "value/value.h"

/* The pool (borrowed) of a ThreadPool; NULL: v is none. */
ly_pool *ly_thread_pool(ly_value v);

/* Its counters and the workers', as pool.stats() gives them (stats.c). */
ly_value ly_pool_statistics(ly_context *cx, ly_pool *pool);

#endif
