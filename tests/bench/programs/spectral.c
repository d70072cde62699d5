/* spectral: the spectral norm of an infinite matrix, cut at n by n */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t n;

static double a(int64_t i, int64_t j) { return 1. / (double)((i + j) * (i + j + 1) / 2 + i + 1); }

static void times(const double *v, double *out)
{
    for (int64_t i = 0; i < n; i++) {
        double s = 0;
        for (int64_t j = 0; j < n; j++) s += a(i, j) * v[j];
        out[i] = s;
    }
}

static void transposed_times(const double *v, double *out)
{
    for (int64_t i = 0; i < n; i++) {
        double s = 0;
        for (int64_t j = 0; j < n; j++) s += a(j, i) * v[j];
        out[i] = s;
    }
}

int main(int count, char **arguments)
{
    n = count > 1 ? atol(arguments[1]) : 60;
    double *u = malloc((size_t)n * sizeof *u), *v = malloc((size_t)n * sizeof *v);
    double *w = malloc((size_t)n * sizeof *w), uv = 0, vv = 0;
    for (int64_t i = 0; i < n; i++) u[i] = 1;
    for (int k = 0; k < 10; k++) {
        times(u, w);
        transposed_times(w, v);
        times(v, w);
        transposed_times(w, u);
    }
    for (int64_t i = 0; i < n; i++) {
        uv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    printf("%.0f\n", rint(1e9 * sqrt(uv / vv)));
    return 0;
}
