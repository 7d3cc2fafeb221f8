/*
 * arena — see arena.h. Blocks grow from 1 KiB to 64 KiB, by half of what there is: a definition
 * that is kept for long wastes little of its last one. Larger requests get a block of their own.
 */
#include "common/base/arena.h"

#include <string.h>

enum { BLOCK_MIN = 1024, BLOCK_MAX = 65536, ALIGNMENT = 16 };

typedef struct Block Block;
struct Block {
    Block *next;
    size_t size;
    size_t used;
    _Alignas(ALIGNMENT) uint8_t bytes[];
};

struct Arena {
    Block *blocks; /* the first one is being filled */
    size_t used;
    size_t reserved; /* bytes of all blocks */
};

Arena *
arena_new(void)
{
    return g_new0(Arena, 1);
}

void
arena_free(Arena *arena)
{
    if (arena == NULL)
        return;
    while (arena->blocks != NULL) {
        Block *block = arena->blocks;
        arena->blocks = block->next;
        g_free(block);
    }
    g_free(arena);
}

void
arena_clear(Arena *arena)
{
    while (arena->blocks != NULL && arena->blocks->next != NULL) {
        Block *block = arena->blocks;
        arena->blocks = block->next;
        g_free(block);
    }
    if (arena->blocks != NULL)
        arena->blocks->used = 0;
    arena->reserved = arena->blocks != NULL ? arena->blocks->size : 0;
    arena->used = 0;
}

void *
arena_alloc(Arena *arena, size_t bytes)
{
    Block *block = arena->blocks;
    g_assert(bytes <= SIZE_MAX - sizeof(Block) - ALIGNMENT);
    size_t rounded = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (block == NULL || block->size - block->used < rounded) {
        size_t size = CLAMP(arena->reserved / 2, (size_t)BLOCK_MIN, (size_t)BLOCK_MAX);
        size = MAX(size & ~(size_t)(ALIGNMENT - 1), rounded);
        block = g_malloc(sizeof(Block) + size);
        *block = (Block){.next = arena->blocks, .size = size};
        arena->blocks = block;
        arena->reserved += size;
    }
    void *start = block->bytes + block->used;
    block->used += rounded;
    arena->used += rounded;
    memset(start, 0, rounded);
    return start;
}

void *
arena_alloc_n(Arena *arena, size_t count, size_t size)
{
    size_t bytes;
    g_assert(!__builtin_mul_overflow(count, size, &bytes));
    return arena_alloc(arena, bytes);
}

char *
arena_strndup(Arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);
    memcpy(copy, text, len);
    return copy;
}

char *
arena_strdup(Arena *arena, const char *text)
{
    return text != NULL ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *
arena_printf(Arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return arena_strdup(arena, text);
}

size_t
arena_used(const Arena *arena)
{
    return arena->used;
}
