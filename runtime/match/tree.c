/* tree.c: the decision tree over the pattern rules of a set.

   A branch looks at one place of the subject (its head, its number of arguments, or an argument) and
   leads on by what stands there: a value, or a head (Integer, Real … for atoms). Rules that do not
   say what stands there are in all of its children, so a leaf is the ordered list of all rules that
   may match; what remains is checked by the matcher. Where a place would double too many rules, the
   tree ends. It is built when a set of more than LY_TREE_LEAST such rules is first applied. */
#include "match/rules.h"

#include "eval/eval.h"

/* places */
enum { PLACE_HEAD, PLACE_COUNT, PLACE_ARGUMENT }; /* PLACE_ARGUMENT + i: argument i */
#define ENOUGH 3      /* rules in a leaf that need no further branch */
#define MOST_ARGUMENTS 6

typedef struct branch_slot {
    ly_value key;         /* borrowed from the rules; LY_FAILED: free */
    bool is_head;         /* key is a head, not a value */
    struct ly_tree *child;
} branch_slot;

struct ly_tree {
    uint32_t place;
    uint32_t count;       /* leaf: of numbers */
    uint32_t *numbers;    /* leaf; NULL in branches */
    uint32_t mask;
    branch_slot *slots;
    struct ly_tree *other; /* nothing of the table fits */
};

/* What a rule says of a place: nothing, a value, or a head. */
typedef enum says { SAYS_NOTHING, SAYS_VALUE, SAYS_HEAD } says;

static ly_value head_symbol(ly_value v)
{
    if (ly_is_int(v)) return LY_SYM(Integer);
    if (ly_is_real_word(v)) return LY_SYM(Real);
    if (ly_is_symbol(v)) return LY_SYM(Symbol);
    switch (ly_object_of(v)->kind) {
    case LY_KIND_EXPR: return ly_expr_of(v)->head;
    case LY_KIND_STRING: return LY_SYM(String);
    case LY_KIND_BIGINT: return LY_SYM(Integer);
    case LY_KIND_RATIONAL: return LY_SYM(Rational);
    case LY_KIND_REAL:
    case LY_KIND_BIGREAL: return LY_SYM(Real);
    case LY_KIND_COMPLEX: return LY_SYM(Complex);
    case LY_KIND_PACKED: return LY_SYM(List);
    case LY_KIND_ASSOCIATION: return LY_SYM(Association);
    default: return LY_FAILED;
    }
}

/* Integers, symbols and strings are keys; reals are compared with a tolerance, so only their head. */
static bool is_key(ly_value v)
{
    return ly_is_int(v) || ly_is_symbol(v) || ly_is_string(v);
}

static const ly_node *strip(const ly_node *node)
{
    while (node->kind == LY_NODE_VARIABLE || node->kind == LY_NODE_CONDITION ||
           node->kind == LY_NODE_TEST)
        node = node->args[0];
    return node;
}

static says node_says(const ly_node *node, ly_value *key)
{
    node = strip(node);
    *key = LY_FAILED;
    if (!node->single) return SAYS_NOTHING;
    switch (node->kind) {
    case LY_NODE_LITERAL:
        if (is_key(node->value)) {
            *key = node->value;
            return SAYS_VALUE;
        }
        *key = head_symbol(node->value);
        break;
    case LY_NODE_BLANK: *key = node->value; break;
    case LY_NODE_EXPR:
        if (node->defaults) break; /* OneIdentity may make it match something else */
        *key = node->value;
        break;
    default: break;
    }
    return *key && ly_is_symbol(*key) ? SAYS_HEAD : SAYS_NOTHING;
}

/* Number of arguments that the rule's subjects have, or LY_MANY. */
static uint32_t node_count(const ly_node *node)
{
    node = strip(node);
    if (node->kind == LY_NODE_LITERAL && ly_is_expr(node->value)) return ly_expr_of(node->value)->count;
    if (node->kind != LY_NODE_EXPR || (node->attributes & (LY_FLAT | LY_ORDERLESS)) ||
        node->rest_least[0] != node->rest_most[0])
        return LY_MANY;
    return node->rest_least[0];
}

static says rule_says(const ly_record *record, uint32_t place, ly_value *key)
{
    const ly_node *root = strip(record->rule.pattern->root);
    if (place == PLACE_HEAD) return node_says(root, key);
    uint32_t count = node_count(root);
    if (count == LY_MANY) return SAYS_NOTHING;
    if (place == PLACE_COUNT) {
        *key = LY_INT(count);
        return SAYS_VALUE;
    }
    uint32_t i = place - PLACE_ARGUMENT;
    if (i >= count || root->kind != LY_NODE_EXPR || root->count != count) return SAYS_NOTHING;
    for (uint32_t j = 0; j <= i; j++)
        if (!root->args[j]->single) return SAYS_NOTHING;
    return node_says(root->args[i], key);
}

