/* lower.c: right sides of rules, and statements, become trees of nodes.

   needs   definitions collected
   leaves  a function with its node tree for each rule and statement; locals found

   A node computes what the evaluator would compute for its expression, by C code where this pass
   knows how. What it doesn't know becomes OP_TEMPLATE: the expression itself, the values of locals
   put in, evaluated at run time. What an expression means when it is evaluated is decided here from
   the attributes of built-ins, from those that the program gives its symbols, and from nothing else:
   if the program redefines at run time what was relied on, the compiled code is not entered any more
   (runtime/eval/module.c). */
#include "compiler/lower.h"

#include <stdlib.h>
#include <string.h>

#include "eval/eval.h"
#include "match/match.h"

const primitive_row primitives[] = {
#define PRIMITIVE(name, symbol, count, kind) {#name, symbol, count, kind},
#include "compiler/primitives.def"
#undef PRIMITIVE
};

/* ---- nodes and locals -------------------------------------------------------------------------- */

node *node_new(lowering *l, op op, ly_value source, uint32_t kids)
{
    node *n = program_alloc(l->p, sizeof *n);
    n->op = op;
    n->source = source;
    n->count = kids;
    n->kids = kids ? program_alloc(l->p, kids * sizeof *n->kids) : NULL;
    return n;
}

local *local_new(lowering *l, ly_value symbol, local_kind kind)
{
    function *f = l->f;
    local *v = program_alloc(l->p, sizeof *v);
    v->symbol = v->shown = symbol;
    v->kind = kind;
    v->index = f->local_count;
    program_add(l->p, f->locals, f->local_count, f->local_capacity, v);
    return v;
}

local *find_local(const scope *s, ly_value symbol)
{
    for (; s; s = s->outer)
        if (s->symbol == symbol) return s->local;
    return NULL;
}

bool mentions(ly_value e, ly_value symbol)
{
    if (e == symbol) return true;
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (mentions(x->head, symbol)) return true;
    for (uint32_t i = 0; i < x->count; i++)
        if (mentions(x->args[i], symbol)) return true;
    return false;
}

static void note_use(lowering *l, node *n, local *v, bool weak)
{
    if (!weak && (v->kind == LOCAL_VARIABLE || v->kind == LOCAL_ITERATOR)) v->escapes = true;
    if (!weak) v->quoted = true;
    if (weak && v->kind == LOCAL_ITERATOR) v->shows = true;
    for (uint32_t i = 0; i < n->use_count; i++)
        if (n->uses[i] == v) return;
    local **larger = program_alloc(l->p, (n->use_count + 1) * sizeof *larger);
    if (n->use_count) memcpy(larger, n->uses, n->use_count * sizeof *larger);
    larger[n->use_count++] = v;
    n->uses = larger;
}

static void note(lowering *l, node *n, ly_value e, const scope *s, bool weak)
{
    if (ly_is_symbol(e)) {
        local *v = find_local(s, e);
        if (!weak && (e == LY_SYM(Break) || e == LY_SYM(Continue))) l->p->far_breaks = true;
        if (v) note_use(l, n, v, weak);
    } else if (ly_is_expr(e)) {
        const ly_expr *x = ly_expr_of(e);
        note(l, n, x->head, s, weak);
        for (uint32_t i = 0; i < x->count; i++) note(l, n, x->args[i], s, weak);
    }
}

void note_uses(lowering *l, node *n, ly_value e, const scope *s) { note(l, n, e, s, false); }
void note_weak_uses(lowering *l, node *n, ly_value e, const scope *s) { note(l, n, e, s, true); }

node *lower_template(lowering *l, ly_value e, at a)
{
    node *n = node_new(l, OP_TEMPLATE, e, 0);
    n->value = e;
    n->depth = a.depth;
    n->tail = a.tail;
    n->steps = a.steps;
    note_uses(l, n, e, a.scope);
    return n;
}

/* ---- atoms --------------------------------------------------------------------------------------- */

