/* digits.c: digits of integers and reals, in any base. */
#include <math.h>
#include <stdlib.h>

#include "numbers.h"

#define LISTED (LY_LISTABLE | LY_PROTECTED)

/* v is a base: an integer of at least 2. */
static bool is_base(ly_value v) { return ly_is_integer(v) && ly_compare_numbers(v, LY_INT(2)) >= 0; }

/* ---- digits of integers --------------------------------------------------------------------------- */

typedef struct digit_run {
    ly_value *items; /* owned values, least significant first */
    size_t count, capacity;
} digit_run;

static void clear_run(ly_context *cx, digit_run *r)
{
    for (size_t i = 0; i < r->count; i++) ly_release(cx, r->items[i]);
    ly_free(r->items);
    *r = (digit_run){0};
}

static bool add_digit(ly_context *cx, digit_run *r, ly_value digit)
{
    if (r->count == r->capacity) {
        size_t capacity = r->capacity ? 2 * r->capacity : 64;
        ly_value *more = ly_remalloc(r->items, capacity * sizeof *more);
        if (!more) {
            ly_raise_memory(cx);
            ly_release(cx, digit);
            return false;
        }
        r->items = more;
        r->capacity = capacity;
    }
    r->items[r->count++] = digit;
    return true;
}

/* The digits of z >= 0, least significant first; none for 0. */
static bool digits_of(ly_context *cx, const mpz_t z, ly_value base, digit_run *out)
{
    int64_t b;
    *out = (digit_run){0};
    if (mpz_sgn(z) == 0) return true;
    if (ly_to_int64(base, &b) && b <= 36) {
        /* GMP's conversion is fast for any length */
        size_t room = mpz_sizeinbase(z, (int)b) + 2;
        char *text = ly_memory_can(cx, room * 2) ? ly_malloc(room) : NULL;
        if (!text) return false;
        mpz_get_str(text, (int)b, z);
        bool fine = true;
        for (size_t i = strlen(text); i-- > 0 && fine;) {
            int c = text[i];
            fine = add_digit(cx, out, LY_INT(c <= '9' ? c - '0' : c - 'a' + 10));
        }
        ly_free(text);
        return fine;
    }
    mpz_t rest, digit, divisor;
    mpz_init_set(rest, z);
    mpz_init(digit);
    ly_init_mpz(divisor, base);
    bool fine = true;
    while (mpz_sgn(rest) > 0 && fine) {
        mpz_t copy;
        mpz_tdiv_qr(rest, digit, rest, divisor);
        mpz_init_set(copy, digit);
        fine = add_digit(cx, out, ly_integer_take_mpz(cx, copy)) && !ly_poll(cx);
    }
    mpz_clears(rest, digit, divisor, NULL);
    if (!fine) clear_run(cx, out);
    return fine;
}

/* A list of `length` digits, the most significant first, zeros in front; consumes the run's items. */
static ly_value list_of(ly_context *cx, digit_run *r, size_t length)
{
    ly_expr *out = ly_expr_new(cx, LY_SYM(List), length);
    if (!out) {
        clear_run(cx, r);
        return LY_FAILED;
    }
    for (size_t i = 0; i < r->count; i++) {
        if (i < length) out->args[length - 1 - i] = r->items[i];
        else ly_release(cx, r->items[i]);
    }
    ly_free(r->items);
    *r = (digit_run){0};
    return ly_pack_take(cx, ly_from_object(out));
}

static bool mixed_radix(ly_value v, ly_value *list)
{
    if (!ly_has_shape(v, LY_SYM(MixedRadix), 1) || !ly_is_list(ly_expr_of(v)->args[0])) return false;
    *list = ly_expr_of(v)->args[0];
    return true;
}

