/* truth_table.c: the values of a Boolean expression for all assignments, 64 rows at a time. */
#include "stdlib/logic/logic.h"

#include <stdlib.h>

/* ---- what connects ---------------------------------------------------------------------------- */

typedef enum connective {
    ATOM, AND, OR, NOT, NAND, NOR, XOR, XNOR, IMPLIES, EQUIVALENT, IF, MAJORITY, COUNTING, NUMBERED,
} connective;

static connective connective_of(ly_value e)
{
    if (!ly_is_expr(e)) return ATOM;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(And)) return AND;
    if (x->head == LY_SYM(Or)) return OR;
    if (x->head == LY_SYM(Not)) return x->count == 1 ? NOT : ATOM;
    if (x->head == LY_SYM(Nand)) return NAND;
    if (x->head == LY_SYM(Nor)) return NOR;
    if (x->head == LY_SYM(Xor)) return XOR;
    if (x->head == LY_SYM(Xnor)) return XNOR;
    if (x->head == LY_SYM(Implies)) return x->count == 2 ? IMPLIES : ATOM;
    if (x->head == LY_SYM(Equivalent)) return EQUIVALENT;
    if (x->head == LY_SYM(If)) return x->count == 3 ? IF : ATOM;
    if (x->head == LY_SYM(Majority)) return x->count > 0 ? MAJORITY : ATOM;
    if (ly_has_shape(x->head, LY_SYM(BooleanCountingFunction), 2) &&
        ly_expr_of(x->head)->args[1] == LY_INT(x->count))
        return COUNTING;
    if (ly_has_shape(x->head, LY_SYM(BooleanFunction), 2) && ly_expr_of(x->head)->args[1] == LY_INT(x->count) &&
        ly_is_integer(ly_expr_of(x->head)->args[0]) && x->count <= LOGIC_MOST_VARIABLES)
        return NUMBERED;
    return ATOM;
}

/* ---- variables -------------------------------------------------------------------------------- */

static bool collect(ly_context *cx, ly_value e, ly_builder *found);

struct collecting {
    ly_value e;
    ly_builder *found;
    bool good;
};

static void *collect_again(ly_context *cx, void *argument)
{
    struct collecting *again = argument;
    again->good = collect(cx, again->e, again->found);
    return again;
}

static bool collect(ly_context *cx, ly_value e, ly_builder *found)
{
    if (e == LY_SYM(True) || e == LY_SYM(False)) return true;
    if (ly_stack_low(cx)) {
        struct collecting again = {e, found, false};
        return ly_on_new_stack(cx, collect_again, &again) && again.good;
    }
    if (connective_of(e) == ATOM && !ly_has_head(e, LY_SYM(List))) return ly_builder_add(cx, found, ly_retain(e));
    for (size_t i = 0; i < ly_expr_of(e)->count; i++)
        if (!collect(cx, ly_expr_of(e)->args[i], found)) return false;
    return true;
}

ly_value logic_variables(ly_context *cx, ly_value e)
{
    ly_builder found = ly_builder_new();
    if (!collect(cx, e, &found)) {
        ly_builder_drop(cx, &found);
        return LY_FAILED;
    }
    return ly_call1(cx, LY_SYM(Union), ly_builder_finish(cx, &found, LY_SYM(List)));
}

/* ---- evaluation ------------------------------------------------------------------------------- */

static void fill_variable(const truth_table *table, size_t i, uint64_t *out)
{
    static const uint64_t low[6] = {
        0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc, 0xf0f0f0f0f0f0f0f0,
        0xff00ff00ff00ff00, 0xffff0000ffff0000, 0xffffffff00000000,
    };
    size_t bit = table->count - 1 - i; /* of the row's number */
    for (size_t w = 0; w < table->words; w++)
        out[w] = bit < 6 ? low[bit] : w >> (bit - 6) & 1 ? UINT64_MAX : 0;
}

static truth_status values(ly_context *cx, const truth_table *table, ly_value e, uint64_t *out);

