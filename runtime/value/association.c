/* association.c: insertion-ordered hash maps.

   The entries stand in one array in the order of insertion; a removed one leaves a gap (key
   LY_FAILED) until the array is next made anew. Above eight entries an open-addressing index of
   entry numbers finds keys in constant time; below, the hashes are compared one by one. The index
   has at least twice as many slots as there may be entries, so it is never full, gaps included. */
#include <sys/mman.h>

#include "memory/memory.h"
#include "value/value.h"

#define DIRECT 8 /* entries up to which there is no index */

ly_value ly_association_new(ly_context *cx, size_t capacity)
{
    ly_association *a = ly_alloc(cx, LY_KIND_ASSOCIATION, sizeof *a);
    size_t count = capacity < 4 ? 4 : capacity;
    memset((char *)a + sizeof a->o, 0, sizeof *a - sizeof a->o);
    a->entries = count < UINT32_MAX / 4 ? ly_buffer_alloc(cx, count * sizeof(ly_entry)) : NULL;
    if (!a->entries) {
        if (count >= UINT32_MAX / 4) (void)ly_memory_can(cx, SIZE_MAX / 2);
        ly_release(cx, ly_from_object(a));
        return LY_FAILED;
    }
    a->capacity = (uint32_t)count;
    return ly_from_object(a);
}

/* ---- finding ---------------------------------------------------------------------------------- */

/* Number of the entry of key, or UINT32_MAX. */
static uint32_t find(const ly_association *a, ly_value key, uint32_t hash)
{
    if (!a->index) {
        for (uint32_t i = 0; i < a->used; i++)
            if (a->entries[i].hash == hash && a->entries[i].key && ly_same(a->entries[i].key, key)) return i;
        return UINT32_MAX;
    }
    uint64_t entered;
    for (uint32_t slot = hash & a->index_mask; (entered = a->index[slot]); slot = (slot + 1) & a->index_mask) {
        if (entered >> 32 != hash) continue;
        const ly_entry *entry = &a->entries[(uint32_t)entered - 1];
        if (entry->key && ly_same(entry->key, key)) return (uint32_t)entered - 1;
    }
    return UINT32_MAX;
}

ly_value ly_association_find(const ly_association *a, ly_value key)
{
    if (a->count == 0) return LY_FAILED;
    uint32_t i = find(a, key, ly_hash(key));
    return i == UINT32_MAX ? LY_FAILED : a->entries[i].value;
}

const ly_entry *ly_association_entry(const ly_association *a, size_t i)
{
    if (a->used == a->count) return i < a->count ? &a->entries[i] : NULL;
    for (uint32_t at = 0; at < a->used; at++)
        if (a->entries[at].key && i-- == 0) return &a->entries[at];
    return NULL;
}

const ly_entry *ly_association_next(const ly_association *a, uint32_t *at)
{
    while (*at < a->used) {
        const ly_entry *entry = &a->entries[(*at)++];
        if (entry->key) return entry;
    }
    return NULL;
}

/* ---- changing --------------------------------------------------------------------------------- */

static void enter(ly_association *a, uint32_t number)
{
    uint32_t slot = a->entries[number].hash & a->index_mask;
    while (a->index[slot]) slot = (slot + 1) & a->index_mask;
    a->index[slot] = (uint64_t)a->entries[number].hash << 32 | (number + 1);
}

/* A large index is read all over: with large pages most reads need no walk of page tables. */
static void use_large_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const uintptr_t page = 2 << 20;
    uintptr_t first = ((uintptr_t)memory + page - 1) & ~(page - 1), end = ((uintptr_t)memory + bytes) & ~(page - 1);
    if (end > first) (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
#endif
}

/* Makes the index that the capacity asks for. False: no memory, pending; the association is as it
   was, without an index. */
