/* parser.c: tokens to expressions, by operator precedence.

   An expression is an operand followed by operators that bind tighter than the surroundings: the
   argument `minimum` is the binding of the operator to the left. Operands of flat operators and
   arguments of calls wait on the reader's stack of nodes until the expression around them is made.

   Functions give false after a syntax error (noted, r->failed set) or when an evaluation error is
   pending; whoever put nodes on the stack leaves them there, and ly_read drops them. */
#include "text/reader.h"

#include <stdlib.h>

#include "eval/eval.h"
#include "text/box_input.h"
#include "value/number.h"

/* ---- operands --------------------------------------------------------------------------------- */

static bool parse(ly_reader *r, int minimum, node *out);

static bool starts_operand(const ly_reader *r)
{
    switch (r->token.kind) {
    case LY_TOKEN_NAME: case LY_TOKEN_NUMBER: case LY_TOKEN_STRING: case LY_TOKEN_OPEN:
    case LY_TOKEN_SLOT: case LY_TOKEN_OUT: case LY_TOKEN_BLANK: case LY_TOKEN_BOXES:
        return true;
    case LY_TOKEN_OPERATOR:
        return r->token.spelling->prefix != NULL ||
               (r->token.spelling->infix && r->token.spelling->infix->action == LY_READ_SPAN);
    default:
        return false;
    }
}

static ly_value symbol_value(ly_reader *r, const char *name, size_t count)
{
    return r->syntax_only ? LY_INT(1) : ly_symbol_named(r->cx, name, count);
}

static bool string_value(ly_reader *r, size_t begin, size_t end, ly_value *value)
{
    *value = ly_string_literal(r->syntax_only ? NULL : r->cx, r->source->text + begin, end - begin,
                               begin, &r->diagnostics);
    if (!ly_failed(*value)) return true;
    return fail(r);
}

/* _, _h, __, ___h, _. at the current token; pattern: the symbol before it, or NULL. */
static bool parse_blank(ly_reader *r, node *pattern, node *out)
{
    size_t begin = r->token.begin, end = r->token.end;
    const char *text = r->source->text + begin;
    bool optional = text[end - begin - 1] == '.';
    size_t blanks = end - begin - optional, mark = r->count;
    ly_value head = blanks == 1 ? LY_SYM(Blank) : blanks == 2 ? LY_SYM(BlankSequence)
                                                              : LY_SYM(BlankNullSequence);
    advance(r);
    if (!optional && r->token.kind == LY_TOKEN_NAME && !r->token.space_before) {
        node type = leaf(r, symbol_value(r, r->token.text, r->token.count), r->token.begin,
                         r->token.end, 0);
        end = r->token.end;
        if (!ly_push_node(r, type)) return false;
        advance(r);
    }
    node blank;
    if (!ly_make_node(r, head, NULL, mark, begin, end, &blank)) return false;
    if (pattern) {
        begin = begin_of(pattern);
        if (!ly_make_node2(r, LY_SYM(Pattern), *pattern, blank, begin, end, &blank)) return false;
    }
    *out = blank;
    return !optional || ly_make_node1(r, LY_SYM(Optional), blank, begin, end, out);
}

static bool parse_slot(ly_reader *r, node *out)
{
    const ly_token *t = &r->token;
    const char *text = r->source->text + t->begin, *end = r->source->text + t->end;
    bool sequence = t->end > t->begin + 1 && text[1] == '#';
    size_t begin = t->begin, stop = t->end;
    const char *digits = text + 1 + sequence;
    ly_value index = LY_INT(1);
    if (!sequence && digits < end && *digits == '"') {
        if (!string_value(r, begin + 2, stop - 1, &index)) return false;
    } else if (t->text) {
        if (!r->syntax_only) index = ly_string_new(r->cx, t->text, t->count);
    } else if (digits < end) {
        index = ly_number_literal(r->cx, digits, (size_t)(end - digits));
    }
    if (ly_failed(index)) return false;
    node n = word(r, index, begin);
    advance(r);
    return ly_make_node1(r, sequence ? LY_SYM(SlotSequence) : LY_SYM(Slot), n, begin, stop, out);
}

static bool parse_out(ly_reader *r, node *out)
{
    const char *text = r->source->text + r->token.begin;
    size_t begin = r->token.begin, end = r->token.end, mark = r->count;
    if (end - begin > 1) {
        ly_value n = text[1] == '%' ? LY_INT(-(int64_t)(end - begin))
                                    : ly_number_literal(r->cx, text + 1, end - begin - 1);
        if (ly_failed(n) || !ly_push_node(r, word(r, n, begin))) return false;
    }
    advance(r);
    return ly_make_node(r, LY_SYM(Out), NULL, mark, begin, end, out);
}

