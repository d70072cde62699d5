/* snapshot.c: taking snapshots.

   The walk starts from the symbols of the expression and follows what the copies mention. Most often
   nothing has changed and it ends where it began: every symbol of the expression says that all it
   reaches is in the current snapshot. Else the definitions that are not there are copied, and a new
   snapshot is made of the old one's pages, those that differ copied.

   Atomic: the references of snapshots, pages and frozen definitions, and of the base. The context
   that takes snapshots holds many references to the current one in advance (stash), and a context
   that runs tasks gives back many at once (owed), so that a submit touches no shared line. */
#include "eval/snapshot.h"

#include <stdlib.h>

#include "eval/eval.h"
#include "eval/frozen.h"
#include "eval/library.h"
#include "eval/messages.h"
#include "eval/module.h"
#include "eval/modules.h"
#include "eval/names.h"
#include "match/match.h"

enum { STASH = 1024, OWED = 256, FEW = 64, HEAVY = 16 * 1024 };

/* A page of a base; contexts see the first member. */
typedef struct base_page {
    ly_definition_page page;
    int32_t references; /* atomic */
} base_page;

typedef struct captured_temporary {
    ly_value symbol; /* held */
    ly_frozen *frozen;
    bool mentioned;  /* by definitions, not by the expression alone */
} captured_temporary;

struct ly_snapshot {
    int64_t references; /* atomic */
    ly_base *base;
    ly_definition_page **pages; /* each a base_page, or NULL */
    uint32_t page_count;
    uint32_t temporary_count;
    captured_temporary *temporaries; /* ordered by symbol */
    uint64_t stamp;             /* of the newest change that it has */
    uint64_t changed[64];
    bool lends;                 /* results may hold what is the base's */
    /* the state of the evaluator */
    bool up_values, overridden;
    uint32_t recursion_limit;
    uint64_t iteration_limit;
    ly_modules_seen *modules;
    ly_frozen *off;             /* its value: the messages that are off */
};

struct ly_captures {
    ly_base *base;
    ly_snapshot *current;
    uint32_t stash;             /* references to current that are held in advance */
    uint64_t epoch;             /* grows with every change of what was captured */
    uint32_t *seen;             /* by id: the walk that met the symbol last */
    uint32_t seen_count, walk;
    ly_word_stack outdated;     /* symbols whose definitions in `current` are not the present ones */
    ly_word_stack leaves;       /* likewise, that were words there */
    ly_word_stack temporaries;  /* shared ones of this context, held */
    ly_value verified[8];       /* symbols that a base defines, whose closure was in `current` … */
    uint64_t verified_at[8];    /* … at this epoch */
    size_t sweep;               /* look for those that nobody else holds when there are so many */
    ly_value off;               /* what current->off was copied from; held */
    ly_snapshot_work work;
};

/* ---- counting ---------------------------------------------------------------------------------- */

static void page_release(ly_base *base, ly_definition_page *page)
{
    base_page *p = (base_page *)page;
    if (!p || __atomic_sub_fetch(&p->references, 1, __ATOMIC_ACQ_REL)) return;
    for (int i = 0; i < LY_PAGE_SIZE; i++)
        if (page->entries[i]) ly_frozen_release(base, (ly_frozen *)page->entries[i]);
    ly_free(p);
}

static void release(ly_snapshot *s, int64_t references)
{
    /* release: our reads come before the free; acquire: the free comes after everybody's */
    if (__atomic_sub_fetch(&s->references, references, __ATOMIC_ACQ_REL)) return;
    for (uint32_t i = 0; i < s->page_count; i++) page_release(s->base, s->pages[i]);
    if (s->temporary_count) {
        pthread_mutex_lock(&s->base->lock);
        for (uint32_t i = 0; i < s->temporary_count; i++) {
            ly_frozen_release(s->base, s->temporaries[i].frozen);
            ly_release(s->base->heap, s->temporaries[i].symbol);
        }
        pthread_mutex_unlock(&s->base->lock);
    }
    if (s->off) ly_frozen_release(s->base, s->off);
    ly_modules_unsee(s->modules);
    ly_base_release(s->base);
    ly_free(s->pages);
    ly_free(s->temporaries);
    ly_free(s);
}

ly_snapshot *ly_snapshot_retain(ly_snapshot *s)
{
    __atomic_fetch_add(&s->references, 1, __ATOMIC_RELAXED);
    return s;
}

void ly_snapshot_release(ly_snapshot *s) { release(s, 1); }

/* One reference to the current snapshot, from the stash. */
static ly_snapshot *hand_out(struct ly_captures *c)
{
    if (!c->stash) {
        __atomic_fetch_add(&c->current->references, STASH, __ATOMIC_RELAXED);
        c->stash = STASH;
    }
    c->stash--;
    return c->current;
}

