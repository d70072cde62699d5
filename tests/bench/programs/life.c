/* life: Conway's game of life on a torus */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 256 };
static int64_t state = 42, cells[SIZE][SIZE], next[SIZE][SIZE];

static int64_t random_number(void)
{
    state = (1103515245 * state + 12345) % 2147483648;
    return state / 65536;
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 20, total = 0;
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) cells[i][j] = random_number() % 2;
    for (int64_t generation = 0; generation < n; generation++) {
        for (int i = 0; i < SIZE; i++)
            for (int j = 0; j < SIZE; j++) {
                int up = i == 0 ? SIZE - 1 : i - 1, down = i == SIZE - 1 ? 0 : i + 1;
                int left = j == 0 ? SIZE - 1 : j - 1, right = j == SIZE - 1 ? 0 : j + 1;
                int64_t around = cells[up][left] + cells[up][j] + cells[up][right] + cells[i][left] +
                                 cells[i][right] + cells[down][left] + cells[down][j] + cells[down][right];
                next[i][j] = around == 3 || (around == 2 && cells[i][j] == 1);
            }
        for (int i = 0; i < SIZE; i++)
            for (int j = 0; j < SIZE; j++) cells[i][j] = next[i][j];
    }
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) total += cells[i][j];
    printf("%ld\n", (long)total);
    return 0;
}
