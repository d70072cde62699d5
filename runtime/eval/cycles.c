/* cycles.c: temporaries that only their own definitions keep alive.

   A local function that calls itself, Module[{f}, f[n_] := … f[n - 1] …; …], is a cycle that counting
   does not end: f's rule refers to f. When a Module ends, its temporaries are taken on trial: all
   references from their definitions are counted, and where these are all the references there are,
   the definitions go. Source: Bacon and Rajan, "Concurrent Cycle Collection in Reference Counted
   Systems" (2001), section 3, cut down to one known set of roots.

   Objects that do not contain a temporary of the set play no part, whoever holds them. A definition
   too large for the budget is left to the end of the context. */
#include "eval/cycles.h"

#include <stdlib.h>

#include "match/match.h"

/* SMALL objects are looked at on the stack; where there are more, LARGE. Slots are twice as many. */
enum { SMALL = 128, LARGE = 8192, DEEPEST = 500 };

typedef struct visited {
    ly_object *object;
    int32_t seen;  /* references met */
    bool contains; /* a temporary of the set */
} visited;

typedef struct trial {
    size_t n;
    const ly_value *temporaries;
    visited *table; /* open addressing */
    size_t budget, slots;
    size_t used, depth;
    bool given_up;
} trial;

static visited *find(trial *t, ly_object *object)
{
    size_t i = ((uintptr_t)object >> 4) * 0x9e3779b97f4a7c15u >> 40;
    for (i &= t->slots - 1; t->table[i].object && t->table[i].object != object; i = (i + 1) & (t->slots - 1)) {}
    return &t->table[i];
}

static bool in_set(const trial *t, ly_value v)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->temporaries[i] == v) return true;
    return false;
}

/* Counts one reference to v, and those of what it holds when it is met first. True: it contains a
   temporary of the set. */
static bool visit(trial *t, ly_value v)
{
    visited *entry;
    bool contains = false;
    if (!ly_is_object(v) || t->given_up) return false;
    if (ly_is_symbol(v)) {
        if (!(ly_flags(&ly_symbol_of(v)->o) & LY_FLAG_TEMPORARY) || !in_set(t, v)) return false;
        contains = true;
    } else if (!ly_is_expr(v) && !ly_is_association(v)) {
        return false;
    }
    entry = find(t, ly_object_of(v));
    if (entry->object) {
        entry->seen++;
        return entry->contains;
    }
    if (++t->used > t->budget || t->depth > DEEPEST) {
        t->given_up = true;
        return false;
    }
    entry->object = ly_object_of(v);
    entry->seen = 1;
    t->depth++;
    if (ly_is_expr(v)) {
        ly_expr *e = ly_expr_of(v);
        contains |= visit(t, e->head);
        for (uint32_t i = 0; i < e->count && !t->given_up; i++) contains |= visit(t, e->args[i]);
    } else if (ly_is_association(v)) {
        const ly_entry *item;
        for (uint32_t at = 0; !t->given_up && (item = ly_association_next(ly_association_of(v), &at));) {
            contains |= visit(t, item->key);
            contains |= visit(t, item->value);
        }
    }
    t->depth--;
    entry->contains = contains;
    return contains;
}

static void visit_reference(void *data, ly_value v) { visit(data, v); }

/* The trial with a table of slots, zeroed: 1 nothing else refers to the temporaries, 0 something does,
   -1 the table is too small. */
static int try_them(size_t n, const ly_value *temporaries, visited *table, size_t slots)
{
    trial t = {n, temporaries, table, slots / 2, slots, 0, 0, false};
    bool shared = false;
    for (size_t i = 0; i < n; i++) {
        const ly_definition *d = &((ly_temporary *)ly_symbol_of(temporaries[i]))->definition;
        visit(&t, d->value);
        for (int k = 0; k < LY_RULE_LISTS; k++)
            if (d->rules[k] && !ly_rules_each_reference(d->rules[k], visit_reference, &t)) shared = true;
    }
    if (t.given_up) return -1;
    if (shared) return 0;
    for (size_t i = 0; i < slots; i++) {
        const visited *entry = &table[i];
        if (!entry->object || !entry->contains || entry->object->kind == LY_KIND_SYMBOL) continue;
        if (ly_count_of(entry->object) != entry->seen) return 0;
    }
    for (size_t i = 0; i < n; i++)
        if (ly_count_of(ly_object_of(temporaries[i])) != find(&t, ly_object_of(temporaries[i]))->seen + 1) return 0;
    return 1;
}

void ly_end_local_definitions(ly_context *cx, size_t n, const ly_value *temporaries)
{
    bool defined = false;
    int alone;
    for (size_t i = 0; i < n; i++) {
        const ly_definition *d = &((ly_temporary *)ly_symbol_of(temporaries[i]))->definition;
        for (int k = 0; k < LY_RULE_LISTS; k++) defined |= d->rules[k] != NULL;
        /* a value that is an expression may hold the symbol too: f = Function[… f[…] …] */
        defined |= d->value && ly_count_of(ly_object_of(temporaries[i])) > 1 &&
                   (ly_is_expr(d->value) || ly_is_association(d->value));
    }
    if (!defined) return;
    {
        visited few[2 * SMALL] = {0};
        alone = try_them(n, temporaries, few, 2 * SMALL);
    }
    if (alone < 0) {
        visited *many = ly_calloc(2 * LARGE, sizeof *many);
        if (many) alone = try_them(n, temporaries, many, 2 * LARGE);
        ly_free(many);
    }
    if (alone <= 0) return;
    for (size_t i = 0; i < n; i++)
        ly_definition_drop(cx, &((ly_temporary *)ly_symbol_of(temporaries[i]))->definition);
}
