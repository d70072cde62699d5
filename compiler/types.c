/* types.c: what every variable and expression of the program most likely is.

   needs   functions lowered and analysed
   leaves  local.type, global.type, node.type

   Types flow from literals, iterators and calls through assignments, without regard to order: the type
   of a variable is the join of all that is ever assigned to it, that of a parameter of all arguments of
   the calls that occur. What stays unknown (read at run time, given by an unknown caller) is guessed
   from its uses. So a type is a guess: kernels.c relies on it only where the kernel's own code keeps it
   true, and asks at the kernel's entry for the rest. */
#include <string.h>

#include "compiler/program.h"
#include "eval/eval.h"

typedef struct inference {
    program *p;
    definition *definition;  /* whose rule is being walked */
    bool cloned;             /* its code is a clone's: calls are answered by clones */
    bool changed;
} inference;

static const type nothing = {TYPE_NONE, 0}, integer = {TYPE_INT, 0}, real = {TYPE_REAL, 0},
                  boolean = {TYPE_BOOL, 0}, ratio = {TYPE_RATIO, 0}, anything = {TYPE_ANY, 0};

static bool same(type a, type b) { return a.base == b.base && a.rank == b.rank; }
static bool is_none(type t) { return t.base == TYPE_NONE; }

static type array_of(type t)
{
    if (t.base == TYPE_INT || t.base == TYPE_REAL) return (type){t.base, (uint8_t)(t.rank + 1)};
    return is_none(t) ? nothing : anything;
}

static type element_of(type t) { return t.rank ? (type){t.base, (uint8_t)(t.rank - 1)} : is_none(t) ? t : anything; }

static type join(type a, type b)
{
    if (is_none(a) || same(a, b)) return b;
    if (is_none(b)) return a;
    if (a.rank || b.rank) {
        /* integers here, reals there: each time of one type */
        bool numbers = a.base <= TYPE_MIXED && b.base <= TYPE_MIXED;
        return numbers && a.rank == b.rank ? (type){TYPE_MIXED, a.rank} : anything;
    }
    bool number_a = a.base <= TYPE_RATIO, number_b = b.base <= TYPE_RATIO;
    if (!number_a || !number_b) return anything;
    if (a.base == TYPE_RATIO) return b.base == TYPE_INT ? b : (type){TYPE_MIXED, 0};
    if (b.base == TYPE_RATIO) return a.base == TYPE_INT ? a : (type){TYPE_MIXED, 0};
    return (type){TYPE_MIXED, 0};
}

static void widen(inference *t, type *to, type from)
{
    if (from.base == TYPE_RATIO) from = integer;
    type now = join(*to, from);
    if (same(now, *to)) return;
    *to = now;
    t->changed = true;
}

/* ---- what uses ask for */

static void want(node *n, type wanted)
{
    type *to = n->op == OP_LOCAL ? &n->local->wanted : n->op == OP_SYMBOL && n->global ? &n->global->wanted : NULL;
    if (to && (is_none(*to) || to->rank < wanted.rank)) *to = wanted;
}

static type infer(inference *t, node *n);

static type infer_number(inference *t, node *n)
{
    type found = infer(t, n);
    want(n, integer);
    return found;
}

/* ---- arithmetic */

/* Of a sum or product: of two, then of its value and the next. */
static type arithmetic(type a, type b)
{
    if (is_none(a) || is_none(b)) return is_none(a) ? b : a;
    if (a.base == TYPE_ANY || b.base == TYPE_ANY || a.base == TYPE_BOOL || b.base == TYPE_BOOL) return anything;
    if (a.rank || b.rank) {
        if (a.rank && b.rank && a.rank != b.rank) return anything;
        type_base base = a.base == TYPE_REAL || b.base == TYPE_REAL ? TYPE_REAL : a.base;
        return (type){base, a.rank ? a.rank : b.rank};
    }
    if (a.base == TYPE_REAL || b.base == TYPE_REAL || a.base == TYPE_MIXED || b.base == TYPE_MIXED) return real;
    return a.base == TYPE_INT && b.base == TYPE_INT ? integer : ratio;
}