static bool make_index(ly_context *cx, ly_association *a)
{
    if (a->index) ly_buffer_free(cx, a->index);
    a->index = NULL;
    a->index_mask = 0;
    if (a->capacity <= DIRECT) return true;
    size_t slots = 16;
    while (slots < 2 * (size_t)a->capacity) slots *= 2;
    a->index = ly_buffer_alloc(cx, slots * sizeof *a->index);
    if (!a->index) return false;
    use_large_pages(a->index, slots * sizeof *a->index);
    memset(a->index, 0, slots * sizeof *a->index);
    a->index_mask = (uint32_t)(slots - 1);
    for (uint32_t i = 0; i < a->used; i++)
        if (a->entries[i].key) enter(a, i);
    return true;
}

/* Closes the gaps, and makes room for one more entry. False: no memory, pending. */
static bool make_room(ly_context *cx, ly_association *a)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < a->used; i++)
        if (a->entries[i].key) a->entries[kept++] = a->entries[i];
    a->used = kept;
    if (kept > a->capacity - a->capacity / 4) {
        size_t capacity = 2 * (size_t)a->capacity;
        if (capacity > UINT32_MAX / 4) {
            (void)ly_memory_can(cx, SIZE_MAX / 2);
            return false;
        }
        ly_entry *more = ly_buffer_realloc(cx, a->entries, capacity * sizeof *more);
        if (!more) return false;
        a->entries = more;
        a->capacity = (uint32_t)capacity;
    }
    return make_index(cx, a);
}

static void touch(ly_association *a)
{
    a->hash = 0;
    a->stamp = 0;
}

/* A copy that the caller alone holds. Consumes v. LY_FAILED: no memory, pending. */
static ly_value own_take(ly_context *cx, ly_value v)
{
    ly_association *a = ly_association_of(v);
    if (ly_is_unique(v)) {
        touch(a);
        return v;
    }
    ly_value copy = ly_association_new(cx, a->count + a->count / 4);
    if (!ly_failed(copy)) {
        ly_association *b = ly_association_of(copy);
        const ly_entry *entry;
        for (uint32_t at = 0; (entry = ly_association_next(a, &at));) {
            ly_retain(entry->key);
            ly_retain(entry->value);
            b->entries[b->used++] = *entry;
        }
        b->count = b->used;
        if (!make_index(cx, b)) {
            ly_release(cx, copy);
            copy = LY_FAILED;
        }
    }
    ly_release(cx, v);
    return copy;
}

ly_value ly_association_set_take(ly_context *cx, ly_value v, ly_value key, ly_value value, bool delayed)
{
    uint64_t stamp = delayed ? 0 : ly_association_of(v)->stamp, filter = ly_association_of(v)->filter;
    v = own_take(cx, v);
    if (ly_failed(v)) goto failed;
    ly_association *a = ly_association_of(v);
    uint32_t hash = ly_hash(key), i = find(a, key, hash);
    if (i != UINT32_MAX) {
        ly_value old = a->entries[i].value;
        a->entries[i].value = value;
        a->entries[i].delayed = delayed;
        ly_keep_association_mark(cx, a, stamp, filter, key, value);
        ly_release(cx, key);
        ly_release(cx, old);
        return v;
    }
    if (a->used == a->capacity && !make_room(cx, a)) {
        ly_release(cx, v);
        goto failed;
    }
    if (!a->index && a->capacity > DIRECT && !make_index(cx, a)) {
        ly_release(cx, v);
        goto failed;
    }
    a->entries[a->used] = (ly_entry){key, value, hash, delayed};
    if (a->index) enter(a, a->used);
    a->used++;
    a->count++;
    ly_keep_association_mark(cx, a, stamp, filter, key, value);
    return v;
failed:
    ly_release(cx, key);
    ly_release(cx, value);
    return LY_FAILED;
}

