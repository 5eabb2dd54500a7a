/* written.h - which pages of a block of memory are written: the processor tells.
 *
 * All pages are read only at first. The first write to a page faults; the page is listed, opened,
 * and never closed again while the block is followed. So the list grows to the pages that are ever
 * written, then there are no more faults, and every page outside the list has the bytes that it had
 * in the beginning.
 *
 *     written_make(&written, block, pages);         // host memory
 *     if (written_begin(&written)) ...              // false: all pages stay open
 *     for (uint32_t i = 0; i < written.count; i++)
 *         ... written.pages[i] ...
 *     written_end(&written);                        // all pages are open; the list stays
 *     written_free(&written);
 *
 * One thread at a time may write to the block, as to a world.
 */
#pragma once
#include "sim/base.h"
#include "sim/host/fault.h"

enum { WRITTEN_PAGE = 4096 };

struct written {
    struct host_watch watch; /* First: the handler finds the rest by it. */
    char *base;              /* The block. */
    uint32_t page_count;     /* Pages of the block that are followed: the first ones. */
    uint32_t *pages;         /* Numbers of the pages in the list, in order of listing. */
    uint32_t count, room;
    uint64_t *bits; /* Followed pages that are in the list. */
    bool follows;   /* Between begin and end. */
    /* The host refused to open a page alone, and all are open: the list is not complete. */
    bool lost;
};

/* True if this host can follow: it takes faults, has pages of 4 KiB, and its fibers are switched
 * without a call of the system, which would write into the block (fiber.h); and the first call has
 * tried it. AddressSanitizer keeps its own handler of faults, so its builds do not follow. */
bool written_exists(void);

/* An empty list for the first pages of a block, which is not followed yet. False: the host has no
 * memory. */
bool written_make(struct written *written, char *base, uint32_t page_count);
void written_free(struct written *written);

/* Makes all pages read only but those in the list, on a host that can follow. False: the host
 * refuses; all pages are open. */
bool written_begin(struct written *written);
void written_end(struct written *written);

/* Puts the followed ones of these pages into the list and opens them: somebody else will close and
 * open them. */
void written_list(struct written *written, const char *first, size_t size);

/* Puts a page behind the followed ones into the list; each once, at its caller's care. False: the
 * host has no memory. */
bool written_add(struct written *written, uint32_t page);

/* True if a followed page is in the list. */
static inline bool written_has(const struct written *written, uint32_t page)
{
    return (written->bits[page / 64] >> (page % 64) & 1) != 0;
}

/* The pages that hold so many bytes. */
static inline uint32_t written_pages(size_t size)
{
    return (uint32_t)((size + WRITTEN_PAGE - 1) / WRITTEN_PAGE);
}