bool is_constant(lowering *l, ly_value e)
{
    if (!ly_is_object(e)) return true;
    if (ly_is_symbol(e)) {
        const ly_symbol *s = ly_symbol_of(e);
        return s->builtin && !(s->builtin->effects & LY_VALUE) && !definition_of(l->p, e) &&
               (s->builtin->attributes & LY_PROTECTED) && strcmp(s->context, "System`") == 0 &&
               s->name[0] != '$';
    }
    if (ly_is_expr(e)) {
        const ly_expr *x = ly_expr_of(e);
        if (x->head != LY_SYM(List)) return false;
        for (uint32_t i = 0; i < x->count; i++)
            if (!is_constant(l, x->args[i]) || x->args[i] == LY_SYM(Nothing)) return false;
        return true;
    }
    return !ly_is_association(e);
}

node *lower_constant(lowering *l, ly_value v)
{
    node *n = node_new(l, OP_CONSTANT, v, 0);
    n->value = v;
    return n;
}

static node *lower_atom(lowering *l, ly_value e, at a)
{
    node *n;
    local *v = ly_is_symbol(e) ? find_local(a.scope, e) : NULL;
    if (v) {
        n = node_new(l, OP_LOCAL, e, 0);
        n->local = v;
    } else if (is_constant(l, e)) {
        n = node_new(l, OP_CONSTANT, e, 0);
        n->value = e;
    } else {
        n = node_new(l, OP_SYMBOL, e, 0);
        n->value = e;
    }
    return n;
}

/* ---- calls --------------------------------------------------------------------------------------- */

/* An argument that decides by its own head what becomes of it: such calls are the evaluator's. */
static bool is_odd_argument(ly_value e)
{
    if (!ly_is_expr(e)) return false;
    ly_value h = ly_expr_of(e)->head;
    return h == LY_SYM(Unevaluated) || h == LY_SYM(Sequence) || h == LY_SYM(Splice) ||
           h == LY_SYM(Slot) || h == LY_SYM(SlotSequence) || h == LY_SYM(Evaluate) || h == LY_SYM(Out);
}

static bool has_odd_argument(const ly_expr *x)
{
    for (uint32_t i = 0; i < x->count; i++)
        if (is_odd_argument(x->args[i])) return true;
    return false;
}

bool has_sequence_argument(const ly_expr *x, const scope *s)
{
    for (uint32_t i = 0; i < x->count; i++) {
        const local *v = ly_is_symbol(x->args[i]) ? find_local(s, x->args[i]) : NULL;
        if (v && v->sequence) return true;
    }
    return false;
}

static void lower_kids(lowering *l, node *n, uint32_t first, const ly_expr *x, at a)
{
    for (uint32_t i = 0; i < x->count; i++) n->kids[first + i] = lower(l, x->args[i], inside(a));
}

/* The attributes of a symbol as the compiler knows them; false: they are not known. */
static bool known_attributes(lowering *l, ly_value symbol, uint32_t *attributes)
{
    definition *d = definition_of(l->p, symbol);
    if (d) {
        *attributes = d->attributes;
        return !d->attributes_unknown;
    }
    *attributes = ly_attributes(l->p->cx, symbol);
    return true;
}

/* f[args] of a symbol: a direct call, or the evaluator's call with evaluated arguments. */
static node *lower_call(lowering *l, ly_value e, const ly_expr *x, at a)
{
    uint32_t attributes;
    definition *d = definition_of(l->p, x->head);
    node *n;
    if (has_odd_argument(x) || !known_attributes(l, x->head, &attributes)) return NULL;
    if (attributes & LY_HOLD_ALL_COMPLETE || (attributes & LY_HOLD_FIRST && x->count > 0) ||
        (attributes & LY_HOLD_REST && x->count > 1))
        return NULL; /* some argument is held */
    if (attributes & LY_SEQUENCE_HOLD && has_sequence_argument(x, a.scope)) return NULL;
    n = node_new(l, OP_APPLY, e, x->count);
    n->value = x->head;
    n->depth = a.depth;
    n->tail = a.tail;
    n->steps = a.steps;
    lower_kids(l, n, 0, x, a);
    if (d && d->direct && attributes == 0) {
        for (uint32_t i = 0; i < d->arity_count; i++) {
            if (!d->arities[i]->any && d->arities[i]->count != x->count) continue;
            n->op = OP_CALL;
            n->definition = d;
            n->index = i;
        }
    }
    return n;
}