/* Digits in a mixed radix, least significant first; the leading one is unbounded. */
static bool mixed_digits(ly_context *cx, const mpz_t z, ly_value radix, digit_run *out)
{
    mpz_t rest, digit, divisor;
    size_t n = ly_length(radix);
    bool fine = true;
    *out = (digit_run){0};
    mpz_init_set(rest, z);
    mpz_init(digit);
    for (size_t i = n; i-- > 0 && mpz_sgn(rest) > 0 && fine;) {
        ly_value b = ly_element(cx, radix, i);
        mpz_t copy;
        if (!ly_is_integer(b) || ly_sign(b) <= 0) {
            ly_release(cx, b);
            fine = false;
            break;
        }
        ly_init_mpz(divisor, b);
        mpz_tdiv_qr(rest, digit, rest, divisor);
        mpz_clear(divisor);
        ly_release(cx, b);
        mpz_init_set(copy, digit);
        fine = add_digit(cx, out, ly_integer_take_mpz(cx, copy));
    }
    if (fine && mpz_sgn(rest) > 0) {
        mpz_t copy;
        mpz_init_set(copy, rest);
        fine = add_digit(cx, out, ly_integer_take_mpz(cx, copy));
    }
    mpz_clears(rest, digit, NULL);
    if (!fine) clear_run(cx, out);
    return fine;
}

MESSAGE(IntegerDigits, ibase, "Base `1` is not an integer greater than 1.")
MESSAGE(IntegerReverse, ibmr, "Positive integer greater than 1 or mixed radix specification expected at position 2 of `1`.")
MESSAGE(IntegerLength, ibase, "Base `1` is not an integer greater than 1.")
MESSAGE(IntegerString, basf, "Requested base `1` should be an integer between 2 and 36.")
MESSAGE(RealDigits, ndig, "The number of digits to return `1` should be a non-negative integer.")
MESSAGE(RealDigits, realx, "The value `1` is not a real number.")

/* Reads (n, base, …): the digits of |n|. 1 fine, 0 unevaluated, -1 failed. */
static int read_digits(ly_context *cx, ly_expr *call, digit_run *out, ly_value *base)
{
    ly_value radix;
    *base = call->count > 1 ? call->args[1] : LY_INT(10);
    bool mixed = mixed_radix(*base, &radix);
    if (!ly_is_integer(call->args[0])) return 0;
    if (!mixed && !is_base(*base)) {
        if (ly_is_number(*base)) ly_message_call(cx, call, "ibase", 1, *base);
        return 0;
    }
    mpz_t z;
    ly_init_mpz(z, call->args[0]);
    mpz_abs(z, z);
    bool fine = mixed ? mixed_digits(cx, z, radix, out) : digits_of(cx, z, *base, out);
    mpz_clear(z);
    return fine ? 1 : cx->pending.kind ? -1 : 0;
}

BUILTIN(IntegerDigits, integer_digits, 1, 3, LISTED, LY_PURE,
        "IntegerDigits[n, b] gives a list of the base-b digits in the integer n.\n"
        "IntegerDigits[n, b, len] pads the list on the left with zeros to give a list of length len.")
static ly_value integer_digits(ly_context *cx, ly_expr *call)
{
    digit_run run;
    ly_value base;
    int64_t length = -1;
    if (call->count == 3 && (!ly_to_int64(call->args[2], &length) || length < 0)) return LY_UNEVALUATED;
    int read = read_digits(cx, call, &run, &base);
    if (read <= 0) return read < 0 ? LY_FAILED : LY_UNEVALUATED;
    if (length < 0) length = run.count ? (int64_t)run.count : 1;
    return list_of(cx, &run, (size_t)length);
}

BUILTIN(IntegerLength, integer_length, 1, 2, LISTED, LY_PURE, "IntegerLength[n, b] gives the number of digits in the base-b expansion of the integer n.")
static ly_value integer_length(ly_context *cx, ly_expr *call)
{
    digit_run run;
    ly_value base;
    int64_t b;
    base = call->count > 1 ? call->args[1] : LY_INT(10);
    if (ly_is_integer(call->args[0]) && ly_to_int64(base, &b) && b >= 2 && b <= 36) {
        mpz_t z, p;
        ly_init_mpz(z, call->args[0]);
        mpz_abs(z, z);
        size_t n = mpz_sgn(z) == 0 ? 0 : mpz_sizeinbase(z, (int)b);
        if (n > 1 && b != 2 && b != 4 && b != 8 && b != 16 && b != 32) {
            /* mpz_sizeinbase may be one too large */
            mpz_init(p);
            mpz_ui_pow_ui(p, (unsigned long)b, n - 1);
            if (mpz_cmp(z, p) < 0) n--;
            mpz_clear(p);
        }
        mpz_clear(z);
        return ly_integer_from_u64(cx, n);
    }
    int read = read_digits(cx, call, &run, &base);
    if (read <= 0) return read < 0 ? LY_FAILED : LY_UNEVALUATED;
    ly_value n = LY_INT(run.count);
    clear_run(cx, &run);
    return n;
}

