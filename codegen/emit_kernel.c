/* emit_kernel.c: typed loops: a C function each, beside the generic loop, and how the generic loop
   enters it and goes on where it left.

   Words go in and out in an array: the variables in the order of kernel.variables; iterators in an array
   of ranges. What is outside of the loop has its word on entry; what is inside of it has one only where
   the kernel leaves in the middle. */
#include <string.h>

#include "codegen/kernel.h"

/* ---- statements */

static void put_label_of(kernel_text *t, const char *name)
{
    t->f.indent--;
    line(&t->f, "%s:;", name);
    t->f.indent++;
}

/* Outside of the kernel, it is a symbol with a value. */
static bool is_symbol(const kernel_variable *x) { return x->global || (x->outer && x->local->escapes); }

/* It has a value on the way out only if the kernel gave it one. */
static bool may_stay(const kernel_variable *x) { return x->outer && x->assigned && !x->needed; }

/* variable = value, as its type asks; what it needs is checked before. */
static void keep(kernel_text *t, const kernel_variable *x, unboxed v)
{
    frame *f = &t->f;
    if (may_stay(x)) line(f, "%s_set = true;", x->name);
    switch (x->type.base) {
    case TYPE_INT: line(f, "%s = %s;", x->name, as_int(t, v)); return;
    case TYPE_BOOL: line(f, "%s = %s;", x->name, v.text); return;
    case TYPE_REAL: line(f, "%s = %s;", x->name, as_real(t, v, true)); return;
    default: {
        /* mixed: a real, or an exact integer */
        const char *exact = v.exact ? v.exact : v.type.base == TYPE_INT ? "true" : "false";
        const char *value = as_real(t, v, true);
        line(f, "%s = %s;", x->name, value);
        line(f, "%s_exact = %s;", x->name, exact);
    }
    }
}

static kernel_variable *target(kernel_text *t, const node *n)
{
    return n->local ? kernel_local(t->k, n->local) : kernel_global(t->k, n->global);
}

static void emit_step_of(kernel_text *t, node *n)
{
    kernel_variable *x = target(t, n);
    unboxed now = {.text = x->name, .type = x->type, .finite = true};
    if (x->type.base == TYPE_MIXED) now.exact = text(&t->f, "%s_exact", x->name);
    unboxed by = emit_unboxed(t, n->kids[0]);
    char operation = n->primitive == PRIMITIVE_times ? '*' : n->primitive == PRIMITIVE_subtract ? '-' : '+';
    keep(t, x, emit_pair(t, operation, now, by));
}

/* Packed elements are machine integers of 63 bits. */
static void ask_word(kernel_text *t, unboxed v, const char *value)
{
    if (v.constant || v.most) return;
    if (t->noted) line(&t->f, "%s |= ly_noted_word(%s);", t->noted, value);
    else leave_if(t, "!ly_int_fits(%s)", value);
}

/* What was assigned to an array's word: the pointer and the lengths. */
static void refresh_array(kernel_text *t, const kernel_variable *x)
{
    frame *f = &t->f;
    line(f, "%s_at = ly_packed_of(v[%u])->data;", x->name, x->slot);
    for (uint32_t i = 0; i < x->type.rank; i++)
        line(f, "%s_length%u = (int64_t)ly_packed_of(v[%u])->dims[%u];", x->name, i + 1, x->slot, i);
}

static void emit_permutation(kernel_text *t, node *n)
{
    frame *f = &t->f;
    uint32_t count = n->count - 1;
    const node *values = n->kids[0];
    open_plain_block(f);
    const char *words = "";
    for (uint32_t i = 0; i < count; i++)
        words = text(f, "%s%sv[%u]", words, i ? ", " : "", target(t, values->kids[i])->slot);
    line(f, "const ly_value moved[] = {%s};", words);
    for (uint32_t i = 0; i < count; i++) line(f, "v[%u] = moved[%u];", target(t, n->kids[i + 1])->slot, i);
    close_block(f);
    for (uint32_t i = 0; i < count; i++) refresh_array(t, target(t, n->kids[i + 1]));
}

