/* lower_forms.c: control, scoping and assignment, as C can do them.

   Each function takes a call of one built-in apart; NULL: in this shape it is left to the evaluator.
   What they rely on is the meaning of those built-ins in stdlib/control and stdlib/assignment: which
   arguments are evaluated, in which order, how deep, and which of them the evaluator goes on with. */
#include <string.h>

#include "compiler/lower.h"
#include "eval/eval.h"

static node *constant(lowering *l, ly_value v)
{
    node *n = node_new(l, OP_CONSTANT, v, 0);
    n->value = v;
    return n;
}

/* ---- choice */

static node *if_node(lowering *l, ly_value e, at a, ly_value test, ly_value yes, ly_value no,
                     ly_value neither, uint32_t index)
{
    node *n = node_new(l, OP_IF, e, 4);
    n->depth = a.depth;
    n->index = index;
    n->kids[0] = lower(l, test, inside(a));
    n->kids[1] = lower(l, yes, next(a));
    n->kids[2] = no ? lower(l, no, next(a)) : NULL;
    n->kids[3] = neither ? lower(l, neither, next(a)) : NULL;
    if (!neither) note_weak_uses(l, n, e, a.scope);
    return n;
}

static node *lower_if(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count < 2 || x->count > 4) return NULL;
    return if_node(l, e, a, x->args[0], x->args[1], x->count > 2 ? x->args[2] : LY_FAILED,
                   x->count > 3 ? x->args[3] : LY_FAILED, 0);
}

/* Which[t1, v1, …] from test i on */
static node *which_from(lowering *l, ly_value e, const ly_expr *x, at a, uint32_t i)
{
    if (x->args[i] == LY_SYM(True)) return lower(l, x->args[i + 1], next(a));
    node *n = node_new(l, OP_IF, e, 4);
    n->depth = a.depth;
    n->index = i;
    n->kids[0] = lower(l, x->args[i], inside(a));
    n->kids[1] = lower(l, x->args[i + 1], next(a));
    n->kids[2] = i + 2 < x->count ? which_from(l, e, x, a, i + 2) : NULL;
    note_weak_uses(l, n, e, a.scope);
    return n;
}

static node *lower_which(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count == 0 || x->count % 2 || x->count > 400) return NULL;
    return which_from(l, e, x, a, 0);
}

static node *lower_logic(lowering *l, ly_value e, const ly_expr *x, at a, op op)
{
    if (x->count < 2) return NULL;
    node *n = node_new(l, op, e, x->count);
    n->depth = a.depth;
    for (uint32_t i = 0; i < x->count; i++) n->kids[i] = lower(l, x->args[i], inside(a));
    note_weak_uses(l, n, e, a.scope);
    return n;
}

static node *lower_and(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return lower_logic(l, e, x, a, OP_AND);
}

static node *lower_or(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return lower_logic(l, e, x, a, OP_OR);
}

static node *lower_not(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 1) return NULL;
    node *n = node_new(l, OP_NOT, e, 1);
    n->depth = a.depth;
    n->kids[0] = lower(l, x->args[0], inside(a));
    return n;
}

static node *lower_compound(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count == 0) return constant(l, LY_SYM(Null));
    if (ly_has_labels(x)) return NULL;
    node *n = node_new(l, OP_SEQUENCE, e, x->count);
    for (uint32_t i = 0; i < x->count; i++)
        n->kids[i] = lower(l, x->args[i], i + 1 < x->count ? inside(a) : next(a));
    return n;
}

/* ---- leaving loops */

static node *lower_break(lowering *l, ly_value e, const ly_expr *x, at a)
{
    (void)a;
    return l->loops && x->count == 0 ? node_new(l, OP_BREAK, e, 0) : NULL;
}

static node *lower_continue(lowering *l, ly_value e, const ly_expr *x, at a)
{
    (void)a;
    return l->loops && x->count == 0 ? node_new(l, OP_CONTINUE, e, 0) : NULL;
}

/* ---- scoping */

typedef struct variable {
    ly_value symbol, value; /* value LY_FAILED: none */
} variable;

