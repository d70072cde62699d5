/* uneven_table: sums of i reciprocals of squares for i from 1 to n, by OpenMP. */
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static double partial(int64_t i)
{
    double s = 0;
    for (int64_t k = 1; k <= i; k++) s += 1. / (double)(k * k);
    return s;
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 1000;
    double *sums = malloc((size_t)n * sizeof *sums), total = 0;
#pragma omp parallel for schedule(dynamic, 16)
    for (int64_t i = 0; i < n; i++) sums[i] = partial(i + 1);
    for (int64_t i = 0; i < n; i++) total += sums[i];
    printf("%.0f\n", rint(1e6 * total));
    free(sums);
    return 0;
}
