/* combinatorics.c: Tuples, Subsets, Permutations, Signature, permutation lists. */
#include "lists.h"

/* ---- Tuples ----------------------------------------------------------------------------------- */

/* All choices of one element from each of the n lists, under head. */
static ly_value tuples(ly_context *cx, size_t n, const ly_value *lists, ly_value head)
{
    double total = 1;
    for (size_t i = 0; i < n; i++) total *= (double)ly_length(lists[i]);
    if (!ly_memory_can(cx, total > 1e15 ? SIZE_MAX / 2 : (size_t)total * (n + 8) * 8)) return LY_FAILED;
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), (size_t)total);
    size_t *at = ly_buffer_alloc(cx, (n + 1) * sizeof *at);
    if (!result || !at) {
        if (result) ly_release(cx, ly_from_object(result));
        ly_buffer_free(cx, at);
        return LY_FAILED;
    }
    memset(at, 0, (n + 1) * sizeof *at);
    for (size_t k = 0; k < result->count; k++) {
        ly_expr *tuple = ly_expr_new(cx, head, n);
        if (!tuple || ly_poll(cx)) {
            if (tuple) ly_release(cx, ly_from_object(tuple));
            ly_release(cx, ly_from_object(result));
            ly_buffer_free(cx, at);
            return LY_FAILED;
        }
        for (size_t i = 0; i < n; i++) tuple->args[i] = ly_element(cx, lists[i], at[i]);
        result->args[k] = ly_from_object(tuple);
        for (size_t i = n; i-- > 0;) {
            if (++at[i] < ly_length(lists[i])) break;
            at[i] = 0;
        }
    }
    ly_buffer_free(cx, at);
    return ly_from_object(result);
}

/* A flat list cut into an array of these dimensions. */
static ly_value shaped(ly_context *cx, const ly_expr *flat, size_t *next, size_t n, const size_t *dims)
{
    ly_expr *e = ly_expr_new(cx, LY_SYM(List), dims[0]);
    for (size_t i = 0; e && i < dims[0]; i++) {
        ly_value item = n == 1 ? ly_retain(flat->args[(*next)++]) : shaped(cx, flat, next, n - 1, dims + 1);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(e));
            return LY_FAILED;
        }
        e->args[i] = item;
    }
    return e ? ly_from_object(e) : LY_FAILED;
}

BUILTIN(Tuples, list_tuples, 1, 2, LY_PROTECTED, LY_PURE,
        "Tuples[list, n] gives all n-tuples of elements; Tuples[{list1, list2, …}] one element from each;\n"
        "Tuples[list, {n1, n2, …}] arrays of elements.")
static ly_value list_tuples(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (call->count == 1) {
        if (!ly_is_expr(v)) return LY_UNEVALUATED;
        const ly_expr *lists = ly_expr_of(v);
        for (size_t i = 0; i < lists->count; i++)
            if (ly_is_atom(lists->args[i])) return ly_message_normal(cx, call, 1);
        return tuples(cx, lists->count, lists->args, lists->head);
    }
    ly_value spec = call->args[1];
    size_t n = 1, dims[16], rank = 1;
    if (ly_is_int(spec) && ly_int_of(spec) >= 0) {
        n = (size_t)ly_int_of(spec);
    } else if (ly_has_head(spec, LY_SYM(List)) && ly_expr_of(spec)->count <= 16) {
        if (ly_expr_of(spec)->count == 0) {
            ly_value shape = ly_make0(cx, LY_SYM(List));
            ly_value all = ly_with_elements_take(cx, shape, ly_elements(cx, v));
            ly_release(cx, shape);
            return all;
        }
        rank = ly_expr_of(spec)->count;
        for (size_t i = 0; i < rank; i++) {
            if (!ly_is_int(ly_expr_of(spec)->args[i]) || ly_int_of(ly_expr_of(spec)->args[i]) < 0) return LY_UNEVALUATED;
            dims[i] = (size_t)ly_int_of(ly_expr_of(spec)->args[i]);
            n *= dims[i];
            if (n > 1000000) return LY_UNEVALUATED;
        }
    } else {
        return LY_UNEVALUATED;
    }
    if (n > 1000000) return ly_memory_can(cx, SIZE_MAX / 2) ? LY_UNEVALUATED : LY_FAILED;
    ly_value *lists = ly_buffer_alloc(cx, (n + 1) * sizeof *lists);
    if (!lists) return LY_FAILED;
    for (size_t i = 0; i < n; i++) lists[i] = v;
    ly_value result = tuples(cx, n, lists, ly_is_expr(v) ? ly_expr_of(v)->head : LY_SYM(List));
    ly_buffer_free(cx, lists);
    if (rank == 1 || ly_failed(result)) return result;
    ly_expr *e = ly_expr_own_take(cx, result);
    for (size_t i = 0; e && i < e->count; i++) {
        size_t next = 0;
        ly_value array = shaped(cx, ly_expr_of(e->args[i]), &next, rank, dims);
        if (ly_failed(array)) {
            ly_release(cx, ly_from_object(e));
            return LY_FAILED;
        }
        ly_release(cx, e->args[i]);
        e->args[i] = array;
    }
    return e ? ly_from_object(e) : LY_FAILED;
}

