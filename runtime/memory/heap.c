/* heap.c: objects of a context, and limits of memory.

   Small objects are cells of the heap (cells.c). Large objects, and in sanitizer builds all of them,
   are malloc's, with their size in front. One thread uses a heap at a time, so nothing here is atomic
   but what is counted for the process.

   Two limits: the process's, compared with what all heaps hold together, to which each adds its part in
   steps of REPORT_BYTES; and MemoryConstrained's, compared with what the context was charged: what the
   heap that it runs on has grown by meanwhile.

   When the system has no memory left, small requests are met from the reserve (reserve.c) and the
   error is raised at the next poll: code between two polls needs no check. */
#include "memory/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "eval/context.h"

enum { REPORT_BYTES = 256 << 10 };

/* In front of every large object. */
typedef struct large_prefix {
    size_t size;
    const ly_context *maker; /* who was charged; to be compared, not followed */
} large_prefix;

/* ---- what is used ------------------------------------------------------------------------------- */

static int64_t process_used;      /* atomic: what heaps have reported */
static int64_t process_tolerated; /* atomic: over the limit so far, but enough of it on free lists */

/* Four fifths of what the machine or the process's limit on address space allows, so that the error
   comes before swapping does. */
static int64_t find_limit(void)
{
    size_t limit = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    struct rlimit r;
    if (getrlimit(RLIMIT_AS, &r) == 0 && r.rlim_cur != RLIM_INFINITY && r.rlim_cur < limit)
        limit = r.rlim_cur;
    return (int64_t)(limit / 5 * 4);
}

static int64_t process_limit(void)
{
    static int64_t known;
    int64_t limit = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (!limit) __atomic_store_n(&known, limit = find_limit(), __ATOMIC_RELAXED);
    return limit;
}

void ly_heap_report(ly_heap *heap)
{
    int64_t all = __atomic_add_fetch(&process_used, heap->unreported, __ATOMIC_RELAXED);
    heap->unreported = 0;
    heap->over = all > process_limit() && all > __atomic_load_n(&process_tolerated, __ATOMIC_RELAXED);
}

void ly_heap_charge(ly_heap *heap, int64_t bytes)
{
    heap->used += bytes;
    heap->unreported += bytes;
    if (heap->unreported > REPORT_BYTES || heap->unreported < -REPORT_BYTES) ly_heap_report(heap);
}

int64_t ly_memory_charged(const ly_context *cx) { return cx->memory_before + cx->heap->used; }

void ly_heap_leave(ly_context *cx) { cx->memory_before += cx->heap->used; }

void ly_heap_enter(ly_context *cx, ly_heap *heap)
{
    cx->heap = heap;
    cx->memory_before -= heap->used;
}

static void over_limit(ly_context *cx)
{
    int64_t charged = ly_memory_charged(cx);
    if ((charged > cx->memory_limit && charged > cx->memory_tolerated) || cx->heap->over)
        __atomic_fetch_or(&cx->poll, LY_POLL_MEMORY, __ATOMIC_RELAXED);
}

static void charge(ly_context *cx, size_t bytes)
{
    ly_heap_charge(cx->heap, (int64_t)bytes);
    over_limit(cx);
}

/* What another context made gives this one no room. */
static void uncharge(ly_context *cx, const large_prefix *prefix)
{
    if (prefix->maker != cx) cx->memory_before += (int64_t)prefix->size;
    ly_heap_charge(cx->heap, -(int64_t)prefix->size);
}

static bool fits(const ly_context *cx, int64_t less, size_t bytes)
{
    int64_t process = __atomic_load_n(&process_used, __ATOMIC_RELAXED) + cx->heap->unreported - less;
    int64_t charged = ly_memory_charged(cx) - less;
    int64_t limit = process_limit();
    return process <= limit && bytes <= (size_t)(limit - (process < 0 ? 0 : process)) &&
           charged <= cx->memory_limit &&
           (cx->memory_limit == INT64_MAX || bytes <= (uint64_t)cx->memory_limit - (uint64_t)charged);
}