/* The value as the variable or element of this type holds it, in a C variable of its own. */
static unboxed held(kernel_text *t, type_base base, unboxed v)
{
    type kind = {base, 0};
    if (base == TYPE_INT) return temporary(t, kind, as_int(t, v), true);
    if (base == TYPE_BOOL) return temporary(t, kind, v.text, true);
    const char *exact = NULL;
    if (base == TYPE_MIXED)
        exact = temporary(t, (type){TYPE_BOOL, 0}, v.exact ? v.exact : v.type.base == TYPE_INT ? "true" : "false", true).text;
    else if (v.exact)
        leave_if(t, "%s", v.exact);
    unboxed kept = temporary(t, (type){TYPE_REAL, 0}, as_real(t, v, true), false);
    kept.finite = true;
    kept.exact = exact;
    return kept;
}

static void emit_set_list_of(kernel_text *t, node *n)
{
    node *values = n->kids[0];
    uint32_t count = n->count - 1;
    unboxed *items = program_alloc(t->f.e->p, count * sizeof *items);
    const char **places = program_alloc(t->f.e->p, count * sizeof *places);
    if (values->kids[0]->type.rank) {
        emit_permutation(t, n);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        const node *set = n->kids[i + 1];
        const kernel_variable *x = target(t, set);
        items[i] = held(t, x->type.base, emit_unboxed(t, values->kids[i]));
        if (set->op != OP_SET_PART) continue;
        places[i] = emit_element(t, x, set->count - 1, set->kids + 1);
        if (x->type.base == TYPE_INT) ask_word(t, items[i], items[i].text);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (places[i]) line(&t->f, "%s = %s;", places[i], items[i].text);
        else keep(t, target(t, n->kids[i + 1]), items[i]);
    }
}

static void emit_copy(kernel_text *t, node *n)
{
    const kernel_variable *to = target(t, n), *from = target(t, n->kids[0]);
    if (to == from) return;
    leave_if(t, "!ly_kernel_copy(cx, &v[%u], v[%u])", to->slot, from->slot);
    refresh_array(t, to);
}

static void emit_part_of(kernel_text *t, node *n)
{
    frame *f = &t->f;
    kernel_variable *x = target(t, n);
    unboxed v = emit_unboxed(t, n->kids[0]);
    const char *element = NULL;
    if (n->op == OP_STEP_PART) {
        element = emit_element(t, x, n->count - 1, n->kids + 1);
        unboxed now = {.text = element, .type = {x->type.base, 0}, .finite = true};
        char operation = n->primitive == PRIMITIVE_times ? '*' : n->primitive == PRIMITIVE_subtract ? '-' : '+';
        v = emit_pair(t, operation, now, v);
    }
    if (v.exact) note_if(t, "%s", v.exact);
    const char *value = x->type.base == TYPE_INT ? as_int(t, v) : as_real(t, v, true);
    if (!element) element = emit_element(t, x, n->count - 1, n->kids + 1);
    if (x->type.base == TYPE_INT) ask_word(t, v, value);
    line(f, "%s = %s;", element, value);
}

static const char *loop_label(kernel_text *t, const char *stem)
{
    return text(&t->f, "%s_%u", stem, t->f.labels);
}

/* What a loop polls for is the generic loop's business. */
static void emit_poll(kernel_text *t, uint32_t point, const char *undo)
{
    if (t->clone) {
        leave_if(t, "ly_polled(cx) && !ly_goes_on(cx)");
        if (t->f.e->p->options->tiers && !t->loop->outer) leave_if(t, "LY_OVERTAKEN(%u)", t->k->tier);
        return;
    }
    t->exits[point] = true;
    const char *asked = "ly_polled(cx)";
    /* only from the outermost loop: the generic one may have long to go with an inner one */
    if (t->f.e->p->options->tiers && !t->loop->outer)
        asked = text(&t->f, "ly_polled(cx) || LY_OVERTAKEN(%u)", t->k->tier);
    if (undo) {
        open_block(&t->f, "if (%s)", asked);
        line(&t->f, "%s;", undo);
        line(&t->f, "goto exit_%u;", point);
        close_block(&t->f);
    } else {
        line(&t->f, "if (%s) goto exit_%u;", asked, point);
    }
}

