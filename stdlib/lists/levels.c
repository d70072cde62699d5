/* levels.c: level specifications, and the walk over an expression's parts by level that Map, Apply,
   Scan, Level and MapIndexed share.

   The walk goes depth first, inner parts before outer ones. It rebuilds an expression only where a
   part changed. Deep data goes on in new segments of stack. */
#include "lists.h"

static bool level_bound(ly_value v, int64_t *bound)
{
    if (ly_is_int(v)) {
        *bound = ly_int_of(v);
        return true;
    }
    if (v == LY_SYM(All) || ly_is_plus_infinity(v)) {
        *bound = LY_LEVEL_INFINITY;
        return true;
    }
    if (ly_has_shape(v, LY_SYM(DirectedInfinity), 1) && ly_expr_of(v)->args[0] == LY_INT(-1)) {
        *bound = -LY_LEVEL_INFINITY;
        return true;
    }
    return false;
}

bool ly_level_spec(ly_value spec, ly_levels *levels)
{
    if (spec == LY_SYM(All)) {
        *levels = (ly_levels){0, LY_LEVEL_INFINITY};
        return true;
    }
    if (level_bound(spec, &levels->to)) {
        levels->from = 1;
        return true;
    }
    if (!ly_has_head(spec, LY_SYM(List))) return false;
    const ly_expr *e = ly_expr_of(spec);
    if (e->count == 1) {
        if (!level_bound(e->args[0], &levels->from)) return false;
        levels->to = levels->from;
        return true;
    }
    return e->count == 2 && level_bound(e->args[0], &levels->from) && level_bound(e->args[1], &levels->to);
}

static bool is_visited(const ly_walk *walk, int64_t level, int64_t depth)
{
    const ly_levels *l = &walk->levels;
    return (l->from >= 0 ? level >= l->from : depth <= -l->from) &&
           (l->to >= 0 ? level <= l->to : depth >= -l->to);
}

static bool push_path(ly_context *cx, ly_walk *walk, ly_value item)
{
    if (!walk->keep_path) {
        ly_release(cx, item);
        return true;
    }
    if (walk->path_count == walk->path_capacity) {
        size_t capacity = walk->path_capacity ? 2 * walk->path_capacity : 16;
        ly_value *more = ly_buffer_realloc(cx, walk->path, capacity * sizeof *more);
        if (!more) {
            ly_release(cx, item);
            return false;
        }
        walk->path = more;
        walk->path_capacity = capacity;
    }
    walk->path[walk->path_count++] = item;
    return true;
}

static void pop_path(ly_context *cx, ly_walk *walk)
{
    if (walk->keep_path && walk->path_count > 0) ly_release(cx, walk->path[--walk->path_count]);
}

static ly_value walk_part(ly_context *cx, ly_walk *walk, ly_value e, int64_t level, int64_t *depth);

typedef struct again {
    ly_walk *walk;
    ly_value e, result;
    int64_t level, depth;
} again;

static void *walk_again(ly_context *cx, void *argument)
{
    again *a = argument;
    a->result = walk_part(cx, a->walk, a->e, a->level, &a->depth);
    return a;
}

/* Whether parts at `level` or below may be visited at all. */
static bool goes_deeper(const ly_walk *walk, int64_t level)
{
    return walk->levels.to < 0 || level <= walk->levels.to;
}

/* Walks one part of e, which is given back changed. LY_FAILED: e was released. */
static ly_value walk_argument(ly_context *cx, ly_walk *walk, ly_value e, size_t i, int64_t level, int64_t *deepest)
{
    int64_t depth = 1;
    bool is_head = i == 0;
    ly_value part = is_head ? ly_expr_of(e)->head : ly_expr_of(e)->args[i - 1];
    if (!push_path(cx, walk, LY_INT(i))) {
        ly_release(cx, e);
        return LY_FAILED;
    }
    ly_value changed = walk_part(cx, walk, ly_retain(part), level + 1, &depth);
    pop_path(cx, walk);
    if (ly_failed(changed)) {
        ly_release(cx, e);
        return LY_FAILED;
    }
    if (depth > *deepest) *deepest = depth;
    if (changed == part) {
        ly_release(cx, changed);
        return e;
    }
    if (!is_head) return ly_expr_set_take(cx, e, i - 1, changed);
    ly_expr *own = ly_expr_own_take(cx, e);
    if (!own) {
        ly_release(cx, changed);
        return LY_FAILED;
    }
    ly_release(cx, own->head);
    own->head = changed;
    return ly_from_object(own);
}

