/* fibonacci: the n-th Fibonacci number by addition, by GMP. */
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>

static size_t digits(const mpz_t x)
{
    size_t length = mpz_sizeinbase(x, 10);
    mpz_t power;
    mpz_init(power);
    mpz_ui_pow_ui(power, 10, length - 1);
    if (mpz_cmpabs(x, power) < 0) length--;
    mpz_clear(power);
    return length;
}

int main(int count, char **arguments)
{
    long n = count > 1 ? atol(arguments[1]) : 1000;
    mpz_t a, b;
    mpz_init_set_ui(a, 0);
    mpz_init_set_ui(b, 1);
    for (long k = 0; k < n; k++) {
        mpz_add(a, a, b);
        mpz_swap(a, b);
    }
    printf("%lu %zu\n", mpz_fdiv_ui(a, 1000000007), digits(a));
    mpz_clears(a, b, NULL);
    return 0;
}
