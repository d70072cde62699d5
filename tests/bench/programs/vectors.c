/* vectors: arithmetic on whole vectors of reals */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 100000 };
static double x[SIZE], v[SIZE];

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 10;
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
        x[i] = (i + 1) / 100000.;
        v[i] = 1 - x[i] * x[i];
    }
    for (int64_t k = 0; k < n; k++) {
        for (int i = 0; i < SIZE; i++) v[i] = v[i] + 0.01 * (0.5 * x[i] - v[i]);
        for (int i = 0; i < SIZE; i++) x[i] = 0.999 * x[i] + 0.001 * v[i];
    }
    for (int i = 0; i < SIZE; i++) sum += x[i] * x[i] + v[i];
    printf("%.0f\n", rint(1e6 * sum));
    return 0;
}
