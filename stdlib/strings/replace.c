/* replace.c: parts of strings replaced: StringReplace, StringReplaceList, StringReplacePart,
   StringDelete, StringTrim. */
#include "stdlib/strings/strings.h"

MESSAGE(StringReplace, srep, "`1` is not a valid string replacement rule.")
MESSAGE(StringReplaceList, srep, "`1` is not a valid string replacement rule.")
MESSAGE(StringReplacePart, repart, "Cannot replace positions `1` through `2` in `3`.")
MESSAGE(StringReplacePart, string, "String expected at position `1` in `2`.")

/* Pieces that become one string where all are strings, else a StringExpression. */
typedef struct pieces {
    ly_text text;     /* strings since the last piece that is none */
    ly_builder items; /* used once a piece is no string */
    bool mixed;
} pieces;

static void add_bytes(pieces *p, const char *bytes, size_t count)
{
    ly_text_add(&p->text, bytes, count);
}

static bool flush(ly_context *cx, pieces *p)
{
    if (p->text.count == 0) return true;
    ly_value string = ly_text_string(cx, &p->text);
    p->text = (ly_text){0};
    return !ly_failed(string) && ly_builder_add(cx, &p->items, string);
}

/* Consumes v. */
static bool add_value(ly_context *cx, pieces *p, ly_value v)
{
    if (ly_failed(v)) return false;
    if (ly_is_string(v)) {
        const ly_string *s = ly_string_of(v);
        add_bytes(p, s->data, s->bytes);
        ly_release(cx, v);
        return !p->text.failed;
    }
    p->mixed = true;
    return flush(cx, p) && ly_builder_add(cx, &p->items, v);
}

static ly_value finish(ly_context *cx, pieces *p)
{
    if (!p->mixed) return ly_text_string(cx, &p->text);
    if (!flush(cx, p)) return LY_FAILED;
    return ly_builder_finish(cx, &p->items, LY_SYM(StringExpression));
}

static ly_value give_up(ly_context *cx, pieces *p)
{
    ly_text_free(&p->text);
    ly_builder_drop(cx, &p->items);
    return LY_FAILED;
}

/* ---- StringReplace, StringDelete ------------------------------------------------------------- */

typedef struct replacing {
    string_pattern *pattern;
    size_t limit, count;
    size_t at; /* bytes before this were copied */
    pieces out;
    bool delete, failed;
} replacing;

static bool replace_match(string_search *search, const string_match *match, void *data)
{
    replacing *r = data;
    const ly_string *s = ly_string_of(search->subject);
    add_bytes(&r->out, s->data + r->at, match->start - r->at);
    r->at = match->end;
    if (!r->delete &&!add_value(search->cx, &r->out, string_match_value(search, match))) {
        r->failed = true;
        return false;
    }
    return ++r->count < r->limit;
}

static ly_value replace_one(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    replacing *r = data;
    r->count = r->at = 0;
    r->out = (pieces){.items = ly_builder_new()};
    if (string_each_match(cx, r->pattern, string, STRING_OVERLAPS_NONE, replace_match, r) < 0
        || r->failed)
        return give_up(cx, &r->out);
    if (r->count == 0) return ly_retain(string);
    const ly_string *s = ly_string_of(string);
    add_bytes(&r->out, s->data + r->at, s->bytes - r->at);
    return finish(cx, &r->out);
}

static bool is_rule(ly_value v)
{
    return ly_has_shape(v, LY_SYM(Rule), 2) || ly_has_shape(v, LY_SYM(RuleDelayed), 2);
}

/* The rules of an association as a list of rules; others retained. */
static ly_value rules_of(ly_context *cx, ly_value v)
{
    if (!ly_is_association(v)) return ly_retain(v);
    ly_builder items = ly_builder_new();
    const ly_entry *entry;
    for (uint32_t at = 0; (entry = ly_association_next(ly_association_of(v), &at));)
        if (!ly_builder_add(cx, &items, ly_entry_rule(cx, entry))) return LY_FAILED;
    return ly_builder_finish(cx, &items, LY_SYM(List));
}

