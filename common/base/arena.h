/*
 * arena — memory that is freed as one.
 *
 * Owns blocks of memory; an allocation lives until the arena is cleared or freed, so a decoded
 * message or a parsed document needs no per-structure destructor. Not thread safe: one owner at a
 * time. Running out of memory aborts, as GLib does.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Arena Arena;

/* A new, empty arena; nothing is allocated for content until it is asked for. */
Arena *arena_new(void);
void arena_free(Arena *arena);
/* Forgets every allocation, keeps one block for the next use. */
void arena_clear(Arena *arena);
/* `bytes` zeroed bytes, aligned for any type. `bytes` may be 0: the pointer is then valid but
 * empty. */
void *arena_alloc(Arena *arena, size_t bytes);
/* `count` zeroed elements of `size` bytes; a product that overflows aborts (callers check input).
 */
void *arena_alloc_n(Arena *arena, size_t count, size_t size);
/* A copy of `len` bytes with a NUL behind them. */
char *arena_strndup(Arena *arena, const char *text, size_t len);
/* A copy of `text`, NULL for NULL. */
char *arena_strdup(Arena *arena, const char *text);
char *arena_printf(Arena *arena, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Bytes handed out since the last clear: for limits and tests. */
size_t arena_used(const Arena *arena);

#define arena_new_of(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array_of(arena, type, count) ((type *)arena_alloc_n((arena), (count), sizeof(type)))

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Arena, arena_free)