static void emit_while_loop(kernel_text *t, node *n, const char *first)
{
    frame *f = &t->f;
    t->f.labels++;
    kernel_loop l = {.range = UINT32_MAX, .continued = loop_label(t, "continued"), .broken = loop_label(t, "broken"),
                     .outer = t->loop};
    t->loop = &l;
    if (n->kids[2]) {
        line(f, "%s = true;", first);
        open_block(f, "for (;; %s = false)", first);
        open_block(f, "if (!%s)", first);
        emit_statement(t, n->kids[2]);
        close_block(f);
    } else {
        open_block(f, "for (;;)");
    }
    t->resume = n->resume_head;
    const char *c = emit_condition(t, n->kids[0]);
    line(f, "if (!(%s)) break;", c);
    emit_poll(t, n->resume_head, NULL);
    if (n->kids[1]) emit_statement(t, n->kids[1]);
    if (l.continued_used) put_label_of(t, l.continued);
    close_block(f);
    if (l.broken_used) put_label_of(t, l.broken);
    t->loop = l.outer;
}

/* The rounds of an iterator whose left_, at_ and by_ are set. Where no loop is inside, it is asked every
   some thousand rounds whether somebody polls, and the rounds in between are a plain counted loop. */
static void emit_rounds(kernel_text *t, node *n)
{
    frame *f = &t->f;
    uint32_t r = n->range;
    t->f.labels++;
    kernel_loop l = {.range = r, .continued = loop_label(t, "continued"), .broken = loop_label(t, "broken"),
                     .outer = t->loop};
    bool inner = has_loop(n->kids[0]);
    const char *by = n->count < 4 ? "1" : text(f, "by_%u", r);
    t->loop = &l;
    if (inner) {
        open_block(f, "for (; left_%u > 0; left_%u--, at_%u += %s)", r, r, r, by);
        emit_poll(t, n->resume_head, text(f, "at_%u -= by_%u", r, r));
    } else {
        open_block(f, "while (left_%u > 0)", r);
        emit_poll(t, n->resume_head, text(f, "at_%u -= by_%u", r, r));
        emit_strip(t, n, by);
        line(f, "uint64_t stop_%u = left_%u > 4096 ? left_%u - 4096 : 0;", r, r, r);
        open_block(f, "for (; left_%u > stop_%u; left_%u--, at_%u += %s)", r, r, r, r, by);
    }
    if (n->local) line(f, "%s = at_%u;", kernel_local(t->k, n->local)->name, r);
    emit_statement(t, n->kids[0]);
    if (l.continued_used) put_label_of(t, l.continued);
    close_block(f);
    if (!inner) close_block(f);
    if (l.broken_used) put_label_of(t, l.broken);
    t->loop = l.outer;
}

static void emit_do_loop(kernel_text *t, node *n)
{
    frame *f = &t->f;
    uint32_t r = n->range;
    const char *bounds[3] = {"1", "1", "1"};
    for (uint32_t i = 1; i < n->count; i++) {
        unboxed v = is_integer_root(n->kids[i]) ? emit_root_below(t, n->kids[i]->kids[0]) : emit_unboxed(t, n->kids[i]);
        bounds[n->count == 2 ? 1 : i - 1] = as_int(t, v);
    }
    if (n->count > 3) leave_if(t, "%s == 0", bounds[2]);
    line(f, "at_%u = %s;", r, bounds[0]);
    line(f, "by_%u = %s;", r, bounds[2]);
    line(f, "left_%u = ly_rounds(at_%u, %s, by_%u);", r, r, bounds[1], r);
    emit_rounds(t, n);
}

