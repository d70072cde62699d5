/* print_expression.c: everything but arithmetic: atoms, calls, lists, operators and their kin.

   One recursive function, ly_print, writes any expression in any form but FullForm. An expression
   stands in parentheses where its written form binds less than its place asks for; ly_binding says
   how it binds, looking at nothing below its own arguments. */
#include "text/print.h"

#include "eval/eval.h"
#include "foreign/foreign.h"
#include "match/match.h"


/* ---- binding ---------------------------------------------------------------------------------- */

static bool is_blank(ly_value e)
{
    if (!ly_is_expr(e)) return false;
    const ly_expr *x = ly_expr_of(e);
    if (x->head != LY_SYM(Blank) && x->head != LY_SYM(BlankSequence) && x->head != LY_SYM(BlankNullSequence))
        return false;
    return x->count == 0 || (x->count == 1 && ly_is_symbol(x->args[0]));
}

static bool is_pattern(const ly_expr *x)
{
    return x->head == LY_SYM(Pattern) && x->count == 2 && ly_is_symbol(x->args[0]);
}

/* Optional that is written with its operator: x_., _., x_:v, x:pattern:v */
static bool is_optional(const ly_expr *x)
{
    if (x->head != LY_SYM(Optional)) return false;
    if (x->count == 2) return true;
    if (x->count != 1) return false;
    ly_value inner = x->args[0];
    if (ly_is_expr(inner) && is_pattern(ly_expr_of(inner))) inner = ly_expr_of(inner)->args[1];
    return ly_has_shape(inner, LY_SYM(Blank), 0);
}

static bool is_slot(const ly_expr *x)
{
    if (x->count != 1) return false;
    if (x->head == LY_SYM(Slot))
        return (ly_is_int(x->args[0]) && ly_int_of(x->args[0]) >= 0) || ly_is_string(x->args[0]);
    return x->head == LY_SYM(SlotSequence) && ly_is_int(x->args[0]) && ly_int_of(x->args[0]) > 0;
}

static bool is_derivative(const ly_printer *printer, const ly_expr *x)
{
    if (printer->form != LY_FORM_OUTPUT || x->count != 1) return false;
    if (!ly_has_shape(x->head, LY_SYM(Derivative), 1)) return false;
    ly_value order = ly_expr_of(x->head)->args[0];
    return ly_is_int(order) && ly_int_of(order) > 0 && ly_int_of(order) <= 8;
}

static bool is_infinity(const ly_expr *x)
{
    if (x->head != LY_SYM(DirectedInfinity)) return false;
    return x->count == 0 || (x->count == 1 && (x->args[0] == LY_INT(1) || x->args[0] == LY_INT(-1)));
}

/* Wrappers that the form shows nothing of. */
static bool is_invisible(const ly_printer *printer, const ly_expr *x)
{
    if (x->count == 0) return false;
    if (x->head == LY_SYM(Style)) return printer->form != LY_FORM_INPUT;
    if (printer->form != LY_FORM_OUTPUT) return false;
    if (x->head == LY_SYM(HoldForm) || x->head == LY_SYM(Defer)) return x->count == 1;
    return x->count == 1 &&
           (x->head == LY_SYM(OutputForm) || x->head == LY_SYM(StandardForm) ||
            x->head == LY_SYM(Interpretation));
}

/* Whether operator's call with so many arguments is written with it. */
static bool fits(const ly_operator *operator, const ly_expr *x)
{
    if (operator->kind != LY_INFIX) return x->count == 1;
    switch (operator->grouping) {
    case 2:
    case 3: return x->count >= 2;
    default: return x->count == 2;
    }
}

