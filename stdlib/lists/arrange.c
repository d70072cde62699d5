/* arrange.c: elements moved about: Reverse, RotateLeft, RotateRight, Riffle, PadLeft, PadRight,
   Permute. */
#include "lists.h"

/* ---- Reverse ---------------------------------------------------------------------------------- */

static ly_value reverse_levels(ly_context *cx, ly_value v, int64_t level, size_t n, const ly_value *levels)
{
    bool here = false, deeper = false;
    for (size_t i = 0; i < n; i++) {
        here |= levels[i] == LY_INT(level);
        deeper |= ly_int_of(levels[i]) > level;
    }
    if (ly_is_atom(v)) return ly_retain(v);
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    size_t length = ly_length(v);
    ly_value turned = here && length ? ly_slice(cx, v, length - 1, length, -1) : ly_retain(v);
    if (!deeper || ly_failed(turned)) return turned;
    ly_value list = ly_elements(cx, turned);
    ly_expr *result = ly_failed(list) ? NULL : ly_expr_new(cx, LY_SYM(List), length);
    for (size_t i = 0; result && i < length; i++) {
        ly_value item = reverse_levels(cx, ly_expr_of(list)->args[i], level + 1, n, levels);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(result));
            result = NULL;
            break;
        }
        result->args[i] = item;
    }
    ly_value whole = result ? ly_with_elements_take(cx, turned, ly_from_object(result)) : LY_FAILED;
    ly_release(cx, list);
    ly_release(cx, turned);
    return whole;
}

BUILTIN(Reverse, list_reverse, 1, 2, LY_PROTECTED, LY_PACKED | LY_UPDATES,
        "Reverse[expr] gives the elements of expr in reverse order; Reverse[expr, n] at level n,\n"
        "Reverse[expr, {n1, n2, …}] at several levels.")
static ly_value list_reverse(ly_context *cx, ly_expr *call)
{
    ly_value v = call->args[0];
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (call->count == 2) {
        ly_value levels = call->args[1];
        if (ly_is_int(levels)) return reverse_levels(cx, v, 1, 1, &levels);
        if (!ly_has_head(levels, LY_SYM(List))) return ly_message_call(cx, call, "ilsmp", 2, LY_INT(2), CALL_VALUE(call));
        const ly_expr *e = ly_expr_of(levels);
        for (size_t i = 0; i < e->count; i++)
            if (!ly_is_int(e->args[i])) return ly_message_call(cx, call, "ilsmp", 2, LY_INT(2), CALL_VALUE(call));
        return reverse_levels(cx, v, 1, e->count, e->args);
    }
    size_t n = ly_length(v);
    if (!ly_is_expr(v) || !ly_is_unique(v) || ly_count_of(&call->o) != 1)
        return n ? ly_slice(cx, v, n - 1, n, -1) : ly_retain(v);
    ly_expr *e = ly_expr_own_take(cx, ly_take_arg(call, 0));
    if (!e) return LY_FAILED;
    for (size_t i = 0, j = n; i + 1 < j; i++) {
        j--;
        ly_value item = e->args[i];
        e->args[i] = e->args[j];
        e->args[j] = item;
    }
    return ly_from_object(e);
}

MESSAGE(General, ilsmp, "Single or list of positive machine-sized integers expected at position `1` of `2`.")

/* ---- rotation --------------------------------------------------------------------------------- */

/* v rotated to the left by the numbers, one a level. */
static ly_value rotate(ly_context *cx, ly_value v, size_t n, const ly_value *by, int64_t sign)
{
    if (n == 0 || ly_is_atom(v)) return ly_retain(v);
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    size_t length = ly_length(v);
    if (length == 0) return ly_retain(v);
    int64_t shift = ly_int_of(by[0]) % (int64_t)length * sign;
    if (shift < 0) shift += (int64_t)length;
    ly_value turned;
    if (shift == 0) {
        turned = ly_retain(v);
    } else if (ly_is_expr(v)) {
        const ly_expr *e = ly_expr_of(v);
        ly_expr *result = ly_expr_new(cx, e->head, length);
        if (!result) return LY_FAILED;
        for (size_t i = 0; i < length; i++) result->args[i] = ly_retain(e->args[(i + (size_t)shift) % length]);
        turned = ly_from_object(result);
    } else {
        size_t *indices = ly_buffer_alloc(cx, length * sizeof *indices);
        if (!indices) return LY_FAILED;
        for (size_t i = 0; i < length; i++) indices[i] = (i + (size_t)shift) % length;
        turned = ly_pick(cx, v, length, indices);
        ly_buffer_free(cx, indices);
    }
    if (n == 1 || ly_failed(turned)) return turned;
    ly_value list = ly_elements(cx, turned);
    ly_expr *result = ly_failed(list) ? NULL : ly_expr_new(cx, LY_SYM(List), length);
    for (size_t i = 0; result && i < length; i++) {
        ly_value item = rotate(cx, ly_expr_of(list)->args[i], n - 1, by + 1, sign);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(result));
            result = NULL;
            break;
        }
        result->args[i] = item;
    }
    ly_value whole = result ? ly_with_elements_take(cx, turned, ly_from_object(result)) : LY_FAILED;
    ly_release(cx, list);
    ly_release(cx, turned);
    return whole;
}

