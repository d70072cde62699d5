/* emit_clone.c: clones: definitions as C functions of unboxed numbers, and calls of them.

   NAME(cx, arguments, levels, steps) gives an int64_t, a double or an int (a truth), and for trouble of any
   kind a value that stands for none: LY_NO_INT, not a number, LY_NO_TRUTH; a deep one: ly_give_up. levels: how deep calls may still
   nest, where they recurse; steps: of rewriting so far, where a tail call goes on counting. */
#include <string.h>

#include "codegen/kernel.h"

static const char *c_type(type t)
{
    return t.base == TYPE_INT ? "int64_t" : t.base == TYPE_BOOL ? "int" : "double";
}

const char *clone_nothing(const typed_clone *c)
{
    if (c->deep) return "ly_give_up(cx)";
    return c->result.base == TYPE_INT ? "LY_NO_INT" : c->result.base == TYPE_BOOL ? "LY_NO_TRUTH" : "LY_NO_REAL";
}

/* C condition: the value that a clone has just given stands for none. */
static const char *is_nothing(frame *f, const typed_clone *c, const char *value)
{
    if (c->deep) return "ly_gave_up(cx)";
    if (c->result.base == TYPE_REAL) return text(f, "%s != %s", value, value);
    return text(f, "%s == %s", value, clone_nothing(c));
}

/* ---- what is given back */

static void emit_result(kernel_text *t, node *n);

static void emit_again(kernel_text *t, node *n)
{
    frame *f = &t->f;
    const char *values[16];
    typed_clone *c = t->clone;
    for (uint32_t i = 0; i < n->count; i++) {
        const char *value = clone_argument(t, c, i, n->kids[i]);
        values[i] = temp_name(f, "a");
        line(f, "%s %s = %s;", c_type(c->arguments[i]), values[i], value);
    }
    leave_if(t, "(steps += %u) > cx->iteration_limit", n->steps);
    for (uint32_t i = 0; i < n->count; i++) line(f, "%s = %s;", t->parameters[i], values[i]);
    line(f, "goto again;");
}

static void emit_result(kernel_text *t, node *n)
{
    frame *f = &t->f;
    typed_clone *c = t->clone;
    if (n->op != OP_LET || (n->kids[0] && awaits(n->kids[0]))) join_branches(t);
    switch (n->op) {
    case OP_SEQUENCE:
        for (uint32_t i = 0; i + 1 < n->count; i++) emit_statement(t, n->kids[i]);
        emit_result(t, n->kids[n->count - 1]);
        return;
    case OP_LET:
        if (n->kids[0] && n->kids[0]->forks) emit_fork(t, n);
        else emit_typed_let(t, n);
        emit_result(t, n->kids[1]);
        return;
    case OP_IF: {
        const char *condition = emit_condition(t, n->kids[0]);
        open_block(f, "if (%s)", condition);
        emit_result(t, n->kids[1]);
        close_block(f);
        emit_result(t, n->kids[2]);
        return;
    }
    case OP_TEMPLATE: emit_result(t, n->plain); return;
    case OP_CALL:
        if (n->tail && n->clone == c && c->again) {
            emit_again(t, n);
            return;
        }
        if (n->tail && n->depth == 0 && n->clone->deep == c->deep) {
            line(f, "return %s;", clone_call(t, n));
            return;
        }
        break;
    default: break;
    }
    unboxed v = emit_unboxed(t, n);
    if (v.exact) leave_if(t, "%s", v.exact);
    line(f, "return %s;", c->result.base == TYPE_INT ? as_int(t, v) : c->result.base == TYPE_BOOL ? v.text : as_real(t, v, true));
}

/* ---- rules */

