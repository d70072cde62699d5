/* random.h: the source of random numbers of a context. */
#ifndef LY_RANDOM_H
#define LY_RANDOM_H

#include "numbers.h"

/* Begins the numbers of one call: which ones they are depends on the seed and on how many calls there
   were since it was set, not on how many numbers those took. NULL: no memory. */
struct ly_random *ly_random_call(ly_context *cx);
uint64_t ly_random_bits(struct ly_random *r);
/* in [0, 1) */
double ly_random_unit(struct ly_random *r);
/* in [0, n), without bias; n > 0 */
uint64_t ly_random_below(struct ly_random *r, uint64_t n);
/* z: in [0, n) */
void ly_random_mpz(struct ly_random *r, mpz_t z, const mpz_t n);
/* standard normal */
double ly_random_normal(struct ly_random *r);

#endif