/* ---- Subsets ---------------------------------------------------------------------------------- */

/* Goes on to the next k-subset of 0 … n - 1 in order; false after the last. */
static bool next_subset(size_t n, size_t k, size_t *at)
{
    for (size_t i = k; i-- > 0;) {
        if (at[i] < n - k + i) {
            at[i]++;
            for (size_t j = i + 1; j < k; j++) at[j] = at[j - 1] + 1;
            return true;
        }
    }
    return false;
}

static double binomial(double n, double k)
{
    double b = 1;
    for (double i = 0; i < k && b < 1e18; i++) b = b * (n - i) / (i + 1);
    return b;
}

/* Subsets of sizes from … to by step; the `spec`-named ones of them (from 1), all where LY_FAILED. */
BUILTIN(Subsets, list_subsets, 1, 3, LY_PROTECTED, LY_PURE,
        "Subsets[list] gives all subsets, Subsets[list, n] those of at most n elements, Subsets[list, {n}] of n;\n"
        "Subsets[list, sizes, s] the first s of them.")
static ly_value list_subsets(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], first = LY_INT(0), last = LY_INT(0);
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    size_t n = ly_length(v);
    int64_t from = 0, to = (int64_t)n, step = 1;
    if (call->count > 1) {
        ly_value spec = call->args[1];
        if (ly_is_int(spec) && ly_int_of(spec) >= 0) {
            if (ly_int_of(spec) < to) to = ly_int_of(spec);
        } else if (ly_has_head(spec, LY_SYM(List)) && ly_expr_of(spec)->count >= 1 && ly_expr_of(spec)->count <= 3) {
            const ly_expr *e = ly_expr_of(spec);
            int64_t bounds[3] = {0, 0, 1};
            for (size_t i = 0; i < e->count; i++) {
                if (ly_is_int(e->args[i])) bounds[i] = ly_int_of(e->args[i]);
                else if (ly_is_plus_infinity(e->args[i]) && i == 1) bounds[i] = (int64_t)n;
                else return LY_UNEVALUATED;
            }
            from = bounds[0];
            to = e->count == 1 ? from : bounds[1];
            step = bounds[2];
            if (step == 0 || from < 0) return LY_UNEVALUATED;
        } else if (spec != LY_SYM(All) && !ly_is_plus_infinity(spec)) {
            return ly_message_call(cx, call, "nninfseq", 1, CALL_VALUE(call));
        }
    }
    double total = 0;
    for (int64_t k = from; step > 0 ? k <= to : k >= to; k += step)
        if (k >= 0 && k <= (int64_t)n) total += binomial((double)n, (double)(k < (int64_t)n - k ? k : (int64_t)n - k));
    ly_range range = {0, total < 4e18 ? (size_t)total : SIZE_MAX / 2, 1};
    if (call->count == 3) {
        int outcome = ly_sequence_range(call->args[2], total < 4e18 ? (size_t)total : SIZE_MAX / 4, &range, &first, &last);
        if (outcome == LY_RANGE_OUT && ly_is_int(call->args[2]) && ly_int_of(call->args[2]) > 0)
            range = (ly_range){0, (size_t)total, 1};
        else if (outcome == LY_RANGE_OUT) range.count = 0;
        else if (outcome != LY_RANGE_OK || range.step < 1) return LY_UNEVALUATED;
    }
    if (!ly_memory_can(cx, range.count > SIZE_MAX / 1024 ? SIZE_MAX / 2 : range.count * (n / 2 + 8) * 8)) return LY_FAILED;
    size_t *at = ly_buffer_alloc(cx, (n + 1) * sizeof *at), number = 0, wanted = range.start, taken = 0;
    ly_builder subsets = ly_builder_new();
    bool good = at != NULL;
    for (int64_t k = from; good && taken < range.count && (step > 0 ? k <= to : k >= to); k += step) {
        if (k < 0 || k > (int64_t)n) continue;
        for (size_t i = 0; i < (size_t)k; i++) at[i] = i;
        do {
            if (number++ == wanted) {
                ly_value subset = ly_pick(cx, v, (size_t)k, at);
                good = !ly_failed(subset) && ly_builder_add(cx, &subsets, subset);
                wanted += (size_t)range.step;
                taken++;
            }
            if (ly_poll(cx)) good = false;
        } while (good && taken < range.count && next_subset(n, (size_t)k, at));
    }
    ly_buffer_free(cx, at);
    if (good) return ly_builder_finish(cx, &subsets, LY_SYM(List));
    ly_builder_drop(cx, &subsets);
    return LY_FAILED;
}