static bool is_exact(type t) { return is_scalar(t, TYPE_INT) || is_scalar(t, TYPE_RATIO); }

static type divided(type a, type b)
{
    if (is_none(a) || is_none(b)) return is_none(a) ? b : a;
    if (is_exact(a) && is_exact(b)) return ratio;
    return arithmetic(a, b);
}

static type powered(type a, type b, const node *exponent)
{
    if (is_none(a)) return b.base == TYPE_REAL ? real : nothing;
    if (is_scalar(a, TYPE_INT) && exponent->op == OP_CONSTANT && ly_is_int(exponent->value) &&
        ly_int_of(exponent->value) < 0)
        return ratio;
    if (b.rank) return anything;
    if (is_scalar(b, TYPE_RATIO)) return a.base == TYPE_REAL ? a : anything;
    return arithmetic(a, b);
}

static type primitive_type(inference *t, node *n)
{
    type a, b;
    switch (n->primitive) {
    case PRIMITIVE_plus:
    case PRIMITIVE_subtract:
    case PRIMITIVE_times:
    case PRIMITIVE_sum:
    case PRIMITIVE_product:
    case PRIMITIVE_mod:
        a = nothing;
        for (uint32_t i = 0; i < n->count; i++) {
            b = infer_number(t, n->kids[i]);
            a = i ? arithmetic(a, b) : b;
        }
        return a;
    case PRIMITIVE_divide:
        a = infer_number(t, n->kids[0]);
        b = infer_number(t, n->kids[1]);
        return divided(a, b);
    case PRIMITIVE_power:
        a = infer_number(t, n->kids[0]);
        b = infer_number(t, n->kids[1]);
        return powered(a, b, n->kids[1]);
    case PRIMITIVE_quotient:
        infer_number(t, n->kids[0]);
        infer_number(t, n->kids[1]);
        return integer;
    case PRIMITIVE_part:
        a = infer(t, n->kids[0]);
        infer_number(t, n->kids[1]);
        want(n->kids[0], (type){TYPE_INT, 1});
        if (n->kids[0]->op == OP_PRIMITIVE && n->kids[0]->primitive == PRIMITIVE_part)
            want(n->kids[0]->kids[0], (type){TYPE_INT, 2});
        return element_of(a);
    case PRIMITIVE_length:
        infer(t, n->kids[0]);
        return integer;
    case PRIMITIVE_append:
        a = infer(t, n->kids[0]);
        b = infer(t, n->kids[1]);
        return is_none(a) ? array_of(b) : a;
    default: /* tests */
        for (uint32_t i = 0; i < n->count; i++) {
            if (primitives[n->primitive].kind == 't') infer_number(t, n->kids[i]);
            else infer(t, n->kids[i]);
        }
        return boolean;
    }
}

/* ---- built-ins by name: what they give */

static type dimensions(type t, const node *n)
{
    if (n->op == OP_LIST) {
        for (uint32_t i = 0; i < n->count; i++) t = array_of(t);
        return t;
    }
    if (n->op == OP_CONSTANT && ly_has_head(n->value, LY_SYM(List))) {
        for (uint32_t i = 0; i < ly_expr_of(n->value)->count; i++) t = array_of(t);
        return t;
    }
    return array_of(t);
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0) return true;
    return false;
}

