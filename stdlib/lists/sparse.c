/* sparse.c: SparseArray, kept in the form SparseArray[Automatic, dims, default, {1, {rows, columns}, values}]:
   where the rows begin among the values, the other indices of each, and the values. */
#include "sparse.h"

#include "match/match.h"

#define MOST_ELEMENTS 10000000

bool ly_is_sparse(ly_value v)
{
    if (!ly_has_shape(v, LY_SYM(SparseArray), 4)) return false;
    const ly_expr *e = ly_expr_of(v);
    if (e->args[0] != LY_SYM(Automatic) || !ly_has_head(e->args[1], LY_SYM(List)) || !ly_has_shape(e->args[3], LY_SYM(List), 3)) return false;
    ly_value index = ly_expr_of(e->args[3])->args[1];
    return ly_has_shape(index, LY_SYM(List), 2) && ly_has_head(ly_expr_of(index)->args[0], LY_SYM(List)) &&
           ly_has_head(ly_expr_of(index)->args[1], LY_SYM(List)) && ly_has_head(ly_expr_of(e->args[3])->args[2], LY_SYM(List));
}

/* Reads {n1, n2, …} or n; the number of levels, 0 where it is neither. */
static size_t read_dims(ly_value v, size_t *dims, size_t *total)
{
    size_t n = 0;
    *total = 1;
    bool listed = ly_has_head(v, LY_SYM(List));
    size_t count = listed ? ly_expr_of(v)->count : 1;
    if (count == 0 || count > 16) return 0;
    for (; n < count; n++) {
        ly_value d = listed ? ly_expr_of(v)->args[n] : v;
        if (!ly_is_int(d) || ly_int_of(d) < 0 || ly_int_of(d) > MOST_ELEMENTS) return 0;
        dims[n] = (size_t)ly_int_of(d);
        *total *= dims[n];
        if (*total > MOST_ELEMENTS) return 0;
    }
    return n;
}

/* All elements, row by row, borrowed: room for the product of the dimensions. */
typedef struct dense {
    size_t rank, total, dims[16];
    ly_value fill;
    ly_value *items; /* owned values; LY_FAILED: the fill */
} dense;

static void dense_free(ly_context *cx, dense *d)
{
    for (size_t i = 0; d->items && i < d->total; i++) ly_release(cx, d->items[i]);
    ly_buffer_free(cx, d->items);
    d->items = NULL;
}

static bool dense_room(ly_context *cx, dense *d)
{
    d->items = ly_buffer_alloc(cx, (d->total + 1) * sizeof *d->items);
    for (size_t i = 0; d->items && i < d->total; i++) d->items[i] = LY_FAILED;
    return d->items != NULL;
}

static void position_of(const dense *d, size_t at, size_t *position)
{
    for (size_t k = d->rank; k-- > 0;) {
        position[k] = at % d->dims[k];
        at /= d->dims[k];
    }
}

/* The canonical form. */
static ly_value canonical(ly_context *cx, const dense *d)
{
    size_t row = d->rank && d->dims[0] ? d->total / d->dims[0] : 0, position[16];
    ly_builder starts = ly_builder_new(), columns = ly_builder_new(), values = ly_builder_new();
    bool good = ly_builder_add(cx, &starts, LY_INT(0));
    for (size_t i = 0; i < d->total && good; i++) {
        if (d->items[i] && !ly_same(d->items[i], d->fill)) {
            position_of(d, i, position);
            size_t from = d->rank > 1;
            ly_expr *column = ly_expr_new(cx, LY_SYM(List), d->rank - from);
            for (size_t k = from; k < d->rank; k++) column->args[k - from] = LY_INT((int64_t)position[k] + 1);
            good = ly_builder_add(cx, &columns, ly_from_object(column)) && ly_builder_add(cx, &values, ly_retain(d->items[i]));
        }
        if (good && d->rank > 1 && row && (i + 1) % row == 0) good = ly_builder_add(cx, &starts, LY_INT((int64_t)ly_builder_count(&values)));
    }
    if (good && d->rank == 1) good = ly_builder_add(cx, &starts, LY_INT((int64_t)ly_builder_count(&values)));
    if (!good) {
        ly_builder_drop(cx, &starts);
        ly_builder_drop(cx, &columns);
        ly_builder_drop(cx, &values);
        return LY_FAILED;
    }
    ly_expr *dims = ly_expr_new(cx, LY_SYM(List), d->rank), *result = ly_expr_new(cx, LY_SYM(SparseArray), 4);
    for (size_t k = 0; k < d->rank; k++) dims->args[k] = LY_INT((int64_t)d->dims[k]);
    ly_value index = ly_make2(cx, LY_SYM(List), ly_builder_finish(cx, &starts, LY_SYM(List)), ly_builder_finish(cx, &columns, LY_SYM(List)));
    result->args[0] = LY_SYM(Automatic);
    result->args[1] = ly_from_object(dims);
    result->args[2] = ly_retain(d->fill);
    result->args[3] = ly_make3(cx, LY_SYM(List), LY_INT(1), index, ly_builder_finish(cx, &values, LY_SYM(List)));
    return ly_from_object(result);
}