MESSAGE(Subsets, nninfseq, "Position 2 of `1` must be All, Infinity, a non-negative integer, or a list whose first element is a non-negative integer.")

/* ---- Permutations ----------------------------------------------------------------------------- */

typedef struct permuting {
    ly_value v;
    size_t n;
    const size_t *class_of; /* equal elements have one class */
    size_t *chosen;
    bool *used;
    ly_builder out;
    bool failed;
} permuting;

/* All arrangements of k elements beginning with those chosen, equal ones once. */
static void permute(ly_context *cx, permuting *p, size_t have, size_t k)
{
    if (p->failed) return;
    if (have == k) {
        ly_value item = ly_pick(cx, p->v, k, p->chosen);
        if (ly_failed(item) || !ly_builder_add(cx, &p->out, item) || ly_poll(cx)) p->failed = true;
        return;
    }
    for (size_t i = 0; i < p->n; i++) {
        bool tried = p->used[i];
        /* of equal elements that are free, only the first is chosen here */
        for (size_t j = 0; j < i && !tried; j++) tried = !p->used[j] && p->class_of[j] == p->class_of[i];
        if (tried) continue;
        p->used[i] = true;
        p->chosen[have] = i;
        permute(cx, p, have + 1, k);
        p->used[i] = false;
    }
}

BUILTIN(Permutations, list_permutations, 1, 2, LY_PROTECTED, LY_PURE,
        "Permutations[list] gives all arrangements of the elements, Permutations[list, n] those of at most n,\n"
        "Permutations[list, {n}] of n elements.")
static ly_value list_permutations(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_atom(v) || ly_is_association(v)) return ly_message_normal(cx, call, 1);
    size_t n = ly_length(v);
    int64_t from = (int64_t)n, to = (int64_t)n, step = 1;
    if (call->count == 2) {
        ly_value spec = call->args[1];
        if (ly_is_int(spec)) {
            from = 0;
            to = ly_int_of(spec);
            if (to < 0) return LY_UNEVALUATED;
        } else if (spec == LY_SYM(All) || ly_is_plus_infinity(spec)) {
            from = 0;
        } else if (ly_has_head(spec, LY_SYM(List)) && ly_expr_of(spec)->count >= 1 && ly_expr_of(spec)->count <= 3) {
            const ly_expr *e = ly_expr_of(spec);
            for (size_t i = 0; i < e->count; i++)
                if (!ly_is_int(e->args[i])) return LY_UNEVALUATED;
            from = ly_int_of(e->args[0]);
            to = e->count > 1 ? ly_int_of(e->args[1]) : from;
            step = e->count > 2 ? ly_int_of(e->args[2]) : 1;
            if (step == 0) return LY_UNEVALUATED;
        } else {
            return LY_UNEVALUATED;
        }
    }
    double total = 0;
    for (int64_t k = from; step > 0 ? k <= to && k <= (int64_t)n : k >= to && k >= 0; k += step) {
        double arrangements = 1;
        for (int64_t i = 0; i < k; i++) arrangements *= (double)n - (double)i;
        total += arrangements;
    }
    ly_value_set set = {0};
    size_t *class_of = ly_buffer_alloc(cx, (n + 1) * sizeof *class_of), *chosen = ly_buffer_alloc(cx, (n + 1) * sizeof *chosen);
    bool *used = ly_buffer_alloc(cx, n + 1), distinct = true;
    permuting p = {v, n, class_of, chosen, used, ly_builder_new(), !class_of || !chosen || !used};
    if (!p.failed) memset(used, 0, n + 1);
    for (size_t i = 0; i < n && !p.failed; i++) {
        bool fresh;
        ly_value item = ly_expr_of(v)->args[i];
        class_of[i] = ly_value_set_enter(cx, &set, item, &fresh);
        p.failed = class_of[i] == SIZE_MAX;
        distinct = distinct && fresh;
    }
    if (!p.failed && distinct && !ly_memory_can(cx, total > 1e15 ? SIZE_MAX / 2 : (size_t)total * (n + 8) * 8)) p.failed = true;
    for (int64_t k = from; !p.failed && (step > 0 ? k <= to : k >= to); k += step)
        if (k >= 0 && k <= (int64_t)n) permute(cx, &p, 0, (size_t)k);
    ly_value_set_free(cx, &set);
    ly_buffer_free(cx, class_of);
    ly_buffer_free(cx, chosen);
    ly_buffer_free(cx, used);
    if (!p.failed) return ly_builder_finish(cx, &p.out, LY_SYM(List));
    ly_builder_drop(cx, &p.out);
    return LY_FAILED;
}

