/* kernels.h: the programs for real, through the C API. */
#ifndef KERNELS_H
#define KERNELS_H

#include "workload.h"

int64_t kernel_serial(const workload *w);
/* On the calling thread and as many workers as there are. The same value. */
int64_t kernel_parallel(const workload *w);

#endif
