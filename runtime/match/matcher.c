/* matcher.c: the backtracking matcher over a pattern's nodes.

   A node that can match in several ways calls its continuation for each of them, until that answers
   something else than 0. Frames of continuations live on the C stack, which goes on in a larger
   segment where it runs low. Bindings borrow from the subject; what matching has to make (groups of
   Flat heads, elements of packed arrays) is kept in the matcher until it backtracks behind it. */
#include "match/matcher.h"

#include "eval/eval.h"

/* ---- state ------------------------------------------------------------------------------------ */

bool ly_keep(ly_matcher *m, ly_value v)
{
    if (!v) return false;
    if (m->kept_count == m->kept_capacity) {
        uint32_t capacity = 2 * m->kept_capacity;
        bool first = m->kept == m->kept_first;
        ly_value *kept = ly_buffer_realloc(m->cx, first ? NULL : m->kept, capacity * sizeof *kept);
        if (!kept) {
            ly_release(m->cx, v);
            return false;
        }
        if (first) memcpy(kept, m->kept_first, sizeof m->kept_first);
        m->kept = kept;
        m->kept_capacity = capacity;
    }
    m->kept[m->kept_count++] = v;
    return true;
}

static bool same_items(const ly_value *a, const ly_value *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (a[i] != b[i] && !ly_same(a[i], b[i])) return false;
    return true;
}

int ly_bind_one(ly_matcher *m, uint32_t variable, ly_value value)
{
    ly_binding *b = &m->bindings[variable];
    if (b->state == LY_UNBOUND) {
        b->value = value;
        b->state = LY_BOUND_ONE;
        m->trail[m->trail_count++] = variable;
        return 1;
    }
    if (b->state == LY_BOUND_ONE) return b->value == value || ly_same(b->value, value);
    return b->count == 1 && ly_same(b->items[0], value);
}

int ly_bind_slice(ly_matcher *m, uint32_t variable, const ly_value *items, uint32_t count)
{
    ly_binding *b = &m->bindings[variable];
    if (b->state == LY_UNBOUND) {
        b->items = items;
        b->count = count;
        b->state = LY_BOUND_SEQUENCE;
        m->trail[m->trail_count++] = variable;
        return 1;
    }
    if (b->state == LY_BOUND_ONE) return count == 1 && ly_same(b->value, items[0]);
    return b->count == count && same_items(b->items, items, count);
}

/* ---- atoms and tests -------------------------------------------------------------------------- */

bool ly_head_is(ly_context *cx, ly_value v, ly_value head)
{
    if (!head) return true;
    if (ly_is_int(v)) return head == LY_SYM(Integer);
    if (ly_is_real_word(v)) return head == LY_SYM(Real);
    if (ly_is_symbol(v)) return head == LY_SYM(Symbol);
    switch (ly_object_of(v)->kind) {
    case LY_KIND_EXPR: {
        ly_value h = ly_expr_of(v)->head;
        return h == head || (ly_is_pointer(h) && ly_same(h, head));
    }
    case LY_KIND_STRING: return head == LY_SYM(String);
    case LY_KIND_SYMBOL: return head == LY_SYM(Symbol);
    case LY_KIND_BIGINT: return head == LY_SYM(Integer);
    case LY_KIND_RATIONAL: return head == LY_SYM(Rational);
    case LY_KIND_REAL:
    case LY_KIND_BIGREAL: return head == LY_SYM(Real);
    case LY_KIND_COMPLEX: return head == LY_SYM(Complex);
    case LY_KIND_PACKED: return head == LY_SYM(List);
    case LY_KIND_ASSOCIATION: return head == LY_SYM(Association);
    case LY_KIND_BYTES: return head == LY_SYM(ByteArray);
    default: {
        ly_value h = ly_head(cx, v);
        bool same = ly_same(h, head);
        ly_release(cx, h);
        return same;
    }
    }
}

int ly_match_condition(ly_matcher *m, const ly_node *node)
{
    ly_context *cx = m->cx;
    ly_value test = ly_template_fill(cx, node->test, m->bindings);
    if (!test) return -1;
    cx->looked++;
    int answer = ly_test(cx, test);
    ly_release(cx, test);
    return answer;
}

