/* written.c - see written.h.
 *
 *   read only --first write--> open, in the list --written_end--> open --written_begin--> open
 *       ^                                                                                   |
 *       '---------------------------- all others ------------------------------------------'
 *
 * The handler of faults must not take memory, so the list has room for all followed pages from the
 * beginning. A host keeps a limited number of ranges of pages apart. When it refuses to open one
 * more page alone, all are opened, and whoever reads the list sees that it is lost.
 */
#include "sim/written.h"
#include "sim/fiber.h"
#include "sim/host/memory.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static char *page_at(const struct written *w, uint32_t page)
{
    return w->base + (size_t)page * WRITTEN_PAGE;
}

/* Puts a followed page into the list. */
static void list(struct written *w, uint32_t page)
{
    w->bits[page / 64] |= (uint64_t)1 << (page % 64);
    w->pages[w->count++] = page;
}

static void open_all(struct written *w)
{
    host_memory_open(w->base, (size_t)w->page_count * WRITTEN_PAGE);
}

/* Opens one page; all of them, if the host does not open it alone. */
static void open_page(struct written *w, uint32_t page)
{
    if (host_memory_open(page_at(w, page), WRITTEN_PAGE))
        return;
    open_all(w);
    w->lost = true;
}

/* A write has faulted. On the handler's stack. */
static bool take(struct host_watch *watch, char *at)
{
    struct written *w = (struct written *)(void *)watch;
    uint32_t page = (uint32_t)((size_t)(at - w->base) / WRITTEN_PAGE);

    if (written_has(w, page) || w->lost)
        return false;
    list(w, page);
    open_page(w, page);
    return true;
}

bool written_make(struct written *w, char *base, uint32_t page_count)
{
    *w = (struct written){ .base = base, .page_count = page_count, .room = page_count };
    w->watch = (struct host_watch){ .base = base,
                                    .size = (size_t)page_count * WRITTEN_PAGE,
                                    .written = take };
    w->pages = malloc(((size_t)page_count + 1) * sizeof *w->pages);
    w->bits = calloc((size_t)page_count / 64 + 1, sizeof *w->bits);
    if (w->pages != NULL && w->bits != NULL)
        return true;
    written_free(w);
    return false;
}

void written_free(struct written *w)
{
    CHECK(!w->follows);
    free(w->pages);
    free(w->bits);
    *w = (struct written){ .base = NULL };
}

bool written_begin(struct written *w)
{
    CHECK(!w->follows);
    if (w->lost || w->page_count == 0 ||
        !host_memory_read_only(w->base, (size_t)w->page_count * WRITTEN_PAGE))
        return false;
    host_watch_begin(&w->watch);
    w->follows = true;
    for (uint32_t i = 0; i < w->count && !w->lost; i++)
        if (w->pages[i] < w->page_count)
            open_page(w, w->pages[i]);
    if (w->lost)
        written_end(w);
    return !w->lost;
}

void written_end(struct written *w)
{
    CHECK(w->follows);
    open_all(w);
    host_watch_end(&w->watch);
    w->follows = false;
}

void written_list(struct written *w, const char *first, size_t size)
{
    size_t from = (size_t)(first - w->base);
    uint32_t end = MIN_OF(written_pages(from + size), w->page_count);

    for (uint32_t page = (uint32_t)(from / WRITTEN_PAGE); page < end; page++) {
        if (written_has(w, page))
            continue;
        list(w, page);
        if (w->follows)
            open_page(w, page);
    }
}

bool written_add(struct written *w, uint32_t page)
{
    /* Room is left for every page that may be written. */
    if (w->count + w->page_count >= w->room) {
        uint32_t room = w->count + w->page_count + w->room / 4 + 64;
        uint32_t *grown = realloc(w->pages, room * sizeof *grown);

        if (grown == NULL)
            return false;
        w->pages = grown;
        w->room = room;
    }
    w->pages[w->count++] = page;
    return true;
}

/* ---- The host -------------------------------------------------------------------------------- */

static pthread_once_t tried = PTHREAD_ONCE_INIT;
static bool good; /* Set once, by try_it. */

enum { TRIED_PAGES = 4, TRIED_ROUNDS = 8 };

/* Writes over the borders of read-only pages. */
static bool writes_are_whole(struct written *w, int value, volatile size_t size)
{
    memset(w->base, value, size);
    for (size_t i = 0; i < size; i++)
        if (w->base[i] != (char)value)
            return false;
    return w->count == written_pages(size);
}

/* Tries it on a few pages, several times: an emulator may do an instruction by halves that it was
 * to do again. QEMU 7 loses bytes of a memset by AArch64's DC ZVA once it knows the code well. */
static void try_it(void)
{
    struct written w;
    char *block = host_memory_take((size_t)TRIED_PAGES * WRITTEN_PAGE);

    if (block == NULL || !written_make(&w, block, TRIED_PAGES))
        return;
    good = true;
    for (int round = 0; round < TRIED_ROUNDS && good; round++) {
        memset(block, 0, (size_t)TRIED_PAGES * WRITTEN_PAGE);
        memset(block, 7, (size_t)TRIED_PAGES * WRITTEN_PAGE);
        good = written_begin(&w);
        if (!good)
            break;
        host_watch_ready();
        good = writes_are_whole(&w, round % 2, (size_t)3 * WRITTEN_PAGE + 100);
        written_end(&w);
        written_free(&w);
        good = written_make(&w, block, TRIED_PAGES) && good;
    }
    written_free(&w);
    host_memory_give(block, (size_t)TRIED_PAGES * WRITTEN_PAGE);
}

/* AddressSanitizer looks at memory in its own way, and takes the faults. */
#if defined(UNDER_ASAN)
enum { MAY_FOLLOW = false };
#else
enum { MAY_FOLLOW = true };
#endif

bool written_exists(void)
{
    if (!MAY_FOLLOW || !host_faults_exist() || host_memory_page() != WRITTEN_PAGE ||
        !fibers_need_no_system())
        return false;
    pthread_once(&tried, try_it);
    return good;
}
