/* characters.c: characters by name, as \[Alpha]. */
#include "text/lexer.h"
uint32_t ly_character_named(const char *name, size_t count) { return 0; }
const char *ly_character_name(uint32_t code_point) { return NULL; }
