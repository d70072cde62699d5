/* fork_join: Fibonacci numbers by OpenMP tasks down to a cut-off. */
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum)) abort();
    return sum;
}

static int64_t serial(int64_t n)
{
    if (n == 0) return 0;
    if (n == 1) return 1;
    return add(serial(n - 1), serial(n - 2));
}

static int64_t fib(int64_t n, int64_t cut)
{
    int64_t a, b;
    if (n <= cut) return serial(n);
#pragma omp task shared(a)
    a = fib(n - 1, cut);
    b = fib(n - 2, cut);
#pragma omp taskwait
    return add(a, b);
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 15, cut = count > 2 ? atol(arguments[2]) : 15, result = 0;
#pragma omp parallel
#pragma omp single
    result = fib(n, cut);
    printf("%ld\n", (long)result);
    return 0;
}