static type apply_type(inference *t, node *n)
{
    static const char *const real_functions[] = {
        "Sin", "Cos", "Tan", "ArcSin", "ArcCos", "ArcTan", "Sinh", "Cosh", "Tanh", "Exp", "Log", "Sqrt", "Sec",
        "Csc", "Cot", "ArcSinh", "ArcCosh", "ArcTanh", "Log2", "Log10", "FractionalPart", "Gamma", "Erf", NULL};
    static const char *const integer_functions[] = {
        "Floor", "Ceiling", "Round", "IntegerPart", "BitAnd", "BitOr", "BitXor", "BitNot", "BitShiftLeft",
        "BitShiftRight", "BitLength", "GCD", "LCM", "Boole", "Sign", "IntegerLength", "DigitCount", "StringLength",
        "PowerMod", "Prime", "PrimePi", "Fibonacci", "Factorial", "Binomial", "RandomInteger", "UnitStep",
        "RandomPrime", "IntegerExponent", "ThreadCount", NULL};
    static const char *const tests[] = {"PrimeQ", "NumberQ", "NumericQ", "MemberQ", "Positive", "Negative",
                                        "NonNegative", "NonPositive", "Divisible", "TrueQ", "FreeQ", "MatchQ", NULL};
    static const char *const same_as_first[] = {"Abs", "Min", "Max", "Clip", "Reverse", "Sort", "Accumulate", "Join",
                                                "RotateLeft", "RotateRight", "Take", "Drop", "Rest", "Most",
                                                "Prepend", "Transpose", "Union", NULL};
    const char *name = ly_is_symbol(n->value) ? ly_symbol_name(n->value) : "";
    type first = nothing, all = nothing;
    for (uint32_t i = 0; i < n->count; i++) {
        type found = infer(t, n->kids[i]);
        if (i == 0) first = found;
        all = i ? join(all, found) : found;
    }
    if (strcmp(ly_is_symbol(n->value) ? ly_symbol_of(n->value)->context : "", "System`") != 0) return nothing;
    if (is_one_of(name, real_functions) && is_none(first) && n->count == 1) {
        want(n->kids[0], real);
        return nothing;
    }
    if (is_one_of(name, real_functions)) return first.base == TYPE_REAL ? first : first.base == TYPE_INT ? anything : real;
    if (is_one_of(name, tests)) return boolean;
    if (strcmp(name, "RandomReal") == 0) return n->count < 2 ? real : dimensions(real, n->kids[1]);
    if (strcmp(name, "RandomInteger") == 0) return n->count < 2 ? integer : dimensions(integer, n->kids[1]);
    if (is_one_of(name, integer_functions)) {
        for (uint32_t i = 0; i < n->count; i++) want(n->kids[i], integer);
        return (type){TYPE_INT, first.rank};
    }
    if (strcmp(name, "Min") == 0 || strcmp(name, "Max") == 0) return all.rank ? (type){all.base, 0} : all;
    if (is_one_of(name, same_as_first)) return first;
    if (strcmp(name, "N") == 0) {
        if (n->count && is_none(first)) want(n->kids[0], integer);
        return n->count == 1 ? (type){TYPE_REAL, first.rank} : anything;
    }
    if (strcmp(name, "ConstantArray") == 0 && n->count == 2) return dimensions(first, n->kids[1]);
    if (strcmp(name, "Range") == 0 && n->count) {
        for (uint32_t i = 0; i < n->count; i++) want(n->kids[i], integer);
        return array_of(is_none(all) ? integer : all.base == TYPE_MIXED ? real : all);
    }
    if (strcmp(name, "Total") == 0 || strcmp(name, "First") == 0 || strcmp(name, "Last") == 0)
        return element_of(first);
    if (strcmp(name, "Append") == 0) return first;
    if (strcmp(name, "Part") == 0 && n->count > 1) {
        type found = first;
        for (uint32_t i = 1; i < n->count; i++) {
            want(n->kids[i], integer);
            found = element_of(found);
        }
        want(n->kids[0], (type){TYPE_INT, (uint8_t)(n->count - 1)});
        return found;
    }
    if (strcmp(name, "Dot") == 0 && n->count == 2) {
        type b = n->kids[1]->type;
        if (first.rank && b.rank) return (type){arithmetic(first, b).base, (uint8_t)(first.rank + b.rank - 2)};
        return nothing;
    }
    return nothing;
}

/* ---- calls of the program's own definitions */

