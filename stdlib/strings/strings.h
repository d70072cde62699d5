/* strings.h: what the string built-ins share: pieces of strings, string patterns, and searching.

   pieces.c    substrings, threading over lists of strings, positions as programs give them
   pattern.c   string patterns compiled to regular expressions (PCRE2), and their cache
   search.c    matches of a compiled pattern in a string, one by one or all of them */
#ifndef LY_STRINGS_H
#define LY_STRINGS_H

#include "eval/context.h"
#include "eval/eval.h"
#include "value/value.h"

/* ---- pieces.c -------------------------------------------------------------------------------- */

/* The bytes from … to of a string, as a string. */
ly_value string_bytes(ly_context *cx, ly_value string, size_t from, size_t to);
/* The code points from … to (from 0, to excluded). */
ly_value string_slice(ly_context *cx, ly_value string, size_t from, size_t to);
/* Code point index of a byte offset. */
size_t string_index(const ly_string *s, size_t offset);
/* Answers call for its first argument: one(…) of a string, or of each string of a list of strings.
   Anything else gives `strse` (position 1). */
typedef ly_value string_function(ly_context *cx, ly_expr *call, ly_value string, void *data);
ly_value string_thread(ly_context *cx, ly_expr *call, string_function *one, void *data);
/* v is a list of strings alone. */
bool string_list(ly_value v);
/* True, when the option is True in the call's options (from argument `from` on). -1: failed. */
int string_flag(ly_context *cx, ly_expr *call, size_t from, const char *name);
/* A limit argument: positive machine integer, Infinity or All (SIZE_MAX). False: none of these. */
bool string_limit(ly_value v, size_t *limit);
ly_value string_from_text(ly_context *cx, ly_text *text);

/* A sequence specification as Take and StringTake have: n, -n, {n}, {m, n}, {m, n, step}, m;;n;;s,
   UpTo[n], All, None. On success the selection is count code points from first (from 0) in steps.
 */
typedef struct string_span {
    size_t first, count;
    int64_t step;
} string_span;
typedef enum string_span_status {
    STRING_SPAN_OK,
    STRING_SPAN_OUTSIDE, /* well formed, but not within the string; from, to say what was asked */
    STRING_SPAN_MALFORMED,
} string_span_status;
string_span_status string_read_span(ly_value spec, size_t length, string_span *span, int64_t *from,
                                    int64_t *to);

/* ---- pattern.c ------------------------------------------------------------------------------- */

enum {
    STRING_IGNORE_CASE = 1,
    STRING_WHOLE = 2,        /* the match must be the whole string */
    STRING_AT_START = 4,     /* … begin where the string begins */
    STRING_AT_END = 8,       /* … end where it ends */
    STRING_ABBREVIATED = 16, /* StringMatchQ: * and @ in strings are wild cards */
    STRING_EVERY = 32,       /* for string_search_every: all ways to match are wanted */
    STRING_RULES = 64, /* the pattern is a rule or list of rules (patterns alone: no right side) */
};

typedef struct string_pattern string_pattern;
/* The compiled pattern, counted; NULL when `pattern` is none (the message is given). */
string_pattern *string_pattern_of(ly_context *cx, ly_expr *call, ly_value pattern, unsigned flags);
void string_pattern_release(ly_context *cx, string_pattern *pattern);

/* ---- search.c -------------------------------------------------------------------------------- */

typedef struct string_match {
    size_t start, end;    /* byte offsets */
    uint32_t which;       /* number of the rule */
    const size_t *groups; /* pairs of byte offsets; SIZE_MAX: unset */
    uint32_t group_count;
} string_match;

typedef struct string_search {
    ly_context *cx;
    string_pattern *pattern;
    ly_value subject; /* borrowed */
    void *data;       /* pcre2_match_data */
    bool (*found)(struct string_search *search, const string_match *match, void *data);
    void *found_data;
    bool failed, stopped;
    size_t anchor;
} string_search;

bool string_search_begin(ly_context *cx, string_search *search, string_pattern *pattern,
                         ly_value subject);
void string_search_end(string_search *search);
/* The first match at or behind byte `from`: 1, 0 none, -1 an error is pending. */
int string_search_next(string_search *search, size_t from, string_match *match);
/* Every way to match that begins at byte `from` exactly (pattern compiled with STRING_EVERY), in
   the order of preference, until found says false. -1: an error is pending. */
int string_search_every(string_search *search, size_t from,
                        bool (*found)(string_search *search, const string_match *match, void *data),
                        void *data);
/* The offset behind the code point at `offset`. */
size_t string_step(ly_value subject, size_t offset);
/* The right side for a match, evaluated; for a pattern without a rule, the text that matched. */
ly_value string_match_value(string_search *search, const string_match *match);
/* The rule that matched has a right side. */
bool string_match_has_value(const string_search *search, const string_match *match);
/* 1, 0, -1: does it match anywhere (or as the flags of the pattern say)? */
int string_test(ly_context *cx, string_pattern *pattern, ly_value subject);
/* Matches one after the other by the Overlaps option. */
typedef enum string_overlaps {
    STRING_OVERLAPS_NONE,
    STRING_OVERLAPS_STARTS,
    STRING_OVERLAPS_ALL
} string_overlaps;
bool string_overlaps_option(ly_context *cx, ly_expr *call, size_t from, string_overlaps fallback,
                            string_overlaps *overlaps);
int string_each_match(ly_context *cx, string_pattern *pattern, ly_value subject,
                      string_overlaps overlaps,
                      bool (*found)(string_search *search, const string_match *match, void *data),
                      void *data);

#endif
