/* graph.c: rules applied again and again to expressions that mean nothing but what the rules make of them.

   e //. rules evaluates what each round gives. Where no symbol of e and of the rules has a meaning of its
   own, evaluation changes nothing, and what a round does to a part depends on that part alone. Then the
   rounds are made on a graph of nodes instead: a part that several places share is rewritten once a
   round, a part in which no rule applies is never looked at again, and patterns and right sides are short
   programs over registers. The results of the rounds are those of the evaluator, one by one.

   Nodes are not changed but for what they remember, so that what a right side takes along stays as this
   round found it. Where no rule can ever apply to a node itself, whatever becomes of its arguments, each of
   these goes its own way: such nodes, from the root down, are the *settled* ones, which are filled in place
   and not passed again; a round begins at the *ends*, the places in them that still change.

   Nodes live in blocks; when these have grown enough, what the root still reaches is
   copied into new ones. Source of that: Cheney, "A Nonrecursive List Compacting Algorithm" (1970). */
#include "match/graph.h"

#include "eval/eval.h"
#include "match/pattern.h"
#include "match/rules.h"

/* A place in a node: an integer, a machine real or a symbol as it is, else a node. */
typedef uint64_t slot;

typedef struct node {
    struct node *result; /* of round `round`; when copied: the copy */
    uint32_t round;
    uint32_t height;     /* nodes on the longest way down; of a settled one: on the way to it from the root */
    uint32_t count;      /* of arguments; slots: one more, the head first. LEAF: an atom, origin */
    uint32_t state;
    struct node *settled; /* a copy of it that is filled in place, or NULL */
    ly_value origin;     /* the same as a value, borrowed from what was given, or the result in the making */
    slot slots[];
} node;
enum { LEAF = UINT32_MAX };
enum {
    NORMAL = 1, /* no rule applies inside */
    COPIED = 2, /* moved: result */
    KEPT = 4,   /* of the rules: never moved */
    ASKED = 8,  /* it is known whether it is */
    STABLE = 16, /* no rule will ever apply to it */
    SETTLED = 32, LISTED = 64
};

typedef struct block {
    struct block *next;
    size_t used, size;
    char data[] __attribute__((aligned(16)));
} block;
enum { BLOCK_BYTES = 256 << 10, FIRST_COLLECTION = 1 << 20 };

/* What a pattern asks of registers, and which it fills. */
typedef enum operation {
    OPEN,   /* `from` is a node of count arguments: its slots go into the registers `to` … */
    WORD,   /* … is this word */
    ATOM,   /* … is a leaf, the same as this value */
    HEAD,   /* … has this head */
    EQUAL,  /* … is the same as register `to` */
} operation;
typedef struct instruction {
    uint8_t operation, from, to;
    uint32_t count;
    ly_value value;
} instruction;
enum { REGISTERS = 64, INSTRUCTIONS = 4096, RULES_MOST = 256, SLOTS_MOST = 48, DEEPEST = 64 };

typedef struct template {
    bool constant;      /* value: a slot */
    uint8_t at;         /* else, without parts: a register */
    uint32_t count;     /* slots of the node */
    slot value;
    struct template *parts[];
} template;

typedef struct rewriting {
    slot head;          /* that the left side asks for; 0: its head is an expression or a variable */
    uint32_t count;
    uint32_t first, last; /* instructions */
    template *right;
    slot word;          /* a left side that is a word, and no node */
} rewriting;

typedef struct variable {
    ly_value symbol;
    uint8_t at;
} variable;

/* An expression that was taken in, and its node. */
typedef struct met_slot {
    ly_value key; /* 0: free */
    slot slot;
} met_slot;

/* A place in a settled node where the graph still changes. */
typedef struct end {
    node *in;
    uint32_t at;
    slot next;  /* what this round makes of it */
} end;

typedef struct met {
    met_slot *slots;
    uint32_t mask, used;
} met;

