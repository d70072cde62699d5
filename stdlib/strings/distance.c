/* distance.c: how alike two strings or lists are: edit distances, alignments, common parts.

   Strings are compared by code points, lists by the sameness of their elements; both become vectors
   of words in which equal elements have equal numbers. */
#include <stdlib.h>
#include <utf8proc.h>

#include "stdlib/strings/strings.h"

typedef struct sequence {
    uint32_t *items;
    size_t count;
    ly_value source; /* borrowed: a string or a list */
} sequence;

static void sequence_free(ly_context *cx, sequence *s) { ly_buffer_free(cx, s->items); }

static bool read_string(ly_context *cx, ly_value v, bool ignore_case, sequence *out)
{
    const ly_string *s = ly_string_of(v);
    out->items = ly_buffer_alloc(cx, (s->length + 1) * sizeof *out->items);
    if (!out->items) return false;
    out->count = s->length;
    const char *p = s->data, *end = s->data + s->bytes;
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = ly_utf8_next(&p, end);
        out->items[i] = ignore_case ? (uint32_t)utf8proc_tolower((utf8proc_int32_t)c) : c;
    }
    return true;
}

/* Elements of both lists numbered so that the same ones have the same number. */
static bool read_lists(ly_context *cx, ly_value a, ly_value b, sequence *left, sequence *right)
{
    ly_value numbers = ly_association_new(cx, 16);
    sequence *both[2] = {left, right};
    ly_value lists[2] = {a, b};
    uint32_t next = 0;
    for (int k = 0; k < 2; k++) {
        size_t n = ly_expr_of(lists[k])->count;
        both[k]->items = ly_buffer_alloc(cx, (n + 1) * sizeof(uint32_t));
        both[k]->count = n;
        if (!both[k]->items || ly_failed(numbers)) {
            ly_release(cx, numbers);
            return false;
        }
        for (size_t i = 0; i < n; i++) {
            ly_value item = ly_expr_of(lists[k])->args[i];
            ly_value number = ly_association_find(ly_association_of(numbers), item);
            if (ly_failed(number)) {
                number = LY_INT(next++);
                numbers = ly_association_set_take(cx, numbers, ly_retain(item), number, false);
                if (ly_failed(numbers)) return false;
            }
            both[k]->items[i] = (uint32_t)ly_int_of(number);
        }
    }
    ly_release(cx, numbers);
    return true;
}

/* 1: read; 0: the arguments are not two strings or two lists; -1: failed. */
static int read_both(ly_context *cx, ly_expr *call, sequence *a, sequence *b)
{
    ly_value x = call->args[0], y = call->args[1];
    *a = (sequence){.source = x};
    *b = (sequence){.source = y};
    int ignore = string_flag(cx, call, 2, "IgnoreCase");
    bool ok;
    if (ignore < 0) return -1;
    if (ly_is_string(x) && ly_is_string(y))
        ok = read_string(cx, x, ignore, a) && read_string(cx, y, ignore, b);
    else if (ly_has_head(x, LY_SYM(List)) && ly_has_head(y, LY_SYM(List)))
        ok = read_lists(cx, x, y, a, b);
    else
        return 0;
    if (ok) return 1;
    sequence_free(cx, a);
    sequence_free(cx, b);
    return -1;
}

/* Part from … to of the string or list. */
static ly_value piece(ly_context *cx, const sequence *s, size_t from, size_t to)
{
    if (ly_is_string(s->source)) return string_slice(cx, s->source, from, to);
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), to - from);
    if (!list) return LY_FAILED;
    for (size_t i = from; i < to; i++)
        list->args[i - from] = ly_retain(ly_expr_of(s->source)->args[i]);
    return ly_from_object(list);
}

/* ---- edit distances -------------------------------------------------------------------------- */

/* Levenshtein's recurrence over rows; with swaps, that of the optimal string alignment (Damerau).
 */
