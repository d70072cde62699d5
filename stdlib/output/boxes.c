/* boxes.c: MakeBoxes and ToBoxes: expressions as boxes of StandardForm.

   Every part is boxed by evaluating MakeBoxes[part, form], so that rules given for MakeBoxes apply
   at any depth. What is written as fraction, root or power follows the printed forms. */
#include "stdlib/output/output.h"

#include <math.h>

#include "match/match.h"
#include "text/print.h"

/* What a rule for Format says of e in a form; LY_UNEVALUATED: nothing. */
static ly_value formatted(ly_context *cx, ly_value e, ly_value form)
{
    ly_value head = e, value = LY_UNEVALUATED;
    while (ly_is_expr(head)) head = ly_expr_of(head)->head;
    if (!ly_is_expr(e) || !ly_is_symbol(head)) return LY_UNEVALUATED;
    for (int named = 1; named >= 0 && value == LY_UNEVALUATED; named--) {
        const ly_definition *definition = ly_definition_of(cx, head);
        if (!definition || !definition->rules[LY_FORMAT_VALUES]) return LY_UNEVALUATED;
        ly_value call = named ? ly_make2(cx, LY_SYM(Format), ly_retain(e), ly_retain(form))
                              : ly_make1(cx, LY_SYM(Format), ly_retain(e));
        value = ly_rules_apply(cx, definition->rules[LY_FORMAT_VALUES], call);
        ly_release(cx, call);
    }
    if (value != LY_UNEVALUATED && !ly_failed(value)) value = ly_evaluate_take(cx, value);
    return ly_failed(value) ? ly_take_return(cx) : value;
}

static ly_value box_of(ly_context *cx, ly_value e, ly_value form)
{
    ly_value other = formatted(cx, e, form);
    if (ly_failed(other)) return LY_FAILED;
    if (other != LY_UNEVALUATED) return ly_call2(cx, LY_SYM(MakeBoxes), other, ly_retain(form));
    return ly_call2(cx, LY_SYM(MakeBoxes), ly_retain(e), ly_retain(form));
}

static ly_value text_box(ly_context *cx, const char *text) { return ly_string_from(cx, text); }

/* RowBox[{items…}], items consumed; LY_FAILED if one of them failed. */
static ly_value row_box(ly_context *cx, size_t n, ly_value *items)
{
    for (size_t i = 0; i < n; i++) {
        if (!ly_failed(items[i])) continue;
        for (size_t j = 0; j < n; j++) ly_release(cx, items[j]);
        return LY_FAILED;
    }
    return ly_make1(cx, LY_SYM(RowBox), ly_make(cx, LY_SYM(List), n, items));
}

static ly_value in_parentheses(ly_context *cx, ly_value box)
{
    ly_value items[3] = {text_box(cx, "("), box, text_box(cx, ")")};
    return row_box(cx, 3, items);
}

static int binding_of(ly_context *cx, ly_value e)
{
    ly_printer printer = {.cx = cx, .form = LY_FORM_OUTPUT};
    return ly_binding(&printer, e);
}

static ly_value box_within(ly_context *cx, ly_value e, ly_value form, int least)
{
    ly_value box = box_of(cx, e, form);
    if (ly_failed(box) || binding_of(cx, e) >= least) return box;
    return in_parentheses(cx, box);
}

/* A row of n parts with a separator between; a single part stands alone. */
static ly_value separated(ly_context *cx, size_t n, const ly_value *parts, ly_value form, const char *separator, int least)
{
    ly_builder builder = ly_builder_new();
    for (size_t i = 0; i < n; i++) {
        ly_value box = box_within(cx, parts[i], form, least);
        bool good = !ly_failed(box);
        if (good && i) good = ly_builder_add(cx, &builder, text_box(cx, separator));
        if (good) good = ly_builder_add(cx, &builder, box);
        if (!good) {
            ly_builder_drop(cx, &builder);
            return LY_FAILED;
        }
    }
    return ly_make1(cx, LY_SYM(RowBox), ly_builder_finish(cx, &builder, LY_SYM(List)));
}

