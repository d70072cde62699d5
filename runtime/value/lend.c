/* lend.c: plain counts set aside, and put back. */
#include "value/lend.h"

#include "eval/context.h"
#include "memory/memory.h"
#include "value/number.h"

typedef struct ly_lent {
    ly_object *object;
    int32_t count;
} ly_lent;

static bool lend_one(ly_context *cx, ly_loan *loan, ly_value v)
{
    ly_object *object;
    if (!ly_is_object(v)) return true;
    object = ly_object_of(v);
    if (ly_count_of(object) <= 0) return true; /* shared, a base's, or lent already */
    if (ly_is_symbol(v) || object->kind == LY_KIND_FOREIGN) {
        /* their identity is what counts: they are shared for good */
        return !ly_failed(ly_share_take(cx, v));
    }
    if (loan->count == loan->capacity) {
        size_t capacity = loan->capacity ? 2 * loan->capacity : 64;
        ly_lent *more = ly_remalloc(loan->objects, capacity * sizeof *more);
        if (!more) return false;
        loan->objects = more;
        loan->capacity = capacity;
    }
    loan->objects[loan->count++] = (ly_lent){object, object->count};
    object->count = 0;
    object->flags |= LY_FLAG_BASE;
    if (object->kind == LY_KIND_EXPR || object->kind == LY_KIND_ASSOCIATION || object->kind == LY_KIND_COMPLEX)
        return ly_words_push(&loan->todo, v);
    return true;
}

static bool lend_parts(ly_context *cx, ly_loan *loan, ly_value v)
{
    if (ly_is_expr(v)) {
        const ly_expr *e = ly_expr_of(v);
        if (!lend_one(cx, loan, e->head)) return false;
        for (uint32_t i = 0; i < e->count; i++)
            if (ly_is_object(e->args[i]) && !lend_one(cx, loan, e->args[i])) return false;
        return true;
    }
    if (ly_is_association(v)) {
        const ly_entry *entry;
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));)
            if (!lend_one(cx, loan, entry->key) || !lend_one(cx, loan, entry->value)) return false;
        return true;
    }
    return lend_one(cx, loan, ly_complex_of(v)->re) && lend_one(cx, loan, ly_complex_of(v)->im);
}

bool ly_lend(ly_context *cx, ly_loan *loan, ly_value v)
{
    bool lent = lend_one(cx, loan, v);
    while (lent && loan->todo.count) lent = lend_parts(cx, loan, loan->todo.words[--loan->todo.count]);
    if (lent) return true;
    loan->todo.count = 0;
    if (!cx->pending.kind) ly_raise_memory(cx);
    return false;
}

void ly_loan_end(ly_loan *loan)
{
    for (size_t i = 0; i < loan->count; i++) {
        ly_object *object = loan->objects[i].object;
        object->count = loan->objects[i].count;
        object->flags &= (uint8_t)~LY_FLAG_BASE;
    }
    ly_free(loan->objects);
    ly_free(loan->todo.words);
    *loan = (ly_loan){0};
}
