/* words: word frequencies, by a hash table of GLib. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t state = 42;

static int64_t random_number(int64_t m)
{
    state = (1103515245 * state + 12345) % 2147483648;
    return state / 65536 % m;
}

typedef struct entry {
    const char *word;
    int64_t count;
} entry;

static int compare(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    if (a->count != b->count) return a->count > b->count ? -1 : 1;
    return strcmp(a->word, b->word);
}

int main(int count, char **arguments)
{
    int64_t n = count > 1 ? atol(arguments[1]) : 10000;
    static const char letters[] = "etaoinshrdlu";
    GString *text = g_string_new(NULL);
    for (int64_t i = 0; i < n; i++) {
        if (i > 0) g_string_append_c(text, ' ');
        for (int64_t length = 2 + random_number(3); length > 0; length--) {
            int64_t a = random_number(12), b = random_number(12);
            g_string_append_c(text, letters[a < b ? a : b]);
        }
    }
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (char *at = text->str; *at;) {
        size_t length = strcspn(at, " ");
        char *word = g_strndup(at, length);
        int64_t *known = g_hash_table_lookup(counts, word);
        if (known) {
            ++*known;
            g_free(word);
        } else {
            known = g_new(int64_t, 1);
            *known = 1;
            g_hash_table_insert(counts, word, known);
        }
        at += length + (at[length] == ' ');
    }
    size_t different = g_hash_table_size(counts), at = 0;
    entry *ranked = g_new(entry, different);
    GHashTableIter next;
    gpointer word, known;
    g_hash_table_iter_init(&next, counts);
    while (g_hash_table_iter_next(&next, &word, &known)) ranked[at++] = (entry){word, *(int64_t *)known};
    qsort(ranked, different, sizeof *ranked, compare);
    printf("%zu\n", different);
    for (size_t i = 0; i < 10 && i < different; i++) printf("%s %ld\n", ranked[i].word, (long)ranked[i].count);
    g_free(ranked);
    g_hash_table_destroy(counts);
    g_string_free(text, TRUE);
    return 0;
}
