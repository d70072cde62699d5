/* rules.c: ordered sets of rules, and their application.

   Rules whose left side is literal stand in a hash table: whatever their number, finding one is a
   probe, and adding one costs amortised constant time. The other rules are ordered, special before
   general (or by entry, in sets that were given as lists), and tried in that order. A set is
   counted: conditions may redefine what is being applied. */
#include "match/rules.h"

#include "eval/eval.h"

/* What Module, With and Block around a condition give where it does not hold: see RuleCondition. */
#define NO_MATCH LY_SYM($RuleConditionFailed)

static void list_literals(ly_rules *rules);

/* ---- records ---------------------------------------------------------------------------------- */

static inline void hold(ly_record *record)
{
    if (!record->frozen) record->references++;
}

static void record_free(ly_context *cx, ly_record *record)
{
    if (!record || record->frozen || --record->references) return;
    ly_release(cx, record->rule.lhs);
    ly_release(cx, record->rule.rhs);
    ly_release(cx, record->made);
    ly_pattern_release(cx, record->rule.pattern);
    ly_arena_free(cx, &record->arena);
    ly_buffer_free(cx, record);
}

/* A right side Module[…, rhs /; test] with RuleCondition for the Condition; LY_FAILED where there is
   none (nothing pending). */
static ly_value mark_condition(ly_context *cx, ly_value rhs)
{
    if (ly_stack_low(cx)) return ly_deeper(cx, mark_condition, LY_AS_WORD(cx), rhs);
    if (!ly_is_expr(rhs)) return LY_FAILED;
    const ly_expr *e = ly_expr_of(rhs);
    if (e->head == LY_SYM(CompoundExpression) && e->count > 0) {
        /* Module[…, a; b; rhs /; test] */
        ly_value last = mark_condition(cx, e->args[e->count - 1]);
        return last ? ly_expr_set_take(cx, ly_retain(rhs), e->count - 1, last) : LY_FAILED;
    }
    if (e->count != 2) return LY_FAILED;
    if (e->head == LY_SYM(Condition))
        return ly_make2(cx, LY_SYM(RuleCondition), ly_retain(e->args[0]), ly_retain(e->args[1]));
    if (e->head != LY_SYM(Module) && e->head != LY_SYM(With) && e->head != LY_SYM(Block))
        return LY_FAILED;
    ly_value body = mark_condition(cx, e->args[1]);
    return body ? ly_make2(cx, e->head, ly_retain(e->args[0]), body) : LY_FAILED;
}

/* A left side without patterns, and a right side without a condition. Rules for a Flat head may apply
   to some of its elements, so these are patterns. */
static bool is_plain_literal(ly_context *cx, ly_value lhs, ly_value rhs)
{
    if (ly_is_expr(lhs)) {
        ly_value head = ly_expr_of(lhs)->head;
        if (ly_is_symbol(head) && (ly_attributes(cx, head) & LY_FLAT)) return false;
    }
    if (ly_is_expr(rhs)) {
        ly_value head = ly_expr_of(rhs)->head;
        if (head == LY_SYM(Condition)) return false;
        ly_value marked = mark_condition(cx, rhs);
        if (marked) {
            ly_release(cx, marked);
            return false;
        }
    }
    return ly_is_literal(cx, lhs);
}

/* The pattern, and the templates of its right side; NULL (the record is gone): no memory. */
static ly_record *compile_record(ly_context *cx, ly_record *record)
{
    record->rule.pattern = ly_pattern_new(cx, record->rule.lhs);
    if (!record->rule.pattern) {
        record_free(cx, record);
        return NULL;
    }
    const ly_pattern *pattern = record->rule.pattern;
    ly_value body = record->rule.rhs, test = LY_FAILED;
    while (ly_has_shape(body, LY_SYM(Condition), 2)) {
        const ly_expr *e = ly_expr_of(body);
        body = e->args[0];
        test = test ? ly_make2(cx, LY_SYM(And), test, ly_retain(e->args[1])) : ly_retain(e->args[1]);
    }
    ly_value marked = mark_condition(cx, body);
    if (marked) {
        body = marked;
        record->scoped = true;
    }
    record->made = test && marked ? ly_make2(cx, LY_SYM(List), test, marked) : test ? test : marked;
    record->body = ly_template_new(cx, &record->arena, pattern, body);
    record->test = test ? ly_template_new(cx, &record->arena, pattern, test) : NULL;
    if (!record->body || (test && !record->test)) {
        record_free(cx, record);
        return NULL;
    }
    return record;
}

