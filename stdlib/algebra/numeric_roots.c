/* numeric_roots.c: roots in machine numbers: FindRoot by Newton's method, NSolve by Solve, or for a
   polynomial by the simultaneous iteration of Weierstrass and Durand and Kerner. */
#include "algebra.h"

#include <complex.h> /* after FLINT, whose parameters are named I */
#include <math.h>

#define MOST_UNKNOWNS 16

/* ---- FindRoot --------------------------------------------------------------------------------- */

typedef struct unknowns {
    ly_context *cx;
    size_t count;
    ly_value names[MOST_UNKNOWNS]; /* borrowed */
    double values[MOST_UNKNOWNS];
} unknowns;

/* e at the current values: 1 and the number, 0 where it is none, -1 failed. */
static int value_at(unknowns *u, ly_value e, double *out)
{
    ly_context *cx = u->cx;
    ly_expr *rules = ly_expr_new(cx, LY_SYM(List), u->count);
    for (size_t i = 0; i < u->count; i++)
        rules->args[i] = ly_make2(cx, LY_SYM(Rule), ly_retain(u->names[i]), ly_real(cx, u->values[i]));
    ly_value v = ly_call2(cx, LY_SYM(ReplaceAll), ly_retain(e), ly_from_object(rules));
    v = v ? ly_call1(cx, LY_SYM(N), v) : v;
    if (!v) return -1;
    bool number = ly_is_number(v) && ly_is_real_number(v) && ly_to_double(v, out) && isfinite(*out);
    ly_release(cx, v);
    return number;
}

/* Solves the n by n system in place; false where it is singular. */
static bool solve_linear(size_t n, double m[][MOST_UNKNOWNS], double *b)
{
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t i = k + 1; i < n; i++)
            if (fabs(m[i][k]) > fabs(m[pivot][k])) pivot = i;
        if (m[pivot][k] == 0) return false;
        for (size_t j = 0; j < n; j++) {
            double t = m[k][j];
            m[k][j] = m[pivot][j];
            m[pivot][j] = t;
        }
        double t = b[k];
        b[k] = b[pivot];
        b[pivot] = t;
        for (size_t i = k + 1; i < n; i++) {
            double f = m[i][k] / m[k][k];
            for (size_t j = k; j < n; j++) m[i][j] -= f * m[k][j];
            b[i] -= f * b[k];
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t j = k + 1; j < n; j++) b[k] -= m[k][j] * b[j];
        b[k] /= m[k][k];
    }
    return true;
}

MESSAGE(FindRoot, nlnum, "The function value `1` is not a list of numbers with dimensions {`2`} at `3` = `4`.")
MESSAGE(FindRoot, jsing, "Encountered a singular Jacobian at the point `1` = `2`. Try perturbing the initial point(s).")
MESSAGE(FindRoot, cvmit, "Failed to converge to the requested accuracy or precision within `1` iterations.")

/* Damped Newton steps: 1 converged, 0 not (a function has no number there), 2 singular, 3 too many
   steps, -1 failed. */
static int newton(unknowns *u, const ly_value *functions, const ly_value *derivatives, int64_t most)
{
    size_t n = u->count;
    double f[MOST_UNKNOWNS], step[MOST_UNKNOWNS], jacobian[MOST_UNKNOWNS][MOST_UNKNOWNS];
    for (int64_t round = 0; round < most; round++) {
        double size = 0;
        if (ly_poll(u->cx)) return -1;
        for (size_t i = 0; i < n; i++) {
            int known = value_at(u, functions[i], &f[i]);
            if (known != 1) return known;
            size += f[i] * f[i];
        }
        if (size == 0) return 1;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                int known = derivatives[i * n + j] ? value_at(u, derivatives[i * n + j], &jacobian[i][j]) : 0;
                if (known < 0) return -1;
                if (!known) { /* by a difference */
                    double x = u->values[j], h = 1e-7 * (fabs(x) > 1 ? fabs(x) : 1), g;
                    u->values[j] = x + h;
                    known = value_at(u, functions[i], &g);
                    u->values[j] = x;
                    if (known != 1) return known;
                    jacobian[i][j] = (g - f[i]) / h;
                }
            }
        memcpy(step, f, sizeof step);
        if (!solve_linear(n, jacobian, step)) return 2;
        double largest = 0, old[MOST_UNKNOWNS];
        memcpy(old, u->values, sizeof old);
        for (double scale = 1; scale > 1e-3; scale /= 2) {
            double next = 0, g;
            largest = 0;
            int known = 1;
            for (size_t i = 0; i < n; i++) {
                u->values[i] = old[i] - scale * step[i];
                double change = fabs(scale * step[i]) / (fabs(u->values[i]) > 1e-8 ? fabs(u->values[i]) : 1e-8);
                if (change > largest) largest = change;
            }
            for (size_t i = 0; i < n && known == 1; i++) {
                known = value_at(u, functions[i], &g);
                next += g * g;
            }
            if (known < 0) return -1;
            if (known == 1 && (next <= size || next < 1e-28)) break;
        }
        if (largest < 4e-16) return 1;
        if (round > 60 && largest < 1e-12) return 1;
    }
    return 3;
}

