/* pattern.c: string patterns compiled to regular expressions.

   A pattern becomes the text of one PCRE2 regular expression. Named patterns are capture groups, a
   name's second appearance a back reference; conditions and tests are callouts, at which the
   matcher evaluates the test with the groups captured so far and backtracks where it does not hold.
   A list of rules becomes alternatives, each with a mark that tells which of them matched; so the
   leftmost match wins, and at one place the first rule.

   Compiled patterns are kept in a small cache by the expression that they came from. */
#include "stdlib/strings/pattern.h"

#include "eval/modules.h"

#include <stdio.h>
#include <stdlib.h>

MESSAGE(StringExpression, invld, "Element `1` is not a valid string or pattern element in `2`.")
MESSAGE(RegularExpression, msg, "`1` in the regular expression `2` at character `3`.")
MESSAGE(RegularExpression, maxrec, "Recursion limit exceeded; positive match might be missed.")

typedef struct compiler {
    ly_context *cx;
    ly_text out;
    string_pattern *pattern;
    uint32_t groups;  /* capture groups so far */
    uint32_t rule;    /* the one being compiled */
    bool lazy;        /* inside Shortest */
    bool abbreviated; /* strings hold the wild cards * and @ */
    ly_value culprit; /* borrowed: what is no pattern, or LY_FAILED */
    bool reported;    /* a message was given already */
} compiler;

static bool compile(compiler *c, ly_value e);

/* ---- text of the regular expression ---------------------------------------------------------- */

static void emit(compiler *c, const char *text) { ly_text_puts(&c->out, text); }

static void emit_literal(compiler *c, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte < 32 || byte == 127)
            ly_text_printf(&c->out, "\\x%02x", byte);
        else if (byte < 128 && !(byte >= '0' && byte <= '9') && !(byte >= 'a' && byte <= 'z')
                 && !(byte >= 'A' && byte <= 'Z'))
            ly_text_printf(&c->out, "\\%c", byte);
        else
            ly_text_putc(&c->out, (char)byte);
    }
}

/* StringMatchQ's abbreviations: * any characters, @ one or more but no capital letters, \ quotes.
 */
static void emit_abbreviation(compiler *c, const ly_string *s)
{
    const char *p = s->data, *end = s->data + s->bytes, *plain = p;
    while (p < end) {
        if (*p == '*' || *p == '@' || (*p == '\\' && p + 1 < end)) {
            emit_literal(c, plain, (size_t)(p - plain));
            if (*p == '\\') {
                plain = p + 1;
                ly_utf8_next(&plain, end);
                emit_literal(c, p + 1, (size_t)(plain - p - 1));
                p = plain;
                continue;
            }
            emit(c, *p == '*' ? "(?s:.*)" : "(?:(?!\\p{Lu})(?s:.))+");
            plain = p + 1;
        }
        p++;
    }
    emit_literal(c, plain, (size_t)(end - plain));
}

/* ---- variables, checks ----------------------------------------------------------------------- */

/* Room for one more item; it is made at powers of two. False: no memory, the error is pending. */
static bool grow(compiler *c, void **items, uint32_t count, size_t size)
{
    if (count & (count - 1)) return true;
    void *more = ly_remalloc(*items, (count ? count * 2 : 1) * size);
    if (more) {
        *items = more;
        return true;
    }
    c->reported = true;
    ly_raise_memory(c->cx);
    return false;
}

static uint32_t variable_group(const compiler *c, ly_value symbol)
{
    const string_pattern *p = c->pattern;
    for (uint32_t i = 0; i < p->variable_count; i++)
        if (p->variables[i].rule == c->rule && p->variables[i].symbol == symbol)
            return p->variables[i].group;
    return 0;
}

/* A callout that checks `test`: the text of the group, or, for group 0, a condition. */
static bool emit_check(compiler *c, ly_value test, uint32_t group)
{
    string_pattern *p = c->pattern;
    if (p->check_count >= STRING_EVERY_CALLOUT - 1) return false;
    if (!grow(c, (void **)&p->checks, p->check_count, sizeof *p->checks)) return false;
    p->checks[p->check_count++] = (string_check){ly_retain(test), group, c->rule};
    ly_text_printf(&c->out, "(?C%u)", p->check_count);
    return true;
}

