/* collatz: the longest Collatz sequence that starts below n */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t steps(int64_t x)
{
    int64_t k = 0;
    while (x != 1) {
        x = x % 2 == 0 ? x / 2 : 3 * x + 1;
        k++;
    }
    return k;
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 100000, longest = 0, best = 0;
    for (int64_t i = 1; i < n; i++) {
        int64_t k = steps(i);
        if (k > longest) longest = k, best = i;
    }
    printf("%ld %ld\n", (long)best, (long)longest);
    return 0;
}
