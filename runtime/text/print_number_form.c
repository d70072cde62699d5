/* print_number_form.c: NumberForm, ScientificForm, EngineeringForm, AccountingForm, DecimalForm,
   PaddedForm, PercentForm and BaseForm.

   Each sets a style for all numbers within it, which ly_print_digits then goes by (OutputForm only;
   PercentForm also where results are written on a line). Integers keep all their digits; reals are
   rounded to the style's number of digits, and set with an exponent where the form or its
   ExponentFunction asks for one. */
#include "text/print.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "eval/eval.h"

typedef enum number_kind { PLAIN, SCIENTIFIC, ENGINEERING, ACCOUNTING, DECIMAL, PADDED } number_kind;

struct ly_number_style {
    number_kind kind;
    long digits;                       /* significant ones; 0: six, or what a big real has */
    long fraction;                     /* behind the point; -1: as many as there are */
    long block_left, block_right;      /* digits between separators; 0: none */
    const char *separator_left, *separator_right;
    const char *pad_left, *pad_right;  /* NULL: none */
    const char *negative, *negative_end, *positive;
    const char *point, *multiplier;
    bool sign_padding;
    ly_value exponent_function;        /* borrowed, or LY_FAILED */
};

/* ---- digits ----------------------------------------------------------------------------------- */

/* Digits of |number|, rounded to count (0 and less: to nothing or the next unit), to be freed, and
   the exponent of the first. NULL: no memory. */
static char *digits_of(ly_value number, long count, long *exponent)
{
    if (ly_is_bigreal(number)) return ly_bigreal_digits(number, count < 2 ? 2 : (size_t)count, exponent);
    double x = ly_real_of(number);
    char *digits = ly_malloc(64);
    int power = 0;
    if (!digits) return NULL;
    if (x == 0) {
        strcpy(digits, "0");
    } else if (count <= 0) {
        /* the last digit wanted stands above the number: it is 0, or rounds up to 1 */
        ly_real_digits(x, 1, digits, &power);
        if (count == 0 && fabs(x) >= 5 * pow(10, floor(log10(fabs(x))))) {
            strcpy(digits, "1");
            power = (int)floor(log10(fabs(x))) + 1;
        } else {
            strcpy(digits, "0");
            power = 0;
        }
    } else {
        ly_real_digits(x, count > 17 ? 0 : (int)count, digits, &power);
    }
    *exponent = power;
    return digits;
}

static bool is_zero_real(ly_value number)
{
    return ly_is_bigreal(number) ? mpfr_zero_p(ly_bigreal_of(number)->f) != 0 : ly_real_of(number) == 0;
}

static long first_exponent(ly_value number)
{
    long exponent = 0;
    if (is_zero_real(number)) return 0;
    char *digits = digits_of(number, 17, &exponent);
    ly_free(digits);
    return exponent;
}

/* ---- setting ---------------------------------------------------------------------------------- */

static void add_blocks(ly_text *text, const char *digits, size_t count, long block, const char *separator, bool from_left)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = from_left ? i : count - i;
        if (block > 0 && i > 0 && at % (size_t)block == 0) ly_text_puts(text, separator);
        ly_text_putc(text, digits[i]);
    }
}

static size_t separators_in(long digits, long block) { return block > 0 && digits > 0 ? (size_t)((digits - 1) / block) : 0; }

/* The sign, padded body and exponent of a number. whole and part: digits before and behind the
   point; part NULL: an integer. power: exponent to be shown, or LONG_MIN. */
