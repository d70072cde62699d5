/* sets.c: distinct elements: Union, Intersection, Complement, DeleteDuplicates, Tally, Counts,
   Gather. By hash where elements are compared by SameQ; by the test, pair by pair, where one is
   given. */
#include "lists.h"

/* ---- tables of distinct values ---------------------------------------------------------------- */

static bool grow_slots(ly_context *cx, ly_value_set *set)
{
    size_t slots = set->mask ? 2 * (set->mask + 1) : 32;
    uint32_t *more = ly_buffer_alloc(cx, slots * sizeof *more);
    if (!more) return false;
    memset(more, 0, slots * sizeof *more);
    for (size_t i = 0; i < set->count; i++) {
        size_t at = set->hashes[i] & (slots - 1);
        while (more[at]) at = (at + 1) & (slots - 1);
        more[at] = (uint32_t)i + 1;
    }
    ly_buffer_free(cx, set->slots);
    set->slots = more;
    set->mask = slots - 1;
    return true;
}

static size_t find(const ly_value_set *set, ly_value v, uint32_t hash, size_t *slot)
{
    size_t at = hash & set->mask;
    for (; set->slots[at]; at = (at + 1) & set->mask) {
        size_t i = set->slots[at] - 1;
        if (set->hashes[i] == hash && ly_same(set->values[i], v)) return i;
    }
    *slot = at;
    return SIZE_MAX;
}

size_t ly_value_set_find(const ly_value_set *set, ly_value v)
{
    size_t slot;
    return set->mask ? find(set, v, ly_hash(v), &slot) : SIZE_MAX;
}

size_t ly_value_set_enter(ly_context *cx, ly_value_set *set, ly_value v, bool *fresh)
{
    uint32_t hash = ly_hash(v);
    size_t slot, i;
    *fresh = false;
    if ((set->count + 1) * 2 > set->mask + 1 && !grow_slots(cx, set)) return SIZE_MAX;
    i = find(set, v, hash, &slot);
    if (i != SIZE_MAX) return i;
    if (set->count == set->capacity) {
        size_t capacity = set->capacity ? 2 * set->capacity : 16;
        ly_value *values = ly_buffer_realloc(cx, set->values, capacity * sizeof *values);
        if (!values) return SIZE_MAX;
        set->values = values;
        uint32_t *hashes = ly_buffer_realloc(cx, set->hashes, capacity * sizeof *hashes);
        if (!hashes) return SIZE_MAX;
        set->hashes = hashes;
        set->capacity = capacity;
    }
    i = set->count++;
    set->values[i] = v;
    set->hashes[i] = hash;
    set->slots[slot] = (uint32_t)i + 1;
    *fresh = true;
    return i;
}

void ly_value_set_free(ly_context *cx, ly_value_set *set)
{
    ly_buffer_free(cx, set->values);
    ly_buffer_free(cx, set->hashes);
    ly_buffer_free(cx, set->slots);
    *set = (ly_value_set){0};
}

/* ---- classes of equal elements ---------------------------------------------------------------- */

/* The elements of a list in classes: the first of each, and which class each is in. */
typedef struct classes {
    size_t *of;          /* class of each element */
    size_t *first;       /* index of the first element of each class */
    size_t count;
} classes;

static void classes_free(ly_context *cx, classes *c)
{
    ly_buffer_free(cx, c->of);
    ly_buffer_free(cx, c->first);
}

/* test LY_FAILED or SameQ: by hash; else pair by pair. False: failed (c is freed). */
static bool classify(ly_context *cx, size_t n, const ly_value *items, ly_value test, classes *c)
{
    *c = (classes){ly_buffer_alloc(cx, (n + 1) * sizeof *c->of), ly_buffer_alloc(cx, (n + 1) * sizeof *c->first), 0};
    bool good = c->of && c->first;
    if (good && (!test || test == LY_SYM(SameQ))) {
        ly_value_set set = {0};
        for (size_t i = 0; i < n && good; i++) {
            bool fresh;
            size_t number = ly_value_set_enter(cx, &set, items[i], &fresh);
            good = number != SIZE_MAX && !ly_poll(cx);
            c->of[i] = number;
            if (fresh) c->first[c->count++] = i;
        }
        ly_value_set_free(cx, &set);
    } else {
        for (size_t i = 0; i < n && good; i++) {
            size_t number = 0;
            for (; number < c->count; number++) {
                int same = ly_test_call2(cx, test, items[c->first[number]], items[i]);
                if (same < 0) good = false;
                if (same) break;
            }
            if (number == c->count) c->first[c->count++] = i;
            c->of[i] = number;
        }
    }
    if (!good) classes_free(cx, c);
    return good;
}

