/* measure: the median wall time, and the largest memory, of a command run several times.

   measure [-n TIMES] [-t SECONDS] COMMAND…     prints "MEDIAN_MS MAX_KIB"; the command's output is
   dropped. -t: stop running it again after so many seconds in all. Status 1 if it ever failed. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

int main(int count, char **arguments)
{
    int at = 1, times = 5;
    double seconds = 60;
    for (; at + 1 < count && arguments[at][0] == '-'; at += 2) {
        if (strcmp(arguments[at], "-n") == 0) times = atoi(arguments[at + 1]);
        else if (strcmp(arguments[at], "-t") == 0) seconds = atof(arguments[at + 1]);
    }
    if (at >= count || times < 1) return 2;
    double *taken = calloc(times, sizeof *taken), begin = now();
    long largest = 0;
    int runs = 0, failed = 0;
    while (runs < times && (runs == 0 || now() - begin < seconds * 1e3)) {
        double start = now();
        pid_t child = fork();
        if (child == 0) {
            int null = open("/dev/null", O_WRONLY);
            dup2(null, STDOUT_FILENO);
            execvp(arguments[at], arguments + at);
            _exit(127);
        }
        int status;
        struct rusage usage;
        wait4(child, &status, 0, &usage);
        taken[runs++] = now() - start;
        if (status != 0) failed = 1;
        if (usage.ru_maxrss > largest) largest = usage.ru_maxrss;
    }
    qsort(taken, runs, sizeof *taken, compare);
    printf("%.3f %ld\n", taken[runs / 2], largest);
    return failed;
}
