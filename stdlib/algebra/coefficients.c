/* coefficients.c: an expression as a polynomial in some of its parts: Coefficient, CoefficientList,
   CoefficientRules, Exponent, Collect. */
#include "algebra.h"

/* ---- terms put together by powers of the variables --------------------------------------------- */

void ly_collected_free(ly_context *cx, ly_collected *c)
{
    for (size_t i = 0; i < c->count * c->width; i++) ly_release(cx, c->exponents[i]);
    for (size_t i = 0; i < c->count; i++) ly_release(cx, c->coefficients[i]);
    ly_buffer_free(cx, c->exponents);
    ly_buffer_free(cx, c->coefficients);
    *c = (ly_collected){0};
}

/* Splits a term into the exponents of the variables (owned) and what remains (owned). */
static bool split_term(ly_context *cx, ly_value term, size_t n, const ly_value *variables,
                       ly_value *exponents, ly_value *coefficient)
{
    size_t count = ly_operands(term, LY_SYM(Times));
    ly_builder rest = ly_builder_new();
    for (size_t j = 0; j < n; j++) exponents[j] = LY_INT(0);
    bool done = true;
    for (size_t i = 0; i < count && done; i++) {
        ly_value f = ly_operand(term, LY_SYM(Times), i);
        size_t j = 0;
        while (j < n && !ly_same(f, variables[j]) && !ly_same(ly_base_of(f), variables[j])) j++;
        if (j == n) done = ly_builder_add(cx, &rest, ly_retain(f));
        else {
            ly_value e = ly_same(f, variables[j]) ? LY_INT(1) : ly_retain(ly_exponent_of(f));
            exponents[j] = ly_sum_take(cx, exponents[j], e);
            done = exponents[j];
        }
    }
    size_t left = ly_builder_count(&rest);
    ly_value product = done ? ly_builder_finish(cx, &rest, LY_SYM(Times)) : LY_FAILED;
    if (!done) ly_builder_drop(cx, &rest);
    if (product && left == 0) {
        ly_release(cx, product);
        product = LY_INT(1);
    } else if (product && left == 1) {
        ly_value one = ly_retain(ly_arg(ly_expr_of(product), 0));
        ly_release(cx, product);
        product = one;
    }
    *coefficient = product;
    return product;
}

typedef struct gathered {
    ly_value index; /* owned: association from a List of exponents to the number of the row */
    ly_builder *sums;
} gathered;

bool ly_collect_terms(ly_context *cx, ly_collected *c, ly_value e, size_t n, const ly_value *variables)
{
    *c = (ly_collected){.width = n};
    ly_expr *within = ly_expr_new(cx, LY_SYM(List), n);
    if (!within) return false;
    for (size_t i = 0; i < n; i++) within->args[i] = ly_retain(variables[i]);
    ly_value sum = ly_expand(cx, e, n ? ly_from_object(within) : LY_FAILED);
    ly_release(cx, ly_from_object(within));
    ly_value index = sum ? ly_association_new(cx, 8) : LY_FAILED;
    if (!index) {
        ly_release(cx, sum);
        return false;
    }
    ly_builder *sums = NULL;
    size_t terms = sum == LY_INT(0) ? 0 : ly_operands(sum, LY_SYM(Plus));
    bool done = true;
    for (size_t i = 0; i < terms && done; i++) {
        ly_expr *row = ly_expr_new(cx, LY_SYM(List), n);
        ly_value coefficient = LY_FAILED;
        done = row && split_term(cx, ly_operand(sum, LY_SYM(Plus), i), n, variables, row->args, &coefficient);
        if (!done) {
            if (row) ly_release(cx, ly_from_object(row));
            break;
        }
        ly_value at = ly_association_find(ly_association_of(index), ly_from_object(row));
        if (!at) {
            if (c->count == c->capacity) {
                size_t capacity = c->capacity ? 2 * c->capacity : 8;
                ly_value *exponents = ly_buffer_realloc(cx, c->exponents, capacity * (n + 1) * sizeof *exponents);
                if (exponents) c->exponents = exponents;
                ly_builder *more = ly_buffer_realloc(cx, sums, capacity * sizeof *more);
                if (more) sums = more;
                done = exponents && more;
                if (!done) {
                    ly_release(cx, coefficient);
                    ly_release(cx, ly_from_object(row));
                    break;
                }
                c->capacity = capacity;
            }
            for (size_t j = 0; j < n; j++) c->exponents[c->count * n + j] = ly_retain(row->args[j]);
            sums[c->count] = ly_builder_new();
            at = LY_INT(c->count);
            c->count++;
            index = ly_association_set_take(cx, index, ly_retain(ly_from_object(row)), at, false);
        }
        ly_release(cx, ly_from_object(row));
        done = index && ly_builder_add(cx, &sums[ly_int_of(at)], coefficient);
    }
    ly_release(cx, index);
    ly_release(cx, sum);
    c->coefficients = done ? ly_buffer_alloc(cx, (c->count + 1) * sizeof *c->coefficients) : NULL;
    size_t made = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (!c->coefficients) {
            ly_builder_drop(cx, &sums[i]);
            continue;
        }
        ly_value v = ly_builder_finish(cx, &sums[i], LY_SYM(Plus));
        c->coefficients[i] = v ? ly_evaluate_take(cx, v) : LY_FAILED;
        if (c->coefficients[i]) made++;
    }
    ly_buffer_free(cx, sums);
    if (c->coefficients && made == c->count) return true;
    if (!c->coefficients) {
        for (size_t i = 0; i < c->count * n; i++) ly_release(cx, c->exponents[i]);
        ly_buffer_free(cx, c->exponents);
        *c = (ly_collected){0};
        return false;
    }
    ly_collected_free(cx, c);
    return false;
}

