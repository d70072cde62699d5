/* expression.c: expressions, builders, and the freeing of everything.

   An expression's arguments follow its header; the memory behind it may hold more than it has
   arguments, which is what makes appending amortised constant time. */
#include "value/value.h"

#include "eval/context.h"
#include "foreign/foreign.h"
#include "memory/memory.h"
#include "value/number.h"

ly_expr *ly_expr_new(ly_context *cx, ly_value head, size_t n)
{
    ly_expr *e;
    if (n > UINT32_MAX) {
        ly_raise_memory(cx);
        return NULL;
    }
    e = ly_alloc(cx, LY_KIND_EXPR, sizeof *e + n * sizeof e->args[0]);
    if (!e) return NULL;
    e->count = (uint32_t)n;
    e->hash = 0;
    e->stamp = 0;
    e->filter = 0;
    e->head = ly_retain(head);
    for (size_t i = 0; i < n; i++) e->args[i] = LY_INT(0);
    return e;
}

ly_value ly_make0(ly_context *cx, ly_value head) { return ly_from_object(ly_expr_new(cx, head, 0)); }

ly_value ly_make1(ly_context *cx, ly_value head, ly_value a)
{
    ly_expr *e = ly_expr_new(cx, head, 1);
    e->args[0] = a;
    return ly_from_object(e);
}

ly_value ly_make2(ly_context *cx, ly_value head, ly_value a, ly_value b)
{
    ly_expr *e = ly_expr_new(cx, head, 2);
    e->args[0] = a;
    e->args[1] = b;
    return ly_from_object(e);
}

ly_value ly_make3(ly_context *cx, ly_value head, ly_value a, ly_value b, ly_value c)
{
    ly_expr *e = ly_expr_new(cx, head, 3);
    e->args[0] = a;
    e->args[1] = b;
    e->args[2] = c;
    return ly_from_object(e);
}

ly_value ly_make(ly_context *cx, ly_value head, size_t n, const ly_value *items)
{
    ly_expr *e = ly_expr_new(cx, head, n);
    if (!e) {
        for (size_t i = 0; i < n; i++) ly_release(cx, items[i]);
        return LY_FAILED;
    }
    if (n) memcpy(e->args, items, n * sizeof *items);
    return ly_from_object(e);
}

ly_expr *ly_expr_own_take(ly_context *cx, ly_value v)
{
    ly_expr *e = ly_expr_of(v), *copy;
    if (ly_is_unique(v)) {
        ly_expr_touch(e);
        return e;
    }
    copy = ly_expr_new(cx, e->head, e->count);
    if (copy)
        for (uint32_t i = 0; i < e->count; i++) copy->args[i] = ly_retain(e->args[i]);
    ly_release(cx, v);
    return copy;
}

ly_value ly_expr_set_take(ly_context *cx, ly_value v, size_t i, ly_value item)
{
    uint64_t stamp = ly_expr_of(v)->stamp, filter = ly_expr_of(v)->filter;
    ly_expr *e = ly_expr_own_take(cx, v);
    if (!e) {
        ly_release(cx, item);
        return LY_FAILED;
    }
    ly_release(cx, e->args[i]);
    e->args[i] = item;
    ly_keep_mark(cx, e, stamp, filter, item);
    return ly_from_object(e);
}

static size_t expr_capacity(const ly_expr *e)
{
    return (ly_object_capacity(&e->o) - sizeof *e) / sizeof e->args[0];
}

/* e with room for one more argument; its count is not changed. Consumes e; NULL: it is released. */
static ly_expr *with_room_take(ly_context *cx, ly_expr *e)
{
    size_t capacity = expr_capacity(e);
    ly_expr *grown;
    if (e->count < capacity) return e;
    capacity = e->count < 4 ? 8 : (size_t)e->count + e->count / 2;
    grown = e->count >= UINT32_MAX - 1 ? NULL
                                       : ly_realloc(cx, &e->o, sizeof *e + capacity * sizeof e->args[0]);
    if (!grown) {
        if (!cx->pending.kind) ly_raise_memory(cx);
        ly_release(cx, ly_from_object(e));
    }
    return grown;
}

ly_value ly_expr_append_take(ly_context *cx, ly_value v, ly_value item)
{
    ly_expr *e = ly_expr_of(v);
    uint64_t stamp = e->stamp, filter = e->filter;
    if (ly_is_unique(v)) {
        ly_expr_touch(e);
        e = with_room_take(cx, e);
    } else {
        size_t n = e->count;
        ly_expr *copy = ly_expr_new(cx, e->head, n + 1 + n / 8);
        if (copy) {
            for (size_t i = 0; i < n; i++) copy->args[i] = ly_retain(e->args[i]);
            copy->count = (uint32_t)n;
        }
        ly_release(cx, v);
        e = copy;
    }
    if (!e) {
        ly_release(cx, item);
        return LY_FAILED;
    }
    e->args[e->count++] = item;
    ly_keep_mark(cx, e, stamp, filter, item);
    return ly_from_object(e);
}

/* ---- builders */

bool ly_builder_add(ly_context *cx, ly_builder *builder, ly_value item)
{
    ly_expr *e = builder->expr;
    if (!e) {
        e = ly_expr_new(cx, LY_SYM(List), 8);
        e->count = 0;
    } else {
        e = with_room_take(cx, e);
    }
    builder->expr = e;
    if (!e) {
        ly_release(cx, item);
        return false;
    }
    e->args[e->count++] = item;
    return true;
}

size_t ly_builder_count(const ly_builder *builder) { return builder->expr ? builder->expr->count : 0; }