/* What stands between brackets: nothing, one box, or a row with commas. Added to items. */
static bool add_arguments(ly_context *cx, ly_builder *builder, size_t n, const ly_value *args, ly_value form)
{
    if (n == 0) return true;
    ly_value inside = n == 1 ? box_of(cx, args[0], form) : separated(cx, n, args, form, ",", 0);
    return !ly_failed(inside) && ly_builder_add(cx, builder, inside);
}

static ly_value bracketed(ly_context *cx, ly_value head, const char *open, size_t n, const ly_value *args,
                          ly_value form, const char *close)
{
    ly_builder builder = ly_builder_new();
    bool good = (ly_failed(head) || ly_builder_add(cx, &builder, head)) &&
                ly_builder_add(cx, &builder, text_box(cx, open)) && add_arguments(cx, &builder, n, args, form) &&
                ly_builder_add(cx, &builder, text_box(cx, close));
    if (!good) {
        ly_builder_drop(cx, &builder);
        return LY_FAILED;
    }
    return ly_make1(cx, LY_SYM(RowBox), ly_builder_finish(cx, &builder, LY_SYM(List)));
}

/* ---- numbers ---------------------------------------------------------------------------------- */

static bool is_negative(ly_value v)
{
    if (ly_is_int(v)) return ly_int_of(v) < 0;
    if (ly_is_real(v)) return signbit(ly_real_of(v));
    return ly_is_number(v) && !ly_is_complex(v) && ly_sign(v) < 0;
}

static ly_value number_box(ly_context *cx, ly_value number, ly_value form)
{
    if (ly_is_complex(number)) {
        ly_value sum = ly_make2(cx, LY_SYM(Times), ly_retain(ly_complex_of(number)->im), LY_SYM(I));
        if (ly_complex_of(number)->im == LY_INT(1)) {
            ly_release(cx, sum);
            sum = LY_SYM(I);
        }
        if (ly_complex_of(number)->re != LY_INT(0))
            sum = ly_make2(cx, LY_SYM(Plus), ly_retain(ly_complex_of(number)->re), sum);
        ly_value box = sum == LY_SYM(I) ? text_box(cx, "\xe2\x85\x88") : box_of(cx, sum, form);
        ly_release(cx, sum);
        return box;
    }
    if (is_negative(number)) {
        ly_value opposite = ly_negate(cx, number);
        if (ly_failed(opposite)) return LY_FAILED;
        ly_value items[2] = {text_box(cx, "-"), number_box(cx, opposite, form)};
        ly_release(cx, opposite);
        return row_box(cx, 2, items);
    }
    if (ly_is_rational(number)) {
        ly_text text = {0};
        ly_print_input_form(cx, &text, number);
        const char *slash = strchr(text.data, '/');
        ly_value above = ly_string_new(cx, text.data, (size_t)(slash - text.data));
        ly_value below = ly_string_from(cx, slash + 1);
        ly_text_free(&text);
        return ly_make2(cx, LY_SYM(FractionBox), above, below);
    }
    ly_text text = {0};
    if (form == LY_SYM(TraditionalForm)) ly_print_number(cx, &text, number, true);
    else ly_print_full_form(cx, &text, number);
    return output_string(cx, &text);
}

/* ---- arithmetic ------------------------------------------------------------------------------- */

static bool is_half(ly_value v, long numerator)
{
    return ly_is_rational(v) && mpz_cmp_si(mpq_numref(ly_rational_of(v)->q), numerator) == 0 &&
           mpz_cmp_ui(mpq_denref(ly_rational_of(v)->q), 2) == 0;
}

static bool is_below(ly_value v)
{
    return ly_has_shape(v, LY_SYM(Power), 2) && is_negative(ly_expr_of(v)->args[1]);
}