/* ---- permutation lists ------------------------------------------------------------------------ */

/* The images (from 0) of a permutation list; NULL: it is none (*failed: an error is pending). */
static size_t *images_of(ly_context *cx, ly_value v, size_t *n, bool *failed)
{
    *failed = false;
    if (!ly_has_head(v, LY_SYM(List))) return NULL;
    const ly_expr *e = ly_expr_of(v);
    *n = e->count;
    size_t *images = ly_buffer_alloc(cx, ((size_t)e->count + 1) * sizeof *images);
    bool *seen = ly_buffer_alloc(cx, (size_t)e->count + 1), good = images && seen;
    *failed = !good;
    if (good) memset(seen, 0, (size_t)e->count + 1);
    for (size_t i = 0; i < e->count && good; i++) {
        int64_t at = ly_is_int(e->args[i]) ? ly_int_of(e->args[i]) : 0;
        good = at >= 1 && at <= (int64_t)e->count && !seen[at - 1];
        if (good) {
            seen[at - 1] = true;
            images[i] = (size_t)at - 1;
        }
    }
    ly_buffer_free(cx, seen);
    if (good) return images;
    ly_buffer_free(cx, images);
    return NULL;
}

BUILTIN(PermutationListQ, list_permutation_list_q, 1, 1, LY_PROTECTED, LY_PURE,
        "PermutationListQ[list] gives True if list is a rearrangement of 1, 2, …, n.")
static ly_value list_permutation_list_q(ly_context *cx, ly_expr *call)
{
    size_t n;
    bool failed;
    size_t *images = images_of(cx, call->args[0], &n, &failed);
    if (failed) return LY_FAILED;
    ly_buffer_free(cx, images);
    return ly_bool(images != NULL);
}

MESSAGE(General, permlist, "Invalid permutation list `1`.")

BUILTIN(InversePermutation, list_inverse_permutation, 1, 1, LY_PROTECTED, LY_PURE,
        "InversePermutation[perm] gives the inverse of a permutation list or of Cycles.")
