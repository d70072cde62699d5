/* report.h: rows of `make bench-parallel`, and medians for them.

   A program of this folder measures things side by side, several rounds in one run, and reports each
   as a row; tests/bench/parallel/run runs all of them, shows the rows, and fails if one misses its
   bar. A row is a line of fields with tabs in between: row, what, value, "most" or "least", bar,
   details. Anything else that a program prints is shown as it is. */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS_MOST = 101 };

static inline double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Of all threads together. */
static inline double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts the values. */
static inline double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare_doubles);
    return values[count / 2];
}

/* Bars: 0 for none. */
static inline void row_at_most(const char *what, double value, double bar, const char *details)
{
    printf("row\t%s\t%.4g\tmost\t%g\t%s\n", what, value, bar, details);
    fflush(stdout);
}
static inline void row_at_least(const char *what, double value, double bar, const char *details)
{
    printf("row\t%s\t%.4g\tleast\t%g\t%s\n", what, value, bar, details);
    fflush(stdout);
}

#endif
