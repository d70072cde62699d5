/* real_text.c: real numbers from their digits, for the reader and for ToExpression and Import.

   A literal of at most 17 significant digits is a machine real; one of more is a big real whose
   accuracy is the number of digits behind its point. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "eval/eval.h"
#include "value/number.h"

/* What the digits themselves say. */
typedef struct shape {
    size_t significant; /* digits from the first that is not 0 */
    size_t behind;      /* digits behind the point */
    bool zero;
} shape;

static shape shape_of(const char *digits, size_t count)
{
    shape s = {0, 0, true};
    bool point = false;
    for (size_t i = 0; i < count; i++) {
        if (digits[i] == '.') {
            point = true;
            continue;
        }
        if (digits[i] != '0') s.zero = false;
        if (!s.zero) s.significant++;
        if (point) s.behind++;
    }
    return s;
}

ly_value ly_real_from_text(ly_context *cx, const char *digits, size_t count, int base,
                           double precision, bool is_accuracy, int64_t exponent)
{
    shape s = shape_of(digits, count);
    double per_digit = log10(base);
    bool machine = precision == LY_MACHINE_PRECISION ||
                   (precision < 0 && !is_accuracy &&
                    (s.zero ? s.behind * per_digit : s.significant * per_digit) < 17.5);
    ly_text text = {0};
    if (!ly_memory_can(cx, 2 * count)) return LY_FAILED;
    ly_text_add(&text, digits, count);
    ly_text_printf(&text, base == 10 ? "e%lld" : "@%lld", (long long)exponent);
    if (text.failed) {
        ly_text_free(&text);
        return ly_raise_memory(cx);
    }
    if (machine && base == 10) {
        double d = strtod(text.data, NULL);
        if (isfinite(d) && (d != 0 || s.zero)) {
            ly_text_free(&text);
            return ly_real(cx, d);
        }
    }
    mpfr_t f;
    ly_mpfr_begin();
    mpfr_init2(f, machine ? 53 : ly_bits_for(fmax(s.significant * per_digit, precision)) + 64);
    mpfr_strtofr(f, text.data, NULL, base, MPFR_RNDN);
    ly_text_free(&text);
    if (machine) {
        double d = mpfr_get_d(f, MPFR_RNDN);
        if (isfinite(d) && (d != 0 || s.zero)) {
            mpfr_clear(f);
            return ly_real(cx, d);
        }
        return ly_bigreal_take_mpfr(cx, f, LY_MACHINE_PRECISION);
    }
    if (mpfr_zero_p(f)) {
        /* a zero has no precision: 0.`5 is a machine zero */
        if (precision >= 0 && !is_accuracy) {
            mpfr_clear(f);
            return ly_real(cx, 0.0);
        }
        return ly_bigreal_with_accuracy_take(cx, f, is_accuracy ? precision : s.behind * per_digit);
    }
    if (is_accuracy) return ly_bigreal_with_accuracy_take(cx, f, precision);
    if (precision < 0) precision = s.behind * per_digit + ly_log10_mpfr(f) - exponent * per_digit;
    return ly_bigreal_take_mpfr(cx, f, precision);
}