/* Operators that C does: arithmetic, comparison, tests. */
static node *primitive_node(lowering *l, primitive p, ly_value e, at a, uint32_t count, const ly_value *kids)
{
    node *n = node_new(l, OP_PRIMITIVE, e, count);
    n->primitive = p;
    n->value = e;
    n->depth = a.depth;
    for (uint32_t i = 0; i < count; i++) n->kids[i] = lower(l, kids[i], inside(a));
    return n;
}

/* Times[-1, x]: x, else LY_FAILED. */
static ly_value negated(ly_value e)
{
    return ly_has_shape(e, LY_SYM(Times), 2) && ly_expr_of(e)->args[0] == LY_INT(-1)
               ? ly_expr_of(e)->args[1] : LY_FAILED;
}

/* Power[x, -1]: x, else LY_FAILED. */
static ly_value inverted(ly_value e)
{
    return ly_has_shape(e, LY_SYM(Power), 2) && ly_expr_of(e)->args[1] == LY_INT(-1)
               ? ly_expr_of(e)->args[0] : LY_FAILED;
}

static node *lower_primitive(lowering *l, ly_value e, const ly_expr *x, at a)
{
    const char *name = ly_symbol_name(x->head);
    if (has_odd_argument(x)) return NULL;
    if (x->head == LY_SYM(Plus) && x->count == 2) {
        ly_value b = negated(x->args[1]);
        if (b) return primitive_node(l, PRIMITIVE_subtract, e, a, 2, (ly_value[]){x->args[0], b});
        if (ly_is_int(x->args[1]) && ly_int_of(x->args[1]) < 0 && x->args[1] != LY_INT(LY_INT_MIN))
            return primitive_node(l, PRIMITIVE_subtract, e, a, 2,
                                  (ly_value[]){x->args[0], LY_INT(-ly_int_of(x->args[1]))});
    }
    if (x->head == LY_SYM(Power) && x->count == 2 && ly_is_int(x->args[0]) && ly_is_int(x->args[1]) &&
        ly_int_of(x->args[1]) > 0 && ly_int_of(x->args[1]) < 64) {
        /* 2^31 */
        int64_t power = 1, base = ly_int_of(x->args[0]);
        bool fits = true;
        for (int64_t i = ly_int_of(x->args[1]); i > 0 && fits; i--) fits = !__builtin_mul_overflow(power, base, &power);
        if (fits && ly_int_fits(power)) return lower_constant(l, LY_INT(power));
    }
    if (x->head == LY_SYM(Times) && x->count == 2) {
        ly_value b = inverted(x->args[1]);
        if (b) return primitive_node(l, PRIMITIVE_divide, e, a, 2, (ly_value[]){x->args[0], b});
    }
    for (int i = 0; i < PRIMITIVE_COUNT; i++) {
        if (i == PRIMITIVE_subtract || i == PRIMITIVE_divide) continue;
        if ((primitives[i].count == (int)x->count || (primitives[i].count < 0 && x->count > 2)) &&
            strcmp(primitives[i].symbol, name) == 0)
            return primitive_node(l, (primitive)i, e, a, x->count, x->args);
    }
    return NULL;
}

static node *lower_list(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (has_odd_argument(x)) return NULL;
    node *n = node_new(l, OP_LIST, e, x->count);
    lower_kids(l, n, 0, x, a);
    return n;
}

/* head[args] where the head is a value: a local, or an expression. Which of the arguments it holds is
   known only at run time. */
static node *lower_value_call(lowering *l, ly_value e, const ly_expr *x, at a)
{
    if (has_odd_argument(x)) return NULL;
    node *n = node_new(l, OP_APPLY_VALUE, e, x->count + 1);
    n->value = e;
    n->depth = a.depth;
    n->tail = a.tail;
    n->steps = a.steps;
    n->kids[0] = lower(l, x->head, inside(a));
    lower_kids(l, n, 1, x, a);
    /* the locals, in case the head holds its arguments: then it is the source that is filled */
    note_uses(l, n, x->head, a.scope);
    for (uint32_t i = 0; i < x->count; i++) note_uses(l, n, x->args[i], a.scope);
    return n;
}

/* Function literals applied on the spot, and those that stand alone as values. */
static node *lower_function_value(lowering *l, ly_value e, at a)
{
    node *n = node_new(l, OP_QUOTE, e, 0);
    n->value = e;
    note_uses(l, n, e, a.scope);
    return n;
}

enum { DEEPEST = 150 };

static node *lower_expression(lowering *l, ly_value e, at a);