typedef struct graph {
    ly_context *cx;
    uint32_t round, visits;
    bool failed;              /* an error is pending */
    bool differs;             /* a rule gave something else than what it was applied to, this round */
    bool defined;             /* some symbol is the program's */
    bool words;               /* some rule is for a word */
    uint64_t heads;           /* bits of heads and counts that rules ask for */
    bool any_head;            /* some rule is for heads that are expressions, or any */
    block *blocks, *kept;     /* the newest first; kept: of the rules */
    size_t bytes, threshold;
    uint32_t rule_count, instruction_count, variable_count, registers;
    rewriting *rules;
    instruction *code;
    variable variables[REGISTERS];
    slot at[REGISTERS];
    met met;
    end *ends;
    size_t end_count, end_capacity;
    uint32_t deeper;          /* settled nodes may be so much deeper than they say */
    bool delayed;             /* settled nodes are shared by places that came to them in different rounds */
} graph;

static inline bool is_node(slot s) { return (s & 7) == 0; }
static inline node *node_of(slot s) { return (node *)(uintptr_t)s; }
static inline slot slot_of(const node *n) { return (slot)(uintptr_t)n; }
static inline uint64_t head_bit(slot head, uint32_t count) { return (uint64_t)1 << ((head >> 6 ^ head >> 12 ^ count * 11) & 63); }

/* ---- memory ------------------------------------------------------------------------------------- */

static void *take(graph *g, block **blocks, size_t size)
{
    block *b = *blocks;
    size = (size + 15) & ~(size_t)15;
    if (!b || b->size - b->used < size) {
        size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        b = ly_buffer_alloc(g->cx, sizeof *b + room);
        if (!b) {
            g->failed = true;
            return NULL;
        }
        *b = (block){.next = *blocks, .size = room};
        *blocks = b;
    }
    void *p = b->data + b->used;
    b->used += size;
    g->bytes += size;
    return p;
}

static void free_blocks(graph *g, block *b)
{
    while (b) {
        block *next = b->next;
        ly_buffer_free(g->cx, b);
        b = next;
    }
}

static node *node_new(graph *g, block **blocks, uint32_t slots)
{
    node *n = take(g, blocks, sizeof *n + slots * sizeof n->slots[0]);
    if (!n) return NULL;
    n->round = 0;
    n->height = 1;
    n->count = slots - 1;
    n->state = 0;
    n->settled = NULL;
    n->origin = LY_FAILED;
    return n;
}

static inline void set_slot(node *n, uint32_t i, slot s)
{
    n->slots[i] = s;
    if (is_node(s) && node_of(s)->height >= n->height) n->height = node_of(s)->height + 1;
}

static slot copied(graph *g, slot s)
{
    if (!is_node(s) || node_of(s)->state & KEPT) return s;
    node *n = node_of(s);
    if (n->state & COPIED) return slot_of(n->result);
    size_t size = sizeof *n + (n->count == LEAF ? 0 : (size_t)n->count + 1) * sizeof n->slots[0];
    node *copy = take(g, &g->blocks, size);
    if (!copy) return s;
    memcpy(copy, n, size);
    n->state |= COPIED;
    n->result = copy;
    copy->round = 0;
    return slot_of(copy);
}

/* What is settled, with what it reaches, in new blocks, scanned from the oldest copy on; the old blocks go. */
static node *collect(graph *g, node *top)
{
    block *old = g->blocks, *first;
    g->blocks = NULL;
    g->bytes = 0;
    slot root = copied(g, slot_of(top));
    for (size_t i = 0; i < g->end_count; i++) g->ends[i].in = node_of(copied(g, slot_of(g->ends[i].in)));
    first = g->blocks;
    while (first && first->next) first = first->next;
    /* blocks are filled one after the other: each knows its older neighbour alone, so the list is walked
       from its oldest end by keeping the way */
    block *at = first;
    size_t seen = 0;
    while (at && !g->failed) {
        if (seen == at->used) {
            block *newer = g->blocks;
            if (newer == at) break;
            while (newer->next != at) newer = newer->next;
            at = newer;
            seen = 0;
            continue;
        }
        node *n = (node *)(at->data + seen);
        uint32_t slots = n->count == LEAF ? 0 : n->count + 1;
        for (uint32_t i = 0; i < slots; i++) n->slots[i] = copied(g, n->slots[i]);
        if (n->settled) n->settled = node_of(copied(g, slot_of(n->settled)));
        seen += (sizeof *n + slots * sizeof n->slots[0] + 15) & ~(size_t)15;
    }
    free_blocks(g, old);
    g->threshold = g->bytes * 3 + FIRST_COLLECTION;
    return node_of(root);
}

/* ---- what has no meaning of its own -------------------------------------------------------------- */

