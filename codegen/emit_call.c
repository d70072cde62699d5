/* emit_call.c: primitives, calls and templates; calls in the place of a function's value. */
#include <string.h>

#include "codegen/frame.h"

/* ---- primitives */

static operand emit_arithmetic(frame *f, node *n)
{
    const char *name = primitives[n->primitive].name;
    operand o[2];
    bool append = n->primitive == PRIMITIVE_append;
    emit_operands(f, 2, n->kids, o, append);
    operand result;
    bool borrow = !o[0].owned && !o[1].owned && !append;
    bool take = (o[0].owned || o[0].constant) && (o[1].owned || o[1].constant);
    if (borrow) {
        result = computed(f, "t", text(f, "ly_op_%s(cx, %s, %s)", name, o[0].text, o[1].text));
    } else if (take) {
        const char *items = consumed(f, 2, o);
        return computed(f, "t", text(f, "ly_op_%s_take(cx, %s)", name, items));
    } else {
        /* one is a local: borrow both, drop the other */
        const char *t = temp_name(f, "t"), *temporary = o[0].owned ? o[0].text : o[1].text;
        line(f, "ly_value %s = ly_op_%s(cx, %s, %s);", t, name, o[0].text, o[1].text);
        disown(f, temporary);
        line(f, "ly_release(cx, %s);", temporary);
        fail_if(f, "ly_failed(%s)", t);
        own(f, t);
        result = (operand){.text = t, .owned = true};
    }
    for (int i = 2; i-- > 0;)
        if (!o[i].owned) drop_operand(f, &o[i]);
    return result;
}

operand emit_primitive(frame *f, node *n)
{
    const primitive_row *row = &primitives[n->primitive];
    if (row->kind == 'a') return emit_arithmetic(f, n);
    if (row->kind == 'n') {
        operand *o = program_alloc(f->e->p, n->count * sizeof *o);
        emit_operands(f, n->count, n->kids, o, true);
        const char *items = consumed(f, n->count, o);
        return computed(f, "t", text(f, "ly_op_%s_take(cx, %u, %s)", row->name, n->count,
                                     array_of(f, n->count, items)));
    }
    /* a test as a value */
    const char *c = emit_test(f, n), *t = temp_name(f, "t");
    if (row->kind == 'q') line(f, "ly_value %s = ly_bool(%s);", t, c);
    else line(f, "ly_value %s = ly_truth(cx, %s);", t, c);
    own(f, t);
    return (operand){.text = t, .owned = true};
}

/* ---- calls */

/* The value of this node may be a sequence, which is not one argument. */
static bool may_be_sequence(const node *n)
{
    switch (n->op) {
    case OP_CONSTANT:
    case OP_LIST:
    case OP_PRIMITIVE:
    case OP_QUOTE: return n->op == OP_PRIMITIVE && n->primitive == PRIMITIVE_part;
    case OP_LOCAL: return !n->local->parameter || n->local->sequence;
    default: return true;
    }
}

/* C condition: one of the arguments of a call is a sequence; NULL: none can be. */
static const char *spliced_test(frame *f, node *n, const operand *o)
{
    ly_text all = {0};
    for (uint32_t i = 0; i < n->count; i++)
        if (may_be_sequence(n->kids[i]))
            ly_text_printf(&all, "%sly_is_spliced(%s)", all.count ? " || " : "", o[i].text);
    const char *result = all.count ? program_text(f->e->p, all.count > 20 && strstr(all.data, "||") ? "(%s)" : "%s", all.data) : NULL;
    ly_text_free(&all);
    return result;
}

/* name(cx, arguments), or name(cx, count, array) where the definition takes any number of them. */
static const char *call_text(frame *f, const node *n, const char *items)
{
    const arity *a = n->definition->arities[n->index];
    if (a->any) return text(f, "%s(cx, %u, %s)", a->name, n->count, array_of(f, n->count, items));
    return text(f, "%s(cx%s%s)", a->name, n->count ? ", " : "", items);
}

