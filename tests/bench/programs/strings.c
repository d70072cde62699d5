/* strings: a string of n lines built piece by piece, then taken apart again. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct text {
    char *letters;
    size_t length, room;
} text;

static void append(text *t, const char *piece, size_t length)
{
    if (t->length + length + 1 > t->room) {
        t->room = 2 * (t->length + length + 1);
        if (!(t->letters = realloc(t->letters, t->room))) abort();
    }
    memcpy(t->letters + t->length, piece, length);
    t->length += length;
    t->letters[t->length] = 0;
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 10000, lines = 0, nines = 0;
    text t = {0}, turned = {0};
    for (int64_t i = 1; i <= n; i++) {
        char line[64];
        int length = snprintf(line, sizeof line, "line %ld: %s\n", (long)i, i % 2 == 0 ? "even" : "odd");
        append(&t, line, (size_t)length);
    }
    for (const char *at = t.letters; *at;) {
        size_t length = strcspn(at, "\n");
        lines++;
        if (length >= 3 && memcmp(at + length - 3, "odd", 3) == 0) {
            if (turned.length) append(&turned, ";", 1);
            for (size_t k = length; k > 0; k--) append(&turned, at + k - 1, 1);
        }
        at += length + (at[length] == '\n');
    }
    for (const char *at = t.letters; (at = strchr(at, '9')); at++) nines++;
    printf("%zu %ld %zu %.20s %ld\n", t.length, (long)lines, turned.length, turned.letters, (long)nines);
    free(t.letters);
    free(turned.letters);
    return 0;
}