/* ---- elements -------------------------------------------------------------------------------- */

/* The regular expression of one character that the well-known predicate accepts, or NULL. */
static const char *predicate_class(ly_value test)
{
    if (test == LY_SYM(LetterQ)) return "\\p{L}";
    if (test == LY_SYM(DigitQ)) return "[0-9]";
    if (test == LY_SYM(UpperCaseQ)) return "\\p{Lu}";
    if (test == LY_SYM(LowerCaseQ)) return "\\p{Ll}";
    return NULL;
}

#define NUMBER_STRING "[-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)"

static const char *named_class(ly_value symbol)
{
    static struct {
        const char *name, *text;
    } const classes[] = {
        {"LetterCharacter", "\\p{L}"},
        {"DigitCharacter", "[0-9]"},
        {"HexadecimalCharacter", "[0-9a-fA-F]"},
        {"WordCharacter", "[\\p{L}\\p{N}]"},
        {"WhitespaceCharacter", "\\s"},
        {"Whitespace", "\\s+"},
        {"PunctuationCharacter", "[[:punct:]]"},
        {"WordBoundary", "\\b"},
        {"StartOfString", "\\A"},
        {"EndOfString", "\\z"},
        {"StartOfLine", "(?m:^)"},
        {"EndOfLine", "(?m:$)"},
        {"NumberString", NUMBER_STRING},
    };
    const char *name = ly_symbol_name(symbol);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(classes[i].name, name) == 0) return classes[i].text;
    return NULL;
}

static bool compile_grouped(compiler *c, ly_value e)
{
    emit(c, "(?:");
    bool ok = compile(c, e);
    emit(c, ")");
    return ok;
}

static bool compile_alternatives(compiler *c, size_t n, const ly_value *items)
{
    if (n == 0) {
        emit(c, "(?!)");
        return true;
    }
    bool characters = n > 1 && !c->abbreviated;
    for (size_t i = 0; characters && i < n; i++)
        characters = ly_is_string(items[i]) && ly_string_of(items[i])->length == 1;
    emit(c, characters ? "[" : "(?:");
    for (size_t i = 0; i < n; i++) {
        if (i && !characters) emit(c, "|");
        if (!compile(c, items[i])) return false;
    }
    emit(c, characters ? "]" : ")");
    return true;
}

static void emit_quantifier(compiler *c, const char *quantifier)
{
    emit(c, quantifier);
    if (c->lazy) emit(c, "?");
}

/* The bounds of Repeated[p], Repeated[p, n], Repeated[p, {n}], Repeated[p, {m, n}]; most -1: none.
 */
static bool repeat_bounds(ly_context *cx, const ly_expr *e, int64_t *least, int64_t *most)
{
    *most = -1;
    if (e->count == 1) return true;
    ly_value spec = ly_unpack(cx, e->args[1]), top = spec;
    bool ok = e->count == 2;
    if (ly_has_head(spec, LY_SYM(List))) {
        const ly_expr *list = ly_expr_of(spec);
        ok = ok && (list->count == 1 || list->count == 2) && ly_to_int64(list->args[0], least);
        if (ok) top = list->args[list->count - 1];
    }
    bool open = top == LY_SYM(Infinity) || ly_has_head(top, LY_SYM(DirectedInfinity));
    ok = ok && (open || ly_to_int64(top, most));
    ly_release(cx, spec);
    return ok && *least >= 0 && *least <= 65535 && *most <= 65535 && (open || *most >= *least);
}

static void emit_bounds(compiler *c, int64_t least, int64_t most)
{
    char quantifier[48] = "*";
    if (most >= 0)
        snprintf(quantifier, sizeof quantifier, "{%d,%d}", (int)least, (int)most);
    else if (least == 1)
        strcpy(quantifier, "+");
    else if (least > 1)
        snprintf(quantifier, sizeof quantifier, "{%d,}", (int)least);
    emit_quantifier(c, quantifier);
}

