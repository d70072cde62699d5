/* lower_guard.c: the built-ins that evaluate a body under a watch, which runtime/eval/guard.h describes:
   the body is C between the watch's begin and its end, and so is what takes the place of its value. */
#include <string.h>

#include "compiler/lower.h"
#include "eval/eval.h"

/* Call e with its body, and room for n things that the watch asks for. */
static node *guard(lowering *l, ly_value e, at a, ly_value body, uint32_t n)
{
    node *g = node_new(l, OP_GUARD, e, 2 + n);
    g->value = ly_expr_of(e)->head;
    g->depth = a.depth;
    g->kids[0] = lower(l, body, inside(a));
    return g;
}

/* Where an alternative stands that the evaluator goes on with: a value among others, in C. */
static at instead(at a)
{
    a.tail = a.decides = false;
    a.steps++;
    return a;
}

/* {a; b; c} where a body is expected is the block a; b; c. */
static ly_value block_of(ly_value body)
{
    bool braces = ly_has_shape(body, LY_SYM(List), 1) &&
                  ly_has_head(ly_expr_of(body)->args[0], LY_SYM(CompoundExpression));
    return braces ? ly_expr_of(body)->args[0] : body;
}

static bool mentions_local(const scope *s, ly_value e)
{
    for (; s; s = s->outer)
        if (mentions(e, s->symbol)) return true;
    return false;
}

/* ---- messages and aborts */

node *lower_quiet(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 1 || x->count > 3) return NULL;
    for (uint32_t i = 1; i < x->count; i++)
        if (mentions_local(a.scope, x->args[i])) return NULL;
    node *n = guard(l, e, a, x->args[0], x->count - 1);
    for (uint32_t i = 1; i < x->count; i++) n->kids[1 + i] = lower_constant(l, x->args[i]);
    return n;
}

node *lower_check(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 2) return NULL;
    for (uint32_t i = 2; i < x->count; i++)
        if (mentions_local(a.scope, x->args[i])) return NULL;
    node *n = guard(l, e, a, x->args[0], x->count > 2);
    n->kids[1] = lower(l, x->args[1], instead(a));
    if (x->count == 2) return n;
    ly_value names = x->args[2];
    if (x->count > 3 || !ly_has_head(names, LY_SYM(List))) {
        ly_expr *list = ly_expr_new(l->p->cx, LY_SYM(List), x->count - 2);
        if (!list) return NULL;
        for (uint32_t i = 2; i < x->count; i++) list->args[i - 2] = ly_retain(x->args[i]);
        names = program_keep(l->p, ly_from_object(list));
    }
    n->kids[2] = lower_constant(l, names);
    return n;
}

node *lower_check_abort(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 2) return NULL;
    node *n = guard(l, e, a, x->args[0], 0);
    n->kids[1] = lower(l, x->args[1], instead(a));
    return n;
}

/* Timing, AbsoluteTiming, AbortProtect */
node *lower_watched(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 1 ? guard(l, e, a, x->args[0], 0) : NULL;
}

/* ---- limits */

/* TimeConstrained, MemoryConstrained */
node *lower_limited(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 2 || x->count > 3) return NULL;
    node *n = guard(l, e, a, x->args[0], 1);
    n->kids[1] = x->count == 3 ? lower(l, x->args[2], instead(a)) : lower_constant(l, LY_SYM($Aborted));
    n->kids[2] = lower(l, x->args[1], inside(a));
    n->post = true;
    n->index = 1;
    note_weak_uses(l, n, e, a.scope);
    return n;
}

/* Evaluated once more it is the same, and nobody can tell: where a duration is refused, it is. */
static bool is_repeatable(ly_value e)
{
    static const char *const heads[] = {"Milliseconds", "Seconds", "Minutes", "Hours", "Days", "Quantity",
                                        "Plus", "Times", "Rational"};
    if (!ly_is_expr(e)) return true;
    const ly_expr *x = ly_expr_of(e);
    bool known = false;
    for (size_t i = 0; i < sizeof heads / sizeof *heads && ly_is_symbol(x->head); i++)
        known |= strcmp(ly_symbol_name(x->head), heads[i]) == 0;
    for (uint32_t i = 0; known && i < x->count; i++) known = is_repeatable(x->args[i]);
    return known;
}

/* name -> value among the arguments behind the first, where they are all such; LY_FAILED: none. */
static ly_value option_named(const ly_expr *x, const char *name)
{
    for (uint32_t i = 1; i < x->count; i++) {
        if (!ly_has_shape(x->args[i], LY_SYM(Rule), 2) && !ly_has_shape(x->args[i], LY_SYM(RuleDelayed), 2)) continue;
        ly_value key = ly_expr_of(x->args[i])->args[0];
        if (ly_is_symbol(key) && strcmp(ly_symbol_name(key), name) == 0) return ly_expr_of(x->args[i])->args[1];
    }
    return LY_FAILED;
}

/* The handler's call with no argument. */
static node *lower_call_of(lowering *l, ly_value handler, at a)
{
    if (block_of(handler) != handler) return lower(l, block_of(handler), inside(a));
    bool plain = ly_has_shape(handler, LY_SYM(Function), 1) && !mentions(handler, LY_SYM(Slot)) &&
                 !mentions(handler, LY_SYM(SlotSequence)) && !mentions(handler, LY_SYM(Return));
    if (plain) return lower_function_body(l, block_of(ly_expr_of(handler)->args[0]), inside(a));
    return lower(l, program_keep(l->p, ly_make0(l->p->cx, ly_retain(handler))), inside(a));
}