/* Reads the canonical form. 1, 0 (not of that form after all), -1 */
static int read_sparse(ly_context *cx, ly_value v, dense *d)
{
    const ly_expr *e = ly_expr_of(v), *data = ly_expr_of(e->args[3]), *index = ly_expr_of(data->args[1]);
    const ly_expr *starts = ly_expr_of(index->args[0]), *columns = ly_expr_of(index->args[1]), *values = ly_expr_of(data->args[2]);
    d->items = NULL;
    d->rank = read_dims(e->args[1], d->dims, &d->total);
    d->fill = e->args[2];
    if (d->rank == 0 || columns->count != values->count) return 0;
    if (!dense_room(cx, d)) return -1;
    size_t row = 0;
    for (size_t i = 0; i < values->count; i++) {
        size_t at = 0, from = d->rank > 1;
        if (from) {
            while (row + 1 < starts->count && ly_is_int(starts->args[row + 1]) && (size_t)ly_int_of(starts->args[row + 1]) <= i) row++;
            at = row;
        }
        bool good = ly_has_shape(columns->args[i], LY_SYM(List), d->rank - from);
        for (size_t k = from; k < d->rank && good; k++) {
            ly_value c = ly_expr_of(columns->args[i])->args[k - from];
            good = ly_is_int(c) && ly_int_of(c) >= 1 && (size_t)ly_int_of(c) <= d->dims[k];
            if (good) at = at * d->dims[k] + (size_t)ly_int_of(c) - 1;
        }
        if (!good || at >= d->total) {
            dense_free(cx, d);
            return 0;
        }
        ly_release(cx, d->items[at]);
        d->items[at] = ly_retain(values->args[i]);
    }
    return 1;
}

static ly_value nested(ly_context *cx, const dense *d, size_t level, size_t *next)
{
    if (level == d->rank) {
        ly_value v = d->items[(*next)++];
        return ly_retain(v ? v : d->fill);
    }
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), d->dims[level]);
    for (size_t i = 0; list && i < d->dims[level]; i++) {
        ly_value item = nested(cx, d, level + 1, next);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(list));
            return LY_FAILED;
        }
        list->args[i] = item;
    }
    return list ? ly_from_object(list) : LY_FAILED;
}

ly_value ly_sparse_normal(ly_context *cx, ly_value v)
{
    dense d;
    size_t next = 0;
    int outcome = read_sparse(cx, v, &d);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    ly_value list = nested(cx, &d, 0, &next);
    dense_free(cx, &d);
    return list;
}

/* ---- making ----------------------------------------------------------------------------------- */

/* The element at a position of machine integers from 1; SIZE_MAX: none such. */
static size_t element_at(const dense *d, ly_value position)
{
    bool listed = ly_has_head(position, LY_SYM(List));
    if ((listed ? ly_expr_of(position)->count : 1) != d->rank) return SIZE_MAX;
    size_t at = 0;
    for (size_t k = 0; k < d->rank; k++) {
        ly_value i = listed ? ly_expr_of(position)->args[k] : position;
        if (!ly_is_int(i)) return SIZE_MAX;
        int64_t n = ly_int_of(i) < 0 ? ly_int_of(i) + (int64_t)d->dims[k] + 1 : ly_int_of(i);
        if (n < 1 || n > (int64_t)d->dims[k]) return SIZE_MAX;
        at = at * d->dims[k] + (size_t)n - 1;
    }
    return at;
}

