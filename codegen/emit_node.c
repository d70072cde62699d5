/* emit_node.c: nodes as C statements, in their places: a value, a variable, nowhere, the function's.

   emit_value writes the statements that compute a node and gives the text of its value; the others put
   it where it belongs. Scopes are here, since they nest in every place. */
#include <string.h>

#include "codegen/frame.h"

void emit_placed(frame *f, node *n, place place, const char *to)
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
    return (operand){.text = t, .owned = true};
}

operand emit_value(frame *f, node *n)
{
    if (has_pure_loop(n)) {
        const char *t = temp_name(f, "t");
        line(f, "ly_value %s;", t);
        emit_into(f, n, t);
        own(f, t);
        return (operand){.text = t, .owned = true};
    }
    switch (n->op) {
    case OP_CONSTANT: return (operand){.text = emit_word(f->e, n->value), .constant = true};
    case OP_LOCAL: return emit_local(f, n, false);
    case OP_SYMBOL:
        disturb(f);
        return computed(f, "t", text(f, "ly_evaluate(cx, %s)", emit_word(f->e, n->value)));
    case OP_TEMPLATE: return emit_template(f, n);
    case OP_QUOTE: {
        if (n->use_count == 0) return (operand){.text = emit_word(f->e, n->value), .constant = true};
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
        mark_updating(n, emit_word(f->e, n->value));
        const char *v = emit_owned(f, n->kids[0]);
        disturb(f);
        return computed(f, "t", text(f, "ly_assign_symbol(cx, %s, %s)", emit_word(f->e, n->value), v));
    }
    case OP_STEP: return emit_step(f, n, true);
    case OP_SET_PART: return emit_set_part(f, n);
    case OP_STEP_PART: return emit_step_part(f, n);
    case OP_SET_LIST: return emit_set_list(f, n);
    case OP_UPDATE: return emit_update(f, n, true);
    case OP_ASSIGN: return emit_assign(f, n);
    case OP_DEFINE:
        disturb(f);
        if (n->rule) {
            uint32_t base = f->owned_count;
            const char *values = filling(f, n), *t = temp_name(f, "t");
            line(f, "ly_value %s = ly_module_define_inner(cx, &%s, %u, %u, %s, %s);", t, emit_module_name(f->e->p),
                 n->index, n->depth, emit_word(f->e, n->value), values);
            drop_made(f, base);
            fail_if(f, "ly_failed(%s)", t);
            own(f, t);
            return (operand){.text = t, .owned = true};
        }
        return computed(f, "t", text(f, "ly_module_define(cx, &%s, %u, %s)", emit_module_name(f->e->p), n->index,
                                     emit_word(f->e, n->value)));
    case OP_AND:
    case OP_OR:
    case OP_NOT: {
        const char *c = emit_test(f, n), *t = temp_name(f, "t");
        line(f, "ly_value %s = ly_truth(cx, %s);", t, c);
        own(f, t);
        return (operand){.text = t, .owned = true};
    }
    case OP_BREAK:
    case OP_CONTINUE:
        emit_discard(f, n);
        return (operand){.text = emit_word(f->e, LY_SYM(Null)), .constant = true};
    default: {
        const char *t = temp_name(f, "t");
        line(f, "ly_value %s;", t);
        emit_into(f, n, t);
        own(f, t);
        return (operand){.text = t, .owned = true};
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
    if (has_pure_loop(n)) {
        emit_pure_loop(f, n, variable);
        return;
    }
    switch (n->op) {
    case OP_IF: emit_if(f, n, INTO, variable); return;
    case OP_SEQUENCE:
        for (uint32_t i = 0; i + 1 < n->count; i++) emit_discard(f, n->kids[i]);
        emit_into(f, n->kids[n->count - 1], variable);
        return;
    case OP_LET: emit_let(f, n, INTO, variable); return;
    case OP_BLOCK: emit_block(f, n, INTO, variable); return;
    case OP_CATCH: emit_catch(f, n, variable); return;
    case OP_GUARD: emit_guard(f, n, variable); return;
    case OP_CONDITION: emit_condition_inside(f, n, INTO, variable); return;
    case OP_SWITCH: emit_switch(f, n, INTO, variable); return;
    case OP_TOTAL: emit_total(f, n, variable); return;
    case OP_WHILE: emit_while(f, n, variable); return;
    case OP_DO:
    case OP_TABLE: emit_do(f, n, variable); return;
    case OP_MAP:
    case OP_SCAN:
    case OP_SELECT: emit_over(f, n, variable); return;
    case OP_PARALLEL: emit_parallel(f, n, variable); return;
    case OP_FOLD:
    case OP_NEST: emit_fold(f, n, variable); return;
    case OP_LOCAL:
        if (!n->last) {
            operand o = emit_local(f, n, true);
            if (o.owned) disown(f, o.text);
            line(f, o.owned ? "%s = %s;" : "%s = ly_retain(%s);", variable, o.text);
            return;
        }
        /* fall through */
    default: {
        const char *v = emit_owned(f, n);
        line(f, "%s = %s;", variable, v);
    }
    }
}

void emit_discard(frame *f, node *n)
{
    operand o;
    put_resume(f, n->resume);
    switch (n->op) {
    case OP_CONSTANT: return;
    case OP_IF: emit_if(f, n, DISCARD, NULL); return;
    case OP_SEQUENCE:
        for (uint32_t i = 0; i < n->count; i++) emit_discard(f, n->kids[i]);
        return;
    case OP_LET: emit_let(f, n, DISCARD, NULL); return;
    case OP_BLOCK: emit_block(f, n, DISCARD, NULL); return;
    case OP_SWITCH: emit_switch(f, n, DISCARD, NULL); return;
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
    drop_operand(f, &o);
}

void emit_return(frame *f, node *n)
{
    uint32_t owned = f->owned_count;
    const char **saved = program_alloc(f->e->p, (owned + 1) * sizeof *saved);
    if (owned) memcpy(saved, f->owned, owned * sizeof *saved);
    switch (has_pure_loop(n) ? OP_COUNT : n->op) {
    case OP_IF: emit_if(f, n, RETURN, NULL); break;
    case OP_SEQUENCE:
        for (uint32_t i = 0; i + 1 < n->count; i++) emit_discard(f, n->kids[i]);
        emit_return(f, n->kids[n->count - 1]);
        break;
    case OP_SWITCH: emit_switch(f, n, RETURN, NULL); break;
    case OP_LET: emit_let(f, n, RETURN, NULL); break;
    case OP_CONDITION: emit_condition_inside(f, n, RETURN, NULL); break;
    case OP_LOCAL:
    case OP_TEMPLATE:
    case OP_APPLY:
    case OP_APPLY_VALUE:
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
        if (!has_pure_loop(n) && emit_tail_inside_constructor(f, n)) break;
        if (!has_pure_loop(n) && emit_update_last(f, n)) break;
        emit_operands(f, 1, &n, &o, true);
        release_owned(f, 0, o.owned ? o.text : NULL);
        line(f, "return %s;", o.text);
    }
    }
    if (owned) memcpy(f->owned, saved, owned * sizeof *saved);
    f->owned_count = owned;
}

void put_body(emitter *e, ly_text *body)
{
    ly_text_putc(body, 0);
    if (!strstr(body->data, "cx")) ly_text_puts(&e->functions, "    (void)cx;\n");
    ly_text_add(&e->functions, body->data, body->count - 1);
    ly_text_puts(&e->functions, "}\n");
    ly_text_free(body);
}

/* Some loop goes round in words. */
static bool has_generic_loop(const node *n)
{
    switch (n->op) {
    case OP_WHILE:
    case OP_DO:
        if (has_kernel(n)) return false;
        return true;
    case OP_TABLE:
    case OP_TOTAL:
    case OP_MAP:
    case OP_SCAN:
    case OP_SELECT:
    case OP_FOLD:
    case OP_NEST:
        if (n->pure) return false;
        return true;
    default:
        for (uint32_t i = 0; i < n->count; i++)
            if (n->kids[i] && has_generic_loop(n->kids[i])) return true;
        return false;
    }
}

void emit_function(emitter *e, function *fn, const char *name)
{
    ly_text body = {0};
    frame f = {.e = e, .f = fn, .out = &body, .epoch = 1, .indent = 1};
    f.names = name_table_new(e->p);
    emit_return(&f, fn->body);
    ly_text_printf(&e->functions, "static %sly_value %s(ly_context *cx)\n{\n",
                   has_generic_loop(fn->body) ? "" : "LY_ONCE ", name);
    ly_text_puts(&e->functions, emit_tier(e, name, "ly_value (*)(ly_context *)", "cx"));
    put_body(e, &body);
}

