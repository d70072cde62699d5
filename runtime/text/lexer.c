/* lexer.c: a source cut into tokens.

   White space and comments are skipped; a token knows whether a line end came before it, since at
   top level that ends an input. \[Name], \:hhhh and the like stand for their characters wherever
   they occur outside strings. */
#include "text/lexer.h"

#include <string.h>

/* ---- characters ------------------------------------------------------------------------------- */

static inline bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
static inline bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '$';
}
static inline bool is_hex(unsigned char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static uint32_t hex_value(const char *text, size_t count)
{
    uint32_t value = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)text[i];
        value = value * 16 + (is_digit(c) ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}

/* A character written as an escape (\[Name], \:hhhh, \.hh, \|hhhhhh, \ooo) at text: its code point
   and length; 0 where there is none. *unknown: the name has no character. */
static uint32_t escaped_character(const char *text, size_t count, size_t *length, bool *unknown)
{
    *unknown = false;
    if (count < 3 || text[0] != '\\') return 0;
    size_t digits = 0;
    switch (text[1]) {
    case '[': {
        size_t end = 2;
        while (end < count && (is_letter((unsigned char)text[end]) || is_digit((unsigned char)text[end])))
            end++;
        if (end >= count || text[end] != ']') return 0;
        *length = end + 1;
        uint32_t code_point = ly_character_named(text + 2, end - 2);
        *unknown = code_point == 0;
        return code_point;
    }
    case ':': digits = 4; break;
    case '.': digits = 2; break;
    case '|': digits = 6; break;
    default:
        if (count >= 4 && text[1] >= '0' && text[1] <= '7' && text[2] >= '0' && text[2] <= '7' &&
            text[3] >= '0' && text[3] <= '7') {
            *length = 4;
            return (uint32_t)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
        }
        return 0;
    }
    if (count < 2 + digits) return 0;
    for (size_t i = 0; i < digits; i++)
        if (!is_hex((unsigned char)text[2 + i])) return 0;
    *length = 2 + digits;
    uint32_t code_point = hex_value(text + 2, digits);
    return code_point <= 0x10ffff ? code_point : 0;
}

static size_t encode_utf8(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* Length of the UTF-8 character at text, or 0 where the bytes are none. */
static size_t utf8_length(const char *text, size_t count)
{
    unsigned char c = (unsigned char)text[0];
    size_t length = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : (c & 0xf0) == 0xe0 ? 3
                  : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    if (length > count) return 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80) return 0;
    if (length == 3 && c == 0xe0 && (unsigned char)text[1] < 0xa0) return 0;
    if (length == 3 && c == 0xed && (unsigned char)text[1] >= 0xa0) return 0;
    if (length == 4 && c == 0xf0 && (unsigned char)text[1] < 0x90) return 0;
    if (length == 4 && c == 0xf4 && (unsigned char)text[1] >= 0x90) return 0;
    return length;
}

typedef enum character_class {
    LETTER,   /* part of names */
    ALONE,    /* a name by itself: Pi, Infinity … */
    OPERATOR,
    BRACKET,
    SPACE,
    NEWLINE,
    COMMA,
} character_class;

static const struct {
    const char *character, *name;
} letters_alone[] = {
    {"π", "Pi"},     {"∞", "Infinity"}, {"°", "Degree"},        {"\uF74D", "E"},
    {"\uF74E", "I"}, {"\uF74F", "I"},   {"\uF3A0", "Null"},
};

static const struct {
    const char *character;
    ly_bracket bracket;
    bool closing;
} brackets[] = {
    {"〚", LY_DOUBLE_SQUARE, false},  {"〛", LY_DOUBLE_SQUARE, true},
    {"⟦", LY_DOUBLE_SQUARE, false},  {"⟧", LY_DOUBLE_SQUARE, true},
    {"\uF113", LY_ASSOCIATION_BRACKET, false}, {"\uF114", LY_ASSOCIATION_BRACKET, true},
    {"\u2329", LY_ANGLE, false},     {"\u232A", LY_ANGLE, true},
    {"⟨", LY_ANGLE, false},          {"⟩", LY_ANGLE, true},
    {"⌊", LY_FLOOR, false},          {"⌋", LY_FLOOR, true},
    {"⌈", LY_CEILING, false},        {"⌉", LY_CEILING, true},
    {"\uF603", LY_BAR, false},       {"\uF604", LY_BAR, true},
    {"\uF605", LY_DOUBLE_BAR, false}, {"\uF606", LY_DOUBLE_BAR, true},
};

const char *ly_bracket_text(ly_bracket bracket, bool closing)
{
    static const char *const ascii[][2] = {{"(", ")"}, {"[", "]"}, {"{", "}"}, {"<|", "|>"}};
    if (bracket <= LY_ASSOCIATION_BRACKET) return ascii[bracket][closing];
    if (bracket == LY_BOXES) return closing ? "\\)" : "\\(";
    for (size_t i = 0; i < sizeof brackets / sizeof brackets[0]; i++)
        if (brackets[i].bracket == bracket && brackets[i].closing == closing)
            return brackets[i].character;
    return "";
}

/* What the character of code point c (not ASCII; its UTF-8 is given) is outside strings. */
static character_class class_of(uint32_t c, const char *utf8, size_t length, size_t *index)
{
    if (c == 0xa0 || (c >= 0x2000 && c <= 0x200b) || c == 0x202f || c == 0x205f || c == 0x3000 ||
        c == 0xfeff || c == 0x2060 || c == 0xf360 || (c >= 0xf380 && c <= 0xf384) || c == 0xf3ad ||
        c == 0xf3b1 || c == 0xf760)
        return SPACE;
    if (c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0xf3a3 || c == 0xf76e || c == 0xf76f)
        return NEWLINE;
    if (c == 0xf765) return COMMA;
    for (*index = 0; *index < sizeof brackets / sizeof brackets[0]; ++*index)
        if (!strncmp(brackets[*index].character, utf8, length) &&
            brackets[*index].character[length] == 0)
            return BRACKET;
    for (*index = 0; *index < sizeof letters_alone / sizeof letters_alone[0]; ++*index)
        if (!strncmp(letters_alone[*index].character, utf8, length) &&
            letters_alone[*index].character[length] == 0)
            return ALONE;
    if (ly_spelling_at(utf8, length)) return OPERATOR;
    return LETTER;
}

/* ---- white space ------------------------------------------------------------------------------ */

static void skip_comment(ly_lexer *lexer)
{
    const char *text = lexer->source->text;
    size_t count = lexer->source->count, begin = lexer->position, depth = 0, at = begin;
    while (at < count) {
        const char *next = memchr(text + at, '*', count - at);
        /* the opening "(*" and the closing "*)" both contain a star */
        if (!next) break;
        at = (size_t)(next - text);
        if (at > begin && text[at - 1] == '(') {
            depth++;
            at++;
        } else if (at + 1 < count && text[at + 1] == ')') {
            at += 2;
            if (--depth == 0) {
                lexer->position = at;
                return;
            }
        } else
            at++;
    }
    ly_diagnose(lexer->diagnostics, begin, begin + 2,
                "this comment has no end; expected \"*)\"");
    lexer->incomplete = true;
    lexer->position = count;
}

static void skip_space(ly_lexer *lexer, ly_token *token)
{
    const char *text = lexer->source->text;
    size_t count = lexer->source->count;
    token->newline_before = token->space_before = false;
    for (;;) {
        size_t at = lexer->position;
        if (at >= count) return;
        unsigned char c = (unsigned char)text[at];
        if (c == ' ' || c == '\t' || c == '\f' || c == '\v') {
            lexer->position++;
        } else if (c == '\n' || c == '\r') {
            token->newline_before = true;
            lexer->position++;
        } else if (c == '(' && at + 1 < count && text[at + 1] == '*') {
            skip_comment(lexer);
        } else if (c == '\\' && at + 1 < count && (text[at + 1] == '\n' || text[at + 1] == '\r')) {
            lexer->position += 2; /* a continued line */
            if (text[at + 1] == '\r' && at + 2 < count && text[at + 2] == '\n') lexer->position++;
        } else if (c == '\\' || c >= 0x80) {
            size_t length = 0, index;
            bool unknown;
            char utf8[8] = "";
            uint32_t code_point;
            if (c == '\\') {
                code_point = escaped_character(text + at, count - at, &length, &unknown);
                if (!code_point) return;
                if (code_point == ' ' || code_point == '\t' || code_point == '\n' ||
                    code_point == '\r') {
                    token->newline_before |= code_point == '\n' || code_point == '\r';
                    lexer->position += length;
                    token->space_before = true;
                    continue;
                }
                if (code_point < 0x80) return;
                encode_utf8(code_point, utf8);
            } else {
                length = utf8_length(text + at, count - at);
                if (!length) return;
                memcpy(utf8, text + at, length);
                const char *p = utf8;
                code_point = ly_utf8_next(&p, utf8 + length);
            }
            character_class class = class_of(code_point, utf8, strlen(utf8), &index);
            if (class == NEWLINE) token->newline_before = true;
            else if (class != SPACE) return;
            lexer->position += length;
        } else
            return;
        token->space_before = true;
    }
}

/* ---- tokens ----------------------------------------------------------------------------------- */

/* The end of a number that begins at offset `at`. */
static size_t number_end(const ly_lexer *lexer, size_t at)
{
    const char *text = lexer->source->text;
    size_t count = lexer->source->count;
#define CHAR(i) ((i) < count ? (unsigned char)text[i] : 0)
    size_t begin = at;
    bool letters = false;
    while (is_digit(CHAR(at))) at++;
    if (at > begin && CHAR(at) == '^' && CHAR(at + 1) == '^' &&
        (is_digit(CHAR(at + 2)) || (is_letter(CHAR(at + 2)) && CHAR(at + 2) != '$'))) {
        at += 2;
        letters = true;
    }
#define IS_NUMERAL(c) (is_digit(c) || (letters && is_letter(c) && (c) != '$'))
    while (IS_NUMERAL(CHAR(at))) at++;
    if (CHAR(at) == '.' && CHAR(at + 1) != '.') {
        at++;
        while (IS_NUMERAL(CHAR(at))) at++;
    }
#undef IS_NUMERAL
    if (CHAR(at) == '`') {
        size_t mark = at + 1;
        bool accuracy = CHAR(mark) == '`';
        if (accuracy) mark++;
        size_t digits = mark;
        if (CHAR(digits) == '-' || CHAR(digits) == '+') digits++;
        bool any = is_digit(CHAR(digits)) || (CHAR(digits) == '.' && is_digit(CHAR(digits + 1)));
        if (any) {
            while (is_digit(CHAR(digits))) digits++;
            if (CHAR(digits) == '.' && CHAR(digits + 1) != '.') {
                digits++;
                while (is_digit(CHAR(digits))) digits++;
            }
            at = digits;
        } else
            at = mark;
    }
    if (CHAR(at) == '*' && CHAR(at + 1) == '^') {
        size_t digits = at + 2;
        if (CHAR(digits) == '-' || CHAR(digits) == '+') digits++;
        if (is_digit(CHAR(digits))) {
            while (is_digit(CHAR(digits))) digits++;
            at = digits;
        }
    }
#undef CHAR
    return at;
}

/* Reads a name from offset `at`, contexts included; true if there is one. Where it has escapes its
   text is put into the lexer's buffer. */
static bool scan_name(ly_lexer *lexer, size_t at, size_t *end, const char **name, size_t *count)
{
    const char *text = lexer->source->text;
    size_t limit = lexer->source->count, begin = at, part = 0; /* part: characters since the last ` */
    bool copied = false;
    for (;;) {
        unsigned char c = at < limit ? (unsigned char)text[at] : 0;
        if (is_letter(c) || (is_digit(c) && part > 0)) {
            if (copied) ly_text_putc(&lexer->name, (char)c);
            at++;
            part++;
            continue;
        }
        if (c == '`') {
            unsigned char next = at + 1 < limit ? (unsigned char)text[at + 1] : 0;
            if (!is_letter(next) && next != '\\' && next < 0x80) break;
            if (copied) ly_text_putc(&lexer->name, '`');
            at++;
            part = 0;
            continue;
        }
        if (c != '\\' && c < 0x80) break;
        size_t length, index;
        bool unknown;
        char utf8[8] = "";
        uint32_t code_point;
        if (c == '\\') {
            code_point = escaped_character(text + at, limit - at, &length, &unknown);
            if (!code_point) break;
            if (code_point < 0x80) {
                if (!is_letter((unsigned char)code_point) &&
                    !(is_digit((unsigned char)code_point) && part > 0))
                    break;
                utf8[0] = (char)code_point;
            } else
                encode_utf8(code_point, utf8);
        } else {
            length = utf8_length(text + at, limit - at);
            if (!length) break;
            memcpy(utf8, text + at, length);
            const char *p = utf8;
            code_point = ly_utf8_next(&p, utf8 + length);
        }
        character_class class = code_point < 0x80 ? LETTER
                              : class_of(code_point, utf8, strlen(utf8), &index);
        if (class == ALONE && at == begin) {
            /* \[Pi] is Pi, but the Greek letter may begin a longer name */
            const char *alone = letters_alone[index].name;
            size_t after = at + length;
            unsigned char next = after < limit ? (unsigned char)text[after] : 0;
            if (strcmp(alone, "Pi") || !(is_letter(next) || is_digit(next))) {
                *name = alone;
                *count = strlen(alone);
                *end = after;
                return true;
            }
            class = LETTER;
        }
        if (class != LETTER && !(class == ALONE && !strcmp(letters_alone[index].name, "Pi"))) break;
        if (c == '\\' && !copied) {
            lexer->name.count = 0;
            ly_text_add(&lexer->name, text + begin, at - begin);
            copied = true;
        }
        if (copied) ly_text_puts(&lexer->name, utf8);
        at += length;
        part++;
    }
    if (part == 0) return false;
    *end = at;
    *name = copied ? lexer->name.data : text + begin;
    *count = copied ? lexer->name.count : at - begin;
    return true;
}

bool ly_name_at(const ly_lexer *lexer, size_t offset, size_t *end)
{
    const char *text = lexer->source->text;
    size_t count = lexer->source->count, at = offset;
    if (at >= count || !is_letter((unsigned char)text[at])) return false;
    while (at < count && (is_letter((unsigned char)text[at]) || is_digit((unsigned char)text[at]))) at++;
    *end = at;
    return true;
}

static void scan_string(ly_lexer *lexer, ly_token *token)
{
    const char *text = lexer->source->text;
    size_t count = lexer->source->count, at = lexer->position + 1;
    while (at < count && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
    if (at >= count) {
        ly_diagnose(lexer->diagnostics, lexer->position, lexer->position + 1,
                    "this string has no end; expected \"\\\"\"");
        lexer->incomplete = true;
        lexer->position = count;
        token->kind = LY_TOKEN_ERROR;
        return;
    }
    token->kind = LY_TOKEN_STRING;
    lexer->position = at + 1;
}

static void scan_slot(ly_lexer *lexer, ly_token *token)
{
    const char *text = lexer->source->text;
    size_t count = lexer->source->count, at = lexer->position + 1;
    bool sequence = at < count && text[at] == '#';
    if (sequence) at++;
    token->kind = LY_TOKEN_SLOT;
    token->text = NULL;
    if (at < count && is_digit((unsigned char)text[at])) {
        while (at < count && is_digit((unsigned char)text[at])) at++;
    } else if (!sequence && at < count && text[at] == '"') {
        lexer->position = at;
        scan_string(lexer, token);
        if (token->kind == LY_TOKEN_STRING) token->kind = LY_TOKEN_SLOT;
        return;
    } else if (!sequence) {
        size_t end;
        if (scan_name(lexer, at, &end, &token->text, &token->count)) at = end;
    }
    lexer->position = at;
}

void ly_lex(ly_lexer *lexer, ly_token *token)
{
    const char *text = lexer->source->text;
    size_t count = lexer->source->count;
    skip_space(lexer, token);
    size_t at = lexer->position;
    token->begin = token->end = at;
    token->named = false;
    if (at >= count) {
        token->kind = LY_TOKEN_END;
        token->newline_before = token->space_before = true;
        return;
    }
    unsigned char c = (unsigned char)text[at], next = at + 1 < count ? (unsigned char)text[at + 1] : 0;
    static const char plain_brackets[] = "()[]{}";
    const char *found;
    if (c == '\\' && (next == '(' || (next == '!' && at + 3 < count && text[at + 2] == '\\' && text[at + 3] == '('))) {
        token->kind = LY_TOKEN_BOXES;
        token->named = next == '!';
        lexer->position += next == '!' ? 4 : 2;
    } else if (c == '\\' && next == ')') {
        token->kind = LY_TOKEN_CLOSE;
        token->bracket = LY_BOXES;
        lexer->position += 2;
    } else if (is_digit(c) || (c == '.' && is_digit(next))) {
        token->kind = LY_TOKEN_NUMBER;
        lexer->position = number_end(lexer, at);
    } else if (is_letter(c) || c == '`' || c == '\\' || c >= 0x80) {
        size_t end;
        if (scan_name(lexer, at, &end, &token->text, &token->count)) {
            token->kind = LY_TOKEN_NAME;
            lexer->position = end;
        } else {
            size_t length = 0, index;
            bool unknown = false;
            char utf8[8] = "";
            uint32_t code_point = 0;
            if (c == '\\') {
                code_point = escaped_character(text + at, count - at, &length, &unknown);
                if (code_point) encode_utf8(code_point, utf8);
                token->named = true;
            } else if (c >= 0x80 && (length = utf8_length(text + at, count - at))) {
                memcpy(utf8, text + at, length);
                const char *p = utf8;
                code_point = ly_utf8_next(&p, utf8 + length);
            }
            if (!code_point) {
                token->kind = LY_TOKEN_ERROR;
                if (unknown)
                    ly_diagnose(lexer->diagnostics, at, at + length, "there is no character %.*s",
                                (int)length, text + at);
                else if (c >= 0x80)
                    ly_diagnose(lexer->diagnostics, at, at + 1,
                                "the byte 0x%02x is no UTF-8; expected a program", c);
                else
                    ly_diagnose(lexer->diagnostics, at, at + 1,
                                "found \"%c\" where it has no meaning; expected an expression", c);
                lexer->position = at + (length ? length : 1);
            } else {
                lexer->position = at + length;
                switch (code_point < 0x80 ? OPERATOR
                                          : class_of(code_point, utf8, strlen(utf8), &index)) {
                case BRACKET:
                    token->kind = brackets[index].closing ? LY_TOKEN_CLOSE : LY_TOKEN_OPEN;
                    token->bracket = brackets[index].bracket;
                    break;
                case COMMA: token->kind = LY_TOKEN_COMMA; break;
                default:
                    token->spelling = ly_spelling_at(utf8, strlen(utf8));
                    token->kind = token->spelling ? LY_TOKEN_OPERATOR : LY_TOKEN_ERROR;
                    if (!token->spelling)
                        ly_diagnose(lexer->diagnostics, at, lexer->position,
                                    "found %.*s where it has no meaning", (int)length, text + at);
                }
            }
        }
    } else if (c == '"') {
        scan_string(lexer, token);
    } else if (c == ',') {
        token->kind = LY_TOKEN_COMMA;
        lexer->position++;
    } else if ((found = memchr(plain_brackets, c, 6))) {
        size_t which = (size_t)(found - plain_brackets);
        token->kind = which % 2 ? LY_TOKEN_CLOSE : LY_TOKEN_OPEN;
        token->bracket = (ly_bracket)(which / 2);
        lexer->position++;
    } else if (c == '<' && next == '|') {
        token->kind = LY_TOKEN_OPEN;
        token->bracket = LY_ASSOCIATION_BRACKET;
        lexer->position += 2;
    } else if (c == '|' && next == '>') {
        token->kind = LY_TOKEN_CLOSE;
        token->bracket = LY_ASSOCIATION_BRACKET;
        lexer->position += 2;
    } else if (c == '#') {
        scan_slot(lexer, token);
    } else if (c == '%') {
        token->kind = LY_TOKEN_OUT;
        at++;
        if (at < count && is_digit((unsigned char)text[at]))
            while (at < count && is_digit((unsigned char)text[at])) at++;
        else
            while (at < count && text[at] == '%') at++;
        lexer->position = at;
    } else if (c == '_') {
        token->kind = LY_TOKEN_BLANK;
        size_t blanks = 1;
        while (blanks < 3 && at + blanks < count && text[at + blanks] == '_') blanks++;
        at += blanks;
        if (at < count && text[at] == '.' && blanks == 1 && !(at + 1 < count && text[at + 1] == '.'))
            at++;
        lexer->position = at;
    } else {
        token->spelling = ly_spelling_at(text + at, count - at);
        if (token->spelling) {
            token->kind = LY_TOKEN_OPERATOR;
            lexer->position = at + token->spelling->length;
            /* x=.5 sets x, x=. unsets it */
            if (token->spelling->length == 2 && c == '=' && next == '.' && at + 2 < count &&
                is_digit((unsigned char)text[at + 2])) {
                token->spelling = ly_spelling_at("=", 1);
                lexer->position = at + 1;
            }
        } else {
            token->kind = LY_TOKEN_ERROR;
            if (c >= 0x20 && c < 0x7f)
                ly_diagnose(lexer->diagnostics, at, at + 1,
                            "found \"%c\" where it has no meaning; expected an expression", c);
            else
                ly_diagnose(lexer->diagnostics, at, at + 1,
                            "found the control character 0x%02x; expected a program", c);
            lexer->position++;
        }
    }
    token->end = lexer->position;
}

void ly_lex_file(ly_lexer *lexer, ly_token *token)
{
    const char *text = lexer->source->text;
    size_t count = lexer->source->count;
    skip_space(lexer, token);
    token->begin = lexer->position;
    if (lexer->position < count && text[lexer->position] == '"') {
        scan_string(lexer, token);
    } else {
        size_t at = lexer->position;
        while (at < count && (is_letter((unsigned char)text[at]) || is_digit((unsigned char)text[at]) ||
                              (unsigned char)text[at] >= 0x80 ||
                              (text[at] && strchr("`/.\\!-_:*~?", text[at]))))
            at++;
        token->kind = at > lexer->position ? LY_TOKEN_FILE : LY_TOKEN_ERROR;
        token->text = text + lexer->position;
        token->count = at - lexer->position;
        if (token->kind == LY_TOKEN_ERROR)
            ly_diagnose(lexer->diagnostics, lexer->position, lexer->position + 1,
                        "expected the name of a file");
        lexer->position = at;
    }
    token->end = lexer->position;
}

void ly_lexer_free(ly_lexer *lexer)
{
    ly_text_free(&lexer->name);
}