/* Neither the program nor a built-in gives it one, alone or as a head. */
static bool is_inert(graph *g, ly_value symbol)
{
    enum { HARMLESS = LY_PROTECTED | LY_LOCKED | LY_READ_PROTECTED | LY_CONSTANT };
    const ly_symbol *s = ly_symbol_of(symbol);
    const ly_builtin *row = s->builtin;
    if (row && (row->function || row->sub_function || row->attributes & ~HARMLESS || row->effects & LY_VALUE))
        return false;
    if (symbol == LY_SYM(Nothing) || ly_flags(&s->o) & LY_FLAG_SPLICED) return false;
    const ly_definition *d = ly_definition_of(g->cx, symbol);
    bool defined = ly_flags(&s->o) & (LY_FLAG_TEMPORARY | LY_FLAG_HAS_UP) || (d && (d->value || d->attributes));
    for (int i = 0; d && i < LY_RULE_LISTS && !defined; i++) defined = d->rules[i] != NULL;
    g->defined |= defined;
    return !defined;
}

static bool is_inert_head(graph *g, ly_value head)
{
    return !ly_is_symbol(head) || head == LY_SYM(List) || is_inert(g, head);
}

/* ---- values as nodes, and back -------------------------------------------------------------------- */

/* Expressions that several places hold become one node. */
static bool met_grow(graph *g)
{
    met larger = {.mask = g->met.mask ? g->met.mask * 2 + 1 : 63, .used = g->met.used};
    larger.slots = ly_buffer_alloc(g->cx, (larger.mask + (size_t)1) * sizeof *larger.slots);
    if (!larger.slots) return false;
    memset(larger.slots, 0, (larger.mask + (size_t)1) * sizeof *larger.slots);
    for (uint32_t i = 0; g->met.slots && i <= g->met.mask; i++) {
        if (!g->met.slots[i].key) continue;
        uint32_t at = (uint32_t)(g->met.slots[i].key * 0x9e3779b97f4a7c15u >> 32) & larger.mask;
        while (larger.slots[at].key) at = (at + 1) & larger.mask;
        larger.slots[at] = g->met.slots[i];
    }
    if (g->met.slots) ly_buffer_free(g->cx, g->met.slots);
    g->met = larger;
    return true;
}

/* Where v stands in the table, or belongs; NULL: no memory. */
static met_slot *met_at(graph *g, ly_value v)
{
    if (g->met.used * 2 >= g->met.mask && !met_grow(g)) return NULL;
    uint32_t at = (uint32_t)(v * 0x9e3779b97f4a7c15u >> 32) & g->met.mask;
    while (g->met.slots[at].key && g->met.slots[at].key != v) at = (at + 1) & g->met.mask;
    return &g->met.slots[at];
}

static slot leaf(graph *g, block **blocks, ly_value v)
{
    node *n = node_new(g, blocks, 0);
    if (!n) return 0;
    n->count = LEAF;
    n->state = NORMAL;
    n->origin = v;
    return slot_of(n);
}

/* v as a slot; 0: something in it has a meaning, or there is no memory (failed). */
static slot take_in(graph *g, ly_value v)
{
    if (ly_stack_low(g->cx)) return ly_deeper(g->cx, take_in, LY_AS_WORD(g), v);
    if (ly_is_symbol(v)) return is_inert(g, v) ? v : 0;
    if (!ly_is_pointer(v)) return v;
    switch ((ly_kind)ly_object_of(v)->kind) {
    case LY_KIND_EXPR: break;
    case LY_KIND_STRING:
    case LY_KIND_BIGINT:
    case LY_KIND_RATIONAL:
    case LY_KIND_REAL:
    case LY_KIND_BIGREAL:
    case LY_KIND_COMPLEX: return leaf(g, &g->blocks, v);
    default: return 0;
    }
    const ly_expr *e = ly_expr_of(v);
    if (!is_inert_head(g, e->head) || e->count >= SLOTS_MOST) return 0;
    bool shared = ly_count_of(&e->o) != 1;
    if (shared) {
        met_slot *m = met_at(g, v);
        if (!m) g->failed = true;
        if (!m || m->key) return m ? m->slot : 0;
    }
    node *n = node_new(g, &g->blocks, e->count + 1);
    if (!n) return 0;
    for (uint32_t i = 0; i <= e->count; i++) {
        slot s = i == 0 && e->head == LY_SYM(List) ? e->head : take_in(g, i ? e->args[i - 1] : e->head);
        if (!s) return 0;
        set_slot(n, i, s);
    }
    n->origin = v;
    if (shared) {
        met_slot *m = met_at(g, v);
        if (!m) g->failed = true;
        if (!m) return 0;
        *m = (met_slot){v, slot_of(n)};
        g->met.used++;
    }
    return slot_of(n);
}

