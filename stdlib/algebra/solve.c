/* solve.c: Solve.

   A system is solved one variable at a time: an equation that is linear in a variable gives it in
   terms of the others, an equation in a single variable branches into its roots; what was found is
   put into the rest. Inequalities and domains filter the solutions in the end. */
#include "roots.h"

typedef struct system {
    ly_context *cx;
    ly_value *equations;  /* owned: expressions that are to vanish; LY_FAILED: used up */
    size_t count, capacity;
    ly_builder conditions; /* what else must hold */
    bool impossible;       /* an equation is False */
    bool unsolvable;       /* something is no equation at all */
} system_;

static bool add_equation(system_ *s, ly_value e)
{
    if (!e) return false;
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : 8;
        ly_value *more = ly_buffer_realloc(s->cx, s->equations, capacity * sizeof *more);
        if (!more) {
            ly_release(s->cx, e);
            return false;
        }
        s->equations = more;
        s->capacity = capacity;
    }
    s->equations[s->count++] = e;
    return true;
}

static void system_free(system_ *s)
{
    for (size_t i = 0; i < s->count; i++) ly_release(s->cx, s->equations[i]);
    ly_buffer_free(s->cx, s->equations);
    ly_builder_drop(s->cx, &s->conditions);
}

static bool read_equal(system_ *s, ly_value a, ly_value b)
{
    ly_context *cx = s->cx;
    if (ly_stack_low(cx)) return (bool)(uint8_t)ly_deeper(cx, read_equal, LY_AS_WORD(s), a, b);
    bool la = ly_has_head(a, LY_SYM(List)), lb = ly_has_head(b, LY_SYM(List));
    if (la || lb) {
        size_t n = ly_length(la ? a : b);
        if (la && lb && ly_length(b) != n) {
            s->impossible = true;
            return true;
        }
        for (size_t i = 0; i < n; i++)
            if (!read_equal(s, la ? ly_arg(ly_expr_of(a), i) : a, lb ? ly_arg(ly_expr_of(b), i) : b)) return false;
        return true;
    }
    return add_equation(s, ly_difference_take(cx, ly_retain(a), ly_retain(b)));
}

static bool read_system(system_ *s, ly_value e)
{
    if (ly_stack_low(s->cx)) return (bool)(uint8_t)ly_deeper(s->cx, read_system, LY_AS_WORD(s), e);
    if (e == LY_SYM(True)) return true;
    if (e == LY_SYM(False)) {
        s->impossible = true;
        return true;
    }
    if (!ly_is_expr(e)) {
        s->unsolvable = true;
        return true;
    }
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(List) || x->head == LY_SYM(And)) {
        for (uint32_t i = 0; i < x->count; i++)
            if (!read_system(s, x->args[i])) return false;
        return true;
    }
    if (x->head == LY_SYM(Equal)) {
        for (uint32_t i = 0; i + 1 < x->count; i++)
            if (!read_equal(s, x->args[i], x->args[i + 1])) return false;
        return true;
    }
    if (x->head == LY_SYM(Less) || x->head == LY_SYM(LessEqual) || x->head == LY_SYM(Greater) ||
        x->head == LY_SYM(GreaterEqual) || x->head == LY_SYM(Unequal) || x->head == LY_SYM(Inequality) ||
        x->head == LY_SYM(Element))
        return ly_builder_add(s->cx, &s->conditions, ly_retain(e));
    s->unsolvable = true;
    return true;
}

/* e with x replaced by value: evaluated. */
static ly_value put_in(ly_context *cx, ly_value e, ly_value x, ly_value value)
{
    ly_value rule = ly_make2(cx, LY_SYM(Rule), ly_retain(x), ly_retain(value));
    return ly_call2(cx, LY_SYM(ReplaceAll), ly_retain(e), rule);
}

/* ---- one equation in one variable --------------------------------------------------------------- */

static ly_value solutions_of(ly_context *cx, ly_value e, ly_value x, bool *complete, int depth);