node *lower(lowering *l, ly_value e, at a)
{
    node *n = ly_is_expr(e) ? lower_expression(l, e, a) : lower_atom(l, e, a);
    if (n && ly_is_expr(e) && n->op != OP_CONSTANT) n->depth = a.depth;
    return n;
}

/* Something inside is Return[value, head]: it ends the construct, and the evaluator finds its way. */
static bool returns_from(ly_value e, ly_value head)
{
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Return) && x->count == 2 && x->args[1] == head) return true;
    for (uint32_t i = 0; i < x->count; i++)
        if (returns_from(x->args[i], head)) return true;
    return returns_from(x->head, head);
}

static node *lower_expression(lowering *l, ly_value e, at a)
{
    node *n = NULL;
    const ly_expr *x = ly_expr_of(e);
    if (is_constant(l, e)) {
        n = node_new(l, OP_CONSTANT, e, 0);
        n->value = e;
        return n;
    }
    if (has_odd_argument(x) && x->head != LY_SYM(Function)) return lower_template(l, e, a);
    /* C compilers refuse blocks nested much deeper, and the evaluator looks at the limit of recursion */
    if (a.depth + a.steps > DEEPEST) return lower_template(l, e, a);
    if (a.decides && ly_has_shape(e, LY_SYM(Condition), 2)) {
        n = node_new(l, OP_CONDITION, e, 2);
        n->kids[0] = lower(l, x->args[0], next(a));
        n->kids[1] = lower(l, x->args[1], inside(a));
        return n;
    }
    if (ly_is_symbol(x->head) && !find_local(a.scope, x->head)) {
        bool system = ly_symbol_of(x->head)->builtin && !definition_of(l->p, x->head);
        bool splices = has_sequence_argument(x, a.scope);
        if (system && splices && x->head == LY_SYM(List)) return lower_list(l, e, x, a);
        if (system && !splices) {
            lower_form *form = form_of(x->head);
            if (form) {
                if (returns_from(e, x->head)) return lower_template(l, e, a);
                n = form(l, e, x, a);
                if (n) return n;
            }
            if (x->head == LY_SYM(List)) n = lower_list(l, e, x, a);
            else if (x->head == LY_SYM(Function) && x->count <= 2) n = lower_function_value(l, e, a);
            else n = lower_primitive(l, e, x, a);
            if (n) return n;
        }
        const definition *d = definition_of(l->p, x->head);
        if (d && d->valued) n = lower_value_call(l, e, x, a);
        else n = lower_call(l, e, x, a);
    } else if (ly_is_symbol(x->head) || ly_has_head(x->head, LY_SYM(Function))) {
        n = lower_value_call(l, e, x, a);
    }
    return n ? n : lower_template(l, e, a);
}

bool is_constructor(const program *p, ly_value symbol)
{
    const definition *d = definition_of(p, symbol);
    return !ly_symbol_of(symbol)->builtin && (!d || (d->rule_count == 0 && !d->attributes &&
                                                     !d->attributes_unknown && !d->changed && !d->valued));
}

bool goes_on(const program *p, ly_value head)
{
    const ly_builtin *row = ly_symbol_of(head)->builtin;
    return row ? !(row->effects & LY_EVALUATED) : !is_constructor(p, head);
}

bool is_tail_evaluation(const program *p, const node *n)
{
    if (!n->tail || n->depth > 0) return false;
    if (n->op == OP_APPLY) return goes_on(p, n->value);
    return n->op == OP_TEMPLATE || n->op == OP_APPLY_VALUE;
}

/* ---- functions ----------------------------------------------------------------------------------- */

static function *function_new(program *p)
{
    return program_alloc(p, sizeof(function));
}

/* A right side may itself carry a condition that decides whether the rule applies at all: at the end of
   Module, With and Block. */
static bool has_inner_condition(ly_value e)
{
    if (ly_has_shape(e, LY_SYM(Condition), 2)) return true;
    if (ly_has_head(e, LY_SYM(CompoundExpression)) && ly_expr_of(e)->count)
        return has_inner_condition(ly_expr_of(e)->args[ly_expr_of(e)->count - 1]);
    if (ly_has_shape(e, LY_SYM(Module), 2) || ly_has_shape(e, LY_SYM(With), 2) ||
        ly_has_shape(e, LY_SYM(Block), 2))
        return has_inner_condition(ly_expr_of(e)->args[1]);
    return false;
}

