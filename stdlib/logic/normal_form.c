/* normal_form.c: Boolean functions as expressions: minimal sums of products, and the forms that are
   made from them.

   Prime implicants by Quine and McCluskey (E. J. McCluskey, Minimization of Boolean Functions, 1956):
   cubes that differ in one variable merge until none does; then the essential ones are taken, and
   of the rest always the one that covers most. Products are ordered by variable: a before !a before
   products without it. A product of sums is the sum of products of the opposite, turned around. */
#include "stdlib/logic/logic.h"

#include <stdlib.h>

#define MOST_FOR_CUBES 12

typedef struct cube {
    uint32_t care, value; /* variables it has, and which of these are true */
} cube;

typedef struct cubes {
    cube *items;
    size_t count, capacity;
} cubes;

static bool cubes_add(cubes *list, cube c)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        cube *items = ly_remalloc(list->items, capacity * sizeof *items);
        if (!items) return false;
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = c;
    return true;
}

static int by_bits(const void *a, const void *b)
{
    const cube *s = a, *t = b;
    if (s->care != t->care) return s->care < t->care ? -1 : 1;
    return s->value < t->value ? -1 : s->value > t->value;
}

static cube *cubes_find(const cubes *list, cube c)
{
    return bsearch(&c, list->items, list->count, sizeof c, by_bits);
}

/* a before !a before absent, from the highest variable down */
static int by_literals(const void *a, const void *b)
{
    const cube *s = a, *t = b;
    for (int i = 31; i >= 0; i--) {
        uint32_t bit = (uint32_t)1 << i;
        int x = s->care & bit ? s->value & bit ? 0 : 1 : 2, y = t->care & bit ? t->value & bit ? 0 : 1 : 2;
        if (x != y) return x - y;
    }
    return 0;
}

/* All prime implicants of the table (of its opposite). False: no memory. */
static bool primes_of(const truth_table *table, bool opposite, cubes *primes)
{
    cubes level = {0};
    uint32_t full = (uint32_t)(table->rows - 1);
    bool good = true;
    for (size_t r = 0; r < table->rows && good; r++)
        if (truth_at(table, r) != opposite) good = cubes_add(&level, (cube){full, (uint32_t)r});
    while (level.count > 0 && good) {
        cubes next = {0};
        bool *merged = ly_calloc(level.count, 1);
        good = merged != NULL;
        qsort(level.items, level.count, sizeof(cube), by_bits);
        for (size_t i = 0; i < level.count && good; i++) {
            for (size_t v = 0; v < table->count && good; v++) {
                cube c = level.items[i];
                uint32_t bit = (uint32_t)1 << v;
                if (!(c.care & bit)) continue;
                cube *other = cubes_find(&level, (cube){c.care, c.value ^ bit});
                if (!other) continue;
                merged[i] = true;
                if (!(c.value & bit)) good = cubes_add(&next, (cube){c.care & ~bit, c.value});
            }
        }
        for (size_t i = 0; i < level.count && good; i++)
            if (!merged[i]) good = cubes_add(primes, level.items[i]);
        ly_free(merged);
        ly_free(level.items);
        if (next.count > 1) {
            qsort(next.items, next.count, sizeof(cube), by_bits);
            size_t kept = 1;
            for (size_t i = 1; i < next.count; i++)
                if (by_bits(&next.items[i], &next.items[kept - 1]) != 0) next.items[kept++] = next.items[i];
            next.count = kept;
        }
        level = next;
    }
    ly_free(level.items);
    return good;
}

static bool covers(cube c, size_t row) { return ((uint32_t)row & c.care) == c.value; }

/* A minimal cover, in order. */
static bool cover_of(const truth_table *table, bool opposite, cubes *chosen)
{
    cubes primes = {0};
    bool *done = ly_calloc(table->rows, 1);
    bool good = done && primes_of(table, opposite, &primes);
    if (good && primes.count) qsort(primes.items, primes.count, sizeof(cube), by_literals);
    for (size_t r = 0; r < table->rows && good; r++)
        if (truth_at(table, r) == opposite) done[r] = true;
    /* what only one prime covers needs that one */
    for (size_t r = 0; r < table->rows && good; r++) {
        size_t only = SIZE_MAX, count = 0;
        if (done[r] || truth_at(table, r) == opposite) continue;
        for (size_t i = 0; i < primes.count && count < 2; i++)
            if (covers(primes.items[i], r)) {
                only = i;
                count++;
            }
        if (count != 1) continue;
        good = cubes_add(chosen, primes.items[only]);
        for (size_t s = 0; s < table->rows; s++)
            if (covers(primes.items[only], s)) done[s] = true;
    }
    while (good) {
        size_t best = 0, most = 0;
        for (size_t i = 0; i < primes.count; i++) {
            size_t gain = 0;
            for (size_t r = 0; r < table->rows; r++) gain += !done[r] && covers(primes.items[i], r);
            if (gain > most) {
                most = gain;
                best = i;
            }
        }
        if (most == 0) break;
        good = cubes_add(chosen, primes.items[best]);
        for (size_t r = 0; r < table->rows; r++)
            if (covers(primes.items[best], r)) done[r] = true;
    }
    if (good && chosen->count) qsort(chosen->items, chosen->count, sizeof(cube), by_literals);
    ly_free(done);
    ly_free(primes.items);
    return good;
}

