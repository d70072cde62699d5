/* pattern.c: a pattern expression compiled into nodes, its variables numbered.

   Patterns are shared by counting references within one context. A pattern holds its source, from
   which the nodes borrow their values. The numbers of elements that nodes may stand for, and
   whether they are plain, are settled here, so that matching need not look. */
#include "match/pattern.h"

#include "eval/eval.h"

typedef struct compiler {
    ly_context *cx;
    ly_pattern *pattern;
    ly_value owner;         /* head of the expression around */
    uint32_t position, arity; /* of the argument that is being compiled */
} compiler;

static ly_node *compile(compiler *c, ly_value e);

bool ly_is_pattern_head(ly_value h)
{
    if (!ly_is_symbol(h)) return false;
    return h == LY_SYM(Blank) || h == LY_SYM(Pattern) || h == LY_SYM(BlankSequence) ||
           h == LY_SYM(BlankNullSequence) || h == LY_SYM(Optional) || h == LY_SYM(Repeated) ||
           h == LY_SYM(RepeatedNull) || h == LY_SYM(Except) || h == LY_SYM(Alternatives) ||
           h == LY_SYM(Condition) || h == LY_SYM(PatternTest) || h == LY_SYM(HoldPattern) ||
           h == LY_SYM(Verbatim) || h == LY_SYM(Longest) || h == LY_SYM(Shortest) ||
           h == LY_SYM(OptionsPattern) || h == LY_SYM(PatternSequence) ||
           h == LY_SYM(OrderlessPatternSequence) || h == LY_SYM(KeyValuePattern);
}

/* ---- literals --------------------------------------------------------------------------------- */

typedef struct literal_call {
    ly_value v;
    bool result;
} literal_call;

static void *literal_again(ly_context *cx, void *argument)
{
    literal_call *call = argument;
    call->result = ly_is_literal(cx, call->v);
    return call;
}

bool ly_is_literal(ly_context *cx, ly_value v)
{
    if (!ly_is_pointer(v)) return true;
    switch (ly_object_of(v)->kind) {
    case LY_KIND_EXPR: {
        const ly_expr *e = ly_expr_of(v);
        if (e->stamp == LY_INERT) return true;
        if (ly_is_pattern_head(e->head)) return false;
        if (ly_stack_low(cx)) {
            literal_call call = {v, false};
            return ly_on_new_stack(cx, literal_again, &call) && call.result;
        }
        if (!ly_is_symbol(e->head) && !ly_is_literal(cx, e->head)) return false;
        for (uint32_t i = 0; i < e->count; i++)
            if (ly_is_pointer(e->args[i]) && !ly_is_literal(cx, e->args[i])) return false;
        return true;
    }
    case LY_KIND_ASSOCIATION: {
        const ly_entry *entry;
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));)
            if (!ly_is_literal(cx, entry->key) || !ly_is_literal(cx, entry->value)) return false;
        return true;
    }
    default: return true;
    }
}

/* ---- variables -------------------------------------------------------------------------------- */

static bool grow_variables(compiler *c)
{
    ly_pattern *p = c->pattern;
    uint32_t capacity = p->variable_capacity ? 2 * p->variable_capacity : 4;
    ly_value *variables = ly_buffer_realloc(c->cx, p->variables, capacity * sizeof *variables);
    if (!variables) return false;
    p->variables = variables;
    bool *sequences = ly_buffer_realloc(c->cx, p->sequences, capacity * sizeof *sequences);
    if (!sequences) return false;
    p->sequences = sequences;
    p->variable_capacity = capacity;
    return true;
}

/* The number of the symbol (or of the OptionsPattern[…]); LY_MANY: no memory. */
static uint32_t variable_number(compiler *c, ly_value symbol, bool sequence)
{
    ly_pattern *p = c->pattern;
    uint32_t i = 0;
    while (i < p->variable_count && p->variables[i] != symbol) i++;
    if (i == p->variable_count) {
        if (i == p->variable_capacity && !grow_variables(c)) return LY_MANY;
        p->variables[i] = symbol;
        p->sequences[i] = false;
        p->variable_count++;
    }
    p->sequences[i] |= sequence;
    return i;
}