static ly_record *record_new(ly_context *cx, ly_value lhs, ly_value rhs, bool delayed)
{
    ly_record *record = ly_buffer_alloc(cx, sizeof *record);
    if (!record) return NULL;
    memset(record, 0, sizeof *record);
    record->references = 1;
    record->rule.lhs = ly_retain(lhs);
    record->rule.rhs = ly_retain(rhs);
    record->rule.delayed = delayed;
    while (ly_has_shape(lhs, LY_SYM(HoldPattern), 1)) lhs = ly_arg(ly_expr_of(lhs), 0);
    if (is_plain_literal(cx, lhs, rhs)) { /* no pattern: a left side to compare with */
        record->literal = true;
        record->subject = lhs;
        return record;
    }
    return compile_record(cx, record);
}
/* ---- literal rules: a hash table -------------------------------------------------------------- */

static inline uint32_t mix(uint32_t hash, uint64_t word)
{
    return (uint32_t)(((word ^ hash) * 0x9e3779b97f4a7c15u) >> 32);
}

static inline uint32_t hash_part(uint32_t hash, ly_value v)
{
    return mix(hash, ly_is_int(v) || ly_is_symbol(v) ? v : ly_hash(v));
}

/* Of a left side or subject; cheap for calls of few atoms. Never 0. */
static uint32_t literal_hash(ly_value v)
{
    if (!ly_is_expr(v)) return hash_part(1, v) | 1;
    const ly_expr *e = ly_expr_of(v);
    uint32_t hash = hash_part(e->count + 2, e->head);
    for (uint32_t i = 0; i < e->count; i++) hash = hash_part(hash, e->args[i]);
    return hash | 1;
}

/* 0: an atom; 1: an expression of atoms; 2: deeper */
static unsigned literal_depth(ly_value v)
{
    if (!ly_is_pointer(v)) return 0;
    if (ly_is_packed(v) || ly_is_association(v)) return 2;
    if (!ly_is_expr(v)) return 0;
    const ly_expr *e = ly_expr_of(v);
    for (uint32_t i = 0; i < e->count; i++) {
        ly_value item = e->args[i];
        if (ly_is_pointer(item) &&
            (ly_is_expr(item) || ly_is_packed(item) || ly_is_association(item)))
            return 2;
    }
    return 1;
}

static ly_value literal_of(const ly_record *record)
{
    return record->subject;
}

static void index_enter(ly_rules *rules, uint32_t number)
{
    uint32_t slot = rules->literals[number]->hash & rules->index_mask;
    while (rules->index[slot].number) slot = (slot + 1) & rules->index_mask;
    rules->index[slot].number = number + 1;
    rules->index[slot].hash = rules->literals[number]->hash;
}

static bool index_rebuild(ly_context *cx, ly_rules *rules, uint32_t slots)
{
    ly_slot *index = ly_buffer_alloc(cx, slots * sizeof *index);
    if (!index) return false;
    memset(index, 0, slots * sizeof *index);
    ly_buffer_free(cx, rules->index);
    rules->index = index;
    rules->index_mask = slots - 1;
    for (uint32_t i = 0; i < rules->literal_count; i++) index_enter(rules, i);
    return true;
}

/* Number of the literal rule for v, or LY_MANY. */
static uint32_t find_literal(const ly_rules *rules, ly_value v)
{
    if (!rules->literal_count || !(rules->depths >> literal_depth(v) & 1)) return LY_MANY;
    uint32_t hash = literal_hash(v);
    for (uint32_t slot = hash & rules->index_mask; rules->index[slot].number;
         slot = (slot + 1) & rules->index_mask) {
        uint32_t number = rules->index[slot].number - 1;
        if (rules->index[slot].hash == hash && ly_same(literal_of(rules->literals[number]), v))
            return number;
    }
    return LY_MANY;
}

/* ---- growing ---------------------------------------------------------------------------------- */

