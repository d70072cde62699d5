/* take.c: elements by where they stand: First, Last, Rest, Most, Take, Drop, TakeDrop. */
#include "sparse.h"

MESSAGE(First, nofirst, "`1` has zero length and no first element.")
MESSAGE(Last, nolast, "`1` has zero length and no last element.")
MESSAGE(Rest, norest, "`1` has zero length and no elements to drop.")
MESSAGE(Most, nomost, "`1` has zero length and no elements to drop.")

/* ---- ends ------------------------------------------------------------------------------------- */

static ly_value end_element(ly_context *cx, ly_expr *call, bool first, const char *tag)
{
    ly_value v = call->args[0];
    size_t n = ly_length(v);
    if (ly_is_sparse(v)) return ly_make2(cx, LY_SYM(Part), ly_retain(v), LY_INT(first ? 1 : -1));
    if (ly_is_kind(v, LY_KIND_BYTES) && ly_bytes_of(v)->count > 0) {
        const ly_bytes *bytes = ly_bytes_of(v);
        return LY_INT(bytes->data[first ? 0 : bytes->count - 1]);
    }
    if (ly_is_atom(v) || n == 0) {
        if (call->count == 2) return ly_evaluate(cx, call->args[1]);
        if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
        return ly_message_call(cx, call, tag, 1, v);
    }
    return ly_element(cx, v, first ? 0 : n - 1);
}

BUILTIN(First, list_first, 1, 2, LY_HOLD_REST | LY_PROTECTED, LY_PACKED,
        "First[expr] gives the first element of expr; First[expr, default] the default if there is none.")
static ly_value list_first(ly_context *cx, ly_expr *call) { return end_element(cx, call, true, "nofirst"); }

BUILTIN(Last, list_last, 1, 2, LY_HOLD_REST | LY_PROTECTED, LY_PACKED,
        "Last[expr] gives the last element of expr; Last[expr, default] the default if there is none.")
static ly_value list_last(ly_context *cx, ly_expr *call) { return end_element(cx, call, false, "nolast"); }

static ly_value without_end(ly_context *cx, ly_expr *call, bool first, const char *tag)
{
    ly_value v = call->args[0];
    size_t n = ly_length(v);
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (n == 0) return ly_message_call(cx, call, tag, 1, v);
    return ly_slice(cx, v, first ? 1 : 0, n - 1, 1);
}

BUILTIN(Rest, list_rest, 1, 1, LY_PROTECTED, LY_PACKED, "Rest[expr] gives expr without its first element.")
static ly_value list_rest(ly_context *cx, ly_expr *call) { return without_end(cx, call, true, "norest"); }

BUILTIN(Most, list_most, 1, 1, LY_PROTECTED, LY_PACKED, "Most[expr] gives expr without its last element.")
static ly_value list_most(ly_context *cx, ly_expr *call) { return without_end(cx, call, false, "nomost"); }

/* ---- Take and Drop ---------------------------------------------------------------------------- */

static ly_value without(ly_context *cx, ly_value v, const ly_range *range)
{
    size_t n = ly_length(v), kept = 0;
    if (range->step == 1 || range->step == -1) {
        size_t start = range->step == 1 || range->count == 0 ? range->start : range->start + 1 - range->count;
        if (start == 0) return ly_slice(cx, v, range->count, n - range->count, 1);
        if (start + range->count == n) return ly_slice(cx, v, 0, start, 1);
    }
    size_t *indices = ly_buffer_alloc(cx, (n + 1) * sizeof *indices);
    bool *gone = ly_buffer_alloc(cx, n + 1);
    if (!indices || !gone) {
        ly_buffer_free(cx, indices);
        ly_buffer_free(cx, gone);
        return LY_FAILED;
    }
    memset(gone, 0, n + 1);
    for (size_t i = 0; i < range->count; i++) gone[(int64_t)range->start + (int64_t)i * range->step] = true;
    for (size_t i = 0; i < n; i++)
        if (!gone[i]) indices[kept++] = i;
    ly_value result = ly_pick(cx, v, kept, indices);
    ly_buffer_free(cx, indices);
    ly_buffer_free(cx, gone);
    return result;
}

