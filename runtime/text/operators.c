/* operators.c: the one table of operators (operators.def), as the reader and the printer look
   things up in it: by spelling, and by head.

   The index is built once for the process and never changes afterwards. */
#include "text/operators.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define LEFT (-1)
#define RIGHT 1
#define FLAT 2
#define CHAIN 3

static ly_operator_row rows[] = {
#define OPERATOR(text, Head, kind, precedence, binding, grouping, action)                          \
    {{text, #Head, kind, precedence, grouping}, binding, LY_READ_##action, 0},
#define ALIAS(text, other)
#include "text/operators.def"
#undef OPERATOR
#undef ALIAS
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static const struct {
    const char *text, *other;
} aliases[] = {
#define OPERATOR(text, Head, kind, precedence, binding, grouping, action)
#define ALIAS(text, other) {text, other},
#include "text/operators.def"
#undef OPERATOR
#undef ALIAS
};
#define ALIAS_COUNT (sizeof aliases / sizeof aliases[0])

/* All spellings. Those that begin with the same byte stand together, longer ones first. */
static ly_spelling spellings[ROW_COUNT + ALIAS_COUNT];
static size_t spelling_count;
static uint16_t first_spelling[257]; /* of each first byte; [b] == [b + 1]: none */
static ly_operator_row *by_head[512]; /* open addressing on the head's record */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Found by hash while the index is built: every program pays for that at its start. */
static ly_spelling *spelling_of(const char *text)
{
    static uint16_t slots[1024];
    uint32_t hash = 2166136261u;
    for (const char *c = text; *c; c++) hash = (hash ^ (unsigned char)*c) * 16777619u;
    uint16_t *slot = &slots[hash % 1024];
    while (*slot && strcmp(spellings[*slot - 1].text, text)) slot = slot == &slots[1023] ? slots : slot + 1;
    if (*slot) return &spellings[*slot - 1];
    *slot = (uint16_t)(spelling_count + 1);
    ly_spelling *new = &spellings[spelling_count++];
    *new = (ly_spelling){.text = text, .length = strlen(text)};
    return new;
}

static int compare_spellings(const void *a, const void *b)
{
    const ly_spelling *x = a, *y = b;
    unsigned char first_x = (unsigned char)x->text[0], first_y = (unsigned char)y->text[0];
    if (first_x != first_y) return first_x < first_y ? -1 : 1;
    if (x->length != y->length) return x->length > y->length ? -1 : 1;
    return strcmp(x->text, y->text);
}

static size_t head_slot(ly_value head)
{
    return (size_t)((head >> 4) * 0x9e3779b97f4a7c15u >> 40) % 512;
}

static void build(void)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        ly_operator_row *row = &rows[i];
        ly_spelling *spelling = spelling_of(row->operator.text);
        row->head = ly_intern("System`", row->operator.head);
        switch (row->operator.kind) {
        case LY_PREFIX: spelling->prefix = row; break;
        case LY_POSTFIX: spelling->postfix = row; break;
        case LY_INFIX: if (!spelling->infix) spelling->infix = row; break;
        }
        size_t slot = head_slot(row->head);
        while (by_head[slot] && by_head[slot]->head != row->head) slot = (slot + 1) % 512;
        if (!by_head[slot]) by_head[slot] = row;
    }
    for (size_t i = 0; i < ALIAS_COUNT; i++) {
        ly_spelling *other = spelling_of(aliases[i].other), *alias = spelling_of(aliases[i].text);
        alias->prefix = other->prefix;
        alias->infix = other->infix;
        alias->postfix = other->postfix;
    }
    qsort(spellings, spelling_count, sizeof spellings[0], compare_spellings);
    for (size_t b = 0, i = 0; b <= 256; b++) {
        while (i < spelling_count && (unsigned char)spellings[i].text[0] < b) i++;
        first_spelling[b] = (uint16_t)i;
    }
}

const ly_spelling *ly_spelling_at(const char *text, size_t count)
{
    pthread_once(&once, build);
    if (count == 0) return NULL;
    unsigned char first = (unsigned char)text[0];
    for (size_t i = first_spelling[first]; i < first_spelling[first + 1]; i++)
        if (spellings[i].length <= count && !memcmp(spellings[i].text, text, spellings[i].length))
            return &spellings[i];
    return NULL;
}

const ly_operator_row *ly_operator_row_of(ly_value head, ly_operator_kind kind)
{
    pthread_once(&once, build);
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].head == head && rows[i].operator.kind == kind) return &rows[i];
    return NULL;
}

const ly_operator *ly_operator_of_head(ly_value head)
{
    pthread_once(&once, build);
    size_t slot = head_slot(head);
    while (by_head[slot]) {
        if (by_head[slot]->head == head) return &by_head[slot]->operator;
        slot = (slot + 1) % 512;
    }
    return NULL;
}
