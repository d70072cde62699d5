/* roots.c: the roots of a polynomial in one variable.

   Powers of x are taken out, then binomials x^n = c and polynomials in x^k are recognised; what
   remains is factored over the rationals, and factors of degree 1 and 2 are solved by formula. */
#include "roots.h"

#include "univariate.h"

static bool add_root(ly_context *cx, ly_builder *roots, ly_value root, size_t times)
{
    bool done = root;
    for (size_t i = 0; i < times && done; i++) done = ly_builder_add(cx, roots, ly_retain(root));
    ly_release(cx, root);
    return done;
}

static ly_value negative_take(ly_context *cx, ly_value v)
{
    return ly_expand_take(cx, ly_product_take(cx, LY_INT(-1), v));
}

/* (-1)^(p/q) */
static ly_value unit_root(ly_context *cx, int64_t p, int64_t q)
{
    return ly_raised_take(cx, LY_INT(-1), ly_rational_new(cx, LY_INT(p), LY_INT(q)));
}

/* x^n = c */
static bool solve_binomial(ly_context *cx, ly_builder *roots, ly_value c, size_t n, size_t times)
{
    bool negative = ly_is_number(c) && ly_is_real_number(c) && ly_sign(c) < 0;
    bool done = true;
    ly_value size = negative ? ly_product_take(cx, LY_INT(-1), ly_retain(c)) : ly_retain(c);
    ly_value r = ly_raised_take(cx, size, ly_rational_new(cx, LY_INT(1), LY_INT(n)));
    if (!r) return false;
    if (n % 2) { /* r, -r (-1)^(1/n), r (-1)^(2/n) …; for c < 0 with -r */
        for (size_t k = 0; k < n && done; k++) {
            ly_value root = ly_product_take(cx, ly_retain(r), unit_root(cx, (int64_t)k, (int64_t)n));
            if ((k % 2 == 1) != negative) root = ly_product_take(cx, LY_INT(-1), root);
            done = add_root(cx, roots, root, times);
        }
    } else {
        ly_value list[2 * 64];
        size_t count = 0;
        for (size_t k = 0; k < n / 2 && k < 64 && done; k++) {
            ly_value u = negative ? unit_root(cx, (int64_t)(2 * k + 1), (int64_t)n) : unit_root(cx, (int64_t)(2 * k), (int64_t)n);
            ly_value root = ly_product_take(cx, ly_retain(r), u);
            done = root;
            if (!root) break;
            list[count++] = ly_product_take(cx, LY_INT(-1), ly_retain(root));
            list[count++] = root;
        }
        if (n == 4 && !negative && count == 4) { /* -r, -I r, I r, r */
            ly_value last = list[1];
            list[1] = list[2];
            list[2] = list[3];
            list[3] = last;
        }
        for (size_t i = 0; i < count; i++) done = done && list[i] && add_root(cx, roots, ly_retain(list[i]), times);
        for (size_t i = 0; i < count; i++) ly_release(cx, list[i]);
    }
    ly_release(cx, r);
    return done;
}