/* f[u] with f that has an inverse: the equations for u (owned List), or LY_UNEVALUATED. */
static ly_value inverses(ly_context *cx, ly_value f, ly_value c)
{
    static const struct {
        const char *symbol, *formula;
    } table[] = {
        {"Log", "{E^#1}"}, {"Abs", "{-#1, #1}"}, {"ArcSin", "{Sin[#1]}"}, {"ArcCos", "{Cos[#1]}"},
        {"ArcTan", "{Tan[#1]}"}, {"ArcSinh", "{Sinh[#1]}"}, {"ArcTanh", "{Tanh[#1]}"}, {"ArcCosh", "{Cosh[#1]}"},
        {"Sin", "{ConditionalExpression[Pi - ArcSin[#1] + 2*Pi*C[1], Element[C[1], Integers]], "
                "ConditionalExpression[ArcSin[#1] + 2*Pi*C[1], Element[C[1], Integers]]}"},
        {"Cos", "{ConditionalExpression[-ArcCos[#1] + 2*Pi*C[1], Element[C[1], Integers]], "
                "ConditionalExpression[ArcCos[#1] + 2*Pi*C[1], Element[C[1], Integers]]}"},
        {"Tan", "{ConditionalExpression[ArcTan[#1] + Pi*C[1], Element[C[1], Integers]]}"},
    };
    if (!ly_is_symbol(f)) return LY_UNEVALUATED;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (!strcmp(table[i].symbol, ly_symbol_name(f))) return ly_formula(cx, table[i].formula, 1, &c);
    return LY_UNEVALUATED;
}

/* The parts of e that hold x and are neither sums, products, nor powers with integer exponents: when
   there is but one, e is a polynomial in it. The one (borrowed), LY_FAILED none, 1 several. */
#define SEVERAL LY_INT(1)
static ly_value only_kernel(ly_context *cx, ly_value e, ly_value x)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, only_kernel, LY_AS_WORD(cx), e, x);
    if (ly_is_free_of(cx, e, x)) return LY_FAILED;
    if (ly_is_plus(e) || ly_is_times(e)) {
        ly_value found = LY_FAILED;
        const ly_expr *expr = ly_expr_of(e);
        for (uint32_t i = 0; i < expr->count; i++) {
            ly_value k = only_kernel(cx, expr->args[i], x);
            if (!k) continue;
            if (k == SEVERAL || (found && !ly_same(found, k))) return SEVERAL;
            found = k;
        }
        return found;
    }
    if (ly_is_power(e) && ly_is_int(ly_exponent_of(e))) return only_kernel(cx, ly_base_of(e), x);
    return e;
}

/* Rational powers of x alone: the least common denominator of their exponents, 0 where there are
   others. */
static int64_t root_degree(ly_context *cx, ly_value e, ly_value x, int64_t degree)
{
    if (ly_stack_low(cx)) return (int64_t)ly_deeper(cx, root_degree, LY_AS_WORD(cx), e, x, (uint64_t)degree);
    if (!degree || ly_is_free_of(cx, e, x) || ly_same(e, x)) return degree;
    if (ly_is_power(e) && ly_same(ly_base_of(e), x)) {
        ly_value n = ly_exponent_of(e);
        if (ly_is_int(n)) return degree;
        if (!ly_is_rational(n) || !mpz_fits_slong_p(mpq_denref(ly_rational_of(n)->q))) return 0;
        int64_t q = mpz_get_si(mpq_denref(ly_rational_of(n)->q)), a = q, b = degree;
        while (b) {
            int64_t rest = a % b;
            a = b;
            b = rest;
        }
        return q / a * degree > 64 ? 0 : q / a * degree;
    }
    if (!ly_is_plus(e) && !ly_is_times(e) && !(ly_is_power(e) && ly_is_int(ly_exponent_of(e)))) return 0;
    const ly_expr *expr = ly_expr_of(e);
    for (uint32_t i = 0; i < expr->count; i++) degree = root_degree(cx, expr->args[i], x, degree);
    return degree;
}

/* Keeps the candidates for which e vanishes, as far as can be seen. */
static ly_value checked(ly_context *cx, ly_value candidates, ly_value e, ly_value x)
{
    ly_builder good = ly_builder_new();
    for (size_t i = 0; i < ly_length(candidates); i++) {
        ly_value c = ly_arg(ly_expr_of(candidates), i);
        ly_value v = put_in(cx, e, x, c);
        ly_value q = v ? ly_call2(cx, LY_SYM(Equal), v, LY_INT(0)) : LY_FAILED;
        ly_release(cx, q);
        if (!q) {
            ly_builder_drop(cx, &good);
            ly_release(cx, candidates);
            return LY_FAILED;
        }
        if (q != LY_SYM(False) && !ly_builder_add(cx, &good, ly_retain(c))) break;
    }
    ly_release(cx, candidates);
    return ly_builder_finish(cx, &good, LY_SYM(List));
}

