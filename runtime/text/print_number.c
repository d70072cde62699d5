/* print_number.c: the digits of numbers.

   Machine reals are written by the fewest digits that read back as the same number (InputForm), or
   rounded to six (OutputForm); with an exponent where it lies outside -5 … 5. Big reals carry their
   precision behind a mark in InputForm, and are rounded to it in OutputForm. */
#include "text/print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- machine reals ---------------------------------------------------------------------------- */

void ly_real_digits(double x, int count, char *digits, int *exponent)
{
    char text[64];
    int least = count ? count : 15, most = count ? count : 17;
    for (int n = least; n <= most; n++) {
        snprintf(text, sizeof text, "%.*e", n - 1, fabs(x));
        if (n == most || strtod(text, NULL) == fabs(x)) break;
    }
    char *to = digits;
    const char *at = text;
    for (; *at && *at != 'e'; at++)
        if (*at != '.') *to++ = *at;
    while (to > digits + 1 && to[-1] == '0') to--;
    *to = 0;
    *exponent = *at ? atoi(at + 1) : 0;
}

/* Digits with the point in its place: "123.", "0.00012", "1.5". */
static void add_positional(ly_box *box, const char *digits, size_t count, long exponent)
{
    if (exponent < 0) {
        ly_box_puts(box, "0.");
        for (long i = -1; i > exponent; i--) ly_box_puts(box, "0");
        ly_box_add(box, digits, count);
        return;
    }
    size_t whole = (size_t)exponent + 1;
    if (count <= whole) {
        ly_box_add(box, digits, count);
        for (size_t i = count; i < whole; i++) ly_box_puts(box, "0");
        ly_box_puts(box, ".");
    } else {
        ly_box_add(box, digits, whole);
        ly_box_puts(box, ".");
        ly_box_add(box, digits + whole, count - whole);
    }
}

/* mark: what stands behind the mantissa ("", "`", "`20."). */
static void add_real(ly_printer *printer, bool negative, const char *digits, long exponent,
                     const char *mark)
{
    ly_box *box = printer->box;
    size_t count = strlen(digits);
    if (negative) ly_box_puts(box, "-");
    if (exponent >= -5 && exponent <= 5) {
        add_positional(box, digits, count, exponent);
        ly_box_puts(box, mark);
        return;
    }
    char power[32];
    snprintf(power, sizeof power, "%ld", exponent);
    add_positional(box, digits, count, 0);
    ly_box_puts(box, mark);
    if (printer->form != LY_FORM_OUTPUT || printer->flat) {
        ly_box_puts(box, "*^");
        ly_box_puts(box, power);
    } else {
        ly_box part = {0};
        ly_box_puts(box, " \xc3\x97 10");
        ly_box_puts(&part, power);
        ly_box_append(box, &part, 1);
    }
}

static void add_machine_real(ly_printer *printer, double x)
{
    char digits[32];
    int exponent;
    const char *mark = printer->form == LY_FORM_FULL ? "`" : "";
    if (isnan(x)) {
        ly_box_puts(printer->box, "Indeterminate");
    } else if (isinf(x)) {
        ly_box_puts(printer->box, x < 0 ? "-Infinity" : "Infinity");
    } else if (x == 0) {
        if (signbit(x) && printer->form == LY_FORM_FULL) ly_box_puts(printer->box, "-");
        ly_box_puts(printer->box, "0.");
        ly_box_puts(printer->box, mark);
    } else {
        ly_real_digits(x, printer->form == LY_FORM_OUTPUT ? 6 : 0, digits, &exponent);
        add_real(printer, x < 0, digits, exponent, mark);
    }
}

/* ---- big reals -------------------------------------------------------------------------------- */

/* Digits that so many bits say: whole words of 64 bits, as the Wolfram kernel stores them. */
static size_t digits_of_bits(mpfr_prec_t bits)
{
    double words = ceil((double)bits / 64);
    return (size_t)floor((words * 64 + 1) * 0.30102999566398120);
}

