/* sequence.c: rows of arguments, and patterns that stand for several of them.

   Lengths are tried from the shortest (Optional and Longest: from the longest) within the bounds
   that the other patterns of the row leave. A sequence whose elements match by themselves is checked
   as it grows, so that the usual shapes take linear time. */
#include "match/matcher.h"

#include "eval/eval.h"

bool ly_prefers_long(const ly_node *node)
{
    switch (node->kind) {
    case LY_NODE_LONGEST:
    case LY_NODE_OPTIONAL: return true;
    case LY_NODE_VARIABLE:
    case LY_NODE_CONDITION:
    case LY_NODE_TEST: return ly_prefers_long(node->args[0]);
    default: return false;
    }
}

int ly_match_element(ly_matcher *m, const ly_node *node, ly_value item)
{
    switch (node->kind) {
    case LY_NODE_SEQUENCE: return ly_head_is(m->cx, item, node->value);
    case LY_NODE_REPEATED: return ly_match_plain(m, node->args[0], item);
    case LY_NODE_TEST: {
        int answer = ly_match_element(m, node->args[0], item);
        return answer == 1 ? ly_match_test(m, node, item) : answer;
    }
    default: return ly_match_element(m, node->args[0], item); /* VARIABLE */
    }
}

/* ---- what comes after ------------------------------------------------------------------------- */

typedef struct slice_next {
    ly_next base;
    const ly_node *node;
    const ly_value *items;
    uint32_t count;
    uint32_t child; /* row: where to go on; repetition: how often so far */
    const ly_next *after;
} slice_next;

static int run_row(ly_matcher *m, const ly_next *next)
{
    const slice_next *f = (const slice_next *)next;
    return ly_match_row(m, f->node, f->child, f->items, f->count, f->after);
}

static int run_bind_slice(ly_matcher *m, const ly_next *next)
{
    const slice_next *f = (const slice_next *)next;
    ly_mark mark = ly_mark_of(m);
    int bound = m->pattern->sequences[f->node->variable] || f->count != 1
                    ? ly_bind_slice(m, f->node->variable, f->items, f->count)
                    : ly_bind_one(m, f->node->variable, f->items[0]);
    if (!bound) return 0;
    int answer = f->after->run(m, f->after);
    if (answer != 1) ly_undo(m, mark);
    return answer;
}

static int run_slice_condition(ly_matcher *m, const ly_next *next)
{
    const slice_next *f = (const slice_next *)next;
    int answer = ly_match_condition(m, f->node);
    return answer == 1 ? f->after->run(m, f->after) : answer;
}

static int run_slice_test(ly_matcher *m, const ly_next *next)
{
    const slice_next *f = (const slice_next *)next;
    for (uint32_t i = 0; i < f->count; i++) {
        int answer = ly_match_test(m, f->node, f->items[i]);
        if (answer != 1) return answer;
    }
    return f->after->run(m, f->after);
}

/* ---- repetition ------------------------------------------------------------------------------- */

static int match_repeated(ly_matcher *m, const ly_node *node, uint32_t times, const ly_value *items,
                          uint32_t count, const ly_next *next);

static int run_repeated(ly_matcher *m, const ly_next *next)
{
    const slice_next *f = (const slice_next *)next;
    return match_repeated(m, f->node, f->child, f->items, f->count, f->after);
}

static int match_repeated(ly_matcher *m, const ly_node *node, uint32_t times, const ly_value *items,
                          uint32_t count, const ly_next *next)
{
    const ly_node *child = node->args[0];
    ly_mark mark = ly_mark_of(m);
    int answer = 0;
    if (child->single && (child->plain || !child->has_variables)) {
        for (; count && times < node->high; items++, count--, times++) {
            answer = child->plain ? ly_match_plain(m, child, *items)
                                  : ly_match_once(m, child, *items);
            if (answer != 1) break;
        }
        if (!count) answer = times >= node->low ? next->run(m, next) : 0;
        else if (answer == 1) answer = 0;
    } else if (!count) {
        return times >= node->low ? next->run(m, next) : 0;
    } else if (times < node->high) {
        uint32_t least = child->least ? child->least : 1;
        uint32_t most = child->most < count ? child->most : count;
        for (uint32_t length = least; length <= most && !answer; length++) {
            slice_next frame = {{run_repeated}, node, items + length, count - length, times + 1, next};
            answer = ly_match_slice(m, child, items, length, &frame.base);
        }
    }
    if (answer != 1) ly_undo(m, mark);
    return answer;
}

