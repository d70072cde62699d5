/* emit_typed.c: expressions of kernels: unboxed values as C text.

   Integers are checked operation by operation. Reals may become infinite or not a number on the way, and
   that is asked where a value is kept or compared, and where an operation would hide it. Whatever leaves
   the types goes to the exit of the statement, before the statement has had an effect. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "codegen/kernel.h"

static const type integer = {TYPE_INT, 0}, real = {TYPE_REAL, 0}, boolean = {TYPE_BOOL, 0}, ratio = {TYPE_RATIO, 0};

void leave_if(kernel_text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *condition = program_format(t->f.e->p, format, arguments);
    va_end(arguments);
    if (t->clone) {
        if (t->branch_count) leave_branches(t, condition);
        else line(&t->f, "if (%s) return %s;", condition, clone_nothing(t->clone));
        return;
    }
    if (t->pure) {
        line(&t->f, "if (%s) return LY_KERNEL_REFUSED;", condition);
        return;
    }
    t->leaves++;
    if (t->redo) {
        line(&t->f, "if (%s) goto %s;", condition, t->redo);
        return;
    }
    t->exits[t->resume] = true;
    line(&t->f, "if (%s) goto exit_%u;", condition, t->resume);
}

void note_if(kernel_text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *condition = program_format(t->f.e->p, format, arguments);
    va_end(arguments);
    t->leaves++;
    if (t->noted) line(&t->f, "%s |= ly_noted(%s);", t->noted, condition);
    else leave_if(t, "%s", condition);
}

unboxed temporary(kernel_text *t, type kind, const char *expression, bool finite)
{
    const char *c = kind.base == TYPE_INT ? "int64_t" : kind.base == TYPE_BOOL ? "bool" : "double";
    const char *name = temp_name(&t->f, kind.base == TYPE_INT ? "i" : kind.base == TYPE_BOOL ? "b" : "d");
    line(&t->f, "%s %s = %s;", c, name, expression);
    return (unboxed){.text = name, .type = kind, .finite = finite};
}

/* ---- conversions */

#define EXACT 9007199254740992.0 /* integers up to here are reals without rounding */
static bool fits_real(unboxed v) { return v.constant || v.small || (v.most && v.most <= EXACT); }

const char *as_real(kernel_text *t, unboxed v, bool finite)
{
    frame *f = &t->f;
    if (v.type.base == TYPE_INT) {
        if (v.constant) return text(f, "%.17g%s", v.value, v.value == rint(v.value) && fabs(v.value) < 1e15 ? ".0" : "");
        return text(f, v.small && t->noted ? "ly_small_real(%s)" : "(double)%s", v.text);
    }
    if (v.type.base == TYPE_RATIO) {
        bool fits = v.most && v.most <= EXACT;
        if (fits) note_if(t, "%s == 0", v.under);
        else note_if(t, "%s == 0 || !ly_fits_real(%s) || !ly_fits_real(%s)", v.under, v.text, v.under);
        return text(f, "((double)%s / (double)%s)", v.text, v.under);
    }
    if (!finite || v.finite) return v.text;
    unboxed kept = temporary(t, real, v.text, true);
    if (t->noted) line(f, "%s |= ly_noted_real(%s);", t->noted, kept.text);
    else leave_if(t, "!ly_is_finite(%s)", kept.text);
    return kept.text;
}

const char *as_int(kernel_text *t, unboxed v)
{
    if (v.type.base != TYPE_RATIO) return v.text;
    if (v.under[strspn(v.under, "0123456789")] || strcmp(v.under, "0") == 0)
        leave_if(t, "%s == 0 || %s == -1 || %s %% %s != 0", v.under, v.under, v.text, v.under);
    else
        leave_if(t, "%s %% %s != 0", v.text, v.under);
    return temporary(t, integer, text(&t->f, "%s / %s", v.text, v.under), true).text;
}

/* ---- constants */

static unboxed constant(kernel_text *t, ly_value v)
{
    frame *f = &t->f;
    if (ly_is_int(v)) {
        int64_t n = ly_int_of(v);
        return (unboxed){.text = n > INT32_MAX || n < INT32_MIN ? text(f, n < 0 ? "(%lldLL)" : "%lldLL", (long long)n)
                                 : text(f, n < 0 ? "(%lld)" : "%lld", (long long)n),
                         .type = integer, .finite = true, .constant = true, .value = (double)n};
    }
    if (ly_is_real(v)) {
        double d = ly_real_of(v);
        const char *digits = text(f, "%.17g", d);
        for (int precision = 1; precision < 17; precision++) {
            const char *shorter = text(f, "%.*g", precision, d);
            if (strtod(shorter, NULL) == d) {
                digits = shorter;
                break;
            }
        }
        if (!strpbrk(digits, ".e")) digits = text(f, "%s.0", digits);
        return (unboxed){.text = digits[0] == '-' ? text(f, "(%s)", digits) : digits, .type = real, .finite = true,
                         .constant = true, .value = d};
    }
    return (unboxed){.text = v == LY_SYM(True) ? "true" : "false", .type = boolean, .finite = true};
}