/* f of each element of list (an expression): owned, or list itself retained where f is LY_FAILED. */
static ly_value keys_of(ly_context *cx, ly_value list, ly_value f)
{
    if (!f) return ly_retain(list);
    const ly_expr *e = ly_expr_of(list);
    ly_expr *keys = ly_expr_new(cx, LY_SYM(List), e->count);
    if (!keys) return LY_FAILED;
    for (size_t i = 0; i < e->count; i++) {
        ly_value key = ly_call1(cx, f, ly_retain(e->args[i]));
        if (ly_failed(key)) {
            ly_release(cx, ly_from_object(keys));
            return LY_FAILED;
        }
        keys->args[i] = key;
    }
    return ly_from_object(keys);
}

/* Classes of the elements of list by f and test. */
static bool classify_by(ly_context *cx, ly_value list, ly_value f, ly_value test, classes *c)
{
    ly_value keys = keys_of(cx, list, f);
    if (ly_failed(keys)) return false;
    bool good = classify(cx, ly_expr_of(keys)->count, ly_expr_of(keys)->args, test, c);
    ly_release(cx, keys);
    return good;
}

/* ---- duplicates ------------------------------------------------------------------------------- */

static ly_value delete_duplicates(ly_context *cx, ly_expr *call, ly_value f, ly_value test)
{
    ly_value v = call->args[0];
    classes c;
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    ly_value list = ly_elements(cx, v);
    if (ly_failed(list) || !classify_by(cx, list, f, test, &c)) {
        ly_release(cx, list);
        return LY_FAILED;
    }
    ly_release(cx, list);
    ly_value result = ly_pick(cx, v, c.count, c.first);
    classes_free(cx, &c);
    return result;
}

BUILTIN(DeleteDuplicates, list_delete_duplicates, 1, 2, LY_PROTECTED, LY_PURE,
        "DeleteDuplicates[list] gives the distinct elements in the order of list; a second argument tests sameness.")
static ly_value list_delete_duplicates(ly_context *cx, ly_expr *call)
{
    return delete_duplicates(cx, call, LY_FAILED, call->count == 2 ? call->args[1] : LY_FAILED);
}

BUILTIN(DeleteDuplicatesBy, list_delete_duplicates_by, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "DeleteDuplicatesBy[list, f] gives the first element for each value of f.")
static ly_value list_delete_duplicates_by(ly_context *cx, ly_expr *call)
{
    return delete_duplicates(cx, call, call->args[1], LY_FAILED);
}

BUILTIN(DuplicateFreeQ, list_duplicate_free_q, 1, 2, LY_PROTECTED, LY_PURE,
        "DuplicateFreeQ[list] gives True if no element occurs twice.")
static ly_value list_duplicate_free_q(ly_context *cx, ly_expr *call)
{
    classes c;
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    ly_value list = ly_elements(cx, call->args[0]);
    if (ly_failed(list)) return list;
    size_t n = ly_expr_of(list)->count;
    bool good = classify_by(cx, list, LY_FAILED, call->count == 2 ? call->args[1] : LY_FAILED, &c);
    ly_release(cx, list);
    if (!good) return LY_FAILED;
    bool free_of = c.count == n;
    classes_free(cx, &c);
    return ly_bool(free_of);
}

/* ---- counts ----------------------------------------------------------------------------------- */

static int64_t *class_sizes(ly_context *cx, const classes *c, size_t n)
{
    int64_t *sizes = ly_buffer_alloc(cx, (c->count + 1) * sizeof *sizes);
    if (!sizes) return NULL;
    memset(sizes, 0, (c->count + 1) * sizeof *sizes);
    for (size_t i = 0; i < n; i++) sizes[c->of[i]]++;
    return sizes;
}

BUILTIN(Tally, list_tally, 1, 2, LY_PROTECTED, LY_PURE,
        "Tally[list] gives {element, count} for each distinct element; Tally[list, test] by a test of sameness.")
