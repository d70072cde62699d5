/* lower_assign.c: assignments: to variables, to parts of them, to several at once, to f[x]. */
#include <string.h>

#include "compiler/lower.h"
#include "eval/eval.h"

/* ---- assignment */

/* Has a pattern, or something else that makes a left side more than a call. */
static bool is_plain_target(ly_value e)
{
    static const char *const heads[] = {"Blank", "BlankSequence", "BlankNullSequence", "Pattern", "Condition",
                                        "PatternTest", "Optional", "HoldPattern", "MessageName", "Attributes",
                                        "Options", "DownValues", "OwnValues", "UpValues", "SubValues",
                                        "NValues", "DefaultValues", "FormatValues", "Messages", "Format", "N",
                                        "List", "Part", "Default", "Association", "Slot", "Evaluate",
                                        "Alternatives", "Unevaluated", "Sequence", "Repeated", "Except",
                                        "Verbatim", NULL};
    if (!ly_is_expr(e)) return true;
    const ly_expr *x = ly_expr_of(e);
    if (ly_is_symbol(x->head))
        for (int i = 0; heads[i]; i++)
            if (strcmp(heads[i], ly_symbol_name(x->head)) == 0) return false;
    if (!is_plain_target(x->head)) return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (!is_plain_target(x->args[i]) && !ly_has_head(x->args[i], LY_SYM(List)) &&
            !ly_has_head(x->args[i], LY_SYM(Part)))
            return false;
    return true;
}

/* f[x] = v, f[x]++ and their kin: arguments and value are computed here, the rest is the evaluator's. */
static node *lower_assign(lowering *l, ly_value e, const ly_expr *x, at a)
{
    const ly_expr *target = ly_expr_of(x->args[0]);
    if (!is_plain_target(x->args[0]) || !ly_is_symbol(target->head) || target->count == 0) return NULL;
    const definition *d = definition_of(l->p, target->head);
    if (d && (d->attributes || d->attributes_unknown)) return NULL;
    if (!d && ly_attributes(l->p->cx, target->head)) return NULL;
    node *n = node_new(l, OP_ASSIGN, e, target->count + 2);
    n->value = x->head;
    n->kids[0] = lower_constant(l, target->head);
    local *v = find_local(a.scope, target->head);
    if (v) {
        if (v->kind == LOCAL_PARAMETER) return NULL;
        note_uses(l, n, target->head, a.scope);
        n->kids[0] = node_new(l, OP_LOCAL, target->head, 0);
        n->kids[0]->local = v;
    }
    for (uint32_t i = 0; i < target->count; i++) n->kids[1 + i] = lower(l, target->args[i], inside(inside(a)));
    n->kids[target->count + 1] = x->count > 1 ? lower(l, x->args[1], inside(a)) : NULL;
    return n;
}

/* target = value, where the target is a symbol, or a part of one; NULL: it is something else. */
static node *set_target(lowering *l, ly_value e, ly_value target, node *value, at a)
{
    node *n;
    if (ly_is_symbol(target)) {
        local *v = find_local(a.scope, target);
        if (v && v->kind == LOCAL_PARAMETER) return NULL;
        n = node_new(l, v ? OP_SET_LOCAL : OP_SET_SYMBOL, e, 1);
        n->value = target;
        n->local = v;
        if (v) v->assigned = true;
        n->kids[0] = value;
        return n;
    }
    if (!ly_has_head(target, LY_SYM(Part)) || ly_expr_of(target)->count < 2) return NULL;
    const ly_expr *part = ly_expr_of(target);
    local *v = ly_is_symbol(part->args[0]) ? find_local(a.scope, part->args[0]) : NULL;
    if (!ly_is_symbol(part->args[0]) || (v && v->kind != LOCAL_VARIABLE)) return NULL;
    for (uint32_t i = 1; i < part->count; i++)
        if (!is_plain_target(part->args[i])) return NULL;
    n = node_new(l, OP_SET_PART, e, part->count);
    n->depth = a.depth;
    n->value = part->args[0];
    n->local = v;
    if (v) v->assigned = true;
    n->kids[0] = value;
    for (uint32_t i = 1; i < part->count; i++) n->kids[i] = lower(l, part->args[i], inside(inside(a)));
    note_weak_uses(l, n, target, a.scope);
    return n;
}

/* {a, b[[i]], …} = value: the items are locals, assigned one after the other. */
static node *lower_set_list(lowering *l, ly_value e, const ly_expr *x, at a)
{
    const ly_expr *targets = ly_expr_of(x->args[0]);
    if (targets->count == 0 || targets->count > 30) return NULL;
    node *n = node_new(l, OP_SET_LIST, e, targets->count + 1);
    for (uint32_t i = 0; i < targets->count; i++) {
        node *item = node_new(l, OP_LOCAL, targets->args[i], 0);
        ly_value name = ly_intern("Lyra`Locals`", program_text(l->p, "element%u", l->f->local_count));
        item->local = local_new(l, name, LOCAL_PARAMETER);
        ly_value own = program_keep(l->p, ly_make2(l->p->cx, LY_SYM(Set), ly_retain(targets->args[i]), name));
        n->kids[i + 1] = set_target(l, own, targets->args[i], item, inside(a));
        if (!n->kids[i + 1]) return NULL;
    }
    n->kids[0] = lower(l, x->args[1], inside(a));
    note_weak_uses(l, n, x->args[0], a.scope);
    return n;
}