static ly_value list_inverse_permutation(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    size_t n;
    bool failed;
    if (ly_has_shape(v, LY_SYM(Cycles), 1)) {
        ly_value reversed = ly_call2(cx, LY_SYM(Map), LY_SYM(Reverse), ly_retain(ly_expr_of(v)->args[0]));
        if (ly_failed(reversed)) return reversed;
        /* each cycle begins with its smallest point */
        ly_expr *cycles = ly_is_expr(reversed) ? ly_expr_own_take(cx, reversed) : NULL;
        for (size_t i = 0; cycles && i < cycles->count; i++) {
            ly_value cycle = cycles->args[i];
            if (!ly_has_head(cycle, LY_SYM(List)) || ly_expr_of(cycle)->count == 0) continue;
            const ly_expr *c = ly_expr_of(cycle);
            size_t least = 0;
            for (size_t k = 1; k < c->count; k++)
                if (ly_compare(c->args[k], c->args[least]) < 0) least = k;
            ly_expr *turned = ly_expr_new(cx, c->head, c->count);
            for (size_t k = 0; turned && k < c->count; k++) turned->args[k] = ly_retain(c->args[(k + least) % c->count]);
            if (!turned) return LY_FAILED;
            ly_release(cx, cycle);
            cycles->args[i] = ly_from_object(turned);
        }
        return cycles ? ly_make1(cx, LY_SYM(Cycles), ly_from_object(cycles)) : LY_FAILED;
    }
    if (!ly_has_head(v, LY_SYM(List))) return LY_UNEVALUATED;
    size_t *images = images_of(cx, v, &n, &failed);
    if (failed) return LY_FAILED;
    if (!images) return ly_message_call(cx, call, "permlist", 1, v);
    ly_expr *result = ly_expr_new(cx, LY_SYM(List), n);
    for (size_t i = 0; result && i < n; i++) result->args[images[i]] = LY_INT((int64_t)i + 1);
    ly_buffer_free(cx, images);
    return result ? ly_from_object(result) : LY_FAILED;
}

/* 1 or -1 by the number of exchanges that sort the elements; 0 where two are the same */
BUILTIN(Signature, list_signature, 1, 1, LY_PROTECTED, LY_PURE,
        "Signature[list] gives 1 or -1 for an even or odd rearrangement of canonical order, 0 with equal elements.")
static ly_value list_signature(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (!ly_is_expr(v)) return LY_UNEVALUATED;
    const ly_expr *e = ly_expr_of(v);
    size_t n = e->count, *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
    if (!indices || !ly_sort_indices(cx, n, e->args, indices, LY_FAILED)) {
        ly_buffer_free(cx, indices);
        return LY_FAILED;
    }
    int64_t sign = 1;
    for (size_t i = 1; i < n && sign; i++)
        if (ly_same(e->args[indices[i]], e->args[indices[i - 1]])) sign = 0;
    for (size_t i = 0; i < n && sign; i++) { /* cycles, undone one exchange at a time */
        while (indices[i] != i) {
            size_t other = indices[i];
            indices[i] = indices[other];
            indices[other] = other;
            sign = -sign;
        }
    }
    ly_buffer_free(cx, indices);
    return LY_INT(sign);
}

BUILTIN(Permute, list_permute, 2, 2, LY_PROTECTED, LY_PURE,
        "Permute[expr, perm] moves element i to position perm[[i]]; perm may be Cycles.")
static ly_value list_permute(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0], perm = call->args[1];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    size_t n = ly_length(v), m, *from = ly_buffer_alloc(cx, (n + 1) * sizeof *from);
    bool failed = false;
    if (!from) return LY_FAILED;
    for (size_t i = 0; i < n; i++) from[i] = i;
    if (ly_has_shape(perm, LY_SYM(Cycles), 1) && ly_has_head(ly_expr_of(perm)->args[0], LY_SYM(List))) {
        const ly_expr *cycles = ly_expr_of(ly_expr_of(perm)->args[0]);
        for (size_t c = 0; c < cycles->count; c++) {
            if (!ly_has_head(cycles->args[c], LY_SYM(List))) goto no_permutation;
            const ly_expr *cycle = ly_expr_of(cycles->args[c]);
            for (size_t i = 0; i < cycle->count; i++) {
                ly_value a = cycle->args[i], b = cycle->args[(i + 1) % cycle->count];
                if (!ly_is_int(a) || !ly_is_int(b) || ly_int_of(a) < 1 || ly_int_of(b) < 1 || ly_int_of(a) > (int64_t)n ||
                    ly_int_of(b) > (int64_t)n)
                    goto no_permutation;
                from[ly_int_of(b) - 1] = (size_t)ly_int_of(a) - 1;
            }
        }
    } else {
        size_t *images = images_of(cx, perm, &m, &failed);
        if (!images || m > n) {
            ly_buffer_free(cx, images);
            goto no_permutation;
        }
        for (size_t i = 0; i < m; i++) from[images[i]] = i;
        ly_buffer_free(cx, images);
    }
    ly_value result = ly_pick(cx, v, n, from);
    ly_buffer_free(cx, from);
    return result;
no_permutation:
    ly_buffer_free(cx, from);
    return failed ? LY_FAILED : LY_UNEVALUATED;
}