/* Sqrt[x] and its kin: with x = t^degree. */
static ly_value solve_radical(ly_context *cx, ly_value e, ly_value x, int64_t degree, bool *complete, int depth)
{
    ly_value t = ly_intern("System`", "$Root");
    ly_value power = ly_make2(cx, LY_SYM(Power), t, LY_INT(degree));
    /* x^(p/q) -> t^(p degree/q) */
    ly_value n = ly_make2(cx, LY_SYM(Pattern), ly_intern("System`", "$n"), ly_make0(cx, LY_SYM(Blank)));
    ly_value rules = ly_make2(cx, LY_SYM(List),
        ly_make2(cx, LY_SYM(RuleDelayed), ly_make2(cx, LY_SYM(Power), ly_retain(x), n),
                 ly_make2(cx, LY_SYM(Power), t, ly_make2(cx, LY_SYM(Times), LY_INT(degree), ly_intern("System`", "$n")))),
        ly_make2(cx, LY_SYM(Rule), ly_retain(x), power));
    ly_value in_t = ly_call2(cx, LY_SYM(ReplaceAll), ly_retain(e), rules);
    ly_value found = in_t ? solutions_of(cx, in_t, t, complete, depth + 1) : LY_FAILED;
    ly_release(cx, in_t);
    if (!found || found == LY_UNEVALUATED) return found;
    ly_expr *powers = ly_expr_new(cx, LY_SYM(List), ly_length(found));
    for (size_t i = 0; powers && i < powers->count; i++)
        powers->args[i] = ly_make2(cx, LY_SYM(Power), ly_retain(ly_arg(ly_expr_of(found), i)), LY_INT(degree));
    ly_release(cx, found);
    ly_value list = powers ? ly_call1(cx, LY_SYM(DeleteDuplicates), ly_from_object(powers)) : LY_FAILED;
    return list ? checked(cx, list, e, x) : list;
}

static ly_value solve_kernel(ly_context *cx, ly_value e, ly_value kernel, ly_value x, bool *complete, int depth)
{
    ly_value t = ly_intern("System`", "$Kernel");
    ly_value in_t = put_in(cx, e, kernel, t);
    ly_value values = in_t ? solutions_of(cx, in_t, t, complete, depth + 1) : LY_FAILED;
    ly_release(cx, in_t);
    if (!values || values == LY_UNEVALUATED) return values;
    ly_builder all = ly_builder_new();
    bool done = true, known = true;
    for (size_t i = 0; i < ly_length(values) && done && known; i++) {
        ly_value c = ly_arg(ly_expr_of(values), i), us = LY_UNEVALUATED, u = kernel;
        if (ly_is_power(kernel) && ly_is_free_of(cx, ly_base_of(kernel), x)) { /* b^u = c */
            ly_value pair[2] = {ly_base_of(kernel), c};
            u = ly_exponent_of(kernel);
            if (c == LY_INT(0)) continue;
            us = ly_base_of(kernel) == LY_SYM(E)
                     ? ly_formula(cx, "{ConditionalExpression[Log[#2] + 2*I*Pi*C[1], Element[C[1], Integers]]}", 2, pair)
                     : ly_is_number(ly_base_of(kernel))
                           ? ly_formula(cx, "{ConditionalExpression[(Log[#2] + 2*I*Pi*C[1])/Log[#1], Element[C[1], Integers]]}", 2, pair)
                           : ly_formula(cx, "{Log[#2]/Log[#1]}", 2, pair);
        } else if (ly_is_power(kernel) && ly_is_free_of(cx, ly_exponent_of(kernel), x)) { /* u^r = c */
            ly_value inverse = ly_raised_take(cx, ly_retain(ly_exponent_of(kernel)), LY_INT(-1));
            u = ly_base_of(kernel);
            ly_value v = ly_raised_take(cx, ly_retain(c), inverse);
            us = v ? ly_make1(cx, LY_SYM(List), v) : LY_FAILED;
        } else if (ly_is_expr(kernel) && ly_expr_of(kernel)->count == 1) {
            u = ly_arg(ly_expr_of(kernel), 0);
            us = inverses(cx, ly_expr_of(kernel)->head, c);
        }
        if (us == LY_UNEVALUATED) {
            known = false;
            break;
        }
        done = us;
        for (size_t j = 0; done && j < ly_length(us); j++) {
            ly_value right = ly_arg(ly_expr_of(us), j), condition = LY_FAILED;
            if (ly_has_shape(right, LY_SYM(ConditionalExpression), 2)) {
                condition = ly_arg(ly_expr_of(right), 1);
                right = ly_arg(ly_expr_of(right), 0);
            }
            ly_value difference = ly_difference_take(cx, ly_retain(u), ly_retain(right));
            ly_value xs = difference ? solutions_of(cx, difference, x, complete, depth + 1) : LY_FAILED;
            ly_release(cx, difference);
            if (xs == LY_UNEVALUATED) known = false;
            done = xs;
            for (size_t k = 0; done && known && k < ly_length(xs); k++) {
                ly_value s = ly_expand(cx, ly_arg(ly_expr_of(xs), k), LY_FAILED);
                if (s && condition) s = ly_call2(cx, LY_SYM(ConditionalExpression), s, ly_retain(condition));
                done = s && ly_builder_add(cx, &all, s);
            }
            if (xs != LY_UNEVALUATED) ly_release(cx, xs);
        }
        ly_release(cx, us);
    }
    ly_release(cx, values);
    if (!done || !known) {
        ly_builder_drop(cx, &all);
        return done ? LY_UNEVALUATED : LY_FAILED;
    }
    ly_value list = ly_builder_finish(cx, &all, LY_SYM(List));
    bool radical = ly_is_power(kernel) && ly_is_free_of(cx, ly_exponent_of(kernel), x);
    return list && (radical || ly_has_head(kernel, LY_SYM(Abs))) ? checked(cx, list, e, x) : list;
}