/* p.. and its kin. A name inside stands for the same text each time: the first time p is a group
   that binds it, and then p again, which refers back. */
static bool compile_repeated(compiler *c, ly_expr *e, int64_t least)
{
    int64_t most;
    if (e->count < 1 || !repeat_bounds(c->cx, e, &least, &most)) return false;
    uint32_t names = c->pattern->variable_count;
    size_t start = c->out.count;
    emit(c, "(?:");
    if (!compile_grouped(c, e->args[0])) return false;
    if (c->out.failed) return true; /* said when the whole is compiled */
    if (c->pattern->variable_count == names) {
        memmove(c->out.data + start, c->out.data + start + 3, c->out.count - start - 3);
        c->out.count -= 3;
        emit_bounds(c, least, most);
        return true;
    }
    if (most == 0) return false;
    if (!compile_grouped(c, e->args[0])) return false;
    emit_bounds(c, least ? least - 1 : 0, most > 0 ? most - 1 : most);
    emit(c, ")");
    if (least == 0) emit_quantifier(c, "?");
    return true;
}

static bool compile_named(compiler *c, ly_expr *e)
{
    if (e->count != 2 || !ly_is_symbol(e->args[0])) return false;
    uint32_t group = variable_group(c, e->args[0]);
    if (group) {
        ly_text_printf(&c->out, "\\g{%u}", group);
        return true;
    }
    string_pattern *p = c->pattern;
    group = ++c->groups;
    if (!grow(c, (void **)&p->variables, p->variable_count, sizeof *p->variables)) return false;
    p->variables[p->variable_count++] = (string_variable){ly_retain(e->args[0]), group, c->rule};
    emit(c, "(");
    bool ok = compile(c, e->args[1]);
    emit(c, ")");
    return ok;
}

/* _?test, __?test (every character), x_?test, p?test (all of its text) */
static bool compile_test(compiler *c, ly_value p, ly_value test)
{
    const char *class = predicate_class(test);
    bool one = ly_has_shape(p, LY_SYM(Blank), 0), some = ly_has_shape(p, LY_SYM(BlankSequence), 0),
         any = ly_has_shape(p, LY_SYM(BlankNullSequence), 0);
    if (one || some || any) {
        if (!one) emit(c, "(?:");
        if (class) {
            emit(c, class);
        } else {
            emit(c, "((?s:.))");
            if (!emit_check(c, test, ++c->groups)) return false;
        }
        if (!one) emit(c, ")"), emit_quantifier(c, some ? "+" : "*");
        return true;
    }
    if (ly_has_shape(p, LY_SYM(Pattern), 2) && !variable_group(c, ly_expr_of(p)->args[0])) {
        /* the test belongs inside, where it sees each character of x__ */
        ly_value inner = ly_make2(c->cx, LY_SYM(PatternTest), ly_retain(ly_expr_of(p)->args[1]),
                                  ly_retain(test));
        ly_value named = ly_make2(c->cx, LY_SYM(Pattern), ly_retain(ly_expr_of(p)->args[0]), inner);
        bool ok = compile_named(c, ly_expr_of(named));
        ly_release(c->cx, named);
        return ok;
    }
    uint32_t group = ++c->groups;
    emit(c, "(");
    bool ok = compile(c, p);
    emit(c, ")");
    return ok && emit_check(c, test, group);
}

