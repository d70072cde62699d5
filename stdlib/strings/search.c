/* search.c: matches of a compiled string pattern in a string.

   A search holds the match data of PCRE2 for one pattern and one subject, so that a test may use
   the same pattern for a string of its own. Patterns that have searched enough are compiled to
   machine code. Offsets are bytes; every match begins and ends between code points. */
#include "match/match.h"
#include "stdlib/strings/pattern.h"

#include <stdlib.h>

#define JIT_WORTH 8192 /* bytes searched before machine code pays */
#define JIT_STACK (512 * 1024)
#define HEAP_LIMIT (512 * 1024) /* KiB that backtracking may take */

size_t string_step(ly_value subject, size_t offset)
{
    const ly_string *s = ly_string_of(subject);
    offset++;
    while (offset < s->bytes && ((unsigned char)s->data[offset] & 0xc0) == 0x80) offset++;
    return offset;
}

/* ---- values of variables, right sides -------------------------------------------------------- */

static ly_value group_text(string_search *search, const size_t *groups, uint32_t count,
                           uint32_t group)
{
    if (group >= count || groups[2 * group] == PCRE2_UNSET) return ly_string_new(search->cx, "", 0);
    return string_bytes(search->cx, search->subject, groups[2 * group], groups[2 * group + 1]);
}

/* e with the variables of the rule replaced by the texts that they stand for. */
static ly_value put_variables(string_search *search, ly_value e, uint32_t rule,
                              const size_t *groups, uint32_t count)
{
    string_pattern *p = search->pattern;
    ly_value symbols[64], values[64];
    size_t n = 0;
    for (uint32_t i = 0; i < p->variable_count && n < 64; i++) {
        if (p->variables[i].rule != rule) continue;
        symbols[n] = p->variables[i].symbol;
        values[n++] = group_text(search, groups, count, p->variables[i].group);
    }
    if (n == 0) return ly_retain(e);
    ly_value result = ly_substitute_symbols(search->cx, e, n, symbols, values);
    for (size_t i = 0; i < n; i++) ly_release(search->cx, values[i]);
    return result;
}

/* "…$1…" with the groups of a regular expression put in. */
static ly_value put_groups(string_search *search, ly_value string, const string_match *match)
{
    const ly_string *s = ly_string_of(string);
    const string_rule *rule = &search->pattern->rules[match->which];
    ly_text text = {0};
    for (size_t i = 0; i < s->bytes; i++) {
        if (s->data[i] != '$' || i + 1 >= s->bytes || s->data[i + 1] < '0'
            || s->data[i + 1] > '9') {
            ly_text_putc(&text, s->data[i]);
            continue;
        }
        uint32_t number = 0;
        while (i + 1 < s->bytes && s->data[i + 1] >= '0' && s->data[i + 1] <= '9' && number < 10000)
            number = number * 10 + (uint32_t)(s->data[++i] - '0');
        size_t from = match->start, to = match->end;
        if (number > 0) {
            uint32_t group = rule->first_group + number - 1;
            if (group > rule->last_group || group >= match->group_count
                || match->groups[2 * group] == PCRE2_UNSET)
                continue;
            from = match->groups[2 * group];
            to = match->groups[2 * group + 1];
        }
        ly_text_add(&text, ly_string_of(search->subject)->data + from, to - from);
    }
    return ly_text_string(search->cx, &text);
}

typedef struct dollars {
    string_search *search;
    const string_match *match;
    ly_value e, result;
} dollars;
static ly_value put_all_groups(string_search *search, ly_value e, const string_match *match);
static void *put_deeper(ly_context *cx, void *argument)
{
    dollars *d = argument;
    (void)cx;
    d->result = put_all_groups(d->search, d->e, d->match);
    return d;
}

static ly_value put_all_groups(string_search *search, ly_value e, const string_match *match)
{
    ly_context *cx = search->cx;
    if (ly_stack_low(cx)) {
        dollars d = {search, match, e, LY_FAILED};
        return ly_on_new_stack(cx, put_deeper, &d) ? d.result : LY_FAILED;
    }
    if (ly_is_string(e))
        return memchr(ly_string_of(e)->data, '$', ly_string_of(e)->bytes)
                   ? put_groups(search, e, match)
                   : ly_retain(e);
    if (!ly_is_expr(e)) return ly_retain(e);
    ly_value result = ly_retain(e);
    for (size_t i = 0; i < ly_expr_of(e)->count; i++) {
        ly_value before = ly_expr_of(e)->args[i], after = put_all_groups(search, before, match);
        if (ly_failed(after)) {
            ly_release(cx, result);
            return after;
        }
        if (after == before)
            ly_release(cx, after);
        else
            result = ly_expr_set_take(cx, result, i, after);
    }
    return result;
}

bool string_match_has_value(const string_search *search, const string_match *match)
{
    return !ly_failed(search->pattern->rules[match->which].rhs);
}

