/* memory.h: where objects and stacks come from.

   reserve.c memory from the system, and a reserve for when it has none
   heap.c    objects of a context: small ones are cells, large ones malloc's; limits of memory
   cells.c   a thread's heap: blocks, free lists, how cells that others free come home
   stack.c   segments of stack that deep recursion goes on in */
#ifndef LY_MEMORY_H
#define LY_MEMORY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "value/value.h"

/* ---- reserve.c -------------------------------------------------------------------------------- */

/* As malloc, calloc, realloc and free; but up to LY_RESERVED_BYTES they never give NULL: then the
   memory comes from the reserve, and contexts raise the error at their next poll. ly_free takes
   what libraries got from malloc, too; what other code frees must come from malloc. */
#define LY_RESERVED_BYTES ((size_t)64 << 10)
void *ly_malloc(size_t size);
void *ly_calloc(size_t count, size_t size);
void *ly_remalloc(void *old, size_t size);
void ly_free(void *p);
char *ly_strdup(const char *text);
char *ly_strndup(const char *text, size_t count);
char *ly_realpath(const char *path);
int ly_asprintf(char **text, const char *format, ...) __attribute__((format(printf, 2, 3)));
int ly_vasprintf(char **text, const char *format, va_list arguments);
/* Never NULL: the process ends with a message when the reserve, too, has no such piece. For what
   can't be done without and for libraries that can't be told; ask ly_memory_can before. */
void *ly_malloc_must(size_t size);
void *ly_calloc_must(size_t count, size_t size);
void *ly_remalloc_must(void *old, size_t size);
/* Makes FLINT, which is loaded late, allocate in this way; set is __flint_set_memory_functions. Before
   anything else of it is called. */
void ly_reserve_for_flint(void *set);
/* Something was met from the reserve, and there was no memory since. */
extern bool ly_memory_exhausted;
/* There is memory again. */
bool ly_memory_back(void);
/* A piece of the reserve, given back by ly_free. NULL: nothing left; _must ends the process then. */
void *ly_reserve_take(size_t size);
void *ly_reserve_take_must(size_t size);
bool ly_in_reserve(const void *p);
/* For every context, before anything else. False: no memory. */
bool ly_reserve_start(void);
/* The process runs nothing but the program: large buffers that are freed are kept for the next ones. */
void ly_keep_buffers(void);
void ly_reserve_add_context(ly_context *cx);
void ly_reserve_remove_context(ly_context *cx);

/* ---- heap.c ----------------------------------------------------------------------------------- */

#define LY_GRAIN 16
#define LY_CLASS_COUNT 33 /* classes 1 … 32: 16 to 512 bytes; class 0: large */

typedef struct ly_free_cell {
    struct ly_free_cell *next;
} ly_free_cell;

/* A context points to the heap that it allocates from (its first member, so that allocation needs
   nothing else of the context). One thread at a time uses a heap. Contexts of tasks use that of the
   thread that runs them, and are given another when they go on on another thread. What a heap's objects
   are freed onto may be another heap: see cells.c. */
typedef struct ly_heap {
    ly_free_cell *free[LY_CLASS_COUNT];
    ly_free_cell *sorted[LY_CLASS_COUNT];
    char *bump, *bump_end;        /* the rest of the newest block */
    struct ly_heap_block *blocks; /* all blocks */
    struct ly_heap_block *newest; /* NULL: none is being cut */
    size_t block_bytes;           /* of all blocks */
    size_t empty_blocks;          /* those whose cells are all sorted */
    size_t unsorted;              /* bytes dropped since the last sort that may be others', about */
    size_t patience;              /* so many of them before the next */
    size_t freed;                 /* bytes freed in large numbers, about, since the last trim */
    uint32_t pass, passed;        /* large frees without a trim: left, and last time */
    bool owed;                    /* there were such */
    bool over;                    /* the process was over its limit when we last reported */
    uint32_t node;                /* NUMA node of the thread that it was made on */
    int64_t used;                 /* bytes in large objects and blocks; negative where others' were freed */
    int64_t unreported;           /* of these, not yet counted for the process */
    int64_t live;                 /* large objects: all objects, in sanitizer builds */
    struct ly_heap *next_heap, *previous_heap, *next_orphan;
    char apart[64];
    ly_free_cell *returned;       /* atomic: own cells that other threads have freed */
    char apart_too[64];
} ly_heap;

/* Memory for an object of size bytes, its header set (count 1, the kind given). Requests up to
   LY_SMALL_BYTES never fail: the last of them come from a reserve while the error travels. Larger
   ones give NULL when there is no memory, the error pending in the context. */
#define LY_SMALL_BYTES 4096
void *ly_alloc_slow(ly_context *cx, ly_kind kind, size_t size);
static inline void *ly_alloc(ly_context *cx, ly_kind kind, size_t size)
{
#ifndef LY_SANITIZE
    if (size <= LY_GRAIN * (LY_CLASS_COUNT - 1)) {
        ly_heap *heap = *(ly_heap **)cx;
        size_t size_class = (size + LY_GRAIN - 1) / LY_GRAIN;
        ly_free_cell *cell = heap->free[size_class];
        if (__builtin_expect(cell != NULL, 1)) {
            ly_object *object = (ly_object *)cell;
            heap->free[size_class] = cell->next;
            *object = (ly_object){1, (uint8_t)kind, 0, (uint16_t)size_class};
            return object;
        }
    }
#endif
    return ly_alloc_slow(cx, kind, size);
}
/* Gives the memory of an object back; what it refers to is the caller's matter. */
void ly_dealloc_large(ly_context *cx, ly_object *object);
static inline void ly_dealloc(ly_context *cx, ly_object *object)
{
    if (object->size_class == 0) {
        ly_dealloc_large(cx, object);
    } else {
        ly_heap *heap = *(ly_heap **)cx;
        ly_free_cell *cell = (ly_free_cell *)object;
        uint16_t size_class = object->size_class;
        cell->next = heap->free[size_class];
        heap->free[size_class] = cell;
    }
}
/* Bytes that the object's memory can hold (at least what it was asked for). */
size_t ly_object_capacity(const ly_object *object);
/* A unique object moved to memory of at least size bytes; NULL (object untouched, error pending)
   when there is none. */