static ly_value list_tally(ly_context *cx, ly_expr *call)
{
    classes c;
    if (!ly_has_head(call->args[0], LY_SYM(List)) && !ly_is_association(call->args[0])) return ly_message_list(cx, call, 1);
    ly_value list = ly_elements(cx, call->args[0]), result = LY_FAILED;
    if (ly_failed(list)) return list;
    const ly_expr *e = ly_expr_of(list);
    if (classify_by(cx, list, LY_FAILED, call->count == 2 ? call->args[1] : LY_FAILED, &c)) {
        int64_t *sizes = class_sizes(cx, &c, e->count);
        ly_expr *pairs = sizes ? ly_expr_new(cx, LY_SYM(List), c.count) : NULL;
        for (size_t i = 0; pairs && i < c.count; i++)
            pairs->args[i] = ly_make2(cx, LY_SYM(List), ly_retain(e->args[c.first[i]]), LY_INT(sizes[i]));
        if (pairs) result = ly_from_object(pairs);
        ly_buffer_free(cx, sizes);
        classes_free(cx, &c);
    }
    ly_release(cx, list);
    return result;
}

static ly_value counts(ly_context *cx, ly_expr *call, ly_value f)
{
    classes c;
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    ly_value list = ly_elements(cx, call->args[0]), result = LY_FAILED;
    ly_value keys = ly_failed(list) ? list : keys_of(cx, list, f);
    if (!ly_failed(keys) && classify(cx, ly_expr_of(keys)->count, ly_expr_of(keys)->args, LY_FAILED, &c)) {
        int64_t *sizes = class_sizes(cx, &c, ly_expr_of(keys)->count);
        result = sizes ? ly_association_new(cx, c.count) : LY_FAILED;
        for (size_t i = 0; i < c.count && !ly_failed(result); i++)
            result = ly_association_set_take(cx, result, ly_retain(ly_expr_of(keys)->args[c.first[i]]), LY_INT(sizes[i]), false);
        ly_buffer_free(cx, sizes);
        classes_free(cx, &c);
    }
    if (keys) ly_release(cx, keys);
    ly_release(cx, list);
    return result;
}

BUILTIN(Counts, list_counts, 1, 1, LY_PROTECTED, LY_PURE,
        "Counts[list] gives an association of the distinct elements and how often they occur.")
static ly_value list_counts(ly_context *cx, ly_expr *call) { return counts(cx, call, LY_FAILED); }

BUILTIN(CountsBy, list_counts_by, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "CountsBy[list, f] counts the elements by the value of f.")
static ly_value list_counts_by(ly_context *cx, ly_expr *call) { return counts(cx, call, call->args[1]); }

BUILTIN(CountDistinct, list_count_distinct, 1, 2, LY_PROTECTED, LY_PURE,
        "CountDistinct[list] gives the number of distinct elements.")
static ly_value list_count_distinct(ly_context *cx, ly_expr *call)
{
    classes c;
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    ly_value list = ly_elements(cx, call->args[0]);
    bool good = !ly_failed(list) && classify_by(cx, list, LY_FAILED, call->count == 2 ? call->args[1] : LY_FAILED, &c);
    ly_release(cx, list);
    if (!good) return LY_FAILED;
    classes_free(cx, &c);
    return LY_INT((int64_t)c.count);
}

BUILTIN(CountDistinctBy, list_count_distinct_by, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "CountDistinctBy[list, f] gives the number of distinct values of f.")
static ly_value list_count_distinct_by(ly_context *cx, ly_expr *call)
{
    classes c;
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    ly_value list = ly_elements(cx, call->args[0]);
    bool good = !ly_failed(list) && classify_by(cx, list, call->args[1], LY_FAILED, &c);
    ly_release(cx, list);
    if (!good) return LY_FAILED;
    classes_free(cx, &c);
    return LY_INT((int64_t)c.count);
}

/* ---- Gather ----------------------------------------------------------------------------------- */