static const char *first_flag(kernel_text *t, const node *n) { return text(&t->f, "first_%u", n->resume_head); }

void emit_typed_let(kernel_text *t, node *n)
{
    if (n->kids[0]) keep(t, kernel_local(t->k, n->local), emit_unboxed(t, n->kids[0]));
    bool own = t->clone && t->clone->forks && !t->forked; /* of a task: counted by itself */
    if (n->local->kind == LOCAL_VARIABLE && !own) line(&t->f, t->clone ? "cx->temporary_serial++;" : "serials++;");
}

void emit_statement(kernel_text *t, node *n)
{
    frame *f = &t->f;
    if (n->resume) t->resume = n->resume;
    if (n->leaves) {
        t->exits[n->resume] = true;
        line(f, "goto exit_%u;", n->resume);
        return;
    }
    switch (n->op) {
    case OP_SEQUENCE:
        for (uint32_t i = 0; i < n->count; i++) emit_statement(t, n->kids[i]);
        return;
    case OP_SET_LOCAL:
    case OP_SET_SYMBOL:
        if (n->kids[0]->type.rank) {
            emit_copy(t, n);
            return;
        }
        keep(t, target(t, n), emit_unboxed(t, n->kids[0])); return;
    case OP_SET_LIST: emit_set_list_of(t, n); return;
    case OP_STEP: emit_step_of(t, n); return;
    case OP_SET_PART:
    case OP_STEP_PART: emit_part_of(t, n); return;
    case OP_IF: {
        const char *c = emit_condition(t, n->kids[0]);
        open_block(f, "if (%s)", c);
        if (n->kids[1]) emit_statement(t, n->kids[1]);
        if (n->kids[2]) {
            f->indent--;
            open_block(f, "} else");
            emit_statement(t, n->kids[2]);
        }
        close_block(f);
        return;
    }
    case OP_SWITCH: {
        const char *subject = temporary(t, (type){TYPE_INT, 0}, as_int(t, emit_unboxed(t, n->kids[0])), true).text;
        for (uint32_t i = 1; i < n->count; i += 2) {
            open_switch_case(t, n, i, subject);
            emit_statement(t, n->kids[i + 1]);
        }
        t->resume = n->resume;
        close_switch(t, n);
        return;
    }
    case OP_LET:
        emit_typed_let(t, n);
        emit_statement(t, n->kids[1]);
        return;
    case OP_DO: emit_do_loop(t, n); return;
    case OP_WHILE: emit_while_loop(t, n, first_flag(t, n)); return;
    case OP_BREAK:
        t->loop->broken_used = true;
        line(f, "goto %s;", t->loop->broken);
        return;
    case OP_CONTINUE:
        t->loop->continued_used = true;
        line(f, "goto %s;", t->loop->continued);
        return;
    case OP_TEMPLATE: emit_statement(t, n->plain); return;
    default: return;
    }
}

/* ---- the function: in, rounds, out */

static const char *c_type(type t)
{
    return t.base == TYPE_INT ? "int64_t" : t.base == TYPE_BOOL ? "bool" : "double";
}

static const char *packed_kind(type t) { return t.base == TYPE_INT ? "LY_PACKED_INT64" : "LY_PACKED_REAL"; }

/* if (…) what goes in is not what the kernel is for */
static void refuse_if(kernel_text *t, const char *condition, const char *slot)
{
    line(&t->f, "if (%s) return LY_KERNEL_REFUSED;", text(&t->f, condition, slot, slot, slot));
}