ly_value string_match_value(string_search *search, const string_match *match)
{
    ly_context *cx = search->cx;
    string_pattern *p = search->pattern;
    string_rule *rule = &p->rules[match->which];
    if (ly_failed(rule->rhs)) return string_bytes(cx, search->subject, match->start, match->end);
    ly_value rhs =
        put_variables(search, rule->rhs, match->which, match->groups, match->group_count);
    if (rule->dollars && !ly_failed(rhs)) {
        ly_value filled = put_all_groups(search, rhs, match);
        ly_release(cx, rhs);
        rhs = filled;
    }
    if (ly_failed(rhs) || ly_is_string(rhs) || (rhs == rule->rhs && !rule->delayed)) return rhs;
    return ly_evaluate_take(cx, rhs);
}

/* ---- callouts -------------------------------------------------------------------------------- */

static int run_check(string_search *search, const string_check *check, const size_t *groups,
                     uint32_t count)
{
    ly_context *cx = search->cx;
    if (check->group) {
        ly_value text = group_text(search, groups, count, check->group);
        int answer = ly_failed(text) ? -1 : ly_test_call1(cx, check->test, text);
        ly_release(cx, text);
        return answer;
    }
    ly_value test = put_variables(search, check->test, check->rule, groups, count);
    int answer = ly_failed(test) ? -1 : ly_test(cx, test);
    ly_release(cx, test);
    return answer;
}

/* The rule that a mark names; a mark of the program's own regular expression names none. */
static uint32_t marked(const string_pattern *pattern, const unsigned char *mark)
{
    uint32_t rule = mark ? (uint32_t)strtoul((const char *)mark, NULL, 10) : 0;
    return rule < pattern->rule_count ? rule : 0;
}

/* 0: go on matching; 1: backtrack; negative: end the match. */
static int on_callout(pcre2_callout_block *block, void *data)
{
    string_search *search = data;
    if (ly_poll(search->cx)) {
        search->failed = true;
        return PCRE2_ERROR_CALLOUT;
    }
    if (block->callout_number == STRING_EVERY_CALLOUT && search->found) {
        string_match match = {search->anchor, block->current_position, marked(search->pattern, block->mark),
                              block->offset_vector, block->capture_top};
        if (search->found(search, &match, search->found_data)) return 1;
        search->stopped = true;
        return PCRE2_ERROR_CALLOUT;
    }
    if (block->callout_number == 0 || block->callout_number > search->pattern->check_count)
        return 0;
    int answer = run_check(search, &search->pattern->checks[block->callout_number - 1],
                           block->offset_vector, block->capture_top);
    if (answer < 0) {
        search->failed = true;
        return PCRE2_ERROR_CALLOUT;
    }
    return answer ? 0 : 1;
}

/* ---- searching ------------------------------------------------------------------------------- */

bool string_search_begin(ly_context *cx, string_search *search, string_pattern *pattern,
                         ly_value subject)
{
    struct ly_string_patterns *all = string_patterns(cx);
    *search = (string_search){.cx = cx, .pattern = pattern, .subject = subject};
    all->nested++;
    if (!pattern->code) return true;
    if (!all->match_context) {
        all->match_context = pcre2_match_context_create(all->memory);
        if (all->match_context) pcre2_set_heap_limit(all->match_context, HEAP_LIMIT);
    }
    pattern->searched += ly_string_of(subject)->bytes;
    if (!pattern->jit && pattern->searched > JIT_WORTH) {
        pattern->jit = true;
        pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
        if (!all->stack) all->stack = pcre2_jit_stack_create(32 * 1024, JIT_STACK, NULL);
    }
    search->data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
    if (!search->data || !all->match_context) {
        string_search_end(search);
        ly_raise_memory(cx);
        return false;
    }
    return true;
}

void string_search_end(string_search *search)
{
    string_patterns(search->cx)->nested--;
    if (search->data) pcre2_match_data_free(search->data);
    search->data = NULL;
}

static int run(string_search *search, size_t from, uint32_t options)
{
    struct ly_string_patterns *all = string_patterns(search->cx);
    const ly_string *s = ly_string_of(search->subject);
    options |= PCRE2_NO_UTF_CHECK;
    if (all->nested > 1 || !all->stack) options |= PCRE2_NO_JIT;
    pcre2_jit_stack_assign(all->match_context, NULL, all->stack);
    pcre2_set_callout(all->match_context, on_callout, search);
    int count = pcre2_match(search->pattern->code, (PCRE2_SPTR)s->data, s->bytes, from, options,
                            search->data, all->match_context);
    if (count == PCRE2_ERROR_JIT_STACKLIMIT) {
        pcre2_set_callout(all->match_context, on_callout, search);
        count = pcre2_match(search->pattern->code, (PCRE2_SPTR)s->data, s->bytes, from,
                            options | PCRE2_NO_JIT, search->data, all->match_context);
    }
    if (search->failed) return -2;
    if (count == PCRE2_ERROR_NOMEMORY) {
        ly_raise_memory(search->cx);
        search->failed = true;
        return -2;
    }
    if (count < PCRE2_ERROR_NOMATCH && !search->stopped)
        ly_message(search->cx, LY_SYM(RegularExpression), "maxrec", 0);
    return count;
}