BUILTIN(DigitCount, digit_count, 1, 3, LISTED, LY_PURE,
        "DigitCount[n, b, d] gives the number of d digits in the base-b representation of n.\n"
        "DigitCount[n, b] gives a list of the numbers of 1, 2, ..., b - 1, 0 digits.")
static ly_value digit_count(ly_context *cx, ly_expr *call)
{
    digit_run run;
    ly_value base;
    int64_t b, wanted = -1;
    if (call->count == 3 && !ly_to_int64(call->args[2], &wanted)) return LY_UNEVALUATED;
    int read = read_digits(cx, call, &run, &base);
    if (read <= 0) return read < 0 ? LY_FAILED : LY_UNEVALUATED;
    ly_value result = LY_UNEVALUATED;
    if (wanted >= 0) {
        int64_t n = 0;
        for (size_t i = 0; i < run.count; i++) n += run.items[i] == LY_INT(wanted);
        result = LY_INT(n);
    } else if (ly_to_int64(base, &b) && b < 1000000) {
        ly_expr *out = ly_expr_new(cx, LY_SYM(List), (size_t)b);
        if (out)
            for (size_t i = 0; i < run.count; i++) {
                int64_t d = ly_int_of(run.items[i]);
                size_t at = d == 0 ? (size_t)b - 1 : (size_t)d - 1;
                out->args[at] = LY_INT(ly_int_of(out->args[at]) + 1);
            }
        result = out ? ly_from_object(out) : LY_FAILED;
    }
    clear_run(cx, &run);
    return result;
}

BUILTIN(DigitSum, digit_sum, 1, 2, LISTED, LY_PURE, "DigitSum[n, b] gives the sum of the digits in the base-b expansion of n.")
static ly_value digit_sum(ly_context *cx, ly_expr *call)
{
    digit_run run;
    ly_value base, sum = LY_INT(0);
    int read = read_digits(cx, call, &run, &base);
    if (read <= 0) return read < 0 ? LY_FAILED : LY_UNEVALUATED;
    for (size_t i = 0; i < run.count; i++) {
        ly_value next = ly_add(cx, sum, run.items[i]);
        ly_release(cx, sum);
        sum = next;
    }
    clear_run(cx, &run);
    return sum;
}

/* ---- FromDigits ------------------------------------------------------------------------------------ */

/* Horner's rule over any base, exact or symbolic. */
static ly_value from_list(ly_context *cx, ly_value list, ly_value base)
{
    ly_value sum = LY_INT(0);
    for (size_t i = 0, n = ly_length(list); i < n && !ly_failed(sum); i++)
        sum = ly_plus_take(cx, ly_times_take(cx, sum, ly_retain(base)), ly_element(cx, list, i));
    return sum;
}

/* Symbolic bases: the sum of powers, not nested. */
static ly_value from_list_symbolic(ly_context *cx, ly_value list, ly_value base)
{
    ly_builder terms = ly_builder_new();
    for (size_t i = 0, n = ly_length(list); i < n; i++) {
        ly_value power = ly_make2(cx, LY_SYM(Power), ly_retain(base), LY_INT((int64_t)(n - 1 - i)));
        if (!ly_builder_add(cx, &terms, ly_make2(cx, LY_SYM(Times), ly_element(cx, list, i), power))) return LY_FAILED;
    }
    return ly_builder_finish(cx, &terms, LY_SYM(Plus));
}