static ly_value power_box(ly_context *cx, ly_value base, ly_value exponent, ly_value form)
{
    if (is_half(exponent, 1)) {
        ly_value inside = box_of(cx, base, form);
        return ly_failed(inside) ? LY_FAILED : ly_make1(cx, LY_SYM(SqrtBox), inside);
    }
    if (is_negative(exponent) && (ly_is_int(exponent) || is_half(exponent, -1))) {
        ly_value opposite = ly_negate(cx, exponent);
        ly_value below = opposite == LY_INT(1) ? box_of(cx, base, form) : power_box(cx, base, opposite, form);
        ly_release(cx, opposite);
        return ly_failed(below) ? LY_FAILED : ly_make2(cx, LY_SYM(FractionBox), text_box(cx, "1"), below);
    }
    ly_value raised = box_of(cx, exponent, form);
    if (ly_failed(raised)) return LY_FAILED;
    if (ly_has_shape(base, LY_SYM(Subscript), 2)) {
        ly_value body = box_within(cx, ly_expr_of(base)->args[0], form, LY_BIND_POWER + 1);
        ly_value lowered = ly_failed(body) ? LY_FAILED : box_of(cx, ly_expr_of(base)->args[1], form);
        if (!ly_failed(lowered)) return ly_make3(cx, LY_SYM(SubsuperscriptBox), body, lowered, raised);
        ly_release(cx, body);
        ly_release(cx, raised);
        return LY_FAILED;
    }
    ly_value body = box_within(cx, base, form, LY_BIND_POWER + 1);
    if (!ly_failed(body)) return ly_make2(cx, LY_SYM(SuperscriptBox), body, raised);
    ly_release(cx, raised);
    return LY_FAILED;
}

/* Factors side by side; a single one alone. Consumes the builder's parts. */
static ly_value product_row(ly_context *cx, ly_builder *factors, ly_value form, bool alone)
{
    size_t n = ly_builder_count(factors);
    if (n == 0) return text_box(cx, "1");
    ly_value list = ly_builder_finish(cx, factors, LY_SYM(List));
    const ly_value *parts = ly_expr_of(list)->args;
    ly_value box = n == 1 ? box_within(cx, parts[0], form, alone ? 0 : LY_BIND_TIMES + 1)
                          : LY_FAILED;
    if (n > 1) {
        ly_builder row = ly_builder_new();
        bool good = true;
        for (size_t i = 0; i < n && good; i++) {
            bool leading = i == 0 && ly_is_number(parts[i]);
            ly_value part = box_within(cx, parts[i], form, leading ? 0 : LY_BIND_TIMES + 1);
            good = !ly_failed(part) && (!i || ly_builder_add(cx, &row, text_box(cx, " "))) && ly_builder_add(cx, &row, part);
        }
        if (good) box = ly_make1(cx, LY_SYM(RowBox), ly_builder_finish(cx, &row, LY_SYM(List)));
        else ly_builder_drop(cx, &row);
    }
    ly_release(cx, list);
    return box;
}

/* The product of x's arguments; its sign turned where negate. */
static ly_value times_box(ly_context *cx, const ly_expr *x, bool negate, ly_value form)
{
    ly_builder above = ly_builder_new(), below = ly_builder_new();
    ly_value number = LY_FAILED;
    size_t start = 0;
    bool minus = false;
    if (ly_is_number(x->args[0]) && !ly_is_complex(x->args[0])) {
        number = negate ? ly_negate(cx, x->args[0]) : ly_retain(x->args[0]);
        if (ly_failed(number)) return LY_FAILED;
        start = 1;
        if (number == LY_INT(-1) || (ly_is_rational(number) && is_negative(number))) {
            ly_value opposite = ly_negate(cx, number);
            ly_release(cx, number);
            number = opposite;
            minus = true;
        }
        if (ly_is_rational(number)) {
            mpz_t p, q;
            mpz_init_set(p, mpq_numref(ly_rational_of(number)->q));
            mpz_init_set(q, mpq_denref(ly_rational_of(number)->q));
            ly_release(cx, number);
            number = ly_integer_take_mpz(cx, p);
            ly_builder_add(cx, &below, ly_integer_take_mpz(cx, q));
        }
        if (number != LY_INT(1)) ly_builder_add(cx, &above, number);
    }
    for (size_t i = start; i < x->count; i++) {
        if (!is_below(x->args[i])) {
            ly_builder_add(cx, &above, ly_retain(x->args[i]));
            continue;
        }
        const ly_expr *power = ly_expr_of(x->args[i]);
        ly_value exponent = ly_negate(cx, power->args[1]);
        ly_builder_add(cx, &below, exponent == LY_INT(1) ? ly_retain(power->args[0])
                                   : ly_make2(cx, LY_SYM(Power), ly_retain(power->args[0]), exponent));
    }
    bool fraction = ly_builder_count(&below) > 0;
    ly_value box = product_row(cx, &above, form, fraction);
    if (fraction && !ly_failed(box)) {
        ly_value lower = product_row(cx, &below, form, true);
        if (ly_failed(lower)) {
            ly_release(cx, box);
            return LY_FAILED;
        }
        box = ly_make2(cx, LY_SYM(FractionBox), box, lower);
    }
    ly_builder_drop(cx, &below);
    if (!minus || ly_failed(box)) return box;
    ly_value items[2] = {text_box(cx, "-"), box};
    return row_box(cx, 2, items);
}