int ly_match_test(ly_matcher *m, const ly_node *node, ly_value subject)
{
    m->cx->looked++;
    return ly_test_call1(m->cx, node->value, subject);
}

/* ---- plain nodes: no continuation ------------------------------------------------------------- */

static int match_expr_plain(ly_matcher *m, const ly_node *node, ly_value subject);

typedef struct plain_call {
    ly_matcher *m;
    const ly_node *node;
    ly_value subject;
    int answer;
} plain_call;

static void *plain_again(ly_context *cx, void *argument)
{
    plain_call *call = argument;
    call->answer = ly_match_plain(call->m, call->node, call->subject);
    return call;
}

/* Bindings made on the way to a failure are left to the caller, who undoes them. */
int ly_match_plain(ly_matcher *m, const ly_node *node, ly_value subject)
{
    int answer;
    if (node->kind > LY_NODE_VARIABLE && ly_stack_low(m->cx)) {
        plain_call call = {m, node, subject, -1};
        ly_on_new_stack(m->cx, plain_again, &call);
        return call.answer;
    }
    switch (node->kind) {
    case LY_NODE_LITERAL:
        return node->value == subject ||
               (!ly_is_int(subject) && !ly_is_symbol(subject) && ly_same(node->value, subject));
    case LY_NODE_BLANK: return ly_head_is(m->cx, subject, node->value);
    case LY_NODE_VARIABLE: {
        const ly_node *child = node->args[0];
        if (child->kind == LY_NODE_BLANK) {
            if (child->value && !ly_head_is(m->cx, subject, child->value)) return 0;
        } else if (ly_stack_low(m->cx)) {
            plain_call call = {m, child, subject, -1};
            ly_on_new_stack(m->cx, plain_again, &call);
            if (call.answer != 1) return call.answer;
        } else {
            answer = ly_match_plain(m, child, subject);
            if (answer != 1) return answer;
        }
        return ly_bind_one(m, node->variable, subject);
    }
    case LY_NODE_EXPR:
        return match_expr_plain(m, node, subject);
    case LY_NODE_ALTERNATIVES:
        for (uint32_t i = 0; i < node->count; i++) {
            answer = ly_match_plain(m, node->args[i], subject);
            if (answer) return answer;
        }
        return 0;
    case LY_NODE_TEST:
        answer = ly_match_plain(m, node->args[0], subject);
        return answer == 1 ? ly_match_test(m, node, subject) : answer;
    case LY_NODE_CONDITION:
        answer = ly_match_plain(m, node->args[0], subject);
        return answer == 1 ? ly_match_condition(m, node) : answer;
    case LY_NODE_EXCEPT: {
        ly_mark mark = ly_mark_of(m);
        answer = ly_match_once(m, node->args[0], subject);
        ly_undo(m, mark);
        if (answer) return answer == 1 ? 0 : answer;
        return node->count == 2 ? ly_match_plain(m, node->args[1], subject) : 1;
    }
    default: /* LONGEST, SHORTEST around one element */
        return ly_match_plain(m, node->args[0], subject);
    }
}

/* ---- expressions ------------------------------------------------------------------------------ */

/* Head and parts of a subject, borrowed; parts that have to be made are kept. 0: it has none. */
typedef struct parts {
    ly_value head;
    const ly_value *items;
    uint32_t count;
} parts;

static int keep_parts(ly_matcher *m, ly_value list, parts *p)
{
    if (!list || !ly_keep(m, list)) return -1;
    p->items = ly_expr_of(list)->args;
    p->count = ly_expr_of(list)->count;
    return 1;
}