static local *parameter_of(const rule *r, uint32_t i)
{
    ly_value e = ly_expr_of(r->call)->args[i];
    while (ly_has_shape(e, LY_SYM(PatternTest), 2)) e = ly_expr_of(e)->args[0];
    if (!ly_has_shape(e, LY_SYM(Pattern), 2)) return NULL;
    for (uint32_t k = 0; k < r->variable_count; k++)
        if (r->variables[k].symbol == ly_expr_of(e)->args[0]) return r->variables[k].local;
    return NULL;
}

/* In a clone, whose own types say which clone is called. */
static type cloned_call_type(inference *t, node *n)
{
    type *arguments = program_alloc(t->p, (n->count + 1) * sizeof *arguments);
    for (uint32_t i = 0; i < n->count; i++) arguments[i] = infer(t, n->kids[i]);
    typed_clone *c = clone_for(t->p, n->definition, n->index, n->count, arguments);
    return c ? c->result : nothing;
}

static type call_type(inference *t, node *n)
{
    definition *d = n->definition;
    if (t->cloned) return cloned_call_type(t, n);
    for (uint32_t i = 0; i < n->count; i++) {
        type found = infer(t, n->kids[i]);
        for (uint32_t k = 0; k < d->rule_count; k++) {
            rule *r = d->rules[k];
            if (!r->function || ly_expr_of(r->call)->count != n->count) continue;
            local *v = parameter_of(r, i);
            if (v) widen(t, &v->type, found);
        }
    }
    return d->result;
}

/* ---- nodes */

static void infer_bounds(inference *t, node *n)
{
    type bounds = nothing;
    for (uint32_t i = 1; i < n->count; i++) {
        node *bound = n->kids[i];
        bool root = bound->op == OP_APPLY && bound->value == LY_SYM(Sqrt) && bound->count == 1;
        type found = infer(t, root ? bound->kids[0] : bound);
        if (n->count > 2 || n->post || n->op != OP_DO) want(root ? bound->kids[0] : bound, integer);
        if (root && is_scalar(found, TYPE_REAL)) found = bound->type = real;
        bounds = i == 1 ? found : arithmetic(bounds, found);
    }
    if (!n->local) return;
    if (n->count == 2) widen(t, &n->local->type, bounds.rank ? element_of(bounds) : integer);
    else widen(t, &n->local->type, is_none(bounds) || bounds.base == TYPE_RATIO ? integer : bounds);
}

static global *global_of(inference *t, ly_value symbol)
{
    symbol_facts *facts = facts_of(t->p, symbol);
    if (facts->global) return facts->global;
    global *g = facts->global = program_alloc(t->p, sizeof *g);
    g->symbol = symbol;
    g->next = t->p->globals;
    t->p->globals = g;
    return g;
}

static type *variable_type(inference *t, node *n)
{
    if (n->local) return &n->local->type;
    if (!n->global) n->global = global_of(t, n->value);
    return &n->global->type;
}

static type constant_type(ly_value v)
{
    if (ly_is_int(v)) return integer;
    if (ly_is_real(v)) return real;
    if (v == LY_SYM(True) || v == LY_SYM(False)) return boolean;
    if (ly_is_packed(v)) return (type){ly_packed_of(v)->type == LY_PACKED_INT64 ? TYPE_INT : TYPE_REAL, ly_packed_of(v)->rank};
    if (ly_has_head(v, LY_SYM(List)) && ly_expr_of(v)->count) {
        type all = constant_type(ly_expr_of(v)->args[0]);
        for (uint32_t i = 1; i < ly_expr_of(v)->count; i++) all = join(all, constant_type(ly_expr_of(v)->args[i]));
        return array_of(all);
    }
    if (v == LY_SYM(Pi) || v == LY_SYM(E)) return anything;
    return anything;
}

