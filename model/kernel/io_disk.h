/* io_disk.h - a file on a simulated volume, for the two files that make volumes: queue and
 * contents. */
#pragma once
#include "model/kernel/executive.h"

enum { DISK_LINE = 64, RUNS_MAX = 7, CHUNK_PAGES = 256, CHUNKS_MAX = 1024 };
#define FILE_BYTES_MAX ((uint64_t)CHUNKS_MAX * CHUNK_PAGES * MM_PAGE) /* 1 GB a file. */

struct free_block {
    struct free_block *next;
};
enum page_kind { PAGE_ZEROS, PAGE_LINE, PAGE_RUNS, PAGE_WHOLE, PAGE_KINDS };
struct disk_blocks {
    struct free_block *free[PAGE_KINDS];
};
struct page {
    uint8_t *data;
    enum page_kind kind;
    /* When it was last written into the cache only, in ms and 1; 0: the disk has it. */
    uint32_t cached_ms;
}; /* data NULL: zeros. */
struct chunk {
    struct page pages[CHUNK_PAGES];
};

struct file_node {          /* A file on a volume; lives as long as the world. */
    struct file_node *next; /* In its bucket. */
    uint64_t size;
    /* Of open handles, for sharing. */
    uint32_t opens, readers, writers, shared_read, shared_write;
    bool doomed; /* Deleted with its last handle. */
    uint32_t chars;
    WCHAR name[PATH_CHARS_MAX + 1]; /* Upper case, from the volume's root. */
    struct chunk *chunks[CHUNKS_MAX];
};

/* Grows the file as needed; offset + bytes within FILE_BYTES_MAX. Through: the disk has it at once,
 * else the cache only. */
void file_write(struct disk_blocks *blocks, struct file_node *file, uint64_t offset,
                const uint8_t *from, uint64_t bytes, bool through);
void file_flush(struct file_node *file); /* The disk has all of it. */
/* Pages that only the cache has, and had no time to write, are zeros; how many. */
uint32_t file_lose_cached(struct disk_blocks *blocks, struct file_node *file);
void file_read(struct file_node *file, uint64_t offset, uint8_t *to, uint64_t bytes);
/* A bit of a page changes on the disk. False: the page is all zeros. */
bool file_spoil(struct disk_blocks *blocks, struct file_node *file, uint64_t index);
void file_resize(struct disk_blocks *blocks, struct file_node *file, uint64_t size);
