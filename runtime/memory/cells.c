/* cells.c: the cells of a heap: blocks cut into size classes, free lists, and their way home.

   A thread allocates from its heap and frees onto its heap's free lists, whoever made the object: both
   are a few instructions without atomics. Cells of another heap's blocks so get mixed in. They are
   used here as any other, but where one thread makes what another drops they would pile up; so a heap
   *sorts* its lists whenever enough was dropped that may have come from elsewhere: its own cells go
   on its sorted lists, and are counted in their blocks; the others are handed to their owners, a
   chain for each. A block stands at a multiple of its size, so a cell finds it, and it knows its heap.

       free[class]    dropped since the last sort, and a few from below: what allocation takes
       sorted[class]  the heap's own, counted in block->free; refills free[class] a few at a time
       returned       own cells that others handed back: one list for all classes, the class in the
                      second word; others push chains, the heap takes all at once

   A block whose cells are all on the sorted lists is empty and can go back to the system. So a block
   lives as long as anything in it does, and a heap as long as it has blocks: one whose thread ended
   before that is an *orphan*, kept until it is empty or until a new heap is wanted on its node.
   Memory of a node stays with heaps of that node.

   Pieces of the reserve (reserve.c) serve as blocks when the system has no memory; they are not
   aligned, belong to whoever frees their cells, and are never given back. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory/memory.h"

enum {
    BLOCK_BYTES = 128 * 1024,
    RESERVE_BLOCK_BYTES = 4096,
    KEPT_BYTES = 16 << 20,      /* what a heap keeps though it is free, for the next computation */
    IDLE_KEPT_BYTES = 4 << 20,  /* … and that of a thread that has nothing to do */
    REFILL_BYTES = 4096,
    WORTH_SORTING = 64 << 10,
    LEAST_PATIENCE = 256 << 10, /* bytes dropped between sorts */
    MOST_PATIENCE = 64 << 20,
    CHAINS = 16,
};
#define NOT_CUT SIZE_MAX

typedef struct ly_heap_block {
    struct ly_heap_block *next;
    ly_heap *heap;
    size_t cut;    /* bytes of it that were made into cells; NOT_CUT: it is the newest */
    size_t free;   /* bytes of these on the heap's sorted lists */
    size_t doomed; /* about to be given back */
    size_t unused;
} ly_heap_block;
_Static_assert(sizeof(ly_heap_block) % LY_GRAIN == 0, "objects begin at multiples of 16 bytes");

/* A cell on its way home. */
typedef struct returned_cell {
    ly_free_cell *next;
    size_t size_class;
} returned_cell;
_Static_assert(sizeof(returned_cell) <= LY_GRAIN, "fits into the smallest cell");

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the two lists */
static ly_heap *heaps;    /* all, by next_heap */
static ly_heap *orphans;  /* those without a thread, by next_orphan */
static size_t orphan_count; /* atomic */
static int64_t ended_live;  /* of heaps that are gone */

/* ---- blocks ------------------------------------------------------------------------------------- */

