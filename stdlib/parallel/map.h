/* map.h: a function applied to all elements of a value, each in a task. */
#ifndef LY_PARALLEL_MAP_H
#define LY_PARALLEL_MAP_H

#include "stdlib/lists/lists.h"
#include "sched/pool.h"
#include "stdlib/parallel/grain.h"

/* f mapped over v (no atom) at the levels. Borrows. `reach`: an expression of all symbols that matter. */
ly_value ly_parallel_map(ly_context *cx, ly_pool *pool, ly_value f, ly_value v, ly_levels levels,
                         ly_value reach, const ly_grain *grain);

#endif
