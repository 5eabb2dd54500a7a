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
#include <stdlib.h>
#include <string.h>

bool written_exists(void)
{
#if defined(UNDER_ASAN)
    return false;
#else
    return host_faults_exist() && host_memory_page() == WRITTEN_PAGE && fibers_need_no_system();
#endif
}

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
    if (!written_exists() || w->lost || w->page_count == 0 ||
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