int ly_binding(const ly_printer *printer, ly_value e)
{
    if (!ly_is_expr(e)) return ly_is_number(e) ? ly_number_binding(e) : LY_BIND_ATOM;
    const ly_expr *x = ly_expr_of(e);
    ly_value head = x->head;
    if (!ly_is_symbol(head)) return is_derivative(printer, x) ? LY_BIND_CALL : LY_BIND_ATOM;
    if (head == LY_SYM(List)) return LY_BIND_ATOM;
    if (head == LY_SYM(Plus) || head == LY_SYM(Subtract))
        return x->count >= 2 ? LY_BIND_PLUS : LY_BIND_ATOM;
    if (head == LY_SYM(Times) || head == LY_SYM(Divide))
        return x->count >= 2 ? LY_BIND_TIMES : LY_BIND_ATOM;
    if (head == LY_SYM(Minus)) return x->count == 1 ? LY_BIND_TIMES : LY_BIND_ATOM;
    if (head == LY_SYM(Power))
        return x->count == 2 ? ly_power_binding(printer, x->args[1]) : LY_BIND_ATOM;
    bool blanks;
    const ly_operator *operator = ly_written_operator(head, printer->form, &blanks);
    if (operator) return fits(operator, x) ? operator->precedence : LY_BIND_ATOM;
    if (head == LY_SYM(Function)) return x->count == 1 ? LY_BIND_FUNCTION : LY_BIND_ATOM;
    if (head == LY_SYM(CompoundExpression)) return x->count >= 2 ? 10 : LY_BIND_ATOM;
    if (head == LY_SYM(Pattern)) return is_pattern(x) ? LY_BIND_PATTERN : LY_BIND_ATOM;
    if (head == LY_SYM(Optional)) return is_optional(x) ? LY_BIND_OPTIONAL : LY_BIND_ATOM;
    if (head == LY_SYM(Span))
        return (x->count == 2 || x->count == 3) && printer->form != LY_FORM_RESULT ? LY_BIND_SPAN : LY_BIND_ATOM;
    if (head == LY_SYM(TagSet) || head == LY_SYM(TagSetDelayed)) return x->count == 3 ? 40 : LY_BIND_ATOM;
    if (head == LY_SYM(Part)) return x->count >= 2 ? LY_BIND_CALL : LY_BIND_ATOM;
    if (is_invisible(printer, x)) return ly_binding(printer, x->args[0]);
    if (is_infinity(x)) return x->count == 1 && x->args[0] == LY_INT(-1) ? LY_BIND_TIMES : LY_BIND_ATOM;
    return LY_BIND_ATOM;
}

/* ---- strings, symbols, packed arrays, associations --------------------------------------------- */

/* Boxes within a string stand between private characters, U+F7C1 U+F7C9 U+F7C8 … U+F7C0, which are
   written \! \( \* … \). */
static const char *mark_of(const char *at)
{
    if (memcmp(at, "\xef\x9f", 2) != 0) return NULL;
    switch ((unsigned char)at[2]) {
    case 0x81: return "\\!";
    case 0x89: return "\\(";
    case 0x88: return "\\*";
    case 0x80: return "\\)";
    default: return NULL;
    }
}

void ly_print_string_quoted(ly_printer *printer, ly_value string)
{
    const ly_string *s = ly_string_of(string);
    ly_box *box = printer->box;
    ly_box_puts(box, "\"");
    size_t from = 0;
    for (size_t i = 0; i < s->bytes; i++) {
        const char *escape = NULL;
        char code[8];
        switch (s->data[i]) {
        case '"': escape = "\\\""; break;
        case '\\': {
            /* \[Name] and the box marks \! \( stand for characters and stay as they are */
            char next = i + 1 < s->bytes ? s->data[i + 1] : 0;
            escape = next == '!' || next == '(' || next == ')' || next == '*' ? NULL : "\\\\";
            break;
        }
        case '\n': escape = "\\n"; break;
        case '\t': escape = "\\t"; break;
        case '\r': escape = "\\r"; break;
        case '\b': escape = "\\b"; break;
        case '\f': escape = "\\f"; break;
        case '\xef':
            if (i + 3 > s->bytes || !(escape = mark_of(s->data + i))) break;
            ly_box_add(box, s->data + from, i - from);
            ly_box_puts(box, escape);
            i += 2;
            from = i + 1;
            continue;
        default:
            if ((unsigned char)s->data[i] < 32 || s->data[i] == 127) {
                snprintf(code, sizeof code, "\\.%02x", (unsigned char)s->data[i]);
                escape = code;
            }
        }
        if (!escape) continue;
        ly_box_add(box, s->data + from, i - from);
        ly_box_puts(box, escape);
        from = i + 1;
    }
    ly_box_add(box, s->data + from, s->bytes - from);
    ly_box_puts(box, "\"");
}

static bool has_boxes(const ly_string *s)
{
    return !s->ascii && s->bytes >= 12 && strstr(s->data, "\xef\x9f\x81");
}