static void emit_in(kernel_text *t, const kernel_variable *x)
{
    frame *f = &t->f;
    const char *slot = text(f, "v[%u]", x->slot), *name = x->name;
    if (x->type.rank) return;
    if (may_stay(x)) {
        if (is_symbol(x)) refuse_if(t, "!%s", slot);
        return;
    }
    switch (x->type.base) {
    case TYPE_INT: refuse_if(t, "!ly_is_int(%s)", slot); break;
    case TYPE_REAL: refuse_if(t, "!ly_is_real(%s)", slot); break;
    case TYPE_BOOL: refuse_if(t, "%s != LY_SYM(True) && %s != LY_SYM(False)", slot); break;
    default: refuse_if(t, "!ly_is_real(%s) && !(ly_is_int(%s) && ly_fits_real(ly_int_of(%s)))", slot);
    }
    switch (x->type.base) {
    case TYPE_INT: line(f, "%s = ly_int_of(%s);", name, slot); break;
    case TYPE_REAL: line(f, "%s = ly_real_of(%s);", name, slot); break;
    case TYPE_BOOL: line(f, "%s = %s == LY_SYM(True);", name, slot); break;
    default:
        line(f, "%s_exact = ly_is_int(%s);", name, slot);
        line(f, "%s = %s_exact ? (double)ly_int_of(%s) : ly_real_of(%s);", name, name, slot, slot);
    }
}

static void emit_array_in(kernel_text *t, const kernel_variable *x)
{
    frame *f = &t->f;
    line(f, "if (!ly_kernel_array(cx, &v[%u], %s, %u, %s)) return LY_KERNEL_REFUSED;", x->slot, packed_kind(x->type),
         x->type.rank, x->assigned ? "true" : "false");
}

static void emit_array_parts(kernel_text *t, const kernel_variable *x)
{
    frame *f = &t->f;
    line(f, "%s%s *%s_at = ly_packed_of(v[%u])->data;", x->assigned ? "" : "const ", c_type(x->type), x->name, x->slot);
    for (uint32_t i = 0; i < x->type.rank; i++)
        line(f, "%sint64_t %s_length%u = (int64_t)ly_packed_of(v[%u])->dims[%u];", x->moves ? "" : "const ", x->name, i + 1, x->slot, i);
}

static void emit_out(kernel_text *t, const kernel_variable *x)
{
    frame *f = &t->f;
    if (x->type.rank || x->bound || (x->outer && !x->assigned)) return;
    if (may_stay(x)) {
        if (is_symbol(x)) line(f, "v[%u] = LY_FAILED;", x->slot);
        open_block(f, "if (%s_set)", x->name);
    }
    if (x->outer && !(may_stay(x) && is_symbol(x))) line(f, "ly_release(cx, v[%u]);", x->slot);
    switch (x->type.base) {
    case TYPE_INT: line(f, "v[%u] = ly_boxed_int(cx, %s);", x->slot, x->name); break;
    case TYPE_REAL: line(f, "v[%u] = ly_real(cx, %s);", x->slot, x->name); break;
    case TYPE_BOOL: line(f, "v[%u] = %s ? LY_SYM(True) : LY_SYM(False);", x->slot, x->name); break;
    default: line(f, "v[%u] = %s_exact ? LY_INT((int64_t)%s) : ly_real(cx, %s);", x->slot, x->name, x->name, x->name);
    }
    if (may_stay(x)) close_block(f);
}

void declare_firsts(kernel_text *t, const node *n)
{
    if (n->op == OP_WHILE && n->kids[2]) line(&t->f, "bool %s = true;", first_flag(t, n));
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i]) declare_firsts(t, n->kids[i]);
    if (n->plain) declare_firsts(t, n->plain);
}

static bool counts_scopes(const node *n)
{
    if (n->op == OP_LET && n->local->kind == LOCAL_VARIABLE) return true;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i] && counts_scopes(n->kids[i])) return true;
    return false;
}

const char *typed_variable_name(kernel_text *t, const kernel_variable *x)
{
    ly_value symbol = x->local ? x->local->symbol : x->global->symbol;
    if (x->local && (!symbol || strcmp(ly_symbol_of(symbol)->context, "Lyra`Locals`") == 0)) return local_name(&t->f, "element");
    return local_name(&t->f, ly_symbol_name(symbol));
}

