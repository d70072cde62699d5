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
    return (operand){.text = t, .owned = true};
}

/* ---- locals */

/* Has no effect and needs no code: its place among other operands does not matter. */
static bool is_trivial(const node *n) { return n->op == OP_CONSTANT || n->op == OP_LOCAL; }

/* The value of a local. Where what was evaluated since may have changed its meaning, and where it came held,
   it is evaluated; the local itself stays as it was given, for another use may find yet another value,
   unless this is the last one. owned: the value is wanted on the stack, or is the local moved. */
operand emit_local(frame *f, node *n, bool owned)
{
    local *v = n->local;
    const char *name = local_text(f, v);
    if (v->escapes && v->kind != LOCAL_PARAMETER)
        return computed(f, "t", v->kind == LOCAL_ITERATOR ? text(f, "ly_evaluate(cx, %s)", emit_word(f->e, v->symbol))
                                                          : text(f, "ly_evaluate(cx, %s)", name));
    bool shown = v->kind == LOCAL_PARAMETER && (f->held || v->quoted || (f->lazy && v->parameter));
    if (v->fresh == f->epoch) {
        if (!shown && !v->borrowed && v->kind != LOCAL_ITERATOR)
            fail_if(f, "ly_unsettled(cx, %s) && ly_failed(%s = ly_evaluate_take(cx, %s))", name, name, name);
        return (operand){.text = name};
    }
    f->refreshes++;
    if (n->last && !v->borrowed && !shown) {
        fail_if(f, "ly_stale(cx, %s) && ly_failed(%s = ly_evaluate_take(cx, %s))", name, name, name);
        v->fresh = f->epoch;
        return (operand){.text = name};
    }
    const char *t = temp_name(f, "t");
    if (owned) {
        line(f, "ly_value %s = ly_retain(%s);", t, name);
        own(f, t);
        fail_if(f, "ly_stale(cx, %s) && ly_failed(%s = ly_evaluate_take(cx, %s))", t, t, t);
        return (operand){.text = t, .owned = true};
    }
    const char *made = temp_name(f, "made");
    line(f, "ly_value %s = %s, %s = LY_FAILED;", t, name, made);
    fail_if(f, "ly_stale(cx, %s) && ly_failed(%s = %s = ly_evaluate(cx, %s))", t, t, made, t);
    own(f, made);
    return (operand){.text = t, .made = made};
}

void drop_operand(frame *f, const operand *o)
{
    const char *owned = o->owned ? o->text : o->made;
    if (!owned) return;
    disown(f, owned);
    line(f, "ly_release(cx, %s);", owned);
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
        node *n = kids[i];
        for (; n->op == OP_SEQUENCE; n = n->kids[n->count - 1])
            for (uint32_t k = 0; k + 1 < n->count; k++) emit_discard(f, n->kids[k]);
        if (n->op != OP_LOCAL) {
            operand o = emit_value(f, n);
            if (owned && !o.owned && !o.constant) {
                const char *t = temp_name(f, "t");
                line(f, "ly_value %s = ly_retain(%s);", t, o.text);
                own(f, t);
                o = (operand){.text = t, .owned = true};
            }
            operands[i] = o;
            continue;
        }
        local *v = n->local;
        bool later = false; /* a local read here may be another by the time it is used */
        for (uint32_t k = i + 1; k < count; k++)
            later |= !is_trivial(kids[k]) && (v->assigned || moves(kids[k], v));
        bool kept = owned || later;
        operand o = emit_local(f, n, kept);
        if (kept && !o.owned) {
            bool moved = n->last && owned && !v->escapes && !v->borrowed;
            if (moved && !later && !v->assigned && v->branches == f->branches) {
                /* its last use on every way: the variable itself is what is consumed (one that is
                   assigned again is zeroed instead, for the assignment releases what it held) */
                operands[i] = (operand){.text = o.text, .owned = true};
                continue;
            }
            const char *t = temp_name(f, "t");
            line(f, moved ? "ly_value %s = %s;" : "ly_value %s = ly_retain(%s);", t, o.text);
            if (moved) line(f, "%s = LY_FAILED;", o.text);
            own(f, t);
            o = (operand){.text = t, .owned = true};
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