static void drop_current(struct ly_captures *c)
{
    ly_snapshot *s = c->current;
    if (!s) return;
    c->current = NULL;
    release(s, 1 + (int64_t)c->stash);
    c->stash = 0;
}

void ly_snapshot_forget(ly_context *cx)
{
    struct ly_captures *c = cx->captures;
    if (!c) return;
    c->epoch++;
    drop_current(c);
}

static struct ly_captures *captures_of(ly_context *cx)
{
    struct ly_captures *c = cx->captures;
    if (c) return c;
    c = ly_calloc(1, sizeof *c);
    if (!c) return NULL;
    c->base = cx->attached ? ly_base_retain(cx->attached->base) : ly_base_new();
    if (!c->base) {
        ly_free(c);
        return NULL;
    }
    c->epoch = 1;
    c->sweep = FEW;
    return cx->captures = c;
}

void ly_captures_end(ly_context *cx)
{
    struct ly_captures *c = cx->captures;
    if (!c) return;
    ly_snapshot_forget(cx);
    ly_release(cx, c->off);
    cx->captures = NULL;
    ly_base_release(c->base);
    ly_free(c->seen);
    ly_free(c->outdated.words);
    ly_free(c->leaves.words);
    ly_free(c->temporaries.words);
    ly_free(c);
}

void ly_snapshot_outdated(ly_context *cx, ly_value symbol, ly_definition *d)
{
    struct ly_captures *c = cx->captures;
    if (!c) return;
    if (!d) {
        c->epoch++;
        return;
    }
    ly_frozen *frozen = d->frozen;
    d->frozen = NULL;
    if (symbol && ly_is_leaf(&frozen->definition) && ly_words_push(&c->leaves, symbol)) {
        /* most often it will be a word again (an iterator, a counter), and nothing else is affected */
        ly_frozen_release(c->base, frozen);
        return;
    }
    c->epoch++;
    /* much memory is not kept for a snapshot that may never be taken; without memory for the note,
       all is found out anew */
    if (frozen->bytes > HEAVY || (symbol && !ly_words_push(&c->outdated, symbol))) ly_snapshot_forget(cx);
    ly_frozen_release(c->base, frozen);
}

/* ---- temporaries ------------------------------------------------------------------------------- */

void ly_snapshot_keep_temporary(ly_context *cx, ly_value symbol)
{
    struct ly_captures *c = captures_of(cx);
    if (!c || !ly_words_push(&c->temporaries, symbol)) {
        /* it is held for ever, then, and dropped with the context */
        return;
    }
}

/* Those that nobody else holds any more go. */
static void sweep_temporaries(ly_context *cx)
{
    struct ly_captures *c = cx->captures;
    ly_word_stack kept = {0}, all = c->temporaries;
    if (all.count < c->sweep) return;
    c->temporaries = kept;
    for (size_t i = 0; i < all.count; i++) {
        ly_object *object = ly_object_of(all.words[i]);
        /* acquire: what others did with it comes before it goes */
        if (__atomic_load_n(&object->count, __ATOMIC_ACQUIRE) == -1) ly_release(cx, all.words[i]);
        else ly_words_push(&c->temporaries, all.words[i]);
    }
    ly_free(all.words);
    c->sweep = 2 * c->temporaries.count + FEW;
}

void ly_snapshot_drop_temporaries(ly_context *cx)
{
    struct ly_captures *c = cx->captures;
    if (!c) return;
    for (size_t i = 0; i < c->temporaries.count; i++) ly_release(cx, c->temporaries.words[i]);
    c->temporaries.count = 0;
}

static int find_temporary(const ly_snapshot *s, ly_value symbol)
{
    uint32_t low = 0, high = s->temporary_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (s->temporaries[middle].symbol == symbol) return (int)middle;
        if (s->temporaries[middle].symbol < symbol) low = middle + 1;
        else high = middle;
    }
    return -1;
}

ly_definition *ly_snapshot_other(const ly_snapshot *s, ly_value symbol)
{
    int i = find_temporary(s, symbol);
    return i < 0 ? NULL : &s->temporaries[i].frozen->definition;
}

/* ---- the walk ---------------------------------------------------------------------------------- */

typedef struct reached {
    uint32_t id;        /* or 0: a temporary */
    ly_value symbol;    /* the temporary */
    ly_frozen *frozen;
    ly_definition *definition; /* private: it remembers the copy; NULL: it stands in a base */
    bool mentioned;
} reached;

typedef struct walk {
    ly_context *cx;
    struct ly_captures *captures;
    ly_word_stack todo;          /* symbols */
    ly_word_stack direct;        /* temporaries in the expression: they are followed last */
    bool mentioned;              /* what is found now is mentioned by definitions */
    bool keeps;                  /* the new snapshot has all temporaries of the old one */
    reached *found;
    size_t count, capacity;
    ly_met_table temporaries;
    uint32_t effects;            /* of the built-ins reached */
    uint64_t bits;               /* filter bits of the symbols reached */
    bool failed;
    bool again;                  /* definitions changed under way */
} walk;

