/* Takeuchi's function, every operation checked for overflow. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t less(int64_t n)
{
    int64_t out;
    if (__builtin_sub_overflow(n, 1, &out)) abort();
    return out;
}

static int64_t tak(int64_t x, int64_t y, int64_t z)
{
    if (y >= x) return z;
    return tak(tak(less(x), y, z), tak(less(y), z, x), tak(less(z), x, y));
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 8;
    printf("%ld\n", (long)tak(3 * n, 2 * n, n));
    return 0;
}