operand emit_call(frame *f, node *n)
{
    operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
    definition *d = n->definition;
    emit_operands(f, n->count, n->kids, o, true);
    const char *items = consumed(f, n->count, o), *t = temp_name(f, "t");
    const char *saved = d->has_tail_call ? temp_name(f, "steps") : NULL;
    if (saved) {
        line(f, "uint64_t %s = cx->iterations;", saved);
        line(f, "cx->iterations = 1;");
    }
    if (n->depth) line(f, n->depth == 1 ? "cx->depth++;" : "cx->depth += %u;", n->depth);
    const char *depth = n->updated ? temp_name(f, "depth") : NULL, *outer = depth ? temp_name(f, "outer") : NULL;
    if (outer) {
        line(f, "uint32_t %s;", depth);
        line(f, "ly_value %s = ly_updating_begin(cx, %s, &%s);", outer, n->updated, depth);
    }
    const char *spliced = spliced_test(f, n, o);
    if (spliced) {
        line(f, "ly_value %s = %s ? ly_call_slowly(cx, %s, %u, %s)", t, spliced, emit_word(f->e, d->symbol),
             n->count, array_of(f, n->count, items));
        line(f, "    : %s;", call_text(f, n, items));
    } else {
        line(f, "ly_value %s = %s;", t, call_text(f, n, items));
    }
    if (outer) line(f, "ly_updating_end(cx, %s, %s);", outer, depth);
    if (n->depth) line(f, n->depth == 1 ? "cx->depth--;" : "cx->depth -= %u;", n->depth);
    if (saved) line(f, "cx->iterations = %s;", saved);
    fail_if(f, "ly_failed(%s)", t);
    own(f, t);
    disturb(f);
    return (operand){.text = t, .owned = true};
}

/* The evaluator goes on with this call in the place of the function's value: counted as a step, in tail
   position of a definition. */
static bool begin_tail(frame *f, const node *n)
{
    if (!f->definition || !is_tail_evaluation(f->e->p, n) || f->handler) return false;
    fail_if(f, "!ly_steps(cx, %u) && ly_failed(ly_too_many_steps(cx))", n->steps);
    return true;
}

operand emit_apply(frame *f, node *n)
{
    operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
    emit_operands(f, n->count, n->kids, o, true);
    bool tail = begin_tail(f, n);
    const char *items = consumed(f, n->count, o), *head = emit_word(f->e, n->value);
    disturb(f);
    if (is_constructor(f->e->p, n->value) && (n->count == 1 || n->count == 2)) {
        const char *cell = emit_cell(f, n->count);
        if (cell) return computed(f, "t", text(f, "ly_construct%u_in(cx, %s, %s, %s)", n->count, cell, head, items));
        return computed(f, "t", text(f, "ly_construct%u(cx, %s, %s)", n->count, head, items));
    }
    if (is_constructor(f->e->p, n->value))
        return computed(f, "t", text(f, "ly_construct(cx, %s, %u, %s)", head, n->count,
                                     array_of(f, n->count, items)));
    const char *array = array_of(f, n->count, items);
    if (tail) return computed(f, "t", text(f, "ly_tail_apply(cx, %s, %u, %s)", head, n->count, array));
    return computed(f, "t", text(f, "ly_apply(cx, %u, %s, %u, %s)", n->depth, head, n->count, array));
}

operand emit_apply_value(frame *f, node *n)
{
    const char *t = temp_name(f, "t");
    operand head;
    emit_operands(f, 1, n->kids, &head, true);
    line(f, "ly_value %s;", t);
    disturb(f);
    f->branches++;
    open_block(f, "if (ly_holds(cx, %s))", head.text);
    uint32_t base = f->owned_count;
    const char *values = filling(f, n);
    line(f, "%s = ly_evaluate_holding(cx, %u, %s, %s, %s);", t, n->depth, head.text, emit_word(f->e, n->value), values);
    drop_made(f, base);
    fail_if(f, "ly_failed(%s)", t);
    f->indent--;
    open_block(f, "} else");
    operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
    emit_operands(f, n->count - 1, n->kids + 1, o, true);
    bool tail = begin_tail(f, n);
    const char *items = consumed(f, n->count - 1, o);
    const char *array = array_of(f, n->count - 1, items);
    if (tail) line(f, "%s = ly_tail_apply(cx, %s, %u, %s);", t, head.text, n->count - 1, array);
    else line(f, "%s = ly_apply(cx, %u, %s, %u, %s);", t, n->depth, head.text, n->count - 1, array);
    fail_if(f, "ly_failed(%s)", t);
    close_block(f);
    f->branches--;
    disturb(f);
    if (head.owned) {
        disown(f, head.text);
        line(f, "ly_release(cx, %s);", head.text);
    }
    own(f, t);
    return (operand){.text = t, .owned = true};
}

