/* permutations.c: permutations as lists of images or as disjoint cycles: PermutationList,
   PermutationCycles, products, powers, orders. */
#include "stdlib/lists/lists.h"

/* Images (from 0) of 0 … n - 1; what lies beyond stays where it is. */
typedef struct permutation {
    size_t n;
    size_t *to;
    bool cycles; /* it was given as Cycles */
} permutation;

#define MOST_POINTS 100000000

/* 1; 0: no permutation; -1: failed */
static int read_cycles(ly_context *cx, ly_value v, permutation *p)
{
    ly_value list = ly_expr_of(v)->args[0];
    int64_t largest = 0;
    *p = (permutation){0, NULL, true};
    if (!ly_has_head(list, LY_SYM(List))) return 0;
    const ly_expr *cycles = ly_expr_of(list);
    for (size_t i = 0; i < cycles->count; i++) {
        if (!ly_has_head(cycles->args[i], LY_SYM(List))) return 0;
        const ly_expr *cycle = ly_expr_of(cycles->args[i]);
        for (size_t k = 0; k < cycle->count; k++) {
            if (!ly_is_int(cycle->args[k]) || ly_int_of(cycle->args[k]) < 1 || ly_int_of(cycle->args[k]) > MOST_POINTS) return 0;
            if (ly_int_of(cycle->args[k]) > largest) largest = ly_int_of(cycle->args[k]);
        }
    }
    p->n = (size_t)largest;
    p->to = ly_buffer_alloc(cx, (p->n + 1) * sizeof *p->to);
    bool *seen = ly_buffer_alloc(cx, p->n + 1);
    int outcome = p->to && seen ? 1 : -1;
    if (outcome == 1) memset(seen, 0, p->n + 1);
    for (size_t i = 0; outcome == 1 && i < p->n; i++) p->to[i] = i;
    for (size_t i = 0; outcome == 1 && i < cycles->count; i++) {
        const ly_expr *cycle = ly_expr_of(cycles->args[i]);
        for (size_t k = 0; k < cycle->count && outcome == 1; k++) {
            size_t from = (size_t)ly_int_of(cycle->args[k]) - 1;
            if (seen[from]) outcome = 0; /* cycles are disjoint */
            seen[from] = true;
            p->to[from] = (size_t)ly_int_of(cycle->args[(k + 1) % cycle->count]) - 1;
        }
    }
    ly_buffer_free(cx, seen);
    if (outcome == 1) return 1;
    ly_buffer_free(cx, p->to);
    p->to = NULL;
    return outcome;
}

static int read(ly_context *cx, ly_value v, permutation *p)
{
    if (ly_has_shape(v, LY_SYM(Cycles), 1)) return read_cycles(cx, v, p);
    *p = (permutation){0, NULL, false};
    if (!ly_has_head(v, LY_SYM(List))) return 0;
    const ly_expr *e = ly_expr_of(v);
    p->n = e->count;
    p->to = ly_buffer_alloc(cx, (p->n + 1) * sizeof *p->to);
    bool *seen = ly_buffer_alloc(cx, p->n + 1);
    int outcome = p->to && seen ? 1 : -1;
    if (outcome == 1) memset(seen, 0, p->n + 1);
    for (size_t i = 0; outcome == 1 && i < p->n; i++) {
        int64_t at = ly_is_int(e->args[i]) ? ly_int_of(e->args[i]) : 0;
        if (at < 1 || at > (int64_t)p->n || seen[at - 1]) outcome = 0;
        else {
            seen[at - 1] = true;
            p->to[i] = (size_t)at - 1;
        }
    }
    ly_buffer_free(cx, seen);
    if (outcome == 1) return 1;
    ly_buffer_free(cx, p->to);
    p->to = NULL;
    return outcome;
}