ly_value *ly_coefficients(ly_context *cx, ly_value e, ly_value x, size_t *count)
{
    ly_collected c;
    if (!ly_collect_terms(cx, &c, e, 1, &x)) return NULL;
    size_t most = 0;
    bool good = true;
    for (size_t i = 0; i < c.count && good; i++) {
        ly_value n = c.exponents[i];
        good = ly_is_int(n) && ly_int_of(n) >= 0 && ly_int_of(n) < 1000000 &&
               ly_is_free_of(cx, c.coefficients[i], x);
        if (good && (size_t)ly_int_of(n) > most) most = (size_t)ly_int_of(n);
    }
    ly_value *items = good ? ly_buffer_alloc(cx, (most + 1) * sizeof *items) : NULL;
    if (items) {
        for (size_t i = 0; i <= most; i++) items[i] = LY_INT(0);
        for (size_t i = 0; i < c.count; i++) items[ly_int_of(c.exponents[i])] = ly_retain(c.coefficients[i]);
        *count = most + 1;
        while (*count > 1 && items[*count - 1] == LY_INT(0)) --*count;
    }
    ly_collected_free(cx, &c);
    return items;
}

void ly_coefficients_free(ly_context *cx, ly_value *items, size_t count)
{
    for (size_t i = 0; items && i < count; i++) ly_release(cx, items[i]);
    ly_buffer_free(cx, items);
}

/* ---- arguments -------------------------------------------------------------------------------- */

#define MOST_VARIABLES 64

/* x, or {x, y, …}: borrowed from v. */
static size_t variables_of(ly_value v, const ly_value **items, ly_value *one)
{
    if (ly_has_head(v, LY_SYM(List))) {
        *items = ly_expr_of(v)->args;
        return ly_expr_of(v)->count;
    }
    *one = v;
    *items = one;
    return 1;
}

/* A product of powers 3 x^2 y as number, bases and exponents. */
static bool form_of(ly_value form, ly_value *number, ly_value *bases, ly_value *exponents, size_t *count)
{
    *number = LY_INT(1);
    *count = 0;
    if (ly_operands(form, LY_SYM(Times)) > MOST_VARIABLES) return false;
    for (size_t i = 0; i < ly_operands(form, LY_SYM(Times)); i++) {
        ly_value f = ly_operand(form, LY_SYM(Times), i);
        if (ly_is_number(f)) {
            *number = f;
            continue;
        }
        bases[*count] = ly_base_of(f);
        exponents[*count] = ly_exponent_of(f);
        if (!ly_is_int(exponents[*count])) {
            bases[*count] = f;
            exponents[*count] = LY_INT(1);
        }
        ++*count;
    }
    return true;
}