static ly_heap_block *block_of(const void *cell)
{
    return (ly_heap_block *)((uintptr_t)cell & ~(uintptr_t)(BLOCK_BYTES - 1));
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

static bool is_empty(const ly_heap_block *block) { return block->free == block->cut; }

/* The newest block is cut no further. */
static void close_newest(ly_heap *heap)
{
    ly_heap_block *block = heap->newest;
    if (!block) return;
    block->cut = (size_t)(heap->bump - (char *)(block + 1));
    if (!ly_in_reserve(block) && is_empty(block)) heap->empty_blocks++;
    heap->newest = NULL;
    heap->bump = heap->bump_end = NULL;
}

/* When the system has no memory, a small one from the reserve; the process ends if that is used up. */
static void new_block(ly_heap *heap)
{
    size_t bytes = BLOCK_BYTES;
    ly_heap_block *block = map_block();
    if (!block) block = ly_reserve_take_must(bytes = RESERVE_BLOCK_BYTES);
    close_newest(heap);
    *block = (ly_heap_block){.next = heap->blocks, .heap = heap, .cut = NOT_CUT};
    heap->blocks = heap->newest = block;
    heap->bump = (char *)(block + 1);
    heap->bump_end = (char *)block + bytes;
    heap->block_bytes += bytes;
    ly_heap_charge(heap, (int64_t)bytes);
}

/* ---- sorted lists ------------------------------------------------------------------------------- */

/* A cell of this heap, or of the reserve. */
static void put_sorted(ly_heap *heap, ly_free_cell *cell, size_t size_class)
{
    if (!ly_in_reserve(cell)) {
        ly_heap_block *block = block_of(cell);
        block->free += size_class * LY_GRAIN;
        if (is_empty(block)) heap->empty_blocks++;
    }
    cell->next = heap->sorted[size_class];
    heap->sorted[size_class] = cell;
}

/* The free list of the class is empty: moves some of the sorted ones there. */
static void refill(ly_heap *heap, size_t size_class)
{
    size_t bytes = size_class * LY_GRAIN;
    ly_free_cell *cell = heap->sorted[size_class], *last = NULL;
    heap->free[size_class] = cell;
    for (size_t moved = 0; cell && moved < REFILL_BYTES; moved += bytes) {
        if (!ly_in_reserve(cell)) {
            ly_heap_block *block = block_of(cell);
            if (is_empty(block)) heap->empty_blocks--;
            block->free -= bytes;
        }
        last = cell;
        cell = cell->next;
    }
    last->next = NULL;
    heap->sorted[size_class] = cell;
}

/* What others have handed back. */
static void take_returned(ly_heap *heap)
{
    ly_free_cell *cell;
    if (!__atomic_load_n(&heap->returned, __ATOMIC_RELAXED)) return;
    /* acquire: whoever freed the cells is done with them; seq_cst: see ly_heap_free */
    cell = __atomic_exchange_n(&heap->returned, NULL, __ATOMIC_SEQ_CST);
    while (cell) {
        ly_free_cell *next = cell->next;
        size_t size_class = ((returned_cell *)cell)->size_class;
        put_sorted(heap, cell, size_class);
        heap->freed += size_class * LY_GRAIN;
        cell = next;
    }
}

/* ---- sorting ------------------------------------------------------------------------------------ */

typedef struct chain {
    ly_heap *owner;
    ly_free_cell *first, *last;
} chain;

static void visit_orphans(void);

/* Afterwards the owner may be gone: its block had nothing but these cells. */
static void hand_back(chain *c)
{
    ly_free_cell *old = __atomic_load_n(&c->owner->returned, __ATOMIC_RELAXED);
    do c->last->next = old;
    /* release: we are done with the cells; seq_cst: see ly_heap_free */
    while (!__atomic_compare_exchange_n(&c->owner->returned, &old, c->first, true, __ATOMIC_SEQ_CST,
                                        __ATOMIC_RELAXED));
    c->owner = NULL;
}

static void add_to_chain(chain *chains, ly_heap *owner, ly_free_cell *cell, size_t size_class)
{
    chain *c = &chains[((uintptr_t)owner >> 6) % CHAINS];
    if (c->owner != owner) {
        if (c->owner) hand_back(c);
        *c = (chain){owner, NULL, cell};
    }
    ((returned_cell *)cell)->size_class = size_class;
    cell->next = c->first;
    c->first = cell;
}

void ly_heap_sort(ly_heap *heap)
{
    chain chains[CHAINS] = {{0}};
    size_t own = 0, others = 0;
    heap->unsorted = 0;
    for (size_t c = 1; c < LY_CLASS_COUNT; c++) {
        size_t bytes = c * LY_GRAIN;
        ly_free_cell *cell = heap->free[c];
        heap->free[c] = NULL;
        while (cell) {
            ly_free_cell *next = cell->next;
            if (ly_in_reserve(cell) || block_of(cell)->heap == heap) {
                put_sorted(heap, cell, c);
                own += bytes;
            } else {
                add_to_chain(chains, block_of(cell)->heap, cell, c);
                others += bytes;
            }
            cell = next;
        }
    }
    take_returned(heap);
    /* where few come from elsewhere, look more rarely */
    if (others > own || others > heap->patience) heap->patience /= 2;
    else if (others < own / 16 || others < heap->patience / 16) heap->patience *= 2;
    if (heap->patience < LEAST_PATIENCE) heap->patience = LEAST_PATIENCE;
    if (heap->patience > MOST_PATIENCE) heap->patience = MOST_PATIENCE;
    if (!others) return;
    for (chain *c = chains; c < chains + CHAINS; c++)
        if (c->owner) hand_back(c);
    if (__atomic_load_n(&orphan_count, __ATOMIC_SEQ_CST)) visit_orphans();
}

/* ---- allocation's slow path ---------------------------------------------------------------------- */

void *ly_cell_new(ly_heap *heap, size_t size_class)
{
    size_t bytes = size_class * LY_GRAIN;
    ly_free_cell *cell;
    if (!heap->sorted[size_class]) take_returned(heap);
    if (heap->sorted[size_class]) {
        refill(heap, size_class);
        cell = heap->free[size_class];
        heap->free[size_class] = cell->next;
        return cell;
    }
    if ((size_t)(heap->bump_end - heap->bump) < bytes) new_block(heap);
    cell = (ly_free_cell *)heap->bump;
    heap->bump += bytes;
    return cell;
}

/* ---- giving blocks back to the system ------------------------------------------------------------ */

static void drop_empty(ly_heap *heap, size_t keep)
{
    ly_heap_block **link, *block;
    size_t kept = 0;
    if (heap->empty_blocks * BLOCK_BYTES <= keep) return;
    for (block = heap->blocks; block; block = block->next) {
        if (ly_in_reserve(block) || !is_empty(block)) continue;
        kept += BLOCK_BYTES;
        block->doomed = kept > keep;
    }
    for (size_t c = 1; c < LY_CLASS_COUNT; c++) {
        ly_free_cell **last = &heap->sorted[c];
        for (ly_free_cell *cell = heap->sorted[c]; cell; cell = cell->next) {
            if (!ly_in_reserve(cell) && block_of(cell)->doomed) continue;
            *last = cell;
            last = &cell->next;
        }
        *last = NULL;
    }
    for (link = &heap->blocks; (block = *link);) {
        if (!block->doomed) {
            link = &block->next;
            continue;
        }
        *link = block->next;
        heap->block_bytes -= BLOCK_BYTES;
        heap->empty_blocks--;
        ly_heap_charge(heap, -BLOCK_BYTES);
        munmap(block, BLOCK_BYTES);
    }
}

void ly_heap_trim(ly_heap *heap, size_t keep)
{
    heap->freed = 0;
    heap->owed = false;
    ly_heap_sort(heap);
    drop_empty(heap, keep);
}

/* More than half of a large heap was freed in large numbers. */
static bool is_due(const ly_heap *heap)
{
    return heap->block_bytes > 2 * KEPT_BYTES && heap->freed > heap->block_bytes / 2;
}

void ly_heap_freed(ly_heap *heap, size_t bytes)
{
    heap->freed += bytes;
    if (!is_due(heap)) {
        ly_heap_dropped(heap, bytes);
    } else {
        /* a loop that builds and drops again and again pays for fewer and fewer of them */
        if (heap->pass > 0) {
            heap->pass--;
            heap->freed = 0;
            heap->owed = true;
        } else {
            ly_heap_trim(heap, KEPT_BYTES);
            heap->passed = heap->pass = 4 * heap->passed + 3;
        }
    }
}

void ly_heap_rest(ly_heap *heap)
{
    if (heap->owed || is_due(heap)) ly_heap_trim(heap, KEPT_BYTES);
    heap->pass = heap->passed = 0;
}

void ly_heap_idle(ly_heap *heap)
{
    if (heap->unsorted > WORTH_SORTING) ly_heap_sort(heap);
    else take_returned(heap);
    if (heap->empty_blocks * BLOCK_BYTES > 2 * IDLE_KEPT_BYTES) drop_empty(heap, IDLE_KEPT_BYTES);
    heap->freed = 0;
    heap->owed = false;
    heap->pass = heap->passed = 0;
}

size_t ly_heap_free_bytes(const ly_heap *heap)
{
    size_t bytes = 0;
    for (size_t c = 1; c < LY_CLASS_COUNT; c++) {
        for (const ly_free_cell *cell = heap->free[c]; cell; cell = cell->next) bytes += c * LY_GRAIN;
        for (const ly_free_cell *cell = heap->sorted[c]; cell; cell = cell->next) bytes += c * LY_GRAIN;
    }
    return bytes;
}

/* ---- heaps come and go --------------------------------------------------------------------------- */

static uint32_t node_here(void)
{
    unsigned cpu = 0, node = 0;
    return syscall(SYS_getcpu, &cpu, &node, NULL) ? 0 : node;
}

/* A fork finds the lists whole. */
static void before_fork(void) { pthread_mutex_lock(&lock); }
static void after_fork(void) { pthread_mutex_unlock(&lock); }

static pthread_key_t thread_ends;

static void end_of_thread(void *heap);

static void start(void)
{
    pthread_atfork(before_fork, after_fork, after_fork);
    pthread_key_create(&thread_ends, end_of_thread);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The lock is held. */
static void take_out(ly_heap *heap)
{
    *(heap->previous_heap ? &heap->previous_heap->next_heap : &heaps) = heap->next_heap;
    if (heap->next_heap) heap->next_heap->previous_heap = heap->previous_heap;
    ended_live += heap->live;
    ly_heap_report(heap);
    ly_free(heap);
}

static void take_off_orphans(ly_heap **link)
{
    *link = (*link)->next_orphan;
    __atomic_fetch_sub(&orphan_count, 1, __ATOMIC_SEQ_CST);
}

ly_heap *ly_heap_new(void)
{
    uint32_t node = node_here();
    ly_heap *heap = NULL;
    pthread_once(&once, start);
    pthread_mutex_lock(&lock);
    for (ly_heap **link = &orphans; *link; link = &(*link)->next_orphan) {
        if ((*link)->node != node) continue;
        heap = *link;
        take_off_orphans(link);
        break;
    }
    if (!heap && (heap = ly_calloc(1, sizeof *heap))) {
        heap->node = node;
        heap->patience = 4 * LEAST_PATIENCE;
        heap->next_heap = heaps;
        if (heaps) heaps->previous_heap = heap;
        heaps = heap;
    }
    pthread_mutex_unlock(&lock);
    return heap;
}

/* The lock is held: what came back to orphans; those that are empty go. */
static void visit_orphans_locked(void)
{
    for (ly_heap **link = &orphans; *link;) {
        ly_heap *heap = *link;
        take_returned(heap);
        if (heap->empty_blocks) drop_empty(heap, 0);
        if (heap->blocks) {
            link = &heap->next_orphan;
        } else {
            take_off_orphans(link);
            take_out(heap);
        }
    }
}

static void visit_orphans(void)
{
    pthread_mutex_lock(&lock);
    visit_orphans_locked();
    pthread_mutex_unlock(&lock);
}

void ly_heap_free(ly_heap *heap)
{
    ly_heap_sort(heap);
    close_newest(heap);
    pthread_mutex_lock(&lock);
    /* Sequentially consistent, as the push of a chain and the look at the count after it: cells that
       come back are seen by us, or whoever pushed them sees that there are orphans. */
    heap->next_orphan = orphans;
    orphans = heap;
    heap->freed = heap->pass = heap->passed = 0;
    __atomic_fetch_add(&orphan_count, 1, __ATOMIC_SEQ_CST);
    visit_orphans_locked();
    pthread_mutex_unlock(&lock);
}

static _Thread_local ly_heap *here;

static void end_of_thread(void *heap)
{
    here = NULL;
    ly_heap_free(heap);
}

/* Fibers change threads: the address of `here` must not be kept by a caller. */
__attribute__((noinline)) ly_heap *ly_heap_here(void)
{
    __asm__ volatile("");
    if (!here && (here = ly_heap_new())) pthread_setspecific(thread_ends, here);
    return here;
}

int64_t ly_heaps_live(void)
{
    int64_t live;
    pthread_mutex_lock(&lock);
    live = ended_live;
    for (const ly_heap *heap = heaps; heap; heap = heap->next_heap) live += heap->live;
    pthread_mutex_unlock(&lock);
    return live;
}

size_t ly_heap_count(void)
{
    size_t count = 0;
    pthread_mutex_lock(&lock);
    for (const ly_heap *heap = heaps; heap; heap = heap->next_heap) count++;
    pthread_mutex_unlock(&lock);
    return count;
}