BUILTIN(FromDigits, from_digits, 1, 2, LY_PROTECTED, LY_PURE,
        "FromDigits[list, b] constructs an integer from the list of its base-b digits.")
static ly_value from_digits(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], base = call->count > 1 ? call->args[1] : LY_INT(10), radix;
    if (ly_is_string(v)) {
        const ly_string *s = ly_string_of(v);
        if (ly_string_is(base, "Roman")) return ly_call1(cx, LY_SYM(FromRomanNumeral), ly_retain(v));
        ly_value sum = LY_INT(0);
        for (size_t i = 0; i < s->bytes && !ly_failed(sum); i++) {
            int c = (unsigned char)s->data[i];
            int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'z' ? c - 'a' + 10 : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
            if (d < 0) {
                ly_release(cx, sum);
                return LY_UNEVALUATED;
            }
            sum = ly_plus_take(cx, ly_times_take(cx, sum, ly_retain(base)), LY_INT(d));
        }
        return sum;
    }
    if (!ly_is_list(v)) return LY_UNEVALUATED;
    if (mixed_radix(base, &radix)) {
        ly_value sum = LY_INT(0);
        size_t n = ly_length(v), m = ly_length(radix);
        for (size_t i = 0; i < n && !ly_failed(sum); i++) {
            /* the radix aligns with the last digits */
            ly_value b = i + m >= n ? ly_element(cx, radix, i + m - n) : LY_INT(1);
            sum = ly_plus_take(cx, ly_times_take(cx, sum, i ? b : LY_INT(1)), ly_element(cx, v, i));
        }
        return sum;
    }
    /* {digits, exponent} as RealDigits gives it */
    if (ly_length(v) == 2) {
        ly_value digits = ly_element(cx, v, 0), exponent = ly_element(cx, v, 1);
        int64_t e;
        if (ly_is_list(digits) && ly_to_int64(exponent, &e)) {
            size_t n = ly_length(digits);
            ly_value last = n ? ly_element(cx, digits, n - 1) : LY_INT(0), result;
            if (n && ly_is_list(last)) {
                /* the last digits repeat */
                ly_value parts[4] = {digits, exponent, base, last};
                result = ly_formula(cx, "FromDigits[{Most[#1], #2}, #3] + FromDigits[#4, #3]/(#3^Length[#4] - 1) #3^(#2 - Length[#1] + 1)", 4, parts);
            } else {
                ly_value sum = from_list(cx, digits, base);
                result = ly_times_take(cx, sum, ly_power_take(cx, ly_retain(base), ly_integer(cx, e - (int64_t)n)));
            }
            ly_release(cx, last);
            ly_release(cx, digits);
            ly_release(cx, exponent);
            return result;
        }
        ly_release(cx, digits);
        ly_release(cx, exponent);
    }
    return ly_is_number(base) ? from_list(cx, v, base) : from_list_symbolic(cx, v, base);
}

/* ---- IntegerReverse, IntegerString ------------------------------------------------------------------ */

BUILTIN(IntegerReverse, integer_reverse, 1, 3, LISTED, LY_PURE, "IntegerReverse[n, b] gives the integer whose base-b digits are reversed with respect to those of n.")
static ly_value integer_reverse(ly_context *cx, ly_expr *call)
{
    digit_run run;
    ly_value base = call->count > 1 ? call->args[1] : LY_INT(10), radix;
    int64_t length = -1;
    if (call->count == 3 && (!ly_to_int64(call->args[2], &length) || length < 0)) return LY_UNEVALUATED;
    if (ly_is_integer(call->args[0]) && ly_is_number(base) && !is_base(base)) {
        return ly_message_call(cx, call, "ibmr", 1, ly_from_object(call));
    }
    if (mixed_radix(base, &radix)) return LY_UNEVALUATED;
    int read = read_digits(cx, call, &run, &base);
    if (read <= 0) return read < 0 ? LY_FAILED : LY_UNEVALUATED;
    size_t n = length < 0 ? run.count : (size_t)length;
    ly_value sum = LY_INT(0);
    for (size_t i = 0; i < n && !ly_failed(sum); i++)
        sum = ly_plus_take(cx, ly_times_take(cx, sum, ly_retain(base)), i < run.count ? ly_retain(run.items[i]) : LY_INT(0));
    clear_run(cx, &run);
    return sum;
}

