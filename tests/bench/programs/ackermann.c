/* ackermann: Ackermann's function, every operation checked for overflow */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t ackermann(int64_t m, int64_t n)
{
    int64_t less, more;
    if (m == 0) {
        if (__builtin_add_overflow(n, 1, &more)) abort();
        return more;
    }
    if (__builtin_sub_overflow(m, 1, &less)) abort();
    if (n == 0) return ackermann(less, 1);
    if (__builtin_sub_overflow(n, 1, &more)) abort();
    return ackermann(less, ackermann(m, more));
}

int main(int count, char **arguments)
{
    printf("%ld\n", (long)ackermann(3, count > 1 ? atol(arguments[1]) : 5));
    return 0;
}
