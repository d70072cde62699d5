/* lower_loops.c: loops: While, For, Do, Table, and those over data with a function that is written out.

   Iterators are variables that the body's callees may see (Block's scope). Where nothing else in the
   program mentions the symbol, no callee can tell, and it is a C variable. */
#include <string.h>

#include "compiler/lower.h"
#include "eval/eval.h"

static node *lower_body(lowering *l, ly_value e, at a)
{
    l->loops++;
    node *n = lower(l, e, a);
    l->loops--;
    return n;
}

/* ---- While, For */

node *lower_while(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 1 || x->count > 2) return NULL;
    node *n = node_new(l, OP_WHILE, e, 3);
    n->kids[0] = lower(l, x->args[0], inside(a));
    n->kids[1] = x->count > 1 ? lower_body(l, x->args[1], inside(a)) : NULL;
    return n;
}

node *lower_for(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 3 || x->count > 4) return NULL;
    node *n = node_new(l, OP_SEQUENCE, e, 2), *loop = node_new(l, OP_WHILE, e, 3);
    n->kids[0] = lower(l, x->args[0], inside(a));
    n->kids[1] = loop;
    loop->kids[0] = lower(l, x->args[1], inside(a));
    loop->kids[1] = x->count > 3 ? lower_body(l, x->args[3], inside(a)) : NULL;
    loop->kids[2] = lower(l, x->args[2], inside(a));
    return n;
}

/* ---- Do, Table */

static bool iterates(ly_value head)
{
    return head == LY_SYM(Do) || head == LY_SYM(Table) || head == LY_SYM(Sum) || head == LY_SYM(Product) ||
           head == LY_SYM(ParallelTable) || head == LY_SYM(ParallelDo) || head == LY_SYM(ParallelSum) ||
           head == LY_SYM(ParallelProduct);
}

/* A symbol that an iterator, a scope or a pattern around binds. */
typedef struct bound {
    ly_value symbol;
    const struct bound *outer;
} bound;

static void find_visible(program *p, ly_value e, const bound *around);

/* The arguments of e from the i-th on: iterators, then the body, which is the first of them all. */
static void find_in_iterators(program *p, const ly_expr *x, uint32_t i, const bound *around)
{
    if (i >= x->count) {
        if (x->count) find_visible(p, x->args[0], around);
        return;
    }
    const ly_expr *range = ly_has_head(x->args[i], LY_SYM(List)) ? ly_expr_of(x->args[i]) : NULL;
    for (uint32_t k = 1; range && k < range->count; k++) find_visible(p, range->args[k], around);
    bound b = {range && range->count && ly_is_symbol(range->args[0]) ? range->args[0] : LY_FAILED, around};
    find_in_iterators(p, x, i + 1, b.symbol ? &b : around);
}

/* The variables of a scope from the i-th on, then its body. */
static void find_in_scope(program *p, const ly_expr *list, uint32_t i, ly_value body, const bound *around,
                          const bound *inside)
{
    if (i >= list->count) {
        find_visible(p, body, inside);
        return;
    }
    ly_value v = list->args[i];
    if (ly_has_shape(v, LY_SYM(Set), 2)) {
        find_visible(p, ly_expr_of(v)->args[1], around);
        v = ly_expr_of(v)->args[0];
    }
    bound b = {v, inside};
    find_in_scope(p, list, i + 1, body, around, &b);
}

/* The variables of a left side's patterns from the i-th argument on, then all of the definition. */
static void find_in_definition(program *p, const ly_expr *x, uint32_t i, const bound *around)
{
    const ly_expr *lhs = ly_expr_of(x->args[0]);
    while (i < lhs->count && !ly_has_shape(lhs->args[i], LY_SYM(Pattern), 2)) i++;
    if (i < lhs->count) {
        bound b = {ly_expr_of(lhs->args[i])->args[0], around};
        find_in_definition(p, x, i + 1, &b);
        return;
    }
    find_visible(p, x->head, around);
    for (uint32_t k = 0; k < x->count; k++) find_visible(p, x->args[k], around);
}

/* Every symbol that occurs in e where nothing of e binds it is visible. */
static void find_visible(program *p, ly_value e, const bound *around)
{
    if (ly_is_symbol(e)) {
        while (around && around->symbol != e) around = around->outer;
        if (!around) facts_of(p, e)->visible = true;
        return;
    }
    if (!ly_is_expr(e)) return;
    const ly_expr *x = ly_expr_of(e);
    bool scope = x->head == LY_SYM(Module) || x->head == LY_SYM(With) || x->head == LY_SYM(Function);
    if (ly_is_symbol(x->head) && iterates(x->head)) {
        find_in_iterators(p, x, 1, around);
    } else if (scope && x->count == 2 && ly_has_head(x->args[0], LY_SYM(List))) {
        find_in_scope(p, ly_expr_of(x->args[0]), 0, x->args[1], around, around);
    } else if (scope && x->count == 2 && ly_is_symbol(x->args[0])) {
        bound b = {x->args[0], around};
        find_visible(p, x->args[1], &b);
    } else if (x->head == LY_SYM(SetDelayed) && x->count == 2 && ly_is_expr(x->args[0])) {
        find_in_definition(p, x, 0, around);
    } else {
        find_visible(p, x->head, around);
        for (uint32_t i = 0; i < x->count; i++) find_visible(p, x->args[i], around);
    }
}

