/* emit_assign.c: assignments: each leaves its value in the local itself or in a temporary.

   A local that is a C variable is assigned in C, and updated in place where nobody else holds its value.
   One that is a symbol at run time, or a symbol of the program, is assigned by the runtime. */
#include <string.h>

#include "codegen/frame.h"

ly_value updating_head(const node *call)
{
    ly_value head = call->op == OP_APPLY ? call->value
                    : call->op == OP_PRIMITIVE && call->primitive == PRIMITIVE_append ? LY_SYM(Append) : LY_FAILED;
    return head && ly_symbol_of(head)->builtin && ly_symbol_of(head)->builtin->effects & LY_UPDATES ? head : LY_FAILED;
}

/* The argument of n's call that is the variable that n assigns, or -1: none is, or several are. */
static int assigned_argument(const node *n)
{
    const node *call = n->kids[0];
    int at = -1;
    for (uint32_t i = 0; i < call->count; i++) {
        const node *k = call->kids[i];
        bool same = n->local ? k->op == OP_LOCAL && k->local == n->local
                             : k->op == OP_SYMBOL && k->value == n->value;
        if (same && at >= 0) return -1;
        if (same) at = (int)i;
    }
    return at;
}

/* x = F[…, x, …] of a symbol x with an F that updates in place: the argument that is x, or -1. */
int updated_argument(const node *n)
{
    return updating_head(n->kids[0]) ? assigned_argument(n) : -1;
}

/* x = f[…, x, …] of a symbol x with an f of the program: what f does to its argument in the end may be
   done to the symbol's value in place. */
void mark_updating(const node *n, const char *symbol)
{
    node *call = n->kids[0];
    if (call->op == OP_CALL && assigned_argument(n) >= 0) call->updated = symbol;
}

operand emit_updating(frame *f, node *n, int at, const char *symbol)
{
    node *call = n->kids[0];
    operand *o = program_alloc(f->e->p, call->count * sizeof *o);
    ly_value head = call->op == OP_APPLY ? call->value : LY_SYM(Append);
    emit_operands(f, call->count, call->kids, o, true);
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
    const char *name = local_text(f, v);
    const char *symbol = v->kind == LOCAL_ITERATOR ? emit_word(f->e, v->symbol) : name;
    if (v->escapes) mark_updating(n, symbol);
    const char *value = emit_owned(f, n->kids[0]);
    if (v->escapes) {
        disturb(f);
        return computed(f, "t", text(f, "ly_assign_symbol(cx, %s, %s)", symbol, value));
    }
    line(f, "ly_release(cx, %s);", name);
    line(f, "%s = %s;", name, value);
    v->fresh = f->epoch;
    if (!used) return (operand){.text = name};
    const char *t = temp_name(f, "t");
    line(f, "ly_value %s = ly_retain(%s);", t, name);
    own(f, t);
    return (operand){.text = t, .owned = true};
}

operand emit_step(frame *f, node *n, bool used)
{
    local *v = n->local;
    if (!v || v->escapes) {
        /* the symbol's own assignment: x += by */
        const char *symbol = !v ? emit_word(f->e, n->value)
                             : v->kind == LOCAL_ITERATOR ? emit_word(f->e, v->symbol) : local_text(f, v);
        ly_value head = ly_expr_of(n->source)->head;
        const char *by = ly_expr_of(n->source)->count > 1 ? emit_owned(f, n->kids[0]) : NULL;
        disturb(f);
        return computed(f, "t", by ? text(f, "ly_apply(cx, %u, %s, 2, (ly_value[]){ly_retain(%s), %s})", n->depth,
                                          emit_word(f->e, head), symbol, by)
                                   : text(f, "ly_apply(cx, %u, %s, 1, (ly_value[]){ly_retain(%s)})", n->depth,
                                          emit_word(f->e, head), symbol));
    }
    const char *name = local_text(f, v), *operation = primitives[n->primitive].name;
    operand by = emit_value(f, n->kids[0]);
    const char *t = temp_name(f, "t");
    line(f, "ly_value %s = ly_op_%s(cx, %s, %s);", t, operation, name, by.text);
    drop_operand(f, &by);
    fail_if(f, "ly_failed(%s)", t);
    if (used && n->post) {
        const char *old = temp_name(f, "t");
        line(f, "ly_value %s = %s;", old, name);
        line(f, "%s = %s;", name, t);
        own(f, old);
        return (operand){.text = old, .owned = true};
    }
    line(f, "ly_release(cx, %s);", name);
    line(f, "%s = %s;", name, t);
    if (!used) return (operand){.text = name};
    const char *now = temp_name(f, "t");
    line(f, "ly_value %s = ly_retain(%s);", now, name);
    own(f, now);
    return (operand){.text = now, .owned = true};
}

/* The specifications of a part: (ly_value[]){a, b}. */
static const char *spec_texts(frame *f, node *n, const operand *o)
{
    ly_text specs = {0};
    for (uint32_t i = 1; i < n->count; i++)
        ly_text_printf(&specs, "%s%s", i > 1 ? ", " : "", o[i].text);
    const char *result = text(f, "(ly_value[]){%s}", specs.data);
    ly_text_free(&specs);
    return result;
}

static void drop_specs(frame *f, node *n, const operand *o)
{
    for (uint32_t i = n->count; i-- > 1;) {
        if (!o[i].owned) continue;
        disown(f, o[i].text);
        line(f, "ly_release(cx, %s);", o[i].text);
    }
}

/* t = the assignment n by the evaluator, which says what is wrong with it: the local is a symbol
   meanwhile, and keeps what that holds in the end. given: what is known of its arguments. */
