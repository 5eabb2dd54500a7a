/* arena.c - one block of memory that holds a world.
 *
 *   base                                                              base + size
 *   | objects, pages ... used -->          (untouched)         <-- high | fiber stacks |
 *
 * Two bump pointers run towards each other. The host gives the block zeroed and backs it on first
 * touch, so a generous size costs nothing. Code that moves a pointer back (arena_reset, a restored
 * snapshot) zeroes what it gives up: arena_take may then promise zeroes without writing them.
 * Adopted memory lies elsewhere; the arena only knows where.
 */
#include "sim/arena.h"
#include "sim/host/memory.h"
#include <string.h>

bool arena_open(struct arena *arena, size_t size, const char *limit_name)
{
    /* A multiple of the page size of every supported host, and Windows' allocation granularity. */
    const size_t page = 65536;

    *arena = (struct arena){ .limit_name = limit_name };
    size = (size + page - 1) & ~(page - 1);
    arena->base = size == 0 ? NULL : host_memory_take(size);
    if (arena->base == NULL)
        return false;
    arena->size = size;
    return true;
}

NORETURN static void exhausted(const struct arena *arena, size_t size)
{
    check_failed_with(__FILE__, __LINE__, "the world needs %zu bytes more than its %zu: raise %s",
                      size, arena->size,
                      arena->limit_name != NULL ? arena->limit_name : "the arena's size");
}

void *arena_take(struct arena *arena, size_t size, size_t align)
{
    CHECK(align != 0 && (align & (align - 1)) == 0);
    size_t start = (arena->used + align - 1) & ~(align - 1);
    size_t end = arena->size - arena->high;

    if (start > end || size > end - start)
        exhausted(arena, size);
    arena->used = start + size;
    return arena->base + start;
}

void *arena_take_high(struct arena *arena, size_t size, size_t align)
{
    CHECK(align != 0 && (align & (align - 1)) == 0);
    size_t end = arena->size - arena->high;

    if (size > end || ((end - size) & ~(align - 1)) < arena->used)
        exhausted(arena, size);
    size_t start = (end - size) & ~(align - 1);

    arena->high = arena->size - start;
    return arena->base + start;
}

char *arena_window(struct arena *arena)
{
    if (arena->window == NULL)
        arena->window = host_memory_reserve(ARENA_WINDOW);
    CHECK(arena->window != NULL);
    return arena->window;
}

static void window_give(struct arena *arena)
{
    if (arena->window != NULL)
        host_memory_give_reserved(arena->window, ARENA_WINDOW);
    arena->window = NULL;
}

bool arena_adopt(struct arena *arena, void *base, size_t size)
{
    if (arena->outside_count == ARENA_OUTSIDE_MAX)
        return false;
    arena->outside[arena->outside_count++] = (struct arena_part){ base, size };
    return true;
}

void arena_close_pages(struct arena *arena, char *first, size_t size)
{
    arena->low_closed = true;
    host_memory_close(first, size);
}

void arena_open_pages(char *first, size_t size) { host_memory_open(first, size); }

void arena_open_low(struct arena *arena)
{
    size_t page = host_memory_page();

    if (arena->low_closed)
        host_memory_open(arena->base, (arena->used + page - 1) & ~(page - 1));
    arena->low_closed = false;
}

void arena_reset(struct arena *arena)
{
    window_give(arena);
    arena_open_low(arena);
    ASAN_FORGET(arena->base, arena->size);
    if (arena->closed)
        host_memory_open(arena->base, arena->size);
    arena->closed = false;
    memset(arena->base, 0, arena->used);
    memset(arena->base + (arena->size - arena->high), 0, arena->high);
    arena->used = arena->high = 0;
    arena->outside_count = 0;
}

void arena_close(struct arena *arena)
{
    window_give(arena);
    if (arena->base != NULL) {
        /* AddressSanitizer's marks of the frames on simulated stacks go with the block, or whoever
         * gets these addresses next, a file mapped by a library, would be blamed for them. */
        ASAN_FORGET(arena->base, arena->size);
        host_memory_give(arena->base, arena->size);
    }
    *arena = (struct arena){ .limit_name = arena->limit_name };
}
