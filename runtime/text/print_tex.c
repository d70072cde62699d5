/* print_tex.c: TeXForm.

   Follows the notation of mathematical texts rather than the program's: sums by falling degree,
   functions by their usual names (tex_names.c), fractions and roots set as such. Each part is made
   as a text of its own, since what stands around it depends on how tall it turns out. */
#include "text/tex_names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "eval/eval.h"

typedef struct tex {
    ly_context *cx;
    bool script; /* within an exponent or index: rational factors stand on the line */
    bool failed;
} tex;

static void put(tex *tex, ly_text *out, ly_value e, int least);

static bool is_half(ly_value v)
{
    return ly_is_rational(v) && mpz_cmp_ui(mpq_numref(ly_rational_of(v)->q), 1) == 0 &&
           mpz_cmp_ui(mpq_denref(ly_rational_of(v)->q), 2) == 0;
}

static bool is_negative(ly_value v)
{
    if (ly_is_int(v)) return ly_int_of(v) < 0;
    if (ly_is_real(v)) return signbit(ly_real_of(v));
    if (ly_is_complex(v)) return ly_complex_of(v)->re == LY_INT(0) && is_negative(ly_complex_of(v)->im);
    return ly_is_number(v) && ly_sign(v) < 0;
}

static void put_integer(ly_text *out, mpz_srcptr z)
{
    char *digits = ly_malloc(mpz_sizeinbase(z, 10) + 2);
    if (!digits) {
        out->failed = true;
        return;
    }
    ly_text_puts(out, mpz_get_str(digits, 10, z));
    ly_free(digits);
}

static void put_number(tex *tex, ly_text *out, ly_value number)
{
    if (ly_is_complex(number)) {
        ly_value re = ly_complex_of(number)->re, im = ly_complex_of(number)->im;
        bool negative = is_negative(im);
        if (re != LY_INT(0)) {
            put_number(tex, out, re);
            if (!negative) ly_text_putc(out, '+');
        }
        if (negative) ly_text_putc(out, '-');
        ly_value size = negative ? ly_negate(tex->cx, im) : ly_retain(im);
        if (ly_is_rational(size)) {
            ly_text_puts(out, "\\frac{");
            if (mpz_cmp_ui(mpq_numref(ly_rational_of(size)->q), 1) != 0) {
                put_integer(out, mpq_numref(ly_rational_of(size)->q));
                ly_text_putc(out, ' ');
            }
            ly_text_puts(out, "i}{");
            put_integer(out, mpq_denref(ly_rational_of(size)->q));
            ly_text_putc(out, '}');
        } else {
            if (size != LY_INT(1)) {
                put_number(tex, out, size);
                ly_text_putc(out, ' ');
            }
            ly_text_putc(out, 'i');
        }
        ly_release(tex->cx, size);
    } else if (ly_is_rational(number)) {
        const ly_rational *rational = ly_rational_of(number);
        if (tex->script) {
            put_integer(out, mpq_numref(rational->q));
            ly_text_putc(out, '/');
            put_integer(out, mpq_denref(rational->q));
            return;
        }
        if (mpq_sgn(rational->q) < 0) ly_text_putc(out, '-');
        mpz_t size;
        mpz_init(size);
        mpz_abs(size, mpq_numref(rational->q));
        ly_text_puts(out, "\\frac{");
        put_integer(out, size);
        ly_text_puts(out, "}{");
        put_integer(out, mpq_denref(rational->q));
        ly_text_puts(out, "}");
        mpz_clear(size);
    } else if (ly_is_integer(number)) {
        ly_print_number(tex->cx, out, number, true);
    } else {
        /* digits as OutputForm has them, with the exponent as a power of ten */
        ly_box box = {0};
        ly_printer printer = {.cx = tex->cx, .box = &box, .form = LY_FORM_OUTPUT, .formats = true, .flat = true};
        ly_print_digits(&printer, number);
        const char *text = box.line.data ? box.line.data : "", *power = strstr(text, "*^");
        if (power) {
            ly_text_add(out, text, (size_t)(power - text));
            ly_text_printf(out, "\\times 10^{%s}", power + 2);
        } else {
            ly_text_puts(out, text);
        }
        ly_box_free(&box);
    }
}

/* ---- parts ------------------------------------------------------------------------------------ */

static bool is_tall(const ly_text *content)
{
    return content->data && (strchr(content->data, '^') || strstr(content->data, "\\frac") ||
                             strstr(content->data, "\\sqrt") || strstr(content->data, "\\int"));
}

