/* montecarlo: pi by n points from a linear congruential generator */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t state = 42;

static double coordinate(void)
{
    state = (1664525 * state + 1013904223) % 4294967296;
    return (double)state / 4294967296.;
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 100000, hits = 0;
    for (int64_t i = 0; i < n; i++) {
        double x = coordinate(), y = coordinate();
        if (x * x + y * y <= 1) hits++;
    }
    printf("%ld\n", (long)hits);
    return 0;
}
