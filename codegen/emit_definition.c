/* emit_definition.c: definitions as C functions: a decision tree over the arguments for each number of
   arguments, its leaves the right sides of rules.

   The rules are tried in their order of application; what a pattern asks of an argument is asked before
   anything is taken from it, so that the next rule finds the arguments whole. A rule of a symbol that
   is not compiled whole becomes a function of its variables, which the matcher calls. */
#include <stdarg.h>
#include <string.h>

#include "codegen/pattern.h"

/* ---- rules as leaves of the tree */

/* Any number of arguments, all of them owned, on the stack of what is owned. */
static const char ARGUMENTS[] = "*ly_release_all(cx, count, arguments)";

static void emit_rule_comment(frame *f, rule *r)
{
    ly_text text = {0};
    emit_comment_text(f->e, &text, r->statement);
    statement *s = f->e->p->statements[r->place];
    const char *path = f->e->p->units[s->unit]->path, *slash = strrchr(path, '/');
    line(f, "/* %s    %s:%u */", text.data, slash ? slash + 1 : path, s->line);
    ly_text_free(&text);
}

/* A variable that stands for a part begins: it holds the part, or borrows it from the argument. */
static void begin_part(frame *f, binding *b, bool borrowed)
{
    local *v = b->local;
    v->name = NULL;
    if (b->sequence) {
        line(f, "ly_value %s = %s;", local_text(f, v), b->path);
        fail_if(f, "ly_failed(%s)", v->name);
    } else {
        line(f, borrowed ? "ly_value %s = %s;" : "ly_value %s = ly_retain(%s);", local_text(f, v), b->path);
    }
    v->borrowed = borrowed;
    v->branches = f->branches;
    if (!borrowed || b->sequence) own(f, v->name);
}

bool code_mentions(const node *n, const local *v)
{
    if (!n) return false;
    if (n->local == v || n->local2 == v) return true;
    for (uint32_t i = 0; i < n->use_count; i++)
        if (n->uses[i] == v) return true;
    for (uint32_t i = 0; i < n->count; i++)
        if (code_mentions(n->kids[i], v)) return true;
    return false;
}

/* The variables get their values; the arguments that are not variables themselves are dropped. */
static void emit_bindings(frame *f, matching *m, uint32_t fresh)
{
    uint32_t count = f->arity->any ? 0 : f->arity->count;
    bool *kept = program_alloc(f->e->p, count + 1);
    for (uint32_t i = 0; i < m->count; i++) {
        binding *b = &m->bindings[i];
        if (b->whole && !kept[b->argument]) {
            b->local->name = f->parameters[b->argument];
            b->local->branches = f->branches;
            kept[b->argument] = true;
        }
        b->local->fresh = fresh;
    }
    bool *opened = program_alloc(f->e->p, count + 1);
    for (uint32_t i = 0; i < count; i++) opened[i] = !kept[i] && emit_open(m, i);
    for (uint32_t i = 0; i < m->count; i++) {
        binding *b = &m->bindings[i];
        if (!b->whole && (f->arity->any || !opened[b->argument]) && code_mentions(m->r->function->body, b->local))
            begin_part(f, b, false);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (kept[i] || opened[i]) continue;
        ly_value e = ly_expr_of(m->r->call)->args[i];
        /* a symbol or machine integer needs no release */
        if (!ly_is_int(e) && !ly_is_symbol(e)) line(f, "ly_release_matched(cx, %s);", f->parameters[i]);
        disown(f, f->parameters[i]);
    }
    if (f->arity->any) {
        line(f, "ly_release_all(cx, count, arguments);");
        disown(f, ARGUMENTS);
    }
}

/* Variables for what is asked before the rule is chosen: parts stay where they are. A condition at the end
   of the right side is asked by all of it. */
static void borrow_bindings(frame *f, matching *m)
{
    for (uint32_t i = 0; i < m->count; i++) {
        binding *b = &m->bindings[i];
        const function *fn = m->r->function;
        bool asked = code_mentions(fn->condition, b->local) || (fn->inner_condition && code_mentions(fn->body, b->local));
        if (b->whole) b->local->name = f->parameters[b->argument];
        else if (asked) begin_part(f, b, true);
        b->local->fresh = f->epoch;
    }
}

