/* cc.c: the C compiler's driver: C text → object file or executable.

   The library and its headers stand beside the tool: in the tree that built it (bin/../build and
   bin/../runtime), or installed (bin/../lib/lyra and bin/../include/lyra).

   The C text and what the compiler makes of it are files in memory. The result is put in its place
   when it is whole (place.c). */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codegen/codegen.h"
#include "codegen/place.h"

enum { MOST_ARGUMENTS = 256, FAILED = 3 };

typedef struct command {
    const char *arguments[MOST_ARGUMENTS];
    int count;
} command;

static void add(command *c, const char *argument)
{
    if (c->count < MOST_ARGUMENTS - 1) c->arguments[c->count++] = argument;
}

bool find_on_path(const char *name, char full[PATH_MAX])
{
    const char *path = getenv("PATH");
    if (strchr(name, '/')) {
        snprintf(full, PATH_MAX, "%s", name);
        return access(name, X_OK) == 0;
    }
    for (; path && *path; path += strcspn(path, ":"), path += *path == ':') {
        snprintf(full, PATH_MAX, "%.*s/%s", (int)strcspn(path, ":"), path, name);
        if (access(full, X_OK) == 0) return true;
    }
    return false;
}

const char *c_compiler(const char *named)
{
    static const char *const known[] = {"gcc", "cc", "clang", NULL};
    char full[PATH_MAX];
    if (named) return named;
    const char *wanted = getenv("CC");
    if (wanted && *wanted && !strchr(wanted, ' ') && find_on_path(wanted, full)) return wanted;
    for (int i = 0; known[i]; i++)
        if (find_on_path(known[i], full)) return known[i];
    return NULL;
}

/* The folder that holds bin/lyra, without /bin. */
static bool find_home(char home[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", home, PATH_MAX - 1);
    if (n <= 0) return false;
    home[n] = 0;
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(home, '/');
        if (!slash) return false;
        *slash = 0;
    }
    return true;
}

typedef struct places {
    char library[PATH_MAX + 32], headers[PATH_MAX + 32];
} places;

static bool find_places(places *at)
{
    char home[PATH_MAX];
    const char *build = getenv("LYRA_BUILD");
    if (!find_home(home)) return false;
    snprintf(at->library, sizeof at->library, "%s/lib/lyra/liblyra.a", home);
    snprintf(at->headers, sizeof at->headers, "%s/include/lyra", home);
    if (access(at->library, R_OK) == 0) return true;
    snprintf(at->library, sizeof at->library, "%s/%s/liblyra.a", home, build ? build : "build");
    snprintf(at->headers, sizeof at->headers, "%s/runtime", home);
    return access(at->library, R_OK) == 0;
}

/* Says how the compiler ended, if it did not end well. */
static int judge(const command *c, int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    if (WIFSIGNALED(status))
        fprintf(stderr, "lyra: the C compiler (%s) was ended by a signal: %s\n", c->arguments[0],
                strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == 127) fprintf(stderr, "lyra: the C compiler could not be run\n");
    else fprintf(stderr, "lyra: the C compiler (%s) failed\n", c->arguments[0]);
    return FAILED;
}

/* Runs the command with text as its standard input. It does not outlive this process, so that a
   build that is stopped leaves none of its files behind. */
static int run(const ly_compile_options *options, const command *c, int text)
{
    if (options->verbose) {
        for (int i = 0; i < c->count; i++) fprintf(stderr, "%s%s", i ? " " : "lyra: ", c->arguments[i]);
        fputc('\n', stderr);
    }
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) _exit(127);
        dup2(text, STDIN_FILENO);
        execvp(c->arguments[0], (char *const *)c->arguments);
        fprintf(stderr, "lyra: cannot run %s: %s\n", c->arguments[0], strerror(errno));
        _exit(127);
    }
    int status = 0;
    while (child >= 0 && waitpid(child, &status, 0) < 0)
        if (errno != EINTR) child = -1;
    if (child >= 0) return judge(c, status);
    fprintf(stderr, "lyra: cannot start the C compiler: %s\n", strerror(errno));
    return FAILED;
}

static const char *output_name(const ly_compile_options *options, const char *name, const char *ending,
                               char *room, size_t size)
{
    if (options->output) return options->output;
    snprintf(room, size, "%s%s", name, ending);
    return room;
}

/* Compiles the C text in the file `text` into the file that the compiler calls `made`; output is what
   the user calls it. */