static ly_value equation_of(ly_context *cx, ly_value e)
{
    if (ly_has_shape(e, LY_SYM(Equal), 2))
        return ly_difference_take(cx, ly_retain(ly_arg(ly_expr_of(e), 0)), ly_retain(ly_arg(ly_expr_of(e), 1)));
    return ly_retain(e);
}

BUILTIN(FindRoot, find_root, 2, -1, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "FindRoot[f, {x, x0}] looks for a root of f, or a solution of an equation, starting from x0; "
        "FindRoot[{f, g, …}, {{x, x0}, {y, y0}, …}] for one of a system.")
static ly_value find_root(ly_context *cx, ly_expr *call)
{
    size_t count = ly_option_start(call, 2);
    unknowns u = {.cx = cx};
    ly_value spec = call->args[1], result = LY_UNEVALUATED;
    if (!ly_has_head(spec, LY_SYM(List)) || !ly_expr_of(spec)->count) return LY_UNEVALUATED;
    bool several = ly_has_head(ly_arg(ly_expr_of(spec), 0), LY_SYM(List));
    size_t n = several ? ly_expr_of(spec)->count : 1;
    if (n > MOST_UNKNOWNS) return LY_UNEVALUATED;
    for (size_t i = 0; i < n; i++) {
        ly_value one = several ? ly_arg(ly_expr_of(spec), i) : spec;
        if (!ly_has_head(one, LY_SYM(List)) || ly_expr_of(one)->count < 2 || !ly_is_symbol(ly_arg(ly_expr_of(one), 0)))
            return LY_UNEVALUATED;
        ly_value start = ly_call1(cx, LY_SYM(N), ly_retain(ly_arg(ly_expr_of(one), 1)));
        if (!start) return LY_FAILED;
        bool number = ly_is_number(start) && ly_is_real_number(start) && ly_to_double(start, &u.values[i]);
        ly_release(cx, start);
        if (!number) return LY_UNEVALUATED;
        u.names[u.count++] = ly_arg(ly_expr_of(one), 0);
    }
    int64_t most = 100;
    if (call->count > count) {
        ly_value limit = ly_option(cx, call, count, "MaxIterations", LY_INT(100));
        if (ly_is_int(limit) && ly_int_of(limit) > 0) most = ly_int_of(limit);
        ly_release(cx, limit);
    }
    /* the variables have no values of their own in here */
    ly_expr *locals = ly_expr_new(cx, LY_SYM(List), n);
    for (size_t i = 0; i < n; i++) locals->args[i] = u.names[i];
    ly_value body = ly_evaluate_take(cx, ly_make2(cx, LY_SYM(Block), ly_from_object(locals), ly_retain(call->args[0])));
    if (!body) return LY_FAILED;
    size_t given = ly_operands(body, LY_SYM(List));
    ly_value functions[MOST_UNKNOWNS] = {0}, *derivatives = ly_buffer_alloc(cx, n * n * sizeof *derivatives);
    bool done = derivatives && given == n;
    if (derivatives) memset(derivatives, 0, n * n * sizeof *derivatives);
    for (size_t i = 0; done && i < n; i++) {
        functions[i] = equation_of(cx, ly_operand(body, LY_SYM(List), i));
        done = functions[i];
        for (size_t j = 0; done && j < n; j++) {
            derivatives[i * n + j] = ly_derivative(cx, functions[i], u.names[j]);
            done = derivatives[i * n + j];
        }
    }
    int answer = done ? newton(&u, functions, derivatives, most) : given == n ? -1 : 0;
    if (answer > 0) {
        ly_expr *rules = ly_expr_new(cx, LY_SYM(List), n);
        for (size_t i = 0; i < n; i++)
            rules->args[i] = ly_make2(cx, LY_SYM(Rule), ly_retain(u.names[i]), ly_real(cx, u.values[i]));
        result = ly_from_object(rules);
        ly_value x = ly_real(cx, u.values[0]);
        if (answer == 2) ly_message_call(cx, call, "jsing", 2, u.names[0], x);
        if (answer == 3) ly_message_call(cx, call, "cvmit", 1, LY_INT(most));
        ly_release(cx, x);
    } else if (answer < 0) {
        result = LY_FAILED;
    }
    for (size_t i = 0; i < n; i++) ly_release(cx, functions[i]);
    for (size_t i = 0; derivatives && i < n * n; i++) ly_release(cx, derivatives[i]);
    ly_buffer_free(cx, derivatives);
    ly_release(cx, body);
    return result;
}

/* ---- NSolve ----------------------------------------------------------------------------------- */

static int compare_roots(const void *a, const void *b)
{
    double complex x = *(const double complex *)a, y = *(const double complex *)b;
    if (fabs(creal(x) - creal(y)) > 1e-12 * (1 + fabs(creal(x)))) return creal(x) < creal(y) ? -1 : 1;
    return cimag(x) < cimag(y) ? -1 : cimag(x) > cimag(y);
}

