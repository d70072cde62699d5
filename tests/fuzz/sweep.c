/* sweep: calls every function of System` with data that it may not expect, and with deep data; keeps
   the programs that end badly.

   sweep LYRA FOLDER SEED CALLS [MOST | NAME…]

   For each name of Names["System`*"] (or MOST of them, a number; or the names given) one process
   evaluates CALLS calls of one to three arguments, each under TimeConstrained[…, 1], in 4 GB of
   addresses. Bad ends: a signal, a status of 128 or more, an end before the last statement, a call
   that its time-out did not stop within 10 s. The calls of a program that ended so are run one by
   one, and those that do it alone are printed and written to FOLDER; all of them, if none does. The
   same SEED makes the same calls. Status 1 if there was any. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CALL_LENGTH = 600, CALLS_MOST = 400, NAMES_MOST = 8000, SECONDS_A_CALL = 10 };

static uint64_t state;

static unsigned random_below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return n ? (unsigned)((state >> 11) % n) : 0;
}

/* What would end the program, wait, ask, or change files. */
static const char *const left_alone[] = {
    "Exit", "Quit", "Run", "RunProcess", "StartProcess", "Pause", "Input", "InputString", "DeleteFile",
    "DeleteDirectory", "RenameFile", "RenameDirectory", "CopyFile", "CopyDirectory", "CreateFile",
    "CreateDirectory", "SetDirectory", "Put", "PutAppend", "Export", "Save", "OpenWrite", "OpenAppend",
    "Interrupt", "Dialog", "Abort", "ResetDirectory", "Import", "SetEnvironment", "ClearAll", "Remove",
    "$Pre", "$Post", "$PrePrint", "$PreRead", "KillProcess", "URLRead", "URLExecute", "CreateArchive",
    "ExtractArchive", "BinaryWrite", "Close", "TimeConstrained", "Raise"};

static const char *const deep[] = {
    "Nest[g, x, 10^6]", "Nest[List, x, 10^6]", "Nest[{#, 1} &, 1, 10^6]", "Nest[<|1 -> #|> &, 1, 10^5]",
    "Nest[(a -> #) &, x, 10^6]", "Nest[#[x] &, f, 10^6]", "Nest[Hold[# + 1] &, 1, 10^5]",
    "Nest[(# + 1) x &, 1, 10^4]", "Nest[# || #2 & [#, x] &, y, 10^4]", "Nest[Sqrt[1 + #] &, x, 10^4]",
    "Nest[# ~~ \"a\" | # & [#] &, \"b\", 15]", "Nest[Not[And[#, p]] &, q, 10^4]", "Nest[{#} -> # &, 1, 20]",
    "Nest[pattern[_, #] &, _, 10^5]", "Nest[Function[{t}, #] &, t, 10^5]"};

static const char *const odd[] = {
    "0", "1", "-1", "2", "{}", "\"\"", "\"abc\"", "10^12", "-10^12", "10^100", "2^63", "4611686018427387904",
    "2^(10^6)", "1/3", "-7/2", "I", "1 + 2 I", "1.5", "-0.", "1.*^308", "1.5 - 2. I", "2.5`30", "10.`20^(10^9)",
    "Infinity", "-Infinity", "ComplexInfinity", "Indeterminate", "Null", "None", "All", "Automatic", "True",
    "False", "x", "_", "__", "x_Integer", "# + 1 &", "#1 < #2 &", "f", "{{}}", "<||>", "<|a -> 1, b -> 2|>",
    "{1, 2, 3}", "{{1, 2}, {3, 4}}", "{{1, 2}, {3}}", "Range[10^6]", "Range[10^6] + 0.5", "Range[10^6]/7",
    "ConstantArray[1.5, {1000, 1000}]", "ConstantArray[0, {0}]", "Partition[Range[10^5], 2]", "{a, b, c}",
    "x^2 + 2 x + 1", "(x + y + z)^3", "Sin[x]", "1/x", "Sqrt[2]", "Pi", "E^(I Pi/3)", "x == 1", "x > 0 && y < 1",
    "a -> b", "a :> b", "{x -> 1, y -> 2}", "\"a\" -> \"b\"", "\"\\:00e9\\:4e2d\"", "StringRepeat[\"ab\", 10^6]", "1 ;; -1",
    "{-1}", "{1, 2, -1}", "{x, 1, 3}", "{x, 0}", "{i, 10^12}", "{x, y}", "{\"a\", \"b\"}", "Missing[]", "Sequence[]",
    "Unevaluated[1 + 1]", "Unevaluated[Sequence[1, 2]]", "Hold[1 + 1]", "ByteArray[{1, 2, 255}]",
    "Table[RandomInteger[9], {100}, {100}]", "CharacterRange[\"a\", \"z\"]", "AssociationThread[Range[10^5], Range[10^5]]",
    "DateObject[{2020, 1, 1}]", "Interval[{1, 2}]", "Quantity[1, \"Meters\"]", "SparseArray[{1 -> 1}, 10^9]",
    "RegularExpression[\"(a+)+b\"]", "\"a\" ~~ __ ~~ \"b\"", "System`Private`x", "Failure[\"a\", <||>]", "Out[5]",
    "Integers", "Reals", "Listable", "\"JSON\"", "\"/dev/null\"", "$Failed", "InputForm[x]", "Graphics[{}]"};