static void reach(walk *w, ly_value symbol)
{
    const ly_symbol *record = ly_symbol_of(symbol);
    struct ly_captures *c = w->captures;
    if (record->builtin) w->effects |= record->builtin->effects;
    if (ly_flags(&record->o) & LY_FLAG_TEMPORARY) {
        if (!ly_meet(&w->temporaries, &record->o, &w->failed)) return;
    } else {
        if (record->id >= c->seen_count) {
            uint32_t count = record->id + 1024;
            uint32_t *seen = ly_remalloc(c->seen, count * sizeof *seen);
            if (!seen) {
                w->failed = true;
                return;
            }
            memset(seen + c->seen_count, 0, (count - c->seen_count) * sizeof *seen);
            c->seen = seen;
            c->seen_count = count;
        }
        if (c->seen[record->id] == c->walk) return;
        c->seen[record->id] = c->walk;
    }
    w->bits |= (uint64_t)1 << (record->hash & 63);
    if (!ly_words_push(&w->todo, symbol)) w->failed = true;
}

static void reach_definition(walk *w, uint32_t id, ly_value symbol, ly_definition *d)
{
    ly_frozen *frozen = d->frozen;
    bool own = !ly_is_frozen(d);
    if (!own) frozen = (ly_frozen *)d;
    if (!frozen) {
        frozen = ly_freeze(w->cx, w->captures->base, d);
        if (!frozen) {
            w->failed = true;
            return;
        }
        d->frozen = frozen;
        w->captures->work.definitions++;
        w->captures->work.objects += frozen->object_count;
    }
    if (w->count == w->capacity) {
        size_t capacity = w->capacity ? 2 * w->capacity : 64;
        reached *found = ly_remalloc(w->found, capacity * sizeof *found);
        if (!found) {
            w->failed = true;
            return;
        }
        w->found = found;
        w->capacity = capacity;
    }
    w->found[w->count++] = (reached){id, symbol, frozen, own ? d : NULL, w->mentioned};
    for (uint32_t i = 0; i < frozen->mention_count; i++) reach(w, frozen->mentions[i]);
}

static bool is_of_library(ly_value symbol)
{
    const ly_builtin *row = ly_symbol_of(symbol)->builtin;
    return row && row->effects & LY_BY_RULES;
}

static void follow(walk *w)
{
    while (w->todo.count && !w->failed && !w->again) {
        ly_value symbol = w->todo.words[--w->todo.count];
        ly_definition *d = ly_definition_of(w->cx, symbol);
        bool temporary = ly_flags(&ly_symbol_of(symbol)->o) & LY_FLAG_TEMPORARY;
        w->captures->work.symbols++;
        if (d) reach_definition(w, temporary ? 0 : ly_symbol_of(symbol)->id, temporary ? symbol : LY_FAILED, d);
        if (is_of_library(symbol)) {
            /* what the library says is entered here, once, rather than in each task */
            uint64_t epoch = w->captures->epoch;
            const ly_definition *l = ly_library_definition(w->cx, symbol);
            if (!l) ly_pending_drop(w->cx, ly_pending_take(w->cx));
            if (epoch != w->captures->epoch) w->again = true;
            if (w->again) return;
            if (l) reach_definition(w, 0, symbol, (ly_definition *)l);
        }
    }
}

static bool is_function(const ly_definition *d)
{
    if (d->options) return true;
    for (int i = 0; i < LY_RULE_LISTS; i++)
        if (d->rules[i]) return true;
    return false;
}

/* Something reached may mean any symbol (LY_NAMES), or be given any function (LY_RECEIVES). */
static void reach_all(walk *w, bool functions)
{
    const ly_definitions *all = &w->cx->definitions;
    for (uint32_t i = 0; i < all->page_count; i++) {
        for (uint32_t k = 0; all->pages[i] && k < LY_PAGE_SIZE && !w->failed; k++) {
            ly_definition *d = all->pages[i]->entries[k];
            uint32_t id = i * LY_PAGE_SIZE + k;
            if (!d || (functions && !is_function(d))) continue;
            if (id < w->captures->seen_count && w->captures->seen[id] == w->captures->walk) continue;
            if (id < w->captures->seen_count) w->captures->seen[id] = w->captures->walk;
            reach_definition(w, id, LY_FAILED, d);
        }
    }
}

/* A method that gives values which other tasks made; a name that is computed may be any. */
static bool is_receiving(const ly_expr *e)
{
    static const char *const names[] = {"receive", "tryReceive", "get"};
    if (e->head != LY_SYM(MethodCall) || e->count < 2) return false;
    if (!ly_is_string(e->args[1])) return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ly_string_is(e->args[1], names[i])) return true;
    return false;
}

