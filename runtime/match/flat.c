/* flat.c: arguments of Flat and Orderless heads.

   In a Flat head a pattern for one element may stand for several: it then matches head[elements].
   Where order does not count, literals are taken first, then each pattern tries the unused elements
   from the left, and sequences their subsets by size. */
#include "match/matcher.h"

#include "eval/eval.h"

/* head[items…], kept; one element by itself, unless head is Flat without OneIdentity and the
   pattern takes anything. LY_FAILED: an error is pending. */
static ly_value group_of(ly_matcher *m, const ly_node *node, const ly_node *child,
                         const ly_value *items, uint32_t count)
{
    if (count == 1) {
        while (child->kind == LY_NODE_VARIABLE || child->kind == LY_NODE_OPTIONAL) child = child->args[0];
        bool wrap = !(node->attributes & LY_ONE_IDENTITY) && child->kind == LY_NODE_BLANK;
        if (!wrap || (child->value && child->value != node->value)) return items[0];
    }
    ly_expr *e = ly_expr_new(m->cx, node->value, count);
    if (!e) return LY_FAILED;
    for (uint32_t i = 0; i < count; i++) e->args[i] = ly_retain(items[i]);
    return ly_keep(m, ly_from_object(e)) ? ly_from_object(e) : LY_FAILED;
}

/* The number of elements that a variable which is bound stands for; 0: any. */
static uint32_t bound_length(const ly_matcher *m, const ly_node *node, const ly_node *child)
{
    if (child->kind != LY_NODE_VARIABLE) return 0;
    const ly_binding *b = &m->bindings[child->variable];
    if (b->state == LY_UNBOUND) return 0;
    if (b->state == LY_BOUND_SEQUENCE) return b->count;
    return ly_has_head(b->value, node->value) ? ly_expr_of(b->value)->count : 1;
}

/* A test that no group can pass, since head[…] is no atom: of its elements it takes one at most. What
   the program says of the test or of the head counts first. */
static bool takes_atoms(const ly_matcher *m, const ly_node *node, const ly_node *child)
{
    const ly_value tests[] = {LY_SYM(NumberQ), LY_SYM(IntegerQ), LY_SYM(StringQ), LY_SYM(AtomQ),
                              LY_SYM(MachineNumberQ), LY_SYM(EvenQ), LY_SYM(OddQ)};
    while (child->kind == LY_NODE_VARIABLE) child = child->args[0];
    if (child->kind != LY_NODE_TEST || !ly_is_symbol(node->value)) return false;
    const ly_definition *d = ly_definition_of(m->cx, node->value);
    if (d && d->rules[LY_UP_VALUES]) return false;
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        if (child->value != tests[i]) continue;
        d = ly_definition_of(m->cx, tests[i]);
        return !d || (!d->value && !d->rules[LY_OWN_VALUES] && !d->rules[LY_DOWN_VALUES]);
    }
    return false;
}

/* ---- Flat, in order --------------------------------------------------------------------------- */

typedef struct flat_next {
    ly_next base;
    const ly_node *node;
    const ly_value *items;
    uint32_t count, child;
    const ly_next *after;
} flat_next;

static int run_flat(ly_matcher *m, const ly_next *next)
{
    const flat_next *f = (const flat_next *)next;
    return ly_match_flat_row(m, f->node, f->child, f->items, f->count, f->after);
}

static int match_flat_length(ly_matcher *m, const ly_node *node, uint32_t child,
                             const ly_value *items, uint32_t count, uint32_t length,
                             const ly_next *next)
{
    const ly_node *one = node->args[child];
    flat_next frame = {{run_flat}, node, items + length, count - length, child + 1, next};
    if (!one->groups || length == 0) return ly_match_slice(m, one, items, length, &frame.base);
    ly_mark mark = ly_mark_of(m);
    ly_value group = group_of(m, node, one, items, length);
    if (!group) return -1;
    ly_value *slot = &group;
    int answer = ly_match_slice(m, one, slot, 1, &frame.base);
    if (answer != 1) ly_undo(m, mark);
    return answer;
}

