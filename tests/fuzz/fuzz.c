/* fuzz: runs `lyra eval` on programs made by changing and mixing others; keeps those that crash it.

   fuzz LYRA SEEDS COUNT FOLDER [SEED]

   SEEDS is a file of programs, one a line. COUNT programs are made; whatever ends by a signal, with
   a status of 128 or more, or takes more than 20 s of CPU, is written to FOLDER and named on
   standard output. The same SEED (a number) makes the same programs. Status 1 if there were any. */
#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONGEST 4000

static uint64_t state = 88172645463325252u;

static unsigned random_below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return n ? (unsigned)((state >> 11) % n) : 0;
}

typedef struct lines {
    char **items;
    unsigned count;
} lines;

static lines read_lines(const char *path)
{
    lines l = {0};
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    unsigned capacity = 0;
    if (!file) return l;
    while ((n = getline(&line, &room, file)) > 0) {
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r')) line[--n] = 0;
        if (n == 0 || n > LONGEST) continue;
        if (l.count == capacity) l.items = realloc(l.items, (capacity = capacity ? 2 * capacity : 1024) * sizeof *l.items);
        l.items[l.count++] = strdup(line);
    }
    free(line);
    fclose(file);
    return l;
}

/* A piece of a program: an atom, or a bracketed part with what stands before its bracket. */
static void pick_piece(const char *text, size_t *begin, size_t *end)
{
    size_t n = strlen(text), at = random_below(n), depth = 0;
    while (at > 0 && (isalnum((unsigned char)text[at - 1]) || text[at - 1] == '$')) at--;
    *begin = at;
    while (at < n && (isalnum((unsigned char)text[at]) || text[at] == '$' || text[at] == '.')) at++;
    if (at < n && strchr("[({", text[at])) {
        do {
            if (strchr("[({", text[at])) depth++;
            if (strchr("])}", text[at])) depth--;
            at++;
        } while (at < n && depth > 0);
    } else if (at == *begin) {
        at++;
    }
    *end = at < n ? at : n;
}

static const char *const odd_pieces[] = {
    "0", "1", "-1", "{}", "\"\"", "10^12", "-10^12", "10^100", "2^63", "4611686018427387904", "1/0", "0/0", "I",
    "1.5", "-0.", "1.*^308", "Infinity", "Indeterminate", "Null", "None", "All", "Automatic", "x", "_", "__", "#",
    "#&", "{{}}", "<||>", "<|a->1|>", "{1,2,3}", "{{1,2},{3,4}}", "Range[1000]", "Sequence[]", "Sequence[1,2]",
    "f[x_]", "a->b", "a:>b", "\"a\"", "\"\\:00e9\"", "2.5`30", "1;;-1", "Missing[]", "Unevaluated[1+1]",
    "Table[i,{i,3}]", "{x,1,3}", "{-1}", "1.5+2.I", "Nest[f,x,2000]", "N[Pi,50]", "Range[10^12]", "ByteArray[{1}]"};

static void replace(char *text, size_t begin, size_t end, const char *with, size_t length)
{
    size_t n = strlen(text);
    if (n - (end - begin) + length >= LONGEST) return;
    memmove(text + begin + length, text + end, n - end + 1);
    memcpy(text + begin, with, length);
}

static void change(char *text, const lines *seeds)
{
    size_t begin, end, other_begin, other_end;
    if (!*text) strcpy(text, "x");
    pick_piece(text, &begin, &end);
    switch (random_below(8)) {
    case 0: case 1: case 2: { /* a piece of another program in its place */
        const char *other = seeds->items[random_below(seeds->count)];
        pick_piece(other, &other_begin, &other_end);
        replace(text, begin, end, other + other_begin, other_end - other_begin);
        break;
    }
    case 3: case 4: case 5: {
        const char *piece = odd_pieces[random_below(sizeof odd_pieces / sizeof *odd_pieces)];
        replace(text, begin, end, piece, strlen(piece));
        break;
    }
    case 6: replace(text, begin, end, "", 0); break;
    case 7: {
        char byte = (char)(32 + random_below(95));
        replace(text, random_below(strlen(text)), strlen(text), &byte, random_below(2));
        break;
    }
    }
}

/* Status of `lyra eval text`: 0 well, else what it was. */
static int run(const char *lyra, const char *text)
{
    pid_t child = fork();
    int status;
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        struct rlimit cpu = {20, 20}, space = {(rlim_t)4 << 30, (rlim_t)4 << 30}, size = {1 << 24, 1 << 24}, core = {0, 0};
        dup2(null, 0);
        dup2(null, 1);
        if (!getenv("FUZZ_SHOW")) dup2(null, 2);
        setrlimit(RLIMIT_CPU, &cpu);
        if (!getenv("FUZZ_SANITIZED")) setrlimit(RLIMIT_AS, &space);
        setrlimit(RLIMIT_FSIZE, &size);
        setrlimit(RLIMIT_CORE, &core);
        alarm(60);
        execl(lyra, lyra, "eval", text, (char *)NULL);
        _exit(127);
    }
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
    return WEXITSTATUS(status) >= 99 ? WEXITSTATUS(status) : 0; /* 99: a sanitizer's report */
}

int main(int count, char **arguments)
{
    if (count < 5) {
        fputs("fuzz LYRA SEEDS COUNT FOLDER [SEED]\n", stderr);
        return 2;
    }
    lines seeds = read_lines(arguments[2]);
    long programs = atol(arguments[3]), bad = 0;
    if (!seeds.count) return 2;
    if (count > 5) state ^= strtoull(arguments[5], NULL, 10) * 0x9e3779b97f4a7c15u;
    for (long i = 0; i < programs; i++) {
        char text[LONGEST + 1];
        strcpy(text, seeds.items[random_below(seeds.count)]);
        for (unsigned n = 1 + random_below(4); n > 0; n--) change(text, &seeds);
        int status = run(arguments[1], text);
        if (!status) continue;
        char path[4096];
        snprintf(path, sizeof path, "%s/%d-%ld", arguments[4], status, i);
        FILE *file = fopen(path, "w");
        if (file) fputs(text, file), fclose(file);
        printf("%d: %s\n", status, text);
        fflush(stdout);
        bad++;
    }
    return bad > 0;
}