/* Rows where the number of true arguments is allowed. */
static truth_status count_values(ly_context *cx, const truth_table *table, const ly_expr *x, const bool *allowed,
                                 uint64_t *out)
{
    uint32_t *counts = ly_calloc(table->rows, sizeof *counts);
    uint64_t *part = ly_calloc(table->words, sizeof *part);
    truth_status status = TRUTH_OK;
    if (!counts || !part) {
        ly_raise_memory(cx);
        status = TRUTH_FAILED;
    }
    for (size_t i = 0; i < x->count && status == TRUTH_OK; i++) {
        status = values(cx, table, x->args[i], part);
        for (size_t r = 0; r < table->rows && status == TRUTH_OK; r++) counts[r] += part[r / 64] >> (r % 64) & 1;
    }
    if (status == TRUTH_OK) {
        memset(out, 0, table->words * sizeof *out);
        for (size_t r = 0; r < table->rows; r++)
            if (allowed[counts[r]]) out[r / 64] |= (uint64_t)1 << (r % 64);
    }
    ly_free(counts);
    ly_free(part);
    return status;
}

/* BooleanFunction[k, n][args]: the bit of k that the arguments number. */
static truth_status numbered_values(ly_context *cx, const truth_table *table, const ly_expr *x, uint64_t *out)
{
    uint32_t *numbers = ly_calloc(table->rows, sizeof *numbers);
    uint64_t *part = ly_calloc(table->words, sizeof *part);
    truth_status status = TRUTH_OK;
    mpz_t k;
    if (!numbers || !part) {
        ly_raise_memory(cx);
        status = TRUTH_FAILED;
    }
    for (size_t i = 0; i < x->count && status == TRUTH_OK; i++) {
        status = values(cx, table, x->args[i], part);
        for (size_t r = 0; r < table->rows && status == TRUTH_OK; r++)
            numbers[r] = numbers[r] << 1 | (part[r / 64] >> (r % 64) & 1);
    }
    ly_init_mpz(k, ly_expr_of(x->head)->args[0]);
    if (status == TRUTH_OK) {
        memset(out, 0, table->words * sizeof *out);
        for (size_t r = 0; r < table->rows; r++)
            if (mpz_tstbit(k, numbers[r])) out[r / 64] |= (uint64_t)1 << (r % 64);
    }
    mpz_clear(k);
    ly_free(numbers);
    ly_free(part);
    return status;
}

static truth_status connect_values(ly_context *cx, const truth_table *table, const ly_expr *x, connective kind,
                                   uint64_t *out)
{
    uint64_t *part = ly_calloc(2 * table->words + 1, sizeof *part), *first = part ? part + table->words : NULL;
    truth_status status = TRUTH_OK;
    if (!part) {
        ly_raise_memory(cx);
        return TRUTH_FAILED;
    }
    bool all = kind == AND || kind == NAND || kind == EQUIVALENT;
    for (size_t w = 0; w < table->words; w++) out[w] = all ? UINT64_MAX : 0;
    for (size_t i = 0; i < x->count && status == TRUTH_OK; i++) {
        status = values(cx, table, x->args[i], part);
        for (size_t w = 0; w < table->words && status == TRUTH_OK; w++) {
            switch (kind) {
            case AND: case NAND: out[w] &= part[w]; break;
            case XOR: case XNOR: out[w] ^= part[w]; break;
            case NOT: out[w] = ~part[w]; break;
            case IMPLIES: out[w] = i == 0 ? ~part[w] : out[w] | part[w]; break;
            case EQUIVALENT:
                if (i == 0) first[w] = part[w];
                else out[w] &= ~(first[w] ^ part[w]);
                break;
            case IF:
                if (i == 0) first[w] = part[w];
                else out[w] |= part[w] & (i == 1 ? first[w] : ~first[w]);
                break;
            default: out[w] |= part[w]; break;
            }
        }
    }
    if (kind == NAND || kind == NOR || kind == XNOR)
        for (size_t w = 0; w < table->words; w++) out[w] = ~out[w];
    ly_free(part);
    return status;
}

struct evaluating {
    const truth_table *table;
    ly_value e;
    uint64_t *out;
    truth_status status;
};

static void *values_again(ly_context *cx, void *argument)
{
    struct evaluating *again = argument;
    again->status = values(cx, again->table, again->e, again->out);
    return again;
}

