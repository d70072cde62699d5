/* copy.c: values on their way from one context to another.

   ly_copy makes a deep copy in another context's heap, sharing as the original does. A base (see
   eval/snapshot.h) is made of such copies: immortal, flagged LY_FLAG_BASE, listed by the copier, so
   that any number of threads reads them without counting and their maker frees them one by one.

   ly_share marks a value as counted atomically. ly_part_from lets a value go from a context that
   ends: what it borrows from a base is copied, the rest moves as it is.

   All three are iterative: data may be a million deep. */
#include "value/copy.h"

#include <stdlib.h>

#include "eval/definitions.h"
#include "foreign/foreign.h"
#include "memory/memory.h"
#include "value/number.h"

/* ---- what was met already: open addressing by address ------------------------------------------ */

typedef struct ly_met {
    const ly_object *object;
    ly_value copy;
} ly_met;

static size_t slot_of(const ly_met_table *table, const ly_object *object)
{
    size_t i = ((uintptr_t)object >> 4) * 0x9e3779b97f4a7c15u >> 20;
    for (i &= table->mask; table->slots[i].object && table->slots[i].object != object;)
        i = (i + 1) & table->mask;
    return i;
}

/* The slot of an object, its copy LY_FAILED when it is new. NULL: no memory. */
static ly_met *meet(ly_met_table *table, const ly_object *object)
{
    if (2 * (table->count + 1) > table->mask) {
        ly_met_table grown = {NULL, table->mask ? 2 * table->mask + 1 : 63, table->count};
        grown.slots = ly_calloc(grown.mask + 1, sizeof *grown.slots);
        if (!grown.slots) return NULL;
        for (size_t i = 0; table->slots && i <= table->mask; i++)
            if (table->slots[i].object) grown.slots[slot_of(&grown, table->slots[i].object)] = table->slots[i];
        ly_free(table->slots);
        *table = grown;
    }
    ly_met *slot = &table->slots[slot_of(table, object)];
    if (!slot->object) {
        slot->object = object;
        table->count++;
    }
    return slot;
}

bool ly_meet(ly_met_table *table, const ly_object *object, bool *failed)
{
    ly_met *met = meet(table, object);
    if (!met) *failed = true;
    if (!met || met->copy) return false;
    met->copy = LY_INT(1);
    return true;
}

void ly_met_end(ly_met_table *table)
{
    ly_free(table->slots);
    *table = (ly_met_table){0};
}

/* ---- a stack of words -------------------------------------------------------------------------- */

bool ly_words_push(ly_word_stack *stack, ly_value word)
{
    if (stack->count == stack->capacity) {
        size_t capacity = stack->capacity ? 2 * stack->capacity : 64;
        ly_value *words = ly_remalloc(stack->words, capacity * sizeof *words);
        if (!words) return false;
        stack->words = words;
        stack->capacity = capacity;
    }
    stack->words[stack->count++] = word;
    return true;
}

/* ---- copying ----------------------------------------------------------------------------------- */

static bool list_object(ly_copier *c, ly_value v) { return ly_words_push(&c->objects, v); }

void ly_copier_own(ly_copier *c, ly_value v)
{
    /* what compilation made around copies; iterative by the copier's own stack */
    ly_word_stack todo = {0};
    if (!ly_words_push(&todo, v)) c->failed = true;
    while (todo.count) {
        v = todo.words[--todo.count];
        if (!ly_is_pointer(v) || ly_count_of(ly_object_of(v)) <= 0) continue;
        ly_object_of(v)->count = 0;
        ly_object_of(v)->flags |= LY_FLAG_BASE;
        if (!list_object(c, v)) c->failed = true;
        if (ly_is_expr(v)) {
            const ly_expr *e = ly_expr_of(v);
            for (uint32_t i = 0; i < e->count; i++)
                if (!ly_words_push(&todo, e->args[i])) c->failed = true;
            if (!ly_words_push(&todo, e->head)) c->failed = true;
        }
    }
    ly_free(todo.words);
}

static void mention(ly_copier *c, ly_value symbol)
{
    if (!c->mention) return;
    /* temporaries must be held whatever they stand for */
    for (uint32_t i = 0; i < c->hidden_count; i++)
        if (c->hidden[i] == symbol && !(ly_flags(&ly_symbol_of(symbol)->o) & LY_FLAG_TEMPORARY)) return;
    c->mention(c->data, symbol);
}

static bool is_borrowed(const ly_object *object)
{
    return ly_count_of(object) == 0 && ly_flags(object) & LY_FLAG_BASE;
}

