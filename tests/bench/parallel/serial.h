/* serial.h: the serial programs that the parallel ones are measured against. */
#ifndef SERIAL_H
#define SERIAL_H

#include <stdint.h>

#include "tree.h"

int64_t serial_fibonacci(int64_t n); /* a call for every call: not inlined (serial_calls.c) */
int64_t serial_queens(int n, uint32_t columns, uint32_t rising, uint32_t falling);
int64_t serial_tree(tree kind, const node *n);
/* What an element of the triangular loop does, and the loop. */
double triangle_element(int64_t i);
void serial_triangle(double *out, int64_t n);

#endif