static bool all_rules(ly_value v)
{
    if (is_rule(v)) return true;
    if (!ly_has_head(v, LY_SYM(List))) return false;
    for (size_t i = 0; i < ly_expr_of(v)->count; i++)
        if (!is_rule(ly_expr_of(v)->args[i])) return false;
    return true;
}

BUILTIN(StringReplace, string_replace, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST,
    "StringReplace[\"string\", s -> t] replaces the substrings that match s; a list of rules is "
    "tried in order at each place; StringReplace[\"string\", rules, n] replaces the first n.")
static ly_value string_replace(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 2);
    replacing r = {.limit = SIZE_MAX};
    int ignore = string_flag(cx, call, options, "IgnoreCase");
    if (ignore < 0) return LY_FAILED;
    if (options > 3) return LY_UNEVALUATED;
    if (options == 3 && !string_limit(call->args[2], &r.limit))
        return ly_message_call(cx, call, "innf", 2, LY_INT(3), ly_from_object(call));
    if (!ly_is_string(call->args[0]) && !string_list(call->args[0]))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    ly_value rules = rules_of(cx, call->args[1]);
    if (ly_failed(rules)) return rules;
    if (!all_rules(rules)) {
        ly_release(cx, rules);
        return ly_message_call(cx, call, "srep", 1, call->args[1]);
    }
    r.pattern =
        string_pattern_of(cx, call, rules, STRING_RULES | (ignore ? STRING_IGNORE_CASE : 0));
    ly_release(cx, rules);
    if (!r.pattern) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    ly_value result = string_thread(cx, call, replace_one, &r);
    string_pattern_release(cx, r.pattern);
    return result;
}

BUILTIN(StringDelete, string_delete, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringDelete[\"string\", patt] deletes the substrings that match.")
static ly_value string_delete(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 2);
    replacing r = {.limit = SIZE_MAX, .delete = true};
    int ignore = string_flag(cx, call, options, "IgnoreCase");
    if (ignore < 0) return LY_FAILED;
    if (options > 2) return LY_UNEVALUATED;
    if (!ly_is_string(call->args[0]) && !string_list(call->args[0]))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    r.pattern = string_pattern_of(cx, call, call->args[1], ignore ? STRING_IGNORE_CASE : 0);
    if (!r.pattern) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    ly_value result = string_thread(cx, call, replace_one, &r);
    string_pattern_release(cx, r.pattern);
    return result;
}

/* ---- StringReplaceList ----------------------------------------------------------------------- */

typedef struct listing {
    string_pattern *pattern;
    size_t limit;
    ly_builder items;
    bool failed;
} listing;

static bool list_match(string_search *search, const string_match *match, void *data)
{
    listing *l = data;
    const ly_string *s = ly_string_of(search->subject);
    pieces out = {.items = ly_builder_new()};
    add_bytes(&out, s->data, match->start);
    bool ok = add_value(search->cx, &out, string_match_value(search, match));
    if (ok) add_bytes(&out, s->data + match->end, s->bytes - match->end);
    ly_value item = ok ? finish(search->cx, &out) : give_up(search->cx, &out);
    if (ly_failed(item) || !ly_builder_add(search->cx, &l->items, item)) {
        l->failed = true;
        return false;
    }
    return ly_builder_count(&l->items) < l->limit;
}

static ly_value list_one(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    listing *l = data;
    l->items = ly_builder_new();
    if (string_each_match(cx, l->pattern, string, STRING_OVERLAPS_ALL, list_match, l) < 0
        || l->failed) {
        ly_builder_drop(cx, &l->items);
        return LY_FAILED;
    }
    return ly_builder_finish(cx, &l->items, LY_SYM(List));
}

BUILTIN(StringReplaceList, string_replace_list, 2, -1, LY_PROTECTED, LY_OPERATOR_LAST,
        "StringReplaceList[\"string\", rules] gives the strings that replacing one match in every "
        "possible way leads to.")