BUILTIN(IntegerString, integer_string, 1, 3, LISTED, LY_PURE, "IntegerString[n, b] gives a string consisting of the base-b digits in the integer n.")
static ly_value integer_string(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], base = call->count > 1 ? call->args[1] : LY_INT(10);
    int64_t b, length = -1;
    if (!ly_is_integer(v)) return LY_UNEVALUATED;
    if (ly_string_is(base, "Roman")) return ly_call1(cx, LY_SYM(RomanNumeral), ly_retain(v));
    if (!ly_to_int64(base, &b) || b < 2 || b > 36) return ly_message_call(cx, call, "basf", 1, base);
    if (call->count == 3 && (!ly_to_int64(call->args[2], &length) || length < 0 || length > 100000000)) return LY_UNEVALUATED;
    mpz_t z;
    ly_init_mpz(z, v);
    mpz_abs(z, z);
    size_t room = mpz_sizeinbase(z, (int)b) + 2;
    char *digits = ly_memory_can(cx, room * 2) ? ly_malloc(room) : NULL;
    if (!digits) {
        mpz_clear(z);
        return LY_FAILED;
    }
    mpz_get_str(digits, (int)b, z);
    mpz_clear(z);
    size_t n = strlen(digits);
    ly_text text = {0};
    if (length >= 0) {
        for (size_t i = n; i < (size_t)length; i++) ly_text_putc(&text, '0');
        size_t skip = n > (size_t)length ? n - (size_t)length : 0;
        ly_text_add(&text, digits + skip, n - skip);
    } else {
        ly_text_add(&text, digits, n);
    }
    ly_free(digits);
    return ly_text_string(cx, &text);
}

/* ---- RealDigits ------------------------------------------------------------------------------------- */

/* Number of base-b digits before the point: the least e with |q| < b^e; q > 0. */
static int64_t leading_exponent(const mpq_t q, const mpz_t base)
{
    long en, ed, eb;
    double n = mpz_get_d_2exp(&en, mpq_numref(q)), d = mpz_get_d_2exp(&ed, mpq_denref(q)), b = mpz_get_d_2exp(&eb, base);
    double digits = (log2(n) - log2(d) + (double)(en - ed)) / (log2(b) + (double)eb);
    int64_t e = (int64_t)floor(digits) + 1;
    /* correct the guess exactly */
    for (int pass = 0; pass < 4; pass++) {
        mpz_t power, side;
        mpz_inits(power, side, NULL);
        mpz_pow_ui(power, base, (unsigned long)llabs(e));
        if (e >= 0) mpz_mul(side, mpq_denref(q), power);
        else mpz_mul(side, mpq_numref(q), power);
        int order = e >= 0 ? mpz_cmp(mpq_numref(q), side) : mpz_cmp(side, mpq_denref(q));
        bool too_small = order >= 0, too_large = false;
        if (!too_small) {
            mpz_pow_ui(power, base, (unsigned long)llabs(e - 1));
            if (e - 1 >= 0) {
                mpz_mul(side, mpq_denref(q), power);
                too_large = mpz_cmp(mpq_numref(q), side) < 0;
            } else {
                mpz_mul(side, mpq_numref(q), power);
                too_large = mpz_cmp(side, mpq_denref(q)) < 0;
            }
        }
        mpz_clears(power, side, NULL);
        if (too_small) e++;
        else if (too_large) e--;
        else break;
    }
    return e;
}

/* |q| b^shift as an integer, cut off or rounded. */
static void scaled_integer(const mpq_t q, const mpz_t base, int64_t shift, bool rounded, mpz_t out)
{
    mpz_t power, n, d;
    mpz_inits(power, n, d, NULL);
    mpz_pow_ui(power, base, (unsigned long)llabs(shift));
    mpz_abs(n, mpq_numref(q));
    mpz_set(d, mpq_denref(q));
    if (shift >= 0) mpz_mul(n, n, power);
    else mpz_mul(d, d, power);
    if (rounded) {
        mpz_mul_2exp(n, n, 1);
        mpz_add(n, n, d);
        mpz_mul_2exp(d, d, 1);
    }
    mpz_fdiv_q(out, n, d);
    mpz_clears(power, n, d, NULL);
}

