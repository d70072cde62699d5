/* print_arithmetic.c: sums, products and powers.

   A product is written as a quotient of what has positive and what has negative exponents, its
   rational coefficient divided between the two: (3*x)/(4*y). With -1/n as coefficient the line
   forms set that apart: -1/2*(x*y)/(1 + z). A term of a sum that begins with a minus sign is
   subtracted. Nothing is built for it: signs are turned while writing. */
#include "text/print.h"

#define DEEPEST 40 /* boxes in boxes; what is deeper stands on one line */

static bool in_two_dimensions(const ly_printer *printer)
{
    return printer->form == LY_FORM_OUTPUT && !printer->flat && printer->nesting < DEEPEST;
}

static const char *times_sign(const ly_printer *printer)
{
    return printer->form == LY_FORM_OUTPUT ? " " : "*";
}

static bool is_zero(ly_value v) { return v == LY_INT(0); }

/* A number that is written with a minus sign in front. */
static bool is_negative_number(ly_value v)
{
    if (ly_is_int(v)) return ly_int_of(v) < 0;
    if (ly_is_real(v)) return ly_real_of(v) < 0;
    if (ly_is_complex(v)) return is_zero(ly_complex_of(v)->re) && is_negative_number(ly_complex_of(v)->im);
    return ly_is_number(v) && ly_sign(v) < 0;
}

static bool is_negative_term(ly_value v)
{
    if (ly_is_number(v)) return is_negative_number(v);
    return ly_has_head(v, LY_SYM(Times)) && ly_expr_of(v)->count >= 2 &&
           is_negative_number(ly_expr_of(v)->args[0]);
}

/* base^exponent is written below the line: an exponent that is a negative number or -n times
   something. */
static bool is_below(ly_value v)
{
    if (!ly_has_shape(v, LY_SYM(Power), 2)) return false;
    ly_value exponent = ly_expr_of(v)->args[1];
    if (ly_is_number(exponent)) return !ly_is_complex(exponent) && is_negative_number(exponent);
    return ly_has_head(exponent, LY_SYM(Times)) && ly_expr_of(exponent)->count >= 2 &&
           !ly_is_complex(ly_expr_of(exponent)->args[0]) && is_negative_term(exponent);
}

static bool is_half(ly_value v, long numerator)
{
    return ly_is_rational(v) && mpz_cmp_si(mpq_numref(ly_rational_of(v)->q), numerator) == 0 &&
           mpz_cmp_ui(mpq_denref(ly_rational_of(v)->q), 2) == 0;
}

/* ---- powers ----------------------------------------------------------------------------------- */

int ly_power_binding(const ly_printer *printer, ly_value exponent)
{
    if (is_half(exponent, 1)) return LY_BIND_ATOM;
    if (is_half(exponent, -1)) return LY_BIND_TIMES;
    if (printer->form == LY_FORM_OUTPUT && exponent == LY_INT(-1)) return LY_BIND_TIMES;
    return LY_BIND_POWER;
}

static void print_product(ly_printer *printer, const ly_expr *x, bool negate);

static void print_negated_number(ly_printer *printer, ly_value number, int least)
{
    ly_value opposite = ly_negate(printer->cx, number);
    if (ly_failed(opposite)) {
        printer->failed = true;
        return;
    }
    ly_print(printer, opposite, least);
    ly_release(printer->cx, opposite);
}

/* -v, where v is a negative term */
static void print_negated(ly_printer *printer, ly_value v, int least)
{
    if (ly_is_number(v)) print_negated_number(printer, v, least);
    else print_product(printer, ly_expr_of(v), true);
}

/* base^exponent, or base^-exponent where negate, as a denominator holds it. */
static void print_power(ly_printer *printer, ly_value base, ly_value exponent, bool negate)
{
    if (is_half(exponent, negate ? -1 : 1)) {
        ly_print_puts(printer, "Sqrt[");
        ly_print(printer, base, LY_BIND_NOTHING);
        ly_print_puts(printer, "]");
        return;
    }
    ly_print(printer, base, LY_BIND_POWER + 1);
    if (in_two_dimensions(printer)) {
        ly_box part = {0};
        ly_printer raised = *printer;
        raised.box = &part;
        raised.flat = true;
        raised.nesting++;
        if (negate) print_negated(&raised, exponent, LY_BIND_NOTHING);
        else ly_print(&raised, exponent, LY_BIND_NOTHING);
        if (raised.failed) printer->failed = true;
        ly_box_append(printer->box, &part, 1);
        return;
    }
    ly_print_puts(printer, "^");
    if (!negate) {
        ly_print(printer, exponent, LY_BIND_POWER);
    } else if (ly_is_number(exponent)) {
        print_negated_number(printer, exponent, LY_BIND_POWER);
    } else {
        const ly_expr *product = ly_expr_of(exponent);
        bool bare = product->args[0] == LY_INT(-1) && product->count == 2 &&
                    ly_binding(printer, product->args[1]) >= LY_BIND_POWER;
        if (!bare) ly_print_puts(printer, "(");
        print_product(printer, product, true);
        if (!bare) ly_print_puts(printer, ")");
    }
}

