/* inject: makes allocations fail, preloaded into a program (LD_PRELOAD).

   FAULT_FILE names a file of the size of `struct fault`, shared with whoever started the program:
   allocation number `first`, and with `after` every later one too, gets no memory. What malloc, calloc,
   realloc and mmap are asked for counts, by the program and by every library in it. What the dynamic
   linker asks for does not: it ends the process itself where it gets no memory for thread-local data. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdlib.h>

#include "fault.h"

static struct fault *fault;
static void *(*next_malloc)(size_t), *(*next_realloc)(void *, size_t), *(*next_calloc)(size_t, size_t);
static void *(*next_mmap)(void *, size_t, int, int, int, off_t);
static void (*next_free)(void *);

/* dlsym may allocate before the functions are known: from here, never given back */
static char early[1 << 16];
static size_t early_used;
static int finding;

static void *from_early(size_t size)
{
    size = (size + 15) & ~(size_t)15;
    if (size > sizeof early - early_used) return NULL;
    early_used += size;
    return early + early_used - size;
}

static void find(void)
{
    if (next_malloc || finding) return;
    finding = 1;
    next_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
    next_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
    next_free = (void (*)(void *))dlsym(RTLD_NEXT, "free");
    next_mmap = (void *(*)(void *, size_t, int, int, int, off_t))dlsym(RTLD_NEXT, "mmap");
    next_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
    finding = 0;
}

enum { LINKER_BYTES = 256 << 10 };

static int fails(const void *caller)
{
    unsigned long n;
    if (!fault || (unsigned long)caller - getauxval(AT_BASE) < LINKER_BYTES) return 0;
    n = __atomic_add_fetch(&fault->count, 1, __ATOMIC_RELAXED);
    if (n < fault->first || (n > fault->first && !fault->after) || fault->first == 0) return 0;
    if (n == fault->first && fault->stop) __builtin_trap(); /* for a debugger: who asks */
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    find();
    if (!next_malloc) return from_early(size);
    return fails(__builtin_return_address(0)) ? NULL : next_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    find();
    if (!next_calloc || finding) return from_early(count * size);
    return fails(__builtin_return_address(0)) ? NULL : next_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    find();
    if ((char *)old >= early && (char *)old < early + sizeof early) {
        void *moved = malloc(size);
        if (moved) memcpy(moved, old, size);
        return moved;
    }
    return fails(__builtin_return_address(0)) ? NULL : next_realloc(old, size);
}

void free(void *p)
{
    if (!p || ((char *)p >= early && (char *)p < early + sizeof early)) return;
    find();
    next_free(p);
}

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset)
{
    find();
    return fails(__builtin_return_address(0)) ? MAP_FAILED : next_mmap(address, size, protection, flags, file, offset);
}

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("FAULT_FILE");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *shared;
    find();
    if (file < 0) return;
    shared = next_mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    unsetenv("FAULT_FILE"); /* programs that this one starts are none of ours */
    unsetenv("LD_PRELOAD");
    if (shared != MAP_FAILED) fault = shared;
}