static void emit_root(kernel_text *t)
{
    node *root = t->k->root;
    t->resume = root->resume_head;
    if (root->op == OP_DO) emit_rounds(t, root);
    else emit_while_loop(t, root, first_flag(t, root));
}

static void emit_kernel(emitter *e, kernel *k)
{
    program *p = e->p;
    kernel_text t = {.f = {.e = e, .indent = 1}, .k = k};
    frame *f = &t.f;
    node *root = k->root;
    ly_text body = {0};
    k->name = emit_identifier(e, "loop_", text(f, "%u", ++e->kernel_count));
    k->tier = e->tier_count;
    const char *other = emit_tier(e, k->name, "int (*)(ly_context *, ly_value *, ly_range *)", "cx, v, r");
    t.exits = program_alloc(p, k->resume_count + 2);
    f->names = name_table_new(p);
    static const char *const reserved[] = {"cx", "v", "r", "at", "serials", "ranged", "most", "first_round", "last_round", "levels"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) local_name(f, reserved[i]);
    f->out = &body;
    for (uint32_t i = 0; i < k->variable_count; i++) k->variables[i]->name = typed_variable_name(&t, k->variables[i]);
    /* in */
    emit_clone_guards(f, k, "LY_KERNEL_REFUSED");
    emit_levels(f, k);
    line(f, "int at = LY_KERNEL_ENDED;");
    for (uint32_t i = 0; i < k->variable_count; i++) {
        const kernel_variable *x = k->variables[i];
        if (x->type.rank || x->bound) continue;
        line(f, "%s %s = 0;", c_type(x->type), x->name);
        if (x->type.base == TYPE_MIXED) line(f, "bool %s_exact = false;", x->name);
        if (may_stay(x)) line(f, "bool %s_set = false;", x->name);
    }
    for (uint32_t i = 0; i < k->variable_count; i++)
        if (k->variables[i]->outer) emit_in(&t, k->variables[i]);
    if (root->op == OP_DO) line(f, "if (!r[0].integers) return LY_KERNEL_REFUSED;");
    for (uint32_t i = 0; i < k->variable_count; i++)
        if (k->variables[i]->type.rank) emit_array_in(&t, k->variables[i]);
    for (uint32_t i = 0; i < k->variable_count; i++)
        if (k->variables[i]->type.rank) emit_array_parts(&t, k->variables[i]);
    for (uint32_t i = 0; i < k->range_count; i++) {
        bool first = i == 0 && root->op == OP_DO;
        line(f, "uint64_t left_%u = %s;", i, first ? "r[0].left" : "0");
        line(f, "int64_t at_%u = %s, by_%u = %s;", i, first ? "r[0].at" : "0", i, first ? "r[0].by" : "1");
    }
    declare_firsts(&t, root);
    bool scopes = counts_scopes(root) || clones_count_scopes(k);
    if (scopes) line(f, "uint64_t serials = cx->temporary_serial;");
    /* rounds */
    emit_ranged(&t, emit_root);
    /* out */
    bool exits = false;
    for (uint32_t i = 1; i <= k->resume_count; i++) exits = exits || t.exits[i];
    if (exits) {
        line(f, "goto out;");
        for (uint32_t i = 1; i <= k->resume_count; i++) {
            if (!t.exits[i]) continue;
            f->indent--;
            line(f, "exit_%u:", i);
            f->indent++;
            line(f, "at = %u;", i);
            line(f, "goto out;");
        }
        f->indent--;
        line(f, "out:");
        f->indent++;
    }
    for (uint32_t i = 0; i < k->variable_count; i++) emit_out(&t, k->variables[i]);
    for (uint32_t i = 0; i < k->range_count; i++) {
        if (i == 0 && root->op == OP_DO) {
            line(f, "r[0].left = left_0;");
            line(f, "r[0].at = at_0 + by_0;");
        } else {
            line(f, "r[%u] = (ly_range){.left = left_%u, .at = at_%u + by_%u, .by = by_%u, .integers = true};", i, i, i, i, i);
        }
    }
    if (scopes) line(f, "cx->temporary_serial = serials;");
    line(f, "return at;");
    ly_text_puts(&e->kernels, "\n/* ");
    emit_comment_text(e, &e->kernels, root->source);
    ly_text_printf(&e->kernels, "\n   on unboxed numbers */\nstatic int %s(ly_context *cx, ly_value *v, ly_range *r)\n{\n", k->name);
    if (k->variable_count == 0) ly_text_puts(&e->kernels, "    (void)v;\n");
    if (k->range_count == 0) ly_text_puts(&e->kernels, "    (void)r;\n");
    ly_text_puts(&e->kernels, other);
    ly_text_add(&e->kernels, body.data, body.count);
    ly_text_puts(&e->kernels, "}\n");
    ly_text_free(&body);
}

