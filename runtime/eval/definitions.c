/* definitions.c: the pages of definitions, and changes to them. */
#include "eval/definitions.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "eval/eval.h"
#include "eval/module.h"
#include "eval/snapshot.h"
#include "match/match.h"

/* ---- stamps: one counter for the process, moved on only where a mark may become stale */

static _Atomic uint64_t stamp = 1;
/* relaxed: a stamp orders changes and marks of one context, which runs on one thread at a time */
uint64_t ly_stamp_next(void) { return atomic_fetch_add_explicit(&stamp, 1, memory_order_relaxed) + 1; }

void ly_symbol_changed(ly_context *cx, ly_value symbol)
{
    uint32_t bit = ly_symbol_of(symbol)->hash & 63;
    /* nothing that has this bit was marked since it last changed: no mark can be stale */
    if (!(cx->definitions.marked >> bit & 1)) return;
    cx->definitions.marked &= ~((uint64_t)1 << bit);
    if (!cx->definitions.task) {
        cx->definitions.last_change = cx->definitions.changed[bit] = ly_stamp_next();
        return;
    }
    /* the process's counter is left alone: every worker would write it. Nothing that a task marks by
       such a stamp is believed elsewhere (ly_mark_now, ly_context_finish_take) */
    cx->definitions.assigned |= (uint64_t)1 << bit;
    cx->definitions.changed[bit] = ++cx->definitions.last_change;
}

/* ---- built-ins */

extern const ly_builtin *const __start_ly_builtins[], *const __stop_ly_builtins[];

void ly_register_builtins(void)
{
    for (const ly_builtin *const *row = __start_ly_builtins; row < __stop_ly_builtins; row++) {
        ly_value symbol = ly_find_symbol("System`", (*row)->name, strlen((*row)->name));
        /* a row without a function says what is known of a symbol that may get one elsewhere */
        if (symbol && ((*row)->function || !ly_symbol_of(symbol)->builtin))
            ly_symbol_of(symbol)->builtin = *row;
    }
}

/* ---- definitions */

ly_definition *ly_temporary_definition(ly_context *cx, ly_value symbol)
{
    ly_temporary *t = (ly_temporary *)ly_symbol_of(symbol);
    /* relaxed: another context may let go of a temporary of its own, never of one of ours */
    if (__builtin_expect(__atomic_load_n(&t->definition.owner, __ATOMIC_RELAXED) == cx, 1)) return &t->definition;
    return ly_foreign_temporary_definition(cx, symbol);
}

static void out_of_memory(void)
{
    fputs("lyra: out of memory\n", stderr);
    _Exit(70);
}

static ly_definition *copy_definition(ly_context *cx, const ly_definition *from)
{
    ly_definition *d = ly_malloc(sizeof *d);
    if (!d) return NULL;
    *d = *from;
    d->owner = cx;
    d->frozen = NULL;
    d->captured = 0;
    ly_retain(d->value);
    ly_retain(d->options);
    for (int i = 0; i < LY_RULE_LISTS; i++)
        if (d->rules[i]) d->rules[i] = ly_rules_copy(cx, d->rules[i]);
    return d;
}

/* A temporary to be changed: one that its context let go of is adopted, one of another context gets
   a definition here. */
static ly_definition *edit_temporary(ly_context *cx, ly_value symbol)
{
    ly_temporary *t = (ly_temporary *)ly_symbol_of(symbol);
    const ly_definition *base;
    ly_foreign_temporary *f;
    if (t->definition.owner == cx) {
        if (t->definition.frozen) ly_snapshot_outdated(cx, LY_FAILED, &t->definition);
        return &t->definition;
    }
    for (f = cx->definitions.temporaries; f; f = f->next)
        if (f->symbol == symbol) {
            if (f->definition.frozen) ly_snapshot_outdated(cx, LY_FAILED, &f->definition);
            return &f->definition;
        }
    base = ly_foreign_temporary_definition(cx, symbol);
    f = ly_calloc(1, sizeof *f);
    if (!f) out_of_memory();
    if (base) {
        ly_definition *copy = copy_definition(cx, base);
        if (!copy) out_of_memory();
        f->definition = *copy;
        ly_free(copy);
    } else {
        f->definition.owner = cx;
        f->definition.attributes = LY_TEMPORARY_ATTRIBUTE;
    }
    f->symbol = ly_retain(symbol);
    f->next = cx->definitions.temporaries;
    cx->definitions.temporaries = f;
    if (cx->captures) ly_snapshot_outdated(cx, LY_FAILED, NULL);
    return &f->definition;
}

ly_definition *ly_foreign_temporary_definition(ly_context *cx, ly_value symbol)
{
    for (ly_foreign_temporary *f = cx->definitions.temporaries; f; f = f->next)
        if (f->symbol == symbol) return &f->definition;
    return cx->attached ? ly_snapshot_other(cx->attached, symbol) : NULL;
}