/* ---- expressions ------------------------------------------------------------------------------ */

/* head[literals] of a cube; a single one alone. negate: the opposite literals. unit: of no literals. */
static ly_value literals(ly_context *cx, const truth_table *table, cube c, ly_value head, bool negate, ly_value unit)
{
    size_t n = (size_t)__builtin_popcount(c.care);
    if (n == 0) return unit;
    ly_expr *term = n > 1 ? ly_expr_new(cx, head, n) : NULL;
    size_t at = 0;
    for (size_t i = 0; i < table->count; i++) {
        uint32_t bit = (uint32_t)1 << (table->count - 1 - i);
        if (!(c.care & bit)) continue;
        ly_value literal = ly_retain(table->variables[i]);
        if (!(c.value & bit) != negate) literal = ly_make1(cx, LY_SYM(Not), literal);
        if (n == 1) return literal;
        term->args[at++] = literal;
    }
    return ly_from_object(term);
}

/* outer[inner[literals]…] of cubes; singles stand alone at both levels. */
static ly_value two_levels(ly_context *cx, const truth_table *table, const cubes *list, ly_value outer, ly_value inner,
                           bool negate, ly_value none)
{
    ly_value unit = negate ? LY_SYM(False) : LY_SYM(True);
    if (list->count == 0) return none;
    if (list->count == 1) return literals(cx, table, list->items[0], inner, negate, unit);
    ly_expr *form = ly_expr_new(cx, outer, list->count);
    if (!form) return LY_FAILED;
    for (size_t i = 0; i < list->count; i++)
        form->args[i] = literals(cx, table, list->items[i], inner, negate, unit);
    return ly_from_object(form);
}

/* Each cube's literals (negated where negate) as gate[literals], or the plain opposite of a single
   one; all of them under gate. One cube alone: Not[gate[literals]]. */
static ly_value gates(ly_context *cx, const truth_table *table, const cubes *list, ly_value gate, bool negate, ly_value none)
{
    if (list->count == 0) return none;
    if (list->count == 1) {
        cube c = list->items[0];
        if (c.care == 0) return negate ? LY_SYM(False) : LY_SYM(True);
        ly_value term = literals(cx, table, c, gate, negate, none);
        return __builtin_popcount(c.care) == 1 ? term : ly_make1(cx, LY_SYM(Not), term);
    }
    ly_expr *form = ly_expr_new(cx, gate, list->count);
    if (!form) return LY_FAILED;
    for (size_t i = 0; i < list->count; i++) {
        bool single = __builtin_popcount(list->items[i].care) == 1;
        form->args[i] = literals(cx, table, list->items[i], gate, negate != single, none);
    }
    return ly_from_object(form);
}

/* outer[…] of Not[inner[opposite literals]] for each cube with several literals. */
static ly_value negated_terms(ly_context *cx, const truth_table *table, const cubes *list, ly_value head, bool negate,
                              ly_value none)
{
    if (list->count == 0) return none;
    ly_builder terms = ly_builder_new();
    for (size_t i = 0; i < list->count; i++) {
        cube c = list->items[i];
        if (c.care == 0) {
            ly_builder_drop(cx, &terms);
            return negate ? LY_SYM(False) : LY_SYM(True);
        }
        ly_value term = __builtin_popcount(c.care) == 1
                            ? literals(cx, table, c, head, negate, none)
                            : ly_make1(cx, LY_SYM(Not), literals(cx, table, c, head, !negate, none));
        if (!ly_builder_add(cx, &terms, term)) return LY_FAILED;
    }
    ly_value form = ly_builder_finish(cx, &terms, head);
    if (list->count > 1) return form;
    ly_value only = ly_retain(ly_expr_of(form)->args[0]);
    ly_release(cx, form);
    return only;
}

/* Xor of products without negation: coefficients by the Möbius transform of the table. */
static int by_size(const void *a, const void *b)
{
    const cube *s = a, *t = b;
    int x = __builtin_popcount(s->care), y = __builtin_popcount(t->care);
    return x != y ? x - y : by_literals(a, b);
}

