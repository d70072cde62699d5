/* duration.h: lengths of time, as the functions that wait or limit take them. */
#ifndef LY_DURATION_H
#define LY_DURATION_H

#include "eval/eval.h"

/* The seconds that v (evaluated) stands for: a real number, Seconds[n] and its kin, or
   Quantity[n, "Seconds"] and its kin; Infinity is HUGE_VAL. False: v is no duration, or negative. */
bool ly_duration(ly_value v, double *seconds);

#endif