static int parts_of(ly_matcher *m, const ly_node *node, ly_value subject, parts *p)
{
    if (!ly_is_pointer(subject)) return 0;
    switch (ly_object_of(subject)->kind) {
    case LY_KIND_EXPR: {
        const ly_expr *e = ly_expr_of(subject);
        *p = (parts){e->head, e->args, e->count};
        return 1;
    }
    case LY_KIND_PACKED:
        p->head = LY_SYM(List);
        if (node->value && (node->value != p->head || ly_length(subject) < node->rest_least[0] ||
                            ly_length(subject) > node->rest_most[0]))
            return 0;
        return keep_parts(m, ly_unpack(m->cx, subject), p);
    case LY_KIND_ASSOCIATION: {
        const ly_association *a = ly_association_of(subject);
        const ly_entry *entry;
        uint32_t n = 0;
        p->head = LY_SYM(Association);
        if (node->value && node->value != p->head) return 0;
        ly_expr *list = ly_expr_new(m->cx, LY_SYM(List), a->count);
        if (!list) return -1;
        for (uint32_t at = 0; (entry = ly_association_next(a, &at));)
            list->args[n++] = ly_entry_rule(m->cx, entry);
        return keep_parts(m, ly_from_object(list), p);
    }
    case LY_KIND_RATIONAL: {
        if (node->value != LY_SYM(Rational)) return 0;
        mpz_t z;
        mpz_init_set(z, mpq_numref(ly_rational_of(subject)->q));
        ly_value numerator = ly_integer_take_mpz(m->cx, z);
        mpz_init_set(z, mpq_denref(ly_rational_of(subject)->q));
        ly_value denominator = ly_integer_take_mpz(m->cx, z);
        p->head = node->value;
        return keep_parts(m, ly_make2(m->cx, LY_SYM(List), numerator, denominator), p);
    }
    case LY_KIND_COMPLEX:
        if (node->value != LY_SYM(Complex)) return 0;
        p->head = node->value;
        return keep_parts(m, ly_make2(m->cx, LY_SYM(List), ly_retain(ly_complex_of(subject)->re),
                                      ly_retain(ly_complex_of(subject)->im)), p);
    default: return 0;
    }
}

static inline bool attributes_changed(ly_matcher *m, const ly_node *node)
{
    return node->value && ly_is_symbol(node->value) && node->value != LY_SYM(List) &&
           node->value != LY_SYM(Rule) && !node->exact_head &&
           (ly_attributes(m->cx, node->value) & LY_MATCH_ATTRIBUTES) != node->attributes;
}

static int match_expr_plain(ly_matcher *m, const ly_node *node, ly_value subject)
{
    parts p;
    int answer;
    if (attributes_changed(m, node)) return LY_STALE;
    if (ly_is_expr(subject)) {
        const ly_expr *e = ly_expr_of(subject);
        p = (parts){e->head, e->args, e->count};
    } else {
        answer = parts_of(m, node, subject, &p);
        if (answer != 1) return answer;
    }
    if (p.count < node->rest_least[0] || p.count > node->rest_most[0]) return 0;
    if (node->value) {
        if (p.head != node->value && (ly_is_symbol(p.head) || !ly_same(p.head, node->value))) return 0;
    } else {
        answer = ly_match_plain(m, node->head, p.head);
        if (answer != 1) return answer;
    }
    uint32_t at = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        const ly_node *child = node->args[i];
        if (child->single) {
            answer = ly_match_plain(m, child, p.items[at++]);
            if (answer != 1) return answer;
            continue;
        }
        uint32_t length = p.count - (node->count - 1);
        const ly_node *blank = child->kind == LY_NODE_VARIABLE ? child->args[0] : child;
        if (length < blank->least) return 0;
        if (blank->value)
            for (uint32_t j = 0; j < length; j++)
                if (!ly_head_is(m->cx, p.items[at + j], blank->value)) return 0;
        if (blank != child && !ly_bind_slice(m, child->variable, p.items + at, length)) return 0;
        at += length;
    }
    return 1;
}

typedef struct head_next {
    ly_next base;
    const ly_node *node;
    parts p;
    const ly_next *after;
} head_next;

static int run_args(ly_matcher *m, const ly_next *next)
{
    const head_next *f = (const head_next *)next;
    return ly_match_row(m, f->node, 0, f->p.items, f->p.count, f->after);
}