/* open content close, with \left and \right where content is tall. Frees content. */
static void put_within(ly_text *out, const char *open, ly_text *content, const char *close)
{
    bool tall = is_tall(content);
    if (tall) ly_text_puts(out, "\\left");
    ly_text_puts(out, open);
    ly_text_add(out, content->data ? content->data : "", content->count);
    if (tall) ly_text_puts(out, "\\right");
    ly_text_puts(out, close);
    ly_text_free(content);
}

/* ^{…} or _{…}; a single character without braces. Frees content. */
static void put_script(ly_text *out, char mark, ly_text *content)
{
    ly_text_putc(out, mark);
    if (content->count == 1) {
        ly_text_putc(out, content->data[0]);
    } else {
        ly_text_putc(out, '{');
        ly_text_add(out, content->data ? content->data : "", content->count);
        ly_text_putc(out, '}');
    }
    ly_text_free(content);
}

static ly_text script_of(tex *tex, ly_value e)
{
    ly_text content = {0};
    bool before = tex->script;
    tex->script = true;
    put(tex, &content, e, 0);
    tex->script = before;
    while (content.count > 0 && content.data[content.count - 1] == ' ') content.data[--content.count] = 0;
    return content;
}

static void put_items(tex *tex, ly_text *out, size_t n, const ly_value *items, const char *separator)
{
    for (size_t i = 0; i < n && !tex->failed; i++) {
        if (i) ly_text_puts(out, separator);
        put(tex, out, items[i], 0);
    }
}

static void put_arguments(tex *tex, ly_text *out, size_t n, const ly_value *items)
{
    ly_text content = {0};
    put_items(tex, &content, n, items, ",");
    put_within(out, "(", &content, ")");
}

/* ---- sums and products ------------------------------------------------------------------------ */

static int64_t degree_of(ly_value e, int depth)
{
    if (ly_is_number(e) || depth > 50) return 0;
    if (e == LY_SYM(Pi) || e == LY_SYM(E)) return 0;
    if (!ly_is_expr(e)) return 1;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Times)) {
        int64_t sum = 0;
        for (size_t i = 0; i < x->count; i++) sum += degree_of(x->args[i], depth + 1);
        return sum;
    }
    if (x->head == LY_SYM(Power) && x->count == 2) {
        if (ly_is_int(x->args[1]) && ly_int_of(x->args[1]) < 1000000 && ly_int_of(x->args[1]) > -1000000)
            return ly_int_of(x->args[1]) * degree_of(x->args[0], depth + 1);
        return degree_of(x->args[0], depth + 1) || degree_of(x->args[1], depth + 1) ? 1 : 0;
    }
    if (x->head == LY_SYM(Plus)) {
        int64_t most = 0;
        for (size_t i = 0; i < x->count; i++) {
            int64_t degree = degree_of(x->args[i], depth + 1);
            if (degree > most) most = degree;
        }
        return most;
    }
    return 1;
}

typedef struct term {
    ly_value e;
    int64_t degree;
    size_t place;
} term;

static int by_degree(const void *a, const void *b)
{
    const term *s = a, *t = b;
    if (s->degree != t->degree) return s->degree > t->degree ? -1 : 1;
    return s->place < t->place ? -1 : 1;
}

static void put_times(tex *tex, ly_text *out, const ly_expr *x);

static void put_plus(tex *tex, ly_text *out, const ly_expr *x)
{
    term *terms = ly_malloc((x->count + 1) * sizeof *terms);
    if (!terms) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < x->count; i++) terms[i] = (term){x->args[i], degree_of(x->args[i], 0), i};
    qsort(terms, x->count, sizeof *terms, by_degree);
    for (size_t i = 0; i < x->count && !tex->failed; i++) {
        ly_text part = {0};
        put(tex, &part, terms[i].e, LY_TEX_PLUS + 1);
        if (i && part.data && part.data[0] != '-') ly_text_putc(out, '+');
        ly_text_add(out, part.data ? part.data : "", part.count);
        ly_text_free(&part);
    }
    ly_free(terms);
}

static bool is_below(ly_value v)
{
    if (!ly_has_shape(v, LY_SYM(Power), 2)) return false;
    ly_value exponent = ly_expr_of(v)->args[1];
    return ly_is_number(exponent) && !ly_is_complex(exponent) && is_negative(exponent);
}

static void put_factor(tex *tex, ly_text *out, bool *first, ly_value e, int least)
{
    if (!*first) ly_text_putc(out, ' ');
    *first = false;
    size_t before = out->count;
    put(tex, out, e, least);
    if (before && out->count > before && out->data[out->count - 1] == ' ') {
        out->data[--out->count] = 0; /* the next blank stands for it */
        ly_text_putc(out, ' ');
    }
}

static void put_power(tex *tex, ly_text *out, ly_value base, ly_value exponent);