static void set_number(ly_printer *printer, const struct ly_number_style *style, bool negative,
                       const char *whole, const char *part, long power)
{
    ly_text left = {0}, right = {0};
    const char *sign = negative ? style->negative : style->positive;
    add_blocks(&left, whole, strlen(whole), style->block_left, style->separator_left, false);
    if (part) {
        ly_text_puts(&right, style->point);
        add_blocks(&right, part, strlen(part), style->block_right, style->separator_right, true);
        long count = (long)strlen(part);
        if (style->fraction > count && style->pad_right)
            for (long i = count; i < style->fraction; i++) {
                if (style->block_right > 0 && i > 0 && i % style->block_right == 0 && *style->pad_right)
                    ly_text_puts(&right, style->separator_right);
                ly_text_puts(&right, style->pad_right);
            }
    }
    if (style->pad_left) {
        /* room for the digits wanted, their separators and a sign */
        long digits = style->digits ? style->digits : 6;
        long room = digits + 1;
        if (part) room = (style->fraction >= 0 ? digits - style->fraction : digits - (long)strlen(part)) + 1;
        room += (long)separators_in(digits, style->block_left);
        if (!part && room < (long)strlen(whole) + 1) room = (long)strlen(whole) + 1;
        long used = (long)ly_columns(left.data ? left.data : "", left.count) + (long)ly_columns(sign, strlen(sign));
        if (style->sign_padding) ly_print_puts(printer, sign);
        for (; *style->pad_left && used < room; used++) ly_print_puts(printer, style->pad_left);
        if (!style->sign_padding) ly_print_puts(printer, sign);
    } else {
        ly_print_puts(printer, sign);
    }
    ly_box_add(printer->box, left.data ? left.data : "", left.count);
    ly_box_add(printer->box, right.data ? right.data : "", right.count);
    if (power != LONG_MIN) {
        char text[32];
        snprintf(text, sizeof text, "%ld", power);
        ly_print_puts(printer, style->multiplier);
        ly_print_puts(printer, "10");
        if (printer->flat || printer->form != LY_FORM_OUTPUT) {
            ly_print_puts(printer, "^");
            ly_print_puts(printer, text);
        } else {
            ly_box raised = {0};
            ly_box_puts(&raised, text);
            ly_box_append(printer->box, &raised, 1);
        }
    }
    if (negative) ly_print_puts(printer, style->negative_end);
    ly_text_free(&left);
    ly_text_free(&right);
}

/* The exponent that a real whose first digit has this one is shown with; LONG_MIN: none. */
static long shown_exponent(ly_printer *printer, const struct ly_number_style *style, long exponent)
{
    if (!ly_failed(style->exponent_function)) {
        ly_value value = ly_call1(printer->cx, style->exponent_function, LY_INT(exponent));
        long shown = LONG_MIN;
        if (ly_failed(value)) printer->failed = true;
        else if (ly_is_int(value)) shown = (long)ly_int_of(value);
        ly_release(printer->cx, value);
        return shown;
    }
    switch (style->kind) {
    case SCIENTIFIC: return exponent == 0 ? LONG_MIN : exponent;
    case ENGINEERING: {
        long shown = (exponent >= 0 ? exponent / 3 : -((2 - exponent) / 3)) * 3;
        return shown == 0 ? LONG_MIN : shown;
    }
    case ACCOUNTING:
    case DECIMAL: return LONG_MIN;
    default: return exponent > 5 || exponent < -5 ? exponent : LONG_MIN;
    }
}

static void print_real(ly_printer *printer, const struct ly_number_style *style, ly_value number)
{
    bool negative = ly_is_bigreal(number) ? mpfr_signbit(ly_bigreal_of(number)->f) != 0
                                          : signbit(ly_real_of(number)) != 0;
    if (!ly_is_bigreal(number) && !isfinite(ly_real_of(number))) {
        ly_print_puts(printer, isnan(ly_real_of(number)) ? "Indeterminate" : negative ? "-Infinity" : "Infinity");
        return;
    }
    long wanted = style->digits;
    if (wanted <= 0) {
        wanted = 6;
        if (ly_is_bigreal(number) && ly_bigreal_of(number)->precision > 6) wanted = lround(ly_bigreal_of(number)->precision);
    }
    if (wanted > 100000) wanted = 100000;
    long exponent = first_exponent(number), shown = LONG_MIN;
    char *digits = NULL;
    /* rounding may carry into a digit more: then the exponent is asked for again */
    for (int round = 0; round < 3; round++) {
        long count = wanted, found = exponent, before = exponent;
        shown = is_zero_real(number) ? LONG_MIN : shown_exponent(printer, style, exponent);
        if (printer->failed) return;
        if (style->kind == ACCOUNTING || style->kind == DECIMAL)
            if (exponent + 1 > count) count = exponent + 1;
        if (style->fraction >= 0) {
            long all = exponent - (shown == LONG_MIN ? 0 : shown) + 1 + style->fraction;
            if (all < count) count = all;
        }
        ly_free(digits);
        digits = digits_of(number, count, &found);
        if (!digits) {
            printer->box->line.failed = true;
            return;
        }
        exponent = found;
        if (found == before || !strcmp(digits, "0")) break;
    }
    /* split at the point */
    size_t count = strlen(digits);
    long at = exponent - (shown == LONG_MIN ? 0 : shown) + 1; /* digits before the point */
    ly_text whole = {0}, part = {0};
    if (at <= 0) {
        ly_text_putc(&whole, '0');
        for (long i = at; i < 0; i++) ly_text_putc(&part, '0');
        ly_text_add(&part, digits, count);
        if (count == 1 && digits[0] == '0') part.count = 0;
    } else {
        for (long i = 0; i < at; i++) ly_text_putc(&whole, (size_t)i < count ? digits[i] : '0');
        if ((size_t)at < count) ly_text_add(&part, digits + at, count - (size_t)at);
    }
    ly_text_putc(&part, 0);
    part.count--;
    struct ly_number_style own = *style;
    if (style->kind == DECIMAL && part.count == 0 && style->fraction < 0) own.point = "";
    set_number(printer, &own, negative, whole.data, part.data, shown);
    ly_text_free(&whole);
    ly_text_free(&part);
    ly_free(digits);
}