static ly_value plus_box(ly_context *cx, const ly_expr *x, ly_value form)
{
    ly_builder row = ly_builder_new();
    for (size_t i = 0; i < x->count; i++) {
        ly_value term = x->args[i], box;
        bool product = ly_has_head(term, LY_SYM(Times)) && ly_expr_of(term)->count >= 2;
        bool minus = i > 0 && (is_negative(term) || (product && is_negative(ly_expr_of(term)->args[0])));
        if (!minus) {
            box = box_within(cx, term, form, i == 0 && ly_is_number(term) ? 0 : LY_BIND_PLUS + 1);
        } else if (product) {
            box = times_box(cx, ly_expr_of(term), true, form);
        } else {
            ly_value opposite = ly_negate(cx, term);
            box = number_box(cx, opposite, form);
            ly_release(cx, opposite);
        }
        bool good = !ly_failed(box);
        if (good && i) good = ly_builder_add(cx, &row, text_box(cx, minus ? "-" : "+"));
        if (!good || !ly_builder_add(cx, &row, box)) {
            ly_builder_drop(cx, &row);
            return LY_FAILED;
        }
    }
    return ly_make1(cx, LY_SYM(RowBox), ly_builder_finish(cx, &row, LY_SYM(List)));
}

/* ---- forms within ----------------------------------------------------------------------------- */

static ly_value rule(ly_context *cx, ly_value name, ly_value value) { return ly_make2(cx, LY_SYM(Rule), name, value); }

/* FullForm: calls all the way down. */
static ly_value full_box(ly_context *cx, ly_value e, ly_value form)
{
    if (!ly_is_expr(e) || ly_stack_low(cx)) return box_of(cx, e, form);
    const ly_expr *x = ly_expr_of(e);
    ly_builder row = ly_builder_new(), inside = ly_builder_new();
    ly_value head = full_box(cx, x->head, form);
    bool good = !ly_failed(head) && ly_builder_add(cx, &row, head) && ly_builder_add(cx, &row, text_box(cx, "["));
    for (size_t i = 0; i < x->count && good; i++) {
        ly_value part = full_box(cx, x->args[i], form);
        good = !ly_failed(part) && (!i || ly_builder_add(cx, &inside, text_box(cx, ","))) &&
               ly_builder_add(cx, &inside, part);
    }
    if (good && x->count > 0) {
        ly_value list = ly_builder_finish(cx, &inside, LY_SYM(List));
        ly_value arguments = x->count == 1 ? ly_retain(ly_expr_of(list)->args[0])
                                           : ly_make1(cx, LY_SYM(RowBox), ly_retain(list));
        ly_release(cx, list);
        good = ly_builder_add(cx, &row, arguments);
    }
    good = good && ly_builder_add(cx, &row, text_box(cx, "]"));
    if (good) return ly_make1(cx, LY_SYM(RowBox), ly_builder_finish(cx, &row, LY_SYM(List)));
    ly_builder_drop(cx, &row);
    ly_builder_drop(cx, &inside);
    return LY_FAILED;
}