static truth_status values(ly_context *cx, const truth_table *table, ly_value e, uint64_t *out)
{
    if (ly_stack_low(cx)) {
        struct evaluating again = {table, e, out, TRUTH_FAILED};
        return ly_on_new_stack(cx, values_again, &again) ? again.status : TRUTH_FAILED;
    }
    if (ly_poll(cx)) return TRUTH_FAILED;
    if (e == LY_SYM(True) || e == LY_SYM(False)) {
        memset(out, e == LY_SYM(True) ? 0xff : 0, table->words * sizeof *out);
        return TRUTH_OK;
    }
    for (size_t i = 0; i < table->count; i++) {
        if (!ly_same(table->variables[i], e)) continue;
        fill_variable(table, i, out);
        return TRUTH_OK;
    }
    connective kind = connective_of(e);
    if (kind == ATOM) return TRUTH_OTHER;
    const ly_expr *x = ly_expr_of(e);
    if (kind == NUMBERED) return numbered_values(cx, table, x, out);
    if (kind != COUNTING && kind != MAJORITY) return connect_values(cx, table, x, kind, out);
    bool *allowed = ly_calloc(x->count + 1, 1);
    if (!allowed) {
        ly_raise_memory(cx);
        return TRUTH_FAILED;
    }
    truth_status status = TRUTH_OTHER;
    bool valid = true;
    if (kind == MAJORITY)
        for (size_t i = 0; i <= x->count; i++) allowed[i] = 2 * i > x->count;
    else valid = logic_counts(ly_expr_of(x->head)->args[0], x->count, allowed);
    if (valid) status = count_values(cx, table, x, allowed, out);
    ly_free(allowed);
    return status;
}

truth_status truth_table_of(ly_context *cx, truth_table *table, ly_value e, ly_value variables)
{
    memset(table, 0, sizeof *table);
    if (!ly_has_head(variables, LY_SYM(List)) || ly_expr_of(variables)->count > LOGIC_MOST_VARIABLES)
        return TRUTH_OTHER;
    table->count = ly_expr_of(variables)->count;
    table->variables = ly_expr_of(variables)->args;
    table->rows = (size_t)1 << table->count;
    table->words = (table->rows + 63) / 64;
    table->bits = ly_calloc(table->words, sizeof *table->bits);
    if (!table->bits) {
        ly_raise_memory(cx);
        return TRUTH_FAILED;
    }
    truth_status status = values(cx, table, e, table->bits);
    if (table->rows < 64) table->bits[0] &= ((uint64_t)1 << table->rows) - 1;
    if (status != TRUTH_OK) truth_table_free(table);
    return status;
}

void truth_table_free(truth_table *table)
{
    ly_free(table->bits);
    table->bits = NULL;
}

bool logic_counts(ly_value specification, size_t n, bool *allowed)
{
    int64_t low = 0, high, step = 1;
    ly_value list = specification;
    memset(allowed, 0, n + 1);
    if (ly_is_int(specification)) {
        if ((high = ly_int_of(specification)) < 0) return false;
    } else if (ly_has_head(list, LY_SYM(List)) && ly_expr_of(list)->count == 1 &&
               ly_has_head(ly_expr_of(list)->args[0], LY_SYM(List))) {
        const ly_expr *x = ly_expr_of(ly_expr_of(list)->args[0]);
        for (size_t i = 0; i < x->count; i++) {
            if (!ly_is_int(x->args[i]) || ly_int_of(x->args[i]) < 0) return false;
            if ((uint64_t)ly_int_of(x->args[i]) <= n) allowed[ly_int_of(x->args[i])] = true;
        }
        return true;
    } else if (ly_has_head(list, LY_SYM(List)) && ly_expr_of(list)->count >= 1 && ly_expr_of(list)->count <= 3) {
        const ly_expr *x = ly_expr_of(list);
        for (size_t i = 0; i < x->count; i++)
            if (!ly_is_int(x->args[i]) || ly_int_of(x->args[i]) < 0) return false;
        low = ly_int_of(x->args[0]);
        high = x->count > 1 ? ly_int_of(x->args[1]) : low;
        if (x->count > 2) step = ly_int_of(x->args[2]);
        if (step < 1) return false;
    } else {
        return false;
    }
    for (int64_t k = low; k <= high && k <= (int64_t)n; k += step) allowed[k] = true;
    return true;
}

/* ---- built-ins that ask a table --------------------------------------------------------------- */

/* Table of the first argument over the variables in the second, or over its own. variables: owned by
   the caller afterwards. */