/* Result form of a string that is nothing but boxes: DisplayForm[boxes], their strings unquoted. */
static void print_display_form(ly_printer *printer, const ly_string *s)
{
    const char *at = s->data + 9, *end = s->data + s->bytes - 3;
    char closing[64];
    size_t depth = 0;
    ly_print_puts(printer, "DisplayForm[");
    while (at < end) {
        if (*at == '"') {
            for (at++; at < end && *at != '"'; at++) {
                if (*at == '\\' && at + 1 < end) at++;
                ly_box_add(printer->box, at, 1);
            }
            at++;
        } else if (!strncmp(at, "List[", 5) && depth < sizeof closing) {
            ly_print_puts(printer, "{");
            closing[depth++] = '}';
            at += 5;
        } else if (*at == '[' && depth < sizeof closing) {
            closing[depth++] = ']';
            ly_box_add(printer->box, at++, 1);
        } else if (*at == ']' && depth > 0) {
            ly_box_add(printer->box, &closing[--depth], 1);
            at++;
        } else {
            ly_box_add(printer->box, at++, 1);
        }
    }
    ly_print_puts(printer, "]");
}

static void print_with_marks(ly_printer *printer, const char *data, size_t count)
{
    size_t from = 0;
    for (size_t i = 0; i + 3 <= count; i++) {
        const char *mark = mark_of(data + i);
        if (!mark) continue;
        ly_box_add(printer->box, data + from, i - from);
        ly_print_puts(printer, mark);
        from = i + 3;
        i += 2;
    }
    ly_box_add(printer->box, data + from, count - from);
}

static void print_string(ly_printer *printer, ly_value string)
{
    const ly_string *s = ly_string_of(string);
    if (printer->form == LY_FORM_RESULT && has_boxes(s)) {
        bool whole = mark_of(s->data) && !memcmp(s->data + s->bytes - 3, "\xef\x9f\x80", 3);
        if (whole) print_display_form(printer, s);
        else print_with_marks(printer, s->data, s->bytes);
    } else if (printer->form == LY_FORM_INPUT) {
        ly_print_string_quoted(printer, string);
    } else if (printer->form == LY_FORM_OUTPUT && memchr(s->data, '\n', s->bytes)) {
        ly_box_lines(printer->box, s->data, s->bytes);
    } else {
        ly_box_add(printer->box, s->data, s->bytes);
    }
}

static void print_symbol(ly_printer *printer, ly_value symbol)
{
    ly_text name = {0};
    ly_write_symbol_name(printer->cx, &name, symbol);
    ly_box_add(printer->box, name.data ? name.data : "", name.count);
    ly_text_free(&name);
}

static size_t print_rows(ly_printer *printer, const ly_packed *packed, size_t rank, size_t at)
{
    ly_print_puts(printer, "{");
    for (size_t i = 0; i < packed->dims[rank]; i++) {
        if (i) ly_print_puts(printer, ", ");
        if (rank + 1 < packed->rank) {
            at = print_rows(printer, packed, rank + 1, at);
            continue;
        }
        ly_value number;
        if (packed->type == LY_PACKED_INT64) {
            number = ly_integer(printer->cx, ((int64_t *)packed->data)[at]);
        } else if (packed->type == LY_PACKED_REAL) {
            number = ly_real(printer->cx, ((double *)packed->data)[at]);
        } else {
            double *pair = (double *)packed->data + 2 * at;
            number = ly_complex_take(printer->cx, ly_real(printer->cx, pair[0]),
                                     ly_real(printer->cx, pair[1]));
        }
        ly_print_digits(printer, number);
        ly_release(printer->cx, number);
        at++;
    }
    ly_print_puts(printer, "}");
    return at;
}

static void print_association(ly_printer *printer, ly_value e)
{
    const ly_entry *entry;
    bool first = true;
    ly_print_puts(printer, "<|");
    for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(e), &at)) && !printer->failed;) {
        if (!first) ly_print_puts(printer, ", ");
        first = false;
        ly_print(printer, entry->key, LY_BIND_RULE + 1);
        ly_print_puts(printer, entry->delayed ? " :> " : " -> ");
        ly_print(printer, entry->value, LY_BIND_RULE);
    }
    ly_print_puts(printer, "|>");
}

