/* heap.c: the heap that a context allocates from.

   Small objects come from 128 KiB blocks cut into size classes of 16 bytes; what is freed goes on the
   free list of its class. Large objects, and in sanitizer builds all of them, are malloc's, with
   their size in front. One thread uses a heap at a time, so nothing here is atomic.

   Blocks go back to the system when much was freed at once, and before a limit of memory is said to
   be reached: two walks over the free lists count what is free in each block, then drop the cells of
   those that are free wholly. Blocks stand at multiples of their size, so a cell finds its block, and
   a block knows its heap: an object may have been made by another heap than the one that frees it, and
   its cell is then used where it was freed; only a heap itself counts the cells of its own blocks, so
   a block of which another heap holds a cell is never found free.

   When the system has no memory left, small requests are met from the reserve (reserve.c) and the
   error is raised at the next poll: code between two polls needs no check. */
#include "memory/memory.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "eval/context.h"

/* KEPT_BYTES: what a heap keeps though it is free, for the next computation. */
enum { BLOCK_BYTES = 128 * 1024, RESERVE_BLOCK_BYTES = 4096, KEPT_BYTES = 16 << 20 };

typedef struct ly_heap_block {
    struct ly_heap_block *next;
    ly_heap *heap;
    size_t cut;  /* bytes of it that were made into objects, once it is not the newest any more */
    size_t free; /* bytes of these on the heap's free lists, while they are counted */
} ly_heap_block; /* objects begin at 16 bytes */

/* In front of every large object. */
typedef struct large_prefix {
    size_t size;
    uint64_t padding;
} large_prefix;

static void over_limit(ly_context *cx)
{
    if (cx->heap->used > cx->heap->limit && cx->heap->used > cx->heap->tolerated) cx->poll |= LY_POLL_MEMORY;
}

