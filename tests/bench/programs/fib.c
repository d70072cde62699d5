/* fib by its definition, every operation checked for overflow. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum)) abort();
    return sum;
}

static int64_t fib(int64_t n)
{
    int64_t before, last;
    if (n == 0) return 0;
    if (n == 1) return 1;
    if (__builtin_sub_overflow(n, 1, &last) || __builtin_sub_overflow(n, 2, &before)) abort();
    return add(fib(last), fib(before));
}

int main(int count, char **arguments)
{
    printf("%ld\n", (long)fib(count > 1 ? atol(arguments[1]) : 30));
    return 0;
}