ly_value ly_pattern_keep(ly_context *cx, ly_pattern *pattern, ly_value v)
{
    if (!v) return LY_FAILED;
    if (pattern->kept_count == pattern->kept_capacity) {
        uint32_t capacity = pattern->kept_capacity ? 2 * pattern->kept_capacity : 4;
        ly_value *kept = ly_buffer_realloc(cx, pattern->kept, capacity * sizeof *kept);
        if (!kept) {
            ly_release(cx, v);
            return LY_FAILED;
        }
        pattern->kept = kept;
        pattern->kept_capacity = capacity;
    }
    pattern->kept[pattern->kept_count++] = v;
    return v;
}

/* ---- nodes ------------------------------------------------------------------------------------ */

static ly_node *node_new(compiler *c, ly_node_kind kind, uint32_t count)
{
    ly_node *node = ly_arena_alloc(c->cx, &c->pattern->arena, sizeof *node);
    if (!node) return NULL;
    node->kind = kind;
    node->least = node->most = 1;
    node->single = true;
    node->plain = true;
    node->count = count;
    if (count) {
        node->args = ly_arena_alloc(c->cx, &c->pattern->arena, count * sizeof *node->args);
        if (!node->args) return NULL;
    }
    return node;
}

static uint32_t add_counts(uint32_t a, uint32_t b)
{
    return a == LY_MANY || b == LY_MANY || a + b < a ? LY_MANY : a + b;
}

static uint32_t multiply_counts(uint32_t a, uint32_t b)
{
    uint64_t product = (uint64_t)a * b;
    if (!product) return 0;
    return a == LY_MANY || b == LY_MANY || product >= LY_MANY ? LY_MANY : (uint32_t)product;
}

static void set_counts(ly_node *node, uint32_t least, uint32_t most)
{
    node->least = least;
    node->most = most;
    node->single = least == 1 && most == 1;
    if (!node->single) node->plain = false;
}

static ly_node *literal_node(compiler *c, ly_value value)
{
    ly_node *node = node_new(c, LY_NODE_LITERAL, 0);
    if (node) node->value = value;
    return node;
}

/* A node around one pattern, which has its counts. */
static ly_node *wrap(compiler *c, ly_node_kind kind, ly_value inner)
{
    ly_node *node = node_new(c, kind, 1);
    if (!node || !(node->args[0] = compile(c, inner))) return NULL;
    const ly_node *child = node->args[0];
    set_counts(node, child->least, child->most);
    node->single = child->single;
    node->plain = child->plain;
    node->has_variables = child->has_variables;
    return node;
}

/* A node that is matched against slices, even of one element. */
static void set_slices(ly_node *node)
{
    node->single = false;
    node->plain = false;
}

static bool is_blank_sequence(const ly_node *node)
{
    return node->kind == LY_NODE_SEQUENCE;
}

/* Children in a row: the sums of their counts from each on. */
static bool sum_counts(compiler *c, ly_node *node)
{
    size_t size = (node->count + 1) * sizeof(uint32_t);
    node->rest_least = ly_arena_alloc(c->cx, &c->pattern->arena, size);
    node->rest_most = ly_arena_alloc(c->cx, &c->pattern->arena, size);
    if (!node->rest_least || !node->rest_most) return false;
    for (uint32_t i = node->count; i-- > 0;) {
        node->rest_least[i] = add_counts(node->rest_least[i + 1], node->args[i]->least);
        node->rest_most[i] = add_counts(node->rest_most[i + 1], node->args[i]->most);
    }
    return true;
}

/* For heads in which order does not count: literals are looked up first; what stands for single
   elements is tried before what may stand for several, so that the last takes the rest. */
