/* uneven_map: the lengths of the Collatz sequences from 1 to n, by OpenMP: their sum. */
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t steps(int64_t x)
{
    int64_t k = 0;
    for (; x != 1; k++) x = x % 2 == 0 ? x / 2 : 3 * x + 1;
    return k;
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 100000, total = 0;
    int64_t *lengths = malloc((size_t)n * sizeof *lengths);
#pragma omp parallel for schedule(dynamic, 256)
    for (int64_t i = 0; i < n; i++) lengths[i] = steps(i + 1);
    for (int64_t i = 0; i < n; i++) total += lengths[i];
    printf("%ld\n", (long)total);
    free(lengths);
    return 0;
}
