/* memory_posix.c - see memory.h. Memory comes from mmap. */
#define _GNU_SOURCE
#include "sim/host/memory.h"
#include <stdint.h>

#include <sys/mman.h>
#include <unistd.h>

#if !defined(MAP_NORESERVE)
#define MAP_NORESERVE 0
#endif
#if !defined(MAP_ANONYMOUS)
#define MAP_ANONYMOUS MAP_ANON
#endif

enum { HUGE_PAGE = 2 << 20 };

/* Preferred place of the block, above 4 GiB. Most hosts map there anyway; Valgrind does so only
 * when asked. The host may choose another place. */
#if UINTPTR_MAX > 0xffffffffu
#define WISHED_PLACE ((void *)(uintptr_t)0x100000000000u)
#else
#define WISHED_PLACE NULL
#endif

/* Makes the block start on a huge page: one TLB entry then covers everything that a small world
 * touches. */
char *host_memory_take(size_t size)
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

void host_memory_give(char *block, size_t size) { munmap(block, size); }

void host_memory_close(char *first, size_t size) { mprotect(first, size, PROT_NONE); }

void host_memory_guard(char *first, size_t size) { host_memory_close(first, size); }

bool host_memory_open(char *first, size_t size)
{
    return mprotect(first, size, PROT_READ | PROT_WRITE) == 0;
}

bool host_memory_read_only(char *first, size_t size)
{
    return mprotect(first, size, PROT_READ) == 0;
}

char *host_memory_reserve(size_t size)
{
    char *raw =
        mmap(WISHED_PLACE, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    size_t head;

    if (raw == MAP_FAILED)
        return NULL;
    head = (size_t)(-(uintptr_t)raw & (size - 1));
    if (head != 0)
        munmap(raw, head);
    munmap(raw + head + size, size - head);
    return raw + head;
}

void host_memory_give_reserved(char *block, size_t size) { munmap(block, size); }

size_t host_memory_page(void) { return (size_t)sysconf(_SC_PAGESIZE); }
