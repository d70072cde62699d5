/* cache.c: compiled patterns and rule sets, by the expressions that they were made from.

   An entry holds its expression, so the expression's address names it; a newer one of the same slot
   displaces it. */
#include "match/pattern.h"
#include "match/rules.h"

#define SLOTS 256

typedef struct pattern_slot {
    ly_value key; /* owned; LY_FAILED: free */
    ly_pattern *pattern;
} pattern_slot;
typedef struct rules_slot {
    ly_value key;
    ly_rules *rules;
} rules_slot;

typedef struct ly_match_cache {
    pattern_slot patterns[SLOTS];
    rules_slot rules[SLOTS];
    unsigned used; /* USED_… */
} ly_match_cache;

enum { USED_BORROWED = 1, USED_COUNTED = 2 }; /* there are entries whose expression is borrowed, counted */

/* The expression is of a base: it lives as long as the snapshot. */
static bool stays(ly_value key)
{
    return ly_is_pointer(key) && ly_count_of(ly_object_of(key)) == 0;
}

static unsigned slot_of(ly_value key)
{
    return (unsigned)((key * 0x9e3779b97f4a7c15u) >> 56) % SLOTS;
}

static ly_match_cache *cache_of(ly_context *cx)
{
    if (!cx->match_cache) {
        cx->match_cache = ly_buffer_alloc(cx, sizeof(ly_match_cache));
        if (cx->match_cache) memset(cx->match_cache, 0, sizeof(ly_match_cache));
    }
    return cx->match_cache;
}

ly_pattern *ly_pattern_of(ly_context *cx, ly_value pattern)
{
    ly_match_cache *cache = cache_of(cx);
    if (!cache) return NULL;
    pattern_slot *slot = &cache->patterns[slot_of(pattern)];
    if (slot->key == pattern && slot->pattern) return slot->pattern;
    ly_pattern *compiled = ly_pattern_new(cx, pattern);
    if (!compiled) return NULL;
    pattern_slot old = *slot;
    *slot = (pattern_slot){ly_retain(pattern), compiled};
    cache->used |= stays(pattern) ? USED_BORROWED : USED_COUNTED;
    ly_release(cx, old.key);
    if (old.pattern) ly_pattern_release(cx, old.pattern);
    return compiled;
}

static bool is_rule(ly_value v)
{
    return ly_has_shape(v, LY_SYM(Rule), 2) || ly_has_shape(v, LY_SYM(RuleDelayed), 2);
}

/* Appends what v stands for; false if it is no rule, nor a list of them, or for want of memory: then
   the error is pending, and what there is of the rules must not be kept. */
static bool append_rules(ly_context *cx, ly_rules *rules, ly_value v)
{
    if (ly_stack_low(cx)) return (bool)(uint8_t)ly_deeper(cx, append_rules, LY_AS_WORD(cx), LY_AS_WORD(rules), v);
    if (is_rule(v)) {
        const ly_expr *e = ly_expr_of(v);
        ly_rules_append(cx, rules, e->args[0], e->args[1], e->head == LY_SYM(RuleDelayed));
        return cx->pending.kind == LY_PENDING_NONE;
    }
    if (ly_has_shape(v, LY_SYM(Dispatch), 1)) return append_rules(cx, rules, ly_arg(ly_expr_of(v), 0));
    if (ly_is_association(v)) {
        const ly_entry *entry;
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));)
            ly_rules_append(cx, rules, entry->key, entry->value, entry->delayed);
        return cx->pending.kind == LY_PENDING_NONE;
    }
    if (!ly_has_head(v, LY_SYM(List))) return ly_is_packed(v) && ly_length(v) == 0;
    const ly_expr *e = ly_expr_of(v);
    for (uint32_t i = 0; i < e->count; i++)
        if (!is_rule(e->args[i]) && !ly_is_association(e->args[i]) &&
            !ly_has_shape(e->args[i], LY_SYM(Dispatch), 1))
            return false;
    for (uint32_t i = 0; i < e->count; i++)
        if (!append_rules(cx, rules, e->args[i])) return false;
    return true;
}

ly_rules *ly_rules_of(ly_context *cx, ly_value v)
{
    ly_match_cache *cache = cache_of(cx);
    if (!cache || !ly_is_pointer(v)) return NULL;
    rules_slot *slot = &cache->rules[slot_of(v)];
    if (slot->key == v && slot->rules) return slot->rules;
    ly_rules *rules = ly_rules_new(cx);
    if (!rules) return NULL;
    if (!append_rules(cx, rules, v)) {
        ly_rules_free(cx, rules);
        return NULL;
    }
    rules_slot old = *slot;
    *slot = (rules_slot){ly_retain(v), rules};
    cache->used |= stays(v) ? USED_BORROWED : USED_COUNTED;
    ly_release(cx, old.key);
    ly_rules_free(cx, old.rules);
    return rules;
}

void ly_match_forget(ly_context *cx, bool all)
{
    ly_match_cache *cache = cx->match_cache;
    if (!cache || !(all ? cache->used : cache->used & USED_COUNTED)) return;
    cache->used = all ? 0 : cache->used & ~USED_COUNTED;
    for (unsigned i = 0; i < SLOTS; i++) {
        pattern_slot pattern = cache->patterns[i];
        rules_slot rules = cache->rules[i];
        if (pattern.key && (all || !stays(pattern.key))) {
            cache->patterns[i] = (pattern_slot){0};
            ly_release(cx, pattern.key);
            ly_pattern_release(cx, pattern.pattern);
        }
        if (rules.key && (all || !stays(rules.key))) {
            cache->rules[i] = (rules_slot){0};
            ly_release(cx, rules.key);
            ly_rules_free(cx, rules.rules);
        }
    }
}

void ly_match_end(ly_context *cx)
{
    ly_match_cache *cache = cx->match_cache;
    if (!cache) return;
    cx->match_cache = NULL;
    for (unsigned i = 0; i < SLOTS; i++) {
        ly_release(cx, cache->patterns[i].key);
        if (cache->patterns[i].pattern) ly_pattern_release(cx, cache->patterns[i].pattern);
        ly_release(cx, cache->rules[i].key);
        ly_rules_free(cx, cache->rules[i].rules);
    }
    ly_buffer_free(cx, cache);
}