void *ly_realloc(ly_context *cx, ly_object *object, size_t size);
/* Plain buffers that belong to objects (entries, numbers): charged to the heap. Up to LY_BUFFER_BYTES
   they never fail; else NULL: no memory, pending. */
#define LY_BUFFER_BYTES (LY_RESERVED_BYTES - 64)
void *ly_buffer_alloc(ly_context *cx, size_t size);
void *ly_buffer_realloc(ly_context *cx, void *buffer, size_t size);
void ly_buffer_free(ly_context *cx, void *buffer);
/* True if so many bytes more could be had at all (limits of process and context); else the error is
   pending. Asked before libraries allocate by themselves. */
bool ly_memory_can(ly_context *cx, size_t bytes);
/* Bytes of memory that the evaluation in this context has had, net, since it began. MemoryConstrained
   compares them. */
int64_t ly_memory_charged(const ly_context *cx);
/* The context stops running on its heap, and goes on on this one. Each on the heap's thread. */
void ly_heap_leave(ly_context *cx);
void ly_heap_enter(ly_context *cx, ly_heap *heap);
/* So many bytes more belong to the heap: counted for the process, in large steps. */
void ly_heap_charge(ly_heap *heap, int64_t bytes);
void ly_heap_report(ly_heap *heap);

/* ---- cells.c ---------------------------------------------------------------------------------- */

/* A heap of its own for a context; NULL: no memory. */
ly_heap *ly_heap_new(void);
/* Goes when the last of its cells was freed, by whichever thread. */
void ly_heap_free(ly_heap *heap);
/* The calling thread's, for tasks that it runs; ends with the thread. NULL: no memory. */
ly_heap *ly_heap_here(void);
/* The free list of the class is empty. */
void *ly_cell_new(ly_heap *heap, size_t size_class);
/* Hands cells that are other heaps' back to them. */
void ly_heap_sort(ly_heap *heap);
/* Gives blocks that nothing uses back to the system, all but about `keep` bytes of them. */
void ly_heap_trim(ly_heap *heap, size_t keep);
/* So many bytes were freed at once: perhaps it is time to trim. */
#define LY_FREED_MANY 4096
void ly_heap_freed(ly_heap *heap, size_t bytes);
/* About so many bytes were, or will be, freed here that other heaps may have made. */
static inline void ly_heap_dropped(ly_heap *heap, size_t bytes)
{
    heap->unsorted += bytes;
    if (__builtin_expect(heap->unsorted > heap->patience, 0)) ly_heap_sort(heap);
}
#define LY_SHARED_BYTES 32 /* of an object that several threads held */
/* A value came from another context, and will be freed in this one. */
#define LY_ARRIVED_BYTES 16384
static inline void ly_heap_arrived(ly_heap *heap) { ly_heap_dropped(heap, LY_ARRIVED_BYTES); }
/* A statement has ended: what it left unused goes back. */
void ly_heap_rest(ly_heap *heap);
/* The thread has nothing to do. */
void ly_heap_idle(ly_heap *heap);
/* Bytes on the free lists: what the blocks hold and nobody uses. */
size_t ly_heap_free_bytes(const ly_heap *heap);
/* Of all heaps together: objects that are alive (large ones; in sanitizer builds, all), and heaps. */
int64_t ly_heaps_live(void);
size_t ly_heap_count(void);

/* ---- stack.c ---------------------------------------------------------------------------------- */

/* Calls function(cx, argument) on a new, larger segment of stack and returns its result. NULL with
   the error pending when there is no memory for it. */
void *ly_on_new_stack(ly_context *cx, void *(*function)(ly_context *, void *), void *argument);
/* The same for any function whose arguments, six at most, and result are words: integers, values,
   pointers. Gives 0 (pending) where there is no memory. A result narrower than a word is cast to its
   type by the caller. */
typedef uint64_t ly_word_function(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);
uint64_t ly_call_deeper(ly_context *cx, ly_word_function *function, const uint64_t *words);
#define ly_deeper(cx, function, ...)                                                               \
    ly_call_deeper(cx, (ly_word_function *)(void (*)(void))(function), (const uint64_t[6]){__VA_ARGS__})
#define LY_AS_WORD(pointer) ((uint64_t)(uintptr_t)(pointer))
void ly_stacks_start(ly_context *cx);
/* The context goes on on the calling thread's stack. */
void ly_stacks_enter(ly_context *cx);
/* The same on a stack whose lowest address is given. */
void ly_stacks_enter_on(ly_context *cx, char *bottom);
/* The lowest address of the stack that the caller runs on, where that is none of the system's; else
   NULL. Set once by whoever makes such stacks. */
extern char *(*ly_stacks_bottom)(void);
void ly_stacks_end(ly_context *cx);

#endif