static int match_expr(ly_matcher *m, const ly_node *node, ly_value subject, const ly_next *next)
{
    parts p = {0};
    ly_mark mark = ly_mark_of(m);
    if (attributes_changed(m, node)) return LY_STALE;
    int answer = parts_of(m, node, subject, &p);
    if (answer < 0) return answer;
    if (answer && node->head) {
        if (p.count < node->rest_least[0] || p.count > node->rest_most[0]) answer = 0;
        else {
            head_next frame = {{run_args}, node, p, next};
            answer = ly_match_node(m, node->head, p.head, &frame.base);
        }
        if (answer != 1) ly_undo(m, mark);
        return answer;
    }
    if (answer && (p.head == node->value || (!ly_is_symbol(p.head) && ly_same(p.head, node->value)))) {
        if (p.count < node->rest_least[0]) answer = 0;
        else if (node->attributes & LY_ORDERLESS)
            answer = ly_match_any_order(m, node, p.items, p.count, NULL, next);
        else if (node->attributes & LY_FLAT)
            answer = ly_match_flat_row(m, node, 0, p.items, p.count, next);
        else
            answer = ly_match_row(m, node, 0, p.items, p.count, next);
    } else if ((node->attributes & LY_ONE_IDENTITY) && node->defaults) {
        answer = ly_match_with_defaults(m, node, subject, next);
    } else {
        answer = 0;
    }
    if (answer != 1) ly_undo(m, mark);
    return answer;
}

/* ---- all nodes, with what comes after --------------------------------------------------------- */

typedef struct node_next {
    ly_next base;
    const ly_node *node;
    ly_value subject;
    const ly_next *after;
} node_next;

static int run_bind(ly_matcher *m, const ly_next *next)
{
    const node_next *f = (const node_next *)next;
    ly_mark mark = ly_mark_of(m);
    if (!ly_bind_one(m, f->node->variable, f->subject)) return 0;
    int answer = f->after->run(m, f->after);
    if (answer != 1) ly_undo(m, mark);
    return answer;
}

static int run_condition(ly_matcher *m, const ly_next *next)
{
    const node_next *f = (const node_next *)next;
    int answer = ly_match_condition(m, f->node);
    return answer == 1 ? f->after->run(m, f->after) : answer;
}

static int run_test(ly_matcher *m, const ly_next *next)
{
    const node_next *f = (const node_next *)next;
    int answer = ly_match_test(m, f->node, f->subject);
    return answer == 1 ? f->after->run(m, f->after) : answer;
}

static int run_accept(ly_matcher *m, const ly_next *next)
{
    return 1;
}

static const ly_next accept = {run_accept};

static int match_ways(ly_matcher *m, const ly_node *node, ly_value subject, const ly_next *next);

/* The test of a condition is False whatever is matched, False itself or a variable that is: no need to
   try each way (in a Flat and Orderless head there are exponentially many). */
static bool never_holds(ly_context *cx, ly_value test)
{
    if (!ly_is_symbol(test)) return false;
    const ly_definition *d = ly_definition_of(cx, test);
    return test == LY_SYM(False) || (d && d->value == LY_SYM(False));
}

int ly_match_once(ly_matcher *m, const ly_node *node, ly_value subject)
{
    return ly_match_node(m, node, subject, &accept);
}

/* Key patterns against the entries of an association, or a list of rules. */
static int match_keys(ly_matcher *m, const ly_node *node, ly_value subject, const ly_next *next)
{
    static const ly_node any = {.kind = LY_NODE_BLANK};
    parts p;
    ly_rest rest;
    if (ly_has_head(subject, LY_SYM(List))) {
        const ly_expr *e = ly_expr_of(subject);
        for (uint32_t i = 0; i < e->count; i++)
            if (!ly_has_shape(e->args[i], LY_SYM(Rule), 2) &&
                !ly_has_shape(e->args[i], LY_SYM(RuleDelayed), 2))
                return 0;
    } else if (!ly_is_association(subject)) {
        return 0;
    }
    int answer = parts_of(m, &any, subject, &p);
    if (answer != 1) return answer;
    return ly_match_any_order(m, node, p.items, p.count, &rest, next);
}

typedef struct match_call {
    ly_matcher *m;
    const ly_node *node;
    ly_value subject;
    const ly_next *next;
    int answer;
} match_call;