static ly_value algebraic_form(ly_context *cx, const truth_table *table)
{
    bool *coefficient = ly_calloc(table->rows, 1);
    cubes list = {0};
    bool good = coefficient != NULL;
    for (size_t r = 0; r < table->rows && good; r++) coefficient[r] = truth_at(table, r);
    for (size_t v = 0; v < table->count && good; v++)
        for (size_t r = 0; r < table->rows; r++)
            if (r >> v & 1) coefficient[r] ^= coefficient[r ^ ((size_t)1 << v)];
    for (size_t r = 0; r < table->rows && good; r++)
        if (coefficient[r]) good = cubes_add(&list, (cube){(uint32_t)r, (uint32_t)r});
    if (good && list.count) qsort(list.items, list.count, sizeof(cube), by_size);
    ly_value form = good ? two_levels(cx, table, &list, LY_SYM(Xor), LY_SYM(And), false, LY_SYM(False))
                         : ly_raise_memory(cx);
    ly_free(coefficient);
    ly_free(list.items);
    return form;
}

/* If[a, …, …] by the variables in order; those that make no difference are left out. */
static ly_value decision_tree(ly_context *cx, const truth_table *table, size_t variable, size_t from, size_t rows)
{
    bool same = true;
    for (size_t r = 1; r < rows && same; r++) same = truth_at(table, from + r) == truth_at(table, from);
    if (same) return ly_bool(truth_at(table, from));
    size_t half = rows / 2;
    bool matters = false;
    for (size_t r = 0; r < half && !matters; r++) matters = truth_at(table, from + r) != truth_at(table, from + half + r);
    if (!matters) return decision_tree(cx, table, variable + 1, from, half);
    ly_value yes = decision_tree(cx, table, variable + 1, from + half, half);
    ly_value no = decision_tree(cx, table, variable + 1, from, half);
    return ly_make3(cx, LY_SYM(If), ly_retain(table->variables[variable]), yes, no);
}

ly_value logic_form(ly_context *cx, const truth_table *table, const char *form)
{
    static const char *const sums[] = {"DNF", "SOP", "OR", "NAND"}, *const products[] = {"CNF", "POS", "AND", "NOR"};
    if (!strcmp(form, "ANF")) return algebraic_form(cx, table);
    if (!strcmp(form, "IF")) return decision_tree(cx, table, 0, 0, table->rows);
    int sum = -1, product = -1;
    for (int i = 0; i < 4; i++) {
        if (!strcmp(form, sums[i])) sum = i;
        if (!strcmp(form, products[i])) product = i;
    }
    if ((sum < 0 && product < 0) || table->count > MOST_FOR_CUBES) return LY_UNEVALUATED;
    cubes list = {0};
    ly_value result;
    bool opposite = product >= 0;
    ly_value none = ly_bool(opposite);
    if (!cover_of(table, opposite, &list)) {
        ly_free(list.items);
        return ly_raise_memory(cx);
    }
    switch (opposite ? product : sum) {
    case 2: result = negated_terms(cx, table, &list, opposite ? LY_SYM(And) : LY_SYM(Or), opposite, none); break;
    case 3: result = gates(cx, table, &list, opposite ? LY_SYM(Nor) : LY_SYM(Nand), opposite, none); break;
    default:
        result = two_levels(cx, table, &list, opposite ? LY_SYM(And) : LY_SYM(Or),
                            opposite ? LY_SYM(Or) : LY_SYM(And), opposite, none);
    }
    ly_free(list.items);
    return result;
}

/* ---- built-ins -------------------------------------------------------------------------------- */

static ly_value convert(ly_context *cx, ly_expr *call)
{
    truth_table table;
    const char *form = "DNF";
    if (call->count > 1) {
        if (!ly_is_string(call->args[1])) return LY_UNEVALUATED;
        form = ly_string_of(call->args[1])->data;
    }
    ly_value variables = logic_variables(cx, call->args[0]);
    if (ly_failed(variables)) return LY_FAILED;
    truth_status status = truth_table_of(cx, &table, call->args[0], variables);
    ly_value result = LY_UNEVALUATED;
    if (status == TRUTH_OK) {
        result = logic_form(cx, &table, form);
        truth_table_free(&table);
    }
    ly_release(cx, variables);
    return status == TRUTH_FAILED ? LY_FAILED : result;
}

BUILTIN(BooleanConvert, boolean_convert, 1, 3, LY_PROTECTED, LY_PURE,
        "BooleanConvert[expr, form] gives expr in a form: \"DNF\", \"CNF\", \"ANF\", \"NAND\", \"NOR\", \"AND\", \"OR\", \"IF\".")