/* DatePattern[{"Year", "Month", …}], DatePattern[{…}, separator] */
static bool compile_date(compiler *c, ly_expr *e)
{
    static struct {
        const char *name, *text;
    } const elements[] = {
        {"Year", "(?:[0-9]{4}|[0-9]{2,3})"},
        {"YearShort", "[0-9]{2}"},
        {"Month", "(?:1[0-2]|0?[1-9])"},
        {"MonthShort", "(?:1[0-2]|[1-9])"},
        {"MonthName",
         "(?i:January|February|March|April|May|June|July|August|September|October|November|"
         "December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"},
        {"MonthNameShort", "(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"},
        {"Day", "(?:3[01]|[12][0-9]|0?[1-9])"},
        {"DayShort", "(?:3[01]|[12][0-9]|[1-9])"},
        {"DayName",
         "(?i:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mon|Tue|Wed|Thu|Fri|"
         "Sat|Sun)"},
        {"DayNameShort", "(?i:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"},
        {"Hour", "(?:2[0-4]|1[0-9]|0?[0-9])"},
        {"Hour12", "(?:1[0-2]|0?[0-9])"},
        {"Hour24", "(?:2[0-4]|1[0-9]|0?[0-9])"},
        {"AMPM", "(?i:am|pm)"},
        {"Minute", "[0-5]?[0-9]"},
        {"Second", "[0-5]?[0-9](?:\\.[0-9]*)?"},
    };
    if (e->count < 1 || e->count > 2 || !ly_has_head(e->args[0], LY_SYM(List))) return false;
    ly_expr *list = ly_expr_of(e->args[0]);
    bool before = false; /* the element before this one was a date element */
    emit(c, "(?:");
    for (uint32_t i = 0; i < list->count; i++) {
        if (!ly_is_string(list->args[i])) {
            if (!compile(c, list->args[i])) return false;
            before = false;
            continue;
        }
        const char *text = NULL;
        for (size_t k = 0; k < sizeof elements / sizeof *elements && !text; k++)
            if (ly_string_is(list->args[i], elements[k].name)) text = elements[k].text;
        if (text) {
            if (before && e->count == 2) {
                if (!compile_grouped(c, e->args[1])) return false;
            } else if (before) {
                emit(c, "[-/:.\\\\ ]");
            }
            emit(c, text);
        } else if (!compile(c, list->args[i])) {
            return false;
        }
        before = text != NULL;
    }
    emit(c, ")");
    return true;
}

/* Capture groups of a regular expression that stands by itself; -1: it is not valid. */
static int regex_groups(compiler *c, ly_value text)
{
    int error;
    PCRE2_SIZE place;
    const ly_string *s = ly_string_of(text);
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)s->data, s->bytes, PCRE2_UTF | PCRE2_UCP, &error, &place,
                      string_patterns(c->cx)->compile);
    if (!code) {
        PCRE2_UCHAR words[160];
        pcre2_get_error_message(error, words, sizeof words);
        ly_value why = ly_string_from(c->cx, (const char *)words), at = LY_INT((int64_t)place);
        ly_message(c->cx, LY_SYM(RegularExpression), "msg", 3, why, text, at);
        ly_release(c->cx, why);
        c->reported = true;
        return -1;
    }
    uint32_t count = 0;
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &count);
    pcre2_code_free(code);
    return (int)count;
}

/* The regular expression with its back references counted from the groups before it. */
static void emit_regex(compiler *c, const char *text, size_t count, uint32_t before)
{
    for (size_t i = 0; i < count; i++) {
        if (text[i] != '\\' || i + 1 >= count) {
            ly_text_putc(&c->out, text[i]);
            continue;
        }
        char next = text[++i];
        if (before && next >= '1' && next <= '9')
            ly_text_printf(&c->out, "\\g{%u}", before + (uint32_t)(next - '0'));
        else
            ly_text_printf(&c->out, "\\%c", next);
    }
}

static bool compile_regex(compiler *c, ly_expr *e)
{
    if (e->count != 1 || !ly_is_string(e->args[0])) return false;
    int groups = regex_groups(c, e->args[0]);
    if (groups < 0) return false;
    const ly_string *s = ly_string_of(e->args[0]);
    c->pattern->rules[c->rule].dollars = true;
    emit(c, "(?:");
    emit_regex(c, s->data, s->bytes, c->groups);
    c->groups += (uint32_t)groups;
    emit(c, ")");
    return true;
}

