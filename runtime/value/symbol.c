/* symbol.c: the interner, and temporaries.

   One table for the process, open addressing over pointers. Reading takes no lock: a table is
   published whole, its slots are filled by release stores and never emptied. A reader that finds
   nothing looks again under the lock before it adds. Tables that were outgrown stay: a reader may
   still be in one. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "eval/context.h"
#include "eval/snapshot.h"
#include "memory/memory.h"
#include "value/value.h"

typedef struct symbol_table {
    uint32_t mask;
    struct symbol_table *older;
    _Atomic(ly_symbol *) slots[];
} symbol_table;

extern ly_symbol *const ly_generated_symbols[];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of adding */
static _Atomic(symbol_table *) current;
static uint32_t symbol_count; /* under the lock */
static _Atomic uint32_t last_id;

/* FNV-1a over context and name */
static uint32_t hash_name(const char *context, const char *name, size_t length)
{
    uint32_t h = 2166136261u;
    for (; *context; context++) h = (h ^ (unsigned char)*context) * 16777619u;
    for (size_t i = 0; i < length; i++) h = (h ^ (unsigned char)name[i]) * 16777619u;
    return h ? h : 1;
}

static ly_symbol *find(const symbol_table *table, uint32_t hash, const char *context,
                       const char *name, size_t length)
{
    if (!table) return NULL;
    for (uint32_t i = hash & table->mask;; i = (i + 1) & table->mask) {
        /* acquire: the record's fields were written before the slot */
        ly_symbol *s = atomic_load_explicit(&table->slots[i], memory_order_acquire);
        if (!s) return NULL;
        if (s->hash == hash && strncmp(s->name, name, length) == 0 && !s->name[length] &&
            (s->context == context || strcmp(s->context, context) == 0))
            return s;
    }
}

static void put(symbol_table *table, ly_symbol *s)
{
    uint32_t i = s->hash & table->mask;
    while (atomic_load_explicit(&table->slots[i], memory_order_relaxed)) i = (i + 1) & table->mask;
    atomic_store_explicit(&table->slots[i], s, memory_order_release);
}

/* NULL: no memory, and no slot left. */
static symbol_table *table_with_room(void)
{
    symbol_table *old = atomic_load_explicit(&current, memory_order_relaxed), *table;
    uint32_t size = old ? (old->mask + 1) * 2 : 8192;
    if (old && symbol_count < (old->mask + 1) / 2) return old;
    table = ly_calloc(1, sizeof *table + size * sizeof table->slots[0]);
    if (!table) return old && symbol_count < old->mask - 1 ? old : NULL; /* slower, but it has room */
    table->mask = size - 1;
    table->older = old;
    if (old) {
        for (uint32_t i = 0; i <= old->mask; i++) {
            ly_symbol *s = atomic_load_explicit(&old->slots[i], memory_order_relaxed);
            if (s) put(table, s);
        }
    }
    atomic_store_explicit(&current, table, memory_order_release);
    return table;
}

static _Noreturn void no_memory(void)
{
    fputs("lyra: out of memory\n", stderr);
    _Exit(70);
}

/* under the lock */
static void enter(ly_symbol *s)
{
    symbol_table *table = table_with_room();
    if (!table) no_memory();
    s->id = atomic_fetch_add_explicit(&last_id, 1, memory_order_relaxed) + 1;
    put(table, s);
    symbol_count++;
}

bool ly_symbols_start(void)
{
    static bool started;
    pthread_mutex_lock(&lock);
    bool good = table_with_room() != NULL;
    if (good && !started) {
        for (ly_symbol *const *s = ly_generated_symbols; *s; s++) {
            (*s)->context = "System`";
            (*s)->hash = hash_name("System`", (*s)->name, strlen((*s)->name));
            enter(*s);
        }
        ly_register_builtins();
        started = true;
    }
    pthread_mutex_unlock(&lock);
    return good;
}

ly_value ly_find_symbol(const char *context, const char *name, size_t length)
{
    ly_symbol *s = find(atomic_load_explicit(&current, memory_order_acquire),
                        hash_name(context, name, length), context, name, length);
    return s ? ly_from_symbol(s) : LY_FAILED;
}

