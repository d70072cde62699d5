/* grain.h: options of the Parallel… functions: how the work is cut, and whether progress is shown. */
#ifndef LY_GRAIN_H
#define LY_GRAIN_H

#include "stdlib/parallel/elements.h"

typedef struct ly_grain {
    size_t chunk;  /* elements taken at a time; 0: what suits */
    ly_progress progress;
} ly_grain;

/* Reads the options among the arguments of the call from `from` on, for work on `count` elements.
   False: a message was given; or an error is pending. */
bool ly_grain_options(ly_context *cx, ly_expr *call, size_t from, size_t count, ly_grain *grain);

#endif
