/* clones.c: definitions as typed C functions: for each tuple of machine types that their arguments have.

   needs   types inferred
   leaves  program.clones; node.clone on the calls in them

   A clone computes without effects: its rules assign nothing but variables of their own, and call nothing
   but machine functions and other clones. So it may give up anywhere (a result that is no machine number,
   no rule for the arguments, a limit, something that polls): nothing has happened then, and whoever called
   it has the call made by the generic code. Its nodes and variables are copies, with types of their own. */
#include <string.h>

#include "compiler/kernels.h"
#include "eval/eval.h"

enum { MOST_OF_ONE = 4, MOST_CLONES = 400, MOST_ARGUMENTS = 12 };

static const type none = {TYPE_NONE, 0}, integer = {TYPE_INT, 0};

static bool same(type a, type b) { return a.base == b.base && a.rank == b.rank; }

/* ---- what patterns say of an argument of a type */

typedef enum fit { NEVER, PERHAPS, ALWAYS, UNKNOWN } fit;

static ly_value head_of(type t)
{
    return t.rank ? LY_SYM(List) : t.base == TYPE_INT ? LY_SYM(Integer) : t.base == TYPE_REAL ? LY_SYM(Real) : LY_SYM(Symbol);
}

static fit test_fit(ly_value test, type t)
{
    if (t.rank || t.base == TYPE_BOOL) return UNKNOWN;
    if (test == LY_SYM(IntegerQ)) return t.base == TYPE_INT ? ALWAYS : NEVER;
    if (test == LY_SYM(NumberQ) || test == LY_SYM(NumericQ) || test == LY_SYM(AtomQ)) return ALWAYS;
    if (test == LY_SYM(EvenQ) || test == LY_SYM(OddQ)) return t.base == TYPE_INT ? PERHAPS : NEVER;
    if (test == LY_SYM(Positive) || test == LY_SYM(Negative) || test == LY_SYM(NonNegative) || test == LY_SYM(NonPositive))
        return PERHAPS;
    if (test == LY_SYM(ListQ) || test == LY_SYM(VectorQ) || test == LY_SYM(MatrixQ) || test == LY_SYM(StringQ)) return NEVER;
    return UNKNOWN;
}

static fit pattern_fit(ly_value e, type t)
{
    if (ly_is_int(e)) return t.base == TYPE_INT && t.rank == 0 ? PERHAPS : NEVER;
    if (ly_is_symbol(e)) return t.base == TYPE_BOOL ? UNKNOWN : NEVER;
    if (ly_is_string(e)) return NEVER;
    if (!ly_is_expr(e)) return t.base == TYPE_INT ? NEVER : UNKNOWN;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Pattern) && x->count == 2) return pattern_fit(x->args[1], t);
    if (x->head == LY_SYM(Blank)) return x->count == 0 || x->args[0] == head_of(t) ? ALWAYS : ly_is_symbol(x->args[0]) ? NEVER : UNKNOWN;
    if (x->head == LY_SYM(PatternTest) && x->count == 2) {
        fit inner = pattern_fit(x->args[0], t), test = test_fit(x->args[1], t);
        if (inner == NEVER || test == NEVER) return NEVER;
        return inner == ALWAYS ? test : UNKNOWN;
    }
    if (x->head == LY_SYM(List) && t.rank == 0) return NEVER;
    return UNKNOWN;
}

/* ---- copies */

typedef struct copying {
    program *p;
    const function *from;
    clone_rule *to;
} copying;

static local *copy_local(copying *c, local *v)
{
    for (uint32_t i = 0; i < c->from->local_count; i++)
        if (c->from->locals[i] == v) return c->to->locals[i];
    return v;
}

