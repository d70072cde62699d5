/* print_code.c: CForm and FortranForm: expressions as a C or Fortran programmer writes them.

   Exact fractions become reals; powers are Power(x,2) in C, x**2 in Fortran; every other head is
   called by its name. */
#include "text/print.h"

#include <math.h>
#include <stdio.h>

#include "eval/eval.h"

typedef struct coder {
    ly_context *cx;
    ly_text *text;
    bool fortran;
    bool failed;
} coder;

enum { BIND_OR = 1, BIND_AND, BIND_NOT, BIND_COMPARE, BIND_PLUS, BIND_TIMES, BIND_POWER, BIND_ATOM };

static void write(coder *coder, ly_value e, int least);

typedef struct code_operator {
    const char *head, *c, *fortran;
    int binding;
} code_operator;

static const code_operator operators[] = {
    {"And", " && ", ".and.", BIND_AND},         {"Or", " || ", ".or.", BIND_OR},
    {"Equal", " == ", ".eq.", BIND_COMPARE},    {"Unequal", " != ", ".ne.", BIND_COMPARE},
    {"Less", " < ", ".lt.", BIND_COMPARE},      {"LessEqual", " <= ", ".le.", BIND_COMPARE},
    {"Greater", " > ", ".gt.", BIND_COMPARE},   {"GreaterEqual", " >= ", ".ge.", BIND_COMPARE},
    {"Mod", " % ", NULL, BIND_TIMES},
};

static const code_operator *operator_of(const coder *coder, const ly_expr *x)
{
    if (!ly_is_symbol(x->head) || x->count < 2) return NULL;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (strcmp(ly_symbol_name(x->head), operators[i].head) != 0) continue;
        if (coder->fortran ? !operators[i].fortran : false) return NULL;
        return &operators[i];
    }
    return NULL;
}

static bool is_half(ly_value v, int sign)
{
    return ly_is_rational(v) && mpz_cmp_si(mpq_numref(ly_rational_of(v)->q), sign) == 0 &&
           mpz_cmp_ui(mpq_denref(ly_rational_of(v)->q), 2) == 0;
}

static bool is_negative(ly_value v)
{
    if (ly_is_int(v)) return ly_int_of(v) < 0;
    if (ly_is_real(v)) return signbit(ly_real_of(v));
    return ly_is_number(v) && !ly_is_complex(v) && ly_sign(v) < 0;
}

static bool is_below(ly_value v)
{
    return ly_has_shape(v, LY_SYM(Power), 2) && is_negative(ly_expr_of(v)->args[1]);
}

static bool is_negative_term(ly_value v)
{
    if (ly_is_number(v)) return is_negative(v);
    return ly_has_head(v, LY_SYM(Times)) && ly_expr_of(v)->count >= 2 && is_negative(ly_expr_of(v)->args[0]);
}

static int binding(const coder *coder, ly_value e)
{
    if (!ly_is_expr(e)) {
        if (ly_is_complex(e)) return BIND_ATOM; /* Complex(a,b) */
        return ly_is_number(e) && is_negative(e) ? BIND_TIMES : BIND_ATOM;
    }
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Plus) && x->count >= 2) return BIND_PLUS;
    if (x->head == LY_SYM(Times) && x->count >= 2) return BIND_TIMES;
    if (x->head == LY_SYM(Not) && x->count == 1) return BIND_NOT;
    if (x->head == LY_SYM(Power) && x->count == 2) {
        ly_value exponent = x->args[1];
        if (is_half(exponent, 1)) return BIND_ATOM;
        if (exponent == LY_INT(-1) || is_half(exponent, -1)) return BIND_TIMES;
        return coder->fortran ? BIND_POWER : BIND_ATOM;
    }
    const code_operator *operator = operator_of(coder, x);
    return operator ? operator->binding : BIND_ATOM;
}