/* ---- arithmetic */

static double most_of(unboxed v) { return v.constant ? fabs(v.value) + 1 : v.most; }

static unboxed int_pair(kernel_text *t, char operation, unboxed a, unboxed b)
{
    double x = most_of(a), y = most_of(b), most = operation == '*' ? x * y : x + y;
    if (x && y && most < 4e18) {
        unboxed v = temporary(t, integer, text(&t->f, "(int64_t)%s %c %s", a.text, operation, b.text), true);
        v.most = most;
        return v;
    }
    const char *name = operation == '+' ? "ADD" : operation == '-' ? "SUBTRACT" : "MULTIPLY";
    if (t->plain) {
        const char *simple = text(&t->f, "(%s %c %s)", a.text, operation, b.text);
        return (unboxed){.text = simple, .type = integer, .finite = true};
    }
    const char *to = temp_name(&t->f, "i");
    if (t->noted && operation != '*') {
        line(&t->f, "int64_t %s = (int64_t)((uint64_t)%s %c (uint64_t)%s);", to, a.text, operation, b.text);
        line(&t->f, "%s |= ly_noted_%s(%s, %s, %s);", t->noted, operation == '+' ? "plus" : "minus", a.text, b.text, to);
        return (unboxed){.text = to, .type = integer, .finite = true};
    }
    line(&t->f, "int64_t %s;", to);
    note_if(t, "LY_%s_OVERFLOWS(%s, %s, &%s)", name, a.text, b.text, to);
    return (unboxed){.text = to, .type = integer, .finite = true};
}

static bool is_exact(unboxed v) { return v.type.base == TYPE_INT || v.type.base == TYPE_RATIO; }
static bool is_one(unboxed v) { return v.constant && v.type.base == TYPE_INT && v.value == 1; }

static const unboxed one = {.text = "1", .type = {TYPE_INT, 0}, .finite = true, .constant = true, .value = 1};

static unboxed numerator(unboxed v)
{
    v.type = integer;
    v.under = NULL;
    return v;
}

static unboxed denominator(unboxed v)
{
    if (v.type.base == TYPE_INT) return one;
    if (strcmp(v.under, "1") == 0) return one;
    return (unboxed){.text = v.under, .type = integer, .finite = true, .most = v.most};
}

static unboxed int_product(kernel_text *t, unboxed a, unboxed b)
{
    return is_one(a) ? b : is_one(b) ? a : int_pair(t, '*', a, b);
}

static unboxed quotient(unboxed over, unboxed under)
{
    double x = most_of(over), y = most_of(under);
    return (unboxed){.text = over.text, .under = under.text, .type = ratio, .most = x && y ? fmax(x, y) : 0};
}

/* Of integers and quotients: exact, not reduced. A denominator of 0 stays one. */
static unboxed ratio_pair(kernel_text *t, char operation, unboxed a, unboxed b)
{
    unboxed over_a = numerator(a), under_a = denominator(a), over_b = numerator(b), under_b = denominator(b);
    if (operation == '*') return quotient(int_product(t, over_a, over_b), int_product(t, under_a, under_b));
    if (operation == '/') return quotient(int_product(t, over_a, under_b), int_product(t, under_a, over_b));
    if (strcmp(under_a.text, under_b.text) == 0) return quotient(int_pair(t, operation, over_a, over_b), under_a);
    unboxed x = int_product(t, over_a, under_b), y = int_product(t, over_b, under_a);
    return quotient(int_pair(t, operation, x, y), int_product(t, under_a, under_b));
}

unboxed emit_pair(kernel_text *t, char operation, unboxed a, unboxed b)
{
    if (a.type.base == TYPE_INT && b.type.base == TYPE_INT) return int_pair(t, operation, a, b);
    if (is_exact(a) && is_exact(b)) return ratio_pair(t, operation, a, b);
    /* a variable that is an exact integer now: only with a real is the result a real */
    bool real_a = a.type.base == TYPE_REAL, real_b = b.type.base == TYPE_REAL;
    if (a.exact && !real_b) note_if(t, "%s", a.exact);
    if (b.exact && !real_a) note_if(t, "%s", b.exact);
    const char *x = as_real(t, a, false), *y = as_real(t, b, false);
    return (unboxed){.text = text(&t->f, "(%s %c %s)", x, operation, y), .type = real};
}