static void test_argument(kernel_text *t, ly_text *all, ly_value e, const char *name, type kind)
{
    while (ly_has_shape(e, LY_SYM(Pattern), 2)) e = ly_expr_of(e)->args[1];
    const char *test = NULL;
    frame *f = &t->f;
    if (ly_is_int(e)) {
        test = text(f, "%s == %lld", name, (long long)ly_int_of(e));
    } else if (ly_has_shape(e, LY_SYM(PatternTest), 2)) {
        test_argument(t, all, ly_expr_of(e)->args[0], name, kind);
        ly_value asked = ly_expr_of(e)->args[1];
        const char *relation = asked == LY_SYM(Positive) ? ">" : asked == LY_SYM(Negative) ? "<"
                             : asked == LY_SYM(NonNegative) ? ">=" : asked == LY_SYM(NonPositive) ? "<=" : NULL;
        if (relation) test = text(f, "%s %s 0", name, relation);
        else if (asked == LY_SYM(EvenQ)) test = text(f, "!(%s & 1)", name);
        else if (asked == LY_SYM(OddQ)) test = text(f, "(%s & 1)", name);
    }
    if (test) ly_text_printf(all, "%s%s", all->count ? " && " : "", test);
}

/* The same variable for two arguments: they must be the same. */
static void test_variables(kernel_text *t, ly_text *all, const clone_rule *r)
{
    for (uint32_t i = 0; i < t->clone->argument_count; i++)
        for (uint32_t k = i + 1; k < t->clone->argument_count; k++)
            if (r->parameters[i] && r->parameters[i] == r->parameters[k])
                ly_text_printf(all, "%s%s == %s", all->count ? " && " : "", t->parameters[i], t->parameters[k]);
}

/* True: no rule behind this one can apply. */
static bool emit_rule(kernel_text *t, clone_rule *r)
{
    frame *f = &t->f;
    ly_text tests = {0}, comment = {0};
    const ly_expr *call = ly_expr_of(r->rule->call);
    const char *next = text(f, "next_%u", ++f->labels);
    for (uint32_t i = 0; i < call->count; i++) test_argument(t, &tests, call->args[i], t->parameters[i], t->clone->arguments[i]);
    test_variables(t, &tests, r);
    emit_comment_text(f->e, &comment, r->rule->statement);
    line(f, "/* %s */", comment.data);
    ly_text_free(&comment);
    bool asks = tests.count > 0, conditional = r->condition != NULL;
    if (asks) open_block(f, "if (%s)", tests.data);
    else open_plain_block(f);
    ly_text_free(&tests);
    if (conditional) {
        const char *condition = emit_condition(t, r->condition);
        line(f, "if (!(%s)) goto %s;", condition, next);
    }
    emit_result(t, r->body);
    close_block(f);
    if (conditional) {
        f->indent--;
        line(f, "%s:;", next);
        f->indent++;
    }
    return !asks && !conditional;
}

/* ---- the function */

static const char *parameter_name(frame *f, const typed_clone *c, uint32_t i)
{
    for (uint32_t k = 0; k < c->rule_count; k++)
        if (c->rules[k].parameters[i]) return local_name(f, ly_symbol_name(c->rules[k].parameters[i]->symbol));
    return text(f, "a%u", i + 1);
}

/* The kernel variable is an argument: it has its name. */
static bool is_parameter(kernel_text *t, kernel_variable *x)
{
    for (uint32_t i = 0; i < t->clone->rule_count; i++)
        for (uint32_t k = 0; k < t->clone->argument_count; k++)
            if (t->clone->rules[i].parameters[k] == x->local) {
                x->name = t->parameters[k];
                return true;
            }
    return false;
}

static void declare_variables(kernel_text *t)
{
    frame *f = &t->f;
    for (uint32_t i = 0; i < t->k->variable_count; i++) {
        kernel_variable *x = t->k->variables[i];
        if (is_parameter(t, x)) continue;
        x->name = typed_variable_name(t, x);
        line(f, "%s %s = 0;", x->type.base == TYPE_BOOL ? "bool" : c_type(x->type), x->name);
        if (x->type.base == TYPE_MIXED) line(f, "bool %s_exact = false;", x->name);
    }
    for (uint32_t i = 0; i < t->k->range_count; i++) {
        line(f, "uint64_t left_%u = 0;", i);
        line(f, "int64_t at_%u = 0, by_%u = 1;", i, i);
    }
    for (uint32_t i = 0; i < t->clone->rule_count; i++) declare_firsts(t, t->clone->rules[i].body);
}