/* The first square root of something in x within sums and products; LY_FAILED: there is none. */
static ly_value square_root_in(ly_context *cx, ly_value e, ly_value x)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, square_root_in, LY_AS_WORD(cx), e, x);
    if (ly_is_free_of(cx, e, x)) return LY_FAILED;
    if (ly_is_power(e) && ly_is_rational(ly_exponent_of(e)))
        return mpz_cmp_si(mpq_denref(ly_rational_of(ly_exponent_of(e))->q), 2) == 0 ? e : LY_FAILED;
    if (!ly_is_plus(e) && !ly_is_times(e) && !(ly_is_power(e) && ly_is_int(ly_exponent_of(e)))) return LY_FAILED;
    const ly_expr *expr = ly_expr_of(e);
    for (uint32_t i = 0; i < expr->count; i++) {
        ly_value found = square_root_in(cx, expr->args[i], x);
        if (found) return found;
    }
    return LY_FAILED;
}

/* a + b Sqrt[u] = 0 by way of a^2 - b^2 u = 0. */
static ly_value solve_square_root(ly_context *cx, ly_value e, ly_value x, bool *complete, int depth)
{
    ly_value root = square_root_in(cx, e, x), result = LY_UNEVALUATED;
    if (!root || ly_exponent_of(root) == LY_FAILED) return result;
    ly_value u = ly_base_of(root), r = ly_raised_take(cx, ly_retain(u), ly_rational_new(cx, LY_INT(1), LY_INT(2)));
    size_t count;
    ly_value *c = r ? ly_coefficients(cx, e, r, &count) : NULL;
    ly_release(cx, r);
    if (!c) return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    if (count == 2) {
        ly_value squared = ly_difference_take(cx, ly_product_take(cx, ly_retain(c[0]), ly_retain(c[0])),
                                              ly_product_take(cx, ly_product_take(cx, ly_retain(c[1]), ly_retain(c[1])), ly_retain(u)));
        squared = squared ? ly_expand_take(cx, squared) : squared;
        result = squared ? solutions_of(cx, squared, x, complete, depth + 1) : LY_FAILED;
        ly_release(cx, squared);
        if (result && result != LY_UNEVALUATED) result = ly_call1(cx, LY_SYM(DeleteDuplicates), result);
        if (result && result != LY_UNEVALUATED) result = checked(cx, result, e, x);
    }
    ly_coefficients_free(cx, c, count);
    return result;
}

