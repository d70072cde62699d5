/* template.c: StringTemplate and TemplateApply.

   A template's text has places `n`, `name` and ``, and expressions <* … *> in which #n and #name
   stand for the slots. In any other expression TemplateSlot, TemplateExpression, TemplateIf and
   TemplateSequence are replaced by what they stand for. */
#include "stdlib/output/output.h"

#include <stdlib.h>

/* ---- slots ------------------------------------------------------------------------------------ */

/* The value of slot key (an integer or string), owned; LY_UNEVALUATED: there is none. */
static ly_value slot_value(ly_context *cx, ly_value slots, ly_value key)
{
    if (ly_failed(slots)) return LY_UNEVALUATED;
    if (ly_is_association(slots)) {
        ly_value found = ly_association_find(ly_association_of(slots), key);
        return ly_failed(found) ? LY_UNEVALUATED : ly_retain(found);
    }
    if (!ly_is_int(key)) return LY_UNEVALUATED;
    int64_t i = ly_int_of(key);
    if (!ly_is_list(slots)) return i == 1 ? ly_retain(slots) : LY_UNEVALUATED;
    if (i < 1 || (uint64_t)i > ly_length(slots)) return LY_UNEVALUATED;
    return ly_element(cx, slots, (size_t)i - 1);
}

/* Adds a value as a template shows it. */
static bool add_value(ly_context *cx, ly_text *out, ly_value value)
{
    if (ly_is_string(value)) {
        ly_text_add(out, ly_string_of(value)->data, ly_string_of(value)->bytes);
        return true;
    }
    return output_text_string(cx, out, value);
}

/* The value of program text with #n, #name from the slots. */
static ly_value evaluate_text(ly_context *cx, const char *bytes, size_t count, ly_value slots)
{
    ly_value text = ly_string_new(cx, bytes, count);
    if (ly_failed(text)) return LY_FAILED;
    ly_value held = ly_call3(cx, LY_SYM(ToExpression), text, LY_SYM(InputForm), LY_SYM(Function));
    if (ly_failed(held) || !ly_has_head(held, LY_SYM(Function))) return held;
    ly_value call;
    if (!ly_failed(slots) && ly_is_list(slots)) {
        ly_value list = ly_unpack(cx, slots);
        if (ly_failed(list)) {
            ly_release(cx, held);
            return LY_FAILED;
        }
        const ly_expr *items = ly_expr_of(list);
        ly_value *args = ly_malloc((items->count + 1) * sizeof *args);
        if (!args) {
            ly_release(cx, held);
            ly_release(cx, list);
            return ly_raise_memory(cx);
        }
        for (size_t i = 0; i < items->count; i++) args[i] = ly_retain(items->args[i]);
        call = ly_make(cx, held, items->count, args);
        ly_free(args);
        ly_release(cx, list);
    } else if (!ly_failed(slots)) {
        call = ly_make1(cx, held, ly_retain(slots));
    } else {
        call = ly_make0(cx, held);
    }
    ly_release(cx, held);
    return ly_evaluate_take(cx, call);
}

ly_value output_fill_template(ly_context *cx, ly_value text, ly_value slots)
{
    const ly_string *s = ly_string_of(text);
    const char *data = s->data;
    size_t count = s->bytes, from = 0;
    int64_t last = 0;
    ly_text out = {0};
    for (size_t i = 0; i < count;) {
        size_t end = 0;
        ly_value value = LY_UNEVALUATED;
        if (data[i] == '`') {
            const char *close = memchr(data + i + 1, '`', count - i - 1);
            if (!close) break;
            end = (size_t)(close - data) + 1;
            size_t length = end - i - 2;
            char *stop = NULL;
            long long number = length ? strtoll(data + i + 1, &stop, 10) : last + 1;
            bool digits = length == 0 || stop == close;
            ly_value key = digits ? LY_INT(number) : ly_string_new(cx, data + i + 1, length);
            if (digits) last = number;
            value = slot_value(cx, slots, key);
            ly_release(cx, key);
        } else if (data[i] == '<' && i + 1 < count && data[i + 1] == '*') {
            size_t close = i + 2;
            while (close + 1 < count && !(data[close] == '*' && data[close + 1] == '>')) close++;
            if (close + 1 >= count) break;
            end = close + 2;
            value = evaluate_text(cx, data + i + 2, close - i - 2, slots);
        } else {
            i++;
            continue;
        }
        if (value == LY_UNEVALUATED) {
            i = end;
            continue;
        }
        ly_text_add(&out, data + from, i - from);
        bool good = !ly_failed(value) && add_value(cx, &out, value);
        ly_release(cx, value);
        if (!good) {
            ly_text_free(&out);
            return LY_FAILED;
        }
        i = from = end;
    }
    ly_text_add(&out, data + from, count - from);
    return output_string(cx, &out);
}

