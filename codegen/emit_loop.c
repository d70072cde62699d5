/* emit_loop.c: loops in C.

   A failure in a loop's body goes to the label behind the body, where a Break or Continue that came
   from somewhere that C can't see, and Return, are told apart from errors. */
#include <string.h>

#include "codegen/frame.h"

/* What stands behind the body of a loop: the way of failures. variable gets what Return returns. */
static void end_body(frame *f, handler *h, const char *variable)
{
    f->handler = h->outer;
    f->branches--;
    disturb(f);
    if (!h->failed_used) return;
    const char *how = temp_name(f, "how");
    line(f, "continue;");
    put_label(f, h->failed);
    line(f, "int %s = ly_loop_caught(cx);", how);
    line(f, "if (%s == 1) break;", how);
    line(f, "if (%s == 2) continue;", how);
    line(f, "%s = ly_loop_left(cx);", variable);
    fail_if(f, "ly_failed(%s)", variable);
    line(f, "break;");
}

void emit_while(frame *f, node *n, const char *variable)
{
    handler h;
    bool root = has_kernel(n);
    uint32_t reloads = f->reload_count;
    line(f, "%s = %s;", variable, emit_word(f->e, LY_SYM(Null)));
    if (root) begin_kernel(f, n);
    push_reload(f, text(f, "%s = %s", variable, emit_word(f->e, LY_SYM(Null))));
    begin_handler(f, &h, true);
    if (n->kids[2]) {
        /* For: the step comes between rounds, also after Continue */
        const char *first = temp_name(f, "c");
        line(f, "bool %s = true;", first);
        push_reload(f, text(f, "%s = false", first));
        open_block(f, "for (;; %s = false)", first);
        open_block(f, "if (!%s)", first);
        emit_discard(f, n->kids[2]);
        close_block(f);
    } else {
        open_block(f, "for (;;)");
    }
    if (root) enter_kernel(f, n, NULL, &h);
    if (n->kernel || n->resume_head) put_resume(f, n->resume_head);
    const char *c = emit_test(f, n->kids[0]);
    if (strcmp(c, "LY_TRUE") != 0) line(f, "if (%s != LY_TRUE) break;", c);
    fail_if(f, "ly_poll(cx)");
    if (n->kids[1]) emit_discard(f, n->kids[1]);
    if (h.continued_used) put_label(f, h.continued);
    end_body(f, &h, variable);
    close_block(f);
    if (h.broken_used) put_label(f, h.broken);
    f->reload_count = reloads;
    if (root) end_kernel(f);
}

/* The operands of an array, owned: {a, b}. */
static const char *owned_array(frame *f, uint32_t count, node **kids, const char *name)
{
    const char *items[8];
    bool owned[8];
    for (uint32_t i = 0; i < count; i++) {
        items[i] = emit_owned(f, kids[i]);
        owned[i] = kids[i]->op != OP_CONSTANT;
        if (owned[i]) own(f, items[i]);
    }
    ly_text all = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (owned[i]) disown(f, items[i]);
        ly_text_printf(&all, "%s%s", i ? ", " : "", items[i]);
    }
    line(f, "ly_value %s[] = {%s};", name, all.data);
    ly_text_free(&all);
    return name;
}

/* At the end of a round: what it owned goes. */
static void drop_round(frame *f, const handler *h)
{
    release_owned(f, h->owned, NULL);
    f->owned_count = h->owned;
}

/* Behind the round, of a loop that Break and Continue do not leave: where its failures go. */
static void leave_round(frame *f, const handler *h)
{
    f->handler = h->outer;
    f->branches--;
    disturb(f);
    if (!h->failed_used) return;
    line(f, "continue;");
    put_label(f, h->failed);
    fail_now(f);
}

/* The bounds of a row are those of every row of the table. */
static bool is_rectangular(const node *n)
{
    for (uint32_t i = 1; i < n->count; i++) {
        const node *bound = n->kids[i];
        bool variable = bound->op == OP_LOCAL && bound->local->kind != LOCAL_ITERATOR && !bound->local->assigned;
        bool power = ly_has_shape(bound->source, LY_SYM(Power), 2) &&
                     ly_is_int(ly_expr_of(bound->source)->args[0]) && ly_is_int(ly_expr_of(bound->source)->args[1]);
        if (!variable && !power && !ly_is_int(bound->source)) return false;
    }
    return true;
}

/* A table, or a row of one, that no memory could hold is refused before its first element. */
static void refuse_huge(frame *f, const node *n, const char *it)
{
    const char *rows = n->inner && f->rows && is_rectangular(n) ? f->rows : NULL;
    if (rows) fail_if(f, "!ly_table_can(cx, %s.left, %s.left)", it, rows);
    else fail_if(f, "!ly_table_can(cx, %s.left, 1)", it);
}