/* Mappings lie below each other, so the next one is aligned as the last was. */
static ly_heap_block *map_block(void)
{
    char *at = mmap(NULL, BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    size_t past;
    if (at == MAP_FAILED) return NULL;
    if ((uintptr_t)at % BLOCK_BYTES == 0) return (ly_heap_block *)at;
    munmap(at, BLOCK_BYTES);
    at = mmap(NULL, 2 * BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return NULL;
    past = -(uintptr_t)at % BLOCK_BYTES;
    if (past) munmap(at, past);
    if (past < BLOCK_BYTES) munmap(at + past + BLOCK_BYTES, BLOCK_BYTES - past);
    return (ly_heap_block *)(at + past);
}

static void unmap_block(ly_heap_block *block)
{
    if (ly_in_reserve(block)) ly_free(block);
    else munmap(block, BLOCK_BYTES);
}

/* A block for small objects. When the system has no memory, a small one from the reserve; the
   process ends if that is used up. */
static void new_block(ly_context *cx)
{
    ly_heap *heap = cx->heap;
    size_t bytes = BLOCK_BYTES;
    ly_heap_block *block = map_block();
    if (!block) block = ly_reserve_take_must(bytes = RESERVE_BLOCK_BYTES);
    if (heap->blocks) heap->blocks->cut = (size_t)(heap->bump - (char *)(heap->blocks + 1));
    block->next = heap->blocks;
    block->heap = heap;
    heap->blocks = block;
    heap->bump = (char *)(block + 1);
    heap->bump_end = (char *)block + bytes;
    heap->used += bytes;
    heap->block_bytes += bytes;
    over_limit(cx);
}

static ly_heap_block *block_of(const void *cell)
{
    return (ly_heap_block *)((uintptr_t)cell & ~(uintptr_t)(BLOCK_BYTES - 1));
}

/* The cell lies in a block that this heap may give back. */
static bool counts(const ly_heap *heap, const ly_free_cell *cell)
{
    return !ly_in_reserve(cell) && block_of(cell)->heap == heap;
}

static bool is_empty(const ly_heap *heap, const ly_heap_block *block)
{
    return block != heap->blocks && block->free == block->cut;
}

void ly_heap_trim(ly_heap *heap, size_t keep)
{
    ly_heap_block **link, *block;
    size_t empty = 0;
    heap->freed = 0;
    heap->owed = false;
    for (block = heap->blocks; block; block = block->next) block->free = 0;
    for (size_t c = 1; c < LY_CLASS_COUNT; c++)
        for (ly_free_cell *cell = heap->free[c]; cell; cell = cell->next)
            if (counts(heap, cell)) block_of(cell)->free += c * LY_GRAIN;
    for (block = heap->blocks; block; block = block->next) {
        if (ly_in_reserve(block) || !is_empty(heap, block)) continue;
        empty += BLOCK_BYTES;
        if (empty <= keep) block->free = 0; /* stays, as if it were in use */
    }
    if (empty <= keep) return;
    for (size_t c = 1; c < LY_CLASS_COUNT; c++) {
        ly_free_cell **last = &heap->free[c];
        for (ly_free_cell *cell = heap->free[c]; cell; cell = cell->next) {
            if (counts(heap, cell) && is_empty(heap, block_of(cell))) continue;
            *last = cell;
            last = &cell->next;
        }
        *last = NULL;
    }
    for (link = &heap->blocks; (block = *link);) {
        if (ly_in_reserve(block) || !is_empty(heap, block)) {
            link = &block->next;
            continue;
        }
        *link = block->next;
        heap->used -= BLOCK_BYTES;
        heap->block_bytes -= BLOCK_BYTES;
        unmap_block(block);
    }
}

/* More than half of a large heap was freed in large numbers. */
static bool is_due(const ly_heap *heap)
{
    return heap->block_bytes > 2 * KEPT_BYTES && heap->freed > heap->block_bytes / 2;
}

void ly_heap_freed(ly_context *cx, size_t count)
{
    ly_heap *heap = cx->heap;
    heap->freed += count * sizeof(ly_expr);
    if (!is_due(heap)) return;
    /* a loop that builds and drops again and again pays for fewer and fewer of them */
    if (heap->pass > 0) {
        heap->pass--;
        heap->freed = 0;
        heap->owed = true;
    } else {
        ly_heap_trim(heap, KEPT_BYTES);
        heap->passed = heap->pass = 2 * heap->passed + 1;
    }
}

void ly_heap_rest(ly_heap *heap)
{
    if (heap->owed || is_due(heap)) ly_heap_trim(heap, KEPT_BYTES);
    heap->pass = heap->passed = 0;
}

static void *alloc_large(ly_context *cx, ly_kind kind, size_t size)
{
    ly_heap *heap = cx->heap;
    large_prefix *prefix;
    ly_object *object;
    bool small = size <= LY_SMALL_BYTES;
    if (!small && (size > SIZE_MAX / 2 || !ly_memory_can(cx, size))) return NULL;
    prefix = small ? ly_malloc_must(size + sizeof *prefix) : malloc(size + sizeof *prefix);
    if (!prefix) {
        ly_raise_memory(cx);
        return NULL;
    }
    prefix->size = size;
    heap->used += size;
    heap->live++;
    over_limit(cx);
    object = (ly_object *)(prefix + 1);
    *object = (ly_object){1, (uint8_t)kind, 0, 0};
    return object;
}

void *ly_alloc_slow(ly_context *cx, ly_kind kind, size_t size)
{
#ifndef LY_SANITIZE
    ly_heap *heap = cx->heap;
    if (size <= LY_GRAIN * (LY_CLASS_COUNT - 1)) {
        size_t size_class = (size + LY_GRAIN - 1) / LY_GRAIN;
        size_t bytes = size_class * LY_GRAIN;
        ly_object *object;
        if ((size_t)(heap->bump_end - heap->bump) < bytes) new_block(cx);
        object = (ly_object *)heap->bump;
        heap->bump += bytes;
        *object = (ly_object){1, (uint8_t)kind, 0, (uint16_t)size_class};
        return object;
    }
#endif
    return alloc_large(cx, kind, size);
}

/* What another context allocated and gave away was charged there. */
static void uncharge(ly_heap *heap, size_t size)
{
    heap->used -= size < heap->used ? size : heap->used;
}

void ly_dealloc_large(ly_context *cx, ly_object *object)
{
    large_prefix *prefix = (large_prefix *)object - 1;
    uncharge(cx->heap, prefix->size);
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
        cx->heap->used += size - old;
        over_limit(cx);
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
    prefix->size = size;
    cx->heap->used += size - old;
    over_limit(cx);
    return prefix + 1;
}

void ly_buffer_free(ly_context *cx, void *buffer)
{
    if (buffer) {
        large_prefix *prefix = (large_prefix *)buffer - 1;
        uncharge(cx->heap, prefix->size);
        ly_free(prefix);
    }
}

/* Bytes on the free lists: what the blocks hold and nobody uses. */
static size_t free_bytes(const ly_heap *heap)
{
    size_t bytes = 0;
    for (size_t c = 1; c < LY_CLASS_COUNT; c++)
        for (const ly_free_cell *cell = heap->free[c]; cell; cell = cell->next) bytes += c * LY_GRAIN;
    return bytes;
}

bool ly_memory_can(ly_context *cx, size_t bytes)
{
    ly_heap *heap = cx->heap;
    size_t used = heap->used;
    if (__atomic_load_n(&ly_memory_exhausted, __ATOMIC_RELAXED) && !cx->reporting && !ly_memory_back()) {
        ly_raise_memory(cx);
        return false;
    }
    if (used <= heap->limit && bytes <= heap->limit - used) return true;
    /* of a computation that ran out of memory most is free by now, but not all of it whole blocks */
    if (bytes <= heap->limit) {
        ly_heap_trim(heap, 0);
        used = heap->used - free_bytes(heap);
    }
    if (used <= heap->limit && bytes <= heap->limit - used) {
        heap->tolerated = heap->used;
        return true;
    }
    ly_raise_memory(cx);
    return false;
}

/* Four fifths of what the machine or the process's limit on address space allows, so that the error
   comes before swapping does. */
static size_t process_limit(void)
{
    size_t limit = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    struct rlimit r;
    if (getrlimit(RLIMIT_AS, &r) == 0 && r.rlim_cur != RLIM_INFINITY && r.rlim_cur < limit)
        limit = r.rlim_cur;
    return limit / 5 * 4;
}

ly_heap *ly_heap_new(void)
{
    ly_heap *heap = ly_calloc(1, sizeof *heap);
    if (!heap) return NULL;
    heap->limit = process_limit();
    return heap;
}

/* Blocks of heaps that ended, whose cells other heaps may hold: a cell goes on the list of the heap
   that frees it. Kept for the life of the process. */
static ly_heap_block *outlived;
static pthread_mutex_t outlived_lock = PTHREAD_MUTEX_INITIALIZER;

void ly_heap_free(ly_heap *heap)
{
    while (heap->blocks) {
        ly_heap_block *block = heap->blocks;
        heap->blocks = block->next;
        if (heap->moves) {
            pthread_mutex_lock(&outlived_lock);
            block->heap = NULL;
            block->next = outlived;
            outlived = block;
            pthread_mutex_unlock(&outlived_lock);
        } else {
            unmap_block(block);
        }
    }
    ly_free(heap);
}