/* a x^2 + b x + c = 0 */
static bool solve_quadratic(ly_context *cx, ly_builder *roots, ly_value c, ly_value b, ly_value a, size_t times)
{
    bool numbers = ly_is_number(a) && ly_is_number(b) && ly_is_number(c);
    ly_value found[2] = {LY_FAILED, LY_FAILED};
    if (b == LY_INT(0)) {
        ly_value ratio = ly_product_take(cx, LY_INT(-1), ly_quotient_take(cx, ly_retain(c), ly_retain(a)));
        if (ratio && !ly_is_number(ratio)) {
            ly_value t = ly_together(cx, ratio);
            ly_release(cx, ratio);
            ratio = t;
        }
        found[1] = ly_raised_take(cx, ratio, ly_rational_new(cx, LY_INT(1), LY_INT(2)));
        if (found[1]) found[0] = ly_product_take(cx, LY_INT(-1), ly_retain(found[1]));
    } else if (numbers) {
        ly_value middle = ly_quotient_take(cx, ly_product_take(cx, LY_INT(-1), ly_retain(b)),
                                           ly_product_take(cx, LY_INT(2), ly_retain(a)));
        ly_value square = ly_difference_take(cx, ly_product_take(cx, ly_retain(middle), ly_retain(middle)),
                                             ly_quotient_take(cx, ly_retain(c), ly_retain(a)));
        ly_value root = ly_raised_take(cx, square, ly_rational_new(cx, LY_INT(1), LY_INT(2)));
        for (int i = 0; i < 2 && root && middle; i++) {
            ly_value side = i ? ly_retain(root) : ly_product_take(cx, LY_INT(-1), ly_retain(root));
            ly_value sum = ly_sum_take(cx, ly_retain(middle), side);
            found[i] = sum ? ly_together(cx, sum) : LY_FAILED;
            ly_release(cx, sum);
        }
        ly_release(cx, middle);
        ly_release(cx, root);
    } else {
        ly_value four = ly_product_take(cx, LY_INT(4), ly_product_take(cx, ly_retain(a), ly_retain(c)));
        ly_value inside = ly_difference_take(cx, ly_product_take(cx, ly_retain(b), ly_retain(b)), four);
        ly_value expanded = inside ? ly_expand_take(cx, inside) : LY_FAILED;
        ly_value root = ly_raised_take(cx, expanded, ly_rational_new(cx, LY_INT(1), LY_INT(2)));
        for (int i = 0; i < 2 && root; i++) {
            ly_value side = i ? ly_retain(root) : ly_product_take(cx, LY_INT(-1), ly_retain(root));
            ly_value top = ly_sum_take(cx, negative_take(cx, ly_retain(b)), side);
            ly_value sum = ly_quotient_take(cx, top, ly_product_take(cx, LY_INT(2), ly_retain(a)));
            found[i] = sum ? ly_together(cx, sum) : LY_FAILED;
            ly_release(cx, sum);
        }
        ly_release(cx, root);
    }
    bool done = found[0] && found[1];
    done = add_root(cx, roots, found[0], times) && done;
    return add_root(cx, roots, found[1], times) && done;
}

static bool solve_all(ly_context *cx, ly_builder *roots, const ly_univariate *p, ly_value x, size_t times,
                      bool *complete);

/* The irreducible factors one by one; complete is set to false where one could not be solved. */
static bool solve_factors(ly_context *cx, ly_builder *roots, const ly_univariate *p, ly_value x,
                          size_t times, bool *complete)
{
    ly_value e = ly_univariate_write(cx, p, x);
    ly_value pairs = e ? ly_call1(cx, LY_SYM(FactorList), e) : LY_FAILED;
    if (!ly_has_head(pairs, LY_SYM(List))) {
        ly_release(cx, pairs);
        *complete = false;
        return pairs;
    }
    bool done = true;
    const ly_expr *list = ly_expr_of(pairs);
    size_t with_x = 0;
    for (uint32_t i = 0; i < list->count; i++)
        with_x += !ly_is_free_of(cx, ly_arg(ly_expr_of(list->args[i]), 0), x);
    for (uint32_t i = 0; i < list->count && done; i++) {
        const ly_expr *pair = ly_expr_of(list->args[i]);
        ly_univariate q;
        if (ly_is_free_of(cx, pair->args[0], x)) continue;
        if (!ly_univariate_read(cx, &q, pair->args[0], x)) {
            *complete = false;
            done = cx->pending.kind == LY_PENDING_NONE;
            continue;
        }
        size_t k = times * (size_t)ly_int_of(pair->args[1]);
        if (with_x == 1 && pair->args[1] == LY_INT(1) && q.count > 3) *complete = false;
        else done = solve_all(cx, roots, &q, x, k, complete);
        ly_univariate_free(cx, &q);
    }
    ly_release(cx, pairs);
    return done;
}