static void put_times(tex *tex, ly_text *out, const ly_expr *x)
{
    ly_context *cx = tex->cx;
    ly_value number = ly_is_number(x->args[0]) ? ly_retain(x->args[0]) : LY_INT(1);
    size_t start = ly_is_number(x->args[0]), above_count = 0, below_count = 0;
    bool sum = false;
    if (is_negative(number)) {
        ly_value opposite = ly_negate(cx, number);
        ly_release(cx, number);
        number = opposite;
        ly_text_putc(out, '-');
    }
    for (size_t i = start; i < x->count; i++) {
        if (is_below(x->args[i])) below_count++;
        else above_count++;
        if (ly_has_head(x->args[i], LY_SYM(Plus))) sum = true;
    }
    ly_text above = {0}, below = {0};
    bool first = true, separate = false;
    ly_value lower = LY_FAILED;
    if (ly_is_rational(number) && (below_count > 0 || !sum)) {
        mpz_t numerator, denominator;
        mpz_init_set(numerator, mpq_numref(ly_rational_of(number)->q));
        mpz_init_set(denominator, mpq_denref(ly_rational_of(number)->q));
        ly_release(cx, number);
        number = ly_integer_take_mpz(cx, numerator);
        lower = ly_integer_take_mpz(cx, denominator);
    } else {
        separate = ly_is_rational(number);
    }
    if (number != LY_INT(1)) put_factor(tex, separate ? out : &above, &first, number, LY_TEX_TIMES + 1);
    if (separate) ly_text_putc(out, ' '), first = true;
    for (size_t i = start; i < x->count; i++)
        if (!is_below(x->args[i]))
            put_factor(tex, &above, &first, x->args[i], above_count == 1 && number == LY_INT(1) && (below_count || !ly_failed(lower)) && !tex->script ? 0 : LY_TEX_TIMES + 1);
    first = true;
    if (!ly_failed(lower)) put_factor(tex, &below, &first, lower, LY_TEX_TIMES + 1);
    for (size_t i = start; i < x->count; i++) {
        if (!is_below(x->args[i])) continue;
        const ly_expr *power = ly_expr_of(x->args[i]);
        ly_value exponent = ly_negate(cx, power->args[1]);
        if (!first) ly_text_putc(&below, ' ');
        first = false;
        if (exponent == LY_INT(1)) put(tex, &below, power->args[0], below_count + !ly_failed(lower) > 1 ? LY_TEX_TIMES + 1 : 0);
        else put_power(tex, &below, power->args[0], exponent);
        ly_release(cx, exponent);
    }
    if (above.count == 0) ly_text_putc(&above, '1');
    if (below.count == 0) {
        ly_text_add(out, above.data, above.count);
    } else if (tex->script && below_count == 0) {
        ly_text_add(out, above.data, above.count);
        ly_text_putc(out, '/');
        ly_text_add(out, below.data, below.count);
    } else {
        ly_text_puts(out, "\\frac{");
        ly_text_add(out, above.data, above.count);
        ly_text_puts(out, "}{");
        ly_text_add(out, below.data, below.count);
        ly_text_puts(out, "}");
    }
    ly_text_free(&above);
    ly_text_free(&below);
    ly_release(cx, number);
    ly_release(cx, lower);
}

static void put_power(tex *tex, ly_text *out, ly_value base, ly_value exponent)
{
    if (is_half(exponent) && !tex->failed) {
        ly_text_puts(out, "\\sqrt{");
        put(tex, out, base, 0);
        ly_text_puts(out, "}");
        return;
    }
    if (ly_is_rational(exponent) && !tex->script && mpz_cmp_ui(mpq_numref(ly_rational_of(exponent)->q), 1) == 0) {
        ly_text_puts(out, "\\sqrt[");
        put_integer(out, mpq_denref(ly_rational_of(exponent)->q));
        ly_text_puts(out, "]{");
        put(tex, out, base, 0);
        ly_text_puts(out, "}");
        return;
    }
    if (ly_is_number(exponent) && !ly_is_complex(exponent) && is_negative(exponent)) {
        ly_value opposite = ly_negate(tex->cx, exponent);
        ly_text_puts(out, "\\frac{1}{");
        if (opposite == LY_INT(1)) put(tex, out, base, 0);
        else put_power(tex, out, base, opposite);
        ly_text_puts(out, "}");
        ly_release(tex->cx, opposite);
        return;
    }
    const ly_tex_function *function = ly_tex_function_of(base);
    ly_text script = script_of(tex, exponent);
    if (function && function->power && ly_expr_of(base)->count == 1) {
        ly_text_puts(out, function->tex);
        put_script(out, '^', &script);
        put_arguments(tex, out, 1, ly_expr_of(base)->args);
        return;
    }
    put(tex, out, base, LY_TEX_POWER + 1);
    put_script(out, '^', &script);
}