/* The value of a slot, owned; LY_FAILED: no memory. A node gives the same one each time. */
static ly_value give_back(graph *g, slot s)
{
    if (ly_stack_low(g->cx)) return ly_deeper(g->cx, give_back, LY_AS_WORD(g), s);
    if (!is_node(s)) return ly_retain(s);
    node *n = node_of(s);
    if (n->origin) return ly_retain(n->origin);
    ly_expr *e = ly_expr_new(g->cx, LY_SYM(List), n->count);
    if (!e) return LY_FAILED;
    for (uint32_t i = 0; i <= n->count; i++) {
        ly_value part = give_back(g, n->slots[i]);
        if (ly_failed(part)) {
            ly_release(g->cx, ly_from_object(e));
            return LY_FAILED;
        }
        if (i) e->args[i - 1] = part;
        else e->head = part;
    }
    n->origin = ly_from_object(e);
    ly_mark_evaluated(g->cx, n->origin);
    return n->origin;
}

/* ---- rules ---------------------------------------------------------------------------------------- */

static bool emit(graph *g, operation operation, uint8_t from, uint8_t to, uint32_t count, ly_value value)
{
    if (g->instruction_count == INSTRUCTIONS) return false;
    g->code[g->instruction_count++] = (instruction){operation, from, to, count, value};
    return true;
}

static int register_of(const graph *g, ly_value symbol)
{
    for (uint32_t i = 0; i < g->variable_count; i++)
        if (g->variables[i].symbol == symbol) return g->variables[i].at;
    return -1;
}

/* What the form asks of a register. False: more than there are instructions for. */
static bool compile_form(graph *g, ly_value form, uint8_t at, int depth)
{
    if (depth > DEEPEST) return false;
    if (!ly_is_pointer(form)) return emit(g, WORD, at, 0, 0, form);
    if (!ly_is_expr(form)) {
        ly_kind kind = ly_object_of(form)->kind;
        return kind != LY_KIND_PACKED && kind != LY_KIND_ASSOCIATION && emit(g, ATOM, at, 0, 0, form);
    }
    const ly_expr *e = ly_expr_of(form);
    if (e->head == LY_SYM(Blank)) {
        if (e->count == 0) return true;
        return e->count == 1 && ly_is_symbol(e->args[0]) && emit(g, HEAD, at, 0, 0, e->args[0]);
    }
    if (ly_has_shape(form, LY_SYM(Pattern), 2) && ly_is_symbol(e->args[0])) {
        int known = register_of(g, e->args[0]);
        if (known < 0) g->variables[g->variable_count++] = (variable){e->args[0], at};
        else if (!emit(g, EQUAL, at, (uint8_t)known, 0, 0)) return false;
        return ly_has_head(e->args[1], LY_SYM(Blank)) && compile_form(g, e->args[1], at, depth + 1);
    }
    if (!is_inert_head(g, e->head) || (ly_is_symbol(e->head) && ly_is_pattern_head(e->head))) return false;
    uint32_t base = g->registers;
    if (base + e->count + 1 > REGISTERS) return false;
    g->registers += e->count + 1;
    if (!emit(g, OPEN, at, (uint8_t)base, e->count, 0)) return false;
    for (uint32_t i = 0; i <= e->count; i++)
        if (!compile_form(g, i ? e->args[i - 1] : e->head, (uint8_t)(base + i), depth + 1)) return false;
    return true;
}

