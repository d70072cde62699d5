/* emit_reuse.c: arguments that patterns take apart, and their cells used again.

   Where nobody else holds a matched expression, its parts are moved into variables instead of being
   counted up and down, and its cell serves the next expression of as many arguments that is
   constructed in a straight line behind it; what is not used is freed on the way out. Source: Ullrich
   and de Moura, "Counting Immutable Beans" (2019). */
#include <string.h>

#include "codegen/pattern.h"

static bool is_wrapper(ly_value e)
{
    return ly_has_shape(e, LY_SYM(HoldPattern), 1) || ly_has_shape(e, LY_SYM(PatternTest), 2);
}

static ly_value unwrapped(ly_value e)
{
    while (is_wrapper(e)) e = ly_expr_of(e)->args[0];
    return e;
}

/* Variables stand somewhere in it. */
static bool names_parts(ly_value e)
{
    if (!ly_is_expr(e)) return false;
    if (ly_expr_of(e)->head == LY_SYM(Pattern)) return true;
    for (uint32_t i = 0; i < ly_expr_of(e)->count; i++)
        if (names_parts(ly_expr_of(e)->args[i])) return true;
    return names_parts(ly_expr_of(e)->head);
}

/* head[…] as such: no object of patterns, no sequence among its arguments. */
static bool is_plain_shape(ly_value e)
{
    if (!ly_is_expr(e) || !ly_is_symbol(ly_expr_of(e)->head) || is_pattern_head(ly_expr_of(e)->head)) return false;
    for (uint32_t i = 0; i < ly_expr_of(e)->count; i++) {
        ly_value part = ly_expr_of(e)->args[i];
        if (ly_has_shape(part, LY_SYM(Pattern), 2)) part = ly_expr_of(part)->args[1];
        if (ly_has_head(part, LY_SYM(BlankSequence)) || ly_has_head(part, LY_SYM(BlankNullSequence))) return false;
    }
    return ly_expr_of(e)->count > 0;
}

/* Every variable inside stands for an argument of head[…], or of such an argument. */
static bool can_open(ly_value e)
{
    e = unwrapped(e);
    if (!is_plain_shape(e)) return false;
    for (uint32_t i = 0; i < ly_expr_of(e)->count; i++) {
        ly_value part = unwrapped(ly_expr_of(e)->args[i]);
        if (ly_has_shape(part, LY_SYM(Pattern), 2)) {
            if (names_parts(ly_expr_of(part)->args[1])) return false;
        } else if (names_parts(part) && !can_open(part)) {
            return false;
        }
    }
    return true;
}

/* Expressions of so many arguments that n constructs whatever way it goes. */
static uint32_t constructions(const frame *f, const node *n, uint32_t count)
{
    uint32_t found = 0;
    if (!n) return 0;
    switch (n->op) {
    case OP_APPLY: found = n->count == count && is_constructor(f->e->p, n->value); break;
    case OP_CALL:
    case OP_LIST: break;
    case OP_PRIMITIVE: break;
    default: return 0;
    }
    for (uint32_t i = 0; i < n->count; i++) found += constructions(f, n->kids[i], count);
    return found;
}

static void keep_cell(frame *f, const matching *m, const char *cell, uint32_t count)
{
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < f->cell_count; i++) waiting += f->cells[i].count == count;
    const char *drop = program_text(f->e->p, "*ly_drop_cell(cx, %s)", cell);
    if (f->cell_count == MOST_CELLS || f->lazy || m->r->function->inner_condition ||
        constructions(f, m->r->function->body, count) <= waiting) {
        line(f, "%s;", drop + 1);
        return;
    }
    f->cells[f->cell_count++] = (kept_cell){cell, drop, count, f->branches};
    own(f, drop);
}

/* The variable that stands for the part, where the rule's code reads it. */
static binding *read_part(matching *m, const char *path)
{
    for (uint32_t i = 0; i < m->count; i++)
        if (!m->bindings[i].whole && strcmp(m->bindings[i].path, path) == 0)
            return code_mentions(m->r->function->body, m->bindings[i].local) ? &m->bindings[i] : NULL;
    return NULL;
}

/* name: a C variable that holds what path says, owned, which the pattern has matched. */
static void open_part(matching *m, ly_value pattern, const char *name, const char *path)
{
    frame *f = m->f;
    program *p = f->e->p;
    const ly_expr *e = ly_expr_of(pattern = unwrapped(pattern));
    const char *cell = temp_name(f, "cell"), **inner = program_alloc(p, e->count * sizeof *inner);
    ly_text kept = {0}, dropped = {0};
    line(f, "ly_value %s = ly_open(%s);", cell, name);
    for (uint32_t i = 0; i < e->count; i++) {
        const char *here = program_text(p, "ly_arg(ly_expr_of(%s), %u)", name, i);
        binding *b = read_part(m, program_text(p, "ly_arg(ly_expr_of(%s), %u)", path, i));
        ly_value part = unwrapped(e->args[i]);
        const char *variable = NULL;
        if (b) {
            b->local->name = NULL;
            b->local->borrowed = false;
            b->local->branches = f->branches;
            variable = local_text(f, b->local);
        } else if (names_parts(part) && is_plain_shape(part)) {
            variable = inner[i] = temp_name(f, "p");
        } else if (!ly_is_int(part) && !ly_is_symbol(part)) {
            ly_text_printf(&dropped, "ly_release(cx, %s);%s", here, i + 1 < e->count ? " " : "");
        }
        if (!variable) continue;
        line(f, "ly_value %s = %s;", variable, here);
        ly_text_printf(&kept, "ly_retain(%s); ", variable);
    }
    if (dropped.count) {
        line(f, "if (%s) { %s }", cell, dropped.data);
        line(f, "else { %sly_release(cx, %s); }", kept.data ? kept.data : "", name);
    } else {
        line(f, "if (!%s) { %sly_release(cx, %s); }", cell, kept.data ? kept.data : "", name);
    }
    ly_text_free(&kept);
    ly_text_free(&dropped);
    for (uint32_t i = 0; i < e->count; i++) {
        binding *b = read_part(m, program_text(p, "ly_arg(ly_expr_of(%s), %u)", path, i));
        if (b) own(f, b->local->name);
        else if (inner[i])
            open_part(m, e->args[i], inner[i], program_text(p, "ly_arg(ly_expr_of(%s), %u)", path, i));
    }
    keep_cell(f, m, cell, e->count);
}

bool emit_open(matching *m, uint32_t argument)
{
    frame *f = m->f;
    ly_value pattern = ly_expr_of(m->r->call)->args[argument];
    if (f->handler || !can_open(pattern)) return false;
    disown(f, f->parameters[argument]);
    open_part(m, pattern, f->parameters[argument], f->parameters[argument]);
    return true;
}

const char *emit_cell(frame *f, uint32_t count)
{
    for (uint32_t i = 0; i < f->cell_count && !f->handler; i++) {
        const kept_cell *c = &f->cells[i];
        if (c->count != count || c->branches != f->branches || !is_owned(f, c->drop)) continue;
        const char *name = c->name;
        disown(f, c->drop);
        memmove(f->cells + i, f->cells + i + 1, (f->cell_count - i - 1) * sizeof *f->cells);
        f->cell_count--;
        return name;
    }
    return NULL;
}
