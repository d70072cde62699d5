/* take.c: parts of strings by position: StringTake, StringDrop, StringPart, partition, rotation,
   reversal, characters. */
#include "stdlib/strings/strings.h"

MESSAGE(StringTake, take, "Cannot take positions `1` through `2` in `3`.")
MESSAGE(StringDrop, drop, "Cannot drop positions `1` through `2` in `3`.")
MESSAGE(StringPart, partw, "Part `1` of `2` does not exist.")
MESSAGE(StringPart, pspec, "Part specification `1` is neither an integer nor a list of integers.")

/* A string as messages show it, with its quotes. */
static ly_value quoted(ly_context *cx, ly_value string)
{
    return ly_make1(cx, LY_SYM(InputForm), ly_retain(string));
}

static ly_value outside(ly_context *cx, ly_expr *call, const char *tag, int64_t from, int64_t to,
                        ly_value string)
{
    ly_value shown = quoted(cx, string);
    ly_value symbol = strcmp(tag, "take") == 0 ? LY_SYM(StringTake) : LY_SYM(StringDrop);
    ly_message(cx, symbol, tag, 3, LY_INT(from), LY_INT(to), shown);
    ly_release(cx, shown);
    return LY_UNEVALUATED;
}

static ly_value take_span(ly_context *cx, ly_value string, string_span span)
{
    if (span.count == 0) return ly_string_new(cx, "", 0);
    if (span.step == 1) return string_slice(cx, string, span.first, span.first + span.count);
    const ly_string *s = ly_string_of(string);
    ly_text text = {0};
    for (size_t i = 0; i < span.count; i++) {
        size_t at = (size_t)((int64_t)span.first + (int64_t)i * span.step);
        size_t from = ly_string_offset(s, at), to = ly_string_offset(s, at + 1);
        ly_text_add(&text, s->data + from, to - from);
    }
    return ly_text_string(cx, &text);
}

static ly_value drop_span(ly_context *cx, ly_value string, string_span span)
{
    const ly_string *s = ly_string_of(string);
    if (span.count == 0) return ly_retain(string);
    if (span.step < 0) { /* the same characters from the front */
        span.first = (size_t)((int64_t)span.first + (int64_t)(span.count - 1) * span.step);
        span.step = -span.step;
    }
    ly_text text = {0};
    size_t at = 0;
    for (size_t i = 0; i < span.count; i++) {
        size_t index = span.first + i * (size_t)span.step;
        size_t from = ly_string_offset(s, index), to = ly_string_offset(s, index + 1);
        ly_text_add(&text, s->data + at, from - at);
        at = to;
    }
    ly_text_add(&text, s->data + at, s->bytes - at);
    return ly_text_string(cx, &text);
}

static ly_value take_one(ly_context *cx, ly_expr *call, ly_value string, ly_value spec, bool drop)
{
    string_span span;
    int64_t from = 0, to = 0;
    switch (string_read_span(spec, ly_string_of(string)->length, &span, &from, &to)) {
    case STRING_SPAN_OK:
        return drop ? drop_span(cx, string, span) : take_span(cx, string, span);
    case STRING_SPAN_OUTSIDE:
        return outside(cx, call, drop ? "drop" : "take", from, to, string);
    default:
        return LY_FAILED; /* malformed: the caller says so */
    }
}

/* {m, n, 0} and lists of lists are lists of specifications, one after the other. */
static bool list_of_specifications(ly_value spec)
{
    if (!ly_has_head(spec, LY_SYM(List))) return false;
    ly_expr *e = ly_expr_of(spec);
    string_span span;
    int64_t from, to;
    if (string_read_span(spec, 0, &span, &from, &to) != STRING_SPAN_MALFORMED) return false;
    for (size_t i = 0; i < e->count; i++)
        if (string_read_span(e->args[i], 0, &span, &from, &to) == STRING_SPAN_MALFORMED)
            return false;
    return true;
}

typedef struct taking {
    bool drop;
} taking;