/* Calls visit for each symbol in v until it gives false, for Receive where a method receives; false then.
   Data may be deep, and may hold the same part many times. */
static bool each_symbol(ly_value v, bool (*visit)(void *data, ly_value symbol), void *data)
{
    ly_word_stack todo = {0};
    ly_met_table met = {0};
    size_t looked = 0;
    bool going = true, failed = false;
    for (;;) {
        if (ly_is_object(v)) {
            if (ly_is_symbol(v)) {
                going = visit(data, v);
            } else if (++looked > FEW && ly_count_of(ly_object_of(v)) != 1 && !ly_meet(&met, ly_object_of(v), &failed)) {
                /* met before */
            } else if (ly_is_expr(v)) {
                const ly_expr *e = ly_expr_of(v);
                if (e->stamp != LY_INERT || e->filter) {
                    for (uint32_t i = 0; i < e->count && going; i++) {
                        if (!ly_is_object(e->args[i])) continue;
                        if (ly_is_symbol(e->args[i])) going = visit(data, e->args[i]);
                        else if (!ly_words_push(&todo, e->args[i])) failed = true;
                    }
                    if (ly_is_symbol(e->head)) going = going && visit(data, e->head);
                    else if (ly_is_object(e->head) && !ly_words_push(&todo, e->head)) failed = true;
                    if (going && is_receiving(e)) going = visit(data, LY_SYM(Receive));
                }
            } else if (ly_is_association(v)) {
                const ly_entry *entry;
                for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));)
                    if (!ly_words_push(&todo, entry->key) || !ly_words_push(&todo, entry->value)) failed = true;
            }
        }
        if (!going || failed || !todo.count) break;
        v = todo.words[--todo.count];
    }
    ly_met_end(&met);
    ly_free(todo.words);
    return going && !failed;
}

/* ---- the quick answer -------------------------------------------------------------------------- */

/* All that the symbol reaches is in the current snapshot, as it is. */
static bool is_captured(void *data, ly_value symbol)
{
    ly_context *cx = data;
    const ly_symbol *record = ly_symbol_of(symbol);
    const ly_definition *d = ly_definition_of(cx, symbol);
    cx->captures->work.symbols++;
    /* those that an expression alone mentioned stay until a snapshot for another one is made */
    if (d && record->o.flags & LY_FLAG_TEMPORARY && !ly_snapshot_other(cx->captures->current, symbol)) return false;
    if (d && ly_is_frozen(d)) {
        unsigned i = record->id % 8;
        return cx->captures->verified[i] == symbol && cx->captures->verified_at[i] == cx->captures->epoch;
    }
    if (is_of_library(symbol)) {
        if (!ly_snapshot_other(cx->captures->current, symbol)) return false;
        const ly_definition *l = ly_library_definition(cx, symbol);
        return l && l->captured == cx->captures->epoch && (!d || d->captured == cx->captures->epoch);
    }
    if (d) return d->captured == cx->captures->epoch;
    return !record->builtin || !(record->builtin->effects & (LY_NAMES | LY_RECEIVES));
}

static bool verify(void *data, ly_value symbol)
{
    struct ly_captures *c = ((ly_context *)data)->captures;
    c->verified[ly_symbol_of(symbol)->id % 8] = symbol;
    c->verified_at[ly_symbol_of(symbol)->id % 8] = c->epoch;
    return true;
}

static bool same_state(const ly_context *cx, const ly_snapshot *s)
{
    return s->recursion_limit == cx->recursion_limit && s->iteration_limit == cx->iteration_limit &&
           s->up_values == cx->up_values && s->overridden == cx->overridden &&
           ly_modules_still(cx, s->modules) && cx->messages->off == cx->captures->off;
}

static bool is_named(void *data, ly_value symbol)
{
    (void)data;
    return !(ly_flags(&ly_symbol_of(symbol)->o) & LY_FLAG_TEMPORARY);
}

/* In a task that changed no definition of a name: what its own snapshot has is all there is. */
static bool is_untouched(const ly_context *cx, ly_value expression)
{
    return cx->attached && cx->definitions.borrowed && !cx->definitions.temporaries &&
           (!cx->temporaries || each_symbol(expression, is_named, NULL)) &&
           cx->recursion_limit == cx->attached->recursion_limit &&
           cx->iteration_limit == cx->attached->iteration_limit && cx->overridden == cx->attached->overridden &&
           cx->messages->off == (cx->attached->off ? cx->attached->off->definition.value : LY_FAILED);
}

/* ---- a new snapshot ---------------------------------------------------------------------------- */