/* ---- one node, several items ------------------------------------------------------------------ */

/* The default of an optional argument: 1 and the value (borrowed or kept), 0 if there is none. */
static int default_value(ly_matcher *m, const ly_node *node, ly_value *value)
{
    ly_context *cx = m->cx;
    ly_value owner = node->owner;
    if (node->value) {
        *value = node->value;
        return 1;
    }
    if (!owner || !ly_is_symbol(owner)) return 0;
    if (owner == LY_SYM(Plus)) *value = LY_INT(0);
    else if (owner == LY_SYM(Times)) *value = LY_INT(1);
    else if (owner == LY_SYM(Power) && node->position == 2) *value = LY_INT(1);
    else *value = LY_FAILED;
    if (*value) return 1;
    ly_value v = ly_default_value(cx, owner, node->position, node->arity);
    if (v == LY_UNEVALUATED) return 0;
    if (!ly_keep(m, v)) return -1;
    *value = v;
    return 1;
}

/* Binds the variables of an optional argument that is left out. */
static int bind_default(ly_matcher *m, const ly_node *node)
{
    ly_value value;
    int answer = default_value(m, node, &value);
    if (answer != 1) return answer;
    for (const ly_node *child = node->args[0]; child;) {
        if (child->kind == LY_NODE_VARIABLE && !ly_bind_one(m, child->variable, value)) return 0;
        bool wraps = child->kind == LY_NODE_VARIABLE || child->kind == LY_NODE_TEST ||
                     child->kind == LY_NODE_CONDITION;
        child = wraps ? child->args[0] : NULL;
    }
    return 1;
}

static int match_default(ly_matcher *m, const ly_node *node, const ly_next *next)
{
    ly_mark mark = ly_mark_of(m);
    int answer = bind_default(m, node);
    if (answer == 1) answer = next->run(m, next);
    if (answer != 1) ly_undo(m, mark);
    return answer;
}

int ly_match_with_defaults(ly_matcher *m, const ly_node *node, ly_value subject, const ly_next *next)
{
    ly_mark mark = ly_mark_of(m);
    uint32_t taker = node->count - 1;
    for (uint32_t i = 0; i < node->count; i++) {
        const ly_node *child = node->args[i];
        while (child->kind == LY_NODE_VARIABLE) child = child->args[0];
        if (child->kind != LY_NODE_OPTIONAL) taker = i;
    }
    int answer = 1;
    for (uint32_t i = 0; i < node->count && answer == 1; i++) {
        const ly_node *child = node->args[i];
        if (i == taker) continue;
        while (child->kind == LY_NODE_VARIABLE) child = child->args[0];
        answer = bind_default(m, child);
    }
    if (answer == 1) answer = ly_match_slice(m, node->args[taker], &subject, 1, next);
    if (answer != 1) ly_undo(m, mark);
    return answer;
}

static bool is_option(ly_value v, int depth)
{
    if (ly_is_association(v)) return true;
    if (!ly_is_expr(v)) return false;
    const ly_expr *e = ly_expr_of(v);
    if (e->head == LY_SYM(Rule) || e->head == LY_SYM(RuleDelayed)) return e->count == 2;
    if (e->head != LY_SYM(List) || depth > 100) return false;
    for (uint32_t i = 0; i < e->count; i++)
        if (!is_option(e->args[i], depth + 1)) return false;
    return true;
}