static int64_t edit_distance(ly_context *cx, const sequence *a, const sequence *b, bool swaps)
{
    size_t n = b->count + 1;
    uint32_t *rows = ly_buffer_alloc(cx, 3 * n * sizeof *rows);
    if (!rows) return -1;
    uint32_t *two = rows, *one = rows + n, *now = rows + 2 * n;
    for (size_t j = 0; j < n; j++) one[j] = (uint32_t)j;
    for (size_t i = 1; i <= a->count; i++) {
        now[0] = (uint32_t)i;
        for (size_t j = 1; j < n; j++) {
            bool same = a->items[i - 1] == b->items[j - 1];
            uint32_t best = one[j - 1] + !same;
            if (one[j] + 1 < best) best = one[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            if (swaps && i > 1 && j > 1 && a->items[i - 1] == b->items[j - 2]
                && a->items[i - 2] == b->items[j - 1] && two[j - 2] + 1 < best)
                best = two[j - 2] + 1;
            now[j] = best;
        }
        uint32_t *spare = two;
        two = one;
        one = now;
        now = spare;
        if (ly_poll(cx)) {
            ly_buffer_free(cx, rows);
            return -1;
        }
    }
    int64_t distance = one[b->count];
    ly_buffer_free(cx, rows);
    return distance;
}

static ly_value edit_call(ly_context *cx, ly_expr *call, bool swaps)
{
    sequence a, b;
    int status = read_both(cx, call, &a, &b);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    int64_t distance = edit_distance(cx, &a, &b, swaps);
    sequence_free(cx, &a);
    sequence_free(cx, &b);
    return distance < 0 ? LY_FAILED : LY_INT(distance);
}

BUILTIN(EditDistance, string_edit_distance, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
    "EditDistance[u, v] gives the number of deletions, insertions and substitutions that turn one "
    "string or list into the other.")
static ly_value string_edit_distance(ly_context *cx, ly_expr *call)
{
    return edit_call(cx, call, false);
}
BUILTIN(DamerauLevenshteinDistance, string_damerau_distance, 2, 3, LY_PROTECTED,
        LY_PURE | LY_EVALUATED,
        "DamerauLevenshteinDistance[u, v] gives the edit distance in which a swap of neighbours "
        "counts one.")
static ly_value string_damerau_distance(ly_context *cx, ly_expr *call)
{
    return edit_call(cx, call, true);
}

MESSAGE(HammingDistance, idim, "`1` and `2` must have the same length.")
BUILTIN(HammingDistance, string_hamming_distance, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "HammingDistance[u, v] gives the number of elements in which two strings or lists differ.")
static ly_value string_hamming_distance(ly_context *cx, ly_expr *call)
{
    sequence a, b;
    int status = read_both(cx, call, &a, &b);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    int64_t distance = 0;
    if (a.count == b.count) {
        for (size_t i = 0; i < a.count; i++) distance += a.items[i] != b.items[i];
    } else {
        distance = -1;
    }
    sequence_free(cx, &a);
    sequence_free(cx, &b);
    if (distance < 0) return ly_message_call(cx, call, "idim", 2, call->args[0], call->args[1]);
    return LY_INT(distance);
}

/* ---- similarities: match 1, mismatch and gap -1 ---------------------------------------------- */

static ly_value similarity(ly_context *cx, ly_expr *call, bool local)
{
    sequence a, b;
    int status = read_both(cx, call, &a, &b);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    size_t n = b.count + 1;
    int64_t *rows = ly_buffer_alloc(cx, 2 * n * sizeof *rows), best = 0;
    if (rows) {
        int64_t *before = rows, *now = rows + n;
        for (size_t j = 0; j < n; j++) before[j] = local ? 0 : -(int64_t)j;
        for (size_t i = 1; i <= a.count; i++) {
            now[0] = local ? 0 : -(int64_t)i;
            for (size_t j = 1; j < n; j++) {
                int64_t value = before[j - 1] + (a.items[i - 1] == b.items[j - 1] ? 1 : -1);
                if (before[j] - 1 > value) value = before[j] - 1;
                if (now[j - 1] - 1 > value) value = now[j - 1] - 1;
                if (local && value < 0) value = 0;
                if (value > best) best = value;
                now[j] = value;
            }
            int64_t *spare = before;
            before = now;
            now = spare;
            if (ly_poll(cx)) break;
        }
        if (!local) best = before[b.count];
        if (!local && (a.count == 0) != (b.count == 0)) best = (int64_t)(a.count + b.count);
    }
    ly_buffer_free(cx, rows);
    sequence_free(cx, &a);
    sequence_free(cx, &b);
    return rows && !cx->pending.kind ? ly_real(cx, (double)best) : LY_FAILED;
}
BUILTIN(NeedlemanWunschSimilarity, string_needleman, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "NeedlemanWunschSimilarity[u, v] scores the best global alignment.")
static ly_value string_needleman(ly_context *cx, ly_expr *call)
{
    return similarity(cx, call, false);
}
BUILTIN(SmithWatermanSimilarity, string_smith, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "SmithWatermanSimilarity[u, v] scores the best local alignment.")
static ly_value string_smith(ly_context *cx, ly_expr *call) { return similarity(cx, call, true); }

/* ---- common parts ---------------------------------------------------------------------------- */

#define TABLE_LIMIT ((size_t)1 << 30) /* cells of a table of lengths */

/* L[i][j]: length of the longest common sequence of a from i on and b from j on. NULL: no memory.
 */
static uint32_t *common_lengths(ly_context *cx, const sequence *a, const sequence *b)
{
    size_t n = b->count + 1;
    if ((a->count + 1) > TABLE_LIMIT / n) {
        ly_raise_memory(cx);
        return NULL;
    }
    uint32_t *table = ly_buffer_alloc(cx, (a->count + 1) * n * sizeof *table);
    if (!table) return NULL;
    memset(table + a->count * n, 0, n * sizeof *table);
    for (size_t i = a->count; i-- > 0;) {
        table[i * n + b->count] = 0;
        for (size_t j = b->count; j-- > 0;) {
            uint32_t down = table[(i + 1) * n + j], right = table[i * n + j + 1];
            table[i * n + j] = a->items[i] == b->items[j] ? table[(i + 1) * n + j + 1] + 1
                               : down > right             ? down
                                                          : right;
        }
        if (ly_poll(cx)) {
            ly_buffer_free(cx, table);
            return NULL;
        }
    }
    return table;
}

/* The pairs of a longest common sequence, in order; the caller frees pairs. */
static bool common_sequence(ly_context *cx, const sequence *a, const sequence *b, size_t **pairs,
                            size_t *count)
{
    uint32_t *table = common_lengths(cx, a, b);
    if (!table) return false;
    size_t n = b->count + 1, i = 0, j = 0;
    *count = 0;
    *pairs = ly_buffer_alloc(cx, 2 * ((size_t)table[0] + 1) * sizeof **pairs);
    while (*pairs && i < a->count && j < b->count) {
        if (a->items[i] == b->items[j]) {
            (*pairs)[2 * *count] = i++;
            (*pairs)[2 * (*count)++ + 1] = j++;
        } else if (table[i * n + j + 1] >= table[(i + 1) * n + j]) {
            j++;
        } else {
            i++;
        }
    }
    ly_buffer_free(cx, table);
    return *pairs != NULL;
}

/* {{from, to}, …} of the runs in one of the two sequences. */
static ly_value runs(ly_context *cx, const size_t *pairs, size_t count, int side)
{
    ly_builder list = ly_builder_new();
    for (size_t i = 0; i < count;) {
        size_t k = i + 1;
        while (k < count && pairs[2 * k + side] == pairs[2 * k - 2 + side] + 1) k++;
        ly_value run = ly_make2(cx, LY_SYM(List), LY_INT((int64_t)pairs[2 * i + side] + 1),
                                LY_INT((int64_t)pairs[2 * (k - 1) + side] + 1));
        if (!ly_builder_add(cx, &list, run)) return LY_FAILED;
        i = k;
    }
    return ly_builder_finish(cx, &list, LY_SYM(List));
}

static ly_value common_call(ly_context *cx, ly_expr *call, bool positions)
{
    sequence a, b;
    size_t *pairs = NULL, count = 0;
    int status = read_both(cx, call, &a, &b);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    ly_value result = LY_FAILED;
    if (common_sequence(cx, &a, &b, &pairs, &count)) {
        if (positions) {
            result =
                ly_make2(cx, LY_SYM(List), runs(cx, pairs, count, 0), runs(cx, pairs, count, 1));
        } else if (ly_is_string(a.source)) {
            ly_text text = {0};
            const ly_string *s = ly_string_of(a.source);
            for (size_t i = 0; i < count; i++) {
                size_t from = ly_string_offset(s, pairs[2 * i]),
                       to = ly_string_offset(s, pairs[2 * i] + 1);
                ly_text_add(&text, s->data + from, to - from);
            }
            result = ly_text_string(cx, &text);
        } else {
            ly_expr *list = ly_expr_new(cx, LY_SYM(List), count);
            for (size_t i = 0; list && i < count; i++)
                list->args[i] = ly_retain(ly_expr_of(a.source)->args[pairs[2 * i]]);
            result = list ? ly_from_object(list) : LY_FAILED;
        }
        ly_buffer_free(cx, pairs);
    }
    sequence_free(cx, &a);
    sequence_free(cx, &b);
    return result;
}
BUILTIN(LongestCommonSequence, string_common_sequence, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
    "LongestCommonSequence[u, v] gives the longest, not necessarily contiguous, common sequence.")
static ly_value string_common_sequence(ly_context *cx, ly_expr *call)
{
    return common_call(cx, call, false);
}
BUILTIN(LongestCommonSequencePositions, string_common_positions, 2, 3, LY_PROTECTED,
    LY_PURE | LY_EVALUATED,
    "LongestCommonSequencePositions[u, v] gives the positions of its contiguous runs in u and v.")
static ly_value string_common_positions(ly_context *cx, ly_expr *call)
{
    return common_call(cx, call, true);
}

/* The longest common run; of several the one nearest to both beginnings. */
static ly_value common_run(ly_context *cx, ly_expr *call, bool positions)
{
    sequence a, b;
    int status = read_both(cx, call, &a, &b);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    size_t n = b.count + 1, best = 0, at_a = 0, at_b = 0;
    uint32_t *rows = ly_buffer_alloc(cx, 2 * n * sizeof *rows);
    ly_value result = LY_FAILED;
    if (rows) {
        uint32_t *before = rows, *now = rows + n;
        memset(rows, 0, 2 * n * sizeof *rows);
        for (size_t i = 1; i <= a.count && !ly_poll(cx); i++) {
            for (size_t j = 1; j < n; j++) {
                now[j] = a.items[i - 1] == b.items[j - 1] ? before[j - 1] + 1 : 0;
                size_t length = now[j];
                if (length
                    && (length > best
                        || (length == best && i - length + j - length < at_a + at_b))) {
                    best = length;
                    at_a = i - length;
                    at_b = j - length;
                }
            }
            uint32_t *spare = before;
            before = now;
            now = spare;
        }
        ly_buffer_free(cx, rows);
        if (cx->pending.kind) {
        } else if (!positions) {
            result = piece(cx, &a, at_a, at_a + best);
        } else if (best == 0) {
            result = ly_make0(cx, LY_SYM(List));
        } else {
            result = ly_make2(cx, LY_SYM(List),
                              ly_make2(cx, LY_SYM(List), LY_INT((int64_t)at_a + 1),
                                       LY_INT((int64_t)(at_a + best))),
                              ly_make2(cx, LY_SYM(List), LY_INT((int64_t)at_b + 1),
                                       LY_INT((int64_t)(at_b + best))));
        }
    }
    sequence_free(cx, &a);
    sequence_free(cx, &b);
    return result;
}
BUILTIN(LongestCommonSubsequence, string_common_run, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
    "LongestCommonSubsequence[u, v] gives the longest contiguous part that u and v have in common.")
static ly_value string_common_run(ly_context *cx, ly_expr *call)
{
    return common_run(cx, call, false);
}
BUILTIN(LongestCommonSubsequencePositions, string_run_positions, 2, 3, LY_PROTECTED,
        LY_PURE | LY_EVALUATED,
        "LongestCommonSubsequencePositions[u, v] gives where it stands in u and v.")
static ly_value string_run_positions(ly_context *cx, ly_expr *call)
{
    return common_run(cx, call, true);
}

/* ---- SequenceAlignment ----------------------------------------------------------------------- */

/* What both have, alternating with {part of u, part of v}. Consumes nothing. */
BUILTIN(SequenceAlignment, string_alignment, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "SequenceAlignment[u, v] gives the common parts, and pairs of the parts that differ.")
static ly_value string_alignment(ly_context *cx, ly_expr *call)
{
    sequence a, b;
    size_t *pairs = NULL, count = 0;
    int status = read_both(cx, call, &a, &b);
    if (status <= 0) return status ? LY_FAILED : LY_UNEVALUATED;
    ly_builder list = ly_builder_new();
    bool ok = common_sequence(cx, &a, &b, &pairs, &count);
    size_t i = 0, j = 0;
    for (size_t k = 0; ok && k <= count;) {
        size_t to_a = k < count ? pairs[2 * k] : a.count,
               to_b = k < count ? pairs[2 * k + 1] : b.count;
        if (to_a > i || to_b > j)
            ok = ly_builder_add(
                cx, &list,
                ly_make2(cx, LY_SYM(List), piece(cx, &a, i, to_a), piece(cx, &b, j, to_b)));
        if (k == count) break;
        size_t last = k + 1;
        while (last < count && pairs[2 * last] == pairs[2 * last - 2] + 1
               && pairs[2 * last + 1] == pairs[2 * last - 1] + 1)
            last++;
        if (ok) ok = ly_builder_add(cx, &list, piece(cx, &a, to_a, to_a + (last - k)));
        i = to_a + (last - k);
        j = to_b + (last - k);
        k = last;
    }
    ly_buffer_free(cx, pairs);
    sequence_free(cx, &a);
    sequence_free(cx, &b);
    if (ok) return ly_builder_finish(cx, &list, LY_SYM(List));
    ly_builder_drop(cx, &list);
    return LY_FAILED;
}

/* ---- LongestOrderedSequence ------------------------------------------------------------------ */

/* Whether item j may follow item i: by canonical order, or as the given function says. -1: failed.
 */
static int may_follow(ly_context *cx, ly_value order, ly_value a, ly_value b)
{
    if (ly_failed(order)) return ly_compare(a, b) <= 0;
    return ly_test_call2(cx, order, a, b);
}

BUILTIN(LongestOrderedSequence, string_longest_ordered, 1, 2, LY_PROTECTED, LY_PURE,
        "LongestOrderedSequence[list] gives the longest sequence of elements that are in order; a "
        "second "
        "argument is the ordering function.")
static ly_value string_longest_ordered(ly_context *cx, ly_expr *call)
{
    bool text = ly_is_string(call->args[0]);
    ly_value list = text ? ly_call1(cx, LY_SYM(Characters), ly_retain(call->args[0]))
                         : ly_retain(call->args[0]);
    ly_value order = call->count == 2 ? call->args[1] : LY_FAILED, result = LY_UNEVALUATED;
    if (!ly_has_head(list, LY_SYM(List))) {
        ly_release(cx, list);
        return ly_failed(list) ? LY_FAILED : LY_UNEVALUATED;
    }
    size_t n = ly_expr_of(list)->count;
    size_t *length = ly_buffer_alloc(cx, 2 * (n + 1) * sizeof *length),
           *next = length ? length + n + 1 : NULL;
    bool ok = length != NULL;
    for (size_t i = n; ok && i-- > 0;) {
        length[i] = 1;
        next[i] = n;
        for (size_t j = i + 1; ok && j < n; j++) {
            if (length[j] + 1 < length[i]) continue; /* of equals the last */
            int follows = ly_poll(cx) ? -1
                                      : may_follow(cx, order, ly_expr_of(list)->args[i],
                                                   ly_expr_of(list)->args[j]);
            ok = follows >= 0;
            if (follows > 0) length[i] = length[j] + 1, next[i] = j;
        }
    }
    if (ok) {
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            if (length[i] > length[best]) best = i;
        ly_expr *kept = ly_expr_new(cx, LY_SYM(List), n ? length[best] : 0);
        size_t at = best;
        for (size_t i = 0; kept && i < kept->count; i++, at = next[at])
            kept->args[i] = ly_retain(ly_expr_of(list)->args[at]);
        result = !kept  ? LY_FAILED
                 : text ? ly_call1(cx, LY_SYM(StringJoin), ly_from_object(kept))
                        : ly_from_object(kept);
    } else {
        result = LY_FAILED;
    }
    ly_buffer_free(cx, length);
    ly_release(cx, list);
    return result;
}