/* if (c is not LY_TRUE) the next rule: what was made for this one is dropped. */
static void next_unless(frame *f, const char *c)
{
    if (strcmp(c, "LY_TRUE") == 0) return;
    if (!f->next) { /* a rule on its own: the matcher goes on */
        line(f, "cx->looked++;");
        open_block(f, "if (%s != LY_TRUE)", c);
        release_owned(f, 0, NULL);
        line(f, "return LY_UNEVALUATED;");
        close_block(f);
        return;
    }
    f->next_used = true;
    if (f->owned_count == f->arguments) {
        line(f, "if (%s != LY_TRUE) goto %s;", c, f->next);
        return;
    }
    open_block(f, "if (%s != LY_TRUE)", c);
    release_owned(f, f->arguments, NULL);
    line(f, "goto %s;", f->next);
    close_block(f);
}

void emit_condition_inside(frame *f, node *n, place place, const char *to)
{
    next_unless(f, emit_test(f, n->kids[1]));
    emit_placed(f, n->kids[0], place, to);
}

static void emit_tests(frame *f, matching *m, node *condition)
{
    for (uint32_t i = 0; i < m->test_count; i++) {
        const char *c = temp_name(f, "c");
        line(f, "int %s = ly_test_call1(cx, %s, %s);", c, emit_word(f->e, m->tests[i].test), m->tests[i].path);
        fail_if(f, "%s < 0", c);
        next_unless(f, c);
    }
    if (condition) next_unless(f, emit_test(f, condition));
}

/* True: no rule behind this one can apply. known: an argument compared already, or -1. */
static bool emit_leaf(frame *f, rule *r, int known)
{
    matching m = {.f = f, .r = r, .known = known};
    function *fn = r->function;
    uint32_t labels = f->labels + 1;
    f->labels = labels;
    f->next = program_text(f->e->p, "next_%u", labels);
    f->next_used = false;
    f->f = fn;
    match_call(&m, f->parameters, f->arity->any);
    emit_rule_comment(f, r);
    bool asks = m.condition.count > 0, conditional = fn->condition || m.test_count;
    if (asks) open_block(f, "if (%s)", m.condition.data);
    else open_plain_block(f);
    uint32_t owned = f->owned_count;
    const char **saved = program_alloc(f->e->p, (owned + 1) * sizeof *saved);
    if (owned) memcpy(saved, f->owned, owned * sizeof *saved);
    f->arguments = owned;
    f->cell_count = 0;
    if (fn->inner_condition) {
        /* the next rule may want the arguments whole: they live until this one is done */
        borrow_bindings(f, &m);
        emit_tests(f, &m, fn->condition);
        emit_return(f, fn->body);
    } else {
        if (conditional) {
            borrow_bindings(f, &m);
            emit_tests(f, &m, fn->condition);
            release_owned(f, f->arguments, NULL);
            f->owned_count = owned;
        }
        emit_bindings(f, &m, conditional ? 0 : f->epoch);
        emit_return(f, fn->body);
    }
    for (uint32_t i = 0; i < m.count; i++) m.bindings[i].local->borrowed = false;
    if (owned) memcpy(f->owned, saved, owned * sizeof *saved);
    f->owned_count = owned;
    close_block(f);
    ly_text_free(&m.condition);
    if (f->next_used) {
        f->indent--;
        line(f, "%s:;", f->next);
        f->indent++;
    }
    return !asks && !conditional && !fn->inner_condition;
}

/* ---- definitions */

static const char *parameter_name(frame *f, definition *d, arity *a, uint32_t i)
{
    for (uint32_t k = 0; k < d->rule_count; k++) {
        const rule *r = d->rules[k];
        ly_value e = ly_expr_of(r->call)->count == a->count ? ly_expr_of(r->call)->args[i] : LY_FAILED;
        while (ly_has_shape(e, LY_SYM(PatternTest), 2)) e = ly_expr_of(e)->args[0];
        if (ly_has_shape(e, LY_SYM(Pattern), 2)) return local_name(f, ly_symbol_name(ly_expr_of(e)->args[0]));
    }
    return program_text(f->e->p, "a%u", i + 1);
}