/* The values of x for which e vanishes, as a List; LY_UNEVALUATED where they are not known. */
static ly_value solutions_of(ly_context *cx, ly_value e, ly_value x, bool *complete, int depth)
{
    if (depth > 8) return LY_UNEVALUATED;
    if (!ly_same(e, x) && !ly_is_symbol(x) && ly_is_number(x)) return LY_UNEVALUATED;
    int64_t degree = root_degree(cx, e, x, 1);
    if (degree > 1) return solve_radical(cx, e, x, degree, complete, depth);
    ly_value together = ly_together(cx, e);
    ly_value n = together ? ly_numerator(cx, together) : LY_FAILED;
    ly_release(cx, together);
    if (!n) return LY_FAILED;
    ly_value result = LY_UNEVALUATED;
    if (ly_is_free_of(cx, n, x)) {
        if (n != LY_INT(0)) result = ly_make0(cx, LY_SYM(List));
    } else if (ly_is_polynomial(cx, n, 1, &x)) {
        result = ly_roots(cx, n, x, complete);
        if (result && result != LY_UNEVALUATED && !*complete) {
            ly_release(cx, result);
            result = LY_UNEVALUATED;
        }
    } else {
        ly_value kernel = only_kernel(cx, n, x);
        if (kernel && kernel != SEVERAL && !ly_same(kernel, x)) result = solve_kernel(cx, n, kernel, x, complete, depth);
        if (result == LY_UNEVALUATED) result = solve_square_root(cx, n, x, complete, depth);
    }
    ly_release(cx, n);
    return result;
}

/* ---- systems ---------------------------------------------------------------------------------- */

typedef struct solving {
    ly_context *cx;
    size_t count;
    const ly_value *variables;
    ly_builder found;  /* lists of rules */
    bool unknown;      /* some could not be solved */
} solving;

/* values[i]: what variable i stands for so far (owned), LY_FAILED: open. */
static bool solve_system(solving *s, size_t n, const ly_value *equations, ly_value *values, int depth);

/* Puts variable k = value into a copy of the equations and what is known, and goes on. */
static bool branch(solving *s, size_t n, const ly_value *equations, size_t used, size_t k, ly_value value,
                   ly_value *values, int depth)
{
    ly_context *cx = s->cx;
    ly_value next[n + 1], known[s->count];
    size_t m = 0;
    bool done = true;
    for (size_t i = 0; i < n && done; i++) {
        if (i == used) continue;
        next[m] = put_in(cx, equations[i], s->variables[k], value);
        done = next[m];
        if (done) m++;
    }
    for (size_t i = 0; i < s->count; i++) known[i] = LY_FAILED;
    for (size_t i = 0; i < s->count && done; i++) {
        if (i == k) known[i] = ly_retain(value);
        else if (values[i]) known[i] = put_in(cx, values[i], s->variables[k], value);
        done = i == k || !values[i] || known[i];
    }
    done = done && solve_system(s, m, next, known, depth + 1);
    for (size_t i = 0; i < m; i++) ly_release(cx, next[i]);
    for (size_t i = 0; i < s->count; i++) ly_release(cx, known[i]);
    return done;
}

static bool add_solution(solving *s, ly_value *values)
{
    ly_context *cx = s->cx;
    ly_builder rules = ly_builder_new();
    for (size_t i = 0; i < s->count; i++) {
        if (!values[i]) continue;
        ly_value v = ly_is_expr(values[i]) && !ly_is_free_of(cx, values[i], LY_SYM(ConditionalExpression))
                         ? ly_retain(values[i]) : ly_retain(values[i]);
        if (!v || !ly_builder_add(cx, &rules, ly_make2(cx, LY_SYM(Rule), ly_retain(s->variables[i]), v))) {
            ly_builder_drop(cx, &rules);
            return false;
        }
    }
    ly_value list = ly_builder_finish(cx, &rules, LY_SYM(List));
    return list && ly_builder_add(cx, &s->found, list);
}

