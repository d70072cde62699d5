/* serial.c: the serial programs, compiled as anybody would. */
#include "serial.h"

/* Queens that stand in no column and on no diagonal that the words name. */
int64_t serial_queens(int n, uint32_t columns, uint32_t rising, uint32_t falling)
{
    uint32_t all = (1u << n) - 1, places = all & ~(columns | rising | falling);
    int64_t found = 0;
    if (columns == all) return 1;
    while (places) {
        uint32_t place = places & -places;
        places -= place;
        found += serial_queens(n, columns | place, (rising | place) << 1, (falling | place) >> 1);
    }
    return found;
}

int64_t serial_tree(tree kind, const node *n)
{
    int children = tree_children(kind, n);
    int64_t size = 1;
    for (int i = 0; i < children; i++) {
        node child = tree_child(n, (uint32_t)i);
        size += serial_tree(kind, &child);
    }
    return size;
}

double triangle_element(int64_t i)
{
    double x = 1.0;
    for (int64_t k = 1; k <= i; k++) x += 1.0 / (x + (double)k);
    return x;
}

void serial_triangle(double *out, int64_t n)
{
    for (int64_t i = 0; i < n; i++) out[i] = triangle_element(i);
}