/* All digits of an exact rational, the repeating ones in a list of their own at the end. */
static ly_value rational_digits(ly_context *cx, const mpq_t q, ly_value base)
{
    mpz_t b, whole, rest, d, g;
    ly_init_mpz(b, base);
    mpz_inits(whole, rest, g, NULL);
    mpz_init_set(d, mpq_denref(q));
    mpz_fdiv_qr(whole, rest, mpq_numref(q), d);
    digit_run run;
    ly_builder out = ly_builder_new();
    int64_t exponent = 0;
    bool fine = digits_of(cx, whole, base, &run);
    if (fine) {
        exponent = (int64_t)run.count;
        for (size_t i = run.count; i-- > 0 && fine;) fine = ly_builder_add(cx, &out, ly_retain(run.items[i]));
        clear_run(cx, &run);
    }
    /* digits before the period: while the denominator has factors of the base */
    int64_t before = 0;
    mpz_t t;
    mpz_init_set(t, d);
    for (;;) {
        mpz_gcd(g, t, b);
        if (mpz_cmp_ui(g, 1) == 0) break;
        mpz_divexact(t, t, g);
        before++;
    }
    bool leading = mpz_sgn(whole) == 0;
    for (int64_t i = 0; i < before && fine; i++) {
        mpz_mul(rest, rest, b);
        mpz_fdiv_qr(g, rest, rest, d);
        if (leading && mpz_sgn(g) == 0) {
            exponent--;
            continue;
        }
        leading = false;
        mpz_t copy;
        mpz_init_set(copy, g);
        fine = ly_builder_add(cx, &out, ly_integer_take_mpz(cx, copy));
    }
    if (mpz_sgn(rest) != 0 && fine) {
        ly_builder period = ly_builder_new();
        mpz_t start;
        /* zeros in front shift the period */
        if (leading) {
            for (;;) {
                mpz_mul(g, rest, b);
                if (mpz_cmp(g, d) >= 0) break;
                mpz_set(rest, g);
                exponent--;
            }
        }
        mpz_init_set(start, rest);
        do {
            mpz_t copy;
            mpz_mul(rest, rest, b);
            mpz_fdiv_qr(g, rest, rest, d);
            mpz_init_set(copy, g);
            fine = ly_builder_add(cx, &period, ly_integer_take_mpz(cx, copy)) && !ly_poll(cx);
        } while (fine && mpz_cmp(rest, start) != 0);
        mpz_clear(start);
        /* digits before the period that belong to it: {4, {7, 6, 1, 9, 0, 4}} is {{4, 7, 6, 1, 9, 0}} */
        while (fine && ly_builder_count(&out) > 0) {
            ly_expr *digits = out.expr, *cycle = period.expr;
            ly_value last = digits->args[digits->count - 1];
            if (last != cycle->args[cycle->count - 1]) break;
            memmove(&cycle->args[1], &cycle->args[0], (cycle->count - 1) * sizeof *cycle->args);
            cycle->args[0] = last;
            digits->count--;
        }
        if (fine) fine = ly_builder_add(cx, &out, ly_builder_finish(cx, &period, LY_SYM(List)));
        else ly_builder_drop(cx, &period);
    }
    mpz_clears(b, whole, rest, d, g, t, NULL);
    if (!fine) {
        ly_builder_drop(cx, &out);
        return LY_FAILED;
    }
    return ly_make2(cx, LY_SYM(List), ly_builder_finish(cx, &out, LY_SYM(List)), ly_integer(cx, exponent));
}

/* The value of a real number as a rational. */
static void to_rational(mpq_t q, ly_value v)
{
    if (ly_is_real(v)) {
        mpq_init(q);
        mpq_set_d(q, ly_real_of(v));
    } else if (ly_is_bigreal(v)) {
        mpq_init(q);
        mpfr_get_q(q, ly_bigreal_of(v)->f);
    } else {
        ly_init_mpq(q, v);
    }
}