/* The right side; NULL: something in it has a meaning. */
static template *compile_right(graph *g, ly_value v, int depth)
{
    const ly_expr *e = ly_is_expr(v) ? ly_expr_of(v) : NULL;
    uint32_t slots = e ? e->count + 1 : 0;
    if (depth > DEEPEST || slots > SLOTS_MOST) return NULL;
    template *t = take(g, &g->kept, sizeof *t + slots * sizeof t->parts[0]);
    if (!t) return NULL;
    *t = (template){.constant = true, .count = slots, .value = v};
    int at = ly_is_symbol(v) ? register_of(g, v) : -1;
    if (at >= 0) {
        t->constant = false;
        t->at = (uint8_t)at;
    } else if (ly_is_symbol(v)) {
        if (!is_inert(g, v)) return NULL;
    } else if (!e) {
        if (ly_is_packed(v) || ly_is_association(v) || ly_is_kind(v, LY_KIND_FOREIGN) || ly_is_bytes(v)) return NULL;
        if (ly_is_pointer(v) && !(t->value = leaf(g, &g->kept, v))) return NULL;
        if (ly_is_pointer(v)) node_of(t->value)->state |= KEPT;
    } else {
        for (uint32_t i = 0; i < slots; i++) {
            ly_value part = i ? e->args[i - 1] : e->head;
            if (i == 0 && part == LY_SYM(List)) {
                t->parts[0] = take(g, &g->kept, sizeof *t);
                if (t->parts[0]) *t->parts[0] = (template){.constant = true, .value = part};
            } else {
                t->parts[i] = compile_right(g, part, depth + 1);
            }
            if (!t->parts[i]) return NULL;
            t->constant &= t->parts[i]->constant;
        }
        if (t->constant) {
            node *n = node_new(g, &g->kept, slots);
            if (!n) return NULL;
            n->state = KEPT;
            for (uint32_t i = 0; i < slots; i++) set_slot(n, i, t->parts[i]->value);
            t->value = slot_of(n);
        }
    }
    return t;
}

static bool compile_rule(graph *g, rewriting *r, ly_value form, ly_value right)
{
    while (ly_has_shape(form, LY_SYM(HoldPattern), 1)) form = ly_expr_of(form)->args[0];
    g->variable_count = 0;
    g->registers = 1;
    r->first = g->instruction_count;
    if (!ly_is_pointer(form)) {
        r->word = form;
        g->words = true;
    } else {
        if (!ly_is_expr(form) || ly_is_pattern_head(ly_expr_of(form)->head) || !compile_form(g, form, 0, 0))
            return false;
        r->count = ly_expr_of(form)->count;
        r->head = ly_is_symbol(ly_expr_of(form)->head) ? ly_expr_of(form)->head : 0;
        if (r->head) g->heads |= head_bit(r->head, r->count);
        else g->any_head = true;
    }
    r->last = g->instruction_count;
    r->right = compile_right(g, right, 0);
    return r->right != NULL;
}

static bool compile_rules(graph *g, const ly_rules *rules)
{
    size_t n = ly_rules_count(rules);
    if (n == 0 || n > RULES_MOST) return false;
    g->rules = take(g, &g->kept, n * sizeof *g->rules);
    g->code = take(g, &g->kept, INSTRUCTIONS * sizeof *g->code);
    if (!g->rules || !g->code) return false;
    for (size_t i = 0; i < n; i++) {
        const ly_rule *rule = ly_rules_at(rules, i);
        g->rules[i] = (rewriting){0};
        if (!compile_rule(g, &g->rules[i], rule->lhs, rule->rhs)) return false;
    }
    g->rule_count = (uint32_t)n;
    return true;
}

/* ---- a round -------------------------------------------------------------------------------------- */

static bool is_same(graph *g, slot a, slot b)
{
    if (ly_stack_low(g->cx)) return (bool)(uint8_t)ly_deeper(g->cx, is_same, LY_AS_WORD(g), a, b);
    if (a == b) return true;
    if (!is_node(a) || !is_node(b)) return !is_node(a) && !is_node(b) && ly_is_real_word(a) && ly_same(a, b);
    const node *x = node_of(a), *y = node_of(b);
    if (x->count != y->count || x->height != y->height) return false;
    if (x->count == LEAF) return ly_same(x->origin, y->origin);
    for (uint32_t i = 0; i <= x->count; i++)
        if (!is_same(g, x->slots[i], y->slots[i])) return false;
    return true;
}

static bool has_head(graph *g, slot s, ly_value head)
{
    if (!is_node(s)) return ly_head_is(g->cx, s, head);
    return node_of(s)->count == LEAF ? ly_head_is(g->cx, node_of(s)->origin, head) : node_of(s)->slots[0] == head;
}