/* digits and power of f rounded to count digits, without zeros at the end; to be freed. */
static char *rounded(mpfr_srcptr f, size_t count, long *exponent)
{
    mpfr_exp_t power;
    char *text = mpfr_get_str(NULL, &power, 10, count < 2 ? 2 : count, f, MPFR_RNDN);
    if (!text) return NULL;
    const char *from = text[0] == '-' ? text + 1 : text;
    size_t length = strlen(from);
    while (length > 1 && from[length - 1] == '0') length--;
    char *digits = ly_malloc(length + 1);
    if (digits) {
        memcpy(digits, from, length);
        digits[length] = 0;
    }
    mpfr_free_str(text);
    *exponent = (long)power - 1;
    return digits;
}

/* The digits say which number of f's precision |f| is. */
static bool reads_back(mpfr_srcptr f, const char *digits, long exponent)
{
    ly_text text = {0};
    mpfr_t back;
    ly_text_printf(&text, "0.%se%ld", digits, exponent + 1);
    mpfr_init2(back, mpfr_get_prec(f));
    mpfr_set_str(back, text.data, 10, MPFR_RNDN);
    bool same = mpfr_cmpabs(back, f) == 0;
    mpfr_clear(back);
    ly_text_free(&text);
    return same;
}

char *ly_bigreal_digits(ly_value number, size_t count, long *exponent)
{
    mpfr_srcptr f = ly_bigreal_of(number)->f;
    if (count) {
        char *digits = rounded(f, count, exponent);
        /* two digits are the fewest that MPFR gives */
        if (digits && count == 1 && strlen(digits) == 2) {
            bool up = digits[1] >= '5';
            digits[1] = 0;
            if (up && digits[0]++ == '9') {
                digits[0] = '1';
                ++*exponent;
            }
        }
        return digits;
    }
    /* all digits: as many decimals as the words of the significand have, or fewer that say it */
    size_t decimals = digits_of_bits(mpfr_get_prec(f));
    ly_free(rounded(f, 2, exponent));
    count = decimals + 1;
    if (*exponent >= -5 && *exponent < 0) count = (size_t)((long)count + *exponent);
    char *digits = rounded(f, count - 3, exponent);
    if (digits && reads_back(f, digits, *exponent)) return digits;
    ly_free(digits);
    return rounded(f, count, exponent);
}

/* Precision or accuracy as it stands behind the mark: 20. or 29.84082546104514 */
static void precision_text(double precision, char *text, size_t size)
{
    char digits[32];
    int exponent;
    ly_real_digits(precision, 0, digits, &exponent);
    if (precision == 0) {
        snprintf(text, size, "0.");
    } else if (exponent >= 0 && exponent < 16) {
        int whole = exponent + 1, count = (int)strlen(digits);
        if (count <= whole)
            snprintf(text, size, "%s%s%.*s.", precision < 0 ? "-" : "", digits, whole - count,
                     "0000000000000000");
        else
            snprintf(text, size, "%s%.*s.%s", precision < 0 ? "-" : "", whole, digits, digits + whole);
    } else {
        snprintf(text, size, "%.17g", precision);
    }
}

static void add_big_real(ly_printer *printer, ly_value number)
{
    const ly_bigreal *real = ly_bigreal_of(number);
    char mark[64] = "", precision[48];
    long exponent = 0;
    bool full = printer->form != LY_FORM_OUTPUT;
    if (mpfr_nan_p(real->f) || mpfr_inf_p(real->f)) {
        ly_box_puts(printer->box, mpfr_nan_p(real->f) ? "Indeterminate"
                                  : mpfr_signbit(real->f) ? "-Infinity" : "Infinity");
        return;
    }
    if (mpfr_zero_p(real->f)) {
        double accuracy = real->precision < 0 ? -real->precision : real->precision;
        precision_text(accuracy, precision, sizeof precision);
        if (full) {
            ly_box_puts(printer->box, "0``");
            ly_box_puts(printer->box, precision);
        } else {
            snprintf(mark, sizeof mark, "%ld", (long)-floor(accuracy));
            ly_box_puts(printer->box, "0.");
            if (floor(accuracy) != 0 && !printer->flat) {
                ly_box part = {0};
                ly_box_puts(printer->box, " \xc3\x97 10");
                ly_box_puts(&part, mark);
                ly_box_append(printer->box, &part, 1);
            }
        }
        return;
    }
    size_t count = 0;
    if (full) {
        precision_text(real->precision, precision, sizeof precision);
        snprintf(mark, sizeof mark, "`%s", precision);
    } else {
        count = real->precision < 1 ? 1 : (size_t)llround(real->precision);
    }
    char *digits = ly_bigreal_digits(number, count, &exponent);
    if (!digits) {
        printer->box->line.failed = true;
        return;
    }
    add_real(printer, mpfr_signbit(real->f), digits, exponent, mark);
    ly_free(digits);
}