static bool is_visible(program *p, ly_value symbol)
{
    if (p->open_world) return true;
    for (uint32_t i = 0; i < p->statement_count && !p->visible_known; i++)
        if (!p->statements[i]->rest) find_visible(p, p->statements[i]->input, NULL);
    p->visible_known = true;
    return facts_of(p, symbol)->visible;
}

/* Iterators from the i-th argument on; the body innermost. */
static node *lower_iterators(lowering *l, ly_value e, const ly_expr *x, at a, op op, uint32_t i)
{
    if (i == x->count) return lower_body(l, x->args[0], a);
    ly_value range = x->args[i];
    const ly_expr *r = ly_has_head(range, LY_SYM(List)) ? ly_expr_of(range) : NULL;
    uint32_t first = r && r->count > 1, bounds = r ? r->count - first : 1;
    if (r && (r->count == 0 || r->count > 4)) return NULL;
    if (first && !ly_is_symbol(r->args[0])) return NULL;
    node *n = node_new(l, op, e, 1 + bounds);
    n->index = i;
    n->inner = i > 1;
    for (uint32_t k = 0; k < bounds; k++)
        n->kids[1 + k] = lower(l, r ? r->args[first + k] : range, inside(a));
    /* a count alone may not be a list */
    n->post = !first;
    at body = inside(a);
    if (first) {
        const local *outer = find_local(a.scope, r->args[0]);
        if (outer && outer->kind == LOCAL_PARAMETER) return NULL;
        n->local = local_new(l, r->args[0], LOCAL_ITERATOR);
        n->local->escapes = is_visible(l->p, r->args[0]);
        scope *inner = program_alloc(l->p, sizeof *inner);
        *inner = (scope){r->args[0], n->local, a.scope};
        body.scope = inner;
    }
    n->kids[0] = lower_iterators(l, e, x, body, op, i + 1);
    if (!n->kids[0]) return NULL;
    if (i > 1) {
        /* what this loop alone stands for */
        ly_expr *own = ly_expr_new(l->p->cx, x->head, 1 + x->count - i);
        own->args[0] = ly_retain(x->args[0]);
        for (uint32_t k = i; k < x->count; k++) own->args[1 + k - i] = ly_retain(x->args[k]);
        n->source = program_keep(l->p, ly_from_object(own));
    }
    note_weak_uses(l, n, n->source, a.scope);
    return n;
}

static bool leaves_loop(ly_value e)
{
    return mentions(e, LY_SYM(Break)) || mentions(e, LY_SYM(Continue)) || mentions(e, LY_SYM(Return));
}

node *lower_do(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 2 || x->count > 6) return NULL;
    if (x->count > 2 && leaves_loop(x->args[0])) return NULL;
    return lower_iterators(l, e, x, a, OP_DO, 1);
}

node *lower_table(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 2 || x->count > 6 || leaves_loop(x->args[0])) return NULL;
    return lower_iterators(l, e, x, a, OP_TABLE, 1);
}

/* Sum and Product over iterators that turn out to be plain; else they are the evaluator's. */
node *lower_sum(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 2 || x->count > 6 || leaves_loop(x->args[0])) return NULL;
    for (uint32_t i = 1; i < x->count; i++)
        if (!ly_has_head(x->args[i], LY_SYM(List)) || ly_expr_of(x->args[i])->count < 2) return NULL;
    node *n = lower_iterators(l, e, x, a, OP_TOTAL, 1);
    /* the term may be a sum or product of its own */
    for (node *k = n; k && k->op == OP_TOTAL && (k == n || k->inner); k = k->kids[0])
        k->value = x->head == LY_SYM(Sum) ? LY_SYM(Plus) : LY_SYM(Times);
    return n;
}

/* ---- loops over data with a function that is written out */

static const char *const element_names[] = {"element", "other"};