/* The form that a rule's argument must have, without its name and tests; LY_FAILED: another number of them. */
static ly_value form_of(const rule *r, const arity *a, uint32_t i)
{
    ly_value e = ly_expr_of(r->call)->count == a->count ? ly_expr_of(r->call)->args[i] : LY_FAILED;
    while (ly_has_shape(e, LY_SYM(PatternTest), 2) || ly_has_shape(e, LY_SYM(Pattern), 2) || ly_has_shape(e, LY_SYM(HoldPattern), 1))
        e = ly_expr_of(e)->args[ly_expr_of(e)->head == LY_SYM(Pattern)];
    return e;
}

/* Some rule takes this argument apart whatever its head is. */
static bool opens_any(const definition *d, const arity *a, uint32_t i)
{
    for (uint32_t k = 0; k < d->rule_count; k++) {
        ly_value e = form_of(d->rules[k], a, i);
        if (ly_is_expr(e) && ly_is_expr(ly_expr_of(e)->head)) return true;
    }
    return false;
}

/* Some rule takes this argument apart as a list. */
static bool opens_list(const definition *d, const arity *a, uint32_t i)
{
    for (uint32_t k = 0; k < d->rule_count; k++)
        if (ly_has_head(form_of(d->rules[k], a, i), LY_SYM(List))) return true;
    return opens_any(d, a, i);
}

/* The rules of these arguments in their order, from rule k on, that ask one argument for a machine
   integer; how many, behind *at. */
static uint32_t integers_from(const definition *d, const arity *a, uint32_t k, uint32_t *at)
{
    for (uint32_t i = 0; i < a->count; i++) {
        uint32_t n = 0;
        for (; k + n < d->rule_count; n++) {
            const rule *r = d->rules[k + n];
            if (ly_expr_of(r->call)->count != a->count || !integer_asked(r, i)) break;
        }
        *at = i;
        if (n > 2) return n;
    }
    return 0;
}

/* n rules from rule k on as a switch over one argument; those of the same integer keep their order. */
static void emit_integers(frame *f, definition *d, uint32_t k, uint32_t n, uint32_t at)
{
    bool *done = program_alloc(f->e->p, n);
    open_block(f, "switch (%s)", f->parameters[at]);
    for (uint32_t i = 0; i < n; i++) {
        if (done[i]) continue;
        ly_value asked = integer_asked(d->rules[k + i], at);
        f->indent--;
        line(f, "case %s:", emit_word(f->e, asked));
        f->indent++;
        bool ended = false;
        for (uint32_t j = i; j < n; j++) {
            if (done[j] || integer_asked(d->rules[k + j], at) != asked) continue;
            done[j] = true;
            if (!ended) ended = emit_leaf(f, d->rules[k + j], (int)at);
        }
        if (!ended) line(f, "break;");
    }
    close_block(f);
}

/* Rules in order; gives whether the last one applies to whatever comes. */
static bool emit_rules(frame *f, definition *d, arity *a)
{
    for (uint32_t i = 0; i < d->rule_count; i++) {
        rule *r = d->rules[i];
        uint32_t at, n = a->any ? 0 : integers_from(d, a, i, &at);
        if (n) {
            emit_integers(f, d, i, n, at);
            i += n - 1;
        } else if (a->any || ly_expr_of(r->call)->count == a->count) {
            if (emit_leaf(f, r, -1)) return true;
        }
    }
    return false;
}

static bool asks_tests(const definition *d, const arity *a)
{
    for (uint32_t i = 0; i < d->rule_count; i++)
        if ((a->any || ly_expr_of(d->rules[i]->call)->count == a->count) && d->rules[i]->asks) return true;
    return false;
}

