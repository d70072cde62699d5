/* pattern.h: the inside of a compiled string pattern, for pattern.c and search.c alone. */
#ifndef LY_STRING_PATTERN_H
#define LY_STRING_PATTERN_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "stdlib/strings/strings.h"

typedef struct string_variable {
    ly_value symbol; /* owned */
    uint32_t group;
    uint32_t rule;
} string_variable;

/* A test that a callout of the regular expression evaluates. */
typedef struct string_check {
    ly_value test;  /* owned: a condition with the variables, or a function of the group's text */
    uint32_t group; /* 0: a condition */
    uint32_t rule;
} string_check;

typedef struct string_rule {
    ly_value rhs; /* owned; LY_FAILED: none */
    bool delayed;
    bool dollars; /* a RegularExpression: $1 … in the strings of the right side */
    uint32_t first_group, last_group; /* of the rule, for $1 */
} string_rule;

#define STRING_EVERY_CALLOUT 255

struct string_pattern {
    int count;       /* of holders */
    ly_value source; /* owned: the pattern as given */
    unsigned flags;
    pcre2_code *code;
    ly_value literal; /* owned: a plain string that memmem finds; else LY_FAILED */
    bool jit;         /* was compiled to machine code */
    size_t searched;  /* bytes so far: what pays for machine code */
    string_rule *rules;
    uint32_t rule_count;
    string_variable *variables;
    uint32_t variable_count;
    string_check *checks;
    uint32_t check_count;
};

/* Per context: the most recently used patterns, and the stack of machine-code matches. */
#define STRING_CACHE 64
struct ly_string_patterns {
    string_pattern *slots[STRING_CACHE];
    pcre2_jit_stack *stack;
    pcre2_match_context *match_context;
    pcre2_general_context *memory;
    pcre2_compile_context *compile;
    unsigned nested; /* searches under way: only the outermost uses the stack */
};
/* The context's record. */
struct ly_string_patterns *string_patterns(ly_context *cx);

#endif
