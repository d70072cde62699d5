/* characters.c: characters by name, as \[Alpha] has them (characters.def).

   The runs are unpacked into two sorted tables once for the process; they never change afterwards. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "text/lexer.h"

static const struct {
    uint32_t first;
    const char *names;
} runs[] = {
#define RUN(first, names) {first, names},
#include "text/characters.def"
#undef RUN
};

typedef struct named_character {
    char name[32];
    uint32_t code_point;
} named_character;

#define MOST 1200
static named_character by_name[MOST], by_code_point[MOST];
static size_t character_count;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const named_character *)a)->name, ((const named_character *)b)->name);
}

static int compare_code_points(const void *a, const void *b)
{
    uint32_t x = ((const named_character *)a)->code_point, y = ((const named_character *)b)->code_point;
    return x < y ? -1 : x > y;
}

static void unpack(void)
{
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        uint32_t code_point = runs[i].first;
        for (const char *at = runs[i].names; *at; code_point++) {
            size_t length = strcspn(at, " ");
            if (*at != '-' && length < sizeof by_name[0].name && character_count < MOST) {
                named_character *new = &by_name[character_count++];
                memcpy(new->name, at, length);
                new->code_point = code_point;
            }
            at += length;
            while (*at == ' ') at++;
        }
    }
    memcpy(by_code_point, by_name, character_count * sizeof by_name[0]);
    qsort(by_name, character_count, sizeof by_name[0], compare_names);
    qsort(by_code_point, character_count, sizeof by_name[0], compare_code_points);
}

uint32_t ly_character_named(const char *name, size_t count)
{
    pthread_once(&once, unpack);
    named_character key = {.code_point = 0};
    if (count >= sizeof key.name) return 0;
    memcpy(key.name, name, count);
    key.name[count] = 0;
    const named_character *found = bsearch(&key, by_name, character_count, sizeof key, compare_names);
    return found ? found->code_point : 0;
}

const char *ly_character_name(uint32_t code_point)
{
    pthread_once(&once, unpack);
    named_character key = {.code_point = code_point};
    const named_character *found =
        bsearch(&key, by_code_point, character_count, sizeof key, compare_code_points);
    return found ? found->name : NULL;
}
