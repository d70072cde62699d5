/* sieve: Eratosthenes, counted anew 200 times */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t primes(int64_t n)
{
    char *flags = malloc((size_t)n + 1);
    int64_t total = 0;
    for (int64_t i = 0; i <= n; i++) flags[i] = i > 1;
    for (int64_t i = 2; i * i <= n; i++)
        if (flags[i])
            for (int64_t j = i * i; j <= n; j += i) flags[j] = 0;
    for (int64_t i = 1; i <= n; i++) total += flags[i];
    free(flags);
    return total;
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 100000, found = 0;
    for (int k = 1; k <= 200; k++) found += primes(n + k);
    printf("%ld\n", (long)found);
    return 0;
}