int ly_match_flat_row(ly_matcher *m, const ly_node *node, uint32_t child, const ly_value *items,
                      uint32_t count, const ly_next *next)
{
    if (count < node->rest_least[child]) return 0;
    if (child == node->count) return count ? 0 : next->run(m, next);
    const ly_node *one = node->args[child];
    uint32_t low = one->least, high = count - node->rest_least[child + 1];
    if (!one->groups && one->most < high) high = one->most;
    if (low > high) return 0;
    if (one->groups && high > 1 && takes_atoms(m, node, one)) high = 1;
    uint32_t length = bound_length(m, node, one);
    if (length) {
        if (length < low || length > high) return 0;
        low = high = length;
    }
    /* an optional element: one, more, and at last the default */
    bool optional = ly_prefers_long(one) && one->least == 0;
    for (length = optional ? 1 : low; length <= high; length++) {
        int answer = match_flat_length(m, node, child, items, count, length, next);
        if (answer) return answer;
        if (ly_poll(m->cx)) return -1;
    }
    return optional ? match_flat_length(m, node, child, items, count, 0, next) : 0;
}

/* ---- Orderless -------------------------------------------------------------------------------- */

typedef struct order {
    const ly_node *node;
    const ly_value *items;
    uint32_t count, left; /* elements in all, not used yet */
    bool *used;
    ly_rest *rest;        /* NULL: all must be used */
    const ly_next *after;
} order;

typedef struct order_next {
    ly_next base;
    order *state;
    uint32_t child; /* index into node->order */
} order_next;

static int match_order(ly_matcher *m, order *o, uint32_t child);

static int run_order(ly_matcher *m, const ly_next *next)
{
    const order_next *f = (const order_next *)next;
    return match_order(m, f->state, f->child);
}

/* The elements left over, as a kept list. */
static int finish_order(ly_matcher *m, order *o)
{
    if (!o->rest) return o->left ? 0 : o->after->run(m, o->after);
    ly_mark mark = ly_mark_of(m);
    ly_expr *list = ly_expr_new(m->cx, LY_SYM(List), o->left);
    if (!list) return -1;
    for (uint32_t i = 0, n = 0; i < o->count; i++)
        if (!o->used[i]) list->args[n++] = ly_retain(o->items[i]);
    if (!ly_keep(m, ly_from_object(list))) return -1;
    o->rest->items = list->args;
    o->rest->count = list->count;
    int answer = o->after->run(m, o->after);
    if (answer != 1) ly_undo(m, mark);
    return answer;
}

static int match_single(ly_matcher *m, order *o, uint32_t child, const ly_node *one)
{
    order_next frame = {{run_order}, o, child + 1};
    uint32_t tried = o->count;
    for (uint32_t i = 0; i < o->count; i++) {
        if (o->used[i]) continue;
        if (tried < o->count && ly_same(o->items[tried], o->items[i])) continue;
        tried = i;
        o->used[i] = true;
        o->left--;
        int answer = ly_match_node(m, one, o->items[i], &frame.base);
        if (answer == 1) return 1;
        o->used[i] = false;
        o->left++;
        if (answer) return answer;
        if (ly_poll(m->cx)) return -1;
    }
    return 0;
}