/* Arguments up to the closing bracket, which is consumed, put on the stack; *end is where it ends.
   An empty place is Null. */
static bool read_arguments(ly_reader *r, ly_bracket bracket, size_t opened, size_t *end)
{
    if (r->token.kind == LY_TOKEN_CLOSE && r->token.bracket == bracket) {
        *end = r->token.end;
        r->depth--;
        advance(r);
        return true;
    }
    for (;;) {
        if (r->token.kind == LY_TOKEN_COMMA ||
            (r->token.kind == LY_TOKEN_CLOSE && r->token.bracket == bracket)) {
            if (!ly_push_node(r, word(r, r->syntax_only ? LY_INT(1) : LY_SYM(Null), r->token.begin)))
                return false;
        } else {
            node argument;
            if (!parse(r, 0, &argument) || !ly_push_node(r, argument)) return false;
        }
        if (r->token.kind == LY_TOKEN_COMMA) {
            advance(r);
            continue;
        }
        if (r->token.kind == LY_TOKEN_CLOSE && r->token.bracket == bracket) {
            *end = r->token.end;
            r->depth--;
            advance(r);
            return true;
        }
        char what[120];
        ly_place place = ly_place_of(r->source, opened);
        snprintf(what, sizeof what, "\",\" or the \"%s\" that closes the \"%s\" of line %u, column %u",
                 ly_bracket_text(bracket, true), ly_bracket_text(bracket, false), place.line,
                 place.column);
        return ly_expected(r, what);
    }
}

static bool parse_arguments(ly_reader *r, ly_bracket bracket, size_t opened, size_t *end)
{
    bool after_colon = r->after_colon;
    r->after_colon = false;
    bool ok = read_arguments(r, bracket, opened, end);
    r->after_colon = after_colon;
    return ok;
}

static bool parse_bracket(ly_reader *r, node *out)
{
    size_t begin = r->token.begin, end, mark = r->count;
    ly_bracket bracket = r->token.bracket;
    ly_value head = LY_FAILED;
    switch (bracket) {
    case LY_PARENTHESIS: break;
    case LY_BRACE: head = LY_SYM(List); break;
    case LY_ASSOCIATION_BRACKET: head = LY_SYM(Association); break;
    case LY_ANGLE: head = LY_SYM(AngleBracket); break;
    case LY_FLOOR: head = LY_SYM(Floor); break;
    case LY_CEILING: head = LY_SYM(Ceiling); break;
    case LY_BAR: head = LY_SYM(BracketingBar); break;
    case LY_DOUBLE_BAR: head = LY_SYM(DoubleBracketingBar); break;
    case LY_SQUARE: case LY_DOUBLE_SQUARE: case LY_BOXES: return ly_expected(r, "an expression");
    }
    r->depth++;
    advance(r);
    if (head) return parse_arguments(r, bracket, begin, &end) && ly_make_node(r, head, NULL, mark, begin, end, out);
    bool after_colon = r->after_colon;
    r->after_colon = false;
    bool ok = parse(r, 0, out);
    r->after_colon = after_colon;
    if (!ok) return false;
    if (r->token.kind != LY_TOKEN_CLOSE || r->token.bracket != LY_PARENTHESIS) {
        char what[100];
        ly_place place = ly_place_of(r->source, begin);
        snprintf(what, sizeof what, "the \")\" that closes the \"(\" of line %u, column %u",
                 place.line, place.column);
        ly_drop_node(r, out);
        return ly_expected(r, what);
    }
    out->flags = 0;
    r->depth--;
    advance(r);
    return true;
}