static ly_value gather(ly_context *cx, ly_value v, ly_value f, ly_value test)
{
    classes c;
    ly_value list = ly_elements(cx, v), result = LY_FAILED;
    if (ly_failed(list) || !classify_by(cx, list, f, test, &c)) {
        ly_release(cx, list);
        return LY_FAILED;
    }
    size_t n = ly_expr_of(list)->count;
    int64_t *sizes = class_sizes(cx, &c, n);
    size_t *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
    size_t *next = ly_buffer_alloc(cx, (c.count + 1) * sizeof *next);
    if (sizes && indices && next) { /* the indices of each class side by side */
        size_t at = 0;
        for (size_t i = 0; i < c.count; i++) {
            next[i] = at;
            at += (size_t)sizes[i];
        }
        for (size_t i = 0; i < n; i++) indices[next[c.of[i]]++] = i;
        ly_expr *groups = ly_expr_new(cx, LY_SYM(List), c.count);
        result = groups ? ly_from_object(groups) : LY_FAILED;
        at = 0;
        for (size_t i = 0; groups && i < c.count; i++) {
            ly_value group = ly_pick(cx, v, (size_t)sizes[i], indices + at);
            at += (size_t)sizes[i];
            if (ly_failed(group)) {
                ly_release(cx, result);
                result = LY_FAILED;
                break;
            }
            groups->args[i] = group;
        }
    }
    ly_buffer_free(cx, sizes);
    ly_buffer_free(cx, indices);
    ly_buffer_free(cx, next);
    classes_free(cx, &c);
    ly_release(cx, list);
    return result;
}

BUILTIN(Gather, list_gather, 1, 2, LY_PROTECTED, LY_PURE,
        "Gather[list] gives lists of identical elements; Gather[list, test] of those for which test is True.")
static ly_value list_gather(ly_context *cx, ly_expr *call)
{
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    return gather(cx, call->args[0], LY_FAILED, call->count == 2 ? call->args[1] : LY_FAILED);
}

/* By f1, then the groups by f2, … */
static ly_value gather_by(ly_context *cx, ly_value v, size_t n, const ly_value *functions)
{
    ly_value groups = gather(cx, v, functions[0], LY_FAILED);
    if (n == 1 || ly_failed(groups)) return groups;
    ly_expr *e = ly_expr_own_take(cx, groups);
    for (size_t i = 0; e && i < e->count; i++) {
        ly_value inner = gather_by(cx, e->args[i], n - 1, functions + 1);
        if (ly_failed(inner)) {
            ly_release(cx, ly_from_object(e));
            return LY_FAILED;
        }
        ly_release(cx, e->args[i]);
        e->args[i] = inner;
    }
    return e ? ly_from_object(e) : LY_FAILED;
}

BUILTIN(GatherBy, list_gather_by, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "GatherBy[list, f] gives lists of the elements with the same f; GatherBy[list, {f1, f2, …}] nested ones.")
static ly_value list_gather_by(ly_context *cx, ly_expr *call)
{
    ly_value f = call->args[1];
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    if (ly_has_head(f, LY_SYM(List)) && ly_expr_of(f)->count > 0 && ly_expr_of(f)->count < 1000)
        return gather_by(cx, call->args[0], ly_expr_of(f)->count, ly_expr_of(f)->args);
    return gather_by(cx, call->args[0], 1, &f);
}

/* ---- Union, Intersection, Complement ---------------------------------------------------------- */


/* Checks the operands of a set function: n of them with one head. false: message given. */
static bool same_heads(ly_context *cx, ly_expr *call, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (ly_is_atom(call->args[i])) {
            ly_message_normal(cx, call, (int64_t)i + 1);
            return false;
        }
    }
    for (size_t i = 1; i < n; i++) {
        ly_value a = ly_head(cx, call->args[0]), b = ly_head(cx, call->args[i]);
        bool same = ly_same(a, b);
        if (!same) ly_message_call(cx, call, "heads", 4, a, b, LY_INT(1), LY_INT((int64_t)i + 1));
        ly_release(cx, a);
        ly_release(cx, b);
        if (!same) return false;
    }
    return true;
}

/* Number of operands: all but SameTest -> f at the end. */
static size_t operand_count(const ly_expr *call)
{
    size_t n = call->count;
    if (n > 0 && ly_is_rule(call->args[n - 1]) && ly_expr_of(call->args[n - 1])->args[0] == LY_SYM(SameTest)) n--;
    return n;
}

/* The value of SameTest, owned: LY_FAILED where it is SameQ or Automatic. */
static ly_value same_test(ly_context *cx, ly_expr *call, size_t n)
{
    ly_value test = ly_option(cx, call, n, "SameTest", LY_SYM(Automatic));
    if (test != LY_SYM(Automatic) && test != LY_SYM(SameQ)) return test;
    ly_release(cx, test);
    return LY_FAILED;
}