ly_value ly_association_remove_take(ly_context *cx, ly_value v, ly_value key)
{
    ly_association *a = ly_association_of(v);
    uint32_t hash = ly_hash(key);
    if (a->count == 0 || find(a, key, hash) == UINT32_MAX) return v;
    v = own_take(cx, v);
    if (ly_failed(v)) return v;
    a = ly_association_of(v);
    uint32_t i = find(a, key, hash);
    ly_entry gone = a->entries[i];
    if (i + 1 == a->used && !a->index) {
        a->used--;
    } else {
        a->entries[i].key = LY_FAILED; /* the index's slot goes on leading here, past the gap */
        a->entries[i].value = LY_INT(0);
    }
    a->count--;
    if (a->count == 0) {
        a->used = 0;
        if (a->index) memset(a->index, 0, ((size_t)a->index_mask + 1) * sizeof *a->index);
    }
    ly_release(cx, gone.key);
    ly_release(cx, gone.value);
    return v;
}

/* ---- rules ------------------------------------------------------------------------------------ */

ly_value ly_entry_rule(ly_context *cx, const ly_entry *entry)
{
    ly_value head = entry->delayed ? LY_SYM(RuleDelayed) : LY_SYM(Rule);
    return ly_make2(cx, head, ly_retain(entry->key), ly_retain(entry->value));
}

static bool is_rule(ly_value v)
{
    return ly_has_shape(v, LY_SYM(Rule), 2) || ly_has_shape(v, LY_SYM(RuleDelayed), 2);
}

/* One nested list that is being entered. */
typedef struct level {
    const ly_value *items;
    size_t next, count;
} level;

/* Lists of rules nest a few levels; deeper ones than this are no association. */
#define MAX_LEVELS 64

ly_value ly_association_from(ly_context *cx, const ly_value *items, size_t n)
{
    level levels[MAX_LEVELS];
    int depth = 0;
    ly_value v = ly_association_new(cx, n < 4 ? 4 : n);
    levels[0] = (level){items, 0, n};
    while (depth >= 0 && !ly_failed(v)) {
        level *top = &levels[depth];
        if (top->next == top->count) {
            depth--;
            continue;
        }
        ly_value item = top->items[top->next++];
        if (is_rule(item)) {
            const ly_expr *rule = ly_expr_of(item);
            v = ly_association_set_take(cx, v, ly_retain(rule->args[0]), ly_retain(rule->args[1]),
                                        rule->head == LY_SYM(RuleDelayed));
        } else if (ly_is_association(item)) {
            const ly_entry *entry;
            for (uint32_t at = 0; !ly_failed(v) && (entry = ly_association_next(ly_association_of(item), &at));)
                v = ly_association_set_take(cx, v, ly_retain(entry->key), ly_retain(entry->value), entry->delayed);
        } else if (ly_has_head(item, LY_SYM(List)) && depth + 1 < MAX_LEVELS) {
            levels[++depth] = (level){ly_expr_of(item)->args, 0, ly_expr_of(item)->count};
        } else {
            ly_release(cx, v);
            return LY_FAILED;
        }
    }
    return v;
}

ly_value ly_association_call(ly_context *cx, ly_expr *call)
{
    ly_value value = call->head;
    if (call->count == 0) return LY_UNEVALUATED;
    for (uint32_t i = 0; i < call->count; i++) {
        ly_value key = call->args[i], found;
        if (!ly_is_association(value)) {
            /* the rest of the keys is asked of the value */
            ly_expr *rest = ly_expr_new(cx, value, call->count - i);
            if (!rest) return LY_FAILED;
            for (uint32_t k = i; k < call->count; k++) rest->args[k - i] = ly_retain(call->args[k]);
            return ly_from_object(rest);
        }
        if (ly_has_shape(key, LY_SYM(Key), 1)) key = ly_expr_of(key)->args[0];
        found = ly_association_find(ly_association_of(value), key);
        if (!found) return ly_make2(cx, LY_SYM(Missing), ly_string_from(cx, "KeyAbsent"), ly_retain(key));
        value = found;
    }
    return ly_retain(value);
}
