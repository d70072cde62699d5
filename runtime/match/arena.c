/* arena.c: memory that is freed all at once: the nodes of one pattern. */
#include "match/pattern.h"

typedef struct ly_arena_block {
    struct ly_arena_block *next;
    max_align_t data[];
} ly_arena_block;

void *ly_arena_alloc(ly_context *cx, ly_arena *arena, size_t size)
{
    char *at;
    size = (size + 15) & ~(size_t)15;
    if ((size_t)(arena->end - arena->next) < size) {
        size_t block_size = arena->blocks ? 2032 : 496;
        if (block_size < size) block_size = size;
        ly_arena_block *block = ly_buffer_alloc(cx, sizeof *block + block_size);
        if (!block) return NULL;
        block->next = arena->blocks;
        arena->blocks = block;
        arena->next = (char *)block->data;
        arena->end = arena->next + block_size;
    }
    at = arena->next;
    arena->next += size;
    memset(at, 0, size);
    return at;
}

void ly_arena_free(ly_context *cx, ly_arena *arena)
{
    ly_arena_block *block = arena->blocks;
    while (block) {
        ly_arena_block *next = block->next;
        ly_buffer_free(cx, block);
        block = next;
    }
    *arena = (ly_arena){0};
}
