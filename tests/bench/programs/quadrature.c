/* quadrature: the integral of 4/(1 + x^2) by n strips */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 100000;
    double h = 1. / (double)n, sum = 0;
    for (int64_t k = 1; k <= n; k++) {
        double x = ((double)k - 0.5) * h;
        sum += 4. / (1. + x * x);
    }
    printf("%.0f\n", rint(1e9 * h * sum));
    return 0;
}