static bool solve_system(solving *s, size_t n, const ly_value *equations, ly_value *values, int depth)
{
    ly_context *cx = s->cx;
    if (ly_poll(cx)) return false;
    if (depth > 64 || ly_stack_low(cx)) {
        s->unknown = true;
        return true;
    }
    /* what is left: equations that hold no open variable decide whether this is a solution */
    ly_value open[n + 1];
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        bool has = false;
        for (size_t k = 0; k < s->count && !has; k++)
            has = !values[k] && !ly_is_free_of(cx, equations[i], s->variables[k]);
        if (has) {
            open[m++] = equations[i];
            continue;
        }
        ly_value t = ly_together(cx, equations[i]);
        if (!t) return false;
        if (t != LY_INT(0) && ly_is_expr(t)) {
            ly_value simple = ly_expand_take(cx, t);
            t = simple;
        }
        ly_value zero = t ? ly_call2(cx, LY_SYM(Equal), t, LY_INT(0)) : LY_FAILED;
        ly_release(cx, zero);
        if (!zero) return false;
        if (zero != LY_SYM(True)) return true; /* no solution here */
    }
    if (m == 0) return add_solution(s, values);
    /* an equation linear in a variable, with a coefficient free of the others; for the last variables first */
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < s->count; k++) {
            if (values[k]) continue;
            for (size_t i = 0; i < m; i++) {
                if (ly_is_free_of(cx, open[i], s->variables[k])) continue;
                ly_value t = ly_together(cx, open[i]);
                ly_value top = t ? ly_numerator(cx, t) : LY_FAILED;
                ly_release(cx, t);
                if (!top) return false;
                size_t count = 0;
                ly_value *c = ly_is_polynomial(cx, top, 1, &s->variables[k]) ? ly_coefficients(cx, top, s->variables[k], &count) : NULL;
                ly_release(cx, top);
                bool linear = c && count == 2;
                bool single = true;
                for (size_t j = 0; j < s->count; j++)
                    if (linear && !values[j] && !ly_is_free_of(cx, c[1], s->variables[j])) linear = false;
                for (size_t j = 0; j < s->count; j++)
                    if (j != k && !values[j] && !ly_is_free_of(cx, open[i], s->variables[j])) single = false;
                ly_value value = LY_FAILED;
                if (linear && (pass == 1 || !single || m == 1)) {
                    ly_value ratio = ly_quotient_take(cx, ly_product_take(cx, LY_INT(-1), ly_retain(c[0])), ly_retain(c[1]));
                    value = ratio ? ly_together(cx, ratio) : LY_FAILED;
                    ly_release(cx, ratio);
                }
                ly_coefficients_free(cx, c, count);
                if (cx->pending.kind != LY_PENDING_NONE) return false;
                if (value) {
                    bool done = branch(s, m, open, i, k, value, values, depth);
                    ly_release(cx, value);
                    return done;
                }
            }
        }
    /* an equation in one open variable: its solutions one by one */
    for (size_t i = 0; i < m; i++) {
        size_t holds = 0, which = 0;
        for (size_t k = 0; k < s->count; k++)
            if (!values[k] && !ly_is_free_of(cx, open[i], s->variables[k])) {
                holds++;
                which = k;
            }
        if (holds != 1 && !(i + 1 == m && holds > 0)) continue;
        bool complete = true;
        ly_value list = solutions_of(cx, open[i], s->variables[which], &complete, 0);
        if (!list) return false;
        if (list == LY_UNEVALUATED) continue;
        bool done = true;
        for (size_t j = 0; j < ly_length(list) && done; j++)
            done = branch(s, m, open, i, which, ly_arg(ly_expr_of(list), j), values, depth);
        ly_release(cx, list);
        return done;
    }
    s->unknown = true;
    return true;
}

/* ---- Solve ------------------------------------------------------------------------------------ */

/* Whether the rules satisfy a condition: 1, 0, -1 failed. */
static int satisfies(ly_context *cx, ly_value condition, ly_value rules)
{
    ly_value v = ly_call2(cx, LY_SYM(ReplaceAll), ly_retain(condition), ly_retain(rules));
    ly_release(cx, v);
    return v ? v != LY_SYM(False) : -1;
}

/* Domains: 1 if all values of the rules lie in it, as far as can be seen. */
static int in_domain(ly_context *cx, ly_value rules, ly_value domain)
{
    for (size_t i = 0; i < ly_length(rules); i++) {
        ly_value v = ly_arg(ly_expr_of(ly_arg(ly_expr_of(rules), i)), 1);
        if (domain == LY_SYM(Integers)) {
            if (ly_is_number(v) && !ly_is_integer(v)) return 0;
        } else if (domain == LY_SYM(Rationals)) {
            if (ly_is_number(v) && !ly_is_integer(v) && !ly_is_rational(v)) return 0;
        }
        ly_value numeric = ly_call1(cx, LY_SYM(N), ly_retain(v));
        if (!numeric) return -1;
        bool complex = ly_is_complex(numeric);
        bool irrational = ly_is_number(numeric) && !ly_is_number(v) && domain != LY_SYM(Reals);
        ly_release(cx, numeric);
        if (complex || irrational) return 0;
    }
    return 1;
}

