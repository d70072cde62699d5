/* kernel_expressions.c: expressions on machine numbers: which have a typed form, and of what type.

   needs   types inferred
   leaves  node.type, node.typed; the variables that occur, in kernel.variables

   What is asked here holds: a kernel's own code keeps it true. Types that were only guessed (types.c) are
   asked for on entry, variable by variable. */
#include <string.h>

#include "compiler/kernels.h"
#include "eval/eval.h"

static const type none = {TYPE_NONE, 0}, integer = {TYPE_INT, 0}, real = {TYPE_REAL, 0},
                  boolean = {TYPE_BOOL, 0}, ratio = {TYPE_RATIO, 0};

static bool same(type a, type b) { return a.base == b.base && a.rank == b.rank; }
static bool is_none(type t) { return t.base == TYPE_NONE; }
static bool is_number(type t) { return t.rank == 0 && t.base >= TYPE_INT && t.base <= TYPE_RATIO; }
static bool is_exact(type t) { return is_scalar(t, TYPE_INT) || is_scalar(t, TYPE_RATIO); }
static bool is_real(type t) { return is_scalar(t, TYPE_REAL) || is_scalar(t, TYPE_MIXED); }

kernel_variable *kernel_local(kernel *k, const local *v)
{
    for (uint32_t i = 0; i < k->variable_count; i++)
        if (k->variables[i]->local == v) return k->variables[i];
    return NULL;
}

kernel_variable *kernel_global(kernel *k, const global *g)
{
    for (uint32_t i = 0; i < k->variable_count; i++)
        if (k->variables[i]->global == g) return k->variables[i];
    return NULL;
}

static type refused(search *s, const node *n, const char *why)
{
    if (!s->k->why) {
        s->k->why = why;
        s->k->obstacle = n->source;
    }
    return none;
}

bool refuse(search *s, const node *n, const char *why)
{
    refused(s, n, why);
    return false;
}

/* ---- variables */

kernel_variable *add_variable(search *s, local *v, global *g, type t, bool outer)
{
    kernel_variable *x = program_alloc(s->p, sizeof *x);
    *x = (kernel_variable){.local = v, .global = g, .type = t, .outer = outer, .slot = s->k->variable_count};
    program_add(s->p, s->k->variables, s->k->variable_count, s->k->variable_capacity, x);
    return x;
}

bool has_c_type(type t)
{
    if (t.rank) return (t.base == TYPE_INT || t.base == TYPE_REAL) && t.rank <= 3;
    return t.base == TYPE_INT || t.base == TYPE_REAL || t.base == TYPE_MIXED || t.base == TYPE_BOOL;
}

/* The type to ask for: arrays that are of integers here and of reals there, and what nothing is known of,
   are guessed. */
static type asked(search *s, type t, bool guessed, bool counts)
{
    if (t.rank ? t.base == TYPE_MIXED || guessed : guessed && !counts && t.base == TYPE_INT) {
        s->guessed = true;
        if (t.base == TYPE_INT || t.base == TYPE_MIXED) t.base = s->reals ? TYPE_REAL : TYPE_INT;
    }
    return t;
}

kernel_variable *variable_of(search *s, node *n)
{
    kernel_variable *x = NULL;
    type t;
    if (n->local) {
        x = kernel_local(s->k, n->local);
        if (x) return x;
        if (n->local->sequence) return refuse(s, n, "a sequence of arguments"), NULL;
        t = asked(s, n->local->type, n->local->guessed, n->local->counts);
        if (!has_c_type(t)) return refuse(s, n, "no machine type is known for this variable"), NULL;
        if (s->clone) return refuse(s, n, "a variable of another scope"), NULL;
        return add_variable(s, n->local, NULL, t, true);
    }
    if (!n->global || s->clone) return refuse(s, n, "a symbol"), NULL;
    x = kernel_global(s->k, n->global);
    if (x) return x;
    t = asked(s, n->global->type, n->global->guessed, false);
    if (!has_c_type(t)) return refuse(s, n, "no machine type is known for this symbol"), NULL;
    return add_variable(s, NULL, n->global, t, true);
}