node *lower_set(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 2) return NULL;
    ly_value target = x->args[0];
    if (ly_has_head(target, LY_SYM(List))) return lower_set_list(l, e, x, a);
    if (ly_is_symbol(target) || ly_has_head(target, LY_SYM(Part))) {
        node *n = set_target(l, e, target, NULL, a);
        if (n) n->kids[0] = lower(l, x->args[1], inside(a));
        return n;
    }
    return ly_is_expr(target) ? lower_assign(l, e, x, a) : NULL;
}

/* Computed twice it is the same, and nobody can tell. */
static bool is_quiet(const node *n)
{
    if (n->op == OP_CONSTANT || n->op == OP_LOCAL) return true;
    if (n->op != OP_PRIMITIVE || primitives[n->primitive].kind != 'a') return false;
    for (uint32_t i = 0; i < n->count; i++)
        if (!is_quiet(n->kids[i])) return false;
    return true;
}

/* x[[i]] += v and its kin, where x is a variable of Module: in place. */
static node *lower_step_part(lowering *l, ly_value e, const ly_expr *x, at a, ly_value by, bool negative, bool post)
{
    const ly_expr *part = ly_expr_of(x->args[0]);
    local *v = ly_is_symbol(part->args[0]) ? find_local(a.scope, part->args[0]) : NULL;
    if (part->count < 2 || part->count > 9 || !ly_is_symbol(part->args[0]) || (v && v->kind != LOCAL_VARIABLE))
        return NULL;
    node *n = node_new(l, OP_STEP_PART, e, part->count);
    n->depth = a.depth;
    n->value = part->args[0];
    n->local = v;
    n->post = post;
    n->primitive = negative ? PRIMITIVE_subtract : PRIMITIVE_plus;
    n->kids[0] = by ? lower(l, by, inside(a)) : lower_constant(l, LY_INT(1));
    for (uint32_t i = 1; i < part->count; i++) {
        n->kids[i] = lower(l, part->args[i], inside(inside(a)));
        if (!is_quiet(n->kids[i])) return NULL;
    }
    if (v) v->assigned = true;
    note_weak_uses(l, n, e, a.scope);
    return n;
}

/* x++ and its kin, x += v and its kin, where x is a symbol. */
static node *lower_step(lowering *l, ly_value e, const ly_expr *x, at a, ly_value by, bool negative, bool post)
{
    local *v = ly_is_symbol(x->args[0]) ? find_local(a.scope, x->args[0]) : NULL;
    if (v && v->kind == LOCAL_PARAMETER) return NULL;
    if (ly_has_head(x->args[0], LY_SYM(Part))) return lower_step_part(l, e, x, a, by, negative, post);
    if (ly_is_expr(x->args[0])) return lower_assign(l, e, x, a);
    if (!ly_is_symbol(x->args[0])) return NULL;
    node *n = node_new(l, OP_STEP, e, 1);
    n->value = x->args[0];
    n->local = v;
    n->post = post;
    n->primitive = negative ? PRIMITIVE_subtract : PRIMITIVE_plus;
    n->kids[0] = by ? lower(l, by, inside(a)) : lower_constant(l, LY_INT(1));
    if (v) v->assigned = true;
    return n;
}

node *lower_increment(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 1 ? lower_step(l, e, x, a, LY_FAILED, false, true) : NULL;
}
node *lower_decrement(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 1 ? lower_step(l, e, x, a, LY_FAILED, true, true) : NULL;
}
node *lower_pre_increment(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 1 ? lower_step(l, e, x, a, LY_FAILED, false, false) : NULL;
}
node *lower_pre_decrement(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 1 ? lower_step(l, e, x, a, LY_FAILED, true, false) : NULL;
}
node *lower_add_to(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 2 ? lower_step(l, e, x, a, x->args[1], false, false) : NULL;
}
node *lower_subtract_from(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 2 ? lower_step(l, e, x, a, x->args[1], true, false) : NULL;
}

node *lower_times_by(lowering *l, ly_value e, const ly_expr *x, at a)
{
    node *n = x->count == 2 ? lower_step(l, e, x, a, x->args[1], false, false) : NULL;
    if (n && (n->op == OP_STEP || n->op == OP_STEP_PART)) n->primitive = PRIMITIVE_times;
    return n;
}

node *lower_append_to(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 2) return NULL;
    if (!ly_is_symbol(x->args[0])) return ly_is_expr(x->args[0]) ? lower_assign(l, e, x, a) : NULL;
    local *v = find_local(a.scope, x->args[0]);
    if (v && v->kind == LOCAL_PARAMETER) return NULL;
    node *n = node_new(l, OP_UPDATE, e, 1);
    n->value = x->args[0];
    n->local = v;
    n->post = x->head == LY_SYM(PrependTo);
    if (v) v->assigned = true;
    n->kids[0] = lower(l, x->args[1], inside(a));
    note_weak_uses(l, n, x->args[0], a.scope);
    return n;
}