/* ---- exact numbers ---------------------------------------------------------------------------- */

static void add_integer(ly_printer *printer, mpz_srcptr z)
{
    size_t size = mpz_sizeinbase(z, 10) + 2;
    char *digits = ly_malloc(size);
    if (!digits) {
        printer->box->line.failed = true;
        return;
    }
    mpz_get_str(digits, 10, z);
    ly_box_puts(printer->box, digits);
    ly_free(digits);
}

static void add_rational(ly_printer *printer, ly_value number)
{
    const ly_rational *rational = ly_rational_of(number);
    if (printer->form == LY_FORM_FULL) {
        ly_box_puts(printer->box, "Rational[");
        add_integer(printer, mpq_numref(rational->q));
        ly_box_puts(printer->box, ", ");
        add_integer(printer, mpq_denref(rational->q));
        ly_box_puts(printer->box, "]");
    } else if (printer->form == LY_FORM_OUTPUT) {
        bool negative = mpq_sgn(rational->q) < 0;
        if (negative) ly_box_puts(printer->box, printer->flat ? "-(" : "-");
        mpz_t size;
        mpz_init(size);
        mpz_abs(size, mpq_numref(rational->q));
        if (printer->flat) {
            add_integer(printer, size);
            ly_box_puts(printer->box, "/");
            add_integer(printer, mpq_denref(rational->q));
            if (negative) ly_box_puts(printer->box, ")");
        } else {
            ly_box above = {0}, below = {0};
            ly_printer part = *printer;
            if (negative) ly_box_puts(printer->box, "(");
            part.box = &above;
            add_integer(&part, size);
            part.box = &below;
            add_integer(&part, mpq_denref(rational->q));
            ly_box_fraction(printer->box, &above, &below);
            if (negative) ly_box_puts(printer->box, ")");
        }
        mpz_clear(size);
    } else {
        add_integer(printer, mpq_numref(rational->q));
        ly_box_puts(printer->box, "/");
        add_integer(printer, mpq_denref(rational->q));
    }
}

/* ---- complex numbers -------------------------------------------------------------------------- */

static bool is_zero(ly_value number) { return ly_is_int(number) && ly_int_of(number) == 0; }
static bool is_negative(ly_value number)
{
    if (ly_is_int(number)) return ly_int_of(number) < 0;
    if (ly_is_real(number)) return ly_real_of(number) < 0; /* -0. is written 0. */
    return ly_sign(number) < 0;
}

/* |im| I */
static void add_imaginary(ly_printer *printer, ly_value im)
{
    const char *times = printer->form == LY_FORM_OUTPUT ? " I" : "*I";
    if (ly_is_int(im) && ly_int_of(im) == 1) {
        ly_box_puts(printer->box, "I");
    } else if (ly_is_rational(im)) {
        /* (3*I)/4, I/2 */
        const ly_rational *rational = ly_rational_of(im);
        ly_box above = {0}, below = {0};
        ly_printer part = *printer;
        bool one = mpz_cmp_ui(mpq_numref(rational->q), 1) == 0;
        if (printer->form == LY_FORM_OUTPUT && !printer->flat) {
            part.box = &above;
            if (!one) add_integer(&part, mpq_numref(rational->q));
            ly_box_puts(&above, one ? "I" : times);
            part.box = &below;
            add_integer(&part, mpq_denref(rational->q));
            ly_box_fraction(printer->box, &above, &below);
        } else {
            if (!one) {
                ly_box_puts(printer->box, "(");
                add_integer(printer, mpq_numref(rational->q));
                ly_box_puts(printer->box, times);
                ly_box_puts(printer->box, ")");
            } else {
                ly_box_puts(printer->box, "I");
            }
            ly_box_puts(printer->box, "/");
            add_integer(printer, mpq_denref(rational->q));
        }
    } else {
        ly_print_digits(printer, im);
        ly_box_puts(printer->box, times);
    }
}

