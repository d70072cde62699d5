/* box_input.c: boxes in programs: what \( … \) reads as, and what boxes mean as input.

   \(x\^2\) is SuperscriptBox["x", "2"]; \!\( … \) is what such boxes mean, Power[x, 2]; \*e within
   is a box written as an expression. A row of boxes is read by joining its strings, with names of
   their own standing for the boxes between them. */
#include "text/box_input.h"

#include "eval/eval.h"
#include "match/match.h"
#include "value/number.h"

/* ---- boxes to expressions ----------------------------------------------------------------------- */

/* The one expression that text reads as; Null for no text. LY_FAILED: a syntax error, or pending. */
static ly_value read_text(ly_context *cx, const char *text, size_t count)
{
    ly_source source = {"boxes", text, count};
    ly_reader *reader = ly_reader_new(cx, &source);
    ly_value input = LY_FAILED, more;
    if (!reader) return ly_raise_memory(cx);
    ly_read_status status = ly_read(reader, &input, NULL);
    if (status == LY_READ_END) input = LY_SYM(Null);
    else if (status != LY_READ_INPUT) input = LY_FAILED;
    else if (ly_read(reader, &more, NULL) == LY_READ_INPUT) {
        ly_release(cx, more);
        ly_release(cx, input);
        input = LY_FAILED;
    }
    ly_reader_free(reader);
    return input;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '$' ||
           c == '`' || (unsigned char)c >= 0x80;
}

/* Adds one piece of a row: words stay apart, everything else joins. */
static void add_piece(ly_text *text, const char *piece, size_t count)
{
    if (count && text->count && is_word_byte(text->data[text->count - 1]) && is_word_byte(piece[0]))
        ly_text_putc(text, ' ');
    ly_text_add(text, piece, count);
}

typedef struct row {
    ly_text text;
    ly_builder symbols, values; /* what stands for boxes among the text */
    bool failed;
} row;

static void add_to_row(ly_context *cx, row *r, ly_value box)
{
    if (r->failed) return;
    if (ly_is_string(box)) {
        add_piece(&r->text, ly_string_of(box)->data, ly_string_of(box)->bytes);
        return;
    }
    if (ly_has_shape(box, LY_SYM(RowBox), 1) && ly_has_head(ly_expr_of(box)->args[0], LY_SYM(List))) {
        const ly_expr *items = ly_expr_of(ly_expr_of(box)->args[0]);
        for (size_t i = 0; i < items->count; i++) add_to_row(cx, r, items->args[i]);
        return;
    }
    char name[64];
    int length = snprintf(name, sizeof name, "Lyra`Boxes`b%zu", ly_builder_count(&r->symbols) + 1);
    ly_value value = ly_from_boxes(cx, box);
    if (ly_failed(value)) {
        r->failed = true;
        return;
    }
    r->failed = !ly_builder_add(cx, &r->symbols, ly_symbol_named(cx, name, (size_t)length)) ||
                !ly_builder_add(cx, &r->values, value);
    add_piece(&r->text, name, (size_t)length);
}

static ly_value row_value(ly_context *cx, ly_value box)
{
    row r = {.symbols = ly_builder_new(), .values = ly_builder_new()};
    add_to_row(cx, &r, box);
    ly_value value = r.failed || r.text.failed ? LY_FAILED : read_text(cx, r.text.data ? r.text.data : "", r.text.count);
    size_t n = ly_builder_count(&r.symbols);
    if (!ly_failed(value) && n) {
        ly_value whole = ly_substitute_symbols(cx, value, n, r.symbols.expr->args, r.values.expr->args);
        ly_release(cx, value);
        value = whole;
    }
    ly_text_free(&r.text);
    ly_builder_drop(cx, &r.symbols);
    ly_builder_drop(cx, &r.values);
    return value;
}

