/* emit_assign.c: assignments: each leaves its value in the local itself or in a temporary.

   A local that is a C variable is assigned in C, and updated in place where nobody else holds its value.
   One that is a symbol at run time, or a symbol of the program, is assigned by the runtime. */
#include <string.h>

#include "codegen/frame.h"
#include "eval/eval.h"

/* x = F[…, x, …] of a symbol x with an F that updates in place: the argument that is x, or -1. */
int updated_argument(const node *n)
{
    const node *call = n->kids[0];
    ly_value head = call->op == OP_APPLY ? call->value
                    : call->op == OP_PRIMITIVE && call->primitive == PRIMITIVE_append ? LY_SYM(Append) : LY_FAILED;
    int at = -1;
    if (!head || !ly_symbol_of(head)->builtin || !(ly_symbol_of(head)->builtin->effects & LY_UPDATES)) return -1;
    for (uint32_t i = 0; i < call->count; i++) {
        const node *k = call->kids[i];
        bool same = n->local ? k->op == OP_LOCAL && k->local == n->local
                             : k->op == OP_SYMBOL && k->value == n->value;
        if (same && at >= 0) return -1;
        if (same) at = (int)i;
    }
    return at;
}

operand emit_updating(frame *f, node *n, int at, const char *symbol)
{
    node *call = n->kids[0];
    operand *o = program_alloc(f->e->p, call->count * sizeof *o);
    ly_value head = call->op == OP_APPLY ? call->value : LY_SYM(Append);
    emit_operands(f, (uint32_t)at, call->kids, o, true);
    emit_operands(f, call->count - (uint32_t)at - 1, call->kids + at + 1, o + at + 1, true);
    o[at] = (operand){"LY_FAILED", false, true};
    const char *items = consumed(f, call->count, o);
    disturb(f);
    return computed(f, "t", text(f, "ly_assign_update(cx, %s, %s, %d, %u, %s)", symbol, emit_word(f->e, head), at,
                                 call->count, array_of(f, call->count, items)));
}

operand emit_set_local(frame *f, node *n, bool used)
{
    local *v = n->local;
    if (v->escapes && updated_argument(n) >= 0)
        return emit_updating(f, n, updated_argument(n),
                             v->kind == LOCAL_ITERATOR ? emit_word(f->e, v->symbol) : local_text(f, v));
    const char *name = local_text(f, v), *value = emit_owned(f, n->kids[0]);
    if (v->escapes) {
        const char *symbol = v->kind == LOCAL_ITERATOR ? emit_word(f->e, v->symbol) : name;
        disturb(f);
        return computed(f, "t", text(f, "ly_assign_symbol(cx, %s, %s)", symbol, value));
    }
    line(f, "ly_release(cx, %s);", name);
    line(f, "%s = %s;", name, value);
    v->fresh = f->epoch;
    if (!used) return (operand){name, false, false};
    const char *t = temp_name(f, "t");
    line(f, "ly_value %s = ly_retain(%s);", t, name);
    own(f, t);
    return (operand){t, true, false};
}

operand emit_step(frame *f, node *n, bool used)
{
    local *v = n->local;
    const char *name = local_text(f, v), *operation = primitives[n->primitive].name;
    if (v->escapes) {
        /* the symbol's own assignment: x += by */
        const char *symbol = v->kind == LOCAL_ITERATOR ? emit_word(f->e, v->symbol) : name;
        ly_value head = ly_expr_of(n->source)->head;
        const char *by = ly_expr_of(n->source)->count > 1 ? emit_owned(f, n->kids[0]) : NULL;
        disturb(f);
        return computed(f, "t", by ? text(f, "ly_apply(cx, 1, %s, 2, (ly_value[]){ly_retain(%s), %s})", emit_word(f->e, head), symbol, by)
                                   : text(f, "ly_apply(cx, 1, %s, 1, (ly_value[]){ly_retain(%s)})", emit_word(f->e, head), symbol));
    }
    operand by = emit_value(f, n->kids[0]);
    const char *t = temp_name(f, "t");
    line(f, "ly_value %s = ly_op_%s(cx, %s, %s);", t, operation, name, by.text);
    if (by.owned) {
        disown(f, by.text);
        line(f, "ly_release(cx, %s);", by.text);
    }
    fail_if(f, "ly_failed(%s)", t);
    if (used && n->post) {
        const char *old = temp_name(f, "t");
        line(f, "ly_value %s = %s;", old, name);
        line(f, "%s = %s;", name, t);
        own(f, old);
        return (operand){old, true, false};
    }
    line(f, "ly_release(cx, %s);", name);
    line(f, "%s = %s;", name, t);
    if (!used) return (operand){name, false, false};
    const char *now = temp_name(f, "t");
    line(f, "ly_value %s = ly_retain(%s);", now, name);
    own(f, now);
    return (operand){now, true, false};
}

