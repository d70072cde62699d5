/* expand: products of polynomials in four variables: exponents packed in a word, terms in a table. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct term {
    uint64_t exponents; /* 16 bits each */
    int64_t coefficient;
} term;

typedef struct polynomial {
    term *terms;
    size_t count;
} polynomial;

static int compare(const void *a, const void *b)
{
    uint64_t x = ((const term *)a)->exponents, y = ((const term *)b)->exponents;
    return (x > y) - (x < y);
}

/* A table of terms with open addressing, twice as large as it is full; free: coefficient 0. */
static polynomial product(polynomial a, polynomial b)
{
    size_t size = 64, used = 0;
    term *table = calloc(size, sizeof *table);
    for (size_t i = 0; i < a.count; i++)
        for (size_t j = 0; j < b.count; j++) {
            uint64_t key = a.terms[i].exponents + b.terms[j].exponents;
            size_t at = (key * 0x9e3779b97f4a7c15u >> 20) & (size - 1);
            while (table[at].coefficient && table[at].exponents != key) at = (at + 1) & (size - 1);
            if (!table[at].coefficient) used++;
            table[at].exponents = key;
            table[at].coefficient += a.terms[i].coefficient * b.terms[j].coefficient;
            if (2 * used < size) continue;
            term *larger = calloc(2 * size, sizeof *larger);
            for (size_t k = 0; k < size; k++) {
                if (!table[k].coefficient) continue;
                at = (table[k].exponents * 0x9e3779b97f4a7c15u >> 20) & (2 * size - 1);
                while (larger[at].coefficient) at = (at + 1) & (2 * size - 1);
                larger[at] = table[k];
            }
            free(table);
            table = larger;
            size *= 2;
        }
    size_t count = 0;
    for (size_t k = 0; k < size; k++)
        if (table[k].coefficient) table[count++] = table[k];
    qsort(table, count, sizeof *table, compare);
    return (polynomial){table, count};
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 4, sum = 0, middle = 0;
    term sum_terms[] = {{0, 1}, {1, 1}, {1ull << 16, 1}, {1ull << 32, 1}, {1ull << 48, 1}}, one = {0, 1};
    polynomial p = product((polynomial){&one, 1}, (polynomial){&one, 1});
    for (int64_t i = 0; i < n; i++) {
        polynomial next = product(p, (polynomial){sum_terms, 5});
        free(p.terms);
        p = next;
    }
    polynomial more = product(p, (polynomial){&one, 1});
    more.terms[0].coefficient++;
    polynomial q = product(p, more);
    for (size_t i = 0; i < q.count; i++) {
        sum += q.terms[i].coefficient;
        if (q.terms[i].exponents == (uint64_t)n + ((uint64_t)n << 16)) middle = q.terms[i].coefficient;
    }
    printf("%zu %ld %ld\n", q.count, (long)sum, (long)middle);
    free(p.terms);
    free(q.terms);
    free(more.terms);
    return 0;
}