/* Row[{a, b}], Row[{a, b}, separator] */
static ly_value row_form_box(ly_context *cx, const ly_expr *x, ly_value form)
{
    ly_value items = ly_unpack(cx, x->args[0]);
    ly_builder parts = ly_builder_new();
    const char *name = x->count == 1 ? "RowDefault" : ly_is_string(x->args[1]) ? "RowWithSeparators" : "RowWithSeparator";
    bool good = !ly_failed(items);
    if (good && x->count > 1) {
        ly_value separator = box_of(cx, x->args[1], form);
        good = !ly_failed(separator);
        if (good && ly_is_string(x->args[1])) good = ly_builder_add(cx, &parts, ly_retain(x->args[1]));
        if (good) good = ly_builder_add(cx, &parts, separator);
    }
    for (size_t i = 0; good && i < ly_expr_of(items)->count; i++) {
        ly_value part = box_of(cx, ly_expr_of(items)->args[i], form);
        good = !ly_failed(part) && ly_builder_add(cx, &parts, part);
    }
    ly_release(cx, items);
    if (good)
        return ly_make2(cx, LY_SYM(TemplateBox), ly_builder_finish(cx, &parts, LY_SYM(List)), text_box(cx, name));
    ly_builder_drop(cx, &parts);
    return LY_FAILED;
}

static ly_value style_box(ly_context *cx, const ly_expr *x, ly_value form)
{
    ly_expr *box = ly_expr_new(cx, LY_SYM(StyleBox), x->count + 1);
    if (!box) return LY_FAILED;
    ly_value inside = box_of(cx, x->args[0], form);
    if (ly_failed(inside)) {
        ly_release(cx, ly_from_object(box));
        return LY_FAILED;
    }
    box->args[0] = inside;
    for (size_t i = 1; i < x->count; i++) box->args[i] = ly_retain(x->args[i]);
    box->args[x->count] = ly_make2(cx, LY_SYM(Rule), LY_SYM(StripOnInput), LY_SYM(False));
    return ly_from_object(box);
}

/* CForm[e] and the like: the text, marked with what it stands for; LY_UNEVALUATED for other heads. */
static ly_value form_box(ly_context *cx, ly_value e, ly_value form)
{
    const ly_expr *x = ly_expr_of(e);
    ly_value head = x->head;
    if (x->count != 1) return LY_UNEVALUATED;
    if (head == LY_SYM(StandardForm) || head == LY_SYM(TraditionalForm)) {
        ly_value inside = box_of(cx, x->args[0], head);
        if (ly_failed(inside)) return LY_FAILED;
        ly_value boxed = ly_make2(cx, LY_SYM(FormBox), inside, ly_retain(head));
        return ly_make2(cx, LY_SYM(TagBox), boxed, ly_retain(head));
    }
    if (head == LY_SYM(Format)) {
        ly_value inside = box_of(cx, x->args[0], form);
        if (ly_failed(inside)) return LY_FAILED;
        return ly_make2(cx, LY_SYM(TagBox), ly_make2(cx, LY_SYM(FormBox), inside, ly_retain(form)), ly_retain(head));
    }
    if (head == LY_SYM(FullForm)) {
        ly_value inside = full_box(cx, x->args[0], form);
        if (ly_failed(inside)) return LY_FAILED;
        ly_value items[4] = {inside, rule(cx, LY_SYM(ShowSpecialCharacters), LY_SYM(False)),
                             rule(cx, LY_SYM(ShowStringCharacters), LY_SYM(True)),
                             rule(cx, LY_SYM(NumberMarks), LY_SYM(True))};
        return ly_make2(cx, LY_SYM(TagBox), ly_make(cx, LY_SYM(StyleBox), 4, items), LY_SYM(FullForm));
    }
    bool output = head == LY_SYM(OutputForm);
    if (!output && head != LY_SYM(InputForm) && head != LY_SYM(CForm) && head != LY_SYM(FortranForm) &&
        head != LY_SYM(TeXForm))
        return LY_UNEVALUATED;
    ly_value text = output_to_string(cx, x->args[0], head);
    if (ly_failed(text)) return LY_FAILED;
    if (head != LY_SYM(InputForm)) {
        /* the box is a string within the box language: its quotes are part of it */
        ly_text quoted = {0};
        ly_text_putc(&quoted, '"');
        ly_text_add(&quoted, ly_string_of(text)->data, ly_string_of(text)->bytes);
        ly_text_putc(&quoted, '"');
        ly_release(cx, text);
        text = output_string(cx, &quoted);
        if (ly_failed(text)) return LY_FAILED;
    }
    if (output) {
        ly_value pane = ly_make2(cx, LY_SYM(PaneBox), text, rule(cx, LY_SYM(BaselinePosition), LY_SYM(Baseline)));
        return ly_make3(cx, LY_SYM(InterpretationBox), pane, ly_retain(e), rule(cx, LY_SYM(Editable), LY_SYM(False)));
    }
    if (head == LY_SYM(InputForm)) {
        ly_value items[3] = {text, rule(cx, LY_SYM(ShowStringCharacters), LY_SYM(True)),
                             rule(cx, LY_SYM(NumberMarks), LY_SYM(True))};
        ly_value styled = ly_make(cx, LY_SYM(StyleBox), 3, items);
        ly_value whole[4] = {styled, ly_retain(e), rule(cx, LY_SYM(Editable), LY_SYM(True)),
                             rule(cx, LY_SYM(AutoDelete), LY_SYM(True))};
        return ly_make(cx, LY_SYM(InterpretationBox), 4, whole);
    }
    ly_value items[4] = {text, ly_retain(e), rule(cx, LY_SYM(Editable), LY_SYM(True)),
                         rule(cx, LY_SYM(AutoDelete), LY_SYM(True))};
    return ly_make(cx, LY_SYM(InterpretationBox), 4, items);
}

