/* split.c: strings cut at matches: StringSplit, StringExtract. */
#include "stdlib/strings/strings.h"

MESSAGE(StringExtract, loc, "Block extraction specification `1` is not valid.")
MESSAGE(StringSplit, pos, "Positive integer, All or Infinity expected at position `1` in `2`.")

typedef struct splitting {
    string_pattern *pattern;
    size_t limit;   /* of pieces */
    bool keep_ends; /* empty pieces at the ends stay */
    size_t at, cuts;
    bool begun; /* something stands in the list already */
    ly_builder items;
    bool failed;
} splitting;

/* Consumes item. */
static bool add(ly_context *cx, splitting *s, ly_value item)
{
    s->begun = true;
    s->failed = ly_failed(item) || !ly_builder_add(cx, &s->items, item);
    return !s->failed;
}

static bool cut(string_search *search, const string_match *match, void *data)
{
    splitting *s = data;
    ly_context *cx = search->cx;
    size_t bytes = ly_string_of(search->subject)->bytes;
    /* an empty match cuts nothing off at the beginning and the end */
    if (match->start == match->end && (match->start == s->at || match->end == bytes)) return true;
    if ((match->start > s->at || s->begun || s->keep_ends)
        && !add(cx, s, string_bytes(cx, search->subject, s->at, match->start)))
        return false;
    s->at = match->end;
    if (string_match_has_value(search, match) && !add(cx, s, string_match_value(search, match)))
        return false;
    return ++s->cuts + 1 < s->limit;
}

static ly_value without_empty_end(ly_context *cx, ly_builder *items)
{
    size_t n = ly_builder_count(items);
    ly_value list = ly_builder_finish(cx, items, LY_SYM(List));
    if (ly_failed(list)) return list;
    size_t kept = n;
    while (kept > 0) {
        ly_value last = ly_expr_of(list)->args[kept - 1];
        if (!ly_is_string(last) || ly_string_of(last)->bytes) break;
        kept--;
    }
    if (kept == n) return list;
    ly_expr *shorter = ly_expr_new(cx, LY_SYM(List), kept);
    for (size_t i = 0; shorter && i < kept; i++)
        shorter->args[i] = ly_retain(ly_expr_of(list)->args[i]);
    ly_release(cx, list);
    return shorter ? ly_from_object(shorter) : LY_FAILED;
}

static ly_value split_one(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    splitting *s = data;
    s->at = s->cuts = 0;
    s->begun = false;
    s->items = ly_builder_new();
    size_t bytes = ly_string_of(string)->bytes;
    if (s->limit > 1
        && (string_each_match(cx, s->pattern, string, STRING_OVERLAPS_NONE, cut, s) < 0
            || s->failed)) {
        ly_builder_drop(cx, &s->items);
        return LY_FAILED;
    }
    if (s->keep_ends ? bytes > 0 : s->at < bytes) {
        if (!add(cx, s, string_bytes(cx, string, s->at, bytes))) return LY_FAILED;
        return ly_builder_finish(cx, &s->items, LY_SYM(List));
    }
    return without_empty_end(cx, &s->items);
}

BUILTIN(StringSplit, string_split, 1, -1, LY_PROTECTED, LY_PURE,
    "StringSplit[\"string\"] splits at white space; StringSplit[\"string\", patt] at matches; "
    "patt -> val puts val in place of each match; a third argument limits the number of pieces.")
static ly_value string_split(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, call->count > 1 ? 2 : 1);
    splitting s = {.limit = SIZE_MAX};
    int ignore = string_flag(cx, call, options, "IgnoreCase");
    if (ignore < 0) return LY_FAILED;
    if (options > 3) return LY_UNEVALUATED;
    if (options == 3) {
        if (!string_limit(call->args[2], &s.limit))
            return ly_message_call(cx, call, "pos", 2, LY_INT(3), ly_from_object(call));
        s.keep_ends = s.limit != SIZE_MAX || call->args[2] == LY_SYM(All);
    }
    if (!ly_is_string(call->args[0]) && !string_list(call->args[0]))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    s.pattern = string_pattern_of(cx, call, options > 1 ? call->args[1] : LY_SYM(Whitespace),
                                  STRING_RULES | (ignore ? STRING_IGNORE_CASE : 0));
    if (!s.pattern) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    ly_value result = string_thread(cx, call, split_one, &s);
    string_pattern_release(cx, s.pattern);
    return result;
}