static bool is_explicit(ly_value position)
{
    if (ly_is_int(position)) return true;
    if (!ly_has_head(position, LY_SYM(List)) || ly_expr_of(position)->count == 0) return false;
    for (size_t i = 0; i < ly_expr_of(position)->count; i++)
        if (!ly_is_int(ly_expr_of(position)->args[i])) return false;
    return true;
}

static void put(ly_context *cx, dense *d, size_t at, ly_value v)
{
    if (at == SIZE_MAX || d->items[at]) return; /* the first rule for a position counts */
    d->items[at] = ly_retain(v);
}

/* Band[start] and Band[start, end]: a diagonal; a list of values goes along it. */
static bool put_band(ly_context *cx, dense *d, const ly_expr *band, ly_value v)
{
    int64_t at[16], last[16];
    for (size_t k = 0; k < d->rank; k++) {
        ly_value start = band->args[0], end = band->count > 1 ? band->args[1] : LY_FAILED;
        if (!ly_has_shape(start, LY_SYM(List), d->rank) || !ly_is_int(ly_expr_of(start)->args[k])) return false;
        at[k] = ly_int_of(ly_expr_of(start)->args[k]);
        last[k] = (int64_t)d->dims[k];
        if (end) {
            if (!ly_has_shape(end, LY_SYM(List), d->rank) || !ly_is_int(ly_expr_of(end)->args[k])) return false;
            last[k] = ly_int_of(ly_expr_of(end)->args[k]);
        }
        if (at[k] < 1 || last[k] > (int64_t)d->dims[k]) return false;
    }
    for (size_t step = 0;; step++) {
        size_t place = 0;
        for (size_t k = 0; k < d->rank; k++) {
            if (at[k] > last[k]) return true;
            place = place * d->dims[k] + (size_t)at[k]++ - 1;
        }
        if (ly_has_head(v, LY_SYM(List))) {
            if (step >= ly_expr_of(v)->count) return true;
            put(cx, d, place, ly_expr_of(v)->args[step]);
        } else {
            put(cx, d, place, v);
        }
    }
}

/* Every position that matches the left side. False: failed. */
static bool put_matching(ly_context *cx, dense *d, ly_value rule)
{
    size_t position[16];
    ly_pattern *pattern = ly_pattern_of(cx, ly_expr_of(rule)->args[0]);
    bool good = true;
    if (!pattern) return false;
    ly_pattern_retain(pattern);
    for (size_t i = 0; i < d->total && good; i++) {
        if (d->items[i]) continue;
        ly_expr *subject = ly_expr_new(cx, LY_SYM(List), d->rank);
        ly_bindings bindings;
        position_of(d, i, position);
        for (size_t k = 0; k < d->rank; k++) subject->args[k] = LY_INT((int64_t)position[k] + 1);
        int matched = ly_poll(cx) ? -1 : ly_match(cx, pattern, ly_from_object(subject), &bindings);
        ly_release(cx, ly_from_object(subject));
        good = matched >= 0;
        if (matched != 1) continue;
        ly_value v = ly_substitute(cx, ly_expr_of(rule)->args[1], pattern, &bindings);
        ly_bindings_free(cx, &bindings);
        v = ly_failed(v) ? v : ly_evaluate_take(cx, v);
        good = !ly_failed(v);
        if (good) d->items[i] = v;
    }
    ly_pattern_release(cx, pattern);
    return good;
}

/* The largest indices of the explicit positions. */
static bool measure(const ly_value *rules, size_t n, dense *d)
{
    d->rank = 0;
    for (size_t i = 0; i < n; i++) {
        ly_value position = ly_expr_of(rules[i])->args[0];
        if (!is_explicit(position)) return false;
        bool listed = ly_has_head(position, LY_SYM(List));
        size_t rank = listed ? ly_expr_of(position)->count : 1;
        if (rank > 16 || (d->rank && d->rank != rank)) return false;
        if (!d->rank) memset(d->dims, 0, sizeof d->dims);
        d->rank = rank;
        for (size_t k = 0; k < rank; k++) {
            int64_t at = ly_int_of(listed ? ly_expr_of(position)->args[k] : position);
            if (at < 1 || at > MOST_ELEMENTS) return false;
            if ((size_t)at > d->dims[k]) d->dims[k] = (size_t)at;
        }
    }
    d->total = 1;
    for (size_t k = 0; k < d->rank; k++) {
        d->total *= d->dims[k];
        if (d->total > MOST_ELEMENTS) return false;
    }
    return d->rank > 0;
}