/* ---- tables ----------------------------------------------------------------------------------- */

/* \begin{array}{cc} … \end{array}; rows of different length are filled up */
static void put_array(tex *tex, ly_text *out, const ly_expr *rows, bool lists, char alignment)
{
    size_t columns = 1;
    for (size_t i = 0; lists && i < rows->count; i++)
        if (ly_has_head(rows->args[i], LY_SYM(List)) && ly_expr_of(rows->args[i])->count > columns)
            columns = ly_expr_of(rows->args[i])->count;
    ly_text_puts(out, "\\begin{array}{");
    for (size_t j = 0; j < columns; j++) ly_text_putc(out, alignment);
    ly_text_puts(out, "}\n");
    for (size_t i = 0; i < rows->count && !tex->failed; i++) {
        bool list = lists && ly_has_head(rows->args[i], LY_SYM(List));
        for (size_t j = 0; j < columns; j++) {
            ly_text_puts(out, j ? " & " : " ");
            if (list && j < ly_expr_of(rows->args[i])->count) put(tex, out, ly_expr_of(rows->args[i])->args[j], 0);
            else if (!list && j == 0) put(tex, out, rows->args[i], 0);
            else ly_text_puts(out, "\\text{}");
        }
        ly_text_puts(out, " \\\\\n");
    }
    ly_text_puts(out, "\\end{array}");
}

static bool is_matrix(const ly_expr *x)
{
    if (x->count == 0 || !ly_has_head(x->args[0], LY_SYM(List))) return false;
    size_t columns = ly_expr_of(x->args[0])->count;
    for (size_t i = 0; i < x->count; i++)
        if (!ly_has_head(x->args[i], LY_SYM(List)) || ly_expr_of(x->args[i])->count != columns) return false;
    return columns > 0;
}

static void put_matrix(tex *tex, ly_text *out, const ly_expr *x, bool lists)
{
    ly_text_puts(out, "\\left(\n");
    put_array(tex, out, x, lists, 'c');
    ly_text_puts(out, "\n\\right)");
}

/* \int_a^b f \, dx and the like */
static void put_bounds(tex *tex, ly_text *out, const char *sign, ly_value low, ly_value high)
{
    ly_text_puts(out, sign);
    ly_text script = script_of(tex, low);
    put_script(out, '_', &script);
    script = script_of(tex, high);
    put_script(out, '^', &script);
}

static bool put_iterated(tex *tex, ly_text *out, const ly_expr *x)
{
    bool integral = x->head == LY_SYM(Integrate);
    if (x->count < 2) return false;
    for (size_t i = 1; i < x->count; i++) {
        bool bounds = ly_has_shape(x->args[i], LY_SYM(List), 3);
        if (!bounds && !(integral && ly_is_symbol(x->args[i]))) return false;
    }
    for (size_t i = 1; i < x->count; i++) {
        if (!ly_is_expr(x->args[i])) {
            ly_text_puts(out, "\\int ");
            continue;
        }
        const ly_expr *bounds = ly_expr_of(x->args[i]);
        if (integral) {
            put_bounds(tex, out, "\\int", bounds->args[1], bounds->args[2]);
        } else {
            ly_text low = {0}, script;
            ly_text_puts(out, x->head == LY_SYM(Sum) ? "\\sum " : "\\prod ");
            put(tex, &low, bounds->args[0], 0);
            ly_text_putc(&low, '=');
            put(tex, &low, bounds->args[1], 0);
            put_script(out, '_', &low);
            script = script_of(tex, bounds->args[2]);
            put_script(out, '^', &script);
        }
        ly_text_putc(out, ' ');
    }
    put(tex, out, x->args[0], LY_TEX_TIMES);
    if (!integral) return true;
    for (size_t i = x->count; i-- > 1;) {
        ly_text_puts(out, " \\, d");
        put(tex, out, ly_is_expr(x->args[i]) ? ly_expr_of(x->args[i])->args[0] : x->args[i], 0);
    }
    return true;
}

static void put_piecewise(tex *tex, ly_text *out, const ly_expr *x)
{
    const ly_expr *rows = ly_expr_of(x->args[0]);
    ly_text_puts(out, "\\begin{cases}\n");
    size_t count = rows->count + (x->count > 1);
    for (size_t i = 0; i < count && !tex->failed; i++) {
        ly_text_putc(out, ' ');
        if (i < rows->count && ly_has_shape(rows->args[i], LY_SYM(List), 2)) {
            put(tex, out, ly_expr_of(rows->args[i])->args[0], 0);
            ly_text_puts(out, " & ");
            put(tex, out, ly_expr_of(rows->args[i])->args[1], 0);
        } else {
            put(tex, out, i < rows->count ? rows->args[i] : x->args[1], 0);
            ly_text_puts(out, " & \\text{True}");
        }
        ly_text_puts(out, i + 1 < count ? " \\\\\n" : "\n");
    }
    ly_text_puts(out, "\\end{cases}");
}

