/* reader.c: the inputs of a source, one after the other, and the nodes that parser.c makes them of.

   A node is an expression with its place. Where an input has a syntax error, it is noted with what
   should have stood there, and reading goes on behind it. */
#include "text/reader.h"

#include <stdlib.h>

#include "eval/eval.h"

/* ---- nodes ------------------------------------------------------------------------------------ */

void ly_span_free(ly_span *span)
{
    if (!span) return;
    /* iteratively: a span may be as deep as the program is nested */
    struct { ly_span *parts; uint32_t count; } *work = NULL;
    size_t count = 0, capacity = 0;
    ly_span *parts = span->parts;
    uint32_t part_count = span->count;
    ly_free(span);
    for (;;) {
        for (uint32_t i = 0; i < part_count; i++) {
            if (!parts[i].parts) continue;
            if (count == capacity) {
                capacity = capacity ? 2 * capacity : 64;
                void *more = ly_remalloc(work, capacity * sizeof *work);
                if (!more) break; /* lost rather than crashed */
                work = more;
            }
            work[count].parts = parts[i].parts;
            work[count++].count = parts[i].count;
        }
        ly_free(parts);
        if (!count) break;
        count--;
        parts = work[count].parts;
        part_count = work[count].count;
    }
    ly_free(work);
}

void ly_drop_span(ly_span span)
{
    if (!span.parts) return;
    ly_span *copy = ly_malloc(sizeof *copy);
    if (!copy) return;
    *copy = span;
    ly_span_free(copy);
}

void ly_drop_node(ly_reader *r, node *n)
{
    ly_release(r->cx, n->value);
    ly_drop_span(n->span);
    *n = (node){0};
}

bool ly_push_node(ly_reader *r, node n)
{
    if (r->count == r->capacity) {
        size_t capacity = r->capacity ? 2 * r->capacity : 64;
        node *stack = ly_remalloc(r->stack, capacity * sizeof *stack);
        if (!stack) {
            ly_drop_node(r, &n);
            ly_raise_memory(r->cx);
            return false;
        }
        r->stack = stack;
        r->capacity = capacity;
    }
    r->stack[r->count++] = n;
    return true;
}

bool ly_expected(ly_reader *r, const char *what)
{
    const ly_token *t = &r->token;
    if (t->kind == LY_TOKEN_ERROR) return fail(r); /* noted by the lexer */
    if (t->kind == LY_TOKEN_END) {
        /* an unclosed comment or string has said so already */
        if (!r->lexer.incomplete)
            ly_diagnose(&r->diagnostics, t->begin, t->end, "the text ends here; expected %s", what);
        return fail(r);
    }
    size_t length = t->end - t->begin;
    ly_diagnose(&r->diagnostics, t->begin, t->end, "found %s%.*s%s; expected %s",
                t->kind == LY_TOKEN_STRING ? "" : "\"", (int)(length > 40 ? 40 : length),
                r->source->text + t->begin, t->kind == LY_TOKEN_STRING ? "" : "\"", what);
    return fail(r);
}

bool ly_make_node(ly_reader *r, ly_value head, const ly_span *head_span, size_t mark, size_t begin,
                 size_t end, node *out)
{
    size_t n = r->count - mark;
    *out = leaf(r, LY_INT(1), begin, end, 0);
    if (!r->syntax_only) {
        ly_expr *e = ly_expr_new(r->cx, head, n);
        if (!e) return false;
        for (size_t i = 0; i < n; i++) e->args[i] = r->stack[mark + i].value;
        out->value = ly_from_object(e);
    } else
        for (size_t i = 0; i < n; i++) ly_release(r->cx, r->stack[mark + i].value);
    if (r->with_spans) {
        ly_span *parts = ly_malloc((n + 1) * sizeof *parts);
        if (parts) {
            parts[0] = head_span ? *head_span : (ly_span){(uint32_t)begin, (uint32_t)end, 0, NULL};
            for (size_t i = 0; i < n; i++) parts[i + 1] = r->stack[mark + i].span;
            out->span.parts = parts;
            out->span.count = (uint32_t)n + 1;
        }
    }
    r->count = mark;
    return true;
}

bool ly_make_node1(ly_reader *r, ly_value head, node a, size_t begin, size_t end, node *out)
{
    size_t mark = r->count;
    return ly_push_node(r, a) && ly_make_node(r, head, NULL, mark, begin, end, out);
}

bool ly_make_node2(ly_reader *r, ly_value head, node a, node b, size_t begin, size_t end, node *out)
{
    size_t mark = r->count;
    if (!ly_push_node(r, a)) {
        ly_drop_node(r, &b);
        return false;
    }
    return ly_push_node(r, b) && ly_make_node(r, head, NULL, mark, begin, end, out);
}

/* ---- inputs ----------------------------------------------------------------------------------- */

ly_reader *ly_reader_new(ly_context *cx, const ly_source *source)
{
    ly_reader *r = ly_calloc(1, sizeof *r);
    if (!r) return NULL;
    r->cx = cx;
    r->source = source;
    r->lexer.source = source;
    r->lexer.diagnostics = &r->diagnostics;
    const char *text = source->text;
    size_t at = 0, count = source->count;
    if (count >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) at = 3; /* byte order mark */
    if (count >= at + 2 && text[at] == '#' && text[at + 1] == '!') {
        const char *end = memchr(text + at, '\n', count - at);
        at = end ? (size_t)(end - text) : count;
    }
    r->lexer.position = at;
    return r;
}

/* Goes on behind a syntax error: to the end of the line in which all brackets that were opened are
   closed, or to a line that begins at the margin after an empty one. */