static bool order_args(compiler *c, ly_node *node)
{
    size_t size = (node->count + 1) * sizeof(uint32_t);
    ly_arena *arena = &c->pattern->arena;
    node->order = ly_arena_alloc(c->cx, arena, size);
    node->order_least = ly_arena_alloc(c->cx, arena, size);
    node->order_most = ly_arena_alloc(c->cx, arena, size);
    if (!node->order || !node->order_least || !node->order_most) return false;
    for (int pass = 0; pass < 3; pass++)
        for (uint32_t i = 0; i < node->count; i++) {
            const ly_node *child = node->args[i];
            if (child->kind == LY_NODE_LITERAL) continue;
            if (pass == (!child->single ? 2 : child->groups ? 1 : 0))
                node->order[node->order_count++] = i;
        }
    for (uint32_t i = node->order_count; i-- > 0;) {
        const ly_node *child = node->args[node->order[i]];
        node->order_least[i] = add_counts(node->order_least[i + 1], child->least);
        node->order_most[i] = add_counts(node->order_most[i + 1],
                                         child->groups ? LY_MANY : child->most);
    }
    return true;
}

static bool compile_args(compiler *c, ly_node *node, const ly_value *args, uint32_t count,
                         ly_value owner)
{
    compiler inner = *c;
    inner.owner = owner;
    inner.arity = count;
    for (uint32_t i = 0; i < count; i++) {
        inner.position = i + 1;
        node->args[i] = compile(&inner, args[i]);
        if (!node->args[i]) return false;
        node->has_variables |= node->args[i]->has_variables;
    }
    return sum_counts(c, node);
}

/* One way at most to match the arguments in order: all plain, but for one sequence whose elements
   are matched by themselves. */
static bool args_are_plain(const ly_node *node)
{
    uint32_t sequences = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        const ly_node *child = node->args[i];
        if (child->single) {
            if (!child->plain) return false;
            continue;
        }
        if (child->kind == LY_NODE_VARIABLE) child = child->args[0];
        if (!is_blank_sequence(child) || sequences++) return false;
    }
    return true;
}

/* Inside a Flat head, the node may stand for head[several elements]. */
static bool may_group(const ly_node *node, ly_value head)
{
    switch (node->kind) {
    case LY_NODE_BLANK: return !node->value || node->value == head;
    case LY_NODE_EXPR: return node->value == head || node->head;
    case LY_NODE_VARIABLE:
    case LY_NODE_CONDITION:
    case LY_NODE_TEST:
    case LY_NODE_LONGEST:
    case LY_NODE_SHORTEST: return node->args[0]->single && may_group(node->args[0], head);
    case LY_NODE_OPTIONAL: return may_group(node->args[0], head);
    case LY_NODE_EXCEPT: return node->count == 1 || may_group(node->args[1], head);
    case LY_NODE_ALTERNATIVES:
        for (uint32_t i = 0; i < node->count; i++)
            if (node->args[i]->single && may_group(node->args[i], head)) return true;
        return false;
    default: return false;
    }
}

/* With OneIdentity, head[args] may match what is not of that head: all arguments but one must be
   optional then. */
static bool all_but_one_optional(const ly_node *node)
{
    uint32_t optional = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        const ly_node *child = node->args[i];
        while (child->kind == LY_NODE_VARIABLE) child = child->args[0];
        optional += child->kind == LY_NODE_OPTIONAL;
    }
    return optional && node->count > 1 && node->count - optional <= 1;
}

static ly_node *expr_node(compiler *c, ly_value head, const ly_value *args, uint32_t count)
{
    ly_node *node = node_new(c, LY_NODE_EXPR, count);
    if (!node) return NULL;
    if (ly_has_shape(head, LY_SYM(Verbatim), 1)) {
        node->exact_head = true;
        head = ly_arg(ly_expr_of(head), 0);
        node->value = head;
    } else if (ly_is_literal(c->cx, head)) {
        node->value = head;
    } else {
        node->head = compile(c, head);
        if (!node->head) return NULL;
        if (node->head->kind == LY_NODE_LITERAL) {
            node->value = node->head->value;
            node->head = NULL;
        } else {
            node->plain = node->head->plain;
            node->has_variables = node->head->has_variables;
        }
    }
    if (node->value && ly_is_symbol(node->value) && !node->exact_head)
        node->attributes = ly_attributes(c->cx, node->value) & LY_MATCH_ATTRIBUTES;
    if (!compile_args(c, node, args, count, head)) return NULL;
    if (node->attributes & LY_FLAT)
        for (uint32_t i = 0; i < count; i++)
            node->args[i]->groups = may_group(node->args[i], node->value);
    if ((node->attributes & LY_ORDERLESS) && !order_args(c, node)) return NULL;
    node->defaults = all_but_one_optional(node);
    if ((node->attributes & (LY_FLAT | LY_ORDERLESS)) || !args_are_plain(node) ||
        ((node->attributes & LY_ONE_IDENTITY) && node->defaults))
        node->plain = false;
    return node;
}

