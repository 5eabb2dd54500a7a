/* arena.h - one block of memory that holds a world.
 *
 * Everything a simulated machine owns lies here: objects, pages, fiber stacks. The block is taken
 * once, at start, always at one host address for its life; so pointers inside it stay right when a
 * snapshot puts earlier bytes back. Memory is handed out by a bump pointer and never returned;
 * callers that free memory keep their own free lists (ex_pool does).
 *
 *     struct arena arena;
 *     if (!arena_open(&arena, 64u << 20)) ...
 *     struct world *world = arena_take(&arena, sizeof *world, 64);
 *     arena_close(&arena);
 */
#pragma once
#include "sim/base.h"

struct written;

enum { ARENA_OUTSIDE_MAX = 32, ARENA_CLOSED_MAX = 64 };

/* Memory outside the block that belongs to the world all the same. */
struct arena_part {
    char *base;
    size_t size;
};

struct arena {
    char *base;             /* First byte, aligned to a page. */
    size_t size;            /* Bytes, fixed at open. */
    size_t used;            /* Bytes handed out so far; the low end. */
    size_t high;            /* Bytes handed out from the high end (fiber stacks grow from there). */
    bool closed;            /* Some pages cannot be touched: guards of stacks. */
    bool low_closed;        /* The same of the low end: arena_close_pages. */
    bool guard_open;        /* A guard of a stack was opened (fiber.h). */
    size_t high_most;       /* The most that `high` has been. */
    size_t high_closed;     /* Bytes of the high end whose guards of stacks stay closed. */
    char *window;           /* Reserved addresses that belong to the world; NULL: none. */
    const char *limit_name; /* Name of the limit to raise, for the message on exhaustion. */
    struct arena_part outside[ARENA_OUTSIDE_MAX]; /* Adopted memory, in order. */
    uint32_t outside_count;
    struct arena_part closed_parts[ARENA_CLOSED_MAX]; /* Where pages were ever closed. */
    uint32_t closed_count;
    /* Snapshots. Follows the writes to the low end; NULL: nobody does. */
    struct written *written;
    const void *put_back; /* What was copied back into the whole low end last; NULL: nothing. */
    bool copies_all;      /* Snapshots copy everything, whatever the host can. */
};

/* Takes size bytes from the host (zeroed, not yet backed). False: the host has no memory.
 * limit_name must outlive the arena. */
bool arena_open(struct arena *arena, size_t size, const char *limit_name);

/* Takes size bytes, zeroed and aligned (a power of two), from the low end. Never NULL:
 * exhaustion fails like a CHECK, with a message that names the limit to raise. */
void *arena_take(struct arena *arena, size_t size, size_t align);

/* Takes bytes from the high end: for fiber stacks, of which a snapshot copies the live part
 * only. */
void *arena_take_high(struct arena *arena, size_t size, size_t align);

/* Takes memory outside the block into the world: a snapshot copies it, a restored one puts it back.
 * For the variables of a driver that the host has loaded. The memory stays the caller's and must
 * outlive the arena. False: ARENA_OUTSIDE_MAX parts are adopted already. */
bool arena_adopt(struct arena *arena, void *base, size_t size);

/* Closes pages of the low end: touching them is a fault, and they keep their bytes. Whole pages of
 * the host. Snapshots take them for written, and so what lies between them when there are more than
 * ARENA_CLOSED_MAX places of them. */
void arena_close_pages(struct arena *arena, char *first, size_t size);
/* Opens pages that were closed. */
void arena_open_pages(char *first, size_t size);
/* Opens all of the low end, as snapshots and onlookers need it. */
void arena_open_low(struct arena *arena);
/* Opens all of the high end, guards of stacks included. */
void arena_open_high(struct arena *arena);

/* Follows the writes to the low end from now on (written.h); before, nobody or another list did.
 * False: the host cannot. */
bool arena_follow(struct arena *arena, struct written *written);
/* Nobody follows them any more: every page is open. The arena does so when it is emptied. */
void arena_unfollow(struct arena *arena);

/* True if ptr lies in the block. */
static inline bool arena_holds(const struct arena *arena, const void *ptr)
{
    return (uintptr_t)ptr - (uintptr_t)arena->base < arena->size;
}

/* True if ptr lies in a part of the block that was handed out, or in a part that was adopted. */
static inline bool arena_has_given(const struct arena *arena, const void *ptr)
{
    uintptr_t at = (uintptr_t)ptr - (uintptr_t)arena->base;

    for (uint32_t i = 0; i < arena->outside_count; i++)
        if ((uintptr_t)ptr - (uintptr_t)arena->outside[i].base < arena->outside[i].size)
            return true;
    return at < arena->used || (at < arena->size && at >= arena->size - arena->high);
}

/* Addresses of the host that belong to this world until it ends: ARENA_WINDOW of them, at a
 * multiple of that. No page can be touched at first (sim/host/memory.h). Not for hosts of
 * 32 bits, which have no room for it. */
#define ARENA_WINDOW ((uint64_t)1 << 32)
char *arena_window(struct arena *arena);

/* True if a pointer leads into the window; there may be none. */
static inline bool arena_window_holds(const char *window, const void *pointer)
{
    return (uint64_t)((uintptr_t)pointer - (uintptr_t)window) < ARENA_WINDOW;
}

/* Empties the arena and zeroes all its bytes; the next world may use the same block. */
void arena_reset(struct arena *arena);
void arena_close(struct arena *arena);