static void *match_again(ly_context *cx, void *argument)
{
    match_call *call = argument;
    call->answer = ly_match_node(call->m, call->node, call->subject, call->next);
    return call;
}

int ly_match_node(ly_matcher *m, const ly_node *node, ly_value subject, const ly_next *next)
{
    if (ly_stack_low(m->cx)) {
        match_call call = {m, node, subject, next, -1};
        ly_on_new_stack(m->cx, match_again, &call);
        return call.answer;
    }
    int answer;
    ly_mark mark = ly_mark_of(m);
    if (node->plain) {
        answer = ly_match_plain(m, node, subject);
        if (answer == 1) answer = next->run(m, next);
    } else if (!node->has_variables && next != &accept) {
        /* a second way would change nothing */
        answer = match_ways(m, node, subject, &accept);
        if (answer == 1) answer = next->run(m, next);
    } else {
        return match_ways(m, node, subject, next);
    }
    if (answer != 1) ly_undo(m, mark);
    return answer;
}

static int match_ways(ly_matcher *m, const ly_node *node, ly_value subject, const ly_next *next)
{
    int answer;
    ly_mark mark = ly_mark_of(m);
    switch (node->kind) {
    case LY_NODE_VARIABLE: {
        node_next frame = {{run_bind}, node, subject, next};
        ly_binding *b = &m->bindings[node->variable];
        if (b->state != LY_UNBOUND && !ly_bind_one(m, node->variable, subject)) return 0;
        answer = ly_match_node(m, node->args[0], subject, &frame.base);
        break;
    }
    case LY_NODE_EXPR: return match_expr(m, node, subject, next);
    case LY_NODE_ALTERNATIVES:
        answer = 0;
        for (uint32_t i = 0; i < node->count && !answer; i++)
            answer = ly_match_node(m, node->args[i], subject, next);
        break;
    case LY_NODE_CONDITION: {
        if (never_holds(m->cx, node->value)) {
            m->cx->looked++;
            return 0;
        }
        node_next frame = {{run_condition}, node, subject, next};
        answer = ly_match_node(m, node->args[0], subject, &frame.base);
        break;
    }
    case LY_NODE_TEST: {
        node_next frame = {{run_test}, node, subject, next};
        answer = ly_match_node(m, node->args[0], subject, &frame.base);
        break;
    }
    case LY_NODE_EXCEPT:
        answer = ly_match_once(m, node->args[0], subject);
        ly_undo(m, mark);
        if (answer) return answer == 1 ? 0 : answer;
        answer = node->count == 2 ? ly_match_node(m, node->args[1], subject, next)
                                  : next->run(m, next);
        break;
    case LY_NODE_KEYS: answer = match_keys(m, node, subject, next); break;
    default: {
        /* a sequence pattern by itself stands for one element; slices live as long as the match */
        if (node->least > 1 || node->most < 1) return 0;
        ly_expr *list = ly_expr_new(m->cx, LY_SYM(List), 1);
        list->args[0] = ly_retain(subject);
        if (!ly_keep(m, ly_from_object(list))) return -1;
        answer = ly_match_slice(m, node, list->args, 1, next);
        break;
    }
    }
    if (answer != 1) ly_undo(m, mark);
    return answer;
}

/* ---- whole matches ---------------------------------------------------------------------------- */

typedef struct found_next {
    ly_next base;
    ly_found *found;
    ly_rest *rest;               /* of an Orderless head */
    const ly_value *items;       /* of a Flat head: all, and where the match lies */
    uint32_t from, to, count;
} found_next;

static int run_found(ly_matcher *m, const ly_next *next)
{
    const found_next *f = (const found_next *)next;
    return f->found->call(m->cx, f->found, m->bindings);
}

static int run_found_rest(ly_matcher *m, const ly_next *next)
{
    const found_next *f = (const found_next *)next;
    ly_found *found = f->found;
    if (f->rest) {
        found->before_count = 0;
        found->after = f->rest->items;
        found->after_count = f->rest->count;
    } else {
        found->before = f->items;
        found->before_count = f->from;
        found->after = f->items + f->to;
        found->after_count = f->count - f->to;
    }
    return found->call(m->cx, found, m->bindings);
}