int ly_match_slice(ly_matcher *m, const ly_node *node, const ly_value *items, uint32_t count,
                   const ly_next *next)
{
    int answer = 0;
    ly_mark mark = ly_mark_of(m);
    if (ly_stack_low(m->cx)) {
        answer = (int)ly_deeper(m->cx, ly_match_slice, LY_AS_WORD(m), LY_AS_WORD(node), LY_AS_WORD(items), count, LY_AS_WORD(next));
        return answer == 0 && m->cx->pending.kind ? -1 : answer;
    }
    if (node->single) return count == 1 ? ly_match_node(m, node, items[0], next) : 0;
    if (count < node->least || count > node->most) return 0;
    switch (node->kind) {
    case LY_NODE_SEQUENCE:
        if (node->value)
            for (uint32_t i = 0; i < count; i++)
                if (!ly_head_is(m->cx, items[i], node->value)) return 0;
        return next->run(m, next);
    case LY_NODE_VARIABLE: {
        slice_next frame = {{run_bind_slice}, node, items, count, 0, next};
        answer = ly_match_slice(m, node->args[0], items, count, &frame.base);
        break;
    }
    case LY_NODE_OPTIONAL:
        if (!count) return match_default(m, node, next);
        answer = ly_match_slice(m, node->args[0], items, count, next);
        break;
    case LY_NODE_REPEATED: return match_repeated(m, node, 0, items, count, next);
    case LY_NODE_ALTERNATIVES:
        for (uint32_t i = 0; i < node->count && !answer; i++)
            answer = ly_match_slice(m, node->args[i], items, count, next);
        break;
    case LY_NODE_CONDITION: {
        slice_next frame = {{run_slice_condition}, node, items, count, 0, next};
        answer = ly_match_slice(m, node->args[0], items, count, &frame.base);
        break;
    }
    case LY_NODE_TEST: {
        slice_next frame = {{run_slice_test}, node, items, count, 0, next};
        answer = ly_match_slice(m, node->args[0], items, count, &frame.base);
        break;
    }
    case LY_NODE_LONGEST:
    case LY_NODE_SHORTEST: return ly_match_slice(m, node->args[0], items, count, next);
    case LY_NODE_OPTIONS:
        for (uint32_t i = 0; i < count; i++)
            if (!is_option(items[i], 0)) return 0;
        if (!ly_bind_slice(m, node->variable, items, count)) return 0;
        answer = next->run(m, next);
        break;
    case LY_NODE_GROUP: return ly_match_row(m, node, 0, items, count, next);
    case LY_NODE_ANY_ORDER: return ly_match_any_order(m, node, items, count, NULL, next);
    case LY_NODE_EXCEPT:
        for (uint32_t i = 0; i < count; i++) {
            answer = ly_match_once(m, node->args[0], items[i]);
            ly_undo(m, mark);
            if (answer) return answer == 1 ? 0 : answer;
        }
        answer = ly_match_slice(m, node->args[node->count - 1], items, count, next);
        break;
    default: break;
    }
    if (answer != 1) ly_undo(m, mark);
    return answer;
}

/* ---- rows ------------------------------------------------------------------------------------- */

/* How many of the items, up to most, the elements of an elementwise node match. -1, LY_STALE: as
   elsewhere. */
static int64_t matching_run(ly_matcher *m, const ly_node *node, const ly_value *items, uint32_t most)
{
    for (uint32_t i = 0; i < most; i++) {
        int answer = ly_match_element(m, node, items[i]);
        if (answer < 0) return answer;
        if (!answer) return i;
    }
    return most;
}

