/* cases.c: the matches in a string: StringCases, StringCount, StringPosition. */
#include "stdlib/strings/strings.h"

typedef enum wanted { WANT_VALUES, WANT_COUNT, WANT_POSITIONS } wanted;

typedef struct collecting {
    string_pattern *pattern;
    string_overlaps overlaps;
    wanted want;
    size_t limit, count;
    ly_builder items;
    size_t known_byte, known_index; /* a place whose code point index is known */
    bool failed;
} collecting;

static size_t index_of(collecting *c, const ly_string *s, size_t byte)
{
    if (s->ascii) return byte;
    size_t from = c->known_byte, index = c->known_index;
    if (byte < from) from = index = 0;
    for (; from < byte; from++) index += ((unsigned char)s->data[from] & 0xc0) != 0x80;
    c->known_byte = byte;
    c->known_index = index;
    return index;
}

static bool collect(string_search *search, const string_match *match, void *data)
{
    collecting *c = data;
    c->count++;
    if (c->want != WANT_COUNT) {
        ly_value item;
        if (c->want == WANT_VALUES) {
            item = string_match_value(search, match);
        } else {
            const ly_string *s = ly_string_of(search->subject);
            size_t from = index_of(c, s, match->start), to = index_of(c, s, match->end);
            item =
                ly_make2(search->cx, LY_SYM(List), LY_INT((int64_t)from + 1), LY_INT((int64_t)to));
        }
        if (ly_failed(item) || !ly_builder_add(search->cx, &c->items, item)) {
            c->failed = true;
            return false;
        }
    }
    return c->count < c->limit;
}

static ly_value collect_one(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    collecting *c = data;
    c->count = 0;
    c->items = ly_builder_new();
    c->known_byte = c->known_index = 0;
    if (string_each_match(cx, c->pattern, string, c->overlaps, collect, c) < 0 || c->failed) {
        ly_builder_drop(cx, &c->items);
        return LY_FAILED;
    }
    if (c->want == WANT_COUNT) return LY_INT((int64_t)c->count);
    return ly_builder_finish(cx, &c->items, LY_SYM(List));
}

static ly_value collect_call(ly_context *cx, ly_expr *call, wanted want, string_overlaps fallback)
{
    size_t options = ly_option_start(call, 2);
    collecting c = {.want = want, .limit = SIZE_MAX};
    int ignore = string_flag(cx, call, options, "IgnoreCase");
    if (ignore < 0 || !string_overlaps_option(cx, call, options, fallback, &c.overlaps))
        return LY_FAILED;
    if (options > 3 || (options == 3 && want == WANT_COUNT)) return LY_UNEVALUATED;
    if (options == 3 && !string_limit(call->args[2], &c.limit))
        return ly_message_call(cx, call, "innf", 2, LY_INT(3), ly_from_object(call));
    if (!ly_is_string(call->args[0]) && !string_list(call->args[0]))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    unsigned flags = ignore ? STRING_IGNORE_CASE : 0;
    if (c.overlaps == STRING_OVERLAPS_ALL) flags |= STRING_EVERY;
    if (want == WANT_VALUES) flags |= STRING_RULES;
    c.pattern = string_pattern_of(cx, call, call->args[1], flags);
    if (!c.pattern) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    ly_value result = string_thread(cx, call, collect_one, &c);
    string_pattern_release(cx, c.pattern);
    return result;
}

BUILTIN(StringCases, string_cases, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST,
    "StringCases[\"string\", patt] gives a list of the substrings that match; patt -> rhs or "
    "patt :> rhs gives the values of rhs instead; StringCases[\"string\", patt, n] the first n.")
static ly_value string_cases(ly_context *cx, ly_expr *call)
{
    return collect_call(cx, call, WANT_VALUES, STRING_OVERLAPS_NONE);
}
BUILTIN(StringCount, string_count, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringCount[\"string\", patt] counts the substrings that match.")
static ly_value string_count(ly_context *cx, ly_expr *call)
{
    return collect_call(cx, call, WANT_COUNT, STRING_OVERLAPS_NONE);
}
BUILTIN(StringPosition, string_position, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringPosition[\"string\", patt] gives {start, end} for each substring that matches; "
        "StringPosition[\"string\", patt, n] for the first n.")
static ly_value string_position(ly_context *cx, ly_expr *call)
{
    return collect_call(cx, call, WANT_POSITIONS, STRING_OVERLAPS_STARTS);
}