/* The iterator's symbol has its values for the whole loop, or from where something undecided shows it. */
static void show_iterator(frame *f, local *v, const char *it, bool root)
{
    v->range = it;
    if (!v->escapes) return;
    const char *show = text(f, "ly_range_show(cx, &%s, %s)", it, emit_word(f->e, v->symbol));
    line(f, "%s;", show);
    if (!root) push_reload(f, show);
}

/* The iterator's symbol gets the value, now and where the code goes on behind a kernel. */
static void assign_iterator(frame *f, const local *v, const char *it, const char *value)
{
    const char *assign = v->escapes ? text(f, "ly_range_assign(cx, &%s, %s)", it, value)
                         : v->shows ? text(f, "if (%s.visible) ly_range_assign(cx, &%s, %s)", it, it, value) : NULL;
    push_local(f, v, value);
    if (!assign) return;
    line(f, "%s;", assign);
    push_reload(f, assign);
}

/* variable = the whole loop by the evaluator: locals that it assigns are symbols meanwhile, and keep what
   those hold in the end. */
static void emit_by_evaluator(frame *f, node *n, const char *variable)
{
    const char **symbols = program_alloc(f->e->p, (n->use_count + 1) * sizeof *symbols);
    for (uint32_t i = 0; i < n->use_count; i++) {
        local *v = n->uses[i];
        if (v->kind != LOCAL_VARIABLE || v->escapes || !v->assigned) continue;
        symbols[i] = temp_name(f, "v");
        line(f, "ly_value %s = %s;", symbols[i], variable_text(f, v, local_text(f, v)));
        line(f, "%s = LY_FAILED;", v->name);
        v->standing = symbols[i];
    }
    uint32_t base = f->owned_count;
    const char *values = filling(f, n);
    line(f, "%s = ly_evaluate_filled(cx, 1, %s, %s);", variable, emit_word(f->e, n->source), values);
    drop_made(f, base);
    for (uint32_t i = 0; i < n->use_count; i++) {
        if (!symbols[i]) continue;
        n->uses[i]->standing = NULL;
        line(f, "%s = ly_variable_take(cx, %s);", n->uses[i]->name, symbols[i]);
    }
    fail_if(f, "ly_failed(%s)", variable);
}

void emit_do(frame *f, node *n, const char *variable)
{
    bool table = n->op == OP_TABLE;
    uint32_t count = n->count - 1;
    const char *it = temp_name(f, "it"), *builder = table ? temp_name(f, "list") : NULL;
    const char *bounds = owned_array(f, count, n->kids + 1, temp_name(f, "bounds"));
    handler h;
    local *v = n->local;
    bool root = !table && has_kernel(n);
    uint32_t reloads = f->reload_count;
    if (root) begin_kernel(f, n);
    push_reload(f, text(f, "%s = %s", variable ? variable : it, emit_word(f->e, LY_SYM(Null))));
    if (f->kernel) push_reload(f, text(f, "%s = at_%s[%u]", it, f->kernel->name, n->range));
    line(f, "ly_range %s;", it);
    f->branches++;
    open_block(f, "if (ly_range_start(cx, &%s, %u, %s, %s))", it, count, bounds, n->post ? "true" : "false");
    const char *end = program_text(f->e->p, "*ly_range_end(cx, &%s)", it);
    own(f, end);
    if (v) show_iterator(f, v, it, root);
    const char *drop = NULL, *rows = f->rows;
    if (table) {
        refuse_huge(f, n, it);
        line(f, "ly_builder %s = ly_builder_new();", builder);
        drop = program_text(f->e->p, "*ly_builder_drop(cx, &%s)", builder);
        own(f, drop);
    } else {
        line(f, "%s = %s;", variable, emit_word(f->e, LY_SYM(Null)));
    }
    begin_handler(f, &h, !table);
    open_block(f, "for (; %s.left > 0; %s.left--)", it, it);
    if (root) enter_kernel(f, n, it, &h);
    if (!table) put_resume(f, n->resume_head);
    if (v) {
        const char *name = v->escapes ? temp_name(f, "t") : local_text(f, v);
        line(f, "ly_value %s = ly_range_next(cx, &%s);", name, it);
        fail_if(f, "ly_failed(%s)", name);
        own(f, name);
        v->branches = f->branches;
        assign_iterator(f, v, it, name);
    }
    fail_if(f, "ly_poll(cx)");
    if (table) {
        f->rows = it;
        const char *item = emit_owned(f, n->kids[0]);
        f->rows = rows;
        fail_if(f, "!ly_builder_add(cx, &%s, %s)", builder, item);
    } else {
        emit_discard(f, n->kids[0]);
    }
    drop_round(f, &h);
    if (table) {
        leave_round(f, &h);
    } else {
        if (h.continued_used) put_label(f, h.continued);
        end_body(f, &h, variable);
    }
    close_block(f);
    if (h.broken_used) put_label(f, h.broken);
    f->reload_count = reloads;
    if (root) end_kernel(f);
    if (table) {
        disown(f, drop);
        line(f, "%s = ly_table_finish(cx, &%s);", variable, builder);
        fail_if(f, "ly_failed(%s)", variable);
    }
    disown(f, end);
    line(f, "%s;", end + 1);
    f->indent--;
    open_block(f, "} else");
    line(f, "ly_release_all(cx, %u, %s);", count, bounds);
    emit_by_evaluator(f, n, variable);
    close_block(f);
    f->branches--;
}