/* ---- expressions: without effects */

static type check(search *s, node *n);

bool check_index(search *s, node *n)
{
    type t = check(s, n);
    if (is_none(t)) return false;
    return is_scalar(t, TYPE_INT) || refuse(s, n, "an index that is no machine integer");
}

type sum_type(search *s, const node *n, type a, type b)
{
    if (is_none(a) || is_none(b)) return none;
    if (!is_number(a) || !is_number(b)) return refused(s, n, "arithmetic on what is no machine number");
    if (is_real(a) || is_real(b)) return real;
    return is_scalar(a, TYPE_INT) && is_scalar(b, TYPE_INT) ? integer : ratio;
}

/* As the value is folded: the first half, the larger one, then the second. */
static type folded_type(search *s, const node *n, uint32_t from, uint32_t count)
{
    if (count == 1) return n->kids[from]->type;
    uint32_t half = (count + 1) / 2;
    return sum_type(s, n, folded_type(s, n, from, half), folded_type(s, n, from + half, count - half));
}

static type check_arithmetic(search *s, node *n)
{
    for (uint32_t i = 0; i < n->count; i++)
        if (is_none(check(s, n->kids[i]))) return none;
    return folded_type(s, n, 0, n->count);
}

static type check_power(search *s, node *n)
{
    type a = check(s, n->kids[0]);
    const node *e = n->kids[1];
    bool constant = e->op == OP_CONSTANT && ly_is_int(e->value);
    int64_t power = constant ? ly_int_of(e->value) : 0;
    if (is_none(a) || is_none(check(s, n->kids[1]))) return none;
    type b = e->type;
    if (is_real(a) && constant && power >= -64 && power <= 64 && power != 0) return real;
    if (is_real(a) && (is_scalar(b, TYPE_INT) || is_real(b)) && !constant) return real;
    if (is_scalar(a, TYPE_INT) && is_real(b)) return real;
    if (is_scalar(a, TYPE_INT) && constant && power > 0 && power < 64) return integer;
    if (is_scalar(a, TYPE_INT) && constant && power < 0 && power > -64) return ratio;
    if (is_scalar(a, TYPE_INT) && is_scalar(b, TYPE_INT) && !constant) return integer;
    return refused(s, n, "a power that has no machine type");
}

static type check_part(search *s, node *n, node *data, uint32_t count, node **specs)
{
    if (data->op != OP_LOCAL && data->op != OP_SYMBOL) return refused(s, n, "a part of what is no variable");
    kernel_variable *x = variable_of(s, data);
    if (!x) return none;
    if (x->type.rank == 0) return refused(s, n, "a part of what is no packed array");
    if (x->type.rank != count) return refused(s, n, "a part that is itself an array");
    for (uint32_t i = 0; i < count; i++)
        if (!check_index(s, specs[i])) return none;
    data->type = x->type;
    return (type){x->type.base, 0};
}

bool is_integer_root(const node *n)
{
    return n->op == OP_APPLY && n->value == LY_SYM(Sqrt) && n->count == 1 && is_scalar(n->kids[0]->type, TYPE_INT);
}

static type check_comparison(search *s, node *n)
{
    static const char *const why = "a comparison of what are no machine numbers";
    bool ordered = n->primitive != PRIMITIVE_equal && n->primitive != PRIMITIVE_unequal;
    for (int i = 0; i < 2; i++) {
        /* with the square root of an integer, squares are compared */
        if (!ordered || !is_integer_root(n->kids[i])) continue;
        node *under = n->kids[i]->kids[0], *other = n->kids[1 - i];
        if (is_none(check(s, under)) || is_none(check(s, other))) return none;
        if (is_scalar(under->type, TYPE_INT) && is_scalar(other->type, TYPE_INT)) return boolean;
        return refused(s, n, why);
    }
    type a = check(s, n->kids[0]), b = is_none(a) ? none : check(s, n->kids[1]);
    if (is_none(b)) return none;
    if (!is_number(a) || !is_number(b)) return refused(s, n, why);
    if (is_exact(a) != is_exact(b) && (a.base == TYPE_RATIO || b.base == TYPE_RATIO)) return refused(s, n, why);
    return boolean;
}

