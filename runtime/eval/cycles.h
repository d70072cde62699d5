/* cycles.h: local definitions that refer to themselves. */
#ifndef LY_CYCLES_H
#define LY_CYCLES_H

#include "eval/context.h"

/* A Module ends that made these temporaries, each of which the caller holds once: where nothing else
   refers to them but their own definitions, these are dropped. */
void ly_end_local_definitions(ly_context *cx, size_t n, const ly_value *temporaries);

#endif
