/* Cells on their way between heaps: what one thread makes and another drops comes home, heaps end before
   and after their objects, and blocks go when nothing lives in them. In sanitizer builds objects are
   malloc's, but cells are these all the same. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "eval/context.h"

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { MESSAGES = 1000000 };
#else
enum { MESSAGES = 10000000 };
#endif
enum { RING = 1024, BOUND = 64 << 20 };

/* As ly_alloc and ly_dealloc do it. */
static void *take(ly_heap *heap, size_t size_class)
{
    ly_free_cell *cell = heap->free[size_class];
    if (!cell) return ly_cell_new(heap, size_class);
    heap->free[size_class] = cell->next;
    return cell;
}

static void drop(ly_heap *heap, void *at, size_t size_class)
{
    ly_free_cell *cell = at;
    cell->next = heap->free[size_class];
    heap->free[size_class] = cell;
}

/* Each cell is filled with what only its message has, so that two owners would be seen. */
static void fill(void *cell, size_t size_class, uint64_t number)
{
    for (size_t i = 0; i < 2 * size_class; i++) ((uint64_t *)cell)[i] = number + i;
}

static bool is_filled(const void *cell, size_t size_class, uint64_t number)
{
    for (size_t i = 0; i < 2 * size_class; i++)
        if (((const uint64_t *)cell)[i] != number + i) return false;
    return true;
}

static size_t class_of(uint64_t number) { return 1 + number * 7 % 5; }

typedef struct ring {
    void *slots[RING];
    uint64_t written, read; /* atomic */
} ring;

static void put(ring *r, void *cell)
{
    uint64_t at = r->written;
    while (at - __atomic_load_n(&r->read, __ATOMIC_ACQUIRE) == RING) sched_yield();
    r->slots[at % RING] = cell;
    __atomic_store_n(&r->written, at + 1, __ATOMIC_RELEASE);
}

static void *get(ring *r)
{
    uint64_t at = r->read;
    void *cell;
    while (__atomic_load_n(&r->written, __ATOMIC_ACQUIRE) == at) sched_yield();
    cell = r->slots[at % RING];
    __atomic_store_n(&r->read, at + 1, __ATOMIC_RELEASE);
    return cell;
}

static size_t most; /* bytes that the producer's heap ever had */

static void *produce(void *argument)
{
    ring *r = argument;
    ly_heap *heap = ly_heap_here();
    for (uint64_t i = 0; i < MESSAGES; i++) {
        void *cell = take(heap, class_of(i));
        fill(cell, class_of(i), i);
        put(r, cell);
        if (heap->block_bytes > most) most = heap->block_bytes;
    }
    return NULL;
}

static void *consume(void *argument)
{
    ring *r = argument;
    ly_heap *heap = ly_heap_here();
    for (uint64_t i = 0; i < MESSAGES; i++) {
        void *cell = get(r);
        if (!is_filled(cell, class_of(i), i)) abort();
        drop(heap, cell, class_of(i));
        ly_heap_dropped(heap, class_of(i) * LY_GRAIN);
    }
    return NULL;
}

static void one_makes_another_drops(void **state)
{
    ring *r = calloc(1, sizeof *r);
    pthread_t producer, consumer;
    size_t before = ly_heap_count();
    most = 0;
    pthread_create(&producer, NULL, produce, r);
    pthread_create(&consumer, NULL, consume, r);
    pthread_join(producer, NULL);
    pthread_join(consumer, NULL);
    assert_true(most > 0 && most < BOUND);
    /* both heaps are gone: whatever ended first, all cells came home */
    assert_int_equal(ly_heap_count(), before);
    free(r);
}

/* Through evaluation's own allocation, both ways at once. */
typedef struct pair {
    ring there, back;
    int64_t used;
} pair;

static void *echo(void *argument)
{
    pair *p = argument;
    ly_heap *heap = ly_heap_here();
    for (uint64_t i = 0; i < MESSAGES / 2; i++) {
        void *cell = get(&p->there);
        if (!is_filled(cell, 2, i)) abort();
        drop(heap, cell, 2);
        ly_heap_dropped(heap, 32);
        cell = take(heap, 3);
        fill(cell, 3, i);
        put(&p->back, cell);
    }
    p->used = (int64_t)heap->block_bytes;
    return NULL;
}

static void both_ways(void **state)
{
    pair *p = calloc(1, sizeof *p);
    ly_heap *heap = ly_heap_here();
    size_t received = 0;
    pthread_t thread;
    pthread_create(&thread, NULL, echo, p);
    for (uint64_t i = 0; i < MESSAGES / 2; i++) {
        void *cell = take(heap, 2);
        fill(cell, 2, i);
        put(&p->there, cell);
        while (received + RING / 2 < i) {
            cell = get(&p->back);
            assert_true(is_filled(cell, 3, received++));
            drop(heap, cell, 3);
            ly_heap_dropped(heap, 48);
        }
    }
    while (received < MESSAGES / 2) {
        void *cell = get(&p->back);
        assert_true(is_filled(cell, 3, received++));
        drop(heap, cell, 3);
    }
    pthread_join(thread, NULL);
    assert_true(heap->block_bytes < BOUND && p->used < BOUND);
    ly_heap_trim(heap, 0);
    assert_true(heap->block_bytes <= 256 << 10);
    free(p);
}

enum { LEFT = 100000 };
static void *left[LEFT];