/* sin, cos, log …: the common functions begin with a small letter. */
static ly_value traditional_name(ly_context *cx, ly_value symbol)
{
    static const char *const common[] = {
        "Sin", "Cos", "Tan", "Cot", "Sec", "Csc", "Sinh", "Cosh", "Tanh", "Coth", "Sech", "Csch", "Log",
        "Max", "Min", "Erf", "Erfc", "Sinc", "Arg", "GCD", "LCM",
    };
    const char *name = ly_symbol_name(symbol);
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        if (strcmp(common[i], name) != 0) continue;
        char text[16];
        size_t n = strlen(name);
        for (size_t j = 0; j <= n; j++) text[j] = name[j] >= 'A' && name[j] <= 'Z' ? (char)(name[j] + 32) : name[j];
        return text_box(cx, text);
    }
    return box_of(cx, symbol, LY_SYM(TraditionalForm));
}

/* ---- expressions ------------------------------------------------------------------------------ */

static ly_value expression_box(ly_context *cx, ly_value e, ly_value form)
{
    const ly_expr *x = ly_expr_of(e);
    ly_value head = x->head;
    bool blanks;
    if (head == LY_SYM(List)) return bracketed(cx, LY_FAILED, "{", x->count, x->args, form, "}");
    if (head == LY_SYM(Plus) && x->count >= 2) return plus_box(cx, x, form);
    if (head == LY_SYM(Times) && x->count >= 2) return times_box(cx, x, false, form);
    if (head == LY_SYM(Power) && x->count == 2) return power_box(cx, x->args[0], x->args[1], form);
    if ((head == LY_SYM(Subscript) || head == LY_SYM(Superscript)) && x->count == 2) {
        ly_value body = box_within(cx, x->args[0], form, LY_BIND_POWER + 1);
        ly_value script = ly_failed(body) ? LY_FAILED : box_of(cx, x->args[1], form);
        if (!ly_failed(script))
            return ly_make2(cx, head == LY_SYM(Subscript) ? LY_SYM(SubscriptBox) : LY_SYM(SuperscriptBox), body, script);
        ly_release(cx, body);
        return LY_FAILED;
    }
    if (head == LY_SYM(Sqrt) && x->count == 1) {
        ly_value inside = box_of(cx, x->args[0], form);
        return ly_failed(inside) ? LY_FAILED : ly_make1(cx, LY_SYM(SqrtBox), inside);
    }
    if (head == LY_SYM(Row) && (x->count == 1 || x->count == 2) && ly_is_list(x->args[0]))
        return row_form_box(cx, x, form);
    if (head == LY_SYM(Style) && x->count >= 1) return style_box(cx, x, form);
    if (head == LY_SYM(HoldForm) && x->count == 1) {
        ly_value inside = box_of(cx, x->args[0], form);
        return ly_failed(inside) ? LY_FAILED : ly_make2(cx, LY_SYM(TagBox), inside, LY_SYM(HoldForm));
    }
    ly_value special = form_box(cx, e, form);
    if (special != LY_UNEVALUATED) return special;
    const ly_operator *operator = ly_written_operator(head, LY_FORM_OUTPUT, &blanks);
    if (operator && operator->kind == LY_INFIX && x->count >= 2) {
        const char *text = operator->text;
        if (head == LY_SYM(Rule)) text = "\xef\x94\xa2";
        if (head == LY_SYM(RuleDelayed)) text = "\xef\x94\x9f";
        return separated(cx, x->count, x->args, form, text, operator->precedence + 1);
    }
    if (operator && operator->kind != LY_INFIX && x->count == 1) {
        ly_value operand = box_within(cx, x->args[0], form, operator->precedence + 1);
        ly_value sign = text_box(cx, operator->text);
        ly_value items[2] = {operator->kind == LY_PREFIX ? sign : operand, operator->kind == LY_PREFIX ? operand : sign};
        return row_box(cx, 2, items);
    }
    if (head == LY_SYM(Function) && x->count == 1) {
        ly_value items[2] = {box_within(cx, x->args[0], form, LY_BIND_FUNCTION + 1), text_box(cx, "&")};
        return row_box(cx, 2, items);
    }
    if (head == LY_SYM(Slot) || head == LY_SYM(Blank) || head == LY_SYM(Pattern) || head == LY_SYM(Optional) ||
        head == LY_SYM(BlankSequence) || head == LY_SYM(BlankNullSequence) || head == LY_SYM(SlotSequence)) {
        ly_text text = {0};
        ly_print_input_form(cx, &text, e);
        return output_string(cx, &text);
    }
    bool traditional = form == LY_SYM(TraditionalForm);
    ly_value name = traditional && ly_is_symbol(head) ? traditional_name(cx, head) : box_within(cx, head, form, LY_BIND_CALL);
    if (ly_failed(name)) return LY_FAILED;
    if (traditional) return bracketed(cx, name, "(", x->count, x->args, form, ")");
    return bracketed(cx, name, "[", x->count, x->args, form, "]");
}