static truth_status table_of_call(ly_context *cx, ly_expr *call, truth_table *table, ly_value *variables)
{
    *variables = call->count > 1 ? ly_retain(call->args[1]) : logic_variables(cx, call->args[0]);
    if (ly_failed(*variables)) return TRUTH_FAILED;
    if (ly_has_head(*variables, LY_SYM(List)) == false && call->count > 1)
        *variables = ly_make1(cx, LY_SYM(List), *variables);
    truth_status status = truth_table_of(cx, table, call->args[0], *variables);
    if (status != TRUTH_OK) {
        ly_release(cx, *variables);
        *variables = LY_FAILED;
    }
    return status;
}

/* How many rows are true; -1: no answer, *failed says whether an error is pending. */
static int64_t satisfying(ly_context *cx, ly_expr *call, size_t *rows, bool *failed)
{
    truth_table table;
    ly_value variables;
    truth_status status = table_of_call(cx, call, &table, &variables);
    *failed = status == TRUTH_FAILED;
    if (status != TRUTH_OK) return -1;
    int64_t count = 0;
    for (size_t w = 0; w < table.words; w++) count += __builtin_popcountll(table.bits[w]);
    *rows = table.rows;
    truth_table_free(&table);
    ly_release(cx, variables);
    return count;
}

BUILTIN(BooleanVariables, boolean_variables, 1, 1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "BooleanVariables[expr] gives the variables of a Boolean expression.")
static ly_value boolean_variables(ly_context *cx, ly_expr *call) { return logic_variables(cx, call->args[0]); }

BUILTIN(SatisfiableQ, satisfiable_q, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "SatisfiableQ[expr] gives True if some values of the variables make expr True.")
static ly_value satisfiable_q(ly_context *cx, ly_expr *call)
{
    size_t rows;
    bool failed;
    int64_t count = satisfying(cx, call, &rows, &failed);
    if (count < 0) return failed ? LY_FAILED : LY_UNEVALUATED;
    return ly_bool(count > 0);
}

BUILTIN(TautologyQ, tautology_q, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "TautologyQ[expr] gives True if all values of the variables make expr True.")
static ly_value tautology_q(ly_context *cx, ly_expr *call)
{
    size_t rows;
    bool failed;
    int64_t count = satisfying(cx, call, &rows, &failed);
    if (count < 0) return failed ? LY_FAILED : LY_UNEVALUATED;
    return ly_bool((size_t)count == rows);
}

BUILTIN(SatisfiabilityCount, satisfiability_count, 1, 2, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "SatisfiabilityCount[expr] counts the values of the variables that make expr True.")
static ly_value satisfiability_count(ly_context *cx, ly_expr *call)
{
    size_t rows;
    bool failed;
    int64_t count = satisfying(cx, call, &rows, &failed);
    if (count < 0) return failed ? LY_FAILED : LY_UNEVALUATED;
    return LY_INT(count);
}

static ly_value assignment_of(ly_context *cx, size_t n, size_t row)
{
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), n);
    for (size_t i = 0; i < n; i++) list->args[i] = ly_bool(row >> (n - 1 - i) & 1);
    return ly_from_object(list);
}

BUILTIN(SatisfiabilityInstances, satisfiability_instances, 1, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "SatisfiabilityInstances[expr, vars, n] gives n choices of values that make expr True.")
static ly_value satisfiability_instances(ly_context *cx, ly_expr *call)
{
    truth_table table;
    ly_value variables;
    uint64_t most = 1;
    if (call->count > 2) {
        if (call->args[2] == LY_SYM(All)) most = UINT64_MAX;
        else if (ly_is_int(call->args[2]) && ly_int_of(call->args[2]) > 0) most = (uint64_t)ly_int_of(call->args[2]);
        else return LY_UNEVALUATED;
    }
    truth_status status = table_of_call(cx, call, &table, &variables);
    if (status != TRUTH_OK) return status == TRUTH_FAILED ? LY_FAILED : LY_UNEVALUATED;
    ly_builder found = ly_builder_new();
    bool good = true;
    for (size_t r = table.rows; r-- > 0 && ly_builder_count(&found) < most && good;)
        if (truth_at(&table, r)) good = ly_builder_add(cx, &found, assignment_of(cx, table.count, r));
    truth_table_free(&table);
    ly_release(cx, variables);
    return good ? ly_builder_finish(cx, &found, LY_SYM(List)) : LY_FAILED;
}

