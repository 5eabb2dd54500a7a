/* io_volume.h - a simulated volume, for the files that make one: io_disk.c is the driver with its
 * queue, io_disk_data.c keeps what files hold, io_disk_outside.c answers the world.
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
    /* When it was last written into the cache only, in ms and 1; 0: the disk has it. */
    uint32_t cached_ms;
};
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

/* ---- Volumes (io_disk.c) --------------------------------------------------------------------- */
enum { FILE_BUCKETS = 64 };

struct disk {
    uint32_t index;
    struct io_disk_settings settings;
    struct rng times, cache;
    LIST_ENTRY queue; /* IRPs; the first is in service while `busy`. */
    uint32_t depth;   /* IRPs in the queue. */
    bool busy;
    sim_time started;   /* Of the transfer in service. */
    sim_time busy_time; /* Of all transfers before it, as far as it is measured. */
    struct io_disk_totals totals;
    PDEVICE_OBJECT device;
    uint32_t file_count;
    struct file_node *files[FILE_BUCKETS]; /* By a hash of the name. */
};

struct io_disks {
    struct disk disk[DISKS];
    struct disk_blocks blocks;
};

/* A file of this name from the volume's root; NULL: there is none. */
struct file_node *file_find(struct disk *disk, const WCHAR *name, uint32_t chars);