static bool insert(ly_context *cx, ly_record ***items, uint32_t *count, uint32_t *capacity,
                   uint32_t at, ly_record *record)
{
    if (*count == *capacity) {
        uint32_t more = *capacity ? 2 * *capacity : 4;
        ly_record **grown = ly_buffer_realloc(cx, *items, more * sizeof *grown);
        if (!grown) return false;
        *items = grown;
        *capacity = more;
    }
    memmove(*items + at + 1, *items + at, (*count - at) * sizeof **items);
    (*items)[at] = record;
    ++*count;
    return true;
}

static void literals_changed(ly_rules *rules)
{
    rules->literal_version++;
    rules->listed = false;
}

static void changed(ly_context *cx, ly_rules *rules)
{
    rules->version++;
    ly_tree_free(cx, rules);
}

static bool add_literal(ly_context *cx, ly_rules *rules, ly_record *record)
{
    /* a record of a base, which others read now, has its hash, and is not written to */
    if (!record->hash) record->hash = literal_hash(literal_of(record));
    if (2 * (rules->literal_count + 1) > rules->index_mask &&
        !index_rebuild(cx, rules, rules->index_mask ? 2 * (rules->index_mask + 1) : 8))
        return false;
    if (!insert(cx, &rules->literals, &rules->literal_count, &rules->literal_capacity,
                rules->literal_count, record))
        return false;
    index_enter(rules, rules->literal_count - 1);
    rules->depths |= 1u << literal_depth(literal_of(record));
    literals_changed(rules);
    return true;
}

/* other, an older rule, matches all that record matches, and more. */
static bool is_more_general(ly_context *cx, const ly_record *other, const ly_record *record)
{
    const ly_node *root = record->rule.pattern->root, *other_root = other->rule.pattern->root;
    if (other->test || other->scoped) return false; /* what its condition leaves out is not known */
    uint32_t repeats = ly_repeats(root), other_repeats = ly_repeats(other_root);
    if (other_repeats > repeats || !ly_subsumes(cx, other_root, root)) return false;
    return record->test || record->scoped || repeats > other_repeats || !ly_subsumes(cx, root, other_root);
}

static uint32_t place_of(ly_context *cx, const ly_rules *rules, const ly_record *record)
{
    for (uint32_t i = 0; i < rules->pattern_count; i++)
        if (is_more_general(cx, rules->patterns[i], record)) return i;
    return rules->pattern_count;
}

/* Number of the pattern rule with this left side and condition, or LY_MANY. */
static uint32_t find_pattern(ly_context *cx, const ly_rules *rules, ly_value lhs, ly_value rhs,
                             uint32_t hash)
{
    for (uint32_t i = 0; i < rules->pattern_count; i++) {
        const ly_record *other = rules->patterns[i];
        if (other->hash == hash && ly_same_rule(cx, other->rule.lhs, other->rule.rhs, lhs, rhs)) return i;
    }
    return LY_MANY;
}

void ly_rules_add(ly_context *cx, ly_rules *rules, ly_value lhs, ly_value rhs, bool delayed)
{
    ly_record *record = record_new(cx, lhs, rhs, delayed);
    if (!record) return;
    record->serial = ++rules->serial;
    if (record->literal) {
        uint32_t number = find_literal(rules, literal_of(record));
        if (number != LY_MANY) {
            record->hash = rules->literals[number]->hash;
            record_free(cx, rules->literals[number]);
            rules->literals[number] = record;
            literals_changed(rules);
            return;
        }
        if (!add_literal(cx, rules, record)) record_free(cx, record);
        return;
    }
    record->hash = ly_rule_hash(cx, lhs);
    uint32_t at = find_pattern(cx, rules, lhs, rhs, record->hash);
    changed(cx, rules);
    if (at != LY_MANY) {
        record_free(cx, rules->patterns[at]);
        rules->patterns[at] = record;
    } else {
        at = rules->by_entry ? rules->pattern_count : place_of(cx, rules, record);
        if (!insert(cx, &rules->patterns, &rules->pattern_count, &rules->pattern_capacity, at, record))
            record_free(cx, record);
    }
    if (record->rule.pattern->root->kind == LY_NODE_LITERAL) rules->conditioned_literals = true;
}

