/* limit.c: Limit.

   What is continuous is evaluated at the point; else the leading term of the power series decides;
   then the limits of the parts, as far as the arithmetic of infinities goes, and L'Hôpital's rule. */
#include "series.h"

typedef struct approach {
    ly_context *cx;
    ly_value x, a;
    int side;       /* 1 from above, -1 from below, 0 both (for finite points) */
} approach;

/* The limit (owned), LY_UNEVALUATED where it is not known, LY_FAILED. */
static ly_value limit_of(const approach *to, ly_value e, int depth);

static bool is_infinite(ly_value v) { return ly_has_head(v, LY_SYM(DirectedInfinity)); }
static bool is_undefined(ly_context *cx, ly_value v)
{
    return !ly_is_free_of(cx, v, LY_SYM(Indeterminate)) || !ly_is_free_of(cx, v, LY_SYM(DirectedInfinity)) ||
           !ly_is_free_of(cx, v, LY_SYM(ComplexInfinity));
}

static ly_value infinity(ly_context *cx, int sign)
{
    return ly_make1(cx, LY_SYM(DirectedInfinity), LY_INT(sign));
}

static ly_value put_in(ly_context *cx, ly_value e, ly_value x, ly_value a)
{
    ly_value replaced = ly_make2(cx, LY_SYM(ReplaceAll), ly_retain(e), ly_make2(cx, LY_SYM(Rule), ly_retain(x), ly_retain(a)));
    return ly_evaluate_take(cx, ly_make1(cx, LY_SYM(Quiet), replaced));
}

/* Sign of a real constant: 1, -1, 0, or 2 where it is not known. */
static int sign_of(ly_context *cx, ly_value v)
{
    ly_value n = ly_call1(cx, LY_SYM(N), ly_retain(v));
    int sign = 2;
    if (n && ly_is_number(n) && ly_is_real_number(n)) sign = ly_sign(n);
    ly_release(cx, n);
    return sign;
}

static bool has_jumps(ly_context *cx, ly_value e)
{
    static const char *const names[] = {"Floor", "Ceiling", "Round", "Sign", "UnitStep", "HeavisideTheta", "Mod", "Quotient",
                                        "IntegerPart", "FractionalPart", "Piecewise", "If", "Boole", "Which", "Arg", "Gamma", "PolyGamma"};
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (ly_is_symbol(x->head))
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (!strcmp(names[i], ly_symbol_name(x->head))) return true;
    if (ly_stack_low(cx)) return true;
    for (uint32_t i = 0; i < x->count; i++)
        if (has_jumps(cx, x->args[i])) return true;
    return false;
}

/* c t^(low/den) (1 + …), t to 0: what it goes to. */
static ly_value by_leading_term(const approach *to, ly_value c, int64_t low, int64_t den)
{
    ly_context *cx = to->cx;
    bool plain = ly_is_free_of(cx, c, to->x);
    if (low > 0) return LY_INT(0); /* logarithms in c grow more slowly */
    if (low == 0 && plain) return ly_retain(c);
    if (low == 0) return LY_UNEVALUATED;
    if (!plain) return LY_UNEVALUATED;
    int sign = sign_of(cx, c);
    if (sign == 2 || sign == 0) {
        if (sign == 2 && (is_infinite(to->a) || low % 2 == 0) && den == 1)
            return ly_product_take(cx, ly_retain(c), infinity(cx, 1));
        return LY_UNEVALUATED;
    }
    if (is_infinite(to->a) || to->side > 0) return infinity(cx, sign);
    if (den % 2 == 0) return to->side < 0 ? LY_UNEVALUATED : infinity(cx, sign);
    if (low % 2 == 0) return infinity(cx, sign);
    return to->side < 0 ? infinity(cx, -sign) : LY_SYM(Indeterminate);
}

static ly_value by_series(const approach *to, ly_value e)
{
    ly_context *cx = to->cx;
    for (int64_t order = 2; order <= 16; order *= 2) {
        ly_expansion x = {.cx = cx, .x = to->x, .x0 = to->a, .order = order};
        ly_series s;
        if (!ly_series_of(&x, e, &s)) {
            if (!x.failed || cx->pending.kind != LY_PENDING_NONE) return LY_FAILED;
            return LY_UNEVALUATED;
        }
        bool leading = ly_series_trim(cx, &s);
        ly_value result = leading ? by_leading_term(to, s.items[0], s.low, s.den) : s.low > 0 ? LY_INT(0) : LY_UNEVALUATED;
        ly_series_free(cx, &s);
        if (leading || result != LY_UNEVALUATED) return result;
    }
    return LY_UNEVALUATED;
}