operand emit_template(frame *f, node *n)
{
    disturb(f);
    bool tail = begin_tail(f, n);
    uint32_t base = f->owned_count;
    const char *values = filling(f, n), *word = emit_word(f->e, n->value), *t = temp_name(f, "t");
    if (tail) line(f, "ly_value %s = ly_tail_evaluate_filled(cx, %s, %s);", t, word, values);
    else line(f, "ly_value %s = ly_evaluate_filled(cx, %u, %s, %s);", t, n->depth, word, values);
    drop_made(f, base);
    fail_if(f, "ly_failed(%s)", t);
    own(f, t);
    return (operand){.text = t, .owned = true};
}

/* The parameters take the values of the operands, all at once, and the function begins again. */
static void emit_arguments_again(frame *f, uint32_t count, operand *o)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = i + 1; k < count; k++) {
            /* a later operand is this parameter as it still stands */
            if (strcmp(o[k].text, f->parameters[i])) continue;
            const char *t = temp_name(f, "t");
            line(f, "ly_value %s = %s;", t, o[k].text);
            o[k].text = t;
        }
    }
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(f->parameters[i], o[i].text)) line(f, "%s = %s;", f->parameters[i], o[i].text);
    line(f, "goto again;");
    f->again_used = true;
}

/* head[…, f[…]] where f is the function itself: nothing but constructing is left to do when the call
   comes back. The expression is made first, a hole in the place of the call, and kept in a chain;
   the call is a jump, and whoever entered the function fills the holes (ly_close_around). Source:
   Leijen and Lorenzen, "Tail Recursion Modulo Context" (2023). */
static bool is_tail_inside_constructor(frame *f, node *n)
{
    if (n->op != OP_APPLY || n->count < 1 || n->count > 2 || !f->definition || f->lazy || f->handler ||
        !is_constructor(f->e->p, n->value))
        return false;
    const node *call = n->kids[n->count - 1];
    if (call->op != OP_CALL || call->definition != f->definition || call->depth != 1 ||
        f->definition->arities[call->index] != f->arity || f->arity->any)
        return false;
    for (uint32_t i = 0; i < call->count; i++)
        if (may_be_sequence(call->kids[i])) return false;
    return n->count == 1 || n->kids[0]->op == OP_CONSTANT;
}

bool emit_tail_inside_constructor(frame *f, node *n)
{
    if (!is_tail_inside_constructor(f, n)) return false;
    node *call = n->kids[n->count - 1];
    operand *o = program_alloc(f->e->p, (call->count + 1) * sizeof *o);
    emit_operands(f, call->count, call->kids, o, true);
    consumed(f, call->count, o);
    const char *cell = emit_cell(f, n->count);
    release_owned(f, 0, NULL);
    if (f->definition->has_tail_call) line(f, "cx->iterations = 1;");
    line(f, "cx->depth++;");
    line(f, "*around = ly_construct_around(cx, %s, %s, %s, *around);", cell ? cell : "LY_FAILED",
         emit_word(f->e, n->value), n->count == 2 ? emit_word(f->e, n->kids[0]->value) : "LY_FAILED");
    emit_arguments_again(f, call->count, o);
    f->around_used = true;
    return true;
}