/* Takes or drops by the n specifications, one a level. LY_UNEVALUATED: message given. */
static ly_value take(ly_context *cx, ly_expr *call, ly_value v, size_t n, const ly_value *specs, bool dropping)
{
    ly_range range;
    ly_value first = LY_INT(0), last = LY_INT(0);
    if (n == 0) return ly_retain(v);
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    switch (ly_sequence_range(specs[0], ly_length(v), &range, &first, &last)) {
    case LY_RANGE_BAD:
        return ly_message_call(cx, call, "seqs", 2, CALL_VALUE(call), LY_INT((int64_t)(specs - call->args) + 1));
    case LY_RANGE_OUT:
        return ly_message_call(cx, call, dropping ? "drop" : "take", 3, first, last, v);
    }
    ly_value taken = dropping ? without(cx, v, &range) : ly_slice(cx, v, range.start, range.count, range.step);
    if (ly_failed(taken) || n == 1) return taken;
    ly_value elements = ly_elements(cx, taken);
    size_t count = ly_failed(elements) ? 0 : ly_length(elements);
    ly_expr *result = ly_failed(elements) ? NULL : ly_expr_new(cx, LY_SYM(List), count);
    ly_value whole = result ? ly_from_object(result) : LY_FAILED;
    for (size_t i = 0; result && i < count; i++) {
        ly_value item = take(cx, call, ly_expr_of(elements)->args[i], n - 1, specs + 1, dropping);
        if (ly_failed(item) || item == LY_UNEVALUATED) {
            ly_release(cx, whole);
            whole = item;
            break;
        }
        result->args[i] = item;
    }
    ly_release(cx, elements);
    if (!ly_failed(whole) && whole != LY_UNEVALUATED) whole = ly_with_elements_take(cx, taken, whole);
    ly_release(cx, taken);
    return whole;
}

BUILTIN(Take, list_take, 1, -1, LY_N_HOLD_REST | LY_PROTECTED, LY_PACKED,
        "Take[list, n] gives the first n elements, Take[list, -n] the last; Take[list, {m, n, s}] a range.\n"
        "Take[list, seq1, seq2, …] takes at successive levels.")
static ly_value list_take(ly_context *cx, ly_expr *call)
{
    return take(cx, call, call->args[0], call->count - 1, call->args + 1, false);
}

BUILTIN(Drop, list_drop, 1, -1, LY_N_HOLD_REST | LY_PROTECTED, LY_PACKED,
        "Drop[list, n] gives list without its first n elements, Drop[list, -n] without its last.")
static ly_value list_drop(ly_context *cx, ly_expr *call)
{
    return take(cx, call, call->args[0], call->count - 1, call->args + 1, true);
}

BUILTIN(TakeDrop, list_take_drop, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST | LY_PACKED,
        "TakeDrop[list, n] gives {Take[list, n], Drop[list, n]}.")
static ly_value list_take_drop(ly_context *cx, ly_expr *call)
{
    ly_value taken = take(cx, call, call->args[0], 1, call->args + 1, false), rest;
    if (ly_failed(taken) || taken == LY_UNEVALUATED) return taken;
    rest = take(cx, call, call->args[0], 1, call->args + 1, true);
    if (ly_failed(rest) || rest == LY_UNEVALUATED) {
        ly_release(cx, taken);
        return rest;
    }
    return ly_make2(cx, LY_SYM(List), taken, rest);
}

/* ---- while a test holds ----------------------------------------------------------------------- */

/* Number of leading elements for which test gives True; false: failed. */
static bool count_while(ly_context *cx, ly_value v, ly_value test, size_t *count)
{
    ly_value list = ly_elements(cx, v);
    int outcome = 1;
    size_t n = 0;
    if (ly_failed(list)) return false;
    for (; n < ly_expr_of(list)->count; n++) {
        outcome = ly_test_call1(cx, test, ly_expr_of(list)->args[n]);
        if (outcome != 1) break;
    }
    ly_release(cx, list);
    *count = n;
    return outcome >= 0;
}

BUILTIN(TakeWhile, list_take_while, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "TakeWhile[list, test] gives the elements from the beginning for which test gives True.")
static ly_value list_take_while(ly_context *cx, ly_expr *call)
{
    size_t n;
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    if (!count_while(cx, call->args[0], call->args[1], &n)) return LY_FAILED;
    return ly_slice(cx, call->args[0], 0, n, 1);
}

BUILTIN(LengthWhile, list_length_while, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "LengthWhile[list, test] gives the number of leading elements for which test gives True.")
static ly_value list_length_while(ly_context *cx, ly_expr *call)
{
    size_t n;
    if (ly_is_atom(call->args[0])) return ly_message_normal(cx, call, 1);
    if (!count_while(cx, call->args[0], call->args[1], &n)) return LY_FAILED;
    return ly_integer(cx, (int64_t)n);
}