/* a;;b;;c with `first` as a; the current token is the first ;;. */
static bool parse_span(ly_reader *r, const ly_operator_row *row, node *first, node *out)
{
    size_t mark = r->count, begin = first ? begin_of(first) : r->token.begin, end = r->token.end;
    if (!ly_push_node(r, first ? *first : word(r, LY_INT(1), begin))) return false;
    for (int i = 0; i < 2; i++) {
        if (r->token.kind != LY_TOKEN_OPERATOR || !r->token.spelling->infix ||
            r->token.spelling->infix->action != LY_READ_SPAN || (i > 0 && line_over(r)))
            break;
        /* the third part needs an operand: otherwise its ;; begins another span */
        if (i == 1) {
            ly_lexer saved = r->lexer;
            ly_token token = r->token;
            advance(r);
            bool third = !line_over(r) && starts_operand(r) &&
                         !(r->token.kind == LY_TOKEN_OPERATOR && r->token.spelling->infix &&
                           r->token.spelling->infix->action == LY_READ_SPAN);
            if (!third) {
                saved.name = r->lexer.name;
                r->lexer = saved;
                r->token = token;
                break;
            }
        } else
            advance(r);
        bool operand = !line_over(r) && starts_operand(r) &&
                       !(r->token.kind == LY_TOKEN_OPERATOR && r->token.spelling->infix &&
                         r->token.spelling->infix->action == LY_READ_SPAN);
        node part = word(r, r->syntax_only ? LY_INT(1) : LY_SYM(All), end);
        if (operand) {
            if (!parse(r, row->binding, &part)) return false;
            end = end_of(&part);
        }
        if (!ly_push_node(r, part)) return false;
    }
    if (!ly_make_node(r, LY_SYM(Span), NULL, mark, begin, end, out)) return false;
    out->flags = NODE_SPAN;
    return true;
}

/* -a: a number with its sign, or Times[-1, a]. Consumes a. */
static bool negate(ly_reader *r, node a, size_t begin, node *out)
{
    size_t end = end_of(&a);
    if (a.flags & NODE_NUMBER) {
        ly_value value = r->syntax_only ? LY_INT(1) : ly_negate(r->cx, a.value);
        ly_drop_node(r, &a);
        *out = leaf(r, value, begin, end, 0);
        return !ly_failed(value);
    }
    return ly_make_node2(r, LY_SYM(Times), word(r, LY_INT(-1), begin), a, begin, end, out);
}

/* The name of a file after << or >>, as a string. The current token is that operator. */
static bool parse_file(ly_reader *r, node *out)
{
    ly_lex_file(&r->lexer, &r->token);
    ly_value value = LY_INT(1);
    size_t begin = r->token.begin, end = r->token.end;
    if (r->token.kind == LY_TOKEN_STRING) {
        if (!string_value(r, begin + 1, end - 1, &value)) return false;
    } else if (r->token.kind == LY_TOKEN_FILE) {
        if (!r->syntax_only) value = ly_string_new(r->cx, r->token.text, r->token.count);
    } else
        return ly_expected(r, "the name of a file");
    if (ly_failed(value)) return false;
    *out = leaf(r, value, begin, end, 0);
    advance(r);
    return true;
}

/* ∫ f ⅆx: Integrate[f, x] */
static bool parse_integral(ly_reader *r, const ly_operator_row *row, node *out)
{
    size_t begin = r->token.begin, end;
    advance(r);
    node body;
    if (!parse(r, row->binding, &body)) return false;
    end = end_of(&body);
    if (!r->syntax_only && !ly_has_head(body.value, LY_SYM(Times)))
        return ly_make_node1(r, row->head, body, begin, end, out);
    if (r->syntax_only) {
        *out = body;
        return true;
    }
    /* the differential is the last factor */
    ly_expr *times = ly_expr_of(body.value);
    ly_value last = times->count ? times->args[times->count - 1] : LY_INT(0);
    if (!ly_has_shape(last, LY_SYM(DifferentialD), 1)) return ly_make_node1(r, row->head, body, begin, end, out);
    ly_value variable = ly_retain(ly_expr_of(last)->args[0]);
    ly_value integrand;
    if (times->count == 2)
        integrand = ly_retain(times->args[0]);
    else {
        ly_expr *rest = ly_expr_new(r->cx, LY_SYM(Times), times->count - 1);
        for (size_t i = 0; rest && i + 1 < times->count; i++) rest->args[i] = ly_retain(times->args[i]);
        integrand = rest ? ly_from_object(rest) : LY_FAILED;
    }
    ly_drop_node(r, &body);
    if (ly_failed(integrand)) {
        ly_release(r->cx, variable);
        return false;
    }
    return ly_make_node2(r, row->head, leaf(r, integrand, begin, end, 0), leaf(r, variable, begin, end, 0),
                 begin, end, out);
}

static bool parse_prefix(ly_reader *r, node *out)
{
    const ly_spelling *spelling = r->token.spelling;
    const ly_operator_row *row = spelling->prefix;
    size_t begin = r->token.begin;
    if (!row && spelling->infix && spelling->infix->action == LY_READ_SPAN)
        return parse_span(r, spelling->infix, NULL, out);
    bool twice = !row && !strcmp(spelling->text, "!!"); /* !!a is Not[Not[a]] */
    if (twice) row = ly_operator_row_of(LY_SYM(Not), LY_PREFIX);
    if (!row) return ly_expected(r, "an expression");
    if (row->action == LY_READ_FILE) {
        node file;
        return parse_file(r, &file) && ly_make_node1(r, row->head, file, begin, end_of(&file), out);
    }
    if (row->action == LY_READ_INTEGRAL) return parse_integral(r, row, out);
    advance(r);
    node operand;
    if (!parse(r, row->binding, &operand)) return false;
    size_t end = end_of(&operand);
    if (row->action == LY_READ_MINUS) return negate(r, operand, begin, out);
    if (twice && !ly_make_node1(r, row->head, operand, begin, end, &operand)) return false;
    return ly_make_node1(r, row->head, operand, begin, end, out);
}

