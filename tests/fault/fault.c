/* fault: runs a program again and again, its N-th allocation failing, for every N.

   fault [-s STRIDE] [-n ONE] [-a] [-v] INJECT PROGRAM [ARGUMENT…]

   The program first runs untouched, to know its output and how often it allocates. Then it runs with
   allocation N failing, and again with N and all later ones failing, N = 1, 2, … (every STRIDE-th; ONE
   alone by -n; only the second kind by -a). A run is well if it

       gives the same output and status as the untouched one, or
       says on either output that memory ran out, with a status below 99.

   Everything else is a failure: signals, sanitizers' reports (status 99 and above), no end within
   20 s of CPU, other output without a word. Prints each failure and a summary. Status 1 if any. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"

enum { LONGEST = 1 << 16 };

typedef struct outcome {
    int status; /* 128 and more: the signal */
    size_t count;
    char text[LONGEST + 1]; /* standard output, then errors */
    size_t output;          /* bytes of it that are standard output */
} outcome;

static struct fault *fault;
static char fault_path[64], output_path[64], error_path[64];

static size_t read_whole(const char *path, char *into, size_t room)
{
    FILE *file = fopen(path, "r");
    size_t n = file ? fread(into, 1, room, file) : 0;
    if (file) fclose(file);
    for (size_t i = 0; i < n; i++)
        if (!into[i]) into[i] = '?';
    into[n] = 0;
    return n;
}

static void run(char **arguments, const char *inject, unsigned long first, int after, outcome *o)
{
    int status;
    pid_t child;
    *fault = (struct fault){0, first, after, 0};
    child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_RDONLY);
        int output = open(output_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        int errors = open(error_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        struct rlimit cpu = {20, 20}, core = {0, 0};
        dup2(null, 0);
        dup2(output, 1);
        dup2(errors, 2);
        setrlimit(RLIMIT_CPU, &cpu);
        setrlimit(RLIMIT_CORE, &core);
        alarm(120);
        setenv("FAULT_FILE", fault_path, 1);
        setenv("LD_PRELOAD", inject, 1);
        execvp(arguments[0], arguments);
        _exit(127);
    }
    waitpid(child, &status, 0);
    o->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    o->count = fault->count;
    o->output = read_whole(output_path, o->text, LONGEST / 2);
    read_whole(error_path, o->text + o->output, LONGEST / 2);
}

static int says_no_memory(const outcome *o)
{
    return strstr(o->text, "memory") != NULL || strstr(o->text, "Memory") != NULL;
}

static const char *judge(const outcome *untouched, const outcome *o)
{
    if (o->status >= 99) return o->status == 128 + SIGXCPU ? "does not end" : "crash";
    if (says_no_memory(o)) return NULL;
    if (o->status != untouched->status) return "another status, without a word";
    if (o->output != untouched->output || memcmp(o->text, untouched->text, o->output) != 0)
        return "another output, without a word";
    return NULL;
}

int main(int count, char **arguments)
{
    static outcome untouched, o;
    unsigned long stride = 1, one = 0, runs = 0, bad = 0, total;
    int option, after_only = 0, verbose = 0, file;
    while ((option = getopt(count, arguments, "+s:n:av")) != -1) {
        if (option == 's') stride = strtoul(optarg, NULL, 10);
        else if (option == 'n') one = strtoul(optarg, NULL, 10);
        else if (option == 'a') after_only = 1;
        else if (option == 'v') verbose = 1;
        else return 2;
    }
    if (count - optind < 2 || stride == 0) {
        fputs("fault [-s STRIDE] [-n ONE] [-a] [-v] INJECT PROGRAM [ARGUMENT…]\n", stderr);
        return 2;
    }
    const char *inject = arguments[optind];
    arguments += optind + 1;
    snprintf(fault_path, sizeof fault_path, "fault.%d", (int)getpid());
    snprintf(output_path, sizeof output_path, "fault.%d.out", (int)getpid());
    snprintf(error_path, sizeof error_path, "fault.%d.err", (int)getpid());
    file = open(fault_path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || ftruncate(file, sizeof *fault) != 0) return 2;
    fault = mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (fault == MAP_FAILED) return 2;

    run(arguments, inject, 0, 0, &untouched);
    total = untouched.count;
    if (total == 0 || untouched.status >= 99 || says_no_memory(&untouched)) {
        printf("the untouched program fails: status %d, %lu allocations\n%s", untouched.status, total,
               untouched.text);
        return 1;
    }
    for (unsigned long n = one ? one : 1; n <= (one ? one : total); n += stride) {
        for (int after = after_only; after < 2; after++) {
            const char *what;
            run(arguments, inject, n, after, &o);
            what = judge(&untouched, &o);
            runs++;
            if (verbose) printf("-- %lu%s: status %d\n%s", n, after ? " and after" : "", o.status, o.text);
            if (!what) continue;
            bad++;
            printf("allocation %lu%s: %s (status %d)\n%.1200s\n", n, after ? " and all after" : "", what, o.status,
                   o.status >= 99 && o.text[o.output] ? o.text + o.output : o.text);
            fflush(stdout);
        }
    }
    printf("%lu allocations, %lu runs, %lu bad\n", total, runs, bad);
    unlink(fault_path);
    unlink(output_path);
    unlink(error_path);
    return bad > 0;
}