/* The distinct elements among `items` (borrowed), sorted, under head. */
static ly_value distinct_sorted(ly_context *cx, ly_value head, size_t n, ly_value *items, ly_value test)
{
    ly_builder kept = ly_builder_new();
    if (!ly_sort_values(cx, n, items, LY_FAILED)) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        size_t have = ly_builder_count(&kept);
        bool is_new = true;
        if (!test) {
            is_new = have == 0 || !ly_same(kept.expr->args[have - 1], items[i]);
        } else {
            for (size_t k = have; k-- > 0 && is_new;) {
                int same = ly_test_call2(cx, test, kept.expr->args[k], items[i]);
                if (same < 0) {
                    ly_builder_drop(cx, &kept);
                    return LY_FAILED;
                }
                is_new = !same;
            }
        }
        if (is_new && !ly_builder_add(cx, &kept, ly_retain(items[i]))) return LY_FAILED;
    }
    return ly_builder_finish(cx, &kept, head);
}

BUILTIN(Union, list_union, 0, -1, LY_FLAT | LY_ONE_IDENTITY | LY_PROTECTED | LY_READ_PROTECTED, LY_PURE,
        "Union[list1, list2, …] gives the sorted distinct elements of all lists. Option: SameTest.")
static ly_value list_union(ly_context *cx, ly_expr *call)
{
    size_t n = operand_count(call), total = 0;
    if (n == 0) return ly_make0(cx, LY_SYM(List));
    if (!same_heads(cx, call, n)) return LY_UNEVALUATED;
    if (ly_is_association(call->args[0])) {
        ly_value result = ly_retain(call->args[0]);
        const ly_entry *entry;
        for (size_t i = 1; i < n; i++)
            for (uint32_t at = 0; !ly_failed(result) && (entry = ly_association_next(ly_association_of(call->args[i]), &at));)
                result = ly_association_set_take(cx, result, ly_retain(entry->key), ly_retain(entry->value), entry->delayed);
        return result;
    }
    for (size_t i = 0; i < n; i++) total += ly_length(call->args[i]);
    ly_value *items = ly_buffer_alloc(cx, (total + 1) * sizeof *items);
    if (!items) return LY_FAILED;
    total = 0;
    for (size_t i = 0; i < n; i++) {
        const ly_expr *e = ly_expr_of(call->args[i]);
        memcpy(items + total, e->args, e->count * sizeof *items);
        total += e->count;
    }
    ly_value test = same_test(cx, call, n);
    ly_value result = distinct_sorted(cx, ly_expr_of(call->args[0])->head, total, items, test);
    ly_release(cx, test);
    ly_buffer_free(cx, items);
    return result;
}

/* Whether v is among the elements of e, by hash or by the test; -1: failed. */
static int is_among(ly_context *cx, const ly_value_set *set, const ly_expr *e, ly_value v, ly_value test)
{
    if (!test) return ly_value_set_find(set, v) != SIZE_MAX;
    for (size_t i = 0; i < e->count; i++) {
        int same = ly_test_call2(cx, test, e->args[i], v);
        if (same) return same;
    }
    return 0;
}

static bool fill_set(ly_context *cx, ly_value_set *set, const ly_expr *e)
{
    bool fresh;
    for (size_t i = 0; i < e->count; i++)
        if (ly_value_set_enter(cx, set, e->args[i], &fresh) == SIZE_MAX) return false;
    return true;
}

/* The first of each class of equal elements by the test, in the list's order; how many, or SIZE_MAX. */
static size_t first_of_equals(ly_context *cx, size_t n, ly_value *items, ly_value test)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        int same = 0;
        for (size_t k = 0; k < kept && same == 0; k++) same = ly_test_call2(cx, test, items[k], items[i]);
        if (same < 0) return SIZE_MAX;
        if (!same) items[kept++] = items[i];
    }
    return kept;
}