/* Some of the unused elements, chosen as numbers in chosen[0 … size), as the child's. */
static int match_chosen(ly_matcher *m, order *o, uint32_t child, const ly_node *one,
                        const uint32_t *chosen, uint32_t size)
{
    order_next frame = {{run_order}, o, child + 1};
    ly_mark mark = ly_mark_of(m);
    ly_expr *list = ly_expr_new(m->cx, LY_SYM(List), size);
    if (!list) return -1;
    for (uint32_t i = 0; i < size; i++) {
        list->args[i] = ly_retain(o->items[chosen[i]]);
        o->used[chosen[i]] = true;
    }
    o->left -= size;
    int answer = -1;
    if (ly_keep(m, ly_from_object(list))) {
        if (one->groups && size) {
            ly_value group = group_of(m, o->node, one, list->args, size);
            answer = group ? ly_match_slice(m, one, &group, 1, &frame.base) : -1;
        } else {
            answer = ly_match_slice(m, one, list->args, size, &frame.base);
        }
    }
    if (answer == 1) return 1;
    ly_undo(m, mark);
    for (uint32_t i = 0; i < size; i++) o->used[chosen[i]] = false;
    o->left += size;
    return answer;
}

/* The first place that takes an element while an equal one before it is left: the subset was had already
   with that one. size: there is none. */
static uint32_t repeated_place(const order *o, const uint32_t *candidates, uint32_t size, const uint32_t *places)
{
    for (uint32_t i = 0; i < size; i++) {
        uint32_t at = places[i];
        if (at == 0 || (i > 0 && places[i - 1] == at - 1)) continue;
        if (ly_same(o->items[candidates[at - 1]], o->items[candidates[at]])) return i;
    }
    return size;
}

/* All subsets of a size, in lexicographic order of places; of those that are equal, the first. */
static int match_subsets(ly_matcher *m, order *o, uint32_t child, const ly_node *one,
                         const uint32_t *candidates, uint32_t available, uint32_t size,
                         uint32_t *places, uint32_t *chosen)
{
    for (uint32_t i = 0; i < size; i++) places[i] = i;
    for (;;) {
        uint32_t at = repeated_place(o, candidates, size, places);
        if (at == size) {
            for (uint32_t i = 0; i < size; i++) chosen[i] = candidates[places[i]];
            int answer = match_chosen(m, o, child, one, chosen, size);
            if (answer) return answer;
        } else {
            at++; /* nor any other subset that begins so */
        }
        if (ly_poll(m->cx)) return -1;
        while (at > 0 && places[at - 1] == available - size + at - 1) at--;
        if (!at) return 0;
        places[at - 1]++;
        for (uint32_t i = at; i < size; i++) places[i] = places[i - 1] + 1;
    }
}

/* The most elements that the children from here on can take. */
static uint32_t most_of_rest(const ly_matcher *m, const ly_node *node, uint32_t child)
{
    uint32_t most = node->order_most[child], sum = 0;
    if (most != LY_MANY) return most;
    for (; child < node->order_count; child++) {
        const ly_node *one = node->args[node->order[child]];
        uint32_t own = !one->groups ? one->most : takes_atoms(m, node, one) ? 1 : LY_MANY;
        if (own == LY_MANY) return LY_MANY;
        sum += own;
    }
    return sum;
}

static int match_several(ly_matcher *m, order *o, uint32_t child, const ly_node *one)
{
    const ly_node *node = o->node;
    uint32_t low = one->least, high = o->left - node->order_least[child + 1];
    if (!one->groups && one->most < high) high = one->most;
    uint32_t rest = o->rest ? LY_MANY : most_of_rest(m, node, child + 1);
    if (rest < o->left && o->left - rest > low) low = o->left - rest;
    if (one->groups && high > 1 && takes_atoms(m, node, one)) high = 1;
    if (low > high) return 0;
    uint32_t length = bound_length(m, node, one);
    if (length) {
        if (length < low || length > high) return 0;
        low = high = length;
    }
    uint32_t *candidates = ly_buffer_alloc(m->cx, 3 * (o->left + 1) * sizeof *candidates);
    if (!candidates) return -1;
    uint32_t available = 0;
    int answer = 0;
    for (uint32_t i = 0; i < o->count && answer >= 0; i++) {
        if (o->used[i]) continue;
        if (one->elementwise) {
            answer = ly_match_element(m, one, o->items[i]);
            if (answer != 1) continue;
        }
        candidates[available++] = i;
    }
    if (answer >= 0) {
        answer = 0;
        uint32_t *places = candidates + o->left, *chosen = places + o->left;
        bool longest = ly_prefers_long(one), optional = longest && low == 0;
        if (high > available) high = available;
        if (optional && one->groups) longest = false;
        for (uint32_t i = 0; low <= high && i <= high - low && !answer; i++) {
            uint32_t size = longest ? high - i : low + i;
            if (optional && !longest) { /* 1, 2, … and at last the default */
                if (high == 0) size = 0;
                else size = i == high ? 0 : i + 1;
            }
            answer = match_subsets(m, o, child, one, candidates, available, size, places, chosen);
        }
    }
    ly_buffer_free(m->cx, candidates);
    return answer;
}