/* f[limits of the arguments], where that is defined. */
static ly_value by_parts(const approach *to, ly_value e, int depth)
{
    ly_context *cx = to->cx;
    const ly_expr *x = ly_expr_of(e);
    ly_expr *copy = ly_expr_new(cx, x->head, x->count);
    if (!copy) return LY_FAILED;
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value part = limit_of(to, x->args[i], depth + 1);
        if (part == LY_UNEVALUATED || !part || part == LY_SYM(Indeterminate)) {
            ly_release(cx, ly_from_object(copy));
            return part == LY_SYM(Indeterminate) ? LY_UNEVALUATED : part;
        }
        copy->args[i] = part;
    }
    ly_value result = ly_evaluate_take(cx, ly_make1(cx, LY_SYM(Quiet), ly_from_object(copy)));
    if (!result) return result;
    bool direct = is_infinite(result) && ly_expr_of(result)->count == 1;
    if (direct || (!is_undefined(cx, result) && !ly_has_head(result, x->head))) return result;
    if (!is_undefined(cx, result) && (ly_is_plus(e) || ly_is_times(e) || ly_is_power(e))) return result;
    ly_release(cx, result);
    return LY_UNEVALUATED;
}

/* n/d where both vanish, or both grow: the limit of n'/d'. */
static ly_value by_derivatives(const approach *to, ly_value e, int depth)
{
    ly_context *cx = to->cx;
    if (depth > 3) return LY_UNEVALUATED;
    ly_value t = ly_together(cx, e);
    ly_value n = t ? ly_call1(cx, LY_SYM(Numerator), ly_retain(t)) : LY_FAILED;
    ly_value d = n ? ly_call1(cx, LY_SYM(Denominator), t) : LY_FAILED;
    ly_value result = LY_UNEVALUATED;
    if (d && !ly_is_free_of(cx, d, to->x)) {
        ly_value ln = limit_of(to, n, depth + 1), ld = ln && ln != LY_UNEVALUATED ? limit_of(to, d, depth + 1) : LY_UNEVALUATED;
        bool both = (ln == LY_INT(0) && ld == LY_INT(0)) || (is_infinite(ln) && is_infinite(ld));
        if (ln != LY_UNEVALUATED) ly_release(cx, ln);
        if (ld != LY_UNEVALUATED) ly_release(cx, ld);
        if (both) {
            ly_value q = ly_quotient_take(cx, ly_derivative(cx, n, to->x), ly_derivative(cx, d, to->x));
            q = q ? ly_call1(cx, LY_SYM(Simplify), q) : q;
            result = q ? limit_of(to, q, depth + 1) : LY_FAILED;
            ly_release(cx, q);
        }
    }
    if (!d) result = LY_FAILED;
    ly_release(cx, n);
    ly_release(cx, d);
    return result;
}