ly_definition *ly_definition_edit(ly_context *cx, ly_value symbol)
{
    ly_definitions *all = &cx->definitions;
    const ly_symbol *record = ly_symbol_of(symbol);
    uint32_t page = record->id / LY_PAGE_SIZE, slot = record->id % LY_PAGE_SIZE;
    ly_definition_page *p;
    ly_definition *d;
    ly_symbol_changed(cx, symbol);
    if (__builtin_expect(ly_flags(&record->o) & (LY_FLAG_COMPILED | LY_FLAG_RELIED_ON), 0))
        ly_module_symbol_changes(cx, symbol);
    if (ly_flags(&record->o) & LY_FLAG_TEMPORARY) return edit_temporary(cx, symbol);
    if (all->borrowed || page >= all->page_count) {
        uint32_t count = page < all->page_count ? all->page_count : page + 8;
        ly_definition_page **pages = ly_remalloc(all->borrowed ? NULL : all->pages, count * sizeof *pages);
        if (!pages) out_of_memory();
        if (all->borrowed) memcpy(pages, all->pages, all->page_count * sizeof *pages);
        memset(pages + all->page_count, 0, (count - all->page_count) * sizeof *pages);
        all->pages = pages;
        all->page_count = count;
        all->borrowed = false;
    }
    p = all->pages[page];
    if (!p || p->owner != cx) {
        ly_definition_page *own = ly_calloc(1, sizeof *own);
        if (!own) out_of_memory();
        if (p) *own = *p;
        own->owner = cx;
        all->pages[page] = p = own;
    }
    d = p->entries[slot];
    if (!d) {
        d = ly_calloc(1, sizeof *d);
        if (!d) out_of_memory();
        d->owner = cx;
        d->attributes = record->builtin ? record->builtin->attributes : 0;
        if (cx->captures) ly_snapshot_outdated(cx, symbol, NULL);
    } else if (d->owner != cx) {
        d = copy_definition(cx, d);
        if (!d) out_of_memory();
        if (cx->captures) ly_snapshot_outdated(cx, symbol, NULL);
    } else if (__builtin_expect(d->frozen != NULL, 0)) {
        ly_snapshot_outdated(cx, symbol, d);
    }
    p->entries[slot] = d;
    return d;
}

ly_definition *ly_definition_exchange(ly_context *cx, ly_value symbol, ly_definition *with)
{
    ly_definition *d = ly_definition_edit(cx, symbol);
    uint32_t id = ly_symbol_of(symbol)->id;
    cx->definitions.pages[id / LY_PAGE_SIZE]->entries[id % LY_PAGE_SIZE] = with;
    return d;
}

void ly_definition_drop(ly_context *cx, ly_definition *d)
{
    ly_value value = d->value, options = d->options;
    d->value = d->options = LY_FAILED;
    if (d->frozen) ly_snapshot_outdated(cx, LY_FAILED, d);
    ly_release(cx, value);
    ly_release(cx, options);
    for (int i = 0; i < LY_RULE_LISTS; i++) {
        ly_rules *rules = d->rules[i];
        d->rules[i] = NULL;
        if (rules) ly_rules_free(cx, rules);
    }
}

/* Temporaries refer to each other in cycles (local recursive functions), which counting does not
   end: all are held, all lose their definitions, all are let go. What a result or another context
   still holds goes on without this one, and has no definition. */
static void end_temporaries(ly_context *cx)
{
    ly_temporary *t, *next;
    ly_foreign_temporary *f;
    for (t = cx->temporaries; t; t = t->next) ly_retain(ly_from_symbol(&t->symbol));
    for (t = cx->temporaries; t; t = t->next) ly_definition_drop(cx, &t->definition);
    while ((f = cx->definitions.temporaries)) {
        cx->definitions.temporaries = f->next;
        ly_definition_drop(cx, &f->definition);
        ly_release(cx, f->symbol);
        ly_free(f);
    }
    ly_snapshot_drop_temporaries(cx);
    for (t = cx->temporaries; t; t = next) {
        next = t->next;
        ly_temporary_disown(cx, t);
        ly_release(cx, ly_from_symbol(&t->symbol));
    }
}

/* Drops the private pages and what they define; the array of pages stays. */
static void drop_pages(ly_context *cx)
{
    ly_definitions *all = &cx->definitions;
    if (all->borrowed) return;
    for (uint32_t i = 0; i < all->page_count; i++) {
        ly_definition_page *p = all->pages[i];
        if (!p || p->owner != cx) continue;
        for (int k = 0; k < LY_PAGE_SIZE; k++) {
            ly_definition *d = p->entries[k];
            if (d && d->owner == cx) {
                ly_definition_drop(cx, d);
                ly_free(d);
            }
        }
        ly_free(p);
    }
    ly_free(all->pages);
}