/* ---- StringExtract --------------------------------------------------------------------------- */

static ly_value extract(ly_context *cx, ly_expr *call, ly_value string, uint32_t level);

static ly_value one_block(ly_context *cx, ly_expr *call, ly_expr *blocks, ly_value at,
                          uint32_t level)
{
    int64_t n = ly_int_of(at), count = blocks->count;
    if (n < 0) n += count + 1;
    if (n < 1 || n > count)
        return ly_make2(cx, LY_SYM(Missing), ly_string_from(cx, "PartAbsent"), ly_retain(at));
    return extract(cx, call, blocks->args[n - 1], level + 1);
}

static ly_value some_blocks(ly_context *cx, ly_expr *call, ly_expr *blocks, ly_value at,
                            uint32_t level)
{
    ly_builder items = ly_builder_new();
    int64_t first = 1, last = blocks->count, step = 1, count = blocks->count;
    if (ly_has_head(at, LY_SYM(List))) {
        for (size_t i = 0; i < ly_expr_of(at)->count; i++) {
            ly_value place = ly_expr_of(at)->args[i];
            ly_value item = ly_is_int(place) ? one_block(cx, call, blocks, place, level)
                                             : ly_message_call(cx, call, "loc", 1, at);
            if (ly_failed(item) || item == LY_UNEVALUATED) {
                ly_builder_drop(cx, &items);
                return item;
            }
            if (!ly_builder_add(cx, &items, item)) return LY_FAILED;
        }
        return ly_builder_finish(cx, &items, LY_SYM(List));
    }
    if (ly_has_head(at, LY_SYM(Span)) && ly_expr_of(at)->count >= 2) {
        ly_expr *span = ly_expr_of(at);
        if (ly_is_int(span->args[0])) first = ly_int_of(span->args[0]);
        if (ly_is_int(span->args[1])) last = ly_int_of(span->args[1]);
        if (span->count > 2 && ly_is_int(span->args[2])) step = ly_int_of(span->args[2]);
        if (first < 0) first += count + 1;
        if (last < 0) last += count + 1;
        if (first < 1) first = 1;
        if (last > count) last = count;
        if (first > count) first = count; /* a range behind the end gives the last block */
        if (step < 1) return ly_message_call(cx, call, "loc", 1, at);
    } else if (at != LY_SYM(All)) {
        return ly_message_call(cx, call, "loc", 1, at);
    }
    for (int64_t i = first; i >= 1 && i <= last; i += step) {
        ly_value item = extract(cx, call, blocks->args[i - 1], level + 1);
        if (ly_failed(item) || item == LY_UNEVALUATED) {
            ly_builder_drop(cx, &items);
            return item;
        }
        if (!ly_builder_add(cx, &items, item)) return LY_FAILED;
    }
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

/* Cuts string as the level-th specification says, and takes the blocks that it names. */
static ly_value extract(ly_context *cx, ly_expr *call, ly_value string, uint32_t level)
{
    if (level + 1 >= call->count) return ly_retain(string);
    ly_value spec = call->args[level + 1], separator = LY_SYM(Whitespace), at = spec;
    if (ly_has_shape(spec, LY_SYM(Rule), 2)) {
        separator = ly_expr_of(spec)->args[0];
        at = ly_expr_of(spec)->args[1];
    }
    splitting s = {.limit = SIZE_MAX};
    s.pattern = string_pattern_of(cx, call, separator, 0);
    if (!s.pattern) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    ly_value blocks = split_one(cx, call, string, &s);
    string_pattern_release(cx, s.pattern);
    if (ly_failed(blocks)) return blocks;
    at = ly_unpack(cx, at);
    ly_value result = ly_is_int(at) ? one_block(cx, call, ly_expr_of(blocks), at, level)
                                    : some_blocks(cx, call, ly_expr_of(blocks), at, level);
    ly_release(cx, at);
    ly_release(cx, blocks);
    return result;
}

static ly_value extract_one(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    return extract(cx, call, string, 0);
}
BUILTIN(StringExtract, string_extract, 2, -1, LY_PROTECTED, LY_PURE,
        "StringExtract[\"string\", n] gives the n-th block between white space; "
        "StringExtract[\"string\", sep -> n, …] between separators, and blocks of blocks.")
static ly_value string_extract(ly_context *cx, ly_expr *call)
{
    return string_thread(cx, call, extract_one, NULL);
}