static bool has_condition_node(const node *n)
{
    if (n->op == OP_CONDITION) return true;
    if (n->op == OP_LET) return has_condition_node(n->kids[1]);
    if (n->op == OP_BLOCK) return has_condition_node(n->kids[0]);
    return n->op == OP_SEQUENCE && has_condition_node(n->kids[n->count - 1]);
}

static bool is_variable(const rule *r, ly_value symbol)
{
    if (ly_has_shape(symbol, LY_SYM(Set), 2)) symbol = ly_expr_of(symbol)->args[0];
    for (uint32_t i = 0; i < r->variable_count; i++)
        if (r->variables[i].symbol == symbol) return true;
    return false;
}

/* Somewhere in e a scoping construct has a variable of the rule for its own: what the variable stands
   for takes its place there too, so the evaluator must put it in. */
static bool rebinds(const rule *r, ly_value e)
{
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    ly_value head = x->head;
    if (head == LY_SYM(Function) || head == LY_SYM(Module) || head == LY_SYM(With) || head == LY_SYM(Block)) {
        if (x->count >= 2 && is_variable(r, x->args[0])) return true;
        if (x->count >= 2 && ly_has_head(x->args[0], LY_SYM(List)))
            for (uint32_t i = 0; i < ly_expr_of(x->args[0])->count; i++)
                if (is_variable(r, ly_expr_of(x->args[0])->args[i])) return true;
    } else if (head == LY_SYM(Do) || head == LY_SYM(Table) || head == LY_SYM(Sum) || head == LY_SYM(Product)) {
        for (uint32_t i = 1; i < x->count; i++)
            if (ly_has_head(x->args[i], LY_SYM(List)) && ly_expr_of(x->args[i])->count > 1 && /* {n}: a count */
                is_variable(r, ly_expr_of(x->args[i])->args[0]))
                return true;
    }
    if (rebinds(r, head)) return true;
    for (uint32_t i = 0; i < x->count; i++)
        if (rebinds(r, x->args[i])) return true;
    return false;
}

/* ---- options: what OptionsPattern[] matched is a local, and OptionValue[name] is OptionValue[f, {local},
   name], as when the matcher puts values in (match/substitute.c) */

typedef struct options {
    ly_value matched;  /* symbol of the local; LY_FAILED: the rule has no options */
    ly_value owner;    /* f */
} options;

/* Whose options OptionsPattern[…] takes. */
static ly_value options_owner(const rule *r, ly_value pattern)
{
    const ly_expr *x = ly_expr_of(pattern);
    ly_value owner = x->count ? x->args[0] : r->definition->symbol;
    while (ly_is_expr(owner) && !ly_has_head(owner, LY_SYM(List))) owner = ly_expr_of(owner)->head;
    return owner;
}

/* e (borrowed) with its OptionValue[…] written out. */
static ly_value with_options(program *p, const options *o, ly_value e)
{
    if (!o->matched || !ly_is_expr(e) || !mentions(e, LY_SYM(OptionValue))) return e;
    const ly_expr *x = ly_expr_of(e);
    ly_value head = with_options(p, o, x->head), *parts = program_alloc(p, (x->count + 1) * sizeof *parts);
    for (uint32_t i = 0; i < x->count; i++) parts[i] = ly_retain(with_options(p, o, x->args[i]));
    if (head != LY_SYM(OptionValue) || x->count == 0 || x->count > 2)
        return program_keep(p, ly_make(p->cx, head, x->count, parts));
    ly_value owner = x->count == 2 ? parts[0] : ly_retain(o->owner);
    ly_value matched = ly_make1(p->cx, LY_SYM(List), o->matched);
    return program_keep(p, ly_make3(p->cx, head, owner, matched, parts[x->count - 1]));
}

/* What the body has from the code around it, as locals of its own. */
static const scope *begin_captured(lowering *l, const rule *r, const scope *around)
{
    const scope *s = NULL;
    for (uint32_t i = 0; i < r->captured_count; i++) {
        const local *v = find_local(around, r->captured[i]->local->symbol);
        local *own = local_new(l, v->symbol, v->kind);
        own->shown = v->shown;
        own->group = v->group;
        own->parameter = v->parameter;
        own->escapes = v->kind == LOCAL_VARIABLE;
        r->captured[i]->local = own;
        scope *inner = program_alloc(l->p, sizeof *inner);
        *inner = (scope){own->symbol, own, s};
        s = inner;
    }
    return s;
}