static bool matches(graph *g, const rewriting *r)
{
    slot *at = g->at;
    for (const instruction *i = g->code + r->first, *end = g->code + r->last; i < end; i++) {
        slot s = at[i->from];
        switch ((operation)i->operation) {
        case OPEN:
            if (!is_node(s) || node_of(s)->count != i->count) return false;
            for (uint32_t k = 0; k <= i->count; k++) at[i->to + k] = node_of(s)->slots[k];
            break;
        case WORD:
            if (s != i->value && !(ly_is_real_word(s) && ly_same(s, i->value))) return false;
            break;
        case ATOM:
            if (!is_node(s) || node_of(s)->count != LEAF || !ly_same(node_of(s)->origin, i->value)) return false;
            break;
        case HEAD:
            if (!has_head(g, s, i->value)) return false;
            break;
        case EQUAL:
            if (!is_same(g, s, at[i->to])) return false;
            break;
        }
    }
    return true;
}

static slot fill(graph *g, const template *t)
{
    if (t->constant) return t->value;
    if (!t->count) return g->at[t->at];
    node *n = node_new(g, &g->blocks, t->count);
    if (!n) return LY_INT(0);
    for (uint32_t i = 0; i < t->count; i++) set_slot(n, i, fill(g, t->parts[i]));
    return slot_of(n);
}

/* What the first rule that applies makes of the node; 0: none does. */
static slot apply(graph *g, const node *n)
{
    bool word = !is_node(n->slots[0]);
    if (word ? !(g->heads & head_bit(n->slots[0], n->count)) && !g->any_head : !g->any_head) return 0;
    for (const rewriting *r = g->rules; r < g->rules + g->rule_count; r++) {
        if (r->word || r->count != n->count || (r->head && r->head != n->slots[0])) continue;
        g->at[0] = slot_of(n);
        if (!matches(g, r)) continue;
        slot result = fill(g, r->right);
        if (!g->differs && !is_same(g, slot_of(n), result)) g->differs = true;
        return result;
    }
    return 0;
}

static slot apply_word(graph *g, slot s)
{
    for (const rewriting *r = g->rules; g->words && r < g->rules + g->rule_count; r++) {
        if (r->word != s) continue;
        slot result = fill(g, r->right);
        g->differs |= result != s;
        return result;
    }
    return s;
}

/* e /. rules: the slot itself where nothing applies. */
static slot rewrite(graph *g, slot s)
{
    if (!is_node(s)) return apply_word(g, s);
    node *n = node_of(s), *copy = NULL;
    if (n->state & NORMAL) return s;
    if (n->round == g->round) return slot_of(n->result);
    if (ly_stack_low(g->cx)) return ly_deeper(g->cx, rewrite, LY_AS_WORD(g), s);
    if ((++g->visits & 255) == 0 && ly_poll(g->cx)) g->failed = true;
    if (g->failed) return s;
    slot result = apply(g, n);
    if (!result) {
        for (uint32_t i = 0; i <= n->count; i++) {
            slot part = rewrite(g, n->slots[i]);
            if (part == n->slots[i] && !copy) continue;
            if (!copy) {
                copy = node_new(g, &g->blocks, n->count + 1);
                if (!copy) return s;
                for (uint32_t k = 0; k < i; k++) set_slot(copy, k, n->slots[k]);
            }
            set_slot(copy, i, part);
        }
        if (!copy && !g->failed) n->state |= NORMAL;
        result = copy ? slot_of(copy) : s;
    }
    n->round = g->round;
    /* a result that is a word is found again by applying the same rule */
    if (is_node(result)) n->result = node_of(result);
    else n->round = 0;
    return result;
}

/* ---- what is settled ------------------------------------------------------------------------------ */

/* No rule is for this word. */
static bool is_stable_word(const graph *g, slot s)
{
    for (uint32_t i = 0; g->words && i < g->rule_count; i++)
        if (g->rules[i].word == s) return false;
    return true;
}

static bool is_stable(graph *g, node *n);
static bool is_stable_slot(graph *g, slot s) { return is_node(s) ? is_stable(g, node_of(s)) : is_stable_word(g, s); }

/* The rule can't apply to the node whatever becomes of its arguments: something that it asks for is missing
   where nothing will change, in parts to which no rule will apply. */