static type check_primitive(search *s, node *n)
{
    type a, b;
    switch (n->primitive) {
    case PRIMITIVE_plus:
    case PRIMITIVE_subtract:
    case PRIMITIVE_times:
    case PRIMITIVE_sum:
    case PRIMITIVE_product: return check_arithmetic(s, n);
    case PRIMITIVE_divide:
        a = check(s, n->kids[0]);
        b = is_none(a) ? none : check(s, n->kids[1]);
        if (is_none(b)) return none;
        if (is_exact(a) && is_exact(b)) return ratio;
        return sum_type(s, n, a, b);
    case PRIMITIVE_power: return check_power(s, n);
    case PRIMITIVE_mod:
    case PRIMITIVE_quotient:
        a = check(s, n->kids[0]);
        b = is_none(a) ? none : check(s, n->kids[1]);
        if (is_none(b)) return none;
        if (is_scalar(a, TYPE_INT) && is_scalar(b, TYPE_INT)) return integer;
        if (n->primitive == PRIMITIVE_mod && is_scalar(a, TYPE_REAL) && (is_scalar(b, TYPE_REAL) || is_scalar(b, TYPE_INT)))
            return real;
        return refused(s, n, "Mod and Quotient of these types");
    case PRIMITIVE_part: {
        uint32_t count = 1;
        node *data = n->kids[0];
        if (data->op == OP_PRIMITIVE && data->primitive == PRIMITIVE_part) {
            node *specs[] = {data->kids[1], n->kids[1]};
            return check_part(s, n, data->kids[0], 2, specs);
        }
        return check_part(s, n, data, count, n->kids + 1);
    }
    case PRIMITIVE_length: {
        node *data = n->kids[0];
        if (data->op != OP_LOCAL && data->op != OP_SYMBOL) return refused(s, n, "Length of what is no variable");
        kernel_variable *x = variable_of(s, data);
        if (!x) return none;
        return x->type.rank ? integer : refused(s, n, "Length of what is no packed array");
    }
    case PRIMITIVE_less:
    case PRIMITIVE_less_equal:
    case PRIMITIVE_greater:
    case PRIMITIVE_greater_equal:
    case PRIMITIVE_equal:
    case PRIMITIVE_unequal:
        return check_comparison(s, n);
    case PRIMITIVE_same:
    case PRIMITIVE_unsame:
        a = check(s, n->kids[0]);
        b = is_none(a) ? none : check(s, n->kids[1]);
        if (is_none(b)) return none;
        if (is_scalar(a, TYPE_INT) && is_scalar(b, TYPE_INT)) return boolean;
        return refused(s, n, "SameQ of what are no machine integers");
    case PRIMITIVE_even:
    case PRIMITIVE_odd:
        a = check(s, n->kids[0]);
        if (is_none(a)) return none;
        return is_scalar(a, TYPE_INT) ? boolean : refused(s, n, "no machine integer");
    default: return refused(s, n, "an operation without a typed form");
    }
}

const typed_function *typed_function_of(ly_value symbol, uint32_t count)
{
    static const typed_function functions[] = {
#define TYPED(name, arguments, result, text) {name, arguments, result, text},
#include "compiler/typed_functions.def"
#undef TYPED
    };
    if (!ly_is_symbol(symbol) || strcmp(ly_symbol_of(symbol)->context, "System`") != 0) return NULL;
    for (size_t i = 0; functions[i].name; i++)
        if (strlen(functions[i].arguments) == count && strcmp(functions[i].name, ly_symbol_name(symbol)) == 0)
            return &functions[i];
    return NULL;
}

/* The row of a call whose arguments fit: 'i' takes integers, 'r' reals (in a row behind that of integers
   also integers). */