static bool solve_all(ly_context *cx, ly_builder *roots, const ly_univariate *p, ly_value x, size_t times,
                      bool *complete)
{
    size_t low = 0, step = 0;
    bool done = true;
    while (low < p->count && p->items[low] == LY_INT(0)) low++;
    if (low) done = add_root(cx, roots, LY_INT(0), low * times);
    ly_univariate q = {p->items + low, p->count - low};
    if (q.count <= 1) return done;
    if (q.count == 2) {
        ly_value ratio = ly_quotient_take(cx, ly_product_take(cx, LY_INT(-1), ly_retain(q.items[0])), ly_retain(q.items[1]));
        ly_value root = ratio ? ly_together(cx, ratio) : LY_FAILED;
        ly_release(cx, ratio);
        return done && add_root(cx, roots, root, times);
    }
    if (q.count == 3 && q.items[1] != LY_INT(0)) {
        /* rational roots come in order */
        ly_builder two = ly_builder_new();
        done = done && solve_quadratic(cx, &two, q.items[0], q.items[1], q.items[2], times);
        ly_value list = ly_builder_finish(cx, &two, LY_SYM(List));
        if (!list || !done) return false;
        if (ly_expr_of(list)->count && ly_is_number(ly_arg(ly_expr_of(list), 0)) &&
            ly_is_real_number(ly_arg(ly_expr_of(list), 0)))
            list = ly_call1(cx, LY_SYM(Sort), list);
        for (size_t i = 0; list && done && i < ly_length(list); i++)
            done = ly_builder_add(cx, roots, ly_retain(ly_arg(ly_expr_of(list), i)));
        ly_release(cx, list);
        return done;
    }
    for (size_t i = 1; i < q.count; i++) { /* the common step of the exponents */
        if (q.items[i] == LY_INT(0)) continue;
        size_t a = i, b = step;
        while (b) {
            size_t rest = a % b;
            a = b;
            b = rest;
        }
        step = a;
    }
    if (step == q.count - 1) {
        ly_value c = ly_product_take(cx, LY_INT(-1), ly_quotient_take(cx, ly_retain(q.items[0]), ly_retain(q.items[step])));
        done = done && c && solve_binomial(cx, roots, c, step, times);
        ly_release(cx, c);
        return done;
    }
    if (step > 1 && (q.count - 1) / step == 2) {
        /* a quadratic in x^step, whose roots are powers */
        ly_builder inner = ly_builder_new();
        done = done && solve_quadratic(cx, &inner, q.items[0], q.items[step], q.items[2 * step], 1);
        ly_value list = ly_builder_finish(cx, &inner, LY_SYM(List));
        ly_builder outer = ly_builder_new();
        done = done && list;
        for (size_t i = 0; done && i < ly_length(list); i++)
            done = solve_binomial(cx, &outer, ly_arg(ly_expr_of(list), i), step, times);
        ly_release(cx, list);
        ly_value found = ly_builder_finish(cx, &outer, LY_SYM(List));
        bool rational = found && done;
        for (size_t i = 0; rational && i < ly_length(found); i++) rational = ly_is_real_number(ly_arg(ly_expr_of(found), i));
        if (rational) found = ly_call1(cx, LY_SYM(Sort), found);
        for (size_t i = 0; done && found && i < ly_length(found); i++)
            done = ly_builder_add(cx, roots, ly_retain(ly_arg(ly_expr_of(found), i)));
        ly_release(cx, found);
        return done && found;
    }
    return done && solve_factors(cx, roots, &q, x, times, complete);
}

ly_value ly_roots(ly_context *cx, ly_value polynomial, ly_value x, bool *complete)
{
    ly_univariate p;
    *complete = true;
    if (!ly_univariate_read(cx, &p, polynomial, x)) {
        *complete = false;
        return cx->pending.kind == LY_PENDING_NONE ? LY_UNEVALUATED : LY_FAILED;
    }
    ly_builder roots = ly_builder_new();
    bool done = solve_all(cx, &roots, &p, x, 1, complete);
    ly_univariate_free(cx, &p);
    if (done) {
        ly_value list = ly_builder_finish(cx, &roots, LY_SYM(List));
        return list ? ly_call1(cx, LY_SYM(Sort), list) : LY_FAILED;
    }
    ly_builder_drop(cx, &roots);
    return LY_FAILED;
}