/* A value that a built-in makes of its argument in place: perhaps the caller's variable is that. */
bool emit_update_last(frame *f, node *n)
{
    ly_value head = updating_head(n);
    bool variable = false;
    if (!head || !f->definition || f->lazy || f->handler || n->depth) return false;
    for (uint32_t i = 0; i < n->count; i++) variable |= n->kids[i]->op == OP_LOCAL;
    if (!variable) return false;
    operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
    emit_operands(f, n->count, n->kids, o, true);
    const char *items = consumed(f, n->count, o), *word = emit_word(f->e, head), *t = temp_name(f, "t");
    const char *array = array_of(f, n->count, items);
    line(f, "ly_value %s = ly_is_updating(cx) ? ly_update_last(cx, %s, %u, %s)", t, word, n->count, array);
    if (n->op == OP_PRIMITIVE) line(f, "    : ly_op_append_take(cx, %s);", items);
    else line(f, "    : ly_apply(cx, 0, %s, %u, %s);", word, n->count, array);
    fail_if(f, "ly_failed(%s)", t);
    release_owned(f, 0, NULL);
    line(f, "return %s;", t);
    return true;
}

void emit_tail_call(frame *f, node *n)
{
    operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
    definition *d = n->definition;
    emit_operands(f, n->count, n->kids, o, true);
    fail_if(f, "!ly_steps(cx, %u) && ly_failed(ly_too_many_steps(cx))", n->steps);
    const char *items = consumed(f, n->count, o);
    release_owned(f, 0, NULL);
    const char *spliced = spliced_test(f, n, o);
    if (spliced)
        line(f, "if (%s) return ly_tail_call_slowly(cx, %s, %u, %s);", spliced, emit_word(f->e, d->symbol), n->count,
             array_of(f, n->count, items));
    if (d == f->definition && d->arities[n->index] == f->arity && !f->arity->any) {
        emit_arguments_again(f, n->count, o);
        return;
    }
    line(f, "return %s;", call_text(f, n, items));
}

/* The call of a value as an expression, its arguments evaluated where the value does not hold them. */
static const char *emit_lazy_call(frame *f, node *n)
{
    operand head;
    const char *t = temp_name(f, "t"), *word = emit_word(f->e, n->value);
    emit_operands(f, 1, n->kids, &head, true);
    line(f, "ly_value %s;", t);
    disturb(f);
    f->branches++;
    open_block(f, "if (ly_holds(cx, %s))", head.text);
    uint32_t base = f->owned_count;
    const char *values = filling(f, n);
    line(f, "%s = ly_fill_holding(cx, %s, %s, %s);", t, head.text, word, values);
    drop_made(f, base);
    f->indent--;
    open_block(f, "} else");
    operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
    emit_operands(f, n->count - 1, n->kids + 1, o, true);
    const char *items = consumed(f, n->count - 1, o);
    line(f, "%s = ly_make(cx, %s, %u, %s);", t, head.text, n->count - 1, array_of(f, n->count - 1, items));
    close_block(f);
    f->branches--;
    if (!head.owned) return t;
    disown(f, head.text);
    line(f, "ly_release(cx, %s);", head.text);
    return t;
}

/* A rule that the matcher applies gives what the evaluator goes on with: so endless rewriting is counted
   where it happens. True: n was returned so. */
bool emit_lazy_return(frame *f, node *n)
{
    if (!f->lazy || n->depth) return false;
    const char *value;
    if (n->op == OP_APPLY_VALUE) {
        value = emit_lazy_call(f, n);
        release_owned(f, 0, NULL);
    } else if (n->op == OP_LOCAL) {
        if (n->local->escapes || n->local->kind != LOCAL_PARAMETER) return false;
        value = local_text(f, n->local);
        line(f, "ly_retain(%s);", value);
        release_owned(f, 0, NULL);
    } else if (n->op == OP_TEMPLATE) {
        const char *t = temp_name(f, "t"), *values = filling(f, n);
        line(f, "ly_value %s = ly_fill(cx, %s, %s);", t, emit_word(f->e, n->value), values);
        release_owned(f, 0, NULL);
        value = t;
    } else {
        if (!goes_on(f->e->p, n->value)) return false;
        operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
        emit_operands(f, n->count, n->kids, o, true);
        const char *items = consumed(f, n->count, o);
        release_owned(f, 0, NULL);
        value = text(f, "ly_prepared(cx, %s, %u, %s)", emit_word(f->e, n->value), n->count, array_of(f, n->count, items));
    }
    line(f, "return %s;", value);
    return true;
}