void ly_rules_append(ly_context *cx, ly_rules *rules, ly_value lhs, ly_value rhs, bool delayed)
{
    ly_record *record = record_new(cx, lhs, rhs, delayed);
    if (!record) return;
    rules->by_entry = true;
    record->serial = ++rules->serial;
    if (record->literal) { /* of two with the same left side the first applies */
        if (find_literal(rules, literal_of(record)) == LY_MANY) {
            if (!add_literal(cx, rules, record)) record_free(cx, record);
            return;
        }
        record_free(cx, record); /* it never applies */
        return;
    }
    record->hash = ly_rule_hash(cx, lhs);
    changed(cx, rules);
    if (!insert(cx, &rules->patterns, &rules->pattern_count, &rules->pattern_capacity,
                rules->pattern_count, record))
        record_free(cx, record);
}

static void remove_at(ly_record **items, uint32_t *count, uint32_t at)
{
    memmove(items + at, items + at + 1, (*count - at - 1) * sizeof *items);
    --*count;
}

bool ly_rules_remove(ly_context *cx, ly_rules *rules, ly_value lhs)
{
    while (ly_has_shape(lhs, LY_SYM(HoldPattern), 1)) lhs = ly_arg(ly_expr_of(lhs), 0);
    uint32_t at = find_literal(rules, lhs);
    if (at != LY_MANY) {
        record_free(cx, rules->literals[at]);
        remove_at(rules->literals, &rules->literal_count, at);
        memset(rules->index, 0, (rules->index_mask + 1) * sizeof *rules->index);
        for (uint32_t i = 0; i < rules->literal_count; i++) index_enter(rules, i);
        literals_changed(rules);
        return true;
    }
    uint32_t hash = ly_rule_hash(cx, lhs);
    bool removed = false;
    for (uint32_t i = 0; i < rules->pattern_count;) {
        ly_record *record = rules->patterns[i];
        if (record->hash == hash && ly_same_rule(cx, record->rule.lhs, LY_INT(0), lhs, LY_INT(0))) {
            record_free(cx, record);
            remove_at(rules->patterns, &rules->pattern_count, i);
            changed(cx, rules);
            removed = true;
        } else {
            i++;
        }
    }
    return removed;
}

/* ---- sets ------------------------------------------------------------------------------------- */

ly_rules *ly_rules_new(ly_context *cx)
{
    ly_rules *rules = ly_buffer_alloc(cx, sizeof *rules);
    if (!rules) return NULL;
    memset(rules, 0, sizeof *rules);
    rules->references = 1;
    return rules;
}

ly_rules *ly_rules_retain(ly_rules *rules)
{
    if (!rules->frozen) rules->references++;
    return rules;
}

void ly_rules_free(ly_context *cx, ly_rules *rules)
{
    if (!rules || rules->frozen || --rules->references) return;
    for (uint32_t i = 0; i < rules->literal_count; i++) record_free(cx, rules->literals[i]);
    for (uint32_t i = 0; i < rules->pattern_count; i++) record_free(cx, rules->patterns[i]);
    ly_tree_free(cx, rules);
    ly_buffer_free(cx, rules->literals);
    ly_buffer_free(cx, rules->patterns);
    ly_buffer_free(cx, rules->index);
    ly_buffer_free(cx, rules);
}

static bool each_reference(const ly_record *record, void (*visit)(void *, ly_value), void *data)
{
    const ly_pattern *pattern = record->rule.pattern;
    visit(data, record->rule.lhs);
    visit(data, record->rule.rhs);
    visit(data, record->made);
    if (!pattern) return record->references == 1; /* a literal: it was never compiled */
    visit(data, pattern->source);
    for (uint32_t i = 0; i < pattern->kept_count; i++) visit(data, pattern->kept[i]);
    return record->references == 1 && pattern->references == 1;
}

bool ly_rules_each_reference(const ly_rules *rules, void (*visit)(void *, ly_value), void *data)
{
    bool alone = rules->references == 1;
    for (uint32_t i = 0; i < rules->literal_count; i++)
        alone &= each_reference(rules->literals[i], visit, data);
    for (uint32_t i = 0; i < rules->pattern_count; i++)
        alone &= each_reference(rules->patterns[i], visit, data);
    return alone;
}