/* properties: SparseArray[…]["NonzeroValues"] … */
static ly_value sparse_property(ly_context *cx, ly_expr *call)
{
    ly_value v = call->head;
    if (!ly_is_sparse(v) || call->count != 1 || !ly_is_string(call->args[0])) return LY_UNEVALUATED;
    const ly_expr *data = ly_expr_of(ly_expr_of(v)->args[3]), *index = ly_expr_of(data->args[1]);
    ly_value name = call->args[0];
    if (ly_string_is(name, "NonzeroValues") || ly_string_is(name, "ExplicitValues")) return ly_retain(data->args[2]);
    if (ly_string_is(name, "ExplicitLength") || ly_string_is(name, "NonzeroLength")) return LY_INT((int64_t)ly_length(data->args[2]));
    if (ly_string_is(name, "RowPointers")) return ly_retain(index->args[0]);
    if (ly_string_is(name, "ColumnIndices")) return ly_retain(index->args[1]);
    if (ly_string_is(name, "AdjacencyLists") && ly_length(ly_expr_of(v)->args[1]) == 1)
        return ly_call1(cx, LY_SYM(Flatten), ly_retain(index->args[1]));
    if (ly_string_is(name, "Background") || ly_string_is(name, "ImplicitValue")) return ly_retain(ly_expr_of(v)->args[2]);
    if (ly_string_is(name, "NonzeroPositions") || ly_string_is(name, "ExplicitPositions")) {
        ly_value rules = ly_call1(cx, LY_SYM(ArrayRules), ly_retain(v));
        ly_value keys = ly_failed(rules) ? rules : ly_call1(cx, LY_SYM(Keys), rules);
        return ly_failed(keys) ? keys : ly_make1(cx, LY_SYM(Most), keys);
    }
    return LY_UNEVALUATED;
}

BUILTIN_SUB(SparseArray, sparse_array, sparse_property, 1, 4, LY_PROTECTED, LY_PURE,
            "SparseArray[{pos1 -> v1, …}, dims] is an array of these values, 0 elsewhere;\n"
            "SparseArray[list] of a list; a third argument takes the place of 0.")