static void write_clone(emitter *e, typed_clone *c, bool forked)
{
    kernel_text t = {.f = {.e = e, .indent = 1}, .k = &c->k, .clone = c, .forked = forked};
    frame *f = &t.f;
    ly_text body = {0}, parameters = {0}, kinds = {0}, given = {0};
    const char *names[16];
    bool inlined = !c->deep && !c->loops && !c->again;
    f->names = name_table_new(e->p);
    static const char *const reserved[] = {"cx", "levels", "steps", "fork", "b"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) local_name(f, reserved[i]);
    for (uint32_t i = 0; i < c->argument_count; i++) {
        names[i] = parameter_name(f, c, i);
        ly_text_printf(&parameters, ", %s %s", c_type(c->arguments[i]), names[i]);
        ly_text_printf(&kinds, ", %s", c_type(c->arguments[i]));
        ly_text_printf(&given, ", %s", names[i]);
    }
    if (c->deep) {
        ly_text_puts(&parameters, ", int64_t levels");
        ly_text_puts(&kinds, ", int64_t");
        ly_text_puts(&given, ", levels");
    }
    if (c->passes) {
        ly_text_puts(&parameters, ", uint64_t steps");
        ly_text_puts(&kinds, ", uint64_t");
        ly_text_puts(&given, ", steps");
    }
    const char *name = forked ? text(f, "%s_forked", c->name) : c->name;
    if (forked) {
        ly_text_puts(&parameters, ", ly_fork *fork");
        ly_text_puts(&kinds, ", ly_fork *");
        ly_text_puts(&given, ", fork");
    } else {
        c->k.tier = e->tier_count;
    }
    const char *other = inlined ? "" : emit_tier(e, name, text(f, "%s (*)(ly_context *%s)", c_type(c->result), kinds.data ? kinds.data : ""),
                                                 text(f, "cx%s", given.data ? given.data : ""));
    t.parameters = names;
    f->out = &body;
    declare_variables(&t);
    if (c->deep) leave_if(&t, "levels < %u", c->k.need);
    if (c->again) {
        if (!c->passes) line(f, "uint64_t steps = 1;");
        f->indent--;
        line(f, "again:");
        f->indent++;
    }
    if (c->deep || c->again) leave_if(&t, "ly_polled(cx) && !ly_goes_on(cx)");
    if (forked) {
        ly_text arguments = {0};
        for (uint32_t i = 0; i < c->argument_count; i++) ly_text_printf(&arguments, ", %s", names[i]);
        line(f, "if (!ly_fork_goes_on(fork)) return %s(cx%s, levels);", c->name, arguments.data ? arguments.data : "");
        ly_text_free(&arguments);
    }
    bool all = false;
    for (uint32_t i = 0; i < c->rule_count && !all; i++) all = emit_rule(&t, &c->rules[i]);
    if (!all) line(f, "return %s;", clone_nothing(c));
    ly_text_printf(&e->prototypes, "static %s%s %s(ly_context *cx%s);\n", inlined ? "inline " : "", c_type(c->result),
                   name, parameters.data ? parameters.data : "");
    ly_text_printf(&e->kernels, "\nstatic %s%s %s(ly_context *cx%s)\n{\n", inlined ? "inline " : "", c_type(c->result),
                   name, parameters.data ? parameters.data : "");
    if (!c->deep && !c->again) ly_text_puts(&e->kernels, "    (void)cx;\n");
    ly_text_puts(&e->kernels, other);
    ly_text_add(&e->kernels, body.data, body.count);
    ly_text_puts(&e->kernels, "}\n");
    ly_text_free(&body);
    ly_text_free(&parameters);
    ly_text_free(&kinds);
    ly_text_free(&given);
    uint32_t temps = f->temps + (forked ? LY_MOST_WORDS : 0); /* a branch takes more room */
    if (temps > e->clone_temps) e->clone_temps = temps;
}