operand emit_set_part(frame *f, node *n)
{
    local *v = n->local;
    operand *o = program_alloc(f->e->p, n->count * sizeof *o);
    emit_operands(f, n->count, n->kids, o, true);
    disturb(f);
    if (!v || v->escapes) {
        const char *symbol = !v || v->kind == LOCAL_ITERATOR ? emit_word(f->e, n->value) : local_text(f, v);
        const char *value = consumed(f, 1, o), *specs = consumed(f, n->count - 1, o + 1);
        return computed(f, "t", text(f, "ly_symbol_set_part(cx, %s, %u, (ly_value[]){%s}, %s)", symbol,
                                     n->count - 1, specs, value));
    }
    ly_text specs = {0};
    for (uint32_t i = 1; i < n->count; i++)
        ly_text_printf(&specs, "%s%s", i > 1 ? ", " : "", o[i].text);
    const char *t = temp_name(f, "t");
    if (o[0].owned) disown(f, o[0].text);
    line(f, "ly_value %s = ly_local_set_part(cx, &%s, %u, (ly_value[]){%s}, %s, %s);", t, local_text(f, v),
         n->count - 1, specs.data, o[0].text, emit_word(f->e, ly_expr_of(n->source)->args[0]));
    ly_text_free(&specs);
    for (uint32_t i = 1; i < n->count; i++) {
        if (!o[i].owned) continue;
        disown(f, o[i].text);
        line(f, "ly_release(cx, %s);", o[i].text);
    }
    fail_if(f, "ly_failed(%s)", t);
    own(f, t);
    return (operand){t, true, false};
}

operand emit_set_list(frame *f, node *n)
{
    uint32_t count = n->count - 1;
    const char *value = emit_owned(f, n->kids[0]), *items = temp_name(f, "items");
    own(f, value);
    line(f, "ly_value %s[%u];", items, count);
    open_block(f, "if (ly_list_parts(cx, %s, %u, %s, %s))", value, count, items,
               emit_word(f->e, ly_expr_of(n->source)->args[0]));
    for (uint32_t i = 0; i < count; i++) {
        local *v = n->kids[i + 1]->local;
        const char *name = local_text(f, v);
        if (v->escapes) {
            line(f, "ly_release(cx, ly_assign_symbol(cx, %s, %s[%u]));", name, items, i);
        } else {
            line(f, "ly_release(cx, %s);", name);
            line(f, "%s = %s[%u];", name, items, i);
        }
    }
    close_block(f);
    return (operand){value, true, false};
}

operand emit_update(frame *f, node *n, bool used)
{
    local *v = n->local;
    const char *item = emit_owned(f, n->kids[0]);
    disturb(f);
    if (!v || v->escapes) {
        const char *symbol = !v || v->kind == LOCAL_ITERATOR ? emit_word(f->e, n->value) : local_text(f, v);
        return computed(f, "t", text(f, "ly_apply(cx, 1, %s, 2, (ly_value[]){ly_retain(%s), %s})",
                                     emit_word(f->e, ly_expr_of(n->source)->head), symbol, item));
    }
    fail_if(f, "!ly_local_append(cx, &%s, %s, %s)", local_text(f, v), item, n->post ? "true" : "false");
    if (!used) return (operand){local_text(f, v), false, false};
    const char *t = temp_name(f, "t");
    line(f, "ly_value %s = ly_retain(%s);", t, local_text(f, v));
    own(f, t);
    return (operand){t, true, false};
}

operand emit_assign(frame *f, node *n)
{
    uint32_t count = n->count - 2;
    operand *o = program_alloc(f->e->p, n->count * sizeof *o);
    node *value = n->kids[count + 1];
    const char *head = n->kids[0]->op == OP_LOCAL && n->kids[0]->local->kind != LOCAL_ITERATOR
                           ? local_text(f, n->kids[0]->local)
                           : emit_word(f->e, n->kids[0]->source);
    /* the value first, as Set does */
    if (value) emit_operands(f, 1, &value, o + count, true);
    emit_operands(f, count, n->kids + 1, o, true);
    const char *items = consumed(f, count, o), *v = value ? consumed(f, 1, o + count) : NULL;
    disturb(f);
    const char *target = text(f, "ly_make(cx, %s, %u, (ly_value[]){%s})", head, count, items);
    return computed(f, "t", v ? text(f, "ly_apply(cx, 1, %s, 2, (ly_value[]){%s, %s})", emit_word(f->e, n->value), target, v)
                              : text(f, "ly_apply(cx, 1, %s, 1, (ly_value[]){%s})", emit_word(f->e, n->value), target));
}
