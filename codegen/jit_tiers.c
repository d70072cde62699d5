/* jit_tiers.c: which compiler compiles a program that runs, when, and how its code gets in.

   libtcc compiles the whole program before it starts (jit_tcc.c). A thread of low priority waits until the
   process has computed for a while, has the C compiler compile the same text (jit_cc.c), loads the shared
   object, and writes the addresses of its functions into a table. Every function of the first form looks
   there when it is called, and passes on to the other one; loops over unboxed numbers look at each round,
   leave, and are entered again in the other form, with their state as it is. So the running program
   changes over at its next call or round; frames of the first form run to their ends.

   Both forms mean the same: the second one's symbols and numbers are the first one's, contexts know the
   first module alone, and which definitions are still those compiled is asked by numbers that both share.

   An object that a former run kept (jit_cache.c) is loaded instead of all this.

   The table is the only thing that threads share while code runs; its words are written once, when
   everything behind them is in place. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "codegen/jit.h"

/* How long the process computes before the C compiler is started: what ends sooner gains nothing. */
enum { WARM_MICROSECONDS = 10000, FIRST_LOOK_MS = 5, LAST_LOOK_MS = 500, NICER = 5 };

static struct {
    bool log;
    double begin;
    jit_compiler compiler;
    char key[2 * DIGEST_BYTES + 1];
    char *text;                /* of the second tier, owned */
    size_t count;
    const ly_module *first;
    void **table;              /* one address a function; NULL: none yet */
    uint32_t table_count;
    jit_child child;
    pthread_mutex_t lock;      /* of ending */
    pthread_cond_t wake;
    bool ending;
    bool running;              /* there is a thread to be joined */
    pid_t owner;               /* a forked child has no such thread */
    pthread_t thread;
} tiers = {.child = {.lock = PTHREAD_MUTEX_INITIALIZER}, .lock = PTHREAD_MUTEX_INITIALIZER};

static double clock_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

double jit_now(void) { return clock_ms(CLOCK_MONOTONIC); }

void jit_log(const char *format, ...)
{
    char text[1024];
    if (!tiers.log) return;
    int n = snprintf(text, sizeof text, "lyra: jit: %.1f ms: ", jit_now() - tiers.begin);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + n, sizeof text - (size_t)n, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s\n", text);
}

/* ---- the second tier, in its thread */

/* For tests: LYRA_JIT=eager starts the C compiler at once, LYRA_JIT=wait the program only behind it. */
static bool tests_want(const char *what)
{
    const char *wanted = getenv("LYRA_JIT");
    return wanted && strcmp(wanted, what) == 0;
}

/* True: the process has computed so long that better code pays. False: it ends. */
static bool wait_until_warm(void)
{
    double begin = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
    long look = FIRST_LOOK_MS;
    if (tests_want("eager") || tests_want("wait")) return true;
    pthread_mutex_lock(&tiers.lock);
    while (!tiers.ending && (clock_ms(CLOCK_PROCESS_CPUTIME_ID) - begin) * 1e3 < WARM_MICROSECONDS) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += look * 1000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&tiers.wake, &tiers.lock, &until);
        if (clock_ms(CLOCK_PROCESS_CPUTIME_ID) - begin < 1 && look < LAST_LOOK_MS) look *= 2;
    }
    bool warm = !tiers.ending;
    pthread_mutex_unlock(&tiers.lock);
    return warm;
}

/* The running program goes on in the object's functions. */
static bool swap_in(int object)
{
    const void *const *functions;
    const char *why = NULL;
    const ly_module *module = jit_open(object, &functions, &why);
    if (module && !ly_module_load_again(module, tiers.first)) {
        module = NULL;
        why = "it is not the program's";
    }
    if (!module) {
        jit_log("cc: the object cannot be loaded: %s", why);
        return false;
    }
    for (uint32_t i = 0; i < tiers.table_count; i++)
        __atomic_store_n(&tiers.table[i], (void *)(uintptr_t)functions[i], __ATOMIC_RELEASE);
    return true;
}