static ly_value walk_entries(ly_context *cx, ly_walk *walk, ly_value e, int64_t level, int64_t *deepest)
{
    ly_value source = ly_retain(e);
    const ly_association *a = ly_association_of(source);
    const ly_entry *entry;
    for (uint32_t at = 0; !ly_failed(e) && (entry = ly_association_next(a, &at));) {
        int64_t depth = 1;
        if (!push_path(cx, walk, walk->keep_path ? ly_make1(cx, LY_SYM(Key), ly_retain(entry->key)) : LY_INT(0))) {
            ly_release(cx, e);
            e = LY_FAILED;
            break;
        }
        ly_value changed = walk_part(cx, walk, ly_retain(entry->value), level + 1, &depth);
        pop_path(cx, walk);
        if (ly_failed(changed)) {
            ly_release(cx, e);
            e = LY_FAILED;
            break;
        }
        if (depth > *deepest) *deepest = depth;
        if (changed == entry->value) ly_release(cx, changed);
        else e = ly_association_set_take(cx, e, ly_retain(entry->key), changed, entry->delayed);
    }
    ly_release(cx, source);
    return e;
}

static ly_value walk_part(ly_context *cx, ly_walk *walk, ly_value e, int64_t level, int64_t *depth)
{
    if (ly_stack_low(cx)) {
        again a = {walk, e, LY_FAILED, level, 1};
        if (!ly_on_new_stack(cx, walk_again, &a)) {
            ly_release(cx, e);
            return LY_FAILED;
        }
        *depth = a.depth;
        return a.result;
    }
    if (ly_poll(cx)) {
        ly_release(cx, e);
        return LY_FAILED;
    }
    int64_t deepest = 0;
    if (!ly_is_atom(e) && goes_deeper(walk, level + 1)) {
        if (ly_is_packed(e)) {
            e = ly_unpack_take(cx, e);
            if (ly_failed(e)) return e;
        }
        if (ly_is_association(e)) {
            e = walk_entries(cx, walk, e, level, &deepest);
        } else {
            size_t count = ly_expr_of(e)->count;
            int64_t of_head = 0;
            if (walk->heads) e = walk_argument(cx, walk, e, 0, level, &of_head);
            for (size_t i = 1; i <= count && !ly_failed(e); i++) e = walk_argument(cx, walk, e, i, level, &deepest);
        }
        if (ly_failed(e)) return e;
        if (deepest == 0) deepest = 1;
    } else if (ly_is_atom(e)) {
        deepest = 0;
    } else if (walk->levels.from < 0 || walk->levels.to < 0) {
        deepest = ly_depth(cx, e, false) - 1;
    }
    *depth = deepest + 1;
    return is_visited(walk, level, *depth) ? walk->visit(cx, walk, e) : e;
}

ly_value ly_walk_take(ly_context *cx, ly_walk *walk, ly_value e)
{
    int64_t depth = 1;
    ly_value result = walk_part(cx, walk, e, 0, &depth);
    while (walk->path_count > 0) pop_path(cx, walk);
    ly_buffer_free(cx, walk->path);
    walk->path = NULL;
    walk->path_capacity = 0;
    return result;
}

ly_value ly_walk_path(ly_context *cx, const ly_walk *walk)
{
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), walk->path_count);
    if (!list) return LY_FAILED;
    for (size_t i = 0; i < walk->path_count; i++) list->args[i] = ly_retain(walk->path[i]);
    return ly_from_object(list);
}

bool ly_heads_option(ly_context *cx, ly_expr *call, size_t from, bool fallback)
{
    ly_value value = ly_option(cx, call, from, "Heads", ly_bool(fallback));
    bool heads = value == LY_SYM(True);
    ly_release(cx, value);
    return heads;
}
