/* fiber.c: stacks and the switch between them.

   The switch saves what the C calling convention wants saved by telling the compiler that everything
   is clobbered, so only the live registers are stored, and it ends in a jump instead of a return,
   which the processor would predict wrongly.

   Lists of free fibers: one a worker, without a lock, and one for all; beyond a few hundred the
   stacks of those that lie there give their memory back to the system. */
/* valgrind takes a switch between stacks that it wasn't told of for a large frame */
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#define LY_STACK_REGISTER(low, high) (void)VALGRIND_STACK_REGISTER(low, high)
#else
#define LY_STACK_REGISTER(low, high) (void)0
#endif

#include "sched/fiber.h"

#include "sched/cancel.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "memory/memory.h"
#include "sched/worker.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

enum {
    SLAB_STACKS = 64,
    FREE_OF_WORKER = 64,  /* most that a worker keeps for itself */
    FREE_WITH_MEMORY = 256,
    KEPT_AT_TOP = 8192,   /* of an idle stack: where its suspended frame lies */
    DEEP_MOST = 4096,
};

typedef struct slab {
    char *base;
    size_t size, stack; /* bytes of all, and of each */
    uint32_t stacks, used;
    struct slab *next;
} slab;

static ly_lock lock; /* of what follows */
static slab *slabs;
static ly_fiber *free_fibers, *free_deep;
static size_t free_count, deep_count;

/* ---- the switch ------------------------------------------------------------------------------- */

#if defined(__x86_64__)

/* Stores the caller's stack pointer in *save and goes on on the stack `to`. `fiber` arrives there in
   rdx, for the entry of new fibers. Steps over the red zone first. */
