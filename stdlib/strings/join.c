/* join.c: strings put together: StringJoin, StringRiffle, StringRepeat, padding, insertion. */
#include "stdlib/strings/strings.h"

#include <stdlib.h>

MESSAGE(StringJoin, string, "String expected at position `1` in `2`.")
MESSAGE(StringRiffle, list, "List expected at position `1` in `2`.")
MESSAGE(StringRiffle, string, "String expected at position `1` in `2`.")
MESSAGE(StringRiffle, mulsep, "Multiple separators form not allowed in `1`.")
MESSAGE(StringRiffle, sep,
        "Separator specification `1` is not a string or a list of three strings.")
MESSAGE(StringInsert, ins, "Cannot insert at position `1` in `2`.")
MESSAGE(StringInsert, psl,
        "Position specification `1` in `2` is not a machine-sized integer or a list of "
        "machine-sized integers.")
MESSAGE(StringInsert, string, "String expected at position `1` in `2`.")

/* ---- StringJoin ------------------------------------------------------------------------------ */

/* Visits the strings of nested lists; false: something is no string. */
typedef struct joiner {
    ly_value items;
    ly_value *joined; /* NULL: only look */
    bool ok;
} joiner;
static bool join_items(ly_context *cx, ly_value items, ly_value *joined);
static void *join_deeper(ly_context *cx, void *argument)
{
    joiner *j = argument;
    j->ok = join_items(cx, j->items, j->joined);
    return j;
}

static bool join_item(ly_context *cx, ly_value item, ly_value *joined)
{
    if (ly_is_string(item)) {
        if (!joined) return true;
        const ly_string *s = ly_string_of(item);
        *joined = ly_string_append_take(cx, *joined, s->data, s->bytes);
        return !ly_failed(*joined);
    }
    return ly_has_head(item, LY_SYM(List)) && join_items(cx, item, joined);
}

static bool join_items(ly_context *cx, ly_value items, ly_value *joined)
{
    if (ly_stack_low(cx)) {
        joiner j = {items, joined, false};
        return ly_on_new_stack(cx, join_deeper, &j) && j.ok;
    }
    for (size_t i = 0; i < ly_expr_of(items)->count; i++)
        if (!join_item(cx, ly_expr_of(items)->args[i], joined)) return false;
    return true;
}

BUILTIN(StringJoin, string_join, 0, -1, LY_FLAT | LY_ONE_IDENTITY | LY_PROTECTED,
        LY_EVALUATED | LY_UPDATES,
        "\"s1\"<>\"s2\"<>… or StringJoin[{\"s1\", \"s2\", …}] gives the strings joined together.")
static ly_value string_join(ly_context *cx, ly_expr *call)
{
    for (uint32_t i = 0; i < call->count; i++)
        if (!join_item(cx, call->args[i], NULL))
            return ly_message_call(cx, call, "string", 2, LY_INT(i + 1), ly_from_object(call));
    ly_value joined;
    uint32_t i = 0;
    if (call->count && ly_is_string(call->args[0]))
        joined = ly_take_arg(call, i++); /* grows in place where nobody else holds it */
    else
        joined = ly_string_new(cx, "", 0);
    for (; i < call->count; i++)
        if (ly_failed(joined) || !join_item(cx, call->args[i], &joined)) return LY_FAILED;
    return joined;
}

/* ---- StringRiffle ---------------------------------------------------------------------------- */

typedef struct separator {
    ly_value left, middle, right; /* borrowed strings */
} separator;

static bool add_string(ly_text *text, ly_value string)
{
    const ly_string *s = ly_string_of(string);
    ly_text_add(text, s->data, s->bytes);
    return !text->failed;
}

static int64_t list_depth(ly_context *cx, ly_value e)
{
    int64_t depth = 0;
    while (ly_has_head(e, LY_SYM(List)) && ly_expr_of(e)->count) {
        depth++;
        e = ly_expr_of(e)->args[0];
    }
    return depth + (ly_has_head(e, LY_SYM(List)) || ly_is_packed(e));
}