bool ly_memory_can(ly_context *cx, size_t bytes)
{
    if (__atomic_load_n(&ly_memory_exhausted, __ATOMIC_RELAXED) && !cx->reporting && !ly_memory_back()) {
        ly_raise_memory(cx);
        return false;
    }
    if (fits(cx, 0, bytes)) return true;
    /* of a computation that ran out of memory most is free by now, but not all of it whole blocks */
    if (bytes <= (size_t)process_limit()) {
        ly_heap_trim(cx->heap, 0);
        if (fits(cx, (int64_t)ly_heap_free_bytes(cx->heap), bytes)) {
            cx->memory_tolerated = ly_memory_charged(cx);
            ly_heap_report(cx->heap);
            __atomic_store_n(&process_tolerated, __atomic_load_n(&process_used, __ATOMIC_RELAXED),
                             __ATOMIC_RELAXED);
            cx->heap->over = false;
            return true;
        }
    }
    ly_raise_memory(cx);
    return false;
}

/* ---- objects ------------------------------------------------------------------------------------ */

static void *alloc_large(ly_context *cx, ly_kind kind, size_t size)
{
    large_prefix *prefix;
    ly_object *object;
    bool small = size <= LY_SMALL_BYTES;
    if (!small && (size > SIZE_MAX / 2 || !ly_memory_can(cx, size))) return NULL;
    prefix = small ? ly_malloc_must(size + sizeof *prefix) : malloc(size + sizeof *prefix);
    if (!prefix) {
        ly_raise_memory(cx);
        return NULL;
    }
    *prefix = (large_prefix){size, cx};
    cx->heap->live++;
    charge(cx, size);
    object = (ly_object *)(prefix + 1);
    *object = (ly_object){1, (uint8_t)kind, 0, 0};
    return object;
}

void *ly_alloc_slow(ly_context *cx, ly_kind kind, size_t size)
{
#ifndef LY_SANITIZE
    if (size <= LY_GRAIN * (LY_CLASS_COUNT - 1)) {
        ly_heap *heap = cx->heap;
        size_t size_class = (size + LY_GRAIN - 1) / LY_GRAIN, before = heap->block_bytes;
        ly_object *object = ly_cell_new(heap, size_class);
        if (heap->block_bytes != before) over_limit(cx);
        *object = (ly_object){1, (uint8_t)kind, 0, (uint16_t)size_class};
        return object;
    }
#endif
    return alloc_large(cx, kind, size);
}

void ly_dealloc_large(ly_context *cx, ly_object *object)
{
    large_prefix *prefix = (large_prefix *)object - 1;
    uncharge(cx, prefix);
    cx->heap->live--;
    ly_free(prefix);
}

size_t ly_object_capacity(const ly_object *object)
{
    return object->size_class ? (size_t)object->size_class * LY_GRAIN
                              : ((const large_prefix *)object - 1)->size;
}

void *ly_realloc(ly_context *cx, ly_object *object, size_t size)
{
    size_t old = ly_object_capacity(object);
    if (size <= old) return object;
    if (object->size_class == 0) {
        large_prefix *prefix = (large_prefix *)object - 1;
        if (size > SIZE_MAX / 2 || !ly_memory_can(cx, size - old)) return NULL;
        prefix = ly_remalloc(prefix, size + sizeof *prefix);
        if (!prefix) {
            ly_raise_memory(cx);
            return NULL;
        }
        prefix->size = size;
        charge(cx, size - old);
        return prefix + 1;
    } else {
        ly_object *moved = ly_alloc(cx, (ly_kind)object->kind, size);
        if (!moved) return NULL;
        memcpy(moved + 1, object + 1, old - sizeof *object);
        moved->flags = object->flags;
        ly_dealloc(cx, object);
        return moved;
    }
}

void *ly_buffer_alloc(ly_context *cx, size_t size) { return ly_buffer_realloc(cx, NULL, size); }

void *ly_buffer_realloc(ly_context *cx, void *buffer, size_t size)
{
    large_prefix *prefix = buffer ? (large_prefix *)buffer - 1 : NULL;
    size_t old = prefix ? prefix->size : 0;
    if (size > SIZE_MAX / 2) {
        ly_raise_memory(cx);
        return NULL;
    }
    if (size > LY_BUFFER_BYTES && size > old && !ly_memory_can(cx, size - old)) return NULL;
    prefix = ly_remalloc(prefix, size + sizeof *prefix);
    if (!prefix) {
        ly_raise_memory(cx);
        return NULL;
    }
    if (!buffer) prefix->maker = cx;
    prefix->size = size;
    charge(cx, size - old);
    return prefix + 1;
}

void ly_buffer_free(ly_context *cx, void *buffer)
{
    if (buffer) {
        large_prefix *prefix = (large_prefix *)buffer - 1;
        uncharge(cx, prefix);
        ly_free(prefix);
    }
}