static const char *pick(void)
{
    return random_below(5) == 0 ? deep[random_below(sizeof deep / sizeof *deep)]
                                : odd[random_below(sizeof odd / sizeof *odd)];
}

static void make_call(char *out, const char *name)
{
    unsigned kind = random_below(8), count = kind < 3 ? 1 : kind < 6 ? 2 : 3;
    int n = snprintf(out, CALL_LENGTH, "%s[", name);
    for (unsigned i = 0; i < count; i++)
        n += snprintf(out + n, CALL_LENGTH - (size_t)n, "%s%s", i ? ", " : "", pick());
    snprintf(out + n, CALL_LENGTH - (size_t)n, "]");
}

typedef struct ending {
    int status;     /* as of waitpid */
    bool whole;     /* the last statement was reached */
    double seconds;
} ending;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const char end_line[] = "sweep: end";

/* Runs the statements by the file `program` (there anew each time), for at most so many seconds. */
static ending run(const char *lyra, char calls[][CALL_LENGTH], unsigned count, double most)
{
    ending e = {0};
    FILE *file = fopen("program.lyra", "w");
    double began = now();
    if (!file) exit(2);
    for (unsigned i = 0; i < count; i++)
        fprintf(file, "Quiet[TimeConstrained[CheckAbort[Catch[%s, _]; 0, 0], 1]];\n", calls[i]);
    fprintf(file, "Print[\"%s\"]\n", end_line);
    fclose(file);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit space = {4ul << 30, 4ul << 30}, none = {0, 0}, files = {64 << 20, 64 << 20};
        int in = open("/dev/null", O_RDONLY), out = open("output", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        setpgid(0, 0);
        setrlimit(RLIMIT_AS, &space);
        setrlimit(RLIMIT_CORE, &none);
        setrlimit(RLIMIT_FSIZE, &files);
        dup2(in, 0);
        dup2(out, 1);
        dup2(out, 2);
        execl(lyra, lyra, "run", "--jit=off", "program.lyra", (char *)NULL);
        _exit(126);
    }
    if (child < 0) exit(2);
    setpgid(child, child);
    while (waitpid(child, &e.status, WNOHANG) == 0) {
        if (now() - began > most) {
            kill(-child, SIGKILL);
            waitpid(child, &e.status, 0);
            break;
        }
        usleep(5000);
    }
    e.seconds = now() - began;
    if ((file = fopen("output", "r"))) {
        char tail[4096];
        fseek(file, 0, SEEK_END);
        long size = ftell(file);
        fseek(file, size > 4000 ? size - 4000 : 0, SEEK_SET);
        size_t n = fread(tail, 1, sizeof tail - 1, file);
        tail[n] = 0;
        e.whole = memmem(tail, n, end_line, sizeof end_line - 1) != NULL;
        fclose(file);
    }
    return e;
}