/* ByteArray["AQID"], the bytes in base 64; as a result or text ByteArray[<3>], how many there are */
static void print_bytes_object(ly_printer *printer, ly_value e)
{
    const ly_bytes *bytes = ly_bytes_of(e);
    ly_text text = {0};
    if (printer->form == LY_FORM_INPUT || printer->form == LY_FORM_FULL) {
        ly_text_puts(&text, "ByteArray[\"");
        ly_write_base64(&text, bytes->data, bytes->count);
        ly_text_puts(&text, "\"]");
    } else {
        ly_text_printf(&text, "ByteArray[<%zu>]", bytes->count);
    }
    if (text.data) ly_box_add(printer->box, text.data, text.count);
    ly_text_free(&text);
}

static void print_foreign(ly_printer *printer, ly_value e)
{
    ly_foreign *object = ly_foreign_of(e);
    ly_text text = {0};
    if (object->type->print) {
        object->type->print(printer->cx, object, &text);
    } else {
        ly_text_printf(&text, "%s[<%llu>]", object->type->name, (unsigned long long)object->serial);
    }
    ly_box_add(printer->box, text.data ? text.data : "", text.count);
    ly_text_free(&text);
}

static void print_atom(ly_printer *printer, ly_value e)
{
    if (ly_is_symbol(e)) print_symbol(printer, e);
    else if (ly_is_string(e)) print_string(printer, e);
    else if (ly_is_number(e)) ly_print_digits(printer, e);
    else if (ly_is_packed(e)) print_rows(printer, ly_packed_of(e), 0, 0);
    else if (ly_is_association(e)) print_association(printer, e);
    else if (ly_is_foreign(e)) print_foreign(printer, e);
    else if (ly_is_kind(e, LY_KIND_BYTES)) print_bytes_object(printer, e);
}

/* ---- calls and operators ---------------------------------------------------------------------- */

void ly_print_items(ly_printer *printer, size_t n, const ly_value *items, const char *separator)
{
    for (size_t i = 0; i < n && !printer->failed; i++) {
        if (i) ly_print_puts(printer, separator);
        ly_print(printer, items[i], LY_BIND_NOTHING);
    }
}

static void print_call(ly_printer *printer, const ly_expr *x)
{
    if (ly_is_string(x->head) && printer->form == LY_FORM_RESULT) ly_print_string_quoted(printer, x->head);
    else ly_print(printer, x->head, LY_BIND_CALL);
    ly_print_puts(printer, "[");
    ly_print_items(printer, x->count, x->args, ", ");
    ly_print_puts(printer, "]");
}

/* The parts of a pattern's name and blanks: x_Integer, __ */
static void print_blank(ly_printer *printer, const ly_expr *x)
{
    ly_print_puts(printer, x->head == LY_SYM(Blank) ? "_" : x->head == LY_SYM(BlankSequence) ? "__" : "___");
    if (x->count) ly_print(printer, x->args[0], LY_BIND_ATOM);
}

static void print_pattern(ly_printer *printer, const ly_expr *x)
{
    ly_print(printer, x->args[0], LY_BIND_ATOM);
    if (is_blank(x->args[1])) {
        print_blank(printer, ly_expr_of(x->args[1]));
    } else {
        ly_print_puts(printer, ":");
        ly_print(printer, x->args[1], LY_BIND_PATTERN + 1);
    }
}

static void print_optional(ly_printer *printer, const ly_expr *x)
{
    ly_print(printer, x->args[0], LY_BIND_OPTIONAL + 1);
    if (x->count == 1) {
        ly_print_puts(printer, ".");
    } else {
        ly_print_puts(printer, ":");
        ly_print(printer, x->args[1], LY_BIND_OPTIONAL + 1);
    }
}

