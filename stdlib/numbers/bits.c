/* bits.c: integers as bits, in two's complement without end. */
#include "numbers.h"

#define LISTED (LY_LISTABLE | LY_PROTECTED)
#define GATHERED (LY_FLAT | LY_LISTABLE | LY_ONE_IDENTITY | LY_ORDERLESS | LY_PROTECTED)

/* The integers among the arguments combined; the others stay. */
static ly_value combine(ly_context *cx, ly_expr *call, int64_t unit, void (*operation)(mpz_t, const mpz_t, const mpz_t))
{
    mpz_t sum, next;
    size_t known = 0;
    if (call->count == 0) return LY_INT(unit);
    if (call->count == 1) return ly_retain(call->args[0]);
    mpz_init_set_si(sum, unit);
    for (size_t i = 0; i < call->count; i++) {
        if (!ly_is_integer(call->args[i])) continue;
        known++;
        ly_init_mpz(next, call->args[i]);
        operation(sum, sum, next);
        mpz_clear(next);
    }
    if (known == call->count) return ly_integer_take_mpz(cx, sum);
    if (known <= 1) {
        mpz_clear(sum);
        return LY_UNEVALUATED;
    }
    ly_builder rest = ly_builder_new();
    bool fine = ly_builder_add(cx, &rest, ly_integer_take_mpz(cx, sum));
    for (size_t i = 0; i < call->count && fine; i++)
        if (!ly_is_integer(call->args[i])) fine = ly_builder_add(cx, &rest, ly_retain(call->args[i]));
    return fine ? ly_builder_finish(cx, &rest, call->head) : LY_FAILED;
}

static void bit_and(mpz_t r, const mpz_t a, const mpz_t b) { mpz_and(r, a, b); }
static void bit_or(mpz_t r, const mpz_t a, const mpz_t b) { mpz_ior(r, a, b); }
static void bit_xor(mpz_t r, const mpz_t a, const mpz_t b) { mpz_xor(r, a, b); }

BUILTIN(BitAnd, bit_and_builtin, 0, -1, GATHERED, LY_PURE, "BitAnd[n1, n2, ...] gives the bitwise AND of the integers ni.")
static ly_value bit_and_builtin(ly_context *cx, ly_expr *call)
{
    if (call->count == 2 && ly_is_int(call->args[0]) && ly_is_int(call->args[1]))
        return LY_INT(ly_int_of(call->args[0]) & ly_int_of(call->args[1]));
    return combine(cx, call, -1, bit_and);
}

BUILTIN(BitOr, bit_or_builtin, 0, -1, GATHERED, LY_PURE, "BitOr[n1, n2, ...] gives the bitwise OR of the integers ni.")
static ly_value bit_or_builtin(ly_context *cx, ly_expr *call) { return combine(cx, call, 0, bit_or); }

BUILTIN(BitXor, bit_xor_builtin, 0, -1, GATHERED, LY_PURE, "BitXor[n1, n2, ...] gives the bitwise XOR of the integers ni.")
static ly_value bit_xor_builtin(ly_context *cx, ly_expr *call) { return combine(cx, call, 0, bit_xor); }

BUILTIN(BitNot, bit_not, 1, 1, LISTED, LY_PURE, "BitNot[n] gives the bitwise NOT of the integer n.")
static ly_value bit_not(ly_context *cx, ly_expr *call)
{
    if (!ly_is_integer(call->args[0])) return LY_UNEVALUATED;
    ly_value next = ly_add(cx, call->args[0], LY_INT(1)), r = ly_negate(cx, next);
    ly_release(cx, next);
    return r;
}

/* Shifts towards zero on the right, as the Wolfram Language does for negative numbers. */
static ly_value shift(ly_context *cx, ly_value n, int64_t k)
{
    mpz_t z;
    if (k > 0 && (double)k > LY_MAX_BITS) return ly_overflow(cx);
    ly_init_mpz(z, n);
    if (k >= 0) {
        if (!ly_memory_can(cx, (size_t)k / 4)) {
            mpz_clear(z);
            return LY_FAILED;
        }
        mpz_mul_2exp(z, z, (mp_bitcnt_t)k);
    } else {
        mpz_tdiv_q_2exp(z, z, (mp_bitcnt_t)-k);
    }
    return ly_integer_take_mpz(cx, z);
}