static void emit_tree(emitter *e, definition *d, arity *a)
{
    frame f = {.e = e, .out = &e->functions, .rule = true, .definition = d, .arity = a, .epoch = 1};
    bool returns = e->p->open_world; /* code made from text may say Return[value, this symbol] */
    ly_text parameters = {0}, types = {0}, names = {0}, odd = {0};
    const char **list = program_alloc(e->p, (a->count + 1) * sizeof *list);
    f.names = name_table_new(e->p);
    f.parameters = list;
    local_name(&f, "v"); /* what stands around the body has these for its own */
    local_name(&f, "around");
    for (uint32_t i = 0; i < a->count; i++) {
        list[i] = parameter_name(&f, d, a, i);
        ly_text_printf(&parameters, ", ly_value %s", list[i]);
        ly_text_puts(&types, ", ly_value");
        ly_text_printf(&names, "%s%s", i ? ", " : "", list[i]);
        ly_text_printf(&odd, " || ly_has_up_values(cx, %s)", list[i]);
        own(&f, list[i]);
    }
    if (a->any) {
        local_name(&f, "count");
        local_name(&f, "arguments");
        ly_text_puts(&parameters, ", uint32_t count, const ly_value *arguments");
        ly_text_puts(&odd, " || ly_have_up_values(cx, count, arguments)");
        own(&f, ARGUMENTS);
    }
    ly_text_printf(&e->prototypes, "static ly_value %s(ly_context *cx%s);\n", a->name,
                   parameters.data ? parameters.data : "");
    ly_text body = {0};
    f.out = &body;
    f.indent = 1;
    const char *symbol = emit_symbol(e, d->symbol);
    const char *all = a->any ? "count, arguments"
                    : a->count ? program_text(e->p, "%u, (ly_value[]){%s}", a->count, names.data) : "0, NULL";
    line(&f, "if (ly_unusual(cx, first_entry + entry_%s, %u)%s)", d->name, d->deepest, odd.data ? odd.data : "");
    f.indent++;
    line(&f, "return ly_call_slowly(cx, %s, %s);", symbol, all);
    f.indent--;
    emit_attempts(&f, d, a);
    for (uint32_t i = 0; i < a->count; i++) {
        if (!opens_list(d, a, i)) continue;
        if (opens_any(d, a, i)) {
            line(&f, "if (ly_is_association(%s))", list[i]);
            f.indent++;
            line(&f, "return ly_call_by_rules(cx, %s, %s);", symbol, all);
            f.indent--;
        }
        line(&f, "%s = ly_unpack_take(cx, %s);", list[i], list[i]);
        fail_if(&f, "ly_failed(%s)", list[i]);
    }
    if (!emit_rules(&f, d, a))
        line(&f, "return ly_unmatched(cx, %s, %s, %s);", symbol, asks_tests(d, a) ? "true" : "false", all);
    const char *function = a->name;
    if (f.around_used || returns) {
        const char *inside = function = emit_identifier(e, a->name, "_inside");
        const char *kind = f.around_used ? "static inline" : "static", *around = f.around_used ? ", ly_value *around" : "";
        const char *list = parameters.data ? parameters.data : "", *given = a->any ? "count, arguments" : names.data;
        ly_text_printf(&e->functions, "\n%s ly_value %s(ly_context *cx%s%s);", kind, inside, list, around);
        ly_text_printf(&e->functions, "\nstatic ly_value %s(ly_context *cx%s)\n{\n    ly_value %sv = %s(cx%s%s%s);\n",
                       a->name, list, f.around_used ? "around = LY_FAILED, " : "", inside, given ? ", " : "",
                       given ? given : "", f.around_used ? ", &around" : "");
        if (returns) ly_text_printf(&e->functions, "    if (ly_failed(v)) v = ly_returned(cx, %s);\n", symbol);
        ly_text_printf(&e->functions, "    return %s;\n}\n", f.around_used ? "around ? ly_close_around(cx, around, v) : v" : "v");
        if (f.around_used) ly_text_puts(&e->functions, "/* around: constructors whose last argument is this call's value */");
        ly_text_printf(&e->functions, "\n%s ly_value %s(ly_context *cx%s%s)\n{\n", kind, inside, list, around);
    } else {
        ly_text_printf(&e->functions, "\nstatic ly_value %s(ly_context *cx%s)\n{\n", a->name,
                       parameters.data ? parameters.data : "");
    }
    if (f.again_used) ly_text_puts(&e->functions, "again:;\n");
    ly_text_puts(&e->functions,
                 emit_tier(e, function, program_text(e->p, "ly_value (*)(ly_context *%s%s)",
                                                     a->any ? ", uint32_t, const ly_value *" : types.data ? types.data : "",
                                                     f.around_used ? ", ly_value *" : ""),
                           program_text(e->p, "cx%s%s%s", a->any ? ", count, arguments" : names.data ? ", " : "",
                                        !a->any && names.data ? names.data : "", f.around_used ? ", around" : "")));
    ly_text_add(&e->functions, body.data, body.count);
    ly_text_puts(&e->functions, "}\n");
    ly_text_free(&body);
    ly_text_free(&parameters);
    ly_text_free(&types);
    ly_text_free(&names);
    ly_text_free(&odd);
}