/* Sums and products of n by halves, the first half the larger one. */
static unboxed folded(kernel_text *t, char operation, const unboxed *items, uint32_t n)
{
    if (n == 1) return items[0];
    uint32_t half = (n + 1) / 2;
    unboxed a = folded(t, operation, items, half), b = folded(t, operation, items + half, n - half);
    return emit_pair(t, operation, a, b);
}

static unboxed emit_folded(kernel_text *t, char operation, node *n)
{
    unboxed *items = program_alloc(t->f.e->p, n->count * sizeof *items);
    for (uint32_t i = 0; i < n->count; i++) items[i] = emit_unboxed(t, n->kids[i]);
    t->plain = n->proven;
    unboxed v = folded(t, operation, items, n->count);
    t->plain = false;
    return v;
}

static unboxed emit_divide(kernel_text *t, node *n)
{
    unboxed a = emit_unboxed(t, n->kids[0]), b = emit_unboxed(t, n->kids[1]);
    if (is_exact(a) && is_exact(b)) return ratio_pair(t, '/', a, b);
    if (b.type.base == TYPE_RATIO) {
        /* the inverse is exact, and only then rounded */
        if (a.exact) note_if(t, "%s", a.exact);
        const char *x = as_real(t, a, false);
        return (unboxed){.text = text(&t->f, "(%s * %s)", x, as_real(t, ratio_pair(t, '/', one, b), false)), .type = real};
    }
    if (b.exact) note_if(t, "%s", b.exact);
    const char *y = b.type.base == TYPE_INT ? as_real(t, b, false) : as_real(t, b, true);
    if (b.type.base == TYPE_INT && !fits_real(b)) note_if(t, "!ly_fits_real(%s)", b.text);
    if (a.exact) note_if(t, "%s", a.exact);
    const char *x = as_real(t, a, false);
    /* x/y is x y^(-1): rounded twice, as the evaluator does it */
    return (unboxed){.text = text(&t->f, "(%s * (1.0 / %s))", x, y), .type = real};
}