/* ---- expressions ------------------------------------------------------------------------------ */

static ly_value fill(ly_context *cx, ly_value e, ly_value slots);

/* fill, then evaluate */
static ly_value fill_value(ly_context *cx, ly_value e, ly_value slots)
{
    ly_value filled = fill(cx, e, slots);
    return ly_failed(filled) ? LY_FAILED : ly_evaluate_take(cx, filled);
}

static ly_value fill_if(ly_context *cx, const ly_expr *x, ly_value slots)
{
    ly_value test = fill_value(cx, x->args[0], slots);
    if (ly_failed(test)) return LY_FAILED;
    bool holds = test == LY_SYM(True);
    ly_release(cx, test);
    if (holds) return fill(cx, x->args[1], slots);
    return x->count > 2 ? fill(cx, x->args[2], slots) : ly_make0(cx, LY_SYM(Sequence));
}

static ly_value fill_sequence(ly_context *cx, const ly_expr *x, ly_value slots)
{
    ly_value list = fill_value(cx, x->args[1], slots);
    if (ly_failed(list)) return LY_FAILED;
    ly_builder builder = ly_builder_new();
    size_t count = ly_length(list);
    for (size_t i = 0; i < count; i++) {
        ly_value item = ly_element(cx, list, i);
        if (!ly_is_list(item) && !ly_is_association(item)) item = ly_make1(cx, LY_SYM(List), item);
        ly_value filled = fill(cx, x->args[0], item);
        ly_release(cx, item);
        if (ly_failed(filled) || !ly_builder_add(cx, &builder, filled)) {
            ly_builder_drop(cx, &builder);
            ly_release(cx, list);
            return LY_FAILED;
        }
    }
    ly_release(cx, list);
    return ly_builder_finish(cx, &builder, LY_SYM(Sequence));
}

struct again {
    ly_value e, slots, result;
};

static void *fill_again(ly_context *cx, void *argument)
{
    struct again *again = argument;
    again->result = fill(cx, again->e, again->slots);
    return again;
}

/* e with the template objects in it replaced; not evaluated. */
static ly_value fill(ly_context *cx, ly_value e, ly_value slots)
{
    if (!ly_is_expr(e)) return ly_retain(e);
    if (ly_stack_low(cx)) {
        struct again again = {e, slots, LY_FAILED};
        return ly_on_new_stack(cx, fill_again, &again) ? again.result : LY_FAILED;
    }
    const ly_expr *x = ly_expr_of(e);
    if (x->head == LY_SYM(TemplateSlot) && x->count >= 1) {
        ly_value value = slot_value(cx, slots, x->args[0]);
        return value == LY_UNEVALUATED ? ly_retain(e) : value;
    }
    if (x->head == LY_SYM(TemplateExpression) && x->count == 1) return fill_value(cx, x->args[0], slots);
    if (x->head == LY_SYM(TemplateIf) && x->count >= 2) return fill_if(cx, x, slots);
    if (x->head == LY_SYM(TemplateSequence) && x->count >= 2) return fill_sequence(cx, x, slots);
    ly_expr *copy = ly_expr_new(cx, x->head, x->count);
    if (!copy) return LY_FAILED;
    for (size_t i = 0; i < x->count; i++) {
        copy->args[i] = fill(cx, x->args[i], slots);
        if (!ly_failed(copy->args[i])) continue;
        copy->args[i] = LY_INT(0);
        ly_release(cx, ly_from_object(copy));
        return LY_FAILED;
    }
    return ly_from_object(copy);
}

