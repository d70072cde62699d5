/* queens: how many ways there are to place n queens. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 64 };
static int64_t n, columns[MOST];

static int safe(int64_t placed, int64_t column)
{
    for (int64_t k = 1; k <= placed; k++) {
        int64_t other = columns[placed - k];
        if (other == column || llabs(other - column) == k) return 0;
    }
    return 1;
}

static int64_t solutions(int64_t placed)
{
    int64_t found = 0;
    if (placed == n) return 1;
    for (int64_t column = 1; column <= n; column++)
        if (safe(placed, column)) {
            columns[placed] = column;
            found += solutions(placed + 1);
        }
    return found;
}

int main(int count, char **arguments)
{
    n = count > 1 ? atol(arguments[1]) : 6;
    if (n > MOST) return 2;
    printf("%ld\n", (long)solutions(0));
    return 0;
}
