/* io_disk_data.c - what simulated files contain, at little cost of memory.
 *
 * A page that was never written is nowhere. A page whose 4096 bytes repeat one 64-byte line (most
 * of a simulated mail store) is kept as that line; only the rest is kept whole. Contents are not
 * pool: they lie in the arena, with free lists of their own for lines and pages.
 */
#include "model/kernel/io_disk.h"

#include <string.h>

static uint8_t *block_take(struct disk_blocks *blocks, bool line)
{
    struct free_block **list = line ? &blocks->free_lines : &blocks->free_pages;
    struct free_block *block = *list;

    if (block == NULL)
        return arena_take(ke->sim->arena, line ? DISK_LINE : MM_PAGE, DISK_LINE);
    *list = block->next;
    return (uint8_t *)block;
}

static void page_clear(struct disk_blocks *blocks, struct page *page)
{
    struct free_block **list = page->line ? &blocks->free_lines : &blocks->free_pages;
    struct free_block *block = (struct free_block *)(void *)page->data;

    if (block != NULL) {
        block->next = *list;
        *list = block;
    }
    *page = (struct page){ NULL, false };
}

static struct page *page_at(struct file_node *file, uint64_t index, bool make)
{
    struct chunk **chunk = &file->chunks[index / CHUNK_PAGES];

    if (*chunk == NULL && make)
        *chunk = arena_take(ke->sim->arena, sizeof **chunk, sizeof(void *));
    return *chunk != NULL ? &(*chunk)->pages[index % CHUNK_PAGES] : NULL;
}

static void page_load(const struct page *page, uint8_t *to)
{
    if (page == NULL || page->data == NULL)
        memset(to, 0, MM_PAGE);
    else if (!page->line)
        memcpy(to, page->data, MM_PAGE);
    for (size_t at = 0; page != NULL && page->line && at < MM_PAGE; at += DISK_LINE)
        memcpy(to + at, page->data, DISK_LINE);
}

static void page_store(struct disk_blocks *blocks, struct page *page, const uint8_t *from)
{
    /* Every line equals the one before it. */
    bool line = memcmp(from, from + DISK_LINE, MM_PAGE - DISK_LINE) == 0;

    if (page->data == NULL || page->line != line) {
        page_clear(blocks, page);
        *page = (struct page){ block_take(blocks, line), line };
    }
    memcpy(page->data, from, line ? DISK_LINE : MM_PAGE);
}

void file_write(struct disk_blocks *blocks, struct file_node *file, uint64_t offset,
                const uint8_t *from, uint64_t bytes)
{
    uint8_t buffer[MM_PAGE];

    for (uint64_t done = 0; done < bytes;) {
        uint64_t at = (offset + done) % MM_PAGE, piece = MIN_OF(MM_PAGE - at, bytes - done);
        struct page *page = page_at(file, (offset + done) / MM_PAGE, true);

        if (piece == MM_PAGE) {
            page_store(blocks, page, from + done);
        } else {
            page_load(page, buffer);
            memcpy(buffer + at, from + done, piece);
            page_store(blocks, page, buffer);
        }
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
        memcpy(to + done, buffer + at, piece);
        done += piece;
    }
}

/* Shorter: pages beyond the end go, and the rest of the last page becomes zeros, should the file
 * grow again. */
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
        file_write(blocks, file, size, zeros, MIN_OF(old, keep * MM_PAGE) - size);
    file->size = size;
}