static int next_literal(string_search *search, size_t from, string_match *match)
{
    const ly_string *s = ly_string_of(search->subject), *t = ly_string_of(search->pattern->literal);
    if (from > s->bytes) return 0;
    const char *at = memmem(s->data + from, s->bytes - from, t->data, t->bytes);
    if (!at) return 0;
    size_t start = (size_t)(at - s->data);
    *match = (string_match){.start = start, .end = start + t->bytes};
    return 1;
}

int string_search_next(string_search *search, size_t from, string_match *match)
{
    if (ly_poll(search->cx)) return -1;
    if (!search->pattern->code) return next_literal(search, from, match);
    if (from > ly_string_of(search->subject)->bytes) return 0;
    int count = run(search, from, 0);
    if (search->failed) return -1;
    if (count < 0) return 0;
    const size_t *groups = pcre2_get_ovector_pointer(search->data);
    if (groups[1] < groups[0] || groups[0] < from) return 0; /* \K in a look-ahead */
    *match =
        (string_match){groups[0], groups[1],
                       search->pattern->rule_count > 1 ? marked(search->pattern, pcre2_get_mark(search->data)) : 0,
                       groups, (uint32_t)count};
    return 1;
}

int string_search_every(string_search *search, size_t from,
                        bool (*found)(string_search *search, const string_match *match, void *data),
                        void *data)
{
    if (ly_poll(search->cx)) return -1;
    search->found = found;
    search->found_data = data;
    search->anchor = from;
    search->stopped = false;
    run(search, from, PCRE2_ANCHORED);
    return search->failed ? -1 : 0;
}

int string_test(ly_context *cx, string_pattern *pattern, ly_value subject)
{
    string_search search;
    string_match match;
    if (!string_search_begin(cx, &search, pattern, subject)) return -1;
    int answer = string_search_next(&search, 0, &match);
    string_search_end(&search);
    return answer;
}

/* ---- one match after the other --------------------------------------------------------------- */

bool string_overlaps_option(ly_context *cx, ly_expr *call, size_t from, string_overlaps fallback,
                            string_overlaps *overlaps)
{
    ly_value v = ly_option(cx, call, from, "Overlaps", LY_SYM(Automatic));
    if (ly_failed(v)) return false;
    *overlaps = v == LY_SYM(Automatic) ? fallback
                : v == LY_SYM(True)    ? STRING_OVERLAPS_STARTS
                : v == LY_SYM(All)     ? STRING_OVERLAPS_ALL
                                       : STRING_OVERLAPS_NONE;
    ly_release(cx, v);
    return true;
}

typedef struct every {
    bool (*found)(string_search *search, const string_match *match, void *data);
    void *data;
    size_t *ends; /* seen at this place: each extent counts once */
    size_t count, capacity;
    bool go_on;
} every;

static bool one_extent(string_search *search, const string_match *match, void *data)
{
    every *e = data;
    for (size_t i = 0; i < e->count; i++)
        if (e->ends[i] == match->end) return true;
    if (e->count == e->capacity) {
        size_t capacity = e->capacity ? e->capacity * 2 : 16;
        size_t *ends = ly_remalloc(e->ends, capacity * sizeof *ends);
        if (!ends) {
            search->failed = true;
            ly_raise_memory(search->cx);
            return e->go_on = false;
        }
        e->ends = ends;
        e->capacity = capacity;
    }
    e->ends[e->count++] = match->end;
    return e->go_on = e->found(search, match, e->data);
}

int string_each_match(ly_context *cx, string_pattern *pattern, ly_value subject,
                      string_overlaps overlaps,
                      bool (*found)(string_search *search, const string_match *match, void *data),
                      void *data)
{
    string_search search;
    if (!string_search_begin(cx, &search, pattern, subject)) return -1;
    size_t at = 0, bytes = ly_string_of(subject)->bytes;
    int status = 0;
    if (overlaps == STRING_OVERLAPS_ALL && pattern->code) {
        every e = {.found = found, .data = data, .go_on = true};
        for (; at <= bytes && status == 0 && e.go_on; at = string_step(subject, at)) {
            e.count = 0;
            status = string_search_every(&search, at, one_extent, &e);
        }
        ly_free(e.ends);
    } else {
        string_match match;
        while ((status = string_search_next(&search, at, &match)) == 1) {
            size_t start = match.start, end = match.end;
            if (!found(&search, &match, data)) break;
            at = overlaps != STRING_OVERLAPS_NONE || end == start ? string_step(subject, start)
                                                                  : end;
        }
        if (status == 1) status = 0;
    }
    string_search_end(&search);
    return status;
}