/* A family of solutions, in C[1]: adds those of its members that satisfy the conditions. */
static bool add_members(ly_context *cx, ly_builder *good, ly_value rules, ly_value conditions)
{
    for (int64_t k = -20; k <= 20; k++) {
        ly_value c = ly_make1(cx, LY_SYM(C), LY_INT(1));
        ly_value one = ly_call2(cx, LY_SYM(ReplaceAll), ly_retain(rules), ly_make2(cx, LY_SYM(Rule), c, LY_INT(k)));
        bool holds = one;
        for (size_t j = 0; j < ly_length(conditions) && holds; j++) {
            ly_value v = ly_call2(cx, LY_SYM(ReplaceAll), ly_retain(ly_arg(ly_expr_of(conditions), j)), ly_retain(one));
            ly_release(cx, v);
            if (!v) {
                ly_release(cx, one);
                return false;
            }
            holds = v == LY_SYM(True);
        }
        if (!one || (holds && !ly_builder_add(cx, good, ly_retain(one)))) {
            ly_release(cx, one);
            return false;
        }
        ly_release(cx, one);
    }
    return true;
}

static ly_value filtered(ly_context *cx, ly_value solutions, ly_value conditions, ly_value domain)
{
    ly_builder good = ly_builder_new();
    bool families = false;
    for (size_t i = 0; i < ly_length(solutions); i++) {
        ly_value rules = ly_arg(ly_expr_of(solutions), i);
        int keep = 1;
        if (ly_length(conditions) && !ly_is_free_of(cx, rules, LY_SYM(C))) {
            families = true;
            if (add_members(cx, &good, rules, conditions)) continue;
            keep = -1;
        }
        for (size_t j = 0; j < ly_length(conditions) && keep > 0; j++)
            keep = satisfies(cx, ly_arg(ly_expr_of(conditions), j), rules);
        if (keep > 0 && domain && domain != LY_SYM(Complexes)) keep = in_domain(cx, rules, domain);
        if (keep < 0) {
            ly_builder_drop(cx, &good);
            ly_release(cx, solutions);
            return LY_FAILED;
        }
        if (keep && !ly_builder_add(cx, &good, ly_retain(rules))) break;
    }
    ly_release(cx, solutions);
    ly_value list = ly_builder_finish(cx, &good, LY_SYM(List));
    if (list && families) { /* by size */
        ly_value by = ly_make1(cx, LY_SYM(Function),
                               ly_make1(cx, LY_SYM(N), ly_make2(cx, LY_SYM(ReplaceAll),
                                        ly_make3(cx, LY_SYM(Part), ly_make1(cx, LY_SYM(Slot), LY_INT(1)), LY_INT(1), LY_INT(2)),
                                        ly_make0(cx, LY_SYM(List)))));
        list = ly_call2(cx, LY_SYM(SortBy), list, by);
    }
    return list;
}

MESSAGE(Solve, maxrts, "The value `1` of the MaxRoots option is not a positive integer, Infinity or Automatic.")
MESSAGE(Solve, naqs, "`1` is not a quantified system of equations and inequalities.")
MESSAGE(Solve, nsmet, "This system cannot be solved with the methods available to Solve.")
MESSAGE(Solve, svars, "Equations may not give solutions for all \"solve\" variables.")

static bool is_solve_variable(ly_value v)
{
    if (ly_is_symbol(v))
        return !(ly_symbol_of(v)->builtin && ly_symbol_of(v)->builtin->attributes & LY_CONSTANT);
    return ly_is_expr(v) && !ly_is_plus(v) && !ly_is_times(v) && !ly_is_power(v);
}

BUILTIN(Solve, solve, 1, -1, LY_PROTECTED, LY_PURE,
        "Solve[equations, x] gives the solutions for x as lists of rules; Solve[equations, {x, y, …}] those "
        "of a system; Solve[equations, x, domain] those within a domain.")