ly_rules *ly_rules_copy(ly_context *cx, const ly_rules *rules)
{
    ly_rules *copy = ly_rules_new(cx);
    if (!copy) return NULL;
    copy->by_entry = rules->by_entry;
    copy->conditioned_literals = rules->conditioned_literals;
    copy->depths = rules->depths;
    copy->serial = rules->serial;
    for (uint32_t i = 0; i < rules->literal_count; i++) {
        hold(rules->literals[i]);
        if (!add_literal(cx, copy, rules->literals[i])) record_free(cx, rules->literals[i]);
    }
    for (uint32_t i = 0; i < rules->pattern_count; i++) {
        hold(rules->patterns[i]);
        if (!insert(cx, &copy->patterns, &copy->pattern_count, &copy->pattern_capacity, i,
                    rules->patterns[i]))
            record_free(cx, rules->patterns[i]);
    }
    return copy;
}

static ly_record *freeze_record(ly_context *heap, const ly_record *from, ly_copier *copier)
{
    ly_record *record = ly_buffer_alloc(heap, sizeof *record);
    if (!record) return NULL;
    memset(record, 0, sizeof *record);
    record->references = 1;
    record->hash = from->hash;
    record->serial = from->serial;
    if (from->rule.pattern) { /* variables stand for what they match, not for the symbols of their names */
        copier->hidden = from->rule.pattern->variables;
        copier->hidden_count = from->rule.pattern->variable_count;
    }
    record->rule.lhs = ly_copy(copier, from->rule.lhs);
    /* a temporary or foreign object, which is not copied, is released with the record */
    record->rule.rhs = ly_retain(ly_copy(copier, from->rule.rhs));
    ly_retain(record->rule.lhs);
    copier->hidden_count = 0;
    ly_met_end(&copier->met); /* for the next rule other symbols are variables */
    record->rule.delayed = from->rule.delayed;
    record->rule.body = from->rule.body;
    record->rule.deepest = from->rule.deepest;
    record->rule.compiled = from->rule.compiled;
    if (from->literal) {
        record->literal = true;
        record->subject = record->rule.lhs;
        while (ly_has_shape(record->subject, LY_SYM(HoldPattern), 1))
            record->subject = ly_arg(ly_expr_of(record->subject), 0);
    } else {
        record = compile_record(heap, record);
        if (!record) return NULL;
        ly_pattern *pattern = record->rule.pattern;
        if (record->made) ly_copier_own(copier, record->made);
        for (uint32_t i = 0; i < pattern->kept_count; i++) ly_copier_own(copier, pattern->kept[i]);
        pattern->frozen = true;
    }
    record->frozen = true;
    return record;
}

ly_rules *ly_rules_freeze(ly_context *heap, const ly_rules *constant, ly_copier *copier)
{
    ly_rules *rules = (ly_rules *)constant, *frozen;
    list_literals(rules);
    frozen = ly_rules_new(heap);
    if (!frozen) return NULL;
    frozen->by_entry = rules->by_entry;
    frozen->conditioned_literals = rules->conditioned_literals;
    frozen->depths = rules->depths;
    frozen->serial = rules->serial;
    for (uint32_t i = 0; i < rules->literal_count; i++) {
        ly_record *record = freeze_record(heap, rules->literals[i], copier);
        if (!record || !add_literal(heap, frozen, record)) goto failed;
    }
    for (uint32_t i = 0; i < rules->pattern_count; i++) {
        ly_record *record = freeze_record(heap, rules->patterns[i], copier);
        if (!record || !insert(heap, &frozen->patterns, &frozen->pattern_count, &frozen->pattern_capacity, i, record))
            goto failed;
    }
    if (!ly_tree_build(heap, frozen)) goto failed;
    frozen->listed = true;
    frozen->frozen = true;
    return frozen;
failed:
    frozen->frozen = true;
    ly_rules_thaw(heap, frozen);
    return NULL;
}

void ly_rules_thaw(ly_context *heap, ly_rules *rules)
{
    rules->frozen = false;
    for (uint32_t i = 0; i < rules->literal_count; i++) rules->literals[i]->frozen = false;
    for (uint32_t i = 0; i < rules->pattern_count; i++) {
        rules->patterns[i]->frozen = false;
        rules->patterns[i]->rule.pattern->frozen = false;
    }
    ly_rules_free(heap, rules);
}

bool ly_rules_lend(const ly_rules *rules)
{
    for (uint32_t i = 0; i < rules->literal_count; i++)
        if (ly_is_pointer(rules->literals[i]->rule.rhs)) return true;
    for (uint32_t i = 0; i < rules->pattern_count; i++)
        if (ly_template_lends(rules->patterns[i]->body) ||
            (rules->patterns[i]->test && ly_template_lends(rules->patterns[i]->test)))
            return true;
    return false;
}