static ly_node *alternatives_node(compiler *c, const ly_expr *e)
{
    ly_node *node = node_new(c, LY_NODE_ALTERNATIVES, e->count);
    uint32_t least = LY_MANY, most = 0;
    bool plain = true, single = true;
    if (!node) return NULL;
    for (uint32_t i = 0; i < e->count; i++) {
        ly_node *child = node->args[i] = compile(c, e->args[i]);
        if (!child) return NULL;
        if (child->least < least) least = child->least;
        if (child->most > most) most = child->most;
        plain &= child->plain && !child->has_variables;
        single &= child->single;
        node->has_variables |= child->has_variables;
    }
    if (!e->count) least = most = 1;
    set_counts(node, least, most);
    node->single &= single;
    node->plain &= plain && single;
    return node;
}

/* How often: n (at most n), {n} (exactly), {low, high}. */
static void repeat_counts(const ly_expr *e, uint32_t least, ly_node *node)
{
    node->low = least;
    node->high = LY_MANY;
    if (e->count < 2) return;
    ly_value spec = e->args[1];
    int64_t n[2];
    size_t count = 0;
    if (ly_is_int(spec)) {
        n[count++] = ly_int_of(spec);
    } else if (ly_is_list(spec)) {
        for (size_t i = 0; i < ly_length(spec) && i < 2; i++) {
            ly_value item;
            if (ly_is_packed(spec))
                item = ly_packed_of(spec)->type == LY_PACKED_INT64 && ly_packed_of(spec)->rank == 1
                           ? LY_INT(ly_packed_ints(spec)[i]) : LY_FAILED;
            else
                item = ly_arg(ly_expr_of(spec), i);
            n[count++] = item && ly_is_int(item) ? ly_int_of(item) : LY_MANY;
        }
        if (count == 1) node->low = n[0] < 0 ? 0 : n[0] > LY_MANY ? LY_MANY : (uint32_t)n[0];
        if (count == 2) {
            node->low = n[0] < 0 ? 0 : n[0] > LY_MANY ? LY_MANY : (uint32_t)n[0];
            n[0] = n[1];
        }
    }
    if (count) node->high = n[0] < 0 ? 0 : n[0] > LY_MANY ? LY_MANY : (uint32_t)n[0];
}

static ly_node *repeated_node(compiler *c, const ly_expr *e, uint32_t least)
{
    ly_node *node = wrap(c, LY_NODE_REPEATED, e->args[0]);
    if (!node) return NULL;
    const ly_node *child = node->args[0];
    repeat_counts(e, least, node);
    set_counts(node, multiply_counts(node->low, child->least),
               multiply_counts(node->high, child->most));
    set_slices(node);
    node->elementwise = child->single && child->plain && !child->has_variables && node->high == LY_MANY;
    return node;
}

static ly_node *options_node(compiler *c, const ly_expr *e)
{
    ly_node *node = node_new(c, LY_NODE_OPTIONS, 0);
    if (!node) return NULL;
    node->owner = e->count ? e->args[0] : c->owner;
    while (node->owner && ly_is_expr(node->owner) && !ly_is_list(node->owner))
        node->owner = ly_expr_of(node->owner)->head;
    node->variable = variable_number(c, ly_from_object(e), true);
    if (node->variable == LY_MANY) return NULL;
    if (c->pattern->options == LY_MANY) {
        c->pattern->options = node->variable;
        c->pattern->options_owner = node->owner;
    }
    node->has_variables = true;
    set_counts(node, 0, LY_MANY);
    return node;
}