/* The elements of the first operand that are in all others (wanted) or in none (not wanted). */
static ly_value filtered(ly_context *cx, ly_expr *call, size_t n, bool wanted)
{
    ly_value test = same_test(cx, call, n), result = LY_FAILED;
    const ly_expr *first = ly_expr_of(call->args[0]);
    ly_value *items = ly_buffer_alloc(cx, (first->count + 1) * sizeof *items);
    size_t have = first->count;
    bool good = items != NULL;
    if (good) memcpy(items, first->args, have * sizeof *items);
    for (size_t i = 1; i < n && good; i++) {
        const ly_expr *e = ly_expr_of(call->args[i]);
        ly_value_set set = {0};
        size_t kept = 0;
        if (!test) good = fill_set(cx, &set, e);
        for (size_t k = 0; k < have && good; k++) {
            int among = is_among(cx, &set, e, items[k], test);
            if (among < 0) good = false;
            else if (among == (int)wanted) items[kept++] = items[k];
        }
        have = kept;
        ly_value_set_free(cx, &set);
    }
    if (good && test) {
        have = first_of_equals(cx, have, items, test);
        good = have != SIZE_MAX;
    }
    if (good) result = distinct_sorted(cx, first->head, have, items, LY_FAILED);
    ly_buffer_free(cx, items);
    ly_release(cx, test);
    return result;
}

/* Entries of the first association by what the others have: whole entries in Intersection, keys … */
static ly_value filtered_entries(ly_context *cx, ly_expr *call, size_t n, bool wanted)
{
    const ly_association *first = ly_association_of(call->args[0]);
    const ly_entry *entry;
    ly_value result = ly_association_new(cx, first->count);
    for (uint32_t at = 0; !ly_failed(result) && (entry = ly_association_next(first, &at));) {
        bool keep = true;
        for (size_t i = 1; i < n && keep; i++) {
            ly_value other = ly_association_find(ly_association_of(call->args[i]), entry->key);
            keep = (other && ly_same(other, entry->value)) == wanted;
        }
        if (keep)
            result = ly_association_set_take(cx, result, ly_retain(entry->key), ly_retain(entry->value), entry->delayed);
    }
    return result;
}

static ly_value set_call(ly_context *cx, ly_expr *call, bool wanted)
{
    size_t n = operand_count(call);
    if (!same_heads(cx, call, n)) return LY_UNEVALUATED;
    if (ly_is_association(call->args[0])) return filtered_entries(cx, call, n, wanted);
    return filtered(cx, call, n, wanted);
}

BUILTIN(Intersection, list_intersection, 1, -1, LY_FLAT | LY_ONE_IDENTITY | LY_PROTECTED | LY_READ_PROTECTED, LY_PURE,
        "Intersection[list1, list2, …] gives the sorted elements common to all lists. Option: SameTest.")
static ly_value list_intersection(ly_context *cx, ly_expr *call) { return set_call(cx, call, true); }

BUILTIN(Complement, list_complement, 1, -1, LY_PROTECTED | LY_READ_PROTECTED, LY_PURE,
        "Complement[all, list1, …] gives the sorted elements of all that are in none of the lists. Option: SameTest.")
static ly_value list_complement(ly_context *cx, ly_expr *call) { return set_call(cx, call, false); }

BUILTIN(SymmetricDifference, list_symmetric_difference, 1, -1, LY_FLAT | LY_ONE_IDENTITY | LY_PROTECTED, LY_PURE,
        "SymmetricDifference[list1, list2, …] gives the elements that are in an odd number of the lists.")
static ly_value list_symmetric_difference(ly_context *cx, ly_expr *call)
{
    size_t n = operand_count(call), total = 0, have = 0;
    if (!same_heads(cx, call, n) || ly_is_association(call->args[0])) return LY_UNEVALUATED;
    for (size_t i = 0; i < n; i++) total += ly_length(call->args[i]);
    ly_value *items = ly_buffer_alloc(cx, (total + 1) * sizeof *items);
    size_t *last = ly_buffer_alloc(cx, (total + 1) * sizeof *last), *times = ly_buffer_alloc(cx, (total + 1) * sizeof *times);
    ly_value_set set = {0};
    bool good = items && last && times;
    for (size_t i = 0; i < n && good; i++) {
        const ly_expr *e = ly_expr_of(call->args[i]);
        for (size_t k = 0; k < e->count && good; k++) {
            bool fresh;
            size_t at = ly_value_set_enter(cx, &set, e->args[k], &fresh);
            good = at != SIZE_MAX;
            if (!good) break;
            if (fresh) times[at] = 0;
            if (fresh || last[at] != i) times[at]++;
            last[at] = i;
        }
    }
    for (size_t i = 0; i < set.count && good; i++)
        if (times[i] % 2) items[have++] = set.values[i];
    ly_value result = good ? distinct_sorted(cx, ly_expr_of(call->args[0])->head, have, items, LY_FAILED) : LY_FAILED;
    ly_value_set_free(cx, &set);
    ly_buffer_free(cx, items);
    ly_buffer_free(cx, last);
    ly_buffer_free(cx, times);
    return result;
}

