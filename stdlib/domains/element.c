/* element.c: domains of numbers, and what lies in them: Element, NotElement.

   What an exact numeric expression is gets decided by its form where that settles it (numbers,
   radicals, the known constants) and by its value otherwise; what can't be decided stays. */
#include "stdlib/numbers/numbers.h"

typedef enum answer { NO, YES, UNKNOWN, FAILED } answer;

typedef enum domain_kind { COMPLEXES, REALS, ALGEBRAICS, RATIONALS, INTEGERS, PRIMES, BOOLEANS } domain_kind;

typedef struct domain {
    domain_kind kind;
    int sign; /* 0 any, 1 positive, 2 not negative, -1 negative, -2 not positive */
} domain;

static bool domain_of(ly_value v, domain *d)
{
    static const struct {
        const char *name;
        domain d;
    } table[] = {
        {"Complexes", {COMPLEXES, 0}},           {"Reals", {REALS, 0}},
        {"Algebraics", {ALGEBRAICS, 0}},         {"Rationals", {RATIONALS, 0}},
        {"Integers", {INTEGERS, 0}},             {"Primes", {PRIMES, 0}},
        {"Booleans", {BOOLEANS, 0}},             {"PositiveReals", {REALS, 1}},
        {"NegativeReals", {REALS, -1}},          {"NonNegativeReals", {REALS, 2}},
        {"NonPositiveReals", {REALS, -2}},       {"PositiveRationals", {RATIONALS, 1}},
        {"NegativeRationals", {RATIONALS, -1}},  {"NonNegativeRationals", {RATIONALS, 2}},
        {"NonPositiveRationals", {RATIONALS, -2}}, {"PositiveIntegers", {INTEGERS, 1}},
        {"NegativeIntegers", {INTEGERS, -1}},    {"NonNegativeIntegers", {INTEGERS, 2}},
        {"NonPositiveIntegers", {INTEGERS, -2}},
    };
    if (!ly_is_symbol(v) || strcmp(ly_symbol_of(v)->context, "System`")) return false;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (!strcmp(table[i].name, ly_symbol_name(v))) {
            *d = table[i].d;
            return true;
        }
    return false;
}

static answer yes_if(bool b) { return b ? YES : NO; }

/* ---- by form ---------------------------------------------------------------------------------- */

/* Is a numeric expression algebraic? Sums, products and rational powers of algebraic ones are. */
static answer algebraic(ly_value v, int depth)
{
    if (ly_is_number(v)) return ly_is_exact(v) ? YES : UNKNOWN;
    if (v == LY_SYM(GoldenRatio)) return YES;
    if (v == LY_SYM(Pi) || v == LY_SYM(E) || v == LY_SYM(Degree)) return NO;
    if (!ly_is_expr(v) || depth > 100) return UNKNOWN;
    const ly_expr *e = ly_expr_of(v);
    if (e->head == LY_SYM(Power) && e->count == 2 && (ly_is_integer(e->args[1]) || ly_is_rational(e->args[1])))
        return algebraic(e->args[0], depth + 1);
    if (e->head != LY_SYM(Plus) && e->head != LY_SYM(Times)) return UNKNOWN;
    /* one transcendental part among algebraic ones decides; two might cancel */
    answer all = YES;
    for (size_t i = 0; i < e->count; i++) {
        answer a = algebraic(e->args[i], depth + 1);
        if (a == UNKNOWN || (a == NO && all == NO)) return UNKNOWN;
        if (a == NO) all = NO;
    }
    return all;
}