static ly_node *keys_node(compiler *c, ly_value items)
{
    const ly_value *args = &items;
    uint32_t count = 1;
    if (ly_has_head(items, LY_SYM(List))) {
        args = ly_expr_of(items)->args;
        count = ly_expr_of(items)->count;
    } else if (ly_is_association(items)) {
        ly_expr *list = ly_expr_new(c->cx, LY_SYM(List), ly_length(items));
        const ly_entry *entry;
        uint32_t n = 0;
        if (!list) return NULL;
        for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(items), &at));)
            list->args[n++] = ly_entry_rule(c->cx, entry);
        if (!ly_pattern_keep(c->cx, c->pattern, ly_from_object(list))) return NULL;
        args = list->args;
        count = list->count;
    }
    ly_node *node = node_new(c, LY_NODE_KEYS, count);
    if (!node || !compile_args(c, node, args, count, LY_SYM(List))) return NULL;
    node->plain = false;
    return order_args(c, node) ? node : NULL;
}

/* A pattern that is an association: its entries as rules, in order. */
static ly_node *association_node(compiler *c, ly_value a)
{
    ly_expr *list = ly_expr_new(c->cx, LY_SYM(List), ly_length(a));
    const ly_entry *entry;
    uint32_t n = 0;
    if (!list) return NULL;
    for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(a), &at));)
        list->args[n++] = ly_entry_rule(c->cx, entry);
    if (!ly_pattern_keep(c->cx, c->pattern, ly_from_object(list))) return NULL;
    return expr_node(c, LY_SYM(Association), list->args, list->count);
}

static ly_node *variable_node(compiler *c, const ly_expr *e)
{
    ly_node *node = wrap(c, LY_NODE_VARIABLE, e->args[1]);
    if (!node) return NULL;
    const ly_node *child = node->args[0];
    node->variable = variable_number(c, e->args[0], !child->single);
    if (node->variable == LY_MANY) return NULL;
    node->has_variables = true;
    node->elementwise = child->elementwise;
    return node;
}

static ly_node *blank_node(compiler *c, const ly_expr *e)
{
    ly_node *node = node_new(c, LY_NODE_BLANK, 0);
    if (node && e->count) node->value = e->args[0];
    return node;
}

static ly_node *sequence_node(compiler *c, const ly_expr *e, uint32_t least)
{
    ly_node *node = node_new(c, LY_NODE_SEQUENCE, 0);
    if (!node) return NULL;
    if (e->count) node->value = e->args[0];
    set_counts(node, least, LY_MANY);
    node->elementwise = true;
    return node;
}

static ly_node *optional_node(compiler *c, const ly_expr *e)
{
    ly_node *node = wrap(c, LY_NODE_OPTIONAL, e->args[0]);
    if (!node) return NULL;
    node->value = e->count == 2 ? e->args[1] : LY_FAILED;
    node->owner = c->owner;
    node->position = c->position;
    node->arity = c->arity;
    if (!node->value) c->pattern->evaluates = true;
    set_counts(node, 0, node->args[0]->most);
    set_slices(node);
    return node;
}

static ly_node *condition_node(compiler *c, const ly_expr *e)
{
    ly_node *node = wrap(c, LY_NODE_CONDITION, e->args[0]);
    if (!node) return NULL;
    node->value = e->args[1];
    c->pattern->evaluates = true;
    return node; /* the test's template is made when all variables are numbered */
}

static ly_node *test_node(compiler *c, const ly_expr *e)
{
    ly_node *node = wrap(c, LY_NODE_TEST, e->args[0]);
    if (!node) return NULL;
    node->value = e->args[1];
    c->pattern->evaluates = true;
    node->elementwise = node->args[0]->elementwise;
    return node;
}

static ly_node *except_node(compiler *c, const ly_expr *e)
{
    ly_node *node = node_new(c, LY_NODE_EXCEPT, e->count);
    if (!node) return NULL;
    for (uint32_t i = 0; i < e->count; i++)
        if (!(node->args[i] = compile(c, e->args[i]))) return NULL;
    const ly_node *child = node->args[e->count - 1];
    if (e->count == 2) {
        set_counts(node, child->least, child->most);
        node->single = child->single;
        node->plain = child->plain;
        node->has_variables = child->has_variables;
    }
    node->has_variables |= node->args[0]->has_variables;
    return node;
}