static void print_operator(ly_printer *printer, const ly_expr *x, const ly_operator *operator, bool blanks)
{
    int binding = operator->precedence;
    char separator[24];
    snprintf(separator, sizeof separator, blanks ? " %s " : "%s", operator->text);
    if (operator->kind == LY_PREFIX) {
        ly_value operand = x->args[0];
        int least = binding + 1;
        if (x->head == LY_SYM(Not)) {
            /* Xor, Nand, Nor are operators too, though written out */
            bool logic = ly_is_expr(operand) &&
                         (ly_expr_of(operand)->head == LY_SYM(Xor) ||
                          ly_expr_of(operand)->head == LY_SYM(Nand) ||
                          ly_expr_of(operand)->head == LY_SYM(Nor) ||
                          ly_expr_of(operand)->head == LY_SYM(Xnor) ||
                          ly_expr_of(operand)->head == LY_SYM(Equivalent) ||
                          ly_expr_of(operand)->head == LY_SYM(Implies));
            ly_print_puts(printer, printer->form == LY_FORM_OUTPUT ? "!" : " !");
            if (logic) ly_print_puts(printer, "(");
            ly_print(printer, operand, least);
            if (logic) ly_print_puts(printer, ")");
            return;
        }
        ly_print_puts(printer, operator->text);
        ly_print(printer, operand, least);
        return;
    }
    if (operator->kind == LY_POSTFIX) {
        bool chain = x->head == LY_SYM(Increment) || x->head == LY_SYM(Decrement);
        bool number = (x->head == LY_SYM(Repeated) || x->head == LY_SYM(RepeatedNull)) &&
                      ly_is_number(x->args[0]);
        if (number) ly_print_puts(printer, "(");
        ly_print(printer, x->args[0], binding + !chain);
        if (number) ly_print_puts(printer, ")");
        ly_print_puts(printer, x->head == LY_SYM(Unset) ? " =. " : operator->text);
        return;
    }
    for (size_t i = 0; i < x->count && !printer->failed; i++) {
        int least = binding + 1;
        if (operator->grouping == -1 && i == 0) least = binding;
        if (operator->grouping == 1 && i + 1 == x->count) least = binding;
        if (i) ly_print_puts(printer, separator);
        ly_print(printer, x->args[i], least);
    }
}

/* a;; b, Null at the end left out */
static void print_compound(ly_printer *printer, const ly_expr *x)
{
    for (size_t i = 0; i < x->count && !printer->failed; i++) {
        if (i) ly_print_puts(printer, "; ");
        if (i + 1 == x->count && x->args[i] == LY_SYM(Null)) return;
        ly_print(printer, x->args[i], 11);
    }
}

/* The heads that have a notation of their own; false where x is an ordinary call. */
static bool print_special(ly_printer *printer, const ly_expr *x)
{
    ly_value head = x->head;
    const ly_value *args = x->args;
    bool blanks;
    const ly_operator *operator = ly_written_operator(head, printer->form, &blanks);
    if (operator) {
        if (!fits(operator, x)) return false;
        print_operator(printer, x, operator, blanks);
        return true;
    }
    if (x->count == 1 && head == LY_SYM(Function)) {
        ly_print(printer, args[0], LY_BIND_FUNCTION + 1);
        ly_print_puts(printer, " & ");
        return true;
    }
    if (is_slot(x)) {
        ly_print_puts(printer, head == LY_SYM(Slot) ? "#" : "##");
        if (ly_is_string(args[0])) ly_box_add(printer->box, ly_string_of(args[0])->data, ly_string_of(args[0])->bytes);
        else ly_print_digits(printer, args[0]);
        return true;
    }
    if (head == LY_SYM(CompoundExpression) && x->count >= 2) {
        print_compound(printer, x);
        return true;
    }
    if (head == LY_SYM(Blank) || head == LY_SYM(BlankSequence) || head == LY_SYM(BlankNullSequence)) {
        if (x->count > 1 || (x->count == 1 && !ly_is_symbol(args[0]))) return false;
        print_blank(printer, x);
        return true;
    }
    if (is_pattern(x)) {
        print_pattern(printer, x);
        return true;
    }
    if (is_optional(x)) {
        print_optional(printer, x);
        return true;
    }
    if (head == LY_SYM(Part) && x->count >= 2) {
        ly_print(printer, args[0], LY_BIND_CALL);
        ly_print_puts(printer, "[[");
        ly_print_items(printer, x->count - 1, args + 1, ",");
        ly_print_puts(printer, "]]");
        return true;
    }
    if (head == LY_SYM(Span) && (x->count == 2 || x->count == 3) && printer->form != LY_FORM_RESULT) {
        for (size_t i = 0; i < x->count; i++) {
            if (i) ly_print_puts(printer, " ;; ");
            ly_print(printer, args[i], LY_BIND_SPAN + 1);
        }
        return true;
    }
    if ((head == LY_SYM(TagSet) || head == LY_SYM(TagSetDelayed)) && x->count == 3) {
        ly_print(printer, args[0], 41);
        ly_print_puts(printer, " /: ");
        ly_print(printer, args[1], 41);
        ly_print_puts(printer, head == LY_SYM(TagSet) ? " = " : " := ");
        ly_print(printer, args[2], 40);
        return true;
    }
    if (head == LY_SYM(TagUnset) && x->count == 2) {
        ly_print(printer, args[0], 41);
        ly_print_puts(printer, " /: ");
        ly_print(printer, args[1], 41);
        ly_print_puts(printer, " =.");
        return true;
    }
    if (is_infinity(x)) {
        ly_print_puts(printer, x->count == 0 ? "ComplexInfinity" : args[0] == LY_INT(1) ? "Infinity" : "-Infinity");
        return true;
    }
    if (head == LY_SYM(MessageName) && printer->form == LY_FORM_OUTPUT && x->count >= 2 && ly_is_string(args[1])) {
        ly_print(printer, args[0], 750);
        ly_print_puts(printer, "::");
        ly_print_items(printer, x->count - 1, args + 1, "::");
        return true;
    }
    if (head == LY_SYM(Out) && x->count <= 1 && printer->form != LY_FORM_OUTPUT) {
        int64_t back = x->count == 0 ? -1 : ly_is_int(args[0]) ? ly_int_of(args[0]) : 0;
        if (back >= 0 || back < -32) return false;
        for (; back < 0; back++) ly_print_puts(printer, "%");
        return true;
    }
    if (head == LY_SYM(Skeleton) && x->count == 1) {
        ly_print_puts(printer, "<<");
        ly_print(printer, args[0], LY_BIND_NOTHING);
        ly_print_puts(printer, ">>");
        return true;
    }
    if (head == LY_SYM(StringSkeleton) && x->count == 1) {
        ly_print_puts(printer, "<<");
        ly_print(printer, args[0], LY_BIND_NOTHING);
        ly_print_puts(printer, ">>");
        return true;
    }
    return false;
}

