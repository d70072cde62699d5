/* calibrate.h: what the model's costs are on this machine.

   A calibration is taken several times in a run, in turn with what it is to predict, and each
   sample is kept: so both see the machine alike. Times of one thread are CPU time, which other
   programs do not lengthen; latencies between two workers are the medians of many, of those spawns
   alone that the other worker took. */
#ifndef CALIBRATE_H
#define CALIBRATE_H

#include "costs.h"
#include "workload.h"

enum { SAMPLES_MOST = 101 };

typedef struct samples {
    double value[SAMPLES_MOST];
    int count;
} samples;
void sample_add(samples *samples, double value);
double sample_median(const samples *samples);
double sample_quantile(const samples *samples, double part);

double wall_ns(void);
double process_ns(void); /* CPU time of all threads */
double thread_ns(void);  /* … of this one */

typedef struct calibration {
    samples call, spawn_join, geometric, binomial, queens, iteration; /* ns */
    samples line, pauses, yield, piece, steal, wake, wake_call;
} calibration;

/* One sample of each. Changes the number of workers to 1 and to 2. */
void calibrate(calibration *calibration);
/* The medians. */
costs calibrated_costs(const calibration *calibration);
double calibrated_node(const calibration *calibration, shape shape);

/* What the machine gives to so many threads at once, of which each runs serial code for so long:
   together, in threads' worth of work. `alone`: what one does in a nanosecond of CPU time, learned when
   it is asked about one thread. */
double granted(int threads, double ns, samples *alone);

#endif