/* The variables of a scoping construct; false: not in a shape that is compiled. */
static bool read_variables(ly_value list, at a, bool values_required, uint32_t *count, variable *variables,
                           uint32_t most)
{
    if (!ly_has_head(list, LY_SYM(List))) return false;
    const ly_expr *x = ly_expr_of(list);
    if (x->count > most) return false;
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value item = x->args[i];
        bool set = ly_has_shape(item, LY_SYM(Set), 2);
        variable v = {set ? ly_expr_of(item)->args[0] : item, set ? ly_expr_of(item)->args[1] : LY_FAILED};
        if (!ly_is_symbol(v.symbol) || (values_required && !set)) return false;
        const local *outer = find_local(a.scope, v.symbol);
        if (outer && outer->kind == LOCAL_PARAMETER) return false;
        for (uint32_t k = 0; k < i; k++)
            if (variables[k].symbol == v.symbol) return false;
        variables[i] = v;
    }
    *count = x->count;
    return true;
}

enum { MOST_VARIABLES = 64 };

static node *lower_scope(lowering *l, ly_value e, const ly_expr *x, at a, bool module)
{
    variable variables[MOST_VARIABLES];
    uint32_t count;
    if (x->count != 2 || !read_variables(x->args[0], a, !module, &count, variables, MOST_VARIABLES))
        return NULL;
    if (ly_has_head(x->args[1], LY_SYM(Condition))) return NULL;
    node *first = NULL, **link = &first;
    const scope *s = a.scope;
    for (uint32_t i = 0; i < count; i++) {
        node *n = node_new(l, OP_LET, e, 2);
        /* the initial value is evaluated outside the construct */
        if (variables[i].value) n->kids[0] = lower(l, variables[i].value, inside(a));
        n->local = local_new(l, variables[i].symbol, module ? LOCAL_VARIABLE : LOCAL_PARAMETER);
        n->local->unset = !variables[i].value;
        scope *inner = program_alloc(l->p, sizeof *inner);
        *inner = (scope){variables[i].symbol, n->local, s};
        s = inner;
        *link = n;
        link = &n->kids[1];
    }
    at body = inside(a);
    body.scope = s;
    *link = lower(l, x->args[1], body);
    return first;
}

static node *lower_module(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return lower_scope(l, e, x, a, true);
}

static node *lower_with(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return lower_scope(l, e, x, a, false);
}

/* ---- assignment */

static node *lower_set_list(lowering *l, ly_value e, const ly_expr *x, at a)
{
    const ly_expr *targets = ly_expr_of(x->args[0]);
    if (targets->count == 0) return NULL;
    for (uint32_t i = 0; i < targets->count; i++) {
        const local *v = ly_is_symbol(targets->args[i]) ? find_local(a.scope, targets->args[i]) : NULL;
        if (!v || v->kind != LOCAL_VARIABLE) return NULL;
    }
    node *n = node_new(l, OP_SET_LIST, e, targets->count + 1);
    n->kids[0] = lower(l, x->args[1], inside(a));
    for (uint32_t i = 0; i < targets->count; i++) {
        node *target = n->kids[i + 1] = node_new(l, OP_LOCAL, targets->args[i], 0);
        target->local = find_local(a.scope, targets->args[i]);
        target->local->assigned = true;
    }
    note_weak_uses(l, n, x->args[0], a.scope);
    return n;
}

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
    n->kids[0] = constant(l, target->head);
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

static node *lower_set(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (x->count != 2) return NULL;
    ly_value target = x->args[0];
    node *n;
    if (ly_is_symbol(target)) {
        local *v = find_local(a.scope, target);
        if (v && v->kind == LOCAL_PARAMETER) return NULL;
        n = node_new(l, v ? OP_SET_LOCAL : OP_SET_SYMBOL, e, 1);
        n->value = target;
        n->local = v;
        if (v) v->assigned = true;
        n->kids[0] = lower(l, x->args[1], inside(a));
        return n;
    }
    if (ly_has_head(target, LY_SYM(List))) return lower_set_list(l, e, x, a);
    if (ly_has_head(target, LY_SYM(Part)) && ly_expr_of(target)->count >= 2) {
        const ly_expr *part = ly_expr_of(target);
        local *v = ly_is_symbol(part->args[0]) ? find_local(a.scope, part->args[0]) : NULL;
        if (!ly_is_symbol(part->args[0]) || (v && v->kind != LOCAL_VARIABLE)) return NULL;
        for (uint32_t i = 1; i < part->count; i++)
            if (!is_plain_target(part->args[i])) return NULL;
        n = node_new(l, OP_SET_PART, e, part->count);
        n->value = part->args[0];
        n->local = v;
        if (v) v->assigned = true;
        n->kids[0] = lower(l, x->args[1], inside(a));
        for (uint32_t i = 1; i < part->count; i++) n->kids[i] = lower(l, part->args[i], inside(inside(a)));
        return n;
    }
    return ly_is_expr(target) ? lower_assign(l, e, x, a) : NULL;
}

