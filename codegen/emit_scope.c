/* emit_scope.c: scopes and handlers: what begins here ends on every way out, by the stack of what is
   owned: a name is released, and an entry "*call" is a call that ends something. */
#include <string.h>

#include "codegen/frame.h"

/* ---- locals */

/* The local begins; its name is then on the stack of what is owned. Gives that name. */
static const char *begin_local(frame *f, node *n)
{
    local *v = n->local;
    const char *name = local_text(f, v), *end = name;
    if (v->escapes && v->kind == LOCAL_VARIABLE) {
        const char *value = n->kids[0] ? emit_owned(f, n->kids[0]) : "LY_FAILED";
        line(f, "ly_value %s = ly_variable(cx, %s, cx->temporary_serial++, %s);", name,
             emit_word(f->e, v->shown), value);
        end = text(f, "*ly_variable_end(cx, %s)", name);
    } else {
        if (n->kids[0]) {
            const char *value = emit_owned(f, n->kids[0]);
            line(f, "ly_value %s = %s;", name, value);
        } else {
            line(f, "ly_value %s = LY_FAILED;", name);
        }
        if (v->kind == LOCAL_VARIABLE) {
            line(f, "%c%u%ccx->temporary_serial++;", MARK, f->e->mark_count, MARK);
            program_add(f->e->p, f->e->marks, f->e->mark_count, f->e->mark_capacity, v);
            v->mark = f->e->mark_count;
        }
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

/* A scope in its place: what it leaves is owned by the place before the scope ends. */
static void end_scope(frame *f, const char *end, place place, const char *to)
{
    if (place == RETURN) return; /* the body returned, and ended it */
    if (place == INTO) own(f, to);
    end_local(f, end);
    if (place == INTO) disown(f, to);
}

void emit_let(frame *f, node *n, place place, const char *to)
{
    uint32_t reloads = f->reload_count;
    if (place == DISCARD) open_plain_block(f);
    const char *end = begin_local(f, n);
    push_local(f, n->local, n->local->name);
    emit_placed(f, n->kids[1], place, to);
    f->reload_count = reloads;
    end_scope(f, end, place, to);
    if (place == DISCARD) close_block(f);
}

/* ---- Block: symbols with other values for a while; what leaves it is evaluated outside once more */

void emit_block(frame *f, node *n, place place, const char *to)
{
    uint32_t count = n->count - 1;
    operand *o = program_alloc(f->e->p, n->count * sizeof *o);
    if (place == DISCARD) open_plain_block(f);
    for (uint32_t i = 0; i < count; i++) {
        o[i] = (operand){.text = "LY_FAILED", .constant = true};
        if (n->kids[i + 1]) emit_operands(f, 1, &n->kids[i + 1], &o[i], true);
    }
    const char *values = consumed(f, count, o), *block = temp_name(f, "block");
    line(f, "void *%s = ly_block_enter(cx, %s, %s);", block, emit_word(f->e, n->value), array_of(f, count, values));
    fail_if(f, "!%s", block);
    const char *end = text(f, "*ly_block_leave(cx, %s)", block);
    own(f, end);
    disturb(f);
    emit_placed(f, n->kids[0], place, to);
    end_scope(f, end, place, to);
    disturb(f);
    if (place == INTO) fail_if(f, "ly_stale(cx, %s) && ly_failed(%s = ly_evaluate_take(cx, %s))", to, to, to);
    if (place == DISCARD) close_block(f);
}

/* ---- Catch */

void emit_catch(frame *f, node *n, const char *variable)
{
    operand o[2] = {{.text = "LY_FAILED", .constant = true}, {.text = "LY_FAILED", .constant = true}};
    emit_operands(f, n->count - 1, n->kids + 1, o, true);
    const char *frame_name = temp_name(f, "frame"), *end = text(f, "*ly_catch_end(cx, &%s)", frame_name);
    line(f, "ly_catch %s;", frame_name);
    line(f, "ly_catch_begin(cx, &%s, %s);", frame_name, o[0].text);
    own(f, end);
    handler h;
    begin_handler(f, &h, false);
    open_plain_block(f);
    emit_into(f, n->kids[0], variable);
    close_block(f);
    f->handler = h.outer;
    f->branches--;
    disturb(f);
    disown(f, end);
    line(f, "%s;", end + 1);
    if (h.failed_used) {
        const char *caught = text(f, "caught%s", strchr(h.failed, '_'));
        line(f, "goto %s;", caught);
        put_label(f, h.failed);
        line(f, "%s;", end + 1); /* nothing thrown from here on is this one's */
        line(f, "%s = ly_catch_taken(cx, &%s, %s);", variable, frame_name, o[1].text);
        fail_if(f, "ly_failed(%s)", variable);
        put_label(f, caught);
    }
    own(f, variable);
    for (uint32_t i = n->count - 1; i-- > 0;) {
        if (!o[i].owned) continue;
        disown(f, o[i].text);
        line(f, "ly_release(cx, %s);", o[i].text);
    }
    disown(f, variable);
}

/* ---- built-ins that watch over a body: eval/guard.h */

/* What is done where the watch says so: the alternative's value in the place of the body's. */
static void emit_alternative(frame *f, node *n, const char *guard, const char *variable)
{
    local *v = n->local;
    f->branches++;
    open_block(f, "if (ly_guard_end(cx, &%s, &%s) != LY_GUARD_DONE)", guard, variable);
    if (v) {
        line(f, "ly_value %s = %s;", local_text(f, v), variable);
        line(f, "%s = LY_FAILED;", variable); /* what a watch around finds there, should this fail */
        v->branches = f->branches;
        v->fresh = f->epoch;
        own(f, v->name);
    }
    emit_into(f, n->kids[1], variable);
    if (v) end_local(f, v->name);
    close_block(f);
    f->branches--;
    disturb(f);
}

void emit_guard(frame *f, node *n, const char *variable)
{
    uint32_t count = n->count - 2;
    operand *o = program_alloc(f->e->p, (count + 1) * sizeof *o);
    emit_operands(f, count, n->kids + 2, o, true);
    const char *guard = temp_name(f, "guard"), *end = text(f, "*ly_guard_leave(cx, &%s)", guard);
    ly_text items = {0};
    for (uint32_t i = 0; i < count; i++) ly_text_printf(&items, "%s%s", i ? ", " : "", o[i].text);
    const char *begin = text(f, "ly_guard_begin(cx, &%s, %s, %u, %s)", guard, emit_word(f->e, n->value), count,
                             array_of(f, count, items.data));
    ly_text_free(&items);
    line(f, "ly_guard %s;", guard);
    disturb(f);
    if (n->post) {
        f->branches++;
        open_block(f, "if (!%s)", begin);
        uint32_t base = f->owned_count;
        const char *values = filling(f, n);
        const char *source = emit_word(f->e, n->source);
        if (n->index)
            line(f, "%s = ly_evaluate_given(cx, %s, 0, 2, (ly_value[]){LY_FAILED, ly_retain(%s)}, %s);", variable,
                 source, o[0].text, values);
        else
            line(f, "%s = ly_evaluate_filled(cx, %u, %s, %s);", variable, n->depth, source, values);
        drop_made(f, base);
        fail_if(f, "ly_failed(%s)", variable);
        f->indent--;
        open_block(f, "} else");
    } else {
        line(f, "%s;", begin);
    }
    line(f, "%s = LY_FAILED;", variable);
    own(f, end);
    handler h;
    begin_handler(f, &h, false);
    open_plain_block(f);
    emit_into(f, n->kids[0], variable);
    close_block(f);
    f->handler = h.outer;
    f->branches--;
    disturb(f);
    disown(f, end);
    if (h.failed_used) put_label(f, h.failed);
    if (n->kids[1]) emit_alternative(f, n, guard, variable);
    else line(f, "ly_guard_end(cx, &%s, &%s);", guard, variable);
    fail_if(f, "ly_failed(%s)", variable);
    if (n->post) {
        close_block(f);
        f->branches--;
    }
    own(f, variable);
    for (uint32_t i = count; i-- > 0;) {
        if (!o[i].owned) continue;
        disown(f, o[i].text);
        line(f, "ly_release(cx, %s);", o[i].text);
    }
    disown(f, variable);
}

/* ---- handlers */

static const char *label(frame *f, const char *stem)
{
    return program_text(f->e->p, "%s_%u", stem, f->labels);
}

void begin_handler(frame *f, handler *h, bool loop)
{
    f->labels++;
    *h = (handler){.failed = label(f, "failed"), .owned = f->owned_count, .outer = f->handler};
    if (loop) {
        h->broken = label(f, "broken");
        h->continued = label(f, "continued");
    }
    f->handler = h;
    disturb(f);
    f->branches++;
}

void put_label(frame *f, const char *name)
{
    f->indent--;
    line(f, "%s:;", name);
    f->indent++;
}