static ly_value string_replace_list(ly_context *cx, ly_expr *call)
{
    size_t options = ly_option_start(call, 2);
    listing l = {.limit = SIZE_MAX};
    int ignore = string_flag(cx, call, options, "IgnoreCase");
    if (ignore < 0) return LY_FAILED;
    if (options > 3) return LY_UNEVALUATED;
    if (options == 3 && !string_limit(call->args[2], &l.limit))
        return ly_message_call(cx, call, "innf", 2, LY_INT(3), ly_from_object(call));
    if (!ly_is_string(call->args[0]) && !string_list(call->args[0]))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    if (!all_rules(call->args[1])) return ly_message_call(cx, call, "srep", 1, call->args[1]);
    if (ly_has_shape(call->args[1], LY_SYM(List), 0)) return ly_retain(call->args[0]);
    l.pattern = string_pattern_of(cx, call, call->args[1],
                                  STRING_RULES | STRING_EVERY | (ignore ? STRING_IGNORE_CASE : 0));
    if (!l.pattern) return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
    ly_value result = string_thread(cx, call, list_one, &l);
    string_pattern_release(cx, l.pattern);
    return result;
}

/* ---- StringReplacePart ----------------------------------------------------------------------- */

typedef struct part {
    size_t from, to; /* code points, to excluded */
    ly_value text;   /* borrowed */
} part;

static bool read_range(ly_value v, size_t length, part *p)
{
    if (!ly_has_shape(v, LY_SYM(List), 2)) return false;
    ly_value a = ly_expr_of(v)->args[0], b = ly_expr_of(v)->args[1];
    if (!ly_is_int(a) || !ly_is_int(b)) return false;
    int64_t n = (int64_t)length, from = ly_int_of(a), to = ly_int_of(b);
    if (from < 0) from += n + 1;
    if (to < 0) to += n + 1;
    if (from < 1 || to > n || to < from - 1) return false;
    p->from = (size_t)from - 1;
    p->to = (size_t)to;
    return true;
}

static ly_value replace_parts(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    const ly_string *s = ly_string_of(string);
    ly_value spec = call->args[2], with = call->args[1];
    bool single = ly_has_shape(spec, LY_SYM(List), 2) && ly_is_int(ly_expr_of(spec)->args[0]);
    size_t n = single ? 1 : ly_expr_of(spec)->count;
    if (ly_has_head(with, LY_SYM(List)) && ly_expr_of(with)->count != n) return LY_UNEVALUATED;
    part *parts = ly_buffer_alloc(cx, (n + 1) * sizeof *parts);
    if (!parts) return LY_FAILED;
    for (size_t i = 0; i < n; i++) {
        ly_value range = single ? spec : ly_expr_of(spec)->args[i];
        parts[i].text = ly_is_string(with) ? with : ly_expr_of(with)->args[i];
        if (!read_range(range, s->length, &parts[i])) {
            ly_buffer_free(cx, parts);
            if (!ly_has_shape(range, LY_SYM(List), 2)) return LY_UNEVALUATED;
            ly_value shown = ly_make1(cx, LY_SYM(InputForm), ly_retain(string));
            ly_message_call(cx, call, "repart", 3, ly_expr_of(range)->args[0],
                            ly_expr_of(range)->args[1], shown);
            ly_release(cx, shown);
            return LY_UNEVALUATED;
        }
    }
    for (size_t i = 1; i < n; i++) /* few parts: insertion sort by place */
        for (size_t k = i; k > 0 && parts[k - 1].from > parts[k].from; k--) {
            part swap = parts[k];
            parts[k] = parts[k - 1];
            parts[k - 1] = swap;
        }
    ly_text text = {0};
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        if (parts[i].from < at) continue; /* overlaps what was replaced */
        size_t from = ly_string_offset(s, at), to = ly_string_offset(s, parts[i].from);
        ly_text_add(&text, s->data + from, to - from);
        ly_text_add(&text, ly_string_of(parts[i].text)->data, ly_string_of(parts[i].text)->bytes);
        at = parts[i].to;
    }
    size_t rest = ly_string_offset(s, at);
    ly_text_add(&text, s->data + rest, s->bytes - rest);
    ly_buffer_free(cx, parts);
    return ly_text_string(cx, &text);
}