void ly_print_styled_digits(ly_printer *printer, ly_value number)
{
    const struct ly_number_style *style = printer->style;
    if (ly_is_integer(number)) {
        mpz_t z;
        ly_init_mpz(z, number);
        bool negative = mpz_sgn(z) < 0;
        mpz_abs(z, z);
        char *digits = ly_malloc(mpz_sizeinbase(z, 10) + 2);
        if (digits) {
            mpz_get_str(digits, 10, z);
            set_number(printer, style, negative, digits, NULL, LONG_MIN);
            ly_free(digits);
        } else {
            printer->box->line.failed = true;
        }
        mpz_clear(z);
    } else {
        print_real(printer, style, number);
    }
}

/* ---- BaseForm --------------------------------------------------------------------------------- */

/* Digits of |number| in a base, to be freed; NULL where it has none. */
static char *digits_in_base(ly_value number, int base)
{
    if (ly_is_integer(number)) {
        mpz_t z;
        ly_init_mpz(z, number);
        mpz_abs(z, z);
        char *digits = ly_malloc(mpz_sizeinbase(z, base) + 2);
        if (digits) mpz_get_str(digits, base, z);
        mpz_clear(z);
        return digits;
    }
    double x;
    if (ly_is_complex(number) || ly_is_rational(number) || !ly_to_double(number, &x) || !isfinite(x)) return NULL;
    mpfr_t f;
    mpfr_exp_t exponent;
    mpfr_init2(f, ly_is_bigreal(number) ? mpfr_get_prec(ly_bigreal_of(number)->f) : 53);
    if (ly_is_bigreal(number)) mpfr_set(f, ly_bigreal_of(number)->f, MPFR_RNDN);
    else mpfr_set_d(f, x, MPFR_RNDN);
    mpfr_abs(f, f, MPFR_RNDN);
    size_t count = (size_t)ceil(6 * log(10) / log(base));
    if (count < 2) count = 2;
    char *text = mpfr_zero_p(f) ? NULL : mpfr_get_str(NULL, &exponent, base, count, f, MPFR_RNDN);
    ly_text out = {0};
    if (!text) {
        ly_text_puts(&out, "0.");
    } else {
        size_t length = strlen(text);
        while (length > 1 && text[length - 1] == '0') length--;
        if (exponent > 200 || exponent < -200) {
            ly_text_printf(&out, "%c.%.*s*^%ld", text[0], (int)length - 1, text + 1, (long)exponent - 1);
        } else if (exponent <= 0) {
            ly_text_puts(&out, "0.");
            for (mpfr_exp_t i = exponent; i < 0; i++) ly_text_putc(&out, '0');
            ly_text_add(&out, text, length);
        } else {
            for (mpfr_exp_t i = 0; i < exponent; i++) ly_text_putc(&out, (size_t)i < length ? text[i] : '0');
            ly_text_putc(&out, '.');
            if ((size_t)exponent < length) ly_text_add(&out, text + exponent, length - (size_t)exponent);
        }
        mpfr_free_str(text);
    }
    mpfr_clear(f);
    ly_text_putc(&out, 0);
    return out.data;
}

