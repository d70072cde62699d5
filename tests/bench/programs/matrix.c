/* matrix: the product of two n by n matrices by loops */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 60;
    double *a = malloc((size_t)(n * n) * sizeof *a), *b = malloc((size_t)(n * n) * sizeof *b);
    double *c = malloc((size_t)(n * n) * sizeof *c), trace = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            a[i * n + j] = (double)((i + 1) * (j + 1) % 17) / 17.;
            b[i * n + j] = (double)((i + 1 + 2 * (j + 1)) % 13) / 13.;
        }
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            double s = 0;
            for (int64_t k = 0; k < n; k++) s += a[i * n + k] * b[k * n + j];
            c[i * n + j] = s;
        }
    for (int64_t i = 0; i < n; i++) trace += c[i * n + i];
    printf("%.0f\n", rint(1e3 * trace));
    return 0;
}