static ly_value shifted(ly_context *cx, ly_expr *call, int64_t sign)
{
    int64_t k = 1;
    if (!ly_is_integer(call->args[0])) return LY_UNEVALUATED;
    if (call->count == 2 && !ly_to_int64(call->args[1], &k)) {
        if (ly_is_integer(call->args[1])) return ly_sign(call->args[1]) * sign > 0 ? ly_overflow(cx) : LY_INT(0);
        return LY_UNEVALUATED;
    }
    return shift(cx, call->args[0], k * sign);
}

BUILTIN(BitShiftLeft, bit_shift_left, 1, 2, LISTED, LY_PURE, "BitShiftLeft[n, k] shifts the binary bits in the integer n to the left by k places.")
static ly_value bit_shift_left(ly_context *cx, ly_expr *call) { return shifted(cx, call, 1); }

BUILTIN(BitShiftRight, bit_shift_right, 1, 2, LISTED, LY_PURE, "BitShiftRight[n, k] shifts the binary bits in the integer n to the right by k places.")
static ly_value bit_shift_right(ly_context *cx, ly_expr *call) { return shifted(cx, call, -1); }

BUILTIN(BitLength, bit_length, 1, 1, LISTED, LY_PURE, "BitLength[n] gives the number of binary bits necessary to represent the integer n.")
static ly_value bit_length(ly_context *cx, ly_expr *call)
{
    if (!ly_is_integer(call->args[0])) return LY_UNEVALUATED;
    mpz_t z;
    ly_init_mpz(z, call->args[0]);
    if (mpz_sgn(z) < 0) mpz_com(z, z);
    size_t n = mpz_sgn(z) == 0 ? 0 : mpz_sizeinbase(z, 2);
    mpz_clear(z);
    return ly_integer_from_u64(cx, n);
}

/* which: 's' set, 'c' clear, 'f' flip, 'g' get */
static ly_value one_bit(ly_context *cx, ly_expr *call, char which)
{
    int64_t k;
    if (!ly_is_integer(call->args[0]) || !ly_to_int64(call->args[1], &k)) return LY_UNEVALUATED;
    mpz_t z;
    ly_init_mpz(z, call->args[0]);
    if (k < 0) k += mpz_sgn(z) == 0 ? 0 : (int64_t)mpz_sizeinbase(z, 2); /* from the top */
    if (k < 0 || (double)k > LY_MAX_BITS) {
        mpz_clear(z);
        return LY_UNEVALUATED;
    }
    switch (which) {
    case 's': mpz_setbit(z, (mp_bitcnt_t)k); break;
    case 'c': mpz_clrbit(z, (mp_bitcnt_t)k); break;
    case 'f': mpz_combit(z, (mp_bitcnt_t)k); break;
    default: {
        int bit = mpz_tstbit(z, (mp_bitcnt_t)k);
        mpz_clear(z);
        return LY_INT(bit);
    }
    }
    return ly_integer_take_mpz(cx, z);
}

BUILTIN(BitSet, bit_set, 2, 2, LISTED, LY_PURE, "BitSet[n, k] sets to 1 the bit corresponding to the coefficient of 2^k in the integer n.")
static ly_value bit_set(ly_context *cx, ly_expr *call) { return one_bit(cx, call, 's'); }

BUILTIN(BitClear, bit_clear, 2, 2, LISTED, LY_PURE, "BitClear[n, k] sets to 0 the bit corresponding to the coefficient of 2^k in the integer n.")
static ly_value bit_clear(ly_context *cx, ly_expr *call) { return one_bit(cx, call, 'c'); }

BUILTIN(BitFlip, bit_flip, 2, 2, LISTED, LY_PURE, "BitFlip[n, k] flips the bit corresponding to the coefficient of 2^k in the integer n.")
static ly_value bit_flip(ly_context *cx, ly_expr *call) { return one_bit(cx, call, 'f'); }

BUILTIN(BitGet, bit_get, 2, 2, LISTED, LY_PURE, "BitGet[n, k] gets the bit corresponding to the coefficient of 2^k in the integer n.")
static ly_value bit_get(ly_context *cx, ly_expr *call) { return one_bit(cx, call, 'g'); }