void ly_print_power(ly_printer *printer, ly_value base, ly_value exponent)
{
    bool reciprocal = is_half(exponent, -1) ||
                      (printer->form == LY_FORM_OUTPUT && exponent == LY_INT(-1));
    if (!reciprocal) {
        print_power(printer, base, exponent, false);
        return;
    }
    bool root = !ly_is_int(exponent);
    if (in_two_dimensions(printer)) {
        ly_box above = {0}, below = {0};
        ly_printer part = *printer;
        part.box = &below;
        part.nesting++;
        if (root) print_power(&part, base, exponent, true);
        else ly_print(&part, base, LY_BIND_NOTHING);
        if (part.failed) printer->failed = true;
        ly_box_puts(&above, "1");
        ly_box_fraction(printer->box, &above, &below);
        return;
    }
    ly_print_puts(printer, "1/");
    if (root) print_power(printer, base, exponent, true);
    else ly_print(printer, base, LY_BIND_TIMES + 1);
}

/* ---- products --------------------------------------------------------------------------------- */

/* The factors of a product from `start` on, with what of the coefficient stands above and below. */
typedef struct quotient {
    const ly_expr *x;
    size_t start;
    ly_value above, below; /* numbers, owned; LY_FAILED: none (that is, 1) */
} quotient;

static size_t count_above(const quotient *q)
{
    size_t count = !ly_failed(q->above);
    for (size_t i = q->start; i < q->x->count; i++) count += !is_below(q->x->args[i]);
    return count;
}

static size_t count_below(const quotient *q)
{
    size_t count = !ly_failed(q->below);
    for (size_t i = q->start; i < q->x->count; i++) count += is_below(q->x->args[i]);
    return count;
}

/* A coefficient in front of other factors. Forms differ in which imaginary ones stand in
   parentheses. */
static void print_coefficient(ly_printer *printer, ly_value number)
{
    int least = LY_BIND_TIMES + 1;
    if (!ly_is_complex(number)) {
        least = LY_BIND_NOTHING;
    } else if (is_zero(ly_complex_of(number)->re)) {
        ly_value im = ly_complex_of(number)->im;
        if (printer->form == LY_FORM_OUTPUT) least = LY_BIND_NOTHING;
        else if (printer->form == LY_FORM_RESULT &&
                 (im == LY_INT(-1) ||
                  (ly_is_rational(im) && mpz_cmp_ui(mpq_numref(ly_rational_of(im)->q), 1) == 0)))
            least = LY_BIND_NOTHING;
    }
    ly_print(printer, number, least);
}

/* The factors above the line, one after the other. */
static void print_above(ly_printer *printer, const quotient *q, size_t count)
{
    bool first = true;
    if (!ly_failed(q->above)) {
        if (count > 1) print_coefficient(printer, q->above);
        else ly_print(printer, q->above, LY_BIND_NOTHING);
        first = false;
    }
    for (size_t i = q->start; i < q->x->count && !printer->failed; i++) {
        if (is_below(q->x->args[i])) continue;
        if (!first) ly_print_puts(printer, times_sign(printer));
        bool leading = first && ly_is_number(q->x->args[i]) && !ly_is_complex(q->x->args[i]);
        ly_print(printer, q->x->args[i], leading ? LY_BIND_NOTHING : LY_BIND_TIMES + 1);
        first = false;
    }
}

static void print_below(ly_printer *printer, const quotient *q, size_t count)
{
    bool first = true;
    if (!ly_failed(q->below)) {
        ly_print(printer, q->below, LY_BIND_NOTHING);
        first = false;
    }
    for (size_t i = q->start; i < q->x->count && !printer->failed; i++) {
        if (!is_below(q->x->args[i])) continue;
        const ly_expr *power = ly_expr_of(q->x->args[i]);
        if (!first) ly_print_puts(printer, times_sign(printer));
        if (power->args[1] == LY_INT(-1)) {
            bool alone = count == 1 && in_two_dimensions(printer);
            ly_print(printer, power->args[0], alone ? LY_BIND_NOTHING : LY_BIND_TIMES + 1);
        } else {
            print_power(printer, power->args[0], power->args[1], true);
        }
        first = false;
    }
}

