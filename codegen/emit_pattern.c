/* emit_pattern.c: patterns as C conditions on the parts of arguments, with what they bind and what is left
   to ask. */
#include <stdarg.h>
#include <string.h>

#include "codegen/pattern.h"

static void require(matching *m, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void require(matching *m, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *asked = program_format(m->f->e->p, format, arguments);
    va_end(arguments);
    ly_text_printf(&m->condition, "%s%s", m->condition.count ? " && " : "", asked);
}

static local *variable_of(rule *r, ly_value symbol)
{
    for (uint32_t i = 0; i < r->variable_count; i++)
        if (r->variables[i].symbol == symbol) return r->variables[i].local;
    return NULL;
}

static void bind(matching *m, ly_value symbol, const char *path, uint32_t argument, bool whole, bool sequence)
{
    local *v = variable_of(m->r, symbol);
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->bindings[i].local != v) continue;
        require(m, "ly_test_same(cx, %s, %s)", m->bindings[i].path, path);
        return;
    }
    m->bindings[m->count++] = (binding){v, path, argument, whole, sequence};
}

static void require_head(matching *m, const char *path, ly_value head)
{
    if (head == LY_SYM(Integer)) require(m, "ly_test_integer(cx, %s)", path);
    else if (head == LY_SYM(String)) require(m, "ly_is_string(%s)", path);
    else if (head == LY_SYM(Symbol)) require(m, "ly_is_symbol(%s)", path);
    else if (head == LY_SYM(List)) require(m, "ly_is_list(%s)", path);
    else require(m, "ly_head_is(cx, %s, %s)", path, emit_word(m->f->e, head));
}

static bool is_sequence(ly_value e)
{
    if (ly_has_shape(e, LY_SYM(Pattern), 2)) e = ly_expr_of(e)->args[1];
    return ly_has_head(e, LY_SYM(BlankSequence)) || ly_has_head(e, LY_SYM(BlankNullSequence));
}

static bool has_variable(ly_value e)
{
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(Blank) || x->head == LY_SYM(Pattern) || x->head == LY_SYM(PatternTest) ||
        x->head == LY_SYM(HoldPattern) || x->head == LY_SYM(Alternatives) || is_sequence(e))
        return true;
    if (has_variable(x->head)) return true;
    for (uint32_t i = 0; i < x->count; i++)
        if (has_variable(x->args[i])) return true;
    return false;
}

/* s[s[zero]]: nothing but heads that are symbols, and words at the leaves: compared step by step. */
static bool is_small_literal(ly_value e, int depth)
{
    const ly_expr *x = ly_is_expr(e) ? ly_expr_of(e) : NULL;
    if (!x || depth == 0 || !ly_is_symbol(x->head) || x->head == LY_SYM(List) || x->count == 0 || x->count > 2)
        return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (!ly_is_int(x->args[i]) && !ly_is_symbol(x->args[i]) && !is_small_literal(x->args[i], depth - 1))
            return false;
    return true;
}

/* ---- sequences: x__, x___ and x__h: at most one among the arguments of an expression */

/* Where it stands, or -1; *least: how many arguments there must be. */
static int sequence_at(const ly_expr *x, uint32_t *least)
{
    *least = x->count;
    for (uint32_t i = 0; i < x->count; i++) {
        ly_value e = x->args[i];
        if (!is_sequence(e)) continue;
        if (ly_has_shape(e, LY_SYM(Pattern), 2)) e = ly_expr_of(e)->args[1];
        if (ly_has_head(e, LY_SYM(BlankNullSequence))) --*least;
        return (int)i;
    }
    return -1;
}

/* items: C expression of the first, count: of their number. */
static void match_sequence(matching *m, ly_value pattern, const char *items, const char *count)
{
    program *p = m->f->e->p;
    ly_value blank = pattern;
    if (ly_has_shape(pattern, LY_SYM(Pattern), 2)) {
        blank = ly_expr_of(pattern)->args[1];
        bind(m, ly_expr_of(pattern)->args[0], program_text(p, "ly_sequence(cx, %s, %s)", count, items), 0, false,
             true);
    }
    if (ly_expr_of(blank)->count)
        require(m, "ly_heads_are(cx, %s, %s, %s)", count, items, emit_word(m->f->e, ly_expr_of(blank)->args[0]));
}