/* The page that is to be changed, made the new snapshot's own. NULL: no memory. */
static ly_definition_page *own_page(struct ly_captures *c, ly_snapshot *s, uint32_t number)
{
    base_page *old = (base_page *)s->pages[number], *page;
    if (old && __atomic_load_n(&old->references, __ATOMIC_ACQUIRE) == 1) return &old->page; /* made just now */
    page = ly_calloc(1, sizeof *page);
    if (!page) return NULL;
    c->work.pages++;
    page->references = 1;
    if (old) {
        page->page = old->page;
        for (int i = 0; i < LY_PAGE_SIZE; i++)
            if (page->page.entries[i]) ly_frozen_retain((ly_frozen *)page->page.entries[i]);
        page_release(c->base, &old->page);
    }
    s->pages[number] = &page->page;
    return &page->page;
}

/* Puts a definition (frozen, or NULL) into the snapshot's pages. False: no memory. */
static bool put(struct ly_captures *c, ly_snapshot *s, uint32_t id, ly_frozen *frozen)
{
    uint32_t number = id / LY_PAGE_SIZE, slot = id % LY_PAGE_SIZE;
    ly_definition *d = frozen ? &frozen->definition : NULL;
    if ((s->pages[number] ? s->pages[number]->entries[slot] : NULL) == d) return true;
    ly_definition_page *page = own_page(c, s, number);
    if (!page) return false;
    if (page->entries[slot]) ly_frozen_release(c->base, (ly_frozen *)page->entries[slot]);
    page->entries[slot] = d;
    if (frozen) ly_frozen_retain(frozen);
    return true;
}

static int by_symbol(const void *a, const void *b)
{
    ly_value x = ((const captured_temporary *)a)->symbol, y = ((const captured_temporary *)b)->symbol;
    return x < y ? -1 : x > y;
}

/* The temporaries reached, and those of `old` that definitions mention, unless these changed since. */
static bool put_temporaries(ly_snapshot *s, const walk *w, const ly_snapshot *old)
{
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++) count += w->found[i].id == 0;
    if (old) count += old->temporary_count;
    if (!count) return true;
    s->temporaries = ly_malloc(count * sizeof *s->temporaries);
    if (!s->temporaries) return false;
    count = 0;
    for (size_t i = 0; i < w->count; i++)
        if (!w->found[i].id) s->temporaries[count++] = (captured_temporary){w->found[i].symbol, w->found[i].frozen, w->found[i].mentioned};
    s->temporary_count = (uint32_t)count;
    qsort(s->temporaries, count, sizeof *s->temporaries, by_symbol);
    for (uint32_t i = 0; old && i < old->temporary_count; i++) {
        int found = find_temporary(s, old->temporaries[i].symbol);
        if (found >= 0) s->temporaries[found].mentioned |= old->temporaries[i].mentioned;
        else if (old->temporaries[i].mentioned || w->keeps) s->temporaries[count++] = old->temporaries[i];
    }
    qsort(s->temporaries, count, sizeof *s->temporaries, by_symbol);
    s->temporary_count = (uint32_t)count;
    for (uint32_t i = 0; i < s->temporary_count; i++) {
        ly_frozen_retain(s->temporaries[i].frozen);
        if (ly_flags(&ly_symbol_of(s->temporaries[i].symbol)->o) & LY_FLAG_TEMPORARY)
            ly_temporary_share(w->cx, s->temporaries[i].symbol);
        ly_retain(s->temporaries[i].symbol);
    }
    return true;
}

/* The messages that are off, as a frozen value. */
static bool put_off(ly_context *cx, ly_snapshot *s, const ly_snapshot *old)
{
    struct ly_captures *c = cx->captures;
    ly_value off = cx->messages->off;
    if (!off) return true;
    if (old && old->off && c->off == off) {
        s->off = ly_frozen_retain(old->off);
        return true;
    }
    ly_definition d = {.value = off};
    s->off = ly_freeze(cx, c->base, &d);
    return s->off != NULL;
}