static void print_quotient(ly_printer *printer, const quotient *q)
{
    size_t above = count_above(q), below = count_below(q);
    if (below == 0) {
        print_above(printer, q, above);
        return;
    }
    if (in_two_dimensions(printer)) {
        ly_box upper = {0}, lower = {0};
        ly_printer part = *printer;
        part.nesting++;
        part.box = &upper;
        if (above == 0) ly_print_puts(&part, "1");
        else if (above > 1 || !ly_failed(q->above)) print_above(&part, q, above);
        else {
            size_t i = q->start;
            while (is_below(q->x->args[i])) i++;
            ly_print(&part, q->x->args[i], LY_BIND_NOTHING);
        }
        part.box = &lower;
        print_below(&part, q, below);
        if (part.failed) printer->failed = true;
        ly_box_fraction(printer->box, &upper, &lower);
        return;
    }
    if (above == 0) {
        ly_print_puts(printer, "1");
    } else if (above > 1) {
        ly_print_puts(printer, "(");
        print_above(printer, q, above);
        ly_print_puts(printer, ")");
    } else if (!ly_failed(q->above)) {
        ly_print(printer, q->above, ly_is_complex(q->above) ? LY_BIND_TIMES + 1 : LY_BIND_NOTHING);
    } else {
        print_above(printer, q, above);
    }
    ly_print_puts(printer, "/");
    if (below > 1) ly_print_puts(printer, "(");
    print_below(printer, q, below);
    if (below > 1) ly_print_puts(printer, ")");
}

/* A factor or product behind a sign or a coefficient -1/n. */
static void print_rest(ly_printer *printer, const quotient *q, bool fraction)
{
    if (q->x->count - q->start == 1 && !fraction) {
        ly_print(printer, q->x->args[q->start], LY_BIND_TIMES + 1);
        return;
    }
    bool bare = fraction && (count_below(q) > 0 || q->x->count - q->start == 1);
    if (!bare) ly_print_puts(printer, "(");
    print_quotient(printer, q);
    if (!bare) ly_print_puts(printer, ")");
}

/* The product x, or -x where negate: x then begins with a negative number. */
static void print_product(ly_printer *printer, const ly_expr *x, bool negate)
{
    ly_context *cx = printer->cx;
    quotient q = {x, 0, LY_FAILED, LY_FAILED};
    ly_value coefficient = x->args[0];
    if (!ly_is_number(coefficient)) {
        print_quotient(printer, &q);
        return;
    }
    q.start = 1;
    coefficient = negate ? ly_negate(cx, coefficient) : ly_retain(coefficient);
    if (ly_failed(coefficient)) {
        printer->failed = true;
        return;
    }
    if (coefficient == LY_INT(-1)) {
        ly_print_puts(printer, "-");
        print_rest(printer, &q, false);
    } else if (coefficient == LY_INT(1) && negate) {
        if (x->count == 2) ly_print(printer, x->args[1], LY_BIND_PLUS + 1);
        else print_quotient(printer, &q);
    } else if (ly_is_rational(coefficient)) {
        const ly_rational *rational = ly_rational_of(coefficient);
        if (mpz_cmp_si(mpq_numref(rational->q), -1) == 0) {
            ly_print_digits(printer, coefficient);
            ly_print_puts(printer, times_sign(printer));
            print_rest(printer, &q, true);
        } else {
            mpz_t above, below;
            mpz_init_set(above, mpq_numref(rational->q));
            mpz_init_set(below, mpq_denref(rational->q));
            if (mpz_cmp_ui(above, 1) == 0) mpz_clear(above);
            else q.above = ly_integer_take_mpz(cx, above);
            q.below = ly_integer_take_mpz(cx, below);
            print_quotient(printer, &q);
            ly_release(cx, q.above);
            ly_release(cx, q.below);
        }
    } else {
        q.above = coefficient;
        print_quotient(printer, &q);
    }
    ly_release(cx, coefficient);
}

void ly_print_times(ly_printer *printer, const ly_expr *x) { print_product(printer, x, false); }

/* ---- sums ------------------------------------------------------------------------------------- */

void ly_print_plus(ly_printer *printer, const ly_expr *x)
{
    for (size_t i = 0; i < x->count && !printer->failed; i++) {
        ly_value term = x->args[i];
        if (i == 0) {
            bool sign = is_negative_number(term) || ly_is_rational(term);
            ly_print(printer, term, sign ? LY_BIND_NOTHING : LY_BIND_PLUS + 1);
        } else if (is_negative_term(term)) {
            ly_print_puts(printer, " - ");
            print_negated(printer, term, LY_BIND_PLUS + 1);
        } else {
            ly_print_puts(printer, " + ");
            ly_print(printer, term, LY_BIND_PLUS + 1);
        }
    }
}