static ly_value take_all(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    bool drop = ((taking *)data)->drop;
    ly_value spec = call->args[1];
    ly_builder items = ly_builder_new();
    if (drop || !list_of_specifications(spec)) {
        if (drop && ly_has_shape(spec, LY_SYM(List), 0)) return ly_retain(string);
        ly_value piece = take_one(cx, call, string, spec, drop);
        if (!ly_failed(piece) || cx->pending.kind) return piece;
        return ly_message_call(cx, call, "seqs", 2, ly_from_object(call), LY_INT(2));
    }
    for (size_t i = 0; i < ly_expr_of(spec)->count; i++) {
        ly_value one = ly_expr_of(spec)->args[i], piece = take_one(cx, call, string, one, false);
        if (piece == LY_UNEVALUATED)
            piece = ly_make2(cx, LY_SYM(StringTake), ly_retain(string), ly_retain(one));
        if (ly_failed(piece)) {
            ly_builder_drop(cx, &items);
            return piece;
        }
        if (!ly_builder_add(cx, &items, piece)) return LY_FAILED;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

BUILTIN(StringTake, string_take, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringTake[\"string\", n] gives the first n characters; -n the last; {m, n} from m to n; "
        "{m, n, s} in steps; UpTo[n] as many as there are; a list of ranges gives a list.")
static ly_value string_take(ly_context *cx, ly_expr *call)
{
    taking data = {false};
    return string_thread(cx, call, take_all, &data);
}

BUILTIN(StringDrop, string_drop, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringDrop[\"string\", n] gives the string without its first n characters; -n the last; "
        "{m, n} without m to n.")
static ly_value string_drop(ly_context *cx, ly_expr *call)
{
    taking data = {true};
    return string_thread(cx, call, take_all, &data);
}

static ly_value take_drop(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    ly_value taken = take_one(cx, call, string, call->args[1], false);
    if (ly_failed(taken) && !cx->pending.kind)
        return ly_message_call(cx, call, "seqs", 2, ly_from_object(call), LY_INT(2));
    if (ly_failed(taken) || taken == LY_UNEVALUATED) return taken;
    ly_value rest = take_one(cx, call, string, call->args[1], true);
    if (ly_failed(rest) || rest == LY_UNEVALUATED) {
        ly_release(cx, taken);
        return rest;
    }
    return ly_make2(cx, LY_SYM(List), taken, rest);
}
BUILTIN(StringTakeDrop, string_take_drop, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringTakeDrop[\"string\", spec] gives {StringTake[…], StringDrop[…]}.")
static ly_value string_take_drop(ly_context *cx, ly_expr *call)
{
    return string_thread(cx, call, take_drop, NULL);
}

/* ---- StringPart ------------------------------------------------------------------------------ */

static ly_value one_part(ly_context *cx, ly_expr *call, ly_value string, ly_value at)
{
    int64_t n = ly_int_of(at), length = (int64_t)ly_string_of(string)->length;
    if (n == 0 || n > length || -n > length) {
        ly_value shown = quoted(cx, string);
        ly_message_call(cx, call, "partw", 2, at, shown);
        ly_release(cx, shown);
        return LY_UNEVALUATED;
    }
    size_t index = (size_t)(n < 0 ? length + n : n - 1);
    return string_slice(cx, string, index, index + 1);
}

static ly_value part_all(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    ly_value spec = call->args[1];
    if (ly_is_int(spec)) return one_part(cx, call, string, spec);
    ly_builder items = ly_builder_new();
    if (ly_has_head(spec, LY_SYM(List))) {
        for (size_t i = 0; i < ly_expr_of(spec)->count; i++) {
            ly_value at = ly_expr_of(spec)->args[i];
            ly_value part = ly_is_int(at) ? one_part(cx, call, string, at)
                                          : ly_message_call(cx, call, "pspec", 1, spec);
            if (ly_failed(part) || part == LY_UNEVALUATED) {
                ly_builder_drop(cx, &items);
                return part;
            }
            if (!ly_builder_add(cx, &items, part)) return LY_FAILED;
        }
        return ly_builder_finish(cx, &items, LY_SYM(List));
    }
    string_span span;
    int64_t from, to;
    bool whole = spec == LY_SYM(All) || ly_has_head(spec, LY_SYM(Span));
    if (!whole
        || string_read_span(spec, ly_string_of(string)->length, &span, &from, &to)
               != STRING_SPAN_OK)
        return ly_message_call(cx, call, "pspec", 1, spec);
    for (size_t i = 0; i < span.count; i++) {
        size_t at = (size_t)((int64_t)span.first + (int64_t)i * span.step);
        if (!ly_builder_add(cx, &items, string_slice(cx, string, at, at + 1))) return LY_FAILED;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}
BUILTIN(StringPart, string_part, 2, 2, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringPart[\"string\", n] gives the n-th character; {n1, n2, …} a list of characters.")
static ly_value string_part(ly_context *cx, ly_expr *call)
{
    return string_thread(cx, call, part_all, NULL);
}

/* ---- Characters, StringLength, StringReverse ------------------------------------------------- */

BUILTIN(Characters, string_characters, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "Characters[\"string\"] gives a list of the characters in the string.")
static ly_value string_characters(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    const ly_string *s = ly_string_of(call->args[0]);
    ly_expr *list = ly_expr_new(cx, LY_SYM(List), s->length);
    if (!list) return LY_FAILED;
    const char *p = s->data, *end = s->data + s->bytes;
    for (size_t i = 0; i < s->length; i++) {
        const char *from = p;
        ly_utf8_next(&p, end);
        ly_value c = ly_string_new(cx, from, (size_t)(p - from));
        if (ly_failed(c)) {
            ly_release(cx, ly_from_object(list));
            return LY_FAILED;
        }
        list->args[i] = c;
    }
    return ly_from_object(list);
}
MESSAGE(Characters, string, "String expected at position `1` in `2`.")

BUILTIN(StringLength, string_length, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "StringLength[\"string\"] gives the number of characters in a string.")
static ly_value string_length(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    return LY_INT((int64_t)ly_string_of(call->args[0])->length);
}
MESSAGE(StringLength, string, "String expected.")

BUILTIN(StringReverse, string_reverse, 1, 1, LY_LISTABLE | LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "StringReverse[\"string\"] reverses the order of the characters.")
static ly_value string_reverse(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    const ly_string *s = ly_string_of(call->args[0]);
    ly_text text = {0};
    size_t end = s->bytes;
    while (end > 0) {
        size_t from = end - 1;
        while (from > 0 && ((unsigned char)s->data[from] & 0xc0) == 0x80) from--;
        ly_text_add(&text, s->data + from, end - from);
        end = from;
    }
    return ly_text_string(cx, &text);
}

/* ---- StringPartition, rotation --------------------------------------------------------------- */

static ly_value partition(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    const int64_t *sizes = data;
    size_t length = ly_string_of(string)->length, size = (size_t)sizes[0], step = (size_t)sizes[1];
    ly_builder items = ly_builder_new();
    for (size_t at = 0; at < length; at += step) {
        size_t to = at + size;
        if (to > length) {
            if (!sizes[2]) break; /* UpTo keeps the short end */
            to = length;
        }
        if (!ly_builder_add(cx, &items, string_slice(cx, string, at, to)) || ly_poll(cx)) {
            ly_builder_drop(cx, &items);
            return LY_FAILED;
        }
        if (step > length - at) break;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}
BUILTIN(StringPartition, string_partition, 2, 3, LY_PROTECTED, LY_PURE,
        "StringPartition[\"string\", n] gives pieces of n characters; StringPartition[\"string\", "
        "n, d] "
        "at offsets of d.")
static ly_value string_partition(ly_context *cx, ly_expr *call)
{
    int64_t sizes[3] = {0};
    ly_value size = call->args[1];
    if (ly_has_shape(size, LY_SYM(UpTo), 1)) size = ly_expr_of(size)->args[0], sizes[2] = 1;
    if (!ly_is_int(size) || ly_int_of(size) <= 0)
        return ly_message_call(cx, call, "psl", 2, LY_INT(2), ly_from_object(call));
    sizes[0] = sizes[1] = ly_int_of(size);
    if (call->count == 3) {
        if (!ly_is_int(call->args[2]) || ly_int_of(call->args[2]) <= 0)
            return ly_message_call(cx, call, "psl", 2, LY_INT(3), ly_from_object(call));
        sizes[1] = ly_int_of(call->args[2]);
    }
    return string_thread(cx, call, partition, sizes);
}
MESSAGE(StringPartition, psl, "Positive machine-sized integer expected at position `1` in `2`.")

static ly_value rotate(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    int64_t length = (int64_t)ly_string_of(string)->length, by = *(int64_t *)data;
    if (length == 0) return ly_retain(string);
    by = (by % length + length) % length;
    ly_value front = string_slice(cx, string, 0, (size_t)by);
    ly_value back = string_slice(cx, string, (size_t)by, (size_t)length);
    if (!ly_failed(back) && !ly_failed(front)) {
        const ly_string *s = ly_string_of(front);
        back = ly_string_append_take(cx, back, s->data, s->bytes);
    }
    ly_release(cx, front);
    return back;
}
static ly_value rotate_call(ly_context *cx, ly_expr *call, int64_t sign)
{
    int64_t by = 1;
    if (call->count == 2) {
        if (!ly_is_int(call->args[1]))
            return ly_message_call(cx, call, "int", 2, ly_from_object(call), LY_INT(2));
        by = ly_int_of(call->args[1]);
    }
    by *= sign;
    return string_thread(cx, call, rotate, &by);
}
BUILTIN(StringRotateLeft, string_rotate_left, 1, 2, LY_PROTECTED, LY_PURE,
        "StringRotateLeft[\"string\", n] cycles the characters n positions to the left.")
static ly_value string_rotate_left(ly_context *cx, ly_expr *call)
{
    return rotate_call(cx, call, 1);
}
BUILTIN(StringRotateRight, string_rotate_right, 1, 2, LY_PROTECTED, LY_PURE,
        "StringRotateRight[\"string\", n] cycles the characters n positions to the right.")
static ly_value string_rotate_right(ly_context *cx, ly_expr *call)
{
    return rotate_call(cx, call, -1);
}