static int compile_file(const ly_compile_options *options, int text, const char *made, const char *output)
{
    places at;
    command c = {.count = 0};
    char level[16], headers[PATH_MAX + 40];
    const char *cc = c_compiler(options->cc);
    if (!cc) {
        fputs("lyra: no C compiler found (gcc, cc, clang); name one with --cc\n", stderr);
        return FAILED;
    }
    if (!find_places(&at)) {
        fputs("lyra: liblyra.a is neither in ../lib/lyra nor in ../build beside this program\n", stderr);
        return FAILED;
    }
    snprintf(level, sizeof level, "-O%d", options->optimise < 0 ? 2 : options->optimise);
    snprintf(headers, sizeof headers, "-I%s", at.headers);
    add(&c, cc);
    add(&c, "-std=gnu11");
    add(&c, level);
    if (options->debug) add(&c, "-g");
    add(&c, "-fno-strict-aliasing");
    add(&c, "-ffp-contract=off");
    /* nobody asks errno or the flags of the floating-point unit; loops become vectors where it pays */
    add(&c, "-fno-math-errno");
    add(&c, "-fno-trapping-math");
    if (!strstr(cc, "tcc") && !strstr(cc, "clang")) add(&c, "-fvect-cost-model=dynamic");
    add(&c, headers);
    if (options->emit == LY_EMIT_OBJECT) {
        add(&c, "-fPIC");
        add(&c, "-c");
    }
    /* fixed addresses: no relocation of the built-ins' rows at every start */
    if (options->emit == LY_EMIT_PROGRAM && !strstr(cc, "tcc")) {
        add(&c, "-fno-pie");
        add(&c, "-no-pie");
    }
#ifdef LY_SANITIZE
    add(&c, "-DLY_SANITIZE");
    add(&c, "-fsanitize=" LY_SANITIZE);
#endif
    add(&c, "-o");
    add(&c, made);
    add(&c, "-xc");
    add(&c, "-");
    if (options->emit == LY_EMIT_PROGRAM) {
        static const char *const rest[] = {"-lmpfr", "-lgmp", "-lpcre2-8", "-lutf8proc", "-lm",
                                           "-lpthread", "-ldl", NULL};
        add(&c, "-xnone");
        if (!strstr(cc, "tcc")) add(&c, "-Wl,--gc-sections");
        add(&c, "-Wl,--whole-archive");
        add(&c, at.library);
        add(&c, "-Wl,--no-whole-archive");
        for (size_t i = 0; i < options->library_count; i++) {
            char *name = ly_malloc(strlen(options->libraries[i]) + 3);
            if (!name) return FAILED;
            sprintf(name, "-l%s", options->libraries[i]);
            add(&c, name);
        }
        add(&c, "-Wl,--as-needed");
        for (int i = 0; rest[i]; i++) add(&c, rest[i]);
    }
    c.arguments[c.count] = NULL;
    if (options->progress) fprintf(stderr, "lyra: compiling %s\r", output);
    int status = run(options, &c, text);
    if (options->progress) fputs("\033[K", stderr);
    return status;
}

/* A file in memory with this content, which children inherit; -1: none, reported. */
static int memory_file(const char *name, const char *text, size_t count)
{
    int fd = memfd_create(name, 0);
    if (fd >= 0 && write_bytes(fd, text, count) && lseek(fd, 0, SEEK_SET) == 0) return fd;
    fprintf(stderr, "lyra: no room for the C text: %s\n", strerror(errno));
    if (fd >= 0) close(fd);
    return -1;
}

int compile_c(const ly_compile_options *options, const char *name, const char *text, size_t count)
{
    char room[PATH_MAX], made[64];
    if (options->emit == LY_EMIT_C) {
        if (!options->output || strcmp(options->output, "-") == 0)
            return fwrite(text, 1, count, stdout) == count ? 0 : 2;
        int c_text = memory_file("program.c", text, count);
        if (c_text < 0) return 2;
        bool kept = place_file(c_text, options->output, 0666);
        close(c_text);
        return kept ? 0 : 2;
    }
    const char *output = output_name(options, name, options->emit == LY_EMIT_OBJECT ? ".o" : "", room,
                                     sizeof room);
    /* both only in memory until all is well: nothing of a build that fails, or is stopped, remains */
    int status = 2, source = memory_file("program.c", text, count);
    int result = source < 0 ? -1 : memory_file("program", "", 0);
    if (result >= 0) {
        snprintf(made, sizeof made, "/proc/self/fd/%d", result);
        status = compile_file(options, source, made, output);
        if (status == 0 && !place_file(result, output, options->emit == LY_EMIT_OBJECT ? 0666 : 0777))
            status = 2;
    }
    if (result >= 0) close(result);
    if (source >= 0) close(source);
    return status;
}
