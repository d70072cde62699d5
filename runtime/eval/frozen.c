/* frozen.c: making and freeing the definitions of a base.

   A frozen definition is a deep copy: values copied, rules compiled anew from the copied sides, trees
   built. So nothing in it is shared with the context that it was taken of, and it is freed whole: its
   rules, then its objects, each by itself. */
#include "eval/frozen.h"

#include <stdlib.h>

#include "eval/eval.h"
#include "match/match.h"

/* owner of all frozen definitions: equal to no context */
static const char no_context;

bool ly_is_frozen(const ly_definition *d) { return (const void *)d->owner == (const void *)&no_context; }

/* ---- the base ---------------------------------------------------------------------------------- */

ly_base *ly_base_new(void)
{
    ly_base *base = ly_calloc(1, sizeof *base);
    pthread_mutexattr_t attributes;
    if (!base) return NULL;
    base->heap = ly_context_new();
    if (!base->heap) {
        ly_free(base);
        return NULL;
    }
    ly_definitions_end(base->heap); /* it borrows those of whoever compiles rules in it */
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&base->lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    base->references = 1;
    return base;
}

ly_base *ly_base_retain(ly_base *base)
{
    __atomic_fetch_add(&base->references, 1, __ATOMIC_RELAXED);
    return base;
}

void ly_base_release(ly_base *base)
{
    /* release: our uses come before the free; acquire: the free comes after everybody's */
    if (__atomic_sub_fetch(&base->references, 1, __ATOMIC_ACQ_REL)) return;
    ly_context_free(base->heap);
    pthread_mutex_destroy(&base->lock);
    ly_free(base);
}

/* ---- making ------------------------------------------------------------------------------------ */

typedef struct freezing {
    ly_context *cx;
    ly_met_table met;            /* symbols and foreign objects met */
    ly_word_stack mentions, held;
    bool failed;
} freezing;

static void mention(void *data, ly_value symbol)
{
    freezing *f = data;
    bool temporary = ly_flags(&ly_symbol_of(symbol)->o) & LY_FLAG_TEMPORARY;
    if (!ly_meet(&f->met, ly_object_of(symbol), &f->failed)) return;
    if (!ly_words_push(&f->mentions, symbol)) f->failed = true;
    if (!temporary) return;
    ly_temporary_share(f->cx, symbol);
    if (ly_words_push(&f->held, symbol)) ly_retain(symbol);
    else f->failed = true;
}

static void foreign(void *data, ly_value object)
{
    freezing *f = data;
    if (!ly_meet(&f->met, ly_object_of(object), &f->failed)) return;
    object = ly_share_take(f->cx, ly_retain(object));
    if (!ly_words_push(&f->held, object)) f->failed = true;
}

static void free_parts(ly_base *base, ly_frozen *frozen)
{
    for (int i = 0; i < LY_RULE_LISTS; i++)
        if (frozen->definition.rules[i]) ly_rules_thaw(base->heap, frozen->definition.rules[i]);
    ly_free_copies(base->heap, frozen->object_count, frozen->objects);
    base->objects -= frozen->object_count;
    for (uint32_t i = 0; i < frozen->held_count; i++) ly_release(base->heap, frozen->held[i]);
    ly_free(frozen->objects);
    ly_free(frozen->mentions);
    ly_free(frozen->held);
    ly_free(frozen);
}

static size_t size_of(ly_value v)
{
    if (ly_is_packed(v)) return ly_packed_of(v)->total * 8;
    if (ly_is_association(v)) return ly_association_of(v)->capacity * sizeof(ly_entry);
    return ly_object_capacity(ly_object_of(v));
}

bool ly_is_leaf(const ly_definition *d)
{
    if (ly_is_object(d->value) || d->options) return false;
    for (int i = 0; i < LY_RULE_LISTS; i++)
        if (d->rules[i]) return false;
    return true;
}

ly_frozen *ly_freeze(ly_context *cx, ly_base *base, const ly_definition *from)
{
    ly_frozen *frozen = ly_calloc(1, sizeof *frozen);
    ly_definition *d;
    freezing f = {.cx = cx};
    ly_copier copier = {.base = true, .mention = mention, .foreign = foreign, .data = &f};
    if (!frozen) return NULL;
    d = &frozen->definition;
    frozen->references = 1;
    d->owner = (const ly_context *)(const void *)&no_context;
    d->attributes = from->attributes;
    d->flags = from->flags;
    if (ly_is_leaf(from)) {
        d->value = from->value;
        return frozen;
    }
    pthread_mutex_lock(&base->lock);
    copier.to = base->heap;
    base->heap->definitions = cx->definitions; /* rules are compiled as the attributes here say */
    base->heap->attached = cx->attached;
    base->heap->stack_limit = cx->stack_limit;
    d->value = ly_copy(&copier, from->value);
    d->options = ly_copy(&copier, from->options);
    frozen->lends = ly_is_pointer(d->value) || ly_is_pointer(d->options);
    for (int i = 0; i < LY_RULE_LISTS && !f.failed; i++) {
        if (!from->rules[i]) continue;
        d->rules[i] = ly_rules_freeze(base->heap, from->rules[i], &copier);
        if (!d->rules[i]) f.failed = true;
        else frozen->lends = frozen->lends || ly_rules_lend(d->rules[i]);
    }
    base->heap->definitions = (ly_definitions){0};
    base->heap->attached = NULL;
    ly_pending_drop(base->heap, ly_pending_take(base->heap));
    base->heap->poll = 0;
    frozen->objects = copier.objects.words;
    frozen->object_count = copier.objects.count;
    base->objects += frozen->object_count;
    for (size_t i = 0; i < frozen->object_count; i++) frozen->bytes += size_of(frozen->objects[i]);
    frozen->mentions = f.mentions.words;
    frozen->mention_count = (uint32_t)f.mentions.count;
    frozen->held = f.held.words;
    frozen->held_count = (uint32_t)f.held.count;
    ly_copier_end(&copier);
    ly_met_end(&f.met);
    if (copier.failed || f.failed) {
        free_parts(base, frozen);
        frozen = NULL;
    }
    pthread_mutex_unlock(&base->lock);
    return frozen;
}

ly_frozen *ly_frozen_retain(ly_frozen *frozen)
{
    __atomic_fetch_add(&frozen->references, 1, __ATOMIC_RELAXED);
    return frozen;
}

void ly_frozen_release(ly_base *base, ly_frozen *frozen)
{
    /* as ly_base_release */
    if (__atomic_sub_fetch(&frozen->references, 1, __ATOMIC_ACQ_REL)) return;
    if (ly_is_leaf(&frozen->definition)) {
        ly_free(frozen);
        return;
    }
    pthread_mutex_lock(&base->lock);
    free_parts(base, frozen);
    pthread_mutex_unlock(&base->lock);
}
