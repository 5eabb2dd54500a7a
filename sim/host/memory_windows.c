/* memory_windows.c - see memory.h. Memory comes from VirtualAlloc. */
#include "sim/host/memory.h"
#include <stdint.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* Preferred place of the first block, above 4 GiB: Wine otherwise takes the lowest address. */
#define WISHED_PLACE UINT64_C(0x100000000000)

enum { PLACES_TRIED = 4096 };

/* Windows does not look for another place when the wished one is taken, so places are tried one
 * after the other, as far apart as the block needs. */
char *host_memory_take(size_t size)
{
    uint64_t step = ((uint64_t)size + (1u << 30)) & ~(uint64_t)((1u << 30) - 1);

    for (uint64_t i = 0; i < PLACES_TRIED; i++) {
        void *place = (void *)(uintptr_t)(WISHED_PLACE + i * step);
        char *block = VirtualAlloc(place, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);

        if (block != NULL)
            return block;
        if (GetLastError() != ERROR_INVALID_ADDRESS)
            return NULL; /* No memory. */
    }
    return NULL;
}

void host_memory_give(char *block, size_t size)
{
    (void)size;
    VirtualFree(block, 0, MEM_RELEASE);
}

void host_memory_close(char *first, size_t size)
{
    DWORD before;

    VirtualProtect(first, size, PAGE_NOACCESS, &before);
}

/* Windows itself writes to the stack before the handler begins, so the page has to be open by then
 * and what lies below has to be so, too. Code touches each page of its stack on the way down. */
void host_memory_guard(char *first, size_t size)
{
    size_t page = host_memory_page();
    DWORD before;

    VirtualProtect(first, size - page, PAGE_READWRITE, &before);
    VirtualProtect(first + size - page, page, PAGE_READWRITE | PAGE_GUARD, &before);
}

/* Reserved pages are committed when they are first opened; others are committed already. */
bool host_memory_open(char *first, size_t size)
{
    DWORD before;

    return VirtualProtect(first, size, PAGE_READWRITE, &before) ||
           VirtualAlloc(first, size, MEM_COMMIT, PAGE_READWRITE) != NULL;
}

bool host_memory_read_only(char *first, size_t size)
{
    DWORD before;

    return VirtualProtect(first, size, PAGE_READONLY, &before);
}

char *host_memory_reserve(size_t size)
{
    for (uint64_t i = 0; i < PLACES_TRIED; i++) {
        void *place = (void *)(uintptr_t)(WISHED_PLACE + i * size);
        char *block = VirtualAlloc(place, size, MEM_RESERVE, PAGE_NOACCESS);

        if (block != NULL)
            return block;
    }
    return NULL;
}

void host_memory_give_reserved(char *block, size_t size)
{
    (void)size;
    VirtualFree(block, 0, MEM_RELEASE);
}

size_t host_memory_page(void) { return 4096; }
