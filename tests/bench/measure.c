/* measure: the median wall times, and the largest memory, of commands run side by side.

   measure [-n ROUNDS] [-t SECONDS] [-k SECONDS] [-c FOLDER] [-o PREFIX] COMMAND… [-- COMMAND…]…

   A round runs each command once, so that what disturbs the machine disturbs all of them. A line for
   each: "MEDIAN_MS MAX_KIB STATUS", status ok, failed, or late.
     -t  a command that took so long in all is not run again
     -k  a command is ended after so many seconds: late
     -c  each run has an empty folder of its own in FOLDER as its XDG_CACHE_HOME
     -o  what the command K wrote in its first run goes to PREFIXK (K from 0); otherwise dropped
   Status 1 if a command failed or was late. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_COMMANDS = 16 };

typedef struct command {
    char **arguments;
    double *taken, total;
    int runs;
    long largest;
    const char *status;
} command;

static volatile sig_atomic_t running, ended;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    if (count == 0) return 0;
    qsort(values, count, sizeof *values, compare);
    return (values[count / 2] + values[(count - 1) / 2]) / 2;
}

/* With all it started: it leads a process group. */
static void end_it(int signal)
{
    (void)signal;
    ended = 1;
    if (running > 0) kill(-running, SIGKILL);
}

static void start(char **arguments, const char *output, const char *caches, int serial)
{
    setpgid(0, 0);
    if (caches) {
        char folder[4096];
        snprintf(folder, sizeof folder, "%s/%d", caches, serial);
        mkdir(folder, 0700);
        setenv("XDG_CACHE_HOME", folder, 1);
    }
    int out = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600), in = open("/dev/null", O_RDONLY);
    if (out < 0 || in < 0) _exit(126);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    execvp(arguments[0], arguments);
    _exit(127);
}

static void run(command *c, int index, int seconds, const char *caches, const char *prefix)
{
    static int serial;
    char output[4096] = "/dev/null";
    if (prefix && c->runs == 0) snprintf(output, sizeof output, "%s%d", prefix, index);
    serial++;
    ended = 0;
    double begin = now();
    pid_t child = fork();
    if (child == 0) start(c->arguments, output, caches, serial);
    running = child;
    if (seconds) alarm(seconds);
    int status = 1;
    struct rusage usage = {0};
    while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) continue;
    running = 0;
    alarm(0);
    c->taken[c->runs] = now() - begin;
    c->total += c->taken[c->runs++];
    if (ended) c->status = "late";
    else if (status != 0) c->status = "failed";
    if (usage.ru_maxrss > c->largest) c->largest = usage.ru_maxrss;
}

int main(int count, char **arguments)
{
    int at = 1, rounds = 5, limit = 0, commands = 0, failed = 0;
    double seconds = 60;
    const char *caches = NULL, *prefix = NULL;
    for (; at + 1 < count && arguments[at][0] == '-'; at += 2) {
        if (strcmp(arguments[at], "-n") == 0) rounds = atoi(arguments[at + 1]);
        else if (strcmp(arguments[at], "-t") == 0) seconds = atof(arguments[at + 1]);
        else if (strcmp(arguments[at], "-k") == 0) limit = atoi(arguments[at + 1]);
        else if (strcmp(arguments[at], "-c") == 0) caches = arguments[at + 1];
        else if (strcmp(arguments[at], "-o") == 0) prefix = arguments[at + 1];
        else return 2;
    }
    command list[MOST_COMMANDS] = {0};
    while (at < count && rounds >= 1) {
        if (commands == MOST_COMMANDS || strcmp(arguments[at], "--") == 0) return 2;
        list[commands] = (command){.arguments = arguments + at, .status = "ok"};
        list[commands++].taken = calloc(rounds, sizeof(double));
        while (at < count && strcmp(arguments[at], "--") != 0) at++;
        if (at < count) arguments[at++] = NULL;
    }
    if (commands == 0) return 2;
    struct sigaction alarm_action = {.sa_handler = end_it};
    sigaction(SIGALRM, &alarm_action, NULL);
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < commands; i++) {
            command *c = &list[i];
            if (c->runs && (c->total >= seconds * 1e3 || strcmp(c->status, "ok") != 0)) continue;
            run(c, i, limit, caches, prefix);
        }
    for (int i = 0; i < commands; i++) {
        printf("%.3f %ld %s\n", median(list[i].taken, list[i].runs), list[i].largest, list[i].status);
        if (strcmp(list[i].status, "ok") != 0) failed = 1;
    }
    return failed;
}