size_t ly_rules_count(const ly_rules *rules)
{
    return rules->literal_count + rules->pattern_count;
}

static int compare_records(const void *a, const void *b)
{
    const ly_record *x = *(ly_record *const *)a, *y = *(ly_record *const *)b;
    return ly_compare(x->rule.lhs, y->rule.lhs);
}

/* Literal rules are listed in canonical order: among themselves they are tried in none. */
static void list_literals(ly_rules *rules)
{
    if (rules->listed) return;
    rules->listed = true;
    rules->literal_version++;
    if (rules->by_entry || rules->literal_count < 2) return;
    qsort(rules->literals, rules->literal_count, sizeof *rules->literals, compare_records);
    memset(rules->index, 0, (rules->index_mask + 1) * sizeof *rules->index);
    for (uint32_t i = 0; i < rules->literal_count; i++) index_enter(rules, i);
}

const ly_rule *ly_rules_at(const ly_rules *constant, size_t i)
{
    ly_rules *rules = (ly_rules *)constant; /* its order of listing is settled when first asked for */
    list_literals(rules);
    if (!rules->by_entry) {
        if (i < rules->literal_count) return &rules->literals[i]->rule;
        return &rules->patterns[i - rules->literal_count]->rule;
    }
    /* by entry: merge the two by serial number */
    size_t l = 0, p = 0;
    for (;;) {
        bool literal = p == rules->pattern_count ||
                       (l < rules->literal_count &&
                        rules->literals[l]->serial < rules->patterns[p]->serial);
        if (l + p == i) return literal ? &rules->literals[l]->rule : &rules->patterns[p]->rule;
        if (literal) l++;
        else p++;
    }
}

ly_rule *ly_rules_find(ly_context *cx, ly_rules *rules, ly_value lhs, ly_value rhs)
{
    while (ly_has_shape(lhs, LY_SYM(HoldPattern), 1)) lhs = ly_arg(ly_expr_of(lhs), 0);
    uint32_t at = find_literal(rules, lhs);
    if (at != LY_MANY && ly_same(rules->literals[at]->rule.rhs, rhs)) return &rules->literals[at]->rule;
    uint32_t hash = ly_rule_hash(cx, lhs);
    for (uint32_t i = 0; i < rules->pattern_count; i++) {
        ly_record *record = rules->patterns[i];
        if (record->hash == hash && ly_same_rule(cx, record->rule.lhs, record->rule.rhs, lhs, rhs))
            return &record->rule;
    }
    return NULL;
}

/* ---- application ------------------------------------------------------------------------------ */

typedef struct application {
    ly_record *record;
    ly_value result;
    /* ly_rules_each: called with each result */
    bool (*found)(ly_context *cx, void *data, ly_value result);
    void *data;
} application;

static ly_value body_value(ly_context *cx, const ly_record *record, const ly_binding *bindings)
{
    uint32_t n = record->rule.pattern->variable_count;
    ly_value values[n + 1], result = LY_FAILED;
    bool made[n + 1];
    uint32_t i = 0;
    for (; i < n; i++) {
        const ly_binding *b = &bindings[i];
        made[i] = b->state != LY_BOUND_ONE;
        if (!made[i]) {
            values[i] = b->value;
            continue;
        }
        ly_expr *e = ly_expr_new(cx, LY_SYM(Sequence), b->state == LY_UNBOUND ? 0 : b->count);
        if (!e) break;
        for (uint32_t j = 0; j < e->count; j++) e->args[j] = ly_retain(b->items[j]);
        values[i] = ly_from_object(e);
    }
    values[n] = record->rule.rhs;
    if (i == n) result = record->rule.body(cx, values);
    while (i-- > 0)
        if (made[i]) ly_release(cx, values[i]);
    return result;
}

/* The rule's right side for the bindings: 1 and the result, 0 where its condition does not hold. */
static int finish(ly_context *cx, ly_record *record, const ly_binding *bindings, ly_value *result)
{
    if (record->rule.body && !cx->overridden && !cx->trace &&
        cx->depth + record->rule.deepest <= cx->recursion_limit) {
        *result = body_value(cx, record, bindings);
        if (*result == LY_UNEVALUATED) return 0;
        return *result ? 1 : -1;
    }
    if (record->test) {
        ly_value test = ly_template_fill(cx, record->test, bindings);
        if (!test) return -1;
        cx->looked++;
        int answer = ly_test(cx, test);
        ly_release(cx, test);
        if (answer != 1) return answer;
    }
    *result = ly_template_fill(cx, record->body, bindings);
    if (!*result) return -1;
    if (record->scoped) {
        cx->looked++;
        *result = ly_evaluate_take(cx, *result);
        if (!*result) return -1;
        if (*result == NO_MATCH) return 0;
    }
    return 1;
}