static void *leave(void *unused)
{
    ly_heap *heap = ly_heap_here();
    for (uint64_t i = 0; i < LEFT; i++) {
        left[i] = take(heap, class_of(i));
        fill(left[i], class_of(i), i);
    }
    return heap;
}

/* The thread ends, its cells live on; dropped by us, the last of them takes the heap with it. */
static void heap_ends_before_its_cells(void **state)
{
    size_t before = ly_heap_count();
    ly_heap *heap = ly_heap_new();
    pthread_t thread;
    pthread_create(&thread, NULL, leave, NULL);
    pthread_join(thread, NULL);
    assert_int_equal(ly_heap_count(), before + 2);
    for (uint64_t i = 0; i < LEFT; i++) {
        assert_true(is_filled(left[i], class_of(i), i));
        drop(heap, left[i], class_of(i));
    }
    ly_heap_sort(heap);
    assert_int_equal(ly_heap_count(), before + 1);
    ly_heap_free(heap);
    assert_int_equal(ly_heap_count(), before);
}

static void *adopt(void *orphan)
{
    ly_heap *heap = ly_heap_here();
    if (heap != orphan) abort();
    /* half of the cells are used again, no block is made */
    size_t blocks = heap->block_bytes;
    for (uint64_t i = 0; i < LEFT; i += 2) left[i] = take(heap, class_of(i));
    if (heap->block_bytes > blocks) abort();
    for (uint64_t i = 0; i < LEFT; i++) drop(heap, left[i], class_of(i));
    return NULL;
}

static void orphans_are_adopted(void **state)
{
    size_t before = ly_heap_count();
    ly_heap *heap = ly_heap_new();
    void *orphan;
    pthread_t thread;
    cpu_set_t all, one; /* the same node for both threads */
    pthread_getaffinity_np(pthread_self(), sizeof all, &all);
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE && !CPU_COUNT(&one); i++)
        if (CPU_ISSET(i, &all)) CPU_SET(i, &one);
    pthread_setaffinity_np(pthread_self(), sizeof one, &one);
    pthread_create(&thread, NULL, leave, NULL);
    pthread_join(thread, &orphan);
    for (uint64_t i = 0; i < LEFT; i += 2) drop(heap, left[i], class_of(i));
    ly_heap_sort(heap); /* half of it goes home to nobody */
    assert_int_equal(ly_heap_count(), before + 2);
    pthread_create(&thread, NULL, adopt, orphan);
    pthread_join(thread, NULL);
    pthread_setaffinity_np(pthread_self(), sizeof all, &all);
    ly_heap_free(heap);
    assert_int_equal(ly_heap_count(), before);
}

/* Heaps of threads that come and go while others drop what they made. */
static ring passing;

static void *short_life(void *first)
{
    ly_heap *heap = ly_heap_here();
    uint64_t from = (uint64_t)(uintptr_t)first;
    for (uint64_t i = from; i < from + 1000; i++) {
        void *cell = take(heap, class_of(i));
        fill(cell, class_of(i), i);
        put(&passing, cell);
    }
    return NULL;
}

static void *drop_all(void *count)
{
    ly_heap *heap = ly_heap_here();
    for (uint64_t i = 0; i < (uint64_t)(uintptr_t)count; i++) {
        void *cell = get(&passing);
        if (!is_filled(cell, class_of(i), i)) abort();
        drop(heap, cell, class_of(i));
        if (i % 700 == 0) ly_heap_sort(heap);
    }
    return NULL;
}

static void threads_come_and_go(void **state)
{
    enum { THREADS = 300 };
    size_t before = ly_heap_count();
    pthread_t consumer, thread;
    memset(&passing, 0, sizeof passing);
    pthread_create(&consumer, NULL, drop_all, (void *)(uintptr_t)(THREADS * 1000));
    for (uintptr_t i = 0; i < THREADS; i++) {
        pthread_create(&thread, NULL, short_life, (void *)(i * 1000));
        pthread_join(thread, NULL);
    }
    pthread_join(consumer, NULL);
    assert_int_equal(ly_heap_count(), before);
}

/* A context's limit is its own, whatever else happens on the heap, and foreign memory is no credit. */
static void limits_are_a_contexts_own(void **state)
{
    ly_context *one = ly_context_on_thread(), *two = ly_context_on_thread();
    ly_object *large;
    assert_ptr_equal(one->heap, two->heap);
    one->memory_limit = ly_memory_charged(one) + (1 << 20);
    ly_heap_leave(one);
    large = ly_alloc(two, LY_KIND_BYTES, 4 << 20);
    assert_non_null(large);
    assert_false(two->poll & LY_POLL_MEMORY);
    ly_heap_enter(one, ly_heap_here());
    assert_true(ly_memory_can(one, 1 << 19));
    ly_dealloc(one, large); /* made by another */
    assert_false(ly_memory_can(one, 2 << 20));
    assert_int_equal(ly_pending_take(one).kind, LY_PENDING_MEMORY);
    assert_true(ly_memory_can(two, 2 << 20));
    ly_context_free(two);
    ly_context_free(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_makes_another_drops),   cmocka_unit_test(both_ways),
        cmocka_unit_test(heap_ends_before_its_cells), cmocka_unit_test(orphans_are_adopted),
        cmocka_unit_test(threads_come_and_go),       cmocka_unit_test(limits_are_a_contexts_own),
    };
    if (!ly_reserve_start()) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
