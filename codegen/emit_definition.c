/* emit_definition.c: definitions as C functions: a decision tree over the arguments for each number of
   arguments, its leaves the right sides of rules.

   The rules are tried in their order of application; what a pattern asks of an argument is asked before
   anything is taken from it, so that the next rule finds the arguments whole. A rule of a symbol that
   is not compiled whole becomes a function of its variables, which the matcher calls. */
#include <stdarg.h>
#include <string.h>

#include "codegen/frame.h"
#include "eval/eval.h"

/* ---- patterns */

typedef struct binding {
    local *local;
    const char *path;      /* C expression of the part that it stands for */
    uint32_t argument;
    bool whole;            /* the argument itself */
} binding;

typedef struct matching {
    frame *f;
    rule *r;
    ly_text condition;     /* C tests, joined by && */
    uint32_t count;
    binding bindings[64];
    uint32_t test_count;
    struct { const char *path; ly_value test; } tests[64];
    bool failed;
} matching;

static void require(matching *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void require(matching *m, const char *format, ...)
{
    char room[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(room, sizeof room, format, arguments);
    va_end(arguments);
    ly_text_printf(&m->condition, "%s%s", m->condition.count ? " && " : "", room);
}

static local *variable_of(rule *r, ly_value symbol)
{
    for (uint32_t i = 0; i < r->variable_count; i++)
        if (r->variables[i].symbol == symbol) return r->variables[i].local;
    return NULL;
}

static void bind(matching *m, ly_value symbol, const char *path, uint32_t argument, bool whole)
{
    local *v = variable_of(m->r, symbol);
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->bindings[i].local != v) continue;
        require(m, "ly_test_same(cx, %s, %s)", m->bindings[i].path, path);
        return;
    }
    if (m->count < 64) m->bindings[m->count++] = (binding){v, path, argument, whole};
    else m->failed = true;
}

static void require_head(matching *m, const char *path, ly_value head)
{
    if (head == LY_SYM(Integer)) require(m, "ly_test_integer(cx, %s)", path);
    else if (head == LY_SYM(String)) require(m, "ly_is_string(%s)", path);
    else if (head == LY_SYM(Symbol)) require(m, "ly_is_symbol(%s)", path);
    else if (head == LY_SYM(List)) require(m, "ly_is_list(%s)", path);
    else require(m, "ly_head_is(cx, %s, %s)", path, emit_word(m->f->e, head));
}

static bool has_variable(ly_value e)
{
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Blank) || x->head == LY_SYM(Pattern) || x->head == LY_SYM(PatternTest) ||
        x->head == LY_SYM(HoldPattern))
        return true;
    if (has_variable(x->head)) return true;
    for (uint32_t i = 0; i < x->count; i++)
        if (has_variable(x->args[i])) return true;
    return false;
}

/* s[s[zero]]: nothing but heads that are symbols, and words at the leaves: compared step by step. */
static bool is_small_literal(ly_value e, int depth)
{
    const ly_expr *x = ly_is_expr(e) ? ly_expr_of(e) : NULL;
    if (!x || depth == 0 || !ly_is_symbol(x->head) || x->head == LY_SYM(List) || x->count == 0 || x->count > 2)
        return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (!ly_is_int(x->args[i]) && !ly_is_symbol(x->args[i]) && !is_small_literal(x->args[i], depth - 1))
            return false;
    return true;
}