static bool compile_expression(compiler *c, ly_expr *e)
{
    ly_value head = e->head;
    if (head == LY_SYM(StringExpression) || head == LY_SYM(PatternSequence)) {
        for (uint32_t i = 0; i < e->count; i++)
            if (!compile(c, e->args[i])) return false;
        return true;
    }
    if (head == LY_SYM(Alternatives) || head == LY_SYM(List))
        return compile_alternatives(c, e->count, e->args);
    if (head == LY_SYM(Blank) && e->count == 0) return emit(c, "(?s:.)"), true;
    if (head == LY_SYM(BlankSequence) && e->count == 0)
        return emit(c, "(?s:."), emit_quantifier(c, "+"), emit(c, ")"), true;
    if (head == LY_SYM(BlankNullSequence) && e->count == 0)
        return emit(c, "(?s:."), emit_quantifier(c, "*"), emit(c, ")"), true;
    if (head == LY_SYM(Pattern)) return compile_named(c, e);
    if (head == LY_SYM(Repeated)) return compile_repeated(c, e, 1);
    if (head == LY_SYM(RepeatedNull)) return compile_repeated(c, e, 0);
    if (head == LY_SYM(PatternTest) && e->count == 2)
        return compile_test(c, e->args[0], e->args[1]);
    if (head == LY_SYM(Condition) && e->count == 2)
        return compile_grouped(c, e->args[0]) && emit_check(c, e->args[1], 0);
    if (head == LY_SYM(Except) && (e->count == 1 || e->count == 2)) {
        emit(c, "(?!");
        if (!compile(c, e->args[0])) return false;
        emit(c, ")");
        if (e->count == 1) return emit(c, "(?s:.)"), true;
        return compile_grouped(c, e->args[1]);
    }
    if ((head == LY_SYM(Shortest) || head == LY_SYM(Longest)) && e->count >= 1 && e->count <= 2) {
        bool lazy = c->lazy;
        c->lazy = head == LY_SYM(Shortest);
        bool ok = compile_grouped(c, e->args[0]);
        c->lazy = lazy;
        return ok;
    }
    if (head == LY_SYM(RegularExpression)) return compile_regex(c, e);
    if ((head == LY_SYM(HoldPattern) || head == LY_SYM(Verbatim)) && e->count == 1) {
        bool abbreviated = c->abbreviated;
        c->abbreviated = abbreviated && head == LY_SYM(HoldPattern);
        bool ok = compile(c, e->args[0]);
        c->abbreviated = abbreviated;
        return ok;
    }
    if (head == LY_SYM(DatePattern)) return compile_date(c, e);
    return false;
}

typedef struct deeper {
    compiler *c;
    ly_value e;
    bool ok;
} deeper;
static void *compile_deeper(ly_context *cx, void *argument)
{
    deeper *d = argument;
    (void)cx;
    d->ok = compile(d->c, d->e);
    return d;
}