static ly_value solve(ly_context *cx, ly_expr *call)
{
    size_t count = ly_option_start(call, 1);
    size_t most = SIZE_MAX;
    if (count > 3) return LY_UNEVALUATED;
    if (count < call->count) {
        ly_value roots = ly_option(cx, call, count, "MaxRoots", LY_SYM(Automatic));
        ly_value modulus = ly_option(cx, call, count, "Modulus", LY_INT(0));
        bool good = modulus == LY_INT(0) && (roots == LY_SYM(Automatic) || ly_is_plus_infinity(roots) ||
                                             (ly_is_int(roots) && ly_int_of(roots) > 0));
        if (ly_is_int(roots) && ly_int_of(roots) > 0) most = (size_t)ly_int_of(roots);
        ly_release(cx, modulus);
        if (!good && modulus == LY_INT(0)) ly_message_call(cx, call, "maxrts", 1, roots);
        ly_release(cx, roots);
        if (!good) return LY_UNEVALUATED;
    }
    ly_value variables = count > 1 ? ly_retain(call->args[1]) : LY_FAILED;
    ly_value domain = count > 2 ? call->args[2] : LY_FAILED;
    system_ s = {.cx = cx, .conditions = ly_builder_new()};
    ly_value result = LY_UNEVALUATED;
    if (!read_system(&s, call->args[0])) {
        ly_release(cx, variables);
        system_free(&s);
        return LY_FAILED;
    }
    if (!variables) { /* all that occur in the equations */
        ly_expr *all = ly_expr_new(cx, LY_SYM(List), s.count);
        for (size_t i = 0; all && i < s.count; i++) all->args[i] = ly_retain(s.equations[i]);
        variables = all ? ly_variables(cx, ly_from_object(all)) : LY_FAILED;
        if (all) ly_release(cx, ly_from_object(all));
    }
    if (!variables) {
        system_free(&s);
        return LY_FAILED;
    }
    bool good = !s.unsolvable;
    size_t n = ly_operands(variables, LY_SYM(List));
    for (size_t i = 0; i < n; i++) {
        ly_value v = ly_operand(variables, LY_SYM(List), i);
        if (is_solve_variable(v)) continue;
        if (ly_is_number(v) || ly_is_string(v) || ly_is_symbol(v)) ly_message_call(cx, call, "ivar", 1, v);
        good = false;
    }
    if (s.unsolvable && !ly_is_symbol(call->args[0])) ly_message_call(cx, call, "naqs", 1, call->args[0]);
    if (s.count == 0 && ly_builder_count(&s.conditions)) good = false; /* inequalities alone */
    if (good && s.impossible) {
        result = ly_make0(cx, LY_SYM(List));
    } else if (good) {
        ly_value items[n + 1], values[n + 1];
        for (size_t i = 0; i < n; i++) {
            items[i] = ly_operand(variables, LY_SYM(List), i);
            values[i] = LY_FAILED;
        }
        solving work = {.cx = cx, .count = n, .variables = items, .found = ly_builder_new()};
        if (!solve_system(&work, s.count, s.equations, values, 0)) {
            ly_builder_drop(cx, &work.found);
            result = LY_FAILED;
        } else if (work.unknown) {
            ly_builder_drop(cx, &work.found);
            ly_message_call(cx, call, "nsmet", 0);
        } else {
            result = ly_builder_finish(cx, &work.found, LY_SYM(List));
            if (result && n > 1 && ly_length(result) > 1)
                result = ly_call1(cx, LY_SYM(DeleteDuplicates), result);
            ly_value conditions = ly_builder_finish(cx, &s.conditions, LY_SYM(List));
            if (result && conditions) result = filtered(cx, result, conditions, domain);
            if (result && n > 0) {
                bool missing = false;
                for (size_t i = 0; i < ly_length(result); i++) missing |= ly_length(ly_arg(ly_expr_of(result), i)) < n;
                if (missing && s.count > 0) ly_message_call(cx, call, "svars", 0);
            }
            ly_release(cx, conditions);
        }
    }
    ly_release(cx, variables);
    system_free(&s);
    if (result && result != LY_UNEVALUATED && ly_length(result) > most)
        result = ly_call2(cx, LY_SYM(Take), result, LY_INT(most));
    return result;
}