static bool never_matches(graph *g, const rewriting *r, node *n)
{
    slot at[REGISTERS];
    uint64_t known = 1, firm = 1; /* registers that are filled; those below parts that stay */
    at[0] = slot_of(n);
    for (const instruction *i = g->code + r->first, *last = g->code + r->last; i < last; i++) {
        slot s = at[i->from];
        if (!(known >> i->from & 1)) continue;
        bool fails = false, stays = firm >> i->from & 1;
        switch ((operation)i->operation) {
        case OPEN:
            fails = !is_node(s) || node_of(s)->count != i->count;
            if (fails) break;
            stays = stays && (i->from == 0 || is_stable(g, node_of(s)));
            for (uint32_t k = 0; k <= i->count; k++) {
                at[i->to + k] = node_of(s)->slots[k];
                known |= (uint64_t)1 << (i->to + k);
                if (stays) firm |= (uint64_t)1 << (i->to + k);
            }
            continue;
        case WORD: fails = s != i->value && !(ly_is_real_word(s) && ly_same(s, i->value)); break;
        case ATOM: fails = !is_node(s) || node_of(s)->count != LEAF || !ly_same(node_of(s)->origin, i->value); break;
        case HEAD:
            fails = !has_head(g, s, i->value) &&
                    (!is_node(s) || node_of(s)->count == LEAF ||
                     (!is_node(node_of(s)->slots[0]) && is_stable_word(g, node_of(s)->slots[0])));
            break;
        case EQUAL: break;
        }
        if (fails && stays && is_stable_slot(g, s)) return true;
    }
    return false;
}

static bool is_stable(graph *g, node *n)
{
    if (n->count == LEAF) return true;
    if (n->state & ASKED) return n->state & STABLE;
    if (ly_stack_low(g->cx)) return (bool)(uint8_t)ly_deeper(g->cx, is_stable, LY_AS_WORD(g), LY_AS_WORD(n));
    bool stable = true;
    for (const rewriting *r = g->rules; stable && r < g->rules + g->rule_count; r++)
        if (!r->word && r->count == n->count) stable = never_matches(g, r, n);
    n->state |= stable ? ASKED | STABLE : ASKED;
    return stable;
}

static bool add_end(graph *g, node *in, uint32_t at)
{
    if (g->end_count == g->end_capacity) {
        size_t capacity = g->end_capacity ? g->end_capacity * 2 : 64;
        end *larger = ly_buffer_realloc(g->cx, g->ends, capacity * sizeof *larger);
        if (!larger) {
            g->failed = true;
            return false;
        }
        g->ends = larger;
        g->end_capacity = capacity;
    }
    g->ends[g->end_count++] = (end){in, at, 0};
    return true;
}

/* The place holds s from now on; where that still changes, what is an end is found in it. */
static void settle(graph *g, node *in, uint32_t at, slot s)
{
    in->slots[at] = s;
    if (!is_node(s) ? is_stable_word(g, s) : (node_of(s)->state & NORMAL) != 0) return;
    if (!is_node(s) || !is_stable(g, node_of(s))) {
        add_end(g, in, at);
        return;
    }
    if (ly_stack_low(g->cx)) {
        ly_deeper(g->cx, settle, LY_AS_WORD(g), LY_AS_WORD(in), at, s);
        return;
    }
    node *n = node_of(s), *copy = n->settled;
    if (copy) {
        if (in->height >= copy->height) g->deeper += in->height + 1 - copy->height;
        g->delayed |= copy->round != g->round;
    } else {
        copy = node_new(g, &g->blocks, n->count + 1);
        if (!copy) return;
        if (!(n->state & KEPT)) n->settled = copy;
        copy->height = in->height + 1;
        copy->round = g->round;
        copy->state = SETTLED | ASKED | STABLE;
        for (uint32_t i = 0; i <= n->count; i++) copy->slots[i] = n->slots[i];
        for (uint32_t i = 0; i <= n->count && !g->failed; i++) settle(g, copy, i, n->slots[i]);
    }
    in->slots[at] = slot_of(copy);
}

/* The evaluator would come to the expression at this place without reaching its limit. */
static bool fits_recursion(const graph *g, const end *e, slot s)
{
    uint64_t height = is_node(s) ? node_of(s)->height : 0;
    return (uint64_t)g->cx->depth + e->in->height + g->deeper + height + 2 <= g->cx->recursion_limit;
}