/* ---- calls ------------------------------------------------------------------------------------ */

static void put_within_items(tex *tex, ly_text *out, const char *open, const ly_expr *x, const char *close)
{
    ly_text content = {0};
    put_items(tex, &content, x->count, x->args, ",");
    put_within(out, open, &content, close);
}

static bool put_derivative(tex *tex, ly_text *out, const ly_expr *x)
{
    /* x is Derivative[n…][f] */
    if (!ly_is_expr(x->head) || ly_expr_of(x->head)->head != LY_SYM(Derivative) || x->count != 1) return false;
    const ly_expr *orders = ly_expr_of(x->head);
    put(tex, out, x->args[0], LY_TEX_ATOM);
    if (orders->count == 1 && ly_is_int(orders->args[0]) && ly_int_of(orders->args[0]) >= 1 &&
        ly_int_of(orders->args[0]) <= 2) {
        for (int64_t i = 0; i < ly_int_of(orders->args[0]); i++) ly_text_putc(out, '\'');
        return true;
    }
    ly_text_puts(out, "^{(");
    put_items(tex, out, orders->count, orders->args, ",");
    ly_text_puts(out, ")}");
    return true;
}

/* The heads with a notation of their own, one argument and more; false: an ordinary call. */
static bool put_special(tex *tex, ly_text *out, const ly_expr *x)
{
    ly_value head = x->head;
    const ly_value *args = x->args;
    size_t n = x->count;
    ly_text script;
    if (n >= 1 && head == LY_SYM(List)) {
        if (is_matrix(x)) put_matrix(tex, out, x, true);
        else put_within_items(tex, out, "\\{", x, "\\}");
        return true;
    }
    if (n == 0 && head == LY_SYM(List)) return ly_text_puts(out, "\\{\\}"), true;
    if (n == 1) {
        if (head == LY_SYM(Floor)) return put_within_items(tex, out, "\\lfloor ", x, "\\rfloor "), true;
        if (head == LY_SYM(Ceiling)) return put_within_items(tex, out, "\\lceil ", x, "\\rceil "), true;
        if (head == LY_SYM(Abs) || head == LY_SYM(Det)) {
            ly_text content = {0};
            put(tex, &content, args[0], 0);
            if (is_tall(&content)) return put_within(out, "| ", &content, "| "), true;
            return put_within(out, "| ", &content, "|"), true;
        }
        if (head == LY_SYM(AngleBracket)) return put_within_items(tex, out, "\\langle ", x, "\\rangle "), true;
        if (head == LY_SYM(CubeRoot)) {
            ly_text_puts(out, "\\sqrt[3]{");
            put(tex, out, args[0], 0);
            return ly_text_puts(out, "}"), true;
        }
        if (head == LY_SYM(OverDot) || head == LY_SYM(OverBar) || head == LY_SYM(OverHat) ||
            head == LY_SYM(OverTilde) || head == LY_SYM(OverVector)) {
            ly_text_puts(out, head == LY_SYM(OverDot) ? "\\dot{" : head == LY_SYM(OverBar) ? "\\overline{"
                              : head == LY_SYM(OverHat) ? "\\hat{" : head == LY_SYM(OverTilde) ? "\\tilde{" : "\\vec{");
            put(tex, out, args[0], 0);
            return ly_text_puts(out, "}"), true;
        }
        if (head == LY_SYM(Conjugate)) return put(tex, out, args[0], LY_TEX_POWER + 1), ly_text_puts(out, "^*"), true;
        if (head == LY_SYM(Transpose)) return put(tex, out, args[0], LY_TEX_POWER + 1), ly_text_puts(out, "^{\\mathsf{T}}"), true;
        if (head == LY_SYM(Factorial)) return put(tex, out, args[0], LY_TEX_POWER), ly_text_puts(out, "!"), true;
        if (head == LY_SYM(Factorial2)) return put(tex, out, args[0], LY_TEX_POWER), ly_text_puts(out, "\\text{!!}"), true;
        if (head == LY_SYM(Not)) return ly_text_puts(out, "\\neg "), put(tex, out, args[0], LY_TEX_NOT), true;
        if (head == LY_SYM(MatrixForm) || head == LY_SYM(TableForm) || head == LY_SYM(Grid) || head == LY_SYM(Column)) {
            if (ly_has_head(args[0], LY_SYM(List))) {
                if (head == LY_SYM(MatrixForm)) put_matrix(tex, out, ly_expr_of(args[0]), true);
                else put_array(tex, out, ly_expr_of(args[0]), head != LY_SYM(Column), head == LY_SYM(Column) ? 'l' : 'c');
                return true;
            }
            if (head == LY_SYM(Grid) || head == LY_SYM(Column)) return false;
            return put(tex, out, args[0], 0), true;
        }
        if (head == LY_SYM(HoldForm) || head == LY_SYM(TeXForm) || head == LY_SYM(TraditionalForm) || head == LY_SYM(StandardForm))
            return put(tex, out, args[0], 0), true;
    }
    if (head == LY_SYM(DirectedInfinity) && n <= 1) {
        if (n == 0) ly_text_puts(out, "\\text{ComplexInfinity}");
        else if (args[0] == LY_INT(1)) ly_text_puts(out, "\\infty ");
        else if (args[0] == LY_INT(-1)) ly_text_puts(out, "-\\infty ");
        else return false;
        return true;
    }
    if (n >= 1 && head == LY_SYM(Style)) return put(tex, out, args[0], 0), true;
    if (n >= 1 && head == LY_SYM(Row) && ly_has_head(args[0], LY_SYM(List))) {
        const ly_expr *items = ly_expr_of(args[0]);
        for (size_t i = 0; i < items->count; i++) {
            if (i && n > 1) {
                if (ly_is_string(args[1])) ly_text_puts(out, ly_string_of(args[1])->data);
                else put(tex, out, args[1], 0);
            }
            put(tex, out, items->args[i], 0);
        }
        return true;
    }
    if (head == LY_SYM(Norm) && n >= 1 && n <= 2) {
        ly_text content = {0};
        put(tex, &content, args[0], 0);
        put_within(out, "\\| ", &content, "\\| ");
        if (n == 2) script = script_of(tex, args[1]), put_script(out, '_', &script);
        return true;
    }
    if (n == 2) {
        if (head == LY_SYM(Mod)) {
            ly_text_puts(out, "(");
            put(tex, out, args[0], LY_TEX_PLUS + 1);
            ly_text_puts(out, " \\bmod ");
            put(tex, out, args[1], LY_TEX_PLUS + 1);
            return ly_text_puts(out, ")"), true;
        }
        if (head == LY_SYM(Subscript) || head == LY_SYM(Superscript)) {
            put(tex, out, args[0], LY_TEX_POWER + 1);
            script = script_of(tex, args[1]);
            return put_script(out, head == LY_SYM(Subscript) ? '_' : '^', &script), true;
        }
        if (head == LY_SYM(Binomial)) {
            ly_text_puts(out, "\\binom{");
            put(tex, out, args[0], 0);
            ly_text_puts(out, "}{");
            put(tex, out, args[1], 0);
            return ly_text_puts(out, "}"), true;
        }
        if (head == LY_SYM(Pochhammer)) {
            ly_text content = {0};
            put(tex, &content, args[0], 0);
            put_within(out, "(", &content, ")");
            script = script_of(tex, args[1]);
            return put_script(out, '_', &script), true;
        }
        if (head == LY_SYM(PolyGamma)) {
            ly_text_puts(out, "\\psi ^{(");
            put(tex, out, args[0], 0);
            ly_text_puts(out, ")}");
            return put_arguments(tex, out, 1, args + 1), true;
        }
        if (head == LY_SYM(HarmonicNumber)) {
            ly_text_puts(out, "H");
            script = script_of(tex, args[0]);
            put_script(out, '_', &script);
            ly_text_puts(out, "^{(");
            put(tex, out, args[1], 0);
            return ly_text_puts(out, ")}"), true;
        }
        if (head == LY_SYM(ForAll) || head == LY_SYM(Exists)) {
            ly_text_puts(out, head == LY_SYM(ForAll) ? "\\forall " : "\\exists ");
            script = script_of(tex, args[0]);
            put_script(out, '_', &script);
            return put(tex, out, args[1], 0), true;
        }
        if (head == LY_SYM(Underscript)) {
            ly_text_puts(out, "\\underset{");
            put(tex, out, args[1], 0);
            ly_text_puts(out, "}{");
            put(tex, out, args[0], 0);
            return ly_text_puts(out, "}"), true;
        }
        if (head == LY_SYM(Overscript)) {
            ly_text_puts(out, "\\overset{");
            put(tex, out, args[1], 0);
            ly_text_puts(out, "}{");
            put(tex, out, args[0], 0);
            return ly_text_puts(out, "}"), true;
        }
    }
    if (n == 3 && (head == LY_SYM(Subsuperscript) || head == LY_SYM(Underoverscript))) {
        if (head == LY_SYM(Subsuperscript)) {
            put(tex, out, args[0], LY_TEX_POWER + 1);
            script = script_of(tex, args[1]);
            put_script(out, '_', &script);
            script = script_of(tex, args[2]);
            return put_script(out, '^', &script), true;
        }
        ly_text_puts(out, "\\underset{");
        put(tex, out, args[1], 0);
        ly_text_puts(out, "}{\\overset{");
        put(tex, out, args[2], 0);
        ly_text_puts(out, "}{");
        put(tex, out, args[0], 0);
        return ly_text_puts(out, "}}"), true;
    }
    if (n >= 2 && head == LY_SYM(KroneckerDelta)) {
        ly_text content = {0};
        put_items(tex, &content, n, args, ",");
        ly_text_puts(out, "\\delta ");
        return put_script(out, '_', &content), true;
    }
    if (n >= 2 && head == LY_SYM(Multinomial)) {
        ly_text_puts(out, "(");
        put_items(tex, out, n, args, "+");
        ly_text_puts(out, ";");
        put_items(tex, out, n, args, ",");
        return ly_text_puts(out, ")"), true;
    }
    if (head == LY_SYM(Limit) && n >= 2 && ly_has_shape(args[1], LY_SYM(Rule), 2)) {
        ly_text_puts(out, "\\underset{");
        put(tex, out, args[1], 0);
        if (n == 3 && ly_has_shape(args[2], LY_SYM(Rule), 2)) {
            ly_value direction = ly_expr_of(args[2])->args[1];
            if (direction == LY_INT(1) || ly_string_is(direction, "FromBelow")) ly_text_puts(out, "^-");
            if (direction == LY_INT(-1) || ly_string_is(direction, "FromAbove")) ly_text_puts(out, "^+");
        }
        ly_text_puts(out, "}{\\text{lim}}");
        return put(tex, out, args[0], LY_TEX_TIMES), true;
    }
    if (head == LY_SYM(Piecewise) && n >= 1 && ly_has_head(args[0], LY_SYM(List))) return put_piecewise(tex, out, x), true;
    if (head == LY_SYM(Integrate) || head == LY_SYM(Sum) || head == LY_SYM(Product)) return put_iterated(tex, out, x);
    if (head == LY_SYM(Inequality) && n >= 3 && n % 2) {
        for (size_t i = 0; i < n; i++) {
            if (i % 2 == 0) {
                put(tex, out, args[i], LY_TEX_COMPARE + 1);
                continue;
            }
            const char *name = ly_is_symbol(args[i]) ? ly_symbol_name(args[i]) : "";
            const char *sign = "";
            const ly_tex_infix *infix = ly_tex_infix_named(name);
            if (infix) sign = infix->tex;
            ly_text_puts(out, sign);
        }
        return true;
    }
    return false;
}