ly_value ly_intern_bytes(const char *context, const char *name, size_t length)
{
    uint32_t hash = hash_name(context, name, length);
    ly_symbol *s = find(atomic_load_explicit(&current, memory_order_acquire), hash, context, name, length);
    if (s) return ly_from_symbol(s);
    pthread_mutex_lock(&lock);
    s = find(atomic_load_explicit(&current, memory_order_relaxed), hash, context, name, length);
    if (!s) {
        size_t context_length = strlen(context);
        char *text;
        s = ly_calloc(1, sizeof *s + length + context_length + 2);
        if (!s) no_memory();
        text = (char *)(s + 1);
        memcpy(text, name, length);
        memcpy(text + length + 1, context, context_length);
        s->o.kind = LY_KIND_SYMBOL;
        s->name = text;
        s->context = text + length + 1;
        s->hash = hash;
        enter(s);
    }
    pthread_mutex_unlock(&lock);
    return ly_from_symbol(s);
}

ly_value ly_intern(const char *context, const char *name)
{
    return ly_intern_bytes(context, name, strlen(name));
}

void ly_each_symbol(void (*visit)(void *data, ly_symbol *symbol), void *data)
{
    const symbol_table *table = atomic_load_explicit(&current, memory_order_acquire);
    for (uint32_t i = 0; table && i <= table->mask; i++) {
        ly_symbol *s = atomic_load_explicit(&table->slots[i], memory_order_acquire);
        if (s) visit(data, s);
    }
}

uint32_t ly_symbol_count(void) { return atomic_load_explicit(&last_id, memory_order_relaxed); }

/* ---- temporaries */

ly_value ly_temporary_symbol(ly_context *cx, ly_value base)
{
    ly_temporary *t = ly_alloc(cx, LY_KIND_SYMBOL, sizeof *t);
    ly_object header = t->symbol.o;
    memset(t, 0, sizeof *t);
    t->symbol.o = header;
    t->symbol.o.flags = LY_FLAG_TEMPORARY;
    t->base = ly_retain(base);
    t->serial = cx->temporary_serial++;
    t->symbol.hash = (uint32_t)(t->serial * 2654435761u) | 1;
    t->symbol.context = "Global`";
    t->definition.attributes = LY_TEMPORARY_ATTRIBUTE;
    t->definition.owner = cx;
    t->next = cx->temporaries;
    if (t->next) t->next->previous = t;
    cx->temporaries = t;
    return ly_from_symbol(&t->symbol);
}

const char *ly_symbol_name(ly_value symbol)
{
    ly_symbol *s = ly_symbol_of(symbol);
    if (!s->name) {
        ly_temporary *t = (ly_temporary *)s;
        const char *base = ly_symbol_name(t->base);
        const ly_context *cx = __atomic_load_n(&t->definition.owner, __ATOMIC_RELAXED);
        const char *path = cx ? cx->task_path : "";
        size_t size = strlen(base) + strlen(path) + 24;
        char *name = ly_malloc(size);
        if (!name) return base;
        snprintf(name, size, *path ? "%s$%s$%llu" : "%s$%s%llu", base, path, (unsigned long long)t->serial);
        s->name = name;
    }
    return s->name;
}

static void unlink_temporary(ly_context *cx, ly_temporary *t)
{
    if (t->previous) t->previous->next = t->next;
    else cx->temporaries = t->next;
    if (t->next) t->next->previous = t->previous;
    t->next = t->previous = NULL;
    /* relaxed: whoever reads it compares it with a context of its own, which it is not before or after */
    __atomic_store_n(&t->definition.owner, NULL, __ATOMIC_RELAXED);
}

void ly_temporary_disown(ly_context *cx, ly_temporary *t)
{
    ly_symbol_name(ly_from_symbol(&t->symbol)); /* it is named by the context's path */
    unlink_temporary(cx, t);
}

void ly_temporary_share(ly_context *cx, ly_value symbol)
{
    ly_temporary *t = (ly_temporary *)ly_symbol_of(symbol);
    int32_t count = ly_count_of(&t->symbol.o);
    if (count <= 0) return;
    ly_symbol_name(symbol);
    if (t->definition.owner) {
        /* the context holds it too, so that it is the one that drops the definition */
        t->symbol.o.count = -(count + 1);
        ly_snapshot_keep_temporary(cx, symbol);
    } else {
        t->symbol.o.count = -count;
    }
    if (ly_flags(&ly_symbol_of(t->base)->o) & LY_FLAG_TEMPORARY) ly_temporary_share(cx, t->base);
}

void ly_temporary_drop(ly_context *cx, ly_temporary *t)
{
    if (t->definition.owner) unlink_temporary(cx, t);
    ly_free((char *)t->symbol.name);
    ly_definition_drop(cx, &t->definition);
    ly_release(cx, t->base);
}
