/* radicals.c: products of rational powers of rational numbers, in canonical form.

   Bases are split into atoms: primes, or cofactors that small primes don't divide and gcds don't
   split. The exponent of an atom is the sum of those it has in all bases and in the number in front;
   its integer part (towards zero) goes into the number, so what stays lies in (-1, 1). Atoms of equal
   exponent form one base: Sqrt[2] Sqrt[3] is Sqrt[6], Sqrt[6]/2 is Sqrt[3/2], and 12^(1/3) is
   2^(2/3) 3^(1/3). The sign is an atom too, with its exponent in (0, 1), I where that is 1/2. */
#include <stdlib.h>

#include "numbers.h"

enum { MOST_ATOMS = 64 };

typedef struct atom {
    mpz_t z;
    mpq_t exponent;
} atom;

typedef struct product {
    atom atoms[MOST_ATOMS];
    size_t count;
    mpq_t sign;   /* exponent of -1 */
    mpq_t number; /* what stands in front */
    bool full;    /* more atoms than there is room for: left alone */
} product;

/* z^exponent times the product; z > 1 has no common factor with an atom but equality. */
static void add_atom(product *p, const mpz_t z, const mpq_t exponent)
{
    for (size_t i = 0; i < p->count; i++) {
        if (mpz_cmp(p->atoms[i].z, z) == 0) {
            mpq_add(p->atoms[i].exponent, p->atoms[i].exponent, exponent);
            return;
        }
    }
    if (p->count == MOST_ATOMS) {
        p->full = true;
        return;
    }
    atom *a = &p->atoms[p->count++];
    mpz_init_set(a->z, z);
    mpq_init(a->exponent);
    mpq_set(a->exponent, exponent);
}

/* What trial division left: a perfect power, or split by common factors with the atoms. */
static void add_cofactor(product *p, const mpz_t z, const mpq_t exponent)
{
    if (mpz_cmp_ui(z, 1) == 0) return;
    mpz_t g, root;
    mpz_init(g);
    for (size_t i = 0; i < p->count; i++) {
        mpz_gcd(g, z, p->atoms[i].z);
        if (mpz_cmp_ui(g, 1) == 0 || mpz_cmp(g, z) == 0) continue;
        mpz_init(root);
        mpz_divexact(root, z, g);
        add_cofactor(p, g, exponent);
        add_cofactor(p, root, exponent);
        mpz_clear(root);
        mpz_clear(g);
        return;
    }
    if (mpz_sizeinbase(z, 2) < 1 << 14 && mpz_perfect_power_p(z)) {
        mpz_init(root);
        for (unsigned long k = mpz_sizeinbase(z, 2); k >= 2; k--) {
            if (!mpz_root(root, z, k)) continue;
            mpq_t scaled, times;
            mpq_inits(scaled, times, NULL);
            mpq_set_ui(times, k, 1);
            mpq_mul(scaled, exponent, times);
            add_atom(p, root, scaled);
            mpq_clears(scaled, times, NULL);
            break;
        }
        mpz_clear(root);
    } else {
        add_atom(p, z, exponent);
    }
    mpz_clear(g);
}

/* z > 0 to the exponent, by trial division. */
static void add_integer(product *p, const mpz_t z, const mpq_t exponent)
{
    mpz_t rest, prime;
    mpq_t scaled, times;
    if (mpz_cmp_ui(z, 1) == 0) return;
    mpz_init_set(rest, z);
    mpz_init(prime);
    mpq_inits(scaled, times, NULL);
    unsigned long most = mpz_sizeinbase(z, 2) > 4096 ? 1000 : 50000;
    /* atoms found before are divided out first */
    for (size_t i = 0; i < p->count; i++) {
        mp_bitcnt_t k = mpz_remove(rest, rest, p->atoms[i].z);
        if (k == 0) continue;
        mpq_set_ui(times, k, 1);
        mpq_mul(scaled, exponent, times);
        mpq_add(p->atoms[i].exponent, p->atoms[i].exponent, scaled);
    }
    for (unsigned long d = 2; d < most && mpz_cmp_ui(rest, 1) > 0; d += d < 3 ? 1 : 2) {
        if (mpz_cmp_ui(rest, d * d) < 0) break;
        if (!mpz_divisible_ui_p(rest, d)) continue;
        mpz_set_ui(prime, d);
        mp_bitcnt_t k = mpz_remove(rest, rest, prime);
        mpq_set_ui(times, k, 1);
        mpq_mul(scaled, exponent, times);
        add_atom(p, prime, scaled);
    }
    add_cofactor(p, rest, exponent);
    mpz_clears(rest, prime, NULL);
    mpq_clears(scaled, times, NULL);
}