/* What the new place of v holds: for what needs no copy v itself, for the rest a new object whose
   parts are still those of v, put on the stack. */
static ly_value copy_one(ly_copier *c, ly_value v)
{
    ly_context *to = c->to;
    ly_object *object;
    ly_met *met = NULL;
    ly_value copy = LY_FAILED;
    if (!ly_is_object(v)) return v;
    if (ly_is_symbol(v)) {
        mention(c, v);
        return c->base ? v : ly_retain(v);
    }
    object = ly_object_of(v);
    if (object->kind == LY_KIND_FOREIGN) {
        if (c->foreign) c->foreign(c->data, v);
        return c->base ? v : ly_retain(v);
    }
    if (ly_count_of(object) == 0 && !is_borrowed(object)) {
        /* a constant of generated code lives as long as the process; what it mentions counts */
        if (!c->mention || (!ly_is_expr(v) && !ly_is_association(v))) return v;
    }
    if (!c->base && !is_borrowed(object)) return ly_retain(v);
    if (ly_count_of(object) != 1) {
        met = meet(&c->met, object);
        if (!met) goto failed;
        if (met->copy) return c->base ? met->copy : ly_retain(met->copy);
    }
    if (ly_count_of(object) == 0 && !is_borrowed(object)) {
        met->copy = v;
        if (!ly_words_push(&c->todo, v)) goto failed;
        return v;
    }
    switch ((ly_kind)object->kind) {
    case LY_KIND_EXPR: {
        const ly_expr *e = ly_expr_of(v);
        ly_expr *made = ly_alloc(to, LY_KIND_EXPR, sizeof *made + e->count * sizeof e->args[0]);
        if (!made) goto failed;
        memcpy((char *)made + sizeof made->o, (const char *)e + sizeof e->o,
               sizeof *e - sizeof e->o + e->count * sizeof e->args[0]);
        if (!c->base) made->stamp = made->filter ? 0 : made->stamp;
        copy = ly_from_object(made);
        break;
    }
    case LY_KIND_ASSOCIATION: {
        const ly_association *a = ly_association_of(v);
        ly_association *made = ly_alloc(to, LY_KIND_ASSOCIATION, sizeof *made);
        memcpy((char *)made + sizeof made->o, (const char *)a + sizeof a->o, sizeof *a - sizeof a->o);
        if (!c->base) made->stamp = made->filter ? 0 : made->stamp;
        made->used = made->count = 0;
        made->index = NULL;
        made->entries = ly_buffer_alloc(to, made->capacity * sizeof *made->entries);
        if (made->entries && a->index) made->index = ly_buffer_alloc(to, (a->index_mask + 1) * sizeof *a->index);
        if (!made->entries || (a->index && !made->index)) {
            ly_release(to, ly_from_object(made));
            goto failed;
        }
        memcpy(made->entries, a->entries, a->used * sizeof *a->entries);
        if (a->index) memcpy(made->index, a->index, (a->index_mask + 1) * sizeof *a->index);
        made->used = a->used;
        made->count = a->count;
        copy = ly_from_object(made);
        break;
    }
    case LY_KIND_STRING: {
        const ly_string *s = ly_string_of(v);
        size_t bytes = sizeof *s + s->bytes + 1;
        ly_string *made = ly_alloc(to, LY_KIND_STRING, bytes);
        if (!made) goto failed;
        memcpy((char *)made + sizeof made->o, (const char *)s + sizeof s->o, bytes - sizeof s->o);
        copy = ly_from_object(made);
        break;
    }
    case LY_KIND_BYTES: copy = ly_bytes_new(to, ly_bytes_of(v)->data, ly_bytes_of(v)->count); break;
    case LY_KIND_REAL: copy = ly_real_boxed(to, ((const ly_real_box *)object)->value); break;
    case LY_KIND_BIGINT: {
        ly_bigint *made = ly_alloc(to, LY_KIND_BIGINT, sizeof *made);
        mpz_init_set(made->z, ly_bigint_of(v)->z);
        copy = ly_from_object(made);
        break;
    }
    case LY_KIND_RATIONAL: {
        ly_rational *made = ly_alloc(to, LY_KIND_RATIONAL, sizeof *made);
        mpq_init(made->q);
        mpq_set(made->q, ly_rational_of(v)->q);
        copy = ly_from_object(made);
        break;
    }
    case LY_KIND_BIGREAL: {
        const ly_bigreal *r = ly_bigreal_of(v);
        ly_bigreal *made = ly_alloc(to, LY_KIND_BIGREAL, sizeof *made);
        made->precision = r->precision;
        mpfr_init2(made->f, mpfr_get_prec(r->f));
        mpfr_set(made->f, r->f, MPFR_RNDN);
        copy = ly_from_object(made);
        break;
    }
    case LY_KIND_COMPLEX: {
        ly_complex *made = ly_alloc(to, LY_KIND_COMPLEX, sizeof *made);
        made->re = ly_complex_of(v)->re;
        made->im = ly_complex_of(v)->im;
        copy = ly_from_object(made);
        break;
    }
    case LY_KIND_PACKED: {
        const ly_packed *p = ly_packed_of(v);
        copy = ly_packed_new(to, (ly_element_type)p->type, p->rank, p->dims);
        if (copy) memcpy(ly_packed_of(copy)->data, p->data, p->total * (p->type == LY_PACKED_COMPLEX ? 16 : 8));
        break;
    }
    case LY_KIND_SYMBOL:
    case LY_KIND_FOREIGN:
    case LY_KIND_COUNT: break;
    }
    if (!copy) goto failed;
    object = ly_object_of(copy);
    if (c->base) {
        object->count = 0;
        object->flags |= LY_FLAG_BASE;
        if (!list_object(c, copy)) goto failed;
    }
    if (met) met->copy = copy;
    if ((object->kind == LY_KIND_EXPR || object->kind == LY_KIND_ASSOCIATION ||
         object->kind == LY_KIND_COMPLEX) && !ly_words_push(&c->todo, copy))
        goto failed;
    return copy;
failed:
    c->failed = true;
    return LY_INT(0);
}