static ly_value rotate_call(ly_context *cx, ly_expr *call, int64_t sign)
{
    ly_value one = LY_INT(1), *by = &one;
    size_t n = 1;
    if (ly_is_atom(call->args[0])) return LY_UNEVALUATED;
    if (call->count == 2) {
        by = &call->args[1];
        if (ly_has_head(*by, LY_SYM(List))) {
            n = ly_expr_of(*by)->count;
            by = ly_expr_of(*by)->args;
        }
    }
    for (size_t i = 0; i < n; i++)
        if (!ly_is_int(by[i])) return ly_message_call(cx, call, "ilsm", 2, LY_INT(2), CALL_VALUE(call));
    return rotate(cx, call->args[0], n, by, sign);
}

MESSAGE(General, ilsm, "Single or list of machine-sized integers expected at position `1` in `2`.")

BUILTIN(RotateLeft, list_rotate_left, 1, 2, LY_PROTECTED, LY_PURE,
        "RotateLeft[expr, n] cycles the elements n positions to the left; a list of numbers goes by levels.")
static ly_value list_rotate_left(ly_context *cx, ly_expr *call) { return rotate_call(cx, call, 1); }

BUILTIN(RotateRight, list_rotate_right, 1, 2, LY_PROTECTED, LY_PURE,
        "RotateRight[expr, n] cycles the elements n positions to the right; a list of numbers goes by levels.")
static ly_value list_rotate_right(ly_context *cx, ly_expr *call) { return rotate_call(cx, call, -1); }

/* ---- Riffle ----------------------------------------------------------------------------------- */

MESSAGE(Riffle, rspec, "Specification `1` is not a positive integer, or a list of up to three integers.")

BUILTIN(Riffle, list_riffle, 2, 3, LY_PROTECTED, LY_OPERATOR_LAST,
        "Riffle[{a, b, …}, x] gives {a, x, b, x, …}; Riffle[list, {x, y, …}] takes turns;\n"
        "Riffle[list, x, n] puts x at every n-th place, {a, b, n} from place a to b.")
static ly_value list_riffle(ly_context *cx, ly_expr *call)
{
    if (!ly_has_head(call->args[0], LY_SYM(List))) {
        if (ly_is_atom(call->args[0])) return ly_message_list(cx, call, 1);
        return LY_UNEVALUATED;
    }
    const ly_expr *e = ly_expr_of(call->args[0]);
    ly_value between = call->args[1];
    bool several = ly_has_head(between, LY_SYM(List));
    size_t m = several ? ly_expr_of(between)->count : 1, n = e->count;
    const ly_value *fill = several ? ly_expr_of(between)->args : &between;
    if (m == 0) return several && n > 0 && call->count == 2 ? ly_retain(call->args[0]) : ly_retain(call->args[0]);
    ly_builder items = ly_builder_new();
    if (call->count == 2) {
        for (size_t i = 0; i < n; i++) {
            bool last = i + 1 == n;
            if (!ly_builder_add(cx, &items, ly_retain(e->args[i]))) return LY_FAILED;
            if (last && !(several && m == n)) break;
            if (!ly_builder_add(cx, &items, ly_retain(fill[i % m]))) return LY_FAILED;
        }
        return ly_builder_finish(cx, &items, e->head);
    }
    int64_t first, last = INT64_MAX, step;
    bool from_end = false;
    ly_value spec = call->args[2];
    if (ly_is_int(spec)) {
        first = step = ly_int_of(spec);
    } else if (ly_has_shape(spec, LY_SYM(List), 3) && ly_is_int(ly_expr_of(spec)->args[0]) &&
               ly_is_int(ly_expr_of(spec)->args[1]) && ly_is_int(ly_expr_of(spec)->args[2])) {
        first = ly_int_of(ly_expr_of(spec)->args[0]);
        last = ly_int_of(ly_expr_of(spec)->args[1]);
        step = ly_int_of(ly_expr_of(spec)->args[2]);
        from_end = last < 0;
    } else {
        return LY_UNEVALUATED;
    }
    if (step < 1 || first == 0 || (ly_is_int(spec) && (step == 1 || first > (int64_t)n + 1))) return LY_UNEVALUATED;
    if (first < 0 || (from_end && last < -1)) { /* places counted from the end of the result */
        int64_t total = (int64_t)n, before;
        do {
            before = total;
            int64_t a = first < 0 ? total + 1 + first : first, b = from_end ? total + 1 + last : last;
            total = (int64_t)n + (b >= a ? (b - a) / step + 1 : 0);
        } while (total != before && total < (int64_t)n * 2 + 2);
        if (first < 0) first += total + 1;
        if (from_end) last += total + 1;
    } else if (from_end) {
        last = INT64_MAX; /* to the end, and a place right behind the last element counts */
    }
    size_t done = 0, used = 0;
    for (int64_t place = 1;; place++) {
        bool is_fill = place >= first && place <= last && (place - first) % step == 0;
        if (done == n && !(is_fill && from_end)) break;
        if (is_fill && step == 1 && last == INT64_MAX) break; /* there would be no end */
        if (!ly_builder_add(cx, &items, ly_retain(is_fill ? fill[used++ % m] : e->args[done++]))) return LY_FAILED;
    }
    return ly_builder_finish(cx, &items, e->head);
}