/* Moves the valuation of each atom in the number, and then the integer part of each exponent back. */
static bool settle(product *p)
{
    mpz_t whole, power;
    mpq_t step;
    bool fine = true;
    mpz_inits(whole, power, NULL);
    mpq_init(step);
    for (size_t i = 0; i < p->count && fine; i++) {
        atom *a = &p->atoms[i];
        long k = (long)mpz_remove(mpq_numref(p->number), mpq_numref(p->number), a->z) -
                 (long)mpz_remove(mpq_denref(p->number), mpq_denref(p->number), a->z);
        mpq_set_si(step, k, 1);
        mpq_add(a->exponent, a->exponent, step);
        mpz_tdiv_q(whole, mpq_numref(a->exponent), mpq_denref(a->exponent));
        if (mpz_sgn(whole) == 0) continue;
        mpq_set_z(step, whole);
        mpq_sub(a->exponent, a->exponent, step);
        if (!mpz_fits_slong_p(whole) ||
            (double)mpz_sizeinbase(a->z, 2) * (double)labs(mpz_get_si(whole)) > LY_MAX_BITS / 16) {
            fine = false;
            break;
        }
        long n = mpz_get_si(whole);
        mpz_pow_ui(power, a->z, (unsigned long)labs(n));
        mpz_ptr to = n > 0 ? mpq_numref(p->number) : mpq_denref(p->number);
        mpz_mul(to, to, power);
    }
    /* the sign's exponent modulo 2, then 1 into the number */
    if (mpq_sgn(p->sign) != 0) {
        mpz_t modulus;
        mpz_init(modulus);
        mpz_mul_2exp(modulus, mpq_denref(p->sign), 1);
        mpz_fdiv_r(mpq_numref(p->sign), mpq_numref(p->sign), modulus);
        mpz_clear(modulus);
        mpq_canonicalize(p->sign);
        if (mpq_cmp_ui(p->sign, 1, 1) >= 0) {
            mpq_set_ui(step, 1, 1);
            mpq_sub(p->sign, p->sign, step);
            mpq_neg(p->number, p->number);
        }
    }
    mpq_clear(step);
    mpz_clears(whole, power, NULL);
    return fine;
}

static ly_value rational_of(ly_context *cx, const mpq_t q)
{
    mpq_t copy;
    mpq_init(copy);
    mpq_set(copy, q);
    return ly_rational_take_mpq(cx, copy);
}

/* Appends base^exponent, and notes whether it stood among the operands already. */
static bool emit(ly_context *cx, ly_builder *out, ly_value base, ly_value exponent, size_t n,
                 const ly_value *bases, const ly_value *exponents, size_t *known)
{
    for (size_t i = 0; i < n; i++)
        if (ly_same(bases[i], base) && ly_same(exponents[i], exponent)) {
            ++*known;
            break;
        }
    return ly_builder_add(cx, out, ly_make2(cx, LY_SYM(Power), base, exponent));
}

ly_value ly_radicals(ly_context *cx, ly_value number, size_t n, const ly_value *bases,
                     const ly_value *exponents)
{
    product *p = ly_malloc(sizeof *p);
    if (!p) return ly_raise_memory(cx);
    p->count = 0;
    p->full = false;
    mpq_init(p->sign);
    ly_init_mpq(p->number, number);
    for (size_t i = 0; i < n; i++) {
        mpq_t base, exponent;
        ly_init_mpq(base, bases[i]);
        ly_init_mpq(exponent, exponents[i]);
        if (mpq_sgn(base) < 0) {
            mpq_add(p->sign, p->sign, exponent);
            mpq_abs(base, base);
        }
        add_integer(p, mpq_numref(base), exponent);
        mpq_neg(exponent, exponent);
        add_integer(p, mpq_denref(base), exponent);
        mpq_clear(base);
        mpq_clear(exponent);
    }
    ly_value result = LY_UNEVALUATED;
    if (!p->full && settle(p)) {
        ly_builder out = ly_builder_new();
        size_t known = 0, emitted = 0;
        bool done[MOST_ATOMS] = {false}, imaginary = false, sign_used = mpq_sgn(p->sign) == 0;
        if (mpq_cmp_ui(p->sign, 1, 2) == 0) imaginary = sign_used = true;
        ly_value front = rational_of(cx, p->number);
        bool same_number = ly_same(front, number) && !imaginary;
        if (imaginary) front = ly_complex_take(cx, LY_INT(0), front);
        bool fine = ly_builder_add(cx, &out, front);
        for (size_t i = 0; i < p->count && fine; i++) {
            atom *a = &p->atoms[i];
            if (done[i] || mpq_sgn(a->exponent) == 0) continue;
            mpq_t base, size, minus;
            mpq_inits(base, size, minus, NULL);
            mpq_set_ui(base, 1, 1);
            mpq_abs(size, a->exponent);
            mpq_neg(minus, size);
            for (size_t j = i; j < p->count; j++) {
                atom *b = &p->atoms[j];
                if (mpq_equal(b->exponent, size)) mpz_mul(mpq_numref(base), mpq_numref(base), b->z);
                else if (mpq_equal(b->exponent, minus)) mpz_mul(mpq_denref(base), mpq_denref(base), b->z);
                else continue;
                done[j] = true;
            }
            if (!sign_used && mpq_equal(p->sign, size)) {
                mpq_neg(base, base);
                sign_used = true;
            }
            if (mpz_cmp_ui(mpq_numref(base), 1) == 0) {
                mpq_inv(base, base);
                mpq_neg(size, size);
            }
            fine = emit(cx, &out, rational_of(cx, base), rational_of(cx, size), n, bases, exponents,
                        &known);
            emitted++;
            mpq_clears(base, size, minus, NULL);
        }
        if (fine && !sign_used) {
            fine = emit(cx, &out, LY_INT(-1), rational_of(cx, p->sign), n, bases, exponents, &known);
            emitted++;
        }
        if (!fine) {
            result = LY_FAILED;
            ly_builder_drop(cx, &out);
        } else if (same_number && known == emitted && emitted == n) {
            ly_builder_drop(cx, &out);
        } else {
            result = ly_builder_finish(cx, &out, LY_SYM(Times));
        }
    }
    for (size_t i = 0; i < p->count; i++) {
        mpz_clear(p->atoms[i].z);
        mpq_clear(p->atoms[i].exponent);
    }
    mpq_clear(p->sign);
    mpq_clear(p->number);
    ly_free(p);
    return result;
}