/* The terms of a coefficient whose number is the one given, without it. */
static ly_value with_number(ly_context *cx, ly_value e, ly_value number)
{
    ly_value sum = LY_INT(0), expanded = ly_expand(cx, e, LY_FAILED);
    if (!expanded) return LY_FAILED;
    for (size_t i = 0; i < ly_operands(expanded, LY_SYM(Plus)) && sum; i++) {
        ly_value term = ly_operand(expanded, LY_SYM(Plus), i);
        ly_value first = ly_operand(term, LY_SYM(Times), 0);
        if (!ly_is_number(first)) first = LY_INT(1);
        if (ly_same(first, number))
            sum = ly_sum_take(cx, sum, ly_quotient_take(cx, ly_retain(term), ly_retain(number)));
    }
    ly_release(cx, expanded);
    return sum;
}

/* ---- Coefficient ------------------------------------------------------------------------------ */

typedef struct wanted {
    ly_value form, n;
} wanted;

static ly_value coefficient_of(ly_context *cx, ly_value e, void *data)
{
    const wanted *w = data;
    ly_value bases[MOST_VARIABLES] = {0}, exponents[MOST_VARIABLES];
    ly_value number;
    size_t count;
    if (!form_of(w->form, &number, bases, exponents, &count)) return LY_INT(0);
    ly_value wanted_exponents[MOST_VARIABLES];
    for (size_t j = 0; j < count; j++) wanted_exponents[j] = LY_FAILED;
    bool done = true;
    for (size_t j = 0; j < count && done; j++) {
        wanted_exponents[j] = ly_product_take(cx, exponents[j], ly_retain(w->n));
        done = wanted_exponents[j];
    }
    ly_collected c;
    ly_value result = LY_FAILED;
    if (done && ly_collect_terms(cx, &c, e, count, bases)) {
        result = LY_INT(0);
        for (size_t i = 0; i < c.count && result; i++) {
            bool same = true;
            for (size_t j = 0; j < count && same; j++)
                same = ly_same(c.exponents[i * count + j], wanted_exponents[j]);
            if (!same) continue;
            ly_value part = number == LY_INT(1) ? ly_retain(c.coefficients[i])
                                                : with_number(cx, c.coefficients[i], number);
            result = ly_sum_take(cx, result, part);
        }
        ly_collected_free(cx, &c);
    }
    for (size_t j = 0; j < count; j++) ly_release(cx, wanted_exponents[j]);
    return result;
}

MESSAGE(General, ivar, "`1` is not a valid variable.")

BUILTIN(Coefficient, coefficient, 2, 3, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "Coefficient[expr, form] gives the coefficient of form in the polynomial expr, Coefficient[expr, "
        "form, n] that of form^n.")
static ly_value coefficient(ly_context *cx, ly_expr *call)
{
    if (ly_is_number(call->args[1])) return ly_message_call(cx, call, "ivar", 1, call->args[1]);
    ly_value e = ly_has_head(call->args[0], LY_SYM(SeriesData))
                     ? ly_call1(cx, LY_SYM(Normal), ly_retain(call->args[0])) : ly_retain(call->args[0]);
    if (ly_failed(e)) return e;
    wanted w = {call->args[1], call->count > 2 ? call->args[2] : LY_INT(1)};
    ly_value result = ly_thread_algebraic(cx, e, coefficient_of, &w);
    ly_release(cx, e);
    return result;
}

/* ---- CoefficientList, CoefficientRules, MonomialList -------------------------------------------- */

static ly_value nested_zeros(ly_context *cx, size_t n, const size_t *dims)
{
    if (n == 0) return LY_INT(0);
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), dims[0]);
    if (!list) return LY_FAILED;
    for (size_t i = 0; i < dims[0]; i++) {
        ly_value item = nested_zeros(cx, n - 1, dims + 1);
        if (!item) {
            ly_release(cx, ly_from_object(list));
            return LY_FAILED;
        }
        list->args[i] = item;
    }
    return ly_from_object(list);
}

MESSAGE(General, poly, "`1` is not a polynomial.")

BUILTIN(CoefficientList, coefficient_list, 2, 2, LY_PROTECTED, LY_PURE,
        "CoefficientList[poly, x] gives the coefficients of x^0, x^1, …; CoefficientList[poly, {x, y, …}] "
        "an array of them.")