/* ---- padding ---------------------------------------------------------------------------------- */

typedef enum pad_method { pad_with, pad_periodic, pad_fixed, pad_reflected, pad_reversed } pad_method;

typedef struct padding {
    bool left;
    size_t n;            /* levels */
    const int64_t *dims; /* wanted; negative: the other side */
    ly_value fill;       /* LY_FAILED: 0 */
    size_t rank;         /* levels of the filling, which goes with the last levels of the result */
    pad_method method;
    const int64_t *margins;
} padding;

static int64_t floor_mod(int64_t a, int64_t b) { return (a % b + b) % b; }

/* The original element that the methods continue a list of `length` with at position i. */
static int64_t continued(pad_method method, int64_t i, int64_t length)
{
    switch (method) {
    case pad_fixed: return i < 0 ? 0 : length - 1;
    case pad_reflected: /* a b c b a b c …: turning at the ends */
        if (length == 1) return 0;
        i = floor_mod(i, 2 * length - 2);
        return i < length ? i : 2 * length - 2 - i;
    case pad_reversed: /* a b c c b a a … */
        i = floor_mod(i, 2 * length);
        return i < length ? i : 2 * length - 1 - i;
    default: return floor_mod(i, length);
    }
}

/* v (LY_FAILED where there is only padding) brought to the dimensions from `level` on. */
static ly_value pad(ly_context *cx, const padding *p, size_t level, ly_value v, ly_value fill)
{
    if (ly_stack_low(cx)) return ly_raise_memory(cx);
    int64_t wanted = p->dims[level];
    bool left = p->left != (wanted < 0);
    if (wanted < 0) wanted = -wanted;
    bool is_list = v && !ly_is_atom(v), last = level + 1 == p->n;
    ly_value list = is_list ? ly_elements(cx, v) : LY_FAILED;
    if (is_list && ly_failed(list)) return list;
    int64_t length = is_list ? (int64_t)ly_length(v) : 0;
    ly_value head = is_list && ly_is_expr(v) ? ly_expr_of(v)->head : LY_SYM(List);
    int64_t margin = p->margins ? p->margins[level] : 0;
    int64_t start = left ? wanted - length - margin : margin; /* where the original begins */
    ly_expr *result = ly_memory_can(cx, (size_t)wanted > SIZE_MAX / 16 ? SIZE_MAX / 2 : (size_t)wanted * 8)
                          ? ly_expr_new(cx, head, (size_t)wanted)
                          : NULL;
    bool chosen = p->n - level <= p->rank; /* the filling has a level for this one */
    for (int64_t i = 0; result && i < wanted; i++) {
        int64_t at = i - start;
        ly_value part = LY_FAILED, inner = fill, item;
        if (at >= 0 && at < length) part = ly_expr_of(list)->args[at];
        else if (p->method != pad_with && length > 0) part = ly_expr_of(list)->args[continued(p->method, at, length)];
        if (chosen && ly_has_head(fill, LY_SYM(List)) && ly_expr_of(fill)->count > 0)
            inner = ly_expr_of(fill)->args[floor_mod(left ? at - length : at, (int64_t)ly_expr_of(fill)->count)];
        item = last ? ly_retain(part ? part : inner ? inner : LY_INT(0)) : pad(cx, p, level + 1, part, inner);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(result));
            result = NULL;
            break;
        }
        result->args[i] = item;
    }
    ly_release(cx, list);
    return result ? ly_from_object(result) : LY_FAILED;
}