static ly_node *group_node(compiler *c, const ly_expr *e, ly_node_kind kind)
{
    ly_node *node = node_new(c, kind, e->count);
    if (!node || !compile_args(c, node, e->args, e->count, c->owner)) return NULL;
    set_counts(node, node->rest_least[0], node->rest_most[0]);
    set_slices(node);
    if (kind == LY_NODE_ANY_ORDER && !order_args(c, node)) return NULL;
    return node;
}

static ly_node *pattern_object(compiler *c, const ly_expr *e)
{
    ly_value h = e->head;
    uint32_t n = e->count;
    if (h == LY_SYM(Blank) && n <= 1) return blank_node(c, e);
    if (h == LY_SYM(BlankSequence) && n <= 1) return sequence_node(c, e, 1);
    if (h == LY_SYM(BlankNullSequence) && n <= 1) return sequence_node(c, e, 0);
    if (h == LY_SYM(Pattern) && n == 2 && ly_is_symbol(e->args[0])) return variable_node(c, e);
    if (h == LY_SYM(Optional) && (n == 1 || n == 2)) return optional_node(c, e);
    if (h == LY_SYM(Repeated) && (n == 1 || n == 2)) return repeated_node(c, e, 1);
    if (h == LY_SYM(RepeatedNull) && (n == 1 || n == 2)) return repeated_node(c, e, 0);
    if (h == LY_SYM(Except) && (n == 1 || n == 2)) return except_node(c, e);
    if (h == LY_SYM(Alternatives)) return alternatives_node(c, e);
    if (h == LY_SYM(Condition) && n == 2) return condition_node(c, e);
    if (h == LY_SYM(PatternTest) && n == 2) return test_node(c, e);
    if (h == LY_SYM(HoldPattern) && n == 1) return compile(c, e->args[0]);
    if (h == LY_SYM(Verbatim) && n == 1) return literal_node(c, e->args[0]);
    if (h == LY_SYM(Longest) && n >= 1 && n <= 2) return wrap(c, LY_NODE_LONGEST, e->args[0]);
    if (h == LY_SYM(Shortest) && n >= 1 && n <= 2) return wrap(c, LY_NODE_SHORTEST, e->args[0]);
    if (h == LY_SYM(OptionsPattern) && n <= 1) return options_node(c, e);
    if (h == LY_SYM(PatternSequence)) return group_node(c, e, LY_NODE_GROUP);
    if (h == LY_SYM(OrderlessPatternSequence)) return group_node(c, e, LY_NODE_ANY_ORDER);
    if (h == LY_SYM(KeyValuePattern) && n == 1) return keys_node(c, e->args[0]);
    return expr_node(c, h, e->args, n);
}

typedef struct compile_call {
    compiler *c;
    ly_value e;
    ly_node *result;
} compile_call;

static void *compile_again(ly_context *cx, void *argument)
{
    compile_call *call = argument;
    call->result = compile(call->c, call->e);
    return call;
}

static ly_node *compile(compiler *c, ly_value e)
{
    if (ly_stack_low(c->cx)) {
        compile_call call = {c, e, NULL};
        return ly_on_new_stack(c->cx, compile_again, &call) ? call.result : NULL;
    }
    if (ly_is_expr(e)) {
        const ly_expr *expr = ly_expr_of(e);
        if (ly_is_pattern_head(expr->head)) return pattern_object(c, expr);
        ly_node *node = expr_node(c, expr->head, expr->args, expr->count);
        if (!node || node->head || node->exact_head) return node;
        for (uint32_t i = 0; i < node->count; i++)
            if (node->args[i]->kind != LY_NODE_LITERAL || node->args[i]->value != expr->args[i])
                return node;
        return literal_node(c, e);
    }
    if (ly_is_association(e) && !ly_is_literal(c->cx, e)) return association_node(c, e);
    return literal_node(c, e);
}

typedef struct tests_call {
    compiler *c;
    ly_node *node;
    bool result;
} tests_call;

static bool compile_tests(compiler *c, ly_node *node);

static void *tests_again(ly_context *cx, void *argument)
{
    tests_call *call = argument;
    call->result = compile_tests(call->c, call->node);
    return call;
}