static ly_value sparse_array(ly_context *cx, ly_expr *call)
{
    ly_value rules = call->args[0];
    dense d = {.fill = call->count > 2 ? call->args[2] : LY_INT(0), .items = NULL};
    if (ly_is_sparse(CALL_VALUE(call)) || call->count == 4) return LY_UNEVALUATED;
    if (ly_is_sparse(rules)) {
        if (call->count == 1) return ly_retain(rules);
        ly_value list = ly_sparse_normal(cx, rules);
        return ly_failed(list) || list == LY_UNEVALUATED ? list : ly_make1(cx, LY_SYM(SparseArray), list);
    }
    bool one = ly_is_rule(rules);
    if (!one && !ly_has_head(rules, LY_SYM(List))) return LY_UNEVALUATED;
    const ly_value *each = one ? &rules : ly_expr_of(rules)->args;
    size_t n = one ? 1 : ly_expr_of(rules)->count, count = 0;
    for (size_t i = 0; i < n; i++) count += ly_is_rule(each[i]);
    bool automatic = call->count == 1 || call->args[1] == LY_SYM(Automatic);
    if (count == 0 && !(n == 0 && !automatic)) { /* a dense list */
        d.rank = ly_dimensions(rules, 16, d.dims);
        d.total = 1;
        for (size_t k = 0; k < d.rank; k++) d.total *= d.dims[k];
        if (d.total > MOST_ELEMENTS || n == 0) return LY_UNEVALUATED;
        if (!dense_room(cx, &d)) return LY_FAILED;
        ly_value flat = d.rank > 1 ? ly_call2(cx, LY_SYM(Flatten), ly_retain(rules), LY_INT((int64_t)d.rank - 1)) : ly_retain(rules);
        flat = ly_failed(flat) ? flat : ly_unpack_take(cx, flat);
        for (size_t i = 0; !ly_failed(flat) && i < d.total; i++) d.items[i] = ly_retain(ly_expr_of(flat)->args[i]);
        ly_value result = ly_failed(flat) ? LY_FAILED : canonical(cx, &d);
        ly_release(cx, flat);
        dense_free(cx, &d);
        return result;
    }
    if (count < n) return LY_UNEVALUATED;
    if (automatic ? !measure(each, n, &d) : !(d.rank = read_dims(call->args[1], d.dims, &d.total))) return LY_UNEVALUATED;
    if (!dense_room(cx, &d)) return LY_FAILED;
    ly_value result = LY_INT(0);
    for (size_t i = 0; i < n && result == LY_INT(0); i++) {
        ly_value position = ly_expr_of(each[i])->args[0], v = ly_expr_of(each[i])->args[1];
        if (is_explicit(position)) {
            size_t at = element_at(&d, position);
            if (at == SIZE_MAX) result = LY_UNEVALUATED;
            else put(cx, &d, at, v);
        } else if (ly_has_head(position, LY_SYM(Band)) && ly_expr_of(position)->count >= 1) {
            if (!put_band(cx, &d, ly_expr_of(position), v)) result = LY_UNEVALUATED;
        } else if (!put_matching(cx, &d, each[i])) {
            result = LY_FAILED;
        }
    }
    if (result == LY_INT(0)) result = canonical(cx, &d);
    dense_free(cx, &d);
    return result;
}

BUILTIN(ArrayRules, sparse_array_rules, 1, 2, LY_PROTECTED, LY_PURE,
        "ArrayRules[array] gives the rules {position -> value, …, {_, …} -> default} of an array.")
static ly_value sparse_array_rules(ly_context *cx, ly_expr *call)
{
    dense d;
    ly_value v = call->args[0];
    if (!ly_is_sparse(v)) {
        if (!ly_has_head(v, LY_SYM(List)) || ly_length(v) == 0 || ly_is_rule(ly_expr_of(v)->args[0])) return LY_UNEVALUATED;
        ly_value sparse = call->count == 2 ? ly_call3(cx, LY_SYM(SparseArray), ly_retain(v), LY_SYM(Automatic), ly_retain(call->args[1]))
                                           : ly_call1(cx, LY_SYM(SparseArray), ly_retain(v));
        return ly_failed(sparse) ? sparse : ly_make1(cx, LY_SYM(ArrayRules), sparse);
    }
    int outcome = read_sparse(cx, v, &d);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    ly_builder rules = ly_builder_new();
    size_t position[16];
    bool good = true;
    for (size_t i = 0; i < d.total && good; i++) {
        if (!d.items[i]) continue;
        position_of(&d, i, position);
        ly_expr *where = ly_expr_new(cx, LY_SYM(List), d.rank);
        for (size_t k = 0; k < d.rank; k++) where->args[k] = LY_INT((int64_t)position[k] + 1);
        good = ly_builder_add(cx, &rules, ly_make2(cx, LY_SYM(Rule), ly_from_object(where), ly_retain(d.items[i])));
    }
    ly_expr *rest = ly_expr_new(cx, LY_SYM(List), d.rank);
    for (size_t k = 0; k < d.rank; k++) rest->args[k] = ly_make0(cx, LY_SYM(Blank));
    good = good && ly_builder_add(cx, &rules, ly_make2(cx, LY_SYM(Rule), ly_from_object(rest), ly_retain(d.fill)));
    dense_free(cx, &d);
    return good ? ly_builder_finish(cx, &rules, LY_SYM(List)) : LY_FAILED;
}

BUILTIN(SparseArrayQ, sparse_array_q, 1, 1, LY_PROTECTED, LY_PURE, "SparseArrayQ[expr] gives True if expr is a sparse array.")
static ly_value sparse_array_q(ly_context *cx, ly_expr *call) { return ly_bool(ly_is_sparse(call->args[0])); }