/* ---- Sum, Product */

/* One iterator; those inside it add to the same total. Where a bound is no number, the rest is left out:
   the whole becomes the evaluator's. */
static void emit_total_level(frame *f, node *n)
{
    uint32_t count = n->count - 1;
    const char *it = temp_name(f, "it"), *total = f->total;
    const char *bounds = owned_array(f, count, n->kids + 1, temp_name(f, "bounds"));
    handler h;
    local *v = n->local;
    line(f, "ly_range %s;", it);
    f->branches++;
    open_block(f, "if (ly_range_start(cx, &%s, %u, %s, %s))", it, count, bounds, n->post ? "true" : "false");
    const char *end = program_text(f->e->p, "*ly_range_end(cx, &%s)", it);
    own(f, end);
    show_iterator(f, v, it, false);
    begin_handler(f, &h, false);
    open_block(f, "for (; %s.left > 0; %s.left--)", it, it);
    const char *name = v->escapes ? temp_name(f, "t") : local_text(f, v);
    line(f, "ly_value %s = ly_range_next(cx, &%s);", name, it);
    fail_if(f, "ly_failed(%s)", name);
    own(f, name);
    v->branches = f->branches;
    assign_iterator(f, v, it, name);
    fail_if(f, "ly_poll(cx)");
    if (n->kids[0]->op == OP_TOTAL && n->kids[0]->inner) {
        emit_total_level(f, n->kids[0]);
    } else {
        const char *outer = f->total, *item;
        f->total = NULL;
        item = emit_owned(f, n->kids[0]);
        f->total = outer;
        fail_if(f, "!ly_total_add(cx, &%s, %s)", total, item);
    }
    drop_round(f, &h);
    if (n->kids[0]->op == OP_TOTAL && n->kids[0]->inner) line(f, "if (%s.refused) break;", total);
    leave_round(f, &h);
    close_block(f);
    disown(f, end);
    line(f, "%s;", end + 1);
    f->indent--;
    open_block(f, "} else");
    line(f, "ly_release_all(cx, %u, %s);", count, bounds);
    line(f, "%s.refused = true;", total);
    close_block(f);
    f->branches--;
}

void emit_total(frame *f, node *n, const char *variable)
{
    const char *total = f->total = temp_name(f, "total");
    const char *drop = program_text(f->e->p, "*ly_total_drop(cx, &%s)", total);
    line(f, "ly_total %s;", total);
    line(f, "ly_total_start(&%s, %s);", total, emit_word(f->e, n->value));
    own(f, drop);
    uint32_t reloads = f->reload_count;
    emit_total_level(f, n);
    f->reload_count = reloads;
    f->total = NULL;
    disown(f, drop);
    open_block(f, "if (!%s.refused)", total);
    line(f, "%s = ly_total_finish(cx, &%s);", variable, total);
    f->indent--;
    open_block(f, "} else");
    line(f, "%s;", drop + 1);
    uint32_t base = f->owned_count;
    const char *values = filling(f, n);
    line(f, "%s = ly_evaluate_filled(cx, 1, %s, %s);", variable, emit_word(f->e, n->source), values);
    drop_made(f, base);
    close_block(f);
    fail_if(f, "ly_failed(%s)", variable);
    disturb(f);
}

/* ---- Map, Scan, Select */

/* The call, where the data is an atom: by the evaluator. data is consumed, argument `index` of count. */
static void emit_atom(frame *f, node *n, const char *given, uint32_t count, const char *variable)
{
    uint32_t base = f->owned_count;
    const char *values = filling(f, n);
    line(f, "%s = ly_evaluate_given(cx, %s, 0, %u, (ly_value[]){%s}, %s);", variable,
         emit_word(f->e, n->source), count, given, values);
    while (f->owned_count > base) line(f, "ly_release(cx, %s);", f->owned[--f->owned_count]);
    fail_if(f, "ly_failed(%s)", variable);
}