static const typed_function *row_for(const node *n)
{
    const typed_function *row = typed_function_of(n->value, n->count);
    for (; row && row->name; row++) {
        if (strcmp(row->name, ly_symbol_name(n->value)) != 0 || strlen(row->arguments) != n->count) return NULL;
        bool fits = true;
        for (uint32_t i = 0; i < n->count; i++) {
            type t = n->kids[i]->type;
            if (row->arguments[i] == 'i') fits = fits && is_scalar(t, TYPE_INT);
            else if (row->arguments[i] == 'b') fits = fits && is_scalar(t, TYPE_BOOL);
            else if (row->arguments[i] == 'n') fits = fits && is_number(t);
            else fits = fits && is_real(t);
        }
        if (fits) return row;
    }
    return NULL;
}

/* a < b < c */
bool is_chain(const node *n)
{
    return n->op == OP_APPLY && n->count > 2 &&
           (n->value == LY_SYM(Less) || n->value == LY_SYM(LessEqual) || n->value == LY_SYM(Greater) ||
            n->value == LY_SYM(GreaterEqual) || n->value == LY_SYM(Equal));
}

static type check_chain(search *s, node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        type t = check(s, n->kids[i]);
        if (is_none(t)) return none;
        if (!is_scalar(t, TYPE_INT)) return refused(s, n, "a chain of comparisons of what are no machine integers");
    }
    return boolean;
}

/* Floor[i/2] */
bool is_rounded_ratio(const node *n)
{
    return n->op == OP_APPLY && n->count == 1 && is_scalar(n->kids[0]->type, TYPE_RATIO) &&
           (n->value == LY_SYM(Floor) || n->value == LY_SYM(Ceiling));
}

bool is_floor_of_root(const node *n)
{
    return n->op == OP_APPLY && n->count == 1 && is_integer_root(n->kids[0]) &&
           (n->value == LY_SYM(Floor) || n->value == LY_SYM(IntegerPart));
}

static type check_apply(search *s, node *n)
{
    if (ly_is_symbol(n->value) && n->value == LY_SYM(Part) && n->count > 1)
        return check_part(s, n, n->kids[0], n->count - 1, n->kids + 1);
    if (is_chain(n)) return check_chain(s, n);
    if (!typed_function_of(n->value, n->count)) return refused(s, n, "a call without a typed form");
    if (is_floor_of_root(n)) return is_none(check(s, n->kids[0]->kids[0])) ? none : integer;
    for (uint32_t i = 0; i < n->count; i++)
        if (is_none(check(s, n->kids[i]))) return none;
    if (is_rounded_ratio(n)) return integer;
    n->typed = row_for(n);
    if (!n->typed) return refused(s, n, "no machine function for arguments of these types");
    return n->typed->result == 'i' ? integer : n->typed->result == 'b' ? boolean : real;
}

/* A call of a definition that has a typed form for such arguments. */
static type check_call(search *s, node *n)
{
    type *arguments = program_alloc(s->p, (n->count + 1) * sizeof *arguments);
    for (uint32_t i = 0; i < n->count; i++)
        if (is_none(arguments[i] = check(s, n->kids[i]))) return none;
    typed_clone *c = clone_for(s->p, n->definition, n->index, n->count, arguments);
    if (!c) return refused(s, n, "a definition without a typed form for such arguments");
    if (!s->clone) settle_clones(s->p);
    if (c->settled && !c->fits) return refused(s, n, "a definition without a typed form");
    if (c->forks && s->clone != c) return refused(s, n, "a definition that takes futures");
    kernel *k = s->k;
    if (c->scopes && !s->parallel && k->root && k->root->op != OP_DO && k->root->op != OP_WHILE)
        return refused(s, n, "scopes would be counted again where it is done again");
    n->clone = c;
    bool known = false;
    for (uint32_t i = 0; i < k->clone_count; i++) known = known || k->clones[i] == c;
    if (!known) program_add(s->p, k->clones, k->clone_count, k->clone_capacity, c);
    uint32_t need = n->depth + (c->deep ? 0 : c->k.need);
    if (!s->clone && need > k->need) k->need = need; /* of clones: when all are known */
    return c->result;
}