/* ---- tables ----------------------------------------------------------------------------------- */

static uint32_t key_hash(ly_value key, bool is_head)
{
    uint64_t word = ly_is_int(key) || ly_is_symbol(key) ? key : ly_hash(key);
    return (uint32_t)(((word + is_head) * 0x9e3779b97f4a7c15u) >> 32);
}

static branch_slot *find_slot(const branch_slot *slots, uint32_t mask, ly_value key, bool is_head)
{
    uint32_t at = key_hash(key, is_head) & mask;
    while (slots[at].key && !(slots[at].is_head == is_head &&
                              (slots[at].key == key || (ly_is_string(key) && ly_same(slots[at].key, key)))))
        at = (at + 1) & mask;
    return (branch_slot *)&slots[at];
}

/* ---- building --------------------------------------------------------------------------------- */

static void tree_free(ly_context *cx, ly_tree *tree)
{
    if (!tree) return;
    if (tree->slots)
        for (uint32_t i = 0; i <= tree->mask; i++) tree_free(cx, tree->slots[i].child);
    tree_free(cx, tree->other);
    ly_buffer_free(cx, tree->slots);
    ly_buffer_free(cx, tree->numbers);
    ly_buffer_free(cx, tree);
}

static ly_tree *leaf_new(ly_context *cx, const uint32_t *numbers, uint32_t count)
{
    ly_tree *tree = ly_buffer_alloc(cx, sizeof *tree);
    if (!tree) return NULL;
    *tree = (ly_tree){.count = count};
    tree->numbers = ly_buffer_alloc(cx, (count + 1) * sizeof *numbers);
    if (!tree->numbers) {
        ly_buffer_free(cx, tree);
        return NULL;
    }
    if (count) memcpy(tree->numbers, numbers, count * sizeof *numbers);
    return tree;
}

static ly_tree *build(ly_context *cx, const ly_rules *rules, const uint32_t *numbers, uint32_t count,
                      uint32_t done);

/* How much a place tells apart: the number of rules that say something of it; 0 where children
   would hold too many rules. */
static uint32_t worth(const ly_rules *rules, const uint32_t *numbers, uint32_t count, uint32_t place)
{
    uint32_t saying = 0;
    ly_value first = LY_FAILED, key;
    bool differ = false;
    for (uint32_t i = 0; i < count; i++) {
        if (rule_says(rules->patterns[numbers[i]], place, &key) == SAYS_NOTHING) continue;
        saying++;
        if (first && first != key) differ = true;
        first = key;
    }
    uint32_t silent = count - saying;
    if (!saying || (!differ && !silent && place != PLACE_HEAD && place != PLACE_COUNT)) return 0;
    if (!differ && place == PLACE_HEAD) return 0;
    return (uint64_t)silent * saying > 2 * (uint64_t)count + 16 ? 0 : saying;
}

static ly_tree *build_branch(ly_context *cx, const ly_rules *rules, const uint32_t *numbers,
                             uint32_t count, uint32_t place, uint32_t done)
{
    ly_tree *tree = ly_buffer_alloc(cx, sizeof *tree);
    uint32_t *some = ly_buffer_alloc(cx, (count + 1) * sizeof *some), mask = 7;
    if (!tree || !some) goto failed;
    *tree = (ly_tree){.place = place};
    while (mask < 2 * count) mask = 2 * mask + 1;
    tree->mask = mask;
    tree->slots = ly_buffer_alloc(cx, (mask + 1) * sizeof *tree->slots);
    if (!tree->slots) goto failed;
    memset(tree->slots, 0, (mask + 1) * sizeof *tree->slots);
    for (uint32_t i = 0; i < count; i++) {
        ly_value key;
        says what = rule_says(rules->patterns[numbers[i]], place, &key);
        if (what == SAYS_NOTHING) continue;
        branch_slot *slot = find_slot(tree->slots, mask, key, what == SAYS_HEAD);
        slot->key = key;
        slot->is_head = what == SAYS_HEAD;
    }
    for (uint32_t at = 0; at <= mask + 1; at++) { /* the last: what no key fits */
        branch_slot *slot = at <= mask ? &tree->slots[at] : NULL;
        uint32_t n = 0;
        if (slot && !slot->key) continue;
        for (uint32_t i = 0; i < count; i++) {
            ly_value key;
            says what = rule_says(rules->patterns[numbers[i]], place, &key);
            bool fits = what == SAYS_NOTHING;
            if (slot && what == SAYS_HEAD)
                fits = slot->is_head ? key == slot->key
                                     : place != PLACE_COUNT && key == head_symbol(slot->key);
            if (slot && what == SAYS_VALUE)
                fits = !slot->is_head && (key == slot->key || (ly_is_string(key) && ly_same(key, slot->key)));
            if (fits) some[n++] = numbers[i];
        }
        ly_tree *child = build(cx, rules, some, n, done);
        if (!child) goto failed;
        if (slot) slot->child = child;
        else tree->other = child;
    }
    ly_buffer_free(cx, some);
    return tree;
failed:
    ly_buffer_free(cx, some);
    tree_free(cx, tree);
    return NULL;
}

