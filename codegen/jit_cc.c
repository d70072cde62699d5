/* jit_cc.c: the C compiler makes a shared object of a program that runs, and the process loads it.

   Text, object and shared object are files in memory, and the compiler's passes are connected by pipes:
   nothing is written to disk, so nothing remains of a compilation that is ended. The compiler and what it
   starts are a process group of their own, which ends with the program; it runs at the compiling
   thread's priority. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codegen/jit.h"
#include "codegen/place.h"

/* as `lyra build` has them; no warnings, since nobody would see them */
#define OPTIONS "-std=gnu11", "-O2", "-w", "-pipe", "-fno-strict-aliasing", "-ffp-contract=off", \
                "-fno-asynchronous-unwind-tables", "-fPIC", "-fno-plt"

enum { OBJECT = 3, SHARED = 4 }; /* files of the child */

extern const char ly_abi_shared[], ly_abi_shared_digest[]; /* made by the build from abi.h */

void jit_compiler_find(jit_compiler *compiler)
{
    struct stat file;
    const char *const options[] = {OPTIONS, NULL};
    compiler->path[0] = 0;
    const char *name = c_compiler(NULL);
    /* it has neither a linker of its own nor better code than the one inside */
    if (!name || strstr(name, "tcc") || !find_on_path(name, compiler->path) || stat(compiler->path, &file) != 0) {
        compiler->path[0] = 0;
        return;
    }
    int n = snprintf(compiler->identity, sizeof compiler->identity, "%s %lld %lld %s", compiler->path,
                     (long long)file.st_size, (long long)file.st_mtim.tv_sec, ly_abi_shared_digest);
    for (int i = 0; options[i] && n > 0 && (size_t)n < sizeof compiler->identity; i++)
        n += snprintf(compiler->identity + n, sizeof compiler->identity - (size_t)n, " %s", options[i]);
}

static int in_memory(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

/* In the child, which shares our memory until it is another program: only system calls. */
static void become(char *const *arguments, char *const *environment, const int files[3], pid_t parent,
                   const sigset_t *mask)
{
    const int places[3] = {STDIN_FILENO, OBJECT, SHARED};
    int spare[3];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    setpgid(0, 0);
    /* out of the way of their places, which they may have now */
    for (int i = 0; i < 3; i++) spare[i] = files[i] < 0 ? -1 : fcntl(files[i], F_DUPFD_CLOEXEC, 16);
    for (int i = 0; i < 3; i++)
        if (spare[i] >= 0 && dup2(spare[i], places[i]) < 0) _exit(127);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing >= 0) {
        dup2(nothing, STDOUT_FILENO);
        dup2(nothing, STDERR_FILENO);
        if (files[0] < 0) dup2(nothing, STDIN_FILENO);
    }
    sigprocmask(SIG_SETMASK, mask, NULL);
    execve(arguments[0], arguments, environment);
    _exit(127);
}

/* The environment without ccache, which would write to disk. In memory of its own. */
static char **environment_of_child(void)
{
    extern char **environ;
    size_t n = 0, kept = 0;
    while (environ[n]) n++;
    char **copy = ly_malloc((n + 2) * sizeof *copy);
    if (!copy) return NULL;
    for (size_t i = 0; i < n; i++)
        if (strncmp(environ[i], "CCACHE_DISABLE=", 15) != 0) copy[kept++] = environ[i];
    copy[kept++] = "CCACHE_DISABLE=1";
    copy[kept] = NULL;
    return copy;
}

void jit_child_end(jit_child *child)
{
    pthread_mutex_lock(&child->lock);
    child->ending = true;
    if (child->pid > 0) kill(-child->pid, SIGKILL);
    pthread_mutex_unlock(&child->lock);
}

bool jit_child_ends(jit_child *child)
{
    pthread_mutex_lock(&child->lock);
    bool ending = child->ending;
    pthread_mutex_unlock(&child->lock);
    return ending;
}