static ly_value coefficient_list(ly_context *cx, ly_expr *call)
{
    ly_value one;
    const ly_value *variables;
    size_t n = variables_of(call->args[1], &variables, &one);
    if (n == 0) return ly_retain(call->args[0]);
    if (n > 8) return LY_UNEVALUATED;
    for (size_t i = 0; i < n; i++)
        if (ly_is_number(variables[i])) return ly_message_call(cx, call, "ivar", 1, variables[i]);
    ly_value e = ly_has_head(call->args[0], LY_SYM(SeriesData))
                     ? ly_call1(cx, LY_SYM(Normal), ly_retain(call->args[0])) : ly_retain(call->args[0]);
    if (ly_failed(e)) return e;
    if (e == LY_INT(0)) return ly_make0(cx, LY_SYM(List));
    ly_collected c;
    bool done = ly_collect_terms(cx, &c, e, n, variables);
    ly_release(cx, e);
    if (!done) return LY_FAILED;
    size_t dims[8] = {0}, total = 1;
    bool good = true;
    for (size_t i = 0; i < c.count; i++) {
        for (size_t j = 0; j < n; j++) {
            ly_value k = c.exponents[i * n + j];
            good &= ly_is_int(k) && ly_int_of(k) >= 0 && ly_int_of(k) < 10000000;
            if (good && (size_t)ly_int_of(k) + 1 > dims[j]) dims[j] = (size_t)ly_int_of(k) + 1;
            good &= ly_is_free_of(cx, c.coefficients[i], variables[j]);
        }
    }
    for (size_t j = 0; j < n; j++) total *= dims[j] ? dims[j] : 1;
    if (!good || total > 100000000) {
        ly_collected_free(cx, &c);
        return ly_message_call(cx, call, "poly", 1, call->args[0]);
    }
    ly_value result = nested_zeros(cx, n, dims);
    for (size_t i = 0; i < c.count && result; i++) {
        ly_expr *at = ly_expr_of(result);
        for (size_t j = 0; j + 1 < n; j++) at = ly_expr_of(at->args[ly_int_of(c.exponents[i * n + j])]);
        at->args[ly_int_of(c.exponents[i * n + n - 1])] = ly_retain(c.coefficients[i]);
    }
    ly_collected_free(cx, &c);
    return result;
}

/* Rows in descending lexicographic order of exponents. */
static int compare_rows(const ly_collected *c, size_t x, size_t y)
{
    for (size_t j = 0, n = c->width; j < n; j++) {
        int order = ly_compare(c->exponents[y * n + j], c->exponents[x * n + j]);
        if (order) return order;
    }
    return 0;
}

static void sort_rows(const ly_collected *c, size_t *rows)
{
    for (size_t i = 0; i < c->count; i++) rows[i] = i;
    for (size_t i = 1; i < c->count; i++) { /* insertion into what is sorted already: mostly is */
        size_t row = rows[i], j = i;
        while (j > 0 && compare_rows(c, rows[j - 1], row) > 0) {
            rows[j] = rows[j - 1];
            j--;
        }
        rows[j] = row;
    }
}

static ly_value listed_terms(ly_context *cx, ly_expr *call, bool rules)
{
    ly_value variables = call->count > 1 ? ly_retain(call->args[1]) : ly_variables(cx, call->args[0]);
    if (!variables) return LY_FAILED;
    ly_value one;
    const ly_value *items;
    size_t n = variables_of(variables, &items, &one);
    ly_collected c;
    if (!ly_collect_terms(cx, &c, call->args[0], n, items)) {
        ly_release(cx, variables);
        return LY_FAILED;
    }
    size_t *rows = ly_buffer_alloc(cx, (c.count + 1) * sizeof *rows);
    ly_expr *list = rows ? ly_expr_new(cx, LY_SYM(List), c.count) : NULL;
    if (list) {
        sort_rows(&c, rows);
        for (size_t i = 0; i < c.count; i++) {
            const ly_value *exponents = c.exponents + rows[i] * n;
            ly_expr *row = ly_expr_new(cx, rules ? LY_SYM(List) : LY_SYM(Times), n);
            for (size_t j = 0; j < n; j++)
                row->args[j] = rules ? ly_retain(exponents[j])
                                     : ly_make2(cx, LY_SYM(Power), ly_retain(items[j]), ly_retain(exponents[j]));
            ly_value k = ly_retain(c.coefficients[rows[i]]);
            list->args[i] = ly_make2(cx, rules ? LY_SYM(Rule) : LY_SYM(Times),
                                     rules ? ly_from_object(row) : k, rules ? k : ly_from_object(row));
        }
    }
    ly_buffer_free(cx, rows);
    ly_collected_free(cx, &c);
    ly_release(cx, variables);
    return list ? ly_from_object(list) : LY_FAILED;
}

