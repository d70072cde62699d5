/* julia: the sum of the steps on n by n points */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t steps(double x, double y)
{
    int64_t k = 0;
    while (k < 200 && x * x + y * y < 4) {
        double t = x * x - y * y - 0.8;
        y = 2 * x * y + 0.156;
        x = t;
        k++;
    }
    return k;
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 60, total = 0;
    double h = 3. * (1. / (double)n);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
            total += steps(-1.5 + h * (double)i, -1.5 + h * (double)j);
    printf("%ld\n", (long)total);
    return 0;
}