const char *clone_name(emitter *e, typed_clone *c)
{
    if (c->name) return c->name;
    ly_text kinds = {0};
    for (uint32_t i = 0; i < c->argument_count; i++)
        ly_text_putc(&kinds, c->arguments[i].base == TYPE_INT ? 'i' : c->arguments[i].base == TYPE_REAL ? 'r' : 'b');
    c->name = emit_identifier(e, c->definition->name, program_text(e->p, "_of_%s", kinds.count ? kinds.data : "none"));
    ly_text_free(&kinds);
    write_clone(e, c, false);
    if (has_branches(c)) {
        write_clone(e, c, true);
        write_branch(e, c);
    }
    return c->name;
}

/* ---- calls */

const char *clone_argument(kernel_text *t, const typed_clone *c, uint32_t i, node *n)
{
    unboxed v = emit_unboxed(t, n);
    if (v.exact) leave_if(t, "%s", v.exact);
    return c->arguments[i].base == TYPE_INT ? as_int(t, v) : c->arguments[i].base == TYPE_BOOL ? v.text : as_real(t, v, true);
}

const char *clone_call(kernel_text *t, node *n)
{
    frame *f = &t->f;
    typed_clone *c = n->clone;
    const char *name = clone_name(f->e, c);
    ly_text arguments = {0};
    for (uint32_t i = 0; i < n->count; i++) ly_text_printf(&arguments, ", %s", clone_argument(t, c, i, n->kids[i]));
    bool tail = n->tail && n->depth == 0 && t->clone;
    if (tail) leave_if(t, "(steps += %u) > cx->iteration_limit", n->steps);
    if (c->deep) ly_text_printf(&arguments, ", levels - %u", n->depth ? n->depth : 1);
    if (c->passes) ly_text_puts(&arguments, tail ? ", steps" : ", 1");
    bool forked = t->forked && c == t->clone;
    if (forked) ly_text_puts(&arguments, ", fork");
    const char *call = text(f, "%s%s(cx%s)", name, forked ? "_forked" : "", arguments.data ? arguments.data : "");
    ly_text_free(&arguments);
    return call;
}

unboxed emit_clone_call(kernel_text *t, node *n)
{
    frame *f = &t->f;
    typed_clone *c = n->clone;
    const char *call = clone_call(t, n), *to = temp_name(f, c->result.base == TYPE_INT ? "i" : c->result.base == TYPE_BOOL ? "b" : "d");
    bool counts = c->scopes && !t->clone && !t->parallel;
    if (counts) line(f, "cx->temporary_serial = serials;");
    line(f, "%s %s = %s;", c_type(c->result), to, call);
    if (!t->clone || !c->deep) leave_if(t, "%s", is_nothing(f, c, to));
    if (counts) line(f, "serials = cx->temporary_serial;");
    return (unboxed){.text = to, .type = c->result, .finite = true};
}

/* On the way in: it is for the definitions as they were compiled, and not too near a limit. */
void emit_clone_guards(frame *f, const kernel *k, const char *refused)
{
    definition **list;
    uint32_t count = clone_definitions(f->e->p, k, &list);
    for (uint32_t i = 0; i < count; i++)
        line(f, "if (!ly_relied_on(cx, first_entry + entry_%s)) return %s;", list[i]->name, refused);
    if (k->need) line(f, "if (cx->depth + %u > cx->recursion_limit) return %s;", k->need, refused);
}

/* What deep clones called in it begin with. */
void emit_levels(frame *f, const kernel *k)
{
    bool deep = false;
    for (uint32_t i = 0; i < k->clone_count; i++) deep = deep || k->clones[i]->deep;
    if (deep) line(f, "const int64_t levels = ly_levels(cx, level_size);");
}