/* The expression behind \* within boxes: the lexer is left behind it. */
static ly_value parse_box_expression(void *data)
{
    ly_reader *r = data;
    node box;
    r->depth++;
    advance(r);
    bool ok = parse(r, 0, &box);
    r->depth--;
    if (!ok) return LY_FAILED;
    r->lexer.position = r->token.begin;
    ly_drop_span(box.span);
    return box.value;
}

/* \( … \), \!\( … \) */
static bool parse_boxes(ly_reader *r, node *out)
{
    size_t begin = r->token.begin, noted = r->diagnostics.count;
    bool meaning = r->token.named;
    ly_value value = ly_read_boxes(r->cx, &r->lexer, parse_box_expression, r);
    if (!ly_failed(value) && meaning) {
        ly_value boxes = value;
        value = ly_from_boxes(r->cx, boxes);
        ly_release(r->cx, boxes);
        if (ly_failed(value) && !r->cx->pending.kind) {
            ly_diagnose(&r->diagnostics, begin, r->lexer.position, "what these boxes hold is no expression");
            return fail(r);
        }
    }
    if (ly_failed(value)) {
        if (r->diagnostics.count == noted) return false;
        r->failed = true;
        if (r->lexer.incomplete) r->at_end = true;
        advance(r);
        return false;
    }
    if (r->syntax_only) {
        ly_release(r->cx, value);
        value = LY_INT(1);
    }
    *out = leaf(r, value, begin, r->lexer.position, 0);
    advance(r);
    return true;
}

static bool parse_operand(ly_reader *r, node *out)
{
    const ly_token *t = &r->token;
    size_t begin = t->begin, end = t->end;
    const char *text = r->source->text;
    ly_value value = LY_INT(1);
    switch (t->kind) {
    case LY_TOKEN_NUMBER: {
        const char *mark = memchr(text + begin, '^', end - begin);
        if (mark && mark[1] == '^') {
            int base = mark - (text + begin) > 2 ? 99 : atoi(text + begin);
            if (base < 2 || base > 36) {
                ly_diagnose(&r->diagnostics, begin, end, "the base of a number is from 2 to 36");
                return fail(r);
            }
            for (const char *at = mark + 2; at < text + end && *at != '`' && *at != '*'; at++) {
                int digit = *at <= '9' ? *at - '0' : (*at | 32) - 'a' + 10;
                if (*at != '.' && digit >= base) {
                    ly_diagnose(&r->diagnostics, (size_t)(at - text), (size_t)(at - text) + 1,
                                "\"%c\" is no digit in base %d", *at, base);
                    return fail(r);
                }
            }
        }
        if (!r->syntax_only) value = ly_number_literal(r->cx, text + begin, end - begin);
        if (ly_failed(value)) {
            /* 1*^9999999999 is read, and is Overflow[]; its message was given */
            ly_pending_drop(r->cx, ly_pending_take(r->cx));
            value = ly_make0(r->cx, LY_SYM(Overflow));
            *out = leaf(r, value, begin, end, 0);
            advance(r);
            return true;
        }
        *out = leaf(r, value, begin, end, NODE_NUMBER);
        advance(r);
        return true;
    }
    case LY_TOKEN_STRING:
        if (!string_value(r, begin + 1, end - 1, &value)) return false;
        *out = leaf(r, value, begin, end, 0);
        advance(r);
        return true;
    case LY_TOKEN_NAME: {
        node symbol = leaf(r, symbol_value(r, t->text, t->count), begin, end, NODE_SYMBOL);
        if (ly_failed(symbol.value)) return false;
        advance(r);
        if (t->kind == LY_TOKEN_BLANK && !t->space_before) return parse_blank(r, &symbol, out);
        *out = symbol;
        return true;
    }
    case LY_TOKEN_BLANK: return parse_blank(r, NULL, out);
    case LY_TOKEN_SLOT: return parse_slot(r, out);
    case LY_TOKEN_OUT: return parse_out(r, out);
    case LY_TOKEN_OPEN: return parse_bracket(r, out);
    case LY_TOKEN_BOXES: return parse_boxes(r, out);
    case LY_TOKEN_OPERATOR: return parse_prefix(r, out);
    default: return ly_expected(r, "an expression");
    }
}