/* fresh: temporaries that the old one has may be out of date. */
static ly_snapshot *make(ly_context *cx, const walk *w, bool fresh)
{
    struct ly_captures *c = cx->captures;
    const ly_snapshot *old = c->current ? c->current : cx->attached;
    uint32_t highest = old ? old->page_count : 0;
    ly_snapshot *s = ly_calloc(1, sizeof *s);
    if (!s) return NULL;
    s->references = 1;
    s->base = ly_base_retain(c->base);
    if (cx->definitions.page_count > highest) highest = cx->definitions.page_count;
    s->pages = ly_calloc(highest + 1, sizeof *s->pages);
    if (!s->pages) goto failed;
    s->page_count = highest;
    for (uint32_t i = 0; old && i < old->page_count; i++) {
        s->pages[i] = old->pages[i];
        if (s->pages[i]) __atomic_fetch_add(&((base_page *)s->pages[i])->references, 1, __ATOMIC_RELAXED);
    }
    s->lends = old && old->lends;
    if (old) memcpy(s->changed, old->changed, sizeof s->changed);
    for (size_t i = 0; i < c->outdated.count; i++)
        if (!put(c, s, ly_symbol_of(c->outdated.words[i])->id, NULL)) goto failed;
    for (size_t i = 0; i < w->count; i++) {
        s->lends |= w->found[i].frozen->lends;
        if (w->found[i].id && !put(c, s, w->found[i].id, w->found[i].frozen)) goto failed;
    }
    if (!put_temporaries(s, w, fresh ? NULL : old) || !put_off(cx, s, old)) goto failed;
    s->lends |= s->off != NULL;
    s->modules = ly_modules_see(cx, old ? old->modules : NULL);
    for (uint64_t bits = w->bits; bits; bits &= bits - 1) {
        int bit = __builtin_ctzll(bits);
        s->changed[bit] = cx->definitions.changed[bit];
    }
    s->stamp = cx->definitions.last_change;
    s->up_values = cx->up_values;
    s->overridden = cx->overridden;
    s->recursion_limit = cx->recursion_limit;
    s->iteration_limit = cx->iteration_limit;
    return s;
failed:
    s->stamp = 0;
    release(s, 1);
    return NULL;
}

static bool reach_symbol(void *data, ly_value symbol)
{
    walk *w = data;
    if (ly_flags(&ly_symbol_of(symbol)->o) & LY_FLAG_TEMPORARY) {
        if (!ly_words_push(&w->direct, symbol)) w->failed = true;
    } else {
        reach(w, symbol);
    }
    return !w->failed;
}

static void walk_from(walk *w, ly_value expression)
{
    w->mentioned = true;
    w->captures->walk++;
    w->failed = !each_symbol(expression, reach_symbol, w);
    reach(w, LY_SYM($Context));
    reach(w, LY_SYM($ContextPath));
    follow(w);
    if (w->effects & (LY_NAMES | LY_RECEIVES)) {
        bool functions = !(w->effects & LY_NAMES);
        reach_all(w, functions);
        follow(w);
        if (functions && w->effects & LY_NAMES) {
            reach_all(w, false);
            follow(w);
        }
    }
    w->mentioned = false;
    for (size_t i = 0; i < w->direct.count; i++) reach(w, w->direct.words[i]);
    follow(w);
}

/* The current snapshot has all that was found. */
static bool has_all(const ly_context *cx, const walk *w)
{
    const ly_snapshot *s = cx->captures->current;
    if (!s || !same_state(cx, s)) return false;
    for (size_t i = 0; i < w->count; i++) {
        const reached *r = &w->found[i];
        const ly_definition *d;
        if (!r->id) {
            d = ly_snapshot_other(s, r->symbol);
        } else {
            const ly_definition_page *page = r->id / LY_PAGE_SIZE < s->page_count ? s->pages[r->id / LY_PAGE_SIZE] : NULL;
            d = page ? page->entries[r->id % LY_PAGE_SIZE] : NULL;
        }
        if (d != &r->frozen->definition) return false;
    }
    return true;
}

static void make_current(ly_context *cx, ly_snapshot *s)
{
    struct ly_captures *c = cx->captures;
    drop_current(c); /* all that was found in it is in the new one too, or the epoch moved on */
    c->current = s;
    c->outdated.count = 0;
    if (c->off != cx->messages->off) {
        ly_release(cx, c->off);
        c->off = ly_retain(cx->messages->off);
    }
    /* what is marked from here on may be changed at once: the snapshot's tasks mark too */
    cx->definitions.marked = UINT64_MAX;
}

/* The current snapshot with the present words of symbols that were words and still are. False: one is
   a word no more, or there is no memory. */
static bool renew_leaves(ly_context *cx)
{
    struct ly_captures *c = cx->captures;
    reached found[FEW];
    walk w = {.cx = cx, .captures = c, .found = found, .mentioned = true, .keeps = true};
    ly_snapshot *s;
    if (c->leaves.count > FEW) return false;
    for (size_t i = 0; i < c->leaves.count; i++) {
        ly_value symbol = c->leaves.words[i];
        ly_definition *d = ly_definition_of(cx, symbol);
        if (!d || ly_is_frozen(d) || !ly_is_leaf(d)) return false;
        if (!d->frozen) {
            d->frozen = ly_freeze(cx, c->base, d);
            if (!d->frozen) return false;
            c->work.definitions++;
        }
        w.bits |= (uint64_t)1 << (ly_symbol_of(symbol)->hash & 63);
        w.found[w.count++] = (reached){ly_symbol_of(symbol)->id, LY_FAILED, d->frozen, d, true};
    }
    s = make(cx, &w, false);
    if (!s) return false;
    c->leaves.count = 0;
    make_current(cx, s);
    return true;
}