static void match_arguments(matching *m, const ly_expr *x, const char *path, uint32_t argument)
{
    program *p = m->f->e->p;
    uint32_t least;
    int at = sequence_at(x, &least);
    if (ly_is_expr(x->head)) {
        if (at < 0) require(m, "ly_count_is(%s, %u)", path, x->count);
        else require(m, "ly_count_least(%s, %u)", path, least);
        match_part(m, x->head, program_text(p, "ly_expr_of(%s)->head", path), argument, false);
    } else {
        const char *head = emit_word(m->f->e, x->head);
        if (at < 0) require(m, "ly_shape_is(%s, %s, %u)", path, head, x->count);
        else require(m, "ly_shape_least(%s, %s, %u)", path, head, least);
    }
    for (uint32_t i = 0; i < x->count; i++) {
        if ((int)i == at)
            match_sequence(m, x->args[i], program_text(p, "ly_expr_of(%s)->args + %u", path, i),
                           program_text(p, "ly_expr_of(%s)->count - %u", path, x->count - 1));
        else if (at < 0 || (int)i < at)
            match_part(m, x->args[i], program_text(p, "ly_arg(ly_expr_of(%s), %u)", path, i), argument, false);
        else
            match_part(m, x->args[i], program_text(p, "ly_arg_from_end(%s, %u)", path, x->count - i), argument,
                       false);
    }
}

/* ---- patterns */

void match_part(matching *m, ly_value pattern, const char *path, uint32_t argument, bool whole)
{
    const ly_expr *x = ly_is_expr(pattern) ? ly_expr_of(pattern) : NULL;
    if (!has_variable(pattern) && !is_small_literal(pattern, 4)) {
        const char *word = emit_word(m->f->e, pattern);
        if (whole && m->known == (int)argument) return;
        if (ly_is_int(pattern) || ly_is_symbol(pattern)) require(m, "%s == %s", path, word);
        else require(m, "ly_same(%s, %s)", path, word);
    } else if (x->head == LY_SYM(Blank)) {
        if (x->count) require_head(m, path, x->args[0]);
    } else if (x->head == LY_SYM(Pattern)) {
        match_part(m, x->args[1], path, argument, whole);
        bind(m, x->args[0], path, argument, whole, false);
    } else if (x->head == LY_SYM(HoldPattern)) {
        match_part(m, x->args[0], path, argument, whole);
    } else if (x->head == LY_SYM(Alternatives)) {
        ly_text all = {0}, before = m->condition;
        for (uint32_t i = 0; i < x->count; i++) {
            m->condition = (ly_text){0};
            match_part(m, x->args[i], path, argument, false);
            ly_text_printf(&all, "%s%s", i ? " || " : "", m->condition.count ? m->condition.data : "true");
            ly_text_free(&m->condition);
        }
        m->condition = before;
        require(m, "(%s)", all.data);
        ly_text_free(&all);
    } else if (x->head == LY_SYM(PatternTest)) {
        match_part(m, x->args[0], path, argument, whole);
        m->tests[m->test_count].path = path;
        m->tests[m->test_count++].test = x->args[1];
    } else {
        match_arguments(m, x, path, argument);
    }
}

void match_call(matching *m, const char *const *paths, bool any)
{
    program *p = m->f->e->p;
    const ly_expr *call = ly_expr_of(m->r->call);
    uint32_t least;
    int at = any ? sequence_at(call, &least) : -1;
    if (any) require(m, at < 0 ? "count == %u" : "count >= %u", at < 0 ? call->count : least);
    for (uint32_t i = 0; i < call->count; i++) {
        if (!any)
            match_part(m, call->args[i], paths[i], i, true);
        else if ((int)i == at)
            match_sequence(m, call->args[i], program_text(p, "arguments + %u", i),
                           program_text(p, "count - %u", call->count - 1));
        else if (at < 0 || (int)i < at)
            match_part(m, call->args[i], program_text(p, "arguments[%u]", i), i, false);
        else
            match_part(m, call->args[i], program_text(p, "arguments[count - %u]", call->count - i), i, false);
    }
}

ly_value integer_asked(const rule *r, uint32_t argument)
{
    const ly_expr *call = ly_expr_of(r->call);
    return argument < call->count && ly_is_int(call->args[argument]) ? call->args[argument] : LY_FAILED;
}

const char *emit_form_test(frame *f, ly_value pattern, const char *path)
{
    matching m = {.f = f, .known = -1};
    match_part(&m, pattern, path, 0, true);
    const char *result = program_text(f->e->p, "%s", m.condition.count ? m.condition.data : "true");
    ly_text_free(&m.condition);
    return result;
}