void ly_definitions_end(ly_context *cx)
{
    if (cx->temporaries || cx->definitions.temporaries) end_temporaries(cx);
    drop_pages(cx);
    cx->definitions = (ly_definitions){0};
}

uint32_t ly_attributes(ly_context *cx, ly_value symbol)
{
    const ly_definition *d = ly_definition_of(cx, symbol);
    const ly_builtin *builtin = ly_symbol_of(symbol)->builtin;
    return d ? d->attributes : builtin ? builtin->attributes : 0;
}

void ly_set_attributes(ly_context *cx, ly_value symbol, uint32_t attributes)
{
    ly_definition_edit(cx, symbol)->attributes = attributes;
}

void ly_set_own_value_take(ly_context *cx, ly_value symbol, ly_value value, bool delayed)
{
    ly_definition *d = ly_definition_edit(cx, symbol);
    ly_value old = d->value;
    ly_rules *rules = d->rules[LY_OWN_VALUES];
    d->value = value;
    d->flags = (d->flags & ~(uint32_t)LY_DEFINITION_DELAYED) | (delayed ? LY_DEFINITION_DELAYED : 0);
    d->rules[LY_OWN_VALUES] = NULL;
    ly_release(cx, old);
    if (rules) ly_rules_free(cx, rules);
}

ly_value ly_take_own_value(ly_context *cx, ly_value symbol)
{
    ly_definition *d = ly_definition_of(cx, symbol);
    ly_value value;
    if (!d || !d->value || d->flags & LY_DEFINITION_DELAYED) return LY_FAILED;
    if (d->owner != cx) d = ly_definition_edit(cx, symbol);
    value = d->value;
    d->value = LY_FAILED;
    return value;
}

void ly_add_rule(ly_context *cx, ly_value symbol, ly_rule_list list, ly_value lhs, ly_value rhs,
                 bool delayed)
{
    ly_definition *d = ly_definition_edit(cx, symbol);
    if (list == LY_UP_VALUES) {
        if (!(ly_flags(&ly_symbol_of(symbol)->o) & LY_FLAG_HAS_UP)) ly_flag_set(&ly_symbol_of(symbol)->o, LY_FLAG_HAS_UP);
        cx->up_values = true;
    }
    if (!d->rules[list]) {
        d->rules[list] = ly_rules_new(cx);
        if (cx->captures) ly_snapshot_outdated(cx, LY_FAILED, NULL); /* what receives values may call it */
    }
    ly_rules_add(cx, d->rules[list], lhs, rhs, delayed);
}

bool ly_remove_rule(ly_context *cx, ly_value symbol, ly_rule_list list, ly_value lhs)
{
    ly_definition *d = ly_definition_of(cx, symbol);
    if (!d || !d->rules[list]) return false;
    return ly_rules_remove(cx, ly_definition_edit(cx, symbol)->rules[list], lhs);
}

void ly_clear_symbol(ly_context *cx, ly_value symbol, bool all)
{
    ly_definition *d = ly_definition_of(cx, symbol);
    if (!d) return;
    d = ly_definition_edit(cx, symbol);
    {
        ly_value value = d->value;
        d->value = LY_FAILED;
        ly_release(cx, value);
    }
    for (int i = 0; i < LY_RULE_LISTS; i++) {
        ly_rules *rules = d->rules[i];
        if (!rules || (!all && (i == LY_MESSAGES || i == LY_DEFAULT_VALUES))) continue;
        d->rules[i] = NULL;
        ly_rules_free(cx, rules);
    }
    if (all) {
        ly_value options = d->options;
        d->options = LY_FAILED;
        ly_release(cx, options);
        d->attributes = 0;
    }
}

ly_value ly_rules_as_list(ly_context *cx, ly_value symbol, ly_rule_list list)
{
    ly_definition *d = ly_definition_of(cx, symbol);
    ly_builder items = ly_builder_new();
    if (d && list == LY_OWN_VALUES && d->value) {
        ly_value lhs = ly_make1(cx, LY_SYM(HoldPattern), ly_retain(symbol));
        if (!ly_builder_add(cx, &items, ly_make2(cx, LY_SYM(RuleDelayed), lhs, ly_retain(d->value))))
            return LY_FAILED;
    }
    if (d && d->rules[list]) {
        for (size_t i = 0; i < ly_rules_count(d->rules[list]); i++) {
            const ly_rule *rule = ly_rules_at(d->rules[list], i);
            ly_value lhs = ly_make1(cx, LY_SYM(HoldPattern), ly_retain(rule->lhs));
            ly_value item = ly_make2(cx, LY_SYM(RuleDelayed), lhs, ly_retain(rule->rhs));
            if (!ly_builder_add(cx, &items, item)) return LY_FAILED;
        }
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}