/* What was put off is looked at by the walk. */
static void give_up_leaves(struct ly_captures *c)
{
    if (!c->leaves.count) return;
    c->epoch++;
    for (size_t i = 0; i < c->leaves.count; i++)
        if (!ly_words_push(&c->outdated, c->leaves.words[i])) drop_current(c);
    c->leaves.count = 0;
}

ly_snapshot *ly_snapshot_take(ly_context *cx, ly_value expression)
{
    struct ly_captures *c;
    ly_snapshot *s = NULL;
    if (is_untouched(cx, expression)) {
        /* a task of a task: one reference a time, each from its own worker's context */
        return ly_snapshot_retain(cx->attached);
    }
    c = captures_of(cx);
    if (!c) goto no_memory;
    if (c->current && same_state(cx, c->current) && each_symbol(expression, is_captured, cx) &&
        (!c->leaves.count || renew_leaves(cx)))
        return hand_out(c);
    give_up_leaves(c);
    sweep_temporaries(cx);

    walk w = {.cx = cx, .captures = c};
    do { /* each round enters a file of the library, if it does not end */
        w.todo.count = w.direct.count = w.count = 0;
        ly_met_end(&w.temporaries);
        w.again = false;
        walk_from(&w, expression);
    } while (w.again && !w.failed);
    if (!w.failed) {
        if (has_all(cx, &w)) {
            s = c->current;
        } else {
            bool fresh = c->outdated.count > 0;
            if (fresh) c->epoch++; /* others that counted on what it leaves out are walked again */
            s = make(cx, &w, fresh);
            if (s) make_current(cx, s);
        }
        /* a built-in that means any symbol must be met by the walk each time */
        if (s && !(w.effects & (LY_NAMES | LY_RECEIVES)))
            for (size_t i = 0; i < w.count; i++)
                if (w.found[i].definition) w.found[i].definition->captured = c->epoch;
        if (s && cx->attached && !(w.effects & (LY_NAMES | LY_RECEIVES))) each_symbol(expression, verify, cx);
        if (s) hand_out(c);
    }
    ly_free(w.todo.words);
    ly_free(w.direct.words);
    ly_free(w.found);
    ly_met_end(&w.temporaries);
    if (s) return s;
no_memory:
    ly_raise_memory(cx);
    return NULL;
}

typedef struct effects {
    ly_context *cx;
    struct ly_captures *captures;
    uint32_t all;
    ly_word_stack todo;
} effects;

static bool look_at_effects(void *data, ly_value symbol)
{
    effects *e = data;
    const ly_symbol *record = ly_symbol_of(symbol);
    struct ly_captures *c = e->captures;
    if (record->builtin) e->all |= record->builtin->effects;
    /* temporaries have no place among those met: what they mean is not looked at */
    if (record->o.flags & LY_FLAG_TEMPORARY || record->id >= c->seen_count) {
        if (ly_definition_of(e->cx, symbol)) e->all |= LY_EFFECTS;
    } else if (c->seen[record->id] != c->walk) {
        c->seen[record->id] = c->walk;
        if (ly_definition_of(e->cx, symbol) && !ly_words_push(&e->todo, symbol)) e->all |= LY_EFFECTS;
    }
    return !(e->all & LY_EFFECTS);
}

uint32_t ly_snapshot_effects(ly_context *cx, ly_value expression)
{
    effects e = {.cx = cx, .captures = cx->captures};
    if (!e.captures) return LY_EFFECTS;
    e.captures->walk++;
    if (!each_symbol(expression, look_at_effects, &e)) e.all |= LY_EFFECTS;
    while (e.todo.count && !(e.all & LY_EFFECTS)) {
        const ly_definition *d = ly_definition_of(cx, e.todo.words[--e.todo.count]);
        const ly_frozen *frozen = !d ? NULL : ly_is_frozen(d) ? (const ly_frozen *)d : d->frozen;
        if (!frozen) e.all |= LY_EFFECTS;
        for (uint32_t i = 0; frozen && i < frozen->mention_count; i++) look_at_effects(&e, frozen->mentions[i]);
    }
    ly_free(e.todo.words);
    return e.all;
}

ly_snapshot_work ly_snapshot_work_of(const ly_context *cx)
{
    return cx->captures ? cx->captures->work : (ly_snapshot_work){0};
}

size_t ly_snapshot_living(const ly_context *cx)
{
    if (!cx->captures) return 0;
    ly_base *base = cx->captures->base;
    pthread_mutex_lock(&base->lock);
    size_t objects = base->objects;
    pthread_mutex_unlock(&base->lock);
    return objects;
}

/* ---- contexts of tasks ------------------------------------------------------------------------- */

ly_context *ly_context_for_tasks(void)
{
    ly_context *cx = ly_context_on_thread();
    if (cx) ly_definitions_end(cx);
    return cx;
}