/* A match of some elements of a Flat head: the result among the others. Consumes result. */
static ly_value among_rest(ly_context *cx, const ly_found *found, ly_value result)
{
    size_t n = (size_t)found->before_count + 1 + found->after_count, at = 0;
    ly_expr *e = ly_expr_new(cx, found->head, n);
    if (!e) {
        ly_release(cx, result);
        return LY_FAILED;
    }
    for (uint32_t i = 0; i < found->before_count; i++) e->args[at++] = ly_retain(found->before[i]);
    e->args[at++] = result;
    for (uint32_t i = 0; i < found->after_count; i++) e->args[at++] = ly_retain(found->after[i]);
    return ly_from_object(e);
}

static int apply_found(ly_context *cx, ly_found *found, const ly_binding *bindings)
{
    application *a = found->data;
    ly_value result;
    int answer = finish(cx, a->record, bindings, &result);
    if (answer != 1) return answer;
    if (!found->whole && !(result = among_rest(cx, found, result))) return -1;
    if (a->found) {
        if (found->whole) found->any = true;
        if (a->found(cx, a->data, result)) return cx->pending.kind == LY_PENDING_NONE ? 0 : -1;
        return 1;
    }
    a->result = result;
    return 1;
}

/* One rule: 1 and the result, 0, or -1. */
static int apply(ly_context *cx, ly_record *record, ly_value subject, ly_value *result)
{
    ly_pattern *pattern = record->rule.pattern;
    int answer;
    if (pattern->root->plain && pattern->variable_count <= 8) {
        ly_binding bindings[9];
        uint32_t trail[9];
        ly_matcher m;
        m.cx = cx;
        m.pattern = pattern;
        m.bindings = bindings;
        m.trail = trail;
        m.trail_count = m.kept_count = 0;
        m.kept_capacity = 8;
        m.kept = m.kept_first;
        for (uint32_t i = 0; i < pattern->variable_count; i++) bindings[i].state = LY_UNBOUND;
        bool guarded = pattern->evaluates || record->test || record->scoped || record->rule.body;
        if (guarded) hold(record);
        answer = ly_match_plain(&m, pattern->root, subject);
        if (answer == 1) answer = finish(cx, record, bindings, result);
        if (m.kept_count) ly_undo(&m, (ly_mark){0, 0});
        if (m.kept != m.kept_first) ly_buffer_free(cx, m.kept);
        if (guarded) record_free(cx, record);
        if (answer != LY_STALE) return answer;
    }
    application a = {.record = record};
    ly_found found = {.call = apply_found, .data = &a};
    hold(record);
    answer = ly_match_found(cx, pattern, subject, true, &found);
    record_free(cx, record);
    *result = a.result;
    return answer;
}

/* The records that may match the subject, in order, one by one. */
typedef struct candidates {
    ly_rules *rules;
    ly_value subject;
    uint32_t literal;     /* number of the literal rule that applies, or LY_MANY */
    uint32_t at, count;   /* of patterns, or of the leaf's numbers */
    uint32_t next;        /* pattern after the last one given */
    const uint32_t *leaf; /* NULL: all patterns */
    uint32_t version, literal_version;
} candidates;

static candidates candidates_of(ly_context *cx, ly_rules *rules, ly_value subject)
{
    candidates c = {.rules = rules, .subject = subject, .count = rules->pattern_count};
    c.literal = find_literal(rules, subject);
    if (rules->pattern_count > LY_TREE_LEAST) c.leaf = ly_tree_leaf(cx, rules, subject, &c.count);
    c.version = rules->version;
    c.literal_version = rules->literal_version;
    return c;
}