/* ---- what follows an operand ------------------------------------------------------------------ */

/* f[…], f[[…]] with left as f; the current token is the bracket. */
static bool parse_call(ly_reader *r, node *left)
{
    size_t begin = begin_of(left), opened = r->token.begin, end, mark = r->count;
    bool part = r->token.bracket == LY_DOUBLE_SQUARE;
    ly_bracket bracket = r->token.bracket;
    if (!ly_push_node(r, *left)) return false;
    r->depth++;
    advance(r);
    if (!part && r->token.kind == LY_TOKEN_OPEN && r->token.bracket == LY_SQUARE) {
        r->depth++;
        advance(r);
        if (!parse_arguments(r, LY_SQUARE, opened, &end)) return false;
        if (r->token.kind != LY_TOKEN_CLOSE || r->token.bracket != LY_SQUARE) {
            char what[100];
            ly_place place = ly_place_of(r->source, opened);
            snprintf(what, sizeof what, "the \"]]\" that closes the \"[[\" of line %u, column %u",
                     place.line, place.column);
            return ly_expected(r, what);
        }
        end = r->token.end;
        r->depth--;
        advance(r);
        part = true;
    } else if (!parse_arguments(r, bracket, opened, &end))
        return false;
    if (part) return ly_make_node(r, LY_SYM(Part), NULL, mark, begin, end, left);
    /* the function itself is the head of what its arguments make */
    node head = r->stack[mark];
    for (size_t i = mark; i + 1 < r->count; i++) r->stack[i] = r->stack[i + 1];
    r->count--;
    bool made = ly_make_node(r, head.value, &head.span, mark, begin, end, left);
    ly_release(r->cx, head.value);
    if (!made || !r->with_spans) ly_drop_span(head.span);
    return made;
}

/* object.method(a, b): the current token is the dot, and everything touches. */
static bool is_method_call(const ly_reader *r, const node *left)
{
    const ly_token *t = &r->token;
    size_t end;
    return !t->space_before && t->end == t->begin + 1 && end_of(left) <= t->begin &&
           ly_name_at(&r->lexer, t->end, &end) && end < r->source->count &&
           r->source->text[end] == '(' &&
           !(end + 1 < r->source->count && r->source->text[end + 1] == '*');
}

static bool parse_method_call(ly_reader *r, node *left)
{
    size_t begin = begin_of(left), mark = r->count, end;
    if (!ly_push_node(r, *left)) return false;
    advance(r);
    ly_value name = r->syntax_only ? LY_INT(1) : ly_string_new(r->cx, r->token.text, r->token.count);
    if (ly_failed(name) || !ly_push_node(r, leaf(r, name, r->token.begin, r->token.end, 0))) return false;
    advance(r);
    size_t opened = r->token.begin;
    r->depth++;
    advance(r);
    return parse_arguments(r, LY_PARENTHESIS, opened, &end) &&
           ly_make_node(r, LY_SYM(MethodCall), NULL, mark, begin, end, left);
}

/* a; b; …: the current token is the first semicolon. */
static bool parse_compound(ly_reader *r, const ly_operator_row *row, node *left)
{
    size_t begin = begin_of(left), mark = r->count, end = r->token.end;
    if (!ly_push_node(r, *left)) return false;
    while (r->token.kind == LY_TOKEN_OPERATOR && r->token.spelling->infix == row && !line_over(r)) {
        end = r->token.end;
        advance(r);
        node part = word(r, r->syntax_only ? LY_INT(1) : LY_SYM(Null), end);
        if (!line_over(r) && starts_operand(r)) {
            if (!parse(r, row->binding, &part)) return false;
            end = end_of(&part);
        }
        if (!ly_push_node(r, part)) return false;
    }
    return ly_make_node(r, row->head, NULL, mark, begin, end, left);
}

/* a + b - c: one Plus. */
static bool parse_sum(ly_reader *r, const ly_operator_row *row, node *left)
{
    size_t begin = begin_of(left), mark = r->count, end = 0;
    if (!ly_push_node(r, *left)) return false;
    while (r->token.kind == LY_TOKEN_OPERATOR && r->token.spelling->infix &&
           r->token.spelling->infix->action == LY_READ_PLUS && !line_over(r)) {
        bool minus = r->token.spelling->infix->head == LY_SYM(Subtract);
        size_t sign = r->token.begin;
        node term;
        advance(r);
        if (!parse(r, row->binding, &term)) return false;
        end = end_of(&term);
        if (minus && !negate(r, term, sign, &term)) return false;
        if (!ly_push_node(r, term)) return false;
    }
    return ly_make_node(r, LY_SYM(Plus), NULL, mark, begin, end, left);
}