ly_value open_function(lowering *l, ly_value function, uint32_t count, const char *const *names, local **locals, at *a)
{
    ly_value symbols[2];
    if (!ly_has_head(function, LY_SYM(Function))) return LY_FAILED;
    const ly_expr *f = ly_expr_of(function);
    if (f->count < 1 || f->count > 2) return LY_FAILED;
    if (f->count == 2) {
        uint32_t have = ly_has_head(f->args[0], LY_SYM(List)) ? ly_expr_of(f->args[0])->count : 1;
        if (have > count) return LY_FAILED;
        if (have == 1 && !ly_has_head(f->args[0], LY_SYM(List)) && !ly_is_symbol(f->args[0])) return LY_FAILED;
    } else {
        if (mentions(f->args[0], LY_SYM(SlotSequence)) || mentions(f->args[0], LY_SYM(Function))) return LY_FAILED;
    }
    for (uint32_t i = 0; i < count; i++)
        symbols[i] = ly_intern("Lyra`Locals`", program_text(l->p, "%s%u", names[i], l->f->local_count + i));
    ly_value body = ly_function_body(l->p->cx, function, count, symbols);
    if (body == LY_UNEVALUATED || ly_failed(body)) return LY_FAILED;
    program_keep(l->p, body);
    if (mentions(body, LY_SYM(Slot))) return LY_FAILED;
    for (uint32_t i = 0; i < count; i++) {
        locals[i] = local_new(l, symbols[i], LOCAL_PARAMETER);
        scope *inner = program_alloc(l->p, sizeof *inner);
        *inner = (scope){symbols[i], locals[i], a->scope};
        a->scope = inner;
    }
    return body;
}

/* A symbol of the program's that is called directly, or a built-in that is an operation in C on so many
   arguments: calling it may be written out. */
static bool is_called_in_c(lowering *l, ly_value f, uint32_t count)
{
    if (!ly_is_symbol(f)) return false;
    const definition *d = definition_of(l->p, f);
    if (d) return d->direct && d->rule_count;
    if (strcmp(ly_symbol_of(f)->context, "System`") != 0) return false;
    for (uint32_t i = 0; i < PRIMITIVE_COUNT; i++)
        if (primitives[i].count == (int)count && strcmp(primitives[i].symbol, ly_symbol_name(f)) == 0) return true;
    return false;
}

/* The same for a function that is named: the body is its call. */
static ly_value open_value(lowering *l, ly_value function, uint32_t count, const char *const *names, local **locals, at *a)
{
    if (!is_called_in_c(l, function, count) || find_local(a->scope, function))
        return open_function(l, function, count, names, locals, a);
    ly_expr *call = ly_expr_new(l->p->cx, function, count);
    for (uint32_t i = 0; i < count; i++) {
        call->args[i] = ly_intern("Lyra`Locals`", program_text(l->p, "%s%u", names[i], l->f->local_count));
        locals[i] = local_new(l, call->args[i], LOCAL_PARAMETER);
        scope *inner = program_alloc(l->p, sizeof *inner);
        *inner = (scope){call->args[i], locals[i], a->scope};
        a->scope = inner;
    }
    return program_keep(l->p, ly_from_object(call));
}

/* Break and Continue in the body of a function leave a loop outside of this one. */
node *lower_function_body(lowering *l, ly_value body, at a)
{
    uint32_t loops = l->loops;
    l->loops = 0;
    node *n = lower(l, body, a);
    l->loops = loops;
    return n;
}

static node *lower_over(lowering *l, ly_value e, at a, op op, ly_value function, ly_value list)
{
    at inner = inside(a);
    local *element;
    ly_value body = open_value(l, function, 1, element_names, &element, &inner);
    if (!body) return NULL;
    node *n = node_new(l, op, e, 2);
    n->local = element;
    note_weak_uses(l, n, e, a.scope);
    n->kids[0] = lower(l, list, inside(a));
    n->kids[1] = lower_function_body(l, body, inner);
    return n;
}

node *lower_map(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 2 ? lower_over(l, e, a, OP_MAP, x->args[0], x->args[1]) : NULL;
}

node *lower_scan(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 2 || mentions(x->args[0], LY_SYM(Return))) return NULL;
    return lower_over(l, e, a, OP_SCAN, x->args[0], x->args[1]);
}

node *lower_select(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 2 ? lower_over(l, e, a, OP_SELECT, x->args[1], x->args[0]) : NULL;
}

node *lower_fold(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 3) return NULL;
    at inner = inside(a);
    local *locals[2];
    ly_value body = open_value(l, x->args[0], 2, element_names, locals, &inner);
    if (!body) return NULL;
    node *n = node_new(l, OP_FOLD, e, 3);
    n->local = locals[0];
    n->local2 = locals[1];
    n->local->assigned = true;
    note_weak_uses(l, n, e, a.scope);
    n->kids[0] = lower(l, x->args[1], inside(a));
    n->kids[1] = lower(l, x->args[2], inside(a));
    n->kids[2] = lower_function_body(l, body, inner);
    return n;
}

node *lower_nest(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 3) return NULL;
    at inner = inside(a);
    local *state;
    ly_value body = open_value(l, x->args[0], 1, element_names, &state, &inner);
    if (!body) return NULL;
    node *n = node_new(l, OP_NEST, e, 3);
    n->local = state;
    n->local->assigned = true;
    note_weak_uses(l, n, e, a.scope);
    n->kids[0] = lower(l, x->args[1], inside(a));
    n->kids[1] = lower(l, x->args[2], inside(a));
    n->kids[2] = lower_function_body(l, body, inner);
    return n;
}