void lower_rule(program *p, rule *r, const scope *around, uint32_t groups)
{
    options o = {LY_FAILED, LY_FAILED};
    lowering l = {.p = p, .f = function_new(p), .place = r->place};
    ly_value rhs = r->rhs, condition = LY_FAILED;
    const scope *s = begin_captured(&l, r, around);
    if (ly_has_shape(rhs, LY_SYM(Condition), 2) && r->delayed) {
        condition = ly_expr_of(rhs)->args[1];
        rhs = ly_expr_of(rhs)->args[0];
    }
    if (r->condition && !condition) condition = r->condition;
    else if (r->condition) r->note = "several conditions";
    if (rebinds(r, r->rhs) || (r->condition && rebinds(r, r->condition))) r->note = "a variable that is bound again";
    if (r->note) return;
    bool decides = r->delayed && has_inner_condition(rhs);
    l.groups = groups + 1;
    for (uint32_t i = 0; i < r->variable_count; i++) {
        ly_value symbol = r->variables[i].symbol;
        if (!ly_is_symbol(symbol)) {
            if (o.matched) {
                r->note = "several times options";
                return;
            }
            o.owner = options_owner(r, symbol);
            o.matched = symbol = ly_intern("Lyra`Locals`", "options0");
        }
        local *v = local_new(&l, symbol, LOCAL_PARAMETER);
        v->parameter = true;
        v->group = groups + 1;
        v->sequence = r->variables[i].sequence || symbol == o.matched;
        r->variables[i].local = v;
        scope *inner = program_alloc(p, sizeof *inner);
        *inner = (scope){v->symbol, v, s};
        s = inner;
    }
    l.f->parameter_count = r->variable_count;
    l.f->rule = r;
    /* the matcher evaluates a right side with a condition in it by itself, one deeper */
    at a = decides ? (at){s, 1, false, 0, true} : (at){s, 0, true, 1, false};
    if (condition) l.f->condition = lower(&l, with_options(p, &o, condition), (at){s, 1, false, 0, false});
    l.f->body = lower(&l, with_options(p, &o, rhs), a);
    l.f->inner_condition = decides;
    r->asks |= condition || decides;
    if (decides && !has_condition_node(l.f->body)) r->note = "a condition inside a scoping construct";
    else r->function = l.f;
}

/* A definition of the program, as a statement or inside one: the evaluator makes it, then the compiled
   rule is attached. */
static node *lower_definition(lowering *l, ly_value e)
{
    rule *r = rule_of_statement(l->p, e);
    if (!r || !r->function) return NULL;
    node *n = node_new(l, OP_DEFINE, e, 0);
    n->value = e;
    n->index = r->index;
    return n;
}

static node *lower_top(lowering *l, ly_value e, at a)
{
    node *n;
    if (ly_has_head(e, LY_SYM(CompoundExpression)) && ly_expr_of(e)->count && !ly_has_labels(ly_expr_of(e))) {
        const ly_expr *x = ly_expr_of(e);
        n = node_new(l, OP_SEQUENCE, e, x->count);
        for (uint32_t i = 0; i < x->count; i++)
            n->kids[i] = lower_top(l, x->args[i], i + 1 < x->count ? inside(a) : next(a));
        return n;
    }
    n = lower_definition(l, e);
    return n ? n : lower(l, e, a);
}

void lower_program(program *p)
{
    /* definitions first say which of them have bodies; calls are resolved after that */
    for (definition *d = p->definitions; d; d = d->next)
        for (uint32_t i = 0; i < d->rule_count; i++) lower_rule(p, d->rules[i], NULL, 0);
    for (definition *d = p->definitions; d; d = d->next)
        for (uint32_t i = 0; i < d->rule_count; i++)
            if (!d->rules[i]->function) d->direct = false;
    for (uint32_t i = 0; i < p->statement_count; i++) {
        statement *s = p->statements[i];
        if (s->rest) continue;
        lowering l = {.p = p, .f = function_new(p), .place = i};
        l.f->body = lower_top(&l, s->input, (at){0});
        s->function = l.f;
    }
}