/* An operand stands where an operator could: it is a factor. */
static bool implicit_factor(const ly_reader *r)
{
    if (r->token.kind == LY_TOKEN_OPEN)
        return r->token.bracket != LY_SQUARE && r->token.bracket != LY_DOUBLE_SQUARE;
    if (r->token.kind == LY_TOKEN_OPERATOR)
        return r->token.spelling->prefix && !r->token.spelling->infix && !r->token.spelling->postfix;
    return starts_operand(r);
}

/* a b * c: one Times. */
static bool parse_product(ly_reader *r, int binding, node *left)
{
    size_t begin = begin_of(left), mark = r->count, end = 0;
    bool after_span = left->flags & NODE_SPAN;
    if (!ly_push_node(r, *left)) return false;
    while (!line_over(r)) {
        bool star = r->token.kind == LY_TOKEN_OPERATOR && r->token.spelling->infix &&
                    r->token.spelling->infix->action == LY_READ_TIMES;
        if (star) advance(r);
        else if (!implicit_factor(r) && !after_span) break;
        after_span = false;
        node factor;
        if (!parse(r, binding, &factor)) return false;
        end = end_of(&factor);
        if (!ly_push_node(r, factor)) return false;
    }
    return ly_make_node(r, LY_SYM(Times), NULL, mark, begin, end, left);
}

/* a < b <= c: Less[a, b, c] where all are the same, Inequality[a, Less, b, LessEqual, c] else. */
static bool parse_chain(ly_reader *r, node *left)
{
    size_t begin = begin_of(left), mark = r->count, end = 0, operators = 0;
    ly_value head = r->token.spelling->infix->head;
    bool mixed = false;
    int binding = r->token.spelling->infix->binding;
    if (!ly_push_node(r, *left)) return false;
    while (r->token.kind == LY_TOKEN_OPERATOR && r->token.spelling->infix &&
           r->token.spelling->infix->operator.grouping == 3 && !line_over(r)) {
        ly_value operator = r->token.spelling->infix->head;
        mixed |= operator != head;
        if (!ly_push_node(r, leaf(r, operator, r->token.begin, r->token.end, 0))) return false;
        operators++;
        advance(r);
        node operand;
        if (!parse(r, binding, &operand)) return false;
        end = end_of(&operand);
        if (!ly_push_node(r, operand)) return false;
    }
    if (mixed) return ly_make_node(r, LY_SYM(Inequality), NULL, mark, begin, end, left);
    for (size_t i = 0; i <= operators; i++) r->stack[mark + i] = r->stack[mark + 2 * i];
    r->count = mark + operators + 1;
    return ly_make_node(r, head, NULL, mark, begin, end, left);
}

static bool parse_flat(ly_reader *r, const ly_operator_row *row, node *left)
{
    size_t begin = begin_of(left), mark = r->count, end = 0;
    if (!ly_push_node(r, *left)) return false;
    while (r->token.kind == LY_TOKEN_OPERATOR && r->token.spelling->infix == row && !line_over(r) &&
           !(row->head == LY_SYM(Dot) && is_method_call(r, &r->stack[r->count - 1]))) {
        node operand;
        advance(r);
        if (!parse(r, row->binding, &operand)) return false;
        end = end_of(&operand);
        if (!ly_push_node(r, operand)) return false;
    }
    return ly_make_node(r, row->head, NULL, mark, begin, end, left);
}

/* f /: left side = value, := value, =. */
static bool parse_tag(ly_reader *r, const ly_operator_row *row, node *left)
{
    size_t begin = begin_of(left), mark = r->count, end;
    if (!ly_push_node(r, *left)) return false;
    advance(r);
    node side;
    if (!parse(r, row->binding, &side) || !ly_push_node(r, side)) return false;
    end = end_of(&side);
    const ly_spelling *spelling = r->token.kind == LY_TOKEN_OPERATOR ? r->token.spelling : NULL;
    if (spelling && spelling->postfix && spelling->postfix->head == LY_SYM(Unset)) {
        end = r->token.end;
        advance(r);
        return ly_make_node(r, LY_SYM(TagUnset), NULL, mark, begin, end, left);
    }
    bool delayed = spelling && spelling->infix && spelling->infix->head == LY_SYM(SetDelayed);
    if (!delayed && !(spelling && spelling->infix && spelling->infix->head == LY_SYM(Set)))
        return ly_expected(r, "\"=\", \":=\" or \"=.\"");
    int binding = spelling->infix->binding - 1;
    advance(r);
    if (!delayed && r->token.kind == LY_TOKEN_OPERATOR && !strcmp(r->token.spelling->text, ".")) {
        end = r->token.end;
        advance(r);
        return ly_make_node(r, LY_SYM(TagUnset), NULL, mark, begin, end, left);
    }
    node value;
    if (!parse(r, binding, &value) || !ly_push_node(r, value)) return false;
    return ly_make_node(r, delayed ? LY_SYM(TagSetDelayed) : LY_SYM(TagSet), NULL, mark, begin,
                end_of(&value), left);
}