node *lower_timeout_after(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 2 || x->count > 3) return NULL;
    ly_value limit = option_named(x, "timeout"), handler = option_named(x, "onTimeout");
    if (!limit && !ly_has_head(x->args[1], LY_SYM(Rule))) limit = x->args[1];
    if (!limit || !is_repeatable(limit)) return NULL;
    node *n = guard(l, e, a, block_of(x->args[0]), 1);
    n->kids[1] = handler ? lower_call_of(l, handler, instead(a)) : lower_constant(l, LY_SYM($TimedOut));
    n->kids[2] = lower(l, limit, inside(a));
    n->post = true;
    note_weak_uses(l, n, e, a.scope);
    return n;
}

/* ---- failures and their handlers */

static const char *const failure_name[] = {"failure"};

/* The call of a handler of one argument, which becomes n's local: a function that is written out, in C;
   another is called. */
static void lower_handler(lowering *l, node *n, ly_value handler, at a)
{
    at inner = inside(a);
    ly_value body = mentions(handler, LY_SYM(Return)) ? LY_FAILED
                    : open_function(l, handler, 1, failure_name, &n->local, &inner);
    if (body) {
        n->kids[1] = lower_function_body(l, body, inner);
        return;
    }
    ly_value name = ly_intern("Lyra`Locals`", program_text(l->p, "failure%u", l->f->local_count));
    n->local = local_new(l, name, LOCAL_PARAMETER);
    scope *own = program_alloc(l->p, sizeof *own);
    *own = (scope){name, n->local, a.scope};
    inner.scope = own;
    n->kids[1] = lower(l, program_keep(l->p, ly_make1(l->p->cx, ly_retain(handler), name)), inner);
}

/* Handlers as functions: name -> body, and bodies in braces. LY_FAILED: not to be taken apart here. */
static ly_value handler_function(lowering *l, ly_value handler, at a)
{
    ly_context *cx = l->p->cx;
    const ly_expr *h = ly_is_expr(handler) ? ly_expr_of(handler) : NULL;
    if (h && h->count == 2 && (h->head == LY_SYM(Rule) || h->head == LY_SYM(RuleDelayed))) {
        if (!ly_is_symbol(h->args[0]) || find_local(a.scope, h->args[0])) return LY_FAILED;
        return program_keep(l->p, ly_make2(cx, LY_SYM(Function), ly_retain(h->args[0]), ly_retain(block_of(h->args[1]))));
    }
    if (!h || h->head != LY_SYM(Function) || h->count < 1 || h->count > 2) return handler;
    ly_value body = h->args[h->count - 1];
    if (block_of(body) == body) return handler;
    return program_keep(l->p, ly_expr_set_take(cx, ly_retain(handler), h->count - 1, ly_retain(block_of(body))));
}

node *lower_try_catch(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 2) return NULL;
    ly_value handler = handler_function(l, x->args[1], a);
    if (!handler || (handler != x->args[1] && mentions(handler, LY_SYM(Return)))) return NULL;
    node *n = guard(l, e, a, block_of(x->args[0]), 0);
    lower_handler(l, n, handler, a);
    return n;
}

node *lower_enclose(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 1 || x->count > 3) return NULL;
    /* a string would be a property of the failure */
    if (x->count > 1 && !ly_has_head(x->args[1], LY_SYM(Function)) && !is_constant(l, x->args[1])) return NULL;
    if (x->count > 1 && ly_is_string(x->args[1])) return NULL;
    node *n = guard(l, e, a, x->args[0], x->count == 3);
    if (x->count > 1) {
        lower_handler(l, n, x->args[1], a);
    } else {
        n->local = local_new(l, ly_intern("Lyra`Locals`", program_text(l->p, "failure%u", l->f->local_count)),
                             LOCAL_PARAMETER);
        n->kids[1] = node_new(l, OP_LOCAL, n->local->symbol, 0);
        n->kids[1]->local = n->local;
    }
    if (x->count == 3) n->kids[2] = lower(l, x->args[2], inside(a));
    return n;
}

/* ---- Reap */

node *lower_reap(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 1 || x->count > 3) return NULL;
    node *n = guard(l, e, a, x->args[0], x->count - 1);
    for (uint32_t i = 1; i < x->count; i++)
        n->kids[1 + i] = ly_has_shape(x->args[i], LY_SYM(Blank), 0) ? lower_constant(l, x->args[i])
                                                                    : lower(l, x->args[i], inside(a));
    return n;
}

/* ---- WithResource */

/* WithResource[x = value, body]: a local holds the resource for the watch, x is Module's. */
node *lower_with_resource(lowering *l, ly_value e, const ly_expr *x, at a)
{
    ly_context *cx = l->p->cx;
    if (x->count != 2 || !ly_has_shape(x->args[0], LY_SYM(Set), 2)) return NULL;
    ly_value variable = ly_expr_of(x->args[0])->args[0];
    const local *outer = ly_is_symbol(variable) ? find_local(a.scope, variable) : NULL;
    if (!ly_is_symbol(variable) || (outer && outer->kind == LOCAL_PARAMETER)) return NULL;
    node *let = node_new(l, OP_LET, e, 2);
    let->kids[0] = lower(l, ly_expr_of(x->args[0])->args[1], inside(a));
    ly_value name = ly_intern("Lyra`Locals`", program_text(l->p, "resource%u", l->f->local_count));
    let->local = local_new(l, name, LOCAL_PARAMETER);
    scope *inner = program_alloc(l->p, sizeof *inner);
    *inner = (scope){name, let->local, a.scope};
    a.scope = inner;
    ly_value set = ly_make2(cx, LY_SYM(Set), variable, name);
    ly_value module = ly_make2(cx, LY_SYM(Module), ly_make1(cx, LY_SYM(List), set), ly_retain(block_of(x->args[1])));
    node *n = guard(l, e, a, program_keep(l->p, module), 1);
    n->kids[2] = lower(l, name, inside(a));
    let->kids[1] = n;
    return let;
}