static node *copy_node(copying *c, const node *n)
{
    if (!n) return NULL;
    node *to = program_alloc(c->p, sizeof *to);
    *to = *n;
    to->kernel = NULL;
    to->clone = NULL;
    to->type = none;
    to->typed = NULL;
    to->resume = to->resume_head = 0;
    if (n->local) to->local = copy_local(c, n->local);
    if (n->local2) to->local2 = copy_local(c, n->local2);
    to->kids = program_alloc(c->p, (n->count + 1) * sizeof *to->kids);
    for (uint32_t i = 0; i < n->count; i++) to->kids[i] = copy_node(c, n->kids[i]);
    to->plain = copy_node(c, n->plain);
    return to;
}

static ly_value pattern_variable(ly_value e)
{
    while (ly_has_shape(e, LY_SYM(PatternTest), 2)) e = ly_expr_of(e)->args[0];
    return ly_has_shape(e, LY_SYM(Pattern), 2) ? ly_expr_of(e)->args[0] : LY_FAILED;
}

/* The rule once more, for arguments of these types. */
static bool copy_rule(program *p, typed_clone *c, clone_rule *to, rule *r)
{
    const function *from = r->function;
    copying all = {p, from, to};
    to->rule = r;
    to->local_count = from->local_count;
    to->locals = program_alloc(p, (from->local_count + 1) * sizeof *to->locals);
    for (uint32_t i = 0; i < from->local_count; i++) {
        to->locals[i] = program_alloc(p, sizeof *to->locals[i]);
        *to->locals[i] = *from->locals[i];
        to->locals[i]->type = to->locals[i]->wanted = none;
        to->locals[i]->name = NULL;
    }
    to->parameters = program_alloc(p, (c->argument_count + 1) * sizeof *to->parameters);
    for (uint32_t i = 0; i < c->argument_count; i++) {
        ly_value symbol = pattern_variable(ly_expr_of(r->call)->args[i]);
        if (!symbol) continue;
        for (uint32_t k = 0; k < r->variable_count; k++) {
            if (r->variables[k].symbol != symbol) continue;
            local *v = copy_local(&all, r->variables[k].local);
            if (v->sequence || v->type.base != TYPE_NONE) return false;
            v->type = c->arguments[i];
            to->parameters[i] = v;
        }
    }
    to->body = copy_node(&all, from->body);
    to->condition = copy_node(&all, from->condition);
    return true;
}

/* ---- making them */

static bool has_machine_type(type *t)
{
    if (t->rank) return false;
    if (t->base == TYPE_RATIO) t->base = TYPE_INT;
    if (t->base == TYPE_MIXED) t->base = TYPE_REAL;
    return t->base == TYPE_INT || t->base == TYPE_REAL || t->base == TYPE_BOOL;
}

static bool has_forks(const node *n)
{
    if (!n) return false;
    if (n->forks) return true;
    for (uint32_t i = 0; i < n->count; i++)
        if (has_forks(n->kids[i])) return true;
    return has_forks(n->plain);
}

/* The rules that may apply; false: a pattern that only the generic code can tell. */
static bool choose_rules(program *p, typed_clone *c)
{
    definition *d = c->definition;
    c->rules = program_alloc(p, (d->rule_count + 1) * sizeof *c->rules);
    for (uint32_t i = 0; i < d->rule_count; i++) {
        rule *r = d->rules[i];
        const ly_expr *call = ly_expr_of(r->call);
        fit whole = ALWAYS;
        if (call->count != c->argument_count) continue;
        for (uint32_t k = 0; k < call->count && whole != NEVER; k++) {
            fit one = pattern_fit(call->args[k], c->arguments[k]);
            if (one == NEVER) whole = NEVER;
            else if (one == UNKNOWN || whole == UNKNOWN) whole = UNKNOWN;
            else if (one == PERHAPS) whole = PERHAPS;
        }
        if (whole == NEVER) continue;
        if (whole == UNKNOWN || !r->function || r->by_matcher || r->function->inner_condition) return false;
        if (!copy_rule(p, c, &c->rules[c->rule_count++], r)) return false;
        c->forks = c->forks || has_forks(r->function->body);
        if (whole == ALWAYS && !r->function->condition) break;
    }
    return c->rule_count > 0;
}

