/* numeric_roots.c: products of equal roots of positive numeric quantities.

   Sqrt[Pi]/Sqrt[2] is Sqrt[Pi/2], Sqrt[2] Sqrt[2 Pi] is 2 Sqrt[Pi]: bases whose exponents have the same
   size are put under one root, those with negative exponents below. Roots of rational numbers alone
   are the matter of radicals.c. */
#include "factor_list.h"

static bool is_exact_real(ly_value v) { return ly_is_integer(v) || ly_is_rational(v); }

/* A positive base with a fractional exponent; *rational: the base is a rational number. */
static bool is_root(ly_context *cx, const factor *f, bool *rational)
{
    bool certain;
    if (!ly_is_rational(f->exponent)) return false;
    *rational = is_exact_real(f->base);
    if (*rational) return ly_sign(f->base) > 0;
    return !ly_is_number(f->base) && ly_is_numeric(cx, f->base) && ly_numeric_sign(cx, f->base, &certain) == 1;
}

static bool same_size(ly_context *cx, ly_value a, ly_value b)
{
    if (ly_same(a, b)) return true;
    ly_value negative = ly_negate(cx, b);
    bool same = ly_same(a, negative);
    ly_release(cx, negative);
    return same;
}

bool ly_join_numeric_roots(ly_context *cx, factors *f, ly_value number, ly_value *result)
{
    *result = LY_FAILED;
    for (size_t i = 0; i < f->count; i++) {
        bool rational, other;
        if (!is_root(cx, &f->items[i], &rational) || rational) continue;
        ly_builder base = ly_builder_new(), out = ly_builder_new();
        size_t joined = 0;
        bool above = false, fine = ly_builder_add(cx, &out, ly_retain(number));
        for (size_t j = 0; j < f->count; j++)
            if (is_root(cx, &f->items[j], &other) && same_size(cx, f->items[j].exponent, f->items[i].exponent)) {
                joined++;
                above |= ly_sign(f->items[j].exponent) > 0;
            }
        if (joined < 2) {
            ly_builder_drop(cx, &out);
            continue;
        }
        for (size_t j = 0; j < f->count && fine; j++) {
            factor *g = &f->items[j];
            if (is_root(cx, g, &other) && same_size(cx, g->exponent, f->items[i].exponent)) {
                bool below = above && ly_sign(g->exponent) < 0;
                ly_value b = ly_retain(g->base);
                fine = ly_builder_add(cx, &base, below ? ly_make2(cx, LY_SYM(Power), b, LY_INT(-1)) : b);
            } else {
                fine = ly_builder_add(cx, &out, g->joined == 1 ? ly_retain(g->whole)
                                                               : ly_make2(cx, LY_SYM(Power), ly_retain(g->base), ly_retain(g->exponent)));
            }
        }
        if (!fine) {
            ly_builder_drop(cx, &base);
            return false;
        }
        bool positive = ly_sign(f->items[i].exponent) > 0;
        ly_value exponent = positive == above ? ly_retain(f->items[i].exponent) : ly_negate(cx, f->items[i].exponent);
        ly_value under = ly_builder_finish(cx, &base, LY_SYM(Times));
        if (ly_failed(under) || !ly_builder_add(cx, &out, ly_make2(cx, LY_SYM(Power), under, exponent))) {
            ly_builder_drop(cx, &out);
            return false;
        }
        *result = ly_builder_finish(cx, &out, LY_SYM(Times));
        return !ly_failed(*result);
    }
    return true;
}