BUILTIN(RealDigits, real_digits, 1, 4, LISTED, LY_PURE,
        "RealDigits[x, b, len, n] gives len digits of x in base b starting with the coefficient of b^n.")
static ly_value real_digits(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0], base = call->count > 1 ? call->args[1] : LY_INT(10), number = LY_FAILED;
    int64_t length = -1, start = 0;
    bool given_start = call->count > 3;
    if (!ly_is_number(x) && !ly_is_numeric(cx, x)) return LY_UNEVALUATED;
    if (ly_is_complex(x)) return ly_message_call(cx, call, "realx", 1, x);
    if (!is_base(base)) return LY_UNEVALUATED;
    bool automatic = call->count < 3 || call->args[2] == LY_SYM(Automatic);
    if (!automatic && (!ly_to_int64(call->args[2], &length) || length < 0 || length > 100000000))
        return ly_message_call(cx, call, "ndig", 1, call->args[2]);
    if (given_start && !ly_to_int64(call->args[3], &start)) return LY_UNEVALUATED;
    double per_digit = ly_log10_abs(base), precision;
    if (!ly_is_number(x)) {
        if (automatic) return ly_message_call(cx, call, "ndig", 1, x);
        double size;
        if (!ly_numeric_double(cx, x, &size)) return LY_UNEVALUATED;
        double digits = (double)length * per_digit + 10;
        if (given_start) digits = fmax(10, log10(fabs(size)) + (double)(length - start) * per_digit + 10);
        number = ly_numeric_value(cx, x, digits);
        if (ly_failed(number)) return number;
        if (!ly_is_real_number(number)) {
            ly_release(cx, number);
            return LY_UNEVALUATED;
        }
    } else {
        number = ly_retain(x);
    }
    bool exact_source = !ly_is_number(x);
    precision = ly_is_exact(x) || exact_source ? HUGE_VAL : ly_precision_of(x);
    mpq_t q;
    to_rational(q, number);
    ly_release(cx, number);
    mpq_abs(q, q);
    mpz_t b, z;
    ly_init_mpz(b, base);
    mpz_init(z);
    ly_value result;
    int64_t top = mpq_sgn(q) ? leading_exponent(q, b) : automatic ? 1 : 0;
    if (automatic && precision == HUGE_VAL && mpz_cmp_ui(mpq_denref(q), 1) != 0) {
        result = rational_digits(cx, q, base);
        goto out;
    }
    int64_t certain = INT64_MAX; /* digits that the precision covers */
    if (precision != HUGE_VAL) certain = (int64_t)rint(precision / per_digit);
    if (automatic) length = precision == HUGE_VAL ? (top > 1 ? top : 1) : certain;
    if (mpq_sgn(q) == 0 && precision != HUGE_VAL && automatic) length = 16;
    {
        int64_t first = given_start ? start + 1 : top; /* exponent of the first digit, plus one */
        int64_t shown = length, missing = 0;
        if (precision != HUGE_VAL && mpq_sgn(q) != 0 && first - length < top - certain) {
            /* digits beyond the precision are not known */
            missing = top - certain - (first - length);
            if (missing > length) missing = length;
            shown = length - missing;
        }
        scaled_integer(q, b, shown - first, precision != HUGE_VAL && shown == certain && first == top, z);
        digit_run run;
        if (!digits_of(cx, z, base, &run)) {
            result = LY_FAILED;
            goto out;
        }
        if ((int64_t)run.count > shown && !given_start) {
            /* rounded up to one digit more */
            first++;
            ly_release(cx, run.items[0]);
            memmove(run.items, run.items + 1, (run.count - 1) * sizeof *run.items);
            run.count--;
        }
        ly_value list = list_of(cx, &run, (size_t)shown);
        if (ly_failed(list)) {
            result = list;
            goto out;
        }
        if (missing) {
            list = ly_unpack_take(cx, list);
            for (int64_t i = 0; i < missing && !ly_failed(list); i++)
                list = ly_expr_append_take(cx, list, ly_retain(LY_SYM(Indeterminate)));
        }
        result = ly_failed(list) ? list : ly_make2(cx, LY_SYM(List), list, ly_integer(cx, first));
    }