/* Some of the elements of a Flat head: next_found is what comes after conditions around. */
static int match_part(ly_matcher *m, const ly_node *node, ly_value subject, found_next *last,
                      const ly_next *next)
{
    ly_rest rest = {0};
    const ly_expr *e = ly_expr_of(subject);
    last->found->whole = false;
    last->found->head = e->head;
    last->items = e->args;
    last->count = e->count;
    if (node->attributes & LY_ORDERLESS) {
        last->rest = &rest;
        return ly_match_any_order(m, node, e->args, e->count, &rest, next);
    }
    uint32_t least = node->rest_least[0] ? node->rest_least[0] : 1;
    for (uint32_t from = 0; from + least <= e->count; from++)
        for (uint32_t to = from + least; to <= e->count; to++) {
            if (from == 0 && to == e->count) continue;
            if (ly_poll(m->cx)) return -1;
            last->from = from;
            last->to = to;
            int answer = ly_match_flat_row(m, node, 0, e->args + from, to - from, next);
            if (answer) return answer;
        }
    return 0;
}

static int match_part_within(ly_matcher *m, const ly_node *node, ly_value subject,
                             found_next *last, const ly_next *next)
{
    if (node->kind == LY_NODE_CONDITION) {
        if (never_holds(m->cx, node->value)) return 0;
        node_next frame = {{run_condition}, node, subject, next};
        return match_part_within(m, node->args[0], subject, last, &frame.base);
    }
    if (node->kind != LY_NODE_EXPR || !(node->attributes & LY_FLAT) ||
        !ly_has_head(subject, node->value) || ly_expr_of(subject)->count <= node->rest_least[0])
        return 0;
    return match_part(m, node, subject, last, next);
}

int ly_match_found(ly_context *cx, ly_pattern *pattern, ly_value subject, bool rest, ly_found *found)
{
    for (;;) {
        uint32_t n = pattern->variable_count;
        ly_binding few[n <= 16 ? n + 1 : 1];
        uint32_t few_trail[n <= 16 ? n + 1 : 1];
        ly_matcher m = {.cx = cx, .pattern = pattern, .bindings = few, .trail = few_trail,
                        .kept_capacity = 8};
        m.kept = m.kept_first;
        if (n > 16) {
            m.bindings = ly_buffer_alloc(cx, n * (sizeof(ly_binding) + sizeof(uint32_t)));
            if (!m.bindings) return -1;
            m.trail = (uint32_t *)(m.bindings + n);
        }
        for (uint32_t i = 0; i < n; i++) m.bindings[i].state = LY_UNBOUND;
        found_next last = {.base = {run_found}, .found = found};
        found->whole = true;
        found->any = false;
        found->before_count = found->after_count = 0;
        int answer = ly_match_node(&m, pattern->root, subject, &last.base);
        if (!answer && rest && !found->any) {
            last.base.run = run_found_rest;
            answer = match_part_within(&m, pattern->root, subject, &last, &last.base);
        }
        ly_undo(&m, (ly_mark){0, 0});
        if (m.kept != m.kept_first) ly_buffer_free(cx, m.kept);
        if (n > 16) ly_buffer_free(cx, m.bindings);
        if (answer != LY_STALE) return answer;
        if (pattern->frozen) { /* others read it: one of our own, for attributes of our own */
            ly_pattern *own = ly_pattern_like(cx, pattern);
            answer = own ? ly_match_found(cx, own, subject, rest, found) : -1;
            if (own) ly_pattern_release(cx, own);
            return answer;
        }
        if (!ly_pattern_again(cx, pattern)) return -1;
    }
}

/* ---- the functions of match.h ----------------------------------------------------------------- */

static ly_value bound_value(ly_context *cx, const ly_binding *b)
{
    if (b->state == LY_BOUND_ONE) return ly_retain(b->value);
    uint32_t count = b->state == LY_UNBOUND ? 0 : b->count;
    ly_expr *e = ly_expr_new(cx, LY_SYM(Sequence), count);
    if (!e) return LY_FAILED;
    for (uint32_t i = 0; i < count; i++) e->args[i] = ly_retain(b->items[i]);
    return ly_from_object(e);
}