/* f::tag, f::"tag", f::tag::language; the tags are strings however they are written. */
static bool parse_message_name(ly_reader *r, const ly_operator_row *row, node *left)
{
    size_t begin = begin_of(left), mark = r->count, end = 0;
    if (!ly_push_node(r, *left)) return false;
    while (r->token.kind == LY_TOKEN_OPERATOR && r->token.spelling->infix == row && !line_over(r)) {
        advance(r);
        node tag;
        end = r->token.end;
        if (r->token.kind == LY_TOKEN_NAME) {
            ly_value name = r->syntax_only ? LY_INT(1)
                                           : ly_string_new(r->cx, r->token.text, r->token.count);
            tag = leaf(r, name, r->token.begin, end, 0);
            if (ly_failed(name)) return false;
            advance(r);
        } else if (!parse(r, row->binding, &tag))
            return false;
        end = end_of(&tag);
        if (!ly_push_node(r, tag)) return false;
    }
    return ly_make_node(r, row->head, NULL, mark, begin, end, left);
}

/* One infix operator with left as its left operand; the current token is the operator. */
static bool parse_infix(ly_reader *r, const ly_operator_row *row, node *left)
{
    size_t begin = begin_of(left), mark;
    node right, middle;
    switch (row->action) {
    case LY_READ_COMPOUND: return parse_compound(r, row, left);
    case LY_READ_SPAN: return parse_span(r, row, left, left);
    case LY_READ_PLUS: return parse_sum(r, row, left);
    case LY_READ_TIMES: return parse_product(r, row->binding, left);
    case LY_READ_TAG: return parse_tag(r, row, left);
    case LY_READ_MESSAGE: return parse_message_name(r, row, left);
    default: break;
    }
    if (row->operator.grouping == 3) return parse_chain(r, left);
    if (row->operator.grouping == 2 && row->action == LY_READ_PLAIN) return parse_flat(r, row, left);

    /* two operands: left waits on the stack while right is read */
    mark = r->count;
    unsigned flags = left->flags;
    if (!ly_push_node(r, *left)) return false;
    int binding = row->operator.grouping == 1 ? row->binding - 1 : row->binding;
    ly_value head = row->head;
    switch (row->action) {
    case LY_READ_FILE:
        if (!parse_file(r, &right)) return false;
        break;
    case LY_READ_TILDE:
        advance(r);
        if (!parse(r, row->binding, &middle) || !ly_push_node(r, middle)) return false;
        if (r->token.kind != LY_TOKEN_OPERATOR || r->token.spelling->infix != row)
            return ly_expected(r, "the second \"~\"");
        advance(r);
        if (!parse(r, row->binding, &right)) return false;
        break;
    case LY_READ_COLON: {
        bool after_colon = r->after_colon, pattern = flags & NODE_SYMBOL;
        head = pattern ? LY_SYM(Pattern) : LY_SYM(Optional);
        advance(r);
        r->after_colon = pattern;
        bool ok = parse(r, pattern ? 150 : 140, &right);
        r->after_colon = after_colon;
        if (!ok) return false;
        break;
    }
    case LY_READ_SET:
        advance(r);
        if (r->token.kind == LY_TOKEN_OPERATOR && !strcmp(r->token.spelling->text, ".") &&
            !line_over(r)) {
            size_t end = r->token.end;
            advance(r);
            return ly_make_node(r, LY_SYM(Unset), NULL, mark, begin, end, left);
        }
        if (!parse(r, binding, &right)) return false;
        break;
    case LY_READ_ARROW:
        if (!r->token.named) { /* → as text is meant as -> */
            head = LY_SYM(Rule);
            binding = 119;
        }
        advance(r);
        if (!parse(r, binding, &right)) return false;
        break;
    default:
        advance(r);
        if (!parse(r, binding, &right)) return false;
    }
    size_t end = end_of(&right);
    if (row->action == LY_READ_DIVIDE) {
        if (!ly_make_node2(r, LY_SYM(Power), right, word(r, LY_INT(-1), begin), begin_of(&right), end, &right))
            return false;
        head = LY_SYM(Times);
    }
    if (!ly_push_node(r, right)) return false;
    switch (row->action) {
    case LY_READ_PREFIX_CALL:
    case LY_READ_POSTFIX_CALL:
    case LY_READ_TILDE: {
        /* the function among the operands becomes the head */
        size_t where = row->action == LY_READ_PREFIX_CALL ? 0 : 1;
        node function = r->stack[mark + where];
        for (size_t i = mark + where; i + 1 < r->count; i++) r->stack[i] = r->stack[i + 1];
        r->count--;
        bool made = ly_make_node(r, function.value, &function.span, mark, begin, end, left);
        ly_release(r->cx, function.value);
        if (!made || !r->with_spans) ly_drop_span(function.span);
        return made;
    }
    default:
        return ly_make_node(r, head, NULL, mark, begin, end, left);
    }
}

