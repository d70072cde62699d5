/* structure.c: structures seen alike, whatever they are made of: expressions, packed arrays,
   associations. */
#include "lists.h"

ly_value ly_message_normal(ly_context *cx, ly_expr *call, int64_t position)
{
    return ly_message_call(cx, call, "normal", 2, LY_INT(position), CALL_VALUE(call));
}

ly_value ly_message_list(ly_context *cx, ly_expr *call, int64_t position)
{
    return ly_message_call(cx, call, "list", 2, LY_INT(position), CALL_VALUE(call));
}

ly_value ly_elements(ly_context *cx, ly_value v)
{
    if (ly_is_expr(v)) return ly_retain(v);
    if (ly_is_packed(v)) return ly_unpack(cx, v);
    const ly_association *a = ly_association_of(v);
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), a->count);
    if (!list) return LY_FAILED;
    const ly_entry *entry;
    size_t i = 0;
    for (uint32_t at = 0; (entry = ly_association_next(a, &at));) list->args[i++] = ly_retain(entry->value);
    return ly_from_object(list);
}

static ly_value packed_slice(ly_context *cx, const ly_packed *p, size_t start, size_t count, int64_t step)
{
    size_t dims[LY_MAX_RANK];
    size_t row = p->dims[0] ? p->total / p->dims[0] : 0;
    size_t width = row * (p->type == LY_PACKED_COMPLEX ? 16 : 8);
    memcpy(dims, p->dims, sizeof dims);
    dims[0] = count;
    ly_value result = ly_packed_new(cx, (ly_element_type)p->type, p->rank, dims);
    if (ly_failed(result)) return result;
    char *to = ly_packed_of(result)->data;
    const char *from = (const char *)p->data;
    for (size_t i = 0; i < count; i++)
        memcpy(to + i * width, from + (size_t)((int64_t)start + (int64_t)i * step) * width, width);
    return result;
}

ly_value ly_slice(ly_context *cx, ly_value v, size_t start, size_t count, int64_t step)
{
    if (start == 0 && step == 1 && count == ly_length(v)) return ly_retain(v);
    if (ly_is_packed(v) && count > 0) return packed_slice(cx, ly_packed_of(v), start, count, step);
    if (ly_is_packed(v)) return ly_make0(cx, LY_SYM(List));
    if (ly_is_expr(v)) {
        const ly_expr *e = ly_expr_of(v);
        ly_expr *result = ly_expr_new(cx, e->head, count);
        if (!result) return LY_FAILED;
        for (size_t i = 0; i < count; i++)
            result->args[i] = ly_retain(e->args[(size_t)((int64_t)start + (int64_t)i * step)]);
        return ly_from_object(result);
    }
    const ly_association *a = ly_association_of(v);
    ly_value result = ly_association_new(cx, count);
    for (size_t i = 0; i < count && !ly_failed(result); i++) {
        const ly_entry *entry = ly_association_entry(a, (size_t)((int64_t)start + (int64_t)i * step));
        result = ly_association_set_take(cx, result, ly_retain(entry->key), ly_retain(entry->value), entry->delayed);
    }
    return result;
}

ly_value ly_pick(ly_context *cx, ly_value v, size_t n, const size_t *indices)
{
    if (ly_is_association(v)) {
        const ly_association *a = ly_association_of(v);
        ly_value result = ly_association_new(cx, n);
        for (size_t i = 0; i < n && !ly_failed(result); i++) {
            const ly_entry *entry = ly_association_entry(a, indices[i]);
            result = ly_association_set_take(cx, result, ly_retain(entry->key), ly_retain(entry->value),
                                             entry->delayed);
        }
        return result;
    }
    ly_value head = ly_is_packed(v) ? LY_SYM(List) : ly_expr_of(v)->head;
    ly_expr *result = ly_expr_new(cx, head, n);
    if (!result) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        ly_value item = ly_element(cx, v, indices[i]);
        if (ly_failed(item)) {
            ly_release(cx, ly_from_object(result));
            return LY_FAILED;
        }
        result->args[i] = item;
    }
    return ly_from_object(result);
}

ly_value ly_with_elements_take(ly_context *cx, ly_value v, ly_value values)
{
    if (ly_failed(values)) return values;
    if (ly_is_association(v)) {
        const ly_association *a = ly_association_of(v);
        const ly_entry *entry;
        ly_value result = ly_association_new(cx, a->count);
        size_t i = 0;
        for (uint32_t at = 0; !ly_failed(result) && (entry = ly_association_next(a, &at)); i++)
            result = ly_association_set_take(cx, result, ly_retain(entry->key),
                                             ly_retain(ly_expr_of(values)->args[i]), entry->delayed);
        ly_release(cx, values);
        return result;
    }
    ly_value head = ly_is_packed(v) ? LY_SYM(List) : ly_expr_of(v)->head;
    if (ly_expr_of(values)->head == head) return values;
    ly_expr *e = ly_expr_own_take(cx, values);
    if (!e) return LY_FAILED;
    ly_release(cx, e->head);
    e->head = ly_retain(head);
    return ly_from_object(e);
}