/* What a rule Format[f[x_]] := … or Format[f[x_], OutputForm] := … of the head's symbol (or of a
   symbol itself) gives, or LY_FAILED. */
static ly_value user_format(ly_printer *printer, ly_value e)
{
    ly_context *cx = printer->cx;
    ly_value head = e, value = LY_UNEVALUATED;
    while (ly_is_expr(head)) head = ly_expr_of(head)->head;
    if (!ly_is_symbol(head)) return LY_FAILED;
    const ly_definition *definition = ly_definition_of(cx, head);
    if (!definition || !definition->rules[LY_FORMAT_VALUES]) return LY_FAILED;
    /* what the program says is bound by its limits, also where the text reports an error */
    bool reporting = cx->reporting;
    cx->reporting = false;
    for (int named = 1; named >= 0 && value == LY_UNEVALUATED; named--) {
        ly_value call = named ? ly_make2(cx, LY_SYM(Format), ly_retain(e), LY_SYM(OutputForm))
                              : ly_make1(cx, LY_SYM(Format), ly_retain(e));
        definition = ly_definition_of(cx, head);
        if (definition && definition->rules[LY_FORMAT_VALUES])
            value = ly_rules_apply(cx, definition->rules[LY_FORMAT_VALUES], call);
        ly_release(cx, call);
    }
    if (value != LY_UNEVALUATED && !ly_failed(value)) value = ly_evaluate_take(cx, value);
    if (ly_failed(value)) value = ly_take_return(cx); /* a Return ends the rule */
    cx->reporting = reporting;
    if (value == LY_UNEVALUATED) return LY_FAILED;
    if (ly_failed(value)) printer->failed = true;
    return value;
}

/* Definition[symbol] is written as what was defined. */
static bool print_definition(ly_printer *printer, const ly_expr *x)
{
    bool full = x->head == LY_SYM(FullDefinition);
    if ((!full && x->head != LY_SYM(Definition)) || x->count != 1 || !ly_is_symbol(x->args[0])) return false;
    if (printer->form != LY_FORM_OUTPUT && printer->form != LY_FORM_RESULT) return false;
    ly_text text = {0};
    ly_write_definition(printer->cx, &text, x->args[0], full);
    ly_value string = ly_text_string(printer->cx, &text);
    if (ly_failed(string)) printer->failed = true;
    else ly_print(printer, string, LY_BIND_NOTHING);
    ly_release(printer->cx, string);
    return true;
}

