/* serial_calls.c: compiled with -fno-inline, so that a call stays a call. */
#include "serial.h"

int64_t serial_fibonacci(int64_t n)
{
    if (n < 2) return n;
    return serial_fibonacci(n - 1) + serial_fibonacci(n - 2);
}
