/* arguments.c: what attributes do to the evaluated arguments of a call: sequences spliced in, nested
   calls of a Flat head flattened, the arguments of an Orderless one sorted.

   Each takes the call by reference, and makes it the caller's own before it changes anything. False:
   failed, and the call is still the caller's (or LY_FAILED). */
#include "eval/evaluate.h"

#include "eval/eval.h"
#include "match/match.h"

/* Splices arguments with the given heads (and Splice, where it applies) into *e. */
bool ly_splice_arguments(ly_context *cx, ly_value *e, ly_value same_head, bool sequences)
{
    ly_expr *x = ly_expr_of(*e);
    ly_builder items = ly_builder_new();
    ly_value head = ly_retain(x->head);
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value a = x->args[i];
        ly_value h = ly_is_expr(a) ? ly_expr_of(a)->head : LY_FAILED;
        bool open = h && ((same_head && h == same_head) || (sequences && h == LY_SYM(Sequence)));
        if (!open && sequences && h == LY_SYM(Splice) && ly_expr_of(a)->count >= 1 &&
            ly_has_head(ly_expr_of(a)->args[0], LY_SYM(List))) {
            bool fits = head == LY_SYM(List);
            if (ly_expr_of(a)->count == 2) {
                int m = ly_matches(cx, ly_expr_of(a)->args[1], head);
                if (m < 0) goto failed;
                fits = m;
            }
            if (fits) {
                ly_expr *inner = ly_expr_of(ly_expr_of(a)->args[0]);
                for (uint32_t k = 0; k < inner->count; k++)
                    if (!ly_builder_add(cx, &items, ly_retain(inner->args[k]))) goto failed;
                continue;
            }
        }
        if (open) {
            ly_expr *inner = ly_expr_of(a);
            for (uint32_t k = 0; k < inner->count; k++)
                if (!ly_builder_add(cx, &items, ly_retain(inner->args[k]))) goto failed;
        } else if (!ly_builder_add(cx, &items, ly_retain(a))) {
            goto failed;
        }
    }
    ly_release(cx, *e);
    *e = ly_builder_finish(cx, &items, head);
    ly_release(cx, head);
    return !ly_failed(*e);
failed:
    ly_builder_drop(cx, &items);
    ly_release(cx, head);
    return false;
}

ly_value ly_splice_take(ly_context *cx, ly_value e)
{
    bool found = false;
    if (!ly_is_expr(e)) return e;
    for (uint32_t i = 0; i < ly_expr_of(e)->count && !found; i++)
        found = ly_look_at(ly_expr_of(e)->args[i], LY_FAILED) & LY_SEEN_SEQUENCE;
    if (found && !ly_splice_arguments(cx, &e, LY_FAILED, true)) {
        ly_release(cx, e);
        return LY_FAILED;
    }
    return e;
}

/* Flattens nested calls of the head at every level. */
bool ly_flatten_arguments(ly_context *cx, ly_value *e)
{
    ly_value head = ly_expr_of(*e)->head;
    for (;;) {
        bool nested = false;
        for (uint32_t i = 0; i < ly_expr_of(*e)->count && !nested; i++)
            nested = ly_has_head(ly_expr_of(*e)->args[i], head);
        if (!nested) return true;
        if (!ly_splice_arguments(cx, e, head, false)) return false;
    }
}

bool ly_drop_nothing(ly_context *cx, ly_value *e)
{
    ly_expr *x = ly_own_call(cx, e);
    uint32_t to = 0;
    if (!x) return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (x->args[i] != LY_SYM(Nothing)) x->args[to++] = x->args[i];
    x->count = to;
    return true;
}

/* Merge sort, stable; scratch holds half of them. */
static void merge_sort(ly_value *items, size_t n, ly_value *scratch)
{
    size_t half = n / 2, i, j, k;
    if (n < 9) {
        for (i = 1; i < n; i++) {
            ly_value v = items[i];
            for (j = i; j > 0 && ly_compare(items[j - 1], v) > 0; j--) items[j] = items[j - 1];
            items[j] = v;
        }
        return;
    }
    merge_sort(items, half, scratch);
    merge_sort(items + half, n - half, scratch);
    if (ly_compare(items[half - 1], items[half]) <= 0) return;
    memcpy(scratch, items, half * sizeof *items);
    for (i = 0, j = half, k = 0; i < half;)
        items[k++] = j < n && ly_compare(scratch[i], items[j]) > 0 ? items[j++] : scratch[i++];
}

/* Numbers of a sum or product stand in front, in the order in which they were given: it is the order
   in which they are added up. False: failed; *first is what comes after them. */
static bool numbers_first(ly_context *cx, ly_value *e, uint32_t *first)
{
    ly_expr *x = ly_expr_of(*e);
    uint32_t i, n = 0;
    while (n < x->count && ly_is_number(x->args[n])) n++;
    *first = n;
    for (i = n; i < x->count; i++) {
        if (!ly_is_number(x->args[i])) continue;
        if (!(x = ly_own_call(cx, e))) return false;
        ly_value v = x->args[i];
        memmove(&x->args[n + 1], &x->args[n], (i - n) * sizeof *x->args);
        x->args[n++] = v;
        *first = n;
    }
    return true;
}

bool ly_sort_arguments(ly_context *cx, ly_value *e)
{
    uint32_t i, first = 0;
    ly_value head = ly_expr_of(*e)->head;
    if ((head == LY_SYM(Plus) || head == LY_SYM(Times)) && !numbers_first(cx, e, &first)) return false;
    ly_expr *x = ly_expr_of(*e);
    ly_value *scratch;
    for (i = first + 1; i < x->count && ly_compare(x->args[i - 1], x->args[i]) <= 0; i++) {}
    if (i >= x->count) return true;
    x = ly_own_call(cx, e);
    if (!x) return false;
    if (x->count < 9) {
        merge_sort(x->args + first, x->count - first, NULL);
        return true;
    }
    scratch = ly_buffer_alloc(cx, (x->count / 2 + 1) * sizeof *scratch);
    if (!scratch) return false;
    merge_sort(x->args + first, x->count - first, scratch);
    ly_buffer_free(cx, scratch);
    return true;
}
