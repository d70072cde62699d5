/* sort: n pairs by qsort. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct pair {
    int64_t first, second;
} pair;

static int64_t state = 42;

static int64_t random_number(void)
{
    state = (1103515245 * state + 12345) % 2147483648;
    return state / 65536;
}

static int compare(const void *left, const void *right)
{
    const pair *a = left, *b = right;
    if (a->first != b->first) return a->first < b->first ? -1 : 1;
    return (a->second < b->second) - (a->second > b->second);
}

static void show(pair p, char end) { printf("{%ld, %ld}%c", (long)p.first, (long)p.second, end); }

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 10000;
    pair *pairs = malloc((size_t)n * sizeof *pairs);
    for (int64_t i = 0; i < n; i++) {
        pairs[i].first = random_number() % 1000;
        pairs[i].second = random_number();
    }
    qsort(pairs, (size_t)n, sizeof *pairs, compare);
    show(pairs[0], ' ');
    show(pairs[n / 2 - 1], ' ');
    show(pairs[n - 1], '\n');
    free(pairs);
    return 0;
}