/* How the evaluator enters: with the arguments in an array. */
static void emit_entry(emitter *e, definition *d)
{
    const char *name = emit_identifier(e, d->name, "_entry");
    ly_text_printf(&e->functions,
                   "\nstatic ly_value %s(ly_context *cx, uint32_t count, const ly_value *arguments)\n{\n", name);
    if (d->any) {
        ly_text_printf(&e->functions, "    return %s(cx, count, arguments);\n}\n", d->arities[0]->name);
    } else {
        if (d->arity_count == 1 && d->arities[0]->count == 0) ly_text_puts(&e->functions, "    (void)arguments;\n");
        ly_text_puts(&e->functions, "    switch (count) {\n");
    }
    for (uint32_t i = 0; i < d->arity_count && !d->any; i++) {
        const arity *a = d->arities[i];
        ly_text_printf(&e->functions, "    case %u: return %s(cx", a->count, a->name);
        for (uint32_t k = 0; k < a->count; k++) ly_text_printf(&e->functions, ", arguments[%u]", k);
        ly_text_puts(&e->functions, ");\n");
    }
    if (!d->any) ly_text_puts(&e->functions, "    default: return LY_UNEVALUATED;\n    }\n}\n");
    ly_text_printf(&e->functions, "static const uint32_t %s_rules[] = {", name);
    for (uint32_t i = 0; i < d->rule_count; i++)
        ly_text_printf(&e->functions, "%s%u", i ? ", " : "", d->rules[i]->index);
    ly_text_puts(&e->functions, "};\n");
    ly_text_printf(&e->entry_rows, "    {&%s, %s, 0, %u, %u, %s_rules},\n", emit_symbol(e, d->symbol), name,
                   d->deepest, d->rule_count, name);
}

/* A rule on its own, for the matcher: variables borrowed, in an array. */
static const char *emit_body(emitter *e, rule *r, uint32_t number)
{
    ly_text body = {0};
    frame f = {.e = e, .f = r->function, .out = &e->functions, .rule = true, .lazy = true};
    const char *name = r->name ? r->name : emit_identifier(e, r->definition->name, program_text(e->p, "_rule%u", number));
    f.names = name_table_new(e->p);
    ly_text_putc(f.out, '\n');
    emit_rule_comment(&f, r);
    line(&f, "static ly_value %s(ly_context *cx, const ly_value *variables)", name);
    line(&f, "{");
    ly_text_puts(f.out, emit_tier(e, name, "ly_value (*)(ly_context *, const ly_value *)", "cx, variables"));
    f.out = &body;
    f.indent++;
    if (!r->variable_count && !r->captured_count) line(&f, "(void)variables;");
    for (uint32_t i = 0; i < r->variable_count; i++) {
        local *v = r->variables[i].local;
        line(&f, "ly_value %s = ly_retain(variables[%u]);", local_text(&f, v), i);
        own(&f, v->name);
    }
    /* behind the variables comes the right side, and in it what the definition had from around */
    for (uint32_t i = 0; i < r->captured_count; i++) {
        local *v = r->captured[i]->local;
        line(&f, "ly_value %s = ly_retain(ly_inside(variables[%u], %s_path%u));", local_text(&f, v),
             r->variable_count, r->name, i);
        own(&f, v->name);
    }
    /* held arguments, and those under Unevaluated, come as they are: every use evaluates */
    f.epoch = 1;
    f.held = true;
    f.next = NULL;
    if (r->function->condition && !r->condition) {
        next_unless(&f, emit_test(&f, r->function->condition));
    }
    emit_return(&f, r->function->body);
    put_body(e, &body);
    return name;
}

