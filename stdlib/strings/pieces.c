/* pieces.c: substrings, threading over lists of strings, and the ways in which programs name
   positions and ranges of a string. */
#include "stdlib/strings/strings.h"

ly_value string_bytes(ly_context *cx, ly_value string, size_t from, size_t to)
{
    const ly_string *s = ly_string_of(string);
    if (from == 0 && to == s->bytes) return ly_retain(string);
    return ly_string_new(cx, s->data + from, to > from ? to - from : 0);
}

ly_value string_slice(ly_context *cx, ly_value string, size_t from, size_t to)
{
    const ly_string *s = ly_string_of(string);
    if (to <= from) return ly_string_new(cx, "", 0);
    size_t begin = ly_string_offset(s, from);
    size_t end = to == s->length ? s->bytes : ly_string_offset(s, to);
    return string_bytes(cx, string, begin, end);
}

size_t string_index(const ly_string *s, size_t offset)
{
    if (s->ascii) return offset;
    size_t index = 0;
    for (size_t i = 0; i < offset; i++) index += ((unsigned char)s->data[i] & 0xc0) != 0x80;
    return index;
}

bool string_list(ly_value v)
{
    if (!ly_has_head(v, LY_SYM(List))) return false;
    for (size_t i = 0; i < ly_expr_of(v)->count; i++)
        if (!ly_is_string(ly_expr_of(v)->args[i])) return false;
    return true;
}

ly_value string_thread(ly_context *cx, ly_expr *call, string_function *one, void *data)
{
    ly_value subject = call->args[0];
    if (ly_is_string(subject)) return one(cx, call, subject, data);
    if (!string_list(subject))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    ly_builder list = ly_builder_new();
    for (size_t i = 0; i < ly_expr_of(subject)->count; i++) {
        ly_value item = one(cx, call, ly_expr_of(subject)->args[i], data);
        if (ly_failed(item) || item == LY_UNEVALUATED) {
            ly_builder_drop(cx, &list);
            return item;
        }
        if (!ly_builder_add(cx, &list, item)) return LY_FAILED;
    }
    return ly_builder_finish(cx, &list, LY_SYM(List));
}

int string_flag(ly_context *cx, ly_expr *call, size_t from, const char *name)
{
    ly_value v = ly_option(cx, call, from, name, LY_SYM(False));
    if (ly_failed(v)) return -1;
    ly_release(cx, v);
    return v == LY_SYM(True);
}

static bool is_infinity(ly_value v)
{
    return v == LY_SYM(Infinity)
           || (ly_has_shape(v, LY_SYM(DirectedInfinity), 1) && ly_expr_of(v)->args[0] == LY_INT(1));
}

bool string_limit(ly_value v, size_t *limit)
{
    if (is_infinity(v) || v == LY_SYM(All)) {
        *limit = SIZE_MAX;
        return true;
    }
    if (!ly_is_int(v) || ly_int_of(v) <= 0) return false;
    *limit = (size_t)ly_int_of(v);
    return true;
}

/* ---- ranges ---------------------------------------------------------------------------------- */

/* The number of a position from the front, where v counts from either end; false: no integer. */
static bool position(ly_value v, size_t length, int64_t *at)
{
    if (v == LY_SYM(All)) return false;
    if (!ly_is_int(v)) return false;
    int64_t n = ly_int_of(v);
    *at = n < 0 ? (int64_t)length + 1 + n : n;
    return true;
}

static string_span_status range(int64_t from, int64_t to, int64_t step, size_t length,
                                string_span *span)
{
    int64_t n = (int64_t)length;
    if (step == 0) return STRING_SPAN_MALFORMED;
    if (from >= 1 && from <= n && to >= 1 && to <= n && (to - from >= 0) == (step > 0)) {
        span->first = (size_t)(from - 1);
        span->count = (size_t)((to - from) / step) + 1;
        span->step = step;
        return STRING_SPAN_OK;
    }
    if (from >= 1 && from <= n && from == to) {
        *span = (string_span){(size_t)(from - 1), 1, step};
        return STRING_SPAN_OK;
    }
    /* nothing: {m, m - 1} */
    if (to == from - (step > 0 ? 1 : -1) && from >= 1 && from <= n + 1 && to >= 0 && to <= n) {
        *span = (string_span){(size_t)(from - 1), 0, step};
        return STRING_SPAN_OK;
    }
    return STRING_SPAN_OUTSIDE;
}