static bool riffle(ly_context *cx, ly_text *text, ly_value e, const separator *separators,
                   size_t count, size_t level, size_t levels)
{
    if (!ly_is_list(e) || level >= levels) {
        if (ly_is_string(e)) return add_string(text, e);
        ly_value string = ly_call1(cx, LY_SYM(ToString), ly_retain(e));
        if (ly_failed(string)) return false;
        if (ly_is_string(string)) add_string(text, string);
        ly_release(cx, string);
        return true;
    }
    size_t n = ly_length(e);
    if (level < count && separators[level].left) add_string(text, separators[level].left);
    for (size_t i = 0; i < n; i++) {
        if (i) {
            if (level < count) {
                add_string(text, separators[level].middle);
            } else if (level + 1 == levels) {
                ly_text_putc(text, ' ');
            } else {
                for (size_t k = level + 1; k < levels; k++) ly_text_putc(text, '\n');
            }
        }
        ly_value item = ly_element(cx, e, i);
        bool ok = riffle(cx, text, item, separators, count, level + 1, levels);
        ly_release(cx, item);
        if (!ok) return false;
    }
    if (level < count && separators[level].right) add_string(text, separators[level].right);
    return true;
}

BUILTIN(StringRiffle, string_riffle, 1, -1, LY_PROTECTED, LY_PURE,
    "StringRiffle[{s1, s2, …}] joins the strings with spaces; StringRiffle[{s1, s2, …}, sep] with "
    "sep between; {left, sep, right} puts delimiters around.")
static ly_value string_riffle(ly_context *cx, ly_expr *call)
{
    if (!ly_has_head(call->args[0], LY_SYM(List)))
        return ly_message_call(cx, call, "list", 2, LY_INT(1), ly_from_object(call));
    separator separators[16] = {0};
    size_t count = call->count - 1;
    if (count > 16) return LY_UNEVALUATED;
    for (size_t i = 0; i < count; i++) {
        ly_value v = call->args[i + 1];
        if (ly_is_string(v)) {
            separators[i].middle = v;
        } else if (ly_has_shape(v, LY_SYM(List), 3) && string_list(v)) {
            separators[i] =
                (separator){ly_expr_of(v)->args[0], ly_expr_of(v)->args[1], ly_expr_of(v)->args[2]};
        } else {
            return ly_message_call(cx, call, "string", 2, LY_INT((int64_t)i + 2),
                                   ly_from_object(call));
        }
    }
    int64_t depth = list_depth(cx, call->args[0]);
    if (depth < 1) depth = 1;
    if ((size_t)depth > 64) return LY_UNEVALUATED;
    ly_text text = {0};
    if (!riffle(cx, &text, call->args[0], separators, count, 0,
                (size_t)depth > count ? (size_t)depth : count)) {
        ly_text_free(&text);
        return LY_FAILED;
    }
    return ly_text_string(cx, &text);
}

/* ---- StringRepeat ---------------------------------------------------------------------------- */

static ly_value repeated(ly_context *cx, ly_value string, uint64_t times, uint64_t most)
{
    const ly_string *s = ly_string_of(string);
    if (s->length == 0 || times == 0) return ly_string_new(cx, "", 0);
    uint64_t whole = most / s->length, rest = most % s->length;
    if (times <= whole) whole = times, rest = 0;
    uint64_t bytes;
    if (__builtin_mul_overflow(whole, (uint64_t)s->bytes, &bytes) || bytes > (uint64_t)1 << 62)
        return ly_raise_memory(cx);
    if (bytes > LY_SMALL_BYTES && !ly_memory_can(cx, bytes + s->bytes)) return LY_FAILED;
    ly_value result = ly_string_new(cx, "", 0);
    if (whole) {
        result = ly_string_append_take(cx, result, s->data, s->bytes);
        uint64_t done = 1;
        while (!ly_failed(result) && done < whole) { /* doubling, through a copy that stays put */
            uint64_t more = done < whole - done ? done : whole - done;
            if (more > 65536 / s->bytes && more > 1) {
                uint64_t chunk = 65536 / s->bytes ? 65536 / s->bytes : 1;
                more = chunk < whole - done ? chunk : whole - done;
            }
            char buffer[65536];
            if (more * s->bytes <= sizeof buffer) {
                memcpy(buffer, ly_string_of(result)->data, more * s->bytes);
                result = ly_string_append_take(cx, result, buffer, more * s->bytes);
            } else {
                more = 1;
                result = ly_string_append_take(cx, result, s->data, s->bytes);
            }
            done += more;
            if (!ly_failed(result) && ly_poll(cx)) {
                ly_release(cx, result);
                return LY_FAILED;
            }
        }
    }
    if (rest && !ly_failed(result))
        result = ly_string_append_take(cx, result, s->data, ly_string_offset(s, rest));
    return result;
}