/* The definitions as the snapshot has them. */
static void begin_definitions(ly_context *cx)
{
    ly_definitions *all = &cx->definitions;
    const ly_snapshot *s = cx->attached;
    all->pages = s->pages;
    all->page_count = s->page_count;
    all->borrowed = true;
    all->task = true;
    all->last_change = all->start = s->stamp ? s->stamp : 1;
    memcpy(all->changed, s->changed, sizeof all->changed);
    all->marked = UINT64_MAX; /* what is in the base is marked, and so is what will come */
    all->assigned = 0;
}

/* What the context knows of the snapshot that it leaves. */
static void let_go(ly_context *cx)
{
    ly_snapshot *s = cx->attached;
    if (!s) return;
    ly_match_forget(cx, true);
    ly_names_forget(cx);
    cx->messages->off = LY_FAILED;
    cx->definitions = (ly_definitions){0};
    cx->attached = NULL;
    release(s, 1 + (int64_t)cx->owed);
    cx->owed = 0;
}

void ly_context_attach(ly_context *cx, ly_snapshot *s, const ly_task_identity *task)
{
    cx->memory_tolerated = 0;
    if (!cx->own_heap && !cx->on_poll) {
        /* no fiber gave it a heap: it may have been made, or used last, on another thread */
        cx->memory_before = 0;
        ly_heap_enter(cx, ly_heap_here());
    }
    if (cx->attached == s) {
        if (++cx->owed >= OWED) {
            release(s, cx->owed);
            cx->owed = 0;
        }
    } else {
        let_go(cx);
        cx->attached = s;
        begin_definitions(cx);
        ly_modules_follow(cx, s->modules);
        cx->messages->off = s->off ? s->off->definition.value : LY_FAILED;
    }
    ly_context_begin(cx, task);
}

void ly_context_begin(ly_context *cx, const ly_task_identity *task)
{
    const ly_snapshot *s = cx->attached;
    cx->up_values = s->up_values;
    cx->overridden = s->overridden;
    cx->recursion_limit = s->recursion_limit;
    cx->iteration_limit = s->iteration_limit;
    cx->task_path = task->path;
    cx->temporary_serial = 1;
    cx->tasks_submitted = 0;
    ly_random_key(cx, task->seed, task->call, task->element);
}

static void drop_assigned(ly_context *cx)
{
    ly_definitions *all = &cx->definitions;
    ly_pending_drop(cx, ly_pending_take(cx));
    ly_release(cx, cx->undecided);
    cx->undecided = LY_FAILED;
    ly_match_forget(cx, false);
    ly_messages_new_input(cx);
    ly_library_end(cx); /* what it entered stood among the task's definitions */
    if (cx->messages->off != (cx->attached->off ? cx->attached->off->definition.value : LY_FAILED)) {
        ly_release(cx, cx->messages->off);
        cx->messages->off = cx->attached->off ? cx->attached->off->definition.value : LY_FAILED;
    }
    if (!all->borrowed || cx->temporaries || all->temporaries || cx->captures) {
        ly_names_forget(cx);
        ly_definitions_end(cx);
        ly_captures_end(cx);
        begin_definitions(cx);
        ly_modules_forget_exact(cx);
    } else if (all->last_change != all->start) {
        begin_definitions(cx);
    }
    cx->depth = 0;
    cx->iterations = 0;
    cx->task_path = "";
}

void ly_context_detach(ly_context *cx)
{
    drop_assigned(cx);
    /* bits may just be set by another thread */
    __atomic_store_n(&cx->poll, 0, __ATOMIC_RELAXED);
}

ly_value ly_context_finish_take(ly_context *cx, ly_value v)
{
    if (ly_is_object(v) && (cx->attached->lends || cx->definitions.assigned))
        v = ly_part_from_take(cx, v, cx->definitions.assigned);
    ly_context_detach(cx);
    return v;
}

/* The last task left nothing behind but what the next may see. Patterns that were compiled stay: they
   mean the same. */
static bool is_clean(const ly_context *cx)
{
    const ly_definitions *all = &cx->definitions;
    return all->borrowed && all->last_change == all->start && !all->temporaries && !cx->temporaries &&
           !cx->captures && !cx->undecided && !cx->library && !cx->messages->given && !cx->messages->list &&
           cx->messages->off == (cx->attached->off ? cx->attached->off->definition.value : LY_FAILED) &&
           cx->pending.kind == LY_PENDING_NONE;
}

ly_value ly_context_pass_take(ly_context *cx, ly_value v, bool lent)
{
    if (ly_is_object(v) && (lent || cx->attached->lends || cx->definitions.assigned))
        v = ly_part_from_take(cx, v, cx->definitions.assigned);
    if (is_clean(cx)) {
        cx->depth = 0;
        cx->iterations = 0;
    } else {
        drop_assigned(cx);
    }
    return v;
}

void ly_context_idle(ly_context *cx) { let_go(cx); }

ly_snapshot *ly_context_snapshot(const ly_context *cx) { return cx->attached; }
