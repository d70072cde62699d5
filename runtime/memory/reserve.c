/* reserve.c: memory from the system, and what is left when it has none.

   Small requests never fail, so the hundreds of places that need a few bytes have no way of failing
   that nobody ever sees. When malloc gives nothing they are met from a reserve, one for the process,
   a mapping that costs only addresses until then; every living context is told by its poll word, and
   raises the error of memory when it looks (ly_memory_can), unless there is memory again. GMP and
   MPFR, which end the process where malloc fails, allocate through here too: whoever asks them for
   something large has asked ly_memory_can before.

   A first-fit list in the reserve, in order of addresses, under one lock: nothing of it is touched
   while there is memory. */
#include <gmp.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "eval/context.h"
#include "memory/memory.h"

enum { RESERVE_BYTES = 16 << 20, PROBE_BYTES = 256 << 10 };

/* In front of every piece of the reserve, free or not; the pieces lie side by side. */
typedef struct piece {
    size_t size; /* of what follows; a multiple of 16 */
    size_t used;
} piece;

bool ly_memory_exhausted;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the pieces and of the contexts */
static char *reserve, *reserve_end; /* written once, by the first context */
static ly_context *contexts;

/* A buffer that came by mmap goes back by munmap: a program that makes an array in each round would
   touch all its pages anew each time, and that is more than the arithmetic costs. */
enum { KEPT_BUFFER = 32 << 20, KEPT_IN_ALL = 128 << 20 };

void ly_keep_buffers(void)
{
    mallopt(M_MMAP_THRESHOLD, KEPT_BUFFER);
    mallopt(M_TRIM_THRESHOLD, KEPT_IN_ALL);
}

bool ly_in_reserve(const void *p) { return (const char *)p >= reserve && (const char *)p < reserve_end; }

static piece *following(piece *p) { return (piece *)((char *)(p + 1) + p->size); }

static void out_of_memory(void)
{
    static const char words[] = "lyra: out of memory\n";
    if (write(STDERR_FILENO, words, sizeof words - 1)) {}
    _exit(70);
}

void *ly_reserve_take(size_t size)
{
    void *found = NULL;
    if (!reserve || size > RESERVE_BYTES) return NULL;
    size = size ? (size + 15) & ~(size_t)15 : 16;
    pthread_mutex_lock(&lock);
    for (piece *p = (piece *)reserve; (char *)p < reserve_end; p = following(p)) {
        if (p->used) continue;
        for (piece *next = following(p); (char *)next < reserve_end && !next->used; next = following(p))
            p->size += sizeof *p + next->size;
        if (p->size < size) continue;
        if (p->size > size + sizeof *p) {
            piece *rest = (piece *)((char *)(p + 1) + size);
            *rest = (piece){p->size - size - sizeof *p, 0};
            p->size = size;
        }
        p->used = 1;
        found = p + 1;
        break;
    }
    __atomic_store_n(&ly_memory_exhausted, true, __ATOMIC_RELAXED);
    for (ly_context *cx = contexts; cx; cx = cx->next)
        __atomic_fetch_or(&cx->poll, LY_POLL_MEMORY, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&lock);
    return found;
}

void *ly_reserve_take_must(size_t size)
{
    void *p = ly_reserve_take(size);
    if (!p) out_of_memory();
    return p;
}

bool ly_memory_back(void)
{
    void *probe = malloc(PROBE_BYTES);
    if (!probe) return false;
    free(probe);
    __atomic_store_n(&ly_memory_exhausted, false, __ATOMIC_RELAXED);
    return true;
}

/* ---- malloc and its kin, which give NULL only for more than LY_RESERVED_BYTES ------------------ */

void *ly_malloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    return p || size > LY_RESERVED_BYTES ? p : ly_malloc_must(size);
}

void *ly_malloc_must(size_t size)
{
    void *p = malloc(size ? size : 1);
    return p ? p : ly_reserve_take_must(size);
}

void *ly_calloc_must(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (!p && size && count > SIZE_MAX / size) out_of_memory();
    return p ? p : memset(ly_malloc_must(count * size), 0, count * size);
}

void *ly_calloc(size_t count, size_t size)
{
    bool small = size == 0 || count <= LY_RESERVED_BYTES / size;
    return small ? ly_calloc_must(count, size) : calloc(count, size);
}

/* The memory of old, of at least `kept` bytes that matter, moved to the reserve. */
static void *move_to_reserve(void *old, size_t kept, size_t size)
{
    void *p = ly_malloc_must(size);
    if (old) memcpy(p, old, kept < size ? kept : size);
    ly_free(old);
    return p;
}

static size_t size_of(void *p)
{
    return !p ? 0 : ly_in_reserve(p) ? ((piece *)p - 1)->size : malloc_usable_size(p);
}