/* Is an exact algebraic expression rational? A canonical radical is none. */
static answer rational(ly_value v, int depth)
{
    if (ly_is_integer(v) || ly_is_rational(v)) return YES;
    if (ly_is_number(v)) return ly_is_complex(v) && ly_is_exact(v) ? NO : UNKNOWN;
    if (v == LY_SYM(GoldenRatio) || algebraic(v, 0) == NO) return NO;
    if (!ly_is_expr(v) || depth > 100) return UNKNOWN;
    const ly_expr *e = ly_expr_of(v);
    if (e->head == LY_SYM(Power) && e->count == 2 && ly_is_rational(e->args[1]) &&
        (ly_is_integer(e->args[0]) || ly_is_rational(e->args[0])))
        return NO;
    if (e->head == LY_SYM(Times)) {
        answer all = YES;
        for (size_t i = 0; i < e->count; i++) {
            answer a = rational(e->args[i], depth + 1);
            if (a == UNKNOWN || (a == NO && all == NO)) return UNKNOWN;
            if (a == NO) all = NO;
        }
        return all;
    }
    return UNKNOWN;
}

/* ---- by value --------------------------------------------------------------------------------- */

/* Is a numeric v real? */
static answer real(ly_context *cx, ly_value v)
{
    if (ly_is_number(v)) return yes_if(!ly_is_complex(v));
    bool certain;
    int sign = ly_numeric_sign(cx, v, &certain);
    if (sign == 1 || sign == -1 || (sign == 0 && certain)) return YES;
    ly_value im = ly_call1(cx, LY_SYM(Im), ly_retain(v));
    if (ly_failed(im)) return FAILED;
    int zero = ly_is_numeric(cx, im) ? ly_numeric_is_zero(cx, im) : -1;
    ly_release(cx, im);
    return zero < 0 ? UNKNOWN : yes_if(zero);
}

static answer sign_allowed(ly_context *cx, ly_value v, int wanted)
{
    if (wanted == 0) return YES;
    bool certain = true;
    int sign = ly_is_real_number(v) ? ly_sign(v) : ly_numeric_sign(cx, v, &certain);
    if (sign == 2 || (sign == 0 && !certain)) return UNKNOWN;
    switch (wanted) {
    case 1: return yes_if(sign > 0);
    case -1: return yes_if(sign < 0);
    case 2: return yes_if(sign >= 0);
    default: return yes_if(sign <= 0);
    }
}

/* Is a real numeric v, of which the form tells nothing, an integer? Only "no" can be seen. */
static answer integer_by_value(ly_context *cx, ly_value v)
{
    double x;
    if (!ly_numeric_double(cx, v, &x)) return UNKNOWN;
    double distance = x - (double)(int64_t)x;
    if (distance < 0) distance = -distance;
    return (x < 1e9 && x > -1e9 && distance > 1e-6 && distance < 1 - 1e-6) ? NO : UNKNOWN;
}

static answer in_domain(ly_context *cx, ly_value v, domain d)
{
    if (v == LY_SYM(True) || v == LY_SYM(False)) return yes_if(d.kind == BOOLEANS);
    ly_value direction;
    if (v == LY_SYM(Infinity) || v == LY_SYM(ComplexInfinity) || ly_is_infinity(v, &direction)) return NO;
    if (ly_is_string(v)) return UNKNOWN;
    if (!ly_is_numeric(cx, v)) return UNKNOWN;
    if (d.kind == BOOLEANS) return NO;
    if (d.kind == COMPLEXES) return YES;
    answer a = UNKNOWN;
    if (d.kind != ALGEBRAICS) {
        a = real(cx, v);
        if (a == FAILED || a == NO) return a;
    }
    switch (d.kind) {
    case REALS: break;
    case ALGEBRAICS: a = algebraic(v, 0); break;
    case RATIONALS: a = ly_is_inexact(v) ? UNKNOWN : rational(v, 0); break;
    case INTEGERS: case PRIMES:
        if (ly_is_integer(v)) a = YES;
        else if (ly_is_number(v)) a = ly_is_rational(v) || integer_by_value(cx, v) == NO ? NO : UNKNOWN;
        else {
            a = rational(v, 0);
            if (a == UNKNOWN) a = integer_by_value(cx, v);
            else if (a == YES) a = UNKNOWN;
        }
        break;
    default: break;
    }
    if (a != YES) return a;
    if (d.kind == PRIMES) {
        int prime = ly_test_call1(cx, LY_SYM(PrimeQ), v);
        if (prime < 0) return FAILED;
        a = yes_if(prime && ly_sign(v) > 0);
    }
    return a == YES ? sign_allowed(cx, v, d.sign) : a;
}

