/* io_disk_data.c - the contents of simulated files, in little memory.
 *
 * A page is 64 lines of 64 bytes. A page of zeros takes no memory. A page that repeats a single
 * line (most of a simulated mail store) is kept as that line; a page of up to seven runs of equal
 * lines (the tail of a message, a log record) as its runs; all others are kept whole. The memory is
 * not pool: it lies in the arena, with a free list for each kind of page.
 */
#include "model/kernel/io_volume.h"
#include "model/kernel/kernel.h"
#include <string.h>

struct runs {
    uint8_t lines[RUNS_MAX]; /* Lines of each run; 0: not in use. */
    uint8_t line[RUNS_MAX][DISK_LINE];
};

static const size_t kind_bytes[PAGE_KINDS] = { 0, DISK_LINE, sizeof(struct runs), MM_PAGE };

static void page_clear(struct disk_blocks *blocks, struct page *page)
{
    struct free_block *block = (struct free_block *)(void *)page->data;

    if (block != NULL) {
        block->next = blocks->free[page->kind];
        blocks->free[page->kind] = block;
    }
    *page = (struct page){ NULL, PAGE_ZEROS, 0 };
}

/* Changes the kind of a page and gives it memory for its content. */
static void page_become(struct disk_blocks *blocks, struct page *page, enum page_kind kind)
{
    struct free_block *block = blocks->free[kind];

    if (page->kind == kind)
        return;
    page_clear(blocks, page);
    if (kind == PAGE_ZEROS)
        return;
    if (block != NULL)
        blocks->free[kind] = block->next;
    else
        block = arena_take(ke->sim->arena, kind_bytes[kind], DISK_LINE);
    *page = (struct page){ (uint8_t *)block, kind, 0 };
}

static struct page *page_at(struct file_node *file, uint64_t index, bool make)
{
    struct chunk **chunk = &file->chunks[index / CHUNK_PAGES];

    if (*chunk == NULL && make)
        *chunk = arena_take(ke->sim->arena, sizeof **chunk, sizeof(void *));
    return *chunk != NULL ? &(*chunk)->pages[index % CHUNK_PAGES] : NULL;
}

static uint8_t *repeat(uint8_t *to, const uint8_t *line, unsigned count)
{
    for (; count > 0; count--, to += DISK_LINE)
        memcpy(to, line, DISK_LINE);
    return to;
}

static void page_load(const struct page *page, uint8_t *to)
{
    const struct runs *runs;

    switch (page == NULL ? PAGE_ZEROS : page->kind) {
    case PAGE_LINE:
        repeat(to, page->data, MM_PAGE / DISK_LINE);
        break;
    case PAGE_RUNS:
        runs = (const struct runs *)(const void *)page->data;
        for (int i = 0; i < RUNS_MAX; i++)
            to = repeat(to, runs->line[i], runs->lines[i]);
        break;
    case PAGE_WHOLE:
        memcpy(to, page->data, MM_PAGE);
        break;
    default:
        memset(to, 0, MM_PAGE);
    }
}

/* Finds the runs of a page. False: there are more than RUNS_MAX. */
static bool find_runs(const uint8_t *from, struct runs *runs)
{
    int last = -1;

    memset(runs->lines, 0, sizeof runs->lines);
    for (const uint8_t *line = from; line < from + MM_PAGE; line += DISK_LINE) {
        if (last < 0 || memcmp(line, line - DISK_LINE, DISK_LINE) != 0) {
            if (++last == RUNS_MAX)
                return false;
            memcpy(runs->line[last], line, DISK_LINE);
        }
        runs->lines[last]++;
    }
    return true;
}

static bool is_zero(const uint8_t *line)
{
    static const uint8_t zeros[DISK_LINE];

    return memcmp(line, zeros, DISK_LINE) == 0;
}