ly_value ly_list_of_ints(ly_context *cx, size_t n, const int64_t *items)
{
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), n);
    if (!list) return LY_FAILED;
    for (size_t i = 0; i < n; i++) list->args[i] = ly_integer(cx, items[i]);
    return ly_from_object(list);
}

/* ---- depth: by a stack of expressions with the argument each is at, so that data of any depth will do */

typedef struct depth_frame {
    ly_value v;
    size_t next;
    int64_t deepest;
} depth_frame;

int64_t ly_depth(ly_context *cx, ly_value v, bool heads)
{
    if (ly_is_packed(v)) return ly_packed_of(v)->rank + 1;
    if (ly_is_atom(v)) return 1;
    size_t count = 1, capacity = 64;
    depth_frame *stack = ly_buffer_alloc(cx, capacity * sizeof *stack);
    if (!stack) return -1;
    stack[0] = (depth_frame){v, 0, 1};
    int64_t result = 1;
    while (count > 0) {
        depth_frame *top = &stack[count - 1];
        ly_value part = LY_FAILED;
        if (ly_is_expr(top->v)) {
            const ly_expr *e = ly_expr_of(top->v);
            if (heads && top->next <= e->count) part = top->next == 0 ? e->head : e->args[top->next - 1];
            if (!heads && top->next < e->count) part = e->args[top->next];
            top->next++;
        } else {
            uint32_t at = (uint32_t)top->next;
            const ly_entry *entry = ly_association_next(ly_association_of(top->v), &at);
            top->next = at;
            if (entry) part = entry->value;
        }
        if (part == LY_FAILED) {
            result = top->deepest + 1;
            if (--count > 0 && stack[count - 1].deepest < result) stack[count - 1].deepest = result;
            continue;
        }
        if (ly_is_expr(part) || ly_is_association(part)) {
            if (count == capacity) {
                depth_frame *more = ly_buffer_realloc(cx, stack, 2 * capacity * sizeof *stack);
                if (!more) {
                    ly_buffer_free(cx, stack);
                    return -1;
                }
                stack = more;
                capacity *= 2;
            }
            stack[count++] = (depth_frame){part, 0, 1};
        } else {
            int64_t depth = ly_is_packed(part) ? ly_packed_of(part)->rank + 1 : 1;
            if (depth > top->deepest) top->deepest = depth;
        }
    }
    ly_buffer_free(cx, stack);
    return result;
}

/* ---- dimensions ------------------------------------------------------------------------------- */

/* Shortens *rank to the levels at which v agrees with dims. */
static void agree(ly_value v, ly_value head, size_t level, const size_t *dims, size_t *rank)
{
    if (level >= *rank) return;
    if (ly_is_packed(v)) {
        const ly_packed *p = ly_packed_of(v);
        size_t same = 0;
        if (head != LY_SYM(List)) {
            *rank = level;
            return;
        }
        while (same < p->rank && level + same < *rank && p->dims[same] == dims[level + same]) same++;
        *rank = level + same;
        return;
    }
    if (!ly_has_head(v, head) || ly_expr_of(v)->count != dims[level]) {
        *rank = level;
        return;
    }
    const ly_expr *e = ly_expr_of(v);
    for (size_t i = 0; i < e->count && level + 1 < *rank; i++) agree(e->args[i], head, level + 1, dims, rank);
}

size_t ly_dimensions(ly_value v, size_t most, size_t *dims)
{
    size_t rank = 0;
    ly_value first = v, head = LY_FAILED;
    /* the shape of the first elements all the way down, then how much of it the others share */
    while (rank < most) {
        if (ly_is_packed(first)) {
            const ly_packed *p = ly_packed_of(first);
            if (head && head != LY_SYM(List)) break;
            if (!head) head = LY_SYM(List);
            for (size_t i = 0; i < p->rank && rank < most; i++) dims[rank++] = p->dims[i];
            break;
        }
        if (!ly_is_expr(first) || (head && ly_expr_of(first)->head != head)) break;
        head = ly_expr_of(first)->head;
        dims[rank++] = ly_expr_of(first)->count;
        if (ly_expr_of(first)->count == 0) break;
        first = ly_expr_of(first)->args[0];
    }
    if (rank > 1) agree(v, head, 0, dims, &rank);
    return rank;
}
