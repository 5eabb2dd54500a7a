/* arena.h - one block of memory that holds a world.
 *
 * Everything a simulated machine owns lies here: objects, pages, fiber stacks. The block is taken
 * once, at start, always at one host address for its life; so pointers inside it stay right when a
 * snapshot puts earlier bytes back. Memory leaves a bump pointer and never returns to it; callers
 * that free keep their own free lists inside (ex_pool does).
 *
 *     struct arena arena;
 *     if (!arena_open(&arena, 64u << 20)) ...
 *     struct world *world = arena_take(&arena, sizeof *world, 64);
 *     arena_close(&arena);
 */
#pragma once
#include "sim/base.h"

struct arena {
    char *base;             /* Page aligned. */
    size_t size;            /* Bytes, fixed at open. */
    size_t used;            /* Bytes handed out so far; the low end. */
    size_t high;            /* Bytes handed out from the high end (fiber stacks grow from there). */
    const char *limit_name; /* Limit to raise when the arena is exhausted, for the message. */
};

/* Takes size bytes from the host (zeroed, not yet backed). False: the host has none. */
bool arena_open(struct arena *arena, size_t size, const char *limit_name);

/* size bytes, zeroed, aligned (a power of two). Never NULL: exhaustion is a CHECK-like failure that
 * names limit_name as the limit to raise. */
void *arena_take(struct arena *arena, size_t size, size_t align);

/* The same from the high end: for fiber stacks, which a snapshot copies by their live part only. */
void *arena_take_high(struct arena *arena, size_t size, size_t align);

/* True if ptr lies in the block. */
static inline bool arena_holds(const struct arena *arena, const void *ptr)
{
    return (uintptr_t)ptr - (uintptr_t)arena->base < arena->size;
}

/* Back to empty, all bytes zero: the next world may use the same block. */
void arena_reset(struct arena *arena);
void arena_close(struct arena *arena);