BUILTIN(StringRepeat, string_repeat, 2, 3, LY_PROTECTED, LY_PURE | LY_EVALUATED,
        "StringRepeat[\"str\", n] gives str n times; StringRepeat[\"str\", n, max] at most max "
        "characters of it.")
static ly_value string_repeat(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[0]))
        return ly_message_call(cx, call, "string", 2, LY_INT(1), ly_from_object(call));
    int64_t times, most = INT64_MAX;
    if (!ly_is_integer(call->args[1]) || ly_sign(call->args[1]) < 0)
        return ly_message_call(cx, call, "intp", 2, LY_INT(2), ly_from_object(call));
    if (!ly_to_int64(call->args[1], &times)) times = INT64_MAX;
    if (call->count == 3) {
        if (!ly_is_integer(call->args[2]) || ly_sign(call->args[2]) <= 0)
            return ly_message_call(cx, call, "intp", 2, LY_INT(3), ly_from_object(call));
        if (!ly_to_int64(call->args[2], &most)) most = INT64_MAX;
    }
    return repeated(cx, call->args[0], (uint64_t)times, (uint64_t)most);
}
MESSAGE(StringRepeat, string, "String expected at position `1` in `2`.")
MESSAGE(StringRepeat, intp, "Positive integer expected at position `1` in `2`.")

/* ---- padding --------------------------------------------------------------------------------- */

/* Position i of the result (from 0) takes the pad's character i mod its length, counted from the
   left for padding on the right, and from the right end for padding on the left. */
static ly_value padded(ly_context *cx, ly_value string, uint64_t width, const ly_string *pad,
                       bool left)
{
    const ly_string *s = ly_string_of(string);
    if (width <= s->length)
        return left ? string_slice(cx, string, s->length - width, s->length)
                    : string_slice(cx, string, 0, width);
    if (width > LY_SMALL_BYTES && !ly_memory_can(cx, width)) return LY_FAILED;
    uint64_t missing = width - s->length;
    uint64_t at =
        left ? (pad->length - width % pad->length) % pad->length : s->length % pad->length;
    ly_text text = {0};
    if (!left) ly_text_add(&text, s->data, s->bytes);
    for (uint64_t i = 0; i < missing && !text.failed;
         i++, at = at + 1 == pad->length ? 0 : at + 1) {
        size_t from = ly_string_offset(pad, at), to = ly_string_offset(pad, at + 1);
        ly_text_add(&text, pad->data + from, to - from);
        if ((i & 4095) == 0 && ly_poll(cx)) {
            ly_text_free(&text);
            return LY_FAILED;
        }
    }
    if (left) ly_text_add(&text, s->data, s->bytes);
    return ly_text_string(cx, &text);
}

static ly_value pad_side(ly_context *cx, ly_expr *call, bool left)
{
    ly_value subject = call->args[0];
    bool list = ly_has_head(subject, LY_SYM(List));
    if (!ly_is_string(subject) && !string_list(subject))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    uint64_t width = 0;
    if (call->count > 1 && call->args[1] != LY_SYM(Automatic)) {
        if (!ly_is_int(call->args[1]) || ly_int_of(call->args[1]) < 0)
            return ly_message_call(cx, call, "intnm", 2, ly_from_object(call), LY_INT(2));
        width = (uint64_t)ly_int_of(call->args[1]);
    } else if (list) {
        for (size_t i = 0; i < ly_expr_of(subject)->count; i++) {
            const ly_string *s = ly_string_of(ly_expr_of(subject)->args[i]);
            if (s->length > width) width = s->length;
        }
    } else {
        return ly_message_call(cx, call, "list", 2, LY_INT(1), ly_from_object(call));
    }
    ly_value pad = call->count > 2 ? ly_retain(call->args[2]) : ly_string_new(cx, " ", 1), result;
    if (!ly_is_string(pad) || ly_string_of(pad)->length == 0) {
        ly_release(cx, pad);
        return ly_message_call(cx, call, "string", 2, LY_INT(3), ly_from_object(call));
    }
    if (!list) {
        result = padded(cx, subject, width, ly_string_of(pad), left);
    } else {
        ly_builder items = ly_builder_new();
        for (size_t i = 0; i < ly_expr_of(subject)->count; i++) {
            ly_value item =
                padded(cx, ly_expr_of(subject)->args[i], width, ly_string_of(pad), left);
            if (ly_failed(item) || !ly_builder_add(cx, &items, item)) {
                ly_builder_drop(cx, &items);
                ly_release(cx, pad);
                return LY_FAILED;
            }
        }
        result = ly_builder_finish(cx, &items, LY_SYM(List));
    }
    ly_release(cx, pad);
    return result;
}