static type infer_node(inference *t, node *n)
{
    type found = nothing;
    switch (n->op) {
    case OP_CONSTANT: return constant_type(n->value);
    case OP_LOCAL: return n->local->type;
    case OP_SYMBOL:
        if (n->value == LY_SYM(True) || n->value == LY_SYM(False)) return boolean;
        return *variable_type(t, n);
    case OP_LIST:
        for (uint32_t i = 0; i < n->count; i++) {
            type item = infer(t, n->kids[i]);
            found = i ? join(found, item) : item;
        }
        return array_of(found);
    case OP_CALL: return call_type(t, n);
    case OP_APPLY: return n->forks ? infer(t, n->plain) : apply_type(t, n);
    case OP_PRIMITIVE: return primitive_type(t, n);
    case OP_IF:
        infer(t, n->kids[0]);
        found = n->kids[1] ? infer(t, n->kids[1]) : nothing;
        if (n->kids[2]) found = join(found, infer(t, n->kids[2]));
        if (n->kids[3]) infer(t, n->kids[3]);
        return found;
    case OP_SWITCH:
        for (uint32_t i = 0; i < n->count; i++) {
            type kid = infer(t, n->kids[i]);
            if (i && i % 2 == 0) found = join(found, kid);
        }
        return found;
    case OP_AND:
    case OP_OR:
    case OP_NOT:
        for (uint32_t i = 0; i < n->count; i++) infer(t, n->kids[i]);
        return boolean;
    case OP_SEQUENCE:
    case OP_WHILE:
        for (uint32_t i = 0; i < n->count; i++)
            if (n->kids[i]) found = infer(t, n->kids[i]);
        return n->op == OP_SEQUENCE ? found : anything;
    case OP_DO:
        infer_bounds(t, n);
        infer(t, n->kids[0]);
        return anything;
    case OP_TABLE:
        infer_bounds(t, n);
        return array_of(infer(t, n->kids[0]));
    case OP_TOTAL:
        infer_bounds(t, n);
        return infer(t, n->kids[0]);
    case OP_LET:
        if (n->kids[0]) widen(t, &n->local->type, infer(t, n->kids[0]));
        return infer(t, n->kids[1]);
    case OP_SET_LOCAL:
    case OP_SET_SYMBOL: {
        type *to = variable_type(t, n);
        found = infer(t, n->kids[0]);
        widen(t, to, found);
        return found;
    }
    case OP_STEP: {
        type *to = variable_type(t, n);
        found = infer(t, n->kids[0]);
        widen(t, to, arithmetic(*to, found));
        return *to;
    }
    case OP_SET_PART:
    case OP_STEP_PART: {
        type *to = variable_type(t, n);
        type value = infer(t, n->kids[0]);
        for (uint32_t i = 1; i < n->count; i++) infer_number(t, n->kids[i]);
        if (is_none(*to) && (value.base == TYPE_INT || value.base == TYPE_REAL) && value.rank == 0)
            (n->local ? &n->local->wanted : &n->global->wanted)[0] = (type){value.base, (uint8_t)(n->count - 1)};
        return value;
    }
    case OP_SET_LIST: {
        const node *items = n->kids[0];
        found = infer(t, n->kids[0]);
        for (uint32_t i = 1; i < n->count; i++) {
            bool single = items->op == OP_LIST && items->count + 1 == n->count;
            widen(t, &n->kids[i]->kids[0]->local->type, single ? items->kids[i - 1]->type : element_of(found));
            infer(t, n->kids[i]);
        }
        return found;
    }
    case OP_MAP:
    case OP_SCAN:
    case OP_SELECT:
        found = infer(t, n->kids[0]);
        want(n->kids[0], (type){TYPE_INT, 1});
        widen(t, &n->local->type, element_of(found));
        if (n->op == OP_MAP) return array_of(infer(t, n->kids[1]));
        infer(t, n->kids[1]);
        return n->op == OP_SELECT ? found : anything;
    case OP_FOLD:
        widen(t, &n->local->type, infer(t, n->kids[0]));
        widen(t, &n->local2->type, element_of(infer(t, n->kids[1])));
        want(n->kids[1], (type){TYPE_INT, 1});
        widen(t, &n->local->type, infer(t, n->kids[2]));
        return n->local->type;
    case OP_NEST:
        widen(t, &n->local->type, infer(t, n->kids[0]));
        infer_number(t, n->kids[1]);
        widen(t, &n->local->type, infer(t, n->kids[2]));
        return n->local->type;
    case OP_BLOCK:
    case OP_CATCH:
    case OP_CONDITION:
        for (uint32_t i = n->count; i-- > 0;)
            if (n->kids[i]) found = infer(t, n->kids[i]);
        return n->op == OP_CATCH ? nothing : found;
    case OP_PARALLEL:
        found = infer(t, n->plain);
        return n->value ? element_of(found) : found;
    case OP_TEMPLATE:
        if (n->plain) return infer(t, n->plain);
        return nothing;
    default:
        for (uint32_t i = 0; i < n->count; i++)
            if (n->kids[i]) infer(t, n->kids[i]);
        return nothing;
    }
}

