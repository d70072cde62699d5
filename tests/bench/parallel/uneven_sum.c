/* uneven_sum: the steps of the Mandelbrot iteration on n by n points, by OpenMP over its rows. */
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t steps(double a, double b)
{
    double x = 0, y = 0;
    int64_t k = 0;
    while (k < 1000 && x * x + y * y < 4) {
        double t = x * x - y * y + a;
        y = 2 * x * y + b;
        x = t;
        k++;
    }
    return k;
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 60, total = 0;
    double h = 2.5 * (1. / (double)n);
#pragma omp parallel for schedule(dynamic) reduction(+ : total)
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            total += steps(-2 + h * (double)i, -1.25 + h * (double)j);
    printf("%ld\n", (long)total);
    return 0;
}
