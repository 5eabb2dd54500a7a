/* arena.c - one block of memory that holds a world.
 *
 *   base                                                              base + size
 *   | objects, pages ... used -->          (untouched)         <-- high | fiber stacks |
 *
 * Two bump pointers run towards each other. The host gives the block zeroed and backs it on first
 * touch, so a generous size costs nothing. Code that moves a pointer back (arena_reset, a restored
 * snapshot) zeroes what it gives up: arena_take may then promise zeroes without writing them.
 */
#define _GNU_SOURCE
#include "sim/arena.h"

#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#elif defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#define ARENA_MMAP 1
#endif

enum { HUGE_PAGE = 2 << 20 };

#if defined(ARENA_MMAP)
#if !defined(MAP_NORESERVE)
#define MAP_NORESERVE 0
#endif
#if !defined(MAP_ANONYMOUS)
#define MAP_ANONYMOUS MAP_ANON
#endif

/* A block that starts on a huge page: one TLB entry then covers all that a small world touches. */
/* Above 4 GiB on hosts that have it: the model tells its own simulated addresses from host pointers
 * by that. Most hosts map there anyway; some tools (Valgrind) do not unless they are asked. A wish,
 * not an order. */
#if UINTPTR_MAX > 0xffffffffu
#define WISHED_PLACE ((void *)(uintptr_t)0x100000000000u)
#else
#define WISHED_PLACE NULL
#endif

static char *host_take(size_t size)
{
    size_t slack = size >= HUGE_PAGE ? HUGE_PAGE : 0;
    char *raw = mmap(WISHED_PLACE, size + slack, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    char *block = raw;

    if (raw == MAP_FAILED)
        return NULL;
    if (slack != 0) {
        size_t head = (size_t)(-(uintptr_t)raw & (HUGE_PAGE - 1));

        block = raw + head;
        if (head != 0)
            munmap(raw, head);
        if (slack != head)
            munmap(block + size, slack - head);
#if defined(MADV_HUGEPAGE)
        madvise(block, size, MADV_HUGEPAGE);
#endif
    }
    return block;
}

static void host_give(char *block, size_t size) { munmap(block, size); }

#elif defined(_WIN32)

static char *host_take(size_t size)
{
    return VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

static void host_give(char *block, size_t size)
{
    (void)size;
    VirtualFree(block, 0, MEM_RELEASE);
}

#else

static char *host_take(size_t size) { return calloc(1, size); }

static void host_give(char *block, size_t size)
{
    (void)size;
    free(block);
}

#endif

bool arena_open(struct arena *arena, size_t size, const char *limit_name)
{
    const size_t page = 65536; /* Enough for every host we know, and Windows' granularity. */

    *arena = (struct arena){ .limit_name = limit_name };
    size = (size + page - 1) & ~(page - 1);
    arena->base = size == 0 ? NULL : host_take(size);
    if (arena->base == NULL)
        return false;
    arena->size = size;
    ASAN_FORGET(arena->base, size); /* The host may give an address that was a stack before. */
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

void arena_reset(struct arena *arena)
{
    ASAN_FORGET(arena->base, arena->size);
    memset(arena->base, 0, arena->used);
    memset(arena->base + (arena->size - arena->high), 0, arena->high);
    arena->used = arena->high = 0;
}

void arena_close(struct arena *arena)
{
    if (arena->base != NULL)
        host_give(arena->base, arena->size);
    *arena = (struct arena){ .limit_name = arena->limit_name };
}