bool clones_count_scopes(const kernel *k)
{
    for (uint32_t i = 0; i < k->clone_count; i++)
        if (k->clones[i]->scopes) return true;
    return false;
}

/* ---- the generic function's entry */

static void emit_attempt(frame *f, typed_clone *c, const char *trial)
{
    program *p = f->e->p;
    const char *name = clone_name(f->e, c);
    definition **list;
    kernel itself = {.clone_count = 1, .clones = &c};
    uint32_t count = clone_definitions(p, &itself, &list);
    ly_text asked = {0}, arguments = {0};
    for (uint32_t i = 0; i < c->argument_count; i++) {
        const char *v = f->parameters[i];
        type kind = c->arguments[i];
        ly_text_printf(&asked, kind.base == TYPE_BOOL ? "(%s == LY_SYM(True) || %s == LY_SYM(False)) && "
                             : kind.base == TYPE_INT ? "ly_is_int(%s) && " : "ly_is_real(%s) && ", v, v);
        ly_text_printf(&arguments, kind.base == TYPE_BOOL ? ", %s == LY_SYM(True)" : kind.base == TYPE_INT ? ", ly_int_of(%s)"
                                                                                   : ", ly_real_of(%s)", v);
    }
    if (c->deep) ly_text_puts(&arguments, ", ly_levels(cx, level_size)");
    if (c->passes) ly_text_puts(&arguments, ", cx->iterations");
    else if (c->again) ly_text_puts(&asked, "cx->iterations <= 1 && ");
    ly_text_printf(&asked, "ly_worth_trying(%s)", trial);
    for (uint32_t i = 0; i < count; i++)
        if (list[i] != c->definition) ly_text_printf(&asked, " && ly_relied_on(cx, first_entry + entry_%s)", list[i]->name);
    if (c->k.need > c->definition->deepest)
        ly_text_printf(&asked, " && cx->depth + %u <= cx->recursion_limit", c->k.need);
    open_block(f, "if (%s)", asked.data);
    if (c->scopes) line(f, "uint64_t serials = cx->temporary_serial;");
    if (c->forks) {
        line(f, "ly_fork *fork = ly_fork_enter(cx);");
        line(f, "%s v = fork ? %s_forked(cx%s, fork) : 0;", c_type(c->result), name, arguments.data ? arguments.data : "");
        line(f, "bool none = !fork || ly_gave_up(cx);");
        line(f, "if (fork) ly_fork_leave(fork, none);");
    } else {
        line(f, "%s v = %s(cx%s);", c_type(c->result), name, arguments.data ? arguments.data : "");
        line(f, "bool none = %s;", is_nothing(f, c, "v"));
    }
    line(f, "ly_tried_call(%s, none);", trial);
    open_block(f, "if (!none)");
    for (uint32_t i = 0; i < c->argument_count; i++)
        if (c->arguments[i].base == TYPE_REAL) line(f, "ly_release(cx, %s);", f->parameters[i]);
    line(f, c->result.base == TYPE_INT ? "return ly_boxed_int(cx, v);"
          : c->result.base == TYPE_REAL ? "return ly_real(cx, v);" : "return v ? LY_SYM(True) : LY_SYM(False);");
    close_block(f);
    if (c->scopes) line(f, "cx->temporary_serial = serials;");
    close_block(f);
    ly_text_free(&asked);
    ly_text_free(&arguments);
}

void emit_attempts(frame *f, definition *d, arity *a)
{
    const char *trial = text(f, "&cx->trials[first_entry + entry_%s]", d->name);
    for (typed_clone *c = f->e->p->clones; c; c = c->next)
        if (c->definition == d && d->arities[c->index] == a && c->fits && (c->deep || c->loops || c->again) &&
            (!c->forks || has_branches(c)))
            emit_attempt(f, c, trial);
}
