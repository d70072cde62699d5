/* emit_node.c: nodes as C statements and operands.

   emit_value writes the statements that compute a node and gives the text of its value. What is owned
   stands on the frame's stack until it is consumed. Locals are C variables; a local that is read for
   the last time is moved: the variable is zeroed, and zero is nothing to release. */
#include <stdarg.h>
#include <string.h>

#include "codegen/frame.h"
#include "eval/eval.h"

const char *text(frame *f, const char *format, ...)
{
    char room[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(room, sizeof room, format, arguments);
    va_end(arguments);
    return program_text(f->e->p, "%s", room);
}

const char *local_text(frame *f, local *v)
{
    if (!v->name)
        v->name = local_name(f, v->symbol && strcmp(ly_symbol_of(v->symbol)->context, "Lyra`Locals`") == 0
                                    ? (ly_symbol_name(v->symbol)[0] == 'e' ? "element" : "other")
                                    : v->symbol ? ly_symbol_name(v->symbol) : "x");
    return v->name;
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

/* How much deeper the evaluator's part begins. A tail call counts as one: in C it is nested, and only
   counting keeps endless ones finite. */
static uint32_t nesting(const node *n) { return n->depth ? n->depth : 1; }

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

static operand emit_local(frame *f, node *n, bool value)
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

/* The arguments "n, symbols, values" for a template: constants and C variables. */
const char *filling(frame *f, node *n)
{
    ly_text symbols = {0}, values = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < n->use_count; i++) {
        local *v = n->uses[i];
        const char *name = local_text(f, v);
        if (v->kind == LOCAL_ITERATOR && v->escapes) continue; /* the symbol itself */
        const char *value = name;
        if ((v->kind == LOCAL_VARIABLE || v->kind == LOCAL_ITERATOR) && !v->escapes) {
            /* what stays undecided shows a symbol of its own */
            const char *t = temp_name(f, "v");
            line(f, "ly_value %s = ly_variable(cx, %s, ly_retain(%s));", t, emit_word(f->e, v->symbol), name);
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
static void drop_made(frame *f, uint32_t from)
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

/* ---- primitives */

static operand emit_arithmetic(frame *f, node *n)
{
    const char *name = primitives[n->primitive].name;
    operand o[2];
    bool part = n->primitive == PRIMITIVE_part, append = n->primitive == PRIMITIVE_append;
    emit_operands(f, 2, n->kids, o, append);
    if (part || append) {
        if (part && !o[0].owned && !o[1].owned)
            return computed(f, "t", text(f, "ly_op_part(cx, %s, %s)", o[0].text, o[1].text));
    } else if (!o[0].owned && !o[1].owned) {
        return computed(f, "t", text(f, "ly_op_%s(cx, %s, %s)", name, o[0].text, o[1].text));
    }
    if ((o[0].owned || o[0].constant) && (o[1].owned || o[1].constant)) {
        const char *items = consumed(f, 2, o);
        return computed(f, "t", text(f, "ly_op_%s_take(cx, %s)", name, items));
    }
    /* one is a local: borrow both, drop the other */
    const char *t = temp_name(f, "t"), *temporary = o[0].owned ? o[0].text : o[1].text;
    line(f, "ly_value %s = ly_op_%s(cx, %s, %s);", t, name, o[0].text, o[1].text);
    disown(f, temporary);
    line(f, "ly_release(cx, %s);", temporary);
    fail_if(f, "ly_failed(%s)", t);
    own(f, t);
    return (operand){t, true, false};
}

static operand emit_primitive(frame *f, node *n)
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
    return (operand){t, true, false};
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
    case OP_LOCAL: return !n->local->parameter;
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

static operand emit_call(frame *f, node *n)
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
    const char *spliced = spliced_test(f, n, o);
    if (spliced) {
        line(f, "ly_value %s = %s ? ly_call_slowly(cx, %s, %u, %s)", t, spliced, emit_word(f->e, d->symbol),
             n->count, array_of(f, n->count, items));
        line(f, "    : %s(cx%s%s);", d->arities[n->index]->name, n->count ? ", " : "", items);
    } else {
        line(f, "ly_value %s = %s(cx%s%s);", t, d->arities[n->index]->name, n->count ? ", " : "", items);
    }
    if (n->depth) line(f, n->depth == 1 ? "cx->depth--;" : "cx->depth -= %u;", n->depth);
    if (saved) line(f, "cx->iterations = %s;", saved);
    fail_if(f, "ly_failed(%s)", t);
    own(f, t);
    disturb(f);
    return (operand){t, true, false};
}

/* Nothing is known of the symbol: most likely it only builds expressions. */
static bool is_constructor(frame *f, ly_value symbol)
{
    const definition *d = definition_of(f->e->p, symbol);
    return !ly_symbol_of(symbol)->builtin && (!d || (d->rule_count == 0 && !d->attributes &&
                                                     !d->attributes_unknown && !d->changed && !d->valued));
}

static operand emit_apply(frame *f, node *n)
{
    operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
    emit_operands(f, n->count, n->kids, o, true);
    const char *items = consumed(f, n->count, o), *head = emit_word(f->e, n->value);
    disturb(f);
    if (is_constructor(f, n->value) && (n->count == 1 || n->count == 2))
        return computed(f, "t", text(f, "ly_construct%u(cx, %s, %s)", n->count, head, items));
    if (is_constructor(f, n->value))
        return computed(f, "t", text(f, "ly_construct(cx, %s, %u, %s)", head, n->count,
                                     array_of(f, n->count, items)));
    return computed(f, "t", text(f, "ly_apply(cx, %u, %s, %u, %s)", nesting(n), head, n->count,
                                 array_of(f, n->count, items)));
}

static operand emit_apply_value(frame *f, node *n)
{
    const char *t = temp_name(f, "t");
    operand head = emit_value(f, n->kids[0]);
    if (!head.owned && !head.constant) {
        const char *kept = temp_name(f, "t");
        line(f, "ly_value %s = ly_retain(%s);", kept, head.text);
        own(f, kept);
        head = (operand){kept, true, false};
    }
    line(f, "ly_value %s;", t);
    disturb(f);
    f->branches++;
    open_block(f, "if (ly_holds(cx, %s))", head.text);
    uint32_t base = f->owned_count;
    const char *values = filling(f, n);
    line(f, "%s = ly_evaluate_filled(cx, %u, %s, %s);", t, nesting(n), emit_word(f->e, n->value), values);
    drop_made(f, base);
    fail_if(f, "ly_failed(%s)", t);
    f->indent--;
    open_block(f, "} else");
    operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
    emit_operands(f, n->count - 1, n->kids + 1, o, true);
    const char *items = consumed(f, n->count - 1, o);
    line(f, "%s = ly_apply(cx, %u, %s, %u, %s);", t, nesting(n), head.text, n->count - 1,
         array_of(f, n->count - 1, items));
    fail_if(f, "ly_failed(%s)", t);
    close_block(f);
    f->branches--;
    disturb(f);
    if (head.owned) {
        disown(f, head.text);
        line(f, "ly_release(cx, %s);", head.text);
    }
    own(f, t);
    return (operand){t, true, false};
}

static operand emit_template(frame *f, node *n)
{
    disturb(f);
    uint32_t base = f->owned_count;
    const char *values = filling(f, n), *word = emit_word(f->e, n->value), *t = temp_name(f, "t");
    line(f, "ly_value %s = ly_evaluate_filled(cx, %u, %s, %s);", t, nesting(n), word, values);
    drop_made(f, base);
    fail_if(f, "ly_failed(%s)", t);
    own(f, t);
    return (operand){t, true, false};
}

/* ---- tests */

/* The value of a node whose last test was undecided: the call goes on by the evaluator. */
static void emit_undecided(frame *f, node *n, const char *into)
{
    uint32_t base = f->owned_count;
    const char *values = filling(f, n);
    line(f, "%s = ly_undecided(cx, %s, %u, %s);", into, emit_word(f->e, n->source), n->index, values);
    drop_made(f, base);
    fail_if(f, "ly_failed(%s)", into);
}

const char *emit_test(frame *f, node *n)
{
    const char *c = temp_name(f, "c");
    if (n->op == OP_PRIMITIVE && (primitives[n->primitive].kind == 't' || primitives[n->primitive].kind == 'q')) {
        operand o[2];
        uint32_t count = n->count;
        emit_operands(f, count, n->kids, o, false);
        line(f, "int %s = ly_test_%s(cx, %s%s%s);", c, primitives[n->primitive].name, o[0].text,
             count > 1 ? ", " : "", count > 1 ? o[1].text : "");
        for (uint32_t i = count; i-- > 0;) {
            if (!o[i].owned) continue;
            disown(f, o[i].text);
            line(f, "ly_release(cx, %s);", o[i].text);
        }
        if (primitives[n->primitive].kind == 't') fail_if(f, "%s < 0", c);
        return c;
    }
    if (n->op == OP_NOT) {
        const char *inner = emit_test(f, n->kids[0]);
        line(f, "int %s = ly_test_not(cx, %s);", c, inner);
        fail_if(f, "%s < 0", c);
        return c;
    }
    if (n->op == OP_AND || n->op == OP_OR) {
        const char *going = n->op == OP_AND ? "LY_TRUE" : "LY_FALSE";
        line(f, "int %s = %s;", c, going);
        uint32_t depth = 0;
        f->branches++;
        for (uint32_t i = 0; i < n->count; i++) {
            if (i) {
                open_block(f, "if (%s == %s)", c, going);
                depth++;
            }
            const char *inner = emit_test(f, n->kids[i]);
            line(f, "%s = %s;", c, inner);
            open_block(f, "if (%s == LY_UNDECIDED)", inner);
            const char *t = temp_name(f, "t");
            uint32_t index = n->index;
            n->index = i;
            line(f, "ly_value %s;", t);
            emit_undecided(f, n, t);
            n->index = index;
            line(f, "%s = ly_test_value_take(cx, %s);", c, t);
            /* what follows was evaluated with it */
            if (i + 1 < n->count) line(f, "if (%s == %s) %s = LY_DECIDED + %s;", c, going, c, going);
            close_block(f);
        }
        while (depth--) close_block(f);
        f->branches--;
        disturb(f);
        if (n->count > 1) line(f, "if (%s >= LY_DECIDED) %s -= LY_DECIDED;", c, c);
        return c;
    }
    if (n->op == OP_CONSTANT && (n->value == LY_SYM(True) || n->value == LY_SYM(False)))
        return n->value == LY_SYM(True) ? "LY_TRUE" : "LY_FALSE";
    const char *v = emit_owned(f, n);
    line(f, "int %s = ly_test_value_take(cx, %s);", c, v);
    return c;
}

/* ---- control */

typedef enum place { INTO, DISCARD, RETURN } place; /* where a value goes */

/* n (NULL: Null) computed into its place */
static void emit_placed(frame *f, node *n, place place, const char *to)
{
    if (n) {
        if (place == INTO) emit_into(f, n, to);
        else if (place == DISCARD) emit_discard(f, n);
        else emit_return(f, n);
    } else if (place == INTO) {
        line(f, "%s = %s;", to, emit_word(f->e, LY_SYM(Null)));
    } else if (place == RETURN) {
        release_owned(f, 0, NULL);
        line(f, "return %s;", emit_word(f->e, LY_SYM(Null)));
    }
}

static void emit_if_undecided(frame *f, node *n, place place, const char *to)
{
    if (n->kids[3]) {
        line(f, "ly_release(cx, cx->undecided);");
        line(f, "cx->undecided = LY_FAILED;");
        emit_placed(f, n->kids[3], place, to);
        return;
    }
    const char *t = place == INTO ? to : temp_name(f, "t");
    if (place != INTO) line(f, "ly_value %s;", t);
    emit_undecided(f, n, t);
    if (place == DISCARD) line(f, "ly_release(cx, %s);", t);
    if (place == RETURN) {
        release_owned(f, 0, NULL);
        line(f, "return %s;", t);
    }
}

static void emit_if(frame *f, node *n, place place, const char *to)
{
    const char *c = emit_test(f, n->kids[0]);
    bool decided = n->kids[0]->op == OP_PRIMITIVE && primitives[n->kids[0]->primitive].kind == 'q';
    uint32_t refreshes = f->refreshes, epoch = f->epoch;
    /* a branch that returns is a way of its own: what it consumes, the others still own */
    uint32_t owned = f->owned_count;
    const char **saved = program_alloc(f->e->p, (owned + 1) * sizeof *saved);
    if (owned) memcpy(saved, f->owned, owned * sizeof *saved);
    if (place != RETURN) f->branches++;
    open_block(f, "if (%s == LY_TRUE)", c);
    emit_placed(f, n->kids[1], place, to);
    if (owned) memcpy(f->owned, saved, owned * sizeof *saved);
    f->owned_count = owned;
    if (f->refreshes != refreshes || f->epoch != epoch) disturb(f);
    f->indent--;
    if (decided) open_block(f, "} else");
    else open_block(f, "} else if (%s == LY_FALSE)", c);
    emit_placed(f, n->kids[2], place, to);
    if (owned) memcpy(f->owned, saved, owned * sizeof *saved);
    f->owned_count = owned;
    if (f->refreshes != refreshes || f->epoch != epoch) disturb(f);
    if (!decided) {
        f->indent--;
        open_block(f, "} else");
        emit_if_undecided(f, n, place, to);
        if (owned) memcpy(f->owned, saved, owned * sizeof *saved);
        f->owned_count = owned;
    }
    if (place != RETURN) f->branches--;
    close_block(f);
    disturb(f);
}

/* ---- scopes */

/* The local begins; its name is then on the stack of what is owned. Gives that name. */
static const char *begin_local(frame *f, node *n)
{
    local *v = n->local;
    const char *name = local_text(f, v), *end = name;
    if (v->escapes && v->kind == LOCAL_VARIABLE) {
        const char *value = n->kids[0] ? emit_owned(f, n->kids[0]) : "LY_FAILED";
        line(f, "ly_value %s = ly_variable(cx, %s, %s);", name, emit_word(f->e, v->symbol), value);
        end = text(f, "*ly_variable_end(cx, %s)", name);
    } else {
        if (n->kids[0]) {
            const char *value = emit_owned(f, n->kids[0]);
            line(f, "ly_value %s = %s;", name, value);
        } else {
            line(f, "ly_value %s = LY_FAILED;", name);
        }
        if (v->kind == LOCAL_VARIABLE) line(f, "cx->temporary_serial++;");
    }
    v->branches = f->branches;
    v->fresh = f->epoch;
    own(f, end);
    return end;
}

static void end_local(frame *f, const char *end)
{
    bool there = is_owned(f, end); /* it may have been moved */
    disown(f, end);
    if (end[0] == '*') line(f, "%s;", end + 1);
    else if (there) line(f, "ly_release(cx, %s);", end);
}

/* ---- nodes in their three places */

static operand emit_list(frame *f, node *n)
{
    operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
    emit_operands(f, n->count, n->kids, o, true);
    const char *items = consumed(f, n->count, o);
    if (n->count <= 30)
        return computed(f, "t", text(f, "ly_list(cx, %u, %s)", n->count, array_of(f, n->count, items)));
    const char *t = temp_name(f, "t");
    line(f, "ly_value %s = ly_list(cx, %u, (ly_value[]){%s});", t, n->count, items);
    fail_if(f, "ly_failed(%s)", t);
    own(f, t);
    return (operand){t, true, false};
}

operand emit_value(frame *f, node *n)
{
    switch (n->op) {
    case OP_CONSTANT: return (operand){emit_word(f->e, n->value), false, true};
    case OP_LOCAL: return emit_local(f, n, true);
    case OP_SYMBOL:
        disturb(f);
        return computed(f, "t", text(f, "ly_evaluate(cx, %s)", emit_word(f->e, n->value)));
    case OP_TEMPLATE: return emit_template(f, n);
    case OP_QUOTE: {
        if (n->use_count == 0) return (operand){emit_word(f->e, n->value), false, true};
        const char *values = filling(f, n);
        return computed(f, "t", text(f, "ly_fill(cx, %s, %s)", emit_word(f->e, n->value), values));
    }
    case OP_LIST: return emit_list(f, n);
    case OP_CALL: return emit_call(f, n);
    case OP_APPLY: return emit_apply(f, n);
    case OP_APPLY_VALUE: return emit_apply_value(f, n);
    case OP_PRIMITIVE: return emit_primitive(f, n);
    case OP_SEQUENCE:
        for (uint32_t i = 0; i + 1 < n->count; i++) emit_discard(f, n->kids[i]);
        return emit_value(f, n->kids[n->count - 1]);
    case OP_SET_LOCAL: return emit_set_local(f, n, true);
    case OP_SET_SYMBOL: {
        if (updated_argument(n) >= 0) return emit_updating(f, n, updated_argument(n), emit_word(f->e, n->value));
        const char *v = emit_owned(f, n->kids[0]);
        disturb(f);
        return computed(f, "t", text(f, "ly_assign_symbol(cx, %s, %s)", emit_word(f->e, n->value), v));
    }
    case OP_STEP: return emit_step(f, n, true);
    case OP_SET_PART: return emit_set_part(f, n);
    case OP_SET_LIST: return emit_set_list(f, n);
    case OP_UPDATE: return emit_update(f, n, true);
    case OP_ASSIGN: return emit_assign(f, n);
    case OP_DEFINE:
        disturb(f);
        return computed(f, "t", text(f, "ly_module_define(cx, &%s, %u, %s)", emit_module_name(f->e->p), n->index,
                                     emit_word(f->e, n->value)));
    case OP_AND:
    case OP_OR:
    case OP_NOT: {
        const char *c = emit_test(f, n), *t = temp_name(f, "t");
        line(f, "ly_value %s = ly_truth(cx, %s);", t, c);
        own(f, t);
        return (operand){t, true, false};
    }
    case OP_BREAK:
    case OP_CONTINUE:
        emit_discard(f, n);
        return (operand){emit_word(f->e, LY_SYM(Null)), false, true};
    default: {
        const char *t = temp_name(f, "t");
        line(f, "ly_value %s;", t);
        emit_into(f, n, t);
        own(f, t);
        return (operand){t, true, false};
    }
    }
}

const char *emit_owned(frame *f, node *n)
{
    operand o;
    emit_operands(f, 1, &n, &o, true);
    if (o.owned) disown(f, o.text);
    return o.text;
}

void emit_into(frame *f, node *n, const char *variable)
{
    switch (n->op) {
    case OP_IF: emit_if(f, n, INTO, variable); return;
    case OP_SEQUENCE:
        for (uint32_t i = 0; i + 1 < n->count; i++) emit_discard(f, n->kids[i]);
        emit_into(f, n->kids[n->count - 1], variable);
        return;
    case OP_LET: {
        const char *end = begin_local(f, n);
        emit_into(f, n->kids[1], variable);
        own(f, variable);
        end_local(f, end);
        disown(f, variable);
        return;
    }
    case OP_WHILE: emit_while(f, n, variable); return;
    case OP_DO:
    case OP_TABLE: emit_do(f, n, variable); return;
    case OP_MAP:
    case OP_SCAN:
    case OP_SELECT: emit_over(f, n, variable); return;
    case OP_FOLD:
    case OP_NEST: emit_fold(f, n, variable); return;
    default: {
        const char *v = emit_owned(f, n);
        line(f, "%s = %s;", variable, v);
    }
    }
}

void emit_discard(frame *f, node *n)
{
    operand o;
    switch (n->op) {
    case OP_CONSTANT: return;
    case OP_LOCAL: return;
    case OP_IF: emit_if(f, n, DISCARD, NULL); return;
    case OP_SEQUENCE:
        for (uint32_t i = 0; i < n->count; i++) emit_discard(f, n->kids[i]);
        return;
    case OP_LET: {
        open_plain_block(f);
        const char *end = begin_local(f, n);
        emit_discard(f, n->kids[1]);
        end_local(f, end);
        close_block(f);
        return;
    }
    case OP_BREAK:
    case OP_CONTINUE: {
        handler *h = f->handler;
        while (h && !h->broken) h = h->outer;
        release_owned(f, h->owned, NULL);
        line(f, "goto %s;", n->op == OP_BREAK ? h->broken : h->continued);
        if (n->op == OP_BREAK) h->broken_used = true;
        else h->continued_used = true;
        return;
    }
    case OP_SET_LOCAL: o = emit_set_local(f, n, false); break;
    case OP_STEP: o = emit_step(f, n, false); break;
    case OP_UPDATE: o = emit_update(f, n, false); break;
    default: o = emit_value(f, n);
    }
    if (o.owned) {
        disown(f, o.text);
        line(f, "ly_release(cx, %s);", o.text);
    }
}

/* A call whose value is the function's. */
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
        !is_constructor(f, n->value))
        return false;
    const node *call = n->kids[n->count - 1];
    if (call->op != OP_CALL || call->definition != f->definition || call->depth != 1 ||
        f->definition->arities[call->index] != f->arity)
        return false;
    for (uint32_t i = 0; i < call->count; i++)
        if (may_be_sequence(call->kids[i])) return false;
    return n->count == 1 || n->kids[0]->op == OP_CONSTANT;
}

static void emit_tail_inside_constructor(frame *f, node *n)
{
    node *call = n->kids[n->count - 1];
    operand *o = program_alloc(f->e->p, (call->count + 1) * sizeof *o);
    emit_operands(f, call->count, call->kids, o, true);
    consumed(f, call->count, o);
    release_owned(f, 0, NULL);
    if (f->definition->has_tail_call) line(f, "cx->iterations = 1;");
    line(f, "cx->depth++;");
    line(f, "*around = ly_construct_around(cx, %s, %s, *around);", emit_word(f->e, n->value),
         n->count == 2 ? emit_word(f->e, n->kids[0]->value) : "LY_FAILED");
    emit_arguments_again(f, call->count, o);
    f->around_used = true;
}

static void emit_tail_call(frame *f, node *n)
{
    operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
    definition *d = n->definition;
    emit_operands(f, n->count, n->kids, o, true);
    fail_if(f, "!ly_steps(cx, %u) && ly_failed(ly_too_many_steps(cx))", n->steps);
    const char *items = consumed(f, n->count, o);
    release_owned(f, 0, NULL);
    const char *spliced = spliced_test(f, n, o);
    if (spliced)
        line(f, "if (%s) return ly_call_slowly(cx, %s, %u, %s);", spliced, emit_word(f->e, d->symbol), n->count,
             array_of(f, n->count, items));
    if (d == f->definition && d->arities[n->index] == f->arity) {
        emit_arguments_again(f, n->count, o);
        return;
    }
    line(f, "return %s(cx%s%s);", d->arities[n->index]->name, n->count ? ", " : "", items);
}

/* A rule that the matcher applies gives what the evaluator goes on with: so endless rewriting is counted
   where it happens. True: n was returned so. */
static bool emit_lazy_return(frame *f, node *n)
{
    if (!f->lazy || n->depth) return false;
    const char *value;
    if (n->op == OP_LOCAL) {
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
        const definition *d = definition_of(f->e->p, n->value);
        if (!d || !d->rule_count) return false;
        operand *o = program_alloc(f->e->p, (n->count + 1) * sizeof *o);
        emit_operands(f, n->count, n->kids, o, true);
        const char *items = consumed(f, n->count, o);
        release_owned(f, 0, NULL);
        value = text(f, "ly_make(cx, %s, %u, %s)", emit_word(f->e, n->value), n->count, array_of(f, n->count, items));
    }
    line(f, "return %s;", value);
    return true;
}

void emit_return(frame *f, node *n)
{
    uint32_t owned = f->owned_count;
    const char **saved = program_alloc(f->e->p, (owned + 1) * sizeof *saved);
    if (owned) memcpy(saved, f->owned, owned * sizeof *saved);
    switch (n->op) {
    case OP_IF: emit_if(f, n, RETURN, NULL); break;
    case OP_SEQUENCE:
        for (uint32_t i = 0; i + 1 < n->count; i++) emit_discard(f, n->kids[i]);
        emit_return(f, n->kids[n->count - 1]);
        break;
    case OP_LET:
        begin_local(f, n);
        emit_return(f, n->kids[1]);
        break;
    case OP_LOCAL:
    case OP_TEMPLATE:
    case OP_APPLY:
        if (emit_lazy_return(f, n)) break;
        goto ordinary;
    case OP_CALL:
        if (n->tail && f->definition && n->depth == 0) {
            emit_tail_call(f, n);
            break;
        }
        /* fall through */
    default:
    ordinary: {
        operand o;
        if (is_tail_inside_constructor(f, n)) {
            emit_tail_inside_constructor(f, n);
            break;
        }
        emit_operands(f, 1, &n, &o, true);
        release_owned(f, 0, o.owned ? o.text : NULL);
        line(f, "return %s;", o.text);
    }
    }
    if (owned) memcpy(f->owned, saved, owned * sizeof *saved);
    f->owned_count = owned;
}

void emit_function(emitter *e, function *fn, const char *name)
{
    frame f = {.e = e, .f = fn, .out = &e->functions, .epoch = 1};
    f.names = name_table_new(e->p);
    line(&f, "static ly_value %s(ly_context *cx)", name);
    line(&f, "{");
    f.indent++;
    emit_return(&f, fn->body);
    close_block(&f);
}
