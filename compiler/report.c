/* report.c: how each part of the program was compiled, and what stood in the way.

   needs   all passes done, places noted
   leaves  text, or an HTML page that shows the source with each line coloured

   Four ways, from the fastest to the slowest: typed (C on unboxed numbers), native (C on words), evaluated
   (left to the evaluator in the library), and read at run time. A line is shown as the slowest thing on
   it, but what is typed counts before what is native, since a loop's own line is both. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/program.h"
#include "text/text.h"

typedef enum way { WAY_NONE, WAY_NATIVE, WAY_TYPED, WAY_EVALUATED, WAY_READ } way;

typedef struct remark {
    position at;
    way way;
    const char *text;
    uint32_t index;  /* in order of finding */
} remark;

typedef struct report {
    program *p;
    uint32_t count, capacity;
    remark *remarks;
    unsigned char **lines; /* by unit and line from 1: a way */
    uint32_t *line_counts;
} report;

static void remark_at(report *r, position at, way how, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = program_format(r->p, format, arguments);
    va_end(arguments);
    if (r->count == r->capacity) {
        uint32_t capacity = r->capacity ? r->capacity * 2 : 64;
        remark *larger = program_alloc(r->p, capacity * sizeof *larger);
        if (r->count) memcpy(larger, r->remarks, r->count * sizeof *larger);
        r->remarks = larger;
        r->capacity = capacity;
    }
    r->remarks[r->count] = (remark){at, how, text, r->count};
    r->count++;
}

static void colour(report *r, position at, way how)
{
    if (at.line == 0 || at.line > r->line_counts[at.unit]) return;
    unsigned char *line = &r->lines[at.unit][at.line];
    if (how > *line) *line = (unsigned char)how;
}

/* The expression on one line, cut where it is long. */
static const char *shown(report *r, ly_value e)
{
    enum { LONGEST = 60 };
    ly_text text = {0};
    ly_print_input_form(r->p->cx, &text, e);
    const char *all = text.data ? text.data : "";
    size_t count = strlen(all), keep = count;
    if (count > LONGEST) {
        keep = LONGEST;
        while (keep && ((unsigned char)all[keep] & 0xc0) == 0x80) keep--;
    }
    const char *copy = program_text(r->p, "%.*s%s", (int)keep, all, keep < count ? "…" : "");
    ly_text_free(&text);
    return copy;
}

/* ---- what was found */

static const char *loop_name(const node *n)
{
    return n->op == OP_WHILE ? "the loop" : n->op == OP_DO ? "Do" : n->op == OP_TABLE ? "Table"
         : n->op == OP_TOTAL ? (n->value == LY_SYM(Times) ? "Product" : "Sum") : n->op == OP_MAP ? "Map"
         : n->op == OP_FOLD ? "Fold" : n->op == OP_NEST ? "Nest" : n->op == OP_SELECT ? "Select" : "the expression";
}

static void look(report *r, const node *n, position around, bool typed)
{
    position at = around;
    if (!n) return;
    if (n->source) place_of(r->p, n->source, &at);
    if ((n->kernel && !n->kernel->why) || (n->pure && !n->pure->k.why)) {
        if (!typed) remark_at(r, at, WAY_TYPED, "%s runs on unboxed numbers", loop_name(n));
        typed = true;
    } else if (n->kernel && !typed) {
        position where = at;
        bool known = n->kernel->obstacle && place_of(r->p, n->kernel->obstacle, &where);
        if (n->kernel->obstacle && (known || n->kernel->obstacle != n->source))
            remark_at(r, at, WAY_NATIVE, "%s is not typed: %s: %s (%u:%u)", loop_name(n), n->kernel->why,
                      shown(r, n->kernel->obstacle), where.line, where.column);
        else
            remark_at(r, at, WAY_NATIVE, "%s is not typed: %s", loop_name(n), n->kernel->why);
    }
    if (n->op == OP_TEMPLATE && !typed) {
        remark_at(r, at, WAY_EVALUATED, "evaluated: %s", shown(r, n->value));
        colour(r, at, WAY_EVALUATED);
    } else if (n->op != OP_CONSTANT && n->op != OP_LOCAL && n->op != OP_QUOTE && n->op != OP_DEFINE) {
        colour(r, at, typed ? WAY_TYPED : WAY_NATIVE);
    }
    for (uint32_t i = 0; i < n->count; i++) look(r, n->kids[i], at, typed);
}