/* ---- Element ---------------------------------------------------------------------------------- */

/* x + 5 is real where x is. The term that decides, owned, or v itself. */
static ly_value without_known_terms(ly_context *cx, ly_value v, domain d)
{
    if (!ly_has_head(v, LY_SYM(Plus)) || d.sign || d.kind == PRIMES) return ly_retain(v);
    ly_builder rest = ly_builder_new();
    for (size_t i = 0; i < ly_expr_of(v)->count; i++) {
        ly_value term = ly_expr_of(v)->args[i];
        answer a = ly_is_number(term) ? in_domain(cx, term, d) : UNKNOWN;
        if (a != YES && !ly_builder_add(cx, &rest, ly_retain(term))) return LY_FAILED;
    }
    if (ly_builder_count(&rest) == 1) {
        ly_value only = ly_retain(rest.expr->args[0]);
        ly_builder_drop(cx, &rest);
        return only;
    }
    return ly_builder_finish(cx, &rest, LY_SYM(Plus));
}

BUILTIN(Element, element, 2, 2, LY_PROTECTED, LY_PURE,
        "x \\[Element] domain or Element[x, domain] tells whether x lies in a domain; "
        "Element[x1 | x2 | …, domain] whether all do.")
static ly_value element(ly_context *cx, ly_expr *call)
{
    domain d;
    ly_value v = call->args[0];
    if (!domain_of(call->args[1], &d)) return LY_UNEVALUATED;
    bool alternatives = ly_has_head(v, LY_SYM(Alternatives));
    if (alternatives || ly_has_head(v, LY_SYM(List))) {
        ly_builder open = ly_builder_new();
        const ly_expr *items = ly_expr_of(v);
        for (size_t i = 0; i < items->count; i++) {
            answer a = in_domain(cx, items->args[i], d);
            if (a == FAILED || a == NO) {
                ly_builder_drop(cx, &open);
                return a == NO ? LY_SYM(False) : LY_FAILED;
            }
            if (a == UNKNOWN && !ly_builder_add(cx, &open, ly_retain(items->args[i]))) return LY_FAILED;
        }
        size_t count = ly_builder_count(&open);
        if (count == 0) return LY_SYM(True);
        if (count == items->count || !alternatives) {
            ly_builder_drop(cx, &open);
            return LY_UNEVALUATED;
        }
        ly_value rest;
        if (count == 1) {
            rest = ly_retain(open.expr->args[0]);
            ly_builder_drop(cx, &open);
        } else
            rest = ly_builder_finish(cx, &open, LY_SYM(Alternatives));
        return ly_make2(cx, LY_SYM(Element), rest, ly_retain(call->args[1]));
    }
    answer a = in_domain(cx, v, d);
    if (a == FAILED) return LY_FAILED;
    if (a != UNKNOWN) return ly_bool(a == YES);
    ly_value rest = without_known_terms(cx, v, d);
    if (ly_failed(rest)) return LY_FAILED;
    if (ly_same(rest, v)) {
        ly_release(cx, rest);
        return LY_UNEVALUATED;
    }
    return ly_make2(cx, LY_SYM(Element), rest, ly_retain(call->args[1]));
}

BUILTIN(NotElement, not_element, 2, 2, LY_PROTECTED, LY_PURE,
        "x \\[NotElement] domain tells whether x lies outside a domain.")
static ly_value not_element(ly_context *cx, ly_expr *call)
{
    ly_value in = ly_call2(cx, LY_SYM(Element), ly_retain(call->args[0]), ly_retain(call->args[1]));
    if (ly_failed(in)) return in;
    ly_value result = in == LY_SYM(True) ? LY_SYM(False) : in == LY_SYM(False) ? LY_SYM(True) : LY_UNEVALUATED;
    ly_release(cx, in);
    return result;
}
