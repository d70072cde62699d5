/* digits: a checksum of the digit sums of squares */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t digit_sum(int64_t rest)
{
    int64_t sum = 0;
    for (; rest > 0; rest /= 10) sum += rest % 10;
    return sum;
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 100000, checksum = 7;
    int64_t *sums = malloc((size_t)n * sizeof *sums);
    for (int64_t k = 0; k < n; k++) sums[k] = digit_sum((k + 1) * (k + 1));
    for (int64_t k = 0; k < n; k++) checksum = (31 * checksum + sums[k]) % 1000000007;
    printf("%ld\n", (long)checksum);
    free(sums);
    return 0;
}