/* node, a sequence at the row's place child, against lengths from low to high, then the rest. */
static int match_sequence(ly_matcher *m, const ly_node *row, uint32_t child, const ly_value *items,
                          uint32_t count, uint32_t low, uint32_t high, const ly_next *next)
{
    const ly_node *node = row->args[child];
    bool longest = ly_prefers_long(node);
    ly_mark mark = ly_mark_of(m);
    if (node->kind == LY_NODE_VARIABLE) {
        const ly_binding *b = &m->bindings[node->variable];
        if (b->state != LY_UNBOUND) { /* the length is known */
            uint32_t length = b->state == LY_BOUND_ONE ? 1 : b->count;
            if (length < low || length > high) return 0;
            low = high = length;
        }
    }
    if (!node->elementwise) {
        for (uint32_t i = 0; i <= high - low; i++) {
            uint32_t length = longest ? high - i : low + i;
            slice_next frame = {{run_row}, row, items + length, count - length, child + 1, next};
            int answer = ly_match_slice(m, node, items, length, &frame.base);
            if (answer) return answer;
            if (ly_poll(m->cx)) return -1;
        }
        return 0;
    }
    const ly_node *inner = node;
    while (inner->kind == LY_NODE_VARIABLE) inner = inner->args[0];
    bool unconstrained = inner->kind == LY_NODE_SEQUENCE && !inner->value;
    int64_t run = unconstrained ? high : matching_run(m, node, items, longest ? high : low);
    if (run < 0) return (int)run;
    if (run < low) return 0;
    if (longest) high = (uint32_t)run;
    for (uint32_t i = 0; i <= high - low; i++) {
        uint32_t length = longest ? high - i : low + i;
        int answer = 1;
        if (!longest && !unconstrained && length > run) {
            answer = ly_match_element(m, node, items[length - 1]);
            if (answer != 1) return answer;
        }
        for (const ly_node *v = node; answer == 1; v = v->args[0]) {
            if (v->kind == LY_NODE_VARIABLE) answer = ly_bind_slice(m, v->variable, items, length);
            else if (v->kind != LY_NODE_TEST) break;
        }
        if (answer == 1)
            answer = ly_match_row(m, row, child + 1, items + length, count - length, next);
        if (answer) return answer;
        ly_undo(m, mark);
        if (ly_poll(m->cx)) return -1;
    }
    return 0;
}

typedef struct row_call {
    ly_matcher *m;
    const ly_node *node;
    uint32_t child;
    const ly_value *items;
    uint32_t count;
    const ly_next *next;
    int answer;
} row_call;

static void *row_again(ly_context *cx, void *argument)
{
    row_call *call = argument;
    call->answer = ly_match_row(call->m, call->node, call->child, call->items, call->count, call->next);
    return call;
}

int ly_match_row(ly_matcher *m, const ly_node *node, uint32_t child, const ly_value *items,
                 uint32_t count, const ly_next *next)
{
    int answer = 0;
    ly_mark mark = ly_mark_of(m);
    if (ly_stack_low(m->cx)) {
        row_call call = {m, node, child, items, count, next, -1};
        ly_on_new_stack(m->cx, row_again, &call);
        return call.answer;
    }
    for (;; child++, items++, count--) {
        if (count < node->rest_least[child] || count > node->rest_most[child]) {
            answer = 0;
            break;
        }
        if (child == node->count) {
            answer = next->run(m, next);
            break;
        }
        const ly_node *one = node->args[child];
        if (!one->single) {
            uint32_t low = one->least, high = one->most;
            if (node->rest_most[child + 1] < count && count - node->rest_most[child + 1] > low)
                low = count - node->rest_most[child + 1];
            if (count - node->rest_least[child + 1] < high)
                high = count - node->rest_least[child + 1];
            answer = low <= high ? match_sequence(m, node, child, items, count, low, high, next) : 0;
            break;
        }
        if (!one->plain) {
            slice_next frame = {{run_row}, node, items + 1, count - 1, child + 1, next};
            answer = ly_match_node(m, one, items[0], &frame.base);
            break;
        }
        answer = ly_match_plain(m, one, items[0]);
        if (answer != 1) break;
    }
    if (answer != 1) ly_undo(m, mark);
    return answer;
}