static void recover(ly_reader *r)
{
    int64_t depth = r->depth;
    const char *text = r->source->text;
    bool first = true;
    while (r->token.kind != LY_TOKEN_END) {
        if (r->token.newline_before && !first) {
            size_t at = r->token.begin;
            bool margin = at >= 2 && text[at - 1] == '\n' &&
                          (text[at - 2] == '\n' || (at >= 3 && text[at - 2] == '\r' && text[at - 3] == '\n'));
            if (depth <= 0 || (margin && r->token.kind == LY_TOKEN_NAME)) break;
        }
        first = false;
        if (r->token.kind == LY_TOKEN_OPEN) depth++;
        if (r->token.kind == LY_TOKEN_CLOSE && depth > 0) depth--;
        size_t noted = r->diagnostics.count;
        advance(r);
        /* what is skipped is not examined */
        while (r->diagnostics.count > noted) ly_free(r->diagnostics.items[--r->diagnostics.count].message);
    }
}

/* ?name, ??name: the current token is the question mark that begins an input. */
static bool parse_information(ly_reader *r, node *out)
{
    const char *text = r->source->text;
    size_t begin = r->token.begin, at = begin, end;
    while (at < r->source->count && text[at] == '?') at++;
    bool detailed = at - begin > 1;
    while (at < r->source->count && (text[at] == ' ' || text[at] == '\t')) at++;
    for (end = at; end < r->source->count && text[end] != '\n' && text[end] != '\r';) end++;
    size_t stop = end;
    while (stop > at && (text[stop - 1] == ' ' || text[stop - 1] == '\t' || text[stop - 1] == ';')) stop--;
    if (stop == at) return advance(r), ly_expected(r, "the name of a symbol");
    r->lexer.position = end;
    size_t mark = r->count;
    ly_value name = ly_string_new(r->cx, text + at, stop - at);
    if (ly_failed(name) || !ly_push_node(r, leaf(r, name, at, stop, 0))) return false;
    node option;
    if (!ly_make_node2(r, LY_SYM(Rule), word(r, LY_SYM(LongForm), at), word(r, ly_bool(detailed), at), begin,
               stop, &option) ||
        !ly_push_node(r, option))
        return false;
    advance(r);
    return ly_make_node(r, LY_SYM(Information), NULL, mark, begin, stop, out);
}

ly_read_status ly_read(ly_reader *r, ly_value *input, ly_span **spans)
{
    r->with_spans = spans != NULL;
    r->failed = r->at_end = r->after_colon = false;
    r->depth = 0;
    if (spans) *spans = NULL;
    *input = LY_FAILED;
    if (r->source->count >= UINT32_MAX) {
        if (r->started) return LY_READ_END;
        r->started = true;
        ly_diagnose(&r->diagnostics, 0, 0, "the text is longer than 4 GB");
        return LY_READ_ERROR;
    }
    if (!r->started) {
        r->started = true;
        advance(r);
    }
    if (r->token.kind == LY_TOKEN_END) {
        if (r->lexer.incomplete) {
            r->lexer.incomplete = false;
            return LY_READ_INCOMPLETE;
        }
        return LY_READ_END;
    }
    node n;
    bool question = r->token.kind == LY_TOKEN_OPERATOR && !strcmp(r->token.spelling->text, "?");
    bool ok = question ? parse_information(r, &n) : ly_parse(r, &n);
    if (ok && r->token.kind != LY_TOKEN_END && !line_over(r)) {
        ly_drop_node(r, &n);
        ok = ly_expected(r, "the end of the line, or an operator");
    }
    if (ok) {
        *input = r->syntax_only ? LY_INT(1) : n.value;
        if (spans) {
            *spans = ly_malloc(sizeof **spans);
            if (*spans) **spans = n.span;
            else ly_drop_span(n.span);
        }
        return LY_READ_INPUT;
    }
    while (r->count) ly_drop_node(r, &r->stack[--r->count]);
    if (!r->failed) {
        /* no memory, or a number that is too large: the place is known, so it is a diagnostic */
        ly_pending pending = ly_pending_take(r->cx);
        ly_pending_drop(r->cx, pending);
        ly_diagnose(&r->diagnostics, r->token.begin, r->token.end,
                    "what stands here is too large or nested too deeply for the memory there is");
    }
    bool incomplete = r->failed && r->at_end;
    recover(r);
    r->lexer.incomplete = false;
    return incomplete ? LY_READ_INCOMPLETE : LY_READ_ERROR;
}

const ly_diagnostics *ly_reader_diagnostics(const ly_reader *reader) { return &reader->diagnostics; }

size_t ly_reader_offset(const ly_reader *reader)
{
    return reader->started ? reader->token.begin : reader->lexer.position;
}

void ly_reader_free(ly_reader *reader)
{
    if (!reader) return;
    ly_lexer_free(&reader->lexer);
    ly_diagnostics_free(&reader->diagnostics);
    ly_free(reader->stack);
    ly_free(reader);
}

bool ly_check_syntax(ly_context *cx, const ly_source *source, ly_diagnostics *diagnostics)
{
    ly_reader *r = ly_reader_new(cx, source);
    if (!r) return false;
    r->syntax_only = true;
    ly_value input;
    ly_read_status status;
    while ((status = ly_read(r, &input, NULL)) != LY_READ_END && status != LY_READ_INCOMPLETE) continue;
    bool ok = r->diagnostics.count == 0;
    if (diagnostics) {
        for (size_t i = 0; i < r->diagnostics.count; i++) {
            const ly_diagnostic *d = &r->diagnostics.items[i];
            ly_diagnose(diagnostics, d->offset, d->end, "%s", d->message);
        }
    }
    ly_reader_free(r);
    return ok;
}