typed_clone *clone_for(program *p, definition *d, uint32_t index, uint32_t count, const type *arguments)
{
    type kinds[MOST_ARGUMENTS];
    uint32_t of_one = 0;
    if (!d->direct || d->any || count > MOST_ARGUMENTS || d->built_in) return NULL;
    for (uint32_t i = 0; i < count; i++) {
        kinds[i] = arguments[i];
        if (!has_machine_type(&kinds[i])) return NULL;
    }
    for (typed_clone *c = p->clones; c; c = c->next) {
        if (c->definition != d || c->index != index) continue;
        bool equal = true;
        for (uint32_t i = 0; i < count; i++) equal = equal && same(c->arguments[i], kinds[i]);
        if (equal) return c;
        of_one++;
    }
    if (of_one >= MOST_OF_ONE || p->clone_count >= MOST_CLONES) return NULL;
    typed_clone *c = program_alloc(p, sizeof *c);
    c->definition = d;
    c->index = index;
    c->argument_count = count;
    c->arguments = program_alloc(p, (count + 1) * sizeof *c->arguments);
    memcpy(c->arguments, kinds, count * sizeof *kinds);
    if (!choose_rules(p, c)) c->settled = true;
    *p->last_clone = c;
    p->last_clone = &c->next;
    p->clone_count++;
    return c;
}

/* ---- whether they have typed forms */

/* A variable of a future of a call of the same definition. */
static bool check_fork(search *s, node *n)
{
    typed_clone *c = s->clone;
    node *call = n->kids[0]->plain;
    if (n->kids[0]->op != OP_TEMPLATE) return refuse(s, n, "a future that is not awaited where it is made");
    if (n->local->escapes) return refuse(s, n, "other code may see this variable");
    if (check_typed(s, call).base == TYPE_NONE) return false;
    if (call->clone != c) return refuse(s, n, "a future of another definition's call");
    add_variable(s, n->local, NULL, c->result, false)->forked = true;
    return true;
}

static bool check_result(search *s, node *n)
{
    typed_clone *c = s->clone;
    if (!n) return refuse(s, n, "a value that is no machine number");
    switch (n->op) {
    case OP_SEQUENCE:
        for (uint32_t i = 0; i + 1 < n->count; i++)
            if (!check_statement(s, n->kids[i])) return false;
        return n->count > 0 && check_result(s, n->kids[n->count - 1]);
    case OP_LET:
        return (n->kids[0] && n->kids[0]->forks ? check_fork(s, n) : check_let(s, n)) && check_result(s, n->kids[1]);
    case OP_IF:
        if (!n->kids[1] || !n->kids[2]) return refuse(s, n, "If without a value");
        if (check_typed(s, n->kids[0]).base == TYPE_NONE) return false;
        if (!is_scalar(n->kids[0]->type, TYPE_BOOL)) return refuse(s, n, "a test that is not True or False");
        return check_result(s, n->kids[1]) && check_result(s, n->kids[2]);
    case OP_TEMPLATE:
        if (n->plain) return check_result(s, n->plain);
        return refuse(s, n, "left to the evaluator");
    default: {
        type t = check_typed(s, n);
        if (t.base == TYPE_NONE) return false;
        if (t.base == TYPE_RATIO) t = integer;
        if (n->op == OP_CALL && n->tail && n->clone == c) c->again = true;
        return same(t, c->result) || refuse(s, n, "rules that give values of different types");
    }
    }
}

static bool check_clone(program *p, typed_clone *c)
{
    search s = {.p = p, .k = &c->k, .clone = c};
    c->k = (kernel){.need = c->definition->deepest};
    c->again = false;
    if (c->result.rank || (c->result.base != TYPE_INT && c->result.base != TYPE_REAL && c->result.base != TYPE_BOOL))
        return false;
    for (uint32_t i = 0; i < c->rule_count; i++) {
        clone_rule *r = &c->rules[i];
        for (uint32_t k = 0; k < c->argument_count; k++) {
            if (!r->parameters[k]) continue;
            if (r->parameters[k]->escapes) return refuse(&s, r->body, "other code may see an argument");
            add_variable(&s, r->parameters[k], NULL, c->arguments[k], false);
        }
        if (r->condition && !is_scalar(check_typed(&s, r->condition), TYPE_BOOL))
            return refuse(&s, r->condition, "a condition that is not True or False");
        if (!check_result(&s, r->body)) return false;
    }
    return c->k.resume_count < LY_MOST_POINTS;
}

