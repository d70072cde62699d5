/* talk.c: talks to a program on a terminal of its own, as somebody at a keyboard would.

     talk PROGRAM [ARGUMENT…] <steps

   Steps, one a line: `> text` types it (\r Enter, \t Tab, \e Escape, \cX Control-X), `< regular expression`
   waits until what was written since the last such step matches it (10 s at most; escape sequences of
   the terminal are left out). `! text` fails if that was written since the step before the last.
   Prints what did not come, and ends with 1; or with 0. */
#include <poll.h>
#include <pty.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 1 << 20 };
static char seen[SIZE], last[SIZE];
static size_t count;

static void take(const char *bytes, size_t n)
{
    static int escape; /* 1: after Escape, 2: within a sequence */
    for (size_t i = 0; i < n && count + 1 < SIZE; i++) {
        char c = bytes[i];
        if (escape == 1) escape = c == '[' || c == ']' ? 2 : 0;
        else if (escape == 2) escape = (c >= '@' && c <= '~') || c == '\a' ? 0 : 2;
        else if (c == 27) escape = 1;
        else if (c != '\r' && c) seen[count++] = c;
    }
    seen[count] = 0;
}

static int wait_for(int terminal, const char *pattern)
{
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NEWLINE)) {
        printf("bad pattern: %s\n", pattern);
        return 0;
    }
    for (int waited = 0; waited < 100;) {
        regmatch_t match;
        if (regexec(&compiled, seen, 1, &match, 0) == 0) {
            memcpy(last, seen, count + 1);
            memmove(seen, seen + match.rm_eo, count - (size_t)match.rm_eo + 1);
            count -= (size_t)match.rm_eo;
            regfree(&compiled);
            return 1;
        }
        struct pollfd ready = {.fd = terminal, .events = POLLIN};
        if (poll(&ready, 1, 100) == 0) {
            waited++;
            continue;
        }
        char buffer[4096];
        ssize_t n = read(terminal, buffer, sizeof buffer);
        if (n <= 0) {
            if (!strcmp(pattern, "$END")) return 1;
            break;
        }
        take(buffer, (size_t)n);
    }
    regfree(&compiled);
    printf("waited for: %s\ngot: %s\n", pattern, seen);
    return 0;
}

static void type(int terminal, const char *text)
{
    char keys[4096];
    size_t n = 0;
    for (const char *p = text; *p && n < sizeof keys; p++) {
        if (*p != '\\') keys[n++] = *p;
        else if (*++p == 'r') keys[n++] = '\r';
        else if (*p == 't') keys[n++] = '\t';
        else if (*p == 'e') keys[n++] = 27;
        else if (*p == 'c') keys[n++] = *++p & 31;
        else keys[n++] = *p;
    }
    usleep(50000); /* the editor writes its prompt before it takes the terminal over */
    if (write(terminal, keys, n) < 0) perror("talk");
}

int main(int argc, char **argv)
{
    char line[4096];
    int terminal, status = 0, good = 1;
    struct winsize size = {.ws_row = 50, .ws_col = 100};
    if (argc < 2) return 2;
    pid_t child = forkpty(&terminal, NULL, NULL, &size);
    if (child < 0) return perror("talk"), 2;
    if (child == 0) {
        setenv("TERM", "xterm", 1);
        execv(argv[1], argv + 1);
        _exit(127);
    }
    while (good && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] == '>') type(terminal, line + 2);
        else if (line[0] == '<') good = wait_for(terminal, line + 2);
        else if (line[0] == '!' && strstr(last, line + 2)) {
            printf("came, and should not: %s\n", line + 2);
            good = 0;
        }
    }
    if (!good) kill(child, SIGKILL);
    for (int waited = 0; waitpid(child, &status, WNOHANG) == 0; waited++) {
        char buffer[4096];
        struct pollfd ready = {.fd = terminal, .events = POLLIN};
        if (poll(&ready, 1, 100) > 0 && read(terminal, buffer, sizeof buffer) <= 0) usleep(10000);
        if (waited == 100) {
            kill(child, SIGKILL);
            printf("it did not end\n");
            good = 0;
        }
    }
    if (good && (!WIFEXITED(status) || WEXITSTATUS(status))) {
        printf("it ended with status %x\n", (unsigned)status);
        good = 0;
    }
    return !good;
}