static ly_value boolean_convert(ly_context *cx, ly_expr *call) { return convert(cx, call); }

BUILTIN(BooleanMinimize, boolean_minimize, 1, 3, LY_PROTECTED, LY_PURE,
        "BooleanMinimize[expr, form] gives a shortest equivalent of expr.")
static ly_value boolean_minimize(ly_context *cx, ly_expr *call) { return convert(cx, call); }

/* Row numbers of {k, …} or {{True, …}, …}: marks them; a short row stands for all that begin so. */
static bool mark_rows(const ly_expr *list, size_t n, bool *marks)
{
    for (size_t i = 0; i < list->count; i++) {
        if (ly_is_int(list->args[i])) {
            int64_t k = ly_int_of(list->args[i]);
            if (k < 0 || (uint64_t)k >= (uint64_t)1 << n) return false;
            marks[k] = true;
            continue;
        }
        if (!ly_has_head(list->args[i], LY_SYM(List))) return false;
        const ly_expr *row = ly_expr_of(list->args[i]);
        size_t prefix = 0;
        if (row->count > n) return false;
        for (size_t j = 0; j < row->count; j++) {
            bool yes = row->args[j] == LY_SYM(True) || row->args[j] == LY_INT(1);
            if (!yes && row->args[j] != LY_SYM(False) && row->args[j] != LY_INT(0)) return false;
            prefix = prefix << 1 | yes;
        }
        size_t rest = n - row->count;
        for (size_t k = 0; k < (size_t)1 << rest; k++) marks[prefix << rest | k] = true;
    }
    return true;
}

/* Or of the minterms, or And of the maxterms, that are marked; not minimised. */
static ly_value terms(ly_context *cx, ly_expr *call, bool maxterms)
{
    if (!ly_has_head(call->args[0], LY_SYM(List)) || !ly_has_head(call->args[1], LY_SYM(List))) return LY_UNEVALUATED;
    const ly_expr *variables = ly_expr_of(call->args[1]);
    size_t n = variables->count;
    if (n > MOST_FOR_CUBES) return LY_UNEVALUATED;
    truth_table table = {.count = n, .variables = variables->args, .rows = (size_t)1 << n};
    bool *marks = ly_calloc(table.rows, 1);
    cubes list = {0};
    if (!marks) return ly_raise_memory(cx);
    bool good = true, valid = mark_rows(ly_expr_of(call->args[0]), n, marks);
    /* a short row means a term of fewer variables */
    bool rows = ly_expr_of(call->args[0])->count > 0 && !ly_is_int(ly_expr_of(call->args[0])->args[0]);
    for (size_t i = 0; valid && rows && i < ly_expr_of(call->args[0])->count && good; i++) {
        const ly_expr *row = ly_expr_of(ly_expr_of(call->args[0])->args[i]);
        uint32_t value = 0, care = 0;
        for (size_t j = 0; j < row->count; j++) {
            uint32_t bit = (uint32_t)1 << (n - 1 - j);
            care |= bit;
            if (row->args[j] == LY_SYM(True) || row->args[j] == LY_INT(1)) value |= bit;
        }
        good = cubes_add(&list, (cube){care, value});
    }
    for (size_t r = table.rows; valid && !rows && r-- > 0 && good;)
        if (marks[r]) good = cubes_add(&list, (cube){(uint32_t)(table.rows - 1), (uint32_t)r});
    ly_free(marks);
    if (good && list.count) qsort(list.items, list.count, sizeof(cube), by_literals);
    ly_value result = LY_UNEVALUATED;
    if (!good) result = ly_raise_memory(cx);
    else if (valid)
        result = two_levels(cx, &table, &list, maxterms ? LY_SYM(And) : LY_SYM(Or), maxterms ? LY_SYM(Or) : LY_SYM(And),
                            false, ly_bool(maxterms));
    ly_free(list.items);
    return result;
}

BUILTIN(BooleanMinterms, boolean_minterms, 2, 2, LY_PROTECTED, LY_PURE,
        "BooleanMinterms[{k1, k2, …}, {a, b, …}] is the disjunction of minterms.")
static ly_value boolean_minterms(ly_context *cx, ly_expr *call) { return terms(cx, call, false); }

BUILTIN(BooleanMaxterms, boolean_maxterms, 2, 2, LY_PROTECTED, LY_PURE,
        "BooleanMaxterms[{k1, k2, …}, {a, b, …}] is the conjunction of maxterms.")
static ly_value boolean_maxterms(ly_context *cx, ly_expr *call) { return terms(cx, call, true); }