static int match_order(ly_matcher *m, order *o, uint32_t child)
{
    const ly_node *node = o->node;
    if (o->left < node->order_least[child]) return 0;
    if (!o->rest && o->left > node->order_most[child]) return 0;
    if (child == node->order_count) return finish_order(m, o);
    const ly_node *one = node->args[node->order[child]];
    return one->single && !one->groups ? match_single(m, o, child, one)
                                       : match_several(m, o, child, one);
}

/* Whether each child that takes atoms alone finds one that is left: 1, 0, or -1 for an error. */
static int has_atoms(ly_matcher *m, const order *o)
{
    for (uint32_t c = 0; c < o->node->order_count; c++) {
        const ly_node *one = o->node->args[o->node->order[c]];
        int answer = 0;
        if (!one->groups || one->least == 0 || !takes_atoms(m, o->node, one)) continue;
        for (uint32_t i = 0; i < o->count && !answer; i++) {
            if (o->used[i]) continue;
            ly_mark mark = ly_mark_of(m);
            answer = ly_match_once(m, one, o->items[i]);
            ly_undo(m, mark);
        }
        if (answer != 1) return answer;
    }
    return 1;
}

typedef struct order_call {
    ly_matcher *m;
    const ly_node *node;
    const ly_value *items;
    uint32_t count;
    ly_rest *rest;
    const ly_next *next;
    int answer;
} order_call;

static void *order_again(ly_context *cx, void *argument)
{
    order_call *call = argument;
    call->answer = ly_match_any_order(call->m, call->node, call->items, call->count, call->rest, call->next);
    return call;
}

int ly_match_any_order(ly_matcher *m, const ly_node *node, const ly_value *items, uint32_t count,
                       ly_rest *rest, const ly_next *next)
{
    if (ly_stack_low(m->cx)) {
        order_call call = {m, node, items, count, rest, next, -1};
        ly_on_new_stack(m->cx, order_again, &call);
        return call.answer;
    }
    bool few[64];
    order o = {node, items, count, count, few, rest, next};
    if (count < node->rest_least[0]) return 0;
    if (count > 64) {
        o.used = ly_buffer_alloc(m->cx, count);
        if (!o.used) return -1;
    }
    memset(o.used, 0, count);
    int answer = 1;
    for (uint32_t i = 0; i < node->count && answer; i++) {
        const ly_node *one = node->args[i];
        if (one->kind != LY_NODE_LITERAL) continue;
        uint32_t at = 0;
        while (at < count && (o.used[at] || !(items[at] == one->value || ly_same(items[at], one->value)))) at++;
        if (at == count) answer = 0;
        else {
            o.used[at] = true;
            o.left--;
        }
    }
    if (answer && (node->attributes & LY_FLAT)) answer = has_atoms(m, &o);
    ly_mark mark = ly_mark_of(m);
    if (answer == 1) answer = match_order(m, &o, 0);
    if (answer != 1) ly_undo(m, mark);
    if (o.used != few) ly_buffer_free(m->cx, o.used);
    return answer;
}