/* Adds what is settled below n to the list, each before what is above it. False: no memory. */
static bool list_settled(graph *g, node *n, node ***list, size_t *count, size_t *capacity)
{
    if (ly_stack_low(g->cx))
        return (bool)(uint8_t)ly_deeper(g->cx, list_settled, LY_AS_WORD(g), LY_AS_WORD(n), LY_AS_WORD(list), LY_AS_WORD(count), LY_AS_WORD(capacity));
    n->state |= LISTED;
    for (uint32_t i = 0; i <= n->count; i++) {
        node *part = is_node(n->slots[i]) ? node_of(n->slots[i]) : NULL;
        if (part && part->state & SETTLED && !(part->state & LISTED) && !list_settled(g, part, list, count, capacity))
            return false;
    }
    if (*count == *capacity) {
        node **larger = ly_buffer_realloc(g->cx, *list, (*capacity * 2 + 64) * sizeof *larger);
        if (!larger) return false;
        *list = larger;
        *capacity = *capacity * 2 + 64;
    }
    (*list)[(*count)++] = n;
    return true;
}

/* Settled nodes say how deep they are. */
static void measure(graph *g, node *top)
{
    node **list = NULL;
    size_t count = 0, capacity = 0;
    g->failed |= !list_settled(g, top, &list, &count, &capacity);
    for (size_t k = 0; k < count; k++) list[k]->height = 0;
    while (count > 0) {
        node *n = list[--count];
        n->state &= ~LISTED;
        for (uint32_t i = 0; i <= n->count; i++) {
            node *part = is_node(n->slots[i]) ? node_of(n->slots[i]) : NULL;
            if (part && part->state & SETTLED && part->height <= n->height) part->height = n->height + 1;
        }
    }
    if (list) ly_buffer_free(g->cx, list);
    g->deeper = 0;
}

/* One round at all ends. False: it was not made, since something failed, or would be too deep. */
static bool make_round(graph *g, node *top, bool *changed)
{
    *changed = false;
    g->round++;
    g->differs = false;
    for (size_t i = 0; i < g->end_count; i++) {
        end *e = &g->ends[i];
        e->next = rewrite(g, e->in->slots[e->at]);
        if (g->failed) return false;
        if (!fits_recursion(g, e, e->next)) {
            if (g->deeper) measure(g, top);
            if (g->failed || !fits_recursion(g, e, e->next)) return false;
        }
        *changed |= e->next != e->in->slots[e->at];
    }
    /* what did not change now never will */
    size_t count = g->end_count;
    for (size_t i = 0; i < count && !g->failed; i++) {
        end e = g->ends[i];
        if (e.next != e.in->slots[e.at]) settle(g, e.in, e.at, e.next);
    }
    g->end_count -= count;
    if (g->end_count) memmove(g->ends, g->ends + count, g->end_count * sizeof *g->ends);
    return !g->failed;
}

ly_value ly_graph_repeat(ly_context *cx, ly_rules *rules, ly_value e, int64_t most, int64_t *rounds, bool *ended)
{
    graph g = {.cx = cx, .threshold = FIRST_COLLECTION};
    ly_value result = LY_UNEVALUATED;
    *rounds = 0;
    *ended = false;
    if (!ly_is_expr(e) || cx->trace || rules->unfit) return result;
    slot root = 0;
    if (compile_rules(&g, rules)) root = take_in(&g, e);
    else if (!g.failed && !g.defined && !rules->frozen) rules->unfit = true;
    if (g.met.slots) ly_buffer_free(cx, g.met.slots);
    node *top = root ? node_new(&g, &g.blocks, 1) : NULL;
    if (top) {
        top->height = 0;
        top->state = SETTLED | ASKED | STABLE;
        settle(&g, top, 0, root);
    }
    while (top && !g.failed && !*ended && *rounds < most) {
        bool changed;
        if (ly_poll(cx)) g.failed = true;
        if (g.failed || !make_round(&g, top, &changed)) break; /* the evaluator says where its limit is */
        *ended = !changed || !g.differs;
        if (changed) ++*rounds;
        if (g.bytes > g.threshold && !*ended) top = collect(&g, top);
    }
    if (!g.failed && !*ended && g.delayed) *rounds = 0; /* to be counted exactly */
    if (g.failed) result = LY_FAILED;
    else if (*rounds || *ended) result = give_back(&g, top->slots[0]);
    free_blocks(&g, g.blocks);
    free_blocks(&g, g.kept);
    if (g.ends) ly_buffer_free(cx, g.ends);
    return result;
}