/* Runs the program; true: it ended well. */
static bool run(const char *const *arguments, const int files[3], jit_child *child)
{
    char **environment = environment_of_child();
    sigset_t all, mask, none;
    int status = -1;
    if (!environment || jit_child_ends(child)) {
        ly_free(environment);
        return false;
    }
    sigemptyset(&none);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mask); /* no handler runs in the child */
    pid_t parent = getpid(), pid = vfork();
    if (pid == 0) become((char *const *)arguments, environment, files, parent, &none);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    ly_free(environment);
    if (pid < 0) return false;
    setpgid(pid, pid);
    pthread_mutex_lock(&child->lock);
    child->pid = pid;
    if (child->ending) kill(-pid, SIGKILL);
    pthread_mutex_unlock(&child->lock);
    siginfo_t info;
    /* its number stays its own until nobody can signal it any more */
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) continue;
    pthread_mutex_lock(&child->lock);
    child->pid = 0;
    pthread_mutex_unlock(&child->lock);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool compile(const jit_compiler *compiler, int text, int object, jit_child *child)
{
    const char *const arguments[] = {compiler->path, OPTIONS, "-c", "-o", "/proc/self/fd/3", "-xc", "-", NULL};
    return run(arguments, (int[]){text, object, -1}, child);
}

/* By the linker itself, or else by the compiler, which may take a temporary file for a moment. */
static bool link_shared(const jit_compiler *compiler, int object, int shared, jit_child *child)
{
    char linker[PATH_MAX];
    const char *const direct[] = {linker, "-shared", "-Bsymbolic", "-znoexecstack", "-o", "/proc/self/fd/4",
                                  "/proc/self/fd/3", "-lm", "-lc", NULL};
    const char *const driver[] = {compiler->path, "-shared", "-nostartfiles", "-Wl,-Bsymbolic", "-o",
                                  "/proc/self/fd/4", "/proc/self/fd/3", "-lm", NULL};
    const int files[] = {-1, object, shared};
    if (find_on_path("ld", linker) && run(direct, files, child)) return true;
    return run(driver, files, child);
}

int jit_cc(const jit_compiler *compiler, const char *text, size_t count, jit_child *child)
{
    int source = in_memory("program.c"), object = in_memory("program.o"), shared = in_memory("program.so");
    const char *program = strstr(text, "#include \"abi.h\"");
    bool made = source >= 0 && object >= 0 && shared >= 0 && program &&
                write_bytes(source, ly_abi_shared, strlen(ly_abi_shared));
    if (made) {
        program += strlen("#include \"abi.h\"");
        made = write_bytes(source, program, count - (size_t)(program - text)) && lseek(source, 0, SEEK_SET) == 0 &&
               compile(compiler, source, object, child) &&
               link_shared(compiler, object, shared, child);
    }
    if (source >= 0) close(source);
    if (object >= 0) close(object);
    if (!made && shared >= 0) {
        close(shared);
        shared = -1;
    }
    return shared;
}

const ly_module *jit_open(int object, const void *const **functions, const char **why)
{
    static int opened; /* atomic: the loader takes what has the same name for the same */
    char path[64];
    int fd = fcntl(object, F_DUPFD_CLOEXEC, 200 + __atomic_fetch_add(&opened, 1, __ATOMIC_RELAXED) % 256);
    if (fd < 0) fd = fcntl(object, F_DUPFD_CLOEXEC, 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    void *library = fd < 0 ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (fd >= 0) close(fd);
    if (!library) {
        *why = dlerror();
        return NULL;
    }
    /* code stays as long as the process: definitions and frames may point into it */
    ly_value *const *words = dlsym(library, "lyra_words");
    const ly_module *module = dlsym(library, "lyra_module");
    *functions = dlsym(library, "lyra_tiers");
    *why = "it is not what was compiled";
    if (!words || !module || !*functions) return NULL;
    *words[0] = LY_SYM(List);
    *words[1] = LY_SYM(True);
    *words[2] = LY_SYM(False);
    *words[3] = LY_SYM(Null);
    return module;
}