static void match(matching *m, ly_value pattern, const char *path, uint32_t argument, bool whole)
{
    program *p = m->f->e->p;
    if (!has_variable(pattern) && !is_small_literal(pattern, 4)) {
        const char *word = emit_word(m->f->e, pattern);
        if (ly_is_int(pattern) || ly_is_symbol(pattern)) require(m, "%s == %s", path, word);
        else require(m, "ly_same(%s, %s)", path, word);
        return;
    }
    const ly_expr *x = ly_expr_of(pattern);
    if (x->head == LY_SYM(Blank)) {
        if (x->count) require_head(m, path, x->args[0]);
    } else if (x->head == LY_SYM(Pattern)) {
        match(m, x->args[1], path, argument, whole);
        bind(m, x->args[0], path, argument, whole);
    } else if (x->head == LY_SYM(HoldPattern)) {
        match(m, x->args[0], path, argument, whole);
    } else if (x->head == LY_SYM(PatternTest)) {
        match(m, x->args[0], path, argument, whole);
        if (m->test_count < 64) {
            m->tests[m->test_count].path = path;
            m->tests[m->test_count++].test = x->args[1];
        } else {
            m->failed = true;
        }
    } else {
        require(m, "ly_shape_is(%s, %s, %u)", path, emit_word(m->f->e, x->head), x->count);
        for (uint32_t i = 0; i < x->count; i++)
            match(m, x->args[i], program_text(p, "ly_arg(ly_expr_of(%s), %u)", path, i), argument, false);
    }
}

/* ---- rules as leaves of the tree */

static void emit_rule_comment(frame *f, rule *r)
{
    ly_text text = {0};
    emit_comment_text(f->e, &text, r->statement);
    statement *s = f->e->p->statements[r->place];
    const char *path = f->e->p->units[s->unit]->path, *slash = strrchr(path, '/');
    line(f, "/* %s    %s:%u */", text.data, slash ? slash + 1 : path, s->line);
    ly_text_free(&text);
}

/* The variables get their values; the arguments that are not variables themselves are dropped. */
static void emit_bindings(frame *f, matching *m, uint32_t fresh)
{
    bool kept[64] = {false};
    for (uint32_t i = 0; i < m->count; i++) {
        binding *b = &m->bindings[i];
        if (b->whole && !kept[b->argument]) {
            b->local->name = f->parameters[b->argument];
            b->local->branches = f->branches;
            b->local->fresh = fresh;
            kept[b->argument] = true;
            continue;
        }
        b->local->name = NULL;
        line(f, "ly_value %s = ly_retain(%s);", local_text(f, b->local), b->path);
        b->local->branches = f->branches;
        b->local->fresh = fresh;
        own(f, b->local->name);
    }
    for (uint32_t i = 0; i < f->arity->count; i++) {
        if (kept[i]) continue;
        ly_value e = ly_expr_of(m->r->call)->args[i];
        /* a symbol or machine integer needs no release */
        if (!ly_is_int(e) && !ly_is_symbol(e)) line(f, "ly_release_matched(cx, %s);", f->parameters[i]);
        disown(f, f->parameters[i]);
    }
}

/* Variables for a condition: parts stay where they are. */
static void emit_condition(frame *f, matching *m, node *condition, const char *next)
{
    uint32_t owned = f->owned_count;
    for (uint32_t i = 0; i < m->count; i++) {
        binding *b = &m->bindings[i];
        b->local->name = NULL;
        b->local->fresh = f->epoch;
        if (b->whole) {
            b->local->name = f->parameters[b->argument];
        } else {
            line(f, "ly_value %s = %s;", local_text(f, b->local), b->path);
            b->local->borrowed = true;
        }
    }
    for (uint32_t i = 0; i < m->test_count; i++) {
        const char *c = temp_name(f, "c");
        line(f, "int %s = ly_test_call1(cx, %s, %s);", c, emit_word(f->e, m->tests[i].test), m->tests[i].path);
        fail_if(f, "%s < 0", c);
        line(f, "if (%s != LY_TRUE) goto %s;", c, next);
    }
    if (condition) {
        const char *c = emit_test(f, condition);
        line(f, "if (%s != LY_TRUE) goto %s;", c, next);
    }
    f->owned_count = owned;
    for (uint32_t i = 0; i < m->count; i++) m->bindings[i].local->borrowed = false;
}