static int binding_of(tex *tex, ly_value e)
{
    if (ly_is_number(e)) {
        if (ly_is_complex(e) && ly_complex_of(e)->re != LY_INT(0)) return LY_TEX_PLUS;
        return is_negative(e) || ly_is_rational(e) || ly_is_complex(e) ? LY_TEX_TIMES : LY_TEX_ATOM;
    }
    if (!ly_is_expr(e)) return LY_TEX_ATOM;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Plus) && x->count >= 2) return LY_TEX_PLUS;
    if (x->head == LY_SYM(Times) && x->count >= 2) return LY_TEX_TIMES;
    if (x->head == LY_SYM(Power) && x->count == 2) return is_half(x->args[1]) ? LY_TEX_ATOM : LY_TEX_POWER;
    if (x->head == LY_SYM(Not)) return LY_TEX_NOT;
    if ((x->head == LY_SYM(Factorial) || x->head == LY_SYM(Factorial2)) && x->count == 1) return LY_TEX_FACTORIAL;
    if (x->head == LY_SYM(Integrate) || x->head == LY_SYM(Sum) || x->head == LY_SYM(Product)) return LY_TEX_PLUS + 5;
    if (x->head == LY_SYM(HoldForm) && x->count == 1) return ly_is_expr(x->args[0]) ? LY_TEX_PLUS : LY_TEX_ATOM;
    const ly_tex_infix *infix = ly_tex_infix_of(x);
    return infix ? infix->binding : LY_TEX_ATOM;
}