/* The same, giving the message where v is a list but no permutation. */
static int read_or_say(ly_context *cx, ly_expr *call, ly_value v, permutation *p)
{
    int outcome = read(cx, v, p);
    if (outcome == 0 && ly_has_head(v, LY_SYM(List))) ly_message_call(cx, call, "permlist", 1, v);
    return outcome;
}

static ly_value as_list(ly_context *cx, const permutation *p, size_t length)
{
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), length);
    for (size_t i = 0; list && i < length; i++) list->args[i] = LY_INT((int64_t)(i < p->n ? p->to[i] : i) + 1);
    return list ? ly_from_object(list) : LY_FAILED;
}

/* Disjoint cycles of two points at least, each from its smallest point, in the order of these. */
static ly_value as_cycles(ly_context *cx, const permutation *p)
{
    bool *seen = ly_buffer_alloc(cx, p->n + 1);
    ly_builder cycles = ly_builder_new();
    bool good = seen != NULL;
    if (good) memset(seen, 0, p->n + 1);
    for (size_t i = 0; i < p->n && good; i++) {
        if (seen[i] || p->to[i] == i) continue;
        ly_builder cycle = ly_builder_new();
        for (size_t k = i; !seen[k] && good; k = p->to[k]) {
            seen[k] = true;
            good = ly_builder_add(cx, &cycle, LY_INT((int64_t)k + 1));
        }
        good = good && ly_builder_add(cx, &cycles, ly_builder_finish(cx, &cycle, LY_SYM(List)));
    }
    ly_buffer_free(cx, seen);
    if (!good) {
        ly_builder_drop(cx, &cycles);
        return LY_FAILED;
    }
    return ly_make1(cx, LY_SYM(Cycles), ly_builder_finish(cx, &cycles, LY_SYM(List)));
}

static ly_value as_given(ly_context *cx, const permutation *p)
{
    return p->cycles ? as_cycles(cx, p) : as_list(cx, p, p->n);
}

static void drop(ly_context *cx, permutation *p) { ly_buffer_free(cx, p->to); }

BUILTIN(Cycles, permutation_cycles_form, 1, 1, LY_PROTECTED, LY_PURE,
        "Cycles[{{a, b, …}, …}] is the permutation that moves a to b, and so on.")
static ly_value permutation_cycles_form(ly_context *cx, ly_expr *call)
{
    permutation p;
    int outcome = read(cx, CALL_VALUE(call), &p);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    ly_value canonical = as_cycles(cx, &p);
    drop(cx, &p);
    if (ly_failed(canonical) || !ly_same(canonical, CALL_VALUE(call))) return canonical;
    ly_release(cx, canonical);
    return LY_UNEVALUATED;
}

BUILTIN(PermutationCyclesQ, permutation_cycles_q, 1, 1, LY_PROTECTED, LY_PURE,
        "PermutationCyclesQ[expr] gives True if expr is a permutation in cycles.")
static ly_value permutation_cycles_q(ly_context *cx, ly_expr *call)
{
    permutation p;
    if (!ly_has_shape(call->args[0], LY_SYM(Cycles), 1)) return LY_SYM(False);
    int outcome = read(cx, call->args[0], &p);
    if (outcome == 1) drop(cx, &p);
    return outcome < 0 ? LY_FAILED : ly_bool(outcome);
}

BUILTIN(PermutationCycles, permutation_cycles, 1, 2, LY_PROTECTED, LY_PURE,
        "PermutationCycles[perm] gives a permutation as disjoint Cycles.")
static ly_value permutation_cycles(ly_context *cx, ly_expr *call)
{
    permutation p;
    int outcome = read_or_say(cx, call, call->args[0], &p);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    ly_value result = as_cycles(cx, &p);
    drop(cx, &p);
    if (call->count == 2 && !ly_failed(result)) { /* another head */
        ly_value cycles = ly_retain(ly_expr_of(result)->args[0]);
        ly_release(cx, result);
        return ly_make1(cx, call->args[1], cycles);
    }
    return result;
}