static bool print_base_form(ly_printer *printer, const ly_expr *x)
{
    if (x->count != 2 || !ly_is_int(x->args[1]) || ly_int_of(x->args[1]) < 2 || ly_int_of(x->args[1]) > 36) return false;
    int base = (int)ly_int_of(x->args[1]);
    ly_value number = x->args[0];
    if (ly_is_list(number)) {
        size_t count = ly_length(number);
        ly_print_puts(printer, "{");
        for (size_t i = 0; i < count && !printer->failed; i++) {
            ly_value item = ly_element(printer->cx, number, i);
            ly_value wrapped = ly_make2(printer->cx, LY_SYM(BaseForm), item, LY_INT(base));
            if (i) ly_print_puts(printer, ", ");
            ly_print(printer, wrapped, LY_BIND_NOTHING);
            ly_release(printer->cx, wrapped);
        }
        ly_print_puts(printer, "}");
        return true;
    }
    if (!ly_is_number(number)) {
        ly_print(printer, number, LY_BIND_NOTHING);
        return true;
    }
    char *digits = digits_in_base(number, base);
    if (!digits) {
        ly_print(printer, number, LY_BIND_NOTHING);
        return true;
    }
    bool negative = ly_is_real_number(number) && ly_sign(number) < 0;
    if (printer->style && ly_is_integer(number)) {
        set_number(printer, printer->style, negative, digits, NULL, LONG_MIN);
    } else {
        if (negative) ly_print_puts(printer, "-");
        ly_print_puts(printer, digits);
    }
    ly_free(digits);
    if (base != 10 && !printer->flat) {
        char text[8];
        ly_box lowered = {0};
        snprintf(text, sizeof text, "%d", base);
        ly_box_puts(&lowered, text);
        ly_box_append(printer->box, &lowered, -1);
    }
    return true;
}

/* ---- the forms' arguments --------------------------------------------------------------------- */

static const char *text_of(ly_value v, const char *fallback)
{
    return ly_is_string(v) ? ly_string_of(v)->data : fallback;
}

/* Two texts of {"a", "b"}, or one for both. */
static void pair_of(ly_value v, const char **first, const char **second)
{
    if (ly_has_shape(v, LY_SYM(List), 2)) {
        *first = text_of(ly_expr_of(v)->args[0], *first);
        *second = text_of(ly_expr_of(v)->args[1], *second);
    } else if (ly_is_string(v)) {
        *first = text_of(v, *first);
    }
}

static long count_of(ly_value v, long fallback)
{
    if (ly_is_int(v) && ly_int_of(v) >= 0 && ly_int_of(v) < 1000000) return (long)ly_int_of(v);
    return fallback;
}

static void read_option(struct ly_number_style *style, const ly_expr *rule)
{
    if (!ly_is_symbol(rule->args[0])) return;
    const char *name = ly_symbol_name(rule->args[0]);
    ly_value value = rule->args[1];
    if (!strcmp(name, "DigitBlock")) {
        if (ly_has_shape(value, LY_SYM(List), 2)) {
            style->block_left = count_of(ly_expr_of(value)->args[0], 0);
            style->block_right = count_of(ly_expr_of(value)->args[1], 0);
        } else if (ly_is_packed(value) && ly_packed_of(value)->total == 2 && ly_packed_of(value)->type == LY_PACKED_INT64) {
            style->block_left = (long)ly_packed_ints(value)[0];
            style->block_right = (long)ly_packed_ints(value)[1];
        } else {
            style->block_left = style->block_right = count_of(value, 0);
        }
    } else if (!strcmp(name, "NumberSeparator")) {
        pair_of(value, &style->separator_left, &style->separator_right);
        if (ly_is_string(value)) style->separator_right = style->separator_left;
    } else if (!strcmp(name, "NumberPadding")) {
        style->pad_left = "";
        pair_of(value, &style->pad_left, &style->pad_right);
    } else if (!strcmp(name, "NumberSigns")) {
        style->negative_end = "";
        if (ly_has_shape(value, LY_SYM(List), 2) && ly_has_shape(ly_expr_of(value)->args[0], LY_SYM(List), 2)) {
            pair_of(ly_expr_of(value)->args[0], &style->negative, &style->negative_end);
            style->positive = text_of(ly_expr_of(value)->args[1], "");
        } else {
            pair_of(value, &style->negative, &style->positive);
        }
    } else if (!strcmp(name, "NumberPoint")) {
        style->point = text_of(value, style->point);
    } else if (!strcmp(name, "NumberMultiplier")) {
        style->multiplier = text_of(value, style->multiplier);
    } else if (!strcmp(name, "SignPadding")) {
        style->sign_padding = value == LY_SYM(True);
    } else if (!strcmp(name, "ExponentFunction")) {
        if (value != LY_SYM(Automatic)) style->exponent_function = value;
    }
}