/* head[the first n parts of the box as expressions] */
static ly_value made_of(ly_context *cx, ly_value head, const ly_expr *box, size_t n)
{
    ly_expr *made = ly_expr_new(cx, head, n);
    if (!made) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        ly_value part = ly_from_boxes(cx, box->args[i]);
        if (ly_failed(part)) {
            ly_release(cx, ly_from_object(made));
            return LY_FAILED;
        }
        made->args[i] = part;
    }
    return ly_from_object(made);
}

/* A list of boxes, or of lists of boxes, as lists of expressions. */
static ly_value list_of(ly_context *cx, ly_value v)
{
    if (!ly_has_head(v, LY_SYM(List))) return ly_from_boxes(cx, v);
    ly_builder list = ly_builder_new();
    for (size_t i = 0; i < ly_expr_of(v)->count; i++) {
        ly_value item = list_of(cx, ly_expr_of(v)->args[i]);
        if (ly_failed(item) || !ly_builder_add(cx, &list, item)) {
            ly_builder_drop(cx, &list);
            return LY_FAILED;
        }
    }
    return ly_builder_finish(cx, &list, LY_SYM(List));
}

static ly_value boxes_value(ly_context *cx, ly_value box)
{
    if (ly_is_string(box)) return read_text(cx, ly_string_of(box)->data, ly_string_of(box)->bytes);
    if (!ly_is_expr(box)) return ly_retain(box);
    const ly_expr *b = ly_expr_of(box);
    ly_value h = b->head;
    size_t n = b->count;
    if (h == LY_SYM(RowBox) && n == 1) return row_value(cx, box);
    if (h == LY_SYM(SqrtBox) && n >= 1) return made_of(cx, LY_SYM(Sqrt), b, 1);
    if (h == LY_SYM(SuperscriptBox) && n >= 2) return made_of(cx, LY_SYM(Power), b, 2);
    if (h == LY_SYM(SubscriptBox) && n >= 2) return made_of(cx, LY_SYM(Subscript), b, 2);
    if (h == LY_SYM(OverscriptBox) && n >= 2) return made_of(cx, LY_SYM(Overscript), b, 2);
    if (h == LY_SYM(UnderscriptBox) && n >= 2) return made_of(cx, LY_SYM(Underscript), b, 2);
    if (h == LY_SYM(UnderoverscriptBox) && n >= 3) return made_of(cx, LY_SYM(Underoverscript), b, 3);
    if ((h == LY_SYM(FractionBox) || h == LY_SYM(RadicalBox)) && n >= 2) {
        ly_value a = ly_from_boxes(cx, b->args[0]), c = ly_failed(a) ? a : ly_from_boxes(cx, b->args[1]);
        if (ly_failed(c)) {
            ly_release(cx, a);
            return c;
        }
        c = ly_make2(cx, LY_SYM(Power), c, LY_INT(-1));
        return ly_make2(cx, h == LY_SYM(FractionBox) ? LY_SYM(Times) : LY_SYM(Power), a, c);
    }
    if (h == LY_SYM(SubsuperscriptBox) && n >= 3) {
        ly_value base = made_of(cx, LY_SYM(Subscript), b, 2);
        ly_value exponent = ly_failed(base) ? base : ly_from_boxes(cx, b->args[2]);
        if (ly_failed(exponent)) {
            ly_release(cx, base);
            return exponent;
        }
        return ly_make2(cx, LY_SYM(Power), base, exponent);
    }
    if (h == LY_SYM(InterpretationBox) && n >= 2) return ly_retain(b->args[1]);
    if (h == LY_SYM(GridBox) && n >= 1) return list_of(cx, b->args[0]);
    if (h == LY_SYM(TemplateBox) && n >= 2 && ly_has_head(b->args[0], LY_SYM(List))) {
        ly_value items = list_of(cx, b->args[0]);
        if (ly_failed(items)) return items;
        if (ly_string_is(b->args[1], "RowDefault")) return ly_make1(cx, LY_SYM(Row), items);
        ly_release(cx, items);
        return ly_retain(box);
    }
    if (n >= 1 && (h == LY_SYM(FormBox) || h == LY_SYM(StyleBox) || h == LY_SYM(TagBox) ||
                   h == LY_SYM(AdjustmentBox) || h == LY_SYM(FrameBox) || h == LY_SYM(BoxData)))
        return ly_from_boxes(cx, b->args[0]);
    return ly_retain(box);
}