/* True: no rule behind this one can apply. */
static bool emit_leaf(frame *f, rule *r, const char *next, bool *next_used)
{
    matching m = {.f = f, .r = r};
    const ly_expr *call = ly_expr_of(r->call);
    function *fn = r->function;
    for (uint32_t i = 0; i < call->count; i++) match(&m, call->args[i], f->parameters[i], i, true);
    emit_rule_comment(f, r);
    bool asks = m.condition.count > 0, conditional = fn->condition || m.test_count;
    if (asks) open_block(f, "if (%s)", m.condition.data);
    else open_plain_block(f);
    uint32_t owned = f->owned_count;
    const char **saved = program_alloc(f->e->p, (owned + 1) * sizeof *saved);
    if (owned) memcpy(saved, f->owned, owned * sizeof *saved);
    if (conditional) {
        emit_condition(f, &m, fn->condition, next);
        *next_used = true;
    }
    emit_bindings(f, &m, conditional ? 0 : f->epoch);
    f->f = fn;
    emit_return(f, fn->body);
    if (owned) memcpy(f->owned, saved, owned * sizeof *saved);
    f->owned_count = owned;
    close_block(f);
    ly_text_free(&m.condition);
    return !asks && !conditional;
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

/* Some rule takes this argument apart as a list. */
static bool opens_list(const definition *d, const arity *a, uint32_t i)
{
    for (uint32_t k = 0; k < d->rule_count; k++) {
        ly_value e = d->rules[k]->call;
        e = ly_expr_of(e)->count == a->count ? ly_expr_of(e)->args[i] : LY_FAILED;
        while (ly_has_shape(e, LY_SYM(PatternTest), 2) || ly_has_shape(e, LY_SYM(Pattern), 2))
            e = ly_expr_of(e)->args[ly_expr_of(e)->head == LY_SYM(Pattern)];
        if (ly_has_head(e, LY_SYM(List))) return true;
    }
    return false;
}

static void emit_tree(emitter *e, definition *d, arity *a)
{
    frame f = {.e = e, .out = &e->functions, .rule = true, .definition = d, .arity = a, .epoch = 1};
    ly_text parameters = {0}, names = {0}, odd = {0};
    const char **list = program_alloc(e->p, (a->count + 1) * sizeof *list);
    f.names = name_table_new(e->p);
    f.parameters = list;
    for (uint32_t i = 0; i < a->count; i++) {
        list[i] = parameter_name(&f, d, a, i);
        ly_text_printf(&parameters, ", ly_value %s", list[i]);
        ly_text_printf(&names, "%s%s", i ? ", " : "", list[i]);
        ly_text_printf(&odd, " || ly_has_up_values(cx, %s)", list[i]);
        own(&f, list[i]);
    }
    ly_text_printf(&e->prototypes, "static ly_value %s(ly_context *cx%s);\n", a->name,
                   parameters.data ? parameters.data : "");
    ly_text body = {0};
    f.out = &body;
    f.indent = 1;
    const char *symbol = emit_symbol(e, d->symbol);
    const char *array = a->count ? program_text(e->p, "(ly_value[]){%s}", names.data) : "NULL";
    line(&f, "if (ly_unusual(cx, first_entry + entry_%s, %u)%s)", d->name, d->deepest, odd.data ? odd.data : "");
    f.indent++;
    line(&f, "return ly_call_slowly(cx, %s, %u, %s);", symbol, a->count, array);
    f.indent--;
    for (uint32_t i = 0; i < a->count; i++) {
        if (!opens_list(d, a, i)) continue;
        line(&f, "%s = ly_unpack_take(cx, %s);", list[i], list[i]);
        fail_if(&f, "ly_failed(%s)", list[i]);
    }
    bool ended = false, asked = false;
    for (uint32_t i = 0; i < d->rule_count && !ended; i++) {
        rule *r = d->rules[i];
        if (ly_expr_of(r->call)->count != a->count) continue;
        const char *next = program_text(e->p, "next_%u", ++f.labels);
        bool next_used = false;
        ended = emit_leaf(&f, r, next, &next_used);
        asked |= next_used;
        if (next_used) {
            f.indent--;
            line(&f, "%s:;", next);
            f.indent++;
        }
    }
    if (!ended)
        line(&f, "return ly_unmatched(cx, %s, %s, %u, %s);", symbol, asked ? "true" : "false", a->count, array);
    if (f.around_used) {
        const char *inside = emit_identifier(e, a->name, "_inside");
        ly_text_printf(&e->functions, "\nstatic inline ly_value %s(ly_context *cx%s, ly_value *around);", inside,
                       parameters.data ? parameters.data : "");
        ly_text_printf(&e->functions,
                       "\nstatic ly_value %s(ly_context *cx%s)\n{\n"
                       "    ly_value around = LY_FAILED, v = %s(cx, %s, &around);\n"
                       "    return around ? ly_close_around(cx, around, v) : v;\n}\n",
                       a->name, parameters.data ? parameters.data : "", inside, names.data);
        ly_text_puts(&e->functions, "/* around: constructors whose last argument is this call's value */");
        ly_text_printf(&e->functions, "\nstatic inline ly_value %s(ly_context *cx%s, ly_value *around)\n{\n", inside,
                       parameters.data ? parameters.data : "");
    } else {
        ly_text_printf(&e->functions, "\nstatic ly_value %s(ly_context *cx%s)\n{\n", a->name,
                       parameters.data ? parameters.data : "");
    }
    if (f.again_used) ly_text_puts(&e->functions, "again:;\n");
    ly_text_add(&e->functions, body.data, body.count);
    ly_text_puts(&e->functions, "}\n");
    ly_text_free(&body);
    ly_text_free(&parameters);
    ly_text_free(&names);
    ly_text_free(&odd);
}

/* How the evaluator enters: arguments borrowed, in an array. */
static void emit_entry(emitter *e, definition *d)
{
    const char *name = emit_identifier(e, d->name, "_entry");
    ly_text_printf(&e->functions,
                   "\nstatic ly_value %s(ly_context *cx, uint32_t count, const ly_value *arguments)\n{\n", name);
    ly_text_puts(&e->functions, "    switch (count) {\n");
    for (uint32_t i = 0; i < d->arity_count; i++) {
        const arity *a = d->arities[i];
        ly_text_printf(&e->functions, "    case %u: return %s(cx", a->count, a->name);
        for (uint32_t k = 0; k < a->count; k++) ly_text_printf(&e->functions, ", ly_retain(arguments[%u])", k);
        ly_text_puts(&e->functions, ");\n");
    }
    ly_text_puts(&e->functions, "    default: return LY_UNEVALUATED;\n    }\n}\n");
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
    frame f = {.e = e, .f = r->function, .out = &e->functions, .rule = true, .lazy = true};
    const char *name = emit_identifier(e, r->definition->name, program_text(e->p, "_rule%u", number));
    f.names = name_table_new(e->p);
    ly_text_putc(f.out, '\n');
    emit_rule_comment(&f, r);
    line(&f, "static ly_value %s(ly_context *cx, const ly_value *variables)", name);
    line(&f, "{");
    f.indent++;
    if (!r->variable_count) line(&f, "(void)variables;");
    for (uint32_t i = 0; i < r->variable_count; i++) {
        local *v = r->variables[i].local;
        line(&f, "ly_value %s = ly_retain(variables[%u]);", local_text(&f, v), i);
        own(&f, v->name);
    }
    /* held arguments, and those under Unevaluated, come as they are: every use evaluates */
    f.epoch = 1;
    f.held = true;
    if (r->function->condition && !r->condition) {
        const char *c = emit_test(&f, r->function->condition);
        line(&f, "cx->looked++;");
        open_block(&f, "if (%s != LY_TRUE)", c);
        release_owned(&f, 0, NULL);
        line(&f, "return LY_UNEVALUATED;");
        close_block(&f);
    }
    emit_return(&f, r->function->body);
    close_block(&f);
    return name;
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
            ly_text_printf(&e->rule_rows, "%s, %s, %s},\n", lhs[0] == 'L' ? lhs : "0", rhs[0] == 'L' || rhs[0] == '0' ? rhs : "0", name);
            if (rhs[0] != 'L' && rhs[0] != '0') {
                ly_text_printf(&e->patch_rows, "    {&rules[%u].rhs, &%s},\n", rules, rhs);
                e->patch_count++;
            }
            rules++;
        }
    }
    e->rule_count = rules;
}