/* Templates of the tests of conditions, once all variables are known. */
static bool compile_tests(compiler *c, ly_node *node)
{
    if (ly_stack_low(c->cx)) {
        tests_call call = {c, node, false};
        return ly_on_new_stack(c->cx, tests_again, &call) && call.result;
    }
    if (node->kind == LY_NODE_CONDITION) {
        node->test = ly_template_new(c->cx, &c->pattern->arena, c->pattern, node->value);
        if (!node->test) return false;
    }
    if (node->head && !compile_tests(c, node->head)) return false;
    for (uint32_t i = 0; i < node->count; i++)
        if (node->args[i]->kind != LY_NODE_LITERAL && !compile_tests(c, node->args[i])) return false;
    return true;
}

bool ly_pattern_again(ly_context *cx, ly_pattern *pattern)
{
    compiler c = {.cx = cx, .pattern = pattern};
    pattern->options = LY_MANY;
    ly_node *root = compile(&c, pattern->source);
    if (root && root->kind == LY_NODE_LITERAL && ly_is_expr(root->value)) {
        /* a rule for a Flat head may apply to some of its elements: they are looked at one by one */
        const ly_expr *e = ly_expr_of(root->value);
        if (ly_is_symbol(e->head) && (ly_attributes(cx, e->head) & LY_FLAT))
            root = expr_node(&c, e->head, e->args, e->count);
    }
    if (!root || (pattern->evaluates && !compile_tests(&c, root))) return false;
    pattern->root = root;
    return true;
}

ly_pattern *ly_pattern_new(ly_context *cx, ly_value source)
{
    ly_pattern *pattern = ly_buffer_alloc(cx, sizeof *pattern);
    if (!pattern) return NULL;
    memset(pattern, 0, sizeof *pattern);
    pattern->references = 1;
    pattern->source = ly_retain(source);
    if (!ly_pattern_again(cx, pattern)) {
        ly_pattern_release(cx, pattern);
        return NULL;
    }
    return pattern;
}

ly_pattern *ly_pattern_like(ly_context *cx, const ly_pattern *from)
{
    ly_pattern *pattern = ly_buffer_alloc(cx, sizeof *pattern);
    if (!pattern) return NULL;
    memset(pattern, 0, sizeof *pattern);
    pattern->references = 1;
    pattern->evaluates = from->evaluates;
    pattern->source = ly_retain(from->source);
    pattern->variables = ly_buffer_alloc(cx, (from->variable_count + 1) * sizeof *from->variables);
    pattern->sequences = ly_buffer_alloc(cx, (from->variable_count + 1) * sizeof *from->sequences);
    if (pattern->variables && pattern->sequences) {
        memcpy(pattern->variables, from->variables, from->variable_count * sizeof *from->variables);
        memcpy(pattern->sequences, from->sequences, from->variable_count * sizeof *from->sequences);
        pattern->variable_count = from->variable_count;
        pattern->variable_capacity = from->variable_count + 1;
        if (ly_pattern_again(cx, pattern)) return pattern;
    }
    ly_pattern_release(cx, pattern);
    return NULL;
}

ly_pattern *ly_pattern_retain(ly_pattern *pattern)
{
    if (!pattern->frozen) pattern->references++;
    return pattern;
}

void ly_pattern_release(ly_context *cx, ly_pattern *pattern)
{
    if (!pattern || pattern->frozen || --pattern->references) return;
    for (uint32_t i = 0; i < pattern->kept_count; i++) ly_release(cx, pattern->kept[i]);
    ly_release(cx, pattern->source);
    ly_buffer_free(cx, pattern->kept);
    ly_buffer_free(cx, pattern->variables);
    ly_buffer_free(cx, pattern->sequences);
    ly_arena_free(cx, &pattern->arena);
    ly_buffer_free(cx, pattern);
}

size_t ly_pattern_variables(const ly_pattern *pattern)
{
    return pattern->variable_count;
}

ly_value ly_pattern_variable(const ly_pattern *pattern, size_t i)
{
    return pattern->variables[i];
}

bool ly_pattern_is_literal(const ly_pattern *pattern)
{
    return pattern->root->kind == LY_NODE_LITERAL;
}
