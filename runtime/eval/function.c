/* function.c: pure functions.

   Function[body] has slots, Function[x, body] and Function[{x, …}, body] have names. Slots of a
   nested Function[body] are its own; a nested function with names leaves slots to the outer one. */
#include "eval/eval.h"
#include "eval/evaluate.h"
#include "match/match.h"

/* ---- slots ------------------------------------------------------------------------------------ */

typedef struct slots {
    ly_value function; /* #0 */
    size_t count;
    const ly_value *args;
    bool bad;          /* a slot that cannot be filled was met */
} slots;

static ly_value fill(ly_context *cx, slots *s, ly_value v);

typedef struct fill_request {
    slots *s;
    ly_value v;
} fill_request;

static void *fill_on_new_stack(ly_context *cx, void *request)
{
    fill_request *r = request;
    return (void *)(uintptr_t)fill(cx, r->s, r->v);
}

static ly_value fill_slot(ly_context *cx, slots *s, ly_expr *slot)
{
    ly_value n = slot->args[0];
    if (ly_is_int(n)) {
        int64_t i = ly_int_of(n);
        if (i == 0) return ly_retain(s->function);
        if (i > 0 && (size_t)i <= s->count) return ly_retain(s->args[i - 1]);
        if (i > 0) {
            ly_message(cx, LY_SYM(Function), "slotn", 2, n, s->function);
            return ly_retain(ly_from_object(slot));
        }
    } else if (ly_is_string(n) && s->count > 0 && ly_is_association(s->args[0])) {
        ly_value v = ly_association_find(ly_association_of(s->args[0]), n);
        if (v) return ly_retain(v);
        return ly_make2(cx, LY_SYM(Missing), ly_string_from(cx, "KeyAbsent"), ly_retain(n));
    } else if (ly_is_string(n)) {
        ly_message(cx, LY_SYM(Function), "slota", 2, ly_from_object(slot),
                   s->count ? s->args[0] : LY_SYM(Null));
    }
    return ly_retain(ly_from_object(slot));
}

/* ##n: the arguments from the n-th on, as a sequence. */
static ly_value slot_sequence(ly_context *cx, slots *s, ly_expr *slot)
{
    int64_t from = ly_is_int(slot->args[0]) ? ly_int_of(slot->args[0]) : 1;
    size_t first = from < 1 ? 0 : (size_t)from - 1;
    size_t n = first < s->count ? s->count - first : 0;
    ly_expr *sequence = ly_expr_new(cx, LY_SYM(Sequence), n);
    if (!sequence) return LY_FAILED;
    for (size_t k = 0; k < n; k++) sequence->args[k] = ly_retain(s->args[first + k]);
    return ly_from_object(sequence);
}

/* The body with its slots filled; itself where it has none. */
static ly_value fill(ly_context *cx, slots *s, ly_value v)
{
    ly_expr *e, *out = NULL;
    ly_value head, result;
    bool spliced = false;
    if (!ly_is_expr(v)) {
        if (ly_is_association(v)) {
            ly_association *a = ly_association_of(v);
            const ly_entry *entry;
            result = ly_association_new(cx, a->count);
            for (uint32_t at = 0; result && (entry = ly_association_next(a, &at));) {
                ly_value key = fill(cx, s, entry->key), value = fill(cx, s, entry->value);
                result = ly_association_set_take(cx, result, key, value, entry->delayed);
            }
            return result;
        }
        return ly_retain(v);
    }
    if (ly_stack_low(cx)) {
        fill_request request = {s, v};
        return (ly_value)(uintptr_t)ly_on_new_stack(cx, fill_on_new_stack, &request);
    }
    e = ly_expr_of(v);
    if (e->head == LY_SYM(Slot) && e->count == 1) return fill_slot(cx, s, e);
    if (e->head == LY_SYM(Function) && e->count == 1) return ly_retain(v);
    head = fill(cx, s, e->head);
    if (ly_failed(head)) return LY_FAILED;
    if (head != e->head) {
        out = ly_expr_own_take(cx, ly_retain(v));
        if (!out) {
            ly_release(cx, head);
            return LY_FAILED;
        }
        ly_release(cx, out->head);
        out->head = head;
    } else {
        ly_release(cx, head);
    }
    for (uint32_t i = 0; i < e->count; i++) {
        ly_value a = e->args[i], b;
        if (!ly_is_pointer(a)) continue;
        if (ly_has_shape(a, LY_SYM(SlotSequence), 1)) {
            b = slot_sequence(cx, s, ly_expr_of(a));
            if (ly_failed(b)) goto failed;
            spliced = true;
        } else {
            b = fill(cx, s, a);
            if (ly_failed(b)) goto failed;
        }
        if (b == a) {
            ly_release(cx, b);
            continue;
        }
        if (!out) {
            out = ly_expr_own_take(cx, ly_retain(v));
            if (!out) {
                ly_release(cx, b);
                return LY_FAILED;
            }
        }
        ly_release(cx, out->args[i]);
        out->args[i] = b;
    }
    if (!out) return ly_retain(v);
    result = ly_from_object(out);
    return spliced ? ly_splice_take(cx, result) : result;
failed:
    if (out) ly_release(cx, ly_from_object(out));
    return LY_FAILED;
}