/* Writes e as a rule of the program for Format says; false: there is none. */
static bool print_formatted(ly_printer *printer, ly_value e)
{
    ly_value formatted = user_format(printer, e);
    if (ly_failed(formatted)) return printer->failed;
    /* what it gives may be formatted again, but not as itself */
    if (!ly_same(formatted, e)) ly_print(printer, formatted, LY_BIND_NOTHING);
    else if (ly_is_expr(e)) print_call(printer, ly_expr_of(e));
    else print_symbol(printer, e);
    ly_release(printer->cx, formatted);
    return true;
}

static void print_expression(ly_printer *printer, ly_value e)
{
    const ly_expr *x = ly_expr_of(e);
    ly_value head = x->head;
    if (head == LY_SYM(List)) {
        ly_print_puts(printer, "{");
        ly_print_items(printer, x->count, x->args, ", ");
        ly_print_puts(printer, "}");
        return;
    }
    if (print_definition(printer, x)) return;
    if (printer->formats && print_formatted(printer, e)) return;
    if (!ly_is_symbol(head)) {
        if (is_derivative(printer, x)) {
            ly_print(printer, x->args[0], LY_BIND_CALL);
            for (int64_t i = ly_int_of(ly_expr_of(head)->args[0]); i > 0; i--) ly_print_puts(printer, "'");
            return;
        }
        print_call(printer, x);
        return;
    }
    if (x->count >= 2 && head == LY_SYM(Plus)) {
        ly_print_plus(printer, x);
        return;
    }
    if (x->count >= 2 && head == LY_SYM(Times)) {
        ly_print_times(printer, x);
        return;
    }
    if (x->count == 2) {
        if (head == LY_SYM(Power)) {
            ly_print_power(printer, x->args[0], x->args[1]);
            return;
        }
        if (head == LY_SYM(Subtract)) {
            ly_print(printer, x->args[0], LY_BIND_PLUS);
            ly_print_puts(printer, " - ");
            ly_print(printer, x->args[1], LY_BIND_PLUS + 1);
            return;
        }
        if (head == LY_SYM(Divide)) {
            ly_print(printer, x->args[0], LY_BIND_TIMES);
            ly_print_puts(printer, "/");
            ly_print(printer, x->args[1], LY_BIND_TIMES + 1);
            return;
        }
    }
    if (x->count == 1 && head == LY_SYM(Minus)) {
        ly_print_puts(printer, "-");
        ly_print(printer, x->args[0], LY_BIND_TIMES + 1);
        return;
    }
    if (is_invisible(printer, x)) {
        ly_print(printer, x->args[0], LY_BIND_NOTHING);
        return;
    }
    {
        if (ly_print_layout(printer, x)) return;
        if (printer->failed) return;
    }
    if (print_special(printer, x)) return;
    print_call(printer, x);
}

/* ---- recursion -------------------------------------------------------------------------------- */

struct again {
    ly_printer *printer;
    ly_value e;
    int least;
};

static void *print_again(ly_context *cx, void *argument)
{
    struct again *again = argument;
    (void)cx;
    ly_print(again->printer, again->e, again->least);
    return argument;
}

void ly_print(ly_printer *printer, ly_value e, int least)
{
    if (printer->failed) return;
    if (!ly_is_expr(e) && !ly_is_association(e)) {
        if (printer->formats && ly_is_symbol(e) && print_formatted(printer, e)) return;
        bool parentheses = least > LY_BIND_NOTHING && ly_is_number(e) && ly_number_binding(e) < least;
        if (parentheses) ly_print_puts(printer, "(");
        print_atom(printer, e);
        if (parentheses) ly_print_puts(printer, ")");
        return;
    }
    if (ly_stack_low(printer->cx)) {
        struct again again = {printer, e, least};
        if (!ly_on_new_stack(printer->cx, print_again, &again)) printer->failed = true;
        return;
    }
    if (ly_poll(printer->cx)) {
        printer->failed = true;
        return;
    }
    if (ly_is_association(e)) {
        print_association(printer, e);
        return;
    }
    bool parentheses = least > LY_BIND_NOTHING && ly_binding(printer, e) < least;
    if (parentheses) ly_print_puts(printer, "(");
    print_expression(printer, e);
    if (parentheses) ly_print_puts(printer, ")");
}

void ly_print_part(ly_printer *printer, ly_box *part, ly_value e, int least)
{
    ly_printer inner = *printer;
    inner.box = part;
    inner.nesting++;
    ly_print(&inner, e, least);
    if (inner.failed) printer->failed = true;
}