typedef struct deeper {
    ly_value box;
} deeper;

static void *boxes_deeper(ly_context *cx, void *argument)
{
    return (void *)(uintptr_t)boxes_value(cx, ((deeper *)argument)->box);
}

ly_value ly_from_boxes(ly_context *cx, ly_value box)
{
    if (!ly_stack_low(cx)) return boxes_value(cx, box);
    deeper d = {box};
    return (ly_value)(uintptr_t)ly_on_new_stack(cx, boxes_deeper, &d);
}

bool ly_is_box(ly_value v)
{
    if (!ly_is_expr(v) || !ly_is_symbol(ly_expr_of(v)->head)) return false;
    const ly_symbol *head = ly_symbol_of(ly_expr_of(v)->head);
    size_t length = strlen(head->name);
    return !strcmp(head->context, "System`") &&
           ((length > 3 && !strcmp(head->name + length - 3, "Box")) || !strcmp(head->name, "BoxData"));
}

/* ---- \( … \) ------------------------------------------------------------------------------------ */

/* What is read. Positions are offsets in the lexer's source; failures are noted there. */
typedef struct box_reader {
    ly_context *cx;
    ly_lexer *lexer;
    ly_value (*expression)(void *data); /* reads the expression behind \*, owned */
    void *data;
    int depth;
} box_reader;

static char escape_at(const box_reader *r)
{
    const ly_source *s = r->lexer->source;
    size_t at = r->lexer->position;
    return at + 1 < s->count && s->text[at] == '\\' ? s->text[at + 1] : 0;
}

static void skip_blanks(box_reader *r)
{
    const ly_source *s = r->lexer->source;
    while (r->lexer->position < s->count && strchr(" \t\r\n", s->text[r->lexer->position]) &&
           s->text[r->lexer->position])
        r->lexer->position++;
}

static ly_value complain(box_reader *r, const char *what)
{
    ly_diagnose(r->lexer->diagnostics, r->lexer->position, r->lexer->position + 1, "%s", what);
    if (r->lexer->position >= r->lexer->source->count) r->lexer->incomplete = true;
    return LY_FAILED;
}

static ly_value read_row(box_reader *r, char close);
static ly_value read_item(box_reader *r);

/* A token, a nested row, a root. */
static ly_value read_primary(box_reader *r)
{
    ly_context *cx = r->cx;
    skip_blanks(r);
    switch (escape_at(r)) {
    case '(':
        r->lexer->position += 2;
        return read_row(r, '\\');
    case '*':
        r->lexer->position += 2;
        return r->expression(r->data);
    case '@': {
        r->lexer->position += 2;
        ly_value inner = read_primary(r);
        skip_blanks(r);
        if (ly_failed(inner) || escape_at(r) != '%')
            return ly_failed(inner) ? inner : ly_make1(cx, LY_SYM(SqrtBox), inner);
        r->lexer->position += 2;
        ly_value index = read_primary(r);
        if (ly_failed(index)) {
            ly_release(cx, inner);
            return index;
        }
        return ly_make2(cx, LY_SYM(RadicalBox), inner, index);
    }
    default: break;
    }
    ly_token token;
    ly_lex(r->lexer, &token);
    if (token.kind == LY_TOKEN_END) return complain(r, "the text ends here; expected the \"\\)\" that closes the \"\\(\"");
    if (token.kind == LY_TOKEN_ERROR) return LY_FAILED;
    ly_value text = ly_string_new(cx, r->lexer->source->text + token.begin, token.end - token.begin);
    if (ly_failed(text) || token.kind != LY_TOKEN_OPEN || token.bracket != LY_PARENTHESIS) return text;
    ly_value inner = read_row(r, ')');
    if (ly_failed(inner)) {
        ly_release(cx, text);
        return inner;
    }
    ly_value items = ly_make3(cx, LY_SYM(List), text, inner, ly_string_from(cx, ")"));
    return ly_make1(cx, LY_SYM(RowBox), items);
}