/* ---- BooleanTable ----------------------------------------------------------------------------- */

/* Values of e over the variables of the groups from `group` on: a list for each group. */
static ly_value table_level(ly_context *cx, ly_value e, const ly_expr *call, size_t group)
{
    if (group >= call->count) return ly_evaluate(cx, e);
    const ly_expr *variables = ly_expr_of(call->args[group]);
    size_t n = variables->count, rows = (size_t)1 << n;
    ly_builder values = ly_builder_new();
    ly_value *row = ly_calloc(n + 1, sizeof *row);
    bool good = row != NULL;
    if (!good) ly_raise_memory(cx);
    for (size_t r = rows; r-- > 0 && good;) {
        for (size_t i = 0; i < n; i++)
            row[i] = ly_make2(cx, LY_SYM(Rule), ly_retain(variables->args[i]), ly_bool(r >> (n - 1 - i) & 1));
        ly_value put = ly_call2(cx, LY_SYM(ReplaceAll), ly_retain(e), ly_make(cx, LY_SYM(List), n, row));
        ly_value value = ly_failed(put) ? LY_FAILED : table_level(cx, put, call, group + 1);
        ly_release(cx, put);
        good = !ly_failed(value) && ly_builder_add(cx, &values, value);
    }
    ly_free(row);
    if (good) return ly_builder_finish(cx, &values, LY_SYM(List));
    ly_builder_drop(cx, &values);
    return LY_FAILED;
}

BUILTIN(BooleanTable, boolean_table, 0, -1, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "BooleanTable[expr, {a, b, …}] gives the values of expr for all values of a, b, ….")
static ly_value boolean_table(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) return LY_UNEVALUATED;
    if (call->count == 1) {
        ly_value variables = logic_variables(cx, call->args[0]);
        if (ly_failed(variables)) return LY_FAILED;
        ly_value whole = ly_make2(cx, LY_SYM(BooleanTable), ly_retain(call->args[0]), variables);
        ly_value table = boolean_table(cx, ly_expr_of(whole));
        ly_release(cx, whole);
        return table;
    }
    size_t all = 0;
    for (size_t g = 1; g < call->count; g++) {
        if (!ly_has_head(call->args[g], LY_SYM(List))) return LY_UNEVALUATED;
        all += ly_expr_of(call->args[g])->count;
    }
    if (all > LOGIC_MOST_VARIABLES) return LY_UNEVALUATED;
    return table_level(cx, call->args[0], call, 1);
}

/* ---- functions given by number or by count ---------------------------------------------------- */

/* Arguments that are True, False, 1 or 0 as truth; false: something else. */
static bool truth_of(ly_value v, bool *truth)
{
    *truth = v == LY_SYM(True) || v == LY_INT(1);
    return *truth || v == LY_SYM(False) || v == LY_INT(0);
}

BUILTIN(Majority, majority, 0, -1, LY_PROTECTED | LY_ORDERLESS, LY_PURE,
        "Majority[a, b, …] is True if more than half of its arguments are.")
static ly_value majority(ly_context *cx, ly_expr *call)
{
    size_t n = call->count, yes = 0, no = 0;
    for (size_t i = 0; i < n; i++) {
        if (call->args[i] == LY_SYM(True)) yes++;
        else if (call->args[i] == LY_SYM(False)) no++;
    }
    if (2 * yes > n) return LY_SYM(True);
    if (2 * no >= n) return LY_SYM(False);
    size_t open = n - yes - no;
    if (open == 1) {
        for (size_t i = 0; i < n; i++)
            if (call->args[i] != LY_SYM(True) && call->args[i] != LY_SYM(False)) return ly_retain(call->args[i]);
    }
    if (open == n && n == 2) return ly_make2(cx, LY_SYM(And), ly_retain(call->args[0]), ly_retain(call->args[1]));
    return LY_UNEVALUATED;
}

static ly_value form_over(ly_context *cx, ly_value e, ly_value variables, ly_value form)
{
    truth_table table;
    truth_status status = truth_table_of(cx, &table, e, variables);
    if (status != TRUTH_OK) return status == TRUTH_FAILED ? LY_FAILED : LY_UNEVALUATED;
    ly_value result = logic_form(cx, &table, ly_is_string(form) ? ly_string_of(form)->data : "DNF");
    truth_table_free(&table);
    return result;
}

