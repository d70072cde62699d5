/* stack.c: segments of stack.

   Deep recursion goes on in a new segment, twice the size of the one before, when little is left of
   the current one; segments are kept for the next time. So the depth of evaluation is limited by
   $RecursionLimit and memory alone, on whatever stack the context was entered. Guard pages are the
   last resort. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "eval/context.h"
#include "memory/memory.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

/* MARGIN is what leaf calls into libraries may use below the limit (mpz_powm takes 41 KiB). */
enum { FIRST_SEGMENT = 1 << 20, LARGEST_SEGMENT = 64 << 20, GUARD = 4096 };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { MARGIN = 256 << 10 };
#else
enum { MARGIN = 96 << 10 };
#endif

typedef struct segment {
    char *base; /* of the mapping; its lowest page is the guard */
    size_t size;
    struct segment *outer, *inner; /* neighbours; inner is kept when it is not in use */
} segment;

struct ly_stacks {
    segment outermost;  /* the stack that the context was entered on */
    segment *current;
};

static char *thread_stack_bottom(void)
{
    char *here = __builtin_frame_address(0);
    struct rlimit r;
    size_t size = 8 << 20;
    if ((pid_t)syscall(SYS_gettid) == getpid()) {
        /* main thread: the stack grows down to the limit; a quarter is left to what lies above */
        if (getrlimit(RLIMIT_STACK, &r) == 0 && r.rlim_cur != RLIM_INFINITY && r.rlim_cur < size)
            size = r.rlim_cur;
        return here - size / 4 * 3;
    } else {
        pthread_attr_t attributes;
        void *base = NULL;
        if (pthread_getattr_np(pthread_self(), &attributes) != 0) return here - (64 << 10);
        pthread_attr_getstack(&attributes, &base, &size);
        pthread_attr_destroy(&attributes);
        return base;
    }
}

void ly_stacks_start(ly_context *cx)
{
    cx->stacks = ly_calloc(1, sizeof *cx->stacks);
    if (!cx->stacks) return;
    cx->stacks->current = &cx->stacks->outermost;
    ly_stacks_enter(cx);
}

char *(*ly_stacks_bottom)(void);

void ly_stacks_enter(ly_context *cx)
{
    char *bottom = ly_stacks_bottom ? ly_stacks_bottom() : NULL;
    ly_stacks_enter_on(cx, bottom ? bottom : thread_stack_bottom());
}

void ly_stacks_enter_on(ly_context *cx, char *bottom) { cx->stack_limit = bottom + MARGIN; }

void ly_stacks_end(ly_context *cx)
{
    segment *s = cx->stacks->outermost.inner;
    while (s) {
        segment *inner = s->inner;
        munmap(s->base, s->size);
        ly_free(s);
        s = inner;
    }
    ly_free(cx->stacks);
}

static segment *next_segment(ly_context *cx)
{
    segment *outer = cx->stacks->current, *inner = outer->inner;
    size_t size;
    if (inner) return inner;
    size = outer->size ? outer->size * 2 : FIRST_SEGMENT;
    if (size > LARGEST_SEGMENT) size = LARGEST_SEGMENT;
    if (!ly_memory_can(cx, size)) return NULL;
    inner = ly_calloc(1, sizeof *inner);
    if (!inner) return NULL;
    inner->base = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (inner->base == MAP_FAILED) {
        ly_free(inner);
        return NULL;
    }
    mprotect(inner->base, GUARD, PROT_NONE);
    madvise(inner->base, size, MADV_NOHUGEPAGE);
    inner->size = size;
    inner->outer = outer;
    outer->inner = inner;
    cx->heap->used += size;
    return inner;
}

#if defined(__x86_64__)
static __attribute__((noinline)) void *call_on(char *top, ly_context *cx,
                                               void *(*function)(ly_context *, void *), void *argument)
{
    void *result;
    __asm__ volatile("movq %%rsp, %%rbx\n\t"
                     "movq %[top], %%rsp\n\t"
                     "call *%[function]\n\t"
                     "movq %%rbx, %%rsp"
                     : "=a"(result), "+D"(cx), "+S"(argument)
                     : [top] "r"(top), [function] "r"(function)
                     : "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "memory", "cc", "xmm0",
                       "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
                       "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    return result;
}
#elif defined(__aarch64__)
static __attribute__((noinline)) void *call_on(char *top, ly_context *cx,
                                               void *(*function)(ly_context *, void *), void *argument)
{
    register void *x0 __asm__("x0") = cx;
    register void *x1 __asm__("x1") = argument;
    __asm__ volatile("mov x19, sp\n\t"
                     "mov sp, %[top]\n\t"
                     "blr %[function]\n\t"
                     "mov sp, x19"
                     : "+r"(x0), "+r"(x1)
                     : [top] "r"(top), [function] "r"(function)
                     : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13",
                       "x14", "x15", "x16", "x17", "x18", "x19", "x30", "memory", "cc", "v0", "v1",
                       "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18", "v19", "v20", "v21",
                       "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31");
    return x0;
}
#else
#error "stack.c: write call_on for this machine"
#endif

void *ly_on_new_stack(ly_context *cx, void *(*function)(ly_context *, void *), void *argument)
{
    struct ly_stacks *stacks = cx->stacks;
    segment *inner = next_segment(cx);
    char *limit = cx->stack_limit;
    void *result;
    if (!inner) {
        if (!cx->pending.kind) ly_raise_memory(cx);
        return NULL;
    }
    stacks->current = inner;
    cx->stack_limit = inner->base + GUARD + MARGIN;
#if defined(__SANITIZE_ADDRESS__)
    {
        /* a plain call on another stack: tell ASan where the stack is while it runs */
        void *fake = NULL;
        const void *old_bottom = NULL;
        size_t old_size = 0;
        (void)old_bottom;
        (void)old_size;
        __sanitizer_start_switch_fiber(&fake, inner->base, inner->size);
        __sanitizer_finish_switch_fiber(fake, &old_bottom, &old_size);
        result = call_on(inner->base + inner->size, cx, function, argument);
        __sanitizer_start_switch_fiber(&fake, old_bottom, old_size);
        __sanitizer_finish_switch_fiber(fake, NULL, NULL);
    }
#else
    result = call_on(inner->base + inner->size, cx, function, argument);
#endif
    stacks->current = inner->outer;
    cx->stack_limit = limit;
    return result;
}

typedef struct word_call {
    ly_word_function *function;
    const uint64_t *words;
    uint64_t result;
} word_call;

static void *call_words(ly_context *cx, void *argument)
{
    word_call *call = argument;
    const uint64_t *w = call->words;
    call->result = call->function(w[0], w[1], w[2], w[3], w[4], w[5]);
    return call;
}

uint64_t ly_call_deeper(ly_context *cx, ly_word_function *function, const uint64_t *words)
{
    word_call call = {function, words, 0};
    ly_on_new_stack(cx, call_words, &call);
    return call.result;
}