out:
    mpq_clear(q);
    mpz_clears(b, z, NULL);
    return result;
}

BUILTIN(NumberDigit, number_digit, 2, 3, LY_PROTECTED | LY_READ_PROTECTED, LY_PURE, "NumberDigit[x, n, b] gives the coefficient of b^n in the base-b representation of x.")
static ly_value number_digit(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0], base = call->count > 2 ? call->args[2] : LY_INT(10);
    if (ly_is_list(call->args[1])) {
        ly_builder out = ly_builder_new();
        for (size_t i = 0, n = ly_length(call->args[1]); i < n; i++)
            if (!ly_builder_add(cx, &out, ly_call3(cx, call->head, ly_retain(x), ly_element(cx, call->args[1], i), ly_retain(base)))) return LY_FAILED;
        return ly_builder_finish(cx, &out, LY_SYM(List));
    }
    int64_t n;
    if (!ly_to_int64(call->args[1], &n) || !is_base(base)) return LY_UNEVALUATED;
    ly_value four[4] = {ly_retain(x), ly_retain(base), LY_INT(1), LY_INT(n)};
    ly_value digits = ly_call(cx, LY_SYM(RealDigits), 4, four);
    if (ly_failed(digits) || !ly_has_shape(digits, LY_SYM(List), 2)) {
        if (ly_failed(digits)) return digits;
        ly_release(cx, digits);
        return LY_UNEVALUATED;
    }
    ly_value digit = ly_element(cx, ly_expr_of(digits)->args[0], 0);
    ly_release(cx, digits);
    return digit;
}

BUILTIN(MantissaExponent, mantissa_exponent, 1, 2, LISTED, LY_PURE, "MantissaExponent[x, b] gives the mantissa and exponent of x in base b.")
static ly_value mantissa_exponent(ly_context *cx, ly_expr *call)
{
    ly_value x = call->args[0], base = call->count > 1 ? call->args[1] : LY_INT(10);
    bool certain;
    double b, d;
    int sign = ly_numeric_sign(cx, x, &certain);
    if (sign == 2 || !ly_numeric_double(cx, base, &b) || b <= 1) return LY_UNEVALUATED;
    if (sign == 0) return ly_make2(cx, LY_SYM(List), ly_retain(x), LY_INT(0));
    double size;
    if (ly_is_number(x)) size = ly_log10_abs(x);
    else if (ly_numeric_double(cx, x, &d)) size = log10(fabs(d));
    else return LY_UNEVALUATED;
    double ratio = size / log10(b);
    int64_t e = (int64_t)floor(ratio + 1e-12) + 1;
    /* |x| < b^e, certified */
    for (int pass = 0; pass < 3; pass++) {
        ly_value parts[3] = {x, base, ly_integer(cx, e)};
        ly_value above = ly_formula(cx, "Abs[#1] < #2^#3", 3, parts), low = ly_formula(cx, "Abs[#1] < #2^(#3 - 1)", 3, parts);
        if (above == LY_SYM(False)) e++;
        else if (low == LY_SYM(True)) e--;
        else pass = 3;
        ly_release(cx, above);
        ly_release(cx, low);
    }
    ly_value mantissa;
    if (ly_is_real(x) && b == 10) {
        /* one rounding: a product with, or a quotient by, an exact power */
        ly_value parts[2] = {x, ly_integer(cx, e)};
        mantissa = e <= 0 ? ly_formula(cx, "#1 10^(-#2)", 2, parts) : ly_formula(cx, "#1/10^#2", 2, parts);
    } else {
        mantissa = ly_times_take(cx, ly_retain(x), ly_power_take(cx, ly_retain(base), ly_integer(cx, -e)));
    }
    return ly_failed(mantissa) ? mantissa : ly_make2(cx, LY_SYM(List), mantissa, ly_integer(cx, e));
}
