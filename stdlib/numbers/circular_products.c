/* circular_products.c: products of circular (or hyperbolic) functions of one argument.

   Sin^a Cos^b Tan^c … of the same x is Sin^s Cos^c with s and c counted together, and is written
   without negative powers: Sin[x]/Cos[x] is Tan[x], 1/Sin[x] is Csc[x], Tan[x] Cos[x] is Sin[x]. */
#include "factor_list.h"

typedef struct kind {
    const char *name;
    int sine, cosine;
    bool hyperbolic;
} kind;

static const kind kinds[] = {
    {"Sin", 1, 0, false},   {"Cos", 0, 1, false},   {"Tan", 1, -1, false},
    {"Cot", -1, 1, false},  {"Sec", 0, -1, false},  {"Csc", -1, 0, false},
    {"Sinh", 1, 0, true},   {"Cosh", 0, 1, true},   {"Tanh", 1, -1, true},
    {"Coth", -1, 1, true},  {"Sech", 0, -1, true},  {"Csch", -1, 0, true},
};

static const kind *kind_of(ly_value v)
{
    if (!ly_is_expr(v) || ly_expr_of(v)->count != 1 || !ly_is_symbol(ly_expr_of(v)->head)) return NULL;
    const ly_builtin *row = ly_symbol_of(ly_expr_of(v)->head)->builtin;
    for (size_t i = 0; row && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(row->name, kinds[i].name) == 0) return &kinds[i];
    return NULL;
}

static bool add_power(ly_context *cx, ly_builder *out, const char *name, ly_value x, int64_t exponent)
{
    if (exponent == 0) return true;
    ly_value f = ly_make1(cx, ly_intern("System`", name), ly_retain(x));
    return ly_builder_add(cx, out, exponent == 1 ? f : ly_make2(cx, LY_SYM(Power), f, LY_INT(exponent)));
}

/* Sin[x]^s Cos[x]^c without negative powers. */
static bool add_normal(ly_context *cx, ly_builder *out, bool hyperbolic, ly_value x, int64_t s, int64_t c)
{
    const char *sine = hyperbolic ? "Sinh" : "Sin", *cosine = hyperbolic ? "Cosh" : "Cos";
    const char *tangent = hyperbolic ? "Tanh" : "Tan", *cotangent = hyperbolic ? "Coth" : "Cot";
    const char *secant = hyperbolic ? "Sech" : "Sec", *cosecant = hyperbolic ? "Csch" : "Csc";
    int64_t both = 0;
    if (s > 0 && c < 0) {
        both = s < -c ? s : -c;
        if (!add_power(cx, out, tangent, x, both)) return false;
        s -= both;
        c += both;
    } else if (s < 0 && c > 0) {
        both = -s < c ? -s : c;
        if (!add_power(cx, out, cotangent, x, both)) return false;
        s += both;
        c -= both;
    }
    return (s >= 0 ? add_power(cx, out, sine, x, s) : add_power(cx, out, cosecant, x, -s)) &&
           (c >= 0 ? add_power(cx, out, cosine, x, c) : add_power(cx, out, secant, x, -c));
}

bool ly_join_circular(ly_context *cx, factors *f, ly_value number, ly_value *result)
{
    *result = LY_FAILED;
    for (size_t i = 0; i < f->count; i++) {
        const kind *first = kind_of(f->items[i].base);
        int64_t e, s, c;
        if (!first || !ly_to_int64(f->items[i].exponent, &e)) continue;
        ly_value x = ly_expr_of(f->items[i].base)->args[0];
        s = e * first->sine;
        c = e * first->cosine;
        size_t joined = 1;
        bool opposed = e < 0;
        for (size_t j = i + 1; j < f->count; j++) {
            const kind *k = kind_of(f->items[j].base);
            if (!k || k->hyperbolic != first->hyperbolic || !ly_to_int64(f->items[j].exponent, &e) ||
                !ly_same(ly_expr_of(f->items[j].base)->args[0], x))
                continue;
            joined++;
            opposed |= e < 0;
            s += e * k->sine;
            c += e * k->cosine;
        }
        if (joined == 1 && !opposed) continue;
        ly_builder out = ly_builder_new();
        if (!add_normal(cx, &out, first->hyperbolic, x, s, c)) return false;
        /* nothing to do where the same functions stand there */
        size_t n = ly_builder_count(&out), known = 0;
        for (size_t k = 0; k < n; k++)
            for (size_t j = i; j < f->count; j++)
                if (f->items[j].joined == 1 && ly_same(f->items[j].whole, out.expr->args[k])) {
                    known++;
                    break;
                }
        if (known == n && n == joined) {
            ly_builder_drop(cx, &out);
            continue;
        }
        bool fine = ly_builder_add(cx, &out, ly_retain(number));
        for (size_t j = 0; j < f->count && fine; j++) {
            const kind *k = kind_of(f->items[j].base);
            bool taken = k && k->hyperbolic == first->hyperbolic && ly_to_int64(f->items[j].exponent, &e) &&
                         ly_same(ly_expr_of(f->items[j].base)->args[0], x);
            if (taken) continue;
            fine = ly_builder_add(cx, &out, f->items[j].joined == 1 ? ly_retain(f->items[j].whole)
                                                                    : ly_make2(cx, LY_SYM(Power), ly_retain(f->items[j].base),
                                                                               ly_retain(f->items[j].exponent)));
        }
        *result = fine ? ly_builder_finish(cx, &out, LY_SYM(Times)) : LY_FAILED;
        return fine;
    }
    return true;
}

ly_value ly_circular_power(ly_context *cx, ly_value base, ly_value exponent)
{
    const kind *k = kind_of(base);
    int64_t e;
    if (!k || !ly_to_int64(exponent, &e) || e >= 0) return LY_UNEVALUATED;
    ly_builder out = ly_builder_new();
    if (!add_normal(cx, &out, k->hyperbolic, ly_expr_of(base)->args[0], e * k->sine, e * k->cosine)) return LY_FAILED;
    return ly_builder_finish(cx, &out, LY_SYM(Times));
}