static bool is_bad(ending e)
{
    return !e.whole || WIFSIGNALED(e.status) || (WIFEXITED(e.status) && WEXITSTATUS(e.status) >= 128);
}

static void keep(const char *folder, const char *name, unsigned number, const char *call, ending e)
{
    char path[1024];
    FILE *file;
    if (WIFSIGNALED(e.status)) printf("signal %d", WTERMSIG(e.status));
    else printf("status %d", WEXITSTATUS(e.status));
    printf("%s after %.1f s: %s\n", e.whole ? "" : ", ended early", e.seconds, call);
    fflush(stdout);
    snprintf(path, sizeof path, "%s/%s-%u.lyra", folder, name, number);
    if (!(file = fopen(path, "w"))) return;
    fprintf(file, "%s\n", call);
    fclose(file);
}

static unsigned names_of(const char *lyra, char **names)
{
    char command[1200], line[300];
    unsigned count = 0;
    snprintf(command, sizeof command, "%s eval 'Scan[Print, Names[\"System`*\"]]'", lyra);
    FILE *pipe = popen(command, "r");
    while (pipe && fgets(line, sizeof line, pipe) && count < NAMES_MOST) {
        line[strcspn(line, "\n")] = 0;
        bool calls = (line[0] >= 'A' && line[0] <= 'Z') || line[0] == '$';
        for (size_t i = 0; calls && i < sizeof left_alone / sizeof *left_alone; i++)
            calls = strcmp(line, left_alone[i]) != 0;
        if (calls && strcmp(line, "Null")) names[count++] = strdup(line);
    }
    if (pipe) pclose(pipe);
    return count;
}

int main(int argc, char **argv)
{
    static char calls[CALLS_MOST][CALL_LENGTH];
    static char *all[NAMES_MOST];
    unsigned count, found = 0, most;
    char **names = all;
    if (argc < 5) {
        fprintf(stderr, "usage: sweep LYRA FOLDER SEED CALLS [MOST | NAME...]\n");
        return 2;
    }
    unsigned seed = (unsigned)atoi(argv[3]), per_name = (unsigned)atoi(argv[4]);
    if (per_name > CALLS_MOST) per_name = CALLS_MOST;
    count = names_of(argv[1], all);
    if (!count) {
        fprintf(stderr, "sweep: no names\n");
        return 2;
    }
    state = seed * 2654435761u + 88172645463325252u;
    most = argc > 5 ? (unsigned)atoi(argv[5]) : 0;
    if (argc > 5 && !most) {
        names = argv + 5;
        count = (unsigned)argc - 5;
    } else if (most && most < count) {
        for (unsigned i = 0; i < most; i++) { /* so many of them, drawn */
            unsigned j = i + random_below(count - i);
            char *other = all[i];
            all[i] = all[j];
            all[j] = other;
        }
        count = most;
    }
    for (unsigned i = 0; i < count; i++) {
        unsigned kept = 0;
        state = seed * 2654435761u + 88172645463325252u; /* each name's calls whatever is before it */
        for (const char *c = names[i]; *c; c++) state = (state ^ (unsigned char)*c) * 1099511628211u;
        if (!state) state = 1;
        for (unsigned k = 0; k < per_name; k++) make_call(calls[k], names[i]);
        ending e = run(argv[1], calls, per_name, SECONDS_A_CALL + 2.0 * per_name);
        if (!is_bad(e)) continue;
        for (unsigned k = 0; k < per_name; k++) {
            ending alone = run(argv[1], calls + k, 1, SECONDS_A_CALL);
            if (!is_bad(alone)) continue;
            keep(argv[2], names[i], k, calls[k], alone);
            kept++;
        }
        if (!kept) {
            printf("together, not alone: %s\n", names[i]);
            keep(argv[2], names[i], per_name, calls[0], e);
            for (unsigned k = 1; k < per_name; k++) printf("    %s\n", calls[k]);
        }
        found++;
    }
    printf("%u names, %u with bad ends\n", count, found);
    unlink("program.lyra");
    unlink("output");
    return found != 0;
}