BUILTIN(StringReplacePart, string_replace_part, 3, 3, LY_PROTECTED, LY_PURE,
    "StringReplacePart[\"string\", snew, {m, n}] replaces the characters m through n; with a list "
    "of ranges each of them, by the corresponding one of a list of strings.")
static ly_value string_replace_part(ly_context *cx, ly_expr *call)
{
    if (!ly_is_string(call->args[1]) && !string_list(call->args[1]))
        return ly_message_call(cx, call, "string", 2, LY_INT(2), ly_from_object(call));
    if (!ly_has_head(call->args[2], LY_SYM(List))) return LY_UNEVALUATED;
    return string_thread(cx, call, replace_parts, NULL);
}

/* ---- StringTrim ------------------------------------------------------------------------------ */

static bool is_blank(uint32_t c)
{
    return (c >= 9 && c <= 13) || c == 32 || c == 0x85 || c == 0xa0 || c == 0x1680
           || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f
           || c == 0x205f || c == 0x3000;
}

static ly_value trim_blanks(ly_context *cx, ly_value string)
{
    const ly_string *s = ly_string_of(string);
    const char *p = s->data, *end = s->data + s->bytes, *first = NULL, *last = s->data;
    while (p < end) {
        const char *from = p;
        uint32_t c = ly_utf8_next(&p, end);
        if (is_blank(c)) continue;
        if (!first) first = from;
        last = p;
    }
    if (!first) return ly_string_new(cx, "", 0);
    return string_bytes(cx, string, (size_t)(first - s->data), (size_t)(last - s->data));
}

typedef struct trimming {
    string_pattern *start, *end;
} trimming;

static ly_value trim_one(ly_context *cx, ly_expr *call, ly_value string, void *data)
{
    trimming *t = data;
    if (!t->start) return trim_blanks(cx, string);
    string_search search;
    string_match match;
    size_t from = 0, to = ly_string_of(string)->bytes;
    if (!string_search_begin(cx, &search, t->start, string)) return LY_FAILED;
    int found = string_search_next(&search, 0, &match);
    if (found == 1) from = match.end;
    string_search_end(&search);
    if (found < 0) return LY_FAILED;
    ly_value rest = string_bytes(cx, string, from, to);
    if (ly_failed(rest) || !string_search_begin(cx, &search, t->end, rest)) {
        ly_release(cx, rest);
        return LY_FAILED;
    }
    found = string_search_next(&search, 0, &match);
    to = found == 1 ? match.start : ly_string_of(rest)->bytes;
    string_search_end(&search);
    ly_value result = found < 0 ? LY_FAILED : string_bytes(cx, rest, 0, to);
    ly_release(cx, rest);
    return result;
}

BUILTIN(StringTrim, string_trim, 1, 2, LY_PROTECTED, LY_PURE,
    "StringTrim[\"string\"] trims white space from both ends; StringTrim[\"string\", patt] what "
    "matches patt.")
static ly_value string_trim(ly_context *cx, ly_expr *call)
{
    trimming t = {NULL, NULL};
    if (!ly_is_string(call->args[0]) && !string_list(call->args[0]))
        return ly_message_call(cx, call, "strse", 2, LY_INT(1), ly_from_object(call));
    if (call->count == 2) {
        t.start = string_pattern_of(cx, call, call->args[1], STRING_AT_START);
        if (t.start) t.end = string_pattern_of(cx, call, call->args[1], STRING_AT_END);
        if (!t.end) {
            string_pattern_release(cx, t.start);
            return cx->pending.kind ? LY_FAILED : LY_UNEVALUATED;
        }
    }
    ly_value result = string_thread(cx, call, trim_one, &t);
    string_pattern_release(cx, t.start);
    string_pattern_release(cx, t.end);
    return result;
}