static unboxed emit_power(kernel_text *t, node *n)
{
    frame *f = &t->f;
    node *e = n->kids[1];
    unboxed a = emit_unboxed(t, n->kids[0]);
    if (a.exact) note_if(t, "%s", a.exact);
    bool constant_power = e->op == OP_CONSTANT && ly_is_int(e->value);
    int64_t power = constant_power ? ly_int_of(e->value) : 0;
    if (a.type.base == TYPE_INT && e->type.base == TYPE_INT) {
        if (power == 1) return a;
        if (power == -1) return (unboxed){.text = "1", .under = a.text, .type = ratio};
        if (n->proven && power > 1 && power <= 4) {
            a = temporary(t, integer, a.text, true);
            const char *all = a.text;
            for (int64_t i = 1; i < power; i++) all = text(f, "%s * %s", all, a.text);
            return (unboxed){.text = text(f, "(%s)", all), .type = integer, .finite = true};
        }
        if (power == 2) return int_pair(t, '*', a, a);
        if (power == -2) return (unboxed){.text = "1", .under = int_pair(t, '*', a, a).text, .type = ratio};
        if (power < -2) {
            const char *under = temp_name(f, "i");
            line(f, "int64_t %s = 0;", under);
            note_if(t, "!ly_int_power(%s, %lld, &%s)", a.text, (long long)-power, under);
            return (unboxed){.text = "1", .under = under, .type = ratio};
        }
        unboxed b = emit_unboxed(t, e);
        if (a.constant && a.value == -1)
            return temporary(t, integer, text(f, "1 - 2 * (%s & 1)", b.text), true);
        if (a.constant && a.value == 2) {
            note_if(t, "(uint64_t)%s > 61", b.text);
            return temporary(t, integer, text(f, "(int64_t)1 << (%s & 63)", b.text), true);
        }
        const char *to = temp_name(f, "i");
        line(f, "int64_t %s = 0;", to);
        note_if(t, "!ly_int_power(%s, %s, &%s)", a.text, b.text, to);
        return (unboxed){.text = to, .type = integer, .finite = true};
    }
    /* 1^x is an exact 1, whatever x is */
    if (a.type.base == TYPE_INT) note_if(t, "%s == 1", a.text);
    const char *x = as_real(t, a, true);
    if (power == 1) return (unboxed){.text = x, .type = real, .finite = true};
    if (power == -1) return (unboxed){.text = text(f, "(1.0 / %s)", x), .type = real};
    if (power == 2 || power == 3) {
        if (x[strspn(x, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")]) x = temporary(t, real, x, true).text;
        return (unboxed){.text = text(f, power == 2 ? "(%s * %s)" : "(%s * (%s * %s))", x, x, x), .type = real};
    }
    const char *to = temp_name(f, "d");
    unboxed b = emit_unboxed(t, e);
    if (b.exact) note_if(t, "%s", b.exact);
    line(f, "double %s = 0;", to);
    if (b.type.base == TYPE_INT) note_if(t, "!ly_real_power_int(%s, %s, &%s)", x, b.text, to);
    else note_if(t, "!ly_real_power(%s, %s, &%s)", x, as_real(t, b, true), to);
    return (unboxed){.text = to, .type = real, .finite = true};
}

static bool is_power_of_two(int64_t n) { return n > 0 && (n & (n - 1)) == 0; }

/* Mod[a b, m] and Mod[a b + c, m]: the product may be larger than a machine integer. NULL: it is none. */
static const node *product_in(const node *n)
{
    if (n->op != OP_PRIMITIVE || n->type.base != TYPE_INT) return NULL;
    if (n->primitive == PRIMITIVE_times && n->count == 2) return n;
    if (n->primitive != PRIMITIVE_plus || n->count != 2) return NULL;
    for (int i = 0; i < 2; i++)
        if (n->kids[i]->op == OP_PRIMITIVE && n->kids[i]->primitive == PRIMITIVE_times && n->kids[i]->count == 2) return n->kids[i];
    return NULL;
}

static unboxed emit_product_modulus(kernel_text *t, node *n, const node *product)
{
    const node *sum = n->kids[0];
    unboxed a = emit_unboxed(t, product->kids[0]), b = emit_unboxed(t, product->kids[1]), c = constant(t, LY_INT(0));
    if (sum != product) c = emit_unboxed(t, sum->kids[sum->kids[0] == product]);
    unboxed m = emit_unboxed(t, n->kids[1]);
    const node *modulus = n->kids[1];
    if (m.constant && is_power_of_two(ly_int_of(modulus->value))) /* the low bits are right whatever overflows */
        return temporary(t, integer, text(&t->f, "(int64_t)(((uint64_t)%s * (uint64_t)%s + (uint64_t)%s) & %lldULL)", a.text,
                                          b.text, c.text, (long long)ly_int_of(modulus->value) - 1), true);
    if (!m.constant) leave_if(t, "%s <= 0", m.text);
    return temporary(t, integer, text(&t->f, "ly_product_modulus(%s, %s, %s, %s)", a.text, b.text, c.text, m.text), true);
}

static unboxed emit_modulus(kernel_text *t, node *n, bool quotient)
{
    frame *f = &t->f;
    if (n->type.base == TYPE_REAL) {
        unboxed x = emit_unboxed(t, n->kids[0]), y = emit_unboxed(t, n->kids[1]);
        const char *over = as_real(t, x, true), *under = as_real(t, y, true);
        if (y.type.base == TYPE_INT && !fits_real(y)) leave_if(t, "!ly_fits_real(%s)", y.text);
        leave_if(t, "%s == 0", under);
        return (unboxed){.text = text(f, "ly_real_modulus(%s, %s)", over, under), .type = real, .finite = true};
    }
    const node *product = quotient ? NULL : product_in(n->kids[0]), *modulus = n->kids[1];
    if (product && !t->noted && !(modulus->op == OP_CONSTANT && ly_is_int(modulus->value) && ly_int_of(modulus->value) <= 0))
        return emit_product_modulus(t, n, product);
    unboxed a = emit_unboxed(t, n->kids[0]), b = emit_unboxed(t, n->kids[1]);
    const node *by = n->kids[1];
    int64_t m = by->op == OP_CONSTANT && ly_is_int(by->value) ? ly_int_of(by->value) : 0;
    if (is_power_of_two(m) && quotient) return temporary(t, integer, text(f, "%s >> %d", a.text, __builtin_ctzll((uint64_t)m)), true);
    if (is_power_of_two(m)) return temporary(t, integer, text(f, "%s & %lld", a.text, (long long)m - 1), true);
    if (m <= 0) leave_if(t, "%s <= 0", b.text);
    const char *r = temporary(t, integer, text(f, "%s %% %s", a.text, b.text), true).text;
    if (quotient) return temporary(t, integer, text(f, "%s / %s - (%s < 0)", a.text, b.text, r), true);
    line(f, "if (%s < 0) %s += %s;", r, r, b.text);
    return (unboxed){.text = r, .type = integer, .finite = true};
}

/* ---- parts */

const char *emit_element(kernel_text *t, const kernel_variable *x, uint32_t count, node **specs)
{
    frame *f = &t->f;
    const char *at = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const char *index = as_int(t, emit_unboxed(t, specs[i]));
        const char *length = text(f, "%s_length%u", x->name, i + 1);
        if (!specs[i]->within && !(t->ranged && specs[i]->contained)) leave_if(t, "(uint64_t)%s - 1 >= (uint64_t)%s", index, length);
        at = at ? text(f, "(%s) * %s + (%s - 1)", at, length, index) : text(f, "%s - 1", index);
    }
    return text(f, "%s_at[%s]", x->name, at);
}

static unboxed emit_part(kernel_text *t, node *data, uint32_t count, node **specs)
{
    const kernel_variable *x = data->op == OP_LOCAL ? kernel_local(t->k, data->local) : kernel_global(t->k, data->global);
    type kind = {x->type.base, 0};
    unboxed v = temporary(t, kind, emit_element(t, x, count, specs), true);
    if (t->wide && kind.base == TYPE_INT) {
        line(&t->f, "%s |= (uint64_t)%s + 0x80000000;", t->wide, v.text);
        v.most = 2147483648.0;
    }
    return v;
}

/* ---- comparisons */

/* The last double on that side of c that is not Equal to it. */
static double neighbour(double c, double towards)
{
    double x = nextafter(c, towards);
    while (ly_reals_equal(x, c) && isfinite(x)) x = nextafter(x, towards);
    return x;
}

/* A comparison with a constant: where a value is Equal to it, by Equal's tolerance, lies between two
   doubles, which are found here. */
static const char *compare_constant(kernel_text *t, primitive relation, const char *x, double c)
{
    frame *f = &t->f;
    double below = neighbour(c, -INFINITY), above = neighbour(c, INFINITY);
    if (!isfinite(below) || !isfinite(above)) return NULL;
    switch (relation) {
    case PRIMITIVE_less: return text(f, "%s <= %.17g /* < %g */", x, below, c);
    case PRIMITIVE_less_equal: return text(f, "%s < %.17g /* <= %g */", x, above, c);
    case PRIMITIVE_greater: return text(f, "%s >= %.17g /* > %g */", x, above, c);
    case PRIMITIVE_greater_equal: return text(f, "%s > %.17g /* >= %g */", x, below, c);
    default: return NULL;
    }
}

static primitive mirrored(primitive relation)
{
    switch (relation) {
    case PRIMITIVE_less: return PRIMITIVE_greater;
    case PRIMITIVE_less_equal: return PRIMITIVE_greater_equal;
    case PRIMITIVE_greater: return PRIMITIVE_less;
    case PRIMITIVE_greater_equal: return PRIMITIVE_less_equal;
    default: return relation;
    }
}

/* i < Sqrt[n] and its kin, by squares; root: where the root stands. */
static const char *compare_root(kernel_text *t, node *n, int root)
{
    frame *f = &t->f;
    primitive relation = root ? n->primitive : mirrored(n->primitive);
    unboxed other = emit_unboxed(t, n->kids[1 - root]), under = emit_unboxed(t, n->kids[root]->kids[0]);
    leave_if(t, "%s < 0", under.text);
    const char *square = int_pair(t, '*', other, other).text;
    switch (relation) {
    case PRIMITIVE_less: return text(f, "(%s < 0 || %s < %s)", other.text, square, under.text);
    case PRIMITIVE_less_equal: return text(f, "(%s < 0 || %s <= %s)", other.text, square, under.text);
    case PRIMITIVE_greater: return text(f, "(%s > 0 && %s > %s)", other.text, square, under.text);
    default: return text(f, "(%s >= 0 && %s >= %s)", other.text, square, under.text);
    }
}

/* Integers and quotients of them: by cross-multiplication, where the denominators are positive. */
static const char *compare_ratios(kernel_text *t, const char *operator, unboxed a, unboxed b)
{
    unboxed under_a = denominator(a), under_b = denominator(b);
    if (!is_one(under_a)) leave_if(t, "%s <= 0", under_a.text);
    if (!is_one(under_b)) leave_if(t, "%s <= 0", under_b.text);
    unboxed x = int_product(t, numerator(a), under_b), y = int_product(t, numerator(b), under_a);
    return text(&t->f, "%s %s %s", x.text, operator, y.text);
}

static const char *emit_comparison(kernel_text *t, node *n)
{
    frame *f = &t->f;
    for (int i = 0; i < 2; i++)
        if (is_integer_root(n->kids[i])) return compare_root(t, n, i);
    unboxed a = emit_unboxed(t, n->kids[0]), b = emit_unboxed(t, n->kids[1]);
    const char *operator = n->primitive == PRIMITIVE_less ? "<" : n->primitive == PRIMITIVE_less_equal ? "<="
                         : n->primitive == PRIMITIVE_greater ? ">" : n->primitive == PRIMITIVE_greater_equal ? ">="
                         : n->primitive == PRIMITIVE_equal || n->primitive == PRIMITIVE_same ? "==" : "!=";
    if (a.type.base == TYPE_INT && b.type.base == TYPE_INT) return text(f, "%s %s %s", a.text, operator, b.text);
    if (is_exact(a) && is_exact(b)) return compare_ratios(t, operator, a, b);
    if (a.type.base == TYPE_INT && !fits_real(a)) note_if(t, "!ly_fits_real(%s)", a.text);
    if (b.type.base == TYPE_INT && !fits_real(b)) note_if(t, "!ly_fits_real(%s)", b.text);
    const char *x = as_real(t, a, true), *y = as_real(t, b, true), *constant = NULL;
    if (b.constant && fabs(b.value) < 9e15) constant = compare_constant(t, n->primitive, x, b.value);
    else if (a.constant && fabs(a.value) < 9e15) constant = compare_constant(t, mirrored(n->primitive), y, a.value);
    if (constant) return constant;
    switch (n->primitive) {
    case PRIMITIVE_less: return text(f, "ly_real_less(%s, %s)", x, y);
    case PRIMITIVE_less_equal: return text(f, "!ly_real_less(%s, %s)", y, x);
    case PRIMITIVE_greater: return text(f, "ly_real_less(%s, %s)", y, x);
    case PRIMITIVE_greater_equal: return text(f, "!ly_real_less(%s, %s)", x, y);
    case PRIMITIVE_equal: return text(f, "ly_reals_equal(%s, %s)", x, y);
    default: return text(f, "!ly_reals_equal(%s, %s)", x, y);
    }
}

static const char *emit_logic(kernel_text *t, node *n)
{
    frame *f = &t->f;
    const char *all = emit_condition(t, n->kids[0]), *operator = n->op == OP_AND ? "&&" : "||", *kept = NULL;
    for (uint32_t i = 1; i < n->count; i++) {
        /* what the next one needs first belongs behind the test of those before */
        ly_text before = {0}, *out = f->out;
        f->out = &before;
        f->indent++;
        const char *next = emit_condition(t, n->kids[i]);
        f->indent--;
        f->out = out;
        if (before.count == 0) {
            all = text(f, "%s %s (%s)", i == 1 && !kept ? text(f, "(%s)", all) : all, operator, next);
            continue;
        }
        if (!kept) kept = temporary(t, boolean, all, true).text;
        else line(f, "%s = %s;", kept, all);
        open_block(f, n->op == OP_AND ? "if (%s)" : "if (!%s)", kept);
        ly_text_add(f->out, before.data, before.count);
        ly_text_free(&before);
        line(f, "%s = %s;", kept, next);
        close_block(f);
        all = kept;
    }
    return all;
}

const char *emit_condition(kernel_text *t, node *n)
{
    if (n->op == OP_AND || n->op == OP_OR) return emit_logic(t, n);
    if (n->op == OP_NOT) return text(&t->f, "!(%s)", emit_condition(t, n->kids[0]));
    if (n->op == OP_PRIMITIVE && n->count == 2) return emit_comparison(t, n);
    if (n->op == OP_PRIMITIVE) {
        unboxed v = emit_unboxed(t, n->kids[0]);
        return text(&t->f, n->primitive == PRIMITIVE_even ? "!(%s & 1)" : "(%s & 1)", v.text);
    }
    return emit_unboxed(t, n).text;
}

/* ---- built-ins */

static unboxed emit_function_call(kernel_text *t, node *n)
{
    frame *f = &t->f;
    const char *arguments[8];
    const typed_function *row = n->typed;
    for (uint32_t i = 0; i < n->count; i++) {
        unboxed v = emit_unboxed(t, n->kids[i]);
        char kind = row->arguments[i];
        if (v.exact && kind != 'n') note_if(t, "%s", v.exact);
        const char *value = kind == 'i' ? as_int(t, v) : kind == 'b' ? v.text : as_real(t, v, true);
        bool simple = !value[strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.")];
        type kinds = kind == 'i' ? integer : kind == 'b' ? boolean : real;
        arguments[i] = simple ? value : temporary(t, kinds, value, true).text;
    }
    ly_text out = {0};
    for (const char *c = row->text; *c; c++) {
        if (c[0] == '$' && c[1] == 'x') {
            /* $x(condition) at the beginning */
            const char *start = ++c + 1;
            int depth = 0;
            ly_text condition = {0};
            for (c = start;; c++) {
                depth += (*c == '(') - (*c == ')');
                if (c[0] == '$') ly_text_puts(&condition, arguments[*++c - '1']);
                else ly_text_putc(&condition, *c);
                if (depth == 0) break;
            }
            /* of an integer it may be what keeps the operation from harm */
            if (row->result == 'r') note_if(t, "%s", condition.data);
            else leave_if(t, "%s", condition.data);
            ly_text_free(&condition);
            while (c[1] == ' ') c++;
        } else if (c[0] == '$') {
            ly_text_puts(&out, arguments[*++c - '1']);
        } else {
            ly_text_putc(&out, *c);
        }
    }
    const char *value = text(f, "%s", out.data);
    ly_text_free(&out);
    if (row->result == 'r') return (unboxed){.text = value, .type = real};
    return temporary(t, row->result == 'i' ? integer : boolean, value, true);
}

/* ---- If as a value */

static unboxed emit_choice(kernel_text *t, node *n)
{
    frame *f = &t->f;
    const char *c = emit_condition(t, n->kids[0]);
    bool is_real = n->type.base == TYPE_REAL || n->type.base == TYPE_MIXED;
    const char *to = temp_name(f, n->type.base == TYPE_INT ? "i" : is_real ? "d" : "b");
    line(f, "%s %s;", n->type.base == TYPE_BOOL ? "bool" : is_real ? "double" : "int64_t", to);
    open_block(f, "if (%s)", c);
    for (int i = 1; i <= 2; i++) {
        if (n->type.base == TYPE_BOOL) {
            line(f, "%s = %s;", to, emit_condition(t, n->kids[i]));
        } else {
            unboxed v = emit_unboxed(t, n->kids[i]);
            if (v.exact) note_if(t, "%s", v.exact);
            line(f, "%s = %s;", to, is_real ? as_real(t, v, false) : as_int(t, v));
        }
        if (i == 2) break;
        f->indent--;
        open_block(f, "} else");
    }
    close_block(f);
    return (unboxed){.text = to, .type = is_real ? real : n->type.base == TYPE_RATIO ? integer : n->type};
}

/* Floor[Sqrt[n]] */
unboxed emit_root_below(kernel_text *t, node *n)
{
    unboxed v = emit_unboxed(t, n);
    leave_if(t, "%s < 0", v.text);
    return temporary(t, integer, text(&t->f, "ly_root_below(%s)", v.text), true);
}

/* Floor[a/b], Ceiling[a/b] */
static unboxed emit_rounded_ratio(kernel_text *t, node *n)
{
    unboxed v = emit_unboxed(t, n->kids[0]);
    leave_if(t, "%s <= 0", v.under);
    const char *rest = temporary(t, integer, text(&t->f, "%s %% %s", v.text, v.under), true).text;
    return temporary(t, integer, n->value == LY_SYM(Floor) ? text(&t->f, "%s / %s - (%s < 0)", v.text, v.under, rest)
                                                           : text(&t->f, "%s / %s + (%s > 0)", v.text, v.under, rest), true);
}

static unboxed emit_chain(kernel_text *t, node *n)
{
    const char *operator = n->value == LY_SYM(Less) ? "<" : n->value == LY_SYM(LessEqual) ? "<="
                         : n->value == LY_SYM(Greater) ? ">" : n->value == LY_SYM(Equal) ? "==" : ">=";
    const char *before = emit_unboxed(t, n->kids[0]).text, *all = NULL;
    for (uint32_t i = 1; i < n->count; i++) {
        const char *next = emit_unboxed(t, n->kids[i]).text;
        const char *pair = text(&t->f, "%s %s %s", before, operator, next);
        all = all ? text(&t->f, "%s && %s", all, pair) : pair;
        before = next;
    }
    return (unboxed){.text = text(&t->f, "(%s)", all), .type = boolean, .finite = true};
}

void open_switch_case(kernel_text *t, const node *n, uint32_t i, const char *subject)
{
    frame *f = &t->f;
    const char *test = is_any_form(n->kids[i]) ? "true" : text(f, "%s == %s", subject, constant(t, n->kids[i]->value).text);
    if (i > 1) f->indent--;
    open_block(f, i > 1 ? "} else if (%s)" : "if (%s)", test);
}

/* Where no form fits, Switch stays as it is. */
void close_switch(kernel_text *t, const node *n)
{
    frame *f = &t->f;
    for (uint32_t i = 1; i < n->count; i += 2)
        if (is_any_form(n->kids[i])) {
            close_block(f);
            return;
        }
    f->indent--;
    open_block(f, "} else");
    leave_if(t, "true");
    close_block(f);
}

static unboxed emit_switch_value(kernel_text *t, node *n)
{
    frame *f = &t->f;
    bool is_real = n->type.base == TYPE_REAL || n->type.base == TYPE_MIXED;
    unboxed subject = temporary(t, integer, as_int(t, emit_unboxed(t, n->kids[0])), true);
    const char *to = temp_name(f, n->type.base == TYPE_BOOL ? "b" : is_real ? "d" : "i");
    line(f, "%s %s = 0;", n->type.base == TYPE_BOOL ? "bool" : is_real ? "double" : "int64_t", to);
    for (uint32_t i = 1; i < n->count; i += 2) {
        open_switch_case(t, n, i, subject.text);
        if (n->type.base == TYPE_BOOL) {
            line(f, "%s = %s;", to, emit_condition(t, n->kids[i + 1]));
        } else {
            unboxed v = emit_unboxed(t, n->kids[i + 1]);
            if (v.exact) note_if(t, "%s", v.exact);
            line(f, "%s = %s;", to, is_real ? as_real(t, v, false) : as_int(t, v));
        }
    }
    close_switch(t, n);
    return (unboxed){.text = to, .type = is_real ? real : n->type.base == TYPE_RATIO ? integer : n->type};
}

static unboxed emit_operation(kernel_text *t, node *n);

unboxed emit_unboxed(kernel_text *t, node *n)
{
    unboxed v;
    if (t->prepared && emit_prepared(t, n, &v)) return v;
    if (is_pure_number(n)) return emit_pure_number(t, n);
    v = emit_operation(t, n);
    v.small = n->small && v.type.base == TYPE_INT;
    return v;
}

static unboxed emit_operation(kernel_text *t, node *n)
{
    switch (n->op) {
    case OP_CONSTANT: return constant(t, n->value);
    case OP_LOCAL:
    case OP_SYMBOL: {
        if (n->op == OP_SYMBOL && !n->global) return constant(t, n->value);
        const kernel_variable *x = n->local ? kernel_local(t->k, n->local) : kernel_global(t->k, n->global);
        if (!x) return constant(t, n->value);
        unboxed v = {.text = x->name, .type = x->type, .finite = true};
        if (x->type.base == TYPE_MIXED) v.exact = text(&t->f, "%s_exact", x->name);
        if (t->ranged && x->low) v.most = t->most;
        return v;
    }
    case OP_APPLY:
        if (n->forks) return emit_unboxed(t, n->plain);
        if (is_chain(n)) return emit_chain(t, n);
        if (is_rounded_ratio(n)) return emit_rounded_ratio(t, n);
        if (is_floor_of_root(n)) return emit_root_below(t, n->kids[0]->kids[0]);
        if (n->value == LY_SYM(Part)) return emit_part(t, n->kids[0], n->count - 1, n->kids + 1);
        return emit_function_call(t, n);
    case OP_SWITCH: return emit_switch_value(t, n);
    case OP_IF: return emit_choice(t, n);
    case OP_CALL: return emit_clone_call(t, n);
    case OP_AND:
    case OP_OR:
    case OP_NOT: return (unboxed){.text = text(&t->f, "(%s)", emit_condition(t, n)), .type = boolean, .finite = true};
    default: break;
    }
    switch (n->primitive) {
    case PRIMITIVE_plus:
    case PRIMITIVE_sum: return emit_folded(t, '+', n);
    case PRIMITIVE_times:
    case PRIMITIVE_product: return emit_folded(t, '*', n);
    case PRIMITIVE_subtract: return emit_folded(t, '-', n);
    case PRIMITIVE_divide: return emit_divide(t, n);
    case PRIMITIVE_power: return emit_power(t, n);
    case PRIMITIVE_mod: return emit_modulus(t, n, false);
    case PRIMITIVE_quotient: return emit_modulus(t, n, true);
    case PRIMITIVE_part: {
        node *data = n->kids[0];
        if (data->op == OP_PRIMITIVE) {
            node *specs[] = {data->kids[1], n->kids[1]};
            return emit_part(t, data->kids[0], 2, specs);
        }
        return emit_part(t, data, 1, n->kids + 1);
    }
    case PRIMITIVE_length: {
        const node *data = n->kids[0];
        const kernel_variable *x = data->local ? kernel_local(t->k, data->local) : kernel_global(t->k, data->global);
        return (unboxed){.text = text(&t->f, "%s_length1", x->name), .type = integer, .finite = true};
    }
    default: return (unboxed){.text = text(&t->f, "(%s)", emit_condition(t, n)), .type = boolean, .finite = true};
    }
}