/* Lists of atoms are evaluated as they stand: many threads will read them, none can mark them. Inner
   ones come later in the list of objects. */
static void mark_inert(ly_copier *c, size_t from)
{
    for (size_t i = c->objects.count; i-- > from;) {
        ly_value v = c->objects.words[i];
        if (!ly_has_head(v, LY_SYM(List)) || ly_expr_of(v)->stamp) continue;
        ly_expr *e = ly_expr_of(v);
        uint32_t k = 0;
        for (; k < e->count; k++) {
            ly_value a = e->args[k];
            if (ly_is_symbol(a) || ly_is_association(a) || (ly_is_expr(a) && ly_expr_of(a)->stamp != LY_INERT)) break;
        }
        if (k < e->count) continue;
        e->filter = 0;
        e->stamp = LY_INERT;
    }
}

ly_value ly_copy(ly_copier *c, ly_value v)
{
    size_t first = c->objects.count;
    ly_value copy = copy_one(c, v);
    while (c->todo.count) {
        ly_value made = c->todo.words[--c->todo.count];
        if (!is_borrowed(ly_object_of(made)) && ly_count_of(ly_object_of(made)) == 0) {
            /* a constant: only what it mentions is of interest */
            if (ly_is_expr(made)) {
                copy_one(c, ly_expr_of(made)->head);
                for (uint32_t i = 0; i < ly_expr_of(made)->count; i++) copy_one(c, ly_expr_of(made)->args[i]);
            }
            continue;
        }
        if (ly_is_expr(made)) {
            ly_expr *e = ly_expr_of(made);
            e->head = copy_one(c, e->head);
            for (uint32_t i = 0; i < e->count; i++) e->args[i] = copy_one(c, e->args[i]);
        } else if (ly_is_association(made)) {
            ly_association *a = ly_association_of(made);
            for (uint32_t i = 0; i < a->used; i++) {
                if (!a->entries[i].key) continue;
                a->entries[i].key = copy_one(c, a->entries[i].key);
                a->entries[i].value = copy_one(c, a->entries[i].value);
            }
        } else {
            ly_complex *z = ly_complex_of(made);
            z->re = copy_one(c, z->re);
            z->im = copy_one(c, z->im);
        }
    }
    if (c->base) mark_inert(c, first);
    return copy;
}

void ly_copier_end(ly_copier *c)
{
    ly_met_end(&c->met);
    ly_free(c->todo.words);
    c->todo = (ly_word_stack){0};
}

void ly_free_copies(ly_context *heap, size_t count, const ly_value *objects)
{
    for (size_t i = 0; i < count; i++) {
        ly_object *object = ly_object_of(objects[i]);
        switch ((ly_kind)object->kind) {
        case LY_KIND_ASSOCIATION:
            ly_buffer_free(heap, ((ly_association *)object)->entries);
            ly_buffer_free(heap, ((ly_association *)object)->index);
            break;
        case LY_KIND_BIGINT: mpz_clear(((ly_bigint *)object)->z); break;
        case LY_KIND_RATIONAL: mpq_clear(((ly_rational *)object)->q); break;
        case LY_KIND_BIGREAL: mpfr_clear(((ly_bigreal *)object)->f); break;
        case LY_KIND_PACKED: ly_buffer_free(heap, ((ly_packed *)object)->data); break;
        default: break;
        }
        ly_dealloc(heap, object);
    }
}