static const char *type_name(report *r, type t)
{
    static const char *const names[] = {"?", "integer", "real", "integer or real", "quotient", "boolean", "any"};
    if (t.rank == 0) return names[t.base];
    return program_text(r->p, "%s array of rank %u", t.base == TYPE_INT ? "integer" : "real", t.rank);
}

static void look_at_rule(report *r, const rule *rule)
{
    const statement *s = r->p->statements[rule->place];
    position at = {s->unit, s->line, s->column};
    place_of(r->p, rule->statement, &at);
    const definition *d = rule->definition;
    if (!rule->function) {
        remark_at(r, at, WAY_EVALUATED, "%s: evaluated%s%s", shown(r, rule->lhs), rule->note ? ": " : "",
                  rule->note ? rule->note : "");
        colour(r, at, WAY_EVALUATED);
        return;
    }
    ly_text types = {0};
    for (uint32_t i = 0; i < rule->variable_count; i++) {
        const rule_variable *v = &rule->variables[i];
        if (!v->local || v->local->type.base == TYPE_NONE || v->local->type.base == TYPE_ANY) continue;
        ly_text_printf(&types, "%s%s %s", types.count ? ", " : "; most likely ", ly_symbol_name(v->symbol),
                       type_name(r, v->local->type));
    }
    remark_at(r, at, WAY_NATIVE, "%s: native, %s%s%s%s", shown(r, rule->lhs),
              d->direct ? "called directly" : "entered by the matcher", !d->direct && d->note ? ": " : "",
              !d->direct && d->note ? d->note : "", types.data ? types.data : "");
    ly_text_free(&types);
    colour(r, at, WAY_NATIVE);
    if (rule->function->condition) look(r, rule->function->condition, at, false);
    look(r, rule->function->body, at, false);
}

static void collect(report *r)
{
    program *p = r->p;
    for (uint32_t i = 0; i < p->statement_count; i++) {
        const statement *s = p->statements[i];
        position at = {s->unit, s->line, s->column};
        if (s->rest) {
            remark_at(r, at, WAY_READ, "what follows is read at run time: the context is not known before");
            for (uint32_t line = s->line + 1; line <= r->line_counts[s->unit]; line++)
                colour(r, (position){s->unit, line, 1}, WAY_READ);
        } else if (s->function) {
            look(r, s->function->body, at, false);
        }
    }
    for (const definition *d = p->definitions; d; d = d->next)
        for (uint32_t i = 0; i < d->rule_count; i++) look_at_rule(r, d->rules[i]);
}

static int by_place(const void *a, const void *b)
{
    const remark *x = a, *y = b;
    if (x->at.unit != y->at.unit) return x->at.unit < y->at.unit ? -1 : 1;
    if (x->at.line != y->at.line) return x->at.line < y->at.line ? -1 : 1;
    if (x->at.column != y->at.column) return x->at.column < y->at.column ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

/* ---- text */

static void write_counts(const report *r, FILE *to)
{
    uint32_t counts[WAY_READ + 1] = {0};
    for (uint32_t u = 0; u < r->p->unit_count; u++)
        for (uint32_t i = 1; i <= r->line_counts[u]; i++) counts[r->lines[u][i]]++;
    fprintf(to, "lines: %u typed, %u native, %u evaluated, %u read at run time\n", counts[WAY_TYPED],
            counts[WAY_NATIVE], counts[WAY_EVALUATED], counts[WAY_READ]);
}

static void write_text(const report *r, FILE *to)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const remark *m = &r->remarks[i];
        fprintf(to, "%s:%u:%u: %s\n", r->p->units[m->at.unit]->path, m->at.line, m->at.column, m->text);
    }
    write_counts(r, to);
}

/* ---- HTML */

static void write_escaped(const char *text, size_t count, FILE *to)
{
    for (size_t i = 0; i < count; i++) {
        switch (text[i]) {
        case '<': fputs("&lt;", to); break;
        case '>': fputs("&gt;", to); break;
        case '&': fputs("&amp;", to); break;
        case '"': fputs("&quot;", to); break;
        default: fputc(text[i], to);
        }
    }
}