static void page_store(struct disk_blocks *blocks, struct page *page, const uint8_t *from)
{
    struct runs runs;

    if (!find_runs(from, &runs)) {
        page_become(blocks, page, PAGE_WHOLE);
        memcpy(page->data, from, MM_PAGE);
    } else if (runs.lines[0] < MM_PAGE / DISK_LINE) {
        page_become(blocks, page, PAGE_RUNS);
        memcpy(page->data, &runs, sizeof runs);
    } else if (!is_zero(runs.line[0])) {
        page_become(blocks, page, PAGE_LINE);
        memcpy(page->data, runs.line[0], DISK_LINE);
    } else {
        page_become(blocks, page, PAGE_ZEROS);
    }
}

void file_write(struct disk_blocks *blocks, struct file_node *file, uint64_t offset,
                const uint8_t *from, uint64_t bytes, bool through)
{
    uint32_t cached_ms = through ? 0 : (uint32_t)(ke->sim->now / MS(1)) + 1;
    uint8_t buffer[MM_PAGE];

    for (uint64_t done = 0; done < bytes;) {
        uint64_t at = (offset + done) % MM_PAGE, piece = MIN_OF(MM_PAGE - at, bytes - done);
        struct page *page = page_at(file, (offset + done) / MM_PAGE, true);

        if (piece == MM_PAGE) {
            page_store(blocks, page, from + done);
        } else {
            page_load(page, buffer);
            memcpy(buffer + at, from + done, (size_t)piece);
            page_store(blocks, page, buffer);
        }
        page->cached_ms = cached_ms;
        done += piece;
    }
    if (offset + bytes > file->size)
        file->size = offset + bytes;
}

void file_read(struct file_node *file, uint64_t offset, uint8_t *to, uint64_t bytes)
{
    uint8_t buffer[MM_PAGE];

    for (uint64_t done = 0; done < bytes;) {
        uint64_t at = (offset + done) % MM_PAGE, piece = MIN_OF(MM_PAGE - at, bytes - done);

        page_load(page_at(file, (offset + done) / MM_PAGE, false), buffer);
        memcpy(to + done, buffer + at, (size_t)piece);
        done += piece;
    }
}

bool file_spoil(struct disk_blocks *blocks, struct file_node *file, uint64_t index)
{
    struct page *page = page_at(file, index, false);
    uint8_t buffer[MM_PAGE];

    if (page == NULL || page->kind == PAGE_ZEROS)
        return false;
    page_load(page, buffer);
    buffer[MM_PAGE / 2 + 5] ^= 0x10;
    page_store(blocks, page, buffer);
    return true;
}

/* Sets the length of a file. When it shrinks, pages beyond the end are freed and the rest of the
 * last page becomes zeros, in case the file grows again. */
void file_resize(struct disk_blocks *blocks, struct file_node *file, uint64_t size)
{
    static const uint8_t zeros[MM_PAGE];
    uint64_t keep = (size + MM_PAGE - 1) / MM_PAGE, old = file->size;

    for (uint64_t index = keep; index * MM_PAGE < old; index++) {
        struct page *page = page_at(file, index, false);

        if (page != NULL)
            page_clear(blocks, page);
    }
    if (size < old && size % MM_PAGE != 0)
        file_write(blocks, file, size, zeros, MIN_OF(old, keep * MM_PAGE) - size, true);
    file->size = size;
}

/* ---- Cache and power ------------------------------------------------------------------------- */

/* Age in ms after which the lazy writer has written a cached page to the disk. Its writes take no
 * disk time here [I]. */
enum { LAZY_MS = 5000 };

static uint64_t pages_in(const struct file_node *file)
{
    return (file->size + MM_PAGE - 1) / MM_PAGE;
}

void file_flush(struct file_node *file)
{
    for (uint64_t index = 0; index < pages_in(file); index++) {
        struct page *page = page_at(file, index, false);

        if (page != NULL)
            page->cached_ms = 0;
    }
}

uint32_t file_lose_cached(struct disk_blocks *blocks, struct file_node *file)
{
    uint64_t now_ms = ke->sim->now / MS(1);
    uint32_t lost = 0;

    for (uint64_t index = 0; index < pages_in(file); index++) {
        struct page *page = page_at(file, index, false);

        if (page == NULL || page->cached_ms == 0 || page->cached_ms + LAZY_MS < now_ms)
            continue;
        page_clear(blocks, page);
        lost++;
    }
    return lost;
}