ly_value ly_builder_finish(ly_context *cx, ly_builder *builder, ly_value head)
{
    ly_expr *e = builder->expr;
    builder->expr = NULL;
    if (!e) return ly_make0(cx, head);
    e->head = ly_retain(head);
    return ly_from_object(e);
}

void ly_builder_drop(ly_context *cx, ly_builder *builder)
{
    if (builder->expr) ly_release(cx, ly_from_object(builder->expr));
    builder->expr = NULL;
}

/* ---- counting of shared objects */

void ly_retain_shared(ly_object *object)
{
    /* relaxed: whoever retains holds a reference already */
    __atomic_fetch_sub(&object->count, 1, __ATOMIC_RELAXED);
}

void ly_release_shared(ly_context *cx, ly_object *object)
{
    /* release: our reads come before the free; acquire: the free comes after everybody's */
    if (__atomic_fetch_add(&object->count, 1, __ATOMIC_ACQ_REL) == -1) {
        object->count = 1;
        ly_heap_dropped(cx->heap, LY_SHARED_BYTES);
        ly_free_object(cx, object);
    }
}

/* ---- freeing: iterative. Objects whose count has reached 0 wait in a list that is threaded through
   memory of their own (an expression's stamp, an association's hash map fields come later). */

static void drop_counted(ly_context *cx, ly_object *object, ly_object **waiting)
{
    int32_t count = ly_count_of(object);
    if (count > 1) {
        object->count = count - 1;
    } else if (count == 0) {
        return;
    } else {
        if (count < 0) {
            if (__atomic_fetch_add(&object->count, 1, __ATOMIC_ACQ_REL) != -1) return;
            cx->heap->unsorted += LY_SHARED_BYTES; /* looked at when the outermost goes, or later */
        }
        if (object->kind == LY_KIND_EXPR) {
            ((ly_expr *)object)->stamp = (uint64_t)(uintptr_t)*waiting;
            *waiting = object;
        } else if (object->kind == LY_KIND_ASSOCIATION) {
            ((ly_association *)object)->stamp = (uint64_t)(uintptr_t)*waiting;
            *waiting = object;
        } else {
            object->count = 1;
            ly_free_object(cx, object);
        }
    }
}

static inline void drop_reference(ly_context *cx, ly_value v, ly_object **waiting)
{
    if (ly_is_object(v) && ly_count_of(ly_object_of(v)) != 0) drop_counted(cx, ly_object_of(v), waiting);
}

static void free_one(ly_context *cx, ly_object *object, ly_object **waiting)
{
    switch ((ly_kind)object->kind) {
    case LY_KIND_EXPR: {
        ly_expr *e = (ly_expr *)object;
        drop_reference(cx, e->head, waiting);
        for (uint32_t i = 0; i < e->count; i++) drop_reference(cx, e->args[i], waiting);
        break;
    }
    case LY_KIND_ASSOCIATION: {
        ly_association *a = (ly_association *)object;
        for (uint32_t i = 0; i < a->used; i++) {
            if (a->entries[i].key) {
                drop_reference(cx, a->entries[i].key, waiting);
                drop_reference(cx, a->entries[i].value, waiting);
            }
        }
        ly_buffer_free(cx, a->entries);
        ly_buffer_free(cx, a->index);
        break;
    }
    case LY_KIND_SYMBOL: ly_temporary_drop(cx, (ly_temporary *)object); break;
    case LY_KIND_BIGINT: mpz_clear(((ly_bigint *)object)->z); break;
    case LY_KIND_RATIONAL: mpq_clear(((ly_rational *)object)->q); break;
    case LY_KIND_BIGREAL: mpfr_clear(((ly_bigreal *)object)->f); break;
    case LY_KIND_COMPLEX:
        drop_reference(cx, ((ly_complex *)object)->re, waiting);
        drop_reference(cx, ((ly_complex *)object)->im, waiting);
        break;
    case LY_KIND_PACKED: ly_buffer_free(cx, ((ly_packed *)object)->data); break;
    case LY_KIND_FOREIGN: {
        ly_foreign *f = (ly_foreign *)object;
        if (f->type->drop) f->type->drop(cx, f);
        break;
    }
    case LY_KIND_STRING:
    case LY_KIND_REAL:
    case LY_KIND_BYTES:
    case LY_KIND_COUNT: break;
    }
    ly_dealloc(cx, object);
}

/* Frees what waits; `count` references were dropped before. */
static __attribute__((noinline)) void free_waiting(ly_context *cx, ly_object *waiting, size_t count)
{
    while (waiting) {
        ly_object *object = waiting;
        if (object->kind == LY_KIND_EXPR) {
            waiting = (ly_object *)(uintptr_t)((ly_expr *)object)->stamp;
            count += ((ly_expr *)object)->count;
        } else {
            waiting = (ly_object *)(uintptr_t)((ly_association *)object)->stamp;
            count += ((ly_association *)object)->used;
        }
        free_one(cx, object, &waiting);
    }
    if (count > LY_FREED_MANY) ly_heap_freed(cx->heap, count * sizeof(ly_expr));
    else ly_heap_dropped(cx->heap, 0); /* shared ones were counted */
}

void ly_free_object(ly_context *cx, ly_object *object)
{
    ly_object *waiting = NULL;
    if (object->kind == LY_KIND_EXPR && ((ly_expr *)object)->count > LY_FREED_MANY) {
        size_t count = ((ly_expr *)object)->count;
        free_one(cx, object, &waiting);
        free_waiting(cx, waiting, count);
    } else {
        free_one(cx, object, &waiting);
        if (waiting) free_waiting(cx, waiting, 0);
    }
}