/* The parts of TemplateObject[{…}, options] joined as strings, or filled as an expression. */
static ly_value fill_object(ly_context *cx, const ly_expr *object, ly_value slots)
{
    ly_value parts = object->args[0];
    ly_text out = {0};
    if (!ly_has_head(parts, LY_SYM(List))) return fill_value(cx, parts, slots);
    for (size_t i = 0; i < ly_expr_of(parts)->count; i++) {
        ly_value value = fill_value(cx, ly_expr_of(parts)->args[i], slots);
        bool good = !ly_failed(value) && add_value(cx, &out, value);
        ly_release(cx, value);
        if (good) continue;
        ly_text_free(&out);
        return LY_FAILED;
    }
    return output_string(cx, &out);
}

BUILTIN(TemplateApply, template_apply, 1, 2, LY_PROTECTED, LY_EFFECTS | LY_NAMES,
        "TemplateApply[template, slots] fills a template with values.")
static ly_value template_apply(ly_context *cx, ly_expr *call)
{
    ly_value template_ = call->args[0], slots = call->count > 1 ? call->args[1] : LY_FAILED;
    if (ly_has_head(template_, LY_SYM(StringTemplate)) && ly_expr_of(template_)->count >= 1)
        template_ = ly_expr_of(template_)->args[0];
    if (ly_is_string(template_)) return output_fill_template(cx, template_, slots);
    if (ly_has_head(template_, LY_SYM(TemplateObject)) && ly_expr_of(template_)->count >= 1)
        return fill_object(cx, ly_expr_of(template_), slots);
    return fill(cx, template_, slots);
}

/* StringTemplate["…"][association], StringTemplate["…"][a, b, …] */
BUILTIN_SUB(StringTemplate, string_template, string_template_value, 1, -1, LY_PROTECTED, LY_EFFECTS,
            "StringTemplate[\"text\"][slots] fills the places `name` of text.")
static ly_value string_template(ly_context *cx, ly_expr *call) { return LY_UNEVALUATED; }

static ly_value string_template_value(ly_context *cx, ly_expr *call)
{
    const ly_expr *template_ = ly_expr_of(call->head);
    if (!ly_is_symbol(template_->head) || !ly_is_string(template_->args[0])) return LY_UNEVALUATED;
    if (call->count == 1 && (ly_is_association(call->args[0]) || ly_is_list(call->args[0])))
        return output_fill_template(cx, template_->args[0], call->args[0]);
    if (call->count == 0) return output_fill_template(cx, template_->args[0], LY_FAILED);
    ly_expr *slots = ly_expr_new(cx, LY_SYM(List), call->count);
    if (!slots) return LY_FAILED;
    for (size_t i = 0; i < call->count; i++) slots->args[i] = ly_retain(call->args[i]);
    ly_value text = output_fill_template(cx, template_->args[0], ly_from_object(slots));
    ly_release(cx, ly_from_object(slots));
    return text;
}

BUILTIN_SUB(TemplateObject, template_object, template_object_value, 1, -1, LY_PROTECTED, LY_EFFECTS,
            "TemplateObject[parts][slots] fills a template.")
static ly_value template_object(ly_context *cx, ly_expr *call) { return LY_UNEVALUATED; }

static ly_value template_object_value(ly_context *cx, ly_expr *call)
{
    const ly_expr *template_ = ly_expr_of(call->head);
    if (!ly_is_symbol(template_->head) || call->count > 1) return LY_UNEVALUATED;
    return fill_object(cx, template_, call->count ? call->args[0] : LY_FAILED);
}

BUILTIN_SYMBOL(TemplateSlot, LY_PROTECTED, "TemplateSlot[n] is a place in a template.")
BUILTIN_SYMBOL(TemplateIf, LY_HOLD_REST | LY_PROTECTED, "TemplateIf[test, a, b] is a or b in a template.")
BUILTIN_SYMBOL(TemplateExpression, LY_HOLD_ALL | LY_PROTECTED, "TemplateExpression[expr] is evaluated in a template.")
BUILTIN_SYMBOL(TemplateSequence, LY_HOLD_FIRST | LY_PROTECTED, "TemplateSequence[body, list] repeats body in a template.")