/* primary, with what is set above, below, over and under it */
static ly_value read_script(box_reader *r)
{
    ly_context *cx = r->cx;
    ly_value base = read_primary(r);
    for (;;) {
        if (ly_failed(base)) return base;
        skip_blanks(r);
        char c = escape_at(r);
        ly_value two, three;
        switch (c) {
        case '^': two = LY_SYM(SuperscriptBox), three = LY_SYM(SubsuperscriptBox); break;
        case '_': two = LY_SYM(SubscriptBox), three = LY_SYM(SubsuperscriptBox); break;
        case '&': two = LY_SYM(OverscriptBox), three = LY_SYM(UnderoverscriptBox); break;
        case '+': two = LY_SYM(UnderscriptBox), three = LY_SYM(UnderoverscriptBox); break;
        default: return base;
        }
        r->lexer->position += 2;
        ly_value script = read_primary(r);
        if (ly_failed(script)) {
            ly_release(cx, base);
            return script;
        }
        skip_blanks(r);
        if (escape_at(r) != '%') {
            base = ly_make2(cx, two, base, script);
            continue;
        }
        r->lexer->position += 2;
        ly_value other = read_primary(r);
        if (ly_failed(other)) {
            ly_release(cx, base);
            ly_release(cx, script);
            return other;
        }
        bool below = c == '_' || c == '+';
        base = ly_make3(cx, three, base, below ? script : other, below ? other : script);
    }
}

static ly_value read_item(box_reader *r)
{
    ly_value item = read_script(r);
    for (;;) {
        if (ly_failed(item)) return item;
        skip_blanks(r);
        if (escape_at(r) != '/') return item;
        r->lexer->position += 2;
        ly_value below = read_script(r);
        if (ly_failed(below)) {
            ly_release(r->cx, item);
            return below;
        }
        item = ly_make2(r->cx, LY_SYM(FractionBox), item, below);
    }
}

/* Items up to \) (close '\\') or ) : one item alone, or a RowBox of them. */
static ly_value read_row(box_reader *r, char close)
{
    ly_context *cx = r->cx;
    const ly_source *s = r->lexer->source;
    ly_builder items = ly_builder_new();
    ly_value result = LY_FAILED;
    if (++r->depth > 500) {
        complain(r, "boxes are nested too deeply");
        return LY_FAILED;
    }
    for (;;) {
        skip_blanks(r);
        size_t at = r->lexer->position;
        if (close == '\\' ? escape_at(r) == ')' : at < s->count && s->text[at] == ')') {
            r->lexer->position += close == '\\' ? 2 : 1;
            size_t count = ly_builder_count(&items);
            if (count == 0) result = ly_string_from(cx, "");
            else if (count == 1) result = ly_retain(items.expr->args[0]);
            else result = ly_make1(cx, LY_SYM(RowBox), ly_builder_finish(cx, &items, LY_SYM(List)));
            break;
        }
        ly_value item = read_item(r);
        if (ly_failed(item) || !ly_builder_add(cx, &items, item)) break;
    }
    r->depth--;
    ly_builder_drop(cx, &items);
    return result;
}

ly_value ly_read_boxes(ly_context *cx, ly_lexer *lexer, ly_value (*expression)(void *data), void *data)
{
    box_reader r = {cx, lexer, expression, data, 0};
    return read_row(&r, '\\');
}