static void emit_by_variable(frame *f, node *n, const char *t, const char *given)
{
    local *v = n->local;
    const char *symbol = temp_name(f, "v");
    line(f, "ly_value %s = %s;", symbol, variable_text(f, v, local_text(f, v)));
    line(f, "%s = LY_FAILED;", v->name);
    own(f, symbol);
    uint32_t base = f->owned_count;
    v->standing = symbol;
    const char *values = filling(f, n);
    v->standing = NULL;
    line(f, "%s = ly_evaluate_given(cx, %s, 0, %s, %s);", t, emit_word(f->e, n->source), given, values);
    drop_made(f, base);
    disown(f, symbol);
    line(f, "%s = ly_variable_take(cx, %s);", v->name, symbol);
    fail_if(f, "ly_failed(%s)", t);
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
    const char *t = temp_name(f, "t"), *specs = spec_texts(f, n, o);
    line(f, "ly_value %s = %s;", t, o[0].text);
    if (o[0].owned) disown(f, o[0].text);
    own(f, t);
    open_block(f, "if (!ly_local_set_part(cx, &%s, %u, %s, %s))", local_text(f, v), n->count - 1, specs, t);
    disown(f, t);
    emit_by_variable(f, n, t, text(f, "2, (ly_value[]){LY_FAILED, %s}", t));
    close_block(f);
    own(f, t);
    drop_specs(f, n, o);
    return (operand){.text = t, .owned = true};
}

/* v[[specs]] += by, where there is such a part; else the evaluator says what is wrong. */
operand emit_step_part(frame *f, node *n)
{
    static const char *const names[] = {"+", "-", "*"};
    local *v = n->local;
    bool symbol = !v || v->escapes;
    operand *o = program_alloc(f->e->p, n->count * sizeof *o);
    emit_operands(f, n->count, n->kids, o, true);
    disturb(f);
    const char *t = temp_name(f, "t"), *specs = spec_texts(f, n, o);
    const char *operation = names[n->primitive == PRIMITIVE_times ? 2 : n->primitive == PRIMITIVE_subtract];
    bool has_by = ly_expr_of(n->source)->count > 1;
    line(f, "ly_value %s;", t);
    const char *given = has_by ? text(f, "2, (ly_value[]){LY_FAILED, ly_retain(%s)}", o[0].text) : "0, NULL";
    const char *what = !v || v->kind == LOCAL_ITERATOR ? emit_word(f->e, n->value) : local_text(f, v);
    open_block(f, "if (!ly_%s_step_part(cx, %s%s, %u, %s, '%s', %s, %s, &%s))", symbol ? "symbol" : "local",
               symbol ? "" : "&", what, n->count - 1, specs, operation, o[0].text, n->post ? "true" : "false", t);
    if (symbol) {
        uint32_t base = f->owned_count;
        const char *values = filling(f, n);
        line(f, "%s = ly_evaluate_given(cx, %s, 0, %s, %s);", t, emit_word(f->e, n->source), given, values);
        drop_made(f, base);
    } else {
        emit_by_variable(f, n, t, given);
    }
    close_block(f);
    fail_if(f, "ly_failed(%s)", t);
    own(f, t);
    drop_specs(f, n, o);
    if (o[0].owned) {
        disown(f, o[0].text);
        line(f, "ly_release(cx, %s);", o[0].text);
    }
    return (operand){.text = t, .owned = true};
}

operand emit_set_list(frame *f, node *n)
{
    uint32_t count = n->count - 1;
    const char *value = emit_owned(f, n->kids[0]), *items = temp_name(f, "items");
    bool constant = n->kids[0]->op == OP_CONSTANT;
    if (!constant) own(f, value);
    line(f, "ly_value %s[%u];", items, count);
    f->branches++;
    open_block(f, "if (ly_list_parts(cx, %s, %u, %s))", value, count, items);
    for (uint32_t i = 0; i < count; i++) {
        local *item = n->kids[i + 1]->kids[0]->local;
        line(f, "ly_value %s = %s[%u];", local_text(f, item), items, i);
        item->branches = f->branches;
        item->fresh = f->epoch;
        own(f, item->name);
    }
    for (uint32_t i = 0; i < count; i++) {
        local *item = n->kids[i + 1]->kids[0]->local;
        emit_discard(f, n->kids[i + 1]);
        if (!is_owned(f, item->name)) continue;
        disown(f, item->name);
        line(f, "ly_release(cx, %s);", item->name);
    }
    f->indent--;
    open_block(f, "} else");
    uint32_t base = f->owned_count;
    const char *values = filling(f, n);
    line(f, "ly_refuse_shape(cx, %s, %s, %s);", value, emit_word(f->e, ly_expr_of(n->source)->args[0]), values);
    drop_made(f, base);
    close_block(f);
    f->branches--;
    disturb(f);
    return (operand){.text = value, .owned = !constant, .constant = constant};
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
    open_block(f, "if (!ly_local_append(cx, &%s, %s, %s))", local_text(f, v), item, n->post ? "true" : "false");
    const char *refused = temp_name(f, "t");
    line(f, "ly_value %s;", refused);
    emit_by_variable(f, n, refused, text(f, "2, (ly_value[]){LY_FAILED, %s}", item));
    line(f, "ly_release(cx, %s);", refused);
    close_block(f);
    fail_if(f, "ly_failed(%s)", v->name);
    if (!used) return (operand){.text = local_text(f, v)};
    const char *t = temp_name(f, "t");
    line(f, "ly_value %s = ly_retain(%s);", t, local_text(f, v));
    own(f, t);
    return (operand){.text = t, .owned = true};
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