bool is_any_form(const node *form)
{
    return form->op == OP_CONSTANT && ly_has_shape(form->value, LY_SYM(Blank), 0);
}

/* Switch of a machine integer over integers and _. */
bool check_forms(search *s, node *n)
{
    if (!check_index(s, n->kids[0])) return false;
    for (uint32_t i = 1; i < n->count; i += 2) {
        const node *form = n->kids[i];
        if (form->op != OP_CONSTANT || (!ly_is_int(form->value) && !is_any_form(form)))
            return refuse(s, n, "Switch with a form that is no integer");
    }
    return true;
}

/* Of a variable that has a future. */
static type check_await(search *s, node *n)
{
    kernel_variable *x = kernel_local(s->k, n->plain->local);
    if (!x || !x->forked) return refused(s, n, "Await of what is no future of this body");
    return n->plain->type = x->type;
}

static type check_node(search *s, node *n)
{
    type a, b;
    switch (n->op) {
    case OP_CONSTANT:
        if (ly_is_int(n->value)) return integer;
        if (ly_is_real(n->value)) return real;
        if (n->value == LY_SYM(True) || n->value == LY_SYM(False)) return boolean;
        return refused(s, n, "a constant that is no machine number");
    case OP_LOCAL:
    case OP_SYMBOL: {
        if (n->op == OP_SYMBOL && (n->value == LY_SYM(True) || n->value == LY_SYM(False))) return boolean;
        kernel_variable *x = variable_of(s, n);
        if (!x) return none;
        if (x->forked) return refused(s, n, "a future that is not awaited");
        if (x->type.rank) return refused(s, n, "a whole array");
        return x->type;
    }
    case OP_PRIMITIVE: return check_primitive(s, n);
    case OP_APPLY: return n->forks ? check_await(s, n) : check_apply(s, n);
    case OP_CALL: return check_call(s, n);
    case OP_AND:
    case OP_OR:
    case OP_NOT:
        for (uint32_t i = 0; i < n->count; i++) {
            a = check(s, n->kids[i]);
            if (is_none(a)) return none;
            if (a.base != TYPE_BOOL) return refused(s, n, "logic on what is not True or False");
        }
        return boolean;
    case OP_SWITCH:
        if (!check_forms(s, n)) return none;
        for (uint32_t i = 2; i < n->count; i += 2) {
            b = check(s, n->kids[i]);
            if (is_none(b)) return none;
            if (i > 2 && !same(a, b)) return refused(s, n, "branches of different types");
            a = b;
        }
        return a;
    case OP_IF:
        if (!n->kids[1] || !n->kids[2]) return refused(s, n, "If without a value");
        if (is_none(check(s, n->kids[0]))) return none;
        if (n->kids[0]->type.base != TYPE_BOOL) return refused(s, n, "a test that is not True or False");
        a = check(s, n->kids[1]);
        b = is_none(a) ? none : check(s, n->kids[2]);
        if (is_none(b)) return none;
        if ((a.base == TYPE_RATIO || b.base == TYPE_RATIO) && (is_scalar(a, TYPE_INT) || is_scalar(b, TYPE_INT)))
            return integer; /* a quotient that is an integer */
        if (!same(a, b)) return refused(s, n, "branches of different types");
        return a;
    default: return refused(s, n, "an expression without a typed form");
    }
}

static type check(search *s, node *n)
{
    bool elements = s->elements;
    if (elements && is_stream(n)) return n->type = check_element(s, n);
    s->elements = false;
    n->type = is_pure_number(n) ? check_pure_number(s, n) : check_node(s, n);
    s->elements = elements;
    return n->type;
}

type check_typed(search *s, node *n) { return check(s, n); }
type check_plain(search *s, node *n) { return check_node(s, n); }
type refuse_typed(search *s, const node *n, const char *why) { return refused(s, n, why); }