static void *second_tier(void *unused)
{
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICER);
    if (!wait_until_warm()) return unused;
    double begin = jit_now();
    jit_log("cc: %s starts", tiers.compiler.path);
    int object = jit_cc(&tiers.compiler, tiers.text, tiers.count, &tiers.child);
    if (object < 0) {
        jit_log(jit_child_ends(&tiers.child) ? "cc: stopped: the program has ended" : "cc: it failed; the program stays as it is");
        return unused;
    }
    struct stat at;
    jit_log("cc: %lld bytes of code compiled in %.1f ms", fstat(object, &at) == 0 ? (long long)at.st_size : 0,
            jit_now() - begin);
    begin = jit_now();
    if (!jit_child_ends(&tiers.child) && swap_in(object)) {
        jit_log("swap: %u functions and loops go on in code of cc (%.1f ms)", tiers.table_count, jit_now() - begin);
        jit_cache_keep(tiers.key, object);
    }
    close(object);
    return unused;
}

static void start_second_tier(const ly_text *c, const ly_module *first, uint32_t count)
{
    sigset_t all, mask;
    pthread_condattr_t attributes;
    tiers.text = ly_malloc(c->count + 1);
    if (!tiers.text) return;
    memcpy(tiers.text, c->data, c->count);
    tiers.text[c->count] = 0;
    tiers.count = c->count;
    tiers.first = first;
    tiers.table_count = count;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&tiers.wake, &attributes);
    pthread_condattr_destroy(&attributes);
    /* signals are the program's */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    tiers.owner = getpid();
    tiers.running = pthread_create(&tiers.thread, NULL, second_tier, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    if (!tiers.running) jit_log("cc: there is no thread for it: %s", strerror(errno));
    else if (tests_want("wait")) tiers.running = pthread_join(tiers.thread, NULL) != 0;
}

void ly_jit_end(void)
{
    if (tiers.running && tiers.owner == getpid()) {
        pthread_mutex_lock(&tiers.lock);
        tiers.ending = true;
        pthread_cond_signal(&tiers.wake);
        pthread_mutex_unlock(&tiers.lock);
        jit_child_end(&tiers.child);
        pthread_join(tiers.thread, NULL);
    }
    tiers.running = false;
    ly_free(tiers.text);
    tiers.text = NULL;
}

/* ---- the program */

/* What the second tier's object depends on. */
static void make_key(const ly_text *c)
{
    uint8_t result[DIGEST_BYTES];
    digest d;
    digest_start(&d);
    digest_add(&d, tiers.compiler.identity, strlen(tiers.compiler.identity) + 1);
    digest_add(&d, LYRA_VERSION, sizeof LYRA_VERSION);
    digest_add(&d, c->data, c->count);
    digest_end(&d, result);
    for (int i = 0; i < DIGEST_BYTES; i++) sprintf(tiers.key + 2 * i, "%02x", result[i]);
}

/* The whole program from an object that a former run kept, or NULL. */
static const ly_module *kept_program(void)
{
    double begin = jit_now();
    const void *const *functions;
    const char *why = NULL;
    int object = jit_cache_find(tiers.key);
    if (object < 0) return NULL;
    const ly_module *module = jit_open(object, &functions, &why);
    close(object);
    if (module) ly_module_load(module);
    if (module) jit_log("cache: %.16s loaded in %.1f ms", tiers.key, jit_now() - begin);
    else jit_log("cache: %.16s cannot be loaded: %s", tiers.key, why);
    return module;
}

const ly_module *jit_program(const program *p, const ly_text *c, const ly_jit_options *options)
{
    const ly_module *module = NULL;
    tiers.log = options->log;
    tiers.begin = jit_now();
    if (options->mode == LY_JIT_FULL) jit_compiler_find(&tiers.compiler);
    bool second = options->mode == LY_JIT_FULL && tiers.compiler.path[0];
    if (options->mode == LY_JIT_FULL && !second) jit_log("cc: there is no C compiler (gcc, cc, clang)");
    if (second) {
        make_key(c);
        module = kept_program();
        if (module) return module;
    }
    double begin = jit_now();
    /* it stays as long as the code that looks at it: to the end of the process */
    static void *nothing[1];
    void **table = p->tier_count ? ly_calloc(p->tier_count, sizeof *table) : nothing;
    if (!table) return NULL;
    tiers.table = table;
    module = jit_tcc(c, table);
    if (!module) {
        jit_log("tcc: the program is refused, and interpreted");
        return NULL;
    }
    jit_log("tcc: %zu bytes of C, %u functions and loops, compiled in %.1f ms", c->count, p->tier_count,
            jit_now() - begin);
    if (second) start_second_tier(c, module, p->tier_count);
    return module;
}