/* n, or {n, f} in either representation */
static bool read_digits(struct ly_number_style *style, ly_value v)
{
    if (ly_is_int(v)) {
        style->digits = count_of(v, 0);
        return true;
    }
    if (ly_is_packed(v) && ly_packed_of(v)->type == LY_PACKED_INT64 && ly_packed_of(v)->total == 2) {
        style->digits = (long)ly_packed_ints(v)[0];
        style->fraction = (long)ly_packed_ints(v)[1];
        return style->digits >= 0 && style->fraction >= 0 && style->digits < 1000000 && style->fraction < 1000000;
    }
    if (ly_has_shape(v, LY_SYM(List), 2)) {
        style->digits = count_of(ly_expr_of(v)->args[0], 0);
        style->fraction = count_of(ly_expr_of(v)->args[1], -1);
        return true;
    }
    return v == LY_SYM(Automatic);
}

static bool print_percent(ly_printer *printer, const ly_expr *x)
{
    if (x->count < 1) return false;
    ly_value number = x->args[0];
    if (!ly_is_real(number) && !ly_is_bigreal(number)) {
        ly_print(printer, number, LY_BIND_NOTHING);
        return true;
    }
    ly_value percent = ly_multiply(printer->cx, number, LY_INT(100));
    if (ly_failed(percent)) {
        printer->failed = true;
        return true;
    }
    struct ly_number_style style = {.kind = DECIMAL, .fraction = -1, .separator_left = ",", .separator_right = " ",
                                    .negative = "-", .negative_end = "", .positive = "", .point = ".", .multiplier = ""};
    if (x->count > 1) read_digits(&style, x->args[1]);
    print_real(printer, &style, percent);
    ly_print_puts(printer, "%");
    ly_release(printer->cx, percent);
    return true;
}

bool ly_print_number_form(ly_printer *printer, const ly_expr *x)
{
    ly_value head = x->head;
    if (head == LY_SYM(BaseForm)) return print_base_form(printer, x);
    if (head == LY_SYM(PercentForm)) return print_percent(printer, x);
    struct ly_number_style style = {
        .fraction = -1, .separator_left = ",", .separator_right = " ", .negative = "-", .negative_end = "",
        .positive = "", .point = ".", .multiplier = " \xc3\x97 ", .exponent_function = LY_FAILED,
    };
    if (head == LY_SYM(NumberForm)) style.kind = PLAIN;
    else if (head == LY_SYM(ScientificForm)) style.kind = SCIENTIFIC;
    else if (head == LY_SYM(EngineeringForm)) style.kind = ENGINEERING;
    else if (head == LY_SYM(DecimalForm)) style.kind = DECIMAL;
    else if (head == LY_SYM(AccountingForm)) {
        style.kind = ACCOUNTING;
        style.negative = "(";
        style.negative_end = ")";
    } else if (head == LY_SYM(PaddedForm)) {
        style.kind = PADDED;
    } else {
        return false;
    }
    if (x->count < 1) return false;
    size_t from = 1;
    if (x->count > 1 && !ly_has_head(x->args[1], LY_SYM(Rule))) {
        if (!read_digits(&style, x->args[1])) return false;
        from = 2;
    }
    if (style.fraction >= 0 && style.kind != ACCOUNTING) style.pad_right = "0";
    if (style.kind == PADDED) style.pad_left = " ";
    for (size_t i = from; i < x->count; i++) {
        if (!ly_has_shape(x->args[i], LY_SYM(Rule), 2)) return false;
        read_option(&style, ly_expr_of(x->args[i]));
    }
    const struct ly_number_style *before = printer->style;
    printer->style = &style;
    ly_print(printer, x->args[0], LY_BIND_NOTHING);
    printer->style = before;
    return true;
}