string_span_status string_read_span(ly_value spec, size_t length, string_span *span, int64_t *from,
                                    int64_t *to)
{
    int64_t n = (int64_t)length, a, b, step = 1;
    if (ly_is_int(spec)) {
        int64_t k = ly_int_of(spec);
        *from = k < 0 ? k : 1;
        *to = k < 0 ? -1 : k;
        if (k > n || -k > n) return STRING_SPAN_OUTSIDE;
        *span =
            k >= 0 ? (string_span){0, (size_t)k, 1} : (string_span){(size_t)(n + k), (size_t)-k, 1};
        return STRING_SPAN_OK;
    }
    if (spec == LY_SYM(All)) {
        *span = (string_span){0, length, 1};
        return STRING_SPAN_OK;
    }
    if (spec == LY_SYM(None)) {
        *span = (string_span){0, 0, 1};
        return STRING_SPAN_OK;
    }
    if (ly_has_shape(spec, LY_SYM(UpTo), 1)) {
        ly_value most = ly_expr_of(spec)->args[0];
        if (is_infinity(most)) {
            *span = (string_span){0, length, 1};
            return STRING_SPAN_OK;
        }
        if (!ly_is_int(most) || ly_int_of(most) < 0) return STRING_SPAN_MALFORMED;
        int64_t k = ly_int_of(most);
        *span = (string_span){0, (size_t)(k < n ? k : n), 1};
        return STRING_SPAN_OK;
    }
    if (ly_has_head(spec, LY_SYM(Span))) {
        ly_expr *e = ly_expr_of(spec);
        if (e->count < 2 || e->count > 3) return STRING_SPAN_MALFORMED;
        if (e->count == 3 && (!ly_is_int(e->args[2]) || (step = ly_int_of(e->args[2])) == 0))
            return STRING_SPAN_MALFORMED;
        *from = 1, *to = -1;
        if (e->args[0] == LY_SYM(All))
            a = step > 0 ? 1 : n;
        else if (position(e->args[0], length, &a))
            *from = ly_int_of(e->args[0]);
        else
            return STRING_SPAN_MALFORMED;
        if (e->args[1] == LY_SYM(All))
            b = step > 0 ? n : 1;
        else if (position(e->args[1], length, &b))
            *to = ly_int_of(e->args[1]);
        else
            return STRING_SPAN_MALFORMED;
        return range(a, b, step, length, span);
    }
    ly_value items[3];
    size_t count;
    if (ly_has_head(spec, LY_SYM(List))) {
        count = ly_expr_of(spec)->count;
        if (count < 1 || count > 3) return STRING_SPAN_MALFORMED;
        for (size_t i = 0; i < count; i++) items[i] = ly_expr_of(spec)->args[i];
    } else if (ly_is_packed(spec) && ly_packed_of(spec)->rank == 1
               && ly_packed_of(spec)->type == LY_PACKED_INT64) {
        count = ly_packed_of(spec)->total;
        if (count < 1 || count > 3) return STRING_SPAN_MALFORMED;
        for (size_t i = 0; i < count; i++) items[i] = LY_INT(ly_packed_ints(spec)[i]);
    } else {
        return STRING_SPAN_MALFORMED;
    }
    if (!position(items[0], length, &a)) return STRING_SPAN_MALFORMED;
    *from = *to = ly_int_of(items[0]);
    b = a;
    if (count > 1) {
        if (ly_has_shape(items[1], LY_SYM(UpTo), 1) && ly_is_int(ly_expr_of(items[1])->args[0])) {
            b = ly_int_of(ly_expr_of(items[1])->args[0]);
            if (b > n) b = n;
            *to = b;
        } else if (position(items[1], length, &b)) {
            *to = ly_int_of(items[1]);
        } else {
            return STRING_SPAN_MALFORMED;
        }
    }
    if (count == 3 && (!ly_is_int(items[2]) || (step = ly_int_of(items[2])) == 0))
        return STRING_SPAN_MALFORMED;
    if (count == 3 && step > 0 && b < a - 1 && a >= 1 && a <= n && b >= 1) {
        *span = (string_span){(size_t)(a - 1), 0, step};
        return STRING_SPAN_OK;
    }
    return range(a, b, step, length, span);
}
