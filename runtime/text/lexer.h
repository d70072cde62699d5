/* lexer.h: the tokens of a source, and the literals among them. */
#ifndef LY_LEXER_H
#define LY_LEXER_H

#include "text/operators.h"
#include "text/text.h"

typedef enum ly_token_kind {
    LY_TOKEN_END,
    LY_TOKEN_NAME,     /* text: the symbol's name, perhaps with context */
    LY_TOKEN_NUMBER,
    LY_TOKEN_STRING,
    LY_TOKEN_OPERATOR, /* spelling */
    LY_TOKEN_OPEN,     /* bracket */
    LY_TOKEN_CLOSE,    /* bracket: that of the opening one */
    LY_TOKEN_COMMA,
    LY_TOKEN_SLOT,     /* #, ##, #1, #name */
    LY_TOKEN_OUT,      /* %, %%, %5 */
    LY_TOKEN_BLANK,    /* _, __, ___, _. */
    LY_TOKEN_BOXES,    /* \( begins boxes; named: \!\( */
    LY_TOKEN_FILE,     /* a bare file name, only where asked for */
    LY_TOKEN_ERROR,    /* was noted */
} ly_token_kind;

typedef enum ly_bracket {
    LY_PARENTHESIS,
    LY_SQUARE,
    LY_BRACE,
    LY_ASSOCIATION_BRACKET,
    LY_DOUBLE_SQUARE, /* the single character; [[ is two squares */
    LY_ANGLE,
    LY_FLOOR,
    LY_CEILING,
    LY_BAR,
    LY_DOUBLE_BAR,
    LY_BOXES,         /* \( … \) */
} ly_bracket;

typedef struct ly_token {
    ly_token_kind kind;
    bool newline_before, space_before; /* newline implies space */
    bool named;                        /* an operator written \[Name] */
    size_t begin, end;
    const ly_spelling *spelling;
    ly_bracket bracket;
    const char *text;                  /* of names and files */
    size_t count;
} ly_token;

typedef struct ly_lexer {
    const ly_source *source;
    ly_diagnostics *diagnostics;
    size_t position;
    bool incomplete; /* the text ended within a string or comment */
    ly_text name;    /* of the token, where it isn't a slice of the source */
} ly_lexer;

/* Reads the next token. */
void ly_lex(ly_lexer *lexer, ly_token *token);
/* Reads a file name, as it follows << and >>: up to white space, or a string. */
void ly_lex_file(ly_lexer *lexer, ly_token *token);
/* True where a name begins at offset (for method calls: no white space is skipped). */
bool ly_name_at(const ly_lexer *lexer, size_t offset, size_t *end);
void ly_lexer_free(ly_lexer *lexer);

/* How a bracket is written: "(", ")" */
const char *ly_bracket_text(ly_bracket bracket, bool closing);

/* ---- literal.c: the values of number and string tokens, of valid extent */

ly_value ly_number_literal(ly_context *cx, const char *text, size_t count);
/* The text between the quotes. Notes an error for an escape that doesn't exist, and gives LY_FAILED
   with nothing pending; offset is where the text stands. cx NULL: only checks, and gives 1. */
ly_value ly_string_literal(ly_context *cx, const char *text, size_t count, size_t offset,
                           ly_diagnostics *diagnostics);

/* ---- characters.c: characters by name */

/* Code point of \[name], or 0. */
uint32_t ly_character_named(const char *name, size_t count);
/* Name of a code point as \[name] has it, or NULL. */
const char *ly_character_name(uint32_t code_point);

#endif