static void add_complex(ly_printer *printer, ly_value number)
{
    const ly_complex *complex = ly_complex_of(number);
    if (printer->form == LY_FORM_FULL) {
        ly_box_puts(printer->box, "Complex[");
        ly_print_digits(printer, complex->re);
        ly_box_puts(printer->box, ", ");
        ly_print_digits(printer, complex->im);
        ly_box_puts(printer->box, "]");
        return;
    }
    bool negative = is_negative(complex->im), alone = is_zero(complex->re);
    if (!alone) ly_print_digits(printer, complex->re);
    if (alone && negative && ly_is_rational(complex->im) && printer->form != LY_FORM_OUTPUT) {
        /* -1/2*I, (-3*I)/4 */
        const ly_rational *rational = ly_rational_of(complex->im);
        if (mpz_cmp_si(mpq_numref(rational->q), -1) == 0) {
            ly_print_digits(printer, complex->im);
            ly_box_puts(printer->box, "*I");
        } else {
            ly_box_puts(printer->box, "(");
            add_integer(printer, mpq_numref(rational->q));
            ly_box_puts(printer->box, "*I)/");
            add_integer(printer, mpq_denref(rational->q));
        }
        return;
    }
    if (!alone) ly_box_puts(printer->box, negative ? " - " : " + ");
    else if (negative) ly_box_puts(printer->box, "-");
    if (negative) {
        ly_value opposite = ly_negate(printer->cx, complex->im);
        if (ly_failed(opposite)) {
            printer->failed = true;
            return;
        }
        add_imaginary(printer, opposite);
        ly_release(printer->cx, opposite);
    } else {
        add_imaginary(printer, complex->im);
    }
}

void ly_print_digits(ly_printer *printer, ly_value number)
{
    if (printer->style && (ly_is_integer(number) || ly_is_real(number) || ly_is_bigreal(number))) {
        ly_print_styled_digits(printer, number);
    } else if (ly_is_int(number)) {
        char text[32];
        int count = snprintf(text, sizeof text, "%lld", (long long)ly_int_of(number));
        ly_box_add(printer->box, text, count);
    } else if (ly_is_real(number)) {
        add_machine_real(printer, ly_real_of(number));
    } else if (ly_is_kind(number, LY_KIND_BIGINT)) {
        add_integer(printer, ly_bigint_of(number)->z);
    } else if (ly_is_rational(number)) {
        add_rational(printer, number);
    } else if (ly_is_bigreal(number)) {
        add_big_real(printer, number);
    } else {
        add_complex(printer, number);
    }
}

/* How the written number binds: negative ones like a product, complex ones like a sum. */
int ly_number_binding(ly_value number)
{
    if (ly_is_int(number)) return ly_int_of(number) < 0 ? LY_BIND_TIMES : LY_BIND_ATOM;
    if (ly_is_rational(number)) return LY_BIND_TIMES;
    if (ly_is_complex(number)) {
        const ly_complex *complex = ly_complex_of(number);
        if (!is_zero(complex->re)) return LY_BIND_PLUS;
        return ly_is_int(complex->im) && ly_int_of(complex->im) == 1 ? LY_BIND_ATOM : LY_BIND_TIMES;
    }
    return is_negative(number) ? LY_BIND_TIMES : LY_BIND_ATOM;
}