/* ---- recursion, limits */

static bool reaches(const typed_clone *from, const typed_clone *to, const typed_clone **seen, uint32_t *count)
{
    for (uint32_t i = 0; i < from->k.clone_count; i++) {
        const typed_clone *c = from->k.clones[i];
        bool known = false;
        if (c == to) return true;
        for (uint32_t k = 0; k < *count; k++) known = known || seen[k] == c;
        if (known) continue;
        seen[(*count)++] = c;
        if (reaches(c, to, seen, count)) return true;
    }
    return false;
}

typedef struct survey {
    typed_clone *c;
    bool changed;
} survey;

/* What the clone's code has: loops, scopes, and how deep its calls nest. */
static void survey_node(survey *s, const node *n)
{
    typed_clone *c = s->c;
    if (!n) return;
    if (n->op == OP_DO || n->op == OP_WHILE) c->loops = true;
    if (n->op == OP_LET && n->local->kind == LOCAL_VARIABLE) c->scopes = true;
    if (n->op == OP_CALL && n->clone && !(n->clone == c && n->tail && c->again)) {
        bool deep = c->deep || n->clone->deep, scopes = c->scopes || n->clone->scopes;
        if (n->tail && n->depth == 0) {
            c->passes = true;
            if (n->clone->definition->has_tail_call) n->clone->passes = true;
        }
        uint32_t need = n->depth + (n->clone->deep ? 0 : n->clone->k.need);
        if (need < c->k.need) need = c->k.need;
        s->changed = s->changed || deep != c->deep || scopes != c->scopes || need != c->k.need;
        c->deep = deep;
        c->scopes = scopes;
        c->k.need = need;
    }
    for (uint32_t i = 0; i < n->count; i++) survey_node(s, n->kids[i]);
    survey_node(s, n->plain);
}

static bool calls_itself(const typed_clone *c, const node *n)
{
    if (!n) return false;
    if (n->op == OP_CALL && n->clone == c && !n->tail) return true;
    for (uint32_t i = 0; i < n->count; i++)
        if (calls_itself(c, n->kids[i])) return true;
    return calls_itself(c, n->plain);
}

static bool is_recursive(program *p, const typed_clone *c)
{
    uint32_t count = 0;
    const typed_clone **seen = program_alloc(p, (p->clone_count + 1) * sizeof *seen);
    for (uint32_t i = 0; i < c->rule_count; i++)
        if (calls_itself(c, c->rules[i].body) || calls_itself(c, c->rules[i].condition)) return true;
    for (uint32_t i = 0; i < c->k.clone_count; i++)
        if (c->k.clones[i] != c && reaches(c->k.clones[i], c, seen, &count)) return true;
    return false;
}