void emit_over(frame *f, node *n, const char *variable)
{
    const char *data = emit_owned(f, n->kids[0]), *items = temp_name(f, "items");
    const char *builder = n->op == OP_SCAN ? NULL : temp_name(f, "list");
    line(f, "ly_items %s;", items);
    f->branches++;
    open_block(f, "if (ly_items_start(cx, &%s, %s))", items, data);
    const char *end = program_text(f->e->p, "*ly_items_end(cx, &%s)", items), *drop = NULL;
    own(f, end);
    if (builder) {
        line(f, "ly_builder %s = ly_builder_new();", builder);
        drop = program_text(f->e->p, "*ly_builder_drop(cx, &%s)", builder);
        own(f, drop);
    }
    handler h;
    begin_handler(f, &h, false);
    const char *element = local_text(f, n->local);
    open_block(f, "while (%s.index < %s.count)", items, items);
    line(f, "ly_value %s = ly_items_next(cx, &%s);", element, items);
    fail_if(f, "ly_failed(%s) || ly_poll(cx)", element);
    own(f, element);
    n->local->branches = f->branches;
    if (n->op == OP_MAP) {
        const char *v = emit_owned(f, n->kids[1]);
        fail_if(f, "!ly_builder_add(cx, &%s, %s)", builder, v);
    } else if (n->op == OP_SCAN) {
        emit_discard(f, n->kids[1]);
    } else {
        const char *c = emit_test(f, n->kids[1]);
        fail_if(f, "%s == LY_TRUE && !ly_items_keep(cx, &%s, &%s)", c, items, builder);
    }
    drop_round(f, &h);
    leave_round(f, &h);
    close_block(f);
    if (builder) disown(f, drop);
    disown(f, end);
    if (n->op == OP_MAP) line(f, "%s = ly_items_rebuild(cx, &%s, &%s);", variable, items, builder);
    else if (n->op == OP_SELECT) line(f, "%s = ly_items_kept(cx, &%s, &%s);", variable, items, builder);
    else line(f, "%s = %s;", variable, emit_word(f->e, LY_SYM(Null)));
    if (n->op == OP_SCAN) line(f, "ly_items_end(cx, &%s);", items);
    else fail_if(f, "ly_failed(%s)", variable);
    f->indent--;
    open_block(f, "} else");
    if (n->op == OP_SELECT) emit_atom(f, n, data, 1, variable);
    else emit_atom(f, n, program_text(f->e->p, "LY_FAILED, %s", data), 2, variable);
    close_block(f);
    f->branches--;
}

/* ---- Fold, Nest */

void emit_fold(frame *f, node *n, const char *variable)
{
    bool nest = n->op == OP_NEST;
    const char *start = emit_owned(f, n->kids[0]);
    own(f, start);
    const char *over = emit_owned(f, n->kids[1]), *state = local_text(f, n->local);
    disown(f, start);
    const char *items = temp_name(f, nest ? "it" : "items");
    handler h;
    f->branches++;
    if (nest) {
        line(f, "ly_range %s;", items);
        open_block(f, "if (ly_is_int(%s) && (int64_t)%s > 0)", over, over);
        line(f, "%s.left = (uint64_t)ly_int_of(%s);", items, over);
    } else {
        line(f, "ly_items %s;", items);
        open_block(f, "if (ly_items_start(cx, &%s, %s))", items, over);
    }
    line(f, "ly_value %s = %s;", state, start);
    const char *end = nest ? NULL : program_text(f->e->p, "*ly_items_end(cx, &%s)", items);
    if (end) own(f, end);
    own(f, state);
    begin_handler(f, &h, false);
    if (nest) open_block(f, "for (; %s.left > 0; %s.left--)", items, items);
    else open_block(f, "while (%s.index < %s.count)", items, items);
    if (!nest) {
        const char *element = local_text(f, n->local2);
        line(f, "ly_value %s = ly_items_next(cx, &%s);", element, items);
        fail_if(f, "ly_failed(%s)", element);
        own(f, element);
        n->local2->branches = f->branches;
    }
    n->local->branches = UINT32_MAX; /* assigned round after round */
    fail_if(f, "ly_poll(cx)");
    const char *v = emit_owned(f, n->kids[2]);
    line(f, "ly_release(cx, %s);", state);
    line(f, "%s = %s;", state, v);
    drop_round(f, &h);
    leave_round(f, &h);
    close_block(f);
    disown(f, state);
    if (end) {
        disown(f, end);
        line(f, "%s;", end + 1);
    }
    line(f, "%s = %s;", variable, state);
    f->indent--;
    open_block(f, "} else");
    emit_atom(f, n, program_text(f->e->p, "LY_FAILED, %s, %s", start, over), 3, variable);
    close_block(f);
    f->branches--;
}
