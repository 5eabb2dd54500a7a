/* io_volume.h - a simulated volume, for the files that implement it: io_disk.c is the driver with
 * its queue, io_disk_data.c keeps the contents of files, io_disk_outside.c answers the world.
 */
#pragma once
#include "model/kernel/io_disk.h"
#include "model/kernel/mm.h"
#include "model/words/limits.h"
#include "sim/rng.h"

/* ---- Files (io_disk_data.c) ------------------------------------------------------------------ */
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
    uint8_t *data; /* NULL: zeros. */
    enum page_kind kind;
    /* Time of the last write into the cache only, in ms, plus 1; 0: the disk has the page. */
    uint32_t cached_ms;
};
struct chunk {
    struct page pages[CHUNK_PAGES];
};

struct file_node {          /* A file on a volume; lives as long as the world. */
    struct file_node *next; /* Next file of the hash bucket. */
    uint64_t size;
    /* Counts of open handles by access and sharing, for the check of sharing modes. */
    uint32_t opens, readers, writers, shared_read, shared_write;
    bool doomed; /* To be deleted with its last handle. */
    uint32_t chars;
    WCHAR name[PATH_CHARS_MAX + 1]; /* Upper case, from the volume's root. */
    struct chunk *chunks[CHUNKS_MAX];
};

/* Writes bytes and grows the file as needed; offset + bytes must not exceed FILE_BYTES_MAX.
 * through: true, the disk has the data at once; false, the cache only. */
void file_write(struct disk_blocks *blocks, struct file_node *file, uint64_t offset,
                const uint8_t *from, uint64_t bytes, bool through);
void file_flush(struct file_node *file); /* Brings all cached pages to the disk. */
/* Zeros the pages that only the cache had and had no time to write; returns their number. */
uint32_t file_lose_cached(struct disk_blocks *blocks, struct file_node *file);
void file_read(struct file_node *file, uint64_t offset, uint8_t *to, uint64_t bytes);
/* Changes one bit of a page on the disk. False: the page is all zeros. */
bool file_spoil(struct disk_blocks *blocks, struct file_node *file, uint64_t index);
void file_resize(struct disk_blocks *blocks, struct file_node *file, uint64_t size);

/* ---- Volumes (io_disk.c) --------------------------------------------------------------------- */
enum { FILE_BUCKETS = 64 };

struct disk {
    uint32_t index;
    struct io_disk_settings settings;
    struct rng times, cache;
    LIST_ENTRY queue; /* IRPs in order; the first is in service while `busy`. */
    uint32_t depth;   /* IRPs in the queue. */
    bool busy;
    sim_time started;   /* Start of the transfer in service. */
    sim_time busy_time; /* Service time of all earlier transfers since the measurement began. */
    struct io_disk_totals totals;
    PDEVICE_OBJECT device;
    uint32_t file_count;
    struct file_node *files[FILE_BUCKETS]; /* Files by a hash of their name. */
};

struct io_disks {
    struct disk disk[DISKS];
    struct disk_blocks blocks;
};

/* Finds a file by its name from the volume's root; NULL: there is none. */
struct file_node *file_find(struct disk *disk, const WCHAR *name, uint32_t chars);
