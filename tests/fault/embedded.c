/* embedded: contexts made, used and closed while allocations fail. What an evaluation gives is right or
   LYRA_MEMORY, and a context that had no memory once gives right answers as soon as there is some.
   Prints "memory" where anything had none; ends with status 99 and a word where something is wrong. */
#include <lyra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int starved;

static void wrong(const char *what, const char *got)
{
    printf("wrong: %s: %s\n", what, got ? got : "nothing");
    fflush(stdout);
    exit(99);
}

static void ignore(void *data, const char *bytes, size_t count) {}

static void evaluate(lyra_context *cx, const char *text, int64_t expected)
{
    lyra_value value = 0;
    int64_t n = 0;
    lyra_status status = lyra_evaluate(cx, text, strlen(text), &value);
    if (status == LYRA_MEMORY) {
        starved = 1;
        return;
    }
    if (status != LYRA_OK) wrong(text, lyra_error(cx));
    if (lyra_get_integer(value, &n) != LYRA_OK || n != expected) {
        char *shown = lyra_text(cx, value);
        if (shown || !starved) wrong(text, shown);
    }
    lyra_release(cx, value);
}

int main(void)
{
    for (int i = 0; i < 3; i++) {
        lyra_context *cx;
        lyra_status status = lyra_open(&cx);
        if (status == LYRA_MEMORY) {
            starved = 1;
            continue;
        }
        if (status != LYRA_OK) wrong("lyra_open", NULL);
        lyra_on_output(cx, ignore, NULL);
        evaluate(cx, "Mod[100!, 10^9 + 7]", 437918130);
        evaluate(cx, "f[0] = 0; f[n_] := 1 + f[n - 1]; f[600]", 600);
        evaluate(cx, "Total[Table[i^2, {i, 20000}]]", 2666866670000);
        evaluate(cx, "StringLength[StringReplace[StringJoin[Table[\"ab\", {500}]], \"b\" -> \"ccc\"]]", 2000);
        evaluate(cx, "Length[<|Table[i -> i, {i, 500}]|>]", 500);
        evaluate(cx, "Block[{x = 5}, Catch[Throw[x]]]", 5);
        lyra_value items[3], list;
        for (int k = 0; k < 3; k++) items[k] = lyra_integer(cx, k + 1);
        list = lyra_list(cx, 3, items);
        if (list) {
            lyra_value total = 0;
            int64_t n = 0;
            status = lyra_call(cx, "Total", 1, &list, &total);
            if (status == LYRA_MEMORY) starved = 1;
            else if (status != LYRA_OK || lyra_get_integer(total, &n) != LYRA_OK || n != 6) wrong("Total", NULL);
            lyra_release(cx, total);
            lyra_release(cx, list);
        }
        lyra_close(cx);
    }
    puts(starved ? "memory" : "well");
    return 0;
}