/* ---- the generic loop's side */

bool has_kernel(const node *n) { return n->kernel && !n->kernel->why; }

void begin_kernel(frame *f, node *n)
{
    kernel *k = n->kernel;
    emit_kernel(f->e, k);
    f->kernel = k;
    f->reload_count = 0;
    line(f, "ly_trial try_%s = {0, 0, 0};", k->name);
    line(f, "ly_value in_%s[%u];", k->name, k->variable_count ? k->variable_count : 1);
    line(f, "ly_range at_%s[%u];", k->name, k->range_count ? k->range_count : 1);
}

static kernel_variable *in_kernel(frame *f, const local *v) { return f->kernel ? kernel_local(f->kernel, v) : NULL; }

/* The symbol that a variable is, in C. */
static const char *symbol_text(frame *f, const kernel_variable *x)
{
    if (x->global) return emit_word(f->e, x->global->symbol);
    return x->local->kind == LOCAL_ITERATOR ? emit_word(f->e, x->local->symbol) : local_text(f, x->local);
}

static const char *planned_exits(frame *f, const node *n, const char *at, const char *condition)
{
    if (n->leaves) return text(f, "%s && %s != %u", condition, at, n->resume);
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i]) condition = planned_exits(f, n->kids[i], at, condition);
    return n->plain ? planned_exits(f, n->plain, at, condition) : condition;
}