void ly_bindings_free(ly_context *cx, ly_bindings *bindings)
{
    for (size_t i = 0; i < bindings->count; i++) ly_release(cx, bindings->values[i]);
    ly_buffer_free(cx, bindings->values);
    *bindings = (ly_bindings){0};
}

static bool bindings_copy(ly_context *cx, const ly_pattern *pattern, const ly_binding *from,
                          ly_bindings *to)
{
    *to = (ly_bindings){0};
    if (!pattern->variable_count) return true;
    to->values = ly_buffer_alloc(cx, pattern->variable_count * sizeof(ly_value));
    if (!to->values) return false;
    for (uint32_t i = 0; i < pattern->variable_count; i++) {
        ly_value v = bound_value(cx, &from[i]);
        if (!v) {
            ly_bindings_free(cx, to);
            return false;
        }
        to->values[to->count++] = v;
    }
    return true;
}

typedef struct match_data {
    const ly_pattern *pattern;
    ly_bindings *bindings;
    bool (*found)(ly_context *cx, void *data, const ly_bindings *bindings);
    void *data;
} match_data;

static int copy_found(ly_context *cx, ly_found *found, const ly_binding *bindings)
{
    const match_data *data = found->data;
    return bindings_copy(cx, data->pattern, bindings, data->bindings) ? 1 : -1;
}

static int accept_found(ly_context *cx, ly_found *found, const ly_binding *bindings)
{
    return 1;
}

static int each_found(ly_context *cx, ly_found *found, const ly_binding *bindings)
{
    const match_data *data = found->data;
    ly_bindings copy;
    if (!bindings_copy(cx, data->pattern, bindings, &copy)) return -1;
    bool more = data->found(cx, data->data, &copy);
    ly_bindings_free(cx, &copy);
    if (cx->pending.kind != LY_PENDING_NONE) return -1;
    return more ? 0 : 1;
}

int ly_match(ly_context *cx, ly_pattern *pattern, ly_value subject, ly_bindings *bindings)
{
    match_data data = {.pattern = pattern, .bindings = bindings};
    ly_found found = {.call = copy_found, .data = &data};
    *bindings = (ly_bindings){0};
    ly_pattern_retain(pattern);
    int answer = ly_match_found(cx, pattern, subject, false, &found);
    ly_pattern_release(cx, pattern);
    return answer;
}

int ly_match_pattern(ly_context *cx, ly_pattern *pattern, ly_value subject)
{
    ly_found found = {.call = accept_found};
    if (pattern->root->kind == LY_NODE_LITERAL) return ly_same(pattern->root->value, subject);
    if (pattern->root->kind == LY_NODE_BLANK) return ly_head_is(cx, subject, pattern->root->value);
    if (!pattern->evaluates) return ly_match_found(cx, pattern, subject, false, &found);
    ly_pattern_retain(pattern);
    int answer = ly_match_found(cx, pattern, subject, false, &found);
    ly_pattern_release(cx, pattern);
    return answer;
}

int ly_match_part(ly_context *cx, ly_pattern *pattern, ly_value subject)
{
    ly_found found = {.call = accept_found};
    ly_pattern_retain(pattern);
    int answer = ly_match_found(cx, pattern, subject, true, &found);
    ly_pattern_release(cx, pattern);
    return answer;
}

int ly_matches(ly_context *cx, ly_value pattern, ly_value subject)
{
    ly_pattern *compiled = ly_pattern_of(cx, pattern);
    return compiled ? ly_match_pattern(cx, compiled, subject) : -1;
}

int ly_match_each(ly_context *cx, ly_pattern *pattern, ly_value subject,
                  bool (*found)(ly_context *cx, void *data, const ly_bindings *bindings), void *data)
{
    match_data call = {.pattern = pattern, .found = found, .data = data};
    ly_found each = {.call = each_found, .data = &call};
    ly_pattern_retain(pattern);
    int answer = ly_match_found(cx, pattern, subject, false, &each);
    ly_pattern_release(cx, pattern);
    return answer < 0 ? -1 : 0;
}
