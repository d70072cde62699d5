/* factorial: n! as a product, by GMP. */
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
    mpz_t f, power, rest;
    mpz_inits(f, power, rest, NULL);
    mpz_set_ui(f, 1);
    for (long k = 1; k <= n; k++) mpz_mul_ui(f, f, (unsigned long)k);
    mpz_ui_pow_ui(power, 10, 20);
    for (; mpz_fdiv_r(rest, f, power), mpz_sgn(rest) == 0;) mpz_fdiv_q(f, f, power);
    while (mpz_fdiv_ui(f, 10) == 0) mpz_fdiv_q_ui(f, f, 10);
    printf("%lu %zu\n", mpz_fdiv_ui(f, 1000000000), digits(f));
    mpz_clears(f, power, rest, NULL);
    return 0;
}
