/* pi: n digits of pi by Gibbons' spigot, by GMP. */
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments)
{
    long n = count > 1 ? atol(arguments[1]) : 200, known = 0;
    char *digits = malloc((size_t)n + 1);
    mpz_t q, r, t, k, m, l, x, y;
    mpz_inits(x, y, NULL);
    mpz_init_set_ui(q, 1);
    mpz_init_set_ui(r, 0);
    mpz_init_set_ui(t, 1);
    mpz_init_set_ui(k, 1);
    mpz_init_set_ui(m, 3);
    mpz_init_set_ui(l, 3);
    while (known < n) {
        mpz_mul_ui(x, q, 4);
        mpz_add(x, x, r);
        mpz_sub(x, x, t);
        mpz_mul(y, m, t);
        if (mpz_cmp(x, y) < 0) {
            digits[known++] = (char)('0' + mpz_get_ui(m));
            mpz_sub(y, r, y); /* r - m t */
            mpz_mul_ui(x, q, 3);
            mpz_add(x, x, r);
            mpz_mul_ui(x, x, 10);
            mpz_fdiv_q(x, x, t);
            mpz_mul_ui(m, m, 10);
            mpz_sub(m, x, m);
            mpz_mul_ui(q, q, 10);
            mpz_mul_ui(r, y, 10);
        } else {
            mpz_mul_ui(x, k, 7);
            mpz_add_ui(x, x, 2);
            mpz_mul(x, q, x);
            mpz_addmul(x, r, l);
            mpz_mul(t, t, l);
            mpz_fdiv_q(m, x, t);
            mpz_mul_ui(x, q, 2);
            mpz_add(x, x, r);
            mpz_mul(r, x, l);
            mpz_mul(q, q, k);
            mpz_add_ui(k, k, 1);
            mpz_add_ui(l, l, 2);
        }
    }
    digits[n] = 0;
    printf("%s\n", n > 10 ? digits + n - 10 : digits);
    mpz_clears(q, r, t, k, m, l, x, y, NULL);
    free(digits);
    return 0;
}
