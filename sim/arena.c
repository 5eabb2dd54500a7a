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
#include "sim/written.h"
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
    arena->high_most = MAX_OF(arena->high_most, arena->high);
    return arena->base + start;
}

char *arena_window(struct arena *arena)
{
    if (arena->window == NULL)
        arena->window = host_memory_reserve((size_t)ARENA_WINDOW);
    CHECK(arena->window != NULL);
    return arena->window;
}

static void window_give(struct arena *arena)
{
    if (arena->window != NULL)
        host_memory_give_reserved(arena->window, (size_t)ARENA_WINDOW);
    arena->window = NULL;
}

bool arena_adopt(struct arena *arena, void *base, size_t size)
{
    if (arena->outside_count == ARENA_OUTSIDE_MAX)
        return false;
    arena->outside[arena->outside_count++] = (struct arena_part){ base, size };
    return true;
}

/* Notes where pages are closed. Without room for one more place, the last one is widened. */
static void closed_note(struct arena *arena, char *first, size_t size)
{
    struct arena_part *last = &arena->closed_parts[ARENA_CLOSED_MAX - 1];
    char *end = first + size;

    for (uint32_t i = 0; i < arena->closed_count; i++) {
        const struct arena_part *part = &arena->closed_parts[i];

        if (first >= part->base && end <= part->base + part->size)
            return;
    }
    if (arena->closed_count < ARENA_CLOSED_MAX) {
        arena->closed_parts[arena->closed_count++] = (struct arena_part){ first, size };
    } else {
        end = MAX_OF(end, last->base + last->size);
        first = MIN_OF(first, last->base);
        *last = (struct arena_part){ first, (size_t)(end - first) };
    }
    if (arena->written != NULL)
        written_list(arena->written, first, (size_t)(end - first));
}

void arena_close_pages(struct arena *arena, char *first, size_t size)
{
    closed_note(arena, first, size);
    arena->low_closed = true;
    host_memory_close(first, size);
}

void arena_open_pages(char *first, size_t size) { host_memory_open(first, size); }

void arena_open_low(struct arena *arena)
{
    for (uint32_t i = 0; i < arena->closed_count && arena->low_closed; i++)
        host_memory_open(arena->closed_parts[i].base, arena->closed_parts[i].size);
    arena->low_closed = false;
}

void arena_open_high(struct arena *arena)
{
    const size_t page = 4096; /* Only where pages are small are any closed (fiber.c). */

    arena->high_closed = 0;
    if (arena->closed)
        host_memory_open(arena->base + ((arena->size - arena->high_most) & ~(page - 1)),
                         (arena->high_most + page - 1) & ~(page - 1));
}

bool arena_follow(struct arena *arena, struct written *written)
{
    arena_unfollow(arena);
    for (uint32_t i = 0; i < arena->closed_count; i++)
        written_list(written, arena->closed_parts[i].base, arena->closed_parts[i].size);
    if (written_exists() && written_begin(written))
        arena->written = written;
    return arena->written != NULL;
}

void arena_unfollow(struct arena *arena)
{
    if (arena->written != NULL)
        written_end(arena->written);
    arena->written = NULL;
}

void arena_reset(struct arena *arena)
{
    window_give(arena);
    arena_unfollow(arena);
    arena_open_low(arena);
    ASAN_FORGET(arena->base, arena->size);
    if (arena->closed)
        host_memory_open(arena->base, arena->size);
    arena->closed = arena->guard_open = false;
    arena->closed_count = 0;
    arena->put_back = NULL;
    memset(arena->base, 0, arena->used);
    memset(arena->base + (arena->size - arena->high), 0, arena->high);
    arena->used = arena->high = arena->high_most = arena->high_closed = 0;
    arena->outside_count = 0;
}

void arena_close(struct arena *arena)
{
    window_give(arena);
    arena_unfollow(arena);
    if (arena->base != NULL) {
        /* AddressSanitizer's marks of the frames on simulated stacks go with the block, or whoever
         * gets these addresses next, a file mapped by a library, would be blamed for them. */
        ASAN_FORGET(arena->base, arena->size);
        host_memory_give(arena->base, arena->size);
    }
    *arena = (struct arena){ .limit_name = arena->limit_name };
}