static type infer(inference *t, node *n)
{
    return n->type = infer_node(t, n);
}

/* ---- the whole program */

static void each_function(inference *t, void (*visit)(inference *, function *))
{
    program *p = t->p;
    for (definition *d = p->definitions; d; d = d->next)
        for (uint32_t i = 0; i < d->rule_count; i++) {
            t->definition = d;
            if (d->rules[i]->function) visit(t, d->rules[i]->function);
        }
    t->definition = NULL;
    for (uint32_t i = 0; i < p->inner_rule_count; i++) visit(t, p->inner_rules[i]->function);
    for (uint32_t i = 0; i < p->statement_count; i++)
        if (p->statements[i]->function) visit(t, p->statements[i]->function);
}

static void infer_function(inference *t, function *f)
{
    if (f->condition) infer(t, f->condition);
    type found = infer(t, f->body);
    if (t->definition) widen(t, &t->definition->result, found);
}

static void guess_locals(inference *t, function *f)
{
    for (uint32_t i = 0; i < f->local_count; i++) {
        local *v = f->locals[i];
        if (!is_none(v->type) || is_none(v->wanted)) continue;
        widen(t, &v->type, v->wanted);
        v->guessed = true;
    }
}

/* _Integer, _Real and literal arguments say what a parameter is. */
static void read_patterns(program *p)
{
    for (definition *d = p->definitions; d; d = d->next)
        for (uint32_t k = 0; k < d->rule_count; k++) {
            rule *r = d->rules[k];
            for (uint32_t i = 0; r->function && i < ly_expr_of(r->call)->count; i++) {
                local *v = parameter_of(r, i);
                ly_value e = ly_expr_of(r->call)->args[i];
                while (ly_has_shape(e, LY_SYM(PatternTest), 2)) e = ly_expr_of(e)->args[0];
                if (!v || ly_expr_of(e)->count != 2 || !ly_has_shape(ly_expr_of(e)->args[1], LY_SYM(Blank), 1)) continue;
                ly_value head = ly_expr_of(ly_expr_of(e)->args[1])->args[0];
                if (head == LY_SYM(Integer)) v->type = integer;
                if (head == LY_SYM(Real)) v->type = real;
            }
        }
}

void infer_types(program *p)
{
    inference t = {.p = p};
    enum { ENOUGH = 32 }; /* the lattice is low; this only bounds mistakes */
    read_patterns(p);
    for (int guesses = 0; guesses < 4; guesses++) {
        int rounds = 0;
        do {
            t.changed = false;
            each_function(&t, infer_function);
        } while (t.changed && ++rounds < ENOUGH);
        t.changed = false;
        each_function(&t, guess_locals);
        for (global *g = p->globals; g; g = g->next)
            if (is_none(g->type) && !is_none(g->wanted)) {
                widen(&t, &g->type, g->wanted);
                g->guessed = true;
            }
        if (!t.changed) break;
    }
}

bool infer_clone(program *p, typed_clone *c)
{
    inference t = {.p = p, .cloned = true};
    for (uint32_t i = 0; i < c->rule_count; i++) {
        clone_rule *r = &c->rules[i];
        if (r->condition) infer(&t, r->condition);
        widen(&t, &c->result, infer(&t, r->body));
    }
    return t.changed;
}
