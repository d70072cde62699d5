/* squares: the squares of n reals, into a new array each time: ms, median of nine. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 9 };

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 100000;
    double *x = malloc((size_t)n * sizeof *x), *kept = NULL, taken[ROUNDS];
    for (int64_t i = 0; i < n; i++) x[i] = (double)(i + 1) / 1000.;
    for (int round = 0; round < ROUNDS; round++) {
        struct timespec begin, end;
        clock_gettime(CLOCK_MONOTONIC, &begin);
        double *y = malloc((size_t)n * sizeof *y);
        for (int64_t i = 0; i < n; i++) y[i] = x[i] * x[i];
        free(kept);
        kept = y;
        clock_gettime(CLOCK_MONOTONIC, &end);
        taken[round] = (double)(end.tv_sec - begin.tv_sec) * 1e3 + (double)(end.tv_nsec - begin.tv_nsec) / 1e6;
    }
    qsort(taken, ROUNDS, sizeof *taken, compare);
    printf("%.3f\n", taken[ROUNDS / 2]);
    if (kept[n - 1] < 0) return 1;
    return 0;
}