static ly_value association_box(ly_context *cx, ly_value e, ly_value form)
{
    ly_builder rules = ly_builder_new();
    const ly_entry *entry;
    for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(e), &at));)
        if (!ly_builder_add(cx, &rules, ly_entry_rule(cx, entry))) return LY_FAILED;
    ly_value list = ly_builder_finish(cx, &rules, LY_SYM(List));
    ly_value box = bracketed(cx, LY_FAILED, "<|", ly_expr_of(list)->count, ly_expr_of(list)->args, form, "|>");
    ly_release(cx, list);
    return box;
}

BUILTIN(MakeBoxes, make_boxes, 1, 2, LY_HOLD_ALL_COMPLETE, LY_EVALUATED | LY_EFFECTS,
        "MakeBoxes[expr, form] gives the boxes that expr, unevaluated, is shown as.")
static ly_value make_boxes(ly_context *cx, ly_expr *call)
{
    ly_value e = call->args[0], form = call->count > 1 ? call->args[1] : LY_SYM(StandardForm);
    if (call->count == 1) return box_of(cx, e, form);
    if (ly_is_expr(e)) return expression_box(cx, e, form);
    if (ly_is_association(e)) return association_box(cx, e, form);
    if (ly_is_number(e)) return number_box(cx, e, form);
    if (ly_is_packed(e)) {
        ly_value list = ly_unpack(cx, e);
        ly_value box = ly_failed(list) ? LY_FAILED : box_of(cx, list, form);
        ly_release(cx, list);
        return box;
    }
    ly_text text = {0};
    ly_print_input_form(cx, &text, e);
    return output_string(cx, &text);
}

BUILTIN(ToBoxes, to_boxes, 1, 2, LY_PROTECTED, LY_EVALUATED | LY_EFFECTS,
        "ToBoxes[expr, form] gives the boxes that expr is shown as.")
static ly_value to_boxes(ly_context *cx, ly_expr *call)
{
    return box_of(cx, call->args[0], call->count > 1 ? call->args[1] : LY_SYM(StandardForm));
}