/* The roots of a polynomial with numbers as coefficients, as a List; LY_UNEVALUATED for others. */
static ly_value polynomial_roots(ly_context *cx, ly_value e, ly_value x)
{
    size_t count;
    ly_value *c = ly_coefficients(cx, e, x, &count), result = LY_UNEVALUATED;
    if (!c) return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    double complex *p = ly_buffer_alloc(cx, 2 * (count + 1) * sizeof *p);
    bool good = p && count >= 2 && count < 400;
    for (size_t i = 0; good && i < count; i++) {
        ly_value v = ly_call1(cx, LY_SYM(N), ly_retain(c[i]));
        double re = 0, im = 0;
        if (!v) good = false;
        else if (ly_is_complex(v)) good = ly_to_double(ly_complex_of(v)->re, &re) && ly_to_double(ly_complex_of(v)->im, &im);
        else good = ly_is_number(v) && ly_to_double(v, &re);
        ly_release(cx, v);
        p[i] = re + im * I;
    }
    if (good) {
        size_t n = count - 1;
        double complex *roots = p + count;
        double radius = 0;
        for (size_t i = 0; i < n; i++) {
            double r = pow(cabs(p[i] / p[n]), 1.0 / (double)(n - i));
            if (r > radius) radius = r;
        }
        for (size_t i = 0; i < n; i++) roots[i] = radius * cexp(I * (6.283185307179586 * (double)i / (double)n + 0.4));
        for (int round = 0; round < 500; round++) {
            double change = 0;
            for (size_t i = 0; i < n; i++) {
                double complex value = p[n], others = p[n];
                for (size_t k = n; k-- > 0;) value = value * roots[i] + p[k];
                for (size_t k = 0; k < n; k++)
                    if (k != i) others *= roots[i] - roots[k];
                if (others == 0) continue;
                double complex step = value / others;
                roots[i] -= step;
                double relative = cabs(step) / (cabs(roots[i]) + 1e-300);
                if (relative > change) change = relative;
            }
            if (change < 1e-16 || ly_poll(cx)) break;
        }
        for (size_t i = 0; i < n; i++) { /* conjugates and reals of real polynomials */
            if (fabs(cimag(roots[i])) < 1e-10 * (cabs(roots[i]) + 1e-10)) roots[i] = creal(roots[i]);
            if (fabs(creal(roots[i])) < 1e-13 * cabs(roots[i])) roots[i] = cimag(roots[i]) * I;
        }
        qsort(roots, n, sizeof *roots, compare_roots);
        ly_expr *list = ly_expr_new(cx, LY_SYM(List), n);
        for (size_t i = 0; list && i < n; i++)
            list->args[i] = cimag(roots[i]) == 0 ? ly_real(cx, creal(roots[i]))
                                                 : ly_complex_take(cx, ly_real(cx, creal(roots[i])), ly_real(cx, cimag(roots[i])));
        result = list ? ly_from_object(list) : LY_FAILED;
    }
    if (cx->pending.kind != LY_PENDING_NONE && result == LY_UNEVALUATED) result = LY_FAILED;
    ly_buffer_free(cx, p);
    ly_coefficients_free(cx, c, count);
    return result;
}

BUILTIN(NSolve, n_solve, 1, -1, LY_PROTECTED, LY_PURE,
        "NSolve[equations, x] gives numerical solutions for x, NSolve[equations, {x, y, …}] those of a system.")
static ly_value n_solve(ly_context *cx, ly_expr *call)
{
    size_t count = ly_option_start(call, 1);
    if (count > 3 || count < call->count) return LY_UNEVALUATED;
    ly_value equations = call->args[0];
    if (count == 2 && ly_is_symbol(call->args[1]) && ly_has_shape(equations, LY_SYM(Equal), 2)) {
        ly_value e = equation_of(cx, equations);
        ly_value x = call->args[1];
        ly_value roots = e && ly_is_polynomial(cx, e, 1, &x) ? polynomial_roots(cx, e, x) : e ? LY_UNEVALUATED : LY_FAILED;
        ly_release(cx, e);
        if (!roots) return roots;
        if (roots != LY_UNEVALUATED) {
            ly_expr *list = ly_expr_new(cx, LY_SYM(List), ly_length(roots));
            for (size_t i = 0; list && i < list->count; i++)
                list->args[i] = ly_make1(cx, LY_SYM(List),
                                         ly_make2(cx, LY_SYM(Rule), ly_retain(x), ly_retain(ly_arg(ly_expr_of(roots), i))));
            ly_release(cx, roots);
            return list ? ly_from_object(list) : LY_FAILED;
        }
    }
    ly_expr *solve = ly_expr_new(cx, LY_SYM(Solve), count);
    for (size_t i = 0; i < count; i++) solve->args[i] = ly_retain(call->args[i]);
    ly_value found = ly_evaluate_take(cx, ly_make1(cx, LY_SYM(Quiet), ly_from_object(solve)));
    if (!found) return found;
    if (ly_has_head(found, LY_SYM(Solve))) {
        ly_release(cx, found);
        return LY_UNEVALUATED;
    }
    return ly_call1(cx, LY_SYM(N), found);
}
