/* openmp.c: what typed.lyra does, by hand with OpenMP: each schedule, each cut-off, the best of them.

   openmp TERMS LENGTH FIBONACCI: a line "what seconds value" for each */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

static double term(long i)
{
    double s = 0;
    for (long j = 1; j <= i; j++) s += 1.0 / ((double)i + (double)j);
    return s;
}

static void report(const char *what, double seconds, double value)
{
    printf("%s %.9f %.0f\n", what, seconds, round(value * 1000000));
}

static double total(const double *t, long n)
{
    double s = 0;
    for (long i = 0; i < n; i++) s += t[i];
    return s;
}

static double table(long n, double *t, int guided)
{
    double begun = omp_get_wtime();
    if (guided) {
#pragma omp parallel for schedule(guided)
        for (long i = 0; i < n; i++) t[i] = term(i + 1);
    } else {
#pragma omp parallel for schedule(dynamic)
        for (long i = 0; i < n; i++) t[i] = term(i + 1);
    }
    return omp_get_wtime() - begun;
}

static double sum(long n, double *to, int guided)
{
    double begun = omp_get_wtime(), s = 0;
    if (guided) {
#pragma omp parallel for schedule(guided) reduction(+ : s)
        for (long i = 1; i <= n; i++) s += term(i);
    } else {
#pragma omp parallel for schedule(dynamic) reduction(+ : s)
        for (long i = 1; i <= n; i++) s += term(i);
    }
    *to = s;
    return omp_get_wtime() - begun;
}

static long serial(long n) { return n < 2 ? n : serial(n - 1) + serial(n - 2); }

static long tasks(long n, long cut)
{
    long a, b;
    if (n < cut) return serial(n);
#pragma omp task shared(a)
    a = tasks(n - 1, cut);
    b = tasks(n - 2, cut);
#pragma omp taskwait
    return a + b;
}

int main(int argc, char **argv)
{
    if (argc < 4) return 2;
    long terms = atol(argv[1]), n = atol(argv[3]), value = 0;
    double *t = malloc((size_t)terms * sizeof *t), best = 1e9, result = 0;
#pragma omp parallel
    omp_get_num_threads();
    double a = table(terms, t, 0), b = table(terms, t, 1);
    double least = a < b ? a : b;
    report("table", least, total(t, terms));
    report("map", least, total(t, terms));
    a = sum(terms, &result, 0), b = sum(terms, &result, 1);
    report("sum", a < b ? a : b, result);
    for (long cut = 5; cut <= 25; cut += 2) {
        double begun = omp_get_wtime();
#pragma omp parallel
#pragma omp single
        value = tasks(n, cut);
        double took = omp_get_wtime() - begun;
        if (took < best) best = took;
    }
    printf("fibonacci, parallel %.9f %ld\n", best, value);
    free(t);
    return 0;
}