static void write_real(coder *coder, double d)
{
    char digits[32];
    int exponent;
    if (!isfinite(d) || d == 0) {
        ly_text_puts(coder->text, d == 0 ? "0." : isnan(d) ? "NAN" : d < 0 ? "-INFINITY" : "INFINITY");
        return;
    }
    ly_real_digits(d, 0, digits, &exponent);
    if (d < 0) ly_text_putc(coder->text, '-');
    int count = (int)strlen(digits);
    if (exponent < -5 || exponent > 5) {
        ly_text_printf(coder->text, "%c.%se%d", digits[0], digits + 1, exponent);
    } else if (exponent < 0) {
        ly_text_printf(coder->text, "0.%.*s%s", -exponent - 1, "00000", digits);
    } else if (count <= exponent + 1) {
        ly_text_printf(coder->text, "%s%.*s.", digits, exponent + 1 - count, "00000");
    } else {
        ly_text_printf(coder->text, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
    }
}

static void write_number(coder *coder, ly_value number)
{
    double d;
    if (ly_is_complex(number)) {
        ly_text_puts(coder->text, "Complex(");
        write_number(coder, ly_complex_of(number)->re);
        ly_text_putc(coder->text, ',');
        write_number(coder, ly_complex_of(number)->im);
        ly_text_putc(coder->text, ')');
    } else if (ly_is_integer(number)) {
        ly_print_number(coder->cx, coder->text, number, true);
    } else if (ly_to_double(number, &d)) {
        write_real(coder, d);
    }
}

static void write_list(coder *coder, size_t n, const ly_value *items)
{
    for (size_t i = 0; i < n; i++) {
        if (i) ly_text_putc(coder->text, ',');
        write(coder, items[i], 0);
    }
}

/* base^exponent, or base^-exponent */
static void write_power(coder *coder, ly_value base, ly_value exponent, bool negate, int least)
{
    ly_value power = negate ? ly_negate(coder->cx, exponent) : ly_retain(exponent);
    if (ly_failed(power)) {
        coder->failed = true;
        return;
    }
    if (power == LY_INT(1)) {
        write(coder, base, least);
    } else if (is_half(power, 1)) {
        ly_text_puts(coder->text, "Sqrt(");
        write(coder, base, 0);
        ly_text_putc(coder->text, ')');
    } else if (!negate && (power == LY_INT(-1) || is_half(power, -1))) {
        ly_text_puts(coder->text, "1/");
        write_power(coder, base, exponent, true, BIND_TIMES + 1);
    } else if (coder->fortran) {
        write(coder, base, BIND_POWER + 1);
        ly_text_puts(coder->text, "**");
        write(coder, power, BIND_POWER);
    } else {
        ly_text_puts(coder->text, "Power(");
        write(coder, base, 0);
        ly_text_putc(coder->text, ',');
        write(coder, power, 0);
        ly_text_putc(coder->text, ')');
    }
    ly_release(coder->cx, power);
}

/* The factors of x from `start` on, above or below the line, with a leading number or LY_FAILED. */
static void write_factors(coder *coder, const ly_expr *x, size_t start, bool below, ly_value number)
{
    bool first = true;
    if (!ly_failed(number)) {
        write_number(coder, number);
        if (below) ly_text_putc(coder->text, '.');
        first = false;
    }
    for (size_t i = start; i < x->count; i++) {
        if (is_below(x->args[i]) != below) continue;
        if (!first) ly_text_putc(coder->text, '*');
        first = false;
        if (below) write_power(coder, ly_expr_of(x->args[i])->args[0], ly_expr_of(x->args[i])->args[1], true, BIND_TIMES + 1);
        else write(coder, x->args[i], BIND_TIMES + 1);
    }
}

static void write_quotient(coder *coder, const ly_expr *x, size_t start, ly_value above, ly_value below)
{
    size_t upper = !ly_failed(above), lower = !ly_failed(below);
    for (size_t i = start; i < x->count; i++) {
        if (is_below(x->args[i])) lower++;
        else upper++;
    }
    bool both = lower > 0 && upper > 1;
    if (upper == 0) ly_text_putc(coder->text, '1');
    if (both) ly_text_putc(coder->text, '(');
    write_factors(coder, x, start, false, above);
    if (both) ly_text_putc(coder->text, ')');
    if (lower == 0) return;
    ly_text_putc(coder->text, '/');
    if (lower > 1) ly_text_putc(coder->text, '(');
    write_factors(coder, x, start, true, below);
    if (lower > 1) ly_text_putc(coder->text, ')');
}

static void write_times(coder *coder, const ly_expr *x, bool negate)
{
    ly_context *cx = coder->cx;
    ly_value number = x->args[0];
    if (!ly_is_number(number)) {
        write_quotient(coder, x, 0, LY_FAILED, LY_FAILED);
        return;
    }
    number = negate ? ly_negate(cx, number) : ly_retain(number);
    if (ly_failed(number)) {
        coder->failed = true;
        return;
    }
    if (number == LY_INT(-1)) {
        ly_text_putc(coder->text, '-');
        bool simple = x->count == 2 && binding(coder, x->args[1]) > BIND_TIMES;
        if (!simple) ly_text_putc(coder->text, '(');
        if (x->count == 2) write(coder, x->args[1], 0);
        else write_quotient(coder, x, 1, LY_FAILED, LY_FAILED);
        if (!simple) ly_text_putc(coder->text, ')');
    } else if (number == LY_INT(1) && negate) {
        if (x->count == 2) write(coder, x->args[1], BIND_PLUS + 1);
        else write_quotient(coder, x, 1, LY_FAILED, LY_FAILED);
    } else if (ly_is_rational(number) && mpz_cmp_si(mpq_numref(ly_rational_of(number)->q), -1) != 0) {
        mpz_t above, below;
        mpz_init_set(above, mpq_numref(ly_rational_of(number)->q));
        mpz_init_set(below, mpq_denref(ly_rational_of(number)->q));
        ly_value upper = ly_integer_take_mpz(cx, above), lower = ly_integer_take_mpz(cx, below);
        write_quotient(coder, x, 1, upper == LY_INT(1) ? LY_FAILED : upper, lower);
        ly_release(cx, upper);
        ly_release(cx, lower);
    } else {
        write_quotient(coder, x, 1, number, LY_FAILED);
    }
    ly_release(cx, number);
}

static void write_plus(coder *coder, const ly_expr *x)
{
    for (size_t i = 0; i < x->count; i++) {
        ly_value term = x->args[i];
        if (i == 0) {
            write(coder, term, ly_is_number(term) ? 0 : BIND_PLUS + 1);
        } else if (is_negative_term(term)) {
            ly_text_puts(coder->text, " - ");
            if (ly_is_number(term)) {
                ly_value opposite = ly_negate(coder->cx, term);
                write(coder, opposite, BIND_PLUS + 1);
                ly_release(coder->cx, opposite);
            } else {
                write_times(coder, ly_expr_of(term), true);
            }
        } else {
            ly_text_puts(coder->text, " + ");
            write(coder, term, BIND_PLUS + 1);
        }
    }
}

static void write_expression(coder *coder, ly_value e)
{
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Plus) && x->count >= 2) {
        write_plus(coder, x);
    } else if (x->head == LY_SYM(Times) && x->count >= 2) {
        write_times(coder, x, false);
    } else if (x->head == LY_SYM(Power) && x->count == 2) {
        write_power(coder, x->args[0], x->args[1], false, 0);
    } else if (x->head == LY_SYM(Not) && x->count == 1) {
        ly_text_puts(coder->text, coder->fortran ? ".not." : "!");
        write(coder, x->args[0], BIND_NOT);
    } else if ((x->head == LY_SYM(HoldForm) || x->head == LY_SYM(CForm) || x->head == LY_SYM(FortranForm)) &&
               x->count == 1) {
        write(coder, x->args[0], 0);
    } else {
        const code_operator *operator = operator_of(coder, x);
        if (operator) {
            for (size_t i = 0; i < x->count; i++) {
                if (i) ly_text_puts(coder->text, coder->fortran ? operator->fortran : operator->c);
                write(coder, x->args[i], operator->binding + 1);
            }
            return;
        }
        write(coder, x->head, BIND_ATOM);
        ly_text_putc(coder->text, '(');
        write_list(coder, x->count, x->args);
        ly_text_putc(coder->text, ')');
    }
}