void *ly_remalloc(void *old, size_t size)
{
    void *p;
    if (ly_in_reserve(old)) {
        if (size <= size_of(old)) return old;
        p = ly_malloc(size);
        if (!p) return NULL;
        memcpy(p, old, size_of(old));
        ly_free(old);
        return p;
    }
    p = realloc(old, size ? size : 1);
    return p || size > LY_RESERVED_BYTES ? p : move_to_reserve(old, size_of(old), size);
}

void *ly_remalloc_must(void *old, size_t size)
{
    void *p = ly_in_reserve(old) ? NULL : realloc(old, size ? size : 1);
    return p ? p : move_to_reserve(old, size_of(old), size);
}

void ly_free(void *p)
{
    if (!ly_in_reserve(p)) {
        free(p);
    } else {
        pthread_mutex_lock(&lock);
        ((piece *)p - 1)->used = 0;
        pthread_mutex_unlock(&lock);
    }
}

char *ly_strndup(const char *text, size_t count)
{
    size_t length = strnlen(text, count);
    char *copy = ly_malloc(length + 1);
    if (!copy) return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

char *ly_strdup(const char *text) { return ly_strndup(text, strlen(text)); }

char *ly_realpath(const char *path)
{
    char whole[PATH_MAX];
    return realpath(path, whole) ? ly_strdup(whole) : NULL;
}

int ly_vasprintf(char **text, const char *format, va_list arguments)
{
    va_list again;
    int count;
    va_copy(again, arguments);
    count = vsnprintf(NULL, 0, format, again);
    va_end(again);
    *text = count < 0 ? NULL : ly_malloc((size_t)count + 1);
    return *text ? vsnprintf(*text, (size_t)count + 1, format, arguments) : -1;
}

int ly_asprintf(char **text, const char *format, ...)
{
    va_list arguments;
    int count;
    va_start(arguments, format);
    count = ly_vasprintf(text, format, arguments);
    va_end(arguments);
    return count;
}

/* ---- for libraries that end the process where malloc fails: GMP with MPFR, and FLINT with Arb */

static void *gmp_realloc(void *old, size_t old_size, size_t size)
{
    void *p = ly_in_reserve(old) ? NULL : realloc(old, size);
    return p ? p : move_to_reserve(old, old_size, size);
}

static void gmp_free(void *p, size_t size) { ly_free(p); }

void ly_reserve_for_flint(void *set)
{
    void (*set_functions)(void *(*)(size_t), void *(*)(size_t, size_t), void *(*)(void *, size_t),
                          void (*)(void *));
    memcpy(&set_functions, &set, sizeof set_functions);
    if (set) set_functions(ly_malloc_must, ly_calloc_must, ly_remalloc_must, ly_free);
}

/* ---- the process's reserve, and the contexts that are told ------------------------------------ */

static void start(void)
{
    size_t size = RESERVE_BYTES;
    struct rlimit r;
    void *(*allocate)(size_t), *(*usual)(size_t), *(*reallocate)(void *, size_t, size_t);
    void (*release)(void *, size_t);
    char *base;
    if (getrlimit(RLIMIT_AS, &r) == 0 && r.rlim_cur != RLIM_INFINITY && r.rlim_cur / 16 < size)
        size = (r.rlim_cur / 16 & ~(size_t)4095);
    base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED || size < 2 * sizeof(piece)) return;
    *(piece *)base = (piece){size - sizeof(piece), 0};
    reserve_end = base + size;
    reserve = base;
    /* functions that a program which embeds Lyra gave to GMP stay: what they allocated, only they
       can free */
    mp_get_memory_functions(&allocate, &reallocate, &release);
    mp_set_memory_functions(NULL, NULL, NULL);
    mp_get_memory_functions(&usual, NULL, NULL);
    if (allocate == usual) mp_set_memory_functions(ly_malloc_must, gmp_realloc, gmp_free);
    else mp_set_memory_functions(allocate, reallocate, release);
}

bool ly_reserve_start(void)
{
    pthread_mutex_lock(&lock);
    if (!reserve) start();
    pthread_mutex_unlock(&lock);
    return reserve != NULL;
}

void ly_reserve_add_context(ly_context *cx)
{
    pthread_mutex_lock(&lock);
    cx->next = contexts;
    if (contexts) contexts->previous = cx;
    contexts = cx;
    pthread_mutex_unlock(&lock);
}

void ly_reserve_remove_context(ly_context *cx)
{
    pthread_mutex_lock(&lock);
    *(cx->previous ? &cx->previous->next : &contexts) = cx->next;
    if (cx->next) cx->next->previous = cx->previous;
    pthread_mutex_unlock(&lock);
}
