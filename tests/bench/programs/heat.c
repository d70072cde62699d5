/* heat: heat spreading over a plate */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <string.h>

enum { SIZE = 200 };
static double t[SIZE][SIZE], next[SIZE][SIZE];

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 20;
    for (int j = 0; j < SIZE; j++) t[0][j] = next[0][j] = 100;
    for (int64_t k = 0; k < n; k++) {
        for (int i = 1; i < SIZE - 1; i++)
            for (int j = 1; j < SIZE - 1; j++)
                next[i][j] = t[i][j] + 0.2 * (t[i - 1][j] + t[i + 1][j] + t[i][j - 1] + t[i][j + 1] - 4 * t[i][j]);
        memcpy(t, next, sizeof t);
    }
    printf("%.0f\n", rint(1e9 * t[9][99]));
    return 0;
}