/* ---- leaving a context ------------------------------------------------------------------------- */

typedef struct ly_leaving {
    ly_context *cx;
    ly_copier copier;
    ly_word_stack todo;
    ly_met_table met;
    bool share;
    uint64_t stale; /* filter bits of marks that hold in this context alone */
} ly_leaving;

/* What stands in the place of v from now on. */
static ly_value leave_one(ly_leaving *l, ly_value v)
{
    ly_object *object;
    if (!ly_is_object(v)) return v;
    object = ly_object_of(v);
    if (is_borrowed(object)) {
        v = ly_copy(&l->copier, v);
        if (l->copier.failed) return v;
        object = ly_object_of(v);
        if (!l->share) return v;
    }
    if (ly_count_of(object) <= 0) return v;
    if (ly_is_symbol(v)) {
        if (l->share) ly_temporary_share(l->cx, v);
        return v;
    }
    if (!l->share && ly_count_of(object) > 1) {
        ly_met *met;
        if (object->kind != LY_KIND_EXPR && object->kind != LY_KIND_ASSOCIATION) return v;
        met = meet(&l->met, object);
        if (!met) l->copier.failed = true;
        if (!met || met->copy) return v;
        met->copy = v;
    }
    if (l->share) {
        object->count = -object->count;
        if (object->kind == LY_KIND_FOREIGN) {
            ly_foreign *f = (ly_foreign *)object;
            if (f->type->mark_shared) f->type->mark_shared(l->cx, f);
        }
    }
    if ((object->kind == LY_KIND_EXPR || object->kind == LY_KIND_ASSOCIATION ||
         object->kind == LY_KIND_COMPLEX) && !ly_words_push(&l->todo, v))
        l->copier.failed = true;
    return v;
}

static ly_value leave(ly_leaving *l, ly_value v)
{
    l->copier.to = l->cx;
    v = leave_one(l, v);
    while (l->todo.count) {
        ly_value at = l->todo.words[--l->todo.count];
        if (ly_is_expr(at)) {
            ly_expr *e = ly_expr_of(at);
            if (e->filter & l->stale && e->stamp != LY_INERT) e->stamp = 0;
            e->head = leave_one(l, e->head);
            for (uint32_t i = 0; i < e->count; i++)
                if (ly_is_object(e->args[i])) e->args[i] = leave_one(l, e->args[i]);
        } else if (ly_is_association(at)) {
            ly_association *a = ly_association_of(at);
            if (a->filter & l->stale && a->stamp != LY_INERT) a->stamp = 0;
            for (uint32_t i = 0; i < a->used; i++) {
                if (!a->entries[i].key) continue;
                a->entries[i].key = leave_one(l, a->entries[i].key);
                a->entries[i].value = leave_one(l, a->entries[i].value);
            }
        } else {
            ly_complex *z = ly_complex_of(at);
            z->re = leave_one(l, z->re);
            z->im = leave_one(l, z->im);
        }
    }
    bool failed = l->copier.failed;
    ly_copier_end(&l->copier);
    ly_met_end(&l->met);
    ly_free(l->todo.words);
    if (!failed) return v;
    ly_release(l->cx, v);
    return ly_raise_memory(l->cx);
}

ly_value ly_share_take(ly_context *cx, ly_value v)
{
    ly_leaving l = {.cx = cx, .share = true};
    if (!ly_is_object(v) || (ly_count_of(ly_object_of(v)) <= 0 && !is_borrowed(ly_object_of(v)))) return v;
    return leave(&l, v);
}

ly_value ly_hand_over_take(ly_context *cx, ly_value v)
{
    ly_leaving l = {.cx = cx, .share = true, .stale = UINT64_MAX};
    if (!ly_is_object(v) || (ly_count_of(ly_object_of(v)) <= 0 && !is_borrowed(ly_object_of(v)))) return v;
    return leave(&l, v);
}

ly_value ly_part_from_take(ly_context *cx, ly_value v, uint64_t stale)
{
    ly_leaving l = {.cx = cx, .stale = stale};
    if (!ly_is_object(v)) return v;
    return leave(&l, v);
}