/* x++ and its kin, x += v and its kin, where x is a local; symbols and calls by the evaluator. */
static node *lower_step(lowering *l, ly_value e, const ly_expr *x, at a, ly_value by, bool negative, bool post)
{
    local *v = ly_is_symbol(x->args[0]) ? find_local(a.scope, x->args[0]) : NULL;
    if (v && v->kind == LOCAL_PARAMETER) return NULL;
    if (ly_is_expr(x->args[0])) return lower_assign(l, e, x, a);
    node *n = node_new(l, OP_STEP, e, 1);
    n->value = x->args[0];
    n->local = v;
    n->post = post;
    n->primitive = negative ? PRIMITIVE_subtract : PRIMITIVE_plus;
    n->kids[0] = by ? lower(l, by, inside(a)) : constant(l, LY_INT(1));
    if (v) v->assigned = true;
    return v ? n : NULL;
}

static node *lower_increment(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 1 ? lower_step(l, e, x, a, LY_FAILED, false, true) : NULL;
}
static node *lower_decrement(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 1 ? lower_step(l, e, x, a, LY_FAILED, true, true) : NULL;
}
static node *lower_pre_increment(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 1 ? lower_step(l, e, x, a, LY_FAILED, false, false) : NULL;
}
static node *lower_pre_decrement(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 1 ? lower_step(l, e, x, a, LY_FAILED, true, false) : NULL;
}
static node *lower_add_to(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 2 ? lower_step(l, e, x, a, x->args[1], false, false) : NULL;
}
static node *lower_subtract_from(lowering *l, ly_value e, const ly_expr *x, at a)
{
    return x->count == 2 ? lower_step(l, e, x, a, x->args[1], true, false) : NULL;
}

static node *lower_times_by(lowering *l, ly_value e, const ly_expr *x, at a)
{
    node *n = x->count == 2 ? lower_step(l, e, x, a, x->args[1], false, false) : NULL;
    if (n && n->op == OP_STEP) n->primitive = PRIMITIVE_times;
    return n;
}

static node *lower_append_to(lowering *l, ly_value e, const ly_expr *x, at a)
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
    return n;
}

/* ---- the table */

lower_form *form_of(ly_value head)
{
    static const struct {
        const char *name;
        lower_form *form;
    } forms[] = {
        {"If", lower_if}, {"Which", lower_which}, {"And", lower_and}, {"Or", lower_or}, {"Not", lower_not},
        {"CompoundExpression", lower_compound}, {"Break", lower_break}, {"Continue", lower_continue},
        {"Module", lower_module}, {"With", lower_with}, {"Set", lower_set},
        {"Increment", lower_increment}, {"Decrement", lower_decrement},
        {"PreIncrement", lower_pre_increment}, {"PreDecrement", lower_pre_decrement},
        {"AddTo", lower_add_to}, {"SubtractFrom", lower_subtract_from}, {"TimesBy", lower_times_by},
        {"AppendTo", lower_append_to}, {"PrependTo", lower_append_to},
        {"While", lower_while}, {"For", lower_for}, {"Do", lower_do}, {"Table", lower_table},
        {"Map", lower_map}, {"Scan", lower_scan}, {"Select", lower_select}, {"Fold", lower_fold},
        {"Nest", lower_nest},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].name, ly_symbol_name(head)) == 0) return forms[i].form;
    return NULL;
}