static void put_call(tex *tex, ly_text *out, const ly_expr *x)
{
    const ly_tex_infix *infix = ly_tex_infix_of(x);
    if (infix) {
        for (size_t i = 0; i < x->count && !tex->failed; i++) {
            if (i) ly_text_puts(out, infix->tex);
            put(tex, out, x->args[i], infix->binding + (infix->binding != LY_TEX_RULE || i + 1 < x->count));
        }
        return;
    }
    if (put_special(tex, out, x) || put_derivative(tex, out, x)) return;
    if (ly_is_symbol(x->head)) {
        const char *name = ly_symbol_name(x->head);
        const ly_tex_function *function = ly_tex_function_of(ly_from_object(x));
        if (function) {
            ly_text_puts(out, function->tex);
            put_arguments(tex, out, x->count, x->args);
            return;
        }
        const char *letter = x->count == 1 || x->count == 2 ? ly_tex_indexed(x) : NULL;
        if (letter) {
            ly_text_puts(out, letter);
            ly_text script = script_of(tex, x->args[0]);
            put_script(out, '_', &script);
            if (x->count == 2) put_arguments(tex, out, 1, x->args + 1);
            return;
        }
        ly_tex_symbol(out, x->head);
        const ly_symbol *symbol = ly_symbol_of(x->head);
        if (symbol->context && !strcmp(symbol->context, "System`") && strlen(name) > 1) {
            ly_text content = {0};
            put_items(tex, &content, x->count, x->args, ",");
            put_within(out, "[", &content, "]");
            return;
        }
    } else {
        put(tex, out, x->head, LY_TEX_ATOM);
    }
    put_arguments(tex, out, x->count, x->args);
}

