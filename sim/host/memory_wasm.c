/* memory_wasm.c - see memory.h. WebAssembly's memory has one size and no protection.
 *
 *   0 ....... HOST_MEMORY_FIRST ................................. end of the memory
 *     nothing | variables, stack | what malloc and this file give |
 *
 * The memory grows when more is asked for, and what was never touched costs nothing. Blocks that
 * are given back are kept for the next world.
 */
#include "sim/host/memory.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096, KEPT_MAX = 16 };

static struct kept {
    char *block;
    size_t size;
} kept[KEPT_MAX];

char *host_memory_take(size_t size)
{
    for (int i = 0; i < KEPT_MAX; i++)
        if (kept[i].block != NULL && kept[i].size == size) {
            char *block = kept[i].block;

            kept[i].block = NULL;
            return block;
        }
    /* Fresh memory is zeroed, and stays untouched. */
    char *raw = sbrk((intptr_t)(size + PAGE));

    return raw == (void *)-1 ? NULL
                             : (char *)(((uintptr_t)raw + PAGE - 1) & ~(uintptr_t)(PAGE - 1));
}

/* Writes only where a byte is set, so that what was never touched stays so. */
static void zero(char *block, size_t size)
{
    static const char zeros[PAGE];

    for (size_t at = 0; at < size; at += PAGE) {
        size_t part = size - at < PAGE ? size - at : PAGE;

        if (memcmp(block + at, zeros, part) != 0)
            memset(block + at, 0, part);
    }
}

void host_memory_give(char *block, size_t size)
{
    for (int i = 0; i < KEPT_MAX; i++)
        if (kept[i].block == NULL) {
            zero(block, size);
            kept[i] = (struct kept){ block, size };
            return;
        }
}

void host_memory_close(char *first, size_t size) { (void)first, (void)size; }

void host_memory_guard(char *first, size_t size) { (void)first, (void)size; }

bool host_memory_open(char *first, size_t size)
{
    (void)first, (void)size;
    return true;
}

bool host_memory_read_only(char *first, size_t size)
{
    (void)first, (void)size;
    return false;
}

char *host_memory_reserve(size_t size)
{
    (void)size;
    return NULL;
}

void host_memory_give_reserved(char *block, size_t size) { (void)block, (void)size; }

/* No page can be closed: what wants pages of its own finds this one too large. */
size_t host_memory_page(void) { return (size_t)1 << 16; }