static inline void swap_stacks(void **save, void *to, ly_fiber *fiber)
{
    __asm__ volatile("leaq -128(%%rsp), %%rsp\n\t"
                     "pushq %%rbp\n\t"
                     "leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "movq %%rsp, (%%rdi)\n\t"
                     "movq %%rsi, %%rsp\n\t"
                     "popq %%rax\n\t"
                     "jmp *%%rax\n\t"
                     ".p2align 4\n\t"
                     "1:\n\t"
                     "popq %%rbp\n\t"
                     "leaq 128(%%rsp), %%rsp"
                     : "+D"(save), "+S"(to), "+d"(fiber)
                     :
                     : "rax", "rbx", "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
                       "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",
                       "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

void ly_fiber_start(void);
__asm__(".text\n"
        ".p2align 4\n"
        ".globl ly_fiber_start\n"
        ".hidden ly_fiber_start\n"
        ".type ly_fiber_start, @function\n"
        "ly_fiber_start:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined rip\n"
        "    popq %rax\n"        /* entry; the stack is aligned now */
        "    xorl %ebp, %ebp\n"
        "    movq %rdx, %rdi\n"
        "    call *%rax\n"
        "    ud2\n"
        "    .cfi_endproc\n"
        ".size ly_fiber_start, . - ly_fiber_start\n");

static void *first_frame(char *top, void (*entry)(ly_fiber *))
{
    void **sp = (void **)((uintptr_t)top & ~(uintptr_t)63);
    *--sp = NULL;
    *--sp = NULL;
    *--sp = (void *)(uintptr_t)entry;
    *--sp = (void *)(uintptr_t)ly_fiber_start;
    return sp;
}

#elif defined(__aarch64__)

static inline void swap_stacks(void **save, void *to, ly_fiber *fiber)
{
    register void **x0 __asm__("x0") = save;
    register void *x1 __asm__("x1") = to;
    register ly_fiber *x2 __asm__("x2") = fiber;
    __asm__ volatile("adr x3, 1f\n\t"
                     "stp x29, x3, [sp, #-16]!\n\t"
                     "mov x3, sp\n\t"
                     "str x3, [x0]\n\t"
                     "mov sp, x1\n\t"
                     "ldp x29, x3, [sp], #16\n\t"
                     "br x3\n\t"
                     "1:\n\t"
                     : "+r"(x0), "+r"(x1), "+r"(x2)
                     :
                     : "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",
                       "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26",
                       "x27", "x28", "x30", "memory", "cc", "v0", "v1", "v2", "v3", "v4", "v5", "v6",
                       "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17",
                       "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28",
                       "v29", "v30", "v31");
}

void ly_fiber_start(void);
__asm__(".text\n"
        ".p2align 4\n"
        ".globl ly_fiber_start\n"
        ".hidden ly_fiber_start\n"
        ".type ly_fiber_start, %function\n"
        "ly_fiber_start:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined x30\n"
        "    ldp x4, x5, [sp], #16\n" /* entry */
        "    mov x29, xzr\n"
        "    mov x0, x2\n"
        "    blr x4\n"
        "    brk #0\n"
        "    .cfi_endproc\n"
        ".size ly_fiber_start, . - ly_fiber_start\n");

static void *first_frame(char *top, void (*entry)(ly_fiber *))
{
    void **sp = (void **)((uintptr_t)top & ~(uintptr_t)63);
    *--sp = NULL;
    *--sp = (void *)(uintptr_t)entry;
    *--sp = (void *)(uintptr_t)ly_fiber_start;
    *--sp = NULL; /* x29 */
    return sp;
}

#else
#error "fiber.c: write swap_stacks, ly_fiber_start and first_frame for this machine"
#endif

/* errno of the thread that runs now. Its address may not be kept across a switch, which the compiler
   would do (it believes the address to be constant) if this could be inlined. */
static __attribute__((noinline)) int *error_here(void)
{
    __asm__ volatile("");
    return &errno;
}

__attribute__((noinline)) void ly_fiber_switch(ly_fiber *from, ly_fiber *to)
{
    from->error = *error_here();
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&from->fake_stack, to->bottom, to->size);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(to->tsan, 0);
#endif
    swap_stacks(&from->sp, to->sp, to);
#if defined(__SANITIZE_ADDRESS__)
    ly_fiber_arrived_asan(from);
#endif
    *error_here() = from->error;
}

#if defined(__SANITIZE_ADDRESS__)
/* Where the one who left was, its own stack or a segment, is known to ASan alone. */
void ly_fiber_arrived_asan(ly_fiber *fiber)
{
    ly_fiber *left = ly_worker_here()->left;
    __sanitizer_finish_switch_fiber(fiber->fake_stack, &left->bottom, &left->size);
}
#endif

/* ---- stacks ----------------------------------------------------------------------------------- */

/* How much address space may be taken at once. */
static rlim_t largest_reservation(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return RLIM_INFINITY;
    return limit.rlim_cur / 16;
}

/* A new slab; the lock is held. It comes first in the list if it has stacks to cut from. */
static slab *new_slab(uint32_t stacks, size_t stack)
{
    slab *s = ly_calloc(1, sizeof *s);
    if (!s) return NULL;
    s->stacks = stacks;
    s->stack = stack;
    s->size = stacks * stack;
    s->base = mmap(NULL, s->size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (s->base == MAP_FAILED) {
        ly_free(s);
        return NULL;
    }
    madvise(s->base, s->size, MADV_NOHUGEPAGE);
#if defined(__SANITIZE_ADDRESS__)
    /* frames of stacks that lay here once */
    ASAN_UNPOISON_MEMORY_REGION(s->base, s->size);
#endif
    /* below a slab lies whatever the system put there: its first page is the guard of the first
       stack; the others have the checks alone */
    mprotect(s->base, 4096, PROT_NONE);
    if (stacks == 1 && slabs) {
        s->next = slabs->next;
        slabs->next = s;
    } else {
        s->next = slabs;
        slabs = s;
    }
    return s;
}

/* The control block of a slab's stack: at its top, on other cache sets for neighbours. */
static ly_fiber *fiber_in(const slab *s, uint32_t index)
{
    uintptr_t top = (uintptr_t)s->base + (index + 1) * s->stack;
    return (ly_fiber *)((top - sizeof(ly_fiber) - index % 8 * 128) & ~(uintptr_t)63);
}

/* The next of the slab; the lock is held. */
static ly_fiber *cut_from(slab *s, void (*entry)(ly_fiber *))
{
    uint32_t index = s->used;
    ly_fiber *fiber = fiber_in(s, index);
    fiber->stack = s->base + index * s->stack + (index == 0 ? 4096 : 0);
    LY_STACK_REGISTER(fiber->stack, s->base + (index + 1) * s->stack);
    fiber->stack_size = (size_t)((char *)fiber - fiber->stack);
    fiber->poll = &fiber->own_poll;
    fiber->sp = first_frame((char *)fiber, entry);
#if defined(__SANITIZE_ADDRESS__)
    fiber->bottom = fiber->stack;
    fiber->size = fiber->stack_size;
#endif
#if defined(__SANITIZE_THREAD__)
    fiber->tsan = __tsan_create_fiber(0);
#endif
    s->used++; /* visitors see it from here on */
    return fiber;
}

static ly_fiber *cut_fiber(void (*entry)(ly_fiber *))
{
    slab *s;
    ly_fiber *fiber = NULL;
    ly_lock_take(&lock);
    s = slabs;
    if (!s || s->used == s->stacks) {
        uint32_t stacks = SLAB_STACKS;
        while (stacks > 1 && (rlim_t)stacks * LY_FIBER_STACK > largest_reservation()) stacks /= 2;
        s = new_slab(stacks, LY_FIBER_STACK);
    }
    if (s) fiber = cut_from(s, entry);
    ly_lock_give(&lock);
    return fiber;
}

ly_fiber *ly_fiber_new_deep(ly_worker *worker, void (*entry)(ly_fiber *fiber))
{
    ly_fiber *fiber = worker->free_deep;
    slab *s;
    if (fiber) {
        worker->free_deep = NULL;
        return fiber;
    }
    ly_lock_take(&lock);
    if ((fiber = free_deep)) {
        free_deep = fiber->next;
    } else if (deep_count < DEEP_MOST) {
        /* where address space is short they are smaller, but there are some */
        size_t stack = LY_DEEP_STACK;
        while (stack > 2 * LY_FIBER_STACK && (deep_count + 1) * stack > largest_reservation()) stack /= 2;
        if ((s = new_slab(1, stack))) {
            fiber = cut_from(s, entry);
            deep_count++;
        }
    }
    ly_lock_give(&lock);
    return fiber;
}

static void put_deep(ly_fiber *fiber)
{
    ly_lock_take(&lock);
    fiber->next = free_deep;
    free_deep = fiber;
    ly_lock_give(&lock);
}

ly_fiber *ly_fiber_new(ly_worker *worker, void (*entry)(ly_fiber *fiber))
{
    ly_fiber *fiber = worker->free_fibers;
    if (!fiber && __atomic_load_n(&free_count, __ATOMIC_RELAXED)) {
        ly_lock_take(&lock);
        for (int i = 0; i < FREE_OF_WORKER / 2 && free_fibers; i++) {
            fiber = free_fibers;
            free_fibers = fiber->next;
            __atomic_store_n(&free_count, free_count - 1, __ATOMIC_RELAXED);
            fiber->next = worker->free_fibers;
            worker->free_fibers = fiber;
            worker->free_fiber_count++;
        }
        ly_lock_give(&lock);
        fiber = worker->free_fibers;
    }
    if (!fiber) return cut_fiber(entry);
    worker->free_fibers = fiber->next;
    worker->free_fiber_count--;
    return fiber;
}

void ly_fiber_put(ly_worker *worker, ly_fiber *fiber)
{
    if (fiber->stack_size > LY_FIBER_STACK) {
        if (worker->free_deep) put_deep(fiber);
        else worker->free_deep = fiber;
        return;
    }
    fiber->next = worker->free_fibers;
    worker->free_fibers = fiber;
    if (++worker->free_fiber_count <= FREE_OF_WORKER) return;
    ly_fibers_give(worker, FREE_OF_WORKER / 2);
}

void ly_fibers_give(ly_worker *worker, uint32_t leave)
{
    bool trim = __atomic_load_n(&free_count, __ATOMIC_RELAXED) >= FREE_WITH_MEMORY;
    ly_fiber *first = NULL, *last = NULL;
    size_t count = 0;
    if (leave == 0 && worker->free_deep) {
        put_deep(worker->free_deep);
        worker->free_deep = NULL;
    }
    while (worker->free_fiber_count > leave) {
        ly_fiber *fiber = worker->free_fibers;
        worker->free_fibers = fiber->next;
        worker->free_fiber_count--;
        if (trim) {
            char *top = (char *)((uintptr_t)fiber & ~(uintptr_t)4095) - KEPT_AT_TOP;
            madvise(fiber->stack, (size_t)(top - fiber->stack), MADV_DONTNEED);
        }
        fiber->next = first;
        first = fiber;
        if (!last) last = fiber;
        count++;
    }
    if (!first) return;
    ly_lock_take(&lock);
    last->next = free_fibers;
    free_fibers = first;
    __atomic_store_n(&free_count, free_count + count, __ATOMIC_RELAXED);
    ly_lock_give(&lock);
}

void ly_fibers_visit(void (*visit)(ly_fiber *fiber, void *argument), void *argument)
{
    ly_lock_take(&lock);
    for (slab *s = slabs; s; s = s->next)
        for (uint32_t i = 0; i < s->used; i++) visit(fiber_in(s, i), argument);
    ly_lock_give(&lock);
}

void ly_fibers_end(bool forked)
{
    /* in the child of a fork the caller may stand on one of these stacks, and another thread may have
       held the lock: all is left as it is, and forgotten */
    if (forked) {
        memset(&lock, 0, sizeof lock);
        slabs = NULL;
    }
    while (slabs) {
        slab *s = slabs;
        slabs = s->next;
#if defined(__SANITIZE_THREAD__)
        for (uint32_t i = 0; i < s->used; i++) __tsan_destroy_fiber(fiber_in(s, i)->tsan);
#endif
        munmap(s->base, s->size);
        ly_free(s);
    }
    free_fibers = free_deep = NULL;
    free_count = deep_count = 0;
}

/* ---- a thread's own stack --------------------------------------------------------------------- */

void ly_fiber_of_thread(ly_fiber *fiber, ly_worker *worker)
{
    /* the record may have been another thread's; the timers' thread looks at home all the time
       (ly_worker_beat), so that was set before anybody saw the record, and stays */
    assert(fiber->home == worker);
    memset(fiber, 0, offsetof(ly_fiber, home));
    memset(&fiber->cx, 0, sizeof *fiber - offsetof(ly_fiber, cx));
    fiber->poll = &fiber->own_poll;
#if defined(__SANITIZE_THREAD__)
    fiber->tsan = __tsan_get_current_fiber();
#endif
}

/* ---- what runs on a fiber --------------------------------------------------------------------- */

char *ly_fiber_bottom(void)
{
    ly_worker *worker = ly_worker_here_if();
    return worker && !worker->current->home ? worker->current->stack : NULL;
}

ly_fiber *ly_fiber_here(void) { return ly_worker_here()->current; }

static void attach(ly_fiber *fiber, ly_context *cx)
{
    fiber->cx = cx;
    cx->on_poll = ly_worker_on_poll;
    ly_lock_take(&fiber->poll_lock);
    fiber->poll = &cx->poll;
    __atomic_fetch_or(&cx->poll, __atomic_exchange_n(&fiber->own_poll, 0, __ATOMIC_RELAXED),
                      __ATOMIC_RELAXED);
    ly_lock_give(&fiber->poll_lock);
}

void ly_fiber_attach(ly_context *cx)
{
    ly_worker *worker = ly_worker_here();
    ly_fiber *fiber = worker->current;
    if (fiber->task || fiber->work) {
        cx->memory_before = 0;
        ly_heap_enter(cx, ly_worker_heap(worker));
    }
    if (fiber->floor) cx->stack_limit = fiber->floor;
    else if (fiber->task || fiber->work) ly_stacks_enter_on(cx, fiber->stack);
    else ly_stacks_enter(cx);
    attach(fiber, cx);
}

void ly_fiber_attach_within(ly_context *cx, const ly_context *outer)
{
    ly_worker *worker = ly_worker_here();
    ly_fiber *fiber = worker->current;
    cx->memory_before = 0;
    ly_heap_enter(cx, fiber->task || fiber->work ? ly_worker_heap(worker) : outer->heap);
    cx->stack_limit = outer->stack_limit;
    attach(fiber, cx);
}

void ly_fiber_attach_again(ly_context *cx, int64_t charged)
{
    ly_worker *worker = ly_worker_here();
    ly_fiber *fiber = worker->current;
    if ((fiber->task || fiber->work) && cx->heap != ly_worker_heap(worker)) {
        cx->memory_before = charged;
        ly_heap_enter(cx, ly_worker_heap(worker));
    }
    attach(fiber, cx);
}

void ly_fiber_detach(void)
{
    ly_fiber *fiber = ly_worker_here()->current;
    ly_lock_take(&fiber->poll_lock);
    /* a turn that is to be given up stays so: nobody says it twice to the task on a guest's thread */
    __atomic_store_n(&fiber->own_poll, ly_fiber_poll_bits(fiber) & (LY_POLL_CANCEL | LY_POLL_YIELD),
                     __ATOMIC_RELAXED);
    fiber->poll = &fiber->own_poll;
    ly_lock_give(&fiber->poll_lock);
    fiber->cx->on_poll = NULL;
    fiber->cx = NULL;
}

void ly_fiber_poll_drop(ly_fiber *fiber)
{
    __atomic_fetch_and(&fiber->own_poll, LY_POLL_YIELD, __ATOMIC_SEQ_CST);
    /* a token is marked before its fibers are told */
    if (fiber->scope && ly_cancelled(fiber->scope->token)) ly_fiber_poll_set(fiber, LY_POLL_CANCEL);
}

void ly_fiber_poll_set(ly_fiber *fiber, uint32_t bits)
{
    ly_lock_take(&fiber->poll_lock);
    __atomic_fetch_or(fiber->poll, bits, __ATOMIC_RELAXED);
    ly_lock_give(&fiber->poll_lock);
}