BUILTIN(PermutationList, permutation_list, 1, 2, LY_PROTECTED, LY_PURE,
        "PermutationList[perm] gives a permutation as a list of images, PermutationList[perm, n] of n of them.")
static ly_value permutation_list(ly_context *cx, ly_expr *call)
{
    permutation p;
    int outcome = read_or_say(cx, call, call->args[0], &p);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    size_t length = p.n;
    if (call->count == 2) {
        size_t moved = p.n;
        while (moved > 0 && p.to[moved - 1] == moved - 1) moved--;
        int64_t n = ly_is_int(call->args[1]) ? ly_int_of(call->args[1]) : -1;
        if (n < (int64_t)moved || n > MOST_POINTS) {
            drop(cx, &p);
            return LY_UNEVALUATED;
        }
        length = (size_t)n;
    }
    ly_value result = as_list(cx, &p, length);
    drop(cx, &p);
    return result;
}

/* *p becomes p followed by q. False: failed. */
static bool follow(ly_context *cx, permutation *p, const permutation *q)
{
    size_t n = p->n > q->n ? p->n : q->n;
    size_t *to = ly_buffer_alloc(cx, (n + 1) * sizeof *to);
    if (!to) return false;
    for (size_t i = 0; i < n; i++) {
        size_t k = i < p->n ? p->to[i] : i;
        to[i] = k < q->n ? q->to[k] : k;
    }
    ly_buffer_free(cx, p->to);
    p->to = to;
    p->n = n;
    return true;
}

BUILTIN(PermutationProduct, permutation_product, 0, -1, LY_FLAT | LY_ONE_IDENTITY | LY_PROTECTED, LY_PURE,
        "PermutationProduct[a, b, …] gives the permutation that applies a first, then b, and so on.")
static ly_value permutation_product(ly_context *cx, ly_expr *call)
{
    permutation product = {0, NULL, true}, next;
    if (call->count == 0) return ly_make1(cx, LY_SYM(Cycles), ly_make0(cx, LY_SYM(List)));
    if (call->count == 1) return ly_retain(call->args[0]);
    for (size_t i = 0; i < call->count; i++) {
        int outcome = read_or_say(cx, call, call->args[i], &next);
        if (outcome != 1) {
            drop(cx, &product);
            return outcome ? LY_FAILED : LY_UNEVALUATED;
        }
        product.cycles = product.cycles && next.cycles;
        bool good = follow(cx, &product, &next);
        drop(cx, &next);
        if (!good) {
            drop(cx, &product);
            return LY_FAILED;
        }
    }
    ly_value result = as_given(cx, &product);
    drop(cx, &product);
    return result;
}

BUILTIN(PermutationPower, permutation_power, 2, 2, LY_PROTECTED, LY_PURE,
        "PermutationPower[perm, n] gives the n-th power of a permutation.")
static ly_value permutation_power(ly_context *cx, ly_expr *call)
{
    permutation p;
    if (!ly_is_int(call->args[1])) return LY_UNEVALUATED;
    int64_t power = ly_int_of(call->args[1]);
    int outcome = read_or_say(cx, call, call->args[0], &p);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    permutation result = {p.n, ly_buffer_alloc(cx, (p.n + 1) * sizeof *result.to), p.cycles};
    size_t *cycle = ly_buffer_alloc(cx, (p.n + 1) * sizeof *cycle);
    ly_value value = LY_FAILED;
    if (result.to && cycle) {
        for (size_t i = 0; i < p.n; i++) result.to[i] = SIZE_MAX;
        for (size_t i = 0; i < p.n; i++) {
            if (result.to[i] != SIZE_MAX) continue;
            size_t length = 0;
            for (size_t k = i; length == 0 || k != i; k = p.to[k]) cycle[length++] = k;
            int64_t shift = power % (int64_t)length;
            if (shift < 0) shift += (int64_t)length;
            for (size_t k = 0; k < length; k++) result.to[cycle[k]] = cycle[(k + (size_t)shift) % length];
        }
        value = as_given(cx, &result);
    }
    ly_buffer_free(cx, cycle);
    drop(cx, &result);
    drop(cx, &p);
    return value;
}