static bool parse_postfix(ly_reader *r, const ly_operator_row *row, node *left)
{
    size_t begin = begin_of(left), end = r->token.end;
    advance(r);
    if (row->action != LY_READ_DERIVATIVE) return ly_make_node1(r, row->head, *left, begin, end, left);
    int64_t order = 1;
    while (r->token.kind == LY_TOKEN_OPERATOR && r->token.spelling->postfix == row && !line_over(r)) {
        order++;
        end = r->token.end;
        advance(r);
    }
    size_t mark = r->count;
    node derivative;
    if (!ly_push_node(r, *left)) return false;
    if (!ly_make_node1(r, row->head, word(r, LY_INT(order), end), begin, end, &derivative)) return false;
    bool made = ly_make_node(r, derivative.value, &derivative.span, mark, begin, end, left);
    ly_release(r->cx, derivative.value);
    if (!made || !r->with_spans) ly_drop_span(derivative.span);
    return made;
}

static bool parse_here(ly_reader *r, int minimum, node *out)
{
    node left;
    if (!parse_operand(r, &left)) return false;
    while (!line_over(r)) {
        const ly_token *t = &r->token;
        bool ok;
        if (t->kind == LY_TOKEN_OPEN && (t->bracket == LY_SQUARE || t->bracket == LY_DOUBLE_SQUARE)) {
            if (minimum >= 670) break;
            ok = parse_call(r, &left);
        } else if (t->kind == LY_TOKEN_OPERATOR &&
                   (t->spelling->infix || t->spelling->postfix)) {
            const ly_operator_row *row = t->spelling->infix ? t->spelling->infix : t->spelling->postfix;
            int binding = row->binding;
            /* a colon takes what stands right before it, but in p of x:p it ends p */
            if (row->action == LY_READ_COLON) binding = r->after_colon ? (minimum < 140 ? 140 : 0) : 1000;
            if (row->action == LY_READ_ARROW && !t->named) binding = 120;
            if (row->head == LY_SYM(Dot) && is_method_call(r, &left)) {
                if (minimum >= 670) break;
                ok = parse_method_call(r, &left);
            } else {
                bool again = row->action == LY_READ_SPAN && left.flags & NODE_SPAN;
                if (again) binding = 400; /* a;;b ;; is a product of two spans */
                if (binding <= minimum) break;
                ok = again ? parse_product(r, 400, &left)
                   : row->operator.kind == LY_POSTFIX ? parse_postfix(r, row, &left)
                                                      : parse_infix(r, row, &left);
            }
        } else if (implicit_factor(r)) {
            if (minimum >= 400) break;
            left.flags &= ~(unsigned)NODE_SPAN;
            ok = parse_product(r, 400, &left);
        } else
            break;
        if (!ok) return false;
    }
    *out = left;
    return true;
}

/* ---- depth: the same on more stack ------------------------------------------------------------ */

typedef struct deeper {
    ly_reader *reader;
    int minimum;
    node *out;
} deeper;

static void *parse_deeper(ly_context *cx, void *argument)
{
    deeper *d = argument;
    return parse_here(d->reader, d->minimum, d->out) ? d : NULL;
}

static bool parse(ly_reader *r, int minimum, node *out)
{
    if (ly_stack_low(r->cx)) {
        deeper d = {r, minimum, out};
        return ly_on_new_stack(r->cx, parse_deeper, &d) != NULL;
    }
    return parse_here(r, minimum, out);
}

bool ly_parse(ly_reader *r, node *out) { return parse(r, 0, out); }