/* Function[spec, n][items…] of a list of items, in normal form over their variables. */
static ly_value form_of_function(ly_context *cx, ly_expr *call)
{
    const ly_expr *items = ly_expr_of(call->args[1]);
    ly_value variables = logic_variables(cx, call->args[1]);
    if (ly_failed(variables)) return LY_FAILED;
    ly_value head = ly_make2(cx, call->head, ly_retain(call->args[0]), LY_INT(items->count));
    ly_expr *whole = ly_expr_new(cx, head, items->count);
    ly_release(cx, head);
    ly_value result = LY_FAILED;
    if (whole) {
        for (size_t i = 0; i < items->count; i++) whole->args[i] = ly_retain(items->args[i]);
        result = form_over(cx, ly_from_object(whole), variables, call->count > 2 ? call->args[2] : LY_FAILED);
        ly_release(cx, ly_from_object(whole));
    }
    ly_release(cx, variables);
    return result;
}

MESSAGE(BooleanCountingFunction, bspec, "`1` is not a valid BooleanCountingFunction specification.")

BUILTIN_SUB(BooleanCountingFunction, counting_function, counting_value, 2, 3, LY_PROTECTED, LY_PURE,
            "BooleanCountingFunction[k, n] is the function of n arguments that is True if at most k of them are.")
static ly_value counting_function(ly_context *cx, ly_expr *call)
{
    bool list = ly_has_head(call->args[1], LY_SYM(List)), valid = false;
    int64_t n = list ? (int64_t)ly_expr_of(call->args[1])->count
                     : ly_is_int(call->args[1]) ? ly_int_of(call->args[1]) : -1;
    if (n < 0 || n > 100000) return LY_UNEVALUATED;
    bool *allowed = ly_calloc((size_t)n + 1, 1);
    if (!allowed) return ly_raise_memory(cx);
    valid = logic_counts(call->args[0], (size_t)n, allowed);
    ly_free(allowed);
    if (!valid) return ly_message_call(cx, call, "bspec", 1, ly_from_object(call));
    return list ? form_of_function(cx, call) : LY_UNEVALUATED;
}

static ly_value counting_value(ly_context *cx, ly_expr *call)
{
    const ly_expr *function = ly_expr_of(call->head);
    size_t yes = 0;
    if (!ly_is_symbol(function->head) || function->count < 2 || function->args[1] != LY_INT(call->count)) return LY_UNEVALUATED;
    for (size_t i = 0; i < call->count; i++) {
        bool truth;
        if (!truth_of(call->args[i], &truth)) return LY_UNEVALUATED;
        yes += truth;
    }
    bool *allowed = ly_calloc(call->count + 1, 1);
    if (!allowed) return ly_raise_memory(cx);
    ly_value result = logic_counts(function->args[0], call->count, allowed) ? ly_bool(allowed[yes]) : LY_UNEVALUATED;
    ly_free(allowed);
    return result;
}

BUILTIN_SUB(BooleanFunction, boolean_function, boolean_function_value, 1, 3, LY_PROTECTED, LY_PURE,
            "BooleanFunction[k, n] is the k-th Boolean function of n variables.")
static ly_value boolean_function(ly_context *cx, ly_expr *call)
{
    if (call->count >= 2 && ly_is_integer(call->args[0]) && ly_has_head(call->args[1], LY_SYM(List)) &&
        ly_expr_of(call->args[1])->count <= LOGIC_MOST_VARIABLES)
        return form_of_function(cx, call);
    return LY_UNEVALUATED;
}

static ly_value boolean_function_value(ly_context *cx, ly_expr *call)
{
    const ly_expr *function = ly_expr_of(call->head);
    size_t number = 0;
    (void)cx;
    if (!ly_is_symbol(function->head) || function->count != 2 || !ly_is_integer(function->args[0]) ||
        function->args[1] != LY_INT(call->count) || call->count > 30)
        return LY_UNEVALUATED;
    for (size_t i = 0; i < call->count; i++) {
        bool truth;
        if (!truth_of(call->args[i], &truth)) return LY_UNEVALUATED;
        number = number << 1 | truth;
    }
    mpz_t k;
    ly_init_mpz(k, function->args[0]);
    bool value = mpz_tstbit(k, number);
    mpz_clear(k);
    return ly_bool(value);
}
