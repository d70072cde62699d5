/* factor.h: factorization of integers. */
#ifndef LY_FACTOR_H
#define LY_FACTOR_H

#include "numbers.h"

typedef struct ly_prime_power {
    mpz_t prime;
    unsigned long exponent;
} ly_prime_power;
typedef struct ly_factorization {
    ly_prime_power *items; /* primes ascending */
    size_t count, capacity;
} ly_factorization;

/* Factors |n|, n not 0 (1 has no factors). False: interrupted or no memory, the error pending. */
bool ly_factorize(ly_context *cx, const mpz_t n, ly_factorization *f);
void ly_factorization_clear(ly_factorization *f);
void ly_euler_phi(const ly_factorization *f, mpz_t phi);
/* Primality: proved for 64 bits, else 25 rounds after Baillie–PSW. */
bool ly_is_prime(const mpz_t n);

#endif