struct again {
    coder *coder;
    ly_value e;
    int least;
};

static void *write_again(ly_context *cx, void *argument)
{
    struct again *again = argument;
    (void)cx;
    write(again->coder, again->e, again->least);
    return argument;
}

static void write(coder *coder, ly_value e, int least)
{
    if (coder->failed) return;
    if (ly_stack_low(coder->cx)) {
        struct again again = {coder, e, least};
        if (!ly_on_new_stack(coder->cx, write_again, &again)) coder->failed = true;
        return;
    }
    bool parentheses = binding(coder, e) < least;
    if (parentheses) ly_text_putc(coder->text, '(');
    if (ly_is_expr(e)) {
        write_expression(coder, e);
    } else if (ly_is_number(e)) {
        write_number(coder, e);
    } else if (ly_is_packed(e)) {
        ly_value list = ly_unpack(coder->cx, e);
        if (ly_failed(list)) coder->failed = true;
        else write(coder, list, 0);
        ly_release(coder->cx, list);
    } else {
        ly_print_input_form(coder->cx, coder->text, e);
    }
    if (parentheses) ly_text_putc(coder->text, ')');
}

void ly_print_code(ly_context *cx, ly_text *text, ly_value e, bool fortran)
{
    coder coder = {cx, text, fortran, false};
    write(&coder, e, 0);
    if (coder.failed) text->failed = true;
}