static ly_record *next_candidate(candidates *c)
{
    ly_rules *rules = c->rules;
    if (c->version != rules->version) { /* a condition redefined rules: go on in what is there now */
        c->version = rules->version;
        c->leaf = NULL;
        c->at = c->next;
        c->count = rules->pattern_count;
    }
    if (c->literal != LY_MANY && c->literal_version != rules->literal_version) {
        c->literal_version = rules->literal_version;
        c->literal = find_literal(rules, c->subject);
    }
    uint32_t number = c->at < c->count ? c->leaf ? c->leaf[c->at] : c->at : LY_MANY;
    ly_record *pattern = number != LY_MANY ? rules->patterns[number] : NULL;
    if (c->literal != LY_MANY) {
        ly_record *literal = rules->literals[c->literal];
        bool first = !pattern || (rules->by_entry ? literal->serial < pattern->serial
                                                  : pattern->rule.pattern->root->kind != LY_NODE_LITERAL);
        if (first) {
            c->literal = LY_MANY;
            return literal;
        }
    }
    if (pattern) {
        c->at++;
        c->next = number + 1;
    }
    return pattern;
}

ly_value ly_rules_apply(ly_context *cx, ly_rules *rules, ly_value subject)
{
    ly_value result = LY_UNEVALUATED;
    int answer = 0;
    candidates c = candidates_of(cx, rules, subject);
    ly_rules_retain(rules);
    for (ly_record *record; !answer && (record = next_candidate(&c));) {
        if (record->literal) {
            result = record->rule.body && !cx->trace ? record->rule.body(cx, &record->rule.rhs) : ly_retain(record->rule.rhs);
            answer = !result ? -1 : result != LY_UNEVALUATED;
        } else {
            answer = apply(cx, record, subject, &result);
        }
    }
    ly_rules_free(cx, rules);
    return answer == 1 ? result : answer ? LY_FAILED : LY_UNEVALUATED;
}

bool ly_rules_each(ly_context *cx, ly_rules *rules, ly_value subject,
                   bool (*each)(ly_context *cx, void *data, ly_value result), void *data)
{
    int answer = 0;
    candidates c = candidates_of(cx, rules, subject);
    ly_rules_retain(rules);
    for (ly_record *record; !answer && (record = next_candidate(&c));) {
        if (record->literal) {
            bool more = each(cx, data, ly_retain(record->rule.rhs));
            answer = more ? 0 : cx->pending.kind == LY_PENDING_NONE ? 1 : -1;
            continue;
        }
        application a = {.record = record, .found = each, .data = data};
        ly_found found = {.call = apply_found, .data = &a};
        hold(record);
        answer = ly_match_found(cx, record->rule.pattern, subject, true, &found);
        record_free(cx, record);
    }
    ly_rules_free(cx, rules);
    return answer >= 0;
}

ly_value ly_default_value(ly_context *cx, ly_value symbol, size_t position, size_t arity)
{
    const ly_definition *definition = ly_definition_of(cx, symbol);
    ly_value result = LY_UNEVALUATED;
    if (!definition || !definition->rules[LY_DEFAULT_VALUES]) return result;
    ly_rules *rules = ly_rules_retain(definition->rules[LY_DEFAULT_VALUES]);
    for (int n = 3; n >= 1 && result == LY_UNEVALUATED; n--) {
        ly_expr *e = ly_expr_new(cx, LY_SYM(Default), n);
        e->args[0] = ly_retain(symbol);
        if (n > 1) e->args[1] = LY_INT(position);
        if (n > 2) e->args[2] = LY_INT(arity);
        result = ly_rules_apply(cx, rules, ly_from_object(e));
        ly_release(cx, ly_from_object(e));
    }
    ly_rules_free(cx, rules);
    if (result != LY_UNEVALUATED && result) result = ly_evaluate_take(cx, result);
    return result;
}

BUILTIN_SYMBOL($RuleConditionFailed, LY_PROTECTED | LY_LOCKED,
               "$RuleConditionFailed stands for a rule whose condition did not hold.")

BUILTIN(RuleCondition, rule_condition, 2, 2, LY_HOLD_ALL | LY_PROTECTED, LY_EFFECTS,
        "RuleCondition[rhs, test] is rhs where test gives True; else the rule whose right side it is "
        "does not apply.")
static ly_value rule_condition(ly_context *cx, ly_expr *call)
{
    int answer = ly_test(cx, call->args[1]);
    if (answer < 0) return LY_FAILED;
    return ly_retain(answer ? call->args[0] : NO_MATCH);
}