BUILTIN(StringPadLeft, string_pad_left, 1, 3, LY_PROTECTED, LY_PURE,
    "StringPadLeft[\"str\", n] makes a string of length n by padding with spaces on the left, or "
    "dropping; StringPadLeft[\"str\", n, \"pad\"] pads with pad; a list alone is padded to its "
    "longest.")
static ly_value string_pad_left(ly_context *cx, ly_expr *call) { return pad_side(cx, call, true); }
BUILTIN(StringPadRight, string_pad_right, 1, 3, LY_PROTECTED, LY_PURE,
    "StringPadRight[\"str\", n] makes a string of length n by padding with spaces on the right.")
static ly_value string_pad_right(ly_context *cx, ly_expr *call)
{
    return pad_side(cx, call, false);
}
MESSAGE(StringPadLeft, list, "List of strings expected at position `1` in `2`.")
MESSAGE(StringPadRight, list, "List of strings expected at position `1` in `2`.")
MESSAGE(StringPadLeft, string, "Nonempty string expected at position `1` in `2`.")
MESSAGE(StringPadRight, string, "Nonempty string expected at position `1` in `2`.")

/* ---- StringInsert ---------------------------------------------------------------------------- */

/* The index (from 0) that a position of StringInsert means; false: outside. */
static bool insert_place(ly_value v, size_t length, size_t *place)
{
    if (!ly_is_int(v)) return false;
    int64_t n = ly_int_of(v), length_ = (int64_t)length;
    if (n < 0) n += length_ + 2;
    if (ly_int_of(v) == 0 || n < 1 || n > length_ + 1) return false;
    *place = (size_t)n - 1;
    return true;
}

static int compare_places(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return x < y ? -1 : x > y;
}

static ly_value insert_one(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    const ly_string *s = ly_string_of(string), *piece = ly_string_of(call->args[1]);
    ly_value at = call->args[2];
    size_t n = ly_is_int(at) ? 1 : ly_expr_of(at)->count;
    size_t *places = ly_buffer_alloc(cx, (n + 1) * sizeof *places);
    if (!places) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        ly_value v = ly_is_int(at) ? at : ly_expr_of(at)->args[i];
        if (!insert_place(v, s->length, &places[i])) {
            ly_buffer_free(cx, places);
            return ly_message_call(cx, call, "ins", 2, v, string);
        }
    }
    qsort(places, n, sizeof *places, compare_places);
    ly_text text = {0};
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        size_t to = ly_string_offset(s, places[i]);
        ly_text_add(&text, s->data + from, to - from);
        ly_text_add(&text, piece->data, piece->bytes);
        from = to;
    }
    ly_text_add(&text, s->data + from, s->bytes - from);
    ly_buffer_free(cx, places);
    return ly_text_string(cx, &text);
}

BUILTIN(StringInsert, string_insert, 3, 3, LY_PROTECTED, LY_PURE,
    "StringInsert[\"string\", \"snew\", n] inserts snew at position n; negative n counts from the "
    "end; StringInsert[\"string\", \"snew\", {n1, n2, …}] at each of these positions.")
static ly_value string_insert(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[1]))
        return ly_message_call(cx, call, "string", 2, LY_INT(2), ly_from_object(call));
    ly_value at = call->args[2];
    bool ok = ly_is_int(at) || ly_has_head(at, LY_SYM(List));
    for (size_t i = 0; ok && ly_is_expr(at) && i < ly_expr_of(at)->count; i++)
        ok = ly_is_int(ly_expr_of(at)->args[i]);
    if (!ok) return ly_message_call(cx, call, "psl", 2, at, ly_from_object(call));
    return string_thread(cx, call, insert_one, NULL);
}
