/* emit_operand.c: locals and the operands of calls as C text.

   What is owned stands on the frame's stack until it is consumed. Locals are C variables; a local that
   is read for the last time is moved: the variable is zeroed, and zero is nothing to release. */
#include <stdarg.h>
#include <string.h>

#include "codegen/frame.h"

const char *text(frame *f, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *result = program_format(f->e->p, format, arguments);
    va_end(arguments);
    return result;
}

const char *local_text(frame *f, local *v)
{
    if (v->name) return v->name;
    const char *name = v->symbol ? ly_symbol_name(v->symbol) : "x";
    if (v->symbol && strcmp(ly_symbol_of(v->symbol)->context, "Lyra`Locals`") == 0)
        name = text(f, "%.*s", (int)strcspn(name, "0123456789"), name); /* the compiler's own: element12 */
    return v->name = local_name(f, name);
}

/* ly_value t = …, owned, checked. */
operand computed(frame *f, const char *stem, const char *expression)
{
    const char *t = temp_name(f, stem);
    line(f, "ly_value %s = %s;", t, expression);
    fail_if(f, "ly_failed(%s)", t);
    own(f, t);
    return (operand){t, true, false};
}

/* ---- locals */

/* Has no effect and needs no code: its place among other operands does not matter. */
static bool is_trivial(const node *n) { return n->op == OP_CONSTANT || n->op == OP_LOCAL; }

/* The local as a value; evaluated again where what was evaluated since may have changed its meaning. */
static void refresh(frame *f, local *v)
{
    const char *name = local_text(f, v);
    if (v->borrowed || v->fresh == f->epoch) return;
    fail_if(f, "ly_stale(cx, %s) && ly_failed(%s = ly_evaluate_take(cx, %s))", name, name, name);
    v->fresh = f->epoch;
    f->refreshes++;
}

operand emit_local(frame *f, node *n, bool value)
{
    local *v = n->local;
    const char *name = local_text(f, v);
    if (v->escapes && v->kind != LOCAL_PARAMETER)
        return computed(f, "t", v->kind == LOCAL_ITERATOR ? text(f, "ly_evaluate(cx, %s)", emit_word(f->e, v->symbol))
                                                          : text(f, "ly_evaluate(cx, %s)", name));
    /* what held code shows, and what came held, stays as it was given: a copy is evaluated */
    if (value && v->kind == LOCAL_PARAMETER && (f->held || v->quoted || (f->lazy && v->parameter)) &&
        v->fresh != f->epoch && !v->borrowed) {
        const char *t = temp_name(f, "t");
        line(f, "ly_value %s = ly_retain(%s);", t, name);
        own(f, t);
        fail_if(f, "ly_stale(cx, %s) && ly_failed(%s = ly_evaluate_take(cx, %s))", t, t, t);
        f->refreshes++;
        return (operand){t, true, false};
    }
    if (value) refresh(f, v);
    return (operand){name, false, false};
}

const char *variable_text(frame *f, local *v, const char *value)
{
    if (!v->serial && v->mark)
        v->serial = local_name(f, program_text(f->e->p, "%s_serial", v->name));
    return text(f, "ly_variable(cx, %s, %s, %s)", emit_word(f->e, v->shown),
                v->mark ? v->serial : "cx->temporary_serial++", value);
}

/* The arguments "n, symbols, values" for a template: constants and C variables. */
const char *filling(frame *f, node *n)
{
    ly_text symbols = {0}, values = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->use_count; i++) {
        local *v = n->uses[i];
        const char *name = local_text(f, v);
        if (v->kind == LOCAL_ITERATOR) { /* the symbol itself */
            if (!v->escapes)
                line(f, "ly_range_show_now(cx, &%s, %s, %s);", v->range, emit_word(f->e, v->symbol), name);
            continue;
        }
        const char *value = v->standing ? v->standing : name;
        if (!v->standing && v->kind == LOCAL_VARIABLE && !v->escapes) {
            /* what stays undecided shows a symbol of its own */
            const char *t = temp_name(f, "v");
            line(f, "ly_value %s = %s;", t, variable_text(f, v, text(f, "ly_retain(%s)", name)));
            own(f, t);
            value = t;
        }
        ly_text_printf(&symbols, "%s%s", count ? ", " : "", emit_word(f->e, v->symbol));
        ly_text_printf(&values, "%s%s", count ? ", " : "", value);
        count++;
    }
    const char *result = "0, NULL, NULL";
    if (count)
        result = program_text(f->e->p, "%u, (ly_value[]){%s}, (ly_value[]){%s}", count, symbols.data,
                              values.data);
    ly_text_free(&symbols);
    ly_text_free(&values);
    return result;
}

/* Variables made for an undecided expression end with it. */
void drop_made(frame *f, uint32_t from)
{
    while (f->owned_count > from) {
        line(f, "ly_release(cx, %s);", f->owned[f->owned_count - 1]);
        f->owned_count--;
    }
}

/* ---- operands of a call */

/* Somewhere in n the local is moved. */
static bool moves(const node *n, const local *v)
{
    if (n->op == OP_LOCAL) return n->last && n->local == v;
    for (uint32_t i = 0; i < n->count; i++)
        if (n->kids[i] && moves(n->kids[i], v)) return true;
    return false;
}

/* Values of kids in order, each owned and on the stack, or a constant. */
void emit_operands(frame *f, uint32_t count, node **kids, operand *operands, bool owned)
{
    for (uint32_t i = 0; i < count; i++) {
        bool later = false; /* a local read here may be another by the time it is used */
        for (uint32_t k = i + 1; k < count && kids[i]->op == OP_LOCAL; k++)
            later |= !is_trivial(kids[k]) && (kids[i]->local->assigned || moves(kids[k], kids[i]->local));
        operand o = emit_value(f, kids[i]);
        bool local_read = kids[i]->op == OP_LOCAL && !o.owned;
        if (local_read && (later || owned)) {
            local *v = kids[i]->local;
            if (kids[i]->last && owned && !later && !v->escapes && !v->borrowed && !v->assigned &&
                v->branches == f->branches) {
                /* its last use on every way: the variable itself is what is consumed (one that is
                   assigned again is zeroed instead, for the assignment releases what it held) */
                operands[i] = (operand){o.text, true, false};
                continue;
            }
            const char *t = temp_name(f, "t");
            if (kids[i]->last && owned && !v->escapes && !v->borrowed) {
                line(f, "ly_value %s = %s;", t, o.text);
                line(f, "%s = LY_FAILED;", o.text);
            } else {
                line(f, "ly_value %s = ly_retain(%s);", t, o.text);
            }
            own(f, t);
            o = (operand){t, true, false};
        } else if (owned && !o.owned && !o.constant) {
            const char *t = temp_name(f, "t");
            line(f, "ly_value %s = ly_retain(%s);", t, o.text);
            own(f, t);
            o = (operand){t, true, false};
        }
        operands[i] = o;
    }
}

/* They are consumed by what is written next. */
const char *consumed(frame *f, uint32_t count, const operand *operands)
{
    ly_text all = {0};
    for (uint32_t i = 0; i < count; i++) {
        ly_text_printf(&all, "%s%s", i ? ", " : "", operands[i].text);
        if (operands[i].owned) disown(f, operands[i].text);
    }
    const char *result = program_text(f->e->p, "%s", all.data ? all.data : "");
    ly_text_free(&all);
    return result;
}

const char *array_of(frame *f, uint32_t count, const char *items)
{
    return count ? text(f, "(ly_value[]){%s}", items) : "NULL";
}