/* ---- application ------------------------------------------------------------------------------ */

/* The name that a parameter declares: x, or x of x_Integer-less forms such as {x, type}. */
static ly_value parameter_name(ly_value p)
{
    if (ly_is_symbol(p)) return p;
    if (ly_is_expr(p) && ly_expr_of(p)->count >= 1 &&
        (ly_expr_of(p)->head == LY_SYM(Typed) || ly_expr_of(p)->head == LY_SYM(List)))
        return ly_is_symbol(ly_expr_of(p)->args[0]) ? ly_expr_of(p)->args[0] : LY_FAILED;
    return LY_FAILED;
}

ly_value ly_function_body(ly_context *cx, ly_value function, size_t n, const ly_value *args)
{
    ly_expr *f = ly_expr_of(function);
    enum { FEW = 16 };
    ly_value few[FEW], *names = few, result = LY_UNEVALUATED;
    const ly_value *parameters;
    size_t count;
    if (f->count == 0) return LY_UNEVALUATED;
    if (f->count == 1 || f->args[0] == LY_SYM(Null)) {
        slots s = {function, n, args, false};
        ly_value body = f->args[f->count == 1 ? 0 : 1];
        return ly_has_shape(body, LY_SYM(SlotSequence), 1) ? slot_sequence(cx, &s, ly_expr_of(body))
                                                           : fill(cx, &s, body);
    }
    if (ly_has_head(f->args[0], LY_SYM(List))) {
        parameters = ly_expr_of(f->args[0])->args;
        count = ly_expr_of(f->args[0])->count;
    } else {
        parameters = &f->args[0];
        count = 1;
    }
    if (count > n) {
        ly_message(cx, LY_SYM(Function), "fpct", 2, LY_INT(n), function);
        return LY_UNEVALUATED;
    }
    if (count > FEW) {
        names = ly_buffer_alloc(cx, count * sizeof *names);
        if (!names) return LY_FAILED;
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = parameter_name(parameters[i]);
        if (!names[i]) {
            ly_message(cx, LY_SYM(Function), "flpar", 2, f->args[0], function);
            goto end;
        }
    }
    result = ly_substitute_symbols(cx, f->args[1], count, names, args);
end:
    if (names != few) ly_buffer_free(cx, names);
    return result;
}

ly_value ly_apply_function(ly_context *cx, ly_value function, ly_expr *call)
{
    return ly_function_body(cx, function, call->count, call->args);
}

uint32_t ly_function_attributes(ly_context *cx, ly_value function)
{
    ly_expr *f = ly_expr_of(function);
    uint32_t attributes = 0;
    if (f->count < 3) return 0;
    if (ly_is_symbol(f->args[2])) return ly_attribute_bit(f->args[2]);
    if (ly_has_head(f->args[2], LY_SYM(List)))
        for (uint32_t i = 0; i < ly_expr_of(f->args[2])->count; i++)
            attributes |= ly_attribute_bit(ly_expr_of(f->args[2])->args[i]);
    return attributes;
}

BUILTIN(Function, function_checked, 0, -1, LY_HOLD_ALL | LY_PROTECTED, LY_ANY_COUNT,
        "body & or Function[body] is a pure function; its arguments are #1, #2, ….\n"
        "Function[x, body], Function[{x, y, …}, body] name them; Function[params, body, attributes].")
static ly_value function_checked(ly_context *cx, ly_expr *call)
{
    if (call->count == 0) return ly_message_call(cx, call, "argb", 4, call->head, LY_INT(0), LY_INT(1), LY_INT(3));
    return LY_UNEVALUATED;
}
MESSAGE(Function, slotn, "Slot number `1` in `2` cannot be filled from `2`.")
MESSAGE(Function, slota, "Named slot `1` in `2` cannot be filled: the first argument is no association.")
MESSAGE(Function, fpct, "Too many parameters in `2` to be filled from `2`.")
MESSAGE(Function, flpar, "Parameter specification `1` in `2` should be a symbol or a list of symbols.")

BUILTIN_SYMBOL(Slot, LY_PROTECTED | LY_N_HOLD_ALL, "#n is the n-th argument of a pure function.")
BUILTIN_SYMBOL(SlotSequence, LY_PROTECTED | LY_N_HOLD_ALL,
               "##n is the sequence of arguments of a pure function from the n-th on.")