static ly_value limit_of(const approach *to, ly_value e, int depth)
{
    ly_context *cx = to->cx;
    if (ly_poll(cx)) return LY_FAILED;
    if (ly_same(e, to->x)) return ly_retain(to->a);
    if (ly_is_free_of(cx, e, to->x)) return ly_retain(e);
    if (!ly_is_expr(e) || depth > 8 || ly_stack_low(cx)) return LY_UNEVALUATED;
    bool jumps = has_jumps(cx, e);
    if (!jumps && !is_infinite(to->a)) {
        ly_value v = put_in(cx, e, to->x, to->a);
        if (!v) return v;
        if (!is_undefined(cx, v)) return v;
        ly_release(cx, v);
    }
    if (jumps && !is_infinite(to->a)) { /* numbers on both sides decide */
        ly_value step = ly_real(cx, 1e-9), sides[2] = {LY_FAILED, LY_FAILED};
        for (int i = 0; i < 2; i++) {
            ly_value near = ly_sum_take(cx, ly_retain(to->a), ly_product_take(cx, LY_INT(i ? 1 : -1), ly_rational_new(cx, LY_INT(1), LY_INT(1000000007))));
            sides[i] = near ? put_in(cx, e, to->x, near) : LY_FAILED;
            ly_release(cx, near);
        }
        ly_release(cx, step);
        bool exact = sides[0] && sides[1] && ly_is_integer(sides[0]) && ly_is_integer(sides[1]);
        ly_value chosen = !exact ? LY_UNEVALUATED
                          : to->side > 0 ? ly_retain(sides[1])
                          : to->side < 0 ? ly_retain(sides[0])
                          : ly_same(sides[0], sides[1]) ? ly_retain(sides[0]) : LY_SYM(Indeterminate);
        bool failed = !sides[0] || !sides[1];
        ly_release(cx, sides[0]);
        ly_release(cx, sides[1]);
        if (failed) return LY_FAILED;
        if (chosen != LY_UNEVALUATED) return chosen;
        return by_parts(to, e, depth);
    }
    ly_value result = by_series(to, e);
    if (result == LY_UNEVALUATED) result = by_parts(to, e, depth);
    if (result == LY_UNEVALUATED && ly_is_power(e) && !ly_is_free_of(cx, ly_exponent_of(e), to->x)) {
        /* b^n = E^(n Log[b]) */
        ly_value l = ly_product_take(cx, ly_retain(ly_exponent_of(e)), ly_call1(cx, LY_SYM(Log), ly_retain(ly_base_of(e))));
        ly_value inner = l ? limit_of(to, l, depth + 1) : LY_FAILED;
        ly_release(cx, l);
        if (inner && inner != LY_UNEVALUATED && inner != LY_SYM(Indeterminate) && ly_base_of(e) != LY_SYM(E))
            return ly_raised_take(cx, LY_SYM(E), inner);
        if (inner != LY_UNEVALUATED) ly_release(cx, inner);
        if (!inner) return inner;
    }
    if (result == LY_UNEVALUATED && (ly_is_times(e) || ly_is_plus(e) || ly_is_power(e))) result = by_derivatives(to, e, depth);
    return result;
}

/* A call of a function that nothing is known of, with x inside. */
static bool has_unknown(ly_context *cx, ly_value e, ly_value x)
{
    if (!ly_is_expr(e) || ly_same(e, x) || ly_is_free_of(cx, e, x) || ly_stack_low(cx)) return false;
    const ly_expr *expr = ly_expr_of(e);
    if (!ly_is_symbol(expr->head) || !ly_symbol_of(expr->head)->builtin) return true;
    for (uint32_t i = 0; i < expr->count; i++)
        if (has_unknown(cx, expr->args[i], x)) return true;
    return false;
}

BUILTIN(Limit, limit, 2, -1, LY_PROTECTED | LY_READ_PROTECTED, LY_PURE,
        "Limit[expr, x -> a] gives the limit of expr as x goes to a; Direction -> \"FromAbove\" or "
        "\"FromBelow\" takes one side.")
static ly_value limit(ly_context *cx, ly_expr *call)
{
    size_t count = ly_option_start(call, 2);
    if (count > 2 || !ly_is_rule(call->args[1])) return LY_UNEVALUATED;
    const ly_expr *rule = ly_expr_of(call->args[1]);
    approach to = {.cx = cx, .x = rule->args[0], .a = rule->args[1]};
    if (call->count > 2) {
        ly_value d = ly_option(cx, call, 2, "Direction", LY_SYM(Automatic));
        if (!d) return LY_FAILED;
        if (d == LY_INT(-1) || ly_string_is(d, "FromAbove")) to.side = 1;
        else if (d == LY_INT(1) || ly_string_is(d, "FromBelow")) to.side = -1;
        else if (d != LY_SYM(Automatic) && d != LY_SYM(Reals) && !ly_string_is(d, "TwoSided")) {
            ly_release(cx, d);
            return LY_UNEVALUATED;
        }
        ly_release(cx, d);
    }
    if (ly_is_list(call->args[0])) {
        ly_value list = ly_unpack(cx, call->args[0]);
        ly_expr *result = list ? ly_expr_new(cx, LY_SYM(List), ly_length(list)) : NULL;
        for (size_t i = 0; result && i < result->count; i++) {
            ly_expr *one = ly_expr_new(cx, LY_SYM(Limit), call->count);
            one->args[0] = ly_retain(ly_arg(ly_expr_of(list), i));
            for (uint32_t j = 1; j < call->count; j++) one->args[j] = ly_retain(call->args[j]);
            result->args[i] = ly_from_object(one);
        }
        ly_release(cx, list);
        return result ? ly_from_object(result) : LY_FAILED;
    }
    if (has_unknown(cx, call->args[0], to.x)) return LY_UNEVALUATED;
    return limit_of(&to, call->args[0], 0);
}