struct again {
    tex *tex;
    ly_text *out;
    ly_value e;
    int least;
};

static void *put_again(ly_context *cx, void *argument)
{
    struct again *again = argument;
    (void)cx;
    put(again->tex, again->out, again->e, again->least);
    return argument;
}

static void put(tex *tex, ly_text *out, ly_value e, int least)
{
    if (tex->failed) return;
    if (ly_stack_low(tex->cx)) {
        struct again again = {tex, out, e, least};
        if (!ly_on_new_stack(tex->cx, put_again, &again)) tex->failed = true;
        return;
    }
    if (binding_of(tex, e) < least) {
        ly_text content = {0};
        put(tex, &content, e, 0);
        put_within(out, "(", &content, ")");
        return;
    }
    if (ly_is_symbol(e)) {
        ly_tex_symbol(out, e);
    } else if (ly_is_string(e)) {
        ly_tex_text(out, ly_string_of(e)->data, ly_string_of(e)->bytes);
    } else if (ly_is_number(e)) {
        put_number(tex, out, e);
    } else if (ly_is_packed(e)) {
        ly_value list = ly_unpack(tex->cx, e);
        if (ly_failed(list)) tex->failed = true;
        else put(tex, out, list, 0);
        ly_release(tex->cx, list);
    } else if (ly_is_association(e)) {
        const ly_entry *entry;
        bool first = true;
        ly_text_puts(out, "\\unicode{f113}");
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(e), &at));) {
            if (!first) ly_text_putc(out, ',');
            first = false;
            put(tex, out, entry->key, LY_TEX_RULE + 1);
            ly_text_puts(out, "\\to ");
            put(tex, out, entry->value, LY_TEX_RULE);
        }
        ly_text_puts(out, "\\unicode{f114}");
    } else if (ly_is_expr(e)) {
        const ly_expr *x = ly_expr_of(e);
        if (x->head == LY_SYM(Plus) && x->count >= 2) put_plus(tex, out, x);
        else if (x->head == LY_SYM(Times) && x->count >= 2) put_times(tex, out, x);
        else if (x->head == LY_SYM(Power) && x->count == 2) put_power(tex, out, x->args[0], x->args[1]);
        else put_call(tex, out, x);
    } else {
        ly_print_input_form(tex->cx, out, e);
    }
}

/* e with lists in place of packed arrays, at every level that a table looks at. Consumes e. */
static ly_value without_packed_take(ly_context *cx, ly_value e, int depth)
{
    if (ly_is_packed(e)) e = ly_unpack_take(cx, e);
    if (ly_failed(e) || !ly_is_expr(e) || depth > 100) return e;
    for (uint32_t i = 0; i < ly_expr_of(e)->count; i++) {
        ly_value before = ly_expr_of(e)->args[i];
        if (!ly_is_packed(before) && !ly_is_expr(before)) continue;
        ly_value after = without_packed_take(cx, ly_retain(before), depth + 1);
        if (ly_failed(after)) {
            ly_release(cx, e);
            return LY_FAILED;
        }
        if (after != before) e = ly_expr_set_take(cx, e, i, after);
        else ly_release(cx, after);
    }
    return e;
}

void ly_print_tex(ly_context *cx, ly_text *text, ly_value e)
{
    tex tex = {cx, false, false};
    e = without_packed_take(cx, ly_retain(e), 0);
    if (ly_failed(e)) {
        text->failed = true;
        return;
    }
    put(&tex, text, e, 0);
    ly_release(cx, e);
    while (text->count > 0 && text->data[text->count - 1] == ' ') text->data[--text->count] = 0;
    if (tex.failed) text->failed = true;
}