BUILTIN(CoefficientRules, coefficient_rules, 1, 2, LY_PROTECTED, LY_PURE,
        "CoefficientRules[poly, {x, y, …}] gives rules from exponents to coefficients.")
static ly_value coefficient_rules(ly_context *cx, ly_expr *call)
{
    return listed_terms(cx, call, true);
}

BUILTIN(MonomialList, monomial_list, 1, 2, LY_PROTECTED, LY_PURE,
        "MonomialList[poly, {x, y, …}] gives the terms of the polynomial.")
static ly_value monomial_list(ly_context *cx, ly_expr *call)
{
    return listed_terms(cx, call, false);
}

/* ---- Exponent --------------------------------------------------------------------------------- */

BUILTIN(Exponent, exponent, 2, 3, LY_LISTABLE | LY_PROTECTED, LY_PURE,
        "Exponent[expr, form] gives the highest power of form in expr; Exponent[expr, form, h] applies h to "
        "all of them.")
static ly_value exponent(ly_context *cx, ly_expr *call)
{
    ly_value h = call->count > 2 ? call->args[2] : LY_SYM(Max), form = call->args[1];
    ly_collected c;
    ly_value e = ly_has_head(call->args[0], LY_SYM(SeriesData))
                     ? ly_call1(cx, LY_SYM(Normal), ly_retain(call->args[0])) : ly_retain(call->args[0]);
    if (ly_failed(e)) return e;
    if (ly_is_number(form)) {
        ly_release(cx, e);
        return h == LY_SYM(List) ? ly_make1(cx, h, LY_INT(0)) : LY_INT(0);
    }
    bool done = ly_collect_terms(cx, &c, e, 1, &form);
    ly_release(cx, e);
    if (!done) return LY_FAILED;
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), c.count);
    if (list)
        for (size_t i = 0; i < c.count; i++) list->args[i] = ly_retain(c.exponents[i]);
    ly_collected_free(cx, &c);
    if (!list) return LY_FAILED;
    ly_value sorted = ly_call1(cx, LY_SYM(Union), ly_from_object(list));
    if (ly_failed(sorted) || h == LY_SYM(List)) return sorted;
    return ly_call2(cx, LY_SYM(Apply), ly_retain(h), sorted);
}

/* ---- Collect ---------------------------------------------------------------------------------- */

ly_value ly_collect(ly_context *cx, ly_value e, size_t n, const ly_value *variables, ly_value h)
{
    if (n == 0) return h ? ly_call1(cx, h, ly_retain(e)) : ly_retain(e);
    ly_collected c;
    if (!ly_collect_terms(cx, &c, e, 1, variables)) return LY_FAILED;
    ly_expr *sum = ly_expr_new(cx, LY_SYM(Plus), c.count);
    for (size_t i = 0; sum && i < c.count; i++) {
        ly_value inner = ly_collect(cx, c.coefficients[i], n - 1, variables + 1, h);
        if (!inner) {
            ly_release(cx, ly_from_object(sum));
            sum = NULL;
            break;
        }
        ly_value power = ly_make2(cx, LY_SYM(Power), ly_retain(variables[0]), ly_retain(c.exponents[i]));
        sum->args[i] = ly_make2(cx, LY_SYM(Times), inner, power);
    }
    ly_collected_free(cx, &c);
    return sum ? ly_evaluate_take(cx, ly_from_object(sum)) : LY_FAILED;
}

typedef struct collecting {
    const ly_value *variables;
    size_t n;
    ly_value h;
} collecting;

static ly_value collect_one(ly_context *cx, ly_value e, void *data)
{
    const collecting *k = data;
    return ly_collect(cx, e, k->n, k->variables, k->h);
}

BUILTIN(Collect, collect, 2, 3, LY_PROTECTED, LY_PURE,
        "Collect[expr, x] puts terms of the same powers of x together; Collect[expr, x, h] applies h to the "
        "coefficients.")
static ly_value collect(ly_context *cx, ly_expr *call)
{
    ly_value one;
    collecting k = {.h = call->count > 2 ? call->args[2] : LY_FAILED};
    k.n = variables_of(call->args[1], &k.variables, &one);
    for (size_t i = 0; i < k.n; i++)
        if (ly_is_number(k.variables[i])) return ly_retain(call->args[0]);
    return ly_thread_algebraic(cx, call->args[0], collect_one, &k);
}