/* A definition inside code: its body, and where that finds what it has from the code around. */
static void emit_inner_rule(emitter *e, rule *r)
{
    r->name = emit_identifier(e, ly_symbol_name(r->definition->symbol), "_inner");
    ly_text rows = {0};
    for (uint32_t i = 0; i < r->captured_count; i++) {
        const captured *c = r->captured[i];
        ly_text_printf(&e->functions, "%sstatic const short %s_path%u[] = {", i ? "" : "\n", r->name, i);
        for (uint32_t k = 0; k < c->depth; k++) ly_text_printf(&e->functions, "%d, ", c->path[k]);
        ly_text_puts(&e->functions, "LY_PATH_END};\n");
        ly_text_printf(&rows, "    {&%s, %s_path%u},\n", emit_symbol(e, c->local->symbol), r->name, i);
    }
    if (rows.count) {
        ly_text_putc(&rows, 0);
        ly_text_printf(&e->functions, "static const ly_module_captured %s_captured[] = {\n%s};\n", r->name, rows.data);
    }
    ly_text_free(&rows);
    const char *name = emit_body(e, r, 0);
    ly_text_printf(&e->rule_rows, "    {UINT32_MAX, %u, &%s, 0, 0, %s, %u, %u, ", r->deepest,
                   emit_symbol(e, r->definition->symbol), name, r->variable_count, r->captured_count);
    ly_text_printf(&e->rule_rows, r->captured_count ? "%s_captured},\n" : "NULL},\n", r->name);
}

void emit_definitions(emitter *e)
{
    program *p = e->p;
    uint32_t rules = 0;
    /* names first: calls come before what they call */
    for (definition *d = p->definitions; d; d = d->next) {
        if (!d->rule_count) continue;
        d->name = emit_identifier(e, "", ly_symbol_name(d->symbol));
        if (!d->direct) continue;
        d->entry = e->entry_count++;
        for (uint32_t i = 0; i < d->arity_count; i++)
            d->arities[i]->name = d->arity_count == 1 ? d->name
                : emit_identifier(e, d->name, program_text(p, "_%u", d->arities[i]->count));
    }
    for (definition *d = p->definitions; d; d = d->next) {
        const char *name = NULL;
        if (!d->rule_count) continue;
        if (d->direct) {
            for (uint32_t i = 0; i < d->arity_count; i++) emit_tree(e, d, d->arities[i]);
            emit_entry(e, d);
        }
        for (uint32_t i = 0; i < d->rule_count; i++) {
            rule *r = d->rules[i];
            name = r->function && !d->direct ? emit_body(e, r, i + 1) : "NULL";
            const char *lhs = emit_word(e, r->lhs), *rhs = emit_word(e, r->rhs);
            ly_text_printf(&e->rule_rows, "    {%u, %u, &%s, ", d->direct ? d->entry : UINT32_MAX, r->deepest,
                           emit_symbol(e, d->symbol));
            ly_text_printf(&e->rule_rows, "%s, %s, %s, 0, 0, NULL},\n", lhs[0] == 'L' ? lhs : "0", rhs[0] == 'L' || rhs[0] == '0' ? rhs : "0", name);
            if (rhs[0] != 'L' && rhs[0] != '0') {
                ly_text_printf(&e->patch_rows, "    {&rules[%u].rhs, &%s},\n", rules, rhs);
                e->patch_count++;
            }
            rules++;
        }
    }
    for (uint32_t i = 0; i < p->inner_rule_count; i++, rules++) emit_inner_rule(e, p->inner_rules[i]);
    e->rule_count = rules;
}