/* done: bits of the places that branches above looked at. */
static ly_tree *build(ly_context *cx, const ly_rules *rules, const uint32_t *numbers, uint32_t count,
                      uint32_t done)
{
    uint32_t best = 0, best_place = 0;
    if (count <= ENOUGH) return leaf_new(cx, numbers, count);
    for (uint32_t place = 0; place < PLACE_ARGUMENT + MOST_ARGUMENTS; place++) {
        if (done >> place & 1) continue;
        uint32_t value = worth(rules, numbers, count, place);
        if (value > best) {
            best = value;
            best_place = place;
        }
        if (place <= PLACE_COUNT && best) break; /* head, then count, before arguments */
    }
    if (!best) return leaf_new(cx, numbers, count);
    /* arguments are looked at once it is known how many there are */
    if (best_place >= PLACE_ARGUMENT && !(done >> PLACE_COUNT & 1)) best_place = PLACE_COUNT;
    return build_branch(cx, rules, numbers, count, best_place, done | 1u << best_place);
}

/* ---- walking ---------------------------------------------------------------------------------- */

static const ly_tree *step(const ly_tree *tree, ly_value part)
{
    if (is_key(part)) {
        const branch_slot *slot = find_slot(tree->slots, tree->mask, part, false);
        if (slot->key) return slot->child;
    }
    ly_value head = head_symbol(part);
    if (head && ly_is_symbol(head)) {
        const branch_slot *slot = find_slot(tree->slots, tree->mask, head, true);
        if (slot->key) return slot->child;
    }
    return tree->other;
}

bool ly_tree_build(ly_context *cx, ly_rules *rules)
{
    if (rules->tree || rules->pattern_count <= LY_TREE_LEAST) return true;
    uint32_t *all = ly_buffer_alloc(cx, rules->pattern_count * sizeof *all);
    if (!all) return false;
    for (uint32_t i = 0; i < rules->pattern_count; i++) all[i] = i;
    rules->tree = build(cx, rules, all, rules->pattern_count, 0);
    ly_buffer_free(cx, all);
    return rules->tree != NULL;
}

const uint32_t *ly_tree_leaf(ly_context *cx, ly_rules *rules, ly_value subject, uint32_t *count)
{
    *count = rules->pattern_count;
    if (ly_is_expr(subject)) {
        ly_value head = ly_expr_of(subject)->head;
        if (ly_is_symbol(head) && (ly_attributes(cx, head) & (LY_FLAT | LY_ORDERLESS))) return NULL;
    }
    if (!rules->tree && (rules->frozen || !ly_tree_build(cx, rules))) return NULL;
    const ly_tree *tree = rules->tree;
    while (!tree->numbers) {
        if (tree->place == PLACE_HEAD) {
            tree = step(tree, subject);
        } else if (!ly_is_expr(subject)) {
            return NULL;
        } else if (tree->place == PLACE_COUNT) {
            const branch_slot *slot = find_slot(tree->slots, tree->mask, LY_INT(ly_expr_of(subject)->count), false);
            tree = slot->key ? slot->child : tree->other;
        } else {
            uint32_t i = tree->place - PLACE_ARGUMENT;
            tree = i < ly_expr_of(subject)->count ? step(tree, ly_expr_of(subject)->args[i]) : tree->other;
        }
    }
    *count = tree->count;
    return tree->numbers;
}

void ly_tree_free(ly_context *cx, ly_rules *rules)
{
    tree_free(cx, rules->tree);
    rules->tree = NULL;
}