void settle_clones(program *p)
{
    enum { ENOUGH = 32 }; /* the lattice is low; this only bounds mistakes */
    bool any = false;
    for (typed_clone *c = p->clones; c; c = c->next) any = any || !c->settled;
    for (int tries = 0; any && tries < 8; tries++) {
        bool changed = true;
        for (int rounds = 0; changed && rounds < ENOUGH; rounds++) {
            changed = false;
            for (typed_clone *c = p->clones; c; c = c->next)
                if (!c->settled && infer_clone(p, c)) changed = true;
        }
        uint32_t count = p->clone_count;
        for (typed_clone *c = p->clones; c; c = c->next)
            if (!c->settled) c->fits = check_clone(p, c);
        if (count == p->clone_count) break;
    }
    /* what calls one without a typed form has none */
    for (bool changed = any; changed;) {
        changed = false;
        for (typed_clone *c = p->clones; c; c = c->next)
            for (uint32_t i = 0; !c->settled && c->fits && i < c->k.clone_count; i++)
                if (!c->k.clones[i]->fits) c->fits = false, changed = true;
    }
    for (typed_clone *c = p->clones; any && c; c = c->next)
        if (!c->settled && c->fits) c->deep = is_recursive(p, c);
    for (survey s = {.changed = any}; s.changed;) {
        s.changed = false;
        for (typed_clone *c = p->clones; c; c = c->next) {
            s.c = c;
            for (uint32_t i = 0; !c->settled && c->fits && i < c->rule_count; i++) {
                survey_node(&s, c->rules[i].condition);
                survey_node(&s, c->rules[i].body);
            }
        }
    }
    for (typed_clone *c = p->clones; c; c = c->next) c->settled = true;
}

uint32_t clone_definitions(program *p, const kernel *k, definition ***list)
{
    uint32_t count = 0, capacity = 0, done = 0, clones = 0, clones_capacity = 0;
    typed_clone **all = NULL;
    *list = NULL;
    for (uint32_t i = 0; i < k->clone_count; i++) program_add(p, all, clones, clones_capacity, k->clones[i]);
    for (; done < clones; done++) {
        bool known = false;
        definition *d = all[done]->definition;
        for (uint32_t i = 0; i < count; i++) known = known || (*list)[i] == d;
        if (!known) program_add(p, *list, count, capacity, d);
        for (uint32_t i = 0; i < all[done]->k.clone_count; i++) {
            typed_clone *next = all[done]->k.clones[i];
            known = false;
            for (uint32_t j = 0; j < clones; j++) known = known || all[j] == next;
            if (!known) program_add(p, all, clones, clones_capacity, next);
        }
    }
    return count;
}

/* ---- which there are: those that calls ask for */

static void look(program *p, const node *n)
{
    if (!n) return;
    for (uint32_t i = 0; i < n->count; i++) look(p, n->kids[i]);
    look(p, n->plain);
    if (n->op != OP_CALL) return;
    type *arguments = program_alloc(p, (n->count + 1) * sizeof *arguments);
    for (uint32_t i = 0; i < n->count; i++) arguments[i] = n->kids[i]->type;
    clone_for(p, n->definition, n->index, n->count, arguments);
}

/* Arguments of which nothing is known but what the rules make of them. */
static void guess(program *p, definition *d, uint32_t index)
{
    uint32_t count = d->arities[index]->count;
    type *arguments = program_alloc(p, (count + 1) * sizeof *arguments);
    for (uint32_t i = 0; i < d->rule_count; i++) {
        const rule *r = d->rules[i];
        if (!r->function || ly_expr_of(r->call)->count != count) continue;
        for (uint32_t k = 0; k < count; k++) {
            ly_value e = ly_expr_of(r->call)->args[k], symbol = pattern_variable(e);
            if (ly_is_int(e) && arguments[k].base == TYPE_NONE) arguments[k] = integer;
            for (uint32_t v = 0; symbol && v < r->variable_count; v++)
                if (r->variables[v].symbol == symbol && r->variables[v].local->type.base != TYPE_NONE)
                    arguments[k] = r->variables[v].local->type;
        }
    }
    clone_for(p, d, index, count, arguments);
}

void find_clones(program *p)
{
    for (definition *d = p->definitions; d; d = d->next)
        for (uint32_t i = 0; i < d->rule_count; i++)
            if (d->rules[i]->function) look(p, d->rules[i]->function->body);
    for (uint32_t i = 0; i < p->statement_count; i++)
        if (p->statements[i]->function) look(p, p->statements[i]->function->body);
    for (definition *d = p->definitions; d; d = d->next)
        for (uint32_t i = 0; d->direct && !d->any && i < d->arity_count; i++) guess(p, d, i);
    settle_clones(p);
}