void enter_kernel(frame *f, node *n, const char *iterator, handler *h)
{
    kernel *k = f->kernel;
    const char *at = text(f, "was_%s", k->name);
    open_block(f, "if (ly_worth_trying(&try_%s))", k->name);
    for (uint32_t i = 0; i < k->variable_count; i++) {
        kernel_variable *x = k->variables[i];
        if (!x->outer) continue;
        if (is_symbol(x) && may_stay(x))
            line(f, "in_%s[%u] = ly_kernel_may_assign(cx, %s) ? LY_INT(0) : LY_FAILED;", k->name, x->slot,
                 symbol_text(f, x));
        else if (is_symbol(x) && x->type.rank)
            line(f, "in_%s[%u] = ly_kernel_symbol_array(cx, %s, %s, %u, %s);", k->name, x->slot, symbol_text(f, x),
                 packed_kind(x->type), x->type.rank, x->assigned ? "true" : "false");
        else if (is_symbol(x))
            line(f, "in_%s[%u] = ly_kernel_symbol(cx, %s, %s);", k->name, x->slot, symbol_text(f, x),
                 x->assigned ? "true" : "false");
        else if (x->type.rank && !x->assigned && x->local->borrowed)
            line(f, "in_%s[%u] = ly_retain(%s);", k->name, x->slot, local_text(f, x->local));
        else
            line(f, "in_%s[%u] = %s;", k->name, x->slot, local_text(f, x->local));
    }
    if (iterator) line(f, "at_%s[0] = %s;", k->name, iterator);
    if (f->e->p->options->tiers) line(f, "bool overtaken = LY_OVERTAKEN(%u);", k->tier);
    line(f, "int %s = %s(cx, in_%s, at_%s);", at, k->name, k->name, k->name);
    for (uint32_t i = 0; i < k->variable_count; i++) {
        kernel_variable *x = k->variables[i];
        if (!x->outer || is_symbol(x)) continue;
        /* a list that became a packed array stays one */
        if (x->assigned || (x->type.rank && !x->local->borrowed))
            line(f, "%s = in_%s[%u];", local_text(f, x->local), k->name, x->slot);
        else if (x->type.rank)
            line(f, "ly_release(cx, in_%s[%u]);", k->name, x->slot);
    }
    for (uint32_t i = 0; i < k->variable_count; i++) {
        kernel_variable *x = k->variables[i];
        if (!is_symbol(x)) continue;
        const char *symbol = symbol_text(f, x);
        if (x->assigned && x->type.rank)
            line(f, "if (in_%s[%u]) ly_kernel_symbol_take(cx, %s, in_%s[%u]);", k->name, x->slot, symbol, k->name, x->slot);
        else if (x->assigned)
            line(f, "if (%s >= 0%s) ly_kernel_symbol_take(cx, %s, in_%s[%u]); else ly_release(cx, in_%s[%u]);", at,
                 may_stay(x) ? text(f, " && in_%s[%u]", k->name, x->slot) : "", symbol, k->name, x->slot, k->name, x->slot);
        else
            line(f, "ly_release(cx, in_%s[%u]);", k->name, x->slot);
    }
    /* leaving to poll, for what has no typed form, or for its other form, is no failure */
    const char *failed = planned_exits(f, n, at, text(f, "%s != LY_KERNEL_ENDED && !ly_polled(cx)", at));
    if (f->e->p->options->tiers) failed = text(f, "%s && overtaken == LY_OVERTAKEN(%u)", failed, k->tier);
    line(f, "if (%s) ly_tried(&try_%s);", failed, k->name);
    if (iterator) line(f, "if (%s >= 0) %s = at_%s[0];", at, iterator, k->name);
    open_block(f, "switch (%s)", at);
    f->indent--;
    line(f, "case LY_KERNEL_ENDED: goto %s;", h->broken);
    f->indent++;
    f->cases = f->out->count; /* the other cases are put here when it is known which there are */
    f->cases_indent = f->indent - 1;
    close_block(f);
    close_block(f);
    h->broken_used = true;
}

void put_resume(frame *f, uint32_t point)
{
    kernel *k = f->kernel;
    if (!k || !point) return;
    open_block(f, "if (0)");
    f->indent--;
    line(f, "go_on_%s_%u:", k->name, point);
    f->indent++;
    for (uint32_t i = 0; i < f->reload_count; i++) line(f, "%s;", f->reloads[i]);
    if (f->reload_count == 0) line(f, ";");
    close_block(f);
    f->points[f->point_count++] = point;
    disturb(f);
}

void push_reload(frame *f, const char *statement)
{
    if (!f->kernel) return;
    f->reloads[f->reload_count++] = statement;
}

void push_local(frame *f, const local *v, const char *name)
{
    kernel_variable *x = in_kernel(f, v);
    if (x && !x->outer) push_reload(f, text(f, "%s = in_%s[%u]", name, f->kernel->name, x->slot));
}

void end_kernel(frame *f)
{
    /* the cases of the switch */
    ly_text cases = {0};
    for (uint32_t i = 0; i < f->point_count; i++) {
        for (int k = 0; k < f->cases_indent; k++) ly_text_puts(&cases, "    ");
        ly_text_printf(&cases, "case %u: goto go_on_%s_%u;\n", f->points[i], f->kernel->name, f->points[i]);
    }
    size_t count = f->out->count, tail = count - f->cases;
    char *rest = program_alloc(f->e->p, tail + 1);
    memcpy(rest, f->out->data + f->cases, tail);
    f->out->count = f->cases;
    if (cases.count) ly_text_add(f->out, cases.data, cases.count);
    ly_text_add(f->out, rest, tail);
    ly_text_free(&cases);
    f->kernel = NULL;
    f->point_count = 0;
}