BUILTIN(PermutationOrder, permutation_order, 1, 1, LY_PROTECTED, LY_PURE,
        "PermutationOrder[perm] gives the smallest power of perm that moves nothing.")
static ly_value permutation_order(ly_context *cx, ly_expr *call)
{
    permutation p;
    int outcome = read_or_say(cx, call, call->args[0], &p);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    bool *seen = ly_buffer_alloc(cx, p.n + 1);
    ly_builder lengths = ly_builder_new();
    bool good = seen && ly_builder_add(cx, &lengths, LY_INT(1));
    if (seen) memset(seen, 0, p.n + 1);
    for (size_t i = 0; i < p.n && good; i++) {
        int64_t length = 0;
        for (size_t k = i; !seen[k]; k = p.to[k]) {
            seen[k] = true;
            length++;
        }
        if (length > 1) good = ly_builder_add(cx, &lengths, LY_INT(length));
    }
    ly_buffer_free(cx, seen);
    drop(cx, &p);
    if (good) return ly_builder_finish(cx, &lengths, LY_SYM(LCM));
    ly_builder_drop(cx, &lengths);
    return LY_FAILED;
}

/* The points that are moved, as a List. */
static ly_value moved_points(ly_context *cx, ly_expr *call)
{
    permutation p;
    int outcome = read_or_say(cx, call, call->args[0], &p);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    ly_builder points = ly_builder_new();
    bool good = true;
    for (size_t i = 0; i < p.n && good; i++)
        if (p.to[i] != i) good = ly_builder_add(cx, &points, LY_INT((int64_t)i + 1));
    drop(cx, &p);
    return good ? ly_builder_finish(cx, &points, LY_SYM(List)) : LY_FAILED;
}

BUILTIN(PermutationSupport, permutation_support, 1, 1, LY_PROTECTED, LY_PURE,
        "PermutationSupport[perm] gives the points that perm moves.")
static ly_value permutation_support(ly_context *cx, ly_expr *call) { return moved_points(cx, call); }

BUILTIN(PermutationLength, permutation_length, 1, 1, LY_PROTECTED, LY_PURE,
        "PermutationLength[perm] gives the number of points that perm moves.")
static ly_value permutation_length(ly_context *cx, ly_expr *call)
{
    ly_value points = moved_points(cx, call);
    if (ly_failed(points) || points == LY_UNEVALUATED) return points;
    int64_t n = (int64_t)ly_length(points);
    ly_release(cx, points);
    return LY_INT(n);
}

static ly_value replaced(ly_context *cx, const permutation *p, ly_value v)
{
    if (ly_is_int(v) && ly_int_of(v) >= 1 && (uint64_t)ly_int_of(v) <= p->n) return LY_INT((int64_t)p->to[ly_int_of(v) - 1] + 1);
    if (!ly_has_head(v, LY_SYM(List)) || ly_stack_low(cx)) return ly_retain(v);
    const ly_expr *e = ly_expr_of(v);
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), e->count);
    for (size_t i = 0; list && i < e->count; i++) {
        ly_value item = replaced(cx, p, e->args[i]);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(list));
            return LY_FAILED;
        }
        list->args[i] = item;
    }
    return list ? ly_from_object(list) : LY_FAILED;
}

BUILTIN(PermutationReplace, permutation_replace, 2, 2, LY_PROTECTED, LY_PURE,
        "PermutationReplace[expr, perm] replaces each point in expr by its image.")
static ly_value permutation_replace(ly_context *cx, ly_expr *call)
{
    permutation p;
    int outcome = read_or_say(cx, call, call->args[1], &p);
    if (outcome != 1) return outcome ? LY_FAILED : LY_UNEVALUATED;
    ly_value result = replaced(cx, &p, call->args[0]);
    drop(cx, &p);
    return result;
}