/* The longest list at each level, for PadLeft[ragged]. */
static void widest(ly_value v, size_t level, size_t n, int64_t *dims)
{
    if (level == n || !ly_is_list(v) || level >= 32) return;
    size_t length = ly_length(v);
    if ((int64_t)length > dims[level]) dims[level] = (int64_t)length;
    if (ly_is_packed(v)) {
        const ly_packed *p = ly_packed_of(v);
        for (size_t i = 1; i < p->rank && level + i < n; i++)
            if ((int64_t)p->dims[i] > dims[level + i]) dims[level + i] = (int64_t)p->dims[i];
        return;
    }
    for (size_t i = 0; i < length; i++) widest(ly_expr_of(v)->args[i], level + 1, n, dims);
}

static size_t ragged_depth(ly_value v)
{
    size_t depth = 0;
    while (ly_is_list(v) && depth < 32) {
        depth++;
        if (ly_is_packed(v) || ly_length(v) == 0) break;
        /* a level counts where all elements are lists */
        const ly_expr *e = ly_expr_of(v);
        for (size_t i = 0; i < e->count; i++)
            if (!ly_is_list(e->args[i])) return depth;
        v = e->args[0];
    }
    return depth;
}

static ly_value pad_call(ly_context *cx, ly_expr *call, bool left)
{
    ly_value v = call->args[0];
    int64_t dims[32] = {0}, margins[32] = {0};
    padding p = {left, 1, dims, call->count > 2 ? call->args[2] : LY_FAILED, 0, pad_with, NULL};
    static const char *const methods[] = {"", "Periodic", "Fixed", "Reflected", "Reversed"};
    for (int i = 1; p.fill && i < 5; i++)
        if (ly_string_is(p.fill, methods[i])) {
            p.method = (pad_method)i;
            p.fill = LY_FAILED;
            break;
        }
    for (ly_value f = p.fill; f && ly_has_head(f, LY_SYM(List)); f = ly_expr_of(f)->args[0]) {
        if (ly_expr_of(f)->count == 0) return ly_retain(v); /* {}: nothing is padded */
        p.rank++;
    }
    if (ly_is_atom(v)) return ly_message_normal(cx, call, 1);
    if (call->count == 1 || call->args[1] == LY_SYM(Automatic)) {
        p.n = ragged_depth(v);
        if (p.n == 0) return LY_UNEVALUATED;
        widest(v, 0, p.n, dims);
    } else if (ly_is_int(call->args[1])) {
        dims[0] = ly_int_of(call->args[1]);
    } else if (ly_has_head(call->args[1], LY_SYM(List)) && ly_expr_of(call->args[1])->count <= 32) {
        const ly_expr *e = ly_expr_of(call->args[1]);
        p.n = e->count;
        for (size_t i = 0; i < e->count; i++) {
            if (!ly_is_int(e->args[i])) return ly_message_call(cx, call, "ilsm", 2, LY_INT(2), CALL_VALUE(call));
            dims[i] = ly_int_of(e->args[i]);
        }
        if (p.n == 0 || (p.n > 1 && p.n > ragged_depth(v))) return LY_UNEVALUATED;
    } else {
        return ly_message_call(cx, call, "ilsm", 2, LY_INT(2), CALL_VALUE(call));
    }
    if (call->count == 4) {
        ly_value m = call->args[3];
        if (ly_is_int(m)) {
            for (size_t i = 0; i < p.n; i++) margins[i] = ly_int_of(m);
        } else if (ly_has_head(m, LY_SYM(List)) && ly_expr_of(m)->count >= p.n) {
            for (size_t i = 0; i < p.n; i++) {
                if (!ly_is_int(ly_expr_of(m)->args[i])) return LY_UNEVALUATED;
                margins[i] = ly_int_of(ly_expr_of(m)->args[i]);
            }
        } else {
            return LY_UNEVALUATED;
        }
        p.margins = margins;
    }
    return pad(cx, &p, 0, v, p.fill);
}

BUILTIN(PadLeft, list_pad_left, 1, 4, LY_PROTECTED, LY_PURE,
        "PadLeft[list, n] pads list with zeros on the left to length n; PadLeft[list, n, x] with x;\n"
        "PadLeft[list, n, {x, y, …}] cyclically; PadLeft[list, {n1, n2, …}] at levels.")
static ly_value list_pad_left(ly_context *cx, ly_expr *call) { return pad_call(cx, call, true); }

BUILTIN(PadRight, list_pad_right, 1, 4, LY_PROTECTED, LY_PURE,
        "PadRight[list, n] pads list with zeros on the right to length n; PadRight[list, n, x] with x.")
static ly_value list_pad_right(ly_context *cx, ly_expr *call) { return pad_call(cx, call, false); }