/* ---- relations -------------------------------------------------------------------------------- */

/* How many elements of `part` are among those of `whole`. False: failed. */
static bool count_contained(ly_context *cx, const ly_expr *whole, const ly_expr *part, ly_value test, bool turned,
                            size_t *common)
{
    ly_value_set set = {0};
    bool good = test || fill_set(cx, &set, whole);
    *common = 0;
    for (size_t i = 0; i < part->count && good; i++) {
        int among = 0;
        if (!test) among = ly_value_set_find(&set, part->args[i]) != SIZE_MAX;
        for (size_t k = 0; test && k < whole->count && !among; k++)
            among = turned ? ly_test_call2(cx, test, part->args[i], whole->args[k])
                           : ly_test_call2(cx, test, whole->args[k], part->args[i]);
        good = among >= 0;
        *common += among > 0;
    }
    ly_value_set_free(cx, &set);
    return good;
}

enum { relation_all, relation_any, relation_none, relation_only, relation_exactly };

/* What the head of a call says of the elements of its lists. */
static int relation_of(ly_value head)
{
    const struct { ly_value head; int relation; } relations[] = {
        {LY_SYM(ContainsAll), relation_all},
        {LY_SYM(ContainsAny), relation_any},
        {LY_SYM(ContainsNone), relation_none},
        {LY_SYM(ContainsOnly), relation_only},
        {LY_SYM(ContainsExactly), relation_exactly},
        {LY_SYM(IntersectingQ), relation_any},
        {LY_SYM(DisjointQ), relation_none},
        {LY_SYM(SubsetQ), relation_all},
    };
    size_t i = 0;
    while (relations[i].head != head) i++;
    return relations[i].relation;
}

BUILTIN(ContainsAll, list_related, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "ContainsAll[e1, e2] gives True if e1 contains all elements of e2.")
BUILTIN(ContainsAny, list_related, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "ContainsAny[e1, e2] gives True if e1 contains any element of e2.")
BUILTIN(ContainsNone, list_related, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "ContainsNone[e1, e2] gives True if e1 contains no element of e2.")
BUILTIN(ContainsOnly, list_related, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "ContainsOnly[e1, e2] gives True if e1 contains only elements of e2.")
BUILTIN(ContainsExactly, list_related, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "ContainsExactly[e1, e2] gives True if e1 and e2 contain the same elements.")
BUILTIN(IntersectingQ, list_related, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "IntersectingQ[e1, e2] gives True if e1 and e2 have common elements.")
BUILTIN(DisjointQ, list_related, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "DisjointQ[e1, e2] gives True if e1 and e2 have no common elements.")
BUILTIN(SubsetQ, list_related, 2, 3, LY_PROTECTED, LY_OPERATOR,
        "SubsetQ[e1, e2] gives True if e2 is a subset of e1. Option: SameTest.")
static ly_value list_related(ly_context *cx, ly_expr *call)
{
    int relation = relation_of(call->head);
    size_t n = ly_option_start(call, 2), common, other;
    if (n != 2 || ly_is_atom(call->args[0]) || ly_is_atom(call->args[1])) return LY_UNEVALUATED;
    ly_value first = ly_elements(cx, call->args[0]), second = ly_elements(cx, call->args[1]), result = LY_FAILED;
    ly_value test = same_test(cx, call, n);
    if (!ly_failed(first) && !ly_failed(second)) {
        const ly_expr *a = ly_expr_of(first), *b = ly_expr_of(second);
        bool good = relation == relation_only || count_contained(cx, a, b, test, false, &common);
        if (good && relation >= relation_only) good = count_contained(cx, b, a, test, true, &other);
        if (!good) result = LY_FAILED;
        else if (relation == relation_all) result = ly_bool(common == b->count);
        else if (relation == relation_any) result = ly_bool(common > 0);
        else if (relation == relation_none) result = ly_bool(common == 0);
        else if (relation == relation_only) result = ly_bool(other == a->count);
        else result = ly_bool(common == b->count && other == a->count);
    }
    ly_release(cx, test);
    ly_release(cx, first);
    ly_release(cx, second);
    return result;
}