static void write_unit(const report *r, uint32_t u, FILE *to)
{
    const unit *file = r->p->units[u];
    const char *text = file->text, *end = text + file->count;
    uint32_t next = 0;
    fputs("<h2>", to);
    write_escaped(file->path, strlen(file->path), to);
    fputs("</h2>\n<table>\n", to);
    while (next < r->count && r->remarks[next].at.unit < u) next++;
    for (uint32_t line = 1; text < end; line++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        if (!stop) stop = end;
        way how = line <= r->line_counts[u] ? (way)r->lines[u][line] : WAY_NONE;
        fprintf(to, "<tr class=\"%c\"><td class=\"line\">%u</td><td><pre>", "-ntex"[how], line);
        write_escaped(text, (size_t)(stop - text), to);
        fputs("</pre>", to);
        for (; next < r->count && r->remarks[next].at.unit == u && r->remarks[next].at.line <= line; next++) {
            fprintf(to, "<div class=\"%c\">%u: ", "-ntex"[r->remarks[next].way], r->remarks[next].at.column);
            write_escaped(r->remarks[next].text, strlen(r->remarks[next].text), to);
            fputs("</div>", to);
        }
        fputs("</td></tr>\n", to);
        text = stop + 1;
    }
    fputs("</table>\n", to);
}

static void write_page(const report *r, FILE *to)
{
    fputs("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>", to);
    write_escaped(r->p->name, strlen(r->p->name), to);
    fputs(": how it was compiled</title>\n<style>\n"
          "body { font: 14px sans-serif; margin: 2em; color: #222 }\n"
          "table { border-collapse: collapse; width: 100% }\n"
          "td { padding: 0 .6em; vertical-align: top }\n"
          "td.line { color: #999; text-align: right; width: 3em }\n"
          "pre { margin: 0; font: 13px monospace; white-space: pre-wrap }\n"
          "tr.t { background: #dff5df } tr.n { background: #eef4ff }\n"
          "tr.e { background: #ffe9cc } tr.x { background: #ffd6d6 }\n"
          "tr > td > div { font-size: 12px; padding-left: 2em } div.t { color: #17691b }\n"
          "div.n { color: #35558f } div.e { color: #a35200 } div.x { color: #a00 }\n"
          "</style></head>\n<body>\n<h1>", to);
    write_escaped(r->p->name, strlen(r->p->name), to);
    fputs("</h1>\n<table><tr class=\"t\"><td>typed: C on unboxed numbers</td></tr>"
          "<tr class=\"n\"><td>native: C on words</td></tr>"
          "<tr class=\"e\"><td>evaluated: left to the evaluator in the library</td></tr>"
          "<tr class=\"x\"><td>read at run time</td></tr></table>\n<p>", to);
    write_counts(r, to);
    fputs("</p>\n", to);
    for (uint32_t u = 0; u < r->p->unit_count; u++) write_unit(r, u, to);
    fputs("</body></html>\n", to);
}

/* ---- */

static uint32_t count_lines(const unit *u)
{
    uint32_t lines = 1;
    for (size_t i = 0; i < u->count; i++) lines += u->text[i] == '\n';
    return lines;
}

bool write_report(program *p)
{
    report r = {.p = p};
    const char *path = p->options->report;
    r.lines = program_alloc(p, (p->unit_count + 1) * sizeof *r.lines);
    r.line_counts = program_alloc(p, (p->unit_count + 1) * sizeof *r.line_counts);
    for (uint32_t u = 0; u < p->unit_count; u++) {
        r.line_counts[u] = count_lines(p->units[u]);
        r.lines[u] = program_alloc(p, r.line_counts[u] + 1);
    }
    collect(&r);
    if (r.count) qsort(r.remarks, r.count, sizeof *r.remarks, by_place);
    if (!*path) {
        write_text(&r, stderr);
        return true;
    }
    FILE *to = fopen(path, "w");
    if (!to) return false;
    size_t length = strlen(path);
    if (length > 5 && strcmp(path + length - 5, ".html") == 0) write_page(&r, to);
    else write_text(&r, to);
    bool written = !ferror(to);
    return fclose(to) == 0 && written;
}