/* Adds the regular expression of e; false when something inside is no string pattern. */
static bool compile(compiler *c, ly_value e)
{
    if (ly_stack_low(c->cx)) {
        deeper d = {c, e, false};
        return ly_on_new_stack(c->cx, compile_deeper, &d) && d.ok;
    }
    bool ok = false;
    if (ly_is_string(e)) {
        const ly_string *s = ly_string_of(e);
        if (c->abbreviated)
            emit_abbreviation(c, s);
        else
            emit_literal(c, s->data, s->bytes);
        return true;
    }
    if (ly_is_symbol(e)) {
        const char *class = named_class(e);
        if (class) {
            emit(c, class);
            ok = true;
        }
    } else if (ly_is_expr(e)) {
        /* abbreviations hold for a string by itself, or for each of some alternatives */
        bool abbreviated = c->abbreviated;
        ly_value head = ly_expr_of(e)->head;
        if (head != LY_SYM(Alternatives) && head != LY_SYM(List) && head != LY_SYM(HoldPattern))
            c->abbreviated = false;
        ok = compile_expression(c, ly_expr_of(e));
        c->abbreviated = abbreviated;
    }
    if (!ok && ly_failed(c->culprit)) c->culprit = e;
    return ok;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool is_rule(ly_value e)
{
    return ly_has_shape(e, LY_SYM(Rule), 2) || ly_has_shape(e, LY_SYM(RuleDelayed), 2);
}

static bool compile_rule(compiler *c, ly_value e)
{
    string_pattern *p = c->pattern;
    if (!grow(c, (void **)&p->rules, p->rule_count, sizeof *p->rules)) return false;
    string_rule *rule = &p->rules[c->rule = p->rule_count++];
    *rule = (string_rule){.rhs = LY_FAILED, .first_group = c->groups + 1};
    bool ok;
    if (is_rule(e) && p->flags & STRING_RULES) {
        ly_expr *parts = ly_expr_of(e);
        ly_value rhs = parts->args[1];
        rule->delayed = parts->head == LY_SYM(RuleDelayed);
        emit(c, "(?:");
        ok = compile(c, parts->args[0]);
        emit(c, ")");
        if (ok && rule->delayed && ly_has_shape(rhs, LY_SYM(Condition), 2)) {
            ok = emit_check(c, ly_expr_of(rhs)->args[1], 0);
            rhs = ly_expr_of(rhs)->args[0];
        }
        p->rules[c->rule].rhs = ly_retain(rhs);
    } else {
        ok = compile(c, e);
    }
    p->rules[c->rule].last_group = c->groups;
    return ok;
}

static bool compile_all(compiler *c, ly_value source)
{
    unsigned flags = c->pattern->flags;
    if (flags & (STRING_WHOLE | STRING_AT_START)) emit(c, "\\A");
    emit(c, "(?:");
    bool list = ly_has_head(source, LY_SYM(List));
    size_t n = list ? ly_expr_of(source)->count : 1;
    const ly_value *items = list ? ly_expr_of(source)->args : &source;
    if (n == 0) {
        ly_value nothing = ly_make0(c->cx, LY_SYM(Alternatives));
        bool ok = compile_rule(c, nothing);
        ly_release(c->cx, nothing);
        if (!ok) return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (i) emit(c, "|");
        if (n > 1) ly_text_printf(&c->out, "(*MARK:%zu)", i);
        if (!compile_rule(c, items[i])) return false;
    }
    emit(c, ")");
    if (flags & (STRING_WHOLE | STRING_AT_END)) emit(c, "\\z");
    if (flags & STRING_EVERY) ly_text_printf(&c->out, "(?C%d)", STRING_EVERY_CALLOUT);
    return true;
}

/* ---- the cache ------------------------------------------------------------------------------- */

static void *take_memory(size_t size, void *data) { return ly_malloc(size); }
static void give_memory(void *memory, void *data) { ly_free(memory); }

struct ly_string_patterns *string_patterns(ly_context *cx)
{
    struct ly_string_patterns *all = cx->string_patterns;
    if (all) return all;
    all = cx->string_patterns = ly_calloc(1, sizeof *cx->string_patterns);
    /* code that is compiled with this, and what belongs to it, has small memory always */
    all->memory = pcre2_general_context_create(take_memory, give_memory, NULL);
    all->compile = pcre2_compile_context_create(all->memory);
    return all;
}

static void pattern_free(ly_context *cx, string_pattern *p)
{
    for (uint32_t i = 0; i < p->rule_count; i++) ly_release(cx, p->rules[i].rhs);
    for (uint32_t i = 0; i < p->variable_count; i++) ly_release(cx, p->variables[i].symbol);
    for (uint32_t i = 0; i < p->check_count; i++) ly_release(cx, p->checks[i].test);
    ly_release(cx, p->source);
    ly_release(cx, p->literal);
    if (p->code) pcre2_code_free(p->code);
    ly_free(p->rules);
    ly_free(p->variables);
    ly_free(p->checks);
    ly_free(p);
}

void string_pattern_release(ly_context *cx, string_pattern *pattern)
{
    if (pattern && --pattern->count == 0) pattern_free(cx, pattern);
}

void ly_string_patterns_end(ly_context *cx)
{
    struct ly_string_patterns *all = cx->string_patterns;
    if (!all) return;
    for (size_t i = 0; i < STRING_CACHE; i++) string_pattern_release(cx, all->slots[i]);
    if (all->stack) pcre2_jit_stack_free(all->stack);
    if (all->match_context) pcre2_match_context_free(all->match_context);
    pcre2_compile_context_free(all->compile);
    pcre2_general_context_free(all->memory);
    ly_free(all);
    cx->string_patterns = NULL;
}

static string_pattern *pattern_new(ly_context *cx, ly_expr *call, ly_value source, unsigned flags)
{
    string_pattern *p = ly_calloc(1, sizeof *p);
    struct ly_string_patterns *all = string_patterns(cx);
    p->count = 1;
    p->source = ly_retain(source);
    p->flags = flags;
    compiler c = {.cx = cx, .pattern = p, .abbreviated = flags & STRING_ABBREVIATED};
    ly_value only = is_rule(source) && flags & STRING_RULES ? ly_expr_of(source)->args[0] : source;
    if (ly_is_string(only) && !(flags & ~(unsigned)STRING_RULES) && ly_string_of(only)->bytes > 0)
        p->literal = ly_retain(only); /* found without a regular expression */
    bool ok = compile_all(&c, source);
    if (!ok) {
        if (!c.reported && c.culprit != LY_FAILED) {
            ly_value whole = is_rule(source) ? ly_expr_of(source)->args[0] : source;
            ly_message(cx, LY_SYM(StringExpression), "invld", 2, c.culprit, whole);
        }
    } else if (p->check_count || ly_failed(p->literal)) {
        int error;
        PCRE2_SIZE place;
        ly_release(cx, p->literal); /* a rule with a condition */
        p->literal = LY_FAILED;
        uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NO_UTF_CHECK | PCRE2_DOLLAR_ENDONLY
                           | PCRE2_DUPNAMES | PCRE2_NEVER_BACKSLASH_C;
        if (flags & STRING_IGNORE_CASE) options |= PCRE2_CASELESS;
        /* what a callout refuses, PCRE2 cannot know when it optimises */
        if (p->check_count || flags & STRING_EVERY)
            options |= PCRE2_NO_AUTO_POSSESS | PCRE2_NO_DOTSTAR_ANCHOR | PCRE2_NO_START_OPTIMIZE;
        p->code = c.out.failed ? NULL
                               : pcre2_compile((PCRE2_SPTR)c.out.data, c.out.count, options, &error,
                                               &place, all->compile);
        if (c.out.failed) {
            ly_raise_memory(cx);
        } else if (!p->code) {
            PCRE2_UCHAR words[160];
            pcre2_get_error_message(error, words, sizeof words);
            ly_value why = ly_string_from(cx, (const char *)words), at = LY_INT((int64_t)place);
            ly_message(cx, LY_SYM(RegularExpression), "msg", 3, why, source, at);
            ly_release(cx, why);
        }
    }
    ly_text_free(&c.out);
    if (!p->code && (!ok || ly_failed(p->literal))) {
        pattern_free(cx, p);
        return NULL;
    }
    return p;
}

string_pattern *string_pattern_of(ly_context *cx, ly_expr *call, ly_value pattern, unsigned flags)
{
    struct ly_string_patterns *all = string_patterns(cx);
    uint32_t slot = (ly_hash(pattern) ^ flags * 0x9e3779b9u) % STRING_CACHE;
    string_pattern *p = all->slots[slot];
    if (!p || p->flags != flags || !ly_same(p->source, pattern)) {
        p = pattern_new(cx, call, pattern, flags);
        if (!p) return NULL;
        string_pattern_release(cx, all->slots[slot]);
        all->slots[slot] = p;
    }
    p->count++;
    return p;
}
